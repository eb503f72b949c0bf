"""Training. `train` is a generator of epoch records, so that plots, early stopping and checkpoints are your own `for` and `break`:

    for record in train(network, loss, optimizer, x, y, rng=rng, epochs=50, dev=(x_dev, y_dev)):
        print(record.epoch, record.loss, record.dev_loss)

`fit` is the same in one line, with a progress bar.
"""

import sys
import time

import numpy as np

from course_lib.arrays import check_rng, check_size
from course_lib.data import minibatches
from course_lib.layers import ActivityPenalty, pack
from course_lib.regularizers import MaxNorm
from course_lib.training.divergence import Diverged, explain, explain_step
from course_lib.training.early_stopping import EarlyStopping
from course_lib.training.history import History, Record


def train(
    network,
    loss,
    optimizer,
    x,
    y,
    *,
    rng,
    epochs,
    batch_size=32,
    dev=None,
    score=None,
    penalties=None,
    clip=None,
    augment=None,
    after_step=None,
):
    """Mini-batch gradient descent: a generator that yields a Record after each epoch.          [Lectures: U9, I9, W1, W10, W17, I6]

    x, y          training examples, (N, ...) each; y may be a tuple, a target for each head of the network    dev: (x, y) that are only looked at
    optimizer     anything with step(theta, grad), which changes the vector theta in place
    score         score(pred, y), such as `accuracy`: larger is better
    penalties     {"0.W": penalty, ...}: names as in network.snapshot(); a penalty has value(w) and grad(w); MaxNorm has not, see after_step
    clip          clip(grad) changes the vector of all gradients in place    augment: augment(x) gives the batch to train on
    after_step    is called after each step, for a proximal step or a bound on the norms of weights
    Raises        ValueError or TypeError for what does not fit, at the call; Diverged if a loss or a parameter becomes nan or inf.
    """
    several = isinstance(y, tuple)
    ys = y if several else (y,)
    minibatches(x, *ys, size=batch_size, rng=check_rng(rng))  # says what does not fit; draws nothing yet
    epochs = check_size("epochs", epochs)
    theta, grad = pack(network)
    omegas = _attached(network, penalties or {})
    augment, clip, after_step = augment or (lambda x: x), clip or (lambda grad: None), after_step or (lambda: None)

    def run():
        for epoch in range(1, epochs + 1):
            start, sums = time.perf_counter(), np.zeros(4)
            lr = optimizer.rate() if hasattr(optimizer, "rate") else None
            with np.errstate(all="ignore"):  # Diverged says it better
                for xb, *yb in minibatches(x, *ys, size=batch_size, rng=rng):
                    xb, yb = augment(xb), tuple(yb) if several else yb[0]
                    value, omega, pred = gradients(network, loss, xb, yb, omegas)
                    if not np.isfinite(value):
                        raise Diverged(*explain(network, loss, xb, yb, epoch))
                    sums += len(xb) * np.array([value, omega, np.sqrt(grad @ grad), score(pred, yb) if score else 0])
                    clip(grad)
                    try:
                        optimizer.step(theta, grad)
                    except FloatingPointError as error:
                        raise Diverged(*explain_step(network, error, epoch)) from None
                    after_step()
                if not np.all(np.isfinite(theta)):
                    raise Diverged(*explain(network, loss, xb, yb, epoch))
                dev_loss = dev_score = None
                if dev is not None:
                    dev_loss, dev_score = evaluate(network, loss, dev[0], dev[1], score=score)
                    if not np.isfinite(dev_loss):
                        raise Diverged(*explain(network, loss, dev[0], dev[1], epoch))
            mean, omega, norm, mean_score = map(float, sums / len(x))
            seconds = time.perf_counter() - start
            yield Record(epoch, mean, omega, norm, seconds, mean_score if score else None, dev_loss, dev_score, lr)

    return run()


def gradients(network, loss, x, y, omegas=()):
    """Fill the network's gradients with dJ/dtheta, J = L + sum Omega(w); returns L, sum Omega(w) and the predictions.          [Lectures: W10, I4]

    omegas    triples (penalty, w, dw) of the penalised parameters and their gradients
    """
    pred = network.forward(x, training=True)
    value = loss.forward(pred, y)  # L
    network.backward(loss.backward(), need_dx=False)  # dL/dtheta
    for penalty, w, dw in omegas:
        dw += penalty.grad(w)  # dJ/dw = dL/dw + dOmega/dw
    on_weights = sum(penalty.value(w) for penalty, w, _ in omegas)
    on_activations = sum(layer.value for _, layer in network.walk() if isinstance(layer, ActivityPenalty))
    return value, on_weights + on_activations, pred


def fit(network, loss, optimizer, x, y, *, rng, epochs, patience=None, progress=True, **options):
    """`train` to the end, under a progress bar; returns the History.          [Lectures: W17, U26]

    patience    stop early, after so many epochs without a new minimum of the dev loss, and go back to the best weights
    progress    False shows no bar    options: all others of `train`
    Raises      as train; ValueError for patience without a dev set.
    """
    if patience is not None and options.get("dev") is None:
        raise ValueError("patience: wanted dev=(x, y) with it, to see when to stop")
    records = train(network, loss, optimizer, x, y, rng=rng, epochs=epochs, **options)
    stopping = EarlyStopping(network, patience) if patience is not None else None
    history = History()
    with _progress_bar(epochs, progress) as bar:
        for record in records:
            history.append(record)
            shown = {name: getattr(record, name) for name in ("loss", "score", "dev_loss", "dev_score")}
            bar.set_postfix({name: f"{value:.4g}" for name, value in shown.items() if value is not None})
            bar.update()
            if stopping is not None and stopping(record.dev_loss):
                break
    if stopping is not None:
        stopping.restore()
    return history


def predict(network, x, batch_size=512):
    """network.forward(x), so many examples at a time: the memory it needs does not grow with N.          [Lectures: W20, W22]"""
    x = np.asarray(x)
    parts = [network.forward(x[start : start + batch_size]) for start in range(0, max(len(x), 1), batch_size)]
    if isinstance(parts[0], tuple):  # one array for each head
        return tuple(np.concatenate(head) for head in zip(*parts, strict=True))
    return np.concatenate(parts)


def evaluate(network, loss, x, y, score=None):
    """(loss, score) of predictions; score is None unless a function score(pred, y) was given.          [Lectures: I1]"""
    pred = predict(network, x)
    return loss.forward(pred, y), score(pred, y) if score else None


def _attached(network, penalties):
    """(penalty, w, dw) for {"0.W": penalty, ...}"""
    found = {path + name: (p, layer.grads[name]) for path, layer in network.walk() for name, p in layer.params.items()}
    if unknown := set(penalties) - set(found):
        raise ValueError(f"penalties: wanted names from {', '.join(found)}; got {', '.join(sorted(unknown))}")
    for name, penalty in penalties.items():
        if isinstance(penalty, MaxNorm):
            raise ValueError(
                f"penalties: {penalty!r} for {name} is a wall, it has no gradient to follow. Let it cut after each step: "
                f"after_step=lambda: proximal_step({{{name!r}: {penalty!r}}}, parameters(network), 1)"
            )
    return [(penalty, *found[name]) for name, penalty in penalties.items()]


def _progress_bar(epochs, progress):
    from tqdm.auto import tqdm

    # never on stderr: nbgrader takes any text there for a failure
    return tqdm(total=epochs, desc="training", unit="epoch", disable=not progress, file=sys.stdout)
