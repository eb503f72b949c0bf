"""One implementation of one workload in a process of its own:  python -m benchmarks.worker benchmarks.ours:make M 128 float32

Says "ready", then answers each line on stdin with the seconds of one step: the fastest of as many as fit into BURST, which is the one
that other programs on the machine disturbed least. On one thread the seconds are the processor's, on more they are the clock's.
"""

import importlib
import os
import sys
import time

WARM_UP, BURST = 0.2, 0.1  # seconds


def burst(step, seconds, clock):
    """The seconds of each step, for at least three steps and this long."""
    times = []
    while len(times) < 3 or sum(times) < seconds:
        start = clock()
        step()
        times.append(clock() - start)
    return times


def main(place, name, batch, dtype):
    module, _, function = place.partition(":")
    step = getattr(importlib.import_module(module), function)(name, int(batch), dtype)
    clock = time.process_time if os.environ.get("OMP_NUM_THREADS") == "1" else time.perf_counter
    burst(step, WARM_UP, clock)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(min(burst(step, BURST, clock)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
