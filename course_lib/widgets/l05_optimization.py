"""Explorers of lesson 05: the noise of a mini-batch's gradient; a race of update rules on three surfaces.

[Lectures: U9, U10, U17, U19, U20, I9, I10, I12, I13, I14]
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from course_lib.plots import BLACK, BLUE, COLORMAP, COLORS, GREY, LINES, MARKERS, VERMILLION, YELLOW, panels
from course_lib.widgets.base import explore

# ---- gradient noise against batch size ----------------------------------------------------------------------------------

DRAWS = 200
DOUBLINGS = range(9)  # B = 1, 2, 4, ..., 256


def gradient_noise(gradients):
    """How far the gradient of a mini-batch is from that of all examples, against the batch size.          [Lectures: U9, U20, I9]

    gradients    (N, P) the gradient of each example at one theta, N at least 256
    Raises       ValueError for fewer examples.
    """
    g = np.asarray(gradients, np.float64)
    if g.ndim != 2 or len(g) < 2 ** DOUBLINGS[-1]:
        raise ValueError(f"gradients: wanted shape (N, P), N at least {2 ** DOUBLINGS[-1]}, got {g.shape}")
    full = g.mean(axis=0)
    axes = _two_directions(g, full)
    means = {(B, how): batch_means(g, B, how == "yes") for B in (2**k for k in DOUBLINGS) for how in ("no", "yes")}
    measured = {key: relative_noise(mean, full) for key, mean in means.items()}
    sizes = np.array([2**k for k in DOUBLINGS])
    limit = 1.1 * np.quantile(np.abs(means[1, "no"] @ axes.T), 0.99)  # one scale for all B: the cloud is seen to shrink

    def draw(doublings, with_replacement):
        B = 2**doublings
        fig, (both,) = panels(1, 2, (10, 4.4))
        left, right = both
        left.plot(
            *(means[B, with_replacement] @ axes.T).T, "o", color=BLUE, ms=4, alpha=0.5, label=f"{DRAWS} mini-batches"
        )
        left.plot(*(full @ axes.T), "*", color=YELLOW, ms=17, mec=BLACK, label="all examples")
        left.plot(0, 0, "+", color=BLACK, ms=13, mew=2, label="0")
        left.set(title=f"Gradients of batches of {B}", xlabel="along the gradient of all examples", ylabel="across it",
                 xlim=(-limit, limit), ylim=(-limit, limit))  # fmt: skip
        left.legend(loc="upper left", fontsize=9, framealpha=1)
        right.loglog(sizes, predicted_noise(g, sizes, False), "-", color=BLUE, lw=2, label="expected, no example twice")
        right.loglog(
            sizes, predicted_noise(g, sizes, True), "--", color=VERMILLION, lw=2, label=r"expected, with replacement"
        )
        right.loglog(
            sizes, [measured[size, with_replacement] for size in sizes], "o", color=GREY, ms=6, label="measured"
        )
        right.loglog(B, measured[B, with_replacement], "s", color=YELLOW, ms=11, mec=BLACK, label=f"B = {B}")
        right.axhline(1, color=GREY, lw=1, ls=":")
        right.set(title="Noise against batch size", xlabel="batch size B", ylabel="noise / length of the gradient")
        right.set_xticks(sizes, sizes)
        right.minorticks_off()
        right.legend(loc="lower left", fontsize=9, framealpha=1)
        return fig

    def describe(doublings, with_replacement):
        B = 2**doublings
        noise, expected = measured[B, with_replacement], predicted_noise(g, B, with_replacement == "yes")
        uphill = np.mean(means[B, with_replacement] @ full < 0)
        return (
            f"Batches of {B} of {len(g)} examples, {'with' if with_replacement == 'yes' else 'without'} replacement: "
            f"their gradients lie around that of all examples at {noise:.2f} times its length; expected {expected:.2f}. "
            f"{uphill:.0%} of them point the wrong way, with a step against them the error of all rises. "
            f"With B = 1 the noise is {measured[1, with_replacement]:.2f}."
        )

    return explore(draw, describe, doublings=(0, DOUBLINGS[-1], 1, 2), with_replacement=["no", "yes"])


def batch_means(g, B, replacement, draws=DRAWS, seed=0):
    """(draws, P) mean gradients of random batches of B."""
    rng = np.random.default_rng([seed, B, replacement])
    return np.stack([g[rng.choice(len(g), B, replace=replacement)].mean(axis=0) for _ in range(draws)])


def relative_noise(means, full):
    """Root of the mean squared distance from the gradient of all examples, in lengths of that gradient."""
    return float(np.sqrt(np.mean(np.sum((means - full) ** 2, axis=1))) / np.linalg.norm(full))


def predicted_noise(g, B, replacement):
    """sigma / sqrt(B) / |g|; without replacement times sqrt((N - B) / (N - 1)), which is 0 for the whole set."""
    full = g.mean(axis=0)
    sigma = np.sqrt(np.mean(np.sum((g - full) ** 2, axis=1)))
    finite = 1.0 if replacement else np.sqrt((len(g) - B) / (len(g) - 1))
    return sigma / np.sqrt(B) * finite / np.linalg.norm(full)


def _two_directions(g, full):
    """Orthonormal rows: along the mean gradient, and where the examples differ most across it."""
    along = full / np.linalg.norm(full)
    rest = g - full
    rest = rest - np.outer(rest @ along, along)
    return np.stack([along, np.linalg.svd(rest, full_matrices=False)[2][0]])


# ---- the race -----------------------------------------------------------------------------------------------------------


class Surface(NamedTuple):
    """A function of w = (w1, w2) with its gradient; least: its least value; where: what is drawn of it."""

    value: Callable
    gradient: Callable
    start: tuple
    least: float
    where: tuple


def _ravine(w):
    return 0.5 * (w[..., 0] ** 2 + 30 * w[..., 1] ** 2)


def _ravine_slope(w):
    return np.stack([w[..., 0], 30 * w[..., 1]], axis=-1)


def _saddle(w):
    return w[..., 0] ** 2 - w[..., 1] ** 2 + w[..., 1] ** 4 / 4 + 1


def _saddle_slope(w):
    return np.stack([2 * w[..., 0], w[..., 1] ** 3 - 2 * w[..., 1]], axis=-1)


def _four_valleys(w):
    x, y = w[..., 0], w[..., 1]
    return ((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2) / 50 + x / 4


def _four_valleys_slope(w):
    x, y = w[..., 0], w[..., 1]
    a, b = x**2 + y - 11, x + y**2 - 7
    return np.stack([(4 * x * a + 2 * b) / 50 + 0.25, (2 * a + 4 * y * b) / 50], axis=-1)


SURFACES = {
    "ravine": Surface(_ravine, _ravine_slope, (-4.0, 1.2), 0.0, ((-5, 3), (-2, 2))),
    "saddle": Surface(_saddle, _saddle_slope, (-2.0, 0.001), 0.0, ((-2.6, 2.6), (-2.2, 2.2))),
    # Himmelblau's function, tilted: one of its four minima is the lowest
    "four valleys": Surface(_four_valleys, _four_valleys_slope, (0.0, -0.5), -0.9589618886, ((-5, 5), (-5, 5))),
}
OFF = 1e3  # whoever is farther from 0 than this has left the race
_GRIDS = {}


def same_noise(steps, noise, seed=0):
    """(steps, 2) what is added to every gradient, the same for all who race."""
    return noise * np.random.default_rng(seed).standard_normal((steps, 2))


def walk(rule, surface, alpha, noise):
    """(T + 1, 2) the places of one rule, from the surface's start, T = len(noise) steps; shorter if it leaves the race.

    rule(w, memory, g, t, alpha) -> w, memory    w, g: (2,)    memory: (v, S), zeros at first    t = 0, 1, ...
    """
    w = np.array(surface.start)
    path, memory = [w], (np.zeros(2), np.zeros(2))
    for t, disturbance in enumerate(noise):
        w, memory = rule(w, memory, surface.gradient(w) + disturbance, t, alpha)
        if not np.all(np.abs(w) < OFF):
            break
        path.append(w)
    return np.array(path)


def race(rules):
    """All rules from the same start, with the same noise and the same number of steps.          [Lectures: U10, U17, U19, I10, I12, I13, I14]

    rules    {name: rule}, as `walk` takes them; those in ADAPTIVE have a step size of their own
    """

    def run(surface, log10_alpha, log10_alpha_adaptive, noise, steps, seed):
        given, disturbances = SURFACES[surface], same_noise(steps, noise, seed)
        alphas = {name: 10 ** (log10_alpha_adaptive if name in ADAPTIVE else log10_alpha) for name in rules}
        return {name: walk(rule, given, alphas[name], disturbances) for name, rule in rules.items()}

    def draw(**values):
        paths, surface = run(**values), SURFACES[values["surface"]]
        fig, (both,) = panels(1, 2, (11, 4.6))
        left, right = both
        _map(left, values["surface"])
        for i, (name, path) in enumerate(paths.items()):
            style = {"color": COLORS[i], "ls": LINES[i % 4], "marker": MARKERS[i], "mec": "white", "mew": 0.4}
            left.plot(*path.T, lw=1.6, ms=4, markevery=max(1, len(path) // 15), **style)
            left.plot(*path[-1], MARKERS[i], color=COLORS[i], ms=10, mec=BLACK, zorder=5)
            height = np.maximum(surface.value(path) - surface.least, 1e-6)
            right.semilogy(height, lw=1.8, ms=6, markevery=max(1, len(path) // 8), label=name, **style)
        left.plot(*surface.start, "+", color=BLACK, ms=14, mew=2.5, zorder=6)
        left.set(
            title=f"{values['surface']}: paths from +",
            xlabel="w\u2081",
            ylabel="w\u2082",
            xlim=surface.where[0],
            ylim=surface.where[1],
        )
        right.set(
            title="Height above the lowest point",
            xlabel="step",
            ylabel="J(w) - least J, drawn from 1e-6 up",
            ylim=(5e-7, 1e3),
        )
        right.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
        return fig

    def describe(**values):
        paths, surface = run(**values), SURFACES[values["surface"]]
        said = [
            f"{name} {surface.value(path[-1]) - surface.least:.2g}"
            if len(path) > values["steps"]
            else f"{name} is gone after {len(path)} steps"
            for name, path in paths.items()
        ]
        return f"{values['surface'].capitalize()}, noise {values['noise']:g}, all from the same start with the same noise. Height after {values['steps']} steps: {', '.join(said)}."

    return explore(
        draw,
        describe,
        surface=list(SURFACES),
        log10_alpha=(-3.0, 1.0, 0.25, -1.25),
        log10_alpha_adaptive=(-3.0, 1.0, 0.25, -0.75),
        noise=(0.0, 3.0, 0.5),
        steps=(10, 100, 10, 60),
        seed=(0, 9, 1),
    )


ADAPTIVE = ("AdaGrad", "RMSProp", "Adam")


def _map(ax, name):
    """The contours of a surface; its values on the grid are computed once."""
    surface = SURFACES[name]
    if name not in _GRIDS:
        a, b = np.meshgrid(*(np.linspace(low, high, 121) for low, high in surface.where))
        _GRIDS[name] = a, b, np.sqrt(np.maximum(surface.value(np.stack([a, b], axis=-1)) - surface.least, 0))
    a, b, root = _GRIDS[name]  # even steps of the root: denser near the bottom
    ax.contourf(a, b, root, 14, cmap=COLORMAP, alpha=0.4)
    ax.contour(a, b, root, 14, colors=GREY, linewidths=0.5)
    ax.grid(False)
