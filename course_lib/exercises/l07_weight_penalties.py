"""Lesson 07: weight penalties, from lambda ||w||^2 and lambda ||w||_1 to the proximal step."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from course_lib.exercises.base import Case, Function, Mistake, catalogue


def _away_from_0(rng, shape, low=0.3, high=2.0):
    """Numbers of both signs, none of them near 0"""
    return rng.choice([-1, 1], size=shape) * rng.uniform(low, high, size=shape)


# --- L2 -----------------------------------------------------------------------------------------------------------------


def l2_penalty(w, alpha, value=lambda w, a: a / 2 * np.sum(w**2), slope=lambda w, a: a * w):
    """alpha/2 ||w||^2 and its gradient alpha w    w: any shape          [W11]"""
    return value(w, alpha), slope(w, alpha)


def _weights(rng):
    for shape, label in (((5,), ""), ((3, 2), "a matrix"), ((4,), ""), ((2, 4), "a matrix"), ((1,), "one weight")):
        yield Case(_away_from_0(rng, shape), rng.uniform(0.2, 0.7), label=label)


_L2_MISTAKES = catalogue(
    l2_penalty,
    ("no_half", "The 1/2 in front of the norm is missing: it cancels the 2 of the square in the gradient.", "W11",
     dict(value=lambda w, a: a * np.sum(w**2), slope=lambda w, a: 2 * a * w)),
    ("no_alpha", "The factor alpha is missing: it says how much the penalty counts.", "W11",
     dict(value=lambda w, a: np.sum(w**2) / 2, slope=lambda w, a: w)),
    ("not_squared", "This is the norm itself; it has to be squared.", "W11",
     dict(value=lambda w, a: a / 2 * np.sqrt(np.sum(w**2)), slope=lambda w, a: a / 2 * w / np.sqrt(np.sum(w**2)))),
    ("absolute", "These are absolute values, the penalty of W13; L2 has squares.", "W13",
     dict(value=lambda w, a: a * np.sum(np.abs(w)), slope=lambda w, a: a * np.sign(w))),
    ("mean", "The squares are averaged; a norm adds them up.", "W11",
     dict(value=lambda w, a: a / 2 * np.mean(w**2), slope=lambda w, a: a * w / w.size)),
    ("sum_first", "The weights are added up before the square is taken: then a weight of -1 and one of 1 would cost nothing.", "W11",
     dict(value=lambda w, a: a / 2 * np.sum(w) ** 2, slope=lambda w, a: a * np.sum(w) * np.ones_like(w))),
    ("half_left", "The 1/2 is still there: the derivative of 1/2 w^2 is w.", "W11", dict(slope=lambda w, a: a / 2 * w)),
    ("downhill", "The sign is turned: the gradient points uphill, away from 0. The minus comes with the update.", "W11",
     dict(slope=lambda w, a: -a * w)),
    ("square_left", "The square is still there: the derivative of w^2 is 2 w.", "W11", dict(slope=lambda w, a: a * w**2)),
)  # fmt: skip


def l2_step(w, dw, alpha, eps, shrink=lambda w, a, e: (1 - e * a) * w, step=lambda dw, a, e: e * dw):
    """(1 - eps alpha) w - eps dJ/dw    w, dw: any shape          [W11, E6]"""
    return shrink(w, alpha, eps) - step(dw, alpha, eps)


def _steps(rng):
    for shape in ((4,), (2, 3), (5,), (3, 4)):
        yield Case(_away_from_0(rng, shape), _away_from_0(rng, shape), rng.uniform(0.2, 0.7), rng.uniform(0.1, 0.4))


_L2_STEP_MISTAKES = catalogue(
    l2_step,
    ("lacks_w", "The same number is taken off every weight, as I4 prints it; what is taken off must be a share of w.", "E6",
     dict(shrink=lambda w, a, e: w - e * a)),
    ("no_eps", "The shrinking lacks the step size: the gradient of the penalty is multiplied by eps like every other.", "W11",
     dict(shrink=lambda w, a, e: (1 - a) * w)),
    ("no_alpha", "The shrinking lacks alpha.", "W11", dict(shrink=lambda w, a, e: (1 - e) * w)),
    ("grows", "The weights grow: the penalty pushes them towards 0.", "W11", dict(shrink=lambda w, a, e: (1 + e * a) * w)),
    ("uphill", "The step goes along the gradient of J, uphill.", "W11", dict(step=lambda dw, a, e: -e * dw)),
    ("all_shrunk", "The step is shrunk as well: the factor belongs to w alone.", "W11",
     dict(step=lambda dw, a, e: (1 - e * a) * e * dw)),
    ("twice", "The shrinking is twice as strong: that fits lambda ||w||^2, without a 1/2.", "E11",
     dict(shrink=lambda w, a, e: (1 - 2 * e * a) * w)),
    ("halved", "The shrinking is half as strong: the 1/2 of the penalty is used up by the derivative of the square.", "W11",
     dict(shrink=lambda w, a, e: (1 - e * a / 2) * w)),
    ("gradient_without_eps", "The gradient of J lacks the step size.", "W11", dict(step=lambda dw, a, e: dw)),
    ("no_penalty", "This is a step on J alone.", "W11", dict(shrink=lambda w, a, e: w)),
)  # fmt: skip


DECKS = ("W11", "L2", "I4")


def same_penalty(
    strength,
    deck,
    m,
    to_alpha=dict(W11=lambda s, m: s, L2=lambda s, m: 2 * s, I4=lambda s, m: s / m),  # noqa: B006
    lam=lambda alpha, m: alpha / 2,
    lam_i=lambda alpha, m: m * alpha,
    order=(0, 1, 2),
):
    """alpha of alpha/2 ||w||^2, lambda of lambda ||w||^2, lambda' of lambda'/2m ||w||^2: alpha = 2 lambda = lambda'/m          [E11, W11, L2, I4]"""
    alpha = to_alpha[deck](strength, m)
    found = alpha, lam(alpha, m), lam_i(alpha, m)
    return tuple(found[i] for i in order)


