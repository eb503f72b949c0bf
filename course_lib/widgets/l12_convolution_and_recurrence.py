"""Explorers of lesson 12: a kernel at work, what a result can see, and how far back in time a gradient reaches.

[Lectures: U28, C16, I6]
"""

from functools import lru_cache

import numpy as np

from course_lib.arrays import im2col
from course_lib.data import digits_split, glyphs
from course_lib.plots import BLUE, COLORMAP, GREEN, GREY, VERMILLION, panels
from course_lib.widgets.base import explore

KERNELS = {
    "edge across": np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]) / 3,
    "edge down": np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]) / 3,
    "blur": np.full((3, 3), 1 / 9),
    "centre against surround": np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]) / 4,
}
PLACES = 6  # a kernel of 3 has so many in 8 pixels
STEPS, UNITS, LAGS = 30, 32, np.arange(30)


def kernel_at_work():
    """A kernel that slides over a digit: the window, and what it has written so far.          [Lectures: U28]"""
    return explore(draw_kernel, describe_kernel, step=range(PLACES**2), kernel=list(KERNELS), digit=(0, 99, 1, 7))


def receptive_fields():
    """The pixels that one result of several layers depends on.          [Lectures: U28]"""
    return explore(draw_field, describe_field, layers=(1, 4, 1, 2), kernel=[3, 5], stride=[1, 2])


def gradients_through_time():
    """The size of a gradient, so many steps before the loss, for recurrent weights of this size.          [Lectures: I6, C13]"""
    return explore(draw_lags, describe_lags, size=(0.6, 1.6, 0.1, 1.0), input=(0.0, 1.0, 0.1, 0.5))


def convolved(kernel, digit):
    """(the digit 8 x 8, the kernel's results 6 x 6)"""
    image = digits_split()[2][digit].reshape(8, 8).astype(float)
    columns = im2col(image[None, :, :, None], (3, 3)).reshape(9, -1)
    return image, (KERNELS[kernel].ravel() @ columns).reshape(PLACES, PLACES)


def draw_kernel(step, kernel, digit):
    """Left the digit with the window, in the middle the kernel, right the results up to this step."""
    from matplotlib.patches import Rectangle

    image, results = convolved(kernel, digit)
    i, j = divmod(step, PLACES)
    shown = np.where(np.arange(PLACES**2) <= step, results.ravel(), np.nan).reshape(PLACES, PLACES)
    fig, (axes,) = panels(1, 3, (8.8, 3.3))
    for ax, array, low, name in (
        (axes[0], image, 0, "digit"),
        (axes[1], KERNELS[kernel], -1, f"kernel: {kernel}"),
        (axes[2], shown, -1, "results so far"),
    ):
        ax.imshow(array, cmap="gray_r" if low == 0 else COLORMAP, vmin=low, vmax=1)
        ax.set(title=name, xlabel="column", ylabel="row", xticks=[], yticks=[])
        ax.grid(False)
    for u, v in np.ndindex(3, 3):
        value = KERNELS[kernel][u, v]
        axes[1].text(v, u, f"{value:.2f}", ha="center", va="center", color="white" if value < 0.3 else "black")
    axes[0].add_patch(Rectangle((j - 0.5, i - 0.5), 3, 3, fill=False, edgecolor=VERMILLION, linewidth=3))
    axes[2].add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, fill=False, edgecolor=VERMILLION, linewidth=3))
    return fig


def describe_kernel(step, kernel, digit):
    """The text of the picture: where the window is, and what comes out there."""
    _, results = convolved(kernel, digit)
    i, j = divmod(step, PLACES)
    return f"The kernel '{kernel}' on test digit number {digit}. The window at row {i}, column {j} gives {results[i, j]:.2f}."


def fields(layers, kernel, stride):
    """(size, jump) behind each of so many equal layers"""
    size, jump, found = 1, 1, []
    for _ in range(layers):
        size += (kernel - 1) * jump
        jump *= stride
        found.append((size, jump))
    return found


