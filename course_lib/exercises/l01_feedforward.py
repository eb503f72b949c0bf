"""Lesson 01: feed-forward networks, from one neuron over its activation to a whole network for a batch."""

from __future__ import annotations

import math
import warnings
from functools import partial
from itertools import pairwise

import numpy as np

from course_lib.exercises.base import FORBIDDEN, Case, Function, Mistake
from course_lib.layers import activations
from course_lib.layers.activations import relu, sigmoid, softplus

# --- one neuron -------------------------------------------------------------------------------------------------------


def neuron(w, x, g):
    """in_j = sum_i w_i x_i with x_0 = 1, a_j = g(in_j)    w: (D + 1,), the bias first   x: (D,)   g: number -> number          [C2]"""
    in_j = w[0] + w[1:] @ x
    return in_j, g(in_j)


def _neuron_cases(rng):
    for D, g, label in (
        (3, np.tanh, "g = tanh"),
        (5, sigmoid, "g = sigmoid"),
        (1, np.tanh, "a single input"),
        (4, relu, "g = ReLU"),
    ):
        w, x = rng.normal(size=D + 1), rng.normal(size=D)
        w[0] = (
            rng.choice([-1, 1]) * rng.uniform(0.5, 2) - w[1:] @ x
        )  # in_j away from 0: else float32 has no digits left
        yield Case(w, x, g, label=label)


def _neuron_with(total=lambda w, x: w[0] + w[1:] @ x, passed_on=lambda g, z: g(z)):
    def answer(w, x, g):
        z = total(w, x)
        return z, passed_on(g, z)

    return answer


_NEURON_MISTAKES = (
    Mistake(
        "no_bias",
        "The bias is missing: w[0] is the weight of a fixed +1 and belongs to the sum.",
        _neuron_with(lambda w, x: w[1:] @ x),
        "C2",
    ),
    Mistake(
        "bias_last",
        "The last weight is taken for the bias; here the bias comes first, w[0].",
        _neuron_with(lambda w, x: w[-1] + w[:-1] @ x),
        "C2",
    ),
    Mistake(
        "bias_subtracted",
        "The bias is subtracted; it is added, as the weight of +1.",
        _neuron_with(lambda w, x: w[1:] @ x - w[0]),
        "C2",
    ),
    Mistake(
        "bias_in_every_term",
        "The bias is added once for every input; it belongs to the sum once.",
        _neuron_with(lambda w, x: np.sum(w[1:] * x + w[0])),
        "C2",
    ),
    Mistake(
        "bias_outside",
        "The bias is added after the activation; it belongs inside, to in_j.",
        lambda w, x, g: (w[1:] @ x, g(w[1:] @ x) + w[0]),
        "C2",
    ),
    Mistake("not_activated", "a_j is in_j itself: g is not applied.", _neuron_with(passed_on=lambda g, z: z), "C2"),
    Mistake(
        "activated_twice",
        "g is applied twice, to in_j and to a_j.",
        _neuron_with(passed_on=lambda g, z: g(g(z))),
        "C2",
    ),
    Mistake(
        "terms_activated",
        "g is applied to every product before the sum; it is applied once, to the sum.",
        lambda w, x, g: (w[0] + w[1:] @ x, g(w[0]) + sum(g(p) for p in w[1:] * x)),
        "C2",
    ),
    Mistake(
        "mean",
        "This is a mean; wanted the sum of the products.",
        _neuron_with(lambda w, x: (w[0] + w[1:] @ x) / len(w)),
        "C2",
    ),
)


# --- activations ------------------------------------------------------------------------------------------------------


def quietly(answer, x):
    """The values that `answer` gives for x, and 1 if all was quiet, 0 if NumPy warned (overflow, division, invalid value)."""
    with np.errstate(over="warn", divide="warn", invalid="warn"), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        y = answer(x)
    for warning in caught:
        warnings.warn(warning.message, stacklevel=2)  # so that the check can show what Python said
    return y, int(not any(issubclass(warning.category, RuntimeWarning) for warning in caught))


def _hushed(formula):
    """The formula, without NumPy's warnings: the second output of `quietly` has a mistake of its own."""

    def answer(x):
        with np.errstate(all="ignore"):
            return formula(x)

    return answer


def _wide_cases(rng):
    for shape in ((4, 3), (2, 5), (6,)):
        yield Case(rng.normal(scale=2, size=shape))
    for shape in ((3, 4), (7,)):
        x = rng.normal(scale=3, size=shape)
        places = rng.choice(x.size, size=5, replace=False)
        x.flat[places] = 1000, -1000, 700, -800, 0
        yield Case(x, label="inputs as large as 1000")


def _activation_mistakes(*slips, warns, overflows):
    """slips: (key, says, see, formula).  warns: right values, but an overflow on the way.  overflows: formulas that end in nan or inf."""
    too_large = (
        "exp is given a number that is too large for it: its result overflows. Let it see negative numbers only."
    )
    return (
        *(Mistake(key, says, _hushed(formula), see) for key, says, see, formula in slips),
        Mistake("overflow", too_large, warns, "C3"),
        *(Mistake("overflow", too_large, _hushed(formula), "C3") for formula in overflows),
    )


