"""One run over a class: what is computed, what is kept, and what is left when a run is stopped.  Kernels have a stand-in."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import text

from grading import autograde, cache, records, unit
from grading.class_folder import ClassFolder
from grading.course import CourseError
from grading.engine.limits import Limits
from grading.engine.processes import Lost
from grading.grade import grade
from grading.submission import Submission
from tests.grading import small_class, stand_in
from tests.grading.dump import dump
from tests.grading.small_class import LESSON, RIGHT, answered, hand_in, solved

ROOT = small_class.CONFIG.parents[1]
BREAKS = "raise OSError"
CLASS = {
    **{f"s{number}": solved(f"s{number}") for number in range(4)},
    "half": answered(double=RIGHT["double"]),
    "wrong": answered(double="def double(x):\n    return x", square=RIGHT["square"]),
    "untouched": small_class.release(),
    "corrupt": "{",
}


@pytest.fixture(autouse=True)
def quick_gradebooks(monkeypatch):
    monkeypatch.setattr("nbgrader.api.get_alembic_version", stand_in.alembic_version)
    monkeypatch.setattr("grading.grade.works", stand_in.works)
    monkeypatch.setattr("grading.grade.warm_up", stand_in.warm_up)


@pytest.fixture
def course(tmp_path):
    return small_class.course(tmp_path / "course")


@pytest.fixture
def folder(tmp_path):
    for student, notebook in CLASS.items():
        hand_in(tmp_path / "class", student, notebook)
    (tmp_path / "class" / "submitted" / "s1" / LESSON / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC")
    return ClassFolder(tmp_path / "class")


@pytest.fixture
def computed(monkeypatch):
    """Whose notebooks were run."""
    students = []

    def execute(unit):
        students.append(unit.student)
        return stand_in.execute(unit)

    monkeypatch.setattr(autograde, "execute", execute)
    return students


READABLE = sorted(set(CLASS) - {"corrupt"})


def points(report):
    return {row.student: row.points for row in report.rows}


WANTED = {
    **dict.fromkeys(("s0", "s1", "s2", "s3"), 6),
    "half": 3,
    "wrong": 2,
    "untouched": 0,
    "corrupt": None,
}


# --- what is computed, and what is kept ------------------------------------------------------------------------------


def test_everybody_is_computed_once(course, folder, computed):
    assert points(grade(course, folder.path)) == WANTED
    assert sorted(computed) == READABLE
    grade(course, folder.path)
    assert sorted(computed) == READABLE


def test_a_lost_record_or_gradebook_is_made_from_what_was_kept(course, folder, computed):
    grade(course, folder.path)
    before = dump(folder.db_url)
    shutil.rmtree(folder.records)
    shutil.rmtree(folder.autograded)
    folder.gradebook.unlink()
    assert points(grade(course, folder.path)) == WANTED
    assert sorted(computed) == READABLE
    assert dump(folder.db_url) == before


def test_a_gradebook_that_was_lost_alone_is_filled_again(course, folder, computed):
    grade(course, folder.path)
    folder.gradebook.unlink()
    assert points(grade(course, folder.path)) == WANTED
    assert sorted(computed) == READABLE


def flipped(data):
    return data[:-20] + bytes([data[-20] ^ 1]) + data[-19:]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:100],
        lambda data: b"{}" + data,
        flipped,
        lambda data: gzip.compress(b'{"key": 1}'),
    ],
)
def test_a_damaged_file_is_computed_again(course, folder, computed, damage):
    grade(course, folder.path)
    path = folder.outcomes / "s2" / f"{LESSON}.json.gz"
    path.write_bytes(damage(path.read_bytes()))
    shutil.rmtree(folder.records)
    assert points(grade(course, folder.path)) == WANTED
    assert sorted(computed) == sorted([*READABLE, "s2"])


def test_a_kept_outcome_of_somebody_else_is_not_taken(course, folder, computed):
    grade(course, folder.path)
    shutil.copy(folder.outcomes / "s0" / f"{LESSON}.json.gz", folder.outcomes / "wrong")
    shutil.rmtree(folder.records)
    assert points(grade(course, folder.path)) == WANTED


def test_force_computes_again(course, folder, computed):
    grade(course, folder.path)
    grade(course, folder.path, students=["s0"], force=True)
    assert sorted(computed) == sorted([*READABLE, "s0"])


UNIT = unit.Unit(
    "ada", LESSON, "{}", "{}", "07" * 32, "software", (("a.png", b"1"),), Limits(), "", {"Execute": {"a": 1}}
)


@pytest.mark.parametrize(
    "change",
    [
        {"student": "bob"},
        {"lesson": "l02"},
        {"notebook": "{} "},
        {"source": "{} "},
        {"secret": "08" * 32},
        {"software": "newer"},
        {"files": (("b.png", b"1"),)},
        {"files": (("a.png", b"2"),)},
        {"files": ()},
        {"limits": Limits(memory=1)},
        {"walls": "plain"},
        {"settings": {"Execute": {"a": 2}}},
    ],
    ids=repr,
)
def test_the_key_hangs_on_everything(change):
    assert replace(UNIT, **change).key != UNIT.key
    assert replace(UNIT).key == UNIT.key


def test_what_computes_points_is_in_the_key(monkeypatch, tmp_path):
    names = [path.name for name in unit.OURS for path in unit._modules(name)]
    assert {"checker.py", "runner.py", "autograde.py", "verdicts.py"} <= set(names)
    before = unit.software.__wrapped__()
    assert unit.software.__wrapped__() == before
    monkeypatch.setattr(unit.importlib.metadata, "version", lambda name: "other")
    assert unit.software.__wrapped__() != before


def test_a_worker_with_other_software_computes_nothing():
    with pytest.raises(unit.OtherSoftware):
        unit.compute(UNIT)


# --- when the machine fails ------------------------------------------------------------------------------------------


def test_a_failure_of_the_machine_is_not_kept(course, folder, monkeypatch):
    hand_in(folder.path, "unlucky", answered(double=BREAKS))
    monkeypatch.setattr(autograde, "execute", stand_in.execute)
    report = grade(course, folder.path)
    assert points(report) == {**WANTED, "unlucky": None}
    (row,) = (row for row in report.rows if row.student == "unlucky")
    assert row.notes == ["The grader itself failed: OSError: no space left"]
    assert report.troubles == [f"unlucky, {LESSON}: The grader itself failed: OSError: no space left"]
    assert not (folder.outcomes / "unlucky").exists()

    monkeypatch.setattr(
        autograde,
        "execute",
        lambda unit: stand_in.execute(replace(unit, notebook=unit.notebook.replace(BREAKS, "pass"))),
    )
    assert points(grade(course, folder.path)) == {**WANTED, "unlucky": 0}


def test_a_failure_of_the_machine_takes_no_points_back(course, folder, monkeypatch, computed):
    grade(course, folder.path)
    before = dump(folder.db_url)

    def no_space(unit):
        raise OSError("no space left")

    monkeypatch.setattr(autograde, "execute", no_space)
    report = grade(course, folder.path, force=True)
    assert points(report) == WANTED and dump(folder.db_url) == before
    assert len(report.troubles) == len(READABLE)


def test_a_disk_that_is_full_is_one_clear_line(course, folder, computed, monkeypatch):
    def full(path, content):
        raise CourseError(f"cannot write {path}: No space left on device")

    monkeypatch.setattr("grading.atomic.write", full)
    with pytest.raises(CourseError, match="No space left on device"):
        grade(course, folder.path)


def test_half_a_file_is_never_there(tmp_path, monkeypatch):
    from grading import atomic

    path = tmp_path / "new" / "file"
    atomic.write(path, "first")
    monkeypatch.setattr(type(path), "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(CourseError, match=r"cannot write .*file: No space left on device"):
        atomic.write(path, "second")
    assert path.read_text() == "first"


# --- the gradebook ---------------------------------------------------------------------------------------------------


def test_one_commit_for_each_submission(course, folder, computed, monkeypatch):
    from sqlalchemy.orm import Session

    grade(course, folder.path)
    shutil.rmtree(folder.records)
    commits, commit = [], Session.commit
    monkeypatch.setattr("grading.gradebook.enter_lesson", lambda *_: None)
    monkeypatch.setattr("grading.gradebook.enter_students", lambda *_: None)
    monkeypatch.setattr("grading.gradebook.withdraw", lambda *_: None)
    with Gradebook(folder.db_url):  # opening one commits as well
        monkeypatch.setattr(Session, "commit", lambda self: (commits.append(None), commit(self)))
    grade(course, folder.path)
    assert (
        len(commits) == len(READABLE) + 4
    )  # two more for each opening of the gradebook: for grading, and for the report


@pytest.mark.parametrize("left", ["DROP TABLE alembic_version", "DELETE FROM alembic_version"])
def test_a_gradebook_that_was_never_finished_is_finished(course, folder, computed, left):
    with Gradebook(folder.db_url) as book:
        book.db.execute(text(left))
        book.db.commit()
    grade(course, folder.path)
    assert dump(folder.db_url)["alembic_version"] == [(("version_num", "of the tests"),)]


def test_when_it_was_handed_in(course, folder, computed):
    (folder.submitted / "s2" / LESSON / "timestamp.txt").write_text("yesterday, I think")
    report = grade(course, folder.path)
    with Gradebook(folder.db_url) as book:
        assert book.find_submission(LESSON, "s1").timestamp.isoformat() == "2026-03-01T12:00:00"
        assert book.find_submission(LESSON, "s2").timestamp is None
    (row,) = (row for row in report.rows if row.student == "s2")
    assert row.notes[0] == "timestamp.txt holds no time; it was left aside."


def test_files_of_the_lesson_lie_beside_the_graded_notebook(course, folder, computed):
    (course.release(LESSON).parent / "square.png").write_bytes(b"\x89PNG")
    grade(course, folder.path)
    assert (folder.autograded / "s1" / LESSON / "square.png").read_bytes() == b"\x89PNG"
    assert (folder.autograded / "s1" / LESSON / "timestamp.txt").exists()
    assert sorted(folder.path.rglob("*.part")) == []


def test_a_failed_submission_shows_no_earlier_notebook(course, folder, computed):
    grade(course, folder.path)
    hand_in(folder.path, "s0", "{")
    grade(course, folder.path)
    assert not (folder.autograded / "s0" / LESSON / f"{LESSON}.ipynb").exists()


def test_records_of_an_earlier_version_are_taken_for_none(folder):
    one = Submission("s0", LESSON, folder.submitted / "s0" / LESSON)
    records.save(folder, one, records.Record("print"))
    assert records.load(folder, one) == records.Record("print")
    (folder.records / "s0" / f"{LESSON}.json").write_text('{"fingerprint": "", "unknown": 1}')
    assert records.load(folder, one) is None
    assert cache.load(folder, one, "key") is None


# --- stopped at any moment -------------------------------------------------------------------------------------------


def start(course, folder, *more):
    command = [sys.executable, "-m", "tests.grading.run_class", str(course.root), str(folder.path), *more]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)


def undisturbed(course, folder, tmp_path):
    """The gradebook and the files of a run that nobody stops."""
    shutil.copytree(folder.path, tmp_path / "other")
    other = ClassFolder(tmp_path / "other")
    other.key_file.write_text(folder.key())
    grade(course, other.path)
    return other


def files(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".part"
    }


@pytest.mark.slow
def test_killed_at_random_moments(course, folder, computed, tmp_path):
    other = undisturbed(course, folder, tmp_path)
    moment, kills = random.Random(7), 0
    while kills < 20:
        (folder.path / "running").unlink(missing_ok=True)
        process = start(course, folder, "0.02")
        while not (folder.path / "running").exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(moment.uniform(0.0, 1.5))
        process.kill()
        process.communicate()
        kills += 1
        if kills % 5 == 0:  # everything again, in a gradebook that has some of it
            shutil.rmtree(folder.records, ignore_errors=True)
        if kills % 7 == 0:
            shutil.rmtree(folder.outcomes, ignore_errors=True)
    process = start(course, folder)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said.decode()
    assert dump(folder.db_url) == dump(other.db_url)
    assert files(folder.autograded) == files(other.autograded)
    assert files(folder.records) == files(other.records)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_workers_killed_at_random(course, folder, tmp_path):
    """With real kernels: the workers are processes of their own, and know no stand-in."""
    from distributed import LocalCluster

    other = undisturbed(course, folder, tmp_path)
    moment = random.Random(3)
    options = {"dashboard_address": "127.0.0.1:0", "worker_dashboard_address": "127.0.0.1:0"}
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **options) as cluster:
        process = start(course, folder, "0.0", cluster.scheduler_address)
        for _ in range(4):
            time.sleep(moment.uniform(0.5, 2.0))
            victim = moment.choice(list(cluster.workers.values()))
            if victim.pid:
                os.kill(victim.pid, signal.SIGKILL)
        _, said = process.communicate(timeout=400)
    assert process.returncode == 0, said.decode()
    grade(course, folder.path)  # whatever was lost three times over is tried again
    assert dump(folder.db_url) == dump(other.db_url)


def test_a_machine_that_grades_wrongly_is_refused(course, folder, computed, monkeypatch):
    monkeypatch.setattr("grading.grade.works", lambda walls: ["the reference solution gets 0 of 2 points; wanted 2."])
    with pytest.raises(CourseError, match="grades wrongly, see  course doctor:  the reference solution gets 0"):
        grade(course, folder.path)
    assert computed == []


def test_a_machine_that_starts_no_kernels_is_refused(course, folder, computed, monkeypatch):
    def works(walls):
        raise Lost("a kernel did not start: no room")

    monkeypatch.setattr("grading.grade.works", works)
    with pytest.raises(CourseError, match="cannot grade: Lost: a kernel did not start: no room"):
        grade(course, folder.path)
    assert computed == []
