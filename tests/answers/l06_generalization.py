"""Answers to lesson 06."""

import numpy as np

from tests.answers import right, wrong

# --- train, dev and test set ---

ID = "l06.split"


@wrong(ID, "not_stratified")
def shuffles_all_at_once(labels, dev, test, rng):
    n = len(labels)
    i = rng.permutation(n)
    d, t = round(dev * n), round(test * n)
    return i[d + t :], i[:d], i[d : d + t]


@wrong(ID, "not_stratified")
def takes_the_first_of_all(labels, dev, test, rng):
    n = len(labels)
    d, t = round(dev * n), round(test * n)
    i = np.arange(n)
    return i[: n - d - t], i[n - d - t : n - t], i[n - t :]


@wrong(ID, "dev_in_test")
def draws_each_part_anew(labels, dev, test, rng):
    train, dev_set, test_set = [], [], []
    for c in np.unique(labels):
        mine = np.flatnonzero(labels == c)
        a = rng.choice(mine, round(dev * len(mine)), replace=False)
        b = rng.choice(mine, round(test * len(mine)), replace=False)
        dev_set.extend(a)
        test_set.extend(b)
        train.extend(np.setdiff1d(mine, np.concatenate([a, b])))
    return np.array(train), np.array(dev_set), np.array(test_set)


@wrong(ID, "dev_in_test")
def test_from_the_front_again(labels, dev, test, rng):
    train, dev_set, test_set = [], [], []
    for c in np.unique(labels):
        mine = rng.permutation(np.flatnonzero(labels == c))
        d, t = round(dev * len(mine)), round(test * len(mine))
        dev_set.append(mine[:d])
        test_set.append(mine[:t])
        train.append(mine[d + t :])
    return np.concatenate(train), np.concatenate(dev_set), np.concatenate(test_set)


@wrong(ID, "leaks")
def trains_on_all(labels, dev, test, rng):
    dev_set, test_set = [], []
    for c in np.unique(labels):
        mine = rng.permutation(np.flatnonzero(labels == c))
        d, t = round(dev * len(mine)), round(test * len(mine))
        dev_set.append(mine[:d])
        test_set.append(mine[d : d + t])
    return np.arange(len(labels)), np.concatenate(dev_set), np.concatenate(test_set)


@wrong(ID, "replacement")
def draws_with_putting_back(labels, dev, test, rng):
    parts = [[], [], []]
    for c in np.unique(labels):
        mine = np.flatnonzero(labels == c)
        d, t = round(dev * len(mine)), round(test * len(mine))
        for part, k in zip(parts, (len(mine) - d - t, d, t)):
            part.append(mine[rng.integers(len(mine), size=k)])
    return tuple(np.concatenate(part) for part in parts)


@wrong(ID, "not_shuffled")
def cuts_the_file(labels, dev, test, rng):
    parts = [[], [], []]
    for c in np.unique(labels):
        mine = np.flatnonzero(labels == c)
        d, t = round(dev * len(mine)), round(test * len(mine))
        parts[1].append(mine[:d])
        parts[2].append(mine[d : d + t])
        parts[0].append(mine[d + t :])
    return tuple(np.concatenate(part) for part in parts)


@wrong(ID, "own_seed")
def makes_its_own_generator(labels, dev, test, rng):
    rng = np.random.default_rng(42)
    parts = [[], [], []]
    for c in np.unique(labels):
        mine = rng.permutation(np.flatnonzero(labels == c))
        d, t = round(dev * len(mine)), round(test * len(mine))
        parts[1].append(mine[:d])
        parts[2].append(mine[d : d + t])
        parts[0].append(mine[d + t :])
    return tuple(np.concatenate(part) for part in parts)


@wrong(ID, "exchanged")
def train_test_dev(labels, dev, test, rng):
    parts = [[], [], []]
    for c in np.unique(labels):
        mine = rng.permutation(np.flatnonzero(labels == c))
        d, t = round(dev * len(mine)), round(test * len(mine))
        parts[1].append(mine[:d])
        parts[2].append(mine[d : d + t])
        parts[0].append(mine[d + t :])
    train, dev_set, test_set = (np.concatenate(part) for part in parts)
    return train, test_set, dev_set


@wrong(ID, "share_of_rest")
def two_cuts(labels, dev, test, rng):
    parts = [[], [], []]
    for c in np.unique(labels):
        mine = rng.permutation(np.flatnonzero(labels == c))
        t = round(test * len(mine))
        rest = mine[t:]
        d = round(dev * len(rest))
        parts[0].append(rest[d:])
        parts[1].append(rest[:d])
        parts[2].append(mine[:t])
    return tuple(np.concatenate(part) for part in parts)


@wrong(ID, "one_class")
def returns_in_the_loop(labels, dev, test, rng):
    for c in np.unique(labels):
        mine = rng.permutation(np.flatnonzero(labels == c))
        d, t = round(dev * len(mine)), round(test * len(mine))
        return mine[d + t :], mine[:d], mine[d : d + t]
    return None


@wrong(ID, "rest_lost")
def slice_ends_too_soon(labels, dev, test, rng):
    parts = [[], [], []]
    for c in np.unique(labels):
        mine = rng.permutation(np.flatnonzero(labels == c))
        d, t = round(dev * len(mine)), round(test * len(mine))
        parts[0].append(mine[d + t : 2 * d + t])
        parts[1].append(mine[:d])
        parts[2].append(mine[d : d + t])
    return tuple(np.concatenate(part) for part in parts)


@wrong(ID, "raised")
def masks_instead_of_indices(labels, dev, test, rng):
    u = rng.uniform(size=len(labels))
    return u > dev + test, u < dev, (u >= dev) & (u <= dev + test)


@right(ID)
def train_comes_first(labels, dev, test, rng):
    train, dev_set, test_set = [], [], []
    for c in set(labels.tolist()):
        mine = [i for i in range(len(labels)) if labels[i] == c]
        rng.shuffle(mine)
        d, t = round(dev * len(mine)), round(test * len(mine))
        k = len(mine) - d - t
        train += mine[:k]
        dev_set += mine[k : k + d]
        test_set += mine[k + d :]
    return train, dev_set, test_set


