# SPDX-License-Identifier: Apache-2.0
"""The corpus of hostile and odd input: one row a file.

A row's text carries the place that a finding must name: MARK stands before the byte (JSON's form)
or the token (everything else) that is wrong, and is taken out before the file is written.
"""

import collections
import json
import os
import random

MARK = '\N{SECTION SIGN}'

# text: str with at most one MARK, bytes, or a function that returns one of them; None: no file is made.
# outcome: REFUSED (check 2, run 125), WARNED (check 1, run executes), FINE (check 0, run executes),
# ACCEPTED (either: libseccomp may need longer than it is given), WARNED_REFUSED (check 1, run 125), FINE_REFUSED (check 0, run 125: what run does not do yet).
# message: a regular expression that the line of the finding has; '' where there need be none.
Row = collections.namedtuple('Row', 'title text outcome message errors config')

ACCEPTED = 'fine or warned'
REFUSED, WARNED, FINE, WARNED_REFUSED, FINE_REFUSED = 'refused', 'warned', 'fine', 'warned, refused', 'fine, refused'
ROWS = collections.defaultdict(list)


def row(group, title, text, outcome, message='', errors=1, config=False):
    ROWS[group].append(Row(title, text, outcome, message, errors, config))


def is_asan(program):
    """The address sanitizer wants more memory, and to be the first library."""
    with open(program, 'rb') as file:
        return b'__asan_init' in file.read()


# ---- texts


def profile(rules='{"names": ["acct"], "action": "SCMP_ACT_ERRNO"}', keys='', default='SCMP_ACT_ALLOW'):
    return f'{{\n "defaultAction": "{default}",{keys}\n "syscalls": [\n  {rules}\n ]\n}}\n'


def condition(members):
    return profile(f'{{"names": ["munlock"], "action": "SCMP_ACT_ERRNO", "args": [\n   {{{members}}}]}}')


def value(text):
    return condition(f'"index": 1, "op": "SCMP_CMP_EQ", "value": {MARK}{text}')


def config(section, process='', top='', linux=''):
    """A config.json of this process's own ids; section: the value of linux.seccomp, None for no such key."""
    seccomp = '' if section is None else f'"seccomp": {section}'
    return (f'{{\n "ociVersion": "1.0.2",{top}\n "process": {{"cwd": "/", "args": ["true"], '
            f'"env": ["PATH=/usr/bin:/bin"], "user": {{"uid": {os.getuid()}, "gid": {os.getgid()}}}{process}}},\n'
            f' "linux": {{{linux}\n  {seccomp}\n }}\n}}\n')


GOOD = profile()


def json_row(title, text, message='', **more):
    row('json', title, text, REFUSED, message, **more)


def key_row(title, text, message='', **more):
    row('keys', title, text, REFUSED, message, **more)


def number_row(title, text, message='', **more):
    row('numbers', title, text, REFUSED, message, **more)


def meaning_row(title, text, outcome, message='', **more):
    row('meaning', title, text, outcome, message, **more)


# ---- JSON's form

