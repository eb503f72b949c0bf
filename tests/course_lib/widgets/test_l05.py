"""Explorers of lesson 05: what they draw is true, all who race have the same chances, and the words say what is drawn."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize

from course_lib.widgets.l05_optimization import (
    ADAPTIVE,
    SURFACES,
    batch_means,
    gradient_noise,
    predicted_noise,
    race,
    relative_noise,
    same_noise,
    walk,
)

rng = np.random.default_rng(5)


def descent(w, memory, g, t, alpha):
    return w - alpha * g, memory


def signs(w, memory, g, t, alpha):
    return w - alpha * np.sign(g), memory


@pytest.fixture(scope="module")
def gradients():
    return np.random.default_rng(0).normal(size=(300, 7)) + 0.5


def test_the_noise_falls_with_the_root_of_the_batch_size(gradients):
    full = gradients.mean(axis=0)
    for B in (1, 16, 256):
        for replacement in (True, False):
            measured = relative_noise(batch_means(gradients, B, replacement, draws=4000), full)
            assert measured == pytest.approx(predicted_noise(gradients, B, replacement), rel=0.05)
    with_all = predicted_noise(gradients, np.array([1, 4, 16]), True)
    np.testing.assert_allclose(with_all[:-1] / with_all[1:], 2)  # two doublings halve it
    assert predicted_noise(gradients, 300, False) == 0


def test_means_without_replacement_are_those_of_distinct_examples():
    marks = np.eye(256)
    (mean,) = batch_means(marks, 256, False, draws=1)
    np.testing.assert_allclose(mean, 1 / 256)
    assert batch_means(marks, 256, True, draws=1).max() > 1.5 / 256


def test_the_words_on_the_noise(gradients):
    explorer = gradient_noise(gradients)
    assert explorer.text.startswith("Batches of 4 of 300 examples, without replacement")
    expected = f"expected {predicted_noise(gradients, 4, False):.2f}"
    assert expected in explorer.text
    explorer.sliders["with_replacement"].value = "yes"
    assert "with replacement" in explorer.text and "without" not in explorer.text


def test_the_dots_are_the_batches_seen_along_and_across_the_gradient(gradients):
    explorer = gradient_noise(gradients)
    left, right = explorer._draw(doublings=3, with_replacement="no").axes
    dots = np.array(left.lines[0].get_data())
    assert dots.shape == (2, 200)
    along = batch_means(gradients, 8, False) @ gradients.mean(axis=0) / np.linalg.norm(gradients.mean(axis=0))
    np.testing.assert_allclose(dots[0], along)
    star = np.array(left.lines[1].get_data())[:, 0]
    np.testing.assert_allclose(star, [np.linalg.norm(gradients.mean(axis=0)), 0], atol=1e-12)
    assert "B = 8" in [line.get_label() for line in right.lines]


def test_too_few_examples_are_refused():
    with pytest.raises(ValueError, match="N at least 256"):
        gradient_noise(np.ones((40, 3)))


@pytest.mark.parametrize("name", SURFACES)
def test_surfaces_have_their_gradients_and_their_least_value(name):
    surface = SURFACES[name]
    for w in rng.uniform(-2, 2, size=(5, 2)):
        numeric = approx_fprime(w, surface.value, 1e-7)
        np.testing.assert_allclose(surface.gradient(w), numeric, rtol=1e-4, atol=1e-4)
    found = [minimize(surface.value, w, jac=surface.gradient).fun for w in rng.uniform(-4, 4, size=(40, 2))]
    assert min(found) == pytest.approx(surface.least, abs=1e-6)
    assert min(found) > surface.least - 1e-8
    (x0, x1), (y0, y1) = surface.where
    assert x0 < surface.start[0] < x1 and y0 < surface.start[1] < y1


def test_the_saddle_has_a_saddle_and_the_valleys_are_four():
    assert np.all(SURFACES["saddle"].gradient(np.zeros(2)) == 0)
    assert SURFACES["saddle"].value(np.array([0.1, 0])) > 1 > SURFACES["saddle"].value(np.array([0, 0.1]))
    starts = rng.uniform(-4.5, 4.5, size=(60, 2))
    valleys = SURFACES["four valleys"]
    ends = {tuple(np.round(minimize(valleys.value, w, jac=valleys.gradient).x, 2)) for w in starts}
    assert len(ends) == 4


def test_all_have_the_same_start_the_same_noise_and_the_same_budget():
    seen = {}

    def spy(name):
        seen[name] = []

        def rule(w, memory, g, t, alpha):
            assert t == len(seen[name]) and all(np.all(part == 0) for part in memory)
            seen[name].append((w, g - SURFACES["ravine"].gradient(w)))
            return w - 0.01 * np.array([1, len(name)]), memory

        return rule

    explorer = race({name: spy(name) for name in ("SGD", "momentum", "Adam")})
    for name in seen:
        seen[name].clear()
    explorer._draw(surface="ravine", log10_alpha=-2.0, log10_alpha_adaptive=-1.0, noise=1.5, steps=40, seed=3)
    assert {len(calls) for calls in seen.values()} == {40}
    for calls in seen.values():
        np.testing.assert_array_equal(calls[0][0], SURFACES["ravine"].start)
        np.testing.assert_allclose([noise for _, noise in calls], same_noise(40, 1.5, 3), atol=1e-12)


def test_noise_is_scaled_and_has_a_seed():
    np.testing.assert_allclose(same_noise(5, 2.0, 1), 2 * same_noise(5, 1.0, 1))
    assert np.any(same_noise(5, 1.0, 1) != same_noise(5, 1.0, 2))
    assert np.std(same_noise(4000, 1.0)) == pytest.approx(1, abs=0.05)


def test_whoever_leaves_is_said_to_be_gone():
    path = walk(descent, SURFACES["ravine"], 1.0, same_noise(60, 0))
    assert len(path) < 61 and np.all(np.isfinite(path))
    explorer = race({"SGD": descent, "Adam": signs})
    explorer.sliders["log10_alpha"].value = 0.0
    assert f"SGD is gone after {len(path)} steps" in explorer.text
    assert "Adam is gone" not in explorer.text


def test_adaptive_rules_have_a_step_size_of_their_own():
    assert ADAPTIVE == ("AdaGrad", "RMSProp", "Adam")
    explorer = race({"SGD": descent, "Adam": descent})
    values = explorer.values
    _, right = explorer._draw(**values).axes
    ends = [line.get_ydata()[-1] for line in right.lines[:2]]
    surface = SURFACES["ravine"]
    for end, name in zip(ends, ("log10_alpha", "log10_alpha_adaptive"), strict=True):
        alone = walk(descent, surface, 10 ** values[name], same_noise(60, 0))
        assert end == pytest.approx(surface.value(alone[-1]))


def test_the_words_on_the_race_are_its_heights():
    explorer = race({"SGD": descent})
    explorer.sliders["surface"].value = "saddle"
    surface = SURFACES["saddle"]
    height = surface.value(walk(descent, surface, 10**-1.25, same_noise(60, 0))[-1]) - surface.least
    assert explorer.text.startswith("Saddle, noise 0") and f"SGD {height:.2g}." in explorer.text


def test_curves_are_told_apart_without_colour():
    rules = dict.fromkeys(("SGD", "momentum", "AdaGrad", "RMSProp", "Adam"), descent)
    for ax in (
        race(rules)
        ._draw(surface="ravine", log10_alpha=-2.0, log10_alpha_adaptive=-2.0, noise=0.0, steps=20, seed=0)
        .axes
    ):
        looks = {(line.get_linestyle(), line.get_marker()) for line in ax.lines if line.get_linestyle() != "None"}
        assert len(looks) >= 5
        assert ax.get_xlabel() and ax.get_ylabel() and ax.get_title()


def test_every_slider_redraws(gradients):
    for shown in (gradient_noise(gradients), race({"SGD": descent, "Adam": signs})):
        for slider in (s for name, s in shown.sliders.items() if name not in ("surface", "with_replacement")):
            if shown.sliders.get("noise") is not None and slider.description == "seed":
                shown.sliders["noise"].value = 1.0
            before = shown.text, shown._shown["text/html"]
            slider.value = slider.max if slider.value != slider.max else slider.min
            assert shown._shown["text/html"] != before[1]
            assert "No picture" not in shown.text
