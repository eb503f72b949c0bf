"""The homework of lesson 02 (C5, C6, C7): a 2-2-1 network worked out by hand, one number after the other."""

from __future__ import annotations

import numpy as np

from course_lib.exercises.base import Mistake, Numbers, Quantity

HOMEWORK = dict(w03=2, w04=-1, w05=1, w13=2, w14=4, w23=3, w24=1, w35=2, w45=3, x1=-3, x2=5, y=0)


def _relu(z):
    return max(0.0, z)


def _step(z):
    return 1.0 if z > 0 else 0.0


def _sigmoid(z):
    return 1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z))


def _bce(v):
    """-y log yhat - (1-y) log(1-yhat) from the logit in5: exact where 1 - yhat has lost its digits [E15]."""
    return np.logaddexp(0, v.in5) - v.y * v.in5


def _input(j, one, two, bias):
    """in_j = w0j + w1j x1 + w2j x2, with the slips that hands make in it."""
    return Quantity(
        name=f"in{j}",
        formula=lambda v: getattr(v, bias) + getattr(v, one) * v.x1 + getattr(v, two) * v.x2,
        mistakes=(
            Mistake(
                "no_bias",
                f"The bias {bias} is missing.",
                lambda v: getattr(v, one) * v.x1 + getattr(v, two) * v.x2,
                "C2",
            ),
            Mistake(
                "crossed_inputs",
                f"The inputs are crossed: {one} belongs to x1 and {two} to x2.",
                lambda v: getattr(v, bias) + getattr(v, one) * v.x2 + getattr(v, two) * v.x1,
                "C5",
            ),
            Mistake(
                "sign_of_x1",
                "The sign of x1 got lost.",
                lambda v: getattr(v, bias) - getattr(v, one) * v.x1 + getattr(v, two) * v.x2,
                "C7",
            ),
            Mistake(
                "bias_subtracted",
                f"The bias {bias} is subtracted; it is added, with its own sign.",
                lambda v: -getattr(v, bias) + getattr(v, one) * v.x1 + getattr(v, two) * v.x2,
                "C2",
            ),
        ),
    )


def _activation(j):
    return Quantity(
        name=f"a{j}",
        formula=lambda v: _relu(getattr(v, f"in{j}")),
        mistakes=(
            Mistake("no_relu", f"This is in{j} itself: the ReLU is not applied.", lambda v: getattr(v, f"in{j}"), "C3"),
            Mistake(
                "absolute",
                "ReLU makes a negative input 0; it does not turn its sign.",
                lambda v: abs(getattr(v, f"in{j}")),
                "C3",
            ),
            Mistake(
                "sigmoid",
                "The hidden units use the ReLU, not the sigmoid.",
                lambda v: _sigmoid(getattr(v, f"in{j}")),
                "C7",
            ),
            Mistake(
                "slope", "This is the slope of the ReLU; wanted its value.", lambda v: _step(getattr(v, f"in{j}")), "C3"
            ),
        ),
    )


def _hidden_error(j, weight, other):
    slope = f"g'(in{j})"
    return Quantity(
        name=f"Delta{j}",
        formula=lambda v: v.Delta5 * getattr(v, weight) * _step(getattr(v, f"in{j}")),
        mistakes=(
            Mistake(
                "no_slope",
                f"The slope {slope} is missing: is unit {j} switched on?",
                lambda v: v.Delta5 * getattr(v, weight),
                "C6",
            ),
            Mistake(
                "no_weight",
                f"The weight {weight} on the path back from unit 5 is missing.",
                lambda v: v.Delta5 * _step(getattr(v, f"in{j}")),
                "C6",
            ),
            Mistake(
                "value_for_slope",
                f"The value a{j} stands where the slope {slope} belongs.",
                lambda v: v.Delta5 * getattr(v, weight) * getattr(v, f"a{j}"),
                "C6",
            ),
            Mistake(
                "other_path",
                f"The error travels back along {weight}, not along {other}.",
                lambda v: v.Delta5 * getattr(v, other) * _step(getattr(v, f"in{j}")),
                "C6",
            ),
        ),
    )


def _gradient(weight, error, source, slips):
    """dw = the error where the weight ends, times the activation where it starts."""
    return Quantity(
        name=f"d{weight}",
        formula=lambda v: getattr(v, error) * (getattr(v, source) if source else 1),
        mistakes=(
            Mistake(
                "negated",
                "The sign is turned: the gradient itself is wanted, not the step down along it.",
                lambda v: -getattr(v, error) * (getattr(v, source) if source else 1),
                "C6",
            ),
            Mistake(
                "weight_for_activation",
                f"The weight {weight} itself is in the product; wanted what enters {weight}: {source or 'the fixed 1 of the bias'}.",
                lambda v: getattr(v, error) * getattr(v, weight),
                "C6",
            ),
            *slips,
        ),
    )


