"""What every layer promises, over one table. A new layer needs one line in CASES."""

import copy
import inspect
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

import course_lib.layers
from course_lib.gradcheck import check_layer
from course_lib.layers import (
    ELU,
    GELU,
    GRU,
    LSTM,
    RNN,
    ActivityPenalty,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    GlobalAvgPool2d,
    Identity,
    Layer,
    LayerNorm,
    LeakyReLU,
    LogSoftmax,
    MaskingNoise,
    MaxPool2d,
    MultiHead,
    ReLU,
    Reshape,
    Residual,
    Sequential,
    SharedDense,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    SpatialDropout,
    Tanh,
    TiedDense,
    VanillaDropout,
    pack,
)
from course_lib.models import Autoencoder, MixtureDensityNetwork, cnn, mlp, rnn_classifier
from course_lib.regularizers import L1


@dataclass(frozen=True)
class LayerCase:
    """make: rng -> a fresh layer    shape: of its input x, batch first    least: the smallest batch that it can train on"""

    name: str
    make: Callable[[np.random.Generator], Layer]
    shape: tuple[int, ...]
    least: int = 0


def small_network(rng):
    return Sequential(Dense(5, 7, rng=rng), Tanh(), Dense(7, 4, rng=rng))


def nested_network(rng):
    inner = Sequential(Softplus(), Dense(6, 4, rng=rng), LeakyReLU(0.1))
    return Sequential(Identity(), Sequential(Tanh()), Dense(5, 6, rng=rng), inner, Dense(4, 2, rng=rng), Sigmoid())


class Joined(Layer):
    """A MultiHead with its outputs side by side, one array as from the other layers."""

    def __init__(self, heads):
        super().__init__()
        self.layers = (heads,)

    def forward(self, x, training=False):
        ys = self.layers[0].forward(x, training)
        if training:
            self._saved = [y.shape[1] for y in ys]
        return np.concatenate(ys, axis=1)

    def backward(self, dy, need_dx=True):
        ends = np.cumsum(self.recall())[:-1]
        return self.layers[0].backward(tuple(np.split(dy, ends, axis=1)), need_dx)

    def __repr__(self):
        return f"Joined({self.layers[0]!r})"


def two_tasks(rng):
    trunk = Sequential(Dense(5, 4, rng=rng), Tanh())
    return Joined(MultiHead(trunk, Dense(4, 2, rng=rng), Sequential(Dense(4, 3, rng=rng), Softplus())))


def tied_autoencoder(rng):
    encoder = SharedDense(5, 3, rng=rng)
    return Sequential(encoder, Tanh(), TiedDense(encoder))


def tied_below(rng):
    """The tied layer comes first, so that the other one is first in going back."""
    top = SharedDense(3, 5, rng=rng)
    return Sequential(TiedDense(top), Tanh(), top)


def tied_twice(rng):
    shared = SharedDense(5, 3, rng=rng)
    return Sequential(shared, Tanh(), TiedDense(shared), Tanh(), Dense(5, 3, rng=rng), TiedDense(shared))


def small_cnn(rng):
    return Sequential(
        Conv2d(2, 3, 3, rng=rng, padding=1),
        Softplus(),
        BatchNorm2d(3),  # right behind the convolution it would take out the bias, whose gradient is then 0
        AvgPool2d(2),
        SpatialDropout(0.3, rng=rng),
        Residual(Sequential(Conv2d(3, 3, 3, rng=rng, padding=1), Tanh())),
        Flatten(),
        Dense(3 * 2 * 3, 4, rng=rng),
    )


