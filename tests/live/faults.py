#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every system call of a launch fails once in turn, with each error that it can give.

	faults.py INJECT SECCOMP-SHIM FOLDER SCENARIO

For each call of the launch, in the launcher and in its child, and each answer of ANSWERS: the
command begins with the whole filter, or does not begin; then the status is 125 (126 or 127 where
the command cannot be executed), with one line on stderr; no process and no file is left. Points
are named PROCESS:CALL:COUNT:ANSWER. What fails is printed; the last line counts.
"""

import collections
import concurrent.futures
import errno
import json
import os
import re
import socket
import subprocess
import sys
import threading

HEADER = '/usr/include/x86_64-linux-gnu/asm/unistd_64.h'
FIRST_OF_MAIN = 'getuid'  # what comes before it is the dynamic linker's and the libraries'
COUNT_MAX = 400
SHOWN = 20  # of what fails

# What each call can answer beside what an outer filter can answer to every call: EPERM, ENOSYS.
EVERY = ['EPERM', 'ENOSYS']
# ... and those that cannot fail: what they answer would be believed by everybody.
NEVER = ('arch_prctl', 'exit_group', 'getegid', 'geteuid', 'getgid', 'getpid', 'getppid', 'getuid', 'umask')
ANSWERS = {
    'access': 'EACCES ENOENT EROFS',
    'brk': 'same',
    'capget': 'EINVAL EFAULT',
    'capset': 'EINVAL',
    'chdir': 'EACCES ENOENT ENOTDIR ELOOP EIO',
    'clone': 'EAGAIN ENOMEM',
    'close': 'made:EINTR made:EIO',
    'clock_nanosleep': 'EINTR EINVAL',
    'close_range': 'EINVAL EMFILE',
    'connect': 'ENOENT ECONNREFUSED EAGAIN EACCES EINTR EPROTOTYPE',
    'execve': 'ENOENT ENOTDIR EACCES ENOEXEC E2BIG ETXTBSY ELOOP EIO EINVAL ENOMEM EAGAIN EMFILE ELIBBAD',
    'faccessat': 'EACCES ENOENT',
    'faccessat2': 'EACCES ENOENT ELOOP EINVAL',
    'fcntl': 'EBADF EINVAL',
    'fstat': 'EIO ENOMEM',
    'fstatfs': 'EIO',
    'getcwd': 'ENOENT ERANGE',
    'getdents64': 'EIO ENOENT',
    'getgroups': 'EINVAL EFAULT',
    'lseek': 'ESPIPE EINVAL',
    'memfd_create': 'EMFILE ENOMEM EINVAL',
    'mmap': 'ENOMEM EAGAIN',
    'mprotect': 'ENOMEM EACCES',
    'mremap': 'ENOMEM',
    'munmap': 'EINVAL',
    'newfstatat': 'ENOENT EACCES EIO ELOOP ENOTDIR ENOMEM',
    'openat': 'ENOENT EACCES ELOOP EMFILE ENFILE EINTR ENXIO ENOMEM',
    'openat2': 'ENOENT EACCES ELOOP EXDEV EMFILE EAGAIN EINVAL E2BIG',
    'pipe2': 'EMFILE ENFILE',
    'poll': 'EINTR EINVAL ENOMEM 0',
    'prctl': 'EINVAL',
    'pread64': 'EINTR EIO 0 short',
    'prlimit64': 'EINVAL',
    'pwrite64': 'EIO ENOSPC EACCES',
    'read': 'EINTR EIO EISDIR 0 short',
    'rt_sigaction': 'EINVAL',
    'rt_sigprocmask': 'EINVAL',
    # 4242: the thread that TSYNC could not reach
    'seccomp': 'EINVAL EACCES EFAULT ENOMEM EBUSY ESRCH 4242',
    'sendmsg': 'EPIPE EAGAIN EINTR ECONNRESET ENOBUFS 0',
    'sendto': 'EPIPE EAGAIN EINTR ECONNRESET ENOBUFS',
    'setgroups': 'EINVAL ENOMEM',
    'setresgid': 'EINVAL EAGAIN',
    'setresuid': 'EINVAL EAGAIN',
    'setsockopt': 'EDOM ENOMEM',
    'socket': 'EMFILE ENFILE EAFNOSUPPORT ENOMEM',
    'uname': 'EFAULT',
    'wait4': 'EINTR ECHILD EINVAL',
    'write': 'ENOSPC EIO EPIPE EINTR short',
}
# A kill at each of these; at every call it would say the same again and again.
KILLED = ('close', 'poll', 'read', 'seccomp', 'execve', 'write', 'wait4', 'memfd_create')
# A launch goes on after these as if nothing had happened.
HARMLESS = {'close_range': ('EPERM', 'ENOSYS', 'EINVAL'), 'openat2': ('EPERM', 'ENOSYS', 'EAGAIN'), 'poll': ('EINTR',),
            'read': ('EINTR', 'short'), 'wait4': ('EINTR',)}
OTHERS_READ = ('name', 'bundle')  # scenarios where the C library reads, or what is read is not a file
NOT_FOUND = ('ENOENT', 'ENOTDIR')

ALLOW_ALL_BUT = {
    'defaultAction': 'SCMP_ACT_ALLOW',
    'syscalls': [
        {'names': ['chmod', 'setxattrat'], 'action': 'SCMP_ACT_ERRNO'},
        {'names': ['personality'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 22,
         'args': [{'index': 0, 'value': 8, 'op': 'SCMP_CMP_EQ'}]},
    ],
}


def with_keys(**keys):
    return dict(ALLOW_ALL_BUT, **keys)


SILENT = with_keys(syscalls=ALLOW_ALL_BUT['syscalls'] + [{'names': ['write'], 'action': 'SCMP_ACT_ERRNO'}])

CAPS = ['CAP_CHOWN', 'CAP_KILL', 'CAP_SETGID']
CONFIG = {
    'ociVersion': '1.0.2',
    'process': {
        'args': ['/bin/true'],
        'cwd': '/usr',
        'env': ['PATH=/usr/bin:/bin'],
        'user': {'uid': 65534, 'gid': 65533, 'additionalGids': [65532, 65531], 'umask': 0o27},
        'capabilities': {name: CAPS for name in
                         ('bounding', 'permitted', 'effective', 'inheritable', 'ambient')},
        'rlimits': [{'type': 'RLIMIT_CORE', 'soft': 0, 'hard': 0},
                    {'type': 'RLIMIT_NOFILE', 'soft': 64, 'hard': 128}],
        'oomScoreAdj': 500,
    },
    'linux': {'seccomp': ALLOW_ALL_BUT},
}

# Only the calls that these have beside those of the scenario `file`, or that mean something else there.
IDENTITY = ('capget capset chdir getcwd getgroups getresgid getresuid openat prctl prlimit64 pwrite64 read seccomp '
            'setgroups setresgid setresuid execve close_range')

NOTIFY = with_keys(listenerPath='/agent', syscalls=[
    {'names': ['chmod'], 'action': 'SCMP_ACT_NOTIFY'}, {'names': ['setxattrat'], 'action': 'SCMP_ACT_ERRNO'}])
LISTENING = 'clock_nanosleep clone close connect exit kill pause mmap seccomp sendmsg sendto setsockopt socket wait4 execve'

# name: document (written to the file config.json), arguments, text of standard input, calls (None: all)
SCENARIOS = {
    'file': (ALLOW_ALL_BUT, ['-p', 'config.json', '/bin/true'], '', None),
    'agreement': (ALLOW_ALL_BUT, ['-p', 'config.json', '--require-agreement', 'true'], '',
                  'clone close memfd_create mmap pipe2 poll pread64 prlimit64 read wait4 write'),
    'default': (None, ['true'], '', 'brk capget mmap mremap munmap openat prctl read uname'),
    'stdin': (None, ['-p', '-', 'true'], json.dumps(with_keys(
        flags=['SECCOMP_FILTER_FLAG_TSYNC', 'SECCOMP_FILTER_FLAG_LOG'],
        architectures=['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'])),
              'dup2 newfstatat openat poll read seccomp'),
    'silent': (SILENT, ['-p', 'config.json', '/bin/true'], '', 'execve seccomp prctl'),
    'identity': (ALLOW_ALL_BUT, ['-p', 'config.json', '--user', '65534:65534', '--workdir', '/usr',
                                 '--cap-drop', 'ALL', '--cap-add', 'CHOWN', '--ambient', 'KILL', 'true'], '',
                 IDENTITY),
    'name': (ALLOW_ALL_BUT, ['-p', 'config.json', '--user', 'nobody', 'true'], '',
             'connect lseek newfstatat openat read setgroups socket'),
    'privileges': (ALLOW_ALL_BUT, ['-p', 'config.json', '--security-opt', 'no-new-privileges:false',
                                   '--cap-drop', 'ALL', '--cap-add', 'docker', 'true'], '',
                   'capget capset execve prctl seccomp'),
    'bundle': (CONFIG, ['--bundle', '.'], '', IDENTITY + ' openat2 newfstatat'),
    'notify': (NOTIFY, ['-p', 'config.json', '/bin/true'], '', LISTENING),
    'notify-tsync': (dict(NOTIFY, flags=['SECCOMP_FILTER_FLAG_TSYNC']), ['-p', 'config.json', '/bin/true'], '',
                     LISTENING),
    'localhost': (ALLOW_ALL_BUT, ['--seccomp-root', '/', '-p', 'localhost', 'true'], '', 'openat openat2 read'),
}


def read_numbers():
    with open(HEADER, encoding='ascii') as header:
        rows = re.findall(r'#define __NR_(\w+) (\d+)', header.read())
    return {name: int(number) for name, number in rows}


def listen(path):
    """An agent that reads what it is sent, and drops it."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(path + '.new')
    listening.listen(64)
    os.rename(path + '.new', path)
    while True:
        connection, _ = listening.accept()
        with connection:
            while connection.recv(4096):
                pass


