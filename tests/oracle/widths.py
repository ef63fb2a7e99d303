# SPDX-License-Identifier: Apache-2.0
"""The names of a call's arguments and the widths in which the kernel uses them, read out
of filter/kernel/signatures.tab.

The table is data; what a type of C is wide is said here a second time.
"""

import functools
import pathlib

import abis

TABLE = pathlib.Path(__file__).resolve().parents[2] / 'filter' / 'kernel' / 'signatures.tab'
# ABIs that share the column of another (filter/kernel/syscalls.tab).
COLUMNS = {'mipsel': 'mips', 'mipsel64': 'mips64', 'mipsel64n32': 'mips64n32', 'ppc64le': 'ppc64',
           'sheb': 'sh'}
SHORT = ('umode_t', 'old_uid_t', 'old_gid_t')
LONG = ('long', 'unsigned long', 'size_t', 'off_t', 'loff_t', 'u64', '__u64', 'aio_context_t',
        'old_sigset_t', 'cap_user_header_t', 'const cap_user_data_t', 'cap_user_data_t',
        '__sighandler_t')
ARGUMENTS = 6


def full(abi: abis.Abi) -> int:
    """What an argument has at most: x32's registers are x86-64's."""
    return 64 if abi.bits == 64 or abi.name == 'x32' else 32


def library(abi: abis.Abi) -> tuple:
    """What libseccomp compares, whatever the call."""
    return (abi.bits,) * ARGUMENTS


def _bits(argument: str) -> int:
    text, _, narrowed = argument.partition(':')
    kind = text.rpartition(' ')[0].strip()
    if '*' not in kind:
        kind = kind.removeprefix('const ')
    if narrowed:
        return int(narrowed)
    if kind in SHORT:
        return 16
    return 64 if '*' in kind or kind in LONG else 32


@functools.lru_cache(maxsize=None)
def _signatures() -> dict:
    """(name, column or 'all') to [(argument, width)]."""
    found = {}
    for line in TABLE.read_text(encoding='ascii').splitlines():
        if line.startswith('#'):
            continue
        name, columns, text = line.split(' ', 2)
        arguments = [] if text == 'void' else text.split(', ')
        for column in columns.split(','):
            found[name, column] = [(argument.partition(':')[0].rpartition(' ')[2], _bits(argument))
                                   for argument in arguments]
    return found


def _signature(abi: abis.Abi, name: str) -> list:
    signatures = _signatures()
    return signatures.get((name, COLUMNS.get(abi.name, abi.name)), signatures.get((name, 'all'), []))


@functools.lru_cache(maxsize=None)
def of(abi: abis.Abi, name: str) -> tuple:
    """Six widths in bits; what is not known, or not an argument of the call, has the full one."""
    most, known = full(abi), _signature(abi, name)
    return tuple(min(bits, most) for _, bits in known) + (most,) * (ARGUMENTS - len(known))


@functools.lru_cache(maxsize=None)
def names(abi: abis.Abi, name: str) -> tuple:
    """Six names of arguments; those that are not known are args[0] to args[5]."""
    known = tuple(word for word, _ in _signature(abi, name))
    return known + tuple(f'args[{index}]' for index in range(len(known), ARGUMENTS))
