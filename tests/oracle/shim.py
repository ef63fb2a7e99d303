# SPDX-License-Identifier: Apache-2.0
"""The program under test and the running kernel, as the campaigns ask them.

Knows the program's command line and tests/live/ask, and nothing of what a profile means.  Trouble
(a crash, a time-out, an answer that is none) raises Trouble.
"""

import ctypes
import json
import os
import signal
import subprocess
from typing import NamedTuple

import abis
from reading import Outcome

SECONDS = 60                   # the program itself gives libseccomp ten
LIVE_ABIS = ('x86_64', 'x86', 'x32')       # those whose calls this kernel takes


class Trouble(Exception):
    """The program or the kernel did what no test foresees."""


class Target(NamedTuple):
    arch: str = ''
    caps: str = 'none'
    kernel: str = '6.1'

    @property
    def options(self):
        names = ('--arch', '--caps', '--kernel')
        return [word for name, value in zip(names, self) if value for word in (name, value)]


def _call(command, statuses):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=SECONDS, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise Trouble(f'{command[0]}: {error}') from None
    if done.returncode not in statuses:
        said = done.stderr.decode(errors='replace').strip().splitlines()
        raise Trouble(f'{" ".join(command)}: status {done.returncode}: {said[-1:] or "silent"}')
    return done


class Shim:
    def __init__(self, path, target=Target()):
        self.path, self.target = path, target

    def compile(self, profile, *options) -> bytes:
        return _call([self.path, 'compile', *self.target.options, *options, profile], (0,)).stdout

    def check(self, profile, *options) -> list:
        """The findings."""
        done = _call([self.path, 'check', '--json', *self.target.options, *options, profile],
                     (0, 1, 2))
        return json.loads(done.stdout)['findings']

    def diff(self, first, second, *options) -> list:
        """The statements; the status must fit them."""
        done = _call([self.path, 'diff', '--json', *self.target.options, *options, first, second],
                     (0, 1))
        found = json.loads(done.stdout)['result']['differences']
        if bool(found) != (done.returncode == 1):
            raise Trouble(f'diff {first} {second}: status {done.returncode}, {len(found)} lines')
        return found

    def call(self, text):
        """(number, arguments) of a CALL with all its arguments."""
        done = _call([self.path, 'explain', '--json', 'unconfined', text], (0,))
        found = json.loads(done.stdout)['result']['calls'][0]
        return found['number'], tuple(int(arg, 16) for arg in found['outcomes'][0]['witness'])

    def launched(self, profile, *options) -> bytes:
        """The filter of a command that `run` has just become, as the kernel gives it back."""
        return _filter_after_exec([self.path, 'run', '--quiet', *options, '-p', profile, '--',
                                   '/bin/true'])


class Many:
    """tests/unit/many_profiles: no start of a process for each profile."""

    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def build(self, arch, text: bytes):
        """(the program, the findings) of a profile on one line."""
        try:
            self.process.stdin.write(arch.encode() + b' ' + text + b'\n')
            self.process.stdin.flush()
            found = json.loads(self.process.stdout.readline())
        except (OSError, ValueError) as error:
            raise Trouble(f'the process that builds many profiles ended: {error}') from None
        if found['program'] is None:
            raise Trouble(f'refused: {found["findings"]}')
        return bytes.fromhex(found['program']), found['findings']


# What the kernel answers

def visible(outcome: Outcome) -> str:
    """What tests/live/ask says of a call with this outcome."""
    if outcome.action in ('ERRNO', 'TRAP'):
        return f'{outcome.action} {outcome.data}'
    return 'KILL' if outcome.action.startswith('KILL') else 'PASSES'


def live_call(audit, number, args):
    """A call as tests/live/ask is asked it; None where this machine cannot make it."""
    if audit == abis.ABIS['x86'].audit:
        # Registers of 32 bits: other high halves cannot happen.
        words = ['x86', number, *(arg & 0xffffffff for arg in args)]
    elif audit == abis.ABIS['x86_64'].audit:
        words = ['x86_64', number, *args]
    else:
        return None
    return 'call ' + ' '.join(str(word) for word in words)


