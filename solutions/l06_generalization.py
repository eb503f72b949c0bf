# %% [markdown]
# # 06  Generalization
#
# After this lesson you can split data so that an error means what it says, take an error apart into bias, variance and noise, choose a degree, a $\lambda$ and the moment to stop by a dev set, and read a learning curve. You will
# also have seen a network learn pure nonsense by heart, and know why that is a warning.
#
# Decks: I1-I3, W8, W9, W17, U24-U26, L12, L13, C10; two slips are settled here: E7 and E16.

# %% role="given" id="l06-setup"
import numpy as np

from course_lib import check, hint, passed, progress
from course_lib.data import digits_split, spirals
from course_lib.data.synthetic import POLYNOMIALS
from course_lib.layers import pack
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import mlp
from course_lib.optim import Adam
from course_lib.pictures import claims, show
from course_lib.plots import BLACK, BLUE, GREEN, GREY, LINES, MARKERS, PURPLE, VERMILLION, YELLOW, panels
from course_lib.training import evaluate, gradients, train
from course_lib.widgets.l06_generalization import degree_and_lambda, patience

# %% [markdown]
# ## 1  Three sets [I1]
#
# A model is trained on some examples, but it is meant for others. The "actual goal" of I1 is to "perform well on the test set (unobserved input)"; doing so is *generalization*. So the data are cut into three parts:
#
# | part | what it does | what it must never do |
# |---|---|---|
# | training set | sets the weights | say how good the model is |
# | dev set | chooses degree, width, $\lambda$, the moment to stop | set weights |
# | test set | gives the final figure, once | choose anything |
#
# "Often, we say test set and mean dev set instead", the slide warns. Ask which one is meant: a set that has chosen the winner flatters the winner.
#
# If a class is rare, chance may leave the dev set without it. A *stratified* split avoids this: every class gets its share in every part.
#
# **Your turn.** Write `split(labels, dev, test, rng)`. `labels` has the shape $(n,)$, and `dev` and `test` are shares such as 0.2. Of the $n_c$ examples of a class, `round(dev * n_c)` chosen at random by `rng` go to the dev set,
# `round(test * n_c)` to the test set, and the rest to the training set. Return three arrays of *indices*, in any order: train, dev, test.


# %% role="answer" id="l06-split"
def split(labels, dev, test, rng):
    """Disjoint indices, every class with its share in every part.    labels: (n,)   dev, test: shares   returns train, dev, test"""
    ### BEGIN SOLUTION
    parts = [], [], []
    for c in np.unique(labels):
        mine = rng.permutation(np.flatnonzero(labels == c))
        d, t = round(dev * len(mine)), round(test * len(mine))
        for part, piece in zip(parts, (mine[d + t :], mine[:d], mine[d : d + t])):
            part.append(piece)
    return tuple(np.concatenate(part) for part in parts)
    ### END SOLUTION


# %% role="check" id="l06-split-check" points=5
check("l06.split", split)

# %% [markdown]
# How large must the dev and the test set be? The slide has thumb rules, an old one and one for "if you have a lot of data". Here is what is behind them. Suppose a model errs on 10 % of all inputs. On a test set of $n$ examples
# you see that share up to chance, with the standard deviation $\sqrt{0.1 \cdot 0.9 / n}$.

# %%
sizes = np.array([50, 200, 1000, 10_000, 100_000])
seen = np.random.default_rng(0).binomial(sizes, 0.1, size=(2000, len(sizes))) / sizes
fig, axes = panels(1, 1, (7.4, 3.6))
ax = axes[0, 0]
low, middle, high = np.percentile(100 * seen, [2.5, 50, 97.5], axis=0)
ax.errorbar(
    sizes, middle, [middle - low, high - middle], fmt="o", color=BLUE, capsize=5, label="95 % of 2000 test sets"
)
ax.axhline(10, color=VERMILLION, ls="--", label="true error")
ax.set(title="What a test set says about a model", xlabel="examples in the test set", ylabel="error seen, in %", xscale="log", ylim=(0, None))  # fmt: skip
ax.legend(frameon=False)
show(
    fig,
    "Bars around the true error of 10 %: "
    + ", ".join(f"{a:.1f} to {b:.1f} % with {n}" for n, a, b in zip(sizes, low, high))
    + " examples.",
)

# %% [markdown]
# *What to see:* what counts is the number of examples, not their share. With few data a fifth of them is hardly enough for a test; with a million, one in a hundred does.
#
# ## 2  A curve that is too clever [I3]
#
# I3 pictures overfitting with two curves:
#
# $$y = -x^4 + 7x^3 - 5x^2 - 31x + 30 \qquad\qquad y = \frac{x^4}{5} - \frac{7x^3}{5} + x^2 + \frac{31x}{5} - 6$$
#
# We take 15 noisy points of such a curve and learn it back by a polynomial of degree $d$, $\hat f(x) = w_0 + w_1 x + \dots + w_d x^d$. The degree is the *capacity*: how many shapes the model can take.
#
# **Play with it.** Leave $\lambda$ at its least value, which is almost no penalty, and move the degree up. Watch both errors. Where would you stop? Then take degree 12 and move $\lambda$ up.

# %%
degree_and_lambda()

# %% [markdown]
# *What to see:* the training error can only fall. The dev error falls as long as the model lacks something, to about the noise, and then rises. A penalty does for degree 12 what a smaller degree does: it takes shapes away.
#
# **Your turn.** Write `fit_polynomial(x, y, degree)` for points `x` and `y` of shape $(m,)$. It returns the weights $w$ with the least $\sum_i (\hat f(x_i) - y_i)^2$, of shape $(d + 1,)$, with $w_0$ first. `np.polyfit` and its relatives may not do it.


# %% role="answer" id="l06-fit-polynomial"
def fit_polynomial(x, y, degree):
    """Least squares.    x, y: (m,)   returns w: (degree + 1,), w[k] is the weight of x**k"""
    ### BEGIN SOLUTION
    A = x[:, None] ** np.arange(degree + 1)
    return np.linalg.lstsq(A, y, rcond=None)[0]
    ### END SOLUTION


# %% role="check" id="l06-fit-polynomial-check" points=4
check("l06.fit_polynomial", fit_polynomial)

# %% [markdown]
# **Your turn.** Write `degree_errors(x, y, x_dev, y_dev, degrees)`. For each of the $K$ degrees fit one polynomial to the training set; return its mean squared error on the training set and on the dev set, two arrays of shape $(K,)$.
# (A mean, without a factor $\frac12$ [E19].)


# %% role="answer" id="l06-degree-errors"
def degree_errors(x, y, x_dev, y_dev, degrees):
    """Mean squared errors of the fits to (x, y).    x, y: (m,)   x_dev, y_dev: (n,)   returns train: (K,), dev: (K,)"""
    ### BEGIN SOLUTION
    errors = np.empty((2, len(degrees)))
    for i, degree in enumerate(degrees):
        w = fit_polynomial(x, y, degree)
        for j, (a, b) in enumerate(((x, y), (x_dev, y_dev))):
            errors[j, i] = np.mean((a[:, None] ** np.arange(degree + 1) @ w - b) ** 2)
    return errors[0], errors[1]
    ### END SOLUTION


