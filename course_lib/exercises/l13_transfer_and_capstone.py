"""Lesson 13: what was learned on other data, what it saves, what each trick is worth; and a contest."""

from __future__ import annotations

import numpy as np

from course_lib.data import glyphs
from course_lib.exercises.base import Case, Contest, Function, Mistake, catalogue
from course_lib.layers import Layer
from course_lib.models import metered, summary
from course_lib.training import predict

# --- transfer -----------------------------------------------------------------------------------------------------------


def layer_rates(n, rate, factor, exponent=lambda n: np.arange(n)[::-1], shrink=lambda factor, k: factor**-k):
    """(n,) rates: the last layer's is `rate`, each layer before learns `factor` times slower than the one after it          [I17]"""
    return rate * shrink(float(factor), exponent(n).astype(float))


def _rates_cases(rng):
    for n in (4, 5, 3):
        yield Case(n, float(rng.uniform(0.01, 0.2)), float(rng.uniform(2.2, 4)))


_RATES_MISTAKES = catalogue(
    layer_rates,
    ("first_fastest", "The first layer learns fastest; early layers hold what is general and should move least.", "I17", dict(exponent=lambda n: np.arange(n))),
    ("all_equal", "All layers have the same rate.", "I17", dict(shrink=lambda f, k: np.ones_like(k))),
    ("faster", "Earlier layers learn faster, times the factor; they should learn slower.", "I17", dict(shrink=lambda f, k: f**k)),
    ("linear", "The rates shrink by 1, 1/f, 1/2f, 1/3f; each layer is slower by the factor than the one after it.", "I17", dict(shrink=lambda f, k: 1 / np.where(k > 0, f * k, 1))),
    ("last_slowed", "The last layer is slowed down as well; its rate is the full one.", "I17", dict(exponent=lambda n: np.arange(n)[::-1] + 1)),
    ("two_rates", "There are two rates only: the last layer's, and one for all others.", "I17", dict(exponent=lambda n: (np.arange(n) < n - 1).astype(int))),
    ("root", "The factor between two layers is the root of the one that is wanted.", "I17", dict(shrink=lambda f, k: f ** (-k / 2))),
)  # fmt: skip


def unfrozen(
    step, n, every, learns=lambda layer, n, opened: layer >= n - opened, opened=lambda step, every: 1 + step // every
):
    """(n,) booleans: which layers learn at this step; the last one from the start, one more from above after every `every` steps          [I17]"""
    return learns(np.arange(n), n, opened(step, every))


def _unfrozen_cases(rng):
    for n, every in ((5, 4), (6, 10), (4, 7)):
        middle = int(rng.integers(every + 1, 2 * every - 1))
        for step in (0, every - 1, every, middle, 2 * every, n * every + 3):
            yield Case(step, n, every, label="the first step" if step == 0 else "")


