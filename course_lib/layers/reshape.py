"""Layers that only change the shape. Their results are views: no number is moved."""

import math

from course_lib.arrays import check_size
from course_lib.layers.base import Layer


class Reshape(Layer):
    """y_n = the numbers of x_n in another shape, the last axis running fastest    x: (N, ...)   y: (N, *shape)          [Lectures: U28, C16]

    backward  dL/dx = dL/dy in the shape of x
    Raises    ValueError if one example holds more or fewer numbers than the shape.
    """

    def __init__(self, *shape):
        super().__init__()
        self.shape = tuple(check_size("shape", size) for size in shape)

    def forward(self, x, training=False):
        x = self.accept("x", x)
        if x.ndim == 0 or math.prod(x.shape[1:]) != math.prod(self.shape):
            raise ValueError(f"{self!r}: x: wanted {math.prod(self.shape)} numbers per example, got shape {x.shape}")
        if training:
            self._saved = x.shape, x.dtype
        return x.reshape(len(x), *self.shape)

    def backward(self, dy, need_dx=True):
        shape, dtype = self.recall()
        dy = self.accept("dy", dy, (shape[0], *self.shape), dtype)
        return dy.reshape(shape) if need_dx else None

    def __repr__(self):
        return f"Reshape({', '.join(map(str, self.shape))})"


class Flatten(Layer):
    """y_n = all numbers of x_n in one row: from images to a dense layer    x: (N, ...)   y: (N, D)          [Lectures: U28, C16]

    backward  dL/dx = dL/dy in the shape of x
    Raises    ValueError if x has no batch.
    """

    def forward(self, x, training=False):
        x = self.accept("x", x)
        if x.ndim == 0:
            raise ValueError(f"{self!r}: x: wanted a batch, shape (N, ...), got shape ()")
        if training:
            self._saved = x.shape, x.dtype
        return x.reshape(len(x), math.prod(x.shape[1:]))

    def backward(self, dy, need_dx=True):
        shape, dtype = self.recall()
        dy = self.accept("dy", dy, (shape[0], math.prod(shape[1:])), dtype)
        return dy.reshape(shape) if need_dx else None
