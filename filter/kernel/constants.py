#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes filter/kernel/constants.tab: the values of the constants that filter/kernel/constants.list names, for every ABI.

A developer's tool, run by hand; the build does not need it. Values come from the kernel's own headers as Debian
packages them, compiled for each architecture's macros and word size (a value may hold the size of a type), and from
the C library's for what the kernel keeps to itself (AF_*, MSG_*).

    mkdir /tmp/headers && cd /tmp/headers
    apt-get download linux-libc-dev $(printf 'linux-libc-dev-%s-cross ' armhf arm64 mips mips64 \\
        mipsn32 powerpc ppc64 s390x hppa riscv64 m68k sh4)
    for deb in *.deb; do dpkg-deb -x "$deb" "${deb%%_*}"; done
    cd - && filter/kernel/constants.py /tmp/headers >/tmp/constants.tab && mv /tmp/constants.tab filter/
"""
import concurrent.futures
import fnmatch
import glob
import os
import re
import subprocess
import sys
import tempfile

# The columns of syscalls.tab: (Debian's name for the architecture, word size, macros). loongarch64 has the generic
# values; Debian 12 has no headers of it, so riscv64's do.
MIPS = ["__mips__", "__mips=64", "_ABIO32=1", "_ABIN32=2", "_ABI64=3", "_MIPS_SIM_ABI32=1", "_MIPS_SIM_NABI32=2", "_MIPS_SIM_ABI64=3"]
COLUMNS = {
    "x86": ("", "-m32", None),
    "x86_64": ("", "-m64", None),
    "x32": ("", "-mx32", None),
    "arm": ("armhf", "-m32", ["__arm__", "__ARM_EABI__"]),
    "aarch64": ("arm64", "-m64", ["__aarch64__"]),
    "mips": ("mips", "-m32", MIPS + ["_MIPS_SIM=1", "_MIPS_SZLONG=32", "__MIPSEB__"]),
    "mips64": ("mips64", "-m64", MIPS + ["_MIPS_SIM=3", "_MIPS_SZLONG=64", "__MIPSEB__"]),
    "mips64n32": ("mipsn32", "-m32", MIPS + ["_MIPS_SIM=2", "_MIPS_SZLONG=32", "__MIPSEB__"]),
    "ppc": ("powerpc", "-m32", ["__powerpc__", "__BIG_ENDIAN__"]),
    "ppc64": ("ppc64", "-m64", ["__powerpc__", "__powerpc64__", "__BIG_ENDIAN__"]),
    "s390": ("s390x", "-m32", ["__s390__"]),
    "s390x": ("s390x", "-m64", ["__s390__", "__s390x__"]),
    "parisc": ("hppa", "-m32", ["__hppa__"]),
    "parisc64": ("hppa", "-m64", ["__hppa__", "__hppa64__"]),
    "riscv64": ("riscv64", "-m64", ["__riscv", "__riscv_xlen=64"]),
    "loongarch64": ("riscv64", "-m64", ["__riscv", "__riscv_xlen=64"]),
    "m68k": ("m68k", "-m32", ["__m68k__"]),
    "sh": ("sh4", "-m32", ["__sh__", "__LITTLE_ENDIAN__"]),
}
HOST = "x86_64"

# Headers of the C library that headers of the kernel include outside the kernel: what these need of them.
STAND_INS = dict.fromkeys(["sys/ioctl.h", "sys/time.h", "sys/types.h", "netinet/in.h", "stddef.h", "stdint.h", "stdbool.h",
                           "string.h", "unistd.h", "errno.h", "time.h", "signal.h", "limits.h"], "")
STAND_INS["sys/time.h"] = "#include <linux/time.h>\n"
STAND_INS["sys/socket.h"] = "struct sockaddr { unsigned short sa_family; char sa_data[14]; };\n"
PRELUDE = """#include <linux/types.h>
#define offsetof(type, member) __builtin_offsetof(type, member)
typedef __u8 uint8_t; typedef __u16 uint16_t; typedef __u32 uint32_t; typedef __u64 uint64_t;
typedef __s8 int8_t; typedef __s16 int16_t; typedef __s32 int32_t; typedef __s64 int64_t;
typedef __SIZE_TYPE__ size_t; typedef __kernel_long_t time_t;
typedef __UINTPTR_TYPE__ uintptr_t;
"""


class Set:
    """One set of filter/kernel/constants.list."""

    def __init__(self, name, kind, mask, headers):
        self.name, self.kind, self.mask, self.headers = name, kind, mask, headers
        self.words = []


def read_list():
    """The sets, and the lines that say which argument uses which."""
    sets, uses = [], []
    with open(os.path.join(os.path.dirname(__file__), "constants.list"), encoding="ascii") as text:
        for line in text:
            if line.startswith("set "):
                name, kind, *rest = line.split()[1:]
                sets.append(Set(name, kind, rest[0] if rest else "-", rest[1:]))
            elif line.startswith("\t"):
                sets[-1].words += line.split()
            elif line.startswith("use "):
                *places, names = line.split()[1:]
                uses.append((places, names.split("+")))
            elif line.strip() and not line.startswith("#"):
                sys.exit(f"constants.list: {line}")
    return sets, uses


def include_folders(headers, package):
    if not package:
        root = f"{headers}/linux-libc-dev/usr/include"
        return [f"{root}/x86_64-linux-gnu", root]
    return glob.glob(f"{headers}/linux-libc-dev-{package}-cross/usr/*/include")


class Column:
    """A compiler for one ABI."""

    def __init__(self, headers, name, scratch):
        package, size, macros = COLUMNS[name]
        self.name = name
        self.known = {}
        self.folders = include_folders(headers, package)
        self.kernel = ["gcc", size, "-w", "-ffreestanding", "-nostdinc", "-fno-pie"]
        if macros is not None:
            self.kernel += ["-U__x86_64__", "-U__i386__", "-Ui386", "-Ulinux"] + [f"-D{macro}" for macro in macros]
        self.kernel += [f"-I{folder}" for folder in self.folders] + [f"-I{scratch}"]
        self.libc = ["gcc", size, "-w", "-D_GNU_SOURCE"]

    def compile(self, header, arguments, source):
        """(command's outcome) for a source that includes header."""
        if header.startswith("libc:"):
            command, include = self.libc, header.removeprefix("libc:")
            prelude = ""
        else:
            command, include, prelude = self.kernel, header, PRELUDE
        text = prelude + f"#include <{include}>\n#line 1\n" + source
        return subprocess.run(command + arguments + ["-xc", "-"], input=text, capture_output=True, text=True)

    def has(self, header):
        return header.startswith("libc:") or any(os.path.exists(f"{folder}/{header}") for folder in self.folders)

    def words(self, header):
        """Every word that the header, with all that it includes, defines: name to the macro's text, None for enums."""
        if header in self.known:
            return self.known[header]
        found = self.known[header] = {}
        for name, value in re.findall(r"^#define (\w+)(?: (.*))?$", self.compile(header, ["-E", "-dM"], "").stdout, re.M):
            found[name] = value or ""
        plain = self.compile(header, ["-E", "-P"], "").stdout
        for body in re.findall(r"\benum\b[^{};]*\{([^}]*)\}", plain):
            for name in re.findall(r"(?:^|,)\s*(\w+)", body):
                found.setdefault(name, None)
        return found

    def values(self, header, expressions):
        """Expression to its value; what is no constant has none."""
        left = list(expressions)
        while left:
            lines = [f'void f{i}(void) {{ long long v; __asm__ volatile("\\n=={i} %0 %1" :: '
                     f'"i"((int)((unsigned long long)(long long)({text}) >> 32)), "i"((int)(unsigned long long)({text}))); }}'
                     for i, text in enumerate(left)]
            done = self.compile(header, ["-S", "-o", "-"], "\n".join(lines) + "\n")
            if done.returncode == 0:
                found = re.findall(r"^==(\d+) \$(-?\d+) \$(-?\d+)$", done.stdout, re.M)
                return {left[int(i)]: (int(high) % 2**32) << 32 | int(low) % 2**32 for i, high, low in found}
            wrong = {int(number) for number in re.findall(r"^<stdin>:(\d+):\d+: (?:error|note: in expansion)", done.stderr, re.M)}
            if not wrong:
                sys.exit(f"{self.name}: {header}: {done.stderr}")
            left = [text for i, text in enumerate(left) if i + 1 not in wrong]
        return {}


def select(sets, defined):
    """Which words of a header a set takes: in order of preference."""
    no = [word[1:] for word in sets.words if word.startswith("!")]
    taken = []
    for word in sets.words:
        pattern, ioctl = word.removeprefix("ioctl:"), word.startswith("ioctl:")
        if word.startswith("!") or "=" in word:
            continue
        for name in fnmatch.filter(defined, pattern) if re.search(r"[*?]", pattern) else [pattern]:
            if name not in defined or name in taken or any(fnmatch.fnmatch(name, one) for one in no):
                continue
            if "*" in pattern and (defined[name] == "" or re.match(r"_{2}|.*_H_?$", name)):
                continue
            if ioctl and not re.match(r"_IO[RW]*\b|.*_IO[RW]*\(|SECCOMP_IO|UFFDIO\b", defined[name] or ""):
                continue
            taken.append(name)
    return taken


def assigned(sets, column):
    """NAME=VALUE and NAME@COLUMNS=VALUE: name to expression on this column."""
    found = {}
    for word in sets.words:
        match = re.fullmatch(r"(\w+)(?:@([\w,]+))?=(.+)", word)
        if match and (not match[2] or column in match[2].split(",")):
            found[match[1]] = match[3]
    return found


def header_values(sets, header, column):
    """What a header has for a set on one column: name to value, in order of preference."""
    if not column.has(header) or (header.startswith("libc:") and column.name != HOST):
        return {}
    names = select(sets, column.words(header))
    values = column.values(header, names)
    return {name: values[name] for name in names if name in values}


def assigned_values(sets, column):
    """The same for NAME=VALUE."""
    texts, found = assigned(sets, column.name), {}
    for header in [one for one in sets.headers if not one.startswith("libc:")] or ["linux/types.h"]:
        values = column.values(header, sorted(set(texts.values()))) if texts and column.has(header) else {}
        for name, text in texts.items():
            if text in values:
                found[name] = values[text]
    return found


def set_values(sets, columns, pool):
    """Name to {column: value}, in order of preference."""
    order, found = [], {}
    for header in sets.headers:
        everywhere = header.startswith("libc:")
        for column, values in zip(columns, pool.map(lambda column: header_values(sets, header, column), columns)):
            for name, value in values.items():
                order.append(name)
                for one in columns if everywhere else [column]:
                    found.setdefault(name, {}).setdefault(one.name, value)
    for column, values in zip(columns, pool.map(lambda column: assigned_values(sets, column), columns)):
        for name, value in values.items():
            order.append(name)
            found.setdefault(name, {})[column.name] = value
    return [(name, found[name]) for name in sorted(set(order), key=lambda name: rank(sets, name, order))]


def rank(sets, name, order):
    """Where a name stands: by the first word that takes it, then by the header."""
    for at, word in enumerate(sets.words):
        pattern = re.sub(r"[@=].*", "", word.removeprefix("ioctl:"))
        if not word.startswith("!") and fnmatch.fnmatch(name, pattern):
            return at, order.index(name)
    return len(sets.words), order.index(name)


def print_set(sets, values):
    mask = "0xffffffffffffffff" if sets.mask == "-" else hex(int(sets.mask, 8 if re.match("0[0-7]", sets.mask) else 0))
    print(f"set {sets.name} {sets.kind} {mask}")
    for name, by_column in values:
        groups = {}
        for column in COLUMNS:
            if column in by_column:
                groups.setdefault(by_column[column], []).append(column)
        for value, where in sorted(groups.items(), key=lambda group: -len(group[1])):
            print(f"{name} {value:#x} {'all' if len(where) == len(COLUMNS) else ' '.join(where)}")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sets, uses = read_list()
    with tempfile.TemporaryDirectory() as scratch:
        for name, text in STAND_INS.items():
            os.makedirs(os.path.dirname(f"{scratch}/{name}"), exist_ok=True)
            with open(f"{scratch}/{name}", "w", encoding="ascii") as header:
                header.write(text)
        columns = [Column(sys.argv[1], name, scratch) for name in COLUMNS]
        print("# SPDX-License-Identifier: Apache-2.0")
        print("# The kernel's constants and the arguments that they belong to. Made by filter/kernel/constants.py from")
        print("# filter/kernel/constants.list, see there. A constant has a value and the columns of syscalls.tab where it holds.")
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for one in sets:
                print_set(one, set_values(one, columns, pool))
    for places, names in uses:
        for place in places:
            print("use", place.replace(".", " "), " ".join(names))


main()
