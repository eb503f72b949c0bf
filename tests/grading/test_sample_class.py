from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy

import pytest
from nbformat import v4
from nbgrader.api import Gradebook

from grading import gradebook as gradebooks
from grading.answering import put, tasks, written
from grading.class_folder import ClassFolder
from grading.course import Course, CourseError, with_venv_first
from grading.engine.limits import Limits
from grading.export import export
from grading.feedback import feedback
from grading.grade import grade
from grading.report import Report, Row
from grading.sample_class import LESSON, differences, hand_ins, make, written_down
from grading.submission import check, release
from tests.answers import load
from tests.grading import sample_points

COURSE = Course.find()
NAME = COURSE.lesson(LESSON)
# a whole class for each lesson takes its minutes: one lesson in every run, the others when asked for (-m exhaustive)
CLASSES = [pytest.param(name, marks=[pytest.mark.exhaustive] * (name != NAME)) for name in COURSE.lessons()]
DAMAGED = {
    "check missing": "Cell l02-multiply-adds-check was missing; it was put back.",
    "check edited": "Cell l02-three-factors-check had been edited; the released text was used. "
    "Please leave it as it is, and add cells of your own.",
    "answer twice": "Answer l02-three-factors was there 2 times; the first one was graded, others were kept as cells of your own.",
    "corrupt": "l02_backpropagation.ipynb is damaged at line",
}


@pytest.fixture(scope="module")
def handed_in():
    return hand_ins(COURSE, NAME)


@pytest.fixture(scope="module")
def points():
    return written_down(NAME)


def number(text):
    return float(text) if text else None


# --- what is handed in -----------------------------------------------------------------------------------------------


def test_thirty_students_of_all_kinds(handed_in):
    assert len({one.student for one in handed_in}) == len(handed_in) == 30
    kinds = Counter(one.kind for one in handed_in)
    assert kinds["all right"] >= 3
    assert {*DAMAGED, "untouched", "prints and warns", "endless loop", "first half", "a friend's numbers"} <= set(kinds)


def test_the_same_bytes_each_time(handed_in):
    assert hand_ins(COURSE, NAME) == handed_in


def test_every_wrong_and_every_right_answer_of_the_bank_is_handed_in(handed_in):
    released = release(COURSE, NAME)
    todo = {task.exercise: task for task in tasks(released)}
    whole = [one for one in handed_in if one.kind != "corrupt"]
    cells = {one.student: {cell["id"]: cell["source"] for cell in json.loads(one.content)["cells"]} for one in whole}
    for answer in load(LESSON):
        task = todo[answer.exercise]
        stub = next(cell for cell in released.cells if cell.id == task.answer)
        for student, sources in cells.items():
            notebook = v4.new_notebook(cells=[deepcopy(stub)])
            put(notebook, task, written(task, answer, student))
            if sources[task.answer] == notebook.cells[0].source:
                break
        else:
            pytest.fail(f"nobody hands in {answer}")


def test_only_what_is_meant_to_be_damaged_is(handed_in, tmp_path):
    for one in handed_in:
        path = tmp_path / f"{NAME}.ipynb"
        path.write_bytes(one.content)
        found = check(COURSE, path)
        assert len(found) == (one.kind in DAMAGED)
        assert not found or found[0].startswith(DAMAGED[one.kind])


# --- making it -------------------------------------------------------------------------------------------------------


def test_an_unchanged_class_keeps_its_grades(tmp_path):
    folder = make(COURSE, tmp_path / "sample")
    folder.gradebook.write_text("grades")
    make(COURSE, tmp_path / "sample")
    assert folder.gradebook.exists()


def test_a_changed_class_starts_anew(tmp_path):
    folder = make(COURSE, tmp_path / "sample")
    folder.gradebook.write_text("grades")
    next(folder.submitted.glob("*/*/*.ipynb")).write_text("{}")
    make(COURSE, tmp_path / "sample")
    assert not folder.gradebook.exists()
    assert "{}" not in {path.read_text(encoding="utf-8") for path in folder.submitted.glob("*/*/*.ipynb")}


