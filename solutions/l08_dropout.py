# %% [markdown]
# # 08  Dropout
#
# After this lesson you can write dropout in its two forms, forward, backward and at test, say what it averages over, use it at test as a measure of doubt, and read any deck's $p$ without dropping what should be kept.
#
# Decks: W19, W20, W21, U27, C12, L8-L11, I5; one question is settled here: E1.

# %% role="given" id="l08-setup"
import matplotlib.pyplot as plt
import numpy as np

from course_lib import check, hint, passed, progress
from course_lib.data import digits_split
from course_lib.layers import ReLU, pack
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import mlp
from course_lib.optim import Adam
from course_lib.pictures import claims, show
from course_lib.training import predict
from course_lib.widgets.l08_dropout import masks

BLUE, VERMILLION, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#6B6B6B"

# %% [markdown]
# ## 1  One letter, five meanings [E1]
#
# In training, dropout switches units off at random, each example with other units [W19, U27]. With which probability? All decks write $p$, and do not mean the same:
#
# | deck | what it says of $p$ | so $p$ is |
# |---|---|---|
# | W19 | 0.5 for hidden units, 0.2 for inputs: set to 0 | dropping |
# | W20 | at test "multiply all weights by dropout probability" | right only if it is that of keeping |
# | W21 | the code: `np.random.rand(...) < p` stays | keeping |
# | C12 | 0 with probability $p$, else $h / (1-p)$ | dropping |
# | L8 | $r \sim \mathrm{Bernoulli}(p)$, "retain" | keeping |
# | I5 | 0.6 to 0.8, keep | keeping |
#
# In this course $p$ is everywhere the probability of **dropping**.
#
# **Your turn.** Write `dropping(p, deck)`: the probability of dropping that `p` stands for in `"W19"`, `"W21"`, `"C12"`, `"L8"` or `"I5"`.


# %% role="answer" id="l08-dropping"
def dropping(p, deck):
    """The probability of dropping.    p: number   deck: "W19", "W21", "C12", "L8" or "I5"   returns number"""
    ### BEGIN SOLUTION
    return p if deck in ("W19", "C12") else 1 - p
    ### END SOLUTION


# %% role="check" id="l08-dropping-check" points=2
check("l08.dropping", dropping)

# %% [markdown]
# ## 2  Drop in training, scale at test [W20, W21, L8]
#
# Vanilla dropout multiplies the activations by a mask of zeros and ones. At test all units are there; a unit that was there in a share $1 - p$ of all steps must count for so much less, or the sums of the next layer become too large.
#
# So that your result can be checked, the random numbers are given: `u` holds numbers from $U(0, 1)$, one for each activation, and a unit is dropped where $u < p$.
#
# **Your turn.** Write `vanilla_dropout(h, u, p)`. Return the activations in training and those at test.


# %% role="answer" id="l08-vanilla-dropout"
def vanilla_dropout(h, u, p):
    """Vanilla dropout.    h, u: (N, M)   p: probability of dropping   returns train: (N, M), test: (N, M)"""
    ### BEGIN SOLUTION
    return h * (u >= p), (1 - p) * h
    ### END SOLUTION


# %% role="check" id="l08-vanilla-dropout-check" points=3
check("l08.vanilla_dropout", vanilla_dropout)

# %% [markdown]
# *Inverted* dropout moves the scaling into training: what is kept is divided by $1 - p$. Then "test time is unchanged" [W21], and C12's $E[h'] = h$ holds.
#
# **Your turn.** Write `inverted_dropout(h, u, p)`. Return $y$ and the mask $m$ that $h$ was multiplied by, scale and all: the way back needs it.


# %% role="answer" id="l08-inverted-dropout"
def inverted_dropout(h, u, p):
    """Inverted dropout in training.    h, u: (N, M)   p: probability of dropping   returns y: (N, M), m: (N, M)"""
    ### BEGIN SOLUTION
    m = (u >= p) / (1 - p)
    return h * m, m
    ### END SOLUTION


