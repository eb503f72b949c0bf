# %% [markdown]
# # 12  Convolution and recurrence
#
# After this lesson you can run a convolution forward and backward, write it as one sparse matrix, say what it costs and what it sees; and run a recurrent network through time, and say how far back its gradient reaches.
#
# Decks: U28, C16, I6, C13, L11, L14. They name both kinds of network in a line or two; the lesson fills in what the lines rest on.

# %% role="given" id="l12-setup"
from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from course_lib import check, hint, passed, progress
from course_lib.data import glyphs, translate
from course_lib.initializers import orthogonal
from course_lib.layers import (
    LSTM,
    RNN,
    BatchNorm2d,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    MaxPool2d,
    ReLU,
    Sequential,
    SpatialDropout,
    pack,
)
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import cnn, mlp
from course_lib.optim import SGD, Adam, clip_by_global_norm
from course_lib.pictures import claims, show
from course_lib.training import predict
from course_lib.widgets.l12_convolution_and_recurrence import gradients_through_time, kernel_at_work, receptive_fields

BLUE, VERMILLION, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#6B6B6B"

# %% [markdown]
# ## 1  A window that slides [U28]
#
# Up to now every unit read every pixel. U28's convolutional nets read a small window, and slide it over the image: "sparse" weights, because a result reads few pixels, and "tied" ones, because every window uses the same *kernel*.
#
# **Play with it.** Press play and watch where the results are large.

# %%
kernel_at_work()

# %% [markdown]
# *What to see:* one kernel of nine numbers looks for one thing, everywhere. "edge across" answers where ink begins to the right; it does not care in which row.
#
# With $C$ channels in and $O$ out, each output channel $o$ has a kernel with a layer for every input channel:
#
# $$y_{noij} = b_o + \sum_{c,u,v} W_{ocuv}\; x_{n,c,i+u,j+v}$$
#
# The window stays inside the image, so an image of $H \times W$ pixels gives $H' = H - k_h + 1$ rows and $W' = W - k_w + 1$ columns of results. (Mathematics turns the kernel round first; networks learn it anyhow, and don't.)
#
# **Your turn.** Write `conv2d(x, W, b)`.


# %% role="answer" id="l12-conv2d"
def conv2d(x, W, b):
    """Convolution without padding, stride 1.    x: (N, C, H, W)   W: (O, C, kh, kw)   b: (O,)   returns (N, O, H', W')"""
    ### BEGIN SOLUTION
    kh, kw = W.shape[2:]
    y = np.empty((len(x), len(W), x.shape[2] - kh + 1, x.shape[3] - kw + 1))
    for i, j in np.ndindex(*y.shape[2:]):
        y[:, :, i, j] = np.tensordot(x[:, :, i : i + kh, j : j + kw], W, axes=([1, 2, 3], [1, 2, 3])) + b
    return y
    ### END SOLUTION


# %% role="check" id="l12-conv2d-check" points=4
check("l12.conv2d", conv2d)

# %% [markdown]
# ## 2  The same as one sparse matrix [U28]
#
# A convolution is linear, so there must be a matrix for it: $y = xM$, with the pixels of $x$ and the results $y$ counted row by row. Take one image of one channel. The matrix of a dense layer would be full of different numbers. This one is mostly 0, and the numbers of $K$ are all that it has, again and again.
#
# **Your turn.** Write `conv_matrix(K, H, W)` for a kernel `K` of shape `(kh, kw)` and an image of $H$ rows and $W$ columns: $M$ has $HW$ rows and $H'W'$ columns.


# %% role="answer" id="l12-conv-matrix"
def conv_matrix(K, H, W):
    """M with y = x M.    K: (kh, kw)   returns (H W, H' W')"""
    ### BEGIN SOLUTION
    kh, kw = K.shape
    M = np.zeros((H, W, H - kh + 1, W - kw + 1))
    for i, j in np.ndindex(*M.shape[2:]):
        M[i : i + kh, j : j + kw, i, j] = K
    return M.reshape(H * W, -1)
    ### END SOLUTION


# %% role="check" id="l12-conv-matrix-check" points=4
check("l12.conv_matrix", conv_matrix)

