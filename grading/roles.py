"""What the marker of a cell means to nbgrader.

    # %% role="given" id="l02-setup"                         code or text that nobody edits
    # %% role="answer" id="l02-dense"                        code that the student writes
    # %% role="check" id="l02-dense-check" points=4          code that grades it, edited by nobody
    # %% [markdown] role="written" id="l02-why" points=3     text that the student writes and a person grades

Any other cell is plain: read by students, of no interest to nbgrader.
"""

from __future__ import annotations

import io
import math
import re
import tokenize
from collections.abc import Iterator

from nbformat import NotebookNode

from grading.course import CourseError

SCHEMA_VERSION = 3  # nbgrader takes no other
BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"  # nbgrader looks for these words anywhere in a line

# role: (cell types, graded, solution, locked)
ROLES = {
    "given": (("code", "markdown"), False, False, True),
    "answer": (("code",), False, True, False),
    "check": (("code",), True, False, True),
    "written": (("markdown",), True, True, False),
}
KEYS = ("role", "id", "points")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")  # nbformat takes cell ids of up to 64 characters


class RoleError(Exception):
    """A marker that means nothing; the message says what is wrong with it."""


def nbgrader_metadata(cell: NotebookNode) -> dict | None:
    """nbgrader's metadata for a cell as jupytext reads it; None for a plain cell.

    Raises  RoleError if the marker, or the solution regions in the cell, make no sense.
    """
    marker = {key: value for key, value in cell.metadata.items() if key not in ("lines_to_next_cell", "cell_marker")}
    if "incorrectly_encoded_metadata" in marker:
        raise RoleError(f'cannot read {marker["incorrectly_encoded_metadata"]!r}; wanted role="..." id="..." points=N')
    if unknown := sorted(set(marker) - set(KEYS)):
        raise RoleError(f"unknown key {', '.join(unknown)}; a marker may have {', '.join(KEYS)}")
    if "role" not in marker:
        if marker:
            raise RoleError(f"{' and '.join(marker)} without a role; the roles are {', '.join(ROLES)}")
        if regions(cell.source):
            raise RoleError(
                f'a solution outside an answer: give the cell role="answer" or role="written", or drop {BEGIN}'
            )
        return None
    role, points = marker["role"], marker.get("points")
    if role not in ROLES:
        raise RoleError(f"unknown role {role!r}; the roles are {', '.join(ROLES)}")
    cell_types, graded, solution, locked = ROLES[role]
    if cell.cell_type not in cell_types:
        raise RoleError(f"a cell with role {role!r} is {' or '.join(cell_types)}, not {cell.cell_type}")
    if "id" not in marker:
        raise RoleError(f"role {role!r} without an id")
    if not SLUG.fullmatch(str(marker["id"])):
        raise RoleError(f"id {marker['id']!r}: wanted lower-case letters, digits and hyphens, at most 64")
    if graded and points is None:
        raise RoleError(f"role {role!r} without points")
    if points is not None and not graded:
        raise RoleError(f"points on role {role!r}: points belong to check and written")
    if graded and not (isinstance(points, (int, float)) and not isinstance(points, bool) and 0 < points < math.inf):
        raise RoleError(f"points={points!r}: wanted a number over 0")
    _check_regions(cell, role)
    metadata = {
        "schema_version": SCHEMA_VERSION,
        "grade_id": marker["id"],
        "cell_type": cell.cell_type,
        "grade": graded,
        "solution": solution,
        "locked": locked,
        "task": False,
    }
    return metadata if points is None else {**metadata, "points": float(points)}


def regions(source: str) -> list[tuple[int, int]]:
    """Where the solutions in a cell stand: (line of BEGIN SOLUTION, line of END SOLUTION), counted from 0.

    Raises  RoleError if the markers are not in pairs.
    """
    found, begun = [], None
    for number, line in enumerate(source.split("\n")):
        if BEGIN in line:
            if begun is not None:
                raise RoleError(f"a second {BEGIN} before {END}")
            begun = number
        elif END in line:
            if begun is None:
                raise RoleError(f"{END} without {BEGIN}")
            found.append((begun, number))
            begun = None
    if begun is not None:
        raise RoleError(f"{BEGIN} without {END}")
    return found


def solution_lines(source: str) -> list[str]:
    """The lines that stand between the solution markers of a cell."""
    lines = source.split("\n")
    return [line for begin, end in regions(source) for line in lines[begin + 1 : end]]


def _check_regions(cell: NotebookNode, role: str) -> None:
    found = regions(cell.source)
    solution = ROLES[role][2]
    if found and not solution:
        raise RoleError(f"a solution in a cell with role {role!r}: only answer and written cells have one")
    if solution and not found:
        raise RoleError(f"role {role!r} without ### {BEGIN} and ### {END}")
    if role == "written" and "".join(cell.source.split("\n")[found[-1][1] + 1 :]).strip():
        raise RoleError(f"text after ### {END}: solution and rubric belong inside the markers, the question above them")


def assign(notebook: NotebookNode, text: str, name: str) -> None:
    """Turn the markers of a lesson's cells into nbgrader metadata, in place.

    notebook  as jupytext reads it          text, name  the lesson's source, for messages with file and line

    Raises  CourseError for the first marker that makes no sense, or for an id that comes twice.
    """
    seen: dict[str, int] = {}
    for cell, line in zip(notebook.cells, cell_lines(text, len(notebook.cells)), strict=True):
        try:
            metadata = nbgrader_metadata(cell)
            grade_id = metadata["grade_id"] if metadata else None
            if grade_id in seen:
                raise RoleError(f"id {grade_id!r} is taken by line {seen[grade_id]}")
        except RoleError as error:
            raise CourseError(f"{name}:{line}: {error}") from None
        if grade_id:
            seen[grade_id] = line
        cell.metadata = NotebookNode({"nbgrader": NotebookNode(metadata)} if metadata else {})


def cell_lines(text: str, cells: int) -> list[int]:
    """The line on which each of `cells` cells starts; text before the first marker is a cell of its own."""
    starts = list(_markers(text))
    starts = [1] * (cells - len(starts)) + starts
    return starts[:cells]


def _markers(text: str) -> Iterator[int]:
    """Lines with a cell marker; what only looks like one, inside a string, is none."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and token.start[1] == 0 and re.match(r"#\s*%%", token.string):
            yield token.start[0]
