#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random profiles by seed: the same seed gives the same profile.

Promises profiles that the design accepts: data fit the arguments on every listed ABI, no conditional rule is
stricter than an unconditional one of its call (unless shadowed is asked for), no unknown name.
Odd seeds are gentle (one outcome for all conditional rules of a call, none equal to the default),
so that a builder that refuses overlaps is tested too; even ones are wild.
"""

import json
import random
import sys

sys.dont_write_bytecode = True

import abis                                                              # noqa: E402
import widths                                                            # noqa: E402
from reading import OPERATORS, SEVERITY, WITH_ERRNO                      # noqa: E402

ABI_LISTS = (('x86_64',), ('x86_64', 'x86', 'x32'), ('aarch64', 'arm'), ('s390x', 's390'))
# Less often: other errno numbers, other bases, a multiplexer in 64 bits and little-endian.
RARE_LISTS = (('mips64', 'mips', 'mips64n32'), ('ppc64le',), ('riscv64',), ('x86',))
ACTIONS = tuple(action for action in SEVERITY if action != 'NOTIFY')
NARROW = (*range(10), 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff,
          2**64 - 1, 2**64 - 100, 2**64 - 2**31)
WIDE = NARROW + (2**32, 2**32 + 1, 2**32 + 5, 2**33 - 1, 2**63 - 1, 2**63, 2**63 + 1,
                 2**64 - 2**32, 0x1234567800000005)
SHORT = (*range(10), 0x7fff, 0x8000, 0xfffe, 0xffff, 0xffffffff, 2**64 - 1, 2**64 - 100)
# Also sign-extended ones.
SHORT_MASKS = (0x1, 0x3, 0xff, 0x8000, 0xffff, 0xffffffff, 2**64 - 1, 2**64 - 256)
MASKS = (0x1, 0x3, 0xff, 0x7e020000, 0x80000000, 0xffffffff, 2**64 - 1, 2**64 - 256)
WIDE_MASKS = MASKS + (0x100000000, 0xffffffff00000000, 2**63, 0x100000001)
MULTIPLEXED = ('socketcall', 'ipc', *abis.MULTIPLEXED)


class Generator:
    def __init__(self, seed, shadowed=False):
        self.random = random.Random(seed)
        self.gentle, self.shadowed = bool(seed % 2), shadowed
        lists = ABI_LISTS if self.random.random() < 0.85 else RARE_LISTS
        self.abis = tuple(abis.ABIS[name] for name in self.random.choice(lists))
        self.default = self._action()

    def profile(self) -> dict:
        names = self._names()
        rules = [rule for name in names for rule in self._call(name)]
        self.random.shuffle(rules)
        self._drop_shadowed(rules)
        return {**self._numbers('default', self.default),
                'architectures': ['SCMP_ARCH_' + abi.name.upper() for abi in self.abis],
                'syscalls': rules}

    def _names(self):
        known = [name for abi in self.abis for name in abis.all_names(abi)]
        some = self.random.sample(known, self.random.randint(1, 8))
        if any(abi.mux for abi in self.abis) and self.random.random() < 0.5:
            some += self.random.sample(MULTIPLEXED, self.random.randint(1, 3))
        return list(dict.fromkeys(name for name in some if abis.known(name)))

    def _action(self):
        action = self.random.choice(ACTIONS)
        return action, self.random.choice((1, 13, 38, 4094)) if action in WITH_ERRNO else 0

    def _numbers(self, prefix, outcome):
        keys = {'default': ('defaultAction', 'defaultErrnoRet'), '': ('action', 'errnoRet')}
        action, data = outcome
        number = {keys[prefix][1]: data} if data else {}
        return {keys[prefix][0]: 'SCMP_ACT_' + action, **number}

    def _call(self, name):
        """One to six rules of one call; few calls have many."""
        count = self.random.choice((1, 1, 1, 2, 2, 3, 4, 5, 6))
        same = self._other_than_default()
        for _ in range(count):
            outcome = same if self.gentle else self._action()
            args = self._args(name) if self.random.random() < 0.75 else []
            yield {'names': [name], **self._numbers('', outcome), 'args': args}

    def _other_than_default(self):
        while True:
            outcome = self._action()
            if outcome != self.default:
                return outcome

    def _args(self, name):
        return [self._condition(name) for _ in range(self.random.choice((1, 1, 1, 2, 2, 3)))]

    def _bits(self, name, index):
        """The narrowest that the argument is on any ABI that has the call."""
        return min((widths.of(abi, name)[index] for abi in self.abis
                    if abis.number(abi, name) is not None), default=64)

    def _condition(self, name):
        op = self.random.choice(OPERATORS)
        index = self.random.choice((0, 0, 0, 1, 1, 2, 5))
        if op != 'MASKED_EQ':
            value = self.random.choice({16: SHORT, 32: NARROW, 64: WIDE}[self._bits(name, index)])
            return {'index': index, 'value': value, 'op': 'SCMP_CMP_' + op}
        bits = self._bits(name, index)
        mask = self.random.choice({16: SHORT_MASKS, 32: MASKS, 64: WIDE_MASKS}[bits])
        some = self.random.getrandbits(bits if mask < 2**bits else bits - 1)
        datum = self.random.choice((0, mask, some & mask))
        return {'index': index, 'value': mask, 'valueTwo': datum, 'op': 'SCMP_CMP_' + op}

    def _drop_shadowed(self, rules):
        """Make a conditional rule that would be erased by a laxer one as lax as that."""
        fixed = {}
        for rule in rules:
            if not rule['args']:
                fixed.setdefault(rule['names'][0], rule)
        for rule in rules if not self.shadowed else ():
            wins = fixed.get(rule['names'][0])
            if wins and rule['args'] and _rank(rule) < _rank(wins):
                rule.pop('errnoRet', None)
                rule.update({key: wins[key] for key in ('action', 'errnoRet') if key in wins})


def _rank(rule):
    return SEVERITY[rule['action'].removeprefix('SCMP_ACT_')]


def generate(seed, shadowed=False):
    """(the native ABI's name, the profile)."""
    generator = Generator(seed, shadowed)
    return generator.abis[0].name, generator.profile()


def main():
    arch, profile = generate(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(f'--arch {arch}', file=sys.stderr)
    json.dump(profile, sys.stdout, indent=2)
    print()


if __name__ == '__main__':
    main()