# %%
if passed("l12.conv2d") and passed("l12.conv_matrix"):
    draw_k = np.random.default_rng(28)
    K_seen, image_seen = draw_k.normal(size=(3, 3)), draw_k.normal(size=(1, 1, 7, 8))
    M_seen = conv_matrix(K_seen, 7, 8)
    apart = float(
        np.abs(image_seen.reshape(1, -1) @ M_seen - conv2d(image_seen, K_seen[None, None], np.zeros(1)).reshape(1, -1)).max()
    )  # fmt: skip
    largest = np.abs(K_seen).max()
    fig, axes = plt.subplots(1, 2, figsize=(9.5, 4.6), layout="constrained")
    pictures = (
        (M_seen, "Convolution"),
        (draw_k.normal(size=M_seen.shape), "A dense layer in its place"),
    )
    for ax, (matrix, name) in zip(axes, pictures):
        shown = ax.imshow(np.where(matrix == 0, np.nan, matrix), cmap="cividis", vmin=-largest, vmax=largest)
        ax.set(
            title=f"{name}: {len(np.unique(matrix[matrix != 0]))} different numbers",
            xlabel="result",
            ylabel="pixel",
        )
    fig.colorbar(shown, ax=axes, label="weight; white: none")
    show(
        fig,
        f"Two matrices of {M_seen.shape[0]} pixels by {M_seen.shape[1]} results. That of the convolution has bands along the diagonal, "
        f"{np.mean(M_seen != 0):.0%} of its entries are not 0, and they are {len(np.unique(M_seen[M_seen != 0]))} different numbers; the dense one is full.",
    )
else:
    print("This picture appears as soon as the checks of conv2d and conv_matrix are green.")

# %% [markdown]
# *What to see:* white is sparse, the repeating bands are tied. Nothing is new but the restraint.
#
# ## 3  Backward [U28]
#
# Tied weights change one thing about the backward pass: a weight was used at every place, so its gradient is the *sum* over all places. And a pixel was read by several windows, so it gets back the sum over these:
#
# $$\frac{\partial L}{\partial W_{ocuv}} = \sum_{n,i,j} dy_{noij}\, x_{n,c,i+u,j+v} \qquad \frac{\partial L}{\partial b_o} = \sum_{n,i,j} dy_{noij} \qquad dx_{n,c,i+u,j+v} \mathrel{+}= \sum_o dy_{noij}\, W_{ocuv}$$
#
# **Your turn.** Write `conv2d_backward(x, W, dy)`.


# %% role="answer" id="l12-conv2d-backward"
def conv2d_backward(x, W, dy):
    """dL/dW, dL/db, dL/dx.    x: (N, C, H, W)   W: (O, C, kh, kw)   dy: (N, O, H', W')"""
    ### BEGIN SOLUTION
    (kh, kw), (rows, columns) = W.shape[2:], dy.shape[2:]
    dW, dx = np.zeros_like(W), np.zeros_like(x)
    for u, v in np.ndindex(kh, kw):
        seen = np.s_[:, :, u : u + rows, v : v + columns]
        dW[:, :, u, v] = np.einsum("noij,ncij->oc", dy, x[seen])
        dx[seen] += np.einsum("noij,oc->ncij", dy, W[:, :, u, v])
    return dW, dy.sum(axis=(0, 2, 3)), dx
    ### END SOLUTION


# %% role="check" id="l12-conv2d-backward-check" points=6
check("l12.conv2d_backward", conv2d_backward)

# %% [markdown]
# A test that needs no second implementation: backward is the *adjoint* of forward. For every $x$ and every $dy$, without biases, $\langle \operatorname{conv}(x), dy \rangle = \langle x, dx \rangle$. As a matrix: forward is $xM$, backward is $dy\, M^\top$.

# %%
if passed("l12.conv2d") and passed("l12.conv_matrix") and passed("l12.conv2d_backward"):
    dy_seen = np.random.default_rng(29).normal(size=(1, 1, 5, 6))
    W_seen = K_seen[None, None]
    dx_seen = conv2d_backward(image_seen, W_seen, dy_seen)[2]
    forward_side = float(np.sum(conv2d(image_seen, W_seen, np.zeros(1)) * dy_seen))
    backward_side = float(np.sum(image_seen * dx_seen))
    by_matrix = float(np.abs(dy_seen.reshape(1, -1) @ M_seen.T - dx_seen.reshape(1, -1)).max())
    print(f"<conv(x), dy> = {forward_side:.12f}")
    print(f"<x, dx>       = {backward_side:.12f}")
    print(f"largest difference of dx and dy M^T: {by_matrix:.1e}")
else:
    print("The numbers appear as soon as the checks above are green.")

