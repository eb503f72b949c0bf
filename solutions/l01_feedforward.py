# %% [markdown]
# # 01  Feed-forward networks
#
# After this lesson you can say what a neuron computes, write the usual activations so that no number is too large for them, take their slopes,
# run a whole network forward for a batch of examples, choose its output layer, and count its parameters. You will have built a network by hand that does what no
# single neuron can.
#
# Decks: C1-C5, C9, C16 (feed-forward networks), U23, I15, I16; slips settled here: E5, E18.

# %% role="given" id="l01-setup"
import time

import matplotlib.pyplot as plt
import numpy as np

from course_lib import check, hint, passed, progress
from course_lib.pictures import claims, show
from course_lib.widgets.l01_feedforward import activation_shapes, xor_regions

# %% [markdown]
# ## 1  One neuron [C1, C2]
#
# The perceptron, the oldest neural network, is a single unit. In the symbols of C2, unit $j$ receives the numbers $a_i$, weighs them, adds them up, and
# bends the sum with its activation function $g_j$:
#
# $$a_j = g_j(in_j) \qquad\qquad in_j = \sum_i w_{i,j}\, a_i$$
#
# Where is the bias? The deck says: "think of it as weight given to a fixed $+1$ activation node". So let $a_0 = +1$, always. Its weight $w_{0,j}$ is the bias,
# and the sum over $i$ begins at 0.
#
# **Your turn.** Write `neuron(w, x, g)`. `w` has shape $(D + 1,)$ with the bias first, in `w[0]`; `x` has shape $(D,)$, without the $+1$; `g` is a function that you
# can call. Return two numbers, $in_j$ and $a_j$.


# %% role="answer" id="l01-neuron"
def neuron(w, x, g):
    """in_j and a_j = g(in_j) of one unit.    w: (D + 1,), the bias first   x: (D,)   g: a function   returns in_j, a_j"""
    ### BEGIN SOLUTION
    in_j = w[0] + w[1:] @ x
    return in_j, g(in_j)
    ### END SOLUTION


# %% role="check" id="l01-neuron-check" points=2
check("l01.neuron", neuron)

# %% [markdown]
# Your neuron on a plane of inputs, with $g = \tanh$. Both pictures have the same two weights; only the bias differs.

# %%
if passed("l01.neuron"):
    side = np.linspace(-2, 2, 61)
    fig, axes = plt.subplots(1, 2, figsize=(9.6, 4.2), layout="constrained")
    for ax, bias in zip(axes, (0.0, -2.0)):
        w = np.array([bias, 2.0, 1.0])
        a = [[neuron(w, np.array([x1, x2]), np.tanh)[1] for x1 in side] for x2 in side]
        shade = ax.contourf(side, side, a, levels=np.linspace(-1, 1, 21), cmap="cividis")
        ax.contour(side, side, a, levels=[0], colors="white", linewidths=2.5)
        ax.annotate("", (0.8, 0.4), (0, 0), arrowprops=dict(arrowstyle="-|>", color="#D55E00", lw=3))
        ax.set(title=f"$w_0 = {bias:g}$, $w_1 = 2$, $w_2 = 1$", xlabel="$x_1$", ylabel="$x_2$")
    fig.colorbar(shade, ax=axes, label="$a_j$")
    show(
        fig,
        "Two planes, dark at the lower left and bright at the upper right. The white line where the unit changes its sign is straight in "
        "both; with the bias -2 it lies farther to the upper right. An arrow along (2, 1) stands at a right angle to it.",
    )
else:
    print("This picture appears as soon as the check of neuron is green.")

# %% [markdown]
# *What to see:* the border between "low" and "high" is a straight line, at a right angle to the arrow $(w_1, w_2)$. The weights turn it; the bias moves it.
# Whatever $g$ is, **one neuron cuts the plane once, along a line**. Keep this in mind for section 6.

# %% [markdown]
# ## 2  The sigmoid, and numbers that are too large [C3]
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# turns any number into one between 0 and 1. I15 adds: "often used for the final output layer", for it "mimics binary classification (probability value)".
#
# As a formula it is harmless. As a program it has a trap: 64-bit numbers end near $10^{308}$, and $e^x$ gets there at $x = 709.8$.

# %%
with np.errstate(over="ignore"):
    for x in (700.0, 709.0, 710.0, 1000.0):
        print(f"e^{x:<6g} = {np.exp(x):<12.4g}    e^-{x:<6g} = {np.exp(-x):.4g}")

# %% [markdown]
# *What to see:* a large exponent *overflows* to inf, and NumPy warns. A very negative one just fades to 0, which does no harm. So **let `exp` see negative numbers only.**
# The sigmoid has two forms,
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}} = \frac{e^x}{1 + e^x}$$
#
# and each is safe on one side of 0.
#
# **Your turn.** Write `sigmoid(x)` for an array of any shape. Half of the points are for the values, half for a quiet run: no warning, even at $\pm 1000$. Careful:
# `np.where(c, a, b)` computes both `a` and `b` everywhere, and chooses afterwards.


# %% role="answer" id="l01-sigmoid"
def sigmoid(x):
    """1 / (1 + e^-x), without overflow.    x: array of any shape   returns an array of that shape"""
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)
    ### END SOLUTION


# %% role="check" id="l01-sigmoid-check" points=2
check("l01.sigmoid", sigmoid)

