#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Self-tests of the oracle: rows worked out by hand, and real libseccomp where both must agree."""

import json
import os
import random
import struct
import sys
import unittest

sys.dont_write_bytecode = True

import abis                                                              # noqa: E402
import bpf                                                               # noqa: E402
import corners                                                           # noqa: E402
import oracle                                                            # noqa: E402
import random_profiles                                                   # noqa: E402
import reference                                                         # noqa: E402
from reading import Outcome, Refused                                     # noqa: E402

ALLOW, EPERM, ENOSYS = Outcome('ALLOW'), Outcome('ERRNO', 1), Outcome('ERRNO', 38)
KILL, KILL_PROCESS, LOG = Outcome('KILL_THREAD'), Outcome('KILL_PROCESS'), Outcome('LOG')
TRAP, EINVAL = Outcome('TRAP'), Outcome('ERRNO', 22)
X32 = abis.X32_BIT


def cond(index, op, value, value_two=0):
    return {'index': index, 'op': 'SCMP_CMP_' + op, 'value': value, 'valueTwo': value_two}


def rule(names, outcome, *args):
    data = {'errnoRet': outcome.data} if outcome.data else {}
    return {'names': names.split(), 'action': 'SCMP_ACT_' + outcome.action, 'args': list(args),
            **data}


def profile(default, *rules, arches=()):
    data = {'defaultErrnoRet': default.data} if default.data else {}
    return {'defaultAction': 'SCMP_ACT_' + default.action, **data,
            'architectures': ['SCMP_ARCH_' + arch for arch in arches], 'syscalls': list(rules)}


def make(document, arch='x86_64', caps='none', kernel='6.1', **options):
    return oracle.loads(json.dumps(document).encode(), oracle.make_target(arch, caps, kernel),
                        **options)


def args(*values):
    return tuple(values) + (0,) * (6 - len(values))


def number(abi, name):
    return abis.number(abis.ABIS[abi], name)


class Rows(unittest.TestCase):
    def rows(self, made, *rows):
        for abi, nr, values, expected in rows:
            nr = number(abi, nr) if isinstance(nr, str) else nr
            with self.subTest(abi=abi, nr=nr, args=values):
                self.assertEqual(made.decide(abi, nr, args(*values)), expected)

    def refused(self, item, document, **options):
        with self.assertRaises(Refused) as caught:
            make(document, **options)
        self.assertTrue(str(caught.exception).startswith(item), caught.exception)


