# %% [markdown]
# # 04  Initialization and gradients
#
# After this lesson you can give a deep network weights with which it starts to learn, predict how large its signals will be in every layer before you run it, see where gradients vanish or explode, clip them, and
# bring data to one scale without a look at what you will be tested on.
#
# Decks: U11, U13, U14, U22, C13, C14, I6, I7; two slips are settled here: E3 and E4.

# %% role="given" id="l04-setup"
import matplotlib.pyplot as plt
import numpy as np

from course_lib import check, hint, passed, progress
from course_lib.pictures import claims, show
from course_lib.widgets.l04_initialization_and_gradients import nested_sigmoids, propagate, signals

BLUE, VERMILLION, GREEN, PURPLE, ORANGE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#6B6B6B"

# %% [markdown]
# ## 1  Equal weights stay equal [U11]
#
# All weights have to start somewhere; why not all at the same number? U11 says: "Can't initialize weights in same layer to same value, or they will stay same." Build the smallest network that shows it, and look.
#
# One hidden layer, one output, $N$ examples in the rows of $X$:
#
# $$z = X W, \qquad h = \tanh(z), \qquad y = h\, v, \qquad \mathrm{loss} = \frac{1}{2N} \sum_n (y_n - t_n)^2$$
#
# **Your turn.** Write `one_step(X, t, W, v, lr)`: one step of gradient descent. Both gradients belong to the place before the step. Return the new `W` and the new `v`; leave the arguments as they are.


# %% role="answer" id="l04-one-step"
def one_step(X, t, W, v, lr):
    """One step of gradient descent.    X: (N, D)   t: (N,)   W: (D, M)   v: (M,)   returns W, v"""
    ### BEGIN SOLUTION
    h = np.tanh(X @ W)
    d = (h @ v - t) / len(t)
    dz = np.outer(d, v) * (1 - h**2)
    return W - lr * X.T @ dz, v - lr * h.T @ d
    ### END SOLUTION


# %% role="check" id="l04-one-step-check" points=4
check("l04.one_step", one_step)


# %% role="given" id="l04-symmetry"
def small_task(N=25, seed=1):
    """Examples with two inputs; the target is their product, which no single unit can follow"""
    X = np.random.default_rng(seed).uniform(-1.5, 1.5, size=(N, 2))
    return np.column_stack([X, np.ones(N)]), X[:, 0] * X[:, 1]  # a column of ones: the bias of a hidden unit


def train_small(W, v, steps, lr=0.3):
    """(W after every step, the losses)"""
    X, t = small_task()
    path, losses = [W], []
    for _ in range(steps):
        losses.append(np.mean((np.tanh(X @ W) @ v - t) ** 2) / 2)
        W, v = one_step(X, t, W, v, lr)
        path.append(W)
    return np.array(path), np.array(losses)


# %%
if passed("l04.one_step"):
    equal_path, equal_losses = train_small(np.full((3, 8), 0.3), np.full(8, 0.3), 800)
    draw_u11 = np.random.default_rng(3)
    broken_path, broken_losses = train_small(0.3 * draw_u11.normal(size=(3, 8)), 0.3 * draw_u11.normal(size=8), 800)
    unit_gap = np.ptp(equal_path, axis=2).max()  # the largest difference between two units, at any time

    fig, axes = plt.subplots(1, 3, figsize=(11, 3.4), layout="constrained")
    for ax, path, title in ((axes[0], equal_path, "equal at the start"), (axes[1], broken_path, "random at the start")):
        for unit, (color, line) in enumerate(
            zip((BLUE, VERMILLION, GREEN, PURPLE, ORANGE, GREY, BLUE, VERMILLION), ("-", "--", "-.", ":") * 2)
        ):
            ax.plot(path[:, 0, unit], line, color=color, linewidth=1.8)
        ax.set(title=title, xlabel="step", ylabel="weight from $x_1$")
    axes[2].semilogy(equal_losses, color=VERMILLION, linestyle="--", label="equal")
    axes[2].semilogy(broken_losses, color=BLUE, label="random")
    axes[2].set(title="loss", xlabel="step")
    axes[2].legend()
    show(
        fig,
        f"Left: eight units, one curve; they differ by {unit_gap:.1g} at most. Middle: eight curves part. Right: the loss ends at "
        f"{equal_losses[-1]:.3f} with equal and at {broken_losses[-1]:.3f} with random weights.",
    )
else:
    print("This picture appears as soon as the check of one_step is green.")

