"""The homework's network to the last digit, its replay step by step, and pictures that can be read."""

import itertools
import math
import random

import numpy as np
import pytest

from course_lib.graph import backward
from course_lib.widgets.l02_backpropagation import (
    EDGES,
    HOMEWORK,
    N_STEPS,
    computation_graph,
    describe_difference,
    describe_graph,
    difference_error,
    difference_step,
    draw_difference,
    draw_graph,
    expected_error,
    play,
    pretty,
    two_two_one,
)

# 1 - sigmoid(23) = 1 / (1 + e^23)
REST = 1 / (1 + math.exp(23))
ERRORS = {"in5": 1, "a3": 2, "a4": 3, "in3": 2, "in4": 0}  # times yhat, and so are the gradients
GRADS = ERRORS | {"w05": 1, "w35": 11, "w45": 0, "w03": 2, "w13": -6, "w23": 10, "w04": 0, "w14": 0, "w24": 0}


def random_numbers(seed):
    rng = random.Random(seed)
    return {name: rng.randint(-10, 10) / 2 for name in HOMEWORK} | {"y": rng.randint(0, 1)}


def test_the_homework_to_the_last_digit():
    net = two_two_one(**HOMEWORK)
    assert {n: net[n].value for n in ("in3", "a3", "in4", "a4", "in5")} == {
        "in3": 11,
        "a3": 11,
        "in4": -8,
        "a4": 0,
        "in5": 23,
    }
    assert 1 - net["yhat"].value == pytest.approx(REST, rel=1e-6)  # 1 - 1.026e-10: all that float64 has of it
    assert pytest.approx(1.026e-10, rel=1e-3) == REST
    assert net["loss"].value == 23 + math.log1p(math.exp(-23))
    assert net["loss"].value - 23 == pytest.approx(1.03e-10, rel=0.01)
    backward(net["loss"])
    yhat = net["yhat"].value
    assert {name: net[name].grad for name in GRADS} == pytest.approx({n: g * yhat for n, g in GRADS.items()}, rel=1e-15)


@pytest.mark.parametrize("seed", range(20))
def test_any_numbers_against_central_differences(seed):
    numbers = random_numbers(seed)
    net = two_two_one(**numbers)
    backward(net["loss"])
    for name in HOMEWORK:
        if name != "y":  # half-integer numbers: no kink within 1e-6, except where a sum is exactly 0
            if 0 in (net["in3"].value, net["in4"].value):
                continue
            up, down = (two_two_one(**numbers | {name: numbers[name] + e})["loss"].value for e in (1e-6, -1e-6))
            assert net[name].grad == pytest.approx((up - down) / 2e-6, rel=1e-5, abs=1e-7)


def test_each_step_finds_one_number_forward_then_backward():
    order, known = [], set(HOMEWORK)
    for step in range(1, N_STEPS + 1):
        values, grads, last = play(step, **HOMEWORK)
        now = set(values) | {"d" + name for name in grads}
        order += sorted(now - known)
        known = now
        assert last is not None
    assert order[:7] == ["in3", "a3", "in4", "a4", "in5", "yhat", "loss"]
    assert order[7:13] == ["din5", "dw05", "dw35", "dw45", "da3", "da4"]
    assert order[13:] == ["din3", "dw03", "dw13", "dw23", "din4", "dw04", "dw14", "dw24"]


@pytest.mark.parametrize("numbers", [HOMEWORK, HOMEWORK | {"y": 1}, random_numbers(3)])
def test_the_last_step_knows_what_the_graph_knows(numbers):
    values, grads, _ = play(N_STEPS, **numbers)
    net = two_two_one(**numbers)
    backward(net["loss"])
    assert values == {name: node.value for name, node in net.items()}
    assert grads == {name: net[name].grad for name in GRADS}


def test_the_text_says_what_the_step_does_and_what_is_known():
    assert describe_graph(0, **HOMEWORK).startswith("Step 0 of 21, givens. The weights and the inputs are given.")
    assert "in3 = w03 + w13 * x1 + w23 * x2 = 2 + 2 * (-3) + 3 * 5 = 11. Unit 3 adds up" in describe_graph(
        1, **HOMEWORK
    )
    text = describe_graph(8, **HOMEWORK)
    assert "backward. Delta5 = yhat - y = (1 - 1.03e-10) - 0 = 1 - 1.03e-10." in text
    assert text.endswith(
        "Known by now: in3 = 11, a3 = 11, in4 = -8, a4 = 0, in5 = 23, yhat = 1 - 1.03e-10, loss = 23, Delta5 = 1 - 1.03e-10."
    )
    assert "dw13 = Delta3 * x1 = 2 * (-3) = -6" in describe_graph(16, **HOMEWORK)
    assert "slope 0: the error stops here, and unit 4 learns nothing" in describe_graph(18, **HOMEWORK)


def texts(fig):
    return [text for ax in fig.axes for text in ax.texts if text.get_text()]


