"""Skip connections and shared trunks."""

import numpy as np
import pytest

from course_lib.initializers import zeros
from course_lib.layers import BatchNorm1d, Dense, MultiHead, ReLU, Residual, Sequential, Tanh, pack


@pytest.fixture
def rng():
    return np.random.default_rng(16)


def test_a_residual_block_that_does_nothing_is_the_identity(rng):
    block = Residual(Sequential(Dense(4, 4, rng=rng), ReLU(), Dense(4, 4, rng=rng, init=zeros)))
    x = rng.normal(size=(3, 4)).astype(np.float32)
    np.testing.assert_array_equal(block.forward(x, training=True), x)
    np.testing.assert_array_equal(block.backward(x), x)


def test_gradients_reach_the_bottom_of_a_deep_stack_around_what_kills_them(rng):
    """U22: through 30 layers of small tanh units nothing comes back; around them everything does."""
    layers = [Dense(4, 4, rng=rng, init=lambda rng, shape: 0.1 * rng.normal(size=shape)) for _ in range(60)]
    plain = Sequential(*[part for layer in layers[:30] for part in (layer, Tanh())])
    skipping = Sequential(*[Residual(Sequential(layer, Tanh())) for layer in layers[30:]])
    for network in (plain, skipping):
        network.forward(rng.normal(size=(3, 4)), training=True)
    assert np.abs(plain.backward(np.ones((3, 4)))).max() < 1e-12
    assert np.abs(skipping.backward(np.ones((3, 4)))).max() > 1e-2


def test_a_residual_block_has_to_keep_the_shape(rng):
    with pytest.raises(ValueError, match=r"f: wanted an output of the shape of x, \(3, 4\), got \(3, 5\)"):
        Residual(Dense(4, 5, rng=rng)).forward(np.ones((3, 4)))
    with pytest.raises(ValueError, match=r"f: wanted an output of the shape of x, \(3, 4\), got \(3, 1\)"):
        Residual(Dense(4, 1, rng=rng)).forward(np.ones((3, 4)))  # would broadcast
    with pytest.raises(TypeError, match="layers: wanted layers, got ufunc"):
        Residual(np.tanh)


def test_the_errors_of_all_heads_meet_in_the_trunk(rng):
    """W16: the trunk's gradient is the sum of what each head alone would send."""
    trunk, a, b = Dense(4, 5, rng=rng), Dense(5, 2, rng=rng), Sequential(Tanh(), Dense(5, 3, rng=rng))
    network = MultiHead(trunk, a, b).astype(np.float64)
    trunk, a, b = network.layers
    x, dys = rng.normal(size=(6, 4)), (rng.normal(size=(6, 2)), rng.normal(size=(6, 3)))
    ya, yb = network.forward(x, training=True)
    dx, dW = network.backward(dys), trunk.grads["W"].copy()
    sums = []
    for head, dy, y in ((a, dys[0], ya), (b, dys[1], yb)):
        alone = Sequential(trunk, head)
        np.testing.assert_array_equal(alone.forward(x, training=True), y)
        sums.append((alone.backward(dy), trunk.grads["W"].copy()))
    np.testing.assert_allclose(dx, sums[0][0] + sums[1][0], rtol=1e-12)
    np.testing.assert_allclose(dW, sums[0][1] + sums[1][1], rtol=1e-12)


def test_a_head_without_a_task_changes_nothing(rng):
    network = MultiHead(Dense(4, 5, rng=rng), Dense(5, 2, rng=rng), Dense(5, 3, rng=rng))
    _, grad = pack(network)
    network.forward(np.ones((6, 4)), training=True)
    network.backward((np.ones((6, 2)), np.zeros((6, 3))))
    assert np.all(network.layers[2].grads["W"] == 0)
    assert np.any(grad != 0)


def test_multi_head_wants_one_gradient_for_each_head(rng):
    network = MultiHead(Dense(4, 5, rng=rng), Dense(5, 2, rng=rng), Dense(5, 3, rng=rng))
    network.forward(np.ones((6, 4)), training=True)
    for wrong, got in ((np.ones((6, 2)), "ndarray"), ((np.ones((6, 2)),), "1 arrays")):
        with pytest.raises(ValueError, match=f"dy: wanted a tuple of 2 arrays, one for each head, got {got}"):
            network.backward(wrong)
    with pytest.raises(ValueError, match="heads: wanted at least one"):
        MultiHead(Dense(4, 5, rng=rng))
    head = BatchNorm1d(5)
    with pytest.raises(ValueError, match="wanted every layer once"):
        MultiHead(Dense(4, 5, rng=rng), head, head)