# %% [markdown]
# *What to see:* eight units that start alike get the same gradient, so they stay alike: the layer works like one unit, and the loss stays where one unit can bring it. Random numbers break the symmetry. (Biases may start at
# 0 [U11]: the weights are different already.)
#
# ## 2  How large? [U11, C14, I7]
#
# Random numbers of which size? The decks have five answers. $n$ is the number of inputs of a layer, $m$ that of its units, $g$ a standard normal number:
#
# | `kind` | weights | deck |
# |---|---|---|
# | `"small"` | $0.00001\, g$ | U11, "traditional" |
# | `"glorot"` | variance $\frac{2}{n + m}$ | C14, "Xavier" |
# | `"he"` | variance $\frac{2}{n}$, for ReLU | I7 |
# | `"tanh"` | variance $\frac{1}{n}$, for tanh | I7 |
# | `"tanh other"` | variance $\frac{1}{n + m}$, "another approach" for tanh | I7 |
#
# **Your turn.** Write `normal_weights(g, kind)`. `g` holds standard normal numbers, a row for each input and a column for each unit. Return the weights.


# %% role="answer" id="l04-normal-weights"
def normal_weights(g, kind):
    """Weights from standard normal numbers.    g: (n, m)   kind: one of the table   returns (n, m)"""
    ### BEGIN SOLUTION
    n, m = g.shape
    variance = {"small": 1e-10, "glorot": 2 / (n + m), "he": 2 / n, "tanh": 1 / n, "tanh other": 1 / (n + m)}
    return np.sqrt(variance[kind]) * g
    ### END SOLUTION


# %% role="check" id="l04-normal-weights-check" points=4
check("l04.normal_weights", normal_weights)

# %% [markdown]
# Numbers from a uniform distribution do as well, if their mean is 0 and their variance is right. C14 and U14 draw from $U(-b, b)$ with $b = \sqrt{6 / (n + m)}$. Where does the 6 come from? $U(-b, b)$ has the variance $b^2 / 3$.
#
# I7 has a slip here [E4]. It sets $w = \rho\, c$ with $\rho \sim U(0, 1)$ and $c = \sqrt{2 / n}$, to "make the variance close to $2/n$". But then no weight is negative, and the variance is $c^2 / 12$.
#
# **Your turn.** Write `uniform_weights(rho, kind)`. `rho` holds numbers from $U(0, 1)$. Return weights from $U(-b, b)$ with the variance $\frac{2}{n + m}$ for `"glorot"` and $\frac{2}{n}$ for `"he"`.


# %% role="answer" id="l04-uniform-weights"
def uniform_weights(rho, kind):
    """Weights from numbers between 0 and 1.    rho: (n, m)   kind: "glorot" or "he"   returns (n, m)"""
    ### BEGIN SOLUTION
    n, m = rho.shape
    b = np.sqrt(6 / (n + m) if kind == "glorot" else 6 / n)
    return b * (2 * rho - 1)
    ### END SOLUTION


# %% role="check" id="l04-uniform-weights-check" points=3
check("l04.uniform_weights", uniform_weights)

# %%
if passed("l04.uniform_weights"):
    rho = np.random.default_rng(0).uniform(size=(200, 400))
    printed, mended = rho * np.sqrt(2 / 200), uniform_weights(rho, "he")
    fig, axes = plt.subplots(1, 2, figsize=(9.5, 3.2), layout="constrained", sharex=True)
    for ax, w, title, color in ((axes[0], printed, "as I7 prints it", VERMILLION), (axes[1], mended, "yours", BLUE)):
        ax.hist(w.ravel(), bins=60, color=color)
        ax.axvline(w.mean(), color="black", linewidth=2)
        ax.set(title=f"{title}: mean {w.mean():.3f}, variance {w.var():.5f}", xlabel="weight", ylabel="how many")
    show(
        fig,
        f"Two histograms of 80000 weights for 200 inputs. As printed: from 0 on, mean {printed.mean():.3f}, variance {printed.var():.5f}. "
        f"Yours: around 0, mean {mended.mean():.4f}, variance {mended.var():.5f}; wanted 2/n = 0.01.",
    )
else:
    print("This picture appears as soon as the check of uniform_weights is green.")