class Launch:
    """The program under the injector, in a folder of its own."""

    def __init__(self, inject, shim, folder, scenario):
        document, arguments, self.text, calls = SCENARIOS[scenario]
        self.calls = calls and calls.split()
        self.folder = folder
        self.path = os.path.join(folder, 'config.json')
        if document and 'listenerPath' in document:
            document = dict(document, listenerPath=os.path.join(folder, 'agent'))
            threading.Thread(target=listen, args=(document['listenerPath'],), daemon=True).start()
            while not os.path.exists(document['listenerPath']):
                pass
        if document:
            with open(self.path, 'w', encoding='ascii') as file:
                json.dump(document, file)
            os.chmod(self.path, 0o644)
        if scenario == 'localhost':
            arguments = [word if word != 'localhost' else 'localhost' + self.path for word in arguments]
        self.inject = inject
        self.command = [shim, 'run'] + arguments
        self.environment = dict(os.environ, TMPDIR=folder)

    def run(self, words):
        """Report lines, standard error, anything that came on standard output."""
        reading, writing = os.pipe()

        def prepare():
            os.dup2(writing, 3)
            os.dup2(1, 7)  # a descriptor that the command must not have

        process = subprocess.Popen(
            [self.inject] + words + self.command, cwd=self.folder, env=self.environment, text=True,
            errors='replace', stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            close_fds=False, preexec_fn=prepare)
        os.close(writing)
        with open(reading, encoding='ascii') as file:
            out, err = process.communicate(self.text, timeout=60)
            report = file.read().splitlines()
        if process.returncode:
            raise RuntimeError(f'the injector failed: {err}')
        return report, err, out


