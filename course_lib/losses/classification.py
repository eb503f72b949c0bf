"""Losses for targets that are classes."""

import numpy as np

from course_lib.arrays import check_array, check_labels
from course_lib.layers.activations import sigmoid
from course_lib.layers.softmax import log_softmax
from course_lib.losses.base import Loss, check_batch, check_pair


class BinaryCrossEntropy(Loss):
    """L = -1/N sum_n [t_n log p_n + (1 - t_n) log(1 - p_n)]          [Lectures: W4, C8, I16]

    pred: (N, ...) probabilities    target: as pred, 0 or 1 or a probability between; several labels of one example are summed
    backward  dL/dp = (-t / p + (1 - t) / (1 - p)) / N
    Infinite where pred rules out what happened, p = 0 with t > 0. `SigmoidCrossEntropy` is exact there: prefer it [E15].
    Raises    ValueError if the shapes differ or a number is outside [0, 1].
    """

    def forward(self, pred, target):
        p, t = check_pair("pred", pred, target)
        _check_probability("pred", p)
        _check_probability("target", t)
        p, q = np.where(t > 0, p, 1), np.where(t < 1, p, 0)  # 0 log 0 = 0: what cannot happen costs nothing
        self._saved = p, q, t
        with np.errstate(divide="ignore"):  # log 0 = -inf is the right answer
            return float(np.sum(t * -np.log(p) + (1 - t) * -np.log1p(-q)) / len(t))

    def backward(self):
        p, q, t = self.recall()
        with np.errstate(divide="ignore"):
            return ((1 - t) / (1 - q) - t / p) / len(t)  # dL/dp


class SigmoidCrossEntropy(Loss):
    """Binary cross-entropy of p = sigmoid(z), from the logits z.          [Lectures: W4, W6, W7, C7, C8, U7, E15]

    L = 1/N sum_n [softplus(z_n) - t_n z_n]
    logits: (N, ...)    target: as logits, 0 or 1 or a probability between; several labels of one example are summed
    backward  dL/dz = (sigmoid(z) - t) / N, never saturated where the answer is wrong
    Raises    ValueError if the shapes differ or a target is outside [0, 1].
    """

    def forward(self, logits, target):
        z, t = check_pair("logits", logits, target)
        _check_probability("target", t)
        self._saved = z, t
        # softplus(z) - t z with its two large numbers subtracted first: no digit is lost
        return float(np.sum(np.maximum(z, 0) - t * z + np.log1p(np.exp(-np.abs(z)))) / len(z))

    def backward(self):
        z, t = self.recall()
        return (sigmoid(z) - t) / len(z)  # dL/dz = (p - t) / N


class SoftmaxCrossEntropy(Loss):
    """L = -1/N sum_n sum_k t_nk log p_nk, p = softmax(z), from the logits z.          [Lectures: W5, W6, W7, C9, C15, U7, I16]

    logits: (N, ..., K)    target: (N, ...) integers, the classes; or as logits: one-hot rows, or any distributions over the classes
    backward  dL/dz = (p - t) / N
    Raises    ValueError if the shapes do not fit, a class is not in 0 .. K - 1, or a row of target is no distribution [E2].
    """

    def forward(self, logits, target):
        logits = check_batch("logits", logits)
        if logits.ndim < 2:
            raise ValueError(f"logits: wanted shape (N, ..., K), got {logits.shape}")
        t = _distributions(target, logits)
        # order "F", one class after the other in memory: sums over a few classes that lie side by side take twice the time
        log_p = log_softmax(np.asarray(logits, order="F"))
        self._saved = log_p, t
        return float((t * -log_p).sum() / len(t))  # L = -1/N sum t log p

    def backward(self):
        log_p, t = self.recall()
        return (np.exp(log_p) - t) / len(t)  # dL/dz = (p - t) / N


def _distributions(target, logits):
    """The target as distributions over the classes: classes become one-hot rows."""
    target, n_classes = np.asarray(target), logits.shape[-1]
    if target.dtype.kind in "iu" and target.shape == logits.shape[:-1]:
        labels = check_labels("target", target, n_classes)
        return (labels[..., None] == np.arange(n_classes)).astype(logits.dtype, order="F")
    t = np.asarray(check_array("target", target, dtype=logits.dtype), order="F")
    if t.shape != logits.shape:
        raise ValueError(
            f"target: wanted integers of shape {logits.shape[:-1]} or distributions of shape {logits.shape}, "
            f"got {target.dtype} of shape {t.shape}"
        )
    sums = np.sum(t, axis=-1)
    if not (np.all(t >= 0) and np.all(abs(sums - 1) < 1e-3)):
        raise ValueError(
            f"target: wanted rows >= 0 that sum to 1, got entries from {t.min():g} and sums from {sums.min():g} to {sums.max():g}"
        )
    return t


def _check_probability(name, p):
    if not (np.all(p >= 0) and np.all(p <= 1)):
        raise ValueError(f"{name}: wanted probabilities from 0 to 1, got {p.min():g} to {p.max():g}")