def _scalings(rng):
    ms = iter(rng.permutation(np.arange(3, 60)))
    for deck in (*DECKS, *DECKS[::-1]):
        yield Case(float(rng.uniform(0.2, 5)), deck, int(next(ms)), label=f"a strength from {deck}")


def _to_alpha(w11=1.0, l2=2.0, i4=lambda m: 1 / m):
    return dict(W11=lambda s, m: w11 * s, L2=lambda s, m: l2 * s, I4=lambda s, m: i4(m) * s)


_SCALING_MISTAKES = catalogue(
    same_penalty,
    ("two_turned", "The 2 between W11 and L2 is on the wrong side: the penalty that already has a 1/2 needs the larger factor.", "E11",
     dict(to_alpha=_to_alpha(l2=0.5), lam=lambda alpha, m: 2 * alpha)),
    ("no_two", "W11 has a 1/2 in front of the norm, L2 has none.", "E11", dict(to_alpha=_to_alpha(l2=1), lam=lambda alpha, m: alpha)),
    ("m_turned", "The m is on the wrong side: I4 divides its lambda by m.", "E11",
     dict(to_alpha=_to_alpha(i4=lambda m: m), lam_i=lambda alpha, m: alpha / m)),
    ("no_m", "The m is missing: I4 divides its lambda by the number of examples.", "E11",
     dict(to_alpha=_to_alpha(i4=lambda m: 1), lam_i=lambda alpha, m: alpha)),
    ("no_half_in_i4", "I4 has a 2 below its lambda as well: lambda/2m.", "E11",
     dict(to_alpha=_to_alpha(i4=lambda m: 2 / m), lam_i=lambda alpha, m: m * alpha / 2)),
    ("two_for_i4", "There is a 2 too many between W11 and I4: both have a 1/2 in front of the norm.", "E11",
     dict(to_alpha=_to_alpha(i4=lambda m: 1 / (2 * m)), lam_i=lambda alpha, m: 2 * m * alpha)),
    ("always_w11", "The strength is taken for W11's alpha, whatever the deck.", "E11", dict(to_alpha=_to_alpha(l2=1, i4=lambda m: 1))),
    ("exchanged", "Two of the numbers have changed places: first W11's alpha, then L2's lambda, then I4's.", "E11",
     dict(order=(1, 0, 2))),
)  # fmt: skip

# --- E(w) of L3 -----------------------------------------------------------------------------------------------------------


def _right_root(a, b, c):
    """The larger root of a u^2 + b u + c, where the slope turns from falling to rising"""
    with np.errstate(invalid="ignore"):
        return (-b + np.sqrt(b**2 - 4 * a * c)) / (2 * a)


def optimum_l2(lam):
    """Where E(w) = (w-1)^2 + 1/6 (w-1)^3 + lambda w^2 has its minimum    lam: (K,)          [L3]"""
    return 3 / (1 + 2 * lam + 2 * np.sqrt(lam**2 + lam + 1))  # = -1 - 2 lambda + 2 sqrt(...), without the subtraction


def _of_slope(lam, a=0.5, b=lambda v: 2 + 2 * v, c=lambda v: 2 * v, back=1.0, last=lambda w: w):
    """The same from a slip in E'(1 + u) = a u^2 + b u + c, or in what becomes of u"""
    return last(back + _right_root(a, b(lam), c(lam)))


def _lambdas(rng):
    for K in (4, 6, 3):
        yield Case(np.sort(rng.uniform(0.1, 4, size=K)))
    yield Case(np.array([0.0, *rng.uniform(0.5, 2, size=4)]), label="lambda = 0")
    yield Case(rng.uniform(20, 90, size=2), label="a large lambda")


_SLOPE_MISTAKES = catalogue(
    _of_slope,
    ("not_moved_back", "This is w - 1, not w.", "L3", dict(back=0.0)),
    ("no_two", "The derivative of lambda w^2 is 2 lambda w; here it is lambda w.", "L3", dict(b=lambda v: 2 + v, c=lambda v: v)),
    ("penalty_at_1", "The penalty pulls towards 1 here: it must not move with w - 1.", "L3", dict(c=lambda v: 0 * v)),
    ("no_cubic", "The cubic term is left out.", "L3", dict(a=1e-9)),
    ("three_forgotten", "The derivative of (w - 1)^3 is 3 (w - 1)^2; the 3 is missing.", "L3", dict(a=1 / 6)),
    ("sixth_forgotten", "The 1/6 in front of the cubic term is missing.", "L3", dict(a=3.0)),
    ("penalty_is_l1", "This is the optimum under lambda |w|; here the penalty is lambda w^2.", "L6",
     dict(b=lambda v: 2 + 0 * v, c=lambda v: v, last=lambda w: np.maximum(np.nan_to_num(w), 0))),
)  # fmt: skip


def _value_of_e(lam):
    w = optimum_l2(lam)
    return (w - 1) ** 2 + (w - 1) ** 3 / 6 + lam * w**2


def _other_root(lam):
    """Where E has its maximum"""
    return -1 - 2 * lam - 2 * np.sqrt(lam**2 + lam + 1)


_OPTIMUM_L2_MISTAKES = (
    *_SLOPE_MISTAKES,
    Mistake("value_of_e", "This is E at its minimum; wanted the w where it is.", _value_of_e, "L3"),
    Mistake(
        "other_root",
        "This is the other root of the slope: there E has a maximum, behind which it falls for ever.",
        _other_root,
        "L3",
    ),
)

# --- ridge regression -----------------------------------------------------------------------------------------------------


def ridge(
    X,
    y,
    lam,
    center=lambda X: X.mean(axis=0),
    strength=lambda lam, m: m * lam,
    added=np.eye,
    bias=lambda X, y, w: y.mean() - X.mean(axis=0) @ w,
):
    """argmin 1/m ||X w + b - y||^2 + lambda w^T w, b free    X: (m, D)   y: (m,)   returns w: (D,), b          [I3, E11]"""
    m, D = X.shape
    Xc, yc = X - center(X), y - center(y)
    A = Xc.T @ Xc + strength(lam, m) * added(D)
    w = np.linalg.lstsq(A, Xc.T @ yc, rcond=None)[0]
    return w, bias(X, y, w)