# %% [markdown]
# ## 3  The other activations [C3, I15, U23]
#
# **tanh** runs from $-1$ to $1$. C3 writes it in two ways:
#
# $$\tanh(x) = \frac{e^{2x} - 1}{e^{2x} + 1} = 2\,\sigma(2x) - 1$$
#
# I15 has $\frac{1 - e^{2z}}{1 + e^{2z}}$: the sign is turned [E5]. An easy test: at a large $z$ that fraction is near $-1$, while tanh is near $+1$. (C4 has a third form, $\frac{1 -
# e^{-2x}}{1 + e^{-2x}}$, and that one is right: look at the sign of the exponent.)
#
# **Your turn.** Write `tanh(x)` by way of your `sigmoid`. `np.tanh` and its kin may not help this time.


# %% role="answer" id="l01-tanh"
def tanh(x):
    """tanh(x) by way of the sigmoid.    x: array of any shape   returns an array of that shape"""
    ### BEGIN SOLUTION
    return 2 * sigmoid(2 * x) - 1
    ### END SOLUTION


# %% role="check" id="l01-tanh-check" points=2
check("l01.tanh", tanh)

# %% [markdown]
# **ReLU**, the rectified linear unit, is a gate: $\mathrm{ReLU}(x) = \max(0, x)$ for every element. Nothing has to be exponentiated.
#
# **Your turn.** Write `relu(x)`.


# %% role="answer" id="l01-relu"
def relu(x):
    """max(0, x), element by element.    x: array of any shape   returns an array of that shape"""
    ### BEGIN SOLUTION
    return np.maximum(0, x)
    ### END SOLUTION


# %% role="check" id="l01-relu-check" points=1
check("l01.relu", relu)

# %% [markdown]
# **Leaky ReLU** leaves the gate a little open: $g(z) = \epsilon z$ if $z < 0$, and $z$ otherwise. I15 suggests $\epsilon = 0.001$. Section 8 shows what for.
#
# **Your turn.** Write `leaky_relu(x, eps)`.


# %% role="answer" id="l01-leaky-relu"
def leaky_relu(x, eps):
    """x where x > 0, else eps x.    x: array of any shape   eps: number from 0 to 1   returns an array of the shape of x"""
    ### BEGIN SOLUTION
    return np.where(x > 0, x, eps * x)
    ### END SOLUTION


# %% role="check" id="l01-leaky-relu-check" points=1
check("l01.leaky_relu", leaky_relu)

# %% [markdown]
# **Softplus**, $\log(1 + e^x)$, is a ReLU with a rounded corner (the natural logarithm, as everywhere in this course). It has the sigmoid's trap, and the same way out:
# take the part that grows out of the logarithm, until `exp` sees negative numbers only.
#
# **Your turn.** Write `softplus(x)`, quiet at $\pm 1000$.


# %% role="answer" id="l01-softplus"
def softplus(x):
    """log(1 + e^x), without overflow.    x: array of any shape   returns an array of that shape"""
    ### BEGIN SOLUTION
    return np.maximum(0, x) + np.log1p(np.exp(-np.abs(x)))
    ### END SOLUTION


# %% role="check" id="l01-softplus-check" points=2
check("l01.softplus", softplus)

# %% [markdown]
# ## 4  Slopes [C4]
#
# A network learns from slopes: lesson 02 sends errors back through it, and each unit multiplies what comes back by $g'(in_j)$. So it pays to know them by sight.
#
# **Play.** Move $x$ along each function. Where does the sigmoid let an error pass, and how much of it? Where the ReLU? What does tanh do better than the sigmoid?

# %%
activation_shapes()

# %% [markdown]
# *What to see:* the sigmoid's slope is 0.25 at best and fades on both sides; that of tanh is 1 in the middle and fades even faster. The ReLU's is 1 or 0.
#
# **The corner at 0.** C4 ends with the "issue of ReLU not being differentiable at $x = 0$". From the right the slope is 1, from the left it is 0 (leaky: $\epsilon$), and no number is both. A program must
# return something; this course takes the slope of the *left* side, as most libraries do.
#
# **Can a slope be negative?** C6 says in passing "recall that $g'$ is always nonnegative". That is true for the activations of C3, because none of them ever falls; it's no law [E18].
# *swish*, $x\,\sigma(x)$, the last choice in the picture above, is used in practice and falls for a while.
#
# **Your turn.** Write `derivatives(x, eps)`. It returns five arrays of the shape of `x`: the slopes of sigmoid, tanh, ReLU, leaky ReLU (with its `eps`) and softplus, in this order. Each is graded for
# itself. C4 writes the slopes of the first two with their own values:
#
# $$\sigma'(x) = \sigma(x)\,(1 - \sigma(x)) \qquad\qquad \tanh'(x) = 1 - \tanh^2(x)$$
#
# That of softplus is yours to find: a function that you know.


# %% role="answer" id="l01-derivatives"
def derivatives(x, eps):
    """Slopes at x of sigmoid, tanh, ReLU, leaky ReLU and softplus.    x: any shape   returns five arrays of that shape"""
    ### BEGIN SOLUTION
    s, t = sigmoid(x), tanh(x)
    return s * (1 - s), 1 - t**2, np.where(x > 0, 1.0, 0.0), np.where(x > 0, 1.0, eps), s
    ### END SOLUTION


# %% role="check" id="l01-derivatives-check" points=5
check("l01.derivatives", derivatives)

# %% [markdown]
# Your functions and your slopes, all in one picture. The dots are no formula of yours: they are difference quotients of your functions, $\frac{g(x + \delta) - g(x - \delta)}{2 \delta}$.

