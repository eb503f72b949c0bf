"""The command line: course build, verify, release, lab, check, pack, restore, doctor, grade, feedback, export, similarity, leaderboard,
sample-class.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

from grading.course import Course, CourseError, with_venv_first
from grading.engine.limits import Limits, MiB

OLDEST = (3, 10)
INSTALL = 'run  python -m pip install -e ".[instructor]"  in the course folder'


def wrong_python(version: tuple[int, ...], program: str) -> str | None:
    """One line for a Python that the course does not run on."""
    if tuple(version[:2]) >= OLDEST:
        return None
    wanted, came = ".".join(map(str, OLDEST)), ".".join(map(str, version[:3]))
    return f"course: Python {wanted} or newer is needed; this is {came}, {program}"


if problem := wrong_python(sys.version_info[:3], sys.executable):
    raise SystemExit(problem)  # before anything that such a Python cannot even read

try:
    import typer
    from rich.console import Console
    from rich.text import Text
except ModuleNotFoundError as missing:
    raise SystemExit(f"course: {missing.name} is missing: {INSTALL}") from None

app = typer.Typer(
    name="course",
    help="Build, check and grade the course.  Each command has its own --help with an example.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Lessons = Annotated[
    list[str] | None,
    typer.Argument(metavar="[LESSON]...", help="2, l02 or its name; all if none is given.", show_default=False),
]
Lesson = Annotated[
    str | None, typer.Option("--lesson", "-l", metavar="LESSON", help="Only this lesson: 2, l02 or its name.")
]
Class = Annotated[
    str,
    typer.Argument(
        metavar="[CLASS]", envvar="COURSE_CLASS", help="A name under classes/, or a path to a class folder."
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(min=1, help="How much is done at a time; one for each core if not given.", show_default=False),
]
Database = Annotated[
    str,
    typer.Option(
        "--db",
        metavar="URL",
        envvar="COURSE_DB",
        help="The gradebook's database, such as postgresql+psycopg://host/autumn, one for each class; "
        "gradebook.db in the class folder if not given.",
        show_default=False,
    ),
]
LIMITS = Limits()


def limit(name: str, least: int, words: str, metavar: str = "MIB"):
    return typer.Option(name, metavar=metavar, min=least, help=words, rich_help_panel="What one submission may take")


def interactive() -> bool:
    return sys.stdin.isatty()


def console() -> Console:
    return Console(highlight=False)


@app.command(epilog="Example:  course build 2")
def build(lessons: Lessons = None) -> None:
    """Make the notebooks: solutions/ -> build/source/ (with solutions) -> notebooks/ (for students).

    If one lesson cannot be built, nothing is written.
    """
    from grading import build as making

    course = Course.find()
    for built in making.build(course, course.chosen(lessons)):
        checks = sum(map(making.graded, built.release.cells))
        path = course.release(built.lesson).relative_to(course.root)
        typer.echo(f"{path}: {len(built.release.cells)} cells, {checks} graded, {built.points:g} points")


@app.command(epilog="Example:  course verify 2")
def verify(lessons: Lessons = None) -> None:
    """Try the eight gates that a course must pass before it goes to students; exit code 1 if one is red."""
    from grading import banks
    from grading import verify as gates

    course, out = Course.find(), console()
    with gates.gather(course, course.chosen(lessons)) as evidence:
        results = []
        for number, gate in enumerate(gates.GATES, start=1):
            with out.status(Text(f"{number}  {gate.title}")):
                results.append(gates.examine(number, gate, evidence))
        if "banks" in evidence.__dict__:
            out.print(banks.table(evidence.banks))
    out.print(gates.table(results))
    for result in results:
        if not result.green:
            out.print(f"\n[bold red]{result.number}  {result.gate.title}[/]  -  {result.gate.remedy}")
            out.print(Text("\n".join(f"   {problem}" for problem in result.problems)), soft_wrap=True)
    if not all(result.green for result in results):
        raise typer.Exit(1)


@app.command(
    epilog="Example:  course lab 2", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def lab(
    context: typer.Context,
    lesson: Annotated[
        str | None,
        typer.Argument(metavar="[LESSON]", help="2, l02 or its name; the folder of all if none is given."),
    ] = None,
) -> None:
    """Open the lessons in JupyterLab.  Further options, such as --no-browser, are handed on to it."""
    from grading.lab import lab as opened

    if lesson and lesson.startswith("-"):  # an option of JupyterLab's, and no lesson
        lesson, options = None, [lesson, *context.args]
    else:
        options = context.args
    raise typer.Exit(opened(Course.find(), lesson, options))


@app.command(epilog="Example:  course check ~/Downloads/l02_backpropagation.ipynb")
def check(
    submission: Annotated[Path, typer.Argument(metavar="SUBMISSION", help="A notebook that is to be handed in.")],
) -> None:
    """Say whether a notebook can be graded as it is; exit code 1 if something is wrong.  Says nothing about the answers."""
    from grading.submission import check as look

    findings = look(Course.find(), submission)
    for finding in findings:
        typer.echo(finding)
    if findings:
        raise typer.Exit(1)
    typer.echo(f"{submission.name} can be handed in.")


@app.command(epilog="Example:  course pack notebooks/l02_backpropagation/l02_backpropagation.ipynb")
def pack(
    notebook: Annotated[Path, typer.Argument(metavar="NOTEBOOK", help="A lesson that is to be handed in.")],
) -> None:
    """Look a lesson over and pack it into the file that is handed in; exit code 1 if something is wrong with it."""
    from course_lib.__main__ import main as students

    raise typer.Exit(students(["pack", str(notebook)]))


@app.command(epilog="Example:  course restore notebooks/l02_backpropagation/l02_backpropagation.ipynb")
def restore(notebook: Annotated[Path, typer.Argument(metavar="NOTEBOOK", help="A lesson that is damaged.")]) -> None:
    """Put a damaged lesson right; the answers stay, and the file as it was is kept beside it."""
    from course_lib.__main__ import main as students

    raise typer.Exit(students(["restore", str(notebook)]))


@app.command(epilog="Example:  course release ../lessons-autumn 0 1 2")
def release(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder, or an earlier release.")],
    lessons: Lessons = None,
) -> None:
    """Write the students' tree - lessons, library, set-up; no solutions, no grading - ready to be a repository of its own."""
    from grading.release import release as write

    course = Course.find()
    files = write(course, folder, course.chosen(lessons))
    typer.echo(
        f"{folder}: {len(files)} files, {sum(file.parts[0] == 'notebooks' for file in files)} of them in notebooks/"
    )


