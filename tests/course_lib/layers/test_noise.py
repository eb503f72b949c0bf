"""Noise on the input: its size, and that it is there in training alone. MaskingNoise is tested with its relatives in test_dropout.py."""

import numpy as np
import pytest
import scipy.stats

from course_lib.layers import Dropout, GaussianNoise, MaskingNoise


def test_the_noise_is_normal_and_has_the_given_standard_deviation():
    x = np.full((300, 300), 5.0)
    noise = (GaussianNoise(0.5, rng=np.random.default_rng(0)).forward(x, training=True) - x).ravel() / 0.5
    assert scipy.stats.kstest(noise, "norm").pvalue > 1e-6
    assert noise.std() == pytest.approx(1, abs=6 / np.sqrt(2 * noise.size))


def test_there_is_none_at_test_and_no_gradient_through_it():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 4))
    layer = GaussianNoise(2.0, rng=rng)
    np.testing.assert_array_equal(layer.forward(x), x)
    assert np.all(layer.forward(x, training=True) != x)
    np.testing.assert_array_equal(layer.backward(x), x)
    np.testing.assert_array_equal(GaussianNoise(0, rng=rng).forward(x, training=True), x)


def test_masking_makes_holes_and_does_not_scale():
    """The difference from dropout: what is left keeps its size."""
    x = np.full((50, 50), 3.0)
    holes = MaskingNoise(0.4, rng=np.random.default_rng(1)).forward(x, training=True)
    dropped = Dropout(0.4, rng=np.random.default_rng(1)).forward(x, training=True)
    assert set(np.unique(holes)) == {0, 3}
    np.testing.assert_allclose(dropped, holes / 0.6)


@pytest.mark.parametrize("sd", [-1, np.nan, np.inf])
def test_the_standard_deviation_has_to_be_one(sd):
    with pytest.raises(ValueError, match="sd: wanted a finite number of at least 0, got"):
        GaussianNoise(sd, rng=np.random.default_rng(0))
