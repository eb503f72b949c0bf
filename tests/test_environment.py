"""The files that say what is installed agree with each other, and start.py does what they say."""

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from rattler import MatchSpec

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
CONDA_NAMES = {"matplotlib": "matplotlib-base"}  # conda-forge's matplotlib brings a graphical toolkit along


def requirements(*extras):
    texts = [*PROJECT["dependencies"], *(text for extra in extras for text in PROJECT["optional-dependencies"][extra])]
    return [r for r in map(Requirement, texts) if r.name != PROJECT["name"]]


# --- environment.yml -------------------------------------------------------------------------------------------------


def test_environment_asks_for_what_the_project_asks_for():
    specs = {re.split(r"[=<>!]", spec)[0]: spec for spec in ENVIRONMENT["dependencies"] if isinstance(spec, str)}
    for requirement in requirements("lab"):
        name = CONDA_NAMES.get(requirement.name, requirement.name)
        bounds = set(specs.pop(name).removeprefix(name).split(","))
        assert bounds == {str(bound) for bound in requirement.specifier}, name
    assert set(specs) == {"python", "pip"}
    assert ENVIRONMENT["dependencies"][-1] == {"pip": ["-e ."]}
    assert ENVIRONMENT["name"] == PROJECT["name"]


def test_every_line_of_the_environment_is_a_conda_spec():
    for spec in ENVIRONMENT["dependencies"]:
        if isinstance(spec, str):
            MatchSpec(spec)


def test_binder_reads_the_python_version():
    """Binder takes the version from a plain python=X.Y, and ignores this file if there is a binder folder."""
    (python,) = [spec for spec in ENVIRONMENT["dependencies"] if isinstance(spec, str) and spec.startswith("python=")]
    assert re.fullmatch(r"python=3\.\d+", python)
    assert Version(python.partition("=")[2]) in Requirement(f"python{PROJECT['requires-python']}").specifier
    assert not (ROOT / "binder").exists() and not (ROOT / ".binder").exists()


# --- requirements.lock -----------------------------------------------------------------------------------------------


def locked():
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def test_every_requirement_is_locked_to_a_version_that_it_allows():
    pins = {}
    for pin in locked():
        (bound,) = pin.specifier
        assert bound.operator == "=="
        pins.setdefault(canonicalize_name(pin.name), []).append(Version(bound.version))
    for requirement in requirements("lab", "instructor", "dev"):
        versions = pins[canonicalize_name(requirement.name)]
        assert all(version in requirement.specifier for version in versions), requirement


def test_lock_names_no_place_to_download_from():
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")


# --- start.py --------------------------------------------------------------------------------------------------------


@pytest.fixture
def start(tmp_path, monkeypatch):
    """start.py, beside a copy of the files that it reads, with every command that it would run noted instead."""
    for name in ("start.py", "pyproject.toml", "requirements.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    spec = importlib.util.spec_from_file_location("start", tmp_path / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.calls = []

    def note(command, **options):
        module.calls.append((command, options))
        if "venv" in command:
            Path(module.PYTHON).parent.mkdir(parents=True)
            Path(module.PYTHON).touch()
        return 0

    monkeypatch.setattr(module.subprocess, "check_call", note)
    monkeypatch.setattr(module.subprocess, "call", note)
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    return module


def installs(start):
    return [command for command, _ in start.calls if "install" in command]


def test_set_up_once_and_again_when_what_is_installed_changes(start, tmp_path):
    assert start.main(["test", "-k", "homework"]) == 0
    ((pip),) = installs(start)
    assert pip[-1] == f"{tmp_path}[dev]" and str(tmp_path / "requirements.lock") in pip
    ran = start.calls[-1][0]
    assert ran[:3] == [start.PYTHON, "-m", "pytest"] and ran[-2:] == ["-k", "homework"]
    assert start.main(["grade"]) == 0 and start.main([]) == 0
    assert len(installs(start)) == 1  # dev holds the others
    (tmp_path / "pyproject.toml").write_text("changed")
    start.main([])
    assert len(installs(start)) == 2


def test_a_larger_need_installs_more(start, tmp_path):
    start.main(["lab"])
    start.main(["grade"])
    assert [command[-1] for command in installs(start)] == [f"{tmp_path}[lab]", f"{tmp_path}[instructor]"]


def test_uv_is_used_where_there_is_one(start, monkeypatch):
    monkeypatch.setattr(start.shutil, "which", lambda name: "/opt/uv")
    start.main(["lab"])
    assert all(command[0] == "/opt/uv" for command, _ in start.calls[:2])


def test_programs_of_the_environment_come_first_on_the_path(start):
    start.main(["lab"])
    assert start.calls[-1][1]["env"]["PATH"].startswith(start.BIN)


def test_grade_stops_at_the_first_step_that_fails(start, monkeypatch):
    steps = []
    monkeypatch.setattr(start, "run", lambda *words: steps.append(words[1]) or (1 if words[1] == "grade" else 0))
    assert start.main(["grade"]) == 1
    assert steps == ["sample-class", "grade"]


@pytest.mark.parametrize(
    ("words", "version", "said"),
    [
        (["garde"], (3, 11), "there is no command 'garde'; the commands are lab, grade, test"),
        (["grade"], (3, 9), "needs Python 3.10 or newer, and this is Python 3.9"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(start, monkeypatch, capsys, words, version, said):
    monkeypatch.setattr(start.sys, "version_info", version)
    assert start.main(words) == 2
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1
    assert start.calls == []


def test_failing_installation_is_said_and_tried_again(start, monkeypatch, capsys):
    def fail(command, **options):
        raise subprocess.CalledProcessError(1, command[0])

    monkeypatch.setattr(start.subprocess, "check_call", fail)
    assert start.main(["lab"]) == 2
    assert "set-up stopped" in capsys.readouterr().err
    assert start.installed() == ""


def test_an_old_python_3_can_read_start_py():
    """So that it can say that it is too old: none of the syntax that came with 3.6 or later."""
    tree = ast.parse((ROOT / "start.py").read_text(encoding="utf-8"))
    modern = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr)
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, modern)]


# --- CI --------------------------------------------------------------------------------------------------------------


def test_ci_runs_exactly_the_readmes_test_command():
    command = "python start.py test"
    assert f"\n{command}" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1] == command
