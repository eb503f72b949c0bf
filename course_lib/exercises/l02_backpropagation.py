"""Lesson 02: backpropagation, from the homework's nine gradients to a batch through a whole network."""

from __future__ import annotations

from functools import partial, reduce
from itertools import pairwise

import numpy as np

from course_lib.exercises.base import Case, Function, Mistake
from course_lib.exercises.homework import HOMEWORK_EXERCISES

# --- 1, 2, 3 hidden layers in the symbols of U3, U4, U5 ---------------------------------------------------------------


def _h(z):
    return 1 / (1 + np.exp(-z))


def _backprop(
    x,
    y,
    w,
    *Ws,
    residual=lambda yhat, y: yhat - y,
    slope=lambda z, a: a * (1 - a),
    lower_slope=None,
    top=lambda w, slope: w * slope,
    carried=lambda z, a: a,
    matrix=lambda r, v, z: r * np.outer(v, z),
):
    """Gradients of f = 1/2 (w' h(W_m ... h(W_1 x)) - y)^2 by w, W_m, ..., W_1; the keywords are where a hand may slip.

    x: (D,)   y: number   w: (k_m,)   Ws: from W_m, the matrix nearest to the output, down to W_1
    """
    lower_slope = lower_slope or slope
    zs, hs = [], [x]
    for W in reversed(Ws):
        zs.append(W @ hs[-1])
        hs.append(_h(zs[-1]))
    r = residual(w @ hs[-1], y)
    gradients = [r * carried(zs[-1], hs[-1])]
    v = top(w, slope(zs[-1], hs[-1]))
    for m, W in zip(range(len(Ws) - 1, -1, -1), Ws, strict=True):
        below = carried(zs[m - 1], hs[m]) if m else x
        gradients.append(matrix(r, v, below))
        if m:
            v = (W.T @ v) * lower_slope(zs[m - 1], hs[m])
    return r, gradients


def one_hidden(x, y, w, W, **slip):
    """r, r h(W_c x), r v_c x_j    [U3]"""
    r, (dw, dW) = _backprop(x, y, w, W, **slip)
    return r, dw, dW


def two_hidden(x, y, w, W2, W1, **slip):
    """r z_c, r v_c z_j, r u_c x_j    [U4]"""
    return tuple(_backprop(x, y, w, W2, W1, **slip)[1])


def three_hidden(x, y, w, W3, W2, W1, **slip):
    """r z3_c, r a_c z2_j, r b_c z1_j, r d_c x_j    [U5]"""
    return tuple(_backprop(x, y, w, W3, W2, W1, **slip)[1])


def _network_cases(*hidden):
    def cases(rng):
        for d in (7, 6, 8):
            Ws = [rng.normal(size=(k, j)) for j, k in pairwise([d, *hidden])]
            x, w = rng.normal(size=d), rng.normal(size=hidden[-1])
            yhat = w @ reduce(lambda z, W: _h(W @ z), Ws, x)
            y = float(
                yhat + rng.choice([-1, 1]) * rng.uniform(0.5, 2)
            )  # a small residual would leave float32 few digits
            yield Case(x, y, w, *reversed(Ws))

    return cases


def _network_mistakes(function, deep):
    slips = [
        (
            "factor_2",
            "There is a factor 2 too much: U3 takes half of the squared error, C6 the plain square [E19].",
            "E19",
            dict(residual=lambda yhat, y: 2 * (yhat - y)),
        ),
        ("negated", "The sign is turned: r is the prediction minus y.", "U3", dict(residual=lambda yhat, y: y - yhat)),
        ("no_slope", "The slope h' is missing.", "U3", dict(slope=lambda z, a: 1.0)),
        (
            "slope_at_activation",
            "The slope h' is taken at h(z); it belongs at z, the number that goes into h.",
            "U3",
            dict(slope=lambda z, a: _h(a) * (1 - _h(a))),
        ),
        ("value_for_slope", "The value h(z) stands where the slope h'(z) belongs.", "U3", dict(slope=lambda z, a: a)),
        (
            "no_output_weight",
            "The weight w_c on the way back from the output is missing.",
            "U3",
            dict(top=lambda w, slope: slope),
        ),
        ("pre_activation", "W_c x stands where h(W_c x) belongs.", "U3", dict(carried=lambda z, a: z)),
        (
            "transposed",
            "The gradient of the matrix is transposed: it has the shape of the matrix.",
            "U3",
            dict(matrix=lambda r, v, z: r * np.outer(z, v)),
        ),
        ("no_residual", "The factor r is missing.", "U3", dict(matrix=lambda r, v, z: np.outer(v, z))),
    ]
    if deep:
        slips.append(
            (
                "no_lower_slope",
                "The slope h' of the lower hidden layer is missing: every layer on the way back brings its own.",
                "U4",
                dict(lower_slope=lambda z, a: 1.0),
            )
        )
    return tuple(Mistake(key, says, partial(function, **hooks), see) for key, says, see, hooks in slips)


