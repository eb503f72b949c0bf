"""The tree that students get: lessons and library, ready to be a repository of its own; no solutions, no grading."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from grading.course import Course, CourseError
from grading.index import PAGE, page

OWN = Path(__file__).with_name("students")  # what is theirs alone: README.md, pyproject.toml
SHARED = ("start.py", "environment.yml", "requirements.lock", "LICENSE", ".gitignore", ".gitattributes")
LESSONS = Path("course_lib", "lessons")


def release(course: Course, target: Path, lessons: Iterable[str]) -> list[Path]:
    """Write the students' tree and return its files, relative to it.  An earlier one is brought up to date; what students or git put beside it stays.

    target   a new or empty folder, or the students' tree of an earlier release, with or without .git
    lessons  those that students get now

    Raises  CourseError if the folder holds something else, or a lesson has not been built.
    """
    lessons = list(lessons)
    if target.exists() and not target.is_dir():
        raise CourseError(f"{target} is a file; wanted a folder")
    if target.resolve() == course.root.resolve():
        raise CourseError(f"{target} is the course itself: its solutions would be gone; wanted another folder")
    there = {path.name for path in target.iterdir()} - {".git"} if target.is_dir() else set()
    if there and not (target / LESSONS).is_dir():
        raise CourseError(f"{target} is not empty and holds no earlier release: {', '.join(sorted(there)[:5])}")
    if missing := [lesson for lesson in lessons if not course.original(lesson).exists()]:
        raise CourseError(f"{', '.join(missing)} is not built: run  course build  first")
    for old in ("course_lib", "notebooks"):
        shutil.rmtree(target / old, ignore_errors=True)
    shutil.copytree(
        course.root / "course_lib", target / "course_lib", ignore=shutil.ignore_patterns("__pycache__", "lessons")
    )
    for lesson in lessons:
        folder = target / "notebooks" / lesson
        shutil.copytree(course.release(lesson).parent, folder, ignore=shutil.ignore_patterns("*.ipynb", ".*"))
        (target / LESSONS).mkdir(exist_ok=True)
        for copy in (folder / f"{lesson}.ipynb", target / LESSONS / f"{lesson}.ipynb"):
            shutil.copyfile(course.original(lesson), copy)  # the lesson as built, whatever somebody tried in notebooks/
    index = page(course, lessons, kinds=("sections", "objects", "exercises"))  # students have no tests
    (target / PAGE).write_text(index, encoding="utf-8")
    for source in (*OWN.iterdir(), *(course.root / name for name in SHARED)):
        shutil.copyfile(source, target / source.name)
    return sorted(path.relative_to(target) for path in target.rglob("*") if path.is_file() and ".git" not in path.parts)
