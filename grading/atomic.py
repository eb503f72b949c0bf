"""Files written in one step: whoever is stopped in the middle leaves the old one or the new one."""

from __future__ import annotations

from pathlib import Path

from grading.course import CourseError


def write(path: Path, content: str | bytes) -> None:
    """Write a file and the folders above it.  There is one writer, so a draft that a stopped run left is written over.

    Raises  CourseError if it cannot be written, as on a full disk.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content.encode() if isinstance(content, str) else content)
        draft.replace(path)
    except OSError as error:
        raise CourseError(f"cannot write {path}: {error.strerror}") from None
