"""What a student wrote, as a part of a sentence of ours; and a sentence as a part of a page."""

from __future__ import annotations

from nbformat import NotebookNode

ACTS = frozenset("<>&`*[]$\\|~")  # in HTML, Markdown, a formula or a table


def quoted(text: str, most: int = 40) -> str:
    """The text on one line, cut to `most` characters, with a question mark for all that could act on a page or a terminal."""
    safe = ("?" if one in ACTS or not one.isprintable() else one for one in text[:most])
    return "".join(safe) + "..." * (len(text) > most)


def beginning(cell: NotebookNode) -> str:
    """What a cell without an id is called, after an article."""
    return f'cell that begins with "{quoted(cell.source.strip().partition(chr(10))[0])}"'


def as_markdown(sentence: str) -> str:
    """Markdown of one line that shows a sentence as it is, whatever it quotes."""
    line = " ".join(sentence.split())
    return "".join(f"&#{ord(one)};" if one in ACTS or one in "_/" else one for one in line)
