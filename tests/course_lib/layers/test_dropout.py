"""Dropout: what is expected of it on average, and exactly. Bounds of six standard errors fail once in 500 million draws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.layers import (
    BatchNorm1d,
    Dense,
    Dropout,
    MaskingNoise,
    Sequential,
    SpatialDropout,
    Tanh,
    VanillaDropout,
    monte_carlo,
)

KINDS = [Dropout, VanillaDropout, SpatialDropout, MaskingNoise]


@pytest.fixture
def rng():
    return np.random.default_rng(471)


def images(rng, n=200, c=200, side=2):
    return rng.uniform(1, 2, (n, c, side, side)).astype(np.float32)


@given(st.floats(0, 0.95), st.integers(0, 2**32))
def test_the_expected_output_is_the_input(p, seed):
    """C12: E[h'] = h. The mean of m / (1 - p) over n units has the variance p / (1 - p) / n."""
    n = 40_000
    y = Dropout(p, rng=np.random.default_rng(seed)).forward(np.ones((n // 10, 10)), training=True)
    assert abs(y.mean() - 1) <= 6 * np.sqrt(p / (1 - p) / n) + 2**-16 / (1 - p)  # p counts in steps of 2^-16


@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 0.8])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_p_is_the_probability_of_dropping(kind, p, rng):
    """E1: W21, L8 and I5 mean the probability of keeping by the same letter."""
    x = images(rng)
    dropped = kind(p, rng=rng).forward(x, training=True)[:, :, 0, 0] == 0
    assert abs(dropped.mean() - p) <= 6 * np.sqrt(p * (1 - p) / dropped.size)


@pytest.mark.parametrize(("kind", "scale"), [(Dropout, 4), (SpatialDropout, 4), (VanillaDropout, 1), (MaskingNoise, 1)])
def test_what_is_kept_is_scaled_or_not(kind, scale, rng):
    x = images(rng, 20, 20)
    layer = kind(0.75, rng=rng)
    y = layer.forward(x, training=True)
    np.testing.assert_array_equal(y[y != 0], scale * x[y != 0])
    dx = layer.backward(np.ones_like(y))
    np.testing.assert_array_equal(dx, scale * (y != 0))


def test_at_test_inverted_dropout_changes_nothing_and_vanilla_scales_by_keeping(rng):
    """E1: W20's "multiply by dropout probability" has to be the probability of keeping."""
    x = images(rng, 3, 2)
    for layer in (Dropout(0.2, rng=rng), SpatialDropout(0.2, rng=rng), MaskingNoise(0.2, rng=rng)):
        np.testing.assert_array_equal(layer.forward(x), x)
    np.testing.assert_allclose(VanillaDropout(0.2, rng=rng).forward(x), 0.8 * x, rtol=1e-6)


def test_both_codes_of_w21_agree_on_average(rng):
    """Vanilla in training is inverted without its factor; at test the factor comes back."""
    x = images(rng, 4, 4)
    vanilla, inverted = (kind(0.3, rng=np.random.default_rng(5)) for kind in (VanillaDropout, Dropout))
    np.testing.assert_allclose(vanilla.forward(x, training=True) / 0.7, inverted.forward(x, training=True), rtol=1e-6)
    np.testing.assert_allclose(vanilla.forward(x) / 0.7, inverted.forward(x), rtol=1e-6)


def test_spatial_dropout_takes_whole_channels(rng):
    y = SpatialDropout(0.5, rng=rng).forward(images(rng, 20, 20, 3), training=True)
    gone = y == 0
    np.testing.assert_array_equal(gone.all(axis=(2, 3)), gone.any(axis=(2, 3)))
    assert 0 < gone.mean() < 1
    assert len(np.unique(gone[:, :, 0, 0], axis=0)) > 10  # and other ones in every example
    with pytest.raises(ValueError, match=r"SpatialDropout\(0\.5\): x: wanted shape \(N, C, \.\.\.\), got \(3,\)"):
        SpatialDropout(0.5, rng=rng).forward(np.ones(3), training=True)


def test_masks_differ_from_step_to_step_and_repeat_with_the_seed():
    x = np.ones((10, 10))
    first, second = (Dropout(0.5, rng=np.random.default_rng(1)) for _ in range(2))
    y = first.forward(x, training=True)
    np.testing.assert_array_equal(second.forward(x, training=True), y)
    assert np.any(first.forward(x, training=True) != y)


def test_units_are_dropped_one_by_one(rng):
    """Neighbours in a row, and rows, have nothing to do with each other: correlations of 0 up to six standard errors."""
    m = Dropout(0.5, rng=rng).forward(np.ones((300, 300)), training=True) - 1  # -1 or 1
    for shifted in (
        np.roll(m, 1, axis=1),
        np.roll(m, 1, axis=0),
        np.roll(m, 4, axis=1),
        np.roll(m, (1, 1), axis=(0, 1)),
    ):
        assert abs(np.mean(m * shifted)) < 6 / 300


@pytest.mark.parametrize("p", [-0.1, 1, 1.5, np.nan])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_p_has_to_be_a_probability_below_1(kind, p, rng):
    with pytest.raises(ValueError, match=r"p: wanted a probability .*from 0 to below 1, got"):
        kind(p, rng=rng)
    with pytest.raises(TypeError, match="rng: wanted a numpy Generator"):
        kind(0.5, rng=1)
    with pytest.raises(TypeError):
        kind(0.5, rng)  # by name only


# --- predictions with dropout on --------------------------------------------------------------------------------------


def test_monte_carlo_has_the_mean_and_spread_that_can_be_computed(rng):
    """y = sum_i w_i x_i m_i / (1 - p): E y = w x, Var y = p / (1 - p) sum_i (w_i x_i)^2"""
    dense = Dense(6, 2, rng=rng).astype(np.float64)
    network, x, p, times = Sequential(Dropout(0.3, rng=rng), dense), rng.normal(size=(5, 6)), 0.3, 20_000
    mean, spread = monte_carlo(network, x, times)
    sd = np.sqrt(p / (1 - p) * np.square(x) @ np.square(dense.params["W"]))
    assert np.all(np.abs(mean - network.forward(x)) < 6 * sd / np.sqrt(times))
    np.testing.assert_allclose(spread, sd, rtol=0.1)


def test_the_spread_is_the_sample_standard_deviation(rng):
    network, x = Sequential(Dropout(0.5, rng=rng), Dense(4, 3, rng=rng)), rng.normal(size=(2, 4))
    network.layers[0].rng = np.random.default_rng(3)
    mean, spread = monte_carlo(network, x, 2)
    network.layers[0].rng, network.layers[0].sampling = np.random.default_rng(3), True
    a, b = network.forward(x), network.forward(x)
    np.testing.assert_allclose(mean, (a + b) / 2, rtol=1e-5)
    np.testing.assert_allclose(spread, np.abs(a - b) / np.sqrt(2), rtol=1e-4, atol=1e-6)


def test_monte_carlo_leaves_the_network_as_it_is(rng):
    network = Sequential(
        Dense(4, 8, rng=rng), BatchNorm1d(8), Sequential(Tanh(), Dropout(0.5, rng=rng)), Dense(8, 2, rng=rng)
    )
    x = rng.normal(size=(5, 4))
    network.forward(x, training=True)
    before, prediction = network.snapshot(), network.forward(x)
    _, spread = monte_carlo(network, x, 10)
    assert np.all(spread > 0)
    np.testing.assert_equal(network.snapshot(), before)  # batch norm learned nothing from it
    np.testing.assert_array_equal(network.forward(x), prediction)  # dropout is off again
    network.backward(np.ones((5, 2), np.float32))  # and the training step before it can go on
    with pytest.raises(ValueError, match="x: wanted shape"):
        monte_carlo(network, x[:, :2], 10)
    assert not network.layers[2].layers[1].sampling


@pytest.mark.parametrize("times", [0, 1])
def test_monte_carlo_wants_two_predictions_and_some_dropout(times, rng):
    with pytest.raises(ValueError, match=f"times: wanted at least 2, got {times}"):
        monte_carlo(Dropout(0.5, rng=rng), np.ones((2, 3)), times)
    with pytest.raises(ValueError, match=r"network: wanted one with dropout, got Tanh\(\)"):
        monte_carlo(Tanh(), np.ones((2, 3)), 5)
