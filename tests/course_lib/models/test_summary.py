"""The table of a model counts what PyTorch counts, and what can be counted by hand."""

from html.parser import HTMLParser

import numpy as np
import pytest

from course_lib.layers import (
    GRU,
    LSTM,
    RNN,
    BatchNorm1d,
    Conv2d,
    Dense,
    MultiHead,
    ReLU,
    Residual,
    Sequential,
    SharedDense,
    TiedDense,
)
from course_lib.models import cnn, mlp, summary, trace


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_an_mlp_by_hand(rng):
    found = summary(mlp([784, 256, 10], rng=rng, batch_norm=True), (784,))
    assert [(r.name, r.shape, r.parameters, r.multiply_adds) for r in found.rows] == [
        ("0", (256,), 784 * 256 + 256, 784 * 256),
        ("1", (256,), 512, 0),
        ("2", (256,), 0, 0),
        ("3", (10,), 2570, 2560),
    ]
    assert found.parameters == 784 * 256 + 256 + 512 + 2570
    assert found.multiply_adds == 784 * 256 + 2560


def test_a_cnn_by_hand_and_against_dense(rng):
    found = summary(cnn((1, 28, 28), (16, 32), 10, rng=rng), (1, 28, 28))
    shapes = [(16, 28, 28), (16, 28, 28), (16, 14, 14), (32, 14, 14), (32, 14, 14), (32, 7, 7), (1568,), (10,)]
    assert [r.shape for r in found.rows] == shapes
    assert found.parameters == (9 * 16 + 16) + (9 * 16 * 32 + 32) + (1568 * 10 + 10)
    assert found.multiply_adds == 9 * 16 * 28 * 28 + 9 * 16 * 32 * 14 * 14 + 15680


@pytest.mark.parametrize(("cell", "gates"), [(RNN, 1), (LSTM, 4), (GRU, 3)])
def test_recurrent_layers_pay_for_every_step(cell, gates, rng):
    found = summary(Sequential(cell(3, 5, rng=rng), Dense(5, 2, rng=rng)), (7, 3))
    assert found.rows[0].multiply_adds == 7 * gates * (3 * 5 + 5 * 5)
    assert found.multiply_adds == found.rows[0].multiply_adds + 10


def test_a_convolution_with_a_stride_works_at_fewer_places(rng):
    found = summary(Conv2d(3, 8, (3, 5), padding=1, stride=2, rng=rng), (3, 11, 12))
    assert found.rows[0].shape == (8, 6, 5)
    assert (found.parameters, found.multiply_adds) == (3 * 8 * 15 + 8, 6 * 5 * 3 * 8 * 15)


def test_tied_weights_are_counted_once_and_used_twice(rng):
    shared = SharedDense(6, 2, rng=rng)
    found = summary(Sequential(shared, TiedDense(shared)), (6,))
    assert found.parameters == 12 + 2 + 6
    assert found.multiply_adds == 24


def test_nested_networks_name_their_innermost_layers(rng):
    inner = Residual(Sequential(Dense(4, 4, rng=rng), ReLU()))
    found = summary(MultiHead(inner, Dense(4, 1, rng=rng), Dense(4, 3, rng=rng)), (4,))
    assert [r.name for r in found.rows] == ["0.0.0", "0.0.1", "1", "2"]
    assert found.parameters == 20 + 5 + 15


def test_as_text_and_as_a_table(rng):
    found = summary(mlp([1000, 30, 2], rng=rng), (1000,))
    lines = str(found).splitlines()
    assert repr(found) == str(found)
    assert lines[0].split() == ["layer", "output", "parameters", "multiply-adds"]
    assert lines[2].split() == ["0", "Dense(1000,", "30)", "30", "30,030", "30,000"]
    assert lines[-1].split() == ["total", "30,092", "30,060"]

    class Cells(HTMLParser):
        texts = ()

        def handle_data(self, data):
            self.texts += (data,)

    parser = Cells()
    parser.feed(found._repr_html_())
    assert {"Dense(1000, 30)", "30,030", "total", "30,060"} <= set(parser.texts)


def test_the_network_stays_as_it_is(rng):
    network = Sequential(Dense(3, 4, rng=rng), BatchNorm1d(4))
    before = network.snapshot()
    summary(network, (3,))
    np.testing.assert_equal(network.snapshot(), before)
    assert "forward" not in vars(network.layers[0])


def test_an_input_that_does_not_fit_is_refused_by_the_layer(rng):
    with pytest.raises(ValueError, match=r"Dense\(3, 4\): x: wanted shape \(N, 3\), got \(1, 5\)"):
        summary(Dense(3, 4, rng=rng), (5,))
    with pytest.raises(ValueError, match="input_shape: wanted at least 1"):
        summary(Dense(3, 4, rng=rng), (0,))


def test_a_layer_used_twice_is_traced_twice(rng):
    layer = Dense(3, 3, rng=rng)

    class Twice(type(Sequential())):
        def forward(self, x, training=False):
            return self.layers[0].forward(self.layers[0].forward(x, training), training)

    passes = trace(Twice(layer), np.ones((2, 3), np.float32))
    assert [p.name for p in passes] == ["0", "0"]
    np.testing.assert_array_equal(passes[1].x, passes[0].y)
    assert passes[0].dy is None
