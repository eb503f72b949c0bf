"""Explorers of lesson 03: a unit that is sure and wrong; softmax and log-sum-exp; the density of an inverse problem.

[Lectures: W3, W4, W5, W6, W7, C9, E17]
"""

import numpy as np

from course_lib.plots import BLACK, BLUE, COLORMAP, GREY, ORANGE, PURPLE, SKY, VERMILLION, panels
from course_lib.widgets.base import explore

# ---- a unit that is sure and wrong --------------------------------------------------------------------------------------

STEPS = 200
_LOSSES = (("squared error", VERMILLION, "--", "s"), ("cross-entropy", BLUE, "-", "o"))


def saturation():
    """One sigmoid unit that starts wrong: its slope under both losses, and how fast it learns.          [Lectures: W3, W4, W6]"""
    return explore(
        draw_saturation, describe_saturation, logit=(-10.0, 10.0, 0.5, 6.0), step_size=(0.1, 2.0, 0.1, 1.0), y=[0, 1]
    )


def slopes(z, y):
    """d/dz of (sigmoid(z) - y)^2 and of the binary cross-entropy of sigmoid(z)."""
    p = _sigmoid(z)
    return 2 * (p - y) * p * (1 - p), p - y


def learn(logit, step_size, y, steps=STEPS):
    """(2, steps + 1) yhat of a unit with nothing but a bias, step by step, under the squared error and the cross-entropy."""
    paths = np.empty((2, steps + 1))
    z = np.full(2, float(logit))
    for step in range(steps + 1):
        paths[:, step] = _sigmoid(z)
        z = z - step_size * np.diagonal(slopes(z, y))  # each unit has its own loss
    return paths


def draw_saturation(logit, step_size, y):
    """Left: the slopes against the logit, with a marker at this one. Right: yhat against the step."""
    fig, axes = panels(1, 2, (10, 4.2))
    (left, right), z = axes[0], np.linspace(-10, 10, 201)
    paths = learn(logit, step_size, y)
    curves, now = slopes(z, y), slopes(logit, y)
    for (name, color, line, marker), curve, here, path in zip(_LOSSES, curves, now, paths, strict=True):
        left.plot(z, curve, line, color=color, lw=2, label=name)
        left.plot(logit, here, marker, color=color, ms=10, mec=BLACK, zorder=5)
        right.plot(path, line, color=color, lw=2, marker=marker, markevery=25, ms=6, label=name)
    left.axvline(logit, color=GREY, lw=1)
    right.axhline(y, color=GREY, lw=1, ls=":")
    left.set(
        title=f"What reaches the logit, y = {y}",
        xlabel="logit z",
        ylabel="derivative of the loss by z",
        ylim=(-1.1, 1.1),
    )
    right.set(title=f"A unit that starts at z = {logit:g}", xlabel="step", ylabel="yhat", ylim=(-0.05, 1.05))
    left.legend(loc="upper left" if y == 0 else "lower right", frameon=False)
    right.legend(loc="best", frameon=False)
    return fig


def describe_saturation(logit, step_size, y):
    """The text of the picture: both slopes, and when each loss has brought yhat to the right side."""
    squared, entropy = slopes(logit, y)
    said = [
        f"Target y = {y}, yhat = {_sigmoid(logit):.3g}. The squared error has the slope {squared:.2g}, cross-entropy {entropy:.2g}"
    ]
    for (name, *_), path in zip(_LOSSES, learn(logit, step_size, y), strict=True):
        right = np.flatnonzero(np.abs(path - y) < 0.5)
        when = (
            f"on the right side after {right[0]} steps"
            if len(right)
            else f"still on the wrong side after {STEPS} steps"
        )
        said.append(f"Under the {name} the unit is {when}")
    return ". ".join(said) + "."


# ---- softmax and log-sum-exp --------------------------------------------------------------------------------------------


def softmax_bars():
    """Three logits: their softmax, their log-sum-exp beside the largest, and what plain exponentials make of it.          [Lectures: W5, W6, C9, E17]"""
    z = (-10.0, 10.0, 0.5)
    return explore(draw_softmax, describe_softmax, z1=(*z, 2.0), z2=(*z, 1.0), z3=(*z, -1.0), add_to_all=(0, 1000, 50))


def log_sum_exp(z):
    return np.max(z) + np.log(np.sum(np.exp(z - np.max(z))))


def plain_softmax(z):
    """e^z / sum e^z without any care, in float64"""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.exp(z) / np.sum(np.exp(z))


def draw_softmax(z1, z2, z3, add_to_all):
    """Left: the probabilities, as the plain formula and as the shifted one give them. Right: log-sum-exp above the largest logit."""
    fig, axes = panels(1, 2, (10, 4.0))
    left, right = axes[0]
    z = np.array([z1, z2, z3]) + add_to_all
    p, plain, names = np.exp(z - log_sum_exp(z)), plain_softmax(z), ["class 1", "class 2", "class 3"]
    places = np.arange(3)
    left.bar(places - 0.2, p, 0.38, color=BLUE, label="largest subtracted first")
    left.bar(places + 0.2, np.nan_to_num(plain), 0.38, color=ORANGE, hatch="//", edgecolor=BLACK, label="plain formula")
    for place, value, other in zip(places, p, plain, strict=True):
        left.text(place - 0.2, value + 0.015, f"{value:.3g}", ha="center", fontsize=10)
        left.text(place + 0.2, np.nan_to_num(other) + 0.015, f"{other:.3g}", ha="center", fontsize=10)
    left.set(title="softmax(z)", ylabel="probability", ylim=(0, 1.12))
    left.set_xticks(places, [f"{name}\nz = {value:g}" for name, value in zip(names, z, strict=True)])
    left.legend(loc="upper right", fontsize=9, framealpha=1)

    ahead = np.linspace(0, 12, 121)
    right.plot(ahead, np.log(2 + np.exp(ahead)) - ahead, "-", color=GREY, lw=1.5, label="two others, equal")
    gap = log_sum_exp(z) - np.max(z)
    lead = np.max(z) - np.sort(z)[-2]
    right.plot(min(lead, 12), gap, "o", color=VERMILLION, ms=11, mec=BLACK, label="these logits")
    right.axhline(np.log(3), color=GREY, lw=1, ls=":")
    right.text(12, np.log(3) + 0.02, "log 3, all equal", ha="right", va="bottom", color=GREY)
    right.set(
        title="log-sum-exp - max [E17]",
        xlabel="lead of the largest logit over the next",
        ylabel="difference",
        xlim=(-0.4, 12.4),
        ylim=(-0.05, 1.25),
    )
    right.legend(loc="center right", frameon=False)
    return fig


