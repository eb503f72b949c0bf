"""nbgrader's gradebook of a class: lessons and students entered, points read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import SaveCells

from grading.class_folder import ClassFolder
from grading.course import Course, CourseError, with_venv_first
from grading.submission import release


@dataclass(frozen=True)
class Points:
    """What the gradebook says about one submission.

    points     after a late penalty, if the class has one          max_points  of the lesson
    waiting    points of written answers that nobody has read yet
    exercises  {exercise: points}, None where it waits
    """

    points: float
    max_points: float
    waiting: float
    exercises: dict[str, float | None] = field(default_factory=dict)


@contextmanager
def opened(folder: ClassFolder) -> Iterator[Gradebook]:
    """The gradebook of a class, made if there is none."""
    os.environ.update(with_venv_first(os.environ))  # a new gradebook calls `alembic`
    with Gradebook(folder.db_url) as gradebook:
        yield gradebook


def enter_lesson(course: Course, gradebook: Gradebook, lesson: str, db_url: str) -> None:
    """Enter a lesson as an assignment, from the students' notebook; a second time changes nothing.

    Raises  CourseError if graded cells were added or removed since work was graded.
    """
    gradebook.update_or_create_assignment(lesson)
    resources: Any = {"nbgrader": {"notebook": lesson, "assignment": lesson, "db_url": db_url}}
    try:
        SaveCells().preprocess(release(course, lesson), resources)
    except RuntimeError:
        raise CourseError(
            f"lesson {lesson} has other cells than when this class was first graded, and nbgrader keeps no two versions: "
            "grade in a new class folder, or put the earlier release back"
        ) from None
    gradebook.db.expire_all()


def enter_students(gradebook: Gradebook, ids: Iterable[str], known: dict[str, dict[str, str]]) -> None:
    """Enter students by id, with names and addresses where they are known."""
    for id in sorted({*ids, *known}):
        names: dict[str, Any] = known.get(id, {})
        gradebook.update_or_create_student(id, **names)


def points(gradebook: Gradebook, lesson: str, student: str) -> Points | None:
    """The points of one submission; None if there is none in the gradebook."""
    try:
        submission: Any = gradebook.find_submission(lesson, student)  # its numbers are columns, which have no types
    except MissingEntry:
        return None
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    unread = [grade for grade in grades if grade.auto_score is None and grade.manual_score is None]
    return Points(
        points=max(0.0, submission.score - (submission.late_submission_penalty or 0.0)),
        max_points=submission.max_score,
        waiting=sum(grade.max_score for grade in grades if grade.needs_manual_grade),
        exercises={exercise(grade.name): None if grade in unread else grade.score for grade in grades},
    )


def max_points(gradebook: Gradebook, lesson: str) -> float:
    """The points of a lesson; 0 if it is not in the gradebook."""
    try:
        assignment: Any = gradebook.find_assignment(lesson)
    except MissingEntry:
        return 0.0
    return assignment.max_score


def exercise(grade_id: str) -> str:
    """The exercise that a graded cell belongs to: "l02-dense-backward-check" -> "l02-dense-backward"."""
    return grade_id.removesuffix("-check")


def withdraw(gradebook: Gradebook, lesson: str, student: str) -> None:
    """Take the automatic points of a submission back: they belong to an earlier file.  Points given by hand stay."""
    try:
        submission = gradebook.find_submission(lesson, student)
    except MissingEntry:
        return
    for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
        grade.auto_score, grade.needs_manual_grade = None, True
    gradebook.db.commit()
