"""What must work behind walls, because lessons and libraries use it, often late and without being asked."""

import os
import subprocess
import sys
import threading
from pathlib import Path


def imports(known):
    import importlib

    names = "asyncio bz2 cProfile calendar cmath code codecs colorsys concurrent.futures contextvars csv ctypes curses datetime"
    names += (
        " dbm decimal difflib dis email encodings.idna fractions ftplib getpass glob gzip hashlib heapq html.parser"
    )
    names += (
        " http.client imaplib importlib.metadata inspect ipaddress itertools json locale logging.config lzma mailbox"
    )
    names += " mimetypes mmap multiprocessing.managers multiprocessing.pool netrc numbers optparse pdb pickle pkgutil platform"
    names += (
        " plistlib pprint profile pstats pty pwd py_compile queue random readline runpy sched secrets select selectors"
    )
    names += " shelve shlex smtplib sqlite3 ssl statistics string struct subprocess symtable tarfile tempfile termios textwrap"
    names += " timeit tokenize trace tracemalloc tty turtle unittest.mock urllib.request uuid venv wave webbrowser"
    names += " xml.etree.ElementTree xmlrpc.client zipapp zipfile zoneinfo"
    names += " numpy numpy.fft numpy.linalg numpy.polynomial numpy.random numpy.testing numpy.ma matplotlib.animation"
    names += " matplotlib.backends.backend_agg matplotlib.backends.backend_pdf matplotlib.backends.backend_svg IPython"
    names += " mpl_toolkits.mplot3d ipywidgets tqdm.auto ipykernel traitlets psutil zmq jedi"
    failed = {}
    for name in names.split():
        try:
            importlib.import_module(name)
        except ImportError as error:
            if "tkinter" not in str(error):  # not everywhere, with walls or without
                failed[name] = str(error)
    assert not failed, failed


def figures(known):
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    for family in ("DejaVu Sans", "DejaVu Serif", "STIXGeneral", "cmr10", "monospace", "No Such Font"):
        figure, axes = plt.subplots()
        axes.plot([1, 2, 3])
        axes.set_title(r"$\int_0^1 e^{-x^2}\,dx$ text", family=family)
        for kind in ("png", "pdf", "svg"):
            figure.savefig(f"figure.{kind}")
            assert os.path.getsize(f"figure.{kind}") > 1000
        plt.close(figure)


def figures_in_another_program(known):
    code = "import matplotlib; matplotlib.use('agg'); import matplotlib.pyplot as p; p.plot([1]); p.savefig('a.png')"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert os.path.getsize("a.png") > 1000


def arrays(known):
    import numpy as np

    a = np.random.default_rng(0).normal(size=(300, 300))
    np.testing.assert_allclose(np.linalg.inv(a) @ a, np.eye(300), atol=1e-6)
    np.linalg.svd(a), np.linalg.eig(a), np.fft.fft2(a)
    np.save("a.npy", a)
    np.testing.assert_array_equal(np.load("a.npy", mmap_mode="r"), a)
    mapped = np.memmap("b.bin", dtype=float, mode="w+", shape=(100, 100))
    mapped[:] = 1
    mapped.flush()
    np.savetxt("a.txt", a)
    np.savez_compressed("a.npz", a=a)


def places(known):
    assert Path("given.txt").read_text() == "given"
    Path("given.txt").write_text("changed")
    assert Path(known["room"], "files", "given.txt").read_text() == "given"
    import getpass
    import shutil
    import tempfile

    assert getpass.getuser() == "student"
    home = Path.home()
    assert home == Path(os.environ["HOME"]) == Path(os.path.expanduser("~"))
    (home / "deep" / "er").mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as file:
        file.write(b"x")
        shutil.copy2("given.txt", folder)
        shutil.copytree(".", Path(folder) / "all", dirs_exist_ok=True)
    os.chmod("given.txt", 0o600)
    os.utime("given.txt")
    os.rename("given.txt", "other.txt")
    os.link("other.txt", "hard.txt")
    os.symlink("other.txt", "soft.txt")
    os.truncate("other.txt", 1)
    assert Path("soft.txt").read_text() == Path("hard.txt").read_text() == "c"
    os.replace("other.txt", Path(tempfile.gettempdir()) / "moved.txt")


