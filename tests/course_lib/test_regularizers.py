"""Penalties: gradients by differences, proximal steps by scipy.optimize, and the errata E6, E11 and E12."""

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.linear_model import Ridge

from course_lib.gradcheck import numerical_gradient, relative_error
from course_lib.layers import Dense, Sequential, Tanh, pack, parameters
from course_lib.optim import SGD
from course_lib.regularizers import L1, L1L2, L2, MaxNorm, proximal_step

PENALTIES = [L2.half(0.7), L2.plain(0.7), L2.per_example(30, 20), L1(0.7), L1L2(0.3, 0.9)]
every = pytest.mark.parametrize("penalty", [*PENALTIES, MaxNorm(1.5)], ids=repr)
smooth = pytest.mark.parametrize("penalty", PENALTIES, ids=repr)
strength = st.floats(0, 5)
number = st.floats(-10, 10)
arrays = hnp.arrays(np.float64, hnp.array_shapes(min_dims=1, max_dims=4, max_side=4), elements=number)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@smooth
def test_the_gradient_is_that_of_central_differences(penalty, rng):
    w = rng.normal(size=(4, 3))
    assert relative_error(penalty.grad(w), numerical_gradient(penalty.value, w)) < 1e-8


@pytest.mark.parametrize("make", [L2.half, L2.plain, L1, lambda s: L1L2(s, s / 2), lambda s: L1L2(s / 3, s)])
@given(strength, number, st.floats(0, 3))
def test_prox_is_the_argmin(make, lam, w, step):
    """By SciPy's search, and by the value: nothing near is better."""
    penalty = make(lam)
    u = penalty.prox(np.array([w]), step)[0]

    def objective(u):
        return step * penalty.value(np.array([u])) + (u - w) ** 2 / 2

    found = scipy.optimize.minimize_scalar(objective, bounds=(-abs(w) - 1, abs(w) + 1), method="bounded").x
    assert u == pytest.approx(found, abs=1e-4)
    for nearby in (found, u - 1e-3, u + 1e-3, 0.0, w):
        assert objective(u) <= objective(nearby) + 1e-12


@every
@given(arrays, arrays, st.floats(0, 3))
def test_prox_brings_no_two_points_further_apart(penalty, a, b, step):
    """As every proximal operator of a convex function: so a proximal step can not diverge by itself."""
    if a.shape == b.shape:
        apart = np.linalg.norm(penalty.prox(a, step) - penalty.prox(b, step))
        assert apart <= np.linalg.norm(a - b) * (1 + 1e-9) + 1e-12


@every
@given(arrays, st.floats(0, 3))
def test_prox_never_grows_nor_crosses_0(penalty, w, step):
    u = penalty.prox(w, step)
    assert np.all(np.abs(u) <= np.abs(w) * (1 + 1e-12))
    assert np.all(u * w >= 0)


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 3, 2, 2), (0,), (0, 3), (3, 0)], ids=str)
def test_shapes_dtypes_and_arguments_stay(penalty, dtype, shape, rng):
    w = rng.normal(size=shape).astype(dtype)
    before = w.copy()
    w.flags.writeable = False
    value = penalty.value(w)
    assert type(value) is float
    for result in (penalty.grad(w), penalty.prox(w, 0.1)):
        assert (result.shape, result.dtype) == (shape, dtype)
    np.testing.assert_array_equal(w, before)


@every
def test_at_0_there_is_nothing_to_penalise(penalty):
    w = np.zeros((4, 3))
    assert penalty.value(w) == 0
    for result in (penalty.grad(w), penalty.prox(w, 0.5)):
        np.testing.assert_array_equal(result, 0)


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_tiny_and_huge_weights(penalty, dtype, size):
    w = np.full((4, 3), size, dtype)
    for result in (penalty.value(w), penalty.grad(w), penalty.prox(w, 0.1)):
        assert not np.any(np.isnan(result))
    if isinstance(penalty, L2):
        assert penalty.value(w) == pytest.approx(penalty.alpha / 2 * 12 * size**2, rel=1e-5)


def test_l2_of_what_no_float_can_square_is_inf():
    assert L2.half(1).value(np.full(3, 1e200)) == math.inf


# --- what the decks say -----------------------------------------------------------------------------------------------


def test_e11_one_penalty_in_three_scalings(rng):
    """alpha = 2 lambda = lambda' / m: W11, L2, I4."""
    w, alpha, m = rng.normal(size=(4, 3)), 0.3, 50
    squares = np.sum(w**2)
    three = L2.half(alpha), L2.plain(alpha / 2), L2.per_example(alpha * m, m)
    for penalty, slide in zip(
        three, (alpha / 2 * squares, alpha / 2 * squares, alpha * m / (2 * m) * squares), strict=True
    ):
        assert penalty.value(w) == pytest.approx(slide)
        np.testing.assert_allclose(penalty.grad(w), alpha * w)
    assert L2.plain(0.7).value(w) == pytest.approx(0.7 * squares)
    assert L2.half(0.7).value(w) == pytest.approx(0.35 * squares)
    assert L2.per_example(0.7, 10).value(w) == pytest.approx(0.035 * squares)


