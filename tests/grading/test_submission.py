from __future__ import annotations

import json
import os
from dataclasses import replace

import nbformat
import pytest
from nbformat import v4

from grading import submission
from grading.class_folder import ClassFolder
from grading.course import CourseError
from grading.submission import Submission, Unreadable, check, collect, mend, read, strays
from tests.grading import small_class
from tests.grading.small_class import LESSON, at, hand_in


@pytest.fixture
def course(tmp_path):
    return small_class.course(tmp_path)


@pytest.fixture
def solved_file(tmp_path):
    return hand_in(tmp_path / "class", "ada", small_class.solved("ada"))


def sources(notebook):
    return [cell.source for cell in notebook.cells]


# --- reading ---------------------------------------------------------------------------------------------------------


def test_reads_what_nbformat_reads(solved_file):
    assert sources(read(solved_file)) == sources(nbformat.read(solved_file, as_version=4))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_reads_other_encodings(solved_file, encoding):
    wanted = sources(read(solved_file))
    solved_file.write_bytes(solved_file.read_text().encode(encoding))
    assert sources(read(solved_file)) == wanted


def test_reads_windows_line_ends_as_lines(tmp_path):
    notebook = v4.new_notebook(cells=[v4.new_code_cell("x = 1\r\ny = 2\rz = 3")])
    path = hand_in(tmp_path, "ada", json.dumps(notebook, indent=1).replace("\n", "\r\n"))
    assert sources(read(path)) == ["x = 1\ny = 2\nz = 3"]


def test_outputs_and_foreign_metadata_are_left_behind(tmp_path):
    cell = v4.new_code_cell("x", outputs=[v4.new_output("stream", text="y")])
    cell.metadata.update(nbgrader={"grade_id": "a"}, tags=["b"], execution={"c": "d"}, collapsed="no boolean")
    path = hand_in(tmp_path, "ada", {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})
    (kept,) = read(path).cells
    assert kept.outputs == []
    assert kept.metadata == {"nbgrader": {"grade_id": "a"}, "tags": ["b"]}


def test_reads_format_3(tmp_path):
    old = nbformat.convert(v4.new_notebook(cells=[v4.new_code_cell("x = 1"), v4.new_markdown_cell("why")]), 3)
    path = hand_in(tmp_path, "ada", json.dumps(old))
    assert sources(read(path)) == ["x = 1", "why"]


def test_reads_cells_that_jupyter_would_not(tmp_path):
    cells = [
        {"cell_type": "code", "source": ["a = 1\n", "b = 2"]},
        {"cell_type": "heading", "source": "what is this"},
        "no cell",
        {"source": None, "metadata": [], "id": 7},
        {"cell_type": "code", "source": "s = '\ud800'", "metadata": {"tags": "skip-execution", "nbgrader": 3}},
    ]
    path = hand_in(tmp_path, "ada", json.dumps({"nbformat": 4, "metadata": None, "cells": cells}))
    notebook = read(path)
    assert [cell.cell_type for cell in notebook.cells] == ["code", "raw", "raw", "code"]
    assert notebook.cells[0].source == "a = 1\nb = 2"
    assert notebook.cells[3].metadata == {}
    nbformat.write(notebook, path)  # half a character would stop here


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b'{"cells": [', "is damaged at line 1, column 12"),
        (b"PK\x03\x04\xff\xfe\xfa", "is not a notebook"),
        (b"[" * 200_000, "is not a notebook"),
        (b"[]", "is JSON, but not a notebook"),
        (b'{"nbformat": "4"}', "is JSON, but not a notebook"),
        (b'{"nbformat": 9, "cells": []}', "was saved in notebook format 9"),
        (b'{"nbformat": 4, "cells": {}}', "has no cells"),
        (b'{"nbformat": 2, "worksheets": 3}', "old notebook format 2"),
        (b'{"nbformat": 4, "cells": [' + b"1" * 5000 + b"]}", "is not a notebook"),
    ],
)
def test_says_what_is_wrong_with_a_file(tmp_path, content, says):
    path = hand_in(tmp_path, "ada", content)
    with pytest.raises(Unreadable, match=says) as caught:
        read(path)
    assert str(caught.value).startswith(f"{LESSON}.ipynb ")
    assert "\n" not in str(caught.value)


def test_refuses_a_link(tmp_path, solved_file):
    link = tmp_path / f"{LESSON}.ipynb"
    try:
        link.symlink_to(solved_file)
    except OSError:
        pytest.skip("this system lets only administrators make links")
    with pytest.raises(Unreadable, match="is a link"):
        read(link)


def test_refuses_a_huge_file(solved_file, monkeypatch):
    monkeypatch.setattr(submission, "LARGEST", 1000)
    with pytest.raises(Unreadable, match="larger than 0 MB: save it with Edit > Clear Outputs"):
        read(solved_file)


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
    assert mend(course, LESSON, notebook)[1] == ["This is the notebook of lesson l02_other, not of l01_small."]
    assert mend(course, LESSON, v4.new_notebook())[1] == ["None of its cells is from lesson l01_small."]


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