# %% [markdown]
# *What to see:* as printed, all weights pull in one direction, and their spread is far from what was wanted.
#
# ## 3  Why these numbers [C14, U14, E3]
#
# A unit adds up $n$ inputs. Weights and inputs are independent, the weights have mean 0. Then, as in C14,
#
# $$\mathrm{Var}\, z = n\; \mathrm{Var}\, w\; E[h^2]$$
#
# where $h$ is what comes in. Without an activation $E[h^2]$ of the next layer is $\mathrm{Var}\, z$ itself, so each layer multiplies the variance by $n \mathrm{Var}\, w$. It is kept if $n \mathrm{Var}\, w = 1$. On the way back the same sum runs over the $m$ units, which
# asks for $m \mathrm{Var}\, w = 1$; Glorot's $\frac{2}{n + m}$ is the compromise.
#
# A ReLU sets one half of the numbers to 0, and so halves $E[h^2]$. That is what the 2 in $\frac{2}{n}$ is for.
#
# **Your turn.** Write `predicted_variance(q, widths, variances, activation)`: the variance of $z$ in each layer. `q` is $E[x^2]$ of the inputs, `widths` is $(n_0, n_1, \dots, n_L)$, `variances` holds $\mathrm{Var}\, w$ of each layer, and `activation` is `"linear"` or `"relu"`.


# %% role="answer" id="l04-predicted-variance"
def predicted_variance(q, widths, variances, activation):
    """Var z of every layer.    q: number   widths: (L + 1,)   variances: (L,)   activation: "linear" or "relu"   returns (L,)"""
    ### BEGIN SOLUTION
    found = []
    for n, variance in zip(widths, variances):
        found.append(n * variance * q)
        q = found[-1] / 2 if activation == "relu" else found[-1]
    return np.array(found)
    ### END SOLUTION


# %% role="check" id="l04-predicted-variance-check" points=4
check("l04.predicted_variance", predicted_variance)

# %% [markdown]
# Now compare prediction and measurement. U14 wants to "make variance of $z_i$ the same across layers", and divides a standard normal number by $\sqrt{2\, n}$. That is the variance $\frac{1}{2n}$ [E3]: one quarter of He's.


# %% role="given" id="l04-measured"
def measured_variance(std, L=20, n=200, relu=True, seed=0):
    """Var z in each of L layers with n units; weights of the standard deviation std"""
    rng = np.random.default_rng(seed)
    h, found = rng.normal(size=(500, n)), []
    for _ in range(L):
        z = h @ (std * rng.normal(size=(n, n)))
        found.append(np.mean(z**2))
        h = np.maximum(z, 0) if relu else z
    return np.array(found)


# %%
kinds_e3 = {"He [I7]: $2/n$": 2 / 200, "$1/n$ [I7, tanh]": 1 / 200, "U14's normal: $1/(2n)$": 1 / 400}
measured_e3 = {name: measured_variance(np.sqrt(variance)) for name, variance in kinds_e3.items()}
if passed("l04.predicted_variance"):
    fig, ax = plt.subplots(figsize=(8, 4), layout="constrained")
    predicted_e3 = {}
    for (name, variance), color, marker in zip(kinds_e3.items(), (BLUE, GREEN, VERMILLION), "os^"):
        predicted_e3[name] = predicted_variance(1.0, [200] * 21, [variance] * 20, "relu")
        ax.semilogy(range(1, 21), predicted_e3[name], color=color, label=name + ", predicted")
        ax.semilogy(range(1, 21), measured_e3[name], marker, color=color, label="measured")
    ax.set(title="The variance of z through 20 ReLU layers", xlabel="layer", ylabel="Var z", xticks=range(1, 21, 2))
    ax.legend(fontsize=8, ncols=3, loc="lower left")
    ends = ", ".join(f"{name.replace('$', '')} {values[-1]:.2g}" for name, values in measured_e3.items())
    show(
        fig,
        f"Measured points lie on the predicted lines, which are straight on a logarithmic axis. In layer 20: {ends}.",
    )
else:
    print("This picture appears as soon as the check of predicted_variance is green.")

# %% [markdown]
# *What to see:* with $2/n$ the signal arrives as strong as it left. With $1/n$ half of it is lost in every layer, with U14's normal numbers three quarters: after 20 layers next to nothing is left. Without ReLUs the same numbers hold with one halving less: U14's loses half.
#
# **Play with it.** Activations and gradients of a network before any training. Which initializer keeps both alive for tanh, which one for ReLU? Make tanh's weights large: where do its units sit then? Try the sigmoid with 30 layers.

# %%
signals()

# %% [markdown]
# *What to see:* columns that look alike from left to right are what we want, in both pictures. A column that has shrunk to a line carries no signal. Under tanh, weights that are too large push the units to the ends, -1 and 1, where the slope is near 0.
#
# ## 4  Gradients on their way back [U22, C13, I6]
#
# On the way back, the error is multiplied by $W^\top$ and by the slope of the activation in every layer [I6]. If most of these factors are below 1, the gradient vanishes; if they are above 1, it explodes.
#
# U22 has the sigmoid in view: "The problem gets worse when you take the sigmoid of a sigmoid".

