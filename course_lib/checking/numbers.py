"""Numbers worked out step by step: a quantity is right if it is the true one, or follows from the student's own earlier ones."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from course_lib.checking.calling import STUB
from course_lib.checking.comparison import NotPlain, plain
from course_lib.checking.verdict import Part
from course_lib.exercises import Numbers, Quantity


def follow(exercise: Numbers, givens: Mapping[str, float], answers: Mapping[str, Any], share: float) -> list[Part]:
    """One part for each graded quantity.

    A slip costs once: what follows from a wrong value of the student's own counts as right.  That holds for at most
    `exercise.slips` slips in the whole calculation; with more, only true values count.
    """
    truth = SimpleNamespace(**givens)
    own = SimpleNamespace(**givens)  # the student's own value where there is one, else the true one
    found: dict[str, Part] = {}
    slips, followed = 0, []
    for step in exercise.steps:
        true = float(step.formula(truth))
        consequence = _evaluate(step.formula, own)
        came = _read(step.name, answers.get(step.name, ...), share)
        if isinstance(came, Part):
            found[step.name] = came
        elif _same(exercise, came, true):
            found[step.name] = Part(step.name, "right", share, share)
        elif _same(exercise, came, consequence):
            found[step.name] = Part(step.name, "right", share, share, "follows from your earlier values")
            followed.append(step.name)
        else:
            slips += 1
            found[step.name] = _slip(exercise, step, came, truth, own, share)
        setattr(truth, step.name, true)
        setattr(own, step.name, true if isinstance(came, Part) else came)
    if slips > exercise.slips:
        for name in followed:
            text = "it follows from your earlier values, but too many of those are wrong: mend the first one and go on from there"
            found[name] = Part(name, "wrong_values", 0.0, share, text)
    return [found[name] for name in exercise.graded]


def _read(name: str, answer: Any, share: float) -> float | Part:
    """The student's number, or the part that says why it is none."""
    if answer is ... or answer is None:
        return Part(name, "not_written", 0.0, share, STUB)
    try:
        value = plain(answer)
        if (
            isinstance(value, (str, list, tuple, dict))
            or np.shape(value) not in ((), (1,))
            or np.asarray(value).dtype.kind in "US"
        ):
            raise NotPlain
    except NotPlain:
        return Part(name, "wrong_type", 0.0, share, f"wanted one number, got {type(answer).__name__}")
    number = float(np.asarray(value).reshape(()))
    if not math.isfinite(number):
        return Part(name, "not_finite", 0.0, share, f"wanted a finite number, got {number}")
    return number


def _same(exercise: Numbers, a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=exercise.rtol, abs_tol=exercise.atol)


def _evaluate(formula: Callable[[SimpleNamespace], float], values: SimpleNamespace) -> float:
    """The formula's value; nan where the student's own earlier values lie outside its domain, which then equals nothing."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return float(formula(values))
    except (ArithmeticError, ValueError):
        return math.nan


def _slip(
    exercise: Numbers, step: Quantity, value: float, truth: SimpleNamespace, own: SimpleNamespace, share: float
) -> Part:
    """A wrong number, with its diagnosis where exactly one mistake of the catalogue gives it."""
    suspects = {
        mistake.key: mistake
        for mistake in step.mistakes
        if any(_same(exercise, value, _evaluate(mistake.answer, values)) for values in (truth, own))
    }
    if len(suspects) == 1:
        (mistake,) = suspects.values()
        return Part(step.name, "diagnosed", 0.0, share, mistake.sentence, mistake.key)
    return Part(
        step.name, "wrong_values", 0.0, share, f"{value:.6g} is not right, and does not follow from your earlier values"
    )
