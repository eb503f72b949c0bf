"""Explorers of lesson 03: what they draw is true, and their words say what they draw."""

import numpy as np
import pytest
from scipy import special, stats

from course_lib.data import one_to_many
from course_lib.widgets.l03_losses import (
    components,
    describe_saturation,
    describe_softmax,
    draw_saturation,
    draw_softmax,
    inverse_problem,
    learn,
    log_sum_exp,
    plain_softmax,
    saturation,
    slopes,
    softmax_bars,
)


@pytest.mark.parametrize("y", [0, 1])
def test_slopes_are_derivatives(y):
    z, eps = np.linspace(-9, 9, 37), 1e-6

    def losses(z):
        return (special.expit(z) - y) ** 2, -special.log_expit(z if y else -z)

    for slope, above, below in zip(slopes(z, y), losses(z + eps), losses(z - eps), strict=True):
        np.testing.assert_allclose(slope, (above - below) / (2 * eps), atol=1e-8)


def test_a_unit_that_is_sure_and_wrong_sleeps_under_the_squared_error():
    squared, entropy = learn(6.0, 1.0, 0)
    assert squared[0] == entropy[0] == pytest.approx(special.expit(6.0))
    assert np.all(np.diff(entropy) < 0) and np.all(np.diff(squared) < 0)
    assert entropy[10] < 0.5 < 0.9 < squared[-1]


def test_each_loss_has_a_step_of_its_own():
    squared, entropy = learn(2.0, 0.5, 0, steps=1)
    assert squared[1] == pytest.approx(special.expit(2.0 - 0.5 * slopes(2.0, 0)[0]))
    assert entropy[1] == pytest.approx(special.expit(2.0 - 0.5 * slopes(2.0, 0)[1]))


def test_the_words_on_saturation():
    text = describe_saturation(6.0, 1.0, 0)
    assert "yhat = 0.998. The squared error has the slope 0.0049, cross-entropy 1." in text
    assert "Under the squared error the unit is still on the wrong side after 200 steps" in text
    assert "Under the cross-entropy the unit is on the right side after 7 steps" in text
    assert "on the right side after 0 steps" in describe_saturation(6.0, 1.0, 1)


def test_the_picture_of_saturation_tells_its_curves_apart_without_colour():
    left, right = draw_saturation(6.0, 1.0, 0).axes
    for ax in (left, right):
        assert len({line.get_linestyle() for line in ax.lines[:4] if line.get_label()[0] != "_"}) == 2
        assert ax.get_xlabel() and ax.get_ylabel() and ax.get_title()


def test_softmax_is_exact_and_the_plain_formula_is_not():
    z = np.array([1.0, 2.0, -3.0])
    np.testing.assert_allclose(plain_softmax(z), special.softmax(z))
    assert log_sum_exp(z + 1000) == pytest.approx(special.logsumexp(z + 1000), rel=1e-14)
    assert "gives the same" in describe_softmax(1.0, 2.0, -3.0, 0)
    assert "gives nan" in describe_softmax(1.0, 2.0, -3.0, 1000)
    assert "difference 1.1." in describe_softmax(0.0, 0.0, 0.0, 0)  # log 3 [E17]


def test_the_bars_are_the_probabilities():
    left, right = draw_softmax(1.0, 2.0, -3.0, 1000).axes
    heights = [bar.get_height() for bar in left.patches]
    np.testing.assert_allclose(heights[:3], special.softmax([1.0, 2.0, -3.0]))
    assert heights[3:6] == [0, 0, 0]
    assert [text.get_text() for text in left.texts].count("nan") == 3
    assert right.get_title() == "log-sum-exp - max [E17]"


def test_components_add_up_to_a_density():
    logits, mu, s = (np.random.default_rng(i).normal(size=(2, 3)) for i in range(3))
    heights = np.linspace(-12, 12, 2401)
    density = components(logits, mu, s, heights)
    wanted = special.softmax(logits, axis=1)[:, None] * stats.norm.pdf(
        heights[:, None], mu[:, None], np.exp(s / 2)[:, None]
    )
    np.testing.assert_allclose(density, wanted, atol=1e-12)
    np.testing.assert_allclose(density.sum(axis=(1, 2)) * 0.01, 1, atol=1e-4)


def two_branches(x):
    """Half of the weight at y = 0.2, half at y = 0.8."""
    n = len(x)
    return np.zeros((n, 2)), np.tile([0.2, 0.8], (n, 1)), np.full((n, 2), 2 * np.log(0.05))


def test_the_inverse_problem_finds_the_peaks_and_the_mean_between_them():
    x, y = one_to_many(50, rng=np.random.default_rng(0))
    explorer = inverse_problem(two_branches, x, y)
    assert "the density has 2 peaks, at y = 0.2" in explorer.text
    assert "Its mean is 0.50, where the density is" in explorer.text
    before = explorer.text
    explorer.sliders["x"].value = 0.8
    assert explorer.text.startswith("At x = 0.8") and explorer.text != before


@pytest.mark.parametrize("explorer", [saturation, softmax_bars])
def test_every_slider_redraws(explorer):
    shown = explorer()
    for name, slider in shown.sliders.items():
        before = shown.text
        if name == "y":
            slider.value = 1
        else:
            slider.value = slider.max
        assert shown.values[name] == slider.value
        assert shown.text != before
        assert "No picture" not in shown.text