# %%
nested_sigmoids()

# %% [markdown]
# *What to see:* one sigmoid has a slope of at most $\frac14$. Every further one takes another factor of at most $\frac14$, also where the first one is steepest.
#
# **Your turn.** Write `nested_slope(z, L)`: the derivative of $\sigma(\sigma(\dots\sigma(z)))$, $L$ sigmoids, for each element of `z`.


# %% role="answer" id="l04-nested-slope"
def nested_slope(z, L):
    """The slope of L sigmoids, one inside the other.    z: (K,)   returns (K,)"""
    ### BEGIN SOLUTION
    slope = np.ones_like(z)
    for _ in range(L):
        z = 1 / (1 + np.exp(-z))
        slope = slope * z * (1 - z)
    return slope
    ### END SOLUTION


# %% role="check" id="l04-nested-slope-check" points=2
check("l04.nested_slope", nested_slope)

# %% [markdown]
# A network has weights as well, and they may make up for small slopes, or not. So measure: the size of the gradient of each layer's weights. The norm of a matrix is the root of the sum of the squares of all its entries.
#
# $$z_l = h_{l-1} W_l, \qquad h_l = g(z_l), \qquad h_0 = x$$
#
# **Your turn.** Write `gradient_norms(x, Ws, dh, activation)`. `Ws` is the list of the $L$ weight matrices, `dh` is $\partial \mathrm{loss} / \partial h_L$, and `activation` is `"relu"` or `"tanh"`, in all layers. Return $\lVert \partial \mathrm{loss} / \partial W_l \rVert$ for $l = 1, \dots, L$.


# %% role="answer" id="l04-gradient-norms"
def gradient_norms(x, Ws, dh, activation):
    """The norm of every layer's gradient.    x: (N, n_0)   Ws: L matrices   dh: (N, n_L)   returns (L,)"""
    ### BEGIN SOLUTION
    hs = [x]
    for W in Ws:
        z = hs[-1] @ W
        hs.append(np.maximum(z, 0) if activation == "relu" else np.tanh(z))
    norms = []
    for W, h_in, h in zip(Ws[::-1], hs[-2::-1], hs[::-1]):
        dz = dh * ((h > 0) if activation == "relu" else 1 - h**2)
        norms.append(np.sqrt(np.sum((h_in.T @ dz) ** 2)))
        dh = dz @ W.T
    return np.array(norms[::-1])
    ### END SOLUTION


# %% role="check" id="l04-gradient-norms-check" points=5
check("l04.gradient_norms", gradient_norms)

# %%
if passed("l04.gradient_norms") and passed("l04.normal_weights"):
    fig, ax = plt.subplots(figsize=(8, 4), layout="constrained")
    draw_i6 = np.random.default_rng(5)
    x_i6, dh_i6 = draw_i6.normal(size=(100, 80)), draw_i6.normal(size=(100, 80)) / 100
    gs_i6 = [draw_i6.normal(size=(80, 80)) for _ in range(15)]
    norms_i6 = {}
    for name, activation, kind, factor, color, marker in (
        ("ReLU, He", "relu", "he", 1.0, BLUE, "o"),
        ("tanh, $1/n$", "tanh", "tanh", 1.0, GREEN, "s"),
        ("ReLU, half of He's size", "relu", "he", 0.5, ORANGE, "v"),
        ("ReLU, twice He's size", "relu", "he", 2.0, VERMILLION, "^"),
    ):
        Ws = [factor * normal_weights(g, kind) for g in gs_i6]
        norms_i6[name] = gradient_norms(x_i6, Ws, dh_i6, activation)
        ax.semilogy(range(1, 16), norms_i6[name], marker=marker, color=color, label=name)
    # the sigmoid by the explorer's own network, with the same 15 layers
    _, sigmoid_grads = propagate(15, "sigmoid", "Glorot and tanh: sqrt(1/n)")
    norms_i6["sigmoid, $1/n$"] = np.array([np.sqrt(np.sum(g**2)) for g in sigmoid_grads])
    ax.semilogy(range(1, 16), norms_i6["sigmoid, $1/n$"], "--", marker="D", color=PURPLE, label="sigmoid, $1/n$")
    ax.set(title="The gradient of each layer at the start", xlabel="layer", ylabel="norm", xticks=range(1, 16, 2))
    ax.legend(fontsize=9)
    first_to_last = ", ".join(f"{name.replace('$', '')}: {n[0] / n[-1]:.1g}" for name, n in norms_i6.items())
    show(fig, f"Norms of the gradients of 15 layers. That of the first layer over that of the last: {first_to_last}.")
