"""Every optimizer by PyTorch where it has the same form, by SciPy's filters and a few plain lines where it has not."""

import copy
import math
import pickle

import numpy as np
import pytest
from scipy.signal import lfilter

from course_lib.optim import SGD, AdaGrad, Adam, AdamW, Cosine, HeavyBall, Momentum, Nesterov, RMSProp
from course_lib.optim.base import CHUNK, SWEEP
from tests.oracles import expected

BY_TORCH = {
    "sgd": lambda: SGD(0.05),
    "heavy_ball": lambda: HeavyBall(0.05, 0.8),
    "nesterov": lambda: Nesterov(0.05, 0.8),
    "adagrad": lambda: AdaGrad(0.3, 1e-9),
    "rmsprop": lambda: RMSProp(0.05, 0.85, 1e-6),
    "adam": lambda: Adam(0.1, 0.85, 0.98, 1e-6),
    "adamw": lambda: AdamW(0.1, 0.85, 0.98, 1e-6, weight_decay=0.2),
    "adam_with_cosine": lambda: Adam(Cosine(0.1, 20, 0.01)),
    "groups": lambda: Adam(0.1, groups=[(slice(0, 2), 0.0), (slice(2, 3), 3.0)]),
}


def maker(kind, **options):
    return lambda lr=0.1, **more: kind(lr, **options, **more)


EVERY = {
    "SGD": maker(SGD),
    "HeavyBall": maker(HeavyBall),
    "Nesterov": maker(Nesterov),
    "Momentum": maker(Momentum),
    "Momentum corrected": maker(Momentum, bias_correction=True),
    "AdaGrad": maker(AdaGrad),
    "RMSProp": maker(RMSProp),
    "RMSProp inside": maker(RMSProp, eps_inside=True),
    "Adam": maker(Adam),
    "Adam inside": maker(Adam, eps_inside=True),
    "AdamW": maker(AdamW),
}
ADAPTIVE = {name: make for name, make in EVERY.items() if name.startswith(("Ada", "RMS"))}
every = pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)
adaptive = pytest.mark.parametrize("make", ADAPTIVE.values(), ids=ADAPTIVE)


def walk(optimizer, start, gradients):
    """Where it is after each of the given gradients."""
    theta, path = np.array(start), []
    for g in gradients:
        optimizer.step(theta, np.array(g, theta.dtype))
        path.append(theta.copy())
    return np.array(path)


@pytest.fixture
def rng():
    return np.random.default_rng(340)


@pytest.mark.parametrize("name", BY_TORCH)
def test_twenty_steps_are_pytorchs(name):
    torch = expected(f"optimizers.{name}")
    assert len(torch["grad"]) == 20
    path = walk(BY_TORCH[name](), torch["theta"][0], torch["grad"])
    np.testing.assert_allclose(path, torch["theta"][1:], rtol=1e-10, atol=1e-12)


def test_twenty_steps_in_float32():
    torch = expected("optimizers.adam_float32")
    path = walk(Adam(0.1), torch["theta"][0], torch["grad"])
    assert path.dtype == np.float32
    np.testing.assert_allclose(path, torch["theta"][1:], rtol=1e-5, atol=1e-6)


# --- what PyTorch has not, in the words of the slides -----------------------------------------------------------------


def test_u19_heavy_ball_literally_also_when_the_rate_changes(rng):
    """W_t+1 = W_t - alpha_t grad + beta (W_t - W_t-1)"""
    gradients, beta, alpha = rng.normal(size=(20, 3)), 0.7, Cosine(0.3, 15)
    W = [np.ones(3), np.ones(3)]
    for t, g in enumerate(gradients):
        W.append(W[-1] - alpha(t) * g + beta * (W[-1] - W[-2]))
    np.testing.assert_allclose(walk(HeavyBall(alpha, beta), np.ones(3), gradients), W[2:], rtol=1e-12)


