"""nbgrader's gradebook of a class: lessons, students and points entered, points read.  One process writes, a submission at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from nbgrader import api
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties, SaveCells
from sqlalchemy import inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from grading.class_folder import ClassFolder
from grading.course import Course, CourseError, with_venv_first
from grading.submission import release

VERSION = "alembic_version"  # the table with the version of nbgrader's tables


@dataclass(frozen=True)
class Score:
    """One graded cell of one submission; None where there is no such score.

    auto  the checks'     manual  a person's, which counts if there is one     extra  credit beside it
    most  that the cell gives     waiting  whether a person has to read it
    """

    auto: float | None
    manual: float | None
    extra: float | None
    most: float
    waiting: bool

    @property
    def points(self) -> float | None:
        given = self.auto if self.manual is None else self.manual
        return None if given is None else given + (self.extra or 0.0)


@dataclass(frozen=True)
class Points:
    """What the gradebook says about one submission.

    scores   {id of a graded cell: Score}        penalty  for lateness, if the class has one
    """

    scores: dict[str, Score] = field(default_factory=dict)
    penalty: float = 0.0

    @property
    def points(self) -> float:
        return max(0.0, sum(score.points or 0.0 for score in self.scores.values()) - self.penalty)

    @property
    def max_points(self) -> float:
        return sum(score.most for score in self.scores.values())

    @property
    def waiting(self) -> float:
        """Points of written answers that nobody has read yet."""
        return sum(score.most for score in self.scores.values() if score.waiting)

    @property
    def exercises(self) -> dict[str, float | None]:
        """{exercise: points}, None where it waits."""
        return {exercise(id): score.points for id, score in self.scores.items()}


@contextmanager
def opened(folder: ClassFolder) -> Iterator[Gradebook]:
    """The gradebook of a class, made if there is none.     Raises  CourseError if its database cannot be used."""
    os.environ.update(with_venv_first(os.environ))  # a new gradebook calls `alembic`
    try:
        with Gradebook(folder.db_url) as gradebook:
            _finish(gradebook)
            yield gradebook
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        lines = str(getattr(error, "orig", None) or error).strip().splitlines()
        raise CourseError(
            f"the gradebook at {shown(folder.db_url)} cannot be used: {lines[0] if lines else error}"
        ) from None


def _finish(gradebook: Gradebook) -> None:
    """Give a gradebook its version if whoever made it was stopped before: `nbgrader db upgrade` could do nothing with it later."""
    db = gradebook.db
    if not inspect(gradebook.engine).has_table(VERSION):
        db.execute(text(f"CREATE TABLE {VERSION} (version_num VARCHAR(32) NOT NULL)"))
    if db.scalar(text(f"SELECT count(*) FROM {VERSION}")) == 0:
        db.execute(text(f"INSERT INTO {VERSION} VALUES (:version)"), {"version": api.get_alembic_version()})
    db.commit()


def shown(db_url: str) -> str:
    """A database's URL without its password."""
    try:
        return make_url(db_url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "the URL given"


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
    """Enter students by id, with names and addresses where they are known, in one commit."""
    there: dict[str, Any] = {str(student.id): student for student in gradebook.students}
    for id in sorted({*ids, *known}):
        if id not in there:
            there[id] = Student(id=id)
            gradebook.db.add(there[id])
        for name, value in known.get(id, {}).items():
            setattr(there[id], name, value)
    gradebook.db.commit()
    gradebook.db.expunge_all()


def enter(
    gradebook: Gradebook,
    lesson: str,
    student: str,
    points: Mapping[str, float | None],
    answered: Mapping[str, bool],
    timestamp: Any = None,
    config: Config | None = None,
) -> None:
    """Write the points of one submission, in one commit, as nbgrader's own steps do.

    points     {id of a graded cell: points}, None where a person has to read     answered  {id of an answer: whether there is one}
    timestamp  when it was handed in, in UTC                                      config    nbgrader's, for penalties for lateness

    Points and comments given by hand stay, and are marked to be looked at again.
    """
    db = gradebook.db
    notebook = _notebook(gradebook, lesson, student)
    if timestamp is not None:
        notebook.assignment.timestamp = timestamp
    for grade, id in _rows(db, Grade, notebook):
        if id in points:
            grade.auto_score = points[id]
            grade.needs_manual_grade = grade.manual_score is not None or points[id] is None
    for comment, id in _rows(db, Comment, notebook):
        if id in answered:
            comment.auto_comment = None if answered[id] else "No response."
    notebook.late_submission_penalty = _penalty(db, notebook, student, config or Config())
    db.commit()
    db.expunge_all()  # nothing of a thousand submissions is kept


def withdraw(gradebook: Gradebook, lesson: str, student: str) -> None:
    """Take the automatic points of a submission back: they belong to an earlier file.  Points given by hand stay."""
    try:
        submission = gradebook.find_submission(lesson, student)
    except MissingEntry:
        return
    for notebook in submission.notebooks:
        for grade, _ in _rows(gradebook.db, Grade, notebook):
            grade.auto_score, grade.needs_manual_grade = None, True
    gradebook.db.commit()
    gradebook.db.expunge_all()


def _notebook(gradebook: Gradebook, lesson: str, student: str) -> Any:
    """The submitted notebook of a lesson, made with a grade and a comment for each cell if there is none; not committed."""
    try:
        return gradebook.find_submission_notebook(lesson, lesson, student)
    except MissingEntry:
        pass
    made = {}
    with gradebook.db.no_autoflush:  # half a submission cannot be written
        submission = SubmittedAssignment(
            assignment=gradebook.find_assignment(lesson), student=gradebook.find_student(student)
        )
        for source in submission.assignment.notebooks:
            notebook = made[source.name] = SubmittedNotebook(notebook=source, assignment=submission)
            for cell in (*source.grade_cells, *source.task_cells):
                Grade(cell_id=cell.id, notebook=notebook)
            for cell in (*source.solution_cells, *source.task_cells):
                Comment(cell_id=cell.id, notebook=notebook)
    gradebook.db.add(submission)
    gradebook.db.flush()
    return made[lesson]


def _rows(db: Any, kind: Any, notebook: Any) -> list[tuple[Any, str]]:
    """(grade or comment, id of its cell) of a submitted notebook."""
    cell = (
        BaseCell.__table__
    )  # the table alone: the classes that nbgrader makes of its rows would be three more queries
    wanted = select(kind, cell.c.name).join(cell, kind.cell_id == cell.c.id).where(kind.notebook_id == notebook.id)
    return [(row[0], row[1]) for row in db.execute(wanted)]


def _penalty(db: Any, notebook: Any, student: str, config: Config) -> float | None:
    """What the class's rule takes away for lateness; None where the work is in time."""
    late = notebook.assignment.total_seconds_late
    if late <= 0:
        return None
    rule: Any = AssignLatePenalties(config=config)
    rule.init_plugin()
    db.flush()
    db.refresh(notebook)  # its score is a sum that the database makes
    penalty = rule.plugin_inst.late_submission_penalty(student, notebook.score, late)
    return None if penalty is None else rule._check_late_penalty(notebook, penalty)


def scores(gradebook: Gradebook, lesson: str) -> dict[str, Points]:
    """{student: Points} of everybody who has an entry for a lesson."""
    cell = BaseCell.__table__
    rows: Any = gradebook.db.execute(
        select(
            SubmittedAssignment.student_id,
            SubmittedNotebook.late_submission_penalty,
            cell.c.name,
            Grade.auto_score,
            Grade.manual_score,
            Grade.extra_credit,
            Grade.needs_manual_grade,
        )
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(cell, cell.c.id == Grade.cell_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.__table__.c.name == lesson)
    ).all()
    most = dict(_cells(gradebook, lesson))
    found: dict[str, Points] = {}
    for student, penalty, name, auto, manual, extra, waiting in rows:
        points = found.setdefault(student, Points(penalty=penalty or 0.0))
        points.scores[name] = Score(auto, manual, extra, most.get(name, 0.0), waiting)
    return found


def max_points(gradebook: Gradebook, lesson: str) -> float:
    """The points of a lesson; 0 if it is not in the gradebook."""
    return sum(points for _, points in _cells(gradebook, lesson))


def _cells(gradebook: Gradebook, lesson: str) -> list[tuple[str, float]]:
    """(id, points at most) of a lesson's graded cells."""
    try:
        assignment: Any = gradebook.find_assignment(lesson)
    except MissingEntry:
        return []
    notebooks = assignment.notebooks
    return [(cell.name, cell.max_score) for one in notebooks for cell in (*one.grade_cells, *one.task_cells)]


def exercise(grade_id: str) -> str:
    """The exercise that a graded cell belongs to: "l02-dense-backward-check" -> "l02-dense-backward"."""
    return grade_id.removesuffix("-check")