def overlaps(fig):
    """Pairs of texts whose boxes meet, and texts that leave the picture."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    renderer = FigureCanvasAgg(fig).get_renderer()
    boxes = [(text.get_text(), text.get_window_extent(renderer).padded(fig.dpi * 2 / 72)) for text in texts(fig)]
    pairs = [(a, b) for (a, box), (b, other) in itertools.combinations(boxes, 2) if box.overlaps(other)]
    width, height = fig.canvas.get_width_height()
    return pairs + [(a, "edge") for a, box in boxes if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height]


@pytest.mark.parametrize("step", range(N_STEPS + 1))
def test_no_label_of_the_homework_covers_another_at_any_step(step):
    assert overlaps(draw_graph(step, **HOMEWORK)) == []


@pytest.mark.parametrize("seed", range(12))
def test_nor_do_other_numbers_unless_both_need_a_power_of_ten(seed):
    pairs = overlaps(draw_graph(N_STEPS, **random_numbers(seed)))
    assert [pair for pair in pairs if not all("e\u2212" in label for label in pair)] == []


def test_the_picture_shows_the_numbers_it_speaks_of():
    shown = [text.get_text() for text in texts(draw_graph(16, **HOMEWORK))]
    assert {"dw\u2081\u2083 = \u22126", "\u0394\u2083 = 2", "w\u2081\u2083 = 2", "x\u2081\n\u22123"} <= set(shown)
    assert "dw\u2082\u2083 = 10" not in shown  # the next step's
    assert shown.count("?") == 0
    assert [text.get_text() for text in texts(draw_graph(0, **HOMEWORK))].count("?") == 7


def arrows(fig):
    """(from, to, dashed) of every arrow."""
    found = [text for text in fig.axes[0].texts if getattr(text, "arrow_patch", None) is not None]
    return [(tuple(t.xyann), tuple(t.xy), t.arrow_patch.get_linestyle() not in ("-", "solid")) for t in found]


def test_errors_are_told_from_values_by_more_than_their_colour():
    start, end = EDGES["w35"]
    assert (start, end, False) in arrows(draw_graph(5, **HOMEWORK))
    assert (end, start, True) in arrows(draw_graph(12, **HOMEWORK))  # against the edge, and dashed
    at_the_weight = {(arrow[0], arrow[2]) for arrow in arrows(draw_graph(16, **HOMEWORK))}
    assert {(EDGES["w13"][0], False), (EDGES["w13"][1], True)} <= at_the_weight  # value and error meet


@pytest.mark.parametrize("step", range(1, N_STEPS + 1))
def test_the_number_found_stands_in_the_thickest_frame(step):
    fig = draw_graph(step, **HOMEWORK)
    framed = [patch for patch in fig.axes[0].patches if patch.get_facecolor() != (1, 1, 1, 1)]
    framed += [t for t in texts(fig) if t.get_bbox_patch() and t.get_bbox_patch().get_facecolor() != (1, 1, 1, 1)]
    assert len(framed) == 1
    frame = framed[0] if step <= 7 else framed[0].get_bbox_patch()
    assert frame.get_linewidth() >= 2.4


def test_the_explorer_plays_and_takes_the_students_own_numbers():
    mine = {"w13": -1, "x1": 7, "y": 1}
    explorer = computation_graph(**mine)
    assert explorer.values == HOMEWORK | mine | {"step": 0}
    assert explorer.sliders["x1"].max == 7
    explorer.sliders["step"].value = 1
    assert "in3 = w03 + w13 * x1 + w23 * x2 = 2 + (-1) * 7 + 3 * 5 = 10" in explorer.text
    explorer.sliders["w13"].value = 0.5
    assert "2 + 0.5 * 7 + 3 * 5 = 20.5" in explorer.text
    explorer.sliders["y"].value = 0
    assert explorer.values["y"] == 0


@pytest.mark.parametrize(
    ("numbers", "error", "says"),
    [
        ({"w33": 1}, ValueError, "there is no w33"),
        ({"w13": "2"}, TypeError, "got str"),
        ({"y": 2}, ValueError, "from 0 to 1"),
    ],
)
def test_numbers_that_cannot_be(numbers, error, says):
    with pytest.raises(error, match=says):
        computation_graph(**numbers)


def test_pretty():
    assert (
        pretty("dw13 = Delta3 * x1 = 1e-08 * (-3)")
        == "dw\u2081\u2083 = \u0394\u2083\u00b7x\u2081 = 1e\u22128\u00b7(\u22123)"
    )
    assert pretty("yhat - y; cross-entropy at unit 5") == "\u0177 \u2212 y; cross-entropy at unit 5"


@pytest.mark.parametrize(
    ("dtype", "round_off_at", "truncation_at"), [(np.float64, 1e-9, 1e-2), (np.float32, 1e-5, 0.2)]
)
def test_the_difference_quotient_errs_as_theory_says(dtype, round_off_at, truncation_at):
    truncation, round_off = expected_error(truncation_at, dtype)
    assert round_off < truncation / 50
    assert difference_error(truncation_at, dtype) == pytest.approx(truncation, rel=0.05)
    around = np.geomspace(round_off_at / 2, round_off_at * 2, 101)
    truncation, round_off = expected_error(around, dtype)
    assert np.all(truncation < round_off / 50)
    assert np.all(difference_error(around, dtype) < 3 * round_off)
    assert np.median(difference_error(around, dtype) / round_off) > 0.05


def test_a_step_below_the_spacing_of_numbers_gives_nothing():
    assert difference_error(1e-9, np.float32) == 1
    assert "In float32 the relative error is 1: x + eps is x itself" in describe_difference(-9)
    assert "In float64 the relative error is 3e-08: mostly truncation" in describe_difference(-3)


@pytest.mark.parametrize("log10_eps", [-12.0, -5.0, 0.0])
def test_the_difference_picture(log10_eps):
    fig = draw_difference(log10_eps)
    (ax,) = fig.axes
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert (
        len({line.get_linestyle() for line in ax.lines[:4:3]}) == 2 or len({line.get_marker() for line in ax.lines}) > 2
    )
    explorer = difference_step()
    explorer.sliders["log10_eps"].value = log10_eps
    assert explorer.text == describe_difference(log10_eps)
