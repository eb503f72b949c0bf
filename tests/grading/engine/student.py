"""A student's process for tests of the wire: a real second Python that runs a text and then answers as the agent does.

python student.py DESCRIPTOR < text
"""

import asyncio
import contextlib
import linecache
import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]


@contextlib.contextmanager
def student(text: str) -> Iterator[tuple[socket.socket, subprocess.Popen]]:
    """The judge's end of the wire to a new process that has run `text`, and the process."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            stdin=subprocess.PIPE,
            pass_fds=[theirs.fileno()],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            text=True,
        )
        theirs.close()
        assert process.stdin
        process.stdin.write(textwrap.dedent(text))
        process.stdin.close()
        try:
            yield ours, process
        finally:
            process.kill()
            process.wait()


def work(function, *args):
    """What a checking library does with a student's function, in one round trip."""
    return {"value": function(*args), "name": function.__name__}


def main() -> None:
    from grading.engine import agent

    text, namespace = sys.stdin.read(), {"__name__": "__main__"}
    linecache.cache["<cell>"] = (len(text), None, text.splitlines(keepends=True), "<cell>")
    exec(compile(text, "<cell>", "exec"), namespace)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as an idle ipykernel does
    loop = asyncio.new_event_loop()
    agent.serve(int(sys.argv[1]), namespace, loop)
    loop.run_forever()


if __name__ == "__main__":
    main()
