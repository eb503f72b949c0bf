"""The VAE: gradients through the draw, the bound it minimises, and codes that fill a Gaussian."""

import copy

import numpy as np
import pytest

from course_lib.gradcheck import numerical_gradient, relative_error
from course_lib.layers import Dense, pack, sigmoid
from course_lib.losses import SquaredError
from course_lib.models import VAE, NegativeELBO
from course_lib.optim import Adam
from course_lib.training import fit, load_checkpoint, predict, save_checkpoint


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_shapes_and_what_is_drawn(rng):
    vae, x = VAE([6, 5, 2], rng=rng), np.ones((4, 6), np.float32)
    assert [p.params["W"].shape for _, p in vae.walk() if isinstance(p, Dense)] == [(6, 5), (5, 4), (2, 5), (5, 6)]
    y, code = vae.forward(x)
    assert (y.shape, code.shape, y.dtype) == ((4, 6), (4, 4), np.float32)
    np.testing.assert_array_equal(vae.forward(x)[0], y)  # nothing is drawn at test
    np.testing.assert_array_equal(vae.decoder.forward(code[:, :2]), y)
    assert not np.array_equal(vae.forward(x, training=True)[0], y)
    assert vae.generate(7, rng=rng).shape == (7, 6)


@pytest.mark.parametrize("beta", [1.0, 0.3])
def test_gradients_are_those_of_central_differences_with_the_draw_held(beta, rng):
    vae = VAE([5, 4, 2], rng=rng).astype(np.float64)
    x = rng.uniform(0, 1, (3, 5))
    theta, grad = pack(vae)
    start = copy.deepcopy(vae.rng)
    loss = NegativeELBO(beta=beta)

    def objective(values):
        theta[...] = values
        vae.rng = copy.deepcopy(start)
        return loss.forward(vae.forward(x, training=True), x)

    here = theta.copy()
    objective(here)
    vae.backward(loss.backward(), need_dx=False)
    assert relative_error(grad.copy(), numerical_gradient(objective, here)) < 1e-7


def test_the_error_of_the_input_is_right_too(rng):
    vae = VAE([3, 2], rng=rng).astype(np.float64)
    x, start, loss = rng.uniform(0, 1, (2, 3)), copy.deepcopy(vae.rng), NegativeELBO()
    target = rng.uniform(0, 1, (2, 3))

    def objective(x):
        vae.rng = copy.deepcopy(start)
        return loss.forward(vae.forward(x, training=True), target)

    objective(x)
    assert relative_error(vae.backward(loss.backward()), numerical_gradient(objective, x)) < 1e-7
    objective(x)
    gradient = loss.backward()
    vae.backward(gradient)
    with pytest.raises(RuntimeError, match=r"VAE\(\): backward needs forward"):
        vae.backward(gradient)


def test_the_parts_of_the_loss_add_up(rng):
    vae, x = VAE([4, 2], rng=rng).astype(np.float64), rng.uniform(0, 1, (5, 4))
    pred = vae.forward(x)
    loss = NegativeELBO(SquaredError("half_mean"), beta=2.0)
    value = loss.forward(pred, x)
    mu, s = np.split(pred[1], 2, axis=1)
    kl = np.mean(np.sum((mu**2 + np.exp(s) - s - 1) / 2, axis=1))
    assert loss.parts == pytest.approx((np.sum((pred[0] - x) ** 2) / 10, kl))
    assert value == pytest.approx(loss.parts[0] + 2 * kl)


def test_it_is_a_bound_of_the_likelihood(rng):
    """-ELBO >= -log p(x), which a sum over a fine grid of one-number codes gives."""
    vae, x = VAE([3, 4, 1], rng=rng).astype(np.float64), (rng.uniform(size=(6, 3)) < 0.5).astype(np.float64)
    z = np.linspace(-8, 8, 4001)
    p = sigmoid(vae.decoder.forward(z[:, None]))
    likelihood = (
        np.prod(np.where(x[:, None] == 1, p, 1 - p), axis=2) @ np.exp(-(z**2) / 2) * (z[1] - z[0]) / np.sqrt(2 * np.pi)
    )
    loss = NegativeELBO()
    bounds = [loss.forward(vae.forward(x, training=True), x) for _ in range(400)]
    assert np.mean(bounds) > -np.mean(np.log(likelihood)) - 1e-3


def test_it_learns_two_kinds_of_pictures_and_draws_them(rng):
    kinds = np.array([[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]], np.float32)
    x = kinds[rng.integers(0, 2, 400)]
    vae = VAE([6, 16, 1], rng=rng)
    history = fit(vae, NegativeELBO(), Adam(0.01), x, x, rng=rng, epochs=40, progress=False, dev=(x, x))
    assert history["dev_loss"][-1] < 0.5 * history["dev_loss"][0]
    drawn = sigmoid(vae.generate(400, rng=rng))
    like = np.all((drawn > 0.5) == kinds[:, None], axis=2)
    assert like.any(axis=0).mean() > 0.9
    assert 0.3 < like[0].mean() < 0.7
    y, code = predict(vae, x)
    assert y.shape == (400, 6) and code.shape == (400, 2)


def test_checkpoints_and_copies_keep_its_halves(rng, tmp_path):
    vae, other = VAE([4, 2], rng=rng), VAE([4, 2], rng=rng)
    save_checkpoint(tmp_path / "vae.npz", vae)
    load_checkpoint(tmp_path / "vae.npz", other)
    np.testing.assert_equal(other.snapshot(), vae.snapshot())
    twin = vae.astype(np.float64)
    assert twin.encoder is twin.layers[0] and twin.decoder is twin.layers[1]


def test_what_cannot_be_is_said(rng):
    with pytest.raises(ValueError, match="beta: wanted a number of at least 0, got -1"):
        NegativeELBO(beta=-1)
    with pytest.raises(TypeError, match="rng: wanted a numpy Generator"):
        VAE([4, 2], rng=rng).generate(3, rng=None)
    with pytest.raises(ValueError, match=r"x: wanted shape \(N, 4\)"):
        VAE([4, 2], rng=rng).forward(np.ones((2, 3)))
