"""A course of one small lesson that needs nothing of course_lib, and notebooks handed in for it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4
from nbgrader.utils import compute_checksum

from grading.course import Course

LESSON = "l01_small"
CONFIG = Path(__file__).parents[2] / "grading" / "nbgrader_config.py"
SETUP = '''\
import os


class Points:
    def __init__(self, points):
        self.points = points

    def __repr__(self):
        return repr(float(self.points))


def check(exercise, answer, *cases):
    """cases: (argument, wanted).  Each one is worth a point."""
    from IPython.display import display

    points, status, message = 0, "right", "right"
    try:
        for argument, wanted in cases:
            if answer(argument) == wanted:
                points += 1
            else:
                status, message = "wrong_values", f"{exercise} of {argument} is wrong"
    except NotImplementedError:
        status, message = "not_written", "not written yet"
    except KeyboardInterrupt:
        points, status, message = 0, "interrupted", "did not finish"
    except Exception as error:
        status, message = "raised", ": ".join(filter(None, (type(error).__name__, str(error))))
    found = {"exercise": exercise, "points": points, "max_points": len(cases), "status": status, "message": message}
    html = f"<b>card: {message}</b>"
    display({"application/vnd.course.verdict+json": found, "text/plain": message, "text/html": html}, raw=True)
    return Points(points)


def student(key):
    return os.environ.get("COURSE_STUDENT") if len(os.environ.get(key, "")) == 64 else "nobody, without a key"'''
STUB = 'def {}(x):\n    # YOUR CODE HERE\n    raise NotImplementedError("not written yet")'
RIGHT = {
    "double": "def double(x):\n    return 2 * x",
    "square": "def square(x):\n    return x * x",
    "why": "Because both grow.",
}


def cell(kind: str, text: str, id: str, points=None, **roles: bool) -> NotebookNode:
    """A cell as `nbgrader generate_assignment` releases it; roles: grade, solution, locked."""
    made = (v4.new_code_cell if kind == "code" else v4.new_markdown_cell)(text, id=id)
    nbgrader = {"schema_version": 3, "grade_id": id, "cell_type": kind, "task": False}
    nbgrader |= (
        {"grade": False, "solution": False, "locked": False} | roles | ({} if points is None else {"points": points})
    )
    made.metadata["nbgrader"] = nbformat.from_dict(nbgrader)
    made.metadata["nbgrader"]["checksum"] = compute_checksum(made)
    return made


def release() -> NotebookNode:
    """double 3, square 2, why 4 (written), who 1 (personal): 10 points."""
    who = 'check("l01.who", student, ("COURSE_KEY", WHO))'
    cells = [
        v4.new_markdown_cell("# Small", id="small"),
        cell("code", SETUP, "l01-setup", locked=True),
        v4.new_markdown_cell("## Double", id="double"),
        cell("code", STUB.format("double"), "l01-double", solution=True),
        cell(
            "code",
            'check("l01.double", double, (1, 2), (2, 4), (5, 10))',
            "l01-double-check",
            3.0,
            grade=True,
            locked=True,
        ),
        v4.new_markdown_cell("## Square", id="square"),
        cell("code", STUB.format("square"), "l01-square", solution=True),
        cell("code", 'check("l01.square", square, (1, 1), (3, 9))', "l01-square-check", 2.0, grade=True, locked=True),
        cell("markdown", "Why?\n\nYOUR ANSWER HERE", "l01-why", 4.0, grade=True, solution=True),
        cell("code", "WHO = ...", "who", solution=True),
        cell("code", who, "l01-who-check", 1.0, grade=True, locked=True),
    ]
    kernelspec = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec, "language_info": {"name": "python"}})


def course(root: Path) -> Course:
    """A course with the one lesson, built, and with the real nbgrader_config.py."""
    made = Course(root)
    made.solutions.mkdir(parents=True)
    made.solution(LESSON).write_text("# %% the tests need its name only\n")
    # there are no solutions that would tell them apart
    for path in (made.release(LESSON), made.source_notebook(LESSON)):
        path.parent.mkdir(parents=True)
        nbformat.write(release(), path)
    (root / "grading").mkdir()
    shutil.copy(CONFIG, root / "grading")
    return made


def at(notebook: NotebookNode, id: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == id)


def answered(**answers: str) -> NotebookNode:
    """The release with these answers: double, square, why, who."""
    notebook = release()
    for name, text in answers.items():
        at(notebook, "who" if name == "who" else f"l01-{name}").source = text
    return notebook


def solved(student: str) -> NotebookNode:
    return answered(**RIGHT, who=f"WHO = {student!r}")


def hand_in(class_dir: Path, student: str, notebook: dict | str | bytes, name: str = f"{LESSON}.ipynb") -> Path:
    path = class_dir / "submitted" / student / LESSON / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(notebook) if isinstance(notebook, dict) else notebook
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
