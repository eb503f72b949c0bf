"""Explorers of lesson 02: the homework's computation graph, played step by step; the best step of a difference quotient.

[Lectures: C5, C6, C7, E15, E19]
"""

import re

import numpy as np

from course_lib.exercises.homework import HOMEWORK
from course_lib.graph import (
    ForwardStep,
    Node,
    backward_steps,
    cross_entropy,
    forward_steps,
    relu,
    show,
    sigmoid,
    weighted_sum,
)
from course_lib.plots import BLACK, BLUE, GREY, VERMILLION, YELLOW, canvas, figure
from course_lib.widgets.base import explore

# ---- the network ------------------------------------------------------------------------------------------------------

# Binary cross-entropy needs an output in (0, 1), so the output unit is a sigmoid [E15].
N_STEPS = 21  # 7 numbers forward, 14 errors and gradients backward; x1, x2 and y are data, nobody needs their gradient


def two_two_one(*, w03, w04, w05, w13, w14, w23, w24, w35, w45, x1, x2, y):
    """The 2-2-1 network of the homework, two_two_one(**HOMEWORK), as its nodes by name.          [Lectures: C5, C7, E15]

    in3 = w03 + w13 x1 + w23 x2   a3 = relu(in3)          in5  = w05 + w35 a3 + w45 a4   yhat = sigmoid(in5)
    in4 = w04 + w14 x1 + w24 x2   a4 = relu(in4)          loss = softplus(in5) - y in5
    After backward(net["loss"]) the deck's "perceived error" Delta_j is the gradient of in_j.
    """
    net = {name: Node(value, name) for name, value in locals().items()}
    for j in "34":
        net["in" + j] = weighted_sum(net["w0" + j], [net["w1" + j], net["w2" + j]], [net["x1"], net["x2"]])
        net["a" + j] = relu(net["in" + j])
    net["in5"] = weighted_sum(net["w05"], [net["w35"], net["w45"]], [net["a3"], net["a4"]])
    net["yhat"] = sigmoid(net["in5"])
    net["loss"] = cross_entropy(net["in5"], net["y"])
    return {name: node.named(name) for name, node in net.items()}


def play(step, **numbers):
    """The network after so many steps: values and gradients by name, as far as they are known; the last step, or None."""
    net = two_two_one(**numbers)
    steps = [*forward_steps(net["yhat"], net["loss"])]
    steps += [s for s in backward_steps(net["loss"]) if s.parent.label not in ("x1", "x2", "y")]
    values, grads = dict(numbers), {}
    for s in steps[:step]:
        if isinstance(s, ForwardStep):
            values[s.node.label] = s.value
        else:
            grads[s.parent.label] = s.total
    return values, grads, steps[step - 1] if step else None


# ---- its explorer -----------------------------------------------------------------------------------------------------


def computation_graph(**numbers):
    """The 2-2-1 network of the homework under sliders, forward and backward, one number per step.          [Lectures: C5, C6, C7]

    computation_graph()                       the homework's numbers
    computation_graph(**vars(personal(...)))  the student's own; or any of w03 ... w45, x1, x2, y
    Raises    ValueError for a name that the network does not have, TypeError for what is not a number.
    """
    if unknown := numbers.keys() - HOMEWORK.keys():
        raise ValueError(f"numbers: there is no {', '.join(sorted(unknown))}; the names are {', '.join(HOMEWORK)}")
    start = HOMEWORK | numbers
    two_two_one(**start)  # says what is wrong with the numbers now, not in the picture's place
    y = start.pop("y")
    sliders = {name: (min(-5.0, v), max(5.0, v), 0.5, float(v)) for name, v in start.items()}
    return explore(draw_graph, describe_graph, step=range(N_STEPS + 1), **sliders, y=[y, 1 - y])


