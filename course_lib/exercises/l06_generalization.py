"""Lesson 06: generalization, from the split of the data to the choice of capacity, lambda and stopping time on the dev set."""

from __future__ import annotations

import math
import operator
from itertools import combinations

import numpy as np

from course_lib.exercises.base import FORBIDDEN, Case, Function, Mistake, catalogue

# --- three parts ----------------------------------------------------------------------------------------------------------


def _by_class(labels):
    return [np.flatnonzero(labels == c) for c in np.unique(labels)]


def split(
    labels,
    dev,
    test,
    rng,
    groups=_by_class,
    shuffled=lambda mine, rng: rng.permutation(mine),
    sizes=lambda n, dev, test: (round(dev * n), round(test * n)),
    cut=lambda mine, d, t, rng: (mine[d + t :], mine[:d], mine[d : d + t]),
):
    """Of every class the share dev to the dev set, test to the test set, the rest to train    labels: (n,)          [I1]"""
    mine = [shuffled(group, rng) for group in groups(labels)]
    parts = [cut(i, *sizes(len(i), dev, test), rng) for i in mine]
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


def _splits(answer, labels, dev, test, seed):
    """Four splits with one generator: the sizes, and in words which examples come where; the random numbers leave no trace in it."""
    rng = np.random.default_rng(seed)
    splits = [answer(labels, dev, test, rng) for _ in range(4)]
    if any(came is None for came in splits):
        return None
    for i, came in enumerate(splits):
        if not isinstance(came, (tuple, list)) or len(came) != 3:
            raise TypeError("wanted three arrays of indices: train, dev, test")
        splits[i] = parts = [np.asarray(part) for part in came]
        if any(part.ndim != 1 or (part.size and part.dtype.kind not in "iu") for part in parts):
            raise TypeError("wanted three arrays of indices, whole numbers: train, dev, test")
        if any(part.size and not (part.min() >= 0 and part.max() < len(labels)) for part in parts):
            raise ValueError(f"wanted indices from 0 to {len(labels) - 1}")
    return np.array([len(part) for part in splits[0]]), _manner(splits, labels, dev, test)


def _manner(splits, labels, dev, test):
    if any(len(np.unique(part)) < len(part) for parts in splits for part in parts):
        return "some examples twice in one part"
    names = ("train", "dev", "test")
    for a, b in ((1, 2), *combinations(range(3), 2)):
        if any(np.intersect1d(parts[a], parts[b]).size for parts in splits):
            return f"some examples in {names[a]} and in {names[b]}"
    if any(sum(map(len, parts)) < len(labels) for parts in splits):
        return "some examples nowhere"
    share = np.bincount(labels) / len(labels)
    counts = [(np.bincount(labels[part], minlength=len(share)), len(part)) for parts in splits for part in parts]
    if any(np.any(np.abs(count - share * n) > 1) for count, n in counts):
        return "some classes with more or less than their share"
    sets = [[np.sort(part).tolist() for part in parts] for parts in splits]
    first = [np.sort(part).tolist() for part in split(labels, dev, test, None, shuffled=lambda mine, rng: mine)]
    if all(parts[1:] in (first[1:], [first[2], first[1]]) for parts in sets):
        return "the first of every class, every time"
    return (
        "the same in every split"
        if all(parts == sets[0] for parts in sets)
        else "every example once, every class with its share, at random"
    )


def _label_cases(rng):
    for dev, test in ((0.2, 0.1), (0.1, 0.3), (0.3, 0.2), (0.2, 0.4)):
        counts = 10 * rng.permutation([1, 2, 4])
        labels = np.roll(
            np.repeat(rng.permutation(3), counts), rng.integers(1, counts.sum())
        )  # as files often are: one class after the other
        yield Case(labels, dev, test, int(rng.integers(2**31)))


_SPLIT_MISTAKES = catalogue(
    split,
    ("not_stratified", "The classes do not keep their share in every part: split the examples of each class for themselves.", "I1",
     dict(groups=lambda labels: [np.arange(len(labels))])),
    ("dev_in_test", "Some examples are in the dev set and in the test set: what has chosen the model must not judge it.", "I1",
     dict(cut=lambda mine, d, t, rng: (mine[d + t :], mine[:d], rng.permutation(mine)[:t]))),
    ("leaks", "The training set still has the examples of the other parts: then dev and test errors are training errors.", "I1",
     dict(cut=lambda mine, d, t, rng: (mine, mine[:d], mine[d : d + t]))),
    ("replacement", "Some examples come twice in one part: draw without putting back, or shuffle once and cut.", "I1",
     dict(cut=lambda mine, d, t, rng: tuple(rng.choice(mine, size=k) for k in (len(mine) - d - t, d, t)))),
    ("not_shuffled", "The first examples of each class are taken; files are often sorted, so the choice must be random.", "I1",
     dict(shuffled=lambda mine, rng: mine)),
    ("own_seed", "The split is the same every time: take the random numbers from the rng that is handed in.", "I1",
     dict(shuffled=lambda mine, rng: np.random.default_rng(0).permutation(mine))),
    ("exchanged", "Dev set and test set have each other's size.", "I1",
     dict(sizes=lambda n, dev, test: (round(test * n), round(dev * n)))),
    ("share_of_rest", "The share of the dev set is taken from what the test set has left; both are shares of all.", "I1",
     dict(sizes=lambda n, dev, test: (round(dev * (n - round(test * n))), round(test * n)))),
    ("one_class", "Only the first class is split: does the return stand inside the loop?", "I1",
     dict(groups=lambda labels: _by_class(labels)[:1])),
    ("rest_lost", "Some examples are in no part: everything that is not in dev or test belongs to the training set.", "I1",
     dict(cut=lambda mine, d, t, rng: (mine[d + t : 2 * d + t], mine[:d], mine[d : d + t]))),
)  # fmt: skip


