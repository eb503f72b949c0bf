"""Tied weights: one matrix in two layers, forward in one and transposed in the other."""

import numpy as np

from course_lib.layers.base import Layer
from course_lib.layers.dense import Dense


class SharedDense(Dense):
    """y = x W + b, a `Dense` whose W serves a `TiedDense` as well: its gradient is the sum of both.          [Lectures: U1]"""

    _lent: tuple = ()  # dL/dW by tied layers that were first in going back

    def forward(self, x, training=False):
        if training:
            self._lent = ()
        return super().forward(x, training)

    def backward(self, dy, need_dx=True):
        dx = super().backward(dy, need_dx)
        self.grads["W"] += sum(self._lent)  # dL/dW = x^T dy + what the tied layers found
        self._lent = ()
        return dx

    def add(self, dW):
        """Add a tied layer's share: now if the own gradient is there already, else as soon as it is."""
        if self._saved is None:
            self.grads["W"] += dW
        else:
            self._lent += (dW,)

    def __repr__(self):
        return f"Shared{super().__repr__()}"


class TiedDense(Layer):
    """y = x W^T + b with the W of another layer: the decoder of an autoencoder with tied weights.          [Lectures: U1; Vincent et al. 2010]

    x: (N, M)   W: (D, M) of a SharedDense(D, M)   b: (D,)   y: (N, D)
    backward  dL/dW gets dy^T x on top    dL/db = sum_n dy_n    dL/dx = dy W
    Both layers have to be in the network. W is a parameter of the SharedDense alone, so that `pack` counts it once.
    Raises    TypeError if the other layer is no SharedDense, ValueError if x is not (N, M) or dy is not (N, D).
    """

    def __init__(self, shared):
        if not isinstance(shared, SharedDense):
            raise TypeError(f"shared: wanted a SharedDense, got {type(shared).__name__}")
        super().__init__(b=np.zeros(len(shared.params["W"]), shared.params["W"].dtype))
        self.shared = shared

    def forward(self, x, training=False):
        W, b = self.shared.params["W"], self.params["b"]
        x = self.accept("x", x, ("N", W.shape[1]), W.dtype)
        if training:
            self._saved = x
        return x @ W.T + b

    def backward(self, dy, need_dx=True):
        x, W = self.recall(), self.shared.params["W"]
        dy = self.accept("dy", dy, (len(x), len(W)), W.dtype)
        self.shared.add(dy.T @ x)  # dL/dW += dy^T x
        np.sum(dy, axis=0, out=self.grads["b"])  # dL/db = sum over n
        return dy @ W if need_dx else None  # dL/dx = dy W

    def __repr__(self):
        return f"TiedDense({self.shared!r})"
