"""The references of lesson 07 against SciPy and scikit-learn: oracles that are not ours; and E6, E11, E12 settled."""

import warnings

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import approx_fprime, minimize, minimize_scalar
from sklearn.linear_model import Lasso, Ridge

from course_lib.exercises import l07_weight_penalties as l07
from course_lib.regularizers import L1, L2

rng = np.random.default_rng(7)


@pytest.fixture(autouse=True)
def without_warnings():
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        yield


def differences(f, array):
    """Forward differences by SciPy, refined by Richardson's rule to an error of order eps^2."""
    flat = array.ravel()

    def g(v):
        return f(v.reshape(array.shape))

    return (2 * approx_fprime(flat, g, 1e-6) - approx_fprime(flat, g, 2e-6)).reshape(array.shape)


def smooth(w):
    """The loss of L3 and L6 without its penalty"""
    return (w - 1) ** 2 + (w - 1) ** 3 / 6


@pytest.mark.parametrize(("penalty", "norm"), [(l07.l2_penalty, 2), (l07.l1_penalty, 1)])
def test_penalties_against_norms_and_differences(penalty, norm):
    w = rng.normal(size=(3, 4))
    value, gradient = penalty(w, 0.3)
    assert value == pytest.approx(0.3 * np.linalg.norm(w.ravel(), norm) ** norm / norm, rel=1e-12)
    np.testing.assert_allclose(gradient, differences(lambda v: penalty(v, 0.3)[0], w), atol=1e-8)


def test_l1_does_not_push_a_weight_that_is_0():
    np.testing.assert_array_equal(l07.l1_penalty(np.array([0.0, -0.0, 1e-300, -5.0]), 2.0)[1], [0, 0, 2, -2])


def test_w11_l2_prefers_many_small_weights_and_l1_does_not_mind():
    spread, single = np.full(4, 0.25), np.array([0.0, 0, 0, 1])
    assert l07.l2_penalty(spread, 1.0)[0] == l07.l2_penalty(single, 1.0)[0] / 4
    assert l07.l1_penalty(spread, 1.0)[0] == l07.l1_penalty(single, 1.0)[0]


def test_e6_the_step_follows_the_gradient_of_the_whole_and_i4_as_printed_does_not():
    w, center, m, lam, rate = rng.normal(size=6), rng.normal(size=6), 20, 3.0, 0.1
    whole = differences(lambda v: np.sum((v - center) ** 2) / (2 * m) + lam / (2 * m) * np.sum(v**2), w)
    dw = (w - center) / m
    np.testing.assert_allclose(l07.l2_step(w, dw, lam / m, rate), w - rate * whole, atol=1e-9)
    printed = w - rate * lam / m - rate * dw
    assert np.abs(printed - (w - rate * whole)).max() > 1e-3


@pytest.mark.parametrize("deck", l07.DECKS)
def test_e11_three_scalings_have_one_value_and_one_gradient(deck):
    w, m = rng.normal(size=5), 30
    alpha, lam, lam_i = l07.same_penalty(0.4, deck, m)
    assert {"W11": alpha, "L2": lam, "I4": lam_i}[deck] == pytest.approx(0.4)
    for same in (L2.half(alpha), L2.plain(lam), L2.per_example(lam_i, m)):
        assert same.value(w) == pytest.approx(alpha / 2 * np.sum(w**2))
        np.testing.assert_allclose(same.grad(w), alpha * w)


@pytest.mark.parametrize("lam", [0.0, 0.1, 0.5, 1.0, 1.4, 1.6, 2.5, 10.0])
def test_l3_and_l6_against_scipy(lam):
    bounds = {"bounds": (-0.99, 1.5), "method": "bounded", "options": {"xatol": 1e-10}}
    found = minimize_scalar(lambda w: smooth(w) + lam * w**2, **bounds)
    assert l07.optimum_l2(np.array([lam]))[0] == pytest.approx(found.x, abs=1e-6)
    found = minimize_scalar(lambda w: smooth(w) + lam * abs(w), **bounds)
    assert l07.optimum_l1(np.array([lam]))[0] == pytest.approx(found.x, abs=1e-6)


