#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a group of the corpus through `check` and `run`: corpus.py SECCOMP-SHIM FOLDER GROUP.

After each command: the status, the place, what was said, that the command ran or did not, no
second line on standard error, no child, no file that was not there before.
"""

import ctypes
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import threading

import rows
from rows import ACCEPTED, FINE, FINE_REFUSED, MARK, REFUSED, WARNED, WARNED_REFUSED

LINE_MAX = 2000  # bytes of a line, whatever the input
TIMEOUT = 60  # seconds; nothing comes near
CUTS = 100
RACES = 200
PR_SET_CHILD_SUBREAPER = 36
CHECK_STATUS = {REFUSED: (2,), WARNED: (1,), WARNED_REFUSED: (1,), FINE: (0,), FINE_REFUSED: (0,), ACCEPTED: (0, 1)}


class Tester:
    """The program in a folder of its own, and what did not hold."""

    def __init__(self, program, folder):
        self.program = os.path.abspath(program)
        os.chdir(folder)
        self.failures = []
        self.done = 0
        self.row = ''
        os.environ['TMPDIR'] = os.getcwd()

    def fail(self, what, result=None):
        text = '' if result is None else f'\n  status {result.returncode}\n  stdout: {result.stdout[:600]!r}\n  stderr: {result.stderr[:600]!r}'
        self.failures.append(f'{self.row}: {what}{text}')

    def call(self, *arguments, **options):
        """The program with these arguments; then what must hold whatever they are."""
        before = set(os.listdir('.'))
        result = subprocess.run([self.program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, timeout=TIMEOUT, check=False, **options)
        try:
            os.waitpid(-1, os.WNOHANG)
            self.fail('a child is left', result)
        except ChildProcessError:
            pass
        left = set(os.listdir('.')) - before - {'ran'}
        if left:
            self.fail(f'files are left: {left}', result)
        if result.returncode < 0:
            self.fail('a signal', result)
        for line in (result.stderr if arguments[0] == 'run' else result.stdout + result.stderr).splitlines():
            if len(line) > LINE_MAX:
                self.fail(f'a line of {len(line)} bytes', result)
                break
        return result

    def run(self, *arguments, command=('sh', '-c', ': >ran'), **options):
        """run with a command that leaves a trace: the result, and whether it was executed."""
        if os.path.exists('ran'):
            os.unlink('ran')
        result = self.call('run', *arguments, *command, **options)
        return result, os.path.exists('ran')

    def expect_check(self, row, name, place):
        result = self.call('check', '--caps', 'docker', name)
        if result.returncode not in CHECK_STATUS[row.outcome]:
            self.fail(f'check: the status is not {CHECK_STATUS[row.outcome]}', result)
        if result.stderr:
            self.fail('check: something on standard error', result)
        lines = result.stdout.decode('utf-8', 'replace').splitlines()
        wanted = f'{place} {"error" if row.outcome == REFUSED else "warning"}: .*(?:{row.message})'
        if row.outcome in (REFUSED, WARNED, WARNED_REFUSED) and not any(re.match(wanted, line) for line in lines):
            self.fail(f'check: no line {wanted}', result)
        errors = 1 if row.outcome == REFUSED else 0
        if row.errors is not None and (not lines or not lines[-1].startswith(f'{name}: {errors} error')):
            self.fail(f'check: not {errors} error', result)

    def expect_run(self, row, name, place):
        how = '--config' if row.config else '-p'
        result, ran = self.run(how, name)
        lines = result.stderr.decode('utf-8', 'replace').splitlines()
        if row.outcome in (FINE, WARNED, ACCEPTED):
            if not ran:
                self.fail('run: the command was not executed', result)
            if len(lines) > (row.outcome != FINE):
                self.fail('run: too many lines on standard error', result)
            return
        if ran:
            self.fail('run: the command was executed', result)
        if result.returncode != 125:
            self.fail('run: the status is not 125', result)
        if len(lines) != 1:
            self.fail('run: not one line on standard error', result)
        elif not re.match(f'seccomp-shim: {place} .*(?:{row.message})', lines[0]):
            self.fail(f'run: the line is not {place} .*({row.message})', result)

    def test(self, row):
        """A row of a table."""
        self.row = row.title
        self.done += 1
        name = 'row.json'
        place = write(name, row.text) or f'{re.escape(name)}:(?:[0-9]+:[0-9]+:)?'
        self.expect_check(row, name, place)
        if row.errors is None:
            # run reports the first of several
            place, row = f'{re.escape(name)}:[0-9]+:[0-9]+:', row._replace(message='')
        self.expect_run(row, name, place)
        os.unlink(name)


def write(name, text):
    """Makes the file without its mark. Returns FILE:LINE:COLUMN: of the mark as a pattern, or None."""
    if callable(text):
        text = text()
    if text == 'sparse':
        with open(name, 'wb') as file:
            file.truncate(5 << 30)
        return None
    data = text if isinstance(text, bytes) else text.encode()
    before, mark, after = data.partition(MARK.encode())
    with open(name, 'wb') as file:
        file.write(before + after)
    os.chmod(name, 0o644)
    if not mark:
        return None
    line, column = before.count(b'\n') + 1, len(before) - before.rfind(b'\n')
    return f'{re.escape(name)}:{line}:{column}:'


# ---- beside the tables


def truncations(tester):
    """A real profile, cut at a hundred places: the place is on the last line that is there."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../../examples/profiles/default.json')
    with open(path, 'rb') as file:
        data = file.read().rstrip()
    for i in range(CUTS):
        length = len(data) * i // CUTS + i % 7
        tester.row = f'truncated after {length} bytes'
        tester.done += 1
        write('cut.json', data[:length])
        line = data[:length].count(b'\n') + 1
        for result, status in ((tester.call('check', 'cut.json'), 2), (tester.run('-p', 'cut.json')[0], 125)):
            text = (result.stdout + result.stderr).decode()
            if result.returncode != status or f'cut.json:{line}:' not in text:
                tester.fail(f'not status {status}, line {line}', result)
            if status == 125 and (text.count('\n') != 1 or os.path.exists('ran')):
                tester.fail('not one line, or executed', result)
        os.unlink('cut.json')


