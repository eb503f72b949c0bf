"""The pictures of data, models and training: what is drawn, and the words that say it."""

import warnings
from html.parser import HTMLParser

import numpy as np
import pytest
from matplotlib.figure import Figure

from course_lib import plots
from course_lib.data import moons
from course_lib.training import History, Record


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def history(scores=True, dev=True):
    def record(epoch, loss, dev_loss):
        score, dev_score = (1 - loss, 1 - dev_loss) if scores else (None, None)
        return Record(epoch, loss, 0.0, 1.0, 0.1, score, dev_loss if dev else None, dev_score if dev else None)

    return History([record(1, 0.9, 0.8), record(2, 0.5, 0.6), record(3, 0.2, 0.7)])


def plane(points):
    return (points[:, 0] > 0.5).astype(int)


def bowl(w):
    return w[..., 0] ** 2 + 3 * w[..., 1] ** 2


def pictures(rng):
    x, y = moons(30, rng=rng)
    images = rng.uniform(0, 1, (7, 5, 4))
    path = np.array([[-2.0, 1.0], [-1.0, 0.2], [0.0, 0.0]])
    return {
        "curves": lambda **o: plots.curves({"fast": [3.0, 2.0, 1.0], "slow": ([0, 10], [3.0, 2.5])}, "Race", **o),
        "learning curves": lambda **o: plots.learning_curves(history(), **o),
        "babysitting": lambda **o: plots.babysitting(np.linspace(3, 1, 15), 0.1, **o),
        "histograms": lambda **o: plots.layer_histograms(
            {"one": rng.standard_normal(50), "two": np.zeros((3, 2))}, **o
        ),
        "images": lambda **o: plots.image_grid(images, list("abcdefg"), "Seven", columns=3, **o),
        "filters": lambda **o: plots.filters(rng.standard_normal((4, 2, 3, 3)), **o),
        "regions": lambda **o: plots.decision_regions(plane, x, y, names=["left", "right"], **o),
        "contours": lambda **o: plots.contours(bowl, (-3, 3), (-2, 2), {"descent": path}, minimum=(0, 0), **o),
        "confusion": lambda **o: plots.confusion_matrix([[5, 1], [0, 3]], ["cat", "dog"], **o),
    }


NAMES = list(pictures(np.random.default_rng(0)))


@pytest.fixture(params=NAMES)
def draw(request, rng):
    return pictures(rng)[request.param]


def render(fig):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fig.canvas.draw()
    return fig


def test_every_picture_is_a_figure_with_words(draw):
    fig = render(draw())
    assert isinstance(fig, Figure)
    assert len(fig.alt) > 30
    assert fig.alt.endswith(".")
    assert "nan" not in fig.alt


def test_words_of_your_own_replace_those_made(draw):
    assert draw(alt="A bird.").alt == "A bird."
    with pytest.raises(ValueError, match="alt: wanted the words"):
        draw(alt="  ")


def test_a_cell_that_ends_with_a_picture_shows_it_with_its_words(draw):
    class Image(HTMLParser):
        found = None

        def handle_starttag(self, tag, attrs):
            self.found = dict(attrs)

    fig = draw()
    shown = fig._repr_mimebundle_()
    assert {"text/plain", "text/html", "image/png"} <= set(shown)
    assert shown["text/plain"] == fig.alt
    parser = Image()
    parser.feed(shown["text/html"])
    assert parser.found["alt"] == fig.alt


def test_ipython_shows_the_image_with_its_words(rng):
    from IPython.core import formatters

    data, _ = formatters.DisplayFormatter().format(plots.confusion_matrix([[1]]))
    assert {"text/html", "image/png"} <= set(data)


# ---- what is drawn --------------------------------------------------------------------------------------------------------


def lines(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def test_curves_have_their_numbers_and_differ_in_more_than_colour():
    fig = plots.curves({"a": [3.0, 1.0], "b": ([5, 9], [2.0, 4.0])}, xlabel="epoch", ylabel="error")
    drawn = lines(fig.axes[0])
    np.testing.assert_array_equal(drawn["a"].get_xydata(), [[1, 3], [2, 1]])
    np.testing.assert_array_equal(drawn["b"].get_xydata(), [[5, 2], [9, 4]])
    for what in ("get_color", "get_linestyle", "get_marker"):
        assert getattr(drawn["a"], what)() != getattr(drawn["b"], what)()
    assert "a goes from 3 to 1, its least value is 1; b goes from 2 to 4, its least value is 2" in fig.alt
    assert "error against epoch" in fig.alt


@pytest.mark.parametrize("values", [[1.0, 1e-13], [1.0, 1e-40], [1.05, 1.06], [2.0, 0.05], [1.0, 1.0]])
def test_a_logarithmic_axis_has_numbers_whatever_its_range(values):
    fig = render(plots.curves({"a": values}, log=True))
    ax = fig.axes[0]
    low, high = ax.get_ylim()
    named = [
        t for t, text in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True) if low <= t <= high and text.get_text()
    ]
    assert len(named) >= 2


