"""Lesson 14: what has no likelihood in closed form, and one that has: variational autoencoder, belief network, adversarial networks."""

from __future__ import annotations

import numpy as np

from course_lib.exercises.base import Case, Function, catalogue


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


def _softplus(a):
    return np.logaddexp(0, a)


# --- the variational autoencoder ----------------------------------------------------------------------------------------


def reparameterised(
    mu,
    s,
    eps,
    dz,
    sigma=lambda s: np.exp(s / 2),
    slope=lambda s, eps: np.exp(s / 2) * eps / 2,
    mean=lambda mu: mu,
    passes=lambda dz, s: dz,
):
    """z = mu + e^(s/2) eps, and what comes back: dL/dmu = dz, dL/ds = dz e^(s/2) eps / 2    all (N, K), s = log sigma^2          [W7]"""
    return mean(mu) + sigma(s) * eps, passes(dz, s), dz * slope(s, eps)


def _reparameterised_cases(rng):
    for N, K in ((5, 3), (4, 2), (3, 6)):
        yield Case(*(rng.normal(size=(N, K)) for _ in range(4)))


_REPARAMETERISED_MISTAKES = catalogue(
    reparameterised,
    ("s_as_sigma", "s is used as sigma itself; it is the logarithm of the variance.", "W7", dict(sigma=lambda s: s, slope=lambda s, eps: eps)),
    ("variance", "The noise is scaled by the variance e^s; its standard deviation is e^(s/2).", "W7", dict(sigma=np.exp, slope=lambda s, eps: np.exp(s) * eps)),
    ("no_half", "The half of s/2 is missing in the gradient.", "W7", dict(slope=lambda s, eps: np.exp(s / 2) * eps)),
    ("no_noise_in_gradient", "The gradient by s lacks eps.", "W7", dict(slope=lambda s, eps: np.exp(s / 2) / 2)),
    ("no_sigma_in_gradient", "The gradient by s lacks the factor e^(s/2).", "W7", dict(slope=lambda s, eps: eps / 2)),
    ("no_mean", "The mean is missing in z.", "W7", dict(mean=lambda mu: 0.0)),
    ("mean_gradient_scaled", "The gradient by the mean is scaled by sigma; z = mu + ... has slope 1 in mu.", "W7", dict(passes=lambda dz, s: dz * np.exp(s / 2))),
)  # fmt: skip


def gaussian_kl(
    mu,
    s,
    square=lambda mu: mu**2,
    spread=lambda s: np.exp(s) - s - 1,
    half=0.5,
    d_mu=lambda mu: mu,
    d_s=lambda s: (np.exp(s) - 1) / 2,
    add=lambda a: a.sum(axis=1),
):
    """KL(N(mu, e^s) || N(0, 1)) of each code, (N,), and its gradients    mu, s: (N, K)          [W7]

    1/2 sum_k (mu^2 + e^s - s - 1)    dKL/dmu = mu    dKL/ds = (e^s - 1) / 2
    """
    return half * add(square(mu) + spread(s)), d_mu(mu), d_s(s)


def _kl_cases(rng):
    for N, K in ((5, 3), (4, 2), (3, 6)):
        yield Case(rng.normal(size=(N, K)), rng.normal(size=(N, K)))


_KL_MISTAKES = catalogue(
    gaussian_kl,
    ("no_half", "The half is missing.", "W7", dict(half=1.0, d_mu=lambda mu: 2 * mu, d_s=lambda s: np.exp(s) - 1)),
    ("mean_over_code", "The mean over the K numbers of a code is taken; independent numbers add their KL.", "W7", dict(add=lambda a: a.mean(axis=1))),
    ("no_square", "The mean enters squared.", "W7", dict(square=lambda mu: mu)),
    ("no_one", "The -1 is missing: the KL of N(0, 1) with itself must be 0.", "W7", dict(spread=lambda s: np.exp(s) - s)),
    ("sign_of_s", "s has the wrong sign: a small variance costs more, not less.", "W7", dict(spread=lambda s: np.exp(s) + s - 1, d_s=lambda s: (np.exp(s) + 1) / 2)),
    ("log_sigma", "s is taken for log sigma; it is log sigma^2.", "W7", dict(spread=lambda s: np.exp(2 * s) - 2 * s - 1, d_s=lambda s: np.exp(2 * s) - 1)),
    ("turned", "The two distributions have changed places: KL is not symmetric.", "W7", dict(square=lambda mu: 0.0, spread=lambda s: np.exp(-s) + s - 1, d_s=lambda s: (1 - np.exp(-s)) / 2)),
    ("slope_without_one", "The gradient by s is (e^s - 1) / 2: the -s has the slope -1.", "W7", dict(d_s=lambda s: np.exp(s) / 2)),
    ("negative", "This is -KL: the ELBO subtracts it, but here the KL itself is wanted.", "W7", dict(half=-0.5, d_mu=lambda mu: -mu, d_s=lambda s: (1 - np.exp(s)) / 2)),
)  # fmt: skip


