"""The page that says where each row of the lectures is taught, built, practised and tested:  python -m grading.index  writes it anew.

It is put together from what the lessons, docstrings, exercises and tests say themselves; nobody keeps it by hand.
"""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from course_lib.exercises import of_lesson
from grading.api import families, public
from grading.course import Course
from grading.lectures import Row, named, rows

PAGE = Path("notebooks", "LECTURES.md")
HEAD = """# Index of the lectures

Every row of the five decks, and every slip of theirs, with the place where it is {what}. Made by `python -m grading.index`.

W Waterloo CS489/698 · U UBC CPSC 340 · C CSE 471 · L Leuphana · I ISI · E where the decks slip or disagree
"""
KINDS = ("sections", "objects", "exercises", "tests")
MOST = 3  # links in one field: an index names the best places, not all
NOT_LIBRARY = ("course_lib", "exercises", "widgets", "checking", "handing_in")
_LECTURES = re.compile(r"\[Lectures?:\s*([^\]]*)\]")


@dataclass(frozen=True)
class Link:
    """text, and the file from the course's root, with a heading"""

    text: str
    path: str
    heading: str = ""

    def markdown(self) -> str:
        """Seen from the folder of the page."""
        place = f"#{quote(self.heading.replace(' ', '-'))}" if self.heading else ""
        return f"[{self.text}]({Path('..', self.path).as_posix()}{place})"


class Index:
    """Where the rows are at home.     sections, objects, exercises, tests: row id -> links, the best first"""

    def __init__(self, course: Course, lessons: Iterable[str] | None = None):
        self.course, self.lessons = course, list(course.lessons() if lessons is None else lessons)

    @cached_property
    def sections(self) -> dict[str, list[Link]]:
        """Sections whose heading names the row stand before those whose text does."""
        found: dict[str, list[tuple[bool, Link]]] = defaultdict(list)
        for lesson in self.lessons:
            for heading, text in _sections(self.course.solution(lesson).read_text(encoding="utf-8")):
                link = Link(f"{lesson[1:3]}: {_plain(heading)}", _notebook(lesson), heading)
                for row in named(text):
                    found[row].append((row not in named(heading), link))
        return {row: [link for _, link in sorted(links, key=lambda one: one[0])] for row, links in found.items()}

    @cached_property
    def objects(self) -> dict[str, list[Link]]:
        """What the library exports with the row in its docstring, or in its file's; of few rows first. Else the exercise's own reference."""
        found: dict[str, dict[Link, int]] = defaultdict(dict)
        for family in families():
            if family.__name__.rpartition(".")[2] in NOT_LIBRARY:
                continue
            for name, thing in public(family).items():
                module = inspect.getmodule(thing)
                if callable(thing) and module is not None:
                    mentioned = _lectures(inspect.getdoc(thing)) or _lectures(inspect.getdoc(module))
                    link = Link(f"`{name}`", f"{module.__name__.replace('.', '/')}.py")
                    for row in mentioned:
                        found[row][link] = len(mentioned)
        for row, exercises in self._exercises.items():
            for lesson, exercise in exercises:
                reference = getattr(exercise, "reference", None)
                if row not in found and reference is not None:
                    found[row][Link(f"`{reference.__name__}`", f"course_lib/exercises/{lesson}.py")] = 0
        return {row: sorted(links, key=links.__getitem__) for row, links in found.items()}

    @cached_property
    def exercises(self) -> dict[str, list[Link]]:
        """Exercises of the row, with the section of their check."""
        where = {}
        for lesson in self.lessons:
            for heading, text in _sections(self.course.solution(lesson).read_text(encoding="utf-8")):
                where |= dict.fromkeys(re.findall(r'check\(\s*"([^"]+)"', text), heading)
        return {
            row: [Link(f"`{one.id}`", _notebook(lesson), where[one.id]) for lesson, one in exercises]
            for row, exercises in self._exercises.items()
        }

    @cached_property
    def tests(self) -> dict[str, list[Link]]:
        """Tests that name the row, then those beside its objects and references, then the bank of answers of its exercises."""
        found: dict[str, list[Link]] = defaultdict(list)
        for path in sorted((self.course.root / "tests" / "course_lib").rglob("test_*.py")):
            for row in _named_in_test(path.read_text(encoding="utf-8")):
                found[row].append(_test(path.relative_to(self.course.root)))
        for row in {*self.objects, *self._exercises}:
            for link in self.objects.get(row, []):
                found[row] += map(_test, self._beside(Path(link.path)))
            for lesson, _ in self._exercises.get(row, []):
                found[row] += map(_test, self._beside(Path("course_lib", "exercises", f"{lesson}.py")))
                found[row].append(Link(f"answers to {lesson[:3]}", f"tests/answers/{lesson}.py"))
        return {row: list(dict.fromkeys(links)) for row, links in found.items()}

    @cached_property
    def _exercises(self):
        """Row id -> (lesson, exercise), those first that name the row first."""
        found = defaultdict(list)
        for lesson in self.lessons:
            for exercise in of_lesson(lesson).values():
                for place, row in enumerate(exercise.lectures):
                    found[row].append((place, lesson, exercise))
        return {row: [one[1:] for one in sorted(ones, key=lambda one: one[0])] for row, ones in found.items()}

    def _beside(self, source: Path) -> Iterator[Path]:
        """The test file that mirrors a file of the library."""
        test = Path("tests", source.parent, f"test_{source.name}")
        if (self.course.root / test).exists():
            yield test

    def homeless(self, row: Row) -> list[str]:
        """What a row lacks of section, object, exercise and test."""
        return [kind for kind in KINDS if not getattr(self, kind).get(row.id)]


