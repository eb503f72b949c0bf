# %% [markdown]
# # 10  Data and ensembles
#
# After this lesson you can make more data out of what you have, say which changes keep a label and which do not, put noise where it helps, train one network for two tasks, and let several networks vote. And you know what the "free 2%" of an ensemble costs.
#
# Decks: W14, W15, W16, W18, W23, U8; one slip is settled here: E2.

# %% role="given" id="l10-setup"
import matplotlib.pyplot as plt
import numpy as np

from course_lib import check, hint, passed, progress
from course_lib.data import digits_split, glyphs
from course_lib.data import translate as moved_smoothly
from course_lib.layers import pack
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import mlp
from course_lib.pictures import claims, show
from course_lib.training import predict
from course_lib.widgets.l10_data_and_ensembles import changes

BLUE, VERMILLION, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#6B6B6B"

# %% [markdown]
# ## 1  Changed copies [W14, U8]
#
# A four that stands two pixels further left is a four. A network does not know that; it learns it from examples. So show it changed copies of the examples: *data augmentation*. U8 names four changes: translation, rotation, scaling, lighting.
#
# **Play with it.** The network has learned 3000 digits that stand upright in the middle. Which changes does it survive, and after which would you not say the same class either? Turn the 6 by 180 degrees; mirror the 2, the 3 and the 8.

# %%
changes()

# %% [markdown]
# *What to see:* a move of a few pixels is enough to lose a digit that every human reads. That is what copies can teach. But a 6 upside down *is* a 9: its copy would need another label. What may change is a fact about the task, and no library knows it.
#
# **Your turn.** Write `shift(images, down, right)`: every image moved by whole pixels, with 0 where nothing comes from. `down` and `right` may be negative.
#
# $$y_{n,i,j} = x_{n,\,i - \mathrm{down},\,j - \mathrm{right}}$$


# %% role="answer" id="l10-shift"
def shift(images, down, right):
    """Images moved by whole pixels, 0 from outside.    images: (N, H, W)   returns (N, H, W)"""
    ### BEGIN SOLUTION
    _, H, W = images.shape
    a, b = abs(down), abs(right)
    padded = np.pad(images, ((0, 0), (a, a), (b, b)))
    return padded[:, a - down : a - down + H, b - right : b - right + W]
    ### END SOLUTION


# %% role="check" id="l10-shift-check" points=2
check("l10.shift", shift)

# %% [markdown]
# For a turn and a scale, go *backwards*. For every pixel $p$ of the new image ask: where in the old image does its ink come from? (Forwards, some new pixels would get nothing.) With $m$ the centre of the image, a turn $R$ and a growth $g = 1 + \mathrm{larger}$, the image moves by $p = g\,R\,(p' - m) + m$. You need $p'$:
#
# $$p' = \tfrac1g\,R^{-1}(p - m) + m, \qquad r' = \frac{r \cos\theta + c \sin\theta}{g}, \quad c' = \frac{c \cos\theta - r \sin\theta}{g}$$
#
# where $r$ and $c$ are row and column, measured from the centre. Rows count *downwards*, and the image turns counter-clockwise by $\theta$. The rows run from 0 to $H - 1$, so the centre lies at $(H - 1)/2$.
#
# **Your turn.** Write `read_from(points, shape, degrees, larger)`. A `point` is (row, column), `shape` is $(H, W)$.


# %% role="answer" id="l10-read-from"
def read_from(points, shape, degrees, larger):
    """Where the ink at these points of the turned and scaled image comes from.    points: (N, 2)   returns (N, 2)"""
    ### BEGIN SOLUTION
    center = (np.array(shape) - 1) / 2
    r, c = (points - center).T
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.stack([r * cos + c * sin, c * cos - r * sin], axis=1) / (1 + larger) + center
    ### END SOLUTION


# %% role="check" id="l10-read-from-check" points=4
check("l10.read_from", read_from)

# %% [markdown]
# Lighting: brightness $b$ is added, contrast $a$ pulls away from the grey $\frac12$, and ink stays between 0 and 1:
#
# $$y = \mathrm{clip}\big(x + a\,(x - \tfrac12) + b,\ 0,\ 1\big)$$
#
# **Your turn.** Write `lighting(images, brightness, contrast)`.


# %% role="answer" id="l10-lighting"
def lighting(images, brightness, contrast):
    """Brightness and contrast changed, kept in 0 to 1.    images: (N, H, W)   returns (N, H, W)"""
    ### BEGIN SOLUTION
    return np.clip(images + contrast * (images - 0.5) + brightness, 0, 1)
    ### END SOLUTION


# %% role="check" id="l10-lighting-check" points=2
check("l10.lighting", lighting)

# %% [markdown]
# The three of them at work, on one digit:


