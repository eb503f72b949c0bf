# %% [markdown]
# # 07  Weight penalties
#
# After this lesson you can add a penalty on the weights to any loss, take its gradient and its step, and say what it does to the solution: which weights it shrinks, and which it sets to exactly 0. You can
# derive it from what you believed about the weights before you saw any data, and you can translate the strength that one book, library or deck calls $\lambda$ into that of another.
#
# Decks: W10-W13, L1-L7, I3, I4, U25; three slips are settled here: E6, E11 and E12.

# %% role="given" id="l07-setup"
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display

from course_lib import check, hint, passed, progress
from course_lib.pictures import claims, show
from course_lib.widgets.l07_weight_penalties import balls, coefficient_paths, penalised_optimum

BLUE, VERMILLION, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#6B6B6B"

# %% [markdown]
# ## 1  A price on weights [W10, W11]
#
# A network that may choose its weights freely uses them to learn its examples by heart. So let weights cost something. W10 adds a *penalty* $\Omega$ to the loss, and $\alpha$ says how much it counts:
#
# $$\tilde{J}(\theta; X, y) = J(\theta; X, y) + \alpha\, \Omega(\theta)$$
#
# The first penalty is the square of the norm [W11]: $\Omega(\theta) = \frac12 \|w\|_2^2$. With $J$ it has the gradient $\alpha w + \nabla_w J$.
#
# **Your turn.** Write `l2_penalty(w, alpha)` for weights of any shape. It returns the penalty $\frac{\alpha}{2} \|w\|_2^2$, a number, and its gradient by $w$, of the shape of $w$.


# %% role="answer" id="l07-l2-penalty"
def l2_penalty(w, alpha):
    """alpha/2 ||w||^2 and its gradient.    w: any shape   returns penalty: number, gradient: as w"""
    ### BEGIN SOLUTION
    return alpha / 2 * np.sum(w**2), alpha * w
    ### END SOLUTION


# %% role="check" id="l07-l2-penalty-check" points=3
check("l07.l2_penalty", l2_penalty)

# %% [markdown]
# W11 says what this penalty likes: it "favours [0.25, 0.25, 0.25, 0.25] vs [0,0,0,1]". If the four inputs are equal, both weight vectors give the same output. Which one is cheaper?

# %%
spread_out, all_in_one = np.array([0.25, 0.25, 0.25, 0.25]), np.array([0.0, 0.0, 0.0, 1.0])
if passed("l07.l2_penalty"):
    prices = [l2_penalty(w, 1.0)[0] for w in (spread_out, all_in_one)]
    fig, ax = plt.subplots(figsize=(7, 2.8), layout="constrained")
    bars = ax.barh(["[0.25, 0.25, 0.25, 0.25]", "[0, 0, 0, 1]"], prices, color=[BLUE, VERMILLION], height=0.5)
    ax.bar_label(bars, [f"{price:g}" for price in prices], padding=4)
    ax.set(title="What L2 charges for the same output", xlabel=r"penalty with $\alpha = 1$", xlim=(0, 0.6))
    ax.invert_yaxis()
    show(fig, f"Two bars: [0.25, 0.25, 0.25, 0.25] costs {prices[0]:g}, [0, 0, 0, 1] costs {prices[1]:g}.")
else:
    print("This picture appears as soon as the check of l2_penalty is green.")

# %% [markdown]
# *What to see:* four small weights cost a quarter of one large weight. Squares punish the large; L2 spreads the work over all inputs that can do it.
#
# ## 2  Weight decay [W11, I4, E6]
#
# Put the gradient into a step of gradient descent with step size $\epsilon$, and collect what belongs to $w$. W11:
#
# $$w \leftarrow w - \epsilon (\alpha w + \nabla_w J) \qquad\Longleftrightarrow\qquad w \leftarrow (1 - \epsilon \alpha)\, w - \epsilon \nabla_w J$$
#
# First all weights shrink by the same *factor*, then comes the usual step. This is why networkers call L2 *weight decay* [L2, U25].
#
# **Your turn.** Write `l2_step(w, dw, alpha, eps)`. `dw` is $\nabla_w J$, without the penalty. Return the new weights; leave `w` as it is.


# %% role="answer" id="l07-l2-step"
def l2_step(w, dw, alpha, eps):
    """One step of gradient descent on J + alpha/2 ||w||^2.    w, dw: any shape   returns the new w"""
    ### BEGIN SOLUTION
    return (1 - eps * alpha) * w - eps * dw
    ### END SOLUTION


# %% role="check" id="l07-l2-step-check" points=2
check("l07.l2_step", l2_step)

# %% [markdown]
# I4 has a step of the same kind, but look at what it prints:
#
# $$W^{[k]} - \alpha \Big( \frac{\partial L}{\partial W^{[k]}} + \frac{\lambda}{m} W^{[k]} \Big) = W^{[k]} - \frac{\alpha \lambda}{m} - \alpha \frac{\partial L}{\partial W^{[k]}}$$
#
# On the right a $W^{[k]}$ is lost [E6]. What would that do? Below, four weights take steps with a gradient of 0, so that nothing but the penalty moves them. ($\alpha$ is the learning rate here: I4's letters are not W11's. And
# where I4's $J$ has $\frac1m L$, its gradient has lost the $\frac1m$; it belongs in front of $\partial L / \partial W$, too.)

# %%
e6_start = np.array([1.0, 0.5, -0.2, -0.8])
if passed("l07.l2_step"):
    e6_right, e6_printed = [e6_start], [e6_start]
    for _ in range(60):
        e6_right.append(l2_step(e6_right[-1], np.zeros(4), 0.5, 0.1))
        e6_printed.append(e6_printed[-1] - 0.1 * 0.5)
    fig, axes = plt.subplots(1, 2, figsize=(9.5, 3.6), layout="constrained", sharey=True)
    for ax, path, title in ((axes[0], e6_right, "the factor $1 - \\epsilon \\alpha$"), (axes[1], e6_printed, "as I4 prints it")):  # fmt: skip
        for i, (color, line) in enumerate(zip((BLUE, VERMILLION, GREEN, PURPLE), ("-", "--", "-.", ":"))):
            ax.plot(np.array(path)[:, i], line, color=color, linewidth=2, label=f"starts at {e6_start[i]:g}")
        ax.axhline(0, color="black", linewidth=0.8)
        ax.set(title=title, xlabel="step")
    axes[0].set_ylabel("weight")
    axes[0].legend(fontsize=9)
    show(
        fig,
        f"Left: four weights approach 0 from both sides; after 60 steps the largest is {np.abs(e6_right[-1]).max():.3f} from 0. "
        f"Right: all four fall along parallel lines through 0, to {e6_printed[-1].min():.1f} at the least.",
    )
else:
    print("This picture appears as soon as the check of l2_step is green.")

# %% [markdown]
# *What to see:* with the factor, every weight goes to 0 and stays there. As printed, all weights fall for ever, also those that are negative already: it is a penalty on $\sum w$, which rewards whoever is below 0.
#
# ## 3  One penalty, three scalings [E11]
#
# The decks agree on the penalty, not on its number:
#
# | deck | penalty | biases |
# |---|---|---|
# | W11 | $\frac{\alpha}{2} \Vert w \Vert^2$ | free |
# | L2 | $\lambda \Vert w \Vert^2$ | not said |
# | I4 | $\frac{\lambda'}{2m} \Vert w \Vert^2$, $m$ training examples | penalised: "matters less" |
#
# If someone tells you "$\lambda = 0.01$ worked", ask which one. (The prime is ours, to tell I4's $\lambda$ from L2's.)
#
# **Your turn.** Write `same_penalty(strength, deck, m)`. `deck` is `"W11"`, `"L2"` or `"I4"`, and `strength` is the number in that deck's scaling. Return the three numbers $\alpha, \lambda, \lambda'$ that make all three penalties equal.


