"""The file that is handed in: a zip with the notebook in it, as it was saved."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course_lib.handing_in.mending import look

EPOCH = (1980, 1, 1, 0, 0, 0)  # the time of every entry: the same notebook makes the same bytes


@dataclass(frozen=True)
class Packed:
    """lesson: what it is of    path: the zip    findings: what the grader would put right, one sentence each"""

    lesson: str
    path: Path
    findings: list[str]


def pack_file(notebook: str | Path, originals: Mapping[str, NotebookNode]) -> Packed:
    """Write <lesson>.zip beside a notebook, with <lesson>/<lesson>.ipynb in it, and say what is wrong with the notebook.

    What is in the zip is what was saved, damage and all: the grader mends it in the same way, and nothing is lost.

    Raises  Unreadable if it cannot be handed in: no notebook, cut off, of no lesson
            OSError    if the zip cannot be written
    """
    notebook = Path(notebook)
    found = look(notebook, originals)
    target = notebook.with_name(f"{found.lesson}.zip")
    draft = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as file:
            entry = zipfile.ZipInfo(f"{found.lesson}/{found.lesson}.ipynb", EPOCH)
            file.writestr(entry, notebook.read_bytes(), zipfile.ZIP_DEFLATED)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return Packed(found.lesson, target, found.findings)
