"""The gates that a course must pass before it goes to students.  Each is one function: evidence in, problems out."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from nbformat import NotebookNode
from nbformat.v4 import reads_json
from rich.table import Table

from grading import banks, documents, lectures, runs
from grading.build import METADATA, Built, build_lesson, graded, syntax, text_of
from grading.course import Course, CourseError
from grading.engine.plan import plan
from grading.release import OWN
from grading.roles import BEGIN, END, RoleError, regions, solution_lines
from grading.runs import Run

SECONDS = 60.0  # that a solved lesson may take
PRIVATE = (
    "grading",
    "tests",
    "solutions",
    "course_lib.exercises",
    "course_lib.checking",
)  # no business of a student's notebook
DOCUMENTED = ("course_lib", "grading", "notebooks", "solutions", "tests", "benchmarks")


@dataclass
class Evidence:
    """What the gates look at.  Everything is made once, when the first gate asks for it: a lesson runs once for all of them."""

    course: Course
    lessons: list[str]
    folder: Path  # to work in
    seconds: float = SECONDS
    index: list[lectures.Row] = field(default_factory=lectures.rows)

    @cached_property
    def built(self) -> dict[str, Built]:
        return {lesson: build_lesson(self.course, lesson) for lesson in self.lessons}

    @cached_property
    def released(self) -> dict[str, NotebookNode]:
        """The committed notebooks, as far as there are any."""
        paths = {lesson: self.course.release(lesson) for lesson in self.lessons}
        # nbformat.read would mend ids that are there twice, and nobody would hear of them
        return {lesson: reads_json(path.read_text(encoding="utf-8")) for lesson, path in paths.items() if path.exists()}

    @cached_property
    def stock(self) -> dict[str, tuple[Run, Run]]:
        """{lesson: (solved, untouched)} through nbgrader alone."""
        return runs.nbgrader_alone(self.candidates(), self.folder / "nbgrader", self.seconds)

    @cached_property
    def ours(self) -> dict[str, tuple[Run, Run]]:
        """{lesson: (solved, untouched)} through our own `course grade`."""
        return runs.course_grade(self.course, self.candidates(), self.folder / "class")

    def candidates(self) -> list[Built]:
        """What is run: the committed notebook where there is one, for it is what students get."""
        return [
            Built(one.lesson, one.source, self.released.get(one.lesson, one.release)) for one in self.built.values()
        ]

    @cached_property
    def banks(self) -> list[banks.Row]:
        return [row for lesson in self.lessons for row in banks.of_lesson(self.course, lesson)]


# --- the gates -------------------------------------------------------------------------------------------------------


def rebuild(evidence: Evidence) -> Iterator[str]:
    course = evidence.course
    for lesson, built in evidence.built.items():
        for committed in (course.release(lesson), course.original(lesson)):
            name = committed.relative_to(course.root).as_posix()
            if not committed.exists():
                yield f"{lesson}: there is no {name}"
            elif committed.read_bytes() != text_of(built.release).encode():
                yield f"{lesson}: {name} is not what its source gives"
    there = [(path.parent.name, path) for path in sorted(course.notebooks.glob("**/*.ipynb"))]
    there += [(path.stem, path) for path in sorted(course.original("").parent.glob("*.ipynb"))]
    for lesson, path in there:
        if lesson not in course.lessons() and ".ipynb_checkpoints" not in path.parts:
            yield f"{path.relative_to(course.root).as_posix()} has no source under solutions/"


def runs_clean(evidence: Evidence) -> Iterator[str]:
    for lesson, (solved, _) in evidence.stock.items():
        if solved.notebook is None:
            yield f"{lesson}: the solved notebook could not be run: {solved.why}"
            continue
        for cell in solved.notebook.cells:
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    yield f"{lesson}: {cell.id} stops with {output.ename}: {_first_line(output.evalue)}"
                elif output.get("name") == "stderr":
                    yield f"{lesson}: {cell.id} writes to stderr: {_first_line(output.text)}"
        if solved.seconds > evidence.seconds:
            yield f"{lesson}: takes {solved.seconds:.1f} s; at most {evidence.seconds:g} s"


def solved_earns_all(evidence: Evidence) -> Iterator[str]:
    for way, graded_by in _ways(evidence):
        for lesson, (solved, _) in graded_by.items():
            yield from (f"{lesson}: {problem}, through {way}" for problem in _not_full(solved, evidence.built[lesson]))


def untouched_earns_nothing(evidence: Evidence) -> Iterator[str]:
    for way, graded_by in _ways(evidence):
        for lesson, (_, untouched) in graded_by.items():
            yield from (f"{lesson}: {problem}, through {way}" for problem in _not_nothing(untouched))


def banks_diagnosed(evidence: Evidence) -> Iterator[str]:
    for row in evidence.banks:
        yield from row.problems


def release_is_clean(evidence: Evidence) -> Iterator[str]:
    for lesson, release in evidence.released.items():
        secret = _secret_lines(evidence.built[lesson].source)
        yield from (f"{lesson}: {problem}" for problem in _leaks(release, secret))
        ids = [cell.get("id") for cell in release.cells]
        grade_ids = [cell.metadata.nbgrader.grade_id for cell in release.cells if "nbgrader" in cell.metadata]
        for id in sorted({str(id) for group in (ids, grade_ids) for id in group if group.count(id) > 1}):
            yield f"{lesson}: the id {id} is there more than once"
        yield from (f"{lesson}: {problem}" for problem in _unlocked(evidence.built[lesson].source))


def lectures_have_homes(evidence: Evidence) -> Iterator[str]:
    yield from lectures.homeless(evidence.course, evidence.lessons, evidence.index)


def documents_are_whole(evidence: Evidence) -> Iterator[str]:
    course = evidence.course
    for document in documents.markdown_files(course.root, DOCUMENTED):
        yield from documents.problems(_where_it_is_read(document, course))
    for lesson, built in evidence.built.items():
        for cell in built.source.cells:
            if cell.cell_type == "markdown":
                yield from documents.problems(
                    documents.Document(course.release(lesson), f"{lesson}: {cell.id}", cell.source)
                )
    for lesson, (solved, _) in evidence.stock.items():
        for cell in solved.notebook.cells if solved.notebook else ():
            for output in cell.get("outputs", []):
                if problem := _without_fallback(output):
                    yield f"{lesson}: {cell.id}: {problem}"


# --- their parts -----------------------------------------------------------------------------------------------------


def _where_it_is_read(document: documents.Document, course: Course) -> documents.Document:
    """The same document; what is written for the students' tree alone is read at its root, and so are its links."""
    if document.path.parent != OWN:
        return document
    return replace(document, path=course.root / document.path.name)


