#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The wrapper under real runc and crun: what confines a container and what is executed in it, that everything else is as
# without it, and what is refused on the user's terminal.

# shellcheck disable=SC2154 # `folder` is made by setup
load lib

setup() {
	folder=$(open_folder)
	new_bundle "$folder/bundle"
	export WRAPPER=$folder/seccomp-shim-runtime
	ln -s "$SECCOMP_SHIM" "$WRAPPER"
}

teardown() {
	delete_container runc "$id"
	delete_container crun "$id"
	rm -rf "$folder"
}
id=container
ACCEPT='"enosys", "dropped"'

# policy RUNTIME MEMBERS [ACCEPT]: of a policy for the next calls.
policy() {
	printf '{"runtime": "%s", "accept": [%s], %s}' "$1" "$ACCEPT${3:+, $3}" "$2" >"$folder/policy.json"
}

# under RUNTIME WORD...: the wrapper under that policy.
under() {
	"$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/$1" "${@:2}"
}

# fresh SECTION ARG...: a new config.json.
fresh() {
	rm -f "$folder"/bundle/config.json*
	configure "$folder/bundle" "$@" </dev/null
}

# run_in RUNTIME SECTION ARG...: sets $found to what a container prints, and its status if that is not 0.
run_in() {
	fresh "${@:2}"
	answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/$1" run --bundle "$folder/bundle" "$id"
	delete_container "$1" "$id"
}

# start_under RUNTIME SECTION: sets $pid to a sleeping container's process, $caps to its bounding set.
start_under() {
	fresh "$2" /bin/sleep 60
	under "$1" run --detach --bundle "$folder/bundle" "$id" </dev/null >"$folder/said" 2>&1 3>&- || return
	pid=$(engine "$1" state "$id" | sed -n 's/^ *"pid": *\([0-9]*\),*$/\1/p')
	until_prints sleep cat "/proc/$pid/comm" && caps=$(capabilities_of "$pid")
}

@test "under no-chmod nothing can chmod, under default reboot and mount are refused" {
	local runtime found
	for runtime in runc crun; do
		policy "$runtime" "\"profile\": \"$PROFILES/no-chmod.json\""
		run_in "$runtime" - /bin/sh -c 'chmod 711 /tmp'
		same "$runtime, no-chmod" $'chmod: /tmp: Operation not permitted\nstatus 1' "$found"
		policy "$runtime" '"profile": "default"'
		run_in "$runtime" - /bin/busybox sh -c 'exec 2>&1; chmod 711 /dev/shm && stat -c %a /dev/shm; busybox mount -t tmpfs none /tmp; busybox reboot -f; echo alive'
		same "$runtime, default" $'711\nmount: permission denied (are you root?)\nreboot: Operation not permitted\nalive' "${found/(null): }"
	done
	all_held
}

@test "exec is confined too" {
	local runtime found pid caps
	for runtime in runc crun; do
		policy "$runtime" "\"profile\": \"$PROFILES/no-chmod.json\""
		start_under "$runtime" - || same "$runtime" 'a container' "$(cat "$folder/said")"
		answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/$runtime" exec "$id" /bin/chmod 711 /tmp
		same "$runtime, exec" $'chmod: /tmp: Operation not permitted\nstatus 1' "$found"
		answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/$runtime" exec "$id" /bin/sh -c 'exit 9'
		same "$runtime, exec's status" $'\nstatus 9' "$found"
		delete_container "$runtime" "$id"
	done
	all_held
}

