"""Where the numbers of a check come from: a fixed seed for students to see, a secret one for grading, a personal one from the student id."""

from __future__ import annotations

import hmac
import os
import unicodedata
from types import SimpleNamespace

import numpy as np

from course_lib.exercises import Numbers, find

# Set by the grading software around the kernel; a student's own session has neither.
KEY, STUDENT = "COURSE_KEY", "COURSE_STUDENT"


def _generator(key: bytes, *words: str) -> np.random.Generator:
    """A generator seeded by HMAC-SHA256(key, words): nobody without the key can foresee it, and everybody with it repeats it."""
    digest = hmac.digest(key, "\0".join(words).encode(), "sha256")
    return np.random.default_rng(int.from_bytes(digest, "big"))


def grading() -> bool:
    """Whether this process grades: then seeds are secret, and no progress is written."""
    return bool(os.environ.get(KEY))


def check_rng(exercise_id: str) -> np.random.Generator:
    """The generator that draws a check's arguments: the same at every visible check, secret while grading."""
    if key := os.environ.get(KEY):
        return _generator(bytes.fromhex(key), os.environ.get(STUDENT, ""), exercise_id)
    return _generator(b"visible", exercise_id)


def personal(exercise_id: str, student: object) -> SimpleNamespace:
    """The student's own numbers for a personal exercise, drawn from the student id: the same on every machine.

    exercise_id  such as "l02.my_homework"
    student      the id that the work is handed in under; upper and lower case and spaces around it do not matter

    Raises  ValueError if the id is missing or the exercise has no personal variant.
    """
    exercise = find(exercise_id)
    if not isinstance(exercise, Numbers) or exercise.draw is None:
        raise ValueError(f"exercise_id: '{exercise_id}' has no personal variant")
    return SimpleNamespace(**exercise.draw(_generator(b"personal", normal_id(student), exercise_id)))


def normal_id(student: object) -> str:
    """A student id as it is compared: text, without spaces around it, in lower case, accents in one form (NFC).

    Raises  ValueError if there is no id.
    """
    if not isinstance(student, str) or not student.strip():
        came = "nothing" if student in (None, ..., "") else repr(student)
        raise ValueError(f"student: wanted your student id as text, such as 'ada', got {came}")
    return unicodedata.normalize("NFC", student).strip().casefold()
