"""What every loss promises, over one table. A new loss needs one line in CASES."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

import course_lib.losses
from course_lib.gradcheck import check_loss
from course_lib.losses import (
    BinaryCrossEntropy,
    GaussianKL,
    GaussianNLL,
    HeteroscedasticNLL,
    Hinge,
    Huber,
    Loss,
    MixtureDensityNLL,
    MultiTask,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
    SquaredError,
)
from course_lib.losses.regression import FACTORS


@dataclass(frozen=True)
class LossCase:
    """loss: what is tested    draw: (rng, N) -> a prediction and a target    over: what the loss is divided by, N or nothing"""

    name: str
    loss: Loss
    draw: Callable[[np.random.Generator, int], tuple[np.ndarray, np.ndarray]]
    over: str = "N"


def numbers(*shape):
    return lambda rng, n: (rng.normal(size=(n, *shape)), rng.normal(size=(n, *shape)))


def scores_and_signs(*shape):
    return lambda rng, n: (2 * rng.normal(size=(n, *shape)), rng.choice([-1, 1], (n, *shape)))


def parameters_and_numbers(n_parameters, *shape):
    """For losses of densities, which take several numbers for one that is predicted."""
    return lambda rng, n: (rng.normal(size=(n, *shape[:-1], n_parameters)), rng.normal(size=(n, *shape)))


def probabilities(*shape):
    return lambda rng, n: (rng.uniform(0.05, 0.95, (n, *shape)), rng.integers(0, 2, (n, *shape)))


def logits_and_bits(*shape):
    return lambda rng, n: (3 * rng.normal(size=(n, *shape)), rng.integers(0, 2, (n, *shape)))


def logits_and_classes(*shape):
    return lambda rng, n: (3 * rng.normal(size=(n, *shape)), rng.integers(0, shape[-1], (n, *shape[:-1])))


def logits_and_one_hot(rng, n):
    return 3 * rng.normal(size=(n, 4)), np.eye(4)[rng.integers(0, 4, n)]


def logits_and_soft(rng, n):
    return 3 * rng.normal(size=(n, 4)), rng.dirichlet(np.ones(4), n)


CASES = [
    *(
        LossCase(f"SquaredError {factor}", SquaredError(factor), numbers(3), "" if "sum" in factor else "N")
        for factor in FACTORS
    ),
    LossCase("SquaredError of one number each", SquaredError(), numbers()),
    LossCase("SquaredError of images", SquaredError(), numbers(2, 3, 4)),
    LossCase("BinaryCrossEntropy", BinaryCrossEntropy(), probabilities()),
    LossCase("BinaryCrossEntropy of labels", BinaryCrossEntropy(), probabilities(3)),
    LossCase("SigmoidCrossEntropy", SigmoidCrossEntropy(), logits_and_bits()),
    LossCase("SigmoidCrossEntropy of labels", SigmoidCrossEntropy(), logits_and_bits(3)),
    LossCase("SoftmaxCrossEntropy of classes", SoftmaxCrossEntropy(), logits_and_classes(5)),
    LossCase("SoftmaxCrossEntropy of sequences", SoftmaxCrossEntropy(), logits_and_classes(3, 5)),
    LossCase("SoftmaxCrossEntropy one-hot", SoftmaxCrossEntropy(), logits_and_one_hot),
    LossCase("SoftmaxCrossEntropy soft", SoftmaxCrossEntropy(), logits_and_soft),
    LossCase("GaussianNLL", GaussianNLL(), numbers()),
    LossCase("GaussianNLL of images, with another sigma", GaussianNLL(0.3), numbers(2, 3, 4)),
    LossCase("HeteroscedasticNLL", HeteroscedasticNLL(), parameters_and_numbers(6, 3)),
    LossCase("HeteroscedasticNLL of sequences", HeteroscedasticNLL(), parameters_and_numbers(4, 5, 2)),
    LossCase("MixtureDensityNLL", MixtureDensityNLL(), parameters_and_numbers(9, 1)),
    LossCase("MixtureDensityNLL in 2 dimensions", MixtureDensityNLL(4), parameters_and_numbers(16, 2)),
    LossCase("Huber", Huber(), numbers(3)),
    LossCase("Huber with another delta", Huber(0.2), numbers()),
    LossCase("Hinge", Hinge(), scores_and_signs()),
    LossCase("Hinge of labels", Hinge(), scores_and_signs(3)),
]
# GaussianKL has no target, MultiTask has several: what they promise is in losses/test_gaussian.py and test_multitask.py
OTHERS = {GaussianKL, MultiTask}

every_loss = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture
def rng():
    return np.random.default_rng(489)


def test_every_loss_is_in_the_table():
    exported = {value for value in vars(course_lib.losses).values() if inspect.isclass(value)}
    concrete = {loss for loss in exported if issubclass(loss, Loss) and not inspect.isabstract(loss)}
    assert concrete == {type(case.loss) for case in CASES} | OTHERS


@every_loss
@pytest.mark.parametrize("n", [1, 6])
def test_the_gradient_is_that_of_central_differences(case, n, rng):
    assert check_loss(case.loss, *case.draw(rng, n)) < 1e-6


@every_loss
def test_it_is_the_mean_over_the_batch(case, rng):
    """Every example twice: a mean stays, and its gradient is shared out; a sum doubles, and its gradient stays."""
    pred, target = case.draw(rng, 5)
    once, gradient = case.loss.forward(pred, target), case.loss.backward()
    twice = case.loss.forward(np.concatenate([pred, pred]), np.concatenate([target, target]))
    k = 1 if case.over == "N" else 2
    assert twice == pytest.approx(k * once)
    np.testing.assert_allclose(case.loss.backward()[5:], k * gradient / 2)


@every_loss
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_loss_is_a_float_and_the_gradient_keeps_the_dtype(case, dtype, rng):
    pred, target = case.draw(rng, 6)
    value = case.loss.forward(pred.astype(dtype), target)  # float64 targets must not leak into a float32 net
    assert type(value) is float
    gradient = case.loss.backward()
    assert gradient.dtype == dtype
    assert gradient.shape == pred.shape
    assert value == pytest.approx(case.loss.forward(pred, target), rel=1e-5)


@every_loss
def test_arguments_are_never_changed(case, rng):
    pred, target = case.draw(rng, 6)
    before = pred.copy(), target.copy()
    pred.flags.writeable = target.flags.writeable = False
    case.loss.forward(pred, target)
    case.loss.backward()[...] = 0.0  # the gradient is the caller's own
    np.testing.assert_array_equal(pred, before[0])
    np.testing.assert_array_equal(target, before[1])


@every_loss
def test_backward_works_once_and_belongs_to_the_last_forward(case, rng):
    with pytest.raises(RuntimeError, match="backward needs forward"):
        type(case.loss)().backward()
    first, second = case.draw(rng, 6), case.draw(rng, 4)
    case.loss.forward(*second)
    expected = case.loss.backward()
    case.loss.forward(*first)
    case.loss.forward(*second)
    np.testing.assert_array_equal(case.loss.backward(), expected)
    with pytest.raises(RuntimeError, match=type(case.loss).__name__):
        case.loss.backward()


@every_loss
@pytest.mark.parametrize(
    "reshape",
    [lambda t: t[..., None], lambda t: t[None], lambda t: t[:1], lambda t: t[0], lambda t: t.reshape(-1)[0]],
    ids=["one axis more", "an axis in front", "one example", "no batch", "a number"],
)
def test_shapes_that_would_broadcast_are_refused(case, reshape, rng):
    pred, target = case.draw(rng, 6)
    with pytest.raises(ValueError, match=r"target: wanted .*, got .*\("):
        case.loss.forward(pred, reshape(target))


@every_loss
def test_a_column_against_a_row_is_refused(case, rng):
    pred, target = case.draw(rng, 6)
    if pred.shape == target.shape:
        with pytest.raises(ValueError, match=r"wanted .* got .*\("):
            case.loss.forward(pred[..., None], target)
        with pytest.raises(ValueError, match=r"wanted .* got .*\("):
            case.loss.forward(pred[:1], target)


@every_loss
def test_an_empty_batch_has_no_mean(case, rng):
    pred, target = case.draw(rng, 6)
    with pytest.raises(ValueError, match="at least one example"):
        case.loss.forward(pred[:0], target[:0])


@every_loss
@pytest.mark.parametrize("wrong", ["words", None, 1 + 2j, 0.5])
def test_a_prediction_that_is_no_batch_of_numbers_is_refused(case, wrong, rng):
    name = next(iter(inspect.signature(case.loss.forward).parameters))
    with pytest.raises((TypeError, ValueError), match=f"^{name}: wanted"):
        case.loss.forward(wrong, case.draw(rng, 6)[1])


@every_loss
def test_memory_layout_does_not_matter(case, rng):
    pred, target = case.draw(rng, 6)
    odd = case.loss.forward(np.asfortranarray(pred)[::2], target[::2]), case.loss.backward()
    usual = case.loss.forward(pred[::2].copy(), target[::2].copy()), case.loss.backward()
    assert odd[0] == pytest.approx(usual[0])
    np.testing.assert_allclose(odd[1], usual[1])


@every_loss
def test_the_repr_names_the_loss(case):
    assert repr(case.loss).startswith(f"{type(case.loss).__name__}(")


def test_losses_on_logits_say_so():
    argument = {type(case.loss): next(iter(inspect.signature(case.loss.forward).parameters)) for case in CASES}
    assert [loss.__name__ for loss, name in argument.items() if name == "logits"] == [
        "SigmoidCrossEntropy",
        "SoftmaxCrossEntropy",
    ]


def test_the_contract_notices_a_wrong_gradient(rng):
    class NotDivided(SquaredError):
        def backward(self):
            return 6 * super().backward()

    assert check_loss(NotDivided(), *numbers(3)(rng, 6)) == pytest.approx(5 / 6, rel=1e-6)
