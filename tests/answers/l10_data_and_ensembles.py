"""Answers to lesson 10."""

import numpy as np

from tests.answers import right, wrong

# --- moved ---

ID = "l10.shift"


@wrong(ID, "rolled")
def rolls(images, down, right):
    return np.roll(images, (down, right), axis=(1, 2))


@wrong(ID, "border_repeated")
def pads_with_the_edge(images, down, right):
    _N, H, W = images.shape
    a, b = abs(down), abs(right)
    x = np.pad(images, ((0, 0), (a, a), (b, b)), mode="edge")
    return x[:, a - down : a - down + H, b - right : b - right + W]


@wrong(ID, "white_gap")
def pads_with_ones(images, down, right):
    _N, H, W = images.shape
    a, b = abs(down), abs(right)
    x = np.pad(images, ((0, 0), (a, a), (b, b)), constant_values=1)
    return x[:, a - down : a - down + H, b - right : b - right + W]


@wrong(ID, "backwards")
def window_the_wrong_way(images, down, right):
    _N, H, W = images.shape
    a, b = abs(down), abs(right)
    x = np.pad(images, ((0, 0), (a, a), (b, b)))
    return x[:, a + down : a + down + H, b + right : b + right + W]


@wrong(ID, "up")
def rows_count_upwards(images, down, right):
    _N, H, W = images.shape
    a, b = abs(down), abs(right)
    x = np.pad(images, ((0, 0), (a, a), (b, b)))
    return x[:, a + down : a + down + H, b - right : b - right + W]


@wrong(ID, "exchanged")
def right_before_down(images, down, right):
    down, right = right, down
    _N, H, W = images.shape
    a, b = abs(down), abs(right)
    x = np.pad(images, ((0, 0), (a, a), (b, b)))
    return x[:, a - down : a - down + H, b - right : b - right + W]


@wrong(ID, "among_images")
def axes_0_and_1(images, down, right):
    N, H, _W = images.shape
    a, b = abs(down), abs(right)
    x = np.pad(images, ((a, a), (b, b), (0, 0)))
    return x[a - down : a - down + N, b - right : b - right + H]


@wrong(ID, "not_right")
def down_only(images, down, right):
    _N, H, W = images.shape
    a, b = abs(down), abs(right)
    x = np.pad(images, ((0, 0), (a, a), (b, b)))
    return x[:, a - down : a - down + H, b : b + W]


@wrong(ID, "not_down")
def right_only(images, down, right):
    _N, H, W = images.shape
    a, b = abs(down), abs(right)
    x = np.pad(images, ((0, 0), (a, a), (b, b)))
    return x[:, a : a + H, b - right : b - right + W]


@wrong(ID, "changed_argument")
def rolls_in_place(images, down, right):
    y = np.roll(images, (down, right), axis=(1, 2))
    images[:] = 0
    return y


@right(ID)
def a_window_of_the_padded(images, down, right):
    _N, H, W = images.shape
    a, b = abs(down), abs(right)
    x = np.pad(images, ((0, 0), (a, a), (b, b)))
    return x[:, a - down : a - down + H, b - right : b - right + W]


@right(ID)
def pixel_by_pixel(images, down, right):
    _N, H, W = images.shape
    y = np.zeros_like(images)
    for i in range(H):
        for j in range(W):
            if 0 <= i - down < H and 0 <= j - right < W:
                y[:, i, j] = images[:, i - down, j - right]
    return y


# --- turned and scaled ---

ID = "l10.read_from"


@wrong(ID, "forward")
def where_ink_goes(points, shape, degrees, larger):
    t = np.radians(degrees)
    c, s = np.cos(t), np.sin(t)
    m = (np.array(shape) - 1) / 2
    R = np.array([[c, s], [-s, c]])
    return (1 + larger) * (points - m) @ R + m


@wrong(ID, "other_way")
def turns_the_other_way(points, shape, degrees, larger):
    t = np.radians(degrees)
    c, s = np.cos(t), np.sin(t)
    m = (np.array(shape) - 1) / 2
    R = np.array([[c, s], [-s, c]])
    return (points - m) @ R / (1 + larger) + m


@wrong(ID, "multiplied")
def multiplies_the_scale(points, shape, degrees, larger):
    t = np.radians(degrees)
    c, s = np.cos(t), np.sin(t)
    m = (np.array(shape) - 1) / 2
    R = np.array([[c, s], [-s, c]])
    return (points - m) @ R.T * (1 + larger) + m


@wrong(ID, "not_scaled")
def turns_only(points, shape, degrees, larger):
    t = np.radians(degrees)
    c, s = np.cos(t), np.sin(t)
    m = (np.array(shape) - 1) / 2
    R = np.array([[c, s], [-s, c]])
    return (points - m) @ R.T + m


@wrong(ID, "not_turned")
def scales_only(points, shape, degrees, larger):
    m = (np.array(shape) - 1) / 2
    return (points - m) / (1 + larger) + m