# %% role="answer" id="l07-same-penalty"
def same_penalty(strength, deck, m):
    """The same penalty in three scalings.    strength: number   deck: "W11", "L2" or "I4"   m: examples   returns alpha, lam, lam_i"""
    ### BEGIN SOLUTION
    alpha = {"W11": strength, "L2": 2 * strength, "I4": strength / m}[deck]
    return alpha, alpha / 2, m * alpha
    ### END SOLUTION


# %% role="check" id="l07-same-penalty-check" points=3
check("l07.same_penalty", same_penalty)

# %% [markdown]
# ## 4  Where the optimum goes [L3]
#
# L3 takes a loss of one weight that can be followed by eye. Its optimum alone is at $w = 1$; the penalty wants $w = 0$:
#
# $$E(w) = (w - 1)^2 + \tfrac16 (w - 1)^3 + \lambda w^2$$
#
# **Play with it.** The right picture has $\lambda |w|$ in place of $\lambda w^2$, the penalty of section 6. Move $\lambda$ up slowly. Which optimum is farther from 1 at first? Does one of them ever arrive at 0?

# %%
penalised_optimum()

# %% [markdown]
# *What to see:* under L2 the optimum moves fast at first and then ever more slowly: the nearer it comes to 0, the weaker the penalty pulls. Under L1 the pull stays the same, and from some $\lambda$ on it holds the weight in the kink at 0.
#
# The picture leaves something out: the cubic falls without bound to the left, so the "optimum" is a local one. It is the one that descent from the right finds.
#
# **Your turn.** Write `optimum_l2(lam)`: the $w$ of this minimum for each $\lambda \ge 0$ of an array of shape $(K,)$. Set the slope to zero; it is a quadratic in $u = w - 1$.


# %% role="answer" id="l07-optimum-l2"
def optimum_l2(lam):
    """The minimum of (w-1)^2 + 1/6 (w-1)^3 + lam w^2.    lam: (K,)   returns w: (K,)"""
    ### BEGIN SOLUTION
    root = np.sqrt(lam**2 + lam + 1)  # 1/2 u^2 + (2 + 2 lam) u + 2 lam = 0 at u = -(2 + 2 lam) + 2 root
    return 3 / (1 + 2 * lam + 2 * root)  # = -1 - 2 lam + 2 root; no digits are lost for large lam
    ### END SOLUTION


# %% role="check" id="l07-optimum-l2-check" points=3
check("l07.optimum_l2", optimum_l2)


# %% role="given" id="l07-descend"
def slope(w):
    """The slope of the loss (w - 1)^2 + 1/6 (w - 1)^3"""
    return 2 * (w - 1) + (w - 1) ** 2 / 2


def soft(w, step):
    """Towards 0 by `step`, and no further; section 8 has more on it"""
    return np.sign(w) * np.maximum(np.abs(w) - step, 0)


def descend_l2(lam, steps=4000, start=1.0):
    """Where gradient descent on E(w) of L3 ends, for each lambda"""
    w, eta = np.full(len(lam), start), 0.1 / (1 + lam)
    for _ in range(steps):
        w = w - eta * (slope(w) + 2 * lam * w)
    return w


def descend_l1(lam, steps=4000, start=1.0, eta=0.1):
    """Where descent on E(w) of L6 ends, for each lambda"""
    w = np.full(len(lam), start)
    for _ in range(steps):
        w = soft(w - eta * slope(w), eta * lam)
    return w


# %%
lams = np.linspace(0, 4, 41)
found_l2 = descend_l2(lams)
if passed("l07.optimum_l2"):
    fig, ax = plt.subplots(figsize=(7.5, 3.8), layout="constrained")
    ax.plot(lams, optimum_l2(lams), color=BLUE, linewidth=2, label="your formula")
    ax.plot(lams[::2], found_l2[::2], "o", color=VERMILLION, label="4000 steps of descent")
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set(title="The optimum under L2 [L3]", xlabel=r"$\lambda$", ylabel="$w$", ylim=(-0.05, 1.05))
    ax.legend()
    show(
        fig,
        f"A falling curve from 1 at lambda = 0 to {optimum_l2(lams)[-1]:.2f} at lambda = 4, always above 0; the points of descent lie on it.",
    )
else:
    print("This picture appears as soon as the check of optimum_l2 is green.")

# %% [markdown]
# *What to see:* formula and descent agree, and the curve never reaches 0: for large $\lambda$ it behaves like $\frac{3}{4 \lambda}$.
#
# ## 5  Many weights: ridge regression [I3, W12]
#
# I3 explains regularization by linear regression. For a linear model even the best weights have a formula. With $m$ examples, the rows of $X$, and the bias $b$ left free,
#
# $$J(w, b) = \text{MSE}_{\text{train}} + \lambda\, w^\top w = \frac1m \| X w + b - y \|^2 + \lambda\, w^\top w$$
#
# **Your turn.** Set the derivatives by $b$ and by $w$ to zero, and write `ridge(X, y, lam)` for $X$ of shape $(m, D)$ and $y$ of shape $(m,)$. It returns $w$, of shape $(D,)$, and $b$. It must also work with fewer examples than weights.


# %% role="answer" id="l07-ridge"
def ridge(X, y, lam):
    """argmin 1/m ||X w + b - y||^2 + lam w^T w.    X: (m, D)   y: (m,)   returns w: (D,), b: number"""
    ### BEGIN SOLUTION
    m, D = X.shape
    Xc, yc = X - X.mean(axis=0), y - y.mean()  # the best b makes the errors add up to 0
    w = np.linalg.solve(Xc.T @ Xc + m * lam * np.eye(D), Xc.T @ yc)
    return w, y.mean() - X.mean(axis=0) @ w
    ### END SOLUTION


# %% role="check" id="l07-ridge-check" points=4
check("l07.ridge", ridge)

# %% [markdown]
# I3 pictures overfitting with two curves, $y = -x^4 + 7x^3 - 5x^2 - 31x + 30$ for the wild one and $y = \frac{x^4}{5} - \frac{7x^3}{5} + x^2 + \frac{31x}{5} - 6$ for the regularised one. Divide the first by $-5$, and you have the second: its weights are
# five times smaller, but its sign is turned as well, and a penalty does not do that. So take the deck's idea, not its numbers: below, 15 noisy points of the *second* curve, and a polynomial of degree 10 that learns them under three strengths of the penalty.


# %% role="given" id="l07-curve"
def tame(x):
    return x**4 / 5 - 7 * x**3 / 5 + x**2 + 31 * x / 5 - 6


def powers(x, degree=10):
    """(N, degree) x, x^2, ... of x scaled from [-2.5, 5.5] to [-1, 1]"""
    return ((x[:, None] - 1.5) / 4) ** np.arange(1, degree + 1)


def noisy(N, seed):
    """N points of the curve with noise of standard deviation 3"""
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(-2.5, 5.5, N))
    return x, tame(x) + rng.normal(scale=3, size=N)


x_fit, y_fit = noisy(15, seed=0)
x_dev, y_dev = noisy(200, seed=1)

