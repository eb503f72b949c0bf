"""Answers to lesson 04."""

import numpy as np

from tests.answers import right, wrong

# --- equal weights ---

ID = "l04.one_step"


@wrong(ID, "no_slope")
def without_the_slope(X, t, W, v, lr):
    h = np.tanh(X @ W)
    d = (h @ v - t) / len(t)
    return W - lr * X.T @ np.outer(d, v), v - lr * h.T @ d


@wrong(ID, "slope_of_h")
def slope_at_the_output(X, t, W, v, lr):
    h = np.tanh(X @ W)
    d = (h @ v - t) / len(t)
    return W - lr * X.T @ (np.outer(d, v) * (1 - np.tanh(h) ** 2)), v - lr * h.T @ d


@wrong(ID, "slope_without_square")
def forgets_the_square(X, t, W, v, lr):
    h = np.tanh(X @ W)
    d = (h @ v - t) / len(t)
    return W - lr * X.T @ (np.outer(d, v) * (1 - h)), v - lr * h.T @ d


@wrong(ID, "sigmoids_slope")
def takes_the_slope_of_a_sigmoid(X, t, W, v, lr):
    h = np.tanh(X @ W)
    d = (h @ v - t) / len(t)
    return W - lr * X.T @ (np.outer(d, v) * h * (1 - h)), v - lr * h.T @ d


@wrong(ID, "no_mean")
def sums_over_the_examples(X, t, W, v, lr):
    h = np.tanh(X @ W)
    d = h @ v - t
    return W - lr * X.T @ (np.outer(d, v) * (1 - h**2)), v - lr * h.T @ d


@wrong(ID, "factor_two")
def keeps_the_two(X, t, W, v, lr):
    h = np.tanh(X @ W)
    d = 2 * (h @ v - t) / len(t)
    return W - lr * X.T @ (np.outer(d, v) * (1 - h**2)), v - lr * h.T @ d


@wrong(ID, "uphill")
def climbs(X, t, W, v, lr):
    h = np.tanh(X @ W)
    d = (h @ v - t) / len(t)
    return W + lr * X.T @ (np.outer(d, v) * (1 - h**2)), v + lr * h.T @ d


@wrong(ID, "uphill")
def turns_the_error(X, t, W, v, lr):
    h = np.tanh(X @ W)
    d = (t - h @ v) / len(t)
    return W - lr * X.T @ (np.outer(d, v) * (1 - h**2)), v - lr * h.T @ d


@wrong(ID, "new_v")
def moves_v_first(X, t, W, v, lr):
    h = np.tanh(X @ W)
    d = (h @ v - t) / len(t)
    v = v - lr * h.T @ d
    return W - lr * X.T @ (np.outer(d, v) * (1 - h**2)), v


@wrong(ID, "no_v")
def forgets_v(X, t, W, v, lr):
    h = np.tanh(X @ W)
    d = (h @ v - t) / len(t)
    return W - lr * X.T @ (d[:, None] * (1 - h**2)), v - lr * h.T @ d


@wrong(ID, "z_for_h")
def takes_z_for_h(X, t, W, v, lr):
    z = X @ W
    h = np.tanh(z)
    d = (h @ v - t) / len(t)
    return W - lr * X.T @ (np.outer(d, v) * (1 - h**2)), v - lr * z.T @ d


@wrong(ID, "raised")
def turns_x_the_wrong_way(X, t, W, v, lr):
    h = np.tanh(X @ W)
    d = (h @ v - t) / len(t)
    return W - lr * X @ (np.outer(d, v) * (1 - h**2)), v - lr * h.T @ d


@right(ID)
def example_by_example(X, t, W, v, lr):
    dW, dv = np.zeros_like(W), np.zeros_like(v)
    for x, target in zip(X, t):
        h = np.tanh(x @ W)
        r = h @ v - target
        dv += r * h
        dW += np.outer(x, r * v * (1 - h * h))
    return W - lr * dW / len(X), v - lr * dv / len(X)


@right(ID)
def by_einsum(X, t, W, v, lr):
    h = np.tanh(np.einsum("nd,dm->nm", X, W))
    r = np.einsum("nm,m->n", h, v) - t
    dW = np.einsum("nd,n,m,nm->dm", X, r, v, 1 / np.cosh(X @ W) ** 2)
    return W - lr / len(t) * dW, v - lr / len(t) * np.einsum("n,nm->m", r, h)


# --- initializers ---

ID = "l04.normal_weights"


