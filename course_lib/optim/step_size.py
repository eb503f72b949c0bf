"""Finding a step size: by search on a few examples, and by looking at the curve of the error."""

import math
from typing import NamedTuple

import numpy as np

from course_lib.optim.base import above_0


def bottou_step_size(error_after, start=0.1, factor=2.0, max_trials=40):
    """The Bottou trick: search, by doubling and halving, for the step size that works best on a few examples.          [Lectures: U16; Bottou 2012]

        few = rng.choice(len(x), len(x) // 20, replace=False)            # 1. maybe 5 % of the training examples
        lr = bottou_step_size(lambda lr: error of a copy of the network after an epoch of SGD(lr) on x[few], y[few])
        optimizer = SGD(lr)                                              # 3. for a long time, or slowly decreasing: InverseTime(lr, ...)

    error_after(lr)    a number, smaller is better; nan counts as inf, which is what a diverged training has
    Longer steps are tried first, then shorter ones, as long as the error improves; a start that is right costs three trials.
    Raises    ValueError if after max_trials the error still improves, or still is inf.
    """
    start, factor = above_0("start", start), above_0("factor", factor)
    if factor <= 1:
        raise ValueError(f"factor: wanted a number above 1, got {factor}")
    lr, error, grow = start, _number(error_after(start)), factor
    for _ in range(1, max_trials):
        value = _number(error_after(lr * grow))
        if value < error or (value == error == math.inf and grow < 1):
            lr, error = lr * grow, value
        elif lr == start and grow > 1:
            grow = 1 / factor  # longer steps are no better: look at shorter ones
        else:
            return lr
    raise ValueError(
        f"error_after: wanted an error with a minimum near {start:g}, got {error:g} at {lr:g} after {max_trials} trials"
    )


class Advice(NamedTuple):
    """What `babysit` says. action: "wait", "keep", "lower" or "restart"    lr: to go on with    reason: one sentence"""

    action: str
    lr: float
    reason: str


def babysit(errors, lr, window=10, factor=0.5):
    """Looks at the last `window` errors and says what to do: if the error is not decreasing, decrease the step size.          [Lectures: U15]

    errors    the training error, measured occasionally, oldest first
    The error decreases if the straight line through the window falls by more than twice the standard error of its slope: noise
    does not count. After advice to lower the step, start a new list: the window must hold errors of one step size only.

        wait       fewer errors than the window
        keep       it decreases
        lower      it does not: lr * factor
        restart    it is nan, inf, or more than ten times what it was at first: lr / 10, from the last good weights

    Raises    ValueError if window < 3, or unless 0 < factor < 1 and lr > 0.
    """
    lr, y = above_0("lr", lr), np.asarray(errors, np.float64)
    if y.ndim != 1:
        raise ValueError(f"errors: wanted a list of numbers, got shape {y.shape}")
    if not 0 < factor < 1:
        raise ValueError(f"factor: wanted a number between 0 and 1, got {factor}")
    if window < 3:
        raise ValueError(f"window: wanted at least 3 errors to see a slope in, got {window}")
    if y.size and not (np.all(np.isfinite(y)) and y[-1] <= 10 * abs(y[0])):
        return Advice("restart", lr / 10, f"The error went from {y[0]:.4g} to {y[-1]:.4g}: the steps are far too long.")
    if y.size < window:
        return Advice("wait", lr, f"{y.size} of the {window} errors that it takes to see a slope.")
    slope, spread = _line(y[-window:])
    measured = f"In the last {window} errors the slope is {slope:.3g} +- {spread:.2g} a check:"
    if slope < -2 * spread:
        return Advice("keep", lr, f"{measured} the error decreases.")
    return Advice("lower", lr * factor, f"{measured} the error does not decrease.")


def _line(y):
    """Slope of the least-squares line through y_0, y_1, ..., and its standard error."""
    y = y - y.mean()
    scale = np.max(np.abs(y)) or 1.0
    y = y / scale  # the squares of very small or large errors stay in range
    x = np.arange(y.size) - (y.size - 1) / 2
    slope = (x @ y) / (x @ x)
    rest = y - slope * x
    return float(slope * scale), float(math.sqrt(rest @ rest / (y.size - 2) / (x @ x)) * scale)


def _number(value):
    value = float(value)
    return math.inf if math.isnan(value) else value
