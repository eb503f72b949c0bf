"""Lesson 00: one warm-up exercise, so that a student has seen the whole loop."""

import numpy as np

from course_lib.exercises.base import Case, Function, Mistake


def weighted_sum(w0, w, x):
    """in = w0 + sum_i w_i x_i    w0: number   w, x: (D,)   in: number          [C2]"""
    return w0 + w @ x


def _cases(rng):
    for size, label in ((3, ""), (5, ""), (1, "a unit with one input"), (4, "")):
        w, x = rng.normal(size=size), rng.normal(size=size)
        away_from_zero = float(
            rng.choice([-1, 1]) * rng.uniform(0.5, 2)
        )  # where terms cancel, float32 has no digits left
        yield Case(away_from_zero - w @ x, w, x, label=label)


EXERCISES = [
    Function(
        id="l00.weighted_sum",
        title="Warm-up: the input of a unit",
        points=1,
        lectures=("C2",),
        outputs=("in_j",),
        reference=weighted_sum,
        cases=_cases,
        mistakes=(
            Mistake(
                "no_bias",
                "The bias w0 is missing: it is the weight of an input that is always 1.",
                lambda w0, w, x: w @ x,
                "C2",
            ),
            Mistake("bias_subtracted", "The bias w0 is added, not subtracted.", lambda w0, w, x: w @ x - w0, "C2"),
            Mistake(
                "bias_multiplied",
                "The bias w0 multiplies the sum; it should be added to it.",
                lambda w0, w, x: w0 * (w @ x),
                "C2",
            ),
            Mistake(
                "bias_in_every_term",
                "The bias w0 is added once for every input; it belongs to the sum once.",
                lambda w0, w, x: np.sum(w * x + w0),
                "C2",
            ),
            Mistake(
                "not_summed",
                "The products w_i x_i are there, but they are not added up.",
                lambda w0, w, x: w0 + w * x,
                "C2",
            ),
            Mistake(
                "added",
                "Each weight is added to its input; it should multiply it.",
                lambda w0, w, x: w0 + np.sum(w + x),
                "C2",
            ),
            Mistake(
                "mean",
                "This is the mean of the products; wanted their sum.",
                lambda w0, w, x: w0 + np.mean(w * x),
                "C2",
            ),
            Mistake(
                "activated",
                "An activation function is already applied; here only its input in_j is wanted.",
                lambda w0, w, x: np.maximum(w0 + w @ x, 0),
                "C2",
            ),
        ),
        hints=(
            "Every input x_i arrives multiplied by its own weight w_i. What happens to these products inside the unit?",
            "They are added up, and the bias w0 with them, as if it were the weight of one more input that is always 1.",
            "NumPy multiplies two arrays element by element with w * x, and np.sum adds the elements of an array.",
        ),
    ),
]
