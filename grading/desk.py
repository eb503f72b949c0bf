"""The one place where a class is written to: what was handed in goes out as units, what comes back is entered.

For each submission in this order: the outcome, the gradebook in one commit, the autograded notebook, the record.  A run that is stopped
anywhere goes on from the last record, and ends where an undisturbed run does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.utils import parse_utc
from traitlets.config import Config

from course_lib.handing_in.mending import mend
from course_lib.handing_in.originals import Originals
from course_lib.handing_in.reading import Unreadable, read
from course_lib.handing_in.repair import note
from grading import atomic, cache, gradebook, records, regrade
from grading.class_folder import ClassFolder
from grading.course import Course
from grading.engine.limits import Limits
from grading.gradebook import Points
from grading.records import Record
from grading.regrade import Move
from grading.scheduler import progress
from grading.submission import Submission, originals
from grading.unit import Outcome, Unit, software

PASSED_ON = ("Execute", "IgnorePattern", "LimitOutput")  # nbgrader's settings that a unit takes along
Run = Callable[[Iterable[Any]], Iterator[tuple[Any, object]]]


@dataclass(frozen=True)
class Task:
    """A submission that is to be graded now.

    again      it was graded before, and nobody has changed it since
    timestamp  when it was handed in, if that is known                     key  of its unit
    """

    submission: Submission
    record: Record
    again: bool
    timestamp: datetime | None = None
    key: str = ""


@dataclass(frozen=True)
class Lesson:
    """What all submissions of a lesson share, read once."""

    course: Course
    name: str

    @cached_property
    def source(self) -> str:
        """The instructor's notebook where it was built here, else the release: both name the answers and hold the given cells."""
        built = self.course.source_notebook(self.name)
        return (built if built.exists() else self.course.release(self.name)).read_text(encoding="utf-8")

    @cached_property
    def files(self) -> tuple[tuple[str, bytes], ...]:
        """What lies beside the release: pictures and data."""
        folder = self.course.release(self.name).parent
        paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
        named = ((path.relative_to(folder), path) for path in paths if path.suffix != ".ipynb")
        return tuple(
            (name.as_posix(), path.read_bytes())
            for name, path in named
            if not any(part.startswith(".") for part in name.parts)
        )

    @cached_property
    def digest(self) -> str:
        parts = (self.course.release(self.name).read_bytes(), self.source.encode(), repr(self.files).encode())
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


