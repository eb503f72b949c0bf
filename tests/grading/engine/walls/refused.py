"""What must not work behind walls: each function tries, from inside, and fails if anything of it can be done."""

import contextlib
import ctypes
import errno
import fcntl
import os
import pty
import resource
import signal
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)
SETUID_PROGRAMS = [Path("/usr/bin") / name for name in ("su", "passwd", "mount", "sudo", "chsh", "newgrp")]
NEW_USER = 0x10000000
X86 = os.uname().machine == "x86_64"


def call(number, *arguments):
    """errno of a system call, 0 if it was done."""
    ctypes.set_errno(0)
    values = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return ctypes.get_errno() if libc.syscall(ctypes.c_long(number), *values) == -1 else 0


def refuses(what, *arguments, **named):
    try:
        what(*arguments, **named)
    except OSError:
        return True
    return False


# --- network --------------------------------------------------------------------------------------------------------


def kinds_of_sockets(known):
    done = set()
    for family in range(64):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
            try:
                socket.socket(family, kind).close()
                done.add(int(family))
            except OSError:
                pass
    own = {socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK} if known["kind"] == "bubblewrap" else set()
    assert done <= {socket.AF_UNIX, *own}, done


def reaches(address, port):
    try:
        with socket.socket() as one:
            one.settimeout(2)
            one.connect((address, port))
            return True
    except OSError:
        pass
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            return bool(one.sendto(b"x", (address, 53))) and not address.startswith("127.")
    except OSError:
        return False


def the_network(known):
    for address in ("127.0.0.1", "10.0.0.1", "192.168.0.1", "169.254.169.254", "8.8.8.8", *known["addresses"]):
        assert not reaches(address, known["port"]), address
    assert refuses(socket.getaddrinfo, "pypi.org", 443)


def the_network_in_a_later_thread(known):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(reaches("127.0.0.1", known["port"])))
    thread.start()
    thread.join()
    assert answers == [False]


def the_network_in_another_program(known):
    code = f"import socket; socket.create_connection(('127.0.0.1', {known['port']}), 2)"
    assert subprocess.run([sys.executable, "-c", code], stderr=subprocess.DEVNULL).returncode == 1


def services_of_this_machine(known):
    for address in (known["socket"], "\0" + known["abstract"]):
        with socket.socket(socket.AF_UNIX) as one:
            assert refuses(one.connect, address), address
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
            assert one.connect_ex(address) in (errno.EACCES, errno.EPERM, errno.ENOENT, errno.ECONNREFUSED), address


def datagrams_to_services(known):
    try:
        one = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    except OSError:
        return
    assert refuses(one.sendto, b"x", known["datagrams"])


# --- files ----------------------------------------------------------------------------------------------------------


def reading_what_is_not_given(known):
    for path in (
        *known["unseen"],
        "/etc/shadow",
        "/etc/gshadow",
        "/etc/sudoers",
        "/etc/machine-id",
        "/proc/kcore",
        "/dev/vda",
    ):
        assert refuses(open, path, "rb"), path
    for folder in ("/home", "/root", "/var/log", "/run", "/mnt", "/opt", "/etc/ssl/private", *known["folders"]):
        assert not os.path.isdir(folder) or refuses(os.listdir, folder) or empty(folder), folder


def empty(folder):
    """Nothing in it but what leads to Python."""
    below = [Path(folder) / name for name in os.listdir(folder)]
    return all(any(Path(seen).is_relative_to(path) for seen in (sys.prefix, sys.base_prefix)) for path in below)


def reading_through_links(known):
    for path in known["unseen"]:
        os.symlink(path, "link")
        assert refuses(open, "link", "rb")
        os.unlink("link")
        assert refuses(os.link, path, "hard")
    given = Path(os.__file__)
    assert refuses(os.link, given, "hard")
    assert refuses(open, given, "ab")


def other_users_of_this_machine(known):
    try:
        names = [line.partition(":")[0] for line in Path("/etc/passwd").read_text().splitlines()]
    except OSError:
        return
    assert names == ["root", "student", "nobody"]


def other_submissions(known):
    base = Path(known["room"]).parent
    assert refuses(os.listdir, base) or os.listdir(base) == [Path(known["room"]).name]
    assert refuses(os.stat, base / "zygote.sock")


def variables_of_the_grader(known):
    assert known["variable"] not in os.environ
    for process in filter(str.isdigit, os.listdir("/proc") if not refuses(os.listdir, "/proc") else ["1"]):
        with contextlib.suppress(OSError):
            assert known["variable"].encode() not in Path(f"/proc/{process}/environ").read_bytes()


