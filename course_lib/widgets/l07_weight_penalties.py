"""Explorers of lesson 07: E(w) under a lambda slider, L1 beside L2; balls against loss contours; the paths of coefficients.

[Lectures: L3, L4, L6, L7, W11, W12, W13, I3]
"""

from itertools import pairwise

import numpy as np

from course_lib.plots import (
    BLACK,
    BLUE,
    COLORMAP,
    COLORS,
    GREEN,
    GREY,
    LINES,
    MARKERS,
    SKY,
    VERMILLION,
    YELLOW,
    panels,
)
from course_lib.widgets.base import explore

# ---- E(w) under a lambda slider -----------------------------------------------------------------------------------------


def penalised_optimum():
    """E(w) of L3 and L6: the loss, the penalty and their sum, and where its minimum is, for both penalties.          [Lectures: L3, L4, L6]"""
    return explore(draw_optimum, describe_optimum, lam=(0.0, 3.0, 0.05, 0.5))


def loss(w):
    """(w - 1)^2 + 1/6 (w - 1)^3"""
    return (w - 1) ** 2 + (w - 1) ** 3 / 6


def optimum(lam, kind):
    """Where loss(w) + lambda w^2 ("L2") or + lambda |w| ("L1") has its minimum."""
    if kind == "L2":
        return 3 / (1 + 2 * lam + 2 * np.sqrt(lam**2 + lam + 1))
    return max(np.sqrt(max(4 - 2 * lam, 0)) - 1, 0.0)


_PENALTIES = (("L2", "\u03bb w\u00b2", lambda w: w**2, "o"), ("L1", "\u03bb |w|", np.abs, "s"))


def draw_optimum(lam):
    """Left L2, right L1: loss, penalty, sum; the minimum of the sum, and where it was without a penalty."""
    fig, axes = panels(1, 2, (9, 4.0))
    w = np.linspace(-1, 2.2, 321)
    for ax, (kind, words, omega, marker) in zip(axes[0], _PENALTIES, strict=True):
        best = optimum(lam, kind)
        ax.plot(w, loss(w), "--", color=SKY, lw=2, label="loss alone")
        ax.plot(w, lam * omega(w), ":", color=VERMILLION, lw=2, label=f"penalty {words}")
        ax.plot(w, loss(w) + lam * omega(w), "-", color=BLUE, lw=2.5, label="E(w)")
        ax.plot(1, 0, "*", color=YELLOW, ms=15, mec=BLACK, label="optimum of the loss", ls="none", zorder=4)
        ax.plot(best, loss(best) + lam * omega(best), marker, color=GREEN, ms=11, mec=BLACK, label="optimum of E", ls="none", zorder=5)  # fmt: skip
        ax.axvline(0, color=GREY, lw=1)
        ax.set(title=f"{kind}: optimum at w = {best:.3f}", xlabel="w", ylabel="E(w)", ylim=(-0.25, 4.5))
    axes[0, 0].legend(loc="upper center", fontsize=9, ncols=2, framealpha=1, edgecolor="none")
    return fig


def describe_optimum(lam):
    """The text of the picture: both optima, and whether the one under L1 is exactly 0."""
    l2, l1 = optimum(lam, "L2"), optimum(lam, "L1")
    end = "exactly 0" if l1 == 0 else f"{l1:.3f}"
    pull = "at least as strong as the slope of the loss at 0, -1.5" if lam >= 1.5 else "weaker than the slope of the loss at 0, -1.5"  # fmt: skip
    return (
        f"lambda = {lam:.2f}. Without a penalty the optimum is at w = 1; under L2 it is at {l2:.3f}, under L1 at {end}. "
        f"The pull of L1 is {lam:.2f}, {pull}."
    )


# ---- balls against loss contours ----------------------------------------------------------------------------------------

# the curvature along the long axis of the contours, that across is 1; and the angle of the long axis
LOSSES = {"round": (1.0, 0.0), "upright ellipses": (0.15, 90.0), "tilted ellipses": (0.15, 35.0)}