json_row('empty', f'{MARK}')
json_row('spaces only', f'  \n {MARK}')
json_row('byte order mark', b'\xef\xbb\xbf' + GOOD.encode(), 'byte order mark|BOM')
json_row('UTF-16', GOOD.encode('utf-16'), 'UTF-16|UTF-8')
json_row('trailing text', GOOD + f' {MARK}x')
json_row('two documents', GOOD + MARK + GOOD)
json_row('NUL behind', GOOD + f'{MARK}\0')
json_row('NUL in a string', f'{{\n "defaultAction": "SCMP_{MARK}\0ACT_ALLOW"}}')
json_row('\\u0000 in an action', f'{{\n "defaultAction": "SCMP_ACT_ALLOW{MARK}\\u0000"}}')
json_row('\\u0000 in a name', profile(f'{{"names": ["chmod{MARK}\\u0000x"], "action": "SCMP_ACT_ERRNO"}}'))
json_row('\\u0000 in a key', f'{{\n "defaultAction{MARK}\\u0000": "SCMP_ACT_ALLOW"}}')
json_row('comment', f'{{\n {MARK}/* c */ "defaultAction": "SCMP_ACT_ALLOW"}}')
json_row('comment to the end of the line', f'{{\n {MARK}// c\n "defaultAction": "SCMP_ACT_ALLOW"}}')
json_row('comma before }', f'{{\n "defaultAction": "SCMP_ACT_ALLOW"{MARK},}}')
json_row('comma before ]', f'{{\n "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{{}}{MARK},]}}')
json_row('single quotes', f"{{\n {MARK}'defaultAction': 'SCMP_ACT_ALLOW'}}")
json_row('control byte', f'{{\n "defaultAction": "SCMP_{MARK}\1ACT_ALLOW"}}')
json_row('line end in a string', f'{{\n "defaultAction": "SCMP_{MARK}\nACT_ALLOW"}}')
for title, octets in (('FF FE', b'\xff\xfe'), ('overlong', b'\xc0\xaf'), ('CESU-8', b'\xed\xa0\x80'),
                      ('beyond Unicode', b'\xf7\xbf\xbf\xbf'), ('cut sequence', b'\xc3')):
    json_row(title, b'{\n "default' + MARK.encode() + octets + b'": 1}', 'UTF-8')
json_row('high surrogate alone', f'{{\n "defaultAction": "{MARK}\\ud800"}}', 'surrogate')
json_row('low surrogate alone', f'{{\n "defaultAction": "{MARK}\\udc00"}}', 'surrogate')
json_row('surrogate and a letter', f'{{\n "defaultAction": "{MARK}\\ud800\\u0041"}}', 'surrogate')
json_row('short escape', f'{{\n "defaultAction": "{MARK}\\u12"}}')
json_row('unknown escape', f'{{\n "defaultAction": "{MARK}\\q"}}')
json_row('depth 65', '[' * 64 + MARK + '[' + ']' * 65, '64')
json_row('depth 64', MARK + '[' * 64 + ']' * 64, 'object')
row('json', 'CRLF', GOOD.replace('\n', '\r\n'), FINE)
json_row('scalar', f' {MARK}5', 'object')
json_row('string', f'\n{MARK}"SCMP_ACT_ALLOW"', 'object')
json_row('null', f'{MARK}null', 'object')
json_row('array', f'{MARK}[{GOOD}]', 'object')
# the class of CVE-2017-16516: a surrogate whose other half is cut off
json_row('surrogate, end', f'["\\ud800{MARK}')
json_row('surrogate, backslash', f'["{MARK}\\ud8bb\\"]')
json_row('surrogate, short half', f'["{MARK}\\ud8bb\\u12"]')
# the class of CVE-2023-33460: what was read before the fault must be freed (seen by the leak checker)
json_row('error deep inside', f'{{"a": [{{"b": ["c", {{"d": "e", {MARK}]}}]}}')
json_row('NaN', f'{{\n "defaultAction": {MARK}NaN}}')
json_row('Infinity', f'{{\n "defaultAction": {MARK}Infinity}}')
json_row('-Infinity', f'{{\n "defaultAction": {MARK}-Infinity}}')
json_row('True', f'{{\n "defaultAction": {MARK}True}}')

# ---- the big ones

MEGA = 1000000
LIMIT = 16 << 20


def big_row(title, text, outcome, message='', **more):
    row('big', title, text, outcome, message, **more)


