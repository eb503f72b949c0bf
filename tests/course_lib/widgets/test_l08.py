"""The explorer of lesson 08: what it draws is true, and its words say what it draws."""

import numpy as np
import pytest

from course_lib.exercises.l08_dropout import moments
from course_lib.widgets.l08_dropout import MASKS, UNITS, _layer, describe_masks, draw_masks, inputs, masks


@pytest.mark.parametrize("p", [0.0, 0.5, 0.9])
def test_the_mean_over_the_masks_is_that_at_test(p):
    h, w, _ = _layer()
    for kind, factor in (("inverted", 1), ("vanilla", 1 - p)):
        left, received, at_test = inputs(p, kind)
        mean, variance = moments(w, h, p)
        assert at_test == pytest.approx(factor * mean)
        assert received.mean() == pytest.approx(at_test, abs=5 * factor * np.sqrt(variance / MASKS) + 1e-9)
        assert received.std() == pytest.approx(factor * np.sqrt(variance), rel=0.05, abs=1e-9)
        assert np.mean(left == 0) == pytest.approx(p, abs=0.02)


def test_the_words_are_those_of_the_picture():
    left, received, at_test = inputs(0.5, "vanilla")
    text = describe_masks(0.5, 3, "vanilla")
    assert f"Mask 3 leaves {np.sum(left[2] > 0)} of {UNITS} units" in text
    assert f"{received.mean():.2f} on average" in text and f"at test {at_test:.2f}" in text
    fig = draw_masks(0.5, 3, "vanilla")
    assert fig.axes[0].get_title() == f"mask 3: {np.sum(left[2] > 0)} of {UNITS} units"
    at = {line.get_label(): line.get_xdata()[0] for line in fig.axes[1].lines}
    assert at["at test"] == at_test and at["this mask"] == received[2]


def test_every_slider_redraws():
    explorer = masks()
    for slider in explorer.sliders.values():
        before = explorer.text, explorer._view.value
        options = getattr(slider, "options", None)
        slider.value = options[-1] if options else slider.max
        assert explorer.text != before[0] and explorer._view.value != before[1]
