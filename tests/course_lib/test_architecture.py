"""Dependencies point one way, and `import course_lib` stays light."""

import ast
import io
import pkgutil
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

import course_lib

ROOT = Path(course_lib.__file__).parent

# Each part may import the parts before it in this row, and itself.
ORDER = ("arrays", "initializers", "layers", "losses", "models", "training", "exercises", "checking", "handing_in")
# These import NumPy only, and everybody may import them: an optimizer knows vectors, not networks.
ALONE = ("optim", "regularizers", "data", "graph", "gradcheck")
# Pictures stand at the end: they may show anything, and only lessons import them.
PICTURES = ("plots", "pictures", "widgets")

# What a part may load from outside besides NumPy, and only at the moment when it is needed.
OUTSIDE = {
    "training": {"tqdm"},
    "plots": {"matplotlib"},
    "pictures": {"matplotlib", "IPython"},
    "widgets": {"matplotlib", "ipywidgets", "IPython"},
    "handing_in": {"ipywidgets"},
}
AT_ONCE = {
    "handing_in": {"nbformat"}
}  # its business is notebooks, and nothing loads it before it is asked to pack or restore one
STANDARD = set(sys.stdlib_module_names)


def allowed(part):
    """The parts of course_lib that this part may import, apart from itself."""
    if part in ("__init__", "__main__"):
        return {"checking", "handing_in"}  # they hand out these names, when they are asked for
    if part in ALONE:
        return set()
    if part in PICTURES:
        return {*ALONE, *ORDER, *PICTURES} - {"checking"}
    assert part in ORDER, f"{part} has no place in the design yet: add it to ORDER, ALONE or PICTURES"
    return {*ALONE, *ORDER[: ORDER.index(part)]}


def imports(source, package):
    """(module, is it imported when the file is) for every import in a source text; `package` resolves relative ones."""
    tree = ast.parse(source)
    later = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        at_once = id(node) not in later
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, at_once
        elif isinstance(node, ast.ImportFrom):
            start = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*start, *filter(None, [node.module])])
            for name in node.names:
                yield (f"{module}.{name.name}" if module == "course_lib" else module), at_once


def violations(path, source):
    """What breaks the design in one file of course_lib; `path` is relative to the package."""
    parts = Path(path).with_suffix("").parts
    part, package = parts[0], ".".join(["course_lib", *parts[:-1]])
    for module, at_once in imports(source, package):
        top, _, rest = module.partition(".")
        if top == "course_lib":
            imported = rest.partition(".")[0]
            if imported != part and imported not in allowed(part):
                yield f"{path} imports course_lib.{imported}"
        elif top not in STANDARD and top != "numpy":
            if top in AT_ONCE.get(part, set()):
                continue
            if top not in OUTSIDE.get(part, set()):
                yield f"{path} imports {top}"
            elif at_once:
                yield f"{path} imports {top} before it is needed"


