"""Lesson 08: dropout in training and at test, forward and backward; p is the probability of DROPPING everywhere."""

from __future__ import annotations

from itertools import product

import numpy as np

from course_lib.exercises.base import Case, Function, catalogue


def _uniform(rng, shape, p):
    """Numbers from U(0, 1), some of them on either side of p and of 1 - p"""
    u = rng.uniform(size=shape)
    u.flat[rng.permutation(u.size)[:4]] = [p / 2, (1 + p) / 2, (1 - p) / 2, 1 - p / 2]
    return u


def _p(rng):
    """A probability of dropping for which p, 1 - p and 1 are three different things"""
    return float(rng.choice([rng.uniform(0.2, 0.4), rng.uniform(0.6, 0.8)]))


# --- five meanings of p -------------------------------------------------------------------------------------------------

DECKS = {"W19": "drop", "C12": "drop", "W21": "keep", "L8": "keep", "I5": "keep"}


def dropping(p, deck, meaning=DECKS):
    """The probability of dropping that a deck's p stands for          [E1]"""
    return p if meaning[deck] == "drop" else 1 - p


def _deck_cases(rng):
    for deck in (*DECKS, *DECKS):
        yield Case(_p(rng), deck, label=deck)


def _other(deck):
    """The same with one deck misread"""
    return {**DECKS, deck: "keep" if DECKS[deck] == "drop" else "drop"}


_DECK_MISTAKES = catalogue(
    dropping,
    ("all_drop", "Every deck's p is taken for the probability of dropping; W21's code, L8 and I5 keep a unit with it.", "E1", dict(meaning=dict.fromkeys(DECKS, "drop"))),
    ("all_keep", "Every deck's p is taken for the probability of keeping; W19 and C12 drop with it.", "E1", dict(meaning=dict.fromkeys(DECKS, "keep"))),
    ("turned", "This is the probability of keeping, for all decks.", "E1", dict(meaning={deck: "keep" if what == "drop" else "drop" for deck, what in DECKS.items()})),
    ("code_like_slide", "W19 and W21 are of one lecture and still differ: the slide drops with p, the code keeps with it.", "W21", dict(meaning=_other("W21"))),
    ("slide_like_code", "W19 and W21 are of one lecture and still differ: the slide drops with p, the code keeps with it.", "W19", dict(meaning=_other("W19"))),
    ("c12_kept", "C12 sets a unit to 0 with the probability p.", "C12", dict(meaning=_other("C12"))),
    ("l8_dropped", "L8's p is the probability to retain a unit.", "L8", dict(meaning=_other("L8"))),
    ("i5_dropped", "I5's p, 0.6 to 0.8, is the probability to keep a unit.", "I5", dict(meaning=_other("I5"))),
)  # fmt: skip

# --- vanilla and inverted -----------------------------------------------------------------------------------------------


def vanilla_dropout(h, u, p, keep=lambda u, p: u >= p, train=lambda h, m, p: h * m, test=lambda h, p: (1 - p) * h):
    """Training: h where u >= p, else 0.  Test: (1 - p) h    h, u: (N, M)   returns both          [W20, W21, L8]"""
    return train(h, keep(u, p), p), test(h, p)


def _dropout_cases(rng):
    for N, M in ((4, 6), (3, 8), (5, 7), (6, 4)):
        p = _p(rng)
        yield Case(rng.uniform(0.5, 2, size=(N, M)) * rng.choice([-1, 1], size=(N, M)), _uniform(rng, (N, M), p), p)


KEPT = "The units that should be dropped are kept, and the others dropped: p is the probability of dropping, a unit goes where u < p."
ONE_MASK = "All examples share the mask of the first one; each has its own."


def _first_mask(u, p):
    return np.broadcast_to(u[:1] >= p, u.shape)