# %% role="check" id="l06-degree-errors-check" points=4
check("l06.degree_errors", degree_errors)


# %% role="given" id="l06-curves"
SIGMA = 3.0  # the noise's standard deviation


def scaled(x):
    """x from [-2.5, 5.5] to [-1, 1]: high powers of 5.5 are huge"""
    return (x - 1.5) / 4


def points(m, curve, seed):
    """m noisy points of a curve of I3 at even distances, x scaled"""
    x = np.linspace(-2.5, 5.5, m)
    return scaled(x), POLYNOMIALS[curve](x) + np.random.default_rng(seed).normal(scale=SIGMA, size=m)


def values(w, x):
    """The polynomial with these weights, at every x"""
    return x[:, None] ** np.arange(len(w)) @ w


# %%
degrees = list(range(13))
if passed("l06.degree_errors"):
    x_fit, y_fit = points(15, 1, seed=2)
    x_dev, y_dev = points(200, 1, seed=1)
    by_degree = np.array(degree_errors(x_fit, y_fit, x_dev, y_dev, degrees))
    best_degree = int(np.argmin(by_degree[1]))
    fig, axes = panels(1, 1, (7.6, 4.0))
    ax = axes[0, 0]
    ax.semilogy(degrees, by_degree[0], "s--", color=VERMILLION, label="training error")
    ax.semilogy(degrees, by_degree[1], "o-", color=BLUE, label="dev error")
    ax.axhline(SIGMA**2, color=GREEN, ls=":", label="noise $\\sigma^2$")
    ax.plot(
        best_degree, by_degree[1, best_degree], "*", color=YELLOW, mec=BLACK, ms=16, ls="none", label="chosen by dev"
    )
    ax.set(title="15 points, two errors", xlabel="degree", ylabel="mean squared error")
    ax.legend(frameon=False)
    show(
        fig,
        f"The training error falls from {by_degree[0, 0]:.1f} at degree 0 to {by_degree[0, -1]:.1f} at degree 12. The dev error is least, {by_degree[1, best_degree]:.1f}, "
        f"at degree {best_degree}, and reaches {by_degree[1, -1]:.0f} at degree 12. The noise is {SIGMA**2:g}.",
    )
else:
    print("This picture appears as soon as the check of degree_errors is green.")

# %% [markdown]
# *What to see:* three regions. On the left both errors are high: *underfitting*. On the right the training error is below the noise, which is only possible if the curve has learned the noise of these 15 points: *overfitting*. The
# dev error turns between them. The two errors part long before anything looks wrong on the training set.
#
# ## 3  Bias and variance [I2, W8, E7]
#
# Why does the dev error turn? Suppose there is a true curve $f$, and what we see is $y = f(x) + \varepsilon$, with *noise* of mean 0 and variance $\sigma^2$. (The slide writes $f(x) = y + \varepsilon$; the sign of the noise makes no
# difference.) A model $\hat f$ depends on the points that it was trained on. With other points there would be another $\hat f$. Let $E$ be the mean over all these data sets. At each $x$:
#
# $$\text{bias} = E[\hat f(x)] - f(x) \qquad\qquad \mathrm{Var} = E\big[(\hat f(x) - E[\hat f(x)])^2\big]$$
#
# *Bias* is how far the models are off on the average, *variance* how much they differ from each other. The slide has $\mathrm{Var} = E[\hat f(x) - E(\hat f(x))]$: the square is missing, and without it the variance of everything
# is 0 [E7]. (The slide's bias, $E[y - \hat f(x)]$, has the other sign; its square is the same.) Together with the noise they make up the whole error:
#
# $$E\big[(y - \hat f(x))^2\big] = \text{bias}^2 + \mathrm{Var} + \sigma^2$$
#
# **Your turn.** Write `bias_variance(P, f, y)`. Row $s$ of `P`, of shape $(S, N)$, has the predictions of the model that was trained on data set $s$, at $N$ points. `f`, of shape $(N,)$, has the true curve there, and `y`, of shape $(S, N)$,
# fresh noisy observations, none of which was trained on. Return four numbers, each a mean over the points: bias$^2$, variance (a mean with $1/S$), noise, that is the mean of $(y - f)^2$, and the error, *measured* between `y` and `P`.


# %% role="answer" id="l06-bias-variance"
def bias_variance(P, f, y):
    """Where the error comes from.    P, y: (S, N)   f: (N,)   returns bias2, variance, noise, error: numbers"""
    ### BEGIN SOLUTION
    mean_model = P.mean(axis=0)
    bias2 = np.mean((mean_model - f) ** 2)
    variance = np.mean((P - mean_model) ** 2)
    return bias2, variance, np.mean((y - f) ** 2), np.mean((y - P) ** 2)
    ### END SOLUTION


# %% role="check" id="l06-bias-variance-check" points=6
check("l06.bias_variance", bias_variance)

# %% [markdown]
# In life there is one data set. Here we know $f$, so we can have as many as we like: 1000 times 15 noisy points at the same places, a fit to each of them, and each fit asked at 61 points.


# %% role="given" id="l06-many-fits"
X_SAME = np.linspace(-1, 1, 15)
X_ASK = np.linspace(-1, 1, 61)
F_ASK = POLYNOMIALS[1](4 * X_ASK + 1.5)


def many_fits(fit, S=1000, seed=0):
    """(S, 61) predictions of S models, fit(x, y) -> w, each with noise of its own; and (S, 61) fresh observations"""
    rng = np.random.default_rng(seed)
    Y = POLYNOMIALS[1](4 * X_SAME + 1.5) + rng.normal(scale=SIGMA, size=(S, len(X_SAME)))
    P = np.array([values(fit(X_SAME, y), X_ASK) for y in Y])
    return P, F_ASK + rng.normal(scale=SIGMA, size=P.shape)