# %%
strengths = 10.0 ** np.arange(-9, 2.01, 0.5)
if passed("l07.ridge"):
    fits = [ridge(powers(x_fit), y_fit, lam) for lam in strengths]
    train_errors, dev_errors = (
        np.array([np.mean((powers(x) @ w + b - y) ** 2) for w, b in fits]) for x, y in ((x_fit, y_fit), (x_dev, y_dev))
    )
    chosen = int(np.argmin(dev_errors))
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    grid = np.linspace(-2.5, 5.5, 321)
    left.plot(x_fit, y_fit, "o", color="black", label="15 points", zorder=4)
    left.plot(grid, tame(grid), color=GREY, linewidth=1, label="the true curve")
    for i, color, line in ((0, VERMILLION, "--"), (chosen, BLUE, "-"), (len(strengths) - 1, GREEN, ":")):
        w, b = fits[i]
        left.plot(grid, powers(grid) @ w + b, line, color=color, linewidth=2, label=rf"$\lambda$ = {strengths[i]:.0e}")
    left.set(title="Degree 10 under three penalties", xlabel="$x$", ylabel="$y$", ylim=(-25, 35))
    left.legend(fontsize=9, loc="upper center")
    right.loglog(strengths, train_errors, "--", color=VERMILLION, linewidth=2, label="training error")
    right.loglog(strengths, dev_errors, "-", color=BLUE, linewidth=2, label="dev error")
    right.loglog(strengths[chosen], dev_errors[chosen], "o", color=BLUE, markersize=9, label="the least dev error")
    right.set(title="Errors against the strength", xlabel=r"$\lambda$", ylabel="mean squared error")
    right.legend(fontsize=9)
    show(
        fig,
        f"Left: with almost no penalty the polynomial swings through the points; with lambda {strengths[chosen]:.0e} it follows the true curve; with 100 it is almost flat. "
        f"Right: the training error rises from {train_errors[0]:.1f} to {train_errors[-1]:.1f}, the dev error falls from {dev_errors[0]:.1f} to {dev_errors[chosen]:.1f} and rises again to {dev_errors[-1]:.1f}.",
    )
else:
    print("This picture appears as soon as the check of ridge is green.")

# %% [markdown]
# *What to see:* without a penalty the polynomial swings between the points to please each of them. Too much of it, "all weights close to zero", and only the bias is left. In between it smooths, at the price of a larger training error. The dev set tells where.
#
# ### Which directions give way [W12]
#
# W12 is a picture with two sets of contours. Near the optimum $w^*$ the loss is a bowl, $\frac12 (w - w^*)^\top H (w - w^*)$, steep in some directions and shallow in others. With W11's penalty the new optimum solves
# $(H + \alpha I)\, w = H w^*$. Along an eigenvector of $H$ with curvature $h$, what is left of $w^*$ is the share
#
# $$\frac{h}{h + \alpha}$$
#
# Steep directions matter to the loss and stay; shallow ones give way. Below, your ridge runs on data that vary much along one diagonal and little along the other. (The $\frac1m \|\cdot\|^2$ of I3 has $H = \frac2m X^\top X$, and $\alpha = 2 \lambda$.)

# %%
rng = np.random.default_rng(2)
turn = np.array([[1.0, 1.0], [-1.0, 1.0]]) / np.sqrt(2)  # its columns: the steep and the shallow direction
X_bowl = rng.normal(size=(200, 2)) * [1.6, 0.3] @ turn.T
X_bowl -= X_bowl.mean(axis=0)
w_star = np.array([0.4, 1.6])
y_bowl = X_bowl @ w_star
h_bowl, V_bowl = np.linalg.eigh(2 * X_bowl.T @ X_bowl / 200)
lams_bowl = 10.0 ** np.linspace(-3, 2, 26)
if passed("l07.ridge"):
    moved = np.array([ridge(X_bowl, y_bowl, lam)[0] for lam in lams_bowl])
    kept = moved @ V_bowl / (w_star @ V_bowl)  # columns: shallow, steep
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    a, b = np.meshgrid(np.linspace(-1.2, 1.8, 121), np.linspace(-0.7, 2.3, 121))
    d = np.stack([a, b], axis=-1) - w_star
    bowl = np.einsum("...i,ij,...j", d, V_bowl * h_bowl @ V_bowl.T, d) / 2
    left.contour(a, b, bowl, np.arange(1, 10) ** 2 * 0.06, cmap="cividis", linewidths=0.9)
    for radius in (0.4, 0.8, 1.2, 1.6):
        left.add_patch(plt.Circle((0, 0), radius, fill=False, color=GREY, linestyle=":"))
    left.plot(*moved.T, "o-", color=VERMILLION, markersize=4, label=r"optimum as $\lambda$ grows")
    left.plot(*w_star, "*", color="#F0E442", markersize=16, markeredgecolor="black", label="$w^*$, no penalty")
    left.set(
        title="The optimum on its way to 0",
        xlabel="$w_1$",
        ylabel="$w_2$",
        aspect="equal",
        xlim=(-1.2, 1.8),
        ylim=(-0.7, 2.3),
    )
    left.legend(fontsize=9, loc="lower right")
    for i, name, color, line in ((1, "steep", BLUE, "-"), (0, "shallow", GREEN, "--")):
        right.semilogx(lams_bowl, kept[:, i], line, color=color, linewidth=2, label=f"{name}, h = {h_bowl[i]:.2g}")
        right.semilogx(lams_bowl[::3], (h_bowl[i] / (h_bowl[i] + 2 * lams_bowl))[::3], "o", color=color)
    right.set(title=r"What is left; dots: $h / (h + \alpha)$", xlabel=r"$\lambda$", ylabel="share of $w^*$")
    right.legend()
    show(
        fig,
        "Left: long contours around w*, circles around 0. As lambda grows, the optimum first slides along the long axis of the contours, and only then across them to 0. "
        f"Right: the share in the shallow direction, curvature {h_bowl[0]:.2g}, falls long before that in the steep one, {h_bowl[1]:.2g}; the dots of the formula lie on the curves.",
    )
else:
    print("This picture appears as soon as the check of ridge is green.")

# %% [markdown]
# *What to see:* the path is no straight line to 0. It first runs along the valley, where a long way costs the loss little.
#
# ## 6  L1, and weights that are exactly 0 [W13, L4, L6]
#
# The second penalty takes absolute values. W13:
#
# $$\Omega(\theta) = \|w\|_1 = \sum_i |w_i| \qquad\qquad \nabla_w \tilde{J} = \alpha\, \mathrm{sign}(w) + \nabla_w J$$
#
# "Equal gradient everywhere!" A weight of 0.001 is pulled as hard as one of 1000. At 0 itself $|w|$ has a kink; take $\mathrm{sign}(0) = 0$ there, one of its *subgradients*.
#
# **Your turn.** Write `l1_penalty(w, alpha)`. As before it returns the penalty $\alpha \|w\|_1$ and its (sub)gradient.


# %% role="answer" id="l07-l1-penalty"
def l1_penalty(w, alpha):
    """alpha ||w||_1 and its subgradient, 0 at 0.    w: any shape   returns penalty: number, gradient: as w"""
    ### BEGIN SOLUTION
    return alpha * np.sum(np.abs(w)), alpha * np.sign(w)
    ### END SOLUTION


# %% role="check" id="l07-l1-penalty-check" points=2
check("l07.l1_penalty", l1_penalty)

# %% [markdown]
# Back to the loss of one weight. L6 is L3 with $\lambda |w|$ for $\lambda w^2$:
#
# $$E(w) = (w - 1)^2 + \tfrac16 (w - 1)^3 + \lambda |w|$$
#
# **Your turn.** Write `optimum_l1(lam)`, its minimum for each $\lambda \ge 0$ of an array of shape $(K,)$. Where it is 0, return exactly 0. Where does this begin? Move the slider of section 4 again if you are not sure.


