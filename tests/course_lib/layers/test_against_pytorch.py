"""Every layer against PyTorch in float64: output, and gradients of the input and of every parameter. And once in float32."""

import numpy as np
import pytest

from course_lib.layers import (
    ELU,
    GELU,
    GRU,
    LSTM,
    RNN,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dense,
    Flatten,
    GlobalAvgPool2d,
    LayerNorm,
    LeakyReLU,
    LogSoftmax,
    MaxPool2d,
    MultiHead,
    ReLU,
    Residual,
    Sequential,
    SharedDense,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
    TiedDense,
)
from tests.oracles import expected

RTOL = 1e-10
rng = np.random.default_rng(0)

LAYERS = {
    "dense": Dense(5, 3, rng=rng),
    "conv2d": Conv2d(2, 4, 3, rng=rng, padding=1),
    "conv2d_strided": Conv2d(2, 3, (3, 2), rng=rng, stride=(2, 3), padding=(1, 0)),
    "conv2d_dilated": Conv2d(3, 2, (2, 3), rng=rng, stride=(1, 2), padding=(2, 3), dilation=(3, 2)),
    "max_pool2d": MaxPool2d(2),
    "max_pool2d_overlapping": MaxPool2d((3, 2), stride=(2, 1)),
    "max_pool2d_ties": MaxPool2d(3, stride=2),
    "avg_pool2d": AvgPool2d((3, 2), stride=(2, 1)),
    "global_avg_pool2d": GlobalAvgPool2d(),
    "batch_norm1d": BatchNorm1d(3),
    "batch_norm2d": BatchNorm2d(3, momentum=0.3),
    "layer_norm": LayerNorm(5),
    "rnn": RNN(3, 4, rng=rng, sequences=True),
    "lstm": LSTM(3, 4, rng=rng, sequences=True),
    "gru": GRU(3, 4, rng=rng, sequences=True),
}
ACTIVATIONS = {
    "sigmoid": Sigmoid(),
    "tanh": Tanh(),
    "relu": ReLU(),
    "leaky_relu": LeakyReLU(),
    "softplus": Softplus(),
    "elu": ELU(0.7),
    "gelu": GELU(),
    "silu": SiLU(),
    "softmax": Softmax(),
    "log_softmax": LogSoftmax(),
}


def with_params(layer, values, dtype=np.float64):
    layer = layer.astype(dtype)
    for name, p in layer.params.items():
        p[...] = values[name]
    return layer


def assert_close(ours, theirs, rtol=RTOL):
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol * np.max(np.abs(theirs)))


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, RTOL), (np.float32, 1e-5)])
@pytest.mark.parametrize("name", LAYERS)
def test_output_and_gradients(name, dtype, rtol):
    values = expected(f"layers.{name}")
    layer = with_params(LAYERS[name], values, dtype)
    assert_close(layer.forward(values["x"].astype(dtype), training=True), values["y"], rtol)
    assert_close(layer.backward(values["dy"].astype(dtype)), values["dx"], rtol)
    for param, gradient in layer.grads.items():
        assert_close(gradient, values[f"d{param}"], rtol)


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, RTOL), (np.float32, 1e-5)])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name, dtype, rtol):
    values, layer = expected("layers.activations"), ACTIVATIONS[name]
    assert_close(layer.forward(values["x"].astype(dtype), training=True), values[name], rtol)
    assert_close(layer.backward(values["dy"].astype(dtype)), values[f"d{name}"], rtol)


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, RTOL), (np.float32, 1e-5)])
def test_tied_weights(dtype, rtol):
    values, encoder = expected("layers.tied"), SharedDense(5, 3, rng=rng)
    network = Sequential(encoder, Tanh(), TiedDense(encoder)).astype(dtype)
    encoder, _, decoder = network.layers
    for params, ours, theirs in ((encoder, "W", "W"), (encoder, "b", "b"), (decoder, "b", "c")):
        params.params[ours][...] = values[theirs]
    assert_close(network.forward(values["x"].astype(dtype), training=True), values["y"], rtol)
    assert_close(network.backward(values["dy"].astype(dtype)), values["dx"], rtol)
    for params, ours, theirs in ((encoder, "W", "dW"), (encoder, "b", "db"), (decoder, "b", "dc")):
        assert_close(params.grads[ours], values[theirs], rtol)


@pytest.mark.parametrize("name", ["batch_norm1d", "batch_norm2d"])
def test_running_statistics_and_what_they_are_for(name):
    """E14: PyTorch's running variance is the unbiased one."""
    values = expected(f"layers.{name}")
    layer = with_params(LAYERS[name], values)
    layer.forward(values["x"], training=True)
    assert_close(layer.state["mean"], values["mean"])
    assert_close(layer.state["variance"], values["variance"])
    assert_close(layer.forward(values["other"]), values["at_test"])


@pytest.mark.parametrize(("name", "kind"), [("rnn", RNN), ("lstm", LSTM), ("gru", GRU)])
def test_the_last_state_alone(name, kind):
    values = expected(f"layers.{name}")
    layer = with_params(kind(3, 4, rng=rng), values)
    assert_close(layer.forward(values["x"], training=True), values["last_y"])
    assert_close(layer.backward(values["last_dy"]), values["last_dx"])
    for param, gradient in layer.grads.items():
        assert_close(gradient, values[f"last_d{param}"])


def test_a_whole_network():
    values = expected("layers.network")
    convolution, hidden = Conv2d(1, 3, 3, rng=rng, padding=1), Dense(12, 12, rng=rng)
    heads = Dense(12, 2, rng=rng), Dense(12, 3, rng=rng)
    around = Residual(Sequential(hidden, Tanh()))
    trunk = Sequential(convolution, ReLU(), MaxPool2d(2), Flatten(), around, BatchNorm1d(12))
    network = MultiHead(trunk, *heads).astype(np.float64)
    trunk, *heads = network.layers
    convolution, hidden = trunk.layers[0], trunk.layers[4].layers[0].layers[0]
    convolution.params["W"][...] = values["W1"]
    hidden.params["W"][...], hidden.params["b"][...] = values["W2"], values["b2"]
    heads[0].params["W"][...], heads[1].params["W"][...] = values["W3"], values["W4"]
    assert_close(np.concatenate(network.forward(values["x"], training=True), axis=1), values["y"])
    assert_close(network.backward((values["dy"][:, :2], values["dy"][:, 2:])), values["dx"])
    for layer, names in ((convolution, "W1"), (hidden, "W2"), (heads[0], "W3"), (heads[1], "W4")):
        assert_close(layer.grads["W"], values[f"d{names}"])
    assert_close(hidden.grads["b"], values["db2"])