_VANILLA_MISTAKES = catalogue(
    vanilla_dropout,
    ("kept_for_dropped", KEPT, "E1", dict(keep=lambda u, p: u < p)),
    ("wrong_end", "Units are dropped where u is large; here it is where u < p.", "W19", dict(keep=lambda u, p: u < 1 - p)),
    ("one_mask", ONE_MASK, "W19", dict(keep=_first_mask)),
    ("test_by_p", "At test this multiplies by the probability of dropping, as W20's sentence says; it takes that of keeping.", "E1", dict(test=lambda h, p: p * h)),
    ("test_unscaled", "At test nothing is scaled; that is right for inverted dropout.", "W20", dict(test=lambda h, p: h)),
    ("test_divided", "At test this divides by the probability of keeping: the sum becomes even larger.", "W20", dict(test=lambda h, p: h / (1 - p))),
    ("train_inverted", "In training the kept units are made larger: that is inverted dropout; the vanilla one scales at test.", "W21", dict(train=lambda h, m, p: h * m / (1 - p))),
    ("train_scaled", "The kept units are made smaller in training; they stay as they are.", "W21", dict(train=lambda h, m, p: h * m * (1 - p))),
    ("no_dropout", "In training nothing is dropped.", "W19", dict(train=lambda h, m, p: h)),
)  # fmt: skip


def inverted_dropout(h, u, p, keep=lambda u, p: u >= p, scale=lambda p: 1 / (1 - p)):
    """m = (u >= p) / (1 - p), y = h m    h, u: (N, M)   returns y, m          [W21, C12]"""
    m = keep(u, p) * scale(p)
    return h * m, m


_INVERTED_MISTAKES = catalogue(
    inverted_dropout,
    ("kept_for_dropped", KEPT, "E1", dict(keep=lambda u, p: u < p)),
    ("wrong_end", "Units are dropped where u is large; here it is where u < p.", "W19", dict(keep=lambda u, p: u < 1 - p)),
    ("one_mask", ONE_MASK, "W19", dict(keep=_first_mask)),
    ("not_scaled", "The kept units are not made larger: E[y] would be (1 - p) h.", "C12", dict(scale=lambda p: 1.0)),
    ("by_p", "The kept units are divided by the probability of dropping; E[y] = h takes that of keeping.", "E1", dict(scale=lambda p: 1 / p)),
    ("multiplied", "The kept units are made smaller: divide by 1 - p.", "C12", dict(scale=lambda p: 1 - p)),
    ("all_as_in_code", "This is W21's code with this p: it keeps where u < p and divides by p. Here p is the probability of dropping.", "E1", dict(keep=lambda u, p: u < p, scale=lambda p: 1 / p)),
    ("root", "The scale is a root: that keeps the square; dropout keeps the mean.", "C12", dict(scale=lambda p: 1 / np.sqrt(1 - p))),
    ("no_dropout", "Nothing is dropped.", "W19", dict(keep=lambda u, p: np.ones_like(u))),
)  # fmt: skip

# --- W21's network ------------------------------------------------------------------------------------------------------


def dropout_gradients(
    X,
    t,
    W1,
    W2,
    W3,
    u1,
    u2,
    p,
    scale=lambda p: 1 / (1 - p),
    back1=lambda d, m: d * m,
    back2=lambda d, m: d * m,
    slope=lambda z: z > 0,
    error=lambda y, t: (y - t) / len(t),
    seen=lambda h, dropped: dropped,
    keep=lambda u, p: u >= p,
):
    """dL/dW1, dL/dW2, dL/dW3 of L = 1/2N sum (y - t)^2, y = drop(relu(drop(relu(X W1)) W2)) W3, inverted, with masks from u1, u2          [W21]"""
    m1, m2 = keep(u1, p) * scale(p), keep(u2, p) * scale(p)
    z1 = X @ W1
    h1 = np.maximum(z1, 0)
    d1 = h1 * m1
    z2 = d1 @ W2
    h2 = np.maximum(z2, 0)
    d2 = h2 * m2
    dy = error(d2 @ W3, t)
    dz2 = back2(dy @ W3.T, m2) * slope(z2)
    dz1 = back1(dz2 @ W2.T, m1) * slope(z1)
    return X.T @ dz1, seen(h1, d1).T @ dz2, seen(h2, d2).T @ dy