def balls():
    """The best weights within a ball of L2 and of L1, for several losses.          [Lectures: L7, L4, W13]"""
    return explore(draw_balls, describe_balls, radius=(0.2, 2.0, 0.1, 1.0), direction=(0, 90, 5, 25), loss=list(LOSSES))


def matrix(name):
    """The second derivatives H of the loss 1/2 (w - w*)^T H (w - w*), 2 by 2."""
    long, angle = LOSSES[name]
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    turn = np.array([[c, -s], [s, c]])
    return turn @ np.diag([long, 1.0]) @ turn.T


def best_in_ball(H, center, radius, kind):
    """The w of least 1/2 (w - center)^T H (w - center) with ||w|| <= radius, in the norm of `kind`."""
    norm = np.abs(center).sum() if kind == "L1" else np.hypot(*center)
    if norm <= radius:
        return center
    if kind == "L1":  # the minimum lies on one of the four edges, and there the loss is a parabola
        corners = radius * np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [1, 0]], float)
        found = []
        for a, b in pairwise(corners):
            way = b - a
            t = np.clip(-(way @ H @ (a - center)) / (way @ H @ way), 0, 1)
            found.append((1 - t) * a + t * b)
        return min(found, key=lambda w: (w - center) @ H @ (w - center))
    low, high = (
        0.0,
        1e6,
    )  # (H + alpha I) w = H center becomes shorter with alpha: halve until it has the length of the radius
    for _ in range(200):
        alpha = (low + high) / 2
        w = np.linalg.solve(H + alpha * np.eye(2), H @ center)
        low, high = (alpha, high) if np.hypot(*w) > radius else (low, alpha)
    return w


def _center(direction):
    return 2.2 * np.array([np.cos(np.radians(direction)), np.sin(np.radians(direction))])


def draw_balls(radius, direction, loss):
    """Left the ball of L2, right that of L1, with the contours of the loss and the best point within."""
    fig, axes = panels(1, 2, (8.6, 4.4))
    H, center = matrix(loss), _center(direction)
    a, b = np.meshgrid(np.linspace(-2.2, 2.8, 101), np.linspace(-2.2, 2.8, 101))
    d = np.stack([a, b], axis=-1) - center
    z = np.einsum("...i,ij,...j", d, H, d) / 2
    angles = np.linspace(0, 2 * np.pi, 181)
    edges = {"L2": (radius * np.cos(angles), radius * np.sin(angles)), "L1": (radius * np.array([1, 0, -1, 0, 1]), radius * np.array([0, 1, 0, -1, 0]))}  # fmt: skip
    for ax, (kind, edge) in zip(axes[0], edges.items(), strict=True):
        w = best_in_ball(H, center, radius, kind)
        here = (w - center) @ H @ (w - center) / 2
        ax.contour(a, b, z, np.linspace(0, np.sqrt(z.max()), 10)[1:] ** 2, cmap=COLORMAP, linewidths=0.9)
        if here > 0:
            ax.contour(a, b, z, [here], colors=VERMILLION, linewidths=2)
        ax.fill(*edge, color=BLUE, alpha=0.25)
        ax.plot(*edge, color=BLUE, lw=2)
        ax.axhline(0, color=BLACK, lw=0.8)
        ax.axvline(0, color=BLACK, lw=0.8)
        ax.plot(*center, "*", color=YELLOW, ms=16, mec=BLACK, label="best without the ball", ls="none")
        ax.plot(*w, "o" if kind == "L2" else "s", color=GREEN, ms=10, mec=BLACK, label="best within", ls="none", zorder=5)  # fmt: skip
        ax.set(title=f"{kind}: w = ({w[0]:.2f}, {w[1]:.2f})", xlabel="w\u2081", ylabel="w\u2082", aspect="equal")
        ax.grid(False)
    axes[0, 0].legend(loc="lower left", fontsize=9, framealpha=1, edgecolor="none")
    return fig


