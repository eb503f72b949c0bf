"""Explorers of lesson 04: activations and gradients of a deep network at its start; the sigmoid of a sigmoid.

[Lectures: U11, U14, U22, C13, C14, I6, I7, E3, E4]
"""

from functools import lru_cache

import numpy as np

from course_lib.plots import BLACK, BLUE, COLORMAP, GREY, LINES, VERMILLION, panels
from course_lib.widgets.base import explore

# ---- activations and gradients at the start ----------------------------------------------------------------------------

WIDTH, BATCH = 100, 64
ACTIVATIONS = {
    "tanh": (np.tanh, lambda z, h: 1 - h**2),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z, h: (z > 0) * 1.0),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-np.clip(z, -500, 500))), lambda z, h: h * (1 - h)),
    "none": (lambda z: z, lambda z, h: np.ones_like(z)),
}
# what a standard normal number is multiplied by, for n inputs and as many outputs; I7 as printed draws from U(0, 1)
INITIALIZERS = {
    "He: sqrt(2/n)": lambda n: np.sqrt(2 / n),
    "Glorot and tanh: sqrt(1/n)": lambda n: np.sqrt(1 / n),
    "U14 normal: 1/sqrt(2 n)": lambda n: np.sqrt(1 / (2 * n)),
    "small: 0.01": lambda n: 0.01,
    "large: 0.3": lambda n: 0.3,
    "I7 as printed: U(0, 1) sqrt(2/n)": lambda n: np.sqrt(2 / n),
}


def signals():
    """Depth x activation x initializer: what arrives in each layer, forward and backward, before any training."""
    return explore(
        draw_signals,
        describe_signals,
        depth=(2, 30, 1, 12),
        activation=list(ACTIVATIONS),
        initializer=list(INITIALIZERS),
    )


@lru_cache(maxsize=4)  # for the picture and for its words
def propagate(depth, activation, initializer, seed=0):
    """(activations, gradients of the weights), a list of arrays each, of a network of `depth` layers with 100 units."""
    rng, (g, slope) = np.random.default_rng(seed), ACTIVATIONS[activation]
    draw = rng.uniform if initializer.startswith("I7") else rng.standard_normal
    scale = INITIALIZERS[initializer](WIDTH)
    h, zs, hs = rng.standard_normal((BATCH, WIDTH)), [], []
    Ws = [scale * draw(size=(WIDTH, WIDTH)) for _ in range(depth)]
    inputs = [h]
    for W in Ws:
        zs.append(inputs[-1] @ W)
        hs.append(g(zs[-1]))
        inputs.append(hs[-1])
    d, grads = rng.standard_normal((BATCH, WIDTH)) / BATCH, []
    for W, z, h, before in zip(Ws[::-1], zs[::-1], hs[::-1], inputs[-2::-1], strict=True):
        dz = d * slope(z, h)
        grads.append(before.T @ dz)
        d = dz @ W.T
    return hs, grads[::-1]


def _shares(arrays, edges):
    """(bins, layers): which share of the numbers of each layer lies in each bin; what lies outside counts for the last bin."""
    rows = [np.histogram(np.clip(a, edges[0], edges[-1]), edges)[0] / np.size(a) for a in arrays]
    return np.array(rows).T


def _log10(a):
    return np.log10(np.maximum(np.abs(np.ravel(a)), 1e-30))


