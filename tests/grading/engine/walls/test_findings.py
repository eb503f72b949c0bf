"""What is said about walls is what was found; the best kind is the first that holds."""

import errno
import platform
import shutil
import struct
import sys

import pytest

from grading.engine import walls
from grading.engine.walls import docker, seccomp
from grading.engine.walls import findings as statements
from grading.engine.walls.findings import Finding


@pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed here")
def test_all_holds_behind_bubblewrap():
    found = walls.statement("bubblewrap")
    assert len(found) == len(statements._NEEDED | statements._MORE)
    assert all(finding.holds for finding in found), found


def test_nothing_of_weight_holds_without_walls():
    found = {finding.sentence: finding.holds for finding in walls.statement("plain")}
    for sentence in ("reaches the network", "reads your files", "can leave processes behind"):
        assert found[f"A student's code {sentence}."] is False


def test_walls_that_cannot_be_built_are_said_to_be_missing(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    (finding,) = walls.statement("bubblewrap")
    assert not finding.holds
    assert "bwrap" in finding.sentence


@pytest.mark.parametrize(
    ("holding", "best"),
    [({"bubblewrap", "landlock"}, "bubblewrap"), ({"landlock"}, "landlock"), (set(), "plain")],
)
def test_the_best_kind_is_the_first_that_holds(monkeypatch, holding, best):
    monkeypatch.setattr(statements, "_try", lambda kind, about: [Finding("all", kind in holding, "")])
    assert statements.best.__wrapped__() == best


def test_a_kind_that_cannot_be_built_is_passed_over(monkeypatch):
    def attempt(kind, about):
        if kind == "bubblewrap":
            raise OSError
        return [Finding("all", True, "")]

    monkeypatch.setattr(statements, "_try", attempt)
    assert statements.best.__wrapped__() == "landlock"


def test_the_command_gives_no_variable_away(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_KEY", "secret")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for kind in ("bubblewrap", "landlock", "docker:debian"):
        line = walls.command(kind, ["python"], tmp_path, [])
        assert "secret" not in " ".join(line)
        assert "LC_ALL" in " ".join(line)
    assert walls.command("plain", ["python"], tmp_path, []) == ["python"]


def test_docker_is_asked_for_all_it_can_do(tmp_path):
    line = docker.command(
        "debian:12", [sys.executable, "-m", "x"], tmp_path, [tmp_path / "seen"], {"HOME": "/tmp/home"}
    )
    text = " ".join(line)
    for option in ("--network none", "--read-only", "--cap-drop ALL", "--security-opt no-new-privileges", "--memory "):
        assert option in text
    assert f"{tmp_path / 'seen'}:{tmp_path / 'seen'}:ro" in line
    assert text.endswith(f"--entrypoint {sys.executable} debian:12 -m x")
    assert docker.image("docker:debian:12") == "debian:12"
    assert docker.image("bubblewrap") == ""


def run(program, machine, number, *arguments):
    """What a filter answers: the program, stepped through."""
    data = struct.pack("<iIQ6Q", number, machine, 0, *(list(arguments) + [0] * 6)[:6])
    steps = [struct.unpack_from("HBBI", program, 8 * place) for place in range(len(program) // 8)]
    place = value = 0
    while True:
        code, yes, no, constant = steps[place]
        place += 1
        if code == seccomp._RETURN:
            return constant
        if code == seccomp._LOAD:
            (value,) = struct.unpack_from("<I", data, constant)
        elif code == seccomp._AND:
            value &= constant
        elif code == seccomp._EQUAL:
            place += yes if value == constant else no
        elif code == seccomp._AT_LEAST:
            place += yes if value >= constant else no


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize("apart", [True, False])
def test_the_filter_of_each_machine(monkeypatch, machine, apart):
    monkeypatch.setattr(platform, "machine", lambda: machine)
    program, (audit, column) = seccomp.filter(apart), seccomp._MACHINES[machine]
    refused = seccomp._ERROR | errno.EPERM
    for name, numbers in seccomp._FORBIDDEN.items():
        if numbers[column] is not None:
            assert run(program, audit, numbers[column]) == refused, name
    clone, sock, connect = (
        seccomp._CLONE["clone"][column],
        seccomp._SOCKET["socket"][column],
        seccomp._CONNECT["connect"][column],
    )
    assert run(program, audit, clone, 0x10000000) == refused
    assert run(program, audit, clone, 17) == seccomp._ALLOW
    assert run(program, audit, sock, 1, 1) == seccomp._ALLOW
    assert run(program, audit, sock, 40, 1) == seccomp._ERROR | errno.EACCES
    assert run(program, audit, connect) == (seccomp._ALLOW if apart else seccomp._ERROR | errno.EACCES)
    assert run(program, 0x40000003, 20) == seccomp._KILL
    assert run(program, audit, 10**6) == seccomp._ERROR | errno.ENOSYS
    assert run(program, audit, {"x86_64": 0, "aarch64": 63}[machine]) == seccomp._ALLOW  # read
