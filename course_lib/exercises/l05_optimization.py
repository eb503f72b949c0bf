"""Lesson 05: optimization, from the mini-batch to Adam, each rule one step of pure arithmetic."""

from __future__ import annotations

import math
import operator
from itertools import pairwise

import numpy as np

from course_lib.exercises.base import Case, Function, catalogue


def _away(rng, shape, low=0.5, high=2.0):
    """Numbers that are not near 0, of both signs."""
    return rng.choice([-1, 1], size=shape) * rng.uniform(low, high, size=shape)


# --- mini-batches -------------------------------------------------------------------------------------------------------


def _shuffled(m, B, rng):
    return rng.permutation(m)


def _in_steps(order, B, rng):
    return [order[start : start + B] for start in range(0, len(order), B)]


def minibatches(X, y, B, rng, order=_shuffled, cut=_in_steps, mates=lambda parts, rng: parts):
    """Random disjoint parts of B examples, the last may be shorter    X: (m, D), y: (m,)   returns [(X_b, y_b), ...]   [U9, I9, E8]"""
    parts = cut(order(len(X), B, rng), B, rng)
    return [(X[i], y[j]) for i, j in zip(parts, mates(parts, rng), strict=True)]


def _epochs(answer, X, y, B, seed):
    """Two epochs of batches in words: their sizes, which examples come, in what order; the random numbers leave no trace in them."""

    def of_one_epoch(rng):
        batches = answer(X, y, B, rng)
        if batches is None:
            return None
        try:
            pairs = [(np.asarray(a), np.asarray(b)) for a, b in batches]
        except (TypeError, ValueError):
            raise TypeError("wanted a list of pairs (X_b, y_b)") from None
        if not all(a.ndim == 2 and b.ndim == 1 and a.shape[1] == X.shape[1] and len(a) == len(b) for a, b in pairs):
            raise ValueError("wanted pairs (X_b, y_b) of shapes (B, D) and (B,), rows of X and the y beside them")
        return pairs

    rng = np.random.default_rng(seed)
    first, second = of_one_epoch(rng), of_one_epoch(rng)
    if first is None or second is None:
        return None
    epochs = [first, second]
    orders = [np.concatenate([b for _, b in pairs]) if pairs else np.zeros(0) for pairs in epochs]
    counts = [np.sum(y[:, None] == order, axis=1) for order in orders]
    rows = dict(zip(y.tolist(), X.tolist(), strict=True))
    torn = any(rows.get(v) != row for pairs in epochs for a, b in pairs for row, v in zip(a.tolist(), b.tolist(), strict=True))  # fmt: skip
    said = [
        *(["some never"] if any(np.any(count == 0) for count in counts) else []),
        *(["some twice"] if any(np.any(count > 1) for count in counts) else []),
    ]
    examples = (" and ".join(said) or "each once") + (", x beside the y of another one" if torn else "")
    if len(orders[0]) and np.array_equal(orders[0], y[: len(orders[0])]):
        order = "as given"
    elif len(orders[0]) and np.array_equal(orders[0], orders[1]):
        order = "the same in both epochs"
    else:
        order = "another one in each epoch"
    sizes = " + ".join(str(len(b)) for _, b in first)
    return f"{sizes} examples; {examples}", order


def _batch_cases(rng):
    for m, B, label in ((14, 4, ""), (17, 5, ""), (15, 3, "m = 15, B = 3, which divides m"), (12, 6, "m = 12, B = 6, which divides m"),
                        (13, 13, "one batch of all"), (11, 1, "batches of one"), (16, 7, "")):  # fmt: skip
        X = rng.normal(size=(m, 2)).round(3)
        yield Case(X, np.arange(m) + 100.0, B, int(rng.integers(2**31)), label=label)


