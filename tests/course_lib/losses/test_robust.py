"""Huber by SciPy, hinge by scikit-learn."""

import numpy as np
import pytest
import scipy.special
from sklearn.metrics import hinge_loss

from course_lib.losses import Hinge, Huber, SquaredError


@pytest.fixture
def rng():
    return np.random.default_rng(1964)


@pytest.mark.parametrize("delta", [0.1, 1.0, 30.0])
def test_huber_is_scipys(delta, rng):
    pred, target = 3 * rng.normal(size=(6, 3)), 3 * rng.normal(size=(6, 3))
    expected = scipy.special.huber(delta, pred - target).sum() / 6
    assert Huber(delta).forward(pred, target) == pytest.approx(expected, rel=1e-12)


def test_a_wide_huber_is_half_the_squared_error_and_a_narrow_one_the_absolute(rng):
    pred, target = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    assert Huber(1e6).forward(pred, target) == pytest.approx(SquaredError("half_mean").forward(pred, target))
    assert Huber(1e-9).forward(pred, target) / 1e-9 == pytest.approx(np.abs(pred - target).sum() / 6)


def test_an_outlier_pulls_no_harder_than_delta():
    """W3: the squared error's gradient explodes with the target, Huber's does not."""
    pred, target = np.zeros(4), np.array([0.1, -0.2, 0.3, 1e6])
    huber, squared = Huber(0.5), SquaredError()
    huber.forward(pred, target)
    squared.forward(pred, target)
    np.testing.assert_allclose(4 * huber.backward(), [-0.1, 0.2, -0.3, -0.5])
    assert abs(squared.backward()[3]) > 1e5


@pytest.mark.parametrize("delta", [0, -1, np.nan, np.inf])
def test_delta_is_above_0(delta):
    with pytest.raises(ValueError, match="delta: wanted a number above 0, got"):
        Huber(delta)


def test_hinge_is_scikit_learns(rng):
    score, target = rng.normal(size=50), rng.choice([-1, 1], 50)
    assert Hinge().forward(score, target) == pytest.approx(hinge_loss(target, score))


def test_hinge_has_no_gradient_beyond_the_margin():
    loss = Hinge()
    assert loss.forward([0.5, 3.0, -2.0, -3.0, 1.0], [1, 1, 1, -1, 1]) == pytest.approx((0.5 + 3) / 5)
    np.testing.assert_array_equal(loss.backward(), np.array([-1, 0, -1, 0, 0]) / 5)


@pytest.mark.parametrize(("wrong", "shown"), [(0, "0"), (0.5, "0.5"), (2, "2"), (np.nan, "nan")])
def test_hinge_wants_signs(wrong, shown):
    with pytest.raises(ValueError, match=f"target: wanted -1 or 1, got {shown}"):
        Hinge().forward([0.3, 0.2], [1, wrong])