# %% [markdown]
# ## 4  The largest of each window
#
# *Pooling* makes the image smaller: of every window of $2 \times 2$ pixels, side by side, only the largest number goes on. Backward, the error goes to the pixel that stood for its window, and the others get 0, as behind a ReLU. Where several are equal, let the first one have it, row by row.
#
# **Your turn.** Write `max_pool(x, dy)` that returns $y$ and $dx$. $H$ and $W$ are even.


# %% role="answer" id="l12-max-pool"
def max_pool(x, dy):
    """y, dx of 2 x 2 max pooling.    x, dx: (N, C, H, W)   y, dy: (N, C, H/2, W/2)"""
    ### BEGIN SOLUTION
    corners = [np.s_[:, :, u::2, v::2] for u in (0, 1) for v in (0, 1)]
    parts = np.stack([x[corner] for corner in corners])
    best, dx = parts.argmax(axis=0), np.zeros_like(x)
    for k, corner in enumerate(corners):
        dx[corner] = dy * (best == k)
    return parts.max(axis=0), dx
    ### END SOLUTION


# %% role="check" id="l12-max-pool-check" points=4
check("l12.max_pool", max_pool)

# %% [markdown]
# ## 5  What it costs, and what it sees [U28]
#
# U28 promises far fewer parameters. Count: a $k \times k$ convolution without padding from $C$ to $n_{out}$ channels, on images of $H \times W$; the dense layer that computes as many results from as many pixels (biases included in both); and the multiplications of the convolution, one for each product of its sum.
#
# **Your turn.** Write `counts(C, H, W, n_out, k)` that returns these three numbers.


# %% role="answer" id="l12-counts"
def counts(C, H, W, n_out, k):
    """Numbers of the convolution, numbers of a dense layer in its place, multiply-adds of the convolution for one image"""
    ### BEGIN SOLUTION
    results = n_out * (H - k + 1) * (W - k + 1)
    return n_out * (C * k**2 + 1), (C * H * W + 1) * results, C * k**2 * results
    ### END SOLUTION


# %% role="check" id="l12-counts-check" points=3
check("l12.counts", counts)

# %%
if passed("l12.counts"):
    conv_numbers, dense_numbers, spent = counts(1, 28, 28, 8, 3)
    print(
        f"28 x 28 pixels, 8 channels, 3 x 3: convolution {conv_numbers}, dense layer {dense_numbers:,}, multiply-adds {spent:,}"
    )

# %% [markdown]
# Few numbers, but not few operations: each is used hundreds of times.
#
# A fair comparison gives both networks as many numbers. An MLP with one hidden layer, $D$-$n$-$K$, has how large an $n$, if it may have at most so many?
#
# **Your turn.** Write `matching_width(numbers, D, K)`: the largest $n$ for which weights and biases together are at most `numbers`.


# %% role="answer" id="l12-matching-width"
def matching_width(numbers, D, K):
    """The largest n for which D-n-K has at most so many numbers, biases included"""
    ### BEGIN SOLUTION
    return (numbers - K) // (D + 1 + K)
    ### END SOLUTION


# %% role="check" id="l12-matching-width-check" points=2
check("l12.matching_width", matching_width)

# %% [markdown]
# One result of the first layer sees $k$ pixels along each side. A result of the second sees $k$ results of the first, which together see more. This is its *receptive field*.
#
# **Play with it.** How do layers, kernel and stride work together?

# %%
receptive_fields()

# %% [markdown]
# *What to see:* layers add, strides multiply. A stride of $s$ (pooling has one, too) puts neighbouring results $s$ times as far apart, and every later layer grows by that much more.
#
# **Your turn.** Write `receptive_field(layers)` for a list of pairs (kernel $k$, stride $s$), first layer first. Return the size of the field along one side, and by how many pixels the fields of two neighbouring results are apart.


# %% role="answer" id="l12-receptive-field"
def receptive_field(layers):
    """Size of the field, step between neighbouring fields, in pixels.    layers: [(k, s), ...]"""
    ### BEGIN SOLUTION
    size, jump = 1, 1
    for k, s in layers:
        size += (k - 1) * jump
        jump *= s
    return size, jump
    ### END SOLUTION


# %% role="check" id="l12-receptive-field-check" points=3
check("l12.receptive_field", receptive_field)


# %% [markdown]
# ## 6  A small convolutional network [U28, C16]
#
# Digits of $28 \times 28$ pixels, drawn by strokes, a thousand to learn from. The network is convolution, ReLU, pooling, twice over, and one dense layer. Its opponent is the MLP with as many numbers.


