"""Explorers of lesson 06: what they draw is true, and their words say what they draw."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from course_lib.data.synthetic import POLYNOMIALS
from course_lib.training import EarlyStopping
from course_lib.widgets.l06_generalization import (
    CURVES,
    degree_and_lambda,
    describe_fit,
    draw_fit,
    errors,
    fit,
    patience,
    points,
    powers,
    stop,
)

STEPS = np.arange(1, 121)
TRAIN = 2 / STEPS**0.5
DEV = 1 + (STEPS / 60 - 1) ** 2 + 0.1 * np.sin(STEPS)
TEST = DEV + 0.2


@pytest.mark.parametrize("degree", [1, 4, 9])
@pytest.mark.parametrize("lam", [1e-4, 0.1, 10.0])
def test_the_fit_is_ridge_with_a_free_constant(degree, lam):
    x, y = points(15, "the tame curve", 2)
    oracle = Ridge(alpha=15 * lam, solver="svd").fit(powers(x, degree)[:, 1:], y)
    w = fit(x, y, degree, lam)
    np.testing.assert_allclose(w[1:], oracle.coef_, atol=1e-8)
    assert w[0] == pytest.approx(oracle.intercept_, abs=1e-8)


def test_with_almost_no_penalty_it_is_least_squares():
    x, y = points(15, "the wild curve", 2)
    oracle = np.polynomial.polynomial.polyfit((x - 1.5) / 4, y, 5)
    np.testing.assert_allclose(fit(x, y, 5, 1e-12), oracle, rtol=1e-6)


def test_the_points_lie_about_the_curve():
    for name, number in CURVES.items():
        x, y = points(4000, name, 0)
        away = y - POLYNOMIALS[number](x)
        assert np.std(away) == pytest.approx(3, abs=0.15) and abs(away.mean()) < 0.2


def test_the_training_error_falls_with_the_degree_and_the_dev_error_turns():
    both = np.array([errors(d, 1e-9, "the tame curve") for d in range(13)])
    assert np.all(np.diff(both[:, 0]) <= 1e-3)
    assert 4 <= both[:, 1].argmin() <= 6 and both[-1, 1] > 2 * both[:, 1].min()


def test_the_words_on_the_fit():
    train, dev = errors(9, 1e-4, "the tame curve")
    text = describe_fit(9, -4.0, "the tame curve")
    assert f"degree 9, lambda = 1.0e-04: training error {train:.1f}, dev error {dev:.1f}." in text
    best = np.argmin([errors(d, 1e-4, "the tame curve")[1] for d in range(13)])
    assert f"least at degree {best}." in text


def test_the_star_stands_at_the_degree():
    _, right = draw_fit(7, -9.0, "the tame curve").axes
    (star,) = (line for line in right.lines if line.get_label() == "this degree")
    x, y = np.asarray(star.get_xdata()), np.asarray(star.get_ydata())
    assert x[0] == 7
    assert y[0] == pytest.approx(errors(7, 1e-9, "the tame curve")[1])


class Weights:
    def snapshot(self):
        return {}

    def load(self, weights):
        pass


@pytest.mark.parametrize("wait", [1, 3, 8])
@pytest.mark.parametrize("every", [1, 4])
def test_the_stop_is_that_of_the_library(wait, every):
    stopping = EarlyStopping(Weights(), wait)
    for step in range(every, len(DEV) + 1, every):
        if stopping(DEV[step - 1]):
            break
    assert stop(DEV, every, wait) == (every * stopping.best_check, every * stopping.checks)


def test_the_words_on_patience():
    explorer = patience(TRAIN, DEV, TEST)
    explorer.sliders["every"].value = 4
    explorer.sliders["patience"].value = 5
    best, last = stop(DEV, 4, 5)
    assert f"ends at step {last} of 120 and keeps the weights of step {best}" in explorer.text
    assert f"dev error {DEV[best - 1]:.3f}, test error {TEST[best - 1]:.3f}" in explorer.text


@pytest.mark.parametrize("explorer", [degree_and_lambda, lambda: patience(TRAIN, DEV, TEST)])
def test_every_slider_redraws(explorer):
    shown = explorer()
    for name, slider in shown.sliders.items():
        before = shown.text
        slider.value = list(CURVES)[-1] if name == "curve" else slider.max
        assert shown.values[name] == slider.value
        assert shown.text != before
        assert "No picture" not in shown.text
