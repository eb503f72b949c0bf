# %% [markdown]
# # 11  Autoencoders
#
# After this lesson you can train a network without a single label, say what its code has in common with PCA and what not, find outliers with it, remove noise, and judge whether it helps where labels are few.
#
# Decks: U1, U2, U12, L10.

# %% role="given" id="l11-setup"
import matplotlib.pyplot as plt
import numpy as np

from course_lib import check, hint, passed, progress
from course_lib.data import PCA, digits_split
from course_lib.layers import Dense, GaussianNoise, Identity, MaskingNoise, Sequential, Tanh, pack
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import Autoencoder, mlp
from course_lib.optim import Adam
from course_lib.pictures import claims, show
from course_lib.training import predict
from course_lib.widgets.l11_autoencoders import code_plane, reconstructions

BLUE, VERMILLION, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#6B6B6B"
x_train, t_train, x_test, t_test = digits_split()

# %% [markdown]
# ## 1  The input is the target [U1]
#
# U1: an autoencoder uses "the inputs as the output of the neural network". That would be easy, were there not a narrow layer in the middle: the *code*. What gets through must be what matters, the "latent features".
#
# **Play with it.** How many numbers does a digit of 64 pixels need, until you recognise it?

# %%
reconstructions()

# %% [markdown]
# *What to see:* PCA mixes a few fixed pictures; with two numbers all digits look alike. The network's code bends: from the same two numbers it draws something closer to a digit.
#
# With one hidden layer, an encoder $h = \tanh(xW + b)$ and a decoder $y = hV + c$:
#
# $$L = \frac{1}{2N} \sum_i \lVert y_i - x_i \rVert^2$$
#
# **Your turn.** Write `autoencoder_gradients(X, W, b, V, c)`: the gradients of $L$ by all four.


# %% role="answer" id="l11-autoencoder-gradients"
def autoencoder_gradients(X, W, b, V, c):
    """dL/dW, dL/db, dL/dV, dL/dc.    X: (N, D)   W: (D, K)   b: (K,)   V: (K, D)   c: (D,)"""
    ### BEGIN SOLUTION
    h = np.tanh(X @ W + b)
    dy = (h @ V + c - X) / len(X)
    dh = dy @ V.T * (1 - h**2)
    return X.T @ dh, dh.sum(axis=0), h.T @ dy, dy.sum(axis=0)
    ### END SOLUTION


# %% role="check" id="l11-autoencoder-gradients-check" points=5
check("l11.autoencoder_gradients", autoencoder_gradients)

# %% [markdown]
# ## 2  What PCA can do [U1]
#
# Take the $\tanh$ away. What is the best *linear* code of $k$ numbers? That has an exact answer, principal component analysis: the $k$ directions in which the data vary most. With the mean $m$ and the directions as rows of $V_k$:
#
# $$y = (x - m)\, V_k^\top V_k + m$$
#
# `np.linalg.svd(A, full_matrices=False)` returns three factors `U, s, Vt`; the rows of `Vt` are the directions, that of the largest variance first, if `A` holds the *centred* examples.
#
# **Your turn.** Write `pca_reconstruction(X, k)`.


# %% role="answer" id="l11-pca-reconstruction"
def pca_reconstruction(X, k):
    """X from a linear code of k numbers.    X: (N, D)   returns (N, D)"""
    ### BEGIN SOLUTION
    m = X.mean(axis=0)
    _, _, Vt = np.linalg.svd(X - m, full_matrices=False)
    return (X - m) @ Vt[:k].T @ Vt[:k] + m
    ### END SOLUTION


# %% role="check" id="l11-pca-reconstruction-check" points=4
check("l11.pca_reconstruction", pca_reconstruction)

# %% [markdown]
# A linear autoencoder, trained by descent, must come to the same. But its decoder $V$ need not be PCA's: any basis of the same plane is as good. So compare *planes*, not bases. The projection on the columns of $A$ is $P_A = A (A^\top A)^{-1} A^\top$, whichever basis $A$ is; and
#
# $$\operatorname{dist}(A, B) = \frac{1}{2k} \lVert P_A - P_B \rVert^2$$
#
# is 0 for the same subspace and 1 for two that are orthogonal. ($\lVert \cdot \rVert^2$: the sum of the squares of all entries.)
#
# **Your turn.** Write `subspace_distance(A, B)`.