big_row('depth 10^6, closed', lambda: '[' * 64 + MARK + '[' * (MEGA - 64) + ']' * MEGA, REFUSED, '64')
big_row('depth 10^6, open', lambda: '[' * 64 + MARK + '[' * (MEGA - 64), REFUSED, '64')
big_row('depth 10^6, objects', lambda: '{"a":' * 64 + MARK + '{"a":' * (MEGA - 64), REFUSED, '64')
big_row('a string of 20 MB', lambda: '{"defaultAction":"' + 'x' * 20 * MEGA + '"}', REFUSED, '16 MiB')
big_row('a string of 15 MB', lambda: f'{{"defaultAction":{MARK}"' + 'x' * 15 * MEGA + '"}', REFUSED, 'unknown action')
big_row('a key of 1 MB', lambda: f'{{"defaultAction":"SCMP_ACT_ALLOW",\n {MARK}"' + 'k' * MEGA + '":1}', REFUSED, 'unknown')
big_row('a key of 1 MB in a section', lambda: config(
    f'{{"defaultAction":"SCMP_ACT_ALLOW",\n {MARK}"' + 'k' * MEGA + '":1}'), REFUSED, 'unknown', config=True)
big_row('10^5 digits', lambda: value('1' * 100000), REFUSED, 'value')
big_row('10^6 empty objects', lambda: MARK + '[{}' + ',{}' * (MEGA - 1) + ']', REFUSED, 'object')
big_row('10^6 empty rules', lambda: profile('{}' + ',{}' * (MEGA - 1)), REFUSED, '', errors=None)
big_row('16 MiB', lambda: GOOD + ' ' * (LIMIT - len(GOOD)), FINE)
big_row('16 MiB and 1', lambda: GOOD + ' ' * (LIMIT - len(GOOD) + 1), REFUSED, 'is 16777217 bytes long .*16 MiB')
big_row('5 GiB, sparse', 'sparse', REFUSED, 'is 5368709120 bytes long .*16 MiB')
big_row('100,000 names', lambda: profile(
    '{"names": [' + ','.join(['"chmod"', '"chown"', '"mkdir"', '"mount"'] * 25000) + '], "action": "SCMP_ACT_ERRNO"}'), ACCEPTED)
big_row('100,000 rules', lambda: profile(
    ',\n'.join(['{"names": ["acct"], "action": "SCMP_ACT_ERRNO"}'] * 100000)), ACCEPTED)
big_row('100,001 rules', lambda: profile(
    ',\n'.join(['{"names": ["acct"], "action": "SCMP_ACT_ERRNO"}'] * 100001)), REFUSED, '100,?000')
big_row('a name of 257 bytes', lambda: profile(
    f'{{"names": [{MARK}"{"c" * 257}"], "action": "SCMP_ACT_ERRNO"}}'), REFUSED, '256')


def many_values(count):
    """Values so far apart that no two of them make a range."""
    return profile(',\n'.join(
        f'{{"names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [{{"index": 1, "value": {i * 7919 + 1}, "op": "SCMP_CMP_EQ"}}]}}'
        for i in range(count)))


big_row('more than 4,096 instructions', lambda: MARK + many_values(5000), REFUSED, '4,?096')
big_row('more than 65,535 instructions', lambda: MARK + many_values(70000), REFUSED, '')

# ---- keys and types

key_row('defaultAction twice', f'{{\n "defaultAction": "SCMP_ACT_ALLOW",\n {MARK}"defaultAction": "SCMP_ACT_KILL"}}', 'defaultAction')
key_row('syscalls twice', profile().rstrip()[:-1] + f', {MARK}"syscalls": []}}', 'syscalls')
key_row('errnoRet twice', profile(
    f'{{"names": ["acct"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1, {MARK}"errnoRet": 2}}'), 'errnoRet')
key_row('another case', f'{{\n {MARK}"defaultaction": "SCMP_ACT_ALLOW"}}', 'defaultAction', errors=None)
key_row('another case beside it', f'{{"defaultAction": "SCMP_ACT_ALLOW",\n {MARK}"DefaultAction": "SCMP_ACT_KILL"}}', 'defaultAction')
key_row('Seccomp in linux', config(None, linux=f' {MARK}"Seccomp": {{"defaultAction": "SCMP_ACT_ERRNO"}}'), 'seccomp', config=True, errors=None)
key_row('homoglyph', f'{{\n {MARK}"d\N{CYRILLIC SMALL LETTER IE}faultAction": "SCMP_ACT_ALLOW"}}', errors=None)
key_row('syscals', f'{{"defaultAction": "SCMP_ACT_ALLOW",\n {MARK}"syscals": []}}', 'syscals.*syscalls')
key_row('nams in a rule', profile(f'{{{MARK}"nams": ["chmod"], "action": "SCMP_ACT_ERRNO"}}'), 'nams.*names?', errors=None)
key_row('nams in a section', config(
    f'{{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [\n   {{{MARK}"nams": ["chmod"], "action": "SCMP_ACT_ERRNO"}}]}}'),
        'nams.*names', config=True, errors=None)