def test_somebodys_folder_is_not_touched(tmp_path):
    (tmp_path / "submitted" / "ada").mkdir(parents=True)
    with pytest.raises(CourseError, match="is not empty and no sample class"):
        make(COURSE, tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["submitted", "ada"]


# --- the points that are written down --------------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", COURSE.lessons())
def test_the_points_written_down_are_those_of_the_checks(lesson):
    assert list(written_down(lesson).values()) == sample_points.table(COURSE, lesson)


def test_right_answers_have_all_points_and_mistakes_cost_some(points):
    totals = {row["student"]: number(row["points"]) for row in points.values()}
    full = max(total for total in totals.values() if total is not None)
    assert full == 66.5
    for row in points.values():
        total = totals[row["student"]]
        if row["kind"] in ("all right", "prints and warns", "check missing", "answer twice"):
            assert total == full
        elif row["kind"] == "untouched":
            assert total == 0
        elif row["kind"] == "corrupt":
            assert total is None
        else:
            assert 0 < total < full


def test_other_points_are_noticed(points, tmp_path):
    rows = [Row(student, NAME, "graded", number(row["points"])) for student, row in points.items()]
    assert differences(Report(rows, {})) == []
    assert differences(Report(rows[1:], {})) == [f"{rows[0].student}: None points, expected 0.0"]
    other = Row("abebe-s", NAME, "graded", 60.0)
    assert differences(Report([*rows, other], {})) == ["abebe-s: 60.0 points, expected 66.5"]


# --- grading it ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=CLASSES)
def lesson(request):
    return request.param


@pytest.fixture(scope="module")
def wanted(lesson):
    return written_down(lesson)


@pytest.fixture(scope="module")
def class_dir(lesson, tmp_path_factory):
    return make(COURSE, tmp_path_factory.mktemp("classes") / "sample", lesson).path


@pytest.fixture(scope="module")
def report(class_dir, lesson):
    return grade(COURSE, class_dir, limits=Limits(cell=10 if lesson == NAME else 30))  # an endless cell takes all of it


@pytest.mark.slow
def test_the_class_gets_the_points_written_down(report, wanted):
    assert differences(report) == []
    for row in report.rows:
        exercises = {name.replace("-", ".", 1).replace("-", "_"): value for name, value in row.exercises.items()}
        came = {
            name: value for name, value in exercises.items() if name in wanted[row.student]
        }  # without written questions
        # written down with two decimals
        assert came == pytest.approx({name: number(wanted[row.student][name]) for name in came}, abs=0.005), row.student
        assert came or wanted[row.student]["kind"] == "corrupt"


@pytest.mark.slow
def test_everybody_hears_what_went_wrong(report, lesson, wanted):
    notes = {row.student: row.notes for row in report.rows}
    full = max((row["points"] for row in wanted.values()), key=lambda text: number(text) or 0)
    for student, row in wanted.items():
        assert bool(notes[student]) == (row["kind"] in DAMAGED or row["points"] != full)
        if lesson == NAME and row["kind"] in DAMAGED:
            assert notes[student][0].startswith(DAMAGED[row["kind"]])


@pytest.mark.slow
def test_feedback_and_csv_of_the_class(report, class_dir, lesson, wanted):
    pages, failed = feedback(COURSE, class_dir)
    assert failed == []
    assert len(pages) == sum(row["kind"] != "corrupt" for row in wanted.values())
    cards = pages[1].read_text(encoding="utf-8")
    assert 'role="status"' in cards  # the verdict cards
    assert lesson != NAME or cards.count("data:image/png;base64") >= 3  # the pictures
    with export(COURSE, class_dir).open(newline="", encoding="utf-8") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    for student, row in wanted.items():
        assert number(rows[student]["points"]) == pytest.approx(number(row["points"]), abs=0.005), student


def autograde_alone(folder, lesson):
    environment = {k: v for k, v in with_venv_first(os.environ).items() if not k.startswith("COURSE_")}
    command = [
        sys.executable,
        "-m",
        "nbgrader",
        "autograde",
        lesson,
        "--Execute.timeout=30",
        "--Execute.iopub_timeout=30",
    ]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=900)


@pytest.mark.slow
def test_nbgrader_alone_gives_the_well_formed_ones_the_same_points(class_dir, lesson, wanted, tmp_path):
    """Without any setting or preprocessor of ours.  It does not know whose work it runs, so nobody's numbers are a friend's."""
    well_formed = [
        student
        for student, row in wanted.items()
        if row["kind"] in ("all right", "mistakes", "prints and warns", "untouched")
    ]
    halves = [tmp_path / "one", tmp_path / "two"]  # two at once: it runs one submission after the other
    for place, student in enumerate(well_formed):
        shutil.copytree(class_dir / "submitted" / student, halves[place % 2] / "submitted" / student)
    for half in halves:
        with gradebooks.opened(ClassFolder(half)) as book:
            gradebooks.enter_lesson(COURSE, book, lesson, ClassFolder(half).db_url)
    with ThreadPoolExecutor(2) as threads:
        assert [done.returncode for done in threads.map(autograde_alone, halves, [lesson] * 2)] == [0, 0]
    came = {}
    for half in halves:
        with Gradebook(ClassFolder(half).db_url) as book:
            came |= {one.student.id: one.score for one in book.assignment_submissions(lesson)}
    assert came == {student: pytest.approx(number(wanted[student]["points"]), abs=0.005) for student in well_formed}