# %% role="answer" id="l07-optimum-l1"
def optimum_l1(lam):
    """The minimum of (w-1)^2 + 1/6 (w-1)^3 + lam |w|.    lam: (K,)   returns w: (K,)"""
    ### BEGIN SOLUTION
    w = -1 + np.sqrt(np.maximum(4 - 2 * lam, 0))  # 1/2 u^2 + 2 u + lam = 0, right of 0
    return np.maximum(w, 0)
    ### END SOLUTION


# %% role="check" id="l07-optimum-l1-check" points=3
check("l07.optimum_l1", optimum_l1)

# %%
found_l1 = descend_l1(lams)
if passed("l07.optimum_l1") and passed("l07.optimum_l2"):
    fig, ax = plt.subplots(figsize=(7.5, 3.8), layout="constrained")
    ax.plot(lams, optimum_l1(lams), color=BLUE, linewidth=2, label="L1, your formula")
    ax.plot(lams[::2], found_l1[::2], "s", color=VERMILLION, label="L1, descent")
    ax.plot(lams, optimum_l2(lams), "--", color=GREY, label="L2")
    ax.axvline(-slope(0.0), color=GREEN, linestyle=":", label="slope of the loss at 0: -1.5")
    ax.set(title="The optimum under L1 [L6]", xlabel=r"$\lambda$", ylabel="$w$", ylim=(-0.05, 1.05))
    ax.legend(fontsize=9)
    show(
        fig,
        f"The optimum under L1 falls from 1 to 0, which it reaches at lambda = {lams[optimum_l1(lams) == 0][0]:.2g}, and stays there. That under L2 is at {optimum_l2(lams)[-1]:.2f} at lambda = 4.",
    )
else:
    print("This picture appears as soon as optimum_l2 and optimum_l1 are green.")

# %% [markdown]
# *What to see:* the curve meets 0 at the slope that the loss has there. L4 puts it as a rule for convex $E$, weight by weight:
#
# $$\Big| \frac{\partial E}{\partial w_d} \Big| < \lambda \;\Rightarrow\; w_d^* = 0$$
#
# Read it as a tug-of-war at $w_d = 0$: the loss pulls with its slope, the penalty holds with up to $\lambda$ to either side. A weight whose slope is exactly $\lambda$ is just held. (Our cubic is convex only for $w > -1$. Elsewhere the rule promises nothing, and indeed $E$ falls without bound on the left.)
#
# **Your turn.** Write `exactly_zero(slope, lam)`: for the slopes $\partial E / \partial w_d$ at $w_d = 0$, shape $(D,)$, an array of `True` where 0 is the optimum of that weight and `False` elsewhere.


# %% role="answer" id="l07-exactly-zero"
def exactly_zero(slope, lam):
    """Which weights L1 holds at 0.    slope: (D,) dE/dw_d at w_d = 0   returns (D,) of True and False"""
    ### BEGIN SOLUTION
    return np.abs(slope) <= lam
    ### END SOLUTION


# %% role="check" id="l07-exactly-zero-check" points=2
check("l07.exactly_zero", exactly_zero)

# %% [markdown]
# ## 7  Balls and contours [L7]
#
# There is a second way to see it. "As small as possible, at a price" and "as good as possible, within a budget" have the same solutions: a budget $\|w\| \le r$ is a ball, round for L2, with corners for L1. (L4 calls it a simplex; it is the ball of L1, whose faces are simplices.)
#
# **Play with it.** Turn the direction of the best weights, and change the shape of the loss. For which directions does L1 end in a corner? Does L2 ever have a weight of exactly 0?

# %%
balls()

# %% [markdown]
# *What to see:* the best point within a ball is where the first contour touches it. Corners stick out, so contours from many directions touch there first, and in a corner a weight is 0. A round ball has no place that is special. Yet the corner is no law: with tilted ellipses there are directions in which L1 keeps both weights.
#
# **In your own words.** Why does L1 set weights to exactly 0, and L2 only makes them small? Explain it by the *slope* of the two penalties near $w = 0$, and say what has to be true of the loss for the weight to be 0. Three to six sentences.

# %% [markdown] role="written" id="l07-zeros-why" points=4
# ### BEGIN SOLUTION
# At the optimum the slope of the loss and the slope of the penalty add up to 0. The slope of L2, alpha w, goes to 0 together with the weight: near 0 it pulls ever more weakly, so even a slight slope of the loss keeps the weight a little away from 0. The
# slope of L1 has the same size, alpha, however small the weight is. At 0 it jumps from -alpha to +alpha: to move the weight off 0 in either direction the loss has to pull by more than alpha. So wherever the slope of the loss at w = 0 is at most alpha in
# absolute value, 0 itself is the optimum. Under L2 this happens only if the slope of the loss at 0 is exactly 0.
#
# **Rubric, 4 points.** 1: L2's slope vanishes with w (or: is proportional to w, "pulls less and less"). 1: L1's slope keeps its size up to 0 (alpha, or "equal everywhere", or the kink). 1: the conclusion for the optimum: L1 can balance a slope of the loss at w = 0, L2 can't.
# 1: the condition: |slope of the loss at w = 0| at most alpha (or lambda; "less than" is fine). An answer by corners of the ball alone earns at most 1. Half points for a true but vague sentence. No points off for language.
# ### END SOLUTION

# %% [markdown]
# ## 8  Overshoot, and the proximal step [L5, E12]
#
# How does descent come to rest in a kink? L5 begins with the plain step, in two lines:
#
# $$w'_t = w_t - \eta g_t \qquad\qquad w_{t+1} = w'_t - \lambda\, \mathrm{sign}(w'_t)$$
#
# and warns: it "may overshoot and result in a component of $w'_t$ strictly on one side of 0 while the same component in $w_{t+1}$ is strictly on the other".
#
# **Your turn.** Write `plain_l1_step(w, g, eta, lam)`. It returns $w_{t+1}$ and an array that is `True` for each component that did what the deck warns of. (A weight that lands on 0 exactly did not.)


# %% role="answer" id="l07-plain-l1-step"
def plain_l1_step(w, g, eta, lam):
    """L5's step, and where it overshoots.    w, g: (D,)   returns w_new: (D,), crossed: (D,) of True and False"""
    ### BEGIN SOLUTION
    w_prime = w - eta * g
    w_new = w_prime - lam * np.sign(w_prime)
    return w_new, w_prime * w_new < 0
    ### END SOLUTION


# %% role="check" id="l07-plain-l1-step-check" points=4
check("l07.plain_l1_step", plain_l1_step)

# %% [markdown]
# The cure: never go farther than to 0. L5's *proximal operator* takes the smaller of $\lambda$ and the way that is left:
#
# $$w_{t+1} = w'_t - \min(\lambda, |w'_t|) \odot \mathrm{sign}(w'_t)$$
#
# **Your turn.** Write `prox_l1(w, step)`, this second line alone, for weights of any shape. What is closer to 0 than `step` becomes exactly 0.


# %% role="answer" id="l07-prox-l1"
def prox_l1(w, step):
    """w - min(step, |w|) sign(w).    w: any shape   returns the new w"""
    ### BEGIN SOLUTION
    return w - np.minimum(step, np.abs(w)) * np.sign(w)
    ### END SOLUTION


# %% role="check" id="l07-prox-l1-check" points=3
check("l07.prox_l1", prox_l1)

