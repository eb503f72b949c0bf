# %% [markdown]
# # 09  Batch normalization
#
# After this lesson you can write batch normalization forward and backward, say what it does at test and why that is another thing than in training, and judge which of its promises hold: higher learning rates, less
# dependence on the initial weights, some regularisation.
#
# Decks: W22, U21, C11, L14, I8; one question is settled here: E14.

# %% role="given" id="l09-setup"
import matplotlib.pyplot as plt
import numpy as np

from course_lib import check, hint, passed, progress
from course_lib.data import digits_split
from course_lib.initializers import he_normal
from course_lib.layers import BatchNorm1d, Dense, ReLU, Sequential, pack
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import mlp
from course_lib.pictures import claims, show
from course_lib.training import Diverged, predict
from course_lib.widgets.l09_batch_normalization import layer_inputs

BLUE, VERMILLION, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#6B6B6B"

# %% [markdown]
# ## 1  What a layer receives [L14, I8]
#
# Standardised inputs make learning easier [lesson 04]. But only the first layer sees the inputs. Each further layer sees what the layer below puts out, and that changes with every step: L14 and I8 call it *internal covariate shift*.
#
# **Play with it.** Press play, or move the step. Both networks have the same start, the same examples and the same step size.

# %%
layer_inputs()

# %% [markdown]
# *What to see:* on the left the numbers wander and spread while the network learns. On the right they stay around one place, with one width: W22's "you want unit gaussian activations? just make them so."
#
# ## 2  Just make them so [W22, I8]
#
# For every feature of its own, over the $m$ examples of the mini-batch $\mathcal{B}$:
#
# $$\mu_{\mathcal{B}} = \frac1m \sum_i x_i, \qquad \sigma^2_{\mathcal{B}} = \frac1m \sum_i (x_i - \mu_{\mathcal{B}})^2, \qquad \hat x_i = \frac{x_i - \mu_{\mathcal{B}}}{\sqrt{\sigma^2_{\mathcal{B}} + \epsilon}}, \qquad y_i = \gamma \hat x_i + \beta$$
#
# $\epsilon$ is a small number that saves us from a division by 0; $\gamma$ and $\beta$ are learned, one of each for every feature. (C11 and L14 put $\epsilon$ into the variance itself; that is the same [E14].)
#
# **Your turn.** Write `bn_forward(x, gamma, beta, eps)`. Return $y$, the mean and the variance of the batch.


# %% role="answer" id="l09-bn-forward"
def bn_forward(x, gamma, beta, eps):
    """Batch normalization in training.    x: (N, D)   gamma, beta: (D,)   returns y: (N, D), mean: (D,), variance: (D,)"""
    ### BEGIN SOLUTION
    mean, variance = x.mean(axis=0), x.var(axis=0)
    normal = (x - mean) / np.sqrt(variance + eps)
    return gamma * normal + beta, mean, variance
    ### END SOLUTION


# %% role="check" id="l09-bn-forward-check" points=5
check("l09.bn_forward", bn_forward)

# %% [markdown]
# Does a network lose something when its activations are forced to mean 0 and variance 1? W22: "the network can learn" a $\gamma$ and a $\beta$ "to recover the identity mapping".
#
# **Your turn.** Write `identity_recovery(x, eps)`: the $\gamma$ and $\beta$ with which batch normalization of *this* batch gives back $x$. Mind the $\epsilon$, which the slide leaves out here.


# %% role="answer" id="l09-identity-recovery"
def identity_recovery(x, eps):
    """gamma and beta that undo the normalization.    x: (N, D)   returns gamma: (D,), beta: (D,)"""
    ### BEGIN SOLUTION
    return np.sqrt(x.var(axis=0) + eps), x.mean(axis=0)
    ### END SOLUTION


# %% role="check" id="l09-identity-recovery-check" points=2
check("l09.identity_recovery", identity_recovery)

# %% [markdown]
# What is a *feature* in a picture? A convolution runs the same filter over the whole picture, so all its outputs belong together: one mean and one variance *per channel* [L14], over the batch and all pixels.
#
# **Your turn.** Write `bn_images(x, gamma, beta, eps)` for `x` of shape $(N, C, H, W)$ and one $\gamma$ and $\beta$ for each channel. Return $y$.