# %% role="given" id="l10-turned"
def turned(images, degrees, larger=0.0):
    """Turned and scaled with your read_from: each pixel takes the nearest one"""
    _, H, W = images.shape
    points = np.stack(np.meshgrid(np.arange(H), np.arange(W), indexing="ij"), axis=-1).reshape(-1, 2)
    r, c = np.round(read_from(points, (H, W), degrees, larger)).astype(int).T
    inside = (r >= 0) & (r < H) & (c >= 0) & (c < W)
    return (images[:, r.clip(0, H - 1), c.clip(0, W - 1)] * inside).reshape(images.shape)


# %%
if passed("l10.shift") and passed("l10.read_from") and passed("l10.lighting"):
    ink, ink_classes = glyphs(40, rng=np.random.default_rng(0))
    four = ink[ink_classes == 4][:1]
    rows = {
        "moved": [(f"{d}, {r}", shift(four, d, r)) for d, r in ((0, 0), (5, 0), (-5, 0), (0, 6), (0, -6), (4, 4))],
        "turned": [(f"{a} degrees", turned(four, a)) for a in (0, 15, -15, 30, 90, 180)],
        "scaled": [(f"{g:+.1f}", turned(four, 0, g)) for g in (0.0, 0.2, 0.5, -0.2, -0.4, -0.6)],
        "lighting": [
            (f"{b:+.1f}, {a:+.1f}", lighting(four, b, a))
            for b, a in ((0, 0), (0.3, 0), (0.6, 0), (-0.3, 0), (0, 0.8), (0, -0.8))
        ],
    }
    fig, axes = plt.subplots(4, 6, figsize=(8.4, 6.2), layout="constrained")
    for line, (name, images) in zip(axes, rows.items()):
        for ax, (title, image) in zip(line, images):
            ax.imshow(image[0], cmap="gray_r", vmin=0, vmax=1)
            ax.set_title(title, fontsize=9)
            ax.set(xticks=[], yticks=[])
        line[0].set_ylabel(name)
    fig.suptitle("Copies of one four [U8]")
    show(
        fig,
        "Four rows of six copies of a handwritten four: moved by (down, right), turned, scaled, and with other (brightness, contrast). The small changes leave fours that somebody could have written; the largest ones do not.",
    )
else:
    print("This picture appears as soon as the checks of shift, read_from and lighting are green.")

# %% [markdown]
# *What to see:* the small changes give copies that somebody could have written. The last ones of each row ask whether anybody would.
#
# Now measure it. Each network has two layers and few examples; one learns them as they are, the other gets every batch moved by up to one pixel. Both are asked about the test digits, as they are and moved.


# %% role="given" id="l10-trained"
x_train, t_train, x_test, t_test = digits_split()
loss = SoftmaxCrossEntropy()


def trained(x, t, *, seed=0, steps=300, width=32, rate=0.1, change=None, every=None):
    """A network of one hidden layer, trained with momentum; or its copies after `every` so many steps

    t: classes or probabilities   rate: a number, or one for each step   change(x, rng): what is done to a batch first
    """
    rng, kept = np.random.default_rng(seed), []
    net = mlp([x.shape[1], width, 10], rng=rng)
    theta, grad = pack(net)
    v, rates = np.zeros_like(theta), np.broadcast_to(rate, steps)
    for step in range(steps):
        chosen = rng.integers(len(x), size=32)
        batch = x[chosen] if change is None else change(x[chosen], rng)
        loss.forward(net.forward(batch, training=True), t[chosen])
        net.backward(loss.backward(), need_dx=False)
        v = 0.9 * v - rates[step] * grad
        theta += v
        if every and (step + 1) % every == 0:
            kept.append(net.snapshot())
    return (net, kept) if every else net


def probabilities(net, x):
    z = predict(net, x)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def share_right(net, x=x_test, t=t_test):
    return float(np.mean(predict(net, x).argmax(axis=1) == t))


def jittered(x, rng):
    """Every image of a batch of 8 x 8 moved by up to one pixel"""
    down, right = rng.uniform(-1, 1, size=(2, len(x)))
    return moved_smoothly(x.reshape(-1, 8, 8), down, right).reshape(len(x), -1)


x_moved = jittered(x_test, np.random.default_rng(1))
x_mirrored = x_test.reshape(-1, 8, 8)[:, :, ::-1].reshape(len(x_test), -1)

# %%
amounts = (50, 100, 200, 400, 1200)
augmented = {
    (name, n): np.mean(
        [
            [share_right(net, x) for x in (x_test, x_moved)]
            for net in (trained(x_train[:n], t_train[:n], seed=s, change=change) for s in (0, 1, 2))
        ],
        axis=0,
    )
    for name, change in (("as they are", None), ("moved copies", jittered))
    for n in amounts
}
fig, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained", sharey=True)
for ax, which, title in zip(axes, (0, 1), ("Test digits as they are", "Test digits moved by up to a pixel")):
    for name, color, line, marker in (("as they are", VERMILLION, "--", "^"), ("moved copies", BLUE, "-", "o")):
        ax.semilogx(
            amounts, [1 - augmented[name, n][which] for n in amounts], line, marker=marker, color=color, label=name
        )
    ax.set(title=title, xlabel="training examples", ylabel="test error", xticks=amounts, xticklabels=amounts)
    ax.minorticks_off()
    ax.legend(title="trained on")