# The kernel's own copy of the filter, and what diff says of the section that was handed over.
@test "the filter that the container has is that of the section that was handed over, as the runtime reads it" {
	local runtime pid caps name
	for runtime in runc crun; do
		for name in default "$PROFILES/no-chmod.json" audit; do
			policy "$runtime" "\"profile\": \"$name\", \"deny\": [\"ptrace\"], \"override\": true"
			start_under "$runtime" - || same "$runtime $name" 'a container' "$(cat "$folder/said")"
			python3 -c 'import json, sys; json.dump(json.load(open(sys.argv[1]))["linux"]["seccomp"], open(sys.argv[2], "w"))' \
				"$folder/bundle/config.json" "$folder/handed.json"
			equal_filters "$runtime $name" --as "$runtime" --caps "$caps" "$folder/handed.json" "pid:$pid"
			delete_container "$runtime" "$id"
		done
		# nothing but numbers that no call has, names that libseccomp does not know, and ENOSYS
		policy "$runtime" '"profile": "default"'
		start_under "$runtime" - || same "$runtime default" 'a container' "$(cat "$folder/said")"
		"$SECCOMP_SHIM" compile --quiet --caps "$caps" -o "$folder/default.bpf" default
		"$SECCOMP_SHIM" diff --stricter "bpf:$folder/default.bpf" "pid:$pid" >"$folder/differences" || same "$runtime, laxer" '' "$(cat "$folder/differences")"
		delete_container "$runtime" "$id"
	done
	all_held
}

@test "a number that only has high bits besides does not step around a condition" {
	local runtime found rows
	rows='call x86_64 16 0xffffffff 0x5412 = errno=EPERM
call x86_64 16 0xffffffff 0x100005412 = errno=EPERM
call x86_64 16 0xffffffff 0x5413 = errno=EBADF'
	for runtime in runc crun; do
		policy "$runtime" "\"profile\": \"$PROFILES/no-tiocsti.json\""
		fresh - /bin/probe
		cp "$PROBES/probe_static" "$folder/bundle/rootfs/bin/probe"
		answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/$runtime" run --bundle "$folder/bundle" "$id" \
			<<<"$rows"
		delete_container "$runtime" "$id"
		same "$runtime" "$rows" "$found"
	done
	all_held
}

@test "require refuses a laxer container with a witness, and starts a stricter one" {
	local runtime found
	printf '{"defaultAction": "SCMP_ACT_ALLOW"}' >"$folder/lax.json"
	for runtime in runc crun; do
		policy "$runtime" '"require": "default"'
		run_in "$runtime" - /bin/true
		[[ $found =~ ^'seccomp-shim: '.*'a container without a seccomp profile is laxer than the policy requires with default: '.*'; witness '.*$'\nstatus 1'$ ]] ||
			same "$runtime, unconfined" 'refused' "$found"
		run_in "$runtime" "$folder/lax.json" /bin/true
		[[ $found =~ 'is laxer than the policy requires'.*'; witness '.*$'\nstatus 1'$ ]] || same "$runtime, lax" 'refused' "$found"
		"$SECCOMP_SHIM" compile --quiet --caps CHOWN -f oci -o "$folder/strict.json" "$PROFILES/no-chmod.json"
		run_in "$runtime" "$folder/strict.json" /bin/busybox echo started
		[[ $found =~ '; witness '.*'"accept": ["width"]'.*$'\nstatus 1'$ ]] || same "$runtime, high bits" 'refused' "$found"
		policy "$runtime" '"require": "default"' '"width"'
		run_in "$runtime" "$folder/strict.json" /bin/busybox echo started
		same "$runtime, stricter" started "$found"
		policy "$runtime" '"require": "default", "profile": "default"'
		run_in "$runtime" - /bin/busybox echo started
		same "$runtime, given" started "$found"
	done
	all_held
}