class Union(Rows):
    """Several rules on one call."""

    def getpid(self, *rules, default=KILL_PROCESS, shadowed=True):
        return make(profile(default, *rules), allow_shadowed=shadowed)

    def test_unconditional(self):
        def deny(outcome):
            return rule('getpid', outcome, cond(0, 'EQ', 5))
        allow, plain = rule('getpid', ALLOW), rule('getpid', EINVAL)
        for rules, default, expected in (((deny(EPERM), allow), KILL_PROCESS, ALLOW),
                                         ((allow, deny(EPERM)), KILL_PROCESS, ALLOW),
                                         ((plain, allow), KILL_PROCESS, EINVAL),
                                         ((allow, plain), KILL_PROCESS, ALLOW)):
            self.rows(self.getpid(*rules, default=default), ('x86_64', 'getpid', (5,), expected))

    def test_rule_equal_to_default_is_kept(self):
        """runc and crun answer ALLOW here."""
        made = self.getpid(rule('getpid', EPERM), rule('getpid', ALLOW), default=EPERM)
        self.rows(made, ('x86_64', 'getpid', (), EPERM))

    def test_overlaps(self):
        """libseccomp answers ALLOW, a profile means the stricter one."""
        allow = rule('getpid', ALLOW, cond(0, 'LT', 10))
        equal, above = (rule('getpid', EPERM, cond(0, *test)) for test in (('EQ', 5), ('GT', 4)))
        for rules in ((allow, equal), (equal, allow)):
            self.rows(self.getpid(*rules), ('x86_64', 'getpid', (5,), EPERM),
                      ('x86_64', 'getpid', (6,), ALLOW), ('x86_64', 'getpid', (10,), KILL_PROCESS))
        for rules in ((allow, above), (above, allow)):
            self.rows(self.getpid(*rules), ('x86_64', 'getpid', (4,), ALLOW),
                      ('x86_64', 'getpid', (5,), EPERM), ('x86_64', 'getpid', (10,), EPERM))

    def test_same_condition(self):
        test = cond(0, 'EQ', 5)
        first, second = rule('getpid', EPERM, test), rule('getpid', EINVAL, test)
        self.rows(self.getpid(first, second), ('x86_64', 'getpid', (5,), EPERM))
        self.rows(self.getpid(second, first), ('x86_64', 'getpid', (5,), EINVAL))
        for rules in ((rule('getpid', LOG, test), first), (first, rule('getpid', LOG, test))):
            self.rows(self.getpid(*rules), ('x86_64', 'getpid', (5,), EPERM))

    def test_precedence(self):
        order = [KILL_PROCESS, KILL, TRAP, EPERM, Outcome('TRACE', 7), LOG, ALLOW]
        for stricter, laxer in zip(order, order[1:]):
            rules = [rule('getpid', laxer, cond(0, 'LE', 5)),
                     rule('getpid', stricter, cond(0, 'GE', 5))]
            default = next(o for o in (ALLOW, KILL_PROCESS) if o not in (stricter, laxer))
            self.rows(self.getpid(*rules, default=default), ('x86_64', 'getpid', (5,), stricter))

    def test_seven_conditions(self):
        tests = [cond(0, 'EQ', value) for value in range(101, 108)]
        made = make(profile(ALLOW, rule('personality', EPERM, *tests)))
        self.rows(made, *(('x86_64', 'personality', (value,), EPERM) for value in (101, 106, 107)),
                  ('x86_64', 'personality', (108,), ALLOW))

    def test_and_or(self):
        both = make(profile(EPERM, rule('getpid', ALLOW, cond(0, 'EQ', 1), cond(1, 'EQ', 2))))
        self.rows(both, ('x86_64', 'getpid', (1, 2), ALLOW), ('x86_64', 'getpid', (1, 3), EPERM))
        any_of = make(profile(EPERM, rule('getpid', ALLOW, cond(0, 'EQ', 1), cond(1, 'EQ', 2),
                                          cond(0, 'EQ', 3))))
        self.rows(any_of, *(('x86_64', 'getpid', values, ALLOW) for values in ((1,), (0, 2), (3,))),
                  ('x86_64', 'getpid', (2, 3), EPERM))

    def test_shadowed(self):
        rules = (rule('getpid', EPERM, cond(0, 'EQ', 5)), rule('getpid', ALLOW))
        self.refused('Several rules on one call', profile(KILL_PROCESS, *rules))
        self.refused('Several rules on one call', profile(KILL_PROCESS, *reversed(rules)))
        make(profile(KILL_PROCESS, rule('getpid', ALLOW, cond(0, 'EQ', 5)), rule('getpid', EPERM)))


