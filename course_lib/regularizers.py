"""Penalties Omega on weights (or on activations: course_lib.layers.ActivityPenalty). J = L + sum of all Omega(w).

value(w)         Omega(w), a float, to add to the loss
grad(w)          dOmega/dw, to add to the gradient
prox(w, step)    argmin_u step Omega(u) + ||u - w||^2 / 2: the penalty's own step, after a step against the gradient of L alone

A network has one penalty per parameter, by the names of its snapshot, and so one lambda per layer [U25]:

    train(..., penalties={"0.W": L2.plain(1e-3), "2.W": L2.plain(1e-4)})          # by their gradients
    proximal_step({"0.W": L1(1e-4)}, parameters(network), lr)                     # or by prox, after each step

Weight decay that no optimizer rescales is course_lib.optim.AdamW's.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np


class Regularizer(ABC):
    """Omega(w), for an array w of any shape. Biases are penalised only if one asks for it; of the decks, I4 alone does.

    Omega is minus the logarithm of a prior, up to a constant: to minimise J is to maximise the posterior.          [Lectures: L1, W9, W10, L13]
    """

    @abstractmethod
    def value(self, w) -> float:
        """Omega(w)"""

    @abstractmethod
    def grad(self, w) -> Any:
        """dOmega/dw, of the shape and dtype of w"""

    @abstractmethod
    def prox(self, w, step) -> Any:
        """argmin_u step Omega(u) + ||u - w||^2 / 2, of the shape and dtype of w          [Lectures: L5; Parikh and Boyd 2014]

        Raises    ValueError if step is negative.
        """


@dataclass(frozen=True)
class L2(Regularizer):
    """Omega = alpha/2 ||w||^2: many small weights rather than a few large ones.          [Lectures: W11, W12, L2, L3, I3, I4, U25, E6, E11]

    The decks write one penalty in three scalings [E11]; say which one is meant:

        L2.half(alpha)              alpha/2 ||w||^2         W11, U25
        L2.plain(lambda)            lambda ||w||^2          L2, L3, I3: alpha = 2 lambda; a Gaussian prior of variance 1 / (2 lambda)
        L2.per_example(lambda, m)   lambda/2m ||w||^2       I4: alpha = lambda / m, for m training examples

    grad    alpha w, so that a step of gradient descent first shrinks: w <- (1 - lr alpha) w - lr dL/dw
    prox    w / (1 + step alpha)
    Raises  ValueError if alpha is negative or not finite.
    """

    alpha: float

    def __post_init__(self):
        _at_least_0("alpha", self.alpha)

    @classmethod
    def half(cls, alpha):
        return cls(alpha)

    @classmethod
    def plain(cls, lam):
        return cls(2 * _at_least_0("lam", lam))

    @classmethod
    def per_example(cls, lam, m):
        if not m >= 1:
            raise ValueError(f"m: wanted the number of training examples, got {m}")
        return cls(_at_least_0("lam", lam) / m)

    def value(self, w):
        return self.alpha / 2 * _sum_of_squares(w)

    def grad(self, w):
        return self.alpha * w

    def prox(self, w, step):
        return w / (1 + _at_least_0("step", step) * self.alpha)


@dataclass(frozen=True)
class L1(Regularizer):
    """Omega = lambda ||w||_1: the same pull on every weight, so that many become exactly 0.          [Lectures: W13, L4, L5, L6, L7, U25, E12]

    A Laplace prior of scale 1 / lambda. As strong as W13's alpha; L5's lambda is the learning rate times this one [E12].
    grad    lambda sign(w), and 0 at 0: gradient steps jump to and fro over 0
    prox    w - min(step lambda, |w|) sign(w): stops there
    Raises  ValueError if lambda is negative or not finite.
    """

    lam: float

    def __post_init__(self):
        _at_least_0("lam", self.lam)

    def value(self, w):
        return self.lam * float(np.sum(np.abs(w), dtype=np.float64))

    def grad(self, w):
        return self.lam * np.sign(w)

    def prox(self, w, step):
        most = _at_least_0("step", step) * self.lam
        return w - np.clip(w, -most, most)  # w - min(step lambda, |w|) sign(w)


@dataclass(frozen=True)
class L1L2(Regularizer):
    """Omega = lambda ||w||_1 + alpha/2 ||w||^2, the elastic net: sparse, but equal weights for equal inputs.  [Zou and Hastie 2005]          [Lectures: W11, W13]

    prox    the shrinking of L2 after the soft threshold of L1
    Raises  ValueError if lambda or alpha is negative or not finite.
    """

    lam: float
    alpha: float

    def __post_init__(self):
        _at_least_0("lam", self.lam)
        _at_least_0("alpha", self.alpha)

    def value(self, w):
        return L1(self.lam).value(w) + L2(self.alpha).value(w)

    def grad(self, w):
        return self.lam * np.sign(w) + self.alpha * w

    def prox(self, w, step):
        return L2(self.alpha).prox(L1(self.lam).prox(w, step), step)


@dataclass(frozen=True)
class MaxNorm(Regularizer):
    """Omega = 0 if the weights into every unit have norm at most `limit`, else inf: a wall, not a slope.  [Srivastava et al. 2014]          [Lectures: L7, L13]

    Weights of one unit: a column of a dense W, (D, M); W[o] of a convolution, (O, C, kh, kw); the whole of any other array.
    grad    0: for the step of the loss the wall is not there
    prox    w, with what is longer cut back to `limit`: use it with proximal_step
    Raises  ValueError unless limit is above 0 and finite.
    """

    limit: float

    def __post_init__(self):
        if not _at_least_0("limit", self.limit) > 0:
            raise ValueError(f"limit: wanted a number above 0, got {self.limit}")

    def value(self, w):
        # rounding may leave a projected unit a little over the limit
        return 0.0 if np.all(self._norms(w) <= self.limit * (1 + 8 * np.finfo(w.dtype).eps)) else math.inf

    def grad(self, w):
        return np.zeros_like(w)

    def prox(self, w, step):
        _at_least_0("step", step)
        return w * (self.limit / np.maximum(self._norms(w), self.limit))  # w min(1, limit / ||w||)

    def _norms(self, w):
        axis = {2: (0,), 4: (1, 2, 3)}.get(w.ndim)
        largest = np.max(np.abs(w), axis=axis, keepdims=True, initial=np.finfo(w.dtype).tiny)
        return largest * np.sqrt(
            np.sum((w / largest) ** 2, axis=axis, keepdims=True)
        )  # scaled: squares can not overflow


def proximal_step(penalties, parameters, step):
    """w <- prox(w, step) in place, for every penalised parameter, after an optimizer's step of rate `step`.          [Lectures: L5, U25]

    penalties     {"0.W": penalty, ...}    parameters: {"0.W": array, ...} to write into, from course_lib.layers.parameters(network)
    Raises        ValueError for a name that is no parameter's: then nothing changes.
    """
    if unknown := set(penalties) - set(parameters):
        raise ValueError(f"penalties: wanted names from {', '.join(parameters)}; got {', '.join(sorted(unknown))}")
    for name, penalty in penalties.items():
        parameters[name][...] = penalty.prox(parameters[name], step)


def _sum_of_squares(w):
    squares = float(np.vdot(w, w))
    if math.isinf(squares):  # in float32, whose largest square root is 1e19
        with np.errstate(over="ignore"):
            squares = float(np.sum(np.square(w, dtype=np.float64)))
    return squares


def _at_least_0(name, value):
    if not 0 <= value < math.inf:
        raise ValueError(f"{name}: wanted a finite number of at least 0, got {value}")
    return float(value)