# %% role="answer" id="l11-subspace-distance"
def subspace_distance(A, B):
    """How far apart the spans of the columns are, 0 to 1.    A, B: (D, k)   returns a number"""
    ### BEGIN SOLUTION
    P, Q = (M @ np.linalg.solve(M.T @ M, M.T) for M in (A, B))
    return np.sum((P - Q) ** 2) / (2 * A.shape[1])
    ### END SOLUTION


# %% role="check" id="l11-subspace-distance-check" points=3
check("l11.subspace_distance", subspace_distance)


# %% role="given" id="l11-trained"
def trained(net, steps=2000, x=x_train, seed=0, watch=None, lr=3e-3):
    """Train a network to give back x; watch(net) every 100 steps"""
    rng, seen = np.random.default_rng(seed), []
    (theta, grad), optimizer = pack(net), Adam(lr)
    for step in range(steps):
        if watch and step % 100 == 0:
            seen.append(watch(net))
        batch = x[rng.integers(len(x), size=64)]
        y = net.forward(batch, training=True)
        net.backward((y - batch) / len(batch), need_dx=False)
        optimizer.step(theta, grad)
    return (net, seen) if watch else net


def autoencoder(code, seed=0, noise=None):
    """64-100-code-100-64; what its layer `noise` does, it does in training only"""
    return Autoencoder([64, 100, code], rng=np.random.default_rng(seed), activation=Tanh, noise=noise)


def error(net, x=x_test):
    """|y - x|^2 of each example"""
    return np.sum((predict(net, x) - x) ** 2, axis=1)


# %%
if passed("l11.pca_reconstruction") and passed("l11.subspace_distance"):
    directions = np.linalg.svd(x_train - x_train.mean(axis=0), full_matrices=False)[2]
    linear = Autoencoder([64, 4], rng=np.random.default_rng(4), activation=Identity)
    linear, distances = trained(
        linear,
        steps=4000,
        watch=lambda net: subspace_distance(net.decoder.layers[0].params["W"].T.astype(float), directions[:4].T),
    )
    sizes = (1, 2, 4, 8, 16, 32)
    by_pca, by_net = [], []
    for k in sizes:
        pca = PCA(k).fit(x_train)
        by_pca.append(np.mean(np.sum((pca.inverse(pca.transform(x_test)) - x_test) ** 2, axis=1)))
        by_net.append(np.mean(error(trained(autoencoder(k)))))
    fig, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
    axes[0].semilogy(100 * np.arange(len(distances)), distances, color=BLUE)
    axes[0].set(title="Linear autoencoder and PCA, 4 numbers", xlabel="step", ylabel="distance of the subspaces")
    axes[1].loglog(sizes, by_pca, "--", marker="^", color=VERMILLION, label="PCA")
    axes[1].loglog(sizes, by_net, marker="o", color=BLUE, label="autoencoder, 64-100-k-100-64")
    axes[1].set(
        title="Test error at equal code size", xlabel="numbers in the code, k", ylabel="mean squared error of a digit",
        xticks=sizes, xticklabels=sizes, yticks=(0.2, 0.5, 1, 2, 4), yticklabels=(0.2, 0.5, 1, 2, 4),
    )  # fmt: skip
    axes[1].minorticks_off()
    axes[1].legend()
    show(
        fig,
        f"Left: the distance of the two subspaces falls from {distances[0]:.2f} to {distances[-1]:.0e}. Right: squared error of a test digit by code size. "
        + " ".join(f"{k}: PCA {a:.2f}, autoencoder {b:.2f}." for k, a, b in zip(sizes, by_pca, by_net)),
    )
else:
    print("This picture appears as soon as the checks of pca_reconstruction and subspace_distance are green.")

# %% [markdown]
# *What to see:* without nonlinearity, descent finds PCA's subspace. With it, the code is worth more while it is small; with many numbers PCA is hard to beat, and needs no training.
#
# ## 3  The plane of codes [U1]
#
# A code of two numbers is a point, and a point can be looked at: that is U1's "visualization".
#
# **Play with it.** Walk over the plane from one digit to another.