key_row('valuetwo in a condition', condition(
    f'"index": 1, "value": 1, {MARK}"valuetwo": 1, "op": "SCMP_CMP_MASKED_EQ"'), 'valuetwo.*valueTwo', errors=None)
key_row('seccomp {}', config(f'{MARK}{{}}'), 'defaultAction', config=True)
key_row('seccomp []', config(f'{MARK}[]'), 'object', config=True)
row('keys', 'seccomp null', config('null'), WARNED_REFUSED, 'no linux.seccomp', 1, True)
key_row('seccomp ""', config(f'{MARK}""'), 'object', config=True)
row('keys', 'no seccomp', config(None), WARNED_REFUSED, 'no linux.seccomp', 1, True)
key_row('seccomp at top level', config(None, top=f' {MARK}"seccomp": {{"defaultAction": "SCMP_ACT_ERRNO"}},'), 'seccomp', config=True)
key_row('seccomp in process', config(None, process=f', {MARK}"seccomp": {{"defaultAction": "SCMP_ACT_ERRNO"}}'), 'seccomp', config=True)
key_row('names a string', profile(f'{{"names": {MARK}"chmod", "action": "SCMP_ACT_ERRNO"}}'), 'names')
key_row('names []', profile(f'{{"names": {MARK}[], "action": "SCMP_ACT_ERRNO"}}'), 'names')
key_row('names [""]', profile(f'{{"names": ["chmod", {MARK}""], "action": "SCMP_ACT_ERRNO"}}'), 'empty')
key_row('names [null]', profile(f'{{"names": [{MARK}null], "action": "SCMP_ACT_ERRNO"}}'), 'names')
key_row('no names', profile(f'{MARK}{{"action": "SCMP_ACT_ERRNO"}}'), 'names')
key_row('no action', profile(f'{MARK}{{"names": ["acct"]}}'), 'action')
key_row('no defaultAction', f'{MARK}{{"syscalls": []}}', 'defaultAction')
key_row('name beside names', profile(f'{{"name": {MARK}"chmod", "names": ["chown"], "action": "SCMP_ACT_ERRNO"}}'), 'name')
for key, text in (('comment', '"c"'), ('includes', '{"caps": ["CAP_SYS_ADMIN"]}'), ('excludes', '{}'),
                  ('errno', '"EPERM"'), ('name', '"chmod"')):
    key_row(f'{key} in a section', config(
        f'{{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [\n   {{"names": ["acct"], "action": "SCMP_ACT_ERRNO", {MARK}"{key}": {text}}}]}}'),
            key, config=True, errors=None)
key_row('archMap in a section', config(
    f'{{"defaultAction": "SCMP_ACT_ALLOW",\n {MARK}"archMap": [{{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": []}}]}}'),
        'archMap', config=True)
key_row('defaultErrno in a section', config(
    f'{{"defaultAction": "SCMP_ACT_ERRNO", {MARK}"defaultErrno": "EPERM"}}'), 'defaultErrno', config=True)
key_row('archMap beside architectures', profile(keys=(
    '\n "architectures": ["SCMP_ARCH_X86_64"],\n "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": []}],')), 'archMap')
key_row('includes.kernel', profile(
    f'{{"names": ["acct"], "action": "SCMP_ACT_ERRNO", "includes": {{{MARK}"minKernell": "4.8"}}}}'), 'minKernell.*minKernel')