def draw_signals(depth, activation, initializer):
    """Left the activations, right the sizes of the gradients, a column for each layer; bright is frequent."""
    hs, grads = propagate(depth, activation, initializer)
    fig, axes = panels(1, 2, (8.4, 3.6))
    middle = np.log10(max(np.sqrt(np.mean(grads[-1] ** 2)), 1e-30))
    sides = (
        (axes[0, 0], hs, np.linspace(-3, 3, 62), "activations", "h"),
        (axes[0, 1], [_log10(a) for a in grads], np.linspace(middle - 9, middle + 6, 62), "sizes of the gradients", "log10 |dL/dw|"),
    )  # fmt: skip
    for ax, arrays, edges, title, ylabel in sides:
        share = np.sqrt(_shares(arrays, edges))  # the root shows rare numbers, too
        ax.imshow(share, origin="lower", aspect="auto", cmap=COLORMAP, extent=(0.5, depth + 0.5, edges[0], edges[-1]), vmin=0, vmax=0.7, interpolation="nearest")  # fmt: skip
        ax.set(title=title, xlabel="layer", ylabel=ylabel)
        ax.grid(False)
    layers, means = np.arange(1, depth + 1), [np.clip(np.mean(h), -3, 3) for h in hs]
    axes[0, 0].hlines(means, layers - 0.4, layers + 0.4, color="white", lw=2)
    return fig


def describe_signals(depth, activation, initializer):
    """The text of the picture: the root mean squares of the first and the last layer, forward and backward."""
    hs, grads = propagate(depth, activation, initializer)
    first, last = (np.sqrt(np.mean(h**2)) for h in (hs[0], hs[-1]))
    back, front = (np.sqrt(np.mean(g**2)) for g in (grads[0], grads[-1]))
    if activation in ("tanh", "sigmoid"):
        low = -1 if activation == "tanh" else 0
        stuck = np.mean((hs[-1] > 0.99) | (hs[-1] < low + 0.01 * (1 - low)))
        more = f" {stuck:.0%} of the last layer's units are within one hundredth of an end."
    elif activation == "ReLU":
        more = f" {np.mean(np.all(hs[-1] == 0, axis=0)):.0%} of the last layer's units are 0 for every example."
    else:
        more = ""
    return (
        f"{depth} layers, activation {activation}, {initializer}. Root mean square of the activations: {first:.2g} in the first "
        f"layer, {last:.2g} in the last; of the gradients: {back:.2g} in the first, {front:.2g} in the last.{more}"
    )


# ---- the sigmoid of a sigmoid ------------------------------------------------------------------------------------------


def nested_sigmoids():
    """The sigmoid of a sigmoid of a ...: the curve and its slope."""
    return explore(draw_nested, describe_nested, times=(1, 6, 1))


def nested(z, times):
    """(value, slope) of so many sigmoids, one inside the other."""
    slope = np.ones_like(z)
    for _ in range(times):
        z = 1 / (1 + np.exp(-z))
        slope = slope * z * (1 - z)
    return z, slope


def draw_nested(times):
    """Left the curves, right the logarithms of their slopes; the chosen number of sigmoids is thick."""
    z = np.linspace(-8, 8, 321)
    fig, axes = panels(1, 2, (8.4, 3.4))
    for n in range(1, times + 1):
        chosen = n == times
        look = dict(color=BLUE if chosen else GREY, lw=3 if chosen else 1, ls="-" if chosen else LINES[n % 4])
        value, slope = nested(z, n)
        axes[0, 0].plot(z, value, **look, label=f"{n} sigmoid{'s' * (n > 1)}")
        axes[0, 1].plot(z, np.log10(slope), **look)
    axes[0, 0].set(title="value", xlabel="z", ylabel="sigmoid of sigmoid", ylim=(0, 1))
    axes[0, 1].set(title="slope", xlabel="z", ylabel="log10 of the derivative", ylim=(-7, 0))
    axes[0, 1].axhline(np.log10(0.25), color=VERMILLION, lw=1.5, ls=":")
    axes[0, 1].text(-7.8, -0.45, "largest slope of one sigmoid, 1/4", fontsize=9, color=BLACK)
    axes[0, 0].legend(loc="upper left", fontsize=8)
    return fig


def describe_nested(times):
    """The text of the picture: the largest slope, and between which values the curve stays."""
    z = np.linspace(-8, 8, 3201)
    value, slope = nested(z, times)
    return (
        f"{times} sigmoid{'s' * (times > 1)}, one inside the other: between z = -8 and 8 the value goes from {value[0]:.3f} to "
        f"{value[-1]:.3f}. The slope is {slope.max():.2g} at most and {slope[0]:.1g} at z = -8."
    )