@test "status, standard streams, signals and a terminal are the container's" {
	local runtime found pid caps
	for runtime in runc crun; do
		policy "$runtime" '"profile": "default"'
		run_in "$runtime" - /bin/sh -c 'exit 42'
		same "$runtime, status" $'\nstatus 42' "$found"
		fresh - /bin/sh -c 'cat; echo err >&2'
		same "$runtime, output" in "$(echo in | under "$runtime" run --bundle "$folder/bundle" "$id" 2>"$folder/errors")"
		same "$runtime, errors" err "$(cat "$folder/errors")"
		delete_container "$runtime" "$id"
		fresh - /bin/sh -c 'trap "echo caught; exit 3" TERM; echo up; while :; do sleep 0.1; done'
		"$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/$runtime" run --bundle "$folder/bundle" "$id" \
			>"$folder/out" 2>&1 </dev/null 3>&- &
		until_prints up cat "$folder/out" || same "$runtime, signals" up "$(cat "$folder/out")"
		same "$runtime, the process" "$runtime" "$(cat "/proc/$!/comm")"
		kill -TERM $!
		wait $! || same "$runtime, signals, status" 3 $?
		same "$runtime, signals" $'up\ncaught' "$(cat "$folder/out")"
		delete_container "$runtime" "$id"
		configure "$folder/bundle" - /bin/sh -c 'test -t 0 && test -t 1 && echo terminal' <<<'{"terminal": true}'
		same "$runtime, terminal" terminal "$(script -qec "$SECCOMP_SHIM runtime --policy $folder/policy.json -- --root $folder/$runtime run --bundle $folder/bundle $id" /dev/null </dev/null | grep -o terminal)"
		delete_container "$runtime" "$id"
	done
	all_held
}

@test "create and start work as two calls" {
	local runtime found
	for runtime in runc crun; do
		policy "$runtime" '"profile": "default", "annotations": ["seccomp-shim.deny"], "exempt": [{"capabilities": ["CAP_SYS_ADMIN"]}]'
		fresh - /bin/busybox grep Seccomp: /proc/self/status
		sed -i 's/^{/{"annotations": {"seccomp-shim.deny": "chmod"},/' "$folder/bundle/config.json"
		under "$runtime" create --bundle "$folder/bundle" "$id" >"$folder/out" 2>&1 </dev/null 3>&- || same "$runtime, create" '' "$(cat "$folder/out")"
		under "$runtime" start "$id"
		until_prints $'Seccomp:\t2' cat "$folder/out" || same "$runtime" confined "$(cat "$folder/out")"
		grep -q '"chmod"' "$folder/bundle/config.json" || same "$runtime" 'the annotation' gone
		! grep -q '^ *"chmod",*$' "$folder/bundle/config.json" || same "$runtime" 'no chmod' 'chmod'
		under "$runtime" delete --force "$id"
		same "$runtime, state" 1 "$(under "$runtime" state "$id" >/dev/null 2>&1 || echo 1)"
		configure "$folder/bundle" - /bin/busybox grep Seccomp: /proc/self/status <<<'{"capabilities": {"bounding": ["CAP_SYS_ADMIN"]}}'
		answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/$runtime" run --bundle "$folder/bundle" "$id"
		same "$runtime, exempt" $'Seccomp:\t0' "$found"
		delete_container "$runtime" "$id"
	done
	all_held
}

@test "crun's annotation that replaces the filter would do so, and is refused" {
	local found data
	data=$(printf '\006\000\000\000\000\000\377\177' | base64)
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["chmod", "fchmodat"], "action": "SCMP_ACT_ERRNO"}]}' >"$folder/none.json"
	fresh "$folder/none.json" /bin/busybox chmod 711 /tmp
	sed -i "s|^{|{\"annotations\": {\"run.oci.seccomp_bpf_data\": \"$data\"},|" "$folder/bundle/config.json"
	policy crun '"require": "unconfined"'
	# without the wrapper it is in force: chmod, which the section denies, gets as far as the file system
	found=$(engine crun run --bundle "$folder/bundle" "$id" 2>&1) || true
	delete_container crun "$id"
	[[ $found == *'Read-only file system'* ]] || same 'crun alone' 'another filter' "$found"
	answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/crun" run --bundle "$folder/bundle" "$id"
	[[ $found =~ 'the annotation run.oci.seccomp_bpf_data would replace the filter'.*$'\nstatus 1'$ ]] || same 'refused' 'refused' "$found"
	all_held
}

