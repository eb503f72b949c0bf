"""Which cell runs where, and which names are the student's: read off the instructor's notebook, without running it.

The student's names are those that the solution cells bind.  Before a test the judge takes them from the child; every other name
it makes itself, by running the instructor's given cells.  What a cell binds and reads is Python's own symbol table's word.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from IPython.core.inputtransformer2 import TransformerManager

if TYPE_CHECKING:
    from nbformat import NotebookNode  # the judge, which only reads plans, does without it: it takes a second to load


@dataclass(frozen=True)
class Given:
    """A cell of the instructor's that the judge runs before a test.

    index  its place in the notebook      names  the student's, fetched before it runs: none where it can run ahead of everything
    """

    index: int
    source: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Test:
    """A locked graded cell.

    key      nbgrader's grade_id          id       the cell's own, where it has one
    given    what runs before it          names    the student's that it may use, fetched before it runs
    makes    names that it binds and the student's later cells use: put into the child after it
    watched  names that it binds and functions in the child use: see Child.watch
    seeds    whether it, or what runs before it, seeds a random generator
    """

    key: str
    id: str = ""
    given: tuple[Given, ...] = ()
    names: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    seeds: bool = False


@dataclass(frozen=True)
class Plan:
    """The plan of one notebook."""

    student_names: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()  # that the solution cells define
    tests: tuple[Test, ...] = ()

    def test(self, key: str) -> Test | None:
        """The test with this grade_id or cell id."""
        return next((test for test in self.tests if key and key in (test.key, test.id)), None)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Plan:
        tests = []
        for test in data["tests"]:
            given = tuple(Given(g["index"], g["source"], tuple(g["names"])) for g in test["given"])
            lists = {key: tuple(test[key]) for key in ("names", "makes", "watched")}
            tests.append(Test(test["key"], test["id"], given, seeds=test["seeds"], **lists))
        return cls(tuple(data["student_names"]), tuple(data["classes"]), tuple(tests))


def judged(cell: NotebookNode) -> bool:
    """Whether a cell is a test: code that is graded and is no answer."""
    marked = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(marked.get("grade")) and not marked.get("solution")


def plan(source: NotebookNode, students: Iterable[str] = ()) -> Plan:
    """The plan of a notebook.

    source    the instructor's, with solutions; or the release, whose stubs bind the same names where they bind any
    students  names of given cells that are to be taken from the child all the same, such as a class whose objects are passed
              to the student's functions
    """
    cells = [_Cell(i, cell) for i, cell in enumerate(source.cells) if cell.cell_type == "code"]
    modules = _union(cell.code.imports for cell in cells)
    names = _union(cell.makes(modules) for cell in cells if cell.answer).union(students)
    classes = _union(cell.code.classes for cell in cells if cell.answer)
    return Plan(
        _sorted(names),
        _sorted(classes),
        tuple(_test(cell, cells, modules, frozenset(students)) for cell in cells if cell.judged),
    )


class _Cell:
    """A code cell as the plan sees it."""

    def __init__(self, index: int, cell: NotebookNode):
        marked = cell.metadata.get("nbgrader", {})
        self.index, self.id, self.key = index, str(cell.get("id", "")), str(marked.get("grade_id", ""))
        self.judged, self.answer = judged(cell), bool(marked.get("solution"))
        self.code = read(cell.source)
        # of an answer only the imports run in the judge: a test's np must be NumPy itself, not what the student calls so
        self.trusted = "" if self.judged else _imports(cell.source) if self.answer else cell.source

    def makes(self, modules: frozenset[str]) -> set[str]:
        """The names that have another value after the cell; `modules` are changed by nobody."""
        if self.answer:
            return (self.code.binds | self.code.fills) - self.code.imports
        return self.code.binds | (self.code.fills | self.code.calls) - modules


def _test(test: _Cell, cells: list[_Cell], modules: frozenset[str], students: frozenset[str]) -> Test:
    before = [cell for cell in cells if cell.index < test.index]
    theirs = {name for name in _made(before, modules) if name in students or _last(name, before, modules).answer}
    theirs |= test.code.free - _made(cells, modules) - modules - _KNOWN  # a stub does not say what it will bind
    needed = _needed(test, before, modules, theirs)

    def fetched(cell: _Cell) -> set[str]:
        return theirs if cell.code.wild else cell.code.reads & theirs

    later = _union(cell.code.free for cell in cells if cell.index > test.index and not cell.judged)
    inside = _union(cell.code.inner for cell in before if not cell.judged)
    return Test(
        test.key,
        test.id,
        tuple(Given(cell.index, cell.trusted, _sorted(fetched(cell))) for cell in needed if cell.trusted),
        _sorted(_union(map(fetched, [test, *needed]))),
        _sorted(test.code.binds & later),
        _sorted(test.code.binds & inside),
        any(cell.code.seeds for cell in [test, *needed]),
    )


def _needed(test: _Cell, before: list[_Cell], modules: frozenset[str], theirs: set[str]) -> list[_Cell]:
    """The cells that make what a test uses, directly or by way of others, in the notebook's order."""
    chosen, waiting = {}, [test]
    while waiting:
        cell = waiting.pop()
        wanted = cell.code.reads - theirs
        for one in before:
            here = one.code.imports if one.answer else one.makes(modules)
            if one.index not in chosen and (here & wanted or (not one.answer and (one.code.wild or cell.code.wild))):
                chosen[one.index] = one
                waiting.append(one)
    return [chosen[index] for index in sorted(chosen)]