# %% role="given" id="l12-images"
draw_images = np.random.default_rng(0)
x_train, t_train = glyphs(1000, rng=draw_images)
x_test, t_test = glyphs(1000, rng=draw_images)
x_train, x_test = x_train[:, None], x_test[:, None]


def fitted(net, steps, n=1000, seed=0, lr=3e-3):
    """(the network, its losses) after training on the first n images"""
    rng, loss, losses = np.random.default_rng(seed), SoftmaxCrossEntropy(), []
    (theta, grad), optimizer = pack(net), Adam(lr)
    for _ in range(steps):
        chosen = rng.integers(n, size=32)
        losses.append(loss.forward(net.forward(x_train[chosen], training=True), t_train[chosen]))
        net.backward(loss.backward(), need_dx=False)
        optimizer.step(theta, grad)
    return net, losses


def share_right(net, x=x_test):
    return float(np.mean(predict(net, x).argmax(axis=1) == t_test))


# %%
if passed("l12.matching_width"):
    seeds_cnn, shifts = (0, 1), (0, 1, 2, 3, 4, 6)
    convnets = [fitted(cnn((1, 28, 28), (8, 16), 10, rng=np.random.default_rng(s)), 200, seed=s)[0] for s in seeds_cnn]
    cnn_numbers = pack(convnets[0])[0].size
    width = matching_width(cnn_numbers, 784, 10)
    perceptrons = [
        fitted(Sequential(Flatten(), *mlp([784, width, 10], rng=np.random.default_rng(s)).layers), 600, seed=s)[0]
        for s in seeds_cnn
    ]
    moved = [translate(x_test[:, 0], 0, d)[:, None] for d in shifts]
    cnn_right, mlp_right = (np.array([[share_right(net, x) for x in moved] for net in nets]) for nets in (convnets, perceptrons))  # fmt: skip
    fig, ax = plt.subplots(figsize=(7, 3.8), layout="constrained")
    for found, name, color, line in (
        (cnn_right, f"CNN, {cnn_numbers} numbers", BLUE, "o-"),
        (mlp_right, f"MLP 784-{width}-10, {pack(perceptrons[0])[0].size} numbers", VERMILLION, "^--"),
    ):
        ax.errorbar(shifts, found.mean(axis=0), found.std(axis=0), fmt=line, color=color, capsize=3, label=name)
    ax.set(
        title="Test digits, moved to the right", xlabel="pixels moved", ylabel="share right", xticks=shifts, ylim=(0, 1)
    )
    ax.legend(loc="lower left")
    show(
        fig,
        "Share of test digits right, mean of two starts, with bars of one standard deviation. "
        + " ".join(
            f"Moved by {d}: CNN {a:.2f}, MLP {b:.2f}." for d, a, b in zip(shifts, cnn_right.mean(axis=0), mlp_right.mean(axis=0))
        ),
    )  # fmt: skip
else:
    print("This picture appears as soon as the check of matching_width is green.")

# %% [markdown]
# *What to see:* with as many numbers the CNN is far ahead, and loses less when the digits move. But it loses: the dense layer at its end has a weight for every place.
#
# What have its first kernels learned?

# %%
if passed("l12.matching_width"):
    first = convnets[0].layers[0]
    kernels, seen_by = first.params["W"][:, 0], first.forward(x_test[:1])[0]
    fig, axes = plt.subplots(2, 9, figsize=(10, 2.8), layout="constrained")
    axes[0, 0].axis("off")
    axes[1, 0].imshow(x_test[0, 0], cmap="gray_r")
    axes[1, 0].set(title="digit", xticks=[], yticks=[])
    for k in range(8):
        axes[0, k + 1].imshow(kernels[k], cmap="cividis", vmin=-np.abs(kernels).max(), vmax=np.abs(kernels).max())
        axes[1, k + 1].imshow(np.maximum(seen_by[k], 0), cmap="cividis")
        axes[0, k + 1].set(title=f"kernel {k + 1}", xticks=[], yticks=[])
        axes[1, k + 1].set(xticks=[], yticks=[])
    fig.suptitle("The eight kernels of the first layer, and what they see in a digit")
    show(
        fig,
        f"Eight learned kernels of 3 x 3 and, below each, where it answers on a {t_test[0]}. "
        f"The kernels' sums go from {kernels.sum(axis=(1, 2)).min():.1f} to {kernels.sum(axis=(1, 2)).max():.1f}.",
    )