@wrong(ID, "no_root")
def multiplies_by_the_variance(g, kind):
    n, m = g.shape
    return g * {"small": 1e-5, "glorot": 2 / (n + m), "he": 2 / n, "tanh": 1 / n, "tanh other": 1 / (n + m)}[kind]


@wrong(ID, "divided")
def divides(g, kind):
    n, m = g.shape
    variance = {"small": 1e-10, "glorot": 2 / (n + m), "he": 2 / n, "tanh": 1 / n, "tanh other": 1 / (n + m)}[kind]
    return g / np.sqrt(variance)


@wrong(ID, "n_out")
def counts_the_outputs(g, kind):
    m, n = g.shape
    variance = {"small": 1e-10, "glorot": 2 / (n + m), "he": 2 / n, "tanh": 1 / n, "tanh other": 1 / (n + m)}[kind]
    return g * np.sqrt(variance)


@wrong(ID, "he_by_u14")
def he_as_on_u14(g, kind):
    n, m = g.shape
    scale = {"small": 1e-5, "glorot": np.sqrt(2 / (n + m)), "he": 1 / np.sqrt(2 * n), "tanh": np.sqrt(1 / n)}
    return g * scale.get(kind, np.sqrt(1 / (n + m)))


@wrong(ID, "he_without_two")
def he_like_tanh(g, kind):
    n, m = g.shape
    variance = {"small": 1e-10, "glorot": 2 / (n + m), "he": 1 / n, "tanh": 1 / n, "tanh other": 1 / (n + m)}[kind]
    return g * np.sqrt(variance)


@wrong(ID, "glorot_without_two")
def glorot_like_the_other_tanh(g, kind):
    n, m = g.shape
    variance = {"small": 1e-10, "glorot": 1 / (n + m), "he": 2 / n, "tanh": 1 / n, "tanh other": 1 / (n + m)}[kind]
    return g * np.sqrt(variance)


@wrong(ID, "product")
def multiplies_the_widths(g, kind):
    n, m = g.shape
    variance = {"small": 1e-10, "glorot": 2 / (n * m), "he": 2 / n, "tanh": 1 / n, "tanh other": 1 / (n * m)}[kind]
    return g * np.sqrt(variance)


@wrong(ID, "uniforms_six")
def takes_the_six(g, kind):
    n, m = g.shape
    variance = {"small": 1e-10, "glorot": 6 / (n + m), "he": 2 / n, "tanh": 1 / n, "tanh other": 1 / (n + m)}[kind]
    return g * np.sqrt(variance)


@wrong(ID, "root_of_small")
def small_as_a_variance(g, kind):
    n, m = g.shape
    variance = {"small": 1e-5, "glorot": 2 / (n + m), "he": 2 / n, "tanh": 1 / n, "tanh other": 1 / (n + m)}[kind]
    return g * np.sqrt(variance)


@wrong(ID, "small_is_hundredth")
def not_so_small(g, kind):
    n, m = g.shape
    variance = {"small": 1e-4, "glorot": 2 / (n + m), "he": 2 / n, "tanh": 1 / n, "tanh other": 1 / (n + m)}[kind]
    return g * np.sqrt(variance)


@wrong(ID, "others_two")
def the_other_tanh_like_glorot(g, kind):
    n, m = g.shape
    variance = {"small": 1e-10, "glorot": 2 / (n + m), "he": 2 / n, "tanh": 1 / n, "tanh other": 2 / (n + m)}[kind]
    return g * np.sqrt(variance)


@right(ID)
def with_ifs(g, kind):
    n_in, n_out = g.shape
    if kind == "small":
        return 0.00001 * g
    if kind == "glorot":
        return g / np.sqrt((n_in + n_out) / 2)
    if kind == "he":
        return g * np.sqrt(2) / np.sqrt(n_in)
    if kind == "tanh":
        return g / np.sqrt(n_in)
    return g / np.sqrt(n_in + n_out)


@right(ID)
def row_by_row(g, kind):
    n, m = len(g), len(g[0])
    c = dict(small=1e-5, glorot=(2 / (n + m)) ** 0.5, he=(2 / n) ** 0.5, tanh=n**-0.5).get(kind, (n + m) ** -0.5)
    return np.array([[c * x for x in row] for row in g], dtype=np.float32)


ID = "l04.uniform_weights"


@wrong(ID, "as_i7")
def rho_times_c(rho, kind):
    n, m = rho.shape
    return rho * np.sqrt(2 / (n + m) if kind == "glorot" else 2 / n)


@wrong(ID, "not_shifted")
def from_zero(rho, kind):
    n, m = rho.shape
    return rho * np.sqrt(6 / (n + m) if kind == "glorot" else 6 / n)


