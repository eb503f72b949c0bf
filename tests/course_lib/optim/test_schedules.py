"""Schedules by torch.optim.lr_scheduler, and the bounds that they keep."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.optim import Constant, Cosine, CosineRestarts, Exponential, InverseTime, StepDecay, WarmUp
from tests.oracles import expected

BY_TORCH = {
    "constant": Constant(0.5),
    "step": StepDecay(0.5, every=7, factor=0.3),
    "inverse_time": InverseTime(0.5, decay=0.2),
    "exponential": Exponential(0.5, factor=0.9),
    "cosine": Cosine(0.5, steps=39, low=0.02),
    "restarts": CosineRestarts(0.5, steps=9, low=0.02),
    "growing_restarts": CosineRestarts(0.5, steps=5, low=0.02, growth=2),
    "warm_up": WarmUp(Constant(0.5), steps=8),
}
positive = st.floats(1e-6, 10)
fraction = st.floats(0.01, 1)
count = st.integers(1, 1000)


@pytest.mark.parametrize("name", BY_TORCH)
def test_forty_rates_are_pytorchs(name):
    rates = [BY_TORCH[name](t) for t in range(40)]
    np.testing.assert_allclose(rates, expected("optimizers.schedules")[name], rtol=1e-10)


@given(positive, fraction, count, st.integers(1, 3), st.integers(0, 10**9))
def test_every_rate_is_from_low_to_lr(lr, fraction, steps, growth, t):
    low = lr * fraction / 2
    for schedule, least in (
        (Constant(lr), lr),
        (StepDecay(lr, steps, fraction), 0),
        (InverseTime(lr, fraction), 0),
        (Exponential(lr, fraction), 0),
        (Cosine(lr, steps, low), low),
        (CosineRestarts(lr, steps, low, growth), low),
        (WarmUp(Constant(lr), steps), 0),
    ):
        assert least * (1 - 1e-12) <= schedule(t) <= lr * (1 + 1e-12)
        assert type(schedule(t)) is float


@given(positive, fraction, count, count)
def test_but_for_restarts_and_warm_up_they_never_rise(lr, fraction, steps, t):
    for schedule in (
        StepDecay(lr, steps, fraction),
        InverseTime(lr, fraction),
        Exponential(lr, fraction),
        Cosine(lr, steps),
    ):
        assert schedule(0) == lr
        assert schedule(t) >= schedule(t + 1)


def test_one_over_t():
    """Robbins and Monro: the sum of the rates has no bound, that of their squares has."""
    rates = np.array([InverseTime(1.0, 1.0)(t) for t in range(100_000)])
    assert rates.sum() == pytest.approx(np.log(100_000) + np.euler_gamma, abs=1e-4)
    assert (rates**2).sum() == pytest.approx(np.pi**2 / 6, abs=1e-4)


def test_w18_each_cycle_ends_low_and_starts_high():
    schedule = CosineRestarts(0.1, steps=10, low=0.001)
    assert [schedule(t) for t in (0, 10, 20, 1000)] == [0.1] * 4
    assert all(schedule(t) < 0.004 for t in (9, 19, 1009))
    growing = CosineRestarts(0.1, steps=10, growth=3)
    assert [t for t in range(200) if growing(t) == 0.1] == [0, 10, 40, 130]


def test_after_its_steps_cosine_stays_low():
    assert Cosine(1.0, 10, 0.25)(10) == Cosine(1.0, 10, 0.25)(10**9) == 0.25
    assert Cosine(1.0, 10)(5) == pytest.approx(0.5)


def test_warm_up_of_another_schedule():
    schedule = WarmUp(Exponential(1.0, 0.5), 4)
    np.testing.assert_allclose([schedule(t) for t in range(6)], [1 / 4, 2 / 8, 3 / 16, 1 / 8, 1 / 16, 1 / 32])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: StepDecay(0.1, 0), "every: wanted at least 1, got 0"),
        (lambda: StepDecay(0.1, 5, 1.5), "factor: wanted a number above 0, at most 1, got 1.5"),
        (lambda: Exponential(0.1, 0), "factor: wanted"),
        (lambda: InverseTime(0.1, -1), "decay: wanted a number of at least 0, got -1"),
        (lambda: Cosine(0.1, 0), "steps: wanted at least 1, got 0"),
        (lambda: Cosine(0.1, 5, 0.2), "low: wanted a number from 0 to lr = 0.1, got 0.2"),
        (lambda: CosineRestarts(0.1, 5, -0.1), "low: wanted"),
        (lambda: CosineRestarts(0.1, 5, growth=0), "growth: wanted at least 1, got 0"),
        (lambda: CosineRestarts(0.1, 0), "steps: wanted at least 1, got 0"),
        (lambda: WarmUp(Constant(0.1), 0), "steps: wanted at least 1, got 0"),
    ],
)
def test_wrong_options_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_warm_up_wants_a_function():
    with pytest.raises(TypeError, match=r"schedule: wanted a function of the step such as Constant\(0.1\), got 0.1"):
        WarmUp(0.1, 5)


def test_schedules_show_what_they_are_and_can_be_saved():
    assert repr(Cosine(0.1, 100)) == "Cosine(lr=0.1, steps=100, low=0.0)"
    for schedule in BY_TORCH.values():
        assert pickle.loads(pickle.dumps(schedule)) == schedule
