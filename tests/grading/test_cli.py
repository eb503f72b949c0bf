"""The command line: what each command calls, what it says, and one clear line for every mistake of its user."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import types
import urllib.request
from pathlib import Path

import pytest
from rich.table import Table
from typer.testing import CliRunner

from grading import cli, lab, verify
from grading.course import Course, CourseError
from grading.engine.limits import Limits, MiB
from grading.regrade import Move
from tests.grading import tiny

COMMANDS = (
    "build",
    "verify",
    "lab",
    "check",
    "grade",
    "feedback",
    "export",
    "similarity",
    "leaderboard",
    "sample-class",
)
ROOT = Path(cli.__file__).parents[1]


@pytest.fixture
def course(tmp_path, monkeypatch):
    course = tiny.make(tmp_path / "course", built=False)
    (course.classes / "autumn" / "submitted").mkdir(parents=True)
    monkeypatch.chdir(course.root)
    monkeypatch.delenv("COURSE_CLASS", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    return course


def run(*words):
    return CliRunner().invoke(cli.app, list(words))


def main(monkeypatch, *words):
    """Exit code and last words of the real entry point."""
    monkeypatch.setattr(sys, "argv", ["course", *words])
    monkeypatch.setattr(os, "environ", os.environ.copy())
    with pytest.raises(SystemExit) as end:
        cli.main()
    return end.value.code


@pytest.fixture
def calls(monkeypatch):
    """Stands in for the functions that a command hands over to, and keeps what they were given."""
    kept = []

    def stand_in(module, name, returns):
        def function(*args, **options):
            kept.append((name, args, options))
            return returns

        stand = types.ModuleType(module)
        setattr(stand, name, function)
        monkeypatch.setitem(sys.modules, module, stand)

    stand_in.kept = kept
    return stand_in


# --- help and usage --------------------------------------------------------------------------------------------------


def test_help_names_every_command():
    result = run("--help")
    assert result.exit_code == 0
    assert [name for name in COMMANDS if name not in result.output] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(name):
    result = run(name, "--help")
    assert result.exit_code == 0
    assert f"course {name}" in " ".join(result.output.partition("Example:")[2].split())


@pytest.mark.parametrize("words", [["bild"], ["build", "--fast"], ["check"], ["grade", "autumn", "--workers", "0"]])
def test_wrong_usage_is_exit_code_2(course, words):
    assert run(*words).exit_code == 2


# --- what each command does ------------------------------------------------------------------------------------------


def test_build(course):
    result = run("build", "90")
    assert result.exit_code == 0
    assert result.output == f"{Path('notebooks/l90_tiny/l90_tiny.ipynb')}: 10 cells, 3 graded, 6.5 points\n"
    assert course.release(tiny.NAME).exists()


@pytest.mark.parametrize(("problems", "code"), [([], 0), (["l90: [b] is wrong"], 1)])
def test_verify(course, monkeypatch, problems, code):
    gate = verify.Gate("it is so", lambda evidence: iter(problems), "make it so")
    monkeypatch.setattr(verify, "GATES", (gate,))
    result = run("verify")
    assert result.exit_code == code
    assert "it is so" in result.output
    assert ("make it so" in result.output) is bool(problems)
    assert all(problem in result.output for problem in problems), "square brackets are no markup"


def test_check(course, calls):
    calls("grading.submission", "check", [])
    result = run("check", "l90_tiny.ipynb")
    assert (result.exit_code, result.output) == (0, "l90_tiny.ipynb can be handed in.\n")
    assert calls.kept == [("check", (course, Path("l90_tiny.ipynb")), {})]


def test_check_exits_with_1_when_something_is_wrong(course, calls):
    calls("grading.submission", "check", ["A cell is missing.", "Another one, too."])
    result = run("check", "l90_tiny.ipynb")
    assert (result.exit_code, result.output) == (1, "A cell is missing.\nAnother one, too.\n")


def report(course):
    table = Table("student")
    table.add_row("ada")
    return types.SimpleNamespace(
        rows=[],
        table=lambda: table,
        paths={"gradebook": course.root, "feedback": course.root / "none"},
        moves=[],
        refused=False,
        troubles=[],
    )


def test_grade(course, calls):
    calls("grading.grade", "grade", report(course))
    result = run(
        "grade",
        "autumn",
        "-l",
        "90",
        "--student",
        "ada",
        "--student",
        "bo",
        "--workers",
        "2",
        "--cell-timeout",
        "7",
        "--force",
    )
    assert result.exit_code == 0, result.output
    folder = (course.classes / "autumn").resolve()
    ((_, given, options),) = calls.kept
    assert given == (course, folder, "90", ["ada", "bo"], 2, Limits(cell=7), True)
    assert {name: option for name, option in options.items() if name != "agree"} == {
        "walls": "",
        "database": "",
        "scheduler": "",
        "dry_run": False,
    }
    assert "ada" in result.output and f"gradebook: {course.root}" in result.output
    assert "feedback" not in result.output, "what is not there is not announced"


def test_grade_takes_the_class_from_the_environment_and_the_limits_from_the_engine(course, calls, monkeypatch):
    monkeypatch.setenv("COURSE_CLASS", str(course.classes / "autumn"))
    calls("grading.grade", "grade", report(course))
    assert run("grade").exit_code == 0
    assert calls.kept[0][1] == (course, (course.classes / "autumn").resolve(), None, None, None, Limits(), False)


def test_every_limit_has_its_option(course, calls):
    calls("grading.grade", "grade", report(course))
    words = [
        "--cell-timeout",
        "1",
        "--notebook-timeout",
        "2",
        "--memory",
        "65",
        "--processes",
        "4",
        "--file-size",
        "5",
        "--disk",
        "6",
        "--output",
        "7",
    ]
    assert run("grade", "autumn", *words).exit_code == 0
    assert calls.kept[0][1][5] == Limits(1, 2, 65 * MiB, 4, 5 * MiB, 6 * MiB, 7 * MiB)


def test_where_the_gradebook_and_the_workers_are(course, calls, monkeypatch):
    monkeypatch.setenv("COURSE_DB", "sqlite://")
    calls("grading.grade", "grade", report(course))
    assert run("grade", "autumn", "--scheduler", "tcp://a:1", "--walls", "plain", "--dry-run").exit_code == 0
    options = calls.kept[0][2]
    assert (options["database"], options["scheduler"], options["walls"]) == ("sqlite://", "tcp://a:1", "plain")
    assert options["dry_run"]


UP, DOWN = Move("l90", "ada", "one", 1.0, 2.0), Move("l90", "bo", "two", 2.0, 1.0)


@pytest.mark.parametrize(
    ("moves", "words", "terminal", "answer", "written"),
    [
        ([UP], [], False, "", True),
        ([UP, DOWN], [], False, "", False),
        ([UP, DOWN], ["--yes"], False, "", True),
        ([UP, DOWN], ["--yes"], True, "", True),
        ([UP], [], True, "n\n", False),
        ([UP, DOWN], [], True, "y\n", True),
    ],
)
def test_points_of_graded_work_that_move(course, monkeypatch, moves, words, terminal, answer, written):
    def grade(*_, agree, **__):
        made = report(course)
        made.refused = not agree(moves)
        return made

    monkeypatch.setitem(sys.modules, "grading.grade", types.SimpleNamespace(grade=grade))
    monkeypatch.setattr(cli, "interactive", lambda: terminal)
    result = CliRunner().invoke(cli.app, ["grade", "autumn", *words], input=answer)
    assert result.exit_code == (0 if written else 1)
    assert all(word in result.output for word in ("ada", "one", "1 -> 2"))
    assert ("left as they are" in result.output or "left as they were" in result.output) is not written


def test_a_dry_run_shows_the_list_only(course, monkeypatch):
    made = report(course)
    made.moves = [DOWN]
    monkeypatch.setitem(sys.modules, "grading.grade", types.SimpleNamespace(grade=lambda *_, **__: made))
    result = run("grade", "autumn", "--dry-run")
    assert result.exit_code == 0 and "2 -> 1" in result.output and "gradebook:" not in result.output


def test_troubles_of_the_grader_are_said(course, monkeypatch):
    made = report(course)
    made.troubles = ["bo, l90: The grader itself failed: OSError: no [space]"]
    monkeypatch.setitem(sys.modules, "grading.grade", types.SimpleNamespace(grade=lambda *_, **__: made))
    assert "no [space]" in run("grade", "autumn").output


def test_similarity(course, calls):
    found = types.SimpleNamespace(table=lambda: Table("whose"), path=course.root / "similarity.html")
    calls("grading.similarity", "similarity", found)
    result = run("similarity", "autumn", "90")
    assert result.exit_code == 0 and f"side by side: {found.path}" in result.output
    assert calls.kept == [("similarity", (course, (course.classes / "autumn").resolve(), "90"), {})]


def test_leaderboard(course, calls):
    calls("grading.leaderboard", "leaderboard", [Table("place"), Table("rank")])
    result = run("leaderboard", "autumn", "90")
    assert result.exit_code == 0 and "place" in result.output and "rank" in result.output
    assert calls.kept == [("leaderboard", (course, (course.classes / "autumn").resolve(), "90"), {})]


def test_help_loads_no_dask():
    code = "import sys; from grading import cli; assert not {'distributed', 'dask', 'nbgrader', 'numpy'} & set(sys.modules)"
    assert python(code, ROOT) == ([], 0)


def test_feedback(course, calls):
    calls("grading.feedback", "feedback", ([course.root / "a.html"], []))
    result = run("feedback", "autumn", "--lesson", "90")
    assert result.exit_code == 0 and result.output.startswith("1 feedback page")
    assert calls.kept[0][1][2] == "90"


def test_feedback_exits_with_1_when_a_page_is_missing(course, calls):
    calls("grading.feedback", "feedback", ([], ["ada, l90_tiny: no feedback page: no disk"]))
    result = run("feedback", "autumn")
    assert result.exit_code == 1 and "no disk" in result.output


def test_export(course, calls):
    calls("grading.export", "export", course.root / "points.csv")
    result = run("export", "autumn", "--to", "points.csv")
    assert (result.exit_code, result.output) == (0, f"{course.root / 'points.csv'}\n")
    assert calls.kept == [("export", (course, (course.classes / "autumn").resolve(), None, Path("points.csv"), ""), {})]


@pytest.mark.parametrize(
    ("given", "folder"), [([], "classes/sample"), (["spring"], "classes/spring"), (["./spring"], "spring")]
)
def test_sample_class(course, calls, given, folder):
    calls("grading.sample_class", "make", None)
    result = run("sample-class", *given)
    assert result.exit_code == 0 and "course grade" in result.output
    made = calls.kept[0][1][1]
    assert (course.root / made).resolve() == (course.root / folder).resolve()


# --- mistakes of the user: one line, no traceback --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["build", "7"], "course: there is no lesson '7'; the lessons are l90_tiny"),
        (["verify", "l07"], "course: there is no lesson 'l07'; the lessons are l90_tiny"),
        (["lab", "7"], "course: there is no lesson '7'; the lessons are l90_tiny"),
        (["lab", "90"], "is missing: build it first with  course build"),
        (["grade", "spring"], "course: no class folder 'spring'; under"),
        (["feedback", "spring"], "course: no class folder 'spring'; under"),
        (["export", "spring"], "there is autumn"),
        (["check", "nothing.ipynb"], "course: no file nothing.ipynb"),
    ],
)
def test_one_clear_line(course, monkeypatch, words, line):
    said = main(monkeypatch, *words)
    assert line in said
    assert "\n" not in said


def test_not_a_notebook(course, monkeypatch, capsys):
    Path("essay.ipynb").write_text("Dear professor,", encoding="utf-8")
    assert main(monkeypatch, "check", "essay.ipynb") == 1
    said = capsys.readouterr().out
    assert said.startswith("essay.ipynb is damaged at line 1") and said.count("\n") == 1


def test_outside_of_any_course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("grading.course.__file__", str(tmp_path / "lib" / "grading" / "course.py"))
    assert "no course found" in main(monkeypatch, "build")


def python(code, cwd):
    """What a fresh Python says on stderr, and its exit code."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, env=env, capture_output=True, text=True, timeout=120)
    return done.stderr.strip().splitlines(), done.returncode


