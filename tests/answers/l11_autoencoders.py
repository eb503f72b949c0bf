"""Answers to lesson 11."""

import numpy as np

from tests.answers import right, wrong

# --- the autoencoder ---

ID = "l11.autoencoder_gradients"


@wrong(ID, "no_target")
def forgets_the_target(X, W, b, V, c):
    N = len(X)
    h = np.tanh(X @ W + b)
    dy = (h @ V + c) / N
    dh = dy @ V.T * (1 - h**2)
    return X.T @ dh, dh.sum(axis=0), h.T @ dy, dy.sum(axis=0)


@wrong(ID, "sign")
def target_minus_output(X, W, b, V, c):
    N = len(X)
    h = np.tanh(X @ W + b)
    dy = (X - h @ V - c) / N
    dh = dy @ V.T * (1 - h**2)
    return X.T @ dh, dh.sum(axis=0), h.T @ dy, dy.sum(axis=0)


@wrong(ID, "no_mean")
def forgets_n(X, W, b, V, c):
    len(X)
    h = np.tanh(X @ W + b)
    dy = h @ V + c - X
    dh = dy @ V.T * (1 - h**2)
    return X.T @ dh, dh.sum(axis=0), h.T @ dy, dy.sum(axis=0)


@wrong(ID, "mean_over_all")
def mean_of_all_pixels(X, W, b, V, c):
    len(X)
    h = np.tanh(X @ W + b)
    dy = (h @ V + c - X) / X.size
    dh = dy @ V.T * (1 - h**2)
    return X.T @ dh, dh.sum(axis=0), h.T @ dy, dy.sum(axis=0)


@wrong(ID, "doubled")
def keeps_the_two(X, W, b, V, c):
    N = len(X)
    h = np.tanh(X @ W + b)
    dy = 2 * (h @ V + c - X) / N
    dh = dy @ V.T * (1 - h**2)
    return X.T @ dh, dh.sum(axis=0), h.T @ dy, dy.sum(axis=0)


@wrong(ID, "no_slope")
def forgets_tanh(X, W, b, V, c):
    N = len(X)
    h = np.tanh(X @ W + b)
    dy = (h @ V + c - X) / N
    dh = dy @ V.T
    return X.T @ dh, dh.sum(axis=0), h.T @ dy, dy.sum(axis=0)


@wrong(ID, "slope_of_sigmoid")
def like_a_sigmoid(X, W, b, V, c):
    N = len(X)
    h = np.tanh(X @ W + b)
    dy = (h @ V + c - X) / N
    dh = dy @ V.T * h * (1 - h)
    return X.T @ dh, dh.sum(axis=0), h.T @ dy, dy.sum(axis=0)


@wrong(ID, "slope_not_squared")
def forgets_the_square(X, W, b, V, c):
    N = len(X)
    h = np.tanh(X @ W + b)
    dy = (h @ V + c - X) / N
    dh = dy @ V.T * (1 - h)
    return X.T @ dh, dh.sum(axis=0), h.T @ dy, dy.sum(axis=0)


@wrong(ID, "biases_averaged")
def averages_the_biases(X, W, b, V, c):
    N = len(X)
    h = np.tanh(X @ W + b)
    dy = (h @ V + c - X) / N
    dh = dy @ V.T * (1 - h**2)
    return X.T @ dh, dh.mean(axis=0), h.T @ dy, dy.mean(axis=0)


@wrong(ID, "target_decoded_mean")
def wants_the_mean(X, W, b, V, c):
    N = len(X)
    h = np.tanh(X @ W + b)
    dy = (h @ V + c - X.mean(axis=0)) / N
    dh = dy @ V.T * (1 - h**2)
    return X.T @ dh, dh.sum(axis=0), h.T @ dy, dy.sum(axis=0)


@wrong(ID, "wrong_shape")
def transposes_dw(X, W, b, V, c):
    N = len(X)
    h = np.tanh(X @ W + b)
    dy = (h @ V + c - X) / N
    dh = dy @ V.T * (1 - h**2)
    return dh.T @ X, dh.sum(axis=0), h.T @ dy, dy.sum(axis=0)