@wrong(ID, "about_the_corner")
def about_0(points, shape, degrees, larger):
    t = np.radians(degrees)
    c, s = np.cos(t), np.sin(t)
    R = np.array([[c, s], [-s, c]])
    return points @ R.T / (1 + larger)


@wrong(ID, "half_the_size")
def center_at_half(points, shape, degrees, larger):
    t = np.radians(degrees)
    c, s = np.cos(t), np.sin(t)
    m = np.array(shape) / 2
    R = np.array([[c, s], [-s, c]])
    return (points - m) @ R.T / (1 + larger) + m


@wrong(ID, "not_put_back")
def leaves_the_center_out(points, shape, degrees, larger):
    t = np.radians(degrees)
    c, s = np.cos(t), np.sin(t)
    m = (np.array(shape) - 1) / 2
    R = np.array([[c, s], [-s, c]])
    return (points - m) @ R.T / (1 + larger)


@wrong(ID, "center_exchanged")
def center_as_x_y(points, shape, degrees, larger):
    t = np.radians(degrees)
    c, s = np.cos(t), np.sin(t)
    H, W = shape
    m = np.array([(W - 1) / 2, (H - 1) / 2])
    R = np.array([[c, s], [-s, c]])
    return (points - m) @ R.T / (1 + larger) + m


@wrong(ID, "degrees")
def cos_of_degrees(points, shape, degrees, larger):
    c, s = np.cos(degrees), np.sin(degrees)
    m = (np.array(shape) - 1) / 2
    R = np.array([[c, s], [-s, c]])
    return (points - m) @ R.T / (1 + larger) + m


@wrong(ID, "larger_as_factor")
def larger_is_the_factor(points, shape, degrees, larger):
    t = np.radians(degrees)
    c, s = np.cos(t), np.sin(t)
    m = (np.array(shape) - 1) / 2
    R = np.array([[c, s], [-s, c]])
    return (points - m) @ R.T / larger + m


@right(ID)
def row_and_column(points, shape, degrees, larger):
    t = np.radians(degrees)
    c, s = np.cos(t), np.sin(t)
    a, b = (shape[0] - 1) / 2, (shape[1] - 1) / 2
    r, k = points[:, 0] - a, points[:, 1] - b
    g = 1 + larger
    return np.column_stack([(c * r + s * k) / g + a, (c * k - s * r) / g + b])


@right(ID)
def by_the_inverse_matrix(points, shape, degrees, larger):
    t = np.radians(degrees)
    c, s = np.cos(t), np.sin(t)
    m = (np.array(shape) - 1) / 2
    forward = (1 + larger) * np.array([[c, -s], [s, c]])
    return np.array([np.linalg.solve(forward, p - m) + m for p in points])


# --- lighting ---

ID = "l10.lighting"


@wrong(ID, "not_clipped")
def without_a_range(images, brightness, contrast):
    return images + contrast * (images - 0.5) + brightness


@wrong(ID, "about_0")
def away_from_0(images, brightness, contrast):
    return np.clip(images + contrast * images + brightness, 0, 1)


@wrong(ID, "about_the_mean")
def away_from_the_mean(images, brightness, contrast):
    return np.clip(images + contrast * (images - np.mean(images)) + brightness, 0, 1)


@wrong(ID, "no_image")
def only_the_change(images, brightness, contrast):
    return np.clip(contrast * (images - 0.5) + brightness, 0, 1)


@wrong(ID, "multiplied")
def brightness_as_a_factor(images, brightness, contrast):
    y = images + contrast * (images - 0.5)
    return np.clip(y * (1 + brightness), 0, 1)


@wrong(ID, "darker")
def takes_brightness_away(images, brightness, contrast):
    return np.clip(images + contrast * (images - 0.5) - brightness, 0, 1)


@wrong(ID, "no_brightness")
def contrast_only(images, brightness, contrast):
    return np.clip(images + contrast * (images - 0.5), 0, 1)


@wrong(ID, "no_contrast")
def brightness_only(images, brightness, contrast):
    return np.clip(images + brightness, 0, 1)


@wrong(ID, "flatter")
def towards_the_grey(images, brightness, contrast):
    return np.clip((1 - contrast) * images + contrast * 0.5 + brightness, 0, 1)


@wrong(ID, "wrapped")
def modulo_1(images, brightness, contrast):
    return (images + contrast * (images - 0.5) + brightness) % 1.0


@right(ID)
def as_one_affine_map(images, brightness, contrast):
    y = (1 + contrast) * images + (brightness - contrast / 2)
    return np.maximum(0, np.minimum(1, y))


@right(ID)
def pixel_for_pixel(images, brightness, contrast):
    y = np.empty_like(images)
    for place in np.ndindex(images.shape):
        x = images[place]
        y[place] = min(1, max(0, x + contrast * (x - 0.5) + brightness))
    return y


# --- noisy copies ---

ID = "l10.noisy_copies"


@wrong(ID, "labels_repeated")
def repeats_each_label(X, t, noise):
    return np.concatenate([X] + [X + n for n in noise]), np.repeat(t, 1 + len(noise))


