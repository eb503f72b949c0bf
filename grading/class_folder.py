"""One class on disk: what was handed in, what grading makes of it, the gradebook and the class's secret."""

from __future__ import annotations

import csv
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from grading.course import Course, CourseError

COURSE_CLASS = "COURSE_CLASS"  # names the class folder to plain nbgrader commands
COURSE_DB = "COURSE_DB"  # and this one its database, where that is not the file in the class folder
# nbgrader escapes neither the course's root in its glob patterns nor the class's folder in its regular expressions
_GLOB, _REGEX = re.compile(r"[*?\[]"), re.compile(r"[*?\[\](){}+|^$]")


@dataclass(frozen=True)
class ClassFolder:
    """The folder of one class.

    submitted/    <student>/<lesson>/<lesson>.ipynb, as handed in; never written to
    outcomes/     what running them gave, so that nothing is run twice; may be deleted at any time
    autograded/   executed, with verdicts; feedback/ is made from these
    records/      what grading found beside the points, one small file per submission
    gradebook.db  nbgrader's gradebook          students.csv  id,first_name,last_name,email; optional
    key           the secret that draws this class's cases

    database      the URL of another database for the gradebook, such as postgresql+psycopg://host/autumn
    """

    path: Path
    database: str = ""

    @classmethod
    def open(cls, class_dir: str | Path, database: str = "") -> ClassFolder:
        """The class folder at `class_dir`.     Raises  CourseError if it has no submitted/ or nbgrader cannot work there."""
        folder = cls(Path(class_dir).resolve(), database)
        if not folder.submitted.is_dir():
            raise CourseError(
                f"{class_dir} is no class folder: it has no folder 'submitted' with the notebooks handed in"
            )
        return folder

    @classmethod
    def chosen(cls, course: Course) -> ClassFolder:
        """The class that plain nbgrader commands work on: $COURSE_CLASS, else classes/default; and its $COURSE_DB."""
        name = os.environ.get(COURSE_CLASS)
        return cls(course.class_folder(name) if name else course.classes / "default", os.environ.get(COURSE_DB, ""))

    @property
    def submitted(self) -> Path:
        return self.path / "submitted"

    @property
    def outcomes(self) -> Path:
        return self.path / "outcomes"

    @property
    def autograded(self) -> Path:
        return self.path / "autograded"

    @property
    def feedback(self) -> Path:
        return self.path / "feedback"

    @property
    def records(self) -> Path:
        return self.path / "records"

    @property
    def gradebook(self) -> Path:
        return self.path / "gradebook.db"

    @property
    def db_url(self) -> str:
        """The file waits up to 60 s for another writer, such as formgrader.

        It keeps SQLite's own journal: a write-ahead log would be a second file, which backups forget and network drives break.
        """
        return self.database or f"sqlite:///{self.gradebook.as_posix()}?timeout=60"

    @property
    def has_gradebook(self) -> bool:
        return bool(self.database) or self.gradebook.exists()

    @property
    def grades(self) -> Path:
        return self.path / "grades.csv"

    @property
    def key_file(self) -> Path:
        return self.path / "key"

    def key(self) -> str:
        """The secret of this class, in hex; made at the first call, readable by its owner only.

        Raises  CourseError if the file has been damaged: other keys draw other cases, so it is not silently replaced.
        """
        if not self.key_file.exists():
            with os.fdopen(os.open(self.key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        key = self.key_file.read_text(encoding="utf-8", errors="replace").strip()
        if not re.fullmatch(r"[0-9a-f]{64}", key):
            raise CourseError(
                f"{self.key_file} is damaged: wanted 64 hexadecimal digits; put the saved copy back, or delete it for a new key"
            )
        return key

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While this is held no other run grades the class; a run that dies lets go of it.     Raises  CourseError if one does now."""
        lock = FileLock(self.path / ".grading.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise CourseError(f"another run is grading {self.path} right now; wait for its end, or stop it") from None
        try:
            yield
        finally:
            lock.release()

    def step(self, folder: Path, root: Path) -> str:
        """`folder` as nbgrader wants it: relative to the course root, with forward slashes on every system.

        Raises  CourseError if the path has characters that nbgrader takes for patterns.
        """
        try:
            relative = Path(os.path.relpath(folder, root)).as_posix()
        except ValueError:
            raise CourseError(f"the class folder {self.path} must be on the same drive as the course, {root}") from None
        if bad := _REGEX.search(relative) or _GLOB.search(str(root)):
            raise CourseError(f"nbgrader cannot work in {folder}: rename the folder so that its path has no '{bad[0]}'")
        return relative

    def students(self) -> dict[str, dict[str, str]]:
        """{id: {first_name, last_name, email}} from students.csv; empty where there is no such file.

        Raises  CourseError if the file has no column 'id'.
        """
        file = self.path / "students.csv"
        if not file.exists():
            return {}
        with file.open(newline="", encoding="utf-8-sig") as lines:
            rows = list(csv.DictReader(lines))
            columns = set(rows[0]) if rows else {"id"}
        if "id" not in columns:
            raise CourseError(
                f"{file}: wanted a first line with the columns id,first_name,last_name,email; got {','.join(map(str, columns))}"
            )
        known = ("first_name", "last_name", "email")
        return {
            row["id"].strip(): {name: row[name] for name in known if row.get(name)}
            for row in rows
            if row["id"] and row["id"].strip()
        }
