"""Feedback pages: nbgrader's own, with the pictures and the verdict cards, and without anything that could do harm."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import is_grade, is_solution, is_task
from traitlets.config import Config

from grading import atomic, gradebook
from grading.class_folder import ClassFolder
from grading.course import Course, CourseError
from grading.safe_html import configure, with_policy
from grading.scheduler import each, progress


@dataclass(frozen=True)
class Page:
    """What one feedback page is made of; plain data.

    notebook  the autograded one, as JSON       scores  {grade id: (points, points at most)}
    comments  {grade id: text}                  total   (points, points at most, penalty for lateness)
    """

    lesson: str
    notebook: str
    scores: dict[str, tuple[float, float]]
    comments: dict[str, str | None]
    total: tuple[float, float, float]


def feedback(
    course: Course, class_dir: str | Path, lesson: str | None = None, workers: int | None = None, database: str = ""
) -> tuple[list[Path], list[str]]:
    """Write feedback/<student>/<lesson>/<lesson>.html for everything that was graded, with the comments given by hand so far.

    Returns the pages, and a sentence for each one that could not be made.     Raises  CourseError if nothing was graded.
    """
    folder = ClassFolder.open(class_dir, database)
    wanted = [course.lesson(lesson)] if lesson else course.lessons()
    graded = [path for name in wanted for path in sorted(folder.autograded.glob(f"*/{name}/{name}.ipynb"))]
    if not graded:
        raise CourseError(f"nothing graded yet for {' or '.join(wanted)} in {folder.path}: grade first")
    done, failed = [], []

    def pages(book: Gradebook) -> Iterator[tuple[Path, Page]]:
        for path in graded:
            try:
                yield path, page(book, path)
            except (MissingEntry, OSError) as error:
                failed.append(_failed(path, error))

    with gradebook.opened(folder) as book, progress("Feedback", len(graded)) as advance:
        for path, html in each(render, pages(book), workers):
            if isinstance(html, str):
                done.append(_write(folder, path, html))
            else:
                failed.append(_failed(path, html))
            advance()
    return sorted(done), sorted(failed)


def page(gradebook: Gradebook, path: Path) -> Page:
    """What the page of an autograded notebook needs.     Raises  MissingEntry if the gradebook does not know it."""
    lesson, student = path.stem, path.parents[1].name
    notebook: Any = gradebook.find_submission_notebook(lesson, lesson, student)
    penalty = notebook.late_submission_penalty or 0.0
    made = Page(
        lesson,
        path.read_text(encoding="utf-8"),
        {grade.name: (grade.score, grade.max_score) for grade in notebook.grades},
        {comment.name: comment.comment for comment in notebook.comments},
        (notebook.score - penalty, notebook.max_score, penalty),
    )
    gradebook.db.expunge_all()
    return made


def render(page: Page) -> str:
    """The HTML of a page."""
    notebook = nbformat.reads(page.notebook, as_version=4)
    for cell in notebook.cells:  # as nbgrader's GetGrades does
        id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if is_solution(cell) or is_task(cell):
            cell.metadata.nbgrader.comment = page.comments.get(id)
        if is_grade(cell) or is_task(cell):
            cell.metadata.nbgrader.score, cell.metadata.nbgrader.points = page.scores[id]
    score, most, penalty = page.total
    about = {"notebook": page.lesson, "score": score, "max_score": most, "late_penalty": penalty}
    html, _ = _exporter(threading.get_ident()).from_notebook_node(notebook, {"nbgrader": about})
    return with_policy(html)


@functools.lru_cache(maxsize=64)
def _exporter(thread: int) -> HTMLExporter:
    """nbgrader's template for feedback, loaded once: an exporter serves one page at a time, so each thread has its own."""
    config = Config()
    configure(config)
    config.merge(GenerateFeedback(coursedir=CourseDirectory()).config)  # where its template is
    exporter = HTMLExporter(config=config)
    exporter.register_preprocessor(CSSHTMLHeaderPreprocessor, enabled=True)
    return exporter


def _write(folder: ClassFolder, graded: Path, html: str) -> Path:
    """Write a page, and beside it the pictures that lie beside the notebook."""
    target = folder.feedback / graded.relative_to(folder.autograded).parent
    for path in (
        path for path in graded.parent.rglob("*") if path.is_file() and path.suffix not in (".ipynb", ".part")
    ):
        atomic.write(target / path.relative_to(graded.parent), path.read_bytes())
    atomic.write(target / f"{graded.stem}.html", html)
    return target / f"{graded.stem}.html"


def _failed(graded: Path, error: object) -> str:
    return f"{graded.parents[1].name}, {graded.stem}: no feedback page: {type(error).__name__}: {error}"