@app.command(epilog="Example:  course doctor")
def doctor(
    walls: Annotated[str, typer.Option(metavar="KIND", help="Of walls; by default the best that hold here.")] = "",
) -> None:
    """Say what a student's code cannot do on this machine, and try whether grading works; exit code 1 if it does not."""
    from grading.engine.doctor import canaries
    from grading.engine.walls import best, statement

    out, kind = console(), walls or best()
    out.print(Text(f"walls: {kind}", style="bold"))
    for finding in statement(kind):
        out.print(
            Text(f"{'yes' if finding.holds else 'NO '}  {finding.sentence}", style="" if finding.holds else "red")
        )
    wrong = canaries(kind)
    for sentence in wrong:
        out.print(Text(f"Grading goes wrong: {sentence}", style="bold red"))
    if wrong:
        raise typer.Exit(1)
    out.print("Grading works: a right answer gets its points, an empty one and a cheat get none.")


@app.command(epilog="Example:  course grade autumn --lesson 2 --student ada --student grace")
def grade(
    class_: Class = "default",
    lesson: Lesson = None,
    student: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this student; may be given more than once.")
    ] = None,
    workers: Workers = None,
    cell_timeout: Annotated[int, limit("--cell-timeout", 1, "Seconds that one cell may run.", "SECONDS")] = int(
        LIMITS.cell
    ),
    notebook_timeout: Annotated[
        int, limit("--notebook-timeout", 1, "Seconds for all cells together.", "SECONDS")
    ] = int(LIMITS.notebook),
    memory: Annotated[int, limit("--memory", 64, "Memory of all its processes together.")] = LIMITS.memory // MiB,
    processes: Annotated[int, limit("--processes", 1, "Processes at a time.", "NUMBER")] = LIMITS.processes,
    file_size: Annotated[int, limit("--file-size", 1, "The largest file that it may write.")] = LIMITS.file // MiB,
    disk: Annotated[int, limit("--disk", 1, "All files that it writes, together.")] = LIMITS.disk // MiB,
    output: Annotated[int, limit("--output", 1, "What one cell may show.")] = LIMITS.output // MiB,
    walls: Annotated[
        str, typer.Option(metavar="KIND", help="Of walls around students' code; the best that hold here if not given.")
    ] = "",
    database: Database = "",
    scheduler: Annotated[
        str, typer.Option(metavar="tcp://HOST:PORT", help="A Dask cluster that does the work.", show_default=False)
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Run again what was run already.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; list the points that would move.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write points that move without asking.")] = False,
) -> None:
    """Grade what a class handed in under CLASS/submitted/<student>/<lesson>/ and is new or changed.

    Where points move that work had already, though nobody changed it - because a check was mended, or a limit is another one -
    they are listed first, and written if you say so.  Where nobody can be asked, they are written if none goes down, or with --yes.
    Points given by hand stay.
    """
    from grading import regrade, sample_class
    from grading.engine.walls import best
    from grading.grade import grade as run

    course, out = Course.find(), console()
    folder = course.class_folder(class_)
    if not scheduler and (walls or best()) == "plain":
        out.print(
            Text("There are no walls here: students' code runs with your rights. See  course doctor", style="bold red")
        )

    def agree(moves: list[regrade.Move]) -> bool:
        out.print(regrade.table(moves))
        if yes or not interactive():
            return yes or not any(move.down for move in moves)
        return typer.confirm("Write them?")

    report = run(
        course,
        folder,
        lesson,
        student,
        workers,
        Limits(cell_timeout, notebook_timeout, memory * MiB, processes, file_size * MiB, disk * MiB, output * MiB),
        force,
        walls=walls,
        database=database,
        scheduler=scheduler,
        agree=agree,
        dry_run=dry_run,
    )
    if dry_run:
        out.print(regrade.table(report.moves))
        return
    out.print(report.table())
    for trouble in report.troubles:
        out.print(Text(trouble, style="red"), soft_wrap=True)
    for name, path in report.paths.items():
        if path.exists():
            out.print(Text(f"{name}: {path}"), soft_wrap=True)
    if report.refused:
        out.print("[bold red]Points of graded work would move; they were left as they are.[/]  --yes writes them.")
        raise typer.Exit(1)
    if (folder / sample_class.MARK).exists() and not student:
        wrong = sample_class.differences(report)
        out.print(
            Text("\n".join(wrong) or f"All points are those written down in grading/{sample_class.POINTS.name}/.")
        )
        if wrong:
            raise typer.Exit(1)


