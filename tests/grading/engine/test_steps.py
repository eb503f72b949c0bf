"""The engine in an ordinary nbgrader course that uses nothing else of ours: nbgrader's own commands, and formgrader's way."""

from __future__ import annotations

import os
import subprocess
import sys
from copy import deepcopy

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from traitlets.config import Config

from grading.course import with_venv_first
from grading.engine.steps import configure
from tests.grading.stock_course import course

pytestmark = pytest.mark.slow
CONFIG = """\
from grading.engine.steps import configure
c = get_config()
configure(c)
"""
CHEAT = "get_ipython().input_transformers_post.append(lambda lines: [])"


def with_cell(notebook, source):
    """The notebook with a cell of the student's own on top."""
    changed = deepcopy(notebook)
    changed.cells.insert(0, nbformat.v4.new_code_cell(source))
    return changed


def duplicated(notebook):
    """The notebook with one test twice: nbgrader alone stops the whole class at it."""
    changed = deepcopy(notebook)
    place = next(i for i, cell in enumerate(changed.cells) if cell.metadata.get("nbgrader", {}).get("grade"))
    changed.cells.insert(place, deepcopy(changed.cells[place]))
    return changed


@pytest.fixture
def folder(tmp_path):
    course.make(tmp_path)
    (tmp_path / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    course.hand_in(tmp_path, "ada", course.solved())
    return tmp_path


def scores(folder):
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        return {one.student.id: one.score for one in book.assignment_submissions(course.NAME)}


def test_nbgraders_own_command(folder):
    course.hand_in(folder, "cheat", with_cell(course.release(), CHEAT))
    course.hand_in(folder, "twice", duplicated(course.solved()))
    course.hand_in(folder, "untouched", course.release())
    (folder / "submitted" / "ada" / course.NAME / "secret.txt").symlink_to("/etc/passwd")
    command = [sys.executable, "-m", "nbgrader", "autograde", course.NAME]
    done = subprocess.run(
        command, cwd=folder, env=with_venv_first(os.environ), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert scores(folder) == {"ada": course.POINTS, "twice": course.POINTS, "cheat": 0, "untouched": 0}
    graded = nbformat.read(folder / "autograded" / "twice" / course.NAME / f"{course.NAME}.ipynb", as_version=4)
    assert "repaired" in graded.cells[0].source


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own queries
def test_formgraders_button(folder, monkeypatch):
    for name, value in with_venv_first(os.environ).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)
    c = Config()
    c.CourseDirectory.root = str(folder)
    c.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
    configure(c)
    api = NbGraderAPI(config=c)
    result = api.autograde(course.NAME, "ada")
    assert result["success"], result.get("error", "") + result.get("log", "")
    assert scores(folder) == {"ada": course.POINTS}


def test_a_source_that_is_not_there_is_named(folder):
    path = folder / "source" / course.NAME / f"{course.NAME}.ipynb"
    released = folder / "release" / course.NAME / f"{course.NAME}.ipynb"
    path.unlink()
    released.unlink()
    command = [sys.executable, "-m", "nbgrader", "autograde", course.NAME]
    done = subprocess.run(
        command, cwd=folder, env=with_venv_first(os.environ), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"no {path}" in done.stderr.replace("\n", "")
