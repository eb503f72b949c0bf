# %% [markdown]
# # 13  Transfer and capstone
#
# After this lesson you can carry over what a network has learned elsewhere, say what that saves, measure what each trick of this course is worth, with error bars, and build a digit classifier under a budget.
#
# Decks: I17, W23, U6, and what all of them have taught.

# %% role="given" id="l13-setup"
import matplotlib.pyplot as plt
import numpy as np

from course_lib import check, hint, passed, progress
from course_lib.data import affine, glyphs
from course_lib.initializers import he_normal
from course_lib.layers import (
    BatchNorm1d,
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
from course_lib.losses import SoftmaxCrossEntropy, smooth_labels
from course_lib.models import cnn, metered, mlp, summary
from course_lib.optim import Adam
from course_lib.pictures import claims, show
from course_lib.regularizers import L1, L2
from course_lib.training import fit, predict
from course_lib.widgets.l13_transfer_and_capstone import unfreezing

BLUE, VERMILLION, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#6B6B6B"


def digits14(how_many, rng):
    """Written digits of 14 x 14 pixels: x (how_many, 1, 14, 14), t (how_many,)"""
    x, t = glyphs(how_many, rng=rng)
    return x.reshape(-1, 1, 14, 2, 14, 2).mean(axis=(3, 5)), t


draw_digits = np.random.default_rng(13)
x_all, t_all = digits14(3000, draw_digits)
x_dev, t_dev = digits14(1000, draw_digits)

# %% [markdown]
# ## 1  What was learned elsewhere [I17]
#
# A network has learned the digits 0 to 4 from many examples. Now it shall tell 5 to 9 apart, of which you have a handful. Its first layers know strokes and corners by now; why learn them again? Copy them, put a new last layer on top, and train. I17 names three ways to go about it: *freeze* the first layers and train only the last; *gradually unfreeze*; *slow down* the learning rate of the early ones.
#
# **Play with it.** Which layers learn when, and how fast?

# %%
unfreezing()

# %% [markdown]
# *What to see:* both ways protect what is general, in the early layers, from the large errors that a new and random last layer sends down at first.
#
# **Your turn.** Write `layer_rates(n, rate, factor)`: the rates of $n$ layers. The last layer learns with `rate`; each layer before learns `factor` times slower than the one after it.


# %% role="answer" id="l13-layer-rates"
def layer_rates(n, rate, factor):
    """Learning rates of n layers, first to last.    returns (n,)"""
    ### BEGIN SOLUTION
    return rate / factor ** np.arange(n)[::-1]
    ### END SOLUTION


# %% role="check" id="l13-layer-rates-check" points=2
check("l13.layer_rates", layer_rates)

# %% [markdown]
# **Your turn.** Write `unfrozen(step, n, every)`: which of $n$ layers learn at this step, counted from 0. At first only the last one does; after every `every` steps one more, from the top down.


# %% role="answer" id="l13-unfrozen"
def unfrozen(step, n, every):
    """Whether each of n layers learns at this step, first to last.    returns (n,) booleans"""
    ### BEGIN SOLUTION
    return np.arange(n) >= n - 1 - step // every
    ### END SOLUTION


# %% role="check" id="l13-unfrozen-check" points=2
check("l13.unfrozen", unfrozen)

# %% [markdown]
# All parameters stand in one vector $\theta$, layer after layer; layer $l$ begins at `starts[l]` and ends where the next one begins. Each has a rate of its own, 0 if it is frozen.
#
# **Your turn.** Write `transfer_step(theta, grad, starts, rates)`: one step of gradient descent with these rates. Return a new vector.


# %% role="answer" id="l13-transfer-step"
def transfer_step(theta, grad, starts, rates):
    """theta after one step.    theta, grad: (P,)   starts, rates: (n,)   returns (P,)"""
    ### BEGIN SOLUTION
    return theta - np.repeat(rates, np.diff([*starts, len(theta)])) * grad
    ### END SOLUTION


# %% role="check" id="l13-transfer-step-check" points=3
check("l13.transfer_step", transfer_step)

# %% [markdown]
# Freezing saves more than it protects. One training step costs, per example, three kinds of products [U6]: forward, through all layers; $\partial L/\partial W$, for the layers that learn; $\partial L/\partial x$, to hand the error on to a layer before, as long as one before learns. In each layer, each kind costs as much as the layer's forward pass.
#
# **Your turn.** Write `training_cost(costs, frozen)`: the multiply-adds of one step for one example. `costs` has those of each layer's forward pass; the first `frozen` layers are frozen, the others learn.


# %% role="answer" id="l13-training-cost"
def training_cost(costs, frozen):
    """Multiply-adds of one training step for one example.    costs: list of numbers   frozen: how many of the first layers"""
    ### BEGIN SOLUTION
    return sum(costs) + sum(costs[frozen:]) + sum(costs[frozen + 1 :])
    ### END SOLUTION


# %% role="check" id="l13-training-cost-check" points=3
check("l13.training_cost", training_cost)

# %% [markdown]
# ## 2  Does it pay? [I17]


# %% role="given" id="l13-transfer-tools"
def four_layers(seed):
    """Two convolutions and two dense layers, for five classes"""
    rng = np.random.default_rng(seed)
    layers = []
    for n_in, n_out in ((1, 8), (8, 16)):
        layers += [Conv2d(n_in, n_out, 3, padding=1, rng=rng, init=he_normal), ReLU(), MaxPool2d(2)]
    return Sequential(*layers, Flatten(), Dense(144, 32, rng=rng, init=he_normal), ReLU(), Dense(32, 5, rng=rng))


def continued(source, seed):
    """A copy of the source with a new last layer"""
    net = four_layers(seed)
    for mine, theirs in zip(net.layers[:-1], source.layers[:-1]):
        mine.load(theirs.snapshot())
    return net


def descend(net, x, t, rates, steps, seed=0):
    """Gradient descent with rates(step) for the layers, by transfer_step"""
    rng, loss = np.random.default_rng(seed), SoftmaxCrossEntropy()
    theta, grad = pack(net)
    sizes = [sum(p.size for p in layer.params.values()) for layer in net.layers if layer.params]
    starts = np.cumsum([0, *sizes[:-1]])
    for step in range(steps):
        chosen = rng.integers(len(x), size=min(32, len(x)))
        loss.forward(net.forward(x[chosen], training=True), t[chosen])
        net.backward(loss.backward(), need_dx=False)
        theta[...] = transfer_step(theta, grad, starts, rates(step))
    return net


# %%
if all(passed(f"l13.{name}") for name in ("layer_rates", "unfrozen", "transfer_step", "training_cost")):
    RATE, STEPS = 0.05, 100
    low, high = t_all < 5, t_all >= 5
    source = descend(four_layers(0), x_all[low], t_all[low], lambda step: np.full(4, 0.1), 300)
    x_new, t_new = x_dev[t_dev >= 5], t_dev[t_dev >= 5] - 5

    ways = {
        "from scratch": (False, lambda step: np.full(4, RATE)),
        "all layers": (True, lambda step: np.full(4, RATE)),
        "frozen but the last": (True, lambda step: RATE * unfrozen(0, 4, 1)),
        "gradually unfrozen": (True, lambda step: RATE * unfrozen(step, 4, 25)),
        "slower early layers": (True, lambda step: layer_rates(4, RATE, 3)),
    }
    few, transfer_starts = (2, 5, 20), (0, 1, 2)
    transferred = {}
    for n in few:
        for seed in transfer_starts:
            order = np.random.default_rng(seed).permutation(np.flatnonzero(high))
            picked = np.concatenate([order[t_all[order] == k][:n] for k in range(5, 10)])
            for name, (copied, rates) in ways.items():
                net = continued(source, seed + 10) if copied else four_layers(seed + 10)
                descend(net, x_all[picked], t_all[picked] - 5, rates, STEPS, seed)
                right = np.mean(predict(net, x_new).argmax(axis=1) == t_new)
                transferred.setdefault((name, n), []).append(float(right))
    layer_costs = [row.multiply_adds for row in summary(source, (1, 14, 14)).rows if row.multiply_adds]
    saved = [training_cost(layer_costs, k) / training_cost(layer_costs, 0) for k in range(4)]

    fig, axes = plt.subplots(1, 2, figsize=(10.5, 3.8), layout="constrained", width_ratios=(2, 1))
    for shift, (name, color) in enumerate(zip(ways, (GREY, BLUE, VERMILLION, GREEN, PURPLE))):
        values = [transferred[name, n] for n in few]
        axes[0].bar(
            np.arange(len(few)) + 0.16 * (shift - 2), [np.mean(v) for v in values], 0.15,
            yerr=[np.std(v) for v in values], color=color, label=name, capsize=2,
        )  # fmt: skip
    axes[0].axhline(0.2, color="black", linestyle=":")
    axes[0].set(
        title="5 to 9, after 0 to 4", xlabel="examples of each new digit", ylabel="share right",
        xticks=range(len(few)), xticklabels=few, ylim=(0, 1.3), yticks=np.arange(0, 1.01, 0.2),
    )  # fmt: skip
    axes[0].legend(ncols=2, loc="upper left", fontsize=9)
    axes[1].bar(range(4), saved, color=VERMILLION)
    axes[1].set(
        title="Cost of a training step",
        xlabel="frozen layers of four",
        ylabel="share of the full cost",
        xticks=range(4),
    )
    show(
        fig,
        "Left: share of digits 5 to 9 right, mean of three draws. "
        + " ".join(f"{n} each: " + ", ".join(f"{name} {np.mean(transferred[name, n]):.2f}" for name in ways) + "." for n in few)
        + f" Right: with 0 to 3 frozen layers a step costs {', '.join(f'{s:.2f}' for s in saved)} of the full one.",
    )  # fmt: skip
else:
    print("This picture appears as soon as the checks above are green.")

# %% [markdown]
# *What to see:* the fewer examples, the more is gained by what was learned elsewhere, and the more has to be held still. With twenty of each, letting everything learn catches up.
#
# ## 3  What is each trick worth? [W23]
#
# W23 sums up: L2, augmentation, early stopping and batch normalization are a must, the rest is optional. How would you know? By an *ablation*: train with all tricks, then leave one out, and compare. One run of each says little, because the start and the order of the examples move the result as well. So repeat with several starts, and use the same starts for all: then the *differences* to the full recipe, start by start, are what you average.
#
# `scores` has a row for each recipe, the first one with all tricks, and a column for each of $S$ starts. For each other row $r$:
#
# $$d_{rs} = \text{scores}_{0s} - \text{scores}_{rs}, \qquad \text{effect}_r = \frac1S \sum_s d_{rs}, \qquad \text{error}_r = \frac{1}{\sqrt S} \sqrt{\frac{1}{S-1} \sum_s (d_{rs} - \text{effect}_r)^2}$$
#
# An effect is *clear* here if it is, up or down, more than two errors away from 0.
#
# **Your turn.** Write `ablation(scores)` that returns effect, error and clear, one number for each row but the first.


# %% role="answer" id="l13-ablation"
def ablation(scores):
    """Effect of each trick, its standard error, whether it is clear.    scores: (R + 1, S)   returns (R,), (R,), (R,) booleans"""
    ### BEGIN SOLUTION
    d = scores[0] - scores[1:]
    effect, error = d.mean(axis=1), d.std(axis=1, ddof=1) / np.sqrt(d.shape[1])
    return effect, error, np.abs(effect) > 2 * error
    ### END SOLUTION


# %% role="check" id="l13-ablation-check" points=4
check("l13.ablation", ablation)


# %% role="given" id="l13-recipe"
def recipe(seed, *, n=200, l2=1e-3, l1=0.0, augment=True, smooth=0.05, stop=True, dropout=0.1, norm=True):
    """An MLP 196-48-48-10, trained on n digits with these tricks: its share right on the dev set"""
    rng = np.random.default_rng(seed)
    net = mlp([196, 48, 48, 10], rng=rng, batch_norm=norm, dropout=dropout)
    chosen = np.random.default_rng(seed).permutation(len(x_all))[:n]
    x, t = x_all[chosen].reshape(n, -1), t_all[chosen]

    def moved(batch):
        m = len(batch)
        images = affine(
            batch.reshape(m, 14, 14), down=rng.uniform(-1, 1, m), right=rng.uniform(-1, 1, m), degrees=rng.uniform(-8, 8, m)
        )  # fmt: skip
        return images.reshape(m, -1)

    weights = [f"{k}.W" for k, layer in enumerate(net.layers) if isinstance(layer, Dense)]
    penalty = L2(l2) if l2 else L1(l1) if l1 else None
    half = len(x_dev) // 2  # one half to stop by, the other to score
    x_stop, x_score = x_dev[:half].reshape(half, -1), x_dev[half:].reshape(half, -1)
    fit(
        net, SoftmaxCrossEntropy(), Adam(1e-2), x, smooth_labels(t, 10, smooth) if smooth else t, rng=rng, epochs=30,
        progress=False, augment=moved if augment else None,
        penalties=dict.fromkeys(weights, penalty) if penalty else None,
        **(dict(dev=(x_stop, smooth_labels(t_dev[:half], 10, smooth) if smooth else t_dev[:half]), patience=8) if stop else {}),
    )  # fmt: skip
    return float(np.mean(predict(net, x_score).argmax(axis=1) == t_dev[half:]))


# %%
if passed("l13.ablation"):
    left_out = {
        "augmentation": dict(augment=False),
        "batch normalization": dict(norm=False),
        "early stopping": dict(stop=False),
        "L2": dict(l2=0.0),
        "L2, replaced by L1": dict(l2=0.0, l1=1e-4),
        "dropout": dict(dropout=0.0),
        "smoothed labels": dict(smooth=0.0),
    }
    ablation_starts = range(5)
    ablation_scores = np.array([[recipe(s, **choice) for s in ablation_starts] for choice in ({}, *left_out.values())])
    effect, error, clear = ablation(ablation_scores)
    fig, ax = plt.subplots(figsize=(8, 3.8), layout="constrained")
    places = np.arange(len(left_out))
    ax.barh(places, effect, xerr=2 * error, color=[BLUE if c else GREY for c in clear], capsize=4)
    ax.axvline(0, color="black")
    ax.set(
        title=f"Leaving one out of all (all: {ablation_scores[0].mean():.3f} right)",
        xlabel="share right that is lost; bars of two standard errors",
        ylabel="left out",
        yticks=places,
        yticklabels=left_out,
    )
    ax.invert_yaxis()
    show(
        fig,
        f"Effect of leaving a trick out of the recipe, which has {ablation_scores[0].mean():.3f} right, in five paired starts: "
        + ", ".join(
            f"{name} {a:+.3f} ± {b:.3f}{' (clear)' if c else ''}" for name, a, b, c in zip(left_out, effect, error, clear)
        )
        + ".",
    )  # fmt: skip
else:
    print("This picture appears as soon as the check of ablation is green.")

# %% [markdown]
# *What to see:* blue is clear, grey is not. What is a must for one network and one amount of data may be nothing for another; that is why you measure.
#
# ## 4  The contest
#
# Everything that you have learned, once. Build a classifier of these digits:
#
# - Your function gets 600 digits, `x` of shape `(600, 1, 14, 14)` with values from 0 to 1, and their labels `t`. It returns a trained network: `Sequential` of whatever layers of `course_lib` you like, ten logits at the end.
# - The network may have at most **6,000 numbers**, weights and biases.
# - Training may cost at most **2 billion multiply-adds**. They are counted, not timed: all that happens in dense, convolutional and recurrent layers inside your function, trial runs included.
# - It is scored on 1,000 digits that neither you nor your function have seen, drawn anew. Points begin at 70% right, all are yours from 92%. Above that, there is the honour: your instructor has a table of places.
#
# Work with the dev set here, as long as you like. A place to start, and what it costs:

# %%
with metered() as meter:
    plain = cnn((1, 14, 14), (8,), 10, rng=np.random.default_rng(0))
    fit(
        plain,
        SoftmaxCrossEntropy(),
        Adam(3e-3),
        x_all[:600],
        t_all[:600],
        rng=np.random.default_rng(0),
        epochs=5,
        progress=False,
    )
print(f"numbers {summary(plain, (1, 14, 14)).parameters:,}, multiply-adds {meter.multiply_adds:,}")
print(f"right on the dev set: {np.mean(predict(plain, x_dev).argmax(axis=1) == t_dev):.1%}")

# %% [markdown]
# **Your turn.** Write `capstone(x, t)`. `fit` trains; it takes `augment=`, `penalties=`, `dev=` and `patience=`, as in `recipe` above. (`cnn`, `mlp`, `fit`, `Adam`, all layers: whatever stands in the first cell may be used, and whatever else `course_lib` has.)


# %% role="answer" id="l13-capstone"
def capstone(x, t):
    """A trained network.    x: (N, 1, 14, 14)   t: (N,)   returns a Sequential with ten logits"""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(4)
    layers = []
    for n_in, n_out in ((1, 8), (8, 16)):
        layers += [Conv2d(n_in, n_out, 3, padding=1, rng=rng), BatchNorm2d(n_out), ReLU(), MaxPool2d(2)]
    net = Sequential(*layers, Flatten(), Dense(144, 10, rng=rng))
    fit(net, SoftmaxCrossEntropy(), Adam(1e-2), x, t, rng=rng, epochs=16, progress=False)
    return net
    ### END SOLUTION


# %% role="check" id="l13-capstone-check" points=10
check("l13.capstone", capstone)

# %% [markdown]
# ## 5  In your own words

# %% [markdown] role="written" id="l13-your-choice" points=4
# Say how you came to your network: what you tried, what you measured each time, and on which data; which trick helped most and which one you left out although W23 calls it a must, or kept although it calls it optional. And: how large, from your own trials, is the difference between two starts of the same recipe, and what does that mean for the places of a class of 30?
#
# ### BEGIN SOLUTION
# A good answer reports trials with numbers on the dev set, one change at a time or an ablation, with more than one start for those that are close; it says that the test digits were never used to choose. On these digits a convolution helps most, since 600 examples are few and strokes repeat; batch normalization lets a rate of 0.01 do in 16 epochs; L2 changes little in so short a training. Two starts differ by about one percentage point (and 1000 test digits alone by about 0.7 at 95%), so neighbouring places of a table of 30 are mostly luck: only differences of two or three points mean something.
#
# **Rubric.** Measured trials on dev data, not on the test: 1.5. One trick with its measured effect, must or optional: 1. Spread between starts from own numbers: 1. Conclusion for the places: 0.5.
# ### END SOLUTION

# %% [markdown]
# ## 6  Recap
#
# What was learned elsewhere is worth most where examples are few; protect it while the new layer is still wild. An ablation with paired starts and error bars says what a trick is worth here, for this network and this much data. Choose on the dev set, and look at the test once.
#
# The decks' claims, measured in the cells above:

# %%
if all(passed(f"l13.{name}") for name in ("layer_rates", "unfrozen", "transfer_step", "training_cost", "ablation")):

    def verdict(holds, otherwise="does not hold here"):
        return "holds" if holds else otherwise

    def gained(name, n):
        d = np.array(transferred[name, n]) - transferred["from scratch", n]
        return float(d.mean()), float(d.std(ddof=1) / np.sqrt(len(d)))

    worth = dict(zip(left_out, zip(effect, error, clear)))
    rows = [
        (
            "I17",
            f"{name}: better than from scratch",
            ", ".join("{} each: {:+.3f} ± {:.3f}".format(n, *gained(name, n)) for n in few),
            "holds for " + ", ".join(str(n) for n in few if gained(name, n)[0] > 2 * gained(name, n)[1])
            if any(gained(name, n)[0] > 2 * gained(name, n)[1] for n in few)
            else "not clear here",
        )
        for name in list(ways)[1:]
    ]
    rows.append(
        ("I17, U6", "freezing makes training cheaper", f"three of four layers frozen: {saved[3]:.0%} of the cost", verdict(saved[3] < 0.5))
    )  # fmt: skip
    for trick, says in (
        ("L2", "must"), ("L2, replaced by L1", "L1 is optional"), ("augmentation", "must"), ("early stopping", "must"),
        ("batch normalization", "must"), ("dropout", "optional"), ("smoothed labels", "optional"),
    ):  # fmt: skip
        value, spread, is_clear = worth[trick]
        found = ("helps" if value > 0 else "harms") if is_clear else "no clear effect"
        found = "L2 is better" if trick == "L2, replaced by L1" and found == "helps" else found
        rows.append(("W23", f"{trick}: {says}", f"{value:+.3f} ± {spread:.3f}", f"{found} here"))
    claims(rows)
else:
    print("The table appears as soon as the checks of this lesson are green.")

# %% [markdown]
# Multi-task training and ensembles, the two other rows of W23, were measured in lesson 10.
#
# **Further reading.** J. Yosinski and others: *How Transferable Are Features in Deep Neural Networks?*, NIPS 2014. J. Howard, S. Ruder: *Universal Language Model Fine-tuning for Text Classification*, ACL 2018 (gradual unfreezing, rates by layer). X. Bouthillier and others: *Accounting for Variance in Machine Learning Benchmarks*, MLSys 2021.

# %%
progress()

# %% [markdown]
# ## Hand in
#
# Save (*File > Save Notebook*), then press the button. It looks for cells that are missing, damaged or edited, and packs the
# notebook into one file.

# %%
from course_lib import hand_in

hand_in("l13_transfer_and_capstone")
