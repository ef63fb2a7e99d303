#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second reading of seccomp profiles: what a resolved profile decides for a call.

Written from what seccomp-shim-profile(5) says, without looking at the program that it checks, and
without libseccomp but for numbers of names.  Evaluates rules directly: it builds no
filter, so that it cannot share a mistake with one that does.

    oracle.py [--arch A] [--caps LIST|docker|all|none] [--kernel X.Y] PROFILE
              [ABI NUMBER|NAME [ARG...]]
"""

import argparse
import operator
import sys

sys.dont_write_bytecode = True

import abis                                                              # noqa: E402
import widths                                                            # noqa: E402
from reading import Condition, Outcome, Refused, Resolved, U32, U64      # noqa: E402
from reading import make_target, resolve                                 # noqa: E402

KILL_THREAD = Outcome('KILL_THREAD')
EVERY_WIDTH = (64,) * 6
SKIPPED = 0xffffffff       # the number that a tracer gives a call to skip it

_COMPARE = {'NE': operator.ne, 'LT': operator.lt, 'LE': operator.le, 'EQ': operator.eq,
            'GE': operator.ge, 'GT': operator.gt, 'MASKED_EQ': operator.eq}


def narrow(value: int, bits: int) -> int:
    """A datum in the width of the argument; it must fit zero- or sign-extended, and as far
    as 32 or 64 bits.

    The text speaks of the datum; for MASKED_EQ this reads it for mask and datum alike, because
    bits of a mask beyond the width can never be compared.
    """
    low = value & (1 << bits) - 1
    negative = low | -1 << bits if low >> bits - 1 else None
    if value != low and (negative is None or value not in (negative & U32, negative & U64)):
        raise Refused(f'Width of arguments: datum {value:#x} does not fit {bits} bits')
    return low


def compile_condition(condition: Condition, wide: tuple) -> tuple:
    """(argument, comparison, mask, datum), all in the width of the argument, unsigned."""
    bits = wide[condition.index]
    value = narrow(condition.value, bits)
    mask, datum = (1 << bits) - 1, value
    if condition.op == 'MASKED_EQ':
        mask, datum = value, narrow(condition.value_two, bits)
    return condition.index, _COMPARE[condition.op], mask, datum


def alternatives(args: tuple, wide: tuple) -> list:
    """Conditions are AND; if two look at one argument, the whole list is OR."""
    compiled = [compile_condition(condition, wide) for condition in args]
    if len({condition.index for condition in args}) < len(args):
        return [[condition] for condition in compiled]
    return [compiled]


def holds(conditions: list, args) -> bool:
    return all(compare(args[index] & mask, datum) for index, compare, mask, datum in conditions)


def cut(rule, bits: int):
    """The rule as libseccomp reads it where it compares so few bits: what stands above is lost."""
    mask = (1 << bits) - 1
    return rule._replace(args=tuple(
        condition._replace(value=condition.value & mask, value_two=condition.value_two & mask)
        for condition in rule.args))


class Call:
    """What the rules of one number decide with arguments this wide."""

    def __init__(self, rules: list, wide: tuple, allow_shadowed=False):
        self.rules = rules
        self.fixed = next((rule.outcome for rule in rules if not rule.args), None)
        ordered = self._ordered(wide)      # a datum must fit even where the rule is erased
        self.conditional = [] if self.fixed else ordered
        if self.fixed and not allow_shadowed:
            self._refuse_shadowed()

    def _ordered(self, wide):
        # The strictest action first, of equal actions the earlier rule: the first match decides.
        ordered = sorted(self.rules, key=lambda rule: (rule.outcome.rank, rule.position))
        return [(conditions, rule.outcome) for rule in ordered
                for conditions in alternatives(rule.args, wide)]

    def _refuse_shadowed(self):
        for rule in self.rules:
            if rule.args and rule.outcome.rank < self.fixed.rank:
                raise Refused(f'Several rules on one call: conditional rule {rule.position} is erased by a laxer one')

    def decide(self, args):
        if self.fixed:
            return self.fixed
        for conditions, outcome in self.conditional:
            if holds(conditions, args):
                return outcome
        return None


def multiplexed_outcome(call: Call, default: Outcome):
    """What a name decides on its multiplexer, or None for the default.

    Several conditional rules: the strictest of those stricter than the default, as it is where
    they overlap.  A rule as strict as the default (ERRNO with other data) is not stricter, so the
    default stays.
    """
    if call.fixed:
        return call.fixed
    stricter = [outcome for _, outcome in call.conditional if outcome.rank < default.rank]
    return stricter[0] if stricter else None


class AbiTable:
    """All numbers of one listed ABI. library: compares in libseccomp's widths, not the kernel's."""

    def __init__(self, abi: abis.Abi, resolved: Resolved, allow_shadowed=False, library=False):
        if not abis.supported(abi):
            raise Refused(f'the numbers of {abi.name} are not known here')
        self.abi, self.default, self.library = abi, resolved.default, library
        self.mask = (1 << abi.bits) - 1
        self.calls, self.mux = {}, {}
        rules = [cut(rule, abi.bits) for rule in resolved.rules] if library else resolved.rules
        self._add_calls(rules, allow_shadowed)
        self._add_multiplexed(resolved.rules, allow_shadowed)
        self.beyond = self._beyond()

    def _add_calls(self, rules, allow_shadowed):
        by_number = {}
        for rule in rules:
            named = {abis.number(self.abi, name): name for name in rule.names}
            for number in named.keys() - {None}:
                by_number.setdefault(number, (named[number], []))[1].append(rule)
        for number, (name, found) in by_number.items():
            wide = widths.library(self.abi) if self.library else widths.of(self.abi, name)
            self.calls[number] = Call(found, wide, allow_shadowed)

    def _add_multiplexed(self, rules, allow_shadowed):
        by_name = {}
        for rule in rules:
            for name in dict.fromkeys(rule.names):
                if abis.multiplexed(self.abi, name):
                    by_name.setdefault(name, []).append(rule)
        for name, found in by_name.items():
            number, operation = abis.multiplexed(self.abi, name)
            # The conditions are not looked at there, so 64 bits: whatever width they fit.
            outcome = multiplexed_outcome(Call(found, EVERY_WIDTH, allow_shadowed), self.default)
            # The multiplexer counts as named even where its operation keeps the default.
            self.mux.setdefault(number, {})[operation] = outcome

    def _beyond(self):
        """(The highest number that the rules name, the answer above it), or None.

        Numbers of multiplexers are named by the calls they stand for.
        """
        named = [number for number in (*self.calls, *self.mux)
                 if self.abi.name != 'arm' or number < abis.ARM_PRIVATE]
        if not named or self.default.action != 'ERRNO':
            return None
        return max(named), Outcome('ERRNO', abis.enosys(self.abi))

    def operation_mask(self, number):
        ipc, _ = abis.multiplexed(self.abi, 'semget')
        return 0xffff if number == ipc else 0xffffffff

    def decide(self, number, args):
        call = self.calls.get(number)
        if call:
            outcome = call.decide(args)
            if outcome:
                return outcome
        # The profile's own rule for socketcall or ipc wins where it decides.  The operation
        # is an int to the kernel, and ipc(2) takes its version out of the high 16 bits of it.
        if number in self.mux:
            outcome = self.mux[number].get(args[0] & self.operation_mask(number))
            if outcome:
                return outcome
        # A private number of ARM that is named but whose conditions do not hold is not beyond.
        if self.beyond and number > self.beyond[0] and not call:
            return self.beyond[1]
        return self.default


class Oracle:
    """Decides any call of any ABI for one resolved profile."""

    def __init__(self, resolved: Resolved, allow_shadowed=False, library=False):
        self.resolved, self.default = resolved, resolved.default
        self.tables = {name: AbiTable(abis.ABIS[name], resolved, allow_shadowed, library)
                       for name in resolved.abis}
        self.audits = {}
        for name, table in self.tables.items():
            self.audits.setdefault(table.abi.audit, {})[name == 'x32'] = table

    def decide(self, abi, number, args=(0,) * 6) -> Outcome:
        """abi: a name, or the value of seccomp_data.arch; the number says which half is x32."""
        audit = abis.ABIS[abi].audit if isinstance(abi, str) else abi
        halves = self.audits.get(audit)
        if halves is None:
            return KILL_THREAD
        if number == SKIPPED:
            return self.default
        in_x32 = audit == abis.ABIS['x32'].audit and bool(number & abis.X32_BIT)
        table = halves.get(in_x32)
        return table.decide(number, args) if table else KILL_THREAD

    def pending(self) -> set:
        """Why the program may still refuse this profile until it has its own derivation."""
        found = set()
        for table in self.tables.values():
            for call in table.calls.values():
                found |= self._pending_of(call, table)
            found |= self._pending_mux(table)
        return found

    def _pending_of(self, call, table):
        found, outcomes = set(), {rule.outcome for rule in call.rules}
        if len({outcome for _, outcome in call.conditional}) > 1:
            found.add('overlapping conditional rules')
        if self.default in outcomes and len(outcomes) > 1:
            found.add('a rule equal to the default')
        foreign = table.abi.name != self.resolved.target.native.name
        newer = any(rule.args and any(map(abis.is_newer, rule.names)) for rule in call.rules)
        if foreign and newer:
            found.add('conditions on a newer name in a foreign ABI')
        return found

    def _pending_mux(self, table):
        own = any(number in table.calls for number in table.mux)
        conditional = any(rule.args and any(abis.multiplexed(table.abi, name)
                                            for name in rule.names)
                          for rule in self.resolved.rules)
        return {'a multiplexed call'} if own or conditional else set()


def load(path, target, **options) -> Oracle:
    with open(path, 'rb') as file:
        return loads(file.read(), target, **options)


def loads(text: bytes, target, ignore_unknown=False, **options) -> Oracle:
    return Oracle(resolve(text, target, ignore_unknown), **options)


def add_target_options(parser):
    parser.add_argument('--arch', help='native architecture (default: this machine)')
    parser.add_argument('--caps', help='LIST, docker, all or none')
    parser.add_argument('--kernel', metavar='X.Y')


def _print_rules(oracle: Oracle):
    print('default', oracle.default)
    for table in oracle.tables.values():
        beyond = table.beyond or ('none', '-')
        print(f'{table.abi.name}: {len(table.calls)} numbers, above {beyond[0]}: {beyond[1]}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_target_options(parser)
    parser.add_argument('profile')
    parser.add_argument('call', nargs='*', help='ABI NUMBER|NAME [ARG...]')
    options = parser.parse_args()
    try:
        oracle = load(options.profile, make_target(options.arch, options.caps, options.kernel))
    except Refused as error:
        print(f'refused: {error}', file=sys.stderr)
        return 2
    if len(options.call) < 2:
        _print_rules(oracle)
        return 0
    abi = abis.by_any_name(options.call[0])
    word = options.call[1]
    number = abis.number(abi, word) if not word[0].isdigit() else int(word, 0)
    if number is None:
        print(f'{abi.name} has no {word}', file=sys.stderr)
        return 2
    args = [int(arg, 0) & U64 for arg in options.call[2:8]]
    print(oracle.decide(abi.name, number & U32, args + [0] * (6 - len(args))))
    return 0


if __name__ == '__main__':
    sys.exit(main())
