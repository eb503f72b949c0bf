"""What a regrade would change: every score that moves, before it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from grading.gradebook import Score, exercise

SMALLEST = 1e-6  # points: databases round


@dataclass(frozen=True, order=True)
class Move:
    """The points of one exercise, before and after; None where a person has to read, or nothing could be graded."""

    lesson: str
    student: str
    exercise: str
    old: float | None
    new: float | None

    @property
    def down(self) -> bool:
        return (self.new or 0.0) < (self.old or 0.0)

    def __str__(self) -> str:
        return f"{self.student}, {self.lesson}, {self.exercise}: {_number(self.old)} -> {_number(self.new)}"


def moves(lesson: str, student: str, before: Mapping[str, Score], points: Mapping[str, float | None]) -> list[Move]:
    """The scores that `points` would change; what was given by hand stays, so it is not among them."""
    changed = [
        Move(lesson, student, exercise(id), score.auto, points.get(id))
        for id, score in before.items()
        if score.manual is None and not _same(score.auto, points.get(id))
    ]
    return sorted(changed)


def table(found: Iterable[Move]) -> Table:
    """The moves for a terminal, those down in red."""
    found = sorted(found)
    shown = Table(title=f"{len(found)} scores of graded work would move", title_justify="left")
    for heading in ("student", "lesson", "exercise"):
        shown.add_column(heading, overflow="fold")
    shown.add_column("points", justify="right", no_wrap=True)
    for move in found:
        points = Text(f"{_number(move.old)} -> {_number(move.new)}")
        shown.add_row(
            Text(move.student), Text(move.lesson), Text(move.exercise), points, style="red" if move.down else None
        )
    return shown


def _same(a: float | None, b: float | None) -> bool:
    return a == b if a is None or b is None else abs(a - b) < SMALLEST


def _number(points: float | None) -> str:
    return "-" if points is None else f"{round(points, 4):g}"
