# SPDX-License-Identifier: Apache-2.0
"""The calling conventions a filter can distinguish, and the numbers of system calls on each.

Owns numbers: from the installed libseccomp (through ctypes) for what it knows, from the kernel's
own tables (written down here) for newer names and for calls that are also reached through
socketcall(2) and ipc(2).  Uses no table of the project, for it is there to check them.
"""

import ctypes
import ctypes.util
import functools
from typing import NamedTuple, Optional

X32_BIT = 0x40000000
ARM_PRIVATE = 0xf0000


class Abi(NamedTuple):
    name: str          # as SCMP_ARCH_ spells it, lower case
    audit: int         # what the kernel puts into seccomp_data.arch
    token: int         # what libseccomp calls it
    bits: int          # width in which arguments are compared
    little: bool
    base: int          # number of the ABI's first system call
    mux: bool          # has socketcall(2) and ipc(2)
    docker: str        # moby's name for it in includes.arches; empty where moby has none


def _abi(name, audit, bits, base=0, mux=False, docker='', token=None):
    return Abi(name, audit, audit if token is None else token, bits, bool(audit & 0x40000000),
               base, mux, docker)


# linux/audit.h; bits of the token: 0x80000000 64-bit, 0x40000000 little-endian, 0x20000000 n32.
ABIS = {a.name: a for a in (
    _abi('x86_64', 0xc000003e, 64, docker='amd64'),
    _abi('x86', 0x40000003, 32, mux=True, docker='x86'),
    _abi('x32', 0xc000003e, 32, base=X32_BIT, docker='x32', token=0x4000003e),
    _abi('aarch64', 0xc00000b7, 64, docker='arm64'),
    _abi('arm', 0x40000028, 32, docker='arm'),
    _abi('mips', 0x00000008, 32, base=4000, mux=True, docker='mips'),
    _abi('mips64', 0x80000008, 64, base=5000, docker='mips64'),
    _abi('mips64n32', 0xa0000008, 32, base=6000, docker='mips64n32'),
    _abi('mipsel', 0x40000008, 32, base=4000, mux=True, docker='mipsel'),
    _abi('mipsel64', 0xc0000008, 64, base=5000, docker='mipsel64'),
    _abi('mipsel64n32', 0xe0000008, 32, base=6000, docker='mips3l64n32'),
    _abi('ppc', 0x00000014, 32, mux=True, docker='ppc'),
    _abi('ppc64', 0x80000015, 64, mux=True, docker='ppc64'),
    _abi('ppc64le', 0xc0000015, 64, mux=True, docker='ppc64le'),
    _abi('s390', 0x00000016, 32, mux=True, docker='s390'),
    _abi('s390x', 0x80000016, 64, mux=True, docker='s390x'),
    _abi('parisc', 0x0000000f, 32, docker='parisc'),
    _abi('parisc64', 0x8000000f, 64, docker='parisc64'),
    _abi('riscv64', 0xc00000f3, 64, docker='riscv64'),
    _abi('loongarch64', 0xc0000102, 64, docker='loongarch64'),
    _abi('m68k', 0x00000004, 32, mux=True, docker='m68k'),
    _abi('sh', 0x4000002a, 32, mux=True, docker='sh'),
    _abi('sheb', 0x0000002a, 32, mux=True, docker='sheb'),
)}

_SPELLINGS = {'amd64': 'x86_64', 'i386': 'x86', 'i686': 'x86', '386': 'x86', 'arm64': 'aarch64',
              'loong64': 'loongarch64', 'mips64le': 'mipsel64', 'mipsle': 'mipsel'}


def by_any_name(word: str) -> Abi:
    """An ABI as uname, Docker and SCMP_ARCH_ spell it; KeyError for others."""
    word = word.removeprefix('SCMP_ARCH_').lower()
    return ABIS[_SPELLINGS.get(word, word)]


# linux/net.h and linux/ipc.h: the first argument of socketcall and ipc.
SOCKETCALL = {name: number for number, name in enumerate(
    'socket bind connect listen accept getsockname getpeername socketpair send recv sendto '
    'recvfrom shutdown setsockopt getsockopt sendmsg recvmsg accept4 recvmmsg sendmmsg'.split(), 1)}
IPC = {'semop': 1, 'semget': 2, 'semctl': 3, 'semtimedop': 4, 'msgsnd': 11, 'msgrcv': 12,
       'msgget': 13, 'msgctl': 14, 'shmat': 21, 'shmdt': 22, 'shmget': 23, 'shmctl': 24}
MULTIPLEXED = {**{name: ('socketcall', op) for name, op in SOCKETCALL.items()},
               **{name: ('ipc', op) for name, op in IPC.items()}}


def _run(first, words):
    return {name: number for number, name in enumerate(words.split(), first) if name != '-'}


# The direct numbers of those calls (arch/*/kernel/syscalls/syscall.tbl), which libseccomp hides
# behind negative pseudo numbers when asked for a name.
_IPC_DIRECT = _run(393, 'semget semctl shmget shmctl shmat shmdt msgget msgsnd msgrcv msgctl')
_NEWER_SOCKETS = ('socket socketpair bind connect listen accept4 getsockopt setsockopt '
                  'getsockname getpeername sendto sendmsg recvfrom recvmsg shutdown')
_S390 = {**_IPC_DIRECT, **_run(359, _NEWER_SOCKETS), 'recvmmsg': 357, 'sendmmsg': 358}
_PPC = {**_IPC_DIRECT, 'sendmmsg': 349, **_run(
    326, 'socket bind connect listen accept getsockname getpeername socketpair send sendto recv '
    'recvfrom shutdown setsockopt getsockopt sendmsg recvmsg recvmmsg accept4')}