def writing_elsewhere(known):
    folders = ("/", "/usr", "/usr/bin", "/etc", "/dev", "/proc", "/sys", "/var", "/root", "/home", "/run", "/opt")
    for folder in (*folders, *known["folders"], sys.prefix, os.path.dirname(os.__file__)):
        assert refuses(open, f"{folder}/new", "wb"), folder
        assert refuses(os.mkdir, f"{folder}/new"), folder
        assert refuses(os.symlink, "/tmp", f"{folder}/new"), folder
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/drop_caches", *known["unseen"]):
        assert refuses(open, path, "wb"), path
        assert refuses(os.truncate, path, 0), path


def changing_what_is_read(known):
    for path in (os.__file__, sys.executable, *known["unseen"]):
        for what in (lambda path: os.chmod(path, 0o777), lambda path: os.utime(path, (0, 0)), os.unlink):
            try:
                before = os.stat(path)
            except OSError:
                break
            refuses(what, path)
            after = os.stat(path)
            assert (before.st_mode, before.st_mtime) == (after.st_mode, after.st_mtime), path


# --- other processes ------------------------------------------------------------------------------------------------


def seeing_other_processes(known):
    if refuses(os.listdir, "/proc"):
        return
    assert sorted(filter(str.isdigit, os.listdir("/proc"))) == ["1", "2"]


def reading_other_processes(known):
    processes = [known["process"], os.getppid(), 1]
    for process in processes:
        for name in ("mem", "environ", "maps", "fd", "root", "cwd"):
            path = f"/proc/{process}/{name}"
            assert refuses(open, path, "rb") and refuses(os.listdir, path), path


def signals_to_others(known):
    for process in (known["process"], -known["process"]):
        assert refuses(os.kill, process, signal.SIGKILL)
        assert refuses(os.kill, process, 0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    refuses(os.kill, -1, signal.SIGTERM)  # the test looks whether that ended others
    refuses(os.kill, os.getppid(), signal.SIGKILL)
    refuses(os.killpg, 0, signal.SIGTERM)
    assert os.getppid() != 0


def limits_and_priority_of_others(known):
    for process in (known["process"], os.getppid()):
        assert refuses(resource.prlimit, process, resource.RLIMIT_CPU, (0, 0))
    assert refuses(os.nice, -1)


def tracing(known):
    attach, seize, trace_me = 16, 0x4206, 0
    for process in (known["process"], os.getppid(), 1):
        for request in (attach, seize):
            assert libc.ptrace(request, process, None, None) == -1
    assert libc.ptrace(trace_me, 0, None, None) == -1
    vector = ctypes.create_string_buffer(64)
    for process in (known["process"], os.getppid(), os.getpid()):
        assert call(310 if X86 else 270, process, vector, 1, vector, 1, 0) == errno.EPERM


# --- rights ---------------------------------------------------------------------------------------------------------


def rights_of_the_superuser(known):
    status = dict(line.partition(":\t")[::2] for line in Path("/proc/self/status").read_text().splitlines())
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    assert not any(int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"))
    assert refuses(os.setuid, 0)
    assert refuses(os.setgroups, [0])


def programs_of_the_superuser(known):
    mine, quiet = os.getuid(), dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    for program in SETUID_PROGRAMS:
        if program.exists() and program.stat().st_mode & stat.S_ISUID:
            code = f"import os; os.execv('{program}', ['{program}', '--version'])"
            subprocess.run([sys.executable, "-c", code], **quiet, timeout=10)
    answer = subprocess.run(["su", "-c", "id -u"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10)
    assert answer.returncode and answer.stdout.strip() in ("", str(mine))


def namespaces(known):
    assert libc.unshare(NEW_USER) == -1
    for flag in (0x20000, 0x4000000, 0x8000000, 0x40000000, 0x20000000, 0x2000000, 0x80):
        assert libc.unshare(flag) == -1
        assert call(56 if X86 else 220, NEW_USER | flag | signal.SIGCHLD, 0, 0, 0, 0) == errno.EPERM
    assert call(435, 0, 0) == errno.ENOSYS  # clone3 hides its flags from the filter
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    assert libc.setns(own, 0) == -1


def mounting(known):
    assert libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None) == -1
    assert libc.umount2(b"/proc", 2) == -1
    assert libc.chroot(b"/tmp") == -1
    for number in ((155, 41)[not X86], 428, 429, 430, 431, 432, 433, 442):
        assert call(number, 0, 0, 0, 0, 0) == errno.EPERM, number


def rare_calls_of_the_kernel(known):
    x86 = {"bpf": 321, "userfaultfd": 323, "perf": 298, "keyctl": 250, "add_key": 248, "kexec": 246, "syslog": 103}
    arm = {"bpf": 280, "userfaultfd": 282, "perf": 241, "keyctl": 219, "add_key": 217, "kexec": 104, "syslog": 116}
    for name, number in (x86 if X86 else arm).items():
        assert call(number, 0, 0, 0, 0, 0) == errno.EPERM, name
    for number in (425, 426, 427, 319 if X86 else 279, 447, 463, 5000, 0x40000000 + 41):
        assert call(number, 0, 0, 0, 0, 0) == errno.ENOSYS, number


def memory_that_no_process_has(known):
    for number in ((29, 194), (68, 186), (64, 190), (240, 180)):
        assert call(number[not X86], 0x1234, 4096, 0o1600) == errno.EPERM, number
    assert refuses(os.memfd_create, "x")


def typing_into_a_terminal(known):
    _, terminal = pty.openpty()
    for request in (0x5412, 0x541C, 0x5412 | 1 << 32):
        assert call(16 if X86 else 29, terminal, request, b"x") == errno.EPERM
    assert refuses(fcntl.ioctl, terminal, 0x5412, b"x")
    assert refuses(open, "/dev/tty")


def calls_of_32_bits(known):
    """int 0x80 would be the numbering of another machine: the kernel ends whoever tries."""
    if not X86:
        return
    import mmap

    code = bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3])  # mov eax, getpid; int 0x80; ret
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    child = os.fork()
    if child == 0:
        ctypes.CFUNCTYPE(ctypes.c_int)(address)()
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])