# --- one layer, a batch at a time -------------------------------------------------------------------------------------


def dense_backward(dy, x, W):
    """dx = dy W', dW = x' dy, db = sum_n dy    dy: (N, M)  x: (N, D)  W: (D, M)"""
    return dy @ W.T, x.T @ dy, dy.sum(axis=0)


def _dense_cases(rng):
    for N, D, M, label in ((5, 4, 3, ""), (2, 3, 6, ""), (1, 4, 2, "a batch of one"), (7, 2, 5, "")):
        yield Case(rng.normal(size=(N, M)), rng.normal(size=(N, D)), rng.normal(size=(D, M)), label=label)


_DENSE_MISTAKES = (
    Mistake(
        "divided_by_n",
        "There is a division by the batch size N: the loss has divided already, no layer does it again [E19].",
        lambda dy, x, W: (dy @ W.T / len(x), x.T @ dy / len(x), dy.mean(axis=0)),
        "E19",
    ),
    Mistake(
        "transposed",
        "dW is transposed: it has the shape of W, (D, M).",
        lambda dy, x, W: (dy @ W.T, dy.T @ x, dy.sum(axis=0)),
        "C6",
    ),
    Mistake(
        "wrong_axis",
        "db is summed over the units; sum over the batch, the axis of length N.",
        lambda dy, x, W: (dy @ W.T, x.T @ dy, dy.sum(axis=1)),
        "C6",
    ),
    Mistake(
        "keepdims",
        "db has a batch axis of length 1 left over: b has shape (M,).",
        lambda dy, x, W: (dy @ W.T, x.T @ dy, dy.sum(axis=0, keepdims=True)),
        "C2",
    ),
    Mistake(
        "total",
        "db is summed over everything; each bias has a gradient of its own.",
        lambda dy, x, W: (dy @ W.T, x.T @ dy, dy.sum()),
        "C6",
    ),
    Mistake(
        "not_summed", "db still has one row per example: add them up.", lambda dy, x, W: (dy @ W.T, x.T @ dy, dy), "C6"
    ),
    Mistake(
        "negated",
        "The sign is turned: gradients are wanted, not steps downhill.",
        lambda dy, x, W: (-dy @ W.T, -x.T @ dy, -dy.sum(axis=0)),
        "C6",
    ),
    Mistake(
        "first_example",
        "Only the first example of the batch is used.",
        lambda dy, x, W: (dy @ W.T, np.outer(x[0], dy[0]), dy[0]),
        "C6",
    ),
    Mistake(
        "dx_without_weights",
        "dx lacks the weights: the error travels back through W.",
        lambda dy, x, W: (dy, x.T @ dy, dy.sum(axis=0)),
        "C6",
    ),
)


def sigmoid_backward(dy, y):
    """dx = dy y (1 - y)    dy, y: any shape, y = sigmoid(x)"""
    return dy * y * (1 - y)


def _sigmoid_cases(rng):
    for shape, label in (((4, 3), ""), ((2, 5), ""), ((6, 1), "one unit"), ((3, 2), "saturated units")):
        y = (
            rng.uniform(0.05, 0.95, size=shape)
            if label != "saturated units"
            else rng.choice([0.0, 1.0, 0.25], size=shape)
        )
        yield Case(rng.normal(size=shape), y, label=label)


