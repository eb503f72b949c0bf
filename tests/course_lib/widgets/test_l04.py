"""Explorers of lesson 04: what they draw is true, and their words say what they draw."""

import numpy as np
import pytest

from course_lib.exercises import l04_initialization_and_gradients as l04
from course_lib.widgets.l04_initialization_and_gradients import (
    ACTIVATIONS,
    INITIALIZERS,
    _shares,
    describe_nested,
    describe_signals,
    draw_nested,
    draw_signals,
    nested,
    nested_sigmoids,
    propagate,
    signals,
)

HE, GLOROT, U14, SMALL, LARGE, I7 = INITIALIZERS


@pytest.mark.parametrize("activation", ["tanh", "ReLU"])
def test_gradients_are_those_of_the_exercise(activation):
    hs, grads = propagate(4, activation, HE)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((64, 100))
    Ws = [np.sqrt(2 / 100) * rng.standard_normal(size=(100, 100)) for _ in range(4)]
    dh = rng.standard_normal((64, 100)) / 64
    norms = l04.gradient_norms(x, Ws, dh, activation.lower())
    np.testing.assert_allclose([np.linalg.norm(g) for g in grads], norms)
    assert len(hs) == 4


@pytest.mark.parametrize(("name", "mean", "variance"), [(HE, 0, 2 / 100), (U14, 0, 1 / 200), (I7, 0.0707, 2 / 1200)])
def test_initializers_have_the_moments_they_are_said_to_have(name, mean, variance):
    hs, _ = propagate(1, "none", name)
    x = np.random.default_rng(0).standard_normal((64, 100))
    W = np.linalg.lstsq(np.vstack([x, np.eye(100)]), np.vstack([hs[0], np.zeros((100, 100))]), rcond=None)[0]
    assert W.shape == (100, 100)
    assert np.mean(hs[0] ** 2) == pytest.approx(100 * (variance + mean**2), rel=0.15)


def test_he_keeps_relu_alive_and_small_weights_do_not():
    hs, grads = propagate(30, "ReLU", HE)
    assert 0.3 < np.mean(hs[-1] ** 2) < 5
    assert np.mean(propagate(30, "ReLU", SMALL)[0][-1] ** 2) < 1e-20
    assert 0.1 < np.linalg.norm(grads[0]) / np.linalg.norm(grads[-1]) < 10


def test_the_words_on_the_signals():
    hs, grads = propagate(12, "tanh", LARGE)
    text = describe_signals(12, "tanh", LARGE)
    assert f"{np.sqrt(np.mean(hs[-1] ** 2)):.2g} in the last; of the gradients" in text
    assert f"{np.sqrt(np.mean(grads[0] ** 2)):.2g} in the first" in text
    assert f"{np.mean(np.abs(hs[-1]) > 0.99):.0%}"[:1] == text.split(". ")[-1][:1]
    assert "0 for every example" in describe_signals(5, "ReLU", HE)
    assert "hundredth" not in describe_signals(5, "none", HE)


def test_each_column_of_the_picture_holds_all_numbers_of_its_layer():
    shares = _shares([np.array([-99.0, 0.1, 0.2, 99.0]), np.zeros(5)], np.linspace(-3, 3, 7))
    np.testing.assert_allclose(shares.sum(axis=0), 1)
    assert shares[0, 0] == shares[-1, 0] == 0.25


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_every_choice_draws(activation, initializer):
    fig = draw_signals(3, activation, initializer)
    assert [ax.get_xlabel() for ax in fig.axes] == ["layer", "layer"]
    assert all(np.isfinite(ax.images[0].get_array()).all() for ax in fig.axes)


@pytest.mark.parametrize("times", [1, 3])
def test_nested_slope_is_that_of_the_exercise(times):
    z = np.linspace(-5, 5, 11)
    np.testing.assert_allclose(nested(z, times)[1], l04.nested_slope(z, times))
    fig = draw_nested(times)
    assert len(fig.axes[0].lines) == times
    np.testing.assert_allclose(
        10 ** fig.axes[1].lines[times - 1].get_ydata(), nested(np.linspace(-8, 8, 321), times)[1]
    )


def test_the_words_on_the_sigmoids():
    assert "The slope is 0.25 at most" in describe_nested(1)
    assert describe_nested(2).startswith("2 sigmoids")


@pytest.mark.parametrize("make", [signals, nested_sigmoids])
def test_every_slider_redraws(make):
    explorer = make()
    for slider in explorer.sliders.values():
        before = explorer.text, explorer._view.value
        options = getattr(slider, "options", None)
        slider.value = options[-1] if options else slider.max
        assert explorer.text != before[0] and explorer._view.value != before[1]