@right(ID)
def by_sorting_a_shuffle(labels, dev, test, rng):
    order = rng.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    ends = np.cumsum(np.bincount(labels))
    parts = [[], [], []]
    for mine in np.split(order, ends[:-1]):
        d, t = round(dev * len(mine)), round(test * len(mine))
        b, c, a = np.split(mine, [d, d + t])
        for part, piece in zip(parts, (a, b, c)):
            part.append(piece)
    return [rng.permutation(np.concatenate(part)) for part in parts]


# --- a polynomial by least squares ---

ID = "l06.fit_polynomial"


@wrong(ID, "highest_first")
def as_polyfit_does(x, y, degree):
    A = np.vander(x, degree + 1)
    return np.linalg.lstsq(A, y, rcond=None)[0]


@wrong(ID, "no_constant")
def powers_from_1(x, y, degree):
    A = np.stack([x**k * (k > 0) for k in range(degree + 1)], axis=1)
    return np.linalg.lstsq(A, y, rcond=None)[0]


@wrong(ID, "no_constant")
def without_a_column_of_ones(x, y, degree):
    A = x[:, None] ** np.arange(1, degree + 1)
    return np.linalg.lstsq(A, y, rcond=None)[0]


@wrong(ID, "multiples")
def times_for_power(x, y, degree):
    A = x[:, None] * np.arange(degree + 1)
    return np.linalg.lstsq(A, y, rcond=None)[0]


@wrong(ID, "shifted")
def one_power_higher(x, y, degree):
    A = np.stack([x ** (k + 1) for k in range(degree + 1)], axis=1)
    return np.linalg.lstsq(A, y, rcond=None)[0]


@wrong(ID, "no_inverse")
def projects_only(x, y, degree):
    A = x[:, None] ** np.arange(degree + 1)
    return A.T @ y


@wrong(ID, "divided_by_m")
def mean_on_one_side(x, y, degree):
    A = x[:, None] ** np.arange(degree + 1)
    return np.linalg.solve(A.T @ A, A.T @ y / len(y))


@wrong(ID, "penalised")
def with_a_ridge(x, y, degree):
    A = x[:, None] ** np.arange(degree + 1)
    return np.linalg.inv(A.T @ A + np.eye(degree + 1)) @ A.T @ y


@wrong(ID, "first_points")
def through_some_points(x, y, degree):
    A = x[:, None] ** np.arange(degree + 1)
    return np.linalg.inv(A[: degree + 1]) @ y[: degree + 1]


@wrong(ID, "mean_lost")
def centres_y(x, y, degree):
    A = x[:, None] ** np.arange(degree + 1)
    return np.linalg.solve(A.T @ A, A.T @ (y - y.mean()))


@wrong(ID, "scaled")
def scales_x(x, y, degree):
    x = x / np.max(np.abs(x))
    A = x[:, None] ** np.arange(degree + 1)
    return np.linalg.lstsq(A, y, rcond=None)[0]


@wrong(ID, "no_sum")
def one_weight_at_a_time(x, y, degree):
    return np.array([np.sum(x**k * y) / np.sum(x ** (2 * k)) for k in range(degree + 1)])


@wrong(ID, "forbidden")
def by_polyfit(x, y, degree):
    return np.polyfit(x, y, degree)[::-1]


@right(ID)
def by_normal_equations(x, y, degree):
    A = np.array([[v**k for k in range(degree + 1)] for v in x])
    return np.linalg.solve(A.T @ A, A.T @ y)


@right(ID)
def by_pseudo_inverse(x, y, degree):
    return np.linalg.pinv(np.vander(x, degree + 1, increasing=True)) @ y


@right(ID)
def by_qr(x, y, degree):
    Q, R = np.linalg.qr(np.stack([x**k for k in range(degree + 1)]).T)
    return np.linalg.solve(R, Q.T @ y)


# --- two errors against the degree ---

ID = "l06.degree_errors"


@wrong(ID, "refitted")
def fits_the_dev_set_too(x, y, x_dev, y_dev, degrees):
    train, dev = [], []
    for d in degrees:
        for x_part, y_part, errors in ((x, y, train), (x_dev, y_dev, dev)):
            A = x_part[:, None] ** np.arange(d + 1)
            w = np.linalg.lstsq(A, y_part, rcond=None)[0]
            errors.append(np.mean((A @ w - y_part) ** 2))
    return np.array(train), np.array(dev)


@wrong(ID, "fitted_to_all")
def fits_both_sets(x, y, x_dev, y_dev, degrees):
    train, dev = [], []
    for d in degrees:
        k = np.arange(d + 1)
        A, B = x[:, None] ** k, x_dev[:, None] ** k
        w = np.linalg.lstsq(np.vstack([A, B]), np.concatenate([y, y_dev]), rcond=None)[0]
        train.append(np.mean((A @ w - y) ** 2))
        dev.append(np.mean((B @ w - y_dev) ** 2))
    return np.array(train), np.array(dev)


@wrong(ID, "train_twice")
def copies_the_line(x, y, x_dev, y_dev, degrees):
    train, dev = [], []
    for d in degrees:
        A = x[:, None] ** np.arange(d + 1)
        w = np.linalg.lstsq(A, y, rcond=None)[0]
        train.append(np.mean((A @ w - y) ** 2))
        dev.append(np.mean((A @ w - y) ** 2))
    return np.array(train), np.array(dev)


@wrong(ID, "not_averaged")
def sums_of_squares(x, y, x_dev, y_dev, degrees):
    train, dev = [], []
    for d in degrees:
        k = np.arange(d + 1)
        A, B = x[:, None] ** k, x_dev[:, None] ** k
        w = np.linalg.lstsq(A, y, rcond=None)[0]
        train.append(np.sum((A @ w - y) ** 2))
        dev.append(np.sum((B @ w - y_dev) ** 2))
    return np.array(train), np.array(dev)


@wrong(ID, "divided_by_train")
def one_m_for_both(x, y, x_dev, y_dev, degrees):
    train, dev, m = [], [], len(x)
    for d in degrees:
        k = np.arange(d + 1)
        A, B = x[:, None] ** k, x_dev[:, None] ** k
        w = np.linalg.lstsq(A, y, rcond=None)[0]
        train.append(np.sum((A @ w - y) ** 2) / m)
        dev.append(np.sum((B @ w - y_dev) ** 2) / m)
    return np.array(train), np.array(dev)