def _penalised_bias(X, y, lam):
    wide = np.column_stack([X, np.ones(len(X))])
    both = np.linalg.solve(wide.T @ wide + len(X) * lam * np.eye(wide.shape[1]), wide.T @ y)
    return both[:-1], both[-1]


def _ridge_cases(rng):
    for (m, D), label in (((7, 2), ""), ((9, 3), ""), ((6, 4), ""), ((4, 5), "fewer examples than weights")):
        X = rng.normal(size=(m, D)) + rng.uniform(0.5, 1.5, size=D)
        yield Case(
            X,
            X @ _away_from_0(rng, D) + rng.uniform(2, 3) + 0.3 * rng.normal(size=m),
            rng.uniform(0.1, 0.5),
            label=label,
        )


_RIDGE_MISTAKES = (
    *catalogue(
        ridge,
        ("no_m", "The m is missing: the error is a mean, the penalty is not, so lambda meets m times the identity.", "I3",
         dict(strength=lambda lam, m: lam)),
        ("divided_by_m", "Lambda is divided by m; that is I4's scaling. With the mean of the squares, it is multiplied.", "E11",
         dict(strength=lambda lam, m: lam / m)),
        ("sign", "The penalty is subtracted.", "I3", dict(strength=lambda lam, m: -m * lam)),
        ("no_penalty", "This is least squares without a penalty.", "I3", dict(strength=lambda lam, m: 0.0)),
        ("every_entry", "Lambda is added to every entry of the matrix; it belongs on the diagonal.", "I3",
         dict(added=lambda D: np.ones((D, D)))),
        ("twice", "The penalty is twice as strong: no 1/2 stands before the mean of the squares.", "I3",
         dict(strength=lambda lam, m: 2 * m * lam)),
        ("not_centered", "The w is that of a fit without b: subtract the mean from every column of X and from y first.", "I3",
         dict(center=lambda a: 0.0 * a[0])),
        ("not_centered", "The w is that of a fit without b: subtract the mean from every column of X and from y first.", "I3",
         dict(center=lambda a: 0.0 * a[0], bias=lambda X, y, w: 0.0)),
        ("mean_of_y", "The bias is the mean of y alone: that is right only where every column of X has the mean 0.", "I3",
         dict(bias=lambda X, y, w: y.mean())),
    ),
    Mistake("bias_penalised", "The bias is penalised, too, as in I4; here it is free.", _penalised_bias, "E11"),
)  # fmt: skip

# --- L1 -----------------------------------------------------------------------------------------------------------------


def l1_penalty(w, alpha, value=lambda w, a: a * np.sum(np.abs(w)), slope=lambda w, a: a * np.sign(w)):
    """alpha ||w||_1 and its subgradient alpha sign(w), 0 at 0    w: any shape          [W13]"""
    return value(w, alpha), slope(w, alpha)


def _sparse_weights(rng):
    for case in _weights(rng):
        w, alpha = case.args
        if w.size > 1:
            w.flat[rng.integers(w.size)] = 0.0
        yield Case(w, alpha, label="a weight that is 0" if w.size > 1 else "one weight")


_L1_MISTAKES = catalogue(
    l1_penalty,
    ("no_alpha", "The factor alpha is missing.", "W13",
     dict(value=lambda w, a: np.sum(np.abs(w)), slope=lambda w, a: np.sign(w))),
    ("not_absolute", "The weights are added up with their signs: then negative ones would earn something.", "W13",
     dict(value=lambda w, a: a * np.sum(w), slope=lambda w, a: a * np.ones_like(w))),
    ("mean", "The absolute values are averaged; a norm adds them up.", "W13",
     dict(value=lambda w, a: a * np.mean(np.abs(w)), slope=lambda w, a: a * np.sign(w) / w.size)),
    ("half", "There is a 1/2: it belongs to L2, where it cancels the 2 of the square.", "W13",
     dict(value=lambda w, a: a / 2 * np.sum(np.abs(w)), slope=lambda w, a: a / 2 * np.sign(w))),
    ("squared", "These are squares, the penalty of W11; L1 has absolute values.", "W11",
     dict(value=lambda w, a: a / 2 * np.sum(w**2), slope=lambda w, a: a * w)),
    ("euclidean", "This is the length of w, the root of the sum of squares; L1 adds up absolute values.", "W13",
     dict(value=lambda w, a: a * np.sqrt(np.sum(w**2)), slope=lambda w, a: a * w / np.sqrt(np.sum(w**2)))),
    ("absolute_gradient", "This is alpha |w|; the slope of |w| is 1 or -1, however large w is.", "W13",
     dict(slope=lambda w, a: a * np.abs(w))),
    ("downhill", "The sign is turned: the gradient points uphill, away from 0.", "W13", dict(slope=lambda w, a: -a * np.sign(w))),
    ("pushed_at_0", "A weight that is 0 is pushed: its subgradient is 0 here, for sign(0) = 0.", "W13",
     dict(slope=lambda w, a: a * np.where(w >= 0, 1, -1))),
    ("pushed_at_0", "A weight that is 0 is pushed: its subgradient is 0 here, for sign(0) = 0.", "W13",
     dict(slope=lambda w, a: a * np.where(w > 0, 1, -1))),
    ("zero_by_zero", "This is w / |w|, which is 0 / 0 for a weight that is 0.", "W13", dict(slope=lambda w, a: a * w / np.abs(w))),
)  # fmt: skip


def optimum_l1(lam, a=0.5, b=2.0, c=lambda v: v, back=1.0, stop=lambda w, lam: np.where(lam < 1.5, w, 0)):
    """Where E(w) = (w-1)^2 + 1/6 (w-1)^3 + lambda |w| has its minimum: exactly 0 from lambda = 3/2 on    lam: (K,)          [L4, L6]"""
    return stop(back + _right_root(a, b, c(lam)), lam)


