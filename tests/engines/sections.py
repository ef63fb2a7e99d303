#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Seccomp sections for containers that runc and crun start: sections.py FOLDER writes NAME.json for each.

All of them let `busybox sleep` run: what they deny it never calls. That the runtime itself takes them is not
promised; what it refuses is to be predicted too.
"""

import json
import os
import sys

ALLOW, ERRNO, LOG, TRACE = 'SCMP_ACT_ALLOW', 'SCMP_ACT_ERRNO', 'SCMP_ACT_LOG', 'SCMP_ACT_TRACE'
TRAP, KILL, KILL_THREAD = 'SCMP_ACT_TRAP', 'SCMP_ACT_KILL', 'SCMP_ACT_KILL_THREAD'
KILL_PROCESS, NOTIFY = 'SCMP_ACT_KILL_PROCESS', 'SCMP_ACT_NOTIFY'
X86_64, X86, X32 = 'SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'
ALL = (X86_64, X86, X32)
HIGH = 0xffffffff00000000

# What busybox and the runtimes call once the filter is there.
NEEDED = '''access arch_prctl brk capget capset chdir clock_nanosleep clone close close_range dup2 dup3 epoll_create1
    epoll_ctl epoll_pwait epoll_wait execve execveat exit exit_group faccessat faccessat2 fcntl fstat fstatfs futex
    getcwd getdents64 getegid geteuid getgid getpid getppid getrandom gettid getuid ioctl lseek lstat madvise mmap
    mprotect munmap nanosleep newfstatat open openat openat2 pipe2 poll ppoll prctl pread64 prlimit64 pselect6 pwrite64 read
    readlink readlinkat recvfrom recvmsg restart_syscall rseq rt_sigaction rt_sigprocmask rt_sigreturn
    sched_getaffinity sched_yield seccomp select sendmsg sendto set_robust_list set_tid_address setgid setgroups setuid
    setresgid setresuid sigaltstack socket stat statfs statx tgkill time umask uname wait4 waitid write writev'''.split()

NEWER_THAN_SEMGET = 'close_range faccessat2 openat2 rseq'.split()


def condition(index, op, value, datum=None):
    written = {'index': index, 'value': value, 'op': 'SCMP_CMP_' + op}
    return written if datum is None else {**written, 'valueTwo': datum}


def rule(names, action, *conditions, **more):
    written = {'names': names.split() if isinstance(names, str) else names, 'action': action, **more}
    return {**written, 'args': list(conditions)} if conditions else written


def section(default, *rules, arches=ALL, **more):
    listed = {'architectures': list(arches)} if arches is not None else {}
    return {'defaultAction': default, **listed, 'syscalls': list(rules), **more}


def needed(**more):
    return rule(NEEDED, ALLOW, **more)


def eq(index, value):
    return condition(index, 'EQ', value)


def masked(index, mask, datum):
    return condition(index, 'MASKED_EQ', mask, datum)


OPERATORS = ('NE', 'LT', 'LE', 'EQ', 'GE', 'GT')

SECTIONS = {
    # architectures
    'no-architectures-allow': section(ALLOW, rule('chmod', ERRNO), arches=None),
    'no-architectures-errno': section(ERRNO, needed(), arches=None),
    'empty-architectures-errno': section(ERRNO, needed(), arches=()),
    'empty-architectures-kill': section(KILL_PROCESS, needed(), arches=()),
    # to libseccomp semget and socket have numbers below 0 on x86, so that runc takes statx for the highest there
    'multiplexed-highest': section(ERRNO, rule([name for name in NEEDED if name not in NEWER_THAN_SEMGET], ALLOW),
                                   rule('semget shmctl', ALLOW)),
    'x86-64-errno': section(ERRNO, needed(), arches=(X86_64,)),
    'x86-only': section(ALLOW, rule('chmod socket', ERRNO, errnoRet=13), arches=(X86,)),
    'x86-only-errno': section(ERRNO, needed(), arches=(X86,)),
    'x32-only-errno': section(ERRNO, needed(), arches=(X32,)),
    'x86-and-x32-errno': section(ERRNO, needed(), arches=(X86, X32)),
    'other-order': section(ERRNO, needed(), rule('chmod', LOG), arches=(X32, X86, X86_64)),
    'foreign': section(ALLOW, rule('chmod', ERRNO), arches=(X86_64, 'SCMP_ARCH_AARCH64')),
    'foreign-errno': section(ERRNO, needed(), arches=(X86_64, 'SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM')),
    'foreign-many': section(ALLOW, rule('chmod', ERRNO), rule('fcntl', ERRNO, eq(1, 1000)), arches=(
        X86_64, 'SCMP_ARCH_AARCH64', 'SCMP_ARCH_MIPSEL', 'SCMP_ARCH_MIPSEL64', 'SCMP_ARCH_MIPSEL64N32',
        'SCMP_ARCH_PPC64LE', 'SCMP_ARCH_RISCV64')),
    # defaults and actions
    'default-kill-process': section(KILL_PROCESS, needed()),
    'default-kill': section(KILL, needed()),
    'default-trap': section(TRAP, needed()),
    'default-trace': section(TRACE, needed(), defaultErrnoRet=7),
    'default-log': section(LOG, rule('chmod', ERRNO)),
    'default-errno-38': section(ERRNO, needed(), defaultErrnoRet=38),
    'default-errno-4094': section(ERRNO, needed(), defaultErrnoRet=4094),
    'every-action': section(
        ALLOW, rule('chmod', ERRNO, errnoRet=1), rule('fchmod', ERRNO, errnoRet=4094), rule('fchmodat', TRAP),
        rule('chown', TRACE, errnoRet=77), rule('fchown', LOG), rule('lchown', KILL), rule('fchownat', KILL_PROCESS),
        rule('link', KILL_THREAD), rule('unlink', TRACE)),
    'nothing': section(ALLOW),
    'no-syscalls': {'defaultAction': ALLOW, 'architectures': list(ALL)},
    # rules that meet
    'equal-to-default': section(ERRNO, rule('chmod', ERRNO), needed(), rule('link', ERRNO, eq(0, 1)),
                                defaultErrnoRet=1),
    'equal-but-errno': section(ERRNO, rule('chmod', ERRNO, errnoRet=5), needed(), rule('link', ERRNO)),
    'same-twice': section(ALLOW, rule('chmod', ERRNO), rule('chmod', ERRNO), rule('lseek', ERRNO, eq(1, 5)),
                          rule('lseek', ERRNO, eq(1, 5))),
    'name-twice': section(ALLOW, rule('chmod chmod fchmod chmod', ERRNO)),
    'unconditional-after': section(ALLOW, rule('lseek', ERRNO, eq(1, 5)), rule('lseek', ERRNO, eq(2, 7)),
                                   rule('lseek', ERRNO)),
    'unconditional-before': section(ALLOW, rule('lseek', ERRNO), rule('lseek', ERRNO, eq(1, 5))),
    'unconditional-twice': section(ALLOW, rule('chmod', ERRNO, errnoRet=5), rule('chmod', ERRNO, errnoRet=6)),
    'unconditional-erases': section(ERRNO, needed(), rule('personality', ALLOW, eq(0, 0)), rule('personality', ALLOW)),
    'exists': section(ALLOW, rule('lseek', ERRNO, eq(1, 10), errnoRet=5), rule('lseek', ERRNO, eq(1, 10), errnoRet=6)),
    'exists-later': section(ALLOW, rule('lseek', ERRNO, eq(1, 10)), rule('chmod', ERRNO),
                            rule('lseek', ERRNO, eq(1, 11)), rule('lseek', LOG, eq(1, 10))),
    'overlap': section(
        ALLOW, rule('lseek', ERRNO, condition(1, 'LT', 10), errnoRet=5),
        rule('lseek', ERRNO, condition(1, 'GT', 4), errnoRet=6), rule('lseek', LOG, eq(1, 5))),
    'overlap-two-arguments': section(
        ALLOW, rule('lseek', ERRNO, eq(1, 5), errnoRet=5), rule('lseek', LOG, eq(2, 7)),
        rule('lseek', TRAP, eq(1, 5), eq(2, 7))),
    # conditions
    'conditions': section(
        ALLOW, rule('socket', ERRNO, eq(0, 40)), rule('personality', ERRNO, condition(0, 'NE', 0)),
        rule('ioctl', ERRNO, masked(1, 0xffffffff, 0x5412)), rule('clone', ERRNO, masked(0, 0x10000000, 0x10000000))),
    'every-operator': section(ALLOW, *(
        rule([name], ERRNO, condition(0, op, 1000), errnoRet=100 + i)
        for i, (name, op) in enumerate(zip('chmod fchmod link unlink rmdir mkdir'.split(), OPERATORS)))),
    'every-operator-wide': section(ALLOW, *(
        rule([name], ERRNO, condition(2, op, 0x1_0000_0005), errnoRet=100 + i) for i, (name, op)
        in enumerate(zip('lseek mremap sync_file_range readahead splice tee'.split(), OPERATORS))), arches=(X86_64,)),
    'wide-masks': section(
        ALLOW, rule('lseek', ERRNO, masked(1, HIGH, 0x500000000)), rule('mremap', ERRNO, masked(0, 2**64 - 1, 2**63)),
        rule('tee', ERRNO, masked(2, 2**63 + 1, 1)), rule('splice', ERRNO, masked(3, 0, 0)), arches=(X86_64,)),
    'narrow-masks': section(
        ALLOW, rule('lseek', ERRNO, masked(1, 0x80000000, 0x80000000)), rule('mremap', ERRNO, masked(0, 0xff, 0)),
        rule('tee', ERRNO, masked(2, 1, 1)), rule('splice', ERRNO, masked(3, 0, 0))),
    'edges-of-32-bits': section(ALLOW, *(
        rule('lseek', ERRNO, eq(1, value), errnoRet=50 + i)
        for i, value in enumerate((0, 0x7fffffff, 0x80000000, 0xffffffff)))),
    'edges-of-64-bits': section(ALLOW, *(
        rule('lseek', ERRNO, eq(1, value), errnoRet=50 + i)
        for i, value in enumerate((0, 2**32 - 1, 2**32, 2**63, 2**64 - 2**31, 2**64 - 1))), arches=(X86_64,)),
    'argument-5': section(ALLOW, rule('mmap', ERRNO, condition(5, 'GT', 0xfffff000)),
                          rule('futex', ERRNO, eq(5, 0xdeadbeef)), rule('splice', ERRNO, masked(5, 8, 8))),
    'six-arguments': section(ALLOW, rule('splice', ERRNO, *(
        condition(i, op, 10 + i) for i, op in enumerate(('EQ', 'NE', 'LT', 'LE', 'GE', 'GT'))))),
    'two-conditions-on-one': section(ALLOW, rule('personality', ERRNO, eq(0, 5), eq(0, 6))),
    'two-conditions-and-another': section(ALLOW, rule('lseek', ERRNO, eq(1, 5), eq(2, 7), eq(1, 6))),
    'six-conditions': section(ALLOW, rule('personality', ERRNO, *(eq(0, 100 + i) for i in range(6)))),
    'seven-conditions': section(ALLOW, rule('personality', ERRNO, *(eq(0, 100 + i) for i in range(7)))),
    'nine-conditions': section(ALLOW, rule('lseek', ERRNO, *(eq(i % 3, 100 + i) for i in range(9)))),
    'range-as-or': section(ALLOW, rule('lseek', ERRNO, condition(1, 'GE', 900), condition(1, 'LE', 1000))),
    'many-values': section(ALLOW, *(rule('lseek', ERRNO, eq(1, 17 * i)) for i in range(200)), arches=(X86_64,)),
    'many-values-errnos': section(ALLOW, *(rule('lseek', ERRNO, eq(1, 17 * i), errnoRet=1 + i % 90) for i in range(90))),
    'many-names': section(ALLOW, rule([name for name in NEEDED if name != 'prctl'], ERRNO, eq(0, 0x1badcafe),
                                      eq(3, 0x1badcafe))),
    'conditional-allow': section(ERRNO, needed(), rule('personality', ALLOW, eq(0, 0)),
                                 rule('personality', ALLOW, eq(0, 0xffffffff)), rule('clone3', ERRNO, errnoRet=38)),
    'conditional-default': section(KILL_PROCESS, needed(), rule('personality', KILL_PROCESS, eq(0, 1)),
                                   rule('personality', ALLOW, condition(0, 'GE', 1))),
    # multiplexed calls of i386
    'multiplexed': section(ALLOW, rule('shmget semop sendmmsg listen', ERRNO)),
    'multiplexed-condition': section(ALLOW, rule('socket', ERRNO, eq(0, 16), errnoRet=5), rule('shmget', ERRNO)),
    'multiplexed-own-rule': section(ALLOW, rule('socketcall', ERRNO, eq(0, 1), errnoRet=9),
                                    rule('bind', ERRNO, errnoRet=6), rule('ipc', ERRNO, errnoRet=7)),
    'multiplexed-conflict': section(ALLOW, rule('socket', ERRNO, errnoRet=5), rule('socketcall', ERRNO, eq(0, 1))),
    'multiplexed-two': section(ALLOW, rule('socket', ERRNO, eq(0, 16), errnoRet=5),
                               rule('socket', ERRNO, eq(0, 17), errnoRet=6)),
    'multiplexed-allow': section(ERRNO, needed(), rule('bind', ALLOW, eq(1, 5)), rule('shmat', ALLOW)),
    # names
    'newer-names': section(ALLOW, rule('setxattrat chmod', ERRNO), rule('mseal', KILL)),
    'newer-names-errno': section(ERRNO, needed(), rule('setxattrat mseal listns', ALLOW)),
    'highest-by-condition': section(ERRNO, needed(), rule('process_mrelease', ALLOW, eq(0, 5))),
    'highest-on-one-abi': section(ERRNO, needed(), rule('clock_gettime64 futex_time64', ALLOW)),
    'of-one-abi': section(ALLOW, rule('chown32 fcntl64 socketcall', ERRNO), rule('arch_prctl', LOG, eq(0, 5))),
    'of-no-abi-here': section(ALLOW, rule('breakpoint set_tls spu_run', ERRNO), rule('chmod', ERRNO)),
    'of-no-abi-here-errno': section(ERRNO, needed(), rule('breakpoint set_tls cacheflush', ALLOW)),
    # flags
    'flags-none': section(ALLOW, rule('chmod', ERRNO), flags=[]),
    'flags-log': section(ALLOW, rule('chmod', ERRNO), flags=['SECCOMP_FILTER_FLAG_LOG']),
    'flags-several': section(ALLOW, rule('chmod', ERRNO), flags=[
        'SECCOMP_FILTER_FLAG_LOG', 'SECCOMP_FILTER_FLAG_SPEC_ALLOW', 'SECCOMP_FILTER_FLAG_TSYNC']),
    # listeners
    'notify': section(ALLOW, rule('chmod', NOTIFY), listenerPath='LISTENER'),
    'notify-condition': section(ALLOW, rule('lseek', NOTIFY, eq(2, 7)), rule('lseek', ERRNO, eq(2, 8)),
                                listenerPath='LISTENER', listenerMetadata='some words'),
    'notify-write': section(ALLOW, rule('write', NOTIFY, eq(0, 77)), listenerPath='LISTENER'),
    'listener-of-nothing': section(ALLOW, rule('chmod', ERRNO), listenerPath='LISTENER'),
}


def main():
    folder, listener = sys.argv[1:]
    for name, written in SECTIONS.items():
        if 'listenerPath' in written:
            written['listenerPath'] = listener
        with open(os.path.join(folder, name + '.json'), 'w', encoding='ascii') as file:
            json.dump(written, file, indent=1)


if __name__ == '__main__':
    main()