@wrong(ID, "root")
def takes_the_root(x, y, x_dev, y_dev, degrees):
    train, dev = [], []
    for d in degrees:
        k = np.arange(d + 1)
        A, B = x[:, None] ** k, x_dev[:, None] ** k
        w = np.linalg.lstsq(A, y, rcond=None)[0]
        train.append(np.sqrt(np.mean((A @ w - y) ** 2)))
        dev.append(np.sqrt(np.mean((B @ w - y_dev) ** 2)))
    return np.array(train), np.array(dev)


@wrong(ID, "half")
def half_the_mean(x, y, x_dev, y_dev, degrees):
    train, dev = [], []
    for d in degrees:
        k = np.arange(d + 1)
        A, B = x[:, None] ** k, x_dev[:, None] ** k
        w = np.linalg.lstsq(A, y, rcond=None)[0]
        train.append(np.sum((A @ w - y) ** 2) / (2 * len(y)))
        dev.append(np.sum((B @ w - y_dev) ** 2) / (2 * len(y_dev)))
    return np.array(train), np.array(dev)


@wrong(ID, "absolute")
def absolute_errors(x, y, x_dev, y_dev, degrees):
    train, dev = [], []
    for d in degrees:
        k = np.arange(d + 1)
        A, B = x[:, None] ** k, x_dev[:, None] ** k
        w = np.linalg.lstsq(A, y, rcond=None)[0]
        train.append(np.mean(np.abs(A @ w - y)))
        dev.append(np.mean(np.abs(B @ w - y_dev)))
    return np.array(train), np.array(dev)


@wrong(ID, "not_squared")
def errors_with_signs(x, y, x_dev, y_dev, degrees):
    train, dev = [], []
    for d in degrees:
        k = np.arange(d + 1)
        A, B = x[:, None] ** k, x_dev[:, None] ** k
        w = np.linalg.lstsq(A, y, rcond=None)[0]
        train.append(np.mean(A @ w - y))
        dev.append(np.mean(B @ w - y_dev))
    return np.array(train), np.array(dev)


@wrong(ID, "one_less")
def stops_a_power_early(x, y, x_dev, y_dev, degrees):
    train, dev = [], []
    for d in degrees:
        k = np.arange(d)
        A, B = x[:, None] ** k, x_dev[:, None] ** k
        w = np.linalg.lstsq(A, y, rcond=None)[0] if d else np.zeros(0)
        train.append(np.mean((A @ w - y) ** 2))
        dev.append(np.mean((B @ w - y_dev) ** 2))
    return np.array(train), np.array(dev)


@wrong(ID, "cut_off")
def cuts_one_fit(x, y, x_dev, y_dev, degrees):
    k = np.arange(max(degrees) + 1)
    A, B = x[:, None] ** k, x_dev[:, None] ** k
    w = np.linalg.lstsq(A, y, rcond=None)[0]
    train = [np.mean((A[:, : d + 1] @ w[: d + 1] - y) ** 2) for d in degrees]
    dev = [np.mean((B[:, : d + 1] @ w[: d + 1] - y_dev) ** 2) for d in degrees]
    return np.array(train), np.array(dev)


@wrong(ID, "same_degree")
def uses_the_last_degree(x, y, x_dev, y_dev, degrees):
    train, dev = [], []
    for _ in degrees:
        k = np.arange(degrees[-1] + 1)
        A, B = x[:, None] ** k, x_dev[:, None] ** k
        w = np.linalg.lstsq(A, y, rcond=None)[0]
        train.append(np.mean((A @ w - y) ** 2))
        dev.append(np.mean((B @ w - y_dev) ** 2))
    return np.array(train), np.array(dev)


@right(ID)
def with_loops(x, y, x_dev, y_dev, degrees):
    train, dev = [], []
    for d in degrees:
        A = np.stack([x**k for k in range(d + 1)], axis=1)
        w = np.linalg.solve(A.T @ A, A.T @ y)

        def mse(a, b, w=w):
            total = 0.0
            for u, v in zip(a, b):
                total += (sum(w[k] * u**k for k in range(len(w))) - v) ** 2
            return total / len(a)

        train.append(mse(x, y))
        dev.append(mse(x_dev, y_dev))
    return np.array(train), np.array(dev)


@right(ID)
def by_projection(x, y, x_dev, y_dev, degrees):
    errors = np.zeros((2, len(degrees)))
    for i, d in enumerate(degrees):
        A, B = np.vander(x, d + 1), np.vander(x_dev, d + 1)
        w = np.linalg.pinv(A) @ y
        errors[:, i] = np.var(y - A @ w), np.linalg.norm(y_dev - B @ w) ** 2 / len(y_dev)
    return errors[0], errors[1]


# --- bias, variance, noise, error ---

ID = "l06.bias_variance"


@wrong(ID, "no_square")
def as_the_slide_prints_it(P, f, y):
    m = P.mean(axis=0)
    return np.mean((m - f) ** 2), np.mean(P - m), np.mean((y - f) ** 2), np.mean((y - P) ** 2)


@wrong(ID, "bias_not_squared")
def the_bias_itself(P, f, y):
    m = P.mean(axis=0)
    return np.mean(m - f), np.mean((P - m) ** 2), np.mean((y - f) ** 2), np.mean((y - P) ** 2)


@wrong(ID, "bias_not_squared")
def the_bias_turned(P, f, y):
    m = P.mean(axis=0)
    return np.mean(f - m), np.mean((P - m) ** 2), np.mean((y - f) ** 2), np.mean((y - P) ** 2)


@wrong(ID, "bias_absolute")
def absolute_bias(P, f, y):
    m = P.mean(axis=0)
    return np.abs(m - f).mean(), np.mean((P - m) ** 2), np.mean((y - f) ** 2), np.mean((y - P) ** 2)


@wrong(ID, "squared_first")
def squares_too_soon(P, f, y):
    bias2 = np.mean(np.mean((P - f) ** 2, axis=0))
    return bias2, np.mean(np.var(P, axis=0)), np.mean((y - f) ** 2), np.mean((y - P) ** 2)


@wrong(ID, "points_first")
def one_bias_for_all_points(P, f, y):
    bias2 = (P.mean() - f.mean()) ** 2
    return bias2, np.mean(np.var(P, axis=0)), np.mean((y - f) ** 2), np.mean((y - P) ** 2)