_SIGMOID_MISTAKES = _activation_mistakes(
    ("sign_of_exponent", "The sign of the exponent is turned: it is e^-x.", "C3", lambda x: sigmoid(-x)),
    (
        "absolute",
        "All values lie on one side of 1/2, as if the sign of x were lost: e^-|x| serves both signs, but in two different formulas.",
        "C3",
        lambda x: sigmoid(np.abs(x)),
    ),
    (
        "absolute",
        "All values lie on one side of 1/2, as if the sign of x were lost: e^-|x| serves both signs, but in two different formulas.",
        "C3",
        lambda x: sigmoid(-np.abs(x)),
    ),
    ("derivative", "This is the slope of the sigmoid; wanted its value.", "C4", lambda x: sigmoid(x) * sigmoid(-x)),
    ("tanh", "This is tanh: it runs from -1 to 1, the sigmoid from 0 to 1.", "C3", np.tanh),
    (
        "softmax",
        "The values are divided by a sum over all of them: that is softmax. The sigmoid takes each number alone.",
        "C9",
        lambda x: np.exp(x - x.max()) / np.exp(x - x.max()).sum(),
    ),
    ("step", "This is a step, 0 or 1; the sigmoid goes over smoothly.", "C3", lambda x: (x > 0) * 1.0),
    ("half_argument", "The argument has a factor too much or too little: it is e^-x.", "C3", lambda x: sigmoid(2 * x)),
    warns=lambda x: 1 / (1 + np.exp(-x)),
    overflows=(lambda x: np.exp(x) / (1 + np.exp(x)),),
)


def tanh(x):
    """tanh(x) = 2 sigmoid(2x) - 1    x: any shape          [C3, E5]"""
    return 2 * sigmoid(2 * x) - 1


_TANH_MISTAKES = _activation_mistakes(
    ("sign", "The sign is turned, as in the formula of I15: tanh rises from -1 to 1.", "E5", lambda x: -np.tanh(x)),
    ("no_inner_2", "The 2 inside is missing: the sigmoid is taken at 2x.", "C3", lambda x: np.tanh(x / 2)),
    ("no_outer_2", "The 2 in front of the sigmoid is missing.", "C3", lambda x: sigmoid(2 * x) - 1),
    ("not_shifted", "The -1 is missing: this runs from 0 to 2.", "C3", lambda x: 2 * sigmoid(2 * x)),
    (
        "only_sigmoid",
        "This is the sigmoid at 2x; it must still be stretched and shifted.",
        "C3",
        lambda x: sigmoid(2 * x),
    ),
    ("plain_sigmoid", "This is the sigmoid itself.", "C3", sigmoid),
    (
        "absolute",
        "The sign of x is lost: tanh is negative where x is.",
        "C3",
        lambda x: np.abs(np.tanh(x)),
    ),
    ("derivative", "This is the slope of tanh; wanted its value.", "C4", lambda x: 1 - np.tanh(x) ** 2),
    warns=lambda x: 2 / (1 + np.exp(-2 * x)) - 1,
    overflows=(
        lambda x: (np.exp(2 * x) - 1) / (np.exp(2 * x) + 1),
        lambda x: (1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x)),
        lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
    ),
)

_SOFTPLUS_MISTAKES = _activation_mistakes(
    ("sign_of_exponent", "The sign of the exponent is turned: softplus rises with x.", "C3", lambda x: softplus(-x)),
    ("relu", "This is the ReLU: the smooth part, a logarithm, is missing.", "C3", relu),
    ("derivative", "This is the slope of softplus, the sigmoid; wanted its value.", "C3", sigmoid),
    ("log2", "This is the logarithm to base 2; wanted the natural one.", "C3", lambda x: softplus(x) / math.log(2)),
    ("log10", "This is the logarithm to base 10; wanted the natural one.", "C3", lambda x: softplus(x) / math.log(10)),
    (
        "no_max",
        "Where x is negative this is too small by |x|: the part in front of the logarithm is max(0, x), not x.",
        "C3",
        lambda x: x + np.log1p(np.exp(-np.abs(x))),
    ),
    (
        "subtracted",
        "The logarithm is subtracted from the ReLU; softplus lies above the ReLU.",
        "C3",
        lambda x: relu(x) - np.log1p(np.exp(-np.abs(x))),
    ),
    ("negated", "The sign is turned: softplus is never negative.", "C3", lambda x: -softplus(x)),
    ("identity", "This is x itself: the 1 + inside the logarithm is missing.", "C3", lambda x: 1.0 * x),
    warns=lambda x: np.where(x > 30, x, np.log1p(np.exp(x))),
    overflows=(lambda x: np.log(1 + np.exp(x)),),
)


