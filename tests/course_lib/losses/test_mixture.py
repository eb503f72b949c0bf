"""Mixtures by SciPy's densities; components that are far away, alone, or all alike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp, softmax
from scipy.stats import multivariate_normal

from course_lib.gradcheck import check_loss
from course_lib.losses import HeteroscedasticNLL, MixtureDensityNLL


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.mark.parametrize(("J", "M"), [(1, 1), (3, 1), (1, 3), (4, 2)])
def test_it_is_the_density_of_a_mixture(J, M, rng):
    loss, pred, target = MixtureDensityNLL(J), rng.normal(size=(5, J * (M + 2))), rng.normal(size=(5, M))
    logits, s, mu = loss.split(pred)
    assert (logits.shape, s.shape, mu.shape) == ((5, J), (5, J), (5, J, M))
    log_p = [
        logsumexp(
            [
                np.log(softmax(logits[n])[j]) + multivariate_normal.logpdf(target[n], mu[n, j], np.exp(s[n, j]))
                for j in range(J)
            ]
        )
        for n in range(5)
    ]
    assert loss.forward(pred, target) == pytest.approx(-np.mean(log_p), rel=1e-12)


def test_with_one_component_it_is_the_gaussian(rng):
    pred, target = rng.normal(size=(6, 3)), rng.normal(size=(6, 1))
    mixture, gaussian = MixtureDensityNLL(1), HeteroscedasticNLL()
    assert mixture.forward(pred, target) == pytest.approx(gaussian.forward(pred[:, [2, 1]], target))
    gradient = mixture.backward()
    np.testing.assert_allclose(gradient[:, 0], 0, atol=1e-16)
    np.testing.assert_allclose(gradient[:, [2, 1]], gaussian.backward())


def test_the_same_component_twice_is_one_component(rng):
    pred, target = rng.normal(size=(6, 4)), rng.normal(size=(6, 2))
    once = MixtureDensityNLL(1).forward(pred, target)
    twice = np.hstack([pred[:, :1], pred[:, :1] + 0.7, pred[:, 1:2], pred[:, 1:2], pred[:, 2:], pred[:, 2:]])
    assert MixtureDensityNLL(2).forward(twice, target) == pytest.approx(once)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("far", [100.0, 1e4, 1e18, 1e30])
def test_a_component_that_is_far_away_costs_only_its_weight(dtype, far):
    """Its density is 0 in any float; the loss is that of the near one, log 2 more, and it gets no gradient but its logit's."""
    loss, near = MixtureDensityNLL(2), MixtureDensityNLL(1)
    pred = np.array([[0, 0, 0.3, 0.3, 0.1, far]], dtype)
    alone = near.forward(np.array([[0, 0.3, 0.1]], dtype), [[0.5]])
    assert loss.forward(pred, [[0.5]]) == pytest.approx(alone + np.log(2), rel=1e-6)
    gradient, expected = loss.backward()[0], near.backward()[0]
    assert gradient.dtype == dtype
    np.testing.assert_allclose(gradient, [-0.5, 0.5, expected[1], 0, expected[2], 0], rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_where_all_components_are_far_away_the_nearest_is_pulled(dtype):
    loss = MixtureDensityNLL(2)
    pred = np.array([[0, 0, 0, 0, 1e4, -2e4]], dtype)
    assert loss.forward(pred, [[0]]) == pytest.approx(5e7, rel=1e-6)
    np.testing.assert_allclose(loss.backward(), [[-0.5, 0.5, (1 - 1e8) / 2, 0, 1e4, 0]], rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(st.lists(st.floats(-1e30, 1e30), min_size=8, max_size=8))
def test_never_nan(dtype, numbers):
    loss = MixtureDensityNLL(2)
    pred = np.array([[*numbers[:2], *np.clip(numbers[2:4], -1e6, 1e6), *numbers[4:]]], dtype)
    value = loss.forward(pred, np.zeros((1, 2)))
    assert not np.isnan(value)
    assert not np.isnan(loss.backward()).any()


def test_descending_it_finds_both_branches():
    """The inverse problem: at one x the targets are 1 or -1. A squared error answers 0; the mixture answers both."""
    rng = np.random.default_rng(0)
    target = rng.choice([-1.0, 1.0], (400, 1)) + 0.1 * rng.normal(size=(400, 1))
    loss, theta = MixtureDensityNLL(2), np.array([0, 0, 0, 0, 0.2, -0.1])
    for _ in range(2000):
        loss.forward(np.tile(theta, (400, 1)), target)
        theta = theta - 0.05 * loss.backward().sum(axis=0)
    logits, s, mu = loss.split(theta[None])
    np.testing.assert_allclose(np.sort(mu.ravel()), [-1, 1], atol=0.05)
    np.testing.assert_allclose(np.exp(s / 2), 0.1, atol=0.03)
    np.testing.assert_allclose(softmax(logits), 0.5, atol=0.1)


@pytest.mark.parametrize("shape", [(4,), (4, 5), (4, 4), (4, 2), (4, 3, 2)])
def test_a_prediction_of_another_length_is_refused(shape):
    with pytest.raises(ValueError, match=r"pred: wanted shape \(N, 2 \(M \+ 2\)\), got"):
        MixtureDensityNLL(2).forward(np.ones(shape), np.ones((4, 1)))


def test_a_target_of_another_length_is_refused():
    with pytest.raises(ValueError, match=r"target: wanted shape \(4, 2\), got \(4, 1\)"):
        MixtureDensityNLL(2).forward(np.ones((4, 8)), np.ones((4, 1)))
    with pytest.raises(ValueError, match="n_components: wanted at least 1, got 0"):
        MixtureDensityNLL(0)
    assert repr(MixtureDensityNLL(4)) == "MixtureDensityNLL(4)"


def test_far_components_by_central_differences(rng):
    pred, target = 4 * rng.normal(size=(5, 12)), rng.normal(size=(5, 2))
    assert check_loss(MixtureDensityNLL(3), pred, target) < 1e-6