def _network_cases(rng):
    for N, (a, b, c, k) in ((12, (3, 7, 5, 2)), (14, (4, 6, 8, 3)), (11, (2, 8, 6, 3))):
        p = float(rng.uniform(0.25, 0.4))
        X, Ws = rng.normal(size=(N, a)), [rng.normal(size=s) for s in ((a, b), (b, c), (c, k))]
        yield Case(X, rng.normal(size=(N, k)), *Ws, _uniform(rng, (N, b), p), _uniform(rng, (N, c), p), p)


_NETWORK_MISTAKES = catalogue(
    dropout_gradients,
    ("no_mask_back", "The masks are missing on the way back: no error comes to a unit that was not there.", "W21", dict(back1=lambda d, m: d, back2=lambda d, m: d)),
    ("no_second_mask_back", "The second mask is missing on the way back.", "W21", dict(back2=lambda d, m: d)),
    ("no_first_mask_back", "The first mask is missing on the way back.", "W21", dict(back1=lambda d, m: d)),
    ("back_unscaled", "On the way back the mask is used without its 1 / (1 - p); it is the same mask, scale and all.", "C12",
     dict(back1=lambda d, m: d * (m > 0), back2=lambda d, m: d * (m > 0))),
    ("not_scaled", "The kept units are not made larger, forward and backward.", "C12", dict(scale=lambda p: 1.0)),
    ("no_relu_back", "The slope of the ReLU is missing on the way back.", "W21", dict(slope=lambda z: 1.0)),
    ("no_mean", "The errors are not divided by N; the loss is a mean.", "E19", dict(error=lambda y, t: y - t)),
    ("before_dropout", "The gradients of W2 and W3 use the activations before dropout; the next layer has seen what was left of them.", "W21", dict(seen=lambda h, dropped: h)),
    ("kept_for_dropped", "Units with u < p are kept; they are the ones to drop.", "E1", dict(keep=lambda u, p: u < p)),
    ("no_dropout", "Nothing is dropped.", "W21", dict(keep=lambda u, p: np.ones_like(u), scale=lambda p: 1.0)),
    ("sign", "The sign of the error is turned: it is y - t.", "C6", dict(error=lambda y, t: (t - y) / len(t))),
)  # fmt: skip

# --- averages over masks ------------------------------------------------------------------------------------------------


def moments(w, h, p, mean=lambda w, h, p: np.sum(w * h), variance=lambda w, h, p: np.sum((w * h) ** 2) * p / (1 - p)):
    """Mean and variance of sum_i w_i h_i m_i under inverted dropout: sum w h, p / (1 - p) sum (w h)^2    w, h: (M,)          [C12]"""
    return mean(w, h, p), variance(w, h, p)


def _moment_cases(rng):
    for M in (4, 6, 3, 5):
        yield Case(rng.uniform(0.3, 2, size=M) * rng.choice([-1, 1], size=M), rng.uniform(0.3, 2, size=M), _p(rng))


_MOMENT_MISTAKES = catalogue(
    moments,
    ("mean_scaled", "The mean is multiplied by 1 - p; inverted dropout keeps it.", "C12", dict(mean=lambda w, h, p: (1 - p) * np.sum(w * h))),
    ("mean_divided", "The mean is divided by 1 - p: only kept units are, and they are 1 - p of all.", "C12", dict(mean=lambda w, h, p: np.sum(w * h) / (1 - p))),
    ("of_vanilla", "The variance is that of vanilla dropout, p (1 - p) a unit; the scale enters as its square.", "C12", dict(variance=lambda w, h, p: np.sum((w * h) ** 2) * p * (1 - p))),
    ("scale_once", "The scale 1 / (1 - p) enters once; the variance takes its square.", "C12", dict(variance=lambda w, h, p: np.sum((w * h) ** 2) * p)),
    ("square_of_sum", "The square of the sum stands for the sum of squares: the units are dropped independently of each other.", "C12", dict(variance=lambda w, h, p: np.sum(w * h) ** 2 * p / (1 - p))),
    ("not_squared", "The terms are not squared.", "C12", dict(variance=lambda w, h, p: np.sum(np.abs(w * h)) * p / (1 - p))),
    ("turned", "p is turned over: with p near 0 hardly anything varies.", "E1", dict(variance=lambda w, h, p: np.sum((w * h) ** 2) * (1 - p) / p)),
    ("standard_deviation", "This is the standard deviation, the root of the variance.", "C12", dict(variance=lambda w, h, p: np.sqrt(np.sum((w * h) ** 2) * p / (1 - p)))),
    ("no_mean_subtracted", "This is the mean square of a unit, without subtracting its mean.", "C12", dict(variance=lambda w, h, p: np.sum((w * h) ** 2) / (1 - p))),
)  # fmt: skip


