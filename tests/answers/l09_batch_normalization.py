"""Answers to lesson 09."""

import numpy as np

from tests.answers import right, wrong

# --- forward ---

ID = "l09.bn_forward"


@wrong(ID, "wrong_axis")
def over_the_features(x, gamma, beta, eps):
    m, v = x.mean(axis=1), x.var(axis=1)
    return gamma * (x - m[:, None]) / np.sqrt(v[:, None] + eps) + beta, m, v


@wrong(ID, "ddof")
def one_less(x, gamma, beta, eps):
    m, v = x.mean(axis=0), x.var(axis=0, ddof=1)
    return gamma * (x - m) / np.sqrt(v + eps) + beta, m, v


@wrong(ID, "eps_outside")
def eps_behind_the_root(x, gamma, beta, eps):
    m, v = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - m) / (np.sqrt(v) + eps) + beta, m, v


@wrong(ID, "no_eps")
def without_eps(x, gamma, beta, eps):
    m, v = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - m) / np.where(v > 0, np.sqrt(v), 1) + beta, m, v


@wrong(ID, "no_root")
def by_the_variance(x, gamma, beta, eps):
    m, v = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - m) / (v + eps) + beta, m, v


@wrong(ID, "not_centered")
def only_scales(x, gamma, beta, eps):
    m, v = x.mean(axis=0), x.var(axis=0)
    return gamma * x / np.sqrt(v + eps) + beta, m, v


@wrong(ID, "no_gamma")
def forgets_gamma(x, gamma, beta, eps):
    m, v = x.mean(axis=0), x.var(axis=0)
    return (x - m) / np.sqrt(v + eps) + beta, m, v


@wrong(ID, "no_beta")
def forgets_beta(x, gamma, beta, eps):
    m, v = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - m) / np.sqrt(v + eps), m, v


@wrong(ID, "exchanged")
def gamma_for_beta(x, gamma, beta, eps):
    m, v = x.mean(axis=0), x.var(axis=0)
    return beta * (x - m) / np.sqrt(v + eps) + gamma, m, v


@wrong(ID, "beta_scaled")
def shifts_first(x, gamma, beta, eps):
    m, v = x.mean(axis=0), x.var(axis=0)
    return gamma * ((x - m) / np.sqrt(v + eps) + beta), m, v


@wrong(ID, "standard_deviation")
def gives_back_the_deviation(x, gamma, beta, eps):
    m, s = x.mean(axis=0), x.std(axis=0)
    return gamma * (x - m) / np.sqrt(s**2 + eps) + beta, m, s


@wrong(ID, "all_features")
def one_for_all(x, gamma, beta, eps):
    D = x.shape[1]
    m, v = np.full(D, x.mean()), np.full(D, x.var())
    return gamma * (x - m) / np.sqrt(v + eps) + beta, m, v


@wrong(ID, "mean_square")
def squares_not_centered(x, gamma, beta, eps):
    m, v = x.mean(axis=0), (x**2).mean(axis=0)
    return gamma * (x - m) / np.sqrt(v + eps) + beta, m, v


@wrong(ID, "wrong_type")
def y_alone(x, gamma, beta, eps):
    m, v = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - m) / np.sqrt(v + eps) + beta


@right(ID)
def step_by_step(x, gamma, beta, eps):
    N = len(x)
    m = np.sum(x, axis=0) / N
    c = x - m
    v = np.sum(c * c, axis=0) / N
    return gamma * (c * (v + eps) ** -0.5) + beta, m, v


@right(ID)
def feature_by_feature(x, gamma, beta, eps):
    y, m, v = np.empty_like(x), [], []
    for d in range(x.shape[1]):
        m.append(sum(x[:, d]) / len(x))
        v.append(sum((x[:, d] - m[d]) ** 2) / len(x))
        y[:, d] = gamma[d] * (x[:, d] - m[d]) / (v[d] + eps) ** 0.5 + beta[d]
    return y, np.array(m), np.array(v)


# --- identity ---

ID = "l09.identity_recovery"


