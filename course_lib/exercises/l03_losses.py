"""Lesson 03: losses, from the Gaussian likelihood to the mixture density, exact for any logit."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib.exercises.base import Case, Function, Mistake, catalogue

_LOG_2_PI = float(np.log(2 * np.pi))


def _sigmoid(z):
    """1 / (1 + e^-z), with the exponential of a number that is never positive."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def _softplus(z):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def _entropy(z, y):
    """log(1 + e^z) - y z, with its two large numbers subtracted first: no digit is lost"""
    return np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))


# --- numbers: the Gaussian ----------------------------------------------------------------------------------------------


def gaussian_nll(
    yhat,
    y,
    sigma,
    log_sigma=np.log,
    constant=_LOG_2_PI / 2,
    half=0.5,
    squared=lambda sigma: sigma**2,
    square=np.square,
    by_error=lambda r: 2 * r,
    sign=1,
    mean=np.mean,
    n=len,
):
    """log sigma + 1/2 log 2 pi + mean (yhat - y)^2 / (2 sigma^2), and its gradient by yhat    yhat, y: (N,)       [W1, W2]"""
    r = yhat - y
    nll = sign * mean(log_sigma(sigma) + constant + half * square(r) / squared(sigma))
    return nll, sign * half * by_error(r) / (squared(sigma) * n(r))


def _gaussian_cases(rng):
    for N, sigma, label in ((5, 0.7, ""), (3, 2.0, ""), (1, 1.6, "a batch of one"), (4, 0.8, "")):
        y, away = rng.normal(size=N), rng.choice([-1, 1], size=N) * rng.uniform(0.5, 2, size=N)
        yield Case(y + sigma * away, y, sigma, label=label)


_GAUSSIAN_MISTAKES = catalogue(
    gaussian_nll,
    (
        "not_divided",
        "This is the sum over the examples, as W2 writes it; J is the mean: divide by N.",
        "W1",
        dict(mean=np.sum, n=lambda r: 1),
    ),
    ("sign", "The sign is turned: the loss is minus the log-likelihood, and its gradient has the sign of yhat - y.", "W1", dict(sign=-1)),
    ("no_2pi", "The constant with 2 pi is missing.", "W2", dict(constant=0)),
    ("no_constants", "Only the squared error is there: the two terms that do not depend on yhat are missing.", "W2",
     dict(constant=0, log_sigma=lambda s: 0)),
    ("no_log_sigma", "The term with log sigma is missing.", "W2", dict(log_sigma=lambda s: 0)),
    ("log_of_variance", "The logarithm is taken of sigma^2; the Gaussian's factor is 1 / sigma.", "W2",
     dict(log_sigma=lambda s: np.log(s**2))),
    ("no_half", "The 2 of 2 sigma^2 is not used: it halves the squared error, and in the gradient it cancels the 2 of the square.", "W2",
     dict(half=1)),
    ("sigma_for_variance", "The squared error is divided by sigma where sigma^2 belongs.", "W2", dict(squared=lambda s: s)),
    ("no_variance", "The squared error is not divided by sigma^2.", "W2", dict(squared=lambda s: 1.0)),
    ("absolute", "The error is not squared.", "W2", dict(square=np.abs, by_error=np.sign)),
)  # fmt: skip


def gaussian_fit(y, center=np.mean, spread=lambda y: np.sqrt(np.mean((y - np.mean(y)) ** 2))):
    """The yhat and sigma, the same for all examples, that make y most likely    y: (N,)          [W1, W2]"""
    return center(y), spread(y)


def _fit_cases(rng):
    for N in (4, 7, 5):
        yield Case(rng.uniform(1, 3) + rng.exponential(size=N) ** 2 * rng.uniform(1, 3))


_FIT_MISTAKES = catalogue(
    gaussian_fit,
    (
        "median",
        "This is the median. It makes the absolute errors least; the Gaussian has squares.",
        "W2",
        dict(center=np.median),
    ),
    ("total", "The numbers are added up, but not divided by how many they are.", "W2", dict(center=np.sum)),
    ("middle", "This is the middle between the least and the largest number.", "W2",
     dict(center=lambda y: (y.min() + y.max()) / 2)),
    ("n_minus_1", "There is N - 1 below the squares. That corrects a bias; the likelihood is largest with N.", "W2",
     dict(spread=lambda y: np.std(y, ddof=1))),
    ("variance", "This is sigma^2: the root is missing.", "W2", dict(spread=np.var)),
    ("absolute", "This is the mean absolute deviation; the Gaussian has squares.", "W2",
     dict(spread=lambda y: np.mean(np.abs(y - np.mean(y))))),
    ("around_zero", "The squares are taken of y itself; they belong to the distances from yhat.", "W2",
     dict(spread=lambda y: np.sqrt(np.mean(y**2)))),
    ("root_of_sum", "The squares are added up, but not divided by N.", "W2",
     dict(spread=lambda y: np.sqrt(np.sum((y - np.mean(y)) ** 2)))),
)  # fmt: skip


# --- yes or no: the Bernoulli -------------------------------------------------------------------------------------------


def _happened(p, y, log):
    """log of the probability given to what happened: no 0 log 0, for the other logarithm is never taken"""
    return log(np.where(y == 1, p, 1 - p))


def _both_terms(p, y, log):
    """The same as the decks write it: where p is 0 or 1, one of its terms is 0 * -inf"""
    return y * log(p) + (1 - y) * log(1 - p)


def bce(yhat, y, term=_happened, log=np.log, sign=-1, mean=np.mean):
    """-mean [y log yhat + (1 - y) log(1 - yhat)], 0 log 0 = 0    yhat, y: (N,)          [W4, C8]"""
    return sign * mean(term(yhat, y, log))


def _bce_cases(rng):
    for N, label in ((6, ""), (4, ""), (1, "a batch of one"), (5, "probabilities of exactly 0 and 1, all right"),
                     (7, "probabilities of exactly 0 and 1, all right")):  # fmt: skip
        y, p = rng.permutation(np.arange(N) % 2), rng.uniform(0.1, 0.9, size=N)
        if label.startswith("prob"):
            sure = [np.flatnonzero(y == 0)[0], np.flatnonzero(y == 1)[0]]
            p[sure] = y[sure]
        yield Case(p, y, label=label)


