"""Notebooks as students hand them in: found, read with clear errors, and checked before they are handed in."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from grading.class_folder import ClassFolder
from grading.course import Course, CourseError
from grading.quoting import quoted
from grading.repair import ID, known, repair

LARGEST = 50_000_000  # bytes; a lesson with all its pictures stays far below
MOST = 2000  # cells; a lesson with all that a student may add has a tenth


class Unreadable(CourseError):
    """A file that cannot be graded; the message can be sent on to the student."""


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
            _must_be_ordinary(self.timestamp)
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


def _must_be_ordinary(path: Path) -> None:
    """Whoever follows a link reads what is not the student's, and whoever reads a pipe waits for ever.

    Raises  Unreadable.
    """
    try:
        kind = path.lstat().st_mode
    except OSError as error:
        raise Unreadable(f"{quoted(path.name)} cannot be read: {error.strerror}.") from None
    if stat.S_ISLNK(kind):
        raise Unreadable(f"{quoted(path.name)} is a link to another file; hand in the file itself.")
    if not stat.S_ISREG(kind):
        raise Unreadable(f"{quoted(path.name)} is not a file but {_KINDS.get(stat.S_IFMT(kind), 'a device')}.")


_KINDS = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}


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


def read(path: Path) -> NotebookNode:
    """A notebook's cells without their outputs, from a file of any Jupyter 4 version, with or without BOM, LF or CRLF.

    Of the metadata only nbgrader's id, the tags and the language are kept: nothing else may reach the grader.

    Raises  Unreadable in words for the student: no notebook, cut off, too large, too new, no ordinary file.
    """
    _must_be_ordinary(path)
    name = quoted(path.name)
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST else None
    except OSError as error:
        raise Unreadable(f"{name} cannot be read: {error.strerror}.") from None
    if data is None:
        raise Unreadable(
            f"{name} is larger than {LARGEST / 1e6:.0f} MB: save it with Edit > Clear Outputs of All Cells."
        )
    try:
        return _notebook(name, _json(name, data))
    except RecursionError:  # lists in lists in lists
        raise Unreadable(f"{name} is not a notebook.") from None


def _json(name: str, data: bytes) -> Any:
    if not data.strip():
        raise Unreadable(f"{name} is empty.")
    try:
        return json.loads(data)  # finds out about BOM and UTF-16 by itself
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(f"{name} is damaged at {where} ({error.msg}): save it and download it again.") from None
    except ValueError:  # not text, numbers of thousands of digits
        raise Unreadable(f"{name} is not a notebook.") from None


def _notebook(name: str, raw: Any) -> NotebookNode:
    if not isinstance(raw, dict) or not isinstance(version := raw.get("nbformat"), int):
        raise Unreadable(f"{name} is JSON, but not a notebook.")
    if version > 4:
        raise Unreadable(f"{name} was saved in notebook format {version}; wanted format 4, which Jupyter writes.")
    if version < 4:
        try:
            raw = nbformat.convert(nbformat.from_dict(raw), 4)
        except Exception:  # nbformat's converters fail in as many ways as there are broken notebooks
            text = f"{name} is in the old notebook format {version} and could not be converted: open and save it in Jupyter."
            raise Unreadable(text) from None
    if not isinstance(cells := raw.get("cells"), list):
        raise Unreadable(f"{name} has no cells, so it is not a notebook.")
    if len(cells) > MOST:
        raise Unreadable(f"{name} has {len(cells)} cells; wanted at most {MOST}: delete those that are not needed.")
    kernelspec = _dict(_dict(raw.get("metadata")).get("kernelspec"))
    notebook, taken = v4.new_notebook(), set()
    for i, cell in enumerate(_cell(entry, i) for i, entry in enumerate(cells) if isinstance(entry, dict)):
        if cell.id in taken:
            cell.id = f"again-{i}"
        taken.add(cell.id)
        notebook.cells.append(cell)
    notebook.metadata.language = str(kernelspec.get("language", "python"))
    return notebook


def _cell(entry: dict, number: int) -> NotebookNode:
    """A well-formed cell with the same text, and of its metadata what grading needs.

    number  makes an id where it has none: the same file gives the same notebook again
    """
    kind = str(entry.get("cell_type"))
    text = _joined(entry.get("source", "")).replace("\r\n", "\n").replace("\r", "\n")
    new = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell}.get(kind, v4.new_raw_cell)
    cell = new(text)
    metadata = _dict(entry.get("metadata"))
    if isinstance(id := _dict(metadata.get("nbgrader")).get("grade_id"), str):
        cell.metadata.nbgrader = NotebookNode(grade_id=id)
    if isinstance(metadata.get("tags"), list):
        cell.metadata.tags = list(map(str, metadata["tags"]))
    id = entry.get("id")
    cell.id = id if isinstance(id, str) and ID.fullmatch(id) else f"cell-{number}"
    pictures = {name: _dict(picture) for name, picture in _dict(entry.get("attachments")).items()}
    if kind == "markdown" and pictures:  # in written answers
        joined = {name: {kind: _joined(data) for kind, data in one.items()} for name, one in pictures.items()}
        cell.attachments = nbformat.from_dict(joined)
    return cell


def _joined(text: Any) -> str:
    """A text, or the list of its lines, as text that can be saved again."""
    whole = "".join(map(str, text)) if isinstance(text, list) else str(text)
    return whole.encode(errors="replace").decode()  # JSON may hold half a character


def _dict(value: Any) -> dict:
    return value if isinstance(value, dict) else {}


def release(course: Course, lesson: str) -> NotebookNode:
    """The notebook that the students were given.     Raises  CourseError if it has not been built."""
    path = course.release(lesson)
    if not path.exists():
        raise CourseError(f"{path} is missing: build it first with  course build {lesson}")
    return nbformat.read(path, as_version=4)


def lesson_of(course: Course, notebook: NotebookNode) -> str | None:
    """The lesson that most of a notebook's cells come from; None if no lesson has any of them."""
    shared = {
        lesson: len(known(notebook, release(course, lesson)))
        for lesson in course.lessons()
        if course.release(lesson).exists()
    }
    best = max(shared, key=shared.__getitem__, default=None)
    return best if best and shared[best] else None


