"""Small notebooks with tests, as nbgrader marks them, and how they fare in the engine."""

from __future__ import annotations

from nbformat import NotebookNode, v4
from nbgrader.utils import determine_grade

from grading.engine.limits import Limits
from grading.engine.runner import Ran, run


def answer(source: str, id: str) -> NotebookNode:
    """A cell that the student writes."""
    return v4.new_code_cell(source, id=id, metadata={"nbgrader": _nbgrader(id, solution=True, locked=False)})


def exam(source: str, id: str, points: float = 2.0) -> NotebookNode:
    """A locked cell that grades."""
    return v4.new_code_cell(source, id=id, metadata={"nbgrader": _nbgrader(id, grade=True, locked=True, points=points)})


def _nbgrader(id: str, **more: object) -> dict:
    return {
        "schema_version": 3,
        "grade_id": id,
        "cell_type": "code",
        "grade": False,
        "solution": False,
        "task": False,
    } | more


def notebook(*cells: NotebookNode | str) -> NotebookNode:
    """A notebook of these cells; text is a cell of the student's own."""
    made = [
        cell if isinstance(cell, NotebookNode) else v4.new_code_cell(cell, id=f"own-{i}")
        for i, cell in enumerate(cells)
    ]
    return v4.new_notebook(cells=made)


def graded(
    *cells: NotebookNode | str, source: NotebookNode | None = None, **options: object
) -> tuple[dict[str, float], Ran]:
    """({grade_id: points}, what ran) of a notebook."""
    made = notebook(*cells)
    ran = run(made, source or made, limits=Limits(**options.pop("limits", {})), **options)
    points = {
        cell.metadata.nbgrader.grade_id: determine_grade(cell)[0]
        for cell in ran.notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    return points, ran


def shown(ran: Ran, index: int) -> str:
    """All text that a cell shows."""
    return "".join(
        output.get("text", "") or output.get("evalue", "") or output.get("data", {}).get("text/plain", "")
        for output in ran.notebook.cells[index].outputs
    )
