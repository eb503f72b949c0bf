"""Initial weights by their statistics, and by what becomes of a signal that passes through many layers."""

import inspect
import itertools
from functools import partial

import numpy as np
import pytest
import scipy.integrate
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from course_lib import initializers
from course_lib.initializers import (
    constant,
    fans,
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    i7_uniform,
    lecun_normal,
    orthogonal,
    predicted_variance,
    small_normal,
    u14_normal,
    zeros,
)
from tests.oracles import expected
from tests.oracles import initializers as oracles

# name: (mean, variance) of one weight for n_in inputs and n_out outputs
MOMENTS = {
    zeros: lambda n, m: (0, 0),
    constant: lambda n, m: (0.01, 0),
    small_normal: lambda n, m: (0, 1e-10),
    glorot_normal: lambda n, m: (0, 2 / (n + m)),
    glorot_uniform: lambda n, m: (0, 2 / (n + m)),
    he_normal: lambda n, m: (0, 2 / n),
    he_uniform: lambda n, m: (0, 2 / n),
    lecun_normal: lambda n, m: (0, 1 / n),
    orthogonal: lambda n, m: (0, 1 / max(n, m)),
    u14_normal: lambda n, m: (0, 1 / (2 * n)),
    i7_uniform: lambda n, m: (np.sqrt(2 / n) / 2, 2 / n / 12),
}
every_initializer = pytest.mark.parametrize("init", MOMENTS, ids=lambda init: init.__name__)


@pytest.fixture
def rng():
    return np.random.default_rng(340)


def test_every_initializer_is_in_the_table():
    public = {
        f for name, f in inspect.getmembers(initializers, inspect.isfunction) if "shape" in str(inspect.signature(f))
    }
    assert {f for f in public if list(inspect.signature(f).parameters)[:2] == ["rng", "shape"]} - set(MOMENTS) <= {
        initializers._normal,
        initializers._uniform,
    }


@every_initializer
@pytest.mark.parametrize("shape", [(300, 200), (200, 300), (40, 20, 5, 3)], ids=str)
def test_mean_and_variance(init, shape, rng):
    w = init(rng, shape, np.float64)
    n_in, n_out = fans(shape)
    mean, variance = MOMENTS[init](n_in, n_out)
    if init is orthogonal and len(shape) == 4:
        variance = 1 / max(shape[0], n_in)  # the matrix has out rows
    # five standard errors: 60 000 and 12 000 draws
    assert abs(w.mean() - mean) <= 5 * np.sqrt(variance / w.size) + 1e-15
    assert w.var() == pytest.approx(variance, rel=5 * np.sqrt(2 / w.size), abs=1e-15)


@every_initializer
@pytest.mark.parametrize("shape", [(6, 4), (4, 6)], ids=str)
def test_dtype_seed_and_memory(init, shape):
    w = init(np.random.default_rng(1), shape)
    assert w.dtype == np.float32
    assert w.shape == shape
    assert w.flags.c_contiguous
    assert w.flags.owndata or w.base.flags.owndata
    assert w.flags.writeable
    exact = init(np.random.default_rng(1), shape, np.float64)
    assert exact.dtype == np.float64
    np.testing.assert_array_equal(w, exact.astype(np.float32))  # one seed, the same weights in both precisions


@every_initializer
@pytest.mark.parametrize("seed", [0, None, np.random.RandomState(0)])
def test_whatever_is_no_generator_is_refused(init, seed):
    with pytest.raises(TypeError, match="rng: wanted a numpy Generator"):
        init(seed, (6, 4))


@pytest.mark.parametrize("init", [glorot_uniform, he_uniform], ids=lambda init: init.__name__)
def test_uniform_weights_fill_their_interval(init, rng):
    w = init(rng, (300, 200), np.float64)
    bound = np.sqrt(6 / (500 if init is glorot_uniform else 300))  # C14, U14: +- sqrt(6) / sqrt(n_in + n_out)
    assert 0.999 * bound < w.max() <= bound
    assert -bound <= w.min() < -0.999 * bound


@pytest.mark.parametrize("init", [small_normal, glorot_normal, he_normal, lecun_normal], ids=lambda init: init.__name__)
def test_normal_weights_are_normal(init, rng):
    w = init(rng, (300, 200), np.float64)
    z = (w - w.mean()) / w.std()
    assert np.mean(np.abs(z) < 1) == pytest.approx(0.6827, abs=0.01)
    assert np.mean(z**4) == pytest.approx(3, abs=0.1)


@given(st.integers(1, 9), st.integers(1, 9), st.floats(0.1, 3))
def test_orthogonal_keeps_lengths(rows, columns, gain):
    W = orthogonal(np.random.default_rng(0), (rows, columns), np.float64, gain=gain)
    product = W @ W.T if rows <= columns else W.T @ W
    np.testing.assert_allclose(product, gain**2 * np.eye(min(rows, columns)), atol=1e-12)


