"""The references of lesson 04 against PyTorch, scikit-learn, SciPy and the library; and E3, E4 settled."""

import warnings

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import approx_fprime
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from course_lib import initializers
from course_lib.data.scaling import ZCAWhitening
from course_lib.exercises import l04_initialization_and_gradients as l04
from course_lib.optim import clipping

rng = np.random.default_rng(4)


@pytest.fixture(autouse=True)
def without_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_one_step_against_differences():
    X, t, W, v = rng.normal(size=(9, 3)), rng.normal(size=9), rng.normal(size=(3, 4)), rng.normal(size=4)

    def loss(both):
        return np.mean((np.tanh(X @ both[:12].reshape(3, 4)) @ both[12:] - t) ** 2) / 2

    both = np.concatenate([W.ravel(), v])
    slope = (approx_fprime(both, loss, 1e-6) + approx_fprime(both, loss, -1e-6)) / 2
    new_W, new_v = l04.one_step(X, t, W, v, 0.3)
    np.testing.assert_allclose(np.concatenate([new_W.ravel(), new_v]), both - 0.3 * slope, atol=1e-8)


def test_u11_units_that_start_alike_stay_alike():
    X, t, W, v = rng.normal(size=(20, 3)), rng.normal(size=20), np.full((3, 5), 0.3), np.full(5, 0.3)
    for _ in range(50):
        W, v = l04.one_step(X, t, W, v, 0.2)
    assert np.ptp(W, axis=1).max() < 1e-14 and np.ptp(v) < 1e-14
    assert np.ptp(W) > 0.01  # they did move


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        ("small", initializers.small_normal),
        ("glorot", initializers.glorot_normal),
        ("he", initializers.he_normal),
        ("tanh", initializers.lecun_normal),
    ],
)
def test_normal_weights_are_those_of_the_library(kind, ours):
    g = np.random.default_rng(0).standard_normal((30, 20))
    np.testing.assert_allclose(
        l04.normal_weights(g, kind), ours(np.random.default_rng(0), (30, 20), np.float64), rtol=1e-12
    )


def test_weights_against_pytorch():
    torch = pytest.importorskip("torch")
    made = {
        "glorot": torch.nn.init.xavier_uniform_,
        "he": lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu"),
    }
    for kind, initialize in made.items():
        torch.manual_seed(0)
        theirs = initialize(torch.empty(150, 200)).numpy().T  # PyTorch keeps a row for each unit
        ours = l04.uniform_weights(np.random.default_rng(0).uniform(size=(200, 150)), kind)
        assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=1e-3)
        assert stats.ks_2samp(ours.ravel(), theirs.ravel()).pvalue > 0.01


def test_e4_uniform_weights_have_mean_0_and_the_variance_that_i7_wants_and_as_printed_they_have_not():
    rho, n = np.random.default_rng(1).uniform(size=(100, 3000)), 100
    ours, printed = l04.uniform_weights(rho, "he"), rho * np.sqrt(2 / n)
    assert ours.mean() == pytest.approx(0, abs=1e-3)
    assert ours.var() == pytest.approx(2 / n, rel=0.01)
    assert printed.min() >= 0
    assert printed.var() == pytest.approx(2 / n / 12, rel=0.01)


def test_variance_is_that_of_the_library_and_of_wide_networks():
    widths = (300, 400, 500, 300)
    variances = [2 / n for n in widths[:-1]]
    predicted = l04.predicted_variance(1.0, np.array(widths), np.array(variances), "relu")
    theirs = initializers.predicted_variance(initializers.he_normal, widths, lambda z: np.maximum(z, 0))
    np.testing.assert_allclose(predicted, theirs, rtol=1e-3)
    np.testing.assert_allclose(predicted, 2.0)
    h = rng.normal(size=(2000, 300))
    for n, m, wanted in zip(widths, widths[1:], predicted, strict=False):
        z = h @ (np.sqrt(2 / n) * rng.normal(size=(n, m)))
        assert z.var() == pytest.approx(wanted, rel=0.2)
        h = np.maximum(z, 0)


