"""Clipping: never longer, and by the norm never another way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib.optim import clip_by_global_norm, clip_by_value

vectors = hnp.arrays(np.float64, st.integers(1, 9), elements=st.floats(-1e6, 1e6))
anything = hnp.arrays(np.float64, st.integers(0, 9), elements=st.floats(-1e300, 1e300))
limits = st.floats(1e-6, 1e6)


@given(vectors, limits)
def test_by_value_is_element_by_element(g, limit):
    clipped = g.copy()
    assert clip_by_value(clipped, limit) is None
    assert np.abs(clipped).max() <= limit
    np.testing.assert_array_equal(clipped, [max(-limit, min(limit, x)) for x in g])


@given(vectors, limits)
def test_by_norm_keeps_the_direction(g, limit):
    clipped = g.copy()
    assert clip_by_global_norm(clipped, limit) == pytest.approx(np.linalg.norm(g), rel=1e-12)
    np.testing.assert_allclose(clipped, g * min(1, limit / max(np.linalg.norm(g), 1e-300)), rtol=1e-12, atol=1e-300)
    if np.linalg.norm(g) <= limit * (1 - 1e-12):
        np.testing.assert_array_equal(clipped, g)


@given(anything, limits)
def test_neither_ever_lengthens(g, limit):
    for clip in (clip_by_value, clip_by_global_norm):
        clipped = g.copy()
        clip(clipped, limit)
        assert np.all(np.abs(clipped) <= np.abs(g) * (1 + 1e-12))
    assert np.linalg.norm(clipped) <= limit * (1 + 1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e-35, 1e-20, 1.0, 1e20, 1e37])
def test_the_squares_need_not_be_floats(dtype, size):
    g = np.full(4, size, dtype)
    assert clip_by_global_norm(g, size) == pytest.approx(2 * size, rel=1e-6)
    np.testing.assert_allclose(g, size / 2, rtol=1e-6)
    assert g.dtype == dtype


def test_the_sum_of_pythagoras():
    g = np.array([3.0, 4.0])
    assert clip_by_global_norm(g, 1.0) == 5
    np.testing.assert_allclose(g, [0.6, 0.8])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_stays_to_be_found(bad):
    g = np.array([1.0, bad])
    assert not np.isfinite(clip_by_global_norm(g, 1.0))
    np.testing.assert_array_equal(g, [1.0, bad])


@pytest.mark.parametrize("clip", [clip_by_value, clip_by_global_norm])
def test_zero_and_nothing_stay(clip):
    for g in (np.zeros(3), np.zeros(0)):
        clip(g, 1.0)
        assert not g.any()


@pytest.mark.parametrize("limit", [0, -1, np.nan, np.inf])
def test_the_limit_is_above_0(limit):
    with pytest.raises(ValueError, match="limit: wanted"):
        clip_by_value(np.ones(2), limit)
    with pytest.raises(ValueError, match="max_norm: wanted"):
        clip_by_global_norm(np.ones(2), limit)
