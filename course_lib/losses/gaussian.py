"""Losses for targets that scatter around the prediction like a Gaussian."""

import math

import numpy as np

from course_lib.arrays import check_array
from course_lib.losses.base import Loss, check_batch, check_pair


class GaussianNLL(Loss):
    """L = 1/N sum_n [M log sigma + M/2 log 2 pi + ||t_n - p_n||^2 / (2 sigma^2)], for one sigma that is known.          [Lectures: W1, W2, W7, E19]

    pred, target: (N, ...), M numbers each    sigma: > 0; with sigma^2 = 1/2 the gradient is that of SquaredError()
    backward  dL/dp = (p - t) / (sigma^2 N)
    Raises    ValueError if the shapes differ, or sigma is not above 0.
    """

    def __init__(self, sigma=1.0):
        if not 0 < sigma < math.inf:
            raise ValueError(f"sigma: wanted a number above 0, got {sigma}")
        self.sigma = float(sigma)

    def forward(self, pred, target):
        pred, target = check_pair("pred", pred, target)
        z = (pred - target) / self.sigma
        self._saved = z
        with np.errstate(over="ignore"):  # too unlikely for a float: inf is the answer
            return pred[0].size * math.log(self.sigma * math.sqrt(2 * math.pi)) + float(np.sum(z * z) / (2 * len(z)))

    def backward(self):
        z = self.recall()
        return z / (self.sigma * len(z))  # dL/dp = (p - t) / (sigma^2 N)

    def __repr__(self):
        return f"GaussianNLL({self.sigma:g})"


class HeteroscedasticNLL(Loss):
    """Gaussian NLL whose variance is predicted too, as its logarithm s = log sigma^2.          [Lectures: W2, W7; Nix and Weigend 1994]

    L = 1/2N sum_n sum_m [log 2 pi + s_nm + (t_nm - mu_nm)^2 e^-s_nm]
    pred: (N, ..., 2M), first the M means, then the M log-variances    target: (N, ..., M)
    backward  dL/dmu = (mu - t) e^-s / N    dL/ds = (1 - (t - mu)^2 e^-s) / 2N
    Raises    ValueError if the last axis of pred has not twice the length of target's, or the others differ.
    """

    def forward(self, pred, target):
        pred = check_batch("pred", pred)
        if pred.ndim < 2 or pred.shape[-1] % 2:
            raise ValueError(f"pred: wanted shape (N, ..., 2M), means and log-variances, got {pred.shape}")
        mean, s = np.split(pred, 2, axis=-1)
        difference = mean - check_array("target", target, mean.shape, pred.dtype)
        with np.errstate(over="ignore"):
            scale = exp_finite(-s / 2)
            z = difference * scale
            self._saved = z, scale
            return float(np.sum(math.log(2 * math.pi) + s + z * z) / (2 * len(pred)))

    def backward(self):
        z, scale = self.recall()
        with np.errstate(over="ignore"):
            return np.concatenate([z * scale, (1 - z * z) / 2], axis=-1) / len(z)


class GaussianKL(Loss):
    """KL(N(mu, sigma^2) || N(0, 1)) for every code of a batch, with s = log sigma^2: the price of a code in the ELBO.          [Lectures: W7; Kingma and Welling 2014]

    L = 1/2N sum_n sum_k [mu_nk^2 + e^s_nk - s_nk - 1]
    A VAE minimises -ELBO = reconstruction + KL. For the reconstruction, -E log p(x | z) over a batch, take SigmoidCrossEntropy
    (pixels from 0 to 1) or GaussianNLL(sigma) of the decoder's output. This loss has no target.
    code: (N, ..., 2K), first the K means, then the K log-variances
    backward  dL/dmu = mu / N    dL/ds = (e^s - 1) / 2N
    Raises    ValueError if the last axis is odd.
    """

    def forward(self, code):
        code = check_batch("code", code)
        if code.ndim < 2 or code.shape[-1] % 2:
            raise ValueError(f"code: wanted shape (N, ..., 2K), means and log-variances, got {code.shape}")
        mean, s = np.split(code, 2, axis=-1)
        self._saved = mean, s
        with np.errstate(over="ignore"):
            return float(np.sum(mean * mean + (np.expm1(s) - s)) / (2 * len(code)))  # expm1: no digit lost near s = 0

    def backward(self):
        mean, s = self.recall()
        with np.errstate(over="ignore"):
            return np.concatenate([mean, np.expm1(s) / 2], axis=-1) / len(mean)


def exp_finite(x):
    """e^x, but never above the largest float: 0 times it is then 0, where 0 * inf would be nan."""
    return np.exp(np.minimum(x, x.dtype.type(np.log(np.finfo(x.dtype).max) * (1 - 1e-6))))