def describe_graph(step, **numbers):
    """The text of the picture: the step, and every number known by now."""
    values, grads, s = play(step, **numbers)
    known = [f"{name} = {show(value)}" for name, value in values.items() if name not in numbers]
    known += [f"{_gradient(name)} = {show(value)}" for name, value in grads.items()]
    said = [_headline(step, s), *filter(None, _explain(s, values))]
    return ". ".join(said) + (f" Known by now: {', '.join(known)}." if known else "")


def _headline(step, s):
    return f"Step {step} of {N_STEPS}, {'givens' if s is None else 'forward' if _forward(s) else 'backward'}"


def _explain(s, values):
    """A step in the deck's words: its equation with numbers, and one sentence."""
    if s is None:
        return "", "The weights and the inputs are given. Everything else follows, one number per step."
    name = _found(s)
    if _forward(s):
        return s.equation, {
            "i": f"Unit {name[-1]} adds up what it receives. The bias w0{name[-1]} is the weight of a fixed 1.",
            "a": f"Unit {name[-1]} passes on max(0, in{name[-1]}).",
            "y": "The output unit turns its sum into the probability that y is 1.",
            "l": "Binary cross-entropy -y ln yhat - (1 - y) ln(1 - yhat), taken from in5 so that no digit is lost.",
        }[name[0]]
    j = s.node.label[-1]  # the unit whose error is handed on
    result = f"{show(s.error, factor=True)} * {show(s.slope, factor=True)} = {show(s.handed)}"
    if name == "in5":
        result = f"{show(values['yhat'], factor=True)} - {show(values['y'])} = {show(s.handed)}"
        why = "The error where unit 5 receives its input; sigmoid and cross-entropy leave just this."
        return f"Delta5 = yhat - y = {result}", why
    if name[0] == "i":
        effect = "1: the error passes unchanged" if s.slope else f"0: the error stops here, and unit {j} learns nothing"
        return (
            f"Delta{j} = da{j} * g'(in{j}) = {result}",
            f"At in{j} = {show(values[name])} the relu has slope {effect}.",
        )
    if name[0] == "a":
        return (
            f"d{name} = Delta5 * w{name[1]}5 = {result}",
            f"The error goes back along the weight that {name} came on.",
        )
    source = _source(name)
    why = f"A gradient is the error at the end of the edge, Delta{j}, times what came along it, {source}."
    return f"d{name} = Delta{j} * {source} = {result}", why


def _forward(s):
    return isinstance(s, ForwardStep)


def _found(s):
    """The node whose value or error this step finds."""
    return "" if s is None else s.node.label if _forward(s) else s.parent.label


def _source(weight):
    """What a weight is multiplied by: the fixed 1 for a bias, else the input or the unit that its edge starts from."""
    return {"0": "1", "1": "x1", "2": "x2"}.get(weight[1], "a" + weight[1])


def _gradient(name):
    """What the gradient of a node is called: Delta3 for in3, the deck's perceived error; dw13 for w13."""
    return name.replace("in", "Delta") if name[0] == "i" else "d" + name


# ---- its picture, in tenths of an inch ----------------------------------------------------------------------------------

WIDTH, HEIGHT = 10, 8.4  # of a cell; a unit is two cells: what it receives and what it passes on
# fmt: off
CELLS = {
    "in3": (33, 43), "a3": (43, 43), "in4": (33, 16), "a4": (43, 16),
    "in5": (69, 29), "yhat": (79, 29), "loss": (94, 29),
}
CIRCLES = {"x1": (6, 43), "x2": (6, 16), "y": (94, 14), "w03": (33, 54), "w04": (33, 28), "w05": (69, 41)}  # a bias: its fixed 1
EDGES = {  # from, to; "out" is yhat to loss
    "w03": ((33, 52.2), (33, 47.2)), "w04": ((33, 26.2), (33, 20.2)), "w05": ((69, 39.2), (69, 33.2)),
    "w13": ((9.5, 43), (28, 44)), "w14": ((8.5, 40.5), (28, 17)),
    "w23": ((8.5, 18.5), (28, 42)), "w24": ((9.5, 16), (28, 15)),
    "w35": ((48, 43), (64, 30)), "w45": ((48, 16), (64, 28)),
    "out": ((84, 29), (89, 29)), "y": ((94, 17.5), (94, 24.8)),
}
LABELS = {  # of a weight on its edge, of an error below its cell
    "w03": (35.8, 54, "left"), "w04": (35.8, 28, "left"), "w05": (71.8, 41, "left"),
    "w13": (18.8, 43.5, "center"), "w14": (21.4, 25, "center"),
    "w23": (21, 33.4, "center"), "w24": (18.8, 15.5, "center"),
    "w35": (58.2, 36.2, "center"), "w45": (57, 22.2, "center"),
    "in3": (38.1, 36.4, "right"), "a3": (39.4, 36.4, "left"), "in5": (65, 22.4, "left"),
    "in4": (38.1, 9.4, "right"), "a4": (39.4, 9.4, "left"),
}
# fmt: on
PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 2}  # keeps a line from crossing its label
DASHED = {"edgecolor": VERMILLION, "ls": "--", "lw": 1}


