"""The convolution of images.

Images are (N, C, H, W), and so are all results; in memory, results have the batch last. Neighbours in memory are then the same pixel
of many images: windows are copied, and pooling compares, in long runs instead of the few pixels of one row.
"""

import numpy as np

from course_lib.arrays import check_size, check_sizes, col2im, im2col, window_counts
from course_lib.initializers import glorot_uniform
from course_lib.layers.base import Layer

TILE = 2**18  # numbers in the columns of one tile, 1 MB in float32: they stay in the cache of one core


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
        x = self._batch_last(self.accept("x", x, ("N", W.shape[1], "H", "W"), W.dtype), self.padding)
        y = np.empty((len(W), *self._counts(x), x.shape[3]), W.dtype)
        for out, rows in self._tiles(x):
            y[:, out] = np.tensordot(W, im2col(x[:, rows], self.size, *self.spacing), 3)  # y = W columns
        y += b[:, None, None, None]
        if training:
            self._saved = x
        return y.transpose(3, 0, 1, 2)

    def backward(self, dy, need_dx=True):
        x, W = self.recall(), self.params["W"]
        dy = self._batch_last(self.accept("dy", dy, (x.shape[3], len(W), *self._counts(x)), W.dtype))
        dx = np.zeros_like(x) if need_dx else None
        self.grads["W"][...] = 0.0
        for out, rows in self._tiles(x):
            columns = im2col(x[:, rows], self.size, *self.spacing)
            self.grads["W"] += np.tensordot(dy[:, out], columns, ((1, 2, 3), (3, 4, 5)))  # dL/dW = dy columns^T
            if dx is not None:
                col2im(np.tensordot(W, dy[:, out], (0, 0)), dx[:, rows], *self.spacing)  # dL/dcolumns = W^T dy
        np.sum(dy, axis=(1, 2, 3), out=self.grads["b"])  # dL/db = sum over n, i, j
        (p, q), (_, h, w, _) = self.padding, x.shape
        return None if dx is None else dx[:, p : h - p, q : w - q].transpose(3, 0, 1, 2)

    def _batch_last(self, x, padding=(0, 0)):
        """(N, C, H, W) -> (C, H + 2p, W + 2q, N)"""
        return np.pad(x.transpose(1, 2, 3, 0), [(0, 0), *((p, p) for p in padding), (0, 0)])

    def _counts(self, x):
        try:
            return window_counts(x.shape[1:3], self.size, *self.spacing)
        except ValueError as error:
            raise ValueError(f"{self!r}: {error}") from None

    def _tiles(self, x):
        """Some rows of y, and the rows of the padded x that they need, over and over until y is done."""
        (height, width), ((s, _), (d, _)) = self._counts(x), self.spacing
        step = max(1, TILE // max(1, self.params["W"][0].size * width * x.shape[3]))
        for i in range(0, height, step):
            j = min(i + step, height)
            yield slice(i, j), slice(s * i, s * (j - 1) + d * (self.size[0] - 1) + 1)

    def __repr__(self):
        n_out, n_in, kh, kw = self.params["W"].shape
        return f"Conv2d({n_in}, {n_out}, {(kh, kw)})"