# --- polynomials ----------------------------------------------------------------------------------------------------------


def fit_polynomial(
    x,
    y,
    degree,
    powers=lambda x, d: x[:, None] ** np.arange(d + 1),
    solve=lambda A, y: np.linalg.lstsq(A, y, rcond=None)[0],
    last=lambda w: w,
):
    """argmin_w sum_i (w_0 + w_1 x_i + ... + w_d x_i^d - y_i)^2    x, y: (m,)   returns w: (d + 1,)          [I3]"""
    return last(solve(powers(x, degree), y))


def _points(rng):
    for m, degree, label in ((9, 1, ""), (12, 3, ""), (11, 2, ""), (13, 5, ""), (14, 4, "")):
        yield Case(np.sort(rng.uniform(-1.5, 2.0, m)), rng.uniform(1, 4, m) * rng.choice([-1, 1, 1], m), degree, label=label)  # fmt: skip


_FIT_MISTAKES = catalogue(
    fit_polynomial,
    ("highest_first", "The weights come with the highest power first; wanted w_0 first, the weight of x^0.", "I3", dict(last=lambda w: w[::-1])),
    ("no_constant", "The weight of x^0 is left out and stays 0: the first column of the matrix is all ones.", "I3",
     dict(powers=lambda x, d: x[:, None] ** np.arange(d + 1) * (np.arange(d + 1) > 0))),
    ("no_constant", "The weight of x^0 is left out; the first column of the matrix is all ones.", "I3",
     dict(powers=lambda x, d: x[:, None] ** np.arange(1, d + 1))),
    ("multiples", "The columns are multiples of x, 0 x, 1 x, 2 x; wanted its powers.", "I3", dict(powers=lambda x, d: x[:, None] * np.arange(d + 1))),
    ("shifted", "The powers begin with x^1 and end one too high; they go from x^0 to x^degree.", "I3",
     dict(powers=lambda x, d: x[:, None] ** np.arange(1, d + 2))),
    ("no_inverse", "This is A^T y; the system A^T A w = A^T y has still to be solved.", "I3", dict(solve=lambda A, y: A.T @ y)),
    ("divided_by_m", "One side is divided by m and the other is not: in A^T A w = A^T y the factor 1/m cancels.", "I3",
     dict(solve=lambda A, y: np.linalg.lstsq(A, y, rcond=None)[0] / len(y))),
    ("penalised", "A penalty is in the matrix, A^T A + I; here lambda is 0.", "I3",
     dict(solve=lambda A, y: np.linalg.solve(A.T @ A + np.eye(A.shape[1]), A.T @ y))),
    ("first_points", "The curve goes through the first degree + 1 points and has not seen the others; wanted least squares over all.", "I3",
     dict(solve=lambda A, y: np.linalg.solve(A[: A.shape[1]], y[: A.shape[1]]))),
    ("mean_lost", "The mean of y has been taken off and not been put back.", "I3",
     dict(solve=lambda A, y: np.linalg.lstsq(A, y - y.mean(), rcond=None)[0])),
    ("scaled", "These weights belong to a scaled x; wanted those of x itself.", "I3",
     dict(powers=lambda x, d: (x / np.abs(x).max())[:, None] ** np.arange(d + 1))),
    ("no_sum", "The powers are fitted one by one, as if the others were not there.", "I3",
     dict(solve=lambda A, y: A.T @ y / np.sum(A**2, axis=0))),
)  # fmt: skip


def _values(w, x):
    return x[:, None] ** np.arange(len(w)) @ w


def degree_errors(
    x,
    y,
    x_dev,
    y_dev,
    degrees,
    fit=lambda x, y, x_dev, y_dev, degree, degrees: fit_polynomial(x, y, degree),
    fit_dev=None,
    mean=lambda e, m: np.mean(e**2),
    where=lambda x, y, x_dev, y_dev: (x_dev, y_dev),
):
    """Mean squared errors of one fit to the training set, on both sets    x, y: (m,)   x_dev, y_dev: (n,)   degrees: K numbers          [I1, I3]"""
    ws = [fit(x, y, x_dev, y_dev, d, degrees) for d in degrees]
    ws_dev = ws if fit_dev is None else [fit_dev(x, y, x_dev, y_dev, d, degrees) for d in degrees]
    a, b = where(x, y, x_dev, y_dev)
    return (
        np.array([mean(_values(w, x) - y, len(x)) for w in ws]),
        np.array([mean(_values(w, a) - b, len(x)) for w in ws_dev]),
    )


