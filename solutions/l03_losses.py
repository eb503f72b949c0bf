# %% [markdown]
# # 03  Losses
#
# After this lesson you can say which loss belongs to a data set and derive it instead of looking it up. You can write cross-entropy so that no
# logit is too large for it, explain why one loss learns and another one sleeps, and teach a network to answer "either this or that".
#
# Decks: W1-W7, C8, C9, C15, U7; one slip is settled here: E17.

# %% role="given" id="l03-setup"
import time

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display

from course_lib import check, hint, passed, progress
from course_lib.pictures import claims, show
from course_lib.widgets.l03_losses import inverse_problem, saturation, softmax_bars

BLUE, VERMILLION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"

# %% [markdown]
# ## 1  One idea behind all losses [W1]
#
# A network need not only say *what* it expects. It can say *how likely* every possible answer is: let it put out the parameters of a distribution
# $p_{\text{model}}(y \mid x; \theta)$. Good parameters are those under which the answers that really came were likely. That is maximum likelihood, and with a minus and a
# logarithm it becomes a loss:
#
# $$J(\theta) = -\mathbb{E}_{x, y \sim \hat p_{\text{data}}} \log p_{\text{model}}(y \mid x)$$
#
# The expectation over the data is the mean over the $N$ examples. Why the logarithm? It turns the product over the examples into a sum, and it has strong views: whoever gave
# the truth the probability 0 pays an infinite price.
#
# Everything below is this one formula with another distribution in it.

# %% [markdown]
# ## 2  Numbers: the Gaussian [W2]
#
# A linear output gives $\hat y$, and we say: $y$ scatters around it like a Gaussian of width $\sigma$,
#
# $$p(y \mid x) = \frac{1}{\sqrt{2 \pi}\, \sigma} \exp\Big( -\frac{(\hat y - y)^2}{2 \sigma^2} \Big)$$
#
# W2 writes down the log-likelihood of all $m$ examples. Ours is the mean, with a minus:
#
# $$J = \log \sigma + \tfrac12 \log 2 \pi + \frac1N \sum_{i=1}^N \frac{(\hat y_i - y_i)^2}{2 \sigma^2}$$
#
# **Your turn.** Write `gaussian_nll(yhat, y, sigma)` for arrays of shape $(N,)$ and a number $\sigma$. It returns $J$ and its gradient by `yhat`, an array of shape $(N,)$.


# %% role="answer" id="l03-gaussian-nll"
def gaussian_nll(yhat, y, sigma):
    """J of a Gaussian and its gradient by yhat.    yhat, y: (N,)   sigma: number   returns nll: number, dyhat: (N,)"""
    ### BEGIN SOLUTION
    r = yhat - y
    nll = np.log(sigma) + 0.5 * np.log(2 * np.pi) + np.mean(r**2) / (2 * sigma**2)
    return nll, r / (sigma**2 * len(y))
    ### END SOLUTION


# %% role="check" id="l03-gaussian-nll-check" points=4
check("l03.gaussian_nll", gaussian_nll)

# %% [markdown]
# Look at the gradient: up to a factor it is that of the mean squared error. The factor is $\frac{1}{\sigma^2}$ here and $2$ there. So both have
# their minimum in the same place, whatever $\sigma$ is. **Minimising the MSE is believing in a Gaussian.**
#
# **Your turn.** Suppose that the network sees no $x$ at all and must give one $\hat y$ and one $\sigma$ for all examples. Set both derivatives of $J$ to zero and solve. Write
# `gaussian_fit(y)`, which returns the two numbers.


# %% role="answer" id="l03-gaussian-fit"
def gaussian_fit(y):
    """The yhat and the sigma that make y most likely.    y: (N,)   returns yhat: number, sigma: number"""
    ### BEGIN SOLUTION
    yhat = np.mean(y)
    return yhat, np.sqrt(np.mean((y - yhat) ** 2))
    ### END SOLUTION


# %% role="check" id="l03-gaussian-fit-check" points=2
check("l03.gaussian_fit", gaussian_fit)

# %%
if passed("l03.gaussian_nll") and passed("l03.gaussian_fit"):
    y_some = np.array([1.0, 1.5, 2.5, 4.0, 8.0])
    best_yhat, best_sigma = gaussian_fit(y_some)
    guesses = np.linspace(0, 8, 161)

    fig, ax = plt.subplots(figsize=(7.5, 4.2), layout="constrained")
    for sigma, color, line in ((best_sigma, BLUE, "-"), (4.0, GREEN, "-."), (6.0, PURPLE, ":")):
        values = [gaussian_nll(np.full(5, guess), y_some, sigma)[0] for guess in guesses]
        ax.plot(guesses, values, line, color=color, linewidth=2, label=rf"NLL, $\sigma$ = {sigma:.2f}")
    ax.plot(guesses, [np.mean((guess - y_some) ** 2) / 8 for guess in guesses], "--", color=VERMILLION, label="MSE / 8")
    ax.axvline(best_yhat, color="#666666", linewidth=1)
    ax.plot(y_some, np.full(5, 0.1), "k|", markersize=14, label="the targets y")
    ax.set(title="One guess for five targets", xlabel=r"the guess $\hat y$", ylabel="loss", ylim=(0, 5))
    ax.legend(fontsize=9)
    show(
        fig,
        f"Four curves over the guess, one for each of three widths and one for the squared error. All have their minimum at {best_yhat:.2f}, the mean of the five targets.",
    )
else:
    print("This picture appears as soon as gaussian_nll and gaussian_fit are green.")

# %% [markdown]
# *What to see:* curves of different height and bend, all with their minimum above the same place: the mean of the targets. One target far to the right
# draws the mean after it, since errors count squared.

# %% [markdown]
# ### What the deck holds against the squared error [W3]
#
# W3 warns: "can have exploding gradients", and advises to bring the targets between 0 and 1. Below, the same small network (one input, 16 ReLUs, one number) learns the same
# curve twice by plain gradient descent, with the same start and step size. The second time its targets are in another unit: 300 times as large.