# %%
names = ("sigmoid", "tanh", "relu", "leaky_relu", "softplus")
if all(passed(f"l01.{name}") for name in (*names, "derivatives")):
    functions = (sigmoid, tanh, relu, lambda x: leaky_relu(x, 0.1), softplus)
    labels = ("sigmoid", "tanh", "ReLU", "leaky ReLU, $\\epsilon = 0.1$", "softplus")
    colors = ("#0072B2", "#D55E00", "#000000", "#009E73", "#CC79A7")
    x, dots, delta = np.linspace(-4, 4, 401), np.linspace(-3.75, 3.75, 16), 1e-5

    fig, axes = plt.subplots(1, 2, figsize=(9.8, 4.4), layout="constrained")
    for g, slope, label, color, line in zip(
        functions, derivatives(x, 0.1), labels, colors, ("-", "-", "--", ":", "-.")
    ):
        axes[0].plot(x, g(x), line, color=color, lw=2.2, label=label)
        jumps = (x == 0) & ("ReLU" in label)  # no line between the two sides of a jump
        axes[1].plot(x, np.where(jumps, np.nan, slope), line, color=color, lw=2.2)
        axes[1].plot(dots, (g(dots + delta) - g(dots - delta)) / (2 * delta), "o", color=color, ms=4)
    axes[0].set(title="your functions", xlabel="$x$", ylabel="$g(x)$", ylim=(-1.2, 4))
    axes[1].set(title="your slopes, and difference quotients as dots", xlabel="$x$", ylabel="$g'(x)$")
    axes[0].legend(fontsize=9)
    show(
        fig,
        "Left: sigmoid and tanh level off on both sides; ReLU, leaky ReLU and softplus grow on the right. Right: their slopes, two "
        "bells, two steps, and a smooth step. All dots lie on their curves.",
    )
else:
    print("This picture appears as soon as the five activations and their derivatives are green.")

# %% [markdown]
# *What to see:* all dots lie on the curves, so slopes and functions belong together. And no curve on the right goes below 0.

# %% [markdown]
# ## 5  Layers, and a whole batch [C5]
#
# Many units that receive the same numbers are a *layer*. Layer by layer the numbers go forward; nothing goes back or sideways: a **feed-forward network**, or *multi-layer perceptron*
# (MLP) [C1]. The smallest one that is interesting has two inputs, two hidden units (3 and 4) and one output unit (5). C5 writes it out,
#
# $$\hat y = g_5\big(w_{0,5} + w_{3,5}\, g_3(w_{0,3} + w_{1,3} x_1 + w_{2,3} x_2) + w_{4,5}\, g_4(w_{0,4} + w_{1,4} x_1 + w_{2,4} x_2)\big)$$
#
# and then says the same with matrices, $h_{\mathbf w}(\mathbf x) = \mathbf g^{(2)}(\mathbf W^{(2)} \mathbf g^{(1)}(\mathbf W^{(1)} \mathbf x))$. There an example is a column.
# In code an example is a **row**, because a batch of $N$ examples is then a table of shape $(N, D)$, and the matrix stands on the right. Column $j$ of $W$ holds the weights into unit $j$:
#
# $$W_1 = \begin{pmatrix} w_{1,3} & w_{1,4} \\ w_{2,3} & w_{2,4} \end{pmatrix} \qquad b_1 = (w_{0,3}, w_{0,4}) \qquad\qquad
#   W_2 = \begin{pmatrix} w_{3,5} \\ w_{4,5} \end{pmatrix} \qquad b_2 = (w_{0,5})$$
#
# **Your turn.** Write `dense_forward(x, W, b)`: what the units of a layer receive, for a batch at once, *before* any activation.
#
# $$\underset{(N, M)}{z} = \underset{(N, D)}{x}\; \underset{(D, M)}{W} + \underset{(M)}{b}$$


# %% role="answer" id="l01-dense-forward"
def dense_forward(x, W, b):
    """z = x W + b.    x: (N, D)   W: (D, M)   b: (M,)   returns z: (N, M)"""
    ### BEGIN SOLUTION
    return x @ W + b
    ### END SOLUTION


# %% role="check" id="l01-dense-forward-check" points=3
check("l01.dense_forward", dense_forward)

# %% [markdown]
# **The whole network.** What one layer puts out is what the next one is given. With $h_0 = x$,
#
# $$h_l = g(h_{l-1} W_l + b_l) \quad \text{for all layers but the last}, \qquad z = h_{L-1} W_L + b_L$$
#
# The last layer stays as it is: its $z$ are called *logits*, and section 7 says what to make of them.
#
# **Your turn.** Write `mlp_forward(x, layers, g)`. `layers` is a list of pairs `(W, b)`, from the first layer to the last. Return a list with what every layer puts out,
# $[h_1, h_2, \dots, z]$, one array for each layer. (We keep them all: lesson 02 needs them on the way back.) Use your `dense_forward`.


# %% role="answer" id="l01-mlp-forward"
def mlp_forward(x, layers, g):
    """Outputs of all layers; g follows every layer but the last.    x: (N, D)   layers: [(W, b), ...]   returns [h_1, ..., z]"""
    ### BEGIN SOLUTION
    hs = []
    for W, b in layers[:-1]:
        x = g(dense_forward(x, W, b))
        hs.append(x)
    W, b = layers[-1]
    return [*hs, dense_forward(x, W, b)]
    ### END SOLUTION


# %% role="check" id="l01-mlp-forward-check" points=4
check("l01.mlp_forward", mlp_forward)

