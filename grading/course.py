"""Where the course lives: its root, its folders and its lessons."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LESSON = re.compile(r"l\d\d_\w+")


class CourseError(Exception):
    """Something that the user can put right; the command line prints it as one line, without a traceback."""


@dataclass(frozen=True)
class Course:
    """A course folder and everything in it.

    root  the folder that holds solutions/, notebooks/ and grading/
    """

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> Course:
        """The course that `start` (the working directory) lies in; else the one that this package was installed from.

        Raises  CourseError if there is neither.
        """
        start = (start or Path.cwd()).resolve()
        installed_from = Path(__file__).resolve().parents[1]
        for folder in (start, *start.parents, installed_from):
            if any(LESSON.fullmatch(path.stem) for path in folder.glob("solutions/l*.py")):
                return cls(folder)
        raise CourseError(f"no course found: neither {start} nor a folder above it has solutions/lNN_*.py")

    @property
    def solutions(self) -> Path:
        return self.root / "solutions"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def build(self) -> Path:
        return self.root / "build"

    @property
    def source(self) -> Path:
        return self.build / "source"

    @property
    def answers(self) -> Path:
        return self.root / "tests" / "answers"

    @property
    def classes(self) -> Path:
        return self.root / "classes"

    def lessons(self) -> list[str]:
        """Names of the lessons in their order: ["l00_start_here", "l02_backpropagation", ...]."""
        return sorted(path.stem for path in self.solutions.glob("l*.py") if LESSON.fullmatch(path.stem))

    def lesson(self, name: str) -> str:
        """The lesson meant by a number, a name or the beginning of one: "2", "l02", "l02_backpropagation", "backprop".

        Raises  CourseError if no lesson, or more than one, is meant.
        """
        lessons, wanted = self.lessons(), str(name).strip().lower()
        if number := re.fullmatch(r"l?(\d+)", wanted):
            wanted = f"l{int(number[1]):02d}_"
        meant = [lesson for lesson in lessons if wanted and wanted in (lesson, lesson[4:])]
        meant = meant or [
            lesson for lesson in lessons if wanted and (lesson.startswith(wanted) or lesson[4:].startswith(wanted))
        ]
        if len(meant) != 1:
            problem = f"'{name}' could be {' or '.join(meant)}" if meant else f"there is no lesson '{name}'"
            raise CourseError(f"{problem}; the lessons are {', '.join(lessons) or 'not written yet'}")
        return meant[0]

    def chosen(self, names: list[str] | None) -> list[str]:
        """The lessons meant by `names`, each once and in the course's order; all lessons where no name is given."""
        if not names:
            return self.lessons()
        return sorted({self.lesson(name) for name in names})

    def solution(self, lesson: str) -> Path:
        """The percent source with the solutions: the only form of a lesson that is edited by hand."""
        return self.solutions / f"{lesson}.py"

    def source_notebook(self, lesson: str) -> Path:
        """The instructor's notebook, with solutions; generated, git-ignored."""
        return self.source / lesson / f"{lesson}.ipynb"

    def release(self, lesson: str) -> Path:
        """The students' notebook; generated, committed."""
        return self.notebooks / lesson / f"{lesson}.ipynb"

    def original(self, lesson: str) -> Path:
        """The same notebook as course_lib ships it, which nobody works in; generated, committed."""
        return self.root / "course_lib" / "lessons" / f"{lesson}.ipynb"

    def class_folder(self, name: str | Path) -> Path:
        """The class folder of this name under classes/, or with this path.

        Raises  CourseError if there is no such folder.
        """
        for folder in (self.classes / name, Path(name)):
            if folder.is_dir():
                return folder.resolve()
        there_are = sorted(path.name for path in self.classes.glob("*") if path.is_dir())
        raise CourseError(
            f"no class folder '{name}'; under {self.classes} there is {', '.join(there_are) or 'none yet'}"
        )


def with_venv_first(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment with this Python's programs and kernels before all others.

    nbgrader calls `alembic` by its bare name, and a kernel that the user installed elsewhere must not win.
    """
    programs = str(Path(sys.executable).parent)
    path = [part for part in environ.get("PATH", "").split(os.pathsep) if part and part != programs]
    return {**environ, "PATH": os.pathsep.join([programs, *path]), "JUPYTER_PREFER_ENV_PATH": "1"}