def _above_0(w, lam):
    return np.maximum(np.nan_to_num(w), 0)


def _lambdas_l1(rng):
    for K in (4, 6, 3):
        yield Case(np.concatenate([rng.uniform(0.2, 0.9, size=K - 2), [rng.uniform(1.1, 1.4), rng.uniform(1.6, 1.95)]]))
    yield Case(np.array([0.0, 1.5, rng.uniform(0.5, 1), rng.uniform(1.6, 1.9), 1.0]), label="the border")
    yield Case(np.array([rng.uniform(0.2, 0.9), *rng.uniform(2.5, 9, size=6)]), label="a large lambda")


_OPTIMUM_L1_MISTAKES = (
    *catalogue(
        optimum_l1,
        *(
            ("not_stopped", "The formula goes on behind 0: there |w| has another slope. The optimum stays at 0.", "L4", dict(stop=stop))
            for stop in (
                lambda w, lam: w,
                lambda w, lam: np.where(lam <= 2, w, -1.0),
                lambda w, lam: np.where(lam <= 2, w, 0.0),
            )
        ),
        ("not_moved_back", "This is w - 1, not w.", "L6", dict(back=0.0)),
        ("two", "The slope of lambda |w| is lambda, not 2 lambda.", "L6", dict(c=lambda v: 2 * v, stop=_above_0)),
        ("no_cubic", "The cubic term is left out.", "L6", dict(a=1e-9, stop=_above_0)),
        ("three_forgotten", "The derivative of (w - 1)^3 is 3 (w - 1)^2; the 3 is missing.", "L6", dict(a=1 / 6, stop=_above_0)),
        ("away", "The penalty pushes away from 0: where w is above 0, lambda is added to the slope.", "L6",
         dict(c=lambda v: -v)),
        ("away", "The penalty pushes away from 0: where w is above 0, lambda is added to the slope.", "L6",
         dict(c=lambda v: -v, stop=lambda w, lam: w)),
        ("too_early", "It is 0 too early: from which lambda on is the slope of E at 0 too weak?", "L4",
         dict(stop=lambda w, lam: np.where(lam < 1, w, 0))),
    ),
    Mistake("penalty_is_l2", "This is the optimum under lambda w^2, which is never exactly 0.", optimum_l2, "L3"),
)  # fmt: skip


def exactly_zero(slope, lam, rule=lambda g, v: np.abs(g) <= v):
    """Which weights stay at 0: where |dE/dw_d| at w_d = 0 is at most lambda    slope: (D,)   returns (D,) of True and False          [L4]"""
    return rule(slope, lam)


def _slopes(rng):
    for D in (11, 9, 14, 10):
        lam = float(rng.choice([rng.uniform(0.3, 0.6), rng.uniform(1.7, 3)]))
        slope = lam * rng.choice([0.2, 0.7, 0.8, 1.2, 1.3, 1.6, 2.5], size=D) * rng.choice([-1, 1], size=D)
        slope[rng.permutation(D)[:2]] = lam * np.array([1, -1])
        yield Case(slope, lam, label="slopes of exactly lambda among them")


_ZERO_MISTAKES = catalogue(
    exactly_zero,
    ("no_absolute", "A slope far below 0 counts as small here: the absolute value is missing.", "L4", dict(rule=lambda g, v: g <= v)),
    ("border", "A slope of exactly lambda is just held: there the optimum is 0, too.", "L4", dict(rule=lambda g, v: np.abs(g) < v)),
    ("turned", "These are the weights that move away from 0.", "L4", dict(rule=lambda g, v: np.abs(g) > v)),
    ("turned", "These are the weights that move away from 0.", "L4", dict(rule=lambda g, v: np.abs(g) >= v)),
    ("squared", "The slope is squared: compare the slope itself with lambda.", "L4", dict(rule=lambda g, v: g**2 <= v)),
    ("twice", "This compares with 2 lambda: the slope of lambda |w| is lambda.", "L4", dict(rule=lambda g, v: np.abs(g) <= 2 * v)),
    ("halved", "This compares with lambda / 2: the slope of lambda |w| is lambda.", "L4", dict(rule=lambda g, v: np.abs(g) <= v / 2)),
    ("slope_is_zero", "The slope need not be 0: the penalty holds weights against a slope.", "L4",
     dict(rule=lambda g, v: np.isclose(g, 0))),
    ("all_at_once", "There is one answer for all weights; each has its own.", "L4",
     dict(rule=lambda g, v: np.all(np.abs(g) <= v))),
)  # fmt: skip

# --- overshoot and the proximal step --------------------------------------------------------------------------------------


def plain_l1_step(
    w,
    g,
    eta,
    lam,
    step=lambda w, g, eta: w - eta * g,
    pull=lambda w, v, lam, eta: lam * np.sign(v),
    over=lambda w, v, new: v * new < 0,
):
    """w' = w - eta g, w_new = w' - lambda sign(w'), and where w_new lies strictly beyond 0    w, g: (D,)          [L5]"""
    v = step(w, g, eta)
    new = v - pull(w, v, lam, eta)
    return new, over(w, v, new)


def _l1_steps(rng):
    for D in (8, 10, 7, 12, 9, 11):
        w, g = _away_from_0(rng, D, 0.05, 1.2), _away_from_0(rng, D, 0.3, 6)
        eta, lam = rng.uniform(0.2, 0.4), rng.uniform(0.5, 0.8)
        w[:3], g[:3] = [0, lam, -lam], 0  # stays at 0; lands on 0 from both sides
        order = rng.permutation(D)
        yield Case(w[order], g[order], eta, lam, label="weights that land on 0 among them")


