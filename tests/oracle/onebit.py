#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One change in a profile, found by `diff`: each statement held against oracle, programs and kernel.

    onebit.py --shim PATH [--ask PATH] [--pairs N] [--seed S] [--jobs N]

A pair is a profile and the same with one bit or word changed (value, mask, operator, errno, name,
architecture).  Each statement of `diff` must hold at its witness and at both ends of its numbers,
in the oracle's reading and in both compiled programs; the corners of both profiles must be told of
exactly where they differ; the kernel, asked under both filters, must differ as told.  `diff B A`
must mirror it and `diff A A` be empty.  A change that changes no decision is counted as equivalent
if the oracle finds none either.  Status 0: all held; 1: not; 2: trouble.
"""

import argparse
import collections
import copy
import functools
import itertools
import json
import multiprocessing
import os
import pathlib
import random
import re
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import abis                                                              # noqa: E402
import bpf                                                               # noqa: E402
import corners                                                           # noqa: E402
import oracle                                                            # noqa: E402
import random_profiles                                                   # noqa: E402
import shim                                                              # noqa: E402
import widths                                                            # noqa: E402
from reading import OPERATORS                                            # noqa: E402

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / 'examples' / 'profiles'
SHOWN = 20
CHUNK = 20                 # pairs of one process of tests/live/ask
FOREIGN = 6                # one pair in so many is for other machines, for which no kernel is asked
LIVE_STATEMENTS = 3        # of a pair, asked of the kernel
COVERED = 150              # corners of a pair held against all statements
KINDS = ('value', 'mask', 'operator', 'errno', 'name', 'architecture')
CAPS = ('none', 'docker', 'all')


# Changes: each takes the profile (to be changed in place), the native ABI's name and a random
# generator, and returns false where the profile has nothing of the kind

def _conditions(profile, masked):
    return [condition for rule in profile['syscalls'] for condition in rule.get('args') or ()
            if (condition['op'] == 'SCMP_CMP_MASKED_EQ') in masked]


def _change_value(profile, _, drawn):
    found = _conditions(profile, (False, True))
    if not found:
        return False
    condition = drawn.choice(found)
    if condition['op'] != 'SCMP_CMP_MASKED_EQ':
        condition['value'] ^= 1 << drawn.choice((*range(32), *range(64)))
        return True
    bits = [bit for bit in range(64) if condition['value'] >> bit & 1]
    if bits:
        condition['valueTwo'] = condition.get('valueTwo', 0) ^ 1 << drawn.choice(bits)
    return bool(bits)


def _change_mask(profile, _, drawn):
    found = _conditions(profile, (True,))
    if not found:
        return False
    condition = drawn.choice(found)
    condition['value'] ^= 1 << drawn.choice((*range(32), *range(64)))
    condition['valueTwo'] = condition.get('valueTwo', 0) & condition['value']
    return True


def _change_operator(profile, _, drawn):
    found = _conditions(profile, (False,))
    if not found:
        return False
    condition = drawn.choice(found)
    others = [f'SCMP_CMP_{op}' for op in OPERATORS if op != 'MASKED_EQ']
    others.remove(condition['op'])
    condition['op'] = drawn.choice(others)
    return True


def _change_errno(profile, _, drawn):
    actions = ('SCMP_ACT_ERRNO', 'SCMP_ACT_TRACE')
    found = [(rule, 'errnoRet') for rule in profile['syscalls'] if rule['action'] in actions]
    if profile['defaultAction'] in actions:
        found.append((profile, 'defaultErrnoRet'))
    if not found:
        return False
    where, key = drawn.choice(found)
    where[key] = where.get(key, 1) ^ 1 << drawn.randrange(12)
    return True


def _change_name(profile, native, drawn):
    if not profile['syscalls']:
        return False
    names = drawn.choice(profile['syscalls'])['names']
    names[drawn.randrange(len(names))] = drawn.choice(abis.all_names(abis.ABIS[native]))
    return True


def _change_architecture(profile, native, drawn):
    """One more or one less of those that share the machine's byte order."""
    family = [abi.name for abi in abis.ABIS.values() if abis.supported(abi)
              and abi.little == abis.ABIS[native].little and abi.name != native]
    if native == 'x86_64':
        family = ['x86', 'x32']
    word = 'SCMP_ARCH_' + drawn.choice(family).upper()
    listed = profile.get('architectures')
    for entry in profile.get('archMap') or ():
        if entry['architecture'] == 'SCMP_ARCH_' + native.upper():
            listed = entry['subArchitectures']
    if listed is None:
        return False
    if word in listed:
        listed.remove(word)
    else:
        listed.append(word)
    return True


