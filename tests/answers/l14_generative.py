"""Answers to lesson 14."""

import numpy as np

from tests.answers import right, wrong

# --- a draw ---

ID = "l14.reparameterised"


@wrong(ID, "s_as_sigma")
def takes_s_for_sigma(mu, s, eps, dz):
    return mu + s * eps, dz, dz * eps


@wrong(ID, "variance")
def scales_by_the_variance(mu, s, eps, dz):
    return mu + np.exp(s) * eps, dz, dz * np.exp(s) * eps


@wrong(ID, "variance")
def s_without_half(mu, s, eps, dz):
    return mu + np.exp(s) * eps, dz, dz * np.exp(s / 2) * eps / 2


@wrong(ID, "no_half")
def half_forgotten(mu, s, eps, dz):
    sigma = np.exp(s / 2)
    return mu + sigma * eps, dz, dz * sigma * eps


@wrong(ID, "no_noise_in_gradient")
def gradient_without_noise(mu, s, eps, dz):
    sigma = np.exp(s / 2)
    return mu + sigma * eps, dz, dz * sigma / 2


@wrong(ID, "no_sigma_in_gradient")
def gradient_without_sigma(mu, s, eps, dz):
    sigma = np.exp(s / 2)
    return mu + sigma * eps, dz, dz * eps / 2


@wrong(ID, "no_mean")
def forgets_mu(mu, s, eps, dz):
    sigma = np.exp(s / 2)
    return sigma * eps, dz, dz * sigma * eps / 2


@wrong(ID, "mean_gradient_scaled")
def scales_dmu(mu, s, eps, dz):
    sigma = np.exp(s / 2)
    return mu + sigma * eps, dz * sigma, dz * sigma * eps / 2


@wrong(ID, "wrong_shape")
def sums_over_examples(mu, s, eps, dz):
    sigma = np.exp(s / 2)
    return mu + sigma * eps, dz.sum(axis=0), (dz * sigma * eps / 2).sum(axis=0)


@right(ID)
def by_the_root(mu, s, eps, dz):
    sigma = np.sqrt(np.exp(s))
    noise = sigma * eps
    return noise + mu, dz.copy(), 0.5 * noise * dz


@right(ID)
def number_by_number(mu, s, eps, dz):
    z, ds = np.empty_like(mu), np.empty_like(mu)
    for place in np.ndindex(mu.shape):
        spread = np.exp(0.5 * s[place]) * eps[place]
        z[place] = mu[place] + spread
        ds[place] = dz[place] * spread / 2
    return z, 1 * dz, ds


# --- the price ---

ID = "l14.gaussian_kl"


@wrong(ID, "no_half")
def forgets_the_half(mu, s):
    return np.sum(mu**2 + np.exp(s) - s - 1, axis=1), 2 * mu, np.exp(s) - 1


@wrong(ID, "mean_over_code")
def averages(mu, s):
    kl = 0.5 * np.mean(mu**2 + np.exp(s) - s - 1, axis=1)
    return kl, mu, (np.exp(s) - 1) / 2


@wrong(ID, "no_square")
def mu_not_squared(mu, s):
    kl = 0.5 * np.sum(mu + np.exp(s) - s - 1, axis=1)
    return kl, mu, (np.exp(s) - 1) / 2


@wrong(ID, "no_one")
def forgets_the_one(mu, s):
    kl = 0.5 * np.sum(mu**2 + np.exp(s) - s, axis=1)
    return kl, mu, (np.exp(s) - 1) / 2


@wrong(ID, "sign_of_s")
def adds_s(mu, s):
    kl = 0.5 * np.sum(mu**2 + np.exp(s) + s - 1, axis=1)
    return kl, mu, (np.exp(s) + 1) / 2


@wrong(ID, "log_sigma")
def s_for_log_sigma(mu, s):
    return 0.5 * np.sum(mu**2 + np.exp(2 * s) - 2 * s - 1, axis=1), mu, np.exp(2 * s) - 1


@wrong(ID, "turned")
def the_other_direction(mu, s):
    return 0.5 * np.sum(np.exp(-s) + s - 1, axis=1), mu, (1 - np.exp(-s)) / 2


@wrong(ID, "slope_without_one")
def slope_of_the_exponential(mu, s):
    kl = 0.5 * np.sum(mu**2 + np.exp(s) - s - 1, axis=1)
    return kl, mu, np.exp(s) / 2


