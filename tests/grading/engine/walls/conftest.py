"""Functions tried behind walls of each kind, as this user and, where that is the superuser, as a normal one."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from grading.engine.limits import Limits, MiB
from grading.engine.walls.trial import inside

NORMAL = 64001  # a user that nobody is
HERE = Path(__file__).parent
ROOT = HERE.parents[3]
LIMITS = Limits(memory=1024 * MiB, processes=32, file=8 * MiB, disk=32 * MiB)
USERS = ["this user", *(["a normal user"] if os.geteuid() == 0 else [])]
KINDS = ["bubblewrap", "landlock"]


def normal_python():
    """A Python of this version that every user may run, with all that is installed here."""
    for one in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        parents = Path(one).resolve().parents
        if Path(one).exists() and all(parent.stat().st_mode & 0o5 == 0o5 for parent in parents):
            return one
    return pytest.skip("no Python here that a normal user may run")


def as_user(user, kind):
    """The beginning of a command line, and the variables, by which that user runs Python."""
    if user == "this user" and (kind == "bubblewrap" or os.geteuid() != 0):
        return [sys.executable], dict(os.environ, PYTHONPATH=str(ROOT))
    installed = [path for path in sys.path if Path(path).name == "site-packages"]
    become = ["setpriv", f"--reuid={NORMAL}", f"--regid={NORMAL}", "--clear-groups", "--no-new-privs"]
    variables = {"PATH": "/usr/bin:/bin", "PYTHONPATH": os.pathsep.join([str(ROOT), *installed]), "HOME": "/nowhere"}
    return [*(become if user == "a normal user" else []), normal_python()], variables


def tried(user, kind, module, known, limits=LIMITS):
    """What comes of all functions of a module, behind walls."""
    if kind == "bubblewrap" and not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed here")
    names = [name for name in module.NAMES if kind == "bubblewrap" or name not in module.ONLY_APART]
    request = {"kind": kind, "file": module.__file__, "names": names, "known": {"kind": kind, **known}}
    line, variables = as_user(user, kind)
    variables["WALLS_TEST_VARIABLE"] = "secret"
    done = subprocess.run(
        [*line, str(HERE / "conftest.py")], input=json.dumps(request), env=variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def outside(tmp_path_factory):
    """What there is to reach for: all may be read, changed and reached by everyone, but for the walls."""
    folder = tmp_path_factory.mktemp("outside")
    for parent in (folder, *folder.parents[:3]):
        if parent != Path("/tmp"):
            parent.chmod(0o777)
    secret, gradebook = folder / "secret.txt", folder / "gradebook.db"
    for path in (secret, gradebook):
        path.write_text("secret")
        path.chmod(0o666)
    process = subprocess.Popen(["sleep", "infinity"])
    server = socket.create_server(("0.0.0.0", 0))
    sockets = [
        socket.socket(socket.AF_UNIX),
        socket.socket(socket.AF_UNIX),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
    ]
    addresses = [str(folder / "stream"), f"\0walls-test-{os.getpid()}", str(folder / "datagrams")]
    for one, address in zip(sockets, addresses, strict=True):
        one.bind(address)
        if one.type == socket.SOCK_STREAM:
            one.listen()
        if address.startswith("/"):
            os.chmod(address, 0o777)
    addresses_here = [
        one.address for each in psutil.net_if_addrs().values() for one in each if one.family == socket.AF_INET
    ]
    yield {
        "port": server.getsockname()[1],
        "addresses": addresses_here,
        "unseen": [str(secret), str(gradebook), str(ROOT / "pyproject.toml"), str(Path.home() / ".profile")],
        "folders": [str(folder), str(ROOT / "solutions"), str(ROOT / "notebooks")],
        "process": process.pid,
        "socket": addresses[0],
        "abstract": addresses[1][1:],
        "datagrams": addresses[2],
        "host": socket.gethostname(),
        "variable": "WALLS_TEST_VARIABLE",
        "memory": LIMITS.memory,
        "file": LIMITS.file,
        "disk": LIMITS.disk,
    }
    for one in (*sockets, server):
        one.close()
    assert process.poll() is None, "somebody behind walls ended it"
    assert secret.read_text() == gradebook.read_text() == "secret"
    process.kill()
    process.wait()


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    print(json.dumps(inside(asked["kind"], Path(asked["file"]), asked["names"], asked["known"], LIMITS)))