@wrong(ID, "no_eps")
def as_on_the_slide(x, eps):
    return x.std(axis=0), x.mean(axis=0)


@wrong(ID, "no_root")
def the_variance(x, eps):
    return x.var(axis=0) + eps, x.mean(axis=0)


@wrong(ID, "inverse")
def turned_over(x, eps):
    return 1 / np.sqrt(x.var(axis=0) + eps), x.mean(axis=0)


@wrong(ID, "minus_mean")
def minus_the_mean(x, eps):
    return np.sqrt(x.var(axis=0) + eps), -x.mean(axis=0)


@wrong(ID, "scaled_mean")
def mean_scaled(x, eps):
    s = np.sqrt(x.var(axis=0) + eps)
    return s, x.mean(axis=0) / s


@wrong(ID, "exchanged")
def beta_first(x, eps):
    return x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)


@wrong(ID, "eps_outside")
def eps_added_to_the_root(x, eps):
    return np.sqrt(x.var(axis=0)) + eps, x.mean(axis=0)


@wrong(ID, "nothing_done")
def ones_and_zeros(x, eps):
    return np.ones(x.shape[1]), np.zeros(x.shape[1])


@wrong(ID, "wrong_shape")
def for_each_example(x, eps):
    return np.sqrt(x.var(axis=1) + eps), x.mean(axis=1)


@right(ID)
def by_parts(x, eps):
    m = sum(x) / len(x)
    return (((x - m) ** 2).mean(axis=0) + eps) ** 0.5, m


@right(ID)
def by_squares(x, eps):
    m = np.mean(x, axis=0)
    v = np.mean(x**2, axis=0) - m**2
    return np.sqrt(eps + v), m


# --- images ---

ID = "l09.bn_images"


@wrong(ID, "batch_alone")
def each_pixel(x, gamma, beta, eps):
    m, v = x.mean(axis=0, keepdims=True), x.var(axis=0, keepdims=True)
    return gamma[:, None, None] * (x - m) / np.sqrt(v + eps) + beta[:, None, None]


@wrong(ID, "each_image")
def each_image_alone(x, gamma, beta, eps):
    m, v = x.mean(axis=(2, 3), keepdims=True), x.var(axis=(2, 3), keepdims=True)
    return gamma[:, None, None] * (x - m) / np.sqrt(v + eps) + beta[:, None, None]


@wrong(ID, "all_channels")
def one_for_all_channels(x, gamma, beta, eps):
    m, v = x.mean(axis=(0, 1, 2, 3), keepdims=True), x.var(axis=(0, 1, 2, 3), keepdims=True)
    return gamma[:, None, None] * (x - m) / np.sqrt(v + eps) + beta[:, None, None]


@wrong(ID, "each_example")
def like_layer_normalization(x, gamma, beta, eps):
    m, v = x.mean(axis=(1, 2, 3), keepdims=True), x.var(axis=(1, 2, 3), keepdims=True)
    return gamma[:, None, None] * (x - m) / np.sqrt(v + eps) + beta[:, None, None]


@wrong(ID, "height_left_out")
def not_over_the_rows(x, gamma, beta, eps):
    m, v = x.mean(axis=(0, 3), keepdims=True), x.var(axis=(0, 3), keepdims=True)
    return gamma[:, None, None] * (x - m) / np.sqrt(v + eps) + beta[:, None, None]


@wrong(ID, "no_root")
def image_by_the_variance(x, gamma, beta, eps):
    m, v = x.mean(axis=(0, 2, 3), keepdims=True), x.var(axis=(0, 2, 3), keepdims=True)
    return gamma[:, None, None] * (x - m) / (v + eps) + beta[:, None, None]


@wrong(ID, "eps_outside")
def image_eps_behind_the_root(x, gamma, beta, eps):
    m, v = x.mean(axis=(0, 2, 3), keepdims=True), x.var(axis=(0, 2, 3), keepdims=True)
    return gamma[:, None, None] * (x - m) / (np.sqrt(v) + eps) + beta[:, None, None]