@wrong(ID, "negative")
def minus_kl(mu, s):
    kl = 0.5 * np.sum(mu**2 + np.exp(s) - s - 1, axis=1)
    return -kl, -mu, (1 - np.exp(s)) / 2


@wrong(ID, "wrong_shape")
def one_number_in_all(mu, s):
    kl = 0.5 * np.sum(mu**2 + np.exp(s) - s - 1)
    return kl, mu, (np.exp(s) - 1) / 2


@right(ID)
def with_expm1(mu, s):
    return (mu * mu + np.expm1(s) - s).sum(axis=1) / 2, mu.copy(), np.expm1(s) / 2


@right(ID)
def code_by_code(mu, s):
    kl = []
    for m, t in zip(mu, s):
        kl.append(sum(a * a + np.exp(b) - b - 1 for a, b in zip(m, t)) / 2)
    return np.array(kl), 1.0 * mu, np.exp(s) / 2 - 0.5


# --- the bound ---

ID = "l14.linear_elbo"


@wrong(ID, "mean_code_only")
def forgets_the_spread(x, a, sigma, mu, s):
    kl = 0.5 * (mu**2 + np.exp(s) - s - 1)
    square = (x - a * mu) ** 2
    return -0.5 * np.log(2 * np.pi * sigma**2) - square / (2 * sigma**2) - kl


@wrong(ID, "noise_without_a")
def spread_without_a(x, a, sigma, mu, s):
    kl = 0.5 * (mu**2 + np.exp(s) - s - 1)
    square = (x - a * mu) ** 2 + np.exp(s)
    return -0.5 * np.log(2 * np.pi * sigma**2) - square / (2 * sigma**2) - kl


@wrong(ID, "noise_once_a")
def spread_once_a(x, a, sigma, mu, s):
    kl = 0.5 * (mu**2 + np.exp(s) - s - 1)
    square = (x - a * mu) ** 2 + a * np.exp(s)
    return -0.5 * np.log(2 * np.pi * sigma**2) - square / (2 * sigma**2) - kl


@wrong(ID, "not_decoded")
def compares_with_the_code(x, a, sigma, mu, s):
    kl = 0.5 * (mu**2 + np.exp(s) - s - 1)
    square = (x - mu) ** 2 + np.exp(s)
    return -0.5 * np.log(2 * np.pi * sigma**2) - square / (2 * sigma**2) - kl


@wrong(ID, "kl_added")
def adds_the_price(x, a, sigma, mu, s):
    kl = 0.5 * (mu**2 + np.exp(s) - s - 1)
    square = (x - a * mu) ** 2 + a**2 * np.exp(s)
    return -0.5 * np.log(2 * np.pi * sigma**2) - square / (2 * sigma**2) + kl


@wrong(ID, "no_kl")
def forgets_the_price(x, a, sigma, mu, s):
    square = (x - a * mu) ** 2 + a**2 * np.exp(s)
    return -0.5 * np.log(2 * np.pi * sigma**2) - square / (2 * sigma**2)


@wrong(ID, "no_constant")
def forgets_the_constant(x, a, sigma, mu, s):
    kl = 0.5 * (mu**2 + np.exp(s) - s - 1)
    square = (x - a * mu) ** 2 + a**2 * np.exp(s)
    return -square / (2 * sigma**2) - kl


@wrong(ID, "sigma_not_squared")
def divides_by_sigma(x, a, sigma, mu, s):
    kl = 0.5 * (mu**2 + np.exp(s) - s - 1)
    square = (x - a * mu) ** 2 + a**2 * np.exp(s)
    return -0.5 * np.log(2 * np.pi * sigma**2) - square / (2 * sigma) - kl


@wrong(ID, "negative")
def as_a_loss(x, a, sigma, mu, s):
    kl = 0.5 * (mu**2 + np.exp(s) - s - 1)
    square = (x - a * mu) ** 2 + a**2 * np.exp(s)
    elbo = -0.5 * np.log(2 * np.pi * sigma**2) - square / (2 * sigma**2) - kl
    return -elbo


@wrong(ID, "wrong_shape")
def mean_of_all(x, a, sigma, mu, s):
    kl = 0.5 * (mu**2 + np.exp(s) - s - 1)
    square = (x - a * mu) ** 2 + a**2 * np.exp(s)
    elbo = -0.5 * np.log(2 * np.pi * sigma**2) - square / (2 * sigma**2) - kl
    return elbo.mean()