@wrong(ID, "no_three")
def as_wide_as_the_deviation(rho, kind):
    n, m = rho.shape
    return (2 * rho - 1) * np.sqrt(2 / (n + m) if kind == "glorot" else 2 / n)


@wrong(ID, "half_as_wide")
def minus_a_half(rho, kind):
    n, m = rho.shape
    return (rho - 0.5) * np.sqrt(6 / (n + m) if kind == "glorot" else 6 / n)


@wrong(ID, "no_root")
def without_the_root(rho, kind):
    n, m = rho.shape
    return (2 * rho - 1) * (6 / (n + m) if kind == "glorot" else 6 / n)


@wrong(ID, "twelve")
def for_an_interval_of_one_length(rho, kind):
    n, m = rho.shape
    return (2 * rho - 1) * np.sqrt(24 / (n + m) if kind == "glorot" else 24 / n)


@wrong(ID, "shifted_too_far")
def minus_two(rho, kind):
    n, m = rho.shape
    return 2 * (rho - 1) * np.sqrt(6 / (n + m) if kind == "glorot" else 6 / n)


@wrong(ID, "n_out")
def counts_columns(rho, kind):
    n, m = rho.shape
    return (2 * rho - 1) * np.sqrt(6 / (n + m) if kind == "glorot" else 6 / m)


@wrong(ID, "glorot_for_he")
def the_same_for_both(rho, kind):
    return (2 * rho - 1) * np.sqrt(6 / sum(rho.shape))


@wrong(ID, "glorot_without_two")
def three_over_the_sum(rho, kind):
    n, m = rho.shape
    return (2 * rho - 1) * np.sqrt(3 / (n + m) if kind == "glorot" else 6 / n)


@right(ID)
def from_minus_b_on(rho, kind):
    n, m = rho.shape
    b = np.sqrt(6) / np.sqrt(n + m if kind == "glorot" else n)
    return -b + rho * 2 * b


@right(ID)
def by_variance(rho, kind):
    variance = 2 / rho.shape[0] if kind == "he" else 1 / np.mean(rho.shape)
    return ((rho - 0.5) * np.sqrt(12 * variance)).astype(np.float32)


# --- variance through layers ---

ID = "l04.predicted_variance"


@wrong(ID, "no_relu")
def without_relu(q, widths, variances, activation):
    return q * np.cumprod(widths[:-1] * variances)


@wrong(ID, "always_half")
def halves_always(q, widths, variances, activation):
    out = []
    for n, v in zip(widths, variances):
        out.append(n * v * q)
        q = out[-1] / 2
    return np.array(out)


@wrong(ID, "behind_relu")
def halves_the_inputs(q, widths, variances, activation):
    share = 0.5 if activation == "relu" else 1
    return q * np.cumprod(share * widths[:-1] * variances)


@wrong(ID, "behind_relu")
def what_comes_out(q, widths, variances, activation):
    out = []
    for n, v in zip(widths, variances):
        q = n * v * q * (0.5 if activation == "relu" else 1)
        out.append(q)
    return np.array(out)


@wrong(ID, "n_out")
def counts_the_units(q, widths, variances, activation):
    out = []
    for n, v in zip(widths[1:], variances):
        out.append(n * v * q)
        q = out[-1] * (0.5 if activation == "relu" else 1)
    return np.array(out)


@wrong(ID, "no_fan")
def forgets_the_inputs(q, widths, variances, activation):
    out = []
    for v in variances:
        out.append(v * q)
        q = out[-1] * (0.5 if activation == "relu" else 1)
    return np.array(out)


@wrong(ID, "q_lost")
def starts_from_one(q, widths, variances, activation):
    out, q = [], 1.0
    for n, v in zip(widths, variances):
        out.append(n * v * q)
        q = out[-1] * (0.5 if activation == "relu" else 1)
    return np.array(out)


@wrong(ID, "not_passed_on")
def every_layer_from_the_inputs(q, widths, variances, activation):
    return q * widths[:-1] * variances


@wrong(ID, "standard_deviation")
def standard_deviations(q, widths, variances, activation):
    out = []
    for n, v in zip(widths, variances):
        s = n * v * q
        out.append(np.sqrt(s))
        q = s * (0.5 if activation == "relu" else 1)
    return np.array(out)


@wrong(ID, "added")
def adds_the_factors(q, widths, variances, activation):
    out = []
    for n, v in zip(widths, variances):
        out.append(q + n * v)
        q = out[-1] * (0.5 if activation == "relu" else 1)
    return np.array(out)


