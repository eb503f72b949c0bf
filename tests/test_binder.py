"""Binder: what its own builder makes of the tree, and how much memory a session takes."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest
import yaml
from packaging.requirements import Requirement

from grading.course import Course
from grading.release import release

ROOT = Path(__file__).parents[1]
MiB = 2**20
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Binder's builder runs on Linux")


@pytest.fixture(scope="module")
def students(tmp_path_factory):
    tree = tmp_path_factory.mktemp("students") / "lessons"
    release(Course(ROOT), tree, ["l00_start_here"])
    return tree


@pytest.mark.parametrize("tree", ["course", "students"])
def test_binders_builder_reads_the_tree(tree, students):
    where = ROOT if tree == "course" else students
    words = ["--no-build", "--debug", "--user-id", "1000", "--user-name", "jovyan", str(where)]
    ran = subprocess.run([sys.executable, "-m", "repo2docker", *words], capture_output=True, text=True)
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said
    (python,) = [spec for spec in specs() if isinstance(spec, str) and spec.startswith("python=")]
    assert f"Building conda environment for {python}" in said
    copied, installed = said.index("COPY --chown=1000:1000 src/"), said.index('--file "environment.yml"')
    assert copied < installed  # else `pip install -e .` would find nothing


def specs():
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]


def test_what_binder_has_installed_already_is_admitted():
    """Its base image pins JupyterLab, notebook and the server; an environment that refused them would not resolve."""
    version = next(spec for spec in specs() if str(spec).startswith("python=")).partition("=")[2]
    (builder,) = find_spec("repo2docker").submodule_search_locations  # importing it would warn
    lock = Path(builder, "buildpacks", "conda", f"environment.py-{version}-linux-64.lock")
    base = dict(re.findall(r"/([a-z_]+)-([\d.]+)-[^/]+\.conda", lock.read_text()))
    assert {"jupyterlab", "notebook"} <= set(base)
    for spec in filter(lambda spec: isinstance(spec, str) and "=" in spec and not spec.startswith("python="), specs()):
        wanted = Requirement(spec)
        if wanted.name in base:
            assert base[wanted.name] in wanted.specifier, f"{spec}: Binder has {base[wanted.name]}"


def memory(process):
    """Bytes that a process and its children have for themselves."""
    return sum(one.memory_full_info().uss for one in [process, *process.children(recursive=True)])


@pytest.mark.slow
def test_server_and_kernel_stay_under_512_mib(students):
    """The largest lesson, solved, in a kernel; and a server that holds nothing else."""
    from nbclient import NotebookClient

    from grading.build import build_lesson

    course = Course(ROOT)
    notebook = build_lesson(course, "l09_batch_normalization").source
    client = NotebookClient(notebook, timeout=120)
    most = 0
    with client.setup_kernel(cwd=str(students)):
        kernel = psutil.Process(client.km.provisioner.pid)
        for i, cell in enumerate(notebook.cells):
            client.execute_cell(cell, i)
            most = max(most, memory(kernel))
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0", f"--ServerApp.root_dir={students}"],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        while "is running at" not in server.stderr.readline():
            assert server.poll() is None
        most += memory(psutil.Process(server.pid))
    finally:
        server.terminate()
        server.communicate(timeout=30)
    assert most < 512 * MiB, f"{most / MiB:.0f} MiB"
    print(f"server and kernel: {most / MiB:.0f} MiB")
