"""Grade a class: repair, run and record every submission; one that cannot be graded stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from grading import gradebook
from grading.autograde import warm_up
from grading.build import build_source
from grading.class_folder import ClassFolder
from grading.course import Course, CourseError
from grading.desk import Desk
from grading.engine.limits import Limits
from grading.regrade import Move
from grading.report import Report, report
from grading.scheduler import each
from grading.settings import settings
from grading.submission import Submission, collect
from grading.unit import compute, works


def grade(
    course: Course,
    class_dir: str | Path,
    lesson: str | None = None,
    students: Iterable[str] | None = None,
    workers: int | None = None,
    limits: Limits | None = None,
    force: bool = False,
    *,
    walls: str = "",
    database: str = "",
    scheduler: str = "",
    agree: Callable[[list[Move]], bool] = lambda moves: True,
    dry_run: bool = False,
) -> Report:
    """Grade what is in the class folder's submitted/<student>/<lesson>/ and is new, or changed, or would be graded otherwise today.

    lesson     only this one              students  only these
    workers    submissions at a time; one per core by default
    limits     of each submission         walls     kind of walls; by default the best that hold here
    force      run again what was run already
    database   URL of the gradebook; by default the file in the class folder
    scheduler  "tcp://host:port" of a Dask cluster that does the work
    agree      asked before points move that work had already, though nobody changed it; where it says no, that work stays as it was
    dry_run    write nothing into the gradebook; the report's moves say what would change

    Raises  CourseError if there is no such class folder, lesson or student, or nothing has been handed in.
    """
    folder = ClassFolder.open(class_dir, database)
    students = None if students is None else list(students)
    config = settings(course, folder)  # a folder that nbgrader cannot work in is refused before anything is written
    submissions = choose(course, folder, lesson, students)
    lessons = sorted({one.lesson for one in submissions})
    for name in lessons:
        build_source(course, name)
    folder.key()
    if not folder.has_gradebook and not scheduler:
        warm_up(walls)  # a new gradebook takes its time
    with folder.alone(), gradebook.opened(folder) as book:
        if not dry_run:
            for name in lessons:
                gradebook.enter_lesson(course, book, name, folder.db_url)
            gradebook.enter_students(book, (one.student for one in submissions), folder.students())
        before = {name: gradebook.scores(book, name) for name in lessons}
        desk = Desk(course, folder, book, config, limits or Limits(), walls, before, force, dry_run)
        desk.work(
            submissions, lambda units: each(compute, _canaries_first(units, walls, scheduler), workers, scheduler)
        )
        agreed = not desk.held or agree(desk.moves)
        if agreed:
            desk.settle_held()
    return replace(
        report(course, folder, lessons, students), moves=desk.moves, refused=not agreed, troubles=desk.troubles
    )


def _canaries_first(units: Iterable[Any], walls: str, scheduler: str) -> Iterator[Any]:
    """The units; before the first one, a small notebook must get the points that it should where they will run.

    Raises  CourseError if it does not.
    """
    for number, unit in enumerate(units):
        if number == 0:
            wrong: Any  # sentences, or the error that ended them
            ((_, wrong),) = each(works, [("canaries", walls)], 1, scheduler)
            if isinstance(wrong, BaseException):
                raise CourseError(f"this machine cannot grade: {type(wrong).__name__}: {wrong}")
            if wrong:
                raise CourseError(f"this machine grades wrongly, see  course doctor:  {' '.join(wrong)}")
        yield unit


def choose(course: Course, folder: ClassFolder, lesson: str | None, students: Iterable[str] | None) -> list[Submission]:
    """The submissions to grade.     Raises  CourseError if there are none."""
    found = collect(folder, students)
    wanted = {course.lesson(lesson)} if lesson else set(course.lessons())
    chosen = [one for one in found if one.lesson in wanted]
    if not chosen:
        there_is = ", ".join(sorted({one.lesson for one in found})) or "nothing at all"
        raise CourseError(
            f"nothing handed in for {' or '.join(sorted(wanted))} in {folder.submitted}; there is {there_is}"
        )
    return chosen
