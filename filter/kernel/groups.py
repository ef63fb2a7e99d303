#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes filter/kernel/groups.tab: systemd's sets of system calls (systemd.exec(5), SystemCallFilter=), sets within sets
resolved.

A developer's tool, run by hand when the sets change; the build does not need it. Which calls a set has is a fact of
systemd, read from what it prints:

    systemd-analyze syscall-filter | filter/kernel/groups.py "$(systemd-analyze --version | head -n 1)" >/tmp/groups.tab &&
        mv /tmp/groups.tab filter/
"""
import re
import sys
import textwrap

WIDTH = 110


def read_sets(lines):
    """Name of a set to its members, which may be sets; in the order that is printed."""
    sets, members = {}, None
    for line in lines:
        line = line.rstrip("\n")
        if line.startswith("#"):
            break  # what is in no set
        word = line.strip()
        if not word or word.startswith("#"):
            continue
        if not re.fullmatch(r"@?[a-z0-9_-]+", word):
            sys.exit(f"neither a set nor a call: {word!r}")
        if line[0] == "@":
            if word in sets:
                sys.exit(f"{word} is there twice")
            members = sets[word] = []
        elif members is None:
            sys.exit(f"{word} is in no set")
        else:
            members.append(word)
    return sets


def resolved(sets, name, within=()):
    """The calls of a set, those of the sets in it included."""
    if name in within:
        sys.exit(f"{name} contains itself")
    calls = set()
    for word in sets[name]:
        calls |= resolved(sets, word, (*within, name)) if word[0] == "@" else {word}
    return calls


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sets = read_sets(sys.stdin)
    if not sets:
        sys.exit("no set on standard input")
    print("# SPDX-License-Identifier: Apache-2.0")
    print("# Sets of system calls by name, made by filter/kernel/groups.py, see there. A set, then its calls, sorted.")
    print(f"# Source: {sys.argv[1]}")
    for name in sorted(sets):
        print(name)
        text = " ".join(sorted(resolved(sets, name)))
        print(textwrap.fill(text, WIDTH, initial_indent="\t", subsequent_indent="\t", break_on_hyphens=False,
                            break_long_words=False))


if __name__ == "__main__":
    main()
