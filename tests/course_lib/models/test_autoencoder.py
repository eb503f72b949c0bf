"""A linear autoencoder finds PCA; outliers stand out; a denoising one removes noise."""

import numpy as np
import pytest

from course_lib.data import PCA, digits_split
from course_lib.layers import Dense, GaussianNoise, Identity, Sequential, Tanh
from course_lib.losses import SquaredError
from course_lib.models import Autoencoder
from course_lib.optim import Adam
from course_lib.training import fit, roc_auc


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def train(network, x, rng, epochs, lr=0.003):
    return fit(network, SquaredError(), Adam(lr), x, x, rng=rng, epochs=epochs, progress=False)


def test_it_is_a_mirror_image(rng):
    network = Autoencoder([6, 4, 2], rng=rng, activation=Tanh)
    shapes = [layer.params["W"].shape for _, layer in network.walk() if isinstance(layer, Dense)]
    assert shapes == [(6, 4), (4, 2), (2, 4), (4, 6)]
    x = rng.standard_normal((5, 6)).astype(np.float32)
    code = network.encode(x)
    assert code.shape == (5, 2)
    np.testing.assert_array_equal(network.decode(code), network.forward(x))
    np.testing.assert_allclose(network.error(x), ((network.forward(x) - x) ** 2).sum(axis=1), rtol=1e-5)


def test_a_linear_one_finds_what_pca_finds(rng):
    x = (rng.standard_normal((300, 6)) @ rng.standard_normal((6, 6))).astype(np.float64)
    x -= x.mean(axis=0)
    network = Autoencoder([6, 2], rng=rng, activation=Identity).astype(np.float64)
    train(network, x, rng, epochs=150, lr=0.01)
    train(network, x, rng, epochs=50, lr=0.001)
    pca = PCA(2).fit(x)
    best = np.mean(np.sum((pca.inverse(pca.transform(x)) - x) ** 2, axis=1))
    assert best <= np.mean(network.error(x)) < 1.01 * best


def test_the_copy_in_another_dtype_is_one_network_with_its_halves(rng):
    network = Autoencoder([6, 2], rng=rng).astype(np.float64)
    assert network.encoder is network.layers[0] and network.decoder is network.layers[1]
    assert network.encode(np.ones((1, 6))).dtype == np.float64


def test_outliers_are_reconstructed_badly(rng):
    x_train, _, x_test, _ = digits_split()
    network = Autoencoder([64, 32, 8], rng=rng)
    train(network, x_train, rng, epochs=25)
    strange = rng.permuted(x_test, axis=1)  # the same pixels, shuffled
    errors = np.concatenate([network.error(x_test), network.error(strange)])
    assert roc_auc(errors, np.repeat([0, 1], len(x_test))) > 0.95


def test_a_denoising_one_removes_noise(rng):
    """U2: a third of the noise is left, where one that never saw noise leaves more than half."""
    x_train, _, x_test, _ = digits_split()
    noisy = x_test + 0.3 * rng.standard_normal(x_test.shape).astype(np.float32)

    def noise_left(**options):
        network = Autoencoder([64, 48, 24], rng=np.random.default_rng(0), **options)
        train(network, x_train, np.random.default_rng(1), epochs=30)
        np.testing.assert_array_equal(network.forward(noisy), network.decode(network.encode(noisy)))  # none at test
        return np.mean((network.forward(noisy) - x_test) ** 2) / np.mean((noisy - x_test) ** 2)

    denoising, plain = noise_left(noise=GaussianNoise(0.3, rng=rng)), noise_left()
    assert denoising < 0.45
    assert plain > 1.3 * denoising


def test_the_encoder_can_start_a_classifier(rng):
    network = Autoencoder([6, 4, 2], rng=rng)
    classifier = Sequential(*network.encoder.layers, Dense(2, 3, rng=rng))
    assert classifier.forward(np.ones((2, 6), np.float32)).shape == (2, 3)
    assert classifier.layers[0].params["W"] is network.encoder.layers[0].params["W"]
