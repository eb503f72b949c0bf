"""Put an answer to work in the process that it lives in.

While a class is graded, the checks run in another process than the students' code, and `answer` is a stand-in.  A stand-in has a
method `__apply__(function, *args)`, which calls "module:function" over there with the object that it stands for.
"""

from __future__ import annotations

from typing import Any

from course_lib.checking.calling import STOPPED, Call, put_to_work
from course_lib.checking.comparison import NotPlain, plain
from course_lib.exercises import Contest, Function, find

ENDINGS = ("returned", "not_written", "raised", "interrupted", "forbidden", "wrong_type", "changed_argument")


def work(exercise: Function | Contest, answer: Any, args: tuple) -> Call:
    """What comes of `answer` on one case's arguments, here or over there; never raises."""
    apply = getattr(type(answer), "__apply__", None)
    if apply is None:
        return put_to_work(exercise.run, answer, args, exercise.forbids)
    try:
        return _believe(apply(answer, f"{__name__}:over_there", exercise.id, args))
    except NotPlain as error:
        return Call("wrong_type", message=f"{error} came back; wanted plain numbers or arrays")
    except KeyboardInterrupt as error:
        return Call("interrupted", message=str(error) or STOPPED)
    except Exception as error:  # the other process is gone, or has said something that nobody can read
        return Call("raised", message=f"Python was ended while your function ran ({error})")


def over_there(answer: Any, exercise_id: str, args: tuple) -> tuple:
    """The far end of `work`: the same, as plain data."""
    exercise: Any = find(exercise_id)
    call = put_to_work(exercise.run, answer, tuple(args), exercise.forbids)
    return call.status, call.value, call.message, call.warned, call.printed


def _believe(said: Any) -> Call:
    """What the other process says, as far as it has the form of a Call: the student's code may have written it."""
    status, value, message, warned, printed = said
    if status not in ENDINGS:
        raise ValueError("an answer in no known form")
    notes = [str(note)[:500] for note in list(warned)[:10]]
    return Call(status, plain(value) if status == "returned" else None, str(message)[:2000], notes, int(printed))
