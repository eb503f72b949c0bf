"""Array functions against SciPy; checks of arguments by what they say."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib.arrays import check_array, check_labels, check_rng, check_shape, check_size, logsumexp, one_hot

anything = st.floats(-1000, 1000) | st.sampled_from([np.inf, -np.inf])


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=3), elements=anything), st.booleans())
def test_logsumexp_is_scipys(x, keepdims):
    for axis in range(-1, x.ndim):
        with np.errstate(over="ignore"):  # SciPy before 1.15 overflows beside an infinity; ours must not, see below
            expected = scipy.special.logsumexp(x, axis=axis, keepdims=keepdims)
        np.testing.assert_allclose(logsumexp(x, axis, keepdims), expected, rtol=1e-14, atol=1e-14)


def test_logsumexp_of_infinities():
    x = np.array([[np.inf, 710], [np.inf, -np.inf], [-np.inf, 3], [-np.inf, -np.inf]])
    np.testing.assert_array_equal(logsumexp(x), [np.inf, np.inf, 3, -np.inf])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logsumexp_at_the_ends_of_the_scale(dtype):
    x = np.array([[1000, 1000], [-1000, -1000], [1000, -1000]], dtype)
    y = logsumexp(x)
    assert y.dtype == dtype
    np.testing.assert_allclose(y, [1000 + np.log(2), -1000 + np.log(2), 1000], rtol=1e-6)


def test_logsumexp_is_the_maximum_only_where_one_is_the_largest_by_far():
    """E17: log sum exp is about max z, and the true class's z only where that is the largest."""
    assert logsumexp([9.0, 1.0, 0.0]) == pytest.approx(9, abs=1e-3)
    assert logsumexp([5.0, 5.0, 5.0]) == pytest.approx(5 + np.log(3))


@given(hnp.arrays(np.int64, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0), elements=st.integers(0, 4)))
def test_one_hot_has_its_single_one_at_the_label(labels):
    t = one_hot(labels, 5)
    assert t.shape == (*labels.shape, 5)
    assert t.dtype == np.float32
    np.testing.assert_array_equal(t, np.eye(5)[labels])
    assert one_hot(labels, 5, np.float64).dtype == np.float64


@pytest.mark.parametrize("labels", [[0, 5], [-1, 0]])
def test_labels_outside_the_classes_are_refused(labels):
    with pytest.raises(ValueError, match=r"labels: wanted classes from 0 to 4, got"):
        one_hot(labels, 5)
    with pytest.raises(ValueError, match=r"y: wanted classes from 0 to 4, got"):
        check_labels("y", labels, 5)


@pytest.mark.parametrize("labels", [[0.0, 1.0], ["a"], [True]])
def test_labels_that_are_no_integers_are_refused(labels):
    with pytest.raises(TypeError, match="labels: wanted integers"):
        one_hot(labels, 5)


@pytest.mark.parametrize(
    ("x", "dtype", "wanted"),
    [
        ([1, 2], None, np.float32),
        ([True], None, np.float32),
        ([1.0], None, np.float64),
        (np.ones(2, np.float32), None, np.float32),
        (np.ones(2, np.uint8), np.float64, np.float64),
        (np.ones(2, np.float64), np.float32, np.float32),
    ],
)
def test_check_array_gives_floats(x, dtype, wanted):
    assert check_array("x", x, dtype=dtype).dtype == wanted


def test_check_array_copies_nothing_that_is_right_already():
    x = np.ones((3, 2), np.float32)
    assert check_array("x", x, ("N", 2), np.float32) is x
    assert check_array("x", x) is x


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        ("word", TypeError, "x: wanted an array of real numbers, got 'word'"),
        (None, TypeError, "x: wanted an array of real numbers, got None"),
        (["a", "b"], TypeError, "x: wanted an array of real numbers, got dtype <U1"),
        ([1j], TypeError, "x: wanted an array of real numbers, got dtype complex128"),
        ([[1], [1, 2]], ValueError, "x: wanted an array, got rows of different lengths"),
        ([[1, 2, 3]], ValueError, "x: wanted shape (N, 2), got (1, 3)"),
        ([1, 2], ValueError, "x: wanted shape (N, 2), got (2,)"),
    ],
)
def test_check_array_says_what_came_and_what_was_wanted(x, error, message):
    with pytest.raises(error) as caught:
        check_array("x", x, ("N", 2))
    assert str(caught.value) == message


@given(hnp.array_shapes(min_dims=0, max_dims=4, min_side=0), st.data())
def test_check_shape_takes_letters_for_any_size(shape, data):
    x = np.zeros(shape)
    check_shape("x", x, shape)
    check_shape("x", x, tuple("NCHW"[: x.ndim]))
    for wrong in ((*shape, 1), shape[1:] if shape else (1,)):
        with pytest.raises(ValueError, match="x: wanted shape"):
            check_shape("x", x, wrong)
    if shape:
        i = data.draw(st.integers(0, len(shape) - 1))
        with pytest.raises(ValueError, match="x: wanted shape"):
            check_shape("x", x, (*shape[:i], shape[i] + 1, *shape[i + 1 :]))


def test_check_size_wants_a_whole_number_of_at_least_one():
    assert check_size("n", np.int64(3)) == 3
    with pytest.raises(ValueError, match="n_in: wanted at least 1, got 0"):
        check_size("n_in", 0)
    with pytest.raises(TypeError, match=r"n_in: wanted a whole number, got 2\.0"):
        check_size("n_in", 2.0)


@pytest.mark.parametrize("seed", [0, None, np.random.RandomState(0), np.random])
def test_check_rng_refuses_whatever_is_no_generator(seed):
    with pytest.raises(TypeError, match="rng: wanted a numpy Generator"):
        check_rng(seed)
