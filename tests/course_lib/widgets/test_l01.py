"""The explorers of lesson 01: their numbers, their words, and pictures that say the same without colour."""

import numpy as np
import pytest
from scipy.special import expit

from course_lib.widgets.l01_feedforward import (
    ACTIVATIONS,
    CORNERS,
    START,
    XOR,
    activation_shapes,
    describe_activation,
    describe_regions,
    draw_activation,
    draw_regions,
    two_two_one,
    xor_regions,
)

SOLVED = START | dict(w14=-1, w24=1, w45=1)


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_slopes_are_those_of_their_functions(name):
    value, slope = ACTIVATIONS[name]
    x = np.linspace(-5, 5, 41)[1::2]  # not at 0, where some have a corner
    numeric = (value(x + 1e-6) - value(x - 1e-6)) / 2e-6
    np.testing.assert_allclose(slope(x), numeric, atol=1e-8)


def test_swish_alone_falls():
    x = np.linspace(-6, 6, 1201)
    assert {name for name, (_, slope) in ACTIVATIONS.items() if slope(x).min() < 0} == {"swish"}
    np.testing.assert_allclose(ACTIVATIONS["swish"][0](x), x * expit(x), atol=1e-15)
    lowest = x[np.argmin(ACTIVATIONS["swish"][0](x))]
    assert lowest == pytest.approx(-1.28, abs=0.01)  # as its text says


def test_the_text_says_value_slope_and_what_an_error_loses():
    assert describe_activation("sigmoid", 0.0).startswith("sigmoid at x = 0: value 0.5, slope 0.25. Of an error of 1")
    assert "no slope exists; the course takes that of the left side" in describe_activation("ReLU", 0.0)
    assert "leaky ReLU with a leak of 0.1 at x = -3: value -0.3, slope 0.1" in describe_activation("leaky ReLU", -3.0)


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_the_activation_picture_has_titles_axes_and_the_point_in_both_halves(name):
    fig = draw_activation(name, 1.5)
    for ax, at in zip(fig.axes, ACTIVATIONS[name], strict=True):
        assert ax.get_title(loc="left") and ax.get_xlabel() and ax.get_ylabel()
        (point,) = [line for line in ax.lines if line.get_marker() == "D"]
        assert point.get_xydata().tolist() == [[1.5, pytest.approx(float(at(np.float64(1.5))))]]
        low, high = ax.get_ylim()
        assert low <= point.get_ydata()[0] <= high


def test_the_network_against_its_matrices():
    rng = np.random.default_rng(4)
    w = dict(zip(START, rng.normal(size=9), strict=True))
    x = rng.normal(size=(30, 2))
    W1, b1 = np.array([[w["w13"], w["w14"]], [w["w23"], w["w24"]]]), np.array([w["w03"], w["w04"]])
    hidden = np.maximum(x @ W1 + b1, 0)
    a3, a4, in5 = two_two_one(x, **w)
    np.testing.assert_allclose(np.stack([a3, a4], axis=1), hidden)
    np.testing.assert_allclose(in5, hidden @ [w["w35"], w["w45"]] + w["w05"])


def crosses(fig):
    return [sum(line.get_marker() == "x" for line in ax.lines) for ax in fig.axes]


def test_the_explorer_starts_with_one_corner_wrong_and_can_be_mended():
    explorer = xor_regions()
    assert explorer.text.startswith("3 of 4 corners are right.")
    assert "(0, 1): a3 = 0, a4 = 0.5, in5 = -0.25, says 0, wrong, wanted 1" in explorer.text
    assert crosses(draw_regions(**explorer.values)) == [1, 1]
    for name, value in SOLVED.items():
        explorer.sliders[name].value = value
    assert explorer.text.startswith("4 of 4 corners are right.")
    assert crosses(draw_regions(**explorer.values)) == [0, 0]
    assert ((two_two_one(CORNERS, **SOLVED)[2] > 0) == XOR).all()


@pytest.mark.parametrize(
    "weights", [START, SOLVED, dict.fromkeys(START, 0.0), dict.fromkeys(START, 3.0), dict.fromkeys(START, -3.0)]
)
def test_the_regions_can_be_drawn_and_told_without_colour(weights):
    fig = draw_regions(**weights)
    left, right = fig.axes
    corners = [line for line in left.lines if line.get_marker() in "so"]
    assert {line.get_marker() for line in corners} == {"s", "o"}
    assert any("says 1" in text.get_text() for text in right.get_legend().get_texts())
    assert describe_regions(**weights)[0] in "01234"
    fig.canvas.draw()


def test_in5_stands_beside_each_corner_of_the_inputs():
    labels = [text.get_text() for text in draw_regions(**START).axes[0].texts]
    assert {"(0, 1)\nin\u2085 = \u22120.25", "(1, 0)\nin\u2085 = 0.25"} <= set(labels)


def test_coinciding_corners_share_a_label():
    labels = [text.get_text() for text in draw_regions(**SOLVED).axes[1].texts]
    assert "(0, 0)\n(1, 1)" in labels


def test_a_weight_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="there is no w33"):
        xor_regions(w33=1)
    assert xor_regions(w05=-1).values["w05"] == -1.0


def test_the_activation_explorer_follows_its_sliders():
    explorer = activation_shapes()
    explorer.sliders["function"].value = "swish"
    explorer.sliders["x"].value = -2.0
    assert explorer.text == describe_activation("swish", -2.0)
    assert "the slope is negative" in explorer.text
