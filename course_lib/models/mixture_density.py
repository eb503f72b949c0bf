"""The mixture density network: for targets that may lie in several places."""

import math
from collections.abc import Callable

import numpy as np

from course_lib.arrays import check_array, check_rng, logsumexp
from course_lib.initializers import glorot_uniform
from course_lib.layers import Layer, Sequential, Tanh, log_softmax, softmax
from course_lib.losses import MixtureDensityNLL
from course_lib.models.mlp import mlp


class MixtureDensityNetwork(Sequential):
    """p(t | x) = sum_j pi_j(x) N(t; mu_j(x), sigma_j(x)^2 I): an mlp that says where t may lie, how surely, and how likely each is.

    x: (N, sizes[0])   t: (N, M), M = sizes[-1]   y: (N, J (M + 2)), as MixtureDensityNLL(J) wants it, the loss to train it with
    sizes    as of mlp, [1, 32, 1]: the last one is what is predicted          [Lectures: W7; Bishop 1994]
    Raises   ValueError if a size or the number of components is under 1, or x or t has another shape.
    """

    def __init__(self, sizes, n_components, *, rng, activation: Callable[[], Layer] = Tanh, init=glorot_uniform):
        *before, n_targets = sizes
        self.n_components = n_components
        net = mlp([*before, n_components * (n_targets + 2)], rng=rng, activation=activation, init=init)
        super().__init__(*net.layers)

    def mixture(self, x):
        """(pi (N, J), mu (N, J, M), sigma (N, J)) for each x"""
        logits, s, mu = MixtureDensityNLL(self.n_components).split(self.forward(x))
        return softmax(logits), mu, np.exp(s / 2)

    def density(self, x, t):
        """(N, G) p(t_g | x_n) at the points t: (G, M), a picture of all that may happen"""
        logits, s, mu = MixtureDensityNLL(self.n_components).split(self.forward(x))
        t = check_array("t", t, ("G", mu.shape[2]), mu.dtype)
        d2 = np.sum((t[:, None] - mu[:, None]) ** 2, axis=3) * np.exp(-s)[:, None]  # (N, G, J)
        log_joint = log_softmax(logits)[:, None] - mu.shape[2] / 2 * (math.log(2 * math.pi) + s)[:, None] - d2 / 2
        return np.exp(logsumexp(log_joint))

    def mean(self, x):
        """(N, M) sum_j pi_j mu_j: what a network trained with SquaredError would say, and often no good answer"""
        pi, mu, _ = self.mixture(x)
        return np.sum(pi[:, :, None] * mu, axis=1)

    def sample(self, x, *, rng):
        """(N, M) one t for each x, drawn from p(t | x)"""
        pi, mu, sigma = self.mixture(x)
        u = check_rng(rng).uniform(size=(len(pi), 1))
        j = np.minimum(
            np.sum(u > np.cumsum(pi, axis=1), axis=1), pi.shape[1] - 1
        )  # rounding may leave the last sum under 1
        n = np.arange(len(pi))
        return mu[n, j] + sigma[n, j, None] * rng.standard_normal(mu[n, j].shape).astype(mu.dtype)