def ask_kernel(ask, questions, folder) -> list:
    """[(program, [call])] to [[answer]]; a call is a line of live_call()."""
    path, lines = os.path.join(folder, 'questions'), []
    for index, (program, calls) in enumerate(questions):
        name = os.path.join(folder, f'asked.{index}')
        with open(name, 'wb') as file:
            file.write(program)
        lines += [f'filter {name}', *calls]
    with open(path, 'w', encoding='ascii') as file:
        file.writelines(line + '\n' for line in lines)
    with open(path, 'rb') as file:
        done = subprocess.run([ask], stdin=file, capture_output=True, timeout=10 * SECONDS,
                              check=False)
    answers = done.stdout.decode().splitlines()
    if done.returncode != 0 or len(answers) != sum(len(calls) for _, calls in questions):
        raise Trouble(f'{ask}: status {done.returncode}: {done.stderr.decode().strip()}')
    for index in range(len(questions)):
        os.unlink(os.path.join(folder, f'asked.{index}'))
    it = iter(answers)
    return [[next(it) for _ in calls] for _, calls in questions]


# What is in force after a launch; linux/ptrace.h

_TRACEME, _CONT, _KILL, _SETOPTIONS, _GET_FILTER = 0, 7, 8, 0x4200, 0x420c
_TRACEEXEC, _EXITKILL = 0x10, 0x100000
_EXEC_STOP = signal.SIGTRAP | 4 << 8


def can_dump() -> bool:
    """GET_FILTER wants CAP_SYS_ADMIN in the first user namespace."""
    with open('/proc/self/uid_map', encoding='ascii') as file:
        return os.geteuid() == 0 and file.read().split() == ['0', '0', '4294967295']


def _ptrace(request, pid, address=0, data=0):
    call = ctypes.CDLL(None, use_errno=True).ptrace
    call.restype = ctypes.c_long
    call.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    result = call(request, pid, address, data)
    if result < 0:
        raise Trouble(f'ptrace {request:#x}: {os.strerror(ctypes.get_errno())}')
    return result


def _traced(command):
    """A child that stops at its execve of the command."""
    pid = os.fork()
    if pid == 0:
        try:
            null = os.open('/dev/null', os.O_RDWR)
            for descriptor in range(3):
                os.dup2(null, descriptor)
            _ptrace(_TRACEME, 0)
            os.execv(command[0], command)
        finally:
            os._exit(127)
    return pid


def _filter_after_exec(command) -> bytes:
    pid = _traced(command)
    try:
        _, status = os.waitpid(pid, 0)
        if not os.WIFSTOPPED(status):
            raise Trouble(f'{command[0]} cannot be traced')
        _ptrace(_SETOPTIONS, pid, 0, _TRACEEXEC | _EXITKILL)
        _to_next_exec(pid, command)
        length = _ptrace(_GET_FILTER, pid, 0, None)
        code = ctypes.create_string_buffer(8 * length)
        _ptrace(_GET_FILTER, pid, 0, ctypes.addressof(code))
        return code.raw
    finally:
        _end(pid)


def _to_next_exec(pid, command):
    given = 0
    while True:
        _ptrace(_CONT, pid, 0, given)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSTOPPED(status):
            raise Trouble(f'{" ".join(command)}: ended with {status:#x}, nothing was executed')
        if status >> 8 == _EXEC_STOP:
            return
        given = os.WSTOPSIG(status)


def _end(pid):
    """Ours and not reaped, or gone already."""
    try:
        os.kill(pid, signal.SIGKILL)
        while True:
            _, status = os.waitpid(pid, 0)
            if not os.WIFSTOPPED(status):
                return
    except (ProcessLookupError, ChildProcessError):
        pass