# %% [markdown]
# *What to see:* bright is positive. Some kernels answer on one side of a stroke only: nobody asked for edges, they paid.
#
# ## 7  Channels stay together [L11, L14]
#
# Two tools from earlier lessons change their axis here. In an image, neighbouring pixels say nearly the same. *Spatial dropout* [L11] therefore drops a whole channel at a time [lesson 08]. And *batch normalization* [L14] takes mean and variance per channel, over images *and* places, since a channel has one kernel [lesson 09].


# %%
def built(kind, seed):
    """conv, ReLU, pool, twice over; with nothing, Dropout, SpatialDropout or BatchNorm2d between"""
    rng = np.random.default_rng(seed)
    drop = {"dropout": Dropout, "spatial dropout": SpatialDropout}.get(kind)
    layers = []
    for n_in, n_out in ((1, 8), (8, 16)):
        layers += [Conv2d(n_in, n_out, 3, padding=1, rng=rng)]
        layers += [BatchNorm2d(n_out)] if kind == "batch norm" else []
        layers += [ReLU(), MaxPool2d(2)]
        layers += [drop(0.3, rng=rng)] if drop else []
    return Sequential(*layers, Flatten(), Dense(784, 10, rng=rng))


kinds = ("nothing", "dropout", "spatial dropout", "batch norm")
few_right, early_loss = {kind: [] for kind in kinds}, {}
for kind in kinds:
    for seed in (0, 1):
        net, losses = fitted(built(kind, seed), 120, n=100, seed=seed)
        few_right[kind].append(share_right(net))
        early_loss.setdefault(kind, []).append(losses[:40])

pixels = convnets[0].layers[0].forward(x_test[:200]) if passed("l12.matching_width") else built("nothing", 0).layers[0].forward(x_test[:200])  # fmt: skip
alike = float(np.corrcoef(pixels[..., :-1].ravel(), pixels[..., 1:].ravel())[0, 1])
fig, axes = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
axes[0].bar(
    kinds, [np.mean(few_right[k]) for k in kinds], yerr=[np.std(few_right[k]) for k in kinds],
    color=[GREY, VERMILLION, BLUE, GREEN], capsize=4,
)  # fmt: skip
axes[0].set(title="100 training images", xlabel="between the layers", ylabel="test digits right", ylim=(0, 1))
for kind, color, line in zip(("nothing", "batch norm"), (GREY, GREEN), ("--", "-")):
    axes[1].plot(np.mean(early_loss[kind], axis=0), line, color=color, label=kind)
axes[1].set(title="The first 40 steps", xlabel="step", ylabel="loss")
axes[1].legend()
show(
    fig,
    "Left: share of test digits right after training on 100 images, mean and standard deviation of two starts: "
    + ", ".join(f"{k} {np.mean(v):.3f} ± {np.std(v):.3f}" for k, v in few_right.items())
    + f". Right: mean loss after 40 steps, nothing {np.mean(early_loss['nothing'], axis=0)[-5:].mean():.2f}, batch norm {np.mean(early_loss['batch norm'], axis=0)[-5:].mean():.2f}.",
)

# %% [markdown]
# *What to see:* look at the bars before you choose a winner. And count what batch normalization learns here: one $\gamma$ and one $\beta$ for each of the channels, not for each of the pixels.
#
# ## 8  Recurrence [C16]
#
# A convolution ties weights over places. A *recurrent* network ties them over time: the same step again and again, with a state $h$ that remembers.
#
# $$h_t = \tanh(x_t W_x + h_{t-1} W_h + b)$$
#
# **Your turn.** Write `rnn_step(x, h, Wx, Wh, b)`: one step, from $h_{t-1}$ to $h_t$.


# %% role="answer" id="l12-rnn-step"
def rnn_step(x, h, Wx, Wh, b):
    """The next state.    x: (N, D)   h: (N, K)   Wx: (D, K)   Wh: (K, K)   b: (K,)   returns (N, K)"""
    ### BEGIN SOLUTION
    return np.tanh(x @ Wx + h @ Wh + b)
    ### END SOLUTION


# %% role="check" id="l12-rnn-step-check" points=2
check("l12.rnn_step", rnn_step)

# %% [markdown]
# Unrolled over $T$ steps, it is a network of $T$ layers that share their weights. So backprop needs nothing new: from the last step to the first, and the gradients of the shared weights add up. It goes by the name of *backprop through time*. Let the loss look at the last state only, $dh = \partial L / \partial h_T$:
#
# $$da_t = dh_t \odot (1 - h_t^2) \qquad dh_{t-1} = da_t W_h^\top$$
#
# **Your turn.** Write `rnn_gradients(X, dh, Wx, Wh, b)`: run forward from $h_0 = 0$, then return $\partial L/\partial W_x$, $\partial L/\partial W_h$, $\partial L/\partial b$.


