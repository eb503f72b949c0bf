"""Which mistake of the catalogue explains a wrong answer?  Spoken only where exactly one does."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lib.checking.comparison import NotPlain, difference, plain
from course_lib.exercises.base import Function, Mistake


def answers_of(mistake: Mistake, exercise: Function, cases: Sequence) -> list[Any]:
    """What the reference with this slip in it answers on every case; None where it stops with an error."""
    answers = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for case in cases:
            try:
                answers.append(plain(exercise.run(mistake.answer, *case.args)))
            except (ArithmeticError, LookupError, TypeError, ValueError, NotPlain):
                answers.append(None)
    return answers


def diagnose(exercise: Function, part: int, cases: Sequence, got: Sequence[Any], want: Sequence[Any]) -> Mistake | None:
    """The one mistake that gives the student's values of output `part` on every case, and differs from the reference on two or more.

    got, want  the student's and the reference's value of that output, case by case
    """

    def alike(a: Any, b: Any) -> bool:
        return a is not None and b is not None and difference(a, b, exercise.rtol, exercise.atol) is None

    suspects = []
    for mistake in exercise.mistakes:
        slipped = [output(exercise, answer, part) for answer in answers_of(mistake, exercise, cases)]
        telling = sum(not alike(s, w) for s, w in zip(slipped, want, strict=True))
        if telling >= 2 and all(alike(g, s) for g, s in zip(got, slipped, strict=True)):
            suspects.append(mistake)
    return suspects[0] if len(suspects) == 1 else None


def output(exercise: Function, answer: Any, part: int) -> Any:
    """Output number `part` of an answer; the answer itself where the exercise has one output."""
    if len(exercise.outputs) == 1:
        return answer
    if not isinstance(answer, (list, tuple)) or len(answer) != len(exercise.outputs):
        return None
    return answer[part]
