"""hint(): three hints for each exercise, opened one at a time, each saying more."""

from __future__ import annotations

import html

from course_lib.checking.show import show
from course_lib.exercises import find

_opened: dict[str, int] = {}


def hint(exercise_id: str) -> None:
    """Show the next hint of an exercise below the ones already open; after the last, all three stay.

    Raises  ValueError or TypeError if there is no such exercise.
    """
    exercise = find(exercise_id)
    total = len(exercise.hints)
    _opened[exercise_id] = opened = min(_opened.get(exercise_id, 0) + 1, total)
    lines = [f"Hint {i} of {total}: {text}" for i, text in enumerate(exercise.hints[:opened], 1)]
    items = "".join(f'<p style="margin:.35em 0">{html.escape(line)}</p>' for line in lines)
    end = (
        ""
        if opened < total
        else f"That was the last hint; go back to {', '.join(exercise.lectures)} in the lecture if it is still dark."
    )
    show(
        {
            "text/plain": "\n".join(filter(None, [f"{exercise.title}", *lines, end])),
            "text/html": f'<div role="note" style="border-left:5px solid #0072B2;padding:.55em 1em;margin:.3em 0;max-width:52em">'
            f"<strong>{html.escape(exercise.title)}</strong>{items}{f'<p style=margin:.35em>{html.escape(end)}</p>' if end else ''}</div>",
        }
    )