# %% [markdown]
# **What depth buys.** C1: "a deep learning network has longer computation paths, allowing each variable to interact with all the others". Here is a network in which
# every hidden layer has only two ReLUs, and every layer has the same weights. One layer makes a tent out of a line. The next one makes a tent out of *each side* of the tent, and so on.


# %%
def tents(m):
    """m hidden layers of two units each: 2 max(0, x) - 4 max(0, x - 1/2), applied m times"""
    first = (np.array([[1.0, 1.0]]), np.array([0.0, -0.5]))
    middle = (np.array([[2.0, 2.0], [-4.0, -4.0]]), np.array([0.0, -0.5]))
    last = (np.array([[2.0], [-4.0]]), np.array([0.0]))
    return [first] + [middle] * (m - 1) + [last]


def pieces(layers):
    """How many straight pieces the network's function has between 0 and 1"""
    x = np.linspace(0, 1, 4097)[:, None]  # a power of two: the kinks lie on the grid
    steps = np.diff(mlp_forward(x, layers, relu)[-1][:, 0])
    return 1 + np.sum(np.abs(np.diff(steps)) > 1e-9)


if passed("l01.mlp_forward") and passed("l01.relu"):
    x = np.linspace(0, 1, 1025)[:, None]
    fig, axes = plt.subplots(1, 4, figsize=(10, 2.9), sharey=True, layout="constrained")
    for ax, m in zip(axes, (1, 2, 3, 5)):
        ax.plot(x, mlp_forward(x, tents(m), relu)[-1], color="#0072B2")
        ax.set(title=f"{m} hidden layer{'s' * (m > 1)}\n{pieces(tents(m))} pieces", xlabel="$x$")
    axes[0].set_ylabel("$z$")
    show(
        fig,
        "Four zigzag curves between 0 and 1, with one, two, three and five hidden layers of two units: 2, 4, 8 and 32 straight pieces.",
    )
else:
    print("This picture appears as soon as relu and mlp_forward are green.")

# %% [markdown]
# *What to see:* every further layer of two units *doubles* the number of straight pieces. In one wide hidden layer every unit can add one kink only, so that $2m$ units make at most $2m + 1$ pieces.

# %% [markdown]
# ## 6  What one neuron can't do: XOR [C1, C5]
#
# *Exclusive or* is 1 where exactly one of two inputs is 1. It's the classic problem that one neuron can't solve: the corners $(0, 1)$ and $(1, 0)$ are to be told from $(0, 0)$ and $(1, 1)$, and no
# straight line does that. The 2-2-1 network can: the hidden units first move the corners to places where a line is enough.
#
# **Play.** Units 3 and 4 are ReLUs; the network says 1 where $in_5 > 0$. On the left you see the inputs and, for each hidden unit, the line where it begins to be on (the arrow shows to which side).
# On the right: where the hidden units put the four corners. Squares should be in the hatched region, circles outside; a cross marks a corner that is wrong. One is wrong now. Can you mend it?

# %%
xor_regions()

# %% [markdown]
# **Your turn.** Write `xor_layers()`. It takes nothing and returns your weights as a list `[(W1, b1), (W2, b2)]`, with shapes $(2, 2)$, $(2,)$, $(2, 1)$, $(1,)$, in the places that section 5 shows. With ReLUs as
# hidden units, $in_5$ must be over 0 at $(0, 1)$ and $(1, 0)$, and not over 0 at the other two corners. There are many right answers; any of them passes.


# %% role="answer" id="l01-xor-layers"
def xor_layers():
    """Weights of a 2-2-1 ReLU network that computes XOR.    returns [(W1, b1), (W2, b2)]: (2, 2), (2,), (2, 1), (1,)"""
    ### BEGIN SOLUTION
    W1, b1 = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([0.0, 0.0])
    W2, b2 = np.array([[1.0], [1.0]]), np.array([-0.5])
    return [(W1, b1), (W2, b2)]
    ### END SOLUTION


# %% role="check" id="l01-xor-layers-check" points=3
check("l01.xor_layers", xor_layers)

# %%
corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
wanted = np.array([0, 1, 1, 0])
if all(passed(f"l01.{name}") for name in ("relu", "mlp_forward", "xor_layers")):
    side = np.linspace(-0.5, 1.5, 201)
    plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    *_, z = mlp_forward(plane, xor_layers(), relu)
    z = z.reshape(201, 201)

    fig, ax = plt.subplots(figsize=(5.8, 4.6), layout="constrained")
    limit = np.abs(z).max()
    shade = ax.contourf(side, side, z, levels=np.linspace(-limit, limit, 21), cmap="cividis")
    ax.contour(side, side, z, levels=[0], colors="white", linewidths=2.5)
    for label, marker, color in ((0, "o", "#56B4E9"), (1, "s", "#D55E00")):
        ax.plot(
            *corners[wanted == label].T, marker, color=color, mec="white", ms=12, ls="none", label=f"wanted {label}"
        )
    ax.set(title="Your network on the plane of its inputs", xlabel="$x_1$", ylabel="$x_2$")
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.12), ncols=2, frameon=False)
    fig.colorbar(shade, ax=ax, label="$in_5$")
    show(
        fig,
        "The plane of the two inputs, coloured by in5. White lines where in5 is 0 separate the corners (0, 1) and (1, 0) from (0, 0) and (1, 1).",
    )
else:
    print("This picture appears as soon as relu, mlp_forward and xor_layers are green.")