# %%
code_plane()

# %% [markdown]
# *What to see:* nobody told the network which digit is which, and still the same digits lie together. Between them lie drawings that are neither.

# %%
plane_net = trained(autoencoder(2), steps=4000)
plane_pca = PCA(2).fit(x_train)


def neighbour_right(code_of):
    """Share of test digits whose nearest training digit, in the code, is of the same class"""
    a, b = code_of(x_train), code_of(x_test)
    nearest = np.argmin(((b[:, None] - a[None]) ** 2).sum(axis=2), axis=1)
    return float(np.mean(t_train[nearest] == t_test))


plane_codes = {"PCA": plane_pca.transform, "autoencoder": plane_net.encode}
knows = {name: neighbour_right(code_of) for name, code_of in plane_codes.items()}
fig, axes = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
for ax, (name, code_of) in zip(axes, plane_codes.items()):
    code = code_of(x_test)
    points = ax.scatter(*code.T, c=t_test, cmap="tab10", s=12, vmin=-0.5, vmax=9.5)
    for k in range(10):
        ax.text(*np.median(code[t_test == k], axis=0), str(k), fontsize=15, weight="bold", ha="center", va="center")
    ax.set(title=f"{name}: nearest neighbour right {knows[name]:.0%}", xlabel="first number", ylabel="second number")
fig.colorbar(points, ax=axes, label="digit", ticks=range(10))
show(
    fig,
    f"Test digits in the plane of two numbers, coloured by digit. The nearest training digit has the same class for {knows['PCA']:.0%} with PCA and for {knows['autoencoder']:.0%} with the autoencoder.",
)

# %% [markdown]
# ## 4  Outliers [U1]
#
# A network that has learned digits gives back digits. What it has never seen the like of, it gives back badly: the error $\lVert y - x \rVert^2$ is a *score* for outliers. How good is a score? Take an outlier and another example at random: how often has the outlier the larger one? That share is called AUC, the area under the ROC curve. It is 1 if all outliers stand above all others, and $\frac12$ for guessing. A tie counts half.
#
# **Your turn.** Write `roc_auc(scores, outlier)`; `outlier` says for each example whether it is one.


# %% role="answer" id="l11-roc-auc"
def roc_auc(scores, outlier):
    """Share of pairs in which the outlier has the larger score, ties half.    scores: (N,)   outlier: (N,) booleans"""
    ### BEGIN SOLUTION
    difference = scores[outlier][:, None] - scores[~outlier]
    return np.mean(difference > 0) + 0.5 * np.mean(difference == 0)
    ### END SOLUTION


# %% role="check" id="l11-roc-auc-check" points=3
check("l11.roc_auc", roc_auc)

# %% [markdown]
# Ten networks, each of which has never seen one of the digits. That digit is the outlier among the test digits:

# %%
if passed("l11.roc_auc"):
    aucs = {"autoencoder": [], "PCA": []}
    for k in range(10):
        others = x_train[t_train != k]
        net, pca = trained(autoencoder(4, seed=k), steps=1200, x=others), PCA(4).fit(others)
        if k == 0:
            zero_scores = error(net)
        aucs["autoencoder"].append(roc_auc(error(net), t_test == k))
        aucs["PCA"].append(roc_auc(np.sum((pca.inverse(pca.transform(x_test)) - x_test) ** 2, axis=1), t_test == k))
    fig, axes = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
    for chosen, name, color, line in (
        (t_test == 0, "zeros, never seen", VERMILLION, "--"),
        (t_test != 0, "all others", BLUE, "-"),
    ):
        axes[0].hist(
            zero_scores[chosen], np.linspace(0, 12, 40), density=True, histtype="step", color=color, linewidth=2,
            linestyle=line, label=name,
        )  # fmt: skip
    axes[0].set(title="Errors of a network without zeros", xlabel="squared error", ylabel="density")
    axes[0].legend()
    for shift, (name, values), color in zip((-0.2, 0.2), aucs.items(), (BLUE, VERMILLION)):
        axes[1].bar(np.arange(10) + shift, values, width=0.4, color=color, label=f"{name}, mean {np.mean(values):.2f}")
    axes[1].axhline(0.5, color=GREY, linestyle=":")
    axes[1].set(
        title="How well the unseen digit stands out",
        xlabel="unseen digit",
        ylabel="AUC",
        xticks=range(10),
        ylim=(0, 1.3),
    )
    axes[1].legend()
    show(
        fig,
        f"Left: histograms of the errors; the AUC is {aucs['autoencoder'][0]:.2f}. Right: AUC for each unseen digit: "
        + ", ".join(f"{k}: autoencoder {a:.2f}, PCA {b:.2f}" for k, (a, b) in enumerate(zip(*aucs.values())))
        + ".",
    )