def describe_balls(radius, direction, loss):
    """The text of the picture: the best point of each ball, and which of its weights are exactly 0."""
    H, center = matrix(loss), _center(direction)
    said = []
    for kind in ("L2", "L1"):
        w = best_in_ball(H, center, radius, kind)
        zeros = int(np.sum(w == 0))
        said.append(f"within the ball of {kind} it is at ({w[0]:.2f}, {w[1]:.2f}), {('no weight', 'one weight')[zeros]} exactly 0")  # fmt: skip
    return (
        f"Loss with {'round contours' if loss == 'round' else loss}, best at ({center[0]:.2f}, {center[1]:.2f}); "
        f"{'; '.join(said)}. Both balls have the radius {radius:.1f}."
    )


# ---- the paths of coefficients ------------------------------------------------------------------------------------------


def lasso_paths(X, y, lams, sweeps=200):
    """(len(lams), D) minimisers of 1/m ||X w - y||^2 + lambda ||w||_1, one weight after another, from the largest lambda down."""
    m, D = X.shape
    G, c, w, path = X.T @ X / m, X.T @ y / m, np.zeros(D), np.empty((len(lams), D))
    for k in np.argsort(lams)[::-1]:
        for _ in range(sweeps):
            before = w.copy()
            for d in range(D):
                pull = c[d] - G[d] @ w + G[d, d] * w[d]
                w[d] = np.sign(pull) * max(abs(pull) - lams[k] / 2, 0) / G[d, d]
            if np.max(np.abs(w - before)) < 1e-10:
                break
        path[k] = w
    return path


def ridge_paths(X, y, lams):
    """(len(lams), D) minimisers of 1/m ||X w - y||^2 + lambda ||w||^2."""
    m, D = X.shape
    return np.array([np.linalg.solve(X.T @ X / m + lam * np.eye(D), X.T @ y / m) for lam in lams])


def coefficient_paths(X, y, names, X_dev, y_dev):
    """Every weight of a linear model against lambda, under both penalties, and the errors at one lambda.          [Lectures: I3, W12, W13, U25]

    X, y          (m, D) and (m,), all of mean 0: what the weights are fitted to    names: D texts
    X_dev, y_dev  what the error is measured on
    """
    exponents = np.linspace(-3, 1, 81)
    lams = 10.0**exponents
    paths = {"L2": ridge_paths(X, y, lams), "L1": lasso_paths(X, y, lams)}

    def draw(log10_lambda):
        at = int(np.argmin(np.abs(exponents - log10_lambda)))
        fig, axes = panels(1, 2, (9, 4.0))
        for ax, (kind, path) in zip(axes[0], paths.items(), strict=True):
            for d, name in enumerate(names):
                color, line, marker = COLORS[d % 8], LINES[d % 4], MARKERS[d % 8]
                ax.plot(exponents, path[:, d], line, color=color, marker=marker, markevery=16, ms=5, lw=1.8, label=name)
            ax.axvline(exponents[at], color=BLACK, lw=1)
            zeros = int(np.sum(path[at] == 0))
            ax.set(title=f"{kind}: {zeros} of {len(names)} weights are 0", xlabel="log\u2081\u2080 \u03bb", ylabel="weight")  # fmt: skip
        axes[0, 1].legend(loc="lower right", frameon=False, fontsize=8)
        return fig

    def describe(log10_lambda):
        at = int(np.argmin(np.abs(exponents - log10_lambda)))
        said = []
        for kind, path in paths.items():
            error = np.mean((X_dev @ path[at] - y_dev) ** 2)
            said.append(f"under {kind} {int(np.sum(path[at] == 0))} of {len(names)} weights are exactly 0, and the error on the dev set is {error:.3f}")  # fmt: skip
        return f"lambda = {lams[at]:.3g}: {'; '.join(said)}."

    return explore(draw, describe, log10_lambda=(-3.0, 1.0, 0.05, -1.0))
