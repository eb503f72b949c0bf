"""Splits are disjoint and cover; proportions agree with scikit-learn's stratified splits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold, StratifiedShuffleSplit

from course_lib.data import bootstrap, digits, k_fold, train_dev_test_split


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def covers(n, *parts):
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(n))


@given(st.integers(3, 200), st.integers(1, 60), st.integers(0, 60), st.integers(1, 7), st.integers(0, 2**32))
def test_parts_are_disjoint_cover_and_have_their_sizes(n, dev, test, n_classes, seed):
    rng = np.random.default_rng(seed)
    if dev + test >= n:
        with pytest.raises(ValueError, match="leave none for training"):
            train_dev_test_split(n, rng=rng, dev=dev, test=test)
        return
    for labels in (None, rng.integers(0, n_classes, n)):
        parts = train_dev_test_split(n, rng=rng, dev=dev, test=test, labels=labels)
        covers(n, *parts)
        assert [len(part) for part in parts] == [n - dev - test, dev, test]


@given(st.integers(20, 400), st.integers(1, 8), st.floats(0.1, 0.4), st.floats(0.1, 0.4), st.integers(0, 2**32))
def test_every_class_has_its_share_in_every_part(n, n_classes, dev, test, seed):
    rng = np.random.default_rng(seed)
    labels = rng.choice(n_classes, n, p=rng.dirichlet(np.ones(n_classes)))
    parts = train_dev_test_split(n, rng=rng, dev=dev, test=test, labels=labels)
    for part in parts:
        share = np.bincount(labels, minlength=n_classes) * len(part) / n
        assert np.all(np.abs(np.bincount(labels[part], minlength=n_classes) - share) <= 2)


def test_proportions_are_scikit_learns(rng):
    _, y = digits()
    train, dev, test = train_dev_test_split(len(y), rng=rng, dev=0.0, test=0.25, labels=y)
    (theirs,) = StratifiedShuffleSplit(1, test_size=len(test), random_state=0).split(y, y)
    assert np.abs(np.bincount(y[test]) - np.bincount(y[theirs[1]])).max() <= 1
    assert np.abs(np.bincount(y[train]) - np.bincount(y[theirs[0]])).max() <= 1
    assert len(dev) == 0


def test_fractions_are_rounded_and_ints_are_numbers(rng):
    assert [len(part) for part in train_dev_test_split(11, rng=rng, dev=0.25, test=3)] == [5, 3, 3]
    assert [len(part) for part in train_dev_test_split(10, rng=rng)] == [6, 2, 2]
    assert [len(part) for part in train_dev_test_split(1, rng=rng, dev=0, test=0)] == [1, 0, 0]


def test_where_an_example_goes_is_random():
    n, counts = 10, np.zeros((3, 10))
    for seed in range(600):
        for part, indices in enumerate(train_dev_test_split(n, rng=np.random.default_rng(seed), dev=0.2, test=0.3)):
            counts[part, indices] += 1
    np.testing.assert_allclose(counts / 600, np.repeat([[0.5], [0.2], [0.3]], n, axis=1), atol=0.07)


def test_within_a_part_the_classes_are_mixed(rng):
    labels = np.repeat([0, 1], 100)
    for part in train_dev_test_split(200, rng=rng, labels=labels):
        assert np.any(np.diff(labels[part]) < 0)
    for train, held_out in k_fold(200, 4, rng=rng, labels=labels):
        assert np.any(np.diff(labels[train]) < 0)
        assert np.any(np.diff(labels[held_out]) < 0)


def test_one_class_is_like_none(rng):
    parts = train_dev_test_split(50, rng=rng, labels=np.zeros(50, int))
    covers(50, *parts)
    assert [len(part) for part in parts] == [30, 10, 10]


def test_labels_may_be_words(rng):
    labels = np.array(["no", "yes"] * 20)
    for part in train_dev_test_split(40, rng=rng, labels=labels):
        assert abs(np.sum(labels[part] == "yes") - len(part) / 2) <= 1


@given(st.integers(2, 100), st.data())
def test_folds_hold_every_example_out_once(n, data):
    k = data.draw(st.integers(2, n))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    labels = rng.integers(0, 3, n)
    for folds in (k_fold(n, k, rng=rng), k_fold(n, k, rng=rng, labels=labels)):
        covers(n, *(held_out for _, held_out in folds))
        for train, held_out in folds:
            covers(n, train, held_out)
        assert np.ptp([len(held_out) for _, held_out in folds]) <= 1
    counts = np.array([np.bincount(labels[held_out], minlength=3) for _, held_out in folds])
    assert np.all(np.ptp(counts, axis=0) <= 1)


def test_folds_are_as_even_as_scikit_learns(rng):
    _, y = digits()
    theirs = [np.bincount(y[test]) for _, test in StratifiedKFold(5, shuffle=True, random_state=0).split(y, y)]
    ours = [np.bincount(y[test]) for _, test in k_fold(len(y), 5, rng=rng, labels=y)]
    assert np.ptp(ours, axis=0).max() <= np.ptp(theirs, axis=0).max() == 1


@pytest.mark.parametrize("n", [1, 2, 50])
def test_a_bootstrap_draws_n_and_says_what_it_left(n, rng):
    drawn, left_out = bootstrap(n, rng=rng)
    assert len(drawn) == n
    assert set(drawn) | set(left_out) == set(range(n))
    assert not set(drawn) & set(left_out)


def test_a_bootstrap_leaves_out_a_share_of_one_over_e(rng):
    n = 1000
    shares = [len(bootstrap(n, rng=rng)[1]) / n for _ in range(200)]
    assert np.mean(shares) == pytest.approx((1 - 1 / n) ** n, abs=0.003)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: train_dev_test_split(0, rng=rng), "n: wanted at least 1, got 0"),
        (lambda rng: train_dev_test_split(10, rng=rng, dev=0.5, test=0.5), r"5 \+ 5 of 10 examples leave none"),
        (lambda rng: train_dev_test_split(3, rng=rng, dev=0.1), "dev: 0.1 of 3 examples is none at all"),
        (lambda rng: train_dev_test_split(10, rng=rng, dev=1.0), "dev: wanted a fraction .*, got 1.0"),
        (lambda rng: train_dev_test_split(10, rng=rng, test=-1), "test: wanted at least 0, got -1"),
        (lambda rng: train_dev_test_split(10, rng=rng, test=float("nan")), "test: wanted a fraction .*, got nan"),
        (lambda rng: train_dev_test_split(10, rng=rng, test="2"), "test: wanted a whole number, got '2'"),
        (lambda rng: train_dev_test_split(10, rng=rng, labels=[0, 1]), r"labels: wanted shape \(10,\), got \(2,\)"),
        (lambda rng: train_dev_test_split(10, rng=0), "rng: wanted a numpy Generator"),
        (lambda rng: k_fold(3, 4, rng=rng), "k: wanted 2 to 3 folds for 3 examples, got 4"),
        (lambda rng: k_fold(3, 1, rng=rng), "k: wanted 2 to 3 folds"),
        (lambda rng: bootstrap(0, rng=rng), "n: wanted at least 1, got 0"),
    ],
)
def test_what_cannot_be_is_said(call, message, rng):
    with pytest.raises((ValueError, TypeError), match=message):
        call(rng)
