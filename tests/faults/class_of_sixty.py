"""A class in which everybody means well and something went wrong with every hand-in.

Each fault is a function that makes what was handed in from a small lesson with all answers right (double 3 points, square 2, an
answer in words 4), and says what is left of the points, and what the student should hear.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

from tests.grading import small_class
from tests.grading.small_class import LESSON, RIGHT, at

FILE = f"{LESSON}.ipynb"


@dataclass(frozen=True)
class Fault:
    """student  who it happened to    double, square  the points expected; None where nothing can be graded    words  that wait
    says     what the student hears, sentences in their order; the last part of a long one may be left out"""

    student: str
    what: str
    make: Callable[[], NotebookNode | bytes | str | dict[str, bytes | str]]
    double: float | None
    square: float | None
    words: float
    says: tuple[str, ...]


CLASS: list[Fault] = []


def fault(*says: str, double: float | None = 3, square: float | None = 2, words: float = 4, student: str = ""):
    """Enter what the function makes: a notebook, the bytes of one, or the files of a whole folder.

    words  points that wait for somebody to read the answer in words
    """

    def enter(make):
        made = (double, square, words) if double is not None else (None, None, 0)
        CLASS.append(Fault(student or make.__name__.replace("_", "-"), make.__doc__, make, *made, says))
        return make

    return enter


def unreadable(*says: str, **more):
    return fault(*says, double=None, **more)


def solved(**answers: str) -> NotebookNode:
    return small_class.answered(**{**RIGHT, **answers})


def text(notebook: NotebookNode) -> str:
    return json.dumps(notebook, indent=1, ensure_ascii=False)


def own(source: str, before: str = "l01-double", **answers: str) -> NotebookNode:
    """All right, with a cell of the student's own before another one."""
    notebook = solved(**answers)
    notebook.cells.insert(notebook.cells.index(at(notebook, before)), v4.new_code_cell(source, id="my-own"))
    return notebook


def without(*ids: str) -> NotebookNode:
    notebook = solved()
    notebook.cells = [cell for cell in notebook.cells if cell.id not in ids]
    return notebook


def missing(*ids: str) -> tuple[str, ...]:
    return tuple(
        f"{'Answer' if id in ('l01-double', 'l01-square', 'l01-why') else 'Cell'} {id} was missing; it was put back."
        for id in ids
    )


# --- cells ------------------------------------------------------------------------------------------------------------


@fault(*missing("l01-double-check"))
def a_check_deleted():
    """A check was deleted by accident: the released one is put back and run."""
    return without("l01-double-check")


@fault(*missing("l01-double-check", "l01-square-check", "l01-who-check"))
def all_checks_deleted():
    """All checks were deleted, to tidy up."""
    return without("l01-double-check", "l01-square-check", "l01-who-check")


@fault(*missing("l01-setup"))
def the_setup_deleted():
    """The given cell that everything else needs is gone."""
    return without("l01-setup")


@fault(*missing("l01-double"), "not written yet: double", double=0)
def an_answer_deleted():
    """An answer was deleted: what is not there earns nothing, the rest does."""
    return without("l01-double")


@fault(*missing("l01-double"))
def an_answer_in_a_cell_of_its_own():
    """The answer's cell was deleted and the answer written into a new one."""
    notebook = without("l01-double")
    notebook.cells.insert(3, v4.new_code_cell(RIGHT["double"], id="mine"))
    return notebook


@fault(*missing("l01-square"))
def both_answers_in_one_cell():
    """The second answer was written into the first one's cell, and its own cell deleted."""
    notebook = without("l01-square")
    at(notebook, "l01-double").source += "\n\n\n" + RIGHT["square"]
    return notebook


@fault(
    "Cell l01-double-check had been edited; the released text was used. Please leave it as it is, and add cells of your own."
)
def a_check_edited():
    """A check was changed to see what it does."""
    notebook = solved()
    at(notebook, "l01-double-check").source += "\nprint(double(7))"
    return notebook


@fault(
    "Cell l01-setup had been edited; the released text was used. Please leave it as it is, and add cells of your own."
)
def the_setup_edited():
    """A line was added to a given cell; what it made is not there any more, and nothing needs it."""
    notebook = solved()
    at(notebook, "l01-setup").source = "import math\n" + at(notebook, "l01-setup").source
    return notebook


@fault("Answer l01-double had been turned into a markdown cell; it was graded as a code cell again.")
def an_answer_as_text():
    """M was pressed in command mode: the answer became text."""
    notebook = solved()
    at(notebook, "l01-double").cell_type = "markdown"
    return notebook