# %% role="check" id="l08-inverted-dropout-check" points=3
check("l08.inverted_dropout", inverted_dropout)

# %% [markdown]
# **Play with it.** Move $p$. How many units are left? Where does the mean over the masks lie, and where the value at test, for both kinds?

# %%
masks()

# %% [markdown]
# *What to see:* mean and test lie on each other, for both kinds: that is what the scaling is for. But a single mask may be far off, and the farther the larger $p$ is: dropout is noise.
#
# ## 3  A whole step of W21's network
#
# W21's code leaves out the backward pass: "compute gradients... (not shown)". Here it is for you to write, with inverted dropout and without biases:
#
# $$d_1 = m_1 \odot \mathrm{relu}(X W_1), \qquad d_2 = m_2 \odot \mathrm{relu}(d_1 W_2), \qquad y = d_2 W_3, \qquad L = \frac{1}{2N} \sum_n \lVert y_n - t_n \rVert^2$$
#
# The point is that the *same* masks act forward and backward: no error comes to a unit that was not there.
#
# **Your turn.** Write `dropout_gradients(X, t, W1, W2, W3, u1, u2, p)`. Return the gradients of the three matrices.


# %% role="answer" id="l08-dropout-gradients"
def dropout_gradients(X, t, W1, W2, W3, u1, u2, p):
    """Gradients with dropout.    X: (N, D)   t: (N, K)   W1: (D, A)   W2: (A, B)   W3: (B, K)   u1: (N, A)   u2: (N, B)"""
    ### BEGIN SOLUTION
    m1, m2 = (u1 >= p) / (1 - p), (u2 >= p) / (1 - p)
    h1 = np.maximum(X @ W1, 0)
    d1 = m1 * h1
    h2 = np.maximum(d1 @ W2, 0)
    d2 = m2 * h2
    dy = (d2 @ W3 - t) / len(t)
    dz2 = (dy @ W3.T) * m2 * (h2 > 0)
    dz1 = (dz2 @ W2.T) * m1 * (h1 > 0)
    return X.T @ dz1, d1.T @ dz2, d2.T @ dy
    ### END SOLUTION


# %% role="check" id="l08-dropout-gradients-check" points=6
check("l08.dropout_gradients", dropout_gradients)

# %% [markdown]
# ## 4  What is averaged [W20, C12, L9]
#
# First one unit of the next layer, without its nonlinearity: $s = \sum_i w_i h_i m_i$ with inverted masks.
#
# **Your turn.** Write `moments(w, h, p)`: mean and variance of $s$ over the masks, from a formula.


# %% role="answer" id="l08-moments"
def moments(w, h, p):
    """Mean and variance of sum w h m over inverted masks.    w, h: (M,)   returns two numbers"""
    ### BEGIN SOLUTION
    return np.sum(w * h), np.sum((w * h) ** 2) * p / (1 - p)
    ### END SOLUTION


# %% role="check" id="l08-moments-check" points=3
check("l08.moments", moments)

# %% [markdown]
# With a nonlinearity behind it, the mean of the outputs is no longer the output of the mean. L9 calls dropout a "huge ensemble": one network for each mask, all sharing their weights, and W20 says that scaled weights *approximate* their average. How well? For a small network we can run through all masks.
#
# Take $f = v \cdot \mathrm{relu}((h \odot m) W)$ with vanilla masks $m$ of zeros and ones.
#
# **Your turn.** Write `all_masks(h, W, v, p)`. Return the average of $f$ over all $2^M$ masks, each with its probability, and what W20's weight scaling gives: one pass with $(1-p)\, h$.