CHANGES = dict(zip(KINDS, (_change_value, _change_mask, _change_operator, _change_errno,
                           _change_name, _change_architecture)))


# Statements

CLAUSE = re.compile(r'\(?(?P<whole>u64\))?(?P<word>[a-z]\w*(?:\[\d\])?)(?P<high> >> 32)?'
                    r'(?: & (?P<mask>0x[0-9a-f]+))?\)? (?P<op>==|<=|>=|in) (?P<value>\w+)(?:\.\.(?P<last>\w+))?$')


class Statement:
    """A line of `diff --json`."""

    def __init__(self, found):
        self.audit, self.abi = int(found['auditArch'], 16), found['abi']
        self.first, self.last = found['firstNumber'], found['lastNumber']
        self.a, self.b, self.text = found['a'], found['b'], found['text']
        witness = found['witness']
        self.witness = (int(witness['auditArch'], 16), witness['number'],
                        tuple(int(arg, 16) for arg in witness['args']))
        self.call = self.text.split()[1].rstrip(':')
        condition = found['condition'] or ''
        self.open = condition.endswith(', and more') or 'some values' in condition
        self.clauses = [self._clause(text) for text in
                        condition.removesuffix(', and more').split(' and ')
                        if text and not text.startswith('some values')]

    @staticmethod
    def _clause(text):
        match = CLAUSE.match(text)
        if not match:
            raise shim.Trouble(f'"{text}" is no condition that is known here')
        return match

    def mirrored(self):
        return (self.audit, self.abi, self.first, self.last, self.b, self.a, self.witness,
                self.text.replace(f'A {self.a}, B {self.b};', f'A {self.b}, B {self.a};'))

    def plain(self):
        return (self.audit, self.abi, self.first, self.last, self.a, self.b, self.witness,
                self.text)

    def calls(self):
        """The witness, and the same at both ends of the numbers."""
        audit, _, args = self.witness
        return {self.witness, (audit, self.first, args), (audit, self.last, args)}

    def covers(self, call) -> bool:
        audit, number, args = call
        return audit == self.audit and self.first <= number <= self.last and \
            all(self._clause_holds(match, args) for match in self.clauses)

    def _clause_holds(self, match, args) -> bool:
        """A name alone stands for the bits that the kernel uses."""
        abi = abis.ABIS[self.abi]
        index = widths.names(abi, self.call).index(match['word'])
        bits = widths.of(abi, self.call)[index]
        value = args[index]
        if match['high']:
            value >>= 32
        elif not match['whole'] and not match['mask']:
            value &= (1 << bits) - 1
        return _compares(match, value & int(match['mask'] or '0xffffffffffffffff', 16))


def _compares(match, value) -> bool:
    first = int(match['value'], 0)
    return {'==': value == first, '<=': value <= first, '>=': value >= first,
            'in': first <= value <= int(match['last'] or '0', 0)}[match['op']]


# A pair

class Side:
    """One of the two profiles: its file, the oracle's reading of it, and its program."""

    def __init__(self, document, path, target):
        text = json.dumps(document).encode()
        self.path, self.made = path, oracle.loads(text, oracle.make_target(*target))
        with open(path, 'wb') as file:
            file.write(text)
        self.code = self.program = None

    def compile(self, program):
        self.code = program.compile(self.path, '--quiet')
        self.program = bpf.Program(self.code, self.made.resolved.target.native.little)

    def answers(self, call) -> set:
        """The oracle's and the program's: one if all is well."""
        return {str(self.made.decide(*call)), str(self.program.outcome(*call))}


