from __future__ import annotations

import pytest
from nbformat import v4

from course_lib.checking.verdict import MIME, STATUSES, Part, Verdict
from grading.verdicts import LONGEST, VERDICT, problems, verdict


def shown(exercise, status, message="why", points=0.0):
    """A check cell as it looks after it ran: made by the check's own Verdict."""
    said = Verdict(exercise, "Title", ("C2",), (Part("dx", status, points, 1.0, message),))
    cell = v4.new_code_cell(f"check({exercise!r})", metadata={"nbgrader": {"grade_id": "c-check", "grade": True}})
    cell.outputs = [
        v4.new_output("stream", text="noise"),
        v4.new_output("display_data", said.bundle()),
        v4.new_output("execute_result", {"text/plain": repr(said)}),
    ]
    return cell


def stopped(ename, evalue, **nbgrader):
    cell = v4.new_code_cell("x", metadata={"nbgrader": nbgrader} if nbgrader else {})
    cell.outputs = [v4.new_output("error", ename=ename, evalue=evalue, traceback=[])]
    return cell


def test_the_mimetype_is_the_checks_own():
    assert VERDICT == MIME


def test_nothing_to_say_about_a_right_notebook():
    assert problems(v4.new_notebook(cells=[shown("l02.a", "right", points=1.0), v4.new_markdown_cell("x")])) == []


@pytest.mark.parametrize("status", sorted(set(STATUSES) - {"right", "not_written"}))
def test_every_status_is_told_with_its_message(status):
    cell = shown("l02.dense", status, "the product is transposed")
    assert (found := verdict(cell)) and found["status"] == status
    assert problems(v4.new_notebook(cells=[cell])) == ["dense: the product is transposed"]


def test_what_is_not_written_shares_a_sentence():
    cells = [shown("l02.a", "not_written"), shown("l02.b", "raised", "E"), shown("l02.c", "not_written")]
    assert problems(v4.new_notebook(cells=cells)) == ["b: E", "not written yet: a, c"]


def test_an_untouched_notebook_has_one_sentence():
    cells = [shown("l02.a", "not_written"), shown("l02.b", "not_written"), v4.new_code_cell("1")]
    assert problems(v4.new_notebook(cells=cells)) == ["nothing written yet"]


def test_cells_that_stopped():
    cells = [
        stopped("NameError", "name 'f' is not defined", grade_id="l02-f-check", grade=True),
        stopped("KeyboardInterrupt", "", grade_id="l02-g"),
        stopped("ZeroDivisionError", "division by zero"),
    ]
    cells[1].outputs += stopped("CellTimeoutError", "").outputs  # how nbclient ends a cell that it interrupted
    assert problems(v4.new_notebook(cells=cells)) == [
        "l02-f-check: NameError: name 'f' is not defined",
        "l02-g: ran too long and was interrupted",
        'the cell that begins with "x": ZeroDivisionError: division by zero',
    ]


def test_what_the_engine_has_told_is_told_once():
    slow, dead, other = (stopped(name, text, grade_id=id) for name, text, id in TOLD)
    told = ["Cell l02-slow ran for more than 2 s and was stopped.", "Cell l02-dead ended Python."]
    notebook = v4.new_notebook(cells=[slow, dead, other])
    assert problems(notebook, told) == ["l02-other: ran too long and was interrupted"]
    assert len(problems(notebook)) == 3


TOLD = (
    ("CellTimeoutError", "", "l02-slow"),
    ("DeadKernelError", "Cell l02-dead ended Python.", "l02-dead"),
    ("CellTimeoutError", "", "l02-other"),
)


def test_a_graded_cell_without_a_verdict_that_wrote_to_stderr():
    cell = v4.new_code_cell("assert True", metadata={"nbgrader": {"grade_id": "q", "grade": True}})
    cell.outputs = [v4.new_output("stream", name="stderr", text="careful")]
    assert problems(v4.new_notebook(cells=[cell])) == ["q: wrote to stderr, for which nbgrader gives no points"]


def test_what_only_looks_like_a_verdict_is_none():
    cell = v4.new_code_cell("x", outputs=[v4.new_output("display_data", {VERDICT: {"status": 3}})])
    assert verdict(cell) is None
    assert problems(v4.new_notebook(cells=[cell])) == []


def test_a_students_text_cannot_break_the_table():
    cell = stopped("Error", "\x1b[31mred\x1b]0;title\x07\n\n" + "long " * 100)
    (sentence,) = problems(v4.new_notebook(cells=[cell]))
    assert sentence.isprintable()
    assert len(sentence) == LONGEST


def test_an_error_without_a_word_is_named_without_a_colon():
    assert problems(v4.new_notebook(cells=[stopped("SystemExit", ""), stopped("AssertionError", " \n")])) == [
        'the cell that begins with "x": SystemExit',
        'the cell that begins with "x": AssertionError',
    ]


def test_a_cells_first_line_is_quoted_short_and_harmless():
    cell = stopped("Error", "why")
    cell.source = "\n  <img src=x>`*[]$\u202e" + "y" * 100 + "\nsecond"
    wanted = f'the cell that begins with "?img src=x???????{"y" * 23}...": Error: why'
    assert problems(v4.new_notebook(cells=[cell])) == [wanted]


def test_letters_that_turn_the_line_round_are_left_out():
    (sentence,) = problems(v4.new_notebook(cells=[stopped("Error", "a\u202eb\u2028c")]))
    assert sentence == 'the cell that begins with "x": Error: a b c'
