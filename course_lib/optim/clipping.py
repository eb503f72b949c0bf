"""Against exploding gradients: make a gradient shorter before the step. Both work in place, on the vector of all gradients.

In `train`:  clip=partial(clip_by_global_norm, max_norm=1.0)
"""

import math

import numpy as np

from course_lib.optim.base import above_0


def clip_by_value(grad, limit):
    """g_i <- min(max(g_i, -limit), limit): bounds every element, and so bends the direction.          [Lectures: I6]

    Raises    ValueError unless limit > 0.
    """
    limit = above_0("limit", limit)
    np.clip(grad, -limit, limit, out=grad)


def clip_by_global_norm(grad, max_norm):
    """g <- g min(1, max_norm / ||g||): bounds the length and keeps the direction. Returns ||g|| before.          [Lectures: I6; Pascanu et al. 2013]

    A gradient that is not finite has no direction: it stays as it is.
    Raises    ValueError unless max_norm > 0.
    """
    max_norm = above_0("max_norm", max_norm)
    largest = float(np.max(np.abs(grad), initial=0))
    if largest == 0 or not math.isfinite(largest):
        return largest
    unit = grad / largest  # divided first: the squares of large numbers would overflow, those of small ones vanish
    norm = largest * math.sqrt(np.vdot(unit, unit))
    if norm > max_norm:
        np.multiply(unit, max_norm / (norm / largest), out=grad)  # g max_norm / ||g||
    return norm