# %%
if passed("l06.fit_polynomial") and passed("l06.bias_variance"):
    some_degrees = list(range(10))
    fits = {d: many_fits(lambda x, y, d=d: fit_polynomial(x, y, d)) for d in some_degrees}
    parts = np.array([bias_variance(P, F_ASK, y) for P, y in fits.values()])  # (degrees, 4)

    fig, axes = panels(1, 3, (11, 3.7))
    for ax, d in zip(axes[0], (1, 4, 9)):
        ax.plot(4 * X_ASK + 1.5, fits[d][0][:40].T, color=BLUE, lw=0.6, alpha=0.4)
        ax.plot(4 * X_ASK + 1.5, fits[d][0].mean(axis=0), color=VERMILLION, lw=2.5, label="mean of 1000 models")
        ax.plot(4 * X_ASK + 1.5, F_ASK, "--", color=BLACK, lw=2, label="true curve")
        ax.set(title=f"Degree {d}", xlabel="x", ylim=(-25, 40))
    axes[0, 0].set_ylabel("y")
    axes[0, 0].legend(frameon=False, fontsize=9, loc="upper center")
    show(
        fig,
        "Forty models of degree 1, 4 and 9, their mean, and the true curve. "
        + " ".join(f"Degree {d}: bias^2 {parts[d, 0]:.2f}, variance {parts[d, 1]:.2f}." for d in (1, 4, 9)),
    )

    fig, axes = panels(1, 1, (7.8, 4.0))
    ax, bottom = axes[0, 0], np.zeros(10)
    for column, name, color, hatch in (
        (2, "noise", GREY, ""),
        (0, "bias$^2$", VERMILLION, "//"),
        (1, "variance", BLUE, ".."),
    ):
        ax.bar(some_degrees, parts[:, column], bottom=bottom, color=color, hatch=hatch, edgecolor="white", label=name)
        bottom = bottom + parts[:, column]
    ax.plot(some_degrees, parts[:, 3], "D", color=YELLOW, mec=BLACK, ms=8, ls="none", label="error, measured")
    ax.set(title="What the error is made of", xlabel="degree", ylabel="mean squared error", xticks=some_degrees)
    ax.legend(frameon=False)
    show(
        fig,
        "Stacked bars of noise, bias^2 and variance for degrees 0 to 9, with the measured error as a diamond on top of each; the largest distance between the two is "
        f"{np.abs(parts[:, :3].sum(axis=1) - parts[:, 3]).max():.2f}.",
    )
else:
    print("These pictures appear as soon as the checks of fit_polynomial and bias_variance are green.")

# %% [markdown]
# *What to see:* above, models of degree 1 agree with each other and are wrong together; those of degree 9 are right on the average and each of them is wrong in its own way. Below, bias falls with the degree and variance rises; the
# diamonds, measured without knowing of any parts, sit on the sums. What no model can get rid of is the noise.
#
# ## 4  Regularization, and a search for $\lambda$ [W9, E16, L13, U25]
#
# W9 defines regularization as "any modification made to the learning algorithm that is intended to reduce generalization but not its training error". A word is lost: *generalization error* is meant [E16]. Nobody wants to reduce
# generalization. And W9 says how: "take high capacity model, increase bias in a 'good' direction and reduce variance".
#
# I3's way is a price on the weights, $J(w) = \text{MSE}_{\text{train}} + \lambda\, w^\top w$; lesson 07 has all about it. Here you get it as it is, with the constant $w_0$ free:


# %% role="given" id="l06-penalised"
def fit_penalised(x, y, degree, lam):
    """argmin of MSE + lam (w_1^2 + ... + w_degree^2)"""
    A = x[:, None] ** np.arange(degree + 1)
    price = np.sqrt(len(x) * lam) * np.eye(degree + 1)[1:]
    return np.linalg.lstsq(np.vstack([A, price]), np.concatenate([y, np.zeros(degree)]), rcond=None)[0]


# %% [markdown]
# Which $\lambda$? U25: "Try to optimize validation error in terms of $\lambda_1, \lambda_2, \dots$". The simplest way that scales to several of them is *random search*: draw, train, look at the dev error, keep the best. Since the right $\lambda$ may be
# $10^{-6}$ or 1, every power of ten should get its chance: draw the *logarithm* evenly.
#
# **Your turn.** Write `random_search(dev_error, low, high, n, rng)`. `dev_error(lam)` trains with that $\lambda$ and returns the dev error, a number; it returns nan if training fails, and nan is worse than any number. Call it exactly $n$ times, each time
# with a $\lambda$ of its own, $\log \lambda$ drawn evenly between $\log$ `low` and $\log$ `high` by `rng`. Return the $\lambda$ with the least dev error.


# %% role="answer" id="l06-random-search"
def random_search(dev_error, low, high, n, rng):
    """The best of n random lambdas.    dev_error: lam -> number   low, high, n: numbers   rng: np.random.Generator   returns lam"""
    ### BEGIN SOLUTION
    best, least = None, np.inf
    for _ in range(n):
        lam = np.exp(rng.uniform(np.log(low), np.log(high)))
        error = dev_error(lam)
        if error < least:
            best, least = lam, error
    return best
    ### END SOLUTION


# %% role="check" id="l06-random-search-check" points=5
check("l06.random_search", random_search)

# %% [markdown]
# Now both of I3's curves: 15 noisy points of each, a polynomial of degree 12 without a penalty, and the same with the best of 40 random $\lambda$.

# %%
if passed("l06.fit_polynomial") and passed("l06.random_search"):

    def dev_error_of(x, y, a, b):
        return lambda lam: np.mean((values(fit_penalised(x, y, 12, lam), a) - b) ** 2)

    i3 = {}
    fig, axes = panels(1, 2, (10, 4.0))
    for ax, curve, title in ((axes[0, 0], 0, "$-x^4 + 7x^3 - 5x^2 - 31x + 30$"), (axes[0, 1], 1, "$x^4/5 - 7x^3/5 + x^2 + 31x/5 - 6$")):  # fmt: skip
        x, y = points(15, curve, seed=3 - curve)
        a, b = points(200, curve, seed=1)
        lam = random_search(dev_error_of(x, y, a, b), 1e-9, 10.0, 40, np.random.default_rng(0))
        wild, calm = fit_polynomial(x, y, 12), fit_penalised(x, y, 12, lam)
        i3[curve] = [np.mean((values(w, u) - v) ** 2) for w in (wild, calm) for u, v in ((x, y), (a, b))] + [lam]
        i3[curve] += [np.abs(w[1:]).max() for w in (wild, calm)]
        grid = np.linspace(-1, 1, 241)
        truth = POLYNOMIALS[curve](4 * grid + 1.5)
        ax.plot(4 * grid + 1.5, truth, ":", color=GREY, lw=2, label="true curve")
        ax.plot(4 * grid + 1.5, values(wild, grid), "--", color=VERMILLION, label="no penalty")
        ax.plot(4 * grid + 1.5, values(calm, grid), color=BLUE, lw=2.2, label=rf"$\lambda$ = {lam:.1e}")
        ax.plot(4 * x + 1.5, y, "o", color=BLACK, ms=5, zorder=4)
        room = 0.4 * np.ptp(truth)
        ax.set(title=title, xlabel="x", ylabel="y", ylim=(truth.min() - room, truth.max() + room))
        ax.legend(frameon=False, fontsize=9, loc="lower center" if curve == 0 else "upper center")
    show(
        fig,
        "Two curves, 15 points each, fitted by degree 12. "
        + " ".join(
            f"Curve {c + 1}: without a penalty training error {v[0]:.1f}, dev error {v[1]:.0f}; with lambda {v[4]:.1e} training error {v[2]:.1f}, dev error {v[3]:.1f}."
            for c, v in i3.items()
        ),
    )
