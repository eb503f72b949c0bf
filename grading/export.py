"""Points as a CSV table, through nbgrader's interface for exporters."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from nbgrader.plugins import ExportPlugin
from traitlets import Unicode
from traitlets.config import Config

from grading import gradebook
from grading.class_folder import ClassFolder
from grading.course import Course, CourseError
from grading.report import Row, report

COLUMNS = ("student", "lesson", "points", "max_points", "status")


class CsvTable(ExportPlugin):
    """student, lesson, points, max_points, one column per exercise, status.

    Also used by plain `nbgrader export`; then --to, --student and --assignment mean what they do there.
    """

    course_root = Unicode("", help="the course").tag(config=True)
    class_folder = Unicode("", help="the class's folder").tag(config=True)
    database = Unicode("", help="URL of the gradebook where it is not in that folder").tag(config=True)

    def export(self, gradebook: object) -> None:
        course, folder = Course(Path(self.course_root)), ClassFolder(Path(self.class_folder), self.database)
        rows = report(course, folder, map(str, self.assignment), [str(id) for id in self.student] or None).rows
        write(rows, Path(self.to) if self.to else folder.grades)


def export(
    course: Course, class_dir: str | Path, lesson: str | None = None, to: str | Path | None = None, database: str = ""
) -> Path:
    """Write the table, by default to grades.csv in the class folder, and return its path.

    Raises  CourseError if nothing was graded yet, or the file cannot be written.
    """
    folder = ClassFolder.open(class_dir, database)
    target = Path(to) if to else folder.grades
    if not folder.has_gradebook:
        raise CourseError(f"nothing graded yet in {folder.path}: grade first")
    settings = {"course_root": str(course.root), "class_folder": str(folder.path), "database": database}
    config = Config({"CsvTable": settings})
    plugin = CsvTable(config=config, to=str(target), assignment=[course.lesson(lesson)] if lesson else [])
    try:
        with gradebook.opened(folder) as book:
            plugin.export(book)
    except OSError as error:
        raise CourseError(f"cannot write {target}: {error.strerror}") from None
    return target


def write(rows: Iterable[Row], target: Path) -> None:
    """Write rows as CSV: UTF-8, quoted where it must be, an empty field where there are no points."""
    rows = list(rows)
    exercises = list(dict.fromkeys(name for row in rows for name in row.exercises))
    before, last = COLUMNS[:-1], COLUMNS[-1]
    with target.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow([*before, *exercises, last])
        for row in rows:
            points = [_number(row.exercises.get(name)) for name in exercises]
            table.writerow([row.student, row.lesson, _number(row.points), _number(row.max_points), *points, row.status])


def _number(points: float | None) -> str:
    return "" if points is None else f"{round(points, 4):g}"