# %% [markdown]
# *What to see:* the white line where $in_5 = 0$ is not one straight line any more: it is made of pieces, and each piece is straight because ReLU networks are. Compare with your neighbour's picture: other
# weights, other lines, the same four answers.

# %% [markdown]
# ## 7  The output layer [I16, C9]
#
# The logits $z$ are any numbers. What the last layer makes of them depends on the question that the network answers.
#
# - **Two classes: one unit** with a sigmoid [I16]. $\sigma(z)$ is the probability of class 1, and $1 - \sigma(z)$ that of class 0.
# - **$c$ classes: $c$ units** with a softmax [I16, C9]. Every logit becomes a positive number, and together they are made to sum to 1:
#
# $$\mathrm{softmax}(\mathbf{in})_k = \frac{e^{in_k}}{\sum_{k'} e^{in_{k'}}}$$
#
# - **A number: one unit** and no activation at all, as in your `mlp_forward`. Lesson 03 says which loss belongs to which.
#
# I16 calls softmax a "generalization of sigmoid". Indeed: give one of two units the logit $z$ and the other the logit 0.


# %% role="given" id="l01-softmax"
def softmax(z):
    """Probabilities, row by row.  Taking away the largest logit changes nothing and keeps exp from overflowing; lesson 03 asks you to write it."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %%
if passed("l01.sigmoid") and passed("l01.dense_forward"):
    z = np.linspace(-6, 6, 121)
    two_units = softmax(np.stack([z, np.zeros_like(z)], axis=1))
    W_three, b_three = np.array([[2.0, -1.5, -0.5], [0.5, 1.5, -2.0]]), np.array([0.0, 0.5, 0.0])
    side = np.linspace(-2, 2, 161)
    plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    p = softmax(dense_forward(plane, W_three, b_three)).reshape(161, 161, 3)

    fig, (left, right) = plt.subplots(1, 2, figsize=(9.8, 4.2), layout="constrained")
    left.plot(z, sigmoid(z), color="#0072B2", lw=5, alpha=0.45, label="one unit: $\\sigma(z)$")
    left.plot(z, two_units[:, 0], "--", color="#000000", lw=1.8, label="two units: softmax$(z, 0)_1$")
    left.set(title="Two classes", xlabel="$z$", ylabel="probability of class 1")
    left.legend(loc="upper left")
    shade = right.contourf(side, side, p.max(axis=2), levels=np.linspace(1 / 3, 1, 11), cmap="cividis")
    for k in range(3):
        others = np.delete(p, k, axis=2).max(axis=2)
        right.contour(side, side, p[:, :, k] - others, levels=[0], colors="white", linewidths=2)
        x1, x2 = plane[np.argmax(p[:, :, k])] * 0.6
        right.text(
            x1, x2, f"class {k + 1}", ha="center", va="center", bbox=dict(facecolor="white", edgecolor="none", pad=3)
        )
    right.set(title="Three classes, one dense layer and a softmax", xlabel="$x_1$", ylabel="$x_2$")
    fig.colorbar(shade, ax=right, label="largest probability", ticks=[0.4, 0.6, 0.8, 1.0])
    show(
        fig,
        "Left: the sigmoid and the softmax of (z, 0) are the same curve. Right: a plane in three regions that meet in a point, divided by straight "
        "lines; the largest of the three probabilities is about one third where they meet and near 1 far from the borders.",
    )
else:
    print("This picture appears as soon as sigmoid and dense_forward are green.")

# %% [markdown]
# *What to see:* on the left two curves that are one. On the right the borders between classes are straight lines: a softmax bends probabilities, but without a hidden layer it can't bend borders.

# %% [markdown]
# ## 8  Units that are off, and units that are dead [U23, I15]
#
# U23 says that the ReLU "gives sparser activations", and that its gradient "is zero or $x_i$, depending on the sign". Look at 200 units with random weights and 500 random inputs:

# %%
if all(passed(f"l01.{name}") for name in ("sigmoid", "relu", "dense_forward")):
    rng = np.random.default_rng(1)
    received = dense_forward(rng.normal(size=(500, 30)), rng.normal(size=(30, 200)) / np.sqrt(30), np.zeros(200))
    fig, axes = plt.subplots(1, 2, figsize=(9.6, 3.4), layout="constrained")
    for ax, g, name, color in zip(axes, (sigmoid, relu), ("sigmoid", "ReLU"), ("#0072B2", "#D55E00")):
        a = g(received)
        ax.hist(a.ravel(), bins=np.linspace(0, 3, 61) if g is relu else np.linspace(0, 1, 61), color=color)
        ax.set(title=f"{name}: {np.mean(a == 0):.1%} are exactly 0", xlabel="$a_j$", ylabel="how many of 100 000")
    show(
        fig,
        "Two histograms of activations. Those of the sigmoid are spread like a bell around one half, none is 0. Of those of the ReLU half are exactly 0, the others fall off to the right.",
    )
else:
    print("This picture appears as soon as sigmoid, relu and dense_forward are green.")

# %% [markdown]
# *What to see:* at a sigmoid every unit always says something. At a ReLU about half of the units are silent, for each input a different half.
#
# Being silent for *some* inputs is what makes a ReLU useful. Being silent for *all* of them is another matter. I15: "once a neuron goes to negative, then set to 0, it may never recover". Let us see. One unit, $\hat y =
# g(w_0 + w_1 x)$, is to learn $y = 1 + x$ by plain gradient descent on the squared error; $w \leftarrow w - \alpha \frac1N \sum_n (\hat y_n - y_n)\, g'(in_n)\, x_n$. A bad step in the past has left it with the bias $-3$, so that $in < 0$
# for every example.

# %%
x_line = np.linspace(0, 2, 21)
y_line = 1 + x_line


def learn(leak, steps=6000, lr=0.3):
    """The loss before every step"""
    w0, w1, losses = -3.0, 1.0, []
    for _ in range(steps):
        z = w0 + w1 * x_line
        error = (leaky_relu(z, leak) if leak else relu(z)) - y_line
        losses.append(np.mean(error**2))
        back = error * derivatives(z, leak)[3 if leak else 2]
        w0, w1 = w0 - lr * np.mean(back), w1 - lr * np.mean(back * x_line)
    return np.array(losses)


if passed("l01.derivatives") and passed("l01.leaky_relu") and passed("l01.relu"):
    runs = {leak: learn(leak) for leak in (0.0, 0.001, 0.01, 0.1)}
    fig, ax = plt.subplots(figsize=(8, 4), layout="constrained")
    for (leak, losses), color, line in zip(
        runs.items(), ("#D55E00", "#0072B2", "#009E73", "#CC79A7"), ("-", "--", "-.", ":")
    ):
        name = f"leaky ReLU, $\\epsilon = {leak:g}$" if leak else "ReLU"
        ax.plot(np.arange(1, len(losses) + 1), losses, line, color=color, lw=2.2, label=name)
    ax.set(
        title="A dead unit learns, or does not",
        xlabel="step of gradient descent",
        ylabel="mean squared error",
        xscale="log",
    )
    ax.legend()
    found = {leak: int(np.argmax(losses < 0.01)) + 1 for leak, losses in runs.items() if losses[-1] < 0.01}
    show(
        fig,
        f"The loss of a ReLU stays at {runs[0.0][0]:.2f} for all 6000 steps. That of leaky ReLUs falls to 0: sooner, the larger the leak. "
        f"Steps until it is under 0.01: {', '.join(f'{n} with a leak of {leak:g}' for leak, n in found.items())}.",
    )
    print("steps until the loss is under 0.01:", {f"leak {leak:g}": n for leak, n in found.items()})
else:
    print("This picture appears as soon as relu, leaky_relu and derivatives are green.")

# %% [markdown]
# *What to see:* the ReLU's loss is a horizontal line. The leaky ReLUs come back, but with the deck's $\epsilon = 0.001$ the unit must first creep for many steps.
#
# **In your own words.** (a) Why has the ReLU no derivative at 0, and why does it hardly ever matter in practice that we just take 0 there? (b) What is a dead ReLU, why can gradient descent not bring it back, and how does the
# leaky ReLU help? Four to eight sentences; use the words *slope* and *all examples*.

# %% [markdown] role="written" id="l01-dying-relu" points=4
# ### BEGIN SOLUTION
# (a) Coming from the left the slope of the ReLU at 0 is 0, coming from the right it is 1; a derivative would have to be both. In practice a unit receives exactly 0 almost never, since its input is a sum
# of products of real numbers, and if it does, then any value between 0 and 1 is as good: gradient descent goes on with a slope that is right for one side, and the next step has another input.
#
# (b) A ReLU is dead if its input is negative for all examples of the training set. Its output is then 0 and its slope is 0 for all examples. Every gradient of its incoming weights and bias is the error that comes
# back, times this slope, times an input; so all of them are 0, the weights do not change, and the unit stays where it is. (Only a change of the layers below could wake it.) The leaky ReLU has the slope $\epsilon$ instead of 0
# on the negative side. A small part of the error passes, the weights move, and the input can become positive again, slowly if $\epsilon$ is small.
#
# **Rubric, 4 points.** 1: the slopes from the two sides differ (0 and 1), so there is no derivative. 1: an input of exactly 0 is rare, *or* any slope between the two sides does for gradient descent. 1: dead means negative
# input for all examples, and the gradient of its weights has the slope 0 as a factor, so nothing moves. 1: the leak gives a slope over 0 there, so that the weights move and the unit can recover. Half points for a
# true but vague sentence ("it gets stuck"). No points off for language, or for leaving out the price of the leak.
# ### END SOLUTION

# %% [markdown]
# ## 9  Counting parameters
#
# What is learned in a network, weights and biases, are its *parameters*. How many there are decides about memory, time, and how much data it takes.
#
# **Your turn.** Write `count_parameters(sizes)`. `sizes` lists the units of each layer from the inputs to the output, such as `[784, 256, 128, 10]`. Return one whole number, weights and biases together.


# %% role="answer" id="l01-count-parameters"
def count_parameters(sizes):
    """Weights and biases of a dense network.    sizes: [d, k_1, ..., c]   returns a whole number"""
    ### BEGIN SOLUTION
    return sum(n * m + m for n, m in zip(sizes, sizes[1:]))
    ### END SOLUTION


# %% role="check" id="l01-count-parameters-check" points=2
check("l01.count_parameters", count_parameters)

# %%
if passed("l01.count_parameters"):
    sizes = [784, 256, 128, 10]
    each = [count_parameters(pair) for pair in zip(sizes, sizes[1:])]
    fig, ax = plt.subplots(figsize=(8, 2.7), layout="constrained")
    bars = ax.barh([f"{n} to {m}" for n, m in zip(sizes, sizes[1:])], each, color="#0072B2")
    ax.bar_label(bars, [f"{n:,} ({n / sum(each):.1%})".replace(",", " ") for n in each], padding=4)
    ax.set(
        title=f"784-256-128-10: {sum(each):,} parameters".replace(",", " "), xlabel="weights and biases", ylabel="layer"
    )
    ax.set_xlim(0, 1.25 * max(each))
    ax.invert_yaxis()
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}".replace(",", " "))
    show(fig, f"Three bars: the first layer has {each[0]} parameters, the second {each[1]}, the third {each[2]}.")
else:
    print("This picture appears as soon as the check of count_parameters is green.")

# %% [markdown]
# *What to see:* the first layer has nearly all of them. For a picture of 28 by 28 pixels this is small; for a photograph with a million pixels it would be hopeless. That is one reason for what comes next.

# %% [markdown]
# ## 10  Three kinds of networks [C16]
#
# The outline of C16 names three: feed-forward, convolutional and recurrent. All three are made of units like yours. They differ in which weights there are, and which of them are *the same* weight. Here each picture
# is a weight matrix: row $i$ sends, column $j$ receives, and equal colours mean one shared weight.

# %%
rng = np.random.default_rng(3)
dense = rng.uniform(0.1, 1, size=(8, 8))
kernel = [0.35, 1.0, 0.65]
convolution = sum(w * np.eye(8, k=k) for w, k in zip(kernel, (-1, 0, 1)))
recurrence = np.zeros((4, 2, 4, 2))  # time and unit of the sender, time and unit of the receiver
for t in range(3):
    recurrence[t, :, t + 1, :] = [[1.0, 0.35], [0.15, 0.65]]
recurrence = recurrence.reshape(8, 8)

fig, axes = plt.subplots(1, 3, figsize=(9.8, 3.7), layout="constrained")
kinds = (
    (dense, "feed-forward: dense", "sending unit", "receiving unit"),
    (convolution, "convolutional", "sending pixel", "receiving pixel"),
    (recurrence, "recurrent", "sending unit, 2 at each time", "receiving unit, 2 at each time"),
)
counts = []
for ax, (matrix, title, ylabel, xlabel) in zip(axes, kinds):
    there = matrix[matrix > 0]
    counts.append((len(there), len(np.unique(there.round(9)))))
    shade = ax.imshow(np.where(matrix > 0, matrix, np.nan), cmap="cividis", vmin=0, vmax=1)
    ax.set(
        title=f"{title}\n{counts[-1][0]} connections, {counts[-1][1]} weights",
        xlabel=xlabel,
        ylabel=ylabel,
        xticks=[],
        yticks=[],
    )
    ax.set_xticks(np.arange(-0.5, 8), minor=True)
    ax.set_yticks(np.arange(-0.5, 8), minor=True)
    ax.grid(which="minor", color="#DDDDDD")
    ax.tick_params(which="minor", length=0)
fig.colorbar(shade, ax=axes, label="weight", shrink=0.8)
show(
    fig,
    "Three matrices of 8 by 8. Dense: all 64 fields filled, all different. Convolutional: three diagonals, each of one colour. Recurrent: "
    "three blocks of 2 by 2 beside the diagonal, all alike: from each time to the next.",
)

# %% [markdown]
# *What to see:* dense, everything is connected with everything. Convolutional, a unit sees its neighbours only, and all units look through the same three weights. Recurrent, the same four weights lead from each time to the next.
# Lesson 12 builds the second and the third; until then all networks are feed-forward.

# %% [markdown]
# ## 11  Recap
#
# A neuron adds up weighted inputs and a bias, and bends the sum. A layer does so for many units, a matrix product does so for a batch. Without the bend, layers would collapse into one; with it, every layer can fold the plane once
# more. Let `exp` see negative numbers only. Slopes decide what a unit can learn: small ones starve it, and a slope of 0 for all examples kills it. The output layer is chosen by the question.
#
# Here is what the decks claim, measured with your functions (random numbers from seed 0):

# %%
needed = (*names, "derivatives", "dense_forward", "mlp_forward", "xor_layers")
if all(passed(f"l01.{name}") for name in needed):
    rng = np.random.default_rng(0)

    x_c, W_c, b_c = rng.normal(size=(50, 7)), rng.normal(size=(7, 4)), rng.normal(size=4)
    with_a_one = np.hstack([np.ones((50, 1)), x_c]) @ np.vstack([b_c, W_c])
    gap_bias = np.abs(dense_forward(x_c, W_c, b_c) - with_a_one).max()

    span = np.linspace(-3, 3, 13)
    w0, w1, w2 = (w[..., None] for w in np.meshgrid(span, span, span))
    of_one_unit = np.max(np.sum((w0 + w1 * corners[:, 0] + w2 * corners[:, 1] > 0) == wanted, axis=-1))
    *_, z_xor = mlp_forward(corners, xor_layers(), relu)
    of_two_layers = np.sum((z_xor[:, 0] > 0) == wanted)

    deep = [(pieces(tents(m)), 2 * m + 1) for m in range(2, 9)]
    first_deeper = 2 + int(np.argmax([a > b for a, b in deep]))

    grid = np.linspace(-20, 20, 4001)
    gap_tanh = np.abs(tanh(grid) - np.tanh(grid)).max()
    i15_tanh = (1 - np.exp(2 * grid)) / (1 + np.exp(2 * grid))
    gap_i15, gap_turned = np.abs(i15_tanh - np.tanh(grid)).max(), np.abs(i15_tanh + np.tanh(grid)).max()

    slopes = derivatives(grid, 0.001)
    lowest = min(slope.min() for slope in slopes)
    swish = np.diff(grid * sigmoid(grid)) / np.diff(grid)
    steeper = grid[(slopes[1] > slopes[0])].max()

    many = rng.normal(size=200_000)

    def seconds(g):
        times = []
        for _ in range(7):
            started = time.perf_counter()
            g(many)
            times.append(time.perf_counter() - started)
        return min(times)

    slower = seconds(sigmoid) / seconds(relu)

    w_u, x_u, delta = rng.normal(size=(40, 6)), rng.normal(size=(40, 6)), 1e-6
    numeric = [
        (relu(np.sum((w_u + delta * e) * x_u, axis=1)) - relu(np.sum((w_u - delta * e) * x_u, axis=1))) / (2 * delta)
        for e in np.eye(6)
    ]
    zero_or_x = np.where(np.sum(w_u * x_u, axis=1, keepdims=True) > 0, x_u, 0)
    gap_u23 = np.abs(np.stack(numeric, axis=1) - zero_or_x).max()
    random_z = dense_forward(rng.normal(size=(500, 30)), rng.normal(size=(30, 200)) / np.sqrt(30), np.zeros(200))
    silent = {name: np.mean(g(random_z) == 0) for name, g in (("ReLU", relu), ("sigmoid", sigmoid), ("tanh", tanh))}

    moved = np.ptp(learn(0.0))
    creeping = learn(0.001)
    recovered = int(np.argmax(creeping < 0.01)) + 1 if creeping.min() < 0.01 else None
    gap_softmax = np.abs(softmax(np.stack([grid, 0 * grid], axis=1))[:, 0] - sigmoid(grid)).max()

    def verdict(holds, otherwise="does not hold"):
        return "holds" if holds else otherwise

    claims(
        [
            ("C2", "the bias is the weight of a fixed +1", f"largest gap {gap_bias:.0e}", verdict(gap_bias < 1e-12)),
            (
                "C1",
                "one unit is not enough for XOR, two layers are",
                f"{of_one_unit} of 4 corners (best of {w0.size} units), {of_two_layers} of 4",
                verdict(of_one_unit < 4 and of_two_layers == 4),
            ),
            (
                "C1",
                "longer paths do more",
                "pieces, at most in one layer: " + ", ".join(f"{a} ({b})" for a, b in deep[::3]),
                verdict(first_deeper == 2, f"holds only from {first_deeper} hidden layers on"),
            ),
            ("C3", "tanh(x) = 2 sigmoid(2x) - 1", f"largest gap {gap_tanh:.0e}", verdict(gap_tanh < 1e-12)),
            (
                "I15, E5",
                "tanh(z) = (1 - e^2z) / (1 + e^2z)",
                f"largest gap {gap_i15:.3g}; with the sign turned {gap_turned:.0e}",
                verdict(gap_i15 < 1e-12, "does not hold: the sign is turned"),
            ),
            (
                "C6, E18",
                "g' is always nonnegative",
                f"lowest of five {lowest:.3g}; of swish {swish.min():.3g}",
                verdict(swish.min() >= 0, "holds only if g never falls" if lowest >= 0 else "does not hold"),
            ),
            (
                "I15",
                "tanh is steeper than the sigmoid",
                f"for |z| up to {steeper:.2f}",
                verdict(steeper == grid.max(), f"holds only if |z| < {steeper:.2f}"),
            ),
            (
                "I15",
                "e^z is expensive, ReLU is fast",
                f"sigmoid takes {'more' if slower > 2 else 'less'} than twice as long",
                verdict(slower > 2),
            ),
            ("U23", "the ReLU's gradient is 0 or x_i", f"largest gap {gap_u23:.0e}", verdict(gap_u23 < 1e-8)),
            (
                "U23",
                "ReLU gives sparser activations",
                ", ".join(f"{name} {share:.0%} zeros" for name, share in silent.items()),
                verdict(silent["ReLU"] > silent["sigmoid"] and silent["ReLU"] > silent["tanh"]),
            ),
            ("I15", "a dead ReLU may never recover", f"its loss moved by {moved:g} in 6000 steps", verdict(moved == 0)),
            (
                "I15",
                "the leaky ReLU solves that",
                f"with 0.001 it has learned after {recovered} steps" if recovered else "not in 6000 steps",
                verdict(recovered, "holds only with more steps or a larger leak"),
            ),
            (
                "I16, C9",
                "softmax generalises the sigmoid",
                f"softmax(z, 0) against sigmoid(z): gap {gap_softmax:.0e}",
                verdict(gap_softmax < 1e-12),
            ),
        ]
    )
else:
    print("The table appears as soon as all exercises of this lesson but neuron and count_parameters are green.")

# %% [markdown]
# **Further reading.** I. Goodfellow, Y. Bengio, A. Courville: *Deep Learning* (2016), chapter 6, for XOR, hidden units and output units. S. Russell, P. Norvig: *Artificial Intelligence: A Modern Approach*, 4th edition (2020), section 22.1,
# whose notation C follows. X. Glorot, A. Bordes, Y. Bengio: *Deep Sparse Rectifier Neural Networks*, AISTATS (2011). M. Telgarsky: *Benefits of depth in neural networks*, COLT (2016), for the tents. N. Higham: *Accuracy and Stability of
# Numerical Algorithms*, 2nd edition (2002), for why a right formula can be a wrong program.

# %%
progress()

# %% [markdown]
# ## Hand in
#
# Save (*File > Save Notebook*), then press the button. It looks for cells that are missing, damaged or edited, and packs the
# notebook into one file.

# %%
from course_lib import hand_in

hand_in("l01_feedforward")