@wrong(ID, "labels_sorted")
def sorts_the_labels(X, t, noise):
    return np.concatenate([X] + [X + n for n in noise]), np.sort(np.tile(t, 1 + len(noise)))


@wrong(ID, "labels_turned")
def turns_the_labels(X, t, noise):
    return np.concatenate([X] + [X + n for n in noise]), np.concatenate([t] + [t[::-1] for _ in noise])


@wrong(ID, "adds_up")
def noise_on_noise(X, t, noise):
    copies = [X]
    for n in noise:
        copies.append(copies[-1] + n)
    return np.concatenate(copies), np.tile(t, len(copies))


@wrong(ID, "same_noise")
def always_the_first_noise(X, t, noise):
    return np.concatenate([X] + [X + noise[0] for _ in noise]), np.tile(t, 1 + len(noise))


@wrong(ID, "no_noise")
def copies_as_they_are(X, t, noise):
    return np.tile(X, (1 + len(noise), 1)), np.tile(t, 1 + len(noise))


@wrong(ID, "noise_alone")
def copies_of_nothing(X, t, noise):
    return np.concatenate([X, *noise]), np.tile(t, 1 + len(noise))


@wrong(ID, "subtracted")
def takes_the_noise_away(X, t, noise):
    return np.concatenate([X] + [X - n for n in noise]), np.tile(t, 1 + len(noise))


@wrong(ID, "original_last")
def original_at_the_end(X, t, noise):
    return np.concatenate([X + n for n in noise] + [X]), np.tile(t, 1 + len(noise))


@wrong(ID, "one_for_all")
def noise_of_the_first_row(X, t, noise):
    return np.concatenate([X] + [X + n[0] for n in noise]), np.tile(t, 1 + len(noise))


@wrong(ID, "wrong_shape")
def original_lost(X, t, noise):
    return np.concatenate([X + n for n in noise]), np.tile(t, len(noise))


@wrong(ID, "changed_argument")
def adds_in_place(X, t, noise):
    first = X.copy()
    rows = [first]
    for n in noise:
        X += n
        rows.append(X.copy())
        X -= n
    X[:] = 0
    return np.concatenate(rows), np.tile(t, len(rows))


@right(ID)
def by_broadcasting(X, t, noise):
    K, N, D = noise.shape
    all_copies = X + np.concatenate([np.zeros((1, N, D)), noise])
    return all_copies.reshape(-1, D), np.concatenate([t] * (K + 1))


@right(ID)
def row_for_row(X, t, noise):
    rows, labels = list(X), list(t)
    for n in noise:
        for x, d, label in zip(X, n, t):
            rows.append(x + d)
            labels.append(label)
    return np.array(rows), np.array(labels)


# --- noise is weight decay ---

ID = "l10.noisy_loss"


@wrong(ID, "no_penalty")
def without_noise(w, X, t, sigma):
    N = len(X)
    e = X @ w - t
    return np.sum(e**2) / (2 * N), X.T @ e / N


@wrong(ID, "sigma_not_squared")
def sigma_once(w, X, t, sigma):
    N = len(X)
    e = X @ w - t
    return np.sum(e**2) / (2 * N) + sigma / 2 * np.sum(w**2), X.T @ e / N + sigma * w


@wrong(ID, "no_half")
def penalty_without_half(w, X, t, sigma):
    N = len(X)
    e = X @ w - t
    return np.sum(e**2) / (2 * N) + sigma**2 * np.sum(w**2), X.T @ e / N + 2 * sigma**2 * w


@wrong(ID, "over_n")
def penalty_over_n(w, X, t, sigma):
    N = len(X)
    e = X @ w - t
    return np.sum(e**2) / (2 * N) + sigma**2 / (2 * N) * np.sum(w**2), X.T @ e / N + sigma**2 / N * w


@wrong(ID, "no_penalty")
def forgets_the_gradient(w, X, t, sigma):
    N = len(X)
    e = X @ w - t
    return np.sum(e**2) / (2 * N) + sigma**2 / 2 * np.sum(w**2), X.T @ e / N


@wrong(ID, "no_half")
def forgets_the_half(w, X, t, sigma):
    N = len(X)
    e = X @ w - t
    return np.sum(e**2) / (2 * N) + sigma**2 / 2 * np.sum(w**2), X.T @ e / N + 2 * sigma**2 * w


@wrong(ID, "norm")
def takes_the_norm(w, X, t, sigma):
    N = len(X)
    e = X @ w - t
    return np.sum(e**2) / (2 * N) + sigma**2 / 2 * np.linalg.norm(w), X.T @ e / N + sigma**2 * w


@wrong(ID, "absolute")
def lasso(w, X, t, sigma):
    N = len(X)
    e = X @ w - t
    return np.sum(e**2) / (2 * N) + sigma**2 / 2 * np.abs(w).sum(), X.T @ e / N + sigma**2 / 2 * np.sign(w)


