"""The engine as two steps of nbgrader's own autograding, for any nbgrader course.

In nbgrader_config.py:

    from grading.engine.steps import configure
    configure(c)

`nbgrader autograde` and formgrader's button then run students' cells behind walls and the tests outside.  Notebooks, points,
manual grading and feedback stay nbgrader's.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    ClearSolutions,
    DeduplicateIds,
    Execute,
    NbGraderPreprocessor,
    OverwriteCells,
)
from nbgrader.utils import is_locked
from traitlets import Dict, List, Unicode
from traitlets.config import Config

from course_lib.handing_in.repair import note, repair
from grading.engine.limits import Limits
from grading.engine.runner import MODULES, run


def configure(c: Config) -> None:
    """Put the engine in the place of nbgrader's own steps."""
    sanitize: list[Any] = Autograde.sanitize_preprocessors.default() or []
    autograde: list[Any] = Autograde.autograde_preprocessors.default() or []
    c.Autograde.sanitize_preprocessors = [
        Restore if step is OverwriteCells else step for step in sanitize if step is not DeduplicateIds
    ]
    c.Autograde.autograde_preprocessors = [JudgedExecute if step is Execute else step for step in autograde]


class _Step(NbGraderPreprocessor):
    """Knows where the instructor's notebook is."""

    def folder(self, kind: str, resources: dict) -> Path:
        """The folder of this assignment, and of this student.     kind  "source", "release" or "submitted" """
        coursedir = CourseDirectory(config=self.config)
        asked = resources["nbgrader"]
        student = asked["student"] if kind == "submitted" else "."
        return Path(coursedir.format_path(getattr(coursedir, f"{kind}_directory"), student, asked["assignment"]))

    def source(self, resources: dict) -> NotebookNode:
        """The instructor's notebook; where it is not on this machine, the released one."""
        name = f"{resources['nbgrader']['notebook']}.ipynb"
        paths = [self.folder(kind, resources) / name for kind in ("source", "release")]
        for path in paths:
            if path.exists():
                return nbformat.read(path, as_version=4)
        raise FileNotFoundError(f"no {' or '.join(map(str, paths))}: the engine reads there what the tests need")


class Restore(_Step):
    """Every cell of the source, once, in its place and with its text; the answers are the student's.

    What had to be repaired is said at the top of the notebook.  nbgrader's own steps stop the whole class at a duplicated
    cell, and give full points for a missing one.
    """

    def preprocess(self, nb, resources):
        source = self.source(resources)
        released = deepcopy(source)
        for step in (ClearSolutions, ClearHiddenTests, ClearMarkScheme):
            released, _ = step(parent=self).preprocess(released, resources)
        mended, said = repair(nb, released)
        texts = {cell.metadata.nbgrader.grade_id: cell.source for cell in source.cells if is_locked(cell)}
        for cell in mended.cells:
            if is_locked(cell):
                cell.source = texts[cell.metadata.nbgrader.grade_id]  # the hidden tests, too
        if said:
            mended.cells.insert(0, note(said))
        return mended, resources


class JudgedExecute(_Step):
    """In place of nbgrader's Execute: the student's cells in the child, the tests in the judge."""

    limits = Dict(help="what a submission may take: see grading.engine.limits").tag(config=True)
    hook = Unicode("", help="'package.module:function', called in the judge after each test").tag(config=True)
    modules = List(Unicode(), list(MODULES), help="loaded before a submission comes").tag(config=True)
    students = List(Unicode(), help="names of given cells that tests take from the child: see the engine's README").tag(
        config=True
    )
    kind = Unicode("", help="of walls; by default the best that hold here").tag(config=True)

    def preprocess(self, nb, resources):
        with self.files(resources) as files:
            ran = run(
                nb,
                self.source(resources),
                files=files,
                folder=self.folder("source", resources),
                environment=self.environment(resources),
                limits=Limits(**self.limits),
                hook=self.hook,
                kind=self.kind,
                modules=self.modules,
                students=self.students,
                config=self.config,
            )
        if ran.said:
            ran.notebook.cells.insert(0, note(ran.said, "While this notebook was graded"))
        return ran.notebook, resources

    def environment(self, resources: dict) -> dict[str, str]:
        """Variables for the judge alone."""
        return {}

    @contextmanager
    def files(self, resources: dict) -> Iterator[Path]:
        """What lies beside the notebook: the student's own files, then the instructor's over them; no links, no notebooks."""
        with tempfile.TemporaryDirectory(prefix="files-") as folder:
            for kind in ("submitted", "source"):
                origin = self.folder(kind, resources)
                for place, folders, names in os.walk(origin):
                    folders[:] = [name for name in folders if not name.startswith(".")]
                    for path in (Path(place, name) for name in names):
                        if path.suffix != ".ipynb" and path.is_file() and not path.is_symlink():
                            target = Path(folder, path.relative_to(origin))
                            target.parent.mkdir(parents=True, exist_ok=True)
                            shutil.copyfile(path, target)
            yield Path(folder)
