"""A real JupyterLab in Debian's Chromium, and a notebook in it that tests can drive."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest

from grading.build import build_lesson
from grading.course import Course

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
SECONDS = 60_000  # milliseconds that anything in the browser may take
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
CONNECTED = """() => {
    const session = window.jupyterapp?.shell?.currentWidget?.sessionContext?.session;
    return session?.kernel?.connectionStatus === 'connected' && session.kernel.status === 'idle';
}"""


@pytest.fixture(scope="session")
def chromium():
    """Path of the browser. Where there is none these tests are left out, but never in CI."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None and os.environ.get("CI"):
        pytest.fail("CI must have Chromium: .ci/run installs it")
    if path is None:
        pytest.skip("no Chromium on the PATH")
    return path


@pytest.fixture(scope="module")  # its event loop would run on through the tests of other modules
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def jupyterlab(home, root, *, cwd=None, base_url="/", environment=(), options=()):
    """The address of a JupyterLab on a free port that serves `root`; its own home, so that nobody's settings count."""
    settings = home / "app_settings"
    settings.mkdir(parents=True)
    quiet = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    (settings / "overrides.json").write_text(json.dumps(quiet))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
    own = dict(HOME=str(home), PATH=path, JUPYTER_PREFER_ENV_PATH="1", PYTHONPATH=str(ROOT))
    words = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"),
        *("--ServerApp.token=t", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={root}", f"--ServerApp.base_url={base_url}"),
        *("--LabApp.expose_app_in_browser=True", f"--LabApp.app_settings_dir={settings}", *options),
    ]  # fmt: skip
    log = (home / "server.log").open("w")
    server = subprocess.Popen(
        words, env={**os.environ, **own, **dict(environment)}, cwd=cwd or root, stdout=log, stderr=subprocess.STDOUT
    )
    address = f"http://127.0.0.1:{port}{base_url.rstrip('/')}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/api/status?token=t", timeout=1).close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        else:
            pytest.fail("JupyterLab did not start: " + (home / "server.log").read_text()[-2000:])
        yield address
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:  # it waits for its kernels; how soon they end is not what is tested
            server.kill()
            server.wait()
        log.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """Address and folder of a JupyterLab that serves every lesson twice: as released, and solved (in solved/)."""
    work = tmp_path_factory.mktemp("work")
    course = Course(ROOT)
    for lesson in course.lessons():
        built = build_lesson(course, lesson)
        for notebook, folder in ((built.release, work / lesson), (built.source, work / "solved" / lesson)):
            folder.mkdir(parents=True)
            nbformat.write(notebook, folder / f"{lesson}.ipynb")
    # on a hub, as on Binder, a session has its user's name before every address
    with jupyterlab(tmp_path_factory.mktemp("home"), work, base_url="/user/ada/") as address:
        yield address, work


class Notebook:
    """The notebook in front.  Cells are named by their ids, which are those of the lesson's source."""

    def __init__(self, page):
        self.page = page

    def run_all(self):
        """Run every cell and wait until the last one is done."""
        # the command's promise must not be returned: evaluate has no timeout
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); return null; }")
        self.page.wait_for_function(
            """() => {
                const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                const codes = window.jupyterapp.shell.currentWidget.content.widgets.filter(c => c.model.type === 'code');
                return kernel.status === 'idle' && codes.every(
                    c => c.model.sharedModel.getSource() === '' || c.model.executionCount !== null);
            }""",
            timeout=2 * SECONDS,
        )

    def cells(self):
        """Every cell as a dict: id, type, source, outputs."""
        return self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.widgets.map(c => ({
                id: c.model.sharedModel.getId(), type: c.model.type, source: c.model.sharedModel.getSource(),
                outputs: c.model.type === 'code' ? c.model.outputs.toJSON() : []}))"""
        )

    def outputs(self, id):
        return next(cell for cell in self.cells() if cell["id"] == id)["outputs"]

    def select(self, id):
        """Make a cell the active one, on the screen."""
        self.page.evaluate(
            """id => {
                const content = window.jupyterapp.shell.currentWidget.content;
                content.activeCellIndex = content.widgets.findIndex(c => c.model.sharedModel.getId() === id);
                content.scrollToItem(content.activeCellIndex, 'start');
                return null;
            }""",
            id,
        )
        return self.page.locator(".jp-Notebook-cell.jp-mod-active")

    def write(self, id, source):
        self.page.evaluate(
            """([id, source]) => {
                const cells = window.jupyterapp.shell.currentWidget.content.widgets;
                cells.find(c => c.model.sharedModel.getId() === id).model.sharedModel.setSource(source);
                return null;
            }""",
            [id, source],
        )

    def insert_below(self, id):
        """A new code cell of the student's own; returns its id."""
        self.select(id)
        return self.page.evaluate(
            """() => {
                window.jupyterapp.commands.execute('notebook:insert-cell-below');
                return window.jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.getId();
            }"""
        )

    def run(self, *ids):
        """Run cells one after another, each to its end."""
        for id in ids:
            before = self._count(id)
            self.select(id)
            self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-cell'); return null; }")
            self.page.wait_for_function(
                """([id, before]) => {
                    const widget = window.jupyterapp.shell.currentWidget;
                    const cell = widget.content.widgets.find(c => c.model.sharedModel.getId() === id);
                    return cell.model.executionCount !== null && cell.model.executionCount !== before
                        && widget.sessionContext.session.kernel.status === 'idle';
                }""",
                arg=[id, before],
            )

    def _count(self, id):
        return self.page.evaluate(
            """id => window.jupyterapp.shell.currentWidget.content.widgets
                .find(c => c.model.sharedModel.getId() === id).model.executionCount""",
            id,
        )

    def screen(self, id):
        """What a person reads below a cell."""
        return self.select(id).locator(".jp-Cell-outputArea").inner_text()


@pytest.fixture
def page(browser, request):
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(SECONDS)
    yield page
    if getattr(request.node, "failed", False):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{request.node.name.replace('/', '-')}.png")
    page.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    item.failed = getattr(item, "failed", False) or report.failed
    return report


@pytest.fixture
def open_notebook(lab, page):
    """open_notebook("solved/l02_backpropagation/l02_backpropagation.ipynb") -> Notebook, with its kernel ready."""
    address, _ = lab

    def open_it(path):
        page.goto(f"{address}/lab/tree/{path}?token=t&reset")
        page.wait_for_function(CONNECTED)
        return Notebook(page)

    yield open_it
    page.evaluate("() => { window.jupyterapp.shell.currentWidget?.sessionContext?.shutdown(); return null; }")