def linear_elbo(
    x,
    a,
    sigma,
    mu,
    s,
    error=lambda x, a, mu, s: (x - a * mu) ** 2 + a**2 * np.exp(s),
    price=lambda mu, s: 0.5 * (mu**2 + np.exp(s) - s - 1),
    constant=lambda sigma: np.log(2 * np.pi * sigma**2) / 2,
    variance=lambda sigma: sigma**2,
    sign=-1,
):
    """ELBO of x when z ~ N(0, 1), x ~ N(a z, sigma^2) and q(z) = N(mu, e^s), all (N,)          [W7]

    -1/2 log(2 pi sigma^2) - ((x - a mu)^2 + a^2 e^s) / 2 sigma^2 - KL
    """
    return -constant(sigma) - error(x, a, mu, s) / (2 * variance(sigma)) + sign * price(mu, s)


def _elbo_cases(rng):
    for N in (4, 6, 5):
        yield Case(rng.normal(size=N), float(rng.uniform(0.6, 1.8)), float(rng.uniform(0.5, 0.9)), rng.normal(size=N), rng.normal(size=N))  # fmt: skip


_ELBO_MISTAKES = catalogue(
    linear_elbo,
    ("mean_code_only", "Only the mean code is decoded; the noise of z adds a^2 e^s to the expected square.", "W7", dict(error=lambda x, a, mu, s: (x - a * mu) ** 2)),
    ("noise_without_a", "The noise of z goes through the decoder as well: its variance counts a^2 times.", "W7", dict(error=lambda x, a, mu, s: (x - a * mu) ** 2 + np.exp(s))),
    ("noise_once_a", "The variance of a z is a^2 e^s, not a e^s.", "W7", dict(error=lambda x, a, mu, s: (x - a * mu) ** 2 + a * np.exp(s))),
    ("not_decoded", "x is compared with the code; wanted with what the code stands for, a z.", "W7", dict(error=lambda x, a, mu, s: (x - mu) ** 2 + np.exp(s))),
    ("kl_added", "The KL is added; it is a price.", "W7", dict(sign=1)),
    ("no_kl", "The KL is missing: so the posterior may lie anywhere for nothing.", "W7", dict(price=lambda mu, s: 0.0)),
    ("no_constant", "The constant of the Gaussian is missing; without it this is no bound of log p(x).", "W2", dict(constant=lambda sigma: 0.0)),
    ("sigma_not_squared", "The square is divided by 2 sigma; by 2 sigma^2, the variance.", "W2", dict(variance=lambda sigma: sigma)),
    ("negative", "This is the negative ELBO, a loss; wanted is the bound itself.", "W7", dict(constant=lambda sigma: -np.log(2 * np.pi * sigma**2) / 2, variance=lambda sigma: -(sigma**2), sign=1)),
)  # fmt: skip

# --- the fully visible belief network -----------------------------------------------------------------------------------


def fvbn_log_likelihood(
    x,
    W,
    b,
    before=lambda W: np.triu(W, 1),
    bias=lambda b: b,
    terms=lambda x, y: x * y - _softplus(y),
    add=lambda t: t.sum(axis=1),
):
    """log p(x) = sum_d log p(x_d | x_1 .. x_(d-1)), p(x_d = 1 | ..) = sigmoid(b_d + sum_(c<d) x_c W_cd)    x: (N, D) of 0 and 1   W: (D, D)   returns (N,)          [W7]"""
    y = x @ before(W) + bias(b)
    return add(terms(x, y))


def _fvbn_cases(rng):
    for N, D in ((5, 3), (4, 6), (6, 4)):
        yield Case((rng.uniform(size=(N, D)) < 0.5).astype(float), rng.normal(size=(D, D)), rng.normal(size=D))