@test "options are abbreviated as the runtime allows, and --version is the runtime's own" {
	local runtime found
	for runtime in runc crun; do
		policy "$runtime" '"profile": "default"'
		same "$runtime, version" "$("$runtime" --version)" "$("$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --version)"
		same "$runtime, help" "$("$runtime" run --help)" "$("$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- run --help)"
	done
	fresh - /bin/busybox echo started
	answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/crun" run --bun "$folder/bundle" "$id"
	same 'crun' started "$found"
	policy runc '"profile": "default"'
	answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/runc" run --bun "$folder/bundle" "$id"
	[[ $found =~ 'unknown option --bun'.*$'\nstatus 1'$ ]] || same 'runc' 'refused' "$found"
	all_held
}

# started_with ROW RUNTIME MEMBERS ACCEPT: refused without the last word of ACCEPT, or without the key at the end of
# MEMBERS; with it, started.
started_with() {
	local found without=$3 accept=${4-}
	if [ -n "$accept" ]; then accept=''; else without=${3%,*}; fi
	policy "$2" "$without" "$accept"
	run_in "$2" - /bin/busybox echo started
	[[ $found == 'seccomp-shim: '*$'\nstatus 1' ]] || same "$2, $1, without" 'refused' "$found"
	policy "$2" "$3" "${4-}"
	run_in "$2" - /bin/busybox echo started
	same "$2, $1" started "$found"
}

@test "the keys accept, ignoreUnknown and allowShadowed make a refused container start" {
	local runtime name profile
	profile() {
		printf '{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"], "syscalls": [%s]}' "$2" >"$folder/$1.json"
	}
	profile overlap '{"names": ["lseek"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5, "args": [{"index": 2, "op": "SCMP_CMP_GE", "value": 40}]},
		{"names": ["lseek"], "action": "SCMP_ACT_ERRNO", "errnoRet": 6, "args": [{"index": 2, "op": "SCMP_CMP_LE", "value": 60}]}'
	profile multiplexed '{"names": ["socket"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "op": "SCMP_CMP_GE", "value": 40}]},
		{"names": ["socket"], "action": "SCMP_ACT_KILL", "args": [{"index": 1, "op": "SCMP_CMP_EQ", "value": 40}]}'
	profile unknown '{"names": ["chmod", "no_such_call"], "action": "SCMP_ACT_ERRNO"}'
	profile shadowed '{"names": ["lseek"], "action": "SCMP_ACT_LOG"},
		{"names": ["lseek"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 2, "op": "SCMP_CMP_EQ", "value": 40}]}'
	for runtime in runc crun; do
		for name in overlap multiplexed; do
			started_with "$name" "$runtime" "\"profile\": \"$folder/$name.json\"" "\"$name\""
		done
		started_with ignoreUnknown "$runtime" "\"profile\": \"$folder/unknown.json\", \"ignoreUnknown\": true"
		started_with allowShadowed "$runtime" "\"profile\": \"$folder/shadowed.json\", \"allowShadowed\": true"
	done
	all_held
}

