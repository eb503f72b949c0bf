"""Write an answer of a bank into a released notebook, as a student would."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from nbformat import NotebookNode

from course_lib import exercises
from course_lib.checking.seeds import personal


@dataclass(frozen=True)
class Task:
    """One exercise in a notebook, as its check cell calls it.

    exercise  "l02.dense_backward"        check, answer  ids of the check cell and of the answer cell before it
    function  the name that is asked for; None where numbers are
    numbers   the name of the dictionary that is handed over whole, as in check(..., **my); None where each has its own name
    student   the name of the variable with the student's id; None where the exercise is not personal
    """

    exercise: str
    check: str
    answer: str
    function: str | None = None
    numbers: str | None = None
    student: str | None = None


def tasks(notebook: NotebookNode) -> list[Task]:
    """The exercises of a released notebook, in its order."""
    found, answer = [], ""
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        nbgrader = cell.metadata.get("nbgrader", {})
        if nbgrader.get("solution"):
            answer = cell.id
        elif nbgrader.get("grade") and (call := _check_call(cell.source)):
            found.append(_task(call, cell.id, answer))
    return found


def _check_call(source: str) -> ast.Call | None:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "check")
    return next((call for call in named if call.args and isinstance(call.args[0], ast.Constant)), None)


def _task(call: ast.Call, check: str, answer: str) -> Task:
    names = [argument.id for argument in call.args[1:] if isinstance(argument, ast.Name)]
    keywords = {keyword.arg: keyword.value.id for keyword in call.keywords if isinstance(keyword.value, ast.Name)}
    exercise = call.args[0]
    assert isinstance(exercise, ast.Constant)
    return Task(
        str(exercise.value), check, answer, next(iter(names), None), keywords.get(None), keywords.get("student")
    )


def written(task: Task, answer: Any, student: str) -> str:
    """A bank's answer as the text of a cell.     student: the id that personal numbers are drawn from"""
    if task.function:
        return re.sub(r"^def \w+", f"def {task.function}", answer.source).rstrip()
    values = dict(answer.function(**_givens(task.exercise, student)))
    values.pop("student", None)
    if task.numbers:
        lines = [f"    {name}={_literal(value)}," for name, value in values.items()]
        return "\n".join([f"{task.numbers} = dict(", *lines, ")"])
    return "\n".join(f"{name} = {_literal(value)}" for name, value in values.items())


def typed_id(task: Task, answer: Any, student: str) -> str:
    """The id that the student types in: the right one, unless the answer's slip is another."""
    return answer.function(**_givens(task.exercise, student)).get("student", student)


def _givens(exercise_id: str, student: str) -> Mapping[str, float]:
    exercise = exercises.find(exercise_id)
    assert isinstance(exercise, exercises.Numbers)
    return vars(personal(exercise_id, student)) if exercise.personal else exercise.givens


def _literal(value: Any) -> str:
    """A value as it is typed in: twelve digits, which are the same on every machine."""
    if value is ...:
        return "..."
    if isinstance(value, np.ndarray):
        return f"np.array({_literal(value.item())})"
    return repr(value) if isinstance(value, str) else f"{float(value):.12g}"


def put(notebook: NotebookNode, task: Task, text: str) -> None:
    """Put `text` where the notebook says YOUR CODE HERE: in the place of the function, or of the numbers that the cell asks for."""
    cell = next(cell for cell in notebook.cells if cell.id == task.answer)
    if task.function:
        lines = cell.source.split("\n")
        (stub,) = (node for node in ast.parse(cell.source).body if getattr(node, "name", None) == task.function)
        lines[stub.lineno - 1 : stub.end_lineno] = text.split("\n")
        cell.source = "\n".join(lines)
    elif task.numbers:
        cell.source = text
    else:
        asked = _assigned(cell.source)
        cell.source = "\n".join(line for line in text.split("\n") if line.partition(" ")[0] in asked)


def put_id(notebook: NotebookNode, task: Task, student: str) -> None:
    """Type the student's id into the answer cell that asks for it."""
    for cell in notebook.cells:
        nbgrader = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and nbgrader.get("solution") and task.student in _assigned(cell.source):
            cell.source = f"{task.student} = {student!r}"


def _assigned(source: str) -> set[str]:
    """The names that a cell assigns to at its top level."""
    statements = (node for node in ast.parse(source).body if isinstance(node, ast.Assign))
    nodes = (node for statement in statements for target in statement.targets for node in ast.walk(target))
    return {node.id for node in nodes if isinstance(node, ast.Name)}