def page(course: Course, lessons: Iterable[str] | None = None, kinds: tuple[str, ...] = KINDS) -> str:
    """The whole page as markdown.     lessons: those that there are     kinds: the columns; students have no tests"""
    index = Index(course, lessons)
    what = {"sections": "taught", "objects": "built", "exercises": "practised", "tests": "tested"}
    names = [what[kind] for kind in kinds]
    parts = [HEAD.format(what=f"{', '.join(names[:-1])} and {names[-1]}")]
    decks: dict[str, list[Row]] = defaultdict(list)
    for row in rows():
        decks[row.deck].append(row)
    for deck, found in decks.items():
        parts.append(f"## {deck}\n\n| id | what | {' | '.join(names)} |\n|{'---|' * (len(kinds) + 2)}")
        for row in found:
            cells = [
                ", ".join(link.markdown() for link in getattr(index, kind).get(row.id, [])[:MOST]) for kind in kinds
            ]
            parts.append(f"| {row.id} | {_escaped(row.text)} | {' | '.join(cells)} |")
        parts.append("")
    return "\n".join(parts)


def _test(place: Path) -> Link:
    return Link(place.stem.removeprefix("test_"), place.as_posix())


def _notebook(lesson: str) -> str:
    return f"notebooks/{lesson}/{lesson}.ipynb"


def _sections(source: str) -> Iterator[tuple[str, str]]:
    """(heading, text) of each section of a lesson's source; what stands before the first one belongs to none."""
    for part in re.split(r"(?m)^# ## ", source)[1:]:
        yield part.partition("\n")[0].strip(), part


def _plain(heading: str) -> str:
    """A heading for the text of a link: without its number and its rows."""
    return _escaped(re.sub(r"^\d+\s+|\s*\[[^\]]*\]$", "", heading))


def _lectures(docstring: str | None) -> set[str]:
    """The rows in [Lectures: U13, I7; He et al. 2015]."""
    return {
        row for inside in _LECTURES.findall(docstring or "") for row in named(f"[{inside.partition(';')[0].strip()}]")
    }


def _named_in_test(text: str) -> set[str]:
    """The rows that a test names in brackets, and the slips, whose ids nothing else has."""
    return named(text) | set(re.findall(r"\bE(?:1\d|[1-9])\b", text))


def _escaped(text: str) -> str:
    return re.sub(r"([|\[\]*_<])", r"\\\1", text)


if __name__ == "__main__":
    course = Course.find()
    (course.root / PAGE).write_text(page(course), encoding="utf-8")
