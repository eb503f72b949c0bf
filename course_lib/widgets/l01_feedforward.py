"""Explorers of lesson 01: an activation and its slope; the decision regions of the 2-2-1 network.

[Lectures: C1, C3, C4, C5, E18, I15]
"""

import numpy as np

from course_lib.layers.activations import leaky_relu, relu, sigmoid, softplus
from course_lib.plots import BLACK, BLUE, GREEN, GREY, ORANGE, VERMILLION, YELLOW
from course_lib.widgets.base import explore

# ---- an activation and its slope ------------------------------------------------------------------------------------------

LEAK = 0.1  # of the leaky ReLU: with the deck's 0.001 it would look like a ReLU
# name: (value, slope) at x
ACTIVATIONS = {
    "sigmoid": (lambda x: sigmoid(x), lambda x: sigmoid(x) * sigmoid(-x)),
    "tanh": (lambda x: np.tanh(x), lambda x: 1 - np.tanh(x) ** 2),
    "ReLU": (lambda x: relu(x), lambda x: (x > 0) * 1.0),
    "leaky ReLU": (lambda x: leaky_relu(x, LEAK), lambda x: np.where(x > 0, 1.0, LEAK)),
    "softplus": (lambda x: softplus(x), lambda x: sigmoid(x)),
    # in no deck: an activation that falls for a while, for E18
    "swish": (lambda x: x * sigmoid(x), lambda x: sigmoid(x) * (1 + x * sigmoid(-x))),
}
LIMIT = 6.0


def activation_shapes():
    """A function, its tangent at x and its slope under sliders.          [Lectures: C3, C4, I15, E18]"""
    return explore(
        draw_activation,
        describe_activation,
        function=list(ACTIVATIONS),
        x=(-LIMIT, LIMIT, 0.1, 1.0),
    )


def draw_activation(function, x):
    """Left the function with its tangent at x, right its slope everywhere; the same point in both."""
    value, slope = ACTIVATIONS[function]
    xs = np.linspace(-LIMIT, LIMIT, 601)  # 0 is among them: the kinks stand where they are
    y, s = float(value(np.float64(x))), float(slope(np.float64(x)))
    fig, left, right = _pair(3.8, bottom=0.14)
    name = {"swish": "swish, in no deck", "leaky ReLU": f"leaky ReLU, leak {LEAK:g}"}.get(function, function)
    left.set_title(name, loc="left", fontsize=13, fontweight="bold")
    right.set_title(f"slope of {name}", loc="left", fontsize=13, fontweight="bold")
    ys, slopes = value(xs), slope(xs)
    left.plot(xs, ys, color=BLUE, lw=2.5, label="g(x)")
    left.axline((x, y), slope=s, color=VERMILLION, lw=1.8, ls="--", label=f"tangent, slope {_short(s)}")
    if function in ("ReLU", "leaky ReLU"):
        for part in (xs <= 0, xs > 0):  # the slope jumps: no line joins its two sides
            right.plot(xs[part], slopes[part], color=VERMILLION, lw=2.5)
        right.plot(0, slope(np.float64(0)), "o", color=VERMILLION, ms=6)
        right.plot(0, 1, "o", color=VERMILLION, mfc="white", ms=6)
    else:
        right.plot(xs, slopes, color=VERMILLION, lw=2.5)
    right.axhline(0, color=BLACK, lw=1)
    for ax, at in ((left, y), (right, s)):
        ax.axvline(x, color=GREY, lw=1, ls=":")
        ax.plot(x, at, "D", color=YELLOW, mec=BLACK, ms=9, zorder=5)
        ax.set(xlabel="x", xlim=(-LIMIT, LIMIT))
    left.set(ylabel="g(x)", ylim=(-1.3, 1.3) if function in ("sigmoid", "tanh") else (-1.3, LIMIT))
    right.set(ylabel="g'(x)", ylim=(-0.15, 1.15))
    left.legend(loc="upper left", fontsize=10)
    return fig


