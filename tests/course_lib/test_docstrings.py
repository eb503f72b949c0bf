"""Every public name says what it is, where the lectures teach it, and what it raises; every example in a docstring runs."""

import ast
import csv
import importlib
import inspect
import pkgutil
import re
import textwrap
from pathlib import Path

import numpy as np
import pytest

import course_lib
from course_lib import data, layers, losses, models, optim, regularizers, training
from course_lib.graph import Node, backward
from grading import api

ROOT = Path(course_lib.__file__).parents[1]
# a lesson's exercises and widgets, and the checks, are documented lesson by lesson; `pictures` shows what others draw
ELSEWHERE = (
    *("course_lib", "course_lib.checking", "course_lib.exercises", "course_lib.handing_in"),
    *("course_lib.widgets", "course_lib.pictures"),
)
PUBLIC = {
    f"{family.__name__.removeprefix('course_lib.')}.{name}": thing
    for family in api.families()
    if family.__name__ not in ELSEWHERE
    for name, thing in api.public(family).items()
    if callable(thing)
}
every_name = pytest.mark.parametrize("name", PUBLIC)

# Tools that no lecture teaches: they check arguments, move numbers, or hold up a picture.
TOOLS = {
    *(
        "arrays.as_floats",
        "arrays.check_array",
        "arrays.check_labels",
        "arrays.check_rng",
        "arrays.check_shape",
        "arrays.check_size",
    ),
    *("arrays.check_sizes", "arrays.window_counts", "arrays.window_places", "arrays.col2im", "layers.Layer"),
    *("layers.pack", "plots.canvas", "plots.describe", "plots.figure", "plots.panels", "graph.show"),
}
SOURCE = re.compile(r"\[Lectures: [^\]]+\]|\[[A-Z][^\[\]]* \d{4}[^\]]*\]")
SLIDE = re.compile(r"\b([A-Z])(\d{1,2})\b")
CHECKS = re.compile(r"_?(check_|at_least_0|above_0|below_1|at_least)")


def documentation(thing):
    """The docstrings of a name, of its methods and of what it inherits, and that of its file."""
    classes = [c for c in thing.__mro__ if c is not object] if inspect.isclass(thing) else [thing]
    own = [m for c in classes for m in vars(c).values() if inspect.isfunction(m)] if inspect.isclass(thing) else []
    return "\n".join(inspect.getdoc(d) or "" for d in (*classes, *own, inspect.getmodule(thing)))


def is_record(thing):
    """Data or an exception: what its fields mean is said, but nothing is computed."""
    return inspect.isclass(thing) and (
        issubclass(thing, tuple | BaseException)
        or (hasattr(thing, "__dataclass_fields__") and "__call__" not in vars(thing))
    )


def may_raise(thing):
    """Does its source have a `raise`, or a call of one of the checks?"""
    tree = ast.parse(textwrap.dedent(inspect.getsource(thing)))
    return any(
        isinstance(node, ast.Raise)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and CHECKS.match(node.func.id))
        for node in ast.walk(tree)
    )


@every_name
def test_it_says_what_it_is(name):
    doc = inspect.getdoc(PUBLIC[name]) or ""
    assert len(api.summary(PUBLIC[name])) > 5
    assert not doc.startswith(f"{PUBLIC[name].__name__}("), "written by dataclass, not by us"


@every_name
def test_it_says_where_it_is_taught(name):
    thing = PUBLIC[name]
    if name in TOOLS or is_record(thing):
        return
    module = inspect.getdoc(inspect.getmodule(thing)) or ""
    assert SOURCE.search(inspect.getdoc(thing) or "") or "[Lectures:" in module, (
        "wanted [Lectures: ...] or [Author year]"
    )


@every_name
def test_it_says_what_it_raises(name):
    if may_raise(PUBLIC[name]):
        assert re.search(r"\bRaises?\b", documentation(PUBLIC[name])), "wanted a line Raises ..."


def test_tools_are_there():
    assert set(PUBLIC) >= TOOLS


def test_only_slides_that_exist_are_named():
    """The rows of the lectures, and the errata E1 to E19."""
    with open(ROOT / "grading" / "lectures.csv", encoding="utf-8") as file:
        rows = {row["id"] for row in csv.DictReader(file)} | {f"E{i}" for i in range(1, 20)}
    for file in sorted((ROOT / "course_lib").rglob("*.py")):
        for cited in re.findall(r"\[Lectures: ([^\]]*)\]", file.read_text(encoding="utf-8")):
            named = {"".join(match) for match in SLIDE.findall(cited.partition(";")[0])}
            assert named <= rows, f"{file.name}: {', '.join(sorted(named - rows))}"
            assert named, f"{file.name}: [Lectures: {cited}] names no slide"