def _degree_cases(rng):
    for m, n, degrees in ((9, 6, [0, 1, 3]), (11, 14, [1, 2, 4, 5]), (8, 5, [0, 2])):
        x, x_dev = rng.uniform(-1.5, 2.0, m), rng.uniform(-1.5, 2.0, n)
        yield Case(x, 1 + x**2 + rng.normal(size=m), x_dev, 1 + x_dev**2 + rng.normal(size=n), degrees)


_DEGREE_MISTAKES = catalogue(
    degree_errors,
    ("refitted", "The curve is fitted anew to the dev set; the dev set only judges what the training set has chosen.", "I1",
     dict(fit_dev=lambda x, y, x_dev, y_dev, d, ds: fit_polynomial(x_dev, y_dev, d))),
    ("fitted_to_all", "The curve is fitted to both sets: the dev set must not influence the weights.", "I1",
     dict(fit=lambda x, y, x_dev, y_dev, d, ds: fit_polynomial(np.r_[x, x_dev], np.r_[y, y_dev], d))),
    ("train_twice", "The second error is the training error again.", "I1", dict(where=lambda x, y, x_dev, y_dev: (x, y))),
    ("not_averaged", "The squares are added up; a mean makes sets of different sizes comparable.", "I3", dict(mean=lambda e, m: np.sum(e**2))),
    ("divided_by_train", "Both sums are divided by the size of the training set; each set has its own size.", "I3",
     dict(mean=lambda e, m: np.sum(e**2) / m)),
    ("root", "This is the root of the mean squared error.", "I3", dict(mean=lambda e, m: np.sqrt(np.mean(e**2)))),
    ("half", "There is a factor 1/2 in front; I3's MSE has none.", "E19", dict(mean=lambda e, m: np.mean(e**2) / 2)),
    ("absolute", "These are absolute errors; wanted their squares.", "I3", dict(mean=lambda e, m: np.mean(np.abs(e)))),
    ("not_squared", "The errors are averaged with their signs, and cancel.", "I3", dict(mean=lambda e, m: np.mean(e))),
    ("one_less", "Every degree is one too small: are there degree + 1 weights?", "I3",
     dict(fit=lambda x, y, x_dev, y_dev, d, ds: fit_polynomial(x, y, d - 1) if d else np.zeros(1))),
    ("cut_off", "One curve of the highest degree is cut off at each power; every degree needs a fit of its own.", "I3",
     dict(fit=lambda x, y, x_dev, y_dev, d, ds: fit_polynomial(x, y, max(ds))[: d + 1])),
    ("same_degree", "All errors are those of one degree.", "I3", dict(fit=lambda x, y, x_dev, y_dev, d, ds: fit_polynomial(x, y, max(ds)))),
)  # fmt: skip


# --- bias and variance ----------------------------------------------------------------------------------------------------


def bias_variance(
    P,
    f,
    y,
    bias=lambda P, f, y: np.mean((P.mean(axis=0) - f) ** 2),
    variance=lambda P, f, y: np.mean((P - P.mean(axis=0)) ** 2),
    noise=lambda P, f, y: np.mean((y - f) ** 2),
    error=lambda P, f, y: np.mean((y - P) ** 2),
):
    """bias^2, variance, noise, error, all as means over the points    P, y: (S, N)   f: (N,)          [I2, E7]"""
    return bias(P, f, y), variance(P, f, y), noise(P, f, y), error(P, f, y)


def _prediction_cases(rng):
    for S, N in ((5, 3), (4, 7), (6, 2), (3, 5)):
        f = rng.normal(size=N)
        yield Case(f + 0.7 + rng.normal(size=(S, N)) + rng.normal(size=N), f, f + 0.5 * rng.normal(size=(S, N)))