@wrong(ID, "bias_against_y")
def against_the_data(P, f, y):
    bias2 = np.mean(np.mean(y - P, axis=0) ** 2)
    return bias2, np.mean(np.var(P, axis=0)), np.mean((y - f) ** 2), np.mean((y - P) ** 2)


@wrong(ID, "over_points")
def wrong_axis(P, f, y):
    m = P.mean(axis=1, keepdims=True)
    return np.mean((P.mean(axis=0) - f) ** 2), np.mean((P - m) ** 2), np.mean((y - f) ** 2), np.mean((y - P) ** 2)


@wrong(ID, "one_pot")
def variance_of_everything(P, f, y):
    return (
        np.mean((P.mean(axis=0) - f) ** 2),
        np.mean((P - P.mean()) ** 2),
        np.mean((y - f) ** 2),
        np.mean((y - P) ** 2),
    )


@wrong(ID, "ddof")
def unbiased(P, f, y):
    m = P.mean(axis=0)
    spread = np.sum((P - m) ** 2, axis=0) / (len(P) - 1)
    return np.mean((m - f) ** 2), spread.mean(), np.mean((y - f) ** 2), np.mean((y - P) ** 2)


@wrong(ID, "deviation")
def standard_deviation(P, f, y):
    m = P.mean(axis=0)
    return np.mean((m - f) ** 2), P.std(axis=0).mean(), np.mean((y - f) ** 2), np.mean((y - P) ** 2)


@wrong(ID, "around_f")
def around_the_truth(P, f, y):
    m = P.mean(axis=0)
    return np.mean((m - f) ** 2), np.mean((P - f) ** 2), np.mean((y - f) ** 2), np.mean((y - P) ** 2)


@wrong(ID, "noise_not_squared")
def sigma(P, f, y):
    m = P.mean(axis=0)
    return np.mean((m - f) ** 2), np.mean((P - m) ** 2), np.sqrt(np.mean((y - f) ** 2)), np.mean((y - P) ** 2)


@wrong(ID, "noise_not_squared")
def absolute_noise(P, f, y):
    m = P.mean(axis=0)
    return np.mean((m - f) ** 2), np.mean((P - m) ** 2), np.mean(np.abs(f - y)), np.mean((y - P) ** 2)


@wrong(ID, "noise_is_spread")
def variance_of_y(P, f, y):
    m = P.mean(axis=0)
    return np.mean((m - f) ** 2), np.mean((P - m) ** 2), y.var(), np.mean((y - P) ** 2)


@wrong(ID, "error_against_f")
def error_without_noise(P, f, y):
    m = P.mean(axis=0)
    return np.mean((m - f) ** 2), np.mean((P - m) ** 2), np.mean((y - f) ** 2), np.mean((f - P) ** 2)


@wrong(ID, "error_of_mean")
def error_of_the_mean_model(P, f, y):
    m = P.mean(axis=0)
    return np.mean((m - f) ** 2), np.mean((P - m) ** 2), np.mean((y - f) ** 2), np.mean((y - m) ** 2)


@wrong(ID, "error_as_sum")
def adds_the_parts(P, f, y):
    m = P.mean(axis=0)
    bias2, variance, noise = np.mean((m - f) ** 2), np.mean((P - m) ** 2), np.mean((y - f) ** 2)
    return bias2, variance, noise, bias2 + variance + noise


@wrong(ID, "wrong_type")
def without_the_error(P, f, y):
    m = P.mean(axis=0)
    return np.mean((m - f) ** 2), np.mean((P - m) ** 2), np.mean((y - f) ** 2)


@right(ID)
def point_by_point(P, f, y):
    S, N = P.shape
    bias2 = variance = noise = error = 0.0
    for n in range(N):
        m = sum(P[s, n] for s in range(S)) / S
        bias2 += (f[n] - m) ** 2 / N
        for s in range(S):
            variance += (P[s, n] - m) ** 2 / (S * N)
            noise += (y[s, n] - f[n]) ** 2 / (S * N)
            error += (P[s, n] - y[s, n]) ** 2 / (S * N)
    return bias2, variance, noise, error


@right(ID)
def by_second_moments(P, f, y):
    mean, square = np.mean(P, axis=0), np.mean(P**2, axis=0)
    return np.mean((f - mean) ** 2), np.mean(square - mean**2), np.mean((f - y) ** 2), np.mean((P - y) ** 2)


@right(ID)
def in_single_precision(P, f, y):
    P, f, y = np.float32(P), np.float32(f), np.float32(y)
    return ((P.mean(0) - f) ** 2).mean(), P.var(0).mean(), ((y - f) ** 2).mean(), ((y - P) ** 2).mean()


# --- random search ---

ID = "l06.random_search"


@wrong(ID, "uniform")
def even_in_lambda(dev_error, low, high, n, rng):
    best, least = None, np.inf
    for _ in range(n):
        lam = rng.uniform(low, high)
        error = dev_error(lam)
        if error < least:
            best, least = lam, error
    return best


@wrong(ID, "no_exp")
def forgets_exp(dev_error, low, high, n, rng):
    best, least = None, np.inf
    for _ in range(n):
        lam = rng.uniform(np.log(low), np.log(high))
        error = dev_error(lam)
        if error < least:
            best, least = lam, error
    return best


@wrong(ID, "ten_to_ln")
def ten_to_a_natural_log(dev_error, low, high, n, rng):
    best, least = low, np.inf
    for _ in range(n):
        lam = 10 ** rng.uniform(np.log(low), np.log(high))
        error = dev_error(lam)
        if error < least:
            best, least = lam, error
    return best


@wrong(ID, "e_to_log10")
def exp_of_a_decimal_log(dev_error, low, high, n, rng):
    best, least = low, np.inf
    for _ in range(n):
        lam = np.exp(rng.uniform(np.log10(low), np.log10(high)))
        error = dev_error(lam)
        if error < least:
            best, least = lam, error
    return best


@wrong(ID, "drawn_once")
def draws_before_the_loop(dev_error, low, high, n, rng):
    lam = np.exp(rng.uniform(np.log(low), np.log(high)))
    best, least = lam, np.inf
    for _ in range(n):
        error = dev_error(lam)
        if error < least:
            best, least = lam, error
    return best