def test_i12_momentum_is_a_moving_average(rng):
    """v_t = beta v_t-1 + (1 - beta) grad_t is a linear filter; I11 divides by 1 - beta^(t+1), t from 0."""
    gradients, beta = rng.normal(size=(20, 3)), 0.8
    v = lfilter([1 - beta], [1, -beta], gradients, axis=0)
    np.testing.assert_allclose(
        walk(Momentum(0.1, beta), np.zeros(3), gradients), -0.1 * np.cumsum(v, axis=0), atol=1e-13
    )
    w = v / (1 - beta ** np.arange(1, 21))[:, None]
    corrected = walk(Momentum(0.1, beta, bias_correction=True), np.zeros(3), gradients)
    np.testing.assert_allclose(corrected, -0.1 * np.cumsum(w, axis=0), atol=1e-13)


def test_i11_corrected_the_average_of_a_constant_is_that_constant():
    path = walk(Momentum(1.0, 0.9, bias_correction=True), np.zeros(1), np.full((5, 1), 3.0))
    np.testing.assert_allclose(np.diff(path[:, 0], prepend=0), -3)
    path = walk(Momentum(1.0, 0.9), np.zeros(1), np.full((5, 1), 3.0))
    assert path[0] == pytest.approx(-0.3)  # without it the first step is a tenth


def test_e13_heavy_ball_and_moving_average_are_one_path_for_constant_rates(rng):
    """alpha_heavy = (1 - beta) alpha_average, v from 0; with a rate that changes they part."""
    gradients, beta = rng.normal(size=(50, 4)), 0.9
    average = walk(Momentum(0.5, beta), np.zeros(4), gradients)
    heavy = walk(HeavyBall((1 - beta) * 0.5, beta), np.zeros(4), gradients)
    np.testing.assert_allclose(heavy, average, atol=1e-12)
    rate = Cosine(0.5, 30)
    average = walk(Momentum(rate, beta), np.zeros(4), gradients)
    heavy = walk(HeavyBall(lambda t: (1 - beta) * rate(t), beta), np.zeros(4), gradients)
    assert np.abs(heavy - average).max() > 0.01


def test_nesterov_takes_the_gradient_where_the_ball_will_be():
    """In Nesterov's own variables: y = x + beta (x - x_before), x = y - a grad(y); ours is y."""
    beta, a, grad = 0.8, 0.05, lambda x: np.array([1.0, 10.0]) * x + np.sin(x)
    x = before = np.array([1.0, -2.0])
    theta, optimizer = x.copy(), Nesterov(a, beta)
    for _ in range(20):
        y = x + beta * (x - before)
        np.testing.assert_allclose(theta, y, rtol=1e-10)
        x, before = y - a * grad(y), x
        optimizer.step(theta, grad(theta))


def slide_rmsprop(theta, gradients, a, beta, eps, inside):
    S = 0.0
    for g in gradients:
        S = beta * S + (1 - beta) * g * g
        theta -= a * g / (math.sqrt(S + eps) if inside else math.sqrt(S) + eps)
        yield theta


def slide_adam(theta, gradients, a, b1, b2, eps, inside):
    v = S = 0.0
    for t, g in enumerate(gradients):
        v, S = b1 * v + (1 - b1) * g, b2 * S + (1 - b2) * g * g
        v_hat, S_hat = v / (1 - b1 ** (t + 1)), S / (1 - b2 ** (t + 1))
        theta -= a * v_hat / (math.sqrt(S_hat + eps) if inside else math.sqrt(S_hat) + eps)
        yield theta


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("scale", [1.0, 1e-3, 1e-7])
def test_rmsprop_and_adam_number_by_number(inside, scale, rng):
    gradients = scale * rng.normal(size=20)
    path = walk(RMSProp(0.1, 0.9, 1e-5, eps_inside=inside), [1.0], gradients[:, None])[:, 0]
    np.testing.assert_allclose(path, list(slide_rmsprop(1.0, gradients, 0.1, 0.9, 1e-5, inside)), rtol=1e-12)
    path = walk(Adam(0.1, 0.9, 0.99, 1e-5, eps_inside=inside), [1.0], gradients[:, None])[:, 0]
    np.testing.assert_allclose(path, list(slide_adam(1.0, gradients, 0.1, 0.9, 0.99, 1e-5, inside)), rtol=1e-12)


