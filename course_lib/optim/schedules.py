"""Learning rates that change with the step: schedule(t) is the rate of step t = 0, 1, 2, ...

Times are counted in steps, not epochs: one epoch has ceil(N / B) of them. Give one to any optimizer: Adam(lr=Cosine(1e-3, 2000)).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Constant:
    """a(t) = lr          [Lectures: U15]"""

    lr: float

    def __call__(self, t):
        return self.lr


@dataclass(frozen=True)
class StepDecay:
    """a(t) = lr factor^floor(t / every): shrink it by a factor now and then.          [Lectures: U15, I10]

    Raises    ValueError unless 0 < factor <= 1 and every >= 1.
    """

    lr: float
    every: int
    factor: float = 0.1

    def __post_init__(self):
        _check("every", self.every, self.every >= 1, "at least 1")
        _check("factor", self.factor, 0 < self.factor <= 1, "a number above 0, at most 1")

    def __call__(self, t):
        return self.lr * self.factor ** (t // self.every)


@dataclass(frozen=True)
class InverseTime:
    """a(t) = lr / (1 + decay t), "1/t": sum a = inf and sum a^2 < inf, so that SGD comes to rest.          [Lectures: U9, I10, U16; Robbins and Monro 1951]

    Raises    ValueError if decay is negative.
    """

    lr: float
    decay: float

    def __post_init__(self):
        _check("decay", self.decay, self.decay >= 0, "a number of at least 0")

    def __call__(self, t):
        return self.lr / (1 + self.decay * t)


@dataclass(frozen=True)
class Exponential:
    """a(t) = lr factor^t          [Lectures: I10]

    Raises    ValueError unless 0 < factor <= 1.
    """

    lr: float
    factor: float

    def __post_init__(self):
        _check("factor", self.factor, 0 < self.factor <= 1, "a number above 0, at most 1")

    def __call__(self, t):
        return self.lr * self.factor**t


@dataclass(frozen=True)
class Cosine:
    """a(t) = low + (lr - low) (1 + cos(pi t / steps)) / 2, and low after `steps`.          [Lectures: I10; Loshchilov and Hutter 2017]

    Raises    ValueError unless 0 <= low <= lr and steps >= 1.
    """

    lr: float
    steps: int
    low: float = 0.0

    def __post_init__(self):
        _check("steps", self.steps, self.steps >= 1, "at least 1")
        _check("low", self.low, 0 <= self.low <= self.lr, f"a number from 0 to lr = {self.lr}")

    def __call__(self, t):
        return self.low + (self.lr - self.low) * (1 + math.cos(math.pi * min(t / self.steps, 1))) / 2


@dataclass(frozen=True)
class CosineRestarts:
    """Cosine from lr to low, over and over: each restart leaves one minimum for another, for W18's recycled ensembles.

    steps     of the first cycle    growth: how many times longer each cycle is than the one before
    Raises    ValueError unless 0 <= low <= lr, steps >= 1 and growth >= 1.
    [Lectures: W18; Loshchilov and Hutter 2017; Huang et al. 2017]
    """

    lr: float
    steps: int
    low: float = 0.0
    growth: int = 1

    def __post_init__(self):
        _check("growth", self.growth, self.growth >= 1, "at least 1")
        Cosine(self.lr, self.steps, self.low)

    def __call__(self, t):
        length = self.steps
        if self.growth == 1:
            t %= length
        while t >= length:
            t, length = t - length, length * self.growth
        return Cosine(self.lr, length, self.low)(t)


@dataclass(frozen=True)
class WarmUp:
    """a(t) = min(1, (t + 1) / steps) schedule(t): short steps while the averages of an optimizer are still made of few gradients.

    Raises    ValueError unless steps >= 1, TypeError if schedule is no function of the step.  [Goyal et al. 2017]
    """

    schedule: Callable[[int], float]
    steps: int

    def __post_init__(self):
        _check("steps", self.steps, self.steps >= 1, "at least 1")
        if not callable(self.schedule):
            raise TypeError(f"schedule: wanted a function of the step such as Constant(0.1), got {self.schedule!r}")

    def __call__(self, t):
        return min(1.0, (t + 1) / self.steps) * self.schedule(t)


def _check(name, value, right, wanted):
    if not right:
        raise ValueError(f"{name}: wanted {wanted}, got {value}")