_SIGMOID_MISTAKES = (
    Mistake(
        "sigmoid_twice",
        "The sigmoid is applied again: the function is given y, the output of the sigmoid, already.",
        lambda dy, y: dy * _h(y) * (1 - _h(y)),
        "C4",
    ),
    Mistake(
        "no_dy",
        "This is the sigmoid's own slope; the error dy that arrives from above is missing.",
        lambda dy, y: y * (1 - y),
        "C6",
    ),
    Mistake("no_complement", "The factor (1 - y) is missing.", lambda dy, y: dy * y, "C4"),
    Mistake("only_complement", "The factor y is missing.", lambda dy, y: dy * (1 - y), "C4"),
    Mistake("tanh", "This is the slope of tanh, 1 - y^2.", lambda dy, y: dy * (1 - y**2), "C4"),
    Mistake("negated", "The sign is turned.", lambda dy, y: -dy * y * (1 - y), "C4"),
    Mistake(
        "squared", "There is y^2 where y belongs, or y (1 - y) squared.", lambda dy, y: dy * (y * (1 - y)) ** 2, "C4"
    ),
    Mistake(
        "added",
        "The error and the slope are added; the chain rule multiplies them.",
        lambda dy, y: dy + y * (1 - y),
        "C6",
    ),
)


def relu_backward(dy, x):
    """dx = dy where x > 0, else 0    dy, x: any shape, x the input of the ReLU"""
    return dy * (x > 0)


def _relu_cases(rng):
    for shape, label in (
        ((4, 3), ""),
        ((2, 5), ""),
        ((3, 4), "inputs that are exactly 0"),
        ((5, 2), "inputs that are exactly 0"),
    ):
        x = rng.normal(size=shape)
        if label:
            x[rng.random(shape) < 0.4] = 0.0
            x.flat[0] = 0.0
        yield Case(rng.normal(size=shape), x, label=label)


_RELU_MISTAKES = (
    Mistake(
        "value_for_slope",
        "The value of the ReLU stands where its slope (0 or 1) belongs.",
        lambda dy, x: dy * np.maximum(x, 0),
        "C4",
    ),
    Mistake(
        "no_dy",
        "This is the ReLU's slope; the error dy that arrives from above is missing.",
        lambda dy, x: (x > 0) * 1.0,
        "C6",
    ),
    Mistake(
        "mask_of_dy",
        "The gate looks at dy; it must look at x, the input of the forward pass.",
        lambda dy, x: dy * (dy > 0),
        "C4",
    ),
    Mistake("flipped", "The gate is turned round: errors pass where x is positive.", lambda dy, x: dy * (x <= 0), "C4"),
    Mistake("flipped", "The gate is turned round: errors pass where x is positive.", lambda dy, x: dy * (x < 0), "C4"),
    Mistake("one_at_zero", "At x = 0 the course takes the slope 0.", lambda dy, x: dy * (x >= 0), "C4"),
    Mistake("half_at_zero", "At x = 0 the course takes the slope 0.", lambda dy, x: dy * np.heaviside(x, 0.5), "C4"),
    Mistake("sign", "Where x is negative the slope is 0, not -1.", lambda dy, x: dy * np.sign(x), "C4"),
    Mistake("passes_all", "Everything passes: where is the gate?", lambda dy, x: dy * 1.0, "C4"),
)


# --- a whole network, a batch at a time -------------------------------------------------------------------------------


def mlp_backward(
    x,
    t,
    Ws,
    bs,
    error=lambda p, t: (p - t) / len(t),
    gate=lambda z: z > 0,
    gate_output=False,
    shrink=lambda n: 1,
    loss=lambda z, t: np.mean(np.logaddexp(0, z) - t * z),
    order=1,
):
    """Mean binary cross-entropy of a ReLU network with one logit, and its gradients; the keywords are where a hand may slip.

    x: (N, D)   t: (N, 1)   Ws[l]: (n_l, n_l+1)   bs[l]: (n_l+1,)
    """
    zs, hs = [], [x]
    for W, b in zip(Ws, bs, strict=True):
        zs.append(hs[-1] @ W + b)
        hs.append(np.maximum(zs[-1], 0))
    dz = error(_h(zs[-1]), t) * (gate(zs[-1]) if gate_output else 1)
    dWs, dbs = [], []
    for layer in range(len(Ws) - 1, -1, -1):
        dWs.insert(0, hs[layer].T @ dz / shrink(len(x)))
        dbs.insert(0, dz.sum(axis=0) / shrink(len(x)))
        if layer:
            dz = (dz @ Ws[layer].T) * gate(zs[layer - 1])
    return loss(zs[-1], t), dWs[::order], dbs[::order]