else:
    print("This picture appears as soon as the checks of fit_polynomial and random_search are green.")

# %% [markdown]
# *What to see:* without a penalty the polynomial bends to please every point, most of all near the ends; with it, it follows the true curve, though it misses the points by more. I3 shows its second curve as what regularization makes of the first. Look at the numbers: it is the
# first divided by $-5$. Smaller weights, yes, but upside down; no penalty does that, so take it as a sketch.
#
# ### What the penalty does to bias and variance
#
# L13 calls regularization "an additional tool for controlling this trade-off". The same 1000 data sets as above, degree 9, and $\lambda$ from weak to strong:

# %%
lams = 10.0 ** np.arange(-6, 1.01, 0.5)
if passed("l06.bias_variance"):
    by_lam = np.array(
        [
            bias_variance(P, F_ASK, y)
            for P, y in (many_fits(lambda x, y, v=v: fit_penalised(x, y, 9, v), 300) for v in lams)
        ]
    )
    fig, axes = panels(1, 1, (7.6, 3.9))
    ax = axes[0, 0]
    for column, name, color, line, marker in ((0, "bias$^2$", VERMILLION, "--", "s"), (1, "variance", BLUE, "-", "o"), (3, "error", BLACK, "-.", "D")):  # fmt: skip
        ax.loglog(lams, by_lam[:, column], line, color=color, marker=marker, ms=5, label=name)
    ax.axhline(SIGMA**2, color=GREEN, ls=":", label="noise $\\sigma^2$")
    ax.set(title="Degree 9 under a penalty", xlabel=r"$\lambda$", ylabel="mean squared error", ylim=(1e-2, None))
    ax.legend(frameon=False, ncols=2)
    show(
        fig,
        f"With lambda from {lams[0]:.0e} to {lams[-1]:g} bias^2 rises from {by_lam[0, 0]:.2f} to {by_lam[-1, 0]:.1f} and variance falls from {by_lam[0, 1]:.1f} to {by_lam[-1, 1]:.2f}; "
        f"the error is least, {by_lam[:, 3].min():.1f}, at {lams[by_lam[:, 3].argmin()]:.1e}.",
    )
else:
    print("This picture appears as soon as the check of bias_variance is green.")

# %% [markdown]
# *What to see:* $\lambda$ trades one for the other. The best place is where giving up a little more bias no longer buys enough variance.
#
# ## 5  Early stopping [W17, U26]
#
# Training time is capacity, too: few steps leave the weights near their start, many let them learn every detail. W17:
#
# > Run learning for a fixed number of iterations. Every few iterations, check validation performance. Save the model with best validation performance. Implicit hyperparameter search across time.
#
# U26 adds: "Stop the algorithm if validation error starts increasing." But a dev curve is jagged, and it starts increasing all the time. So one has *patience*: stop only after so many checks in a row without a new minimum.
#
# **Your turn.** Write `early_stopping(theta, step, dev_error, every, patience, most)`. `step(theta)` makes one step of training: it changes the array `theta` in place and returns nothing. `dev_error(theta)` returns a number. Make a check after every `every` steps. Only an error *below* the
# least so far is better. Stop after `patience` checks in a row without a better one, or after `most` checks. Return the weights of the best check, the number of that check (the first check is number 1), and the number of the last check made.


# %% role="answer" id="l06-early-stopping"
def early_stopping(theta, step, dev_error, every, patience, most):
    """Train, check, keep the best.    theta: (P,)   step: changes theta   dev_error: theta -> number   returns theta: (P,), best, last"""
    ### BEGIN SOLUTION
    kept, best, least = theta.copy(), 0, np.inf
    for now in range(1, most + 1):
        for _ in range(every):
            step(theta)
        error = dev_error(theta)
        if error < least:
            kept, best, least = theta.copy(), now, error
        if now - best >= patience:
            break
    return kept, best, now
    ### END SOLUTION


# %% role="check" id="l06-early-stopping-check" points=6
check("l06.early_stopping", early_stopping)

# %% [markdown]
# Let us try it on handwritten digits: 200 of them to train on, 300 for the dev set, and 510 by other writers for the test. To give the network something wrong to learn, about three labels in ten of the training set are drawn by lot.


# %% role="given" id="l06-noisy-training"
X_TRAIN, Y_TRAIN, X_TEST, Y_TEST = digits_split()
LOSS = SoftmaxCrossEntropy()


def digits_with_noise(n, share, seed):
    """n digits to train on, of whose labels that share is drawn by lot, and the 300 digits of the dev set"""
    order, rng = np.random.default_rng(0).permutation(len(X_TRAIN)), np.random.default_rng(seed)
    x, y = X_TRAIN[order[:n]], Y_TRAIN[order[:n]].copy()
    drawn = rng.uniform(size=n) < share
    y[drawn] = rng.integers(0, 10, drawn.sum())
    return (x, y), (X_TRAIN[order[-300:]], Y_TRAIN[order[-300:]])


def training(examples, seed=0, width=64, lr=0.3, batch=20):
    """A network, the vector of its weights, and step(theta), which makes a step of mini-batch gradient descent on it"""
    (x, y), rng = examples, np.random.default_rng(seed)
    network = mlp([64, width, 10], rng=rng)
    theta, grad = pack(network)

    def step(theta):
        i = rng.integers(0, len(x), batch)
        gradients(network, LOSS, x[i], y[i])
        theta -= lr * grad

    return network, theta, step


def errors_over_time(examples, others, steps, **how):
    """(steps, 1 + len(others)) cross-entropy on the examples and on each other set, after every step"""
    network, theta, step = training(examples, **how)
    curves = []
    for _ in range(steps):
        step(theta)
        curves.append([evaluate(network, LOSS, *part)[0] for part in (examples, *others)])
    return np.array(curves)


NOISY, DEV = digits_with_noise(200, 0.3, seed=5)
CURVES = errors_over_time(NOISY, (DEV, (X_TEST, Y_TEST)), 600)

# %% [markdown]
# **Play with it.** With a patience of 1, where does it end? How much patience does it take to get past the jags? What does checking less often change?

# %%
patience(CURVES[:, 0], CURVES[:, 1], CURVES[:, 2])

# %% [markdown]
# *What to see:* the training error falls on and on, while the dev error falls, stays, and slowly rises. A patience of 1 is fooled by the first jag. A long patience costs steps and no quality: what is kept is the best so far.

