"""The references of lesson 05 against SciPy, scikit-learn and closed forms: oracles that are not ours; and gradients of exactly 0."""

import math
import warnings

import numpy as np
import pytest
from scipy import signal
from scipy.optimize import approx_fprime, minimize_scalar
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from course_lib.exercises import l05_optimization as l05

rng = np.random.default_rng(5)


@pytest.fixture(autouse=True)
def without_warnings():
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize(("m", "B"), [(12, 6), (13, 6), (5, 5), (7, 1), (3, 8), (1, 1), (60, 7)])
def test_every_example_comes_once_an_epoch_and_no_batch_is_empty(m, B):
    X = np.arange(2.0 * m).reshape(m, 2)
    batches = l05.minibatches(X, X[:, 0], B, np.random.default_rng(0))
    assert [len(y) for _, y in batches] == [B] * (m // B) + [m % B] * (m % B > 0)
    assert len(batches) == math.ceil(m / B)  # [E8]
    X_all, y_all = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    np.testing.assert_array_equal(X_all[:, 0], y_all)
    np.testing.assert_array_equal(np.sort(y_all), X[:, 0])


def test_what_is_said_about_batches_does_not_hang_on_the_random_numbers():
    X, y = rng.normal(size=(14, 2)), np.arange(14.0)
    said = {l05._epochs(l05.minibatches, X, y, 4, seed) for seed in range(30)}
    assert said == {("4 + 4 + 4 + 2 examples; each once", "another one in each epoch")}


def test_the_words_on_batches_see_a_lost_y():
    X, y = rng.normal(size=(9, 2)), np.arange(9.0)

    def torn(X, y, B, rng):
        return [(X[:5], y[:5][::-1]), (X[5:], y[5:])]

    assert "x beside the y of another one" in l05._epochs(torn, X, y, 5, 0)[0]


@pytest.mark.parametrize("wrong", [[(np.ones(3), np.ones(3))], [(np.ones((3, 2)), np.ones(2))], np.ones(4), [1, 2]])
def test_batches_of_another_form_are_named(wrong):
    with pytest.raises((TypeError, ValueError), match="wanted"):
        l05._epochs(lambda X, y, B, rng: wrong, np.ones((3, 2)), np.arange(3.0), 2, 0)


def test_sgd_with_one_batch_is_a_step_along_the_numeric_gradient():
    X, y, theta = rng.normal(size=(6, 3)), rng.normal(size=6), rng.normal(size=3)
    numeric = approx_fprime(theta, lambda w: np.mean((X @ w - y) ** 2) / 2, 1e-7)
    np.testing.assert_allclose(
        l05._one_epoch(l05.sgd, theta, X, y, (6,), 0.3), theta - 0.3 * numeric, rtol=1e-5, atol=1e-6
    )


def test_sgd_takes_each_gradient_where_the_last_step_has_led():
    halved = l05.sgd(np.ones(2), lambda w, X, y: w, [(None, None)] * 5, 0.5)
    np.testing.assert_allclose(halved, 0.5**5)


def test_schedules_at_known_times():
    steps, inverse, cosine = l05.schedules(np.array([0, 3, 4, 8, 20]), 0.8, 4, 0.5, 0.25, 8)
    np.testing.assert_allclose(steps, [0.8, 0.8, 0.4, 0.2, 0.025])
    np.testing.assert_allclose(inverse, [0.8, 0.8 / 1.75, 0.4, 0.8 / 3, 0.8 / 6])
    np.testing.assert_allclose(cosine, [0.8, 0.4 + 0.4 * np.cos(3 * np.pi / 8), 0.4, 0, 0], atol=1e-15)


@pytest.mark.parametrize("start", [1e-3, 0.05, 1.0, 70.0])
def test_the_search_finds_the_minimum_within_a_factor_of_root_two(start):
    def error(alpha):
        return (1 - alpha) ** 2 if alpha < 40 else math.nan  # one step over w^2 / 2 from w = 1

    best = minimize_scalar(lambda u: error(np.exp(u)), bounds=(-3, 3), method="bounded")
    found = l05.bottou_step_size(error, start)
    assert error(found) <= min(error(2 * found), error(found / 2))
    assert abs(np.log2(found) - best.x / np.log(2)) < 1


def test_the_search_passes_through_nan_and_inf():
    for beyond in (math.nan, math.inf):
        assert l05.bottou_step_size(lambda a, b=beyond: b if a > 1 else abs(math.log2(a / 0.25)), 64.0) == 0.25


def test_a_search_without_an_end_is_stopped():
    def for_ever(error_after, start):
        while True:
            error_after(start)

    with pytest.raises(RuntimeError, match="200 trials"):
        l05._search(for_ever, 0.1, 0.1, 0.2, 10.0, math.nan)
    with pytest.raises(ValueError, match="step sizes are above 0"):
        l05._search(lambda error_after, start: error_after(0.0), 0.1, 0.1, 0.2, 10.0, math.nan)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.999])
