"""Gaussian likelihoods by SciPy, and the KL of a VAE by its integral."""

import numpy as np
import pytest
import scipy.integrate
import scipy.optimize
from scipy.stats import norm

from course_lib.gradcheck import check_loss, relative_error
from course_lib.losses import GaussianKL, GaussianNLL, HeteroscedasticNLL, SquaredError


@pytest.fixture
def rng():
    return np.random.default_rng(2)


def test_it_is_scipys_log_density(rng):
    pred, target = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    for sigma in (0.1, 1.0, 7.0):
        expected = -norm.logpdf(target, pred, sigma).sum() / 6
        assert GaussianNLL(sigma).forward(pred, target) == pytest.approx(expected, rel=1e-12)
    s = rng.normal(size=(6, 3))
    expected = -norm.logpdf(target, pred, np.exp(s / 2)).sum() / 6
    assert HeteroscedasticNLL().forward(np.hstack([pred, s]), target) == pytest.approx(expected, rel=1e-12)


def test_w2_the_slide_term_by_term(rng):
    """W2 sums over m examples of one number: m log sigma + m/2 log 2 pi + sum of squares / (2 sigma^2); ours is its mean."""
    pred, target, sigma, m = rng.normal(size=9), rng.normal(size=9), 0.7, 9
    slide = m * np.log(sigma) + m / 2 * np.log(2 * np.pi) + np.sum((target - pred) ** 2) / (2 * sigma**2)
    assert GaussianNLL(sigma).forward(pred, target) == pytest.approx(slide / m)


def test_with_sigma_squared_one_half_the_gradient_is_that_of_the_squared_error(rng):
    pred, target = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    nll, mse = GaussianNLL(np.sqrt(0.5)), SquaredError()
    nll.forward(pred, target)
    mse.forward(pred, target)
    np.testing.assert_allclose(nll.backward(), mse.backward())


def test_the_minimiser_is_the_mean_whatever_sigma(rng):
    """W2: maximum likelihood with a Gaussian is least squares."""
    target = rng.normal(size=(50, 1))
    for loss in (GaussianNLL(0.3), GaussianNLL(5.0), SquaredError()):
        best = scipy.optimize.minimize_scalar(lambda c, loss=loss: loss.forward(np.full((50, 1), c), target)).x
        assert best == pytest.approx(target.mean(), abs=1e-6)