@wrong(ID, "squared_variance")
def squares_the_variance(q, widths, variances, activation):
    out = []
    for n, v in zip(widths, variances):
        out.append(n * v**2 * q)
        q = out[-1] * (0.5 if activation == "relu" else 1)
    return np.array(out)


@wrong(ID, "quarter")
def takes_a_quarter(q, widths, variances, activation):
    out = []
    for n, v in zip(widths, variances):
        out.append(n * v * q)
        q = out[-1] * (0.25 if activation == "relu" else 1)
    return np.array(out)


@right(ID)
def by_a_running_product(q, widths, variances, activation):
    share = np.where(np.arange(len(variances)) > 0, 0.5 if activation == "relu" else 1.0, 1.0)
    return q * np.cumprod(share * widths[:-1] * variances)


@right(ID)
def layer_after_layer(q, widths, variances, activation):
    z = np.zeros(len(variances), np.float32)
    for i in range(len(variances)):
        h2 = q if i == 0 else z[i - 1] / 2 if activation == "relu" else z[i - 1]
        z[i] = widths[i] * variances[i] * h2
    return z


# --- gradients through layers ---

ID = "l04.gradient_norms"


@wrong(ID, "no_slope")
def no_slope_on_the_way(x, Ws, dh, activation):
    g = np.tanh if activation == "tanh" else lambda z: np.maximum(z, 0)
    hs = [x]
    for W in Ws:
        hs.append(g(hs[-1] @ W))
    out = []
    for W, h in zip(Ws[::-1], hs[-2::-1]):
        out.insert(0, np.linalg.norm(h.T @ dh))
        dh = dh @ W.T
    return np.array(out)


@wrong(ID, "squares")
def squares_of_norms(x, Ws, dh, activation):
    g = np.tanh if activation == "tanh" else lambda z: np.maximum(z, 0)
    hs = [x]
    for W in Ws:
        hs.append(g(hs[-1] @ W))
    out = []
    for W, h, a in zip(Ws[::-1], hs[-2::-1], hs[::-1]):
        dz = dh * (1 - a**2 if activation == "tanh" else a > 0)
        out.insert(0, np.sum((h.T @ dz) ** 2))
        dh = dz @ W.T
    return np.array(out)


@wrong(ID, "largest")
def largest_entries(x, Ws, dh, activation):
    g = np.tanh if activation == "tanh" else lambda z: np.maximum(z, 0)
    hs = [x]
    for W in Ws:
        hs.append(g(hs[-1] @ W))
    out = []
    for W, h, a in zip(Ws[::-1], hs[-2::-1], hs[::-1]):
        dz = dh * (1 - a**2 if activation == "tanh" else a > 0)
        out.insert(0, np.max(np.abs(h.T @ dz)))
        dh = dz @ W.T
    return np.array(out)


@wrong(ID, "absolute")
def absolute_values(x, Ws, dh, activation):
    g = np.tanh if activation == "tanh" else lambda z: np.maximum(z, 0)
    hs = [x]
    for W in Ws:
        hs.append(g(hs[-1] @ W))
    out = []
    for W, h, a in zip(Ws[::-1], hs[-2::-1], hs[::-1]):
        dz = dh * (1 - a**2 if activation == "tanh" else a > 0)
        out.insert(0, np.sum(np.abs(h.T @ dz)))
        dh = dz @ W.T
    return np.array(out)


@wrong(ID, "mean")
def root_mean_squares(x, Ws, dh, activation):
    g = np.tanh if activation == "tanh" else lambda z: np.maximum(z, 0)
    hs = [x]
    for W in Ws:
        hs.append(g(hs[-1] @ W))
    out = []
    for W, h, a in zip(Ws[::-1], hs[-2::-1], hs[::-1]):
        dz = dh * (1 - a**2 if activation == "tanh" else a > 0)
        out.insert(0, np.sqrt(np.mean((h.T @ dz) ** 2)))
        dh = dz @ W.T
    return np.array(out)


@wrong(ID, "last_first")
def collected_on_the_way_back(x, Ws, dh, activation):
    g = np.tanh if activation == "tanh" else lambda z: np.maximum(z, 0)
    hs = [x]
    for W in Ws:
        hs.append(g(hs[-1] @ W))
    out = []
    for W, h, a in zip(Ws[::-1], hs[-2::-1], hs[::-1]):
        dz = dh * (1 - a**2 if activation == "tanh" else a > 0)
        out.append(np.linalg.norm(h.T @ dz))
        dh = dz @ W.T
    return np.array(out)