def _into_output(j):
    """Gradient of w35 or w45."""
    slips = (
        Mistake(
            "pre_activation",
            f"The input in{j} stands where the activation a{j} belongs.",
            lambda v: v.Delta5 * getattr(v, f"in{j}"),
            "C6",
        ),
        Mistake(
            "wrong_error",
            f"w{j}5 ends at unit 5, so its error is Delta5, not Delta{j}.",
            lambda v: getattr(v, f"Delta{j}") * getattr(v, f"a{j}"),
            "C6",
        ),
    )
    return _gradient(f"w{j}5", "Delta5", f"a{j}", slips)


def _into_hidden(i, j):
    """Gradient of w13, w23, w14 or w24."""
    other = 3 - i
    slips = (
        Mistake(
            "other_input",
            f"w{i}{j} starts at x{i}, not at x{other}.",
            lambda v: getattr(v, f"Delta{j}") * getattr(v, f"x{other}"),
            "C6",
        ),
        Mistake(
            "wrong_error",
            f"w{i}{j} ends at unit {j}, so its error is Delta{j}, not Delta5.",
            lambda v: v.Delta5 * getattr(v, f"x{i}"),
            "C6",
        ),
    )
    return _gradient(f"w{i}{j}", f"Delta{j}", f"x{i}", slips)


def _bias(j):
    slips = ()
    if j != 5:
        slips = (
            Mistake(
                "wrong_error",
                f"w0{j} ends at unit {j}, so its error is Delta{j}, not Delta5.",
                lambda v: v.Delta5,
                "C6",
            ),
        )
    return _gradient(f"w0{j}", f"Delta{j}", None, slips)


STEPS = (
    _input(3, "w13", "w23", "w03"),
    _activation(3),
    _input(4, "w14", "w24", "w04"),
    _activation(4),
    Quantity(
        name="in5",
        formula=lambda v: v.w05 + v.w35 * v.a3 + v.w45 * v.a4,
        mistakes=(
            Mistake("no_bias", "The bias w05 is missing.", lambda v: v.w35 * v.a3 + v.w45 * v.a4, "C2"),
            Mistake(
                "pre_activation",
                "in3 and in4 stand where the activations a3 and a4 belong.",
                lambda v: v.w05 + v.w35 * v.in3 + v.w45 * v.in4,
                "C5",
            ),
            Mistake(
                "crossed_inputs",
                "The units are crossed: w35 belongs to a3 and w45 to a4.",
                lambda v: v.w05 + v.w35 * v.a4 + v.w45 * v.a3,
                "C5",
            ),
            Mistake(
                "bias_subtracted",
                "The bias w05 is subtracted; it is added, with its own sign.",
                lambda v: -v.w05 + v.w35 * v.a3 + v.w45 * v.a4,
                "C2",
            ),
        ),
    ),
    Quantity(
        name="yhat",
        formula=lambda v: _sigmoid(v.in5),
        mistakes=(
            Mistake(
                "no_sigmoid",
                "The output unit needs a sigmoid: cross-entropy wants a probability [E15].",
                lambda v: v.in5,
                "C7",
            ),
            Mistake(
                "no_sigmoid",
                "The output unit needs a sigmoid: cross-entropy wants a probability [E15].",
                lambda v: _relu(v.in5),
                "C7",
            ),
            Mistake(
                "sign",
                "This is the sigmoid of -in5, the probability of the other class.",
                lambda v: _sigmoid(-v.in5),
                "C3",
            ),
            Mistake("tanh", "This is tanh(in5); a probability comes from the sigmoid.", lambda v: np.tanh(v.in5), "C3"),
        ),
    ),
    Quantity(
        name="loss",
        formula=_bce,
        mistakes=(
            Mistake(
                "squared",
                "This is the squared error; the homework asks for binary cross-entropy.",
                lambda v: (v.y - v.yhat) ** 2,
                "C8",
            ),
            Mistake("sign", "The minus sign in front of the logarithm is missing.", lambda v: -_bce(v), "C8"),
            Mistake(
                "other_class",
                "y and 1 - y are exchanged.",
                lambda v: np.logaddexp(0, v.in5) - (1 - v.y) * v.in5,
                "C8",
            ),
            Mistake(
                "log10",
                "This is the logarithm to base 10; wanted the natural one.",
                lambda v: _bce(v) / np.log(10),
                "C8",
            ),
            Mistake(
                "log2", "This is the logarithm to base 2; wanted the natural one.", lambda v: _bce(v) / np.log(2), "C8"
            ),
        ),
    ),
    Quantity(
        name="Delta5",
        formula=lambda v: v.yhat - v.y,
        mistakes=(
            Mistake("sign", "The sign is turned: the error is yhat - y.", lambda v: v.y - v.yhat, "C6"),
            Mistake(
                "squared_error",
                "This is C6's Delta5, made for the squared error; with cross-entropy the slope g'(in5) and the 2 cancel.",
                lambda v: 2 * (v.yhat - v.y) * v.yhat * (1 - v.yhat),
                "C6",
            ),
            Mistake(
                "extra_slope",
                "The slope g'(in5) is in it once too often: cross-entropy's own derivative cancels it.",
                lambda v: (v.yhat - v.y) * v.yhat * (1 - v.yhat),
                "C15",
            ),
            Mistake(
                "factor_2",
                "The factor 2 belongs to the squared error, not to cross-entropy.",
                lambda v: 2 * (v.yhat - v.y),
                "E19",
            ),
        ),
    ),
    _hidden_error(3, "w35", "w45"),
    _hidden_error(4, "w45", "w35"),
    _bias(5),
    _into_output(3),
    _into_output(4),
    _bias(3),
    _into_hidden(1, 3),
    _into_hidden(2, 3),
    _bias(4),
    _into_hidden(1, 4),
    _into_hidden(2, 4),
)
_FORWARD = ("in3", "a3", "in4", "a4", "in5", "yhat", "loss")
_ERRORS = ("Delta5", "Delta3", "Delta4")
_GRADIENTS = ("dw05", "dw35", "dw45", "dw03", "dw13", "dw23", "dw04", "dw14", "dw24")


