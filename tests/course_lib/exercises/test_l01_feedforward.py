"""The references of lesson 01 against SciPy, scikit-learn and Python's exact arithmetic: oracles that are not ours."""

import warnings
from decimal import Decimal, localcontext

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.special import expit, log_expit
from sklearn.neural_network import MLPRegressor

from course_lib.checking.checker import check_function
from course_lib.exercises import find
from course_lib.exercises import l01_feedforward as l01
from course_lib.layers.activations import relu

rng = np.random.default_rng(6)
WIDE = np.concatenate([rng.normal(scale=3, size=40), [0.0, 1e-9, -1e-9, 30, -30, 745, -745, 1000, -1000]])


def test_neuron_is_numpys_product_with_a_one_in_front():
    w, x = rng.normal(size=6), rng.normal(size=5)
    in_j, a_j = l01.neuron(w, x, np.tanh)
    assert in_j == pytest.approx(np.inner(w, [1, *x]))
    assert a_j == pytest.approx(np.tanh(np.inner(w, [1, *x])))


@pytest.mark.parametrize(
    ("name", "oracle"),
    [("sigmoid", expit), ("tanh", np.tanh), ("softplus", lambda x: -log_expit(-x))],
)
def test_smooth_activations_against_scipy_and_without_a_warning(name, oracle):
    with warnings.catch_warnings(), np.errstate(over="raise", divide="raise", invalid="raise"):
        warnings.simplefilter("error")
        values, quiet = l01.quietly(find(f"l01.{name}").reference, WIDE)
    np.testing.assert_allclose(values, oracle(WIDE), rtol=1e-14, atol=1e-15)
    assert quiet == 1


def test_sigmoid_in_fifty_digits():
    with localcontext() as context:
        context.prec = 50
        exact = [float(1 / (1 + (-Decimal(x)).exp())) for x in WIDE]
    np.testing.assert_allclose(l01.sigmoid(WIDE), exact, rtol=1e-15)


def test_derivatives_against_scipys_differences():
    x = rng.normal(scale=2, size=30)
    functions = (expit, np.tanh, relu, lambda v: l01.leaky_relu(v, 0.2), lambda v: -log_expit(-v))
    for g, slope in zip(functions, l01.derivatives(x, 0.2), strict=True):
        numeric = [2 * approx_fprime([v], g, 1e-7)[0] - approx_fprime([v], g, 2e-7)[0] for v in x]
        np.testing.assert_allclose(slope, numeric, atol=2e-6)


def test_derivatives_at_the_kink_are_those_of_the_left_side():
    _, _, relu_slope, leaky_slope, _ = l01.derivatives(np.zeros(1), 0.2)
    assert (relu_slope[0], leaky_slope[0]) == (0.0, 0.2)


def test_dense_forward_unit_by_unit():
    x, W, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
    by_hand = [[b[j] + sum(x[n, i] * W[i, j] for i in range(3)) for j in range(2)] for n in range(4)]
    np.testing.assert_allclose(l01.dense_forward(x, W, b), by_hand)


@pytest.mark.parametrize(("activation", "g"), [("relu", relu), ("tanh", np.tanh), ("logistic", expit)])
def test_mlp_forward_is_scikit_learns_network(activation, g):
    x, y = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))
    net = MLPRegressor(hidden_layer_sizes=(5, 4), activation=activation, max_iter=1, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "not converged": any weights will do
        net.fit(x, y)
    hs = l01.mlp_forward(x, list(zip(net.coefs_, net.intercepts_, strict=True)), g)
    np.testing.assert_allclose(hs[-1], net.predict(x), atol=1e-12)
    assert [h.shape for h in hs] == [(20, 5), (20, 4), (20, 2)]
    assert l01.count_parameters([3, 5, 4, 2]) == sum(a.size for a in (*net.coefs_, *net.intercepts_))


def test_xor_of_the_reference():
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    assert l01.classes_of_221(l01.xor_layers, corners).tolist() == [a ^ b for a, b in corners.tolist()]


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        ([(np.ones((2, 2)), np.ones(2)), (np.ones(2), np.ones(1))], r"W2: wanted shape (2, 1), got (2,)"),
        ([(np.ones((2, 2)), 0.0), (np.ones((2, 1)), np.ones(1))], r"b1: wanted shape (2,), got ()"),
        ([(np.ones((2, 2)), np.array([0, np.nan])), (np.ones((2, 1)), np.ones(1))], "b1: wanted finite numbers"),
        ([1, 2, 3], "wanted [(W1, b1), (W2, b2)], arrays of numbers"),
        ("weights", "wanted [(W1, b1), (W2, b2)], arrays of numbers"),
    ],
)
def test_weights_that_cannot_be_are_named(layers, says):
    verdict = check_function(find("l01.xor_layers"), lambda: layers)
    assert verdict.status == "raised" and says in verdict.message


def test_random_weights_pass_exactly_where_they_are_right():
    """Any right weights pass, and no wrong ones: random networks, judged here by a product of their own."""
    exercise, n = find("l01.xor_layers"), 200_000
    W1, b1, W2, b2 = (rng.integers(-3, 4, size=(n, *shape)) / 2 for shape in ((2, 2), (2,), (2, 1), (1,)))
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    hidden = np.einsum("cd,ndm->ncm", corners, W1) + b1[:, None]
    says = np.einsum("ncm,nmo->nc", hidden * (hidden > 0), W2) + b2 > 0
    right = (says == [False, True, True, False]).all(axis=1)
    tried = [*np.flatnonzero(right)[:40], *np.flatnonzero(~right)[:40]]
    assert len(tried) == 80
    for k in tried:
        assert check_function(exercise, lambda k=k: [(W1[k], b1[k]), (W2[k], b2[k])]).right == right[k]


def test_a_warning_costs_its_half_and_is_shown():
    verdict = check_function(find("l01.sigmoid"), lambda x: 1 / (1 + np.exp(-x)))
    assert [part.status for part in verdict.parts] == ["right", "diagnosed"]
    assert verdict.points == 1.0
    assert any("overflow" in note for note in verdict.notes)