def _kinked_cases(rng):
    """Inputs with exact zeros, and with signs of both kinds, for the functions that have a kink at 0."""
    for shape, label in (
        ((4, 3), ""),
        ((2, 5), "inputs that are exactly 0"),
        ((6,), ""),
        ((3, 7), "inputs that are exactly 0"),
    ):
        x = rng.normal(scale=2, size=shape)
        if label:
            x[rng.random(shape) < 0.3] = 0.0
            x.flat[0] = 0.0
        yield Case(x, label=label)


_RELU_MISTAKES = (
    Mistake("flipped", "The smaller of 0 and x is taken; it should be the larger.", lambda x: np.minimum(x, 0), "C3"),
    Mistake("mirrored", "The gate is turned round: positive numbers pass.", lambda x: np.maximum(-x, 0), "C3"),
    Mistake("absolute", "Negative numbers become 0; they do not turn their sign.", np.abs, "C3"),
    Mistake("slope", "This is the slope of the ReLU, 0 or 1; wanted its value.", lambda x: (x > 0) * 1.0, "C4"),
    Mistake("leaky", "Negative numbers leak through, as in a leaky ReLU.", lambda x: np.maximum(x, 0.001 * x), "I15"),
    Mistake("passes_all", "Everything passes: where is the gate?", lambda x: 1.0 * x, "C3"),
    Mistake("clipped", "Numbers over 1 are cut off; the ReLU has no upper end.", lambda x: np.clip(x, 0, 1), "C3"),
    Mistake(
        "max_over_axis",
        "This is the largest number along an axis: np.max reduces an array. Wanted the larger of 0 and x, element by element.",
        lambda x: np.max(x, 0),
        "C3",
    ),
    Mistake("softplus", "This is softplus, the ReLU's smooth relative.", softplus, "C3"),
)


def leaky_relu(x, eps):
    """x where x > 0, else eps x    x: any shape   eps: number between 0 and 1          [I15]"""
    return activations.leaky_relu(x, eps)


def _leaky_cases(rng):
    for case in _kinked_cases(rng):
        yield Case(*case.args, float(rng.uniform(0.05, 0.3)), label=case.label)
    yield Case(-rng.uniform(1, 9, size=(3, 2)), 0.001, label="eps = 0.001 as in the deck, all inputs negative")


_LEAKY_MISTAKES = (
    Mistake("relu", "Nothing leaks: negative numbers come out as eps x, not as 0.", lambda x, eps: relu(x), "I15"),
    Mistake(
        "swapped",
        "eps is on the wrong side: it scales the negative numbers.",
        lambda x, eps: np.minimum(x, eps * x),
        "I15",
    ),
    Mistake(
        "constant",
        "Negative numbers come out as eps; wanted eps times x.",
        lambda x, eps: np.where(x > 0, x, eps),
        "I15",
    ),
    Mistake(
        "floor",
        "This is max(x, eps), never under eps; wanted eps times x where x is negative.",
        lambda x, eps: np.maximum(x, eps),
        "I15",
    ),
    Mistake(
        "sign",
        "The sign of the leak is turned: eps x is negative where x is.",
        lambda x, eps: np.where(x > 0, x, -eps * x),
        "I15",
    ),
    Mistake(
        "fixed",
        "The leak is always 0.001; use the eps that is handed over.",
        lambda x, eps: activations.leaky_relu(x, 0.001),
        "I15",
    ),
    Mistake("slope", "This is the slope, 1 or eps; wanted the value.", lambda x, eps: np.where(x > 0, 1.0, eps), "I15"),
    Mistake("scaled", "Everything is multiplied by eps; only negative numbers are.", lambda x, eps: eps * x, "I15"),
    Mistake(
        "exponential",
        "Negative numbers are bent; the leaky ReLU is straight there, eps x.",
        lambda x, eps: activations.elu(x, eps),
        "I15",
    ),
    Mistake("added", "eps is added to the ReLU; it is a slope.", lambda x, eps: relu(x) + eps, "I15"),
)


# --- derivatives ------------------------------------------------------------------------------------------------------

_SHAPES = ("sigmoid", "tanh", "relu", "leaky_relu", "softplus")


def derivatives(x, eps):
    """The slopes of sigmoid, tanh, ReLU, leaky ReLU and softplus at x    x: any shape   five arrays of that shape          [C4, I15]"""
    s, on = sigmoid(x), x > 0
    return s * sigmoid(-x), 1 - np.tanh(x) ** 2, on * 1.0, np.where(on, 1.0, eps), s


def _derivative_cases(rng):
    for shape, label in (
        ((3, 4), ""),
        ((5, 2), "inputs that are exactly 0"),
        ((7,), "inputs as large as 1000"),
        ((2, 6), "inputs as large as 1000, and 0"),
    ):
        x = rng.normal(scale=2, size=shape)
        x.flat[:2] = 1.5, -1.5  # both signs, always
        if "1000" in label:
            x.flat[2:4] = 1000, -1000
        if "0" in label.split() or "exactly" in label:
            x.flat[4:6] = 0.0
        yield Case(x, float(rng.uniform(0.05, 0.3)), label=label)


