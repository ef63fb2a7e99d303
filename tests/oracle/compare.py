#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what seccomp-shim compiles with what the oracle decides, call by call.

    compare.py --shim PATH [--arch A] [--caps C] [--kernel K] [--target A/C/K]... PROFILE...
    compare.py --shim PATH --random N [--seed S]

A PROFILE written NAME=FILE gives NAME (a built-in) to the shim and FILE to the oracle.  --caps own:
the shim is not told, the oracle takes what a command of this process will hold after exec.  Both
`-f bpf` (through an interpreter of ours) and `-f oci` (read again by the oracle) must decide the
same.  Status 0: no difference; 1: differences; 2: trouble.
"""

import argparse
import collections
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from typing import NamedTuple

sys.dont_write_bytecode = True

import abis                                                              # noqa: E402
import bpf                                                               # noqa: E402
import corners                                                           # noqa: E402
import oracle                                                            # noqa: E402
import random_profiles                                                   # noqa: E402

SHOWN = 20
SHIM_SECONDS = 60          # the program itself gives libseccomp ten


class Job(NamedTuple):
    shim: str
    label: str
    given: str             # what the shim reads
    text: bytes            # what the oracle reads
    target: tuple          # architecture, capabilities, kernel: as on the command line
    random: bool           # refusals that are expected are not a difference


class Result(NamedTuple):
    label: str
    calls: int = 0
    differences: tuple = ()
    refused: str = ''      # why neither compared nor different


def _options(target):
    names = ('--arch', '--caps', '--kernel')
    return [word for name, value in zip(names, target)
            if value and value != 'own' for word in (name, value)]


def compile_profile(job: Job, form: str):
    """(bytes, '') or (None, the shim's refusal)."""
    with tempfile.TemporaryDirectory(prefix='oracle.') as folder:
        out = os.path.join(folder, 'out')
        done = subprocess.run(
            [job.shim, 'compile', '-f', form, *_options(job.target), '-o', out, job.given],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=SHIM_SECONDS, check=False)
        if done.returncode != 0:
            said = done.stderr.decode(errors='replace').strip()
            return None, f'status {done.returncode}: {said.splitlines()[-1] if said else "silent"}'
        with open(out, 'rb') as file:
            return file.read(), ''


def compare_job(job: Job) -> Result:
    try:
        return _compare(job)
    except (OSError, subprocess.SubprocessError, oracle.Refused) as error:
        return Result(job.label, differences=(f'trouble: {error}',))


def _compare(job: Job) -> Result:
    target = oracle.make_target(*job.target)
    program, refusal = compile_profile(job, 'bpf')
    try:
        ours = oracle.loads(job.text, target)
    except oracle.Refused as error:
        if program is None:
            where = '' if job.random else f': {job.label} ({error})'
            return Result(job.label, refused='by both' + where)
        return Result(job.label, differences=(f'the oracle refuses ({error}), the shim does not',))
    if program is None:
        return _refused(job, ours, refusal)
    section, refusal = compile_profile(job, 'oci')
    if section is None:
        return Result(job.label, differences=(f'-f oci refused: {refusal}',))
    return _ask_all(job, ours, bpf.Program(program, target.native.little),
                    oracle.loads(section, target))


def _refused(job, ours, refusal) -> Result:
    if job.random and ours.pending():
        return Result(job.label, refused='for now: ' + ', '.join(sorted(ours.pending())))
    return Result(job.label, differences=(f'refused, {refusal}',))


def _ask_all(job, ours, program, again) -> Result:
    calls, differences = 0, []
    for name, audit, number, args in corners.of_oracle(ours):
        calls += 1
        expected = ours.decide(audit, number, args)
        for form, found in (('bpf', program.outcome(audit, number, args)),
                            ('oci', again.decide(audit, number, args))):
            if found != expected:
                differences.append(_difference(ours, form, (name, number, args), expected, found))
    return Result(job.label, calls, tuple(differences))


def _difference(ours, form, call, expected, found) -> str:
    name, number, args = call
    table = ours.tables.get(name)
    rules = table.calls[number].rules if table and number in table.calls else ()
    words = sorted({word for rule in rules for word in rule.names
                    if abis.number(table.abi, word) == number})
    shown = ', '.join(f'{value:#x}' for value in args)
    places = ', '.join(str(rule.position) for rule in rules) or 'none'
    return (f'-f {form}: {name} {"/".join(words) or "-"} {number:#x}({shown}): '
            f'oracle {expected}, shim {found}; rules {places}')


def _jobs_of_profiles(options) -> list:
    targets = [tuple(word.split('/')) for word in options.target] or \
        [(options.arch, options.caps, options.kernel)]
    jobs = []
    for argument in options.profile:
        given, _, path = argument.rpartition('=') if not os.path.exists(argument) else \
            (argument, '', argument)
        with open(path, 'rb') as file:
            text = file.read()
        for target in targets:
            label = ' '.join([argument, *_options(target)])
            jobs.append(Job(options.shim, label, given or path, text, target, False))
    return jobs


def _jobs_of_seeds(options, folder) -> list:
    jobs = []
    for seed in range(options.seed, options.seed + options.random):
        arch, profile = random_profiles.generate(seed)
        path = os.path.join(folder, f'{seed}.json')
        text = json.dumps(profile).encode()
        with open(path, 'wb') as file:
            file.write(text)
        jobs.append(Job(options.shim, f'--random 1 --seed {seed}', path, text,
                        (arch, 'none', '6.1'), not options.no_refusals))
    return jobs


def _run(jobs, processes) -> list:
    if processes < 2 or len(jobs) < 2:
        return [compare_job(job) for job in jobs]
    with multiprocessing.get_context('fork').Pool(processes) as pool:
        return pool.map(compare_job, jobs, chunksize=1)


def _report(results, quiet) -> int:
    differences = [(result.label, line) for result in results for line in result.differences]
    for label, line in differences[:SHOWN]:
        print(f'{label}: {line}')
    if not quiet:
        refused = collections.Counter(result.refused for result in results if result.refused)
        for reason, count in sorted(refused.items()):
            print(f'{count} refused {reason}')
    compared = [result for result in results if result.calls]
    print(f'{len(compared)} of {len(results)} profiles compared, '
          f'{sum(result.calls for result in compared)} calls, {len(differences)} differences'
          f' in {sum(bool(result.differences) for result in results)} profiles')
    return 1 if differences or not results else 0


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    oracle.add_target_options(parser)
    parser.add_argument('--shim', required=True, help='the program to ask')
    parser.add_argument('--target', action='append', default=[], metavar='ARCH/CAPS/KERNEL',
                        help='instead of the three options; each profile is asked for each')
    parser.add_argument('--random', type=int, default=0, metavar='N')
    parser.add_argument('--seed', type=int, default=1, metavar='S')
    parser.add_argument('--jobs', type=int, default=os.cpu_count() or 1)
    parser.add_argument('--no-refusals', action='store_true',
                        help='a refused random profile is a difference, foreseen or not')
    parser.add_argument('--quiet', action='store_true', help='do not list refusals')
    parser.add_argument('profile', nargs='*')
    options = parser.parse_args()
    if bool(options.random) == bool(options.profile):
        parser.error('either profiles or --random')
    if any(len(word.split('/')) != 3 for word in options.target):
        parser.error('--target needs ARCH/CAPS/KERNEL')
    return options


def main():
    options = parse_options()
    with tempfile.TemporaryDirectory(prefix='oracle.') as folder:
        try:
            jobs = _jobs_of_seeds(options, folder) if options.random else \
                _jobs_of_profiles(options)
        except OSError as error:
            print(f'compare: {error}', file=sys.stderr)
            return 2
        return _report(_run(jobs, options.jobs), options.quiet)


if __name__ == '__main__':
    sys.exit(main())
