#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
The profiles below examples/: well made, and default.json decides as Docker's own default profile does.
The resolver here is small and separate from the program's and from oracle.py's; Docker's file is read from
$REFERENCE_DATA, and only what compares with it is left out where that is not set.
"""

import ctypes
import ctypes.util
import itertools
import json
import os
import pathlib
import re
import subprocess
import unittest

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
PROFILES = EXAMPLES / "profiles"
REFERENCE = os.environ.get("REFERENCE_DATA")

# Native architectures, and the names that includes and excludes give them: those of the archMap, and others.
NATIVES = {
    "X86_64": "amd64", "AARCH64": "arm64", "MIPS64": "mips64", "MIPS64N32": "mips64n32",
    "MIPSEL64": "mipsel64", "MIPSEL64N32": "mips3l64n32", "S390X": "s390x", "RISCV64": "riscv64",
    "LOONGARCH64": "loongarch64",
    "X86": "x86", "X32": "x32", "ARM": "arm", "MIPS": "mips", "MIPSEL": "mipsel", "PPC": "ppc",
    "PPC64": "ppc64", "PPC64LE": "ppc64le", "S390": "s390",
}
KERNELS = ((4, 7), (4, 8), (6, 1), (6, 18))
CAPABILITIES = tuple("CAP_" + name for name in (
    "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE "
    "NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT "
    "SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE "
    "AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ "
    "PERFMON BPF CHECKPOINT_RESTORE").split())
DOCKER = frozenset("CAP_" + name for name in (
    "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE "
    "SYS_CHROOT KILL AUDIT_WRITE").split())
CAPABILITY_SETS = [frozenset(), frozenset(CAPABILITIES), DOCKER] + [frozenset([c]) for c in CAPABILITIES]

# In libseccomp 2.5.4 not yet: what the kernel has got since (its syscall tables, up to Linux 6.18).
NEWER = frozenset(
    "statmount listmount lsm_get_self_attr lsm_set_self_attr lsm_list_modules mseal setxattrat getxattrat "
    "listxattrat removexattrat open_tree_attr file_getattr file_setattr uretprobe riscv_hwprobe".split())

ROOT_KEYS = {"defaultAction", "defaultErrnoRet", "archMap", "architectures", "syscalls"}
RULE_KEYS = {"comment", "names", "action", "errnoRet", "args", "includes", "excludes"}
ACTIONS = {"SCMP_ACT_" + a for a in ("KILL_PROCESS", "ERRNO", "LOG", "ALLOW")}
MASKED = "SCMP_CMP_MASKED_EQ"


def read(path):
    def once(pairs):
        assert len(dict(pairs)) == len(pairs), f"{path}: a key twice in {pairs}"
        return dict(pairs)
    return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=once)


def version(text):
    major, minor = text.split(".")
    return int(major), int(minor)


def applies(rule, native, caps, kernel):
    """Any one of excludes leaves a rule out; then all of includes must hold."""
    out, need = rule.get("excludes") or {}, rule.get("includes") or {}
    name = NATIVES[native]
    if name in (out.get("arches") or ()) or caps & set(out.get("caps") or ()):
        return False
    if "minKernel" in out and kernel >= version(out["minKernel"]):
        return False
    if need.get("arches") and name not in need["arches"]:
        return False
    return set(need.get("caps") or ()) <= caps and kernel >= version(need.get("minKernel", "0.0"))


def rule_decision(rule):
    """(action, errno, conditions): errno EPERM where none is written, 0 where it has no meaning."""
    has_errno = rule["action"] in ("SCMP_ACT_ERRNO", "SCMP_ACT_TRACE")
    conditions = tuple((a["index"], a["op"], a["value"], a.get("valueTwo") or 0) for a in rule.get("args") or ())
    return rule["action"], rule.get("errnoRet", 1) if has_errno else 0, conditions


def rules_by_call(profile, native, caps, kernel):
    """Name -> the decisions of all rules that apply, in the file's order."""
    calls = {}
    for rule in profile["syscalls"]:
        if applies(rule, native, caps, kernel):
            for name in rule["names"]:
                calls.setdefault(name, []).append(rule_decision(rule))
    return calls


