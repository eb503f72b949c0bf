"""The explorer of lesson 14: the bound is a bound, its gap a KL, and both are what numerical integration says."""

import numpy as np
import pytest
from scipy import integrate, stats

from course_lib.exercises.l14_generative import linear_elbo
from course_lib.widgets.l14_generative import SIGMA, bound, describe_bound, draw_bound, elbo, truth


@pytest.mark.parametrize(("x", "a", "mu", "s"), [(1.5, 1.0, 0.0, 0.0), (-2.0, 0.5, 1.0, -1.5), (3.0, 2.0, -0.5, 0.8)])
def test_bound_and_gap_are_integrals(x, a, mu, s):
    q = stats.norm(mu, np.exp(s / 2))

    def joint(z):
        return stats.norm.pdf(z) * stats.norm.pdf(x, a * z, SIGMA)

    log_p, mean, variance = truth(x, a)
    assert log_p == pytest.approx(np.log(integrate.quad(joint, -12, 12)[0]))
    by_hand = integrate.quad(lambda z: q.pdf(z) * (np.log(joint(z)) - q.logpdf(z)), mu - 9, mu + 9, limit=200)[0]
    assert elbo(x, a, mu, s) == pytest.approx(by_hand, rel=1e-6)
    assert elbo(x, a, mu, s) == pytest.approx(linear_elbo(x, a, SIGMA, mu, s))
    assert elbo(x, a, mu, s) <= log_p
    assert elbo(x, a, mean, np.log(variance)) == pytest.approx(log_p)  # at the posterior there is no gap


def test_the_picture_marks_the_bound_and_the_words_say_it():
    axes = draw_bound(0.5, -1.0, 2.0, 1.0).axes
    marked = axes[1].lines[-1]
    assert (marked.get_xdata()[0], marked.get_ydata()[0]) == (0.5, elbo(2.0, 1.0, 0.5, -1.0))
    assert axes[1].lines[1].get_ydata()[0] == truth(2.0, 1.0)[0]
    assert f"ELBO {elbo(2.0, 1.0, 0.5, -1.0):.2f}, log p(x) {truth(2.0, 1.0)[0]:.2f}" in describe_bound(
        0.5, -1.0, 2.0, 1.0
    )
    assert "the gap, KL(q || posterior)" in bound().text