@lru_cache(maxsize=1)
def glyph():
    """A handwritten 8, (28, 28)"""
    x, y = glyphs(10, rng=np.random.default_rng(12))
    return x[y == 8][0]


def draw_field(layers, kernel, stride):
    """Left a glyph with the field of one result in every layer, right the size over the layers."""
    from matplotlib.patches import Rectangle

    found = fields(layers, kernel, stride)
    fig, (axes,) = panels(1, 2, (8.6, 3.9))
    axes[0].imshow(glyph(), cmap="gray_r", vmin=0, vmax=1)
    axes[0].grid(False)
    axes[0].set(title="What one result of each layer sees", xlabel="column", ylabel="row", xticks=[], yticks=[])
    for number, (size, _) in enumerate(found, 1):
        corner = 14 - size / 2 - 0.5
        color = VERMILLION if number == layers else BLUE
        axes[0].add_patch(Rectangle((corner, corner), size, size, fill=False, edgecolor=color, linewidth=2.5))
    axes[0].set(xlim=(-0.5, 27.5), ylim=(27.5, -0.5))
    axes[1].plot(range(1, layers + 1), [size for size, _ in found], "o-", color=BLUE)
    axes[1].axhline(28, color=GREY, linestyle=":")
    axes[1].text(1, 28.5, "the whole image", color=GREY)
    axes[1].set(title="Its size", xlabel="layers", ylabel="pixels along one side", xticks=range(1, 5), ylim=(0, 64))
    return fig


def describe_field(layers, kernel, stride):
    """The text of the picture: size and jump behind the last layer."""
    size, jump = fields(layers, kernel, stride)[-1]
    much = "more than the image has" if size > 28 else f"{size * size / 784:.0%} of the image"
    return (
        f"{layers} {'layer' if layers == 1 else 'layers'} of kernel {kernel} and stride {stride}: one result depends on {size} x {size} pixels, {much}; "
        f"neighbouring results look {jump} {'pixel' if jump == 1 else 'pixels'} apart."
    )


@lru_cache(maxsize=64)
def norms(size, input):
    """|dL/dh| for every lag, without tanh and with it: recurrent weights size Q, Q orthogonal, inputs of this size"""
    rng = np.random.default_rng(6)
    Q, _ = np.linalg.qr(rng.normal(size=(UNITS, UNITS)))
    Wh, a, h = size * Q, rng.normal(size=(STEPS, UNITS)), np.zeros((STEPS + 1, UNITS))
    d = np.full(UNITS, 1 / np.sqrt(UNITS))  # a gradient of length 1
    for t in range(STEPS):
        h[t + 1] = np.tanh(input * a[t] + h[t] @ Wh)
    found = [1.0]
    for t in range(STEPS, 1, -1):
        d = (d * (1 - h[t] ** 2)) @ Wh.T
        found.append(float(np.linalg.norm(d)))
    return float(size) ** LAGS, np.array(found)


def draw_lags(size, input):
    """Both norms over the lag, on a logarithmic axis."""
    linear, with_tanh = norms(size, input)
    fig, ((ax,),) = panels(1, 1, (7.6, 3.8))
    ax.semilogy(LAGS, linear, "--", color=GREEN, label="without nonlinearity")
    ax.semilogy(LAGS, with_tanh, "-", color=BLUE, label="with tanh")
    ax.axhline(1, color=GREY, linestyle=":")
    ax.set(title="A gradient on its way back", xlabel="steps back, the lag", ylabel="norm", ylim=(1e-9, 1e7))
    ax.legend(loc="lower left")
    return fig


def describe_lags(size, input):
    """The text of the picture: what is left after all steps."""
    linear, with_tanh = norms(size, input)
    return (
        f"Recurrent weights of size {size:.1f}, inputs of size {input:.1f}: {LAGS[-1]} steps back the gradient is {linear[-1]:.1e} times as long "
        f"without nonlinearity, and {with_tanh[-1]:.1e} times with tanh."
    )
