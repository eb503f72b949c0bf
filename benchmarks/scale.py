"""Many hand-ins in one run: does the grader's memory grow with them?

python -m benchmarks.scale [--students 1000] [--lesson l02]

The hand-ins are those of the lesson's sample class, over and over, but for the endless loops, which would only cost time.  Memory is
that of the grader and its warm processes; a kernel that runs at the moment is not counted.
"""

from __future__ import annotations

import argparse
import itertools
import os
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import psutil

from grading.course import Course, with_venv_first
from grading.grade import grade
from grading.sample_class import hand_ins

EVERY = 2.0  # seconds between two looks


def main(words: list[str] | None = None) -> None:
    options = _parser().parse_args(words)
    os.environ.update(with_venv_first(os.environ))
    course = Course.find()
    lesson = course.lesson(options.lesson)
    work = [one.content for one in hand_ins(course, lesson) if one.kind != "endless loop"]
    with tempfile.TemporaryDirectory() as folder:
        for number, content in zip(range(options.students), itertools.cycle(work)):
            path = Path(folder, "submitted", f"student{number:04}", lesson, f"{lesson}.ipynb")
            path.parent.mkdir(parents=True)
            path.write_bytes(content)
        over, seen = threading.Event(), []
        looking = threading.Thread(target=_look, args=(Path(folder, "records"), over, seen))
        started = time.perf_counter()
        looking.start()
        try:
            rows = grade(course, folder).rows
        finally:
            over.set()
            looking.join()
    seconds = time.perf_counter() - started
    count, memory = np.array(seen).T
    print(f"{len(rows)} hand-ins of {lesson} in {seconds:.0f} s, {seconds / len(rows):.2f} s each")
    for share in (0.1, 0.25, 0.5, 0.75, 1.0):
        print(f"after {share * len(rows):5.0f}: {np.interp(share * len(rows), count, memory):6.0f} MiB")
    late = count > len(rows) / 2
    print(f"growth over the second half: {1024 * np.polyfit(count[late], memory[late], 1)[0]:.1f} KiB a hand-in")


def _look(records: Path, over: threading.Event, seen: list[tuple[int, float]]) -> None:
    """(hand-ins done, MiB) from time to time."""
    me = psutil.Process()
    while not over.wait(EVERY):
        warm = [one for one in me.children(recursive=True) if _is_warm(one)]
        done = sum(1 for path in records.rglob("*") if path.is_file())
        seen.append((done, sum(one.memory_info().rss for one in (me, *warm) if one.is_running()) / 2**20))


def _is_warm(process: psutil.Process) -> bool:
    try:  # what it forked has its command line too, but not its parent
        parent = process.parent()
        words = process.cmdline()
        return "grading.engine.zygote" in words and not (parent and "grading.engine.zygote" in parent.cmdline()[1:4])
    except psutil.Error:
        return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--lesson", default="l02")
    return parser


if __name__ == "__main__":
    main()
