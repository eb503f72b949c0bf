# %% [markdown]
# # 05  Optimization
#
# After this lesson you can write stochastic gradient descent and every update rule of the decks from momentum to Adam, say what each of them is for, and prove that two of them are one. You can choose a
# batch size and a step size, see from a curve that the step is too long, and let a search on a few examples find it.
#
# Decks: U9, U10, U15-U20, I9-I14; four slips are settled here: E8, E9, E10, E13.

# %% role="given" id="l05-setup"
import numpy as np
from IPython.display import display

from course_lib import check, hint, passed, progress
from course_lib.data import digits_split
from course_lib.layers import pack
from course_lib.losses import SoftmaxCrossEntropy, SquaredError
from course_lib.models import mlp
from course_lib.pictures import claims, show
from course_lib.plots import BLACK, BLUE, COLORS, GREY, LINES, MARKERS, VERMILLION, curves, panels
from course_lib.training import accuracy, evaluate
from course_lib.widgets.l05_optimization import SURFACES, gradient_noise, race, same_noise, walk

# %% [markdown]
# ## 1  From all examples to a few [U9, I9]
#
# You know how to get a gradient. *Batch* gradient descent takes it from all $m$ examples and makes one step:
#
# $$\theta := \theta - \alpha \cdot \nabla_\theta J(\theta)$$
#
# With many examples that is a lot of work for one step. *Stochastic* gradient descent makes a step after each single example, chosen at random. Between the two lies the *mini-batch* of $B$ examples:
#
# $$\theta := \theta - \alpha \cdot \nabla_\theta J(\theta; x^{(i:i+B)}; y^{(i:i+B)})$$
#
# One pass over all examples is an *epoch*. The slide cuts it into $\lfloor m/B \rfloor + 1$ mini-batches. Count them for $m = 12$ and $B = 6$: the third one would be empty, and the mean over no
# example is nan. The right number is $\lceil m/B \rceil$ [E8].
#
# **Your turn.** Write `minibatches(X, y, B, rng)` for `X` of shape $(m, D)$ and `y` of shape $(m,)$. It returns the batches of one epoch as a list of pairs `(X_b, y_b)`, in a random order that `rng` (a
# NumPy generator) decides: every example comes once in the epoch, each beside its own $y$; all batches have $B$ examples, and the last one has what is left over.


# %% role="answer" id="l05-minibatches"
def minibatches(X, y, B, rng):
    """One epoch of random mini-batches.    X: (m, D)   y: (m,)   B: number   rng: np.random.Generator   returns [(X_b, y_b), ...]"""
    ### BEGIN SOLUTION
    order = rng.permutation(len(X))
    parts = [order[start : start + B] for start in range(0, len(X), B)]
    return [(X[i], y[i]) for i in parts]
    ### END SOLUTION


# %% role="check" id="l05-minibatches-check" points=4
check("l05.minibatches", minibatches)

# %% [markdown]
# **Your turn.** Write `sgd(theta, gradient, batches, alpha)`: one epoch. `gradient(theta, X_b, y_b)` is a function that gives the gradient of the *mean* loss of a batch. Make one step for each of the
# batches, in their order, and return the new `theta`, of shape $(P,)$. Leave the `theta` that you were given as it was.


# %% role="answer" id="l05-sgd"
def sgd(theta, gradient, batches, alpha):
    """One step for each batch.    theta: (P,)   gradient: (theta, X_b, y_b) -> (P,)   batches: [(X_b, y_b), ...]   returns (P,)"""
    ### BEGIN SOLUTION
    for X_b, y_b in batches:
        theta = theta - alpha * gradient(theta, X_b, y_b)
    return theta
    ### END SOLUTION


# %% role="check" id="l05-sgd-check" points=3
check("l05.sgd", sgd)

# %% [markdown]
# Something to try them on: tell a handwritten 8 ($y = 1$) from a 3 ($y = -1$) with a straight line through 64 pixels and a bias, under half the mean squared error. Such a $J$ is a bowl, and linear algebra
# knows its lowest value $J^*$. So we can measure what is left, $J - J^*$.


# %% role="given" id="l05-bowl"
x_train, y_train, x_test, y_test = digits_split()
chosen = (y_train == 3) | (y_train == 8)
X = np.column_stack([x_train[chosen].astype(float), np.ones(np.sum(chosen))])
y = np.where(y_train[chosen] == 8, 1.0, -1.0)


def line_gradient(theta, X_b, y_b):
    """Gradient of J(theta) = mean (x theta - y)^2 / 2"""
    return X_b.T @ (X_b @ theta - y_b) / len(y_b)


def J(theta):
    return np.mean((X @ theta - y) ** 2) / 2


J_least = J(np.linalg.lstsq(X, y, rcond=None)[0])
steepest = np.linalg.eigvalsh(X.T @ X / len(X))[-1]  # the largest curvature of the bowl