def test_moving_average_is_a_linear_filter_and_its_correction_a_weighted_mean(beta):
    y = rng.normal(size=30)
    v, w = l05.moving_average(y, beta)
    np.testing.assert_allclose(v, signal.lfilter([1 - beta], [1, -beta], y), atol=1e-14)
    for t in (0, 4, 29):
        np.testing.assert_allclose(w[t], np.average(y[: t + 1], weights=beta ** np.arange(t, -1.0, -1)), rtol=1e-9)
    np.testing.assert_allclose(l05.moving_average(np.full(5, 3.0), beta)[1], 3)


def test_heavy_ball_is_the_momentum_of_scikit_learn():
    w, before = np.array([1.0, -2.0]), np.array([1.0, -2.0])
    theirs = [w.copy()]
    optimizer = SGDOptimizer(theirs, learning_rate_init=0.1, momentum=0.8, nesterov=False)
    for _ in range(6):
        g = 3 * w
        optimizer.update_params(theirs, [3 * theirs[0]])
        w, before = l05.heavy_ball(w, before, g, 0.1, 0.8), w
        np.testing.assert_allclose(w, theirs[0], rtol=1e-12)


@pytest.mark.parametrize("alphas", [np.full(12, 0.3), rng.uniform(0.1, 0.5, size=12), 0.4 / (1 + np.arange(12.0))])
def test_heavy_ball_and_moving_average_walk_one_path(alphas):
    """E13, for any rates; for constant ones the beta stays as it is."""
    beta, h = 0.7, np.array([1.0, 6.0])
    theta, v = np.array([3.0, -1.0]), np.zeros(2)
    w, before = theta, theta
    rates, betas = l05.same_path(alphas, beta)
    for a, b, alpha in zip(rates, betas, alphas, strict=True):
        w, before = l05.heavy_ball(w, before, h * w, a, b), w
        theta, v = l05.momentum(theta, v, h * theta, alpha, beta)
        np.testing.assert_allclose(w, theta, rtol=1e-11, atol=1e-12)
    if np.ptp(alphas) == 0:
        np.testing.assert_allclose(betas, beta)


def test_the_first_beta_is_free():
    assert l05._without_the_first(lambda a, b: (a, [np.nan, *[b] * 4]), np.ones(5), 0.5)[1][0] == 0.5
    with pytest.raises(ZeroDivisionError):
        l05._without_the_first(lambda a, b: 1 / 0, np.ones(5), 0.5)


def test_adagrad_divides_by_the_root_of_all_squares():
    gs, theta, S = rng.normal(size=(8, 3)), np.zeros(3), np.zeros(3)
    for t, g in enumerate(gs):
        before = theta
        theta, S = l05.adagrad(theta, S, g, 0.4, 1e-10)
        np.testing.assert_allclose(theta - before, -0.4 * g / np.linalg.norm(gs[: t + 1], axis=0), rtol=1e-8)