def test_dependencies_point_one_way():
    files = sorted(ROOT.rglob("*.py"))
    assert len(files) > 20
    found = [
        problem
        for file in files
        for problem in violations(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8"))
    ]
    assert not found


@pytest.mark.parametrize(
    ("path", "source", "problem"),
    [
        ("layers/dense.py", "from course_lib.losses import Loss", "course_lib.losses"),
        ("layers/dense.py", "from course_lib import losses", "course_lib.losses"),
        ("layers/dense.py", "from ..losses.base import Loss", "course_lib.losses"),
        ("layers/dense.py", "from .. import losses", "course_lib.losses"),
        ("layers/dense.py", "def f():\n    import course_lib.training.loop", "course_lib.training"),
        ("arrays.py", "from course_lib.layers import sigmoid", "course_lib.layers"),
        ("losses/base.py", "from course_lib.exercises import find", "course_lib.exercises"),
        ("exercises/base.py", "from course_lib.checking import check", "course_lib.checking"),
        ("exercises/base.py", "import grading.build", "grading"),
        ("checking/checker.py", "def f():\n    from grading.judge import judge", "grading"),
        ("checking/checker.py", "from course_lib.widgets import explore", "course_lib.widgets"),
        ("checking/checker.py", "import nbformat", "nbformat"),
        ("checking/checker.py", "from course_lib.handing_in.panel import hand_in", "course_lib.handing_in"),
        ("handing_in/panel.py", "import ipywidgets", "ipywidgets before it is needed"),
        ("optim/optimizers.py", "from course_lib.arrays import DTYPE", "course_lib.arrays"),
        ("graph.py", "import course_lib.gradcheck", "course_lib.gradcheck"),
        ("gradcheck.py", "import scipy.optimize", "scipy"),
        ("layers/dense.py", "if True:\n    import matplotlib.pyplot as plt", "matplotlib"),
        ("checking/verdict.py", "def f():\n    import ipywidgets", "ipywidgets"),
        ("plots.py", "import ipywidgets", "ipywidgets"),
        ("plots.py", "from matplotlib.figure import Figure", "matplotlib before it is needed"),
        ("widgets/base.py", "class A:\n    import ipywidgets", "ipywidgets before it is needed"),
    ],
)
def test_a_wrong_import_is_found(path, source, problem):
    assert list(violations(path, source)) == [f"{path} imports {problem}"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (
            "layers/dense.py",
            "import numpy as np\nfrom course_lib.initializers import glorot_uniform\nfrom .base import Layer",
        ),
        ("layers/dense.py", "from course_lib import arrays"),
        ("losses/base.py", "from course_lib.layers.activations import sigmoid\nimport math"),
        ("checking/checker.py", "from course_lib.exercises import find\nfrom . import records"),
        ("plots.py", "def f():\n    from matplotlib.figure import Figure"),
        (
            "widgets/l02.py",
            "from course_lib.graph import Node\nfrom course_lib.plots import figure\nf = lambda: __import__('x')",
        ),
    ],
)
def test_a_right_import_is_let_through(path, source):
    assert not list(violations(path, source))


def test_a_part_without_a_place_in_the_design_is_noticed():
    with pytest.raises(AssertionError, match="newcomer has no place"):
        list(violations("newcomer.py", "from course_lib.arrays import DTYPE"))


@pytest.mark.parametrize("module", ["course_lib", *(f"course_lib.{m.name}" for m in pkgutil.iter_modules([str(ROOT)]))])
def test_importing_loads_numpy_and_nothing_heavier(module):
    heavy = (
        "{'matplotlib', 'ipywidgets', 'IPython', 'scipy', 'sklearn', 'pandas', 'nbgrader', 'grading', 'tqdm', 'torch'}"
    )
    code = f"import sys, {module}; print(sorted({heavy} & {{m.partition('.')[0] for m in sys.modules}}), 'numpy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=ROOT.parent)
    assert run.stderr == ""
    assert run.stdout.startswith("[] ")


def test_import_course_lib_loads_no_part_of_it():
    code = "import sys, course_lib; print([m for m in sys.modules if m.startswith('course_lib.')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=ROOT.parent)
    assert run.stdout == "[]\n", run.stderr


# --- layers stay short -----------------------------------------------------------------------------------------------

FEWER_THAN = 35
NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def lengths(source):
    """(class, its lines of code): from the line of `class` to its last; blank lines, comments and docstrings do not count."""
    tree, code = ast.parse(source), set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NO_CODE:
            code.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            code.difference_update(range(node.lineno, node.end_lineno + 1))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name, len(code.intersection(range(node.lineno, node.end_lineno + 1)))


def test_every_layer_fits_on_one_screen():
    found = {
        name: n for file in (ROOT / "layers").glob("*.py") for name, n in lengths(file.read_text(encoding="utf-8"))
    }
    assert {"Layer", "Dense", "Conv2d", "BatchNorm1d", "LSTM"} <= set(found)
    assert {name: n for name, n in found.items() if n >= FEWER_THAN} == {}


def test_what_counts_as_a_line_of_a_class():
    source = '''
class A:  # 1
    """Docstring
    of two lines."""

    # a comment
    x = f(  # 2
        3,  # 3
    )  # 4

    def g(self):  # 5
        """Another."""
        return """text
        in two lines"""  # 7


y = 8
'''
    assert list(lengths(source)) == [("A", 7)]
