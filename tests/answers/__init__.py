"""Banks of answers, one file per lesson: wrong ones with the diagnosis that each should get, right ones written in other ways.

    @wrong("l02.sigmoid_backward", "no_dy")      what the student should hear: a mistake's key, or a status such as "raised"
    def forgets_dy(dy, y):
        return y * (1 - y)

    @right("l02.sigmoid_backward")
    def in_another_order(dy, y): ...

A function is written as a student would write it, with np alone and what the lesson hands out, so that its source can stand in a notebook.
An answer to a number question takes the givens by name and returns the numbers by name.
"""

import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """One answer: `expected` is what a wrong one should hear, None for a right one."""

    exercise: str
    kind: str
    expected: str | None
    function: Callable

    @property
    def source(self) -> str:
        """The answer's own source, without the decorator."""
        lines = textwrap.dedent(inspect.getsource(self.function)).splitlines(keepends=True)
        start = next(i for i, line in enumerate(lines) if line.startswith("def "))
        return "".join(lines[start:])


def wrong(exercise: str, expected: str) -> Callable[[Callable], Callable]:
    return _note(exercise, "wrong", expected)


def right(exercise: str) -> Callable[[Callable], Callable]:
    return _note(exercise, "right", None)


def _note(exercise: str, kind: str, expected: str | None) -> Callable[[Callable], Callable]:
    def keep(function: Callable) -> Callable:
        bank = inspect.getmodule(function).__dict__.setdefault("BANK", [])
        bank.append(Answer(exercise, kind, expected, function))
        return function

    return keep


def load(lesson: str) -> list[Answer]:
    """The bank of a lesson, named "l02" or "l02_backpropagation", in the order of its file.

    Raises  ValueError if there is no such bank.
    """
    names = [m.name for m in pkgutil.iter_modules(__path__) if m.name == lesson or m.name.partition("_")[0] == lesson]
    if not names:
        raise ValueError(f"lesson: there is no bank of answers for '{lesson}'")
    return list(importlib.import_module(f"tests.answers.{names[0]}").BANK)
