"""Plotted digits: ten classes that can be told apart, though not by a line."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from course_lib.data import glyphs
from course_lib.data.glyphs import _distance


@pytest.fixture(scope="module")
def many():
    return glyphs(2000, rng=np.random.default_rng(0))


def test_shapes_range_and_even_classes(many):
    x, y = many
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((2000, 28, 28), np.float32, (2000,), np.int64)
    assert x.min() == 0
    assert x.max() == 1
    np.testing.assert_array_equal(np.bincount(y), np.full(10, 200))


@pytest.mark.parametrize("n", [0, 1, 13])
def test_any_number_of_them(n):
    x, y = glyphs(n, rng=np.random.default_rng(1))
    assert x.shape == (n, 28, 28)
    assert len(y) == n
    assert np.all(x.max(axis=(1, 2)) == 1)  # a line of full ink in every one


def test_the_seed_decides():
    x, y = glyphs(30, rng=np.random.default_rng(5))
    x_again, y_again = glyphs(30, rng=np.random.default_rng(5))
    np.testing.assert_array_equal(x, x_again)
    np.testing.assert_array_equal(y, y_again)
    assert not np.array_equal(x, glyphs(30, rng=np.random.default_rng(6))[0])


def test_no_two_are_alike_and_nearly_all_ink_stays_inside(many):
    x, _ = many
    assert len(np.unique(x.reshape(2000, -1), axis=0)) == 2000
    border = np.concatenate([x[:, 0], x[:, -1], x[:, :, 0], x[:, :, -1]], axis=1)
    assert border.sum() < 0.005 * x.sum()


def test_position_size_slant_and_pen_vary(many):
    x, y = many
    ones = x[y == 1].astype(np.float64)
    ink = ones.sum(axis=(1, 2))
    rows, columns = np.mgrid[:28, :28]
    middle = (ones * rows).sum(axis=(1, 2)) / ink
    height = np.sqrt((ones * (rows - middle[:, None, None]) ** 2).sum(axis=(1, 2)) / ink)
    lean = [-np.polyfit(columns[one > 0.5], rows[one > 0.5], 1)[0] for one in ones]
    assert np.std(middle) > 1
    assert np.std(height) / np.mean(height) > 0.05
    assert np.std(ink) / np.mean(ink) > 0.15
    assert np.median(lean) > 0  # most lean to the right


def test_neighbours_do_better_than_a_line_and_both_leave_something_to_learn(many):
    x, y = many[0].reshape(2000, -1), many[1]
    neighbours = KNeighborsClassifier(1).fit(x[:1000], y[:1000]).score(x[1000:], y[1000:])
    line = LogisticRegression(C=0.1, max_iter=300).fit(x[:1000], y[:1000]).score(x[1000:], y[1000:])
    assert 0.7 < line < neighbours < 0.97


def test_the_distance_is_that_to_the_nearest_point_of_the_lines():
    start = np.array([[[3.0, 4.0], [20.0, 20.0]]], np.float32)
    end = np.array([[[15.0, 9.0], [20.0, 20.0]]], np.float32)  # the second line is a single point
    distance = _distance(start, end)
    along = np.linspace(0, 1, 2001)[:, None]
    points = np.concatenate([start[0, 0] + along * (end[0, 0] - start[0, 0]), start[0, 1:]])
    rows, columns = np.mgrid[:28, :28]
    brute = np.sqrt((columns[..., None] - points[:, 0]) ** 2 + (rows[..., None] - points[:, 1]) ** 2).min(axis=-1)
    np.testing.assert_allclose(distance[0], brute, atol=5e-3)


@pytest.mark.parametrize(
    ("n", "rng", "message"), [(-1, np.random.default_rng(0), "n: wanted at least 0"), (3, 0, "rng: ")]
)
def test_what_cannot_be_is_said(n, rng, message):
    with pytest.raises((ValueError, TypeError), match=message):
        glyphs(n, rng=rng)