@pytest.mark.parametrize("shape", [(3,), ()])
def test_a_vector_has_no_rows_to_be_orthogonal(shape, rng):
    with pytest.raises(ValueError, match=r"shape: wanted at least two axes, \(D, M\), got \("):
        orthogonal(rng, shape)
    with pytest.raises(ValueError, match="shape: wanted at least 1, got 0"):
        orthogonal(rng, (3, 0))


BY_TORCH = {
    "glorot_normal": glorot_normal,
    "glorot_uniform": glorot_uniform,
    "he_normal": he_normal,
    "he_uniform": he_uniform,
    "lecun_normal": lecun_normal,
    "small_normal": small_normal,
    "orthogonal": partial(orthogonal, gain=1.3),
}


@pytest.mark.parametrize("name", BY_TORCH)
def test_the_statistics_are_pytorchs(name, rng):
    """100,000 draws of each: two samples of one distribution differ by less than 0.02 in std and 0.03 std in the inner quantiles."""
    for kind, (mean, std, low, *quantiles, high) in expected(f"initializers.{name}").items():
        w = BY_TORCH[name](rng, (oracles.D, oracles.M) if kind == "dense" else oracles.IMAGES, np.float64)
        assert abs(w.mean() - mean) < 0.02 * std
        assert w.std() == pytest.approx(std, rel=0.02)
        np.testing.assert_allclose(np.quantile(w, oracles.QUANTILES)[1:-1], quantiles, atol=0.03 * std)
        if name.endswith("uniform"):
            np.testing.assert_allclose([w.min(), w.max()], [low, high], rtol=1e-3)


def test_orthogonal_favours_no_direction():
    first = [orthogonal(np.random.default_rng(seed), (3, 3), np.float64)[0, 0] for seed in range(400)]
    assert abs(np.mean(first)) < 5 * np.sqrt(1 / 3 / 400)


def test_fans():
    assert fans((7, 3)) == (7, 3)
    assert fans((16, 3, 5, 4)) == (3 * 5 * 4, 16 * 5 * 4)
    assert fans(np.array([7, 3])) == (7, 3)


@pytest.mark.parametrize("shape", [5, (5,), (2, 3, 4), (), (2.0, 3.0), "ab"])
def test_fans_refuses_other_shapes(shape):
    with pytest.raises(ValueError, match=r"shape: wanted \(D, M\) or \(out, in, kh, kw\), got"):
        fans(shape)


def test_fans_refuses_empty_shapes():
    with pytest.raises(ValueError, match="shape: wanted at least 1, got 0"):
        he_normal(np.random.default_rng(0), (0, 3))


def test_biases_of_any_shape_can_be_filled(rng):
    assert zeros(rng, (3,)).tolist() == [0, 0, 0]
    assert constant(rng, (2,), value=0.5).tolist() == [0.5, 0.5]
    assert small_normal(rng, (3,), scale=0.1).shape == (3,)


def mean_squares(init, activation, rng, width=400, depth=8):
    """Mean square of what each layer puts out, for a standard normal input."""
    h = rng.standard_normal((200, width))
    for _ in range(depth):
        h = activation(h @ init(rng, (width, width), np.float64))
        yield np.mean(h**2)


def test_he_keeps_the_signal_through_relus(rng):
    last = list(mean_squares(he_normal, lambda z: np.maximum(z, 0), rng))[-1]
    assert last == pytest.approx(1, rel=0.5)


def test_lecun_and_glorot_keep_the_variance_through_linear_layers(rng):
    for init in (lecun_normal, glorot_normal, glorot_uniform, orthogonal):
        assert list(mean_squares(init, lambda z: z, rng))[-1] == pytest.approx(1, rel=0.3)


def test_u14_shrinks_the_signal(rng):
    """E3: dividing by sqrt(2 nInputs) gives a quarter of He's variance; each ReLU layer keeps a quarter of the mean square."""
    w, he = u14_normal(rng, (400, 300), np.float64), he_normal(rng, (400, 300), np.float64)
    assert he.var() / w.var() == pytest.approx(4, rel=0.05)
    relu = list(mean_squares(u14_normal, lambda z: np.maximum(z, 0), rng))
    np.testing.assert_allclose(np.diff(np.log(relu)), np.log(1 / 4), atol=0.3)
    linear = list(mean_squares(u14_normal, lambda z: z, rng))
    np.testing.assert_allclose(np.diff(np.log(linear)), np.log(1 / 2), atol=0.3)