@wrong(ID, "subtracted")
def takes_the_penalty_away(w, X, t, sigma):
    N = len(X)
    e = X @ w - t
    return np.sum(e**2) / (2 * N) - sigma**2 / 2 * np.sum(w**2), X.T @ e / N - sigma**2 * w


@wrong(ID, "no_mean")
def sums(w, X, t, sigma):
    len(X)
    e = X @ w - t
    return np.sum(e**2) / 2 + sigma**2 / 2 * np.sum(w**2), X.T @ e + sigma**2 * w


@wrong(ID, "sign")
def target_minus_output(w, X, t, sigma):
    N = len(X)
    e = t - X @ w
    return np.sum(e**2) / (2 * N) + sigma**2 / 2 * np.sum(w**2), X.T @ e / N + sigma**2 * w


@right(ID)
def with_dot(w, X, t, sigma):
    N = len(X)
    e = X @ w - t
    return 0.5 * (e @ e / N + sigma**2 * (w @ w)), (e @ X) / N + sigma**2 * w


@right(ID)
def example_by_example(w, X, t, sigma):
    loss, grad = 0, np.zeros_like(w)
    for x, target in zip(X, t):
        e = np.dot(w, x) - target
        loss += (e**2 + sigma**2 * np.sum(w**2)) / 2
        grad += e * x + sigma**2 * w
    return loss / len(X), grad / len(X)


# --- smoothed labels ---

ID = "l10.smoothed"


@wrong(ID, "over_k")
def divides_by_k(labels, K, p, eps):
    onehot = np.eye(K)[labels]
    return onehot * (p + eps) + (1 - onehot) * ((1 - p) / K - eps), (1 - eps) * onehot + eps / K


@wrong(ID, "eps_added")
def adds_eps_to_all(labels, K, p, eps):
    onehot = np.eye(K)[labels]
    return onehot * (p + eps) + (1 - onehot) * ((1 - p) / (K - 1) + eps), (1 - eps) * onehot + eps / K


@wrong(ID, "mended")
def makes_it_a_distribution(labels, K, p, eps):
    onehot = np.eye(K)[labels]
    return onehot * (p + eps) + (1 - onehot) * (1 - p - eps) / (K - 1), (1 - eps) * onehot + eps / K


@wrong(ID, "true_minus")
def takes_eps_from_the_true(labels, K, p, eps):
    onehot = np.eye(K)[labels]
    return onehot * (p - eps) + (1 - onehot) * ((1 - p) / (K - 1) - eps), (1 - eps) * onehot + eps / K


@wrong(ID, "true_without_eps")
def true_class_has_p(labels, K, p, eps):
    onehot = np.eye(K)[labels]
    return onehot * p + (1 - onehot) * ((1 - p) / (K - 1) - eps), (1 - eps) * onehot + eps / K


@wrong(ID, "exchanged")
def standard_first(labels, K, p, eps):
    onehot = np.eye(K)[labels]
    return (1 - eps) * onehot + eps / K, onehot * (p + eps) + (1 - onehot) * ((1 - p) / (K - 1) - eps)


@wrong(ID, "not_taken_away")
def keeps_the_one(labels, K, p, eps):
    onehot = np.eye(K)[labels]
    return onehot * (p + eps) + (1 - onehot) * ((1 - p) / (K - 1) - eps), onehot + eps / K


@wrong(ID, "shared_by_others")
def eps_for_the_others(labels, K, p, eps):
    onehot = np.eye(K)[labels]
    return onehot * (p + eps) + (1 - onehot) * ((1 - p) / (K - 1) - eps), (1 - eps) * onehot + (1 - onehot) * eps / (
        K - 1
    )


@wrong(ID, "eps_for_each")
def eps_to_every_class(labels, K, p, eps):
    onehot = np.eye(K)[labels]
    return onehot * (p + eps) + (1 - onehot) * ((1 - p) / (K - 1) - eps), (1 - eps) * onehot + eps


@wrong(ID, "hard")
def does_not_smooth(labels, K, p, eps):
    onehot = np.eye(K)[labels]
    return onehot * (p + eps) + (1 - onehot) * ((1 - p) / (K - 1) - eps), onehot


@wrong(ID, "wrong_shape")
def classes_in_rows(labels, K, p, eps):
    onehot = np.eye(K)[labels]
    return (onehot * (p + eps) + (1 - onehot) * ((1 - p) / (K - 1) - eps)).T, ((1 - eps) * onehot + eps / K).T


@right(ID)
def with_where(labels, K, p, eps):
    true = labels[:, None] == np.arange(K)
    return np.where(true, p + eps, (1 - p) / (K - 1) - eps), np.where(true, 1 - eps + eps / K, eps / K)


@right(ID)
def in_a_loop(labels, K, p, eps):
    slide = np.full((len(labels), K), (1 - p) / (K - 1) - eps)
    standard = np.full((len(labels), K), eps / K)
    for n, k in enumerate(labels):
        slide[n, k] = p + eps
        standard[n, k] += 1 - eps
    return slide, standard