class Operators(Rows):
    def test_each(self):
        # datum 5: which of 4, 5, 6 hold; and 5 with a high word.
        for op, expected in (('NE', '1011'), ('LT', '1000'), ('LE', '1100'), ('EQ', '0100'),
                             ('GE', '0111'), ('GT', '0011')):
            made = make(profile(EPERM, rule('getpid', ALLOW, cond(2, op, 5))))
            for value, bit in zip((4, 5, 6, 5 | 1 << 32), expected):
                outcome = ALLOW if bit == '1' else EPERM
                self.rows(made, ('x86_64', 'getpid', (0, 0, value), outcome))

    def test_masked(self):
        made = make(profile(EPERM, rule('clone', ALLOW, cond(0, 'MASKED_EQ', 0xf0, 0x50))))
        self.rows(made, ('x86_64', 'clone', (0x5f,), ALLOW), ('x86_64', 'clone', (0x4f,), EPERM),
                  ('x86_64', 'clone', (0xffffffff0000005f,), ALLOW))

    def test_unsigned(self):
        made = make(profile(EPERM, rule('getpid', ALLOW, cond(0, 'GT', 2**63))))
        self.rows(made, ('x86_64', 'getpid', (2**63,), EPERM),
                  ('x86_64', 'getpid', (2**64 - 1,), ALLOW),
                  ('x86_64', 'getpid', (1,), EPERM))

    def test_width(self):
        made = make(profile(EPERM, rule('getpid', ALLOW, cond(0, 'EQ', 2**64 - 100)),
                            arches=('X86', 'X32')))
        self.rows(made, ('x86_64', 'getpid', (2**64 - 100,), ALLOW),
                  ('x86_64', 'getpid', (2**32 - 100,), EPERM),
                  ('x86', 'getpid', (2**32 - 100,), ALLOW),
                  ('x86', 'getpid', (7 << 32 | 2**32 - 100,), ALLOW),
                  ('x32', 'getpid', (2**64 - 100,), ALLOW),
                  ('x32', 'getpid', (2**32 - 100,), EPERM))

    def test_width_of_arguments(self):
        """cmd of ioctl is an unsigned int, clone's flags are the low half, modes 16 bits."""
        high = 1 << 32
        made = make(profile(ALLOW, rule('ioctl', EPERM, cond(1, 'EQ', 0x5412)),
                            rule('clone', EPERM, cond(0, 'MASKED_EQ', 0x10000000, 0x10000000)),
                            rule('chmod', EPERM, cond(1, 'GT', 0o777)),
                            rule('openat', EPERM, cond(0, 'EQ', 2**64 - 100)),
                            rule('mprotect', EPERM, cond(2, 'EQ', 4)), arches=('X86', 'X32')))
        for abi in ('x86_64', 'x32', 'x86'):
            self.rows(made, (abi, 'ioctl', (0, 0x5412), EPERM),
                      (abi, 'ioctl', (0, high | 0x5412), EPERM),
                      (abi, 'ioctl', (0, 0x5413), ALLOW),
                      (abi, 'clone', (1 << 63 | 0x10000000,), EPERM),
                      (abi, 'clone', (0x10000000 << 32,), ALLOW),
                      (abi, 'chmod', (0, 0x10000), ALLOW), (abi, 'chmod', (0, 0x10200), EPERM),
                      (abi, 'openat', (2**64 - 100,), EPERM),
                      (abi, 'openat', (2**32 - 100,), EPERM),
                      (abi, 'mprotect', (0, 0, 4), EPERM),
                      (abi, 'mprotect', (0, 0, high | 4), EPERM if abi == 'x86' else ALLOW))

    def test_old_ids(self):
        made = make(profile(ALLOW, rule('setuid', EPERM, cond(0, 'EQ', 2**32 - 1)),
                            arches=('X86',)))
        self.rows(made, ('x86', 'setuid', (0xffff,), EPERM), ('x86', 'setuid', (0x5ffff,), EPERM),
                  ('x86', 'setuid32', (0xffff,), ALLOW), ('x86_64', 'setuid', (0xffff,), ALLOW),
                  ('x86_64', 'setuid', (2**64 - 1,), EPERM))
        bad = profile(ALLOW, rule('setuid', EPERM, cond(0, 'EQ', 70000)))
        make(bad)
        self.refused('Width of arguments', {**bad, 'architectures': ['SCMP_ARCH_X86']})

    def test_datum_must_fit(self):
        for value in (2**32, 2**63, 2**64 - 2**31 - 1):
            bad = rule('getpid', ALLOW, cond(0, 'EQ', value))
            make(profile(EPERM, bad))
            self.refused('Width of arguments', profile(EPERM, bad, arches=('X86',)))
            self.refused('Width of arguments', profile(EPERM, rule('socket', ALLOW, cond(0, 'EQ', value))))
        for value, name in ((0x10000, 'chmod'), (2**32 - 2**15 - 1, 'chmod'), (2**32, 'readv')):
            bad = cond(int(name == 'chmod'), 'EQ', value)
            self.refused('Width of arguments', profile(EPERM, rule('mprotect ' + name, ALLOW, bad)))
        for mask in (2**32, 2**63, 2**64 - 2**32):
            bad = rule('socket', ALLOW, cond(0, 'MASKED_EQ', mask, 0))
            self.refused('Width of arguments', profile(EPERM, bad))
        make(profile(EPERM, rule('socket', ALLOW, cond(0, 'MASKED_EQ', 2**64 - 1, 1))))
        make(profile(EPERM, rule('getpid', ALLOW, cond(0, 'EQ', 2**64 - 2**31)), arches=('X86',)))
        # arch_prctl's sibling that i386 lacks: nothing is compared there.
        make(profile(EPERM, rule('newfstatat', ALLOW, cond(1, 'EQ', 2**32)), arches=('X86',)))


