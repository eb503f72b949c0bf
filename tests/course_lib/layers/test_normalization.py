"""Batch and layer normalization: what they promise of their output, what they do not see, and the running statistics."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.layers import BatchNorm1d, BatchNorm2d, LayerNorm

seeds = st.integers(0, 2**32)


def exact(layer):
    return layer.astype(np.float64)


def batch(seed, shape=(6, 3)):
    return np.random.default_rng(seed).normal(size=shape)


@given(seeds)
def test_mean_0_and_variance_1_per_feature_and_per_channel(seed):
    x = batch(seed)
    y = exact(BatchNorm1d(3, eps=1e-12)).forward(x, training=True)
    np.testing.assert_allclose(y.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=0), 1, rtol=1e-6)
    y = exact(BatchNorm2d(3, eps=1e-12)).forward(batch(seed, (4, 3, 5, 2)), training=True)
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=(0, 2, 3)), 1, rtol=1e-6)
    y = exact(LayerNorm(7, eps=1e-12)).forward(batch(seed, (4, 2, 7)))
    np.testing.assert_allclose(y.mean(axis=-1), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=-1), 1, rtol=1e-6)


@given(seeds, st.floats(0.1, 100), st.floats(-100, 100))
def test_scale_and_shift_of_the_input_are_not_seen(seed, scale, shift):
    """BN(a x + b) = BN(x) for a > 0, and the gradient is smaller by a: weights before it have no scale."""
    x, dy = batch(seed), batch(seed + 1)
    plain, changed = (exact(BatchNorm1d(3, eps=1e-12)) for _ in range(2))
    y = plain.forward(x, training=True)
    np.testing.assert_allclose(changed.forward(scale * x + shift, training=True), y, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(scale * changed.backward(dy), plain.backward(dy), rtol=1e-5, atol=1e-5)


@given(seeds)
def test_gradients_are_orthogonal_to_what_is_not_seen(seed):
    """Since shift and scale change nothing, dx sums to 0 and has no part along x, feature by feature."""
    x, layer = batch(seed), exact(BatchNorm1d(3, eps=1e-12))
    layer.forward(x, training=True)
    dx = layer.backward(batch(seed + 1))
    np.testing.assert_allclose(dx.sum(axis=0), 0, atol=1e-8)
    np.testing.assert_allclose((dx * x).sum(axis=0), 0, atol=1e-6)


@pytest.mark.parametrize(("layer", "shape"), [(BatchNorm1d(3), (6, 3)), (BatchNorm2d(3), (4, 3, 2, 5))])
def test_the_identity_can_be_recovered(layer, shape):
    """W22: with gamma the standard deviation and beta the mean, the layer returns what it was given."""
    layer, x = exact(layer), 3 * batch(0, shape) + 7
    layer.recover_identity(x)
    np.testing.assert_allclose(layer.forward(x, training=True), x, rtol=1e-12)


def test_running_statistics_biased_and_unbiased():
    """E14: with the decks' sqrt(var + eps) both train alike, and they differ in the running variance, by m / (m - 1)."""
    x = batch(0)
    unbiased, biased = exact(BatchNorm1d(3, momentum=1)), exact(BatchNorm1d(3, momentum=1, running_variance="biased"))
    np.testing.assert_array_equal(unbiased.forward(x, training=True), biased.forward(x, training=True))
    np.testing.assert_allclose(biased.state["variance"], x.var(axis=0), rtol=1e-12)
    np.testing.assert_allclose(unbiased.state["variance"], x.var(axis=0, ddof=1), rtol=1e-12)
    np.testing.assert_allclose(unbiased.state["mean"], x.mean(axis=0), rtol=1e-12)


def test_running_statistics_of_images_count_the_pixels():
    x = batch(0, (4, 3, 2, 5))
    layer = exact(BatchNorm2d(3, momentum=1))
    layer.forward(x, training=True)
    np.testing.assert_allclose(layer.state["variance"], x.var(axis=(0, 2, 3), ddof=1), rtol=1e-12)