@wrong(ID, "spectral")
def singular_values(x, Ws, dh, activation):
    g = np.tanh if activation == "tanh" else lambda z: np.maximum(z, 0)
    hs = [x]
    for W in Ws:
        hs.append(g(hs[-1] @ W))
    out = []
    for W, h, a in zip(Ws[::-1], hs[-2::-1], hs[::-1]):
        dz = dh * (1 - a**2 if activation == "tanh" else a > 0)
        out.insert(0, np.linalg.norm(h.T @ dz, 2))
        dh = dz @ W.T
    return np.array(out)


@wrong(ID, "of_z")
def norms_of_the_errors(x, Ws, dh, activation):
    g = np.tanh if activation == "tanh" else lambda z: np.maximum(z, 0)
    hs = [x]
    for W in Ws:
        hs.append(g(hs[-1] @ W))
    out = []
    for W, a in zip(Ws[::-1], hs[::-1]):
        dz = dh * (1 - a**2 if activation == "tanh" else a > 0)
        out.insert(0, np.linalg.norm(dz))
        dh = dz @ W.T
    return np.array(out)


@wrong(ID, "divided_by_n")
def divides_by_n(x, Ws, dh, activation):
    g = np.tanh if activation == "tanh" else lambda z: np.maximum(z, 0)
    hs = [x]
    for W in Ws:
        hs.append(g(hs[-1] @ W))
    out = []
    for W, h, a in zip(Ws[::-1], hs[-2::-1], hs[::-1]):
        dz = dh * (1 - a**2 if activation == "tanh" else a > 0)
        out.insert(0, np.linalg.norm(h.T @ dz / len(x)))
        dh = dz @ W.T
    return np.array(out)


@wrong(ID, "slope_at_h")
def tanhs_slope_at_h(x, Ws, dh, activation):
    g = np.tanh if activation == "tanh" else lambda z: np.maximum(z, 0)
    hs = [x]
    for W in Ws:
        hs.append(g(hs[-1] @ W))
    out = []
    for W, h, a in zip(Ws[::-1], hs[-2::-1], hs[::-1]):
        dz = dh * (1 - np.tanh(a) ** 2 if activation == "tanh" else a > 0)
        out.insert(0, np.linalg.norm(h.T @ dz))
        dh = dz @ W.T
    return np.array(out)


@wrong(ID, "raised")
def forgets_the_transpose(x, Ws, dh, activation):
    g = np.tanh if activation == "tanh" else lambda z: np.maximum(z, 0)
    hs = [x]
    for W in Ws:
        hs.append(g(hs[-1] @ W))
    out = []
    for W, h, a in zip(Ws[::-1], hs[-2::-1], hs[::-1]):
        dz = dh * (1 - a**2 if activation == "tanh" else a > 0)
        out.insert(0, np.linalg.norm(h.T @ dz))
        dh = dz @ W
    return np.array(out)


@right(ID)
def by_recursion(x, Ws, dh, activation):
    def go(h, rest):
        if not rest:
            return dh, []
        z = h @ rest[0]
        out = np.tanh(z) if activation == "tanh" else z * (z > 0)
        d, norms = go(out, rest[1:])
        dz = d / np.cosh(z) ** 2 if activation == "tanh" else np.where(z > 0, d, 0)
        return np.einsum("nm,dm->nd", dz, rest[0]), [np.sqrt(np.sum(np.einsum("nd,nm->dm", h, dz) ** 2)), *norms]

    return np.array(go(x, list(Ws))[1])


@right(ID)
def example_by_example_added_up(x, Ws, dh, activation):
    grads = [np.zeros_like(W) for W in Ws]
    for n in range(len(x)):
        hs = [x[n]]
        for W in Ws:
            z = hs[-1] @ W
            hs.append(np.tanh(z) if activation == "tanh" else np.maximum(z, 0))
        d = dh[n]
        for i in range(len(Ws) - 1, -1, -1):
            d = d * (1 - hs[i + 1] ** 2 if activation == "tanh" else hs[i + 1] > 0)
            grads[i] += np.outer(hs[i], d)
            d = Ws[i] @ d
    return np.array([np.linalg.norm(g) for g in grads])


ID = "l04.nested_slope"


@wrong(ID, "first_alone")
def a_power(z, L):
    s = 1 / (1 + np.exp(-z))
    return (s * (1 - s)) ** L


@wrong(ID, "added")
def adds(z, L):
    total = 0
    for _ in range(L):
        z = 1 / (1 + np.exp(-z))
        total = total + z * (1 - z)
    return total


@wrong(ID, "last_alone")
def keeps_the_last(z, L):
    for _ in range(L):
        z = 1 / (1 + np.exp(-z))
    return z * (1 - z)