_BIAS_MISTAKES = catalogue(
    bias_variance,
    ("no_square", "The variance lacks its square, as on the slide: deviations from the mean add up to 0.", "E7",
     dict(variance=lambda P, f, y: np.mean(P - P.mean(axis=0)))),
    ("bias_not_squared", "This is the bias; wanted its square, point by point.", "I2", dict(bias=lambda P, f, y: np.mean(P.mean(axis=0) - f))),
    ("bias_not_squared", "This is the bias; wanted its square, point by point.", "I2", dict(bias=lambda P, f, y: np.mean(f - P.mean(axis=0)))),
    ("bias_absolute", "The bias is taken as an absolute value; wanted its square.", "I2",
     dict(bias=lambda P, f, y: np.mean(np.abs(P.mean(axis=0) - f)))),
    ("squared_first", "Each model's error is squared before the mean over the models is taken: that is bias^2 and variance together.", "I2",
     dict(bias=lambda P, f, y: np.mean((P - f) ** 2))),
    ("points_first", "The bias is averaged over the points before the square: too high here and too low there cancel.", "I2",
     dict(bias=lambda P, f, y: np.mean(P.mean(axis=0) - f) ** 2)),
    ("bias_against_y", "The bias is taken against the noisy y; wanted the true curve f.", "I2",
     dict(bias=lambda P, f, y: np.mean((P.mean(axis=0) - y.mean(axis=0)) ** 2))),
    ("over_points", "The variance is taken along the points; what varies is the model, from one data set to the next.", "I2",
     dict(variance=lambda P, f, y: np.mean(np.var(P, axis=1)))),
    ("one_pot", "The variance is taken around one mean of everything; each point has its own mean over the models.", "I2",
     dict(variance=lambda P, f, y: np.var(P))),
    ("ddof", "The variance is divided by S - 1; with the mean, 1/S, the parts add up.", "I2",
     dict(variance=lambda P, f, y: np.mean(np.var(P, axis=0, ddof=1)))),
    ("deviation", "This is the standard deviation; wanted the variance.", "I2", dict(variance=lambda P, f, y: np.mean(np.std(P, axis=0)))),
    ("around_f", "The variance is taken around the true curve; it is a spread around the models' own mean.", "I2",
     dict(variance=lambda P, f, y: np.mean((P - f) ** 2))),
    ("noise_not_squared", "The noise is a standard deviation; wanted sigma^2.", "I2", dict(noise=lambda P, f, y: np.sqrt(np.mean((y - f) ** 2)))),
    ("noise_not_squared", "The noise is a mean of absolute values; wanted sigma^2.", "I2", dict(noise=lambda P, f, y: np.mean(np.abs(y - f)))),
    ("noise_is_spread", "This is the variance of all y, most of which comes from the curve itself; noise is y - f.", "I2",
     dict(noise=lambda P, f, y: np.var(y))),
    ("error_against_f", "The error is measured against the true curve; one measures it against y, noise included.", "I2",
     dict(error=lambda P, f, y: np.mean((P - f) ** 2))),
    ("error_of_mean", "This is the error of the mean model; wanted the mean error of the models.", "I2",
     dict(error=lambda P, f, y: np.mean((y - P.mean(axis=0)) ** 2))),
    ("error_as_sum", "The error is put together from the three parts; measure it, so that the sum is a discovery.", "I2",
     dict(error=lambda P, f, y: np.mean((P.mean(axis=0) - f) ** 2) + np.mean(np.var(P, axis=0)) + np.mean((y - f) ** 2))),
)  # fmt: skip


# --- random search --------------------------------------------------------------------------------------------------------


def _least(errors):
    return int(np.argmin(np.where(np.isnan(errors), math.inf, errors)))


def random_search(
    dev_error,
    low,
    high,
    n,
    rng,
    draws=lambda low, high, n, rng: np.exp(rng.uniform(np.log(low), np.log(high), n)),
    choose=lambda lams, errors: lams[_least(errors)],
    look=lambda dev_error, lams: [dev_error(lam) for lam in lams],
):
    """The best of n lambdas, log lambda ~ U(log low, log high), by dev error; nan is worse than any number          [U25]"""
    lams = draws(low, high, n, rng).tolist()
    return choose(lams, look(dev_error, lams))


def _searches(answer, low, high, n, best, limit, seed):
    """Two searches: how often they looked, where they looked and what came back, in words."""
    tried = [], []
    came = []
    rng = np.random.default_rng(seed)
    for search in tried:

        def dev_error(lam, search=search):
            lam = float(lam)
            search.append(
                (lam, math.nan if lam > limit else 2 + (math.log10(lam / best) ** 2 if lam > 0 else 50 + lam**2))
            )
            return search[-1][1]

        came.append(answer(dev_error, low, high, n, rng))
    if came[0] is None:
        return None
    if not tried[0]:
        raise ValueError("dev_error was never called")
    return len(tried[0]), _where(tried, low, high), _which(float(came[0]), np.array(tried[0]))


def _where(tried, low, high):
    lams = np.array([lam for lam, _ in tried[0]])
    if np.any(lams <= 0):
        return "some at 0 or below"
    if np.any((lams < low * (1 - 1e-9)) | (lams > high * (1 + 1e-9))):
        return "some outside of low to high"
    if len(lams) > 1 and np.ptp(lams) == 0:
        return "one lambda again and again"
    if sorted(tried[0]) == sorted(tried[1]):
        return "the same lambdas in every search"
    if len(set(lams)) < len(lams) / 2:
        return "a few lambdas again and again"
    u = np.log(lams / low) / np.log(high / low)
    if abs(u.mean() - 0.5) < 0.1 and abs(u.std() - 12**-0.5) < 0.06:
        return "every power of ten alike"
    return "nearly all near the upper end" if u.mean() > 0.8 else "some powers of ten more than others"


def _which(came, tried):
    lams, errors = tried.T
    names = {
        "the best lambda": lams[_least(errors)],
        "the least error": errors[_least(errors)],
        "the worst lambda": lams[_least(-errors)],
        "the last lambda": lams[-1],
        "the number of the best lambda": float(_least(errors)),
    }
    for name, value in names.items():
        if came == value:
            return name
    return "a lambda whose error is nan" if came in lams[np.isnan(errors)] else "something else"


def _search_cases(rng):
    for label in ("", "", ""):
        low, high = 10.0 ** rng.uniform(-6, -4), 10.0 ** rng.uniform(1, 2)
        best = low * (high / low) ** rng.uniform(0.3, 0.6)
        limit = low * (high / low) ** rng.uniform(0.8, 0.9)
        yield Case(low, high, int(rng.integers(250, 300)), best, limit, int(rng.integers(2**31)), label=label)


