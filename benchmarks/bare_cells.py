"""The processor time of a notebook's cells in an ordinary kernel that has imported everything:  python -m benchmarks.bare_cells FILE"""

from __future__ import annotations

import sys
from copy import deepcopy
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode, v4

from grading.autograde import modules

# fonts and the like are found at the first picture: a grader need not find them again for every submission
WARM = """\
import importlib, time as _clock
for module in {modules}:
    importlib.import_module(module)
import matplotlib.pyplot
matplotlib.pyplot.figure().subplots().set_title("warm")
matplotlib.pyplot.show()
"""


def seconds(notebook: NotebookNode, folder: Path) -> float:
    """Of the cells, with what they show; without imports and the start of Python."""
    notebook = deepcopy(notebook)
    before = [WARM.format(modules=modules()), "_started = _clock.process_time()"]
    notebook.cells = [
        *map(v4.new_code_cell, before),
        *notebook.cells,
        v4.new_code_cell("_clock.process_time() - _started"),
    ]
    NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}).execute()
    return float(notebook.cells[-1].outputs[0].data["text/plain"])


if __name__ == "__main__":
    file = Path(sys.argv[1])
    print(seconds(nbformat.read(file, as_version=4), file.parent))