def test_rmsprop_divides_by_the_root_of_a_filtered_square():
    gs, theta, S = rng.normal(size=(8, 3)), np.zeros(3), np.zeros(3)
    filtered = signal.lfilter([0.1], [1, -0.9], gs**2, axis=0)
    for g, wanted in zip(gs, filtered, strict=True):
        before = theta
        theta, S = l05.rmsprop(theta, S, g, 0.4, 0.9, 1e-8)
        np.testing.assert_allclose(S, wanted, rtol=1e-12)
        np.testing.assert_allclose(theta - before, -0.4 * g / (np.sqrt(wanted) + 1e-8), rtol=1e-12)


def test_adam_is_that_of_scikit_learn():
    """Theirs adds eps before S is corrected: with eps sqrt(1 - beta2^(t+1)) in its place both are one."""
    theta, v, S = np.array([1.0, -1.0, 2.0]), np.zeros(3), np.zeros(3)
    theirs = [theta.copy()]
    optimizer = AdamOptimizer(theirs, learning_rate_init=0.05, beta_1=0.9, beta_2=0.99, epsilon=0)
    for t, g in enumerate(rng.normal(size=(7, 3))):
        optimizer.epsilon = 0.1 * np.sqrt(1 - 0.99 ** (t + 1))
        optimizer.update_params(theirs, [g])
        theta, v, S = l05.adam(theta, v, S, g, t, 0.05, 0.9, 0.99, 0.1)
        np.testing.assert_allclose(theta, theirs[0], rtol=1e-12)


def adaptive(g, steps, eps=1e-8):
    """Where the three rules end after some steps with this gradient, from 1."""
    ends = []
    one, zero = np.ones_like(g), np.zeros_like(g)
    theta, S = one, zero
    for _ in range(steps):
        theta, S = l05.adagrad(theta, S, g, 0.1, eps)
    ends.append(theta)
    theta, S = one, zero
    for _ in range(steps):
        theta, S = l05.rmsprop(theta, S, g, 0.1, 0.9, eps)
    ends.append(theta)
    theta, v, S = one, zero, zero
    for t in range(steps):
        theta, v, S = l05.adam(theta, v, S, g, t, 0.1, 0.9, 0.999, eps)
    return [*ends, theta]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_parameter_without_a_gradient_stays_where_it_is(dtype):
    """E9; with warnings as errors, so that no 0 / 0 is hidden."""
    for theta in adaptive(np.zeros(4, dtype), 50):
        np.testing.assert_array_equal(theta, 1)


@pytest.mark.parametrize("size", [1e-200, 1e-20, 1e-8, 1.0, 1e8, 1e100])
def test_gradients_of_any_size_give_finite_steps(size):
    for theta in adaptive(np.array([size, -size, 0.0]), 20):
        assert np.all(np.isfinite(theta)) and theta[2] == 1
        assert 1 - theta[0] == pytest.approx(theta[1] - 1, rel=1e-6, abs=1e-13)
        assert 0 <= 1 - theta[0] <= 20 * 0.1 * 3.2  # RMSProp's first step is alpha / sqrt(1 - beta)


def test_the_two_eps_differ_below_the_root_of_eps():
    """E10."""
    slide = next(mistake.answer for mistake in l05._ADAM_MISTAKES if mistake.key == "eps_inside")
    zero = np.zeros(1)
    for g, outside, inside in ((1e-6, 1 / 1.01, 1e-2), (1e-2, 1.0, 1.0)):
        args = zero, zero, zero, np.array([g]), 0, 1.0, 0.9, 0.999, 1e-8
        assert -l05.adam(*args)[0][0] == pytest.approx(outside, rel=1e-3)
        assert -slide(*args)[0][0] == pytest.approx(inside, rel=1e-3)


def test_learning_rates_stand_as_pack_has_them():
    from course_lib.layers import pack
    from course_lib.models import mlp

    net = mlp([3, 5, 2], rng=np.random.default_rng(0))
    theta, _ = pack(net)
    theta[:] = l05.learning_rates([(3, 5), (5, 2)], 0.1, 4.0)
    for _, layer in net.walk():
        for name, values in layer.params.items():
            np.testing.assert_allclose(values, 0.1 if name == "W" else 0.4, rtol=1e-6)
