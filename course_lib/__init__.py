"""The library of the course: layers, losses, data and checks, in plain NumPy.

`import course_lib` loads NumPy and nothing heavier; matplotlib and ipywidgets load when a picture is first drawn.
Inside a lesson:  from course_lib import check, hint, passed, personal, progress
"""

import importlib

__all__ = ["check", "hint", "passed", "personal", "progress"]  # loaded on first use


def __getattr__(name):
    if name in __all__:
        return getattr(importlib.import_module("course_lib.checking"), name)
    raise AttributeError(f"module 'course_lib' has no attribute '{name}'")