_SEARCH_MISTAKES = catalogue(
    random_search,
    ("uniform", "Lambda itself is drawn evenly, so that nearly all tries are near the upper end; draw its logarithm evenly.", "U25",
     dict(draws=lambda low, high, n, rng: rng.uniform(low, high, n))),
    ("no_exp", "The logarithms are handed on as lambdas: take exp of what was drawn.", "U25",
     dict(draws=lambda low, high, n, rng: rng.uniform(np.log(low), np.log(high), n))),
    ("ten_to_ln", "This is 10 to the power of a natural logarithm, and leaves the range: exp belongs to log, 10** to log10.", "U25",
     dict(draws=lambda low, high, n, rng: 10 ** rng.uniform(np.log(low), np.log(high), n))),
    ("e_to_log10", "This is exp of a logarithm to the base 10, and reaches a part of the range only: exp belongs to log, 10** to log10.", "U25",
     dict(draws=lambda low, high, n, rng: np.exp(rng.uniform(np.log10(low), np.log10(high), n)))),
    ("drawn_once", "One lambda is drawn and tried n times: the drawing belongs into the loop.", "U25",
     dict(draws=lambda low, high, n, rng: np.full(n, np.exp(rng.uniform(np.log(low), np.log(high)))))),
    ("not_random", "Every search tries the same lambdas; the rng that is handed in has to draw them.", "U25",
     dict(draws=lambda low, high, n, rng: np.geomspace(low, high, n))),
    ("whole_powers", "Only few lambdas are tried, again and again: the exponent is a real number, not a whole one.", "U25",
     dict(draws=lambda low, high, n, rng: 10.0 ** rng.integers(math.ceil(np.log10(low)), math.floor(np.log10(high)) + 1, n))),
    ("nan_wins", "A lambda whose training gave nan comes back: np.argmin takes nan for the least.", "U25",
     dict(choose=lambda lams, errors: lams[int(np.argmin(errors))])),
    ("worst", "The lambda of the largest error comes back.", "U25", dict(choose=lambda lams, errors: lams[_least(-np.array(errors))])),
    ("error_back", "The error comes back; wanted the lambda that has it.", "U25", dict(choose=lambda lams, errors: errors[_least(errors)])),
    ("last_one", "The last lambda comes back; wanted the best.", "U25", dict(choose=lambda lams, errors: lams[-1])),
    ("once_more", "There is one try more than n: each is a whole training.", "U25",
     dict(look=lambda dev_error, lams: [[dev_error(lam) for lam in lams], dev_error(lams[0])][0])),
    ("one_short", "There is one try less than n.", "U25",
     dict(look=lambda dev_error, lams: [*[dev_error(lam) for lam in lams[:-1]], math.nan])),
)  # fmt: skip


# --- early stopping -------------------------------------------------------------------------------------------------------


def early_stopping(
    theta,
    step,
    dev_error,
    every,
    patience,
    most,
    keep=np.copy,
    better=operator.lt,
    start=math.inf,
    compare=lambda least, previous: least,
    waited=lambda check, best, bad: check - best,
    number=lambda check, every: check,
):
    """Check every few steps, keep a copy of the best theta, stop after `patience` checks without a new minimum          [W17, U26]"""
    best, kept, least, previous, bad, check = 0, keep(theta), start, start, 0, 0
    for check in range(1, most + 1):
        for _ in range(every):
            step(theta)
        error = dev_error(theta)
        if better(error, compare(least, previous)):
            best, kept, least = check, keep(theta), error
        else:
            bad += 1
        previous = error
        if waited(check, best, bad) >= patience:
            break
    return kept, number(best, every), number(check, every)


def _training(answer, start, way, errors, every, patience, most):
    """Let the answer train: every step moves theta by `way` in place, and `errors` has the dev error after each step."""
    theta, made = start.copy(), 0

    def step(theta):
        nonlocal made
        made += 1
        if made > 10 * len(errors):
            raise RuntimeError(f"{made} steps made, and still training")
        theta += way

    def dev_error(theta):
        at = round(float((theta[0] - start[0]) / way[0]))
        if at == 0:
            return 9.0
        if at > len(errors):
            raise RuntimeError(f"checked after {at} steps; the last of {most} checks is after {every * most}")
        return float(errors[at - 1])

    return answer(theta, step, dev_error, every, patience, most)


def _run_cases(rng):
    for P, every, patience, most, label in ((3, 2, 3, 12, ""), (2, 3, 2, 10, ""), (4, 2, 4, 14, ""), (3, 4, 2, 9, ""), (2, 5, 3, 6, "never out of patience"),
                                            (3, 3, 2, 11, "a tie"), (2, 2, 3, 13, "a tie"), (4, 3, 3, 15, "")):  # fmt: skip
        errors = 1 + 1.5 * np.abs(np.linspace(-1, 1, every * most)) + rng.uniform(0, 1.0, every * most)
        at = np.arange(1, most + 1) * every - 1
        if label == "never out of patience":
            errors[at] = np.sort(errors[at])[::-1]
        if label == "a tie":
            k = int(rng.integers(3, 6))
            errors[at[:k]] = np.sort(errors[at[:k]])[::-1]
            errors[at[k:]] = np.maximum(errors[at[k:]], errors[at[k - 1]] + 0.1)  # the tie is for the least of all
            errors[at[k]] = errors[at[k - 1]]
        yield Case(rng.normal(size=P), rng.uniform(0.2, 0.7, P), errors, every, patience, most, label=label)
    # as many bad checks as just go through, twice, and a new minimum as soon as it is over: whoever counts otherwise keeps other weights
    for P, every, patience, ranks in (
        (3, 2, 3, (5, 4, 6, 7, 3, 8, 9, 2, 6, 8, 7, 1)),
        (4, 3, 2, (5, 4, 6, 3, 7, 2, 8, 9, 1)),
    ):
        errors = rng.uniform(1, 9, every * len(ranks))
        errors[every - 1 :: every] = np.array(ranks) + rng.uniform(0, 0.9, len(ranks))
        yield Case(rng.normal(size=P), rng.uniform(0.2, 0.7, P), errors, every, patience, len(ranks))


