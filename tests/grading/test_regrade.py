"""What happens to points that work had already, when the same work would have others today."""

from __future__ import annotations

import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from grading import autograde, regrade
from grading.class_folder import ClassFolder
from grading.engine.limits import Limits
from grading.grade import grade
from grading.gradebook import Score
from grading.regrade import Move
from tests.grading import small_class, stand_in
from tests.grading.dump import dump
from tests.grading.small_class import LESSON, RIGHT, answered, hand_in, solved

MORE = Limits(cell=30)  # another limit, so that everything is graded anew


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setattr("nbgrader.api.get_alembic_version", stand_in.alembic_version)
    monkeypatch.setattr("grading.grade.works", stand_in.works)
    monkeypatch.setattr("grading.grade.warm_up", stand_in.warm_up)
    monkeypatch.setattr(autograde, "execute", stand_in.execute)
    return small_class.course(tmp_path / "course")


@pytest.fixture
def folder(tmp_path, course):
    for student, notebook in {
        "ada": solved("ada"),
        "bob": answered(double=RIGHT["double"]),
        "eve": small_class.release(),
    }.items():
        hand_in(tmp_path / "class", student, notebook)
    grade(course, tmp_path / "class")
    return ClassFolder(tmp_path / "class")


def stricter(monkeypatch):
    """A mended check: no points for double any more, and one for whatever stands at square."""

    def execute(unit):
        notebook, said = stand_in.execute(unit)
        for cell in notebook.cells:
            id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if id == "l01-double-check":
                cell.outputs[0].data["text/plain"] = "0.0"
            elif id == "l01-square-check" and unit.student == "bob":
                cell.outputs[0].data["text/plain"] = "1.0"
        return notebook, said

    monkeypatch.setattr(autograde, "execute", execute)


MOVES = [
    Move(LESSON, "ada", "l01-double", 3.0, 0.0),
    Move(LESSON, "bob", "l01-double", 3.0, 0.0),
    Move(LESSON, "bob", "l01-square", 0.0, 1.0),
]


def points(report):
    return {row.student: row.points for row in report.rows}


def test_every_score_that_moves_is_listed_before_it_is_written(course, folder, monkeypatch):
    stricter(monkeypatch)
    asked, before = [], dump(folder.db_url)

    def agree(moves):
        assert dump(folder.db_url) == before
        asked.append(moves)
        return True

    report = grade(course, folder.path, limits=MORE, agree=agree)
    assert [sorted(moves) for moves in asked] == [MOVES]
    assert sorted(report.moves) == MOVES and not report.refused
    assert points(report) == {"ada": 3, "bob": 1, "eve": 0}
    grade(course, folder.path, limits=MORE, agree=lambda moves: pytest.fail("asked twice"))


def test_a_refusal_leaves_everything_as_it_was_and_asks_again(course, folder, monkeypatch):
    stricter(monkeypatch)
    before = dump(folder.db_url)
    for _ in range(2):
        report = grade(course, folder.path, limits=MORE, agree=lambda moves: False)
        assert report.refused and sorted(report.moves) == MOVES
        assert points(report) == {"ada": 6, "bob": 3, "eve": 0}
        assert dump(folder.db_url) == before


def test_nobody_is_asked_where_nothing_moves(course, folder):
    before = dump(folder.db_url)
    assert not grade(course, folder.path, limits=MORE, agree=lambda moves: pytest.fail("asked")).moves
    assert dump(folder.db_url) == before


def test_nobody_is_asked_about_work_that_was_handed_in_anew(course, folder):
    hand_in(folder.path, "ada", small_class.release())
    hand_in(folder.path, "new", solved("new"))
    report = grade(course, folder.path, agree=lambda moves: pytest.fail("asked"))
    assert points(report) == {"ada": 0, "bob": 3, "eve": 0, "new": 6}


def test_a_dry_run_writes_nothing(course, folder, monkeypatch):
    stricter(monkeypatch)
    hand_in(folder.path, "eve", solved("eve"))
    before = dump(folder.db_url)
    records = {path: path.read_bytes() for path in folder.records.rglob("*.json")}
    report = grade(course, folder.path, limits=MORE, dry_run=True, agree=lambda moves: True)
    assert [move for move in report.moves if move.student != "eve"] == MOVES
    assert {move.exercise for move in report.moves if move.student == "eve"} == {"l01-square", "l01-who", "l01-why"}
    assert dump(folder.db_url) == before
    assert {path: path.read_bytes() for path in folder.records.rglob("*.json")} == records


def test_a_dry_run_of_a_new_class_leaves_no_points(course, tmp_path):
    hand_in(tmp_path / "new", "ada", solved("ada"))
    assert points(grade(course, tmp_path / "new", dry_run=True)) == {"ada": None}
    assert not (tmp_path / "new" / "autograded").exists() and not (tmp_path / "new" / "records").exists()


def test_points_given_by_hand_stay_and_are_no_move(course, folder, monkeypatch):
    with Gradebook(folder.db_url) as book:
        for id, given in {"l01-double-check": 2.5, "l01-why": 3.5}.items():
            grade_ = book.find_grade(id, LESSON, LESSON, "ada")
            grade_.manual_score, grade_.needs_manual_grade = given, False
        comment = book.find_comment("l01-why", LESSON, LESSON, "ada")
        comment.manual_comment = "Well said."
        book.db.commit()
    stricter(monkeypatch)
    report = grade(course, folder.path, limits=MORE)
    assert sorted(report.moves) == MOVES[1:]
    assert points(report)["ada"] == 2.5 + 2 + 1 + 3.5
    with Gradebook(folder.db_url) as book:
        for id in ("l01-double-check", "l01-why"):  # as nbgrader has it: a second look
            assert book.find_grade(id, LESSON, LESSON, "ada").needs_manual_grade
        assert book.find_comment("l01-why", LESSON, LESSON, "ada").comment == "Well said."


SCORES = {
    "a-check": Score(1.0, None, None, 2.0, False),
    "b": Score(None, None, None, 2.0, True),
    "c": Score(1.0, 2.0, None, 2.0, False),
}


@pytest.mark.parametrize(
    ("new", "wanted"),
    [
        ({"a-check": 1.0, "b": None, "c": 0.0}, []),
        ({"a-check": 1.0 + 1e-9, "b": None, "c": 1.0}, []),
        ({"a-check": 0.5, "b": None, "c": 1.0}, [("a", 1.0, 0.5)]),
        ({"a-check": 1.0, "b": 0.0, "c": 1.0}, [("b", None, 0.0)]),
        ({}, [("a", 1.0, None)]),
    ],
)
def test_moves(new, wanted):
    assert [(move.exercise, move.old, move.new) for move in regrade.moves("l01", "ada", SCORES, new)] == wanted


def test_down():
    downs = {(old, new): Move("l", "s", "e", old, new).down for old in (None, 0.0, 1.0) for new in (None, 0.0, 1.0)}
    assert {pair for pair, down in downs.items() if down} == {(1.0, None), (1.0, 0.0)}


def test_the_table_names_student_exercise_old_and_new():
    console = Console(width=200)
    with console.capture() as captured:
        console.print(regrade.table(MOVES))
    lines = captured.get().splitlines()
    assert lines[0].startswith("3 scores")
    assert any(all(word in line for word in ("ada", LESSON, "l01-double", "3 -> 0")) for line in lines)
    assert str(MOVES[2]) == f"bob, {LESSON}, l01-square: 0 -> 1"