def _derivatives_with(**slips):
    """The derivatives, some of them replaced by a slip(x, eps)."""

    def answer(x, eps):
        answers = dict(zip(_SHAPES, derivatives(x, eps), strict=True))
        with np.errstate(all="ignore"):
            return tuple(slips[name](x, eps) if name in slips else answers[name] for name in _SHAPES)

    return answer


_DERIVATIVE_MISTAKES = (
    Mistake(
        "value_for_slope",
        "The function itself stands where its derivative belongs.",
        lambda x, eps: (sigmoid(x), np.tanh(x), relu(x), leaky_relu(x, eps), softplus(x)),
        "C4",
    ),
    Mistake(
        "negated",
        "The sign is turned: these functions never fall [E18].",
        lambda x, eps: tuple(-d for d in derivatives(x, eps)),
        "E18",
    ),
    Mistake(
        "only_complement",
        "The factor sigmoid(x) is missing.",
        _derivatives_with(sigmoid=lambda x, eps: sigmoid(-x)),
        "C4",
    ),
    Mistake(
        "input_for_output",
        "The input x stands where the function's value at x belongs.",
        _derivatives_with(sigmoid=lambda x, eps: x * (1 - x), tanh=lambda x, eps: 1 - x**2),
        "C4",
    ),
    Mistake(
        "other_rule",
        "The rules of sigmoid and tanh are mixed up: one is y (1 - y), the other 1 - y^2.",
        _derivatives_with(
            sigmoid=lambda x, eps: 1 - sigmoid(x) ** 2, tanh=lambda x, eps: np.tanh(x) * (1 - np.tanh(x))
        ),
        "C4",
    ),
    Mistake("no_square", "tanh is not squared.", _derivatives_with(tanh=lambda x, eps: 1 - np.tanh(x)), "C4"),
    Mistake(
        "no_inner_2",
        "By the chain rule the 2 inside 2 sigmoid(2x) - 1 comes out once more.",
        _derivatives_with(tanh=lambda x, eps: (1 - np.tanh(x) ** 2) / 2),
        "C4",
    ),
    Mistake(
        "flipped",
        "The gate is turned round: the slope is 1 where x is positive.",
        _derivatives_with(relu=lambda x, eps: (x < 0) * 1.0, leaky_relu=lambda x, eps: np.where(x < 0, 1.0, eps)),
        "C4",
    ),
    Mistake(
        "one_at_zero",
        "At x = 0 there is no slope; this course takes that of the left side there.",
        _derivatives_with(relu=lambda x, eps: (x >= 0) * 1.0, leaky_relu=lambda x, eps: np.where(x >= 0, 1.0, eps)),
        "C4",
    ),
    Mistake(
        "half_at_zero",
        "At x = 0 there is no slope; this course takes that of the left side there, not the mean of both.",
        _derivatives_with(
            relu=lambda x, eps: np.heaviside(x, 0.5),
            leaky_relu=lambda x, eps: np.where(x == 0, (1 + eps) / 2, np.where(x > 0, 1.0, eps)),
        ),
        "C4",
    ),
    Mistake(
        "sign",
        "Where x is negative the ReLU is flat: its slope there is 0, not -1.",
        _derivatives_with(relu=lambda x, eps: np.sign(x)),
        "C4",
    ),
    Mistake(
        "no_leak",
        "The leaky ReLU's slope is 0 where x is negative; there it should be eps.",
        _derivatives_with(leaky_relu=lambda x, eps: (x > 0) * 1.0),
        "I15",
    ),
    Mistake(
        "leak_everywhere",
        "eps is added everywhere; where x is positive the slope is 1.",
        _derivatives_with(leaky_relu=lambda x, eps: (x > 0) + eps),
        "I15",
    ),
    Mistake(
        "sign_of_exponent",
        "The sign of the exponent is turned: the slope of softplus grows with x.",
        _derivatives_with(softplus=lambda x, eps: sigmoid(-x)),
        "C3",
    ),
    Mistake(
        "one_too_far",
        "This has been derived once too often: the slope of softplus is the sigmoid itself.",
        _derivatives_with(softplus=lambda x, eps: sigmoid(x) * sigmoid(-x)),
        "C3",
    ),
    *(
        Mistake(
            "overflow",
            "exp overflows on the way, and nan comes out: write the slope with the function's own value.",
            _derivatives_with(**slips),
            "C4",
        )
        for slips in (
            dict(
                sigmoid=lambda x, eps: np.exp(-x) / (1 + np.exp(-x)) ** 2,
                tanh=lambda x, eps: 1 - ((np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)) ** 2,
                softplus=lambda x, eps: np.exp(x) / (1 + np.exp(x)),
            ),
            dict(
                sigmoid=lambda x, eps: np.exp(x) / (1 + np.exp(x)) ** 2,
                tanh=lambda x, eps: 1 - ((np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))) ** 2,
            ),
        )
    ),
)


