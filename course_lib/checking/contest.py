"""A contest: how much of what was kept back is guessed right, and whether it cost no more than allowed."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.checking.verdict import Part
from course_lib.exercises import Contest

LARGEST = 1e300  # a cost beyond it is no number of anything, and might not fit into a float


def unscored(exercise: Contest, status: str, message: str) -> list[Part]:
    """The parts where no guesses came."""
    return [Part(name, status, 0.0, exercise.points if name == "right" else 0.0, message) for name in exercise.outputs]


def readable(exercise: Contest, value: Any) -> bool:
    """Whether guesses came, and a number for each cost: the student's process may say what it likes."""
    if not isinstance(value, (tuple, list)) or len(value) != len(exercise.outputs):
        return False
    guesses, *costs = value
    numbers = isinstance(guesses, np.ndarray) and guesses.dtype.kind in "biuf"
    return numbers and all(isinstance(cost, (int, float)) and 0 <= cost <= LARGEST for cost in costs)


def score(exercise: Contest, value: Any, truth: np.ndarray) -> list[Part]:
    """One part for the share of right guesses, which has all the points, and one for each limit.     value: it must be readable"""
    guesses, *costs = value
    spent = [_spent(name, cost, exercise.limits[name]) for name, cost in zip(exercise.limits, costs, strict=True)]
    return [_right(exercise, guesses, truth, all(part.status == "right" for part in spent)), *spent]


def _spent(name: str, cost: Any, limit: float) -> Part:
    value = float(cost)
    if value <= limit:
        return Part(name, "right", 0.0, 0.0, f"{value:,.0f} of {limit:,.0f}", value=value)
    return Part(name, "wrong_values", 0.0, 0.0, f"{value:,.0f}, and {limit:,.0f} are allowed", value=value)


def _right(exercise: Contest, guesses: np.ndarray, truth: np.ndarray, allowed: bool) -> Part:
    most = exercise.points
    if guesses.shape != truth.shape:
        return Part("right", "wrong_shape", 0.0, most, f"{len(truth)} guesses were wanted, shape {guesses.shape} came")
    share = float(np.mean(guesses == truth))
    words = f"{share:.1%} of {len(truth)} right"
    if not allowed:
        return Part("right", "wrong_values", 0.0, most, f"{words}, but it cost more than allowed", value=share)
    matching = [mistake for mistake in exercise.mistakes if mistake.answer(guesses, truth)]
    if matching:
        return Part("right", "diagnosed", 0.0, most, f"{words}. {matching[0].sentence}", matching[0].key, share)
    earned = np.clip((share - exercise.floor) / (exercise.full - exercise.floor), 0, 1)
    points = float(np.floor(2 * earned * most) / 2)  # in halves: one digit more or less should not matter
    if points == most:
        return Part("right", "right", most, most, words, value=share)
    goal = f"{words}; points begin at {exercise.floor:.0%}, all are earned from {exercise.full:.0%}"
    return Part("right", "wrong_values", points, most, goal, value=share)