def test_running_statistics_move_by_the_momentum_and_only_in_training():
    layer, x = exact(BatchNorm1d(3, momentum=0.1, running_variance="biased")), batch(0)
    layer.forward(x)
    np.testing.assert_array_equal(layer.state["mean"], 0)
    for step in range(1, 4):
        layer.forward(x, training=True)
        np.testing.assert_allclose(layer.state["mean"], (1 - 0.9**step) * x.mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(layer.state["variance"], 0.9**step + (1 - 0.9**step) * x.var(axis=0), rtol=1e-12)
    frozen = exact(BatchNorm1d(3, momentum=0))
    frozen.forward(x, training=True)
    np.testing.assert_array_equal(frozen.state["variance"], 1)


def test_at_test_each_example_stands_alone():
    layer, x = exact(BatchNorm1d(3)), batch(0)
    layer.forward(batch(1), training=True)
    np.testing.assert_allclose(layer.forward(x)[2:3], layer.forward(x[2:3]), rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_constant_features_become_beta(dtype):
    for layer, shape in ((BatchNorm1d(3), (8, 3)), (BatchNorm2d(3), (4, 3, 2, 2)), (LayerNorm(3), (8, 3))):
        layer = layer.astype(dtype)
        layer.params["beta"][...] = 2.0
        y = layer.forward(np.full(shape, 7.0), training=True)
        np.testing.assert_array_equal(y, 2)
        dx = layer.backward(np.ones_like(y))
        assert np.isfinite(dx).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("layer", "shape"), [(BatchNorm1d(3), (8, 3)), (BatchNorm2d(3), (4, 3, 2, 2)), (LayerNorm(3), (8, 3))]
)
def test_tiny_huge_and_not_finite_numbers(layer, shape, dtype):
    layer, x = layer.astype(dtype), batch(0, shape)
    tiny = layer.forward((1e-30 * x).astype(dtype), training=True)
    np.testing.assert_allclose(tiny, 0, atol=1e-20)  # far below eps: as good as constant
    root = np.sqrt(np.finfo(dtype).max)
    large = layer.forward((1e-3 * root * x).astype(dtype), training=True)
    np.testing.assert_allclose(large, layer.forward((1e4 * x).astype(dtype), training=True), rtol=1e-3, atol=1e-4)
    state = layer.snapshot()
    with pytest.raises(
        ValueError,
        match=rf"{type(layer).__name__}\(3\): x: wanted numbers whose squares fit into {np.dtype(dtype)}, got",
    ):
        layer.forward((10 * root * x).astype(dtype), training=True)
    np.testing.assert_equal(layer.snapshot(), state)
    x.flat[0] = np.nan
    assert np.isnan(layer.forward(x, training=True)).any()  # for the loss to tell


def test_one_example_alone_is_refused_in_training():
    with pytest.raises(ValueError, match=r"BatchNorm1d\(3\): x: wanted at least 2 examples in training, .* got 1"):
        BatchNorm1d(3).forward(np.ones((1, 3)), training=True)
    with pytest.raises(ValueError, match=r"BatchNorm2d\(3\): x: wanted at least 2 examples in training"):
        BatchNorm2d(3).forward(np.ones((1, 3, 1, 1)), training=True)
    assert BatchNorm1d(3).forward(np.ones((1, 3))).shape == (1, 3)
    assert BatchNorm2d(3).forward(np.ones((1, 3, 2, 1)), training=True).shape == (1, 3, 2, 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: BatchNorm1d(3, eps=0), "eps: wanted a number above 0, got 0"),
        (lambda: LayerNorm(3, eps=np.nan), "eps: wanted a number above 0, got nan"),
        (lambda: BatchNorm1d(3, momentum=1.1), r"momentum: wanted a number from 0 to 1, got 1\.1"),
        (lambda: BatchNorm1d(3, running_variance="n-1"), "running_variance: wanted 'unbiased' or 'biased', got 'n-1'"),
        (lambda: BatchNorm1d(0), "n: wanted at least 1, got 0"),
        (lambda: BatchNorm1d(3).forward(np.ones((4, 2))), r"BatchNorm1d\(3\): x: wanted shape \(N, 3\), got \(4, 2\)"),
        (lambda: BatchNorm2d(3).forward(np.ones((4, 3))), r"BatchNorm2d\(3\): x: wanted shape \(N, 3, H, W\), got \(4, 3\)"),
        (lambda: LayerNorm(3).forward(np.ones((4, 2))), r"LayerNorm\(3\): x: wanted shape \(N, \.\.\., 3\), got \(4, 2\)"),
    ],
)  # fmt: skip
def test_errors_say_what_was_wanted(call, message):
    with pytest.raises(ValueError, match=message):
        call()
