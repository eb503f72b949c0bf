"""Every lesson as a student meets it: run all, move sliders, make a mistake, mend it, open hints, look at the map."""

import re

import pytest

from grading.course import Course
from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser
LESSONS = Course(ROOT).lessons()


def errors(notebook):
    return [(cell["id"], o) for cell in notebook.cells() for o in cell["outputs"] if o["output_type"] == "error"]


def stderr(notebook):
    return [
        (cell["id"], o["text"])
        for cell in notebook.cells()
        for o in cell["outputs"]
        if o["output_type"] == "stream" and o["name"] == "stderr"
    ]


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("folder", ["", "solved/"], ids=["untouched", "solved"])
def test_run_all_is_clean(open_notebook, folder, lesson):
    notebook = open_notebook(f"{folder}{lesson}/{lesson}.ipynb")
    notebook.run_all()
    assert errors(notebook) == []
    assert stderr(notebook) == []
    for cell in notebook.cells():
        if cell["id"].endswith("-check"):
            (points,) = (o["data"]["text/plain"] for o in cell["outputs"] if o["output_type"] == "execute_result")
            assert (float(points) > 0) == bool(folder), cell["id"]


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_slider_changes_its_picture(open_notebook, lesson):
    notebook = open_notebook(f"solved/{lesson}/{lesson}.ipynb")
    notebook.run_all()
    for cell in notebook.cells():
        if not any("application/vnd.jupyter.widget-view+json" in o.get("data", {}) for o in cell["outputs"]):
            continue
        shown = notebook.select(cell["id"])
        picture = shown.locator(".widget-html img")
        picture.wait_for()
        assert picture.get_attribute("alt")
        for handle in shown.locator(".noUi-handle").all():
            before = picture.get_attribute("src")
            handle.focus()
            at_the_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
            notebook.page.keyboard.press("ArrowLeft" if at_the_end else "ArrowRight")
            notebook.page.wait_for_function(
                "before => document.querySelector('.jp-mod-active .widget-html img').src !== before", arg=before
            )


def test_a_student_makes_a_mistake_and_mends_it(open_notebook):
    notebook = open_notebook("l02_backpropagation/l02_backpropagation.ipynb")
    notebook.run("l02-setup", "l02-dense-backward", "l02-dense-backward-check")
    assert "not written yet" in notebook.screen("l02-dense-backward-check")

    wrong = "def dense_backward(dy, x, W):\n    return dy @ W.T, x.T @ dy, dy.mean(axis=0)"
    notebook.write("l02-dense-backward", wrong)
    notebook.run("l02-dense-backward", "l02-dense-backward-check")
    card = notebook.screen("l02-dense-backward-check")
    assert "4 of 6 points" in card
    assert "There is a division by the batch size N" in card

    mine = notebook.insert_below("l02-dense-backward-check")
    notebook.write(mine, 'hint("l02.dense_backward")')
    for opened in (1, 2, 3):
        notebook.run(mine)
        assert len(re.findall(r"Hint \d of 3", notebook.screen(mine))) == opened

    notebook.write("l02-dense-backward", wrong.replace("mean", "sum"))
    notebook.run("l02-dense-backward", "l02-dense-backward-check")
    card = notebook.screen("l02-dense-backward-check")
    assert "6 of 6 points" in card and "division" not in card

    notebook.write(mine, "progress()")
    notebook.run(mine)
    assert re.search(r"l02_backpropagation.*6 of [\d.]+", notebook.screen(mine), re.S)


def test_pictures_come_as_soon_as_the_check_is_green(open_notebook):
    notebook = open_notebook("l00_start_here/l00_start_here.ipynb")
    notebook.run_all()
    picture = next(cell["id"] for cell in notebook.cells() if "if passed(" in cell["source"])
    assert "appears as soon as" in notebook.screen(picture)
    notebook.write("l00-weighted-sum", "def weighted_sum(w0, w, x):\n    return w0 + w @ x")
    notebook.run("l00-weighted-sum", "l00-weighted-sum-check", picture)
    assert any("image/png" in o.get("data", {}) for o in notebook.outputs(picture))
