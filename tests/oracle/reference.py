# SPDX-License-Identifier: Apache-2.0
"""Filters as libseccomp itself builds them, through ctypes: a second check of the oracle.

Adds the rules as runc and crun do (a rule equal to the default and a name that libseccomp does not
know are skipped, conditions on one argument are rules of their own); knows nothing of the
project's program.
"""

import ctypes
import functools
import os
import tempfile

import abis
import bpf
from reading import OPERATORS, Refused, Resolved


class _Compare(ctypes.Structure):
    """struct scmp_arg_cmp."""
    _fields_ = [('arg', ctypes.c_uint), ('op', ctypes.c_int),
                ('datum_a', ctypes.c_uint64), ('datum_b', ctypes.c_uint64)]


@functools.lru_cache(maxsize=None)
def _library():
    library = abis.libseccomp()
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_release.argtypes = [ctypes.c_void_p]
    library.seccomp_arch_add.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
    library.seccomp_arch_remove.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
    library.seccomp_arch_native.restype = ctypes.c_uint32
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(_Compare)]
    library.seccomp_export_bpf.argtypes = [ctypes.c_void_p, ctypes.c_int]
    return library


def _checked(status):
    if status < 0:
        raise Refused(f'libseccomp: {os.strerror(-status)}')


def _set_architectures(context, names):
    library, tokens = _library(), [abis.ABIS[name].token for name in names]
    native = library.seccomp_arch_native()
    if native not in tokens:
        _checked(library.seccomp_arch_remove(context, native))
    for token in tokens:
        if token != native:
            _checked(library.seccomp_arch_add(context, token))


def _compares(rule):
    """One array, or one a condition where two look at the same argument."""
    found = [_Compare(c.index, OPERATORS.index(c.op) + 1, c.value, c.value_two)
             for c in rule.args]
    repeated = len({c.index for c in rule.args}) < len(rule.args)
    return [[compare] for compare in found] if repeated else [found]


def _add_rules(context, resolved):
    library, native = _library(), _library().seccomp_arch_native()
    for rule in resolved.rules:
        if rule.outcome == resolved.default:
            continue
        for name in rule.names:
            number = library.seccomp_syscall_resolve_name_arch(native, name.encode())
            if number == abis.UNKNOWN:
                continue
            for compares in _compares(rule):
                array = (_Compare * len(compares))(*compares)
                _checked(library.seccomp_rule_add_array(
                    context, bpf.raw(rule.outcome), number, len(compares), array))


def build(resolved: Resolved) -> bpf.Program:
    """libseccomp's filter for the rules; Refused where it refuses one."""
    context = _library().seccomp_init(bpf.raw(resolved.default))
    if not context:
        raise Refused('libseccomp: no context')
    try:
        _set_architectures(context, resolved.abis)
        _add_rules(context, resolved)
        with tempfile.TemporaryFile() as file:
            _checked(_library().seccomp_export_bpf(context, file.fileno()))
            file.seek(0)
            return bpf.Program(file.read(), abis.ABIS[resolved.abis[0]].little)
    finally:
        _library().seccomp_release(context)
