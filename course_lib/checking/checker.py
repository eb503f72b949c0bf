"""check(): call, compare, diagnose, say.  One path for functions, one for numbers, one for contests; all end in a Verdict."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from course_lib.checking import records
from course_lib.checking.calling import STUB, Call
from course_lib.checking.comparison import difference
from course_lib.checking.contest import readable, score, unscored
from course_lib.checking.diagnosis import diagnose, draw, output
from course_lib.checking.numbers import follow
from course_lib.checking.remote import work
from course_lib.checking.seeds import STUDENT, check_rng, normal_id, personal
from course_lib.checking.show import show
from course_lib.checking.verdict import Part, Verdict
from course_lib.exercises import Contest, Function, Numbers, find


def check(exercise_id: str, answer: Any = ..., **numbers: Any) -> Verdict:
    """Check an answer, show the verdict, and return it.

    check("l02.dense_backward", dense_backward)        a function
    check("l02.homework_forward", in3=in3, a3=a3)      numbers, each graded for itself
    check("l02.my_homework", student=my_id, in3=...)   the student's own numbers

    Never raises for a wrong answer.  Raises ValueError or TypeError where the call itself is wrong: no such exercise, no such quantity.
    """
    exercise = find(exercise_id)
    if isinstance(exercise, Numbers):
        verdict = check_numbers(exercise, answer, numbers)
    elif numbers:
        raise TypeError(f"{exercise_id} takes your function alone; got {', '.join(numbers)} as well")
    elif isinstance(exercise, Contest):
        verdict = check_contest(exercise, answer)
    else:
        verdict = check_function(exercise, answer)
    records.remember(verdict)
    show(verdict.bundle())
    return verdict


def passed(exercise_id: str) -> bool:
    """Whether the last check of this exercise in this session was right: pictures use the student's function only then."""
    return records.right_in_this_session(find(exercise_id).id)


def _verdict(exercise, parts, notes=()) -> Verdict:
    return Verdict(exercise.id, exercise.title, exercise.lectures, tuple(parts), tuple(notes))


# --- functions -------------------------------------------------------------------------------------------------------


def check_function(exercise: Function, answer: Any, rng: np.random.Generator | None = None) -> Verdict:
    """The verdict on one function, on the arguments that `rng` draws (by default: this session's seed)."""
    share = exercise.points / len(exercise.outputs)

    def all_parts(status: str, message: str) -> list[Part]:
        return [Part(name, status, 0.0, share, message) for name in exercise.outputs]

    if no := _no_function(exercise, answer):
        return _verdict(exercise, all_parts(*no))
    cases, want = draw(exercise, rng or check_rng(exercise.id))
    calls = []
    for case in cases:
        calls.append(work(exercise, answer, case.args))
        if calls[-1].status in ("not_written", "forbidden", "interrupted"):
            return _verdict(exercise, all_parts(calls[-1].status, calls[-1].message), _notes(calls))
    parts = [_part(exercise, i, cases, calls, want, share) for i in range(len(exercise.outputs))]
    return _verdict(exercise, parts, _notes(calls))


def _no_function(exercise: Function | Contest, answer: Any) -> tuple[str, str] | None:
    """(status, message) where no function came that could be called."""
    if answer is ... or answer is None:
        return "not_written", STUB
    if not callable(answer):
        return "wrong_type", f"wanted your function {exercise.name}, got {type(answer).__name__}"
    return None


def _part(exercise: Function, i: int, cases: list, calls: list[Call], want: list, share: float) -> Part:
    """The verdict on output number i: the first case that shows a difference says which, the catalogue says why."""
    name = exercise.outputs[i]
    for case, came, wanted in zip(cases, calls, want, strict=True):
        found = _fault(exercise, i, came, wanted)
        if found is None:
            continue
        status, message = found
        if status in ("wrong_values", "wrong_shape", "not_finite"):
            got = [output(exercise, c.value, i) for c in calls]
            if mistake := diagnose(exercise, i, cases, got, [output(exercise, w, i) for w in want]):
                return Part(name, "diagnosed", 0.0, share, mistake.sentence, mistake.key)
        return Part(name, status, 0.0, share, f"on {case.label}: {message}" if case.label else message)
    return Part(name, "right", share, share)


def _fault(exercise: Function, i: int, came: Call, wanted: Any) -> tuple[str, str] | None:
    """What is wrong with output i of one call, as (status, message); None where nothing is."""
    if came.status != "returned":
        return came.status, came.message
    if len(exercise.outputs) > 1:
        names = ", ".join(exercise.outputs)
        if came.value is None:
            return "nothing", f"nothing came back: the function must return {names}"
        if not isinstance(came.value, (tuple, list)):
            return "wrong_type", f"one value came back; the function must return {names}"
        if len(came.value) != len(exercise.outputs):
            return "wrong_type", f"{len(came.value)} values came back; the function must return {names}"
    found = difference(output(exercise, came.value, i), output(exercise, wanted, i), exercise.rtol, exercise.atol)
    return found and (found.status, found.message)


def _notes(calls: list[Call]) -> list[str]:
    warned = list(dict.fromkeys(text for came in calls for text in came.warned))
    notes = [f"Python warned while your function ran: {text}" for text in warned[:3]]
    if any(came.printed for came in calls):
        notes.append("your function prints; the prints are left out here")
    return notes


# --- contests --------------------------------------------------------------------------------------------------------


def check_contest(exercise: Contest, answer: Any, rng: np.random.Generator | None = None) -> Verdict:
    """The verdict on something that learns, on examples that `rng` draws (by default: this session's seed)."""
    if no := _no_function(exercise, answer):
        return _verdict(exercise, unscored(exercise, *no))
    *given, truth = exercise.draw(rng or check_rng(exercise.id))
    call = work(exercise, answer, tuple(given))
    if call.status != "returned":
        parts = unscored(exercise, call.status, call.message)
    elif not readable(exercise, call.value):
        parts = unscored(exercise, "wrong_type", "no guesses came back in a form that can be read")
    else:
        parts = score(exercise, call.value, truth)
    return _verdict(exercise, parts, _notes([call]))


# --- numbers ---------------------------------------------------------------------------------------------------------


def check_numbers(exercise: Numbers, answer: Any, numbers: dict[str, Any]) -> Verdict:
    """The verdict on numbers worked out by hand, each graded for itself."""
    share = exercise.points / len(exercise.graded)

    def all_parts(status: str, message: str) -> list[Part]:
        return [Part(name, status, 0.0, share, message) for name in exercise.graded]

    numbers = dict(numbers)
    student = numbers.pop("student", ...) if exercise.personal else ...
    known = [step.name for step in exercise.steps]
    if answer is not ...:
        raise TypeError(f"{exercise.id} takes numbers by name: check({exercise.id!r}, {known[0]}=...)")
    if strangers := [name for name in numbers if name not in known]:
        raise TypeError(f"{exercise.id} knows no {', '.join(strangers)}; its quantities are {', '.join(known)}")

    if exercise.personal:
        try:
            student = normal_id(student)
        except ValueError as error:
            return _verdict(exercise, all_parts("not_written", f"{STUB}: {error}"))
        handed_in_as = os.environ.get(STUDENT, "")
        if handed_in_as and student != normal_id(handed_in_as):
            text = f"these are the numbers of '{student}', but the work was handed in as '{handed_in_as}'"
            return _verdict(exercise, all_parts("wrong_values", text))
    givens = vars(personal(exercise.id, student)) if exercise.personal else exercise.givens
    return _verdict(exercise, follow(exercise, givens, numbers, share))