def _bce_slips():
    """Every slip twice: beside a safe logarithm, and beside the plain formula, which has nan where p is exactly 0 or 1."""
    for key, says, see, slip in (
        ("log_likelihood", "The sign is turned: logarithms of probabilities are negative, a loss is not.", "W4", dict(sign=1)),
        ("not_divided", "This is the sum over the examples [C8]; the course takes the mean: divide by N.", "C8", dict(mean=np.sum)),
        ("not_averaged", "Each example still has its own loss: take the mean.", "C8", dict(mean=lambda v: v)),
        ("log2", "The logarithm has base 2; wanted the natural one.", "W4", dict(log=np.log2)),
        ("log10", "The logarithm has base 10; wanted the natural one.", "W4", dict(log=np.log10)),
    ):  # fmt: skip
        yield key, says, see, slip
        yield key, says, see, slip | dict(term=_both_terms)
    for key, says, see, terms in (
        ("only_ones", "The second term, for the examples with y = 0, is missing.", "W4",
         (lambda p, y, log: np.where(y == 1, log(p), 0), lambda p, y, log: y * log(p))),
        ("only_zeros", "The first term, for the examples with y = 1, is missing.", "W4",
         (lambda p, y, log: np.where(y == 0, log(1 - p), 0), lambda p, y, log: (1 - y) * log(1 - p))),
        ("crossed", "The two cases are exchanged: log yhat belongs to y = 1.", "W4",
         (lambda p, y, log: log(np.where(y == 1, 1 - p, p)),)),
        ("subtracted", "The second term is subtracted; both are added.", "W4",
         (lambda p, y, log: np.where(y == 1, 1, -1) * _happened(p, y, log), lambda p, y, log: y * log(p) - (1 - y) * log(1 - p))),
        ("exchanged", "y and yhat have changed places: the logarithm is taken of the prediction.", "C8",
         (lambda p, y, log: p * log(y) + (1 - p) * log(1 - y),)),
        ("squared_error", "This is the squared error; wanted the cross-entropy.", "W4", (lambda p, y, log: -((p - y) ** 2),)),
    ):  # fmt: skip
        for term in terms:
            yield key, says, see, dict(term=term)
    yield (
        "zero_log_zero",
        "Where yhat is exactly 0 or 1, the term that should not count is 0 times -inf, which is nan: "
        "take the logarithm only of the probability of what happened.",
        "W4",
        dict(term=_both_terms),
    )


_BCE_MISTAKES = catalogue(bce, *_bce_slips())


def bce_from_logits(
    z,
    y,
    loss=_entropy,
    error=lambda p, y: p - y,
    mean=np.mean,
    n=len,
):
    """mean [log(1 + e^z) - y z] = BCE of sigmoid(z), exact for any z, and its gradient (sigmoid(z) - y) / N    z, y: (N,)   [W4, C8, E15]"""
    return mean(loss(z, y)), error(_sigmoid(z), y) / n(z)


def _logit_cases(rng):
    for N, label in ((6, ""), (5, ""), (1, "a batch of one"), (4, "logits of +-800, wrong"), (7, "logits of +-800, wrong"),
                     (3, "logits of +-800, right"), (8, "logits of +-800, right")):  # fmt: skip
        y, z = rng.permutation(np.arange(N) % 2), rng.uniform(0.3, 3, size=N) * rng.choice([-1, 1], size=N)
        if label.startswith("logits"):
            sure = [np.flatnonzero(y == 0)[0], np.flatnonzero(y == 1)[0]]
            z[sure] = 800.0 * (2 * y[sure] - 1) * (-1 if label.endswith("wrong") else 1)
        yield Case(z, y, label=label)


def _clipped(term, low):
    return lambda z, y: -term(np.clip(_sigmoid(z), low, 1 - low), y, np.log)


_LOGIT_MISTAKES = catalogue(
    bce_from_logits,
    *(
        (
            "by_way_of_yhat",
            "The loss goes by way of yhat, which is rounded to exactly 0 or 1 for a large logit: compute it from z.",
            "E15",
            dict(loss=lambda z, y, term=term: -term(_sigmoid(z), y, np.log)),
        )
        for term in (_happened, _both_terms)
    ),
    *(
        (
            "clipped",
            "Clipping yhat hides the infinity, but the loss is then wrong: for a logit of 800 it is about 800. Compute it from z.",
            "E15",
            dict(loss=_clipped(term, low)),
        )
        for term, low in ((_happened, 1e-7), (_happened, 1e-8), (_happened, 1e-9), (_happened, 1e-10), (_happened, 1e-12), (_happened, 1e-15))
    ),
    ("overflow", "The exponential of z is too large for a float where z is 800: take that of -|z| only.", "W6",
     dict(loss=lambda z, y: np.log(1 + np.exp(z)) - y * z)),
    ("yz_added", "The term y z is added; it is subtracted.", "C8", dict(loss=lambda z, y: _softplus(z) + y * z)),
    ("no_yz", "The term y z is missing: this is the loss of examples with y = 0.", "C8", dict(loss=lambda z, y: _softplus(z))),
    ("log_likelihood", "The loss has its sign turned.", "W4", dict(loss=lambda z, y: y * z - _softplus(z))),
    ("not_divided", "The division by N is missing: the loss is the mean over the batch.", "C8", dict(mean=np.sum, n=lambda z: 1)),
    ("residual_turned", "The gradient has its sign turned: it is yhat - y.", "C7", dict(error=lambda p, y: y - p)),
    ("extra_slope", "The gradient has the sigmoid's slope in it: the logarithm's own derivative cancels it.", "C15",
     dict(error=lambda p, y: (p - y) * p * (1 - p))),
    ("by_probability", "This is the gradient by yhat; wanted the one by the logit z.", "W4",
     dict(error=lambda p, y: (p - y) / (p * (1 - p)))),
    ("value_for_slope", "The gradient lacks the target: it is yhat - y.", "C7", dict(error=lambda p, y: p)),
)  # fmt: skip


def two_slopes(z, y, squared=lambda p, y: 2 * (p - y) * p * (1 - p), entropy=lambda p, y: p - y, squash=_sigmoid):
    """d/dz of (sigmoid(z) - y)^2 and of BCE(sigmoid(z), y), example by example    z, y: (N,)          [W3, W4, C6]"""
    return squared(squash(z), y), entropy(squash(z), y)


def _slope_cases(rng):
    for N, label in ((5, ""), (3, ""), (4, "a batch"), (1, "one example")):
        yield Case(
            rng.choice([-1, 1], size=N) * rng.uniform(0.4, 2.5, size=N), rng.permutation(np.arange(N) % 2), label=label
        )