# A profile of few calls is moved, and its command may do without what the runtime calls.
@test "the keys move, allowMountingContainers and requireNoNewPrivileges work in entrypoint mode" {
	local runtime found
	printf '{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["execve", "brk", "arch_prctl", "set_tid_address", "set_robust_list",
		"rseq", "prlimit64", "readlink", "readlinkat", "getrandom", "mprotect", "mmap", "munmap", "getuid", "getgid", "geteuid", "setuid", "setgid",
		"prctl", "fstat", "newfstatat", "ioctl", "write", "writev", "uname", "exit", "exit_group"], "action": "SCMP_ACT_ALLOW"}]}' >"$folder/few.json"
	for runtime in runc crun; do
		policy "$runtime" '"mode": "entrypoint"'
		run_in "$runtime" "$folder/few.json" /bin/busybox echo started
		[[ $runtime = crun || $found != *started* ]] || same 'runc, without move' 'no container' "$found"
		[ ! -e "$folder/bundle/config.json.orig" ] || same "$runtime, without move" 'config.json as it was' another
		policy "$runtime" '"mode": "entrypoint", "move": true'
		run_in "$runtime" "$folder/few.json" /bin/busybox echo started
		same "$runtime, move" started "$found"
		[ -s "$folder/bundle/seccomp-shim.filter" ] || [ "$runtime" = crun ] || same 'runc, move' 'a filter of the entry program' none
		policy "$runtime" '"mode": "entrypoint", "profile": "audit"'
		fresh - /bin/busybox echo started
		configure "$folder/bundle" - /bin/busybox echo started \
			<<<'{"capabilities": {"bounding": ["CAP_SYS_ADMIN"], "permitted": ["CAP_SYS_ADMIN"], "effective": ["CAP_SYS_ADMIN"]}}'
		answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/$runtime" run --bundle "$folder/bundle" "$id"
		[[ $found == *'"allowMountingContainers": true'*$'\nstatus 1' ]] || same "$runtime, mounting" 'refused' "$found"
		policy "$runtime" '"mode": "entrypoint", "profile": "audit", "allowMountingContainers": true'
		answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/$runtime" run --bundle "$folder/bundle" "$id"
		same "$runtime, allowMountingContainers" started "$found"
		delete_container "$runtime" "$id"
		policy "$runtime" '"mode": "entrypoint", "profile": "audit", "requireNoNewPrivileges": true'
		fresh - /bin/busybox echo started
		answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/$runtime" run --bundle "$folder/bundle" "$id"
		same "$runtime, requireNoNewPrivileges" started "$found"
		delete_container "$runtime" "$id"
		configure "$folder/bundle" - /bin/busybox echo started <<<'{"noNewPrivileges": false}'
		answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/$runtime" run --bundle "$folder/bundle" "$id"
		[[ $found == *'the policy requires noNewPrivileges of the container'*$'\nstatus 1' ]] || same "$runtime, without no_new_privs" 'refused' "$found"
	done
	all_held
}

# What restore makes of an image that is not there is the runtime's own business, and says that it was asked.
@test "restore is refused while a policy is in force, unless allowRestore says so" {
	local runtime found
	for runtime in runc crun; do
		policy "$runtime" '"profile": "default"'
		fresh - /bin/true
		answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/$runtime" restore --image-path "$folder/none" --bundle "$folder/bundle" "$id"
		[[ $found == 'seccomp-shim: restore is refused: '*'"allowRestore": true'*$'\nstatus 1' ]] || same "$runtime" 'refused' "$found"
		policy "$runtime" '"profile": "default", "allowRestore": true'
		answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/$runtime" restore --image-path "$folder/none" --bundle "$folder/bundle" "$id"
		[[ $found != *seccomp-shim:* && $found == *$'\nstatus '* ]] || same "$runtime, allowed" "the runtime's own error" "$found"
		delete_container "$runtime" "$id"
	done
	all_held
}

# asked ROW WANTED: a new container starts, and whether all was worked out for it (1): white space behind the section
# shows what is remembered.
asked() {
	local found slot
	for slot in /run/seccomp-shim/holds.*; do [ ! -f "$slot" ] || printf '\t\t\t' >>"$slot"; done
	run_in runc - /bin/busybox grep -c . /proc/self/cmdline
	same "$1, the container" 1 "$found"
	same "$1, asked" "$2" "$(grep -q $'\t\t\t' "$folder/bundle/config.json" && echo 0 || echo 1)"
}