@wrong(ID, "changed_argument")
def subtracts_in_place(X, W, b, V, c):
    N = len(X)
    h = np.tanh(X @ W + b)
    X -= h @ V + c
    dy = -X / N
    dh = dy @ V.T * (1 - h**2)
    return (X + h @ V + c).T @ dh, dh.sum(axis=0), h.T @ dy, dy.sum(axis=0)


@right(ID)
def example_by_example(X, W, b, V, c):
    dW, db, dV, dc = (np.zeros_like(p) for p in (W, b, V, c))
    for x in X:
        h = np.tanh(x @ W + b)
        dy = h @ V + c - x
        dh = (V @ dy) * (1 - h * h)
        dW += np.outer(x, dh)
        db += dh
        dV += np.outer(h, dy)
        dc += dy
    return dW / len(X), db / len(X), dV / len(X), dc / len(X)


@right(ID)
def with_a_column_of_ones(X, W, b, V, c):
    N = len(X)
    ones = np.ones((N, 1))
    h = np.tanh(np.hstack([X, ones]) @ np.vstack([W, b]))
    dy = (np.hstack([h, ones]) @ np.vstack([V, c]) - X) / N
    dh = (dy @ V.T) / np.cosh(X @ W + b) ** 2
    first, second = np.hstack([X, ones]).T @ dh, np.hstack([h, ones]).T @ dy
    return first[:-1], first[-1], second[:-1], second[-1]


# --- pca ---

ID = "l11.pca_reconstruction"


@wrong(ID, "not_centered")
def forgets_the_mean(X, k):
    _U, _s, Vt = np.linalg.svd(X, full_matrices=False)
    return X @ Vt[:k].T @ Vt[:k]


@wrong(ID, "mean_not_back")
def leaves_the_mean_out(X, k):
    m = X.mean(axis=0)
    _U, _s, Vt = np.linalg.svd(X - m, full_matrices=False)
    return (X - m) @ Vt[:k].T @ Vt[:k]


@wrong(ID, "mean_doubled")
def adds_it_twice(X, k):
    m = X.mean(axis=0)
    _U, _s, Vt = np.linalg.svd(X - m, full_matrices=False)
    return (X - m) @ Vt[:k].T @ Vt[:k] + m + m


@wrong(ID, "smallest")
def takes_the_last(X, k):
    m = X.mean(axis=0)
    _U, _s, Vt = np.linalg.svd(X - m, full_matrices=False)
    return (X - m) @ Vt[-k:].T @ Vt[-k:] + m


@wrong(ID, "one_too_few")
def k_minus_one(X, k):
    m = X.mean(axis=0)
    _U, _s, Vt = np.linalg.svd(X - m, full_matrices=False)
    return (X - m) @ Vt[: k - 1].T @ Vt[: k - 1] + m


@wrong(ID, "one_too_many")
def k_plus_one(X, k):
    m = X.mean(axis=0)
    _U, _s, Vt = np.linalg.svd(X - m, full_matrices=False)
    return (X - m) @ Vt[: k + 1].T @ Vt[: k + 1] + m


@wrong(ID, "columns")
def takes_columns(X, k):
    m = X.mean(axis=0)
    _U, _s, Vt = np.linalg.svd(X - m, full_matrices=False)
    return (X - m) @ Vt[:, :k] @ Vt[:, :k].T + m


@wrong(ID, "whitened")
def divides_by_s(X, k):
    m = X.mean(axis=0)
    _U, s, Vt = np.linalg.svd(X - m, full_matrices=False)
    return (X - m) @ Vt[:k].T / s[:k] @ Vt[:k] + m


@wrong(ID, "one_mean")
def one_mean_for_all(X, k):
    m = X.mean()
    _U, _s, Vt = np.linalg.svd(X - m, full_matrices=False)
    return (X - m) @ Vt[:k].T @ Vt[:k] + m


@wrong(ID, "wrong_shape")
def gives_back_the_code(X, k):
    m = X.mean(axis=0)
    _U, _s, Vt = np.linalg.svd(X - m, full_matrices=False)
    return (X - m) @ Vt[:k].T