show(
    fig,
    "Test error against the number of training examples. "
    + " ".join(
        f"With {n}: {1 - augmented['as they are', n][0]:.2f} and with moved copies {1 - augmented['moved copies', n][0]:.2f}; on moved digits {1 - augmented['as they are', n][1]:.2f} and {1 - augmented['moved copies', n][1]:.2f}."
        for n in amounts
    ),
)

# %% [markdown]
# *What to see:* on moved digits, 50 examples with moved copies beat 1200 as they are. On digits that all stand in the middle the copies help while there are few; with many they teach something that is not asked.
#
# And which digits does a mirror spare? The network that has seen no mirrored digit is asked about mirrored ones, class by class:

# %%
upright = trained(x_train, t_train, steps=800)
mirrored = probabilities(upright, x_mirrored).argmax(axis=1)
survives = np.array([np.mean(mirrored[t_test == k] == k) for k in range(10)])
fig, ax = plt.subplots(figsize=(7, 3.2), layout="constrained")
ax.bar(range(10), survives, color=BLUE)
ax.set(
    title="Mirrored digits that are still recognised", xlabel="digit", ylabel="share", xticks=range(10), ylim=(0, 1.05)
)
show(
    fig,
    "Share of mirrored test digits given their own class: "
    + ", ".join(f"{k}: {s:.2f}" for k, s in enumerate(survives))
    + ".",
)

# %% [markdown]
# *What to see:* the 0 and the 8, nearly their own mirror images, get through, and of the 4, the 1 and the 2 most. 3, 5, 6 and 7 are lost. There a mirrored copy is a drawing that nobody writes: training on it wastes the network's units on a task that never comes.
#
# ## 2  Noise in the inputs [W14]
#
# The simplest copy needs no geometry: add noise. All copies of an example keep its label.
#
# **Your turn.** Write `noisy_copies(X, t, noise)`: the original first, then one whole copy after the other, and for every row its label.


# %% role="answer" id="l10-noisy-copies"
def noisy_copies(X, t, noise):
    """X and K noisy copies of it, with labels.    X: (N, D)   t: (N,)   noise: (K, N, D)   returns ((K + 1) N, D), ((K + 1) N,)"""
    ### BEGIN SOLUTION
    return np.concatenate([X, *(X + noise)]), np.tile(t, 1 + len(noise))
    ### END SOLUTION


# %% role="check" id="l10-noisy-copies-check" points=2
check("l10.noisy_copies", noisy_copies)

# %% [markdown]
# What does noise do? For a linear unit and the squared error the answer is exact. Add $n \sim \mathcal{N}(0, \sigma^2 I)$ to each input and take the mean over all noise there is:
#
# $$\mathbb{E}\,\frac{1}{2N}\sum_i \big(w \cdot (x_i + n_i) - t_i\big)^2 \;=\; \frac{1}{2N}\sum_i (w \cdot x_i - t_i)^2 \;+\; ?$$
#
# Multiply the square out. The middle term averages to 0; the last one, $\mathbb{E}\,(w \cdot n)^2$, does not. What it gives, you have met in lesson 07.
#
# **Your turn.** Write `noisy_loss(w, X, t, sigma)`: the expected loss, and its gradient with respect to $w$. No random numbers.


# %% role="answer" id="l10-noisy-loss"
def noisy_loss(w, X, t, sigma):
    """Expected squared loss under noise in the inputs, and its gradient.    w: (D,)   X: (N, D)   t: (N,)   returns number, (D,)"""
    ### BEGIN SOLUTION
    N, e = len(X), X @ w - t
    return np.sum(e**2) / (2 * N) + sigma**2 / 2 * np.sum(w**2), X.T @ e / N + sigma**2 * w
    ### END SOLUTION


# %% role="check" id="l10-noisy-loss-check" points=3
check("l10.noisy_loss", noisy_loss)

# %%
draw_w14 = np.random.default_rng(14)
w_w14, X_w14, t_w14 = draw_w14.normal(size=6), draw_w14.normal(size=(20, 6)), draw_w14.normal(size=20)
losses_w14 = [
    np.mean(((X_w14 + 0.5 * draw_w14.normal(size=X_w14.shape)) @ w_w14 - t_w14) ** 2) / 2 for _ in range(4000)
]
if passed("l10.noisy_loss"):
    exact_w14 = noisy_loss(w_w14, X_w14, t_w14, 0.5)[0]
    print(f"Mean over 4000 draws of noise {np.mean(losses_w14):.3f}, expected {exact_w14:.3f}")
    print(f"Without noise {noisy_loss(w_w14, X_w14, t_w14, 0.0)[0]:.3f}")
else:
    print("These numbers appear as soon as the check of noisy_loss is green.")