# --- several tasks ---

ID = "l10.multitask_gradients"


@wrong(ID, "trunk_hears_classes")
def trunk_for_classes(X, labels, r, W, V, U, a):
    N = len(X)
    h = np.tanh(X @ W)
    e = np.exp(h @ V)
    P = e / e.sum(axis=1, keepdims=True)
    P[np.arange(N), labels] -= 1
    dz = (1 - a) * P / N
    dy = a * (h @ U - r) / N
    return X.T @ ((dz @ V.T) * (1 - h**2)), h.T @ dz, h.T @ dy


@wrong(ID, "trunk_hears_numbers")
def trunk_for_numbers(X, labels, r, W, V, U, a):
    N = len(X)
    h = np.tanh(X @ W)
    e = np.exp(h @ V)
    P = e / e.sum(axis=1, keepdims=True)
    P[np.arange(N), labels] -= 1
    dz = (1 - a) * P / N
    dy = a * (h @ U - r) / N
    return X.T @ ((dy @ U.T) * (1 - h**2)), h.T @ dz, h.T @ dy


@wrong(ID, "trunk_mean")
def trunk_takes_the_mean(X, labels, r, W, V, U, a):
    N = len(X)
    h = np.tanh(X @ W)
    e = np.exp(h @ V)
    P = e / e.sum(axis=1, keepdims=True)
    P[np.arange(N), labels] -= 1
    dz = (1 - a) * P / N
    dy = a * (h @ U - r) / N
    return X.T @ ((dz @ V.T + dy @ U.T) / 2 * (1 - h**2)), h.T @ dz, h.T @ dy


@wrong(ID, "trunk_difference")
def trunk_subtracts(X, labels, r, W, V, U, a):
    N = len(X)
    h = np.tanh(X @ W)
    e = np.exp(h @ V)
    P = e / e.sum(axis=1, keepdims=True)
    P[np.arange(N), labels] -= 1
    dz = (1 - a) * P / N
    dy = a * (h @ U - r) / N
    return X.T @ ((dz @ V.T - dy @ U.T) * (1 - h**2)), h.T @ dz, h.T @ dy


@wrong(ID, "unweighted")
def forgets_a(X, labels, r, W, V, U, a):
    N = len(X)
    h = np.tanh(X @ W)
    e = np.exp(h @ V)
    P = e / e.sum(axis=1, keepdims=True)
    P[np.arange(N), labels] -= 1
    dz = P / N
    dy = (h @ U - r) / N
    return X.T @ ((dz @ V.T + dy @ U.T) * (1 - h**2)), h.T @ dz, h.T @ dy


@wrong(ID, "weights_exchanged")
def a_for_the_classes(X, labels, r, W, V, U, a):
    N = len(X)
    h = np.tanh(X @ W)
    e = np.exp(h @ V)
    P = e / e.sum(axis=1, keepdims=True)
    P[np.arange(N), labels] -= 1
    dz = a * P / N
    dy = (1 - a) * (h @ U - r) / N
    return X.T @ ((dz @ V.T + dy @ U.T) * (1 - h**2)), h.T @ dz, h.T @ dy


@wrong(ID, "classes_unweighted")
def classes_whole(X, labels, r, W, V, U, a):
    N = len(X)
    h = np.tanh(X @ W)
    e = np.exp(h @ V)
    P = e / e.sum(axis=1, keepdims=True)
    P[np.arange(N), labels] -= 1
    dz = P / N
    dy = a * (h @ U - r) / N
    return X.T @ ((dz @ V.T + dy @ U.T) * (1 - h**2)), h.T @ dz, h.T @ dy


@wrong(ID, "no_slope")
def forgets_tanh(X, labels, r, W, V, U, a):
    N = len(X)
    h = np.tanh(X @ W)
    e = np.exp(h @ V)
    P = e / e.sum(axis=1, keepdims=True)
    P[np.arange(N), labels] -= 1
    dz = (1 - a) * P / N
    dy = a * (h @ U - r) / N
    return X.T @ (dz @ V.T + dy @ U.T), h.T @ dz, h.T @ dy


@wrong(ID, "slope_of_sigmoid")
def like_a_sigmoid(X, labels, r, W, V, U, a):
    N = len(X)
    h = np.tanh(X @ W)
    e = np.exp(h @ V)
    P = e / e.sum(axis=1, keepdims=True)
    P[np.arange(N), labels] -= 1
    dz = (1 - a) * P / N
    dy = a * (h @ U - r) / N
    return X.T @ ((dz @ V.T + dy @ U.T) * h * (1 - h)), h.T @ dz, h.T @ dy


@wrong(ID, "no_mean")
def forgets_n(X, labels, r, W, V, U, a):
    N = len(X)
    h = np.tanh(X @ W)
    e = np.exp(h @ V)
    P = e / e.sum(axis=1, keepdims=True)
    P[np.arange(N), labels] -= 1
    dz = (1 - a) * P
    dy = a * (h @ U - r)
    return X.T @ ((dz @ V.T + dy @ U.T) * (1 - h**2)), h.T @ dz, h.T @ dy


