"""The multi-layer perceptron: its layers in their order, and what scikit-learn's computes with the same weights."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from course_lib.data import spirals
from course_lib.initializers import glorot_uniform
from course_lib.layers import BatchNorm1d, Dense, Dropout, ReLU, Tanh, softmax
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import mlp
from course_lib.optim import Adam
from course_lib.training import accuracy, train


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_with_the_same_weights_it_is_scikit_learns(rng):
    x, y = rng.standard_normal((60, 4)), rng.integers(0, 3, 60)
    theirs = MLPClassifier((6, 5), max_iter=20, early_stopping=False, random_state=0)
    for _ in range(3):
        theirs.partial_fit(x, y, classes=[0, 1, 2])
    network = mlp([4, 6, 5, 3], rng=rng).astype(np.float64)
    dense = [layer for layer in network.layers if isinstance(layer, Dense)]
    for layer, W, b in zip(dense, theirs.coefs_, theirs.intercepts_, strict=True):
        layer.params["W"][...], layer.params["b"][...] = W, b
    np.testing.assert_allclose(softmax(network.forward(x)), theirs.predict_proba(x), rtol=1e-10)


def kinds(network):
    return [type(layer) for layer in network.layers]


def test_layers_stand_in_the_order_of_the_lectures(rng):
    assert kinds(mlp([3, 5, 2], rng=rng)) == [Dense, ReLU, Dense]
    assert kinds(mlp([3, 2], rng=rng)) == [Dense]
    hidden = [Dense, BatchNorm1d, Tanh, Dropout]
    full = mlp([3, 5, 4, 2], rng=rng, activation=Tanh, batch_norm=True, dropout=0.3)
    assert kinds(full) == [*hidden, *hidden, Dense]
    assert full.layers[3].p == 0.3
    assert full.forward(np.zeros((7, 3))).shape == (7, 2)


def test_the_initializer_is_used(rng):
    ours, bare = (
        mlp([3, 4], rng=np.random.default_rng(1), init=glorot_uniform),
        Dense(3, 4, rng=np.random.default_rng(1)),
    )
    np.testing.assert_array_equal(ours.layers[0].params["W"], bare.params["W"])


@pytest.mark.parametrize("options", [{}, {"batch_norm": True}, {"dropout": 0.2}, {"batch_norm": True, "dropout": 0.2}])
def test_it_learns_what_no_line_parts(options, rng):
    """C10: two spirals; logistic regression gets about half of them right."""
    x, y = spirals(300, rng=rng)
    network = mlp([2, 48, 48, 2], rng=rng, **options)
    list(train(network, SoftmaxCrossEntropy(), Adam(0.01), x, y, rng=rng, epochs=60))
    assert accuracy(network.forward(x), y) > 0.95
    assert LogisticRegression().fit(x, y).score(x, y) < 0.7


@pytest.mark.parametrize(
    ("sizes", "message"), [([3], r"sizes: wanted at least two, .*, got \[3\]"), ([3, 0, 2], "n_out: wanted at least 1")]
)
def test_what_cannot_be_is_said(sizes, message, rng):
    with pytest.raises(ValueError, match=message):
        mlp(sizes, rng=rng)
