"""Answers that are alike, whatever their names and layout: a hint for a talk, not a proof.

An answer is brought to a normal form: parsed, without comments, docstrings and annotations, its own names numbered in the order in which
they appear.  Then it is taken apart into runs of RUN tokens.  What two answers share is weighed by how rare it is in the class:
a run that k of n students have weighs log2((n + 1) / k), half of it if the reference solution has it too, nothing if it was handed out.
So a line that everybody writes says nothing, and a short answer says little.
"""

from __future__ import annotations

import ast
import html
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from nbformat import NotebookNode
from rich.table import Table
from rich.text import Text

import course_lib
from course_lib.handing_in.mending import mend
from course_lib.handing_in.reading import Unreadable, read
from grading import atomic
from grading.build import read_lesson
from grading.class_folder import ClassFolder
from grading.course import Course, CourseError
from grading.gradebook import exercise
from grading.safe_html import with_policy
from grading.submission import collect, originals

RUN = 5  # tokens
ALIKE = 0.7  # of the weight of two answers together, or of a student's alone where it is compared with what is known
LEAST = 40.0  # bits that two answers share at least
SHOWN = 20  # pairs in the terminal


@dataclass(frozen=True)
class Answer:
    """whose: a student's id, or where a known function stands"""

    whose: str
    exercise: str
    text: str


@dataclass(frozen=True)
class Pair:
    """Two answers to one exercise.     weight in bits     alike from 0 to 1"""

    lesson: str
    a: Answer
    b: Answer
    weight: float
    alike: float


@dataclass(frozen=True)
class Found:
    """pairs by weight, and the report with both texts side by side"""

    pairs: list[Pair]
    path: Path

    def people(self) -> list[tuple[tuple[str, str], list[Pair]]]:
        """Pairs of the same two, the heaviest together first."""
        groups: dict[tuple[str, str], list[Pair]] = {}
        for pair in self.pairs:
            groups.setdefault((pair.a.whose, pair.b.whose), []).append(pair)
        return sorted(groups.items(), key=lambda group: -sum(pair.weight for pair in group[1]))

    def table(self) -> Table:
        title = "answers that are alike: a hint for a talk, not a proof" if self.pairs else "no answers that are alike"
        shown = Table(title=title, title_justify="left")
        for heading in ("whose", "and whose", "exercises"):
            shown.add_column(heading, overflow="fold")
        shown.add_column("weight", justify="right")
        for (a, b), pairs in self.people()[:SHOWN]:
            names = ", ".join(pair.a.exercise for pair in pairs)
            shown.add_row(Text(a), Text(b), Text(names), f"{sum(pair.weight for pair in pairs):.0f}")
        return shown


def similarity(course: Course, class_dir: str | Path, lesson: str | None = None) -> Found:
    """Compare what a class handed in, and write similarity.html into the class folder.

    Raises  CourseError if nothing was handed in.
    """
    folder = ClassFolder.open(class_dir)
    wanted = [course.lesson(lesson)] if lesson else course.lessons()
    handed_in = [one for one in collect(folder) if one.lesson in wanted]
    if not handed_in:
        raise CourseError(f"nothing handed in for {' or '.join(wanted)} in {folder.submitted}")
    pairs: list[Pair] = []
    released = originals(course)
    for name in sorted({one.lesson for one in handed_in}):
        answers: list[Answer] = []
        for one in (one for one in handed_in if one.lesson == name):
            try:
                notebook, _ = mend(name, read(one.file()[0]), released)
            except (Unreadable, OSError):
                continue
            answers += answers_of(notebook, one.student)
        pairs += compare(name, answers, answers_of(released[name], ""), _reference(course, name), library())
    found = Found(sorted(pairs, key=lambda pair: -pair.weight), folder.path / "similarity.html")
    atomic.write(found.path, page(found))
    return found


def compare(
    lesson: str,
    answers: Iterable[Answer],
    stubs: Iterable[Answer],
    references: Iterable[Answer],
    known: Iterable[Answer],
) -> Iterator[Pair]:
    """Pairs of answers to the same exercise that share much that is rare.

    stubs  what was handed out     references  the solutions of the lesson     known  functions that anybody can look up
    """
    of = {one.exercise: _runs(one.text) for one in stubs}
    solved = {one.exercise: one for one in references}
    library = [(one, _runs(one.text)) for one in known]
    by_exercise: dict[str, list[Answer]] = {}
    for answer in answers:
        by_exercise.setdefault(answer.exercise, []).append(answer)
    for name, group in by_exercise.items():
        stub, solution = of.get(name, frozenset()), solved.get(name)
        expected = _runs(solution.text) if solution else frozenset()
        runs = [_runs(answer.text) - stub for answer in group]
        kinds = {run: number for number, run in enumerate(sorted(frozenset().union(*runs)))}
        if not kinds:
            continue
        has = np.zeros((len(group), len(kinds)), np.float32)
        for row, found in zip(has, runs, strict=True):
            row[[kinds[run] for run in found]] = 1.0
        weights = np.log2((len(group) + 1) / has.sum(axis=0)) * np.array(
            [0.5 if run in expected else 1.0 for run in kinds]
        )
        shared = (has * weights.astype(np.float32)) @ has.T
        own = shared.diagonal()
        alike = shared / np.maximum(own[:, None] + own[None, :] - shared, 1e-9)
        for i, j in np.argwhere(np.triu((shared >= LEAST) & (alike >= ALIKE), k=1)):
            yield Pair(lesson, group[i], group[j], float(shared[i, j]), float(alike[i, j]))
        for other, theirs in [*library, *([(solution, expected)] if solution else [])]:
            common = has @ np.array(
                [weight if run in theirs else 0.0 for run, weight in zip(kinds, weights, strict=True)]
            )
            for i in np.flatnonzero((common >= LEAST) & (common >= ALIKE * own)):
                yield Pair(
                    lesson, group[i], Answer(other.whose, name, other.text), float(common[i]), float(common[i] / own[i])
                )