@app.command(epilog="Example:  course feedback autumn --lesson 2")
def feedback(
    class_: Class = "default", lesson: Lesson = None, workers: Workers = None, database: Database = ""
) -> None:
    """Write a feedback page for everything that was graded, with the comments given by hand so far."""
    from grading.feedback import feedback as write

    course = Course.find()
    pages, failed = write(course, course.class_folder(class_), lesson, workers, database)
    typer.echo(f"{len(pages)} feedback pages under {course.class_folder(class_) / 'feedback'}")
    for sentence in failed:
        typer.echo(sentence, err=True)
    if failed:
        raise typer.Exit(1)


@app.command(epilog="Example:  course export autumn --to points.csv")
def export(
    class_: Class = "default",
    lesson: Lesson = None,
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The file to write; grades.csv in the class folder if not given.", show_default=False
        ),
    ] = None,
    database: Database = "",
) -> None:
    """Write the points of a class to a CSV file."""
    from grading.export import export as write

    course = Course.find()
    typer.echo(write(course, course.class_folder(class_), lesson, to, database))


@app.command(epilog="Example:  course similarity autumn 2")
def similarity(
    class_: Class = "default",
    lesson: Annotated[
        str | None,
        typer.Argument(metavar="[LESSON]", help="2, l02 or its name; all that was handed in if none is given."),
    ] = None,
) -> None:
    """Report answers that are alike, whatever their names and layout: a hint for a talk, not a proof."""
    from grading.similarity import similarity as compare

    course, out = Course.find(), console()
    found = compare(course, course.class_folder(class_), lesson)
    out.print(found.table())
    out.print(Text(f"side by side: {found.path}"), soft_wrap=True)


@app.command(epilog="Example:  course leaderboard autumn 13")
def leaderboard(
    class_: Class = "default",
    lesson: Annotated[str, typer.Argument(metavar="[LESSON]", help="2, l02 or its name.")] = "l13",
) -> None:
    """Show who did best in a lesson's contest, on examples that nobody had seen."""
    from grading.leaderboard import leaderboard as tables

    course, out = Course.find(), console()
    for table in tables(course, course.class_folder(class_), lesson):
        out.print(table)


@app.command(epilog="Example:  course sample-class && course grade sample")
def sample_class(
    class_: Annotated[str, typer.Argument(metavar="[CLASS]", help="A name under classes/, or a path.")] = "sample",
    lesson: Annotated[str, typer.Option("--lesson", "-l", help="What they hand in: 2, l02 or its name.")] = "l02",
) -> None:
    """Make a class to try things on: 30 submissions of a lesson, from all right to broken."""
    from grading.sample_class import make

    course = Course.find()
    folder = Path(class_) if Path(class_).name != class_ else course.classes / class_
    make(course, folder, lesson)
    typer.echo(f"{folder}: now grade it with  course grade {class_}")


def main() -> None:
    """What the command `course` runs.  Exit codes: 0 well, 1 something is red or failed, 2 wrong usage."""
    try:
        os.environ.update(with_venv_first(os.environ))
        app()
    except CourseError as error:
        raise SystemExit(f"course: {error}") from None
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("grading", "course_lib"):
            raise
        raise SystemExit(f"course: {error.name} is missing: {INSTALL}") from None


if __name__ == "__main__":
    main()
