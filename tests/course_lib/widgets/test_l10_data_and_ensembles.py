"""The explorer of lesson 10: what it draws is true, and its words say what it draws."""

import numpy as np
import pytest

from course_lib.data import affine, glyphs
from course_lib.training import predict
from course_lib.widgets.l10_data_and_ensembles import _network, changed, changes, describe_change, draw_change

STILL = dict(digit=6, down=0, right=0, degrees=0, larger=0.0, brightness=0.0, mirror="none")


def test_without_a_change_the_digit_stays_and_the_network_knows_it():
    for digit in range(10):
        before, after, p = changed(**STILL | {"digit": digit})
        np.testing.assert_allclose(before, after, atol=1e-6)
        assert p.argmax() == digit
        assert p.sum() == pytest.approx(1)


def test_the_network_has_learned_upright_digits():
    x, t = glyphs(500, rng=np.random.default_rng(99))
    assert np.mean(predict(_network()[0], x.reshape(-1, 784)).argmax(axis=1) == t) > 0.92


def test_every_change_changes_and_is_the_one_that_it_says():
    before, _, _ = changed(**STILL)
    for name, value in (("down", 3), ("right", -3), ("degrees", 45), ("larger", 0.3)):
        after = changed(**STILL | {name: value})[1]
        np.testing.assert_allclose(after, affine(before[None], **{name: value})[0], atol=1e-6)
        assert np.abs(after - before).max() > 0.3
    np.testing.assert_array_equal(changed(**STILL | {"mirror": "left-right"})[1], before[:, ::-1])
    np.testing.assert_array_equal(changed(**STILL | {"mirror": "up-down"})[1], before[::-1])
    np.testing.assert_allclose(changed(**STILL | {"brightness": 0.5})[1], np.clip(before + 0.5, 0, 1))


def test_a_6_turned_over_is_no_6():
    assert changed(**STILL | {"degrees": 180})[2].argmax() != 6


@pytest.mark.parametrize("degrees", [0, 180])
def test_the_words_say_what_the_bars_say(degrees):
    values = STILL | {"degrees": degrees}
    p = changed(**values)[2]
    heights = [bar.get_height() for bar in draw_change(**values).axes[2].patches]
    np.testing.assert_allclose(heights, p)
    text = describe_change(**values)
    assert f"says {p.argmax()} with probability {p.max():.2f}" in text
    assert ("which is right" in text) == (p.argmax() == 6)
    assert ("degrees 180" in text) == (degrees == 180)


def test_it_can_be_shown():
    assert "A 6 with no change" in changes().text
