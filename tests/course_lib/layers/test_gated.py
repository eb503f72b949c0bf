"""SiLU and GELU against SciPy, and at the ends of the scale."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib.layers import GELU, SiLU, gelu, silu

wide = hnp.arrays(np.float64, st.integers(0, 20), elements=st.floats(-1000, 1000))


@given(wide)
def test_both_are_scipys(x):
    np.testing.assert_allclose(silu(x), x * scipy.special.expit(x), rtol=1e-14, atol=1e-300)
    np.testing.assert_allclose(gelu(x), x * scipy.special.ndtr(x), rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("layer", "slope_at_0"), [(SiLU(), 0.5), (GELU(), 0.5)])
def test_at_the_ends_of_the_scale(layer, slope_at_0, dtype):
    """Far to the left it is 0, far to the right the identity, up to the largest numbers there are."""
    x = np.array([[-np.finfo(dtype).max, -1e30, -1e4, -200, 0, 1e-30, 200, 1e4, 1e30]], dtype)
    y = layer.forward(x, training=True)
    assert y.dtype == dtype
    np.testing.assert_allclose(y, np.where(x > 1e-20, x, x * slope_at_0 * (np.abs(x) < 1)), rtol=1e-6, atol=1e-30)
    dx = layer.backward(np.ones_like(x))
    np.testing.assert_allclose(dx, np.where(x > 1e-20, 1, slope_at_0 * (np.abs(x) < 1)), rtol=1e-6, atol=1e-30)


@pytest.mark.parametrize(("f", "lowest", "where"), [(silu, -0.2784645, -1.2784645), (gelu, -0.1699712, -0.7517916)])
def test_they_fall_before_they_rise(f, lowest, where):
    """Unlike the activations of C3 [E18]: so y cannot tell x, and the layers keep x."""
    x = np.linspace(-5, 5, 100_001)
    assert f(x).min() == pytest.approx(lowest, abs=1e-6)
    assert x[f(x).argmin()] == pytest.approx(where, abs=1e-3)


@pytest.mark.parametrize("f", [silu, gelu])
def test_numbers_and_lists(f):
    assert f([1, 2]).shape == (2,)
    assert np.ndim(f(3)) == 0
    assert np.isnan(f(np.nan))
