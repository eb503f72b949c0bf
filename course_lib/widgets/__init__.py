"""Explorers: pictures that follow sliders. One file per lesson; `explore` is the one pattern for all of them."""

from course_lib.widgets.base import explore

__all__ = ["explore"]