@fault("Cell l01-double-check had been turned into a raw cell; it was graded as a code cell again.")
def a_check_as_raw():
    """R was pressed in command mode: the check became a raw cell."""
    notebook = solved()
    at(notebook, "l01-double-check").cell_type = "raw"
    return notebook


@fault("Answer l01-why had been turned into a code cell; it was graded as a markdown cell again.")
def words_as_code():
    """The answer in words is a code cell, which cannot run: it is read as words again."""
    notebook = solved()
    at(notebook, "l01-why").cell_type = "code"
    return notebook


@fault("Answer l01-double was there 2 times; the first one was graded, others were kept as cells of your own.")
def an_answer_twice():
    """An answer was copied with its id, to try something; the copy comes later and works as well."""
    notebook = solved()
    copy = deepcopy(at(notebook, "l01-double"))
    copy.id = "copy"
    notebook.cells.insert(4, copy)
    return notebook


@fault("Answer l01-double was there 2 times; the first written one was graded, others were kept as cells of your own.")
def an_empty_answer_and_a_written_one():
    """The empty answer was kept above the written one."""
    notebook = solved()
    empty = deepcopy(at(small_class.release(), "l01-double"))
    empty.id = "copy"
    notebook.cells.insert(3, empty)
    return notebook


@fault("Cell l01-square-check was there 2 times; it was graded once.")
def a_check_twice():
    """A check was copied with its id: its points are given once."""
    notebook = solved()
    copy = deepcopy(at(notebook, "l01-square-check"))
    copy.id = "copy"
    notebook.cells.append(copy)
    return notebook


@fault("Answer l01-square was there 2 times; the first one was graded, others were kept as cells of your own.")
def an_answer_split():
    """An answer was split into a helper and the function; the editor gave both halves the id."""
    notebook = solved(square="def times(x, y):\n    return x * y")
    second = deepcopy(at(notebook, "l01-square"))
    second.id, second.source = "second", "def square(x):\n    return times(x, x)"
    notebook.cells.insert(notebook.cells.index(at(notebook, "l01-square")) + 1, second)
    return notebook


@fault()
def an_answer_split_plainly():
    """The same, but the second half is an ordinary cell: nothing has to be repaired."""
    notebook = solved(square="def times(x, y):\n    return x * y")
    second = v4.new_code_cell("def square(x):\n    return times(x, x)", id="second")
    notebook.cells.insert(notebook.cells.index(at(notebook, "l01-square")) + 1, second)
    return notebook


@fault(*missing("l01-double-check"))
def answer_and_check_merged():
    """An answer and its check were merged into one cell: the check is run again behind it."""
    notebook = without("l01-double-check")
    at(notebook, "l01-double").source += "\n\n\n" + at(small_class.release(), "l01-double-check").source
    return notebook


@fault("Answer l01-double had been moved; it was put back in its place.")
def an_answer_moved():
    """An answer was dragged below its check."""
    notebook = solved()
    notebook.cells.insert(8, notebook.cells.pop(3))
    return notebook


@fault(
    "Answer l01-double had been moved; it was put back in its place.",
    "Cell l01-double-check had been moved; it was put back in its place.",
    "Answer l01-square had been moved; it was put back in its place.",
    "Cell l01-square-check had been moved; it was put back in its place.",
    "Answer l01-why had been moved; it was put back in its place.",
    "Answer who had been moved; it was put back in its place.",
    "Cell l01-who-check had been moved; it was put back in its place.",
)
def all_cells_upside_down():
    """The cells stand in the opposite order."""
    notebook = solved()
    notebook.cells.reverse()
    return notebook


@fault(
    *(
        f"{name} had lost its mark for grading; it was put back."
        for name in ("Cell l01-setup", "Answer l01-double", "Cell l01-double-check", "Answer l01-square")
    ),
    *(
        f"{name} had lost its mark for grading; it was put back."
        for name in ("Cell l01-square-check", "Answer l01-why", "Answer who", "Cell l01-who-check")
    ),
)
def metadata_lost():
    """Another editor has dropped all metadata and kept the cells' ids."""
    notebook = solved()
    for cell in notebook.cells:
        cell.metadata.clear()
    return notebook