def architectures(profile, native):
    """Those that are listed; the native one is always part."""
    if "architectures" in profile:
        return {"SCMP_ARCH_" + native, *profile["architectures"]}
    for entry in profile.get("archMap") or ():
        if entry["architecture"] == "SCMP_ARCH_" + native:
            return {entry["architecture"], *(entry["subArchitectures"] or ())}
    return {"SCMP_ARCH_" + native}


def targets():
    return itertools.product(NATIVES, CAPABILITY_SETS, KERNELS)


def resolve_name(name, libseccomp=ctypes.CDLL(ctypes.util.find_library("seccomp") or "libseccomp.so.2")):
    """-1: libseccomp does not know the name on any architecture."""
    return libseccomp.seccomp_syscall_resolve_name(name.encode())


class Reference(unittest.TestCase):
    @unittest.skipUnless(REFERENCE, "REFERENCE_DATA is not set: nothing to compare with")
    def test_default_decides_as_docker(self):
        ours, theirs = read(PROFILES / "default.json"), read(pathlib.Path(REFERENCE) / "moby-default.json")
        for key in ("defaultAction", "defaultErrnoRet"):
            self.assertEqual(ours[key], theirs[key])
        self.assertEqual(set(ours), set(theirs))
        for native in NATIVES:
            self.assertEqual(architectures(ours, native), architectures(theirs, native))
        for target in targets():
            one, other = rules_by_call(ours, *target), rules_by_call(theirs, *target)
            if any(one.get(name) != other.get(name) for name in one.keys() | other.keys()):
                self.compare(one, other, target)

    def compare(self, one, other, target):
        """By sets, for the order and a rule written twice decide nothing here."""
        for name in sorted(one.keys() | other.keys()):
            self.assertEqual(sorted(set(one.get(name, ()))), sorted(set(other.get(name, ()))), (name, target))


class Resolved(unittest.TestCase):
    def test_no_rule_is_in_vain(self):
        """In no resolution is a rule erased by, or the same as, another one of its call."""
        for path in sorted(PROFILES.glob("*.json")):
            profile = read(path)
            for target in targets():
                for name, rules in rules_by_call(profile, *target).items():
                    if len(rules) > 1:
                        self.assertEqual(len(set(rules)), len(rules), (path.name, name, target))
                        self.assertTrue(all(conditions for _, _, conditions in rules), (path.name, name, target))