@wrong(ID, "one_too_many")
def one_more(z, L):
    slope = 1.0
    for _ in range(L + 1):
        z = 1 / (1 + np.exp(-z))
        slope = slope * z * (1 - z)
    return slope


@wrong(ID, "no_one_minus")
def multiplies_values(z, L):
    slope = 1.0
    for _ in range(L):
        z = 1 / (1 + np.exp(-z))
        slope = slope * z
    return slope


@wrong(ID, "one_minus")
def multiplies_the_rest(z, L):
    slope = 1.0
    for _ in range(L):
        z = 1 / (1 + np.exp(-z))
        slope = slope * (1 - z)
    return slope


@wrong(ID, "tanhs_slope")
def slope_of_tanh(z, L):
    slope = 1.0
    for _ in range(L):
        z = 1 / (1 + np.exp(-z))
        slope = slope * (1 - z**2)
    return slope


@wrong(ID, "averaged")
def averages(z, L):
    total = 0
    for _ in range(L):
        z = 1 / (1 + np.exp(-z))
        total = total + z * (1 - z)
    return total / L


@wrong(ID, "slope_of_slope")
def slope_at_the_output_of_a_sigmoid(z, L):
    slope = 1.0
    for _ in range(L):
        z = 1 / (1 + np.exp(-z))
        s = 1 / (1 + np.exp(-z))
        slope = slope * s * (1 - s)
    return slope


@wrong(ID, "value")
def the_value(z, L):
    for _ in range(L):
        z = 1 / (1 + np.exp(-z))
    return z


@right(ID)
def in_a_loop(z, L):
    slope = np.ones_like(z)
    for _ in range(L):
        z = 1 / (1 + np.exp(-z))
        slope *= z - z**2
    return slope


@right(ID)
def by_exponentials(z, L):
    slope, s = 1, z
    for _ in range(L):
        slope = slope * np.exp(-s) / (1 + np.exp(-s)) ** 2
        s = 0.5 * (1 + np.tanh(s / 2))
    return slope


# --- clipping ---

ID = "l04.clip_by_value"


@wrong(ID, "one_side")
def upper_alone(g, limit):
    return np.minimum(g, limit)


@wrong(ID, "lower_side")
def lower_alone(g, limit):
    return np.maximum(g, -limit)


@wrong(ID, "to_zero")
def sets_to_zero(g, limit):
    return np.where(np.abs(g) > limit, 0, g)


@wrong(ID, "sign_lost")
def loses_signs(g, limit):
    return np.minimum(np.abs(g), limit)


@wrong(ID, "from_zero")
def from_zero_on(g, limit):
    return np.clip(g, 0, limit)


@wrong(ID, "by_norm")
def shortens_all(g, limit):
    return g * min(1, limit / np.linalg.norm(g))


@wrong(ID, "by_largest")
def scales_by_the_largest(g, limit):
    return g * min(1, limit / np.max(np.abs(g)))


@wrong(ID, "all_to_limit")
def only_signs(g, limit):
    return limit * np.sign(g)


@wrong(ID, "squashed")
def bends(g, limit):
    return limit * np.tanh(g / limit)


@wrong(ID, "changed_argument")
def in_place(g, limit):
    g[g > limit] = limit
    g[g < -limit] = -limit
    return g


@right(ID)
def one_after_the_other(g, limit):
    return np.maximum(np.minimum(g, limit), -limit)


@right(ID)
def with_the_sign(g, limit):
    return np.sign(g) * np.where(np.abs(g) > limit, limit, np.abs(g))


ID = "l04.clip_by_global_norm"


@wrong(ID, "always")
def also_makes_longer(gs, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in gs))
    return [g * max_norm / norm for g in gs], norm


@wrong(ID, "unit")
def to_length_one(gs, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in gs))
    return [g * min(1, 1 / norm) for g in gs], norm


@wrong(ID, "squares")
def without_the_root_of_squares(gs, max_norm):
    norm = sum(np.sum(g**2) for g in gs)
    return [g * min(1, max_norm / norm) for g in gs], norm


@wrong(ID, "added_norms")
def adds_norms(gs, max_norm):
    norm = sum(np.linalg.norm(g) for g in gs)
    return [g * min(1, max_norm / norm) for g in gs], norm


@wrong(ID, "largest_element")
def by_the_largest_element(gs, max_norm):
    norm = max(np.max(np.abs(g)) for g in gs)
    return [g * min(1, max_norm / norm) for g in gs], norm