# %%
if passed("l06.early_stopping"):

    def stopped(patience, every=5, most=120):
        network, theta, step = training(NOISY)

        def dev_error(theta):
            return evaluate(network, LOSS, *DEV)[0]

        kept, best, last = early_stopping(theta, step, dev_error, every, patience, most)
        theta[:] = kept  # the network reads its weights from theta
        return kept, best, last, dev_error(theta), evaluate(network, LOSS, X_TEST, Y_TEST)[0]

    runs = {p: stopped(p) for p in (1, 3, 10, 30)}
    fig, axes = panels(1, 1, (7.8, 4.0))
    ax = axes[0, 0]
    ax.plot(np.arange(1, 601), CURVES[:, 1], color=GREY, lw=1, label="dev error, whole run")
    ax.plot(np.arange(1, 601), CURVES[:, 2], ":", color=GREY, lw=1.2, label="test error, whole run")
    for (p, (_, best, last, dev, _)), color, marker in zip(runs.items(), (VERMILLION, PURPLE, GREEN, BLUE), MARKERS):
        ax.plot(5 * best, dev, marker, color=color, mec=BLACK, ms=10, ls="none", label=f"patience {p}: stops at {5 * last}", zorder=4)  # fmt: skip
        ax.axvline(5 * last, color=color, lw=1.2, ls="--")
    ax.set(title="What each patience keeps", xlabel="step", ylabel="cross-entropy", ylim=(0.4, 2.6), xlim=(0, 600))
    ax.legend(framealpha=1, edgecolor="none", fontsize=9, ncols=2)
    show(
        fig,
        " ".join(
            f"Patience {p}: ends at step {5 * last}, keeps step {5 * best}, dev error {dev:.2f}, test error {test:.2f}."
            for p, (_, best, last, dev, test) in runs.items()
        )
        + f" At step 600 the test error is {CURVES[-1, 2]:.2f}.",
    )
else:
    print("This picture appears as soon as the check of early_stopping is green.")

# %% [markdown]
# *What to see:* each dashed line is where a run ended, each mark what it kept. After the first steps the test error always lies above the dev error: the dev set has the same writers as the training set, the test set has others. I1 calls it important that the
# two be "from the same distribution"; here they are not, and the dev error is too good to be true. It still chooses a good moment.
#
# ## 6  Learning nonsense by heart [L12]
#
# How much could a network learn, if it had to? Zhang et al. took the labels away and gave random ones, or random pixels [L12]. There is nothing to understand then; every example must be learned by heart.
#
# **Your turn.** Build the training yourself: one step of gradient descent on the mean cross-entropy of $z_2 = \mathrm{ReLU}(X W_1 + b_1) W_2 + b_2$. `X` has the shape $(N, D)$, and `y` has $N$ class numbers. Write `training_step(W1, b1, W2, b2, X, y, alpha)`: it returns the four new arrays and the
# share of examples that the *old* weights get wrong. Leave the old arrays as they were. Lessons 02 and 03 have all the parts; the error at $z_2$ is $(\mathrm{softmax}(z_2) - \mathrm{onehot}(y)) / N$.


# %% role="answer" id="l06-training-step"
def training_step(W1, b1, W2, b2, X, y, alpha):
    """A step of gradient descent.    W1: (D, H)   b1: (H,)   W2: (H, K)   b2: (K,)   X: (N, D)   y: (N,)   returns W1, b1, W2, b2, wrong"""
    ### BEGIN SOLUTION
    z1 = X @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    dz2 = (e / e.sum(axis=1, keepdims=True) - np.eye(z2.shape[1])[y]) / len(X)
    dz1 = dz2 @ W2.T * (z1 > 0)
    wrong = np.mean(z2.argmax(axis=1) != y)
    return (
        W1 - alpha * X.T @ dz1,
        b1 - alpha * dz1.sum(axis=0),
        W2 - alpha * h.T @ dz2,
        b2 - alpha * dz2.sum(axis=0),
        wrong,
    )
    ### END SOLUTION


# %% role="check" id="l06-training-step-check" points=6
check("l06.training_step", training_step)

# %% [markdown]
# 120 digits, a hidden layer of 128 units: with their labels, with the same labels dealt out at random, and with every picture replaced by random pixels. Three seeds each.

# %%
if passed("l06.training_step"):

    def memorise(task, seed, n=120, H=128, most=1500):
        """Train until no example is wrong; returns the share of wrong ones before each step, and on the test set at the end"""
        rng = np.random.default_rng(seed)
        i = rng.permutation(len(X_TRAIN))[:n]
        X, y = X_TRAIN[i].astype(float), Y_TRAIN[i]
        if task == "random labels":
            y = rng.permutation(y)
        if task == "random pixels":
            X = rng.uniform(size=X.shape)
        weights = [rng.normal(size=(64, H)) * np.sqrt(2 / 64), np.zeros(H), rng.normal(size=(H, 10)) * np.sqrt(2 / H), np.zeros(10)]  # fmt: skip
        wrong = []
        for _ in range(most):
            *weights, share = training_step(*weights, X, y, 0.5)
            wrong.append(share)
            if share == 0:
                break
        *_, test = training_step(*weights, X_TEST.astype(float), Y_TEST, 0.0)
        return wrong, test

    tasks = ("true labels", "random labels", "random pixels")
    memory = {task: [memorise(task, seed) for seed in range(3)] for task in tasks}
    fig, axes = panels(1, 1, (7.8, 4.0))
    ax = axes[0, 0]
    for task, color, line in zip(tasks, (BLUE, VERMILLION, GREEN), LINES):
        for k, (wrong, _) in enumerate(memory[task]):
            ax.plot(np.arange(1, len(wrong) + 1), 100 * np.array(wrong), line, color=color, lw=1.5, label=task if k == 0 else None)  # fmt: skip
    ax.set(title="Learning by heart", xlabel="step", ylabel="training error, in %", xscale="log", ylim=(0, 100))
    ax.legend(frameon=False)
    show(
        fig,
        "Training error against the step, three runs each. "
        + " ".join(
            f"{task.capitalize()}: {100 * np.mean([w[-1] for w, _ in memory[task]]):.0f} % after {min(len(w) for w, _ in memory[task])} to {max(len(w) for w, _ in memory[task])} steps, "
            f"test error {100 * np.mean([t for _, t in memory[task]]):.0f} %."
            for task in tasks
        ),
    )
else:
    print("This picture appears as soon as the check of training_step is green.")

# %% [markdown]
# *What to see:* all three go to 0. Nonsense takes longer, and that is all. A training error of 0 shows that the network *can* hold these examples; it says nothing about new ones. For that there is no way around examples that it has not seen.
#
# ## 7  Depth, and the same weights in another shape [U24, C10]
#
# U24 calls it the fundamental trade-off: "As we increase the depth, training error decreases", but it "no longer approximates test error". Two spirals, blurred until they overlap, 100 points to train on, hidden layers of 10 units, eight seeds:


# %% role="given" id="l06-depth"
def errors_of(sizes, x, y, x_test, y_test, *, seed, epochs, lr, batch=25):
    """Shares of wrong answers after training with Adam: on the training set, on the test set"""
    rng = np.random.default_rng(seed)
    network = mlp(sizes, rng=rng)
    for _ in train(network, LOSS, Adam(lr), x, y, rng=rng, epochs=epochs, batch_size=batch):
        pass
    return [float(np.mean(network.forward(a).argmax(axis=1) != b)) for a, b in ((x, y), (x_test, y_test))]


