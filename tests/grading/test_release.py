"""The students' tree: all that they need, and nothing that they must not have."""

import subprocess
import sys

import pytest

from grading import documents
from grading.course import Course, CourseError
from grading.release import release
from grading.roles import solution_lines

COURSE = Course.find()
LESSONS = ["l00_start_here", "l02_backpropagation"]


def tomllib():
    return __import__("tomllib" if sys.version_info >= (3, 11) else "tomli")


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    target = tmp_path_factory.mktemp("students") / "lessons"
    return target, release(COURSE, target, LESSONS)


def test_what_is_there(tree):
    target, files = tree
    assert {path.name for path in target.iterdir()} == {
        *("course_lib", "notebooks", "start.py", "environment.yml", "requirements.lock"),
        *("LICENSE", "README.md", "pyproject.toml", ".gitignore", ".gitattributes"),
    }
    assert sorted(path.name for path in (target / "notebooks").iterdir()) == ["LECTURES.md", *LESSONS]
    assert sorted(path.stem for path in (target / "course_lib" / "lessons").iterdir()) == LESSONS
    assert not [
        file for file in files if "__pycache__" in file.parts or {"solutions", "grading", "tests"} & set(file.parts)
    ]


def test_every_link_of_its_documents_leads_somewhere(tree):
    target, _ = tree
    written = documents.markdown_files(target, ["course_lib", "notebooks"])
    assert "README.md" in [document.name for document in written]
    assert [problem for document in written for problem in documents.problems(document)] == []


def test_no_solution_is_in_it(tree):
    target, files = tree
    texts = {
        file: (target / file).read_text(encoding="utf-8") for file in files if file.suffix in (".py", ".ipynb", ".md")
    }
    assert [file for file, text in texts.items() if "### BEGIN SOLUTION" in text] == []
    given = "\n".join(text for file, text in texts.items() if file.suffix == ".ipynb")
    lines = solution_lines(COURSE.solution("l02_backpropagation").read_text(encoding="utf-8"))
    telling = [line.strip() for line in lines if len(line.strip()) > 30 and "=" in line and not line.startswith("# ")]
    assert len(telling) > 20
    assert [line for line in telling if line.replace('"', '\\"') in given] == []


def test_the_library_in_it_works_alone(tree):
    target, _ = tree
    code = (
        "import sys, course_lib; from course_lib.handing_in.originals import shipped; from course_lib.checking import check;"
        "print(course_lib.__file__, *shipped(), 'grading' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=target, capture_output=True, text=True)
    assert ran.stderr == ""
    assert ran.stdout.split() == [str(target / "course_lib" / "__init__.py"), *LESSONS, "False"]
    notebook = f"notebooks/{LESSONS[0]}/{LESSONS[0]}.ipynb"
    packed = subprocess.run([sys.executable, "-m", "course_lib", "pack", notebook], cwd=target, capture_output=True)
    assert packed.returncode == 0 and (target / notebook).with_suffix(".zip").exists()


def test_dependencies_are_those_of_the_course(tree):
    toml = tomllib()
    ours, theirs = (
        toml.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"] for root in (COURSE.root, tree[0])
    )
    for key in ("name", "version", "requires-python", "dependencies", "license"):
        assert theirs[key] == ours[key]
    assert theirs["optional-dependencies"] == {"lab": ours["optional-dependencies"]["lab"]}


def test_a_later_release_keeps_what_git_and_students_put_beside_it(tmp_path):
    release(COURSE, tmp_path, LESSONS[:1])
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref")
    (tmp_path / "notes.md").write_text("mine")
    tried = tmp_path / "notebooks" / LESSONS[0] / f"{LESSONS[0]}.ipynb"
    tried.write_text("{}")
    files = release(COURSE, tmp_path, LESSONS)
    assert (tmp_path / ".git" / "HEAD").read_text() == "ref" and (tmp_path / "notes.md").read_text() == "mine"
    assert tried.read_bytes() == COURSE.original(LESSONS[0]).read_bytes()
    assert not [file for file in files if ".git" in file.parts]


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(CourseError, match=r"is not empty and holds no earlier release: thesis\.tex"):
        release(COURSE, tmp_path, LESSONS)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    with pytest.raises(CourseError, match="is a file; wanted a folder"):
        release(COURSE, tmp_path / "thesis.tex", LESSONS)
    with pytest.raises(CourseError, match="is the course itself"):
        release(COURSE, COURSE.root, LESSONS)
