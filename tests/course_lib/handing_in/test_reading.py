from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from course_lib.handing_in import reading
from course_lib.handing_in.reading import Unreadable, read
from tests.grading import small_class
from tests.grading.small_class import LESSON, hand_in

PIPES = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes among the files of this system")


@pytest.fixture
def solved_file(tmp_path):
    return hand_in(tmp_path / "class", "ada", small_class.solved("ada"))


def sources(notebook):
    return [cell.source for cell in notebook.cells]


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
    monkeypatch.setattr(reading, "MOST", 5)
    with pytest.raises(Unreadable, match="has 6 cells; wanted at most 5: delete those that are not needed"):
        read(path)
    monkeypatch.setattr(reading, "MOST", 6)
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
    monkeypatch.setattr(reading, "LARGEST", 1000)
    with pytest.raises(Unreadable, match="larger than 0 MB: save it with Edit > Clear Outputs"):
        read(solved_file)
