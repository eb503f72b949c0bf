"""What grading found out about a submission beside its points: one small file each, so that a second run can go on from it."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from grading.class_folder import ClassFolder
from grading.course import Course
from grading.submission import Submission


@dataclass(frozen=True)
class Record:
    """fingerprint  of what was graded     findings  what had to be repaired     failure  why it could not be graded, if so"""

    fingerprint: str
    findings: list[str] = field(default_factory=list)
    failure: str = ""


def load(folder: ClassFolder, submission: Submission) -> Record | None:
    """The record of the last grading; None if there is none, or none that can be read."""
    try:
        return Record(**json.loads(_path(folder, submission).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def save(folder: ClassFolder, submission: Submission, record: Record) -> None:
    """Write a record in one step: a run that is stopped leaves the old one or the new one."""
    path = _path(folder, submission)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(asdict(record), indent=1, ensure_ascii=False), encoding="utf-8")
    draft.replace(path)


def fingerprint(course: Course, folder: ClassFolder, submission: Submission, cell_timeout: int) -> str:
    """Of all that the points hang on and that may change: the files handed in, the release, the key, the time limit."""
    names = sorted(path.name for path in submission.folder.iterdir())
    graded = [path for path in submission.folder.iterdir() if path.suffix.lower() == ".ipynb"]
    digest = hashlib.sha256(repr((folder.key(), cell_timeout, names)).encode(errors="backslashreplace"))
    for path in [course.release(submission.lesson), submission.timestamp, *sorted(graded)]:
        if path.is_file():
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _path(folder: ClassFolder, submission: Submission) -> Path:
    return folder.records / submission.student / f"{submission.lesson}.json"
