"""Explorer of lesson 13: which layers learn when, and how fast.

[Lectures: I17]
"""

import numpy as np

from course_lib.plots import COLORMAP, panels
from course_lib.widgets.base import explore

STEPS = 40


def unfreezing():
    """The rate of every layer over the steps, gradually unfrozen, with early layers slower.          [Lectures: I17]"""
    return explore(draw_rates, describe_rates, layers=(2, 6, 1, 4), every=(2, 20, 1, 10), factor=(1.0, 5.0, 0.5, 2.0))


def rates(layers, every, factor):
    """(layers, steps): the share of the full rate with which each layer learns at each step"""
    layer, step = np.arange(layers)[:, None], np.arange(STEPS)
    return (layer >= layers - 1 - step // every) / factor ** (layers - 1 - layer)


def draw_rates(layers, every, factor):
    """One row for each layer, the last one above; bright learns fast, white does not learn."""
    fig, ((ax,),) = panels(1, 1, (8.2, 3.4))
    shown = np.where(rates(layers, every, factor) > 0, rates(layers, every, factor), np.nan)
    image = ax.imshow(shown, cmap=COLORMAP, vmin=0, vmax=1, aspect="auto", origin="lower")
    names = [f"{n}" for n in range(1, layers + 1)]
    ax.set(title="Who learns, and how fast", xlabel="step", ylabel="layer", yticks=range(layers), yticklabels=names)
    ax.grid(False)
    fig.colorbar(image, ax=ax, label="share of the rate; white: frozen")
    return fig


def describe_rates(layers, every, factor):
    """The text of the picture: when the first layer begins to learn, and with what rate."""
    begins = (layers - 1) * every
    when = f"from step {begins} on" if begins < STEPS else f"not within {STEPS} steps"
    return (
        f"{layers} layers, one more unfrozen every {every} steps, each {factor:g} times slower than the one after it: "
        f"layer 1 learns {when}, with {factor ** (1 - layers):.3f} of the rate."
    )
