"""Run one submission: nbgrader's own Autograde, on the repaired notebook."""

from __future__ import annotations

import glob
import logging
import sys
from dataclasses import dataclass
from pathlib import Path

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from grading.class_folder import ClassFolder
from grading.course import Course
from grading.settings import settings

# what may go wrong on a loaded machine and goes well the second time
_PASSING = ("database is locked", "Kernel died before replying", "Kernel didn't respond", "Address already in use")


@dataclass(frozen=True)
class Job:
    """One submission to run; plain data, so that it can be sent to another process."""

    root: Path
    class_path: Path
    student: str
    lesson: str
    cell_timeout: int


def autograde(job: Job) -> str:
    """Run repaired/<student>/<lesson>, write autograded/<student>/<lesson> and enter the points into the gradebook.

    Returns why it could not be graded, in a sentence; nothing where it was graded, whatever its points.
    """
    error = _run(job)
    if any(text in str(error) for text in _PASSING):
        error = _run(job)
    return _sentence(error, job.cell_timeout) if error else ""


def _run(job: Job) -> BaseException | None:
    """nbgrader's own run; the error that stopped it, if one did."""
    folder = ClassFolder(job.class_path)
    config = settings(Course(job.root), folder, job.cell_timeout)
    config.CourseDirectory.submitted_directory = folder.step(folder.repaired, job.root)
    coursedir = CourseDirectory(config=config, assignment_id=job.lesson, student_id=glob.escape(job.student))
    errors = _Errors()
    log = logging.Logger("autograde", logging.ERROR)
    log.addHandler(errors)
    try:
        Autograde(coursedir=coursedir, config=config, log=log, force=True).start()
    except NbGraderException as error:
        return errors.last or error
    return None


class _Errors(logging.Handler):
    """Keeps the error that nbgrader logs, and then hides behind an NbGraderException that says nothing."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        self.last = sys.exc_info()[1] or self.last


def _sentence(error: BaseException, cell_timeout: int) -> str:
    if isinstance(error, DeadKernelError):
        return "Python died while the notebook ran: out of memory, or a cell ended the process."
    if isinstance(error, CellTimeoutError) or type(error).__name__ == "UnresponsiveKernelError":
        return f"A cell ran for more than {cell_timeout} s and could not be interrupted: an endless loop that catches every exception?"
    lines = str(error).strip().splitlines()
    return f"nbgrader could not grade it: {type(error).__name__}: {lines[-1] if lines else 'no reason given'}"
