"""Recurrent layers: step by step by hand, what they can and cannot know, and how far they remember."""

import numpy as np
import pytest

from course_lib.initializers import orthogonal
from course_lib.layers import GRU, LSTM, RNN, sigmoid

KINDS = [RNN, LSTM, GRU]
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


@pytest.fixture
def rng():
    return np.random.default_rng(50)


def exact(kind, *sizes, rng, **options):
    """In float64, and with biases that are not all the same."""
    layer = kind(*sizes, rng=rng, **options).astype(np.float64)
    layer.params["b"][...] += rng.normal(size=layer.params["b"].shape)
    return layer


def by_hand(layer, x):
    """Every h of one sequence x (T, D), one gate after the other."""
    Wx, Wh, b = layer.params.values()
    h = c = np.zeros(len(Wh))
    for x_t in x:
        a, u = (np.split(v, layer.gates) for v in (x_t @ Wx + b, h @ Wh))
        if isinstance(layer, RNN):
            h = np.tanh(a[0] + u[0])
        elif isinstance(layer, LSTM):
            i, f, g, o = (
                gate(a_k + u_k) for gate, a_k, u_k in zip((sigmoid, sigmoid, np.tanh, sigmoid), a, u, strict=True)
            )
            c = f * c + i * g
            h = o * np.tanh(c)
        else:
            r, z = sigmoid(a[0] + u[0]), sigmoid(a[1] + u[1])
            h = (1 - z) * np.tanh(a[2] + r * u[2]) + z * h
        yield h


@every_kind
def test_every_state_is_the_one_computed_by_hand(kind, rng):
    layer, x = exact(kind, 3, 4, rng=rng, sequences=True), rng.normal(size=(2, 6, 3))
    np.testing.assert_allclose(layer.forward(x), [list(by_hand(layer, x_n)) for x_n in x], rtol=1e-12)


@every_kind
def test_the_last_state_is_the_end_of_the_whole_sequence(kind, rng):
    whole = exact(kind, 3, 4, rng=rng, sequences=True)
    last, x, dy = exact(kind, 3, 4, rng=rng), rng.normal(size=(5, 6, 3)), rng.normal(size=(5, 4))
    last.load(whole.snapshot())
    np.testing.assert_array_equal(last.forward(x, training=True), whole.forward(x, training=True)[:, -1])
    padded = np.zeros((5, 6, 4))
    padded[:, -1] = dy
    np.testing.assert_allclose(last.backward(dy), whole.backward(padded), rtol=1e-12)
    for name, g in last.grads.items():
        np.testing.assert_allclose(g, whole.grads[name], rtol=1e-12)


@every_kind
def test_nothing_is_known_before_its_time(kind, rng):
    layer, x = exact(kind, 3, 4, rng=rng, sequences=True), rng.normal(size=(2, 6, 3))
    y, x[:, 3:] = layer.forward(x), 9.0
    later = layer.forward(x)
    np.testing.assert_array_equal(later[:, :3], y[:, :3])
    assert np.all(np.any(later[:, 3:] != y[:, 3:], axis=2))


@every_kind
def test_sequences_of_any_length_and_none(kind, rng):
    layer = exact(kind, 3, 4, rng=rng)
    assert layer.forward(rng.normal(size=(2, 1, 3)), training=True).shape == (2, 4)
    assert layer.backward(np.ones((2, 4))).shape == (2, 1, 3)
    np.testing.assert_array_equal(layer.forward(np.zeros((2, 0, 3)), training=True), 0)  # h_0
    assert layer.backward(np.ones((2, 4))).shape == (2, 0, 3)
    assert all(np.all(g == 0) for g in layer.grads.values())


@every_kind
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_numbers_saturate(kind, dtype, rng):
    layer = kind(3, 4, rng=rng, sequences=True).astype(dtype)
    y = layer.forward(np.array([[[1e4, -1e4, 1e4]] * 5, [[1e-30] * 3] * 5], dtype), training=True)
    assert np.all(np.abs(y) <= 1)
    assert np.isfinite(layer.backward(np.ones_like(y))).all()


@pytest.mark.parametrize("s", [0.5, 1.0, 1.5])
def test_a_gradient_vanishes_or_explodes_with_the_time_lag(s, rng):
    """I6: each step back multiplies with Wh^T. At h = 0 and with Wh = s times a rotation, the gradient is s^lag of the last one."""
    layer = RNN(8, 8, rng=rng, init=orthogonal).astype(np.float64)
    layer.params["Wh"][...] = s * orthogonal(rng, (8, 8), np.float64)
    layer.forward(np.zeros((1, 21, 8)), training=True)
    norms = np.linalg.norm(layer.backward(rng.normal(size=(1, 8)))[0], axis=1)
    np.testing.assert_allclose(norms / norms[-1], s ** np.arange(20.0, -1, -1), rtol=1e-5)


def test_an_open_forget_gate_remembers(rng):
    """i = 0 and f = 1 after the first step: c stays as it is, and so does its gradient."""
    layer = exact(LSTM, 2, 3, rng=rng, sequences=True)
    Wx, Wh, b = layer.params.values()
    Wh[...], Wx[:, :9], b[...] = 0.0, 0.0, 0.0
    Wx[1, 0:3] = -100.0  # x_1 = 1 closes the input gate
    b[0:3], b[3:6], b[9:] = 50.0, 50.0, 50.0
    Wx[0, 6:9] = 1.0
    x = np.zeros((1, 30, 2))
    x[0, 0, 0], x[0, 1:, 1] = 0.5, 1.0
    y = layer.forward(x, training=True)
    np.testing.assert_allclose(y, np.tanh(np.tanh(0.5)), rtol=1e-12)


def test_a_closed_update_gate_remembers(rng):
    layer = exact(GRU, 1, 3, rng=rng, sequences=True)
    Wx, Wh, b = layer.params.values()
    Wh[...], Wx[...], b[...] = 0.0, 0.0, 0.0
    Wx[0, 3:6], Wx[0, 6:], b[3:6] = -100.0, 0.5, 50.0  # x = 1 opens z, and n = tanh(x / 2)
    x = np.zeros((1, 30, 1))
    x[0, 0] = 1.0
    np.testing.assert_allclose(layer.forward(x), np.tanh(0.5), rtol=1e-12)


def test_how_the_weights_start(rng):
    """Orthogonal blocks for the state; an LSTM's forget gate starts open."""
    for kind in KINDS:
        Wx, Wh, b = kind(3, 4, rng=rng).params.values()
        assert (Wx.shape, Wh.shape, b.shape) == ((3, 4 * kind.gates), (4, 4 * kind.gates), (4 * kind.gates,))
        for block in np.split(Wh, kind.gates, axis=1):
            np.testing.assert_allclose(block @ block.T, np.eye(4), atol=1e-6)
        np.testing.assert_array_equal(np.split(b, kind.gates)[1 % kind.gates], 1 if kind is LSTM else 0)


@every_kind
def test_errors_say_what_was_wanted(kind, rng):
    layer = kind(3, 4, rng=rng)
    name = rf"{kind.__name__}\(3, 4\)"
    with pytest.raises(ValueError, match=rf"{name}: x: wanted shape \(N, T, 3\), got \(2, 3\)"):
        layer.forward(np.ones((2, 3)))
    with pytest.raises(ValueError, match="n_hidden: wanted at least 1, got 0"):
        kind(3, 0, rng=rng)
    with pytest.raises(TypeError, match="rng: wanted a numpy Generator"):
        kind(3, 4, rng=None)
    assert repr(kind(3, 4, rng=rng, sequences=True)) == f"{kind.__name__}(3, 4, sequences=True)"