def two_spirals(n, seed, noise, turns=1.0):
    """n points to train on, 1000 to test with"""
    rng = np.random.default_rng(100 + seed)
    return *spirals(n, rng=rng, noise=noise, turns=turns), *spirals(1000, rng=rng, noise=noise, turns=turns)


# %%
depths = (0, 1, 2, 3, 5)
deeper = np.array(
    [
        [
            errors_of([2] + [10] * d + [2], *two_spirals(100, seed, 0.12), seed=seed, epochs=150, lr=0.01)
            for seed in range(8)
        ]
        for d in depths
    ]
)  # (depths, seeds, 2)
fig, axes = panels(1, 1, (7.4, 3.9))
ax = axes[0, 0]
for k, name, color, line, marker in ((0, "training error", VERMILLION, "--", "s"), (1, "test error", BLUE, "-", "o")):
    mean, spread = 100 * deeper[:, :, k].mean(axis=1), 100 * deeper[:, :, k].std(axis=1) / np.sqrt(8)
    ax.errorbar(depths, mean, spread, fmt=marker + line, color=color, capsize=4, label=name)
ax.set(title="Error and depth", xlabel="hidden layers of 10 units", ylabel="error, in %", xticks=depths, ylim=(0, None))
ax.legend(frameon=False, title="mean and its error, 8 seeds")
show(
    fig,
    " ".join(
        f"{d} hidden layers: training error {100 * e[0]:.1f} %, test error {100 * e[1]:.1f} %."
        for d, e in zip(depths, deeper.mean(axis=1))
    ),
)

# %% [markdown]
# *What to see:* without a hidden layer both errors are high and close together; that model can't bend. With depth the training error goes towards 0, and the gap opens. The test error falls at first and then stays.
#
# C10 asks another question. Deep nets have more weights; are they better only for that? Its figure compares networks of 3 and 11 layers *at equal numbers of weights*. To do so, one has to make the deep one narrower.
#
# **Your turn.** Write `width_for(n_in, n_out, depth, budget)`. A network has `n_in` inputs, `depth` hidden layers of one common width and `n_out` outputs; every unit has a bias, and biases count as weights. Return the largest width with at most `budget` weights, and the number of weights
# that the network then has. (`budget` is enough for a width of 1.)


# %% role="answer" id="l06-width-for"
def width_for(n_in, n_out, depth, budget):
    """The widest network within a budget.    all whole numbers   returns width, weights"""

    ### BEGIN SOLUTION
    def count(width):
        return (n_in + 1) * width + (depth - 1) * (width + 1) * width + (width + 1) * n_out

    width = 1
    while count(width + 1) <= budget:
        width += 1
    return width, count(width)
    ### END SOLUTION


# %% role="check" id="l06-width-for-check" points=4
check("l06.width_for", width_for)

# %% [markdown]
# Two tasks: spirals that wind one and a half times, from 300 points, and digits, from 300 pictures. A network with $L$ hidden layers has $L + 1$ layers of weights, so 3 and 11 layers are 2 and 10 hidden ones; we add the shallowest, with one.

# %%
if passed("l06.width_for"):
    spiral_budgets, digit_budgets, hidden = (100, 300, 1000), (1000, 2000, 4000), (1, 2, 10)

    def at_budget(depth, budget, task, seed):
        if task == "spirals":
            width, _ = width_for(2, 2, depth, budget)
            return errors_of([2] + [width] * depth + [2], *two_spirals(300, seed, 0.03, 1.5), seed=seed, epochs=100, lr=0.01)  # fmt: skip
        width, _ = width_for(64, 10, depth, budget)
        some = X_TRAIN[:300], Y_TRAIN[:300]
        return errors_of([64] + [width] * depth + [10], *some, X_TEST, Y_TEST, seed=seed, epochs=40, lr=0.003)

    c10 = {
        task: np.array([[[at_budget(d, b, task, seed) for seed in range(3)] for b in budgets] for d in hidden])
        for task, budgets in (("spirals", spiral_budgets), ("digits", digit_budgets))
    }  # (depths, budgets, seeds, 2)
    fig, axes = panels(1, 2, (10, 3.9))
    for ax, (task, e), budgets in zip(axes[0], c10.items(), (spiral_budgets, digit_budgets)):
        for k, (d, color) in enumerate(zip(hidden, (GREEN, BLUE, VERMILLION))):
            test = 100 * e[k, :, :, 1]
            mean = test.mean(axis=1)
            if d == 10:
                ax.plot(budgets, 100 * e[k, :, :, 0].mean(axis=1), ":", color=color, label="11 layers, training")
            ax.errorbar(budgets, mean, [mean - test.min(axis=1), test.max(axis=1) - mean], fmt=MARKERS[k] + LINES[k], color=color, capsize=4, label=f"{d + 1} layers")  # fmt: skip
        ax.set(title=f"{task.capitalize()}", xlabel="weights", ylabel="test error, in %", xscale="log", ylim=(-2, 90))
        ax.set_xticks(budgets, [str(b) for b in budgets])
        ax.minorticks_off()
    axes[0, 0].legend(frameon=False, title="mean, least, most of 3 seeds", ncols=2, fontsize=9, loc="upper center")
    show(
        fig,
        " ".join(
            f"{task.capitalize()}, {d + 1} layers: test errors "
            + ", ".join(f"{100 * v:.1f} %" for v in e[k, :, :, 1].mean(axis=1))
            + "."
            for task, e in c10.items()
            for k, d in enumerate(hidden)
        ),
    )
else:
    print("This picture appears as soon as the check of width_for is green.")

# %% [markdown]
# *What to see:* on the spirals three layers beat two with the same weights by far: depth pays where the shape is intricate. Eleven layers do worst at every budget, on both tasks. With the fewest weights their training error (dotted) is
# high, too: that is no overfitting; plain descent can't train so deep and narrow a net. So depth alone is not it. C10's nets were convolutional, and learned from far more data; lessons 09 and 12 return to this.
#
# ## 8  Reading learning curves
#
# Four runs on digits, each with its training error and its dev error. This is what you will look at for hours in any real project.

# %%
clean = digits_with_noise(900, 0.0, seed=1)[0]
half = digits_with_noise(60, 0.5, seed=3)[0]
four = {
    "A": errors_over_time(clean, (DEV,), 250, width=3, lr=0.2),
    "B": errors_over_time(half, (DEV,), 250, width=128, lr=0.5),
    "C": errors_over_time(clean, (DEV,), 250, width=64, lr=0.3),
    "D": errors_over_time(clean, (DEV,), 250, width=64, lr=0.8, batch=8),
}
fig, axes = panels(2, 2, (10, 6.4))
for ax, (name, curves) in zip(axes.flat, four.items()):
    ax.plot(curves[:, 0], "--", color=VERMILLION, label="training error", zorder=4)
    ax.plot(curves[:, 1], "-", color=BLUE, label="dev error")
    ax.set(title=name, xlabel="step", ylabel="cross-entropy", ylim=(0, 4))
