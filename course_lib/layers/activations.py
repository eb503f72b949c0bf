"""Activation functions that never fall, plain and as layers. Every derivative is written with the output y: y alone is kept."""

from abc import abstractmethod
from typing import Any

import numpy as np

from course_lib.arrays import as_floats
from course_lib.layers.base import Layer


def sigmoid(x):
    """y = 1 / (1 + e^-x), to all digits in both tails.          [Lectures: W4, C3]"""
    x = as_floats(x)
    e = np.exp(-np.abs(x))  # never more than 1: cannot overflow
    return np.maximum(e, x >= 0) / (1 + e)  # above the line: 1 where x >= 0, else e^x


def tanh(x):
    """y = (e^2x - 1) / (e^2x + 1) = 2 sigmoid(2x) - 1          [Lectures: C3, I15, E5]"""
    return np.tanh(as_floats(x))


def relu(x):
    """y = max(0, x)          [Lectures: U23, C3, I15]"""
    return np.asarray(x).clip(0, np.inf)  # twice as fast as np.maximum(x, 0)


def leaky_relu(x, slope=0.001):
    """y = max(x, slope x), 0 <= slope <= 1          [Lectures: I15]"""
    x = as_floats(x)
    return np.maximum(x, slope * x) if slope else relu(x)  # 0 times inf would be nan


def softplus(x):
    """y = log(1 + e^x) = max(0, x) + log(1 + e^-|x|)          [Lectures: C3]"""
    x = as_floats(x)
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))  # the second form: exp cannot overflow


def elu(x, alpha=1.0):
    """y = x where x > 0, else alpha (e^x - 1)          [Clevert et al. 2016]"""
    x = as_floats(x)
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


class Activation(Layer):
    """y = f(x), element by element    x: (N, ...)   y: as x    backward  dL/dx = dL/dy f'(x)          [Lectures: C2, C4]"""

    @abstractmethod
    def function(self, x) -> Any:
        """f(x)"""

    @abstractmethod
    def derivative(self, y) -> Any:
        """f'(x), from y = f(x)"""

    def forward(self, x, training=False):
        y = self.function(self.accept("x", x))
        if training:
            self._saved = y
        return y

    def backward(self, dy, need_dx=True):
        y = self.recall()
        dy = self.accept("dy", dy, y.shape, y.dtype)
        return dy * self.derivative(y) if need_dx else None  # dL/dx = dL/dy f'(x)


class Identity(Activation):
    """y = x    y' = 1: the linear output of a regression.          [Lectures: W2, W7]"""

    def function(self, x):
        return x.copy()

    def derivative(self, y):
        return 1


class Sigmoid(Activation):
    """y = 1 / (1 + e^-x)    y' = y (1 - y), at most 1/4: gradients vanish through many of them.          [Lectures: C3, C4, U22, I15]"""

    def function(self, x):
        return sigmoid(x)

    def derivative(self, y):
        return y * (1 - y)


class Tanh(Activation):
    """y = (e^2x - 1) / (e^2x + 1) = 2 sigmoid(2x) - 1    y' = 1 - y^2          [Lectures: C3, C4, I15, E5]"""

    def function(self, x):
        return tanh(x)

    def derivative(self, y):
        return 1 - y * y


class ReLU(Activation):
    """y = max(0, x)    y' = 1 if x > 0, else 0 (also at 0, where no derivative exists)          [Lectures: U23, C3, C4, I15]"""

    def function(self, x):
        return relu(x)

    def derivative(self, y):
        return y > 0  # a product with the mask; writing zeros through it takes many times as long


class LeakyReLU(Activation):
    """y = max(x, slope x)    y' = 1 if x > 0, else slope: a unit cannot die.          [Lectures: I15; Maas et al. 2013]

    Raises    ValueError if slope is outside [0, 1].
    """

    def __init__(self, slope=0.001):
        if not 0 <= slope <= 1:
            raise ValueError(f"slope: wanted a number from 0 to 1, got {slope}")
        super().__init__()
        self.slope = float(slope)

    def function(self, x):
        return leaky_relu(x, self.slope)

    def derivative(self, y):
        return np.maximum(y > 0, self.slope, dtype=y.dtype)

    def __repr__(self):
        return f"LeakyReLU({self.slope:g})"


class Softplus(Activation):
    """y = log(1 + e^x)    y' = sigmoid(x) = 1 - e^-y          [Lectures: C3]"""

    def function(self, x):
        return softplus(x)

    def derivative(self, y):
        return -np.expm1(-y)  # 1 - e^-y without losing digits where y is small


class ELU(Activation):
    """y = x where x > 0, else alpha (e^x - 1)    y' = 1 if x > 0, else y + alpha          [Clevert et al. 2016]

    Raises    ValueError if alpha is negative.
    """

    def __init__(self, alpha=1.0):
        if not alpha >= 0:
            raise ValueError(f"alpha: wanted a number of at least 0, got {alpha}")
        super().__init__()
        self.alpha = float(alpha)

    def function(self, x):
        return elu(x, self.alpha)

    def derivative(self, y):
        return np.where(y > 0, 1, y + self.alpha)

    def __repr__(self):
        return f"ELU({self.alpha:g})"
