"""What every exercise must have, whatever it asks."""

import csv
import re
from pathlib import Path

import pytest

from course_lib.exercises import Function, Numbers, find, lessons, of_lesson
from tests.answers import load

ROOT = Path(__file__).parents[3]
EXERCISES = [e for lesson in lessons() for e in of_lesson(lesson).values()]
ROWS = {
    row["id"] for row in csv.DictReader((ROOT / "grading" / "lectures.csv").read_text(encoding="utf-8").splitlines())
}


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)
def test_has_a_place_a_price_and_three_different_hints(exercise):
    assert find(exercise.id) is exercise
    assert exercise.id.startswith(exercise.lesson + ".")
    assert exercise.points > 0 and exercise.title
    assert len(set(exercise.hints)) == 3
    assert exercise.lectures and set(exercise.lectures) <= ROWS


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)
def test_mistakes_are_sentences_with_a_place_to_read_again(exercise):
    if isinstance(exercise, Numbers):
        mistakes = [m for step in exercise.steps for m in step.mistakes]
    else:
        mistakes = list(exercise.mistakes)
        assert len({m.key for m in mistakes}) >= (6 if isinstance(exercise, Function) else 3)
    for mistake in mistakes:
        assert re.fullmatch(r"[a-z0-9_]+", mistake.key)
        assert re.match(r"[A-Z]|[a-z]\w* |[a-z]+\d+ ", mistake.says) and mistake.says.endswith((".", "?"))
        assert mistake.see in ROWS


@pytest.mark.parametrize("exercise", [e for e in EXERCISES if isinstance(e, Numbers)], ids=lambda e: e.id)
def test_graded_quantities_are_steps(exercise):
    assert set(exercise.graded) <= {step.name for step in exercise.steps}


def test_lessons_are_found_by_number_and_by_name():
    assert of_lesson("l02") == of_lesson("l02_backpropagation")
    with pytest.raises(ValueError, match="there is no 'l98'; the lessons are l00_start_here"):
        of_lesson("l98")


@pytest.mark.parametrize("lesson", lessons())
def test_exercises_stand_in_the_order_of_the_lesson(lesson):
    source = (ROOT / "solutions" / f"{lesson}.py").read_text(encoding="utf-8")
    assert re.findall(r'check\(\s*"([^"]+)"', source) == list(of_lesson(lesson))


@pytest.mark.parametrize("exercise", [e for e in EXERCISES if not isinstance(e, Numbers)], ids=lambda e: e.id)
def test_every_mistake_of_the_catalogue_is_in_the_bank(exercise):
    expected = {answer.expected for answer in load(exercise.lesson) if answer.exercise == exercise.id}
    assert {mistake.key for mistake in exercise.mistakes} <= expected


def test_every_mistake_of_a_number_is_in_a_bank():
    numbers = [e for e in EXERCISES if isinstance(e, Numbers)]
    expected = {answer.expected for e in numbers for answer in load(e.lesson) if answer.exercise == e.id}
    assert {m.key for e in numbers for step in e.steps for m in step.mistakes} <= expected
