"""The result of grading, as rows: one for each submission."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from rich.table import Table
from rich.text import Text

from grading import gradebook, records
from grading.class_folder import ClassFolder
from grading.course import Course
from grading.gradebook import Points
from grading.regrade import Move
from grading.submission import Submission, collect, release, strays
from grading.verdicts import problems

GRADED, WAITS, NOT_GRADED, MISSING = "graded", "waits for manual grading", "not graded", "not handed in"


@dataclass(frozen=True)
class Row:
    """One student's work for one lesson.

    points   None where nothing could be graded           waiting    points of written answers that nobody has read yet
    notes    what went wrong, in sentences for the student  exercises  {exercise: points}, None where it waits
    """

    student: str
    lesson: str
    status: str
    points: float | None = None
    max_points: float = 0.0
    waiting: float = 0.0
    notes: list[str] = field(default_factory=list)
    exercises: dict[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """What a class looks like.

    rows      in the order of lessons and students
    paths     where the results are: gradebook, autograded, feedback, grades
    moves     points that were there already and moved, or would        refused  whether somebody said no to them
    troubles  where the grader itself failed, a sentence for each
    """

    rows: list[Row]
    paths: dict[str, Path]
    moves: list[Move] = field(default_factory=list)
    refused: bool = False
    troubles: list[str] = field(default_factory=list)

    def table(self, sentences: int = 3) -> Table:
        """The rows for a terminal, with at most so many sentences for each."""
        lessons = {row.lesson for row in self.rows}
        lone = len(lessons) == 1
        table = Table(title=Text(*lessons) if lone else None, title_justify="left")
        for heading in ["student"] if lone else ["student", "lesson"]:
            table.add_column(heading, overflow="fold")
        table.add_column("points", justify="right", no_wrap=True)
        table.add_column("to read", justify="right", no_wrap=True)
        table.add_column("what went wrong", overflow="fold")
        for row in self.rows:
            names = [row.student] if lone else [row.student, row.lesson]
            points = "-" if row.points is None else f"{row.points:.4g}"
            more = [f"and {len(row.notes) - sentences} more"] if len(row.notes) > sentences else []
            cells = [*names, f"{points} / {row.max_points:g}", f"{row.waiting:g}" if row.waiting else ""]
            # Text, not str: square brackets in a student's words are no markup
            table.add_row(*map(Text, [*cells, "\n".join([*row.notes[:sentences], *more])]))
        return table


def report(
    course: Course, folder: ClassFolder, lessons: Iterable[str] = (), students: Iterable[str] | None = None
) -> Report:
    """Read the results of a class from the gradebook, the autograded notebooks and the records.

    lessons   only these; default: all that anybody handed in
    students  only these; default: everybody who handed in or is in students.csv
    """
    known, handed_in = set(course.lessons()), collect(folder, students)
    lessons = sorted(lessons) or sorted({one.lesson for one in handed_in} & known)
    people = sorted({one.student for one in handed_in} | set(folder.students() if students is None else ()))
    rows = []
    with gradebook.opened(folder) as book:
        for lesson in lessons:
            scores, most, order = (
                gradebook.scores(book, lesson),
                gradebook.max_points(book, lesson),
                _order(course, lesson),
            )
            for who in people:
                submission = Submission(who, lesson, folder.submitted / who / lesson)
                rows.append(_row(folder, submission, scores.get(who), most, order))
    for who, name in strays(folder, known, people):
        rows.append(
            Row(
                who,
                name,
                NOT_GRADED,
                notes=[f"submitted/{who}/{name} was not graded: wanted a folder with the name of a lesson."],
            )
        )
    paths = {
        "gradebook": folder.gradebook,
        "autograded": folder.autograded,
        "feedback": folder.feedback,
        "grades": folder.grades,
    }
    return Report(rows, paths)


def _order(course: Course, lesson: str) -> list[str]:
    """The exercises in the order of the notebook."""
    if not course.release(lesson).exists():
        return []
    return [
        gradebook.exercise(str(cell.metadata.nbgrader.grade_id))
        for cell in filter(is_graded, release(course, lesson).cells)
    ]


def is_graded(cell: NotebookNode) -> bool:
    nbgrader = cell.metadata.get("nbgrader", {})
    return bool(nbgrader.get("grade") or nbgrader.get("task"))


def _row(folder: ClassFolder, submission: Submission, points: Points | None, most: float, order: list[str]) -> Row:
    student, lesson = submission.student, submission.lesson
    record = records.load(folder, submission)
    if not submission.folder.is_dir() and points is None:
        return Row(student, lesson, MISSING, max_points=most)
    if record is not None and record.failure:
        return Row(student, lesson, NOT_GRADED, max_points=most, notes=[record.failure, *record.findings])
    if points is None:
        return Row(student, lesson, NOT_GRADED, max_points=most, notes=["It has not been graded yet."])
    exercises = points.exercises
    ranks = {name: rank for rank, name in enumerate(order)}
    return Row(
        student,
        lesson,
        WAITS if points.waiting else GRADED,
        points.points,
        points.max_points,
        points.waiting,
        [*record.findings, *record.problems] if record else _problems(folder, student, lesson),
        {name: exercises[name] for name in sorted(exercises, key=lambda name: ranks.get(name, len(ranks)))},
    )


def _problems(folder: ClassFolder, student: str, lesson: str) -> list[str]:
    """Of work that plain nbgrader graded, of which there is no record."""
    graded = folder.autograded / student / lesson / f"{lesson}.ipynb"
    return problems(nbformat.read(graded, as_version=4)) if graded.exists() else []