@wrong(ID, "not_random")
def a_grid(dev_error, low, high, n, rng):
    lams = np.logspace(np.log10(low), np.log10(high), n)
    errors = [dev_error(lam) for lam in lams]
    return lams[np.nanargmin(errors)]


@wrong(ID, "not_random")
def seeds_anew(dev_error, low, high, n, rng):
    rng = np.random.default_rng(0)
    lams = np.exp(rng.uniform(np.log(low), np.log(high), n))
    errors = [dev_error(lam) for lam in lams]
    return lams[np.nanargmin(errors)]


@wrong(ID, "whole_powers")
def powers_of_ten(dev_error, low, high, n, rng):
    a, b = int(np.ceil(np.log10(low))), int(np.floor(np.log10(high)))
    best, least = None, np.inf
    for _ in range(n):
        lam = 10.0 ** rng.integers(a, b + 1)
        error = dev_error(lam)
        if error < least:
            best, least = lam, error
    return best


@wrong(ID, "nan_wins")
def plain_argmin(dev_error, low, high, n, rng):
    lams = np.exp(rng.uniform(np.log(low), np.log(high), n))
    errors = np.array([dev_error(lam) for lam in lams])
    return lams[np.argmin(errors)]


@wrong(ID, "worst")
def keeps_the_largest(dev_error, low, high, n, rng):
    best, most = None, -np.inf
    for _ in range(n):
        lam = np.exp(rng.uniform(np.log(low), np.log(high)))
        error = dev_error(lam)
        if error > most:
            best, most = lam, error
    return best


@wrong(ID, "error_back")
def returns_the_error(dev_error, low, high, n, rng):
    least = np.inf
    for _ in range(n):
        lam = np.exp(rng.uniform(np.log(low), np.log(high)))
        error = dev_error(lam)
        if error < least:
            least = error
    return least


@wrong(ID, "last_one")
def returns_what_was_tried_last(dev_error, low, high, n, rng):
    lam, least = low, np.inf
    for _ in range(n):
        lam = np.exp(rng.uniform(np.log(low), np.log(high)))
        error = dev_error(lam)
        if error < least:
            least = error
    return lam


@wrong(ID, "once_more")
def starts_with_a_try(dev_error, low, high, n, rng):
    best = np.exp(rng.uniform(np.log(low), np.log(high)))
    least = dev_error(best)
    for _ in range(n):
        lam = np.exp(rng.uniform(np.log(low), np.log(high)))
        error = dev_error(lam)
        if error < least or np.isnan(least):
            best, least = lam, error
    return best


@wrong(ID, "one_short")
def counts_from_1(dev_error, low, high, n, rng):
    best, least = None, np.inf
    for _ in range(1, n):
        lam = np.exp(rng.uniform(np.log(low), np.log(high)))
        error = dev_error(lam)
        if error < least:
            best, least = lam, error
    return best


@right(ID)
def one_by_one(dev_error, low, high, n, rng):
    best, least = None, np.inf
    for _ in range(n):
        lam = 10 ** rng.uniform(np.log10(low), np.log10(high))
        error = dev_error(lam)
        if error < least:
            best, least = lam, error
    return best


@right(ID)
def all_drawn_first(dev_error, low, high, n, rng):
    lams = low * (high / low) ** rng.random(n)
    errors = np.array([dev_error(float(lam)) for lam in lams])
    return lams[np.nanargmin(errors)]


@right(ID)
def sorted_pairs(dev_error, low, high, n, rng):
    pairs = []
    for _ in range(n):
        lam = np.exp(rng.uniform(np.log(low), np.log(high)))
        error = dev_error(lam)
        pairs.append((np.inf if np.isnan(error) else error, lam))
    return min(pairs)[1]


# --- early stopping ---

ID = "l06.early_stopping"


@wrong(ID, "no_copy")
def keeps_the_same_array(theta, step, dev_error, every, patience, most):
    kept, best, least = theta, 0, np.inf
    for check in range(1, most + 1):
        for _ in range(every):
            step(theta)
        error = dev_error(theta)
        if error < least:
            kept, best, least = theta, check, error
        if check - best >= patience:
            break
    return kept, best, check


@wrong(ID, "ties")
def or_equal(theta, step, dev_error, every, patience, most):
    kept, best, least = theta.copy(), 0, np.inf
    for check in range(1, most + 1):
        for _ in range(every):
            step(theta)
        error = dev_error(theta)
        if error <= least:
            kept, best, least = theta.copy(), check, error
        if check - best >= patience:
            break
    return kept, best, check


@wrong(ID, "late")
def strictly_more_than_patience(theta, step, dev_error, every, patience, most):
    kept, best, least = theta.copy(), 0, np.inf
    for check in range(1, most + 1):
        for _ in range(every):
            step(theta)
        error = dev_error(theta)
        if error < least:
            kept, best, least = theta.copy(), check, error
        if check - best > patience:
            break
    return kept, best, check


@wrong(ID, "early")
def one_off(theta, step, dev_error, every, patience, most):
    kept, best, least = theta.copy(), 0, np.inf
    for check in range(1, most + 1):
        for _ in range(every):
            step(theta)
        error = dev_error(theta)
        if error < least:
            kept, best, least = theta.copy(), check, error
        elif check - best >= patience - 1:
            break
    return kept, best, check


@wrong(ID, "first_rise")
def without_patience(theta, step, dev_error, every, patience, most):
    kept, best, least = theta.copy(), 0, np.inf
    for check in range(1, most + 1):
        for _ in range(every):
            step(theta)
        error = dev_error(theta)
        if error >= least:
            break
        kept, best, least = theta.copy(), check, error
    return kept, best, check


@wrong(ID, "against_previous")
def against_the_last_check(theta, step, dev_error, every, patience, most):
    kept, best, before = theta.copy(), 0, np.inf
    for check in range(1, most + 1):
        for _ in range(every):
            step(theta)
        error = dev_error(theta)
        if error < before:
            kept, best = theta.copy(), check
        before = error
        if check - best >= patience:
            break
    return kept, best, check


