"""Activations of the form y = x g(x) with a soft gate g from 0 to 1. They fall and rise: y does not tell x, so x is kept."""

import math
from abc import abstractmethod
from typing import Any

import numpy as np

from course_lib.arrays import as_floats
from course_lib.layers.activations import sigmoid
from course_lib.layers.base import Layer

_erfc = np.vectorize(
    math.erfc, otypes=[np.float64]
)  # NumPy has no error function; math's is exact, one number at a time


def silu(x):
    """y = x sigmoid(x)          [Elfwing et al. 2018]"""
    x = above_minus_inf(x)
    return x * sigmoid(x)


def gelu(x):
    """y = x Phi(x), Phi the distribution function of N(0, 1): exact, not the form with tanh.          [Hendrycks and Gimpel 2016]"""
    x = above_minus_inf(x)
    return x * normal_cdf(x)


def normal_cdf(x):
    """Phi(x) = 1/2 erfc(-x / sqrt 2), to all digits in both tails, by `math.erfc`."""
    return (_erfc(-x / math.sqrt(2)) / 2).astype(x.dtype)


def above_minus_inf(x):
    """`x` as floats, the least of them in place of -inf: times a gate of 0 that is 0, where -inf would be nan."""
    x = as_floats(x)
    return np.maximum(x, np.finfo(x.dtype).min)


class GatedActivation(Layer):
    """y = x g(x), element by element    x: (N, ...)    y: as x    backward  dL/dx = dL/dy (g(x) + x g'(x))"""

    @abstractmethod
    def gate(self, x) -> Any:
        """g(x)"""

    @abstractmethod
    def slope(self, x, g) -> Any:
        """g'(x), from x and g(x)"""

    def forward(self, x, training=False):
        x = above_minus_inf(self.accept("x", x))
        g = self.gate(x)
        if training:
            self._saved = x, g
        return x * g

    def backward(self, dy, need_dx=True):
        x, g = self.recall()
        dy = self.accept("dy", dy, x.shape, x.dtype)
        return dy * (g + x * self.slope(x, g)) if need_dx else None  # dL/dx = dL/dy (g + x g')


class SiLU(GatedActivation):
    """y = x sigmoid(x)    g' = g (1 - g)          [Elfwing et al. 2018]"""

    def gate(self, x):
        return sigmoid(x)

    def slope(self, x, g):
        return g * (1 - g)


class GELU(GatedActivation):
    """y = x Phi(x), exact    g' = e^(-x^2 / 2) / sqrt(2 pi)          [Hendrycks and Gimpel 2016]

    Phi comes from `math.erfc`, one number at a time: some twenty times slower than ReLU.
    """

    def gate(self, x):
        return normal_cdf(x)

    def slope(self, x, g):
        x = np.minimum(np.abs(x), 40)  # e^-800 is 0 already, and a larger x^2 could overflow
        return np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
