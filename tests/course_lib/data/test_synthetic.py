"""Data sets from formulas: scikit-learn's shapes, the decks' curves, and sequences whose answers can be worked out again."""

import numpy as np
import pytest
from scipy import stats
from sklearn import datasets
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from course_lib.data import (
    POLYNOMIALS,
    adding,
    blobs,
    circles,
    first_symbol,
    moons,
    noisy_polynomial,
    one_to_many,
    spirals,
    waves,
    xor,
)

POINTS = {"moons": (moons, 2), "circles": (circles, 2), "spirals": (spirals, 2), "blobs": (blobs, 3), "xor": (xor, 2)}
CURVES = {"polynomial": noisy_polynomial, "one_to_many": one_to_many}
SEQUENCES = {"first_symbol": first_symbol, "adding": adding, "waves": waves}
points = pytest.mark.parametrize(("make", "n_classes"), POINTS.values(), ids=POINTS)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def in_order(x, y):
    return np.lexsort((*x.T.round(4), y))


@points
@pytest.mark.parametrize("n", [0, 1, 2, 3, 100, 101])
def test_points_have_their_shapes_and_even_classes(make, n_classes, n, rng):
    x, y = make(n, rng=rng)
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((n, 2), np.float32, (n,), np.int64)
    counts = np.bincount(y, minlength=n_classes)
    assert len(counts) == n_classes
    assert np.ptp(counts) <= 2 if make is xor else np.ptp(counts) <= 1


