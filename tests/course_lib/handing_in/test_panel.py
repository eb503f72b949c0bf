"""The button, its sentences, and the same in a terminal."""

import base64
import re
import zipfile

import nbformat
import pytest

from course_lib.__main__ import main
from course_lib.handing_in import panel
from course_lib.handing_in.originals import shipped

LESSON = "l00_start_here"


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    path = tmp_path / f"{LESSON}.ipynb"
    nbformat.write(shipped()[LESSON], path)
    return path


def damage(path):
    notebook = nbformat.read(path, as_version=4)
    at = next(i for i, cell in enumerate(notebook.cells) if cell.id == "l00-weighted-sum-check")
    del notebook.cells[at]
    nbformat.write(notebook, path)


def test_nothing_is_written_before_the_button_is_pressed(notebook):
    button = panel.hand_in(LESSON)
    shown = button._repr_mimebundle_()
    assert "python -m course_lib pack l00_start_here.ipynb" in shown["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert [path.name for path in notebook.parent.iterdir()] == [notebook.name]


def test_the_button_packs_and_its_link_holds_the_file(notebook, tmp_path):
    button = panel.hand_in(LESSON)
    button.press()
    said = button.said.value
    assert f"{LESSON}.zip is written, from the notebook as it was saved at" in said and "<li>" not in said
    inside = base64.b64decode(re.search(r"base64,([^\"]+)\"", said)[1])
    assert inside == (tmp_path / f"{LESSON}.zip").read_bytes()


def test_the_button_names_what_is_wrong(notebook):
    damage(notebook)
    button = panel.hand_in(LESSON)
    button.press()
    assert "<li>Cell l00-weighted-sum-check was missing; it was put back.</li>" in button.said.value
    notebook.write_text("{<b>")
    button.press()
    assert "Nothing was written: it could not be graded." in button.said.value
    notebook.unlink()
    button.press()
    assert f"<li>{LESSON}.ipynb cannot be read: No such file or directory.</li>" in button.said.value


def test_a_large_file_is_not_put_into_a_link(notebook, monkeypatch):
    monkeypatch.setattr(panel, "LINKED", 100)
    button = panel.hand_in(LESSON)
    button.press()
    assert f"It lies beside the notebook: {LESSON}.zip" in button.said.value and "base64" not in button.said.value


def test_the_notebook_that_runs_is_packed_under_its_own_name(notebook, monkeypatch):
    renamed = notebook.rename(notebook.with_name(f"{LESSON}-Copy1.ipynb"))
    monkeypatch.setenv("JPY_SESSION_NAME", f"/home/ada/{renamed.name}")
    button = panel.hand_in(LESSON)
    button.press()
    assert f"<li>The file should be called {LESSON}.ipynb.</li>" in button.said.value


def test_without_ipywidgets_the_text_says_how(notebook, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ipywidgets", None)
    assert "python -m course_lib pack" in panel.hand_in(LESSON)._repr_mimebundle_()["text/html"]


def test_restore_says_what_it_did(notebook, capsys):
    panel.restore(LESSON)
    assert capsys.readouterr().out == f"{LESSON}.ipynb is sound; it stays as it is.\n"
    damage(notebook)
    panel.restore(LESSON)
    said = capsys.readouterr().out
    assert "is put right. The file as it was: l00_start_here.damaged.ipynb." in said
    assert "- Cell l00-weighted-sum-check was missing; it was put back." in said


def test_the_terminal_packs_and_restores(notebook, capsys):
    assert main(["pack", notebook.name]) == 0
    assert zipfile.is_zipfile(f"{LESSON}.zip")
    damage(notebook)
    assert main(["pack", notebook.name]) == 1
    assert "was missing" in capsys.readouterr().out
    assert main(["restore", notebook.name]) == 0
    assert "The file as it was: l00_start_here.damaged.ipynb" in capsys.readouterr().out
    assert main(["restore", notebook.name]) == 0
    assert "is sound" in capsys.readouterr().out


def test_the_terminal_says_in_one_sentence_what_is_wrong(notebook, capsys):
    assert main(["pack", "nothing.ipynb"]) == 1
    assert capsys.readouterr().out == "nothing.ipynb cannot be read: No such file or directory.\n"
    with pytest.raises(SystemExit) as usage:
        main(["throw", notebook.name])
    assert usage.value.code == 2