_STOPPING_MISTAKES = catalogue(
    early_stopping,
    ("no_copy", "The weights are those of the last check, not of the best: step changes theta in place, so keep a copy.", "W17",
     dict(keep=lambda theta: theta)),
    ("ties", "A check that equals the best counts as better; only a new minimum does.", "W17", dict(better=operator.le)),
    ("late", "Training goes on for one check too many: after `patience` checks without a new minimum it is over.", "U26",
     dict(waited=lambda check, best, bad: check - best - 1)),
    ("early", "Training ends one check too early.", "U26", dict(waited=lambda check, best, bad: check - best + (check > best))),
    ("first_rise", "Training ends at the first check without a new minimum: patience is not used.", "U26",
     dict(waited=lambda check, best, bad: math.inf if check > best else 0)),
    ("against_previous", "A check is compared with the one before it; compare with the best so far.", "W17",
     dict(compare=lambda least, previous: previous)),
    ("not_reset", "The counter is not set back at a new minimum: the checks without one have to come in a row.", "U26",
     dict(waited=lambda check, best, bad: bad)),
    ("never_stops", "Training always goes on to the end: it never runs out of patience.", "U26", dict(waited=lambda check, best, bad: -1)),
    ("from_0", "The checks are counted from 0; the first one is number 1.", "W17", dict(number=lambda check, every: check - 1)),
    ("steps", "What comes back counts steps; wanted checks.", "W17", dict(number=lambda check, every: check * every)),
    ("largest", "The largest error counts as the best.", "W17", dict(better=operator.gt, start=-math.inf)),
)  # fmt: skip


def _each_step(theta, step, dev_error, every, patience, most):
    return early_stopping(theta, step, dev_error, 1, patience, most)


_STOPPING_MISTAKES = (
    *_STOPPING_MISTAKES,
    Mistake(
        "each_step",
        "There is a check after every single step; make `every` steps between two checks.",
        _each_step,
        "W17",
    ),
)


# --- random labels --------------------------------------------------------------------------------------------------------


def _softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def training_step(
    W1,
    b1,
    W2,
    b2,
    X,
    y,
    alpha,
    output=_softmax,
    divide=lambda dz: dz / len(dz),
    back=lambda dz, W2, W2_new: dz @ W2.T,
    gate=lambda z, h: z > 0,
    bias=lambda d: d.sum(axis=0),
    step=lambda alpha, d: alpha * d,
    hidden=1.0,
    wrong=lambda z, y: np.mean(z.argmax(axis=1) != y),
):
    """One step of gradient descent on the mean cross-entropy of a 2-layer MLP, and its share of errors before    X: (N, D)   y: (N,)          [L12, C9]"""
    z1 = X @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    dz2 = divide(output(z2) - np.eye(z2.shape[1])[y])
    W2_new, b2_new = W2 - step(alpha, h.T @ dz2), b2 - step(alpha, bias(dz2))
    dz1 = hidden * back(dz2, W2, W2_new) * gate(z1, h)
    return W1 - step(alpha, X.T @ dz1), b1 - step(alpha, bias(dz1)), W2_new, b2_new, wrong(z2, y)