@fault(
    *(
        f"{name} had lost its mark for grading; it was put back."
        for name in ("Cell l01-setup", "Cell l01-double-check", "Cell l01-square-check", "Answer who")
    ),
    "Cell l01-who-check had lost its mark for grading; it was put back.",
    *missing("l01-double", "l01-square", "l01-why"),
    words=0,
)
def metadata_and_ids_lost():
    """Another editor has dropped metadata and ids: functions count where they stand; words stay, unmarked, for whoever reads."""
    notebook = solved()
    for number, cell in enumerate(notebook.cells):
        cell.metadata.clear()
        cell.id = f"lost-{number}"
    return notebook


@fault()
def ids_of_cells_lost():
    """An older Jupyter has saved the notebook without cell ids."""
    raw = json.loads(text(solved()))
    raw["nbformat_minor"] = 4
    for cell in raw["cells"]:
        del cell["id"]
    return json.dumps(raw)


@fault("Cell l01-double-check was marked to be skipped; it was run.")
def a_check_skipped():
    """A tag that skips a cell was left on a check."""
    notebook = solved()
    at(notebook, "l01-double-check").metadata.tags = ["skip-execution"]
    return notebook


@fault(
    "Cell l07-other-check is not a cell of this lesson; it was kept, but not graded.",
    "NameError: name 'nothing' is not defined",
)
def a_cell_of_another_lesson():
    """A cell was pasted from another lesson, with its id."""
    notebook = solved()
    notebook.cells.append(small_class.cell("code", "nothing", "l07-other-check", grade=True, locked=True, points=9.0))
    return notebook


@fault()
def points_changed_by_a_tool():
    """A tool has rewritten nbgrader's metadata, points and all."""
    notebook = solved()
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.update(points=100, locked=False, schema_version=1, checksum="")
    return notebook


# --- files ------------------------------------------------------------------------------------------------------------


@unreadable(f"{FILE} is empty.")
def an_empty_file():
    """The upload made a file of no bytes."""
    return b""


