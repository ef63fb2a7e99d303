# SPDX-License-Identifier: Apache-2.0
"""What the checks of this folder share: the sources of a tree, their text without comments, and a list of offences."""

import os
import re
import sys

FLOORS = ('oci', 'filter', 'shim')

COMMENT_OR_LITERAL = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', re.DOTALL)


def tree_of_arguments():
    """The tree that the command line names, or the one that this file lies in."""
    return sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')


def find_files(root, folders, endings):
    """Paths below the root whose names end so, sorted. A folder may be a file."""
    found = []
    for folder in folders:
        top = os.path.join(root, folder)
        if os.path.isfile(top):
            found.append(folder)
        for place, _, names in os.walk(top):
            found += [os.path.relpath(os.path.join(place, name), root) for name in names if name.endswith(endings)]
    return sorted(found)


def read_text(root, path):
    with open(os.path.join(root, path), encoding='utf-8', errors='replace') as file:
        return file.read()


def strip_comments(text, literals=False):
    """The text of a C source with blanks for its comments, and for its literals too; lines and columns stay."""
    def blank(match):
        if not literals and match.group(0)[0] in '"\'':
            return match.group(0)
        return re.sub(r'[^\n]', ' ', match.group(0))
    return COMMENT_OR_LITERAL.sub(blank, text)


def line_of(text, offset):
    return text.count('\n', 0, offset) + 1


def finish(offences):
    """Prints the offences and ends the program with 1 if there are any."""
    for offence in offences:
        print(offence)
    sys.exit(1 if offences else 0)