def _mlp_cases(rng):
    for N, D, H, K in ((7, 3, 5, 4), (9, 4, 6, 3), (8, 2, 7, 5), (1, 3, 5, 4)):
        W1, b1, W2, b2 = rng.normal(size=(D, H)), rng.normal(size=H), rng.normal(size=(H, K)), rng.normal(size=K)
        X = rng.normal(size=(N, D))
        best = (np.maximum(X @ W1 + b1, 0) @ W2 + b2).argmax(axis=1)
        off = rng.permutation(np.arange(N) < max(1, N // 3))  # a third of them wrong, so that errors and hits differ
        y = np.where(off, (best + rng.integers(1, K, N)) % K, best)
        yield Case(W1, b1, W2, b2, X, y, float(rng.uniform(0.3, 0.8)), label="a batch of one" if N == 1 else "")


_STEP_MISTAKES = catalogue(
    training_step,
    ("not_averaged", "The gradient is not divided by N: the loss is a mean over the examples.", "L12", dict(divide=lambda dz: dz)),
    ("no_softmax", "The softmax is missing: the error at the logits is softmax(z) - onehot.", "C9", dict(output=lambda z: z)),
    ("softmax_over_batch", "The softmax runs over the examples; it runs over the classes of each.", "C9", dict(output=lambda z: _softmax(z, 0))),
    ("sigmoid", "There are sigmoids at the output; one class out of K wants a softmax.", "C9", dict(output=lambda z: 1 / (1 + np.exp(-z)))),
    ("uphill", "The step goes uphill: the gradient is subtracted.", "L12", dict(step=lambda alpha, d: -alpha * d)),
    ("no_alpha", "The step lacks alpha.", "L12", dict(step=lambda alpha, d: d)),
    ("no_gate", "The ReLU is missing on the way back: no error passes where z is negative.", "C6", dict(gate=lambda z, h: 1.0)),
    ("value_for_slope", "The error is multiplied by the ReLU's value; wanted its slope, 1 or 0.", "C6", dict(gate=lambda z, h: h)),
    ("new_weights", "The error goes back through the new W2; all gradients are taken before the step.", "C6",
     dict(back=lambda dz, W2, W2_new: dz @ W2_new.T)),
    ("bias_averaged", "The gradient of the biases is averaged once more; the 1/N is in the error already.", "L12", dict(bias=lambda d: d.mean(axis=0))),
    ("biases_left", "The biases do not learn.", "L12", dict(bias=lambda d: 0.0 * d.sum(axis=0))),
    ("hidden_left", "The hidden layer does not learn.", "L12", dict(hidden=0.0)),
    ("accuracy", "This is the share of right answers; wanted that of wrong ones.", "L12", dict(wrong=lambda z, y: np.mean(z.argmax(axis=1) == y))),
    ("counted", "The errors are counted; wanted their share.", "L12", dict(wrong=lambda z, y: float(np.sum(z.argmax(axis=1) != y)))),
)  # fmt: skip


# --- shallow and deep -----------------------------------------------------------------------------------------------------


def _count(n_in, n_out, depth, width):
    return (n_in + 1) * width + (depth - 1) * (width + 1) * width + (width + 1) * n_out


def width_for(
    n_in,
    n_out,
    depth,
    budget,
    count=_count,
    choose=lambda counts, budget: int(np.flatnonzero(counts <= budget)[-1]),
    said=lambda weights, budget: weights,
):
    """The largest width whose `depth` equal hidden layers stay within a budget of weights, and how many weights that is          [C10]"""
    counts = np.array([count(n_in, n_out, depth, width) for width in range(budget)])
    width = choose(counts, budget)
    return width, said(int(counts[width]), budget)


def _budget_cases(rng):
    for depth in (1, 2, 3, 5, 8):
        n_in, n_out = int(rng.integers(5, 40)), int(rng.integers(2, 5))
        width = int(rng.integers(8, 20))
        low, high = _count(n_in, n_out, depth, width), _count(n_in, n_out, depth, width + 1)
        yield Case(n_in, n_out, depth, low + int((high - low) * rng.uniform(0.65, 0.9)), label=f"depth {depth}")
    n_in, n_out, width = int(rng.integers(5, 40)), int(rng.integers(2, 5)), int(rng.integers(8, 20))
    yield Case(n_in, n_out, 4, _count(n_in, n_out, 4, width), label="a budget that is used up exactly")
    yield Case(n_in, n_out, 2, _count(n_in, n_out, 2, width) - 1, label="one weight too few for the next width")


_WIDTH_MISTAKES = catalogue(
    width_for,
    ("no_biases", "The biases are not counted: a layer from n to k units has (n + 1) k weights.", "C10",
     dict(count=lambda a, c, L, w: a * w + (L - 1) * w * w + w * c)),
    ("one_too_many", "There is one matrix between hidden layers too many: between L layers there are L - 1.", "C10",
     dict(count=lambda a, c, L, w: _count(a, c, L + 1, w))),
    ("one_matrix", "Only one matrix between hidden layers is counted, whatever the depth.", "C10",
     dict(count=lambda a, c, L, w: _count(a, c, 2, w))),
    ("no_output", "The output layer is not counted.", "C10", dict(count=lambda a, c, L, w: (a + 1) * w + (L - 1) * (w + 1) * w)),
    ("no_input", "The first layer is not counted.", "C10", dict(count=lambda a, c, L, w: (L - 1) * (w + 1) * w + (w + 1) * c)),
    ("output_bias", "The biases of the output layer are missing.", "C10", dict(count=lambda a, c, L, w: _count(a, c, L, w) - c)),
    ("input_for_all", "Every hidden layer is counted as if it read the input; only the first one does.", "C10",
     dict(count=lambda a, c, L, w: L * (a + 1) * w + (w + 1) * c)),
    ("nearest", "The nearest width is taken, and it may be over the budget.", "C10",
     dict(choose=lambda counts, budget: int(np.argmin(np.abs(counts - budget))))),
    ("over", "This is the first width over the budget; wanted the last one within.", "C10",
     dict(choose=lambda counts, budget: int(np.flatnonzero(counts <= budget)[-1]) + 1)),
    ("one_short", "The width is one too small.", "C10", dict(choose=lambda counts, budget: int(np.flatnonzero(counts <= budget)[-1]) - 1)),
    ("says_budget", "The budget comes back as the number of weights; count those that the net has.", "C10", dict(said=lambda weights, budget: budget)),
)  # fmt: skip


# --- the list -----------------------------------------------------------------------------------------------------------

EXERCISES = [
    Function(
        id="l06.split",
        title="Train, dev and test set",
        points=5,
        lectures=("I1",),
        outputs=("sizes", "manner"),
        reference=split,
        cases=_label_cases,
        run=_splits,
        mistakes=_SPLIT_MISTAKES,
        hints=(
            "Split each class for itself, as if there were no other, and put the pieces together at the end.",
            "np.flatnonzero(labels == c) has the examples of class c. Shuffle them once with rng.permutation; then cut: no example can come twice.",
            "With d = round(dev * len(mine)) and t = round(test * len(mine)): the first d to dev, the next t to test, all that follow to train. np.concatenate joins the pieces of all classes.",
        ),
    ),
    Function(
        id="l06.fit_polynomial",
        title="A polynomial by least squares",
        points=4,
        lectures=("I3",),
        outputs=("w",),
        reference=fit_polynomial,
        cases=_points,
        mistakes=_FIT_MISTAKES,
        forbids=(*FORBIDDEN, "numpy.polyfit", "numpy.polynomial"),
        hints=(
            "In w the polynomial is linear: it is a matrix A times w. What are the columns of A?",
            "Column k has x_i^k for every i, k = 0 .. degree; column 0 is all ones. x[:, None] ** np.arange(degree + 1) makes all of them.",
            "np.linalg.lstsq(A, y, rcond=None)[0] is the w with the least ||A w - y||^2.",
        ),
    ),
    Function(
        id="l06.degree_errors",
        title="Two errors against the degree",
        points=4,
        lectures=("I1", "I3", "E19", "W9", "U24", "E16"),
        outputs=("train", "dev"),
        reference=degree_errors,
        cases=_degree_cases,
        mistakes=_DEGREE_MISTAKES,
        forbids=(*FORBIDDEN, "numpy.polyfit", "numpy.polynomial"),
        hints=(
            "For each degree there is one fit, to the training set. Both errors are errors of this one curve.",
            "The curve at any points x is x[:, None] ** np.arange(len(w)) @ w.",
            "In a loop over the degrees: w = fit_polynomial(x, y, degree), and np.mean((curve - y) ** 2) for the pair (x, y) and for the pair (x_dev, y_dev).",
        ),
    ),
    Function(
        id="l06.bias_variance",
        title="Bias, variance, noise, error",
        points=6,
        lectures=("I2", "W8", "E7", "L13"),
        outputs=("bias2", "variance", "noise", "error"),
        reference=bias_variance,
        cases=_prediction_cases,
        mistakes=_BIAS_MISTAKES,
        hints=(
            "E[...] is the mean over the data sets, axis 0. It gives one number for each point; the mean over the points comes last.",
            "The mean model is P.mean(axis=0). Bias is its distance from f, variance the spread of the rows of P around it: square both before the mean over the points.",
            "noise compares y with f, error compares y with P, entry by entry; np.mean over the squares of all entries.",
        ),
    ),
    Function(
        id="l06.random_search",
        title="Random search for lambda",
        points=5,
        lectures=("U25", "I1"),
        outputs=("tries", "where", "returned"),
        reference=random_search,
        cases=_search_cases,
        run=_searches,
        mistakes=_SEARCH_MISTAKES,
        hints=(
            "If every power of ten is to be equally likely, what is it that has to be drawn evenly?",
            "np.exp(rng.uniform(np.log(low), np.log(high))) is one such lambda. Draw a new one for each try.",
            "Keep the best lambda and its error, starting from inf. error < least is False for nan, so nan never wins; np.argmin would choose it.",
        ),
    ),
    Function(
        id="l06.early_stopping",
        title="Early stopping",
        points=6,
        lectures=("W17", "U26"),
        outputs=("theta", "best", "last"),
        reference=early_stopping,
        cases=_run_cases,
        run=_training,
        mistakes=_STOPPING_MISTAKES,
        hints=(
            "One loop over the checks, and in it a loop of `every` steps. Remember three things: the least error, its check, and the weights then.",
            "step changes theta in place: kept = theta would change with it. kept = theta.copy() does not.",
            "After each check: if check - best is at least patience, break. With best the number of the best check, no counter has to be set back.",
        ),
    ),
    Function(
        id="l06.training_step",
        title="One step of an MLP",
        points=6,
        lectures=("L12", "C6", "C9"),
        outputs=("W1", "b1", "W2", "b2", "wrong"),
        reference=training_step,
        cases=_mlp_cases,
        mistakes=_STEP_MISTAKES,
        hints=(
            "Forward first, and keep z1, h and z2. The error at z2 is (softmax(z2) - onehot(y)) / N, as in lesson 03.",
            "Backward as in lesson 02: the gradient of W2 is h^T dz2, that of b2 the sum of dz2 over the examples; dz1 is dz2 W2^T where z1 > 0, else 0.",
            "Work out all four gradients with the old weights, and step only then. wrong compares z2.argmax(axis=1) with y: it needs no softmax.",
        ),
    ),
    Function(
        id="l06.width_for",
        title="How wide may it be?",
        points=4,
        lectures=("C10",),
        outputs=("width", "weights"),
        reference=width_for,
        cases=_budget_cases,
        mistakes=_WIDTH_MISTAKES,
        hints=(
            "Count the weights of a net of width w first: a layer from n to k units has n k weights and k biases.",
            "There is one layer from the input, one to the output, and depth - 1 between the hidden layers, of (w + 1) w each.",
            "Start with a width of 1 and make it wider by 1 as long as the next one still fits.",
        ),
    ),
]