_MIPS = {**_IPC_DIRECT, 'accept4': 334, 'recvmmsg': 335, 'sendmmsg': 343, **_run(
    168, 'accept bind connect getpeername getsockname getsockopt listen recv recvfrom recvmsg '
    'send sendmsg sendto setsockopt shutdown socket socketpair')}
_SH = {**_IPC_DIRECT, **_run(
    340, 'socket bind connect listen accept getsockname getpeername socketpair send sendto recv '
    'recvfrom shutdown setsockopt getsockopt sendmsg recvmsg recvmmsg accept4'), 'sendmmsg': 363}
DIRECT = {
    'x86': {**_IPC_DIRECT, **_run(359, _NEWER_SOCKETS), 'recvmmsg': 337, 'sendmmsg': 345},
    's390': _S390, 's390x': {**_S390, 'semtimedop': 392},
    'ppc': _PPC, 'ppc64': {**_PPC, 'semtimedop': 392}, 'ppc64le': {**_PPC, 'semtimedop': 392},
    'mips': _MIPS, 'mipsel': _MIPS,
    'm68k': {**_IPC_DIRECT, **_run(356, _NEWER_SOCKETS), 'recvmmsg': 371, 'sendmmsg': 372},
    'sh': _SH, 'sheb': _SH,
}

# Names since Linux 5.9, the same number everywhere (plus the ABI's base); for those that the
# installed libseccomp does not know at all.
NEWER = _run(436, (
    'close_range openat2 pidfd_getfd faccessat2 process_madvise epoll_pwait2 mount_setattr '
    'quotactl_fd landlock_create_ruleset landlock_add_rule landlock_restrict_self - '
    'process_mrelease futex_waitv set_mempolicy_home_node cachestat fchmodat2 map_shadow_stack '
    'futex_wake futex_wait futex_requeue statmount listmount lsm_get_self_attr lsm_set_self_attr '
    'lsm_list_modules mseal setxattrat getxattrat listxattrat removexattrat open_tree_attr '
    'file_getattr file_setattr listns rseq_slice_yield'))
NEWER_ON = {
    'memfd_secret': {abi: 447 for abi in ('x86_64', 'x86', 'x32', 'aarch64', 'riscv64',
                                          's390x', 's390', 'loongarch64')},
    'uretprobe': {'x86_64': 335},
    'uprobe': {'x86_64': 336},
    'riscv_hwprobe': {'riscv64': 258},
}

UNKNOWN = -1          # __NR_SCMP_ERROR; a known name absent on an ABI gives another negative


@functools.lru_cache(maxsize=None)
def libseccomp():
    library = ctypes.CDLL(ctypes.util.find_library('seccomp') or 'libseccomp.so.2', use_errno=True)
    library.seccomp_syscall_resolve_name_arch.argtypes = [ctypes.c_uint32, ctypes.c_char_p]
    library.seccomp_syscall_resolve_name_arch.restype = ctypes.c_int
    return library


@functools.lru_cache(maxsize=None)
def _asked(token: int, name: str) -> int:
    return libseccomp().seccomp_syscall_resolve_name_arch(token, name.encode())


@functools.lru_cache(maxsize=None)
def supported(abi: Abi) -> bool:
    """Whether the numbers of this ABI are known here at all."""
    return _asked(abi.token, 'read') >= 0


@functools.lru_cache(maxsize=None)
def known_to_libseccomp(name: str) -> bool:
    return any(_asked(abi.token, name) != UNKNOWN for abi in ABIS.values())


@functools.lru_cache(maxsize=None)
def known(name: str) -> bool:
    """Whether any supported ABI has a system call of this name."""
    return name in NEWER or name in NEWER_ON or known_to_libseccomp(name)


@functools.lru_cache(maxsize=None)
def number(abi: Abi, name: str) -> Optional[int]:
    """The call's own number there, or None: absent, or only reached through a multiplexer."""
    found = _asked(abi.token, name)
    if found >= 0:
        return found
    if name in DIRECT.get(abi.name, ()):
        return abi.base + DIRECT[abi.name][name]
    if known_to_libseccomp(name):
        return None
    if name in NEWER:
        return abi.base + NEWER[name]
    if abi.name in NEWER_ON.get(name, ()):
        return abi.base + NEWER_ON[name][abi.name]
    return None


@functools.lru_cache(maxsize=None)
def multiplexed(abi: Abi, name: str) -> Optional[tuple]:
    """(number of the multiplexer, its first argument), or None."""
    if not abi.mux or name not in MULTIPLEXED:
        return None
    multiplexer, operation = MULTIPLEXED[name]
    return number(abi, multiplexer), operation


def enosys(abi: Abi) -> int:
    """asm/errno.h: MIPS and PA-RISC count otherwise."""
    if abi.name.startswith('mips'):
        return 89
    return 251 if abi.name.startswith('parisc') else 38


def is_newer(name: str) -> bool:
    return known(name) and not known_to_libseccomp(name)


@functools.lru_cache(maxsize=None)
def all_names(abi: Abi) -> tuple:
    """Names with a number there below base + 1024, for generators of profiles."""
    library = libseccomp()
    library.seccomp_syscall_resolve_num_arch.argtypes = [ctypes.c_uint32, ctypes.c_int]
    library.seccomp_syscall_resolve_num_arch.restype = ctypes.c_void_p
    libc = ctypes.CDLL(None)
    libc.free.argtypes = [ctypes.c_void_p]
    names = set(DIRECT.get(abi.name, ()))
    for index in range(1024):
        pointer = library.seccomp_syscall_resolve_num_arch(abi.token, abi.base + index)
        if pointer:
            names.add(ctypes.string_at(pointer).decode())
            libc.free(pointer)
    return tuple(sorted(names | {name for name in NEWER if number(abi, name) is not None}))
