"""The work that one submission makes, as a pure function of plain data: it can run in a thread, or on another machine."""

from __future__ import annotations

import contextvars
import functools
import hashlib
import importlib.metadata
import importlib.util
import json
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from jupyter_core.utils import ensure_event_loop
from nbformat import NotebookNode
from nbgrader.preprocessors import IgnorePattern, LimitOutput
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task
from traitlets.config import Config

from course_lib.handing_in.repair import note
from grading import autograde
from grading.engine.doctor import canaries
from grading.engine.limits import Limits
from grading.verdicts import problems

# what the points hang on beside the unit itself: these packages' text, and the versions of what they stand on
OURS = (
    "course_lib",
    "grading.engine",
    "grading.autograde",
    "grading.hook",
    "course_lib.handing_in.quoting",
    "grading.unit",
    "grading.verdicts",
)
THEIRS = ("numpy", "nbgrader")


@dataclass(frozen=True)
class Unit:
    """One student's work for one lesson, with all that its points hang on.

    notebook   the repaired notebook, as JSON         source  the instructor's notebook or the release, as JSON
    files      (name, content) of what the lesson brings beside its notebook
    secret     the class's key: with the student's id it draws the cases, so no two students share a result
    walls      kind of walls; the best of the machine where it is empty
    settings   nbgrader's own, as {section: {name: value}}          software  see software()
    """

    student: str
    lesson: str
    notebook: str
    source: str
    secret: str
    software: str
    files: tuple[tuple[str, bytes], ...] = ()
    limits: Limits = field(default_factory=Limits)
    walls: str = ""
    settings: dict[str, dict] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """sha256 over everything in it."""
        digest = hashlib.sha256()
        for name, content in self.files:
            digest.update(
                hashlib.sha256(name.encode(errors="surrogatepass")).digest() + hashlib.sha256(content).digest()
            )
        plain = {name: value for name, value in vars(self).items() if name != "files"} | {"limits": asdict(self.limits)}
        digest.update(json.dumps(plain, sort_keys=True).encode())
        return digest.hexdigest()


@dataclass(frozen=True)
class Outcome:
    """What became of a unit.

    notebook  with outputs, as the text of its file       points    {grade id: points}, None where a person has to read
    answered  {grade id: whether anything was written}    said      what happened while it ran, in sentences for the student
    problems  what is not right, in short sentences       failure   why it could not be graded at all, if so
    """

    notebook: str = ""
    points: dict[str, float | None] = field(default_factory=dict)
    answered: dict[str, bool] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    failure: str = ""


class OtherSoftware(Exception):
    """A worker would come to points of its own."""


def _alone(function: Callable[..., Any]) -> Callable[..., Any]:
    """In a context of its own: Dask hands every task a copy of the worker's, and with it a loop that two threads would share and close."""

    @functools.wraps(function)
    def run(*arguments: Any) -> Any:
        return contextvars.Context().run(function, *arguments)

    return run


@_alone
def compute(unit: Unit) -> Outcome:
    """Run and score one unit.

    Whatever is wrong with the submission is in the outcome.     Raises  what is wrong with the machine.
    """
    if software() != unit.software:
        raise OtherSoftware(f"{platform.node()} has other versions of the course, Python or NumPy than this machine")
    with _event_loop():
        notebook, said = autograde.execute(unit)
    config = Config(unit.settings)
    for step in (IgnorePattern(config=config), LimitOutput(config=config)):  # as nbgrader does before it scores
        notebook, _ = step.preprocess(notebook, {})
    points, doubts = _points(notebook)
    wrong = problems(notebook, said)
    if said := said + doubts:
        notebook.cells.insert(0, note(said, "While this notebook was graded"))
    return Outcome(nbformat.writes(notebook) + "\n", points, _answered(notebook), said, wrong)


@_alone
def works(walls: str) -> list[str]:
    """What is wrong with grading where this runs, one sentence each: see engine.doctor."""
    with _event_loop():
        return canaries(walls, autograde.modules())


@contextmanager
def _event_loop() -> Iterator[None]:
    """One for this unit alone: Jupyter makes one for each of Dask's tasks, and closes none."""
    loop = ensure_event_loop()
    try:
        yield
    finally:
        loop.close()


def _points(notebook: NotebookNode) -> tuple[dict[str, float | None], list[str]]:
    """nbgrader's own points, and a sentence for each cell that it can make nothing of."""
    points, doubts = {}, []
    for cell in filter(is_grade, notebook.cells):
        id = cell.metadata.nbgrader.grade_id
        try:
            points[id], _ = determine_grade(cell)
        except (ValueError, KeyError, TypeError):  # for nbgrader, the end of the whole submission
            points[id] = 0.0
            doubts.append(f"The result of cell {id} is not a number from 0 to its points; it counts 0.")
    return points, doubts


def _answered(notebook: NotebookNode) -> dict[str, bool]:
    """Whether an answer's text is another than the one that was handed out; nbgrader takes a task as done."""
    cells = (cell for cell in notebook.cells if is_solution(cell) or is_task(cell))
    return {
        cell.metadata.nbgrader.grade_id: is_task(cell)
        or cell.metadata.nbgrader.get("checksum") != compute_checksum(cell)
        for cell in cells
    }


@functools.cache
def software() -> str:
    """sha256 over the text of what computes points, and the versions of what that stands on."""
    digest = hashlib.sha256(platform.python_version().encode())
    for name in THEIRS:
        digest.update(f"{name} {importlib.metadata.version(name)}\n".encode())
    for name in OURS:
        for path in _modules(name):
            digest.update(f"{name} {path.name}\n".encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _modules(name: str) -> Iterator[Path]:
    """The Python files of a module or package."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"no module named {name}", name=name)
    path = Path(spec.origin)
    yield from sorted(path.parent.rglob("*.py")) if path.name == "__init__.py" else [path]