@test "a proof is remembered only where nobody else can have written it" {
	local slot
	mkdir "$folder/own"
	cp "$(realpath "$(command -v runc)")" "$folder/own/runc"
	policy "$folder/own/runc" '"profile": "default"'
	rm -rf /run/seccomp-shim
	asked 'first' 1
	same 'mode' 700 "$(stat -c %a /run/seccomp-shim)"
	slot=$(echo /run/seccomp-shim/holds.*)
	asked 'second' 0
	policy "$folder/own/runc" '"profile": "default", "deny": ["ptrace"]'
	asked 'another policy' 1
	policy "$folder/own/runc" '"profile": "default"'
	chmod 777 /run/seccomp-shim
	asked 'a folder of all' 1
	chmod 700 /run/seccomp-shim
	asked 'the same again' 0
	chown 65534 "$slot"
	asked "another user's file" 1
	asked 'its successor' 0
	mv "$slot" "$folder/moved"
	ln -s "$folder/moved" "$slot"
	asked 'a link' 1
	touch "$folder/own/runc"
	asked 'another runtime' 1
	# a program that executes another one is asked, each time: the other may change
	cp "$folder/own/runc" "$folder/own/real"
	printf '#!/bin/sh\nexec %s/own/real "$@"\n' "$folder" >"$folder/own/runc"
	asked 'a script' 1
	asked 'a script, again' 0
	printf '#!/bin/sh\n[ "$*" != --version ] || { echo "runc version 1.2.0"; echo libseccomp: 2.5.5; exit; }\nexec runc "$@"\n' >"$folder/own/real"
	asked 'what a script executes is another' 1
	all_held
}

@test "a full disk is one line, no container, and config.json stays as it was" {
	local found
	mkdir "$folder/small"
	mount -t tmpfs -o size=28k tmpfs "$folder/small"
	fresh - /bin/true
	cp "$folder/bundle/config.json" "$folder/small/"
	head -c 100000 /dev/zero >"$folder/small/rest" 2>/dev/null || true
	policy runc '"profile": "default"'
	answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/runc" run --bundle "$folder/small" "$id"
	[[ $found =~ ^'seccomp-shim: '.*'/small/config.json: cannot write: No space left on device'.*$'\nstatus 1'$ ]] || same 'full' 'one line' "$found"
	cmp "$folder/bundle/config.json" "$folder/small/config.json"
	same 'nothing is left' '' "$(find "$folder/small" -name '.seccomp-shim*')"
	mount -o remount,ro "$folder/small"
	answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/runc" run --bundle "$folder/small" "$id"
	[[ $found =~ ^'seccomp-shim: '.*'/small/config.json: '.*'Read-only file system'.*$'\nstatus 1'$ ]] || same 'read-only' 'one line' "$found"
	umount "$folder/small"
	all_held
}

# refuses ROW LINE WORD...: one line on the terminal, no container.
refuses() {
	local found
	answer self "$SECCOMP_SHIM" runtime --policy "$folder/policy.json" -- --root "$folder/$runtime" "${@:3}"
	[[ $found =~ ^'seccomp-shim: '[^$'\n']*"$2"[^$'\n']*$'\nstatus 1'$ ]] || same "$runtime, $1" "one line: $2" "$found"
	same "$runtime, $1: containers" '' "$(engine "$runtime" list --quiet)"
}

