"""Generative adversarial networks: one network forges, the other tells forgeries from the real thing."""

from dataclasses import dataclass

import numpy as np

from course_lib.arrays import check_rng, check_size
from course_lib.data import minibatches
from course_lib.layers import pack, sigmoid
from course_lib.losses import SigmoidCrossEntropy


@dataclass(frozen=True)
class GANRecord:
    """One epoch, all means over its batches.

    d_loss, g_loss    cross-entropies of the discriminator, and of the generator; log 2 each when nobody can tell
    real, fake        probability of being real that the discriminator gives to real and to forged examples
    """

    epoch: int
    d_loss: float
    g_loss: float
    real: float
    fake: float


def train_gan(generator, discriminator, g_optimizer, d_optimizer, x, *, rng, epochs, n_latent, batch_size=64):
    """Two networks against each other; yields a GANRecord after each epoch.          [Lectures: W7; Goodfellow et al. 2014]

    generator G        z: (N, n_latent) ~ N(0, 1) -> forged x       descends -E log D(G(z)): its gradient is large where D is
                       sure of a forgery, while that of E log(1 - D(G(z))) vanishes there
    discriminator D    x: (N, ...) -> (N, 1) logits of being real    descends -1/2 E log D(x) - 1/2 E log(1 - D(G(z)))
    Raises             ValueError or TypeError for what does not fit, at the call; FloatingPointError if a loss becomes nan or inf.
    """
    n_latent, epochs = check_size("n_latent", n_latent), check_size("epochs", epochs)
    minibatches(x, size=batch_size, rng=check_rng(rng))  # says what does not fit; draws nothing yet
    (g_theta, g_grad), (d_theta, d_grad) = pack(generator), pack(discriminator)
    loss = SigmoidCrossEntropy()

    def forge(n, training):
        return generator.forward(rng.standard_normal((n, n_latent)).astype(g_theta.dtype), training)

    def run():
        for epoch in range(1, epochs + 1):
            sums = np.zeros(4)
            for (real,) in minibatches(x, size=batch_size, rng=rng):
                n = len(real)
                logits = discriminator.forward(np.concatenate([real, forge(n, training=False)]), training=True)
                p = sigmoid(logits)
                d_loss = loss.forward(
                    logits, (np.arange(2 * n) < n).astype(p.dtype)[:, None]
                )  # 1 for real, 0 for forged
                discriminator.backward(loss.backward(), need_dx=False)
                d_optimizer.step(d_theta, d_grad)

                logits = discriminator.forward(forge(n, training=True), training=True)
                g_loss = loss.forward(logits, np.ones_like(logits))
                generator.backward(discriminator.backward(loss.backward()), need_dx=False)  # through D, which stays
                g_optimizer.step(g_theta, g_grad)
                sums += n * np.array([d_loss, g_loss, np.mean(p[:n]), np.mean(p[n:])])
            if not np.all(np.isfinite(sums)):
                raise FloatingPointError(f"epoch {epoch}: a loss is nan or inf. Lower the learning rates.")
            yield GANRecord(epoch, *map(float, sums / len(x)))

    return run()
