"""What the engine leaves in a notebook is what a plain run by nbgrader leaves there, but for addresses and names made at random."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade, is_grade
from traitlets.config import Config

from grading.autograde import HOOK, environment, modules
from grading.build import build_lesson
from grading.course import Course
from grading.engine.runner import run
from tests.grading.engine.notebooks import notebook

ROOT = Path(__file__).parents[3]
COURSE = Course(ROOT)
KEY = "5" * 64
SETTINGS = Config({"Execute": {"store_widget_state": False}})
RANDOM = {
    r"0x[0-9a-f]{6,}": "0x",  # addresses
    r'"model_id": "[0-9a-f]{32}"': "",  # widgets
    r"/[\w./-]*/ipykernel_\d+/\d+": "/ipykernel",  # files of cells, in whatever folder is the temporary one
}

# before anything has drawn, a figure is no picture yet
FIRST = {
    "figure before pyplot": "from matplotlib.figure import Figure\nFigure(figsize=(1, 1))",
    "pyplot alone": "import matplotlib.pyplot as plt\nFigure(figsize=(1, 1))",
    "our words": "class Told(Figure):\n    def _repr_mimebundle_(self, include=None, exclude=None):\n        return {'text/plain': 'told', 'image/png': 'aGVsbG8='}\nTold()",
    "first picture": "plt.plot([1, 2])",
    "our words after it": "Told(figsize=(1, 1))",
}
# ipykernel reads what other programs write in a thread of its own, and the cell may be over before: two cells wait for it
SHOWS = {
    "text": "print('a'); print('b', end=''); 7",
    "both streams": "import sys\nprint('out'); print('err', file=sys.stderr); sys.stdout.write('more')",
    "last value": "{'a': [1, 2], 'b': None}",
    "nothing": "x = 1;",
    "semicolon": "1 + 1;",
    "pictures": "import matplotlib.pyplot as plt\nfor n in (2, 3):\n    plt.plot(range(n)); plt.title('x'); plt.show()\nplt.plot([1, 2])",
    "figure as value": "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(); ax.plot([3, 1]); fig",
    "html": "from IPython.display import HTML, Markdown, Latex, JSON, display\ndisplay(HTML('<b>x</b>'), Markdown('*x*'), Latex('$x$'), JSON({'a': 1}))",
    "update": "from IPython.display import display\nh = display('one', display_id='h')\nh.update('two')",
    "clear": "from IPython.display import clear_output\nprint('gone'); clear_output(); print('there')",
    "clear later": "from IPython.display import clear_output\nprint('gone'); clear_output(wait=True); print('there')",
    "error": "def f(x):\n    return 1 / x\nf(0)",
    "error in an error": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('second') from e",
    "syntax": "def f(:\n    pass",
    "indentation": "  x = 1\n y = 2",
    "name": "no_such_name",
    "exit": "import sys; sys.exit(3)",
    "interrupt": "raise KeyboardInterrupt",
    "recursion": "def f():\n    return f()\nf()",
    "input": "input('name? ')",
    "shell": "!echo hello && echo oops >&2",
    "file descriptors": "import os, time\nos.write(1, b'raw\\n'); _ = os.system('echo system')\ntime.sleep(0.5)",
    "subprocess": "import subprocess\nsubprocess.run(['echo', 'child'])\ntime.sleep(0.5)",
    "magic": "%precision 3\n3.14159265",
    "cell magic": "%%capture caught\nprint('hidden')",
    "captured": "caught.show()",
    "bash": "%%bash\necho from bash",
    "history": "_, __, In[1]",
    "pandas-like": "class Table:\n    def _repr_html_(self):\n        return '<table></table>'\n    def __repr__(self):\n        return 'Table'\nTable()",
    "bad repr": "class Bad:\n    def __repr__(self):\n        raise RuntimeError('no text')\nBad()",
    "warning": "import warnings\nwarnings.warn('careful')",
    "progress": "from tqdm.auto import tqdm\nfor _ in tqdm(range(3), disable=True):\n    pass\nprint('\\rthree', end='')",
    "widget": "import ipywidgets\nipywidgets.IntSlider(3)",
    "output widget": "import ipywidgets\no = ipywidgets.Output()\nwith o:\n    print('inside')\no",
    "thread": "import threading\nt = threading.Thread(target=lambda: print('from a thread')); t.start(); t.join()",
    "async": "import asyncio\nawait asyncio.sleep(0)\nprint('awaited')",
    "logging": "import logging\nlogging.getLogger('x').warning('logged')",
    "unicode": "print('äöü 中文 \\x00 \\udcff'.encode(errors='replace'))\n'ñ'",
    "array": "import numpy as np\nnp.arange(12.0).reshape(3, 4)",
}


def plainly(
    source: NotebookNode, environ: dict[str, str], monkeypatch, folder: Path, keep: bool = False
) -> NotebookNode:
    """nbgrader's own Execute, in an ordinary kernel."""
    ran = deepcopy(source)
    patient = {"timeout": 120, "startup_timeout": 120, "iopub_timeout": 30, "shutdown_kernel": "immediate"}
    config = Config({"Execute": {"store_widget_state": keep, **patient}})
    with monkeypatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST")  # where ipykernel sees it, it lets file descriptors go past the notebook
        for name, value in {**environ, "NBGRADER_EXECUTION": "autograde"}.items():
            patch.setenv(name, value)
        Execute(config=config).preprocess(ran, {"metadata": {"path": str(folder)}})
    return ran