# %% role="answer" id="l12-rnn-gradients"
def rnn_gradients(X, dh, Wx, Wh, b):
    """dL/dWx, dL/dWh, dL/db.    X: (N, T, D)   dh: (N, K), dL/dh_T   Wx: (D, K)   Wh: (K, K)   b: (K,)"""
    ### BEGIN SOLUTION
    N, T, _ = X.shape
    h = [np.zeros((N, len(Wh)))]
    for t in range(T):
        h.append(np.tanh(X[:, t] @ Wx + h[t] @ Wh + b))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(T)):
        da = dh * (1 - h[t + 1] ** 2)
        dWx += X[:, t].T @ da
        dWh += h[t].T @ da
        db += da.sum(axis=0)
        dh = da @ Wh.T
    return dWx, dWh, db
    ### END SOLUTION


# %% role="check" id="l12-rnn-gradients-check" points=6
check("l12.rnn_gradients", rnn_gradients)

# %% [markdown]
# ## 9  How far back a gradient reaches [I6, C13]
#
# I6 for deep networks: the gradient is a product, $W^\top$ and $g'$ for every layer. Here it is the *same* $W_h^\top$ for every step. What a product of equal factors does, you know: it vanishes or explodes.
#
# **Play with it.** Is there a size that does neither?

# %%
gradients_through_time()

# %% [markdown]
# *What to see:* without nonlinearity only the size 1.0 stands still. With $\tanh$ each step loses a little more, the more the units are driven to where $\tanh$ is flat.
#
# **Your turn.** Write `lag_norms(H, Wh, dh)` for one sequence with the states $h_1 \dots h_T$ in the rows of `H`: the norm of $\partial L/\partial h_{T-k}$ for $k = 0, 1, \dots, T - 1$.


# %% role="answer" id="l12-lag-norms"
def lag_norms(H, Wh, dh):
    """|dL/dh_(T-k)| for k = 0 ... T-1.    H: (T, K)   Wh: (K, K)   dh: (K,)   returns (T,)"""
    ### BEGIN SOLUTION
    norms = [np.linalg.norm(dh)]
    for t in reversed(range(1, len(H))):
        dh = (dh * (1 - H[t] ** 2)) @ Wh.T
        norms.append(np.linalg.norm(dh))
    return np.array(norms)
    ### END SOLUTION


# %% role="check" id="l12-lag-norms-check" points=3
check("l12.lag_norms", lag_norms)

# %% [markdown]
# A task that needs memory: the first of $T$ inputs is one of four symbols, all others are noise. Which was it? If the gradient does not reach the first step, nothing can be learned.


# %% role="given" id="l12-memory"
def remember(n, T, rng):
    """x: (n, T, 4), a symbol first and noise after it   t: (n,) which symbol"""
    t, x = rng.integers(4, size=n), 0.3 * rng.normal(size=(n, T, 4)).astype(np.float32)
    x[np.arange(n), 0] = np.eye(4)[t]
    return x, t


def sized(size):
    """Recurrent weights of this size: an orthogonal matrix times it"""
    return lambda rng, shape, dtype=np.float32: size * orthogonal(rng, shape, dtype)


def taught(cell, T, optimizer, steps=200, clip=None, seed=0):
    """(share right, losses, lengths of the gradient before clipping, the network)"""
    rng, loss, losses, lengths = np.random.default_rng(seed), SoftmaxCrossEntropy(), [], []
    net = Sequential(cell(4, 32, rng=rng), Dense(32, 4, rng=rng))
    theta, grad = pack(net)
    for _ in range(steps):
        x, t = remember(32, T, rng)
        losses.append(loss.forward(net.forward(x, training=True), t))
        net.backward(loss.backward(), need_dx=False)
        lengths.append(clip_by_global_norm(grad, clip) if clip else float(np.linalg.norm(grad)))
        optimizer.step(theta, grad)
    x, t = remember(500, T, rng)
    return float(np.mean(predict(net, x).argmax(axis=1) == t)), losses, lengths, net


