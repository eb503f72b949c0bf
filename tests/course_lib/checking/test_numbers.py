"""Number questions: every quantity for itself, follow-through, personal variants; and the homework's own figures."""

import math

import numpy as np
import pytest

from course_lib.checking.checker import check_numbers
from course_lib.checking.seeds import personal
from course_lib.exercises import Numbers, find
from course_lib.exercises.homework import HOMEWORK, STEPS
from tests.answers.l02_backpropagation import work

FORWARD, ERRORS, GRADIENTS, MINE = (
    find(f"l02.{name}") for name in ("homework_forward", "homework_errors", "homework_gradients", "my_homework")
)
TRUE = work(HOMEWORK)


def check(exercise, answers):
    return check_numbers(exercise, ..., answers)


def status(verdict, name):
    return next(part.status for part in verdict.parts if part.name == name)


def test_the_homeworks_figures():
    """Oracle: the figures worked out by hand from C7's numbers."""
    yhat = 1 - 1.0261879631701890e-10  # 1 - sigmoid(23) = exp(-23) / (1 + exp(-23))
    by_hand = dict(in3=11, a3=11, in4=-8, a4=0, in5=23, yhat=yhat, loss=23 + 1.0261879631701890e-10)
    by_hand |= dict(Delta5=yhat, Delta3=2 * yhat, Delta4=0, dw05=yhat, dw35=11 * yhat, dw45=0)
    by_hand |= dict(dw03=2 * yhat, dw13=-6 * yhat, dw23=10 * yhat, dw04=0, dw14=0, dw24=0)
    values = {}
    from types import SimpleNamespace

    v = SimpleNamespace(**HOMEWORK)
    for step in STEPS:
        values[step.name] = step.formula(v)
        setattr(v, step.name, values[step.name])
    assert list(values) == list(by_hand)
    for name, value in by_hand.items():
        assert math.isclose(values[name], value, rel_tol=2e-16, abs_tol=0), name
    for exercise in (FORWARD, ERRORS, GRADIENTS):
        assert check(exercise, by_hand).right


def test_one_slip_costs_once():
    slipped = work(HOMEWORK, in3=lambda v: v.w03 + v.w13 * v.x2 + v.w23 * v.x1)
    verdict = check(FORWARD, slipped)
    assert status(verdict, "in3") == "diagnosed"
    assert verdict.points == 6
    assert check(ERRORS, slipped).right
    assert check(GRADIENTS, slipped).right


def test_a_true_value_after_a_slip_is_right_too():
    assert check(FORWARD, TRUE | {"in3": 99.0}).points == 6


def test_answering_zero_everywhere_earns_only_what_is_zero():
    zeros = dict.fromkeys(TRUE, 0.0)
    earned = {
        part.name for e in (FORWARD, ERRORS, GRADIENTS) for part in check(e, zeros).parts if part.status == "right"
    }
    assert earned == {name for name, value in TRUE.items() if value == 0}


def test_beyond_three_slips_nothing_is_followed():
    slipped = work(HOMEWORK, **{name: lambda v: 0.37 for name in ("in3", "in4", "in5", "yhat")})
    verdict = check(GRADIENTS, slipped)
    assert verdict.points == 0
    assert "too many" in verdict.parts[0].message


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (..., "not_written"),
        (None, "not_written"),
        ("11", "wrong_type"),
        ([11.0, 11.0], "wrong_type"),
        (np.nan, "not_finite"),
        (-np.inf, "not_finite"),
        (np.array([11.0]), "right"),
        (np.float32(11), "right"),
        (True, "wrong_values"),
    ],
)
def test_tiers_of_one_number(value, expected):
    assert status(check(FORWARD, TRUE | {"in3": value}), "in3") == expected


def test_what_is_not_answered_is_not_written():
    verdict = check(FORWARD, {})
    assert verdict.points == 0
    assert {part.status for part in verdict.parts} == {"not_written"}


def test_a_wrong_number_is_never_answered_with_the_right_one():
    verdict = check(FORWARD, TRUE | {"in5": 22.5})
    assert "23" not in str(verdict)


def test_unknown_quantity_and_loose_value_are_refused():
    with pytest.raises(TypeError, match="knows no in6; its quantities are in3"):
        check(FORWARD, {"in6": 1.0})
    with pytest.raises(TypeError, match="takes numbers by name"):
        check_numbers(FORWARD, 11.0, {})


# --- personal variants -----------------------------------------------------------------------------------------------


def test_personal_numbers_are_the_same_everywhere_and_differ_between_students():
    assert vars(personal(MINE.id, "ada")) == vars(personal(MINE.id, " Ada "))
    drawn = {tuple(vars(personal(MINE.id, f"student{i}")).values()) for i in range(50)}
    assert len(drawn) == 50
    # a change of these figures changes the homework of every student of a running course
    assert vars(personal(MINE.id, "ada")) == ADA


ADA = {
    "w03": 1,
    "w04": 1,
    "w05": -4,
    "w13": 3,
    "w14": 3,
    "w23": -2,
    "w24": -4,
    "w35": 1,
    "w45": 2,
    "x1": 3,
    "x2": 4,
    "y": 0,
}


@pytest.mark.parametrize("student", ["ada", "grace", "emmy", "alan", "x", "student-17"])
def test_personal_numbers_make_a_question_worth_asking(student):
    worked = work(vars(personal(MINE.id, student)))
    assert 0.01 < worked["yhat"] < 0.99
    assert worked["a3"] > 0 or worked["a4"] > 0
    assert check(MINE, {"student": student, **worked}).right


def test_another_students_numbers_earn_nothing(monkeypatch):
    copied = {"student": "ada", **work(vars(personal(MINE.id, "ada")))}
    monkeypatch.setenv("COURSE_STUDENT", "grace")
    verdict = check(MINE, copied)
    assert verdict.points == 0
    assert "numbers of 'ada'" in verdict.message and "'grace'" in verdict.message
    assert check(MINE, {"student": "Grace ", **work(vars(personal(MINE.id, "grace")))}).right


@pytest.mark.parametrize("student", [..., None, "", "  ", 7])
def test_a_missing_student_id_is_said(student):
    verdict = check(MINE, {"student": student, **TRUE})
    assert verdict.points == 0
    assert "student id" in verdict.message
    with pytest.raises(ValueError, match="student: wanted your student id"):
        personal(MINE.id, student)


def test_only_personal_exercises_have_a_variant():
    with pytest.raises(ValueError, match="has no personal variant"):
        personal(FORWARD.id, "ada")


@pytest.mark.parametrize("exercise", [FORWARD, ERRORS, GRADIENTS, MINE], ids=lambda e: e.id)
def test_mistakes_of_a_quantity_have_words_and_a_place(exercise):
    assert isinstance(exercise, Numbers)
    for step in exercise.steps:
        assert step.mistakes
        assert all(mistake.says.endswith((".", "?", ")")) and mistake.see for mistake in step.mistakes)