# --- layers, for a batch ----------------------------------------------------------------------------------------------


def dense_forward(x, W, b):
    """z = x W + b    x: (N, D)   W: (D, M)   b: (M,)   z: (N, M)          [C5]"""
    return x @ W + b


def _dense_cases(rng):
    for N, D, M, label in (
        (5, 4, 3, ""),
        (2, 3, 6, ""),
        (1, 4, 2, "a batch of one"),
        (7, 2, 5, ""),
        (4, 5, 1, "one unit"),
    ):
        yield Case(rng.normal(size=(N, D)), rng.normal(size=(D, M)), rng.normal(size=M), label=label)


_DENSE_MISTAKES = (
    Mistake("no_bias", "The bias is missing.", lambda x, W, b: x @ W, "C2"),
    Mistake("bias_subtracted", "The bias is subtracted; it is added.", lambda x, W, b: x @ W - b, "C2"),
    Mistake("bias_multiplied", "The bias multiplies the sum; it is added to it.", lambda x, W, b: x @ W * b, "C2"),
    Mistake(
        "bias_in_every_term",
        "The bias is added once for every input; it belongs to the sum once.",
        lambda x, W, b: x @ W + x.shape[1] * b,
        "C2",
    ),
    Mistake(
        "one_bias_for_all",
        "All units get the same bias, the sum of b; unit j has its own, b[j].",
        lambda x, W, b: x @ W + b.sum(),
        "C2",
    ),
    Mistake(
        "activated",
        "An activation is already applied; a dense layer stops at z = x W + b.",
        lambda x, W, b: relu(x @ W + b),
        "C5",
    ),
    Mistake(
        "transposed", "The result is transposed: one row for each example, (N, M).", lambda x, W, b: (x @ W + b).T, "C5"
    ),
    Mistake("mean", "This is a mean over the inputs; wanted the sum.", lambda x, W, b: x @ W / x.shape[1] + b, "C2"),
    Mistake("first_example", "Only the first example is there; the batch has N.", lambda x, W, b: x[0] @ W + b, "C5"),
    Mistake(
        "summed_over_batch",
        "The examples are added up; each has a row of its own in z.",
        lambda x, W, b: x.sum(axis=0) @ W + b,
        "C5",
    ),
    Mistake(
        "bias_first_row",
        "Only the first example gets the bias; every row of z does.",
        lambda x, W, b: np.vstack([x[:1] @ W + b, x[1:] @ W]),
        "C5",
    ),
)


def mlp_forward(
    x,
    layers,
    g,
    start=lambda g, x: x,
    hidden=lambda g, W, h, b: g(h @ W + b),
    output=lambda g, W, h, b: h @ W + b,
    give=lambda x, hs: hs,
):
    """h_l = g(h_(l-1) W_l + b_l) with h_0 = x, the last without g; the keywords are where a hand may slip.          [C1, C5, I16]

    x: (N, D)   layers: [(W, b), ...]   g: array -> array   returns [h_1, ..., z], one for each layer
    """
    h, hs = start(g, x), []
    for number, (W, b) in enumerate(layers, start=1):
        h = (output if number == len(layers) else hidden)(g, W, h, b)
        hs.append(h)
    return give(x, hs)


def _mlp_cases(rng):
    for N, *sizes, g, label in (
        (6, 3, 5, 4, 2, np.tanh, "g = tanh"),
        (7, 2, 4, 3, relu, "g = ReLU"),
        (1, 4, 6, 3, 2, 5, np.tanh, "a batch of one"),
        (5, 3, 4, sigmoid, "one layer only: no hidden layer"),
        (4, 5, 3, 1, sigmoid, "g = sigmoid"),
    ):
        layers = [(rng.normal(size=shape), rng.normal(size=shape[1])) for shape in pairwise(sizes)]
        yield Case(rng.normal(size=(N, sizes[0])), layers, g, label=label)


