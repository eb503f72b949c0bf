"""Explorers of lesson 11: digits behind codes of a few numbers, and the plane of codes of two.

[Lectures: U1]
"""

from functools import lru_cache

import numpy as np

from course_lib.data import PCA, digits_split
from course_lib.layers import Tanh, pack
from course_lib.models import Autoencoder
from course_lib.optim import Adam
from course_lib.plots import BLACK, panels
from course_lib.training import predict
from course_lib.widgets.base import explore

STEPS, BATCH, SIZES, SHOWN = 3000, 64, [2, 1, 4, 8, 16], 300
COLORS = ("#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#999999", "#7F3C8D")


def reconstructions():
    """A test digit, and what PCA and an autoencoder with the same number of numbers make of it.          [Lectures: U1]"""
    return explore(draw_reconstruction, describe_reconstruction, digit=(0, 99, 1, 7), numbers=SIZES)


def code_plane():
    """The digits' codes in the plane, and what any point of it is decoded to.          [Lectures: U1]"""
    return explore(draw_plane, describe_plane, across=(0, 20, 1, 10), up=(0, 20, 1, 10))


@lru_cache(maxsize=len(SIZES))
def trained(numbers):
    """An autoencoder of the training digits, 64-100-numbers-100-64"""
    x, _, _, _ = digits_split()
    rng = np.random.default_rng(11)
    net = Autoencoder([64, 100, numbers], rng=rng, activation=Tanh)
    (theta, grad), optimizer = pack(net), Adam(3e-3)
    for _ in range(STEPS):
        batch = x[rng.integers(len(x), size=BATCH)]
        y = net.forward(batch, training=True)
        net.backward((y - batch) / BATCH, need_dx=False)
        optimizer.step(theta, grad)
    return net


def reconstructed(digit, numbers):
    """(the digit, PCA's reconstruction, the autoencoder's), each 8 x 8"""
    x_train, _, x_test, _ = digits_split()
    x = x_test[digit : digit + 1]
    pca = PCA(numbers).fit(x_train)
    both = pca.inverse(pca.transform(x)), predict(trained(numbers), x)
    return tuple(np.asarray(image).reshape(8, 8) for image in (x, *both))


def draw_reconstruction(digit, numbers):
    """Three images; the squared error stands over the reconstructions."""
    images = reconstructed(digit, numbers)
    fig, (axes,) = panels(1, 3, (8.4, 3.0))
    names = ("test digit", f"PCA, {numbers} numbers", f"autoencoder, {numbers} numbers")
    for ax, image, name in zip(axes, images, names, strict=True):
        ax.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        ax.set(title=name, xlabel="column", ylabel="row", xticks=[], yticks=[])
    return fig


def describe_reconstruction(digit, numbers):
    """The text of the picture: both squared errors."""
    x, pca, auto = reconstructed(digit, numbers)
    return (
        f"Test digit number {digit} from {numbers} {'number' if numbers == 1 else 'numbers'}: squared error "
        f"{np.sum((pca - x) ** 2):.2f} with PCA, {np.sum((auto - x) ** 2):.2f} with the autoencoder."
    )


@lru_cache(maxsize=1)
def plane():
    """(codes of the test digits (N, 2), their classes, the 21 stops of both sliders (2, 21))"""
    _, _, x, t = digits_split()
    codes = np.asarray(trained(2).encode(x))
    low, high = np.quantile(codes, (0.02, 0.98), axis=0)
    return codes, t, np.linspace(low, high, 21).T


def chosen(across, up):
    """(the point of the plane, its image 8 x 8, the class of the nearest code)"""
    codes, t, stops = plane()
    point = np.array([stops[0, across], stops[1, up]])
    nearest = np.argmin(np.sum((codes - point) ** 2, axis=1))
    image = np.asarray(trained(2).decode(point[None].astype(codes.dtype)))
    return point, image.reshape(8, 8), int(t[nearest])


def draw_plane(across, up):
    """Left the plane with a cross at the chosen point, right its image."""
    codes, t, _ = plane()
    point, image, _ = chosen(across, up)
    fig, (axes,) = panels(1, 2, (8.6, 3.9))
    for k, color in enumerate(COLORS):
        own = codes[:SHOWN][t[:SHOWN] == k]
        axes[0].scatter(*own.T, s=12, color=color, alpha=0.7)
        axes[0].text(*np.median(own, axis=0), str(k), fontsize=15, weight="bold", ha="center", va="center")
    axes[0].plot(*point, "+", color=BLACK, markersize=18, markeredgewidth=2.5)
    axes[0].set(title="Codes of the test digits", xlabel="first number", ylabel="second number")
    axes[1].imshow(image, cmap="gray_r", vmin=0, vmax=1)
    axes[1].set(title="What the cross is decoded to", xlabel="column", ylabel="row", xticks=[], yticks=[])
    return fig


def describe_plane(across, up):
    """The text of the picture: the point and the class of the nearest digit."""
    point, _, digit = chosen(across, up)
    return f"The code ({point[0]:.1f}, {point[1]:.1f}): the test digit with the nearest code is a {digit}."
