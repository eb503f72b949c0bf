"""The references of lesson 09 against PyTorch, differences and the library; and E14 settled."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from course_lib.exercises import l09_batch_normalization as l09
from course_lib.layers import BatchNorm1d, BatchNorm2d

torch = pytest.importorskip("torch")
rng = np.random.default_rng(9)
X, DY = 3 + 2 * rng.normal(size=(8, 4)), rng.normal(size=(8, 4))
GAMMA, BETA = rng.uniform(0.5, 2, size=4), rng.normal(size=4)
EPS = 1e-3


def theirs(x, **options):
    return torch.nn.functional.batch_norm(
        torch.as_tensor(x), options.pop("mean", None), options.pop("variance", None), torch.tensor(GAMMA), torch.tensor(BETA), eps=EPS, **options
    )  # fmt: skip


def test_forward_in_training():
    y, mean, variance = l09.bn_forward(X, GAMMA, BETA, EPS)
    np.testing.assert_allclose(y, theirs(X, training=True).numpy(), atol=1e-10)
    np.testing.assert_allclose(mean, X.mean(axis=0))
    np.testing.assert_allclose(variance, X.var(axis=0))


def test_images():
    x = rng.normal(size=(3, 4, 5, 2))
    np.testing.assert_allclose(l09.bn_images(x, GAMMA, BETA, EPS), theirs(x, training=True).numpy(), atol=1e-10)
    layer = BatchNorm2d(4, eps=EPS)
    layer.params["gamma"][...], layer.params["beta"][...] = GAMMA, BETA
    ours = layer.forward(x.astype(np.float32), training=True)
    np.testing.assert_allclose(ours, l09.bn_images(x, GAMMA, BETA, EPS), atol=1e-4)


def test_identity_recovery():
    gamma, beta = l09.identity_recovery(X, EPS)
    np.testing.assert_allclose(l09.bn_forward(X, gamma, beta, EPS)[0], X, atol=1e-12)
    layer = BatchNorm1d(4, eps=EPS)
    layer.recover_identity(X.astype(np.float32))
    np.testing.assert_allclose(layer.params["gamma"], gamma, rtol=1e-5)


def test_running_statistics_are_those_of_pytorch_and_of_the_library():
    batches = [rng.normal(size=(n, 4)) + 2 for n in (5, 7, 3)]
    mean, variance = torch.zeros(4, dtype=torch.float64), torch.ones(4, dtype=torch.float64)
    layer = BatchNorm1d(4, momentum=0.2)
    for x in batches:
        theirs(x, training=True, mean=mean, variance=variance, momentum=0.2)
        layer.forward(x.astype(np.float32), training=True)
    ours = l09.running_statistics(batches, 0.2)
    for found, wanted, state in zip(ours, (mean, variance), layer.state.values(), strict=True):
        np.testing.assert_allclose(found, wanted.numpy(), rtol=1e-12)
        np.testing.assert_allclose(state, found, rtol=1e-4)


def test_e14_running_variance_estimates_that_of_all_examples_and_the_slides_variance_is_too_small():
    batches = [np.random.default_rng(seed).normal(size=(2, 1)) for seed in range(4000)]
    unbiased = np.mean([x.var(ddof=1) for x in batches])
    assert unbiased == pytest.approx(1, abs=0.06)
    assert np.mean([x.var() for x in batches]) == pytest.approx(0.5, abs=0.03)


def test_at_test():
    mean, variance = rng.normal(size=4), rng.uniform(0.5, 2, size=4)
    wanted = theirs(X, training=False, mean=torch.tensor(mean), variance=torch.tensor(variance)).numpy()
    ours = l09.bn_predict(X, GAMMA, BETA, mean, variance, EPS)
    np.testing.assert_allclose(ours, wanted)
    for n in range(len(X)):  # nobody else in the batch has a say
        np.testing.assert_allclose(l09.bn_predict(X[n : n + 1], GAMMA, BETA, mean, variance, EPS)[0], ours[n])


def test_fold():
    W, b, x = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(6, 3))
    mean, variance = rng.normal(size=4), rng.uniform(0.5, 2, size=4)
    W2, b2 = l09.fold(W, b, GAMMA, BETA, mean, variance, EPS)
    np.testing.assert_allclose(x @ W2 + b2, l09.bn_predict(x @ W + b, GAMMA, BETA, mean, variance, EPS))


def test_backward_against_pytorch():
    x, gamma, beta = (torch.tensor(v, requires_grad=True) for v in (X, GAMMA, BETA))
    torch.nn.functional.batch_norm(x, None, None, gamma, beta, training=True, eps=EPS).backward(torch.tensor(DY))
    for ours, wanted in zip(l09.bn_backward(DY, X, GAMMA, EPS), (x.grad, gamma.grad, beta.grad), strict=True):
        np.testing.assert_allclose(ours, wanted.numpy(), atol=1e-10)


def test_node_errors_against_differences():
    """L as a function of x^, of the variance and of the mean alone, the others held."""
    mean, variance = X.mean(axis=0), X.var(axis=0)

    def slope(f, at):
        return (approx_fprime(at, f, 1e-6) + approx_fprime(at, f, -1e-6)) / 2

    def loss(normal):
        return np.sum(DY * (GAMMA * normal + BETA))

    dnormal, dvariance, dmean = l09.bn_node_errors(DY, X, GAMMA, EPS)
    np.testing.assert_allclose(dnormal, GAMMA * DY)
    np.testing.assert_allclose(dvariance, slope(lambda v: loss((X - mean) / np.sqrt(v + EPS)), variance), atol=1e-6)
    np.testing.assert_allclose(dmean, slope(lambda m: loss((X - m) / np.sqrt(variance + EPS)), mean), atol=1e-6)
    root = np.sqrt(variance + EPS)
    put_together = dnormal / root + dvariance * 2 * (X - mean) / len(X) + dmean / len(X)
    np.testing.assert_allclose(put_together, l09.bn_backward(DY, X, GAMMA, EPS)[0], atol=1e-12)


def test_dx_is_blind_to_shift_and_stretch():
    dx = l09.bn_backward(DY, X, GAMMA, 1e-14)[0]
    np.testing.assert_allclose(dx.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose((dx * X).sum(axis=0), 0, atol=1e-10)


def test_c11_a_bias_before_it_does_nothing():
    for b in (1.0, -50.0):
        np.testing.assert_allclose(
            l09.bn_forward(X + b, GAMMA, BETA, EPS)[0], l09.bn_forward(X, GAMMA, BETA, EPS)[0], atol=1e-9
        )
