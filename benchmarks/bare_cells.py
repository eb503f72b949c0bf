"""The processor time of a notebook's cells in a process that has imported everything:  python -m benchmarks.bare_cells FILE"""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path

import nbformat

from grading.autograde import modules


def main(file: str) -> None:
    os.environ.update(MPLBACKEND="module://matplotlib_inline.backend_inline", OPENBLAS_NUM_THREADS="1")
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    os.chdir(Path(file).parent)
    for module in modules():
        importlib.import_module(module)
    shell = type("Shell", (InteractiveShell,), {"enable_gui": lambda *_: None})()
    shell.enable_matplotlib("inline")
    cells = [cell.source for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "code"]
    started = time.process_time()
    with capture_output():
        for cell in cells:
            shell.run_cell(cell, store_history=True)
    print(time.process_time() - started)


if __name__ == "__main__":
    main(sys.argv[1])
