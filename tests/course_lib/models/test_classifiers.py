"""Small classifiers of images and sequences: shapes, and that each learns what a linear model can not."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from course_lib.data import first_symbol, glyphs
from course_lib.layers import GRU, LSTM, RNN
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import cnn, rnn_classifier
from course_lib.optim import Adam
from course_lib.training import accuracy, fit, predict


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_a_cnn_halves_its_images_with_each_pooling(rng):
    network = cnn((1, 28, 28), (3, 5), 10, rng=rng)
    assert network.forward(np.zeros((2, 1, 28, 28), np.float32)).shape == (2, 10)
    assert network.layers[-1].params["W"].shape == (5 * 7 * 7, 10)
    assert cnn((3, 9, 6), (4,), 2, rng=rng).layers[-1].params["W"].shape == (4 * 4 * 3, 2)
    assert cnn((2, 3, 4), (), 5, rng=rng).layers[-1].params["W"].shape == (24, 5)


def test_a_cnn_reads_glyphs_better_than_a_line(rng):
    x, y = glyphs(900, rng=rng)
    network = cnn((1, 28, 28), (6, 12), 10, rng=rng)
    options = dict(rng=rng, epochs=6, batch_size=32, progress=False)
    fit(network, SoftmaxCrossEntropy(), Adam(0.005), x[:600, None], y[:600], **options)
    line = LogisticRegression(C=0.1, max_iter=300).fit(x[:600].reshape(600, -1), y[:600])
    assert accuracy(predict(network, x[600:, None]), y[600:]) > line.score(x[600:].reshape(300, -1), y[600:]) + 0.05


@pytest.mark.parametrize("cell", [RNN, LSTM, GRU])
def test_a_recurrent_classifier_remembers_the_first_symbol(cell, rng):
    x, y = first_symbol(400, 6, rng=rng, n_symbols=3)
    network = rnn_classifier(3, 16, 3, rng=rng, cell=cell)
    fit(network, SoftmaxCrossEntropy(), Adam(0.02), x[:300], y[:300], rng=rng, epochs=30, progress=False)
    assert accuracy(predict(network, x[300:]), y[300:]) > 0.95


def test_images_that_pooling_uses_up_are_refused(rng):
    with pytest.raises(
        ValueError, match=r"channels: 3 times 2 x 2 pooling leaves nothing of images of shape \(1, 8, 7\)"
    ):
        cnn((1, 8, 7), (2, 2, 2), 10, rng=rng)
