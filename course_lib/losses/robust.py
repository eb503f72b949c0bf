"""Losses that grow like |d|, not like d^2: far-away examples do not pull harder the farther they are."""

import numpy as np

from course_lib.losses.base import Loss, check_pair


class Huber(Loss):
    """L = 1/N sum_n h(p_n - t_n), h(d) = d^2 / 2 up to |d| = delta, then delta (|d| - delta / 2).  [Huber 1964]          [Lectures: W3]

    pred, target: (N, ...)    delta: > 0; no element's gradient is larger, so that an outlier can not make it explode
    backward  dL/dp = min(max(p - t, -delta), delta) / N
    Raises    ValueError if the shapes differ, or delta is not above 0.
    """

    def __init__(self, delta=1.0):
        if not 0 < delta < np.inf:
            raise ValueError(f"delta: wanted a number above 0, got {delta}")
        self.delta = float(delta)

    def forward(self, pred, target):
        pred, target = check_pair("pred", pred, target)
        d = pred - target
        c = np.clip(d, -self.delta, self.delta)
        self._saved = c
        return float(np.sum(c * (d - c / 2)) / len(d))  # c = d: d^2 / 2; |c| = delta: delta (|d| - delta / 2)

    def backward(self):
        c = self.recall()
        return c / len(c)

    def __repr__(self):
        return f"Huber({self.delta:g})"


class Hinge(Loss):
    """L = 1/N sum_n max(0, 1 - t_n p_n): nothing to gain beyond a margin of 1.  [Cortes and Vapnik 1995]

    pred: (N, ...) scores    target: as pred, -1 or 1; several labels of one example are summed
    backward  dL/dp = -t / N where t p < 1, else 0
    Raises    ValueError if the shapes differ, or a target is neither -1 nor 1.
    """

    def forward(self, pred, target):
        p, t = check_pair("pred", pred, target)
        if not np.all(np.abs(t) == 1):
            raise ValueError(f"target: wanted -1 or 1, got {np.unique(t[np.abs(t) != 1])[0]:g}")
        margin = t * p
        self._saved = margin, t
        return float(np.sum(np.maximum(1 - margin, 0)) / len(t))

    def backward(self):
        margin, t = self.recall()
        return -t * (margin < 1) / len(t)
