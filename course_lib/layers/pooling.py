"""Pooling: one number for every window of an image."""

from abc import abstractmethod
from functools import reduce

import numpy as np

from course_lib.arrays import check_sizes, window_counts, window_places
from course_lib.layers.base import Layer


class Pooling(Layer):
    """One number for every window and channel: x (N, C, H, W), y (N, C, H', W'), H' = floor((H - kh) / s) + 1.

    stride s: one number, or (down, across); without it windows lie side by side, and rows and columns that fill no window count for nothing.
    """

    def __init__(self, size, stride=None):
        super().__init__()
        self.size = check_sizes("size", size)
        self.stride = self.size if stride is None else check_sizes("stride", stride)

    def windows(self, x):
        """For each place in a window, row by row: where all the windows have it."""
        counts = window_counts(f"{self!r}: x", x.shape[2:], self.size, self.stride)
        return [(..., rows, columns) for _, (rows, columns) in window_places(counts, self.size, self.stride)]

    def add(self, dx, place, share):
        """dx[place] += share; windows that do not overlap have nothing to add to, which saves a third of the time."""
        overlap = any(s < k for s, k in zip(self.stride, self.size, strict=True))
        dx[place] = dx[place] + share if overlap else share

    @abstractmethod
    def forward(self, x, training=False):
        """y = f(windows of x)"""

    def __repr__(self):
        return f"{type(self).__name__}({self.size}{'' if self.stride == self.size else f', stride={self.stride}'})"


class MaxPool2d(Pooling):
    """y = the largest number of each window          [Lectures: U28, C16]

    x: (N, C, H, W)   y: (N, C, H', W')
    backward  all of dL/dy goes to the largest one, to the first (row by row) where several are equal, as behind a ReLU
    Raises    ValueError if x is not (N, C, H, W) or smaller than a window, or dy is not as y.
    """

    def forward(self, x, training=False):
        x = self.accept("x", x, ("N", "C", "H", "W"))
        first, *others = self.windows(x)
        y, larger = x[first].copy(order="K"), []
        for place in others:
            if training:
                larger.append(x[place] > y)
            np.maximum(y, x[place], out=y)
        if training:
            self._saved = x, y.shape, larger
        return y

    def backward(self, dy, need_dx=True):
        x, shape, larger = self.recall()
        dy = self.accept("dy", dy, shape, x.dtype)
        if not need_dx:
            return None
        dx = np.zeros_like(x)
        first, *others = self.windows(x)
        rest = np.empty_like(x[first])  # in memory as x is
        rest[...] = dy
        for place, won in zip(reversed(others), reversed(larger), strict=True):
            self.add(dx, place, rest * won)
            rest *= ~won  # whoever is larger than all before takes it from them
        self.add(dx, first, rest)
        return dx


class AvgPool2d(Pooling):
    """y = the mean of each window          [Lectures: U28, C16]

    x: (N, C, H, W)   y: (N, C, H', W')
    backward  dL/dy / (kh kw) goes to every place of the window
    Raises    ValueError if x is not (N, C, H, W) or smaller than a window, or dy is not as y.
    """

    def forward(self, x, training=False):
        x = self.accept("x", x, ("N", "C", "H", "W"))
        places = self.windows(x)
        shares = [x[place] / len(places) for place in places]  # divided first: a sum of large numbers could overflow
        y = reduce(np.add, shares)
        if training:
            self._saved = x, y.shape
        return y

    def backward(self, dy, need_dx=True):
        x, shape = self.recall()
        dy = self.accept("dy", dy, shape, x.dtype)
        if not need_dx:
            return None
        dx = np.zeros_like(x)
        places = self.windows(x)
        for place in places:
            dx[place] += dy / len(places)
        return dx


class GlobalAvgPool2d(Layer):
    """y_nc = the mean of channel c over the whole image: features of any image size for one dense layer.          [Lectures: U28]

    x: (N, C, H, W)   y: (N, C)
    backward  dL/dx_ncij = dL/dy_nc / (H W)
    Raises    ValueError if x is not (N, C, H, W) or has no pixel, or dy is not (N, C).
    """

    def forward(self, x, training=False):
        x = self.accept("x", x, ("N", "C", "H", "W"))
        if 0 in x.shape[2:]:
            raise ValueError(f"{self!r}: x: wanted images of at least one pixel, got shape {x.shape}")
        if training:
            self._saved = x
        return np.sum(x / (x.shape[2] * x.shape[3]), axis=(2, 3))  # divided first, as above

    def backward(self, dy, need_dx=True):
        x = self.recall()
        dy = self.accept("dy", dy, x.shape[:2], x.dtype)
        pixels = x.shape[2] * x.shape[3]
        return np.zeros_like(x) + dy[:, :, None, None] / pixels if need_dx else None