@test "refusals are one line, and no container" {
	local runtime bundle=$folder/bundle
	for runtime in runc crun; do
		policy "$runtime" '"profile": "default"'
		fresh - /bin/true
		cp "$bundle/config.json" "$folder/before.json"
		mv "$bundle/config.json" "$bundle/real.json"
		ln -s real.json "$bundle/config.json"
		refuses 'a symbolic link' 'a symbolic link' run --bundle "$bundle" "$id"
		rm "$bundle/config.json"
		refuses 'none' 'does not exist' run --bundle "$bundle" "$id"
		mkdir "$bundle/config.json"
		refuses 'a folder' 'directory' run --bundle "$bundle" "$id"
		rmdir "$bundle/config.json"
		mkfifo "$bundle/config.json"
		refuses 'a FIFO' 'FIFO' run --bundle "$bundle" "$id"
		rm "$bundle/config.json"
		{ cat "$bundle/real.json" && head -c 16777216 /dev/zero | tr '\0' ' '; } >"$bundle/config.json"
		refuses '16 MiB' 'at most 16 MiB' run --bundle "$bundle" "$id"
		truncate --size 16777216 "$bundle/config.json"
		refuses '16 MiB with the profile' 'longer than 16 MiB' run --bundle "$bundle" "$id"
		mv "$bundle/real.json" "$bundle/config.json"
		refuses 'an unknown command' 'unknown command' frobnicate run --bundle "$bundle" "$id"
		refuses 'an unknown option' 'unknown option' --frobnicate run --bundle "$bundle" "$id"
		refuses 'an unknown option of run' 'unknown option' run --frobnicate --bundle "$bundle" "$id"
		refuses 'an abbreviation' "$([ "$runtime" = runc ] && echo 'unknown option' || echo 'ambiguous option')" run --p x --bundle "$bundle" "$id"
		chmod 666 "$bundle/config.json"
		refuses 'of everybody' 'is writable by everybody' run --bundle "$bundle" "$id"
		chmod 644 "$bundle/config.json"
		policy "$folder/nowhere/$runtime" '"profile": "default"'
		refuses 'no runtime' 'does not exist' run --bundle "$bundle" "$id"
		policy no-such-runtime '"profile": "default"'
		refuses 'an unknown runtime' 'no-such-runtime' run --bundle "$bundle" "$id"
		policy "$WRAPPER" '"profile": "default"'
		refuses 'itself' 'is seccomp-shim itself' run --bundle "$bundle" "$id"
		printf '{"runtime": "%s", "profil": "default"}' "$runtime" >"$folder/policy.json"
		refuses 'a policy with an unknown key' 'did you mean profile?' run --bundle "$bundle" "$id"
		cmp "$bundle/config.json" "$folder/before.json" || same "$runtime, config.json" 'as it was' another
		[ ! -e "$bundle/config.json.orig" ] || same "$runtime" 'no original' 'one'
	done
	all_held
}

# whose I: the runtime of the Ith container.
whose() {
	if [ $(($1 % 2)) = 0 ]; then echo runc; else echo crun; fi
}

# A bundle for each; every tenth wrapper is killed, before, while or after it writes.
@test "of 200 creates at once some can be killed, and all others are created" {
	local i
	fresh - /bin/true
	echo '{}' >"$folder/policy.json"
	for i in {1..200}; do
		mkdir "$folder/$i"
		sed "s|\"rootfs\"|\"$folder/bundle/rootfs\"|; s|/bundle\"|/$i\"|" "$folder/bundle/config.json" >"$folder/$i/config.json"
		cp "$folder/$i/config.json" "$folder/$i/old.json"
	done
	{
		for i in {1..200}; do
			"$SECCOMP_SHIM" runtime --policy "$folder/policy.json" --runtime "$(whose "$i")" --profile default --accept enosys --accept dropped -- \
				--root "$folder/$(whose "$i")" create --bundle "$folder/$i" "c$i" >"$folder/$i/said" 2>&1 </dev/null 3>&- &
			[ $((i % 10)) != 9 ] || { sleep "0.0$((i / 10 % 10))" && kill -KILL $! || true; }
		done
		wait
	} 2>/dev/null
	for i in {1..200}; do
		[ $((i % 10)) = 9 ] || engine "$(whose "$i")" state "c$i" 2>/dev/null | grep -q '"status": "created"' || same "container $i" created "$(cat "$folder/$i/said")"
	done
	same 'torn' '' "$(
		python3 - "$folder" <<-'END'
			import json, sys
			for i in range(1, 201):
			    old, new = (open(f'{sys.argv[1]}/{i}/{name}.json').read() for name in ('old', 'config'))
			    if new == old and i % 10 == 9:
			        continue
			    if 'seccomp' not in json.loads(new)['linux'] or open(f'{sys.argv[1]}/{i}/config.json.orig').read() != old:
			        print(i)
		END
	)"
	for i in {1..200}; do delete_container "$(whose "$i")" "c$i" & done
	wait
	all_held
}
