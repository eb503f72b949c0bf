"""What grading found out about a submission beside its points: one small file each, so that a second run can go on from it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from course_lib.handing_in.reading import LARGEST
from grading import atomic
from grading.class_folder import ClassFolder
from grading.submission import Submission


@dataclass(frozen=True)
class Record:
    """The last thing that is written about a submission: where it is, the gradebook and the autograded notebook are, too.

    fingerprint  of all that was graded           handed_in  of the student's part of it
    findings     what had to be repaired, and what happened while it ran
    problems     what is not right                failure    why it could not be graded, if so
    """

    fingerprint: str = ""
    handed_in: str = ""
    findings: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    failure: str = ""


def load(folder: ClassFolder, submission: Submission) -> Record | None:
    """The record of the last grading; None if there is none, or none that can be read."""
    try:
        return Record(**json.loads(_path(folder, submission).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def save(folder: ClassFolder, submission: Submission, record: Record) -> None:
    """Write a record in one step."""
    atomic.write(_path(folder, submission), json.dumps(asdict(record), indent=1, ensure_ascii=False))


def handed_in(submission: Submission) -> str:
    """sha256 over the names of the files handed in, and over the content of those that grading reads."""
    paths = sorted(submission.folder.iterdir())
    digest = hashlib.sha256(repr([path.name for path in paths]).encode(errors="backslashreplace"))
    for path in paths:
        if (
            path.is_file()
            and not path.is_symlink()
            and (path.suffix.lower() == ".ipynb" or path == submission.timestamp)
        ):
            size = path.stat().st_size
            digest.update(b"%d" % size + (hashlib.sha256(path.read_bytes()).digest() if size <= LARGEST else b""))
    return digest.hexdigest()


def _path(folder: ClassFolder, submission: Submission) -> Path:
    return folder.records / submission.student / f"{submission.lesson}.json"