def _ways(evidence: Evidence) -> list[tuple[str, dict[str, tuple[Run, Run]]]]:
    return [("nbgrader alone", evidence.stock), ("course grade", evidence.ours)]


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[0][:160]


def _not_full(solved: Run, built: Built) -> Iterator[str]:
    checks = [cell.metadata.nbgrader for cell in built.source.cells if cell.cell_type == "code" and graded(cell)]
    if not solved.scores:
        yield f"the solved notebook was not graded: {solved.why or 'no reason was given'}"
        return
    for check in checks:
        points, _ = solved.scores.get(check.grade_id, (None, 0.0))
        if points != check.points:
            yield f"the solution earns {'nothing' if points is None else f'{points:g}'} of {check.points:g} in {check.grade_id}"


def _not_nothing(untouched: Run) -> Iterator[str]:
    if untouched.notebook is None or not untouched.scores:
        yield f"the untouched notebook was not graded: {untouched.why or 'no reason was given'}"
        return
    for name, (points, _) in untouched.scores.items():
        if points != 0:
            yield f"untouched, {name} earns {'an ungraded answer' if points is None else f'{points:g} points'}; wanted 0"
    for cell in untouched.notebook.cells:
        if errors := [output.ename for output in cell.get("outputs", []) if output.output_type == "error"]:
            yield f"untouched, {cell.id} stops with {errors[0]}, and Run All with it"
        if cell.cell_type == "code" and graded(cell):
            said = (runs.verdict(cell) or {}).get("status", "nothing at all")
            if said != "not_written":
                yield f"untouched, {cell.metadata.nbgrader.grade_id} says {said}; wanted not_written"


def _secret_lines(source: NotebookNode) -> set[str]:
    """The lines that only stand in solutions; short ones, such as `return y`, give nothing away and may stand anywhere."""
    secret, public = set(), set()
    for cell in source.cells:
        inside = solution_lines(cell.source)
        secret.update(map(str.strip, inside))
        kept = cell.source.split("\n")
        for begin, end in reversed(regions(cell.source)):
            del kept[begin : end + 1]
        public.update(map(str.strip, kept))
    return {line for line in secret - public if len(line) >= 12}


def _unlocked(source: NotebookNode) -> Iterator[str]:
    """Checks run on the instructor's text of the cells that they need; a student who may edit one would run another."""
    for test in plan(source).tests:
        for given in test.given:
            cell = source.cells[given.index]
            if not cell.metadata.get("nbgrader", {}).get("locked"):
                yield f'{test.key} needs {cell.id}, which students may edit: give it role="given"'