else:
    print("This picture appears as soon as the checks of gradient_norms and normal_weights are green.")

# %% [markdown]
# *What to see:* with the sigmoid the first layers get next to nothing; they would not move while the last ones learn [C13]. With ReLUs and He's numbers all layers get about the same. Double the weights, and every layer back doubles the error: the gradient of the first layer is
# not the problem then, but the steps of *all* layers are far too long. (With ReLUs and one factor for all layers, every layer's gradient has the same product of factors in it: that is why these lines are level.)
#
# ## 5  Clipping [I6]
#
# Against explosion, I6 has a "solution: gradient clipping". There are two kinds. By *value*: no element may be larger than a limit. By *global norm*: if all gradients together, as one long vector, are longer than a limit, they are made shorter, all by the same factor.
#
# **Your turn.** Write `clip_by_value(g, limit)` for an array of any shape. Return a new array.


# %% role="answer" id="l04-clip-by-value"
def clip_by_value(g, limit):
    """Every element between -limit and limit.    g: any shape"""
    ### BEGIN SOLUTION
    return np.clip(g, -limit, limit)
    ### END SOLUTION


# %% role="check" id="l04-clip-by-value-check" points=1
check("l04.clip_by_value", clip_by_value)

# %% [markdown]
# **Your turn.** Write `clip_by_global_norm(gs, max_norm)` for a list of arrays. Return the list of the clipped arrays, and the norm of all of them together *before* clipping.


# %% role="answer" id="l04-clip-by-global-norm"
def clip_by_global_norm(gs, max_norm):
    """All arrays by the same factor, so that their norm is at most max_norm.    gs: list of arrays   returns list, norm before"""
    ### BEGIN SOLUTION
    norm = np.sqrt(sum(np.sum(g**2) for g in gs))
    return [max_norm / max(norm, max_norm) * g for g in gs], norm  # the larger of the two: no division by 0
    ### END SOLUTION


# %% role="check" id="l04-clip-by-global-norm-check" points=4
check("l04.clip_by_global_norm", clip_by_global_norm)


# %% role="given" id="l04-cliff"
def cliff(w):
    """Ten linear layers of one unit, all with the same weight: the loss 1/2 (w^10 - 1)^2 and its slope"""
    return (w**10 - 1) ** 2 / 2, 10 * w**9 * (w**10 - 1)


# %%
if passed("l04.clip_by_value") and passed("l04.clip_by_global_norm"):
    ws = {"plain": [1.35], "clipped": [1.35]}
    for _ in range(12):
        ws["plain"].append(ws["plain"][-1] - 0.01 * cliff(ws["plain"][-1])[1] if abs(ws["plain"][-1]) < 3 else np.nan)
        ws["clipped"].append(
            ws["clipped"][-1] - 0.01 * clip_by_global_norm([np.array([cliff(ws["clipped"][-1])[1]])], 5.0)[0][0][0]
        )
    left = next(i for i, w in enumerate(ws["plain"]) if abs(w) > 1.5)

    fig, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
    axes[0].plot(ws["plain"], "--", marker="^", color=VERMILLION, label="plain")
    axes[0].plot(ws["clipped"], marker="o", color=BLUE, label="clipped to length 5")
    axes[0].axhline(1, color=GREY, linewidth=1)
    axes[0].set(title="$w^{10}$ should become 1", xlabel="step", ylabel="w", ylim=(-2, 1.6))
    axes[0].legend(loc="lower right")

    g_i6 = np.array([3.0, 0.6])
    ways = {"gradient": g_i6, "by value": clip_by_value(g_i6, 1.0), "by norm": clip_by_global_norm([g_i6], 1.0)[0][0]}
    for (name, way), color, line in zip(ways.items(), (GREY, VERMILLION, BLUE), (":", "--", "-")):
        axes[1].plot([0, way[0]], [0, way[1]], line, marker="o", markevery=[1], color=color, linewidth=2.5, label=name)
    axes[1].set(
        title="Limit 1",
        xlabel="first element",
        ylabel="second element",
        aspect="equal",
        xlim=(-0.2, 3.3),
        ylim=(-0.5, 1.6),
    )
    axes[1].legend(loc="upper right", fontsize=9)
    cosines = {name: way @ g_i6 / np.linalg.norm(way) / np.linalg.norm(g_i6) for name, way in ways.items()}
    show(
        fig,
        f"Left: plain descent jumps from 1.35 to {ws['plain'][left]:.3g} in step {left} and is lost; with clipping it comes to {ws['clipped'][-1]:.3f}. "
        f"Right: the gradient clipped by norm keeps its direction; by value it is bent, cosine {cosines['by value']:.2f}.",
    )