_SLOPE_MISTAKES = catalogue(
    two_slopes,
    ("no_slope", "The sigmoid's slope yhat (1 - yhat) is missing behind the squared error: the gradient is by z.", "C6",
     dict(squared=lambda p, y: 2 * (p - y))),
    ("no_two", "The 2 of the square is missing: this is the gradient of half the square [E19].", "E19",
     dict(squared=lambda p, y: (p - y) * p * (1 - p))),
    ("slope_of_tanh", "This is the slope of tanh, 1 - yhat^2; the sigmoid's is yhat (1 - yhat).", "C4",
     dict(squared=lambda p, y: 2 * (p - y) * (1 - p**2))),
    ("sigmoid_twice", "The slope is taken at yhat; it belongs at z.", "C4",
     dict(squared=lambda p, y: 2 * (p - y) * _sigmoid(p) * (1 - _sigmoid(p)))),
    ("square_left", "The square is still there: its derivative is 2 (yhat - y).", "C6",
     dict(squared=lambda p, y: (p - y) ** 2 * p * (1 - p))),
    ("extra_slope", "The sigmoid's slope is left in behind the cross-entropy: the logarithm's own derivative cancels it.", "C15",
     dict(entropy=lambda p, y: (p - y) * p * (1 - p))),
    ("factor_2", "There is a 2 behind the cross-entropy; it has no square.", "C15", dict(entropy=lambda p, y: 2 * (p - y))),
    ("by_probability", "The gradient of the cross-entropy is by yhat; wanted the one by z.", "W4",
     dict(entropy=lambda p, y: (p - y) / (p * (1 - p)))),
    ("residual_turned", "The sign is turned: the gradient grows where yhat is above y.", "C6",
     dict(squared=lambda p, y: 2 * (y - p) * p * (1 - p), entropy=lambda p, y: y - p)),
    ("no_sigmoid", "The logit z stands where yhat = sigmoid(z) belongs.", "W4", dict(squash=lambda z: z)),
    ("averaged", "There is a division by N: here each example has its own gradient.", "W4",
     dict(squared=lambda p, y: 2 * (p - y) * p * (1 - p) / len(p), entropy=lambda p, y: (p - y) / len(p))),
)  # fmt: skip


# --- one of K: softmax --------------------------------------------------------------------------------------------------

ROW, COLUMN, ALL = 1, 0, None


def _largest(z, axis=ROW):
    return np.max(z, axis=axis, keepdims=True)


def logsumexp(z, shift=_largest, axis=ROW, keepdims=False, back=1, inner=np.exp, log=np.log, add=np.sum):
    """m + log sum_k e^(z_k - m), m = max_k z_k, row by row    z: (N, K)   returns (N,)          [W6]"""
    m = shift(z)
    lse = log(add(inner(z - m), axis=axis, keepdims=True)) + back * m
    return lse if keepdims else np.squeeze(lse, axis=axis)


def _zero(z):
    return 0.0


def _top_of_all(z):
    return np.max(z)


def _logits(rng, shape, label):
    z = rng.uniform(-2, 2, size=shape)
    if label.endswith("+1000"):
        z += 1000
    elif label.endswith("-1000"):
        z -= 1000
    elif label.startswith("rows"):
        z += 1000 * (1 - 2 * (np.arange(shape[0]) % 2))[:, None]
    elif label.startswith("equal"):
        z[:] = z[:, :1]
    elif label.startswith("one logit"):
        z[np.arange(shape[0]), rng.integers(shape[1], size=shape[0])] += 800
    return z


def _softmax_cases(*labels):
    shapes = ((4, 3), (2, 5), (1, 4), (5, 2), (3, 6), (2, 4), (4, 7), (6, 3), (3, 5), (3, 4))

    def cases(rng):
        for shape, label in zip(shapes, labels, strict=False):
            yield Case(_logits(rng, shape, label), label=label)

    return cases


_USUAL = (
    "", "", "a batch of one", "logits near +1000", "logits near -1000", "rows that lie far from one another",
    "rows that lie far from one another", "equal logits",
)  # fmt: skip

_OVERFLOW = "The exponentials are too large or too small for a float: subtract the largest number of each row first."
_ONE_MAX = "One maximum is subtracted from all rows: rows far below it vanish. Each row has its own."


_LOGSUMEXP_MISTAKES = catalogue(
    logsumexp,
    ("overflow", _OVERFLOW, "W6", dict(shift=_zero)),
    ("max_only", "This is the largest number alone: equal to the log-sum-exp only where it is ahead by far [E17].", "E17",
     dict(add=np.max)),
    ("not_added_back", "The maximum was subtracted inside, but not added back outside.", "W6", dict(back=0)),
    ("subtracted_again", "The maximum is subtracted outside as well; it is added back.", "W6", dict(back=-1)),
    ("one_max_for_all", _ONE_MAX, "W6", dict(shift=_top_of_all)),
    ("wrong_axis", "The sum goes over the examples; it goes over the K classes of one example.", "W6",
     dict(axis=COLUMN, shift=partial(_largest, axis=COLUMN))),
    ("wrong_axis", "The sum goes over the examples; it goes over the K classes of one example.", "W6", dict(axis=COLUMN, shift=_zero)),
    ("everything", "The sum goes over the whole batch; each row has its own.", "W6", dict(axis=ALL, shift=_top_of_all)),
    ("everything", "The sum goes over the whole batch; each row has its own.", "W6", dict(axis=ALL, shift=_zero)),
    ("keepdims", "A class axis of length 1 is left over: wanted shape (N,).", "W6", dict(keepdims=True)),
    ("mean", "This is the logarithm of the mean; wanted that of the sum.", "W6", dict(add=np.mean)),
    ("no_exp", "The exponential is missing.", "W6", dict(inner=lambda z: z, shift=_zero)),
    ("log2", "The logarithm has base 2, the exponential has base e.", "W6", dict(log=np.log2)),
)  # fmt: skip


def softmax(z, shift=_largest, axis=ROW, inner=np.exp, last=lambda p: p, norm=np.sum):
    """e^(z_k - m) / sum_j e^(z_j - m), m = max_j z_j, row by row    z: (N, K)   returns (N, K)          [W5, W6, C9]"""
    e = inner(z - shift(z))
    return last(e / norm(e, axis=axis, keepdims=True))


def _one(e, axis, keepdims):
    return 1.0


