"""The points that the sample class should get, worked out without nbgrader, kernels or the grader: only `check`, in this process.

python -m tests.grading.sample_points     writes them to grading/sample_points/; read the difference before it is committed
"""

from __future__ import annotations

import ast
import contextlib
import csv
import io
import json
import os
from collections.abc import Iterator
from typing import Any
from unittest import mock

import numpy as np
from nbformat import NotebookNode

from course_lib import check, personal
from grading.answering import tasks
from grading.course import Course
from grading.sample_class import POINTS, HandIn, hand_ins
from grading.submission import release

ENDLESS = "    while True:\n        pass\n"


def table(course: Course, lesson: str) -> list[dict[str, str]]:
    """A row for each student: student, kind, points, and the points of every exercise; no points where nothing can be read."""
    released = release(course, lesson)
    exercises = [task.exercise for task in tasks(released)]
    rows = []
    for one in hand_ins(course, lesson):
        found = {} if one.kind == "corrupt" else dict(zip(exercises, _points(released, one), strict=True))
        total = f"{sum(found.values()):.2f}" if found else ""
        rows.append({"student": one.student, "kind": one.kind, "points": total})
        rows[-1] |= {name: f"{found[name]:.2f}" if found else "" for name in exercises}
    return rows


def _points(released: NotebookNode, one: HandIn) -> Iterator[float]:
    """The points of each check: the student's answers and the released checks, run in order."""
    handed_in = {cell["id"]: "".join(cell["source"]) for cell in json.loads(one.content)["cells"]}
    space: dict[str, Any] = {"np": np, "check": check, "personal": personal}
    environment = {"COURSE_STUDENT": one.student, "COURSE_KEY": "07" * 32}
    quiet = contextlib.redirect_stdout(io.StringIO())
    with mock.patch.dict(os.environ, environment), quiet:
        for cell in (cell for cell in released.cells if cell.cell_type == "code" and "nbgrader" in cell.metadata):
            if cell.metadata.nbgrader.grade:
                yield eval(cell.source, space).points
            elif cell.metadata.nbgrader.solution:
                exec(handed_in[cell.id].replace(ENDLESS, "    raise KeyboardInterrupt\n"), space)
            else:
                exec(_without_pictures(cell.source), space)


def _without_pictures(source: str) -> str:
    """Of a given cell what later cells need: imports, functions and numbers."""
    needed = ast.Import, ast.ImportFrom, ast.FunctionDef, ast.Assign, ast.If
    kept = [node for node in ast.parse(source).body if isinstance(node, needed)]
    return ast.unparse(ast.Module(kept, []))


if __name__ == "__main__":
    course = Course.find()
    for lesson in course.lessons():
        rows = table(course, lesson)
        with (POINTS / f"{lesson}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