_FVBN_MISTAKES = catalogue(
    fvbn_log_likelihood,
    ("all_pixels", "All pixels predict each pixel, itself included; only those before it may.", "W7", dict(before=lambda W: W)),
    ("itself", "A pixel helps to predict itself; only those before it may.", "W7", dict(before=np.triu)),
    ("those_after", "The pixels after it predict a pixel; wanted those before.", "W7", dict(before=lambda W: np.tril(W, -1))),
    ("independent", "No pixel depends on another: W is not used.", "W7", dict(before=lambda W: 0 * W)),
    ("no_bias", "The bias is missing.", "W7", dict(bias=lambda b: 0.0)),
    ("ones_only", "Only pixels that are 1 count; one that is 0 has the probability 1 - sigmoid.", "W4", dict(terms=lambda x, y: x * (y - _softplus(y)))),
    ("mean", "The logarithms are averaged; those of a product add.", "W1", dict(add=lambda t: t.mean(axis=1))),
    ("negative", "This is the negative log-likelihood, a loss.", "W1", dict(add=lambda t: -t.sum(axis=1))),
    ("no_logarithm", "This is p(x); its logarithm is wanted.", "W1", dict(add=lambda t: np.exp(t.sum(axis=1)))),
)  # fmt: skip


def fvbn_sample(
    u,
    W,
    b,
    drawn=lambda u, p: u < p,
    seen=lambda x, d: x[:, :d],
    weights=lambda W, d: W[:d, d],
    keep=lambda taken, p: taken,
):
    """x, drawn pixel by pixel: x_d = 1 where u_d < sigmoid(b_d + sum_(c<d) x_c W_cd)    u: (N, D) from U(0, 1)   returns (N, D) of 0 and 1          [W7]"""
    x = np.zeros(u.shape)
    for d in range(u.shape[1]):
        p = _sigmoid(b[d] + seen(x, d) @ weights(W, d))
        x[:, d] = keep(drawn(u[:, d], p), p)
    return x


def _sample_cases(rng):
    for N, D in ((40, 5), (30, 7), (50, 4)):
        yield Case(rng.uniform(size=(N, D)), 1.5 * rng.normal(size=(D, D)), rng.normal(size=D))


_SAMPLE_MISTAKES = catalogue(
    fvbn_sample,
    ("turned", "A pixel is 1 where u is above p: that has the probability 1 - p.", "W7", dict(drawn=lambda u, p: u > p)),
    ("rounded", "The likelier value is taken; it has to be drawn.", "W7", dict(drawn=lambda u, p: p > 0.5)),
    ("probabilities", "These are the probabilities; wanted are the pixels drawn with them, and what follows from these.", "W7", dict(keep=lambda taken, p: p)),
    ("independent", "No pixel depends on those before it.", "W7", dict(weights=lambda W, d: 0 * W[:d, d])),
    ("rows", "The weights are read along the row of pixel d; those that lead to it stand in its column.", "W7", dict(weights=lambda W, d: W[d, :d])),
    ("last_only", "Only the pixel just before counts; all before do.", "W7", dict(weights=lambda W, d: W[:d, d] * (np.arange(d) == d - 1))),
    ("first_only", "Only the first pixel counts; all before do.", "W7", dict(weights=lambda W, d: W[:d, d] * (np.arange(d) == 0))),
)  # fmt: skip

# --- adversarial networks -----------------------------------------------------------------------------------------------


def gan_losses(
    real,
    fake,
    discriminator=lambda real, fake: (np.mean(_softplus(-real)) + np.mean(_softplus(fake))) / 2,
    generator=lambda fake: np.mean(_softplus(-fake)),
):
    """-1/2 E log D(x) - 1/2 E log(1 - D(G(z))), and -E log D(G(z)), from logits    real: (N,), fake: (M,)          [W7, W6]"""
    return discriminator(real, fake), generator(fake)


def _gan_cases(rng):
    for N, M in ((5, 7), (6, 4), (3, 8)):
        yield Case(2 * rng.normal(size=N), 2 * rng.normal(size=M))
    yield Case(np.array([1000.0, -800.0, 3.0]), np.array([900.0, -1000.0, 0.5, 2.0]), label="logits of 1000")


