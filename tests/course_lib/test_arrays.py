"""Array functions against SciPy; checks of arguments by what they say."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib.arrays import (
    check_array,
    check_labels,
    check_rng,
    check_shape,
    check_size,
    check_sizes,
    col2im,
    im2col,
    logsumexp,
    one_hot,
    window_counts,
)

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


def test_check_sizes_takes_one_number_or_two():
    assert check_sizes("size", 3) == (3, 3)
    assert check_sizes("padding", (0, np.int64(2)), least=0) == (0, 2)
    for wrong in ((1, 2, 3), ()):
        with pytest.raises(ValueError, match=r"size: wanted one number or two, \(down, across\), got"):
            check_sizes("size", wrong)
    with pytest.raises(ValueError, match="padding: wanted at least 0, got -1"):
        check_sizes("padding", (0, -1), least=0)


# --- windows of images ------------------------------------------------------------------------------------------------

pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


def test_im2col_has_each_window_as_one_column():
    x = np.arange(24).reshape(1, 4, 6, 1)
    columns = im2col(x, (2, 3), stride=(2, 1))
    assert columns.shape == (1, 2, 3, 2, 4, 1)
    np.testing.assert_array_equal(columns[0, :, :, 0, 0, 0], [[0, 1, 2], [6, 7, 8]])
    np.testing.assert_array_equal(columns[0, :, :, 1, 3, 0], [[15, 16, 17], [21, 22, 23]])
    dilated = im2col(x, (2, 2), dilation=(3, 4))
    np.testing.assert_array_equal(dilated[0, :, :, 0, 1, 0], [[1, 5], [19, 23]])


@given(pairs, pairs, pairs, st.integers(0, 2**32))
def test_im2col_is_numpys_sliding_window(size, stride, dilation, seed):
    x = np.random.default_rng(seed).normal(size=(2, 8, 9, 3))
    spans = tuple(d * (k - 1) + 1 for k, d in zip(size, dilation, strict=True))
    windows = np.lib.stride_tricks.sliding_window_view(x, spans, axis=(1, 2))
    expected = windows[:, :: stride[0], :: stride[1], :, :: dilation[0], :: dilation[1]].transpose(0, 4, 5, 1, 2, 3)
    columns = im2col(x, size, stride, dilation)
    np.testing.assert_array_equal(columns, expected)
    assert window_counts("x", (8, 9), size, stride, dilation) == columns.shape[3:5]


@given(pairs, pairs, pairs, st.integers(0, 2**32))
def test_col2im_is_the_transpose_of_im2col(size, stride, dilation, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2, 8, 9, 3))
    columns = im2col(x, size, stride, dilation)
    c = rng.normal(size=columns.shape)
    back = col2im(c, np.zeros_like(x), stride, dilation)
    assert np.sum(columns * c) == pytest.approx(np.sum(x * back), rel=1e-10)
    np.testing.assert_allclose(col2im(c, back.copy(), stride, dilation), 2 * back)  # added to what is there


def test_an_image_smaller_than_the_window_is_refused():
    with pytest.raises(ValueError, match=r"x: wanted images of at least \(3, 5\) for one window, got \(3, 4\)"):
        window_counts("x", (3, 4), (2, 3), dilation=(2, 2))


def test_what_fits_comes_back_as_it_is_and_what_nearly_fits_does_not():
    x, single = np.ones((2, 3)), np.dtype(np.float32)
    assert check_array("x", x, (2, 3), x.dtype) is x
    assert check_array("x", x, (2, 3), single).dtype == single
    assert type(check_array("x", np.ma.ones((2, 3)), (2, 3), x.dtype)) is np.ndarray
    with pytest.raises(ValueError, match="wanted shape"):
        check_array("x", x, (3, 2), x.dtype)
