"""The tree that students get, in a JupyterLab that sees nothing else."""

import pytest

from grading.course import Course
from grading.release import release
from tests.browser.conftest import CONNECTED, ROOT, Notebook, jupyterlab

pytestmark = pytest.mark.browser


def test_a_lesson_of_the_released_tree_runs_and_no_solution_is_in_sight(page, tmp_path):
    tree = tmp_path / "lessons"
    release(Course(ROOT), tree, ["l00_start_here"])
    with jupyterlab(tmp_path / "home", tree, environment={"PYTHONPATH": str(tree)}) as address:
        page.goto(f"{address}/lab/tree/notebooks/l00_start_here/l00_start_here.ipynb?token=t&reset")
        page.wait_for_function(CONNECTED)
        notebook = Notebook(page)
        notebook.run_all()
        assert [o for cell in notebook.cells() for o in cell["outputs"] if o["output_type"] == "error"] == []
        mine = notebook.insert_below("l00-weighted-sum-check")
        notebook.write(mine, "import course_lib; print(course_lib.__file__)")
        notebook.run(mine)
        assert str(tree) in notebook.screen(mine)
        page.get_by_role("button", name="Pack to hand in").click()
        page.get_by_role("status").filter(has_text="is written").wait_for()
        served = page.evaluate(
            "async () => (await (await fetch('/api/contents/?token=t')).json()).content.map(f => f.name)"
        )
    assert {"course_lib", "notebooks", "README.md"} <= set(served)
    assert not {"solutions", "grading", "tests"} & set(served)
