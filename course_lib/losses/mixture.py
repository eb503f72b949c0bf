"""The loss for targets that may lie in several places: a mixture density."""

import math

import numpy as np

from course_lib.arrays import check_array, check_size, logsumexp
from course_lib.layers.softmax import log_softmax, softmax
from course_lib.losses.base import Loss, check_batch
from course_lib.losses.gaussian import exp_finite


class MixtureDensityNLL(Loss):
    """L = -1/N sum_n log sum_j pi_nj N(t_n; mu_nj, sigma_nj^2 I), a mixture of J round Gaussians.          [Lectures: W7; Bishop 1994]

    pred: (N, J (M + 2)), see `split`    target: (N, M)
    With r_nj = softmax_j(log pi_nj + log N(t_n; ...)), the share that component j has in example n, and d^2 = ||t - mu||^2 / sigma^2:
    backward  dL/dlogits = (pi - r) / N    dL/dmu = r (mu - t) / (sigma^2 N)    dL/ds = r (M - d^2) / 2N
    A component that sits on one example and shrinks makes L fall without bound; stop early, or add an L2 penalty.
    Raises    ValueError if the length of a row of pred is not J (M + 2), or the shapes do not fit.
    """

    def __init__(self, n_components=3):
        self.n_components = check_size("n_components", n_components)

    def split(self, pred):
        """(logits (N, J), s (N, J), mu (N, J, M)): pi = softmax(logits), sigma^2 = e^s; they stand in pred in this order."""
        J = self.n_components
        logits, s, mu = np.split(pred, [J, 2 * J], axis=1)
        return logits, s, mu.reshape(len(pred), J, mu.shape[1] // J)

    def forward(self, pred, target):
        pred, J = check_batch("pred", pred), self.n_components
        if pred.ndim != 2 or pred.shape[1] % J or pred.shape[1] < 3 * J:
            raise ValueError(f"pred: wanted shape (N, {J} (M + 2)), got {pred.shape}")
        logits, s, mu = self.split(pred)
        M = mu.shape[2]
        t = check_array("target", target, (len(pred), M), pred.dtype)
        with np.errstate(over="ignore"):
            far = math.sqrt(np.finfo(pred.dtype).max / (4 * M))
            z = np.clip((mu - t[:, None]) * exp_finite(-s / 2)[:, :, None], -far, far)  # finite: r z is 0 where r is 0
            d2 = np.sum(z * z, axis=2)
            log_joint = log_softmax(logits) - M / 2 * (math.log(2 * math.pi) + s) - d2 / 2  # log pi_j + log N_j
            self._saved = logits, s, z, d2, log_joint
            return float(np.sum(-logsumexp(log_joint)) / len(pred))

    def backward(self):
        logits, s, z, d2, log_joint = self.recall()
        r = softmax(log_joint)
        with np.errstate(over="ignore"):
            dmu = r[:, :, None] * z * exp_finite(-s / 2)[:, :, None]
            parts = softmax(logits) - r, r * (z.shape[2] - d2) / 2, dmu.reshape(len(z), -1)
            return np.concatenate(parts, axis=1) / len(z)

    def __repr__(self):
        return f"MixtureDensityNLL({self.n_components})"