@pytest.mark.parametrize(
    ("module", "words"),
    [("nbgrader", "build"), ("jupytext", "build"), ("typer", "build"), ("rich", "verify"), ("nbgrader", "verify")],
)
def test_a_missing_tool(course, module, words):
    code = f"import sys; sys.modules[{module!r}] = None; sys.argv = ['course', {words!r}]; from grading.cli import main; main()"
    lines, exit_code = python(code, course.root)
    assert exit_code == 1
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"course: {module}") and 'pip install -e ".[instructor]"' in lines[0]


def test_a_python_that_is_too_old(course):
    code = "import sys; sys.version_info = (3, 9, 2, 'final', 0); import grading.cli"
    lines, exit_code = python(code, course.root)
    assert exit_code == 1
    assert lines == [f"course: Python 3.10 or newer is needed; this is 3.9.2, {sys.executable}"]
    assert cli.wrong_python((3, 10, 0), "python") is None


def test_our_own_mistakes_keep_their_traceback(course, monkeypatch, calls):
    monkeypatch.setitem(sys.modules, "grading.sample_class", None)
    with pytest.raises(ModuleNotFoundError):
        main(monkeypatch, "sample-class")


# --- lab -------------------------------------------------------------------------------------------------------------


def test_lab_opens_the_lessons_with_this_pythons_programs_first(course, monkeypatch):
    course.release(tiny.NAME).touch()
    assert "--LabApp.default_url=/lab/tree/notebooks" in lab.command(course)
    assert f"--LabApp.default_url=/lab/tree/notebooks/{tiny.NAME}/{tiny.NAME}.ipynb" in lab.command(course, "90")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/mine")
    env = lab.environment()
    assert env["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)
    assert env["JUPYTER_PREFER_ENV_PATH"] == "1"
    assert env["JUPYTER_CONFIG_PATH"].split(os.pathsep) == [str(lab.SETTINGS), "/mine"]


def test_lab_hands_options_on_and_returns_jupyterlabs_exit_code(course, monkeypatch):
    started = []

    class Process:
        def __init__(self, command, env):
            started.append(command)
            self.waits = 0

        def wait(self):
            self.waits += 1
            if self.waits == 1:
                raise KeyboardInterrupt
            return 3

    monkeypatch.setattr(lab.subprocess, "Popen", Process)
    course.release(tiny.NAME).touch()
    assert run("lab", "--no-browser", "--port=9999").exit_code == 3
    assert run("lab", "90", "--no-browser").exit_code == 3
    assert started[0][-2:] == ["--no-browser", "--port=9999"] and started[0][-3].endswith("/lab/tree/notebooks")
    assert started[1][-1] == "--no-browser" and started[1][-2].endswith("l90_tiny.ipynb")


def test_lab_without_jupyterlab(course, monkeypatch):
    monkeypatch.setattr(lab, "find_spec", lambda name: None)
    with pytest.raises(CourseError, match="JupyterLab is missing"):
        lab.lab(course)


@pytest.mark.slow
def test_lab_starts_and_asks_nothing_about_news(course, tmp_path):
    course.release(tiny.NAME).touch()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--no-browser", f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1"]
    folders = dict.fromkeys(("HOME", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"), str(tmp_path))
    command = [*lab.command(course), *options, "--IdentityProvider.token=t", "--allow-root"]
    process = subprocess.Popen(command, env={**lab.environment(), **folders}, stderr=subprocess.DEVNULL)

    def get(path):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}?token=t", timeout=30) as answer:
            return json.load(answer)

    try:
        for _ in range(120):
            with contextlib.suppress(OSError):
                get("api")
                break
            time.sleep(0.5)
        schema = get("lab/api/settings/@jupyterlab/apputils-extension:notification")["schema"]["properties"]
        assert schema["fetchNews"]["default"] == "false"
        assert schema["checkForUpdates"]["default"] is False
        names = [entry["name"] for entry in get(f"api/contents/notebooks/{tiny.NAME}")["content"]]
        assert f"{tiny.NAME}.ipynb" in names
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_the_course_itself_is_found():
    assert Course.find(ROOT).root == ROOT