def shapes(tester):
    """Any answer but a crash, an endless run or a command without its filter."""
    for name, text in rows.SHAPES:
        tester.row = f'random conditions, {name}'
        tester.done += 1
        write('shape.json', text)
        result = tester.call('check', 'shape.json')
        if result.returncode not in (0, 1, 2):
            tester.fail('check: the status', result)
        ran, executed = tester.run('-p', 'shape.json', command=('sh', '-c', 'grep -q ^Seccomp:.2 /proc/self/status && : >ran'))
        if ran.returncode not in (0, 125) or executed != (ran.returncode == 0):
            tester.fail('run: the status', ran)
        if (result.returncode == 2) != (ran.returncode == 125):
            tester.fail('check and run do not agree', ran)
        os.unlink('shape.json')


def refused(tester, row, pattern, *arguments, status=125, **options):
    """A launch that must not happen: one line, nothing executed."""
    tester.row = row
    tester.done += 1
    result, ran = tester.run(*arguments, **options)
    lines = result.stderr.decode('utf-8', 'replace').splitlines()
    if ran or result.returncode != status or len(lines) != 1 or not re.match(f'seccomp-shim: {pattern}', lines[0]):
        tester.fail(f'not status {status} with the line {pattern}', result)


def ran(tester, row, pattern, *arguments, status=0, **options):
    """A launch that must happen: what the command prints, nothing from us."""
    tester.row = row
    tester.done += 1
    result, _ = tester.run(*arguments, **options)
    if result.returncode != status or result.stderr or not re.fullmatch(pattern, result.stdout.decode().strip(), re.DOTALL):
        tester.fail(f'not status {status} with {pattern}', result)


def config_json(shell, section='{"defaultAction": "SCMP_ACT_ALLOW"}'):
    """A config.json whose process is this shell command."""
    return rows.config(section).replace('["true"]', json.dumps(['sh', '-c', shell]))


class Meanwhile(threading.Thread):
    """Does something again and again beside the launches, until the end of a with block."""

    def __init__(self, act):
        super().__init__()
        self.act = act
        self.ending = threading.Event()

    def run(self):
        while not self.ending.is_set():
            self.act()

    def __enter__(self):
        self.start()

    def __exit__(self, *_):
        self.ending.set()
        self.join()


def places(tester):
    """What is no file of ours to read, and what changes while it is read."""
    os.mkfifo('fifo')
    os.mkdir('directory')
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind('socket')
    os.chmod('socket', 0o644)
    for option in ('-p', '--config'):
        refused(tester, f'FIFO, {option}', r'fifo: is a FIFO \(use a regular file', option, 'fifo')
        refused(tester, f'device, {option}', r'/dev/zero: is a device \(use a regular file', option, '/dev/zero')
        refused(tester, f'socket, {option}', r'socket: No such device or address \(', option, 'socket')
        refused(tester, f'directory, {option}', r'directory: is a directory \(use a regular file', option, 'directory')
    links(tester)
    if os.geteuid() == 0:
        write('open.json', rows.GOOD)
        os.chmod('open.json', 0o646)
        refused(tester, 'writable by all', r'open\.json: is writable by everybody, and seccomp-shim runs as root \(', '-p', 'open.json')
    replaced(tester)
    grown(tester)
    swapped(tester)


