"""Twenty epochs of a 64-128-64-10 network on the digits: `train` of course_lib, and scikit-learn's MLPClassifier:  python -m benchmarks.digits_epoch"""

import statistics
import warnings

import numpy as np

from benchmarks.harness import ratio, times
from benchmarks.targets import DIGITS
from course_lib.data import digits_split

EPOCHS = 20


def ours(name, batch, dtype):
    from course_lib.losses import SoftmaxCrossEntropy
    from course_lib.models import mlp
    from course_lib.optim import Adam
    from course_lib.training import train

    x, y, *_ = digits_split()

    def epochs():
        rng = np.random.default_rng(0)
        network = mlp([64, 128, 64, 10], rng=rng).astype(dtype)
        loss, optimizer = SoftmaxCrossEntropy(), Adam(1e-3)
        *_, last = train(network, loss, optimizer, x, y, rng=rng, epochs=EPOCHS, batch_size=batch)
        return last.loss

    return epochs


def scikit_learn(name, batch, dtype):
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)  # it shall stop after twenty epochs
    x, y, *_ = digits_split()

    def epochs():
        classifier = MLPClassifier(
            (128, 64), batch_size=batch, max_iter=EPOCHS, n_iter_no_change=EPOCHS, alpha=0, random_state=0
        )
        return classifier.fit(x.astype(dtype), y).loss_

    return epochs


def compare(rounds=7):
    """Seconds of twenty epochs of both, in each round."""
    return times(["benchmarks.digits_epoch:ours", "benchmarks.digits_epoch:scikit_learn"], "digits", 32, rounds=rounds)


def main():
    ours, peer = compare()
    milliseconds = 1e3 * statistics.median(ours) / EPOCHS
    print(f"{milliseconds:.2f} ms an epoch, {ratio(ours, peer)} of scikit-learn's; at most {DIGITS} is wanted")


if __name__ == "__main__":
    main()