def test_eight_curves_are_eight_looks():
    fig = plots.curves({str(i): [i, i] for i in range(8)})
    assert len({(ln.get_color(), ln.get_linestyle(), ln.get_marker()) for ln in fig.axes[0].get_lines()}) == 8


@pytest.mark.parametrize(
    ("errors", "title", "reason", "n_lines"),
    [
        (np.linspace(3, 1, 15), "Keep the step size, 0.1", "the error decreases", 2),
        (np.ones(12), "Lower the step size from 0.1 to 0.05", "does not decrease", 2),
        ([2.0, 1.0], "Wait: go on with 0.1", "2 of the 10 errors", 1),
        ([], "Wait: go on with 0.1", "0 of the 10 errors", 1),
        ([1.0, 3.0, np.inf, np.nan], "Start again from good weights, with 0.01 instead of 0.1", "far too long", 1),
    ],
)
def test_babysitting_draws_the_errors_and_says_what_to_do(errors, title, reason, n_lines):
    fig = render(plots.babysitting(errors, 0.1))
    (ax,) = fig.axes
    assert ax.get_title(loc="left") == title
    assert reason in ax.get_xlabel()
    assert fig.alt.startswith(f"{title}. ") and reason in fig.alt
    drawn, *line = ax.get_lines()
    assert len(ax.get_lines()) == n_lines
    np.testing.assert_array_equal(drawn.get_ydata(), np.asarray(errors)[np.isfinite(errors)])
    if line:
        np.testing.assert_array_equal(line[0].get_xdata(), np.arange(len(errors) - 9, len(errors) + 1))
        np.testing.assert_allclose(line[0].get_ydata(), errors[-10:])


def test_babysitting_with_another_window_and_factor():
    errors = [9.0, 8, 7, 6, 1, 1, 1]
    fig = plots.babysitting(errors, 0.1, window=3, factor=0.2)
    (ax,) = fig.axes
    assert ax.get_title(loc="left") == "Lower the step size from 0.1 to 0.02"
    np.testing.assert_array_equal(lines(ax)["line through the last 3"].get_xdata(), [5, 6, 7])
    assert plots.babysitting(errors, 0.1, window=7).axes[0].get_title(loc="left") == "Keep the step size, 0.1"


def test_learning_curves_mark_the_best_epoch():
    fig = plots.learning_curves(history())
    loss, score = fig.axes
    np.testing.assert_array_equal(lines(loss)["training"].get_ydata(), [0.9, 0.5, 0.2])
    np.testing.assert_array_equal(lines(loss)["dev"].get_ydata(), [0.8, 0.6, 0.7])
    np.testing.assert_array_equal(lines(loss)["best, epoch 2"].get_xydata(), [[2, 0.6]])
    np.testing.assert_allclose(lines(score)["dev"].get_ydata(), [0.2, 0.4, 0.3])
    assert "over 3 epochs" in fig.alt
    assert "The dev loss is least, 0.6, in epoch 2" in fig.alt


def test_learning_curves_show_what_there_is():
    assert len(plots.learning_curves(history(scores=False)).axes) == 1
    fig = plots.learning_curves(history(scores=False, dev=False), log=True)
    assert list(lines(fig.axes[0])) == ["training"]
    assert fig.axes[0].get_yscale() == "log"
    assert "over 0 epochs. Nothing yet" in render(plots.learning_curves(History())).alt


def test_histograms_share_an_axis_and_say_mean_and_deviation(rng):
    wide, narrow = rng.normal(0, 3, 2000), rng.normal(1, 0.1, 500)
    fig = render(plots.layer_histograms({"wide": wide, "narrow": narrow}, bins=41))
    first, second = fig.axes
    assert first.get_xlim() == second.get_xlim()
    assert sum(p.get_height() for p in first.patches) == 2000
    assert sum(p.get_height() for p in second.patches) == 500
    assert f"narrow: mean 1, standard deviation {narrow.std():.2g}" in fig.alt
    render(plots.layer_histograms({"dead": np.zeros(5)}))


def test_images_lie_on_one_scale_in_rows():
    images = np.arange(5 * 6, dtype=float).reshape(5, 2, 3)
    fig = plots.image_grid(images, columns=2)
    drawn = [ax for ax in fig.axes if ax.images]
    assert len(fig.axes) == 6 and len(drawn) == 5
    for ax, image in zip(drawn, images, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), image)
        assert ax.images[0].get_clim() == (0, 29)
    assert plots.image_grid(images, low=-1, high=50).axes[0].images[0].get_clim() == (-1, 50)
    assert "5 of 2 by 3 pixels" in fig.alt


def test_filters_have_0_in_the_middle_and_their_pictures_in_order(rng):
    W = rng.standard_normal((12, 4))
    fig = plots.filters(W, (3, 4))
    for unit, ax in enumerate(fig.axes[:4]):
        np.testing.assert_array_equal(ax.images[0].get_array(), W[:, unit].reshape(3, 4))
        low, high = ax.images[0].get_clim()
        assert low == -high == -np.abs(W).max()
    K = rng.standard_normal((3, 2, 5, 5))
    drawn = [ax.images[0].get_array() for ax in plots.filters(K).axes if ax.images]
    np.testing.assert_array_equal(drawn[:6], [K[o, c] for c in range(2) for o in range(3)])  # a row for each channel
    render(plots.filters(np.zeros((2, 1, 3, 3))))


