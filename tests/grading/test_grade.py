"""A small class with everything in it that goes wrong, graded for real by nbgrader."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from grading import gradebook as gradebooks
from grading.class_folder import ClassFolder
from grading.course import Course, CourseError, with_venv_first
from grading.engine.limits import Limits
from grading.export import export
from grading.feedback import feedback
from grading.grade import grade
from tests.grading import small_class
from tests.grading.small_class import LESSON, RIGHT, answered, at, hand_in, solved

WELL_FORMED = {
    "ada": solved("ada"),
    "José Núñez": solved("José Núñez"),
    "half": answered(double=RIGHT["double"]),
    "mostly": answered(double="def double(x):\n    return 10 if x == 5 else 3", square=RIGHT["square"]),
    "untouched": small_class.release(),
    "prints": answered(
        double="import sys\n\ndef double(x):\n    print('x', x)\n    return 2 * x\n\nprint('me', file=sys.stderr)"
    ),
    "stops": answered(double="1 / 0", square=RIGHT["square"]),
}


def without_check():
    notebook = solved("no check")
    notebook.cells.remove(at(notebook, "l01-double-check"))
    return notebook


def with_edited_check():
    notebook = answered(square=RIGHT["square"])
    at(notebook, "l01-double-check").source = "3.0"
    return notebook


def with_copy():
    notebook = solved("copy")
    copy = deepcopy(at(notebook, "l01-double"))
    copy.id = "copy"
    notebook.cells.insert(4, copy)
    return notebook


DAMAGED = {
    "no check": without_check(),
    "edited": with_edited_check(),
    "copy": with_copy(),
    "loop": answered(double="def double(x):\n    while True:\n        pass", square=RIGHT["square"]),
    "dead": answered(double="import os\nos._exit(1)"),
    "stubborn": answered(
        double="import time\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException:\n        pass"
    ),
    "corrupt": "{",
}
# worked out by hand: double 3, square 2, who 1; the 4 written points wait where something was written
POINTS = {
    "ada": (6, 4),
    "José Núñez": (6, 4),
    "half": (3, 0),
    "mostly": (3, 0),
    "untouched": (0, 0),
    "prints": (3, 0),
    "stops": (2, 0),
    "no check": (6, 4),
    "edited": (2, 0),
    "copy": (6, 4),
    "loop": (2, 0),
    "dead": (0, 0),
    "stubborn": (0, 0),
    "corrupt": (None, 0),
}


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Course:
    return small_class.course(tmp_path_factory.mktemp("a course"))


@pytest.fixture(scope="module")
def class_dir(course):
    folder = course.classes / "default"
    for student, notebook in (WELL_FORMED | DAMAGED).items():
        hand_in(folder, student, notebook)
    (folder / "students.csv").write_text("id,first_name,last_name\nada,Ada,Lovelace\nabsent,A,B\n")
    return folder


@pytest.fixture(scope="module")
def handed_in(class_dir):
    return digests(class_dir / "submitted")


@pytest.fixture(scope="module")
def report(course, class_dir, handed_in):
    return grade(course, class_dir, workers=2, limits=Limits(cell=2))


@pytest.fixture(scope="module")
def rows(report):
    return {row.student: row for row in report.rows}


pytestmark = pytest.mark.slow


def test_every_submission_has_the_points_it_should_have(rows):
    assert {student: (row.points, row.waiting) for student, row in rows.items() if student != "absent"} == POINTS
    assert {row.max_points for row in rows.values()} == {10}


def test_the_status_says_what_is_left_to_do(rows):
    status = {student: row.status for student, row in rows.items()}
    assert {student for student, text in status.items() if text == "not graded"} == {"corrupt"}
    assert {student for student, text in status.items() if text == "not handed in"} == {"absent"}
    waits = {student for student, (_, waiting) in POINTS.items() if waiting}
    assert {student for student, text in status.items() if text == "waits for manual grading"} == waits


def test_every_row_says_what_went_wrong(rows):
    assert {student: row.notes for student, row in rows.items()} == {
        "ada": [],
        "José Núñez": [],
        "half": ["who: l01.who of COURSE_KEY is wrong", "not written yet: square"],
        "mostly": ["double: l01.double of 2 is wrong", "who: l01.who of COURSE_KEY is wrong"],
        "untouched": ["who: l01.who of COURSE_KEY is wrong", "not written yet: double, square"],
        "prints": ["who: l01.who of COURSE_KEY is wrong", "not written yet: square"],
        "stops": [
            "l01-double: ZeroDivisionError: division by zero",
            "l01-double-check: NameError: name 'double' is not defined",
            "who: l01.who of COURSE_KEY is wrong",
        ],
        "no check": ["Cell l01-double-check was missing; it was put back."],
        "edited": [
            "Cell l01-double-check had been edited; the released text was used. "
            "Please leave it as it is, and add cells of your own.",
            "who: l01.who of COURSE_KEY is wrong",
            "not written yet: double",
        ],
        "copy": [
            "Answer l01-double was there 2 times; the first one was graded, others were kept as cells of your own."
        ],
        "loop": [
            "Cell l01-double-check ran for more than 2 s and was stopped.",
            "double: did not finish",
            "who: l01.who of COURSE_KEY is wrong",
        ],
        "dead": [
            "Cell l01-double ended Python.",
            "l01-double-check: NameError: name 'double' is not defined",
            "who: l01.who of COURSE_KEY is wrong",
            "not written yet: square",
        ],
        "stubborn": [
            "Cell l01-double ran for more than 2 s and could not be stopped; Python was ended.",
            "l01-double-check: NameError: name 'double' is not defined",
            "who: l01.who of COURSE_KEY is wrong",
            "not written yet: square",
        ],
        "corrupt": [
            "l01_small.ipynb is damaged at line 1, column 2 (Expecting property name enclosed in double quotes): "
            "save it and download it again."
        ],
        "absent": [],
    }


def test_the_table_has_every_student(report, rows):
    console = Console(width=250)
    with console.capture() as captured:
        console.print(report.table())
    assert all(student in captured.get() for student in rows)


def test_what_was_handed_in_is_untouched(class_dir, report, handed_in):
    assert digests(class_dir / "submitted") == handed_in


def test_the_gradebook_is_nbgraders(class_dir, report):
    with Gradebook(ClassFolder(class_dir).db_url) as gradebook:
        scores = {one.student.id: one.score for one in gradebook.assignment_submissions(LESSON)}
        names = {student.id: student.last_name for student in gradebook.students}
    assert scores == {student: points or 0 for student, (points, _) in POINTS.items() if student != "corrupt"}
    assert names == dict.fromkeys(POINTS) | {"ada": "Lovelace", "absent": "B"}


def test_the_kernel_knows_the_student_and_the_key_but_this_process_does_not(rows):
    assert rows["ada"].exercises["l01-who"] == 1  # its check reads both
    assert not {"COURSE_KEY", "COURSE_STUDENT"} & set(os.environ)


def test_the_student_reads_in_the_notebook_what_was_repaired(class_dir, report):
    graded = nbformat.read(class_dir / "autograded" / "no check" / LESSON / f"{LESSON}.ipynb", as_version=4)
    assert "- Cell l01-double-check was missing; it was put back." in graded.cells[0].source


def test_a_second_run_grades_nothing_and_says_the_same(course, class_dir, report):
    before = digests(class_dir / "autograded")
    again = grade(course, class_dir, limits=Limits(cell=2))
    assert [asdict(row) for row in again.rows] == [asdict(row) for row in report.rows]
    assert digests(class_dir / "autograded") == before


def test_feedback_and_table_of_points(course, class_dir, report):
    pages, failed = feedback(course, class_dir, workers=2)
    assert failed == []
    assert {page.parents[1].name for page in pages} == {
        student for student, (points, _) in POINTS.items() if points is not None
    }
    (page,) = (page for page in pages if page.parents[1].name == "no check")
    html = page.read_text(encoding="utf-8")
    assert "<b>card: right</b>" in html
    assert "Cell l01-double-check was missing; it was put back." in html

    lines = export(course, class_dir).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "student,lesson,points,max_points,l01-double,l01-square,l01-why,l01-who,status"
    assert "ada,l01_small,6,10,3,2,,1,waits for manual grading" in lines
    assert "mostly,l01_small,3,10,1,2,0,0,graded" in lines
    assert "corrupt,l01_small,,10,,,,,not graded" in lines
    assert "absent,l01_small,,10,,,,,not handed in" in lines
    assert len(lines) == len(POINTS) + 2


# --- plain nbgrader on the same folders ------------------------------------------------------------------------------


def nbgrader(course, *arguments):
    command = [sys.executable, "-m", "nbgrader", *arguments]
    environment = with_venv_first({k: v for k, v in os.environ.items() if k != "COURSE_CLASS"})
    environment["PYTHONPATH"] = str(small_class.CONFIG.parents[1])
    done = subprocess.run(
        command, cwd=course.root / "grading", env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "not recognized" not in done.stderr
    return done


def test_nbgrader_itself_gives_the_same_points(course, class_dir, report, tmp_path):
    """Its own commands, its own preprocessors, and not our repair: on the submissions that nothing is wrong with."""
    other = course.classes / "default_of_nbgrader"
    shutil.copytree(class_dir / "submitted", other / "submitted")
    compared = {"José Núñez", "mostly", "prints", "stops"}
    for student in set(POINTS) - compared:
        shutil.rmtree(other / "submitted" / student)
    shutil.copy(class_dir / "key", other / "key")
    with gradebooks.opened(ClassFolder(other)) as book:
        gradebooks.enter_lesson(course, book, LESSON, ClassFolder(other).db_url)

    def ours_aside(run):
        kept = class_dir.rename(class_dir.with_name("kept"))
        other.rename(class_dir)
        try:
            run()
        finally:
            class_dir.rename(other)
            kept.rename(class_dir)

    ours_aside(lambda: nbgrader(course, "autograde", LESSON))
    ours_aside(lambda: nbgrader(course, "generate_feedback", LESSON))
    ours_aside(lambda: nbgrader(course, "export", "--to", str(tmp_path / "points.csv")))
    with Gradebook(ClassFolder(other).db_url) as gradebook:
        scores = {one.student.id: one.score for one in gradebook.assignment_submissions(LESSON)}
    assert scores == {student: points for student, (points, _) in POINTS.items() if student in compared}
    assert {path.parents[1].name for path in other.glob("feedback/*/*/*.html")} == compared
    assert "José Núñez,l01_small,6,10,3,2,,1,waits for manual grading" in (tmp_path / "points.csv").read_text(
        encoding="utf-8"
    )


# --- a class through a term ------------------------------------------------------------------------------------------


def test_a_class_is_graded_again_and_again(tmp_path):
    course, folder = small_class.course(tmp_path / "course"), tmp_path / "class"
    slow = answered(double="import time\ntime.sleep(1.5)\n" + RIGHT["double"])
    for student, notebook in {"ada": answered(double=RIGHT["double"]), "bob": slow, "carl": solved("carl")}.items():
        hand_in(folder, student, notebook)
    hand_in(folder, "d[ora]", solved("d[ora]"))
    (folder / "submitted" / "emil" / "lesson one").mkdir(parents=True)

    def points(report):
        return {row.student: row.points for row in report.rows}

    # only some, with little time
    first = grade(course, folder, lesson="1", students=["ada", "bob", "carl"], limits=Limits(cell=1))
    assert points(first) == {"ada": 3, "bob": 0, "carl": 6}

    # a person reads carl's answer
    with Gradebook(ClassFolder(folder).db_url) as book:
        given = book.find_grade("l01-why", LESSON, LESSON, "carl")
        given.manual_score, given.needs_manual_grade = 3.5, False
        book.db.commit()
    (row,) = grade(course, folder, students=["carl"], limits=Limits(cell=1)).rows
    assert (row.points, row.waiting, row.status) == (9.5, 0, "graded")

    # ada hands in more, everybody gets more time; the points given by hand stay
    hand_in(folder, "ada", solved("ada"))
    rows = {row.student: row for row in grade(course, folder, limits=Limits(cell=10)).rows}
    assert {student: row.points for student, row in rows.items()} == {
        "ada": 6,
        "bob": 3,
        "carl": 9.5,
        "d[ora]": None,
        "emil": None,
    }
    assert rows["d[ora]"].notes == ["nbgrader cannot grade a folder with the name d[ora]: rename it without [ ]"]
    assert rows["emil"].notes == [
        "submitted/emil/lesson one was not graded: wanted a folder with the name of a lesson."
    ]

    # ada's last file is broken: the points of the one before are taken back
    hand_in(folder, "ada", "{")
    assert points(grade(course, folder, limits=Limits(cell=10))) == {
        **points(first),
        "ada": None,
        "bob": 3,
        "carl": 9.5,
        "d[ora]": None,
        "emil": None,
    }
    with gradebooks.opened(ClassFolder(folder)) as book:
        assert gradebooks.scores(book, LESSON)["ada"].points == 0

    # the lesson loses a check
    changed = small_class.release()
    changed.cells.remove(at(changed, "l01-square-check"))
    nbformat.write(changed, course.release(LESSON))
    with pytest.raises(CourseError, match="has other cells than when this class was first graded"):
        grade(course, folder)


# --- what cannot be done: one clear error ----------------------------------------------------------------------------


def test_refusals(tmp_path):
    course, folder = small_class.course(tmp_path / "course"), tmp_path / "class"
    hand_in(folder, "ada", solved("ada"))
    with pytest.raises(CourseError, match="is no class folder"):
        grade(course, tmp_path / "nowhere")
    with pytest.raises(CourseError, match="there is no lesson 'l77'"):
        grade(course, folder, lesson="l77")
    with pytest.raises(CourseError, match="has nothing of zoe"):
        grade(course, folder, students=["zoe"])
    with pytest.raises(CourseError, match="nothing graded yet"):
        feedback(course, folder)
    with pytest.raises(CourseError, match="nothing graded yet"):
        export(course, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["submitted"]
    course.release(LESSON).unlink()
    with pytest.raises(CourseError, match="build it first with  course build l01_small"):
        grade(course, folder)
    shutil.rmtree(folder / "submitted" / "ada")
    with pytest.raises(CourseError, match="nothing handed in for l01_small"):
        grade(course, folder)


def test_formgrader_finds_a_lesson_that_was_graded_before_anything_was_built(tmp_path):
    course, folder = small_class.course(tmp_path / "course"), tmp_path / "class"
    shutil.rmtree(course.source)
    course.solution(LESSON).write_text('# %% role="given" id="l01-setup"\nimport math\n', encoding="utf-8")
    hand_in(folder, "ada", solved("ada"))
    grade(course, folder)
    assert "import math" in course.source_notebook(LESSON).read_text(encoding="utf-8")


def test_the_csv_goes_where_it_is_sent_or_says_why_not(course, class_dir, report, tmp_path):
    lines = export(course, class_dir, lesson="1", to=tmp_path / "mine.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(POINTS) + 2
    with pytest.raises(CourseError, match="cannot write"):
        export(course, class_dir, to=tmp_path / "no" / "such" / "folder.csv")