# %%
if passed("l12.lag_norms"):
    cells = {
        "RNN, size 0.5": partial(RNN, init_h=sized(0.5)),
        "RNN, size 1 (orthogonal)": RNN,
        "LSTM": LSTM,
    }
    spans = (5, 10, 20, 40)
    recalled = {name: [taught(cell, T, Adam(3e-3))[0] for T in spans] for name, cell in cells.items()}

    lags = {}
    x_lag, _ = remember(1, 40, np.random.default_rng(1))
    for size, name in ((0.5, "size 0.5"), (1.0, "size 1"), (1.6, "size 1.6")):
        layer = RNN(4, 32, rng=np.random.default_rng(2), init_h=sized(size), sequences=True)
        H = layer.forward(x_lag)[0].astype(float)
        lags[name] = lag_norms(H, layer.params["Wh"].astype(float), np.ones(32) / np.sqrt(32))
    fig, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
    for (name, norms), color, line in zip(lags.items(), (VERMILLION, BLUE, PURPLE), ("--", "-", "-.")):
        axes[0].semilogy(norms, line, color=color, label=name)
    axes[0].set(title="Gradient before training", xlabel="steps back, the lag", ylabel="norm")
    axes[0].legend()
    for (name, values), color, marker in zip(recalled.items(), (VERMILLION, BLUE, GREEN), ("^--", "o-", "s-.")):
        axes[1].plot(spans, values, marker, color=color, label=name)
    axes[1].axhline(0.25, color=GREY, linestyle=":")
    axes[1].set(
        title="Which symbol came first?", xlabel="length of the sequence, T", ylabel="share right", ylim=(0, 1.1)
    )
    axes[1].legend(loc="lower left")
    show(
        fig,
        "Left: norm of the gradient 39 steps back, of 1 at lag 0: "
        + ", ".join(f"{name} {norms[-1]:.0e}" for name, norms in lags.items())
        + ". Right: share right after 200 steps, for T of 5, 10, 20, 40: "
        + "; ".join(f"{name} {', '.join(f'{v:.2f}' for v in values)}" for name, values in recalled.items())
        + ". Guessing gives 0.25.",
    )
else:
    print("This picture appears as soon as the check of lag_norms is green.")

# %% [markdown]
# *What to see:* where the gradient has vanished before it reaches the symbol, the network guesses. An LSTM carries part of its state along by adding instead of multiplying: it needs no weights of just the right size.
#
# The other side: weights of size 1.6, a large step, no LSTM. I6's remedy is gradient clipping, as in lesson 04.

# %%
if passed("l12.lag_norms"):
    big = partial(RNN, init_h=sized(1.6))
    wild = {
        name: taught(big, 20, SGD(0.3), steps=300, clip=clip)
        for name, clip in (("not clipped", None), ("clipped at 1", 1.0))
    }
    fig, axes = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
    for (name, (right, losses, lengths, _)), color, line in zip(wild.items(), (VERMILLION, BLUE), ("--", "-")):
        axes[0].plot(losses, line, color=color, label=f"{name}: {right:.2f} right")
        axes[1].semilogy(np.sort(lengths)[::-1], line, color=color, label=name)
    axes[0].set(title="Loss", xlabel="step", ylabel="loss")
    axes[1].set(title="Lengths of the gradient before clipping, sorted", xlabel="rank", ylabel="length")
    for ax in axes:
        ax.legend()
    show(
        fig,
        " ".join(
            f"{name}: the longest gradient has {max(lengths):.1f}, the last 50 losses are {np.mean(losses[-50:]):.3f} in the mean, {right:.2f} right."
            for name, (right, losses, lengths, _) in wild.items()
        ),
    )

# %% [markdown]
# ## 10  In your own words

# %% [markdown] role="written" id="l12-which-ties" points=4
# A hospital wants to find irregular heartbeats in recordings of one sensor, 10 seconds long with 250 numbers a second; an irregular beat looks the same whenever it comes, and lasts about half a second. A colleague proposes an MLP on all 2500 numbers. Propose a convolutional network along time: say what tied weights assume here and why that fits, choose layers whose receptive field covers half a second and show your count, and name one kind of question about the recording for which a recurrent network, or a much larger field, would be needed.
#
# ### BEGIN SOLUTION
# Tied weights assume that the same pattern means the same at every time; that is what "looks the same whenever it comes" says, so the network need not learn it anew for each of 2500 places, and has far fewer numbers. Half a second is 125 numbers. For example four layers of kernel 5, stride 2, and one of kernel 9: size 1 + 4 (1 + 2 + 4 + 8) + 8 * 16 = 189, at a step of 16. (Any choice is right whose count is right and at least 125.) At the end the largest answer over time, since one such beat is enough. A question about the order or the distance of things far apart, such as whether the rate is higher at the end than at the beginning, or whether every third beat is missing, needs more than half a second: a larger field or a state that remembers.
#
# **Rubric.** What tying assumes: 1; why it fits: 0.5. Layers with a correct count of at least 125: 1.5. A question that needs far apart parts together: 1.
# ### END SOLUTION

