"""The library of the course: layers, losses, data and checks, in plain NumPy.

`import course_lib` loads NumPy and nothing heavier; matplotlib and ipywidgets load when a picture is first drawn.
Inside a lesson:  from course_lib import check, hint, passed, personal, progress
"""

import importlib

_FROM_CHECKING = ("check", "hint", "passed", "personal", "progress")
__all__ = ["check", "hint", "passed", "personal", "progress"]


def __getattr__(name):
    if name in _FROM_CHECKING:
        return getattr(importlib.import_module("course_lib.checking"), name)
    raise AttributeError(f"module 'course_lib' has no attribute '{name}'")
