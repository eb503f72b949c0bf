"""Searching a step size, and advice about one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.optim import SGD, babysit, bottou_step_size


@given(st.floats(1e-4, 1e4), st.floats(1e-3, 10), st.floats(1.5, 10))
def test_it_ends_within_one_factor_of_the_minimum(best, start, factor):
    found = bottou_step_size(lambda lr: (math.log(lr) - math.log(best)) ** 2, start, factor, max_trials=100)
    assert abs(math.log(found / best)) <= math.log(factor) / 2 + 1e-9


def test_it_doubles_or_halves_and_a_good_start_costs_three():
    tried = []
    assert bottou_step_size(lambda lr: tried.append(lr) or abs(math.log(lr)), 1.0) == 1.0
    assert tried == [1.0, 2.0, 0.5]
    tried.clear()
    assert bottou_step_size(lambda lr: tried.append(lr) or abs(math.log(lr / 8)), 1.0) == 8
    assert tried == [1, 2, 4, 8, 16]
    tried.clear()
    assert bottou_step_size(lambda lr: tried.append(lr) or abs(math.log(8 * lr)), 1.0) == 0.125
    assert tried == [1, 2, 0.5, 0.25, 0.125, 0.0625]


@pytest.mark.parametrize("broken", [math.inf, math.nan])
def test_from_steps_that_diverge_it_comes_down(broken):
    found = bottou_step_size(lambda lr: broken if lr > 0.01 else (math.log(lr / 0.001)) ** 2, start=10.0)
    assert 0.0007 < found < 0.0014


def test_on_a_few_examples_it_finds_a_rate_that_serves_all():
    """U16, steps 1 to 3, for a linear regression."""
    rng = np.random.default_rng(16)
    x = rng.normal(size=(1000, 5)) * [1, 1, 2, 2, 3]
    y = x @ np.arange(5.0) + 0.1 * rng.normal(size=1000)

    def error_after(lr, x, y, epochs=3):
        theta, optimizer = np.zeros(5), SGD(lr)
        with np.errstate(all="ignore"):  # some of these rates are meant to diverge
            try:
                for _ in range(epochs):
                    for xn, yn in zip(x, y, strict=True):
                        optimizer.step(theta, (theta @ xn - yn) * xn)
            except FloatingPointError:
                return math.inf
            return np.mean((x @ theta - y) ** 2)

    few = rng.choice(1000, 50, replace=False)
    lr = bottou_step_size(lambda lr: error_after(lr, x[few], y[few]), start=10.0)
    assert 1e-3 < lr < 0.1
    assert error_after(lr, x, y, epochs=1) < 0.1
    assert error_after(100 * lr, x, y, epochs=1) > 1e3


def test_a_search_without_an_end_says_so():
    with pytest.raises(
        ValueError, match=r"error_after: wanted an error with a minimum near 0.1, got inf .* after 10 trials"
    ):
        bottou_step_size(lambda lr: math.nan, max_trials=10)
    with pytest.raises(ValueError, match="after 40 trials"):
        bottou_step_size(lambda lr: -lr)
    with pytest.raises(ValueError, match="factor: wanted a number above 1, got 1"):
        bottou_step_size(abs, factor=1)
    with pytest.raises(ValueError, match="start: wanted a number above 0, got 0"):
        bottou_step_size(abs, start=0)


# --- babysitting ------------------------------------------------------------------------------------------------------


@pytest.fixture
def noise():
    return np.random.default_rng(15).normal(size=100)


def test_what_falls_is_left_alone(noise):
    for errors in (np.linspace(2, 1, 20), np.exp(-np.arange(30) / 10), 5 - 0.1 * np.arange(30) + 0.05 * noise[:30]):
        advice = babysit(errors, 0.1)
        assert (advice.action, advice.lr) == ("keep", 0.1)
        assert "decreases" in advice.reason


def test_what_stands_or_rises_wants_a_smaller_step(noise):
    for errors in (np.ones(20), np.linspace(1, 1.5, 20), 1 + 0.1 * noise, [3, 2] * 10):
        advice = babysit(errors, 0.1)
        assert (advice.action, advice.lr) == ("lower", 0.05)
        assert "does not decrease" in advice.reason


def test_only_the_window_counts():
    errors = [*np.linspace(10, 1, 50), *np.ones(10)]
    assert babysit(errors, 0.1).action == "lower"
    assert babysit(errors, 0.1, window=30).action == "keep"


@pytest.mark.parametrize("errors", [[1.0, math.nan], [1.0, math.inf, 0.5], [1.0, 2.0, 50.0], [math.nan]])
def test_what_explodes_starts_again(errors):
    advice = babysit(errors, 0.1)
    assert (advice.action, advice.lr) == ("restart", pytest.approx(0.01))
    assert "too long" in advice.reason


@pytest.mark.parametrize("errors", [[], [1.0], list(range(9, 0, -1))])
def test_too_few_errors_say_nothing(errors):
    assert babysit(errors, 0.1).action == "wait"


@given(st.floats(1e-100, 1e100))
def test_the_unit_of_the_error_does_not_matter(unit):
    for errors in (np.linspace(2, 1, 20), np.ones(20), 1 + 0.1 * np.sin(np.arange(20))):
        assert babysit(unit * errors, 0.1).action == babysit(errors, 0.1).action


def test_noise_alone_is_seldom_taken_for_progress():
    """Two standard errors: about 1 time in 25 for 10 errors."""
    rng = np.random.default_rng(1)
    kept = sum(babysit(1 + 0.1 * rng.normal(size=10), 0.1).action == "keep" for _ in range(1000))
    assert 10 < kept < 80


def test_following_the_advice_gets_below_the_noise_floor():
    """U15: SGD with a fixed step hovers; each halving lets it sink deeper."""
    rng, optimizer = np.random.default_rng(0), SGD(0.5)
    theta, errors, lowered, everything = np.array([5.0]), [], 0, []
    for step in range(4000):
        optimizer.step(theta, theta + rng.normal(size=1))
        if step % 10 == 9:
            errors.append(float(theta[0] ** 2))
            everything.append(errors[-1])
            advice = babysit(errors, optimizer.lr)
            if advice.action == "lower":
                optimizer.lr, errors, lowered = advice.lr, [], lowered + 1
    assert lowered > 3
    assert np.mean(everything[-50:]) < np.mean(everything[20:70]) / 10


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"errors": [[1.0]]}, r"errors: wanted a list of numbers, got shape \(1, 1\)"),
        ({"factor": 1.0}, "factor: wanted a number between 0 and 1, got 1.0"),
        ({"window": 2}, "window: wanted at least 3 errors"),
        ({"lr": 0}, "lr: wanted a number above 0, got 0"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        babysit(**{"errors": [1.0], "lr": 0.1, **options})