# %% [markdown]
# One thing is left. W13 has its $\alpha\, \mathrm{sign}(w)$ *inside* the gradient, so a step moves the weight by $\eta \alpha$. L5's $\lambda$ stands alone and moves it by $\lambda$, whatever the learning rate. So one is not the other [E12]: which $\lambda$ of L5 does what an $\alpha$ of W13 does?
#
# **Your turn.** Write `proximal_step(w, g, eta, alpha)`: a step against the gradient $g$ of the loss, then `prox_l1`, such that it minimises $J + \alpha \|w\|_1$ for *every* learning rate $\eta$.


# %% role="answer" id="l07-proximal-step"
def proximal_step(w, g, eta, alpha):
    """A step on J, then the proximal operator of eta alpha ||w||_1.    w, g: any shape   returns the new w"""
    ### BEGIN SOLUTION
    return prox_l1(w - eta * g, eta * alpha)
    ### END SOLUTION


# %% role="check" id="l07-proximal-step-check" points=3
check("l07.proximal_step", proximal_step)

# %% [markdown]
# Now let both learn handwritten digits: a linear classifier, 64 pixels times 10 classes, 640 weights that start as small random numbers, $\alpha = 0.01$.


# %% role="given" id="l07-digits-run"
def digits_run(kind, alpha=0.01, eta=0.5, steps=400, seed=0):
    """Softmax regression on 1287 digits under L1; returns the weights, how many crossed 0 in each step, and one weight's path"""
    from course_lib.data import digits_split

    x, labels, _, _ = digits_split()
    x, onehot = x.astype(float), np.eye(10)[labels]
    W, b, crossings, path = 0.1 * np.random.default_rng(seed).normal(size=(64, 10)), np.zeros(10), [], []
    for _ in range(steps):
        z = x @ W + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        dz = (p / p.sum(axis=1, keepdims=True) - onehot) / len(x)
        if kind == "proximal":
            before, W = W - eta * (x.T @ dz), proximal_step(W, x.T @ dz, eta, alpha)
            crossings.append(int(np.sum(before * W < 0)))
        else:
            flat, crossed = plain_l1_step(W.ravel(), (x.T @ dz).ravel(), eta, eta * alpha)
            W = flat.reshape(W.shape)
            crossings.append(int(np.sum(crossed)))
        b = b - eta * dz.sum(axis=0)
        path.append(W[0, 0])
    return W, np.array(crossings), np.array(path)


# %%
if passed("l07.plain_l1_step") and passed("l07.proximal_step"):
    W_plain, crossings, path_plain = digits_run("plain")
    W_prox, crossings_prox, path_prox = digits_run("proximal")
    zeros_plain, zeros_prox = int(np.sum(W_plain == 0)), int(np.sum(W_prox == 0))
    fig, (left, middle, right) = plt.subplots(1, 3, figsize=(10.4, 3.7), layout="constrained")
    left.plot(path_plain[:25], "--o", color=VERMILLION, linewidth=1, markersize=4, label="plain")
    left.plot(path_prox[:25], "-", color=BLUE, linewidth=2, label="proximal")
    left.axhline(0, color="black", linewidth=0.8)
    left.set(title="One weight", xlabel="step", ylabel="weight")
    left.legend(fontsize=9)
    middle.plot(crossings, color=VERMILLION)
    middle.set(title="Weights that cross 0", xlabel="step of the plain kind", ylabel="of 640", ylim=(0, None))
    limit = np.abs(W_prox).max()
    picture = right.imshow(W_prox[:, 3].reshape(8, 8), cmap="cividis", vmin=-limit, vmax=limit)
    for i, j in np.argwhere(W_prox[:, 3].reshape(8, 8) == 0):
        right.plot(j, i, "x", color="white", markersize=5)
    right.set_axis_off()
    right.set_title("Class 3, proximal;\nx: exactly 0")
    fig.colorbar(picture, ax=right, shrink=0.8, label="weight")
    show(
        fig,
        f"Left: under plain steps one weight jumps to and fro over 0, under proximal steps it comes to rest at 0. Middle: at the end {crossings[-1]} of 640 weights cross 0 in every plain step. "
        f"Right: the weights of class 3 as 8 by 8 pixels, with crosses where they are exactly 0. Exactly 0 after the plain steps: {zeros_plain}; after the proximal ones: {zeros_prox}.",
    )
    print(f"weights that are exactly 0, of 640: {zeros_plain} by plain steps, {zeros_prox} by proximal steps")
else:
    print("This picture appears as soon as plain_l1_step and proximal_step are green.")

# %% [markdown]
# *What to see:* both methods want the same weights to be 0, but only one of them says 0. If you want to save memory, or to read off which pixels matter, nearly 0 is not enough.
#
# ### The path of the coefficients
#
# Below, eight inputs that resemble one another; three of them made the target, the other five did not. **Play with it.** At which $\lambda$ has L1 thrown out all five? What has become of the true weights by then?


# %% role="given" id="l07-paths-data"
def related_inputs(m, seed):
    """(m, 8) inputs with correlation 0.4, all of mean 0, and targets 2 x1 - 1.5 x2 + x3 + noise of mean 0"""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(m, 8)) * np.sqrt(0.6) + np.sqrt(0.4) * rng.normal(size=(m, 1))
    y = X[:, :3] @ [2.0, -1.5, 1.0] + rng.normal(size=m)
    return X - X.mean(axis=0), y - y.mean()


# %%
coefficient_paths(*related_inputs(30, seed=0), [f"w{d}" for d in range(1, 9)], *related_inputs(500, seed=1))

# %% [markdown]
# *What to see:* under L2 all eight bend to 0 together and none arrives. Under L1 they arrive one after another, the useless ones first; but by then the useful ones are shortened, too, for L1 pulls at everything.
#
# ## 9  What you believed before [L1, L2, L4]
#
# Why squares, why absolute values? L1 answers with Bayes. Before the data you hold some weights for likelier than others: the *prior* $\mu_W(w)$. After the data,
#
# $$\log \mu_W(w \mid \mathcal{D} = \mathbf{d}) = \log \mu_{\mathcal{D}}(\mathbf{d} \mid W = w) + \log \mu_W(w) - \log Z$$
#
# Take the $w$ that makes this largest (*maximum a posteriori*). Minus the first term is the loss of lesson 03, *summed* over the examples, $\log Z$ does not depend on $w$, and minus the middle term is the penalty:
#
# - a Gaussian prior of variance $\frac{1}{2 \lambda}$ gives $\lambda \|w\|_2^2$ [L2];
# - a Laplace prior, $\frac{1}{2b} e^{-|w| / b}$ for each weight, gives $\frac1b \|w\|_1$, so $\lambda = \frac1b$ [L4].
#
# **Your turn.** Write `prior_lambdas(variance)`: for each variance of an array of shape $(K,)$, the $\lambda$ of the Gaussian prior and the $\lambda$ of the Laplace prior *of the same variance*. (A Laplace density of scale $b$ has the variance $2 b^2$.)


# %% role="answer" id="l07-prior-lambdas"
def prior_lambdas(variance):
    """lambda of both penalties for priors of this variance.    variance: (K,)   returns gauss: (K,), laplace: (K,)"""
    ### BEGIN SOLUTION
    b = np.sqrt(variance / 2)
    return 1 / (2 * variance), 1 / b
    ### END SOLUTION


# %% role="check" id="l07-prior-lambdas-check" points=2
check("l07.prior_lambdas", prior_lambdas)

