"""What went wrong in a graded notebook, read from the outputs of its cells."""

from __future__ import annotations

from collections.abc import Sequence

from nbformat import NotebookNode

from course_lib.handing_in.quoting import beginning

VERDICT = "application/vnd.course.verdict+json"
INTERRUPTED = "ran too long and was interrupted"
LONGEST = 160  # characters of one sentence: a table is read at a glance


def problems(notebook: NotebookNode, told: Sequence[str] = ()) -> list[str]:
    """One short sentence for each exercise that is not right and each cell that stopped, in the order of the notebook.

    Exercises that are not written yet share one sentence; what the engine has told already is not told again.
    """
    said: list[str] = []
    empty: list[str] = []
    cells = [(cell, verdict(cell)) for cell in notebook.cells if cell.cell_type == "code"]
    for cell, found in cells:
        if found and found["status"] == "not_written":
            empty.append(_short_name(found["exercise"]))
        elif found and found["status"] != "right":
            said.append(f"{_short_name(found['exercise'])}: {found['message']}")
        elif not found and (error := _error(cell)) and not _told(cell, error, told):
            said.append(f"{_name(cell)}: {error}")
    if empty:
        exercises = sum(found is not None for _, found in cells)
        said.append("nothing written yet" if len(empty) == exercises else f"not written yet: {', '.join(empty)}")
    return [_shortened(sentence) for sentence in said]


def verdict(cell: NotebookNode) -> dict | None:
    """The last verdict that a cell shows; None for a cell without one, or with one that is no verdict."""
    shown = (output["data"].get(VERDICT) for output in reversed(cell.get("outputs", [])) if "data" in output)
    wanted = {"exercise": str, "status": str, "message": str}
    return next(
        (
            one
            for one in shown
            if isinstance(one, dict) and all(isinstance(one.get(key), kind) for key, kind in wanted.items())
        ),
        None,
    )


def _error(cell: NotebookNode) -> str | None:
    outputs = cell.get("outputs", [])
    errors = {output.ename: output.evalue for output in outputs if output.output_type == "error"}
    if "CellTimeoutError" in errors:
        return INTERRUPTED
    for name, value in errors.items():
        return f"{name}: {value}" if value.strip() else name
    if cell.metadata.get("nbgrader", {}).get("grade") and any(output.get("name") == "stderr" for output in outputs):
        return "wrote to stderr, for which nbgrader gives no points"
    return None


def _told(cell: NotebookNode, error: str, told: Sequence[str]) -> bool:
    return any(one in error or (error == INTERRUPTED and _name(cell, "") in one) for one in told)


def _name(cell: NotebookNode, article: str = "the ") -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id") or article + beginning(cell)


def _short_name(exercise: str) -> str:
    """ "l02.dense_backward" -> "dense_backward": the lesson is in the table already."""
    return exercise.rpartition(".")[2]


def _shortened(sentence: str) -> str:
    printable = "".join(
        one if one.isprintable() else " " for one in sentence
    )  # a student's text must not steer the terminal
    line = " ".join(printable.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 3].rstrip() + "..."