def run_sgd(B, alpha, checks, seed=0, every=None):
    """J - J* at each check; inf once the run has left the bowl.    alpha: a number, or one for each check   every: steps between checks, by default an epoch"""
    rng, theta, waiting, left = np.random.default_rng(seed), np.zeros(X.shape[1]), [], []
    every = every or -(-len(X) // B)
    for rate in np.broadcast_to(alpha, checks):
        while len(waiting) < every:
            waiting += minibatches(X, y, B, rng)
        now, waiting = waiting[:every], waiting[every:]
        theta = sgd(theta, line_gradient, now, rate)
        if not np.all(np.abs(theta) < 1e6):
            return np.r_[left, np.full(checks - len(left), np.inf)]
        left.append(J(theta) - J_least)
    return np.array(left)


def mean_run(B, alpha, checks, every=None):
    return np.mean([run_sgd(B, alpha, checks, seed, every) for seed in range(3)], axis=0)


# %%
sizes = (1, 8, 32, len(X))
rates = 0.5 ** np.arange(1, 10)
if passed("l05.minibatches") and passed("l05.sgd"):
    fig, (both,) = panels(1, 2, (10.5, 4))
    best_of_size = {}
    for ax, every in zip(both, (None, 10)):
        for i, B in enumerate(sizes):  # each size with the rate of the list that is best for it at the end
            runs = {rate: mean_run(B, rate, 20, every) for rate in rates}
            best = min(runs, key=lambda rate: runs[rate][-1])
            best_of_size[B, every] = best, runs[best]
            look = dict(color=COLORS[i], ls=LINES[i], marker=MARKERS[i], ms=5, markevery=3)
            ax.semilogy((every or 1) * np.arange(1, 21), runs[best], label=f"B = {B}, rate 1/{1 / best:.0f}", **look)
        ax.set(xlabel="steps" if every else "epochs", ylabel="J - J*", ylim=(3e-3, 1))
        ax.legend(frameon=False, fontsize=9, ncols=2, loc="upper right")
    both[0].set_xticks(range(0, 21, 5))
    both[0].set_title("The same number of examples for all")
    both[1].set_title("The same number of steps for all")
    show(
        fig,
        "J - J* against epochs and against steps, mean of three runs for each batch size with its best rate. After 20 epochs: "
        + ", ".join(f"{best_of_size[B, None][1][-1]:.3f} (B = {B})" for B in sizes)
        + ". After 200 steps: "
        + ", ".join(f"{best_of_size[B, 10][1][-1]:.3f} (B = {B})" for B in sizes)
        + ".",
    )
else:
    print("This picture appears as soon as minibatches and sgd are green.")

# %% [markdown]
# *What to see:* if examples count, small batches win: they make many steps out of one epoch, while all examples in one batch make one. If steps count, single examples lose, for their steps go in the worst direction. A
# computer adds up 32 examples in hardly more time than one. So the truth for the clock lies between the two pictures, and that is why mini-batches are "usually the choice" [I9].

# %% [markdown]
# ## 2  The noise of a mini-batch [U20]
#
# U20: "Batch size (number of random examples) also influences results." How? The gradient of a mini-batch is the mean of $B$ random numbers. Its mean is the gradient of all examples, and its standard deviation
# around it is $\sigma / \sqrt B$, where $\sigma$ is that of single examples. If no example may come twice, the noise is smaller by $\sqrt{(m - B) / (m - 1)}$, and with $B = m$ there is none.
#
# **Play with it.** Each dot is the gradient of one mini-batch, after twenty epochs of learning. How many doublings of $B$ halve the noise? How many batches of 1, of 4, of 32 point the wrong way?

# %%
if passed("l05.minibatches") and passed("l05.sgd"):
    theta_late, rng = np.zeros(X.shape[1]), np.random.default_rng(0)
    for _ in range(20):
        theta_late = sgd(theta_late, line_gradient, minibatches(X, y, 32, rng), 1 / 16)
    of_each = X * (X @ theta_late - y)[:, None]  # (m, P), the gradient of each example
    display(gradient_noise(of_each))
else:
    print("This picture appears as soon as minibatches and sgd are green.")

# %% [markdown]
# *What to see:* two doublings halve the noise: four times the work for half the noise is a bad bargain, and that is why small batches win at first. Near the minimum the true gradient becomes short and the noise does not. Then
# the steps are mostly noise, and $\theta$ wanders about. Either the batch must grow, or the step must shrink.

# %% [markdown]
# ## 3  The step size [U15, I10]
#
# I10 says what is at stake: "Learning rate too small: too slow to converge. Learning rate too large: too much fluctuations around minima, or diverge." And its advice: far from the minimum go fast, near it go slowly. Three ways to do so, for the
# step $t = 0, 1, 2, \dots$:
#
# $$\alpha_t = \alpha\, f^{\lfloor t / \text{every} \rfloor} \qquad\qquad \alpha_t = \frac{\alpha}{1 + \text{decay} \cdot t} \qquad\qquad \alpha_t = \frac{\alpha}{2} \Big(1 + \cos \frac{\pi t}{T} \Big),\ \text{ and } 0 \text{ from } t = T \text{ on}$$
#
# The first one makes steps, $f$ is the `factor`. The second is the classic "$1/t$". The third is a half wave of a cosine.
#
# **Your turn.** Write `schedules(t, alpha, every, factor, decay, T)` for an array of whole numbers `t` of shape $(n,)$. It returns the three arrays of rates.


# %% role="answer" id="l05-schedules"
def schedules(t, alpha, every, factor, decay, T):
    """Step, 1/t and cosine decay.    t: (n,) whole numbers   returns steps, inverse, cosine: (n,) each"""
    ### BEGIN SOLUTION
    steps = alpha * factor ** (t // every)
    inverse = alpha / (1 + decay * t)
    cosine = alpha * (1 + np.cos(np.pi * np.minimum(t, T) / T)) / 2
    return steps, inverse, cosine
    ### END SOLUTION


# %% role="check" id="l05-schedules-check" points=3
check("l05.schedules", schedules)

# %%
if all(passed(f"l05.{name}") for name in ("minibatches", "sgd", "schedules")):
    epoch = np.arange(40)
    falling = dict(zip(("steps", "1/t", "cosine"), schedules(epoch, 1 / 32, 10, 0.3, 0.3, 40)))
    falling = {"constant": np.full(40, 1 / 32), **falling}
    decayed = {name: mean_run(1, rate, 40) for name, rate in falling.items()}
    fig, (both,) = panels(1, 2, (10, 4))
    for i, name in enumerate(falling):
        look = dict(color=COLORS[i], ls=LINES[i], marker=MARKERS[i], markevery=5, ms=5, label=name)
        both[0].plot(epoch, falling[name], **look)
        both[1].semilogy(epoch + 1, decayed[name], **look)
    both[0].set(title="The rate", xlabel="epoch", ylabel=r"$\alpha$")
    both[1].set(title="What is left, B = 1, mean of three runs", xlabel="epoch", ylabel="J - J*")
    both[0].legend(frameon=False)
    show(
        fig,
        "Left: four rates over 40 epochs, constant, in steps, 1/t and cosine. Right: J - J* after 40 epochs is "
        + ", ".join(f"{run[-1]:.3g} ({name})" for name, run in decayed.items())
        + ".",
    )
else:
    print("This picture appears as soon as minibatches, sgd and schedules are green.")

# %% [markdown]
# *What to see:* with a constant rate the curve comes to a level and stays there, trembling. Every fall of the rate in the first picture is a fall of the error in the second one.

# %% [markdown]
# ### By hand: babysitting [U15]
#
# U15: "Run SG for a while with a fixed step-size. Occasionally measure error and plot progress. If error is not decreasing, decrease step-size." Here is a run that somebody left alone: a small network, with 8 hidden units, learns all ten digits, in
# batches of 4, at $\alpha = 0.3$. The error on all training examples is measured four times in each epoch.


# %% role="given" id="l05-babysitting"
def digits_net(seed=0, hidden=32):
    return mlp([64, hidden, 10], rng=np.random.default_rng(seed))


def watched_run(rate_of, checks=48, B=4, seed=0, every=80):
    """Training errors, one for each check; rate_of(errors so far, rate) gives the rate to go on with."""
    net, loss, rng = digits_net(seed, hidden=8), SoftmaxCrossEntropy(), np.random.default_rng(seed)
    (theta, grad), errors, rate, order = pack(net), [evaluate_loss(net)], 0.3, []
    for step in range(checks * every):
        if len(order) < B:
            order = list(rng.permutation(len(x_train)))
        i, order = order[:B], order[B:]
        loss.forward(net.forward(x_train[i], training=True), y_train[i])
        net.backward(loss.backward(), need_dx=False)
        theta -= rate * grad
        if (step + 1) % every == 0:
            errors.append(evaluate_loss(net))
            rate = rate_of(errors, rate)
    return np.array(errors)


def evaluate_loss(net):
    return evaluate(net, SoftmaxCrossEntropy(), x_train, y_train)[0]


alone = watched_run(lambda errors, rate: rate)
curves(
    {"training error": (np.arange(len(alone)), alone)},
    "A run that was left alone",
    "check (four in each epoch)",
    "error",
)

# %% [markdown]
# **In your own words.** You are the babysitter of this run. What does the curve show in its first ten checks, and what later on? What is the reason for what it does later? What would you have done, when, and what would you expect to see
# right after it? And why not right at the beginning? (Five to eight sentences.)

# %% [markdown] role="written" id="l05-babysitting-why" points=4
# ### BEGIN SOLUTION
# In the first checks the error falls steeply: the steps go the right way and their length is fine. Later it no longer falls but jumps up and down around a level above 0. The gradients of such small batches
# are noisy, and near the minimum the true gradient is short, so that with a fixed step size the noise decides where theta goes: it wanders around the minimum, and now and then it is thrown out of it. As soon as the error has
# not decreased over a stretch of several checks (here somewhere from check 15 to 25), I would decrease the step size, by a factor of 2 to 10, and go on. Right after it the error should drop quickly to a lower level with smaller jumps, and
# then slowly go on falling; if it gets stuck again, I decrease again. A single check that is worse than the one before is no reason, for it may be noise. At the beginning a small step size would only cost time: far from the
# minimum the long steps make the progress.
#
# **Rubric, 4 points.** 1: describes both parts of the curve (falls at first; later no further fall, jumps around a level). 1: the reason: steps too long for the noise of the gradients near the minimum (noise of mini-batches, or
# overshooting; "stuck in a local minimum" alone gets nothing). 1: decreases the step size after a stretch of checks without decrease (not after a single bad check, or says how the noise is told from the trend), and expects a quick drop or smaller
# jumps. 1: not at the beginning, because far from the minimum long steps save time (or: too small a step is too slow). Half points for a true but vague sentence. No points off for language.
# ### END SOLUTION

# %% [markdown]
# ### By search: the Bottou trick [U16]
#
# More automatic, says U16: "1. Grab a small set of training examples (maybe 5% of total). 2. Do a binary search for a step size that works well on them. 3. Use this step size for a long time (or slowly decrease it from there)."
#
# **Your turn.** Write `bottou_step_size(error_after, start)`. `error_after(alpha)` trains on the few examples with that step size and returns the error at the end, a number; nan or inf means that the training
# has diverged, and counts as the worst error of all. Begin with `start`. Double the step size as long as the error falls. If the first doubling is no better, halve it as long as the error falls; where the
# start itself diverges, halve on until something is finite. Return the best step size.


# %% role="answer" id="l05-bottou-step-size"
def bottou_step_size(error_after, start):
    """The best of start, 2 start, 4 start, ... or start, start/2, ...    error_after: alpha -> error   returns a number"""

    ### BEGIN SOLUTION
    def error_of(alpha):
        error = error_after(alpha)
        return np.inf if np.isnan(error) else error

    alpha, error = start, error_of(start)
    for factor in (2, 0.5):
        while True:
            new = error_of(alpha * factor)
            diverged_still = new == error == np.inf and factor < 1
            if not (new < error or diverged_still):
                break
            alpha, error = alpha * factor, new
        if alpha != start:
            break
    return alpha
    ### END SOLUTION


# %% role="check" id="l05-bottou-step-size-check" points=5
check("l05.bottou_step_size", bottou_step_size)

# %% [markdown]
# Does the trick find what a full search finds? Below, 64 of the 1287 digits choose a step size for the network. Then the network is trained on all digits for six epochs with each step size of a grid, from three
# different starts.


# %% role="given" id="l05-train-digits"
def train_digits(rate, x, y, epochs, seed=0, B=32):
    """The error on (x, y) after some epochs of plain SGD in batches of B; inf if it diverges."""
    net, loss, rng = digits_net(seed), SoftmaxCrossEntropy(), np.random.default_rng(seed)
    theta, grad = pack(net)
    with np.errstate(all="ignore"):
        for _ in range(epochs):
            order = rng.permutation(len(x))
            for start in range(0, len(x), B):
                i = order[start : start + B]
                value = loss.forward(net.forward(x[i], training=True), y[i])
                if not np.isfinite(value):
                    return np.inf
                net.backward(loss.backward(), need_dx=False)
                theta -= rate * grad
        return evaluate(net, loss, x, y)[0]


# %%
if passed("l05.bottou_step_size"):
    few = np.random.default_rng(0).choice(len(x_train), len(x_train) // 20, replace=False)
    tried = {}

    def error_after(rate):
        tried[rate] = train_digits(rate, x_train[few], y_train[few], epochs=20)
        return tried[rate]

    found = bottou_step_size(error_after, 0.05)
    grid = 0.05 * 2.0 ** np.arange(-4, 6)
    on_all = np.array(
        [np.median([train_digits(rate, x_train, y_train, 6, seed) for seed in range(3)]) for rate in grid]
    )
    at_found = on_all[np.argmin(np.abs(grid - found))]
    on_few = np.array(sorted(tried.items())).T
    seen_by_search, seen_by_grid = len(tried) * 20 * len(few), len(grid) * 6 * len(x_train)

    fig, (both,) = panels(1, 2, (10, 4))
    both[0].loglog(*on_few, "o--", color=VERMILLION, ms=7)
    both[0].set(title=f"The search, on {len(few)} digits")
    both[1].loglog(grid, on_all, "s-", color=BLUE, ms=6)
    both[1].set(title=f"The grid, on {len(x_train)} digits")
    for ax in both:
        ax.axvline(found, color=BLACK, ls=":", lw=2)
        ax.text(found, 0.98, f" {found:g}", transform=ax.get_xaxis_transform(), va="top")
        ax.set(xlabel="step size", ylabel="error at the end", xlim=(grid[0] / 1.3, grid[-1] * 1.3))
    show(
        fig,
        f"Left: errors of the step sizes that the search tries, from 0.05 up; the best is {found:g}. Right: the error of all step sizes of a grid on all digits; "
        f"the best is {grid[np.argmin(on_all)]:g} with {on_all.min():.3f}, that of the search has {at_found:.3f}.",
    )
else:
    print("This picture appears as soon as bottou_step_size is green.")

# %% [markdown]
# *What to see:* both curves fall slowly and rise steeply: a step size that is a little too small costs little, one that is too large costs everything. The dotted line is the same in both.

# %% [markdown]
# ## 4  Moving averages [I11]
#
# Gradients of mini-batches jump about. I11 smooths a sequence $y_t$ with a *moving average*: from $v_{-1} = 0$,
#
# $$v_t = \beta v_{t-1} + (1 - \beta) y_t \qquad\qquad w_t = \frac{v_t}{1 - \beta^{t+1}}$$
#
# What is the division good for? Write $v_t$ out, and you find a weighted sum of $y_0, \dots, y_t$ whose weights add up to $1 - \beta^{t+1}$: the zero at the beginning has the rest. Dividing makes a proper mean of it.
#
# **Your turn.** Write `moving_average(y, beta)` for an array of shape $(T,)$. It returns the two arrays `v` and `w`.


# %% role="answer" id="l05-moving-average"
def moving_average(y, beta):
    """The moving average v, and w with bias correction.    y: (T,)   returns v: (T,), w: (T,)"""
    ### BEGIN SOLUTION
    v, before = np.zeros(len(y)), 0.0
    for t in range(len(y)):
        before = beta * before + (1 - beta) * y[t]
        v[t] = before
    return v, v / (1 - beta ** np.arange(1, len(y) + 1))
    ### END SOLUTION


# %% role="check" id="l05-moving-average-check" points=4
check("l05.moving_average", moving_average)

# %%
if passed("l05.moving_average"):
    days = np.arange(100)
    noisy = 3 + np.sin(days / 16) + np.random.default_rng(5).normal(scale=0.6, size=100)
    fig, (both,) = panels(1, 2, (10, 4))
    for ax, beta in zip(both, (0.9, 0.98)):
        v_shown, w_shown = moving_average(noisy, beta)
        ax.plot(noisy, ".", color=GREY, ms=5, label=r"$y_t$")
        ax.plot(v_shown, "--", color=VERMILLION, lw=2, label=r"$v_t$")
        ax.plot(w_shown, "-", color=BLUE, lw=2, label=r"$w_t$, corrected")
        ax.set(title=rf"$\beta$ = {beta}", xlabel="t", ylabel="value", ylim=(0, 5.5))
    both[1].legend(frameon=False, loc="lower right", ncols=3)
    show(
        fig,
        f"A noisy wave around 3 and its moving averages. For beta = 0.98 the plain average starts at {v_shown[0]:.2f} and the corrected one at {w_shown[0]:.2f}, the first value itself; "
        f"at t = 99 they are {v_shown[-1]:.2f} and {w_shown[-1]:.2f}.",
    )
else:
    print("This picture appears as soon as moving_average is green.")

# %% [markdown]
# *What to see:* the larger $\beta$, the smoother the line, and the longer it lags behind the wave. Without the correction the average climbs up from 0; with it, it starts at the first value.

# %% [markdown]
# ## 5  Momentum, twice [I12, U19]
#
# I12 puts the moving average of the gradients in the place of the gradient:
#
# $$v := \beta v + (1 - \beta) \nabla \qquad\qquad \theta := \theta - \alpha v$$
#
# **Your turn.** Write `momentum(theta, v, g, alpha, beta)`, one step. All arrays have the shape $(P,)$. It returns the new `theta` and the new `v`. (No correction: "not important in this case", says the slide. We will measure it.)


# %% role="answer" id="l05-momentum"
def momentum(theta, v, g, alpha, beta):
    """One step with the moving average of the gradients.    theta, v, g: (P,)   returns theta: (P,), v: (P,)"""
    ### BEGIN SOLUTION
    v = beta * v + (1 - beta) * g
    return theta - alpha * v, v
    ### END SOLUTION


# %% role="check" id="l05-momentum-check" points=2
check("l05.momentum", momentum)

# %% [markdown]
# U19 has another picture in mind: a heavy ball that keeps going in its previous direction.
#
# $$W^{t+1} = W^t - \alpha^t \nabla f_i(W^t) + \beta^t (W^t - W^{t-1})$$
#
# **Your turn.** Write `heavy_ball(w, w_before, g, alpha, beta)`, where `w` is $W^t$ and `w_before` is $W^{t-1}$, of shape $(P,)$ each. It returns $W^{t+1}$.


# %% role="answer" id="l05-heavy-ball"
def heavy_ball(w, w_before, g, alpha, beta):
    """One step of the heavy ball.    w, w_before, g: (P,)   returns (P,)"""
    ### BEGIN SOLUTION
    return w - alpha * g + beta * (w - w_before)
    ### END SOLUTION


# %% role="check" id="l05-heavy-ball-check" points=2
check("l05.heavy_ball", heavy_ball)

# %% [markdown]
# ### Two formulas, one path [E13]
#
# The two look different, yet they walk the same path, if the rates are translated. With constant rates: $\alpha_{\text{heavy}} = (1 - \beta)\, \alpha_{\text{average}}$, and the same $\beta$. Whoever copies $\alpha$ and $\beta$ from one paper
# into the program of another takes steps that are $\frac{1}{1 - \beta}$ times too long or too short, ten times for $\beta = 0.9$.
#
# And if the rate of I12 changes, $\alpha_0, \alpha_1, \dots$? U19 writes $\beta^t$, with a time on it. That is what it takes.
#
# **Your turn.** A moving average walks with the rates `alphas`, of shape $(T,)$, and a fixed $\beta$. Write `same_path(alphas, beta)`, which returns two arrays of shape $(T,)$: the $\alpha^t$ and the $\beta^t$ with which the heavy ball
# walks the same path from the same start ($v = 0$, no last move). The first $\beta^t$ multiplies no move, so whatever you put there is right.


# %% role="answer" id="l05-same-path"
def same_path(alphas, beta):
    """Rates of the heavy ball that walks the path of a moving average.    alphas: (T,)   returns alphas, betas: (T,) each"""
    ### BEGIN SOLUTION
    betas = np.full(len(alphas), beta)
    betas[1:] = beta * alphas[1:] / alphas[:-1]  # the last move was made with the last rate
    return (1 - beta) * alphas, betas
    ### END SOLUTION


# %% role="check" id="l05-same-path-check" points=3
check("l05.same_path", same_path)


# %% role="given" id="l05-two-paths"
def average_path(surface, alphas, beta):
    """(T + 1, 2) places of I12 on a surface"""
    theta, v = np.array(surface.start), np.zeros(2)
    path = [theta]
    for alpha in alphas:
        theta, v = momentum(theta, v, surface.gradient(theta), alpha, beta)
        path.append(theta)
    return np.array(path)


def ball_path(surface, alphas, betas):
    """(T + 1, 2) places of U19"""
    path = [np.array(surface.start)] * 2
    for alpha, beta in zip(alphas, betas):
        path.append(heavy_ball(path[-1], path[-2], surface.gradient(path[-1]), alpha, beta))
    return np.array(path[1:])


# %%
if all(passed(f"l05.{name}") for name in ("momentum", "heavy_ball", "same_path")):
    ravine, beta, fixed = SURFACES["ravine"], 0.8, np.full(60, 0.1)
    slowing = 0.2 / (1 + 0.1 * np.arange(60))
    fig, (both,) = panels(1, 2, (10, 4))
    gaps = []
    for ax, alphas, title in zip(both, (fixed, slowing), ("constant rate", "falling rate")):
        average = average_path(ravine, alphas, beta)
        translated = ball_path(ravine, *same_path(alphas, beta))
        naive = ball_path(ravine, (1 - beta) * alphas, np.full(60, beta))
        gaps.append((np.abs(average - translated).max(), np.abs(average - naive).max()))
        ax.plot(*average.T, "-", color=BLUE, lw=5, alpha=0.4, label="moving average [I12]")
        ax.plot(*translated.T, "o", color=BLACK, ms=4, label="heavy ball, translated")
        ax.plot(*naive.T, "x--", color=VERMILLION, ms=5, lw=1, label=r"heavy ball, $\beta$ fixed")
        ax.set(title=title, xlabel="w\u2081", ylabel="w\u2082")
    both[1].legend(frameon=False, fontsize=9)
    show(
        fig,
        f"Paths through a ravine. With a constant rate all three are one, gap {gaps[0][1]:.0e}. With a falling rate the translated ball still walks the path of the average, gap {gaps[1][0]:.0e}; "
        f"with a fixed beta it is up to {gaps[1][1]:.2f} away.",
    )
else:
    print("This picture appears as soon as momentum, heavy_ball and same_path are green.")

# %% [markdown]
# *What to see:* on the left all marks lie on one line. On the right the rate falls; a ball with a fixed $\beta$ still carries the long moves from the time of the long rates, and swings wider.

# %% [markdown]
# ## 6  A step size for each parameter [U17, I10, I13, I14]
#
# I10 asks: "Same learning rate for all weights (parameters)? Sparse data, we may want to update rarely occurring features faster." The first answer is AdaGrad. Each parameter collects the squares of its gradients, and its step is divided by their
# root, all element by element:
#
# $$S := S + \nabla * \nabla \qquad\qquad \theta := \theta - \alpha \frac{\nabla}{\sqrt{S} + \varepsilon}$$
#
# Whoever has gone far takes shorter steps; whose feature is rare has collected little, and takes long ones.
#
# **Your turn.** Write `adagrad(theta, S, g, alpha, eps)`, one step for arrays of shape $(P,)$. It returns the new `theta` and the new `S`. Where the gradient has always been 0, the parameter must stay where it is.


# %% role="answer" id="l05-adagrad"
def adagrad(theta, S, g, alpha, eps):
    """One step of AdaGrad.    theta, S, g: (P,)   returns theta: (P,), S: (P,)"""
    ### BEGIN SOLUTION
    S = S + g**2
    return theta - alpha * g / (np.sqrt(S) + eps), S
    ### END SOLUTION


# %% role="check" id="l05-adagrad-check" points=3
check("l05.adagrad", adagrad)

# %% [markdown]
# AdaGrad never forgets: $S$ only grows, and in the end it stands still. RMSProp [I13] makes $S$ a moving average:
#
# $$S := \beta S + (1 - \beta) (\nabla * \nabla) \qquad\qquad \theta := \theta - \alpha \frac{\nabla}{\sqrt{S} + \varepsilon}$$
#
# The slide has no $\varepsilon$ [E9]. Then a parameter whose gradient has always been 0 gets the step $0 / 0$, which is nan. That is no rare accident: the corner pixels of our digits are always empty, and so the gradients of
# their weights are exactly 0.
#
# **Your turn.** Write `rmsprop(theta, S, g, alpha, beta, eps)`, one step, with the $\varepsilon$ *outside* the root. It returns `theta` and `S`.


# %% role="answer" id="l05-rmsprop"
def rmsprop(theta, S, g, alpha, beta, eps):
    """One step of RMSProp.    theta, S, g: (P,)   returns theta: (P,), S: (P,)"""
    ### BEGIN SOLUTION
    S = beta * S + (1 - beta) * g**2
    return theta - alpha * g / (np.sqrt(S) + eps), S
    ### END SOLUTION


# %% role="check" id="l05-rmsprop-check" points=3
check("l05.rmsprop", rmsprop)

# %% [markdown]
# Adam [I14] puts momentum and RMSProp together, and corrects the bias of both averages:
#
# $$v := \beta_1 v + (1 - \beta_1) \nabla \qquad S := \beta_2 S + (1 - \beta_2) (\nabla * \nabla) \qquad \hat v = \frac{v}{1 - \beta_1^{t+1}} \qquad \hat S = \frac{S}{1 - \beta_2^{t+1}} \qquad
#   \theta := \theta - \alpha \frac{\hat v}{\sqrt{\hat S} + \varepsilon}$$
#
# with $\beta_1 = 0.9$, $\beta_2 = 0.999$, $\varepsilon = 10^{-8}$. The slide writes $\sqrt{S + \varepsilon}$; in the paper, and in our formula, $\varepsilon$ stands outside [E10]. The slide calls the corrected averages by the old names; the hats are the paper's.
#
# **Your turn.** Write `adam(theta, v, S, g, t, alpha, beta1, beta2, eps)`, one step for arrays of shape $(P,)$; $t = 0$ in the first step, as in I11. It returns the new `theta`, `v` and `S`, the last two without the correction.


# %% role="answer" id="l05-adam"
def adam(theta, v, S, g, t, alpha, beta1, beta2, eps):
    """One step of Adam.    theta, v, S, g: (P,)   t: 0, 1, ...   returns theta, v, S: (P,) each"""
    ### BEGIN SOLUTION
    v = beta1 * v + (1 - beta1) * g
    S = beta2 * S + (1 - beta2) * g**2
    v_hat = v / (1 - beta1 ** (t + 1))
    S_hat = S / (1 - beta2 ** (t + 1))
    return theta - alpha * v_hat / (np.sqrt(S_hat) + eps), v, S
    ### END SOLUTION


# %% role="check" id="l05-adam-check" points=5
check("l05.adam", adam)

# %% [markdown]
# ### Which of the two $\varepsilon$? [E10]
#
# In the first step $\hat v$ is the gradient $g$ and $\hat S$ is $g^2$. So Adam moves by $\alpha \frac{g}{|g| + \varepsilon}$, which is $\alpha$, whatever the gradient, until $|g|$ comes down to $\varepsilon = 10^{-8}$. With $\varepsilon$ inside the root the same happens at
# $\sqrt{\varepsilon} = 10^{-4}$, and gradients of $10^{-4}$ are common.

# %%
if passed("l05.adam"):
    g_tiny = 10.0 ** np.arange(-12, 1)
    nothing = np.zeros(len(g_tiny))
    outside = -adam(nothing, nothing, nothing, g_tiny, 0, 1.0, 0.9, 0.999, 1e-8)[0]
    inside = g_tiny / np.sqrt(g_tiny**2 + 1e-8)  # as the slide has it
    fig, ax = panels(1, 1, (7.5, 3.8))
    ax[0, 0].loglog(g_tiny, outside, "o-", color=BLUE, lw=2, label=r"outside the root: yours, the paper's")
    ax[0, 0].loglog(g_tiny, inside, "s--", color=VERMILLION, lw=2, label="inside the root: the slide's")
    ax[0, 0].set(title="Adam's first step", xlabel="gradient", ylabel=r"step / $\alpha$")
    ax[0, 0].legend(frameon=False)
    show(
        fig,
        f"Two curves over gradients from 1e-12 to 1. Both are 1 for gradients above 1e-3. At 1e-6 the paper's step is {outside[6]:.3f}, the slide's {inside[6]:.3f}; at 1e-8 {outside[4]:.2f} and {inside[4]:.0e}.",
    )
else:
    print("This picture appears as soon as the check of adam is green.")

# %% [markdown]
# *What to see:* one curve bends at $10^{-8}$, the other at $10^{-4}$. Between the two, the same $\varepsilon$ means full steps in one program and hardly any in the other.

# %% [markdown]
# ## 7  A bigger step for the biases [U18]
#
# The simplest way to have a step size for each parameter is to decide it by hand. U18: "Bias step-size multiplier: use bigger step-size for the bias variables."
#
# **Your turn.** The parameters of a network stand in one vector: the weights of the first layer (row by row), its biases, the weights of the second layer, its biases, and so on. Write `learning_rates(shapes, alpha, multiplier)`. `shapes` is a list of pairs $(D, M)$, one for
# each layer, with $D M$ weights and $M$ biases. It returns the vector of all rates: `alpha` for weights, `multiplier` times as much for biases.


# %% role="answer" id="l05-learning-rates"
def learning_rates(shapes, alpha, multiplier):
    """A rate for each parameter.    shapes: [(D, M), ...]   returns (P,), in the order W, b of each layer"""
    ### BEGIN SOLUTION
    parts = []
    for D, M in shapes:
        parts += [np.full(D * M, alpha), np.full(M, alpha * multiplier)]
    return np.concatenate(parts)
    ### END SOLUTION


# %% role="check" id="l05-learning-rates-check" points=3
check("l05.learning_rates", learning_rates)

# %% [markdown]
# When does it help? The same small network learns a curve twice: once with targets around 0, once with targets around 5. In the second case the last bias has a long way to go.


# %% role="given" id="l05-bias-run"
def bias_run(offset, alpha, multiplier, seed, epochs=5, B=16):
    """Mean squared error of a 4-16-1 network after some epochs of SGD with `learning_rates`"""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (400, 4)).astype(np.float32)
    t = (np.sin(3 * x[:, :1]) + x[:, 1:2] ** 2 - 1 / 3 + offset).astype(np.float32)
    net, loss = mlp([4, 16, 1], rng=rng), SquaredError()
    theta, grad = pack(net)
    rates = learning_rates([(4, 16), (16, 1)], alpha, multiplier).astype(np.float32)
    with np.errstate(all="ignore"):
        for _ in range(epochs):
            order = rng.permutation(len(x))
            for start in range(0, len(x), B):
                i = order[start : start + B]
                if not np.isfinite(loss.forward(net.forward(x[i], training=True), t[i])):
                    return np.inf
                net.backward(loss.backward(), need_dx=False)
                theta -= rates * grad
    return float(np.mean((net.forward(x) - t) ** 2))


# %%
if passed("l05.learning_rates"):
    multipliers, alphas_tried = (1, 2, 5, 10, 20), 0.0025 * 2.0 ** np.arange(0, 7)
    bias_errors = {  # (multiplier, alpha), the mean of three runs
        offset: np.array(
            [[np.mean([bias_run(offset, a, m, seed) for seed in range(3)]) for a in alphas_tried] for m in multipliers]
        )
        for offset in (0, 5)
    }
    fig, (both,) = panels(1, 2, (10, 4))
    for ax, (offset, errors) in zip(both, bias_errors.items()):
        for i, (m, row) in enumerate(zip(multipliers, errors)):
            ax.loglog(
                alphas_tried,
                np.where(row < 3, row, np.nan),
                color=COLORS[i],
                ls=LINES[i % 4],
                marker=MARKERS[i],
                ms=5,
                label=f"{m}",
            )
        ax.set(title=f"targets around {offset}", xlabel=r"$\alpha$", ylabel="error after 5 epochs", ylim=(0.1, 3))
        ax.set_xticks(alphas_tried[::2], [f"{a:g}" for a in alphas_tried[::2]])
        ax.minorticks_off()
    both[1].legend(title="multiplier", frameon=False)
    best_bias = {offset: errors.min(axis=1) for offset, errors in bias_errors.items()}
    show(
        fig,
        "The error after five epochs against alpha, for five multipliers. "
        + " ".join(
            f"Targets around {offset}: the best error is {row[0]:.3f} with multiplier 1 and {row[1:].min():.3f} with a larger one; at the smallest alpha {bias_errors[offset][0, 0]:.2f} and {bias_errors[offset][:, 0].min():.2f}."
            for offset, row in best_bias.items()
        ),
    )
else:
    print("This picture appears as soon as learning_rates is green.")

# %% [markdown]
# *What to see:* where the targets lie around 5 and $\alpha$ is small, a multiplier saves most of the error. Where $\alpha$ is as large as it can be, or where nothing has to be moved, it gains little, and a large one makes the training diverge sooner.

# %% [markdown]
# ## 8  The race [I10, U10]
#
# Now all your rules against one another: from the same start, with the same noise on the gradients, and with the same number of steps. Only the step sizes are two, since those of AdaGrad, RMSProp and Adam count in another unit: they
# divide the gradient by its own size, so that a step is about $\alpha$ long.


# %% role="given" id="l05-rules"
def descent(w, memory, g, t, alpha):
    return w - alpha * g, memory


def momentum_rule(w, memory, g, t, alpha):
    w, v = momentum(w, memory[0], g, alpha, 0.9)
    return w, (v, memory[1])


def adagrad_rule(w, memory, g, t, alpha):
    w, S = adagrad(w, memory[1], g, alpha, 1e-8)
    return w, (memory[0], S)


def rmsprop_rule(w, memory, g, t, alpha):
    w, S = rmsprop(w, memory[1], g, alpha, 0.9, 1e-8)
    return w, (memory[0], S)


def adam_rule(w, memory, g, t, alpha):
    w, v, S = adam(w, *memory, g, t, alpha, 0.9, 0.999, 1e-8)
    return w, (v, S)


rules = {"SGD": descent}
for name, rule in (
    ("momentum", momentum_rule),
    ("AdaGrad", adagrad_rule),
    ("RMSProp", rmsprop_rule),
    ("Adam", adam_rule),
):
    if passed(f"l05.{name.lower()}"):
        rules[name] = rule

# %% [markdown]
# **Play with it.** In the ravine, raise `log10 alpha` until plain gradient descent swings from wall to wall; what does momentum do? On the saddle, the start lies almost on the ridge, where one direction slopes up and another one down [I10]:
# who leaves it first, and why? In the four valleys, change the seed with some noise: does everybody end in the same valley? (A rule joins in as soon as its check is green.)

# %%
race(rules)

# %% [markdown]
# *What to see:* in the ravine the walls are 30 times as steep as the floor. Gradient descent must take a step that is short enough for the walls, momentum averages the swings away, and the adaptive rules go along floor and walls at one speed.
# On the saddle the slope along the ridge is tiny at first: whoever divides by its size takes full steps at once. And with a constant $\alpha$ RMSProp never comes to rest, since it blows up even the smallest gradient to a full step.
#
# Who wins, if everybody may choose the best step size from one list? Here is the mean height over five seeds, with noise 0.5 and 60 steps.

# %%
race_rates = 0.001 * 2.0 ** np.arange(12)


def mean_height(rule, surface, alpha, noise=0.5, steps=60, seeds=5):
    """Mean height above the lowest point at the end; inf if one of the runs has left the race"""
    heights = []
    for seed in range(seeds):
        path = walk(rule, surface, alpha, same_noise(steps, noise, seed))
        heights.append(surface.value(path[-1]) - surface.least if len(path) > steps else np.inf)
    return np.mean(heights)


results = {}
for place, surface in SURFACES.items():
    for name, rule in rules.items():
        heights = [mean_height(rule, surface, alpha) for alpha in race_rates]
        results[place, name] = min(heights), race_rates[int(np.argmin(heights))]
fig, (axes_race,) = panels(1, 3, (11, 3.8))
for ax, place in zip(axes_race, SURFACES):
    for i, name in enumerate(rules):
        height, rate = results[place, name]
        ax.barh(i, height, color=COLORS[i])
        ax.text(height, i, f" {height:.2g} at {rate:.3g}", va="center", fontsize=9)
    ax.set_yticks(range(len(rules)), list(rules))
    ax.set(title=place, xlabel="mean height at the end", xlim=(0, 1.7 * max(results[place, name][0] for name in rules)))
    ax.invert_yaxis()
show(
    fig,
    "Mean height at the end with the best rate of each rule. "
    + ". ".join(
        f"{place}: "
        + ", ".join(f"{name} {results[place, name][0]:.2g} at {results[place, name][1]:.3g}" for name in rules)
        for place in SURFACES
    )
    + ".",
)

# %% [markdown]
# *What to see:* no rule wins everywhere, and the differences are smaller than those between a good and a bad step size. Look at the best rates: they lie far apart for different rules, so a race at one rate for all would only show whom that rate suits.

# %% [markdown]
# ## 9  Are the local minima the problem? [U10]
#
# U10: "Highly non-convex, so are the problem local minima? If the network is 'deep' and 'wide' enough, we think all local minima are good. But it can be hard to get SG to even find a local minimum." We let networks with
# one hidden layer of $H$ tanh units learn $y = \sin 3 \pi x$, each from 20 random starts, 1500 steps with Adam and a cosine, and the widest one with plain gradient descent, too.


# %% role="given" id="l05-starts"
def from_many_starts(H, step, starts=20, steps=1500, seed=0):
    """Losses and norms of the gradient at the end, (starts,) each, of 1-H-1 networks that learn side by side in one vector"""
    from course_lib.optim import SGD, Adam, Cosine

    rng, x = np.random.default_rng(seed), np.linspace(-1, 1, 40)[:, None]
    target = np.sin(3 * np.pi * x)
    shapes = [(starts, 1, H), (starts, 1, H), (starts, H, 1), (starts, 1, 1)]
    ends = np.cumsum([np.prod(shape) for shape in shapes])
    theta, grad = np.zeros(ends[-1]), np.zeros(ends[-1])
    W1, b1, W2, b2 = (part.reshape(shape) for part, shape in zip(np.split(theta, ends[:-1]), shapes))
    gradients = [part.reshape(shape) for part, shape in zip(np.split(grad, ends[:-1]), shapes)]
    W1[...], b1[...], W2[...] = (
        2 * rng.normal(size=W1.shape),
        rng.normal(size=b1.shape),
        rng.normal(size=W2.shape) / np.sqrt(H),
    )
    optimizer = Adam(Cosine(0.02, steps)) if step == "Adam" else SGD(0.05)
    for _ in range(steps):
        h = np.tanh(x @ W1 + b1)
        r = h @ W2 + b2 - target
        d = 2 * r / len(x)
        dh = d @ W2.transpose(0, 2, 1) * (1 - h**2)
        for gradient, value in zip(
            gradients, (x.T @ dh, dh.sum(1, keepdims=True), h.transpose(0, 2, 1) @ d, d.sum(1, keepdims=True))
        ):
            gradient[...] = value
        optimizer.step(theta, grad)
    return np.mean(r**2, axis=(1, 2)), np.sqrt(sum(np.sum(gradient**2, axis=(1, 2)) for gradient in gradients))


# %%
widths = (2, 4, 8, 32)
of_width = {H: from_many_starts(H, "Adam")[0] for H in widths}
plain_losses, plain_norms = from_many_starts(32, "SGD")
fig, ax = panels(1, 1, (8, 4))
for i, (name, losses) in enumerate(
    [*((f"{H}\nAdam", losses) for H, losses in of_width.items()), ("32\nplain", plain_losses)]
):
    across = i + np.linspace(-0.2, 0.2, len(losses))
    color, marker = (BLUE, "o") if "Adam" in name else (VERMILLION, "s")
    ax[0, 0].semilogy(across, losses, marker, color=color, ms=6, alpha=0.7)
    ax[0, 0].plot([i - 0.3, i + 0.3], [np.median(losses)] * 2, color=BLACK, lw=2)
ax[0, 0].set_xticks(range(5), [*(f"{H}\nAdam" for H in widths), "32\ngradient descent"])
ax[0, 0].set(title="Twenty starts each; the bar is the median", xlabel="hidden units", ylabel="loss at the end")
show(
    fig,
    "Losses at the end of twenty runs for each width. "
    + " ".join(f"{H} units: from {losses.min():.2g} to {losses.max():.2g}." for H, losses in of_width.items())
    + f" Plain gradient descent with 32 units: from {plain_losses.min():.2g} to {plain_losses.max():.2g}.",
)

# %% [markdown]
# *What to see:* with few units the start decides where it ends, and some ends are bad. With many units all ends are good. But the last column has the same networks and the same starts: the good minima are there, and plain gradient descent does not get to them in the same
# number of steps.

# %% [markdown]
# ## 10  Recap
#
# A mini-batch buys many steps for a little noise, and the noise falls with $\sqrt B$ only. The step size decides more than the rule; let it fall towards the end. Momentum is one idea in two notations. The adaptive rules give each parameter a step of
# its own, and need an $\varepsilon$, whose place matters. And a wide network has good minima in plenty.
#
# Here is what the decks claim, measured with your functions (random numbers from seed 0, where nothing else is said; the runs are those above):

# %%
needed = ("minibatches", "sgd", "schedules", "bottou_step_size", "moving_average", "momentum", "heavy_ball", "same_path", "adagrad", "rmsprop", "adam", "learning_rates")  # fmt: skip
if all(passed(f"l05.{name}") for name in needed):
    from course_lib.optim import babysit

    def verdict(holds, otherwise="does not hold"):
        return "holds" if holds else otherwise

    m = len(X)

    # I9, E8: the slide's number of batches, for all m and B up to 60
    pairs = [(n, B) for n in range(1, 61) for B in range(1, n + 1)]
    too_many = [
        (n, B)
        for n, B in pairs
        if n // B + 1 > len(minibatches(np.zeros((n, 1)), np.zeros(n), B, np.random.default_rng(0)))
    ]
    all_divide = all(n % B == 0 for n, B in too_many) and len(too_many) == sum(n % B == 0 for n, B in pairs)

    # I9: batch gradient descent below and above 2 / curvature
    calm, wild = run_sgd(m, 1.9 / steepest, 200), run_sgd(m, 2.1 / steepest, 200)
    calm_falls = np.all(np.diff(calm) < 0)

    # I9: the whole gradient against that of half of the examples
    halves = minibatches(X, y, m // 2, np.random.default_rng(0))
    a, b = (line_gradient(np.zeros(X.shape[1]), *part) for part in halves[:2])
    alike = a @ b / np.sqrt(a @ a * (b @ b))

    # I9: single examples for a long time, with a fixed rate and with one that falls
    fixed_rate = mean_run(1, 1 / 32, 60)
    falling_rate = mean_run(1, 1 / 32 / (1 + 0.3 * np.arange(60)), 60)
    trembling = {B: np.std(np.diff(np.log(run_sgd(B, 1 / 32, 60)[30:]))) for B in (1, 32)}

    # I9: after 20 epochs, and after 200 steps
    by_epochs, by_steps = ({B: best_of_size[B, every][1][-1] for B in sizes} for every in (None, 10))
    few_win, many_win = by_epochs[m] > max(by_epochs[8], by_epochs[32]), by_steps[1] > max(by_steps[8], by_steps[32])

    # U20: measured noise against sigma / sqrt(B)
    g_full = of_each.mean(axis=0)
    rng = np.random.default_rng(0)
    noise = {}
    for B in (1, 4, 16, 64):
        several = [
            line_gradient(theta_late, *batch)
            for _ in range(20)
            for batch in minibatches(X, y, B, rng)
            if len(batch[1]) == B
        ]
        noise[B] = np.sqrt(np.mean(np.sum((np.array(several) - g_full) ** 2, axis=1)))
    expected = {B: np.sqrt(np.mean(np.sum((of_each - g_full) ** 2, axis=1)) / B * (m - B) / (m - 1)) for B in noise}
    off_20 = max(abs(noise[B] / expected[B] - 1) for B in noise)

    # I10: one rate too small, one too large, B = 32
    by_rate = {rate: run_sgd(32, rate, 20)[-1] for rate in (*rates, 2.0)}
    best_rate = min(by_rate, key=by_rate.get)

    # U15: the run from above with a babysitter, who looks at the last eight checks
    since = []

    def sit(errors, rate):
        since.append(errors[-1])
        advice = babysit(since, rate, window=8)
        if advice.lr != rate:
            since.clear()
        return advice.lr

    watched = watched_run(sit)

    # I11: smoothing, and the correction
    white = np.random.default_rng(0).normal(size=4000)
    spread = [np.std(moving_average(white, beta)[0][500:]) for beta in (0.0, 0.5, 0.9, 0.98)]
    v_one, w_one = moving_average(np.ones(200), 0.9)

    # I12: with the correction; each with the best rate of the list. And how often w2 changes its side in the ravine
    def corrected_rule(w, memory, g, t, alpha):
        w, (v, _) = w, momentum_rule(w, memory, g, t, alpha)[1]
        return w - alpha * v / (1 - 0.9 ** (t + 1)), (v, memory[1])

    ravine = SURFACES["ravine"]
    best_plain, best_corrected = (
        min(mean_height(rule, ravine, alpha) for alpha in race_rates) for rule in (momentum_rule, corrected_rule)
    )
    swing = {
        name: np.sum(np.abs(np.diff(walk(rules[name], ravine, 0.06, same_noise(60, 0))[:, 1])))
        for name in ("SGD", "momentum")
    }

    # I10: a feature that occurs in 2 % of the examples; what is left of the error of its weight, with the best rate of each rule
    def rare_error(rule, alpha, seed):
        rng = np.random.default_rng(seed)
        w, memory = np.zeros(2), (np.zeros(2), np.zeros(2))
        for t in range(500):
            x_t = np.array([1.0, 0.0]) * rng.normal() + np.array([0.0, 1.0]) * (rng.random() < 0.02)
            w, memory = rule(w, memory, x_t * (x_t @ (w - 1) + 0.1 * rng.normal()), t, alpha)
            if not np.all(np.abs(w) < 1e3):
                return np.inf
        return np.abs(w - 1).max()

    rare = {
        name: min(np.mean([rare_error(rules[name], alpha, seed) for seed in range(6)]) for alpha in race_rates[3:])
        for name in ("SGD", "AdaGrad")
    }

    # I10: how long each rule needs to get off the ridge of the saddle, without noise, at one rate
    def leaves_after(rule, alpha):
        off = np.abs(walk(rule, SURFACES["saddle"], alpha, same_noise(400, 0))[:, 1]) > 0.5
        return int(np.argmax(off)) if off.any() else np.inf

    off_ridge = {name: leaves_after(rules[name], 0.03) for name in ("SGD", "Adam")}

    # I13, E9: the slide's formula and yours on the first gradient of the digits; and the steps along and across the ravine
    g_first = line_gradient(np.zeros(X.shape[1]), X, y)
    with np.errstate(all="ignore"):
        slide = -0.01 * g_first / np.sqrt(0.1 * g_first**2)
    ours = rmsprop(np.zeros(len(g_first)), np.zeros(len(g_first)), g_first, 0.01, 0.9, 1e-8)[0]
    slope = ravine.gradient(np.array([1.0, 1.0]))
    step_sgd, step_rms = (
        descent(np.zeros(2), (), slope, 0, 1)[0],
        rmsprop(np.zeros(2), np.zeros(2), slope, 1, 0.9, 1e-8)[0],
    )
    ratio_sgd, ratio_rms = step_sgd[1] / step_sgd[0], step_rms[1] / step_rms[0]

    # I14: the range of results over the list of rates
    adam_heights = [mean_height(adam_rule, ravine, alpha) for alpha in race_rates]

    at_least, at_most = best_bias[5][1:].min(), bias_errors[5][:, 0].min()
    gain_small, gain_best = bias_errors[5][0, 0] / at_most, best_bias[5][0] / at_least
    gain_none, gain_zero = best_bias[0][0] / best_bias[0][1:].min(), bias_errors[0][0, 0] / bias_errors[0][:, 0].min()

    claims(
        [
            (
                "I9, E8",
                "floor(m/B) + 1 mini-batches",
                f"one too many for {len(too_many)} of {len(pairs)} pairs m, B",
                verdict(not too_many, "holds only if B does not divide m" if all_divide else "does not hold"),
            ),
            (
                "I9",
                "batch gradient descent is guaranteed to converge",
                f"rate 1.9 / curvature: from {calm[0]:.2g} to {calm[-1]:.2g}; 2.1 / curvature: {wild[-1]:.2g}",
                verdict(
                    calm_falls and wild[-1] < wild[0],
                    "holds only if alpha < 2 / the largest curvature" if calm_falls else "does not hold",
                ),
            ),
            (
                "I9",
                "it computes gradients for similar examples",
                f"two halves of the examples: cosine {alike:.3f}",
                verdict(alike > 0.9),
            ),
            (
                "I9",
                "B = 1: heavy fluctuations, may never converge",
                f"J - J* after 30 and 60 epochs: {fixed_rate[29]:.2g}, {fixed_rate[59]:.2g}; with 1/t {falling_rate[29]:.2g}, {falling_rate[59]:.2g}",
                verdict(fixed_rate[59] > 2 * falling_rate[59], "does not hold"),
            ),
            (
                "I9",
                "mini-batch is more stable than B = 1",
                f"log J - J* jumps by {trembling[1]:.2f} an epoch, with B = 32 by {trembling[32]:.2f}",
                verdict(trembling[32] < trembling[1]),
            ),
            (
                "I9",
                "faster for reasonable choices of B",
                f"J - J* for B = {', '.join(map(str, sizes))}: after 20 epochs {', '.join(f'{v:.2g}' for v in by_epochs.values())}; after 200 steps {', '.join(f'{v:.2g}' for v in by_steps.values())}",
                verdict(few_win and many_win, "holds only against B = m" if few_win else "does not hold"),
            ),
            (
                "U20",
                "the batch size influences the gradient's noise",
                "noise "
                + ", ".join(f"{value:.2f}" for value in noise.values())
                + f" for B = 1, 4, 16, 64; off sigma / sqrt(B) (m finite) by {off_20:.0%} at most",
                verdict(off_20 < 0.1),
            ),
            (
                "I10",
                "too small: slow; too large: diverges",
                f"J - J*: {by_rate[rates[-1]]:.2g} at {rates[-1]:.2g}, {by_rate[best_rate]:.2g} at {best_rate:.2g}, {by_rate[2.0]:.2g} at 2",
                verdict(by_rate[rates[-1]] > 3 * by_rate[best_rate] and by_rate[2.0] > 3 * by_rate[best_rate]),
            ),
            (
                "I10",
                "near the minimum switch to a smaller rate",
                "J - J* after 40 epochs: " + ", ".join(f"{run[-1]:.2g} ({name})" for name, run in decayed.items()),
                verdict(all(decayed["constant"][-1] > decayed[name][-1] for name in ("steps", "1/t", "cosine"))),
            ),
            (
                "U15",
                "not decreasing? decrease the step size",
                f"mean of the last 8 errors {np.mean(watched[-8:]):.4f}, left alone {np.mean(alone[-8:]):.4f}",
                verdict(np.mean(watched[-8:]) < np.mean(alone[-8:])),
            ),
            (
                "U16",
                "Bottou: 5 % of the examples find the step size",
                f"finds {found:g}, error {at_found:.3f}; grid's best {grid[np.argmin(on_all)]:g}, {on_all.min():.3f}; examples seen {seen_by_search} against {seen_by_grid}",
                verdict(
                    at_found <= 1.5 * on_all.min(),
                    "holds only roughly" if at_found < np.median(on_all) else "does not hold",
                ),
            ),
            (
                "I11",
                "a higher beta smooths more",
                "spread of noise: " + ", ".join(f"{s:.2f}" for s in spread) + " for beta 0, 0.5, 0.9, 0.98",
                verdict(all(np.diff(spread) < 0)),
            ),
            (
                "I11",
                "the correction is for small t",
                f"w / v is {w_one[0] / v_one[0]:.1f} at t = 0, {w_one[50] / v_one[50]:.3f} at t = 50",
                verdict(w_one[0] / v_one[0] > 2 and w_one[50] / v_one[50] < 1.01),
            ),
            (
                "I12",
                "bias correction is not important for momentum",
                f"best height in the ravine {best_plain:.2g}, with correction {best_corrected:.2g}",
                verdict(best_plain < 1.5 * best_corrected),
            ),
            (
                "I12",
                "momentum dampens the swings in a ravine",
                f"way across it {swing['momentum']:.1f}, without {swing['SGD']:.1f}, at alpha = 0.06",
                verdict(swing["momentum"] < swing["SGD"]),
            ),
            (
                "U19, I12, E13",
                "heavy ball and moving average: one path",
                f"gap {gaps[0][1]:.0e} at a constant rate; at a falling rate {gaps[1][1]:.1g}, with beta translated {gaps[1][0]:.0e}",
                verdict(
                    gaps[1][1] < 1e-9,
                    "holds only for constant rates, or if beta follows the rate"
                    if max(gaps[0][1], gaps[1][0]) < 1e-9
                    else "does not hold",
                ),
            ),
            (
                "I10, U17",
                "rare features want faster updates",
                f"error of the weights, one of them rare: AdaGrad {rare['AdaGrad']:.2f}, SGD {rare['SGD']:.2f}",
                verdict(rare["AdaGrad"] < rare["SGD"]),
            ),
            (
                "I10",
                "a saddle is a plateau",
                f"off the ridge after {off_ridge['SGD']} steps, Adam after {off_ridge['Adam']}, at alpha = 0.03",
                verdict(off_ridge["SGD"] > 2 * off_ridge["Adam"]),
            ),
            (
                "I13",
                "the step is dampened in each direction by its own gradient",
                f"across : along = {ratio_sgd:.0f} : 1, RMSProp {ratio_rms:.0f} : 1",
                verdict(abs(ratio_rms - 1) < 0.01 and ratio_sgd > 10),
            ),
            (
                "I13, E9",
                "divide by the root of S alone",
                f"{np.isnan(slide).sum()} of {len(slide)} weights nan after one step; with eps {np.isnan(ours).sum()}",
                verdict(not np.isnan(slide).any(), "holds only if no gradient is 0"),
            ),
            (
                "I14, E10",
                "eps inside the root",
                f"first step for a gradient of 1e-6: {inside[6]:.2f} alpha; the paper's {outside[6]:.2f} alpha; for 1e-2 {inside[10]:.2f} and {outside[10]:.2f}",
                verdict(
                    abs(inside[6] - outside[6]) < 0.01,
                    "holds only for gradients far above sqrt(eps)"
                    if abs(inside[10] - outside[10]) < 0.01
                    else "does not hold",
                ),
            ),
            (
                "I14",
                "alpha needs to be tuned",
                f"height in the ravine from {min(adam_heights):.2g} to {max(adam_heights):.2g} over the list of rates",
                verdict(max(adam_heights) > 10 * min(adam_heights)),
            ),
            (
                "U18",
                "a bigger step for the biases",
                f"targets around 5: error {gain_small:.1f} times smaller at the smallest alpha, {gain_best:.1f} at the best one; targets around 0: {gain_zero:.1f} and {gain_none:.1f}",
                verdict(
                    min(gain_small, gain_best, gain_none) > 1.1,
                    "holds only if alpha is small and the biases have far to go"
                    if gain_small > 2 * gain_zero
                    else "holds only if alpha is small"
                    if gain_small > 1.1
                    else "does not hold",
                ),
            ),
            (
                "U10",
                "wide nets: all local minima are good",
                "worst of 20 starts, below 0.05 is good: "
                + ", ".join(f"{losses.max():.2g} (H = {H})" for H, losses in of_width.items()),
                verdict(of_width[2].max() > 0.05 > of_width[32].max()),
            ),
            (
                "U10",
                "hard to even find a local minimum",
                f"32 units, median: plain {np.median(plain_losses):.2g}, Adam {np.median(of_width[32]):.2g}",
                verdict(np.median(plain_losses) > 10 * np.median(of_width[32])),
            ),
        ]
    )
else:
    print("The table appears as soon as all exercises of this lesson are green.")

# %% [markdown]
# **Further reading.** L. Bottou: *Stochastic Gradient Descent Tricks*, in: Neural Networks: Tricks of the Trade, 2nd edition, Springer (2012). B. T. Polyak: *Some methods of speeding up the convergence of iteration methods*, USSR Computational Mathematics and Mathematical
# Physics 4 (1964). J. Duchi, E. Hazan, Y. Singer: *Adaptive Subgradient Methods for Online Learning and Stochastic Optimization*, JMLR 12 (2011). D. P. Kingma, J. Ba: *Adam: A Method for Stochastic Optimization*, ICLR (2015). S. Ruder: *An overview of gradient
# descent optimization algorithms*, arXiv 1609.04747 (2016). I. Loshchilov, F. Hutter: *SGDR: Stochastic Gradient Descent with Warm Restarts*, ICLR (2017).

# %%
progress()

# %% [markdown]
# ## Hand in
#
# Save (*File > Save Notebook*), then press the button. It looks for cells that are missing, damaged or edited, and packs the
# notebook into one file.

# %%
from course_lib import hand_in

hand_in("l05_optimization")
