#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Swaps what has a name, as another user, until its parent ends it or is gone.

Usage: swapper.py UID NAME KIND...: the name becomes each in turn, by rename, so that it is always there.
KIND: file, fifo, link:TARGET or (a second name of TARGET) hard:TARGET.
"""

import os
import sys


def make(kind, name):
    word, _, target = kind.partition(':')
    if word == 'file':
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    elif word == 'fifo':
        os.mkfifo(name)
    elif word == 'link':
        os.symlink(target, name)
    elif word == 'hard':
        os.link(target, name)


def main():
    uid, name, kinds = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    parent = os.getppid()
    spare = f'{name}.next'
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    os.umask(0)
    while os.getppid() == parent:
        for kind in kinds:
            make(kind, spare)
            os.rename(spare, name)


main()
