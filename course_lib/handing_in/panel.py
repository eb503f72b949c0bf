"""hand_in() and restore() in a notebook: a button, and what came of it."""

from __future__ import annotations

import base64
import html
import os
import time
from collections.abc import Callable
from pathlib import Path

from course_lib.checking.show import show
from course_lib.handing_in.originals import shipped
from course_lib.handing_in.packing import pack_file
from course_lib.handing_in.reading import Unreadable
from course_lib.handing_in.restoring import restore_file

LINKED = 5_000_000  # bytes; a larger file is not put into a link


def hand_in(lesson: str):
    """Show a button that looks the notebook of a lesson over and packs it into one file to hand in.

    lesson  its name, such as "l02_backpropagation"

    Nothing is written before the button is pressed.  What is packed is what was saved.
    """
    return Button("Pack to hand in", f"pack {lesson}.ipynb", lambda: _pack(_notebook(lesson)))


def restore(lesson: str) -> None:
    """Put the notebook of a lesson right, at once: cells come back as they were given, answers stay.

    The file as it was is kept beside it, with `damaged` in its name.
    """
    show(_said(lambda: _restore(_notebook(lesson))))


class Button:
    """A button with a line of text for all places where it cannot be pressed."""

    def __init__(self, label: str, command: str, act: Callable[[], dict[str, str]]) -> None:
        self._act, self._widget = act, None
        otherwise = f"Or in a terminal, in this folder:  python -m course_lib {command}"
        self._text = f"[{label}]  Save first.  {otherwise}"
        try:
            import ipywidgets as W
        except ImportError:
            return
        self.button = W.Button(description=label, tooltip=otherwise, icon="archive", layout=W.Layout(width="auto"))
        self.said = W.HTML()
        self.button.on_click(self.press)
        self._widget = W.VBox([self.button, self.said])

    def press(self, _=None) -> None:
        self.said.value = _said(self._act)["text/html"]

    def _repr_mimebundle_(self, include=None, exclude=None):
        view = (self._widget._repr_mimebundle_() if self._widget is not None else None) or {}
        return {**view, "text/plain": self._text, "text/html": f'<p role="note">{html.escape(self._text)}</p>'}


def _said(act: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What came of it, or in one sentence why nothing did."""
    try:
        return act()
    except Unreadable as error:
        return _bundle("Nothing was written: it could not be graded.", [str(error)])
    except OSError as error:
        return _bundle("Nothing was written.", [f"{error.filename}: {error.strerror}"])


def _pack(notebook: Path) -> dict[str, str]:
    packed = pack_file(notebook, shipped())
    saved = time.strftime("%H:%M:%S", time.localtime(notebook.stat().st_mtime))
    heading = f"{packed.path.name} is written, from the notebook as it was saved at {saved}. Hand in this file."
    if packed.findings:
        heading += " The grader will put this right by itself; restore() does it now:"
    return _bundle(heading, packed.findings, _link(packed.path))


def _restore(notebook: Path) -> dict[str, str]:
    restored = restore_file(notebook, shipped())
    if not restored.findings:
        return _bundle(f"{restored.path.name} is sound; it stays as it is.", [])
    kept = f" The file as it was: {restored.kept.name}." if restored.kept else ""
    reload = " Now take it from the disk (File > Reload Notebook from Disk) and run it anew."
    return _bundle(f"{restored.path.name} is put right.{kept}{reload}", restored.findings)


def _bundle(heading: str, sentences: list[str], link: str = "") -> dict[str, str]:
    items = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)
    listed = f"<ul>{items}</ul>" if items else ""
    page = f'<div role="status" style="line-height: 1.4"><p>{html.escape(heading)}</p>{listed}{link}</div>'
    return {"text/plain": "\n".join([heading, *(f"- {sentence}" for sentence in sentences)]), "text/html": page}


def _link(path: Path) -> str:
    """A link that holds the file itself: it works wherever the notebook is open, on whatever address."""
    data = path.read_bytes()
    if len(data) > LINKED:
        return f"<p>It lies beside the notebook: {html.escape(path.name)}</p>"
    inside = base64.b64encode(data).decode()
    return f'<p><a download="{html.escape(path.name)}" href="data:application/zip;base64,{inside}">Download {html.escape(path.name)}</a></p>'


def _notebook(lesson: str) -> Path:
    """The file of a lesson: the notebook that this runs in where Jupyter says so, else the one of that name in this folder."""
    session = Path(os.environ.get("JPY_SESSION_NAME", "")).name
    here = Path(session) if session.endswith(".ipynb") and session.startswith(lesson) else Path(f"{lesson}.ipynb")
    return here if here.exists() else Path(f"{lesson}.ipynb")
