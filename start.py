"""One command for everything, on a machine that has only Python 3.10 or newer.

    python start.py          set up, then open the lessons in JupyterLab
    python start.py grade    set up, then make and grade the sample class
    python start.py test     set up, then run the tests (more words go to pytest: python start.py test -k homework)

Set-up makes the folder .venv beside this file and installs the course into it, with the versions of requirements.lock. It is done once, and
again only when pyproject.toml or requirements.lock change. uv does it in seconds where it is on the PATH; pip does it elsewhere.
"""

# Read by any Python 3, so that an old one can say that it is too old: no f-strings, no annotations.
import hashlib
import os
import shutil
import subprocess
import sys

OLDEST = (3, 10)
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python.exe" if os.name == "nt" else "python")
STAMP = os.path.join(VENV, "installed.txt")
EXTRAS = ("lab", "instructor", "dev")  # each holds the ones before it
NEEDS = {"lab": "lab", "grade": "instructor", "test": "dev"}


def main(words):
    """Set up what the command needs, run it, and return its exit code."""
    command, rest = (words[0], words[1:]) if words else ("lab", [])
    if command in ("-h", "--help", "help"):
        print(__doc__)
        return 0
    if command not in NEEDS:
        return complain("there is no command '%s'; the commands are %s" % (command, ", ".join(NEEDS)))
    if sys.version_info < OLDEST:
        return complain("the course needs Python 3.10 or newer, and this is Python %d.%d" % sys.version_info[:2])
    try:
        set_up(NEEDS[command])
    except (OSError, subprocess.CalledProcessError) as error:
        return complain(
            "set-up stopped: %s. What went wrong stands above; mend it and run the same command again" % error
        )
    return {"lab": lab, "grade": grade, "test": test}[command](rest)


def complain(text):
    sys.stderr.write("start.py: %s.\n" % text)
    return 2


# --- set-up ----------------------------------------------------------------------------------------------------------


def set_up(extra):
    """Make .venv and install the course with this extra, unless that is done already."""
    done = installed()
    if done in EXTRAS and EXTRAS.index(done) >= EXTRAS.index(extra):
        return
    print("Setting up .venv for '%s' (once; a minute or two) ..." % extra, flush=True)
    uv = shutil.which("uv")
    if not os.path.exists(PYTHON):
        if uv:
            subprocess.check_call([uv, "venv", "--quiet", "--python", sys.executable, VENV])
        else:
            subprocess.check_call([sys.executable, "-m", "venv", VENV])
    wanted = ["--constraint", os.path.join(ROOT, "requirements.lock"), "--editable", "%s[%s]" % (ROOT, extra)]
    if uv:
        subprocess.check_call([uv, "pip", "install", "--quiet", "--python", PYTHON] + wanted)
    else:
        subprocess.check_call([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"] + wanted)
    with open(STAMP, "w") as stamp:
        stamp.write("%s %s\n" % (extra, fingerprint()))


def installed():
    """The extra that .venv was set up with; nothing if it was not, or if what is to be installed has changed since."""
    if not (os.path.exists(PYTHON) and os.path.exists(STAMP)):
        return ""
    with open(STAMP) as stamp:
        words = stamp.read().split()
    return words[0] if len(words) == 2 and words[1] == fingerprint() else ""


def fingerprint():
    """Changes when what is to be installed changes, or when the folder has moved: a .venv does not survive a move."""
    digest = hashlib.sha256(ROOT.encode("utf-8", "surrogateescape"))
    for name in ("pyproject.toml", "requirements.lock"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


# --- commands --------------------------------------------------------------------------------------------------------


def run(*command):
    """Run a Python module of .venv with its programs first on the PATH, for nbgrader calls alembic by its bare name."""
    environment = dict(os.environ, JUPYTER_PREFER_ENV_PATH="1")
    environment["PATH"] = BIN + os.pathsep + environment.get("PATH", "")
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")  # small arrays: a second thread only gets in the way
    try:
        return subprocess.call([PYTHON, "-m"] + list(command), env=environment, cwd=ROOT)
    except KeyboardInterrupt:
        return 130


def lab(rest):
    if not os.path.isdir(os.path.join(ROOT, "grading")):  # the students' tree
        return run("jupyterlab", "--LabApp.default_url=/lab/tree/notebooks", *rest)
    return run("grading.cli", "lab", *rest)


def grade(rest):
    """The sample class: made, graded, with feedback and a table for the LMS."""
    folder = os.path.join("classes", "sample")
    for words in (["sample-class", folder], ["grade", folder] + rest, ["feedback", folder], ["export", folder]):
        code = run("grading.cli", *words)
        if code:
            return code
    return 0


def test(rest):
    return run("pytest", "-n", "auto", "--dist", "loadfile", *rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