key_row('an unknown capability', profile(
    f'{{"names": ["acct"], "action": "SCMP_ACT_ERRNO", "includes": {{"caps": [{MARK}"CAP_SYS_ADMlN"]}}}}'), 'CAP_SYS_ADMlN.*CAP_SYS_ADMIN')
key_row('minKernel 4.x', profile(
    f'{{"names": ["acct"], "action": "SCMP_ACT_ERRNO", "includes": {{"minKernel": {MARK}"4.x"}}}}'), 'minKernel')
key_row('minKernel 4.8.1', profile(
    f'{{"names": ["acct"], "action": "SCMP_ACT_ERRNO", "includes": {{"minKernel": {MARK}"4.8.1"}}}}'), 'minKernel')
row('keys', 'null for arrays and objects', profile(
    '{"names": ["acct"], "action": "SCMP_ACT_ERRNO", "args": null, "includes": null, "excludes": null}',
    keys='\n "architectures": null, "archMap": null, "flags": null,'), FINE)

# ---- numbers

for title, text in (('2^53+1', 2**53 + 1), ('2^63', 2**63), ('2^64-1', 2**64 - 1)):
    row('numbers', f'value {title}', value(str(text)).replace(MARK, ''), FINE)
for text in (str(2**64), '-1', '-0', '1.0', '1e3', '4.294967295e9',
             '1e999', '"38"', 'true', '[]', '{}', 'null'):
    number_row(f'value {text}', value(text), 'value')
number_row('value 010', value('010'))
number_row('value 0x10', value('0x10'))
number_row('value +1', value('+1'))
for text in (6, 2**32, 2**32 + 1):
    number_row(f'index {text}', condition(f'"index": {MARK}{text}, "value": 1, "op": "SCMP_CMP_EQ"'), 'index')
for text in (0, 4095, 4096, 65574, -1):
    number_row(f'errnoRet {text}', profile(
        f'{{"names": ["acct"], "action": "SCMP_ACT_ERRNO", "errnoRet": {MARK}{text}}}'), 'errnoRet')
    number_row(f'defaultErrnoRet {text}', profile(
        '{"names": ["acct"], "action": "SCMP_ACT_ALLOW"}', f' "defaultErrnoRet": {MARK}{text},', 'SCMP_ACT_ERRNO'), 'defaultErrnoRet')
number_row('errnoRet with KILL', profile(
    f'{{"names": ["acct"], "action": "SCMP_ACT_KILL", "errnoRet": {MARK}1}}'), 'errnoRet')
number_row('defaultErrnoRet with ALLOW', profile(keys=f' "defaultErrnoRet": {MARK}1,'), 'defaultErrnoRet')
row('numbers', 'errnoRet 4094', profile('{"names": ["acct"], "action": "SCMP_ACT_ERRNO", "errnoRet": 4094}'), FINE)
number_row('valueTwo with EQ', condition(f'"index": 1, "value": 1, "valueTwo": {MARK}2, "op": "SCMP_CMP_EQ"'), 'valueTwo')
row('numbers', 'valueTwo 0 with EQ', condition('"index": 1, "value": 1, "valueTwo": 0, "op": "SCMP_CMP_EQ"'), FINE)
number_row('bits outside the mask', condition(f'"index": 1, "value": 4, "valueTwo": {MARK}6, "op": "SCMP_CMP_MASKED_EQ"'), 'valueTwo')
number_row('no value', condition('"index": 1, "op": "SCMP_CMP_EQ"').replace('{"index"', MARK + '{"index"'), 'value')
number_row('no op', condition('"index": 1, "value": 1').replace('{"index"', MARK + '{"index"'), 'op')
number_row('no index', condition('"value": 1, "op": "SCMP_CMP_EQ"').replace('{"value"', MARK + '{"value"'), 'index')

# ---- meaning

