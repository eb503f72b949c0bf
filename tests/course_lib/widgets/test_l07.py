"""Explorers of lesson 07: what they draw is true, and their words say what they draw."""

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import Lasso, Ridge

from course_lib.widgets.l07_weight_penalties import (
    LOSSES,
    balls,
    best_in_ball,
    coefficient_paths,
    describe_balls,
    describe_optimum,
    draw_balls,
    draw_optimum,
    lasso_paths,
    loss,
    matrix,
    optimum,
    penalised_optimum,
    ridge_paths,
)

rng = np.random.default_rng(7)
X = rng.normal(size=(30, 5)) + rng.normal(size=(30, 1))
X -= X.mean(axis=0)
Y = X @ [2.0, -1.0, 0.0, 0.0, 0.5] + rng.normal(size=30)
Y -= Y.mean()


@pytest.mark.parametrize("lam", [0.0, 0.5, 1.45, 1.5, 3.0])
def test_the_optimum_is_the_lowest_point_in_sight(lam):
    w = np.linspace(-1, 2.2, 32001)
    for kind, penalty in (("L2", w**2), ("L1", np.abs(w))):
        assert optimum(lam, kind) == pytest.approx(w[np.argmin(loss(w) + lam * penalty)], abs=1e-4)


def test_the_words_on_the_optimum():
    text = describe_optimum(0.5)
    assert "under L2 it is at 0.646, under L1 at 0.732" in text
    assert "The pull of L1 is 0.50, weaker than" in text
    assert "under L1 at exactly 0" in describe_optimum(1.5) and "at least as strong" in describe_optimum(1.5)
    assert "exactly" not in describe_optimum(1.45)


def test_the_markers_stand_at_the_optima():
    for ax, kind in zip(draw_optimum(0.5).axes, ("L2", "L1"), strict=True):
        (marker,) = (line for line in ax.lines if line.get_label() == "optimum of E")
        assert marker.get_xdata()[0] == optimum(0.5, kind)
        curves = [line for line in ax.lines if len(line.get_xdata()) > 2]
        assert len({line.get_linestyle() for line in curves}) == 3


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("direction", [0, 25, 45, 80])
@pytest.mark.parametrize("kind", ["L1", "L2"])
def test_the_best_point_of_a_ball(name, direction, kind):
    H, angle = matrix(name), np.radians(direction)
    center = 2.2 * np.array([np.cos(angle), np.sin(angle)])
    w = best_in_ball(H, center, 1.0, kind)

    def length(w):
        return np.abs(w).sum() if kind == "L1" else w @ w

    assert length(w) == pytest.approx(1.0, abs=1e-6)
    around = np.linspace(0, 2 * np.pi, 20001)
    edge = np.stack([np.cos(around), np.sin(around)])
    edge = edge / (np.abs(edge).sum(axis=0) if kind == "L1" else 1)
    d = edge - center[:, None]
    assert (w - center) @ H @ (w - center) <= np.min(np.sum(d * (H @ d), axis=0)) + 1e-6


def test_a_ball_that_holds_the_best_point_changes_nothing():
    center = np.array([0.3, 0.4])
    for kind in ("L1", "L2"):
        np.testing.assert_array_equal(best_in_ball(matrix("round"), center, 2.0, kind), center)


def test_the_losses_have_the_curvatures_they_are_said_to_have():
    for name, (long, _) in LOSSES.items():
        np.testing.assert_allclose(np.linalg.eigvalsh(matrix(name)), sorted([long, 1.0]), atol=1e-12)
    found = minimize(lambda w: w @ matrix("tilted ellipses") @ w, [1.0, 2.0])
    assert found.fun == pytest.approx(0, abs=1e-8)


def test_the_words_on_the_balls():
    text = describe_balls(1.0, 25, "round")
    assert "within the ball of L2 it is at (0.91, 0.42), no weight exactly 0" in text
    assert "within the ball of L1 it is at (1.00, 0.00), one weight exactly 0" in text
    assert "L1 it is at (0.89, 0.11), no weight" in describe_balls(1.0, 25, "tilted ellipses")


def test_the_picture_of_the_balls_has_the_point_of_its_title():
    for ax in draw_balls(1.0, 25, "round").axes:
        (marker,) = (line for line in ax.lines if line.get_label() == "best within")
        x, y = float(marker.get_xdata()[0]), float(marker.get_ydata()[0])
        assert f"({x:.2f}, {y:.2f})" in ax.get_title()


def test_paths_against_scikit_learn():
    lams = np.array([0.01, 0.3, 2.0])
    for lam, w1, w2 in zip(lams, lasso_paths(X, Y, lams), ridge_paths(X, Y, lams), strict=True):
        l1 = Lasso(alpha=lam / 2, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(X, Y)
        np.testing.assert_allclose(w1, l1.coef_, atol=1e-6)
        np.testing.assert_array_equal(w1 == 0, l1.coef_ == 0)
        np.testing.assert_allclose(w2, Ridge(alpha=30 * lam, fit_intercept=False).fit(X, Y).coef_, atol=1e-8)


def test_the_words_on_the_paths_and_its_slider():
    explorer = coefficient_paths(X, Y, list("abcde"), X, Y)
    w1, w2 = lasso_paths(X, Y, [0.1])[0], ridge_paths(X, Y, [0.1])[0]
    assert explorer.text.startswith("lambda = 0.1:")
    for w in (w1, w2):
        assert f"{np.sum(w == 0)} of 5 weights are exactly 0, and the error on the dev set is {np.mean((X @ w - Y) ** 2):.3f}" in explorer.text  # fmt: skip
    explorer.sliders["log10_lambda"].value = 1.0
    assert "under L2 0 of 5" in explorer.text and "under L1 5 of 5" in explorer.text


@pytest.mark.parametrize("explorer", [penalised_optimum, balls])
def test_every_slider_redraws(explorer):
    shown = explorer()
    for name, slider in shown.sliders.items():
        before = shown.text
        slider.value = list(LOSSES)[-1] if name == "loss" else slider.max
        assert shown.values[name] == slider.value
        assert shown.text != before
        assert "No picture" not in shown.text