_SOFTMAX_MISTAKES = catalogue(
    softmax,
    ("overflow", _OVERFLOW, "W6", dict(shift=_zero)),
    ("one_max_for_all", _ONE_MAX, "W6", dict(shift=_top_of_all)),
    ("wrong_axis", "The columns sum to 1; each row, the classes of one example, should.", "W5",
     dict(axis=COLUMN, shift=partial(_largest, axis=COLUMN))),
    ("wrong_axis", "The columns sum to 1; each row, the classes of one example, should.", "W5", dict(axis=COLUMN)),
    ("wrong_axis", "The columns sum to 1; each row, the classes of one example, should.", "W5", dict(axis=COLUMN, shift=_zero)),
    ("everything", "The whole batch sums to 1; each row should.", "W5", dict(axis=ALL, shift=_top_of_all)),
    ("everything", "The whole batch sums to 1; each row should.", "W5", dict(axis=ALL, shift=_zero)),
    ("everything", "The whole batch sums to 1; each row should.", "W5", dict(axis=ALL)),
    ("not_divided", "The exponentials are not divided by their sum.", "W5", dict(norm=_one)),
    ("not_divided", "The exponentials are not divided by their sum.", "W5",
     dict(norm=_one, shift=_zero)),
    ("sign", "The sign of the logits is turned: the largest logit has the largest probability.", "W5",
     dict(inner=lambda v: np.exp(-v), shift=lambda z: np.min(z, axis=1, keepdims=True))),
    ("sigmoid", "This is the sigmoid of each logit; the probabilities of a row must sum to 1.", "C9",
     dict(inner=_sigmoid, shift=_zero, norm=_one)),
    ("no_exp", "The exponential is missing.", "W5", dict(inner=lambda v: v, shift=_zero)),
    ("hard", "This is 1 for the largest logit and 0 for all others; the others have a probability, too.", "C9",
     dict(inner=lambda v: (v == 0) * 1.0)),
    *(
        ("hard", "This is 1 for the largest logit and 0 for all others; the others have a probability, too.", "C9",
         dict(inner=inner, norm=_one))
        for inner in (lambda v: (v == 0) * 1.0, lambda v: (np.argmax(v, axis=1)[:, None] == np.arange(v.shape[1])) * 1.0)
    ),
    ("log", "This is its logarithm.", "W6", dict(last=np.log)),
)  # fmt: skip


def log_softmax(
    z,
    shift=_largest,
    axis=ROW,
    log_sum=lambda v, axis: np.log(np.sum(np.exp(v), axis=axis, keepdims=True)),
    last=lambda logp: logp,
):
    """z_k - m - log sum_j e^(z_j - m), m = max_j z_j, row by row    z: (N, K)   returns (N, K)          [W6]"""
    v = z - shift(z)
    return last(v - log_sum(v, axis))


_LOG_SOFTMAX_MISTAKES = catalogue(
    log_softmax,
    ("overflow", _OVERFLOW, "W6", dict(shift=_zero)),
    (
        "log_of_softmax",
        "The logarithm is taken of the softmax, which is rounded to 0 far behind the largest logit: subtract the log-sum-exp instead.",
        "W6",
        dict(last=lambda logp: np.log(np.exp(logp))),
    ),
    ("max_only", "The maximum stands where the log-sum-exp belongs: nearly equal only where one logit is ahead by far [E17].", "E17",
     dict(log_sum=lambda v, axis: 0.0)),
    ("one_max_for_all", _ONE_MAX, "W6", dict(shift=_top_of_all)),
    ("wrong_axis", "The sum goes over the examples; it goes over the K classes of one example.", "W6",
     dict(axis=COLUMN, shift=partial(_largest, axis=COLUMN))),
    ("wrong_axis", "The sum goes over the examples; it goes over the K classes of one example.", "W6", dict(axis=COLUMN, shift=_zero)),
    ("wrong_axis", "The sum goes over the examples; it goes over the K classes of one example.", "W6", dict(axis=COLUMN)),
    ("everything", "The sum goes over the whole batch; each row has its own.", "W6", dict(axis=ALL, shift=_top_of_all)),
    ("everything", "The sum goes over the whole batch; each row has its own.", "W6", dict(axis=ALL, shift=_zero)),
    ("negated", "The sign is turned: logarithms of probabilities are never positive.", "W6", dict(last=lambda logp: -logp)),
    ("no_log", "This is the softmax itself; wanted its logarithm.", "W6", dict(last=np.exp)),
    ("sum_not_logged", "The sum of the exponentials is subtracted; subtract its logarithm.", "W6",
     dict(log_sum=lambda v, axis: np.sum(np.exp(v), axis=axis, keepdims=True))),
    ("log2", "The logarithm has base 2, the exponential has base e.", "W6", dict(last=lambda logp: logp / np.log(2))),
)  # fmt: skip


def cross_entropy(
    z,
    labels,
    loss=lambda logp, hot: -np.sum(hot * logp, axis=1),
    error=lambda p, hot: p - hot,
    logits=lambda z: z,
    mean=np.mean,
    n=lambda z: len(z),
    hot=lambda labels, K: (labels[:, None] == np.arange(K)) * 1.0,
):
    """mean -log softmax(z)_label and its gradient (softmax(z) - onehot) / N    z: (N, K)   labels: (N,)          [W5, C8, C9, C15, U7]"""
    logp, hot = log_softmax(logits(z)), hot(labels, z.shape[1])
    return mean(loss(logp, hot)), error(np.exp(logp), hot) / n(z)


def _label_cases(rng):
    for shape, label in (((5, 3), ""), ((4, 6), ""), ((1, 4), "a batch of one"), ((3, 2), "two classes"),
                         ((6, 3), "one logit ahead by 800, and wrong"), ((4, 5), "one logit ahead by 800, and wrong"),
                         ((3, 5), "logits near +1000"), ((7, 4), "logits near +1000")):  # fmt: skip
        z = _logits(rng, shape, label)
        labels = rng.integers(shape[1], size=shape[0])
        if label == "one logit ahead by 800, and wrong":
            labels = np.argmin(z, axis=1)
        yield Case(z, labels, label=label)


def _naive(z):
    return np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)


def _overflow(z, labels, by_softmax):
    """The loss by way of e^z: as z_label - log sum e^z, or as the logarithm of a softmax that is not shifted; p is naive in both."""
    rows, hot = np.arange(len(z)), labels[:, None] == np.arange(z.shape[1])
    p = _naive(z)
    picked = np.log(p[rows, labels]) if by_softmax else z[rows, labels] - np.log(np.sum(np.exp(z), axis=1))
    return -np.mean(picked), (p - hot) / len(z)


