"""What a network is made of, and what it costs."""

import html
import math
from dataclasses import dataclass

import numpy as np

from course_lib.arrays import check_size
from course_lib.layers import TiedDense
from course_lib.models.trace import trace


@dataclass(frozen=True)
class Row:
    """One layer. shape: of its output for one example; parameters: how many numbers it learns; multiply_adds: for one example, forward"""

    name: str
    layer: str
    shape: tuple[int, ...]
    parameters: int
    multiply_adds: int


@dataclass(frozen=True)
class Summary:
    """All rows, and their sums. print(summary) shows a table, and so does a cell that ends with it."""

    rows: tuple[Row, ...]
    parameters: int
    multiply_adds: int

    def _cells(self):
        yield "", "layer", "output", "parameters", "multiply-adds"
        for r in self.rows:
            yield r.name, r.layer, " x ".join(map(str, r.shape)), f"{r.parameters:,}", f"{r.multiply_adds:,}"
        yield "", "total", "", f"{self.parameters:,}", f"{self.multiply_adds:,}"

    def __str__(self):
        table = list(self._cells())
        widths = [max(len(row[i]) for row in table) for i in range(5)]
        lines = [
            "  ".join(
                cell.ljust(w) if i < 2 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
            )
            for row in table
        ]
        rule = "-" * len(lines[0])
        return "\n".join(line.rstrip() for line in (lines[0], rule, *lines[1:-1], rule, lines[-1]))

    __repr__ = __str__

    def _repr_html_(self):
        rows = [
            "".join(
                f'<{tag} style="text-align:{"left" if i < 2 else "right"}">{html.escape(cell)}</{tag}>'
                for i, cell in enumerate(cells)
            )
            for tag, cells in zip(("th", *["td"] * len(self.rows), "th"), self._cells(), strict=True)
        ]
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def summary(network, input_shape):
    """A table of layers, output shapes, parameters and multiply-adds: summary(network, (784,)), without the batch.          [Lectures: U6, U28, L12]

    Multiply-adds count each weight once for every place at which it is used: D M in a dense layer, O C kh kw H' W' in a
    convolution, T (D + H) H in a recurrent layer. Activations and norms cost little beside them and count as 0. Backward costs twice
    as much: once for dL/dW, once for dL/dx.
    Raises    ValueError if an input of this shape does not fit.
    """
    shape = tuple(check_size("input_shape", size) for size in input_shape)
    dtype = next((p.dtype for _, layer in network.walk() for p in layer.params.values()), np.float32)
    rows = tuple(_row(step) for step in trace(network, np.zeros((1, *shape), dtype)))
    learned = sum(p.size for _, layer in network.walk() for p in layer.params.values())
    return Summary(rows, learned, sum(row.multiply_adds for row in rows))


def multiply_adds(layer, x_shape, y_shape):
    """What one layer spends on one example, forward; the shapes of its input and output, with the batch in front."""
    weights = [p for p in layer.params.values() if p.ndim > 1]
    if isinstance(layer, TiedDense):
        weights.append(layer.shared.params["W"])  # used here, counted as a parameter there
    places = {4: math.prod(y_shape[2:]), 2: math.prod(x_shape[1:-1])}  # of a convolution; of all others
    return sum(w.size * places[w.ndim] for w in weights)


def _row(step):
    layer, learned = step.layer, sum(p.size for p in step.layer.params.values())
    used = multiply_adds(layer, step.x.shape, step.y.shape)
    return Row(step.name, repr(layer), step.y.shape[1:], learned, used)