def all_masks(
    h,
    W,
    v,
    p,
    weight=lambda kept, M, p: (1 - p) ** kept * p ** (M - kept),
    scale=lambda p: 1 - p,
    out=lambda z: np.maximum(z, 0),
    combine=lambda weights, ys: np.sum(weights * ys),
):
    """sum over all masks of P(m) v . relu((h m) W), and v . relu((1 - p) h W)    h: (M,)   W: (M, K)   v: (K,)          [W20]"""
    masks = np.array(list(product((0, 1), repeat=len(h))))
    ys = out((h * masks) @ W) @ v
    weights = weight(masks.sum(axis=1), len(h), p)
    return combine(weights, ys), out(scale(p) * h @ W) @ v


def _mask_cases(rng):
    for M, K in ((4, 3), (5, 2), (3, 6), (6, 4)):
        yield Case(rng.uniform(0.5, 2, size=M), rng.normal(size=(M, K)), rng.uniform(0.5, 1.5, size=K), _p(rng))


_MASK_MISTAKES = catalogue(
    all_masks,
    ("unweighted", "All masks count the same; that is right for p = 1/2 alone. A mask with k units kept has the probability (1 - p)^k p^(M - k).", "W20", dict(weight=lambda kept, M, p: 0.5**M)),
    ("turned", "p and 1 - p are exchanged in the probabilities of the masks.", "E1", dict(weight=lambda kept, M, p: p**kept * (1 - p) ** (M - kept))),
    ("kept_alone", "Only the kept units enter the probability of a mask; those that are dropped have one, too.", "W20", dict(weight=lambda kept, M, p: (1 - p) ** kept)),
    ("dropped_alone", "Only the dropped units enter the probability of a mask.", "W20", dict(weight=lambda kept, M, p: p ** (M - kept))),
    ("scaled_by_p", "The weights are scaled by the probability of dropping, as W20's sentence says; it takes that of keeping.", "E1", dict(scale=lambda p: p)),
    ("not_scaled", "Nothing is scaled: all units are there at once.", "W20", dict(scale=lambda p: 1.0)),
    ("scaled_inverse", "The scale is turned over: without a mask more units are there, so each counts less.", "W20", dict(scale=lambda p: 1 / (1 - p))),
    ("no_relu", "The ReLU is missing.", "W20", dict(out=lambda z: z)),
    ("most_likely", "This is the output under the likeliest mask; wanted the average over all.", "W20", dict(combine=lambda weights, ys: ys[np.argmax(weights)])),
    ("not_normalized", "The sum is divided by the number of masks as well; the probabilities add up to 1 already.", "W20", dict(combine=lambda weights, ys: np.mean(weights * ys))),
)  # fmt: skip


def mc_dropout(
    h,
    W,
    u,
    p,
    keep=lambda u, p: u >= p,
    scale=lambda p: 1 / (1 - p),
    center=lambda ys: ys.mean(axis=0),
    spread=lambda ys: ys.std(axis=0),
    masks=lambda u: u,
):
    """Mean and standard deviation over T passes (h m_t) W, inverted    h: (N, M)   W: (M, K)   u: (T, N, M)   returns (N, K), (N, K)          [C12]"""
    ys = (h * (keep(masks(u), p) * scale(p))) @ W
    return center(ys), spread(ys)


def _mc_cases(rng):
    for T, N, M, K in ((7, 3, 5, 2), (6, 4, 7, 3), (8, 2, 6, 4)):
        p = _p(rng)
        yield Case(rng.normal(size=(N, M)), rng.normal(size=(M, K)), _uniform(rng, (T, N, M), p), p)


