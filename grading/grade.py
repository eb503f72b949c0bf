"""Grade a class: repair, run and record every submission; one that cannot be graded stops no other."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from grading import gradebook, records
from grading.autograde import Job, autograde
from grading.class_folder import ClassFolder
from grading.course import Course, CourseError
from grading.pool import each
from grading.records import Record
from grading.repair import note
from grading.report import Report, report
from grading.settings import CELL_TIMEOUT, settings
from grading.submission import Submission, Unreadable, collect, mend, read


def grade(
    course: Course,
    class_dir: str | Path,
    lesson: str | None = None,
    students: Iterable[str] | None = None,
    workers: int | None = None,
    cell_timeout: int = CELL_TIMEOUT,
    force: bool = False,
) -> Report:
    """Grade what is in the class folder's submitted/<student>/<lesson>/ and is new or changed.

    lesson        only this one           students      only these
    workers       processes; one per core by default
    cell_timeout  seconds that one cell may run
    force         grade again what was graded already

    Raises  CourseError if there is no such class folder, lesson or student, or nothing has been handed in.
    """
    folder = ClassFolder.open(class_dir)
    students = None if students is None else list(students)
    settings(course, folder)  # a folder that nbgrader cannot work in is refused before anything is written
    submissions = choose(course, folder, lesson, students)
    folder.key()
    with gradebook.opened(folder) as book:
        for name in sorted({one.lesson for one in submissions}):
            gradebook.enter_lesson(course, book, name, folder.db_url)
        gradebook.enter_students(book, (one.student for one in submissions), folder.students())

        jobs: dict[Job, tuple[Submission, Record]] = {}
        for submission in submissions:
            record = _due(course, folder, submission, cell_timeout, force)
            if record is None:
                continue
            if record.failure:
                _settle(folder, book, submission, record)
            else:
                job = Job(course.root, folder.path, submission.student, submission.lesson, cell_timeout)
                jobs[job] = submission, record
        for job, result in each(autograde, list(jobs), workers, "Grading"):
            submission, record = jobs[job]
            ended = replace(record, failure=result) if isinstance(result, str) else _grader_failed(result)
            _settle(folder, book, submission, ended)
    return report(course, folder, {one.lesson for one in submissions}, students)


def _due(course: Course, folder: ClassFolder, submission: Submission, cell_timeout: int, force: bool) -> Record | None:
    """The record of a submission that is to be graded now, prepared for it; None if it was graded as it is."""
    fingerprint = ""
    try:
        fingerprint = records.fingerprint(course, folder, submission, cell_timeout)
        last = None if force else records.load(folder, submission)
        settled = last and (last.failure or _graded_file(folder, submission).exists())
        if last and settled and last.fingerprint == fingerprint:
            return None
        return Record(fingerprint, prepare(course, folder, submission))
    except Unreadable as error:
        return Record(fingerprint, failure=str(error))
    except Exception as error:  # whatever is wrong with one submission, the others are graded
        return _grader_failed(error)


def _settle(folder: ClassFolder, book: Gradebook, submission: Submission, record: Record) -> None:
    """Write down how the grading of one submission ended."""
    if record.failure:
        gradebook.withdraw(book, submission.lesson, submission.student)
    records.save(folder, submission, record)


def _grader_failed(error: object) -> Record:
    """Not the submission's fault: without a fingerprint, so that the next run tries again."""
    return Record("", failure=f"The grader itself failed: {type(error).__name__}: {error}")


def choose(course: Course, folder: ClassFolder, lesson: str | None, students: Iterable[str] | None) -> list[Submission]:
    """The submissions to grade.     Raises  CourseError if there are none."""
    found = collect(folder, students)
    wanted = {course.lesson(lesson)} if lesson else set(course.lessons())
    chosen = [one for one in found if one.lesson in wanted]
    if not chosen:
        there_is = ", ".join(sorted({one.lesson for one in found})) or "nothing at all"
        raise CourseError(
            f"nothing handed in for {' or '.join(sorted(wanted))} in {folder.submitted}; there is {there_is}"
        )
    return chosen


def prepare(course: Course, folder: ClassFolder, submission: Submission) -> list[str]:
    """Write the repaired notebook, alone with its time stamp, and return what was repaired.     Raises  Unreadable."""
    if bad := set(submission.student) & set("*?[]"):
        raise Unreadable(
            f"nbgrader cannot grade a folder with the name {submission.student}: rename it without {' '.join(sorted(bad))}"
        )
    path, findings = submission.file()
    notebook, repaired = mend(course, submission.lesson, read(path))
    findings += repaired
    if findings:
        notebook.cells.insert(0, note(findings))
    target = folder.repaired / submission.student / submission.lesson
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    nbformat.write(notebook, target / f"{submission.lesson}.ipynb")
    if submission.timestamp.is_file():
        shutil.copyfile(submission.timestamp, target / submission.timestamp.name)
    return findings


def _graded_file(folder: ClassFolder, submission: Submission) -> Path:
    return folder.autograded / submission.student / submission.lesson / f"{submission.lesson}.ipynb"