else:
    print("This picture appears as soon as the check of roc_auc is green.")

# %% [markdown]
# *What to see:* most digits stand out, and better than with PCA. The 9 does least: it can be put together from what the network knows of 4, 5 and 7. It has learned strokes, not digits.
#
# ## 5  Noise, to be removed [U2]
#
# Give the network a *noisy* digit and demand the clean one: U2, "learns a model that can remove the noise". Two kinds of noise are usual. Gaussian noise adds $\sigma n$ to every pixel, $n \sim \mathcal{N}(0, 1)$. Masking noise sets pixels to 0, each with probability $p$. Unlike dropout it scales nothing.
#
# **Your turn.** Write `corrupted(X, n, sigma, u, p)` that returns both. All numbers are drawn already: $n$ from $\mathcal{N}(0, 1)$, $u$ from $U(0, 1)$; a pixel is set to 0 where $u < p$.


# %% role="answer" id="l11-corrupted"
def corrupted(X, n, sigma, u, p):
    """X with Gaussian noise, X with masking noise.    X, n, u: (N, D)   returns (N, D), (N, D)"""
    ### BEGIN SOLUTION
    return X + sigma * n, X * (u >= p)
    ### END SOLUTION


# %% role="check" id="l11-corrupted-check" points=2
check("l11.corrupted", corrupted)

# %% [markdown]
# **Your turn.** Write `denoising_gradients(noisy, X, W, V)`. Noisy goes in, clean is wanted (no biases here):
#
# $$L = \frac{1}{2N} \sum_i \lVert \tanh(\tilde x_i W)\, V - x_i \rVert^2$$


# %% role="answer" id="l11-denoising-gradients"
def denoising_gradients(noisy, X, W, V):
    """dL/dW, dL/dV of a denoising autoencoder.    noisy, X: (N, D)   W: (D, K)   V: (K, D)"""
    ### BEGIN SOLUTION
    h = np.tanh(noisy @ W)
    dy = (h @ V - X) / len(X)
    return noisy.T @ (dy @ V.T * (1 - h**2)), h.T @ dy
    ### END SOLUTION


# %% role="check" id="l11-denoising-gradients-check" points=4
check("l11.denoising_gradients", denoising_gradients)

# %% [markdown]
# As with PCA, the linear case has an exact answer, and you have all you need to find it. Which $W$ makes
#
# $$\sum_i \mathbb{E}_n \lVert (x_i + n)\, W - x_i \rVert^2, \qquad n \sim \mathcal{N}(0, \sigma^2 I)$$
#
# least? Multiply out. The noise leaves a penalty on $W$; it is ridge regression, from $x$ to $x$ [lesson 07].
#
# **Your turn.** Write `linear_denoiser(X, sigma)` that returns this $W$.


# %% role="answer" id="l11-linear-denoiser"
def linear_denoiser(X, sigma):
    """The best linear map from noisy to clean.    X: (N, D)   returns (D, D)"""
    ### BEGIN SOLUTION
    N, D = X.shape
    return np.linalg.solve(X.T @ X + N * sigma**2 * np.eye(D), X.T @ X)
    ### END SOLUTION


# %% role="check" id="l11-linear-denoiser-check" points=4
check("l11.linear_denoiser", linear_denoiser)


