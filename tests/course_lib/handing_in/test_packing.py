"""What is packed is what was saved, and the student hears what the grader would say."""

import json
import zipfile

import pytest

from course_lib.handing_in.originals import Originals, shipped
from course_lib.handing_in.packing import pack_file
from course_lib.handing_in.reading import Unreadable
from grading.course import Course
from tests.grading import small_class
from tests.grading.small_class import LESSON, at


@pytest.fixture
def originals(tmp_path):
    course = small_class.course(tmp_path / "course")
    return Originals({LESSON: course.release(LESSON)})


def saved(folder, notebook, name=f"{LESSON}.ipynb"):
    path = folder / name
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def test_the_zip_holds_the_file_as_it_was_saved(tmp_path, originals):
    path = saved(tmp_path, small_class.solved("ada"))
    packed = pack_file(path, originals)
    assert packed.path == tmp_path / f"{LESSON}.zip"
    assert packed.findings == []
    with zipfile.ZipFile(packed.path) as file:
        assert file.namelist() == [f"{LESSON}/{LESSON}.ipynb"]
        assert file.read(f"{LESSON}/{LESSON}.ipynb") == path.read_bytes()


def test_damage_is_named_and_packed_all_the_same(tmp_path, originals):
    notebook = small_class.solved("ada")
    notebook.cells.remove(at(notebook, "l01-double-check"))
    at(notebook, "l01-setup").source = "check = print"
    packed = pack_file(saved(tmp_path, notebook, "mine (1).ipynb"), originals)
    assert packed.path.name == f"{LESSON}.zip"
    named, edited, missing = packed.findings
    assert named == f"The file should be called {LESSON}.ipynb."
    assert edited.startswith("Cell l01-setup had been edited")
    assert missing == "Cell l01-double-check was missing; it was put back."
    with zipfile.ZipFile(packed.path) as file:
        assert b"check = print" in file.read(f"{LESSON}/{LESSON}.ipynb")


def test_the_same_notebook_makes_the_same_bytes(tmp_path, originals):
    path = saved(tmp_path, small_class.solved("ada"))
    first = pack_file(path, originals).path.read_bytes()
    path.touch()
    assert pack_file(path, originals).path.read_bytes() == first


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (f"{LESSON}.ipynb", "{", "damaged at line 1"),
        ("essay.txt", "{}", "its name should end with .ipynb"),
        ("essay.ipynb", '{"nbformat": 4, "cells": []}', "is not the notebook of any lesson"),
    ],
)
def test_what_cannot_be_graded_is_not_packed(tmp_path, originals, name, content, says):
    (tmp_path / name).write_text(content)
    with pytest.raises(Unreadable, match=says):
        pack_file(tmp_path / name, originals)
    assert list(tmp_path.glob("*.zip")) == []


def test_a_zip_that_cannot_be_written_leaves_nothing_behind(tmp_path, originals):
    path = saved(tmp_path, small_class.solved("ada"))
    (tmp_path / f"{LESSON}.zip").mkdir()
    with pytest.raises(OSError):
        pack_file(path, originals)
    assert {one.name for one in tmp_path.iterdir()} == {"course", f"{LESSON}.ipynb", f"{LESSON}.zip"}


def test_every_lesson_is_shipped():
    course = Course.find()
    assert list(shipped()) == course.lessons()
    for lesson in shipped():
        assert course.original(lesson).read_bytes() == course.release(lesson).read_bytes()