@wrong(ID, "not_reset")
def counts_all_bad_checks(theta, step, dev_error, every, patience, most):
    kept, best, least, bad = theta.copy(), 0, np.inf, 0
    for check in range(1, most + 1):
        for _ in range(every):
            step(theta)
        error = dev_error(theta)
        if error < least:
            kept, best, least = theta.copy(), check, error
        else:
            bad += 1
        if bad == patience:
            break
    return kept, best, check


@wrong(ID, "never_stops")
def to_the_end(theta, step, dev_error, every, patience, most):
    kept, best, least = theta.copy(), 0, np.inf
    for check in range(1, most + 1):
        for _ in range(every):
            step(theta)
        error = dev_error(theta)
        if error < least:
            kept, best, least = theta.copy(), check, error
    return kept, best, most


@wrong(ID, "from_0")
def counts_from_zero(theta, step, dev_error, every, patience, most):
    kept, best, least, bad = theta.copy(), 0, np.inf, 0
    for check in range(most):
        for _ in range(every):
            step(theta)
        error = dev_error(theta)
        if error < least:
            kept, best, least, bad = theta.copy(), check, error, 0
        else:
            bad += 1
            if bad == patience:
                break
    return kept, best, check


@wrong(ID, "steps")
def in_steps(theta, step, dev_error, every, patience, most):
    kept, best, least = theta.copy(), 0, np.inf
    for check in range(1, most + 1):
        for _ in range(every):
            step(theta)
        error = dev_error(theta)
        if error < least:
            kept, best, least = theta.copy(), check, error
        if check - best >= patience:
            break
    return kept, best * every, check * every


@wrong(ID, "largest")
def as_if_a_score(theta, step, dev_error, every, patience, most):
    kept, best, top = theta.copy(), 0, -np.inf
    for check in range(1, most + 1):
        for _ in range(every):
            step(theta)
        error = dev_error(theta)
        if error > top:
            kept, best, top = theta.copy(), check, error
        if check - best >= patience:
            break
    return kept, best, check


@wrong(ID, "each_step")
def checks_every_step(theta, step, dev_error, every, patience, most):
    kept, best, least = theta.copy(), 0, np.inf
    for check in range(1, most + 1):
        step(theta)
        error = dev_error(theta)
        if error < least:
            kept, best, least = theta.copy(), check, error
        if check - best >= patience:
            break
    return kept, best, check


@wrong(ID, "raised")
def step_returns_nothing(theta, step, dev_error, every, patience, most):
    kept, best, least = theta.copy(), 0, np.inf
    for check in range(1, most + 1):
        for _ in range(every):
            theta = step(theta)
        error = dev_error(theta)
        if error < least:
            kept, best, least = theta.copy(), check, error
        if check - best >= patience:
            break
    return kept, best, check


@right(ID)
def with_a_counter(theta, step, dev_error, every, patience, most):
    least, bad, check, best, kept = float("inf"), 0, 0, 0, None
    while check < most and bad < patience:
        check += 1
        for _ in range(every):
            step(theta)
        error = dev_error(theta)
        bad += 1
        if error < least:
            least, bad, best, kept = error, 0, check, np.array(theta)
    return kept, best, check


@right(ID)
def with_a_history(theta, step, dev_error, every, patience, most):
    errors, weights = [], []
    while len(errors) < most:
        for _ in range(every):
            step(theta)
        errors.append(dev_error(theta))
        weights.append(theta.copy())
        if len(errors) - 1 - int(np.argmin(errors)) >= patience:
            break
    best = int(np.argmin(errors))
    return weights[best], best + 1, len(errors)


# --- one step of an MLP ---

ID = "l06.training_step"


@wrong(ID, "not_averaged")
def sums_over_the_batch(W1, b1, W2, b2, X, y, alpha):
    z1 = X @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    dz2 = e / e.sum(axis=1, keepdims=True)
    dz2[np.arange(len(y)), y] -= 1
    dz1 = (dz2 @ W2.T) * (z1 > 0)
    wrong = np.mean(z2.argmax(axis=1) != y)
    return (
        W1 - alpha * X.T @ dz1,
        b1 - alpha * dz1.sum(axis=0),
        W2 - alpha * h.T @ dz2,
        b2 - alpha * dz2.sum(axis=0),
        wrong,
    )


@wrong(ID, "no_softmax")
def logits_minus_onehot(W1, b1, W2, b2, X, y, alpha):
    z1 = X @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    dz2 = z2.copy()
    dz2[np.arange(len(y)), y] -= 1
    dz2 /= len(y)
    dz1 = (dz2 @ W2.T) * (z1 > 0)
    wrong = np.mean(z2.argmax(axis=1) != y)
    return (
        W1 - alpha * X.T @ dz1,
        b1 - alpha * dz1.sum(axis=0),
        W2 - alpha * h.T @ dz2,
        b2 - alpha * dz2.sum(axis=0),
        wrong,
    )


@wrong(ID, "softmax_over_batch")
def wrong_axis_of_the_softmax(W1, b1, W2, b2, X, y, alpha):
    z1 = X @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2)
    dz2 = e / e.sum(axis=0)
    dz2[np.arange(len(y)), y] -= 1
    dz2 /= len(y)
    dz1 = (dz2 @ W2.T) * (z1 > 0)
    wrong = np.mean(z2.argmax(axis=1) != y)
    return (
        W1 - alpha * X.T @ dz1,
        b1 - alpha * dz1.sum(axis=0),
        W2 - alpha * h.T @ dz2,
        b2 - alpha * dz2.sum(axis=0),
        wrong,
    )


@wrong(ID, "sigmoid")
def sigmoids_at_the_output(W1, b1, W2, b2, X, y, alpha):
    z1 = X @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    dz2 = 1 / (1 + np.exp(-z2))
    dz2[np.arange(len(y)), y] -= 1
    dz2 /= len(y)
    dz1 = (dz2 @ W2.T) * (z1 > 0)
    wrong = np.mean(z2.argmax(axis=1) != y)
    return (
        W1 - alpha * X.T @ dz1,
        b1 - alpha * dz1.sum(axis=0),
        W2 - alpha * h.T @ dz2,
        b2 - alpha * dz2.sum(axis=0),
        wrong,
    )


