"""A submitted notebook brought back to the released one's form, so that nbgrader can grade it; the answers stay as they are."""

from __future__ import annotations

import re
from bisect import bisect_left
from copy import deepcopy

from nbformat import NotebookNode, v4

from course_lib.handing_in.quoting import as_markdown, quoted

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # of a cell, as nbformat wants it


def repair(submitted: NotebookNode, released: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """Restore the released notebook's cells in a submitted one.

    submitted  with any cells at all, as submission.read gives it; not changed
    released   the students' notebook: its cells with an nbgrader id are wanted, each once and in this order

    Returns the notebook to grade and what was wrong, one sentence for each finding.  A given or check cell has the
    released text again; an answer keeps the student's text; cells of the student's own stay where they are.
    """
    said: list[str] = []
    wanted = _wanted(released)
    cells = _claim(submitted, wanted, said)
    moved = _take_out_moved(cells, list(wanted), said)
    there = {*map(_grade_id, cells), *moved}
    said += [f"{_name(id, cell)} was missing; it was put back." for id, cell in wanted.items() if id not in there]
    _put_in(cells, released, wanted | moved)
    _make_ids_distinct(cells)
    _say_language(submitted, said)
    return v4.new_notebook(cells=cells, metadata=deepcopy(released.metadata)), said


def ids(notebook: NotebookNode) -> set[str]:
    """The nbgrader ids in a notebook."""
    return set(_wanted(notebook))


def known(submitted: NotebookNode, released: NotebookNode) -> set[str]:
    """The released cells that a submitted notebook has, also where an editor has dropped their metadata."""
    return set(_places(submitted, _wanted(released)))


def note(findings: list[str], heading: str = "Before it was graded, this notebook had to be repaired") -> NotebookNode:
    """A cell for the top of the graded notebook: the student reads in the feedback what was repaired, or went wrong."""
    lines = "\n".join(f"- {as_markdown(finding)}" for finding in findings)
    id = re.sub(r"[^a-z]+", "-", heading.lower())[:60]
    return v4.new_markdown_cell(f"**{heading}:**\n\n{lines}", id=id)


def _grade_id(cell: NotebookNode) -> str | None:
    nbgrader = cell.metadata.get("nbgrader")
    id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return id if isinstance(id, str) and id else None


def _wanted(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {id: cell for cell in notebook.cells if (id := _grade_id(cell))}


def _places(submitted: NotebookNode, wanted: dict[str, NotebookNode]) -> dict[str, list[int]]:
    """Where each wanted cell is in a submitted notebook; those that are nowhere are left out."""
    there = ids(submitted)
    lost = {id: cell for id, cell in wanted.items() if id not in there}
    text_of_lost = {_text(cell): id for id, cell in lost.items()}
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(submitted.cells):
        id = _grade_id(cell)
        if id is None:  # editors that drop metadata keep the cell's own id, or at least its text
            id = cell.id if cell.get("id") in lost else text_of_lost.get(_text(cell))
        if id in wanted:
            places.setdefault(id, []).append(place)
    return places


def _is_answer(wanted: NotebookNode) -> bool:
    return bool(wanted.metadata.nbgrader.get("solution"))


def _name(id: str, wanted: NotebookNode) -> str:
    return f"Answer {id}" if _is_answer(wanted) else f"Cell {id}"


def _text(cell: NotebookNode) -> str:
    """What a cell says, spaces at line ends and blank lines at the end aside."""
    return "\n".join(line.rstrip() for line in cell.source.rstrip().split("\n"))


def _same_text(a: NotebookNode, b: NotebookNode) -> bool:
    return _text(a) == _text(b)


def _claim(submitted: NotebookNode, wanted: dict[str, NotebookNode], said: list[str]) -> list[NotebookNode]:
    """The submitted cells, with one cell at most for each wanted id, restored; all others made plain."""
    for id in filter(None, map(_grade_id, submitted.cells)):
        if id not in wanted:
            said.append(f"Cell {quoted(id)} is not a cell of this lesson; it was kept, but not graded.")
    cells: list[NotebookNode | None] = [_plain(cell) for cell in submitted.cells]
    for id, places in _places(submitted, wanted).items():
        copies = [submitted.cells[place] for place in places]
        chosen = _chosen(copies, wanted[id])
        for i, (place, copy) in enumerate(zip(places, copies, strict=True)):
            if i == chosen:
                cells[place] = _restored(copy, id, wanted[id], said)
            elif _same_text(copy, wanted[id]):
                cells[place] = None
        if len(copies) > 1:
            which = (
                "it was graded once"
                if not _is_answer(wanted[id])
                else f"the first {'written ' * bool(chosen)}one was graded, others were kept as cells of your own"
            )
            said.append(f"{_name(id, wanted[id])} was there {len(copies)} times; {which}.")
    return [cell for cell in cells if cell is not None]


def _chosen(copies: list[NotebookNode], wanted: NotebookNode) -> int:
    """Which of several cells with one id is meant: the first, but no empty answer where there is a written one."""
    if _is_answer(wanted):
        return next((i for i, copy in enumerate(copies) if not _same_text(copy, wanted)), 0)
    return 0


def _plain(cell: NotebookNode) -> NotebookNode:
    """A cell of the student's own, run like any other: no tags that would skip it, no nbgrader metadata."""
    plain = deepcopy(cell)
    for key in ("nbgrader", "tags"):
        plain.metadata.pop(key, None)
    return plain


def _restored(cell: NotebookNode, id: str, wanted: NotebookNode, said: list[str]) -> NotebookNode:
    """The wanted cell, with the student's text where that is an answer."""
    name, restored = _name(id, wanted), deepcopy(wanted)
    if cell.cell_type != wanted.cell_type:
        said.append(
            f"{name} had been turned into a {cell.cell_type} cell; it was graded as a {wanted.cell_type} cell again."
        )
    if _is_answer(wanted):
        restored.source = cell.source
        if "attachments" in cell and wanted.cell_type == "markdown":
            restored.attachments = deepcopy(cell.attachments)
    elif not _same_text(cell, wanted):
        said.append(
            f"{name} had been edited; the released text was used. Please leave it as it is, and add cells of your own."
        )
    if "skip-execution" in cell.metadata.get("tags", []):
        said.append(f"{name} was marked to be skipped; it was run.")
    if _grade_id(cell) is None:
        said.append(f"{name} had lost its mark for grading; it was put back.")
    return restored


def _take_out_moved(cells: list[NotebookNode], order: list[str], said: list[str]) -> dict[str, NotebookNode]:
    """Take out as few cells as possible, so that the rest is in order."""
    there = [order.index(id) for cell in cells if (id := _grade_id(cell))]
    out_of_order = {order[rank] for rank in set(there) - set(_longest_rising(there))}
    moved = {id: cell for cell in cells if (id := _grade_id(cell)) in out_of_order}
    cells[:] = [cell for cell in cells if _grade_id(cell) not in out_of_order]
    said += [f"{_name(id, moved[id])} had been moved; it was put back in its place." for id in order if id in moved]
    return moved


def _longest_rising(ranks: list[int]) -> list[int]:
    """A longest rising subsequence of different numbers (patience sorting)."""
    tops: list[int] = []
    piles: list[list[int]] = []
    for rank in ranks:
        pile = bisect_left(tops, rank)
        rising = [*(piles[pile - 1] if pile else []), rank]
        tops[pile : pile + 1], piles[pile : pile + 1] = [rank], [rising]
    return piles[-1] if piles else []


def _put_in(cells: list[NotebookNode], released: NotebookNode, wanted: dict[str, NotebookNode]) -> None:
    """Put in the wanted cells that are not there, between their neighbours of the release.

    A check goes as far down as it may, all others as far up: so a check sees, and no unwritten answer undoes, what the
    student wrote into another cell.
    """
    order = list(wanted)
    plain_rank = {cell.id: rank for rank, cell in enumerate(released.cells) if _grade_id(cell) is None}
    own_rank = {id: rank for rank, cell in enumerate(released.cells) if (id := _grade_id(cell))}
    for id, cell in wanted.items():
        places = {_grade_id(other): place for place, other in enumerate(cells) if _grade_id(other)}
        if id in places:
            continue
        first = max((places[other] + 1 for other in order[: order.index(id)] if other in places), default=0)
        last = min((places[other] for other in order[order.index(id) :] if other in places), default=len(cells))
        ranks = {
            place: plain_rank[cells[place].id] for place in range(first, last) if cells[place].get("id") in plain_rank
        }
        if cell.metadata.nbgrader.get("grade") and not _is_answer(cell):
            place = min((place for place, rank in ranks.items() if rank > own_rank[id]), default=last)
        else:
            place = max((place + 1 for place, rank in ranks.items() if rank < own_rank[id]), default=first)
        cells.insert(place, _put_back(cell, cells[:place]))


def _put_back(wanted: NotebookNode, before: list[NotebookNode]) -> NotebookNode:
    """A cell that was missing; an answer that stands further up is not undone by the stub."""
    cell = deepcopy(wanted)
    if cell.cell_type == "code" and _is_answer(cell):
        written = {name for other in before if other.cell_type == "code" for name in _bound(other)}
        if written & _bound(cell):
            cell.source = "# This cell was missing. What it asks for is written further up."
    return cell


def _bound(cell: NotebookNode) -> set[str]:
    """The names that a code cell binds at its left margin, whether it can run or not."""
    return {
        name
        for names in re.findall(r"^(?:(?:async )?def|class) +(\w+)|^(\w+) *=(?!=)", cell.source, re.M)
        for name in names
    } - {""}


def _make_ids_distinct(cells: list[NotebookNode]) -> None:
    """Every cell its own well-formed id; a student's cell gives way."""
    taken = {cell.id for cell in cells if _grade_id(cell)}
    for number, cell in enumerate(cells):
        if _grade_id(cell) is None:
            if cell.get("id") in taken or not ID.fullmatch(cell.get("id", "")):
                cell.id = next(id for id in (f"own-{number}{'-' * more}" for more in range(64)) if id not in taken)
            taken.add(cell.id)


def _say_language(submitted: NotebookNode, said: list[str]) -> None:
    language = str(submitted.metadata.get("language", "python"))
    if language.lower() != "python":
        said.append(f"The notebook was set to {quoted(language)}; it was run as Python.")
