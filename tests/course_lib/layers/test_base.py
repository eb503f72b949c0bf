"""Layers in a row, snapshots, and networks as one vector."""

import io
import pickle

import numpy as np
import pytest

from course_lib.initializers import he_normal
from course_lib.layers import Dense, Identity, ReLU, Sequential, Tanh, pack


@pytest.fixture
def rng():
    return np.random.default_rng(11)


@pytest.fixture
def network(rng):
    return Sequential(Dense(4, 6, rng=rng), Tanh(), Sequential(Dense(6, 5, rng=rng), ReLU()), Dense(5, 3, rng=rng))


def test_sequential_is_one_layer_after_the_other(network, rng):
    x = rng.normal(size=(7, 4)).astype(np.float32)
    (W1, b1), (W2, b2), (W3, b3) = (
        layer.params.values() for layer in (network.layers[0], network.layers[2].layers[0], network.layers[3])
    )
    expected = np.maximum(np.tanh(x @ W1 + b1) @ W2 + b2, 0) @ W3 + b3
    np.testing.assert_array_equal(network.forward(x), expected)


def test_the_repr_shows_the_whole_network(network):
    assert repr(network) == "Sequential(Dense(4, 6), Tanh(), Sequential(Dense(6, 5), ReLU()), Dense(5, 3))"


def test_errors_name_the_layer_in_the_network(network):
    with pytest.raises(ValueError) as caught:
        network.forward(np.ones((7, 5)))
    assert str(caught.value) == "Dense(4, 6): x: wanted shape (N, 4), got (7, 5)"


def test_no_dx_for_what_lies_below_the_first_parameters(rng):
    class Watched(Dense):
        def backward(self, dy, need_dx=True):
            self.asked = need_dx
            return super().backward(dy, need_dx)

    class Unbothered(Identity):
        def backward(self, dy, need_dx=True):
            raise AssertionError("nobody needs this error")

    first, second = Watched(3, 4, rng=rng), Watched(4, 2, rng=rng)
    network = Sequential(Unbothered(), Sequential(Unbothered()), first, second)
    network.forward(np.ones((5, 3)), training=True)
    assert network.backward(np.ones((5, 2)), need_dx=False) is None
    assert (first.asked, second.asked) == (False, True)
    network = Sequential(first, second)
    network.forward(np.ones((5, 3)), training=True)
    assert network.backward(np.ones((5, 2))).shape == (5, 3)
    assert (first.asked, second.asked) == (True, True)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ((ReLU(), np.tanh), "layers: wanted layers, got ufunc at position 1"),
        ((ReLU,), r"layers: wanted layers, got ABCMeta at position 0, write ReLU\(\.\.\.\)"),
        (([ReLU(), Tanh()],), "layers: wanted layers, got list at position 0"),
    ],
)
def test_only_layers_can_stand_in_a_row(layers, message):
    with pytest.raises(TypeError, match=message):
        Sequential(*layers)


def test_one_layer_can_not_stand_twice(rng):
    relu = ReLU()
    for wrong in (lambda: Sequential(relu, Identity(), relu), lambda: Sequential(relu, Sequential(Identity(), relu))):
        with pytest.raises(ValueError, match=r"wanted every layer once, got the same ReLU\(\) again"):
            wrong()


def test_walk_names_the_way_to_every_layer(network):
    assert [(path, type(layer).__name__) for path, layer in network.walk()] == [
        ("", "Sequential"),
        ("0.", "Dense"),
        ("1.", "Tanh"),
        ("2.", "Sequential"),
        ("2.0.", "Dense"),
        ("2.1.", "ReLU"),
        ("3.", "Dense"),
    ]


# --- pack -------------------------------------------------------------------------------------------------------------


def test_pack_moves_values_and_gradients_and_leaves_views(network, rng):
    x = rng.normal(size=(7, 4)).astype(np.float32)
    network.forward(x, training=True)
    network.backward(np.ones((7, 3), np.float32))
    before, y = network.snapshot(), network.forward(x)
    gradients = [g.copy() for _, layer in network.walk() for g in layer.grads.values()]
    theta, grad = pack(network)
    assert theta.shape == grad.shape == (4 * 6 + 6 + 6 * 5 + 5 + 5 * 3 + 3,)
    assert theta.dtype == grad.dtype == np.float32
    np.testing.assert_equal(network.snapshot(), before)
    np.testing.assert_array_equal(network.forward(x), y)
    np.testing.assert_array_equal(theta, np.concatenate([a.ravel() for a in before.values()]))
    np.testing.assert_array_equal(grad, np.concatenate([g.ravel() for g in gradients]))
    theta -= 0.1 * grad  # one step of gradient descent
    for (_, layer), _ in zip(network.walk(), range(99), strict=False):
        for p, g in zip(layer.params.values(), layer.grads.values(), strict=True):
            assert np.shares_memory(p, theta)
            assert np.shares_memory(g, grad)
    np.testing.assert_array_equal(network.layers[0].params["W"], (before["0.W"] - 0.1 * gradients[0]))


