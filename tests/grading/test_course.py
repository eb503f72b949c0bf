"""Course: found from anywhere inside it, lessons found by any name that means one."""

import os
import sys

import pytest

from grading.course import Course, CourseError, with_venv_first


@pytest.fixture
def course(tmp_path):
    for name in ("l00_start_here", "l02_backpropagation", "l03_losses", "l12_start_again", "notes"):
        path = tmp_path / "solutions" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    return Course(tmp_path)


def test_found_from_a_folder_inside(course):
    inside = course.root / "notebooks" / "l00_start_here"
    inside.mkdir(parents=True)
    assert Course.find(inside) == course
    assert Course.find(course.root) == course


def test_found_from_the_installed_place_when_outside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert (Course.find().root / "grading" / "course.py").exists()


def test_no_course(tmp_path, monkeypatch):
    monkeypatch.setattr("grading.course.__file__", str(tmp_path / "site-packages" / "grading" / "course.py"))
    with pytest.raises(CourseError, match=r"no course found.*solutions/lNN_"):
        Course.find(tmp_path)


def test_lessons_in_order_and_nothing_else(course):
    assert course.lessons() == ["l00_start_here", "l02_backpropagation", "l03_losses", "l12_start_again"]


@pytest.mark.parametrize(
    "name", ["2", "02", "l2", "l02", "L02", " l02 ", "l02_backpropagation", "backpropagation", "back"]
)
def test_every_name_of_a_lesson(course, name):
    assert course.lesson(name) == "l02_backpropagation"


def test_a_whole_topic_beats_the_beginning_of_another(course):
    assert course.lesson("start_here") == "l00_start_here"


@pytest.mark.parametrize(
    ("name", "words"),
    [("7", "no lesson '7'"), ("", "no lesson ''"), ("start", "'start' could be l00_start_here or l12")],
)
def test_a_name_that_means_none_or_several(course, name, words):
    with pytest.raises(CourseError, match=words) as error:
        course.lesson(name)
    assert "l02_backpropagation" in str(error.value), "the error lists the lessons that there are"


def test_chosen(course):
    assert course.chosen(None) == course.lessons()
    assert course.chosen(["3", "l00", "losses"]) == ["l00_start_here", "l03_losses"]


def test_paths(course):
    assert course.release("l03_losses") == course.root / "notebooks" / "l03_losses" / "l03_losses.ipynb"
    assert course.source_notebook("l03_losses") == course.root / "build" / "source" / "l03_losses" / "l03_losses.ipynb"


def test_class_folder_by_name_and_by_path(course, monkeypatch):
    autumn = course.classes / "autumn"
    autumn.mkdir(parents=True)
    monkeypatch.chdir(course.root)
    (course.root / "autumn").mkdir()
    assert course.class_folder("autumn") == autumn.resolve(), "a class comes before a folder that happens to be here"
    assert course.class_folder(autumn) == autumn.resolve()
    with pytest.raises(CourseError, match=r"no class folder 'spring'.*there is autumn"):
        course.class_folder("spring")


def test_this_pythons_programs_come_first_and_once(monkeypatch):
    monkeypatch.setattr(sys, "executable", os.path.join(os.sep, "venv", "bin", "python"))
    ours = os.path.join(os.sep, "venv", "bin")
    env = with_venv_first({"PATH": os.pathsep.join(["/usr/bin", ours]), "HOME": "/home/ada"})
    assert env["PATH"].split(os.pathsep) == [ours, "/usr/bin"]
    assert env["HOME"] == "/home/ada"
    assert env["JUPYTER_PREFER_ENV_PATH"] == "1"
    assert with_venv_first(env) == env