@wrong(ID, "no_gamma")
def image_without_gamma(x, gamma, beta, eps):
    m, v = x.mean(axis=(0, 2, 3), keepdims=True), x.var(axis=(0, 2, 3), keepdims=True)
    return (x - m) / np.sqrt(v + eps) + beta[:, None, None]


@wrong(ID, "no_beta")
def image_without_beta(x, gamma, beta, eps):
    m, v = x.mean(axis=(0, 2, 3), keepdims=True), x.var(axis=(0, 2, 3), keepdims=True)
    return gamma[:, None, None] * (x - m) / np.sqrt(v + eps)


@wrong(ID, "raised")
def gamma_without_axes(x, gamma, beta, eps):
    m, v = x.mean(axis=(0, 2, 3), keepdims=True), x.var(axis=(0, 2, 3), keepdims=True)
    return gamma * (x - m) / np.sqrt(v + eps) + beta


@right(ID)
def as_a_table(x, gamma, beta, eps):
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)
    y = gamma * (rows - rows.mean(0)) / np.sqrt(rows.var(0) + eps) + beta
    return y.reshape(N, H, W, C).transpose(0, 3, 1, 2)


@right(ID)
def channel_by_channel(x, gamma, beta, eps):
    y = np.empty_like(x)
    for c in range(x.shape[1]):
        one = x[:, c]
        y[:, c] = gamma[c] * (one - one.mean()) / np.sqrt(one.var() + eps) + beta[c]
    return y


# --- running statistics ---

ID = "l09.running_statistics"


@wrong(ID, "turned")
def momentum_for_the_old(batches, momentum):
    D = batches[0].shape[1]
    m, v = np.zeros(D), np.ones(D)
    for x in batches:
        m = momentum * m + (1 - momentum) * x.mean(axis=0)
        v = momentum * v + (1 - momentum) * x.var(axis=0, ddof=1)
    return m, v


@wrong(ID, "biased")
def divides_by_n(batches, momentum):
    D = batches[0].shape[1]
    m, v = np.zeros(D), np.ones(D)
    for x in batches:
        m = (1 - momentum) * m + momentum * x.mean(axis=0)
        v = (1 - momentum) * v + momentum * x.var(axis=0)
    return m, v


@wrong(ID, "standard_deviation")
def deviations(batches, momentum):
    D = batches[0].shape[1]
    m, v = np.zeros(D), np.ones(D)
    for x in batches:
        m = (1 - momentum) * m + momentum * x.mean(axis=0)
        v = (1 - momentum) * v + momentum * x.std(axis=0, ddof=1)
    return m, v


@wrong(ID, "variance_from_0")
def from_zero(batches, momentum):
    D = batches[0].shape[1]
    m, v = np.zeros(D), np.zeros(D)
    for x in batches:
        m = (1 - momentum) * m + momentum * x.mean(axis=0)
        v = (1 - momentum) * v + momentum * x.var(axis=0, ddof=1)
    return m, v


@wrong(ID, "last_batch")
def the_last_alone(batches, momentum):
    x = batches[-1]
    return x.mean(axis=0), x.var(axis=0, ddof=1)


@wrong(ID, "not_forgotten")
def keeps_all(batches, momentum):
    D = batches[0].shape[1]
    m, v = np.zeros(D), np.ones(D)
    for x in batches:
        m = m + momentum * x.mean(axis=0)
        v = v + momentum * x.var(axis=0, ddof=1)
    return m, v


@wrong(ID, "first_missing")
def starts_late(batches, momentum):
    D = batches[0].shape[1]
    m, v = np.zeros(D), np.ones(D)
    for x in batches[1:]:
        m = (1 - momentum) * m + momentum * x.mean(axis=0)
        v = (1 - momentum) * v + momentum * x.var(axis=0, ddof=1)
    return m, v