class Numbers(Rows):
    """Names and numbers: unknown, newer, of ABIs that are not listed."""

    def test_own_list(self):
        self.assertEqual((abis.NEWER['mseal'], abis.NEWER['rseq_slice_yield']), (462, 471))
        for abi, base in (('x86_64', 0), ('x32', X32), ('mips', 4000), ('mips64', 5000),
                          ('mips64n32', 6000), ('s390x', 0)):
            self.assertEqual(number(abi, 'setxattrat'), base + 463)
        self.assertEqual((number('x86_64', 'uretprobe'), number('x86', 'uretprobe')), (335, None))

    def test_own_list_agrees_with_libseccomp(self):
        for name, index in abis.NEWER.items():
            if abis.known_to_libseccomp(name):
                self.assertEqual(number('x86_64', name), index, name)

    def test_beyond(self):
        made = make(profile(EPERM, rule('read fchmodat2', ALLOW)))
        self.rows(made, ('x86_64', 165, (), EPERM), ('x86_64', 452, (), ALLOW),
                  ('x86_64', 453, (), ENOSYS), ('x86_64', 460, (), ENOSYS),
                  ('x86_64', 999, (), ENOSYS), ('x86_64', 0x80000000, (), ENOSYS),
                  ('x86_64', X32 | 39, (), KILL), ('x86_64', 0xfffffffe, (), KILL),
                  ('x86_64', 0xffffffff, (), EPERM), ('x86', 3, (), KILL))

    def test_other_defaults(self):
        made = make(profile(KILL_PROCESS, rule('read', ALLOW)))
        self.rows(made, ('x86_64', 165, (), KILL_PROCESS), ('x86_64', 999, (), KILL_PROCESS))

    def test_x32(self):
        made = make(profile(ALLOW, rule('getpid', EPERM)))
        self.rows(made, ('x32', 'getpid', (), KILL), ('x86_64', 'getpid', (), EPERM))
        made = make(profile(ALLOW, rule('getpid', EPERM), arches=('X32',)))
        self.rows(made, ('x32', 'getpid', (), EPERM), ('x32', X32 | 1, (), ALLOW))

    def test_x32_alone_beside_another_native(self):
        made = make(profile(EPERM, rule('read', ALLOW), arches=('X32',)), arch='aarch64')
        self.rows(made, ('x32', 'read', (), ALLOW), ('x86_64', 'read', (), KILL),
                  ('x86_64', 0xffffffff, (), EPERM), ('x32', X32 | 1, (), ENOSYS),
                  ('aarch64', 'read', (), ALLOW))

    def test_beyond_by_abi(self):
        made = make(profile(EPERM, rule('statmount', ALLOW), rule('umount', ALLOW),
                            arches=('X32', 'X86')))
        self.rows(made, ('x32', X32 | 458, (), ENOSYS), ('x32', X32 | 456, (), EPERM),
                  ('x86', 458, (), ENOSYS), ('x86', 22, (), ALLOW), ('x86_64', 458, (), ENOSYS))
        made = make(profile(EPERM, rule('umount', ALLOW), arches=('X86',)))
        self.rows(made, ('x86_64', 999, (), EPERM), ('x86', 23, (), ENOSYS))

    def test_beyond_on_arm_and_mips(self):
        made = make(profile(EPERM, rule('read set_tls', ALLOW)), arch='arm')
        self.rows(made, ('arm', 0xf0005, (), ALLOW), ('arm', 4, (), ENOSYS),
                  ('arm', 0xf0004, (), ENOSYS), ('arm', 2, (), EPERM))
        made = make(profile(EPERM, rule('read', ALLOW)), arch='mips')
        self.rows(made, ('mips', 4003, (), ALLOW), ('mips', 3, (), EPERM),
                  ('mips', 4004, (), Outcome('ERRNO', 89)))

    def test_unknown_names(self):
        made = make(profile(EPERM, rule('read frobnicate', ALLOW)))
        self.rows(made, ('x86_64', 'read', (), ALLOW), ('x86_64', 5, (), ENOSYS))
        self.refused('Unknown names', profile(EPERM, rule('frobnicate', EPERM)))
        self.refused('Unknown names', profile(ALLOW, rule('frobnicate', EPERM)))
        make(profile(ALLOW, rule('frobnicate', EPERM)), ignore_unknown=True)
        make(profile(ALLOW, rule('setxattrat uretprobe', EPERM)))


