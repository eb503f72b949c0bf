"""The references of lesson 02 against SciPy's differences and scikit-learn: oracles that are not ours."""

import warnings
from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from sklearn.neural_network import MLPClassifier

from course_lib.exercises import l02_backpropagation as l02

rng = np.random.default_rng(5)


def h(z):
    return 1 / (1 + np.exp(-z))


def differences(f, array):
    """Forward differences by SciPy, refined by Richardson's rule to an error of order eps^2."""
    flat = array.ravel()

    def g(v):
        return f(v.reshape(array.shape))

    return (2 * approx_fprime(flat, g, 1e-6) - approx_fprime(flat, g, 2e-6)).reshape(array.shape)


@pytest.mark.parametrize("sizes", [(5, 3), (5, 4, 3), (6, 2, 4, 3)])
def test_hidden_layers_of_u3_to_u5(sizes):
    d, *hidden = sizes
    x, y, w = rng.normal(size=d), 0.4, rng.normal(size=hidden[-1])
    Ws = [rng.normal(size=(k, j)) for j, k in zip(sizes, hidden, strict=False)]

    def f(w, Ws):
        z = x
        for W in Ws:
            z = h(W @ z)
        return 0.5 * (w @ z - y) ** 2

    reference = {1: l02.one_hidden, 2: l02.two_hidden, 3: l02.three_hidden}[len(hidden)]
    gradients = reference(x, y, w, *reversed(Ws))[-len(hidden) - 1 :]
    np.testing.assert_allclose(gradients[0], differences(lambda v: f(v, Ws), w), atol=1e-7)
    for m, gradient in enumerate(reversed(gradients[1:])):

        def by_one_matrix(W, m=m):
            return f(w, [*Ws[:m], W, *Ws[m + 1 :]])

        np.testing.assert_allclose(gradient, differences(by_one_matrix, Ws[m]), atol=1e-7)


def test_layers():
    dy, x, W = rng.normal(size=(4, 3)), rng.normal(size=(4, 2)), rng.normal(size=(2, 3))
    dx, dW, db = l02.dense_backward(dy, x, W)
    np.testing.assert_allclose(dx, differences(lambda x: np.sum(dy * (x @ W)), x), atol=1e-7)
    np.testing.assert_allclose(dW, differences(lambda W: np.sum(dy * (x @ W)), W), atol=1e-7)
    np.testing.assert_allclose(db, differences(lambda b: np.sum(dy * (x @ W + b)), np.zeros(3)), atol=1e-7)
    np.testing.assert_allclose(
        l02.sigmoid_backward(dy[:, :2], h(x)), differences(lambda x: np.sum(dy[:, :2] * h(x)), x), atol=1e-7
    )
    np.testing.assert_allclose(
        l02.relu_backward(dy[:, :2], x), differences(lambda x: np.sum(dy[:, :2] * np.maximum(x, 0)), x), atol=1e-7
    )


def test_mlp_backward_makes_the_step_that_scikit_learn_makes():
    """One full-batch SGD step of MLPClassifier from the same weights: its gradient is (before - after) / learning rate."""
    x, t = rng.normal(size=(12, 3)), np.tile([0, 1], 6)
    net = MLPClassifier(
        (5, 4), solver="sgd", alpha=0, momentum=0, learning_rate_init=0.1, batch_size=12, max_iter=1, shuffle=False
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "not converged": one step is what is wanted
        net.fit(x, t)
        before_W, before_b = [W.copy() for W in net.coefs_], [b.copy() for b in net.intercepts_]
        loss, dWs, dbs = l02.mlp_backward(x, t[:, None].astype(float), before_W, before_b)
        net.partial_fit(x, t)
    assert loss == pytest.approx(net.loss_, rel=1e-12)
    for before, after, gradient in zip(before_W + before_b, net.coefs_ + net.intercepts_, dWs + dbs, strict=True):
        np.testing.assert_allclose(gradient, (before - after) / 0.1, atol=1e-12)


def test_numerical_gradient():
    w = rng.normal(size=(2, 3))
    np.testing.assert_allclose(
        l02.numerical_gradient(lambda w: float(np.sum(np.exp(w))), w, 1e-5), np.exp(w), rtol=1e-9
    )


def test_three_factors():
    yhat, y = rng.normal(size=4), rng.normal(size=4)
    losses = (lambda a: 0.5 * np.sum((a - y) ** 2), lambda a: np.sum((a - y) ** 2), lambda a: np.mean((a - y) ** 2))
    for gradient, loss in zip(l02.three_factors(yhat, y), losses, strict=True):
        np.testing.assert_allclose(gradient, differences(loss, yhat), atol=1e-7)


def test_multiply_adds_are_those_of_the_products():
    """A counting product goes through the whole network, forward and backward."""
    sizes, count = [7, 5, 3, 1], 0

    def product(n, m, batch=1):
        nonlocal count
        count += n * m * batch

    for n, m in pairwise(sizes):
        product(n, m)
    forward, count = count, 0
    for layer in reversed(range(3)):
        product(sizes[layer], sizes[layer + 1])  # the gradient of the weights
        if layer:
            product(sizes[layer], sizes[layer + 1])  # the error below
    assert l02.multiply_adds(sizes) == (forward, count)