_GAN_MISTAKES = catalogue(
    gan_losses,
    ("labels_turned", "The discriminator learns to call forgeries real: its labels are exchanged.", "W7", dict(discriminator=lambda r, f: (np.mean(_softplus(r)) + np.mean(_softplus(-f))) / 2)),
    ("real_only", "The discriminator's loss looks at real examples alone.", "W7", dict(discriminator=lambda r, f: np.mean(_softplus(-r)))),
    ("fake_only", "The discriminator's loss looks at forgeries alone.", "W7", dict(discriminator=lambda r, f: np.mean(_softplus(f)))),
    ("no_half", "The two means of the discriminator are added; half of each is wanted.", "W7", dict(discriminator=lambda r, f: np.mean(_softplus(-r)) + np.mean(_softplus(f)))),
    ("pooled", "Real and forged examples are pooled: the larger batch then weighs more. Take the mean of each.", "W7", dict(discriminator=lambda r, f: np.mean(np.concatenate([_softplus(-r), _softplus(f)])))),
    ("saturating", "The generator descends E log(1 - D): where D is sure, that has hardly a gradient. Wanted is -E log D.", "W7", dict(generator=lambda f: -np.mean(_softplus(f)))),
    ("generator_turned", "The generator learns to be found out: its loss is that of the discriminator.", "W7", dict(generator=lambda f: np.mean(_softplus(f)))),
    ("squared", "These are squared errors; wanted are cross-entropies.", "W4", dict(discriminator=lambda r, f: (np.mean((_safe(r) - 1) ** 2) + np.mean(_safe(f) ** 2)) / 2, generator=lambda f: np.mean((_safe(f) - 1) ** 2))),
    ("summed", "The terms are added up; their mean is wanted.", "E19", dict(discriminator=lambda r, f: (np.sum(_softplus(-r)) + np.sum(_softplus(f))) / 2, generator=lambda f: np.sum(_softplus(-f)))),
)  # fmt: skip


def _safe(a):
    """A sigmoid without overflow"""
    return np.exp(-np.logaddexp(0, -a))


def best_discriminator(
    p,
    q,
    best=lambda p, q: p / (p + q),
    divergence=lambda p, q: (np.sum(p * np.log(2 * p / (p + q))) + np.sum(q * np.log(2 * q / (p + q)))) / 2,
):
    """D(x) = p / (p + q), and the Jensen-Shannon divergence of p and q    p, q: (K,), probabilities of K values          [W7]

    JS = 1/2 KL(p || m) + 1/2 KL(q || m), m = (p + q) / 2; the discriminator's least loss is log 2 - JS
    """
    return best(p, q), divergence(p, q)


def _kl(p, q):
    return np.sum(p * np.log(p / q))


def _best_cases(rng):
    for K in (4, 6, 5):
        p, q = rng.uniform(0.2, 1, size=(2, K))
        yield Case(p / p.sum(), q / q.sum())


_BEST_MISTAKES = catalogue(
    best_discriminator,
    ("forged", "This is the probability of being forged; D says how likely it is real.", "W7", dict(best=lambda p, q: q / (p + q))),
    ("ratio", "This is p / q; a probability of being real divides by p + q.", "W7", dict(best=lambda p, q: p / q)),
    ("certain", "This says which of the two is larger; D says how likely.", "W7", dict(best=lambda p, q: (p > q).astype(float))),
    ("kl", "This is KL(p || q); the mixture of both stands under the logarithm.", "W7", dict(divergence=_kl)),
    ("kl_turned", "This is KL(q || p); the mixture of both stands under the logarithm.", "W7", dict(divergence=lambda p, q: _kl(q, p))),
    ("symmetric_kl", "This is the mean of both KL; wanted are those to the mixture.", "W7", dict(divergence=lambda p, q: (_kl(p, q) + _kl(q, p)) / 2)),
    ("one_half_only", "This is the half of p; q has one as well.", "W7", dict(divergence=lambda p, q: _kl(p, (p + q) / 2) / 2)),
    ("no_half", "The two KL are added; half of each is wanted.", "W7", dict(divergence=lambda p, q: _kl(p, (p + q) / 2) + _kl(q, (p + q) / 2))),
    ("mixture_not_halved", "p + q is no distribution; the mixture is half of it.", "W7", dict(divergence=lambda p, q: (_kl(p, p + q) + _kl(q, p + q)) / 2)),
    ("bits", "The logarithm has base 2; here it is the natural one.", "W7", dict(divergence=lambda p, q: (_kl(p, (p + q) / 2) + _kl(q, (p + q) / 2)) / 2 / np.log(2))),
)  # fmt: skip