CASES = [
    LayerCase("Dense", lambda rng: Dense(5, 3, rng=rng), (4, 5)),
    LayerCase("Identity", lambda rng: Identity(), (4, 3)),
    LayerCase("Sigmoid", lambda rng: Sigmoid(), (4, 3)),
    LayerCase("Tanh", lambda rng: Tanh(), (4, 3)),
    LayerCase("ReLU", lambda rng: ReLU(), (4, 3)),
    LayerCase("ReLU of images", lambda rng: ReLU(), (3, 2, 4, 5)),
    LayerCase("LeakyReLU", lambda rng: LeakyReLU(), (4, 3)),
    LayerCase("LeakyReLU with another slope", lambda rng: LeakyReLU(0.3), (4, 3)),
    LayerCase("Softplus", lambda rng: Softplus(), (4, 3)),
    LayerCase("ELU", lambda rng: ELU(), (4, 3)),
    LayerCase("ELU with another alpha", lambda rng: ELU(0.3), (4, 3)),
    LayerCase("GELU", lambda rng: GELU(), (4, 3)),
    LayerCase("SiLU", lambda rng: SiLU(), (4, 3)),
    LayerCase("Softmax", lambda rng: Softmax(), (4, 3)),
    LayerCase("Softmax over the last axis", lambda rng: Softmax(), (4, 2, 3)),
    LayerCase("LogSoftmax", lambda rng: LogSoftmax(), (4, 3)),
    LayerCase("LogSoftmax over the last axis", lambda rng: LogSoftmax(), (4, 2, 3)),
    LayerCase("Conv2d", lambda rng: Conv2d(2, 3, 3, rng=rng), (4, 2, 5, 6)),
    LayerCase("Conv2d padded", lambda rng: Conv2d(1, 2, 3, rng=rng, padding=1), (4, 1, 4, 3)),
    LayerCase("Conv2d strided", lambda rng: Conv2d(2, 3, (3, 2), rng=rng, stride=(2, 3), padding=(1, 0)), (4, 2, 6, 7)),
    LayerCase(
        "Conv2d dilated", lambda rng: Conv2d(2, 2, 2, rng=rng, stride=(1, 2), padding=2, dilation=(3, 2)), (4, 2, 4, 5)
    ),
    LayerCase("Conv2d 1x1", lambda rng: Conv2d(3, 2, 1, rng=rng), (4, 3, 2, 3)),
    LayerCase("MaxPool2d", lambda rng: MaxPool2d(2), (4, 2, 4, 6)),
    LayerCase("MaxPool2d with a rest", lambda rng: MaxPool2d((2, 3)), (4, 2, 5, 7)),
    LayerCase("MaxPool2d overlapping", lambda rng: MaxPool2d(3, stride=2), (4, 2, 7, 6)),
    LayerCase("AvgPool2d", lambda rng: AvgPool2d(2), (4, 2, 4, 6)),
    LayerCase("AvgPool2d overlapping", lambda rng: AvgPool2d((3, 2), stride=(2, 1)), (4, 2, 6, 4)),
    LayerCase("GlobalAvgPool2d", lambda rng: GlobalAvgPool2d(), (4, 3, 2, 5)),
    LayerCase("Flatten", lambda rng: Flatten(), (4, 2, 3, 5)),
    LayerCase("Reshape", lambda rng: Reshape(2, 3, 1), (4, 6)),
    LayerCase("Residual", lambda rng: Residual(Sequential(Tanh(), Dense(5, 5, rng=rng))), (4, 5)),
    LayerCase("Residual around no parameters", lambda rng: Residual(Tanh()), (4, 5)),
    LayerCase("MultiHead", two_tasks, (4, 5)),
    LayerCase("SharedDense", lambda rng: SharedDense(5, 3, rng=rng), (4, 5)),
    LayerCase("TiedDense", tied_autoencoder, (4, 5)),
    LayerCase("TiedDense below the other", tied_below, (4, 5)),
    LayerCase("TiedDense twice", tied_twice, (4, 5)),
    LayerCase("Dropout", lambda rng: Dropout(0.3, rng=rng), (4, 5)),
    LayerCase("VanillaDropout", lambda rng: VanillaDropout(0.3, rng=rng), (4, 5)),
    LayerCase("SpatialDropout", lambda rng: SpatialDropout(0.3, rng=rng), (4, 5, 2, 3)),
    LayerCase("GaussianNoise", lambda rng: GaussianNoise(0.5, rng=rng), (4, 5)),
    LayerCase("MaskingNoise", lambda rng: MaskingNoise(0.3, rng=rng), (4, 5)),
    # of strength 0: with another the gradient is that of loss plus penalty, see layers/test_penalty.py
    LayerCase("ActivityPenalty", lambda rng: ActivityPenalty(L1(0)), (4, 5)),
    LayerCase("BatchNorm1d", lambda rng: BatchNorm1d(3), (4, 3), least=2),
    LayerCase(
        "BatchNorm1d biased", lambda rng: BatchNorm1d(3, running_variance="biased", momentum=0.4), (4, 3), least=2
    ),
    LayerCase("BatchNorm2d", lambda rng: BatchNorm2d(3), (4, 3, 2, 5), least=1),
    LayerCase("LayerNorm", lambda rng: LayerNorm(5), (4, 5)),
    LayerCase("LayerNorm of sequences", lambda rng: LayerNorm(5), (4, 3, 5)),
    LayerCase("RNN", lambda rng: RNN(3, 4, rng=rng), (4, 5, 3)),
    LayerCase("RNN with every state", lambda rng: RNN(3, 4, rng=rng, sequences=True), (4, 5, 3)),
    LayerCase("LSTM", lambda rng: LSTM(3, 4, rng=rng), (4, 5, 3)),
    LayerCase("LSTM with every state", lambda rng: LSTM(3, 4, rng=rng, sequences=True), (4, 5, 3)),
    LayerCase("GRU", lambda rng: GRU(3, 4, rng=rng), (4, 5, 3)),
    LayerCase("GRU with every state", lambda rng: GRU(3, 4, rng=rng, sequences=True), (4, 5, 3)),
    LayerCase("small CNN", small_cnn, (4, 2, 4, 6), least=1),
    LayerCase("mlp", lambda rng: mlp([5, 4, 3, 2], rng=rng, activation=Tanh, dropout=0.3), (4, 5)),
    LayerCase("Autoencoder", lambda rng: Autoencoder([5, 4, 2], rng=rng), (4, 5)),
    LayerCase(
        "Autoencoder, denoising", lambda rng: Autoencoder([5, 3], rng=rng, noise=GaussianNoise(0.3, rng=rng)), (4, 5)
    ),
    LayerCase("MixtureDensityNetwork", lambda rng: MixtureDensityNetwork([3, 4, 2], 2, rng=rng), (4, 3)),
    LayerCase("cnn", lambda rng: cnn((1, 6, 5), (2, 3), 2, rng=rng), (4, 1, 6, 5)),
    LayerCase("rnn_classifier", lambda rng: rnn_classifier(3, 4, 2, rng=rng), (4, 5, 3)),
    LayerCase("Sequential", small_network, (4, 5)),
    LayerCase("Sequential in Sequential", nested_network, (4, 5)),
    LayerCase("Sequential of nothing but activations", lambda rng: Sequential(Tanh(), Softplus()), (4, 3)),
]

