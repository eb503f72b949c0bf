"""A still picture travels with its words, and is shown once."""

import base64
import re

import nbformat
import pytest
from nbclient import NotebookClient

from course_lib.pictures import bundle
from course_lib.plots import figure


def test_bundle_has_picture_size_and_words():
    fig, _ = figure(size=(3, 2))
    shown = bundle(fig, 'a < b & "c"')
    assert shown["text/plain"] == 'a < b & "c"'
    assert 'alt="a &lt; b &amp; &quot;c&quot;"' in shown["text/html"]
    assert re.search(r'width="300" height="200"', shown["text/html"])
    assert base64.b64decode(shown["image/png"]).startswith(b"\x89PNG")


@pytest.mark.parametrize("alt", ["", "  "])
def test_a_picture_without_words_is_refused(alt):
    with pytest.raises(ValueError, match="alt: wanted the words"):
        bundle(figure()[0], alt)


def test_something_else_is_refused():
    with pytest.raises(TypeError, match="figure: wanted a matplotlib Figure, got int"):
        bundle(3, "three")


@pytest.mark.slow
def test_in_a_notebook_a_pyplot_figure_is_shown_once_and_claims_as_a_table(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell(
            "import matplotlib.pyplot as plt\nfrom course_lib.pictures import claims, show\n"
            "fig, ax = plt.subplots()\nshow(fig, 'an empty picture')"
        ),
        nbformat.v4.new_code_cell("claims([('C6', 'a < b', '1e-9', 'yes'), ('U6', 'same cost', '1.8', 'up to 2')])"),
    ]
    NotebookClient(notebook, timeout=60).execute()
    (picture,), (table,) = (cell.outputs for cell in notebook.cells)
    assert picture.data["text/plain"] == "an empty picture"
    assert table.data["text/plain"].splitlines()[1] == "C6   a < b       1e-9       yes"
    assert "a &lt; b" in table.data["text/html"]
