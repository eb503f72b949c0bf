"""The outer wall around a warm process: bubblewrap shows it the system, Python and nothing else of this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

ETC = Path(__file__).parent / "etc"  # stands for what is in /etc about users and hosts
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
SETTINGS = (
    *(
        "/etc/ld.so.cache",
        "/etc/ld.so.conf",
        "/etc/ld.so.conf.d",
        "/etc/alternatives",
        "/etc/localtime",
        "/etc/timezone",
    ),
    *("/etc/fonts", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/pki/tls/certs", "/etc/mime.types", "/etc/terminfo"),
    *("/etc/locale.conf", "/etc/locale.alias", "/sys/devices/system/cpu"),
)


def command(
    argv: Sequence[str], base: Path, visible: Sequence[Path], variables: Mapping[str, str], root: bool
) -> list[str]:
    """The command line of a warm process.

    root  it is the superuser who starts it: then no namespace of users is needed, and each child gives up that user
    """
    line = ["bwrap", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--hostname", "student"]
    line += ["--unshare-cgroup-try", "--new-session"]
    if root:
        # CAP_KILL: the kernel asks for it when the end of the warm process is to end nobody's processes
        line += ["--cap-drop", "ALL"]
        for right in ("CAP_SETUID", "CAP_SETGID", "CAP_CHOWN", "CAP_KILL"):
            line += ["--cap-add", right]
    else:
        line += ["--unshare-user"]
    seen = _outermost(visible)
    inner = {parent for path in (*seen, base, *map(Path, SETTINGS), Path("/var/tmp")) for parent in path.parents}
    line += ["--tmpfs", "/tmp"]
    for folder in sorted(inner - {Path("/"), Path("/tmp")}):
        line += ["--perms", "0755", "--dir", str(folder)]  # so that nobody, who is not the superuser, gets through
    for path in SYSTEM:
        if os.path.islink(path):
            line += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            line += ["--ro-bind", path, path]
    for path in SETTINGS:
        line += ["--ro-bind-try", path, path]
    for path in sorted(ETC.iterdir()):
        line += ["--ro-bind", str(path), f"/etc/{path.name}"]
    # The whole /proc: a child may mount one of its own, with itself alone in it, only where all of one is seen.
    line += ["--dev", "/dev", "--bind", "/proc", "/proc"]
    if Path("/var/tmp") not in inner:  # it is where TMPDIR says so
        line += ["--symlink", "../tmp", "/var/tmp"]
    line += ["--dir", variables["HOME"]]
    for path in seen:
        line += ["--ro-bind", str(path), str(path)]
    line += ["--bind", str(base), str(base), "--remount-ro", "/", "--remount-ro", "/dev", "--chdir", "/", "--clearenv"]
    for name, value in variables.items():
        line += ["--setenv", name, value]
    return [*line, "--", *argv]


def _outermost(paths: Sequence[Path]) -> list[Path]:
    """These paths without those that lie below another one, or below what is seen anyway."""
    covered = [Path(path) for path in SYSTEM]
    for path in sorted(set(paths)):
        if not any(path.is_relative_to(one) for one in covered):
            covered.append(path)
    return covered[len(SYSTEM) :]