# %% role="given" id="l03-explode"
def curve_run(scale, steps=100, lr=0.1, seed=1):
    """Norm of the gradient, and the largest slope 2 |yhat - y| of the squared error, at each step of gradient descent on the MSE"""
    rng = np.random.default_rng(seed)
    x = np.linspace(-1, 1, 64)[:, None]
    y = (0.5 + 0.4 * np.sin(3 * x)) * scale
    W1, b1, W2, b2 = rng.normal(size=(1, 16)), np.zeros(16), rng.normal(size=(16, 1)) / 4, np.zeros(1)
    norms, slopes = [], []
    for _ in range(steps):
        h = np.maximum(x @ W1 + b1, 0)
        yhat = h @ W2 + b2
        dyhat = 2 * (yhat - y) / len(x)
        dh = dyhat @ W2.T * (h > 0)
        gradients = x.T @ dh, dh.sum(axis=0), h.T @ dyhat, dyhat.sum(axis=0)
        norms.append(np.sqrt(sum(np.sum(g**2) for g in gradients)))
        slopes.append(np.abs(2 * (yhat - y)).max())
        W1, b1, W2, b2 = (w - lr * g for w, g in zip((W1, b1, W2, b2), gradients))
    return np.array(norms), np.array(slopes)


# %%
norms_small, slopes_small = curve_run(scale=1)
norms_large, slopes_large = curve_run(scale=300)
fig, ax = plt.subplots(figsize=(7.5, 3.8), layout="constrained")
ax.semilogy(norms_large, "--", color=VERMILLION, linewidth=2, label="targets from 30 to 270")
ax.semilogy(norms_small, "-", color=BLUE, linewidth=2, label="targets from 0.1 to 0.9")
ax.set(title="The same curve in two units", xlabel="step", ylabel="norm of the gradient")
ax.legend()
show(
    fig,
    f"Two curves over 100 steps. With small targets the norm of the gradient stays below {norms_small.max():.1f}; "
    f"with large ones it jumps to {norms_large.max():.0e} within the first steps.",
)

# %% [markdown]
# *What to see:* with large targets the first gradient is large, the step overshoots, the next gradient is larger still. A few such steps kill the ReLUs; what is left is a
# network that can only learn one number for all. Scaling the targets helps. We come back in the table of claims to the deck's promise that the gradient "cannot be greater than 1".

# %% [markdown]
# ## 3  Yes or no: the Bernoulli distribution [W4, C8]
#
# If $y$ is 0 or 1, the network puts out one probability $\hat y = \sigma(z)$ with $z = w^\top h + b$. The probability of what happened is $\hat y$ if $y = 1$ and $1 - \hat y$ if $y = 0$;
# in one formula, $\hat y^{\,y} (1 - \hat y)^{1 - y}$. Minus its logarithm is the *binary cross-entropy*:
#
# $$\mathcal{L}(y, \hat y) = -y \log \hat y - (1 - y) \log (1 - \hat y)$$
#
# C8 adds up the losses of the $n$ examples; like W1 we take the mean.
#
# **Your turn.** Write `bce(yhat, y)` for arrays of shape $(N,)$, with `y` of zeros and ones. Take care of one thing: `yhat` may be exactly 0 or exactly 1. Where it is
# right with that, the loss of the example is 0, for $0 \cdot \log 0$ counts as 0. (For NumPy `0 * np.log(0)` is nan.)


# %% role="answer" id="l03-bce"
def bce(yhat, y):
    """Mean binary cross-entropy.    yhat: (N,) probabilities   y: (N,) zeros and ones   returns a number"""
    ### BEGIN SOLUTION
    return -np.mean(np.log(np.where(y == 1, yhat, 1 - yhat)))  # the probability of what happened
    ### END SOLUTION


# %% role="check" id="l03-bce-check" points=3
check("l03.bce", bce)

# %% [markdown]
# ### From the logits
#
# You saw in the homework what becomes of $1 - \hat y$ when the network is sure: nothing. A loss that starts from the logit $z$ keeps every digit. Put $\hat y = \sigma(z)$
# into the formula, and it becomes
#
# $$\mathcal{L} = \log(1 + e^z) - y z \qquad\qquad \frac{\partial \mathcal{L}}{\partial z} = \sigma(z) - y$$
#
# Only $e^z$ is still a trap: $e^{800}$ is too large for a float. A sigmoid without this trap is given.


# %% role="given" id="l03-sigmoid"
def sigmoid(z):
    """1 / (1 + e^-z), without an exponential that could be too large"""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


# %% [markdown]
# **Your turn.** Write `bce_from_logits(z, y)`. It returns the mean loss and its gradient by `z`, an array of shape $(N,)$. Both must be exact for any logit: if $z = 800$ and $y = 0$, the loss is 800,
# not infinite and not 34.


# %% role="answer" id="l03-bce-from-logits"
def bce_from_logits(z, y):
    """Mean binary cross-entropy of sigmoid(z), and its gradient by z.    z, y: (N,)   returns loss: number, dz: (N,)"""
    ### BEGIN SOLUTION
    loss = np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))  # log(1 + e^z) - y z
    return np.mean(loss), (sigmoid(z) - y) / len(z)
    ### END SOLUTION


# %% role="check" id="l03-bce-from-logits-check" points=4
check("l03.bce_from_logits", bce_from_logits)

# %% [markdown]
# ## 4  Sure and wrong: squared error against cross-entropy [W3, W4]
#
# Why not take the squared error for yes and no as well, $(\hat y - y)^2$ with $\hat y = \sigma(z)$? It is 0 where the answer is right and grows where it is wrong. The trouble
# is what reaches the logit. Recall from C6 that the gradient by $z$ contains the slope of the sigmoid.
#
# **Your turn.** Write `two_slopes(z, y)`. For each example by itself (no mean) it returns the derivative by $z$ of $(\sigma(z) - y)^2$ and of the binary cross-entropy, two arrays of shape $(N,)$.