else:
    print("This picture appears as soon as both checks of clipping are green.")

# %% [markdown]
# *What to see:* one step on the wall of a cliff can throw away all that was learned. Clipping makes the step short; by norm it keeps the direction, by value it does not.
#
# ## 6  Data on one scale [U13]
#
# Predictions of section 3 start from inputs of one size. U13: "Subtract mean, divide by standard deviation, 'whiten', standardize $y_i$". Mean and standard deviation are learned, like weights: from the *training part* alone. A test part that helps to choose them is no test any more.
#
# **Your turn.** Write `standardize(train, other)`. Both have the features in their columns. Every feature gets the mean 0 and the standard deviation 1 on the training part (divide the squares by $N$); the other part is moved and divided by the same numbers. A feature that is constant in
# training is divided by 1. Return both parts.


# %% role="answer" id="l04-standardize"
def standardize(train, other):
    """(x - mean) / std with the numbers of the training part.    train: (N, D)   other: (M, D)   returns both"""
    ### BEGIN SOLUTION
    mean, std = train.mean(axis=0), train.std(axis=0)
    std = np.where(std > 0, std, 1)
    return (train - mean) / std, (other - mean) / std
    ### END SOLUTION


# %% role="check" id="l04-standardize-check" points=4
check("l04.standardize", standardize)

# %% [markdown]
# Standardised features may still say the same thing twice. *Whitening* makes them uncorrelated. With the centred $X$ and its covariance $C = \frac1N X^\top X$, take directions and variances, $C v_k = \lambda_k v_k$. Then
#
# $$Z = X V \Lambda^{-1/2}, \qquad Z_{\mathrm{ZCA}} = Z V^\top$$
#
# are both white: every column has the variance 1, no two are correlated. The first lies along the directions (PCA), the second is turned back to lie as near to the data as it can (ZCA). A direction without variance cannot be stretched to 1: leave it out.
#
# **Your turn.** Write `whiten(X)`. Return $Z$ of shape $(N, K)$, the largest variance first, and $Z V^\top$ of shape $(N, D)$. $K$ counts the directions with $\lambda_k > 10^{-9} \lambda_1$; the others take part in neither. The sign of a column of $Z$ is yours to choose.


# %% role="answer" id="l04-whiten"
def whiten(X):
    """PCA and ZCA whitening.    X: (N, D)   returns (N, K), (N, D)"""
    ### BEGIN SOLUTION
    X = X - X.mean(axis=0)
    variance, V = np.linalg.eigh(X.T @ X / len(X))  # rising
    variance, V = variance[::-1], V[:, ::-1]
    kept = variance > 1e-9 * variance[0]
    Z = X @ V[:, kept] / np.sqrt(variance[kept])
    return Z, Z @ V[:, kept].T
    ### END SOLUTION


# %% role="check" id="l04-whiten-check" points=5
check("l04.whiten", whiten)


# %% role="given" id="l04-scales"
def two_features(N=300, seed=2):
    """Two features of different size that move together, and a target that is linear in them, with noise"""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, N))
    X = np.column_stack([20 + 6 * a, 3 + 0.8 * a + 0.5 * b])
    return X, X @ [0.5, -2.0] + 0.3 * rng.normal(size=N)


def steps_needed(X, y, goal=1.01, most=100_000):
    """Steps of gradient descent, at the largest rate that is safe, until the loss is within 1 % of the least"""
    X = np.column_stack([X, np.ones(len(X))])
    least = np.mean((X @ np.linalg.lstsq(X, y, rcond=None)[0] - y) ** 2)
    H, g = X.T @ X / len(X), X.T @ y / len(X)
    w, rate = np.zeros(X.shape[1]), 1 / np.linalg.eigvalsh(H)[-1]
    for step in range(most):
        if np.mean((X @ w - y) ** 2) <= goal * least:
            return step
        w = w - rate * (H @ w - g)
    return most


