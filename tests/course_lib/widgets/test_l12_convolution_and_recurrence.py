"""The explorers of lesson 12: what they draw is true, and their words say what they draw."""

import numpy as np
import pytest
from scipy.signal import correlate2d

from course_lib.data import digits_split
from course_lib.exercises import l12_convolution_and_recurrence as l12
from course_lib.widgets.l12_convolution_and_recurrence import (
    KERNELS,
    LAGS,
    convolved,
    describe_field,
    describe_kernel,
    describe_lags,
    draw_field,
    draw_kernel,
    draw_lags,
    fields,
    gradients_through_time,
    kernel_at_work,
    norms,
    receptive_fields,
)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_results_are_those_of_scipy(kernel):
    image, results = convolved(kernel, 5)
    np.testing.assert_allclose(image.ravel(), digits_split()[2][5])
    np.testing.assert_allclose(results, correlate2d(image, KERNELS[kernel], mode="valid"), atol=1e-7)
    assert np.abs(results).max() <= 1  # the colours end at -1 and 1


def test_the_film_shows_the_window_and_what_is_written_so_far():
    _, results = convolved("blur", 3)
    axes = draw_kernel(14, "blur", 3).axes
    shown = np.ma.filled(axes[2].images[0].get_array(), np.nan).ravel()
    np.testing.assert_allclose(shown[:15], results.ravel()[:15])
    assert np.isnan(shown[15:]).all()
    assert [patch.get_xy() for patch in (axes[0].patches[0], axes[2].patches[0])] == [(1.5, 1.5)] * 2
    assert describe_kernel(14, "blur", 3).endswith(f"row 2, column 2 gives {results[2, 2]:.2f}.")


@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (3, 2), (5, 2)])
def test_fields_are_those_of_the_exercise(kernel, stride):
    assert fields(3, kernel, stride) == [l12.receptive_field([(kernel, stride)] * n) for n in (1, 2, 3)]


def test_the_frames_have_the_size_of_the_fields():
    axes = draw_field(3, 3, 2).axes
    assert [frame.get_width() for frame in axes[0].patches] == [3, 7, 15]
    np.testing.assert_array_equal(axes[1].lines[0].get_ydata(), [3, 7, 15])
    assert "15 x 15 pixels, 29% of the image; neighbouring results look 8 pixels apart" in describe_field(3, 3, 2)
    assert "more than the image has" in describe_field(4, 5, 2)


def test_only_size_one_stands_still_and_tanh_loses():
    for size in (0.7, 1.0, 1.4):
        linear, with_tanh = norms(size, 0.5)
        np.testing.assert_allclose(linear, size**LAGS)
        assert with_tanh[0] == 1.0
        assert np.all(with_tanh[1:] < linear[1:])
    np.testing.assert_allclose(norms(1.3, 0.0)[1], 1.3**LAGS)  # no input: every state is 0, where tanh has slope 1


def test_both_norms_are_drawn():
    linear, with_tanh = norms(1.2, 0.3)
    lines = draw_lags(1.2, 0.3).axes[0].lines
    np.testing.assert_allclose(lines[0].get_ydata(), linear)
    np.testing.assert_allclose(lines[1].get_ydata(), with_tanh)
    assert f"{linear[-1]:.1e} times as long without nonlinearity, and {with_tanh[-1]:.1e}" in describe_lags(1.2, 0.3)


def test_they_can_be_shown():
    assert "The window at row 0, column 0" in kernel_at_work().text
    assert "2 layers of kernel 3 and stride 1" in receptive_fields().text
    assert "29 steps back" in gradients_through_time().text