every_layer = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture
def rng():
    return np.random.default_rng(471)


def draw(rng, shape, dtype=np.float32):
    """Generic values of both signs; what is drawn can not be written into."""
    x = rng.standard_normal(shape).astype(dtype)
    x.flags.writeable = False
    return x


def passes(layer, x, rng=None, need_dx=True):
    """One training pass: y, dy, dx and all gradients by name. dy depends on nothing but its shape."""
    y = layer.forward(x, training=True)
    dy = draw(rng or np.random.default_rng(5), y.shape, y.dtype)
    dx = layer.backward(dy, need_dx)
    return y, dy, dx, {path + name: g for path, inner in layer.walk() for name, g in inner.grads.items()}


def assert_same(left, right):
    for a, b in zip(left[:3], right[:3], strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_equal(left[3], right[3])


def test_every_layer_is_in_the_table():
    made = {type(inner) for case in CASES for _, inner in case.make(np.random.default_rng(0)).walk()}
    exported = {value for value in vars(course_lib.layers).values() if inspect.isclass(value)}
    assert {layer for layer in exported if issubclass(layer, Layer) and not inspect.isabstract(layer)} <= made


@every_layer
@pytest.mark.parametrize("n", ["as given", 1])
def test_gradients_are_those_of_central_differences(case, n, rng):
    shape = case.shape if n == "as given" else (max(n, case.least), *case.shape[1:])
    errors = check_layer(case.make(rng), draw(rng, shape, np.float64), rng=rng)
    assert max(errors.values()) < 1e-6, errors
    assert set(errors) == {"x"} | {p + name for p, inner in case.make(rng).walk() for name in inner.params}


@every_layer
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept_from_end_to_end(case, dtype, rng):
    y, _, dx, grads = passes(case.make(rng).astype(dtype), draw(rng, case.shape, dtype))
    assert {y.dtype, dx.dtype, *(g.dtype for g in grads.values())} == {np.dtype(dtype)}


@every_layer
def test_parameters_are_float32_and_decide_the_dtype(case, rng):
    layer = case.make(rng)
    params = [p for _, inner in layer.walk() for p in inner.params.values()]
    assert all(p.dtype == np.float32 for p in params)
    integers = rng.integers(-3, 4, case.shape)
    y, _, dx, _ = passes(layer, integers)
    assert y.dtype == dx.dtype == np.float32
    if params:
        assert layer.forward(draw(rng, case.shape, np.float64)).dtype == np.float32


@every_layer
def test_float32_and_float64_agree(case, rng):
    layer, x = case.make(rng), draw(rng, case.shape)
    twin = layer.astype(np.float64)  # with the same random numbers to come
    rough, exact = passes(layer, x), passes(twin, x.astype(np.float64))
    np.testing.assert_allclose(rough[0], exact[0], rtol=1e-4, atol=1e-5)


@every_layer
def test_inference_between_forward_and_backward_changes_nothing(case, rng):
    layer, x, other = case.make(rng), draw(rng, case.shape), draw(rng, (7, *case.shape[1:]))
    twin = copy.deepcopy(layer)
    y = layer.forward(x, training=True)
    layer.forward(other)
    dy = draw(np.random.default_rng(5), y.shape, y.dtype)
    dx = layer.backward(dy)
    grads = {path + name: g for path, inner in layer.walk() for name, g in inner.grads.items()}
    assert_same((y, dy, dx, grads), passes(twin, x))


@every_layer
def test_arguments_are_never_changed(case, rng):
    layer, x = case.make(rng), rng.standard_normal(case.shape).astype(np.float32)
    x_before = x.copy()
    y = layer.forward(x, training=True)
    dy = rng.standard_normal(y.shape).astype(np.float32)
    dy_before = dy.copy()
    layer.backward(dy)
    layer.forward(x)
    np.testing.assert_array_equal(x, x_before)
    np.testing.assert_array_equal(dy, dy_before)


@every_layer
def test_results_survive_later_calls(case, rng):
    layer, x, other = case.make(rng), draw(rng, case.shape), draw(rng, case.shape)
    y, _, dx, _ = passes(layer, x)
    inferred = layer.forward(x)
    kept = [a.copy() for a in (y, dx, inferred)]
    passes(layer, other)
    layer.forward(other)
    for now, then in zip((y, dx, inferred), kept, strict=True):
        np.testing.assert_array_equal(now, then)


@every_layer
def test_backward_works_once_for_every_training_forward(case, rng):
    layer, x = case.make(rng), draw(rng, case.shape)
    dy, last = np.ones_like(layer.forward(x)), layer
    while last.layers:
        last = last.layers[-1]
    name = type(last).__name__
    with pytest.raises(RuntimeError, match=rf"{name}.*training=True"):
        layer.backward(dy)  # an inference forward does not count
    layer.forward(x, training=True)
    layer.backward(dy)
    with pytest.raises(RuntimeError, match=rf"{name}.*training=True"):
        layer.backward(dy)


@every_layer
def test_without_dx_all_is_used_up_and_the_gradients_are_the_same(case, rng):
    layer, x = case.make(rng), draw(rng, case.shape)
    _, dy, dx, grads = passes(copy.deepcopy(layer), x)
    assert dx is not None
    _, _, nothing, the_same = passes(layer, x, need_dx=False)
    assert nothing is None
    np.testing.assert_equal(the_same, grads)
    for _, inner in layer.walk():
        if not inner.layers:
            with pytest.raises(RuntimeError):
                inner.backward(dy)


@every_layer
def test_gradients_are_overwritten_not_added_up(case, rng):
    layer, x = case.make(rng), draw(rng, case.shape)
    expected = passes(copy.deepcopy(layer), x)
    for _, inner in layer.walk():
        for g in inner.grads.values():
            g[...] = np.nan
    assert_same(passes(layer, x), expected)


@every_layer
def test_the_order_of_the_examples_does_not_matter(case, rng):
    layer, x = case.make(rng), draw(rng, case.shape, np.float64)
    layer = layer.astype(np.float64)
    order = np.roll(np.arange(len(x)), 1)
    np.testing.assert_allclose(layer.forward(x[order]), layer.forward(x)[order], rtol=1e-12, atol=1e-14)
    if any(hasattr(inner, "rng") for _, inner in layer.walk()):
        return  # in training every example has random numbers of its own
    y = layer.forward(x, training=True)
    dy = draw(rng, y.shape, y.dtype)
    dx, grads = layer.backward(dy), [g.copy() for _, inner in layer.walk() for g in inner.grads.values()]
    np.testing.assert_allclose(layer.forward(x[order], training=True), y[order], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(layer.backward(dy[order]), dx[order], rtol=1e-12, atol=1e-14)
    for g, other in zip(grads, (g for _, inner in layer.walk() for g in inner.grads.values()), strict=True):
        np.testing.assert_allclose(other, g, rtol=1e-10, atol=1e-12)


@every_layer
def test_empty_batch(case, rng):
    layer, x = case.make(rng), draw(rng, (0, *case.shape[1:]))
    assert layer.forward(x).shape == (0, *layer.forward(draw(rng, case.shape)).shape[1:])
    if case.least:
        with pytest.raises(ValueError, match=r"x: wanted at least .* in training"):
            layer.forward(x, training=True)
        return
    y, _, dx, grads = passes(layer, x)
    assert y.shape == layer.forward(x).shape
    assert dx.shape == x.shape
    assert all(np.all(g == 0) for g in grads.values())


@every_layer
@pytest.mark.parametrize("strange", [lambda x: x[::2], lambda x: x[::-1], np.asfortranarray, lambda x: x.astype(">f4")])
def test_memory_layout_does_not_matter(case, strange, rng):
    layer, x = case.make(rng), draw(rng, (6, *case.shape[1:]))
    odd = strange(x)
    usual = np.ascontiguousarray(odd, np.float32)
    left, right = passes(copy.deepcopy(layer), odd), passes(layer, usual)
    for a, b in zip((left[0], left[2], *left[3].values()), (right[0], right[2], *right[3].values()), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@every_layer
def test_another_shape_of_dy_is_refused(case, rng):
    layer, x = case.make(rng), draw(rng, case.shape)
    y = layer.forward(x, training=True)
    with pytest.raises(ValueError, match=r"dy: wanted shape \(.*\), got \(.*\)"):
        layer.backward(np.ones((1, *y.shape[1:]), y.dtype))  # would broadcast


@every_layer
@pytest.mark.parametrize("wrong", ["words", None, 1 + 2j, [[1.0], [2.0, 3.0]]])
def test_what_is_no_array_of_numbers_is_refused(case, wrong, rng):
    with pytest.raises((TypeError, ValueError), match=r"\): x: wanted"):
        case.make(rng).forward(wrong)


@every_layer
def test_a_snapshot_brings_everything_back(case, rng):
    layer, other, x = case.make(rng), case.make(rng), draw(rng, case.shape)
    passes(layer, x)
    snapshot = layer.snapshot()
    expected = layer.forward(x)
    other.load(snapshot)
    np.testing.assert_array_equal(other.forward(x), expected)
    for _, inner in other.walk():
        for array in (*inner.params.values(), *inner.state.values()):
            array[...] = 0.0
    other.load(snapshot)  # the snapshot is a copy: zeroing the layer left it alone
    np.testing.assert_array_equal(other.forward(x), expected)


@every_layer
def test_packing_changes_no_value_and_backward_fills_the_vector(case, rng):
    layer, x = case.make(rng), draw(rng, case.shape)
    if not any(inner.params for _, inner in layer.walk()):
        with pytest.raises(ValueError, match="no parameters"):
            pack(layer)
        return
    expected = passes(copy.deepcopy(layer), x)
    theta, grad = pack(layer)
    grad[...] = np.nan
    assert_same(passes(layer, x), expected)
    assert np.isfinite(grad).all()
    layer.load({name: array + 1 for name, array in layer.snapshot().items()})
    np.testing.assert_array_equal(
        theta, np.concatenate([p.ravel() for _, i in layer.walk() for p in i.params.values()])
    )
    theta[...] = 0.0
    assert all(np.all(p == 0) and np.shares_memory(p, theta) for _, i in layer.walk() for p in i.params.values())


@every_layer
def test_the_repr_says_which_layer_it_is(case, rng):
    layer = case.make(rng)
    assert repr(layer).startswith(f"{type(layer).__name__}(")
    assert "object at" not in repr(layer)


@every_layer
def test_a_copy_in_another_dtype_leaves_the_layer_as_it_is(case, rng):
    layer, x = case.make(rng), draw(rng, case.shape)
    before = layer.snapshot()
    twin = layer.astype(np.float64)
    for _, inner in twin.walk():
        for p in inner.params.values():
            p[...] = 0.0
    np.testing.assert_equal(layer.snapshot(), before)
    assert layer.forward(x).dtype == np.float32


def test_the_contract_notices_a_wrong_gradient(rng):
    class Wrong(Dense):
        def backward(self, dy, need_dx=True):
            return super().backward(1.001 * dy, need_dx)

    errors = check_layer(Wrong(5, 3, rng=rng), draw(rng, (4, 5)), rng=rng)
    assert all(error == pytest.approx(1e-3, rel=1e-2) for error in errors.values())


def test_every_case_has_a_name_of_its_own():
    assert len({case.name for case in CASES}) == len(CASES)
