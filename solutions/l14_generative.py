# %% [markdown]
# # 14  Generative models
#
# *Optional: this lesson counts for no grade unless your instructor says so.*
#
# After this lesson you can say what a variational autoencoder maximises and check its bound against an integral; build a network whose likelihood is exact; and let two networks play against each other, and see how that fails.
#
# Decks: W7, the last row of its cheat sheet: for "arbitrary" outputs, "GAN, VAE, FVBN".

# %% role="given" id="l14-setup"
import itertools

import matplotlib.pyplot as plt
import numpy as np

from course_lib import check, hint, passed, progress
from course_lib.data import digits_split
from course_lib.layers import pack, sigmoid
from course_lib.losses import SigmoidCrossEntropy
from course_lib.models import VAE, BeliefNetwork, NegativeELBO, mlp, train_gan
from course_lib.optim import Adam
from course_lib.pictures import claims, show
from course_lib.widgets.l14_generative import bound

BLUE, VERMILLION, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#6B6B6B"
x_train, t_train, x_test, t_test = digits_split()
ink_train, ink_test = ((x > 0.5).astype(np.float32) for x in (x_train, x_test))

# %% [markdown]
# ## 1  Codes that can be drawn [W7]
#
# An autoencoder's codes [lesson 11] lie where they like. Draw one at random, and it decodes to nothing. A *variational* autoencoder wants codes that fill a Gaussian. Its encoder says, for each $x$, not one code but a mean $\mu$ and $s = \log \sigma^2$, and the decoder gets a draw:
#
# $$z = \mu + e^{s/2} \varepsilon, \qquad \varepsilon \sim \mathcal{N}(0, 1)$$
#
# Written like this, the *reparameterisation*, the randomness is an input like any other, and gradients pass through to $\mu$ and $s$.
#
# **Your turn.** Write `reparameterised(mu, s, eps, dz)`: return $z$, $\partial L/\partial \mu$ and $\partial L/\partial s$, if $\partial L/\partial z$ is `dz`.


# %% role="answer" id="l14-reparameterised"
def reparameterised(mu, s, eps, dz):
    """z, dL/dmu, dL/ds.    all (N, K)"""
    ### BEGIN SOLUTION
    sigma = np.exp(s / 2)
    return mu + sigma * eps, dz, dz * sigma * eps / 2
    ### END SOLUTION


# %% role="check" id="l14-reparameterised-check" points=3
check("l14.reparameterised", reparameterised)

# %% [markdown]
# What keeps the codes together is a price. A code of mean $\mu$ and variance $e^s$ costs its divergence from $\mathcal{N}(0, 1)$:
#
# $$\mathrm{KL} = \frac12 \sum_k \left( \mu_k^2 + e^{s_k} - s_k - 1 \right)$$
#
# **Your turn.** Write `gaussian_kl(mu, s)`: the price of each example's code, and its gradients by $\mu$ and by $s$.


# %% role="answer" id="l14-gaussian-kl"
def gaussian_kl(mu, s):
    """KL (N,), dKL/dmu (N, K), dKL/ds (N, K).    mu, s: (N, K)"""
    ### BEGIN SOLUTION
    return 0.5 * np.sum(mu**2 + np.exp(s) - s - 1, axis=1), mu, (np.exp(s) - 1) / 2
    ### END SOLUTION


# %% role="check" id="l14-gaussian-kl-check" points=3
check("l14.gaussian_kl", gaussian_kl)

# %% [markdown]
# ## 2  The bound [W7, W2]
#
# Maximum likelihood wants $\log p(x)$ [lesson 03], and with a code in between that is an integral over all codes, $p(x) = \int p(z)\, p(x \mid z)\, dz$. The VAE maximises a lower bound instead, the ELBO:
#
# $$\log p(x) \ge \mathbb{E}_{q(z)} \log p(x \mid z) - \mathrm{KL}(q \,\|\, p(z))$$
#
# How far below? By $\mathrm{KL}(q \,\|\, p(z \mid x))$: nothing, if $q$ is the true posterior.
#
# **Play with it.** One number $x$, one code $z \sim \mathcal{N}(0, 1)$, $x \sim \mathcal{N}(a z, \sigma^2)$: here all can be computed. Close the gap.

# %%
bound()

# %% [markdown]
# *What to see:* the bound touches $\log p(x)$ when $q$ lies on the posterior, in mean and in width.
#
# **Your turn.** Write `linear_elbo(x, a, sigma, mu, s)`, exactly, for this model and $q = \mathcal{N}(\mu, e^s)$. The mean of $\log \mathcal{N}(x;\, a z,\, \sigma^2)$ over $z$ needs the mean and the variance of $a z$; do not forget the constant.