@wrong(ID, "largest_array")
def by_the_longest_array(gs, max_norm):
    norm = max(np.linalg.norm(g) for g in gs)
    return [g * min(1, max_norm / norm) for g in gs], norm


@wrong(ID, "absolute")
def by_absolute_values(gs, max_norm):
    norm = sum(np.sum(np.abs(g)) for g in gs)
    return [g * min(1, max_norm / norm) for g in gs], norm


@wrong(ID, "mean")
def by_the_mean_square(gs, max_norm):
    norm = np.sqrt(np.mean(np.concatenate([g.ravel() for g in gs]) ** 2))
    return [g * min(1, max_norm / norm) for g in gs], norm


@wrong(ID, "never")
def does_nothing(gs, max_norm):
    return list(gs), np.sqrt(sum(np.sum(g**2) for g in gs))


@wrong(ID, "turned")
def turned_over(gs, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in gs))
    return [g * min(1, norm / max_norm) for g in gs], norm


@wrong(ID, "largest_factor")
def the_larger_factor(gs, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in gs))
    return [g * max(1, max_norm / norm) for g in gs], norm


@wrong(ID, "each_alone")
def each_for_itself(gs, max_norm):
    clipped = [g * min(1, max_norm / np.linalg.norm(g)) for g in gs]
    return clipped, np.sqrt(sum(np.sum(g**2) for g in gs))


@wrong(ID, "by_value")
def element_by_element(gs, max_norm):
    return [np.clip(g, -max_norm, max_norm) for g in gs], np.sqrt(sum(np.sum(g**2) for g in gs))


@right(ID)
def in_one_vector(gs, max_norm):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in gs]))
    if norm > max_norm:
        return [g / norm * max_norm for g in gs], norm
    return [g.copy() for g in gs], norm


@right(ID)
def with_loops(gs, max_norm):
    total = 0.0
    for g in gs:
        for x in g.ravel():
            total += x * x
    factor = max_norm / max(max_norm, total**0.5)
    return [factor * g for g in gs], total**0.5


# --- scaling data ---

ID = "l04.standardize"


@wrong(ID, "own_numbers")
def each_by_its_own(train, other):
    def scale(X):
        std = X.std(axis=0)
        return (X - X.mean(axis=0)) / np.where(std > 0, std, 1)

    return scale(train), scale(other)


@wrong(ID, "together")
def both_together(train, other):
    both = np.vstack([train, other])
    std = both.std(axis=0)
    std[std == 0] = 1
    return (train - both.mean(axis=0)) / std, (other - both.mean(axis=0)) / std


@wrong(ID, "variance")
def by_the_variance(train, other):
    mean, var = train.mean(axis=0), train.var(axis=0)
    var[var == 0] = 1
    return (train - mean) / var, (other - mean) / var


@wrong(ID, "ddof")
def one_less(train, other):
    mean, std = train.mean(axis=0), train.std(axis=0, ddof=1)
    std[std == 0] = 1
    return (train - mean) / std, (other - mean) / std


@wrong(ID, "all_features")
def one_for_all(train, other):
    mean, std = train.mean(), train.std()
    return (train - mean) / std, (other - mean) / std


@wrong(ID, "not_centered")
def only_divides(train, other):
    std = train.std(axis=0)
    std[std == 0] = 1
    return train / std, other / std


@wrong(ID, "not_scaled")
def only_centers(train, other):
    mean = train.mean(axis=0)
    return train - mean, other - mean


@wrong(ID, "range")
def by_the_range(train, other):
    mean, size = train.mean(axis=0), train.max(axis=0) - train.min(axis=0)
    size[size == 0] = 1
    return (train - mean) / size, (other - mean) / size


@wrong(ID, "median")
def around_the_median(train, other):
    middle, std = np.median(train, axis=0), train.std(axis=0)
    std[std == 0] = 1
    return (train - middle) / std, (other - middle) / std


@wrong(ID, "zero_by_zero")
def divides_by_zero(train, other):
    mean, std = train.mean(axis=0), train.std(axis=0)
    with np.errstate(all="ignore"):
        return (train - mean) / std, (other - mean) / std


@wrong(ID, "epsilon")
def adds_an_epsilon(train, other):
    mean, std = train.mean(axis=0), train.std(axis=0) + 1e-8
    return (train - mean) / std, (other - mean) / std


@right(ID)
def column_by_column(train, other):
    a, b = np.empty_like(train), np.empty_like(other)
    for d in range(train.shape[1]):
        mean = sum(train[:, d]) / len(train)
        var = sum((x - mean) ** 2 for x in train[:, d]) / len(train)
        std = var**0.5 if var > 1e-20 else 1.0
        a[:, d], b[:, d] = (train[:, d] - mean) / std, (other[:, d] - mean) / std
    return a, b


