"""Every gate is green on a sound course and red on one with the defect that it is there for."""

import json
import shutil
from dataclasses import replace
from types import SimpleNamespace

import nbformat
import pytest

from course_lib.checking.verdict import Part, Verdict
from grading import banks, lectures, verify
from grading.course import Course
from tests.grading import tiny

INDEX = lectures.rows()
DEFECTS = {
    "solved code stops": ("# %% [markdown]\n# ## The end", "# %%\n1 / len([])\n\n# %% [markdown]\n# ## The end"),
    "solved code warns": (
        "    twice_as_much =",
        '    import warnings\n\n    warnings.warn("old")\n    twice_as_much =',
    ),
    "stderr": ("# ## Numbers", "# ## Numbers\n\n# %%\nimport sys\n\nprint('oh dear', file=sys.stderr)"),
    "never ends": ("area = 3 * 4  # three by four", "while True:\n    pass"),
    "free points": ("check(lambda: double(3), 6, 2.0)", "1.0"),
    "bare widget": (
        '"text/plain": "A line that rises from 0 to 1", "text/html": page',
        '"text/plain": "IntSlider(value=3)"',
    ),
    "broken link": ("../../README.md", "../../READYOU.md"),
    "broken anchor": ("#The-end", "#The-beginning"),
    "no alt": (' alt="a red square"', ""),
}


def gate(number, evidence):
    return verify.examine(number, verify.GATES[number - 1], evidence).problems


