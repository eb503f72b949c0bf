"""What we write is what nbgrader writes, in SQLite and in PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin
from traitlets.config import Config

from grading import autograde, gradebook
from grading.class_folder import ClassFolder
from grading.course import CourseError, with_venv_first
from grading.export import export
from grading.feedback import feedback
from grading.grade import grade
from tests.grading import small_class, stand_in
from tests.grading.dump import dump
from tests.grading.small_class import LESSON, RIGHT, answered, hand_in, solved

CLASS = {  # nobody has written down whose work it is: nbgrader alone does not know
    "ada": answered(**RIGHT),
    "late": answered(**RIGHT),
    "half": answered(double=RIGHT["double"]),
    "mostly": answered(
        double="def double(x):\n    return 10 if x == 5 else 3", square=RIGHT["square"], why="Who knows."
    ),
    "untouched": small_class.release(),
    "loud": answered(
        double="def double(x):\n    print('x' * 10)\n    return 2 * x\nprint('\\n'.join(map(str, range(3000))))"
    ),
    "stops": answered(double="1 / 0", square=RIGHT["square"]),
}
LATE = "c = get_config()\nc.AssignLatePenalties.plugin_class = 'tests.grading.test_gradebook.TwoPoints'\n"


class TwoPoints(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 2.0


def handed_in(path):
    for student, notebook in CLASS.items():
        hand_in(path, student, notebook)
    (path / "submitted" / "late" / LESSON / "timestamp.txt").write_text("2026-03-02 12:00:00 UTC")
    (path / "submitted" / "half" / LESSON / "timestamp.txt").write_text("2026-02-02 12:00:00 UTC")
    return ClassFolder(path)


def due(course, folder):
    with gradebook.opened(folder) as book:
        gradebook.enter_lesson(course, book, LESSON, folder.db_url)
        book.update_or_create_assignment(LESSON, duedate="2026-03-01 12:00:00 UTC")


@pytest.mark.slow
def test_every_row_is_nbgraders(tmp_path, monkeypatch):
    """A whole class through `nbgrader autograde`, without anything of ours, and through our own grading."""
    course = small_class.course(tmp_path / "course")
    theirs, ours = handed_in(tmp_path / "theirs"), handed_in(tmp_path / "ours")
    due(course, theirs)
    due(course, ours)
    (theirs.path / "nbgrader_config.py").write_text(LATE)
    command = [sys.executable, "-m", "nbgrader", "autograde", LESSON, "--Execute.iopub_timeout=30"]
    environment = with_venv_first({k: v for k, v in os.environ.items() if not k.startswith("COURSE_")})
    environment["PYTHONPATH"] = str(small_class.CONFIG.parents[1])
    done = subprocess.run(command, cwd=theirs.path, env=environment, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr

    monkeypatch.setattr("grading.grade.settings", lambda *known: with_penalty(*known))
    grade(course, ours.path)
    mine, stock = dump(ours.db_url), dump(theirs.db_url)
    assert sorted(mine) == sorted(stock)
    for table in stock:
        assert mine[table] == stock[table], table
    assert any(row for row in mine["submitted_notebook"] if ("late_submission_penalty", 2.0) in row)
    assert sum(("auto_comment", "No response.") in row for row in mine["comment"]) > 3
    assert sum(("needs_manual_grade", True) in row or ("needs_manual_grade", 1) in row for row in mine["grade"]) == 3
    for student in CLASS:
        one, other = (nbformat.read(f.autograded / student / LESSON / f"{LESSON}.ipynb", 4) for f in (ours, theirs))
        assert [(cell.id, cell.source) for cell in one.cells] == [(cell.id, cell.source) for cell in other.cells]
        assert [outputs(cell) for cell in one.cells] == [outputs(cell) for cell in other.cells]


def outputs(cell):
    return [
        (output.output_type, output.get("text"), output.get("data"), output.get("ename"))
        for output in cell.get("outputs", [])
    ]


def with_penalty(course, folder):
    from grading.settings import settings

    config = settings(course, folder)
    config.merge(Config({"AssignLatePenalties": {"plugin_class": TwoPoints}}))
    return config


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


def postgres_program(name):
    found = [shutil.which(name), *sorted(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")))]
    return next((one for one in found if one), None)


@pytest.fixture(scope="module")
def postgres():
    """The URL of a real server of our own, on a socket in a folder of its own; it refuses to run as root."""
    initdb, pg_ctl = postgres_program("initdb"), postgres_program("pg_ctl")
    if not (initdb and pg_ctl):
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    pytest.importorskip("psycopg")
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # the path of a socket must be short
    if user:
        shutil.chown(home, "postgres", "postgres")
    quiet = {"stdout": subprocess.DEVNULL, "check": True, "cwd": home, "timeout": 300, **user}
    subprocess.run([initdb, "-D", home / "data", "-U", "course", "-A", "trust", "--no-sync"], **quiet)
    options = f"-k {home} -c listen_addresses='' -c fsync=off"
    subprocess.run(
        [pg_ctl, "-D", home / "data", "-o", options, "-l", home / "log", "-w", "-t", "120", "start"], **quiet
    )
    try:
        yield f"postgresql+psycopg://course@/postgres?host={home}"
    finally:
        subprocess.run([pg_ctl, "-D", home / "data", "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(home, ignore_errors=True)


@pytest.mark.slow
def test_a_gradebook_in_postgresql_is_the_same(postgres, tmp_path, monkeypatch):
    monkeypatch.setattr("nbgrader.api.get_alembic_version", stand_in.alembic_version)
    monkeypatch.setattr("grading.grade.works", stand_in.works)
    monkeypatch.setattr("grading.grade.warm_up", stand_in.warm_up)
    monkeypatch.setattr(autograde, "execute", stand_in.execute)
    course = small_class.course(tmp_path / "course")
    file, server = handed_in(tmp_path / "file"), handed_in(tmp_path / "server")
    server.key_file.write_text(file.key())
    one, other = grade(course, file.path), grade(course, server.path, database=postgres)
    assert [vars(row) for row in one.rows] == [vars(row) for row in other.rows]
    assert not server.gradebook.exists()
    assert dump(file.db_url) == dump(postgres)

    hand_in(server.path, "ada", "{")
    grade(course, server.path, database=postgres)
    with Gradebook(postgres) as book:
        assert gradebook.scores(book, LESSON)["ada"].points == 0
    pages, failed = feedback(course, server.path, database=postgres)
    assert (len(pages), failed) == (len(CLASS) - 1, [])
    lines = export(course, server.path, database=postgres).read_text(encoding="utf-8").splitlines()
    assert "half,l01_small,3,10,3,0,0,0,graded" in lines


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://course:secret@127.0.0.1:1/none?connect_timeout=2",
        "nonsense",
        "oracle9://x",
        "sqlite:////no/such/folder/g.db",
    ],
)
def test_a_database_that_cannot_be_used_is_one_line_without_its_password(tmp_path, url):
    hand_in(tmp_path / "class", "ada", solved("ada"))
    with pytest.raises(CourseError, match=r"the gradebook at .* cannot be used") as caught:
        grade(small_class.course(tmp_path / "course"), tmp_path / "class", database=url)
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)