# %%
if passed("l07.prior_lambdas"):
    lam_gauss, lam_laplace = (lam[0] for lam in prior_lambdas(np.array([1.0])))
    w = np.linspace(-4, 4, 401)
    fig, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.6), layout="constrained")
    gauss, laplace = lam_gauss * w**2, lam_laplace * np.abs(w)
    for name, penalty, height, color, line in (
        ("Gaussian", gauss, np.sqrt(lam_gauss / np.pi), BLUE, "-"),
        ("Laplace", laplace, lam_laplace / 2, VERMILLION, "--"),
    ):
        left.plot(w, height * np.exp(-penalty), line, color=color, linewidth=2, label=name)
        right.plot(w, penalty, line, color=color, linewidth=2, label=f"from the {name}")
    left.set(title="Two priors of variance 1", xlabel="$w$", ylabel="density")
    right.set(title="Their penalties", xlabel="$w$", ylabel="- log density + constant")
    left.legend()
    right.legend()
    show(
        fig,
        f"Left: the Laplace density has a peak at 0 and heavier tails than the Gaussian. Right: the penalties, {lam_gauss:.2g} w^2, a parabola, and {lam_laplace:.3g} |w|, a V.",
    )
else:
    print("This picture appears as soon as the check of prior_lambdas is green.")

# %% [markdown]
# *What to see:* whoever believes in the Laplace prior expects many weights near 0 and a few large ones. Small weights cost more than under L2, large ones less.
#
# ## 10  Networks [U25, I4, W10]
#
# A network has a weight matrix for each layer. U25 gives each a $\lambda$ of its own, to be chosen on validation error, and adds the squared Frobenius norms, the sums of the squares of all entries. It halves the squares, as W11 does:
#
# $$\sum_{l} \frac{\lambda_l}{2} \|W^{(l)}\|_F^2$$
#
# Biases are free here. I4 alone penalises them, too, and adds that this "matters less": a bias only shifts, and there are few of them.
#
# **Your turn.** Write `layer_penalty(layers, lams)`. `layers` is a list of pairs $(W, b)$, `lams` a list of one number for each. Return the penalty and the list of its gradients by the matrices $W$.


# %% role="answer" id="l07-layer-penalty"
def layer_penalty(layers, lams):
    """sum_l lam_l / 2 ||W_l||_F^2 and its gradients.    layers: [(W, b), ...]   lams: list   returns penalty: number, gradients: list"""
    ### BEGIN SOLUTION
    penalty = sum(lam / 2 * np.sum(W**2) for (W, b), lam in zip(layers, lams))
    return penalty, [lam * W for (W, b), lam in zip(layers, lams)]
    ### END SOLUTION


# %% role="check" id="l07-layer-penalty-check" points=4
check("l07.layer_penalty", layer_penalty)

# %% [markdown]
# W10 adds that a penalty "can also be applied to activations": not the weights but the outputs $h$ of a hidden layer should be small, or sparse. For a batch of $N$ examples,
#
# $$\tilde{J} = J + \frac{\alpha}{N} \sum_{n=1}^N \|h_n\|_1$$
#
# In the backward pass, the layer has received `dh`, the gradient of $J$ by $h$. The penalty adds its own, and the sum travels on.
#
# **Your turn.** Write `activation_penalty(h, dh, alpha)` for `h` and `dh` of shape $(N, M)$. Return the penalty, a number, and the gradient of $\tilde{J}$ by $h$.


# %% role="answer" id="l07-activation-penalty"
def activation_penalty(h, dh, alpha):
    """alpha/N sum_n ||h_n||_1, and dh with its gradient added.    h, dh: (N, M)   returns penalty: number, dh_new: (N, M)"""
    ### BEGIN SOLUTION
    N = len(h)
    return alpha * np.sum(np.abs(h)) / N, dh + alpha * np.sign(h) / N
    ### END SOLUTION


# %% role="check" id="l07-activation-penalty-check" points=4
check("l07.activation_penalty", activation_penalty)

# %% [markdown]
# Now real runs: a 64-64-10 network on digits. The library's `train` takes penalties by the names of the weights, `0.W` and `2.W`, and what you wrote is what `L2` and `L1` do in it. Strengths are chosen on one half of the held-out digits (dev); errors are reported on the other half (test).


# %% role="given" id="l07-network-run"
from course_lib.data import digits_split
from course_lib.layers import ActivityPenalty, Dense, ReLU, Sequential
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import mlp
from course_lib.optim import SGD
from course_lib.regularizers import L1, L2
from course_lib.training import evaluate, train

x_train, y_train, x_held, y_held = digits_split()
DEV, TEST = (x_held[:255], y_held[:255]), (x_held[255:], y_held[255:])
EPOCHS = {50: 800, 200: 200, 1287: 38}  # 800 steps each


def network_run(m, penalties, seed=0, network=None):
    """A network that has learned m digits under these penalties, {name: penalty}"""
    network = network or mlp([64, 64, 10], rng=np.random.default_rng(seed))
    data = x_train[:m], y_train[:m]
    options = {"rng": np.random.default_rng(seed), "epochs": EPOCHS[m], "batch_size": 64, "penalties": penalties}
    for _ in train(network, SoftmaxCrossEntropy(), SGD(0.5), *data, **options):
        pass
    return network


def error(network, part):
    """Cross-entropy on DEV or TEST"""
    return evaluate(network, SoftmaxCrossEntropy(), *part)[0]


def decay(first, last):
    return {"0.W": L2.half(first), "2.W": L2.half(last)}


# %%
alphas = (0.0, 0.001, 0.003, 0.01, 0.03)
by_size = {}
for m in EPOCHS:
    nets = [[network_run(m, decay(alpha, alpha), seed) for seed in range(2)] for alpha in alphas]
    by_size[m] = np.array([[np.mean([error(net, part) for net in row]) for part in (DEV, TEST)] for row in nets])
    if m == 200:
        nets_200 = nets
best_of = {m: int(np.argmin(errors[:, 0])) for m, errors in by_size.items()}
gains = {m: 1 - errors[best_of[m], 1] / errors[0, 1] for m, errors in by_size.items()}

fig, ax = plt.subplots(figsize=(7.5, 4), layout="constrained")
ticks = range(len(alphas))
for (m, errors), color, line, marker in zip(by_size.items(), (VERMILLION, GREEN, BLUE), ("--", "-.", "-"), "so^"):
    ax.plot(ticks, errors[:, 1], line, color=color, marker=marker, label=f"{m} examples: {gains[m]:.0%} less")
ax.set_xticks(ticks, [f"{alpha:g}" for alpha in alphas])
ax.set(title="L2 on digits, test error", xlabel=r"$\alpha$", ylabel="cross-entropy", ylim=(0, None))
ax.legend(fontsize=9, title="gain at the alpha chosen on dev")
show(
    fig,
    "Test error against alpha for three sizes of the training set; each falls a little and rises again. With the alpha chosen on dev the error is "
    + ", ".join(f"{gain:.0%} lower with {m} examples" for m, gain in gains.items())
    + ".",
)

# %% [markdown]
# *What to see:* valleys, but flat ones: a penalty helps by some percent where it is well chosen, and harms by far more where it is too strong.
#
# How much it helps hangs on how long the network learns. The same study with 200, 70 and 20 epochs (batches of 32, step size 0.3, three seeds) gave gains of 0, 3 and 1 %: a network that stops before it overfits has little for a
# penalty to mend. So read the last rows of the table below as one setting among several.
#
# ## 11  Recap
#
# L2 shrinks by a factor, most where the loss is shallow, and never to 0. L1 pulls by a constant, and holds every weight at 0 whose slope there is too weak. The proximal step lets L1 say 0. Both are priors in disguise. And before you compare two lambdas, ask what stands in front of the norm.
#
# Here is what the decks claim, measured with your functions (the seeds are those in the code above and below):

