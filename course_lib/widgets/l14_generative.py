"""Explorer of lesson 14: the bound of the variational autoencoder where everything can be computed.

[Lectures: W7]
"""

import numpy as np

from course_lib.plots import BLUE, GREEN, GREY, VERMILLION, panels
from course_lib.widgets.base import explore

SIGMA, GRID = 0.7, np.linspace(-4, 4, 401)


def bound():
    """q(z) under sliders, the posterior that it should be, and the bound that it gives.          [Lectures: W7]"""
    return explore(draw_bound, describe_bound, mu=(-2.0, 2.0, 0.1, -0.5), s=(-3.0, 1.0, 0.1, 0.0), x=(-3.0, 3.0, 0.5, 1.5), a=(0.5, 2.0, 0.5, 1.0))  # fmt: skip


def gaussian(z, mean, variance):
    return np.exp(-((z - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)


def elbo(x, a, mu, s):
    """E_q log p(x | z) - KL(q || N(0, 1)) for x ~ N(a z, SIGMA^2), q = N(mu, e^s)"""
    expected = ((x - a * mu) ** 2 + a**2 * np.exp(s)) / (2 * SIGMA**2) + np.log(2 * np.pi * SIGMA**2) / 2
    return -expected - (mu**2 + np.exp(s) - s - 1) / 2


def truth(x, a):
    """(log p(x), mean and variance of the posterior p(z | x))"""
    whole = a**2 + SIGMA**2
    return -(x**2) / (2 * whole) - np.log(2 * np.pi * whole) / 2, a * x / whole, SIGMA**2 / whole


def draw_bound(mu, s, x, a):
    """Left prior, posterior and q; right the bound as mu moves, under log p(x)."""
    log_p, mean, variance = truth(x, a)
    fig, (axes,) = panels(1, 2, (9.0, 3.5))
    for density, name, color, line in (
        (gaussian(GRID, 0, 1), "prior", GREY, ":"),
        (gaussian(GRID, mean, variance), "posterior p(z | x)", GREEN, "--"),
        (gaussian(GRID, mu, np.exp(s)), "q(z)", BLUE, "-"),
    ):
        axes[0].plot(GRID, density, line, color=color, label=name)
    axes[0].set(title="Codes", xlabel="z", ylabel="density", ylim=(0, 2))
    axes[0].legend(loc="upper left")
    means = np.linspace(-2, 2, 81)
    axes[1].plot(means, elbo(x, a, means, s), color=BLUE, label="ELBO, as mu moves")
    axes[1].axhline(log_p, color=GREEN, linestyle="--", label="log p(x)")
    axes[1].plot(mu, elbo(x, a, mu, s), "o", color=VERMILLION, markersize=9)
    axes[1].set(title="The bound", xlabel="mu", ylabel="nats", ylim=(-12, 0))
    axes[1].legend(loc="lower center")
    return fig


def describe_bound(mu, s, x, a):
    """The text of the picture: the bound, what it bounds, and the gap."""
    log_p, mean, variance = truth(x, a)
    gap = log_p - elbo(x, a, mu, s)
    return (
        f"q(z) = N({mu:.1f}, {np.exp(s):.2f}); the posterior is N({mean:.2f}, {variance:.2f}). "
        f"ELBO {elbo(x, a, mu, s):.2f}, log p(x) {log_p:.2f}: the gap, KL(q || posterior), is {gap:.2f}."
    )
