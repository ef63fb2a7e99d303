#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Many random profiles: the oracle, the emitted program, the running kernel and libseccomp.

    campaign.py --shim PATH [--many PATH] [--ask PATH] [--profiles N] [--calls N] [--seed S] ...

For each profile the program must answer as the oracle on calls at the corners of the profile's own
rules; some of these are asked of the running kernel (tests/live/ask).  Where `check` says that
libseccomp reads a profile otherwise, its witness is looked at in all three, and as root a launch
must have loaded the very program.  How often libseccomp differs is counted by class of profile.
Status 0: no difference and no refusal; 1: some; 2: trouble.
"""

import argparse
import collections
import contextlib
import functools
import json
import multiprocessing
import os
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

SHOWN = 20
CHUNK = 40                 # profiles of one process of tests/live/ask
BY_ITSELF = 33             # one in so many is also built by a process of its own
LAUNCHES = 8               # of a chunk: each differs from all others only in its rules
OPINIONS = {'libseccomp-agrees': 'agrees', 'libseccomp-differs': 'differs',
            'libseccomp-no-answer': 'no answer', 'libseccomp-not-asked': 'not asked'}
WITNESS = re.compile(r'differently: (\S+) (\w+)\((.*?)\) would get (\S+), (?:in its widths )?the rules as '
                     r'written give '
                     r'(\S+?)(?:, which is what is enforced)?$')
ARGUMENT_NAME = re.compile(r'^\w+=')


# Classes of profiles: the first that fits

def _multiplexed_conditions(made) -> bool:
    return any(rule.args and abis.multiplexed(table.abi, name) for table in made.tables.values()
               for rule in made.resolved.rules for name in rule.names)


def _calls(made):
    return [call for table in made.tables.values() for call in table.calls.values()]


def _overlap(made, seed) -> bool:
    """Whether some call meets rules of different outcomes, as far as the corners show."""
    for _, number, args in corners.sample(made, 200, seed):
        for table in made.tables.values():
            call = table.calls.get(number)
            if call and len({outcome for conditions, outcome in call.conditional
                             if oracle.holds(conditions, args)}) > 1:
                return True
    return False


def class_of(made, seed) -> str:
    several = [call for call in _calls(made) if len(call.rules) > 1]
    if _multiplexed_conditions(made):
        return 'conditions on a multiplexed call'
    if any(number in table.calls for table in made.tables.values() for number in table.mux):
        return "a multiplexer's own rule beside its calls'"
    if _overlap(made, seed):
        return 'conditional rules that overlap with different outcomes'
    if any(rule.outcome == made.default for call in several for rule in call.rules):
        return 'a rule equal to the default beside others'
    if not several:
        return 'one rule a call'
    if any(call.fixed for call in several):
        return 'conditional rules beside an unconditional one'
    return 'several conditional rules, one outcome where they overlap'


# One profile

class Case:
    """A random profile, and what came of it."""

    def __init__(self, seed, folder, options):
        self.seed, self.options = seed, options
        arch, self.profile = random_profiles.generate(seed)
        self.shim = shim.Shim(options.shim, shim.Target(arch))
        self.path = os.path.join(folder, f'{seed}.json')
        self.text = self._write(self.profile)
        self.made = oracle.loads(self.text, oracle.make_target(*self.shim.target))
        self.class_, self.reason = class_of(self.made, seed), ''
        self.opinion, self.calls, self.launches, self.by_itself = '', 0, 0, 0
        self.problems, self.expected, self.questions = [], [], []

    def _write(self, document):
        text = json.dumps(document).encode()
        with open(self.path, 'wb') as file:
            file.write(text)
        return text

    def problem(self, text):
        self.problems.append(f'seed {self.seed}: {text}')

    def run(self, many, live_calls):
        self.code, findings = self._build(many)
        self.program = bpf.Program(self.code, self.made.resolved.target.native.little)
        asked = corners.sample(self.made, self.options.calls, self.seed)
        for call in asked:
            self._look_at(call)
        drawn = random.Random(self.seed)
        for call in drawn.sample(asked, len(asked)):
            if len(self.questions) < live_calls:
                self._ask(call, self.made.decide(*call))
        self._hear_libseccomp(findings)

    def _build(self, many):
        """(the program, the findings): from the process that builds many, now and then (or
        without one, always) from the program itself, which must say the same."""
        if many and self.seed % BY_ITSELF:
            return many.build(self.shim.target.arch, self.text)
        self.by_itself = 1
        code, findings = self.shim.compile(self.path), self.shim.check(self.path)
        if many:
            same = many.build(self.shim.target.arch, self.text)
            ids = [one['id'] for one in findings if one['id'] in OPINIONS]
            if same[0] != code or ids != [one['id'] for one in same[1] if one['id'] in OPINIONS]:
                self.problem('built in a process with others it is another program')
        return code, findings

    def _look_at(self, call):
        self.calls += 1
        expected, found = self.made.decide(*call), self.program.outcome(*call)
        if expected != found:
            self.problem(f'{_text(call)}: oracle {expected}, program {found}')

    def _ask(self, call, expected):
        """Of the kernel, later with others."""
        line = shim.live_call(*call)
        if self.options.ask and line and self.made.resolved.target.native.little:
            self.questions.append(line)
            self.expected.append((line, shim.visible(expected)))

    def _hear_libseccomp(self, findings):
        found = [one for one in findings if one['id'] in OPINIONS]
        if len(found) != 1:
            self.problem(f'{len(found)} findings about libseccomp')
            return
        self.opinion, message = OPINIONS[found[0]['id']], found[0]['message']
        if self.opinion == 'no answer':
            self.reason = message.rpartition(': ')[2]
        if self.opinion == 'differs':
            self._look_at_witness(message)

    def _look_at_witness(self, message):
        match = WITNESS.search(message)
        if not match:
            self.problem(f'no witness in "{message}"')
            return
        abi, word, args, theirs, ours = match.groups()
        call = self._call(abi, word, args.split(', ') if args else [])
        self._look_at(call)
        # It is held against the rules in its own widths.
        library = oracle.Oracle(self.made.resolved, library=True).decide(*call)
        expected = self.made.decide(*call)
        if str(library) != ours or str(library) == theirs:
            self.problem(f'{_text(call)}: oracle {library}, check says {ours} and {theirs}')
        if (library == expected) != message.endswith('enforced'):
            self.problem(f'{_text(call)}: oracle {expected}, check says "{message}"')
        self._ask(call, expected)

    def _call(self, abi, word, args):
        """Arguments that the call has are shown with their names and constants, others as numbers."""
        named = [ARGUMENT_NAME.sub('', arg) for arg in args if '=' in arg]
        number, values = self.shim.call(f'{abi}:{word}({", ".join(named)})' if named else f'{abi}:{word}')
        others = tuple(int(arg, 0) for arg in args[len(named):])
        return abis.ABIS[abi].audit, number, (values[:len(named)] + others + (0,) * 6)[:6]

    def launch(self):
        """As root: `run` loads what `compile` writes; execve is given a rule where it has none."""
        if any('execve' in rule['names'] for rule in self.profile['syscalls']):
            return
        rule = {'names': ['execve'], 'action': 'SCMP_ACT_ALLOW'}
        self._write({**self.profile, 'syscalls': [*self.profile['syscalls'], rule]})
        machine = shim.Shim(self.options.shim, shim.Target(caps='', kernel=''))
        if machine.launched(self.path) != machine.compile(self.path):
            self.problem('run loads another program than compile writes')
        self.launches += 1


def _text(call):
    audit, number, args = call
    return f'{audit:#x} {number:#x}({", ".join(f"{arg:#x}" for arg in args)})'


# Many

class Totals:
    def __init__(self):
        self.counts, self.classes = collections.Counter(), collections.Counter()
        self.reasons, self.problems = collections.Counter(), []

    def add_case(self, case):
        self.counts.update(profiles=1, calls=case.calls, live=len(case.questions),
                           launches=case.launches, by_itself=case.by_itself)
        self.classes[case.class_, case.opinion] += 1
        if case.reason:
            self.reasons[case.reason] += 1
        self.problems += case.problems

    def add(self, other):
        self.counts += other.counts
        self.classes += other.classes
        self.reasons += other.reasons
        self.problems += other.problems


def _ask_all(cases, options, folder):
    asked = [case for case in cases if case.questions]
    if not asked:
        return
    answers = shim.ask_kernel(options.ask, [(case.code, case.questions) for case in asked], folder)
    for case, found in zip(asked, answers):
        for (line, expected), answer in zip(case.expected, found):
            if answer not in (expected, 'UNFILTERED'):
                case.problem(f'{line}: oracle {expected}, the kernel {answer}')


def _launch_some(cases, options):
    """Those of this machine on which libseccomp differs."""
    if not options.launch:
        return
    differing = [case for case in cases if case.opinion == 'differs'
                 and case.made.resolved.target.native.name == 'x86_64']
    for case in differing[:LAUNCHES]:
        case.launch()


def run_chunk(options, seeds) -> Totals:
    totals, cases = Totals(), []
    with tempfile.TemporaryDirectory(prefix='campaign.') as folder, \
            contextlib.ExitStack() as stack:
        many = stack.enter_context(shim.Many(options.many)) if options.many else None
        for seed in seeds:
            try:
                case = Case(seed, folder, options)
                cases.append(case)
                case.run(many, options.live_calls)
            except (shim.Trouble, oracle.Refused) as error:
                totals.problems.append(f'seed {seed}: {error}')
        try:
            _ask_all(cases, options, folder)
            _launch_some(cases, options)
        except shim.Trouble as error:
            totals.problems.append(f'seeds {seeds[0]}..{seeds[-1]}: {error}')
    for case in cases:
        totals.add_case(case)
    return totals


def run(options) -> Totals:
    seeds = range(options.seed, options.seed + options.profiles)
    chunks = [seeds[first:first + CHUNK] for first in range(0, len(seeds), CHUNK)]
    totals, work = Totals(), functools.partial(run_chunk, options)
    with multiprocessing.get_context('fork').Pool(options.jobs) as pool:
        for one in pool.imap_unordered(work, chunks):
            totals.add(one)
    return totals


def report(totals, seconds) -> int:
    for line in sorted(totals.problems)[:SHOWN]:
        print(line)
    counts = totals.counts
    print(f'{counts["profiles"]} profiles ({counts["by_itself"]} through the program), '
          f'{counts["calls"]} calls, {counts["live"]} asked of the kernel, {counts["launches"]} '
          f'launches: {len(totals.problems)} differences or refusals ({seconds:.0f} s)')
    heads = ''.join(f'{word:>11}' for word in ('all', *OPINIONS.values()))
    print(f'{"libseccomp, by class of profile":58}{heads}')
    for name in sorted({name for name, _ in totals.classes}):
        row = [totals.classes[name, opinion] for opinion in OPINIONS.values()]
        print(f'{name:58}' + ''.join(f'{count:11}' for count in (sum(row), *row)))
    for reason, count in totals.reasons.most_common():
        print(f'no answer, {reason}: {count}')
    return 1 if totals.problems or not counts['calls'] else 0


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--shim', required=True, help='the program to ask')
    parser.add_argument('--ask', help='tests/live/ask; without it the kernel is not asked')
    parser.add_argument('--many', help='tests/unit/many_profiles: builds most of the profiles')
    parser.add_argument('--profiles', type=int, default=10000, metavar='N')
    parser.add_argument('--calls', type=int, default=110, metavar='N', help='of each profile')
    parser.add_argument('--live-calls', type=int, default=3, metavar='N',
                        help='of each profile of this machine, asked of the kernel')
    parser.add_argument('--seed', type=int, default=1, metavar='S')
    parser.add_argument('--jobs', type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    options.launch = bool(options.ask) and shim.can_dump()
    return options


def main():
    options, begin = parse_options(), time.monotonic()
    return report(run(options), time.monotonic() - begin)


if __name__ == '__main__':
    sys.exit(main())
