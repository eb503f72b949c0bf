"""Put a student's function to work: on copies, warnings and prints kept, forbidden helpers seen, errors turned into words."""

from __future__ import annotations

import contextlib
import io
import linecache
import traceback
import warnings
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_lib.checking.comparison import NotPlain, plain
from course_lib.checking.tracing import Forbidden, watching

STUB = "not written yet"
STOPPED = "it did not finish and was stopped: is there a loop without an end?"


@dataclass
class Call:
    """What came of one call: `value` where status is "returned", else a sentence; notes on warnings and prints."""

    status: str
    value: Any = None
    message: str = ""
    warned: list[str] = field(default_factory=list)
    printed: int = 0


class _Tally(io.TextIOBase):
    """Takes prints and keeps only how many characters came: a loop that prints for ever must not fill the memory."""

    count = 0

    def write(self, text: str) -> int:
        self.count += len(text)
        return len(text)


def put_to_work(
    run: Callable[..., Any], answer: Callable[..., Any], args: tuple, forbids: tuple[str, ...] = ()
) -> Call:
    """Call run(answer, *args) on copies of `args`; never raises.

    Statuses: returned, not_written, raised, interrupted, forbidden, wrong_type (no plain data), changed_argument.
    """
    given, printed = deepcopy(args), _Tally()
    with (
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        warnings.simplefilter("always")
        try:
            with watching(forbids, given=[run, *filter(callable, given)]):
                value = run(answer, *given)
            outcome = Call("returned", plain(value))
        except NotPlain as error:
            outcome = Call("wrong_type", message=f"{error} came back; wanted plain numbers or arrays")
        except Forbidden as error:
            outcome = Call("forbidden", message=str(error))
        except NotImplementedError as error:
            outcome = Call("not_written", message=_say_unwritten(error, answer))
        except KeyboardInterrupt:
            outcome = Call("interrupted", message=STOPPED)
        except (Exception, SystemExit) as error:
            outcome = Call("raised", message=_say_error(error))
    if outcome.status == "returned" and not _same(given, args):
        outcome = Call(
            "changed_argument",
            message="your function changes the array that it was given: work on a copy or a new array",
        )
    outcome.warned = list(dict.fromkeys(f"{w.category.__name__}: {w.message}" for w in caught))
    outcome.printed = printed.count
    return outcome


def _same(a: Any, b: Any) -> bool:
    """Whether two copies of the arguments still hold the same data; functions among them are taken as they are."""
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    return True


def _students_frames(error: BaseException) -> list[traceback.FrameSummary]:
    """The frames of the traceback that stand in the student's own cells, outermost first."""
    found, tb = [], error.__traceback__
    while tb is not None:
        frame = tb.tb_frame
        if not frame.f_globals.get("__name__", "").startswith(("course_lib", "numpy", "contextlib")):
            line = linecache.getline(frame.f_code.co_filename, tb.tb_lineno).strip()
            found.append(
                traceback.FrameSummary(
                    frame.f_code.co_filename, tb.tb_lineno, frame.f_code.co_name, line=line, lookup_line=False
                )
            )
        tb = tb.tb_next
    return found


def _say_error(error: BaseException) -> str:
    text = " ".join(str(error).split())
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    frames = _students_frames(error)
    if not frames:
        return f"it stopped with {what}"
    last = frames[-1]
    return f"it stopped with {what} (in {last.name}, line {last.lineno}" + (f": {last.line})" if last.line else ")")


def _say_unwritten(error: BaseException, answer: Callable[..., Any]) -> str:
    frames = _students_frames(error)
    name = getattr(answer, "__name__", "")
    inner = frames[-1].name if frames else name
    return STUB if inner in (name, "__init__") else f"{STUB}: {inner}, which your {name} calls"