# %% role="answer" id="l08-all-masks"
def all_masks(h, W, v, p):
    """The exact average over all masks, and weight scaling.    h: (M,)   W: (M, K)   v: (K,)   returns two numbers"""
    ### BEGIN SOLUTION
    average = 0.0
    for number in range(2 ** len(h)):
        mask = np.array([(number >> i) & 1 for i in range(len(h))])  # the digits of the number in base 2
        kept = mask.sum()
        average += (1 - p) ** kept * p ** (len(h) - kept) * (np.maximum((h * mask) @ W, 0) @ v)
    return average, np.maximum((1 - p) * h @ W, 0) @ v
    ### END SOLUTION


# %% role="check" id="l08-all-masks-check" points=5
check("l08.all_masks", all_masks)

# %%
if passed("l08.all_masks"):
    draw_w20 = np.random.default_rng(20)
    h_w20, W_w20, v_w20 = (
        draw_w20.uniform(0.5, 1.5, size=8),
        draw_w20.normal(size=(8, 6)),
        draw_w20.uniform(0.5, 1.5, size=6),
    )
    exact_w20, scaled_w20 = all_masks(h_w20, W_w20, v_w20, 0.5)
    kept_w20 = draw_w20.uniform(size=(3000, 8)) >= 0.5
    outputs_w20 = np.maximum((h_w20 * kept_w20) @ W_w20, 0) @ v_w20
    running_w20 = np.cumsum(outputs_w20) / np.arange(1, 3001)
    fig, ax = plt.subplots(figsize=(8, 3.6), layout="constrained")
    ax.semilogx(np.arange(1, 3001), running_w20, color=BLUE, label="average of so many random masks")
    ax.axhline(exact_w20, color="black", linewidth=1.5, label="average of all 256 masks")
    ax.axhline(scaled_w20, color=VERMILLION, linewidth=1.5, linestyle="--", label="weight scaling, one pass")
    ax.set(title="Three ways to the ensemble's answer", xlabel="masks", ylabel="output")
    ax.legend()
    show(
        fig,
        f"The average of all masks is {exact_w20:.3f}, weight scaling gives {scaled_w20:.3f}; the average of random masks comes to {running_w20[-1]:.3f} after 3000.",
    )
else:
    print("This picture appears as soon as the check of all_masks is green.")

# %% [markdown]
# *What to see:* random masks find the true average, slowly. Weight scaling needs one pass, and is off: a ReLU that is on under some masks and off under others bends the line. With many units the sums vary less, and it comes nearer.
#
# ## 5  Doubt [C12]
#
# C12: dropout at test time is "a measure of uncertainty". Run the same input through many times, each time with a new mask: if the answers scatter, the network is in doubt.
#
# **Your turn.** Write `mc_dropout(h, W, u, p)` for one layer behind inverted dropout: `u` holds the numbers of $T$ passes. Return mean and standard deviation (divide by $T$) over the passes.


# %% role="answer" id="l08-mc-dropout"
def mc_dropout(h, W, u, p):
    """Mean and spread over T passes.    h: (N, M)   W: (M, K)   u: (T, N, M)   returns mean: (N, K), spread: (N, K)"""
    ### BEGIN SOLUTION
    outputs = (h * (u >= p) / (1 - p)) @ W
    return outputs.mean(axis=0), outputs.std(axis=0)
    ### END SOLUTION


# %% role="check" id="l08-mc-dropout-check" points=3
check("l08.mc_dropout", mc_dropout)

# %% [markdown]
# In a picture neighbours say nearly the same, so dropping single pixels hides nothing. *Spatial* dropout [L11] drops whole channels.
#
# **Your turn.** Write `spatial_dropout(x, u, p)`, inverted. `u` has one number for each channel of each image.


# %% role="answer" id="l08-spatial-dropout"
def spatial_dropout(x, u, p):
    """Inverted dropout of whole channels.    x: (N, C, H, W)   u: (N, C)   returns y: as x"""
    ### BEGIN SOLUTION
    return x * ((u >= p) / (1 - p))[:, :, None, None]
    ### END SOLUTION


