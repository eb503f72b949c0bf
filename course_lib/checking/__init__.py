"""Checks: is an answer right, and if not, which mistake was made?

call the student's function (calling) -> compare with the reference (comparison) -> look the mistake up (diagnosis)
-> say it (verdict) -> remember it (progress)
"""

from course_lib.checking.checker import check, passed
from course_lib.checking.hints import hint
from course_lib.checking.records import progress
from course_lib.checking.seeds import personal

__all__ = ["check", "hint", "passed", "personal", "progress"]
