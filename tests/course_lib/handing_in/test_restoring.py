"""Whatever happened to a notebook: the lesson comes back, and no answer that can still be read is lost."""

import json

import nbformat
import pytest

from course_lib.handing_in.originals import Originals
from course_lib.handing_in.reading import Unreadable, read
from course_lib.handing_in.restoring import restore_file, salvage
from tests.grading import small_class
from tests.grading.small_class import LESSON, at

RELEASE = small_class.release()
ANSWERS = ("l01-double", "l01-square", "l01-why")


@pytest.fixture
def originals(tmp_path):
    return Originals({LESSON: small_class.course(tmp_path / "course").release(LESSON)})


@pytest.fixture
def path(tmp_path):
    path = tmp_path / f"{LESSON}.ipynb"
    path.write_text(nbformat.writes(small_class.solved("ada")), encoding="utf-8")
    return path


def answers(notebook):
    return {id: at(notebook, id).source for id in ANSWERS}


def test_a_sound_notebook_stays_as_it_is(path, originals):
    before = path.read_bytes()
    restored = restore_file(path, originals)
    assert (restored.kept, restored.findings) == (None, [])
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.glob("*.ipynb")] == [path.name]


def test_edited_and_missing_cells_come_back_and_answers_stay(path, originals):
    notebook = read(path)
    wanted = answers(notebook)
    notebook.cells.remove(at(notebook, "l01-double-check"))
    at(notebook, "l01-setup").source = "check = print"
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    damaged = path.read_bytes()

    restored = restore_file(path, originals)
    mended = nbformat.read(path, as_version=4)
    assert len(restored.findings) == 2
    assert answers(mended) == wanted
    for cell in ("l01-setup", "l01-double-check"):
        assert at(mended, cell).source == at(RELEASE, cell).source
        assert at(mended, cell).metadata == at(RELEASE, cell).metadata
    assert restored.kept == path.with_name(f"{LESSON}.damaged.ipynb")
    assert restored.kept.read_bytes() == damaged
    assert restore_file(path, originals).findings == []


def test_each_damaged_file_is_kept(path, originals):
    for number in ("", "-2", "-3"):
        path.write_text('{"cells": [{"cell_type": "code", "id": "l01-double", "source": "x", "metadata": {}}')
        assert restore_file(path, originals).kept.name == f"{LESSON}.damaged{number}.ipynb"


def test_a_file_that_was_cut_off_is_read_as_far_as_it_goes(path, originals):
    whole = path.read_text(encoding="utf-8")
    wanted = answers(read(path))
    for end in (whole.index('"l01-square"') + 5, len(whole) - 3):
        path.write_text(whole[:end], encoding="utf-8")
        restored = restore_file(path, originals)
        assert f"{LESSON}.ipynb is damaged at line" in restored.findings[0]
        assert restored.findings[0].endswith("; what could be read of it was kept.")
        mended = nbformat.read(path, as_version=4)
        kept = {id for id, source in answers(mended).items() if source == wanted[id]}
        assert kept == ({"l01-double"} if end < len(whole) - 3 else set(ANSWERS))
        assert [at(mended, cell.id).cell_type for cell in RELEASE.cells]  # all of them are there


def test_the_marks_of_a_merge_cost_the_cells_that_they_stand_in_alone(path, originals):
    whole = path.read_text(encoding="utf-8")
    wanted = answers(read(path))
    line = json.dumps(wanted["l01-square"].split("\n")[0] + "\n")
    assert whole.count(line) == 1
    path.write_text(whole.replace(line, f"<<<<<<< HEAD\n{line}\n=======\n>>>>>>> theirs\n"), encoding="utf-8")
    restore_file(path, originals)
    mended = answers(nbformat.read(path, as_version=4))
    assert {id for id in ANSWERS if mended[id] == wanted[id]} == {"l01-double", "l01-why"}


def test_a_cell_inside_the_text_of_a_cell_is_text(tmp_path):
    inner = '{"cell_type": "code", "source": "x"}'
    text = json.dumps({"cells": [{"cell_type": "code", "source": inner, "metadata": {}}]})
    (tmp_path / "a.ipynb").write_text(text[:-1])
    (cell,) = salvage(tmp_path / "a.ipynb").cells
    assert cell.source == inner


def test_a_missing_file_is_given_anew(path, originals):
    path.unlink()
    assert restore_file(path, originals).findings == [
        f"{LESSON}.ipynb was missing; the lesson as it was given was put there."
    ]
    assert nbformat.read(path, as_version=4) == originals[LESSON]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (f"{LESSON}.ipynb", "", "is empty"),
        (f"{LESSON}.ipynb", "no notebook at all", "is damaged at line 1"),
        ("essay.ipynb", '{"nbformat": 4, "cells": []}', "essay.ipynb has no cell of any lesson"),
        ("gone.ipynb", None, f"no lesson of this name; the lessons are {LESSON}"),
    ],
)
def test_where_there_is_nothing_to_restore_nothing_is_written(tmp_path, originals, name, content, says):
    if content is not None:
        (tmp_path / name).write_text(content)
    before = {one: one.read_bytes() for one in tmp_path.glob("*.ipynb")}
    with pytest.raises(Unreadable, match=says):
        restore_file(tmp_path / name, originals)
    assert {one: one.read_bytes() for one in tmp_path.glob("*.ipynb")} == before


def test_the_notebook_of_another_lesson_is_not_written_over(path, originals, tmp_path):
    other = tmp_path / "l02_other.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[small_class.cell("code", "y = 1", "l02-y", solution=True)]), other)
    both = Originals({LESSON: tmp_path / "course" / "notebooks" / LESSON / f"{LESSON}.ipynb", "l02_other": other})
    path.write_bytes(other.read_bytes())
    with pytest.raises(Unreadable, match="has cells of lesson l02_other: give it its name back"):
        restore_file(path, both)
    assert path.read_bytes() == other.read_bytes()