class Outcome:
    """What the injector saw."""

    def __init__(self, report, err, out):
        self.hit = 'hit' in report
        self.exec = next((line.split()[1:] for line in report if line.startswith('exec ')), None)
        self.end = next(line[4:] for line in report if line.startswith('end '))
        self.left = next(int(line[5:]) for line in report if line.startswith('left '))
        self.lines = err.splitlines()
        self.out = out

    def __str__(self):
        return f'exec {self.exec}, {self.end}, {self.left} left, stderr {self.lines}'


def expected_statuses(call, answer, scenario):
    """The statuses of a launch that did not execute its command."""
    if call != 'execve':
        # the file that is examined may be the command
        return ('exit 125', 'exit 126', 'exit 127') if call in (
            'newfstatat', 'faccessat2', 'faccessat', 'access') else ('exit 125',)
    if scenario == 'silent':
        return ('signal 4',)
    return ('exit 127',) if answer in NOT_FOUND else ('exit 126',)


def complaint(point, outcome, clean, before_main, scenario):
    """What is wrong with an outcome, or None."""
    process, call, _, answer = point
    if outcome.left:
        return 'a process is left'
    if outcome.out:
        return 'something on standard output'
    if outcome.exec is not None:
        if outcome.exec[:3] != clean.exec[:3]:
            return 'the command began without its filter'
        if outcome.exec != clean.exec:
            return 'the command began with another filter, or as another process'
        if outcome.end != 'exit 0':
            return 'the command began and did not end well'
        return 'stderr of a launch that went well' if len(outcome.lines) > 1 else None
    if answer in HARMLESS.get(call, ()) and process == 0 and not before_main and not (
            call == 'read' and scenario in OTHERS_READ):
        return 'the launch gave up'
    if answer == 'kill' and process == 0:
        return None if outcome.end == 'signal 9' else 'survived SIGKILL'
    if before_main:
        return None if outcome.end != 'exit 0' else 'status 0, and no command'
    if outcome.end not in expected_statuses(call, answer, scenario):
        return f'status is not {expected_statuses(call, answer, scenario)}'
    if outcome.end.startswith('signal'):
        return 'a line, though write is denied' if outcome.lines else None
    if len(outcome.lines) != 1 or not outcome.lines[0].startswith('seccomp-shim: '):
        return 'not one line on stderr'
    return None


