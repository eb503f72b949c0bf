"""A notebook held against its lesson: what is wrong with it, and what it is when that is put right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course_lib.handing_in.reading import Unreadable, read
from course_lib.handing_in.repair import known, repair


@dataclass(frozen=True)
class Look:
    """lesson: which one it is    notebook: as it can be graded    findings: what was wrong, one sentence each"""

    lesson: str
    notebook: NotebookNode
    findings: list[str]


def look(path: Path, originals: Mapping[str, NotebookNode]) -> Look:
    """Hold a notebook file against the lesson that it is of.  Says nothing about the answers, changes nothing.

    Raises  Unreadable if the file is no notebook, or none of a lesson.
    """
    if path.suffix != ".ipynb":
        raise Unreadable(f"{path.name} is no notebook: its name should end with .ipynb.")
    notebook = read(path)
    lesson = path.stem if path.stem in originals else lesson_of(notebook, originals)
    if lesson is None:
        raise Unreadable(f"{path.name} is not the notebook of any lesson: none of its cells is known.")
    named = [] if path.stem == lesson else [f"The file should be called {lesson}.ipynb."]
    mended, said = mend(lesson, notebook, originals)
    return Look(lesson, mended, named + said)


def mend(lesson: str, notebook: NotebookNode, originals: Mapping[str, NotebookNode]) -> tuple[NotebookNode, list[str]]:
    """A notebook as it can be graded for `lesson`, and what was wrong with it, one sentence each."""
    mended, said = repair(notebook, originals[lesson])
    if not known(notebook, originals[lesson]):  # a list of every cell would help nobody
        other = lesson_of(notebook, originals)
        said = [
            f"This is the notebook of lesson {other}, not of {lesson}."
            if other
            else f"None of its cells is from lesson {lesson}."
        ]
    return mended, said


def lesson_of(notebook: NotebookNode, originals: Mapping[str, NotebookNode]) -> str | None:
    """The lesson that most of a notebook's cells come from; None if no lesson has any of them."""
    shared = {lesson: len(known(notebook, original)) for lesson, original in originals.items()}
    best = max(shared, key=shared.__getitem__, default=None)
    return best if best and shared[best] else None