_UNFROZEN_MISTAKES = catalogue(
    unfrozen,
    ("frozen", "The array says which layers are frozen; wanted: which learn.", "I17", dict(learns=lambda layer, n, opened: layer < n - opened)),
    ("from_below", "The first layer is unfrozen first; begin with the last, which is new.", "I17", dict(learns=lambda layer, n, opened: layer < opened)),
    ("none_at_first", "At first no layer learns; the last one learns from the start.", "I17", dict(opened=lambda step, every: step // every)),
    ("two_at_first", "Two layers learn from the start; it is one.", "I17", dict(opened=lambda step, every: 2 + step // every)),
    ("one_at_a_time", "Only the layer that was unfrozen last learns; those above it go on learning.", "I17", dict(learns=lambda layer, n, opened: layer == np.maximum(n - opened, 0))),
    ("every_step", "Another layer is unfrozen at each step; it is one after every so many steps.", "I17", dict(opened=lambda step, every: 1 + step)),
    ("one_step_early", "Each layer is unfrozen one step too early: after every = 4 steps means at step 4, counted from 0.", "I17", dict(opened=lambda step, every: 1 + (step + 1) // every)),
    ("all_at_once", "After the first time all layers learn; they come one by one.", "I17", dict(learns=lambda layer, n, opened: layer >= (n - 1 if opened == 1 else 0))),
)  # fmt: skip


def transfer_step(
    theta,
    grad,
    starts,
    rates,
    own=lambda rates, lengths: np.repeat(rates, lengths),
    sign=-1,
    bounds=lambda starts: starts,
    before=lambda theta: theta,
):
    """theta - rate of the own layer * grad    theta, grad: (P,)   starts: (n,) where each layer begins in theta   rates: (n,), 0 for a frozen one          [I17]"""
    lengths = np.diff([*bounds(np.asarray(starts)), len(theta)])
    return before(theta) + sign * own(np.asarray(rates), lengths) * grad


def _transfer_cases(rng):
    for lengths in ((6, 3, 8, 4), (5, 9, 2), (7, 4, 6, 3, 5)):
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        rates = rng.uniform(0.05, 0.5, size=len(lengths))
        rates[int(rng.integers(1, len(lengths) - 1))] = 0.0
        P = sum(lengths)
        yield Case(rng.normal(size=P), rng.normal(size=P), starts, rates, label="one layer is frozen")


_TRANSFER_MISTAKES = catalogue(
    transfer_step,
    ("uphill", "The step goes uphill: the gradient is subtracted.", "I17", dict(sign=1)),
    ("rates_reversed", "The rates are taken from the last layer to the first.", "I17", dict(own=lambda rates, lengths: np.repeat(rates[::-1], lengths))),
    ("one_rate", "All layers move with the first one's rate.", "I17", dict(own=lambda rates, lengths: rates[0])),
    ("last_rate", "All layers move with the last one's rate.", "I17", dict(own=lambda rates, lengths: rates[-1])),
    ("mean_rate", "All layers move with the mean of the rates.", "I17", dict(own=lambda rates, lengths: rates.mean())),
    ("one_number_late", "Each layer but the first begins one number too late.", "I17", dict(bounds=lambda starts: starts + (np.arange(len(starts)) > 0))),
    ("frozen_moves", "A rate of 0 means frozen: that layer must stay; here it moves with the last one's rate.", "I17", dict(own=lambda rates, lengths: np.repeat(np.where(rates == 0, rates[-1], rates), lengths))),
    ("only_frozen_or_not", "Only frozen or not is looked at: all others move with the last one's rate.", "I17", dict(own=lambda rates, lengths: np.repeat(np.where(rates == 0, 0, rates[-1]), lengths))),
    ("step_alone", "This is the step alone; wanted are the numbers after it.", "I17", dict(before=lambda theta: 0)),
)  # fmt: skip


def training_cost(
    costs,
    frozen,
    weights=lambda costs, frozen: sum(costs[frozen:]),
    errors=lambda costs, frozen: sum(costs[frozen + 1 :]),
    forward=lambda costs, frozen: sum(costs),
):
    """Multiply-adds of one training step for one example, the first `frozen` layers frozen    costs: forward, of each layer          [U6, I17]

    forward through all, dL/dW for those that learn, dL/dx for those that have a learning layer before them
    """
    return forward(costs, frozen) + weights(costs, frozen) + errors(costs, frozen)


def _cost_cases(rng):
    for n, frozen in ((4, 2), (5, 1), (6, 3)):
        yield Case([int(c) for c in rng.integers(100, 900, size=n)], frozen)
    yield Case([int(c) for c in rng.integers(100, 900, size=4)], 0, label="nothing frozen")


_COST_MISTAKES = catalogue(
    training_cost,
    ("frozen_pay", "The frozen layers pay for their gradients as well; nobody needs these.", "I17", dict(weights=lambda c, f: sum(c), errors=lambda c, f: sum(c[1:]))),
    ("error_for_all", "Every layer hands an error down; no layer that learns stands before the first one.", "U6", dict(errors=lambda c, f: sum(c[f:]))),
    ("error_through_frozen", "The error is sent down through the frozen layers; it may stop at the first one that learns.", "I17", dict(errors=lambda c, f: sum(c[1:]))),
    ("forward_alone", "This is forward alone; backward costs as well.", "U6", dict(weights=lambda c, f: 0, errors=lambda c, f: 0)),
    ("no_errors", "The errors are missing: to reach an earlier layer they go through the weights of the later ones.", "U6", dict(errors=lambda c, f: 0)),
    ("no_weights", "The gradients of the weights are missing.", "U6", dict(weights=lambda c, f: 0)),
    ("frozen_skipped", "The frozen layers cost nothing here; forward goes through them still.", "I17", dict(forward=lambda c, f: sum(c[f:]))),
    ("last_frozen", "The last layers are taken as frozen; it is the first ones.", "I17", dict(weights=lambda c, f: sum(c[: len(c) - f]), errors=lambda c, f: sum(c[1 : len(c) - f]))),
)  # fmt: skip

# --- ablation -----------------------------------------------------------------------------------------------------------


def ablation(
    scores,
    difference=lambda scores: scores[0] - scores[1:],
    error=lambda d, scores: d.std(axis=1, ddof=1) / np.sqrt(d.shape[1]),
    mean=lambda d, scores: d.mean(axis=1),
    clear=lambda effect, error: np.abs(effect) > 2 * error,
):
    """Mean loss by leaving each trick out, its standard error, whether it is clear    scores: (R + 1, S), the first row with all tricks; columns share a start          [W23]

    d_rs = scores_0s - scores_rs, effect_r = mean_s d_rs, error_r = std_s d_rs / sqrt(S) (with S - 1), clear: |effect| > 2 error
    """
    d = difference(scores)
    effect, e = mean(d, scores), error(d, scores)
    return effect, e, clear(effect, e)


def _unpaired(d, scores):
    v = scores.var(axis=1, ddof=1) / scores.shape[1]
    return np.sqrt(v[0] + v[1:])


def _ablation_cases(rng):
    for S in (5, 8, 4):
        d = _standard(rng.normal(size=(6, S)))
        d[2] = _standard(rng.permutation([-1.0, *np.ones(S - 1)]))  # one start far below: the median is another number
        e = 1 / np.sqrt(S)  # the standard error of every row
        # clear; harmful; clear with one error, or by the median; likewise, harmful; not at all; clear with a spread over S
        effect = np.array([6.0, -6.0, 1.5 * e, -1.5 * e, 0.1 * e, 0.95 * e])
        start = rng.uniform(0.7, 0.9, size=S)
        yield Case(np.vstack([start, start - 0.01 * (effect[:, None] + d)]))


def _standard(z):
    """Rows of mean 0 and standard deviation 1 (with S - 1)"""
    z = z - z.mean(axis=-1, keepdims=True)
    return z / z.std(axis=-1, ddof=1, keepdims=True)


_ABLATION_MISTAKES = catalogue(
    ablation,
    ("sign", "The effect has the wrong sign: what leaving a trick out costs is the score with all, less the score without it.", "W23", dict(difference=lambda s: s[1:] - s[0])),
    ("unpaired", "The errors of the two means are added. Both runs of a column share their start, so take the differences first.", "W23", dict(error=_unpaired)),
    ("divided_by_s", "The spread is divided by S; with S - 1 the one number that the mean has used up is counted out.", "W23", dict(error=lambda d, s: d.std(axis=1) / np.sqrt(d.shape[1]))),
    ("deviation", "This is the standard deviation of one difference; that of their mean is smaller by sqrt(S).", "W23", dict(error=lambda d, s: d.std(axis=1, ddof=1))),
    ("variance", "The root is missing: this is a variance.", "W23", dict(error=lambda d, s: d.var(axis=1, ddof=1) / d.shape[1])),
    ("by_s", "The standard deviation is divided by S, not by its root.", "W23", dict(error=lambda d, s: d.std(axis=1, ddof=1) / d.shape[1])),
    ("one_error", "Clear is what exceeds two standard errors; here one is enough.", "W23", dict(clear=lambda effect, e: np.abs(effect) > e)),
    ("one_sided", "A trick that harms can be clear as well: the size of the effect counts, not its sign.", "W23", dict(clear=lambda effect, e: effect > 2 * e)),
    ("turned", "Clear and not clear have changed places.", "W23", dict(clear=lambda effect, e: np.abs(effect) <= 2 * e)),
    ("median", "This is the median of the differences; their mean is wanted.", "W23", dict(mean=lambda d, s: np.median(d, axis=1))),
    ("relative", "The effect is divided by the score with all; wanted is the difference itself.", "W23", dict(mean=lambda d, s: d.mean(axis=1) / s[0].mean())),
)  # fmt: skip

# --- the contest --------------------------------------------------------------------------------------------------------

TRAINING, TEST = 600, 1000
NUMBERS, MULTIPLY_ADDS = 6_000, 2e9


def small_glyphs(n, rng):
    """n written digits of 14 x 14 pixels: x (n, 1, 14, 14), t (n,)"""
    x, t = glyphs(n, rng=rng)
    return x.reshape(n, 1, 14, 2, 14, 2).mean(axis=(3, 5)), t


def _draw(rng):
    return *small_glyphs(TRAINING, rng), *small_glyphs(TEST, rng)


def compete(answer, x_train, t_train, x_test):
    """Let it learn; then its guesses for digits that it has never seen, and what it has cost."""
    with metered() as meter:
        net = answer(x_train, t_train)
    if net is None:
        raise ValueError("nothing came back: return the trained network")
    if not isinstance(net, Layer):
        raise TypeError(f"a {type(net).__name__} came back; return the trained network")
    guesses = np.asarray(predict(net, x_test)).argmax(axis=1)
    return guesses, summary(net, x_test.shape[1:]).parameters, int(meter.multiply_adds)


_CAPSTONE_MISTAKES = (
    Mistake("always_the_same", "Every digit gets the same guess: has the loss become nan, or the network never seen a label?", lambda guesses, t: np.all(guesses == guesses[0]), "W23"),
    Mistake("no_better_than_guessing", "That is no better than guessing: has the network been trained, and do pictures and labels belong together?", lambda guesses, t: np.mean(guesses == t) < 0.2, "W23"),
    Mistake("exchanged", "The digits can be told apart, but labels of two classes are exchanged.", lambda guesses, t: _exchanged(guesses, t), "W23"),
)  # fmt: skip


def _exchanged(guesses, t):
    """Whether some class is nearly always taken for one other."""
    return any(np.mean(guesses[t == k] == j) > 0.5 for k in range(10) for j in range(10) if j != k)


EXERCISES = [
    Function(
        id="l13.layer_rates",
        title="Early layers learn slowly",
        points=2,
        lectures=("I17",),
        outputs=("rates",),
        reference=layer_rates,
        cases=_rates_cases,
        mistakes=_RATES_MISTAKES,
        hints=(
            "Write the rates of three layers by hand, the last one first.",
            "Layer l is n - 1 - l layers away from the last.",
            "rate / factor ** np.arange(n)[::-1]",
        ),
    ),
    Function(
        id="l13.unfrozen",
        title="Unfreeze from above",
        points=2,
        lectures=("I17",),
        outputs=("learns",),
        reference=unfrozen,
        cases=_unfrozen_cases,
        mistakes=_UNFROZEN_MISTAKES,
        hints=(
            "How many layers learn at step 0, at step every - 1, at step every?",
            "1 + step // every layers learn, counted from the last.",
            "np.arange(n) >= n - (1 + step // every)",
        ),
    ),
    Function(
        id="l13.transfer_step",
        title="A rate for each layer",
        points=3,
        lectures=("I17",),
        outputs=("theta",),
        reference=transfer_step,
        cases=_transfer_cases,
        mistakes=_TRANSFER_MISTAKES,
        hints=(
            "Layer l owns theta[starts[l] : starts[l + 1]]; the last one goes to the end.",
            "One way: a copy of theta and a loop over the layers. Another: a vector of rates as long as theta.",
            "np.repeat(rates, np.diff([*starts, len(theta)])) is that vector.",
        ),
    ),
    Function(
        id="l13.training_cost",
        title="What freezing saves",
        points=3,
        lectures=("U6", "I17"),
        outputs=("cost",),
        reference=training_cost,
        cases=_cost_cases,
        mistakes=_COST_MISTAKES,
        hints=(
            "Three products for each layer: x W forward, x^T dy for the gradient, dy W^T for the error. Which layers need which?",
            "All layers work forward. Only those that learn need dL/dW. An error has to come out of a layer if one before it learns.",
            "sum(costs) + sum(costs[frozen:]) + sum(costs[frozen + 1:])",
        ),
    ),
    Function(
        id="l13.ablation",
        title="What each trick is worth",
        points=4,
        lectures=("W23",),
        outputs=("effect", "error", "clear"),
        reference=ablation,
        cases=_ablation_cases,
        mistakes=_ABLATION_MISTAKES,
        hints=(
            "Take the differences to the first row before anything else: start by start.",
            "effect is their mean over the starts; its error their standard deviation over sqrt(S).",
            "d = scores[0] - scores[1:]; d.mean(axis=1); d.std(axis=1, ddof=1) / np.sqrt(d.shape[1]); np.abs(effect) > 2 * error.",
        ),
    ),
    Contest(
        id="l13.capstone",
        title="The contest",
        points=10,
        lectures=("W23", "U28"),
        draw=_draw,
        run=compete,
        limits={"numbers": NUMBERS, "multiply_adds": MULTIPLY_ADDS},
        floor=0.70,
        full=0.92,
        mistakes=_CAPSTONE_MISTAKES,
        hints=(
            "Begin with what the lesson has built already: it is within the budget.",
            "Look at the table of the ablation: what helped most there costs hardly any numbers.",
            "A small convolutional network, moved and turned copies of the digits, a rate that falls towards the end.",
        ),
    ),
]