@right(ID)
def by_hermite_quadrature(x, a, sigma, mu, s):
    t, w = np.polynomial.hermite_e.hermegauss(5)
    z = mu + np.exp(s / 2) * t[:, None]
    log_p = -0.5 * np.log(2 * np.pi * sigma**2) - (x - a * z) ** 2 / (2 * sigma**2)
    log_p = log_p - z**2 / 2 + (t[:, None] ** 2 + s) / 2
    return (w[:, None] * log_p).sum(axis=0) / w.sum()


@right(ID)
def multiplied_out(x, a, sigma, mu, s):
    v = np.exp(s)
    expected = x * x - 2 * a * x * mu + a * a * (mu * mu + v)
    return -expected / 2 / sigma**2 - np.log(sigma) - np.log(2 * np.pi) / 2 - (mu * mu + v - 1 - s) / 2


# --- belief ---

ID = "l14.fvbn_log_likelihood"


@wrong(ID, "all_pixels")
def uses_all_of_w(x, W, b):
    y = x @ W + b
    return np.sum(x * y - np.logaddexp(0, y), axis=1)


@wrong(ID, "itself")
def with_the_diagonal(x, W, b):
    y = x @ np.triu(W) + b
    return np.sum(x * y - np.logaddexp(0, y), axis=1)


@wrong(ID, "those_after")
def lower_triangle(x, W, b):
    y = x @ np.tril(W, -1) + b
    return np.sum(x * y - np.logaddexp(0, y), axis=1)


@wrong(ID, "independent")
def biases_alone(x, W, b):
    y = b + 0 * x
    return np.sum(x * y - np.logaddexp(0, y), axis=1)


@wrong(ID, "no_bias")
def forgets_b(x, W, b):
    y = x @ np.triu(W, 1)
    return np.sum(x * y - np.logaddexp(0, y), axis=1)


@wrong(ID, "ones_only")
def counts_ones(x, W, b):
    y = x @ np.triu(W, 1) + b
    return np.sum(x * (y - np.logaddexp(0, y)), axis=1)


@wrong(ID, "mean")
def mean_of_pixels(x, W, b):
    y = x @ np.triu(W, 1) + b
    return np.mean(x * y - np.logaddexp(0, y), axis=1)


@wrong(ID, "negative")
def a_loss(x, W, b):
    y = x @ np.triu(W, 1) + b
    return -np.sum(x * y - np.logaddexp(0, y), axis=1)


@wrong(ID, "no_logarithm")
def the_probability(x, W, b):
    y = x @ np.triu(W, 1) + b
    return np.exp(np.sum(x * y - np.logaddexp(0, y), axis=1))


@wrong(ID, "wrong_shape")
def not_summed(x, W, b):
    y = x @ np.triu(W, 1) + b
    return x * y - np.logaddexp(0, y)


@right(ID)
def pixel_by_pixel(x, W, b):
    total = np.zeros(len(x))
    for d in range(x.shape[1]):
        p = 1 / (1 + np.exp(-(b[d] + x[:, :d] @ W[:d, d])))
        total += np.log(np.where(x[:, d] == 1, p, 1 - p))
    return total


@right(ID)
def with_signs(x, W, b):
    y = b + x @ (W * (np.arange(len(b))[:, None] < np.arange(len(b))))
    return -np.logaddexp(0, (1 - 2 * x) * y).sum(axis=1)


# --- sampling ---

ID = "l14.fvbn_sample"


@wrong(ID, "turned")
def above_p(u, W, b):
    x = np.zeros(u.shape)
    for d in range(u.shape[1]):
        p = 1 / (1 + np.exp(-(b[d] + x[:, :d] @ W[:d, d])))
        x[:, d] = u[:, d] > p
    return x


@wrong(ID, "rounded")
def the_likelier(u, W, b):
    x = np.zeros(u.shape)
    for d in range(u.shape[1]):
        p = 1 / (1 + np.exp(-(b[d] + x[:, :d] @ W[:d, d])))
        x[:, d] = p > 0.5
    return x


@wrong(ID, "probabilities")
def keeps_p(u, W, b):
    x = np.zeros(u.shape)
    for d in range(u.shape[1]):
        p = 1 / (1 + np.exp(-(b[d] + x[:, :d] @ W[:d, d])))
        x[:, d] = p
    return x


