#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that what the tree refers to is in the tree.

- No numbered items, no numbered rows and no names of documents that are not part of it.
- A manual page of ours that is named with its section number is one of shim/man; a heading cited behind it in quotes is
  one that it has.
- A heading cited in quotes behind HACKING.md is one of its headings, or a list item that begins with it in bold.

Usage: references.py [TREE]
"""

import os
import re

from sources import find_files, finish, line_of, read_text, tree_of_arguments

READ = ('oci', 'filter', 'shim', 'tests', 'examples', 'build-aux/flags.m4', 'build-aux/packages.sh', '.ci', 'autogen.sh',
        'README.md', 'HACKING.md', 'SECURITY.md', 'CONTRIBUTING.md', 'NEWS', 'Makefile.am', 'configure.ac')

# The words are written so that this file does not hold them. F4 90 80 80 are bytes.
OUTSIDE = re.compile(r'(?<![\w\\%])(?<![0-9A-F]{2} )[SF][0-9]{1,2}(?!\w| [0-9A-F]{2}\b)|\b[Rr]ows? [0-9]{2,}|\b(?:CONTRAC[T]|DESIG[N]|SEMANTIC[S]|RELIABILIT[Y]'
                     r'|LAYOU[T]\.md|LANGUAG[E]\.md|STYL[E]\.md)\b|\b[Ii]ssue [0-9]+')
PAGE = re.compile(r'\b(seccomp-shim[a-z.-]*)\(([158])\)')
CHAIN = r' ?,\s+("[^"]+"(?:(?:,|,? and| or)\s+"[^"]+")*)'
CITATION = re.compile(r'\b(seccomp-shim[a-z.-]*)\(([158])\)' + CHAIN)
HACKING = re.compile(r'\bHACKING\.md' + CHAIN)


def plain_text(path, text):
    """The text as prose: without the leaders of comments and the macros of manual pages. Lines stay."""
    if path.endswith(('.1', '.5', '.8')):
        text = re.sub(r'\\f[BIRP]|\\&', '', text).replace('\\-', '-').replace('\\(dq', '"')
        text = re.sub(r'^\.Xr (\S+) ([158])', r'\1(\2)', text, flags=re.MULTILINE)
        text = re.sub(r'^\.[BI]R (\S+) \(([158])\)', r'\1(\2)', text, flags=re.MULTILINE)
        return re.sub(r'^\.(?:Dq|Qq) (.*?)( [.,])?$', r'"\1"\2', text, flags=re.MULTILINE)
    text = re.sub(r'^[ \t]*(?:\*|//|#|--)[ \t]+', '', text, flags=re.MULTILINE)
    text = re.sub(r'"[ \t]*\n[ \t]*"', '\n', text) if path.endswith(('.c', '.h')) else text
    return text.replace('\\"', '"')


def read_sections(root, page):
    """The headings of a manual page, in capitals: a section may be cited as it is written or as it is spoken."""
    found = re.findall(r'^\.S[HShs] +(.*)$', read_text(root, page), re.MULTILINE)
    return {re.sub(r'\\f[BIRP]|\\&|"', '', heading).replace('\\-', '-').strip().upper() for heading in found}


def read_headings(root, page):
    text = read_text(root, page)
    found = re.findall(r'^#+ +(.*)$', text, re.MULTILINE) + re.findall(r'^ *(?:[-*]|[0-9]+\.) +\*\*([^*]+)\*\*', text, re.MULTILINE)
    return {heading.strip().rstrip('.:').upper() for heading in found}


def check_citations(path, text, pages, headings):
    for match in PAGE.finditer(text):
        if match.groups() not in pages:
            yield f'{path}:{line_of(text, match.start())}: there is no {match.group(1)}({match.group(2)})'
    for pattern, sections_of in ((CITATION, lambda match: pages.get(match.groups()[:2])), (HACKING, lambda match: headings)):
        for match in pattern.finditer(text):
            known = sections_of(match)
            if known is None:
                continue
            for name in re.findall(r'"([^"]+)"', match.groups()[-1]):
                if ' '.join(name.split()).rstrip('.,').upper() not in known:
                    yield f'{path}:{line_of(text, match.start())}: no section "{" ".join(name.split())}" there'


def main():
    root = tree_of_arguments()
    pages = {}
    for page in find_files(root, ('shim/man',), ('.1', '.5', '.8')):
        name, number = os.path.basename(page).rsplit('.', 1)
        pages[name, number] = read_sections(root, page)
    headings = read_headings(root, 'HACKING.md')
    offences = []
    for path in find_files(root, READ, ''):
        text = read_text(root, path)
        if '/fuzz/seeds/' in path or '/__pycache__/' in path or '\0' in text:
            continue
        for match in OUTSIDE.finditer(text):
            offences.append(f'{path}:{line_of(text, match.start())}: "{match.group(0)}" refers to nothing that is in the tree')
        offences += check_citations(path, plain_text(path, text), pages, headings)
    finish(offences)


if __name__ == '__main__':
    main()
