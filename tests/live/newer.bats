#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Names that are newer than libseccomp (2.5.4 in Debian 12) are enforced by number; what runc and crun make of the same
# section on the same machine is printed beside it.

# shellcheck disable=SC2154,SC2016 # `folder` is made by setup; what is in single quotes is for other shells
load lib

SECTION='{
	"defaultAction": "SCMP_ACT_ALLOW",
	"architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
	"syscalls": [{"names": ["setxattrat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100}]
}'

@test "a denied setxattrat is enforced in three ABIs, and its neighbours are not" {
	probe_under 'setxattrat' "$SECTION" '# the neighbours fail for their arguments
call x86_64 463 -1 0 0 0 0 0 = errno=ENETDOWN
call x86 463 -1 0 0 0 0 0 = errno=ENETDOWN
call x32 463 -1 0 0 0 0 0 = errno=ENETDOWN
call x86_64 0x00000000000001cf = errno=ENETDOWN
call x86_64 462 1 1 = errno=EINVAL
call x86_64 188 0 0 0 0 0 = errno=EFAULT'
	probe_under 'conditions' '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
		{"names": ["mseal"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100,
			"args": [{"index": 1, "op": "SCMP_CMP_EQ", "value": 4294967301}]},
		{"names": ["listmount"], "action": "SCMP_ACT_KILL_THREAD"},
		{"names": ["lsm_list_modules"], "action": "SCMP_ACT_TRACE", "errnoRet": 9}]}' '# args of newer names
call x86_64 462 1 0x100000005 0 = errno=ENETDOWN
call x86_64 462 1 0x100000004 0 = errno=EINVAL
call x86_64 462 1 5 0 = errno=EINVAL
thread x86_64 458 0 0 0 0 = thread killed
traced x86_64 461 0 0 1 = event=9 errno=EINVAL'
	all_held
}

# bundle: a root file system with the static probe and nothing else, the section above, no terminal.
bundle() {
	mkdir -p "$folder/bundle/rootfs"
	install -m 755 "$PROBES/probe_static" "$folder/bundle/rootfs/probe"
	(cd "$folder/bundle" && runc spec)
	python3 - "$folder/bundle/config.json" "$SECTION" <<-'END'
		import json, sys
		config = json.load(open(sys.argv[1]))
		config["process"].update(args=["/probe"], terminal=False)
		config["linux"]["seccomp"] = json.loads(sys.argv[2])
		json.dump(config, open(sys.argv[1], "w"))
	END
}

# crun takes no mixture of cgroup versions: without the mount of version 2 it is the older one.
without_cgroup2() {
	# shellcheck disable=SC2016 # for the inner shell
	unshare -m sh -c 'mount --make-rprivate / &&
		if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi; exec "$@"' -- "$@"
}

# answer_of COMMAND...: what setxattrat says there.
answer_of() {
	timeout --kill-after=2 20 "$@" <<<'call x86_64 463 -1 0 0 0 0 0' 2>&1 | sed 's/.* = //'
}

# bats test_tags=root
@test "runc and crun start with the same section, and their answers to setxattrat are shown" {
	local ours runc crun id=seccomp-shim-live-$$
	needs_root 'runc and crun start containers' || return 0

	bundle
	printf '%s\n' "$SECTION" >"$folder/section.json"
	ours=$(answer_of "$SECCOMP_SHIM" run -p "$folder/section.json" "$PROBES/probe_static")
	runc=$(answer_of runc --root "$folder/runc" run --bundle "$folder/bundle" "$id")
	crun=$(export -f without_cgroup2 && answer_of bash -c 'without_cgroup2 "$@"' -- \
		crun --root "$folder/crun" run --bundle "$folder/bundle" "$id")
	same 'ours' errno=ENETDOWN "$ours"
	[[ $runc =~ ^errno=[A-Z]+$ ]] || same 'runc' 'an answer' "$runc"
	[[ $crun =~ ^errno=[A-Z]+$ ]] || same 'crun' 'an answer' "$crun"
	{
		echo "# setxattrat, denied with ENETDOWN: seccomp-shim $ours;"
		echo "#   $(runc --version | head -n 1) $runc; $(crun --version | head -n 1) $crun ($(runc --version | grep libseccomp))"
	} >&3
	all_held
}
