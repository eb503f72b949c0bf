"""explore(): what it shows where, when it draws again, and what it says when it cannot."""

import asyncio
import base64
import html
import re
import subprocess
import sys
import threading

import pytest

from course_lib.plots import figure
from course_lib.widgets import explore

VIEW = "application/vnd.jupyter.widget-view+json"


class Drawing:
    """A draw function that remembers what it was asked for, and on which thread."""

    def __init__(self):
        self.asked, self.threads = [], []

    def __call__(self, **values):
        self.asked.append(values)
        self.threads.append(threading.current_thread())
        fig, ax = figure("title", "x", "y", size=(3, 2))
        ax.plot([0, values.get("k", 1)])
        return fig


def says(**values):
    return f"seen: {values}"


def size_of_png(data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def test_one_bundle_carries_the_live_view_the_picture_and_its_text():
    explorer = explore(Drawing(), lambda k: f'k is {k}, "a" < b & c', k=(1, 5, 1))
    bundle = explorer._repr_mimebundle_()
    assert set(bundle) == {VIEW, "text/html", "image/png", "text/plain"}
    assert bundle["text/plain"] == 'k is 1, "a" < b & c'
    assert size_of_png(base64.b64decode(bundle["image/png"])) == (450, 300)
    image = re.search(
        r'<img alt="([^"]*)" src="data:image/png;base64,([^"]*)" width="300" height="200"', bundle["text/html"]
    )
    assert image is not None
    assert html.unescape(image[1]) == bundle["text/plain"]
    assert image[2] == bundle["image/png"]
    assert bundle[VIEW]["model_id"] == explorer.widget.model_id
    assert explorer.widget.children[-1].value == bundle["text/html"]  # the live picture is the same picture


def test_ipython_shows_that_bundle():
    from IPython.core.formatters import DisplayFormatter

    formatter = DisplayFormatter()
    data, _ = formatter.format(explore(Drawing(), says, k=(1, 5, 1)))
    assert set(data) == {VIEW, "text/html", "image/png", "text/plain"}
    assert data["text/plain"] == "seen: {'k': 1}"


def test_a_slider_redraws_picture_alt_and_bundle():
    drawing = Drawing()
    explorer = explore(drawing, says, k=(1, 5, 1), kind=["a", "b"])
    before = explorer._repr_mimebundle_()
    explorer.sliders["k"].value = 4
    explorer.sliders["kind"].value = "b"
    after = explorer._repr_mimebundle_()
    assert drawing.asked == [{"k": 1, "kind": "a"}, {"k": 4, "kind": "a"}, {"k": 4, "kind": "b"}]
    assert after["text/plain"] == "seen: {'k': 4, 'kind': 'b'}"
    assert after["image/png"] != before["image/png"]
    assert html.escape(after["text/plain"]) in explorer.widget.children[-1].value


def test_many_changes_are_one_drawing_where_an_event_loop_runs():
    drawing = Drawing()

    async def drag():
        explorer = explore(drawing, says, k=(0, 50, 1))
        for k in range(1, 31):
            explorer.sliders["k"].value = k
        assert len(drawing.asked) == 1  # nothing is drawn while the loop is busy
        await until(lambda: len(drawing.asked) > 1)
        await asyncio.sleep(0.1)
        explorer.sliders["k"].value = 40
        await until(lambda: len(drawing.asked) > 2)
        return explorer

    explorer = asyncio.run(drag())
    assert [values["k"] for values in drawing.asked] == [0, 30, 40]
    explorer.sliders["k"].value = 7  # that loop is closed: drawn at once
    assert drawing.asked[-1] == {"k": 7}


def test_a_change_from_another_thread_is_drawn_by_the_thread_of_the_cells():
    drawing = Drawing()

    async def cell():
        explorer = explore(drawing, says, k=(0, 50, 1))
        for k in (1, 2):
            await asyncio.to_thread(setattr, explorer.sliders["k"], "value", k)
            await until(lambda k=k: drawing.asked[-1]["k"] == k)

    asyncio.run(cell())
    assert set(drawing.threads) == {threading.main_thread()}


async def until(condition, seconds=20):
    for _ in range(int(seconds * 100)):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("waited in vain")


@pytest.mark.parametrize(("where", "message"), [("draw", "no <picture>"), ("alt", "no text")])
def test_an_error_stands_in_the_pictures_place_and_the_sliders_live_on(where, message):
    def fail_at_3(inner, name):
        def function(k):
            if name == where and k == 3:
                raise ValueError(message)
            return inner(k=k)

        return function

    explorer = explore(fail_at_3(Drawing(), "draw"), fail_at_3(says, "alt"), k=(1, 5, 1))
    explorer.sliders["k"].value = 3
    bundle = explorer._repr_mimebundle_()
    assert bundle["text/plain"] == f"No picture for k = 3. ValueError: {message}"
    assert 'role="alert"' in bundle["text/html"]
    assert html.escape(message) in explorer.widget.children[-1].value
    assert "image/png" not in bundle
    assert "<img" not in bundle["text/html"]
    explorer.sliders["k"].value = 4
    assert explorer.text == "seen: {'k': 4}"
    assert "image/png" in explorer._repr_mimebundle_()


def test_a_draw_that_returns_no_figure_is_told_so():
    assert explore(lambda: None, lambda: "nothing").text.endswith(
        "TypeError: figure: wanted a matplotlib Figure, got NoneType"
    )


def test_sliders_become_native_controls_with_a_description():
    explorer = explore(
        Drawing(), says, whole=(0, 9, 3, 6), real=(-1.0, 1, 0.25), kind=["a", "b"], step_size=range(2, 8)
    )
    assert explorer.values == {"whole": 6, "real": -1.0, "kind": "a", "step_size": 2}
    found = {name: type(slider).__name__ for name, slider in explorer.sliders.items()}
    assert found == {"whole": "IntSlider", "real": "FloatSlider", "kind": "Dropdown", "step_size": "IntSlider"}
    assert [s.description for s in explorer.sliders.values()] == ["whole", "real", "kind", "step size"]
    whole, real, _, steps = explorer.sliders.values()
    assert (whole.min, whole.max, whole.step, whole.value) == (0, 9, 3, 6)
    assert (real.min, real.max, real.step, real.value, real.readout_format) == (-1.0, 1.0, 0.25, -1.0, ".2f")
    assert (steps.min, steps.max, steps.value) == (2, 7, 2)
    controls = explorer.widget.children[0].children
    play = controls[3].children[0]
    assert type(play).__name__ == "Play"
    assert (play.min, play.max, play.value) == (2, 7, 2)


@pytest.mark.parametrize(
    ("spec", "error"),
    [
        ((1, 2), TypeError),
        (3, TypeError),
        ("ab", TypeError),
        ([], ValueError),
        (range(0), ValueError),
        ((1, 5, 1, 9), ValueError),
        ((5, 1, 1), ValueError),
        ((1, 5, 0), ValueError),
    ],
)
def test_a_slider_that_cannot_be_is_named(spec, error):
    with pytest.raises(error, match="speed: wanted"):
        explore(Drawing(), says, speed=spec)


def test_without_ipywidgets_there_is_still_a_picture_and_its_text(monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)  # import raises ImportError
    explorer = explore(Drawing(), says, k=(1, 5, 1))
    assert set(explorer._repr_mimebundle_()) == {"text/html", "image/png", "text/plain"}
    assert explorer.widget is None
    assert explorer.values == {"k": 1}


def test_nothing_heavy_is_imported_before_the_first_picture_and_pyplot_never():
    program = """if True:
        import sys
        import course_lib.widgets, course_lib.widgets.l02_backpropagation as l02
        assert not {"matplotlib", "ipywidgets", "IPython"} & set(sys.modules), "too early"
        l02.computation_graph(), l02.difference_step()
        assert "matplotlib" in sys.modules and "matplotlib.pyplot" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


@pytest.mark.slow
def test_a_notebook_run_without_a_browser_keeps_picture_and_text(tmp_path):
    import nbclient
    import nbconvert
    import nbformat

    source = "from course_lib.widgets.l02_backpropagation import computation_graph\ncomputation_graph()"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbclient.NotebookClient(
        notebook, timeout=60, store_widget_state=False, resources={"metadata": {"path": tmp_path}}
    ).execute()
    (output,) = notebook.cells[0].outputs
    assert set(output.data) == {VIEW, "text/html", "image/png", "text/plain"}
    exporter = nbconvert.HTMLExporter()
    page, _ = exporter.from_notebook_node(notebook)
    assert 'alt="Step 0 of 21, givens.' in page
