# SPDX-License-Identifier: Apache-2.0
"""Reads a profile (Docker's or containers/common's format, an OCI section, a config.json) and
resolves it for a target as moby does. A refusal begins with the section of seccomp-shim-profile(5)
that it follows from.

Promises plain rules in file order.  A document that must not be accepted raises Refused.
"""

import errno as errno_names
import json
import platform
from typing import NamedTuple, Optional

import abis

U32 = 0xffffffff
U64 = 0xffffffffffffffff

# From strictest to laxest, the kernel's precedence.
SEVERITY = {action: rank for rank, action in enumerate(
    ('KILL_PROCESS', 'KILL_THREAD', 'TRAP', 'ERRNO', 'NOTIFY', 'TRACE', 'LOG', 'ALLOW'))}
WITH_ERRNO = ('ERRNO', 'TRACE')
OPERATORS = ('NE', 'LT', 'LE', 'EQ', 'GE', 'GT', 'MASKED_EQ')
FLAGS = ('TSYNC', 'LOG', 'SPEC_ALLOW', 'WAIT_KILLABLE_RECV')

# linux/capability.h, by number.
CAPABILITY_NAMES = tuple('CAP_' + name for name in (
    'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE '
    'NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO '
    'SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME '
    'SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG '
    'WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE').split())
CAPABILITIES = frozenset(CAPABILITY_NAMES)
DOCKER_CAPABILITIES = frozenset('CAP_' + name for name in (
    'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP '
    'NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE').split())


class Refused(Exception):
    """The profile is an error by one of the S items (named first in the text)."""


class Outcome(NamedTuple):
    action: str
    data: int = 0

    def __str__(self):
        if self.action == 'ERRNO':
            return f'ERRNO({errno_names.errorcode.get(self.data, self.data)})'
        return f'TRACE({self.data})' if self.action == 'TRACE' else self.action

    @property
    def rank(self):
        return SEVERITY[self.action]


class Condition(NamedTuple):
    index: int
    op: str
    value: int
    value_two: int


class Rule(NamedTuple):
    position: int
    names: tuple
    outcome: Outcome
    args: tuple          # of Condition; empty: unconditional


class Target(NamedTuple):
    native: abis.Abi
    caps: Optional[frozenset]      # None: from config.json's bounding set, else empty
    kernel: tuple


class Resolved(NamedTuple):
    target: Target
    default: Outcome
    abis: tuple          # names; the native one first
    rules: tuple


def make_target(arch=None, caps=None, kernel=None) -> Target:
    try:
        native = abis.by_any_name(arch or platform.machine())
    except KeyError:
        raise Refused(f'unknown architecture {arch}') from None
    words = (kernel or platform.release()).split('-')[0].split('.')
    return Target(native, parse_caps(caps), (int(words[0]), int(words[1])))


def own_caps() -> frozenset:
    """What a command of this process will hold after exec with no_new_privs (capabilities(7))."""
    with open('/proc/self/status', encoding='ascii') as file:
        fields = dict(line.split(':\t') for line in file if ':\t' in line)
    words = ('CapBnd', 'CapInh') if fields['Uid'].split()[1] == '0' else ('CapAmb',)
    bits = [int(fields[word], 16) for word in words]
    return frozenset(name for number, name in enumerate(CAPABILITY_NAMES)
                     if any(word >> number & 1 for word in bits))


def parse_caps(text: Optional[str]) -> Optional[frozenset]:
    if text == 'own':
        return own_caps()
    sets = {None: None, 'all': CAPABILITIES, 'none': frozenset(), 'docker': DOCKER_CAPABILITIES}
    if text in sets:
        return sets[text]
    found = set()
    for word in text.upper().split(','):
        found |= DOCKER_CAPABILITIES if word == 'DOCKER' else {'CAP_' + word.removeprefix('CAP_')}
    _known_caps(found)
    return frozenset(found)


def _known_caps(caps):
    for cap in caps:
        if cap not in CAPABILITIES:
            raise Refused(f"Docker's keys: unknown capability {cap}")


# Documents

