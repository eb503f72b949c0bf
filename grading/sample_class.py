"""A class to try things on: 30 made-up students, from all right to broken, the same bytes each time.

The answers are those of the bank in tests/answers; the points that they should get stand in sample_points/, a file for each lesson.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, v4

from grading import banks
from grading.answering import Task, put, put_id, tasks, typed_id, written
from grading.class_folder import ClassFolder
from grading.course import Course, CourseError
from grading.report import Report
from grading.submission import release

LESSON, SIZE = "l02", 30
POINTS = Path(__file__).with_name("sample_points")
MARK = "sample class.txt"
# fmt: off
NAMES = [
    "abebe-s", "almeida-r", "bauer-l", "chen-w", "dubois-m", "eze-c", "fischer-j", "garcia-p", "haddad-n", "ito-y",
    "jensen-a", "kaya-d", "kim-h", "kowalski-t", "lopez-v", "mbeki-o", "meyer-f", "nguyen-q", "o'brien-z", "okafor-b",
    "patel-i", "petrova-e", "rossi-g", "sato-u", "schmidt-x", "silva-c", "singh-r", "wang-l", "yilmaz-k",
    "Núñez José",  # a space and accents
]
# fmt: on
ESSAY = "The error of a layer is computed once and used for every weight below it, so each weight costs a few products."

Damage = Callable[[NotebookNode], "NotebookNode | str"]


def make(course: Course, class_dir: str | Path, lesson: str = LESSON) -> ClassFolder:
    """Write the sample class into `class_dir`.  One that is there already and would be the same is left alone, with its grades.

    Raises  CourseError if there is something else in `class_dir`: nothing of anybody's is overwritten.
    """
    name, folder = course.lesson(lesson), ClassFolder(Path(class_dir).resolve())
    if folder.path.is_dir() and any(folder.path.iterdir()) and not (folder.path / MARK).exists():
        raise CourseError(f"{folder.path} is not empty and no sample class: choose another folder; nothing was written")
    files = {folder.submitted / one.student / name / f"{name}.ipynb": one.content for one in hand_ins(course, name)}
    there = {path: path.read_bytes() for path in folder.submitted.glob("*/*/*") if path.is_file()}
    if there != files:
        shutil.rmtree(folder.path, ignore_errors=True)
        for path, content in files.items():
            path.parent.mkdir(parents=True)
            path.write_bytes(content)
        (folder.path / MARK).write_text("course sample-class may overwrite everything in this folder.\n")
    return folder


def differences(report: Report) -> list[str]:
    """Where a graded sample class has other points than those written down, one sentence each."""
    return [one for lesson in sorted({row.lesson for row in report.rows}) for one in _differences(report, lesson)]


def written_down(lesson: str) -> dict[str, dict[str, str]]:
    """{student: row} of the points that a lesson's sample class should get."""
    with (POINTS / f"{lesson}.csv").open(newline="", encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def _differences(report: Report, lesson: str) -> list[str]:
    rows = written_down(lesson)
    wanted = {student: float(row["points"]) if row["points"] else None for student, row in rows.items()}
    came = {row.student: row.points for row in report.rows if row.lesson == lesson}
    return [
        f"{student}: {came.get(student)} points, expected {points}"
        for student, points in wanted.items()
        if student not in came or not _same(came[student], points)
    ]


def _same(a: float | None, b: float | None) -> bool:
    return a == b if a is None or b is None else abs(a - b) < 0.005  # they are written down with two decimals


# --- who hands in what -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HandIn:
    """student, what is special about the work, and the bytes of the file"""

    student: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Work:
    """texts {task: what was written into its cell}    my_id typed in as student id    damage done before handing in"""

    texts: dict[Task, str] = field(default_factory=dict)
    my_id: str = ""
    damage: Damage = lambda notebook: notebook


def hand_ins(course: Course, lesson: str) -> list[HandIn]:
    """The whole class, by student."""
    released = release(course, lesson)
    desk = Desk.of(course, lesson, released)
    kinds = desk.kinds()
    names = [*NAMES, *(f"student-{number}" for number in range(len(NAMES), len(kinds)))]
    mixed = sorted(
        range(len(kinds)), key=lambda i: (i * 7 % len(kinds), i)
    )  # in the table, one kind is not all together
    made = [(names[seat], *kind) for seat, kind in zip(mixed, kinds, strict=True)]
    return [HandIn(student, kind, _content(released, desk.todo, do(student))) for student, kind, do in sorted(made)]


def _content(released: NotebookNode, todo: list[Task], work: Work) -> bytes:
    notebook = deepcopy(released)
    for task in (task for task in todo if task in work.texts):
        put(notebook, task, work.texts[task])
        if task.student:
            put_id(notebook, task, work.my_id)
    if len(work.texts) == len(todo):  # nobody writes the essay first
        for cell in notebook.cells:
            if cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = ESSAY
    handed_in = work.damage(notebook)
    return (handed_in if isinstance(handed_in, str) else _text(handed_in)).encode()


def _text(notebook: NotebookNode) -> str:
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


@dataclass(frozen=True)
class Desk:
    """Where the students sit: the tasks of a lesson, and for each exercise the right and the wrong answers of its bank."""

    todo: list[Task]
    right: dict[str, list[Any]]
    wrong: dict[str, list[Any]]

    @classmethod
    def of(cls, course: Course, lesson: str, released: NotebookNode) -> Desk:
        todo, bank = tasks(released), banks.load(course, lesson)
        answers = {
            kind: {
                task.exercise: [one for one in bank if (one.exercise, one.kind) == (task.exercise, kind)]
                for task in todo
            }
            for kind in ("right", "wrong")
        }
        if empty := [name for name, found in answers["right"].items() if not found]:
            raise CourseError(f"the bank of {lesson} has no right answer to {', '.join(empty)}")
        return cls(todo, **answers)

    def kinds(self) -> list[tuple[str, Callable[[str], Work]]]:
        """(kind, student id -> work) for each place: every wrong answer of the bank is handed in by somebody."""
        seats = max(map(len, self.wrong.values()))
        special = [
            ("prints and warns", self.chatty),
            ("first half", self.half),
            ("first half, with mistakes", partial(self.half, mistakes=True)),
            ("untouched", lambda student: Work()),
            ("check missing", self.without_a_check),
            ("check edited", self.with_an_edited_check),
            ("answer twice", self.with_a_copy),
            ("endless loop", self.endless),
            ("corrupt", self.cut_off),
            ("a friend's numbers", self.copied),
        ]
        mistakes = [("mistakes", partial(self.slips, seat=seat, seats=seats)) for seat in range(seats)]
        ways = max(3, SIZE - len(special) - seats)
        return [("all right", partial(self.solve, way=way)) for way in range(ways)] + mistakes + special

    def _work(self, student: str, answers: dict[str, Any]) -> Work:
        """The work that these answers make, in the order of the lesson."""
        done = [(task, answers[task.exercise]) for task in self.todo if task.exercise in answers]
        ids = [typed_id(task, answer, student) for task, answer in done if task.student]
        return Work({task: written(task, answer, student) for task, answer in done}, next(iter(ids), student))

    def solve(self, student: str, way: int = 0) -> Work:
        """All right, in one of the ways of the bank."""
        return self._work(student, {name: found[way % len(found)] for name, found in self.right.items()})

    def slips(self, student: str, seat: int, seats: int) -> Work:
        """One wrong answer in most exercises; each seat has others."""
        answers = {name: found[seat % len(found)] for name, found in self.right.items()}
        for number, (name, found) in enumerate(self.wrong.items()):
            place = (seat + 5 * number) % seats  # spread over the seats, or the first would have all mistakes
            if place < len(found):
                answers[name] = found[place]
        return self._work(student, answers)

    def half(self, student: str, mistakes: bool = False) -> Work:
        """The first half of the lesson, every other exercise with a mistake or none."""
        names = [task.exercise for task in self.todo][: len(self.todo) // 2]
        answers = {name: self.right[name][0] for name in names}
        if mistakes:
            answers |= {name: self.wrong[name][0] for name in names[::2]}
        return self._work(student, answers)

    def _functions(self) -> list[Task]:
        return [task for task in self.todo if task.function]

    def chatty(self, student: str) -> Work:
        """All right, but every function prints and warns, and NumPy warns too."""
        noise = [
            "    import sys, warnings",
            '    print("called")',
            '    print("called", file=sys.stderr)',
            '    warnings.warn("is this right?")',
            "    np.log(np.zeros(1))",
        ]

        def own_cell(notebook: NotebookNode) -> NotebookNode:
            cell = v4.new_code_cell('import sys\nprint("my notes", file=sys.stderr)', id="my-notes")
            notebook.cells.insert(_place(notebook, self.todo[0].answer), cell)
            return notebook

        work = self.solve(student)
        return replace(
            work, texts={task: _begin_with(noise, task, text) for task, text in work.texts.items()}, damage=own_cell
        )

    def endless(self, student: str) -> Work:
        """All right but one function, which never ends."""
        work, task = self.solve(student), self._functions()[len(self._functions()) // 2]
        return replace(
            work, texts=work.texts | {task: _begin_with(["    while True:", "        pass"], task, work.texts[task])}
        )

    def without_a_check(self, student: str) -> Work:
        """All right, but a check cell was deleted."""

        def delete(notebook: NotebookNode) -> NotebookNode:
            del notebook.cells[_place(notebook, self.todo[-1].check)]
            return notebook

        return replace(self.solve(student, way=1), damage=delete)

    def with_an_edited_check(self, student: str) -> Work:
        """One function not written, and its check replaced by the points that it gives."""
        work, task = self.solve(student), self._functions()[0]

        def edit(notebook: NotebookNode) -> NotebookNode:
            cell = notebook.cells[_place(notebook, task.check)]
            cell.source = str(cell.metadata.nbgrader.points)
            return notebook

        return replace(work, texts={one: text for one, text in work.texts.items() if one != task}, damage=edit)

    def with_a_copy(self, student: str) -> Work:
        """All right, but an answer was copied, with its nbgrader id, to the end, and tried to be improved there."""
        task = self._functions()[0]

        def copy(notebook: NotebookNode) -> NotebookNode:
            cell = deepcopy(notebook.cells[_place(notebook, task.answer)])
            cell.id, cell.source = "copy", f"# a faster one, not ready\ndef {task.function}(*arguments):\n    pass"
            notebook.cells.append(cell)
            return notebook

        return replace(self.solve(student), damage=copy)

    def cut_off(self, student: str) -> Work:
        """All right, but the upload stopped in the middle of the file."""
        return replace(self.solve(student), damage=lambda notebook: (text := _text(notebook))[: len(text) // 2])

    def copied(self, student: str) -> Work:
        """All right, with the numbers and the id of a friend."""
        return self.solve(NAMES[0])


def _begin_with(lines: list[str], task: Task, text: str) -> str:
    """A function's text with `lines` before its first one; numbers stay as they are."""
    if not task.function:
        return text
    head, *body = text.split("\n")
    return "\n".join([head, *lines, *body])


def _place(notebook: NotebookNode, id: str) -> int:
    return next(place for place, cell in enumerate(notebook.cells) if cell.id == id)
