"""Handing in, the three ways that a student has: the button, nbgrader's Validate, and the exchange."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT, jupyterlab

pytestmark = pytest.mark.browser
LESSON = "l00_start_here"
ANSWER = "def weighted_sum(w0, w, x):\n    return w0 {} w @ x"


@pytest.fixture
def notebook(lab, open_notebook, request):
    """A copy of the lesson that a test may damage and save."""
    copy = f"{request.node.name}/{LESSON}.ipynb"
    (lab[1] / copy).parent.mkdir()
    shutil.copy(ROOT / "notebooks" / LESSON / f"{LESSON}.ipynb", lab[1] / copy)
    return open_notebook(copy)


def test_the_button_names_damage_and_gives_the_file(notebook, page, tmp_path):
    notebook.write("l00-weighted-sum", ANSWER.format("+"))
    notebook.write("l00-setup", "from course_lib import check")
    page.keyboard.press("Escape")
    page.evaluate("() => { window.jupyterapp.commands.execute('docmanager:save'); return null; }")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    notebook.run("hand-in-2")
    page.get_by_role("button", name="Pack to hand in").click()
    said = page.get_by_role("status").filter(has_text="is written")
    said.wait_for()
    assert "Cell l00-setup had been edited" in said.inner_text()
    with page.expect_download() as download:
        page.get_by_text(f"Download {LESSON}.zip").click()
    assert download.value.suggested_filename == f"{LESSON}.zip"
    download.value.save_as(tmp_path / "got.zip")
    with zipfile.ZipFile(tmp_path / "got.zip") as file:
        assert "return w0 + w @ x" in file.read(f"{LESSON}/{LESSON}.ipynb").decode()


def test_nbgraders_validate_button(notebook, page):
    for sign, says in (("-", "The following cell failed"), ("+", "Success! Your notebook passes all the tests.")):
        notebook.write("l00-weighted-sum", ANSWER.format(sign))
        page.get_by_role("button", name="Validate").first.click()
        dialog = page.locator(".jp-Dialog")
        dialog.wait_for()
        assert says in dialog.inner_text()
        dialog.get_by_role("button").last.click()
        dialog.wait_for(state="detached")


@pytest.mark.skipif(sys.platform == "win32", reason="nbgrader has no exchange on Windows")
def test_the_exchange_from_release_to_collect(page, tmp_path):
    exchange, course, home, work = (tmp_path / name for name in ("exchange", "class", "home", "work"))
    for folder in (exchange, course / "submitted", home, work):
        folder.mkdir(parents=True)
    exchange.chmod(0o777)
    settings = [f"--Exchange.root={exchange}", "--CourseDirectory.course_id=dl"]

    def instructor(*words):
        environment = dict(os.environ, COURSE_CLASS=str(course), HOME=str(home))
        environment["PATH"] = str(Path(sys.executable).parent) + os.pathsep + environment["PATH"]
        ran = subprocess.run(
            ["nbgrader", *words, *settings], cwd=ROOT / "grading", env=environment, capture_output=True, text=True
        )
        assert ran.returncode == 0, ran.stderr

    instructor("release_assignment", LESSON)
    config = home / ".jupyter" / "nbgrader_config.py"
    config.parent.mkdir()
    config.write_text(f'c = get_config()\nc.Exchange.root = "{exchange}"\nc.CourseDirectory.course_id = "dl"\n')
    student = {"JUPYTER_CONFIG_DIR": str(config.parent)}
    with jupyterlab(home / "own", work, environment=student) as address:
        page.goto(f"{address}/lab?token=t&reset")
        page.get_by_role("menuitem", name="Nbgrader").click()
        page.get_by_role("menuitem", name="Assignment List").click()
        page.get_by_role("button", name=re.compile("^Fetch")).click()
        submit = page.get_by_role("button", name=re.compile("^Submit"))
        submit.wait_for()
        fetched = work / LESSON / f"{LESSON}.ipynb"
        assert fetched.read_bytes() == (ROOT / "notebooks" / LESSON / f"{LESSON}.ipynb").read_bytes()
        submit.click()
        page.locator("#submitted_assignments_list, [id*=submitted]").get_by_text(LESSON).first.wait_for()
    instructor("collect", LESSON)
    (collected,) = (course / "submitted").glob(f"*/{LESSON}/{LESSON}.ipynb")
    assert collected.read_bytes() == fetched.read_bytes()