def _mlp_cases(rng):
    for N, *sizes in ((6, 3, 5, 4, 1), (7, 2, 4, 1), (5, 4, 6, 3, 2, 1)):
        Ws = [rng.normal(size=shape) / np.sqrt(shape[0]) for shape in pairwise(sizes)]
        yield Case(
            rng.normal(size=(N, sizes[0])),
            rng.integers(2, size=(N, 1)).astype(float),
            Ws,
            [rng.normal(size=W.shape[1]) for W in Ws],
        )


_MLP_MISTAKES = tuple(
    Mistake(key, says, partial(mlp_backward, **hooks), see)
    for key, says, see, hooks in (
        (
            "not_divided",
            "The division by N is missing: the loss is the mean over the batch.",
            "E19",
            dict(error=lambda p, t: p - t, loss=lambda z, t: np.sum(np.logaddexp(0, z) - t * z)),
        ),
        (
            "divided_twice",
            "There is a division by N too much: the error of the loss has it already.",
            "E19",
            dict(shrink=lambda n: n),
        ),
        ("no_gate", "The ReLU's gate is missing on the way back.", "C6", dict(gate=lambda z: 1.0)),
        (
            "negated",
            "The sign is turned: the error at the output is yhat - t.",
            "C6",
            dict(error=lambda p, t: (t - p) / len(t)),
        ),
        (
            "extra_slope",
            "The sigmoid's slope is in it once too often: cross-entropy's own derivative cancels it.",
            "C15",
            dict(error=lambda p, t: (p - t) * p * (1 - p) / len(t)),
        ),
        (
            "squared_error",
            "This is the gradient of the squared error; wanted that of binary cross-entropy.",
            "C6",
            dict(error=lambda p, t: 2 * (p - t) * p * (1 - p) / len(t), loss=lambda z, t: np.mean((_h(z) - t) ** 2)),
        ),
        ("gate_at_output", "The output has no ReLU: there is nothing to gate there.", "E15", dict(gate_output=True)),
        (
            "reversed",
            "The lists are in the order of the way back; wanted the order of the layers.",
            "U5",
            dict(order=-1),
        ),
        (
            "loss_negated",
            "The loss has its sign turned.",
            "C8",
            dict(loss=lambda z, t: -np.mean(np.logaddexp(0, z) - t * z)),
        ),
    )
)


# --- central differences, cost, factors -------------------------------------------------------------------------------


def _differences(f, w, eps, up=1.0, down=1.0, width=2.0, together=False, restore=True):
    w = np.array(w, dtype=float)
    gradient = np.empty_like(w)
    for i in np.ndindex(w.shape):
        where = ... if together else i
        kept = w[where].copy()
        w[where] = kept + up * eps
        above = f(w)
        w[where] = kept - down * eps
        gradient[i] = (above - f(w)) / (width * eps)
        if restore:
            w[where] = kept
    return gradient


def numerical_gradient(f, w, eps):
    """(f(w + eps e_i) - f(w - eps e_i)) / 2 eps for every element i    w: any shape"""
    return _differences(f, w, eps)


def _difference_cases(rng):
    a = rng.normal(size=(2, 4))
    yield Case(lambda w: float(np.sum(w**3 + w**2)), rng.normal(size=3), 1e-2)
    yield Case(
        lambda w: float(np.sum(np.exp(a * w)) + w[0, 1] * w[1, 2] ** 2), rng.normal(size=(2, 4)), 1e-2, label="a matrix"
    )
    yield Case(lambda w: float(w[0] ** 2 * w[1] + np.sin(w).sum()), rng.normal(size=5), 1e-3)


