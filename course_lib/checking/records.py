"""progress(): a map of the lesson and of the course, kept in a small file beside the notebook."""

from __future__ import annotations

import contextlib
import html
import json
import os
from pathlib import Path

from course_lib.checking.seeds import grading
from course_lib.checking.show import show
from course_lib.checking.verdict import Verdict
from course_lib.exercises import lessons, of_lesson

FILE = ".course_progress.json"
_session: dict[str, Verdict] = {}
_heard: dict[str, dict] = {}


def remember(verdict: Verdict) -> None:
    """Keep a verdict for progress(); on disk as well, but not while grading."""
    _session[verdict.exercise] = verdict
    if grading():
        return
    record = _read(Path(FILE)) | {verdict.exercise: {"points": verdict.points, "status": verdict.status}}
    with contextlib.suppress(OSError):  # a read-only folder must not cost the student a verdict
        draft = Path(f"{FILE}.{os.getpid()}")
        draft.write_text(json.dumps(record, indent=1), encoding="utf-8")
        draft.replace(FILE)


def right_in_this_session(exercise_id: str) -> bool:
    return in_this_session().get(exercise_id, {}).get("status") == "right"


def in_this_session() -> dict[str, dict]:
    """{exercise: points and status} of the last check of each exercise."""
    return _heard | {id: {"points": verdict.points, "status": verdict.status} for id, verdict in _session.items()}


def hear(records: dict[str, dict]) -> None:
    """Take another process's word for how its checks went: while a class is graded they run there, pictures and map here."""
    _heard.update(records)


def _read(path: Path) -> dict[str, dict]:
    """What a progress file says; nothing where there is none or it is damaged."""
    with contextlib.suppress(OSError, ValueError):
        record = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(record, dict):
            return {
                id: entry
                for id, entry in record.items()
                if isinstance(entry, dict) and {"points", "status"} <= entry.keys()
            }
    return {}


def progress() -> None:
    """Draw the map: every exercise of every lesson, what it is worth, and how its last check went.

    Reads the progress files of this lesson's folder and of the lessons beside it.
    """
    records: dict[str, dict] = {}
    for path in [*sorted(Path.cwd().parent.glob(f"*/{FILE}")), Path(FILE)]:
        records |= _read(path)
    records |= in_this_session()

    text, rows = [], []
    for lesson in lessons():
        exercises = of_lesson(lesson).values()
        have = sum(records.get(e.id, {}).get("points", 0) for e in exercises)
        total = sum(e.points for e in exercises)
        marks = "".join(_mark(records.get(e.id)) for e in exercises)
        text.append(f"{lesson:<28} {marks}  {have:g} of {total:g} points")
        squares = " ".join(_square(e, records.get(e.id)) for e in exercises)
        rows.append(
            f'<tr style="background:none"><td style="text-align:left;background:none">{html.escape(lesson)}</td>'
            f'<td style="text-align:left;background:none">{squares}</td>'
            f'<td style="text-align:right;background:none">{have:g} of {total:g}</td></tr>'
        )
    key = "# right   + partly right   x not right yet   . not tried"
    show(
        {
            "text/plain": "\n".join([*text, key]),
            "text/html": '<table style="border-collapse:collapse"><tr style="background:none"><th style="text-align:left">lesson</th>'
            f'<th style="text-align:left">exercises</th><th style="text-align:right">points</th></tr>{"".join(rows)}</table>'
            "<p>&#10003; right &nbsp; &#9681; partly right &nbsp; &#10007; not right yet &nbsp; &#9675; not tried. "
            "Rest the pointer on a sign to see the exercise's name.</p>",
        }
    )


def _state(record: dict | None) -> str:
    if record is None or record["status"] == "not_written":
        return "not tried"
    if record["status"] == "right":
        return "right"
    return "partly right" if record["points"] else "not right yet"


def _mark(record: dict | None) -> str:
    return {"right": "#", "partly right": "+", "not right yet": "x", "not tried": "."}[_state(record)]


def _square(exercise, record: dict | None) -> str:
    state = _state(record)
    sign, colour = {
        "right": ("&#10003;", "#009E73"),
        "partly right": ("&#9681;", "#E69F00"),
        "not right yet": ("&#10007;", "#D55E00"),
        "not tried": ("&#9675;", "#999999"),
    }[state]
    name = html.escape(f"{exercise.title}: {state}")
    return f'<span title="{name}" aria-label="{name}" role="img" style="color:{colour};font-size:1.15em">{sign}</span>'