EXERCISES = [
    Function(
        id="l14.reparameterised",
        title="A draw that lets gradients through",
        points=3,
        lectures=("W7",),
        outputs=("z", "dmu", "ds"),
        reference=reparameterised,
        cases=_reparameterised_cases,
        mistakes=_REPARAMETERISED_MISTAKES,
        hints=(
            "s = log sigma^2. What is sigma?",
            "sigma = e^(s/2). eps is drawn already, so z is a plain function of mu and s.",
            "dL/ds = dz * eps * d e^(s/2)/ds, and that derivative is e^(s/2) / 2.",
        ),
    ),
    Function(
        id="l14.gaussian_kl",
        title="The price of a code",
        points=3,
        lectures=("W7",),
        outputs=("kl", "dmu", "ds"),
        reference=gaussian_kl,
        cases=_kl_cases,
        mistakes=_KL_MISTAKES,
        hints=(
            "A code with mu = 0 and s = 0 costs nothing: try that first.",
            "1/2 sum_k (mu_k^2 + e^(s_k) - s_k - 1), one number for each example.",
            "The gradients, by each number of the code: mu, and (e^s - 1) / 2.",
        ),
    ),
    Function(
        id="l14.linear_elbo",
        title="The bound, exactly",
        points=4,
        lectures=("W7", "W2"),
        outputs=("elbo",),
        reference=linear_elbo,
        cases=_elbo_cases,
        mistakes=_ELBO_MISTAKES,
        hints=(
            "E_q log p(x | z) - KL. The first part is the mean of a Gaussian's logarithm over z.",
            "E (x - a z)^2 = (x - a mu)^2 + a^2 Var z: the mean's square and the variance.",
            "-1/2 log(2 pi sigma^2) - ((x - a mu)^2 + a^2 e^s) / (2 sigma^2) - 1/2 (mu^2 + e^s - s - 1)",
        ),
    ),
    Function(
        id="l14.fvbn_log_likelihood",
        title="Pixel by pixel",
        points=4,
        lectures=("W7", "W4"),
        outputs=("log_p",),
        reference=fvbn_log_likelihood,
        cases=_fvbn_cases,
        mistakes=_FVBN_MISTAKES,
        hints=(
            "p(x) = p(x_1) p(x_2 | x_1) p(x_3 | x_1, x_2) ...: the logarithms add.",
            "np.triu(W, 1) keeps what leads from a pixel to a later one; x @ np.triu(W, 1) + b are all logits at once.",
            "For a logit y: log p(x_d) = x_d y - log(1 + e^y) [lesson 03].",
        ),
    ),
    Function(
        id="l14.fvbn_sample",
        title="Draw an image",
        points=3,
        lectures=("W7",),
        outputs=("x",),
        reference=fvbn_sample,
        cases=_sample_cases,
        mistakes=_SAMPLE_MISTAKES,
        hints=(
            "A loop over the pixels: the next one needs those that are drawn already.",
            "p = sigmoid(b[d] + x[:, :d] @ W[:d, d]) for all examples at once.",
            "x[:, d] = u[:, d] < p.",
        ),
    ),
    Function(
        id="l14.gan_losses",
        title="Forger and detective",
        points=3,
        lectures=("W7", "W6"),
        outputs=("d_loss", "g_loss"),
        reference=gan_losses,
        cases=_gan_cases,
        mistakes=_GAN_MISTAKES,
        hints=(
            "-log sigmoid(y) and -log(1 - sigmoid(y)): write both without a sigmoid, as in lesson 03.",
            "They are log(1 + e^-y) and log(1 + e^y); np.logaddexp(0, -y) survives y = -1000.",
            "The discriminator takes the first for real and the second for forged ones, half of each mean; the generator the first for its forgeries.",
        ),
    ),
    Function(
        id="l14.best_discriminator",
        title="The best detective",
        points=3,
        lectures=("W7",),
        outputs=("D", "js"),
        reference=best_discriminator,
        cases=_best_cases,
        mistakes=_BEST_MISTAKES,
        hints=(
            "Of what looks like x, which share is real, if real and forged ones come equally often?",
            "D = p / (p + q). With m = (p + q) / 2: JS = 1/2 KL(p || m) + 1/2 KL(q || m).",
            "KL(p || m) = np.sum(p * np.log(p / m)).",
        ),
    ),
]