def describe_softmax(z1, z2, z3, add_to_all):
    """The text of the picture: probabilities, log-sum-exp against the largest, and what became of the plain formula."""
    z = np.array([z1, z2, z3]) + add_to_all
    lse, plain = log_sum_exp(z), plain_softmax(z)
    probabilities = ", ".join(f"{p:.3g}" for p in np.exp(z - lse))
    text = f"Logits {', '.join(f'{v:g}' for v in z)}: softmax {probabilities}. Log-sum-exp {lse:.6g}, largest logit {np.max(z):g}, difference {lse - np.max(z):.2g}."
    if not np.all(np.isfinite(plain)):
        return text + " The plain formula gives nan: e to the power of such a logit is no number that a float can hold."
    return text + " The plain formula gives the same."


# ---- the inverse problem ------------------------------------------------------------------------------------------------


def inverse_problem(mixture, x, y):
    """The density p(y | x) that a mixture density network has learned, and a cut through it at one x.          [Lectures: W7; Bishop 1994]

    mixture    (G, 1) -> logits, mu, s: (G, J) each, sigma^2 = e^s    x, y: (N,) what it has learned from
    """
    seen, told = np.ravel(x), np.ravel(y)
    grid, heights = np.linspace(seen.min(), seen.max(), 161), np.linspace(told.min() - 0.1, told.max() + 0.1, 161)
    logits, mu, s = (np.asarray(part, np.float64) for part in mixture(grid[:, None].astype(np.float32)))
    densities = components(logits, mu, s, heights)
    means = np.sum(_softmax(logits) * mu, axis=1)

    def at(x):
        n = np.argmin(np.abs(grid - x))
        return grid[n], densities[n], float(means[n])

    def draw(x):
        place, here, mean = at(x)
        fig, axes = panels(1, 2, (10, 4.4))
        left, right = axes[0]
        everything = np.sum(densities, axis=2).T
        left.imshow(
            everything**0.5,
            cmap=COLORMAP,
            origin="lower",
            aspect="auto",
            extent=(grid[0], grid[-1], heights[0], heights[-1]),
            interpolation="nearest",
        )
        left.plot(seen[:300], told[:300], ".", color="white", ms=3, alpha=0.6)
        left.axvline(place, color=VERMILLION, lw=2)
        left.plot(place, mean, "X", color=VERMILLION, ms=11, mec="white")
        left.grid(False)
        left.set(title="p(y | x), brighter is likelier", xlabel="x", ylabel="y", ylim=(heights[0], heights[-1]))
        for j, color, line in zip(
            range(here.shape[1]), (SKY, ORANGE, PURPLE, GREY, BLUE), ("--", "-.", ":", "--", "-."), strict=False
        ):
            right.plot(heights, here[:, j], line, color=color, lw=2, label=f"component {j + 1}")
        right.plot(heights, np.sum(here, axis=1), color=BLACK, lw=1.8, label="together")
        right.axvline(mean, color=VERMILLION, lw=2)
        right.plot(mean, 0, "X", color=VERMILLION, ms=11, mec="white", zorder=5, clip_on=False, label="mean")
        right.set(
            title=f"The cut at x = {place:.2f}",
            xlabel="y",
            ylabel="density",
            ylim=(0, 1.3 * np.max(np.sum(here, axis=1))),
        )
        right.legend(loc="upper center", ncols=3, fontsize=9, framealpha=1, edgecolor="none")
        return fig

    def describe(x):
        place, here, mean = at(x)
        total = np.sum(here, axis=1)
        peaks = heights[1:-1][
            (total[1:-1] > total[:-2]) & (total[1:-1] > total[2:]) & (total[1:-1] > 0.05 * total.max())
        ]
        places = " and ".join(f"{peak:.2f}" for peak in peaks)
        density = np.interp(mean, heights, total)
        return (
            f"At x = {place:.2f} the density has {len(peaks)} peak{'s' if len(peaks) != 1 else ''}, at y = {places}. "
            f"Its mean is {mean:.2f}, where the density is {density:.2g}; at the highest peak it is {total.max():.2g}."
        )

    low, high = float(np.ceil(grid[0] * 20) / 20), float(np.floor(grid[-1] * 20) / 20)
    return explore(draw, describe, x=(low, high, 0.05, 0.6))


def components(logits, mu, s, heights):
    """(G, H, J) pi_j N(y; mu_j, sigma_j^2) at the heights y, for each of G inputs"""
    d2 = (heights[:, None] - mu[:, None]) ** 2 * np.exp(-s)[:, None]
    return _softmax(logits)[:, None] * np.exp(-d2 / 2 - s[:, None] / 2) / np.sqrt(2 * np.pi)


def _softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(np.asarray(z) / 2))
