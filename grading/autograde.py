"""Run one submission's notebook in the engine, with what this course's checks need around them."""

from __future__ import annotations

import contextlib
import functools
import pkgutil
import tempfile
import threading
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config

import course_lib
from grading.engine import walls
from grading.engine.processes import Lost, zygote
from grading.engine.runner import MODULES, run

if TYPE_CHECKING:
    from grading.unit import Unit

HOOK = "grading.hook:tell"


def execute(unit: Unit) -> tuple[NotebookNode, list[str]]:
    """The unit's notebook with its outputs, and a sentence for each incident.

    Raises  what is the machine's fault.
    """
    with tempfile.TemporaryDirectory(prefix="submission-", ignore_cleanup_errors=True) as folder:
        for name, content in unit.files:
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        ran = run(
            nbformat.reads(unit.notebook, as_version=4),
            _read(unit.source),
            files=Path(folder),
            folder=Path(folder),
            environment=environment(unit.secret, unit.student),
            limits=unit.limits,
            hook=HOOK,
            kind=unit.walls,
            modules=modules(),
            config=Config(unit.settings),
        )
    return ran.notebook, ran.said


@functools.lru_cache(maxsize=8)
def _read(source: str) -> NotebookNode:
    """A source, which many units share and nobody changes."""
    return nbformat.reads(source, as_version=4)


def warm_up(kind: str) -> None:
    """Start the processes that submissions are forked from, while something else is done first."""

    def start(kind: str) -> None:
        with contextlib.suppress(Lost):  # said where the first submission needs it
            zygote(kind, modules()).start()

    for one in (kind or walls.best(), "plain"):
        threading.Thread(target=start, args=(one,), daemon=True).start()


def environment(secret: str, student: str) -> dict[str, str]:
    """What the judge draws a student's cases from."""
    # macOS writes an accent as a character of its own in file names; students type one
    return {"COURSE_KEY": secret, "COURSE_STUDENT": unicodedata.normalize("NFC", student)}


@functools.cache
def modules() -> tuple[str, ...]:
    """What is loaded before a submission comes: all of course_lib, too."""
    return (*MODULES, *(found.name for found in pkgutil.walk_packages(course_lib.__path__, "course_lib.")))