_CROSS_MISTAKES = (
    *(
        Mistake("overflow", _OVERFLOW, partial(_overflow, by_softmax=by_softmax), "W6")
        for by_softmax in (True, False)
    ),
    Mistake(
        "overflow",
        _OVERFLOW,
        lambda z, labels: (
            -np.mean(np.sum((labels[:, None] == np.arange(z.shape[1])) * np.log(_naive(z)), axis=1)),
            _overflow(z, labels, True)[1],
        ),
        "W6",
    ),
    *catalogue(
        cross_entropy,
        ("not_divided", "The division by N is missing: the loss is the mean over the batch.", "C8", dict(mean=np.sum, n=lambda z: 1)),
        ("divided_by_k", "The mean goes over the classes as well; it goes over the N examples only.", "C8",
         dict(loss=lambda logp, hot: -hot * logp, n=lambda z: z.size)),
        ("negated", "The sign is turned.", "C15",
         dict(loss=lambda logp, hot: np.sum(hot * logp, axis=1), error=lambda p, hot: hot - p)),
        ("no_onehot", "Every class counts as the right one, or none: pick the class that the label names.", "C8",
         dict(loss=lambda logp, hot: -np.sum(logp, axis=1), error=lambda p, hot: p)),
        ("log_of_softmax", "The logarithm is taken of the softmax, which is rounded to 0 far behind the largest logit: use the log-softmax.",
         "W6", dict(loss=lambda logp, hot: -np.log(np.sum(hot * np.exp(logp), axis=1)))),
        ("log_of_softmax", "The logarithm is taken of the softmax, which is rounded to 0 far behind the largest logit: use the log-softmax.",
         "W6", dict(loss=lambda logp, hot: -np.sum(hot * np.log(np.exp(logp)), axis=1))),
        ("softmax_twice", "The softmax is taken twice: probabilities go in where logits belong.", "W5", dict(logits=softmax)),
        ("extra_slope", "The slope p (1 - p) is in the gradient: the logarithm's own derivative cancels it.", "C15",
         dict(error=lambda p, hot: (p - hot) * p * (1 - p))),
        ("every_row", "Each label is picked in every row: row n has label n only.", "W5",
         dict(hot=lambda labels, K: np.ones((len(labels), 1)) * np.bincount(labels, minlength=K),
              loss=lambda logp, hot: -np.sum(hot * logp, axis=1) / len(logp), error=lambda p, hot: p - (hot > 0))),
        ("no_log", "The logarithm is missing: this is the probability of the right class.", "W5",
         dict(loss=lambda logp, hot: -np.sum(hot * np.exp(logp), axis=1))),
        ("all_labels", "The other classes are counted too, with log(1 - p): that is the loss for labels that do not exclude one another.", "U7",
         dict(loss=lambda logp, hot: -np.sum(hot * logp + (1 - hot) * np.log1p(-np.where(hot == 1, 0, np.exp(logp))), axis=1))),
    ),
)  # fmt: skip


# --- several of K: many labels ------------------------------------------------------------------------------------------


def multi_label_loss(
    z,
    t,
    loss=_entropy,
    error=lambda p, t: p - t,
    add=lambda v: np.sum(v, axis=1),
    squash=_sigmoid,
    mean=np.mean,
    n=len,
):
    """1/N sum_n sum_k [log(1 + e^z_nk) - t_nk z_nk] and its gradient (sigmoid(z) - t) / N    z, t: (N, K)          [W4, U7]"""
    return mean(add(loss(z, t))), error(squash(z), t) / n(z)


def _tag_cases(rng):
    for shape, label in (((4, 3), ""), ((2, 5), ""), ((1, 6), "a batch of one"), ((5, 2), "an example without any label"),
                         ((3, 4), "logits of +-800, wrong"), ((6, 4), "logits of +-800, wrong"), ((7, 5), "logits of +800, right")):  # fmt: skip
        z = rng.uniform(0.3, 3, size=shape) * rng.choice([-1, 1], size=shape)
        t = rng.permuted(np.arange(z.size) % 3 > 0).reshape(shape) * 1
        if label.startswith("an"):
            t[0] = 0
        if label.endswith("wrong"):
            t[0, :2], z[0, :2] = (1, 0), (-800, 800)
        elif label.endswith("right"):
            t[0, 0], z[0, 0] = 1, 800
        yield Case(z, t, label=label)


_TAG_MISTAKES = catalogue(
    multi_label_loss,
    ("softmax", "This is a softmax over the labels: it makes them rivals, and here several may hold at once.", "U7",
     dict(loss=lambda z, t: -t * log_softmax(z), squash=softmax)),
    ("divided_by_k", "The mean goes over the labels as well; the losses of one example are added up.", "U7",
     dict(add=lambda v: v.mean(axis=1), n=np.size)),
    ("not_divided", "The division by N is missing: the loss is the mean over the batch.", "C8", dict(mean=np.sum, n=lambda z: 1)),
    ("only_present", "Labels that are absent must count too: each label is a yes or a no.", "W4",
     dict(loss=lambda z, t: t * (_softplus(z) - z), error=lambda p, t: t * (p - t))),
    ("negated", "The sign is turned.", "W4", dict(loss=lambda z, t: t * z - _softplus(z), error=lambda p, t: t - p)),
    ("extra_slope", "The sigmoid's slope is in the gradient: the logarithm's own derivative cancels it.", "C15",
     dict(error=lambda p, t: (p - t) * p * (1 - p))),
    *(
        ("by_way_of_yhat", "The loss goes by way of yhat, which is rounded to exactly 0 or 1 for a large logit: compute it from z.", "E15",
         dict(loss=lambda z, t, term=term: -term(_sigmoid(z), t, np.log)))
        for term in (_happened, _both_terms)
    ),
    ("overflow", "The exponential of z is too large for a float where z is 800: take that of -|z| only.", "W6",
     dict(loss=lambda z, t: np.log(1 + np.exp(z)) - t * z)),
    ("not_averaged", "Each example still has its own loss: take the mean.", "C8", dict(mean=lambda v: v)),
    ("crossed", "Present and absent labels are exchanged.", "W4",
     dict(loss=lambda z, t: _softplus(z) - (1 - t) * z, error=lambda p, t: p - (1 - t))),
    ("squared_error", "This is the squared error; wanted the cross-entropy.", "W7",
     dict(loss=lambda z, t: (_sigmoid(z) - t) ** 2, error=lambda p, t: 2 * (p - t) * p * (1 - p))),
)  # fmt: skip


# --- one of several numbers: the mixture density ------------------------------------------------------------------------


def _row_logsumexp(v):
    m = np.max(v, axis=1, keepdims=True)
    return (m + np.log(np.sum(np.exp(v - m), axis=1, keepdims=True)))[:, 0]


def _log_joint(logits, mu, s, y, weights=log_softmax, constant=_LOG_2_PI, width=1.0, half=0.5, variance=np.exp):
    """log pi_j + log N(y; mu_j, sigma_j^2), s = log sigma^2          (N, J)"""
    d2 = (y[:, None] - mu) ** 2 / variance(s)
    return weights(logits) - 0.5 * constant - 0.5 * width * np.log(variance(s)) - half * d2


def mixture_nll(logits, mu, s, y, combine=_row_logsumexp, sign=-1, mean=np.mean, **slips):
    """-mean log sum_j pi_j N(y; mu_j, sigma_j^2), pi = softmax(logits), sigma^2 = e^s    (N, J) three times, y: (N,)          [W7]"""
    return sign * mean(combine(_log_joint(logits, mu, s, y, **slips)))