@wrong(ID, "no_target")
def forgets_the_labels(X, labels, r, W, V, U, a):
    N = len(X)
    h = np.tanh(X @ W)
    e = np.exp(h @ V)
    P = e / e.sum(axis=1, keepdims=True)
    dz = (1 - a) * P / N
    dy = a * (h @ U - r) / N
    return X.T @ ((dz @ V.T + dy @ U.T) * (1 - h**2)), h.T @ dz, h.T @ dy


@right(ID)
def with_one_hot(X, labels, r, W, V, U, a):
    N = len(X)
    h = np.tanh(X @ W)
    z = h @ V
    z = z - z.max(axis=1, keepdims=True)
    P = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
    dz = (1 - a) / N * (P - np.eye(V.shape[1])[labels])
    dy = a / N * (h @ U - r)
    dh = np.concatenate([dz, dy], axis=1) @ np.concatenate([V, U], axis=1).T
    return X.T @ (dh - dh * h * h), h.T @ dz, h.T @ dy


@right(ID)
def gradients_one_by_one(X, labels, r, W, V, U, a):
    dW, dV, dU = np.zeros_like(W), np.zeros_like(V), np.zeros_like(U)
    for x, k, target in zip(X, labels, r):
        h = np.tanh(x @ W)
        e = np.exp(h @ V)
        dz = e / e.sum()
        dz[k] -= 1
        dz = (1 - a) * dz
        dy = a * (h @ U - target)
        dV += np.outer(h, dz)
        dU += np.outer(h, dy)
        dW += np.outer(x, (V @ dz + U @ dy) * (1 - h**2))
    return dW / len(X), dV / len(X), dU / len(X)


# --- resampled ---

ID = "l10.bootstrap"


@wrong(ID, "rounded")
def rounds(u):
    N = len(u)
    drawn = np.round(u * N).astype(int)
    return drawn, np.setdiff1d(np.arange(N), drawn)


@wrong(ID, "last_never")
def times_n_minus_one(u):
    N = len(u)
    drawn = np.floor(u * (N - 1)).astype(int)
    return drawn, np.setdiff1d(np.arange(N), drawn)


@wrong(ID, "from_one")
def counts_from_one(u):
    N = len(u)
    drawn = np.floor(u * N).astype(int) + 1
    return drawn, np.setdiff1d(np.arange(N), drawn)


@wrong(ID, "shuffled")
def shuffles(u):
    N = len(u)
    drawn = np.argsort(u)
    return drawn, np.setdiff1d(np.arange(N), drawn)


@wrong(ID, "sorted")
def sorts_the_places(u):
    N = len(u)
    drawn = np.sort(np.floor(u * N).astype(int))
    return drawn, np.setdiff1d(np.arange(N), drawn)


@wrong(ID, "drawn_once")
def those_that_were_drawn(u):
    N = len(u)
    drawn = np.floor(u * N).astype(int)
    return drawn, np.unique(drawn)


@wrong(ID, "last_forgotten")
def stops_too_early(u):
    N = len(u)
    drawn = np.floor(u * N).astype(int)
    return drawn, np.array([n for n in range(N - 1) if n not in drawn])


@wrong(ID, "first_forgotten")
def starts_at_one(u):
    N = len(u)
    drawn = np.floor(u * N).astype(int)
    return drawn, np.array([n for n in range(1, N) if n not in drawn])


@wrong(ID, "wrong_type")
def forgets_those_left_out(u):
    N = len(u)
    return np.floor(u * N).astype(int)


@wrong(ID, "not_whole")
def does_not_cut_off(u):
    N = len(u)
    drawn = u * N
    return drawn, np.setdiff1d(np.arange(N), drawn)


@right(ID)
def in_a_list(u):
    N = len(u)
    drawn = np.array([int(N * number) for number in u])
    return drawn, np.array([n for n in range(N) if n not in drawn], dtype=int)


@right(ID)
def by_counting(u):
    drawn = (u * len(u)).astype(np.int64)
    return drawn, np.flatnonzero(np.bincount(drawn, minlength=len(u)) == 0)


# --- vote and average ---

ID = "l10.weighted_vote"


@wrong(ID, "unweighted")
def counts_heads(P, w):
    _M, _N, K = P.shape
    onehot = np.eye(K)[P.argmax(axis=2)]
    return onehot.sum(axis=0).argmax(axis=1), np.einsum("m,mnk->nk", w, P).argmax(axis=1)


@wrong(ID, "unweighted")
def plain_mean(P, w):
    _M, _N, K = P.shape
    onehot = np.eye(K)[P.argmax(axis=2)]
    return np.einsum("m,mnk->nk", w, onehot).argmax(axis=1), P.mean(axis=0).argmax(axis=1)