# %% role="check" id="l08-spatial-dropout-check" points=3
check("l08.spatial_dropout", spatial_dropout)

# %% [markdown]
# ## 6  What L9 found, here
#
# L9 shows four experiments with dropout. Here they are on the digits, with two hidden layers of 64 ReLUs and Adam.


# %% role="given" id="l08-runs"
x_train, y_train, x_test, y_test = digits_split()


def trained(p, n=600, width=64, steps=560, seed=0):
    """(network, training losses): dropout with p behind both hidden layers"""
    rng, loss, losses = np.random.default_rng(seed), SoftmaxCrossEntropy(), []
    net = mlp([64, width, width, 10], rng=rng, dropout=p)
    (theta, grad), optimizer = pack(net), Adam(2e-3)
    for step in range(steps):
        if step % 20 == 0:
            losses.append(SoftmaxCrossEntropy().forward(predict(net, x_train[:n]), y_train[:n]))
        chosen = rng.integers(n, size=32)
        loss.forward(net.forward(x_train[chosen], training=True), y_train[chosen])
        net.backward(loss.backward(), need_dx=False)
        optimizer.step(theta, grad)
    return net, np.array(losses)


def share_right(net, x=x_test, y=y_test):
    return float(np.mean(predict(net, x).argmax(axis=1) == y))


def hidden(net, x):
    """What the last hidden layer puts out, at test"""
    last = max(i for i, layer in enumerate(net.layers) if isinstance(layer, ReLU))
    for layer in net.layers[: last + 1]:
        x = layer.forward(x)
    return x


# %%
plain, plain_losses = trained(0.0)
dropped, dropped_losses = trained(0.5)
activity = {name: hidden(net, x_test) for name, net in (("without", plain), ("with", dropped))}
fig, axes = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
for losses, name, color, line in (
    (plain_losses, "without", VERMILLION, "--"),
    (dropped_losses, "with p = 0.5", BLUE, "-"),
):
    axes[0].semilogy(20 * np.arange(len(losses)), losses, line, color=color, label=name)
axes[0].set(title="Training loss, measured without dropping", xlabel="step", ylabel="loss")
axes[0].legend()
for (name, h), color in zip(activity.items(), (VERMILLION, BLUE)):
    axes[1].hist(
        (h / h.mean()).ravel(),
        np.linspace(0, 6, 40),
        histtype="step",
        linewidth=2,
        color=color,
        label=f"{name}: {np.mean(h == 0):.0%} are 0",
    )
axes[1].set(
    title="Activations of the last hidden layer", xlabel="activation / mean activation", ylabel="how many", yscale="log"
)
axes[1].legend()
at_100 = {"without": plain_losses[5], "with": dropped_losses[5]}
zeros = {name: float(np.mean(h == 0)) for name, h in activity.items()}
show(
    fig,
    f"Left: after 100 steps the loss is {at_100['without']:.2f} without and {at_100['with']:.2f} with dropout. Right: histograms of the activations; {zeros['without']:.0%} are 0 without, {zeros['with']:.0%} with dropout.",
)

# %%
ps = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9)
fixed = {p: np.mean([share_right(trained(p, seed=s)[0]) for s in (0, 1)]) for p in ps}
wider = {p: np.mean([share_right(trained(p, width=round(26 / (1 - p)), seed=s)[0]) for s in (0, 1)]) for p in ps}
amounts = (50, 100, 200, 400, 1000)
by_amount = {
    p: [np.mean([share_right(trained(p, n=n, seed=s)[0]) for s in (0, 1, 2)]) for n in amounts] for p in (0.0, 0.5)
}
fig, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
axes[0].plot(ps, [1 - fixed[p] for p in ps], marker="o", color=BLUE, label="64 units")
axes[0].plot(ps, [1 - wider[p] for p in ps], "--", marker="^", color=GREEN, label="26 units left on average")
axes[0].set(title="Test error against p", xlabel="p, probability of dropping", ylabel="test error", ylim=(0, 1))
axes[0].legend()
for p, color, line, marker in ((0.0, VERMILLION, "--", "^"), (0.5, BLUE, "-", "o")):
    axes[1].semilogx(amounts, 1 - np.array(by_amount[p]), line, marker=marker, color=color, label=f"p = {p:g}")