def _mixture_cases(rng):
    for (N, J), label in (((5, 3), ""), ((4, 2), ""), ((3, 5), ""), ((1, 4), "a batch of one"),
                          ((3, 2), "targets far from every component"), ((4, 3), "targets far from every component"),
                          ((5, 2), "one component far away")):  # fmt: skip
        logits, mu = rng.normal(size=(N, J)), rng.normal(size=(N, J))
        s = rng.choice([-1, 1], size=(N, J)) * rng.uniform(0.3, 1.5, size=(N, J))
        y = rng.normal(size=N) + rng.choice([-1, 1], size=N) * 1.5
        if label.startswith("targets"):
            y += rng.choice([-1, 1], size=N) * rng.uniform(120, 150, size=N)
        elif label.startswith("one"):
            mu[:, 0] = 1000.0
        yield Case(logits, mu, s, y, label=label)


def _densities(v):
    return np.exp(v)


_UNDERFLOW = (
    "Far from every component all densities are rounded to 0: stay with their logarithms, and use the log-sum-exp."
)


def _log_inside(logits, mu, s, y):
    logs: np.ndarray = softmax(logits) * _log_joint(logits, mu, s, y, weights=np.zeros_like)
    return -np.mean(np.sum(logs, axis=1))


_MIXTURE_MISTAKES = (
    Mistake(
        "log_inside",
        "The logarithms are averaged with the weights; the sum of the densities comes first, then its logarithm.",
        _log_inside,
        "W7",
    ),
    *catalogue(
        mixture_nll,
        ("underflow", _UNDERFLOW, "W6", dict(combine=lambda v: np.log(np.sum(np.exp(v), axis=1)))),
        ("largest_only", "Only the largest term is taken for the sum: nearly equal only where it is ahead by far [E17].", "E17",
         dict(combine=lambda v: np.max(v, axis=1))),
        ("no_weights", "The weights pi are missing.", "W7", dict(weights=np.zeros_like)),
        ("equal_weights", "All components have the same weight 1 / J; theirs are softmax(logits).", "W7",
         dict(weights=lambda z: np.zeros_like(z) - np.log(z.shape[1]))),
        ("weights_not_normed", "The weights e^logit are not divided by their sum: they are a softmax.", "W5", dict(weights=lambda z: z)),
        ("no_2pi", "The constant with 2 pi is missing.", "W2", dict(constant=0.0)),
        ("no_width", "The factor 1 / sigma in front of each Gaussian is missing: a wider one must be lower.", "W2", dict(width=0.0)),
        ("width_squared", "The factor in front of each Gaussian is 1 / sigma; here it is 1 / sigma^2.", "W2", dict(width=2.0)),
        ("log_sigma", "s is taken for log sigma; it is the logarithm of sigma^2.", "W7", dict(variance=lambda s: np.exp(2 * s))),
        ("no_half", "The 2 below the squared distance, in 2 sigma^2, is missing.", "W2", dict(half=1.0)),
        ("not_divided", "This is the sum over the examples; wanted the mean: divide by N.", "W1", dict(mean=np.sum)),
        ("log_likelihood", "The sign is turned: the likelihood is maximised, its negative is the loss.", "W1", dict(sign=1)),
    ),
)  # fmt: skip


def mixture_gradient(
    logits,
    mu,
    s,
    y,
    share=softmax,
    by_logits=lambda pi, r: pi - r,
    by_mu=lambda r, d, var: r * d / var,
    by_s=lambda r, d2: r * (1 - d2) / 2,
    sign=1,
    n=len,
    **slips,
):
    """Gradients of mixture_nll by logits, mu, s, with r the share of each component: (pi - r, r (mu - y) / sigma^2, r (1 - d^2) / 2) / N   [W7]"""
    variance = slips.get("variance", np.exp)(s)
    r, d = share(_log_joint(logits, mu, s, y, **slips)), mu - y[:, None]
    parts = by_logits(softmax(logits), r), by_mu(r, d, variance), by_s(r, d**2 / variance)
    return tuple(sign * part / n(y) for part in parts)


def _with_weights_for_shares(logits, mu, s, y):
    pi, d, variance = softmax(logits), mu - y[:, None], np.exp(s)
    return tuple(part / len(y) for part in (pi - pi, pi * d / variance, pi * (1 - d**2 / variance) / 2))


_MIXTURE_GRADIENT_MISTAKES = (
    Mistake(
        "weights_for_shares",
        "pi stands where the share r belongs: how likely it is, seeing y, that component j made it.",
        _with_weights_for_shares,
        "W7",
    ),
    *catalogue(
        mixture_gradient,
        ("underflow", _UNDERFLOW, "W6", dict(share=_naive)),
        ("not_divided", "The division by N is missing: the loss is the mean over the batch.", "W1", dict(n=lambda y: 1)),
        ("negated", "The sign is turned: wanted the gradient of the loss, which is the negative log-likelihood.", "W1", dict(sign=-1)),
        ("no_shares", "The share r is missing: a component learns only from the targets that it accounts for.", "W7",
         dict(by_logits=lambda pi, r: pi - 1, by_mu=lambda r, d, var: d / var, by_s=lambda r, d2: (1 - d2) / 2)),
        ("shares_without_weights", "The shares r are made of the densities alone; each is multiplied by its weight pi first.", "W7",
         dict(weights=np.zeros_like)),
        ("no_weights", "The gradient by the logits lacks pi: it is pi - r, as softmax - onehot in C15.", "C15",
         dict(by_logits=lambda pi, r: -r)),
        ("sigma_for_variance", "The distance is divided by sigma; it is divided by sigma^2.", "W2",
         dict(by_mu=lambda r, d, var: r * d / np.sqrt(var))),
        ("no_variance", "The distance is not divided by sigma^2.", "W2", dict(by_mu=lambda r, d, var: r * d)),
        ("by_log_sigma", "This is the gradient by log sigma; s is the logarithm of sigma^2.", "W7",
         dict(by_s=lambda r, d2: r * (1 - d2))),
        ("by_variance_term", "The gradient by s lacks the part of the factor 1 / sigma in front of the Gaussian.", "W2",
         dict(by_s=lambda r, d2: -r * d2 / 2)),
        ("no_width_in_shares", "The shares r are made without the factor 1 / sigma in front of each Gaussian.", "W2", dict(width=0.0)),
        ("log_sigma", "s is taken for log sigma; it is the logarithm of sigma^2.", "W7", dict(variance=lambda s: np.exp(2 * s))),
    ),
)  # fmt: skip


# --- which loss? --------------------------------------------------------------------------------------------------------

SIGMOID, SOFTMAX = ("sigmoid", "binary cross-entropy"), ("softmax", "cross-entropy")
LINEAR, MIXTURE = ("linear", "mean squared error"), ("mixture density", "mixture nll")


