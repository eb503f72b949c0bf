"""Huge and tiny numbers, one class, no examples: right, or an error that says what was wanted; never a warning (pytest makes them errors)."""

import inspect

import numpy as np
import pytest

from course_lib import data
from course_lib.arrays import logsumexp, one_hot
from course_lib.layers import (
    elu,
    gelu,
    leaky_relu,
    log_softmax,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from course_lib.losses import BinaryCrossEntropy, SoftmaxCrossEntropy, SquaredError, smooth_labels
from course_lib.training import accuracy, confusion, error_correlation, roc_auc, vote
from tests.course_lib.test_layer_contract import CASES as LAYERS
from tests.course_lib.test_loss_contract import CASES as LOSSES

# The largest have squares that their dtype can hold, with room for a sum.
SIZES = [(np.float32, size) for size in (0.0, 1e-40, 1e-30, 1e4, 1e15)]
SIZES += [(np.float64, size) for size in (0.0, 1e-310, 1e-200, 1e4, 1e150)]
sizes = pytest.mark.parametrize(("dtype", "size"), SIZES, ids=lambda value: getattr(value, "__name__", str(value)))

# What these return is as large as what they are given: every number of the dtype has its answer.
KEEP_THE_RANGE = {
    *("Identity", "Sigmoid", "Tanh", "ReLU", "ReLU of images", "LeakyReLU", "LeakyReLU with another slope", "Softplus"),
    *("ELU", "ELU with another alpha", "GELU", "SiLU", "Softmax", "MaxPool2d", "MaxPool2d with a rest", "Flatten"),
    *("MaxPool2d overlapping", "AvgPool2d", "AvgPool2d overlapping", "GlobalAvgPool2d", "Reshape", "VanillaDropout"),
    *("GaussianNoise", "MaskingNoise", "Softmax over the last axis"),
}
ACTIVATIONS = [sigmoid, tanh, relu, leaky_relu, softplus, elu, silu, gelu]


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def passes(layer, x):
    y = layer.forward(x, training=True)
    dx = layer.backward(np.ones_like(y))
    return [y, dx, layer.forward(x), *(g for _, inner in layer.walk() for g in inner.grads.values())]


# --- layers -----------------------------------------------------------------------------------------------------------


@sizes
@pytest.mark.parametrize("constant", [False, True], ids=["scattered", "constant"])
@pytest.mark.parametrize("case", LAYERS, ids=lambda case: case.name)
def test_layers(case, constant, dtype, size, rng):
    x = size * (np.ones(case.shape) if constant else rng.uniform(-1, 1, case.shape))
    for result in passes(case.make(rng).astype(dtype), x.astype(dtype)):
        assert result.dtype == dtype
        assert np.isfinite(result).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("case", [c for c in LAYERS if c.name in KEEP_THE_RANGE], ids=lambda case: case.name)
def test_the_largest_numbers_of_all(case, sign, dtype, rng):
    x = np.full(case.shape, sign * 0.99 * np.finfo(dtype).max)  # a mean of several may round up
    results = passes(case.make(rng).astype(dtype), x)
    for result in results:
        assert np.isfinite(result).all()
    if "Pool" in case.name:
        np.testing.assert_allclose(results[0], x.flat[0], rtol=1e-6)


def test_the_names_are_those_of_the_contract():
    assert {case.name for case in LAYERS} >= KEEP_THE_RANGE


@pytest.mark.parametrize("kind", ["BatchNorm1d", "BatchNorm2d", "LayerNorm"])
def test_what_can_not_be_squared_is_refused_where_it_must_be(kind, rng):
    (case,) = (case for case in LAYERS if case.name == kind)
    with pytest.raises(
        ValueError, match=rf"{kind}\(\d\): x: wanted numbers whose squares fit into float32, got 1e\+30"
    ):
        case.make(rng).forward(np.where(rng.uniform(size=case.shape) < 0.5, 1e30, -1e30), training=True)


# --- functions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("f", [*ACTIVATIONS, softmax, log_softmax, logsumexp], ids=lambda f: f.__name__)
@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.uint64, np.bool_])
def test_short_and_unsigned_integers_are_numbers_like_others(f, kind):
    """-x of an unsigned 1 is the largest number there is, and e^x of an int8 a float16."""
    x = np.array([[0, 1, 3, 100, -100 if kind == np.int8 else 120]]).astype(kind)
    result = f(x)
    assert result.dtype.kind != "f" or result.dtype == np.float64
    np.testing.assert_allclose(result, f(x.astype(np.float64)), rtol=1e-12)


