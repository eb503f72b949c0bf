"""Every lesson as a student meets it: run all, move sliders, make a mistake, mend it, open hints, look at the map.

One lesson goes through all of it in every run, the others when asked for:  python -m pytest -m "browser or exhaustive" tests/browser
"""

import re

import pytest

from course_lib import exercises
from grading.answering import put, tasks, written
from grading.course import Course
from grading.submission import release
from tests.answers import load
from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser
COURSE = Course(ROOT)
LESSONS = COURSE.lessons()
STUDENT = "ada"


def mostly_when_asked_for(lessons, always):
    return [pytest.param(one, marks=[pytest.mark.exhaustive] * (one != always)) for one in lessons]


def errors(notebook):
    return [(cell["id"], o) for cell in notebook.cells() for o in cell["outputs"] if o["output_type"] == "error"]


def stderr(notebook):
    return [
        (cell["id"], o["text"])
        for cell in notebook.cells()
        for o in cell["outputs"]
        if o["output_type"] == "stream" and o["name"] == "stderr"
    ]


def runs_clean(notebook, full):
    notebook.run_all()
    assert errors(notebook) == []
    assert stderr(notebook) == []
    for cell in notebook.cells():
        if cell["id"].endswith("-check"):
            (points,) = (o["data"]["text/plain"] for o in cell["outputs"] if o["output_type"] == "execute_result")
            assert (float(points) > 0) == full, cell["id"]


@pytest.mark.parametrize("lesson", mostly_when_asked_for(LESSONS, "l02_backpropagation"))
def test_an_untouched_lesson_runs_to_its_end(open_notebook, lesson):
    runs_clean(open_notebook(f"{lesson}/{lesson}.ipynb"), full=False)


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_solved_lesson_runs_clean_and_every_slider_changes_its_picture(open_notebook, lesson):
    notebook = open_notebook(f"solved/{lesson}/{lesson}.ipynb")
    runs_clean(notebook, full=True)
    for cell in notebook.cells():
        shows_widget = any("application/vnd.jupyter.widget-view+json" in o.get("data", {}) for o in cell["outputs"])
        if not shows_widget or not cell["source"] or "hand_in(" in cell["source"]:
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


def named_mistake(lesson):
    """(task, a wrong answer whose mistake has a sentence, a right one) of the first exercise that asks for a function."""
    known, bank = exercises.of_lesson(lesson), load(lesson)
    for task in tasks(release(COURSE, lesson)):
        mistakes = getattr(known[task.exercise], "mistakes", None)
        if task.function is None or not mistakes:
            continue
        mine = [answer for answer in bank if answer.exercise == task.exercise]
        wrong = next((one for one in mine if one.expected in {mistake.key for mistake in mistakes}), None)
        if wrong:
            return task, wrong, next(one for one in mine if one.kind == "right")
    raise AssertionError(f"{lesson} has no exercise with a mistake that is named")


@pytest.mark.parametrize("lesson", mostly_when_asked_for(LESSONS[1:], ""))
def test_a_mistake_is_named_on_the_screen_and_its_mending_seen(open_notebook, lesson):
    task, wrong, right = named_mistake(lesson)
    mistake = next(one for one in exercises.find(task.exercise).mistakes if one.key == wrong.expected)
    notebook = open_notebook(f"{lesson}/{lesson}.ipynb")
    released = release(COURSE, lesson)
    earlier = [cell.id for cell in released.cells if cell.cell_type == "code" and cell.metadata.get("nbgrader")]
    notebook.run(*earlier[: earlier.index(task.answer)])
    for answer, says in ((wrong, mistake.says), (right, "right")):
        solved = release(COURSE, lesson)
        put(solved, task, written(task, answer, STUDENT))
        notebook.write(task.answer, next(cell.source for cell in solved.cells if cell.id == task.answer))
        notebook.run(task.answer, task.check)
        card = " ".join(notebook.screen(task.check).split())
        assert says.rstrip(".") in card, card


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
