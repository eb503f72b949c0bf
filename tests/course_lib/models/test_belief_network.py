"""The fully visible belief network: an exact distribution over binary pictures."""

import itertools

import numpy as np
import pytest

from course_lib.gradcheck import check_layer
from course_lib.losses import SigmoidCrossEntropy
from course_lib.models import BeliefNetwork
from course_lib.optim import Adam
from course_lib.training import fit


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def network(rng):
    network = BeliefNetwork(4, rng=rng).astype(np.float64)
    network.params["W"] += np.triu(rng.standard_normal((4, 4)), 1)
    network.params["b"] += rng.standard_normal(4)
    return network


EVERY = np.array(list(itertools.product([0.0, 1.0], repeat=4)))


def test_the_probabilities_of_all_pictures_sum_to_1(network):
    assert np.sum(np.exp(network.log_likelihood(EVERY))) == pytest.approx(1, abs=1e-12)


def test_each_pixel_sees_only_those_before_it(network):
    logits = network.forward(EVERY)
    for d in range(4):
        for other in range(d, 4):
            changed = EVERY.copy()
            changed[:, other] = 1 - changed[:, other]
            np.testing.assert_array_equal(network.forward(changed)[:, d], logits[:, d])
    assert not np.array_equal(network.forward(1 - EVERY)[:, 3], logits[:, 3])


def test_the_loss_is_minus_the_mean_log_likelihood(network):
    loss = SigmoidCrossEntropy().forward(network.forward(EVERY), EVERY)
    assert loss == pytest.approx(-network.log_likelihood(EVERY).mean())
    by_hand = np.sum(
        np.log(np.where(EVERY == 1, 1, 0) + np.where(EVERY == 1, -1, 1) / (1 + np.exp(network.forward(EVERY)))), 1
    )
    np.testing.assert_allclose(network.log_likelihood(EVERY), by_hand)


def test_samples_come_as_often_as_they_should(network, rng):
    x = network.sample(40_000, rng=rng)
    counts = np.bincount((x @ [8, 4, 2, 1]).astype(int), minlength=16)
    expected = 40_000 * np.exp(network.log_likelihood(EVERY))
    assert np.sum((counts - expected) ** 2 / expected) < 37.7  # chi^2 with 15 degrees of freedom, p = 0.001


def test_gradients_are_those_of_central_differences_where_weights_may_be(network, rng):
    x = EVERY[[3, 5, 9]]
    errors = check_layer(network, x, rng=rng)
    assert errors["b"] < 1e-6 and errors["x"] < 1e-6
    network.forward(x, training=True)
    dy = rng.standard_normal(x.shape)
    network.backward(dy)
    np.testing.assert_allclose(network.grads["W"], np.triu(x.T @ dy, 1))


def test_training_finds_what_depends_on_what_and_zeros_stay(rng):
    x = rng.integers(0, 2, (500, 3)).astype(np.float32)
    x[:, 2] = np.where(rng.uniform(size=500) < 0.9, x[:, 0], 1 - x[:, 0])
    network = BeliefNetwork(3, rng=rng)
    fit(network, SigmoidCrossEntropy(), Adam(0.03), x, x, rng=rng, epochs=30, progress=False)
    same = np.mean(x[:, 2] == x[:, 0])
    entropy = 2 * np.log(2) - same * np.log(same) - (1 - same) * np.log(1 - same)
    assert -network.log_likelihood(x).mean() == pytest.approx(entropy, abs=0.02)
    assert np.all(np.tril(network.params["W"]) == 0)


def test_no_pictures_and_wrong_ones(network, rng):
    assert network.sample(1, rng=rng).shape == (1, 4)
    assert network.log_likelihood(np.empty((0, 4))).shape == (0,)
    assert repr(network) == "BeliefNetwork(4)"
    with pytest.raises(ValueError, match=r"BeliefNetwork\(4\): x: wanted shape \(N, 4\), got \(2, 3\)"):
        network.log_likelihood(np.zeros((2, 3)))
    with pytest.raises(TypeError, match="rng: wanted a numpy Generator"):
        network.sample(2, rng=None)