_MLP_MISTAKES = (
    *(
        Mistake(key, says, partial(mlp_forward, **hooks), see)
        for key, says, see, hooks in (
            (
                "activated_output",
                "g is applied to the last layer too; its output is left as it is.",
                "C5",
                dict(output=lambda g, W, h, b: g(h @ W + b)),
            ),
            (
                "not_activated",
                "g is never applied: then the whole network is one linear map, however deep.",
                "C2",
                dict(hidden=lambda g, W, h, b: h @ W + b),
            ),
            (
                "only_output_activated",
                "g is applied to the last layer alone; it belongs to all the others.",
                "C5",
                dict(hidden=lambda g, W, h, b: h @ W + b, output=lambda g, W, h, b: g(h @ W + b)),
            ),
            (
                "no_bias",
                "The biases are missing.",
                "C2",
                dict(hidden=lambda g, W, h, b: g(h @ W), output=lambda g, W, h, b: h @ W),
            ),
            (
                "bias_outside",
                "The bias is added after g; it belongs inside.",
                "C2",
                dict(hidden=lambda g, W, h, b: g(h @ W) + b),
            ),
            (
                "activated_input",
                "g is applied to the input: the first layer is given x as it is.",
                "C5",
                dict(start=lambda g, x: g(x)),
            ),
            ("activated_twice", "g is applied twice.", "C2", dict(hidden=lambda g, W, h, b: g(g(h @ W + b)))),
            (
                "with_input",
                "The list begins with the input x; wanted the outputs of the layers alone.",
                "C5",
                dict(give=lambda x, hs: [x, *hs]),
            ),
            (
                "no_output",
                "The last layer's output is missing from the list.",
                "C5",
                dict(give=lambda x, hs: hs[:-1]),
            ),
            (
                "reversed",
                "The list goes from the last layer to the first; wanted the first layer first.",
                "C5",
                dict(give=lambda x, hs: hs[::-1]),
            ),
            (
                "output_everywhere",
                "The list holds the last layer's output again and again: keep each layer's own.",
                "C5",
                dict(give=lambda x, hs: [hs[-1]] * len(hs)),
            ),
        )
    ),
    Mistake(
        "pre_activations",
        "The list holds what enters g; wanted what comes out of it.",
        lambda x, layers, g: _pre_activations(x, layers, g),
        "C5",
    ),
)


def _pre_activations(x, layers, g):
    hs = mlp_forward(x, layers, g)
    return [h @ W + b for h, (W, b) in zip([x, *hs], layers, strict=False)]


# --- XOR by hand ------------------------------------------------------------------------------------------------------

_WANTED = {"W1": (2, 2), "b1": (2,), "W2": (2, 1), "b2": (1,)}


def classes_of_221(answer, x):
    """The class that the 2-2-1 ReLU network with the weights of answer() gives to each x: 1 where in5 > 0.    x: (N, 2)   (N,)

    Raises    ValueError if the weights are not [(W1, b1), (W2, b2)] in their shapes, or not finite.
    """
    layers = answer()
    if layers is None:
        return None
    try:
        (W1, b1), (W2, b2) = layers
        weights = [np.asarray(part, dtype=np.float64) for part in (W1, b1, W2, b2)]
    except (TypeError, ValueError):
        raise ValueError("wanted [(W1, b1), (W2, b2)], arrays of numbers") from None
    for (name, shape), part in zip(_WANTED.items(), weights, strict=True):
        if part.shape != shape:
            raise ValueError(f"{name}: wanted shape {shape}, got {part.shape}")
        if not np.isfinite(part).all():
            raise ValueError(f"{name}: wanted finite numbers, got {part.tolist()}")
    W1, b1, W2, b2 = weights
    return ((np.maximum(x @ W1 + b1, 0) @ W2 + b2)[:, 0] > 0).astype(int)  # our own relu is forbidden here


def xor_layers():
    """Unit 3 counts the inputs that are 1, unit 4 those beyond the first; in5 = a3 - 2 a4 - 1/2          [C5]"""
    return [(np.ones((2, 2)), np.array([0.0, -1.0])), (np.array([[1.0], [-2.0]]), np.array([-0.5]))]


def _corner_cases(rng):
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    for repeated in (0, 1, 3):
        order = np.concatenate([rng.permutation(4), rng.choice(4, size=repeated, replace=False)])
        yield Case(
            corners if repeated == 0 else corners[order],
            label="the corners (0,0), (0,1), (1,0), (1,1)" if repeated == 0 else "the corners in another order",
        )


def _plane(w1, w2, bias, sign=1.0):
    """A 2-2-1 network that says 1 where sign (w1 x1 + w2 x2 + bias) > 0: a single line, one unit does it."""
    return lambda: [
        (np.array([[w1, -w1], [w2, -w2]]) * sign, np.array([bias, -bias]) * sign),
        (np.array([[1.0], [-1.0]]), np.zeros(1)),
    ]


def _turned():
    (W1, b1), (W2, b2) = xor_layers()
    return [(W1, b1), (-W2, -b2)]


_XOR_MISTAKES = (
    Mistake("or", "Your network computes OR: it also says 1 where both inputs are 1.", _plane(1, 1, -0.5), "C5"),
    Mistake("and", "Your network computes AND: it says 1 only where both inputs are 1.", _plane(1, 1, -1.5), "C5"),
    Mistake("nand", "Your network computes NAND: it also says 1 where both inputs are 0.", _plane(-1, -1, 1.5), "C5"),
    Mistake("nor", "Your network computes NOR: it says 1 only where both inputs are 0.", _plane(-1, -1, 0.5), "C5"),
    Mistake("turned_round", "Your network says the opposite everywhere: 1 where the inputs are equal.", _turned, "C5"),
    Mistake("always_1", "Your network says 1 at all four corners.", _plane(0, 0, 1.0), "C5"),
    Mistake("always_0", "Your network says 0 at all four corners: in5 never gets over 0.", _plane(0, 0, -1.0), "C5"),
    Mistake("x1", "Your network says what x1 says; x2 has no influence.", _plane(1, 0, -0.5), "C5"),
    Mistake("x2", "Your network says what x2 says; x1 has no influence.", _plane(0, 1, -0.5), "C5"),
    Mistake("only_10", "Your network finds the corner (1, 0), but says 0 at (0, 1).", _plane(1, -1, -0.5), "C5"),
    Mistake("only_01", "Your network finds the corner (0, 1), but says 0 at (1, 0).", _plane(-1, 1, -0.5), "C5"),
)