def test_w11_the_step_is_weight_decay(rng):
    """(1 - eps alpha) w - eps grad"""
    w, g, eps, alpha = rng.normal(size=5), rng.normal(size=5), 0.1, 0.3
    theta = w.copy()
    SGD(eps).step(theta, g + L2.half(alpha).grad(w))
    np.testing.assert_allclose(theta, (1 - eps * alpha) * w - eps * g)


def test_w11_l2_prefers_many_small_weights_and_l1_does_not_care():
    even, one = np.full(4, 0.25), np.array([0, 0, 0, 1.0])
    assert L2.half(1).value(even) < L2.half(1).value(one)
    assert L1(1).value(even) == L1(1).value(one)


def test_e6_the_shrinking_term_of_i4_has_a_w(rng):
    """W - a lambda/m W - a dL/dW goes down J; without the W, as printed, it is not the gradient of J at all."""
    a, lam, m = 0.01, 3.0, 10
    x, y, W = rng.normal(size=(m, 4)), rng.normal(size=m), rng.normal(size=4)
    penalty = L2.per_example(lam, m)

    def loss(W):
        return np.sum((x @ W - y) ** 2) / m

    dL = numerical_gradient(loss, W)
    step = W - a * numerical_gradient(lambda W: loss(W) + penalty.value(W), W)
    np.testing.assert_allclose(W - a * (dL + penalty.grad(W)), step, atol=1e-9)
    np.testing.assert_allclose(W - a * lam / m * W - a * dL, step, atol=1e-9)
    assert np.abs(W - a * lam / m - a * dL - step).max() > 1e-3  # the slide


def test_e12_l5_leaves_the_learning_rate_in_lambda(rng):
    """L5: w' - min(lambda, |w'|) sign(w'); W13 has alpha sign(w) in the gradient: lambda = eta alpha."""
    eta, alpha, w, g = 0.1, 0.7, rng.normal(size=50), rng.normal(size=50)
    lam, moved = eta * alpha, w - eta * g
    l5 = moved - np.minimum(lam, np.abs(moved)) * np.sign(moved)
    np.testing.assert_allclose(L1(alpha).prox(moved, eta), l5, atol=1e-15)
    w13 = w - eta * (g + L1(alpha).grad(w))
    far = (np.abs(moved) > lam) & (np.sign(w) == np.sign(moved))
    np.testing.assert_allclose(w13[far], l5[far])


def test_l5_the_subgradient_overshoots_and_prox_stops_at_0():
    w, penalty = np.array([0.03]), L1(1.0)
    assert (w - 0.1 * penalty.grad(w))[0] == pytest.approx(-0.07)
    assert penalty.prox(w, 0.1)[0] == 0


@pytest.mark.parametrize(
    ("penalty", "prior"),
    [
        (L2.plain(0.7), scipy.stats.norm(scale=math.sqrt(1 / (2 * 0.7)))),
        (L2.half(0.7), scipy.stats.norm(scale=math.sqrt(1 / 0.7))),
        (L1(0.7), scipy.stats.laplace(scale=1 / 0.7)),
    ],
    ids=["L2: a Gaussian of variance 1 / 2 lambda", "W11: a Gaussian of variance 1 / alpha", "L4: a Laplace prior"],
)
def test_l1_a_penalty_is_minus_a_log_prior(penalty, prior, rng):
    """MAP: -log posterior = -log likelihood - log prior + log Z; the penalty is -log prior but for a constant."""
    for w in rng.normal(size=(5, 4)):
        assert penalty.value(w) == pytest.approx(np.sum(prior.logpdf(0) - prior.logpdf(w)))


def test_l3_with_l2_the_optimum_moves_to_0_and_never_gets_there():
    """E(w) = (w - 1)^2 + (w - 1)^3 / 6 + lambda w^2, its minimum by SciPy."""

    def E(w, penalty):
        return (w - 1) ** 2 + (w - 1) ** 3 / 6 + penalty.value(np.array([w]))

    def optimum(lam):
        return scipy.optimize.minimize_scalar(E, bounds=(-0.5, 1.5), method="bounded", args=(L2.plain(lam),)).x

    found = [optimum(lam) for lam in (0, 0.1, 0.5, 1, 5, 50)]
    assert found[0] == pytest.approx(1, abs=1e-4)
    assert np.all(np.diff(found) < 0)
    assert 0 < found[-1] < 0.05


def test_l4_exactly_0_once_lambda_reaches_the_slope_at_0():
    """L6: E(w) = (w - 1)^2 + (w - 1)^3 / 6, whose slope at 0 is -3/2: proximal descent ends at 0 from lambda = 3/2 on, L2 never."""

    def minimum(penalty):
        w = np.array([0.8])
        for _ in range(2000):
            w = penalty.prox(w - 0.1 * (2 * (w - 1) + (w - 1) ** 2 / 2), 0.1)
        return w[0]

    assert minimum(L1(1.51)) == 0
    assert minimum(L1(1.49)) > 0.001
    assert minimum(L2.plain(100)) > 0.001
    assert minimum(L1(0)) == pytest.approx(1)