def test_i7_is_neither_centred_nor_of_the_variance_it_wants(rng):
    """E4: rho ~ U(0, 1) times c has mean c / 2 and variance c^2 / 12; all weights positive, the signal explodes."""
    c = np.sqrt(2 / 400)
    w = i7_uniform(rng, (400, 300), np.float64)
    assert w.min() >= 0
    assert w.max() <= c
    assert w.mean() == pytest.approx(c / 2, rel=0.01)
    assert w.var() == pytest.approx(c**2 / 12, rel=0.02)
    assert list(mean_squares(i7_uniform, lambda z: np.maximum(z, 0), rng))[-1] > 1e6
    right = (2 * rng.random((400, 300)) - 1) * np.sqrt(3) * c  # rho ~ U(-sqrt 3, sqrt 3) repairs both
    assert right.var() == pytest.approx(2 / 400, rel=0.02)


# --- predicted variance -----------------------------------------------------------------------------------------------

ACTIVATIONS = {
    "identity": lambda z: z,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.maximum(z, 0.1 * z),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}


def measured_variance(init, widths, activation, variance, rng, nets=12):
    """Mean square of z in each layer, over some networks and 100 inputs each."""
    squares = []
    for _ in range(nets):
        h, own = np.sqrt(variance) * rng.standard_normal((100, widths[0])), []
        for n_in, n_out in itertools.pairwise(widths):
            z = h @ init(rng, (n_in, n_out), np.float64)
            h = activation(z)
            own.append(np.mean(z**2))
        squares.append(own)
    return np.mean(squares, axis=0)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
@pytest.mark.parametrize(
    "init",
    [he_normal, he_uniform, glorot_normal, glorot_uniform, lecun_normal, u14_normal, partial(small_normal, scale=0.1)],
    ids=lambda init: getattr(init, "__name__", "small_normal"),
)
def test_the_predicted_variance_is_what_one_measures(init, activation, rng):
    """C14, U14, I7: through five layers, wide, narrow and wide again."""
    widths = (200, 300, 200, 250, 300, 200)
    predicted = predicted_variance(init, widths, activation, variance=0.8)
    measured = measured_variance(init, widths, activation, 0.8, rng)
    assert predicted.shape == (5,)
    np.testing.assert_allclose(measured, predicted, rtol=0.15)


def test_the_predicted_variance_of_orthogonal_weights(rng):
    widths, init = (200, 300, 200, 200), partial(orthogonal, gain=1.3)
    measured = measured_variance(init, widths, np.tanh, 1.0, rng)
    np.testing.assert_allclose(measured, predicted_variance(init, widths, np.tanh), rtol=0.05)


def test_predictions_known_in_closed_form():
    relu, even = ACTIVATIONS["relu"], [50] * 7
    np.testing.assert_allclose(predicted_variance(he_normal, even, relu), 2)
    np.testing.assert_allclose(predicted_variance(lecun_normal, even), 1)
    np.testing.assert_allclose(predicted_variance(glorot_normal, (10, 30, 10)), [0.5, 0.75])
    np.testing.assert_allclose(predicted_variance(u14_normal, even), 0.5 ** np.arange(1, 7))  # E3
    np.testing.assert_allclose(predicted_variance(u14_normal, even, relu), 2 * 0.25 ** np.arange(1, 7), rtol=1e-6)
    np.testing.assert_allclose(predicted_variance(small_normal, even)[1], (50e-10) ** 2)  # U11: signals die out
    assert predicted_variance(zeros, even, ACTIVATIONS["sigmoid"]).tolist() == [0] * 6


def test_the_expectation_of_a_squared_activation_is_its_integral():
    for activation in ACTIVATIONS.values():
        for variance in (1e-4, 0.3, 1.0, 30.0):
            std = np.sqrt(variance)
            square, _ = scipy.integrate.quad(
                lambda z, f=activation, std=std: f(z) ** 2 * norm.pdf(z, 0, std),
                -12 * std,
                12 * std,
                points=[0],
                limit=200,
            )
            second = predicted_variance(lecun_normal, (10, 10, 10), activation, variance)[1]
            assert second == pytest.approx(square, rel=1e-5)


def test_what_can_not_be_predicted_is_refused():
    for init in (constant, i7_uniform, np.ones):
        with pytest.raises(ValueError, match=r"init: wanted one of zeros, small_normal, .*, got <"):
            predicted_variance(init, (4, 4))
    with pytest.raises(ValueError, match=r"widths: wanted at least those of one layer, \(n_0, n_1\), got \(4,\)"):
        predicted_variance(he_normal, (4,))
    with pytest.raises(ValueError, match="shape: wanted at least 1, got 0"):
        predicted_variance(he_normal, (4, 0))


def test_every_initializer_of_mean_0_can_be_predicted():
    """The formulas there and the moments here are written apart and agree."""
    for init, moments in MOMENTS.items():
        if init in initializers._VARIANCES:
            assert initializers._variance(init, 30, 20) == pytest.approx(moments(30, 20)[1])
            assert moments(30, 20)[0] == 0
        else:
            assert moments(30, 20)[0] != 0
