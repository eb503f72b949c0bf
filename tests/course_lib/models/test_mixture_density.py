"""The mixture density network: its density is SciPy's, its samples follow it, and it finds all answers where the mean has none."""

import numpy as np
import pytest
from scipy import stats

from course_lib.data import one_to_many
from course_lib.losses import MixtureDensityNLL, SquaredError
from course_lib.models import MixtureDensityNetwork
from course_lib.optim import Adam
from course_lib.training import fit


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def network(rng):
    network = MixtureDensityNetwork([2, 8, 3], 4, rng=rng).astype(np.float64)
    network.layers[-1].params["b"] += rng.standard_normal(4 * 5)
    return network


def test_the_density_is_scipys_mixture(network, rng):
    x, t = rng.standard_normal((3, 2)), rng.standard_normal((5, 3))
    pi, mu, sigma = network.mixture(x)
    np.testing.assert_allclose(pi.sum(axis=1), 1)
    expected = [
        [sum(p * stats.multivariate_normal(m, s**2).pdf(point) for p, m, s in zip(*row, strict=True)) for point in t]
        for row in zip(pi, mu, sigma, strict=True)
    ]
    np.testing.assert_allclose(network.density(x, t), expected, rtol=1e-10)


def test_the_loss_is_minus_the_mean_log_density(network, rng):
    x, t = rng.standard_normal((6, 2)), rng.standard_normal((6, 3))
    loss = MixtureDensityNLL(4).forward(network.forward(x), t)
    assert loss == pytest.approx(-np.mean(np.log(np.diag(network.density(x, t)))))


def test_samples_follow_the_density(rng):
    network = MixtureDensityNetwork([1, 4, 1], 3, rng=rng).astype(np.float64)
    network.layers[-1].params["b"][...] = [0.5, 0.0, -0.5, -3.0, -1.0, -2.0, -1.0, 0.0, 2.0]
    x = np.full((20_000, 1), 0.3)
    drawn = network.sample(x, rng=rng)
    pi, mu, sigma = (a[0] for a in network.mixture(x[:1]))
    cdf = lambda t: sum(p * stats.norm(m[0], s).cdf(t) for p, m, s in zip(pi, mu, sigma, strict=True))  # noqa: E731 - one line, used once
    assert stats.kstest(drawn.ravel(), cdf).pvalue > 0.01
    np.testing.assert_allclose(network.mean(x[:1])[0], drawn.mean(axis=0), atol=0.03)


def test_it_finds_three_answers_where_the_mean_has_one(rng):
    x, y = one_to_many(800, rng=rng)
    network = MixtureDensityNetwork([1, 16, 1], 3, rng=rng)
    options = dict(rng=rng, epochs=80, batch_size=64, progress=False)
    history = fit(network, MixtureDensityNLL(3), Adam(0.02), x, y, **options)
    t = np.linspace(0, 1, 201, dtype=np.float32)[:, None]
    density = network.density(np.array([[0.5]], np.float32), t)[0]
    peaks = t[1:-1, 0][(density[1:-1] > density[:-2]) & (density[1:-1] > density[2:]) & (density[1:-1] > 0.5)]
    np.testing.assert_allclose(peaks, [0.21, 0.5, 0.79], atol=0.08)
    np.testing.assert_allclose(np.trapezoid(density, t[:, 0]) if hasattr(np, "trapezoid") else 1, 1, atol=0.05)
    spread = SquaredError().forward(network.mean(x), y)
    assert (
        history["loss"][-1] < 0.5 * np.log(2 * np.pi * np.e * spread) - 0.3
    )  # better than one Gaussian of the same mean


def test_extremes(network, rng):
    assert network.density(np.zeros((2, 2)), np.zeros((0, 3))).shape == (2, 0)
    assert np.all(network.density(np.zeros((1, 2)), np.full((1, 3), 1e6)) == 0)
    one = MixtureDensityNetwork([2, 1], 1, rng=rng)
    assert np.all(one.mixture(np.zeros((4, 2)))[0] == 1)
    with pytest.raises(ValueError, match=r"t: wanted shape \(G, 3\), got \(5, 2\)"):
        network.density(np.zeros((1, 2)), np.zeros((5, 2)))
    with pytest.raises(TypeError, match="rng: wanted a numpy Generator"):
        network.sample(np.zeros((1, 2)), rng=3)