# %% role="answer" id="l03-two-slopes"
def two_slopes(z, y):
    """d/dz of the squared error and of the cross-entropy of sigmoid(z).    z, y: (N,)   returns squared, entropy: (N,) each"""
    ### BEGIN SOLUTION
    p = sigmoid(z)
    return 2 * (p - y) * p * (1 - p), p - y
    ### END SOLUTION


# %% role="check" id="l03-two-slopes-check" points=2
check("l03.two_slopes", two_slopes)

# %% [markdown]
# **Play with it.** The unit below should say $y$, and starts at the logit that you choose. It learns by gradient descent under each of the two losses. From where on
# does the squared error sleep? What if you double the step size? And what is different when it starts on the right side?

# %%
saturation()

# %% [markdown]
# *What to see:* where the unit is wrong and sure, the slope of the squared error is nearly 0, and it has a peak in between: it rises while the unit begins to doubt, and falls
# again. Cross-entropy has the slope 1 where the unit is wrong, and goes to 0 only where it is right. To learn slowly from one's greatest mistakes is no good trait.
#
# Does this matter in a real run? Below, one sigmoid unit with 64 weights learns to tell a handwritten 8 from a 3, with your gradients. The
# weights start at 0 and the bias at $b_0$, so that the unit is sure at first that everything is an 8. (If your function goes through the batch with a loop of its own,
# each run gets as far as it comes in two seconds.)


# %% role="given" id="l03-real-run"
def digits_run(x, t, which, bias, steps=1000, lr=0.5, seconds=2.0):
    """Share of digits on the right side at each step.    which: 0 for the squared error, 1 for cross-entropy"""
    w, b, right, started = np.zeros(x.shape[1]), float(bias), [], time.perf_counter()
    while len(right) < steps and time.perf_counter() - started < seconds:
        z = x @ w + b
        right.append(np.mean((z > 0) == (t == 1)))
        dz = two_slopes(z, t)[which] / len(z)
        w, b = w - lr * (x.T @ dz), b - lr * dz.sum()
    return np.array(right)


def first_step_above(right, share=0.95):
    """The first step with so many digits on the right side; infinite if there is none"""
    return np.argmax(right > share) if right.max() > share else np.inf


# %%
if passed("l03.two_slopes"):
    from course_lib.data import digits

    x_all, y_all = digits()
    chosen = np.flatnonzero((y_all == 3) | (y_all == 8))[:300]
    x_38, t_38 = x_all[chosen].astype(float), (y_all[chosen] == 8).astype(int)
    starts = (0, 2, 4, 6, 8, 10)
    runs = {start: [digits_run(x_38, t_38, which, start) for which in (0, 1)] for start in starts}
    needed = np.array([[first_step_above(run) for run in runs[start]] for start in starts])

    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    kinds = (("squared error", VERMILLION, "--", "s"), ("cross-entropy", BLUE, "-", "o"))
    for which, (name, color, line, marker) in enumerate(kinds):
        left.plot(runs[6][which][:150], line, color=color, linewidth=2, label=name)
        right.plot(starts, needed[:, which], line, color=color, marker=marker, label=name)
    left.set(title="Start at $b_0 = 6$", xlabel="step", ylabel="share on the right side", ylim=(0.4, 1.02))
    right.set(title="Steps until 95 % are right", xlabel="bias at the start, $b_0$", ylabel="steps", yscale="symlog")
    left.legend()
    right.legend()
    show(
        fig,
        f"Left: from b0 = 6 cross-entropy needs {needed[3, 1]:g} steps until 95 % of the digits are right, the squared error {needed[3, 0]:g}. "
        f"Right: from b0 = 0 both need {needed[0, 0]:g}; the steps of the squared error grow steeply with b0, "
        f"{needed[4, 0]:g} from b0 = 8, those of cross-entropy slowly, {needed[4, 1]:g}. "
        f"From b0 = 10 the squared error needs {'more than 1000' if np.isinf(needed[5, 0]) else f'{needed[5, 0]:g}'}.",
    )
else:
    print("This picture appears as soon as the check of two_slopes is green.")

# %% [markdown]
# *What to see:* from a start without an opinion, $b_0 = 0$, both losses are equally quick. The surer the unit is at first, the longer the squared error sleeps, about exponentially
# in $b_0$, for the slope of the sigmoid there is about $e^{-b_0}$. From $b_0 = 10$ it does not arrive within 1000 steps, so its curve ends. Cross-entropy takes it in its stride.

# %% [markdown]
# **In your own words.** A fellow student trains a classifier with a sigmoid output under the mean squared error. A new batch comes in, labelled 0, for which the network says
# 0.9999. "A huge error," she says, "so it will learn a lot from this one." Explain why it will learn next to nothing, and why cross-entropy would not have this trouble. Three
# to six sentences; use the words *slope* and *logit*.

# %% [markdown] role="written" id="l03-saturation-why" points=4
# ### BEGIN SOLUTION
# The weights are reached only through the logit z, and on the way from the output to the logit the error is multiplied by the slope of the sigmoid, yhat (1 - yhat). At 0.9999 the sigmoid is
# flat: the slope is about 0.0001, so the large error 2 (yhat - y), about 2, arrives as 0.0002. The worse and surer the answer, the flatter the sigmoid, and the slower the network learns.
# Cross-entropy has the derivative (yhat - y) / (yhat (1 - yhat)) by yhat: the logarithm grows so steeply near 0 that it cancels the slope exactly. What reaches the logit is yhat - y, about 1: the
# full error. It becomes small only where the answer is right.
#
# **Rubric, 4 points.** 1: the gradient by the logit (or the weights) is the derivative of the loss by yhat *times the slope of the sigmoid*. 1: the slope is nearly 0 where the
# unit is sure (a number, the formula yhat (1 - yhat), or "flat / saturated"), also when it is wrong, so that the product is nearly 0. 1: with cross-entropy the slope cancels (or: the
# logarithm's derivative is as large as the slope is small). 1: what is left is yhat - y, about 1 for this example (or: large exactly as long as the answer is wrong). Half
# points for a true but vague sentence. No points off for language.
# ### END SOLUTION

