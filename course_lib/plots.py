"""The house style of every picture: colours that colour-blind readers tell apart, and figures that no front end owns."""

import numpy as np

from course_lib.optim import babysit
from course_lib.pictures import bundle

# Okabe and Ito, "Color Universal Design" (2008). Never let a colour alone carry the meaning: add a word, a marker or a line style.
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY = "#6B6B6B"  # for what stands back; 5.3 : 1 against white
COLORMAP = "cividis"  # for images: brightness alone tells the order, to every eye


def figure(title="", xlabel="", ylabel="", size=(8.0, 4.2)):
    """An Agg Figure and its Axes. Never pyplot: nothing is left open, and nothing depends on the notebook's backend."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=size, layout="constrained")
    ax = fig.subplots()
    ax.set_title(title, loc="left", fontsize=13, fontweight="bold")
    ax.set_xlabel(xlabel, fontsize=11)
    ax.set_ylabel(ylabel, fontsize=11)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(color="#DDDDDD", linewidth=0.8)
    ax.set_axisbelow(True)
    return fig, ax


def canvas(width, height):
    """A Figure of width x height inches for a diagram: one blank Axes that counts in tenths of an inch."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(width, height))
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 10 * width), ylim=(0, 10 * height))
    ax.set_axis_off()
    return fig, ax


# One of these for each class or curve: colour, marker and line style change together.
COLORS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK, GREY)
MARKERS, LINES = "os^Dv*PX", ("-", "--", "-.", ":")


def describe(fig, alt):
    """Give a Figure its words, as fig.alt; as the last expression of a cell it then shows itself with them. Returns the Figure.

    Raises    ValueError if there are no words.
    """
    if not str(alt).strip():
        raise ValueError("alt: wanted the words that say what the picture shows, got nothing")
    fig.alt = str(alt)
    fig._repr_mimebundle_ = lambda include=None, exclude=None: bundle(fig, fig.alt)
    return fig


def curves(values, title="", xlabel="step", ylabel="loss", *, log=False, alt=None):
    """Some curves in one picture, each in a colour, a line style and a marker of its own.          [Lectures: U15, I10]

    values    {name: (T,) numbers}, at steps 1, 2, ..., T, or {name: ((T,) steps, (T,) numbers)}    log: a logarithmic axis upwards
    """
    fig, ax = figure(title, xlabel, ylabel)
    said = []
    for i, (name, ys) in enumerate(values.items()):
        xs, ys = _steps(ys)
        _line(ax, xs, ys, i, name)
        if len(ys):
            said.append(f"{name} goes from {ys[0]:.3g} to {ys[-1]:.3g}, its least value is {np.min(ys):.3g}")
    if log:
        _log_axis(ax)
    ax.legend(loc="best", frameon=False)
    return describe(fig, alt or f"{title or 'Curves'}: {ylabel} against {xlabel}. {'; '.join(said) or 'Nothing yet'}.")


def learning_curves(history, title="Learning curves", *, log=False, alt=None):
    """Loss, and score if there is one, of training and dev set against the epoch; the best epoch is marked.          [Lectures: U15, U26, W17]

    history    a course_lib.training.History
    """
    from matplotlib.ticker import MaxNLocator

    with_score = bool(np.any(np.isfinite(history["score"])) or np.any(np.isfinite(history["dev_score"])))
    fig, axes = panels(1, 1 + with_score, (5.2 * (1 + with_score) + 0.6, 4.0), title)
    said = []
    for ax, kind in zip(axes.flat, ("loss", "score"), strict=False):
        for i, (name, column) in enumerate((("training", kind), ("dev", f"dev_{kind}"))):
            ys = history[column]
            if np.any(np.isfinite(ys)):
                _line(ax, history["epoch"], ys, i, name)
                said.append(f"The {name} {kind} goes from {ys[0]:.3g} to {ys[-1]:.3g}")
        ax.set(xlabel="epoch", ylabel=kind)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        if kind == "loss" and np.any(np.isfinite(history["dev_loss"])):
            best = history.best
            ax.plot(best.epoch, best.dev_loss, "*", color=BLACK, ms=13, zorder=5, label=f"best, epoch {best.epoch}")
            said.append(f"The dev loss is least, {best.dev_loss:.3g}, in epoch {best.epoch}")
        if kind == "loss" and log:
            _log_axis(ax)
        if ax.get_lines():
            ax.legend(loc="best", frameon=False)
    return describe(fig, alt or f"{title} over {len(history)} epochs. {'. '.join(said) or 'Nothing yet'}.")


