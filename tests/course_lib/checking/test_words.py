"""What a check says can be understood by somebody who has never seen its source: every answer of the banks is asked."""

import re

import pytest

from course_lib.exercises import lessons
from grading.banks import judge
from tests.answers import load

# what a reader of the source would know, and nobody else
INNER = re.compile(
    r"0x[0-9a-f]{6}|<(function|class|built-in|bound|generator|lambda)|course_lib|NoneType|ufunc|np\.float|"
    r"Traceback|File \"|__\w+__|\bNone\b|dtype\(|<locals>"
)


def sentences(verdict):
    """All but those that quote the error in which a student's own code stopped: its words are Python's and NumPy's."""
    return [part.message for part in verdict.parts if part.status != "raised"]


@pytest.mark.parametrize("lesson", lessons())
def test_no_answer_hears_words_of_the_source(lesson):
    told = {}
    for answer in load(lesson):
        verdict = judge(answer)
        for sentence in sentences(verdict):
            if (found := INNER.search(sentence)) and found[0] not in answer.source:
                told[f"{answer.exercise} {answer.function.__name__}"] = sentence
    assert told == {}


def test_such_words_would_be_found():
    for sentence in (
        "got <function f at 0x7f00aa00bb00>",
        "returned NoneType",
        "see course_lib.checking",
        'File "x.py"',
    ):
        assert INNER.search(sentence)
    for sentence in ("nothing came back: is a return missing?", "dW: right", "shape (3, 4) is wanted, (4, 3) came"):
        assert not INNER.search(sentence)