# %%
names = ("l2_penalty", "l2_step", "same_penalty", "optimum_l2", "ridge", "l1_penalty", "optimum_l1", "exactly_zero", "plain_l1_step", "prox_l1", "proximal_step", "prior_lambdas", "activation_penalty")  # fmt: skip
if all(passed(f"l07.{name}") for name in names):

    def verdict(holds, otherwise="does not hold"):
        return "holds" if holds else otherwise

    # L3, L6, L4: formula against descent; from which lambda on L1 gives exactly 0; and from a start on the far left
    gap_l2, gap_l1 = np.abs(optimum_l2(lams) - found_l2).max(), np.abs(optimum_l1(lams) - found_l1).max()
    fine = np.linspace(1, 2, 1001)
    first_zero, first_reached = (fine[w == 0][0] for w in (optimum_l1(fine), descend_l1(fine)))
    never = optimum_l2(np.array([1e6]))[0]
    w_left = -6.0
    for _ in range(40):
        w_left = float(np.clip(w_left - 0.1 * (slope(w_left) - 0.5), -1e6, 1e6))  # E of L6 with lambda = 0.5

    # L4 with many weights: ISTA on 8 weights, then the slope of the loss at the optimum with that one weight at 0
    X_p, y_p = related_inputs(30, seed=0)
    G_p, c_p = 2 * X_p.T @ X_p / 30, 2 * X_p.T @ y_p / 30
    w_p = np.zeros(8)
    for _ in range(5000):
        w_p = proximal_step(w_p, G_p @ w_p - c_p, 0.1, 0.5)
    at_0 = G_p @ w_p - c_p - np.diag(G_p) * w_p  # dE/dw_d with w_d = 0, the others as they are
    agree = np.mean(exactly_zero(at_0, 0.5) == (w_p == 0))

    # L1, L2: the most probable weights by descent on minus the log posterior, noise of variance 1, against ridge
    lam_prior = prior_lambdas(np.array([0.1]))[0][0]
    w_map = np.zeros(8)
    for _ in range(5000):
        w_map = w_map - 0.005 * (X_p.T @ (X_p @ w_map - y_p) + w_map / 0.1)
    gap_map = np.abs(w_map - ridge(X_p, y_p, 2 * lam_prior / 30)[0]).max()  # the sum of halves is m/2 times the mean

    # W11, W13
    l2_prices = [l2_penalty(w, 1.0)[0] for w in (spread_out, all_in_one)]
    l1_prices = [l1_penalty(w, 1.0)[0] for w in (spread_out, all_in_one)]
    steps_l2 = np.abs(l2_penalty(np.array([0.001, 1000.0]), 1.0)[1])
    steps_l1 = np.abs(l1_penalty(np.array([0.001, 1000.0]), 1.0)[1])
    jitter = 0.05 * np.random.default_rng(0).normal(size=TEST[0].shape).astype(np.float32)
    shaken = [
        np.mean([np.std(net.forward(TEST[0] + jitter) - net.forward(TEST[0])) for net in row]) for row in nets_200
    ]

    # W12
    gap_w12 = np.abs(kept - h_bowl / (h_bowl + 2 * lams_bowl[:, None])).max()

    # L5: how far the plain steps swing around 0, and its two forms; E12: the learning rate in the proximal step
    swing = np.abs(W_plain[W_prox == 0]).max() / (0.5 * 0.01)
    rng = np.random.default_rng(3)
    w_r, g_r = rng.normal(size=10_000), rng.normal(size=10_000)
    second = plain_l1_step(w_r, g_r, 0.5, 0.1)[0]
    apart = np.mean(np.abs(second - (w_r - 0.5 * g_r - 0.1 * np.sign(w_r))) > 1e-12)
    ends = {}
    for name, of_eta in (("alone", lambda eta: 0.02), ("times eta", lambda eta: 0.2 * eta)):
        for eta in (0.1, 0.02):
            w_e = np.zeros(8)
            for _ in range(int(200 / eta)):
                w_e = prox_l1(w_e - eta * (G_p @ w_e - c_p), of_eta(eta))
            ends[name, eta] = w_e
    drift = {name: np.abs(ends[name, 0.1] - ends[name, 0.02]).max() for name in ("alone", "times eta")}
    zeros_e = [int(np.sum(ends["alone", eta] == 0)) for eta in (0.1, 0.02)]

    # E6, E11: one step against central differences; three scalings of one penalty
    w_6, quad = rng.normal(size=5), rng.normal(size=5)

    def j_of(w):
        return np.sum((w - quad) ** 2) / 2 + 0.3 / 2 * np.sum(w**2)

    numeric = np.array([(j_of(w_6 + 1e-6 * e) - j_of(w_6 - 1e-6 * e)) / 2e-6 for e in np.eye(5)])
    gap_factor = np.abs(l2_step(w_6, w_6 - quad, 0.3, 0.1) - (w_6 - 0.1 * numeric)).max()
    gap_printed = np.abs(w_6 - 0.1 * 0.3 - 0.1 * (w_6 - quad) - (w_6 - 0.1 * numeric)).max()
    alpha_s, lam_s, lam_i = same_penalty(0.02, "L2", 30)
    square = np.sum(w_6**2)
    three = np.array([alpha_s / 2 * square, lam_s * square, lam_i / 60 * square])

    # I4: with and without a price on the biases; U25: one lambda against two, on dev and test; W10: activations
    biases = {"0.b": L2.half(0.003), "2.b": L2.half(0.003)}
    priced = [
        [error(network_run(200, p, seed), TEST) for seed in range(2)] for p in (biases, decay(0.003, 0.003) | biases)
    ]
    (biases_alone, both), (bare, free) = np.mean(priced, axis=1), by_size[200][[0, 2], 1]  # 2: alpha = 0.003
    some = (0.0, 0.001, 0.003, 0.01)
    pairs = {(a, b): network_run(200, decay(a, b)) for a in some for b in some}
    best_one = min(((a, a) for a in some), key=lambda pair: error(pairs[pair], DEV))
    best_two = min(pairs, key=lambda pair: error(pairs[pair], DEV))
    (one_dev, one_test), (two_dev, two_test) = (
        [error(pairs[best], part) for part in (DEV, TEST)] for best in (best_one, best_two)
    )
    per_digit = {}
    for best in (best_one, best_two):
        z = pairs[best].forward(TEST[0])
        per_digit[best] = np.logaddexp.reduce(z, axis=1) - z[np.arange(len(z)), TEST[1]]
    gained = per_digit[best_one] - per_digit[best_two]
    gain_u25, sure_u25 = gained.mean(), gained.std() / np.sqrt(len(gained))
    active = {}
    for strength in (0.0, 0.003):
        rng = np.random.default_rng(0)
        layers = Dense(64, 64, rng=rng), ReLU(), ActivityPenalty(L1(strength)), Dense(64, 10, rng=rng)
        net = network_run(200, {}, 0, Sequential(*layers))
        active[strength] = np.mean(layers[1].forward(layers[0].forward(TEST[0])) > 0), error(net, TEST)

    claims(
        [
            (
                "W11",
                "L2 favours [.25, .25, .25, .25] over [0, 0, 0, 1]",
                f"{l2_prices[0]:g} against {l2_prices[1]:g}; L1 {l1_prices[0]:g} and {l1_prices[1]:g}",
                verdict(l2_prices[0] < l2_prices[1]),
            ),
            (
                "W11",
                "small changes in input have less effect",
                f"logits move by {shaken[0]:.3f} at alpha 0, {shaken[2]:.3f} at 0.003, {shaken[4]:.3f} at 0.03",
                verdict(np.all(np.diff(shaken) < 0)),
            ),
            (
                "W12",
                "the optimum moves most where curvature is small",
                f"share kept is h / (h + alpha), gap {gap_w12:.0e}; at lambda = {lams_bowl[15]:g} {kept[15, 0]:.0%} shallow, {kept[15, 1]:.0%} steep",
                verdict(gap_w12 < 1e-6 and np.all(kept[:, 0] < kept[:, 1])),
            ),
            (
                "W13",
                "equal gradient everywhere",
                f"at 0.001 and 1000: L1 {steps_l1[0]:g}, {steps_l1[1]:g}; L2 {steps_l2[0]:g}, {steps_l2[1]:g}",
                verdict(steps_l1[0] == steps_l1[1], "holds only away from 0"),
            ),
            (
                "W13",
                "L1 encourages sparsity",
                f"exactly 0 of 640: plain {zeros_plain}, proximal {zeros_prox}",
                verdict(zeros_plain > 64, "holds only with the proximal step" if zeros_prox > 64 else "does not hold"),
            ),
            (
                "L3",
                "a larger lambda moves the optimum closer to 0",
                f"to {optimum_l2(lams)[-1]:.3f} at 4 and {never:.1e} at 1e6, never 0; descent agrees to {gap_l2:.0e}",
                verdict(gap_l2 < 1e-6 and np.all(np.diff(optimum_l2(lams)) < 0) and never > 0),
            ),
            (
                "L6",
                "the same for L1",
                f"exactly 0 from {first_zero:.3f} on, by descent from {first_reached:.3f}; they agree to {gap_l1:.0e}; from w = -6 it falls below {'-1e5' if w_left < -1e5 else f'{w_left:.3g}'}",
                "holds only for the local optimum" if w_left < -1e5 and gap_l1 < 1e-2 else verdict(gap_l1 < 1e-2),
            ),
            (
                "L4",
                "slope of E under lambda: exactly 0",
                f"slope at 0 is {slope(0.0):g}, first 0 at lambda = {first_zero:.3f}; right for {agree:.0%} of 8 weights",
                verdict(abs(first_zero + slope(0.0)) < 0.01 and agree == 1),
            ),
            (
                "L1, L2",
                "a Gaussian prior gives lambda ||w||^2",
                f"largest posterior against ridge: gap {gap_map:.0e}",
                verdict(gap_map < 1e-8),
            ),
            (
                "L5",
                "the plain step overshoots",
                f"{crossings[-100:].mean():.0f} of 640 weights cross 0 per step; with the proximal step at most {crossings_prox.max()}",
                verdict(crossings[-100:].min() > 0 and crossings_prox.max() == 0),
            ),
            (
                "L5",
                "no problem in principle: it fluctuates around 0",
                f"by at most {swing:.2f} lambda where the optimum is 0",
                verdict(swing <= 1.5),
            ),
            (
                "L5",
                "its two forms are almost identical",
                f"{apart:.0%} of random weights differ (eta 0.5)",
                verdict(apart < 0.01, "holds only if eta g is small against w"),
            ),
            (
                "L5, E12",
                "lambda sign(w) without the learning rate",
                f"optimum moves by {drift['alone']:.2g} between eta 0.1 and 0.02 ({zeros_e[0]} and {zeros_e[1]} of 8 are 0); with eta alpha {drift['times eta']:.0e}",
                verdict(
                    drift["alone"] < 1e-6,
                    "holds only as lambda = eta alpha" if drift["times eta"] < 1e-6 else "does not hold",
                ),
            ),
            (
                "I4, E6",
                "W - alpha lambda/m - ...",
                f"off by {gap_printed:.2g}; with the W {gap_factor:.0e}",
                verdict(gap_printed < 1e-8, "does not hold: a W is missing" if gap_factor < 1e-8 else "does not hold"),
            ),
            (
                "E11",
                "three scalings are one penalty",
                f"L2's 0.02 with m = 30: alpha {alpha_s:g}, lambda' {lam_i:g}; gap {np.ptp(three):.0e}",
                verdict(np.ptp(three) < 1e-12),
            ),
            (
                "I3",
                "the penalty prevents overfitting",
                f"dev error {dev_errors[0]:.1f} without, {dev_errors[chosen]:.1f} at {strengths[chosen]:.0e}, {dev_errors[-1]:.1f} at {strengths[-1]:.0e}",
                verdict(dev_errors[chosen] < 0.5 * dev_errors[0]),
            ),
            (
                "I4",
                "biases matter less",
                f"test error {bare:.3f} bare, {biases_alone:.3f} with biases priced, {free:.3f} with weights, {both:.3f} with both",
                verdict(abs(bare - biases_alone) < abs(bare - free) / 2),
            ),
            (
                "U25",
                "a lambda for each layer, chosen on validation error",
                f"dev {one_dev:.3f}, test {one_test:.3f} with one, {best_one[0]:g}; dev {two_dev:.3f}, test {two_test:.3f} with {best_two[0]:g} and {best_two[1]:g}; gain {gain_u25:.3f} +- {sure_u25:.3f}",
                verdict(
                    gain_u25 > 2 * sure_u25,
                    "not decided here: the difference is no larger than its error"
                    if abs(gain_u25) <= 2 * sure_u25
                    else "does not hold here",
                ),
            ),
            (
                "W10",
                "can also be applied to activations",
                f"active units {active[0.0][0]:.0%} without, {active[0.003][0]:.0%} with; test error {active[0.0][1]:.3f}, {active[0.003][1]:.3f}",
                verdict(active[0.003][0] < active[0.0][0]),
            ),
            (
                "L7",
                "helps with small data, less with large",
                ", ".join(f"{gain:.0%} less error with {m}" for m, gain in gains.items()),
                verdict(
                    min(gains.values()) > 0 and gains[50] > gains[200] > gains[1287],
                    "holds only in part: it helps at every size, and most at " + str(max(gains, key=gains.get))
                    if min(gains.values()) > 0
                    else "does not hold here",
                ),
            ),
        ]
    )
else:
    print("The table appears as soon as the functions of this lesson are green.")

# %% [markdown]
# *What to see:* most claims hold, and those that need a condition say which. The last five are single data sets and few seeds: read them as examples, not as laws.
#
# **Further reading.** I. Goodfellow, Y. Bengio, A. Courville: *Deep Learning* (2016), section 7.1, for $h / (h + \alpha)$. A. E. Hoerl, R. W. Kennard: *Ridge Regression: Biased Estimation for Nonorthogonal Problems*, Technometrics 12 (1970). R. Tibshirani: *Regression Shrinkage and Selection via the Lasso*,
# Journal of the Royal Statistical Society B 58 (1996). N. Parikh, S. Boyd: *Proximal Algorithms*, Foundations and Trends in Optimization 1 (2014). I. Loshchilov, F. Hutter: *Decoupled Weight Decay Regularization*, ICLR (2019), for what becomes of weight decay under Adam.

# %%
progress()

# %% [markdown]
# ## Hand in
#
# Save (*File > Save Notebook*), then press the button. It looks for cells that are missing, damaged or edited, and packs the
# notebook into one file.

# %%
from course_lib import hand_in

hand_in("l07_weight_penalties")
