#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the house style that clang-format does not know, and the names of static functions and structs.

- A pointer is tested as `if (p)` or `if (!p)`, never against NULL.
- CLEANUP(...) stands in front of a declaration.
- Includes: <config.h>, the file's own header, the system's, ours by path.
- A static function has a name of two words or more, and no other has the same; a struct's tag stands for one struct.

Usage: style.py [TREE]
"""

import re

from sources import FLOORS, find_files, finish, line_of, read_text, strip_comments, tree_of_arguments

NULL_TEST = re.compile(r'[!=]=\s*NULL\b|\bNULL\s*[!=]=')
LATE_CLEANUP = re.compile(r'^(?!#)[ \t]*\S.*?\bCLEANUP\(', re.MULTILINE)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
STATIC_FUNCTION = re.compile(
    r'^static (?:inline |__attribute__\(\([^\n]*?\)\) |[A-Z_]+(?:\([^()]*\))? )*[\w \t*]+?[ *]([a-z]\w*)\([^;{]*?\)\s*(?:\{|;)',
    re.MULTILINE)
STRUCT = re.compile(r'^(?:static (?:const )?)?struct (\w+)\s*\{', re.MULTILINE)


def check_code(path, code):
    for match in NULL_TEST.finditer(code):
        yield f'{path}:{line_of(code, match.start())}: a pointer is compared with NULL (write p or !p)'
    for match in LATE_CLEANUP.finditer(code):
        yield f'{path}:{line_of(code, match.end())}: CLEANUP does not stand in front of the declaration'


def check_includes(path, text, paths):
    """The own header of call.c is call.h; that of call_parse.c, which has none of its name, is one of its folder."""
    own = path[:-2] + '.h'
    last, before = -1, ''
    for match in INCLUDE.finditer(text):
        kind, name = match.groups()
        where = f'{path}:{line_of(text, match.start())}'
        if name.endswith('_tab.h'):
            continue
        if kind == '<':
            rank = 0 if name == 'config.h' else 2
        elif name == own or (own not in paths and last == 0 and name.rsplit('/', 1)[0] == path.rsplit('/', 1)[0]):
            rank = 1
        else:
            rank = 3
        if path.endswith('.c') and last == -1 and rank != 0:
            yield f'{where}: the first include of a source is <config.h>'
        elif path.endswith('.c') and last == 0 and own in paths and rank != 1:
            yield f'{where}: the second include of a source is its own header, {own}'
        elif rank < last:
            yield f'{where}: {name} comes too late (<config.h>, own header, system headers, our headers)'
            return
        elif rank == 3 and last == 3 and name <= before:
            yield f'{where}: {name} is not in its place by the alphabet'
        last, before = rank, name


def check_names(codes):
    functions, structs = {}, {}
    for path, code in codes.items():
        for match in STATIC_FUNCTION.finditer(code):
            functions.setdefault(match.group(1), {}).setdefault(path, line_of(code, match.start()))
        for match in STRUCT.finditer(code):
            structs.setdefault(match.group(1), {}).setdefault(path, line_of(code, match.start()))
    for name, places in sorted(functions.items()):
        for path, line in sorted(places.items()):
            if '_' not in name and name != 'main':
                yield f'{path}:{line}: static function {name}: a name of one word'
            elif len(places) > 1:
                yield f'{path}:{line}: static function {name}: another file has one of that name'
    for name, places in sorted(structs.items()):
        if len(places) > 1:
            for path, line in sorted(places.items()):
                yield f'{path}:{line}: struct {name}: another file has one of that tag'


def main():
    root = tree_of_arguments()
    paths = find_files(root, (*FLOORS, 'tests'), ('.c', '.h'))
    offences = []
    codes = {}
    for path in paths:
        text = read_text(root, path)
        code = strip_comments(text)
        offences += check_code(path, strip_comments(text, literals=True))
        if path.startswith('tests/'):
            continue
        offences += check_includes(path, text, paths)
        codes[path] = code
    finish([*offences, *check_names(codes)])


if __name__ == '__main__':
    main()