axes[1].set(
    title="Test error against the amount of data",
    xlabel="training examples",
    ylabel="test error",
    xticks=amounts,
    xticklabels=amounts,
)
axes[1].minorticks_off()
axes[1].legend()
show(
    fig,
    "Left: test errors with 64 units "
    + ", ".join(f"p {p:g}: {1 - fixed[p]:.3f}" for p in ps)
    + "; with 26 left on average "
    + ", ".join(f"{1 - wider[p]:.3f}" for p in ps)
    + ". Right: with "
    + ", ".join(
        f"{n} examples {1 - a:.3f} without and {1 - b:.3f} with dropout"
        for n, a, b in zip(amounts, by_amount[0.0], by_amount[0.5])
    )
    + ".",
)

# %% [markdown]
# *What to see:* with a fixed architecture, a large $p$ leaves too few units, and the error explodes. If the layer is made wider, so that as many units are left on average, the curve is much flatter: L9's two pictures. What dropout *gains* on this little task is small, and with few steps it costs something.
#
# L10 shows the features that a first layer has learned, with and without. Each square is what one unit looks for:

# %%
fig, axes = plt.subplots(2, 10, figsize=(10, 2.6), layout="constrained")
smoothness = {}
for row, (name, net) in zip(axes, (("without", plain), ("p = 0.5", dropped))):
    W = net.layers[0].params["W"].T.reshape(-1, 8, 8)
    W = W / np.abs(W).max(axis=(1, 2), keepdims=True)
    rough = np.mean(np.abs(np.diff(W, axis=1))) + np.mean(np.abs(np.diff(W, axis=2)))
    smoothness[name] = float(rough / np.mean(np.abs(W)))
    for ax, w in zip(row, W):
        ax.imshow(w, cmap="cividis", vmin=-1, vmax=1)
        ax.set(xticks=[], yticks=[])
    row[0].set_ylabel(name)
fig.suptitle("What ten units of the first layer look for [L10]")
show(
    fig,
    f"Two rows of ten squares of 8 x 8 weights. The difference of neighbouring weights over the size of a weight is {smoothness['without']:.2f} without and {smoothness['p = 0.5']:.2f} with dropout.",
)

# %% [markdown]
# *What to see:* after so few steps both rows still look much like their random start. L10's clean strokes need more units, more data and far more steps than fit into a lesson.
#
# Now the doubt. The network is asked about test digits and about noise that is no digit at all; each 50 times, with a new mask each time.


# %% role="given" id="l08-asked"
def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def asked_often(net, x, times=50):
    """(times, N, 10) probabilities, with dropout switched on"""
    return np.array([softmax(net.forward(x, training=True)) for _ in range(times)])


def calibration(confidence, right, bins=5):
    """(mean confidence, share right, how many) in each bin, and the expected calibration error"""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    rows = [
        (confidence[place == b].mean(), right[place == b].mean(), np.sum(place == b))
        for b in range(bins)
        if np.any(place == b)
    ]
    return np.array(rows), sum(n * abs(c - r) for c, r, n in rows) / len(confidence)


