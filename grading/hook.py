"""What the judge tells the child after each check: how it went, as on the card, for the pictures and the map that come later."""

from __future__ import annotations

from typing import Any

from course_lib.checking import records


def tell(child: Any) -> None:
    """child  grading.engine's: the student's process."""
    child.apply(f"{records.__name__}:hear", records.in_this_session())