def babysitting(errors, lr, *, window=10, factor=0.5, alt=None):
    """The error so far, the straight line through its last `window` values, and what `babysit` advises.          [Lectures: U15, I10]

    errors    the training error, measured occasionally, oldest first    lr: the step size that it was measured with
    Numbers that are nan or inf are left out of the picture, not out of the advice.
    Raises    ValueError as course_lib.optim.babysit.
    """
    advice, errors = babysit(errors, lr, window, factor), np.asarray(errors, np.float64)
    step = np.arange(1, len(errors) + 1)
    drawn = {"error": (step[np.isfinite(errors)], errors[np.isfinite(errors)])}
    if advice.action in ("keep", "lower"):
        x = step[-window:]
        drawn[f"line through the last {window}"] = x, np.polynomial.Polynomial.fit(x, errors[-window:], 1)(x)
    what = {
        "wait": f"Wait: go on with {lr:g}",
        "keep": f"Keep the step size, {lr:g}",
        "lower": f"Lower the step size from {lr:g} to {advice.lr:g}",
        "restart": f"Start again from good weights, with {advice.lr:g} instead of {lr:g}",
    }[advice.action]
    words = f"{what}. {advice.reason} A curve of {len(drawn['error'][0])} errors against the number of the check."
    return curves(drawn, what, f"check\n{advice.reason}", "error", alt=alt or words)


def layer_histograms(arrays, title="Activations", *, bins=51, alt=None):
    """A histogram for each layer over the same axis, one below the other; mean and standard deviation beside it.          [Lectures: C13, C14, I6]

    arrays    {name: array of any shape}, from the first layer to the last
    Raises    ValueError if there is none, or one is empty or not finite.
    """
    arrays = {name: np.asarray(a, np.float64).ravel() for name, a in arrays.items()}
    if not arrays or not all(len(a) and np.all(np.isfinite(a)) for a in arrays.values()):
        raise ValueError("arrays: wanted at least one, each of at least one finite number")
    fig, axes = panels(len(arrays), 1, (8.0, 0.9 + 0.75 * len(arrays)), title, sharex=True)
    limit = max(np.quantile(np.abs(a), 0.999) for a in arrays.values()) or 1.0
    said = []
    for ax, (name, a) in zip(axes.flat, arrays.items(), strict=True):
        mean, std = np.mean(a), np.std(a)
        ax.hist(np.clip(a, -limit, limit), bins=bins, range=(-limit, limit), color=BLUE)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.set_ylabel(name, rotation=0, ha="right", va="center")
        ax.text(1.01, 0.5, f"mean {mean:.2g}\nstd {std:.2g}", transform=ax.transAxes, va="center", fontsize=10)
        said.append(f"{name}: mean {mean:.2g}, standard deviation {std:.2g}")
    axes.flat[-1].set_xlabel("value; what lies outside is counted at the border", fontsize=10)
    return describe(fig, alt or f"{title}, a histogram for each layer. {'; '.join(said)}.")