def test_l3_keeps_its_digits_for_any_lambda():
    lam = 10.0 ** np.arange(3, 15)
    np.testing.assert_allclose(l07.optimum_l2(lam) * 4 * lam / 3, 1, atol=1 / lam[0])
    assert np.all(np.diff(l07.optimum_l2(lam)) < 0) and np.all(l07.optimum_l2(lam) > 0)


def test_l4_l1_is_exactly_0_from_the_slope_at_0_on():
    (slope,) = differences(lambda w: smooth(w[0]), np.array([0.0]))
    assert slope == pytest.approx(-1.5, abs=1e-8)
    lam = np.array([1.5 - 1e-6, 1.5, 1.5 + 1e-6, 2.0, 1e6])
    np.testing.assert_array_equal(l07.optimum_l1(lam) == 0, [False, True, True, True, True])
    np.testing.assert_array_equal(l07.exactly_zero(np.full(3, -1.5), lam[:3][:, None])[:, 0], [False, True, True])


def test_exactly_zero_is_what_the_lasso_does_for_orthogonal_inputs():
    X = np.linalg.qr(rng.normal(size=(40, 6)))[0] * np.sqrt(40)
    y = X @ np.array([2.0, -0.05, 0.3, 0.0, -1.0, 0.1])
    lam = 0.2
    w = Lasso(alpha=lam, fit_intercept=False, tol=1e-12).fit(X, y).coef_  # 1/2m ||X w - y||^2 + lam ||w||_1
    np.testing.assert_array_equal(l07.exactly_zero(-X.T @ y / 40, lam), w == 0)


@pytest.mark.parametrize("m", [5, 40])
def test_ridge(m):
    X, y = rng.normal(size=(m, 8)) + 2, rng.normal(size=m) + 3
    w, b = l07.ridge(X, y, 0.3)
    oracle = Ridge(alpha=m * 0.3, tol=1e-12).fit(X, y)  # ||X w + b - y||^2 + alpha ||w||^2
    np.testing.assert_allclose(w, oracle.coef_, atol=1e-8)
    assert b == pytest.approx(oracle.intercept_, abs=1e-8)


def test_w12_what_is_left_along_an_eigenvector():
    X, w_star = rng.normal(size=(50, 4)) * [3, 1, 0.3, 0.1], rng.normal(size=4)
    X = X - X.mean(axis=0)
    h, V = np.linalg.eigh(2 * X.T @ X / 50)
    w, _ = l07.ridge(X, X @ w_star, 0.2)
    np.testing.assert_allclose(w @ V / (w_star @ V), h / (h + 0.4), rtol=1e-8)


def test_prox_is_the_minimiser_that_it_is_said_to_be():
    w = np.array([3.0, 0.4, -0.4, -2.0, 0.0])
    prox = l07.prox_l1(w, 0.5)
    np.testing.assert_array_equal(prox[[1, 2, 4]], 0)
    for start, end in zip(w, prox, strict=True):
        found = minimize_scalar(lambda u, v=start: 0.5 * abs(u) + (u - v) ** 2 / 2, bounds=(-4, 4), method="bounded")
        assert end == pytest.approx(found.x, abs=1e-5)
    np.testing.assert_array_equal(l07.prox_l1(np.array([1000.0, -1000.0]), 0.0), [1000, -1000])
    np.testing.assert_allclose(prox, L1(1.0).prox(w, 0.5))


