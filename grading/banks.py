"""The banks of answers: does every wrong answer lose points and get its diagnosis, is every right one accepted?"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rich.table import Table

from course_lib import exercises
from course_lib.checking import personal
from course_lib.checking.checker import check_contest, check_function, check_numbers
from course_lib.checking.verdict import Verdict
from course_lib.exercises import Contest, Function, Numbers
from grading.course import Course, CourseError

WRONG, RIGHT = 8, 2  # answers that an exercise must have at least
STUDENT = "ada"  # whose numbers a personal exercise is tried with


@dataclass
class Row:
    """How the bank of one exercise fared."""

    exercise: str
    wrong: int = 0
    diagnosed: int = 0
    right: int = 0
    accepted: int = 0
    problems: list[str] = field(default_factory=list)


def of_lesson(course: Course, lesson: str) -> list[Row]:
    """One row for each exercise of a lesson; none where the lesson has no exercises."""
    if lesson not in exercises.lessons():
        return []
    known = exercises.of_lesson(lesson)
    answers = load(course, lesson)
    rows = [fare(exercise, [one for one in answers if one.exercise == exercise]) for exercise in known]
    strangers = sorted({one.exercise for one in answers} - set(known))
    return rows + [
        Row(name, problems=[f"{name}: the bank of {lesson} has answers to it, but there is no such exercise"])
        for name in strangers
    ]


def load(course: Course, lesson: str) -> list[Any]:
    """The answers in tests/answers/<lesson>.py."""
    if str(course.root) not in sys.path:
        sys.path.insert(0, str(course.root))
    try:
        return importlib.import_module("tests.answers").load(lesson)
    except (ImportError, ValueError) as error:
        raise CourseError(f"{lesson}: no bank of answers under tests/answers: {error}") from None


def fare(exercise: str, answers: Iterable[Any]) -> Row:
    """Judge every answer of one exercise's bank."""
    row = Row(exercise)
    for answer in answers:
        verdict = judge(answer)
        name = f"{exercise}: the {answer.kind} answer {answer.function.__name__}"
        if answer.kind == "right":
            row.right += 1
            row.accepted += verdict.right
            if not verdict.right:
                row.problems.append(f"{name} is refused: {verdict.message}")
            continue
        row.wrong += 1
        row.diagnosed += answer.expected in heard(verdict)
        if verdict.points >= verdict.max_points:
            row.problems.append(f"{name} ({answer.expected}) earns full marks")
        elif answer.expected not in heard(verdict):
            row.problems.append(f"{name} should hear {answer.expected}; it hears {', '.join(sorted(heard(verdict)))}")
        elif misled := sorted({part.mistake for part in verdict.parts if part.mistake} - {answer.expected}):
            row.problems.append(f"{name} should hear {answer.expected}; it is misled by {', '.join(misled)}")
    if row.wrong < WRONG:
        row.problems.append(f"{exercise}: {row.wrong} wrong answers in its bank; wanted at least {WRONG}")
    if row.right < RIGHT:
        row.problems.append(f"{exercise}: {row.right} right answers in its bank; wanted at least {RIGHT}")
    return row


def judge(answer: Any) -> Verdict:
    """The verdict on one answer of a bank, as check() gives it."""
    exercise = exercises.find(answer.exercise)
    if isinstance(exercise, Function):
        return check_function(exercise, answer.function)
    if isinstance(exercise, Contest):
        return check_contest(exercise, answer.function)
    return _judge_numbers(exercise, answer.function)


def _judge_numbers(exercise: Numbers, function: Any) -> Verdict:
    """A bank's answer to a number question takes the givens by name and returns the numbers by name."""
    if not exercise.personal:
        return check_numbers(exercise, ..., function(**exercise.givens))
    return check_numbers(exercise, ..., {"student": STUDENT, **function(**vars(personal(exercise.id, STUDENT)))})


def heard(verdict: Verdict) -> set[str]:
    """What a student hears: the mistakes that were diagnosed, and the statuses of what was not right."""
    return {part.mistake or part.status for part in verdict.parts if part.status != "right"}


def table(rows: Iterable[Row]) -> Table:
    shown = Table(title="answer banks", title_justify="left")
    shown.add_column("exercise", no_wrap=True)
    for heading in ("wrong answers", "diagnosed", "right answers", "accepted"):
        shown.add_column(heading, justify="right")
    for row in rows:
        style = "red" if row.problems else None
        shown.add_row(row.exercise, *map(str, (row.wrong, row.diagnosed, row.right, row.accepted)), style=style)
    return shown
