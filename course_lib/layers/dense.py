"""The fully connected layer."""

import numpy as np

from course_lib.arrays import check_size
from course_lib.initializers import glorot_uniform
from course_lib.layers.base import Layer


class Dense(Layer):
    """y = x W + b          [Lectures: C2, C5, U7, I4]

    x: (N, D)   W: (D, M)   b: (M,)   y: (N, M)
    backward  dL/dW = x^T dy    dL/db = sum_n dy_n    dL/dx = dy W^T
    Raises    ValueError if x is not (N, D) or dy is not (N, M).
    """

    def __init__(self, n_in, n_out, *, rng, init=glorot_uniform):
        W = init(rng, (check_size("n_in", n_in), check_size("n_out", n_out)))
        super().__init__(W=W, b=np.zeros(n_out, W.dtype))

    def forward(self, x, training=False):
        W, b = self.params["W"], self.params["b"]
        x = self.accept("x", x, ("N", len(W)), W.dtype)
        if training:
            self._saved = x
        return x @ W + b

    def backward(self, dy, need_dx=True):
        x, W = self.recall(), self.params["W"]
        dy = self.accept("dy", dy, (len(x), W.shape[1]), W.dtype)
        np.matmul(x.T, dy, out=self.grads["W"])  # dL/dW = x^T dy
        dy.sum(axis=0, out=self.grads["b"])  # dL/db = sum over n
        return dy @ W.T if need_dx else None  # dL/dx = dy W^T

    def __repr__(self):
        n_in, n_out = self.params["W"].shape
        return f"Dense({n_in}, {n_out})"