def answers_of(call):
    if call in NEVER:
        return []
    if call in ('brk', 'close'):
        return ANSWERS[call].split()
    words = EVERY + ANSWERS.get(call, '').split()
    return words + ['kill'] if call in KILLED else words


def value_of(answer):
    made, colon, word = answer.rpartition(':')
    if word.startswith('E'):
        word = str(-getattr(errno, word))
    return made + colon + word


def main():
    inject, shim, folder, scenario = sys.argv[1:]
    folder = os.path.abspath(folder)
    numbers = read_numbers()
    names = {number: name for name, number in numbers.items()}
    launch = Launch(os.path.abspath(inject), os.path.abspath(shim), folder, scenario)
    files = sorted(os.listdir(folder))
    report, err, out = launch.run(['list'])
    clean = Outcome(report, err, out)
    if clean.exec is None or clean.end != 'exit 0' or clean.lines or clean.exec[0] != '2':
        print(f'the launch itself fails: {clean}')
        return 1
    calls = collections.Counter()
    before = collections.Counter()
    for line in report:
        if not line.startswith('call '):
            continue
        process, number = (int(word) for word in line.split()[1:])
        name = names[number]
        if process == 0 and (0, FIRST_OF_MAIN) not in calls:
            before[name] += 1
        calls[process, name] += 1
    failures, points = [], collections.Counter()

    def fault(point):
        process, call, count, answer = point
        words = [str(process), str(numbers[call]), str(count), value_of(answer)]
        outcome = Outcome(*launch.run(words))
        if not outcome.hit:
            return False
        points['ran' if outcome.exec is not None else 'refused'] += 1
        before_main = process == 0 and count <= before[call]
        wrong = complaint(point, outcome, clean, before_main, scenario)
        if wrong:
            failures.append(f'{":".join(map(str, point))}: {wrong}: {outcome}')
        elif os.environ.get('FAULTS_VERBOSE'):
            print(':'.join(map(str, point)), outcome)
        return True

    def all_of(job):
        """One call and answer, at its first, second ... occurrence until there is none."""
        process, call, answer = job
        first = 1
        if process == 0 and answer != answers_of(call)[0]:
            first += before[call]  # what comes before main() fails in one way only
        for count in range(first, COUNT_MAX):
            if not fault((process, call, count, answer)):
                return

    jobs = [(process, call, answer) for process, call in calls for answer in answers_of(call)
            if launch.calls is None or call in launch.calls]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for _ in pool.map(all_of, jobs):
            pass
    if sorted(os.listdir(folder)) != files:
        failures.append(f'files are left: {os.listdir(folder)}')
    print('\n'.join(sorted(failures)[:SHOWN]))
    print(f'{scenario}: {sum(points.values())} faults: {points["ran"]} ran the command under its filter, '
          f'{points["refused"]} did not run it; {len(failures)} wrong')
    return 1 if failures or not points['refused'] else 0


if __name__ == '__main__':
    sys.exit(main())