# %% role="answer" id="l09-bn-images"
def bn_images(x, gamma, beta, eps):
    """Batch normalization for images.    x: (N, C, H, W)   gamma, beta: (C,)   returns y: as x"""
    ### BEGIN SOLUTION
    mean, variance = x.mean(axis=(0, 2, 3), keepdims=True), x.var(axis=(0, 2, 3), keepdims=True)
    normal = (x - mean) / np.sqrt(variance + eps)
    return gamma[:, None, None] * normal + beta[:, None, None]
    ### END SOLUTION


# %% role="check" id="l09-bn-images-check" points=3
check("l09.bn_images", bn_images)

# %% [markdown]
# ## 3  At test [W22, C11]
#
# In training, the answer for one example depends on the others in its batch. At test that must not be: there may be one example alone. C11: "At prediction time, population mean and standard deviations are used." They are estimated on the way, "with running averages" [W22]:
#
# $$r \leftarrow (1 - a)\, r + a\, r_{\mathcal{B}}$$
#
# $a$ is called *momentum*, and $r$ is the mean or the variance. One detail is easily overlooked [E14]: to normalize, the slides divide the squares by $m$; for the running variance most libraries divide by $m - 1$, which estimates the variance of *all* examples without a bias. With a batch of 2 that is twice as much.
#
# **Your turn.** Write `running_statistics(batches, momentum)`. Start from mean 0 and variance 1, go through the batches, and return both. Divide by $N - 1$ for the variance.


# %% role="answer" id="l09-running-statistics"
def running_statistics(batches, momentum):
    """Running mean and variance after all batches.    batches: list of (N, D)   returns mean: (D,), variance: (D,)"""
    ### BEGIN SOLUTION
    D = batches[0].shape[1]
    mean, variance = np.zeros(D), np.ones(D)
    for x in batches:
        mean = (1 - momentum) * mean + momentum * x.mean(axis=0)
        variance = (1 - momentum) * variance + momentum * x.var(axis=0, ddof=1)
    return mean, variance
    ### END SOLUTION


# %% role="check" id="l09-running-statistics-check" points=4
check("l09.running_statistics", running_statistics)

# %% [markdown]
# **Your turn.** Write `bn_predict(x, gamma, beta, mean, variance, eps)`: batch normalization at test, with the running mean and variance.


# %% role="answer" id="l09-bn-predict"
def bn_predict(x, gamma, beta, mean, variance, eps):
    """Batch normalization at test.    x: (N, D)   all others but eps: (D,)   returns y: (N, D)"""
    ### BEGIN SOLUTION
    return gamma * (x - mean) / np.sqrt(variance + eps) + beta
    ### END SOLUTION


# %% role="check" id="l09-bn-predict-check" points=2
check("l09.bn_predict", bn_predict)

# %% [markdown]
# At test, mean and variance are constants, so batch normalization behind a dense layer is an affine map behind an affine map. Such a pair is one dense layer: whoever uses the network pays nothing for it.
#
# **Your turn.** Write `fold(W, b, gamma, beta, mean, variance, eps)`. Return $W'$ and $b'$ with which $x W' + b'$ is what batch normalization at test makes of $x W + b$.


# %% role="answer" id="l09-fold"
def fold(W, b, gamma, beta, mean, variance, eps):
    """A dense layer and its batch normalization in one.    W: (D, M)   all others but eps: (M,)   returns W', b'"""
    ### BEGIN SOLUTION
    factor = gamma / np.sqrt(variance + eps)
    return W * factor, (b - mean) * factor + beta
    ### END SOLUTION


# %% role="check" id="l09-fold-check" points=4
check("l09.fold", fold)

# %% [markdown]
# C11 writes $h = \phi(\mathrm{BN}(Wx + b))$. Look at the $b$: the mean of the batch contains it, and is subtracted. In training, a bias before batch normalization has no effect at all, and its gradient is 0; $\beta$ does its work.

# %%
if passed("l09.bn_forward"):
    draw_c11 = np.random.default_rng(0)
    x_c11, W_c11 = draw_c11.normal(size=(50, 6)), draw_c11.normal(size=(6, 4))
    outputs = [bn_forward(x_c11 @ W_c11 + b, np.ones(4), np.zeros(4), 1e-5)[0] for b in (0.0, 100.0)]
    bias_gap = np.abs(outputs[0] - outputs[1]).max()
    print(f"Largest difference between b = 0 and b = 100 behind batch normalization: {bias_gap:.0e}")