def _made(cells: list[_Cell], modules: frozenset[str]) -> frozenset[str]:
    return _union(cell.makes(modules) for cell in cells)


def _last(name: str, before: list[_Cell], modules: frozenset[str]) -> _Cell:
    """The cell that has the last word on a name; a test has it only where no other cell makes the name."""
    makers = [cell for cell in before if name in cell.makes(modules)]
    return ([cell for cell in makers if not cell.judged] or makers)[-1]


def _union(sets: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset().union(*sets)


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))


# --- one cell --------------------------------------------------------------------------------------------------------


@dataclass
class Code:
    """What a cell does with names at its top level.

    binds  def, class, import, =, for, with, except, del, ...    imports  those of them that are imports
    fills  x of  x[i] = ...  and  x.a = ...                      calls    x of a statement  x.method(...)
    reads  used anywhere in it                                   free     used, and not bound by itself
    classes  that it defines
    inner  globals that functions in it use                      wild     may use and bind names that the text does not show
    seeds  seeds a random generator                              strings  names that stand in texts only
    """

    binds: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    fills: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    inner: set[str] = field(default_factory=set)
    strings: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    wild: bool = False
    seeds: bool = False

    @property
    def free(self) -> set[str]:
        return self.reads - self.strings - self.binds


_KNOWN = {*dir(builtins), "get_ipython", "display", "In", "Out", "exit", "quit"}  # in every kernel
_PYTHON_MAGICS = {"time", "timeit", "capture", "prun"}  # what follows is Python in the notebook's namespace
_WILD_MAGICS = {"run", "pylab", "load_ext"}
_WILD_CALLS = {"exec", "eval", "globals", "locals"}
_SCOPES_OF_THEIR_MOMENT = {"listcomp", "setcomp", "dictcomp", "genexpr"}


