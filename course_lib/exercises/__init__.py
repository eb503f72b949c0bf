"""The exercises of the course, one file per lesson: references, drawn arguments, catalogue of mistakes, hints."""

import difflib
import importlib
import pkgutil
from functools import cache

from course_lib.exercises.base import FORBIDDEN, Case, Contest, Exercise, Function, Mistake, Numbers, Quantity

__all__ = [
    "FORBIDDEN",
    "Case",
    "Contest",
    "Exercise",
    "Function",
    "Mistake",
    "Numbers",
    "Quantity",
    "find",
    "lessons",
    "of_lesson",
]


def lessons() -> list[str]:
    """Names of the lessons that have exercises: ["l00_start_here", "l02_backpropagation", ...]."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name[0] == "l" and m.name[1:3].isdigit())


@cache
def of_lesson(lesson: str) -> dict[str, Function | Numbers | Contest]:
    """The exercises of one lesson by id, in the order of the lesson; `lesson` is "l02" or "l02_backpropagation"."""
    for name in lessons():
        if name == lesson or name.partition("_")[0] == lesson:
            module = importlib.import_module(f"course_lib.exercises.{name}")
            return {exercise.id: exercise for exercise in module.EXERCISES}
    raise ValueError(f"lesson: there is no '{lesson}'; the lessons are {', '.join(lessons())}")


def find(exercise_id: str) -> Function | Numbers | Contest:
    """The exercise with this id, such as "l02.dense_backward".

    Raises  TypeError if the id is not text, ValueError if there is no such exercise; the message names the nearest ones.
    """
    if not isinstance(exercise_id, str):
        raise TypeError(f"exercise_id: wanted text such as 'l02.dense_backward', got {type(exercise_id).__name__}")
    lesson = exercise_id.partition(".")[0]
    if any(name.partition("_")[0] == lesson for name in lessons()) and exercise_id in of_lesson(lesson):
        return of_lesson(lesson)[exercise_id]
    known = [id for name in lessons() for id in of_lesson(name)]
    near = difflib.get_close_matches(exercise_id, known, n=3, cutoff=0.3)
    raise ValueError(
        f"exercise_id: there is no '{exercise_id}'" + (f"; did you mean {' or '.join(near)}?" if near else "")
    )