@right(ID)
def by_the_covariance(X, k):
    m = np.mean(X, axis=0)
    C = (X - m).T @ (X - m) / len(X)
    values, vectors = np.linalg.eigh(C)
    E = vectors[:, np.argsort(values)[::-1][:k]]
    return m + ((X - m) @ E) @ E.T


@right(ID)
def from_the_factors(X, k):
    m = X.mean(axis=0)
    U, s, Vt = np.linalg.svd(X - m, full_matrices=False)
    return (U[:, :k] * s[:k]) @ Vt[:k] + m


# --- subspaces ---

ID = "l11.subspace_distance"


@wrong(ID, "bases_compared")
def compares_bases(A, B):
    return np.sum((A - B) ** 2) / (2 * A.shape[1])


@wrong(ID, "no_inverse")
def forgets_the_inverse(A, B):
    return np.sum((A @ A.T - B @ B.T) ** 2) / (2 * A.shape[1])


@wrong(ID, "columns_normed")
def norms_the_columns(A, B):
    a, b = A / np.linalg.norm(A, axis=0), B / np.linalg.norm(B, axis=0)
    return np.sum((a @ a.T - b @ b.T) ** 2) / (2 * A.shape[1])


@wrong(ID, "not_squared")
def adds_absolute_values(A, B):
    def P(M):
        return M @ np.linalg.inv(M.T @ M) @ M.T

    k = A.shape[1]
    return np.abs(P(A) - P(B)).sum() / (2 * k)


@wrong(ID, "root")
def takes_the_root(A, B):
    def P(M):
        return M @ np.linalg.inv(M.T @ M) @ M.T

    k = A.shape[1]
    return np.sqrt(np.sum((P(A) - P(B)) ** 2) / (2 * k))


@wrong(ID, "no_half")
def divides_by_k(A, B):
    def P(M):
        return M @ np.linalg.inv(M.T @ M) @ M.T

    k = A.shape[1]
    return np.sum((P(A) - P(B)) ** 2) / k


@wrong(ID, "not_divided")
def only_the_sum(A, B):
    def P(M):
        return M @ np.linalg.inv(M.T @ M) @ M.T

    A.shape[1]
    return np.sum((P(A) - P(B)) ** 2)


@wrong(ID, "mean_of_entries")
def takes_the_mean(A, B):
    def P(M):
        return M @ np.linalg.inv(M.T @ M) @ M.T

    A.shape[1]
    return np.mean((P(A) - P(B)) ** 2)


@wrong(ID, "spectral")
def largest_singular_value(A, B):
    def P(M):
        return M @ np.linalg.inv(M.T @ M) @ M.T

    A.shape[1]
    return np.linalg.norm(P(A) - P(B), 2)


@wrong(ID, "wrong_shape")
def gives_back_the_matrix(A, B):
    def P(M):
        return M @ np.linalg.inv(M.T @ M) @ M.T

    k = A.shape[1]
    return (P(A) - P(B)) ** 2 / (2 * k)


@right(ID)
def by_qr(A, B):
    k = A.shape[1]
    a, b = np.linalg.qr(A)[0], np.linalg.qr(B)[0]
    return 1 - np.sum((a.T @ b) ** 2) / k


@right(ID)
def by_pinv(A, B):
    D = A @ np.linalg.pinv(A) - B @ np.linalg.pinv(B)
    return np.trace(D @ D.T) / 2 / A.shape[1]


# --- outliers ---

ID = "l11.roc_auc"


@wrong(ID, "ties_lost")
def forgets_ties(scores, outlier):
    d = scores[outlier][:, None] - scores[~outlier]
    return np.mean(d > 0)


@wrong(ID, "ties_won")
def ties_as_wins(scores, outlier):
    d = scores[outlier][:, None] - scores[~outlier]
    return np.mean(d >= 0)


@wrong(ID, "turned")
def counts_losses(scores, outlier):
    d = scores[outlier][:, None] - scores[~outlier]
    return np.mean(d < 0) + 0.5 * np.mean(d == 0)


