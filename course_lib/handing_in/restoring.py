"""A damaged lesson brought back: cells as they were given, with all the answers that can still be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from course_lib.handing_in.mending import lesson_of, mend
from course_lib.handing_in.reading import Unreadable, from_json, read

CELL = re.compile(r'\{\s*"(?:attachments|cell_type)"\s*:')  # how a cell begins in a file that Jupyter wrote


@dataclass(frozen=True)
class Restored:
    """path: the lesson's notebook    kept: where the damaged one lies now, None if there was none
    findings: what was put right, one sentence each; none if the notebook was sound and stayed as it was"""

    path: Path
    kept: Path | None
    findings: list[str]


def restore_file(notebook: str | Path, originals: Mapping[str, NotebookNode]) -> Restored:
    """Put a lesson's notebook right; the answers stay, the file as it was is kept beside it.

    notebook  the lesson's file: edited cells get their text back, missing ones come back, a file that was cut off is read as far as it
              goes; where there is no file, the lesson as it was given is written

    Raises  Unreadable if nothing of a lesson can be found in it       OSError  if it cannot be written
    """
    path = Path(notebook)
    if not path.exists():
        if path.stem not in originals:
            raise Unreadable(
                f"there is no {path.name}, and no lesson of this name; the lessons are {', '.join(originals)}"
            )
        nbformat.write(originals[path.stem], path)
        return Restored(path, None, [f"{path.name} was missing; the lesson as it was given was put there."])
    try:
        found, said = read(path), []
    except Unreadable as error:
        found, said = salvage(path), [str(error).partition(":")[0] + "; what could be read of it was kept."]
        if not found.cells:
            raise
    lesson = lesson_of(found, originals)
    if lesson is None or (path.stem in originals and lesson != path.stem):
        has = f"cells of lesson {lesson}: give it its name back" if lesson else "no cell of any lesson"
        raise Unreadable(f"{path.name} has {has}.")
    mended, repairs = mend(lesson, found, originals)
    if not said and not repairs:
        return Restored(path, None, [])
    kept = _free(path)
    path.rename(kept)
    nbformat.write(mended, path)
    return Restored(path, kept, said + repairs)


def salvage(path: Path) -> NotebookNode:
    """The cells that can be read in a file that is no longer JSON: cut off, or with the marks of a merge in it."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    return from_json(path.name, {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(_cells(text))})


def _cells(text: str) -> Iterator[dict[str, Any]]:
    decoder, end = json.JSONDecoder(), 0
    for begin in CELL.finditer(text):
        if begin.start() < end:  # inside a cell that has been read
            continue
        try:
            cell, end = decoder.raw_decode(text, begin.start())
        except ValueError:
            continue
        if isinstance(cell, dict) and "cell_type" in cell:
            yield cell


def _free(path: Path) -> Path:
    """A name beside a file that nothing has yet: l02.damaged.ipynb, l02.damaged-2.ipynb ..."""
    number = 1
    while (free := path.with_name(f"{path.stem}.damaged{f'-{number}' * (number > 1)}{path.suffix}")).exists():
        number += 1
    return free