@wrong(ID, "corrected")
def corrects_the_start(batches, momentum):
    D = batches[0].shape[1]
    m, v = np.zeros(D), np.zeros(D)
    for x in batches:
        m = (1 - momentum) * m + momentum * x.mean(axis=0)
        v = (1 - momentum) * v + momentum * x.var(axis=0, ddof=1)
    left = 1 - (1 - momentum) ** len(batches)
    return m / left, v / left


@wrong(ID, "average")
def plain_average(batches, momentum):
    return sum(x.mean(axis=0) for x in batches) / len(batches), sum(x.var(axis=0, ddof=1) for x in batches) / len(
        batches
    )


@right(ID)
def moved_by_the_gap(batches, momentum):
    D = batches[0].shape[1]
    m, v = np.zeros(D), np.ones(D)
    for x in batches:
        m = m + momentum * (x.mean(axis=0) - m)
        v = v + momentum * (x.var(axis=0) * len(x) / (len(x) - 1) - v)
    return m, v


@right(ID)
def as_one_sum(batches, momentum):
    T = len(batches)
    share = [momentum * (1 - momentum) ** (T - 1 - t) for t in range(T)]
    m = sum(a * x.mean(axis=0) for a, x in zip(share, batches))
    v = sum(a * x.var(axis=0, ddof=1) for a, x in zip(share, batches))
    return m, v + (1 - momentum) ** T


# --- test ---

ID = "l09.bn_predict"


@wrong(ID, "of_the_batch")
def asks_the_batch(x, gamma, beta, mean, variance, eps):
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta


@wrong(ID, "batch_mean")
def mean_of_the_batch(x, gamma, beta, mean, variance, eps):
    return gamma * (x - x.mean(axis=0)) / np.sqrt(variance + eps) + beta


@wrong(ID, "batch_variance")
def variance_of_the_batch(x, gamma, beta, mean, variance, eps):
    return gamma * (x - mean) / np.sqrt(x.var(axis=0) + eps) + beta


@wrong(ID, "no_root")
def test_by_the_variance(x, gamma, beta, mean, variance, eps):
    return gamma * (x - mean) / (variance + eps) + beta


@wrong(ID, "no_eps")
def test_without_eps(x, gamma, beta, mean, variance, eps):
    return gamma * (x - mean) / np.sqrt(variance) + beta


@wrong(ID, "eps_outside")
def test_eps_behind_the_root(x, gamma, beta, mean, variance, eps):
    return gamma * (x - mean) / (np.sqrt(variance) + eps) + beta


@wrong(ID, "no_gamma")
def test_without_gamma(x, gamma, beta, mean, variance, eps):
    return (x - mean) / np.sqrt(variance + eps) + beta


@wrong(ID, "no_beta")
def test_without_beta(x, gamma, beta, mean, variance, eps):
    return gamma * (x - mean) / np.sqrt(variance + eps)


@wrong(ID, "not_normalized")
def only_scale_and_shift(x, gamma, beta, mean, variance, eps):
    return gamma * x + beta


@right(ID)
def example_by_example(x, gamma, beta, mean, variance, eps):
    return np.array(
        [[g * (a - m) / (v + eps) ** 0.5 + b for a, g, b, m, v in zip(row, gamma, beta, mean, variance)] for row in x]
    )


@right(ID)
def as_an_affine_map(x, gamma, beta, mean, variance, eps):
    f = gamma / np.sqrt(variance + eps)
    return x * f + (beta - mean * f)


# --- fold ---

ID = "l09.fold"


@wrong(ID, "b_lost")
def forgets_b(W, b, gamma, beta, mean, variance, eps):
    f = gamma / np.sqrt(variance + eps)
    return W * f, beta - mean * f


@wrong(ID, "b_not_scaled")
def leaves_b(W, b, gamma, beta, mean, variance, eps):
    f = gamma / np.sqrt(variance + eps)
    return W * f, b - mean * f + beta


@wrong(ID, "mean_not_scaled")
def leaves_the_mean(W, b, gamma, beta, mean, variance, eps):
    f = gamma / np.sqrt(variance + eps)
    return W * f, b * f - mean + beta