# --- errata -----------------------------------------------------------------------------------------------------------


def test_e9_without_eps_rmsprop_divides_0_by_0():
    g, S = np.array([1.0, 0.0]), np.array([0.1, 0.0])
    with np.errstate(invalid="ignore"):
        assert np.isnan((g / np.sqrt(S))[1])  # the slide, where the gradient has always been 0
    for make in (RMSProp, Adam, AdaGrad):
        with pytest.raises(ValueError, match="eps: wanted a number above 0, got 0"):
            make(eps=0.0)


def test_e10_the_two_places_of_eps_differ_for_tiny_gradients_only():
    """The first step is a g / (|g| + eps) or a g / sqrt(g^2 + eps): a for large g; for g = 1e-6 and eps = 1e-8 nearly a, or a / 100."""

    def first(inside, g):
        theta = np.zeros(1)
        Adam(0.1, eps=1e-8, eps_inside=inside).step(theta, np.array([g]))
        return -theta[0]

    assert first(False, 1.0) == pytest.approx(0.1)
    assert first(True, 1.0) == pytest.approx(0.1)
    assert first(False, 1e-6) == pytest.approx(0.1, rel=0.02)
    assert first(True, 1e-6) == pytest.approx(0.1 * 1e-6 / 1e-4, rel=0.01)


def test_decay_beside_adam_is_not_a_penalty_within_it():
    """AdamW shrinks a weight without gradient by 1 - a lambda; Adam would turn the penalty's gradient into a whole step."""
    decayed, penalised, optimizer = np.array([0.5]), np.array([0.5]), Adam(0.01)
    AdamW(0.01, weight_decay=0.1).step(decayed, np.zeros(1))
    optimizer.step(penalised, 0.1 * penalised)
    assert decayed[0] == pytest.approx(0.5 * (1 - 0.001))
    assert penalised[0] == pytest.approx(0.5 - 0.01, rel=1e-5)


# --- groups -----------------------------------------------------------------------------------------------------------


@every
def test_a_multiplier_multiplies_the_rate_and_0_freezes(make, rng):
    """Each stretch goes as if it were alone with its own rate."""
    gradients, start = rng.normal(size=(20, 7)), rng.normal(size=7)
    groups = [(slice(3, 4), 3.0), (slice(0, 2), 0.0), (slice(5, None), 0.5)]
    together = walk(make(0.1, groups=groups), start, gradients)
    for part, rate in ((slice(2, 3), 0.1), (slice(3, 4), 0.3), (slice(4, 5), 0.1), (slice(5, 7), 0.05)):
        alone = walk(make(rate), start[part], gradients[:, part])
        np.testing.assert_allclose(together[:, part], alone, rtol=1e-12)
    np.testing.assert_array_equal(together[:, :2], np.tile(start[:2], (20, 1)))


def test_what_is_frozen_is_not_even_touched():
    theta = np.ones(3)
    Adam(groups=[(slice(0, 1), 0)]).step(theta, np.array([np.nan, 1.0, 1.0]))
    assert theta[0] == 1
    assert np.isfinite(theta).all()


def test_layers_are_unfrozen_one_after_the_other():
    """I17: gradual unfreezing is another list of groups."""
    theta, optimizer = np.ones(4), SGD(0.1, groups=[(slice(0, 2), 0)])
    optimizer.step(theta, np.ones(4))
    optimizer.groups = [(slice(0, 1), 0), (slice(1, 2), 0.5)]
    optimizer.step(theta, np.ones(4))
    np.testing.assert_allclose(theta, [1, 0.95, 0.8, 0.8])
    optimizer.groups = []
    optimizer.step(theta, np.ones(4))
    np.testing.assert_allclose(theta, [0.9, 0.85, 0.7, 0.7])


