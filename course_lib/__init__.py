"""The library of the course: layers, losses, data and checks, in plain NumPy.

`import course_lib` loads NumPy and nothing heavier; matplotlib and ipywidgets load when a picture is first drawn.
Inside a lesson:  from course_lib import check, hint, passed, personal, progress
Around a lesson:  from course_lib import hand_in, restore
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course_lib.checking import check, hint, passed, personal, progress
    from course_lib.handing_in.panel import hand_in, restore

__all__ = ["check", "hand_in", "hint", "passed", "personal", "progress", "restore"]  # loaded on first use


def __getattr__(name):
    if name in __all__:
        part = "course_lib.handing_in.panel" if name in ("hand_in", "restore") else "course_lib.checking"
        return getattr(importlib.import_module(part), name)
    raise AttributeError(f"module 'course_lib' has no attribute '{name}'")
