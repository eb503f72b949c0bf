"""Squared errors by scikit-learn, and the factors that the decks put before them."""

import numpy as np
import pytest
from sklearn.metrics import mean_squared_error

from course_lib.losses import SquaredError


@pytest.fixture
def pair():
    rng = np.random.default_rng(19)
    return rng.normal(size=(6, 3)), rng.normal(size=(6, 3))


def test_scikit_learn_averages_over_the_elements_too(pair):
    pred, target = pair
    assert SquaredError("element_mean").forward(pred, target) == pytest.approx(mean_squared_error(target, pred))
    assert SquaredError("mean").forward(pred[:, 0], target[:, 0]) == pytest.approx(
        mean_squared_error(target[:, 0], pred[:, 0])
    )


def test_the_factors_of_the_decks(pair):
    """E19: U3 and U25 have 1/2 and sums over examples, C6 the plain square, W2 and I4 means."""
    pred, target = pair
    squares = sum(np.linalg.norm(p - t) ** 2 for p, t in zip(pred, target, strict=True))
    wanted = {"mean": 1 / 6, "half_mean": 1 / 12, "element_mean": 1 / 18, "sum": 1, "half_sum": 1 / 2}
    for factor, c in wanted.items():
        loss = SquaredError(factor)
        assert loss.forward(pred, target) == pytest.approx(c * squares)
        np.testing.assert_allclose(loss.backward(), 2 * c * (pred - target))
    assert SquaredError().factor == "mean"


def test_for_one_example_the_plain_square_is_c6(pair):
    """C6: the error of the output is 2 (yhat - y)."""
    loss = SquaredError("sum")
    assert loss.forward([[23.0]], [[20.0]]) == 9
    assert loss.backward() == [[6]]


def test_another_factor_is_refused():
    with pytest.raises(ValueError, match=r"factor: wanted one of mean, half_mean, .*, got 'average'"):
        SquaredError("average")
    assert repr(SquaredError("half_sum")) == "SquaredError('half_sum')"


def test_the_mean_is_what_a_gaussian_of_variance_one_half_makes_likely(pair):
    """W2: minus the log-likelihood is the squared error, up to a factor and a constant."""
    from scipy.stats import norm

    pred, target = pair
    nll = -norm.logpdf(target, pred, np.sqrt(0.5)).sum() / 6
    assert SquaredError().forward(pred, target) + 3 * np.log(np.pi) / 2 == pytest.approx(nll)