def test_the_predicted_variance_that_is_likeliest_is_the_variance_of_the_data(rng):
    target, loss = 3 + 2 * rng.normal(size=(200, 1)), HeteroscedasticNLL()
    best = scipy.optimize.minimize(lambda p: loss.forward(np.tile(p, (200, 1)), target), [0.0, 0.0]).x
    assert best[0] == pytest.approx(target.mean(), abs=1e-4)
    assert np.exp(best[1]) == pytest.approx(target.var(), rel=1e-4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_variances_at_the_ends_of_the_scale(dtype):
    """No warning, no nan: what is too unlikely for a float is inf, and its gradient never turns back."""
    loss = HeteroscedasticNLL()
    for mean, s, value in ((0, -2000, -1000), (0, 2000, 1000), (1, 2000, 1000), (1, -2000, np.inf), (1e25, 300, None)):
        result = loss.forward(np.array([[mean, s]], dtype), np.zeros((1, 1)))
        gradient = loss.backward()
        assert not np.isnan(gradient).any()
        if value is not None:
            assert result == pytest.approx(value + np.log(2 * np.pi) / 2)
    assert loss.forward(np.array([[1, -2000]], dtype), [[0]]) == np.inf
    np.testing.assert_array_equal(loss.backward(), [[np.inf, -np.inf]])
    assert GaussianNLL().forward(np.array([1e25], dtype), [0]) > 1e37


@pytest.mark.parametrize("sigma", [0, -1, np.nan, np.inf])
def test_sigma_is_above_0(sigma):
    with pytest.raises(ValueError, match="sigma: wanted a number above 0, got"):
        GaussianNLL(sigma)
    assert repr(GaussianNLL(0.5)) == "GaussianNLL(0.5)"


@pytest.mark.parametrize("shape", [(4,), (4, 3), ()])
def test_a_prediction_without_variances_is_refused(shape):
    for loss, name in ((HeteroscedasticNLL(), "pred"), (GaussianKL(), "code")):
        with pytest.raises(ValueError, match=f"{name}: wanted"):
            loss.forward(np.ones(shape), *([np.ones(shape)] if name == "pred" else []))


# --- the KL of a code -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mean", "s"), [(0, 0), (1.5, 0), (0, 1.2), (-0.7, -2.0), (3, 1)])
def test_the_kl_is_its_integral(mean, s):
    code, prior = norm(mean, np.exp(s / 2)), norm(0, 1)
    integral, _ = scipy.integrate.quad(lambda z: code.pdf(z) * (code.logpdf(z) - prior.logpdf(z)), -40, 40, limit=400)
    assert GaussianKL().forward([[mean, s]]) == pytest.approx(integral, abs=1e-7)


def test_the_kl_is_the_mean_over_the_batch_and_0_for_the_prior(rng):
    loss, code = GaussianKL(), rng.normal(size=(5, 6))
    assert loss.forward(code) == pytest.approx(sum(loss.forward(row[None]) for row in code) / 5)
    assert loss.forward(np.zeros((5, 6))) == 0
    np.testing.assert_array_equal(loss.backward(), 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_gradient_of_the_kl(dtype, rng):
    code, loss = rng.normal(size=(5, 2, 4)).astype(dtype), GaussianKL()
    before, value = code.copy(), loss.forward(code)
    gradient = loss.backward()
    assert type(value) is float
    assert (gradient.dtype, gradient.shape) == (dtype, code.shape)
    np.testing.assert_array_equal(code, before)
    assert check_loss(Targetless(), code, None) < 1e-6
    with pytest.raises(RuntimeError, match="GaussianKL"):
        loss.backward()


class Targetless(GaussianKL):
    """For check_loss, which knows losses with a target only."""

    def forward(self, code, target=None):
        return super().forward(code)


def test_no_digit_of_a_small_kl_is_lost():
    """Near the prior it is s^2 / 4; e^s - 1 - s would have no digit left."""
    for s in (1e-4, 1e-7):
        assert GaussianKL().forward([[0.0, s]]) == pytest.approx(s * s / 4 + s**3 / 12, rel=1e-6, abs=0)


def test_codes_at_the_ends_of_the_scale():
    loss = GaussianKL()
    assert loss.forward([[0.0, 2000.0]]) == np.inf
    np.testing.assert_array_equal(loss.backward(), [[0, np.inf]])
    assert loss.forward([[0.0, -2000.0]]) == pytest.approx((2000 - 1) / 2)
    np.testing.assert_array_equal(loss.backward(), [[0, -0.5]])


def test_with_one_pixel_the_elbo_bounds_the_likelihood(rng):
    """log p(x) >= -(reconstruction + KL), with equality where the code is the posterior: z ~ N(0, 1), x | z ~ N(z, sigma^2)."""
    sigma, x = 0.5, 0.8
    variance = 1 / (1 + 1 / sigma**2)
    mean = variance * x / sigma**2  # the posterior
    evidence = norm(0, np.sqrt(1 + sigma**2)).logpdf(x)

    def elbo(mean, variance, n=400_000):
        z = mean + np.sqrt(variance) * rng.normal(size=n)
        return -GaussianNLL(sigma).forward(z, np.full(n, x)) - GaussianKL().forward([[mean, np.log(variance)]])

    assert elbo(mean, variance) == pytest.approx(evidence, abs=0.01)
    assert elbo(mean + 0.3, variance) < evidence - 0.05
    assert elbo(mean, 2 * variance) < evidence - 0.05


def test_relative_error_sees_a_wrong_gradient(rng):
    loss, pred = HeteroscedasticNLL(), rng.normal(size=(4, 2))
    loss.forward(pred, rng.normal(size=(4, 1)))
    gradient = loss.backward()
    assert relative_error(gradient, gradient * [1, 2]) > 0.1