# %% [markdown]
# ## 5  One of K classes: softmax [W5, C9]
#
# Now the network puts out $K$ logits. W5 reads them as unnormalised log-probabilities, $z_i = \log \tilde P(y = i \mid x)$. To make probabilities of them, undo the
# logarithm and divide by the sum:
#
# $$\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}} \qquad\qquad \log \mathrm{softmax}(z)_i = z_i - \log \sum_j e^{z_j}$$
#
# The last term is the *log-sum-exp*, and it is the part that needs care.
#
# **Play with it.** Turn up *add to all*: the same number is added to all three logits. Which of the two formulas notices? Then bring all logits close to each other and
# look at the right picture.

# %%
softmax_bars()

# %% [markdown]
# *What to see:* what is added to all logits cancels; that is W6's trick, $\mathrm{softmax}(z) = \mathrm{softmax}(z - \max_i z_i)$. After it no exponential is larger than 1. But from about 710 on the plain formula gives nan.
#
# On the right, a slip of the deck, or rather a sentence that is too short [E17]: W6 writes $\log \sum_j e^{z_j} \approx \max_j z_j = z_i$. The first part is good only when one logit is ahead of all others by far;
# for $K$ equal logits it is off by $\log K$. The second part says that the largest one is $z_i$, the logit of the *right* class: true when the network is right. Then the loss is about 0, and this is what the
# deck is after: the loss saturates only where the answer is right.
#
# **Your turn.** Write `logsumexp(z)` for a batch of logits `z` of shape $(N, K)$: one number per row, so shape $(N,)$. Exact for any logits: rows near $+1000$, rows near $-1000$, and both in one batch.


# %% role="answer" id="l03-logsumexp"
def logsumexp(z):
    """log sum_k e^z_k, row by row.    z: (N, K)   returns (N,)"""
    ### BEGIN SOLUTION
    m = z.max(axis=1, keepdims=True)
    return m[:, 0] + np.log(np.exp(z - m).sum(axis=1))
    ### END SOLUTION


# %% role="check" id="l03-logsumexp-check" points=3
check("l03.logsumexp", logsumexp)

# %% [markdown]
# **Your turn.** `softmax(z)`, with the same care. Every row of the result sums to 1.


# %% role="answer" id="l03-softmax"
def softmax(z):
    """e^z_i / sum_j e^z_j, row by row.    z: (N, K)   returns (N, K)"""
    ### BEGIN SOLUTION
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% role="check" id="l03-softmax-check" points=3
check("l03.softmax", softmax)

# %% [markdown]
# **Your turn.** `log_softmax(z)`. It is tempting to take the logarithm of what you just wrote. Think of a logit that lies 800 behind: its probability is rounded to 0, but its
# log-probability is a perfectly good number, about $-800$.


# %% role="answer" id="l03-log-softmax"
def log_softmax(z):
    """z_i - log sum_j e^z_j, row by row.    z: (N, K)   returns (N, K)"""
    ### BEGIN SOLUTION
    return z - logsumexp(z)[:, None]
    ### END SOLUTION


# %% role="check" id="l03-log-softmax-check" points=3
check("l03.log_softmax", log_softmax)

# %% [markdown]
# ## 6  Cross-entropy and its gradient [C8, C15, U7]
#
# For one example C8 has $l(y, \hat y) = -\sum_j y_j \log \hat y_j$. The target $y$ is *one-hot*: 1 at the right class, 0 elsewhere. So the sum has one term, minus the log-probability of the
# right class. U7 puts it in one line: the softmax loss is what neural-network papers call cross-entropy, and the weight vector $w$ of the last layer becomes a matrix, a column for each class.
#
# C15 leaves its gradient to a link. Here it is, in two lines. With $l = -z_y + \log \sum_j e^{z_j}$,
#
# $$\frac{\partial l}{\partial z_i} = -[i = y] + \frac{e^{z_i}}{\sum_j e^{z_j}} = \mathrm{softmax}(z)_i - \mathrm{onehot}(y)_i$$
#
# The same pleasant thing as with the sigmoid: prediction minus target, and no slope that could vanish [W6].
#
# **Your turn.** Write `cross_entropy(z, labels)` for logits $(N, K)$ and integer labels $(N,)$ from 0 to $K - 1$. It returns the mean loss over the $N$ examples and its gradient by `z`, of shape $(N, K)$.
# Use `log_softmax`.


# %% role="answer" id="l03-cross-entropy"
def cross_entropy(z, labels):
    """Mean cross-entropy of softmax(z), and its gradient by z.    z: (N, K)   labels: (N,)   returns loss: number, dz: (N, K)"""
    ### BEGIN SOLUTION
    logp = log_softmax(z)
    onehot = labels[:, None] == np.arange(z.shape[1])
    return -np.mean(logp[np.arange(len(z)), labels]), (np.exp(logp) - onehot) / len(z)
    ### END SOLUTION


# %% role="check" id="l03-cross-entropy-check" points=6
check("l03.cross_entropy", cross_entropy)