# %% role="answer" id="l14-linear-elbo"
def linear_elbo(x, a, sigma, mu, s):
    """The bound for each x.    x, mu, s: (N,)   a, sigma: numbers   returns (N,)"""
    ### BEGIN SOLUTION
    square = (x - a * mu) ** 2 + a**2 * np.exp(s)
    kl = (mu**2 + np.exp(s) - s - 1) / 2
    return -np.log(2 * np.pi * sigma**2) / 2 - square / (2 * sigma**2) - kl
    ### END SOLUTION


# %% role="check" id="l14-linear-elbo-check" points=4
check("l14.linear_elbo", linear_elbo)


# %%
if passed("l14.linear_elbo"):
    a, sigma, line = 1.2, 0.6, np.linspace(-3, 3, 61)
    z_grid = np.linspace(-9, 9, 4001)
    step_z = z_grid[1] - z_grid[0]

    def log_normal(value, mean, variance):
        return -((value - mean) ** 2) / (2 * variance) - np.log(2 * np.pi * variance) / 2

    joint = log_normal(z_grid, 0, 1) + log_normal(line[:, None], a * z_grid, sigma**2)
    log_evidence = np.log(np.exp(joint).sum(axis=1) * step_z)  # the integral, numerically
    posterior = a * line / (a**2 + sigma**2), np.full(61, np.log(sigma**2 / (a**2 + sigma**2)))
    choices = {
        "q = posterior": posterior,
        "q with its mean, variance 1": (posterior[0], np.zeros(61)),
        "q = prior": (np.zeros(61), np.zeros(61)),
    }
    bounds = {name: linear_elbo(line, a, sigma, *q) for name, q in choices.items()}

    def integrated(mu, s):
        weight = np.exp(log_normal(z_grid, mu[:, None], np.exp(s)[:, None]))
        return np.sum(weight * (joint - log_normal(z_grid, mu[:, None], np.exp(s)[:, None])), axis=1) * step_z

    off = max(float(np.abs(integrated(*q) - bounds[name]).max()) for name, q in choices.items())
    fig, ax = plt.subplots(figsize=(7.5, 3.8), layout="constrained")
    ax.plot(line, log_evidence, color="black", linewidth=4, alpha=0.3, label="log p(x), integrated")
    for (name, values), color, style in zip(bounds.items(), (BLUE, GREEN, VERMILLION), ("-", "--", "-.")):
        ax.plot(line, values, style, color=color, label=name)
    ax.set(title="Three bounds of one likelihood", xlabel="x", ylabel="nats", ylim=(-14, 0))
    ax.legend()
    show(
        fig,
        "log p(x) and the ELBO for three choices of q. Largest gap: "
        + ", ".join(f"{name} {np.max(log_evidence - values):.2f}" for name, values in bounds.items())
        + f". Your formula and the integral over z differ by at most {off:.0e}.",
    )
else:
    print("This picture appears as soon as the check of linear_elbo is green.")

# %% [markdown]
# *What to see:* all three are bounds; only the posterior's is tight. A VAE learns an encoder because $q$ must be good for every $x$.
#
# ## 3  A likelihood without a bound [W7, W4]
#
# A *fully visible belief network* has no code. It predicts each pixel from those before it, in some fixed order:
#
# $$p(x) = \prod_d p(x_d \mid x_1, \dots, x_{d-1}), \qquad p(x_d = 1 \mid \dots) = \operatorname{sigmoid}\Big(b_d + \sum_{c<d} x_c W_{cd}\Big)$$
#
# Only the part of $W$ above its diagonal is used. The likelihood is exact, and costs no more than one forward pass.
#
# **Your turn.** Write `fvbn_log_likelihood(x, W, b)`. (For one pixel and its logit $y$: $\log p(x_d) = x_d\, y - \log(1 + e^y)$ [lesson 03].)


# %% role="answer" id="l14-fvbn-log-likelihood"
def fvbn_log_likelihood(x, W, b):
    """log p(x) of each image.    x: (N, D) of 0 and 1   W: (D, D)   b: (D,)   returns (N,)"""
    ### BEGIN SOLUTION
    y = x @ np.triu(W, 1) + b
    return np.sum(x * y - np.logaddexp(0, y), axis=1)
    ### END SOLUTION


# %% role="check" id="l14-fvbn-log-likelihood-check" points=4
check("l14.fvbn_log_likelihood", fvbn_log_likelihood)