def draw_graph(step, **numbers):
    """The network after so many steps, as a Figure.

    Values are blue and flow along solid arrows; errors (Delta, da) and gradients (dw) are vermillion and flow back along dashed
    ones. What the step finds stands on yellow in a black frame, what it is found from has a thick frame.
    """
    values, grads, s = play(step, **numbers)
    found, forward = _found(s), _forward(s)
    giver = "" if s is None or forward else s.node.label
    used = {_source(found), found} if found in numbers else set()  # for the gradient of a weight
    if isinstance(s, ForwardStep):
        used = {p.label for p in s.node.parents}
    fig, ax = canvas(10, 6.2)

    for name, (start, end) in EDGES.items():
        _edge(ax, start, end, _flow(name, s), LABELS.get(name, (0, 0))[:2])
    for name, (x, y) in CIRCLES.items():
        bias = name[0] == "w"
        text = "1" if bias else f"{pretty(name)}\n{_short(values[name])}"
        _circle(ax, x, y, 1.8 if bias else 3.5, text, name in used)
    for name, (x, y) in CELLS.items():
        _cell(ax, x, y, name, values.get(name), now=forward and name == found, used=name in used)
    for name, (x, y, ha) in LABELS.items():
        if name in numbers:
            text = f"{pretty(name)} = {_short(numbers[name])}"
            ax.text(
                x, y + 1.5 * (name in grads), text, ha=ha, va="center", fontsize=11, color=BLUE, zorder=5, bbox=PAPER
            )
        if name in grads:
            text = f"{pretty(_gradient(name))} = {_short(grads[name])}"
            frame = (
                {} if name in numbers else {"edgecolor": VERMILLION, "ls": "-", "lw": 2.4} if name == giver else DASHED
            )
            if name == found:
                frame = {"facecolor": YELLOW, "edgecolor": BLACK, "lw": 2.4}
            style = {
                "fontsize": 10.5,
                "fontweight": "bold",
                "color": BLACK if name == found else VERMILLION,
                "bbox": PAPER | frame,
            }
            ax.text(x, y - 1.5 * (name in numbers), text, ha=ha, va="center", zorder=6, **style)
    for j, function in (("3", "relu"), ("4", "relu"), ("5", "sigmoid")):
        x, y = CELLS["in" + j]
        ax.text(x + 1.5 * WIDTH, y + HEIGHT / 2 + 0.8, f"unit {j}: {function}", ha="right", fontsize=10, color=GREY)

    equation, sentence = _explain(s, values)
    ax.text(1.5, 59.5, _headline(step, s), fontsize=13, fontweight="bold", va="center")
    _edge(ax, (55, 59.5), (60, 59.5), "value")
    ax.text(61, 59.5, "values, forward", color=BLUE, va="center", fontsize=11)
    _edge(ax, (78, 59.5), (83, 59.5), "error")
    ax.text(84, 59.5, "errors, backward", color=VERMILLION, va="center", fontsize=10.5, fontweight="bold")
    color = BLUE if forward else VERMILLION
    ax.text(1.5, 5.6, pretty(equation), fontsize=14, va="center", color=color, fontweight="bold")
    ax.text(1.5, 2.0, pretty(sentence), fontsize=12, va="center")
    return fig