@wrong(ID, "independent")
def no_pixel_before(u, W, b):
    x = np.zeros(u.shape)
    for d in range(u.shape[1]):
        p = 1 / (1 + np.exp(-(b[d])))
        x[:, d] = u[:, d] < p
    return x


@wrong(ID, "rows")
def along_the_row(u, W, b):
    x = np.zeros(u.shape)
    for d in range(u.shape[1]):
        p = 1 / (1 + np.exp(-(b[d] + x[:, :d] @ W[d, :d])))
        x[:, d] = u[:, d] < p
    return x


@wrong(ID, "last_only")
def only_the_one_before(u, W, b):
    x = np.zeros(u.shape)
    for d in range(u.shape[1]):
        p = 1 / (1 + np.exp(-(b[d] + (x[:, d - 1] * W[d - 1, d] if d else 0))))
        x[:, d] = u[:, d] < p
    return x


@wrong(ID, "first_only")
def only_the_first_one(u, W, b):
    x = np.zeros(u.shape)
    for d in range(u.shape[1]):
        p = 1 / (1 + np.exp(-(b[d] + (x[:, 0] * W[0, d] if d else 0))))
        x[:, d] = u[:, d] < p
    return x


@wrong(ID, "wrong_shape")
def one_too_few(u, W, b):
    x = np.zeros(u.shape)
    for d in range(u.shape[1]):
        p = 1 / (1 + np.exp(-(b[d] + x[:, :d] @ W[:d, d])))
        x[:, d] = u[:, d] < p
    return x[:, 1:]


@wrong(ID, "raised")
def wrong_axis(u, W, b):
    x = np.zeros(u.shape)
    for d in range(u.shape[1]):
        p = 1 / (1 + np.exp(-(b[d] + x[:d] @ W[:d, d])))
        x[:, d] = u[:, d] < p
    return x


@right(ID)
def image_by_image(u, W, b):
    x = np.zeros(u.shape)
    for n, d in np.ndindex(*u.shape):
        y = b[d] + sum(x[n, c] * W[c, d] for c in range(d))
        x[n, d] = 1.0 if u[n, d] < 1 / (1 + np.exp(-y)) else 0.0
    return x


@right(ID)
def by_logits(u, W, b):
    x = np.zeros(u.shape)
    for d in range(u.shape[1]):
        x[:, d] = np.log(u[:, d] / (1 - u[:, d])) < b[d] + x @ np.triu(W, 1)[:, d]
    return x


# --- forging ---

ID = "l14.gan_losses"


@wrong(ID, "labels_turned")
def exchanges_labels(real, fake):
    d_loss = (np.mean(np.logaddexp(0, real)) + np.mean(np.logaddexp(0, -fake))) / 2
    g_loss = np.mean(np.logaddexp(0, -fake))
    return d_loss, g_loss


@wrong(ID, "real_only")
def looks_at_real(real, fake):
    d_loss = np.mean(np.logaddexp(0, -real))
    g_loss = np.mean(np.logaddexp(0, -fake))
    return d_loss, g_loss


@wrong(ID, "fake_only")
def looks_at_forged(real, fake):
    d_loss = np.mean(np.logaddexp(0, fake))
    g_loss = np.mean(np.logaddexp(0, -fake))
    return d_loss, g_loss


@wrong(ID, "no_half")
def adds_both(real, fake):
    d_loss = np.mean(np.logaddexp(0, -real)) + np.mean(np.logaddexp(0, fake))
    g_loss = np.mean(np.logaddexp(0, -fake))
    return d_loss, g_loss


@wrong(ID, "pooled")
def pools_them(real, fake):
    d_loss = np.mean(np.concatenate([np.logaddexp(0, -real), np.logaddexp(0, fake)]))
    g_loss = np.mean(np.logaddexp(0, -fake))
    return d_loss, g_loss


@wrong(ID, "saturating")
def descends_log_one_minus_d(real, fake):
    d_loss = (np.mean(np.logaddexp(0, -real)) + np.mean(np.logaddexp(0, fake))) / 2
    g_loss = -np.mean(np.logaddexp(0, fake))
    return d_loss, g_loss