# %%
if passed("l03.cross_entropy"):
    from course_lib.data import digits

    x_all, y_all = digits()
    W, b, losses, started = np.zeros((64, 10)), np.zeros(10), [], time.perf_counter()
    while len(losses) < 200 and time.perf_counter() - started < 5:
        loss_now, dz = cross_entropy(x_all[:1000] @ W + b, y_all[:1000])
        losses.append(loss_now)
        W, b = W - 0.5 * (x_all[:1000].T @ dz), b - 0.5 * dz.sum(axis=0)
    correct = np.mean(np.argmax(x_all[1000:] @ W + b, axis=1) == y_all[1000:])

    limit = np.abs(W).max()
    fig = plt.figure(figsize=(10, 3.6), layout="constrained")
    grid = fig.add_gridspec(2, 7, width_ratios=[4, 1, 1, 1, 1, 1, 0.15])
    left = fig.add_subplot(grid[:, 0])
    left.plot(losses, color=BLUE)
    left.axhline(np.log(10), color="#666666", linewidth=1, linestyle=":")
    left.text(len(losses), np.log(10) - 0.05, "log 10: knows nothing", ha="right", va="top", color="#666666")
    left.set(title="Ten digits, 650 weights", xlabel="step", ylabel="cross-entropy", ylim=(0, 2.5))
    for digit in range(10):
        ax = fig.add_subplot(grid[digit // 5, 1 + digit % 5])
        picture = ax.imshow(W[:, digit].reshape(8, 8), cmap="cividis", vmin=-limit, vmax=limit)
        ax.set_title(f"{digit}", fontsize=10)
        ax.set_axis_off()
    fig.colorbar(picture, cax=fig.add_subplot(grid[:, 6]), label="weight")
    show(
        fig,
        f"Left: cross-entropy falls from {losses[0]:.2f}, which is log 10, to {losses[-1]:.2f} in {len(losses)} steps. "
        "Right: the weights of the ten classes as pictures of 8 by 8 pixels; bright where ink speaks for the digit, dark where it speaks against it.",
    )
    print(f"digits that it has not seen: {correct:.1%} right")
else:
    print("This picture appears as soon as the check of cross_entropy is green.")

# %% [markdown]
# *What to see:* the loss starts at $\log 10$, the price of knowing nothing about ten classes: a good first test of any classifier. On the right, what each class looks for; a 0 wants a
# ring and no ink in the middle.

# %% [markdown]
# ## 7  Several labels at once [U7]
#
# A film can be a comedy *and* old *and* Danish. Then the classes do not exclude one another, and a softmax, which lets them fight for a probability of 1, is wrong. U7's *multi-label* case: $K$ questions with the
# answer yes or no, so $K$ sigmoids and the sum of $K$ binary cross-entropies.
#
# **Your turn.** Write `multi_label_loss(z, t)` for logits and targets of shape $(N, K)$, the targets zeros and ones. The losses of one example are *added up*, and the loss is the mean over the $N$ examples.
# It returns the loss and its gradient by `z`, exact for any logit.


# %% role="answer" id="l03-multi-label-loss"
def multi_label_loss(z, t):
    """Binary cross-entropies, summed over the labels, mean over the examples.    z, t: (N, K)   returns loss: number, dz: (N, K)"""
    ### BEGIN SOLUTION
    loss = np.maximum(z, 0) - t * z + np.log1p(np.exp(-np.abs(z)))
    return np.sum(loss) / len(z), (sigmoid(z) - t) / len(z)
    ### END SOLUTION


# %% role="check" id="l03-multi-label-loss-check" points=4
check("l03.multi_label_loss", multi_label_loss)

# %% [markdown]
# ## 8  Either this or that: a mixture of Gaussians [W7]
#
# One Gaussian has one peak. But some questions have several right answers. A robot's hand should reach a point: it can do so with the elbow up or with the elbow down. The mean of the two does not reach anything.
# Bishop's example of such an *inverse problem* is a curve that goes forward nicely, $x = y + 0.3 \sin 2 \pi y$ plus noise, and that we read the other way round:

# %%
from course_lib.data import one_to_many

x_inverse, y_inverse = one_to_many(600, rng=np.random.default_rng(0))
fig, ax = plt.subplots(figsize=(6, 4.2), layout="constrained")
ax.plot(x_inverse, y_inverse, "o", color=BLUE, markersize=4, alpha=0.5)
ax.axvline(0.6, color=VERMILLION, linewidth=2)
ax.set(title="Which $y$ belongs to $x = 0.6$?", xlabel="$x$", ylabel="$y$")
show(fig, "600 points along an S. A vertical line at x = 0.6 meets them near y = 0.35 and again near y = 0.85.")

# %% [markdown]
# *What to see:* the line meets the data in two places, far apart; at $x = 0.5$ it would be three. Any single number for $y$ is wrong for one of them, and their mean lies where no point is.
#
# So let the network put out a *mixture density*: for each $x$, $J$ Gaussians, each with a weight $\pi_j$, a mean $\mu_j$ and a width $\sigma_j$,
#
# $$p(y \mid x) = \sum_{j=1}^{J} \pi_j\, \mathcal{N}(y; \mu_j, \sigma_j^2) \qquad\quad \mathcal{L} = -\frac1N \sum_{n} \log p(y_n \mid x_n)$$
#
# The outputs of a network can be any numbers, so the weights are $\pi = \mathrm{softmax}(\text{logits})$, and in place of the width the network puts out $s = \log \sigma^2$. The means are taken as they come.
#
# Far from all components each density is rounded to 0, and $\log 0$ is no loss to learn from. You know the cure: stay with logarithms. Build $\log \pi_j + \log \mathcal{N}(y; \mu_j, \sigma_j^2)$, and take its log-sum-exp over $j$.
#
# **Your turn.** Write `mixture_nll(logits, mu, s, y)`. The first three have shape $(N, J)$, `y` has shape $(N,)$. It returns the mean negative log-likelihood. Use `log_softmax` and `logsumexp`.


# %% role="answer" id="l03-mixture-nll"
def mixture_nll(logits, mu, s, y):
    """-mean log sum_j pi_j N(y; mu_j, sigma_j^2), s = log sigma^2.    logits, mu, s: (N, J)   y: (N,)   returns a number"""
    ### BEGIN SOLUTION
    log_gauss = -0.5 * (np.log(2 * np.pi) + s + (y[:, None] - mu) ** 2 * np.exp(-s))
    return -np.mean(logsumexp(log_softmax(logits) + log_gauss))
    ### END SOLUTION


# %% role="check" id="l03-mixture-nll-check" points=4
check("l03.mixture_nll", mixture_nll)

# %% [markdown]
# **The gradient** has a story to tell. Ask for each example: seeing $y$, how likely is it that component $j$ made it? This *share* is
#
# $$r_j = \frac{\pi_j\, \mathcal{N}(y; \mu_j, \sigma_j^2)}{\sum_k \pi_k\, \mathcal{N}(y; \mu_k, \sigma_k^2)}$$
#
# a softmax of the very numbers that you just took the log-sum-exp of. Now the weights learn like a classifier with $r$ as its target (compare C15), and every component learns like a Gaussian of its own,
# from each example as much as its share allows. For one example:
#
# $$\frac{\partial \mathcal{L}}{\partial \text{logits}_j} = \pi_j - r_j \qquad\quad
#   \frac{\partial \mathcal{L}}{\partial \mu_j} = r_j\, \frac{\mu_j - y}{\sigma_j^2} \qquad\quad
#   \frac{\partial \mathcal{L}}{\partial s_j} = r_j \cdot \frac{\partial}{\partial s_j} \big( -\log \mathcal{N}(y; \mu_j, \sigma_j^2) \big)$$
#
# **Your turn.** Find the last one, and write `mixture_gradient(logits, mu, s, y)`. It returns the gradients of the mean loss by `logits`, `mu` and `s`, each of shape $(N, J)$.


# %% role="answer" id="l03-mixture-gradient"
def mixture_gradient(logits, mu, s, y):
    """Gradients of mixture_nll.    logits, mu, s: (N, J)   y: (N,)   returns dlogits, dmu, ds: (N, J) each"""
    ### BEGIN SOLUTION
    d = mu - y[:, None]
    log_gauss = -0.5 * (np.log(2 * np.pi) + s + d**2 * np.exp(-s))
    r = softmax(log_softmax(logits) + log_gauss)
    dlogits = softmax(logits) - r
    dmu = r * d * np.exp(-s)
    ds = r * (1 - d**2 * np.exp(-s)) / 2
    return dlogits / len(y), dmu / len(y), ds / len(y)
    ### END SOLUTION


# %% role="check" id="l03-mixture-gradient-check" points=6
check("l03.mixture_gradient", mixture_gradient)

# %% [markdown]
# Your loss and your gradient now train a network, 1-30-$3J$ with tanh, on the inverse problem. Its layers are those of lessons 01 and 02, taken from the library; `Adam` is a way to take steps that lesson 05 is about.


# %% role="given" id="l03-train-mixture"
def train_mixture(x, y, J, steps=1500, seed=1, seconds=8.0):
    """A function x -> (logits, mu, s) that has learned from the data, and the losses on the way"""
    from course_lib.initializers import glorot_uniform
    from course_lib.layers import Tanh, pack
    from course_lib.models import mlp
    from course_lib.optim import Adam

    net = mlp([1, 30, 3 * J], rng=np.random.default_rng(seed), activation=Tanh, init=glorot_uniform)
    (theta, grad), adam, losses, started = pack(net), Adam(0.01), [], time.perf_counter()
    while len(losses) < steps and time.perf_counter() - started < seconds:
        parts = np.split(net.forward(x, training=True), 3, axis=1)
        losses.append(mixture_nll(*parts, y[:, 0]))
        net.backward(np.concatenate(mixture_gradient(*parts, y[:, 0]), axis=1).astype(x.dtype), need_dx=False)
        adam.step(theta, grad)
    return (lambda x: np.split(net.forward(x), 3, axis=1)), losses


# %%
if passed("l03.mixture_nll") and passed("l03.mixture_gradient"):
    three, losses_three = train_mixture(x_inverse, y_inverse, J=3)
    one, losses_one = train_mixture(x_inverse, y_inverse, J=1)

    fig, ax = plt.subplots(figsize=(7.5, 3.6), layout="constrained")
    ax.plot(losses_one, "--", color=VERMILLION, linewidth=2, label="one Gaussian")
    ax.plot(losses_three, "-", color=BLUE, linewidth=2, label="a mixture of three")
    ax.set(title="Learning the inverse problem", xlabel="step", ylabel="negative log-likelihood")
    ax.legend()
    show(
        fig,
        f"Two falling curves. One Gaussian comes to rest at {losses_one[-1]:.2f}, the mixture of three at {losses_three[-1]:.2f}.",
    )
else:
    print("This picture appears as soon as mixture_nll and mixture_gradient are green.")

# %% [markdown]
# *What to see:* one Gaussian soon knows all that it can say, a mean and a wide margin. The mixture goes on: it finds the branches one after another. That the loss falls below 0 is no mistake: the density of a narrow Gaussian is above 1, and its logarithm positive.
#
# **Play with it.** Move the line through the plane. Where is one answer enough? How many peaks are there at $x = 0.6$, how many at $0.5$, and what does the density say about the mean, the answer of a network that was trained with MSE?

# %%
if passed("l03.mixture_nll") and passed("l03.mixture_gradient"):
    display(inverse_problem(three, x_inverse, y_inverse))
else:
    print("This picture appears as soon as mixture_nll and mixture_gradient are green.")

# %% [markdown]
# *What to see:* at the ends one component has all the weight. In the middle they share it, and at $x = 0.6$ the cross, the mean, stands in the gap between the branches: an answer that no data speak for.

# %% [markdown]
# ## 9  The cheat sheet [W7]
#
# | targets | distribution | output layer | loss | units |
# |---|---|---|---|---|
# | yes or no | Bernoulli | sigmoid | binary cross-entropy | 1 |
# | one of $K$ classes | multinoulli | softmax | cross-entropy | $K$ |
# | $K$ labels, any number of them at once [U7] | $K$ Bernoullis | sigmoid | binary cross-entropy | $K$ |
# | $M$ numbers | Gaussian | linear | mean squared error | $M$ |
# | $M$ numbers, several branches | mixture of Gaussians | mixture density | mixture nll | see below |
# | pictures, sounds, anything | arbitrary | GAN, VAE, FVBN | various | lesson 14 |
#
# The deck calls every loss in it a cross-entropy, and rightly so: each is $-\mathbb{E} \log p_{\text{model}}$ [W1].
#
# **Your turn.** Make the table a function. `choose_output(y, branches)` looks at the targets of a data set and returns three things: the output layer, the loss, and the number of units, in the words of the
# table: `"sigmoid"`, `"softmax"`, `"linear"` or `"mixture density"`; `"binary cross-entropy"`, `"cross-entropy"`, `"mean squared error"` or `"mixture nll"`.
#
# - `y` holds floats if the targets are numbers (`y.dtype == float`), of shape $(N,)$ or $(N, M)$. Then `branches` says how many values of $y$ one $x$ may have; with more than one, use a mixture of so many components, each with one weight, one width and $M$ means.
# - `y` holds integers if the targets are classes: of shape $(N,)$, labels from 0 to $K - 1$, each of which occurs; or of shape $(N, K)$, zeros and ones. If every row has a single 1, it is one-hot.


# %% role="answer" id="l03-choose-output"
def choose_output(y, branches):
    """The output layer, the loss and the number of units for these targets.    y: (N,) or (N, K)   branches: 1, 2, ...   returns text, text, number"""
    ### BEGIN SOLUTION
    if y.dtype == float:
        M = 1 if y.ndim == 1 else y.shape[1]
        if branches > 1:
            return "mixture density", "mixture nll", branches * (M + 2)
        return "linear", "mean squared error", M
    if y.ndim == 1:
        K = y.max() + 1
        return ("sigmoid", "binary cross-entropy", 1) if K == 2 else ("softmax", "cross-entropy", K)
    if np.all(y.sum(axis=1) == 1):
        return "softmax", "cross-entropy", y.shape[1]
    return "sigmoid", "binary cross-entropy", y.shape[1]
    ### END SOLUTION


# %% role="check" id="l03-choose-output-check" points=3
check("l03.choose_output", choose_output)

# %% [markdown]
# Here are five data sets. Decide for yourself which row of the table each of them needs before you look at what your function says below its picture.

# %%
rng = np.random.default_rng(3)
hours = rng.uniform(0, 10, 60)
passed_exam = (rng.random(60) < sigmoid(1.2 * (hours - 5))).astype(int)
size = rng.uniform(40, 160, 60)
rent = 200 + 9 * size + rng.normal(scale=90, size=60)
spot = rng.normal(size=(90, 2)) + 2.4 * np.array([[0, 1], [1, -1], [-1, -1]])[np.arange(90) % 3]
plant = np.arange(90) % 3
genres = (rng.random((12, 5)) < 0.4).astype(int)
genres[:3] = [[1, 1, 0, 0, 1], [0, 0, 0, 0, 0], [0, 1, 0, 1, 0]]
data_sets = (("exam", passed_exam, 1), ("rent", rent, 1), ("plants", plant, 1), ("films", genres, 1))
data_sets += (("hand", y_inverse[:, 0].astype(float), 3),)

fig, axes = plt.subplots(2, 3, figsize=(9.6, 6.8), layout="constrained")
axes = axes.ravel()
axes[5].set_axis_off()
axes[0].plot(hours, passed_exam, "o", color=BLUE, markersize=4)
axes[0].set(title="exam", xlabel="hours of work", ylabel="passed (1) or not (0)")
axes[1].plot(size, rent, "o", color=BLUE, markersize=4)
axes[1].set(title="rent", xlabel="size in m²", ylabel="euros a month")
for kind, marker, color in ((0, "o", BLUE), (1, "s", VERMILLION), (2, "^", GREEN)):
    axes[2].plot(*spot[plant == kind].T, marker, color=color, markersize=4)
axes[2].set(title="plants", xlabel="length", ylabel="width; marker: species")
axes[3].imshow(genres, cmap="cividis", aspect="auto")
axes[3].set(title="films", xlabel="genre; bright: yes", ylabel="film")
axes[4].plot(x_inverse[:200], y_inverse[:200], "o", color=BLUE, markersize=3)
axes[4].set(title="hand", xlabel="where it should be", ylabel="angle of the elbow")
if passed("l03.choose_output"):
    for ax, (_, y, branches) in zip(axes, data_sets):
        layer, loss, units = choose_output(y, branches)
        ax.set_xlabel(f"{ax.get_xlabel()}\n\n{layer}, {units} unit{'s' if units > 1 else ''}\n{loss}")
show(
    fig,
    "Five small data sets. exam: passed or not over hours of work. rent: euros over size, scattered around a line. plants: three clouds, one for each species. "
    "films: a table of zeros and ones, rows with none, one or several ones. hand: angles that form three branches over the place. "
    + (
        "Below them: "
        + "; ".join(f"{name}: {', '.join(map(str, choose_output(y, branches)))}" for name, y, branches in data_sets)
        + "."
        if passed("l03.choose_output")
        else "Your choices appear below them as soon as choose_output is green."
    ),
)

# %% [markdown]
# *What to see:* the shape of the targets decides, not the subject. "plants" has three species, but one holds for each plant; in "films" rows may have several ones or none.

# %% [markdown]
# ## 10  Recap
#
# A loss is minus the logarithm of a probability. Choose the distribution, and output layer and loss follow. Compute from logits, with the largest subtracted first. Where loss and output fit together, the gradient that
# reaches the logit is prediction minus target, and does not vanish where the answer is wrong.
#
# Here is what the decks claim, measured with your functions (the random numbers have the seed 5, the runs are those above):

# %%
wanted = ("gaussian_nll", "gaussian_fit", "bce_from_logits", "two_slopes", "logsumexp", "log_softmax", "cross_entropy", "mixture_nll", "mixture_gradient")  # fmt: skip
if all(passed(f"l03.{name}") for name in wanted):
    rng = np.random.default_rng(5)

    # W2: descend on the NLL for three widths, and compare with the mean, the minimiser of the MSE
    y_c = rng.exponential(size=12)
    ends = []
    for sigma in (0.5, 1.0, 3.0):
        guess = np.zeros(12)
        for _ in range(200):
            guess = guess - sigma**2 * gaussian_nll(guess, y_c, sigma)[1].sum()
        ends.append(guess[0])
    gap_mean = np.abs(np.array(ends) - y_c.mean()).max()

    # W3: a slope that changes its direction makes a valley floor that is flat: the second derivative by z is negative there
    z_c = np.linspace(-8, 8, 1601)
    bent = [np.mean(np.diff(slope) < -1e-12) for slope in two_slopes(z_c, np.zeros(1601))]

    # W6: what reaches a logit that is wrong by 20, and the log-sum-exp beside the largest logit
    wrong_by_20 = np.abs(cross_entropy(np.array([[20.0, 0.0, 0.0]]), np.array([1]))[1][0, 1])
    z_r = rng.normal(size=(1000, 10))
    off_random = np.mean(logsumexp(z_r) - z_r.max(axis=1))
    z_r[:, 0] = 20 + z_r[:, 1:].max(axis=1)
    off_ahead = np.max(logsumexp(z_r) - z_r.max(axis=1))

    # C15: the gradient against central differences
    z_d, labels = rng.normal(size=(4, 6)), rng.integers(6, size=4)
    exact, numeric = cross_entropy(z_d, labels)[1], np.zeros((4, 6))
    for i in np.ndindex(4, 6):
        step = np.zeros((4, 6))
        step[i] = 1e-5
        numeric[i] = (cross_entropy(z_d + step, labels)[0] - cross_entropy(z_d - step, labels)[0]) / 2e-5
    gap_c15 = np.abs(numeric - exact).max() / np.abs(exact).max()

    # W7: on points that were not learned from
    x_new, y_new = one_to_many(1000, rng=rng)
    nll_one, nll_three = (mixture_nll(*net(x_new), y_new[:, 0]) for net in (one, three))

    slowest = needed[4]  # from the bias 8
    claims(
        [
            (
                "W2",
                "the Gaussian's minimiser is the MSE's",
                f"gap {gap_mean:.0e} for three widths",
                "holds" if gap_mean < 1e-9 else "does not hold",
            ),
            (
                "W3",
                "MSE can have exploding gradients",
                f"largest norm {norms_large.max():.0e} with targets up to 270, {norms_small.max():.1f} with targets up to 0.9",
                "holds" if norms_large.max() > 1000 * norms_small.max() else "does not hold",
            ),
            (
                "W3, E19",
                "targets in 0-1: no slope above 1",
                f"up to {slopes_small.max():.1f} with a linear output; up to {np.abs(2 * (sigmoid(z_c) - 0)).max():.1f} with outputs in 0-1",
                "holds only if the output stays in 0-1, too, and the square is halved"
                if slopes_small.max() > 1
                else "holds",
            ),
            (
                "W3",
                "squared error after a sigmoid: flat valleys",
                f"bends down on {bent[0]:.0%} of the logits; cross-entropy on {bent[1]:.0%}",
                "holds" if bent[0] > 0 and bent[1] == 0 else "does not hold",
            ),
            (
                "W3, W4",
                "cross-entropy learns faster than MSE",
                f"{needed[0, 1]:g} against {needed[0, 0]:g} steps from b0 = 0, {slowest[1]:g} against {slowest[0]:g} from b0 = 8",
                "holds only if the unit starts sure and wrong"
                if needed[0, 1] >= needed[0, 0] and slowest[1] < slowest[0]
                else "holds"
                if slowest[1] < slowest[0]
                else "does not hold",
            ),
            (
                "W6",
                "no gradient saturation",
                f"slope {wrong_by_20:.4f} at a logit that is wrong by 20",
                "holds" if wrong_by_20 > 0.99 else "does not hold",
            ),
            (
                "W6, E17",
                "log-sum-exp is about the largest logit",
                f"off by {off_random:.2f} for random logits, by {off_ahead:.0e} with one ahead by 20",
                "holds only if one is ahead by far" if off_random > 0.1 > off_ahead else "holds",
            ),
            (
                "C15",
                "the gradient is softmax - onehot",
                f"relative gap {gap_c15:.0e}",
                "holds" if gap_c15 < 1e-6 else "does not hold",
            ),
            (
                "W7",
                "a mixture for targets with branches",
                f"NLL on new points: {nll_three:.2f}, one Gaussian {nll_one:.2f}",
                "holds" if nll_three < nll_one else "does not hold",
            ),
        ]
    )
else:
    print("The table appears as soon as the functions of this lesson are green.")

# %% [markdown]
# **Further reading.** I. Goodfellow, Y. Bengio, A. Courville: *Deep Learning* (2016), sections 5.5 and 6.2. C. M. Bishop: *Mixture Density Networks*, Aston University (1994). P. Blanchard, D. J. Higham, N. J. Higham:
# *Accurately computing the log-sum-exp and softmax functions*, IMA Journal of Numerical Analysis 41 (2021).

# %%
progress()

# %% [markdown]
# ## Hand in
#
# Save (*File > Save Notebook*), then press the button. It looks for cells that are missing, damaged or edited, and packs the
# notebook into one file.

# %%
from course_lib import hand_in

hand_in("l03_losses")