@wrong(ID, "uphill")
def adds_the_gradients(W1, b1, W2, b2, X, y, alpha):
    z1 = X @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    dz2 = (e / e.sum(axis=1, keepdims=True) - np.eye(z2.shape[1])[y]) / len(y)
    dz1 = (dz2 @ W2.T) * (z1 > 0)
    wrong = np.mean(z2.argmax(axis=1) != y)
    return (
        W1 + alpha * X.T @ dz1,
        b1 + alpha * dz1.sum(axis=0),
        W2 + alpha * h.T @ dz2,
        b2 + alpha * dz2.sum(axis=0),
        wrong,
    )


@wrong(ID, "no_alpha")
def steps_of_1(W1, b1, W2, b2, X, y, alpha):
    z1 = X @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    dz2 = (e / e.sum(axis=1, keepdims=True) - np.eye(z2.shape[1])[y]) / len(y)
    dz1 = (dz2 @ W2.T) * (z1 > 0)
    wrong = np.mean(z2.argmax(axis=1) != y)
    return W1 - X.T @ dz1, b1 - dz1.sum(axis=0), W2 - h.T @ dz2, b2 - dz2.sum(axis=0), wrong


@wrong(ID, "no_gate")
def linear_on_the_way_back(W1, b1, W2, b2, X, y, alpha):
    h = np.maximum(X @ W1 + b1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    dz2 = (e / e.sum(axis=1, keepdims=True) - np.eye(z2.shape[1])[y]) / len(y)
    dz1 = dz2 @ W2.T
    wrong = np.mean(z2.argmax(axis=1) != y)
    return (
        W1 - alpha * X.T @ dz1,
        b1 - alpha * dz1.sum(axis=0),
        W2 - alpha * h.T @ dz2,
        b2 - alpha * dz2.sum(axis=0),
        wrong,
    )


@wrong(ID, "value_for_slope")
def times_h(W1, b1, W2, b2, X, y, alpha):
    h = np.maximum(X @ W1 + b1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    dz2 = (e / e.sum(axis=1, keepdims=True) - np.eye(z2.shape[1])[y]) / len(y)
    dz1 = (dz2 @ W2.T) * h
    wrong = np.mean(z2.argmax(axis=1) != y)
    return (
        W1 - alpha * X.T @ dz1,
        b1 - alpha * dz1.sum(axis=0),
        W2 - alpha * h.T @ dz2,
        b2 - alpha * dz2.sum(axis=0),
        wrong,
    )


@wrong(ID, "new_weights")
def steps_too_soon(W1, b1, W2, b2, X, y, alpha):
    z1 = X @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    dz2 = (e / e.sum(axis=1, keepdims=True) - np.eye(z2.shape[1])[y]) / len(y)
    W2 = W2 - alpha * h.T @ dz2
    b2 = b2 - alpha * dz2.sum(axis=0)
    dz1 = (dz2 @ W2.T) * (z1 > 0)
    return W1 - alpha * X.T @ dz1, b1 - alpha * dz1.sum(axis=0), W2, b2, np.mean(z2.argmax(axis=1) != y)


@wrong(ID, "bias_averaged")
def mean_for_the_biases(W1, b1, W2, b2, X, y, alpha):
    z1 = X @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    dz2 = (e / e.sum(axis=1, keepdims=True) - np.eye(z2.shape[1])[y]) / len(y)
    dz1 = (dz2 @ W2.T) * (z1 > 0)
    wrong = np.mean(z2.argmax(axis=1) != y)
    return (
        W1 - alpha * X.T @ dz1,
        b1 - alpha * dz1.mean(axis=0),
        W2 - alpha * h.T @ dz2,
        b2 - alpha * dz2.mean(axis=0),
        wrong,
    )


@wrong(ID, "biases_left")
def forgets_the_biases(W1, b1, W2, b2, X, y, alpha):
    z1 = X @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    dz2 = (e / e.sum(axis=1, keepdims=True) - np.eye(z2.shape[1])[y]) / len(y)
    dz1 = (dz2 @ W2.T) * (z1 > 0)
    return W1 - alpha * X.T @ dz1, b1, W2 - alpha * h.T @ dz2, b2, np.mean(z2.argmax(axis=1) != y)


@wrong(ID, "hidden_left")
def trains_the_last_layer(W1, b1, W2, b2, X, y, alpha):
    h = np.maximum(X @ W1 + b1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    dz2 = (e / e.sum(axis=1, keepdims=True) - np.eye(z2.shape[1])[y]) / len(y)
    return W1, b1, W2 - alpha * h.T @ dz2, b2 - alpha * dz2.sum(axis=0), np.mean(z2.argmax(axis=1) != y)


@wrong(ID, "accuracy")
def share_of_right_ones(W1, b1, W2, b2, X, y, alpha):
    z1 = X @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    dz2 = (e / e.sum(axis=1, keepdims=True) - np.eye(z2.shape[1])[y]) / len(y)
    dz1 = (dz2 @ W2.T) * (z1 > 0)
    wrong = np.mean(z2.argmax(axis=1) == y)
    return (
        W1 - alpha * X.T @ dz1,
        b1 - alpha * dz1.sum(axis=0),
        W2 - alpha * h.T @ dz2,
        b2 - alpha * dz2.sum(axis=0),
        wrong,
    )


@wrong(ID, "counted")
def number_of_wrong_ones(W1, b1, W2, b2, X, y, alpha):
    z1 = X @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    dz2 = (e / e.sum(axis=1, keepdims=True) - np.eye(z2.shape[1])[y]) / len(y)
    dz1 = (dz2 @ W2.T) * (z1 > 0)
    wrong = np.sum(z2.argmax(axis=1) != y)
    return (
        W1 - alpha * X.T @ dz1,
        b1 - alpha * dz1.sum(axis=0),
        W2 - alpha * h.T @ dz2,
        b2 - alpha * dz2.sum(axis=0),
        wrong,
    )


@wrong(ID, "changed_argument")
def in_place(W1, b1, W2, b2, X, y, alpha):
    z1 = X @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    dz2 = (e / e.sum(axis=1, keepdims=True) - np.eye(z2.shape[1])[y]) / len(y)
    dz1 = (dz2 @ W2.T) * (z1 > 0)
    W1 -= alpha * X.T @ dz1
    b1 -= alpha * dz1.sum(axis=0)
    W2 -= alpha * h.T @ dz2
    b2 -= alpha * dz2.sum(axis=0)
    return W1, b1, W2, b2, np.mean(z2.argmax(axis=1) != y)


@right(ID)
def example_by_example(W1, b1, W2, b2, X, y, alpha):
    V1, c1, V2, c2, wrong = W1.copy(), b1.copy(), W2.copy(), b2.copy(), 0
    for x, t in zip(X, y):
        z1 = x @ W1 + b1
        h = np.where(z1 > 0, z1, 0)
        z2 = h @ W2 + b2
        p = np.exp(z2 - z2.max())
        p /= p.sum()
        wrong += int(p.argmax() != t)
        p[t] -= 1
        back = (W2 @ p) * (z1 > 0)
        V2 -= alpha / len(X) * np.outer(h, p)
        c2 -= alpha / len(X) * p
        V1 -= alpha / len(X) * np.outer(x, back)
        c1 -= alpha / len(X) * back
    return V1, c1, V2, c2, wrong / len(X)


@right(ID)
def by_einsum(W1, b1, W2, b2, X, y, alpha):
    h = np.clip(X @ W1 + b1, 0, None)
    z = h @ W2 + b2
    p = np.exp(z - np.logaddexp.reduce(z, axis=1)[:, None])
    d2 = p - (y[:, None] == np.arange(z.shape[1]))
    d1 = np.einsum("nk,hk->nh", d2, W2) * (h > 0)
    rate = alpha / len(X)
    return (
        W1 - rate * np.einsum("nd,nh->dh", X, d1),
        b1 - rate * d1.sum(0),
        W2 - rate * np.einsum("nh,nk->hk", h, d2),
        b2 - rate * d2.sum(0),
        1 - np.mean(p.argmax(1) == y),
    )


@right(ID)
def in_single_precision_too(W1, b1, W2, b2, X, y, alpha):
    W1, b1, W2, b2, X = (a.astype(np.float32) for a in (W1, b1, W2, b2, X))
    z1 = X @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    dz2 = e / e.sum(axis=1, keepdims=True)
    dz2[np.arange(len(y)), y] -= 1
    dz2 *= np.float32(alpha / len(y))
    dz1 = (dz2 @ W2.T) * (z1 > 0)
    return W1 - X.T @ dz1, b1 - dz1.sum(0), W2 - h.T @ dz2, b2 - dz2.sum(0), np.mean(z2.argmax(axis=1) != y)


# --- how wide may it be? ---

ID = "l06.width_for"


@wrong(ID, "no_biases")
def weights_alone(n_in, n_out, depth, budget):
    w = 1
    while n_in * (w + 1) + (depth - 1) * (w + 1) ** 2 + (w + 1) * n_out <= budget:
        w += 1
    return w, n_in * w + (depth - 1) * w**2 + w * n_out


@wrong(ID, "one_too_many")
def depth_matrices(n_in, n_out, depth, budget):
    def count(w):
        return (n_in + 1) * w + depth * (w + 1) * w + (w + 1) * n_out

    w = 1
    while count(w + 1) <= budget:
        w += 1
    return w, count(w)


@wrong(ID, "one_matrix")
def always_two_hidden_layers(n_in, n_out, depth, budget):
    def count(w):
        return (n_in + 1) * w + (w + 1) * w + (w + 1) * n_out

    w = 1
    while count(w + 1) <= budget:
        w += 1
    return w, count(w)


@wrong(ID, "no_output")
def forgets_the_last_layer(n_in, n_out, depth, budget):
    def count(w):
        return (n_in + 1) * w + (depth - 1) * (w + 1) * w

    w = 1
    while count(w + 1) <= budget:
        w += 1
    return w, count(w)


@wrong(ID, "no_input")
def forgets_the_first_layer(n_in, n_out, depth, budget):
    def count(w):
        return (depth - 1) * (w + 1) * w + (w + 1) * n_out

    w = 1
    while count(w + 1) <= budget:
        w += 1
    return w, count(w)


@wrong(ID, "output_bias")
def no_bias_at_the_end(n_in, n_out, depth, budget):
    def count(w):
        return (n_in + 1) * w + (depth - 1) * (w + 1) * w + w * n_out

    w = 1
    while count(w + 1) <= budget:
        w += 1
    return w, count(w)


@wrong(ID, "input_for_all")
def every_layer_reads_x(n_in, n_out, depth, budget):
    def count(w):
        return depth * (n_in + 1) * w + (w + 1) * n_out

    w = 1
    while count(w + 1) <= budget:
        w += 1
    return w, count(w)


@wrong(ID, "nearest")
def rounds(n_in, n_out, depth, budget):
    def count(w):
        return (n_in + 1) * w + (depth - 1) * (w + 1) * w + (w + 1) * n_out

    w = min(range(1, budget), key=lambda w: abs(count(w) - budget))
    return w, count(w)


@wrong(ID, "over")
def stops_one_late(n_in, n_out, depth, budget):
    def count(w):
        return (n_in + 1) * w + (depth - 1) * (w + 1) * w + (w + 1) * n_out

    w = 1
    while count(w) <= budget:
        w += 1
    return w, count(w)


@wrong(ID, "one_short")
def steps_back_twice(n_in, n_out, depth, budget):
    def count(w):
        return (n_in + 1) * w + (depth - 1) * (w + 1) * w + (w + 1) * n_out

    w = 1
    while count(w) <= budget:
        w += 1
    return w - 2, count(w - 2)


@wrong(ID, "says_budget")
def echoes_the_budget(n_in, n_out, depth, budget):
    def count(w):
        return (n_in + 1) * w + (depth - 1) * (w + 1) * w + (w + 1) * n_out

    w = 1
    while count(w + 1) <= budget:
        w += 1
    return w, budget


@right(ID)
def by_the_quadratic(n_in, n_out, depth, budget):
    a, b, c = depth - 1, n_in + 1 + depth - 1 + n_out, n_out - budget
    w = -c / b if a == 0 else (-b + np.sqrt(b * b - 4 * a * c)) / (2 * a)
    w = int(w + 1e-9)
    return w, a * w * w + b * w + n_out


@right(ID)
def layer_by_layer(n_in, n_out, depth, budget):
    def count(w):
        sizes = [n_in] + depth * [w] + [n_out]
        return sum((n + 1) * k for n, k in zip(sizes[:-1], sizes[1:]))

    w = 0
    while count(w + 1) <= budget:
        w += 1
    return w, count(w)
