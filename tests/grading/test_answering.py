from __future__ import annotations

import numpy as np
import pytest
from nbformat import v4

from course_lib import exercises
from grading.answering import Task, put, put_id, tasks, written
from grading.course import Course
from grading.submission import release
from tests.answers import Answer
from tests.grading.small_class import at, cell


def some_name(dy, x):
    return dy * (x > 0)


def some_numbers(**givens):
    return {"in3": 11, "a3": np.array(11.0), "yhat": 1 - 1e-10, "in4": ..., "dw": "eleven"}


def notebook():
    stub = "def before(x):\n    return x\n\n\ndef relu(dy, x):\n    # YOUR CODE HERE\n    raise NotImplementedError"
    return v4.new_notebook(
        cells=[
            cell("code", stub, "relu", solution=True),
            cell("code", 'check("l02.relu", relu)', "relu-check", 2.0, grade=True, locked=True),
            cell("code", "in3, a3 = ..., ...\nin4 = ...\n# YOUR CODE HERE", "numbers", solution=True),
            cell("code", 'check("l02.n", **dict(in3=in3), a3=a3)', "numbers-check", 1.0, grade=True, locked=True),
            cell("code", 'my_id = ""', "id", solution=True),
            cell("code", "my = dict(in3=...)", "mine", solution=True),
            cell("code", 'check("l02.m", student=my_id, **my)', "mine-check", 1.0, grade=True, locked=True),
            cell("code", "assert True", "no-exercise", 1.0, grade=True, locked=True),
        ]
    )


FUNCTION = Task("l02.relu", "relu-check", "relu", function="relu")
NUMBERS = Task("l02.homework_forward", "numbers-check", "numbers")
MINE = Task("l02.m", "mine-check", "mine", numbers="my", student="my_id")


def test_finds_what_each_check_asks_for():
    assert tasks(notebook()) == [FUNCTION, Task("l02.n", "numbers-check", "numbers"), MINE]


@pytest.mark.parametrize("lesson", Course.find().lessons())
def test_finds_every_exercise_of_a_real_lesson(lesson):
    found = [task.exercise for task in tasks(release(Course.find(), lesson))]
    assert sorted(found) == sorted(exercises.of_lesson(lesson))


def test_a_function_takes_the_place_of_its_stub_only():
    text = written(FUNCTION, Answer("l02.relu", "right", None, some_name), "ada")
    assert text == "def relu(dy, x):\n    return dy * (x > 0)"
    filled = notebook()
    put(filled, FUNCTION, text)
    assert at(filled, "relu").source == f"def before(x):\n    return x\n\n\n{text}"


def test_numbers_are_typed_in_as_far_as_they_are_asked_for():
    text = written(NUMBERS, Answer("l02.homework_forward", "right", None, some_numbers), "ada")
    assert text.split("\n") == ["in3 = 11", "a3 = np.array(11)", "yhat = 0.9999999999", "in4 = ...", "dw = 'eleven'"]
    filled = notebook()
    put(filled, NUMBERS, text)
    assert at(filled, "numbers").source == "in3 = 11\na3 = np.array(11)\nin4 = ..."


def test_personal_numbers_and_the_id():
    filled = notebook()
    put(filled, MINE, "my = dict(\n    in3=2,\n)")
    put_id(filled, MINE, "José")
    assert at(filled, "mine").source == "my = dict(\n    in3=2,\n)"
    assert at(filled, "id").source == "my_id = 'José'"
