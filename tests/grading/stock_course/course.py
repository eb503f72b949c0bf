"""An ordinary nbgrader course that uses nothing of ours: one homework as universities set it, and notebooks handed in for it.

source/homework1/homework1.ipynb is the instructor's notebook: 28 cells, 8 autograded ones = 20 points (asserts, hidden tests,
partial credit, a class, a plot), an answer in words for 5, two figures given and one to draw, half a second of training.
"""

from __future__ import annotations

import functools
import json
import logging
import os
import re
import tempfile
from copy import deepcopy
from pathlib import Path
from unittest import mock

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from grading.course import with_venv_first

NAME = "homework1"
SOURCE = Path(__file__).parent / "source"
POINTS = 20
WORDS = "The loss bends differently in different directions; a large step overshoots where it bends most."


def source() -> NotebookNode:
    """The instructor's notebook, with solutions and hidden tests."""
    return nbformat.read(SOURCE / NAME / f"{NAME}.ipynb", as_version=4)


def make(folder: Path, notebook: NotebookNode | None = None) -> Path:
    """An nbgrader course in `folder`: source/, release/ and gradebook.db, as `nbgrader generate_assignment` makes them.

    notebook  the instructor's; by default homework 1
    """
    path = folder / "source" / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook or source(), path)
    config = Config()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
    coursedir = CourseDirectory(config=config, assignment_id=NAME)
    silent = logging.Logger("generate", logging.ERROR)
    with mock.patch.dict(os.environ, with_venv_first(os.environ)):  # nbgrader calls alembic by its bare name
        GenerateAssignment(coursedir=coursedir, config=config, log=silent, create_assignment=True).start()
    return folder


@functools.cache
def _released() -> NotebookNode:
    with tempfile.TemporaryDirectory() as folder:
        return nbformat.read(make(Path(folder)) / "release" / NAME / f"{NAME}.ipynb", as_version=4)


def release() -> NotebookNode:
    """The students' notebook: stubs instead of solutions, no hidden tests."""
    return deepcopy(_released())


def solved() -> NotebookNode:
    """The students' notebook with all answers right."""
    notebook, solutions = release(), {cell.id: cell for cell in source().cells}
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = re.sub(r" *### (BEGIN|END) SOLUTION\n?", "", solutions[cell.id].source)
            if cell.cell_type == "markdown":
                cell.source = WORDS
    return notebook


def hand_in(folder: Path, student: str, notebook: NotebookNode) -> Path:
    """Write a notebook where nbgrader looks for what students submit."""
    path = folder / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    return path