# %%
if passed("l11.corrupted") and passed("l11.linear_denoiser"):
    SIGMA, MASKED = 0.35, 0.4
    draw_u2 = np.random.default_rng(2)
    kinds = corrupted(x_test, draw_u2.normal(size=x_test.shape), SIGMA, draw_u2.uniform(size=x_test.shape), MASKED)
    noisy_test = dict(zip(("Gaussian", "masking"), (kind.astype(np.float32) for kind in kinds)))
    W_u2 = linear_denoiser(x_train.astype(float), SIGMA)

    draw_noise = np.random.default_rng(3)
    noises = GaussianNoise(SIGMA, rng=draw_noise), MaskingNoise(MASKED, rng=draw_noise)
    denoisers = [trained(autoencoder(32, noise=noise)) for noise in noises]
    plain_net = trained(autoencoder(32))
    left = {}
    for (name, noisy), net in zip(noisy_test.items(), denoisers):
        outputs = {
            "nothing done": noisy, "autoencoder without noise": predict(plain_net, noisy),
            "linear denoiser": noisy @ W_u2, "denoising autoencoder": predict(net, noisy),
        }  # fmt: skip
        left[name] = {how: float(np.mean(np.sum((y - x_test) ** 2, axis=1))) for how, y in outputs.items()}
    fig, axes = plt.subplots(4, 8, figsize=(8.4, 4.6), layout="constrained")
    for pair, (name, noisy), net in zip((axes[:2], axes[2:]), noisy_test.items(), denoisers):
        for line, images, label in zip(pair, (noisy, predict(net, noisy)), (name, "removed")):
            for ax, image in zip(line, images[:8]):
                ax.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
                ax.set(xticks=[], yticks=[])
            line[0].set_ylabel(label)
    fig.suptitle("Noisy test digits, and what the network makes of them [U2]")
    show(
        fig,
        "Eight test digits with Gaussian and with masking noise, and below each the network's output. Mean squared error: "
        + " ".join(
            f"{name}: " + ", ".join(f"{how} {e:.2f}" for how, e in found.items()) + "." for name, found in left.items()
        ),
    )
else:
    print("This picture appears as soon as the checks of corrupted and linear_denoiser are green.")

# %% [markdown]
# *What to see:* an autoencoder that was trained without noise copies the noise, as far as its code is wide enough. The one that was trained on noisy digits knows what a digit may look like.
#
# ## 6  Few labels [U12]
#
# U12 on initialization: "Popular approach from 10 years ago: initialize with deep unsupervised model (like autoencoders)." Pictures are many, labels are few: train an autoencoder on all pictures, keep its encoder, put a layer for the classes on top, and train that with the labels there are. Does it still help?
#
# **Your turn.** Write `few_per_class(t, n)`: the places of the first $n$ examples of each class, in ascending order.


# %% role="answer" id="l11-few-per-class"
def few_per_class(t, n):
    """Places of the first n examples of each class, ascending.    t: (N,)   returns (n K,)"""
    ### BEGIN SOLUTION
    return np.sort(np.concatenate([np.flatnonzero(t == k)[:n] for k in np.unique(t)]))
    ### END SOLUTION


# %% role="check" id="l11-few-per-class-check" points=2
check("l11.few_per_class", few_per_class)


# %% role="given" id="l11-classifiers"
def classifier(x, t, seed, encoder=None, frozen=False, steps=300):
    """Share of test digits right: an encoder of 64-100-32, a new one or a copy of this one, with a layer for the classes"""
    rng, loss = np.random.default_rng(seed), SoftmaxCrossEntropy()
    body = mlp([64, 100, 32], rng=rng, activation=Tanh)
    if encoder is not None:
        body.load(encoder.snapshot())
    net = Sequential(body, Tanh(), Dense(32, 10, rng=rng))
    (theta, grad), optimizer = pack(net), Adam(2e-3)
    moves = slice(-(32 * 10 + 10), None) if frozen else slice(None)  # the last layer's numbers stand at the end
    before = theta.copy()
    for _ in range(steps):
        chosen = rng.integers(len(x), size=32)
        loss.forward(net.forward(x[chosen], training=True), t[chosen])
        net.backward(loss.backward(), need_dx=False)
        optimizer.step(theta, grad)
        if frozen:
            theta[: moves.start] = before[: moves.start]
    return float(np.mean(predict(net, x_test).argmax(axis=1) == t_test))