def links(tester):
    write('outside.json', config_json(': >ran'))
    outside = os.path.abspath('outside.json')
    os.mkdir('bundle')
    for row, target in (('symbolic link', '../outside.json'), ('absolute link', outside), ('/proc/self/root', '/proc/self/root' + outside),
                        ('/proc/self/cwd', '/proc/self/cwd/outside.json'), ('/proc/self/fd', '/proc/self/fd/0'),
                        ('link to itself', 'config.json')):
        os.symlink(target, 'bundle/config.json')
        refused(tester, row, r'bundle/config\.json: (a symbolic link leads out of the directory|the path has a symbolic link) \(', '--bundle', 'bundle')
        os.unlink('bundle/config.json')
    os.symlink('/', 'bundle/out')
    os.symlink('out' + outside, 'bundle/config.json')
    refused(tester, 'link over a link', r'bundle/config\.json: (the path has )?a symbolic link', '--bundle', 'bundle')


def replaced(tester):
    """It is the one or the other, never something between."""
    texts = [rows.profile(f'{{"names": ["chroot"], "action": "SCMP_ACT_ERRNO", "errnoRet": {number}}}' + ' ' * spaces)
             for number, spaces in ((17, 0), (20, 100000))]

    def replace():
        for text in texts:
            with open('turning', 'w', encoding='ascii') as file:
                file.write(text)
            os.chmod('turning', 0o644)
            os.replace('turning', 'turning.json')

    replace()
    tester.row = 'replaced while it is read'
    tester.done += 1
    with Meanwhile(replace):
        for _ in range(RACES):
            result = subprocess.run([tester.program, 'run', '-p', 'turning.json', 'chroot', '/'], stdout=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE, check=False)
            if not re.fullmatch(b"chroot: cannot change root directory to '/': (File exists|Not a directory)\n", result.stderr):
                result.stdout = b''
                tester.fail('neither the one nor the other', result)