@wrong(ID, "all_pairs")
def by_all_pairs(scores, outlier):
    d = scores[outlier][:, None] - scores[~outlier]
    N = len(scores)
    return (np.sum(d > 0) + 0.5 * np.sum(d == 0)) / (N * (N - 1) / 2)


@wrong(ID, "square_of_all")
def by_n_squared(scores, outlier):
    d = scores[outlier][:, None] - scores[~outlier]
    return (np.sum(d > 0) + 0.5 * np.sum(d == 0)) / len(scores) ** 2


@wrong(ID, "not_divided")
def only_counts(scores, outlier):
    d = scores[outlier][:, None] - scores[~outlier]
    return np.sum(d > 0) + 0.5 * np.sum(d == 0)


@wrong(ID, "outliers_only")
def by_the_outliers(scores, outlier):
    d = scores[outlier][:, None] - scores[~outlier]
    return (np.sum(d > 0) + 0.5 * np.sum(d == 0)) / outlier.sum()


@wrong(ID, "differences")
def mean_difference(scores, outlier):
    d = scores[outlier][:, None] - scores[~outlier]
    return d.mean()


@wrong(ID, "wrong_shape")
def one_number_each(scores, outlier):
    d = scores[outlier][:, None] - scores[~outlier]
    return np.mean(d > 0, axis=1) + 0.5 * np.mean(d == 0, axis=1)


@right(ID)
def pair_by_pair(scores, outlier):
    wins, pairs = 0, 0
    for a in scores[outlier]:
        for b in scores[~outlier]:
            pairs += 1
            wins += 1 if a > b else 0.5 if a == b else 0
    return wins / pairs


@right(ID)
def by_ranks(scores, outlier):
    ranks = np.array([np.sum(scores < s) + (np.sum(scores == s) + 1) / 2 for s in scores])
    n, m = outlier.sum(), (~outlier).sum()
    return (ranks[outlier].sum() - n * (n + 1) / 2) / (n * m)


# --- noise ---

ID = "l11.corrupted"


@wrong(ID, "variance")
def squares_sigma(X, n, sigma, u, p):
    return X + sigma**2 * n, X * (u >= p)


@wrong(ID, "root")
def root_of_sigma(X, n, sigma, u, p):
    return X + np.sqrt(sigma) * n, X * (u >= p)


@wrong(ID, "multiplied")
def noise_as_a_factor(X, n, sigma, u, p):
    return X * (1 + sigma * n), X * (u >= p)


@wrong(ID, "noise_alone")
def only_noise(X, n, sigma, u, p):
    return sigma * n, X * (u >= p)


@wrong(ID, "clipped")
def keeps_the_range(X, n, sigma, u, p):
    return np.clip(X + sigma * n, 0, 1), X * (u >= p)


@wrong(ID, "kept_for_masked")
def keeps_below_p(X, n, sigma, u, p):
    return X + sigma * n, X * (u < p)


@wrong(ID, "wrong_end")
def blanks_the_upper(X, n, sigma, u, p):
    return X + sigma * n, X * (u < 1 - p)


@wrong(ID, "inverted")
def like_dropout(X, n, sigma, u, p):
    return X + sigma * n, X * (u >= p) / (1 - p)


@wrong(ID, "one_mask")
def one_mask_for_all(X, n, sigma, u, p):
    return X + sigma * n, X * (u[0] >= p)


@wrong(ID, "set_to_one")
def blanks_with_ones(X, n, sigma, u, p):
    return X + sigma * n, np.where(u < p, 1, X)


@wrong(ID, "changed_argument")
def masks_in_place(X, n, sigma, u, p):
    noisy = X + sigma * n
    X[u < p] = 0
    return noisy, X.copy()


@right(ID)
def with_where(X, n, sigma, u, p):
    return sigma * n + X, np.where(u < p, 0, X)


@right(ID)
def pixel_by_pixel(X, n, sigma, u, p):
    noisy, masked = np.empty_like(X), np.empty_like(X)
    for place in np.ndindex(X.shape):
        noisy[place] = X[place] + sigma * n[place]
        masked[place] = 0 if u[place] < p else X[place]
    return noisy, masked