# --- parameters -------------------------------------------------------------------------------------------------------


def count_parameters(sizes):
    """Weights and biases of a dense network    sizes: [d, k_1, ..., c], from the inputs to the output          [C1, C5]"""
    return sum(n * m + m for n, m in pairwise(sizes))


def _size_cases(rng):
    for depth in (3, 2, 4, 1):
        yield Case(
            [int(n) for n in rng.choice(np.arange(3, 40), size=depth + 1, replace=False)],
            label="" if depth > 1 else "no hidden layer",
        )


_COUNT_MISTAKES = (
    Mistake(
        "no_biases",
        "The biases are missing: every unit after the inputs has one.",
        lambda s: sum(n * m for n, m in pairwise(s)),
        "C2",
    ),
    Mistake(
        "biases_of_inputs",
        "The inputs get biases too; they are given, they have none.",
        lambda s: count_parameters(s) + s[0],
        "C2",
    ),
    Mistake(
        "bias_of_the_sender",
        "A layer has one bias for each unit that it puts out, not for each that comes in.",
        lambda s: sum(n * m + n for n, m in pairwise(s)),
        "C2",
    ),
    Mistake(
        "one_bias_per_layer",
        "One bias for each layer is counted; every unit has its own.",
        lambda s: sum(n * m + 1 for n, m in pairwise(s)),
        "C2",
    ),
    Mistake("units", "The units are counted; count the weights between them, and the biases.", lambda s: sum(s), "C5"),
    Mistake(
        "product",
        "The sizes of all layers are multiplied; go from layer to layer and add up.",
        lambda s: math.prod(s),
        "C5",
    ),
    Mistake("no_output", "The last layer is left out.", lambda s: count_parameters(s[:-1]), "C5"),
    Mistake("no_input", "The first layer, from the inputs, is left out.", lambda s: count_parameters(s[1:]), "C5"),
    Mistake(
        "sums",
        "The sizes of neighbouring layers are added; every unit is joined to every other, so multiply.",
        lambda s: sum(n + m + m for n, m in pairwise(s)),
        "C5",
    ),
    Mistake(
        "square",
        "A layer of n units that is fed by m has n times m weights, not n times n.",
        lambda s: sum(m * m + m for m in s[1:]),
        "C5",
    ),
)


# --- the list ---------------------------------------------------------------------------------------------------------

