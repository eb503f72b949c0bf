"""The house style: colours that can be told apart, figures without pyplot."""

import matplotlib
import pytest

from course_lib import plots

OKABE_ITO = ["BLACK", "ORANGE", "SKY", "GREEN", "YELLOW", "BLUE", "VERMILLION", "PURPLE"]


def luminance(colour):
    def linear(c):
        return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, matplotlib.colors.to_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_palette_is_okabe_and_itos():
    if "okabe_ito" not in matplotlib.color_sequences:
        pytest.skip("this matplotlib has no okabe_ito to compare with")
    theirs = {matplotlib.colors.to_hex(c) for c in matplotlib.color_sequences["okabe_ito"]}
    assert {getattr(plots, name).lower() for name in OKABE_ITO} == theirs
    assert plots.COLORMAP in matplotlib.colormaps


@pytest.mark.parametrize(("name", "least"), [("GREY", 4.5), ("BLUE", 4.5), ("VERMILLION", 3)])
def test_text_colours_stand_out_on_white(name, least):
    assert 1.05 / (luminance(getattr(plots, name)) + 0.05) >= least  # WCAG: 4.5 for text, 3 for large or bold text


def test_a_figure_has_its_title_and_axis_labels():
    fig, ax = plots.figure("Title", "across", "up", size=(5, 3))
    assert (ax.get_title("left"), ax.get_xlabel(), ax.get_ylabel()) == ("Title", "across", "up")
    assert tuple(fig.get_size_inches()) == (5, 3)


def test_a_canvas_counts_in_tenths_of_an_inch():
    fig, ax = plots.canvas(4, 3)
    assert ax.get_xlim() == (0, 40)
    assert tuple(ax.transData.transform((10, 10))) == pytest.approx((fig.dpi, fig.dpi))