@unreadable(f"{FILE} is damaged at line ")
def half_a_file():
    """The upload stopped in the middle."""
    whole = text(solved())
    return whole[: len(whole) // 2]


@unreadable(f"{FILE} is not a notebook.")
def a_zip_file():
    """A ZIP archive with the name of a notebook."""
    return b"PK\x03\x04\x14\x00\xff\xfe\xfa\x00" * 20


@unreadable(f"{FILE} is damaged at line 1, column 1 (")
def a_web_page():
    """The page that shows the notebook was saved, not the notebook."""
    return "<!DOCTYPE html><html><body>Notebook</body></html>"


@unreadable(f"{FILE} is JSON, but not a notebook")
def a_list():
    """JSON, but of something else."""
    return "[1, 2, 3]"


@unreadable(f"{FILE} was saved in notebook format 9")
def from_the_future():
    """A notebook of a format that does not exist yet."""
    return '{"nbformat": 9, "nbformat_minor": 0, "metadata": {}, "cells": []}'


@fault()
def from_the_past():
    """A notebook saved in the format of 2013."""
    return json.dumps(nbformat.convert(solved(), 3))


@fault()
def with_a_byte_order_mark():
    """An editor on Windows has put a mark in front of the file."""
    return text(solved(why="Weil beide wachsen: schön.")).encode("utf-8-sig")


@fault()
def in_utf_16():
    """Saved as "Unicode" by Notepad."""
    return text(solved()).encode("utf-16")


@fault()
def with_windows_line_ends():
    """Line ends of Windows, in the file and in the cells."""
    notebook = solved(double="def double(x):\r\n    return 2 * x\r\n")
    return text(notebook).replace("\n", "\r\n")


@fault()
def with_nan():
    """Outputs and metadata hold NaN, which is not JSON and which Python writes all the same."""
    notebook = solved()
    notebook.metadata["zoom"] = float("nan")
    at(notebook, "l01-double").outputs = [v4.new_output("display_data", {"application/json": {"loss": float("nan")}})]
    return text(notebook)


@fault()
def without_kernelspec():
    """Nothing says which kernel the notebook wants, no cell has outputs or a count."""
    raw = json.loads(text(solved()))
    raw["metadata"] = {}
    for cell in raw["cells"]:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
    return json.dumps(raw)


@fault("The notebook was set to R; it was run as Python.")
def another_language():
    """The wrong kernel was chosen: R."""
    notebook = solved()
    notebook.metadata = {
        "kernelspec": {"name": "ir", "language": "R", "display_name": "R"},
        "language_info": {"name": "R"},
    }
    return notebook


@fault("None of its cells is from lesson l01_small.", "not written yet: double, square", double=0, square=0, words=0)
def another_notebook():
    """Some other notebook was handed in."""
    return v4.new_notebook(cells=[v4.new_code_cell("print('my holidays')")])


@fault(f"The file {LESSON} (1).ipynb was graded as {FILE}; please keep the name.")
def downloaded_twice():
    """The browser has put a number into the name."""
    return {f"{LESSON} (1).ipynb": text(solved())}


@fault()
def name_in_capitals():
    """The file's name ends with .IPYNB."""
    return {f"{LESSON}.IPYNB": text(solved())}


@unreadable(f"There are 2 notebooks and none is called {FILE}: a.ipynb, b.ipynb.")
def two_notebooks():
    """Two notebooks, neither with the name that was asked for."""
    return {"a.ipynb": text(solved()), "b.ipynb": text(solved())}


@fault("Only the notebook is graded; left out: course_lib.py, notes.pdf, sub.")
def with_other_files():
    """Files beside the notebook, one of them with the name of a module."""
    return {
        FILE: text(solved()),
        "course_lib.py": "check = None",
        "notes.pdf": "%PDF",
        "sub/x.ipynb": "{}",
        ".DS_Store": "",
    }


@unreadable(f"There is no notebook: wanted {FILE}, found small.py.")
def exported_as_python():
    """The notebook was exported as a script."""
    return {"small.py": "def double(x): return 2 * x"}


@unreadable(f"There is no notebook: wanted {FILE}, found an empty folder.")
def an_empty_folder():
    """A folder without anything."""
    return {}


@unreadable(f"{FILE} is a link to another file; hand in the file itself.")
def a_link():
    """A link to the notebook, which is on another computer."""
    return {FILE: f"-> /home/me/{FILE}"}


@unreadable(f"{FILE} is larger than 50 MB: save it with Edit > Clear Outputs of All Cells.")
def too_large():
    """60 MB of outputs: a loop has printed for an hour."""
    notebook = solved()
    at(notebook, "l01-double").outputs = [v4.new_output("stream", text="x" * 60_000_000)]
    return text(notebook)


@unreadable(f"{FILE} has 3000 cells; wanted at most 2000: delete those that are not needed.")
def too_many_cells():
    """Something heavy lay on the keyboard: B, B, B, B, ..."""
    notebook = solved()
    notebook.cells += [v4.new_code_cell(id=f"empty-{number}") for number in range(3000 - len(notebook.cells))]
    return notebook


@fault()
def ids_with_spaces():
    """A tool has given the student's own cells ids that no notebook may have."""
    notebook = own("three = 3")
    at(notebook, "my-own").id = "a cell of mine"
    return notebook


# --- running ----------------------------------------------------------------------------------------------------------


@fault("l01-double: SyntaxError: expected ':'", "l01-double-check: NameError: name 'double' is not defined", double=0)
def a_syntax_error():
    """One cell is not Python."""
    return solved(double="def double(x)\n    return 2 * x")


@fault(
    "l01-square: ModuleNotFoundError: No module named 'no_such_library'",
    "l01-square-check: NameError: name 'square' is not defined",
    square=0,
)
def a_missing_library():
    """A library that is not installed here."""
    return solved(square="import no_such_library\n\n\n" + RIGHT["square"])


@fault("Cell l01-double-check ran for more than 10 s and was stopped.", "double: did not finish", double=0)
def an_endless_function():
    """A function without an end: it costs its own points."""
    return solved(double="def double(x):\n    while x == x:\n        pass")


@fault('The cell that begins with "while True:" ran for more than 10 s and was stopped.')
def an_endless_cell():
    """A cell of the student's own without an end."""
    return own("while True:\n    pass")


@fault("double: MemoryError", double=0)
def too_much_memory():
    """A function that wants five gigabytes."""
    return solved(double="def double(x):\n    table = bytearray(5 * 2**30)\n    return 2 * x")


@fault('The cell that begins with "import os" ended Python.')
def the_process_ended():
    """A cell ends the process, as scripts do: what comes before and after is graded."""
    return own("import os\n\nos._exit(0)", before="l01-square")


@fault("shows more than")
def too_much_output():
    """A cell that prints 30 MB."""
    return own("for number in range(3000):\n    print('x' * 10_000)")


@fault()
def warnings_of_numpy():
    """NumPy and Python warn while the function runs: a warning costs nothing."""
    return solved(
        double="import warnings\n\nimport numpy as np\n\n\ndef double(x):\n    np.log(np.zeros(1))\n"
        "    warnings.warn('is this right?')\n    return 2 * x"
    )


@fault()
def written_to_stderr():
    """The function writes to standard error, to see what it does: it costs nothing."""
    return solved(square="import sys\n\n\ndef square(x):\n    print('x is', x, file=sys.stderr)\n    return x * x")


@fault("StdinNotImplementedError")
def asks_for_input():
    """A cell waits for somebody to type."""
    return own("name = input('Your name? ')")


@fault('the cell that begins with "import sys": SystemExit')
def exits():
    """A cell calls sys.exit."""
    return own("import sys\n\nsys.exit()")


@fault()
def many_figures():
    """Twenty-one figures in one cell: Matplotlib warns that they stay open."""
    return own(
        "import matplotlib.pyplot as plt\n\nfor _ in range(21):\n    plt.figure(figsize=(1, 1))\n    plt.plot([1, 2])"
    )


@fault()
def installs():
    """A cell installs a package with pip; there is no network here, and it is not needed."""
    return own("!pip install --no-input --retries 0 --timeout 1 left-pad-of-mine")


@fault()
def asynchronous():
    """Top-level await, and an asynchronous helper."""
    return own(
        "import asyncio\n\n\nasync def later(x):\n    await asyncio.sleep(0)\n    return x\n\n\nfour = await later(4)"
    )


@fault()
def magics():
    """Line and cell magics, in an answer too."""
    return own("%matplotlib inline\n%timeit -n1 -r1 sum(range(10))", double="%%time\n" + RIGHT["double"])


@fault()
def another_directory():
    """A cell changes the working directory."""
    return own("import os\n\nos.chdir('/')")


@fault("l01-double: FileNotFoundError", "l01-double-check: NameError: name 'double' is not defined", double=0)
def a_data_file_deleted():
    """The answer reads a file that was not handed in."""
    return solved(double="table = open('my_table.csv').read()\n\n\n" + RIGHT["double"])


@fault("double: RecursionError", double=0)
def calls_itself():
    """A function that calls itself without an end."""
    return solved(double="def double(x):\n    return double(x)")


@fault("name 'double' is not defined", double=0)
def renamed():
    """The function has another name than the one that was asked for."""
    return solved(double="def my_double(x):\n    return 2 * x")


@fault()
def given_names_used_again():
    """The student's own variables have the names of the check and of built-in functions."""
    return own("check = 3\nlist = [1, 2]\nprint = None\nsum = 0")


@fault()
def cleared():
    """A cell clears all names, and the answers after it are there again."""
    return own("%reset -f", before="l01-square")


@fault('the cell that begins with "1 / 0": ZeroDivisionError: division by zero')
def cells_that_fail():
    """A cell of the student's own fails: the others are run all the same."""
    return own("1 / 0")


@fault("the cell that begins with \"plot = '?img src=x onerror=alert(1)?' # ...\": AttributeError")
def markup_in_a_cell():
    """A cell that fails begins with a long line of HTML, which is quoted to the student."""
    return own("plot = '<img src=x onerror=alert(1)>' # the picture that I want to see\nplot.show()")


# --- who handed it in -------------------------------------------------------------------------------------------------


def _named(student: str, what: str) -> None:
    def made():
        return solved()

    made.__doc__ = what
    fault(student=student)(made)


_named("Ana María  de la Cruz", "An id with spaces and an accent.")
_named("Zoe\u0308 Mu\u0308ller", "An id whose accents are characters of their own, as macOS writes them.")
_named(
    "Zo\u00eb M\u00fcller", "The same id with accents as everybody else writes them: another folder, another student."
)
_named('o\'brien "z" `x`', "Quotation marks of all kinds.")
_named("a" * 200, "An id of two hundred letters.")
_named("-rf", "An id that looks like an option.")
_named("100%; drop table grade; --", "An id that looks like a command.")
_named("王小明", "An id in Chinese.")
_named("ADA", "The id of another student, in capitals.")
_named("ada", "The same in small letters.")


def hand_in(folder: Path, one: Fault) -> None:
    """Write what a student handed in below submitted/."""
    target = folder / "submitted" / one.student / LESSON
    target.mkdir(parents=True)
    made = one.make()
    files: dict = made if isinstance(made, dict) and not isinstance(made, NotebookNode) else {FILE: made}
    for name, content in files.items():
        path = target / name
        path.parent.mkdir(exist_ok=True)
        content = text(content) if isinstance(content, NotebookNode) else content
        if isinstance(content, str) and content.startswith("-> "):
            os.symlink(content[3:], path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
