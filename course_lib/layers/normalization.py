"""Normalization: mean 0 and variance 1, over the batch or over the features; then a scale and a shift that are learned."""

from abc import abstractmethod
from typing import Any

import numpy as np

from course_lib.arrays import DTYPE, check_size
from course_lib.layers.base import Layer


class Normalization(Layer):
    """y = gamma x^ + beta, x^ = (x - mean) / sqrt(variance + eps)    gamma, beta: one number for each feature

    backward  dL/dgamma = sum dy x^   dL/dbeta = sum dy, over all but the features; dL/dx is each layer's own
    """

    axes, wide = (
        (-1,),
        (-1,),
    )  # those that mean and variance are over; the shape of gamma that meets x feature by feature

    def __init__(self, n, *, eps=1e-5):
        if not eps > 0:
            raise ValueError(f"eps: wanted a number above 0, got {eps}")
        super().__init__(gamma=np.ones(check_size("n", n), DTYPE), beta=np.zeros(n, DTYPE))
        self.eps = float(eps)

    @abstractmethod
    def pull_back(self, dy, normal, root) -> Any:
        """dL/dx from dL/dy, x^ and sqrt(variance + eps); the gradients of gamma and beta are there already."""

    def normalize(self, x, mean, variance, training):
        root = np.sqrt(variance + self.eps)
        normal = (x - mean) / root  # x^
        if training:
            self._saved = normal, root
        gamma, beta = (v.reshape(self.wide) for v in self.params.values())
        return gamma * normal + beta

    def backward(self, dy, need_dx=True):
        normal, root = self.recall()
        dy = self.accept("dy", dy, normal.shape, normal.dtype)
        others = tuple(axis for axis in range(dy.ndim) if axis != dy.ndim - len(self.wide))
        np.sum(dy * normal, axis=others, out=self.grads["gamma"])  # dL/dgamma = sum dy x^
        np.sum(dy, axis=others, out=self.grads["beta"])  # dL/dbeta = sum dy
        return self.pull_back(dy, normal, root) if need_dx else None

    def __repr__(self):
        return f"{type(self).__name__}({len(self.params['gamma'])})"


class BatchNorm1d(Normalization):
    """y = gamma x^ + beta, x^ = (x - mean) / sqrt(variance + eps), over the batch          [Lectures: W22, C11, L14, I8, U21, E14]

    x: (N, D)   gamma, beta: (D,)   y: (N, D)
    At test, mean and variance are the running ones in `state`, which training moves: r <- (1 - momentum) r + momentum r_batch.
    running_variance    "unbiased", a sum over N - 1, as in PyTorch and most libraries, or "biased", over N, as on the slides [E14]
    backward  dL/dgamma = sum_n dy x^   dL/dbeta = sum_n dy   dL/dx = gamma / sqrt(variance + eps) (dy - mean(dy) - x^ mean(dy x^))
    Raises    ValueError if x is not (N, D), is one example alone in training, or is so large that its squares overflow.
    """

    shape, axes = ("N", "D"), (0,)  # of x; those that mean and variance are over

    def __init__(self, n, *, eps=1e-5, momentum=0.1, running_variance="unbiased"):
        if not 0 <= momentum <= 1:
            raise ValueError(f"momentum: wanted a number from 0 to 1, got {momentum}")
        if running_variance not in ("unbiased", "biased"):
            raise ValueError(f"running_variance: wanted 'unbiased' or 'biased', got {running_variance!r}")
        super().__init__(n, eps=eps)
        self.state = {"mean": np.zeros(n, DTYPE), "variance": np.ones(n, DTYPE)}
        self.momentum, self.running_variance = momentum, running_variance

    def forward(self, x, training=False):
        x = self._accept(x)
        mean, variance = self._observe(x) if training else (v.reshape(self.wide) for v in self.state.values())
        return self.normalize(x, mean, variance, training)

    def pull_back(self, dy, normal, root):
        gamma, _, dgamma, dbeta = (v.reshape(self.wide) for v in (*self.params.values(), *self.grads.values()))
        m = dy.size // gamma.size  # a mean is a sum / m
        return gamma / root * (dy - dbeta / m - normal * (dgamma / m))

    def recover_identity(self, x):
        """gamma = sqrt(variance + eps), beta = mean of this batch, so that y = x: the network can express all it could before."""
        mean, variance = _mean_and_variance(self, self._accept(x), self.axes)
        self.params["gamma"][...] = np.sqrt(variance + self.eps).squeeze(self.axes)
        self.params["beta"][...] = mean.squeeze(self.axes)

    def _observe(self, x):
        """Mean and variance of this batch, which move the running ones."""
        m = x.size // x.shape[1]
        if m < 2:
            raise ValueError(f"{self!r}: x: wanted at least 2 examples in training, one alone has no variance; got {m}")
        mean, variance = _mean_and_variance(self, x, self.axes)
        running = variance * (m / (m - 1)) if self.running_variance == "unbiased" else variance
        for state, batch in zip(self.state.values(), (mean, running), strict=True):
            state += self.momentum * (batch.squeeze(self.axes) - state)  # r <- (1 - momentum) r + momentum r_batch
        return mean, variance

    def _accept(self, x):
        gamma = self.params["gamma"]
        return self.accept("x", x, (self.shape[0], len(gamma), *self.shape[2:]), gamma.dtype)


class BatchNorm2d(BatchNorm1d):
    """`BatchNorm1d` for images: mean and variance of each channel over the batch and all its pixels.          [Lectures: W22, L14]

    x: (N, C, H, W)   gamma, beta: (C,)   y: (N, C, H, W)
    backward and errors as there, with sums over n, i and j; one image alone is enough in training if it has 2 pixels
    """

    shape, axes, wide = ("N", "C", "H", "W"), (0, 2, 3), (-1, 1, 1)


class LayerNorm(Normalization):
    """y = gamma x^ + beta, x^ = (x - mean) / sqrt(variance + eps), over the features of each example          [Ba et al. 2016]

    x: (N, ..., D)   gamma, beta: (D,)   y: as x
    Nothing depends on the batch: training and test are the same.
    backward  dL/dgamma = sum_n dy x^   dL/dbeta = sum_n dy   dL/dx = (d - mean(d) - x^ mean(d x^)) / sqrt(variance + eps), d = gamma dy
    Raises    ValueError if x is not (N, ..., D) or is so large that its squares overflow.
    """

    def forward(self, x, training=False):
        gamma = self.params["gamma"]
        x = self.accept("x", x, dtype=gamma.dtype)
        if x.ndim < 2 or x.shape[-1] != len(gamma):
            raise ValueError(f"{self!r}: x: wanted shape (N, ..., {len(gamma)}), got {x.shape}")
        return self.normalize(x, *_mean_and_variance(self, x, self.axes), training)

    def pull_back(self, dy, normal, root):
        d = dy * self.params["gamma"]
        mean, along = (np.mean(a, axis=-1, keepdims=True) for a in (d, d * normal))
        return (d - mean - normal * along) / root


def _mean_and_variance(layer, x, axes):
    """Both with the axes kept."""
    with np.errstate(over="ignore", invalid="ignore"):  # nan stays nan, for the loss to tell; overflow is told here
        mean = np.mean(x, axis=axes, keepdims=True)
        variance = np.mean(np.square(x - mean), axis=axes, keepdims=True)
    if np.isinf(variance).any():
        raise ValueError(f"{layer!r}: x: wanted numbers whose squares fit into {x.dtype}, got {np.abs(x).max():.3g}")
    return mean, variance