# %% [markdown]
# ## 11  Recap
#
# A convolution is a dense layer with most weights 0 and the others tied. Tied weights add their gradients: over places in a convolution, over steps in a recurrent network. Layers add to the receptive field, strides multiply it. Through time the same matrix acts again and again; its size decides how far back a gradient reaches.
#
# The decks' claims, measured in the cells above:

# %%
needed = ("conv2d", "conv_matrix", "conv2d_backward", "counts", "matching_width", "lag_norms")
if all(passed(f"l12.{name}") for name in needed):

    def verdict(holds, otherwise="does not hold"):
        return "holds" if holds else otherwise

    gain = cnn_right.mean(axis=0) - mlp_right.mean(axis=0)
    bars = max(np.std(few_right["dropout"]), np.std(few_right["spatial dropout"]))
    more = np.mean(few_right["spatial dropout"]) - np.mean(few_right["dropout"])
    learns = {kind: float(np.mean(losses, axis=0)[-5:].mean()) for kind, losses in early_loss.items()}
    claims(
        [
            (
                "U28",
                "sparse and tied: the same as one matrix",
                f"results differ by {apart:.0e}; {np.mean(M_seen != 0):.0%} of the entries are not 0, {len(np.unique(M_seen[M_seen != 0]))} different numbers",
                verdict(apart < 1e-12),
            ),
            (
                "U28",
                "backward is the adjoint",
                f"<conv(x), dy> - <x, dx> = {forward_side - backward_side:.0e}; dx and dy M^T differ by {by_matrix:.0e}",
                verdict(abs(forward_side - backward_side) < 1e-10 and by_matrix < 1e-12),
            ),
            (
                "U28",
                "far fewer parameters",
                f"{conv_numbers} against {dense_numbers:,} for 8 channels on 28 x 28",
                verdict(conv_numbers < dense_numbers / 1000),
            ),
            (
                "U28, C16",
                "better with as many parameters",
                f"CNN {cnn_right.mean(axis=0)[0]:.3f}, MLP {mlp_right.mean(axis=0)[0]:.3f}; moved by 3 pixels {cnn_right.mean(axis=0)[3]:.3f}, {mlp_right.mean(axis=0)[3]:.3f}",
                verdict(np.all(gain[:4] > 0.05)),
            ),
            (
                "L11",
                "in images whole channels should be dropped",
                f"neighbouring results correlate by {alike:.2f}; spatial against plain dropout {more:+.3f} ({bars:.3f} over the starts)",
                verdict(more > bars, "the reason holds, a gain is not seen here" if more > -bars else "the reason holds; here it is worse"),
            ),
            (
                "L14",
                "BatchNorm per channel, not per dimension",
                f"{2 * (8 + 16)} numbers where pixels of their own would need {2 * (8 * 28**2 + 16 * 14**2):,}; loss after 40 steps {learns['batch norm']:.2f}, without {learns['nothing']:.2f}",
                verdict(learns["batch norm"] < 0.7 * learns["nothing"]),
            ),
            (
                "I6",
                "gradients vanish or explode",
                "39 steps back: " + ", ".join(f"{name} {norms[-1]:.0e}" for name, norms in lags.items()),
                verdict(lags["size 0.5"][-1] < 1e-6 and lags["size 1.6"][-1] > lags["size 1"][-1]),
            ),
            (
                "I6",
                "clipping helps against exploding",
                ", ".join(f"{name}: {found[0]:.2f} right" for name, found in wild.items()),
                verdict(wild["clipped at 1"][0] > wild["not clipped"][0] + 0.05),
            ),
        ]
    )  # fmt: skip
else:
    print("The table appears as soon as all checks of this lesson are green.")

# %% [markdown]
# **Further reading.** Y. LeCun and others: *Gradient-Based Learning Applied to Document Recognition*, Proc. IEEE 86 (1998). R. Pascanu, T. Mikolov, Y. Bengio: *On the Difficulty of Training Recurrent Neural Networks*, ICML 2013. J. Tompson and others: *Efficient Object Localization Using Convolutional Networks*, CVPR 2015.

# %%
progress()

# %% [markdown]
# ## Hand in
#
# Save (*File > Save Notebook*), then press the button. It looks for cells that are missing, damaged or edited, and packs the
# notebook into one file.

# %%
from course_lib import hand_in

hand_in("l12_convolution_and_recurrence")
