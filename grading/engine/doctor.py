"""Does grading work on this machine?  Asked before every run: a wall in the wrong place once gave right answers 0."""

from __future__ import annotations

from collections.abc import Sequence

from nbformat import NotebookNode, v4
from nbgrader.utils import determine_grade

from grading.engine.runner import MODULES, run

SOLUTION = "def double(x):\n    return 2 * x"
STUB = "def double(x):\n    raise NotImplementedError"
CHEAT = """\
import IPython, numpy


class Equal(numpy.ndarray):
    __eq__ = lambda self, other: True
    __array_ufunc__ = lambda self, *args, **more: True


def double(x):
    return numpy.zeros(2).view(Equal)


get_ipython().ast_transformers.append(type("Pass", (), {"visit": lambda self, node: setattr(node, "body", []) or node})())
"""
TEST = """\
np.testing.assert_allclose(double(np.array([1.5, 2.0])), [3, 4])
assert double("ab") == "abab"
"""
CANARIES = {"the reference solution": (SOLUTION, 2.0), "an empty answer": (STUB, 0.0), "a cheat": (CHEAT, 0.0)}


def canaries(kind: str = "", modules: Sequence[str] = MODULES) -> list[str]:
    """What is wrong with grading on this machine, one sentence each; nothing if a small notebook gets the points that it should.

    kind  of walls; by default the best that hold here          modules  loaded before, as for a submission
    """
    wrong = []
    for name, (answer, wanted) in CANARIES.items():
        ran = run(_notebook(answer), _notebook(SOLUTION), kind=kind, modules=modules)
        points, _ = determine_grade(ran.notebook.cells[2])
        if points != wanted:
            shown = " ".join(output.get("evalue", "") for output in ran.notebook.cells[2].outputs)
            wrong.append(
                f"{name} gets {points:g} of 2 points; wanted {wanted:g}. {' '.join([*ran.said, shown]).strip()}"
            )
    return wrong


def _notebook(answer: str) -> NotebookNode:
    cells = [
        v4.new_code_cell("import numpy as np", id="given"),
        v4.new_code_cell(answer, id="double", metadata=_metadata("double", solution=True)),
        v4.new_code_cell(TEST, id="double-test", metadata=_metadata("double-test", grade=True, points=2.0)),
    ]
    return v4.new_notebook(cells=cells)


def _metadata(id: str, **more: object) -> dict:
    common = {"schema_version": 3, "grade_id": id, "grade": False, "solution": False, "task": False}
    return {"nbgrader": {**common, "locked": "grade" in more, "cell_type": "code", **more}}
