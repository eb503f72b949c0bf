"""Explorer of lesson 08: masks, what they leave of a layer, and how the next unit's input is spread.

[Lectures: W19, W20, W21, C12, L8]
"""

from functools import lru_cache

import numpy as np

from course_lib.plots import BLACK, BLUE, GREY, VERMILLION, panels
from course_lib.widgets.base import explore

UNITS, MASKS = 16, 4000


def masks():
    """One mask, and 4000 of them, for every p and both kinds of dropout.          [Lectures: W20, W21, C12]"""
    return explore(draw_masks, describe_masks, p=(0.0, 0.9, 0.05, 0.5), mask=(1, 20, 1), kind=["inverted", "vanilla"])


@lru_cache(maxsize=1)
def _layer():
    """(activations, weights of one unit of the next layer, numbers from U(0, 1) for every mask)"""
    rng = np.random.default_rng(8)
    return rng.uniform(0.2, 1.5, UNITS), rng.uniform(0.1, 1.0, UNITS), rng.uniform(size=(MASKS, UNITS))


def inputs(p, kind):
    """(what each unit is under each mask, what the next unit receives under each, and at test)"""
    h, w, u = _layer()
    left = h * (u >= p) * (1 / (1 - p) if kind == "inverted" else 1)
    return left, left @ w, h @ w * (1 if kind == "inverted" else 1 - p)


def draw_masks(p, mask, kind):
    """Left the units under one mask, right what the next unit receives under all of them, and at test."""
    left, received, at_test = inputs(p, kind)
    h = _layer()[0]
    fig, (axes,) = panels(1, 2, (8.6, 3.5))
    axes[0].bar(range(UNITS), h, color="white", edgecolor=GREY, label="before")
    axes[0].bar(range(UNITS), left[mask - 1], width=0.5, color=BLUE, label="after")
    axes[0].set(title=f"mask {mask}: {np.sum(left[mask - 1] > 0)} of {UNITS} units", xlabel="unit", ylabel="activation")
    axes[0].legend(loc="upper right", fontsize=9)
    axes[1].hist(received, 40, color=BLUE, alpha=0.7)
    axes[1].axvline(received.mean(), color=BLACK, lw=2, label="mean over the masks")
    axes[1].axvline(at_test, color=VERMILLION, lw=2, ls="--", label="at test")
    axes[1].axvline(received[mask - 1], color=GREY, lw=1.5, ls=":", label="this mask")
    axes[1].set(title="what the next unit receives", xlabel="weighted sum", ylabel="how many of 4000 masks")
    axes[1].legend(loc="upper right", fontsize=9)
    return fig


def describe_masks(p, mask, kind):
    """The text of the picture: how many are left, mean and spread over the masks, and the value at test."""
    left, received, at_test = inputs(p, kind)
    return (
        f"{kind} dropout, p = {p:.2f}: a unit is dropped with probability {p:.2f}. Mask {mask} leaves {np.sum(left[mask - 1] > 0)} of "
        f"{UNITS} units. The next unit receives {received.mean():.2f} on average over 4000 masks, with standard deviation "
        f"{received.std():.2f}; at test {at_test:.2f}."
    )