# %% [markdown]
# To draw an image takes a loop: each pixel needs those that are drawn already. That is the price of this model.
#
# **Your turn.** Write `fvbn_sample(u, W, b)`: `u` holds numbers from $U(0, 1)$; pixel $d$ is 1 where $u_d < p(x_d = 1 \mid \dots)$.


# %% role="answer" id="l14-fvbn-sample"
def fvbn_sample(u, W, b):
    """Images of 0 and 1, drawn pixel by pixel.    u: (N, D)   returns (N, D)"""
    ### BEGIN SOLUTION
    x = np.zeros(u.shape)
    for d in range(u.shape[1]):
        x[:, d] = u[:, d] < 1 / (1 + np.exp(-(b[d] + x[:, :d] @ W[:d, d])))
    return x
    ### END SOLUTION


# %% role="check" id="l14-fvbn-sample-check" points=3
check("l14.fvbn_sample", fvbn_sample)


# %% role="given" id="l14-training"
def learned(net, loss, steps, lr):
    """Train a model of the black and white digits, its own input being its target"""
    rng = np.random.default_rng(0)
    (theta, grad), optimizer = pack(net), Adam(lr)
    for _ in range(steps):
        batch = ink_train[rng.integers(len(ink_train), size=64)]
        loss.forward(net.forward(batch, training=True), batch)
        net.backward(loss.backward(), need_dx=False)
        optimizer.step(theta, grad)
    return net


def bound_of(vae, x, draws=20):
    """The mean ELBO of these images, z drawn so often"""
    rng, code = np.random.default_rng(1), vae.encoder.forward(x)
    mu, s = np.split(code, 2, axis=1)
    noise = rng.standard_normal((draws, *mu.shape)).astype(mu.dtype)
    errors = [SigmoidCrossEntropy().forward(vae.decoder.forward(mu + np.exp(s / 2) * eps), x) for eps in noise]
    return -float(np.mean(errors)) - float(np.mean(0.5 * np.sum(mu**2 + np.exp(s) - s - 1, axis=1)))


# %%
if passed("l14.fvbn_log_likelihood") and passed("l14.fvbn_sample"):
    draw_small = np.random.default_rng(7)
    W_small, b_small = draw_small.normal(size=(10, 10)), draw_small.normal(size=10)
    everything = np.array(list(itertools.product([0.0, 1.0], repeat=10)))
    whole = float(np.exp(fvbn_log_likelihood(everything, W_small, b_small)).sum())

    belief = learned(BeliefNetwork(64, rng=np.random.default_rng(1)), SigmoidCrossEntropy(), 2500, 5e-3)
    vae = learned(VAE([64, 64, 8], rng=np.random.default_rng(1)), NegativeELBO(), 2500, 2e-3)
    W_belief, b_belief = (belief.params[name].astype(float) for name in ("W", "b"))
    share = np.clip(ink_train.mean(axis=0), 1e-3, 1 - 1e-3).astype(float)
    nats = {
        "independent pixels": float(np.mean(np.sum(np.where(ink_test == 1, np.log(share), np.log(1 - share)), axis=1))),
        "belief network": float(fvbn_log_likelihood(ink_test.astype(float), W_belief, b_belief).mean()),
        "VAE, at least": bound_of(vae, ink_test),
    }
    drawn = {
        "independent": (np.random.default_rng(2).uniform(size=(10, 64)) < share).astype(float),
        "belief": fvbn_sample(np.random.default_rng(3).uniform(size=(10, 64)), W_belief, b_belief),
        "VAE": sigmoid(vae.generate(10, rng=np.random.default_rng(4))),
        "test digits": ink_test[:10],
    }
    fig, axes = plt.subplots(4, 10, figsize=(9, 4), layout="constrained")
    for row, (name, images) in zip(axes, drawn.items()):
        for ax, image in zip(row, images):
            ax.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
        row[0].set_ylabel(name)
    fig.suptitle("Drawn by three models, and real ones")
    show(
        fig,
        "Four rows of ten images: drawn from independent pixels, by the belief network, by the VAE (its probabilities), and test digits. "
        + "Mean log-likelihood of a test digit: " + ", ".join(f"{name} {value:.1f}" for name, value in nats.items())
        + f" nats. Over all 1024 inputs of a small network the likelihood adds up to {whole:.12f}.",
    )  # fmt: skip
else:
    print("This picture appears as soon as the checks of fvbn_log_likelihood and fvbn_sample are green.")