def mend(
    course: Course, lesson: str, notebook: NotebookNode, released: NotebookNode | None = None
) -> tuple[NotebookNode, list[str]]:
    """A notebook as it can be graded for `lesson`, and what was wrong with it, one sentence each.

    released  the lesson's release, where it has been read already
    """
    released = released or release(course, lesson)
    mended, said = repair(notebook, released)
    if not known(notebook, released):  # a list of every cell would help nobody
        other = lesson_of(course, notebook)
        said = [
            f"This is the notebook of lesson {other}, not of {lesson}."
            if other
            else f"None of its cells is from lesson {lesson}."
        ]
    return mended, said


def check(course: Course, path: str | Path) -> list[str]:
    """What is wrong with a notebook before it is handed in, one sentence each; nothing if it can be graded as it is.

    Says nothing about the answers.     Raises  CourseError if there is no such file.
    """
    path = Path(path)
    if not path.is_file():
        raise CourseError(f"{path} is a folder; wanted a notebook" if path.is_dir() else f"no file {path}")
    if path.suffix != ".ipynb":
        return [f"{path.name} is no notebook: its name should end with .ipynb."]
    try:
        notebook = read(path)
    except Unreadable as error:
        return [str(error)]
    lesson = path.stem if path.stem in course.lessons() else lesson_of(course, notebook)
    if lesson is None:
        return [f"{path.name} is not the notebook of any lesson: none of its cells is known."]
    said = [] if path.stem == lesson else [f"The file should be called {lesson}.ipynb."]
    return said + mend(course, lesson, notebook)[1]
