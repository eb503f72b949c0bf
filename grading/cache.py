"""Outcomes on disk, one file for each submission: what was computed once is read, not computed again."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import asdict
from pathlib import Path

from grading import atomic
from grading.class_folder import ClassFolder
from grading.submission import Submission
from grading.unit import Outcome


def load(folder: ClassFolder, submission: Submission, key: str) -> Outcome | None:
    """The outcome of the unit with this key; None if there is none, or the file is damaged."""
    try:
        kept = json.loads(gzip.decompress(_path(folder, submission).read_bytes()))  # gzip knows its own checksum
        return Outcome(**kept["outcome"]) if kept["key"] == key else None
    except (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError):
        return None


def save(folder: ClassFolder, submission: Submission, key: str, outcome: Outcome) -> None:
    """Keep an outcome, in the place of the one before it."""
    text = json.dumps({"key": key, "outcome": asdict(outcome)})
    atomic.write(_path(folder, submission), gzip.compress(text.encode(), compresslevel=1, mtime=0))


def _path(folder: ClassFolder, submission: Submission) -> Path:
    return folder.outcomes / submission.student / f"{submission.lesson}.json.gz"
