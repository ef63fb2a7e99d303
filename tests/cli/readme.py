#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the transcripts of a README in the current folder and compares what they print.

Transcripts are the blocks fenced as ```console: a line with `$ ` is a command, the lines after it are its output, standard
error included. Commands that begin with the word SKIP are not run; with --only WORD no others are.

Usage: readme.py README --skip SKIP | --only WORD
"""
import re
import subprocess
import sys


def read_transcripts(text):
    """Yields (command, output)."""
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.M | re.S):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def main():
    path, option, word = sys.argv[1:]
    count = wrong = 0
    with open(path, encoding="utf-8") as readme:
        transcripts = list(read_transcripts(readme.read()))
    for command, output in transcripts:
        if (command.split()[0] == word) != (option == "--only"):
            continue
        count += 1
        done = subprocess.run(["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        if done.stdout != output:
            wrong += 1
            print(f"$ {command}\nexpected:\n{output}got:\n{done.stdout}")
    print(f"{count} commands")
    sys.exit(1 if wrong or count == 0 else 0)


main()