def choose_output(
    y,
    branches,
    binary=(*SIGMOID, 1),
    classes=lambda K: (*SOFTMAX, K),
    one_hot=lambda K: (*SOFTMAX, K),
    labels=lambda K: (*SIGMOID, K),
    numbers=lambda M: (*LINEAR, M),
    mixture=lambda J, M: (*MIXTURE, J * (M + 2)),
):
    """(output layer, loss, units) for targets y, by W7's table    branches: how many values of y one x may have          [W7, U7, I16]"""
    if y.dtype.kind == "f":
        M = 1 if y.ndim == 1 else y.shape[1]
        return mixture(branches, M) if branches > 1 else numbers(M)
    if y.ndim == 1:
        K = int(np.max(y)) + 1
        return binary if K == 2 else classes(K)
    return one_hot(y.shape[1]) if np.all(np.sum(y, axis=1) == 1) else labels(y.shape[1])


def _choice_cases(rng):
    for N in (9, 12):
        yield Case(rng.permutation(np.arange(N) % 2), 1, label="a yes or no for each x")
    for N, K in ((11, 3), (23, 10)):
        yield Case(rng.permutation(np.arange(N) % K), 1, label=f"one of {K} classes for each x")
    for N, K in ((10, 4), (14, 6)):
        yield Case((rng.permutation(np.arange(N) % K)[:, None] == np.arange(K)) * 1, 1, label="one-hot rows")
    for N, K in ((8, 5), (13, 7)):
        y = (rng.random((N, K)) < 0.4) * 1
        y[:3] = [[0], [1], [0]]
        yield Case(rng.permutation(y), 1, label="rows with several ones, or none")
    for shape in ((15,), (17, 3), (18, 2)):
        yield Case(rng.normal(size=shape), 1, label="numbers")
    for shape, J in (((16,), 3), ((19, 2), 4), ((20, 3), 2), ((21,), 5)):
        yield Case(rng.normal(size=shape), J, label=f"numbers with {J} branches")


def _miscounted(units):
    return dict(mixture=lambda J, M: (*MIXTURE, units(J, M)))


def _units(y, branches, count):
    layer, loss, _ = choose_output(y, branches)
    return layer, loss, count(y)


_CHOICE_MISTAKES = (
    *catalogue(
        choose_output,
        ("two_units", "Two classes need one unit only: its sigmoid is the probability of one, the rest belongs to the other.", "W4",
         dict(binary=(*SOFTMAX, 2))),
        ("softmax_for_labels", "A softmax makes rivals of the labels, but these rows have several ones, or none.", "U7",
         dict(labels=lambda K: (*SOFTMAX, K))),
        ("sigmoid_for_classes", "Exactly one of these classes holds: the probabilities of a row must sum to 1.", "W5",
         dict(classes=lambda K: (*SIGMOID, K), one_hot=lambda K: (*SIGMOID, K))),
        ("sigmoid_for_one_hot", "These rows have a single 1 each, so the classes exclude one another.", "W5",
         dict(one_hot=lambda K: (*SIGMOID, K))),
        ("class_as_number", "The number of a class is a name, not an amount: class 2 is not twice class 1.", "W7",
         dict(classes=lambda K: (*LINEAR, 1))),
        ("squared_error_for_classes", "The squared error belongs to a Gaussian, and these targets are classes.", "W7",
         dict(binary=("sigmoid", LINEAR[1], 1), classes=lambda K: ("softmax", LINEAR[1], K),
              one_hot=lambda K: ("softmax", LINEAR[1], K), labels=lambda K: ("sigmoid", LINEAR[1], K))),
        ("no_mixture", "One Gaussian has its mean between the branches, where no target is.", "W7",
         dict(mixture=lambda J, M: (*LINEAR, M))),
        ("squashed", "A sigmoid can't reach numbers above 1 or below 0: numbers have a linear output.", "W7",
         dict(numbers=lambda M: ("sigmoid", LINEAR[1], M))),
        ("one_number", "Each target has several numbers, and each of them needs a unit.", "U7",
         dict(numbers=lambda M: (*LINEAR, 1), mixture=lambda J, M: (*MIXTURE, J * 3))),
        *(
            ("mixture_units", "Count again what a component needs: a weight, a width, and a mean of as many numbers as a target has.", "W7",
             _miscounted(units))
            for units in (lambda J, M: J, lambda J, M: J * M, lambda J, M: J * (M + 1))
        ),
    ),
    Mistake("examples", "The examples are counted; the number of units does not depend on how many there are.", partial(_units, count=len), "U7"),
)  # fmt: skip


# --- the list -----------------------------------------------------------------------------------------------------------

