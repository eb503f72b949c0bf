"""Feedback pages: nbgrader's own, with the pictures and the verdict cards."""

from __future__ import annotations

import glob
import logging
from dataclasses import dataclass
from pathlib import Path

from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from grading.class_folder import ClassFolder
from grading.course import Course, CourseError
from grading.pool import each
from grading.settings import settings


@dataclass(frozen=True)
class Page:
    """One submission's feedback page; plain data, so that it can be sent to another process."""

    root: Path
    class_path: Path
    student: str
    lesson: str

    @property
    def file(self) -> Path:
        return ClassFolder(self.class_path).feedback / self.student / self.lesson / f"{self.lesson}.html"


def feedback(
    course: Course, class_dir: str | Path, lesson: str | None = None, workers: int | None = None
) -> tuple[list[Path], list[str]]:
    """Write feedback/<student>/<lesson>/<lesson>.html for everything that was graded, with the comments given by hand so far.

    Returns the pages, and a sentence for each one that could not be made.     Raises  CourseError if nothing was graded.
    """
    folder = ClassFolder.open(class_dir)
    wanted = [course.lesson(lesson)] if lesson else course.lessons()
    pages = [
        Page(course.root, folder.path, path.parents[1].name, name)
        for name in wanted
        for path in sorted(folder.autograded.glob(f"*/{name}/{name}.ipynb"))
    ]
    if not pages:
        raise CourseError(f"nothing graded yet for {' or '.join(wanted)} in {folder.path}: grade first")
    done, failed = [], []
    for page, result in each(write, pages, workers, "Feedback"):
        if result is None:
            done.append(page.file)
        else:
            failed.append(f"{page.student}, {page.lesson}: no feedback page: {result}")
    return sorted(done), sorted(failed)


def write(page: Page) -> None:
    """Write one page.     Raises  CourseError with nbgrader's reason."""
    folder = ClassFolder(page.class_path)
    config = settings(Course(page.root), folder)
    coursedir = CourseDirectory(config=config, assignment_id=page.lesson, student_id=glob.escape(page.student))
    errors: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: errors.append(record.getMessage())
    log = logging.Logger("feedback", logging.ERROR)
    log.addHandler(handler)
    try:
        GenerateFeedback(coursedir=coursedir, config=config, log=log, force=True).start()
    except NbGraderException as error:
        traceback = next((text for text in errors if "Traceback" in text), str(error))
        raise CourseError(traceback.strip().splitlines()[-1]) from None
