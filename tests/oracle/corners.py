# SPDX-License-Identifier: Apache-2.0
"""The calls worth asking about one resolved profile: where a wrong filter would show.

Every number that exists or is named, the edges of the ABIs, and around each condition of a rule the
arguments at which its answer turns.  Bounded, and the same calls each time.
"""

import itertools
import random

import abis
from oracle import AbiTable, Oracle, U64

ZERO = (0,) * 6
# Numbers at which signs, the x32 bit and a tracer's skip turn.
EDGES = (0x3fffffff, 0x40000000, 0x7fffffff, 0x80000000, 0xbfffffff, 0xc0000000, 0xfffffffe,
         0xffffffff)
LAST_NUMBER = 1023
UNLISTED_NUMBERS = (0, 1, 3, 59, 102, 436, 0x40000000, 0x40000001, 0xffffffff)
NO_ABI = (0, 0xdeadbeef)         # values of seccomp_data.arch that no kernel writes
MAX_PRODUCT = 256                # full combinations of one call's arguments up to here
MAX_PAIRS = 120                  # pairs of alternatives of one call
SAMPLES = 400                    # drawn combinations, where conditions play together


def numbers(table: AbiTable) -> list:
    """-1..1023 from the ABI's base, the edges, the base's neighbours, every named number +-1."""
    base = table.abi.base
    found = set(EDGES) | {(base + index) & 0xffffffff for index in range(-1, LAST_NUMBER + 1)}
    for number in itertools.chain(table.calls, table.mux):
        found.update((number + step) & 0xffffffff for step in (-1, 0, 1))
    if table.abi.name in ('arm', 'aarch64'):
        found.update(abis.ARM_PRIVATE + step for step in range(-1, 8))
    return sorted(found)


def _with_high_words(values) -> set:
    """Each value, and with other high words: this shows 32-bit comparisons apart from 64-bit ones."""
    found = set()
    for value in values:
        value &= U64
        found.update((value, value | 1 << 32, value | 0xffffffff << 32, value & 0xffffffff))
    return found


def values_of(condition) -> set:
    """Argument values at which this condition turns."""
    if condition.op == 'MASKED_EQ':
        mask, datum = condition.value, condition.value_two
        outside = {datum | ~mask & U64, datum | 1 << 63, mask, 0}
        return _with_high_words({datum, datum - 1, datum + 1} | outside)
    datum = condition.value
    return _with_high_words({datum - 1, datum, datum + 1}) | {0, U64}


def flips_of(condition) -> set:
    """The datum with each bit of the mask (or of the argument) flipped, and each bit beside it."""
    datum = condition.value_two if condition.op == 'MASKED_EQ' else condition.value
    return {datum ^ 1 << bit for bit in range(64)}


def witness(condition) -> int:
    """A value for which the condition holds, where there is one."""
    step = {'NE': 1, 'LT': -1, 'GT': 1}.get(condition.op, 0)
    if condition.op == 'MASKED_EQ':
        return condition.value_two
    return (condition.value + step) & U64


def _replaced(args, changes):
    result = list(args)
    for index, value in changes.items():
        result[index] = value
    return tuple(result)


def _satisfying(conditions) -> tuple:
    return _replaced(ZERO, {c.index: witness(c) for c in conditions})


def _bases(rules) -> list:
    """Arguments that meet each rule alone, and each pair of rules as far as both can be met."""
    lists = [rule.args for rule in rules]
    found = {ZERO: None, **{_satisfying(args): None for args in lists}}
    pairs = itertools.permutations(lists, 2)
    for first, second in itertools.islice(pairs, MAX_PAIRS):
        found[_satisfying((*first, *second))] = None
    return list(found)


def arguments(rules) -> set:
    """The argument lists to ask of a call that has these conditional rules."""
    values = {}
    for condition in {c for rule in rules for c in rule.args}:
        values.setdefault(condition.index, set()).update(values_of(condition))
    found = set()
    for base in _bases(rules):
        found.add(base)
        for index, candidates in values.items():
            found.update(_replaced(base, {index: value}) for value in candidates)
    return found | _flipped(rules) | _products(rules) | _samples(rules, values)


def _flipped(rules) -> set:
    """Single bits, the other conditions of the rule being met."""
    return {_replaced(_satisfying(rule.args), {condition.index: value})
            for rule in rules for condition in rule.args for value in flips_of(condition)}


def _samples(rules, values) -> set:
    """Where one rule must hold and a stricter one must not, the above seldom meets both."""
    conditions = sorted({c for rule in rules for c in rule.args})
    if len(conditions) < 2:
        return set()
    drawn, choices = random.Random(len(conditions)), {}
    for index in sorted(values):
        flips = set().union(*(flips_of(c) for c in conditions if c.index == index))
        choices[index] = sorted(values[index]), sorted(flips)
    return {_replaced(ZERO, {index: drawn.choice(drawn.choice(lists))
                               for index, lists in choices.items()}) for _ in range(SAMPLES)}


