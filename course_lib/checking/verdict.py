"""What a check says: a card where HTML is shown, the same words as plain text, and the points as a plain number."""

from __future__ import annotations

import html
from dataclasses import asdict, dataclass, field
from typing import Any

MIME = "application/vnd.course.verdict+json"

# worst first: a verdict's status is the worst of its parts'
STATUSES = {
    "interrupted": "did not finish",
    "forbidden": "done by a helper that is not allowed here",
    "not_written": "not written yet",
    "raised": "stopped with an error",
    "nothing": "nothing returned",
    "wrong_type": "wrong type",
    "wrong_shape": "wrong shape",
    "wrong_dtype": "wrong dtype",
    "not_finite": "nan or infinite",
    "changed_argument": "changes its argument",
    "wrong_values": "wrong",
    "diagnosed": "this is the mistake",
    "right": "right",
}
_RANK = {status: rank for rank, status in enumerate(STATUSES)}


@dataclass(frozen=True)
class Part:
    """One graded quantity: an output of a function, a number, or what a contest measures (its `value`)."""

    name: str
    status: str
    points: float
    max_points: float
    message: str = ""
    mistake: str | None = None
    value: float | None = None


@dataclass(frozen=True)
class Verdict:
    """All that a check found.  Its repr is the points, a plain number: nbgrader reads it as partial credit."""

    exercise: str
    title: str
    lectures: tuple[str, ...]
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def points(self) -> float:
        return round(sum(part.points for part in self.parts), 4)

    @property
    def max_points(self) -> float:
        return round(sum(part.max_points for part in self.parts), 4)

    @property
    def right(self) -> bool:
        return all(part.status == "right" for part in self.parts)

    @property
    def status(self) -> str:
        return min((part.status for part in self.parts), key=_RANK.__getitem__)

    def __repr__(self) -> str:
        return repr(float(self.points))

    def groups(self) -> list[tuple[str, Part]]:
        """Parts that say the same, said once: [("dx, dW", part), ...], in the order of the exercise."""
        said: dict[tuple, list[Part]] = {}
        for part in self.parts:
            said.setdefault((part.status, part.message), []).append(part)
        return [(", ".join(part.name for part in parts), parts[0]) for parts in said.values()]

    @property
    def message(self) -> str:
        """The verdict in one line, for tables."""
        if self.right:
            return "right"
        groups = self.groups()
        said = [(names, part.message or STATUSES[part.status]) for names, part in groups if part.status != "right"]
        if len(groups) == 1:  # all parts say the same: their names add nothing
            return said[0][1]
        return "; ".join(f"{names}: {words}" for names, words in said)

    def score(self) -> str:
        return f"{self.points:g} of {self.max_points:g} point{'s' if self.max_points != 1 else ''}"

    def advice(self) -> str:
        """Where to go on from here."""
        if self.right:
            return ""
        return f'Back to the lecture: {", ".join(self.lectures)}.  Stuck? Run hint("{self.exercise}") in a cell of your own.'

    def __str__(self) -> str:
        lines = [f"{self.title}: {self.score()}"]
        for names, part in self.groups():
            label = STATUSES[part.status]
            lines.append(
                f"  {names}: {label}" + (f" - {part.message}" if part.message and part.message != label else "")
            )
        lines += [f"  note: {note}" for note in self.notes]
        return "\n".join([*lines, *filter(None, [self.advice()])])

    def to_json(self) -> dict[str, Any]:
        return {
            "exercise": self.exercise,
            "points": self.points,
            "max_points": self.max_points,
            "status": self.status,
            "message": self.message,
            "parts": [asdict(part) for part in self.parts],
            "notes": list(self.notes),
        }

    def to_html(self) -> str:
        colour, sign = _look(self.status)
        rows = "".join(_row(names, part) for names, part in self.groups())
        notes = "".join(
            f'<p style="margin:.35em 0 0;font-size:.92em">Note: {html.escape(note)}</p>' for note in self.notes
        )
        advice = f'<p style="margin:.5em 0 0;font-size:.92em">{html.escape(self.advice())}</p>' if self.advice() else ""
        return (
            f'<div role="status" style="border-left:5px solid {colour};padding:.55em 1em;margin:.3em 0;max-width:52em">'
            f'<div style="display:flex;justify-content:space-between;gap:2em"><strong>{sign} {html.escape(self.title)}</strong>'
            f"<span>{html.escape(self.score())}</span></div>"
            f'<table style="margin:.4em 0 0;border-collapse:collapse;text-align:left">{rows}</table>{notes}{advice}</div>'
        )

    def bundle(self) -> dict[str, Any]:
        return {"text/plain": str(self), "text/html": self.to_html(), MIME: self.to_json()}


def _look(status: str) -> tuple[str, str]:
    """Colour (Okabe-Ito) and sign: the meaning never hangs on colour alone."""
    if status == "right":
        return "#009E73", "&#10003;"
    if status == "not_written":
        return "#999999", "&#9675;"
    return "#D55E00", "&#10007;"


def _row(names: str, part: Part) -> str:
    colour, sign = _look(part.status)
    label = STATUSES[part.status]
    words = html.escape(part.message) if part.message and part.message != label else ""
    cell = 'style="padding:.15em .9em .15em 0;vertical-align:top;text-align:left;background:none"'
    return (
        f'<tr style="background:none"><td {cell}><span style="color:{colour}">{sign}</span> <code>{html.escape(names)}</code></td>'
        f"<td {cell}><strong>{label}</strong></td><td {cell}>{words}</td></tr>"
    )
