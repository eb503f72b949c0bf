"""A notebook file as a student saved it: its cells, or in one sentence why there are none."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from course_lib.handing_in.quoting import quoted
from course_lib.handing_in.repair import ID

LARGEST = 50_000_000  # bytes; a lesson with all its pictures stays far below
MOST = 2000  # cells; a lesson with all that a student may add has a tenth


class Unreadable(Exception):
    """A file that cannot be graded; the message can be sent on to the student."""


def read(path: Path) -> NotebookNode:
    """A notebook's cells without their outputs, from a file of any Jupyter 4 version, with or without BOM, LF or CRLF.

    Of the metadata only nbgrader's id, the tags and the language are kept: nothing else may reach the grader.

    Raises  Unreadable in words for the student: no notebook, cut off, too large, too new, no ordinary file.
    """
    must_be_ordinary(path)
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
        return from_json(name, _json(name, data))
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


def from_json(name: str, raw: Any) -> NotebookNode:
    """The notebook in what a file says.     name  of the file, for messages     Raises  Unreadable"""
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


def must_be_ordinary(path: Path) -> None:
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
