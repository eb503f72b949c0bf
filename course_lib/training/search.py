"""Search for hyper-parameters on the dev set: try, and keep what was best."""

import itertools
from dataclasses import dataclass, field

import numpy as np

from course_lib.arrays import check_rng, check_size
from course_lib.training.divergence import Diverged


@dataclass(frozen=True, order=True)
class Trial:
    """One try. value: what the objective returned, smaller is better; params: for which arguments"""

    value: float
    params: dict = field(compare=False)


def random_search(objective, space, n_trials, *, rng):
    """Trials at random points of a space, best first: finds the one parameter that matters sooner than a grid.          [Lectures: U25, I10; Bergstra and Bengio 2012]

    objective(**params)    a number, smaller is better, such as a dev loss; nan, and training that Diverged, count as inf
    space                  {name: draw or list}: draw(rng) such as log_uniform(1e-5, 1), or a list to choose from
    Raises                 ValueError for an empty list or n_trials under 1, TypeError if rng is no numpy Generator.
    """
    check_rng(rng)
    for name, choices in space.items():
        if not callable(choices) and len(choices) == 0:
            raise ValueError(f"{name}: wanted something to choose from, got {choices!r}")
    points = (
        {name: c(rng) if callable(c) else c[rng.integers(len(c))] for name, c in space.items()}
        for _ in range(check_size("n_trials", n_trials))
    )
    return _try_all(objective, points)


def grid_search(objective, grid):
    """Trials at all combinations, best first.          [Lectures: U25]

    grid    {name: list of values}    objective: as in random_search
    """
    return _try_all(objective, (dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())))


def uniform(low, high):
    """draw(rng) ~ U(low, high)          [Bergstra and Bengio 2012]

    Raises    ValueError unless low <= high, both finite.
    """
    _check_range(low, high)
    return lambda rng: float(rng.uniform(low, high))


def log_uniform(low, high):
    """draw(rng) = e^u, u ~ U(log low, log high): every power of ten is equally likely, as learning rates and lambdas want it.          [Lectures: U25, I10]

    Raises    ValueError unless 0 < low <= high, both finite.
    """
    _check_range(low, high)
    if not low > 0:
        raise ValueError(f"low: wanted a number above 0, got {low}")
    return lambda rng: float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _check_range(low, high):
    if not -np.inf < low <= high < np.inf:
        raise ValueError(f"low, high: wanted low <= high, both finite, got {low} and {high}")


def _try_all(objective, points):
    trials = [Trial(_value(objective, params), params) for params in points]
    return sorted(trials)  # of equals, the earlier one stays first


def _value(objective, params):
    try:
        value = float(objective(**params))
    except Diverged:
        return float("inf")
    return value if not np.isnan(value) else float("inf")
