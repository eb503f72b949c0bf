"""What an optimizer is: a rule that moves a vector against its gradient. It knows vectors, never networks."""

from abc import ABC, abstractmethod

import numpy as np

CHUNK = 2**16  # numbers that are updated together: small enough to stay in the cache through all lines of an update
SWEEP = 64  # steps between two removals of numbers too small to matter
NEGLIGIBLE = 1e4  # times the smallest normal number of the dtype: in float32 1e-34, whose root is far below any eps


class Optimizer(ABC):
    """theta <- theta - lr * (a direction made of this gradient and of earlier ones), in place.          [Lectures: U9, U15, I9, I10]

    lr        a number, or a function of the step t = 0, 1, 2, ... such as those in course_lib.optim.schedules
    groups    (slice of theta, multiplier of lr) pairs; what is in no slice has multiplier 1, and multiplier 0 freezes  [U18, I17]
              may be set again at any time, as when layers are unfrozen one after the other
    t         how many steps have been made
    state     what the rule remembers of earlier gradients, by name, each of the shape of theta
    Raises    ValueError for a learning rate or a multiplier that is negative or not finite, and for slices that overlap.
    """

    remembers: tuple[str, ...] = ()  # the names in state

    def __init__(self, lr, groups=()):
        self.lr = lr if callable(lr) else at_least_0("lr", lr)
        self.groups = groups
        self.t = 0
        self.state = {}

    @abstractmethod
    def update(self, theta, grad, lr, *state):
        """One step of the rule for a stretch of theta, written into theta and the same stretch of each state; self.t is 1 in the first step."""

    def step(self, theta, grad):
        """Change the vector theta in place.

        theta, grad    (P,) arrays of one floating dtype, as pack(network) returns them
        Raises         TypeError or ValueError for anything else, also for a theta of another length than in earlier steps;
                       FloatingPointError where a number becomes too large for the dtype: theta is then of no more use.
        """
        self._check(theta, grad)
        rate = self.rate()
        if not self.state:
            self.state = {name: np.zeros_like(theta) for name in self.remembers}
        self.t += 1
        try:
            with np.errstate(over="raise", divide="raise", invalid="raise"):
                for part, multiplier in self._parts(theta.size):
                    self.update(theta[part], grad[part], rate * multiplier, *[s[part] for s in self.state.values()])
        except FloatingPointError as error:
            largest = float(np.max(np.abs(grad)))
            raise FloatingPointError(
                f"{self!r}: {error} at step {self.t}, the largest gradient is {largest:.3g}: clip it, or lower lr"
            ) from None
        if self.t % SWEEP == 0:
            self._sweep()

    def rate(self):
        """The learning rate of the step to come."""
        return at_least_0("lr", self.lr(self.t)) if callable(self.lr) else self.lr

    @property
    def groups(self):
        return self._groups

    @groups.setter
    def groups(self, groups):
        self._groups = sorted(((_checked(part), at_least_0("multiplier", m)) for part, m in groups), key=_start)
        self._divided = None

    def snapshot(self):
        """Copies of t and of all states by name, {"t": ..., "m": ...}, as np.savez(file, **...) takes them."""
        return {"t": np.array(self.t), **{name: array.copy() for name, array in self.state.items()}}

    def load(self, snapshot):
        """Go on from a snapshot of an optimizer of this kind.

        Raises    ValueError if a name is missing or unknown; then nothing changes.
        """
        t = int(snapshot["t"]) if "t" in snapshot else 0
        wanted = {"t", *(self.remembers if t else ())}
        if strange := wanted ^ set(snapshot):
            raise ValueError(
                f"snapshot: wanted {', '.join(sorted(wanted))}; missing or unknown: {', '.join(sorted(strange))}"
            )
        self.t, self.state = t, {name: np.array(snapshot[name]) for name in self.remembers if t}

    def _check(self, theta, grad):
        if not (isinstance(theta, np.ndarray) and theta.ndim == 1 and theta.dtype.kind == "f"):
            raise TypeError(f"theta: wanted a vector of floats, got {_describe(theta)}")
        if not (isinstance(grad, np.ndarray) and grad.shape == theta.shape and grad.dtype == theta.dtype):
            raise TypeError(f"grad: wanted {_describe(theta)}, as theta, got {_describe(grad)}")
        for name, s in self.state.items():
            if s.shape != theta.shape or s.dtype != theta.dtype:
                raise ValueError(
                    f"theta: wanted {_describe(s)}, as {name} of the earlier steps, got {_describe(theta)}"
                )

    def _parts(self, size):
        """(slice, multiplier) for every chunk of theta that moves, in order."""
        if self._divided is None or self._divided[0] != size:
            self._divided = size, list(_chunks(_stretches(self._groups, size)))
        return self._divided[1]

    def _sweep(self):
        """Set to 0 what has become negligible: averages of gradients that stay 0 would sink into denormal numbers, many times slower."""
        for s in self.state.values():
            s *= np.abs(s) > NEGLIGIBLE * np.finfo(s.dtype).tiny

    def __repr__(self):
        return f"{type(self).__name__}(lr={self.lr})"


def _stretches(groups, size):
    """Neighbouring (start, stop, multiplier) that cover 0 .. size, equal neighbours joined."""
    found = [(0, 0, 1.0)]
    for part, multiplier in groups:
        start, stop = part.start or 0, size if part.stop is None else part.stop
        if stop > size or start < found[-1][1]:
            raise ValueError(
                f"groups: wanted slices within {size} parameters that do not overlap, got {start} to {stop}"
            )
        found += [(found[-1][1], start, 1.0), (start, stop, multiplier)]
    found.append((found[-1][1], size, 1.0))
    joined = []
    for start, stop, multiplier in found:
        if joined and joined[-1][2] == multiplier:
            joined[-1] = (joined[-1][0], stop, multiplier)
        elif stop > start:
            joined.append((start, stop, multiplier))
    return joined


def _chunks(stretches):
    for start, stop, multiplier in stretches:
        if multiplier > 0:  # a frozen stretch is never touched
            for a in range(start, stop, CHUNK):
                yield slice(a, min(a + CHUNK, stop)), multiplier


def _checked(part):
    if not isinstance(part, slice):
        raise TypeError(f"groups: wanted pairs of a slice and a multiplier, got {part!r}")
    if part.step not in (None, 1) or (part.start or 0) < 0 or (part.stop is not None and part.stop < (part.start or 0)):
        raise ValueError(f"groups: wanted slices from a start to a later stop, got {part}")
    return part


def _start(group):
    part = group[0]
    return part.start or 0, float("inf") if part.stop is None else part.stop


def at_least_0(name, value):
    """`value` as a finite float of at least 0."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name}: wanted a number, got {value!r}") from None
    if not 0 <= number < float("inf"):
        raise ValueError(f"{name}: wanted a finite number of at least 0, got {value}")
    return number


def below_1(name, value):
    """`value` as a float of at least 0 and below 1, as a decay rate is."""
    if not 0 <= at_least_0(name, value) < 1:
        raise ValueError(f"{name}: wanted a number from 0 to below 1, got {value}")
    return float(value)


def above_0(name, value):
    """`value` as a finite float above 0."""
    if not at_least_0(name, value) > 0:
        raise ValueError(f"{name}: wanted a number above 0, got {value}")
    return float(value)


def _describe(x):
    return f"{x.dtype} of shape {x.shape}" if isinstance(x, np.ndarray) else type(x).__name__
