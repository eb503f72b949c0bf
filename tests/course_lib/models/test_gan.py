"""The GAN loop: its two losses and whose weights move, by hand; and that a generator learns a line of points."""

import copy

import numpy as np
import pytest

from course_lib.data import blobs
from course_lib.gradcheck import relative_error
from course_lib.layers import Dense, Sequential, Tanh, pack
from course_lib.losses import SigmoidCrossEntropy
from course_lib.models import mlp, train_gan
from course_lib.optim import SGD, Adam


@pytest.fixture
def rng():
    return np.random.default_rng(0)


class Noting(SGD):
    """Notes what it is given, and stays where it is."""

    def step(self, theta, grad):
        self.seen = theta, grad.copy()


def softplus(x):
    return np.logaddexp(0, x)


def test_losses_and_gradients_of_one_step_are_those_of_the_paper(rng):
    x = rng.standard_normal((5, 2))
    generator, discriminator = (
        mlp(sizes, rng=rng, activation=Tanh).astype(np.float64) for sizes in ([3, 4, 2], [2, 4, 1])
    )
    g_optimizer, d_optimizer = Noting(0.1), Noting(0.1)
    options = dict(rng=np.random.default_rng(7), epochs=1, n_latent=3, batch_size=5)
    (record,) = train_gan(generator, discriminator, g_optimizer, d_optimizer, x, **options)

    again = np.random.default_rng(7)
    real = x[again.permutation(5)]
    z_d, z_g = again.standard_normal((5, 3)), again.standard_normal((5, 3))
    logits = [discriminator.forward(a) for a in (real, generator.forward(z_d), generator.forward(z_g))]
    assert record.d_loss == pytest.approx((softplus(-logits[0]).mean() + softplus(logits[1]).mean()) / 2)
    assert record.g_loss == pytest.approx(softplus(-logits[2]).mean())
    assert record.real == pytest.approx((1 / (1 + np.exp(-logits[0]))).mean())
    assert record.fake == pytest.approx((1 / (1 + np.exp(-logits[1]))).mean())

    def differences(network, objective):
        theta, _ = pack(network)
        found = np.empty_like(theta)
        for i, kept in enumerate(theta.copy()):
            values = []
            for moved in (kept + 1e-6, kept - 1e-6):
                theta[i] = moved
                values.append(objective())
            theta[i], found[i] = kept, (values[0] - values[1]) / 2e-6
        return found

    def g_objective():
        return softplus(-discriminator.forward(generator.forward(z_g))).mean()

    def d_objective():
        a, b = discriminator.forward(real), discriminator.forward(generator.forward(z_d))
        return (softplus(-a).mean() + softplus(b).mean()) / 2

    assert g_optimizer.seen[0] is pack(generator)[0]
    assert d_optimizer.seen[0] is pack(discriminator)[0]
    assert relative_error(g_optimizer.seen[1], differences(generator, g_objective)) < 1e-6
    assert relative_error(d_optimizer.seen[1], differences(discriminator, d_objective)) < 1e-6


def test_each_optimizer_moves_its_own_network(rng):
    generator, discriminator = mlp([3, 4, 2], rng=rng), mlp([2, 4, 1], rng=rng)
    x = rng.standard_normal((6, 2)).astype(np.float32)
    before = copy.deepcopy((generator.snapshot(), discriminator.snapshot()))
    next(train_gan(generator, discriminator, SGD(0.1), SGD(0.0), x, rng=rng, epochs=1, n_latent=3))
    np.testing.assert_equal(discriminator.snapshot(), before[1])
    assert not np.array_equal(generator.snapshot()["0.W"], before[0]["0.W"])


def test_it_learns_where_the_points_are(rng):
    x, _ = blobs(512, rng=rng, n_classes=1, noise=0.2)  # around (1, 0)
    generator, discriminator = Sequential(Dense(2, 2, rng=rng)), mlp([2, 16, 1], rng=rng)
    options = dict(rng=rng, epochs=60, n_latent=2, batch_size=64)
    *_, record = train_gan(generator, discriminator, Adam(0.01, beta1=0.5), Adam(0.01, beta1=0.5), x, **options)
    forged = generator.forward(rng.standard_normal((2000, 2)).astype(np.float32))
    np.testing.assert_allclose(forged.mean(axis=0), [1, 0], atol=0.2)
    assert abs(record.real - record.fake) < 0.1  # nearly nobody can tell


def test_what_cannot_be_is_said(rng):
    generator, discriminator = mlp([3, 2], rng=rng), mlp([2, 1], rng=rng)
    x = np.ones((4, 2), np.float32)

    def call(**changed):
        options = dict(x=x, rng=rng, epochs=1, n_latent=3) | changed
        return train_gan(generator, discriminator, SGD(1), SGD(1), **options)

    with pytest.raises(ValueError, match="number of examples: wanted at least 1"):
        call(x=x[:0])
    with pytest.raises(TypeError, match="rng: wanted a numpy Generator"):
        call(rng=1)
    with pytest.raises(ValueError, match="n_latent: wanted at least 1"):
        call(n_latent=0)
    with pytest.raises(FloatingPointError, match=r"epoch 1: a loss is nan or inf\. Lower the learning rates."):
        list(call(x=np.full((4, 2), np.nan, np.float32)))


def test_the_record_of_a_discriminator_that_cannot_tell_is_log_2(rng):
    generator, discriminator = mlp([3, 2], rng=rng), mlp([2, 1], rng=rng)
    discriminator.layers[0].params["W"][...] = 0.0
    (record,) = train_gan(
        generator,
        discriminator,
        SGD(0.0),
        SGD(0.0),
        np.ones((5, 2), np.float32),
        rng=rng,
        epochs=1,
        n_latent=3,
        batch_size=2,
    )
    assert (record.d_loss, record.g_loss, record.real, record.fake) == pytest.approx((np.log(2), np.log(2), 0.5, 0.5))
    loss = SigmoidCrossEntropy().forward(np.zeros((1, 1)), np.ones((1, 1)))
    assert record.g_loss == pytest.approx(loss)
