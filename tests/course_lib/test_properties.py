"""Laws that hold for whole families of layers and losses, whatever the numbers."""

import copy

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.layers import Dropout, GaussianNoise, MaskingNoise, SpatialDropout, VanillaDropout
from course_lib.optim import step_size
from tests.course_lib.test_layer_contract import CASES as LAYERS
from tests.course_lib.test_loss_contract import CASES as LOSSES

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=8)  # for each of some sixty layers
every_layer = pytest.mark.parametrize("case", LAYERS, ids=lambda case: case.name)

# y - f(0) is linear in x: with the weights, and the mask, held
LINEAR = [
    case
    for case in LAYERS
    if case.name.startswith(("Dense", "Conv2d", "AvgPool2d", "GlobalAvgPool2d", "Flatten", "Reshape", "Identity"))
    or case.name in ("SharedDense", "Dropout", "VanillaDropout", "SpatialDropout", "MaskingNoise", "GaussianNoise")
]


def float64(case, seed):
    """A layer of its own, and the generator that goes on with x."""
    rng = np.random.default_rng(seed)
    return case.make(rng).astype(np.float64), rng


def grads(layer):
    return [g.copy() for _, inner in layer.walk() for g in inner.grads.values()]


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-11 * max(1, np.max(np.abs(b), initial=0)))


@every_layer
@few
@given(seeds, st.integers(1, 6), st.data())
def test_at_prediction_every_example_stands_alone(case, seed, n, data):
    """Permutation equivariance, and more: any examples in any order, also twice, give what each gives alone."""
    layer, rng = float64(case, seed)
    x = rng.standard_normal((n, *case.shape[1:]))
    chosen = data.draw(st.lists(st.integers(0, n - 1), max_size=7))
    index = np.array(chosen, int)
    close(layer.forward(x[index]), layer.forward(x)[index])


@every_layer
@few
@given(seeds, st.integers(2, 6), st.data())
def test_in_training_a_permuted_batch_gives_permuted_errors_and_the_same_gradients(case, seed, n, data):
    layer, rng = float64(case, seed)
    if any(hasattr(inner, "rng") for _, inner in layer.walk()):
        return  # an example and its random number belong together: only the distribution is equivariant
    x = rng.standard_normal((n, *case.shape[1:]))
    order = np.array(data.draw(st.permutations(range(n))))
    twin, y = copy.deepcopy(layer), layer.forward(x, training=True)
    dy = rng.standard_normal(y.shape)
    close(twin.forward(x[order], training=True), y[order])
    close(twin.backward(dy[order]), layer.backward(dy)[order])
    for ours, theirs in zip(grads(layer), grads(twin), strict=True):
        close(ours, theirs)


@every_layer
@few
@given(seeds, st.floats(-3, 3), st.floats(-3, 3))
def test_backward_is_linear_in_dy(case, seed, a, b):
    """It is a product with a Jacobian, for dx and for every parameter."""
    layer, rng = float64(case, seed)
    twins = [layer, copy.deepcopy(layer), copy.deepcopy(layer)]
    x = rng.standard_normal(case.shape)
    y, _, _ = (twin.forward(x, training=True) for twin in twins)
    p, q = rng.standard_normal((2, *y.shape))
    dx = [twin.backward(dy) for twin, dy in zip(twins, (p, q, a * p + b * q), strict=True)]
    close(dx[2], a * dx[0] + b * dx[1])
    for by_p, by_q, by_both in zip(*map(grads, twins), strict=True):
        close(by_both, a * by_p + b * by_q)


@pytest.mark.parametrize("case", LINEAR, ids=lambda case: case.name)
@few
@given(seeds)
def test_backward_is_the_adjoint_of_forward(case, seed):
    """<A x, y> = <x, A' y>"""
    layer, rng = float64(case, seed)
    at_0 = copy.deepcopy(layer)
    x = rng.standard_normal(case.shape)
    Ax = layer.forward(x, training=True) - at_0.forward(np.zeros_like(x), training=True)
    y = rng.standard_normal(Ax.shape)
    assert np.vdot(Ax, y) == pytest.approx(np.vdot(x, layer.backward(y)), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize(
    "make",
    [
        lambda p, rng: Dropout(p, rng=rng),
        lambda p, rng: VanillaDropout(p, rng=rng),
        lambda p, rng: SpatialDropout(p, rng=rng),
        lambda p, rng: GaussianNoise(p, rng=rng),
    ],
    ids=["Dropout", "VanillaDropout", "SpatialDropout", "GaussianNoise"],
)
@given(st.floats(0, 0.9), seeds)
def test_training_is_prediction_on_average(make, p, seed):
    """C12, L8: E[f(x)] over the noise is what f says at test. (Not for MaskingNoise: its holes are the task.)"""
    n = 40_000
    layer, x = make(p, np.random.default_rng(seed)), np.full((n, 1), 2.0)
    spread = {"GaussianNoise": p, "VanillaDropout": 2 * np.sqrt(p * (1 - p))}
    std = spread.get(type(layer).__name__, 2 * np.sqrt(p / (1 - p)))
    error = layer.forward(x, training=True).mean() - layer.forward(x)[0, 0]
    assert abs(error) <= 6 * std / np.sqrt(n) + 2**-14 / (1 - p)  # p counts in steps of 2^-16


def test_masking_noise_is_not_made_up_for():
    y = MaskingNoise(0.3, rng=np.random.default_rng(0)).forward(np.ones((10_000, 1)), training=True)
    assert y.mean() == pytest.approx(0.7, abs=0.03)


@pytest.mark.parametrize("case", LOSSES, ids=lambda case: case.name)
@few
@given(seeds, st.integers(1, 6), st.data())
def test_a_loss_does_not_care_for_the_order_of_the_examples(case, seed, n, data):
    pred, target = case.draw(np.random.default_rng(seed), n)
    order = np.array(data.draw(st.permutations(range(n))))
    value, gradient = case.loss.forward(pred, target), case.loss.backward()
    assert case.loss.forward(pred[order], target[order]) == pytest.approx(value)
    close(case.loss.backward(), gradient[order])


@pytest.mark.parametrize("case", [c for c in LOSSES if c.name.startswith("SoftmaxCrossEntropy")], ids=lambda c: c.name)
@few
@given(seeds, st.floats(-1e3, 1e3))
def test_a_shift_of_all_logits_is_not_seen_by_the_loss(case, seed, shift):
    pred, target = case.draw(np.random.default_rng(seed), 4)
    value, gradient = case.loss.forward(pred, target), case.loss.backward()
    assert case.loss.forward(pred + shift, target) == pytest.approx(value, abs=1e-11)
    np.testing.assert_allclose(case.loss.backward(), gradient, atol=1e-12)
    np.testing.assert_allclose(gradient.sum(axis=-1), 0, atol=1e-15)  # no step along the shift


@given(seeds, st.integers(3, 30))
def test_the_line_that_babysit_judges_by_is_scipys(seed, n):
    """U15: slope and standard error, of n - 2 degrees of freedom."""
    y = np.random.default_rng(seed).normal(size=n)
    line = scipy.stats.linregress(np.arange(n), y)
    assert step_size._line(y) == pytest.approx((line.slope, line.stderr), rel=1e-9, abs=1e-12)
