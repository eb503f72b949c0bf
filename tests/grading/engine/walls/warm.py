"""A warm process for the tests: forks one process behind walls, says its pid, and ends with it or with standard input.

python warm.py KIND ROOM LIMITS sh -c ...     that process becomes this program
"""

import json
import os
import select
import sys
from pathlib import Path

from grading.engine import walls
from grading.engine.limits import Limits

if __name__ == "__main__":
    kind, room, limits, *program = sys.argv[1:]
    process = os.fork()
    if process == 0:
        walls.enter(kind, Path(room), Limits(**json.loads(limits)))
        os.execvp(program[0], program)
    print(process, flush=True)
    ended = os.pidfd_open(process)
    if ended in select.select([ended, 0], [], [])[0]:
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
