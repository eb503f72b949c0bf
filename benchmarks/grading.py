"""A class graded by nbgrader as it comes, and by the engine, beside the bare time of the same cells.

python -m benchmarks.grading [--students 40] [--lesson l02]

Without a lesson it is an ordinary nbgrader homework of 28 cells.  The bare time is the processor time of all cells in an ordinary
kernel that has imported everything, divided by the cores: what no grader can beat.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import Gradebook

from benchmarks import bare_cells
from grading import build, gradebook
from grading.class_folder import ClassFolder
from grading.course import Course, with_venv_first
from grading.grade import grade
from grading.scheduler import cores
from tests.grading.stock_course import course as homework

NAME = "l90_homework"


def main(words: list[str] | None = None) -> None:
    options = _parser().parse_args(words)
    os.environ.update(with_venv_first(os.environ))
    source, release, solved = _notebooks(options.lesson)
    students = [f"student{i:03}" for i in range(options.students)]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        bare = _bare(solved) / cores()
        stock, by_stock = _stock(root / "stock", source, solved, students)
        ours, by_ours = _ours(root / "ours", source, release, solved, students)
    each = len(students)
    print(f"{each} submissions on {cores()} cores, seconds each")
    print("| | seconds each | of stock | of bare |\n|---|---|---|---|")
    for name, seconds in (("stock nbgrader", stock / each), ("the engine", ours / each), ("bare cells", bare)):
        print(f"| {name} | {seconds:.2f} | {seconds / (stock / each):.2f} | {seconds / bare:.2f} |")
    print(f"throughput: {stock / ours:.1f} times stock's, wanted 5; the same points: {by_stock == by_ours}")


def _notebooks(lesson: str) -> tuple[NotebookNode, NotebookNode, NotebookNode]:
    """(source, release, solved)"""
    if not lesson:
        return homework.source(), homework.release(), homework.solved()
    course = Course.find()
    built = build.build_lesson(course, course.lesson(lesson))
    return built.source, built.release, built.source


def _stock(folder: Path, source: NotebookNode, solved: NotebookNode, students: list[str]) -> tuple[float, dict]:
    for student in students:
        build.write(folder / "submitted" / student / NAME / f"{NAME}.ipynb", solved)
    url = f"sqlite:///{folder / 'gradebook.db'}"
    build.write(folder / "source" / NAME / f"{NAME}.ipynb", source)
    build.generate(source, NAME, url)
    command = [sys.executable, "-m", "nbgrader", "autograde", NAME, "--log-level=ERROR", "--Execute.timeout=120"]
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - started, _points(url, students)


def _ours(folder: Path, source, release, solved: NotebookNode, students: list[str]) -> tuple[float, dict]:
    (folder / "solutions").mkdir(parents=True)
    (folder / "solutions" / f"{NAME}.py").write_text("# %%\n", encoding="utf-8")
    build.write(folder / "notebooks" / NAME / f"{NAME}.ipynb", release)
    build.write(folder / "build" / "source" / NAME / f"{NAME}.ipynb", source)
    handed_in = folder / "class"
    for student in students:
        build.write(handed_in / "submitted" / student / NAME / f"{NAME}.ipynb", solved)
    with gradebook.opened(ClassFolder(handed_in)):  # there before the first hand-in, as stock's is
        pass
    started = time.perf_counter()
    grade(Course(folder), handed_in)
    return time.perf_counter() - started, _points(ClassFolder(handed_in).db_url, students)


def _points(url: str, students: list[str]) -> dict[str, float]:
    with Gradebook(url) as book:
        return {student: book.find_submission(NAME, student).score for student in students}


def _bare(solved: NotebookNode) -> float:
    """Processor seconds of a notebook's cells."""
    with tempfile.TemporaryDirectory() as folder:
        return min(bare_cells.seconds(solved, Path(folder)) for _ in range(3))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading", description=__doc__)
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--lesson", default="", help="a lesson of this course instead of the homework")
    return parser


if __name__ == "__main__":
    main()