# %% [markdown]
# *What to see:* independent pixels have the right ink and no shape. The belief network has strokes. The VAE is smoother: each of its images comes from one code, and the code knows the whole digit.
#
# ## 4  A forger and a detective [W7]
#
# A *generative adversarial network* writes down no likelihood at all. A generator $G$ turns noise into forgeries; a discriminator $D$ says how likely something is real. $D$ descends the cross-entropy of its guesses, half for real ones and half for forgeries; $G$ descends $-\log D(G(z))$:
#
# $$L_D = -\tfrac12 \mathbb{E} \log D(x) - \tfrac12 \mathbb{E} \log(1 - D(G(z))), \qquad L_G = -\mathbb{E} \log D(G(z))$$
#
# **Your turn.** Write `gan_losses(real, fake)` from logits; logits of $\pm 1000$ must do no harm.


# %% role="answer" id="l14-gan-losses"
def gan_losses(real, fake):
    """L_D, L_G.    real: (N,) logits of real examples   fake: (M,) logits of forgeries"""
    ### BEGIN SOLUTION
    d_loss = (np.mean(np.logaddexp(0, -real)) + np.mean(np.logaddexp(0, fake))) / 2
    return d_loss, np.mean(np.logaddexp(0, -fake))
    ### END SOLUTION


# %% role="check" id="l14-gan-losses-check" points=3
check("l14.gan_losses", gan_losses)

# %% [markdown]
# How good can $D$ get? If $x$ is real with the density $p(x)$ and forged with $q(x)$, both equally often, the best answer is the share of the real ones among all that look like $x$. Its loss is then $\log 2 - \mathrm{JS}(p, q)$, with
#
# $$\mathrm{JS}(p, q) = \tfrac12 \mathrm{KL}(p \,\|\, m) + \tfrac12 \mathrm{KL}(q \,\|\, m), \qquad m = \tfrac12 (p + q)$$
#
# **Your turn.** Write `best_discriminator(p, q)` for probabilities of $K$ values: return $D$ for each value, and $\mathrm{JS}$.


# %% role="answer" id="l14-best-discriminator"
def best_discriminator(p, q):
    """D (K,), JS.    p, q: (K,), positive, each adds up to 1"""
    ### BEGIN SOLUTION
    m = (p + q) / 2
    return p / (p + q), (np.sum(p * np.log(p / m)) + np.sum(q * np.log(q / m))) / 2
    ### END SOLUTION


# %% role="check" id="l14-best-discriminator-check" points=3
check("l14.best_discriminator", best_discriminator)


# %% role="given" id="l14-ring"
CENTRES = np.stack([np.cos(np.arange(8) * np.pi / 4), np.sin(np.arange(8) * np.pi / 4)], axis=1)


def ring(n, rng):
    """Points around eight places on a circle"""
    return (CENTRES[rng.integers(8, size=n)] + 0.06 * rng.normal(size=(n, 2))).astype(np.float32)


def played(g_rate, d_rate, epochs=60, seed=1):
    """(forgeries every ten epochs, places found and share of good forgeries at each, records)"""
    rng = np.random.default_rng(seed)
    generator, discriminator = mlp([4, 64, 64, 2], rng=rng), mlp([2, 64, 64, 1], rng=rng)
    noise = np.random.default_rng(9).standard_normal((1000, 4)).astype(np.float32)
    clouds, found, records = [], [], []
    for record in train_gan(
        generator,
        discriminator,
        Adam(g_rate, beta1=0.5),
        Adam(d_rate, beta1=0.5),
        ring(2048, rng),
        rng=rng,
        epochs=epochs,
        n_latent=4,
    ):
        records.append(record)
        if record.epoch % 10 == 0:
            cloud = generator.forward(noise)
            distance = np.linalg.norm(cloud[:, None] - CENTRES, axis=2)
            good = distance.min(axis=1) < 0.2
            counts = np.bincount(distance.argmin(axis=1)[good], minlength=8)
            clouds.append(cloud)
            found.append((int(np.sum(counts > 10)), float(good.mean())))
    return clouds, found, records  # fmt: skip


# %%
games = {"the detective faster": played(1e-3, 3e-3), "the forger ten times faster": played(5e-3, 5e-4)}
fig, axes = plt.subplots(2, 6, figsize=(11, 4.2), layout="constrained")
for row, (name, (clouds, found, _)) in zip(axes, games.items()):
    for ax, cloud, (places, good), epoch in zip(row, clouds, found, range(10, 61, 10)):
        ax.plot(*CENTRES.T, "+", color=GREY, markersize=10)
        ax.plot(*cloud[:400].T, ".", color=BLUE if name == "the detective faster" else VERMILLION, markersize=2)
        ax.set(
            title=f"epoch {epoch}: {places} of 8, {good:.0%}", xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), xticks=[], yticks=[]
        )
        ax.title.set_fontsize(9)
    row[0].set_ylabel(name, fontsize=9)
