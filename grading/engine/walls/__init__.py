"""Walls around a student's cells: what is behind them reaches no network, no file of others, no process of others.

command    the warm process's command line, inside the outer wall
enter      in a fresh fork of it: alone from now on
Watch      ends a submission that takes more memory or processes than it may
kill       ends it at any rate
kinds, best, statement  what there is, what works on this machine, and what it holds

bubblewrap, namespaces and landlock and seccomp within; landlock and seccomp alone where namespaces are forbidden (in most
containers); docker, if the instructor names an image; and plain: bounds on what one process takes, and nothing else.
"""

from grading.engine.walls.entering import command, enter
from grading.engine.walls.findings import Finding, best, kinds, statement
from grading.engine.walls.watch import Watch, kill

__all__ = ["Finding", "Watch", "best", "command", "enter", "kill", "kinds", "statement"]
