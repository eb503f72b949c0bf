"""Many models that err differently are right together more often than one."""

import copy

import numpy as np

from course_lib.arrays import check_array, check_labels, check_rng, check_size
from course_lib.data import bootstrap
from course_lib.training.loop import predict


def vote(labels, weights=None):
    """The class with the largest sum of weights, for each example; ties go to the smaller class.          [Lectures: W18]

    labels: (M, N) classes that M models chose    weights: (M,) at least 0, equal if not given    voted: (N,)
    Raises    ValueError if there is no model, or weights are not (M,), negative or all 0.
    """
    labels = np.asarray(labels)
    if labels.ndim != 2:
        raise ValueError(f"labels: wanted shape (M, N), got {labels.shape}")
    weights = _weights(weights, len(labels))
    n_classes = int(labels.max(initial=0)) + 1
    chosen = check_labels("labels", labels, n_classes)[:, :, None] == np.arange(n_classes)
    return np.argmax(np.tensordot(weights, chosen, 1), axis=1)  # argmax_k sum_m w_m [label_m = k]


def average(predictions, weights=None):
    """The weighted mean over the models: of probabilities, or of regressions.          [Lectures: W18, W20, L9]

    predictions: (M, N, ...)    weights: (M,)    averaged: (N, ...)
    Raises    as vote.
    """
    predictions = check_array("predictions", predictions)
    if predictions.ndim < 2:
        raise ValueError(f"predictions: wanted shape (M, N, ...), got {predictions.shape}")
    weights = _weights(weights, len(predictions)).astype(predictions.dtype)
    return np.tensordot(weights, predictions, 1)  # sum_m w_m p_m


def bagging(train_one, n, n_models, *, rng):
    """Train every model on a bootstrap of its own: [(model, left_out), ...].          [Lectures: W18; Breiman 1996]

    train_one(drawn, rng)    returns a model trained on the examples with these (n,) indices
    left_out                 the indices that it never saw: a dev set for free
    Raises    ValueError if n or n_models is under 1, TypeError if rng is no numpy Generator.
    """
    models = []
    for own in check_rng(rng).spawn(check_size("n_models", n_models)):
        drawn, left_out = bootstrap(n, rng=own)
        models.append((train_one(drawn, own), left_out))
    return models


def snapshots(records, network, every):
    """The network's weights at the end of each cycle of a cyclic learning rate: an ensemble for the price of one training.

    records    what `train` yields; it is run to its end    every: epochs of a cycle    returns [network.snapshot(), ...]
    Raises     ValueError if `every` is under 1.          [Lectures: W18; Huang et al. 2017]
    """
    every = check_size("every", every)
    return [network.snapshot() for record in records if record.epoch % every == 0]


def predictions(network, snapshots, x):
    """What a network says about x with each of its snapshots, (M, N, ...); the network itself stays as it is.          [Lectures: W18]

    Raises    ValueError if a snapshot is of another network.
    """
    network, said = copy.deepcopy(network), []
    for snapshot in snapshots:
        network.load(snapshot)
        said.append(predict(network, x))
    return np.stack(said)


def error_correlation(labels, target):
    """How much two models err on the same examples: correlations of [label != target].          [Lectures: W18]

    labels: (M, N)    target: (N,)    correlation: (M, M), 1 on the diagonal; nan for a model that errs always or never
    Raises    ValueError if the shapes do not fit or there are no examples.
    """
    labels, target = np.asarray(labels), np.asarray(target)
    if labels.ndim != 2 or target.shape != labels.shape[1:] or target.size == 0:
        raise ValueError(f"labels, target: wanted shapes (M, N) and (N,), got {labels.shape} and {target.shape}")
    wrong = (labels != target).astype(np.float64)
    wrong -= wrong.mean(axis=1, keepdims=True)
    std = np.sqrt(np.mean(wrong**2, axis=1, keepdims=True))
    z = np.divide(wrong, std, out=np.full_like(wrong, np.nan), where=std > 0)
    return z @ z.T / target.size


def _weights(weights, n_models):
    """Weights of sum 1."""
    if n_models == 0:
        raise ValueError("wanted at least one model, got none")
    weights = check_array("weights", np.ones(n_models) if weights is None else weights, (n_models,), np.float64)
    if not (np.all(weights >= 0) and 0 < np.sum(weights) < np.inf):
        raise ValueError(f"weights: wanted numbers of at least 0, not all of them 0, got {weights}")
    return weights / np.sum(weights)