_PLAIN_MISTAKES = catalogue(
    plain_l1_step,
    ("old_sign", "The sign is that of w, before the step; the second form of L5 takes it after the step, of w'.", "L5",
     dict(pull=lambda w, v, lam, eta: lam * np.sign(w))),
    ("eta_too", "Lambda is multiplied by eta: in W13 it is, in L5 it is not.", "E12", dict(pull=lambda w, v, lam, eta: eta * lam * np.sign(v))),
    ("uphill", "The step goes along the gradient, uphill.", "L5", dict(step=lambda w, g, eta: w + eta * g)),
    ("no_eta", "The gradient lacks the learning rate.", "L5", dict(step=lambda w, g, eta: w - g)),
    ("no_sign", "Lambda is taken off whatever the sign: a negative weight moves away from 0.", "L5",
     dict(pull=lambda w, v, lam, eta: lam)),
    ("away", "The weights are pushed away from 0: the pull is subtracted.", "L5", dict(pull=lambda w, v, lam, eta: -lam * np.sign(v))),
    ("shrunk", "The pull is a share of the weight, as in L2; here every weight gets the same.", "W13",
     dict(pull=lambda w, v, lam, eta: lam * v)),
    ("stopped", "This one stops at 0, which is the next exercise; here the step may overshoot.", "L5",
     dict(pull=lambda w, v, lam, eta: np.minimum(lam, np.abs(v)) * np.sign(v))),
    ("landed", "A weight that lands on 0, or stays there, does not count: it has to be strictly on the other side.", "L5",
     dict(over=lambda w, v, new: v * new <= 0)),
    ("landed", "A weight that lands on 0, or stays there, does not count: it has to be strictly on the other side.", "L5",
     dict(over=lambda w, v, new: np.sign(v) != np.sign(new))),
    ("against_w", "This compares with w; the two sides of L5 are those of w' and of the new weight.", "L5",
     dict(over=lambda w, v, new: w * new < 0)),
)  # fmt: skip


def prox_l1(w, step, rule=lambda w, s: w - np.minimum(s, np.abs(w)) * np.sign(w)):
    """w - min(step, |w|) sign(w)    w: any shape          [L5]"""
    return rule(w, step)


def _prox_cases(rng):
    for shape, label in (((6,), ""), ((3, 4), "a matrix"), ((7,), ""), ((5, 2), "a matrix")):
        step = rng.uniform(0.5, 0.8)
        w = step * rng.choice([0.3, 0.6, 1.5, 2.5, 4.0], size=shape) * rng.choice([-1, 1], size=shape)
        w.flat[0] = 0.0
        yield Case(w, step, label=label)
    yield Case(rng.uniform(-1, 1, size=4), 1.5, label="a step longer than every weight")
    yield Case(np.array([1000.0, -1000.0, 0.5]), 2.0, label="weights of +-1000")


_PROX_MISTAKES = catalogue(
    prox_l1,
    ("overshoots", "Weights shorter than the step come out on the other side of 0: the step must not be longer than |w|.", "L5",
     dict(rule=lambda w, s: w - s * np.sign(w))),
    ("hard", "The large weights have kept their length: all are shortened by the same.", "L5",
     dict(rule=lambda w, s: np.where(np.abs(w) > s, w, 0))),
    ("what_is_taken_off", "This is what should be taken off w.", "L5", dict(rule=lambda w, s: np.clip(w, -s, s))),
    ("no_sign", "The sign is missing: a negative weight has something taken off and grows.", "L5",
     dict(rule=lambda w, s: w - np.minimum(s, np.abs(w)))),
    ("positive_only", "All negative weights have become 0.", "L5", dict(rule=lambda w, s: np.maximum(w - s, 0))),
    ("length_only", "These are the lengths: the signs of the weights are lost.", "L5", dict(rule=lambda w, s: np.maximum(np.abs(w) - s, 0))),
    ("max", "The longer of step and |w| is taken; it must be the shorter one.", "L5",
     dict(rule=lambda w, s: w - np.maximum(s, np.abs(w)) * np.sign(w))),
    ("no_absolute", "The step is compared with w; compare it with |w|.", "L5", dict(rule=lambda w, s: w - np.minimum(s, w) * np.sign(w))),
    ("away", "The weights are pushed away from 0.", "L5", dict(rule=lambda w, s: w + np.minimum(s, np.abs(w)) * np.sign(w))),
    ("prox_of_l2", "This shrinks by a factor: the proximal step of L2, which never reaches 0.", "L5", dict(rule=lambda w, s: w / (1 + s))),
)  # fmt: skip


def proximal_step(w, g, eta, alpha, rule=lambda w, g, eta, a: prox_l1(w - eta * g, eta * a)):
    """prox of eta alpha ||w||_1 after w - eta g: W13's alpha, so L5's lambda is eta alpha    w, g: any shape          [L5, W13, E12]"""
    return rule(w, g, eta, alpha)


def _proximal_cases(rng):
    for shape in ((6,), (3, 4), (9,), (5, 2)):
        eta, alpha = rng.uniform(0.2, 0.5), rng.uniform(1.5, 2.5)
        w = eta * alpha * rng.choice([0.5, 0.9, 1.4, 2.5], size=shape) * rng.choice([-1, 1], size=shape)
        yield Case(w, _away_from_0(rng, shape, 0.2, 3), eta, alpha)