meaning_row('unknown action', profile(f'{{"names": ["acct"], "action": {MARK}"SCMP_ACT_ERNO"}}'), REFUSED, 'SCMP_ACT_ERNO.*SCMP_ACT_ERRNO')
meaning_row('an action in lower case', profile(f'{{"names": ["acct"], "action": {MARK}"scmp_act_errno"}}'), REFUSED, 'SCMP_ACT_ERRNO')
meaning_row('unknown operator', condition(f'"index": 1, "value": 1, "op": {MARK}"SCMP_CMP_EQQ"'), REFUSED, 'SCMP_CMP_EQQ.*SCMP_CMP_EQ')
meaning_row('unknown architecture', profile(keys=f'\n "architectures": [{MARK}"SCMP_ARCH_X86_46"],'), REFUSED, 'SCMP_ARCH_X86_46.*SCMP_ARCH_X86_64')
meaning_row('SCMP_ARCH_NATIVE', profile(keys=f'\n "architectures": [{MARK}"SCMP_ARCH_NATIVE"],'), REFUSED, 'SCMP_ARCH_NATIVE')
meaning_row('mixed byte orders', profile(keys='\n "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_S390X"],'), REFUSED, 'byte order')
meaning_row('an architecture twice', profile(keys='\n "architectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X86"],'), FINE)
meaning_row('x32 without x86_64', profile(keys='\n "architectures": ["SCMP_ARCH_X32"],'), FINE)
meaning_row('a foreign architecture only', profile(keys='\n "architectures": ["SCMP_ARCH_AARCH64"],'), FINE)
meaning_row('unknown flag', profile(keys=f'\n "flags": [{MARK}"SECCOMP_FILTER_FLAG_LOGS"],'), REFUSED, 'SECCOMP_FILTER_FLAG_LOGS.*SECCOMP_FILTER_FLAG_LOG')
meaning_row('WAIT_KILLABLE_RECV without NOTIFY', profile(keys=f'\n "flags": [{MARK}"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"],'), REFUSED, 'NOTIFY')

NOTIFY = '{"names": ["%s"], "action": "SCMP_ACT_NOTIFY"}'
LISTENER = f'\n "listenerPath": {MARK}"/run/listener",'
meaning_row('TSYNC with NOTIFY', profile(NOTIFY % 'chmod', LISTENER + ' "flags": ["SECCOMP_FILTER_FLAG_TSYNC"],'), FINE_REFUSED, 'cannot connect to the listener')
meaning_row('NOTIFY without listenerPath', profile(MARK + NOTIFY % 'chmod'), REFUSED, 'listenerPath')
meaning_row('NOTIFY as default', f'{{\n "defaultAction": {MARK}"SCMP_ACT_NOTIFY", "listenerPath": "/run/listener"}}', REFUSED, 'NOTIFY')
meaning_row('NOTIFY on write', profile(NOTIFY % 'write', LISTENER), FINE_REFUSED, 'cannot connect to the listener')
meaning_row('NOTIFY on sendmsg', profile(NOTIFY % 'sendmsg', LISTENER), FINE_REFUSED, 'cannot connect to the listener')
meaning_row('listenerPath of 108 bytes', profile(NOTIFY % 'chmod', f'\n "listenerPath": {MARK}"/{"l" * 107}",'), REFUSED, 'listenerPath')
meaning_row('listenerPath of 107 bytes', profile(NOTIFY % 'chmod', f'\n "listenerPath": {MARK}"/{"l" * 106}",'), FINE_REFUSED, 'cannot connect to the listener')
meaning_row('relative listenerPath', profile(NOTIFY % 'chmod', f'\n "listenerPath": {MARK}"run/l",'), REFUSED, 'absolute')
meaning_row('listenerPath without NOTIFY', profile(keys=LISTENER.replace(MARK, "")), FINE)
meaning_row('listenerMetadata without path', profile(keys=f'\n "listenerMetadata": {MARK}"m",'), REFUSED, 'listenerMetadata')

