"""See which functions run while a student's function runs, so that a forbidden helper can be named.

Calls are seen with sys.setprofile. NumPy ufuncs (scipy.special.expit is one) make no such event, so the names that the
student's own code looks up are resolved as well.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from types import CodeType, FrameType, ModuleType
from typing import Any


class Forbidden(Exception):
    """A forbidden helper did the work; the message names it."""


# our own code that runs around the student's: the way out of `watching`, and the place where prints go
_AROUND = ("course_lib.checking.tracing", "course_lib.checking.calling")


@contextlib.contextmanager
def watching(forbids: tuple[str, ...], given: Iterable[Any] = ()) -> Iterator[None]:
    """Raise Forbidden, naming the helper, if code inside the block calls into a module (or function) in `forbids`.

    forbids  dotted names: "scipy" covers scipy.special.expit, "numpy.gradient" covers that function alone
    given    functions of ours that may run all the same: the scenario, and functions among the arguments
    """
    if not forbids:
        yield
        return
    seen: list[str] = []
    ours = {code for function in given for code in _codes(getattr(function, "__code__", None))}
    names_read: set[CodeType] = set()

    def watch(frame: FrameType, event: str, arg: Any) -> None:
        if event == "call":
            module = frame.f_globals.get("__name__", "")
            if frame.f_code in ours or module in _AROUND:
                return
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
        if _matches(name, forbids) and not _for_ours(frame, ours, forbids):
            seen.append(name)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)
        if seen:
            raise Forbidden(f"{seen[0]} did the work; this exercise asks you to write it yourself") from None


def _for_ours(frame: FrameType | None, ours: set[CodeType], forbids: tuple[str, ...]) -> bool:
    """Whether a function of ours asked for this call: itself, or by way of other helpers, but not by way of the student's code."""
    while frame is not None:
        if frame.f_code in ours:
            return True
        if not _matches(f"{frame.f_globals.get('__name__', '')}.{frame.f_code.co_name}", forbids):
            return False
        frame = frame.f_back
    return False


def _codes(code: CodeType | None) -> Iterator[CodeType]:
    """A function's code and that of the functions and comprehensions inside it."""
    if code is not None:
        yield code
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                yield from _codes(constant)


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
        found += [origin for origin in origins if _matches(origin, forbids)]
    return found