# %% [markdown]
# ## 3  Noise in the labels [W15]
#
# W15: "Many datasets can have wrong labels", and "maximizing $\hat y$ can be harmful when $y$ is wrong". So do not demand probability 1. The slide's form, if a label is right with probability $p$ and there are $k$ classes:
#
# $$\text{true class: } p + \epsilon, \qquad \text{each false class: } \frac{1 - p}{k - 1} - \epsilon$$
#
# Add that up: $p + \epsilon + (k - 1)\big(\frac{1-p}{k-1} - \epsilon\big) = 1 - (k - 2)\,\epsilon$. It is a distribution for $k = 2$ alone [E2]. The standard form is one for every $k$:
#
# $$t = (1 - \epsilon)\,\mathrm{onehot} + \frac{\epsilon}{k}$$
#
# **Your turn.** Write `smoothed(labels, K, p, eps)` that returns the targets of both forms.


# %% role="answer" id="l10-smoothed"
def smoothed(labels, K, p, eps):
    """W15's targets and the standard ones.    labels: (N,)   returns (N, K), (N, K)"""
    ### BEGIN SOLUTION
    onehot = labels[:, None] == np.arange(K)
    return np.where(onehot, p + eps, (1 - p) / (K - 1) - eps), (1 - eps) * onehot + eps / K
    ### END SOLUTION


# %% role="check" id="l10-smoothed-check" points=3
check("l10.smoothed", smoothed)

# %% [markdown]
# What do such targets change? Take ten classes and a network that gives one class a logit $m$ and the others 0. On the left, that class is the one in the label. On the right, the label says another one:

# %%
margins = np.linspace(0, 15, 151)


def cost(m, right, eps, K=10):
    """Cross-entropy of label smoothing: one logit is m, the others 0; right says whether the label is that class"""
    share = 1 - eps + eps / K if right else eps / K
    return np.log(np.exp(m) + K - 1) - share * m


fig, axes = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
for ax, right, title in zip(axes, (True, False), ("The label is that class", "The label is another class")):
    for eps, color, line in ((0.0, VERMILLION, "--"), (0.1, BLUE, "-"), (0.3, GREEN, "-.")):
        ax.plot(margins, cost(margins, right, eps), line, color=color, label=f"eps = {eps:g}")
    ax.set(title=title, xlabel="logit m of one class", ylabel="loss")
    ax.legend()
best_m = margins[np.argmin(cost(margins, True, 0.1))]
cheaper = 1 - cost(15.0, False, 0.1) / cost(15.0, False, 0.0)
show(
    fig,
    f"Left: without smoothing the loss falls for ever; with eps = 0.1 it is least at m = {best_m:.1f} and rises again. Right: at m = 15 the loss is {cost(15.0, False, 0.0):.1f} without and {cost(15.0, False, 0.1):.1f} with eps = 0.1.",
)

# %% [markdown]
# *What to see:* on the right, where the slide expects much, almost nothing changes: an extremely wrong answer costs a hundredth less. What changes is on the left. Without smoothing a larger $m$ is always better; with it there is a best $m$, and nobody gains by being surer. So the logits stay moderate in *training*, and a network that is less sure pays less where it is wrong. Here are runs in which three labels in ten are drawn at random:

# %%
draw_w15 = np.random.default_rng(15)
n_w15 = 600
wrong_labels = np.where(draw_w15.uniform(size=n_w15) < 0.3, draw_w15.integers(10, size=n_w15), t_train[:n_w15])
if passed("l10.smoothed"):
    sure, noisy_right, worst = {}, {}, {}
    for eps in (0.0, 0.1, 0.3):
        targets = smoothed(wrong_labels, 10, 1.0, eps)[1].astype(np.float32)
        nets = [trained(x_train[:n_w15], targets, seed=s, steps=1500) for s in (0, 1, 2)]
        noisy_right[eps] = np.mean([share_right(net) for net in nets])
        sure[eps] = np.mean([probabilities(net, x_test).max(axis=1).mean() for net in nets])
        worst[eps] = np.mean([np.quantile(-np.log(probabilities(net, x_test)[np.arange(len(t_test)), t_test]), 0.99) for net in nets])  # fmt: skip
    fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    axes[0].plot(list(sure), list(sure.values()), marker="o", color=VERMILLION, label="mean confidence")
    axes[0].plot(list(sure), list(noisy_right.values()), "--", marker="^", color=BLUE, label="share right")
    axes[0].set(title="Test digits, three labels in ten drawn at random", xlabel="eps", ylabel="share", ylim=(0, 1.02))
    axes[0].legend()
    axes[1].plot(list(worst), list(worst.values()), marker="o", color=GREEN)
    axes[1].set(
        title="Loss of the worst 1% of the test digits", xlabel="eps", ylabel="99% of losses are below", ylim=(0, None)
    )
    show(
        fig,
        "; ".join(
            f"eps {eps:g}: confidence {sure[eps]:.2f}, right {noisy_right[eps]:.3f}, 99% of the losses below {worst[eps]:.1f}"
            for eps in sure
        )
        + ".",
    )
else:
    print("This picture appears as soon as the check of smoothed is green.")