# --- what was inherited ---------------------------------------------------------------------------------------------


def inherited_files(known):
    for number in map(int, os.listdir("/proc/self/fd")):
        try:
            mode = os.fstat(number).st_mode
        except OSError:
            continue  # the listing itself
        assert not stat.S_ISSOCK(mode) and not stat.S_ISDIR(mode)
        if stat.S_ISREG(mode):
            assert fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
    assert len(os.listdir("/proc/self/fd")) <= 6


# --- limits ---------------------------------------------------------------------------------------------------------


def files_larger_than_allowed(known):
    with open("large", "wb") as large:
        assert refuses(large.truncate, known["file"] + 1)
        large.truncate(known["file"])


def raising_a_limit(known):
    for name in ("DATA", "FSIZE", "NOFILE", "NPROC", "CORE"):
        number = getattr(resource, f"RLIMIT_{name}")
        now, most = resource.getrlimit(number)
        try:
            resource.setrlimit(number, (now, most + 1))
        except ValueError:
            continue
        raise AssertionError(name)


def more_memory_than_allowed(known):
    for take in (lambda: bytes(2 * known["memory"]), lambda: [bytes(known["memory"] // 4) for _ in range(8)]):
        try:
            take()
        except MemoryError:
            continue
        raise AssertionError("there was memory")


# --- only in a namespace of its own -------------------------------------------------------------------------------------


def seeing_that_files_exist(known):
    for path in known["unseen"]:
        assert not os.path.lexists(path), path


def interfaces_and_names(known):
    assert not os.path.exists("/sys/class/net")
    assert socket.gethostname() != known["host"]
    assert os.listdir("/dev/shm") == []


def more_files_than_allowed(known):
    part = bytes(known["file"])
    with_room = known["disk"] // known["file"] + 1
    assert any(refuses(Path(f"/tmp/{number}").write_bytes, part) for number in range(with_room))


def more_names_than_allowed(known):
    """Empty files take memory too."""
    assert any(refuses(Path(f"/tmp/{number}").touch) for number in range(known["disk"] // 4096 + 1))


def shared_memory_beyond_the_disk(known):
    part = bytes(known["file"])
    with_room = known["disk"] // known["file"] + 1
    assert any(refuses(Path(f"/dev/shm/{number}").write_bytes, part) for number in range(with_room))


ONLY_APART = (
    *("seeing_that_files_exist", "interfaces_and_names", "more_files_than_allowed", "more_names_than_allowed"),
    "shared_memory_beyond_the_disk",
)
NAMES = [
    name
    for name, what in list(globals().items())
    if getattr(what, "__code__", None) and what.__code__.co_varnames[:1] == ("known",)
]
