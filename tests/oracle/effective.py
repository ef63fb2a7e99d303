#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What diff says of filters that look at bits which the kernel ignores: random profiles as
written against the same as crun would load them.

    effective.py --shim PATH [--profiles N] [--calls N] [--seed S]

Both programs are interpreted here.  At the corners of the profile's rules a difference must be told
exactly where they differ, and marked as "same effective call" exactly where they agree on the call
with the ignored bits cleared.
Status 0: no problem; 1: some; 2: trouble.
"""

import argparse
import collections
import json
import os
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import bpf                                                               # noqa: E402
import corners                                                           # noqa: E402
import onebit                                                            # noqa: E402
import oracle                                                            # noqa: E402
import random_profiles                                                   # noqa: E402
import shim                                                              # noqa: E402
import widths                                                            # noqa: E402

SHOWN = 20


class Pair:
    """A profile's own program, and crun's."""

    def __init__(self, seed, folder, options):
        self.seed, self.problems, self.counts = seed, [], collections.Counter()
        arch, profile = random_profiles.generate(seed)
        self.program = shim.Shim(options.shim, shim.Target(arch))
        self.text = json.dumps(profile).encode()
        self.made = oracle.loads(self.text, oracle.make_target(*self.program.target))
        self.paths = [os.path.join(folder, name) for name in ('profile.json', 'a.bpf', 'b.bpf')]
        with open(self.paths[0], 'wb') as file:
            file.write(self.text)
        self.sides = []

    def problem(self, text):
        self.problems.append(f'seed {self.seed}: {text}')

    def compile(self) -> bool:
        """False where crun would refuse the profile, or for a machine of another byte order."""
        if not self.made.resolved.target.native.little:
            return False
        for path, options in zip(self.paths[1:], (('--as', 'crun'), ())):
            try:
                code = self.program.compile(self.paths[0], '--quiet', *options)
            except shim.Trouble:
                if options:
                    return False
                raise
            with open(path, 'wb') as file:
                file.write(code)
            self.sides.append(bpf.Program(code))
        return True

    def run(self, calls):
        if not self.compile():
            self.counts['not by crun'] += 1
            return
        self.counts['pairs'] += 1
        found = [(onebit.Statement(one), one['sameEffectiveCall']) for one in
                 self.program.diff(f'bpf:{self.paths[1]}', f'bpf:{self.paths[2]}', '--quiet')]
        for statement, same in found:
            self.counts['statements'] += 1
            self.counts['marked'] += same
            self._look_at_witness(statement, same)
        for call in corners.sample(self.made, calls, self.seed):
            self._look_at_corner(call, found)

    def _outcomes(self, call):
        return [str(side.outcome(*call)) for side in self.sides]

    def _look_at_witness(self, statement, same):
        if self._outcomes(statement.witness) != [statement.a, statement.b]:
            self.problem(f'"{statement.text}": its witness does not show it')
        if same != self._agree_without(statement, statement.witness):
            self.problem(f'"{statement.text}": its witness is marked wrongly')

    def _agree_without(self, statement, call) -> bool:
        """Whether both decide the call without its ignored bits alike."""
        audit, number, args = call
        abi = onebit.abi_of(audit, number)
        if abi is None or statement.first != statement.last or not statement.call.islower():
            return False
        wide = widths.of(abi, statement.call)
        first, second = self._outcomes((audit, number, tuple(
            arg & (1 << bits) - 1 for arg, bits in zip(args, wide))))
        return first == second

    def _look_at_corner(self, call, found):
        covering = [one for one in found if one[0].covers(call)]
        told = {(statement.a, statement.b, same) for statement, same in covering
                if 'some values' not in statement.text}
        first, second = self._outcomes(call)
        near = any(one.open and one.audit == call[0] and one.first <= call[1] <= one.last
                   for one, _ in found)
        self.counts['corners'] += 1
        self.counts['corners that differ'] += first != second
        expected = set()
        if first != second and covering:
            expected = {(first, second, self._agree_without(covering[0][0], call))}
        elif first != second:
            expected = {(first, second, None)}
        if told != expected and not (near and not told):
            self.problem(f'at {call} the programs have {first} and {second}, told is {told}, '
                         f'not {expected}')


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--shim', required=True, help='the program to ask')
    parser.add_argument('--profiles', type=int, default=300, metavar='N')
    parser.add_argument('--calls', type=int, default=120, metavar='N', help='of each profile')
    parser.add_argument('--seed', type=int, default=1, metavar='S')
    return parser.parse_args()


def main():
    options, begin, problems = parse_options(), time.monotonic(), []
    counts = collections.Counter()
    with tempfile.TemporaryDirectory(prefix='effective.') as folder:
        for seed in range(options.seed, options.seed + options.profiles):
            pair = Pair(seed, folder, options)
            pair.run(options.calls)
            problems += pair.problems
            counts += pair.counts
    for line in problems[:SHOWN]:
        print(line)
    print(', '.join(f'{count} {name}' for name, count in counts.items()))
    print(f'{len(problems)} problems ({time.monotonic() - begin:.0f} s)')
    return 1 if problems or not counts['marked'] else 0


if __name__ == '__main__':
    sys.exit(main())
