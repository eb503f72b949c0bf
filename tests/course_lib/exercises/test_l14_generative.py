"""The references of lesson 14 against PyTorch, SciPy and sums over everything there is."""

import itertools

import numpy as np
import pytest
from scipy import integrate, spatial, stats

from course_lib.exercises import l14_generative as l14
from course_lib.models import BeliefNetwork

torch = pytest.importorskip("torch")
rng = np.random.default_rng(14)


def test_draw_and_price_of_a_code():
    mu, s, eps, dz = rng.normal(size=(4, 5, 3))
    m, t = (torch.tensor(a, requires_grad=True) for a in (mu, s))
    z = m + torch.exp(t / 2) * torch.tensor(eps)
    z.backward(torch.tensor(dz))
    for ours, theirs in zip(l14.reparameterised(mu, s, eps, dz), (z.detach(), m.grad, t.grad), strict=True):
        np.testing.assert_allclose(ours, theirs.numpy())
    m, t = (torch.tensor(a, requires_grad=True) for a in (mu, s))
    N = torch.distributions.Normal
    kl = torch.distributions.kl_divergence(N(m, torch.exp(t / 2)), N(torch.zeros(5, 3), torch.ones(5, 3))).sum(dim=1)
    kl.sum().backward()
    for ours, theirs in zip(l14.gaussian_kl(mu, s), (kl.detach(), m.grad, t.grad), strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-6)


def test_the_bound_is_an_integral_and_never_above_log_p():
    x, mu, s = rng.normal(size=(3, 6))
    a, sigma = 1.3, 0.6
    ours = l14.linear_elbo(x, a, sigma, mu, s)
    for i in range(6):
        q = stats.norm(mu[i], np.exp(s[i] / 2))

        def integrand(z, i=i, q=q):
            return q.pdf(z) * (stats.norm.logpdf(x[i], a * z, sigma) + stats.norm.logpdf(z) - q.logpdf(z))

        edge = 10 * np.exp(s[i] / 2)
        assert ours[i] == pytest.approx(integrate.quad(integrand, mu[i] - edge, mu[i] + edge, limit=200)[0], rel=1e-6)
    assert np.all(ours <= stats.norm.logpdf(x, 0, np.sqrt(a**2 + sigma**2)))


def test_the_likelihood_of_everything_is_1_and_draws_come_as_often_as_it_says():
    D = 4
    W, b = rng.normal(size=(D, D)), rng.normal(size=D)
    everything = np.array(list(itertools.product([0.0, 1.0], repeat=D)))
    p = np.exp(l14.fvbn_log_likelihood(everything, W, b))
    assert p.sum() == pytest.approx(1)
    draws = l14.fvbn_sample(rng.uniform(size=(40_000, D)), W, b)
    counts = np.bincount((draws @ [8, 4, 2, 1]).astype(int), minlength=16)
    assert stats.chisquare(counts, 40_000 * p).pvalue > 1e-3


def test_the_library_has_the_same_belief_network():
    net = BeliefNetwork(5, rng=rng)
    x = (rng.uniform(size=(6, 5)) < 0.5).astype(np.float32)
    ours = l14.fvbn_log_likelihood(x, *net.params.values())
    np.testing.assert_allclose(net.log_likelihood(x), ours, rtol=1e-5)


def test_losses_of_the_game():
    real, fake = torch.tensor(rng.normal(size=5)), torch.tensor(rng.normal(size=7))
    bce = torch.nn.functional.binary_cross_entropy_with_logits
    d = (bce(real, torch.ones_like(real)) + bce(fake, torch.zeros_like(fake))) / 2
    ours = l14.gan_losses(real.numpy(), fake.numpy())
    np.testing.assert_allclose(ours, (d.item(), bce(fake, torch.ones_like(fake)).item()))


def test_the_best_detective():
    p, q = rng.dirichlet(np.ones(6), size=2)
    D, js = l14.best_discriminator(p, q)
    assert js == pytest.approx(spatial.distance.jensenshannon(p, q) ** 2)
    least = -(np.sum(p * np.log(D)) + np.sum(q * np.log(1 - D))) / 2
    assert least == pytest.approx(np.log(2) - js)
    for other in np.clip(D + 0.05 * rng.normal(size=(20, 6)), 0.01, 0.99):
        assert -(np.sum(p * np.log(other)) + np.sum(q * np.log(1 - other))) / 2 >= least
