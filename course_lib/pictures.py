"""A picture and its words in one mimebundle: for the screen, the screen reader, and every place without a kernel."""

import base64
import html
import io
import sys

DPI = 150  # drawn at 150, shown at 100 dots per inch: sharp on a projector

_IMAGE = '<img alt="{alt}" src="data:image/png;base64,{data}" width="{width}" height="{height}" style="max-width: 100%; height: auto">'


def bundle(figure, alt):
    """{"text/plain": alt, "text/html": <img alt=...>, "image/png": ...} of a matplotlib Figure.

    Raises  TypeError if `figure` is no Figure, ValueError if there is no alt text.
    """
    from matplotlib.figure import Figure

    if not isinstance(figure, Figure):
        raise TypeError(f"figure: wanted a matplotlib Figure, got {type(figure).__name__}")
    if not str(alt).strip():
        raise ValueError("alt: wanted the words that say what the picture shows, got nothing")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, pil_kwargs={"compress_level": 1})  # an eighth larger, made sooner
    data = base64.b64encode(buffer.getvalue()).decode()
    width, height = (round(inches * 100) for inches in figure.get_size_inches())
    image = _IMAGE.format(alt=html.escape(alt), data=data, width=width, height=height)
    return {"text/plain": str(alt), "text/html": image, "image/png": data}


def show(figure, alt):
    """Show a figure in a notebook together with its alt text, once, and close it.

    figure  a matplotlib Figure, from plt.subplots() or from course_lib.plots
    alt     what the picture shows, in a sentence or two, for those who can't see it

    Raises  as `bundle`.
    """
    from IPython.display import display

    display(bundle(figure, alt), raw=True)
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)  # else the inline backend would show it again at the end of the cell


def claims(rows):
    """Show what the decks claim beside what was measured.

    rows  (row of the lectures, claim, what was measured, does it hold), all text
    """
    from IPython.display import display

    head = ("", "claim", "measured", "holds?")
    widths = [max(len(str(row[i])) for row in (head, *rows)) for i in range(4)]
    lines = [
        "   ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (head, *rows)
    ]
    cells = 'style="text-align:left;vertical-align:top"'
    table = "".join(
        "<tr>" + "".join(f"<{tag} {cells}>{html.escape(str(cell))}</{tag}>" for cell in row) + "</tr>"
        for tag, row in (("th", head), *(("td", row) for row in rows))
    )
    display(
        {"text/plain": "\n".join(line.rstrip() for line in lines), "text/html": f"<table>{table}</table>"}, raw=True
    )