@dataclass
class Desk:
    """One run over a class.

    before    {lesson: {student: what the gradebook said when the run began}}
    moves     of points that were there already             held  tasks that wait until somebody agrees to theirs
    troubles  where the grader itself failed, a sentence for each
    """

    course: Course
    folder: ClassFolder
    book: Gradebook
    config: Config
    limits: Limits
    walls: str
    before: dict[str, dict[str, Points]]
    force: bool = False
    dry_run: bool = False
    moves: list[Move] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    held: list[tuple[Task, Outcome]] = field(default_factory=list)
    lessons: dict[str, Lesson] = field(default_factory=dict)

    @cached_property
    def originals(self) -> Originals:
        return originals(self.course)

    def work(self, submissions: Iterable[Submission], run: Run) -> None:
        """Grade what is due.     run: of scheduler.each, with everything but the jobs"""
        due = [task for submission in submissions if (task := self.due(submission))]
        with progress("Grading", len(due)) as advance:
            for task, result in run(self._units(due, advance)):
                if isinstance(result, Outcome):
                    cache.save(self.folder, task.submission, task.key, result)
                    self._take(task, result)
                else:
                    self._trouble(task, result)
                advance()

    def _units(self, due: Iterable[Task], advance: Callable[[], object]) -> Iterator[tuple[Task, Unit]]:
        """The units that have to be computed; what needs no computing is settled on the way."""
        for task in due:
            try:
                ready, unit = self.prepare(task)
            except Unreadable as error:
                self._take(task, Outcome(failure=str(error)))
            except OSError as error:  # whatever is wrong with one submission, the others are graded
                self._trouble(task, error)
            else:
                kept = None if self.force else cache.load(self.folder, task.submission, unit.key)
                if kept is None:
                    yield ready, unit
                    continue
                self._take(ready, kept)
            advance()

    # --- before it runs ---------------------------------------------------------------------------------------------

    def due(self, submission: Submission) -> Task | None:
        """What is to be done about a submission; None if it was graded as it is."""
        last = records.load(self.folder, submission) or Record()
        handed_in = records.handed_in(submission)
        fingerprint = self._fingerprint(submission.lesson, handed_in)
        entered = submission.student in self.before[submission.lesson]
        settled = last.failure or (entered and _graded(self.folder, submission).exists())
        if settled and last.fingerprint == fingerprint and not self.force:
            return None
        again = entered and not last.failure and last.handed_in == handed_in
        return Task(submission, Record(fingerprint, handed_in), again)

    def prepare(self, task: Task) -> tuple[Task, Unit]:
        """The unit of a submission, and what there is to say about its files.     Raises  Unreadable."""
        submission = task.submission
        if bad := set(submission.student) & set("*?[]"):
            names = " ".join(sorted(bad))
            raise Unreadable(
                f"nbgrader cannot grade a folder with the name {submission.student}: rename it without {names}"
            )
        lesson = self._lesson(submission.lesson)
        path, findings = submission.file()
        timestamp, doubts = _timestamp(submission)
        notebook, repaired = mend(submission.lesson, read(path), self.originals)
        findings += doubts + repaired
        if findings:
            notebook.cells.insert(0, note(findings))
        unit = Unit(
            student=submission.student,
            lesson=submission.lesson,
            notebook=nbformat.writes(notebook),
            source=lesson.source,
            secret=self.folder.key(),
            software=software(),
            files=lesson.files,
            limits=self.limits,
            walls=self.walls,
            settings={section: dict(self.config[section]) for section in PASSED_ON if section in self.config},
        )
        record = replace(task.record, findings=findings)
        return replace(task, record=record, timestamp=timestamp, key=unit.key), unit

    def _fingerprint(self, lesson: str, handed_in: str) -> str:
        """Of all that the points hang on, and that can be had without opening the notebook."""
        everything = (
            handed_in,
            self._lesson(lesson).digest,
            self.folder.key(),
            software(),
            asdict(self.limits),
            self.walls,
        )
        return hashlib.sha256(repr(everything).encode()).hexdigest()

    def _lesson(self, name: str) -> Lesson:
        return self.lessons.setdefault(name, Lesson(self.course, name))

    # --- when it comes back -----------------------------------------------------------------------------------------

    def _take(self, task: Task, outcome: Outcome) -> None:
        """Enter an outcome, unless points of work that nobody touched would move."""
        submission = task.submission
        before = self.before[submission.lesson].get(submission.student, Points())
        moved = regrade.moves(submission.lesson, submission.student, before.scores, outcome.points)
        if self.dry_run:
            self.moves += moved
        elif task.again and moved:
            self.moves += moved
            self.held.append((task, replace(outcome, notebook="")))  # a class of notebooks is too much to hold
        else:
            self._settle(task, outcome)

    def settle_held(self) -> None:
        """Enter what was held back."""
        for task, outcome in self.held:
            kept = outcome if outcome.failure else cache.load(self.folder, task.submission, task.key)
            if kept is not None:
                self._settle(task, kept)

    def _settle(self, task: Task, outcome: Outcome) -> None:
        submission, record = task.submission, task.record
        graded = _graded(self.folder, submission)
        who = submission.lesson, submission.student
        if outcome.failure:
            if task.key:  # what could be read is in the gradebook, if without points
                gradebook.enter(self.book, *who, {}, {}, task.timestamp, self.config)
            gradebook.withdraw(self.book, *who)
            graded.unlink(missing_ok=True)
            records.save(self.folder, submission, replace(record, failure=outcome.failure))
            return
        gradebook.enter(self.book, *who, outcome.points, outcome.answered, task.timestamp, self.config)
        for name, content in self._lesson(submission.lesson).files:
            atomic.write(graded.parent / name, content)
        if submission.timestamp.is_file():
            atomic.write(graded.parent / submission.timestamp.name, submission.timestamp.read_bytes())
        atomic.write(graded, outcome.notebook)
        said = replace(record, findings=[*record.findings, *outcome.said], problems=outcome.problems)
        records.save(self.folder, submission, said)

    def _trouble(self, task: Task, error: object) -> None:
        """The machine failed, not the submission: the next run tries again, and points that are there stay."""
        sentence = f"The grader itself failed: {type(error).__name__}: {error}"
        self.troubles.append(f"{task.submission.student}, {task.submission.lesson}: {sentence}")
        if self.dry_run or task.again:
            return
        gradebook.withdraw(self.book, task.submission.lesson, task.submission.student)
        records.save(self.folder, task.submission, Record(failure=sentence))


def _graded(folder: ClassFolder, submission: Submission) -> Path:
    return folder.autograded / submission.student / submission.lesson / f"{submission.lesson}.ipynb"


def _timestamp(submission: Submission) -> tuple[datetime | None, list[str]]:
    """When a submission was handed in, in UTC, and what is wrong with the file that says so."""
    try:
        return parse_utc(submission.timestamp.read_text(encoding="utf-8").strip()), []
    except FileNotFoundError:
        return None, []
    except (OSError, ValueError, OverflowError):
        return None, [f"{submission.timestamp.name} holds no time; it was left aside."]
