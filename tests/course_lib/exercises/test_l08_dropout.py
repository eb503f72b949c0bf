"""The references of lesson 08 against PyTorch, enumeration and the library; and E1 settled."""

from itertools import product

import numpy as np
import pytest

from course_lib.exercises import l08_dropout as l08
from course_lib.layers import Dropout, SpatialDropout, VanillaDropout

rng = np.random.default_rng(8)


@pytest.mark.parametrize("p", [0.0, 0.3, 0.8])
def test_the_mean_is_kept_by_both_kinds(p):
    h, u = np.linspace(0.5, 2, 30), np.random.default_rng(1).uniform(size=(40_000, 30))
    train, test = l08.vanilla_dropout(np.broadcast_to(h, u.shape), u, p)
    np.testing.assert_allclose(train.mean(axis=0), test[0], rtol=0.05)
    np.testing.assert_allclose(l08.inverted_dropout(h, u, p)[0].mean(axis=0), h, rtol=0.05)


@pytest.mark.parametrize("p", [0.2, 0.7])
def test_what_is_kept_is_what_the_librarys_layers_keep(p):
    x = rng.uniform(0.5, 2, size=(200, 50)).astype(np.float32)
    inverted = Dropout(p, rng=np.random.default_rng(0)).forward(x, training=True)
    kept = x[inverted != 0]
    np.testing.assert_allclose(inverted[inverted != 0], l08.inverted_dropout(kept, np.ones_like(kept), p)[0], rtol=1e-6)
    assert np.mean(inverted == 0) == pytest.approx(p, abs=0.02)
    vanilla = VanillaDropout(p, rng=np.random.default_rng(0))
    np.testing.assert_allclose(vanilla.forward(x), l08.vanilla_dropout(x, x, p)[1], rtol=1e-6)
    images = rng.uniform(0.5, 2, size=(30, 8, 3, 2)).astype(np.float32)
    y = SpatialDropout(p, rng=np.random.default_rng(0)).forward(images, training=True)
    u = np.where(np.all(y == 0, axis=(2, 3)), 0.0, 1.0)
    np.testing.assert_allclose(y, l08.spatial_dropout(images, u, p), rtol=1e-6)


def test_inverted_dropout_scales_as_pytorch_does():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    y = torch.nn.functional.dropout(torch.ones(50, 60), 0.3).numpy()
    u = np.where(y == 0, 0.0, 1.0)
    np.testing.assert_allclose(l08.inverted_dropout(np.ones((50, 60)), u, 0.3)[0], y, rtol=1e-6)
    assert np.mean(y == 0) == pytest.approx(0.3, abs=0.03)  # p is what PyTorch drops with, too


@pytest.mark.parametrize("deck", l08.DECKS)
def test_e1_each_decks_own_formula_keeps_the_mean(deck):
    """With the deck's own p: what it does in training, times what it does at test, must leave the mean of an activation alone."""
    p = 0.3
    drop = l08.dropping(p, deck)
    in_training = {"W19": 1 - p, "C12": (1 - p) * (1 / (1 - p)), "W21": p, "L8": p, "I5": p * (1 / p)}[deck]
    at_test = {"W19": 1 - drop, "C12": 1.0, "W21": p, "L8": p, "I5": 1.0}[deck]
    assert in_training == pytest.approx(at_test)
    assert l08.vanilla_dropout(np.ones((1, 1)), np.ones((1, 1)), drop)[1][0, 0] == pytest.approx(1 - drop)


def test_gradients_against_pytorch():
    torch = pytest.importorskip("torch")
    X, t, p = rng.normal(size=(9, 3)), rng.normal(size=(9, 2)), 0.4
    Ws = [rng.normal(size=shape) for shape in ((3, 5), (5, 4), (4, 2))]
    u1, u2 = rng.uniform(size=(9, 5)), rng.uniform(size=(9, 4))
    W1, W2, W3 = (torch.tensor(W, requires_grad=True) for W in Ws)
    m1, m2 = (torch.tensor((u >= p) / (1 - p)) for u in (u1, u2))
    y = (torch.relu((torch.relu(torch.tensor(X) @ W1) * m1) @ W2) * m2) @ W3
    (0.5 * ((y - torch.tensor(t)) ** 2).sum() / 9).backward()
    for ours, theirs in zip(l08.dropout_gradients(X, t, *Ws, u1, u2, p), (W1, W2, W3), strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), atol=1e-12)


def every_mask(M):
    return np.array(list(product((0, 1), repeat=M)))


@pytest.mark.parametrize("p", [0.2, 0.5, 0.9])
def test_moments_by_enumeration(p):
    w, h, masks = rng.normal(size=6), rng.normal(size=6), every_mask(6)
    kept = masks.sum(axis=1)
    chance = (1 - p) ** kept * p ** (6 - kept)
    s = masks @ (w * h) / (1 - p)
    mean, variance = l08.moments(w, h, p)
    assert chance.sum() == pytest.approx(1)
    assert mean == pytest.approx(chance @ s)
    assert variance == pytest.approx(chance @ s**2 - mean**2)


def test_all_masks_against_random_ones_and_exact_for_a_linear_net():
    h, W, v, p = rng.uniform(0.5, 2, size=5), rng.normal(size=(5, 4)), rng.uniform(0.5, 1, size=4), 0.3
    average, scaling = l08.all_masks(h, W, v, p)
    kept = np.random.default_rng(0).uniform(size=(200_000, 5)) >= p
    assert average == pytest.approx((np.maximum((h * kept) @ W, 0) @ v).mean(), rel=0.02)
    positive = np.abs(W)  # no ReLU is ever off: the network is linear, and scaling exact
    exact, scaled = l08.all_masks(h, positive, v, p)
    assert exact == pytest.approx(scaled)
    assert scaling == pytest.approx(np.maximum((1 - p) * h @ W, 0) @ v)


def test_w20_times_the_dropout_probability_is_wrong_even_for_a_linear_net():
    h, W, v, p = np.ones(4), np.ones((4, 2)), np.ones(2), 0.2
    average, _ = l08.all_masks(h, W, v, p)
    assert average == pytest.approx((1 - p) * 8)
    assert abs(average - p * 8) > 4


def test_mc_dropout_comes_to_the_moments():
    h, W = rng.normal(size=(1, 6)), rng.normal(size=(6, 1))
    u = np.random.default_rng(2).uniform(size=(100_000, 1, 6))
    mean, spread = l08.mc_dropout(h, W, u, 0.4)
    wanted, variance = l08.moments(W[:, 0], h[0], 0.4)
    assert mean[0, 0] == pytest.approx(wanted, abs=0.05)
    assert spread[0, 0] ** 2 == pytest.approx(variance, rel=0.03)
