"""System calls that no lesson needs and that walls have broken at: refused by a filter in the kernel.

The filter is a table, not a program of its own, so that it can be read; a package for it (libseccomp) would have to be
installed beside Python, on the very machines where bubblewrap cannot be.  Everything is allowed but for what is named: a wall
that is too narrow takes points from right answers.

Source: seccomp(2); the numbers are those of <asm/unistd.h>.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

from grading.engine.walls import system

# name: its number on x86_64 and, where it has one, on aarch64
_FORBIDDEN = {
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    # namespaces and file systems
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "fanotify_init": (300, 262),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "sysfs": (139, None),
    # the kernel itself
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "syslog": (103, 116),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "acct": (163, 89),
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "lookup_dcookie": (212, 18),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "vhangup": (153, 58),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "uselib": (134, None),
    "ustat": (136, None),
    # memory that belongs to no process, so that nobody's limit counts it
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
}
# what has another way to be done: the C library and Python try that when they hear that there is no such call
_ABSENT = {
    "clone3": (435, 435),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "vmsplice": (278, 75),
}
_NEWEST = 462  # mseal; what came later is not known here
# without namespaces: sockets of the machine's services; and what changes a file without opening it, which landlock does not see
_CONNECT = {"connect": (42, 203)}
_METADATA = {
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
}
_SOCKET, _SOCKETPAIR = {"socket": (41, 198)}, {"socketpair": (53, 199)}
_IOCTL, _CLONE, _PRLIMIT = {"ioctl": (16, 29)}, {"clone": (56, 220)}, {"prlimit64": (302, 261)}
_TERMINAL = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: type into somebody's terminal
_NAMESPACES = 0x7E020080  # every CLONE_NEW... flag
_UNIX, _INET, _INET6, _NETLINK, _STREAM, _SEQUENCED = 1, 2, 10, 16, 1, 5

_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}  # AUDIT_ARCH, column above

# classic BPF: <linux/bpf_common.h>; the data is struct seccomp_data: number, machine, address, six arguments of 8 bytes
_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_NUMBER, _MACHINE, _ARGUMENT = 0, 4, 16
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000


def available() -> bool:
    """Whether this machine's system calls are known here."""
    return platform.system() == "Linux" and platform.machine() in _MACHINES


def refuse(apart: bool) -> None:
    """Refuse them from now on, to this process and all that it starts.

    apart  it has namespaces of its own, so that it may connect to sockets and change its files' modes: all are its own

    Needs no_new_privs.     Raises  OSError.
    """
    program = filter(apart)
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    filter_mode = 2
    system.prctl(system.SET_SECCOMP, filter_mode, ctypes.cast(ctypes.create_string_buffer(header), ctypes.c_void_p))


def filter(apart: bool) -> bytes:
    """The program for the kernel."""
    machine, column = _MACHINES[platform.machine()]
    program = [
        *_unless(_MACHINE, _EQUAL, machine, _KILL),  # calls of another machine's numbering (32 bits) are none of ours
        _step(_LOAD, _NUMBER),
        *_if(_AT_LEAST, _NEWEST + 1, _ERROR | errno.ENOSYS),  # also x32's numbers, which start at 2^30
    ]

    def each(calls: dict, then) -> None:
        for numbers in calls.values():
            if numbers[column] is not None:
                program.extend(then(numbers[column]))

    def answer(number: int):
        return lambda call: _if(_EQUAL, call, _ERROR | number)

    each(_FORBIDDEN, answer(errno.EPERM))
    each(_ABSENT, answer(errno.ENOSYS))
    each(_IOCTL, lambda call: _when(call, 1, *(_if(_EQUAL, one, _ERROR | errno.EPERM) for one in _TERMINAL)))
    each(_CLONE, lambda call: _when(call, 0, [_step(_AND, _NAMESPACES)], _unless_zero()))
    each(_PRLIMIT, lambda call: _when(call, 0, _unless_zero()))  # of other processes
    if apart:  # its loopback is its own: ipykernel hears the output of forks through it
        each(_SOCKET, lambda call: _when(call, 0, _unless_one_of((_UNIX, _INET, _INET6, _NETLINK), errno.EACCES)))
    else:  # where netlink is not supported libzmq, and so ipykernel, lives without it; at any other answer it aborts
        each(_SOCKET, lambda call: _when(call, 0, _if(_EQUAL, _NETLINK, _ERROR | errno.EOPNOTSUPP)))
        each(_SOCKET, lambda call: _when(call, 0, _unless_equal(_UNIX, errno.EACCES)))
    if not apart:
        each(_CONNECT, answer(errno.EACCES))
        each(_METADATA, answer(0))  # says that it was done: nothing in a lesson depends on it
        each(_SOCKET, lambda call: _when(call, 1, _unless_connected()))
        each(_SOCKETPAIR, lambda call: _when(call, 1, _unless_connected()))
    program.append(_step(_RETURN, _ALLOW))
    return b"".join(program)


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)


def _if(test: int, value: int, result: int) -> list[bytes]:
    return [_step(test, value, 0, 1), _step(_RETURN, result)]


def _unless(place: int, test: int, value: int, result: int) -> list[bytes]:
    return [_step(_LOAD, place), _step(test, value, 1, 0), _step(_RETURN, result)]


def _unless_equal(value: int, error: int) -> list[bytes]:
    return [_step(_EQUAL, value, 1, 0), _step(_RETURN, _ERROR | error)]


def _unless_one_of(values: tuple[int, ...], error: int) -> list[bytes]:
    found = [_step(_EQUAL, value, len(values) - place, 0) for place, value in enumerate(values)]
    return [*found, _step(_RETURN, _ERROR | error)]


def _unless_zero() -> list[bytes]:
    return _unless_equal(0, errno.EPERM)


def _unless_connected() -> list[bytes]:
    """Other kinds of sockets reach others without a connection."""
    refuse = [_step(_EQUAL, _SEQUENCED, 1, 0), _step(_RETURN, _ERROR | errno.EACCES)]
    return [_step(_AND, 0xF), _step(_EQUAL, _STREAM, 2, 0), *refuse]


def _when(call: int, argument: int, *blocks: list[bytes]) -> list[bytes]:
    """For this call, load the lower half of an argument and go through the blocks."""
    inner = [_step(_LOAD, _ARGUMENT + 8 * argument), *(step for block in blocks for step in block)]
    inner.append(_step(_LOAD, _NUMBER))
    return [_step(_EQUAL, call, 0, len(inner)), *inner]
