#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes filter/kernel/syscalls.tab: every system call of every ABI, without those of filter/kernel/newer.tab.

A developer's tool, run by hand when a kernel release renumbers or removes something; the build does not
need it. New calls are simply added to newer.tab. Facts come from the kernel's own headers as Debian packages
them, from the libseccomp that is installed, and from LATER below; where two sources differ it stops.

    mkdir /tmp/headers && cd /tmp/headers
    apt-get download linux-libc-dev $(printf 'linux-libc-dev-%s-cross ' armhf arm64 mips mips64 \\
        mipsn32 powerpc ppc64 s390x hppa riscv64 m68k sh4)
    for deb in *.deb; do dpkg-deb -x "$deb" "${deb%%_*}"; done
    cd - && filter/kernel/syscalls.py /tmp/headers >/tmp/syscalls.tab && mv /tmp/syscalls.tab filter/
"""
import ctypes
import glob
import os
import re
import subprocess
import sys

X32_BIT = 1 << 30
ARM_PRIVATE = 0xF0000

# column: (Debian's name for the architecture, header, macros, base). mipsel* and ppc64le and sheb have the numbers
# of mips*, ppc64 and sh. arm is EABI: the old ABI's own calls (time, alarm, ...) come by another trap. loongarch64 is
# the generic list; Debian 12 has no headers of it, so any 64-bit architecture's do.
COLUMNS = {
    "x86": ("", "unistd_32.h", [], 0),
    "x86_64": ("", "unistd_64.h", [], 0),
    "x32": ("", "unistd_x32.h", [f"__X32_SYSCALL_BIT={X32_BIT}"], X32_BIT),
    "arm": ("armhf", "unistd.h", ["__ARM_EABI__"], 0),
    "aarch64": ("arm64", "unistd.h", ["__BITS_PER_LONG=64"], 0),
    "mips": ("mips", "unistd_o32.h", ["__NR_Linux=4000"], 4000),
    "mips64": ("mips64", "unistd_n64.h", ["__NR_Linux=5000"], 5000),
    "mips64n32": ("mipsn32", "unistd_n32.h", ["__NR_Linux=6000"], 6000),
    "ppc": ("powerpc", "unistd_32.h", [], 0),
    "ppc64": ("ppc64", "unistd_64.h", [], 0),
    "s390": ("s390x", "unistd_32.h", [], 0),
    "s390x": ("s390x", "unistd_64.h", [], 0),
    "parisc": ("hppa", "unistd_32.h", [], 0),
    "parisc64": ("hppa", "unistd_64.h", [], 0),
    "riscv64": ("riscv64", "unistd.h", ["__LP64__", "__SIZEOF_POINTER__=8"], 0),
    "loongarch64": ("riscv64", "../asm-generic/unistd.h", ["__SIZEOF_POINTER__=8", "__ARCH_WANT_SYS_CLONE3"], 0),
    "m68k": ("m68k", "unistd_32.h", [], 0),
    "sh": ("sh4", "unistd_32.h", [], 0),
}

# Given to names of old by kernels later than the headers.
LATER = {
    "loongarch64": {"newfstatat": 79, "fstat": 80},  # 6.11: scripts/syscall.tbl, ABI 64
    "sh": {"sync_file_range2": 388},  # 6.10: arch/sh/kernel/syscalls/syscall.tbl
}

# Numbers with two names. Any other pair is a mistake: macros that made a header choose the wrong list.
TWO_NAMES = {("arm", 341): {"arm_sync_file_range", "sync_file_range2"}}

# Names of the headers that are no calls.
NO_CALL = re.compile(
    r"Linux|BASE|MASK|SYSCALL_.*|OABI_SYSCALL_BASE|syscalls|arch_specific_syscall|(reserved|unused)\d+"
)


def include_folders(headers, package):
    if not package:
        root = f"{headers}/linux-libc-dev/usr/include"
        return [f"{root}/x86_64-linux-gnu", root]
    return glob.glob(f"{headers}/linux-libc-dev-{package}-cross/usr/*/include")


def from_headers(headers, column):
    """The calls of a column, name to number without the base."""
    package, header, macros, base = COLUMNS[column]
    folders = include_folders(headers, package)
    command = ["gcc", "-undef", "-nostdinc", "-E", "-dM"]
    command += [f"-D{macro}" for macro in macros] + [f"-I{folder}" for folder in folders]
    text = subprocess.run(command + [f"{folders[0]}/asm/{header}"], check=True, capture_output=True, text=True).stdout
    defined = dict(re.findall(r"^#define (\w+) (.*)$", text, re.M))
    calls = {}
    for macro, value in defined.items():
        name = re.sub(r"^__(ARM_)?NR_", "", macro)
        if name == macro or NO_CALL.fullmatch(name):
            continue
        while re.search(r"\b[A-Za-z_]", value):
            value = re.sub(r"\b[A-Za-z_]\w*", lambda word: f"({defined[word[0]]})", value)
        calls[name] = sum(int(part.strip(" ()"), 0) for part in value.split("+")) - base
    return calls


class Libseccomp:
    """What the installed library knows."""

    def __init__(self):
        self.library = ctypes.CDLL("libseccomp.so.2")
        self.library.seccomp_arch_resolve_name.restype = ctypes.c_uint32
        self.library.seccomp_syscall_resolve_num_arch.restype = ctypes.c_void_p
        self.free = ctypes.CDLL(None).free
        self.free.argtypes = [ctypes.c_void_p]

    def calls(self, column):
        token = self.library.seccomp_arch_resolve_name(column.encode())
        if not token:
            return {}
        base = COLUMNS[column][3]
        calls = {}
        for number in [*range(1024), *range(ARM_PRIVATE, ARM_PRIVATE + 64)]:
            name = self.name(token, number + base)
            if name:
                calls[name] = number
        return calls

    def name(self, token, number):
        pointer = self.library.seccomp_syscall_resolve_num_arch(ctypes.c_uint32(token), number)
        if not pointer:
            return None
        name = ctypes.string_at(pointer).decode()
        self.free(pointer)
        return name


def newer():
    """newer.tab: name to (number, columns)."""
    calls = {}
    with open(os.path.join(os.path.dirname(__file__), "newer.tab"), encoding="ascii") as table:
        for line in table:
            if not line.startswith("#"):
                name, number, _, *columns = line.split()
                calls[name] = (int(number), COLUMNS if columns == ["all"] else columns)
    return calls


def merge(column, *sources):
    """One dictionary of several; two numbers for one name end the program."""
    calls = {}
    for source in sources:
        for name, number in source.items():
            if calls.setdefault(name, number) != number:
                sys.exit(f"{column}: {name} is {calls[name]} and {number}")
    return calls


def leave_out(column, calls, recent):
    """The calls without those of newer.tab, which must agree with what headers and libseccomp say of them."""
    for name, (number, columns) in recent.items():
        if name in calls and (column not in columns or calls[name] != number):
            sys.exit(f"{column}: {name} is {calls[name]}, newer.tab says otherwise")
    return {name: number for name, number in calls.items() if name not in recent}


def expect_one_name(column, calls):
    """Ends the program if two names share a number and TWO_NAMES does not say so."""
    names = {}
    for name, number in calls.items():
        names.setdefault(number, set()).add(name)
    for number, shared in names.items():
        if len(shared) > 1 and TWO_NAMES.get((column, number)) != shared:
            sys.exit(f"{column}: {number} is {' and '.join(sorted(shared))}")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    library, recent, table = Libseccomp(), newer(), {}
    for column in COLUMNS:
        calls = merge(column, from_headers(sys.argv[1], column), library.calls(column), LATER.get(column, {}))
        expect_one_name(column, calls)
        table[column] = leave_out(column, calls, recent)
    names = sorted(set().union(*table.values()))
    width = max(map(len, names))
    print("# SPDX-License-Identifier: Apache-2.0")
    print("# System calls up to Linux 5.8 by name; the newer ones are in newer.tab. Made by filter/kernel/syscalls.py, see there.")
    print("# Numbers are without the ABI's base (mips 4000, mips64 5000, mips64n32 6000, x32 2^30); '-' is absent. mipsel*,")
    print("# ppc64le and sheb have the numbers of mips*, ppc64 and sh. Where two names share a number, the first is its name.")
    print(" ".join(["name".ljust(width), *(column.rjust(6) for column in COLUMNS)]))
    for name in names:
        cells = [str(table[column].get(name, "-")).rjust(max(6, len(column))) for column in COLUMNS]
        print(" ".join([name.ljust(width), *cells]))


main()