@pytest.mark.parametrize("f", ACTIVATIONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_at_both_infinities_activations_have_their_limits(f, dtype):
    below = {tanh: -1, elu: -1, leaky_relu: -np.inf}.get(f, 0)
    above = 1 if f in (sigmoid, tanh) else np.inf
    np.testing.assert_array_equal(f(np.array([-np.inf, np.inf], dtype)), [below, above])


@pytest.mark.parametrize("f", [softmax, log_softmax])
def test_no_classes_are_refused_no_examples_are_not(f):
    assert f(np.ones((0, 3))).shape == (0, 3)
    for x in (np.ones((3, 0)), np.float64(1)):
        with pytest.raises(ValueError, match="x: wanted at least one class along axis -1, got shape"):
            f(x)


# --- losses -----------------------------------------------------------------------------------------------------------


@sizes
@pytest.mark.parametrize("case", [c for c in LOSSES if type(c.loss) is not BinaryCrossEntropy], ids=lambda c: c.name)
def test_losses(case, dtype, size, rng):
    """A loss may be inf, where a predicted variance rules out what happened; nothing is ever nan."""
    pred, target = case.draw(rng, 6)
    pred = (size * pred / np.abs(pred).max()).astype(dtype)
    value, gradient = case.loss.forward(pred, target), case.loss.backward()
    assert gradient.dtype == dtype
    if case.name.startswith(("Heteroscedastic", "Mixture")) and size > 1:
        assert not np.isnan(value) and not np.isnan(gradient).any()
    else:
        assert np.isfinite(value) and np.isfinite(gradient).all()


@pytest.mark.parametrize("logit", [-1e4, 1e4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "case", [c for c in LOSSES if "Entropy" in c.name and "Binary" not in c.name], ids=lambda c: c.name
)
def test_logits_of_ten_thousand(case, logit, dtype, rng):
    """The loss is as large as the logit or 0, and the gradient is never more than that of one certain mistake."""
    pred, target = case.draw(rng, 6)
    pred = np.where(pred > 0, logit, -logit).astype(dtype)
    value, gradient = case.loss.forward(pred, target), case.loss.backward()
    assert 0 <= value <= 2e4 * pred[0].size
    assert np.abs(gradient).max() <= 1 / 6 + 1e-6


@pytest.mark.parametrize(("dtype", "size"), [(np.float32, 1e30), (np.float64, 1e200)])
def test_a_squared_error_beyond_all_floats_is_inf(dtype, size):
    loss = SquaredError()
    assert loss.forward(np.full((2, 3), size, dtype), np.zeros((2, 3))) == np.inf
    np.testing.assert_allclose(loss.backward(), size, rtol=1e-6)


# --- one class --------------------------------------------------------------------------------------------------------


def test_where_there_is_one_class_it_is_certain(rng):
    logits, labels = rng.normal(size=(4, 1)), np.zeros(4, int)
    loss = SoftmaxCrossEntropy()
    for target in (labels, np.ones((4, 1)), smooth_labels(labels, 1)):
        assert loss.forward(logits, target) == 0
        np.testing.assert_array_equal(loss.backward(), 0)
    np.testing.assert_array_equal(softmax(logits), 1)
    np.testing.assert_array_equal(log_softmax(logits), 0)
    np.testing.assert_array_equal(one_hot(labels, 1), 1)
    assert accuracy(logits, labels) == 1
    np.testing.assert_array_equal(confusion(labels, labels, 1), [[4]])
    np.testing.assert_array_equal(vote(np.zeros((3, 4), int)), labels)
    assert np.isnan(error_correlation(np.zeros((2, 4), int), labels)).all()
    assert [len(part) for part in data.train_dev_test_split(10, rng=rng, labels=np.zeros(10))] == [6, 2, 2]
    with pytest.raises(ValueError, match="positive: wanted 4 marks of both kinds, got 4 of 4"):
        roc_auc(logits[:, 0], np.ones(4))


# --- data -------------------------------------------------------------------------------------------------------------

SCALERS = [
    c for _, c in inspect.getmembers(data, inspect.isclass) if issubclass(c, data.Scaler) and c is not data.Scaler
]


@pytest.mark.parametrize(
    ("dtype", "size"),
    [(np.float32, s) for s in (1e-35, 1e-20, 1e15, 1e30)] + [(np.float64, s) for s in (1e-300, 1e-180, 1e180, 1e300)],
)
@pytest.mark.parametrize("make", SCALERS)
def test_scalers_do_not_care_for_the_unit(make, dtype, size, rng):
    x = rng.uniform(-1, 1, (30, 3))
    usual, odd = make().fit(x), make().fit((size * x).astype(dtype))
    z = odd.transform((size * x).astype(dtype))
    unit = size if make is data.PCA else 1
    tolerance = 1e-5 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(z.astype(np.float64) / unit, usual.transform(x), rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(odd.inverse(z).astype(np.float64) / size, x, rtol=0, atol=tolerance)


@pytest.mark.parametrize("make", SCALERS)
def test_what_lies_a_whole_range_of_floats_apart_is_refused(make):
    x = np.array([[1.7e308, 0.0], [-1.7e308, 1.0]])
    with pytest.raises(ValueError, match=r"x: wanted numbers not so near to the ends of float64, got up to 1\.7e\+308"):
        make().fit(x)


def test_every_scaler_is_tried():
    assert {make.__name__ for make in SCALERS} == {"Standardizer", "MinMax", "PCA", "PCAWhitening", "ZCAWhitening"}