def _flow(edge, s):
    """What goes along an edge in this step: "value", "error", "both" if they meet at the weight, or ""."""
    found = _found(s)
    if _forward(s):
        return "value" if edge in {p.label for p in s.node.parents} or (edge, found) == ("out", "loss") else ""
    if edge == found:
        return "error" if edge[1] == "0" else "both"
    return "error" if (edge, found) in {("out", "in5"), ("w35", "a3"), ("w45", "a4")} else ""


def pretty(text):
    """w13 * x1 - yhat as one writes it: subscripts, a raised dot, a true minus, a hat."""
    text = re.sub(r"\b(d?[wax]|in|Delta)(\d+)\b", lambda m: m[1] + "".join(chr(0x2080 + int(d)) for d in m[2]), text)
    text = re.sub(r"(?<=e)-0|(?<![a-z])-|(?<=\de)-", "\u2212", text)  # a minus, not a hyphen; 1e-8 for 1e-08
    return text.replace("Delta", "\u0394").replace("yhat", "\u0177").replace(" * ", "\u00b7")


def _short(value):
    """What fits beside an edge: four digits, two where a power of ten is needed. The equation below has more."""
    digits, _, power = f"{value + 0.0:.4g}".partition("e")
    return pretty(f"{float(digits):.1f}e{int(power)}" if power else digits)


def _edge(ax, start, end, flow, label=(0, 0)):
    if flow == "both":  # the value from the left and the error from the right meet at the weight's label
        path = np.subtract(end, start)
        gap = path * min(5.5 / path[0], 3.4 / abs(path[1]))
        middle = start + path * (np.subtract(label, start) @ path) / (path @ path)
        _arrow(ax, start, middle - gap, BLUE, 2.6, "-")
        _arrow(ax, end, middle + gap, VERMILLION, 2.6, (0, (3, 1.2)))
    elif flow == "error":
        _arrow(ax, end, start, VERMILLION, 2.6, (0, (3, 1.2)))
    else:
        _arrow(ax, start, end, *((BLUE, 2.6) if flow else (GREY, 1.1)), "-")


def _arrow(ax, start, end, color, width, dashes):
    style = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 14}
    ax.annotate("", end, start, arrowprops=style | {"color": color, "lw": width, "ls": dashes}, zorder=2)


def _circle(ax, x, y, radius, text, used):
    from matplotlib.patches import Circle

    ax.add_patch(
        Circle((x, y), radius, facecolor="white", edgecolor=BLUE if used else BLACK, lw=3 if used else 1.2, zorder=3)
    )
    ax.text(x, y, text, ha="center", va="center", fontsize=11, linespacing=1.2, zorder=4)


def _cell(ax, x, y, name, value, now, used):
    from matplotlib.patches import Rectangle

    thick, edge = now or used, BLUE if used else BLACK
    style = {
        "facecolor": YELLOW if now else "white",
        "edgecolor": edge,
        "lw": 3 if thick else 1.2,
        "zorder": 3.5 if thick else 3,
    }
    ax.add_patch(Rectangle((x - WIDTH / 2, y - HEIGHT / 2), WIDTH, HEIGHT, **style))
    text, color = ("?", GREY) if value is None else (_short(value), BLACK if now else BLUE)
    ax.text(x, y + 1.9, pretty(name), ha="center", va="center", fontsize=11, zorder=4)
    ax.text(x, y - 1.6, text, ha="center", va="center", fontsize=12.5, fontweight="bold", color=color, zorder=4)


# ---- the step of a difference quotient ------------------------------------------------------------------------------------

X = 1.0  # where the sigmoid's derivative is taken


def difference_step():
    """How wrong a central difference is, against its step eps: round-off on the left, truncation on the right.          [Lectures: E19]"""
    return explore(draw_difference, describe_difference, log10_eps=(-12.0, 0.0, 0.25, -5.0))