else:
    print("This number appears as soon as the check of bn_forward is green.")

# %% [markdown]
# ## 4  Backward, node by node [W22, I8]
#
# I8 says that "the batch-norm transformation is differentiable". Here is its graph. $x$ reaches $\hat x$ along three ways: straight on, through the variance, and through the mean.

# %%
fig, ax = plt.subplots(figsize=(9, 3), layout="constrained")
places = {
    "$x$": (0, 1),
    r"$\mu$": (1.2, 0),
    r"$\sigma^2$": (2.6, 0),
    r"$\hat x$": (3.6, 1),
    "$y$": (4.8, 1),
    "$L$": (5.8, 1),
    r"$\gamma,\ \beta$": (4.2, 0),
}
ways = [("$x$", r"$\hat x$"), ("$x$", r"$\mu$"), (r"$\mu$", r"$\sigma^2$"), ("$x$", r"$\sigma^2$"), (r"$\mu$", r"$\hat x$"), (r"$\sigma^2$", r"$\hat x$"), (r"$\hat x$", "$y$"), (r"$\gamma,\ \beta$", "$y$"), ("$y$", "$L$")]  # fmt: skip
for a, b in ways:
    ax.annotate("", places[b], places[a], arrowprops=dict(arrowstyle="-|>", color=GREY, shrinkA=17, shrinkB=17, lw=1.6))
for name, place in places.items():
    ax.text(
        *place,
        name,
        ha="center",
        va="center",
        fontsize=14,
        bbox=dict(boxstyle="circle,pad=0.35", fc="white", ec=BLUE, lw=1.8),
    )
ax.set(xlim=(-0.5, 6.3), ylim=(-0.5, 1.5), title="The graph of batch normalization")
ax.axis("off")
show(
    fig,
    "A graph. Arrows lead from x to the mean, to the variance and to x-hat; from the mean to the variance and to x-hat; from the variance to x-hat; from x-hat, gamma and beta to y; from y to the loss.",
)

# %% [markdown]
# *What to see:* errors come back along the same arrows, the other way. A node with several arrows leaving it gets the sum of what comes back. $\mu$ and $\sigma^2$ are used by all examples, so their errors are sums over the batch:
#
# $$\frac{\partial L}{\partial \hat x_i} = \gamma\, \frac{\partial L}{\partial y_i}, \qquad \frac{\partial L}{\partial \sigma^2} = \sum_i \frac{\partial L}{\partial \hat x_i}\, (x_i - \mu) \cdot \Big(\!-\tfrac12\Big) (\sigma^2 + \epsilon)^{-3/2}, \qquad \frac{\partial L}{\partial \mu} = -\frac{1}{\sqrt{\sigma^2 + \epsilon}} \sum_i \frac{\partial L}{\partial \hat x_i}$$
#
# (The arrow from $\mu$ to $\sigma^2$ brings nothing back: $\sum_i (x_i - \mu) = 0$.)
#
# **Your turn.** Write `bn_node_errors(dy, x, gamma, eps)`: these three, for every feature.


# %% role="answer" id="l09-bn-node-errors"
def bn_node_errors(dy, x, gamma, eps):
    """The errors at x^, the variance and the mean.    dy, x: (N, D)   gamma: (D,)   returns (N, D), (D,), (D,)"""
    ### BEGIN SOLUTION
    centered, variance = x - x.mean(axis=0), x.var(axis=0)
    dnormal = gamma * dy
    dvariance = (dnormal * centered).sum(axis=0) * -0.5 * (variance + eps) ** -1.5
    dmean = -dnormal.sum(axis=0) / np.sqrt(variance + eps)
    return dnormal, dvariance, dmean
    ### END SOLUTION


# %% role="check" id="l09-bn-node-errors-check" points=5
check("l09.bn_node_errors", bn_node_errors)

