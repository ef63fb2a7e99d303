#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""starts.py BUNDLE PROGRAM [SEED]: does `check --starts-under` foretell what runc and crun do? Thirty generated sections, each with
noNewPrivileges and without, under both. The container's program makes no system call, so that nothing but the runtime's own
needs decides whether it comes to run. Prints each case; status 1 if one was foretold wrongly. To be run in a room."""

import json
import os
import random
import signal
import subprocess
import sys
import time

WAIT = 3  # seconds; a runtime that has not come back then hangs
RUNC = '''capget capset chdir close epoll_ctl execve faccessat2 fcntl fstat fstatfs getcwd getdents64 getpid getppid newfstatat
    openat prctl read setgid setgroups setuid write'''.split()
CRUN = 'capset close execve prctl rt_sigaction rt_sigprocmask setresgid setresuid write'.split()
# The Go runtime's own, made by chance: they are always allowed here, for then check can say no more than "may".
CHANCE = '''clone epoll_pwait exit exit_group fork futex getrandom gettid madvise mmap mprotect munmap nanosleep
    pselect6 rt_sigreturn sched_yield sigaltstack tgkill clock_gettime brk umask'''.split()
OTHERS = 'acct bind connect kill listen mkdir mount ptrace reboot socket swapon symlink unlink'.split()
ACTIONS = [{'action': 'SCMP_ACT_ERRNO', 'errnoRet': 1}, {'action': 'SCMP_ACT_ERRNO', 'errnoRet': 38},
           {'action': 'SCMP_ACT_KILL_PROCESS'}, {'action': 'SCMP_ACT_TRAP'}, {'action': 'SCMP_ACT_KILL'}]
PRCTL = {'PR_SET_KEEPCAPS': 8, 'PR_GET_SECCOMP': 21, 'PR_CAPBSET_DROP': 24, 'PR_CAP_AMBIENT': 47}


def deny_list(dice, _):
    """A few calls, needed ones and others, each denied in its way."""
    rules = [{'names': [name], **dice.choice(ACTIONS)}
             for name in dice.sample(sorted(set(RUNC + CRUN) | set(OTHERS)), dice.randint(1, 3))]
    return {'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': rules}


def allow_list(dice, _):
    """What both need, less one or two calls, or none."""
    names = set(RUNC + CRUN + CHANCE) - set(dice.sample(sorted(set(RUNC + CRUN)), dice.randint(0, 2)))
    action = dice.choice(ACTIONS)
    section = {'defaultAction': action['action']}
    if 'errnoRet' in action:
        section['defaultErrnoRet'] = action['errnoRet']
    section['syscalls'] = [{'names': sorted(names), 'action': 'SCMP_ACT_ALLOW'}]
    return section


def by_argument(dice, number):
    """prctl, denied for one option."""
    rule = {'names': ['prctl'], **dice.choice(ACTIONS),
            'args': [{'index': 0, 'op': 'SCMP_CMP_EQ', 'value': sorted(PRCTL.values())[number % len(PRCTL)]}]}
    return {'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': [rule]}


def sections(seed):
    dice = random.Random(seed)
    kinds = [deny_list] * 14 + [allow_list] * 9 + [by_argument] * 7
    return [kind(dice, number) for number, kind in enumerate(kinds)]


class Room:
    def __init__(self, bundle, program):
        self.bundle, self.program, self.count = bundle, program, 0
        with open(os.path.join(bundle, 'spec.json'), encoding='utf-8') as file:
            self.spec = file.read()
        self.root = os.path.join(os.environ['TMPDIR'], 'containers')

    def configure(self, section, nnp):
        config = json.loads(self.spec)
        config['process'].update(terminal=False, args=['/bin/spin'], rlimits=[], noNewPrivileges=nnp)
        config['linux'].update(cgroupsPath=f'/{os.environ["ROOM_GROUP"]}/starts{self.count}', seccomp=section)
        path = os.path.join(self.bundle, 'config.json')
        with open(path, 'w', encoding='utf-8') as file:
            json.dump(config, file, indent=1)
        return path

    def foretold(self, runtime, nnp, path, config):
        """Both ways of saying it agree: a config.json, and its section with the option."""
        said = []
        section = os.path.join(os.environ['TMPDIR'], 'section.json')
        with open(section, 'w', encoding='utf-8') as file:
            json.dump(config, file)
        for words in ([path], (['--nnp'] if nnp else []) + [section]):
            answer = subprocess.run([self.program, 'check', '--quiet', f'--starts-under={runtime}', *words],
                                    stdout=subprocess.PIPE, check=False, text=True)
            assert answer.returncode in (0, 1, 2), answer
            said.append('fails' if answer.returncode == 2 else 'starts')
            assert (answer.returncode == 2) == ('error: ' in answer.stdout), answer.stdout
        assert said[0] == said[1], (said, path)
        return said[0]

    def init_of(self, runtime, name):
        file = 'state.json' if runtime == 'runc' else 'status'
        try:
            with open(f'{self.root}/{name}/{file}', encoding='utf-8') as state:
                state = json.load(state)
        except (OSError, ValueError):
            return 0
        return state.get('init_process_pid') or state.get('pid') or 0

    def runs(self, pid):
        for _ in range(20):
            try:
                with open(f'/proc/{pid}/comm', encoding='utf-8') as comm:
                    if comm.read() == 'spin\n':
                        return True
            except OSError:
                return False
            time.sleep(0.02)
        return False

    def happens(self, runtime):
        name = f'c{self.count}'
        with subprocess.Popen([runtime, '--root', self.root, 'run', '--detach', '--bundle', self.bundle, name],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                process.wait(WAIT)
                result = 'fails'
            except subprocess.TimeoutExpired:
                process.kill()
                result = 'fails, by hanging'
        pid = self.init_of(runtime, name)
        if pid and self.runs(pid):
            result = 'starts'
        if pid:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        subprocess.run([runtime, '--root', self.root, 'delete', '--force', name], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=20, check=False)
        return result

    def case(self, runtime, nnp, number, section):
        self.count += 1
        path = self.configure(section, nnp)
        foretold = self.foretold(runtime, nnp, path, section)
        result = self.happens(runtime)
        right = result.startswith(foretold)
        print('' if right else 'WRONG: ', f'section {number}, {runtime}, noNewPrivileges {nnp}: foretold {foretold}, {result}',
              '' if right else json.dumps(section), sep='', flush=True)
        return right, result


def main():
    room = Room(*sys.argv[1:3])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 4
    results = [room.case(runtime, nnp, number, section) for number, section in enumerate(sections(seed))
               for runtime in ('runc', 'crun') for nnp in (True, False)]
    starts = sum(result == 'starts' for _, result in results)
    print(f'{len(results)} cases, {starts} started, {sum(not right for right, _ in results)} foretold wrongly')
    # what always starts, or never does, would show nothing
    sys.exit(0 if all(right for right, _ in results) and 20 < starts < len(results) - 20 else 1)


if __name__ == '__main__':
    main()