def difference_error(eps, dtype):
    """Relative error of (f(x + eps) - f(x - eps)) / (2 eps) as derivative of f = sigmoid at x = 1, everything computed in dtype."""
    x, eps = dtype(X), np.asarray(eps, dtype)
    difference = (_sigmoid(x + eps) - _sigmoid(x - eps)) / (eps + eps)
    return np.abs(np.float64(difference) / _SLOPE - 1)


def expected_error(eps, dtype):
    """What theory says: truncation eps^2 / 6 |f''' / f'| and round-off u |f| / (eps |f'|), u half the spacing of numbers at 1."""
    f = _sigmoid(X)
    return eps**2 / 6 * abs(1 - 6 * f + 6 * f**2), np.finfo(dtype).eps / 2 * f / (eps * _SLOPE)


def draw_difference(log10_eps):
    """The relative error against eps in float64 and float32, with a marker at this eps and the theory dotted."""
    fig, ax = figure(
        "Central difference of the sigmoid at x = 1", "step eps", "relative error of the derivative", (9, 4.8)
    )
    steps, eps, floor = np.logspace(-12, 0, 241), 10.0**log10_eps, 1e-14
    for dtype, name, color, line, marker in _PRECISIONS:
        now = difference_error(eps, dtype)
        ax.plot(
            steps,
            np.maximum(difference_error(steps, dtype), floor),
            line,
            color=color,
            lw=1.8,
            label=f"{name}: {_say(now)}",
        )
        ax.plot(eps, max(now, floor), marker, color=color, ms=11, mec=BLACK, zorder=5, clip_on=False)
        ax.plot(steps, expected_error(steps, dtype)[1], ":", color=GREY, lw=1.2)
    ax.plot(steps, expected_error(steps, np.float64)[0], ":", color=GREY, lw=1.2)
    ax.axvline(eps, color=BLACK, lw=1)
    note = {"color": GREY, "fontsize": 11, "rotation_mode": "anchor", "bbox": PAPER}
    ax.text(1.5e-12, 2.2, "x + eps = x: the difference is 0", **note)
    ax.text(3e-12, 6e-4, "round-off grows as 1 / eps", rotation=-21.5, **note)
    ax.text(6e-5, 5e-12, "truncation grows as eps\u00b2", rotation=38, **note)
    ax.set(xscale="log", yscale="log", xlim=(1e-12, 1), ylim=(floor, 20))
    ax.legend(
        loc="lower left",
        fontsize=11,
        title=f"error at eps = {eps:.2g}",
        title_fontsize=11,
        alignment="left",
        framealpha=1,
    )
    return fig


def describe_difference(log10_eps):
    """The text of the picture: the error in each precision, its cause, and where the two causes balance."""
    eps = 10.0**log10_eps
    said, best = [f"Step eps = {eps:.2g}"], []
    for dtype, name, *_ in _PRECISIONS:
        truncation, round_off = expected_error(eps, dtype)
        cause = (
            "mostly truncation, the step is too large"
            if truncation > round_off
            else "mostly round-off, the step is too small"
        )
        if dtype(X) + dtype(eps) == dtype(X):
            cause = "x + eps is x itself, so that the difference is 0"
        said.append(f"In {name} the relative error is {_say(difference_error(eps, dtype))}: {cause}")
        truncation, round_off = expected_error(1.0, dtype)  # they grow as eps^2 and 1 / eps: their sum is least at
        best.append(f"{(round_off / truncation / 2) ** (1 / 3):.1g} in {name}")
    return f"{'. '.join(said)}. The best step is near {' and '.join(best)}."


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _say(error):
    return f"{error:.2g}" if error > 0 else "below 1e-16"


_SLOPE = _sigmoid(X) * (1 - _sigmoid(X))
_PRECISIONS = ((np.float64, "float64", BLUE, "-", "o"), (np.float32, "float32", VERMILLION, "--", "s"))
