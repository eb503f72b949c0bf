"""Votes are SciPy's and scikit-learn's; bagging and snapshots keep their models apart."""

import numpy as np
import pytest
from scipy import stats
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from course_lib.data import blobs, moons
from course_lib.layers import Dense, Sequential, Tanh, softmax
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.training import accuracy, average, bagging, error_correlation, predictions, snapshots, train, vote


class Descent:
    def step(self, theta, grad):
        theta -= np.float32(0.5) * grad


@pytest.fixture
def rng():
    return np.random.default_rng(9)


def test_a_vote_without_weights_is_scipys_mode(rng):
    labels = rng.integers(0, 5, (7, 200))
    np.testing.assert_array_equal(vote(labels), stats.mode(labels, axis=0).mode)  # of a tie both take the smaller


def test_weighted_votes_and_averages_are_scikit_learns(rng):
    x, y = blobs(200, rng=rng, noise=0.7)
    weights = [0.5, 1.5, 1.0]
    models = [LogisticRegression(), GaussianNB(), KNeighborsClassifier(3)]
    for kind in ("hard", "soft"):
        theirs = VotingClassifier([(str(i), m) for i, m in enumerate(models)], voting=kind, weights=weights).fit(x, y)
        fitted = theirs.estimators_
        if kind == "hard":
            np.testing.assert_array_equal(vote([m.predict(x) for m in fitted], weights), theirs.predict(x))
        else:
            ours = average([m.predict_proba(x) for m in fitted], weights)
            np.testing.assert_allclose(ours, theirs.predict_proba(x), rtol=1e-12)


def test_equal_weights_are_no_weights_and_only_their_ratio_counts(rng):
    labels, p = rng.integers(0, 3, (4, 30)), rng.uniform(0, 1, (4, 30, 3))
    np.testing.assert_array_equal(vote(labels, [2, 2, 2, 2]), vote(labels))
    np.testing.assert_allclose(average(p, [3, 3, 3, 3]), p.mean(axis=0))
    np.testing.assert_array_equal(vote(labels, [1, 0, 0, 0]), labels[0])
    assert average(p.astype(np.float32), [1, 2, 3, 4]).dtype == np.float32


def test_bagging_trains_each_model_on_a_bootstrap_of_its_own(rng):
    x, y = moons(200, rng=rng, noise=0.3)
    drawn_by = []

    def train_one(drawn, own):
        drawn_by.append(drawn)
        return DecisionTreeClassifier(random_state=int(own.integers(1000))).fit(x[drawn], y[drawn])

    models = bagging(train_one, len(x), 15, rng=rng)
    for drawn, (_, left_out) in zip(drawn_by, models, strict=True):
        assert len(drawn) == 200
        assert set(drawn) | set(left_out) == set(range(200))
        assert not set(drawn) & set(left_out)
    assert len({tuple(drawn) for drawn in drawn_by}) == 15
    x_test, y_test = moons(2000, rng=rng, noise=0.3)
    labels = np.array([model.predict(x_test) for model, _ in models])
    single = np.mean(labels == y_test)
    assert np.mean(vote(labels) == y_test) > single + 0.01  # "free 2%"


def test_snapshots_are_taken_at_the_end_of_each_cycle(rng):
    x, y = moons(100, rng=rng)
    network = Sequential(Dense(2, 8, rng=rng), Tanh(), Dense(8, 2, rng=rng))
    seen = []

    def records():
        for record in train(network, SoftmaxCrossEntropy(), Descent(), x, y, rng=rng, epochs=9):
            seen.append(network.snapshot())
            yield record

    taken = snapshots(records(), network, every=3)
    assert len(taken) == 3
    for snapshot, epoch in zip(taken, (3, 6, 9), strict=True):
        np.testing.assert_equal(snapshot, seen[epoch - 1])
    before = network.snapshot()
    logits = predictions(network, taken[:2], x)
    np.testing.assert_equal(network.snapshot(), before)
    assert logits.shape == (2, 100, 2)
    network.load(taken[0])
    np.testing.assert_array_equal(logits[0], network.forward(x))
    assert accuracy(average(softmax(logits)), y) > 0.7


def test_error_correlation_is_numpys(rng):
    target = rng.integers(0, 3, 300)
    labels = np.where(rng.uniform(size=(4, 300)) < 0.3, (target + 1) % 3, target)
    labels[3] = labels[0]
    correlation = error_correlation(labels, target)
    np.testing.assert_allclose(correlation, np.corrcoef(labels != target), atol=1e-12)
    assert correlation[0, 3] == pytest.approx(1)


def test_a_model_without_errors_correlates_with_none(rng):
    target = rng.integers(0, 2, 20)
    correlation = error_correlation([target, 1 - target, np.zeros(20, int)], target)
    assert np.isnan(correlation[:2]).all() and np.isnan(correlation[:, :2]).all()
    assert correlation[2, 2] == pytest.approx(1)


def test_no_examples_are_no_answers():
    assert vote(np.empty((3, 0), int)).shape == (0,)
    assert average(np.empty((3, 0, 4))).shape == (0, 4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: vote([0, 1, 2]), r"labels: wanted shape \(M, N\), got \(3,\)"),
        (lambda: vote(np.empty((0, 3), int)), "at least one model"),
        (lambda: vote([[0.5, 1.0]]), "labels: wanted integers"),
        (lambda: vote([[0, -1]]), "labels: wanted classes from 0"),
        (lambda: vote([[0, 1]], [1, 2]), r"weights: wanted shape \(1,\), got \(2,\)"),
        (lambda: vote([[0, 1], [1, 1]], [1, -2]), "weights: wanted numbers of at least 0"),
        (lambda: average([[0.1], [0.3]], [0, 0]), "weights: wanted numbers of at least 0, not all of them 0"),
        (lambda: average([[0.1], [0.3]], [np.nan, 1]), "weights: wanted numbers of at least 0"),
        (lambda: average([0.1, 0.3]), r"predictions: wanted shape \(M, N, ...\), got \(2,\)"),
        (lambda: bagging(lambda i, rng: None, 5, 0, rng=np.random.default_rng(0)), "n_models: wanted at least 1"),
        (lambda: bagging(lambda i, rng: None, 5, 3, rng=None), "rng: wanted a numpy Generator"),
        (lambda: snapshots([], None, 0), "every: wanted at least 1"),
        (lambda: error_correlation([[0, 1]], [0]), r"wanted shapes \(M, N\) and \(N,\), got \(1, 2\) and \(1,\)"),
    ],
)
def test_what_cannot_be_is_said(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
