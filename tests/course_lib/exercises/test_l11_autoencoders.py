"""The references of lesson 11 against PyTorch, scikit-learn and SciPy."""

import numpy as np
import pytest
from scipy import linalg
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score

from course_lib.exercises import l11_autoencoders as l11

torch = pytest.importorskip("torch")
rng = np.random.default_rng(11)


def leaf(*shape):
    return torch.tensor(rng.normal(size=shape), requires_grad=True)


def plain(*tensors):
    return [t.detach().numpy() for t in tensors]


def test_gradients_of_an_autoencoder():
    X, parameters = rng.normal(size=(6, 5)), (leaf(5, 3), leaf(3), leaf(3, 5), leaf(5))
    W, b, V, c = parameters
    y = torch.tanh(torch.tensor(X) @ W + b) @ V + c
    (torch.sum((y - torch.tensor(X)) ** 2) / 12).backward()
    for mine, theirs in zip(l11.autoencoder_gradients(X, *plain(*parameters)), parameters, strict=True):
        np.testing.assert_allclose(mine, theirs.grad.numpy(), atol=1e-12)


def test_noisy_in_clean_out():
    X, noisy, W, V = rng.normal(size=(6, 5)), rng.normal(size=(6, 5)), leaf(5, 3), leaf(3, 5)
    (torch.sum((torch.tanh(torch.tensor(noisy) @ W) @ V - torch.tensor(X)) ** 2) / 12).backward()
    for mine, theirs in zip(l11.denoising_gradients(noisy, X, *plain(W, V)), (W, V), strict=True):
        np.testing.assert_allclose(mine, theirs.grad.numpy(), atol=1e-12)


def test_pca_is_that_of_scikit_learn():
    X = rng.normal(size=(20, 5)) @ rng.normal(size=(5, 5)) + 3
    pca = PCA(2).fit(X)
    np.testing.assert_allclose(l11.pca_reconstruction(X, 2), pca.inverse_transform(pca.transform(X)))


def test_the_distance_of_subspaces_is_that_of_their_angles():
    A, B = rng.normal(size=(2, 7, 3))
    assert l11.subspace_distance(A, B) == pytest.approx(np.mean(np.sin(linalg.subspace_angles(A, B)) ** 2))
    assert l11.subspace_distance(A, A @ rng.normal(size=(3, 3))) == pytest.approx(0, abs=1e-12)


def test_auc_with_ties_is_that_of_scikit_learn():
    outlier, scores = rng.uniform(size=60) < 0.3, np.round(rng.normal(size=60), 1)
    assert len(set(scores)) < 60
    assert l11.roc_auc(scores, outlier) == pytest.approx(roc_auc_score(outlier, scores))


def test_the_best_linear_denoiser_is_ridge_and_no_other_is_better():
    X, sigma = rng.normal(size=(30, 4)) @ rng.normal(size=(4, 4)), 0.6
    W = l11.linear_denoiser(X, sigma)
    np.testing.assert_allclose(W, Ridge(alpha=30 * sigma**2, fit_intercept=False).fit(X, X).coef_.T)
    noise = sigma * rng.normal(size=(3000, *X.shape))
    least = np.mean(((X + noise) @ W - X) ** 2)
    for other in W + 0.1 * rng.normal(size=(5, 4, 4)):
        assert np.mean(((X + noise) @ other - X) ** 2) > least


def test_two_kinds_of_noise_and_few_labels():
    X, n, u = rng.uniform(size=(3, 4, 50))
    gaussian, masked = l11.corrupted(X, n, 0.5, u, 0.3)
    np.testing.assert_allclose(gaussian - X, 0.5 * n)
    assert set(np.unique(masked / X)) == {0.0, 1.0}
    np.testing.assert_array_equal(masked == 0, u < 0.3)
    t = rng.integers(3, size=40)
    places = l11.few_per_class(t, 4)
    assert np.bincount(t[places]).tolist() == [4, 4, 4]
    for k in range(3):
        np.testing.assert_array_equal(places[t[places] == k], np.flatnonzero(t == k)[:4])
