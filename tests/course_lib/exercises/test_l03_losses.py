"""The references of lesson 03 against SciPy and scikit-learn, and against SciPy's differences: oracles that are not ours."""

import warnings

import numpy as np
import pytest
from scipy import special, stats
from scipy.optimize import approx_fprime, minimize
from sklearn.metrics import log_loss

from course_lib.exercises import l03_losses as l03

rng = np.random.default_rng(3)


def differences(f, array):
    """Forward differences by SciPy, refined by Richardson's rule to an error of order eps^2."""
    flat = array.ravel()

    def g(v):
        return f(v.reshape(array.shape))

    return (2 * approx_fprime(flat, g, 1e-6) - approx_fprime(flat, g, 2e-6)).reshape(array.shape)


@pytest.fixture(autouse=True)
def without_warnings():
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        yield


def test_gaussian_nll():
    yhat, y, sigma = rng.normal(size=6), rng.normal(size=6), 0.7
    nll, dyhat = l03.gaussian_nll(yhat, y, sigma)
    assert nll == pytest.approx(-np.mean(stats.norm.logpdf(y, yhat, sigma)), rel=1e-12)
    np.testing.assert_allclose(dyhat, differences(lambda v: l03.gaussian_nll(v, y, sigma)[0], yhat), atol=1e-8)


def test_gaussian_fit_is_the_most_likely_pair():
    y = rng.exponential(size=9)
    found = minimize(lambda v: -np.mean(stats.norm.logpdf(y, v[0], np.exp(v[1]))), [0.0, 0.0])
    np.testing.assert_allclose(l03.gaussian_fit(y), (found.x[0], np.exp(found.x[1])), rtol=1e-4)


def test_bce():
    p, y = rng.uniform(0.01, 0.99, size=20), rng.integers(2, size=20)
    assert l03.bce(p, y) == pytest.approx(log_loss(y, p), rel=1e-12)
    assert l03.bce(np.array([0.0, 1.0, 0.5]), np.array([0, 1, 1])) == pytest.approx(np.log(2) / 3)


def test_bce_from_logits():
    z, y = rng.normal(size=20) * 3, rng.integers(2, size=20)
    loss, dz = l03.bce_from_logits(z, y)
    assert loss == pytest.approx(log_loss(y, special.expit(z)), rel=1e-12)
    np.testing.assert_allclose(dz, differences(lambda v: l03.bce_from_logits(v, y)[0], z), atol=1e-8)


@pytest.mark.parametrize("z", [-1000.0, -800.0, -40.0, 40.0, 800.0, 1000.0])
def test_logits_of_any_size_are_exact(z):
    for y in (0, 1):
        loss, dz = l03.bce_from_logits(np.array([z]), np.array([y]))
        assert loss == pytest.approx(-special.log_expit(z if y else -z), abs=0, rel=1e-14)
        assert dz == pytest.approx(special.expit(z) - y, abs=0, rel=1e-15)
        many = l03.multi_label_loss(np.array([[z, 0.0]]), np.array([[y, 1]]))
        assert many[0] == pytest.approx(loss + np.log(2), rel=1e-14)


def test_two_slopes():
    z, y = rng.normal(size=8) * 3, rng.integers(2, size=8)
    squared, entropy = l03.two_slopes(z, y)
    np.testing.assert_allclose(squared, differences(lambda v: np.sum((special.expit(v) - y) ** 2), z), atol=1e-8)
    np.testing.assert_allclose(
        entropy, differences(lambda v: -np.sum(special.log_expit(np.where(y, v, -v))), z), atol=1e-8
    )


@pytest.mark.parametrize("scale", [1.0, 300.0, 1000.0])
def test_softmax_and_its_kin(scale):
    z = scale * rng.normal(size=(7, 4)) + scale * np.array([1, -1, 0, 1, -1, 0, 1])[:, None]
    np.testing.assert_allclose(l03.logsumexp(z), special.logsumexp(z, axis=1), rtol=1e-13)
    np.testing.assert_allclose(l03.softmax(z), special.softmax(z, axis=1), rtol=1e-12)
    np.testing.assert_allclose(l03.log_softmax(z), special.log_softmax(z, axis=1), rtol=1e-12, atol=1e-12)


def test_cross_entropy():
    z, labels = rng.normal(size=(9, 4)), rng.integers(4, size=9)
    loss, dz = l03.cross_entropy(z, labels)
    assert loss == pytest.approx(log_loss(labels, special.softmax(z, axis=1), labels=range(4)), rel=1e-12)
    np.testing.assert_allclose(dz, differences(lambda v: l03.cross_entropy(v, labels)[0], z), atol=1e-8)
    assert l03.cross_entropy(np.array([[800.0, 0.0, -800.0]]), np.array([2]))[0] == 1600


def test_multi_label_loss():
    z, t = rng.normal(size=(6, 4)) * 2, rng.integers(2, size=(6, 4))
    loss, dz = l03.multi_label_loss(z, t)
    assert loss == pytest.approx(
        4 * log_loss(t.ravel(), special.expit(z).ravel()), rel=1e-12
    )  # log_loss is the mean of all
    np.testing.assert_allclose(dz, differences(lambda v: l03.multi_label_loss(v, t)[0], z), atol=1e-8)


@pytest.mark.parametrize("away", [0.0, 60.0])
def test_mixture(away):
    logits, mu, s, y = *(rng.normal(size=(5, 3)) for _ in range(3)), rng.normal(size=5) + away
    joint = special.log_softmax(logits, axis=1) + stats.norm.logpdf(y[:, None], mu, np.exp(s / 2))
    assert l03.mixture_nll(logits, mu, s, y) == pytest.approx(-np.mean(special.logsumexp(joint, axis=1)), rel=1e-12)
    parts = logits, mu, s
    for i, gradient in enumerate(l03.mixture_gradient(*parts, y)):

        def by_one(v, i=i):
            return l03.mixture_nll(*parts[:i], v, *parts[i + 1 :], y)

        wanted = differences(by_one, parts[i])
        np.testing.assert_allclose(gradient, wanted, atol=1e-6 * max(1, np.abs(wanted).max()))


@pytest.mark.parametrize(
    ("y", "branches", "wanted"),
    [
        (np.array([0, 1, 1]), 1, ("sigmoid", "binary cross-entropy", 1)),
        (np.array([2, 0, 1, 1]), 1, ("softmax", "cross-entropy", 3)),
        (np.eye(4, dtype=int), 1, ("softmax", "cross-entropy", 4)),
        (np.array([[1, 1, 0], [0, 0, 0]]), 1, ("sigmoid", "binary cross-entropy", 3)),
        (np.array([0.0, 1.0]), 1, ("linear", "mean squared error", 1)),
        (np.zeros((5, 2)), 1, ("linear", "mean squared error", 2)),
        (np.zeros((5, 2)), 3, ("mixture density", "mixture nll", 12)),  # as MixtureDensityNLL(3) wants it: J (M + 2)
    ],
)
def test_choose_output_is_the_table_of_w7(y, branches, wanted):
    assert l03.choose_output(y, branches) == wanted
