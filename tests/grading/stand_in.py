"""Stands in for running notebooks where a test is about the class and not about kernels: an answer of RIGHT earns its check's points."""

from __future__ import annotations

import time

import nbformat
import nbgrader.api
from nbformat import v4

from grading import autograde, grade
from tests.grading.small_class import RIGHT

SECONDS = 0.0  # that one submission takes


def alembic_version() -> str:
    """Stands in for nbgrader's own, which starts a process for each new gradebook: seconds, and no matter here."""
    return "of the tests"


def works(walls: str) -> list[str]:
    """Stands in for the small notebook that is graded before a run."""
    return []


def warm_up(kind: str) -> None:
    """Stands in for the start of processes that nothing here is forked from."""


def install() -> None:
    """In a process of its own."""
    autograde.execute, nbgrader.api.get_alembic_version = execute, alembic_version
    grade.works, grade.warm_up = works, warm_up


def execute(unit):
    time.sleep(SECONDS)
    notebook = nbformat.reads(unit.notebook, as_version=4)
    answer = ""
    for count, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code":
            continue
        nbgrader = cell.metadata.get("nbgrader", {})
        cell.execution_count = count
        if "raise OSError" in cell.source:
            raise OSError("no space left")
        if nbgrader.get("grade"):
            earned = nbgrader["points"] if answer in RIGHT.values() or unit.student in answer else 0.0
            cell.outputs = [v4.new_output("execute_result", {"text/plain": repr(earned)}, execution_count=count)]
        else:
            answer = cell.source
    return notebook, []
