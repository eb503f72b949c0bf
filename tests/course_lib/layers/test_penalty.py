"""Activity penalties: the gradient of loss plus penalty, through whole networks."""

from functools import partial

import numpy as np
import pytest

from course_lib.gradcheck import numerical_gradient, relative_error
from course_lib.initializers import he_normal
from course_lib.layers import ActivityPenalty, Dense, ReLU, Sequential, Tanh, pack
from course_lib.losses import SquaredError
from course_lib.optim import Adam
from course_lib.regularizers import L1, L1L2, L2, MaxNorm


@pytest.fixture
def rng():
    return np.random.default_rng(10)


@pytest.mark.parametrize("omega", [L1(0.3), L2.half(0.7), L1L2(0.1, 0.2)], ids=repr)
def test_the_gradient_is_that_of_loss_plus_penalty(omega, rng):
    """W10: J + alpha Omega, here of the activations, by central differences of every weight."""
    make = partial(Dense, rng=rng, init=partial(he_normal, dtype=np.float64))
    network = Sequential(make(3, 5), Tanh(), ActivityPenalty(omega), make(5, 2))
    theta, grad = pack(network)
    x, y, loss = rng.normal(size=(6, 3)), rng.normal(size=(6, 2)), SquaredError()

    def J(values):
        theta[...] = values
        value = loss.forward(network.forward(x, training=True), y)
        hidden = np.tanh(x @ network.layers[0].params["W"] + network.layers[0].params["b"])
        assert network.layers[2].value == pytest.approx(omega.value(hidden) / 6)  # the mean over the batch
        return value + network.layers[2].value

    start = theta.copy()
    J(start)
    network.backward(loss.backward(), need_dx=False)
    computed = grad.copy()
    assert relative_error(computed, numerical_gradient(J, start)) < 1e-7


def test_in_prediction_it_does_nothing(rng):
    x, layer = rng.normal(size=(4, 3)), ActivityPenalty(L1(5.0))
    y = layer.forward(x)
    np.testing.assert_array_equal(y, x)
    assert not np.shares_memory(y, x)
    assert layer.value == 0
    with pytest.raises(RuntimeError, match="ActivityPenalty"):
        layer.backward(x)


def test_l1_makes_activations_sparse(rng):
    """An autoencoder with and without: most hidden units of most examples become exactly 0."""
    x = rng.normal(size=(60, 6)).astype(np.float32)
    zeros = {}
    for lam in (0.0, 0.3):
        own = np.random.default_rng(0)
        encoder, penalty = Sequential(Dense(6, 12, rng=own), ReLU()), ActivityPenalty(L1(lam))
        network, loss, optimizer = Sequential(encoder, penalty, Dense(12, 6, rng=own)), SquaredError(), Adam(0.01)
        theta, grad = pack(network)
        for _ in range(600):
            loss.forward(network.forward(x, training=True), x)
            network.backward(loss.backward(), need_dx=False)
            optimizer.step(theta, grad)
        zeros[lam] = np.mean(encoder.forward(x) == 0)
    assert zeros[0.3] > zeros[0.0] + 0.15


def test_it_wants_a_regularizer():
    with pytest.raises(TypeError, match=r"omega: wanted a regularizer such as L1\(1e-3\), got 0.001"):
        ActivityPenalty(0.001)
    with pytest.raises(TypeError, match=r"omega: wanted a regularizer .*, got MaxNorm\(limit=2\)"):
        ActivityPenalty(MaxNorm(2))
    assert repr(ActivityPenalty(L1(0.5))) == "ActivityPenalty(L1(lam=0.5))"
