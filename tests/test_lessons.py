"""The lessons of this course pass every gate that `course verify` has."""

from pathlib import Path

import pytest

from grading import verify
from grading.course import Course

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def evidence():
    course = Course(ROOT)
    with verify.gather(course, course.lessons()) as evidence:
        yield evidence


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "gate"), list(enumerate(verify.GATES, start=1)), ids=lambda x: getattr(x, "title", x)
)
def test_gate_is_green(evidence, number, gate):
    result = verify.examine(number, gate, evidence)
    assert result.green, "\n".join(result.problems)
