"""Manners that the whole library keeps: where randomness comes from, what p means, and what is never written."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import course_lib
from course_lib import initializers, layers
from tests.course_lib.test_docstrings import PUBLIC

ROOT = Path(course_lib.__file__).parent
COMMAND = "__main__.py"  # its business is to print
FILES = [
    file
    for file in sorted(ROOT.rglob("*.py"))
    if file.parts[-2] not in ("exercises", "widgets", "checking") and file.name != COMMAND
]


def signature(thing):
    try:
        return inspect.signature(thing).parameters
    except ValueError:
        return {}


def methods(thing):
    """A name and, of a class, what can be called on its objects."""
    yield thing
    if inspect.isclass(thing):
        yield from (f for name, f in inspect.getmembers(thing, inspect.isfunction) if not name.startswith("_"))


@pytest.mark.parametrize("name", PUBLIC)
def test_randomness_is_asked_for_by_name_and_has_no_default(name):
    for function in methods(PUBLIC[name]):
        rng = signature(function).get("rng")
        if rng is not None and inspect.getmodule(function) is not initializers and name != "arrays.check_rng":
            assert rng.kind is rng.KEYWORD_ONLY
            assert rng.default is rng.empty


def test_initializers_take_rng_and_shape_in_this_order():
    assert list(signature(initializers.he_normal))[:2] == ["rng", "shape"]


@pytest.mark.parametrize(
    "kind", [layers.Dropout, layers.VanillaDropout, layers.SpatialDropout], ids=lambda k: k.__name__
)
def test_p_is_said_to_be_the_probability_of_dropping(kind):
    """E1: the decks use one letter for both."""
    assert "p: probability of DROPPING" in inspect.getdoc(kind)
    assert "E1" in inspect.getdoc(kind)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_what_is_never_written(file):
    """No assert (python -O drops it), no print, no global random state, no pickle, no seed of the library's own."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("print", "pickle.loads", "pickle.load", "eval", "exec"), f"line {node.lineno}"
            assert not re.match(r"(np|numpy)\.random\.", called), f"line {node.lineno}: {called}"
            assert not re.match(r"random\.", called), f"line {node.lineno}: {called}"