# --- exports ----------------------------------------------------------------------------------------------------------

# What the files of a package share; nobody needs it from outside. (In `layers`, a file may show the steps of its layer as functions.)
SHARED = {
    "data.checks": {"check_rng", "check_count", "check_spread", "check_floats"},
    "losses.base": {"check_batch", "check_pair"},
    "losses.gaussian": {"exp_finite"},
    "models.summary": {"multiply_adds"},
    "optim.base": {"at_least_0", "below_1", "above_0"},
    "training.divergence": {"explain", "explain_step"},
}


@pytest.mark.parametrize("package", ["data", "losses", "models", "optim", "training"])
def test_functions_are_exported_or_shared(package):
    family = importlib.import_module(f"course_lib.{package}")
    for found in pkgutil.iter_modules(family.__path__):
        module = importlib.import_module(f"{family.__name__}.{found.name}")
        own = {name for name, f in inspect.getmembers(module, inspect.isfunction) if f.__module__ == module.__name__}
        public = {name for name in own if not name.startswith("_")}
        unknown = public - set(family.__all__) - SHARED.get(f"{package}.{found.name}", set())
        assert not unknown, f"{module.__name__}: export {', '.join(sorted(unknown))}, or begin it with an underscore"


# --- examples ---------------------------------------------------------------------------------------------------------


def docstrings():
    """(where, text) of every docstring of the library but for the lessons' own."""
    for found in pkgutil.walk_packages(course_lib.__path__, "course_lib."):
        if found.name.startswith(("course_lib.exercises", "course_lib.widgets", "course_lib.checking")):
            continue
        tree = ast.parse(inspect.getsource(importlib.import_module(found.name)))
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (text := ast.get_docstring(node)):
                yield ".".join(filter(None, [found.name, getattr(node, "name", "")])), text


def indented(text):
    """Blocks that stand further in, as code does (and tables and formulas do)."""
    block = []
    for line in [*text.split("\n")[1:], "end"]:
        if line.startswith("    ") or (block and not line):
            block.append(line)
        elif block:
            yield textwrap.dedent("\n".join(block))
            block = []


def is_code(block):
    try:
        return any(isinstance(node, ast.Call) for node in ast.walk(ast.parse(block)))
    except SyntaxError:
        return False


EXAMPLES = {where: block for where, text in docstrings() for block in indented(text) if is_code(block)}


@pytest.fixture
def names():
    """What the examples take for granted: a small task, a network for it, and train(...) that trains it."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 64)).astype(np.float32), rng.integers(0, 10, 40)
    network = layers.Sequential(layers.Dense(64, 8, rng=rng), layers.Tanh(), layers.Dense(8, 10, rng=rng))
    usual = dict(network=network, loss=losses.SoftmaxCrossEntropy(), optimizer=optim.Adam(), x=x, y=y)

    def train(*given, **options):
        if given == (...,):
            given, options = (), usual | dict(rng=rng, epochs=3, dev=(x, y)) | options
        return training.train(*given, **options)

    def used(*given, **options):
        return list(train(*given, **options))

    ours = {name: thing for family in (data, layers, models, optim, training) for name, thing in vars(family).items()}
    more = dict(x_train=x, x_test=x, x_dev=x, y_dev=y, rng=rng, lr=0.1, Node=Node, backward=backward)
    return ours | vars(regularizers) | usual | more | dict(train=train, used=used)


@pytest.mark.parametrize("where", EXAMPLES)
def test_examples_run(where, names, capsys):
    exec(compile(EXAMPLES[where].replace("train(..., penalties", "used(..., penalties"), where, "exec"), names)
    if where == "course_lib.graph":
        assert (names["a"].grad, names["b"].grad) == (-3, 2)  # as its comment says
    if where.endswith("loop"):
        assert len(capsys.readouterr().out.splitlines()) == 50


def test_the_examples_are_found():
    assert {where.removeprefix("course_lib.") for where in EXAMPLES} == {
        "data.scaling",
        "graph",
        "layers.penalty.ActivityPenalty",
        "models.meter.metered",
        "regularizers",
        "training.early_stopping.EarlyStopping",
        "training.history.History",
        "training.loop",
    }


def test_examples_are_written_without_prompts():
    """Then they can be copied, and are found above."""
    assert not [where for where, text in docstrings() if ">>>" in text]
