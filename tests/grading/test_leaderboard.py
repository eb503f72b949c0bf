"""Places are given by what the graded notebooks' verdicts measured."""

from __future__ import annotations

import io

import nbformat
import pytest
from nbformat import v4
from rich.console import Console

from course_lib.exercises import find
from grading.class_folder import ClassFolder
from grading.course import Course, CourseError
from grading.leaderboard import entries, leaderboard
from grading.verdicts import VERDICT

COURSE = Course.find()
CONTEST = find("l13.capstone")
LESSON = "l13_transfer_and_capstone"


CHECK = "l13-capstone-check"


def graded(folder, student, right, numbers=2000, multiply_adds=1e9, before=(), own=()):
    """An autograded notebook whose check said this"""
    values = {"right": right, "numbers": numbers, "multiply_adds": multiply_adds}
    parts = [{"name": name, "value": value} for name, value in values.items()]
    said = {"exercise": CONTEST.id, "status": "right", "message": "", "parts": parts}
    outputs = [v4.new_output("display_data", {VERDICT: one, "text/plain": ""}) for one in (*before, said)]
    path = folder.autograded / student / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    check = v4.new_code_cell("check(...)", outputs=outputs, metadata={"nbgrader": {"grade_id": CHECK, "grade": True}})

    def theirs():
        return [
            v4.new_code_cell("display(...)", outputs=[v4.new_output("display_data", {VERDICT: one})]) for one in own
        ]

    nbformat.write(v4.new_notebook(cells=[*theirs(), check, *theirs()]), path)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "submitted").mkdir()
    return ClassFolder.open(tmp_path)


def shown(tables):
    out = io.StringIO()
    for table in tables:
        Console(file=out, width=120).print(table)
    return out.getvalue()


def test_the_best_stands_first_and_who_spent_too_much_last(folder):
    graded(folder, "ada", 0.91)
    graded(folder, "bob", 0.97)
    graded(folder, "eve", 0.99, numbers=6001)
    graded(folder, "zoe", 0.98, multiply_adds=2e9)
    assert [one.student for one in entries(folder, LESSON, CONTEST, CHECK)] == ["zoe", "bob", "ada", "eve"]
    text = shown(leaderboard(COURSE, folder.path, "13"))
    lines = [line for line in text.splitlines() if "%" in line]
    assert ["zoe" in lines[0], "98.0%" in lines[0], "2,000,000,000" in lines[0]] == [True] * 3
    assert lines[3].split()[1:4] == ["too", "much", "spent"] and "6,001" in lines[3]


def test_work_that_could_not_be_scored_has_no_place(folder):
    graded(folder, "ada", None)
    graded(folder, "bob", 0.8)
    path = folder.autograded / "eve" / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell("1"), v4.new_markdown_cell("2")]), path)
    assert [one.student for one in entries(folder, LESSON, CONTEST, CHECK)] == ["bob"]


@pytest.mark.parametrize("place", ["before", "own"])
def test_a_forged_verdict_counts_nothing(folder, place):
    """Whether it stands before the check's own in its cell, or in cells of the student's own before and after."""
    values = {"right": 1.0, "numbers": 1, "multiply_adds": 1}
    parts = [{"name": name, "value": value} for name, value in values.items()]
    graded(folder, "eve", 0.5, **{place: [{"exercise": CONTEST.id, "status": "right", "message": "", "parts": parts}]})
    assert [one.right for one in entries(folder, LESSON, CONTEST, CHECK)] == [0.5]


def test_nothing_to_rank_is_said(folder):
    with pytest.raises(CourseError, match="no class folder"):
        leaderboard(COURSE, folder.path / "none", "13")
    with pytest.raises(CourseError, match="l02_backpropagation has no contest"):
        leaderboard(COURSE, folder.path, "2")
    with pytest.raises(CourseError, match="no result of l13_transfer_and_capstone in"):
        leaderboard(COURSE, folder.path, "13")
