"""Open the lessons in JupyterLab."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from grading.course import Course, CourseError, with_venv_first

SETTINGS = Path(__file__).with_name("jupyter")  # no question about news at the first start


def lab(course: Course, lesson: str | None = None, options: Iterable[str] = ()) -> int:
    """Run JupyterLab until it is stopped; returns its exit code.

    lesson   the one to open; by default the folder with all of them
    options  handed on to JupyterLab, such as --no-browser

    Raises  CourseError if JupyterLab is not installed or the notebooks are not built.
    """
    if find_spec("jupyterlab") is None:
        raise CourseError('JupyterLab is missing: run  python -m pip install -e ".[instructor]"  in the course folder')
    process = subprocess.Popen([*command(course, lesson), *options], env=environment())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # JupyterLab hears Ctrl-C too, and asks before it stops
            continue


def command(course: Course, lesson: str | None = None) -> list[str]:
    """The command line that opens a lesson, or the folder of all lessons.     Raises  CourseError if there is no notebook yet."""
    opened = course.release(course.lesson(lesson)) if lesson else course.notebooks
    if not opened.exists():
        raise CourseError(f"{opened} is missing: build it first with  course build")
    url = f"/lab/tree/{opened.relative_to(course.root).as_posix()}"
    return [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={course.root}", f"--LabApp.default_url={url}"]


def environment() -> dict[str, str]:
    """This one, with the course's Python, kernel and settings before all others."""
    paths = [str(SETTINGS), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    return {**with_venv_first(os.environ), "JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}