def test_regions_are_those_of_the_model(rng):
    x, y = moons(40, rng=rng)
    fig = plots.decision_regions(plane, x, y)
    ax = fig.axes[0]
    image = ax.images[0]
    left, right, bottom, top = image.get_extent()
    assert left < x[:, 0].min() and right > x[:, 0].max() and bottom < x[:, 1].min() and top > x[:, 1].max()
    region = np.asarray(image.get_array())
    assert image.origin == "lower"
    np.testing.assert_array_equal(region[0], np.linspace(left, right, 301).astype(np.float32) > 0.5)
    assert (
        sum(
            len(points.get_offsets())
            for points in ax.collections
            if hasattr(points, "get_sizes") and len(points.get_sizes())
        )
        == 40
    )
    assert f"{np.mean(plane(x) == y):.1%} of them on their own side" in fig.alt
    logits = lambda points: np.stack([0.5 - points[:, 0], points[:, 0] - 0.5], axis=1)  # noqa: E731 - one line, used once
    np.testing.assert_array_equal(plots.decision_regions(logits, x, y).axes[0].images[0].get_array(), region)


@pytest.mark.parametrize("x", [[[1.0, 2.0]], [[0.0, 0.0], [0.0, 0.0]], [[5.0, 1.0], [5.0, 2.0]]])
def test_regions_around_few_or_equal_points(x):
    x = np.array(x)
    fig = render(plots.decision_regions(lambda points: np.zeros(len(points), int), x, np.zeros(len(x), int)))
    assert "class 0 100%" in fig.alt


def test_contours_show_the_paths_to_their_ends():
    path = np.array([[-2.0, 1.0], [-1.0, 0.2], [0.0, 0.0]])
    fig = plots.contours(bowl, (-3, 3), (-2, 2), {"descent": path, "still": path[:1]}, minimum=(0, 0))
    drawn = lines(fig.axes[0])
    np.testing.assert_array_equal(drawn["descent"].get_xydata(), path)
    np.testing.assert_array_equal(drawn["minimum"].get_xydata(), [[0, 0]])
    assert "descent goes from (-2, 1) to (0, 0) in 2 steps and ends at 0" in fig.alt
    assert fig.axes[0].get_xlim() == (-3, 3)
    assert "values from 0 to 21" in fig.alt
    render(plots.contours(lambda w: 0 * w[..., 0], (0, 1), (0, 1)))


def test_confusion_shows_every_number_and_the_worst_mistake():
    counts = np.array([[5, 2, 0], [0, 0, 0], [1, 0, 9]])
    fig = render(plots.confusion_matrix(counts))
    texts = {(int(t.get_position()[1]), int(t.get_position()[0])): t for t in fig.axes[0].texts}
    assert {place: int(t.get_text()) for place, t in texts.items()} == {
        (0, 0): 5, (0, 1): 2, (1, 1): 0, (2, 0): 1, (2, 2): 9,
    }  # fmt: skip
    np.testing.assert_allclose(fig.axes[0].images[0].get_array(), [[5 / 7, 2 / 7, 0], [0, 0, 0], [0.1, 0, 0.9]])
    assert texts[0, 1].get_color() != texts[0, 0].get_color()  # light on dark, dark on light
    assert "of 17 examples, 14 of them right. The most frequent mistake: 0 taken for 1, 2 times." in fig.alt
    assert "mistake" not in plots.confusion_matrix(np.eye(2, dtype=int)).alt


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.layer_histograms({}), "arrays: wanted at least one"),
        (lambda: plots.layer_histograms({"a": [1.0, np.nan]}), "each of at least one finite number"),
        (lambda: plots.image_grid(np.zeros((0, 3, 3))), r"images: wanted shape \(N, H, W\) with at least one"),
        (lambda: plots.image_grid(np.zeros((2, 3, 3)), ["one"]), "captions: wanted 2 texts, .*, got 1"),
        (lambda: plots.filters(np.zeros((12, 4)), (3, 3)), r"W: wanted .*, got \(12, 4\), \(3, 3\)"),
        (lambda: plots.filters(np.zeros((12, 4))), "W: wanted"),
        (lambda: plots.decision_regions(plane, np.zeros((0, 2)), np.zeros(0, int)), "at least one example"),
        (lambda: plots.decision_regions(plane, np.zeros((3, 3)), np.zeros(3, int)), r"got \(3, 3\) and \(3,\)"),
        (lambda: plots.confusion_matrix(np.zeros((2, 3))), r"counts: wanted shape \(K, K\), got \(2, 3\)"),
    ],
)
def test_what_cannot_be_is_said(call, message):
    with pytest.raises(ValueError, match=message):
        call()