def other_programs(known):
    shell = "ls >/dev/null && ls /usr >/dev/null && echo $HOME && sort --version | head -1 && date"
    lines = subprocess.run(shell, shell=True, check=True, capture_output=True, text=True).stdout.splitlines()
    assert lines[0] == os.environ["HOME"]
    assert os.popen("echo hello").read() == "hello\n"
    assert os.system("true") == 0
    code = "import numpy, ssl, sqlite3; print(numpy.arange(3).sum())"
    assert subprocess.check_output([sys.executable, "-c", code], close_fds=True) == b"3\n"
    assert subprocess.check_output(["python3", "-c", code]) == b"3\n"
    import pexpect

    assert b"hello" in pexpect.run("echo hello")


def processes_and_threads(known):
    import concurrent.futures as futures

    with futures.ThreadPoolExecutor(32) as pool:
        assert sum(pool.map(abs, range(100))) == 4950
    threads = [threading.Thread(target=sum, args=([1],)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    child = os.fork()
    if child == 0:
        os._exit(3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    import multiprocessing

    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=there.send, args=("hello",))
    process.start()
    assert here.recv() == "hello"
    process.join()
    killed = os.fork()
    if killed == 0:
        os.kill(os.getpid(), 9)
    assert os.WTERMSIG(os.waitpid(killed, 0)[1]) == 9


def system(known):
    import asyncio
    import ctypes
    import hashlib
    import io
    import locale
    import platform
    import select
    import signal
    import socket
    import sqlite3
    import ssl
    import time
    import uuid
    import zoneinfo

    import psutil

    async def echo():
        process = await asyncio.create_subprocess_exec("echo", "x", stdout=-1)
        return (await process.communicate())[0]

    assert asyncio.run(echo()) == b"x\n"
    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    numbers = (ctypes.c_int * 3)(3, 1, 2)
    ctypes.CDLL(None).qsort(numbers, 3, 4, compare(lambda a, b: a[0] - b[0]))
    assert list(numbers) == [1, 2, 3]
    locale.setlocale(locale.LC_ALL, "")
    assert locale.setlocale(locale.LC_ALL, "C.UTF-8")
    os.environ["TZ"] = "Europe/Rome"
    time.tzset()
    assert zoneinfo.ZoneInfo("Europe/Rome").utcoffset(None) is None
    assert ssl.create_default_context().cert_store_stats() is not None
    assert sqlite3.connect("a.db").execute("select 1").fetchone() == (1,)
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.sigtimedwait([], 0.05)
    signal.raise_signal(signal.SIGUSR1) if signal.signal(signal.SIGUSR1, lambda *_: None) else None
    one, other = socket.socketpair()
    one.send(b"x")
    assert other.recv(1) == b"x"
    assert select.epoll() and uuid.uuid4() and uuid.uuid1() and hashlib.new("md5", b"") and platform.platform()
    assert psutil.Process().memory_info().rss and psutil.cpu_count() and psutil.virtual_memory().total
    assert os.cpu_count() and os.getloadavg() and os.urandom(8) and os.times() and socket.gethostname()
    assert Path("/dev/null").write_bytes(b"x") and os.path.exists("/dev/urandom")
    mask = os.umask(0o022)
    assert mask == 0o022
    import tqdm

    assert sum(tqdm.tqdm(range(3), file=io.StringIO())) == 3


def kernel_of_jupyter(known):
    """A socket in its room, as ZeroMQ makes it, is seen outside."""
    import zmq

    with zmq.Context() as context, context.socket(zmq.REP) as server:
        server.bind(f"ipc://{known['room']}/k-1")
        assert os.path.exists(f"{known['room']}/k-1")


# --- only in a namespace of its own -------------------------------------------------------------------------------------


def all_of_multiprocessing(known):
    import multiprocessing as mp
    from multiprocessing.shared_memory import SharedMemory

    memory = SharedMemory(create=True, size=4096)
    memory.close()
    memory.unlink()
    with mp.get_context("fork").Pool(2) as pool:
        assert pool.map(abs, [-1, -2]) == [1, 2]
    with mp.get_context("fork").Manager() as manager:
        assert manager.list([1])[:] == [1]
    Path("/tmp/anything").write_text("x")
    subprocess.run("ls / && cat /proc/self/status", shell=True, check=True, stdout=subprocess.DEVNULL)
    import pwd

    assert pwd.getpwuid(os.getuid()).pw_name == "student"


ONLY_APART = ("all_of_multiprocessing",)
NAMES = [
    name
    for name, what in list(globals().items())
    if getattr(what, "__code__", None) and what.__code__.co_varnames[:1] == ("known",)
]
