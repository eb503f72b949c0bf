"""Who did best in the contests of a lesson, read from the verdicts of the graded notebooks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from rich.table import Table
from rich.text import Text

from course_lib.exercises import Contest, of_lesson
from grading.answering import tasks
from grading.class_folder import ClassFolder
from grading.course import Course, CourseError
from grading.submission import release
from grading.verdicts import verdict


@dataclass(frozen=True)
class Entry:
    """One student's result.     right: share of what was kept back     costs: by name     valid: whether the costs are within their limits"""

    student: str
    right: float
    costs: dict[str, float]
    valid: bool


def leaderboard(course: Course, class_dir: str | Path, lesson: str) -> list[Table]:
    """A table for each contest of a lesson, the best first; who spent too much stands at the end, without a place.

    Raises  CourseError if there is no such class folder, the lesson has no contest, or nothing of it was graded.
    """
    folder, lesson = ClassFolder.open(class_dir), course.lesson(lesson)
    contests = [exercise for exercise in of_lesson(lesson).values() if isinstance(exercise, Contest)]
    if not contests:
        raise CourseError(f"{lesson} has no contest")
    checks = {task.exercise: task.check for task in tasks(release(course, lesson))}
    found = [(contest, entries(folder, lesson, contest, checks[contest.id])) for contest in contests]
    if not any(ranked for _, ranked in found):
        raise CourseError(f"no result of {lesson} in {folder.autograded}: grade it first")
    return [table(contest, ranked) for contest, ranked in found]


def entries(folder: ClassFolder, lesson: str, contest: Contest, check: str) -> list[Entry]:
    """Everybody whose work could be scored, the best first.     check: id of the contest's cell; what other cells show was written by students"""
    found = []
    for path in sorted(folder.autograded.glob(f"*/{lesson}/{lesson}.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        said = next(
            (verdict(cell) for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == check), None
        )
        if said and (entry := _entry(path.parts[-3], contest, said.get("parts", []))):
            found.append(entry)
    return sorted(found, key=lambda entry: (not entry.valid, -entry.right, entry.student))


def _entry(student: str, contest: Contest, parts: list[dict]) -> Entry | None:
    """What one verdict measured; None where the work could not be scored."""
    values = {part["name"]: float(part["value"]) for part in parts if part.get("value") is not None}
    if not values.keys() >= set(contest.outputs):
        return None
    costs = {name: values[name] for name in contest.limits}
    return Entry(student, values["right"], costs, all(costs[name] <= contest.limits[name] for name in costs))


def table(contest: Contest, ranked: Iterable[Entry]) -> Table:
    """The entries for a terminal."""
    drawn = Table(title=Text(f"{contest.id}: {contest.title}"), title_justify="left")
    for heading in ("place", "student", "right", *(name.replace("_", "-") for name in contest.limits)):
        drawn.add_column(heading, justify="left" if heading == "student" else "right")
    for place, one in enumerate(ranked, 1):
        shown = [f"{one.right:.1%}", *(f"{cost:,.0f}" for cost in one.costs.values())]
        drawn.add_row(str(place) if one.valid else "too much spent", Text(one.student), *shown)
    return drawn