fig.suptitle("Forgeries of eight clusters: places reached, share near one")
show(
    fig,
    " ".join(
        f"{name}: " + ", ".join(f"epoch {10 * (k + 1)}: {places} of 8 places, {good:.0%} near one" for k, (places, good) in enumerate(found)) + "."
        for name, (_, found, _) in games.items()
    ),
)  # fmt: skip

# %% [markdown]
# *What to see:* with a detective that learns faster, the forgeries settle on all eight places. A forger that is too fast chases wherever the detective looks away: it collapses on a few places, and wanders. The losses tell neither, and small changes decide: try `played(3e-3, 3e-3)`, where places that had been found are lost again.
#
# ## 5  In your own words

# %% [markdown] role="written" id="l14-which-model" points=4
# A hospital wants synthetic records of patients (20 yes/no findings each) that may be published, and wants to know how well they match the real ones. Compare VAE, belief network and GAN for this: which of the three gives a number for how well held-out real records fit, and what number; which of them can ignore a rare kind of patient without its loss showing it; and which one you would take. Name one danger that none of the three protects from.
#
# ### BEGIN SOLUTION
# The belief network gives the exact log-likelihood of held-out records, the VAE a lower bound of it, the GAN none. A GAN can leave out a rare kind (mode collapse): its losses compare forgeries with real ones only where forgeries lie. (A model trained by likelihood pays for every record that it thinks impossible.) With 20 binary findings the belief network is exact, quick and small; drawing in a loop of 20 steps is no obstacle. None protects privacy: a model that has memorised a patient may print that record; that has to be checked, or trained against.
#
# **Rubric.** Exact, bound, none: 1.5. GAN and mode collapse, with the reason: 1. A choice with a reason that fits the data: 1. Memorised records, or another danger that really applies to all three: 0.5.
# ### END SOLUTION

# %% [markdown]
# ## 6  Recap
#
# The row of W7 that had no formula has three answers: a bound on the likelihood, with codes; a likelihood without codes, pixel by pixel; or no likelihood, and a game.
#
# What was measured in the cells above:

# %%
if all(passed(f"l14.{name}") for name in ("linear_elbo", "fvbn_log_likelihood", "fvbn_sample")):

    def verdict(holds, otherwise="does not hold here"):
        return "holds" if holds else otherwise

    gaps = {name: float(np.max(log_evidence - values)) for name, values in bounds.items()}
    claims(
        [
            ("W7", "VAE: the ELBO is a lower bound, tight at the posterior",
             f"against the integral {off:.0e}; largest gap " + ", ".join(f"{name} {gap:.2f}" for name, gap in gaps.items()),
             verdict(off < 1e-6 and gaps["q = posterior"] < 1e-6 and min(gaps.values()) > -1e-6)),
            ("W7", "FVBN: the likelihood is exact", f"sum over all 1024 inputs: {whole:.12f}", verdict(abs(whole - 1) < 1e-9)),
            ("W7", "both beat independent pixels", ", ".join(f"{name} {value:.1f}" for name, value in nats.items()) + " nats",
             verdict(min(nats["belief network"], nats["VAE, at least"]) > nats["independent pixels"] + 1)),
            ("W7", "GAN: forgeries of an arbitrary density",
             "; ".join(f"{name}: {found[-1][0]} of 8 places, {found[-1][1]:.0%} near one, fewest on the way {min(p for p, _ in found)}" for name, (_, found, _) in games.items()),
             "holds, if the detective keeps up" if games["the detective faster"][1][-1][0] == 8 else "does not hold here"),
        ]
    )  # fmt: skip
else:
    print("The table appears as soon as the checks of this lesson are green.")

# %% [markdown]
# **Further reading.** D. Kingma, M. Welling: *Auto-Encoding Variational Bayes*, ICLR 2014. B. Frey: *Graphical Models for Machine Learning and Digital Communication*, MIT Press 1998. I. Goodfellow and others: *Generative Adversarial Nets*, NIPS 2014.

# %%
progress()

# %% [markdown]
# ## Hand in
#
# Save (*File > Save Notebook*), then press the button. It looks for cells that are missing, damaged or edited, and packs the
# notebook into one file.

# %%
from course_lib import hand_in

hand_in("l14_generative")
