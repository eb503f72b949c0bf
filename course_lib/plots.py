"""The house style of every picture: colours that colour-blind readers tell apart, and figures that no front end owns."""

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