_PROXIMAL_MISTAKES = catalogue(
    proximal_step,
    ("eta_missing", "The penalty's step lacks the learning rate: W13's alpha stands inside the gradient, so eta alpha is L5's lambda.", "E12",
     dict(rule=lambda w, g, eta, a: prox_l1(w - eta * g, a))),
    ("alpha_missing", "The penalty's step lacks alpha.", "E12", dict(rule=lambda w, g, eta, a: prox_l1(w - eta * g, eta))),
    ("eta_twice", "Eta is in the penalty's step twice.", "E12", dict(rule=lambda w, g, eta, a: prox_l1(w - eta * g, eta**2 * a))),
    ("divided", "Alpha is divided by eta; it is multiplied.", "E12", dict(rule=lambda w, g, eta, a: prox_l1(w - eta * g, a / eta))),
    ("prox_first", "The gradient comes after the penalty here: then no weight ends at 0.", "L5",
     dict(rule=lambda w, g, eta, a: prox_l1(w, eta * a) - eta * g)),
    ("no_gradient", "The step against the gradient is missing.", "L5", dict(rule=lambda w, g, eta, a: prox_l1(w, eta * a))),
    ("uphill", "The step goes along the gradient, uphill.", "L5", dict(rule=lambda w, g, eta, a: prox_l1(w + eta * g, eta * a))),
    ("no_eta", "The gradient lacks the learning rate.", "L5", dict(rule=lambda w, g, eta, a: prox_l1(w - g, eta * a))),
    ("not_stopped", "This step overshoots: it must stop at 0.", "L5",
     dict(rule=lambda w, g, eta, a: w - eta * g - eta * a * np.sign(w - eta * g))),
    ("subgradient", "This is W13's step along the subgradient, which overshoots: it must stop at 0.", "W13",
     dict(rule=lambda w, g, eta, a: w - eta * (g + a * np.sign(w)))),
    ("both", "The subgradient of the penalty is in the gradient step already, and then the penalty comes once more.", "L5",
     dict(rule=lambda w, g, eta, a: prox_l1(w - eta * (g + a * np.sign(w)), eta * a))),
)  # fmt: skip

# --- from the prior to the penalty ------------------------------------------------------------------------------------------


def prior_lambdas(variance, gauss=lambda v: 1 / (2 * v), laplace=lambda v: np.sqrt(2 / v)):
    """lambda of lambda w^2 for a Gaussian prior, and of lambda |w| for a Laplace prior of the same variance    variance: (K,)          [L1, L2, L4]"""
    return gauss(variance), laplace(variance)


def _variances(rng):
    for K in (3, 5, 4):
        yield Case(rng.uniform(0.05, 0.4, size=K))
    yield Case(rng.uniform(2, 40, size=2), label="wide priors")


_PRIOR_MISTAKES = catalogue(
    prior_lambdas,
    ("no_two", "The 2 of the Gaussian's exponent is missing: this is W11's alpha.", "L2", dict(gauss=lambda v: 1 / v)),
    ("turned", "This grows with the variance: a narrow prior is the strong one.", "L2",
     dict(gauss=lambda v: v / 2, laplace=lambda v: np.sqrt(v / 2))),
    ("turned", "This grows with the variance: a narrow prior is the strong one.", "L2", dict(gauss=lambda v: 2 * v, laplace=lambda v: v)),
    ("squared_again", "The variance is squared again; it is sigma^2 already.", "L2",
     dict(gauss=lambda v: 1 / (2 * v**2), laplace=lambda v: np.sqrt(2) / v)),
    ("root", "The root of the variance stands where the variance belongs.", "L2", dict(gauss=lambda v: 1 / (2 * np.sqrt(v)))),
    ("variance_is_b", "The variance is taken for the Laplace prior's scale b.", "L4", dict(laplace=lambda v: 1 / v)),
    ("deviation_is_b", "The standard deviation is taken for b, but a Laplace prior of scale b has the variance 2 b^2.", "L4",
     dict(laplace=lambda v: 1 / np.sqrt(v))),
    ("two_turned", "The 2 is on the wrong side: the variance is 2 b^2.", "L4", dict(laplace=lambda v: 1 / np.sqrt(2 * v))),
    ("no_root", "The root is missing: this is 1 / b^2.", "L4", dict(laplace=lambda v: 2 / v)),
)  # fmt: skip

# --- networks -------------------------------------------------------------------------------------------------------------


def layer_penalty(
    layers,
    lams,
    norm=lambda W: np.sum(W**2),
    half=0.5,
    slope=lambda W, v: v * W,
    factors=lambda lams: lams,
    of_bias=lambda b: 0.0,
):
    """sum_l lambda_l / 2 ||W_l||_F^2 and its gradients lambda_l W_l, biases free    layers: [(W, b), ...]   lams: one per layer          [U25, E11]"""
    factors = factors(lams)
    value = sum(half * v * (norm(W) + of_bias(b)) for (W, b), v in zip(layers, factors, strict=True))
    return value, [slope(W, v) for (W, b), v in zip(layers, factors, strict=True)]


def _layer_cases(rng):
    for sizes in ((3, 5, 2), (4, 2, 6, 3), (2, 7, 4), (5, 3)):
        layers = [(_away_from_0(rng, (n, k)), _away_from_0(rng, k)) for n, k in pairwise(sizes)]
        yield Case(layers, list(map(float, rng.permutation(len(layers)) + rng.uniform(0.2, 0.7, size=len(layers)))))


_LAYER_MISTAKES = catalogue(
    layer_penalty,
    ("no_half", "The 1/2 is missing: it cancels the 2 of the square in the gradient.", "U25",
     dict(half=1.0, slope=lambda W, v: 2 * v * W)),
    ("biases", "The biases are penalised, too, as in I4; here they are free.", "E11", dict(of_bias=lambda b: np.sum(b**2))),
    ("one_lambda", "The first lambda is used for all layers; each has its own.", "U25", dict(factors=lambda lams: lams[:1] * len(lams))),
    ("turned_round", "The lambdas go from the last layer to the first; they have the order of the layers.", "U25",
     dict(factors=lambda lams: lams[::-1])),
    ("no_lambda", "The lambdas are missing.", "U25", dict(factors=lambda lams: [1.0] * len(lams))),
    ("not_squared", "The Frobenius norm is not squared.", "U25",
     dict(norm=lambda W: np.sqrt(np.sum(W**2)), slope=lambda W, v: v / 2 * W / np.sqrt(np.sum(W**2)))),
    ("spectral", "For a matrix np.linalg.norm(W, 2) is the largest singular value; the Frobenius norm has the squares of all entries.", "U25",
     dict(norm=lambda W: np.linalg.norm(W, 2) ** 2)),
    ("absolute", "These are absolute values, L1; wanted the squares.", "U25",
     dict(norm=lambda W: np.sum(np.abs(W)), half=1.0, slope=lambda W, v: v * np.sign(W))),
    ("mean", "The squares are averaged; the norm adds them up.", "U25",
     dict(norm=lambda W: np.mean(W**2), slope=lambda W, v: v * W / W.size)),
    ("half_left", "The 1/2 is still there: the derivative of 1/2 W^2 is W.", "U25", dict(slope=lambda W, v: v / 2 * W)),
    ("downhill", "The sign is turned: the gradient points uphill, away from 0.", "U25", dict(slope=lambda W, v: -v * W)),
)  # fmt: skip


