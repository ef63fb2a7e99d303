#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Applies the edits of `explain --json` and holds the result against diff: this call changes, and nothing else.

    edits.py SHIM PROFILE [CALL...]     without CALL: every system call of the profile's first ABI, and some with arguments

Prints one line for each edit that does not hold, then the counts; status 1 if there was one.
"""
import copy
import json
import os
import subprocess
import sys
import tempfile

OPTIONS = ["--arch", "x86_64", "--caps", "docker", "--kernel", "6.1", "--quiet"]
WITH_ARGUMENTS = [
    "socket(AF_VSOCK)", "socket(AF_UNIX)", "socket(AF_ALG, SOCK_SEQPACKET)", "socket(AF_INET, *, IPPROTO_ICMP)",
    "personality(PERSONALITY_QUERY)", "personality(PER_LINUX|ADDR_NO_RANDOMIZE)", "clone(CLONE_NEWUSER)", "clone(SIGCHLD)",
    "ioctl(*, TIOCSTI)", "ioctl(0, TIOCLINUX)", "ioctl(*, TCGETS)", "openat(AT_FDCWD)", "chmod(*, 04755)", "kill(1, SIGKILL)",
    "clone3(*, 64)", "prctl(PR_SET_NO_NEW_PRIVS, 1)", "bpf(BPF_PROG_LOAD)", "keyctl(KEYCTL_READ)", "unshare(CLONE_NEWUSER)",
    "mount(*, *, *, MS_BIND)", "fchmodat2(*, *, 0777)", "x86:socketcall(SYS_SOCKET)", "x86:ipc(SEMOP)", "x86:socketcall", "x86:chmod",
    "x32:chmod", "x86:accept", "x86:semop",
]
MULTIPLEXED = {"socketcall", "ipc"}


def run(shim, *arguments):
    done = subprocess.run([shim, *arguments], capture_output=True, text=True, check=False)
    if not done.stdout:
        sys.exit(f"{arguments}: {done.stderr}")
    return json.loads(done.stdout)["result"]


def walk(document, pointer):
    """The parent of what a JSON pointer names, and the last key."""
    *path, last = pointer.split("/")[1:]
    for key in path:
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document, int(last) if isinstance(document, list) and last != "-" else last


def apply(document, patch):
    """RFC 6902, as far as edits use it."""
    document = copy.deepcopy(document)
    for operation in patch:
        parent, key = walk(document, operation["path"])
        if operation["op"] == "remove":
            del parent[key]
        elif operation["op"] == "replace":
            assert key in parent or isinstance(parent, list)
            parent[key] = operation["value"]
        elif operation["op"] == "add" and isinstance(parent, list):
            parent.insert(len(parent) if key == "-" else key, operation["value"])
        elif operation["op"] == "add":
            parent[key] = operation["value"]
        else:
            sys.exit(f"operation {operation}")
    return document


def wrong(shim, profile, document, call, scratch):
    """What does not hold for a call's edit; None if it does, "no edit" if there is none."""
    told = run(shim, "explain", "--json", *OPTIONS, profile, call)["calls"][0]
    edit = told["edit"]
    if edit is None:
        return "no edit"
    edited = os.path.join(scratch, "edited.json")
    with open(edited, "w", encoding="utf-8") as file:
        json.dump(apply(document, edit["patch"]), file)
    again = run(shim, "explain", "--json", *OPTIONS, edited, call)["calls"][0]
    if [one["outcome"] for one in again["outcomes"]] != [edit["outcome"]]:
        return f"is {again['outcomes']} then, not {edit['outcome']}"
    name = told["name"]
    differences = run(shim, "diff", "--json", *OPTIONS, profile, edited)["differences"]
    if not differences:
        return "nothing differs"
    for one in differences:
        head = one["text"].split(":")[0].split(" ", 1)[1]
        if head != name and one["text"] not in edit["alsoChanges"] and not (head in MULTIPLEXED and one["condition"]):
            return f"changes too: {one['text']}"
    return None


def main():
    shim, profile, *calls = sys.argv[1:]
    with open(profile, encoding="utf-8") as file:
        document = json.load(file)
    if not calls:
        abi = run(shim, "explain", "--json", *OPTIONS, profile)["abis"][0]
        calls = [call["name"] for call in abi["calls"]] + WITH_ARGUMENTS
    counts = {"held": 0, "no edit": 0, "wrong": 0}
    with tempfile.TemporaryDirectory() as scratch:
        for call in calls:
            said = wrong(shim, profile, document, call, scratch)
            if said and said != "no edit":
                print(f"{profile}: {call}: {said}")
            elif said:
                print(f"{profile}: {call}: no edit")
            counts["held" if said is None else said if said in counts else "wrong"] += 1
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return counts["wrong"] > 0


if __name__ == "__main__":
    sys.exit(main())