def _with_an_empty_one(order, B, rng):
    return [order[B * b : B * (b + 1)] for b in range(len(order) // B + 1)]


def _shuffled_apart(parts, rng):
    return np.split(rng.permutation(np.concatenate(parts)), np.cumsum([len(part) for part in parts])[:-1])


_BATCH_MISTAKES = catalogue(
    minibatches,
    ("drops_last", "The examples that do not fill a last batch are left out: a short batch is a batch, too.", "I9",
     dict(cut=lambda order, B, rng: [order[B * b : B * (b + 1)] for b in range(len(order) // B)])),
    ("empty_last", "There are floor(m/B) + 1 batches, as the slide has it: where B divides m, the last one is empty.", "E8",
     dict(cut=_with_an_empty_one)),
    ("replacement", "Each batch is drawn anew from all examples: in one epoch some come twice and others never.", "U9",
     dict(cut=lambda order, B, rng: [rng.integers(len(order), size=B) for _ in range(-(-len(order) // B))])),
    ("replacement", "Each batch is drawn anew from all examples: in one epoch some come twice and others never.", "U9",
     dict(cut=lambda order, B, rng: [rng.choice(len(order), size=B, replace=False) for _ in range(-(-len(order) // B))])),
    ("replacement", "Each batch is drawn anew from all examples: in one epoch some come twice and others never.", "U9",
     dict(cut=lambda order, B, rng: [rng.integers(len(order), size=B) for _ in range(len(order) // B)])),
    ("not_shuffled", "The examples come in the order in which they stand: choose them at random.", "U9",
     dict(order=lambda m, B, rng: np.arange(m))),
    ("same_order", "The order is random, but the same in each epoch: draw it from the rng that is given, at every call.", "U9",
     dict(order=lambda m, B, rng: np.random.default_rng(0).permutation(m))),
    ("torn_apart", "X and y are shuffled each for itself: an example has lost its own y.", "I9",
     dict(mates=_shuffled_apart)),
    ("number_for_size", "There are B batches; wanted batches of B examples.", "I9",
     dict(cut=lambda order, B, rng: np.array_split(order, B))),
    ("even", "The batches are made about equal; wanted B examples in each, and what is left over in the last one.", "I9",
     dict(cut=lambda order, B, rng: np.array_split(order, -(-len(order) // B)))),
    ("one_short", "Every batch lacks one of its examples: Python counts from 0, and a slice ends before its end.", "I9",
     dict(cut=lambda order, B, rng: [order[start : start + B - 1] for start in range(0, len(order), B)])),
    ("one_short", "Every batch lacks one of its examples: Python counts from 0, and a slice ends before its end.", "I9",
     dict(cut=lambda order, B, rng: [order[start + 1 : start + B] for start in range(0, len(order), B)])),
)  # fmt: skip


# --- stochastic gradient ------------------------------------------------------------------------------------------------


def sgd(theta, gradient, batches, alpha, sign=-1, where=lambda start, now: now, rate=lambda alpha, y: alpha, used=lambda batches: batches,
        last=lambda start, now, batches: now):  # fmt: skip
    """theta <- theta - alpha gradient(theta, X_b, y_b), batch after batch    theta: (P,)                              [U9, I9]"""
    start = theta
    for X_b, y_b in used(batches):
        theta = theta + sign * rate(alpha, y_b) * gradient(where(start, theta), X_b, y_b)
    return last(start, theta, batches)


def _one_epoch(answer, theta, X, y, sizes, alpha):
    """Let the answer walk over half the mean squared error of a line, in batches of these sizes."""

    def gradient(w, X_b, y_b):
        return X_b.T @ (X_b @ w - y_b) / len(y_b)

    ends = np.cumsum(sizes)[:-1]
    return answer(theta, gradient, list(zip(np.split(X, ends), np.split(y, ends), strict=True)), alpha)


def _sgd_cases(rng):
    for P, sizes, label in ((2, (4, 4, 3), ""), (3, (5, 2), ""), (4, (3, 3, 3, 1), ""), (2, (6,), "one batch")):
        X = _away(rng, (sum(sizes), P))
        yield Case(_away(rng, P), X, _away(rng, sum(sizes), 1, 4), sizes, float(rng.uniform(0.1, 0.3)), label=label)


_SGD_MISTAKES = catalogue(
    sgd,
    ("uphill", "The steps go uphill: the gradient is subtracted.", "U9", dict(sign=1)),
    ("old_gradient", "All gradients are taken at the theta from before the epoch; take each where the last step has led.", "I9",
     dict(where=lambda start, now: start)),
    ("one_step", "The epoch ends in one step with the mean of all gradients: that is batch gradient descent.", "I9",
     dict(where=lambda start, now: start, last=lambda start, now, batches: start + (now - start) / len(batches))),
    ("first_only", "Only the first batch is used: does the return stand inside the loop?", "I9", dict(used=lambda batches: batches[:1])),
    ("last_only", "Only the last batch is used: theta must be carried on from step to step.", "I9", dict(used=lambda batches: batches[-1:])),
    ("divided_again", "The gradient is divided by the size of the batch; it is the mean already.", "I9",
     dict(rate=lambda alpha, y: alpha / len(y))),
    ("summed", "The gradient is multiplied by the size of the batch; the mean is what counts.", "I9",
     dict(rate=lambda alpha, y: alpha * len(y))),
    ("no_alpha", "The step size alpha is missing.", "U9", dict(rate=lambda alpha, y: 1.0)),
    ("gradient_for_theta", "What comes back is the way that was gone, not the place: add the start.", "I9",
     dict(last=lambda start, now, batches: now - start)),
)  # fmt: skip


# --- step sizes that fall -----------------------------------------------------------------------------------------------


def schedules(t, alpha, every, factor, decay, T, steps=lambda t, every: t // every, power=lambda factor, k: factor**k,
              inverse=lambda t, decay: 1 / (1 + decay * t), phase=lambda t, T: np.pi * np.minimum(t, T) / T,
              wave=lambda u: (1 + np.cos(u)) / 2):  # fmt: skip
    """alpha factor^floor(t / every), alpha / (1 + decay t), alpha (1 + cos(pi t / T)) / 2, then 0    t: (n,)          [U15, U16, I10]"""
    return alpha * power(factor, steps(t, every)), alpha * inverse(t, decay), alpha * wave(phase(t, T))


def _schedule_cases(rng):
    for every, T, label in ((4, 10, ""), (7, 13, ""), (3, 8, ""), (5, 6, "")):
        alpha, factor, decay = rng.uniform(0.3, 1), rng.uniform(0.2, 0.7), rng.uniform(0.2, 0.6)
        times = np.r_[np.arange(0, 3 * every + 2), 3 * T]
        yield Case(times, float(alpha), every, float(factor), float(decay), T, label=label)


_SCHEDULE_MISTAKES = catalogue(
    schedules,
    ("no_floor", "The rate falls all the time; in steps, it waits until `every` steps are over.", "U15", dict(steps=lambda t, every: t / every)),
    ("one_early", "The steps are counted from 1: the first one comes a step too early.", "U15", dict(steps=lambda t, every: (t + 1) // every)),
    ("rounded", "The number of falls is rounded; a fall comes when `every` steps are over, not half of them.", "U15",
     dict(steps=lambda t, every: np.round(t / every))),
    ("only_once", "The rate falls once and never again.", "U15", dict(steps=lambda t, every: (t >= every) * 1)),
    ("times_not_power", "The factor is multiplied by the number of falls; it is applied so many times.", "U15", dict(power=lambda f, k: f * k)),
    ("divided", "The rate is divided by the factor and grows.", "U15", dict(power=lambda f, k: f ** (-1.0 * k))),
    ("no_one", "There is no 1 in 1 + decay t: at t = 0 the rate is infinite.", "U16", dict(inverse=lambda t, d: 1 / (d * t))),
    ("plain_1_over_t", "This is alpha / (1 + t): the decay is missing.", "U16", dict(inverse=lambda t, d: 1 / (1 + t))),
    ("root", "This falls with the root of t.", "U16", dict(inverse=lambda t, d: 1 / np.sqrt(1 + d * t))),
    ("linear", "This is a straight line; wanted alpha divided by 1 + decay t.", "U16", dict(inverse=lambda t, d: 1 - d * t)),
    ("exponential", "This falls exponentially; wanted alpha divided by 1 + decay t.", "U16", dict(inverse=lambda t, d: np.exp(-d * t))),
    ("no_half", "The half is missing: at t = 0 the rate is 2 alpha.", "I10", dict(wave=lambda u: 1 + np.cos(u))),
    ("cosine_alone", "This is alpha times the cosine, which becomes negative: it lacks 1 + and the half.", "I10", dict(wave=np.cos)),
    ("sine", "This rises: the cosine is 1 at t = 0 and -1 at t = T.", "I10", dict(wave=lambda u: (1 - np.cos(u)) / 2)),
    ("rises_again", "After T the cosine rises again: the rate stays 0 from T on.", "I10", dict(phase=lambda t, T: np.pi * t / T)),
    ("whole_turn", "The cosine makes a whole turn in T steps: at T the rate is alpha again; pi, not 2 pi.", "I10",
     dict(phase=lambda t, T: 2 * np.pi * np.minimum(t, T) / T)),
    ("half_way", "At T the rate is still one half: the cosine goes from 0 to pi, not to pi / 2.", "I10",
     dict(phase=lambda t, T: np.pi / 2 * np.minimum(t, T) / T)),
    ("degrees", "The angle is in degrees; np.cos takes radians.", "I10", dict(phase=lambda t, T: 180 * np.minimum(t, T) / T)),
)  # fmt: skip


# --- Bottou's search ----------------------------------------------------------------------------------------------------

TRIALS = 200  # more than any search needs; an endless one ends here


def _worst_if_nan(error):
    return math.inf if math.isnan(error) else error


def bottou_step_size(error_after, start, factors=(2, 0.5), number=_worst_if_nan, better=operator.lt, through_inf=True,
                     longer=lambda alpha, factor, start: alpha * factor, most=TRIALS, last=lambda alpha, trial, error: alpha):  # fmt: skip
    """Double alpha as long as the error falls; if it does not, halve                                                  [U16]"""
    alpha, error, trial = start, number(error_after(start)), start
    for factor in factors:
        for _ in range(most):
            trial = longer(alpha, factor, start)
            came = number(error_after(trial))
            if not (better(came, error) or (through_inf and came == error == math.inf and factor < 1)):
                break
            alpha, error = trial, came
        if alpha != start:
            break
    return last(alpha, trial, error)


def _search(answer, start, best, least, limit, beyond):
    """Let the answer search in a valley over log alpha with its bottom at `best`; beyond `limit` training diverges."""
    trials = 0

    def error_after(alpha):
        nonlocal trials
        trials += 1
        if trials > TRIALS:
            raise RuntimeError(f"{TRIALS} trials made, and still searching")
        if not alpha > 0:
            raise ValueError(f"a step size of {alpha:g} was tried; step sizes are above 0")
        return beyond if alpha > limit else least + math.log2(alpha / best) ** 2

    return answer(error_after, start)


def _search_cases(rng):
    for halvings, beyond, label in ((-5, math.nan, ""), (4, math.nan, ""), (0, math.inf, "a start that is right"), (-3, math.inf, ""),
                                    (6, math.nan, "the start diverges with nan"), (7, math.inf, "the start diverges with inf"),
                                    (5, math.nan, "the start diverges with nan"), (8, math.inf, "the start diverges with inf")):  # fmt: skip
        start = float(rng.uniform(0.05, 0.2))
        best = start * 2.0 ** (-halvings + rng.uniform(-0.3, 0.3))
        limit = best * 2.0 ** rng.uniform(1.6, 2.4) if label.startswith("the start d") else max(best, start) * 40
        yield Case(start, best, float(rng.uniform(0.1, 0.5)), limit, beyond, label=label)


_SEARCH_MISTAKES = catalogue(
    bottou_step_size,
    ("only_longer", "The search only doubles: where the best step is shorter than the start, it stays there.", "U16", dict(factors=(2,))),
    ("only_shorter", "The search only halves: where the best step is longer than the start, it stays there.", "U16", dict(factors=(0.5,))),
    ("one_too_far", "What comes back is the last step size tried, which was worse; wanted the best one.", "U16",
     dict(last=lambda alpha, trial, error: trial)),
    ("one_trial", "The search makes one step and stops: go on as long as the error falls.", "U16", dict(most=1)),
    ("diverged_start", "Where the start diverges, the search stops: nothing is less than nan, nor inf than inf. Go on to shorter steps.", "U16",
     dict(through_inf=False)),
    ("nan_stops", "A start that gives nan ends the search, for every comparison with nan is False: take nan for inf.", "U16",
     dict(number=lambda error: error)),
    ("factor_10", "The search goes in factors of ten; wanted doubling and halving.", "U16", dict(factors=(10, 0.1))),
    ("fine", "The search goes in smaller factors; wanted doubling and halving.", "U16", dict(factors=(1.5, 1 / 1.5))),
    ("returns_error", "What comes back is the least error; wanted the step size that has it.", "U16", dict(last=lambda alpha, trial, error: error)),
)  # fmt: skip


# --- moving averages and momentum ---------------------------------------------------------------------------------------


def moving_average(y, beta, first=lambda y: 0.0, old=lambda beta: beta, new=lambda beta: 1 - beta, weight=lambda beta, t: 1 - beta ** (t + 1),
                   corrected=operator.truediv, feed_back=False):  # fmt: skip
    """v_t = beta v_t-1 + (1 - beta) y_t from v_-1 = 0, and w_t = v_t / (1 - beta^(t+1))    y: (T,)                   [I11]"""
    v, w, before = np.zeros(len(y)), np.zeros(len(y)), first(y)
    for t in range(len(y)):
        v[t] = old(beta) * before + new(beta) * y[t]
        w[t] = corrected(v[t], weight(beta, t))
        before = w[t] if feed_back else v[t]
    return v, w


def _average_cases(rng):
    for T, label in ((7, ""), (5, ""), (9, ""), (1, "one number"), (6, "beta = 0")):
        beta = 0.0 if label == "beta = 0" else rng.uniform(0.6, 0.95)
        yield Case(_away(rng, T) + 1, float(beta), label=label)


_AVERAGE_MISTAKES = catalogue(
    moving_average,
    ("starts_at_first", "The average starts with the first number; it starts with v_-1 = 0, and the correction makes up for that.", "I11",
     dict(first=lambda y: y[0])),
    ("exchanged", "The weights are exchanged: beta belongs to what was, 1 - beta to the new number.", "I11",
     dict(old=lambda b: 1 - b, new=lambda b: b)),
    ("not_weighted", "The new number is not multiplied by 1 - beta.", "I11", dict(new=lambda b: 1.0)),
    ("old_not_weighted", "The old average is not multiplied by beta: nothing is forgotten.", "I11", dict(old=lambda b: 1.0)),
    ("exponent", "The exponent is one too small: counted from t = 0 it is t + 1; as it is, the first number is divided by 0.", "I11",
     dict(weight=lambda b, t: np.float64(1 - b**t))),
    ("exponent_fixed", "The correction is the same at every t: the exponent t + 1 is missing.", "I11", dict(weight=lambda b, t: 1 - b)),
    ("product", "This is (1 - beta)^(t+1); wanted 1 - beta^(t+1).", "I11", dict(weight=lambda b, t: (1 - b) ** (t + 1))),
    ("multiplied", "v is multiplied by 1 - beta^(t+1); it is divided by it.", "I11", dict(corrected=operator.mul)),
    ("not_corrected", "w is v itself: the correction is missing.", "I11", dict(corrected=lambda v, weight: v)),
    ("fed_back", "The corrected average goes into the next one: keep v as it is, and correct a copy.", "I11", dict(feed_back=True)),
)  # fmt: skip


def momentum(theta, v, g, alpha, beta, old=lambda beta: beta, new=lambda beta: 1 - beta, sign=-1, rate=lambda alpha, beta: alpha,
             moved_by=lambda v_new, v, g: v_new):  # fmt: skip
    """v' = beta v + (1 - beta) g, theta' = theta - alpha v'    theta, v, g: (P,)                                      [I12]"""
    v_new = old(beta) * v + new(beta) * g
    return theta + sign * rate(alpha, beta) * moved_by(v_new, v, g), v_new


def _momentum_cases(rng):
    for P, label in ((3, ""), (5, ""), (2, ""), (4, "the first step, v = 0"), (6, "gradient 0"), (1, "one parameter")):
        v = np.zeros(P) if label.startswith("the first") else _away(rng, P)
        g = np.zeros(P) if label == "gradient 0" else _away(rng, P)
        yield Case(_away(rng, P), v, g, float(rng.uniform(0.2, 0.6)), float(rng.uniform(0.6, 0.9)), label=label)


_MOMENTUM_MISTAKES = catalogue(
    momentum,
    ("uphill", "The step goes uphill: the average is subtracted.", "I12", dict(sign=1)),
    ("old_average", "The step is made with the average from before; the new gradient counts already.", "I12", dict(moved_by=lambda new, v, g: v)),
    ("plain_gradient", "The step is made with the gradient itself; wanted the average.", "I12", dict(moved_by=lambda new, v, g: g)),
    ("exchanged", "The weights are exchanged: beta belongs to the average, 1 - beta to the new gradient.", "I12",
     dict(old=lambda b: 1 - b, new=lambda b: b)),
    ("not_weighted", "The gradient enters the average with weight 1; I12 gives it 1 - beta.", "I12", dict(new=lambda b: 1.0)),
    ("beta_twice", "Both have the weight beta; the new gradient has 1 - beta.", "I12", dict(new=lambda b: b)),
    ("rate_shortened", "alpha is multiplied by 1 - beta as well: the average has this factor already.", "E13",
     dict(rate=lambda a, b: a * (1 - b))),
    ("no_alpha", "The step size alpha is missing.", "I12", dict(rate=lambda a, b: 1.0)),
    ("added_to_gradient", "The step is v' + g; v' contains the gradient already.", "I12", dict(moved_by=lambda new, v, g: new + g)),
)  # fmt: skip


def heavy_ball(w, w_before, g, alpha, beta, sign=-1, last_move=operator.sub, gradient=lambda alpha, beta: alpha,
               memory=lambda alpha, beta: beta, start=lambda w: w):  # fmt: skip
    """w_t+1 = w_t - alpha g + beta (w_t - w_t-1)    w, w_before, g: (P,)                                              [U19]"""
    return start(w) + sign * gradient(alpha, beta) * g + memory(alpha, beta) * last_move(w, w_before)


def _ball_cases(rng):
    for P, label in (
        (4, ""),
        (2, ""),
        (3, "the first step, w_before = w"),
        (5, "gradient 0"),
        (1, "one weight"),
        (6, ""),
    ):
        w = _away(rng, P)
        before = w.copy() if label.startswith("the first") else w + _away(rng, P)
        g = np.zeros(P) if label == "gradient 0" else _away(rng, P)
        yield Case(w, before, g, float(rng.uniform(0.2, 0.6)), float(rng.uniform(0.6, 0.9)), label=label)


_BALL_MISTAKES = catalogue(
    heavy_ball,
    ("uphill", "The gradient is added; it is subtracted.", "U19", dict(sign=1)),
    ("backwards", "The last move is turned round: it led from w_before to w.", "U19", dict(last_move=lambda w, b: b - w)),
    ("weighted", "The gradient has the factor 1 - beta of the moving average; U19 has none.", "E13", dict(gradient=lambda a, b: (1 - b) * a)),
    ("memory_with_alpha", "The last move is multiplied by alpha, too: it was made with alpha once.", "U19", dict(memory=lambda a, b: a * b)),
    ("no_beta", "The last move is not multiplied by beta: it never fades.", "U19", dict(memory=lambda a, b: 1.0)),
    ("no_memory", "The term that moves in the previous direction is missing.", "U19", dict(memory=lambda a, b: 0.0)),
    ("place_for_move", "beta is multiplied by the last place; wanted the last move, w - w_before.", "U19", dict(last_move=lambda w, b: b)),
    ("no_start", "The w to start from is missing: this is the move alone.", "U19", dict(start=lambda w: 0)),
    ("no_alpha", "The step size alpha is missing.", "U19", dict(gradient=lambda a, b: 1.0)),
)  # fmt: skip


def same_path(
    alphas, beta, rate=lambda alpha, beta: (1 - beta) * alpha, memory=lambda beta, now, before: beta * now / before
):
    """The alpha_t and beta_t of the heavy ball that walks the path of a moving average with these rates    alphas: (T,)   [E13, U19, I12]"""
    betas = [beta, *(memory(beta, now, before) for before, now in pairwise(alphas))]
    return rate(alphas, beta), np.array(betas) * np.ones(len(alphas))


def _without_the_first(answer, alphas, beta):
    """The first beta multiplies no move: whatever it is, it is right."""
    came = answer(alphas, beta)
    if not isinstance(came, (tuple, list)) or len(came) != 2:
        return came
    rates, betas = came
    if isinstance(betas, (np.ndarray, list, tuple)) and np.ndim(betas) == 1 and len(betas):
        betas = np.array(betas, dtype=float)
        betas[0] = beta
    return rates, betas


def _path_cases(rng):
    for T, label in ((5, ""), (4, ""), (6, "constant rates"), (7, ""), (1, "one step")):
        alphas = np.full(T, rng.uniform(0.1, 0.5)) if label.startswith("const") else rng.uniform(0.1, 0.5, size=T)
        yield Case(alphas, float(rng.uniform(0.6, 0.9)), label=label)


_PATH_MISTAKES = catalogue(
    same_path,
    ("same_rate", "The rates are left as they are: each gradient enters the average with the weight 1 - beta.", "E13", dict(rate=lambda a, b: a)),
    ("divided", "The rates are divided by 1 - beta: they must be multiplied.", "E13", dict(rate=lambda a, b: a / (1 - b))),
    ("beta_for_rest", "The rates are multiplied by beta; a new gradient has the weight 1 - beta.", "E13", dict(rate=lambda a, b: b * a)),
    ("constant_beta", "beta stays as it is: right for constant rates only. Write the last move with the last rate, and the new one with the new rate.", "E13",
     dict(memory=lambda b, now, before: b)),
    ("ratio_turned", "The ratio of the two rates is turned round: a rate that falls shortens the old move.", "E13",
     dict(memory=lambda b, now, before: b * before / now)),
    ("ratio_alone", "The ratio of the rates stands without beta.", "E13", dict(memory=lambda b, now, before: now / before)),
    ("rest_for_beta", "The old average is kept with the weight beta: 1 - beta stands where beta belongs.", "E13",
     dict(memory=lambda b, now, before: (1 - b) * now / before)),
    ("times_rate", "beta is multiplied by the rate; wanted the ratio of this rate and the one before.", "E13", dict(memory=lambda b, now, before: b * now)),
)  # fmt: skip


# --- a step size for each parameter -------------------------------------------------------------------------------------


def learning_rates(shapes, alpha, multiplier, weights=lambda alpha, m: alpha, biases=lambda alpha, m: alpha * m, n_biases=lambda D, M: M,
                   last=np.concatenate, in_order=lambda W, b: (W, b)):  # fmt: skip
    """alpha for each weight, multiplier alpha for each bias    shapes: [(D, M), ...]   returns (P,)                   [U18, I10]"""
    parts = []
    for D, M in shapes:
        parts += in_order(
            np.full(D * M, weights(alpha, multiplier)), np.full(n_biases(D, M), biases(alpha, multiplier))
        )
    return last(parts)


def _rate_cases(rng):
    for shapes, label in (
        ([(3, 2), (2, 4)], ""),
        ([(5, 3)], "one layer"),
        ([(2, 5), (5, 3), (3, 1)], ""),
        ([(4, 6), (6, 2)], ""),
    ):
        yield Case(shapes, float(rng.uniform(0.1, 0.5)), float(rng.uniform(2, 6)), label=label)


_RATE_MISTAKES = catalogue(
    learning_rates,
    ("weights_too", "The weights have the multiplier as well: it is for the biases only.", "U18", dict(weights=lambda a, m: a * m)),
    ("on_the_weights", "The multiplier is with the weights; it belongs to the biases.", "U18",
     dict(weights=lambda a, m: a * m, biases=lambda a, m: a)),
    ("ignored", "The multiplier is not used.", "U18", dict(biases=lambda a, m: a)),
    ("multiplier_alone", "The biases have the multiplier alone: it is multiplied by alpha.", "U18", dict(biases=lambda a, m: m)),
    ("added", "The multiplier is added to alpha.", "U18", dict(biases=lambda a, m: a + m)),
    ("divided", "alpha is divided by the multiplier: biases take bigger steps.", "U18", dict(biases=lambda a, m: a / m)),
    ("biases_first", "The biases of a layer come before its weights; the order is W, b.", "U18", dict(in_order=lambda W, b: (b, W))),
    ("biases_last", "All biases stand at the end; the order is W, b of the first layer, W, b of the second one, ...", "U18",
     dict(last=lambda parts: np.concatenate([*parts[::2], *parts[1::2]]))),
    ("bias_per_input", "There is one bias for each input; a layer has one for each of its M units.", "U18", dict(n_biases=lambda D, M: D)),
    ("no_biases", "The biases are missing.", "U18", dict(n_biases=lambda D, M: 0)),
    ("one_bias", "Each layer has one bias only; it has one for each of its M units.", "U18", dict(n_biases=lambda D, M: 1)),
)  # fmt: skip


def _plus_eps(S, eps):
    return np.sqrt(S) + eps


def _square(g):
    return g**2


_NO_EPS = "There is no eps: where the gradients have been 0, the step is 0 / 0."
_EPS_INSIDE = "eps stands inside the root; here it is outside. The two differ as soon as the root is not far above eps."
_NO_ROOT = "The root is missing: the gradient is divided by its square."
_OLD_S = "The step is divided by the root of the old S; the new gradient counts already."
_NOT_SQUARED = "S collects the gradients themselves, and opposite ones cancel: each is squared first."
_ABSOLUTE = "S collects absolute values; wanted squares."
_ONE_FOR_ALL = "There is one S for all parameters: each must have its own."
_UPHILL = "The step goes uphill: it is subtracted."
_PLAIN = "The step is not divided by the root of S."


def adagrad(
    theta, S, g, alpha, eps, square=_square, collect=operator.add, root=_plus_eps, seen=lambda S_new, S: S_new, sign=-1
):
    """S' = S + g^2, theta' = theta - alpha g / (sqrt(S') + eps)    theta, S, g: (P,)                                  [U17]"""
    S_new = collect(S, square(g))
    return theta + sign * alpha * g / root(seen(S_new, S), eps), S_new


def _adaptive_cases(*more):
    def cases(rng):
        for P, label, eps in ((3, "", 0.3), (5, "", 0.4), (4, "the first step, S = 0", 0.2), (6, "gradients of exactly 0, S = 0", 1e-8),
                              (2, "gradients of exactly 0, S = 0", 1e-8), (7, "the first step, gradients near eps", 1e-8),
                              (4, "the first step, gradients near eps", 1e-8)):  # fmt: skip
            S, g = rng.uniform(0.2, 2, size=P), _away(rng, P)
            if "S = 0" in label or label.endswith("near eps"):
                S = np.zeros(P)
            if label.startswith("gradients of"):
                g[1:] = 0
            if label.endswith("near eps"):
                g = g * 1e-8
            yield Case(
                _away(rng, P),
                S,
                g,
                float(rng.uniform(0.5, 0.9)),
                *[float(rng.uniform(*bounds)) for bounds in more],
                eps,
                label=label,
            )

    return cases


_ADAPTIVE = (
    ("no_eps", _NO_EPS, "E9", dict(root=lambda S, eps: np.sqrt(S))),
    ("eps_inside", _EPS_INSIDE, "E10", dict(root=lambda S, eps: np.sqrt(S + eps))),
    ("no_root", _NO_ROOT, "U17", dict(root=lambda S, eps: S + eps)),
    ("eps_squared", "eps is squared under the root: the two are added, the root and eps.", "E10", dict(root=lambda S, eps: np.sqrt(S + eps**2))),
    ("old_s", _OLD_S, "U17", dict(seen=lambda new, old: old)),
    ("absolute", _ABSOLUTE, "U17", dict(square=np.abs)),
    ("one_for_all", _ONE_FOR_ALL, "U17", dict(square=lambda g: np.full(len(g), np.sum(g**2)))),
    ("uphill", _UPHILL, "U17", dict(sign=1)),
    ("plain", _PLAIN, "U17", dict(root=lambda S, eps: 1.0)),
)  # fmt: skip

_ADAGRAD_MISTAKES = catalogue(
    adagrad,
    *_ADAPTIVE,
    ("not_squared", _NOT_SQUARED, "U17", dict(square=lambda g: g)),
    ("forgets", "S holds the last gradient only: AdaGrad adds up all of them.", "U17", dict(collect=lambda S, q: q)),
    ("averaged", "S is made an average; AdaGrad adds up and forgets nothing.", "U17", dict(collect=lambda S, q: (S + q) / 2)),
)  # fmt: skip


def rmsprop(theta, S, g, alpha, beta, eps, square=_square, old=lambda beta: beta, new=lambda beta: 1 - beta, root=_plus_eps,
            seen=lambda S_new, S: S_new, sign=-1):  # fmt: skip
    """S' = beta S + (1 - beta) g^2, theta' = theta - alpha g / (sqrt(S') + eps)    theta, S, g: (P,)                  [U17, I13, E9]"""
    S_new = old(beta) * S + new(beta) * square(g)
    return theta + sign * alpha * g / root(seen(S_new, S), eps), S_new


_RMSPROP_MISTAKES = catalogue(
    rmsprop,
    *((key, says, "I13" if see == "U17" else see, slip) for key, says, see, slip in _ADAPTIVE),
    ("not_squared", _NOT_SQUARED, "I13", dict(square=lambda g: g)),
    ("exchanged", "The weights are exchanged: beta belongs to the old S, 1 - beta to the new square.", "I13", dict(old=lambda b: 1 - b, new=lambda b: b)),
    ("not_weighted", "The new square has the weight 1; it has 1 - beta.", "I13", dict(new=lambda b: 1.0)),
    ("adagrad", "S adds up and forgets nothing: this is AdaGrad.", "I13", dict(old=lambda b: 1.0, new=lambda b: 1.0)),
    ("square_of_average", "The weight 1 - beta is squared along with the gradient.", "I13", dict(new=lambda b: (1 - b) ** 2)),
)  # fmt: skip


def adam(theta, v, S, g, t, alpha, beta1, beta2, eps, first=lambda v, beta, t: v / (1 - beta ** (t + 1)),
         second=lambda S, beta, t: S / (1 - beta ** (t + 1)), old=lambda beta: beta, new=lambda beta: 1 - beta, square=_square,
         beta_of_s=lambda beta1, beta2: beta2, root=lambda S, beta, t, eps: np.sqrt(S) + eps, top=lambda v, g: v, sign=-1,
         kept=lambda v, S, v_hat, S_hat: (v, S)):  # fmt: skip
    """v' and S' as moving averages of g and g^2, theta' = theta - alpha vhat / (sqrt(Shat) + eps)    t = 0, 1, ...    [U17, I14, E10]"""
    b2 = beta_of_s(beta1, beta2)
    v_new = old(beta1) * v + new(beta1) * g
    S_new = old(b2) * S + new(b2) * square(g)
    v_hat, S_hat = first(v_new, beta1, t), second(S_new, b2, t)
    theta_new = theta + sign * alpha * top(v_hat, g) / root(S_hat, b2, t, eps)
    return theta_new, *kept(v_new, S_new, v_hat, S_hat)


def _adam_cases(rng):
    for P, t, label, eps in ((3, 4, "", 0.3), (5, 2, "", 0.2), (4, 0, "the first step, t = 0", 0.3), (6, 0, "gradients of exactly 0, t = 0", 1e-8),
                             (2, 0, "gradients of exactly 0, t = 0", 1e-8), (7, 0, "the first step, gradients near eps", 1e-8),
                             (3, 0, "the first step, gradients near eps", 1e-8), (5, 1, "", 0.4)):  # fmt: skip
        v, S, g = _away(rng, P), rng.uniform(0.2, 2, size=P), _away(rng, P)
        if t == 0:
            v, S = np.zeros(P), np.zeros(P)
        if label.startswith("gradients of"):
            g[1:] = 0
        if label.endswith("near eps"):
            g = g * 1e-8
        beta1, beta2 = rng.uniform(0.7, 0.8), rng.uniform(0.9, 0.97)
        yield Case(
            _away(rng, P), v, S, g, t, float(rng.uniform(0.5, 0.9)), float(beta1), float(beta2), eps, label=label
        )


def _as_it_is(average, beta, t):
    return average


def _by_t(average, beta, t):
    return average / np.float64(1 - beta**t)


_ADAM_MISTAKES = catalogue(
    adam,
    ("not_corrected", "The bias correction is missing: in the first steps both averages are too small.", "I14", dict(first=_as_it_is, second=_as_it_is)),
    ("first_not_corrected", "The average of the gradients is not corrected; both are.", "I14", dict(first=_as_it_is)),
    ("second_not_corrected", "The average of the squares is not corrected; both are.", "I14", dict(second=_as_it_is)),
    ("exponent", "The exponent is one too small: counted from t = 0 it is t + 1; as it is, the first step divides by 0.", "I11",
     dict(first=_by_t, second=_by_t)),
    ("eps_inside", "eps stands inside the root, as on the slide; the paper has it outside. They differ as soon as the root is not far above eps.", "E10",
     dict(root=lambda S, b, t, eps: np.sqrt(S + eps))),
    ("eps_uncorrected", "eps is added to the root of S before S is corrected: correct first.", "I14",
     dict(root=lambda S, b, t, eps: np.sqrt(S) + eps / np.sqrt(1 - b ** (t + 1)))),
    ("no_eps", _NO_EPS, "E9", dict(root=lambda S, b, t, eps: np.sqrt(S))),
    ("no_root", _NO_ROOT, "I14", dict(root=lambda S, b, t, eps: S + eps)),
    ("one_beta", "S is averaged with beta1; its own rate is beta2.", "I14", dict(beta_of_s=lambda b1, b2: b1)),
    ("exchanged", "The weights are exchanged: beta belongs to what was, 1 - beta to what is new.", "I14", dict(old=lambda b: 1 - b, new=lambda b: b)),
    ("not_weighted", "What is new has the weight 1; it has 1 - beta.", "I14", dict(new=lambda b: 1.0)),
    ("rmsprop", "Above stands the gradient itself: this is RMSProp; Adam has the average.", "I14", dict(top=lambda v, g: g)),
    ("not_squared", _NOT_SQUARED, "I14", dict(square=lambda g: g)),
    ("uphill", _UPHILL, "I14", dict(sign=1)),
    ("corrected_kept", "The corrected averages come back: keep v' and S' as they are, or the next step corrects them again.", "I14",
     dict(kept=lambda v, S, v_hat, S_hat: (v_hat, S_hat))),
    ("corrected_twice", "The root is taken before the correction: S is corrected, not its root.", "I14",
     dict(second=_as_it_is, root=lambda S, b, t, eps: np.sqrt(S) / (1 - b ** (t + 1)) + eps)),
)  # fmt: skip


EXERCISES = [
    Function(
        id="l05.minibatches",
        title="Mini-batches",
        points=4,
        lectures=("U9", "U20", "I9", "E8"),
        outputs=("batches", "order"),
        reference=minibatches,
        cases=_batch_cases,
        run=_epochs,
        mistakes=_BATCH_MISTAKES,
        hints=(
            "Shuffle the numbers 0 to m - 1 once; then X and y can both be read in this order, and no example loses its y.",
            "Take the first B of them, the next B, and so on. A slice that reaches beyond the end is simply shorter.",
            "rng.permutation(m) gives the order, range(0, m, B) the beginnings of the batches; the end of each is B further on.",
        ),
    ),
    Function(
        id="l05.sgd",
        title="An epoch of stochastic gradient",
        points=3,
        lectures=("U9", "I9", "U10"),
        outputs=("theta",),
        reference=sgd,
        cases=_sgd_cases,
        run=_one_epoch,
        mistakes=_SGD_MISTAKES,
        hints=(
            "One loop over the batches, one step in each.",
            "The next gradient is taken where the last step has led: theta is overwritten in the loop.",
            "gradient(theta, X_b, y_b) is a mean already. Make a new theta in each step instead of changing the array that was given, and return it after the loop.",
        ),
    ),
    Function(
        id="l05.schedules",
        title="Three ways to lower the rate",
        points=3,
        lectures=("U15", "U16", "I10"),
        outputs=("steps", "inverse", "cosine"),
        reference=schedules,
        cases=_schedule_cases,
        mistakes=_SCHEDULE_MISTAKES,
        hints=(
            "All three begin with alpha at t = 0. t is an array, and each formula works on all of it at once.",
            "How many falls have there been by step t? Whole ones only: t // every. Each multiplies the rate by factor.",
            "The cosine falls from 1 to -1 while its angle goes from 0 to pi; add 1 and halve. np.minimum(t, T) stops the clock at T.",
        ),
    ),
    Function(
        id="l05.bottou_step_size",
        title="The Bottou trick",
        points=5,
        lectures=("U16",),
        outputs=("alpha",),
        reference=bottou_step_size,
        cases=_search_cases,
        run=_search,
        mistakes=_SEARCH_MISTAKES,
        hints=(
            "Keep two numbers: the best step size so far, and its error. Try twice the step size; if it is better, it becomes the best, and you try again.",
            "If the first doubling is no better, do the same with halves. The step size that made it worse is never the answer.",
            "Turn nan into float('inf') before you compare. While the best error is inf, go on halving even though inf < inf is False.",
        ),
    ),
    Function(
        id="l05.moving_average",
        title="Moving average with bias correction",
        points=4,
        lectures=("I11",),
        outputs=("v", "w"),
        reference=moving_average,
        cases=_average_cases,
        mistakes=_AVERAGE_MISTAKES,
        hints=(
            "A loop over t that carries v along; before the loop v is 0.",
            "v is made of the old v with the weight beta and the new number with the weight 1 - beta. w is a corrected copy.",
            "What do the weights of all numbers so far add up to? With one number 1 - beta, with two 1 - beta^2: that is what v is divided by.",
        ),
    ),
    Function(
        id="l05.momentum",
        title="Momentum as a moving average",
        points=2,
        lectures=("I12", "I11"),
        outputs=("theta", "v"),
        reference=momentum,
        cases=_momentum_cases,
        mistakes=_MOMENTUM_MISTAKES,
        hints=(
            "Two lines: first the average, then the step.",
            "The average is that of I11, with the gradient g as the new number, and without a correction.",
            "The step is that of gradient descent, with the new average where the gradient stood. Return both, as new arrays.",
        ),
    ),
    Function(
        id="l05.heavy_ball",
        title="Momentum as a heavy ball",
        points=2,
        lectures=("U19",),
        outputs=("w",),
        reference=heavy_ball,
        cases=_ball_cases,
        mistakes=_BALL_MISTAKES,
        hints=(
            "Three terms: where the ball is, what the gradient does, and what is left of the last move.",
            "The last move led from w_before to w. In which order must the two be subtracted?",
            "U19 has the formula; alpha belongs to the gradient alone, beta to the last move alone.",
        ),
    ),
    Function(
        id="l05.same_path",
        title="Two formulas, one path",
        points=3,
        lectures=("E13", "U19", "I12"),
        outputs=("alphas", "betas"),
        reference=same_path,
        cases=_path_cases,
        run=_without_the_first,
        mistakes=_PATH_MISTAKES,
        hints=(
            "Write the move of I12 at step t: it is -alpha_t v_t. Put the formula of v_t into it.",
            "There is v_(t-1) in it. The move before was -alpha_(t-1) v_(t-1): so v_(t-1) is that move, divided by -alpha_(t-1).",
            "Now compare with U19, term by term: what stands before the gradient, and what before the last move? alphas[1:] and alphas[:-1] are each rate and the one before it.",
        ),
    ),
    Function(
        id="l05.adagrad",
        title="AdaGrad",
        points=3,
        lectures=("U17", "I10"),
        outputs=("theta", "S"),
        reference=adagrad,
        cases=_adaptive_cases(),
        mistakes=_ADAGRAD_MISTAKES,
        hints=(
            "Two lines: S grows by the squares of the gradient, element by element; then the step.",
            "The step is alpha g, divided by the root of the new S plus eps. What is it where g and S are 0?",
            "np.sqrt(S) + eps, with eps outside: then a gradient of 0 gives 0 / eps, which is 0.",
        ),
    ),
    Function(
        id="l05.rmsprop",
        title="RMSProp",
        points=3,
        lectures=("U17", "I13", "E9"),
        outputs=("theta", "S"),
        reference=rmsprop,
        cases=_adaptive_cases((0.6, 0.9)),
        mistakes=_RMSPROP_MISTAKES,
        hints=(
            "AdaGrad with one line changed: S is a moving average of the squares.",
            "The old S has the weight beta, the new square 1 - beta. Square the gradient, not the weight.",
            "The slide divides by the root of S alone; add eps to the root, or a parameter without a gradient becomes nan.",
        ),
    ),
    Function(
        id="l05.adam",
        title="Adam",
        points=5,
        lectures=("U17", "I11", "I14", "E10"),
        outputs=("theta", "v", "S"),
        reference=adam,
        cases=_adam_cases,
        mistakes=_ADAM_MISTAKES,
        hints=(
            "Five lines: v', S', the two corrected ones, the step. You have written each of them before.",
            "Each average has its own beta, and is divided by its own 1 - beta^(t+1), since t starts at 0.",
            "The step is alpha times the corrected v, divided by (root of the corrected S, plus eps). Return v' and S' without the correction.",
        ),
    ),
    Function(
        id="l05.learning_rates",
        title="A bigger step for the biases",
        points=3,
        lectures=("U18", "I10"),
        outputs=("rates",),
        reference=learning_rates,
        cases=_rate_cases,
        mistakes=_RATE_MISTAKES,
        hints=(
            "How many weights has a layer of shape (D, M), and how many biases?",
            "Make a list of small arrays, two for each layer, in the order W, b, and join them at the end.",
            "np.full(n, value) gives n equal numbers, np.concatenate(list) joins arrays.",
        ),
    ),
]  # fmt: skip