@wrong(ID, "unweighted")
def forgets_w(P, w):
    _M, _N, K = P.shape
    onehot = np.eye(K)[P.argmax(axis=2)]
    return onehot.sum(axis=0).argmax(axis=1), P.mean(axis=0).argmax(axis=1)


@wrong(ID, "exchanged")
def average_first(P, w):
    _M, _N, K = P.shape
    onehot = np.eye(K)[P.argmax(axis=2)]
    return np.einsum("m,mnk->nk", w, P).argmax(axis=1), np.einsum("m,mnk->nk", w, onehot).argmax(axis=1)


@wrong(ID, "product")
def adds_logarithms(P, w):
    _M, _N, K = P.shape
    onehot = np.eye(K)[P.argmax(axis=2)]
    return np.einsum("m,mnk->nk", w, onehot).argmax(axis=1), np.einsum("m,mnk->nk", w, np.log(P + 1e-12)).argmax(axis=1)


@wrong(ID, "best_alone")
def asks_the_best(P, w):
    best = P[w.argmax()].argmax(axis=1)
    return best, best.copy()


@wrong(ID, "least_likely")
def votes_against(P, w):
    _M, _N, K = P.shape
    onehot = np.eye(K)[P.argmin(axis=2)]
    return np.einsum("m,mnk->nk", w, onehot).argmax(axis=1), np.einsum("m,mnk->nk", w, P).argmax(axis=1)


@wrong(ID, "weights_inverted")
def trusts_the_worst(P, w):
    w = 1 / w
    _M, _N, K = P.shape
    onehot = np.eye(K)[P.argmax(axis=2)]
    return np.einsum("m,mnk->nk", w, onehot).argmax(axis=1), np.einsum("m,mnk->nk", w, P).argmax(axis=1)


@wrong(ID, "weights_squared")
def squares_the_weights(P, w):
    w = w**2
    _M, _N, K = P.shape
    onehot = np.eye(K)[P.argmax(axis=2)]
    return np.einsum("m,mnk->nk", w, onehot).argmax(axis=1), np.einsum("m,mnk->nk", w, P).argmax(axis=1)


@wrong(ID, "one_example")
def one_vote_for_all(P, w):
    M, N, K = P.shape
    first = P.mean(axis=1).argmax(axis=1)
    votes = np.zeros(K)
    for m in range(M):
        votes[first[m]] += w[m]
    return np.full(N, votes.argmax()), np.einsum("m,mnk->nk", w, P).argmax(axis=1)


@wrong(ID, "wrong_shape")
def gives_back_the_sums(P, w):
    _M, _N, K = P.shape
    onehot = np.eye(K)[P.argmax(axis=2)]
    return np.einsum("m,mnk->nk", w, onehot), np.einsum("m,mnk->nk", w, P)


@right(ID)
def with_shares(P, w):
    share = w / w.sum()
    mean = np.sum(share[:, None, None] * P, axis=0)
    first = P.max(axis=2, keepdims=True) == P
    return np.argmax(np.sum(share[:, None, None] * first, axis=0), axis=1), np.argmax(mean, axis=1)


@right(ID)
def in_loops(P, w):
    M, N, K = P.shape
    voted, averaged = [], []
    for n in range(N):
        votes, mean = [0.0] * K, [0.0] * K
        for m in range(M):
            votes[int(P[m, n].argmax())] += w[m]
            for k in range(K):
                mean[k] += w[m] * P[m, n, k]
        voted.append(votes.index(max(votes)))
        averaged.append(mean.index(max(mean)))
    return np.array(voted), np.array(averaged)


# --- cyclic rate ---

ID = "l10.cyclic_rate"


@wrong(ID, "no_restart")
def falls_once(step, steps, cycles, lr):
    return lr / 2 * (1 + np.cos(np.pi * step / steps))


@wrong(ID, "rounded_down")
def cycle_too_short(step, steps, cycles, lr):
    L = steps // cycles
    return lr / 2 * (1 + np.cos(np.pi * (step % L) / L))


@wrong(ID, "not_whole")
def cycle_not_whole(step, steps, cycles, lr):
    L = steps / cycles
    return lr / 2 * (1 + np.cos(np.pi * (step % L) / L))


@wrong(ID, "linear")
def on_a_line(step, steps, cycles, lr):
    L = int(np.ceil(steps / cycles))
    return lr * (1 - (step % L) / L)


@wrong(ID, "whole_cosine")
def down_and_up(step, steps, cycles, lr):
    L = int(np.ceil(steps / cycles))
    return lr / 2 * (1 + np.cos(2 * np.pi * (step % L) / L))


@wrong(ID, "no_half")
def twice_the_rate(step, steps, cycles, lr):
    L = int(np.ceil(steps / cycles))
    return lr * (1 + np.cos(np.pi * (step % L) / L))


@wrong(ID, "rising")
def rises(step, steps, cycles, lr):
    L = int(np.ceil(steps / cycles))
    return lr / 2 * (1 - np.cos(np.pi * (step % L) / L))