def evidence_of(course, folder, seconds=verify.SECONDS):
    folder.mkdir(exist_ok=True)
    return verify.Evidence(course, course.lessons(), folder, seconds, INDEX)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A sound course with everything run once."""
    root = tmp_path_factory.mktemp("sound")
    return evidence_of(tiny.make(root / "course"), root / "work")


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """A course with every defect that shows when a lesson runs, run once; a lesson may take 4 s."""
    root = tmp_path_factory.mktemp("broken")
    return evidence_of(tiny.make(root / "course", *DEFECTS.values()), root / "work", seconds=4)


@pytest.fixture
def copy(sound, tmp_path):
    """A copy of the sound course, to be spoilt without running it."""
    shutil.copytree(sound.course.root, tmp_path / "course")
    return Course(tmp_path / "course")


def spoil(course, change):
    """Change the committed notebook of the tiny lesson."""
    path = course.release(tiny.NAME)
    notebook = nbformat.read(path, as_version=4)
    change({cell.id: cell for cell in notebook.cells}, notebook)
    path.write_text(json.dumps(notebook), encoding="utf-8")  # nbformat would mend what is spoilt


# --- 1 ---------------------------------------------------------------------------------------------------------------


def test_1_green(sound):
    assert gate(1, sound) == []


def test_1_red_when_the_source_moved_on(copy, tmp_path):
    source = copy.solution(tiny.NAME)
    source.write_text(source.read_text(encoding="utf-8").replace("# ## Numbers", "# ## Figures"), encoding="utf-8")
    assert gate(1, evidence_of(copy, tmp_path)) == [
        "l90_tiny: notebooks/l90_tiny/l90_tiny.ipynb is not what its source gives",
        "l90_tiny: course_lib/lessons/l90_tiny.ipynb is not what its source gives",
    ]


def test_1_red_when_the_notebook_was_edited_or_its_line_ends_changed(copy, tmp_path):
    path = copy.release(tiny.NAME)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(gate(1, evidence_of(copy, tmp_path))) == 1


def test_1_red_when_a_notebook_is_missing_or_has_no_source(copy, tmp_path):
    copy.release(tiny.NAME).parent.rename(copy.notebooks / "l91_other")
    missing, stray = gate(1, evidence_of(copy, tmp_path))
    assert missing == "l90_tiny: there is no notebooks/l90_tiny/l90_tiny.ipynb"
    assert stray == "notebooks/l91_other/l90_tiny.ipynb has no source under solutions/"


def test_1_red_when_the_shipped_copy_is_missing_or_has_no_source(copy, tmp_path):
    copy.original(tiny.NAME).rename(copy.original("l91_other"))
    missing, stray = gate(1, evidence_of(copy, tmp_path))
    assert missing == "l90_tiny: there is no course_lib/lessons/l90_tiny.ipynb"
    assert stray == "course_lib/lessons/l91_other.ipynb has no source under solutions/"


def test_red_not_a_traceback_when_the_source_cannot_be_built(copy, tmp_path):
    copy.solution(tiny.NAME).write_text('# %% role="nobody"\n1\n', encoding="utf-8")
    assert "solutions/l90_tiny.py:1: unknown role" in gate(1, evidence_of(copy, tmp_path))[0]


# --- 2 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_2_green(sound):
    assert gate(2, sound) == []
    assert 0 < sound.stock[tiny.NAME][0].seconds < 60


@pytest.mark.slow
def test_2_red(broken):
    said = "\n".join(gate(2, broken))
    assert "the-end" not in said, "only cells that are at fault are named"
    assert "stops with ZeroDivisionError: division by zero" in said
    assert "l90-double-check stops" not in said, "the free point took its check away"
    assert "writes to stderr: oh dear" in said
    assert "l90-area stops with CellTimeoutError" in said or "l90-area stops with KeyboardInterrupt" in said
    assert "l90_tiny: takes" in said and "at most 4 s" in said


@pytest.mark.slow
def test_2_red_for_a_warning(tmp_path):
    change = ("area = 3 * 4  # three by four", 'import warnings\n\nwarnings.warn("old", DeprecationWarning)\narea = 12')
    course = tiny.make(tmp_path / "course", change)
    assert gate(2, evidence_of(course, tmp_path / "work")) == ["l90_tiny: l90-area stops with DeprecationWarning: old"]


@pytest.mark.slow
def test_2_red_when_the_kernel_dies(tmp_path):
    course = tiny.make(tmp_path / "course", ("area = 3 * 4  # three by four", "import os\n\nos._exit(1)"))
    (problem,) = gate(2, evidence_of(course, tmp_path / "work"))
    assert problem.startswith("l90_tiny: the solved notebook could not be run: ")
    assert "Kernel died" in problem


# --- 3 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_3_green(sound):
    assert gate(3, sound) == []


@pytest.mark.slow
def test_3_red(broken):
    said = gate(3, broken)
    for way in ("nbgrader alone", "course grade"):
        assert f"l90_tiny: the solution earns 1 of 2 in l90-double-check, through {way}" in said
        assert f"l90_tiny: the solution earns 0 of 1.5 in l90-area-check, through {way}" in said


# --- 4 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_4_green(sound):
    assert gate(4, sound) == []


@pytest.mark.slow
def test_4_red(broken):
    said = gate(4, broken)
    for way in ("nbgrader alone", "course grade"):
        assert f"l90_tiny: untouched, l90-double-check earns 1 points; wanted 0, through {way}" in said
        assert f"l90_tiny: untouched, l90-double-check says nothing at all; wanted not_written, through {way}" in said
        assert (
            f"l90_tiny: untouched, numbers-4 stops with ZeroDivisionError, and Run All with it, through {way}" in said
        )
    assert not any("l90-area-check" in problem for problem in said)


# --- 5 ---------------------------------------------------------------------------------------------------------------


def answer(kind, expected, function, exercise="l00.weighted_sum"):
    return SimpleNamespace(exercise=exercise, kind=kind, expected=expected, function=function)


def bank(*more):
    """A bank for the warm-up of lesson 00: eight wrong answers with their diagnoses, and two right ones."""

    def no_bias(w0, w, x):
        return w @ x

    def unwritten(w0, w, x):
        raise NotImplementedError("not written yet")

    def dot(w0, w, x):
        return w0 + w @ x

    def loop(w0, w, x):
        return w0 + sum(a * b for a, b in zip(w, x, strict=True))

    wrong = [answer("wrong", "no_bias", no_bias), answer("wrong", "not_written", unwritten)] * 4
    return [*wrong, answer("right", None, dot), answer("right", None, loop), *more]


@pytest.fixture
def bank_of(monkeypatch, tmp_path):
    def problems(answers):
        monkeypatch.setattr(banks, "load", lambda course, lesson: answers)
        course = tiny.make(tmp_path / "course", name="l00_start_here", built=False)
        evidence = evidence_of(course, tmp_path / "work")
        return gate(5, evidence), evidence.banks

    return problems


def test_5_green_with_its_table(bank_of):
    problems, (row,) = bank_of(bank())
    assert problems == []
    assert (row.exercise, row.wrong, row.diagnosed, row.right, row.accepted) == ("l00.weighted_sum", 8, 8, 2, 2)
    assert banks.table([row]).row_count == 1


def test_5_red_for_a_wrong_answer_that_earns_all(bank_of):
    def minus_minus(w0, w, x):
        return w @ x - (-w0)

    problems, (row,) = bank_of(bank(answer("wrong", "bias_subtracted", minus_minus)))
    assert problems == ["l00.weighted_sum: the wrong answer minus_minus (bias_subtracted) earns full marks"]
    assert (row.wrong, row.diagnosed) == (9, 8)


def test_5_red_for_a_diagnosis_that_is_not_the_expected_one(bank_of):
    def minus(w0, w, x):
        return w @ x - w0

    problems, _ = bank_of(bank(answer("wrong", "no_bias", minus)))
    assert problems == ["l00.weighted_sum: the wrong answer minus should hear no_bias; it hears bias_subtracted"]


def test_5_red_for_a_second_diagnosis_that_misleads(bank_of, monkeypatch):
    def no_bias(w0, w, x):
        return w @ x

    part = Part("in_j", "diagnosed", 0.0, 0.5, "", "no_bias")
    parts = (part, replace(part, name="db", mistake="mean"))
    monkeypatch.setattr(banks, "judge", lambda answer: Verdict("l00.weighted_sum", "", (), parts))
    row = banks.fare("l00.weighted_sum", [answer("wrong", "no_bias", no_bias)])
    assert row.problems[0] == "l00.weighted_sum: the wrong answer no_bias should hear no_bias; it is misled by mean"


def test_5_red_for_a_right_answer_that_is_refused(bank_of):
    def as_text(w0, w, x):
        return str(w0 + w @ x)

    problems, (row,) = bank_of(bank(answer("right", None, as_text)))
    assert problems[0].startswith("l00.weighted_sum: the right answer as_text is refused: ")
    assert (row.right, row.accepted) == (3, 2)


def test_5_red_for_too_few_answers_and_for_a_stranger(bank_of):
    problems, rows = bank_of([*bank()[1:-1], answer("right", None, abs, "l00.nothing")])
    assert "l00.weighted_sum: 7 wrong answers in its bank; wanted at least 8" in problems
    assert "l00.weighted_sum: 1 right answers in its bank; wanted at least 2" in problems
    assert "l00.nothing: the bank of l00_start_here has answers to it, but there is no such exercise" in problems
    assert len(rows) == 2


# --- 6 ---------------------------------------------------------------------------------------------------------------


def test_6_green(sound):
    assert gate(6, sound) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda c, n: c["l90-area"].update(source="area = 3 * 4  # three by four"),
            "has a line of the solution: area = 3 * 4",
        ),
        (lambda c, n: c["l90-why"].update(source="Rubric: one point for each number."), "line of the solution: Rubric"),
        (lambda c, n: c["numbers"].update(source="### BEGIN SOLUTION"), "numbers has the marker BEGIN SOLUTION"),
        (lambda c, n: c["numbers-2"].update(execution_count=3), "numbers-2 has outputs"),
        (
            lambda c, n: c["numbers-2"].update(outputs=[nbformat.v4.new_output("stream", text="12")]),
            "numbers-2 has outputs",
        ),
        (
            lambda c, n: c["numbers-2"].update(source="from course_lib.exercises.l00_start_here import weighted_sum"),
            "imports course_lib.exercises.l00_start_here.weighted_sum",
        ),
        (lambda c, n: c["numbers-2"].update(source="from course_lib import exercises"), "imports course_lib.exercises"),
        (lambda c, n: c["numbers-2"].update(source="%time\nimport grading.build"), "imports grading.build"),
        (
            lambda c, n: c["numbers-2"].update(source="from course_lib.graph import _walk"),
            "imports course_lib.graph._walk",
        ),
        (
            lambda c, n: c["numbers-2"].metadata.update(lines_to_next_cell=2),
            "numbers-2 has the metadata lines_to_next_cell",
        ),
        (lambda c, n: n.metadata.update(jupytext={}), "the notebook's metadata has jupytext"),
        (lambda c, n: c["numbers-2"].update(id="the-end"), "the id the-end is there more than once"),
        (
            lambda c, n: c["l90-area"].metadata.nbgrader.update(grade_id="l90-double"),
            "the id l90-double is there more than once",
        ),
    ],
)
def test_6_red(copy, tmp_path, change, words):
    spoil(copy, change)
    problems = gate(6, evidence_of(copy, tmp_path))
    assert len(problems) == 1, problems
    assert problems[0].startswith("l90_tiny: ") and words in problems[0]


def test_6_red_where_a_check_needs_a_cell_that_students_may_edit(tmp_path):
    course = tiny.make(tmp_path / "course", ('# %% role="given" id="l90-setup"', "# %%"))
    assert gate(6, evidence_of(course, tmp_path / "work")) == [
        f'l90_tiny: l90-{name}-check needs a-tiny-lesson-2, which students may edit: give it role="given"'
        for name in ("double", "area")
    ]


def test_6_what_students_may_import(copy):
    allowed = "import numpy as np\nfrom course_lib import check, hint\nfrom course_lib.graph import Value\nfrom __future__ import annotations"
    assert [name for name in verify._imports(allowed) if verify._private(name)] == []


# --- 7 ---------------------------------------------------------------------------------------------------------------


def test_7_the_index_is_whole():
    counts = {deck: sum(row.id[0] == deck for row in INDEX) for deck in "WUCLIE"}
    assert counts == {"W": 23, "U": 28, "C": 16, "L": 14, "I": 17, "E": 19}
    for deck, count in counts.items():
        assert {row.id for row in INDEX if row.id[0] == deck} == {f"{deck}{n + 1}" for n in range(count)}
    assert all(row.lessons and row.text and row.deck for row in INDEX)


def test_7_green(sound):
    assert gate(7, sound) == []


def lesson_two(tmp_path, words):
    course = tiny.make(
        tmp_path / "course", ("# ## Numbers", f"# ## Numbers\n#\n# {words}"), name="l02_backpropagation", built=False
    )
    return evidence_of(course, tmp_path / "work")


def test_7_green_when_every_row_is_named(tmp_path):
    evidence = lesson_two(
        tmp_path, "The homework [C7], its rules [C5, C6], [U3-U7] and two slips.\n#\n# | E15 | a |\n# | E19 | b |"
    )
    assert gate(7, evidence) == []


def test_7_rows_named_by_the_exercises_count_too(tmp_path):
    evidence = lesson_two(tmp_path, "[C5, C6, E15, E19]")
    exercises = evidence.course.root / "course_lib" / "exercises" / "l02_backpropagation.py"
    exercises.parent.mkdir(parents=True)
    exercises.write_text('lectures=("C7", "U3", "U4", "U5", "U6", "U7")\n', encoding="utf-8")
    assert gate(7, evidence) == []


def test_7_red_for_a_row_that_its_lesson_does_not_name(tmp_path):
    problems = gate(7, lesson_two(tmp_path, "[C5, C6] [U3-U6] [E15] [E19], and C7 and U7 without a mark"))
    assert [problem.partition(":")[0] for problem in problems] == [
        "l02_backpropagation does not name U7",
        "l02_backpropagation does not name C7",
    ]


def test_7_red_for_a_row_that_is_not_there_and_one_without_a_lesson(sound, tmp_path):
    evidence = lesson_two(tmp_path, "[C5-C7] [U3-U7] [E15, E19] [W77]")
    evidence.index = [*INDEX, lectures.Row("W24", "Waterloo", (), "a new slide")]
    homeless, stranger = gate(7, evidence)
    assert homeless == "W24 (a new slide) belongs to no lesson in lectures.csv"
    assert stranger == "l02_backpropagation names W77, which is no row of lectures.csv"


# --- 8 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_8_green(sound):
    assert gate(8, sound) == []


@pytest.mark.slow
def test_8_red(broken):
    assert sorted(gate(8, broken)) == [
        "l90_tiny: a-tiny-lesson: #The-beginning: there is no such heading",
        "l90_tiny: a-tiny-lesson: ../../READYOU.md: there is no such file",
        "l90_tiny: a-tiny-lesson: the image square.png has no alt text",
        "l90_tiny: numbers-3: the widget has no text, only its repr: show it with explore()",
    ]


@pytest.mark.slow
def test_8_red_for_a_readme(sound, monkeypatch):
    readme = sound.course.root / "README.md"
    monkeypatch.setattr(
        type(readme), "read_text", lambda path, encoding: "[gone](gone.md) ![](notebooks/l90_tiny/square.png)"
    )
    assert gate(8, sound) == [
        "README.md: gone.md: there is no such file",
        "README.md: the image notebooks/l90_tiny/square.png has no alt text",
    ]


WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"text/plain": "VBox(children=())", "text/html": '<img alt="a">'}, "only its repr"),
        ({"text/plain": "", "text/html": '<img alt="a">'}, "only its repr"),
        ({"text/plain": "A line", "text/html": "<img src='x'>"}, "no alt text"),
        ({"text/plain": "A line", "text/html": "<b>A line</b>"}, "leaves no picture"),
        ({"text/plain": "A line"}, "leaves no picture"),
        ({"text/plain": "[Press]", "text/html": '<p role="note">Or run this.</p>'}, None),
        ({"text/plain": "A line", "image/png": "iVBOR"}, "no alt text"),
        ({"text/plain": "No picture", "text/html": '<p role="alert">No picture</p>'}, "could not draw: No picture"),
        ({"text/plain": "f(x) is red (or not).", "text/html": '<img alt="a red line">'}, None),
    ],
)
def test_8_what_a_widget_must_leave(data, words):
    found = verify._without_fallback(nbformat.from_dict({"data": {**data, WIDGET: {}}}))
    assert found is None if words is None else words in found


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"text/plain": "<Figure size 640x480 with 1 Axes>", "image/png": "iVBOR"}, "show it with course_lib.pictures"),
        ({"text/plain": "a", "text/html": '<img alt="">', "image/png": "iVBOR"}, "no alt text"),
        ({"text/plain": "a line", "text/html": '<img alt="a line">', "image/png": "iVBOR"}, None),
        ({"text/plain": "3.0"}, None),
    ],
)
def test_8_what_a_still_picture_must_have(data, words):
    found = verify._without_fallback(nbformat.from_dict({"data": data}))
    assert found is None if words is None else words in found


# --- all together ----------------------------------------------------------------------------------------------------


def test_the_table_says_which_gate_is_red(sound):
    green = verify.Result(1, verify.GATES[0], [], 0.1)
    red = verify.Result(2, verify.GATES[1], ["a", "b"], 0.2)
    assert green.green and not red.green
    shown = verify.table([green, red])
    assert list(shown.columns[2].cells) == ["[green]green[/]", "[red]red: 2 problems[/]"]


def test_evidence_is_gathered_in_a_folder_that_goes_away(copy):
    with verify.gather(copy, copy.lessons()) as evidence:
        assert evidence.folder.is_dir() and evidence.folder.parent == copy.build
    assert not evidence.folder.exists()


def test_there_are_eight_gates_and_each_says_what_to_do():
    assert len(verify.GATES) == 8
    assert all(gate.remedy for gate in verify.GATES)