# %% [markdown]
# ## 4  Two tasks, one trunk [W16]
#
# W16: "train a model to do multiple tasks from the same input". The layers below are shared, the *trunk*; each task has a layer of its own on top, a *head*. One head names the class, the other gives numbers $r$:
#
# $$h = \tanh(XW), \qquad L = (1 - a)\; \mathrm{CE}\big(\mathrm{softmax}(hV),\, \text{labels}\big) + a\; \frac{1}{2N}\sum \big(hU - r\big)^2$$
#
# CE is the mean over the $N$ examples. $h$ goes into both heads, so two errors come back to it. What happens to them?
#
# **Your turn.** Write `multitask_gradients(X, labels, r, W, V, U, a)`: the gradients of $L$ by $W$, $V$ and $U$.


# %% role="answer" id="l10-multitask-gradients"
def multitask_gradients(X, labels, r, W, V, U, a):
    """Gradients of two tasks.    X: (N, D)   labels: (N,)   r: (N, R)   W: (D, M)   V: (M, K)   U: (M, R)   returns as W, V, U"""
    ### BEGIN SOLUTION
    N, h = len(X), np.tanh(X @ W)
    e = np.exp(h @ V - (h @ V).max(axis=1, keepdims=True))
    P = e / e.sum(axis=1, keepdims=True)
    P[np.arange(N), labels] -= 1
    dz, dy = (1 - a) * P / N, a * (h @ U - r) / N
    return X.T @ ((dz @ V.T + dy @ U.T) * (1 - h**2)), h.T @ dz, h.T @ dy
    ### END SOLUTION


# %% role="check" id="l10-multitask-gradients-check" points=6
check("l10.multitask_gradients", multitask_gradients)

# %% [markdown]
# "Better generalizations", says W16; W23 adds "effective, but hard". The second task here: where the ink's centre lies, how far it spreads, and how it leans: six numbers that the digit itself gives, so they cost nobody's time. Few labels, four starts:


# %% role="given" id="l10-two-tasks"
def moments_of_ink(x):
    """Mean row and column of the ink, their variances, their covariance, and the amount of ink: (N, 6), standardised"""
    ink = x.reshape(-1, 8, 8).astype(float)
    row, column = np.meshgrid(np.arange(8), np.arange(8), indexing="ij")
    amount = ink.sum(axis=(1, 2))
    mean = [(ink * q).sum(axis=(1, 2)) / amount for q in (row, column)]
    r, c = row - mean[0][:, None, None], column - mean[1][:, None, None]
    found = [*mean, *((ink * q).sum(axis=(1, 2)) / amount for q in (r * r, c * c, r * c)), amount]
    found = np.array(found).T
    return (found - found.mean(axis=0)) / found.std(axis=0)


def two_tasks(a, n, seed, steps=300, width=32):
    """Share of test digits right after training with this a"""
    rng = np.random.default_rng(seed)
    x, t, r = x_train[:n].astype(float), t_train[:n], moments_of_ink(x_train)[:n]
    theta = [rng.normal(size=shape) / np.sqrt(shape[0]) for shape in ((64, width), (width, 10), (width, r.shape[1]))]
    v = [0.0] * 3
    for _ in range(steps):
        chosen = rng.integers(n, size=32)
        for i, g in enumerate(multitask_gradients(x[chosen], t[chosen], r[chosen], *theta, a)):
            v[i] = 0.9 * v[i] - 0.1 * g
            theta[i] = theta[i] + v[i]
    return float(np.mean((np.tanh(x_test @ theta[0]) @ theta[1]).argmax(axis=1) == t_test))


# %%
if passed("l10.multitask_gradients"):
    weights, few = (0.0, 0.3, 0.8), (30, 100)
    by_a = {n: np.array([[two_tasks(a, n, s) for s in range(3)] for a in weights]) for n in few}
    fig, ax = plt.subplots(figsize=(7, 3.6), layout="constrained")
    for n, color, line, marker in zip(few, (VERMILLION, BLUE), ("--", "-"), ("^", "o")):
        ax.errorbar(
            weights,
            by_a[n].mean(axis=1),
            by_a[n].std(axis=1),
            fmt=line,
            marker=marker,
            color=color,
            capsize=3,
            label=f"{n} labels",
        )
    ax.set(
        title="Does a second task help the first?", xlabel="a, weight of the second task", ylabel="test digits right"
    )
    ax.legend()
    show(
        fig,
        "Share of test digits right, mean and standard deviation of three starts. "
        + " ".join(
            f"{n} labels: "
            + ", ".join(f"a {a:g}: {m:.3f} ({s:.3f})" for a, m, s in zip(weights, by_a[n].mean(1), by_a[n].std(1)))
            + "."
            for n in few
        ),
    )
else:
    print("This picture appears as soon as the check of multitask_gradients is green.")

# %% [markdown]
# *What to see:* compare the points with the bars, which are one standard deviation of three starts. A second task that the network could read from the pixels anyway changes little; that is the "hard" in W23: to find a task that needs what the first one needs.
#
# ## 5  Many models [W18]
#
# W18: "Train multiple models and have them weighted vote." They must differ, so "resample dataset, re-initialize weights".
#
# To *resample* is to draw $N$ examples from $N$, with replacement: some come twice, others never. Those left out are a test set for free.
#
# **Your turn.** Write `bootstrap(u)`. `u` holds $N$ numbers from $[0, 1)$, drawn already. Return the $N$ places $\lfloor N u \rfloor$, and the places that were never drawn, in ascending order.