def describe_activation(function, x):
    """The text of the picture: value and slope here, and what the slope does to an error that comes back."""
    value, slope = ACTIVATIONS[function]
    y, s = float(value(np.float64(x))), float(slope(np.float64(x)))
    where = f"leaky ReLU with a leak of {LEAK:g}" if function == "leaky ReLU" else function
    said = [f"{where} at x = {_short(x)}: value {_short(y)}, slope {_short(s)}"]
    if x == 0 and function in ("ReLU", "leaky ReLU"):
        said.append("Here is the kink, where no slope exists; the course takes that of the left side")
    else:
        said.append(f"Of an error of 1 that comes back through this unit, {_short(s)} is left")
    said.append(
        {
            "sigmoid": "The slope is never over 0.25, and nearly 0 far from the middle",
            "tanh": "The slope is 1 in the middle and nearly 0 far from it",
            "ReLU": "The slope is 1 or 0, nothing between",
            "leaky ReLU": f"The slope is 1 or {LEAK:g}; with the deck's 0.001 it would look like 0",
            "softplus": "The slope is the sigmoid: it goes from 0 to 1",
            "swish": "The function falls left of x = -1.28: there the slope is negative",
        }[function]
    )
    return ". ".join(said) + "."


# ---- the decision regions of the 2-2-1 network ----------------------------------------------------------------------------

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([0, 1, 1, 0])
# One unit finds the corner (1, 0); the other has no influence yet.
START = {"w03": -0.5, "w13": 1, "w23": -1, "w04": -0.5, "w14": 1, "w24": 1, "w05": -0.25, "w35": 1, "w45": 0}
LOW, HIGH = -0.5, 1.5
PALE = ("#D6E6F2", "#F8DFCC")  # of BLUE and VERMILLION: where the network says 0, where it says 1
HATCH = "#C99A7A"


def two_two_one(x, *, w03, w13, w23, w04, w14, w24, w05, w35, w45):
    """a3, a4 and in5 of the 2-2-1 network with ReLUs in the middle    x: (..., 2)   each (...)          [Lectures: C5]"""
    x1, x2 = x[..., 0], x[..., 1]
    a3, a4 = relu(w03 + w13 * x1 + w23 * x2), relu(w04 + w14 * x1 + w24 * x2)
    return a3, a4, w05 + w35 * a3 + w45 * a4


def xor_regions(**weights):
    """Where the 2-2-1 network says 1, and where its hidden units put the corners, under nine sliders.          [Lectures: C1, C5]

    xor_regions(w03=0, w13=1)    the slider of any weight may start elsewhere
    Raises    ValueError for a weight that the network does not have, or that is outside -3 to 3.
    """
    if unknown := weights.keys() - START.keys():
        raise ValueError(f"weights: there is no {', '.join(sorted(unknown))}; the names are {', '.join(START)}")
    sliders = {name: (-3.0, 3.0, 0.25, float(value)) for name, value in (START | weights).items()}
    return explore(draw_regions, describe_regions, **sliders)


def draw_regions(**weights):
    """Left the plane of the inputs, right that of the hidden units; in both the line where in5 is 0."""
    fig, left, right = _pair(4.6, bottom=0.22)
    a3, a4, in5 = two_two_one(CORNERS, **weights)
    side = np.linspace(LOW, HIGH, 61)
    plane = np.stack(np.meshgrid(side, side), axis=-1)
    _shade(left, side, side, two_two_one(plane, **weights)[2])
    for unit, color, line in (("3", GREEN, "-"), ("4", ORANGE, "--")):
        bias, w1, w2 = weights["w0" + unit], weights["w1" + unit], weights["w2" + unit]
        _line(left, bias, w1, w2, color, line, f"unit {unit} begins here")
    left.set(xlim=(LOW, HIGH), ylim=(LOW, HIGH), xlabel="x\u2081", ylabel="x\u2082", xticks=[0, 1], yticks=[0, 1])
    left.set_title("inputs", loc="left", fontsize=13, fontweight="bold")

    far = max(1.25, 1.2 * float(np.max([a3, a4])))
    side = np.linspace(-0.12 * far, far, 61)
    b3, b4 = np.meshgrid(side, side)
    _shade(right, side, side, weights["w05"] + weights["w35"] * b3 + weights["w45"] * b4)
    right.set(xlim=(side[0], far), ylim=(side[0], far), xlabel="a\u2083", ylabel="a\u2084")
    right.set_title("what the hidden units make of them", loc="left", fontsize=13, fontweight="bold")

    _corners(left, CORNERS, in5, numbers=True)
    _corners(right, np.stack([a3, a4], axis=1), in5)
    if left.get_legend_handles_labels()[1]:
        left.legend(loc="lower center", bbox_to_anchor=(0.5, -0.29), ncols=2, fontsize=10, frameon=False)
    handles = [_patch(PALE[0], ""), _patch(PALE[1], "//")]
    right.legend(
        handles,
        ["says 0: in\u2085 \u2264 0", "says 1: in\u2085 > 0"],
        loc="lower center",
        bbox_to_anchor=(0.5, -0.29),
        ncols=2,
        fontsize=10,
        frameon=False,
    )
    return fig


