"""What students handed in: found, and held against the lesson that it is of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_lib.handing_in.mending import look
from course_lib.handing_in.originals import Originals
from course_lib.handing_in.quoting import quoted
from course_lib.handing_in.reading import Unreadable, must_be_ordinary
from grading.class_folder import ClassFolder
from grading.course import Course, CourseError


@dataclass(frozen=True, order=True)
class Submission:
    """What one student handed in for one lesson."""

    student: str
    lesson: str
    folder: Path

    def file(self) -> tuple[Path, list[str]]:
        """The notebook to grade, and what there is to say about the files.

        Raises  Unreadable if there is no notebook, none can be preferred, or the time is not in an ordinary file.
        """
        files = sorted(path for path in self.folder.iterdir() if not path.name.startswith("."))
        if self.timestamp in files:
            must_be_ordinary(self.timestamp)
        notebooks = [path for path in files if path.suffix.lower() == ".ipynb"]
        named = [path for path in notebooks if path.stem == self.lesson]
        if not notebooks:
            raise Unreadable(
                f"There is no notebook: wanted {self.lesson}.ipynb, found {_names(files) or 'an empty folder'}."
            )
        if len(named or notebooks) > 1:
            raise Unreadable(
                f"There are {len(notebooks)} notebooks and none is called {self.lesson}.ipynb: {_names(notebooks)}."
            )
        (chosen,) = named or notebooks
        said = (
            []
            if named
            else [f"The file {quoted(chosen.name)} was graded as {self.lesson}.ipynb; please keep the name."]
        )
        if others := [path for path in files if path not in (chosen, self.timestamp)]:
            said.append(f"Only the notebook is graded; left out: {_names(others)}.")
        return chosen, said

    @property
    def timestamp(self) -> Path:
        """When it was handed in, as nbgrader's collect writes it down; not every submission has it."""
        return self.folder / "timestamp.txt"


def _names(paths: list[Path]) -> str:
    more = f" and {len(paths) - 5} more" if len(paths) > 5 else ""
    return ", ".join(quoted(path.name) for path in paths[:5]) + more


def collect(folder: ClassFolder, students: Iterable[str] | None = None) -> list[Submission]:
    """All submissions of a class, in the order of students and lessons.

    students  only these

    Raises  CourseError if one of `students` has handed in nothing at all.
    """
    only = None if students is None else set(students)
    found = [
        Submission(student.name, lesson.name, lesson)
        for student in _folders(folder.submitted)
        for lesson in _folders(student)
        if only is None or student.name in only
    ]
    if missing := sorted((only or set()) - {one.student for one in found}):
        raise CourseError(f"{folder.submitted} has nothing of {', '.join(missing)}")
    return sorted(found)


def strays(folder: ClassFolder, lessons: Iterable[str], students: Iterable[str]) -> list[tuple[str, str]]:
    """(student, name) of what lies in a student's folder but not in the folder of a lesson: easily overlooked otherwise."""
    return [
        (student, path.name)
        for student in students
        if (folder.submitted / student).is_dir()
        for path in sorted((folder.submitted / student).iterdir())
        if not path.name.startswith(".") and not (path in _folders(path.parent) and path.name in lessons)
    ]


def _folders(path: Path) -> list[Path]:
    """The folders in a folder, hidden ones and links aside."""
    return [one for one in path.iterdir() if one.is_dir() and not one.is_symlink() and not one.name.startswith(".")]


def release(course: Course, lesson: str) -> NotebookNode:
    """The notebook that the students were given.     Raises  CourseError if it has not been built."""
    path = course.release(lesson)
    if not path.exists():
        raise CourseError(f"{path} is missing: build it first with  course build {lesson}")
    return nbformat.read(path, as_version=4)


def originals(course: Course) -> Originals:
    """All lessons as the students were given them."""
    return Originals({one: course.release(one) for one in course.lessons() if course.release(one).exists()})


def check(course: Course, path: str | Path) -> list[str]:
    """What is wrong with a notebook before it is handed in, one sentence each; nothing if it can be graded as it is.

    Says nothing about the answers.     Raises  CourseError if there is no such file.
    """
    path = Path(path)
    if not path.is_file():
        raise CourseError(f"{path} is a folder; wanted a notebook" if path.is_dir() else f"no file {path}")
    try:
        return look(path, originals(course)).findings
    except Unreadable as error:
        return [str(error)]