def _leaks(release: NotebookNode, secret: set[str]) -> Iterator[str]:
    for key in sorted(set(release.metadata) - set(METADATA)):
        yield f"the notebook's metadata has {key}"
    for cell in release.cells:
        lines = cell.source.split("\n")
        yield from (f"{cell.id} has a line of the solution: {line.strip()}" for line in lines if line.strip() in secret)
        yield from (
            f"{cell.id} has the marker {word}"
            for word in (BEGIN, END, "HIDDEN TESTS", "MARK SCHEME")
            if word in cell.source
        )
        for key in sorted(set(cell.metadata) - {"nbgrader", "deletable", "editable"}):
            yield f"{cell.id} has the metadata {key}"
        if cell.cell_type == "code":
            if cell.outputs or cell.execution_count is not None:
                yield f"{cell.id} has outputs"
            yield from (
                f"{cell.id} imports {name}, which is not for students"
                for name in _imports(cell.source)
                if _private(name)
            )


def _imports(code: str) -> list[str]:
    """Dotted names that a cell imports."""
    names = []
    for node in ast.walk(syntax(code)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def _private(name: str) -> bool:
    hidden = any(part.startswith("_") and not part.startswith("__") for part in name.split("."))
    return hidden or any(name == module or name.startswith(f"{module}.") for module in PRIVATE)


def _without_fallback(output: NotebookNode) -> str | None:
    """Why a picture says nothing to a screen reader, or a widget is blank where there is no kernel."""
    data = output.get("data", {})
    plain, html = data.get("text/plain", ""), data.get("text/html", "")
    if 'role="alert"' in html:
        return f"the explorer could not draw: {plain}"
    if documents.images_without_words(html):
        return "the picture has no alt text"
    if any(kind.startswith("image/") for kind in data) and "<img" not in html:
        return "the picture has no alt text: show it with course_lib.pictures.show"
    if "application/vnd.jupyter.widget-view+json" not in data:
        return None
    if not plain.strip() or re.fullmatch(r"\w+\(.*\)", plain.strip(), re.DOTALL):
        return "the widget has no text, only its repr: show it with explore()"
    if "<img" not in html and 'role="note"' not in html:  # a button has no picture; its note says what to do without it
        return "the widget leaves no picture where there is no kernel: show it with explore()"
    return None


# --- all together ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gate:
    title: str
    find: Callable[[Evidence], Iterator[str]]
    remedy: str


GATES = (
    Gate(
        "the rebuild equals the committed notebooks",
        rebuild,
        "run `course build` and commit notebooks/ and course_lib/lessons/",
    ),
    Gate(
        "solved lessons run clean and in time", runs_clean, "open build/source/<lesson> with `course lab` and run all"
    ),
    Gate(
        "solutions earn full marks", solved_earns_all, "compare the solution with the exercise's reference and points"
    ),
    Gate(
        "untouched lessons earn nothing",
        untouched_earns_nothing,
        "start every answer from a stub that check() calls not written yet",
    ),
    Gate(
        "wrong answers are diagnosed, right ones accepted",
        banks_diagnosed,
        "mend the catalogue of mistakes, or the bank in tests/answers",
    ),
    Gate("no solution reaches the release", release_is_clean, "run `course build`; keep solutions between the markers"),
    Gate(
        "every row of the lectures has a home",
        lectures_have_homes,
        "name the row in the lesson, as in [C7]; or mend lectures.csv",
    ),
    Gate("links, alt texts and fallbacks are there", documents_are_whole, "mend the link, or write the words"),
)


@dataclass(frozen=True)
class Result:
    number: int
    gate: Gate
    problems: list[str]
    seconds: float

    @property
    def green(self) -> bool:
        return not self.problems


@contextmanager
def gather(course: Course, lessons: list[str], seconds: float = SECONDS) -> Iterator[Evidence]:
    """Evidence on these lessons, with a folder to work in that is gone afterwards."""
    course.build.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="verify", dir=course.build, ignore_cleanup_errors=True) as folder:
        yield Evidence(course, lessons, Path(folder), seconds)


def examine(number: int, gate: Gate, evidence: Evidence) -> Result:
    start = time.perf_counter()
    """Try one gate.  Evidence that cannot be had is a problem too."""
    try:
        problems = list(gate.find(evidence))
    except (CourseError, RoleError, ValueError) as error:
        problems = [str(error)]
    return Result(number, gate, problems, time.perf_counter() - start)


def table(results: list[Result]) -> Table:
    shown = Table(title="course verify", title_justify="left")
    shown.add_column("", justify="right")
    shown.add_column("gate")
    shown.add_column("result")
    shown.add_column("s", justify="right")
    for result in results:
        found = (
            "[green]green[/]"
            if result.green
            else f"[red]red: {len(result.problems)} problem{'s' * (len(result.problems) > 1)}[/]"
        )
        shown.add_row(str(result.number), result.gate.title, found, f"{result.seconds:.1f}")
    return shown