axes[0, 0].legend(frameon=False)


def at(curves, step):
    return f"{curves[step, 0]:.2f} and {curves[step, 1]:.2f}"


show(
    fig,
    "Training and dev error of four runs. "
    + " ".join(
        f"{name}: {at(c, 30)} after 30 steps, {at(c, 120)} after 120, {at(c, -1)} at the end, and from one step to the next the training error changes by {np.median(np.abs(np.diff(c[50:, 0]))):.3f}."
        for name, c in four.items()
    ),
)

# %% [markdown]
# **In your words.** For each of A, B, C and D: what is wrong, if anything, by which feature of the curves do you see it, and what would you change first? One or two sentences each.

# %% [markdown] role="written" id="l06-curves-why" points=4
# ### BEGIN SOLUTION
# A underfits: both errors stay high and close together, so there is no gap to close. I would give it more capacity or a longer or faster training (more units, a larger step size, more steps); more data would not help.
#
# B overfits: the training error goes to almost 0 while the dev error turns and rises, and the gap grows. I would get more (and cleaner) examples, or regularize: early stopping at the least dev error, a penalty, dropout, a smaller network.
#
# C is fine: both errors are low, the gap is small, and both still fall slowly. I would leave it, or train on a little.
#
# D has too long a step: both errors jump up and down from step to step, in training, too, so it is no matter of generalization. I would decrease the step size first (or enlarge the batch).
#
# **Rubric, 4 points.** 1 for each of A, B, C, D. Half for the diagnosis together with the feature that shows it (A: both high *and* close; B: the gap grows *or* the dev error rises while training falls; C: both low *and* close; D: jumps, *in the training error too*); half for a
# remedy that fits (A: capacity, longer or faster training, less penalty; B: any regularization, earlier stop, more or cleaner data, smaller net; C: nothing, or train on; D: smaller step size, larger batch, decay). A remedy that makes it worse ("more data" or
# "regularize" for A, "larger network" for B) loses its half. No points off for language.
# ### END SOLUTION

# %% [markdown]
# ## 9  Recap
#
# Weights are set by the training set, choices by the dev set, and the test set speaks once. The error is bias squared plus variance plus noise. Capacity, whether by degree, depth, width or training time, trades the first for the second; a penalty and an
# early stop trade back. A training error of 0 proves nothing.
#
# Here is what the decks claim, measured with your functions (the seeds are those in the code above and below; `course verify 06` runs it all):