def test_e12_the_same_optimum_for_every_learning_rate_only_with_eta_alpha():
    X, y, alpha = rng.normal(size=(30, 5)), rng.normal(size=30), 0.2
    oracle = Lasso(alpha=alpha, fit_intercept=False, tol=1e-14, max_iter=100_000).fit(X, y).coef_

    def end(eta, step):
        w = np.zeros(5)
        for _ in range(int(300 / eta)):
            w = step(w, X.T @ (X @ w - y) / 30, eta)
        return w

    as_l5 = [end(eta, lambda w, g, eta: l07.prox_l1(w - eta * g, 0.1 * alpha)) for eta in (0.1, 0.03)]
    for eta in (0.1, 0.03):
        np.testing.assert_allclose(end(eta, lambda w, g, eta: l07.proximal_step(w, g, eta, alpha)), oracle, atol=1e-7)
    np.testing.assert_allclose(as_l5[0], oracle, atol=1e-7)  # lambda = eta alpha, for this eta
    assert np.abs(as_l5[1] - oracle).max() > 0.01


def test_l5_overshoots_and_the_proximal_step_does_not():
    w, g, eta, lam = np.array([0.05, -0.05, 1.0, 0.1, 0.0]), np.zeros(5), 0.1, 0.1
    new, crossed = l07.plain_l1_step(w, g, eta, lam)
    np.testing.assert_array_equal(crossed, [True, True, False, False, False])
    np.testing.assert_allclose(new, [-0.05, 0.05, 0.9, 0, 0])
    np.testing.assert_allclose(l07.prox_l1(w, lam), [0, 0, 0.9, 0, 0])


def test_penalties_are_minus_the_logarithms_of_priors():
    variance = np.array([0.3, 5.0])
    gauss, laplace = l07.prior_lambdas(variance)
    w = np.linspace(-2, 2, 9)
    for k, v in enumerate(variance):
        scale = np.sqrt(v / 2)
        assert stats.laplace(scale=scale).var() == pytest.approx(v)
        np.testing.assert_allclose(
            gauss[k] * w**2, -stats.norm.logpdf(w, 0, np.sqrt(v)) + stats.norm.logpdf(0, 0, np.sqrt(v))
        )
        np.testing.assert_allclose(
            laplace[k] * np.abs(w),
            -stats.laplace.logpdf(w, 0, scale) + stats.laplace.logpdf(0, 0, scale),
            atol=1e-12,
        )


def test_l1_the_most_probable_weights_are_those_of_ridge():
    X, y, variance = rng.normal(size=(20, 3)), rng.normal(size=20), 0.2
    X, y = X - X.mean(axis=0), y - y.mean()
    lam = l07.prior_lambdas(np.array([variance]))[0][0]

    def minus_log_posterior(w):
        return -np.sum(stats.norm.logpdf(y, X @ w, 1)) - np.sum(stats.norm.logpdf(w, 0, np.sqrt(variance)))

    found = minimize(minus_log_posterior, np.zeros(3), tol=1e-12).x
    np.testing.assert_allclose(l07.ridge(X, y, 2 * lam / 20)[0], found, atol=1e-5)


def test_one_lambda_per_layer():
    layers = [(rng.normal(size=(4, 3)), rng.normal(size=3)), (rng.normal(size=(3, 2)), rng.normal(size=2))]
    value, gradients = l07.layer_penalty(layers, [0.5, 2.0])
    assert value == pytest.approx(sum(v / 2 * np.linalg.norm(W, "fro") ** 2 for (W, _), v in zip(layers, (0.5, 2.0), strict=True)))  # fmt: skip
    for i, gradient in enumerate(gradients):

        def by_one(W, i=i):
            changed = [*layers]
            changed[i] = W, layers[i][1]
            return l07.layer_penalty(changed, [0.5, 2.0])[0]

        np.testing.assert_allclose(gradient, differences(by_one, layers[i][0]), atol=1e-7)


def test_activation_penalty():
    h, target = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))

    def loss(h):
        return np.sum((h - target) ** 2) / len(h)

    value, dh = l07.activation_penalty(h, 2 * (h - target) / len(h), 0.7)
    assert value == pytest.approx(0.7 * np.mean(np.linalg.norm(h, 1, axis=1)))
    np.testing.assert_allclose(
        dh, differences(lambda v: loss(v) + l07.activation_penalty(v, 0 * v, 0.7)[0], h), atol=1e-7
    )