meaning_row('a typing error in a deny rule', profile(f'{{"names": ["chown", {MARK}"chmdo"], "action": "SCMP_ACT_ERRNO"}}'), REFUSED, 'chmdo.*chmod')


def default_with(name):
    path = os.path.join(os.path.dirname(__file__), '../../../examples/profiles/default.json')
    with open(path, encoding='utf-8') as file:
        document = json.load(file)
    rules = [f'  {json.dumps(rule)}' for rule in document.pop('syscalls')]
    rules.append(f'  {{"names": [{MARK}"{name}"], "action": "SCMP_ACT_ALLOW"}}')
    return json.dumps(document)[:-1] + ',\n "syscalls": [\n' + ',\n'.join(rules) + '\n]}\n'


meaning_row('a typing error in an allow rule', lambda: default_with('chmdo'), WARNED, 'chmdo')
meaning_row('upper case', profile(f'{{"names": [{MARK}"CHMOD"], "action": "SCMP_ACT_ERRNO"}}'), REFUSED, 'CHMOD.*chmod')
meaning_row('a call of other architectures', profile('{"names": ["mmap2", "sync_file_range2"], "action": "SCMP_ACT_ERRNO"}'), FINE)
meaning_row('a negative number', profile(f'{{"names": [{MARK}"-10053"], "action": "SCMP_ACT_ERRNO"}}'), REFUSED, '-10053')
meaning_row('ALLOW and KILL', profile(
    '{"names": ["acct"], "action": "SCMP_ACT_ALLOW"},\n  {"names": ["acct"], "action": "SCMP_ACT_KILL"}'), WARNED, 'acct')
meaning_row('ERRNO 38 and ERRNO 1', profile(
    '{"names": ["acct"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38},\n  {"names": ["acct"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}'),
            WARNED, 'acct')
meaning_row('a stricter conditional rule erased', profile(
    '{"names": ["kill"], "action": "SCMP_ACT_ERRNO"},\n  {"names": ["kill"], "action": "SCMP_ACT_KILL_PROCESS", '
    '"args": [{"index": 1, "value": 9, "op": "SCMP_CMP_EQ"}]}'), REFUSED, 'kill')
meaning_row('a rule equal to the default', profile(
    '{"names": ["mkdir"], "action": "SCMP_ACT_ALLOW"},\n  {"names": ["acct"], "action": "SCMP_ACT_ERRNO"}'), FINE)


def conditions(indexes, operators=('EQ',)):
    parts = ', '.join(f'{{"index": {index}, "value": {i + 100}, "op": "SCMP_CMP_{operators[i % len(operators)]}"}}'
                      for i, index in enumerate(indexes))
    return profile(f'{{"names": ["personality"], "action": "SCMP_ACT_ERRNO", "args": [{parts}]}}')


meaning_row('seven conditions', conditions([0] * 7), WARNED, 'argument 0')
meaning_row('one argument twice', conditions([0, 0], ['GE', 'LE']), WARNED, 'argument 0')
# Two outcomes that nothing meets, on a call that carries others: once a chain of rules that led to itself.
meaning_row('conditions that nothing meets, on a multiplexer', profile(
    '{"names": ["bind", "listen"], "action": "SCMP_ACT_ERRNO"},\n'
    '  {"names": ["socketcall"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5, "args": [{"index": 1, "op": "SCMP_CMP_LT", "value": 0}]},\n'
    '  {"names": ["socketcall"], "action": "SCMP_ACT_KILL", "args": [{"index": 2, "op": "SCMP_CMP_LT", "value": 0}]}',
    '\n "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],'), WARNED, 'no call of socketcall meets')
meaning_row('execve denied', profile(f'{{"names": [{MARK}"execve"], "action": "SCMP_ACT_ERRNO"}}'), WARNED_REFUSED, 'execve')
meaning_row('exit_group denied', profile(f'{{"names": [{MARK}"exit_group"], "action": "SCMP_ACT_ERRNO"}}'), WARNED, 'exit_group')
meaning_row('everything denied', f'{{\n "defaultAction": {MARK}"SCMP_ACT_KILL_PROCESS"}}', WARNED_REFUSED, 'execve')
meaning_row('ALLOW without rules', '{"defaultAction": "SCMP_ACT_ALLOW"}', WARNED, '')
meaning_row('EQ on an int (TIOCSTI)', profile(
    '{"names": ["ioctl"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 1, "value": 21522, "op": "SCMP_CMP_EQ"}]}'), WARNED)


