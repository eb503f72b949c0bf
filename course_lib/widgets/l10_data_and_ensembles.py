"""Explorer of lesson 10: a changed digit, and what a network that has seen only unchanged ones says of it.

[Lectures: W14, U8]
"""

from functools import lru_cache

import numpy as np

from course_lib.data import affine, flip, glyphs, lighting
from course_lib.layers import pack
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import mlp
from course_lib.optim import Adam
from course_lib.plots import BLUE, GREY, VERMILLION, panels
from course_lib.training import predict
from course_lib.widgets.base import explore

STEPS, BATCH = 600, 50


def changes():
    """One digit of ten under all changes of U8 and a mirror, and the network's answer.          [Lectures: W14, U8]"""
    return explore(
        draw_change,
        describe_change,
        digit=(0, 9, 1, 6),
        down=(-8, 8, 1, 0),
        right=(-8, 8, 1, 0),
        degrees=(-180, 180, 15, 0),
        larger=(-0.5, 0.5, 0.1, 0.0),
        brightness=(-0.5, 0.5, 0.1, 0.0),
        mirror=["none", "left-right", "up-down"],
    )


@lru_cache(maxsize=1)
def _network():
    """A network that has learned 3000 unchanged digits, and of each class another digit that it knows"""
    rng = np.random.default_rng(10)
    x, t = glyphs(3000, rng=rng)
    net, loss = mlp([784, 32, 10], rng=rng), SoftmaxCrossEntropy()
    (theta, grad), optimizer, x = pack(net), Adam(2e-3), x.reshape(-1, 784)
    for _ in range(STEPS):
        chosen = rng.integers(len(x), size=BATCH)
        loss.forward(net.forward(x[chosen], training=True), t[chosen])
        net.backward(loss.backward(), need_dx=False)
        optimizer.step(theta, grad)
    shown, classes = glyphs(200, rng=rng)
    known = np.asarray(predict(net, shown.reshape(-1, 784))).argmax(axis=1) == classes
    return net, np.array([shown[known & (classes == digit)][0] for digit in range(10)])


def changed(digit, down, right, degrees, larger, brightness, mirror):
    """(the digit as it was, changed, probabilities of the ten classes for it)"""
    net, shown = _network()
    before = shown[digit : digit + 1]
    after = before if mirror == "none" else flip(before, axis=mirror)
    after = lighting(affine(after, down=down, right=right, degrees=degrees, larger=larger), brightness=brightness)
    z = predict(net, after.reshape(1, 784))[0]
    e = np.exp(z - z.max())
    return before[0], after[0], e / e.sum()


def draw_change(**values):
    """Left the digit, in the middle the changed one, right the probabilities; the bar of the true class is blue."""
    before, after, p = changed(**values)
    fig, (axes,) = panels(1, 3, (8.6, 3.0))
    for ax, image, title in zip(axes, (before, after), ("the digit", "changed"), strict=False):
        ax.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        ax.set(title=title, xlabel="column", ylabel="row", xticks=[], yticks=[])
    bars = axes[2].bar(range(10), p, color=GREY)
    bars[int(p.argmax())].set_color(VERMILLION)
    if p.argmax() == values["digit"]:
        bars[values["digit"]].set_color(BLUE)
    axes[2].set(title="What the network says", xlabel="class", ylabel="probability", xticks=range(10), ylim=(0, 1))
    return fig


def describe_change(**values):
    """The text of the picture: the class with the largest probability."""
    p = changed(**values)[2]
    said = (
        "which is right"
        if p.argmax() == values["digit"]
        else f"and gives {p[values['digit']]:.2f} to the {values['digit']}"
    )
    now = ", ".join(f"{name} {value}" for name, value in values.items() if name != "digit" and value not in (0, "none"))
    return f"A {values['digit']} with {now or 'no change'}: the network says {p.argmax()} with probability {p.max():.2f}, {said}."