# %% [markdown]
# Now to $x$. Each $x_i$ gets what comes straight from $\hat x_i$, plus its share of the other two: $\partial \sigma^2 / \partial x_i = \frac{2}{m} (x_i - \mu)$ and $\partial \mu / \partial x_i = \frac1m$.
#
# **Your turn.** Write `bn_backward(dy, x, gamma, eps)`. Return $\partial L / \partial x$, $\partial L / \partial \gamma$ and $\partial L / \partial \beta$. You may call your `bn_node_errors`. If you like algebra: put all together, and a short formula comes out.


# %% role="answer" id="l09-bn-backward"
def bn_backward(dy, x, gamma, eps):
    """Batch normalization backward.    dy, x: (N, D)   gamma: (D,)   returns dx: (N, D), dgamma: (D,), dbeta: (D,)"""
    ### BEGIN SOLUTION
    root = np.sqrt(x.var(axis=0) + eps)
    normal = (x - x.mean(axis=0)) / root
    dgamma, dbeta = (dy * normal).sum(axis=0), dy.sum(axis=0)
    return gamma / root * (dy - dbeta / len(x) - normal * dgamma / len(x)), dgamma, dbeta
    ### END SOLUTION


# %% role="check" id="l09-bn-backward-check" points=6
check("l09.bn_backward", bn_backward)

# %% [markdown]
# Look at what it means: add the same number to all $x_i$, or stretch them, and $y$ does not change. So $\partial L / \partial x$ must be blind to both.

# %%
if passed("l09.bn_backward"):
    draw_l09 = np.random.default_rng(1)
    x_l09, dy_l09 = draw_l09.normal(size=(40, 3)) * [1, 5, 0.2] + [0, 10, -3], draw_l09.normal(size=(40, 3))
    dx_l09 = bn_backward(dy_l09, x_l09, np.ones(3), 1e-12)[0]
    shift_part = np.abs(dx_l09.sum(axis=0)).max()
    stretch_part = np.abs((dx_l09 * (x_l09 - x_l09.mean(axis=0))).sum(axis=0)).max()
    print(f"dx along a shift of all examples: {shift_part:.0e}; along a stretch: {stretch_part:.0e}")
else:
    print("These numbers appear as soon as the check of bn_backward is green.")

# %% [markdown]
# ## 5  What it is good for [W22, C11, U21]
#
# W22 promises: "Allows higher learning rates. Reduces the strong dependence on initialization. Acts as a form of regularization in a funny way." U21 counts it among the tricks of the step size. Let us see, on 1024 of the digits and a network 64-32-32-32-10.


# %% role="given" id="l09-runs"
x_train, y_train, x_test, y_test = digits_split()
x_train, y_train = x_train[:1024], y_train[:1024]


def share_right(net, x, y):
    return float(np.mean(predict(net, x).argmax(axis=1) == y))


def layers_in_order(rng, order, init):
    """Three hidden layers; order says what follows each dense one"""
    made = {"BN": lambda: BatchNorm1d(32), "ReLU": ReLU}
    layers = []
    for n_in in (64, 32, 32):
        layers += [Dense(n_in, 32, rng=rng, init=init), *(made[name]() for name in order)]
    return Sequential(*layers, Dense(32, 10, rng=rng, init=init))


