"""What an exercise is: data that the checks read.  `Function` asks for a function or class, `Numbers` for worked-out
numbers, `Contest` for something that learns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np

# What may not do a student's work, unless an exercise says otherwise.
FORBIDDEN = ("course_lib", "sklearn", "scipy", "torch", "tensorflow", "jax", "keras", "autograd")


class Case:
    """One draw of arguments, with a few words that say what is special about it ("a batch of one")."""

    def __init__(self, *args: Any, label: str = ""):
        self.args = args
        self.label = label

    def __repr__(self) -> str:
        return f"Case({', '.join(map(repr, self.args))}, label={self.label!r})"


@dataclass(frozen=True)
class Mistake:
    """A slip that students make, written as the reference with that slip in it.

    key     its name in reports
    says    what the student did, in a sentence
    answer  for a `Function`, a function with the reference's signature; for a quantity of `Numbers`, a formula of the same kind
    see     the row of the lectures to read again
    """

    key: str
    says: str
    answer: Callable[..., Any]
    see: str = ""

    @property
    def sentence(self) -> str:
        """What is said to the student: the slip, with the row of the lectures to read again."""
        if not self.see or f"[{self.see}]" in self.says:
            return self.says
        return f"{self.says[:-1]} [{self.see}]{self.says[-1]}"


def catalogue(function: Callable[..., Any], *slips: tuple[str, str, str, Mapping[str, Any]]) -> tuple[Mistake, ...]:
    """Mistakes of one reference, each (key, sentence, row of the lectures, keywords of the reference that make the slip)."""
    return tuple(Mistake(key, says, partial(function, **slip), see) for key, says, see, slip in slips)


def call(answer: Callable[..., Any], *args: Any) -> Any:
    return answer(*args)


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """What every exercise has: who it is, what it is worth, where it comes from, and three hints, each saying more."""

    id: str
    title: str
    points: float
    lectures: tuple[str, ...]
    hints: tuple[str, str, str]
    rtol: float = 1e-4  # work done in float32 is not refused
    atol: float = 1e-4  # times the largest wanted magnitude

    @property
    def lesson(self) -> str:
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        return self.id.partition(".")[2]


@dataclass(frozen=True, kw_only=True)
class Function(Exercise):
    """A function (or small class) to write, compared with `reference` on the arguments that `cases(rng)` draws.

    outputs     names of the returned values, each graded for itself; one name where one value is returned
    reference   the right answer; arrays in, arrays out
    cases       rng -> cases: sizes pairwise different, generic values, and the edge cases that matter
    mistakes    the catalogue that wrong values are diagnosed from
    run         how an answer is put to work on a case's arguments (for classes: a scenario)
    forbids     dotted names that may not do the work: modules, or single functions such as "numpy.gradient"
    """

    outputs: tuple[str, ...]
    reference: Callable[..., Any]
    cases: Callable[[np.random.Generator], Iterable[Case]]
    mistakes: tuple[Mistake, ...]
    run: Callable[..., Any] = call
    forbids: tuple[str, ...] = FORBIDDEN


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """One number of a worked calculation: `formula` takes the givens and the earlier quantities as attributes of one object."""

    name: str
    formula: Callable[[SimpleNamespace], float]
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Numbers(Exercise):
    """Numbers worked out step by step, each graded for itself, with follow-through.

    steps     every quantity in the order of the calculation
    graded    the names that earn points here, in equal shares; the others are only followed through
    givens    the numbers of the question, where they are the same for all
    draw      rng -> the numbers of the question, where every student has others
    slips     follow-through is given for at most this many slips: nobody earns points by answering 0 everywhere
    """

    steps: tuple[Quantity, ...]
    graded: tuple[str, ...]
    givens: Mapping[str, float] = field(default_factory=dict)
    draw: Callable[[np.random.Generator], Mapping[str, float]] | None = None
    slips: int = 3
    rtol: float = 1e-4  # a number worked out by hand may be rounded to five digits
    atol: float = field(default=1e-9)

    @property
    def personal(self) -> bool:
        """Whether every student has numbers of their own."""
        return self.draw is not None


@dataclass(frozen=True, kw_only=True)
class Contest(Exercise):
    """Something that learns, scored on examples that it has never seen; their labels stay with whoever checks.

    draw      rng -> (x_train, t_train, x_test, t_test), t_test the labels that are kept back
    run       how an answer is put to work, where the student's code lives: (answer, x_train, t_train, x_test) -> (guesses, *costs)
    limits    the most that each of the costs may be, by name; beyond one there are no points
    floor     the share of right guesses up to which there are no points; `full`: from which there are all
    mistakes  what is wrong with guesses: their `answer` is (guesses, t_test) -> bool
    """

    draw: Callable[[np.random.Generator], tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]
    run: Callable[..., Any]
    limits: Mapping[str, float]
    floor: float
    full: float
    mistakes: tuple[Mistake, ...]
    forbids: tuple[str, ...] = tuple(name for name in FORBIDDEN if name != "course_lib")  # it is built from the library

    @property
    def outputs(self) -> tuple[str, ...]:
        return ("right", *self.limits)
