"""The build: nbgrader's own release of a lesson, the same bytes every time, and nothing of the solution in it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.nbgraderformat import read as nbgrader_read
from traitlets.config import Config

from grading import build
from grading.course import Course, CourseError, with_venv_first
from tests.grading import tiny


@pytest.fixture
def course(tmp_path):
    return tiny.make(tmp_path / "course")


def released(course):
    return nbformat.read(course.release(tiny.NAME), as_version=4)


def by_id(notebook):
    return {cell.id: cell for cell in notebook.cells}


def test_the_release_is_a_notebook_that_nbgrader_accepts(course):
    with course.release(tiny.NAME).open(encoding="utf-8") as file:
        notebook = nbgrader_read(file, as_version=4)
    nbformat.validate(notebook)
    grade = {c.metadata.nbgrader.grade_id: c.metadata.nbgrader for c in notebook.cells if "nbgrader" in c.metadata}
    assert {id: m.get("points") for id, m in grade.items()} == {
        "l90-setup": None,
        "l90-double": None,
        "l90-double-check": 2,
        "l90-area": None,
        "l90-area-check": 1.5,
        "l90-why": 3,
    }
    assert all(len(m.checksum) == 32 for m in grade.values())


def test_a_solution_inside_a_function_becomes_a_stub_that_raises(course):
    source = by_id(released(course))["l90-double"].source
    assert (
        source
        == 'def double(x):\n    """Twice x."""\n    # YOUR CODE HERE\n    raise NotImplementedError("not written yet")'
    )


def test_a_solution_at_the_margin_becomes_a_stub_that_does_not_stop_run_all(course):
    assert by_id(released(course))["l90-area"].source == "area = ...\n# YOUR CODE HERE"


def test_a_written_answer_keeps_its_question_and_loses_solution_and_rubric(course):
    assert by_id(released(course))["l90-why"].source == "Why is it so?\n\nYOUR ANSWER HERE"


def test_locked_and_undeletable(course):
    cells = by_id(released(course))
    assert cells["l90-setup"].metadata["editable"] is False
    assert cells["l90-double-check"].metadata["editable"] is False
    assert "editable" not in cells["l90-double"].metadata
    assert cells["l90-double"].metadata["deletable"] is False


def test_nothing_of_the_solution_in_the_release_everything_in_the_source(course):
    secrets = ["twice_as_much", "3 * 4", "three by four", "twice two", "Rubric", "BEGIN SOLUTION", "END SOLUTION"]
    release = course.release(tiny.NAME).read_text(encoding="utf-8")
    source = course.source_notebook(tiny.NAME).read_text(encoding="utf-8")
    assert [word for word in secrets if word in release] == []
    assert [word for word in secrets if word not in source] == []


def test_ids_are_slugs_and_unique(course):
    assert [cell.id for cell in released(course).cells] == [
        "a-tiny-lesson",
        "l90-setup",
        "l90-double",
        "l90-double-check",
        "numbers",
        "l90-area",
        "l90-area-check",
        "numbers-2",
        "the-end",
        "l90-why",
    ]


def test_ids_stay_when_another_section_grows(tmp_path):
    longer = tiny.make(tmp_path, ("# ## Numbers", "# ## More\n\n# %%\n1\n\n# %%\n2\n\n# %% [markdown]\n# ## Numbers"))
    assert {"more", "more-2", "more-3", "numbers", "numbers-2"} <= set(by_id(released(longer)))


@pytest.mark.parametrize(
    ("heading", "slug"),
    [("2.1  The graph, *forward*", "2-1-the-graph-forward"), ("Übung", "ubung"), ("???", "section")],
)
def test_slug(heading, slug):
    assert build.slug(heading) == slug


def test_equal_headings_and_ids_of_markers_do_not_collide(tmp_path):
    course = tiny.make(
        tmp_path, ("# ## Numbers", "# ## l90 double"), ("# ## The end", "# ## l90 double"), ("#The-end", "#l90-double")
    )
    ids = [cell.id for cell in released(course).cells]
    assert len(ids) == len(set(ids))
    assert {"l90-double", "l90-double-1", "l90-double-2"} <= set(ids)


def test_no_outputs_no_counts_no_other_metadata(course):
    notebook = released(course)
    assert notebook.metadata == build.METADATA
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"nbgrader", "deletable", "editable"}
        assert not cell.get("outputs") and cell.get("execution_count") is None


def test_a_rebuild_is_byte_identical_elsewhere_and_in_another_process(course, tmp_path):
    first = {
        path: path(course).read_bytes()
        for path in (lambda c: c.release(tiny.NAME), lambda c: c.source_notebook(tiny.NAME))
    }
    build.build(course, course.lessons())
    other = tiny.make(tmp_path / "another place", built=False)
    code = "import sys; from pathlib import Path; from grading.build import build; from grading.course import Course\n"
    code += "course = Course(Path(sys.argv[1])); build(course, course.lessons())"
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(build.__file__).parents[1])}
    subprocess.run([sys.executable, "-c", code, str(other.root)], check=True, env=env, timeout=120)
    for path, bytes_ in first.items():
        assert path(course).read_bytes() == bytes_
        assert path(other).read_bytes() == bytes_
    assert b"\r" not in next(iter(first.values()))


@pytest.mark.slow
def test_plain_nbgrader_makes_the_same_release(course, tmp_path):
    """`nbgrader generate_assignment` with our steps named in its configuration, and nothing else."""
    build.write(tmp_path / "source" / tiny.NAME / f"{tiny.NAME}.ipynb", build.read_lesson(course.solution(tiny.NAME)))
    (tmp_path / "nbgrader_config.py").write_text(
        "from grading.build import STEPS\nc = get_config()\nc.GenerateAssignment.preprocessors = STEPS\n"
    )
    env = {
        **with_venv_first(os.environ),
        "PYTHONPATH": str(Path(build.__file__).parents[1]),
        "JUPYTER_CONFIG_DIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", tiny.NAME]
    subprocess.run(command, cwd=tmp_path, env=env, check=True, timeout=120, capture_output=True)
    theirs = (tmp_path / "release" / tiny.NAME / f"{tiny.NAME}.ipynb").read_text(encoding="utf-8")
    assert theirs.rstrip("\n") == course.release(tiny.NAME).read_text(encoding="utf-8").rstrip("\n")


def test_the_source_is_written_where_there_is_none_and_left_where_there_is_one(course):
    build.build_source(course, tiny.NAME)
    written = course.source_notebook(tiny.NAME)
    assert "### BEGIN SOLUTION" in written.read_text(encoding="utf-8")
    written.write_text("mine", encoding="utf-8")
    build.build_source(course, tiny.NAME)
    assert written.read_text(encoding="utf-8") == "mine"


def test_a_course_that_cannot_be_written_to_stays_as_it_is(course):
    shutil.rmtree(course.build, ignore_errors=True)
    course.build.write_text("a file stands where the folder would be", encoding="utf-8")
    build.build_source(course, tiny.NAME)
    assert not course.source_notebook(tiny.NAME).exists()


def test_a_failed_build_leaves_every_old_notebook(course):
    second = course.solution("l91_second")
    second.write_text('# %% role="given" id="l91-a"\n1\n', encoding="utf-8")
    build.build(course, course.lessons())
    old = {path: path.read_bytes() for path in course.root.rglob("*.ipynb")}
    assert len(old) == 6
    course.solution(tiny.NAME).write_text(tiny.LESSON.replace("three by four", "four by three"), encoding="utf-8")
    second.write_text('# %% role="nobody" id="l91-a"\n1\n', encoding="utf-8")
    with pytest.raises(CourseError, match=r"solutions/l91_second\.py:1: unknown role"):
        build.build(course, course.lessons())
    assert {path: path.read_bytes() for path in course.root.rglob("*.ipynb")} == old


def test_a_write_that_fails_leaves_the_old_file_and_no_half_of_a_new_one(course, monkeypatch):
    path = course.release(tiny.NAME)
    old = path.read_bytes()
    monkeypatch.setattr(Path, "replace", lambda self, target: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        build.write(path, released(course))
    assert path.read_bytes() == old
    assert sorted(p.name for p in path.parent.iterdir()) == ["l90_tiny.ipynb", "square.png"]


def test_a_source_that_is_no_python_is_named_with_its_line(course):
    course.solution(tiny.NAME).write_text("# %%\nx = 1\n\n# %%\nfor\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"^solutions/l90_tiny\.py:5: not Python: invalid syntax"):
        build.build(course, course.lessons())


def test_nbgraders_own_complaint_comes_through(course):
    """What our markers let through and nbgrader does not."""
    source = build.read_lesson(course.solution(tiny.NAME))
    source.cells[1].metadata.nbgrader["grade_id"] = "no spaces please"
    with pytest.raises(CourseError, match=r"^l90_tiny: nbgrader cannot make the release: .*no spaces please") as error:
        build.generate(source, tiny.NAME)
    assert "\n" not in str(error.value)


def test_magics_are_left_out_of_the_syntax():
    tree = build.syntax("%matplotlib inline\n!ls\nimport math")
    assert [type(node).__name__ for node in tree.body] == ["Pass", "Pass", "Import"]


def test_the_users_own_nbgrader_settings_change_nothing(course, tmp_path, monkeypatch):
    """An instructor's ~/.jupyter/nbgrader_config.py must not reach the release."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.ClearSolutions.text_stub = 'MINE'\n")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    old = course.release(tiny.NAME).read_bytes()
    build.build(course, course.lessons())
    assert course.release(tiny.NAME).read_bytes() == old


def test_points(course):
    assert build.build_lesson(course, tiny.NAME).points == 6.5
    assert json.loads(course.release(tiny.NAME).read_bytes())["nbformat_minor"] == 5


def test_configuration_can_name_the_preprocessor():
    assert build.ClearSolutions(config=Config({"ClearSolutions": {"text_stub": "WRITE"}})).text_stub == "WRITE"


def test_every_lesson_of_the_course_builds():
    course = Course(Path(build.__file__).parents[1])
    for lesson in course.lessons():
        assert build.build_lesson(course, lesson).release.cells