def _unique(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Refused('Syntax: duplicate key')
    return result


def _no_number(text):
    raise Refused(f'Numbers: {text} is not an integer')


def parse_json(text: bytes):
    try:
        return json.loads(text.decode('utf-8'), object_pairs_hook=_unique,
                          parse_constant=_no_number)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Refused(f'Syntax: {error}') from None


def section_of(document, target: Target):
    """The seccomp section, whether it lies in a config.json, and the target with its caps."""
    if not isinstance(document, dict):
        raise Refused('Syntax: not an object')
    in_config = any(key in document for key in ('ociVersion', 'process', 'linux'))
    section, caps = document, target.caps
    if in_config:
        section = (document.get('linux') or {}).get('seccomp')
        if section is None:
            raise Refused('No profile: config.json without a seccomp section')
        if caps is None:
            process = document.get('process') or {}
            caps = frozenset((process.get('capabilities') or {}).get('bounding') or ())
            _known_caps(caps)
    return section, in_config, target._replace(caps=caps or frozenset())


class _Keys:
    """Looks at one object of the document: no unknown keys, types as they must be."""

    def __init__(self, value, where, known):
        if not isinstance(value, dict):
            raise Refused(f'Syntax: {where} is not an object')
        for key in value:
            if key not in known:
                raise Refused(f'Syntax: unknown key {key} in {where}')
        self.value, self.where = value, where

    def get(self, key, kind, default):
        found = self.value.get(key)
        if found is None:
            return default
        if not isinstance(found, kind) or isinstance(found, bool):
            raise Refused(f'Numbers: {key} in {self.where} is not {kind.__name__}')
        return found

    def integer(self, key, highest):
        found = self.get(key, int, None)
        if found is not None and not 0 <= found <= highest:
            raise Refused(f'Numbers: {key} in {self.where} is out of range')
        return found

    def strings(self, key):
        found = self.get(key, list, [])
        if not all(isinstance(word, str) for word in found):
            raise Refused(f'Syntax: {key} in {self.where} is not a list of strings')
        return found


def _word(text, prefix, words, item):
    word = (text or '').removeprefix(prefix)
    if not text or not text.startswith(prefix) or word not in words:
        raise Refused(f'{item}: {text!r}')
    return word


def _outcome(keys: _Keys, action_key, number_key, name_key) -> Outcome:
    text = keys.get(action_key, str, None)
    action = _word(text, 'SCMP_ACT_', (*SEVERITY, 'KILL'), f'Actions and operators: {action_key}')
    action = 'KILL_THREAD' if action == 'KILL' else action
    number, name = keys.integer(number_key, U32), keys.get(name_key, str, '')
    if name:
        number = int(name) if name.isdecimal() else getattr(errno_names, name, None)
        if number is None or not name.isdecimal() and not name.startswith('E'):
            raise Refused(f'Error numbers: {name_key} {name}')
    if action not in WITH_ERRNO:
        if number is not None:
            raise Refused(f'Error numbers: {number_key} with {action}')
        return Outcome(action)
    if number is not None and not 1 <= number <= 4094:
        raise Refused(f'Error numbers: {number_key} {number}')
    return Outcome(action, errno_names.EPERM if number is None else number)


def _condition(value) -> Condition:
    keys = _Keys(value, 'args', ('index', 'value', 'valueTwo', 'op'))
    op = _word(keys.get('op', str, None), 'SCMP_CMP_', OPERATORS, 'Actions and operators: op')
    index = keys.integer('index', U32)
    if index is None or index > 5:
        raise Refused(f'Names: index {index}')
    # `value` left out: the specification does not require it, Go reads 0.
    condition = Condition(index, op, keys.integer('value', U64) or 0,
                          keys.integer('valueTwo', U64) or 0)
    if op == 'MASKED_EQ' and condition.value_two & ~condition.value:
        raise Refused('Actions and operators: datum outside the mask')
    if op != 'MASKED_EQ' and condition.value_two:
        raise Refused('Actions and operators: valueTwo without MASKED_EQ')
    return condition


# Resolving

def _kernel(text) -> tuple:
    """moby: major.minor, each 0 to 255; the empty string parses as 0.0 and so always holds."""
    if text == '':
        return (0, 0)
    words = text.split('.')
    if len(words) != 2 or not all(w.isdecimal() and int(w) <= 255 for w in words) or \
            not any(map(int, words)):
        raise Refused(f"Docker's keys: minKernel {text}")
    return (int(words[0]), int(words[1]))


def _filter(keys: _Keys, key, target: Target) -> list:
    """The truth of each condition of includes or excludes; a list of arches is one condition."""
    value = keys.get(key, dict, None)
    if value is None:
        return []
    inner = _Keys(value, key, ('arches', 'caps', 'minKernel'))
    arches, caps = inner.strings('arches'), inner.strings('caps')
    _known_caps(caps)
    kernel = inner.get('minKernel', str, None)
    arch = [target.native.docker in arches] if arches else []
    newer = [] if kernel is None else [target.kernel >= _kernel(kernel)]
    return arch + newer + [cap in target.caps for cap in caps]


_RULE = ('names', 'action', 'errnoRet', 'args')
_DOCKER_RULE = _RULE + ('name', 'comment', 'includes', 'excludes', 'errno')
_SECTION = ('defaultAction', 'defaultErrnoRet', 'architectures', 'flags', 'listenerPath',
            'listenerMetadata', 'syscalls')
_DOCKER_SECTION = _SECTION + ('archMap', 'defaultErrno')


def _rule(position, value, in_config, target) -> Optional[Rule]:
    keys = _Keys(value, 'syscalls', _RULE if in_config else _DOCKER_RULE)
    names, name = keys.strings('names'), keys.get('name', str, '')
    if bool(names) == bool(name) or '' in names:
        raise Refused('Names: names')
    rule = Rule(position, tuple(names or [name]),
                _outcome(keys, 'action', 'errnoRet', 'errno'),
                tuple(_condition(arg) for arg in keys.get('args', list, [])))
    excludes, includes = _filter(keys, 'excludes', target), _filter(keys, 'includes', target)
    if any(excludes) or not all(includes):
        return None
    return rule


def _architectures(keys: _Keys, target: Target) -> tuple:
    listed, table = keys.strings('architectures'), keys.get('archMap', list, [])
    if listed and table:
        raise Refused("Docker's keys: architectures beside archMap")
    for entry in table:
        entry = _Keys(entry, 'archMap', ('architecture', 'subArchitectures'))
        arch, more = entry.get('architecture', str, ''), entry.strings('subArchitectures')
        if not listed and _arch(arch) == target.native.name:
            listed = [arch] + more
    found = tuple(dict.fromkeys([target.native.name] + [_arch(word) for word in listed]))
    if len({abis.ABIS[name].little for name in found}) > 1:
        raise Refused('Actions and operators: architectures of both byte orders')
    return found


def _arch(word):
    return _word(word, 'SCMP_ARCH_', [name.upper() for name in abis.ABIS],
                 'Actions and operators: architecture').lower()


def _known_names(rule: Rule, default: Outcome, ignore_unknown) -> Rule:
    """An unknown name is dropped where its rule is laxer than the default."""
    unknown = [name for name in rule.names if not abis.known(name)]
    if unknown and rule.outcome.rank <= default.rank and not ignore_unknown:
        raise Refused(f'Unknown names: unknown name {unknown[0]}')
    return rule._replace(names=tuple(name for name in rule.names if name not in unknown))


def resolve(text: bytes, target: Target, ignore_unknown=False) -> Resolved:
    section, in_config, target = section_of(parse_json(text), target)
    keys = _Keys(section, 'the profile', _SECTION if in_config else _DOCKER_SECTION)
    default = _outcome(keys, 'defaultAction', 'defaultErrnoRet', 'defaultErrno')
    if default.action == 'NOTIFY':
        raise Refused('Notification: NOTIFY as default')
    for flag in keys.strings('flags'):
        _word(flag, 'SECCOMP_FILTER_FLAG_', FLAGS, 'Actions and operators: flag')
    rules = [_rule(position, value, in_config, target)
             for position, value in enumerate(keys.get('syscalls', list, []))]
    rules = tuple(_known_names(rule, default, ignore_unknown) for rule in rules if rule)
    return Resolved(target, default, _architectures(keys, target), rules)