EXERCISES = [
    Function(
        id="l01.neuron",
        title="One neuron",
        points=2,
        lectures=("C2",),
        outputs=("in_j", "a_j"),
        reference=neuron,
        cases=_neuron_cases,
        mistakes=_NEURON_MISTAKES,
        hints=(
            "There is one weight more than there are inputs. Which input does w[0] belong to?",
            "w[0] is the weight of an input that is always +1. The others, w[1:], pair up with x one by one.",
            "in_j is the bias plus the sum of the products; w[1:] @ x is that sum. Return in_j and g(in_j).",
        ),
    ),
    Function(
        id="l01.sigmoid",
        title="Sigmoid, safe at 1000",
        points=2,
        lectures=("C3", "I15"),
        outputs=("y", "quiet"),
        reference=sigmoid,
        cases=_wide_cases,
        mistakes=_SIGMOID_MISTAKES,
        run=quietly,
        hints=(
            "Is e^1000 a number that a computer can hold? Is e^-1000? Which of the two may exp be given?",
            "The sigmoid has two forms, 1 / (1 + e^-x) and e^x / (1 + e^x). Each is harmless for one sign of x.",
            "Compute e = np.exp(-np.abs(x)) once: it never exceeds 1. Then choose between 1 / (1 + e) and e / (1 + e) with np.where.",
        ),
    ),
    Function(
        id="l01.tanh",
        title="tanh by way of the sigmoid",
        points=2,
        lectures=("C3", "I15", "E5"),
        outputs=("y", "quiet"),
        reference=tanh,
        cases=_wide_cases,
        mistakes=_TANH_MISTAKES,
        run=quietly,
        forbids=(*FORBIDDEN, "numpy.tanh", "math.tanh", "cmath.tanh"),
        hints=(
            "The sigmoid runs from 0 to 1, tanh from -1 to 1. What stretches and shifts the one into the other?",
            "C3 has tanh written with the sigmoid, on the right of its second equals sign.",
            "Call your own sigmoid at 2 * x; then stretch by 2 and shift by -1.",
        ),
    ),
    Function(
        id="l01.relu",
        title="ReLU",
        points=1,
        lectures=("C3", "U23", "I15"),
        outputs=("y",),
        reference=relu,
        cases=_kinked_cases,
        mistakes=_RELU_MISTAKES,
        hints=(
            "What comes out for -2, for 0, for 3?",
            "The larger of two numbers, for every element of an array: NumPy has np.maximum for pairs and np.max for whole arrays.",
            "np.maximum(0, x) compares element by element; np.max(x, 0) would look along axis 0.",
        ),
    ),
    Function(
        id="l01.leaky_relu",
        title="Leaky ReLU",
        points=1,
        lectures=("I15",),
        outputs=("y",),
        reference=leaky_relu,
        cases=_leaky_cases,
        mistakes=_LEAKY_MISTAKES,
        hints=(
            "It is a ReLU whose negative side is a line with a small slope. What is its value at x = -2?",
            "Where x is positive it is x, elsewhere eps times x.",
            "np.where(condition, a, b) chooses element by element. Because eps lies between 0 and 1, one np.maximum does it as well.",
        ),
    ),
    Function(
        id="l01.softplus",
        title="Softplus, safe at 1000",
        points=2,
        lectures=("C3",),
        outputs=("y", "quiet"),
        reference=softplus,
        cases=_wide_cases,
        mistakes=_SOFTPLUS_MISTAKES,
        run=quietly,
        hints=(
            "For a large x, what is log(1 + e^x) nearly? And which part of it overflows?",
            "Take the large part out of the logarithm: log(1 + e^x) = x + log(1 + e^-x). Which form is safe for which sign of x?",
            "Both forms are max(0, x) + log(1 + e^-|x|) in one, and np.log1p(e) is log(1 + e).",
        ),
    ),
    Function(
        id="l01.derivatives",
        title="Five slopes",
        points=5,
        lectures=("C4", "U23", "I15", "E18"),
        outputs=_SHAPES,
        reference=derivatives,
        cases=_derivative_cases,
        mistakes=_DERIVATIVE_MISTAKES,
        hints=(
            "C4 writes the slopes of sigmoid and tanh with their own values. For the other two kinks: what is the slope of a straight line?",
            "sigmoid' = y (1 - y) and tanh' = 1 - y^2, with y the value at x. Differentiate log(1 + e^x): a function that you know comes out.",
            "A slope that is one number here and another there is np.where(x > 0, ..., ...); x = 0 goes with the left side.",
        ),
    ),
    Function(
        id="l01.dense_forward",
        title="A dense layer for a batch",
        points=3,
        lectures=("C2", "C5"),
        outputs=("z",),
        reference=dense_forward,
        cases=_dense_cases,
        mistakes=_DENSE_MISTAKES,
        hints=(
            "Take one example, a row of x: what does unit j receive from it? Now all rows and all units at once.",
            "x is (N, D) and W is (D, M). Which product of the two has shape (N, M)?",
            "The matrix product is x @ W. Adding b of shape (M,) gives every row the same biases: NumPy repeats it for you.",
        ),
    ),
    Function(
        id="l01.mlp_forward",
        title="A whole network for a batch",
        points=4,
        lectures=("C1", "C5", "I16"),
        outputs=("hs",),
        reference=mlp_forward,
        cases=_mlp_cases,
        mistakes=_MLP_MISTAKES,
        hints=(
            "What one layer puts out is what the next one is given. Which variable changes from layer to layer?",
            "Keep h, starting with x. For each (W, b): a dense layer, then g, unless it is the last layer; put the result into a list.",
            "for W, b in layers[:-1]: does all but the last; the last one follows without g. Your dense_forward does the product.",
        ),
    ),
    Function(
        id="l01.xor_layers",
        title="XOR by hand",
        points=3,
        lectures=("C1", "C5"),
        outputs=("classes",),
        reference=xor_layers,
        cases=_corner_cases,
        mistakes=_XOR_MISTAKES,
        run=classes_of_221,
        hints=(
            "XOR is 1 where one input is 1 and the other is not. Each hidden unit is on to one side of a line: two lines, where should they run?",
            "One way: let unit 3 be on at the corner (1, 0) alone and unit 4 at (0, 1) alone; unit 5 says 1 if either is on.",
            "A unit with weights 1 and -1 and bias 0 receives 1, -1, 0 and 0 at (1, 0), (0, 1), (0, 0) and (1, 1). What does the ReLU leave? Column j of W1 belongs to hidden unit j.",
        ),
    ),
    Function(
        id="l01.count_parameters",
        title="Counting parameters",
        points=2,
        lectures=("C1", "C2", "C5"),
        outputs=("count",),
        reference=count_parameters,
        cases=_size_cases,
        mistakes=_COUNT_MISTAKES,
        hints=(
            "Take one layer, n inputs and m units: what shape has W, what shape has b?",
            "That is n times m weights and m biases. Go from layer to layer and add up.",
            "zip(sizes, sizes[1:]) gives the pairs (n, m) layer by layer.",
        ),
    ),
]