_DIFFERENCE_MISTAKES = (
    Mistake(
        "forward",
        "This is the forward difference: step to both sides, f(w + eps) and f(w - eps).",
        partial(_differences, down=0.0, width=1.0),
        "C6",
    ),
    Mistake(
        "backward",
        "This is the backward difference: step to both sides, f(w + eps) and f(w - eps).",
        partial(_differences, up=0.0, width=1.0),
        "C6",
    ),
    Mistake("width", "The two points lie 2 eps apart, not eps.", partial(_differences, width=1.0), "C6"),
    Mistake(
        "half",
        "Divide by 2 eps: here it is divided by 4 eps, or the 2 is there twice.",
        partial(_differences, width=4.0),
        "C6",
    ),
    Mistake(
        "not_divided", "The division by 2 eps is missing.", lambda f, w, eps: _differences(f, w, eps) * 2 * eps, "C6"
    ),
    Mistake("negated", "The sign is turned: f(w + eps) comes first.", lambda f, w, eps: -_differences(f, w, eps), "C6"),
    Mistake(
        "all_at_once", "All weights are moved together; move one at a time.", partial(_differences, together=True), "C6"
    ),
    Mistake(
        "not_restored",
        "A weight stays moved while the next one is tried: set it back first.",
        partial(_differences, restore=False),
        "C6",
    ),
    Mistake(
        "one_sided_width",
        "One side only, but divided by 2 eps: step to both sides.",
        partial(_differences, down=0.0),
        "C6",
    ),
)


def multiply_adds(sizes):
    """Multiply-adds of one example forward and backward through a dense network    sizes: [d, k_1, ..., k_m, 1]"""
    products = [a * b for a, b in pairwise(sizes)]
    return sum(products), sum(products) + sum(products[1:])


def _cost(forward, backward):
    def count(sizes):
        products = [a * b for a, b in pairwise(sizes)]
        return forward(products, sizes), backward(products, sizes)

    return count


def _cost_cases(rng):
    for depth in (2, 3, 4):
        yield Case([*(int(n) for n in rng.choice(np.arange(3, 40), size=depth, replace=False)), 1])


_COST_MISTAKES = (
    Mistake(
        "units",
        "The units are counted; count the weights, one multiply-add each.",
        _cost(lambda p, s: sum(s), lambda p, s: 2 * sum(s)),
        "U6",
    ),
    Mistake(
        "biases",
        "The biases are counted too: a bias is added, nothing is multiplied.",
        _cost(lambda p, s: sum(p) + sum(s[1:]), lambda p, s: 2 * sum(p) - p[0] + sum(s[1:])),
        "U6",
    ),
    Mistake(
        "same",
        "The way back has two products per layer: one for the weights, one for the error below.",
        _cost(lambda p, s: sum(p), lambda p, s: sum(p)),
        "U6",
    ),
    Mistake(
        "error_of_inputs",
        "The inputs need no error: nothing below the first layer is trained.",
        _cost(lambda p, s: sum(p), lambda p, s: 2 * sum(p)),
        "U6",
    ),
    Mistake(
        "no_output",
        "The last layer, up to the output, is left out.",
        _cost(lambda p, s: sum(p[:-1]), lambda p, s: 2 * sum(p[:-1]) - p[0]),
        "U6",
    ),
    Mistake(
        "no_input",
        "The first layer, from the inputs, is left out.",
        _cost(lambda p, s: sum(p[1:]), lambda p, s: sum(p[1:])),
        "U6",
    ),
    Mistake(
        "product",
        "The layers' sizes are all multiplied; add up layer by layer.",
        _cost(lambda p, s: int(np.prod(s)), lambda p, s: 2 * int(np.prod(s))),
        "U6",
    ),
    Mistake(
        "two_each",
        "A multiply-add counts once here, not as two operations.",
        _cost(lambda p, s: 2 * sum(p), lambda p, s: 4 * sum(p) - 2 * p[0]),
        "U6",
    ),
)


def three_factors(yhat, y):
    """Gradient by yhat of 1/2 sum (yhat-y)^2, of sum (yhat-y)^2, of mean (yhat-y)^2    yhat, y: (N,)          [E19]"""
    r = yhat - y
    return r, 2 * r, 2 * r / len(r)


def _factor_cases(rng):
    for N in (3, 5, 4):
        yield Case(rng.normal(size=N), rng.normal(size=N))


