"""A warm process: Python with NumPy, matplotlib and ipykernel loaded, that forks a kernel for each submission.

python -m grading.engine.zygote FOLDER KIND [MODULE ...]

It listens on FOLDER/zygote.sock.  A request is one JSON object with one file descriptor, the kernel's end of the wire; the answer
is a pidfd of the new process.  It never runs a line of a student's: all it does is fork.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import select
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path

from grading.engine import walls
from grading.engine.kernel import Request, main
from grading.engine.limits import Limits

SOCKET = "zygote.sock"
FAILED = "failed.txt"  # in a kernel's room: why it did not start
LARGEST = 2**24  # bytes of a request
# what a kernel imports while it starts
KERNEL = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.comm",
    "ipykernel.debugger",
    "ipykernel.heartbeat",
    "ipykernel.control",
    "ipykernel.pylab.backend_inline",
    "matplotlib_inline.backend_inline",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.magics",
    "IPython.core.magics.execution",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "jedi",
    "pdb",
    "sqlite3",
    "stack_data",
    "zmq.eventloop.zmqstream",
    "tornado.platform.asyncio",
    "msgpack",
    "grading.engine.agent",
    "grading.engine.judge",
)


def warm(modules: tuple[str, ...] | list[str]) -> None:
    """Import what every submission needs, and do once what is slow the first time."""
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # ipykernel's debugger writes a warning otherwise
    for module in (*KERNEL, *modules):
        try:
            importlib.import_module(module)
        except ImportError:
            continue  # a course that works without it
    from jupyter_client.localinterfaces import localhost

    localhost()  # asks the system for its addresses
    if "matplotlib.pyplot" in sys.modules:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.backends.registry import backend_registry
        from matplotlib.figure import Figure

        backend_registry.list_all()  # looks through all that is installed
        figure = Figure()
        figure.subplots().set_title("warm")
        FigureCanvasAgg(figure).print_png(io.BytesIO())  # fonts
    gc.collect()
    gc.freeze()  # what is here now stays shared between the forks


def serve(folder: Path, kind: str) -> None:
    """Fork a kernel for each request, for as long as the grader lives."""
    if threading.active_count() > 1:
        raise RuntimeError(f"a process with threads cannot be forked safely: {threading.enumerate()}")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are buried by the system; the grader watches them by pidfd
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / f"{SOCKET}.new"))
        listener.listen(64)
        os.rename(folder / f"{SOCKET}.new", folder / SOCKET)  # whoever sees it can connect
        while listener in select.select([listener, sys.stdin], [], [])[0]:  # standard input closes when the grader ends
            caller, _ = listener.accept()
            with caller:
                answer(caller, listener, kind)


def answer(caller: socket.socket, listener: socket.socket, kind: str) -> None:
    """Fork for one request."""
    data, descriptors, _, _ = socket.recv_fds(caller, LARGEST, 1)
    while not data.endswith(b"\n"):
        data += caller.recv(LARGEST)
    asked = json.loads(data)
    request, limits = Request(**asked["request"]), Limits(**asked["limits"])
    process = os.fork()
    if process == 0:
        _become(request, limits, kind, next(iter(descriptors), None), [caller, listener])
    for descriptor in descriptors:
        os.close(descriptor)
    with contextlib.suppress(ProcessLookupError, BrokenPipeError):  # dead already, or nobody waits: the caller sees it
        handle = os.pidfd_open(process)
        socket.send_fds(caller, [b"forked"], [handle])
        os.close(handle)


def _become(request: Request, limits: Limits, kind: str, wire: int | None, close: list[socket.socket]) -> None:
    """The forked process: never returns."""
    with open(Path(request.room, FAILED), "w", encoding="utf-8") as failed:
        try:
            for one in close:
                one.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            if request.role == "child":
                walls.enter(kind, Path(request.room), limits, [failed.fileno(), *([] if wire is None else [wire])])
            else:
                os.setsid()
            main(request, wire)
        except BaseException:
            traceback.print_exc(file=failed)
            failed.flush()
        finally:
            os._exit(1)


if __name__ == "__main__":
    warm(sys.argv[3:])
    serve(Path(sys.argv[1]), sys.argv[2])
