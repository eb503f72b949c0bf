"""Walls by Docker, if the instructor names an image: the warm process runs in a container.

The image gives the system's libraries; Python and its packages are this machine's own, seen at the same paths, so that the
kernels inside and the judge outside run the same versions.  An image of the same distribution will do (debian, ubuntu).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from grading.engine.limits import Limits


def image(kind: str) -> str:
    """The image that a kind names as docker:IMAGE, or an empty text."""
    name, _, rest = kind.partition(":")
    return rest if name == "docker" else ""


def command(
    image: str, argv: Sequence[str], base: Path, visible: Sequence[Path], variables: Mapping[str, str]
) -> list[str]:
    """The command line of a warm process in a container."""
    most = Limits()
    line = ["docker", "run", "--rm", "--interactive", "--init", "--network", "none", "--read-only", "--cap-drop", "ALL"]
    line += ["--security-opt", "no-new-privileges", "--pids-limit", str(16 * most.processes), "--ipc", "private"]
    line += ["--memory", str(2 * most.memory), "--memory-swap", str(2 * most.memory)]
    line += ["--user", f"{os.geteuid()}:{os.getegid()}", "--tmpfs", f"/tmp:size={most.disk}", "--workdir", "/"]
    for path in visible:
        line += ["--volume", f"{path}:{path}:ro"]
    line += ["--volume", f"{base}:{base}"]
    for name, value in variables.items():
        line += ["--env", f"{name}={value}"]
    return [*line, "--entrypoint", argv[0], image, *argv[1:]]
