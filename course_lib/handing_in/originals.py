"""The lessons as they were given: what a student's notebook is held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

SHIPPED = Path(__file__).parents[1] / "lessons"


class Originals(Mapping[str, NotebookNode]):
    """{lesson: its notebook}, each read when it is first asked for."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self._paths = dict(paths)
        self._read: dict[str, NotebookNode] = {}

    def __getitem__(self, lesson: str) -> NotebookNode:
        if lesson not in self._read:
            self._read[lesson] = nbformat.read(self._paths[lesson], as_version=4)
        return self._read[lesson]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def shipped() -> Originals:
    """Those that came with course_lib: nobody edits them, whatever becomes of the notebooks that students work in."""
    return Originals({path.stem: path for path in sorted(SHIPPED.glob("*.ipynb"))})