def narrow(name, index, text, op='EQ', keys=''):
    return profile(f'{{"names": ["munlock", "{name}"], "action": "SCMP_ACT_ERRNO", "args": [\n   {MARK}{{"index": {index}, '
                   f'"op": "SCMP_CMP_{op}", "value": {text}}}]}}', keys)


OF_BITS = 'argument %s of %s on SCMP_ARCH_%s, of which the kernel uses %d bits'
X86 = '\n "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],'
for title, text, message in (
        ('an int: 2^32', narrow('socket', 0, 2**32), OF_BITS % ('domain', 'socket', 'X86_64', 32)),
        ('an int: below -2^31', narrow('socket', 0, 2**64 - 2**31 - 1), OF_BITS % ('domain', 'socket', 'X86_64', 32)),
        ('a mode: 2^16', narrow('chmod', 1, 2**16), OF_BITS % ('mode', 'chmod', 'X86_64', 16)),
        ('a mask that no int meets', narrow('socket', 0, 2**63 + 2**31, 'MASKED_EQ'), OF_BITS % ('domain', 'socket', 'X86_64', 32)),
        ('an old id', narrow('chown', 1, 2**16, keys=X86), OF_BITS % ('user', 'chown', 'X86', 16)),
        ("clone's flags", narrow('clone', 0, 2**32 + 17), OF_BITS % ('flags', 'clone', 'X86_64', 32))):
    meaning_row(title, text, REFUSED, message)
meaning_row('an address on i386', narrow('munlock', 0, 2**32, keys=X86), REFUSED,
            OF_BITS % ('start', 'munlock', 'X86', 32))
for title, text in (
        ('AT_FDCWD in 64 bits', narrow('mkdirat', 0, 2**64 - 100)),
        ('AT_FDCWD in 32 bits', narrow('mkdirat', 0, 2**32 - 100)),
        ('-1 of a mode', narrow('mknod', 1, 2**32 - 1)),
        ('a mask of all ones', narrow('socket', 0, 2**64 - 1, 'MASKED_EQ')),
        ('a whole address', narrow('munmap', 0, 2**63 + 1))):
    meaning_row(title, text.replace(MARK, ''), ACCEPTED)
meaning_row('socketcall on i386', profile(
    '{"names": ["socket"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 40, "op": "SCMP_CMP_EQ"}]}',
    '\n "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],'), WARNED, 'socketcall')

# Shapes that make a builder of filters work hard; whatever the answer, it comes, and it is one of ours


def random_shape(seed):
    dice = random.Random(seed)
    rules, bits = [], 32 + 32 * (seed >> 1 & 1)
    for _ in range(dice.randint(5, 40)):
        args = [{'index': index, 'value': dice.choice((dice.getrandbits(bits), dice.getrandbits(8), 2**32 - 1)),
                 'op': 'SCMP_CMP_' + dice.choice(('NE', 'LT', 'LE', 'EQ', 'GE', 'GT'))}
                for index in dice.sample(range(6), dice.randint(1, 6))]
        rules.append({'names': ['munlock', 'munlockall'][:dice.randint(1, 2)],
                      'action': dice.choice(('SCMP_ACT_ERRNO', 'SCMP_ACT_KILL', 'SCMP_ACT_LOG')), 'args': args})
    return json.dumps({'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': rules,
                       'architectures': ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X32'] + ['SCMP_ARCH_X86'] * (bits == 32)},
                      indent=1)


SHAPES = [(f'seed {seed}', lambda seed=seed: random_shape(seed)) for seed in range(12)]