def test_wrong_groups_are_refused():
    for groups, error, message in (
        (
            [(slice(0, 3), 1), (slice(2, 4), 2)],
            ValueError,
            "wanted slices within 5 parameters that do not overlap, got 2 to 4",
        ),
        ([(slice(0, None), 1), (slice(2, 4), 2)], ValueError, "do not overlap, got 2 to 4"),
        ([(slice(0, 6), 1)], ValueError, "wanted slices within 5 parameters that do not overlap, got 0 to 6"),
        ([(slice(0, 4, 2), 1)], ValueError, "groups: wanted slices from a start to a later stop, got"),
        ([(slice(-2, None), 1)], ValueError, "groups: wanted slices from a start to a later stop, got"),
        ([(slice(3, 1), 1)], ValueError, "groups: wanted slices from a start to a later stop, got"),
        ([([0, 1], 1)], TypeError, r"groups: wanted pairs of a slice and a multiplier, got \[0, 1\]"),
        ([(slice(0, 1), -1)], ValueError, "multiplier: wanted a finite number of at least 0, got -1"),
        ([(slice(0, 1), "twice")], TypeError, "multiplier: wanted a number, got 'twice'"),
    ):
        with pytest.raises(error, match=message):
            SGD(0.1, groups=groups).step(np.ones(5), np.ones(5))


# --- memory, chunks and state -----------------------------------------------------------------------------------------


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_works_in_place_and_leaves_the_gradient_alone(make, dtype, rng):
    theta, grad = rng.normal(size=9).astype(dtype), rng.normal(size=9).astype(dtype)
    before, grad_before, optimizer = theta.copy(), grad.copy(), make()
    grad.flags.writeable = False
    view = theta[2:5]
    optimizer.step(theta, grad)
    assert np.all(theta != before)
    assert np.all(view == theta[2:5])
    np.testing.assert_array_equal(grad, grad_before)
    assert {s.dtype for s in optimizer.state.values()} <= {np.dtype(dtype)}


@every
def test_chunks_do_not_show(make, rng):
    """A vector over several chunks goes as its elements would alone."""
    n = 2 * CHUNK + 5
    theta, grad = rng.normal(size=n), rng.normal(size=(2, n))
    path = walk(make(groups=[(slice(10, CHUNK + 10), 2.0)]), theta, grad)
    some = np.array([0, 9, 10, CHUNK - 1, CHUNK, CHUNK + 9, CHUNK + 10, n - 1])
    alone = walk(make(groups=[(slice(2, 6), 2.0)]), theta[some], grad[:, some])
    np.testing.assert_allclose(path[:, some], alone, rtol=1e-12)


@every
def test_a_saved_state_goes_on_as_if_nothing_had_been(make, rng, tmp_path):
    gradients, start = rng.normal(size=(20, 5)), rng.normal(size=5)
    whole = walk(make(), start, gradients)
    first = make()
    half = walk(first, start, gradients[:8])[-1]
    np.savez(tmp_path / "optimizer.npz", **first.snapshot())
    second = make()
    with np.load(tmp_path / "optimizer.npz", allow_pickle=False) as saved:
        second.load(saved)
    walk(first, half, gradients[:3])  # goes another way: the file is a copy
    np.testing.assert_array_equal(walk(second, half, gradients[8:]), whole[8:])
    for twin in (copy.deepcopy(first), pickle.loads(pickle.dumps(first))):
        np.testing.assert_equal(twin.snapshot(), first.snapshot())


def test_a_snapshot_is_a_copy_and_load_takes_copies(rng):
    optimizer = Adam()
    theta = np.ones(3)
    optimizer.step(theta, np.ones(3))
    snapshot = optimizer.snapshot()
    other = Adam()
    other.load(snapshot)
    optimizer.step(theta, np.ones(3))
    np.testing.assert_array_equal(snapshot["m"], 1)
    snapshot["m"][...] = 7.0
    np.testing.assert_array_equal(other.state["m"], 1)


def test_a_fresh_optimizer_has_a_snapshot_too():
    optimizer = Adam()
    optimizer.load(Adam().snapshot())
    assert optimizer.t == 0
    optimizer.step(np.ones(2), np.ones(2))
    optimizer.load(Adam().snapshot())  # back to the start
    assert optimizer.state == {}