def read(source: str) -> Code:
    """What a cell does with names; a cell that is no Python may do anything."""
    found = Code()
    source = source.lstrip()
    if source.startswith("%%"):
        magic, _, body = source.partition("\n")
        return read(body) if magic[2:].split(" ")[0] in _PYTHON_MAGICS else found
    try:
        python = _python(source)
        tree, table = ast.parse(python), symtable.symtable(python, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return Code(wild=True)
    _read_symbols(table, found, inner=False)
    for node in ast.walk(tree):
        _read_node(node, found)
    for statement in _top_level(tree.body):
        _read_statement(statement, found)
    return found


def _python(source: str) -> str:
    """The cell with its magics turned into calls, as IPython does it."""
    try:
        ast.parse(source)
        return source
    except SyntaxError:
        return TransformerManager().transform_cell(source)


def _read_symbols(table: symtable.SymbolTable, found: Code, inner: bool) -> None:
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        name = symbol.get_name()
        if top or symbol.is_global():
            if symbol.is_assigned() or symbol.is_imported():
                found.binds.add(name)
            if symbol.is_referenced():
                found.reads.add(name)
                if inner:
                    found.inner.add(name)
    for child in table.get_children():
        _read_symbols(child, found, inner or child.get_name() not in _SCOPES_OF_THEIR_MOMENT)


def _read_node(node: ast.AST, found: Code) -> None:
    """What shows anywhere in the cell, in functions as well."""
    match node:
        case ast.ClassDef(name=name):
            found.classes.add(name)
        case ast.Constant(value=str(text)):  # a name in a string: patch("__main__.squares"), "squares" in dir()
            words = set(re.findall(r"[^\W\d]\w*", text)) - found.reads
            found.reads |= words
            found.strings |= words
        case ast.Call(func=ast.Name(id=name)) if name in _WILD_CALLS:
            found.wild = True
        case ast.Call(
            func=ast.Attribute(attr="run_line_magic"), args=[ast.Constant(str(magic)), ast.Constant(str(line))]
        ):
            found.wild |= magic in _WILD_MAGICS
            if magic in _PYTHON_MAGICS:
                inside = read(line)
                found.binds |= inside.binds
                found.reads |= inside.reads
                found.strings -= inside.reads
        case ast.Call(func=ast.Attribute(attr="seed" | "set_state" | "setstate") | ast.Name(id="seed")):
            found.seeds = True
        case ast.AugAssign(target=ast.Name(id=name)) | ast.Name(id=name, ctx=ast.Del()):
            found.reads.add(name)
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            found.wild = True


def _read_statement(node: ast.stmt, found: Code) -> None:
    """What shows in a statement outside of functions and classes."""
    match node:
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            found.imports |= {alias.asname or alias.name.partition(".")[0] for alias in names}
        case ast.Assign(targets=targets):
            found.fills |= {root for target in targets for root in _roots(target)}
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target) | ast.For(target=target):
            found.fills |= set(_roots(target))
        case ast.Delete(targets=targets):
            found.fills |= {root for target in targets for root in _roots(target)}
        case ast.Expr(value=ast.Call(func=ast.Attribute() as method)):
            found.calls |= set(_roots(method))


def _roots(target: ast.expr) -> Iterator[str]:
    """x of x[i] and x.a.b, also inside tuples; nothing of a plain name."""
    if isinstance(target, (ast.Tuple, ast.List)):
        for part in target.elts:
            yield from _roots(part)
    elif isinstance(target, ast.Starred):
        yield from _roots(target.value)
    elif isinstance(target, (ast.Attribute, ast.Subscript)):
        while isinstance(target, (ast.Attribute, ast.Subscript, ast.Call)):
            target = target.func if isinstance(target, ast.Call) else target.value
        if isinstance(target, ast.Name):
            yield target.id


def _top_level(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements outside of functions and classes, those inside if, for, with, try ... as well."""
    for statement in statements:
        yield statement
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for block in ("body", "orelse", "finalbody"):
                yield from _top_level(getattr(statement, block, []))
            for part in [*getattr(statement, "handlers", []), *getattr(statement, "cases", [])]:
                yield from _top_level(part.body)


def _imports(source: str) -> str:
    """The imports at a cell's top level, as code; each may fail for itself."""
    try:
        tree = ast.parse(_python(source))
    except (SyntaxError, ValueError, RecursionError):
        return ""
    return "\n".join(ast.unparse(s) for s in _top_level(tree.body) if isinstance(s, (ast.Import, ast.ImportFrom)))