# %%
once = softmax(predict(dropped, x_test))
often = asked_often(dropped, x_test).mean(axis=0)
noise_once = softmax(predict(dropped, np.random.default_rng(1).uniform(size=(300, 64)).astype(np.float32)))
noise_often = asked_often(dropped, np.random.default_rng(1).uniform(size=(300, 64)).astype(np.float32)).mean(axis=0)
plain_rows, plain_ece = calibration(once.max(axis=1), once.argmax(axis=1) == y_test)
often_rows, often_ece = calibration(often.max(axis=1), often.argmax(axis=1) == y_test)
fig, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
for rows, name, color, line, marker in (
    (plain_rows, "one pass at test", VERMILLION, "--", "^"),
    (often_rows, "50 passes with dropout", BLUE, "-", "o"),
):
    axes[0].plot(rows[:, 0], rows[:, 1], line, marker=marker, color=color, label=name)
axes[0].plot([0.2, 1], [0.2, 1], ":", color=GREY, label="calibrated")
axes[0].set(title="Is it as often right as it says?", xlabel="confidence", ylabel="share right")
axes[0].legend()
for found, name, color, line in (
    (once, "digits, one pass", VERMILLION, "-"),
    (noise_once, "noise, one pass", VERMILLION, "--"),
    (often, "digits, 50 passes", BLUE, "-"),
    (noise_often, "noise, 50 passes", BLUE, "--"),
):
    axes[1].plot(np.sort(found.max(axis=1)), np.linspace(0, 1, len(found)), line, color=color, label=name)
axes[1].set(title="How sure it is", xlabel="confidence", ylabel="share that is less sure")
axes[1].legend(fontsize=9)
show(
    fig,
    f"Left: confidence against the share that is right; the mean distance from the diagonal is {plain_ece:.3f} for one pass and {often_ece:.3f} for 50. "
    f"Right: mean confidence on digits {once.max(axis=1).mean():.2f} and {often.max(axis=1).mean():.2f}, on noise {noise_once.max(axis=1).mean():.2f} and {noise_often.max(axis=1).mean():.2f}.",
)

# %% [markdown]
# *What to see:* many passes make the network more modest, on digits and on noise. Whether it is then *calibrated* is another question: look on which side of the diagonal the points lie.
#
# ## 7  In your own words

# %% [markdown] role="written" id="l08-wrong-mode" points=4
# A friend trains with vanilla dropout, $p = 0.5$ behind each of two hidden ReLU layers without biases, and forgets to scale at test. By what factor is the output too large? The predicted *classes* of a softmax on top do not change at all; what does change, and for whom does it matter? What would have happened with inverted dropout?
#
# ### BEGIN SOLUTION
# Each layer delivers twice what the next one was used to on average, so without biases the logits are about $2 \cdot 2 = 4$ times as large (a ReLU lets a factor pass: $\mathrm{relu}(2z) = 2\,\mathrm{relu}(z)$). The largest logit stays the largest, so the classes stay. The probabilities become far too sure: whoever uses them (a threshold, a
# doctor, an expected cost, the cross-entropy itself) is misled. With inverted dropout nothing would have happened: test time is unchanged.
#
# **Rubric.** Factor 4, with the reason 1.5, without it 0.5. Classes stay because the order of the logits stays: 0.5. Probabilities too sure: 1, and one example of somebody to whom it matters: 0.5. Inverted: nothing to forget: 0.5.
# ### END SOLUTION

# %% [markdown]
# ## 8  Recap
#
# A mask of zeros and ones in training, the same mask on the way back. Either the kept units are divided by $1 - p$ in training, or all are multiplied by $1 - p$ at test. What is approximated is the average over all masks; asking often with masks shows how much the answers scatter.
#
# The decks' claims, measured in the cells above:

# %%
needed = (
    "dropping",
    "vanilla_dropout",
    "inverted_dropout",
    "dropout_gradients",
    "moments",
    "all_masks",
    "mc_dropout",
    "spatial_dropout",
)
if all(passed(f"l08.{name}") for name in needed):

    def verdict(holds, otherwise="does not hold"):
        return "holds" if holds else otherwise

    u_c12 = np.random.default_rng(12).uniform(size=(20000, 40))
    h_c12 = np.linspace(0.5, 2, 40)
    mean_gap = np.abs(inverted_dropout(h_c12, u_c12, 0.3)[0].mean(axis=0) / h_c12 - 1).max()
    gain = [a - b for a, b in zip(by_amount[0.5], by_amount[0.0])]
    flat = (1 - wider[0.8]) / (1 - wider[0.2]), (1 - fixed[0.8]) / (1 - fixed[0.2])
    claims(
        [
            ("C12", "E[h'] = h", f"largest gap over 20000 masks {mean_gap:.1%}", verdict(mean_gap < 0.05)),
            (
                "W20, E1",
                "at test times the dropout probability",
                "a factor p for p = 0.2 would leave a fifth where four fifths were there",
                "does not hold: times that of keeping",
            ),
            (
                "W20",
                "scaled weights approximate the average over all masks",
                f"{scaled_w20:.3f} for {exact_w20:.3f}, 8 units",
                verdict(abs(scaled_w20 / exact_w20 - 1) < 0.15, "holds only roughly"),
            ),
            (
                "L9",
                "slower convergence",
                f"loss after 100 steps {at_100['with']:.2f}, without {at_100['without']:.2f}",
                verdict(at_100["with"] > at_100["without"]),
            ),
            (
                "L9",
                "sparser activations",
                f"{zeros['with']:.0%} zeros, without {zeros['without']:.0%}",
                verdict(zeros["with"] > zeros["without"] + 0.02, "does not hold here"),
            ),
            (
                "L9",
                "fixed architecture: too large a p hurts",
                f"error {1 - fixed[0.2]:.3f} at 0.2, {1 - fixed[0.8]:.3f} at 0.8, {1 - fixed[0.9]:.3f} at 0.9",
                verdict(fixed[0.2] > fixed[0.8] > fixed[0.9]),
            ),
            (
                "L9",
                "with n (1 - p) fixed it hurts less",
                f"from 0.2 to 0.8 the error grows {flat[0]:.1f} times, {flat[1]:.1f} times with 64 units",
                verdict(flat[0] < flat[1]),
            ),
            (
                "L9",
                "the effect depends on the amount of data",
                "gain in test digits: " + ", ".join(f"{n}: {g:+.3f}" for n, g in zip(amounts, gain)),
                "too little of an effect here to tell" if np.max(np.abs(gain)) < 0.02 else "holds",
            ),
            (
                "L10",
                "features become cleaner",
                f"roughness {smoothness['p = 0.5']:.2f}, without {smoothness['without']:.2f}",
                verdict(smoothness["p = 0.5"] < 0.9 * smoothness["without"], "does not hold in so few steps"),
            ),
            (
                "C12",
                "a measure of uncertainty",
                f"confidence on noise {noise_often.max(axis=1).mean():.2f}, in one pass {noise_once.max(axis=1).mean():.2f}",
                verdict(noise_often.max(axis=1).mean() < noise_once.max(axis=1).mean()),
            ),
            (
                "C12",
                "... and a calibrated one?",
                f"calibration error {often_ece:.3f}, in one pass {plain_ece:.3f}",
                "better than one pass" if often_ece < plain_ece else "not better than one pass",
            ),
        ]
    )
else:
    print("The table appears as soon as all checks of this lesson are green.")

# %% [markdown]
# **Further reading.** N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov: *Dropout: A Simple Way to Prevent Neural Networks from Overfitting*, JMLR 15 (2014). Y. Gal, Z. Ghahramani: *Dropout as a Bayesian Approximation*, ICML (2016). J. Tompson and others: *Efficient Object Localization Using Convolutional Networks*, CVPR (2015), for spatial dropout.

# %%
progress()

# %% [markdown]
# ## Hand in
#
# Save (*File > Save Notebook*), then press the button. It looks for cells that are missing, damaged or edited, and packs the
# notebook into one file.

# %%
from course_lib import hand_in

hand_in("l08_dropout")
