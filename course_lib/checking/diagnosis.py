"""Draw arguments on which every mistake of the catalogue shows; and find the one that explains a wrong answer."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lib.checking.comparison import NotPlain, difference, plain
from course_lib.exercises.base import Function, Mistake

TRIES = 100  # an exercise whose draws are that seldom telling fails its tests long before


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


def draw(exercise: Function, rng: np.random.Generator) -> tuple[list, list[Any]]:
    """Cases, and the reference's answers to them, that tell every mistake of the catalogue from a right answer.

    A draw is repeated until each mistake differs from the reference on two cases or more.  Else a wrong answer would earn full
    marks under some seeds: a gate at the output does nothing where all outputs happen to be positive.
    """
    cases, want = [], []
    for _ in range(TRIES):
        cases = list(exercise.cases(rng))
        want = [plain(exercise.run(exercise.reference, *case.args)) for case in cases]
        if all(_shows(exercise, mistake, cases, want) for mistake in exercise.mistakes):
            break
    return cases, want


def _shows(exercise: Function, mistake: Mistake, cases: Sequence, want: Sequence[Any]) -> bool:
    answers = answers_of(mistake, exercise, cases)
    return any(
        sum(
            not _alike(exercise, output(exercise, s, part), output(exercise, w, part))
            for s, w in zip(answers, want, strict=True)
        )
        >= 2
        for part in range(len(exercise.outputs))
    )


def _alike(exercise: Function, a: Any, b: Any) -> bool:
    return a is not None and b is not None and difference(a, b, exercise.rtol, exercise.atol) is None


def diagnose(exercise: Function, part: int, cases: Sequence, got: Sequence[Any], want: Sequence[Any]) -> Mistake | None:
    """The one mistake that gives the student's values of output `part` on every case, and differs from the reference on two or more.

    got, want  the student's and the reference's value of that output, case by case
    """
    suspects = []
    for mistake in exercise.mistakes:
        slipped = [output(exercise, answer, part) for answer in answers_of(mistake, exercise, cases)]
        telling = sum(not _alike(exercise, s, w) for s, w in zip(slipped, want, strict=True))
        if telling >= 2 and all(_alike(exercise, g, s) for g, s in zip(got, slipped, strict=True)):
            suspects.append(mistake)
    return suspects[0] if len(suspects) == 1 else None


def output(exercise: Function, answer: Any, part: int) -> Any:
    """Output number `part` of an answer; the answer itself where the exercise has one output."""
    if len(exercise.outputs) == 1:
        return answer
    if not isinstance(answer, (list, tuple)) or len(answer) != len(exercise.outputs):
        return None
    return answer[part]
