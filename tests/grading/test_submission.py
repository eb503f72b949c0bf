from __future__ import annotations

import os
from dataclasses import replace

import nbformat
import pytest
from nbformat import v4

from course_lib.handing_in.mending import mend
from course_lib.handing_in.reading import Unreadable, read
from grading.class_folder import ClassFolder
from grading.course import CourseError
from grading.submission import Submission, check, collect, originals, strays
from tests.grading import small_class
from tests.grading.small_class import LESSON, at, hand_in

PIPES = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes among the files of this system")


@pytest.fixture
def course(tmp_path):
    return small_class.course(tmp_path)


@pytest.fixture
def solved_file(tmp_path):
    return hand_in(tmp_path / "class", "ada", small_class.solved("ada"))


# --- finding ---------------------------------------------------------------------------------------------------------


def test_collects_everything_in_order(tmp_path):
    for student in ("bob", "José Núñez", "ada"):
        hand_in(tmp_path, student, "{}")
    (tmp_path / "submitted" / ".hidden" / LESSON).mkdir(parents=True)
    folder = ClassFolder.open(tmp_path)
    assert [one.student for one in collect(folder)] == ["José Núñez", "ada", "bob"]
    assert [one.student for one in collect(folder, ["bob"])] == ["bob"]
    with pytest.raises(CourseError, match="has nothing of carl, dora"):
        collect(folder, ["dora", "ada", "carl"])


def test_takes_a_lone_notebook_under_another_name(tmp_path):
    path = hand_in(tmp_path, "ada", "{}", name="l01_small (1).ipynb")
    file, said = Submission("ada", LESSON, path.parent).file()
    assert file == path
    assert said == ["The file l01_small (1).ipynb was graded as l01_small.ipynb; please keep the name."]


def test_prefers_the_right_name_and_says_what_it_leaves_out(tmp_path):
    right = hand_in(tmp_path, "ada", "{}")
    for name in ("copy.ipynb", "course_lib.py", ".DS_Store", "timestamp.txt"):
        hand_in(tmp_path, "ada", "", name=name)
    file, said = Submission("ada", LESSON, right.parent).file()
    assert file == right
    assert said == ["Only the notebook is graded; left out: copy.ipynb, course_lib.py."]


@pytest.mark.parametrize(
    ("names", "says"), [(["a.py"], "found a.py"), (["a.ipynb", "b.ipynb"], "There are 2 notebooks")]
)
def test_does_not_guess(tmp_path, names, says):
    for name in names:
        path = hand_in(tmp_path, "ada", "{}", name=name)
    with pytest.raises(Unreadable, match=says):
        Submission("ada", LESSON, path.parent).file()


@PIPES  # and names that Windows does not have
def test_a_files_name_in_a_sentence_is_short_and_harmless(tmp_path):
    name = "<b>[x](y)\n\u202e" + "z" * 100
    hand_in(tmp_path, "ada", "{}")
    path = hand_in(tmp_path, "ada", "", name=name)
    wanted = f"?b??x?(y)??{'z' * 29}..."
    assert Submission("ada", LESSON, path.parent).file()[1] == [f"Only the notebook is graded; left out: {wanted}."]
    with pytest.raises(Unreadable) as caught:
        read(path)
    assert str(caught.value) == f"{wanted} is empty."
    (path.parent / f"{LESSON}.ipynb").unlink()
    path.rename(path.parent / "<i>.ipynb")
    assert "The file ?i?.ipynb was graded" in Submission("ada", LESSON, path.parent).file()[1][0]


@PIPES
@pytest.mark.parametrize("kind", ["pipe", "folder", "link"])
def test_reads_no_time_but_from_an_ordinary_file(solved_file, kind):
    stamp = solved_file.parent / "timestamp.txt"
    {"pipe": os.mkfifo, "folder": os.mkdir, "link": lambda path: path.symlink_to(solved_file)}[kind](stamp)
    with pytest.raises(Unreadable, match=rf"^timestamp\.txt is .*a {kind}"):
        Submission("ada", LESSON, solved_file.parent).file()