# %%
names = ("split", "fit_polynomial", "degree_errors", "bias_variance", "random_search", "early_stopping", "training_step", "width_for")  # fmt: skip
if all(passed(f"l06.{name}") for name in names):

    def verdict(holds, otherwise="does not hold here"):
        return "holds" if holds else otherwise

    # I1: how much of the classes a plain shuffle moves, against the stratified split; labels of a rare class
    rare = np.repeat([0, 1], [190, 10])
    rng = np.random.default_rng(0)
    plain = [int(rare[rng.permutation(200)[:40]].sum()) for _ in range(1000)]
    kept_share = {int(rare[split(rare, 0.2, 0.2, rng)[1]].sum()) for _ in range(50)}

    # I1: dev error against test error, where writers are shared and where they are not
    dev_end, test_end = CURVES[-1, 1:]
    dev_all, test_all = CURVES[50:, 1], CURVES[50:, 2]
    same_choice = CURVES[np.argmin(CURVES[:, 1]), 2] - CURVES[:, 2].min()

    # I3: the two curves
    times = POLYNOMIALS[0].coef / POLYNOMIALS[1].coef

    # I2, E7
    gap_i2 = np.abs(parts[:, :3].sum(axis=1) / parts[:, 3] - 1).max()
    as_printed = max(abs(np.mean(P - P.mean(axis=0))) for P, _ in fits.values())

    # I3, W9: both curves, 20 data sets each; lambda is chosen on 200 points, and the error is that on 2000 new ones
    many = {0: [], 1: []}
    for curve, results in many.items():
        x_new, y_new = points(2000, curve, seed=7)
        for seed in range(20):
            x, y = points(15, curve, seed=100 + 20 * curve + seed)
            lam = random_search(
                dev_error_of(x, y, *points(200, curve, seed=1)), 1e-9, 10.0, 40, np.random.default_rng(seed)
            )
            both = fit_polynomial(x, y, 12), fit_penalised(x, y, 12, lam)
            results.append([np.mean((values(w, u) - v) ** 2) for w in both for u, v in ((x, y), (x_new, y_new))])
    better = [sum(new_1 < new_0 for _, new_0, _, new_1 in results) for results in many.values()]
    (t0, d0, t1, d1), (t2, d2, t3, d3) = (np.median(results, axis=0) for results in many.values())

    # U25: random search of 40 against a grid of 1001
    x, y = points(15, 1, seed=2)
    a, b = points(200, 1, seed=1)
    on_grid = min(np.mean((values(fit_penalised(x, y, 12, v), a) - b) ** 2) for v in np.geomspace(1e-9, 10, 1001))
    x_new, y_new = points(2000, 1, seed=7)
    on_new = np.mean((values(fit_penalised(x, y, 12, i3[1][4]), x_new) - y_new) ** 2)

    # W17: the kept weights against a training of exactly so many steps
    kept, best, last, dev_30, test_30 = runs[30]
    network, theta, step = training(NOISY)
    for _ in range(5 * best):
        step(theta)
    gap_w17 = np.abs(theta - kept).max()
    anew = sum(5 * k for k in range(1, last + 1))

    # L12: parameters of an MLP for MNIST with two hidden layers of 8192
    zhang = sum((n + 1) * k for n, k in ((784, 8192), (8192, 8192), (8192, 10)))
    ends = {task: max(w[-1] for w, _ in memory[task]) for task in tasks}
    tests = {task: np.array([t for _, t in memory[task]]) for task in tasks}
    chance = tests["random labels"].mean() - 0.9
    sure = tests["random labels"].std(ddof=1) / np.sqrt(len(tests["random labels"]))

    # U24, C10
    (train_0, test_0), (train_5, test_5) = deeper.mean(axis=1)[[0, -1]]
    fall = deeper[:, :, 0].mean(axis=1)
    gaps = deeper[:, :, 1].mean(axis=1) - fall
    shape = {task: e[:, :, :, 1].mean(axis=2) for task, e in c10.items()}

    claims(
        [
            (
                "I1",
                "a split at random may lose a rare class, a stratified one does not",
                f"10 of 200 rare, 40 drawn: {min(plain)} to {max(plain)} of them; stratified always {', '.join(map(str, kept_share))}",
                verdict(kept_share == {2} and min(plain) != max(plain)),
            ),
            (
                "I1",
                "dev and test set should be from one distribution",
                f"same writers {dev_end:.2f}, other writers {test_end:.2f} at step 600; choosing the step by dev costs {same_choice:.2f} on the test",
                verdict(np.all(dev_all < test_all), "holds only in part"),
            ),
            (
                "I3",
                "overfits without a penalty, not with it",
                f"better with it in {better[0]} and {better[1]} of 20 data sets; median error on new points {d0:.0f} and {d2:.0f} without, {d1:.1f} and {d3:.1f} with",
                verdict(min(better) >= 18),
            ),
            (
                "I3",
                "the second curve is the first, regularised",
                f"the first is {times.min():g} to {times.max():g} times the second: its sign is turned",
                "does not hold: a penalty shrinks and does not turn" if times.max() < 0 else "holds",
            ),
            (
                "I2",
                "error = bias^2 + variance + noise",
                f"10 degrees, 1000 data sets: they differ by at most {gap_i2:.1%}",
                verdict(gap_i2 < 0.02),
            ),
            (
                "I2, E7",
                "Var = E[f - E f]",
                f"as printed {round(as_printed, 9):g} up to rounding, with the square {parts[1, 1]:.2f} to {parts[-1, 1]:.2f}",
                verdict(as_printed > 1e-6, "does not hold: the square is missing"),
            ),
            (
                "W8",
                "more capacity: less bias, more variance",
                f"degree 1, 4, 9: bias^2 {parts[1, 0]:.2f}, {parts[4, 0]:.2f}, {parts[9, 0]:.2f}; variance {parts[1, 1]:.2f}, {parts[4, 1]:.2f}, {parts[9, 1]:.2f}",
                verdict(np.all(np.diff(parts[:, 1]) > 0) and parts[9, 0] < parts[4, 0] + 0.1 < parts[1, 0]),
            ),
            (
                "L13, W9",
                "regularization: more bias, less variance",
                f"lambda {lams[0]:.0e} to {lams[-1]:g}: bias^2 {by_lam[0, 0]:.2f} to {by_lam[-1, 0]:.2f}, variance {by_lam[0, 1]:.2f} to {by_lam[-1, 1]:.2f}",
                verdict(by_lam[-1, 0] > by_lam[0, 0] and np.all(np.diff(by_lam[:, 1]) < 0)),
            ),
            (
                "W9, E16",
                "is to reduce generalization but not training error",
                f"medians: generalization error falls from {d0:.0f} and {d2:.0f} to {d1:.1f} and {d3:.1f}; training error rises from {t0:.1f} and {t2:.1f} to {t1:.1f} and {t3:.1f}",
                "holds only for generalization error"
                if d1 < d0 and d3 < d2 and t1 > t0 and t3 > t2
                else "does not hold",
            ),
            (
                "U25",
                "optimise the validation error in terms of lambda",
                f"40 random tries {i3[1][3]:.2f}, grid of 1001 {on_grid:.2f}; on 2000 new points {on_new:.2f}",
                verdict(i3[1][3] < 1.05 * on_grid),
            ),
            (
                "W17",
                "save the model with the best validation performance",
                f"test error {test_30:.2f} kept (patience 30), {CURVES[-1, 2]:.2f} at step 600",
                verdict(test_30 < CURVES[-1, 2]),
            ),
            (
                "W17",
                "a hyper-parameter search across time",
                f"kept weights are those of a training of {5 * best} steps, gap {gap_w17:.0e}; one run of {5 * last} steps for {last} values, anew {anew} steps",
                verdict(gap_w17 == 0),
            ),
            (
                "U26",
                "stop if validation error starts increasing",
                f"at once: step {5 * runs[1][2]}, dev {runs[1][3]:.2f}, test {runs[1][4]:.2f}; patience 30: dev {dev_30:.2f}, test {test_30:.2f}",
                verdict(runs[1][3] < 1.02 * dev_30, "holds only with patience"),
            ),
            (
                "L12",
                "fits random labels or pixels to zero training error",
                f"{ends['random labels']:.0%} and {ends['random pixels']:.0%} wrong in the worst of 3 runs; test error {tests['random labels'].mean():.1%} and {tests['random pixels'].mean():.1%}, true labels {tests['true labels'].mean():.1%}",
                verdict(max(ends.values()) == 0),
            ),
            (
                "L12",
                "test error stays at chance",
                f"random labels {chance:+.1%} +- {sure:.1%} from 90 %",
                verdict(abs(chance) < 3 * sure),
            ),
            ("L12", "2 x 8192 units: over 65 million weights", f"{zhang:,}", verdict(zhang > 65e6)),
            (
                "U24",
                "deeper: training error falls",
                f"{train_0:.1%} without hidden layer, {train_5:.1%} with five",
                verdict(fall[0] > fall[1] > fall[2] and fall[-1] < fall[1], "holds only in part"),
            ),
            (
                "U24",
                "and no longer approximates test error",
                f"gap {gaps[0]:.1%} without hidden layer, {gaps[1]:.1%} with one, {gaps[-1]:.1%} with five; test error {test_0:.1%} and {test_5:.1%}",
                verdict(gaps[0] < gaps[1] < gaps[-1]),
            ),
            (
                "C10",
                "deep beats shallow at equal weights",
                f"{spiral_budgets[1]} weights, spirals, 2, 3, 11 layers: "
                + ", ".join(f"{v:.1%}" for v in shape["spirals"][:, 1])
                + f"; {digit_budgets[1]}, digits: "
                + ", ".join(f"{v:.1%}" for v in shape["digits"][:, 1]),
                "holds"
                if all(np.all(s[2] < s[1]) for s in shape.values())
                else "holds only from 2 to 3 layers, on the spirals"
                if np.all(shape["spirals"][1] < shape["spirals"][0])
                else "does not hold here",
            ),
        ]
    )
else:
    print("The table appears as soon as the functions of this lesson are green.")

# %% [markdown]
# *What to see:* the first half of the table is arithmetic and holds whenever it is measured; the rows on networks are single data sets and few seeds, examples rather than laws.
#
# **Further reading.** S. Geman, E. Bienenstock, R. Doursat: *Neural Networks and the Bias/Variance Dilemma*, Neural Computation 4 (1992). I. Goodfellow, Y. Bengio, A. Courville: *Deep Learning* (2016), sections 5.2 to 5.4 and 7.8. C. Zhang, S. Bengio, M. Hardt, B. Recht, O. Vinyals: *Understanding Deep Learning Requires Rethinking
# Generalization*, ICLR (2017). L. Prechelt: *Early Stopping - But When?* (1998). J. Bergstra, Y. Bengio: *Random Search for Hyper-Parameter Optimization*, Journal of Machine Learning Research 13 (2012). M. Belkin, D. Hsu, S. Ma, S. Mandal: *Reconciling Modern Machine-Learning Practice and the Classical Bias-Variance Trade-Off*,
# PNAS 116 (2019), on what happens far to the right of the degree axis.

# %%
progress()

# %% [markdown]
# ## Hand in
#
# Save (*File > Save Notebook*), then press the button. It looks for cells that are missing, damaged or edited, and packs the
# notebook into one file.

# %%
from course_lib import hand_in

hand_in("l06_generalization")