@wrong(ID, "mean_lost")
def forgets_the_mean(W, b, gamma, beta, mean, variance, eps):
    f = gamma / np.sqrt(variance + eps)
    return W * f, b * f + beta


@wrong(ID, "mean_added")
def adds_the_mean(W, b, gamma, beta, mean, variance, eps):
    f = gamma / np.sqrt(variance + eps)
    return W * f, (b + mean) * f + beta


@wrong(ID, "beta_lost")
def forgets_the_shift(W, b, gamma, beta, mean, variance, eps):
    f = gamma / np.sqrt(variance + eps)
    return W * f, (b - mean) * f


@wrong(ID, "beta_scaled")
def scales_the_shift(W, b, gamma, beta, mean, variance, eps):
    f = gamma / np.sqrt(variance + eps)
    return W * f, (b - mean + beta) * f


@wrong(ID, "no_gamma")
def forgets_the_scale(W, b, gamma, beta, mean, variance, eps):
    f = 1 / np.sqrt(variance + eps)
    return W * f, (b - mean) * f + beta


@wrong(ID, "no_root")
def fold_by_the_variance(W, b, gamma, beta, mean, variance, eps):
    f = gamma / (variance + eps)
    return W * f, (b - mean) * f + beta


@wrong(ID, "no_eps")
def fold_without_eps(W, b, gamma, beta, mean, variance, eps):
    f = gamma / np.sqrt(variance)
    return W * f, (b - mean) * f + beta


@wrong(ID, "weights_left")
def leaves_the_weights(W, b, gamma, beta, mean, variance, eps):
    f = gamma / np.sqrt(variance + eps)
    return W, (b - mean) * f + beta


@wrong(ID, "raised")
def scales_the_rows(W, b, gamma, beta, mean, variance, eps):
    f = gamma / np.sqrt(variance + eps)
    return W * f[:, None], (b - mean) * f + beta


@right(ID)
def with_a_diagonal_matrix(W, b, gamma, beta, mean, variance, eps):
    S = np.diag(gamma / np.sqrt(variance + eps))
    return W @ S, (b - mean) @ S + beta


@right(ID)
def by_trying_it_out(W, b, gamma, beta, mean, variance, eps):
    def bn(z):
        return gamma * (z - mean) / np.sqrt(variance + eps) + beta

    zero = bn(b)
    return np.array([bn(row + b) - zero for row in W]), zero


# --- backward, node by node ---

ID = "l09.bn_node_errors"