def kinds(outputs: list[NotebookNode]) -> list[tuple]:
    return [(output.output_type, *sorted(output.get("data", {}))) for output in outputs]


def steady(outputs: list[NotebookNode]) -> str:
    text = json.dumps(outputs, sort_keys=True, indent=1)
    for pattern, instead in RANDOM.items():
        text = re.sub(pattern, instead, text)
    return text


@pytest.mark.slow
def test_whatever_a_cell_shows(monkeypatch, tmp_path):
    shows = {**FIRST, **SHOWS}
    source = notebook(*shows.values())
    wanted = plainly(source, {}, monkeypatch, tmp_path, keep=True)  # nbclient's Output widget wants its state kept
    ran = run(source, source)
    assert ran.said == []
    different = {
        name: (steady(a.outputs), steady(b.outputs))
        for name, a, b in zip(shows, wanted.cells, ran.notebook.cells, strict=True)
        if steady(a.outputs) != steady(b.outputs) or a.execution_count != b.execution_count
    }
    assert different == {}


ALWAYS = (
    "l00_start_here",
    "l02_backpropagation",
    "l05_optimization",
)  # the others when asked for: each is run three times


@pytest.mark.slow
@pytest.mark.parametrize(
    "lesson", [pytest.param(one, marks=[pytest.mark.exhaustive] * (one not in ALWAYS)) for one in COURSE.lessons()]
)
def test_lessons(lesson, monkeypatch, tmp_path):
    source = build_lesson(COURSE, lesson).source
    known = environment(KEY, "ada")
    wanted, again = (plainly(source, known, monkeypatch, tmp_path) for _ in range(2))
    ran = run(source, source, environment=known, hook=HOOK, modules=modules(), config=SETTINGS)
    for a, c, b in zip(wanted.cells, again.cells, ran.notebook.cells, strict=True):
        if a.cell_type == "code":
            same = (
                steady if steady(a.outputs) == steady(c.outputs) else kinds
            )  # a time that was measured is never the same
            assert (b.id, same(b.outputs)) == (a.id, same(a.outputs))
            assert b.execution_count == a.execution_count
            if is_grade(a):
                assert determine_grade(b) == determine_grade(a)
    assert ran.notebook.metadata == wanted.metadata
    assert ran.said == []


def test_notebook_stays_a_notebook(tmp_path):
    source = notebook("1 + 1", "import matplotlib.pyplot as plt; plt.plot([1, 2])")
    nbformat.validate(run(source, source).notebook)