class Multiplexed(Rows):
    """Multiplexed calls."""

    def test_unconditional(self):
        made = make(profile(EPERM, rule('socket accept semop', ALLOW), arches=('X86',)))
        self.rows(made, ('x86', 359, (), ALLOW), ('x86', 102, (1,), ALLOW),
                  ('x86', 102, (5,), ALLOW),
                  ('x86', 102, (2,), EPERM), ('x86', 102, (9 << 32 | 1,), ALLOW),
                  ('x86', 117, (1,), ALLOW), ('x86', 117, (2,), EPERM), ('x86', 360, (), ENOSYS),
                  ('x86_64', 'socket', (), ALLOW), ('x86_64', 'accept', (), ALLOW))

    def test_conditional(self):
        laxer = make(profile(EPERM, rule('socket', ALLOW, cond(0, 'EQ', 1)), arches=('X86',)))
        self.rows(laxer, ('x86', 359, (1,), ALLOW), ('x86', 359, (2,), EPERM),
                  ('x86', 102, (1,), EPERM))
        stricter = make(profile(ALLOW, rule('socket', EPERM, cond(0, 'EQ', 40)), arches=('X86',)))
        self.rows(stricter, ('x86', 359, (40,), EPERM), ('x86', 359, (2,), ALLOW),
                  ('x86', 102, (1,), EPERM), ('x86', 102, (2,), ALLOW))

    def test_own_rule(self):
        allow = rule('socketcall', ALLOW)
        deny = rule('socket', EPERM, cond(0, 'EQ', 40))
        made = make(profile(ALLOW, deny, allow, arches=('X86',)))
        self.rows(made, ('x86', 102, (1,), ALLOW), ('x86', 359, (40,), EPERM))
        part = rule('socketcall', LOG, cond(0, 'LE', 1))
        made = make(profile(ALLOW, deny, part, rule('bind', TRAP), arches=('X86',)))
        self.rows(made, ('x86', 102, (1,), LOG), ('x86', 102, (2,), TRAP),
                  ('x86', 102, (3,), ALLOW))

    def test_other_abis(self):
        for abi, direct, multiplexer in (
                ('s390x', 359, 102), ('s390', 359, 102), ('ppc64le', 326, 102),
                ('mips', 4183, 4102)):
            made = make(profile(EPERM, rule('socket', ALLOW)), arch=abi)
            self.rows(made, (abi, direct, (), ALLOW), (abi, multiplexer, (1,), ALLOW),
                      (abi, multiplexer, (2,), EPERM))
        made = make(profile(EPERM, rule('socket', ALLOW)), arch='s390x')
        self.rows(made, ('s390x', 102, (1 << 32 | 1,), ALLOW), ('s390x', 102, (1 << 16 | 1,), EPERM))
        made = make(profile(ALLOW, rule('shmget', EPERM)), arch='x86')
        self.rows(made, ('x86', 117, (23,), EPERM), ('x86', 117, (23 | 2 << 16,), EPERM),
                  ('x86', 117, (24 | 2 << 16,), ALLOW))


