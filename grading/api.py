"""The page that lists everything public in course_lib:  python -m grading.api  writes course_lib/API.md anew.

A package exports what its __all__ names; a module that belongs to no package, what it defines without an underscore.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import course_lib

PAGE = Path(course_lib.__file__).with_name("API.md")
HEAD = """# What course_lib offers

Made from the docstrings by `python -m grading.api`; a test fails when it is stale. `help(name)` says more about each.
"""


def families() -> list[ModuleType]:
    """course_lib itself, its packages and its single modules, in alphabetical order."""
    names = sorted({module.name for module in pkgutil.iter_modules(course_lib.__path__)} - {"__main__"})
    return [course_lib, *(importlib.import_module(f"course_lib.{name}") for name in names)]


def public(family: ModuleType) -> dict[str, object]:
    """What a family offers, by name: classes, functions and constants."""
    if hasattr(family, "__all__"):
        return {name: getattr(family, name) for name in family.__all__}
    own = {name: thing for name, thing in vars(family).items() if getattr(thing, "__module__", "") == family.__name__}
    return {name: thing for name, thing in own.items() if not name.startswith("_")}


def summary(thing: object) -> str:
    """The first line of a docstring: what it is, without the list of lectures."""
    line = (inspect.getdoc(thing) or "").partition("\n")[0]
    return re.sub(r"\s+", " ", re.sub(r"\s*\[(Lectures:|[A-Z]\d)[^\]]*\]?", "", line)).strip()


def signature(name: str, thing: object) -> str:
    if not callable(thing):
        return name
    try:
        found = inspect.signature(thing)
    except ValueError:
        return f"{name}(...)"
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in found.parameters.values()]
    text = str(found.replace(parameters=bare, return_annotation=inspect.Signature.empty))
    return name + re.sub(r"<(?:function|class) '?(?:[\w.]*\.)?(\w+)'?(?: at 0x\w+)?>", r"\1", text)


def escaped(text: str) -> str:
    """Text in which no character is markdown's: a formula with [..](x) is no link."""
    return re.sub(r"([|\[\]])", r"\\\1", text)


def page() -> str:
    """The whole page as markdown."""
    parts = [HEAD]
    for family in families():
        rows = [
            f"| `{signature(name, thing)}` | {escaped(summary(thing))} |".replace("\n", " ")
            for name, thing in sorted(public(family).items())
            if callable(thing)
        ]
        if rows:
            about = f"## {family.__name__}\n\n{summary(family)}\n\n| name | what it is |\n|---|---|\n"
            parts.append(about + "\n".join(rows) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