_MC_MISTAKES = catalogue(
    mc_dropout,
    ("kept_for_dropped", "Units with u < p are kept; they are the ones to drop.", "E1", dict(keep=lambda u, p: u < p)),
    ("not_scaled", "The kept units are not made larger; these are passes as in training, with inverted dropout.", "C12", dict(scale=lambda p: 1.0)),
    ("one_mask", "Every pass has the first pass's mask, and so nothing spreads.", "C12", dict(masks=lambda u: np.broadcast_to(u[:1], u.shape))),
    ("without_dropout", "The passes go without dropout, as at test; then they are all the same.", "C12", dict(keep=lambda u, p: np.ones_like(u), scale=lambda p: 1.0)),
    ("variance", "This is the variance; the spread is its root.", "C12", dict(spread=lambda ys: ys.var(axis=0))),
    ("ddof", "The squares are divided by T - 1; here it is T.", "C12", dict(spread=lambda ys: ys.std(axis=0, ddof=1))),
    ("standard_error", "This is the standard error of the mean; wanted how far single passes lie apart.", "C12", dict(spread=lambda ys: ys.std(axis=0) / np.sqrt(len(ys)))),
    ("range", "This is the range, largest less smallest.", "C12", dict(spread=lambda ys: np.ptp(ys, axis=0))),
    ("last_pass", "This is the last pass; wanted the mean of all.", "C12", dict(center=lambda ys: ys[-1])),
    ("median", "This is the median; wanted the mean.", "C12", dict(center=lambda ys: np.median(ys, axis=0))),
)  # fmt: skip


def spatial_dropout(
    x, u, p, keep=lambda u, p: u >= p, scale=lambda p: 1 / (1 - p), mask=lambda x, m: m[:, :, None, None]
):
    """x m, m = (u >= p) / (1 - p), one for each channel of each image    x: (N, C, H, W)   u: (N, C)          [L11]"""
    return x * mask(x, keep(u, p) * scale(p))


def _spatial_cases(rng):
    for N, C, H, W in ((3, 4, 2, 5), (4, 6, 3, 2), (2, 5, 4, 3)):
        p = _p(rng)
        yield Case(rng.uniform(0.5, 2, size=(N, C, H, W)), _uniform(rng, (N, C), p), p)


_SPATIAL_MISTAKES = catalogue(
    spatial_dropout,
    ("kept_for_dropped", "Channels with u < p are kept; they are the ones to drop.", "E1", dict(keep=lambda u, p: u < p)),
    ("wrong_end", "Channels are dropped where u is large; here it is where u < p.", "L11", dict(keep=lambda u, p: u < 1 - p)),
    ("not_scaled", "What is kept is not made larger: divide by 1 - p.", "C12", dict(scale=lambda p: 1.0)),
    ("by_p", "What is kept is divided by the probability of dropping; take that of keeping.", "E1", dict(scale=lambda p: 1 / p)),
    ("multiplied", "What is kept is made smaller: divide by 1 - p.", "C12", dict(scale=lambda p: 1 - p)),
    ("same_for_all", "All images lose the channels of the first one; each image has its own.", "L11", dict(mask=lambda x, m: np.broadcast_to(m[:1], m.shape)[:, :, None, None])),
    ("whole_images", "Whole images are dropped: each channel has a number of its own.", "L11", dict(mask=lambda x, m: np.broadcast_to(m[:, :1], m.shape)[:, :, None, None])),
    ("nothing_dropped", "Nothing is dropped; it is only made larger.", "L11", dict(keep=lambda u, p: np.ones_like(u))),
)  # fmt: skip

# --- the exercises ------------------------------------------------------------------------------------------------------