# %%
if passed("l04.standardize") and passed("l04.whiten"):
    X_u13, y_u13 = two_features()
    y_std = (y_u13 - y_u13.mean()) / y_u13.std()
    white, zca = whiten(X_u13)
    versions = {
        "raw": X_u13,
        "standardised": standardize(X_u13, X_u13[:1])[0],
        "PCA whitened": white,
        "ZCA whitened": zca,
    }
    steps_u13 = {name: steps_needed(X, y_std) for name, X in versions.items()}
    fig, axes = plt.subplots(1, 4, figsize=(11.5, 3.2), layout="constrained")
    for ax, (name, X) in zip(axes, versions.items()):
        ax.scatter(*X.T, s=8, c=X_u13[:, 0], cmap="cividis")
        more = "more than 100000" if steps_u13[name] >= 100_000 else f"{steps_u13[name]}"
        ax.set(title=f"{name}\n{more} steps", xlabel="first feature", ylabel="second feature" if name == "raw" else "")
        if name != "raw":
            ax.set(xlim=(-4, 4), ylim=(-4, 4), aspect="equal")
    show(
        fig,
        "Four scatter plots of 300 examples, with the steps that gradient descent takes to the least loss plus 1 %: "
        + ", ".join(f"{name} {n}" for name, n in steps_u13.items())
        + ".",
    )
else:
    print("This picture appears as soon as the checks of standardize and whiten are green.")

# %% [markdown]
# *What to see:* each step makes the cloud rounder, and the loss as well: descent on round contours goes straight to the bottom. The colours are the first feature of the raw data: PCA whitening turns the cloud, ZCA leaves it where it was.
#
# ## 7  In your own words

# %% [markdown] role="written" id="l04-diagnosis" points=4
# A network of 20 layers with tanh has been training for an hour, and its loss has not moved. Somebody has plotted the norm of each layer's gradient: $10^{-9}$ in the first layer, rising evenly to $10^{-1}$ in the last. Name **two** causes that would explain this plot, say for each what
# you would look at to find out whether it is the one, and what you would change. Would clipping help?
#
# ### BEGIN SOLUTION
# Two of these, or another one that explains a gradient that shrinks by an even factor per layer on the way back:
#
# * Weights too small: $n \mathrm{Var}\, w$ well below 1, so that $W^\top$ shrinks the error in every layer. Look at the activations: they shrink from layer to layer, too. Change: variance $1/n$ or $2/(n + m)$.
# * Weights (or inputs) too large: the units sit at -1 and 1, where the slope of tanh is near 0. Look at a histogram of the activations. Change: smaller weights by the same formulas, standardise the inputs.
# * Slopes below 1 over so many layers even with good weights: look at the mean of $1 - h^2$. Change: ReLU with He's numbers, skip connections, batch normalization.
#
# Clipping does not help: it makes long gradients shorter, and these are short.
#
# **Rubric.** For each of two causes 1.5 points: cause that fits the plot (0.5), what to look at that tells it from the others (0.5), what to change (0.5). Clipping, with the reason: 1 point; without the reason 0.5. A cause such as "learning rate too small" does not explain the *shape* of the plot: 0 points for it.
# ### END SOLUTION

# %% [markdown]
# ## 8  Recap
#
# Random weights break the symmetry. Their size decides what arrives: $n \mathrm{Var}\, w\, E[h^2]$, layer by layer, forward, and the same with $m$ on the way back. $1/n$ keeps a linear or tanh layer alive, $2/n$ a ReLU layer. Sigmoids make gradients vanish, too large weights make them
# explode; clipping by norm keeps the direction. Scale data with the numbers of the training part.
#
# Here is what the decks claim, measured with your functions. The numbers are computed in the cell below, with the seeds that stand in it.