@wrong(ID, "quarter")
def a_quarter_turn(step, steps, cycles, lr):
    L = int(np.ceil(steps / cycles))
    return lr * np.cos(np.pi / 2 * (step % L) / L)


@wrong(ID, "one_late")
def first_step_is_one(step, steps, cycles, lr):
    L = int(np.ceil(steps / cycles))
    return lr / 2 * (1 + np.cos(np.pi * ((step + 1) % L) / L))


@wrong(ID, "number_for_length")
def modulo_cycles(step, steps, cycles, lr):
    return lr / 2 * (1 + np.cos(np.pi * (step % cycles) / cycles))


@right(ID)
def by_the_square(step, steps, cycles, lr):
    L = -(-steps // cycles)
    return lr * np.cos(np.pi / 2 * (step % L) / L) ** 2


@right(ID)
def step_by_step(step, steps, cycles, lr):
    L = (steps + cycles - 1) // cycles
    rates = np.zeros(len(step))
    for i, s in enumerate(step):
        place = (s - L * (s // L)) / L
        rates[i] = 0.5 * lr + 0.5 * lr * np.cos(np.pi * place)
    return rates


# --- what an ensemble gains ---

ID = "l10.ensemble_gain"


@wrong(ID, "as_if_independent")
def divides_by_m(E):
    M, N = E.shape
    C = E @ E.T / N
    single = np.mean(E**2)
    together = single / M
    rho = (C.sum() - np.trace(C)) / (M * (M - 1)) / single
    return single, together, rho


@wrong(ID, "squared_first")
def squares_first(E):
    M, N = E.shape
    C = E @ E.T / N
    single = np.mean(E**2)
    together = np.mean((E**2).mean(axis=0))
    rho = (C.sum() - np.trace(C)) / (M * (M - 1)) / single
    return single, together, rho


@wrong(ID, "summed")
def adds_the_models(E):
    M, N = E.shape
    C = E @ E.T / N
    single = np.mean(E**2)
    together = np.mean(E.sum(axis=0) ** 2)
    rho = (C.sum() - np.trace(C)) / (M * (M - 1)) / single
    return single, together, rho


@wrong(ID, "root")
def takes_roots(E):
    M, N = E.shape
    C = E @ E.T / N
    single = np.mean(E**2)
    together = np.mean(E.mean(axis=0) ** 2)
    rho = (C.sum() - np.trace(C)) / (M * (M - 1)) / single
    return np.sqrt(single), np.sqrt(together), rho


@wrong(ID, "absolute")
def absolute_errors(E):
    M, N = E.shape
    C = E @ E.T / N
    single = np.mean(E**2)
    np.mean(E.mean(axis=0) ** 2)
    rho = (C.sum() - np.trace(C)) / (M * (M - 1)) / single
    return np.mean(np.abs(E)), np.mean(np.abs(E.mean(axis=0))), rho


@wrong(ID, "with_itself")
def all_pairs(E):
    _M, N = E.shape
    C = E @ E.T / N
    single = np.mean(E**2)
    together = np.mean(E.mean(axis=0) ** 2)
    rho = C.mean() / single
    return single, together, rho


@wrong(ID, "centered")
def corrcoef(E):
    M, _N = E.shape
    single = np.mean(E**2)
    together = np.mean(E.mean(axis=0) ** 2)
    rho = (np.corrcoef(E).sum() - M) / (M * (M - 1))
    return single, together, rho


@wrong(ID, "first_pair")
def two_models(E):
    _M, N = E.shape
    C = E @ E.T / N
    single = np.mean(E**2)
    together = np.mean(E.mean(axis=0) ** 2)
    rho = C[0, 1] / single
    return single, together, rho


@wrong(ID, "not_divided")
def covariance(E):
    M, N = E.shape
    C = E @ E.T / N
    single = np.mean(E**2)
    together = np.mean(E.mean(axis=0) ** 2)
    rho = (C.sum() - np.trace(C)) / (M * (M - 1))
    return single, together, rho


@wrong(ID, "first_alone")
def error_of_the_first(E):
    M, N = E.shape
    C = E @ E.T / N
    single = np.mean(E**2)
    together = np.mean(E.mean(axis=0) ** 2)
    rho = (C.sum() - np.trace(C)) / (M * (M - 1)) / single
    return np.mean(E[0] ** 2), together, rho


@right(ID)
def from_the_two_errors(E):
    M = len(E)
    single = (E**2).sum() / E.size
    together = ((E.sum(axis=0) / M) ** 2).sum() / E.shape[1]
    return single, together, (together / single - 1 / M) / (1 - 1 / M)


@right(ID)
def pair_by_pair(E):
    M, N = E.shape
    products = [np.dot(E[a], E[b]) / N for a in range(M) for b in range(M) if a != b]
    squares = [np.dot(e, e) / N for e in E]
    mean = E.mean(axis=0)
    return sum(squares) / M, np.dot(mean, mean) / N, (sum(products) / len(products)) / (sum(squares) / M)
