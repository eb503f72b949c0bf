"""The catalogue of mistakes is fit to be spoken: every slip differs from the reference, and no two slips give the same answer."""

from dataclasses import replace

import numpy as np
import pytest

from course_lib.checking.checker import check_function
from course_lib.checking.seeds import check_rng
from course_lib.exercises import Case, Function, Mistake, find, lessons, of_lesson
from tests.answers import load

# the catalogue itself lives in course_lib, which students may not call: here it may
FUNCTIONS = [
    replace(e, forbids=()) for lesson in lessons() for e in of_lesson(lesson).values() if isinstance(e, Function)
]


def said(verdict):
    return {part.mistake for part in verdict.parts if part.status == "diagnosed"}


@pytest.mark.parametrize("seed", ["visible", *range(10)])
@pytest.mark.parametrize(
    ("exercise", "mistake"),
    [pytest.param(e, m, id=f"{e.id}-{i}-{m.key}") for e in FUNCTIONS for i, m in enumerate(e.mistakes)],
)
def test_every_slip_of_the_catalogue_hears_its_own_name_and_no_other(exercise, mistake, seed):
    rng = check_rng(exercise.id) if seed == "visible" else np.random.default_rng(seed)
    verdict = check_function(exercise, lambda *args: mistake.answer(*args), rng)
    assert verdict.points < verdict.max_points
    assert said(verdict) == {mistake.key}, str(verdict)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.id)
def test_the_reference_is_right(exercise, seed):
    verdict = check_function(exercise, lambda *args: exercise.reference(*args), np.random.default_rng(seed))
    assert verdict.right, str(verdict)


# a matrix from a state to the next state, or from pixels to pixels, has to be square; the catalogue has what the wrong direction gives
SQUARE = {"l12.rnn_step", "l12.rnn_gradients", "l12.lag_norms", "l14.fvbn_log_likelihood", "l14.fvbn_sample"}


@pytest.mark.parametrize("exercise", [e for e in FUNCTIONS if e.id not in SQUARE], ids=lambda e: e.id)
def test_arguments_are_drawn_so_that_axes_cannot_be_mistaken(exercise):
    for case in exercise.cases(np.random.default_rng(0)):
        squares = [a.shape for a in case.args if isinstance(a, np.ndarray) and a.ndim == 2 and len(set(a.shape)) == 1]
        assert not squares, f"{case.label or 'a case'} draws square matrices {squares}"


def exercise_with(*mistakes):
    return Function(
        id="l00.double",
        title="double",
        points=1,
        lectures=("C2",),
        hints=("", "", ""),
        outputs=("y",),
        reference=lambda x: 2 * x,
        cases=lambda rng: [Case(rng.normal(size=n)) for n in (3, 4)],
        mistakes=mistakes,
    )


def test_two_slips_that_explain_the_same_answer_are_not_guessed_between():
    exercise = exercise_with(Mistake("a", "a", lambda x: -x), Mistake("b", "b", lambda x: -x))
    verdict = check_function(exercise, lambda x: -x, np.random.default_rng(0))
    assert verdict.status == "wrong_values"


def test_a_slip_that_shows_on_one_draw_only_is_not_spoken():
    exercise = exercise_with(Mistake("long", "long", lambda x: 2 * x if len(x) < 4 else -x))
    verdict = check_function(exercise, lambda x: 2 * x if len(x) < 4 else -x, np.random.default_rng(0))
    assert verdict.status == "wrong_values"


def test_a_slip_that_explains_only_part_of_the_draws_is_not_spoken():
    exercise = exercise_with(Mistake("sign", "sign", lambda x: -2 * x))
    verdict = check_function(exercise, lambda x: -2 * x if len(x) < 4 else x, np.random.default_rng(0))
    assert verdict.status == "wrong_values"


def test_draws_are_repeated_until_every_slip_shows():
    """A slip that shows only on negative inputs, where most draws have none."""
    relu = replace(
        exercise_with(Mistake("relu", "relu", lambda x: np.maximum(x, 0))),
        reference=lambda x: 1.0 * x,
        cases=lambda rng: [Case(np.abs(rng.normal(size=n)) * rng.choice([1, 1, -1])) for n in (3, 4)],
    )
    for seed in range(100):
        verdict = check_function(relu, lambda x: np.maximum(x, 0), np.random.default_rng(seed))
        assert verdict.parts[0].mistake == "relu"


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer", [a for lesson in lessons() for a in load(lesson)], ids=lambda a: f"{a.exercise}-{a.function.__name__}"
)
def test_no_seed_is_kind_to_a_wrong_answer_or_hard_on_a_right_one(answer):
    exercise = find(answer.exercise)
    if not isinstance(exercise, Function):
        return
    points = {}
    for seed in range(50):
        verdict = check_function(exercise, answer.function, np.random.default_rng([11, seed]))
        assert verdict.right == (answer.kind == "right"), f"seed {seed}: {verdict}"
        points[verdict.points] = verdict
    assert len(points) == 1, "\n".join(map(str, points.values()))  # the same slip, the same partial credit
