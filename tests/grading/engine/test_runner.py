"""One notebook through child and judge: points, outputs, and what becomes of code that hangs, dies, floods or lies."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from tests.grading.engine.notebooks import answer, exam, graded, shown

DOUBLE = answer("def double(x):\n    return 2 * x", "double")
TEST_DOUBLE = exam("assert double(3) == 6", "double-test")
TRIPLE = answer("def triple(x):\n    return 3 * x", "triple")
TEST_TRIPLE = exam("assert triple(3) == 9", "triple-test")
HANGS = answer("def double(x):\n    while True:\n        pass", "double")
STUBBORN = """\
def double(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""
QUICK = {"cell": 2.0}


def test_right_answers_get_their_points():
    points, ran = graded(DOUBLE, TEST_DOUBLE, TRIPLE, TEST_TRIPLE)
    assert points == {"double-test": 2.0, "triple-test": 2.0}
    assert ran.said == []


def test_wrong_answer_gets_none_and_shows_why():
    points, ran = graded(answer("def double(x):\n    return x", "double"), TEST_DOUBLE)
    assert points == {"double-test": 0.0}
    assert ran.notebook.cells[1].outputs[0].ename == "AssertionError"


def test_partial_credit_is_the_value_of_the_cell():
    assert graded(DOUBLE, exam("double(0.75)", "part"))[0] == {"part": 1.5}


def test_cells_are_counted_over_child_and_judge():
    _, ran = graded("1 + 1", DOUBLE, TEST_DOUBLE, "2 + 2", "1 / 0")
    assert [cell.execution_count for cell in ran.notebook.cells] == [1, 2, 3, 4, 5]
    assert ran.notebook.cells[3].outputs[0].execution_count == 4
    assert "In[5]" in "".join(ran.notebook.cells[4].outputs[0].traceback).replace(" ", "").replace("\x1b[39m", "")


def test_submitted_notebook_is_not_changed():
    from grading.engine.runner import run
    from tests.grading.engine.notebooks import notebook

    given = notebook("print('mine')", DOUBLE, TEST_DOUBLE)
    run(given, given)
    assert all(cell.outputs == [] and cell.execution_count is None for cell in given.cells)


def test_warning_in_a_test_costs_nothing():
    warns = answer("import warnings\ndef double(x):\n    warnings.warn('careful')\n    return 2 * x", "double")
    points, _ = graded(warns, exam("import sys\nprint('so', file=sys.stderr)\nassert double(3) == 6", "double-test"))
    assert points == {"double-test": 2.0}


def test_prints_of_the_answer_stand_under_the_test():
    talks = answer("def double(x):\n    print('doubling', x)\n    return 2 * x", "double")
    _, ran = graded(talks, TEST_DOUBLE)
    assert shown(ran, 1) == "doubling 3\n"


def test_given_cells_run_in_the_judge_where_a_test_needs_them():
    from nbformat import v4

    given = v4.new_code_cell("import math\nLIMIT = math.floor(6.5)", id="given")
    points, _ = graded(given, DOUBLE, exam("assert double(3) == LIMIT", "double-test"), "LIMIT = 0")
    assert points == {"double-test": 2.0}


def test_name_that_a_test_makes_is_there_for_later_cells():
    _, ran = graded(
        DOUBLE, exam("assert double(3) == 6\nimport string\nseen = [1, 2]", "double-test"), "print(seen, string.digits)"
    )
    assert shown(ran, 2) == "[1, 2] 0123456789\n"


def test_environment_is_the_judges_alone():
    peeks = answer("import os\ndef double(x):\n    return os.environ.get('SECRET', 2 * x)", "double")
    asks = exam("import os\nassert os.environ['SECRET'] == '7' and double(3) == 6", "double-test")
    points, ran = graded("import os\nprint(os.environ.get('SECRET'))", peeks, asks, environment={"SECRET": "7"})
    assert points == {"double-test": 2.0}
    assert shown(ran, 0) == "None\n"


def test_files_of_the_submission_are_in_the_childs_folder(tmp_path):
    (tmp_path / "data.txt").write_text("12", encoding="utf-8")
    _, ran = graded("print(open('data.txt').read())", "open('new.txt', 'w').write('x')", files=tmp_path)
    assert shown(ran, 0) == "12\n"
    assert [path.name for path in tmp_path.iterdir()] == ["data.txt"]


def test_judge_works_in_the_instructors_folder(tmp_path):
    (tmp_path / "wanted.txt").write_text("6", encoding="utf-8")
    points, ran = graded(
        DOUBLE,
        exam("assert str(double(3)) == open('wanted.txt').read()", "double-test"),
        "open('wanted.txt')",
        folder=tmp_path,
    )
    assert points == {"double-test": 2.0}
    assert "FileNotFoundError" in ran.notebook.cells[2].outputs[0].ename


# --- what hangs ------------------------------------------------------------------------------------------------------


def test_cell_that_hangs_is_stopped_and_the_rest_is_graded():
    points, ran = graded("while True:\n    pass", DOUBLE, TEST_DOUBLE, limits=QUICK)
    assert points == {"double-test": 2.0}
    assert ran.said == ['The cell that begins with "while True:" ran for more than 2 s and was stopped.']


def test_cell_that_cannot_be_stopped_costs_its_python_but_not_what_was_written_before():
    points, ran = graded(
        DOUBLE, STUBBORN.replace("def double(x):", "if 1:"), TEST_DOUBLE, TRIPLE, TEST_TRIPLE, limits=QUICK
    )
    assert points == {"double-test": 2.0, "triple-test": 2.0}
    assert len(ran.said) == 1
    assert "could not be stopped; Python was ended" in ran.said[0]


@pytest.mark.parametrize("hanging", [HANGS.source, STUBBORN], ids=["stoppable", "stubborn"])
def test_answer_that_hangs_in_a_test_costs_that_test(hanging):
    points, ran = graded(answer(hanging, "double"), TEST_DOUBLE, TRIPLE, TEST_TRIPLE, limits=QUICK)
    assert points == {"double-test": 0.0, "triple-test": 2.0}
    assert "Cell double-test ran for more than 2 s and was stopped." in ran.said


def test_test_that_hangs_by_itself_is_stopped():
    points, _ = graded(DOUBLE, exam("while True:\n    double(1)", "loop"), TEST_DOUBLE, limits=QUICK)
    assert points == {"loop": 0.0, "double-test": 2.0}


def test_notebook_has_a_bound_as_well():
    points, ran = graded(*["import time; time.sleep(1)"] * 4, DOUBLE, TEST_DOUBLE, limits={"notebook": 2.5})
    assert points == {"double-test": 0.0}
    assert ran.said[-1] == "The notebook ran for more than 2.5 s; the rest of it was not run."


# --- what dies -------------------------------------------------------------------------------------------------------

DIES = [
    "import os; os._exit(0)",
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "import ctypes; ctypes.string_at(0)",
]


@pytest.mark.parametrize("dying", DIES)
def test_cell_that_ends_python_costs_itself_alone(dying):
    points, ran = graded(DOUBLE, dying, TEST_DOUBLE, TRIPLE, TEST_TRIPLE)
    assert points == {"double-test": 2.0, "triple-test": 2.0}
    assert len(ran.said) == 1
    assert ran.said[0].endswith("ended Python.")


def test_answer_that_ends_python_costs_its_test():
    points, ran = graded(
        answer("def double(x):\n    import os\n    os._exit(1)", "double"), TEST_DOUBLE, TRIPLE, TEST_TRIPLE
    )
    assert points == {"double-test": 0.0, "triple-test": 2.0}
    assert ran.said == ["Cell double-test ended Python."]


def test_outputs_of_cells_that_run_again_are_not_doubled():
    _, ran = graded("print('once')", DIES[0], "print('after')")
    assert shown(ran, 0) == "once\n"
    assert shown(ran, 2) == "after\n"


def test_python_is_not_started_for_ever():
    points, ran = graded(*[DIES[0]] * 6, DOUBLE, TEST_DOUBLE)
    assert points == {"double-test": 0.0}
    assert "NotRun" in {output.ename for cell in ran.notebook.cells for output in cell.outputs}


# --- what takes too much ---------------------------------------------------------------------------------------------


def test_memory_hog_costs_its_cell():
    hog = "hog = [bytearray(2**26) for _ in range(64)]"
    points, ran = graded(DOUBLE, hog, TEST_DOUBLE, limits={"memory": 2**29})
    assert points == {"double-test": 2.0}
    assert "MemoryError" in str(ran.notebook.cells[1].outputs) or "512 MiB" in ran.said[0]


def test_memory_is_counted_over_all_processes():
    hog = "import subprocess, sys\nhogs = [subprocess.Popen([sys.executable, '-c', 'import time; x = b\"1\" * 2**27; time.sleep(60)']) for _ in range(8)]\n[hog.wait() for hog in hogs]"
    points, ran = graded(DOUBLE, hog, TEST_DOUBLE, limits={"memory": 2**29})
    assert points == {"double-test": 2.0}
    assert "more than 512 MiB of memory" in ran.said[0]


def test_flood_of_output_is_cut():
    points, ran = graded("for _ in range(300):\n    print('x' * 10_000)", DOUBLE, TEST_DOUBLE, limits={"output": 2**20})
    assert points == {"double-test": 2.0}
    assert ran.said[0].endswith("shows more than 1 MiB; the rest was left out.")
    assert len(shown(ran, 0)) < 2**20


def test_endless_flood_is_stopped_before_its_time():
    points, ran = graded(
        "while True:\n    print('x' * 10_000)", DOUBLE, TEST_DOUBLE, limits={"output": 2**18, "cell": 300.0}
    )
    assert points == {"double-test": 2.0}
    assert any("shows more than" in sentence for sentence in ran.said)
    assert not any("ran for more than" in sentence for sentence in ran.said)


# --- what lies -------------------------------------------------------------------------------------------------------

FORGED = """\
from IPython.display import display
display('mine', display_id='one')
kernel = get_ipython().kernel
for content in ({}, {'execution_state': 7}, {'data': 3}, {'name': None, 'text': 5}, {'transient': 'x'}, []):
    for kind in ('status', 'stream', 'display_data', 'comm_open', 'comm_msg', 'execute_result', 'error', 'clear_output', '?'):
        kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())
"""


def test_messages_in_no_known_form_harm_nobody():
    points, _ = graded(FORGED, DOUBLE, TEST_DOUBLE)
    assert points == {"double-test": 2.0}


def test_child_cannot_write_into_a_tests_output():
    lies = """\
from IPython.display import update_display, display
def double(x):
    for name in ('one', 'two'):
        update_display('4.0', display_id=name)
    display(2.0)
    return 0
"""
    points, ran = graded(
        answer(lies, "double"), exam("display('mine', display_id='one')\nassert double(3) == 6", "double-test")
    )
    assert points == {"double-test": 0.0}
    assert "mine" in shown(ran, 1)


# --- what is left ----------------------------------------------------------------------------------------------------


def processes() -> set[int]:
    """This process's descendants, when those that are ending have ended."""
    found = psutil.Process().children(recursive=True)
    _, alive = psutil.wait_procs(found, timeout=1)
    return {process.pid for process in alive}


def test_nothing_is_left_behind():
    graded(DOUBLE, TEST_DOUBLE)  # the warm processes stay
    before = processes()
    open_before = len(os.listdir("/proc/self/fd"))
    rooms = list(Path("/tmp").glob("kernels-*/[0-9]*"))
    daemon = "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)'], start_new_session=True)"
    graded(daemon, DOUBLE, TEST_DOUBLE, DIES[0], TRIPLE, TEST_TRIPLE)
    assert processes() == before
    assert len(os.listdir("/proc/self/fd")) <= open_before
    assert list(Path("/tmp").glob("kernels-*/[0-9]*")) == rooms


@pytest.mark.scale
def test_nothing_grows_from_one_submission_to_the_next():
    """A class of a thousand: what is left of each would add up."""

    def takes() -> tuple[float, int, int]:
        me = psutil.Process()
        warm = [process for process in me.children(recursive=True) if process.is_running()]
        memory = sum(process.memory_info().rss for process in (me, *warm))
        return memory / 2**20, me.num_fds(), me.num_threads()

    def several(count: int) -> None:
        for _ in range(count):
            graded(DOUBLE, TEST_DOUBLE, "print('x' * 10_000)")
        processes()

    several(10)
    memory, files, threads = takes()
    several(30)
    more_memory, more_files, more_threads = takes()
    assert more_memory - memory < 30 * 0.1  # MiB
    assert (more_files, more_threads) == (files, threads)


def test_objects_of_a_given_class_reach_the_students_function():
    from nbformat import v4

    given = v4.new_code_cell("class Node:\n    def __init__(self, value):\n        self.value = value", id="given")
    asked = answer("def value(node):\n    return node.value", "value")
    check = exam("assert value(Node(3)) == 3", "value-test")
    assert graded(given, asked, check, students=["Node"])[0] == {"value-test": 2.0}


def test_axes_that_the_students_function_returns_can_be_looked_at():
    draws = answer(
        "import matplotlib.pyplot as plt\ndef draw(y):\n    fig, ax = plt.subplots()\n    ax.plot(y)\n    ax.set_title('y')\n    return ax",
        "draw",
    )
    look = "ax = draw([1, 4, 9])\nassert ax.get_title() == 'y' and list(ax.lines[0].get_ydata()) == [1, 4, 9]"
    assert graded(draws, exam(look, "draw-test"))[0] == {"draw-test": 2.0}


def test_startup_files_of_the_instructor_do_not_run(tmp_path, monkeypatch):
    """Where there are no walls a hand-in could write one, for whoever is graded next."""
    startup = tmp_path / "profile_default" / "startup" / "00.py"
    startup.parent.mkdir(parents=True)
    startup.write_text("get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])", encoding="utf-8")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    points, _ = graded(answer("def double(x):\n    return x", "double"), TEST_DOUBLE, modules=["numpy", "json"])
    assert points == {"double-test": 0.0}