def _products(rules) -> set:
    """All combinations of the datum and its neighbours, as many as the bound lets pass."""
    near = {}
    for condition in sorted({c for rule in rules for c in rule.args}):
        datum = condition.value_two if condition.op == 'MASKED_EQ' else condition.value
        near.setdefault(condition.index, {}).update(
            dict.fromkeys(value & U64 for value in (datum, datum + 1, datum - 1)))
    if len(near) < 2:
        return set()
    combinations = itertools.product(*near.values())
    return {_replaced(ZERO, dict(zip(near, chosen)))
            for chosen in itertools.islice(combinations, MAX_PRODUCT)}


def _operations(operations, own) -> set:
    """First arguments of a multiplexer, beside those of the profile's own rules for it."""
    values = {value for operation in operations for value in (operation - 1, operation,
                                                              operation + 1)}
    # 0x10000 is a version in ipc's first argument.
    values = _with_high_words(values) | {operation | 0x10000 for operation in operations}
    return {_replaced(base, {0: value}) for base in own for value in values}


def of_table(table: AbiTable):
    """(number, arguments) for one listed ABI, each once."""
    for number in numbers(table):
        asked = {ZERO}
        call = table.calls.get(number)
        if call and call.conditional:
            asked |= arguments(call.rules)
        if number in table.mux:
            asked |= _operations(table.mux[number], _bases(call.rules if call else ()))
        for args in sorted(asked):
            yield number, args


def of_oracle(oracle: Oracle):
    """(name, seccomp_data.arch, number, arguments): all listed ABIs, then those not listed."""
    for name, table in oracle.tables.items():
        for number, args in of_table(table):
            yield name, table.abi.audit, number, args
    unlisted = {abi.audit: abi.name for abi in abis.ABIS.values()
                if abi.name not in oracle.tables}
    unlisted.update((audit, f'{audit:#x}') for audit in NO_ABI)
    for audit, name in unlisted.items():
        for number in UNLISTED_NUMBERS:
            yield name, audit, number, ZERO


# A few calls of many

def _drawn_arguments(rules, drawn, memo):
    """Arguments that meet one or two of the rules, some of them moved to where one turns."""
    chosen = drawn.sample(rules, min(len(rules), drawn.choice((0, 1, 1, 2))))
    args = _satisfying([condition for rule in chosen for condition in rule.args])
    conditions = [condition for rule in rules for condition in rule.args]
    for _ in range(drawn.choice((0, 1, 1, 1, 2, 3)) if conditions else 0):
        condition = drawn.choice(conditions)
        if condition not in memo:
            memo[condition] = sorted(values_of(condition)) + sorted(flips_of(condition))
        args = _replaced(args, {condition.index: drawn.choice(memo[condition])})
    return args


def _drawn_operation(args, operations, drawn):
    operation = drawn.choice(list(operations)) + drawn.choice((0, 0, 0, 0, -1, 1))
    high = drawn.choice((0, 0, 0, 0, 0x10000, 1 << 32, 0xffffffff << 32))
    return _replaced(args, {0: (operation | high) & U64})


def _drawn_elsewhere(oracle, drawn):
    """Numbers that no rule names, the edges, architectures that are not listed."""
    table = drawn.choice(list(oracle.tables.values()))
    named = [*table.calls, *table.mux]
    near = [(drawn.choice(named) + drawn.choice((-1, 1))) & 0xffffffff] if named else []
    number = drawn.choice([*near, *near, drawn.choice(EDGES),
                           table.abi.base + drawn.randrange(LAST_NUMBER)])
    audit = table.abi.audit
    if drawn.random() < 0.1:
        audit = drawn.choice([abi.audit for abi in abis.ABIS.values()] + list(NO_ABI))
    return audit, number, ZERO


def sample(oracle: Oracle, count: int, seed) -> list:
    """About `count` calls (seccomp_data.arch, number, arguments), most of them where the profile's
    own conditions turn; the same for the same seed."""
    drawn, found, memo = random.Random(seed), {}, {}
    named = [(table, number) for table in oracle.tables.values()
             for number in sorted({*table.calls, *table.mux})]
    for _ in range(count + count // 4):
        if not named or drawn.random() < 0.15:
            found[_drawn_elsewhere(oracle, drawn)] = None
            continue
        table, number = drawn.choice(named)
        call = table.calls.get(number)
        args = _drawn_arguments(call.rules, drawn, memo) if call else ZERO
        if number in table.mux and drawn.random() < 0.7:
            args = _drawn_operation(args, table.mux[number], drawn)
        found[table.abi.audit, number, args] = None
    return list(found)[:count]