def describe_regions(**weights):
    """The text of the picture: what the network says at each corner, and how many are right."""
    a3, a4, in5 = two_two_one(CORNERS, **weights)
    right = (in5 > 0) == XOR
    said = [f"{right.sum()} of 4 corners are right"]
    for (x1, x2), u, v, z, wanted in zip(CORNERS, a3, a4, in5, XOR, strict=True):
        verdict = "right" if (z > 0) == wanted else f"wrong, wanted {wanted}"
        said.append(
            f"({x1:g}, {x2:g}): a3 = {_short(u)}, a4 = {_short(v)}, in5 = {_short(z)}, says {int(z > 0)}, {verdict}"
        )
    return ". ".join(said) + "."


def _shade(ax, xs, ys, z):
    """The regions where z is at most 0 and over 0, the second one hatched."""
    regions = ax.contourf(xs, ys, z, [-np.inf, 0, np.inf], colors=list(PALE), hatches=[None, "//"], zorder=0)
    regions.set(edgecolor=HATCH, linewidth=0)
    if np.min(z) < 0 < np.max(z):
        ax.contour(xs, ys, z, [0], colors=BLACK, linewidths=2, zorder=1)
    ax.grid(False)


def _patch(color, hatch):
    from matplotlib.patches import Patch

    return Patch(facecolor=color, hatch=hatch, edgecolor=HATCH)


def _line(ax, bias, w1, w2, color, dashes, label):
    """The line bias + w1 x1 + w2 x2 = 0, and a short arrow from its middle to the side where the unit is on."""
    length = np.hypot(w1, w2)
    if length == 0:
        return
    normal = np.array([w1, w2]) / length
    foot = 0.5 - normal * (bias + 0.5 * (w1 + w2)) / length  # the point of the line nearest to the middle of the square
    ax.axline(foot, foot + np.array([-normal[1], normal[0]]), color=color, lw=2.5, ls=dashes, label=label, zorder=2)
    arrow = {"arrowstyle": "-|>", "color": color, "lw": 2, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 14}
    if np.all((foot > LOW) & (foot < HIGH)):
        ax.annotate("", foot + 0.22 * normal, foot, arrowprops=arrow, zorder=2)


def _corners(ax, places, in5, numbers=False):
    """The four corners: squares where XOR is 1, circles where it is 0; a cross over those that the network has wrong.

    numbers    whether in5 stands beside each
    """
    names = {}
    for place, (x1, x2), z, wanted in zip(places, CORNERS, in5, XOR, strict=True):
        marker, color = ("s", VERMILLION) if wanted else ("o", BLUE)
        ax.plot(*place, marker, color=color, mec="white", ms=13, zorder=4, clip_on=False)
        if (z > 0) != wanted:
            ax.plot(*place, "x", color=BLACK, ms=20, mew=3, zorder=5, clip_on=False)
        number = f"\nin\u2085 = {_short(z)}".replace("-", "\u2212") if numbers else ""
        names.setdefault(tuple(place), []).append(f"({x1:g}, {x2:g}){number}")
    paper = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1}
    for place, said in names.items():
        text = {"textcoords": "offset points", "fontsize": 10, "zorder": 6, "bbox": paper}
        ax.annotate("\n".join(said), place, (12, 10), **text)


def _pair(height, bottom):
    """Two panels side by side in places of their own: no layout to be worked out while a slider moves."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(9.6, height))
    axes = fig.subplots(1, 2)
    fig.subplots_adjust(left=0.07, right=0.98, top=0.91, bottom=bottom, wspace=0.2)
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(color="#DDDDDD", linewidth=0.8)
        ax.set_axisbelow(True)
    return fig, *axes


def _short(value):
    return f"{value + 0.0:.3g}"