@wrong(ID, "no_gamma")
def passes_dy_on(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    v = x.var(axis=0)
    d = dy
    return d, (d * c).sum(axis=0) * -0.5 * (v + eps) ** -1.5, -d.sum(axis=0) / np.sqrt(v + eps)


@wrong(ID, "divided_by_gamma")
def divides_by_gamma(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    v = x.var(axis=0)
    d = dy / gamma
    return d, (d * c).sum(axis=0) * -0.5 * (v + eps) ** -1.5, -d.sum(axis=0) / np.sqrt(v + eps)


@wrong(ID, "no_half")
def forgets_the_half(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    v = x.var(axis=0)
    d = dy * gamma
    return d, (d * c).sum(axis=0) * -1.0 * (v + eps) ** -1.5, -d.sum(axis=0) / np.sqrt(v + eps)


@wrong(ID, "sign_of_variance")
def variance_with_plus(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    v = x.var(axis=0)
    d = dy * gamma
    return d, (d * c).sum(axis=0) * 0.5 * (v + eps) ** -1.5, -d.sum(axis=0) / np.sqrt(v + eps)


@wrong(ID, "power_one_half")
def leaves_the_power(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    v = x.var(axis=0)
    d = dy * gamma
    return d, (d * c).sum(axis=0) * -0.5 * (v + eps) ** -0.5, -d.sum(axis=0) / np.sqrt(v + eps)


@wrong(ID, "power_one")
def derives_one_over_v(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    v = x.var(axis=0)
    d = dy * gamma
    return d, (d * c).sum(axis=0) * -1 / (v + eps) ** 2, -d.sum(axis=0) / np.sqrt(v + eps)


@wrong(ID, "mean_over_batch")
def averages_the_errors(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    v = x.var(axis=0)
    d = dy * gamma
    return d, (d * c).mean(axis=0) * -0.5 * (v + eps) ** -1.5, -d.mean(axis=0) / np.sqrt(v + eps)


@wrong(ID, "sign_of_mean")
def mean_with_plus(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    v = x.var(axis=0)
    d = dy * gamma
    return d, (d * c).sum(axis=0) * -0.5 * (v + eps) ** -1.5, d.sum(axis=0) / np.sqrt(v + eps)


@wrong(ID, "not_centered")
def forgets_to_center(dy, x, gamma, eps):
    c = x
    v = x.var(axis=0)
    d = dy * gamma
    return d, (d * c).sum(axis=0) * -0.5 * (v + eps) ** -1.5, -d.sum(axis=0) / np.sqrt(v + eps)


@wrong(ID, "no_root_for_mean")
def mean_by_the_variance(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    v = x.var(axis=0)
    d = dy * gamma
    return d, (d * c).sum(axis=0) * -0.5 * (v + eps) ** -1.5, -d.sum(axis=0) / (v + eps)


@wrong(ID, "wrong_shape")
def forgets_to_add_up(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    v = x.var(axis=0)
    d = dy * gamma
    return d, d * c * -0.5 * (v + eps) ** -1.5, -d / np.sqrt(v + eps)


@right(ID)
def by_einsum(dy, x, gamma, eps):
    root = np.sqrt(x.var(axis=0) + eps)
    d = np.einsum("nd,d->nd", dy, gamma)
    return d, -np.einsum("nd,nd->d", d, x - x.mean(axis=0)) / (2 * root**3), -np.einsum("nd->d", d) / root


@right(ID)
def in_a_loop(dy, x, gamma, eps):
    m, v = x.mean(axis=0), x.var(axis=0)
    d, dv, dm = np.empty_like(x), 0, 0
    for n in range(len(x)):
        d[n] = gamma * dy[n]
        dv = dv - d[n] * (x[n] - m) / (2 * (v + eps) ** 1.5)
        dm = dm - d[n] / (v + eps) ** 0.5
    return d, dv, dm


# --- backward, the whole ---

ID = "l09.bn_backward"


@wrong(ID, "constants")
def mean_and_variance_as_constants(dy, x, gamma, eps):
    root = np.sqrt(x.var(axis=0) + eps)
    n = (x - x.mean(axis=0)) / root
    d = dy * gamma
    return d / root, (dy * n).sum(axis=0), dy.sum(axis=0)


@wrong(ID, "no_variance")
def forgets_the_variance(dy, x, gamma, eps):
    root = np.sqrt(x.var(axis=0) + eps)
    n = (x - x.mean(axis=0)) / root
    d = dy * gamma
    return (d - d.mean(axis=0)) / root, (dy * n).sum(axis=0), dy.sum(axis=0)


@wrong(ID, "no_mean")
def forgets_the_mean_on_the_way(dy, x, gamma, eps):
    root = np.sqrt(x.var(axis=0) + eps)
    n = (x - x.mean(axis=0)) / root
    d = dy * gamma
    return (d - n * (d * n).mean(axis=0)) / root, (dy * n).sum(axis=0), dy.sum(axis=0)


@wrong(ID, "sums")
def sums_for_means(dy, x, gamma, eps):
    root = np.sqrt(x.var(axis=0) + eps)
    n = (x - x.mean(axis=0)) / root
    d = dy * gamma
    return (d - d.sum(axis=0) - n * (d * n).sum(axis=0)) / root, (dy * n).sum(axis=0), dy.sum(axis=0)


@wrong(ID, "variance_added")
def adds_the_variances_way(dy, x, gamma, eps):
    root = np.sqrt(x.var(axis=0) + eps)
    n = (x - x.mean(axis=0)) / root
    d = dy * gamma
    return (d - d.mean(axis=0) + n * (d * n).mean(axis=0)) / root, (dy * n).sum(axis=0), dy.sum(axis=0)


@wrong(ID, "mean_added")
def adds_the_means_way(dy, x, gamma, eps):
    root = np.sqrt(x.var(axis=0) + eps)
    n = (x - x.mean(axis=0)) / root
    d = dy * gamma
    return (d + d.mean(axis=0) - n * (d * n).mean(axis=0)) / root, (dy * n).sum(axis=0), dy.sum(axis=0)


@wrong(ID, "no_normal")
def the_same_for_every_example(dy, x, gamma, eps):
    root = np.sqrt(x.var(axis=0) + eps)
    n = (x - x.mean(axis=0)) / root
    d = dy * gamma
    return (d - d.mean(axis=0) - (d * n).mean(axis=0)) / root, (dy * n).sum(axis=0), dy.sum(axis=0)


@wrong(ID, "no_gamma")
def dx_without_gamma(dy, x, gamma, eps):
    root = np.sqrt(x.var(axis=0) + eps)
    n = (x - x.mean(axis=0)) / root
    d = dy
    return (d - d.mean(axis=0) - n * (d * n).mean(axis=0)) / root, (dy * n).sum(axis=0), dy.sum(axis=0)


@wrong(ID, "no_root")
def dx_by_the_variance(dy, x, gamma, eps):
    root = np.sqrt(x.var(axis=0) + eps)
    n = (x - x.mean(axis=0)) / root
    d = dy * gamma
    return (d - d.mean(axis=0) - n * (d * n).mean(axis=0)) / root**2, (dy * n).sum(axis=0), dy.sum(axis=0)


@wrong(ID, "gamma_with_x")
def dgamma_with_x(dy, x, gamma, eps):
    root = np.sqrt(x.var(axis=0) + eps)
    n = (x - x.mean(axis=0)) / root
    d = dy * gamma
    return (d - d.mean(axis=0) - n * (d * n).mean(axis=0)) / root, (dy * x).sum(axis=0), dy.sum(axis=0)


@wrong(ID, "means")
def parameters_averaged(dy, x, gamma, eps):
    root = np.sqrt(x.var(axis=0) + eps)
    n = (x - x.mean(axis=0)) / root
    d = dy * gamma
    return (d - d.mean(axis=0) - n * (d * n).mean(axis=0)) / root, (dy * n).mean(axis=0), dy.mean(axis=0)


@wrong(ID, "gamma_is_beta")
def dgamma_like_dbeta(dy, x, gamma, eps):
    root = np.sqrt(x.var(axis=0) + eps)
    n = (x - x.mean(axis=0)) / root
    d = dy * gamma
    return (d - d.mean(axis=0) - n * (d * n).mean(axis=0)) / root, dy.sum(axis=0), dy.sum(axis=0)


@right(ID)
def along_the_graph(dy, x, gamma, eps):
    N = len(x)
    m, v = x.mean(axis=0), x.var(axis=0)
    d = dy * gamma
    dv = np.sum(d * (x - m), axis=0) * -0.5 * (v + eps) ** -1.5
    dm = -np.sum(d, axis=0) / np.sqrt(v + eps)
    dx = d / np.sqrt(v + eps) + dv * 2 * (x - m) / N + dm / N
    return dx, np.sum(dy * (x - m) / np.sqrt(v + eps), axis=0), np.sum(dy, axis=0)


@right(ID)
def by_the_jacobian(dy, x, gamma, eps):
    N, D = x.shape
    root = np.sqrt(x.var(axis=0) + eps)
    n = (x - x.mean(axis=0)) / root
    dx = np.empty_like(x)
    for k in range(D):
        J = (np.eye(N) - 1 / N - np.outer(n[:, k], n[:, k]) / N) / root[k]
        dx[:, k] = gamma[k] * J @ dy[:, k]
    return dx, np.einsum("nd,nd->d", dy, n), dy.sum(axis=0)
