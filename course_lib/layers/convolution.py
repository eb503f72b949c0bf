"""The convolution of images.

Images are (N, C, H, W), and so are all results; in memory, results have the batch last. Neighbours in memory are then the same pixel
of many images: windows are copied, and pooling compares, in long runs instead of the few pixels of one row.
"""

import math

import numpy as np

from course_lib.arrays import check_size, check_sizes, col2im, im2col, window_counts
from course_lib.initializers import glorot_uniform
from course_lib.layers.base import Layer

TILE = 2**20  # numbers in one tile, 4 MB in float32: larger ones leave the cache, smaller ones are many calls


class Conv2d(Layer):
    """y_noij = b_o + sum_cuv W_ocuv x_n,c,si+du-p,sj+dv-p: few weights, tied over all places.          [Lectures: U28, C16]

    x: (N, C, H, W)   W: (O, C, kh, kw)   b: (O,)   y: (N, O, H', W')    H' = floor((H + 2p - d (kh - 1) - 1) / s) + 1
    stride s, padding p with zeros, dilation d: one number, or (down, across). As in most libraries the kernel is not flipped.
    backward  dL/dW = dy columns^T    dL/db = sum_nij dy    dL/dx = the columns W^T dy, added where they were taken from
    Raises    ValueError if x is not (N, C, H, W) or smaller than the kernel, or dy is not as y.
    """

    def __init__(self, n_in, n_out, size, *, rng, stride=1, padding=0, dilation=1, init=glorot_uniform):
        self.size, self.padding = check_sizes("size", size), check_sizes("padding", padding, least=0)
        self.spacing = check_sizes("stride", stride), check_sizes("dilation", dilation)
        W = init(rng, (check_size("n_out", n_out), check_size("n_in", n_in), *self.size))
        super().__init__(W=W, b=np.zeros(n_out, W.dtype))

    def forward(self, x, training=False):
        W, b = self.params["W"], self.params["b"]
        x = pad_batch_last(self.accept("x", x, ("N", W.shape[1], "H", "W"), W.dtype), self.padding)
        counts = window_counts(f"{self!r}: x", x.shape[1:3], self.size, *self.spacing)
        W, y = W.reshape(len(W), -1), np.empty((len(W), math.prod(counts) * x.shape[3]), W.dtype)
        for out, rows in tiles(W.shape, counts, x, self.size, self.spacing):
            columns = im2col(x[:, rows], self.size, *self.spacing).reshape(W.shape[1], -1)
            np.add(W @ columns, b[:, None], out=y[:, out])  # y = W columns + b
        if training:
            self._saved = x, counts
        return y.reshape(len(W), *counts, x.shape[3]).transpose(3, 0, 1, 2)

    def backward(self, dy, need_dx=True):
        (x, counts), W, dW = self.recall(), self.params["W"], self.grads["W"]
        dy = self.accept("dy", dy, (x.shape[3], len(W), *counts), W.dtype)
        dy, W, dW = (a.reshape(len(W), -1) for a in (dy.transpose(1, 2, 3, 0), W, dW))
        dx, dW[...] = np.zeros_like(x) if need_dx else None, 0.0
        for out, rows in tiles(W.shape, counts, x, self.size, self.spacing):
            windows = im2col(x[:, rows], self.size, *self.spacing)
            columns = windows.reshape(W.shape[1], -1)
            dW += dy[:, out] @ columns.T  # dL/dW = dy columns^T
            if dx is not None:
                np.matmul(W.T, dy[:, out], out=columns)  # dL/dcolumns = W^T dy
                col2im(windows, dx[:, rows], *self.spacing)
        np.sum(dy, axis=1, out=self.grads["b"])  # dL/db = sum over i, j and n
        return None if dx is None else crop_batch_first(dx, self.padding)

    def __repr__(self):
        n_out, n_in, kh, kw = self.params["W"].shape
        return f"Conv2d({n_in}, {n_out}, {(kh, kw)})"


def pad_batch_last(x, padding):
    """(N, C, H, W) -> (C, H + 2p, W + 2q, N)"""
    p, q = padding
    return np.pad(x.transpose(1, 2, 3, 0), ((0, 0), (p, p), (q, q), (0, 0)))


def crop_batch_first(x, padding):
    """(C, H + 2p, W + 2q, N) -> (N, C, H, W)"""
    (p, q), (_, h, w, _) = padding, x.shape
    return x[:, p : h - p, q : w - q].transpose(3, 0, 1, 2)


def tiles(shape, counts, x, size, spacing):
    """Columns of y as (O, H' W' N), and the rows of the padded x that they need; over and over until y is done."""
    (height, width), ((s, _), (d, _)) = counts, spacing
    row = width * x.shape[3]
    step = max(1, TILE // max(1, sum(shape) * row))
    for i in range(0, height, step):
        j = min(i + step, height)
        yield slice(i * row, j * row), slice(s * i, s * (j - 1) + d * (size[0] - 1) + 1)
