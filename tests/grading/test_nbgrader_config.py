"""Plain nbgrader commands, run in grading/, find the course and the class."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from traitlets.config.loader import PyFileConfigLoader

GRADING = Path(__file__).parents[2] / "grading"


def nbgrader(*words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=GRADING,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_a_class_that_is_not_there_is_said_in_one_line(tmp_path):
    ended = nbgrader("autograde", "l02_backpropagation", COURSE_CLASS=str(tmp_path / "nobody"))
    assert ended.returncode == 1
    assert ended.stderr.startswith("nbgrader_config.py: no class folder") and ended.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_folders_are_those_of_the_course_and_of_the_class(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CLASS", str(tmp_path))
    config = PyFileConfigLoader("nbgrader_config.py", str(GRADING)).load_config()
    folders = config.CourseDirectory
    root = Path(folders.root)
    assert root == GRADING.parent
    assert (root / folders.release_directory).resolve() == root / "notebooks"
    assert (root / folders.source_directory).resolve() == root / "build" / "source"
    assert (root / folders.submitted_directory).resolve() == tmp_path / "submitted"
    assert str(tmp_path) in folders.db_url