def activation_penalty(
    h,
    dh,
    alpha,
    value=lambda h: np.sum(np.abs(h)) / len(h),
    slope=lambda h: np.sign(h) / len(h),
    factor=lambda alpha: alpha,
    before=lambda dh: dh,
):
    """alpha/N sum_n ||h_n||_1, and dL/dh + alpha/N sign(h)    h, dh: (N, M)          [W10]"""
    return factor(alpha) * value(h), before(dh) + factor(alpha) * slope(h)


def _activation_cases(rng):
    for shape in ((4, 3), (2, 5), (3, 6), (5, 2)):
        h = _away_from_0(rng, shape)
        h.flat[rng.permutation(h.size)[:2]] = 0.0
        yield Case(h, _away_from_0(rng, shape), rng.uniform(0.2, 0.7), label="silent units among them")
    yield Case(_away_from_0(rng, (1, 4)), _away_from_0(rng, (1, 4)), 0.5, label="a batch of one")


_ACTIVATION_MISTAKES = catalogue(
    activation_penalty,
    ("not_divided", "The penalty is not divided by N: the loss is a mean over the batch, and so is the penalty.", "W10",
     dict(value=lambda h: np.sum(np.abs(h)), slope=np.sign)),
    ("divided_by_all", "This divides by N times M: units are added up, examples are averaged.", "W10",
     dict(value=lambda h: np.mean(np.abs(h)), slope=lambda h: np.sign(h) / h.size)),
    ("no_alpha", "The factor alpha is missing.", "W10", dict(factor=lambda alpha: 1.0)),
    ("squared", "These are squares; wanted absolute values.", "W10",
     dict(value=lambda h: np.sum(h**2) / len(h), slope=lambda h: 2 * h / len(h))),
    ("squared", "These are squares; wanted absolute values.", "W10",
     dict(value=lambda h: np.sum(h**2) / 2 / len(h), slope=lambda h: h / len(h))),
    ("not_absolute", "The activations are added up with their signs.", "W10",
     dict(value=lambda h: np.sum(h) / len(h), slope=lambda h: np.ones_like(h) / len(h))),
    ("replaced", "This is the gradient of the penalty alone: what comes from the layers above is lost.", "W10", dict(before=lambda dh: 0.0)),
    ("dh_divided", "The gradient dh is divided by N again: it is that of a mean already.", "W10", dict(before=lambda dh: dh / len(dh))),
    ("subtracted", "The gradient of the penalty is subtracted: gradients of a sum add up.", "W10", dict(slope=lambda h: -np.sign(h) / len(h))),
    ("silent_pushed", "A silent unit is pushed: the subgradient of |h| at 0 is 0 here.", "W10",
     dict(slope=lambda h: np.where(h >= 0, 1, -1) / len(h))),
    ("not_averaged", "Each example still has its own penalty: take the mean.", "W10", dict(value=lambda h: np.sum(np.abs(h), axis=1))),
)  # fmt: skip


# --- the list -----------------------------------------------------------------------------------------------------------