# %% role="answer" id="l10-bootstrap"
def bootstrap(u):
    """A resample of N examples.    u: (N,), in [0, 1)   returns (N,) places drawn, (left out,) places never drawn"""
    ### BEGIN SOLUTION
    drawn = np.floor(u * len(u)).astype(int)
    return drawn, np.setdiff1d(np.arange(len(u)), drawn)
    ### END SOLUTION


# %% role="check" id="l10-bootstrap-check" points=2
check("l10.bootstrap", bootstrap)

# %% [markdown]
# A model may *vote* for its best class, or bring all its *probabilities*, which are then averaged. Either way each model counts as much as its weight.
#
# **Your turn.** Write `weighted_vote(P, w)`. `P[m, n, k]` is what model $m$ gives class $k$ for example $n$. Return the classes by vote and by average. (No two classes have equal weight here.)


# %% role="answer" id="l10-weighted-vote"
def weighted_vote(P, w):
    """Classes by weighted vote and by weighted average.    P: (M, N, K)   w: (M,)   returns (N,), (N,)"""
    ### BEGIN SOLUTION
    votes = P.argmax(axis=2)[:, :, None] == np.arange(P.shape[2])
    return np.tensordot(w, votes, 1).argmax(axis=1), np.tensordot(w, P, 1).argmax(axis=1)
    ### END SOLUTION


# %% role="check" id="l10-weighted-vote-check" points=3
check("l10.weighted_vote", weighted_vote)

# %% [markdown]
# When does it help? Let $e_a$ be the error of model $a$. The mean of $M$ models has the mean of their errors. With
#
# $$\text{single} = \overline{e_a^2}, \qquad \varrho = \frac{\overline{e_a e_b}}{\overline{e_a^2}} \ (a \ne b), \qquad \text{together} = \text{single} \cdot \Big(\frac1M + \big(1 - \tfrac1M\big)\,\varrho\Big)$$
#
# a line over a quantity being its mean over examples, and models or pairs. Uncorrelated errors, $\varrho = 0$: $M$ models make the error $M$ times smaller. The same errors, $\varrho = 1$: nothing is gained. W18's "some uncorrelated errors" is the whole story.
#
# **Your turn.** Write `ensemble_gain(E)` for errors `E` of shape (models, examples): the mean square error of single models, that of their mean, and $\varrho$.


# %% role="answer" id="l10-ensemble-gain"
def ensemble_gain(E):
    """Mean square error of one model, of the mean of all, and correlation of their errors.    E: (M, N)   returns three numbers"""
    ### BEGIN SOLUTION
    M, N = E.shape
    products = E @ E.T / N
    pairs = (products.sum() - np.trace(products)) / (M * (M - 1))
    return np.mean(E**2), np.mean(E.mean(axis=0) ** 2), pairs / np.mean(E**2)
    ### END SOLUTION


# %% role="check" id="l10-ensemble-gain-check" points=4
check("l10.ensemble_gain", ensemble_gain)

# %% [markdown]
# And the price? W18: "Expensive", and the remedy: "recycle models by checkpointing and increasing LR". One run, cut into cycles. Within a cycle the rate falls along half a cosine and the network settles; its weights are kept, a *snapshot*; then the rate jumps up and drives it off to another place.
#
# $$\alpha_s = \frac{\alpha}{2}\left(1 + \cos\frac{\pi\,(s \bmod L)}{L}\right), \qquad L = \lceil S / C \rceil$$
#
# **Your turn.** Write `cyclic_rate(step, steps, cycles, lr)` for an array of steps $s$, counted from 0; $S$ is `steps`, $C$ is `cycles`.