def test_what_lies_beside_the_lessons_is_noticed(tmp_path):
    hand_in(tmp_path, "ada", "{}")
    (tmp_path / "submitted" / "ada" / "lesson1").mkdir()
    (tmp_path / "submitted" / "ada" / "l01_small.ipynb").write_text("{}")
    assert strays(ClassFolder.open(tmp_path), [LESSON], ["ada"]) == [("ada", "l01_small.ipynb"), ("ada", "lesson1")]


# --- the whole -------------------------------------------------------------------------------------------------------


def test_the_notebook_of_another_lesson_is_named(course):
    other = "l02_other"
    notebook = v4.new_notebook(cells=[small_class.cell("code", "y = 1", "l02-y", solution=True)])
    course.solution(other).write_text("")
    course.release(other).parent.mkdir()
    nbformat.write(notebook, course.release(other))
    assert mend(LESSON, notebook, originals(course))[1] == [
        "This is the notebook of lesson l02_other, not of l01_small."
    ]
    assert mend(LESSON, v4.new_notebook(), originals(course))[1] == ["None of its cells is from lesson l01_small."]


def test_cells_without_metadata_are_of_their_lesson_all_the_same(course, tmp_path):
    notebook = small_class.solved("ada")
    for cell in notebook.cells:
        cell.metadata.clear()
    said = mend(LESSON, notebook, originals(course))[1]
    assert len(said) == 8
    assert all(sentence.endswith("had lost its mark for grading; it was put back.") for sentence in said)
    path = hand_in(tmp_path / "class", "ada", notebook, name="mine.ipynb")
    assert check(course, path) == ["The file should be called l01_small.ipynb.", *said]


def test_check_is_silent_about_a_sound_notebook_even_unanswered(course, tmp_path):
    assert check(course, hand_in(tmp_path / "class", "ada", small_class.release())) == []


def test_check_names_all_that_is_wrong(course, tmp_path):
    notebook = small_class.solved("ada")
    notebook.cells.remove(at(notebook, "l01-double-check"))
    at(notebook, "l01-setup").source = "check = print"
    path = hand_in(tmp_path / "class", "ada", notebook, name="mine.ipynb")
    assert check(course, path) == [
        "The file should be called l01_small.ipynb.",
        "Cell l01-setup had been edited; the released text was used. Please leave it as it is, and add cells of your own.",
        "Cell l01-double-check was missing; it was put back.",
    ]


def test_check_of_something_else(course, tmp_path):
    assert check(course, hand_in(tmp_path / "class", "ada", "{")) == [
        "l01_small.ipynb is damaged at line 1, column 2 (Expecting property name enclosed in double quotes): "
        "save it and download it again."
    ]
    foreign = hand_in(tmp_path / "class", "ada", v4.new_notebook(), name="essay.ipynb")
    assert check(course, foreign) == ["essay.ipynb is not the notebook of any lesson: none of its cells is known."]
    with pytest.raises(CourseError, match="no file"):
        check(course, tmp_path / "nowhere.ipynb")
    with pytest.raises(CourseError, match="is a folder; wanted a notebook"):
        check(course, tmp_path)


def test_check_writes_nothing(course, solved_file):
    before = solved_file.read_bytes()
    check(course, solved_file)
    assert solved_file.read_bytes() == before
    assert os.listdir(solved_file.parent) == [solved_file.name]


def test_submissions_sort_by_student(tmp_path):
    one = Submission("ada", LESSON, tmp_path)
    assert one < replace(one, student="bob")


def test_a_file_that_is_no_notebook_is_said_to_be_none(course, tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("# Read me")
    assert check(course, readme) == ["README.md is no notebook: its name should end with .ipynb."]