_FACTOR_MISTAKES = (
    Mistake(
        "negated", "The sign is turned: it is yhat - y.", lambda a, y: (y - a, 2 * (y - a), 2 * (y - a) / len(y)), "C6"
    ),
    Mistake(
        "no_half",
        "U3's half is not used: it cancels the 2 of the square.",
        lambda a, y: (2 * (a - y), 2 * (a - y), 2 * (a - y) / len(y)),
        "U3",
    ),
    Mistake(
        "half_everywhere",
        "C6 and W2 have no half: the 2 of the square stays.",
        lambda a, y: (a - y, a - y, (a - y) / len(y)),
        "C6",
    ),
    Mistake(
        "mean_not_divided",
        "The mean's gradient lacks the division by N.",
        lambda a, y: (a - y, 2 * (a - y), 2 * (a - y)),
        "W2",
    ),
    Mistake(
        "sums_divided",
        "U3 and C6 take sums: nothing is divided by N there.",
        lambda a, y: ((a - y) / len(y), 2 * (a - y) / len(y), 2 * (a - y) / len(y)),
        "E19",
    ),
    Mistake(
        "losses",
        "These are the losses; wanted their gradients by each yhat_i.",
        lambda a, y: (np.sum((a - y) ** 2) / 2, np.sum((a - y) ** 2), np.mean((a - y) ** 2)),
        "E19",
    ),
    Mistake(
        "summed",
        "The gradient is summed over the examples; each yhat_i has its own.",
        lambda a, y: (np.sum(a - y), 2 * np.sum(a - y), 2 * np.mean(a - y)),
        "E19",
    ),
    Mistake(
        "squared",
        "The square is still there: its derivative is 2 (yhat - y).",
        lambda a, y: ((a - y) ** 2 / 2, (a - y) ** 2, (a - y) ** 2 / len(y)),
        "E19",
    ),
    Mistake(
        "absolute",
        "The sign of the error got lost.",
        lambda a, y: (abs(a - y), 2 * abs(a - y), 2 * abs(a - y) / len(y)),
        "E19",
    ),
)


# --- the list ---------------------------------------------------------------------------------------------------------