# %%
needed = (
    "one_step",
    "normal_weights",
    "uniform_weights",
    "predicted_variance",
    "nested_slope",
    "gradient_norms",
    "clip_by_value",
    "clip_by_global_norm",
    "standardize",
    "whiten",
)
if all(passed(f"l04.{name}") for name in needed):

    def verdict(holds, otherwise="does not hold"):
        return "holds" if holds else otherwise

    def final_loss(scale, seed):
        rng = np.random.default_rng(seed)
        return train_small(scale * rng.normal(size=(3, 8)), scale * rng.normal(size=8), 800)[1][-1]

    starts = np.array([final_loss(0.5, seed) for seed in range(6)])
    spread_t = small_task()[1].var() / 2
    large = np.array([final_loss(4.0, seed) for seed in range(3)])
    tiny = np.array([final_loss(1e-5, seed) for seed in range(3)])
    linear_u14 = measured_variance(np.sqrt(1 / 400), relu=False)
    share = {name: values[-1] for name, values in measured_e3.items()}
    he, _, u14 = (share[name] for name in kinds_e3)
    off = max(np.abs(np.log(measured_e3[name] / predicted_e3[name])).max() for name in kinds_e3)
    slopes_u22 = [nested_slope(np.linspace(-8, 8, 1601), L).max() for L in (1, 2, 5)]
    ratio_sigmoid = norms_i6["sigmoid, $1/n$"][0] / norms_i6["sigmoid, $1/n$"][-1]
    ratio_relu = norms_i6["ReLU, He"][0] / norms_i6["ReLU, He"][-1]
    grown = norms_i6["ReLU, twice He's size"][0] / norms_i6["ReLU, He"][0]
    claims(
        [
            (
                "U11",
                "equal weights in a layer stay equal",
                f"largest difference in 800 steps {unit_gap:.0e}",
                verdict(unit_gap < 1e-12),
            ),
            (
                "U11",
                "several starts seldom matter",
                f"final losses of 6 starts {starts.min():.4f} to {starts.max():.4f}; without learning {spread_t:.2f}",
                verdict(starts.max() < 0.05 * spread_t, "does not hold: some starts are caught"),
            ),
            (
                "U11",
                "too large weights take too long",
                f"median loss {np.median(large):.3f} from size 4, {np.median(starts):.4f} from 0.5",
                verdict(np.median(large) > 2 * np.median(starts)),
            ),
            (
                "U11",
                "0.00001 randn is enough to break the symmetry",
                f"median loss {np.median(tiny):.3f} after as many steps, {equal_losses[-1]:.3f} from equal weights",
                verdict(
                    np.median(tiny) < 0.75 * equal_losses[-1],
                    "does not hold here",
                )
                + ("; it starts late" if np.median(tiny) > 5 * np.median(starts) else ""),
            ),
            (
                "C14",
                "Var z = n Var w E[h^2]",
                f"measured within {np.exp(off) - 1:.0%} of it in 20 layers",
                verdict(off < np.log(1.5)),
            ),
            (
                "U14, E3",
                "dividing by sqrt(2 n) keeps the variance of z",
                f"layer 20: {u14:.0e} with ReLU, {linear_u14[-1]:.0e} without",
                verdict(0.5 < linear_u14[-1] < 2, "does not hold"),
            ),
            (
                "I7",
                "2/n keeps it with ReLU",
                f"layer 20: {he:.2f}; the inputs have 1, layer 1 has 2",
                verdict(0.5 < he < 4),
            ),
            (
                "I7, E4",
                "U(0, 1) times c has the variance 2/n",
                f"{printed.var() * 200:.3f}/n, mean {printed.mean() / printed.std():.1f} standard deviations; mended {mended.var() * 200:.2f}/n",
                verdict(abs(printed.var() * 200 - 2) < 0.1),
            ),
            (
                "U22",
                "the sigmoid of a sigmoid has an even smaller slope",
                f"largest slope of 1, 2, 5: {slopes_u22[0]:.2f}, {slopes_u22[1]:.3f}, {slopes_u22[2]:.0e}",
                verdict(slopes_u22[0] > 3 * slopes_u22[1] > 9 * slopes_u22[2]),
            ),
            (
                "C13",
                "the sigmoid is prone to vanish, ReLU resilient",
                f"first layer over last: {ratio_sigmoid:.0e}, {ratio_relu:.1f}",
                verdict(ratio_sigmoid < 1e-3 < 0.1 < ratio_relu, "holds only for good weights"),
            ),
            (
                "I6",
                "weights above 1 explode",
                f"twice He's weights: gradients {grown:.0e} times as large in 15 layers",
                verdict(grown > 1e3),
            ),
            (
                "I6",
                "clipping is a solution",
                f"w = {ws['clipped'][-1]:.2f} in place of {ws['plain'][left]:.0f}",
                verdict(abs(ws["clipped"][-1] - 1) < 0.1),
            ),
            (
                "U13",
                "standardising and whitening help",
                f"{steps_u13['raw']}, {steps_u13['standardised']}, {steps_u13['PCA whitened']} steps",
                verdict(steps_u13["raw"] > steps_u13["standardised"] > steps_u13["PCA whitened"]),
            ),
        ]
    )
else:
    print("The table appears as soon as all checks of this lesson are green.")

# %% [markdown]
# **Further reading.** X. Glorot, Y. Bengio: *Understanding the difficulty of training deep feedforward neural networks*, AISTATS (2010). K. He, X. Zhang, S. Ren, J. Sun: *Delving deep into rectifiers*, ICCV (2015).
# Y. LeCun, L. Bottou, G. Orr, K.-R. Müller: *Efficient BackProp* (1998), for data as well. R. Pascanu, T. Mikolov, Y. Bengio: *On the difficulty of training recurrent neural networks*, ICML (2013), for clipping.

# %%
progress()

# %% [markdown]
# ## Hand in
#
# Save (*File > Save Notebook*), then press the button. It looks for cells that are missing, damaged or edited, and packs the
# notebook into one file.

# %%
from course_lib import hand_in

hand_in("l04_initialization_and_gradients")