EXERCISES = [
    Function(
        id="l08.dropping",
        title="Five decks, one p",
        points=2,
        lectures=("E1", "W19", "W20", "W21", "C12", "L8", "I5", "U27"),
        outputs=("drop",),
        reference=dropping,
        cases=_deck_cases,
        mistakes=_DECK_MISTAKES,
        hints=(
            "Two of the five decks drop a unit with the probability p, three keep it with p. The table says which.",
            "If p is the probability of keeping, that of dropping is 1 - p.",
            "A dictionary from the deck to the meaning, or one if, will do: W19 and C12 drop with p.",
        ),
    ),
    Function(
        id="l08.vanilla_dropout",
        title="Vanilla dropout",
        points=3,
        lectures=("W19", "W20", "W21", "L8", "E1"),
        outputs=("train", "test"),
        reference=vanilla_dropout,
        cases=_dropout_cases,
        mistakes=_VANILLA_MISTAKES,
        hints=(
            "Which units are there? Compare u with p, element by element.",
            "True and False count as 1 and 0 when you multiply.",
            "Training: h * (u >= p). Test: all units, each times the probability with which it was there.",
        ),
    ),
    Function(
        id="l08.inverted_dropout",
        title="Inverted dropout",
        points=3,
        lectures=("W21", "C12", "E1", "L10"),
        outputs=("y", "m"),
        reference=inverted_dropout,
        cases=_dropout_cases,
        mistakes=_INVERTED_MISTAKES,
        hints=(
            "The scaling moves from test to training: what is kept is made larger, so that the mean is kept.",
            "A unit is kept with the probability 1 - p. By what must it be divided, so that E[y] = h?",
            "m = (u >= p) / (1 - p); y is h times m. Return both: the way back needs m.",
        ),
    ),
    Function(
        id="l08.dropout_gradients",
        title="A training step of W21's network",
        points=6,
        lectures=("W21", "C12"),
        outputs=("dW1", "dW2", "dW3"),
        reference=dropout_gradients,
        cases=_network_cases,
        mistakes=_NETWORK_MISTAKES,
        hints=(
            "Forward, keep every z and what is left of every h after dropout. Your inverted_dropout gives the masks.",
            "Dropout is a multiplication by m, so the error is multiplied by the same m on the way back, before the slope of the ReLU.",
            "dz2 = (dy W3^T) * m2 * (z2 > 0), then dz1 = (dz2 W2^T) * m1 * (z1 > 0). The gradient of a matrix is what came into it, transposed, times the error behind it.",
        ),
    ),
    Function(
        id="l08.moments",
        title="The mean is kept, the spread is not",
        points=3,
        lectures=("C12",),
        outputs=("mean", "variance"),
        reference=moments,
        cases=_moment_cases,
        mistakes=_MOMENT_MISTAKES,
        hints=(
            "The units are dropped independently: means add up, and so do variances.",
            "m is 0 with probability p, else 1 / (1 - p). What are its mean and its variance?",
            "E[m] = 1, E[m^2] = 1 / (1 - p), so Var[m] = p / (1 - p); each unit brings (w h)^2 times it.",
        ),
    ),
    Function(
        id="l08.all_masks",
        title="All masks of a small network",
        points=5,
        lectures=("W20", "L9", "E1"),
        outputs=("average", "scaling"),
        reference=all_masks,
        cases=_mask_cases,
        mistakes=_MASK_MISTAKES,
        hints=(
            "M units have 2^M masks. itertools.product((0, 1), repeat=M) runs through them.",
            "The probability of a mask is a product: 1 - p for each unit that is kept, p for each that is dropped.",
            "Add up probability times v . relu((h * mask) @ W). The scaling is one pass with (1 - p) h.",
        ),
    ),
    Function(
        id="l08.mc_dropout",
        title="Dropout at test, many times",
        points=3,
        lectures=("C12",),
        outputs=("mean", "spread"),
        reference=mc_dropout,
        cases=_mc_cases,
        mistakes=_MC_MISTAKES,
        hints=(
            "The same input goes through T times, each time with a mask of its own.",
            "u has T masks for all examples: NumPy multiplies (N, M) with (T, N, M), and @ works on the last two axes.",
            "ys = (h * (u >= p) / (1 - p)) @ W has the shape (T, N, K); then mean and std over axis 0.",
        ),
    ),
    Function(
        id="l08.spatial_dropout",
        title="Spatial dropout",
        points=3,
        lectures=("L11",),
        outputs=("y",),
        reference=spatial_dropout,
        cases=_spatial_cases,
        mistakes=_SPATIAL_MISTAKES,
        hints=(
            "There is one number of u for each channel of each image: the whole channel is kept or dropped.",
            "The mask of shape (N, C) has to meet x of shape (N, C, H, W).",
            "m[:, :, None, None] adds two axes of length 1; scale as in inverted dropout.",
        ),
    ),
]
