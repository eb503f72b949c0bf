"""From a lesson's source to the notebooks: solutions/l02_x.py -> build/source/l02_x (with solutions) -> notebooks/l02_x (released),
and once more into course_lib/lessons/, which nobody works in: `restore` takes from there what a student's notebook has lost.

The same source gives the same bytes on every machine: cell ids are slugs, metadata is only what nbgrader and Jupyter need.
"""

from __future__ import annotations

import ast
import logging
import os
import re
import sys
import tempfile
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode
from nbgrader import preprocessors
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets import Dict

from grading import roles
from grading.course import Course, CourseError

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
NOT_WRITTEN = 'raise NotImplementedError("not written yet")'


class ClearSolutions(preprocessors.ClearSolutions):
    """nbgrader's, with two stubs: inside a function it raises, at the left margin it does not, so that "Run all" never stops."""

    code_stub = Dict({"python": f"# YOUR CODE HERE\n{NOT_WRITTEN}"}).tag(config=True)

    def _replace_solution_region(self, cell, language):
        replaced = super()._replace_solution_region(cell, language)
        if cell.cell_type == "code":
            cell.source = "\n".join(line for line in cell.source.split("\n") if line != NOT_WRITTEN)
        return replaced


# nbgrader's own generate_assignment, with our stubs; grading/settings.py names the same steps to plain nbgrader commands
STEPS: list[Any] = [
    ClearSolutions if step is preprocessors.ClearSolutions else step
    for step in GenerateAssignment.preprocessors.default() or []
]


@dataclass(frozen=True)
class Built:
    """One lesson's two notebooks, not yet written."""

    lesson: str
    source: NotebookNode
    release: NotebookNode

    @property
    def points(self) -> float:
        return sum(cell.metadata.nbgrader.points for cell in self.release.cells if graded(cell))


def graded(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def syntax(code: str) -> ast.Module:
    """A code cell's syntax tree; magics are no Python and are left out."""
    return ast.parse("\n".join("pass" if line[:1] in ("%", "!") else line for line in code.split("\n")))


def read_lesson(path: Path) -> NotebookNode:
    """The instructor's notebook of a lesson: nbgrader metadata from the markers, ids as slugs, no outputs.

    Raises  CourseError, with file and line, for a source that is no Python or has a marker that means nothing.
    """
    name, text = f"{path.parent.name}/{path.name}", path.read_text(encoding="utf-8")
    try:
        ast.parse(text)
    except SyntaxError as error:
        raise CourseError(f"{name}:{error.lineno}: not Python: {error.msg}") from None
    notebook = jupytext.reads(text, fmt="py:percent")
    roles.assign(notebook, text, name)
    notebook.metadata = nbformat.from_dict(METADATA)
    name_cells(notebook)
    return notebook


def name_cells(notebook: NotebookNode) -> None:
    """Give every cell the id of its marker; a plain cell gets its heading, or its place under the last heading."""
    taken = {cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata}
    section, place = "start", 0
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.id = cell.metadata.nbgrader.grade_id
            continue
        headings = re.findall(r"^#{1,6}\s+(.+)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else []
        if headings:
            section, place = slug(headings[-1]), 0
        cell.id = next(id for id in _numbered(section, place) if id not in taken)
        taken.add(cell.id)
        place += 1


def slug(heading: str) -> str:
    """ "## 2.1 The graph, forward" -> "2-1-the-graph-forward"."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:48].strip("-") or "section"


def _numbered(section: str, place: int) -> Iterable[str]:
    if not place:
        yield section
    while True:
        place += 1
        yield f"{section}-{place}"


def generate(source: NotebookNode, lesson: str, db_url: str | None = None) -> NotebookNode:
    """The students' notebook, by nbgrader's own generate_assignment.

    source  the instructor's notebook      lesson  its name, and the assignment's
    db_url  a gradebook to enter the assignment into, as `nbgrader autograde` needs it; none where only the notebook is wanted

    Raises  CourseError with nbgrader's own words.
    """
    errors = _Errors()
    log = logging.Logger("course build", logging.ERROR)
    log.addHandler(errors)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder, "source", lesson, f"{lesson}.ipynb"), source)
        coursedir = CourseDirectory(root=folder, assignment_id=lesson, db_url=db_url or "")
        converter = GenerateAssignment(coursedir=coursedir, no_database=db_url is None, log=log)
        converter.preprocessors = [step for step in STEPS if db_url or step is not preprocessors.SaveCells]
        try:
            converter.start()
        except NbGraderException as error:
            reason = str(errors.first or error).strip().partition("\n")[0]
            raise CourseError(f"{lesson}: nbgrader cannot make the release: {reason}") from None
        return nbformat.read(Path(folder, "release", lesson, f"{lesson}.ipynb"), as_version=4)


class _Errors(logging.Handler):
    """Keeps the error that nbgrader logs and then hides behind an NbGraderException that says nothing."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.first: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        self.first = self.first or sys.exc_info()[1]


def build_lesson(course: Course, lesson: str) -> Built:
    source = read_lesson(course.solution(lesson))
    return Built(lesson, source, generate(source, lesson))


def build_source(course: Course, lesson: str) -> None:
    """Write the instructor's notebook where there is none: formgrader lists the lessons that it finds there.

    Where the course may only be read nothing is written: grading does not need it.
    """
    if not course.source_notebook(lesson).exists():
        source = read_lesson(course.solution(lesson))
        with suppress(OSError):
            write(course.source_notebook(lesson), source)


def build(course: Course, lessons: Iterable[str]) -> list[Built]:
    """Build lessons and write them; if one of them fails, nothing at all is written."""
    built = [build_lesson(course, lesson) for lesson in lessons]
    for one in built:
        write(course.source_notebook(one.lesson), one.source)
        write(course.release(one.lesson), one.release)
        write(course.original(one.lesson), one.release)
    return built


def text_of(notebook: NotebookNode) -> str:
    """A notebook as it is written: the same text on every system and under every version of nbformat 4."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def write(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook in one step: whoever reads `path` finds the old notebook or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        half.write_bytes(text_of(notebook).encode())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