# --- denoising ---

ID = "l11.denoising_gradients"


@wrong(ID, "wants_noisy")
def noisy_target(noisy, X, W, V):
    N = len(X)
    h = np.tanh(noisy @ W)
    dy = (h @ V - noisy) / N
    return noisy.T @ (dy @ V.T * (1 - h**2)), h.T @ dy


@wrong(ID, "sees_clean")
def clean_input(noisy, X, W, V):
    N = len(X)
    h = np.tanh(X @ W)
    dy = (h @ V - X) / N
    return X.T @ (dy @ V.T * (1 - h**2)), h.T @ dy


@wrong(ID, "exchanged")
def the_other_way_round(noisy, X, W, V):
    N = len(X)
    h = np.tanh(X @ W)
    dy = (h @ V - noisy) / N
    return X.T @ (dy @ V.T * (1 - h**2)), h.T @ dy


@wrong(ID, "clean_in_gradient")
def gradient_with_clean(noisy, X, W, V):
    N = len(X)
    h = np.tanh(noisy @ W)
    dy = (h @ V - X) / N
    return X.T @ (dy @ V.T * (1 - h**2)), h.T @ dy


@wrong(ID, "wants_the_noise")
def noise_as_target(noisy, X, W, V):
    N = len(X)
    h = np.tanh(noisy @ W)
    dy = (h @ V - (noisy - X)) / N
    return noisy.T @ (dy @ V.T * (1 - h**2)), h.T @ dy


@wrong(ID, "no_slope")
def slope_forgotten(noisy, X, W, V):
    N = len(X)
    h = np.tanh(noisy @ W)
    dy = (h @ V - X) / N
    return noisy.T @ (dy @ V.T), h.T @ dy


@wrong(ID, "slope_of_sigmoid")
def slope_like_a_sigmoid(noisy, X, W, V):
    N = len(X)
    h = np.tanh(noisy @ W)
    dy = (h @ V - X) / N
    return noisy.T @ (dy @ V.T * (h - h**2)), h.T @ dy


@wrong(ID, "no_mean")
def sums_over_examples(noisy, X, W, V):
    len(X)
    h = np.tanh(noisy @ W)
    dy = h @ V - X
    return noisy.T @ (dy @ V.T * (1 - h**2)), h.T @ dy


@wrong(ID, "mean_over_all")
def divides_by_nd(noisy, X, W, V):
    len(X)
    h = np.tanh(noisy @ W)
    dy = (h @ V - X) / X.size
    return noisy.T @ (dy @ V.T * (1 - h**2)), h.T @ dy


@wrong(ID, "sign")
def clean_minus_output(noisy, X, W, V):
    N = len(X)
    h = np.tanh(noisy @ W)
    dy = (X - h @ V) / N
    return noisy.T @ (dy @ V.T * (1 - h**2)), h.T @ dy


@right(ID)
def one_example_after_the_other(noisy, X, W, V):
    dW, dV = 0, 0
    for a, x in zip(noisy, X):
        h = np.tanh(a @ W)
        dy = h @ V - x
        dW = dW + np.outer(a, (1 - h**2) * (V @ dy))
        dV = dV + np.outer(h, dy)
    return dW / len(X), dV / len(X)


@right(ID)
def by_einsum(noisy, X, W, V):
    h = np.tanh(np.einsum("nd,dk->nk", noisy, W))
    dy = np.einsum("nk,kd->nd", h, V) - X
    dh = np.einsum("nd,kd,nk->nk", dy, V, 1 - h * h)
    return np.einsum("nd,nk->dk", noisy, dh) / len(X), np.einsum("nk,nd->kd", h, dy) / len(X)


# --- the linear denoiser ---

ID = "l11.linear_denoiser"


@wrong(ID, "no_noise")
def without_noise(X, sigma):
    _N, D = X.shape
    S = X.T @ X
    return np.linalg.solve(S + 1e-10 * np.eye(D), S)


@wrong(ID, "not_squared")
def sigma_once(X, sigma):
    N, D = X.shape
    S = X.T @ X
    return np.linalg.solve(S + N * sigma * np.eye(D), S)


