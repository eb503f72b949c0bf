"""Bringing data to one scale. Fit on the training part alone; dev and test are transformed with what was learned there.

    scale = Standardizer().fit(x_train)
    z_train, z_test = scale.transform(x_train), scale.transform(x_test)

Targets can be scaled as well; `inverse` brings predictions back. Computed in float64, returned in the dtype that came.
"""

from abc import ABC, abstractmethod
from contextlib import contextmanager

import numpy as np

from course_lib.data.checks import check_count, check_floats


class Scaler(ABC):
    """An affine map z = (x - shift) * factor or z = (x - shift) @ matrix, whose numbers come from training data.          [Lectures: U13, I1]

    fit(x)          x: (N, ...), learn; returns the scaler itself
    transform(x)    z    inverse(z)    x again, up to what the map dropped
    Raises    ValueError for an empty array, numbers that are nan, inf or near the largest float, or features other than those of fit;
              RuntimeError before fit.
    """

    _shape = None  # of one example, once fitted

    def fit(self, x):
        x = check_floats("x", x)
        if x.ndim == 0 or len(x) == 0:
            raise ValueError(f"x: wanted at least one example, got shape {x.shape}")
        with _in_range("x", x):
            self._learn(x)
        self._shape = x.shape[1:]
        return self

    def transform(self, x):
        x = self._accept("x", x, self._shape)
        with _in_range("x", x):
            return self._forward(x.astype(np.float64)).astype(x.dtype)

    def inverse(self, z):
        z = self._accept("z", z, self._transformed_shape())
        with _in_range("z", z):
            return self._backward(z.astype(np.float64)).astype(z.dtype)

    @abstractmethod
    def _learn(self, x) -> None: ...

    @abstractmethod
    def _forward(self, x) -> np.ndarray: ...

    @abstractmethod
    def _backward(self, z) -> np.ndarray: ...

    def _transformed_shape(self):
        return self._shape

    def _accept(self, name, x, shape):
        if self._shape is None:
            raise RuntimeError(f"{type(self).__name__}: wanted fit(x_train) first")
        x = check_floats(name, x)
        if x.shape[1:] != shape or x.ndim == 0:
            raise ValueError(f"{name}: wanted shape (N, {', '.join(map(str, shape))}), got {x.shape}")
        return x


@contextmanager
def _in_range(name, x):
    """Say it in our words if a number on the way becomes too large for a float."""
    try:
        with np.errstate(over="raise"):
            yield
    except FloatingPointError:
        largest = np.max(np.abs(x))
        raise ValueError(
            f"{name}: wanted numbers not so near to the ends of {x.dtype}, got up to {largest:.3g}"
        ) from None


class _PerFeature(Scaler):
    """z = (x - shift) / scale, feature by feature; a feature that is constant in training has scale 1, so that z = 0."""

    shift: np.ndarray
    scale: np.ndarray

    def _forward(self, x):
        return (x - self.shift) / self.scale

    def _backward(self, z):
        return z * self.scale + self.shift


class Standardizer(_PerFeature):
    """z = (x - mean) / std, std^2 = 1/N sum (x - mean)^2: mean 0 and variance 1 on the training data.          [Lectures: U13, W3]

    x: (N, ...), each position is a feature    shift, scale: (...) float64, the mean and the standard deviation
    """

    def _learn(self, x):
        d = x.astype(np.float64) - x[0]  # keeps all digits where the mean is large, and is 0 where x is constant
        self.shift = x[0] + np.mean(d, axis=0)
        d -= np.mean(d, axis=0)
        largest = np.max(np.abs(d), axis=0)
        unit = d / np.where(largest > 0, largest, 1)  # its squares are floats, however small or large x is
        std = largest * np.sqrt(np.mean(unit**2, axis=0))
        self.scale = np.where(std > 0, std, 1)


class MinMax(_PerFeature):
    """z = (x - min) / (max - min): 0 to 1 on the training data; targets in 0 to 1 bound the gradient of MSE.          [Lectures: W3]

    x: (N, ...), each position is a feature    shift, scale: (...) float64, the minimum and the range
    """

    def _learn(self, x):
        low, high = np.min(x, axis=0).astype(np.float64), np.max(x, axis=0).astype(np.float64)
        self.shift, self.scale = low, np.where(high > low, high - low, 1)


class PCA(Scaler):
    """z = (x - mean) V, the columns of V being the directions of largest variance: C v_k = lambda_k v_k, C = 1/N X^T X, X centred.

    x: (N, D)   V: (D, K)   z: (N, K)    variances: (K,) lambda_1 >= lambda_2 >= ... > 0
    K is n_components, or fewer: directions in which the data have no variance, up to rounding, are dropped. `inverse` is the best
    reconstruction from K numbers. The largest entry of each v_k is positive.          [Lectures: U1, U13]
    Raises    ValueError if x is not (N, D) or n_components is under 1.
    """

    def __init__(self, n_components=None):
        self.n_components = None if n_components is None else check_count("n_components", n_components, least=1)

    def _learn(self, x):
        if x.ndim != 2:
            raise ValueError(f"x: wanted shape (N, D), got {x.shape}")
        centred = x.astype(np.float64) - x[0]
        self.mean = x[0] + np.mean(centred, axis=0)
        centred -= np.mean(centred, axis=0)
        _, s, rows = np.linalg.svd(centred / np.sqrt(len(x)), full_matrices=False)  # better conditioned than eigh(C)
        # rounding x to its dtype makes variance where there was none: std <= eps/2 sqrt(D) max|x| in any direction
        rounding = 4 * np.finfo(x.dtype).eps * np.sqrt(x.shape[1]) * np.max(np.abs(x), initial=0)
        kept = np.flatnonzero(s > rounding)[: self.n_components]
        V = rows[kept].T
        largest = np.take_along_axis(V, np.argmax(np.abs(V), axis=0)[None], axis=0) if V.size else 1
        with np.errstate(over="ignore"):
            self.V, self.variances = V * np.sign(largest), s[kept] ** 2
        self._there, self._back = self._matrices(self.V, s[kept])

    def _matrices(self, V, std):
        """The matrices of transform and of inverse."""
        return V, V.T

    def _forward(self, x):
        return (x - self.mean) @ self._there

    def _backward(self, z):
        return z @ self._back + self.mean

    def _transformed_shape(self):
        return self._shape and self._there.shape[1:]


class PCAWhitening(PCA):
    """z = (x - mean) V diag(lambda)^(-1/2): uncorrelated, each of variance 1; x, V, lambda as in PCA.          [Lectures: U13]"""

    def _matrices(self, V, std):
        return V / std, (V * std).T


class ZCAWhitening(PCA):
    """z = (x - mean) V diag(lambda)^(-1/2) V^T: PCA whitening turned back, so that each z_d stays as close to x_d as it can.

    z: (N, D), of covariance V V^T: the identity if no direction was dropped.          [Lectures: U13; Bell and Sejnowski 1997]
    """

    def _matrices(self, V, std):
        return V / std @ V.T, V * std @ V.T