class Pair:
    def __init__(self, index, options, folder):
        self.drawn = random.Random(options.seed * 1000003 + index)
        self.kind = KINDS[index % len(KINDS)]
        self.foreign = (index // len(KINDS)) % FOREIGN == 0
        self.options, self.folder, self.label = options, folder, f'pair {index}, {self.kind}'
        self.problems, self.counts = [], collections.Counter()
        self.questions, self.expected = [], []

    def problem(self, text):
        self.problems.append(f'{self.label}: {text}')

    def _base(self):
        """(target, profile)"""
        if not self.foreign and self.drawn.random() < 0.35:
            path = self.drawn.choice(sorted(EXAMPLES.glob('*.json')))
            return (shim.Target('x86_64', self.drawn.choice(CAPS)),
                    json.loads(path.read_text(encoding='utf-8')))
        while True:
            arch, profile = random_profiles.generate(self.drawn.randrange(1 << 30))
            if (arch != 'x86_64') == self.foreign:
                return shim.Target(arch), profile

    def _change(self):
        """Sides A and B, both valid; None where this change of this profile is not possible."""
        target, first = self._base()
        second = copy.deepcopy(first)
        if not CHANGES[self.kind](second, target.arch, self.drawn) or first == second:
            return None
        paths = [os.path.join(self.folder, name) for name in ('a.json', 'b.json')]
        try:
            sides = [Side(document, path, target) for document, path in
                     zip((first, second), paths)]
        except oracle.Refused:
            return None
        if self.drawn.random() < 0.5:
            sides.reverse()
        self.program = shim.Shim(self.options.shim, target)
        return sides

    def run(self):
        """Until a change changes a decision."""
        while True:
            sides = self._change()
            if sides is None:
                continue
            self.a, self.b = sides
            found = [Statement(one) for one in self._diff(self.a, self.b)]
            if found:
                break
            self.counts['equivalent'] += 1
            self._look_for_difference()
        self.counts['pairs'] += 1
        self._look_at(found)

    def _diff(self, first, second):
        return self.program.diff(first.path, second.path, '--quiet')

    def _look_for_difference(self):
        for call in itertools.chain(self._all_corners(self.a.made),
                                    self._all_corners(self.b.made)):
            if self.a.made.decide(*call) != self.b.made.decide(*call):
                self.problem(f'diff is empty, the oracle differs at {call}')
                return

    def _all_corners(self, made):
        """Of a changed condition, the calls that look at one."""
        if self.kind in ('errno', 'name', 'architecture'):
            yield from (call for _, *call in corners.of_oracle(made))
            return
        for table in made.tables.values():
            for number, call in table.calls.items():
                if call.conditional:
                    yield from ((table.abi.audit, number, args)
                                for args in corners.arguments(call.rules))
            for number in table.mux:
                yield from ((table.abi.audit, number, (operation, 0, 0, 0, 0, 0))
                            for operation in range(26))

    def _look_at(self, found):
        for side in (self.a, self.b):
            side.compile(self.program)
        for statement in found:
            self._look_at_statement(statement)
        self._look_at_corners(found)
        if [one.mirrored() for one in found] != \
                [Statement(one).plain() for one in self._diff(self.b, self.a)]:
            self.problem('diff B A is no mirror of diff A B')
        if self._diff(self.a, self.a):
            self.problem('diff A A is not empty')
        self._ask(found)

    def _look_at_statement(self, statement):
        self.counts['statements'] += 1
        for call in statement.calls():
            for name, side in (('a', self.a), ('b', self.b)):
                self.counts['evaluations'] += 1
                told = getattr(statement, name)
                if side.answers(call) != {told}:
                    self.problem(f'"{statement.text}": {name} at {call}: {side.answers(call)}')
        if statement.a == statement.b or not statement.covers(statement.witness):
            self.problem(f'"{statement.text}": its witness does not show it')

    def _corners(self):
        calls = [call for side in (self.a, self.b)
                 for call in corners.sample(side.made, COVERED, self.label)]
        for audit, number, args in calls:
            abi = abi_of(audit, number)
            if abi:
                yield abi, (audit, number, tuple(arg & (1 << widths.full(abi)) - 1 for arg in args))

    def _look_at_corners(self, found):
        """Told of exactly where the oracle's readings differ."""
        for abi, call in self._corners():
            a, b = str(self.a.made.decide(*call)), str(self.b.made.decide(*call))
            covering = [one for one in found if one.covers(call)]
            if any(one.abi != abi.name for one in covering if call[1] != oracle.SKIPPED):
                self.problem(f'{call} is {abi.name}, told is {covering[0].text}')
            outcomes = {(one.a, one.b) for one in covering if 'some values' not in one.text}
            near = any(one.open and one.first <= call[1] <= one.last for one in found)
            self.counts['corners'] += 1
            self.counts['corners that differ'] += a != b
            if outcomes != ({(a, b)} if a != b else set()) and not (near and not outcomes):
                self.problem(f'at {call} the oracle has {a} and {b}, told is {outcomes}')

    def _ask(self, found):
        """Of the kernel, later with others: [(line, what A shows, what B shows)]."""
        if self.foreign or not self.options.ask:
            return
        told = [(shim.live_call(*one.witness), *(shim.visible(side.made.decide(*one.witness))
                                                 for side in (self.a, self.b))) for one in found]
        told = [one for one in told if one[0]]
        apart = [one for one in told if one[1] != one[2]]
        chosen = (apart or told)[:1] + self.drawn.sample(told, min(LIVE_STATEMENTS, len(told)))
        self.counts['asked under both filters'] += bool(chosen)
        self.counts['of them seen to differ'] += bool(apart)
        self.expected = chosen
        self.questions = [line for line, _, _ in chosen]

    def heard(self, answers_a, answers_b):
        for (line, *expected), *found in zip(self.expected, answers_a, answers_b):
            if 'UNFILTERED' not in found and expected != found:
                self.problem(f'{line}: told {expected}, the kernel {found}')


def abi_of(audit, number):
    for abi in abis.ABIS.values():
        x32 = bool(number & abis.X32_BIT) and audit == abis.ABIS['x32'].audit
        if abi.audit == audit and (abi.name == 'x32') == x32:
            return abi
    return None


# Many

def run_chunk(options, indexes):
    problems, counts, pairs = [], collections.Counter(), []
    with tempfile.TemporaryDirectory(prefix='onebit.') as folder:
        try:
            for index in indexes:
                pairs.append(Pair(index, options, folder))
                pairs[-1].run()
            asked = [pair for pair in pairs if pair.questions]
            answers = iter(shim.ask_kernel(options.ask, [
                (side.code, pair.questions) for pair in asked for side in (pair.a, pair.b)],
                folder) if asked else ())
            for pair in asked:
                pair.heard(next(answers), next(answers))
        except (shim.Trouble, oracle.Refused) as error:
            problems.append(f'{pairs[-1].label}: {error}')
    for pair in pairs:
        problems += pair.problems
        counts += pair.counts
    return problems, counts


def run(options):
    indexes = range(options.pairs)
    chunks = [indexes[first:first + CHUNK] for first in range(0, len(indexes), CHUNK)]
    problems, counts = [], collections.Counter()
    with multiprocessing.get_context('fork').Pool(options.jobs) as pool:
        for some, count in pool.imap_unordered(functools.partial(run_chunk, options), chunks):
            problems += some
            counts += count
    return problems, counts


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--shim', required=True, help='the program to ask')
    parser.add_argument('--ask', help='tests/live/ask; without it the kernel is not asked')
    parser.add_argument('--pairs', type=int, default=1400, metavar='N')
    parser.add_argument('--seed', type=int, default=1, metavar='S')
    parser.add_argument('--jobs', type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def main():
    options, begin = parse_options(), time.monotonic()
    problems, counts = run(options)
    for line in sorted(problems)[:SHOWN]:
        print(line)
    print(', '.join(f'{count} {name}' for name, count in counts.items()))
    print(f'{counts["pairs"]} of {options.pairs} changes found, {len(problems)} problems '
          f'({time.monotonic() - begin:.0f} s)')
    return 1 if problems or counts['pairs'] < options.pairs else 0


if __name__ == '__main__':
    sys.exit(main())