def trained(order=("ReLU",), lr=0.1, B=32, epochs=4, init=he_normal, seed=0, steps=None):
    """A network after plain SGD; None if its numbers left the range of floats"""
    rng = np.random.default_rng(seed)
    net, loss = layers_in_order(rng, order, init), SoftmaxCrossEntropy()
    (theta, grad), step = pack(net), 0
    with np.errstate(all="ignore"):
        while step < (steps or epochs * (len(x_train) // B)):
            shuffled = rng.permutation(len(x_train))
            for i in range(0, len(x_train) - B + 1, B):
                chosen = shuffled[i : i + B]
                try:
                    loss.forward(net.forward(x_train[chosen], training=True), y_train[chosen])
                except (ValueError, Diverged):  # nan or inf
                    return None
                net.backward(loss.backward(), need_dx=False)
                theta -= lr * grad
                step += 1
    return net if np.all(np.isfinite(theta)) else None


def score(net):
    """Share of test digits that are right; chance where the network was lost"""
    return 0.1 if net is None else share_right(net, x_test, y_test)


BN = ("BN", "ReLU")

# %%
rates = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
by_rate = {
    name: [np.mean([score(trained(order, lr, seed=seed)) for seed in (0, 1)]) for lr in rates]
    for name, order in (("without", ("ReLU",)), ("with", BN))
}


def normal_of(scale):
    return lambda rng, shape, dtype=np.float32: (scale * rng.standard_normal(shape)).astype(dtype)


scales = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
by_scale = {
    name: [
        np.mean([score(trained(order, 0.1, init=normal_of(scale), seed=seed)) for seed in (0, 1)]) for scale in scales
    ]
    for name, order in (("without", ("ReLU",)), ("with", BN))
}
fig, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained", sharey=True)
for ax, xs, found, title, xlabel in (
    (axes[0], rates, by_rate, "Learning rate (He's weights)", "learning rate"),
    (axes[1], scales, by_scale, "Initial weights (rate 0.1)", "standard deviation of the weights"),
):
    for name, color, line, marker in (("without", VERMILLION, "--", "^"), ("with", BLUE, "-", "o")):
        ax.semilogx(xs, found[name], line, marker=marker, color=color, label=f"{name} batch norm")
    ax.axhline(0.1, color=GREY, linewidth=1, linestyle=":")
    ax.set(title=title, xlabel=xlabel, ylabel="test digits right" if ax is axes[0] else "", ylim=(0, 1))
axes[0].legend(loc="upper left", fontsize=8)
show(
    fig,
    "Share of test digits that are right after 4 epochs. Over 0.7: without batch normalization at the rates "
    + ", ".join(f"{lr:g}" for lr, s in zip(rates, by_rate["without"]) if s > 0.7)
    + "; with it at "
    + ", ".join(f"{lr:g}" for lr, s in zip(rates, by_rate["with"]) if s > 0.7)
    + ". Initial weights: without at "
    + (", ".join(f"{v:g}" for v, s in zip(scales, by_scale["without"]) if s > 0.7) or "none")
    + ", with it at "
    + ", ".join(f"{v:g}" for v, s in zip(scales, by_scale["with"]) if s > 0.7)
    + ".",
)

# %% [markdown]
# *What to see:* with batch normalization a wide range of rates and of initial weights leads to the goal; without it, a narrow one. The dotted line is chance.
#
# Why so? Multiply the weights of a layer by 2, and batch normalization divides by 2 again: the output does not change, and so the gradient, which is orthogonal to the weights, is *half* as large. Weights that have grown take smaller steps: the step size looks after itself.
#
# ## 6  Which batch? [C11]
#
# C11: "Works best for moderate minibatch sizes in the 50-100 range. Large minibatch regularizes less due to the more stable estimates, tiny minibatch destroys useful signal due to high variance." Each size below gets the same number of epochs, and the best of four learning rates.

# %%
sizes, size_rates = (2, 4, 8, 16, 32, 64, 128, 256, 512), (0.03, 0.1, 0.3, 1.0)
size_nets = {B: [trained(BN, lr, B=B, epochs=3 if B < 8 else 4) for lr in size_rates] for B in sizes}
by_size = {B: [score(net) for net in nets] for B, nets in size_nets.items()}
best_of_size = {B: max(found) for B, found in by_size.items()}


def batch_score(net, B, seed=0):
    """The same network with the statistics of each test batch instead of the running ones"""
    right, order, B = 0, np.random.default_rng(seed).permutation(len(x_test)), min(B, len(x_test))
    for i in range(0, len(order) - B + 1, B):
        chosen = order[i : i + B]
        right += np.sum(net.forward(x_test[chosen], training=True).argmax(axis=1) == y_test[chosen])
    return right / (len(order) // B * B)


best_nets = {B: nets[int(np.argmax(by_size[B]))] for B, nets in size_nets.items()}
with_batch = {B: batch_score(net, B) for B, net in best_nets.items()}
fig, ax = plt.subplots(figsize=(8, 3.8), layout="constrained")
ax.semilogx(sizes, [best_of_size[B] for B in sizes], marker="o", color=BLUE, label="running statistics, as at test")
ax.semilogx(
    sizes,
    [with_batch[B] for B in sizes],
    "--",
    marker="^",
    color=VERMILLION,
    label="statistics of each test batch of that size",
)
ax.axvspan(50, 100, color=GREEN, alpha=0.15)
ax.text(71, 0.55, "50-100", ha="center", color=GREEN)
ax.set(
    title="Batch size and test digits",
    xlabel="batch size",
    ylabel="test digits right",
    ylim=(0, 1),
    xticks=sizes,
    xticklabels=sizes,
)
ax.minorticks_off()
ax.legend(loc="lower right")
show(
    fig,
    "Share of test digits that are right, for the best of four rates: "
    + ", ".join(f"batch {B}: {best_of_size[B]:.2f}" for B in sizes)
    + ". With the statistics of the test batches: "
    + ", ".join(f"{B}: {with_batch[B]:.2f}" for B in sizes)
    + ".",
)

# %% [markdown]
# *What to see:* a batch of 2 is a disaster: two examples, normalized against each other, are always +1 and -1, whatever they were. From 8 on the curve is flat; the large batches fall behind because they take fewer steps in the same number of epochs.
#
# ## 7  Before or after the nonlinearity? [W22, C11]
#
# W22 and C11 put batch normalization before the nonlinearity. What if it comes after?

# %%
placements = {"without": ("ReLU",), "before the ReLU": ("BN", "ReLU"), "after the ReLU": ("ReLU", "BN")}
place_nets = {
    name: [trained(order, 0.3, epochs=12, seed=seed) for seed in range(4)] for name, order in placements.items()
}
place_test = {name: [score(net) for net in nets] for name, nets in place_nets.items()}
place_train = {
    name: [0.1 if net is None else share_right(net, x_train, y_train) for net in nets]
    for name, nets in place_nets.items()
}
fig, ax = plt.subplots(figsize=(8, 3), layout="constrained")
for i, name in enumerate(placements):
    ax.plot(place_train[name], np.full(4, i + 0.12), "^", color=VERMILLION, label="training" if i == 0 else None)
    ax.plot(place_test[name], np.full(4, i - 0.12), "o", color=BLUE, label="test" if i == 0 else None)
ax.set(
    title="Where to put it: four runs each, 12 epochs",
    xlabel="digits right",
    yticks=range(3),
    yticklabels=list(placements),
    ylim=(-0.5, 2.5),
)
ax.legend(loc="upper left")
show(
    fig,
    "Share of digits right, mean of four runs: "
    + "; ".join(
        f"{name}: training {np.mean(place_train[name]):.3f}, test {np.mean(place_test[name]):.3f}"
        for name in placements
    )
    + ".",
)

# %% [markdown]
# *What to see:* here both places do. The gap between training and test is what W22's "form of regularization" should make smaller; the table below has the numbers.
#
# ## 8  In your own words

# %% [markdown] role="written" id="l09-alone" points=4
# A network with batch normalization has been trained with batches of 64. A colleague uses it for one picture at a time and calls it *in training mode*: `net.forward(x, training=True)` with `x` of shape `(1, 64)`. What does every unit behind batch normalization put out, and why? What changes if the colleague calls it
# in training mode with 64 pictures that are all of the same class? What should be done instead, and what must have been kept from training for that?
#
# ### BEGIN SOLUTION
# With one example the mean is the example itself, $x - \mu = 0$, so $\hat x = 0$ and every unit puts out $\beta$, whatever the picture (many libraries refuse such a batch). With 64 pictures of one class, what they have in common is subtracted: mean and variance are not those of the training data, and the answers are wrong for another
# reason: they depend on who is in the batch. At test the running mean and variance have to be used, which training has kept beside $\gamma$ and $\beta$.
#
# **Rubric.** One example: output $\beta$ (1), because the mean is the example itself (0.5). One class: the statistics are not those of the training data, or what is common is subtracted (1). Instead: test mode with running statistics (1); they must be kept with the network (0.5).
# ### END SOLUTION

# %% [markdown]
# ## 9  Recap
#
# Normalize every feature over the batch, then scale and shift. At test the running statistics take the batch's place, and all of it folds into the dense layer before. Backward there are three ways to $x$; together they make $\partial L / \partial x$ blind to shift and stretch.
#
# The decks' claims, measured in the cells above (seeds and settings stand there):

# %%
needed = (
    "bn_forward",
    "identity_recovery",
    "bn_images",
    "running_statistics",
    "bn_predict",
    "fold",
    "bn_node_errors",
    "bn_backward",
)
if all(passed(f"l09.{name}") for name in needed):

    def verdict(holds, otherwise="does not hold"):
        return "holds" if holds else otherwise

    gamma_id, beta_id = identity_recovery(x_l09, 1e-3)
    identity_gap = np.abs(bn_forward(x_l09, gamma_id, beta_id, 1e-3)[0] - x_l09).max()
    widest = {name: [lr for lr, s in zip(rates, found) if s > 0.7] for name, found in by_rate.items()}
    widest_scale = {name: sum(s > 0.7 for s in found) for name, found in by_scale.items()}
    gaps = {name: np.mean(place_train[name]) - np.mean(place_test[name]) for name in placements}
    tests = {name: np.mean(place_test[name]) for name in placements}
    top = max(best_of_size.values())
    good = [B for B in sizes if best_of_size[B] > top - 0.02]
    pairs = [np.random.default_rng(seed).normal(size=(2, 1)) for seed in range(400)]
    ratio_e14 = np.mean([x.var(ddof=1) for x in pairs]) / np.mean([x.var() for x in pairs])
    claims(
        [
            (
                "W22",
                "gamma and beta can recover the identity",
                f"largest gap {identity_gap:.0e}",
                verdict(identity_gap < 1e-9),
            ),
            ("C11", "phi(BN(Wx + b))", f"b = 100 changes the output by {bias_gap:.0e}", "holds; the b does nothing"),
            (
                "W22, U21",
                "higher learning rates survive",
                f"over 0.7 up to a rate of {max(widest['with']):g}; without, {max(widest['without']):g}",
                verdict(max(widest["with"]) > max(widest["without"])),
            ),
            (
                "W22",
                "less dependence on initialisation",
                f"{widest_scale['with']} of {len(scales)} sizes of weights come over 0.7; without, {widest_scale['without']}",
                verdict(widest_scale["with"] > widest_scale["without"]),
            ),
            (
                "W22, C11",
                "acts as regularization",
                f"gap of training to test {gaps['before the ReLU']:.3f}, without {gaps['without']:.3f}; test {tests['before the ReLU']:.3f}, {tests['without']:.3f}",
                verdict(
                    gaps["before the ReLU"] < gaps["without"] - 0.005,
                    "the gap does not shrink"
                    + ("; the test is better all the same" if tests["before the ReLU"] > tests["without"] else ""),
                ),
            ),
            (
                "C11",
                "batches of 50-100 work best",
                f"within 0.02 of the best: {', '.join(map(str, good))}",
                verdict(good == [64], "holds only as a part of a wider range"),
            ),
            (
                "C11",
                "tiny batches destroy the signal",
                f"batch 2: {best_of_size[2]:.2f}, batch 64: {best_of_size[64]:.2f}",
                verdict(best_of_size[2] < best_of_size[64] - 0.1),
            ),
            (
                "W22",
                "before the nonlinearity",
                f"test {tests['before the ReLU']:.3f}; after it {tests['after the ReLU']:.3f}",
                verdict(
                    tests["before the ReLU"] > tests["after the ReLU"] + 0.01,
                    "makes no difference here"
                    if abs(tests["before the ReLU"] - tests["after the ReLU"]) <= 0.01
                    else "after it is better here",
                ),
            ),
            (
                "E14",
                "the variance is divided by m",
                f"by m - 1 it is {ratio_e14:.2f} times as large for m = 2",
                "holds for the batch; running variances use m - 1",
            ),
        ]
    )
else:
    print("The table appears as soon as all checks of this lesson are green.")

# %% [markdown]
# **Further reading.** S. Ioffe, C. Szegedy: *Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift*, ICML (2015). S. Santurkar, D. Tsipras, A. Ilyas, A. Madry: *How Does Batch Normalization Help Optimization?*, NeurIPS (2018), which doubts the covariate shift. Y. Wu, K. He: *Group Normalization*, ECCV (2018), for
# small batches.

# %%
progress()

# %% [markdown]
# ## Hand in
#
# Save (*File > Save Notebook*), then press the button. It looks for cells that are missing, damaged or edited, and packs the
# notebook into one file.

# %%
from course_lib import hand_in

hand_in("l09_batch_normalization")