class Files(unittest.TestCase):
    def profiles(self):
        paths = sorted(PROFILES.glob("*.json"))
        self.assertEqual([p.stem for p in paths],
                         ["allow-list", "audit", "default", "deny-list", "never", "no-chmod", "no-tiocsti"])
        for path in paths:
            yield path, read(path)

    def rules(self):
        for path, profile in self.profiles():
            for rule in profile["syscalls"]:
                yield f"{path.name}: {rule['names'][0]}", rule, profile

    def test_keys_and_words(self):
        for path, profile in self.profiles():
            self.assertLessEqual(set(profile), ROOT_KEYS, path)
            self.assertFalse({"archMap", "architectures"} <= set(profile), path)
            self.assertIn(profile["defaultAction"], ACTIONS, path)
        for where, rule, _ in self.rules():
            self.assertLessEqual(set(rule), RULE_KEYS, where)
            self.assertIn(rule["action"], ACTIONS, where)
            self.assertEqual("errnoRet" in rule, rule["action"] == "SCMP_ACT_ERRNO", where)
            self.assertLessEqual({*rule.get("includes", ()), *rule.get("excludes", ())},
                                 {"arches", "caps", "minKernel"}, where)

    def test_every_rule_has_a_comment(self):
        for where, rule, _ in self.rules():
            self.assertRegex(rule.get("comment", ""), r"^\S.{10,}[.?]$", where)

    def test_comments_differ(self):
        for _, profile in self.profiles():
            comments = [rule["comment"] for rule in profile["syscalls"]]
            self.assertEqual(len(set(comments)), len(comments))

    def test_names_are_sorted_known_and_once(self):
        for where, rule, _ in self.rules():
            self.assertEqual(rule["names"], sorted(set(rule["names"])), where)
            for name in rule["names"]:
                self.assertTrue(name in NEWER or resolve_name(name) != -1, f"{where}: {name}")

    def test_architectures_and_capabilities_are_known(self):
        for where, rule, _ in self.rules():
            for match in (rule.get("includes", {}), rule.get("excludes", {})):
                self.assertLessEqual(set(match.get("arches", ())), set(NATIVES.values()), where)
                self.assertLessEqual(set(match.get("caps", ())), set(CAPABILITIES), where)

    def test_conditions_are_sound(self):
        """A datum within its mask, one condition an argument: anything else is an error or a trap."""
        for where, rule, _ in self.rules():
            indexes = [condition["index"] for condition in rule.get("args", ())]
            self.assertEqual(len(set(indexes)), len(indexes), where)
            for condition in rule.get("args", ()):
                masked = condition["op"] == MASKED
                self.assertEqual("valueTwo" in condition, masked, where)
                if masked:
                    self.assertEqual(condition["valueTwo"] & ~condition["value"], 0, where)

    def test_no_rule_repeats_the_default(self):
        for where, rule, profile in self.rules():
            default = profile["defaultAction"], profile.get("defaultErrnoRet", 1)
            self.assertNotEqual((rule["action"], rule.get("errnoRet", 1)), default, where)

    def test_layout(self):
        for path in [*PROFILES.glob("*.json"), EXAMPLES / "bundle" / "config.json"]:
            text = path.read_text(encoding="ascii")
            self.assertTrue(text.endswith("}\n"), path)
            for number, line in enumerate(text.splitlines(), 1):
                self.assertRegex(line, r"^(  )*[^\s].*$|^[{}]$", f"{path}:{number}")
                self.assertLessEqual(len(line), 120, f"{path}:{number}")
                self.assertEqual(line, line.rstrip(), f"{path}:{number}")


class NoChmod(unittest.TestCase):
    CHMOD = ["chmod", "fchmod", "fchmodat", "fchmodat2"]

    def test_in_step_with_default(self):
        made = subprocess.run([PROFILES / "make-no-chmod", "-n"], check=True, capture_output=True)
        self.assertEqual((PROFILES / "no-chmod.json").read_bytes(), made.stdout)

    def test_is_default_less_four_calls(self):
        default, less = read(PROFILES / "default.json"), read(PROFILES / "no-chmod.json")
        gone = [rule for rule in default["syscalls"] if rule["names"] == self.CHMOD]
        self.assertEqual(len(gone), 1)
        default["syscalls"].remove(gone[0])
        self.assertEqual(less, default)
        self.assertFalse(set(self.CHMOD) & {name for rule in less["syscalls"] for name in rule["names"]})


class Bundle(unittest.TestCase):
    def test_section_is_plain_oci(self):
        section = read(EXAMPLES / "bundle" / "config.json")["linux"]["seccomp"]
        self.assertEqual(set(section), {"defaultAction", "architectures", "syscalls"})
        for rule in section["syscalls"]:
            self.assertEqual(set(rule), {"names", "action", "errnoRet"})
        self.assertEqual(section["syscalls"][0]["names"], NoChmod.CHMOD)


class Readme(unittest.TestCase):
    def test_tells_of_every_example(self):
        text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
        for path in [*PROFILES.iterdir(), EXAMPLES / "bundle", EXAMPLES / "allow-list" / "hello.c"]:
            self.assertTrue(re.search(rf"\b{re.escape(path.name)}\b", text), path.name)


if __name__ == "__main__":
    unittest.main()
