from __future__ import annotations

import os
import re
import stat

import pytest

from grading.class_folder import ClassFolder
from grading.course import Course, CourseError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "submitted").mkdir()
    return ClassFolder.open(tmp_path)


def test_a_class_folder_has_submissions(tmp_path):
    with pytest.raises(CourseError, match="is no class folder: it has no folder 'submitted'"):
        ClassFolder.open(tmp_path)


def test_the_key_is_made_once_and_is_private(folder):
    key = folder.key()
    assert re.fullmatch("[0-9a-f]{64}", key)
    assert folder.key() == key
    if os.name == "posix":
        assert stat.S_IMODE(folder.key_file.stat().st_mode) == 0o600


def test_every_class_has_its_own_key(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name / "submitted").mkdir(parents=True)
    assert ClassFolder.open(tmp_path / "a").key() != ClassFolder.open(tmp_path / "b").key()


@pytest.mark.parametrize("content", ["", "secret", "AB" * 32, "0" * 63])
def test_a_damaged_key_is_not_replaced(folder, content):
    folder.key_file.write_text(content)
    with pytest.raises(CourseError, match="is damaged: wanted 64 hexadecimal digits"):
        folder.key()
    assert folder.key_file.read_text() == content


def test_only_one_run_grades_a_class(folder):
    other = ClassFolder(folder.path).alone()
    with folder.alone(), pytest.raises(CourseError, match="another run is grading"):
        other.__enter__()
    with ClassFolder(folder.path).alone():  # and the next one may
        pass


def test_steps_are_relative_with_forward_slashes(tmp_path):
    root = tmp_path / "with space" / "course"
    inside, outside = ClassFolder(root / "classes" / "a"), ClassFolder(tmp_path / "b")
    assert inside.step(inside.submitted, root) == "classes/a/submitted"
    assert outside.step(outside.feedback, root) == "../../b/feedback"


@pytest.mark.parametrize("name", ["C++", "a[1]", "what?", "(old)", "x*", "$"])
def test_folders_that_nbgrader_takes_for_patterns_are_refused(tmp_path, name):
    folder = ClassFolder(tmp_path / name)
    with pytest.raises(CourseError, match=r"nbgrader cannot work in .*: rename the folder"):
        folder.step(folder.submitted, tmp_path)


def test_a_root_may_have_what_nbgrader_escapes(tmp_path):
    root = tmp_path / "C++ (2026)"
    assert ClassFolder(root / "a").step(root / "a", root) == "a"
    with pytest.raises(CourseError):
        ClassFolder(tmp_path / "r[1]" / "a").step(tmp_path / "r[1]" / "a", tmp_path / "r[1]")


def test_students_may_be_listed(folder):
    assert folder.students() == {}
    text = '\ufeffid,last_name,first_name,email\nada,"Lovelace, Countess",Ada,\n José ,Núñez,,jose@x.org\n,,,\n'
    (folder.path / "students.csv").write_text(text, encoding="utf-8")
    assert folder.students() == {
        "ada": {"first_name": "Ada", "last_name": "Lovelace, Countess"},
        "José": {"last_name": "Núñez", "email": "jose@x.org"},
    }


def test_a_list_without_ids_is_refused(folder):
    (folder.path / "students.csv").write_text("name\nada\n")
    with pytest.raises(
        CourseError, match="wanted a first line with the columns id,first_name,last_name,email; got name"
    ):
        folder.students()


def test_plain_nbgrader_commands_find_their_class(tmp_path, monkeypatch):
    course = Course(tmp_path)
    monkeypatch.delenv("COURSE_CLASS", raising=False)
    assert ClassFolder.chosen(course).path == tmp_path / "classes" / "default"
    (tmp_path / "classes" / "autumn").mkdir(parents=True)
    monkeypatch.setenv("COURSE_CLASS", "autumn")
    assert ClassFolder.chosen(course).path == tmp_path / "classes" / "autumn"
    monkeypatch.setenv("COURSE_CLASS", str(tmp_path / "nowhere"))
    with pytest.raises(CourseError, match="no class folder"):
        ClassFolder.chosen(course)