def image_grid(images, captions=None, title="", *, columns=None, low=None, high=None, alt=None):
    """Pictures side by side, all on one scale of brightness.          [Lectures: W14, U1, U2]

    images      (N, H, W)    captions: N texts, one below each    columns: how many in a row
    low, high   what is drawn darkest and brightest; the least and largest number of all if not given
    Raises      ValueError if images are not (N, H, W) with at least one of them, or captions are not N.
    """
    images = np.asarray(images)
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(f"images: wanted shape (N, H, W) with at least one image, got {images.shape}")
    if captions is not None and len(captions) != len(images):
        raise ValueError(f"captions: wanted {len(images)} texts, one for each image, got {len(captions)}")
    columns = min(columns or 10, len(images))
    rows = -(-len(images) // columns)
    tall = images.shape[1] / images.shape[2]
    width = min(10.0, 1.3 * columns)
    row = width / columns * tall + 0.28 * (captions is not None)
    fig, axes = panels(rows, columns, (max(width, 3.0), row * rows + 0.45 * bool(title)), title)
    low, high = np.min(images) if low is None else low, np.max(images) if high is None else high
    for i, ax in enumerate(axes.flat):
        ax.set_axis_off()
        if i < len(images):
            ax.imshow(images[i], cmap=COLORMAP, vmin=low, vmax=high, interpolation="nearest")
            if captions is not None:
                ax.text(0.5, -0.04, str(captions[i]), transform=ax.transAxes, ha="center", va="top", fontsize=10)
    named = f", named {', '.join(map(str, captions))}" if captions is not None else ""
    text = f"{title or 'Images'}: {len(images)} of {images.shape[1]} by {images.shape[2]} pixels{named}."
    return describe(fig, alt or text)


def filters(W, shape=None, title="Filters", *, columns=None, alt=None):
    """What each unit looks for: its weights as a picture, 0 in the middle of one scale for all.          [Lectures: U28, L10]

    W    (O, C, kh, kw) of a convolution: a row for each of the first input channels; or (D, M) of a dense layer, with shape = (H, W), H W = D
    Raises    ValueError for weights of another shape.
    """
    W = np.asarray(W)
    if W.ndim == 4:
        pictures, columns = np.concatenate(W.swapaxes(0, 1)), columns or len(W)
    elif W.ndim == 2 and shape is not None and shape[0] * shape[1] == len(W):
        pictures = W.T.reshape(-1, *shape)
    else:
        raise ValueError(f"W: wanted (O, C, kh, kw), or (D, M) with shape=(H, W) and H W = D, got {W.shape}, {shape}")
    limit = float(np.max(np.abs(W), initial=0)) or 1.0
    text = f"{title}: {len(pictures)} pictures of {pictures.shape[1]} by {pictures.shape[2]} weights, from {W.min():.2g} to {W.max():.2g}."
    fig = image_grid(pictures, None, title, columns=columns, low=-limit, high=limit, alt=alt or text)
    axes = fig.axes
    fig.set_figwidth(fig.get_figwidth() + 1.1)  # room for the scale
    bar = fig.colorbar(axes[0].images[0], ax=axes, shrink=0.8, aspect=15, label="weight")
    bar.outline.set_visible(False)
    return fig


def decision_regions(predict, x, y, title="Decision regions", *, names=None, alt=None):
    """Which class a model gives to every point of the plane, and the examples on top.          [Lectures: C1, C5, C9]

    predict    (G, 2) -> (G,) classes or (G, K) logits or probabilities    x: (N, 2)    y: (N,) classes    names: of the classes
    Raises     ValueError if x is not (N, 2), y not (N,), or N is 0.
    """
    from matplotlib.colors import ListedColormap

    x, y = np.asarray(x), np.asarray(y)
    if x.ndim != 2 or x.shape[1] != 2 or y.shape != x.shape[:1] or len(x) == 0:
        raise ValueError(f"x, y: wanted shapes (N, 2) and (N,), at least one example, got {x.shape} and {y.shape}")
    fig, ax = figure(title, "x\u2081", "x\u2082", (6.4, 5.2))
    low, high = x.min(axis=0), x.max(axis=0)
    edge = 0.12 * np.maximum(high - low, 1e-6 + 0.2 * np.max(high - low, initial=0) or 1.0)
    low, high = low - edge, high + edge
    a, b = np.meshgrid(np.linspace(low[0], high[0], 301), np.linspace(low[1], high[1], 301))
    given = _classes(predict(np.stack([a.ravel(), b.ravel()], axis=1).astype(x.dtype)))
    n_classes = int(max(given.max(), y.max())) + 1
    names = names or [f"class {k}" for k in range(n_classes)]
    picks = [COLORS[k % len(COLORS)] for k in range(n_classes)]
    region = given.reshape(a.shape)
    ax.imshow(
        region,
        origin="lower",
        extent=(low[0], high[0], low[1], high[1]),
        aspect="auto",
        cmap=ListedColormap([_pale(c) for c in picks]),
        vmin=-0.5,
        vmax=n_classes - 0.5,
        interpolation="nearest",
    )
    for k in range(n_classes):
        if 0 < np.mean(given == k) < 1:
            ax.contour(a, b, region == k, [0.5], colors=BLACK, linewidths=1.2)
        own = x[y == k]
        ax.scatter(
            *own.T,
            s=26,
            marker=MARKERS[k % len(MARKERS)],
            color=picks[k],
            edgecolor="white",
            lw=0.6,
            label=names[k],
            zorder=3,
        )
    ax.grid(False)
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    right = np.mean(_classes(predict(x)) == y)
    shares = ", ".join(f"{names[k]} {np.mean(given == k):.0%}" for k in range(n_classes))
    return describe(
        fig,
        alt or f"{title} for {len(x)} examples, {right:.1%} of them on their own side. Share of the plane: {shares}.",
    )


def contours(f, xlim, ylim, paths=None, title="", *, minimum=None, levels=18, alt=None):
    """A function of two numbers by its contours, and the paths that optimizers take over it.          [Lectures: W12, I10, U19]

    f          (..., 2) -> (...) values    xlim, ylim: (low, high)    paths: {name: (T, 2) points}    minimum: (2,) where to draw a star
    Raises     ValueError if f is not finite everywhere between xlim and ylim.
    """
    from matplotlib.ticker import FuncFormatter

    fig, ax = figure(title, "w\u2081", "w\u2082", (7.2, 5.0))
    a, b = np.meshgrid(*(np.linspace(low, high, 241) for low, high in (xlim, ylim)))
    z = np.asarray(f(np.stack([a, b], axis=-1)), np.float64)
    if not np.all(np.isfinite(z)):
        raise ValueError("f: wanted finite values everywhere between xlim and ylim")
    lowest, highest = np.min(z), np.max(z)
    # denser near the bottom: steps of the square root are even, as the contours of a parabola are
    steps = lowest + np.linspace(0, np.sqrt(highest - lowest), levels + 1)[1:] ** 2
    if highest > lowest:
        ax.contourf(a, b, z, [lowest, *steps], cmap=COLORMAP, alpha=0.35)
        lines = ax.contour(a, b, z, steps, colors=GREY, linewidths=0.7)
        ax.clabel(
            lines, steps[2 :: max(2, levels // 5)], fontsize=8, fmt=FuncFormatter(lambda value, _: f"{value:.2g}")
        )
    said = []
    for i, (name, path) in enumerate((paths or {}).items()):
        path = np.asarray(path, np.float64)
        color, marker = COLORS[i % len(COLORS)], MARKERS[i % len(MARKERS)]
        ax.plot(
            *path.T, LINES[i % len(LINES)], marker=marker, ms=4, color=color, lw=1.8, mec="white", mew=0.4, label=name
        )
        ax.plot(*path[-1], marker, color=color, ms=9, mec=BLACK)
        start, end = (f"({p[0]:.2g}, {p[1]:.2g})" for p in path[[0, -1]])
        said.append(f"{name} goes from {start} to {end} in {len(path) - 1} steps and ends at {float(f(path[-1])):.2g}")
    if minimum is not None:
        ax.plot(*minimum, "*", color=YELLOW, ms=17, mec=BLACK, label="minimum", zorder=5, ls="none")
    if paths or minimum is not None:
        ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    ax.set(xlim=xlim, ylim=ylim)
    ax.grid(False)
    said.insert(0, f"{title or 'Contours'}, values from {lowest:.2g} to {highest:.2g}")
    return describe(fig, alt or ". ".join(said) + ".")


def confusion_matrix(counts, names=None, title="Confusion matrix", *, alt=None):
    """How many of each class (row) were taken for which (column); the brightness is the share of the row.          [Lectures: I1, C9]

    counts    (K, K), as course_lib.training.confusion gives them    names: of the K classes
    Raises    ValueError if counts are not (K, K), K at least 1.
    """
    counts = np.asarray(counts)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or len(counts) == 0:
        raise ValueError(f"counts: wanted shape (K, K), got {counts.shape}")
    n_classes = len(counts)
    names = list(map(str, names if names is not None else range(n_classes)))
    side = min(9.0, 1.8 + 0.48 * n_classes)
    fig, ax = figure(title, "taken for", "is", (side + 0.9, side))
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    image = ax.imshow(share, cmap=COLORMAP, vmin=0, vmax=1)
    for i, j in np.ndindex(counts.shape):
        if counts[i, j] or i == j:
            ink = "white" if share[i, j] < 0.5 else BLACK
            weight = "bold" if i == j else "normal"
            ax.text(j, i, f"{counts[i, j]}", ha="center", va="center", color=ink, fontsize=10, fontweight=weight)
    ax.set_xticks(range(n_classes), names)
    ax.set_yticks(range(n_classes), names)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.grid(False)
    bar = fig.colorbar(image, ax=ax, shrink=0.8, label="share of the row")
    bar.outline.set_visible(False)
    wrong = counts - np.diag(np.diag(counts))
    total = counts.sum()
    text = f"{title} of {total} examples, {np.trace(counts)} of them right."
    if wrong.any():
        i, j = np.unravel_index(np.argmax(wrong), wrong.shape)
        text += f" The most frequent mistake: {names[i]} taken for {names[j]}, {wrong[i, j]} times."
    return describe(fig, alt or text)


def panels(rows, columns, size, title="", *, sharex=False):
    """A Figure with a grid of Axes, (rows, columns), in the style of `figure`."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=size, layout="constrained")
    if title:
        fig.suptitle(title, x=0.01, ha="left", fontsize=13, fontweight="bold")
    axes = fig.subplots(rows, columns, squeeze=False, sharex=sharex)
    for ax in axes.flat:
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(color="#DDDDDD", linewidth=0.8)
        ax.set_axisbelow(True)
    return fig, axes


def _steps(ys):
    """(steps, numbers) of a curve that is given with or without its steps."""
    if isinstance(ys, tuple) and len(ys) == 2 and np.ndim(ys[0]) == 1:
        return np.asarray(ys[0]), np.asarray(ys[1], np.float64)
    ys = np.asarray(ys, np.float64)
    return np.arange(1, len(ys) + 1), ys


def _line(ax, xs, ys, i, name):
    """Curve number i, marked here and there."""
    every = max(1, len(xs) // 12)
    style = {"color": COLORS[i % len(COLORS)], "ls": LINES[i % len(LINES)], "marker": MARKERS[i % len(MARKERS)]}
    ax.plot(xs, ys, lw=2, ms=5, markevery=every, label=name, **style)


def _log_axis(ax):
    """Upwards by powers; where fewer than three of them are in sight, with plain numbers between them."""
    from matplotlib.ticker import LogLocator, NullFormatter

    ax.set_yscale("log")
    low, high = ax.get_ylim()
    if high < 1000 * low:
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=12))
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        ax.yaxis.set_minor_formatter(NullFormatter())


def _classes(pred):
    pred = np.asarray(pred)
    return (np.argmax(pred, axis=1) if pred.ndim == 2 else pred).astype(np.int64)


def _pale(color):
    """A colour mixed with three parts of white."""
    from matplotlib.colors import to_rgb

    return tuple(0.25 * c + 0.75 for c in to_rgb(color))
