"""Softmax and its logarithm, plain and as layers. A loss on logits includes them already: prefer that one for training."""

from abc import abstractmethod
from typing import Any

import numpy as np

from course_lib.arrays import as_floats
from course_lib.layers.base import Layer


def softmax(x, axis=-1):
    """p_k = e^x_k / sum_j e^x_j, unchanged when x is shifted by its maximum.          [Lectures: W5, W6, C9]

    Raises    ValueError if there is no class along the axis.
    """
    e = np.exp(_from_the_largest(x, axis))  # the largest becomes e^0: exp cannot overflow
    return e / np.sum(e, axis=axis, keepdims=True)


def log_softmax(x, axis=-1):
    """log p_k = x_k - log sum_j e^x_j, also where p_k itself is too small for a float.          [Lectures: W6]

    Raises    ValueError if there is no class along the axis.
    """
    x = _from_the_largest(x, axis)  # before the logarithm, so that large x lose no digits
    return x - np.log(np.sum(np.exp(x), axis=axis, keepdims=True))


def _from_the_largest(x, axis):
    """x - max x, along the axis"""
    x = as_floats(x)
    if x.ndim == 0 or x.shape[axis] == 0:
        raise ValueError(f"x: wanted at least one class along axis {axis}, got shape {x.shape}")
    return x - np.max(x, axis=axis, keepdims=True)


class OverClasses(Layer):
    """y = f(x) over the last axis, the K classes    x: (N, ..., K)   y: as x"""

    @abstractmethod
    def function(self, x) -> Any:
        """f(x)"""

    @abstractmethod
    def pull_back(self, dy, y) -> Any:
        """dL/dx from dL/dy and y = f(x)"""

    def forward(self, x, training=False):
        x = self.accept("x", x)
        if x.ndim < 2 or x.shape[-1] == 0:
            raise ValueError(f"{self!r}: x: wanted shape (N, ..., K) with at least one class, got {x.shape}")
        y = self.function(x)
        if training:
            self._saved = y
        return y

    def backward(self, dy, need_dx=True):
        y = self.recall()
        dy = self.accept("dy", dy, y.shape, y.dtype)
        return self.pull_back(dy, y) if need_dx else None


class Softmax(OverClasses):
    """p_k = e^x_k / sum_j e^x_j          [Lectures: W5, W6, C9, I16]

    x: (N, ..., K) logits   p: as x, each row sums to 1
    backward  dL/dx_k = p_k (dL/dp_k - sum_j dL/dp_j p_j)
    Raises    ValueError if x has no axis of classes, or dy is not as p.
    """

    def function(self, x):
        return softmax(x)

    def pull_back(self, dy, y):
        return y * (dy - np.sum(dy * y, axis=-1, keepdims=True))


class LogSoftmax(OverClasses):
    """y_k = log p_k = x_k - log sum_j e^x_j          [Lectures: W6]

    x: (N, ..., K) logits   y: as x
    backward  dL/dx_k = dL/dy_k - p_k sum_j dL/dy_j
    Raises    ValueError if x has no axis of classes, or dy is not as y.
    """

    def function(self, x):
        return log_softmax(x)

    def pull_back(self, dy, y):
        return dy - np.exp(y) * np.sum(dy, axis=-1, keepdims=True)