def draw_homework(rng):
    """Weights, inputs and a label for one student: whole numbers, at least one hidden unit on, an output that is not saturated."""
    while True:
        w = {name: int(rng.choice([-4, -3, -2, -1, 1, 2, 3, 4])) for name in HOMEWORK if name[0] == "w"}
        w["x1"], w["x2"] = (int(x) for x in rng.choice([-3, -2, 2, 3, 4], size=2, replace=False))
        in3 = w["w03"] + w["w13"] * w["x1"] + w["w23"] * w["x2"]
        in4 = w["w04"] + w["w14"] * w["x1"] + w["w24"] * w["x2"]
        in5 = w["w05"] + w["w35"] * _relu(in3) + w["w45"] * _relu(in4)
        if in3 and in4 and max(in3, in4) > 0 and 0 < abs(in5) <= 3:
            return w | {"y": int(rng.integers(2))}


_homework_hints = {
    "homework_forward": (
        "Draw the network and write every number on it. Each unit adds up what arrives: weight times what comes along it, and its bias.",
        "in3 = w03 + w13 x1 + w23 x2, and a3 = ReLU(in3). Unit 4 works the same way; unit 5 takes a3 and a4 in the place of x1 and x2.",
        "yhat is the sigmoid of in5 (E15 says why it can't be a ReLU). With y = 0 only one term of the cross-entropy is left: -log(1 - yhat).",
    ),
    "homework_errors": (
        "Delta_j says how much the loss grows when in_j grows a little. Begin at the output and go back.",
        "For cross-entropy after a sigmoid the slope of the sigmoid cancels: Delta5 is a plain difference. Which one?",
        "Delta3 = Delta5 times the weight on the way back times the slope of unit 3's ReLU at in3. What is the slope where the input is negative?",
    ),
    "homework_gradients": (
        "Every weight has a start and an end. Its gradient needs one number from each.",
        "Gradient of w_ij = (what enters the weight at i in the forward pass) times (the error Delta_j where it ends).",
        "A bias starts at a fixed +1, so its gradient is the Delta of the unit itself. Unit 4 is off: what is Delta4?",
    ),
    "my_homework": (
        "It is the same network as in the homework: the same nineteen steps in the same order, with your own numbers.",
        "Watch the unit whose input is negative: its activation and its slope are both 0. And look at your own y before the loss.",
        "loss = -y log yhat - (1 - y) log(1 - yhat); Delta5 = yhat - y, whatever y is. From there on nothing changes.",
    ),
}


def _homework(name, title, points, graded, lectures, draw=None):
    return Numbers(
        id=f"l02.{name}",
        title=title,
        points=points,
        lectures=lectures,
        hints=_homework_hints[name],
        steps=STEPS,
        graded=graded,
        givens={} if draw else HOMEWORK,
        draw=draw,
        atol=1e-12,  # 1e-10 is a number of this homework, not a rounding error
    )


HOMEWORK_EXERCISES = [
    _homework("homework_forward", "Homework, forward: from x1, x2 to the loss", 7, _FORWARD, ("C5", "C7", "C8", "E15")),
    _homework("homework_errors", "Homework, backward: the perceived errors", 3, _ERRORS, ("C6", "C7")),
    _homework("homework_gradients", "Homework, backward: the nine gradients", 9, _GRADIENTS, ("C6", "C7")),
    _homework(
        "my_homework",
        "Your own homework: the same network, your numbers",
        9.5,
        _FORWARD + _ERRORS + _GRADIENTS,
        ("C5", "C6", "C7"),
        draw=draw_homework,
    ),
]
