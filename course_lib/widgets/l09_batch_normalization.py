"""Explorer of lesson 09: what a layer receives while the network learns, without batch normalization and with it.

[Lectures: W22, L14, C11]
"""

from functools import lru_cache

import numpy as np

from course_lib.data import digits_split
from course_lib.initializers import small_normal
from course_lib.layers import BatchNorm1d, ReLU, pack
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import mlp
from course_lib.plots import BLUE, GREY, VERMILLION, panels
from course_lib.widgets.base import explore

STEPS, EVERY, LAYERS, BATCH = 200, 5, (1, 2, 3), 64


def layer_inputs():
    """What the nonlinearity of each layer receives, every few steps of the same training with and without.          [Lectures: L14, W22]"""
    return explore(draw_inputs, describe_inputs, step=range(0, STEPS + 1, EVERY), layer=list(LAYERS))


def _init(rng, shape, dtype=np.float32):
    return small_normal(rng, shape, dtype, scale=0.3)


@lru_cache(maxsize=2)
def record(batch_norm, seed=0):
    """(times, layers, examples, units): what each of three hidden ReLU layers receives for 200 digits, from step 0 on."""
    x_train, y_train, *_ = digits_split()
    rng = np.random.default_rng(seed)
    net = mlp([64, 20, 20, 20, 10], rng=rng, init=_init, batch_norm=batch_norm)
    loss, (theta, grad), seen = SoftmaxCrossEntropy(), pack(net), []
    for step in range(STEPS + 1):
        if step % EVERY == 0:
            seen.append(_received(net, x_train[:200]))
        chosen = rng.integers(len(x_train), size=BATCH)
        loss.forward(net.forward(x_train[chosen], training=True), y_train[chosen])
        net.backward(loss.backward(), need_dx=False)
        theta -= 0.1 * grad
    return np.array(seen)


def _received(net, x):
    """What each ReLU gets; batch normalization takes the statistics of x itself, as in training."""
    found = []
    for layer in net.layers:
        if isinstance(layer, ReLU):
            found.append(x)
        if isinstance(layer, BatchNorm1d):
            gamma, beta = layer.params["gamma"], layer.params["beta"]
            x = gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + layer.eps) + beta
        else:
            x = layer.forward(x)
    return np.array(found)


def _at(step, layer):
    return [record(batch_norm)[step // EVERY, layer - 1].ravel() for batch_norm in (False, True)]


def draw_inputs(step, layer):
    """Left without, right with: the numbers at this step, filled, and at the start, as a line."""
    fig, (axes,) = panels(1, 2, (8.4, 3.4))
    edges = np.linspace(-8, 8, 65)
    titles = ("without batch normalization", "with batch normalization")
    for ax, now, start, title, color in zip(
        axes, _at(step, layer), _at(0, layer), titles, (VERMILLION, BLUE), strict=True
    ):
        for numbers, look in (
            (now, dict(histtype="stepfilled", color=color, alpha=0.6, label=f"step {step}")),
            (start, dict(histtype="step", color=GREY, lw=1.5, ls="--", label="start")),
        ):
            ax.hist(np.clip(numbers, -8, 8), edges, weights=np.full(len(numbers), 1 / len(numbers)), **look)
        ax.set(title=title, xlabel=f"what the ReLU of layer {layer} receives", ylabel="share", ylim=(0, 0.25))
        ax.legend(loc="upper right", fontsize=9)
    return fig


def describe_inputs(step, layer):
    """The text of the picture: mean and standard deviation on both sides."""
    without, with_it = _at(step, layer)
    return (
        f"Step {step}, layer {layer}. Without batch normalization the ReLUs receive numbers with mean {without.mean():.2f} and "
        f"standard deviation {without.std():.2f}; with it, mean {with_it.mean():.2f} and standard deviation {with_it.std():.2f}."
    )