# %% role="answer" id="l10-cyclic-rate"
def cyclic_rate(step, steps, cycles, lr):
    """The learning rate at these steps.    step: (S,) whole numbers   returns (S,)"""
    ### BEGIN SOLUTION
    L = -(-steps // cycles)
    return lr / 2 * (1 + np.cos(np.pi * (step % L) / L))
    ### END SOLUTION


# %% role="check" id="l10-cyclic-rate-check" points=3
check("l10.cyclic_rate", cyclic_rate)

# %% [markdown]
# Now all of it on 300 digits and small networks. Ten with other initial weights; ten with other examples, too; and one run, three times as long as one of theirs, that gives ten snapshots. (The weights of the vote differ by a thousandth, so that there are no ties.)

# %%
MODELS = 10
x_few, t_few = x_train[:300], t_train[:300]
if all(passed(f"l10.{name}") for name in ("bootstrap", "weighted_vote", "ensemble_gain", "cyclic_rate")):
    draw_w18 = np.random.default_rng(18)
    small = dict(width=12, steps=600)
    restarted = [trained(x_few, t_few, seed=s, **small) for s in range(MODELS)]
    bagged = []
    for s in range(MODELS):
        drawn, _ = bootstrap(draw_w18.uniform(size=300))
        bagged.append(trained(x_few[drawn], t_few[drawn], seed=s, **small))
    rates = cyclic_rate(np.arange(1800), 1800, MODELS, 0.4)
    one, kept = trained(x_few, t_few, width=12, steps=1800, rate=rates, every=180)
    said = {"other weights": [probabilities(net, x_test) for net in restarted], "other examples, too": [probabilities(net, x_test) for net in bagged], "snapshots": []}  # fmt: skip
    for weights_of_one in kept:
        one.load(weights_of_one)
        said["snapshots"].append(probabilities(one, x_test))
    said = {name: np.array(P) for name, P in said.items()}
    members = {name: np.mean(P.argmax(axis=2) == t_test, axis=1) for name, P in said.items()}
    grown = {
        name: [np.mean(weighted_vote(P[:m], np.linspace(1, 1.001, m))[1] == t_test) for m in range(1, MODELS + 1)]
        for name, P in said.items()
    }
    by_vote = {name: np.mean(weighted_vote(P, np.linspace(1, 1.001, MODELS))[0] == t_test) for name, P in said.items()}
    gains = {name: ensemble_gain(P[:, np.arange(len(t_test)), t_test] - 1) for name, P in said.items()}
    fig, axes = plt.subplots(1, 3, figsize=(11, 3.6), layout="constrained")
    axes[0].plot(rates, color=GREEN)
    axes[0].set(title="The cyclic rate", xlabel="step", ylabel="learning rate")
    for (name, shares), color, line, marker in zip(
        grown.items(), (BLUE, VERMILLION, GREEN), ("-", "--", "-."), ("o", "^", "s")
    ):
        axes[1].plot(
            range(1, MODELS + 1), 1 - np.array(shares), line, marker=marker, markersize=4, color=color, label=name
        )
    axes[1].set(title="Test error of the average", xlabel="models", ylabel="test error", xticks=(1, 2, 4, 6, 8, 10))
    axes[1].legend(fontsize=9)
    rhos = np.linspace(0, 1, 50)
    axes[2].plot(rhos, 1 / MODELS + (1 - 1 / MODELS) * rhos, ":", color=GREY, label="1/M + (1 - 1/M) rho")
    for (name, (single, together, rho)), color, marker in zip(
        gains.items(), (BLUE, VERMILLION, GREEN), ("o", "^", "s")
    ):
        axes[2].plot(rho, together / single, marker, color=color, label=name)
    axes[2].set(
        title="What correlation leaves to gain", xlabel="correlation of the errors", ylabel="error together / single"
    )
    axes[2].legend(fontsize=9)
    show(
        fig,
        "Left: a learning rate that falls from 0.4 to 0 ten times. Middle and right: "
        + " ".join(
            f"{name}: single models {1 - members[name].mean():.3f} wrong, ten averaged {1 - grown[name][-1]:.3f}, correlation of errors {gains[name][2]:.2f}."
            for name in said
        ),
    )
else:
    print("This picture appears as soon as the checks of this section are green.")

# %% [markdown]
# *What to see:* the first few models bring most of it. Resampling makes each model a little worse, and the errors less alike. Snapshots cost a third of what ten runs cost, and the first ones are poor, for they have learned for a short time only. All points on the right lie on the line: it is an identity, not a law of nature.
#
# ## 6  Must, or may? [W23]
#
# W23's summary, with the lessons where you can look for yourself:
#
# | | W23 says | where |
# |---|---|---|
# | L2 weight decay | must | lesson 07 |
# | L1 weight decay | optional | lesson 07 |
# | data augmentation | large gains, must | section 1 |
# | noisy outputs | optional | section 3 |
# | multi-task training | effective, but hard | section 4 |
# | early stopping | must | lesson 06 |
# | ensembles | free 2%, but expensive | section 5 |
# | dropout | cheap ensemble, optional | lesson 08 |
# | batch normalization | better gradient flow, must | lesson 09 |
#
# "Must" is a rule of thumb for large networks on photographs. On a small task, measure.
#
# ## 7  In your own words

# %% [markdown] role="written" id="l10-free-models" points=4
# A friend reads house numbers. He augments with turns of up to 180 degrees and mirrors, because "more data never hurts". Then he trains once, with a constant small rate, keeps the weights after each of the last five epochs, averages them, and is disappointed: he gains nothing. Say what is wrong with each of the two, why, and what you would do in its place.
#
# ### BEGIN SOLUTION
# **Augmentation.** A copy must keep its label, and must be something that could come. Turned by 180 degrees a 6 is a 9: two equal pictures with different labels, which no network can learn. A mirrored 2, 3, 4, 5, 7 is a drawing that nobody asks about; units are spent on it. Better: moves, turns of perhaps 15 degrees, scale, lighting.
#
# **Ensemble.** After a small constant rate the five sets of weights lie next to each other; the networks make the same errors, the correlation is near 1, and then the mean is as wrong as each of them. Better: other initial weights and resampled data; or, in one run, a rate that is raised again between the snapshots, so that they come from different places.
#
# **Rubric.** 6 and 9 (or another pair) with conflicting labels: 1. Mirrors never come, or waste capacity: 0.5; a sensible list of changes: 0.5. Same errors, correlation near 1, or nothing can cancel: 1. Raise the rate between snapshots, or independent runs: 1.
# ### END SOLUTION

# %% [markdown]
# ## 8  Recap
#
# Copies teach what must not matter; which changes those are, you must know. Noise in the inputs is weight decay, for a linear unit. Smooth labels make it useless to be surer and surer. Where a value goes two ways, its errors add up. Averaged models gain as much as their errors are uncorrelated.
#
# The decks' claims, measured in the cells above:

# %%
needed = (
    *("shift", "read_from", "lighting", "noisy_copies", "noisy_loss", "smoothed"),
    *("multitask_gradients", "bootstrap", "weighted_vote", "ensemble_gain", "cyclic_rate"),
)
if all(passed(f"l10.{name}") for name in needed):

    def verdict(holds, otherwise="does not hold"):
        return "holds" if holds else otherwise

    plain_gain = np.array([augmented["moved copies", n][0] - augmented["as they are", n][0] for n in amounts])
    moved_gain = np.array([augmented["moved copies", n][1] - augmented["as they are", n][1] for n in amounts])
    slide_w15, standard_w15 = (targets.sum(axis=1)[0] for targets in smoothed(np.array([3]), 10, 0.9, 0.01))
    task_gain = {n: by_a[n].mean(axis=1).max() - by_a[n].mean(axis=1)[0] for n in few}
    free = {name: grown[name][-1] - members[name].mean() for name in said}
    claims(
        [
            (
                "W14, W23",
                "augmentation: large gains, must do",
                "gain on moved digits "
                + ", ".join(f"{n}: {g:+.2f}" for n, g in zip(amounts, moved_gain))
                + "; on centred ones "
                + ", ".join(f"{g:+.2f}" for g in plain_gain),
                "holds where the change can come" if moved_gain.min() > 0.05 else "does not hold here",
            ),
            (
                "W14",
                "noise in the inputs regularises",
                f"expected loss {exact_w14:.3f}, mean of 4000 draws {np.mean(losses_w14):.3f}",
                verdict(abs(exact_w14 / np.mean(losses_w14) - 1) < 0.01) + ": it is weight decay, for a linear unit",
            ),
            (
                "W15, E2",
                "p + eps and (1 - p) / (k - 1) - eps",
                f"sum {slide_w15:.2f} for k = 10, eps = 0.01; standard form {standard_w15:.2f}",
                "no distribution for k > 2",
            ),
            (
                "W15",
                "dramatically reduces cost of extremely incorrect examples",
                f"at equal logits {cheaper:.1%} less; after training, 99% of the losses are below {worst[0.1]:.1f}, without below {worst[0.0]:.1f}",
                "not the cost itself; by moderate logits" if worst[0.1] < 0.8 * worst[0.0] else "does not hold here",
            ),
            (
                "W16",
                "better generalizations",
                ", ".join(f"{n} labels: {g:+.3f} at the best a" for n, g in task_gain.items()),
                verdict(min(task_gain.values()) > 0.02, "hardly, with this second task"),
            ),
            (
                "W18",
                "free 2%",
                ", ".join(f"{name}: {g:+.1%}" for name, g in free.items()),
                "holds, about" if 0.01 < free["other weights"] < 0.04 else "another number here",
            ),
            (
                "W18",
                "some uncorrelated errors",
                ", ".join(f"{name}: rho {g[2]:.2f}" for name, g in gains.items()),
                verdict(max(g[2] for g in gains.values()) < 0.98),
            ),
            (
                "W18",
                "expensive; recycle models",
                f"6000 steps for ten runs, 1800 for ten snapshots; gain {free['other weights']:+.1%} and {free['snapshots']:+.1%}",
                verdict(free["snapshots"] > 0.5 * free["other weights"], "cheaper, and gains less"),
            ),
        ]
    )
else:
    print("The table appears as soon as all checks of this lesson are green.")

# %% [markdown]
# **Further reading.** C. Bishop: *Training with Noise is Equivalent to Tikhonov Regularization*, Neural Computation 7 (1995). C. Szegedy and others: *Rethinking the Inception Architecture for Computer Vision*, CVPR (2016), for label smoothing. R. Caruana: *Multitask Learning*, Machine Learning 28 (1997). L. Breiman: *Bagging Predictors*, Machine Learning 24 (1996). G. Huang and others: *Snapshot Ensembles: Train 1, Get M for Free*, ICLR (2017).

# %%
progress()

# %% [markdown]
# ## Hand in
#
# Save (*File > Save Notebook*), then press the button. It looks for cells that are missing, damaged or edited, and packs the
# notebook into one file.

# %%
from course_lib import hand_in

hand_in("l10_data_and_ensembles")
