"""The explorer of lesson 13 shows what its exercises compute."""

import numpy as np

from course_lib.exercises import l13_transfer_and_capstone as l13
from course_lib.widgets.l13_transfer_and_capstone import STEPS, describe_rates, draw_rates, rates, unfreezing


def test_rates_are_those_of_the_exercises():
    found = rates(4, 7, 2.5)
    for step in range(STEPS):
        np.testing.assert_allclose(found[:, step], l13.layer_rates(4, 1.0, 2.5) * l13.unfrozen(step, 4, 7))


def test_the_picture_shows_them_and_white_is_frozen():
    image = draw_rates(3, 10, 2.0).axes[0].images[0].get_array()
    np.testing.assert_allclose(np.ma.filled(np.ma.masked_invalid(image), 0), rates(3, 10, 2.0))
    assert np.isnan(np.ma.filled(image, np.nan)[0, 0])


def test_the_words_say_when_the_first_layer_begins():
    assert "layer 1 learns from step 20 on, with 0.250 of the rate" in describe_rates(3, 10, 2.0)
    assert "layer 1 learns not within 40 steps" in describe_rates(6, 20, 2.0)
    assert unfreezing().text == describe_rates(4, 10, 2.0)