EXERCISES = [
    Function(
        id="l07.l2_penalty",
        title="The L2 penalty",
        points=3,
        lectures=("W11", "W10"),
        outputs=("penalty", "gradient"),
        reference=l2_penalty,
        cases=_weights,
        mistakes=_L2_MISTAKES,
        hints=(
            "||w||^2 is the sum of the squares of all weights, whatever the shape of w.",
            "Take one weight alone: what is the derivative of alpha/2 w^2?",
            "np.sum(w**2) adds up all squares; alpha and the 1/2 come in front. The gradient has the shape of w.",
        ),
    ),
    Function(
        id="l07.l2_step",
        title="A step with weight decay",
        points=2,
        lectures=("W11", "I4", "E6"),
        outputs=("w_new",),
        reference=l2_step,
        cases=_steps,
        mistakes=_L2_STEP_MISTAKES,
        hints=(
            "It is an ordinary step of gradient descent on the sum of J and the penalty.",
            "The gradient of the sum is alpha w + dw. Multiply it by eps and take it off w.",
            "Collect what belongs to w: how much of it is left? The part with dw stays as it was.",
        ),
    ),
    Function(
        id="l07.same_penalty",
        title="One penalty, three scalings",
        points=3,
        lectures=("E11", "W11", "L2", "I4"),
        outputs=("alpha", "lam", "lam_i"),
        reference=same_penalty,
        cases=_scalings,
        mistakes=_SCALING_MISTAKES,
        hints=(
            "All three are a number times ||w||^2. Write down the number for each deck, and set two of them equal.",
            "The numbers are alpha/2, lambda and lambda'/2m. Which alpha makes the first as large as the second, and as the third?",
            "Go in two steps: from the deck that is given to alpha, and from alpha to the other two.",
        ),
    ),
    Function(
        id="l07.optimum_l2",
        title="The optimum of E(w) under L2",
        points=3,
        lectures=("L3",),
        outputs=("w",),
        reference=optimum_l2,
        cases=_lambdas,
        mistakes=_OPTIMUM_L2_MISTAKES,
        hints=(
            "At the optimum the slope is 0. Differentiate all three terms of E by w.",
            "With u = w - 1 the slope is a quadratic in u: 1/2 u^2 + (2 + 2 lambda) u + 2 lambda.",
            "Of its two roots one is a minimum of E and one a maximum: for lambda = 0 the minimum is at w = 1. Do not forget to go back from u to w.",
        ),
    ),
    Function(
        id="l07.ridge",
        title="Ridge regression in closed form",
        points=4,
        lectures=("I3", "E11", "W12"),
        outputs=("w", "b"),
        reference=ridge,
        cases=_ridge_cases,
        mistakes=_RIDGE_MISTAKES,
        hints=(
            "Set the derivative by b to zero first: it says that the errors of all examples add up to 0. What does this make of b?",
            "So b takes care of the means. Subtract the column means from X and the mean from y, and fit w without a b.",
            "The derivative by w is 2/m X^T (X w - y) + 2 lambda w, with the centred X and y. Multiply it by m/2 and collect w; np.linalg.solve does the rest.",
        ),
    ),
    Function(
        id="l07.l1_penalty",
        title="The L1 penalty",
        points=2,
        lectures=("W13", "W10"),
        outputs=("penalty", "gradient"),
        reference=l1_penalty,
        cases=_sparse_weights,
        mistakes=_L1_MISTAKES,
        hints=(
            "Each weight pays for its distance from 0, whatever its sign.",
            "The slope of |w| is 1 to the right of 0 and -1 to the left: it does not depend on how large w is.",
            "At 0 itself every number from -1 to 1 is a subgradient; np.sign takes the one that is asked for.",
        ),
    ),
    Function(
        id="l07.optimum_l1",
        title="The optimum of E(w) under L1",
        points=3,
        lectures=("L6", "L4", "L7"),
        outputs=("w",),
        reference=optimum_l1,
        cases=_lambdas_l1,
        mistakes=_OPTIMUM_L1_MISTAKES,
        hints=(
            "For w > 0 the slope of the penalty is lambda. Set the slope of the whole to 0, as under L2.",
            "With u = w - 1: 1/2 u^2 + 2 u + lambda = 0. Take the root that gives w = 1 for lambda = 0.",
            "For large lambda that root lies to the left of 0, or is no number at all. What is the slope of E without penalty at w = 0? Compare [L4].",
        ),
    ),
    Function(
        id="l07.exactly_zero",
        title="Which weights stay at 0?",
        points=2,
        lectures=("L4",),
        outputs=("zero",),
        reference=exactly_zero,
        cases=_slopes,
        mistakes=_ZERO_MISTAKES,
        hints=(
            "A weight at 0 is pulled away by the slope of E and held by the penalty. How strongly can the penalty hold it?",
            "To either side, lambda |w| rises with the slope lambda. It holds as long as the pull is not stronger, to the left or to the right.",
            "Compare absolute values with lambda, element by element; the result is an array of True and False.",
        ),
    ),
    Function(
        id="l07.plain_l1_step",
        title="The step that overshoots",
        points=4,
        lectures=("L5",),
        outputs=("w_new", "crossed"),
        reference=plain_l1_step,
        cases=_l1_steps,
        mistakes=_PLAIN_MISTAKES,
        hints=(
            "Two lines of L5 are two lines of code: first w', then the new weight from w'.",
            "np.sign works element by element. Lambda stands alone in L5: the learning rate belongs to the gradient.",
            "Two numbers lie strictly on different sides of 0 exactly if their product is negative.",
        ),
    ),
    Function(
        id="l07.prox_l1",
        title="The proximal operator of L1",
        points=3,
        lectures=("L5",),
        outputs=("w_new",),
        reference=prox_l1,
        cases=_prox_cases,
        mistakes=_PROX_MISTAKES,
        hints=(
            "Move every weight towards 0 by the step, but never past it.",
            "How far may a weight go at most? As far as it is from 0.",
            "np.minimum takes the smaller of two, element by element; np.abs and np.sign give distance and side.",
        ),
    ),
    Function(
        id="l07.proximal_step",
        title="A whole step with the proximal operator",
        points=3,
        lectures=("L5", "W13", "E12"),
        outputs=("w_new",),
        reference=proximal_step,
        cases=_proximal_cases,
        mistakes=_PROXIMAL_MISTAKES,
        hints=(
            "First an ordinary step on the loss alone, then the proximal operator on what came out.",
            "How far would W13's step, w - eta (g + alpha sign(w)), move a weight because of the penalty?",
            "That length is the step to give to prox_l1.",
        ),
    ),
    Function(
        id="l07.prior_lambdas",
        title="From the prior to the penalty",
        points=2,
        lectures=("L1", "L2", "L4"),
        outputs=("gauss", "laplace"),
        reference=prior_lambdas,
        cases=_variances,
        mistakes=_PRIOR_MISTAKES,
        hints=(
            "Minus the logarithm of each density is a constant plus something with w. That something is the penalty.",
            "For the Gaussian it is w^2 / (2 variance), for the Laplace density |w| / b.",
            "It remains to find b: the variance of the Laplace density is 2 b^2.",
        ),
    ),
    Function(
        id="l07.layer_penalty",
        title="One lambda for each layer",
        points=4,
        lectures=("U25", "W11", "E11"),
        outputs=("penalty", "gradients"),
        reference=layer_penalty,
        cases=_layer_cases,
        mistakes=_LAYER_MISTAKES,
        hints=(
            "Go through layers and lambdas together: for (W, b), lam in zip(layers, lams).",
            "The squared Frobenius norm is the sum of the squares of all entries. Biases do not occur.",
            "Each term is your l2_penalty with this layer's lambda as alpha: add up the values, collect the gradients in a list.",
        ),
    ),
    Function(
        id="l07.activation_penalty",
        title="A penalty on activations",
        points=4,
        lectures=("W10",),
        outputs=("penalty", "dh_new"),
        reference=activation_penalty,
        cases=_activation_cases,
        mistakes=_ACTIVATION_MISTAKES,
        hints=(
            "For one example the penalty is alpha times the sum of the absolute values of its activations. Over the batch, take the mean.",
            "J is the loss plus the penalty, so its gradient by h is the sum of two gradients, and dh is the first.",
            "The second is what l1_penalty gave, divided by N = len(h).",
        ),
    ),
]
