from __future__ import annotations

import json
import os
import socket
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from grading import submission
from grading.class_folder import ClassFolder
from grading.course import CourseError
from grading.submission import Submission, Unreadable, check, collect, mend, read, strays
from tests.grading import small_class
from tests.grading.small_class import LESSON, at, hand_in

PIPES = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes among the files of this system")


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
    cell.metadata.update(
        nbgrader={"grade_id": "a", "points": 9}, tags=["b"], execution={"c": "d"}, collapsed="no boolean"
    )
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


@PIPES
@pytest.mark.parametrize("kind", ["pipe", "folder", "link"])
def test_reads_no_time_but_from_an_ordinary_file(solved_file, kind):
    stamp = solved_file.parent / "timestamp.txt"
    {"pipe": os.mkfifo, "folder": os.mkdir, "link": lambda path: path.symlink_to(solved_file)}[kind](stamp)
    with pytest.raises(Unreadable, match=rf"^timestamp\.txt is .*a {kind}"):
        Submission("ada", LESSON, solved_file.parent).file()


@PIPES
def test_does_not_wait_at_a_pipe(tmp_path):
    os.mkfifo(path := tmp_path / f"{LESSON}.ipynb")
    with pytest.raises(Unreadable, match="is not a file but a pipe"):
        read(path)


@PIPES
def test_says_what_is_there_in_place_of_a_file(tmp_path):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s.ipynb"))
        with pytest.raises(Unreadable, match="is not a file but a socket"):
            read(tmp_path / "s.ipynb")
    with pytest.raises(Unreadable, match="is not a file but a device"):
        read(Path(os.devnull))
    with pytest.raises(Unreadable, match="is not a file but a folder"):
        read(tmp_path)
    with pytest.raises(Unreadable, match=r"gone\.ipynb cannot be read: No such file"):
        read(tmp_path / "gone.ipynb")


def test_refuses_more_cells_than_anybody_writes(tmp_path, monkeypatch):
    path = hand_in(tmp_path, "ada", v4.new_notebook(cells=[v4.new_code_cell() for _ in range(6)]))
    monkeypatch.setattr(submission, "MOST", 5)
    with pytest.raises(Unreadable, match="has 6 cells; wanted at most 5: delete those that are not needed"):
        read(path)
    monkeypatch.setattr(submission, "MOST", 6)
    assert len(read(path).cells) == 6


def test_ids_that_no_notebook_may_have_are_dropped_and_the_same_ones_come_in_their_place(tmp_path):
    cells = [
        {"cell_type": "code", "source": "", "metadata": {}, "outputs": [], "execution_count": None, "id": id}
        for id in ("a b", "", "x" * 65, "\u00e4", "good\n", 7, None, "good")
    ]
    path = hand_in(tmp_path, "ada", {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})
    notebook = read(path)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells] == [*(f"cell-{number}" for number in range(7)), "good"]
    assert read(path) == notebook


@pytest.mark.parametrize("depth", [100, 300, 600, 900, 100_000])
@pytest.mark.parametrize("where", ["source", "id", "nbgrader", "tags", "attachments", "language"])
def test_lists_in_lists_stop_nothing(tmp_path, where, depth):
    deep = {where: "DEEP"}
    entry = {
        "cell_type": "markdown",
        "source": deep.get("source", "why"),
        "id": deep.get("id", "a"),
        "metadata": {"nbgrader": deep.get("nbgrader", {}), "tags": deep.get("tags", [])},
        "attachments": {"picture": {"image/png": deep.get("attachments", "")}},
    }
    metadata = {"kernelspec": {"language": deep.get("language", "python")}}
    text = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [entry]})
    path = hand_in(tmp_path, "ada", text.replace('"DEEP"', "[" * depth + "]" * depth))
    try:
        notebook = read(path)
    except Unreadable as error:
        assert str(error) == f"{LESSON}.ipynb is not a notebook."
    else:
        nbformat.writes(notebook)
        assert depth < 100_000


def test_pictures_saved_line_by_line_are_whole_again(tmp_path):
    cell = {"cell_type": "markdown", "source": "", "id": "a", "metadata": {}}
    cell["attachments"] = {"a.svg": {"image/svg+xml": ["<svg>\n", "</svg>"]}, "b.svg": 3}
    path = hand_in(tmp_path, "ada", json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}))
    notebook = read(path)
    nbformat.validate(notebook)
    assert notebook.cells[0].attachments == {"a.svg": {"image/svg+xml": "<svg>\n</svg>"}, "b.svg": {}}


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


def test_cells_without_metadata_are_of_their_lesson_all_the_same(course, tmp_path):
    notebook = small_class.solved("ada")
    for cell in notebook.cells:
        cell.metadata.clear()
    said = mend(course, LESSON, notebook)[1]
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
