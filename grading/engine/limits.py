"""How much one submission may take, and what is said when it wants more."""

from __future__ import annotations

from dataclasses import dataclass

MiB = 2**20


@dataclass(frozen=True)
class Limits:
    """Seconds and bytes; each is a bound on one submission, however many processes it starts.

    cell       seconds that one cell may run          notebook   seconds for all cells together
    memory     of all its processes together          processes  how many there may be at a time
    file       size of one file                       disk       of all files together
    output     of one cell: text, pictures, all that it shows
    """

    cell: float = 20.0
    notebook: float = 300.0
    memory: int = 2048 * MiB
    processes: int = 64
    file: int = 64 * MiB
    disk: int = 128 * MiB
    output: int = 4 * MiB