EXERCISES = [
    *HOMEWORK_EXERCISES,
    Function(
        id="l02.three_factors",
        title="Three squared errors, three factors",
        points=3,
        lectures=("U3", "C6", "W2", "E19"),
        outputs=("half", "plain", "mean"),
        reference=three_factors,
        cases=_factor_cases,
        mistakes=_FACTOR_MISTAKES,
        hints=(
            "Take one example first: what is the derivative of (yhat - y)^2 by yhat?",
            "It is 2 (yhat - y). Now see what a factor 1/2 in front of the loss does to it, and what a division by N does.",
            "Each function returns one number per example: the gradient has the shape of yhat.",
        ),
    ),
    Function(
        id="l02.one_hidden",
        title="Backprop through one hidden layer (U3)",
        points=3,
        lectures=("U3",),
        outputs=("r", "dw", "dW"),
        reference=one_hidden,
        cases=_network_cases(4),
        mistakes=_network_mistakes(one_hidden, deep=False),
        hints=(
            "Go forward first and keep what you pass: z_c = W_c x, h(z_c), and the prediction w' h(z).",
            "r is the prediction minus y. The gradient of w_c is r h(W_c x); for W_cj go on one step: r v_c x_j.",
            "v_c = w_c h'(W_c x). All the products v_c x_j at once are an outer product: np.outer(v, x).",
        ),
    ),
    Function(
        id="l02.two_hidden",
        title="Backprop through two hidden layers (U4)",
        points=3,
        lectures=("U4",),
        outputs=("dw", "dW2", "dW1"),
        reference=two_hidden,
        cases=_network_cases(4, 5),
        mistakes=_network_mistakes(two_hidden, deep=True),
        hints=(
            "The gradients of w and W2 are those of one hidden layer, with the first hidden layer in the place of x.",
            "A unit c of the first hidden layer feeds every unit c' of the second: its error adds up over all c'.",
            "u_c = (sum over c' of v_c' W2_c'c) h'(W1_c x). The sum is a matrix product with the transpose of W2.",
        ),
    ),
    Function(
        id="l02.three_hidden",
        title="Backprop through three hidden layers (U5)",
        points=4,
        lectures=("U5",),
        outputs=("dw", "dW3", "dW2", "dW1"),
        reference=three_hidden,
        cases=_network_cases(4, 5, 3),
        mistakes=_network_mistakes(three_hidden, deep=True),
        hints=(
            "Compute r and all the z's first; then a_c for W3, b_c for W2, d_c for W1, each from the one before.",
            "a_c is U3's v_c, b_c is U4's u_c. What turns b_c into d_c is what turned a_c into b_c.",
            "d_c = (sum over c' of b_c' W2_c'c) h'(W1_c x), and every gradient is r times an outer product.",
        ),
    ),
    Function(
        id="l02.numerical_gradient",
        title="Central differences",
        points=4,
        lectures=("C6", "U3"),
        outputs=("gradient",),
        reference=numerical_gradient,
        cases=_difference_cases,
        mistakes=_DIFFERENCE_MISTAKES,
        rtol=1e-7,
        atol=1e-7,
        hints=(
            "Move one weight a little up, then a little down, and see how much f changes between the two.",
            "For element i: (f(w with w_i + eps) - f(w with w_i - eps)) / (2 eps). All other elements stay as they were.",
            "Work on w.copy(); for i in np.ndindex(w.shape): goes through an array of any shape. Set w[i] back before the next i.",
        ),
    ),
    Function(
        id="l02.sigmoid_backward",
        title="Backward through a sigmoid",
        points=2,
        lectures=("C4", "C6"),
        outputs=("dx",),
        reference=sigmoid_backward,
        cases=_sigmoid_cases,
        mistakes=_SIGMOID_MISTAKES,
        hints=(
            "By the chain rule the error that arrives, dy, is multiplied by the slope of the sigmoid.",
            "The slope can be written with the output alone: look at C4.",
            "sigmoid'(x) = sigmoid(x) (1 - sigmoid(x)), and sigmoid(x) is the y that you are given.",
        ),
    ),
    Function(
        id="l02.relu_backward",
        title="Backward through a ReLU",
        points=2,
        lectures=("C3", "C4"),
        outputs=("dx",),
        reference=relu_backward,
        cases=_relu_cases,
        mistakes=_RELU_MISTAKES,
        hints=(
            "A ReLU is a gate: what does it do to an error that comes back to a unit that was on? To one that was off?",
            "Where x > 0 the slope is 1 and dy passes; elsewhere it is 0. At x = 0 there is no slope (C4): the course takes 0.",
            "x > 0 is an array of True and False, and NumPy counts them as 1 and 0 in a product.",
        ),
    ),
    Function(
        id="l02.dense_backward",
        title="Backward through a dense layer",
        points=6,
        lectures=("C5", "C6", "U7"),
        outputs=("dx", "dW", "db"),
        reference=dense_backward,
        cases=_dense_cases,
        mistakes=_DENSE_MISTAKES,
        hints=(
            "A gradient has the shape of what it is the gradient of: dx like x, dW like W, db like b. Write the shapes down.",
            "Gradient of a weight = what enters it times the error where it ends, added up over the batch. Which product of x and dy has shape (D, M)?",
            "Transposes make the shapes meet: x.T is (D, N), W.T is (M, D). For db sum over the batch axis.",
        ),
    ),
    Function(
        id="l02.mlp_backward",
        title="Backward through a whole network",
        points=9,
        lectures=("C6", "U5", "U7", "C8"),
        outputs=("loss", "dWs", "dbs"),
        reference=mlp_backward,
        cases=_mlp_cases,
        mistakes=_MLP_MISTAKES,
        hints=(
            "Go forward with mlp_forward and keep every z and h. The error at the output logit is (yhat - t) / N.",
            "Then, from the last layer to the first: dense_backward gives dW, db and the error below; relu_backward takes that error through the gate.",
            "Loop over reversed(range(len(Ws))); the gate of layer l below is relu_backward(dx, zs[l - 1]). Put the gradients in the order of the layers.",
        ),
    ),
    Function(
        id="l02.multiply_adds",
        title="What backpropagation costs",
        points=2,
        lectures=("U6",),
        outputs=("forward", "backward"),
        reference=multiply_adds,
        cases=_cost_cases,
        mistakes=_COST_MISTAKES,
        hints=(
            "One example, one layer with n inputs and m units: how many weights, and how often is each used in the forward pass?",
            "Backward, every layer has the product for dW; every layer but the first also has the product that gives the error below.",
            "zip(sizes, sizes[1:]) gives the pairs (n, m) layer by layer.",
        ),
    ),
]