# %%
if passed("l11.few_per_class"):
    pretrained = trained(autoencoder(32), steps=3000)
    labels_each, starts = (1, 2, 5, 20, 100), (0, 1, 2, 3)
    ways = {"new weights": {}, "pre-trained": dict(encoder=pretrained.encoder), "pre-trained, frozen": dict(encoder=pretrained.encoder, frozen=True)}  # fmt: skip
    few_right = {}
    for n in labels_each:
        order = np.random.default_rng(n)
        for seed in starts:
            shuffled = order.permutation(len(t_train))
            picked = shuffled[few_per_class(t_train[shuffled], n)]
            for name, how in ways.items():
                few_right.setdefault((name, n), []).append(classifier(x_train[picked], t_train[picked], seed, **how))
    fig, ax = plt.subplots(figsize=(7, 3.8), layout="constrained")
    for name, color, line, marker in zip(ways, (VERMILLION, BLUE, GREEN), ("--", "-", "-."), ("^", "o", "s")):
        means, spreads = (np.array([f(few_right[name, n]) for n in labels_each]) for f in (np.mean, np.std))
        ax.errorbar(labels_each, means, spreads, fmt=line, marker=marker, color=color, capsize=3, label=name)
    ax.set(
        title="Does pre-training help where labels are few?", xlabel="labels of each class", ylabel="test digits right",
        xscale="log", xticks=labels_each, xticklabels=labels_each,
    )  # fmt: skip
    ax.minorticks_off()
    ax.legend()
    show(
        fig,
        "Share of test digits right, mean of four draws. "
        + " ".join(
            f"{n} of each class: " + ", ".join(f"{name} {np.mean(few_right[name, n]):.3f}" for name in ways) + "."
            for n in labels_each
        ),
    )
else:
    print("This picture appears as soon as the check of few_per_class is green.")

# %% [markdown]
# *What to see:* compare the distance of the curves with the bars, one standard deviation over four draws of the labelled digits.
#
# L10 shows the features that a network learns with and without dropout, which keeps units from relying on each other. Here are those of an autoencoder with one hidden layer of 64:

# %%
with_and_without = {}
for name, p in (("without", 0.0), ("p = 0.5", 0.5)):
    net = trained(mlp([64, 64, 64], rng=np.random.default_rng(10), dropout=p), steps=3000)
    W = net.layers[0].params["W"].T.reshape(-1, 8, 8)
    W = W / np.abs(W).max(axis=(1, 2), keepdims=True)
    rough = np.mean(np.abs(np.diff(W, axis=1))) + np.mean(np.abs(np.diff(W, axis=2)))
    with_and_without[name] = W, float(rough / np.mean(np.abs(W))), float(np.mean(np.abs(W) < 0.1))
fig, axes = plt.subplots(2, 10, figsize=(10, 2.6), layout="constrained")
for row, (name, (W, _, _)) in zip(axes, with_and_without.items()):
    for ax, w in zip(row, W):
        ax.imshow(w, cmap="cividis", vmin=-1, vmax=1)
        ax.set(xticks=[], yticks=[])
    row[0].set_ylabel(name)
fig.suptitle("What ten hidden units look for [L10]")
show(
    fig,
    "Two rows of ten squares of 8 x 8 weights, without and with dropout. "
    + " ".join(
        f"{name}: {small:.0%} of the weights are near 0, roughness {rough:.2f}."
        for name, (_, rough, small) in with_and_without.items()
    ),
)

# %% [markdown]
# ## 7  In your own words

# %% [markdown] role="written" id="l11-which-code" points=4
# A bank wants to find fraud among card payments described by 30 numbers; fraud is one payment in a thousand, and hardly any is labelled. A colleague trains an autoencoder with a code of 30 numbers on all payments, without noise, and finds that its errors tell nothing. Explain why, say what you would change and how you would judge the result, and name one kind of fraud that this method cannot find whatever you change.
#
# ### BEGIN SOLUTION
# A code as wide as the input lets everything through: the network can learn the identity, so the error is small for fraud as well. A narrow code, or noise in the inputs with clean targets, forces it to learn what payments usually look like. (That one payment in a thousand of the training data is fraud does little harm: it hardly pays to learn it.) Judge by the AUC of the error on the few labelled cases, against that of PCA at equal code size; accuracy says nothing where 99.9% is reached by "never". Fraud that looks like an ordinary payment, in all 30 numbers, has a small error: what can be put together from the usual parts does not stand out.
#
# **Rubric.** Identity because the code is not narrow: 1. A narrower code or denoising, with the reason: 1. AUC (or precision among the highest scores) and not accuracy: 1; a baseline such as PCA: 0.5. Fraud that resembles usual payments: 0.5.
# ### END SOLUTION

