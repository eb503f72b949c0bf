"""See which functions run while a student's function runs, so that a forbidden helper can be named.

Calls are seen with sys.setprofile. NumPy ufuncs (scipy.special.expit is one) make no such event, so the names that the
student's own code looks up are resolved as well.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from types import CodeType, FrameType, ModuleType
from typing import Any


class Forbidden(Exception):
    """A forbidden helper did the work; the message names it."""


# what may be called from anywhere although it stands in a forbidden package: the checks themselves
_OURS = ("course_lib.checking", "course_lib.exercises", "course_lib.graph")


@contextlib.contextmanager
def watching(forbids: tuple[str, ...]) -> Iterator[None]:
    """Raise Forbidden, naming the helper, if code inside the block calls into a module (or function) in `forbids`.

    forbids  dotted names: "scipy" covers scipy.special.expit, "numpy.gradient" covers that function alone
    """
    if not forbids:
        yield
        return
    seen: list[str] = []
    names_read: set[CodeType] = set()

    def watch(frame: FrameType, event: str, arg: Any) -> None:
        if event == "call":
            module = frame.f_globals.get("__name__", "")
            name = f"{module}.{frame.f_code.co_name}"
            if frame.f_code not in names_read and not module.startswith(("numpy", "course_lib")):
                names_read.add(frame.f_code)
                seen.extend(_forbidden_names(frame, forbids))
        elif event == "c_call":
            name = (
                f"{getattr(arg, '__module__', None) or type(getattr(arg, '__self__', None)).__module__}.{arg.__name__}"
            )
        else:
            return
        if _matches(name, forbids) and not name.startswith(_OURS):
            seen.append(name)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)
        if seen:
            raise Forbidden(f"{seen[0]} did the work; this exercise asks you to write it yourself") from None


def _matches(name: str, forbids: tuple[str, ...]) -> bool:
    return any(name == f or name.startswith(f + ".") for f in forbids)


def _forbidden_names(frame: FrameType, forbids: tuple[str, ...]) -> list[str]:
    """The forbidden modules and functions among the names that this frame's code looks up or imports."""
    names = frame.f_code.co_names
    found = []
    for name in names:
        value = frame.f_globals.get(name)
        if isinstance(value, ModuleType):
            origins = [value.__name__, *(f"{value.__name__}.{attribute}" for attribute in names)]
        elif value is None:
            origins = [name] if name in sys.modules else []  # `import scipy.special` inside the function
        elif hasattr(value, "nin"):  # a ufunc does not know its module: look which module holds it
            origins = [f"{m}.{name}" for m in list(sys.modules) if getattr(sys.modules[m], name, None) is value]
        else:
            origins = [f"{getattr(value, '__module__', '')}.{getattr(value, '__name__', '')}"]
        found += [origin for origin in origins if _matches(origin, forbids) and not origin.startswith(_OURS)]
    return found