EXERCISES = [
    Function(
        id="l03.gaussian_nll",
        title="Negative log-likelihood of a Gaussian",
        points=4,
        lectures=("W1", "W2"),
        outputs=("nll", "dyhat"),
        reference=gaussian_nll,
        cases=_gaussian_cases,
        mistakes=_GAUSSIAN_MISTAKES,
        hints=(
            "Take one example: write down the density of a Gaussian with mean yhat and width sigma at y, and then its logarithm.",
            "Three terms: log sigma, half of log 2 pi, and the squared distance over 2 sigma^2. Minus the logarithm makes them all positive; then the mean.",
            "Only the third term contains yhat: the derivative of r^2 / (2 sigma^2) is r / sigma^2, and the mean brings a 1/N.",
        ),
    ),
    Function(
        id="l03.gaussian_fit",
        title="The most likely mean and width",
        points=2,
        lectures=("W1", "W2"),
        outputs=("yhat", "sigma"),
        reference=gaussian_fit,
        cases=_fit_cases,
        mistakes=_FIT_MISTAKES,
        hints=(
            "Set the derivative by yhat to zero: what does the sum of all (yhat - y_i) have to be?",
            "Then set the derivative by sigma to zero: 1 / sigma must equal the mean squared distance over sigma^3.",
            "So sigma^2 is the mean of the squared distances from yhat, with N below, not N - 1.",
        ),
    ),
    Function(
        id="l03.bce",
        title="Binary cross-entropy from probabilities",
        points=3,
        lectures=("W4", "C8"),
        outputs=("loss",),
        reference=bce,
        cases=_bce_cases,
        mistakes=_BCE_MISTAKES,
        hints=(
            "For each example only one of the two terms counts. Which probability did the network give to what really happened?",
            "It is yhat where y = 1, and 1 - yhat where y = 0. The loss of the example is minus its logarithm.",
            "np.where(y == 1, a, b) picks from two arrays; take the logarithm afterwards, so that log 0 is never taken in vain.",
        ),
    ),
    Function(
        id="l03.bce_from_logits",
        title="Binary cross-entropy from logits",
        points=4,
        lectures=("W4", "C7", "C8", "E15"),
        outputs=("loss", "dz"),
        reference=bce_from_logits,
        cases=_logit_cases,
        mistakes=_LOGIT_MISTAKES,
        hints=(
            "Put yhat = 1 / (1 + e^-z) into the cross-entropy and simplify, once for y = 1 and once for y = 0, before you program anything.",
            "Both are log(1 + e^z) - y z. For z = 800 write log(1 + e^z) as z + log(1 + e^-z); for z = -800 leave it as it is.",
            "max(z, 0) + log(1 + e^-|z|) does both at once, and np.logaddexp(0, z) is the same. The gradient is as short as in the homework [C7].",
        ),
    ),
    Function(
        id="l03.two_slopes",
        title="What reaches the logit: squared error against cross-entropy",
        points=2,
        lectures=("W3", "W4", "C6"),
        outputs=("squared", "entropy"),
        reference=two_slopes,
        cases=_slope_cases,
        mistakes=_SLOPE_MISTAKES,
        hints=(
            "Both are chain rules: the derivative of the loss by yhat, times the derivative of yhat by z.",
            "The derivative of yhat by z is yhat (1 - yhat) in both. What is the derivative of (yhat - y)^2 by yhat?",
            "For the cross-entropy the product was worked out in the homework, where Delta5 turned out to be yhat - y.",
        ),
    ),
    Function(
        id="l03.logsumexp",
        title="Log-sum-exp",
        points=3,
        lectures=("W6", "E17"),
        outputs=("lse",),
        reference=logsumexp,
        cases=_softmax_cases(*_USUAL),
        mistakes=_LOGSUMEXP_MISTAKES,
        hints=(
            "What is log(e^(a+c) + e^(b+c))? A number that is added to all of them comes out of the logarithm.",
            "So subtract the largest number of each row, take log-sum-exp of what is left, and add the largest number again.",
            "m = z.max(axis=1, keepdims=True) has shape (N, 1) and can be subtracted from z. The result has shape (N,).",
        ),
    ),
    Function(
        id="l03.softmax",
        title="Softmax",
        points=3,
        lectures=("W5", "W6", "C9"),
        outputs=("p",),
        reference=softmax,
        cases=_softmax_cases(*_USUAL),
        mistakes=_SOFTMAX_MISTAKES,
        hints=(
            "Each row becomes a distribution: exponentials, divided by their sum.",
            "softmax(z) = softmax(z - max z) [W6]: after the subtraction no exponential can be larger than 1.",
            "Both the maximum and the sum go over axis=1, with keepdims=True, so that the shapes meet.",
        ),
    ),
    Function(
        id="l03.log_softmax",
        title="Log-softmax",
        points=3,
        lectures=("W6",),
        outputs=("logp",),
        reference=log_softmax,
        cases=_softmax_cases(*_USUAL, "one logit ahead by 800", "one logit ahead by 800"),
        mistakes=_LOG_SOFTMAX_MISTAKES,
        hints=(
            "log(a / b) = log a - log b, and log e^z is z: no exponential needs to be undone.",
            "log softmax(z)_i = z_i - log sum_j e^z_j [W6], and you have a function for the second term.",
            "The log-sum-exp has shape (N,); with [:, None] behind it, it can be subtracted from z.",
        ),
    ),
    Function(
        id="l03.cross_entropy",
        title="Cross-entropy from logits",
        points=6,
        lectures=("W5", "C8", "C9", "C15", "U7"),
        outputs=("loss", "dz"),
        reference=cross_entropy,
        cases=_label_cases,
        mistakes=_CROSS_MISTAKES,
        hints=(
            "With one-hot targets only one term of the sum in C8 is left: minus the log-probability of the right class.",
            "The gradient of one example is softmax(z) - onehot. The loss is the mean over N examples; what does this do to the gradient?",
            "logp[np.arange(N), labels] picks one number per row; the one-hot rows are (labels[:, None] == np.arange(K)).",
        ),
    ),
    Function(
        id="l03.multi_label_loss",
        title="Several labels at once",
        points=4,
        lectures=("U7", "W4", "C8"),
        outputs=("loss", "dz"),
        reference=multi_label_loss,
        cases=_tag_cases,
        mistakes=_TAG_MISTAKES,
        hints=(
            "Each label is a question of its own with the answer yes or no. Which loss has a single such question?",
            "It is your bce_from_logits, for every element of z. Add up what belongs to one example, then take the mean over the examples.",
            "The sum over all elements, divided by N = len(z); the gradient is as in the case of one label, divided by the same N.",
        ),
    ),
    Function(
        id="l03.mixture_nll",
        title="Negative log-likelihood of a mixture",
        points=4,
        lectures=("W7", "W6"),
        outputs=("nll",),
        reference=mixture_nll,
        cases=_mixture_cases,
        mistakes=_MIXTURE_MISTAKES,
        hints=(
            "Make an array of shape (N, J) with log pi_j + log N(y; mu_j, sigma_j^2). The first is your log_softmax of the logits.",
            "log N is what you had in gaussian_nll, with its sign turned: three terms. With s = log sigma^2, log sigma is s / 2.",
            "The logarithm of the sum over j is your logsumexp of that array. Then the mean over the examples, with a minus.",
        ),
    ),
    Function(
        id="l03.mixture_gradient",
        title="Gradient of the mixture",
        points=6,
        lectures=("W7", "C15", "W2"),
        outputs=("dlogits", "dmu", "ds"),
        reference=mixture_gradient,
        cases=_mixture_cases,
        mistakes=_MIXTURE_GRADIENT_MISTAKES,
        hints=(
            "First the shares: r is the softmax over j of log pi_j + log N(y; mu_j, sigma_j^2), the array that you built for the loss.",
            "Each component is a single Gaussian that learns with weight r: the gradients by mu and s are those of one Gaussian, times r.",
            "dlogits is pi - r. For ds take -log N = s / 2 + (y - mu)^2 e^-s / 2 + a constant, and differentiate by s. All three are divided by N.",
        ),
    ),
    Function(
        id="l03.choose_output",
        title="Which output layer, which loss?",
        points=3,
        lectures=("W7", "U7", "W4", "W5", "W2"),
        outputs=("layer", "loss", "units"),
        reference=choose_output,
        cases=_choice_cases,
        mistakes=_CHOICE_MISTAKES,
        hints=(
            "Three questions lead to the answer: numbers or classes? If numbers, how many branches? If classes, does exactly one hold?",
            "y.dtype == float tells numbers from classes, y.ndim tells one label per example from a row of them.",
            "Rows of zeros and ones in which every sum is 1 are one-hot. A mixture of J components for M numbers puts out J weights, J widths and J means of M numbers.",
        ),
    ),
]
