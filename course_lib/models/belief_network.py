"""The fully visible belief network: each pixel is predicted from those before it, and the likelihood is exact."""

import numpy as np

from course_lib.arrays import check_rng, check_size
from course_lib.layers import Dense, sigmoid
from course_lib.losses import SigmoidCrossEntropy


class BeliefNetwork(Dense):
    """p(x) = prod_d p(x_d | x_1, ..., x_(d-1)), p(x_d = 1 | ...) = sigmoid(y_d), y_d = b_d + sum_(c<d) x_c W_cd          [Lectures: W7; Frey 1998]

    x: (N, D) of 0 and 1   W: (D, D), zero but above the diagonal   y: (N, D) logits
    SigmoidCrossEntropy with the targets x is exactly -log p(x): train it so.
    Raises    ValueError if x is not (N, D) or n is under 1, TypeError if rng is no numpy Generator.
    """

    def __init__(self, n, *, rng):
        super().__init__(n, n, rng=rng)
        self._before = np.triu(np.ones((n, n), self.params["W"].dtype), 1)  # 1 where c comes before d
        self.params["W"] *= self._before

    def backward(self, dy, need_dx=True):
        dx = super().backward(dy, need_dx)
        self.grads["W"] *= self._before  # what is 0 stays 0
        return dx

    def log_likelihood(self, x):
        """(N,) log p(x_n), in nats"""
        x = self.accept("x", x, ("N", len(self._before)), self._before.dtype)
        loss = SigmoidCrossEntropy()
        return np.array([-loss.forward(self.forward(x[i : i + 1]), x[i : i + 1]) for i in range(len(x))])

    def sample(self, n, *, rng):
        """(n, D) draws, pixel after pixel."""
        x = np.zeros((check_size("n", n), len(self._before)), self._before.dtype)
        for d in range(x.shape[1]):
            p = sigmoid(x @ self.params["W"][:, d] + self.params["b"][d])  # p(x_d = 1 | x_1, ..., x_(d-1))
            x[:, d] = check_rng(rng).uniform(size=n) < p
        return x

    def __repr__(self):
        return f"BeliefNetwork({len(self._before)})"
