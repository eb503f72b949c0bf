"""The explorer of lesson 09: what it draws is true, and its words say what it draws."""

import numpy as np
import pytest

from course_lib.layers import BatchNorm1d, ReLU
from course_lib.models import mlp
from course_lib.widgets.l09_batch_normalization import (
    EVERY,
    LAYERS,
    STEPS,
    _received,
    describe_inputs,
    draw_inputs,
    layer_inputs,
    record,
)


def test_what_is_received_with_batch_norm_has_mean_0_and_variance_1_at_the_start():
    start = record(True)[0]
    assert start.shape == (len(LAYERS), 200, 20)
    np.testing.assert_allclose(start.mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(start.var(axis=1), 1, atol=0.05)


def test_without_it_the_numbers_move_and_with_it_they_stay():
    moved = {bn: np.abs(record(bn)[-1].std() - record(bn)[0].std()) for bn in (False, True)}
    assert record(False).shape[0] == STEPS // EVERY + 1
    assert moved[False] > 3 * moved[True]


def test_received_is_what_the_relu_gets_in_training():
    net = mlp([64, 20, 20, 20, 10], rng=np.random.default_rng(0), batch_norm=True)
    x = np.random.default_rng(1).normal(size=(30, 64)).astype(np.float32)
    seen = _received(net, x)
    h, wanted = x, []
    for layer in net.layers:
        if isinstance(layer, ReLU):
            wanted.append(h)
        h = layer.forward(h, training=True)
    np.testing.assert_allclose(seen, wanted, atol=1e-4)
    assert sum(isinstance(layer, BatchNorm1d) for layer in net.layers) == 3


@pytest.mark.parametrize(("step", "layer"), [(0, 1), (STEPS, 3)])
def test_the_words_and_the_picture(step, layer):
    numbers = record(False)[step // EVERY, layer - 1]
    assert f"mean {numbers.mean():.2f} and standard deviation {numbers.std():.2f}; with it" in describe_inputs(
        step, layer
    )
    fig = draw_inputs(step, layer)
    assert [ax.get_title() for ax in fig.axes] == ["without batch normalization", "with batch normalization"]
    shares = np.histogram(np.clip(numbers, -8, 8), np.linspace(-8, 8, 65))[0] / numbers.size
    drawn = fig.axes[0].patches[0].get_xy()
    assert np.max(drawn[:, 1]) == pytest.approx(shares.max())


def test_every_slider_redraws():
    explorer = layer_inputs()
    for slider in explorer.sliders.values():
        before = explorer.text, explorer._view.value
        options = getattr(slider, "options", None)
        slider.value = options[-1] if options else slider.max
        assert explorer.text != before[0] and explorer._view.value != before[1]