class Reading(Rows):
    """Reading, and what is refused."""

    def test_errno(self):
        document = {'defaultAction': 'SCMP_ACT_ERRNO', 'syscalls': [
            {'names': ['read'], 'action': 'SCMP_ACT_TRACE'},
            {'names': ['write'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 1, 'errno': 'EACCES'}]}
        made = make(document)
        self.rows(made, ('x86_64', 'read', (), Outcome('TRACE', 1)),
                  ('x86_64', 'write', (), Outcome('ERRNO', 13)))
        self.assertEqual(make({'defaultAction': 'SCMP_ACT_ERRNO', 'defaultErrnoRet': 1,
                               'defaultErrno': 'ENOSYS'}).default, ENOSYS)

    def test_docker_keys(self):
        def allow(**keys):
            return make({'defaultAction': 'SCMP_ACT_ERRNO', 'syscalls': [
                {'names': ['read'], 'action': 'SCMP_ACT_ALLOW', **keys}]},
                caps='CHOWN,CAP_KILL', kernel='5.10').decide('x86_64', 0) == ALLOW
        for kept, keys in ((True, {'includes': {}}), (True, {'includes': {'caps': ['CAP_KILL']}}),
                           (False, {'includes': {'caps': ['CAP_KILL', 'CAP_BPF']}}),
                           (True, {'excludes': {'caps': ['CAP_BPF']}}),
                           (False, {'excludes': {'caps': ['CAP_BPF', 'CAP_KILL']}}),
                           (True, {'includes': {'arches': ['x86', 'amd64']}}),
                           (False, {'includes': {'arches': ['arm64']}}),
                           (False, {'excludes': {'arches': ['amd64']}}),
                           (True, {'includes': {'minKernel': '5.10'}}),
                           (False, {'includes': {'minKernel': '5.11'}}),
                           (False, {'excludes': {'minKernel': '4.19'}}),
                           (False, {'excludes': {'minKernel': ''}}),
                           (False, {'includes': {'arches': ['amd64'], 'minKernel': '6.0'}})):
            with self.subTest(keys=keys):
                self.assertEqual(allow(**keys), kept)

    def test_arch_map(self):
        document = {'defaultAction': 'SCMP_ACT_ALLOW', 'archMap': [
            {'architecture': 'SCMP_ARCH_X86_64', 'subArchitectures': ['SCMP_ARCH_X86']},
            {'architecture': 'SCMP_ARCH_X86_64', 'subArchitectures': ['SCMP_ARCH_X32']},
            {'architecture': 'SCMP_ARCH_AARCH64', 'subArchitectures': None}]}
        for arch, expected in (('amd64', ['x86_64', 'x86']), ('aarch64', ['aarch64']),
                               ('s390x', ['s390x'])):
            self.assertEqual(list(make(document, arch=arch).tables), expected)

    def test_config(self):
        document = {'process': {'capabilities': {'bounding': ['CAP_BPF']}}, 'linux': {
            'seccomp': profile(EPERM, rule('read', ALLOW))}}
        made = make(document, caps=None)
        self.rows(made, ('x86_64', 'read', (), ALLOW))
        self.assertEqual(made.resolved.target.caps, {'CAP_BPF'})
        document['linux']['seccomp']['syscalls'][0]['includes'] = {}
        self.refused('Syntax', document)

    def test_refused(self):
        for item, keys in (('Actions and operators', {'action': 'SCMP_ACT_allow'}), ('Error numbers', {'errnoRet': 1}),
                           ('Names', {'names': []}), ('Names', {'names': ['']}), ('Syntax', {'nmaes': []}),
                           ('Names', {'args': [cond(6, 'EQ', 1)]}),
                           ('Numbers', {'args': [cond(-1, 'EQ', 1)]}),
                           ('Numbers', {'args': [cond(0, 'EQ', 2**64)]}),
                           ('Actions and operators', {'args': [cond(0, 'EQ', 1, 1)]}),
                           ('Actions and operators', {'args': [cond(0, 'MASKED_EQ', 1, 2)]}),
                           ("Docker's keys", {'includes': {'caps': ['CAP_NOPE']}})):
            entry = {'names': ['read'], 'action': 'SCMP_ACT_ALLOW', **keys}
            self.refused(item, {'defaultAction': 'SCMP_ACT_ERRNO', 'syscalls': [entry]})
        self.refused('Actions and operators', profile(ALLOW, arches=('X86_64', 'S390X')))
        self.refused('Actions and operators', {})


class Interpreter(unittest.TestCase):
    def test_outcomes(self):
        for raw, expected in ((0x7fff0000, ALLOW), (0x7fff0001, ALLOW), (0x50001, EPERM), (0, KILL),
                              (0x5ffff, Outcome('ERRNO', 4095)), (0x80000000, KILL_PROCESS),
                              (0x7ff00007, Outcome('TRACE', 7)), (0x12340000, KILL_PROCESS)):
            self.assertEqual(bpf.normalise(raw), expected)
            self.assertEqual(bpf.normalise(bpf.raw(expected)), expected)

    def test_bad_programs(self):
        for program in (b'', b'1234', struct.pack('<HBBI', 0x20, 0, 0, 4),
                        struct.pack('<HBBI', 0x15, 0, 1, 4) + struct.pack('<HBBI', 6, 0, 0, 0)):
            with self.assertRaises(bpf.BadProgram):
                bpf.parse(program)

    def test_high_words_by_byte_order(self):
        for order, little in (('<', True), ('>', False)):
            high = 20 if little else 16
            program = b''.join(struct.pack(order + 'HBBI', *i) for i in (
                (0x20, 0, 0, high), (0x15, 0, 1, 7), (6, 0, 0, 0x7fff0000), (6, 0, 0, 0x50001)))
            made = bpf.Program(program, little)
            self.assertEqual(made.outcome(1, 2, args(7 << 32)), ALLOW)
            self.assertEqual(made.outcome(1, 2, args(7)), EPERM)

    def test_registers(self):
        # number * 3 in scratch memory, minus 2, returned as data of ERRNO.
        program = [(0x20, 0, 0, 0), (0x24, 0, 0, 3), (0x02, 0, 0, 5), (0x01, 0, 0, 2),
                   (0x60, 0, 0, 5),
                   (0x1c, 0, 0, 0), (0x44, 0, 0, 0x50000), (0x16, 0, 0, 0)]
        made = bpf.Program(b''.join(struct.pack('<HBBI', *i) for i in program))
        self.assertEqual(made.outcome(1, 5), Outcome('ERRNO', 13))


def simple_profile(seed):
    """One rule a call with at most one condition, none equal to the default.

    Only calls that every listed ABI has: libseccomp 2.5.4 can leave out the load of the number on
    an ABI where a named call is absent (it hangs the load on that call and then drops it).
    """
    generator = random_profiles.Generator(seed * 2 + 1)
    source, syscalls = generator.random, []
    mux = any(abi.mux for abi in generator.abis)
    for name in generator._names():
        everywhere = all(abis.number(abi, name) is not None for abi in generator.abis)
        if abis.is_newer(name) or not everywhere or name in ('socketcall', 'ipc'):
            continue
        # On a multiplexer libseccomp drops conditions.
        free = mux and name in abis.MULTIPLEXED or source.random() < 0.2
        tests = [] if free else [generator._condition(name)]
        outcome = generator._other_than_default()
        syscalls.append(rule(name, Outcome(*outcome), *tests))
    return profile(Outcome(*generator.default), *syscalls,
                   arches=[abi.name.upper() for abi in generator.abis]), generator.abis[0].name


def without_additions(made):
    """The oracle with what libseccomp does not do switched off: ENOSYS beyond the known."""
    for table in made.tables.values():
        table.beyond = None
    return made


def excused(made, name, nr, values):
    """Where libseccomp 2.5 differs by design: newer names, rules equal to the default, and its test for x32."""
    if name == 'x86_64' and 'x32' not in made.tables and nr >= 0x80000000:
        return True        # it takes every number from 2^30 on for x32's, a profile only those with bit 30
    table = made.tables.get(name)
    if table is None:
        return False
    if nr in table.mux and values[0] & table.mask & ~table.operation_mask(nr):
        return True        # the bits of a multiplexer's operation that the kernel does not take
    call = table.calls.get(nr)
    rules = call.rules if call else ()
    newer = any(abis.is_newer(word) and abis.number(table.abi, word) == nr
                for found in rules for word in found.names)
    equal = len(rules) > 1 and any(found.outcome == made.default for found in rules)
    return newer or equal


class AgainstLibseccomp(unittest.TestCase):
    def agree(self, made, where, mux_too):
        """Every corner call; those on a multiplexer only where no rule has conditions."""
        program = reference.build(made.resolved)
        for name, audit, nr, values in corners.of_oracle(made):
            table = made.tables.get(name)
            if excused(made, name, nr, values) or table and nr in table.mux and not mux_too:
                continue
            self.assertEqual(program.outcome(audit, nr, values), made.decide(audit, nr, values),
                             f'{where}: {name} {nr:#x} {values}')
        return program

    def test_simple_profiles(self):
        for seed in range(200):
            document, arch = simple_profile(seed)
            made = without_additions(make(document, arch=arch, library=True))
            program = self.agree(made, f'seed {seed}', True)
            if seed < 10:
                self.plain_run_agrees(made, program)

    def plain_run_agrees(self, made, program):
        """The fast interpreter and the plain one."""
        for _, audit, nr, values in random.Random(1).sample(list(corners.of_oracle(made)), 300):
            data = bpf.words(audit, nr, values, program.little)
            self.assertEqual(bpf.normalise(bpf.run(program.program, data)),
                             program.outcome(audit, nr, values))

    def everyday(self, path):
        """No big-endian ABI: 2.5.4 writes the constants of far returns in the wrong byte order."""
        for arch in ('x86_64', 'aarch64', 'riscv64', 'ppc64le'):
            for caps in ('none', 'docker', 'all'):
                made = oracle.load(path, oracle.make_target(arch, caps, '6.1'), library=True)
                self.agree(without_additions(made), f'{arch} {caps}', False)

    def test_podman(self):
        path = '/usr/share/containers/seccomp.json'
        if not os.path.exists(path):
            self.skipTest('the package golang-github-containers-common is not installed')
        self.everyday(path)

    if 'REFERENCE_DATA' in os.environ:
        def test_moby(self):
            self.everyday(os.path.join(os.environ['REFERENCE_DATA'], 'moby-default.json'))


if __name__ == '__main__':
    unittest.main()
