"""Walls tried from inside: functions, each in a fresh fork of one warm process, behind walls of a kind.

python -m grading.engine.walls.trial KIND FILE      is that warm process; it reads one JSON object a line, and answers with two
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

from grading.engine.limits import Limits
from grading.engine.walls.entering import command, enter
from grading.engine.walls.watch import Watch, kill

STANDARD = Limits()


def inside(
    kind: str,
    file: Path,
    names: Iterable[str],
    known: Mapping[str, Any] | None = None,
    limits: Limits = STANDARD,
    seconds: float = 20.0,
) -> dict[str, dict[str, Any]]:
    """What comes of functions of a file behind walls.

    names    of the functions; each gets one argument, `known` and its room, and returns what JSON can say
    seconds  that each may take

    For each name: value, or error if it raised, or neither if it ended otherwise; code, how its process ended; left, whether
    something of it survived; over, what Watch ended it for; walls.     Raises  OSError if no process gets behind these walls.
    """
    from grading.engine.processes import visible

    found = {}
    with tempfile.TemporaryDirectory(prefix="walls-") as folder:
        base = Path(folder)
        line = command(kind, [sys.executable, "-m", __name__, kind, str(file)], base, [*visible(()), file.parent])
        with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as warm:
            for name in names:
                room = str(_room(base, name))
                told = {"room": room, **(known or {})}
                request = {"name": name, "room": room, "known": told, "limits": asdict(limits)}
                found[name] = _ask(warm, request, limits, seconds)
    return found


def _room(base: Path, name: str) -> Path:
    files = base / name / "files"
    files.mkdir(parents=True)
    (files / "given.txt").write_text("given", encoding="utf-8")
    return files.parent


def _ask(warm: subprocess.Popen, request: Mapping[str, Any], limits: Limits, seconds: float) -> dict[str, Any]:
    assert warm.stdin and warm.stdout
    try:
        warm.stdin.write(json.dumps(request) + "\n")
        warm.stdin.flush()
        pid = json.loads(warm.stdout.readline())
        watch, late = Watch(pid, limits, Path(request["room"])), threading.Timer(seconds, kill, [pid])
        late.start()
        answer = json.loads(warm.stdout.readline())
        late.cancel()
        watch.stop()
    except (BrokenPipeError, ValueError):
        raise OSError(f"no process gets behind these walls: {warm.args}") from None
    if "stopped" in answer:
        raise OSError(answer["stopped"])
    return {**answer, "over": watch.reason}


def _serve(kind: str, file: str) -> None:
    specification = importlib.util.spec_from_file_location("probes", file)
    assert specification and specification.loader
    probes = importlib.util.module_from_spec(specification)
    sys.modules["probes"] = probes
    specification.loader.exec_module(probes)
    for line in sys.stdin:
        _answer(kind, probes, json.loads(line))


def _answer(kind: str, probes: ModuleType, request: Mapping[str, Any]) -> None:
    result, told = os.pipe()
    process = os.fork()
    if process == 0:
        _try(kind, probes, request, told)
    os.close(told)
    print(process, flush=True)
    _, status = os.waitpid(process, 0)
    said, left = b"", False
    while not left and (part := os.read(result, 65536) if select.select([result], [], [], 1.0)[0] else None) != b"":
        left = part is None  # somebody still holds the other end
        said += part or b""
    os.close(result)
    code = os.waitstatus_to_exitcode(status)
    print(json.dumps({**json.loads(said or b"{}"), "code": code, "left": left}), flush=True)


def _try(kind: str, probes: ModuleType, request: Mapping[str, Any], told: int) -> None:
    answer: dict[str, Any] = {}
    try:
        answer["walls"] = enter(kind, Path(request["room"]), Limits(**request["limits"]), keep=(told,))
        try:
            answer["value"] = getattr(probes, request["name"])(request["known"])
        except BaseException as error:
            answer["error"] = f"{type(error).__name__}: {error}"
    except BaseException as error:
        answer["stopped"] = f"{type(error).__name__}: {error}"
    with contextlib.suppress(OSError):
        os.write(told, json.dumps(answer).encode())
    os._exit(0)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