# --- normal form -----------------------------------------------------------------------------------------------------


def tokens(text: str) -> list[str]:
    """An answer's normal form; words where it is no Python."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return re.findall(r"\w+", text.lower())
    plain = ast.unparse(ast.fix_missing_locations(_Plain(_own_names(tree)).visit(tree)))
    kinds = (tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER)
    return [
        one.string.strip() or tokenize.tok_name[one.type]
        for one in tokenize.generate_tokens(io.StringIO(plain).readline)
        if one.type not in kinds
    ]


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    found = tokens(text)
    return frozenset(tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1))


def _own_names(tree: ast.AST) -> set[str]:
    """Names that the answer itself binds; those of NumPy, of the lesson and of Python keep their meaning."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) or (
            isinstance(node, ast.ExceptHandler) and node.name
        ):
            names.add(node.name)
    return names


class _Plain(ast.NodeTransformer):
    """Numbers the names in the order in which they appear; drops docstrings and annotations."""

    def __init__(self, own: set[str]):
        self.own, self.numbers = own, dict[str, str]()

    def _named(self, name: str) -> str:
        return self.numbers.setdefault(name, f"name{len(self.numbers)}") if name in self.own else name

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._named(node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg, node.annotation = self._named(node.arg), None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return self.visit(ast.Assign(targets=[node.target], value=node.value))

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = self._named(node.name) if node.name else None
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name, node.returns = self._named(node.name), None
        return self.generic_visit(self._without_docstring(node))

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.name, node.returns = self._named(node.name), None
        return self.generic_visit(self._without_docstring(node))

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._named(node.name)
        return self.generic_visit(self._without_docstring(node))

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """A string or a number that stands alone does nothing."""
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    @staticmethod
    def _without_docstring(node):
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return node


# --- where answers come from -----------------------------------------------------------------------------------------


def answers_of(notebook: NotebookNode, whose: str) -> list[Answer]:
    """The answers in a notebook."""
    cells = (cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution"))
    return [Answer(whose, exercise(cell.metadata.nbgrader.grade_id), cell.source) for cell in cells]


def _reference(course: Course, lesson: str) -> list[Answer]:
    """The lesson's own solutions, as far as they are here."""
    try:
        return answers_of(read_lesson(course.solution(lesson)), "the reference solution")
    except (OSError, CourseError):
        return []


def library() -> list[Answer]:
    """Every function of course_lib."""
    root = Path(course_lib.__file__).parent
    found = []
    for path in sorted(root.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        where = path.relative_to(root.parent).as_posix()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                found.append(Answer(f"{where}, {node.name}", "", ast.get_source_segment(text, node) or ""))
    return found


# --- the report ------------------------------------------------------------------------------------------------------

STYLE = """body { font: 15px/1.45 system-ui, sans-serif; max-width: 90em; margin: 2em auto; padding: 0 1em; color: #222 }
section { border-top: 1px solid #bbb; margin-top: 1.5em } .two { display: grid; grid-template-columns: 1fr 1fr; gap: 1em }
pre { background: #f5f5f5; padding: .7em; overflow-x: auto; white-space: pre-wrap; margin: .3em 0 1em } h3 { margin-bottom: .2em }"""


def page(found: Found) -> str:
    """The report as HTML, with both texts of each pair side by side."""
    sections = []
    for (a, b), pairs in found.people():
        total = sum(pair.weight for pair in pairs)
        texts = "".join(
            f"<h3>{_text(pair.lesson)}, {_text(pair.a.exercise)}: {pair.alike:.0%} alike, weight {pair.weight:.0f}</h3>"
            f'<div class="two"><pre>{_text(pair.a.text)}</pre><pre>{_text(pair.b.text)}</pre></div>'
            for pair in pairs
        )
        sections.append(f"<section><h2>{_text(a)} and {_text(b)}: weight {total:.0f}</h2>{texts}</section>")
    words = (
        "These answers share more than answers usually do, once names, comments and layout are set aside. That is a hint for a talk, "
        "not a proof: two people who learned from the same page may write the same lines. The weight counts what is shared in bits: "
        "what few in the class have weighs much, what everybody has weighs nothing."
    )
    head = f'<head><meta charset="utf-8"><title>Answers that are alike</title><style>{STYLE}</style></head>'
    body = f"<h1>Answers that are alike</h1><p>{words}</p>{''.join(sections) or '<p>There are none.</p>'}"
    return with_policy(f'<!DOCTYPE html><html lang="en">{head}<body>{body}</body></html>')


def _text(text: str) -> str:
    return html.escape(text)