@right(ID)
def with_keepdims(train, other):
    mean = np.mean(train, axis=0, keepdims=True)
    std = np.sqrt(np.mean((train - mean) ** 2, axis=0, keepdims=True))
    std = np.where(std < 1e-12, 1, std)
    return (train - mean) / std, (other - mean) / std


ID = "l04.whiten"


@wrong(ID, "not_centered")
def forgets_the_mean(X):
    v, V = np.linalg.eigh(X.T @ X / len(X))
    v, V = v[::-1], V[:, ::-1]
    kept = v > 1e-9 * v[0]
    Z = X @ V[:, kept] / np.sqrt(v[kept])
    return Z, Z @ V[:, kept].T


@wrong(ID, "not_scaled")
def only_turns(X):
    X = X - X.mean(axis=0)
    v, V = np.linalg.eigh(X.T @ X / len(X))
    v, V = v[::-1], V[:, ::-1]
    kept = v > 1e-9 * v[0]
    Z = X @ V[:, kept]
    return Z, Z @ V[:, kept].T


@wrong(ID, "no_root")
def divides_by_the_variance(X):
    X = X - X.mean(axis=0)
    v, V = np.linalg.eigh(X.T @ X / len(X))
    v, V = v[::-1], V[:, ::-1]
    kept = v > 1e-9 * v[0]
    Z = X @ V[:, kept] / v[kept]
    return Z, Z @ V[:, kept].T


@wrong(ID, "multiplied")
def stretches(X):
    X = X - X.mean(axis=0)
    v, V = np.linalg.eigh(X.T @ X / len(X))
    v, V = v[::-1], V[:, ::-1]
    kept = v > 1e-9 * v[0]
    Z = X @ V[:, kept] * np.sqrt(v[kept])
    return Z, Z @ V[:, kept].T


@wrong(ID, "smallest_first")
def as_eigh_gives_them(X):
    X = X - X.mean(axis=0)
    v, V = np.linalg.eigh(X.T @ X / len(X))
    kept = v > 1e-9 * v[-1]
    Z = X @ V[:, kept] / np.sqrt(v[kept])
    return Z, Z @ V[:, kept].T


@wrong(ID, "sum")
def without_dividing_by_n(X):
    X = X - X.mean(axis=0)
    v, V = np.linalg.eigh(X.T @ X)
    v, V = v[::-1], V[:, ::-1]
    kept = v > 1e-9 * v[0]
    Z = X @ V[:, kept] / np.sqrt(v[kept])
    return Z, Z @ V[:, kept].T


@wrong(ID, "unbiased")
def by_np_cov(X):
    X = X - X.mean(axis=0)
    v, V = np.linalg.eigh(np.cov(X.T))
    v, V = v[::-1], V[:, ::-1]
    kept = v > 1e-9 * v[0]
    Z = X @ V[:, kept] / np.sqrt(v[kept])
    return Z, Z @ V[:, kept].T


@wrong(ID, "correlation")
def of_the_correlations(X):
    X = X - X.mean(axis=0)
    v, V = np.linalg.eigh(np.corrcoef(X.T))
    v, V = v[::-1], V[:, ::-1]
    kept = v > 1e-9 * v[0]
    Z = X @ V[:, kept] / np.sqrt(v[kept])
    return Z, Z @ V[:, kept].T


@wrong(ID, "wrong_shape")
def keeps_every_direction(X):
    X = X - X.mean(axis=0)
    v, V = np.linalg.eigh(X.T @ X / len(X))
    v, V = np.maximum(v[::-1], 1e-12), V[:, ::-1]
    Z = X @ V / np.sqrt(v)
    return Z, Z @ V.T


@right(ID)
def by_singular_values(X):
    X = X - np.mean(X, axis=0)
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    kept = s**2 > 1e-9 * s[0] ** 2
    Z = np.sqrt(len(X)) * U[:, kept]
    return Z, Z @ Vt[kept]


@right(ID)
def with_np_cov_put_right(X):
    X = X - X.mean(axis=0)
    v, V = np.linalg.eigh(np.cov(X.T, ddof=0))
    order = [i for i in np.argsort(v)[::-1] if v[i] > 1e-9 * max(v)]
    Z = np.column_stack([-(X @ V[:, i]) / v[i] ** 0.5 for i in order])
    return Z, -sum(np.outer(Z[:, k], V[:, i]) for k, i in enumerate(order))