def grown(tester):
    """Read to its end or refused; never for ever."""
    write('growing.json', rows.GOOD)

    def grow():
        with open('growing.json', 'ab') as file:
            file.write(b' ' * 1000000)
            if file.tell() > 2 * rows.LIMIT:
                file.truncate(len(rows.GOOD))

    tester.row = 'grows while it is read'
    tester.done += 1
    with Meanwhile(grow):
        for _ in range(RACES // 4):
            result = tester.call('check', 'growing.json')
            if result.returncode != 0 and b'16 MiB' not in result.stdout:
                tester.fail('neither read nor refused', result)


def swapped(tester):
    """A bundle that turns into another one, whose config.json leads out of it."""
    exchange = ctypes.CDLL(None, use_errno=True).renameat2
    write('outside.json', config_json(': >escaped'))
    os.makedirs('turn/a')
    os.makedirs('turn/b')
    write('turn/a/config.json', config_json(':'))
    os.symlink('../../outside.json', 'turn/b/config.json')
    here = os.open('.', os.O_RDONLY)
    tester.row = 'bundle swapped'
    tester.done += 1
    with Meanwhile(lambda: exchange(here, b'turn/a', here, b'turn/b', 2)):
        for _ in range(RACES):
            result = subprocess.run([tester.program, 'run', '--bundle', 'turn/a'], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
            if os.path.exists('escaped') or result.returncode not in (0, 125):
                result.stdout = b''
                tester.fail('a config.json of outside was run', result)
                break
    os.close(here)


def command(tester):
    """What is executed."""
    write('text', 'echo shell\n')
    write('script', '#!/nonexistent/interpreter\n')
    write('noexec', '#!/bin/sh\n')
    os.mkdir('directory')
    for name in ('text', 'script'):
        os.chmod(name, 0o755)
    refused(tester, 'directory', r'cannot run \./directory: Is a directory \(', command=('./directory',), status=126)
    refused(tester, 'no x bit', r'cannot run \./noexec: Permission denied \(', command=('./noexec',), status=126)
    refused(tester, 'text without #!', r'cannot run \./text: Exec format error \(', command=('./text',), status=126)
    refused(tester, 'no interpreter', r'cannot run \./script: No such file or directory \(', command=('./script',), status=127)
    refused(tester, 'not there', r'cannot run \./none: No such file or directory \(', command=('./none',), status=127)
    refused(tester, 'newline and ESC', r'cannot run a\\nb\\x1b\[31m: not found \(', command=('a\nb\x1b[31m',), status=127)
    refused(tester, 'bad UTF-8', r'cannot run \./\\xff: No such file or directory \(', command=(b'./\xff',), status=127)
    refused(tester, 'no command', r'there is no command to run \(', command=())
    write('config.json', rows.config('{"defaultAction": "SCMP_ACT_ALLOW"}').replace('["true"]', '[]'))
    refused(tester, 'process.args []', r'config\.json:3:34: .*args', '--config', 'config.json', command=())
    no_argv(tester)
    if os.geteuid() == 0:
        write('config.json', rows.config('{"defaultAction": "SCMP_ACT_ALLOW"}').replace(
            '["true"]', '["true"' + ', "%s"' % ('a' * 100000) * 21 + ']'))
        refused(tester, 'argv of 2 MiB', r'cannot run true: Argument list too long \(', '--config', 'config.json', command=(), status=126)
    ran(tester, 'argv of 100 KB', 'a{100000}', command=('printf', '%s', 'a' * 100000))
    unheard = {'LD_PRELOAD': '/nonexistent.so', 'GLIBC_TUNABLES': 'glibc.malloc.check=0', 'SYSTEMD_SECCOMP': '0', 'SECCOMP_SHIM': 'off'}
    if not rows.is_asan(tester.program):
        tester.row = 'environment'
        tester.done += 1
        result, _ = tester.run(command=('sh', '-c', 'env; grep ^Seccomp: /proc/self/status'), env=dict(os.environ, **unheard))
        said = result.stdout.decode().splitlines()
        if 'Seccomp:\t2' not in said or not all(f'{key}={text}' in said for key, text in unheard.items()):
            tester.fail('not the environment as it was, or no filter', result)


def no_argv(tester):
    """execve(2) with no argument at all (the kernel may make it one that is empty)."""
    tester.row = 'argc 0'
    tester.done += 1
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open('/dev/null', os.O_WRONLY), 2)
        none = (ctypes.c_char_p * 1)(None)
        ctypes.CDLL(None).execve(tester.program.encode(), none, none)
        os._exit(99)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status not in (2, 125):
        tester.fail(f'status {status}')


def process(tester):
    """What the program is started with."""
    ran(tester, 'closed 0 to 2', '', '-p', 'default', command=('sh', '-c', 'ls -l /proc/self/fd >ran'), preexec_fn=lambda: os.closerange(0, 3))
    with open('ran', encoding='ascii') as file:
        if len(re.findall(r' [02] -> /dev/null\n', file.read())) != 2:
            tester.fail('0 and 2 are not /dev/null')
    held = [os.dup(0) for _ in range(1000)]
    ran(tester, '1,000 descriptors', '0\n1\n2\n3', command=('ls', '/proc/self/fd'), pass_fds=held)
    for fd in held:
        os.close(fd)

    def block():
        signal.signal(signal.SIGSYS, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGSYS])

    ran(tester, 'SIGSYS blocked and ignored', '0\n0',
        command=('sh', '-c', 'for set in SigBlk SigIgn; do mask=$(sed -n "s/^$set:.//p" /proc/self/status); echo $((0x$mask >> 30 & 1)); done'),
        preexec_fn=block)
    if not rows.is_asan(tester.program):
        for megabytes in (4, 8, 16):
            tester.row = f'RLIMIT_AS {megabytes} MiB'
            tester.done += 1
            limit = (megabytes << 20, megabytes << 20)
            result, executed = tester.run(command=('sh', '-c', 'grep -q ^Seccomp:.2 /proc/self/status && : >ran'),
                                          preexec_fn=lambda limit=limit: resource.setrlimit(resource.RLIMIT_AS, limit))
            # 127: the dynamic linker of one of the two; 139, -9: the kernel could not even execute it
            if executed != (result.returncode == 0) and result.returncode not in (125, 126, 127, 139):
                tester.fail('neither confined nor refused', result)
    gone(tester)


def gone(tester):
    top = os.getcwd()
    os.mkdir('gone')
    os.chdir('gone')
    os.rmdir(os.path.join(top, 'gone'))
    tester.row = 'the working directory is deleted'
    tester.done += 1
    result = subprocess.run([tester.program, 'run', 'sh', '-c', 'grep ^Seccomp: /proc/self/status'], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, check=False)
    if result.returncode not in (0, 125) or (result.returncode == 0) != (result.stdout == b'Seccomp:\t2\n'):
        tester.fail('neither confined nor refused', result)
    os.chdir(top)


GROUPS = {'truncations': truncations, 'shapes': shapes, 'places': places, 'command': command, 'process': process}


def main():
    program, folder, group = sys.argv[1:]
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    tester = Tester(program, folder)
    if group in rows.ROWS:
        for row in rows.ROWS[group]:
            tester.test(row)
    else:
        GROUPS[group](tester)
    print('\n'.join(tester.failures))
    print(f'{group}: {tester.done} rows, {len(tester.failures)} complaints')
    return 1 if tester.failures or not tester.done else 0


if __name__ == '__main__':
    sys.exit(main())