@wrong(ID, "generator_turned")
def is_found_out(real, fake):
    d_loss = (np.mean(np.logaddexp(0, -real)) + np.mean(np.logaddexp(0, fake))) / 2
    g_loss = np.mean(np.logaddexp(0, fake))
    return d_loss, g_loss


@wrong(ID, "squared")
def squares(real, fake):
    p, q = np.exp(-np.logaddexp(0, -real)), np.exp(-np.logaddexp(0, -fake))
    return (np.mean((p - 1) ** 2) + np.mean(q**2)) / 2, np.mean((q - 1) ** 2)


@wrong(ID, "summed")
def adds_examples(real, fake):
    d_loss = (np.sum(np.logaddexp(0, -real)) + np.sum(np.logaddexp(0, fake))) / 2
    g_loss = np.sum(np.logaddexp(0, -fake))
    return d_loss, g_loss


@wrong(ID, "not_finite")
def by_the_sigmoid(real, fake):
    with np.errstate(all="ignore"):
        p, q = 1 / (1 + np.exp(-real)), 1 / (1 + np.exp(-fake))
        d_loss = -(np.mean(np.log(p)) + np.mean(np.log(1 - q))) / 2
        return d_loss, -np.mean(np.log(q))


@right(ID)
def by_maxima(real, fake):
    def softplus(y):
        return np.maximum(y, 0) + np.log1p(np.exp(-np.abs(y)))

    return softplus(-real).mean() / 2 + softplus(fake).mean() / 2, softplus(-fake).mean()


@right(ID)
def example_after_example(real, fake):
    d, g = 0.0, 0.0
    for y in real:
        d += np.logaddexp(0, -y) / len(real) / 2
    for y in fake:
        d += np.logaddexp(0, y) / len(fake) / 2
        g += np.logaddexp(0, -y) / len(fake)
    return d, g


# --- the best detective ---

ID = "l14.best_discriminator"


@wrong(ID, "forged")
def says_forged(p, q):
    m = (p + q) / 2
    js = (np.sum(p * np.log(p / m)) + np.sum(q * np.log(q / m))) / 2
    return q / (p + q), js


@wrong(ID, "ratio")
def a_ratio(p, q):
    m = (p + q) / 2
    js = (np.sum(p * np.log(p / m)) + np.sum(q * np.log(q / m))) / 2
    return p / q, js


@wrong(ID, "certain")
def says_which(p, q):
    m = (p + q) / 2
    js = (np.sum(p * np.log(p / m)) + np.sum(q * np.log(q / m))) / 2
    return (p > q) * 1.0, js


@wrong(ID, "kl")
def one_kl(p, q):
    js = np.sum(p * np.log(p / q))
    return p / (p + q), js


@wrong(ID, "kl_turned")
def the_other_kl(p, q):
    js = np.sum(q * np.log(q / p))
    return p / (p + q), js


@wrong(ID, "symmetric_kl")
def mean_of_both_kl(p, q):
    js = (np.sum(p * np.log(p / q)) + np.sum(q * np.log(q / p))) / 2
    return p / (p + q), js


@wrong(ID, "one_half_only")
def only_p(p, q):
    m = (p + q) / 2
    js = np.sum(p * np.log(p / m)) / 2
    return p / (p + q), js


@wrong(ID, "no_half")
def both_whole(p, q):
    m = (p + q) / 2
    js = np.sum(p * np.log(p / m)) + np.sum(q * np.log(q / m))
    return p / (p + q), js


@wrong(ID, "mixture_not_halved")
def sum_for_mixture(p, q):
    m = p + q
    js = (np.sum(p * np.log(p / m)) + np.sum(q * np.log(q / m))) / 2
    return p / (p + q), js


@wrong(ID, "bits")
def in_bits(p, q):
    m = (p + q) / 2
    js = (np.sum(p * np.log2(p / m)) + np.sum(q * np.log2(q / m))) / 2
    return p / (p + q), js


@wrong(ID, "wrong_shape")
def not_added(p, q):
    m = (p + q) / 2
    js = (p * np.log(p / m) + q * np.log(q / m)) / 2
    return p / (p + q), js


@right(ID)
def by_entropies(p, q):
    def entropy(r):
        return -np.sum(r * np.log(r))

    return 1 / (1 + q / p), entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2


@right(ID)
def from_the_best_loss(p, q):
    D = p / (p + q)
    return D, np.log(2) + (np.sum(p * np.log(D)) + np.sum(q * np.log(1 - D))) / 2