def test_a_snapshot_that_does_not_fit_is_refused():
    used = HeavyBall(0.1)
    used.step(np.ones(2), np.ones(2))
    adam = Adam()
    for snapshot, message in (
        (used.snapshot(), "wanted m, t, v; missing or unknown: m, move, v"),
        ({"t": 3}, "missing or unknown: m, v"),
        ({}, "missing or unknown: t"),
    ):
        with pytest.raises(ValueError, match=message):
            adam.load(snapshot)
        assert adam.t == 0


@every
def test_another_vector_than_before_is_refused(make):
    optimizer = make()
    optimizer.step(np.ones(3), np.ones(3))
    if optimizer.state:
        with pytest.raises(
            ValueError,
            match=r"theta: wanted float64 of shape \(3,\), as \w+ of the earlier steps, got float64 of shape \(4,\)",
        ):
            optimizer.step(np.ones(4), np.ones(4))


@pytest.mark.parametrize("wrong", [[1.0, 2.0], np.ones((2, 2)), np.ones(2, int), 1.0, np.float64(1)])
def test_theta_is_a_vector_of_floats(wrong):
    with pytest.raises(TypeError, match="theta: wanted a vector of floats, got"):
        SGD(0.1).step(wrong, wrong)


@pytest.mark.parametrize("wrong", [[1.0, 2.0], np.ones(3), np.ones((2, 1)), np.ones(2, np.float32), np.ones(1)])
def test_the_gradient_is_as_theta(wrong):
    with pytest.raises(TypeError, match=r"grad: wanted float64 of shape \(2,\), as theta, got"):
        SGD(0.1).step(np.ones(2), wrong)


def test_a_vector_with_gaps_in_memory_can_be_moved(rng):
    wide, grad = np.zeros(10), rng.normal(size=5)
    Adam(0.1).step(wide[::2], grad)
    assert np.all(wide[1::2] == 0)
    np.testing.assert_allclose(np.abs(wide[::2]), 0.1, rtol=1e-6)


# --- the rate ---------------------------------------------------------------------------------------------------------


def test_lr_is_a_number_or_a_function_of_the_step():
    asked, theta = [], np.zeros(1)
    optimizer = SGD(lambda t: asked.append(t) or 0.5**t)
    for _ in range(4):
        optimizer.step(theta, np.ones(1))
    assert asked == [0, 1, 2, 3]
    assert theta[0] == -(1 + 0.5 + 0.25 + 0.125)
    optimizer.lr = 1.0  # babysitting
    optimizer.step(theta, np.ones(1))
    assert theta[0] == -2.875
    assert SGD(np.float32(0.5)).rate() == 0.5


def test_a_schedule_of_numpy_numbers_keeps_float32(rng):
    theta = rng.normal(size=5).astype(np.float32)
    for make in EVERY.values():
        make(lambda t: np.float64(0.1)).step(theta, np.ones(5, np.float32))
    assert theta.dtype == np.float32


@pytest.mark.parametrize("wrong", [-0.1, np.nan, np.inf])
@every
def test_a_rate_below_0_is_refused(make, wrong):
    with pytest.raises(ValueError, match="lr: wanted a finite number of at least 0, got"):
        make(wrong)
    with pytest.raises(ValueError, match="lr: wanted a finite number of at least 0, got"):
        make(lambda t: wrong).step(np.ones(2), np.ones(2))


def test_wrong_options_are_refused():
    for make, error, message in (
        (lambda: SGD("fast"), TypeError, "lr: wanted a number, got 'fast'"),
        (lambda: HeavyBall(0.1, 1.0), ValueError, "beta: wanted a number from 0 to below 1, got 1.0"),
        (lambda: Momentum(0.1, -0.5), ValueError, "beta: wanted"),
        (lambda: Adam(beta1=1), ValueError, "beta1: wanted"),
        (lambda: Adam(beta2=np.nan), ValueError, "beta2: wanted"),
        (lambda: AdaGrad(eps=-1), ValueError, "eps: wanted"),
        (lambda: AdamW(weight_decay=-1), ValueError, "weight_decay: wanted"),
    ):
        with pytest.raises(error, match=message):
            make()