@wrong(ID, "once")
def noise_of_one_example(X, sigma):
    _N, D = X.shape
    S = X.T @ X
    return np.linalg.solve(S + sigma**2 * np.eye(D), S)


@wrong(ID, "all_entries")
def noise_everywhere(X, sigma):
    N, _D = X.shape
    S = X.T @ X
    return np.linalg.solve(S + N * sigma**2, S)


@wrong(ID, "no_noise")
def noise_on_both_sides(X, sigma):
    N, D = X.shape
    S = X.T @ X
    M = S + N * sigma**2 * np.eye(D)
    return np.linalg.solve(M, M)


@wrong(ID, "subtracted")
def takes_the_noise_away(X, sigma):
    N, D = X.shape
    S = X.T @ X
    return np.linalg.solve(S - N * sigma**2 * np.eye(D), S)


@wrong(ID, "turned")
def inverts_the_other(X, sigma):
    N, D = X.shape
    S = X.T @ X
    return np.linalg.solve(S, S + N * sigma**2 * np.eye(D))


@wrong(ID, "not_solved")
def multiplies(X, sigma):
    N, D = X.shape
    S = X.T @ X
    return (S + N * sigma**2 * np.eye(D)) @ S


@wrong(ID, "mean_once")
def covariance_on_one_side(X, sigma):
    N, D = X.shape
    S = X.T @ X
    return np.linalg.solve(S + N * sigma**2 * np.eye(D), S / N)


@right(ID)
def by_the_inverse(X, sigma):
    C = X.T @ X / len(X)
    return np.linalg.inv(C + sigma**2 * np.eye(len(C))) @ C


@right(ID)
def as_least_squares(X, sigma):
    N, D = X.shape
    rows = np.vstack([X, np.sqrt(N) * sigma * np.eye(D)])
    return np.linalg.lstsq(rows, np.vstack([X, np.zeros((D, D))]), rcond=None)[0]


# --- few labels ---

ID = "l11.few_per_class"


@wrong(ID, "by_class")
def class_by_class(t, n):
    return np.concatenate([np.flatnonzero(t == k)[:n] for k in np.unique(t)])


@wrong(ID, "last")
def the_last_ones(t, n):
    return np.sort(np.concatenate([np.flatnonzero(t == k)[-n:] for k in np.unique(t)]))


@wrong(ID, "one_too_many")
def one_more(t, n):
    return np.sort(np.concatenate([np.flatnonzero(t == k)[: n + 1] for k in np.unique(t)]))


@wrong(ID, "one_too_few")
def one_less(t, n):
    return np.sort(np.concatenate([np.flatnonzero(t == k)[: n - 1] for k in np.unique(t)]))


@wrong(ID, "without_the_first")
def starts_at_the_second(t, n):
    return np.sort(np.concatenate([np.flatnonzero(t == k)[1 : n + 1] for k in np.unique(t)]))


@wrong(ID, "every_second")
def takes_every_second(t, n):
    return np.sort(np.concatenate([np.flatnonzero(t == k)[::2][:n] for k in np.unique(t)]))


@wrong(ID, "descending")
def from_the_end(t, n):
    return np.sort(np.concatenate([np.flatnonzero(t == k)[:n] for k in np.unique(t)]))[::-1]


@wrong(ID, "from_one")
def counts_from_one(t, n):
    return np.sort(np.concatenate([np.flatnonzero(t == k)[:n] for k in np.unique(t)])) + 1


@wrong(ID, "wrong_shape")
def a_row_for_each_class(t, n):
    return np.array([np.flatnonzero(t == k)[:n] for k in np.unique(t)])


@right(ID)
def by_counting(t, n):
    seen, places = {}, []
    for i, k in enumerate(t):
        seen[k] = seen.get(k, 0) + 1
        if seen[k] <= n:
            places.append(i)
    return np.array(places)


@right(ID)
def by_a_running_count(t, n):
    rank = np.zeros(len(t), dtype=int)
    for k in set(t.tolist()):
        rank[t == k] = np.arange(np.sum(t == k))
    return np.flatnonzero(rank < n)