# %% [markdown]
# ## 8  Recap
#
# The input is the target, and the code between is narrow, or the input is noisy: else nothing has to be learned. A linear autoencoder is PCA. What is given back badly is unlike the data. Noisy in, clean out removes noise.
#
# The decks' claims, measured in the cells above:

# %%
needed = ("pca_reconstruction", "subspace_distance", "roc_auc", "corrupted", "linear_denoiser", "few_per_class")
if all(passed(f"l11.{name}") for name in needed):

    def verdict(holds, otherwise="does not hold"):
        return "holds" if holds else otherwise

    better = [k for k, a, b in zip(sizes, by_pca, by_net) if b < a]
    helps = {n: np.mean(few_right["pre-trained", n]) - np.mean(few_right["new weights", n]) for n in labels_each}
    spread = {n: max(np.std(few_right[name, n]) for name in ("pre-trained", "new weights")) for n in labels_each}
    claims(
        [
            (
                "U1",
                "a linear autoencoder finds PCA's subspace",
                f"distance {distances[-1]:.0e} after 4000 steps",
                verdict(distances[-1] < 0.01),
            ),
            (
                "U1",
                "data compression: non-linear codes are better",
                "test error, PCA and autoencoder: "
                + ", ".join(f"{k}: {a:.2f}, {b:.2f}" for k, a, b in zip(sizes, by_pca, by_net)),
                f"holds for {', '.join(map(str, better))} numbers" if better else "does not hold here",
            ),
            (
                "U1",
                "latent features, visualization",
                f"nearest neighbour in two numbers right: {knows['autoencoder']:.0%}, PCA {knows['PCA']:.0%}",
                verdict(knows["autoencoder"] > knows["PCA"] + 0.05),
            ),
            (
                "U1",
                "outlier detection",
                f"AUC from {min(aucs['autoencoder']):.2f} to {max(aucs['autoencoder']):.2f}, mean {np.mean(aucs['autoencoder']):.2f}; PCA {np.mean(aucs['PCA']):.2f}",
                verdict(min(aucs["autoencoder"]) > 0.8, "holds for some digits, not for all"),
            ),
            (
                "U2",
                "learns a model that can remove the noise",
                "; ".join(
                    f"{name}: {found['nothing done']:.1f} before, {found['denoising autoencoder']:.1f} after, linear {found['linear denoiser']:.1f}"
                    for name, found in left.items()
                ),
                verdict(all(found["denoising autoencoder"] < 0.5 * found["nothing done"] for found in left.values())),
            ),
            (
                "U12",
                "initialize with an autoencoder",
                ", ".join(f"{n} of each class: {g:+.3f}" for n, g in helps.items()),
                verdict(helps[labels_each[0]] > spread[labels_each[0]], "within the spread of the draws here"),
            ),
            (
                "L10",
                "features are sparser and cleaner with dropout",
                ", ".join(
                    f"{name}: {small:.0%} near 0, roughness {rough:.2f}"
                    for name, (_, rough, small) in with_and_without.items()
                ),
                verdict(
                    with_and_without["p = 0.5"][2] > with_and_without["without"][2] + 0.05,
                    "no difference to be seen here",
                ),
            ),
        ]
    )
else:
    print("The table appears as soon as all checks of this lesson are green.")

# %% [markdown]
# **Further reading.** P. Baldi, K. Hornik: *Neural Networks and Principal Component Analysis*, Neural Networks 2 (1989). G. Hinton, R. Salakhutdinov: *Reducing the Dimensionality of Data with Neural Networks*, Science 313 (2006). P. Vincent and others: *Stacked Denoising Autoencoders*, JMLR 11 (2010).

# %%
progress()

# %% [markdown]
# ## Hand in
#
# Save (*File > Save Notebook*), then press the button. It looks for cells that are missing, damaged or edited, and packs the
# notebook into one file.

# %%
from course_lib import hand_in

hand_in("l11_autoencoders")