@points
def test_the_seed_decides_and_the_order_is_random(make, n_classes, rng):
    x, y = make(60, rng=np.random.default_rng(1))
    x_again, y_again = make(60, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(x, x_again)
    np.testing.assert_array_equal(y, y_again)
    assert not np.array_equal(make(60, rng=rng)[0], x)
    assert np.any(np.diff(y) < 0)  # not sorted by class


@pytest.mark.parametrize(("ours", "theirs"), [(moons, datasets.make_moons), (circles, datasets.make_circles)])
@pytest.mark.parametrize("n", [50, 51])
def test_without_noise_they_are_scikit_learns(ours, theirs, n, rng):
    x, y = ours(n, rng=rng, noise=0)
    options = {"factor": 0.5} if ours is circles else {}
    x_theirs, y_theirs = theirs(n, shuffle=False, noise=None, **options)
    np.testing.assert_allclose(x[in_order(x, y)], x_theirs[in_order(x_theirs, y_theirs)], atol=1e-4)
    np.testing.assert_array_equal(np.sort(y), y_theirs)


@points
def test_noise_is_the_standard_deviation_of_what_is_added(make, n_classes):
    n = 20_000
    clean, y = make(n, rng=np.random.default_rng(3), noise=0)
    noisy, y_noisy = make(n, rng=np.random.default_rng(3), noise=0.2)
    np.testing.assert_array_equal(y, y_noisy)
    assert np.std(noisy - clean) == pytest.approx(0.2, rel=0.02)


@pytest.mark.parametrize("make", [moons, circles, spirals, xor])
def test_a_line_fails_where_neighbours_succeed(make, rng):
    (x, y), (x_test, y_test) = make(600, rng=rng), make(300, rng=rng)
    assert LogisticRegression().fit(x, y).score(x_test, y_test) < 0.9
    assert KNeighborsClassifier(5).fit(x, y).score(x_test, y_test) > 0.95


def test_xor_of_four_is_each_corner_once(rng):
    x, y = xor(4, rng=rng, noise=0)
    assert sorted(map(tuple, np.column_stack([x, y]))) == [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]


def test_blobs_stand_evenly_on_a_circle(rng):
    x, y = blobs(8000, rng=rng, n_classes=8, noise=0.05)
    centres = np.array([x[y == k].mean(axis=0) for k in range(8)])
    np.testing.assert_allclose(np.hypot(*centres.T), 1, atol=0.01)
    np.testing.assert_allclose(np.hypot(*(centres - np.roll(centres, 1, axis=0)).T), 2 * np.sin(np.pi / 8), atol=0.02)


def test_spirals_wind_as_often_as_asked(rng):
    x, y = spirals(900, rng=rng, noise=0, n_classes=3, turns=1.5)
    for k in range(3):
        arm = x[y == k]
        arm = arm[np.argsort(np.hypot(*arm.T))]
        assert np.ptp(np.unwrap(np.arctan2(arm[:, 1], arm[:, 0]))) == pytest.approx(3 * np.pi, rel=1e-3)
        np.testing.assert_allclose(np.hypot(*arm[[0, -1]].T), [0.1, 1], rtol=1e-4)


def test_the_polynomials_are_the_decks(rng):
    x = np.linspace(-3, 6, 50)
    first = -(x**4) + 7 * x**3 - 5 * x**2 - 31 * x + 30
    second = x**4 / 5 - 7 * x**3 / 5 + x**2 + 31 * x / 5 - 6
    np.testing.assert_allclose(POLYNOMIALS[0](x), first, atol=1e-10)
    np.testing.assert_allclose(POLYNOMIALS[1](x), second, atol=1e-10)
    np.testing.assert_allclose(np.sort(POLYNOMIALS[0].roots().real), [-2, 1, 3, 5])
    np.testing.assert_allclose(POLYNOMIALS[0](x), -5 * POLYNOMIALS[1](x), atol=1e-9)


@pytest.mark.parametrize("curve", [0, 1])
def test_a_noisy_polynomial_is_its_curve_and_gaussian_noise(curve, rng):
    x, y = noisy_polynomial(4000, rng=rng, curve=curve, noise=1.5, low=-1, high=2)
    residual = (y - POLYNOMIALS[curve](x.astype(np.float64))).ravel()
    assert stats.kstest(residual, stats.norm(0, 1.5).cdf).pvalue > 0.01
    assert stats.kstest(x.ravel(), stats.uniform(-1, 3).cdf).pvalue > 0.01


def test_one_to_many_has_three_answers_in_the_middle(rng):
    x, y = one_to_many(20_000, rng=rng, noise=0.01)
    np.testing.assert_allclose(np.std(x - y - 0.3 * np.sin(2 * np.pi * y)), 0.01, rtol=0.05)
    middle = y[np.abs(x - 0.5) < 0.01]
    counts = np.histogram(middle, bins=[0, 0.3, 0.4, 0.6, 0.7, 1])[0]
    assert counts[1] == counts[3] == 0  # three groups with gaps between them
    assert counts[[0, 2, 4]].min() > 20


@pytest.mark.parametrize("make", CURVES.values(), ids=CURVES)
@pytest.mark.parametrize("n", [0, 1, 50])
def test_curves_have_their_shapes(make, n, rng):
    x, y = make(n, rng=rng)
    assert x.shape == y.shape == (n, 1)
    assert x.dtype == y.dtype == np.float32


@pytest.mark.parametrize("make", SEQUENCES.values(), ids=SEQUENCES)
@pytest.mark.parametrize("n", [0, 1, 30])
def test_sequences_are_batch_first(make, n, rng):
    x, y = make(n, 12, rng=rng)
    assert x.shape[:2] == (n, 12)
    assert x.ndim == 3
    assert x.dtype == np.float32
    assert len(y) == n


def test_first_symbol_is_the_first_and_the_others_are_random(rng):
    x, y = first_symbol(4000, 5, rng=rng, n_symbols=3)
    np.testing.assert_array_equal(x.sum(axis=2), 1)
    symbols = x.argmax(axis=2)
    np.testing.assert_array_equal(symbols[:, 0], y)
    assert np.ptp(np.bincount(y)) <= 1
    table = stats.contingency.crosstab(symbols[:, 1], symbols[:, 4])[1]
    assert stats.chi2_contingency(table).pvalue > 0.01


def test_the_sum_is_that_of_the_two_marked(rng):
    x, y = adding(5000, 9, rng=rng)
    marks = x[:, :, 1]
    np.testing.assert_array_equal(marks[:, :4].sum(axis=1), 1)
    np.testing.assert_array_equal(marks[:, 4:].sum(axis=1), 1)
    assert set(np.unique(marks)) == {0, 1}
    np.testing.assert_allclose(y[:, 0], [row[row[:, 1] == 1, 0].sum() for row in x], rtol=1e-6)
    assert np.mean((y - 1) ** 2) == pytest.approx(1 / 6, rel=0.05)


def test_waves_without_noise_are_what_they_are_called(rng):
    x, y = waves(300, 200, rng=rng, noise=0)
    assert np.ptp(np.bincount(y)) == 0
    for wave, kind in zip(x[:, :, 0], y, strict=True):
        values = len(np.unique(wave))
        assert (values == 2) == (kind == 1)
        assert wave.min() >= -1 and wave.max() <= 1
    spread = [np.std(x[y == k]) for k in range(3)]
    np.testing.assert_allclose(spread, [1 / np.sqrt(2), 1, 1 / np.sqrt(3)], rtol=0.03)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: moons(-1, rng=rng), "n: wanted at least 0, got -1"),
        (lambda rng: moons(2.5, rng=rng), "n: wanted a whole number, got 2.5"),
        (lambda rng: moons(10, rng=rng, noise=-1), "noise: wanted a number of at least 0, got -1"),
        (lambda rng: moons(10, rng=rng, noise=np.nan), "noise: wanted a number of at least 0, got nan"),
        (lambda rng: moons(10, rng=3), "rng: wanted a numpy Generator .*, got int"),
        (lambda rng: noisy_polynomial(10, rng=rng, curve=2), "curve: wanted 0 or 1, got 2"),
        (lambda rng: blobs(10, rng=rng, n_classes=0), "n_classes: wanted at least 1, got 0"),
        (lambda rng: adding(10, 1, rng=rng), "length: wanted at least 2, got 1"),
        (lambda rng: waves(10, 0, rng=rng), "length: wanted at least 1, got 0"),
        (lambda rng: first_symbol(10, 0, rng=rng), "length: wanted at least 1, got 0"),
    ],
)
def test_what_cannot_be_is_said(call, message, rng):
    with pytest.raises((ValueError, TypeError), match=message):
        call(rng)


@points
def test_one_class_is_possible_where_classes_can_be_chosen(make, n_classes, rng):
    if make in (spirals, blobs):
        x, y = make(10, rng=rng, n_classes=1)
        assert np.all(y == 0)
        assert np.all(np.isfinite(x))