def test_e3_u14s_normal_numbers_lose_three_quarters_in_a_relu_layer_and_half_in_a_linear_one():
    widths, variances = np.full(6, 50), np.full(5, 1 / 100)
    for activation, kept in (("relu", 0.25), ("linear", 0.5)):
        found = l04.predicted_variance(1.0, widths, variances, activation)
        np.testing.assert_allclose(found[1:] / found[:-1], kept)
    np.testing.assert_allclose(l04.predicted_variance(1.0, widths, np.full(5, 2 / 50), "relu"), 2.0)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_gradient_norms_against_pytorch(activation):
    torch = pytest.importorskip("torch")
    x, dh = rng.normal(size=(7, 4)), rng.normal(size=(7, 2))
    Ws = [rng.normal(size=shape) for shape in ((4, 6), (6, 3), (3, 2))]
    theirs, h = [torch.tensor(W, requires_grad=True) for W in Ws], torch.tensor(x)
    for W in theirs:
        h = getattr(torch, activation)(h @ W)
    h.backward(torch.tensor(dh))
    np.testing.assert_allclose(l04.gradient_norms(x, Ws, dh, activation), [W.grad.norm().item() for W in theirs])


@pytest.mark.parametrize("L", [1, 2, 5])
def test_nested_slope_against_differences(L):
    def nested(z):
        for _ in range(L):
            z = 1 / (1 + np.exp(-z))
        return z

    z = np.linspace(-4, 4, 9)
    np.testing.assert_allclose(l04.nested_slope(z, L), (nested(z + 1e-5) - nested(z - 1e-5)) / 2e-5, atol=1e-9)
    assert l04.nested_slope(z, L).max() <= 0.25**L


def test_clipping_is_that_of_the_library_and_of_pytorch():
    torch = pytest.importorskip("torch")
    gs = [rng.normal(size=(3, 4)), rng.normal(size=5)]
    for limit in (0.5, 1.0, 100.0):
        clipped, norm = l04.clip_by_global_norm(gs, limit)
        theirs = [torch.nn.Parameter(torch.zeros(g.shape, dtype=torch.float64)) for g in gs]
        for parameter, g in zip(theirs, gs, strict=True):
            parameter.grad = torch.tensor(g)
        assert norm == pytest.approx(torch.nn.utils.clip_grad_norm_(theirs, limit).item())
        for ours, parameter in zip(clipped, theirs, strict=True):
            np.testing.assert_allclose(ours, parameter.grad.numpy(), rtol=1e-5)
        flat = gs[0].copy()
        clipping.clip_by_value(flat, limit)
        np.testing.assert_array_equal(l04.clip_by_value(gs[0], limit), flat)


def test_a_gradient_of_zeros_is_clipped_without_a_warning():
    clipped, norm = l04.clip_by_global_norm([np.zeros(3)], 1.0)
    assert norm == 0 and not clipped[0].any()


def test_standardize_against_scikit_learn():
    train, other = 5 + 3 * rng.normal(size=(20, 4)), 5 + 3 * rng.normal(size=(7, 4))
    train[:, 2] = other[:, 2] = 1.5
    scaler = StandardScaler().fit(train)
    for ours, theirs in zip(
        l04.standardize(train, other), (scaler.transform(train), scaler.transform(other)), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


@pytest.mark.parametrize("rank", [2, 5])
def test_whitening_against_scikit_learn_and_the_library(rank):
    X = rng.normal(size=(40, rank)) @ rng.normal(size=(rank, 5)) + 3
    Z, turned_back = l04.whiten(X)
    theirs = PCA(n_components=rank, whiten=True).fit_transform(X) * np.sqrt(40 / 39)  # it divides by N - 1
    np.testing.assert_allclose(np.abs(Z), np.abs(theirs), atol=1e-8)
    np.testing.assert_allclose(Z.T @ Z / 40, np.eye(rank), atol=1e-9)
    np.testing.assert_allclose(turned_back, ZCAWhitening().fit(X).transform(X), atol=1e-7)


def test_zca_stays_nearer_to_the_data_than_pca():
    X = rng.normal(size=(200, 3)) @ np.array([[2, 0.3, 0], [0, 1, 0.2], [0, 0, 0.5]])
    Z, turned_back = l04.whiten(X)
    X = X - X.mean(axis=0)
    assert np.sum((turned_back - X) ** 2) < np.sum((Z - X) ** 2)


def test_the_sign_of_a_direction_is_nobodys_mistake():
    X = rng.normal(size=(12, 3))

    def turned(X):
        Z, back = l04.whiten(X)
        return -Z, back

    for ours, theirs in zip(l04._with_signs(turned, X), l04._with_signs(l04.whiten, X), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert l04._with_signs(lambda X: None, X) is None
