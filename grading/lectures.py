"""The rows of the lectures: what each deck teaches, where the decks slip, and which lessons treat it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grading.course import Course

FILE = Path(__file__).with_name("lectures.csv")

# A lesson names a row in square brackets, [C7] or [U3-U5, E19], or at the head of a table's row, | E15 |; an exercise in quotes, "C7".
# Bare ids are not counted: W1 may be a weight, and L2 a penalty.
_ID = r"[WUCLIE]\d+"
_IN_BRACKETS = re.compile(rf"\[(?:Lectures?:\s*)?({_ID}(?:\s*(?:,|;|and|-|to)\s*{_ID})*)\]")
_IN_TABLE = re.compile(rf"^\W*\|\s*\**({_ID})\**\s*\|", re.MULTILINE)
_IN_QUOTES = re.compile(rf"[\"']({_ID})[\"']")


@dataclass(frozen=True)
class Row:
    """One thing that the lectures teach.     id: W11     deck: "Waterloo"     lessons: (7,)     text: one line"""

    id: str
    deck: str
    lessons: tuple[int, ...]
    text: str


def rows(file: Path = FILE) -> list[Row]:
    """Every row of the index, in its order."""
    with file.open(newline="", encoding="utf-8") as lines:
        return [
            Row(r["id"], r["deck"], tuple(map(int, r["lessons"].split())), r["text"]) for r in csv.DictReader(lines)
        ]


def named(text: str) -> set[str]:
    """The row ids that a lesson or an exercise file names; [U3-U5] names three."""
    found = set(_IN_TABLE.findall(text)) | set(_IN_QUOTES.findall(text))
    for inside in _IN_BRACKETS.findall(text):
        found.update(re.findall(_ID, inside))
        for deck, first, last in re.findall(r"([WUCLIE])(\d+)\s*(?:-|to)\s*\1(\d+)", inside):
            found.update(f"{deck}{number}" for number in range(int(first), int(last) + 1))
    return found


def homeless(course: Course, lessons: Iterable[str], index: list[Row]) -> list[str]:
    """What is wrong between the index and the lessons that exist: one line for each row without a home, and for each id without a row."""
    problems = [f"{row.id} ({row.text}) belongs to no lesson in {FILE.name}" for row in index if not row.lessons]
    ids = {row.id for row in index}
    for lesson in lessons:
        exercises = course.root / "course_lib" / "exercises" / f"{lesson}.py"
        text = course.solution(lesson).read_text(encoding="utf-8")
        mentioned = named(text) | (named(exercises.read_text(encoding="utf-8")) if exercises.exists() else set())
        wanted = [row for row in index if int(lesson[1:3]) in row.lessons]
        problems += [f"{lesson} does not name {row.id}: {row.text}" for row in wanted if row.id not in mentioned]
        problems += [f"{lesson} names {id}, which is no row of {FILE.name}" for id in sorted(mentioned - ids)]
    return problems