def test_the_minimum_with_l2_is_ridge_regression(rng):
    x, y = rng.normal(size=(30, 4)), rng.normal(size=30)
    penalty, w = L2.plain(3.0), np.zeros(4)
    for _ in range(3000):
        w = penalty.prox(w - 0.005 * 2 * x.T @ (x @ w - y), 0.005)
    np.testing.assert_allclose(w, Ridge(alpha=3.0, fit_intercept=False).fit(x, y).coef_, atol=1e-8)


@given(strength, strength, arrays)
def test_the_elastic_net_is_the_sum(lam, alpha, w):
    net, l1, l2 = L1L2(lam, alpha), L1(lam), L2.half(alpha)
    assert net.value(w) == pytest.approx(l1.value(w) + l2.value(w))
    np.testing.assert_allclose(net.grad(w), l1.grad(w) + l2.grad(w))
    np.testing.assert_array_equal(L1L2(lam, 0).prox(w, 0.3), l1.prox(w, 0.3))
    np.testing.assert_array_equal(L1L2(0, alpha).prox(w, 0.3), l2.prox(w, 0.3))


# --- max-norm ---------------------------------------------------------------------------------------------------------


@given(hnp.arrays(np.float64, (4, 3), elements=number), st.floats(0.1, 20))
def test_max_norm_is_the_nearest_point_within_the_ball_of_every_unit(W, limit):
    u = MaxNorm(limit).prox(W, 0.1)
    for before, after in zip(W.T, u.T, strict=True):
        np.testing.assert_allclose(
            after, before * min(1, limit / max(np.linalg.norm(before), 1e-9)), rtol=1e-9, atol=1e-12
        )
    assert MaxNorm(limit).value(u) == 0
    assert MaxNorm(limit).value(W) == (0 if np.all(np.linalg.norm(W, axis=0) <= limit * (1 + 1e-15)) else math.inf)


def test_the_weights_of_one_unit(rng):
    """A column of a dense layer, one kernel of a convolution, the whole of a vector."""
    kernels, vector = rng.normal(size=(5, 3, 2, 2)), rng.normal(size=9)
    u = MaxNorm(0.5).prox(kernels, 0)
    np.testing.assert_allclose(np.linalg.norm(u.reshape(5, -1), axis=1), 0.5)
    assert np.linalg.norm(MaxNorm(0.5).prox(vector, 0)) == pytest.approx(0.5)
    w32 = rng.normal(size=(200, 50)).astype(np.float32)
    assert MaxNorm(0.3).value(MaxNorm(0.3).prox(w32, 0)) == 0  # whatever was rounded


# --- by name ----------------------------------------------------------------------------------------------------------


def test_u25_one_lambda_per_layer(rng):
    network = Sequential(Dense(4, 5, rng=rng), Tanh(), Dense(5, 3, rng=rng))
    theta, _ = pack(network)
    before = network.snapshot()
    proximal_step({"0.W": L2.plain(0.1), "2.W": L1(0.2)}, parameters(network), step=0.5)
    np.testing.assert_allclose(network.layers[0].params["W"], before["0.W"] / 1.1, rtol=1e-6)
    np.testing.assert_allclose(network.layers[2].params["W"], L1(0.2).prox(before["2.W"], 0.5))
    np.testing.assert_array_equal(network.layers[0].params["b"], before["0.b"])
    assert np.shares_memory(network.layers[0].params["W"], theta)
    assert np.any(network.layers[2].params["W"] == 0)


def test_an_unknown_name_is_refused_before_anything_changes():
    w = np.ones(3)
    with pytest.raises(ValueError, match=r"penalties: wanted names from 0\.W, 0\.b; got 1\.W"):
        proximal_step({"0.W": L1(1), "1.W": L1(1)}, {"0.W": w, "0.b": w}, 0.1)
    assert np.all(w == 1)


@pytest.mark.parametrize("wrong", [-1, math.nan, math.inf])
def test_strengths_are_at_least_0(wrong, rng):
    for make in (
        L2,
        L2.half,
        L2.plain,
        lambda s: L2.per_example(s, 5),
        L1,
        lambda s: L1L2(s, 1),
        lambda s: L1L2(1, s),
        MaxNorm,
    ):
        with pytest.raises(ValueError, match=r"(alpha|lam|limit): wanted a finite number of at least 0, got"):
            make(wrong)
    for penalty in (*PENALTIES, MaxNorm(1)):
        with pytest.raises(ValueError, match="step: wanted a finite number of at least 0, got"):
            penalty.prox(np.ones(2), wrong)


def test_m_and_limit():
    with pytest.raises(ValueError, match="m: wanted the number of training examples, got 0"):
        L2.per_example(1, 0)
    with pytest.raises(ValueError, match="limit: wanted a number above 0, got 0"):
        MaxNorm(0)
