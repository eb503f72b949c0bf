"""Losses for targets that are numbers."""

import numpy as np

from course_lib.losses.base import Loss, check_pair

# The decks write one loss with several factors [E19]. N examples of M numbers each:
FACTORS = {
    "mean": lambda n, m: 1 / n,  # W2, I4: 1/N sum_n ||p_n - t_n||^2
    "half_mean": lambda n, m: 1 / (2 * n),
    "element_mean": lambda n, m: 1 / (n * m),  # what most libraries call MSE
    "sum": lambda n, m: 1.0,  # C6: the plain square
    "half_sum": lambda n, m: 0.5,  # U3, U25: 1/2 sum_n ||p_n - t_n||^2
}


class SquaredError(Loss):
    """L = c sum_n ||p_n - t_n||^2, the mean squared error (MSE) with c = 1/N          [Lectures: W2, W3, U3, C6, E19]

    pred, target: (N, ...)    factor: "mean", "half_mean", "element_mean", "sum" or "half_sum", which decides c; see FACTORS.
    "sum" and "half_sum" are not divided by N, in backward neither: they are for comparing with work done by hand.
    backward  dL/dp = 2 c (p - t)
    Raises    ValueError if the shapes differ, or for another factor.
    """

    def __init__(self, factor="mean"):
        if factor not in FACTORS:
            raise ValueError(f"factor: wanted one of {', '.join(FACTORS)}, got {factor!r}")
        self.factor = factor

    def forward(self, pred, target):
        pred, target = check_pair("pred", pred, target)
        c = FACTORS[self.factor](len(pred), pred[0].size)
        difference = pred - target
        self._saved = c, difference
        with np.errstate(over="ignore"):  # too wrong for a float: inf is the answer
            return float(c * np.sum(difference * difference))  # L = c sum (p - t)^2

    def backward(self):
        c, difference = self.recall()
        return 2 * c * difference  # dL/dp = 2 c (p - t)

    def __repr__(self):
        return f"SquaredError({self.factor!r})"