def test_packing_again_gives_the_same_vectors(network):
    theta, grad = pack(network)
    again = pack(network)
    assert again[0] is theta
    assert again[1] is grad


def test_packing_a_part_takes_it_out_and_the_whole_can_be_packed_anew(network):
    theta, _ = pack(network)
    part, _ = pack(network.layers[3])
    assert not np.shares_memory(network.layers[3].params["W"], theta)
    anew, grad = pack(network)
    assert anew is not theta
    for _, layer in network.walk():
        assert all(np.shares_memory(p, anew) for p in layer.params.values())
        assert all(np.shares_memory(g, grad) for g in layer.grads.values())
    assert not np.shares_memory(part, anew)


@pytest.mark.parametrize("duplicate", [lambda n: n.astype(np.float32), lambda n: pickle.loads(pickle.dumps(n))])
def test_a_copy_of_a_packed_network_has_vectors_of_its_own(network, duplicate):
    theta, _ = pack(network)
    twin = duplicate(network)
    copied, _ = pack(twin)
    np.testing.assert_array_equal(copied, theta)
    copied[...] = 0.0
    assert all(np.all(p == 0) for _, layer in twin.walk() for p in layer.params.values())
    assert np.any(theta)


def test_pack_wants_parameters_of_one_dtype(rng):
    with pytest.raises(ValueError, match=r"network: wanted parameters of one dtype, got no parameters"):
        pack(Sequential(ReLU()))
    mixed = Sequential(Dense(2, 3, rng=rng), Dense(3, 2, rng=rng).astype(np.float64))
    with pytest.raises(ValueError, match="network: wanted parameters of one dtype, got float32 and float64"):
        pack(mixed)


def test_a_layer_alone_can_be_packed(rng):
    dense = Dense(4, 3, rng=rng, init=he_normal)
    theta, _ = pack(dense)
    np.testing.assert_array_equal(theta[:12].reshape(4, 3), dense.params["W"])


# --- snapshots --------------------------------------------------------------------------------------------------------


def test_a_snapshot_goes_through_a_file(network, rng):
    theta, _ = pack(network)
    expected = theta.copy()
    file = io.BytesIO()
    np.savez(file, **network.snapshot())
    theta[...] = 0.0
    file.seek(0)
    with np.load(file) as saved:
        network.load(saved)
    np.testing.assert_array_equal(theta, expected)  # written in place: the vector sees it


def test_the_snapshot_holds_parameters_and_states_by_name(network):
    dense = network.layers[3]
    dense.state = {"mean": np.full(3, 7.0, np.float32)}
    assert list(network.snapshot()) == ["0.W", "0.b", "2.0.W", "2.0.b", "3.W", "3.b", "3.mean"]
    snapshot = network.snapshot()
    dense.state["mean"][...] = 0.0
    network.load(snapshot)
    np.testing.assert_array_equal(dense.state["mean"], 7)
    assert dense.astype(np.float64).state["mean"].dtype == np.float64


def test_a_snapshot_that_does_not_fit_is_refused_as_a_whole(network):
    before = network.snapshot()
    ones = {name: np.ones_like(array) for name, array in before.items()}
    missing = {name: array for name, array in ones.items() if name != "3.b"}
    for wrong, message in (
        (missing, r"missing or unknown: 3\.b"),
        ({**ones, "9.W": np.ones(2)}, r"missing or unknown: 9\.W"),
        ({**ones, "3.b": np.ones((1, 3))}, r"3\.b: wanted shape \(3,\), got \(1, 3\)"),
        ({**ones, "3.b": np.ones(1)}, r"3\.b: wanted shape \(3,\), got \(1,\)"),
    ):
        with pytest.raises(ValueError, match=message):
            network.load(wrong)
        np.testing.assert_equal(network.snapshot(), before)