# --- extremes (warnings are errors here) ------------------------------------------------------------------------------


@every
def test_zero_gradients_move_nothing_from_the_start(make):
    theta = np.array([1.0, -2.0], np.float32)
    optimizer = make()
    optimizer.weight_decay = 0  # AdamW's own step needs no gradient
    for _ in range(3):
        optimizer.step(theta, np.zeros(2, np.float32))
    np.testing.assert_array_equal(theta, [1, -2])


@every
def test_an_empty_vector_stays_empty(make):
    theta, optimizer = np.zeros(0), make()
    for _ in range(SWEEP + 1):
        optimizer.step(theta, np.zeros(0))
    assert optimizer.t == SWEEP + 1


@adaptive
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e-30, 1e-12, 1e-3, 1.0, 1e3, 1e15])
def test_adaptive_steps_are_finite_and_no_longer_than_the_rate_for_any_gradient(make, dtype, size):
    theta, optimizer = np.zeros(3), make(0.1)
    theta = theta.astype(dtype)
    for _ in range(5):
        before = theta.copy()
        optimizer.step(theta, np.array([size, -size, size / 3], dtype))
        assert np.isfinite(theta).all()
        bound = 0.1 / (1 - 0.9) ** 0.5 if isinstance(optimizer, RMSProp) else 0.1  # S starts at (1 - beta) g^2
        assert np.abs(theta - before).max() <= bound * 1.001


@adaptive
def test_a_gradient_whose_square_overflows_is_a_clear_error(make):
    """Silently, v would become inf, and that weight would stand still for ever."""
    optimizer = make(0.1)
    with pytest.raises(
        FloatingPointError,
        match=r"lr=0\.1\): overflow .* at step 1, the largest gradient is 1e\+30: clip it, or lower lr",
    ):
        optimizer.step(np.zeros(2, np.float32), np.array([1, 1e30], np.float32))


def test_a_step_out_of_the_range_of_floats_is_a_clear_error():
    for make in (SGD, HeavyBall, Nesterov, Momentum):
        with pytest.raises(FloatingPointError, match="overflow"):
            make(1e5).step(np.zeros(1, np.float32), np.array([1e38], np.float32))


def test_nan_passes_through_to_where_training_finds_it():
    theta = np.zeros(2)
    SGD(0.1).step(theta, np.array([np.nan, 1.0]))
    assert np.isnan(theta[0])
    assert theta[1] == -0.1


@every
def test_no_state_sinks_into_denormal_numbers(make):
    """A unit that dies leaves averages that halve for ever; denormal numbers are many times slower."""
    theta, optimizer = np.zeros(1, np.float32), make()
    optimizer.step(theta, np.ones(1, np.float32))
    tiny = np.finfo(np.float32).tiny
    for _ in range(2000):
        optimizer.step(theta, np.zeros(1, np.float32))
        for s in optimizer.state.values():
            assert s[0] == 0 or abs(s[0]) >= tiny
    if isinstance(optimizer, HeavyBall | Momentum):
        assert next(iter(optimizer.state.values()))[0] == 0


def test_the_optimizers_find_a_minimum():
    """A ravine, 1 to 100: all get there."""
    curvature = np.array([1.0, 100.0])
    for make in (
        lambda: SGD(0.015),
        lambda: HeavyBall(0.005),
        lambda: Nesterov(0.005),
        lambda: Momentum(0.05),
        lambda: AdaGrad(0.5),
    ):
        theta, optimizer = np.array([1.0, 1.0]), make()
        for _ in range(1000):
            optimizer.step(theta, curvature * theta)
        assert np.abs(theta).max() < 1e-3
    for make in (RMSProp, Adam, AdamW):
        theta, optimizer = np.array([1.0, 1.0]), make(Cosine(0.05, 1000))
        for _ in range(1000):
            optimizer.step(theta, curvature * theta)
        assert np.abs(theta).max() < 1e-3
