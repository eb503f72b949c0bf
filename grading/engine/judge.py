"""The judge's own kernel: before a test it brings what the test needs, after it tells the child what the test made."""

from __future__ import annotations

import contextlib
import importlib
import socket
from pathlib import Path
from typing import Any

from IPython.utils.capture import capture_output

from grading.engine.child import Child
from grading.engine.plan import Plan
from grading.engine.wire import Channel

# a child that is dead or hostile spoils only its own cells
HARMLESS = contextlib.suppress(Exception, KeyboardInterrupt)
WIRE = "wire.sock"  # in the judge's room: the runner hands over the wire to each new child there


def sit(shell: Any, room: str, plan: dict, hook: str) -> None:
    """Make a kernel the judge of one submission.

    shell  IPython's     plan  Plan.to_json() of the source     hook  "package.module:function" or ""
    """
    judge = _Judge(shell, Path(room), Plan.from_json(plan), _find(hook) if hook else None)
    shell.events.register("pre_run_cell", judge.before)
    shell.events.register("post_run_cell", judge.after)


def _find(dotted: str):
    module, _, name = dotted.partition(":")
    return getattr(importlib.import_module(module), name)


class _Judge:
    def __init__(self, shell, room: Path, plan: Plan, hook):
        self.shell, self.plan, self.hook = shell, plan, hook
        self.child: Child | None = None
        self.already: set[int] = set()  # given cells that have run here
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(room / WIRE))
        self.listener.listen()
        self.listener.setblocking(False)

    def before(self, info: Any) -> None:
        """Given cells that the test needs, once each; then the student's names, as they are now."""
        self._take_wire()
        test = self.plan.test(info.cell_id)
        if test is None:
            return
        for given in test.given:
            if given.index not in self.already:
                self._fetch(given.names)
                with capture_output():
                    self.shell.run_cell(given.source, silent=True)
                self.already.add(given.index)
        self._fetch(test.names)
        if self.child is not None:
            self.child.watch(self.shell.user_ns, test.watched, randomness=test.seeds)

    def after(self, result: Any) -> None:
        """Imports and plain values that later cells may use; then the course's own hook."""
        test = self.plan.test(result.info.cell_id)
        if test is None or self.child is None:
            return
        with HARMLESS:
            made = {name: self.shell.user_ns[name] for name in test.makes if name in self.shell.user_ns}
            self.child.put(**made)
            if self.hook:
                self.hook(self.child)

    def _fetch(self, names) -> None:
        """The student's names as they are now; what the child has not, the judge has not."""
        for name in names:
            self.shell.user_ns.pop(name, None)
        if self.child is not None:
            with HARMLESS:
                self.shell.user_ns.update(self.child.fetch(names))

    def _take_wire(self) -> None:
        """The newest wire that the runner has handed over."""
        with contextlib.suppress(BlockingIOError):
            while True:
                caller, _ = self.listener.accept()
                with caller:
                    _, descriptors, _, _ = socket.recv_fds(caller, 16, 1)
                    self.child = Child(Channel(socket.socket(fileno=descriptors[0])), self.plan.classes)
