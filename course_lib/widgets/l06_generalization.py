"""Explorers of lesson 06: a polynomial under degree and lambda; where early stopping stops under a patience.

[Lectures: I1, I2, I3, W8, W9, W17, U26]
"""

import numpy as np

from course_lib.data.synthetic import POLYNOMIALS
from course_lib.plots import BLACK, BLUE, GREEN, GREY, VERMILLION, YELLOW, panels
from course_lib.widgets.base import explore

# ---- degree and lambda --------------------------------------------------------------------------------------------------

LOW, HIGH, NOISE, DEGREES = -2.5, 5.5, 3.0, 12
CURVES = {"the tame curve": 1, "the wild curve": 0}


def degree_and_lambda():
    """A polynomial through 15 noisy points of a curve of I3, and its two errors against the degree.          [Lectures: I1, I2, I3, W8, W9]"""
    return explore(draw_fit, describe_fit, degree=(0, DEGREES, 1, 1), log10_lambda=(-9.0, 1.0, 0.5, -9.0), curve=list(CURVES))  # fmt: skip


def points(m, curve, seed):
    """m noisy points (x, y) of a curve, at even distances."""
    x = np.linspace(LOW, HIGH, m)
    return x, POLYNOMIALS[CURVES[curve]](x) + np.random.default_rng(seed).normal(scale=NOISE, size=m)


def powers(x, degree):
    """(N, degree + 1) powers 0 .. degree of x, scaled from [-2.5, 5.5] to [-1, 1]."""
    return ((x[:, None] - 1.5) / 4) ** np.arange(degree + 1)


def fit(x, y, degree, lam):
    """argmin 1/m ||A w - y||^2 + lambda (w_1^2 + ... + w_d^2); the constant is free."""
    A = powers(x, degree)
    price = np.sqrt(len(x) * lam) * np.eye(degree + 1)[1:]
    return np.linalg.lstsq(np.vstack([A, price]), np.concatenate([y, np.zeros(degree)]), rcond=None)[0]


def errors(degree, lam, curve):
    """Mean squared errors of the fit to 15 points: on these, and on 200 others."""
    x, y = points(15, curve, 2)
    w = fit(x, y, degree, lam)
    return [float(np.mean((powers(a, degree) @ w - b) ** 2)) for a, b in ((x, y), points(200, curve, 1))]


def draw_fit(degree, log10_lambda, curve):
    """Left the points, the true curve and the fit; right both errors for every degree under this lambda."""
    fig, axes = panels(1, 2, (9.4, 4.0))
    left, right = axes[0]
    lam, grid = 10.0**log10_lambda, np.linspace(LOW, HIGH, 241)
    x, y = points(15, curve, 2)
    truth = POLYNOMIALS[CURVES[curve]](grid)
    left.plot(grid, truth, "--", color=GREY, lw=1.5, label="true curve")
    left.plot(grid, powers(grid, degree) @ fit(x, y, degree, lam), color=BLUE, lw=2.2, label=f"fit of degree {degree}")
    left.plot(x, y, "o", color=BLACK, ms=5, label="15 points", zorder=4)
    room = 0.35 * np.ptp(truth)
    left.set(title="The fit", xlabel="x", ylabel="y", ylim=(truth.min() - room, truth.max() + room))
    left.legend(fontsize=9, framealpha=1, edgecolor="none", loc="upper center" if curve == "the tame curve" else "lower center")  # fmt: skip
    both = np.array([errors(d, lam, curve) for d in range(DEGREES + 1)])
    right.semilogy(both[:, 0], "s--", color=VERMILLION, ms=5, lw=1.8, label="training error")
    right.semilogy(both[:, 1], "o-", color=BLUE, ms=5, lw=1.8, label="dev error")
    right.plot(degree, both[degree, 1], "*", color=YELLOW, mec=BLACK, ms=16, ls="none", label="this degree", zorder=5)
    right.axhline(NOISE**2, color=GREEN, lw=1.5, ls=":", label="noise \u03c3\u00b2")
    right.set(title=f"Errors under \u03bb = {lam:.1e}", xlabel="degree", ylabel="mean squared error", ylim=(0.3, 3e4))
    right.minorticks_off()  # small ticks and powers take longer to draw than all the rest
    right.set_yticks([1, 10, 100, 1000, 10_000], ["1", "10", "100", "1000", "10000"])
    right.legend(fontsize=9, framealpha=1, edgecolor="none", loc="upper center", ncols=2)
    return fig


def describe_fit(degree, log10_lambda, curve):
    """The text of the picture: both errors of this fit, and the degree with the least dev error."""
    lam = 10.0**log10_lambda
    train, dev = errors(degree, lam, curve)
    best = int(np.argmin([errors(d, lam, curve)[1] for d in range(DEGREES + 1)]))
    return (
        f"15 noisy points of {curve}, degree {degree}, lambda = {lam:.1e}: training error {train:.1f}, dev error {dev:.1f}. "
        f"Under this lambda the dev error is least at degree {best}."
    )


# ---- patience -----------------------------------------------------------------------------------------------------------


def stop(dev, every, patience):
    """(best, last): of the checks at steps every, 2 every, ..., the step of the best one seen, and the step at which training ends."""
    best, least, step = 0, np.inf, 0
    for step in range(every, len(dev) + 1, every):
        if dev[step - 1] < least:
            best, least = step, dev[step - 1]
        if step - best >= patience * every:
            break
    return best, step


def patience(train, dev, test):
    """Where early stopping ends a training, and which weights it keeps.          [Lectures: W17, U26]

    train, dev, test    (T,) errors after each step of one long training
    """

    def draw(patience, every):
        best, last = stop(dev, every, patience)
        fig, axes = panels(1, 1, (8.4, 4.0))
        ax, t = axes[0, 0], np.arange(1, len(dev) + 1)
        ax.plot(t, train, "--", color=VERMILLION, lw=1.8, label="training error")
        ax.plot(t, dev, color=BLUE, lw=1.8, label="dev error")
        checks = np.arange(every, last + 1, every)
        ax.plot(checks, dev[checks - 1], "o", color=BLUE, ms=4, label="checks")
        ax.axvspan(last, len(dev), color=GREY, alpha=0.2, lw=0, label="never trained")
        ax.plot(best, dev[best - 1], "*", color=YELLOW, mec=BLACK, ms=17, ls="none", label="kept", zorder=5)
        ax.set(title=f"Patience {patience}, a check every {every} steps", xlabel="step", ylabel="cross-entropy", xlim=(0, len(dev)), ylim=(0, None))  # fmt: skip
        ax.legend(fontsize=9, framealpha=1, edgecolor="none", loc="upper right", ncols=2)
        return fig

    def describe(patience, every):
        best, last = stop(dev, every, patience)
        return (
            f"Patience {patience}, a check every {every} steps: training ends at step {last} of {len(dev)} and keeps the weights of step {best}, "
            f"dev error {dev[best - 1]:.3f}, test error {test[best - 1]:.3f}. The lowest point of the whole dev curve is {dev.min():.3f}."
        )

    return explore(draw, describe, patience=(1, 20, 1, 1), every=(1, 20, 1, 2))
