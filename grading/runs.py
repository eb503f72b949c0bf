"""Run lessons as grading runs them: solved and untouched, through nbgrader alone and through our own `course grade`."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry

from grading import build
from grading.build import Built
from grading.course import Course, with_venv_first

UNTOUCHED = "untouched"
STRICT = "import warnings\n\nwarnings.simplefilter('error')\n"  # run by IPython before the first cell
VERDICT = "application/vnd.course.verdict+json"


@dataclass
class Run:
    """What came of one notebook.

    notebook  executed; None where grading gave it up      why  grading's last words then
    scores    {id of a graded cell: (points, points at most)}; points are None where a person has to grade
    """

    notebook: NotebookNode | None
    scores: dict[str, tuple[float | None, float]] = field(default_factory=dict)
    why: str = ""

    @property
    def seconds(self) -> float:
        """From the start of the first cell to the end of the last one."""
        times = (
            [cell.metadata.execution for cell in self.notebook.cells if cell.metadata.get("execution")]
            if self.notebook
            else []
        )
        stamps = sorted(
            datetime.fromisoformat(stamp.replace("Z", "+00:00")) for cell in times for stamp in cell.values()
        )
        return (stamps[-1] - stamps[0]).total_seconds() if stamps else 0.0


def verdict(cell: NotebookNode) -> dict | None:
    """The verdict that a check cell displayed; None where there is none."""
    return next((output.data[VERDICT] for output in cell.get("outputs", []) if VERDICT in output.get("data", {})), None)


def hand_in(folder: Path, student: str, lesson: str, notebook: NotebookNode) -> None:
    build.write(folder / "submitted" / student / lesson / f"{lesson}.ipynb", notebook)


def collect(folder: Path, db_url: str, student: str, lesson: str, why: str = "") -> Run:
    """What grading left of a student's work in a class folder."""
    path = folder / "autograded" / student / lesson / f"{lesson}.ipynb"
    run = Run(nbformat.read(path, as_version=4) if path.exists() else None, why=why)
    with Gradebook(db_url) as gradebook:
        try:
            grades = gradebook.find_submission(lesson, student).notebooks[0].grades
        except (MissingEntry, IndexError):
            return run
        run.scores = {grade.name: (grade.auto_score, grade.max_score) for grade in grades}
    return run


def nbgrader_alone(built: Iterable[Built], folder: Path, seconds: float) -> dict[str, tuple[Run, Run]]:
    """{lesson: (solved, untouched)}, run by `nbgrader autograde` without any setting of ours, and with warnings as errors.

    folder   an empty folder to work in          seconds  the time that a lesson may take

    Each lesson is a course of its own, so that lessons run side by side.
    """
    lessons = list(built)
    strict = folder / "ipython" / "profile_default" / "startup" / "strict.py"
    strict.parent.mkdir(parents=True)
    strict.write_text(STRICT, encoding="utf-8")
    for one in lessons:
        course = folder / one.lesson
        hand_in(course, "solved", one.lesson, one.source)
        hand_in(course, UNTOUCHED, one.lesson, one.release)
        build.generate(one.source, one.lesson, f"sqlite:///{(course / 'gradebook.db').as_posix()}")
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        runs = threads.map(lambda one: _autograde(folder, one.lesson, seconds), lessons)
        return dict(zip((one.lesson for one in lessons), runs, strict=True))


def _autograde(folder: Path, lesson: str, seconds: float) -> tuple[Run, Run]:
    course = folder / lesson
    command = [sys.executable, "-m", "nbgrader", "autograde", lesson]
    command += [
        f"--Execute.timeout={max(1, round(seconds))}",
        "--Execute.startup_timeout=120",
        "--Execute.iopub_timeout=30",
    ]
    env = with_venv_first(os.environ) | {"IPYTHONDIR": str(folder / "ipython"), "JUPYTER_CONFIG_DIR": str(folder)}
    for secret in ("COURSE_KEY", "COURSE_STUDENT"):
        env.pop(secret, None)
    try:
        done = subprocess.run(
            command, cwd=course, env=env, timeout=2 * seconds + 120, capture_output=True, text=True, errors="replace"
        )
        why = next((line for line in reversed(done.stderr.splitlines()) if "Error" in line), "nbgrader gave no reason")
    except subprocess.TimeoutExpired:
        why = f"it did not end within {2 * seconds + 120:g} s"
    db_url = f"sqlite:///{(course / 'gradebook.db').as_posix()}"
    return collect(course, db_url, "solved", lesson, why), collect(course, db_url, UNTOUCHED, lesson, why)


def course_grade(course: Course, built: Iterable[Built], folder: Path) -> dict[str, tuple[Run, Run]]:
    """{lesson: (solved, untouched)}, run by our own `course grade`.     folder: an empty folder to work in."""
    from grading.class_folder import ClassFolder
    from grading.grade import grade

    lessons = list(built)
    students = {one.lesson: student_of(one.source) for one in lessons}
    for one in lessons:
        hand_in(folder, students[one.lesson], one.lesson, one.source)
        hand_in(folder, UNTOUCHED, one.lesson, one.release)
    said = {(row.student, row.lesson): "; ".join(row.notes) for row in grade(course, folder).rows}
    db_url = ClassFolder(folder).db_url

    def run(student: str, lesson: str) -> Run:
        return collect(folder, db_url, student, lesson, said.get((student, lesson), ""))

    return {lesson: (run(student, lesson), run(UNTOUCHED, lesson)) for lesson, student in students.items()}


def student_of(solved: NotebookNode) -> str:
    """The student id that a solved lesson gives to its personal exercises; "solved" where it has none.

    Personal exercises count only for work that is handed in under the id in the notebook.
    """
    nodes = [node for cell in solved.cells if cell.cell_type == "code" for node in ast.walk(build.syntax(cell.source))]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    students = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "student"]
    names = {value.id for value in students if isinstance(value, ast.Name)}
    ids = [
        node.value.value
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        if any(isinstance(to, ast.Name) and to.id in names for to in node.targets)
    ]
    return next((id for id in reversed(ids) if id and isinstance(id, str)), "solved")
