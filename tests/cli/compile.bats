#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# compile: its three formats, where they go, and that a file is written whole or not at all.

load lib

setup() {
	cd "$BATS_TEST_TMPDIR"
	printf '{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64"],"syscalls":[
		{"names":["read","write"],"action":"SCMP_ACT_ALLOW"},
		{"names":["kill"],"action":"SCMP_ACT_ERRNO","errnoRet":7,"args":[{"index":1,"value":9,"op":"SCMP_CMP_EQ"}]}
	]}' >good.json
	printf '{"defaultAction":"SCMP_ACT_ALLOW",\n "syscalls":[{"names":["chmodd"],"action":"SCMP_ACT_KILL"}]}' >bad.json
	printf '{"ociVersion":"1.2.0","linux":{"seccomp":%s}}' "$(cat good.json)" >config.json
	printf '{"ociVersion":"1.2.0","linux":{}}' >no-section.json
}

# What a compilation would put beside its output must not stay.
no_rest() {
	[ -z "$(find . -name '.seccomp-shim*')" ] || row_failed "$1" 'a temporary file is left'
}

@test "compile writes each format, with options before and after the profile" {
	local target='--arch x86_64 --caps none --kernel 6.1'
	# shellcheck disable=SC2086
	shim compile $target good.json -f asm
	expect 'asm' 0 'ALLOW' ''
	shim compile -f asm good.json --arch=x86_64
	expect 'asm, format in front' 0 'ALLOW' ''
	shim compile -f oci good.json
	expect 'oci' 0 '^\{.  "defaultAction": "SCMP_ACT_ERRNO",.  "defaultErrnoRet": 1,' ''
	"$SECCOMP_SHIM" compile good.json -o bpf
	[ -s bpf ] && [ $(($(stat -c %s bpf) % 8)) = 0 ] || row_failed 'bpf' 'no whole instructions'
	"$SECCOMP_SHIM" compile good.json | cmp - bpf
	"$SECCOMP_SHIM" compile -f bpf -o - -- good.json | cmp - bpf
	"$SECCOMP_SHIM" compile - <good.json | cmp - bpf
	"$SECCOMP_SHIM" compile config.json | cmp - bpf
	"$SECCOMP_SHIM" compile /dev/fd/7 7<good.json | cmp - bpf
	"$SECCOMP_SHIM" compile --arch aarch64 default | cmp - bpf && row_failed 'arch' 'same program'
	all_held
}

@test "the same input gives the same bytes, and oci's output is its own input" {
	local file format
	for file in default audit "$PROFILES"/*.json good.json; do
		for format in bpf asm oci; do
			"$SECCOMP_SHIM" compile --quiet "$file" -f $format >one
			"$SECCOMP_SHIM" compile --quiet "$file" -f $format >two
			cmp one two
		done
		"$SECCOMP_SHIM" compile --quiet "$file" -f oci >section
		"$SECCOMP_SHIM" compile --quiet section -f oci | cmp - section
		"$SECCOMP_SHIM" compile --quiet "$file" | cmp - <("$SECCOMP_SHIM" compile --quiet section)
	done
}

@test "compile refuses what it cannot compile, with one line" {
	shim compile
	expect_refused 'no profile' 2 'compile: no FILTER is named '
	shim compile good.json bad.json
	expect_refused 'two profiles' 2 'compile: one FILTER at a time, "bad.json" is too many \(seccomp-shim compile --help\)$'
	shim compile -f elf good.json
	expect_refused 'format' 2 'compile: unknown format "elf" \(bpf, asm or oci\)$'
	shim compile good.json -f asm --format=asm
	expect_refused 'twice, on both sides' 2 'compile: option --format is given twice \(give it once\)$'
	shim compile bad.json
	expect_refused 'unknown name' 2 'bad\.json:2:24: .*chmodd.*chmod'
	shim compile unconfined
	expect_refused 'unconfined' 2 'unconfined: .*nothing to compile'
	shim compile no-section.json
	expect_refused 'no section' 2 'no-section\.json: has no linux\.seccomp'
	shim compile no-such-file
	expect_refused 'no file' 2 'no-such-file: No such file or directory$'
	shim compile good.json -o no-such-folder/out
	expect_refused 'no folder' 2 'no-such-folder/out: cannot open its folder: .* \(create the folder\)$'
	shim compile good.json -o .
	expect_refused 'a folder' 2 '\.: cannot open: Is a directory \(name a file, not a folder\)$'
	shim compile good.json -o /dev/full
	expect_refused 'full' 2 '/dev/full: cannot write: No space left on device \(free space on its file system\)$'
	no_rest 'after refusals'
	all_held
}

@test "compile takes programs without rules from bpf:FILE and pid:N" {
	"$SECCOMP_SHIM" compile good.json -o bpf
	"$SECCOMP_SHIM" compile -f asm good.json >asm
	"$SECCOMP_SHIM" compile -f asm bpf:bpf | cmp - asm
	"$SECCOMP_SHIM" compile bpf:bpf | cmp - bpf
	shim compile -f oci bpf:bpf
	expect_refused 'oci' 2 'bpf:bpf has no rules to print as a seccomp section \(use -f bpf or -f asm\)$'
	shim compile -f oci pid:1
	expect_refused 'oci of a process' 2 'pid:1 has no rules to print as a seccomp section '
	local option
	for option in arch=x86_64 caps=docker kernel=6.1 as=runc; do
		shim compile "--$option" bpf:bpf
		expect_refused "$option" 2 'bpf:bpf has no rules: --arch, --caps, --kernel and --as are for profiles \(leave them out\)$'
	done
	shim run -p pid:1 true
	expect_refused 'run' 125 'pid:1: is a filter without rules, and this must be a profile \(use it with compile, explain, diff or test\)$'
	cp good.json bpf:good
	shim check bpf:good
	expect 'a file of such a name' 1 'bpf:good: 0 errors, 1 warning' ''
	shim compile -f asm bpf:/nonexistent
	expect_refused 'no file' 2 'bpf:/nonexistent: No such file or directory$'
	shim compile -f asm bpf:
	expect_refused 'empty name' 2 'bpf:: the name is empty \(give the path of a file\)$'
	shim compile -f asm bpf:/dev/null
	expect_refused 'device' 2 'bpf:/dev/null: is a device \('
	printf '1234567' >odd
	shim compile -f asm bpf:odd
	expect_refused 'no whole instruction' 2 'bpf:odd: 7 bytes are not an array of 8-byte instructions \('
	printf '\0\0\0\0\0\0\0\0' >load
	shim compile -f asm bpf:load
	expect_refused 'no program' 2 'bpf:load: the last instruction \(0\) does not return'
	shim compile -f asm pid:x
	expect_refused 'no pid' 2 '.*"x" is not a valid process id \(expected a number, such as pid:1234\)$'
	shim diff bpf:/nonexistent default
	expect_refused 'diff, no file' 2 'bpf:/nonexistent: No such file'
	shim diff default bpf:
	expect_refused 'diff, empty' 2 'bpf:: the name is empty'
	shim diff bpf:/dev/null default
	expect_refused 'diff, device' 2 'bpf:/dev/null: is a device'
	all_held
}

@test "compile pid:N writes one filter as it is and joins several into one program (root)" {
	local pid
	is_machine_root || return 0
	[ "$(sed -n 's/^Seccomp:\t//p' /proc/self/status)" = 0 ] || skip 'this process has a filter itself'
	is_asan && return 0 # the sanitizer's runtime does not like the stacked filters
	"$SECCOMP_SHIM" run -p "$PROFILES/no-chmod.json" sleep 100 &
	pid=$!
	until grep -q sleep /proc/$pid/comm; do sleep 0.05; done
	"$SECCOMP_SHIM" compile "$PROFILES/no-chmod.json" -o one
	"$SECCOMP_SHIM" compile pid:$pid | cmp - one || row_failed 'one' 'not what was loaded'
	kill $pid
	"$SECCOMP_SHIM" run -p "$PROFILES/no-chmod.json" "$SECCOMP_SHIM" run -p default sleep 100 &
	pid=$!
	until grep -q sleep /proc/$pid/comm; do sleep 0.05; done
	"$SECCOMP_SHIM" compile pid:$pid -o both || row_failed 'both' 'not compiled'
	shim diff bpf:both pid:$pid
	expect 'both' 0 '' ''
	shim diff bpf:both default
	expect 'both and one of them' 1 'chmod' ''
	kill $pid
	sleep 100 &
	pid=$!
	shim compile -f asm pid:$pid
	expect_refused 'none' 2 "(pid:$pid: has no filter: there is nothing to compile|the kernel does not hand out)"
	kill $pid
	all_held
}

@test "compile writes no bytes to a terminal" {
	run -2 script -qec "'$SECCOMP_SHIM' compile good.json" /dev/null
	[[ $output =~ "do not belong on a terminal" ]]
	run -0 script -qec "'$SECCOMP_SHIM' compile good.json -f asm" /dev/null
}

@test "a file is replaced whole and keeps its owner and mode, or stays as it was" {
	umask 022
	"$SECCOMP_SHIM" compile good.json -o new
	[ "$(stat -c %a new)" = 644 ] || row_failed 'new' 'mode is not 644'
	(umask 077 && "$SECCOMP_SHIM" compile good.json -o private)
	[ "$(stat -c %a private)" = 600 ] || row_failed 'private' 'mode is not 600'
	echo old >kept
	chmod 640 kept
	ln -s kept link
	shim compile bad.json -o kept
	expect_refused 'an error' 2 'bad'
	[ "$(cat kept)" = old ] || row_failed 'an error' 'the file was touched'
	before=$(stat -c %i kept)
	"$SECCOMP_SHIM" compile good.json -o link
	[ -L link ] && [ "$(stat -c %a kept)" = 640 ] || row_failed 'link' 'not its target was replaced'
	[ "$(stat -c %i kept)" != "$before" ] || row_failed 'link' 'written in place'
	cmp kept new
	if is_machine_root; then
		chown 0:4321 kept
		"$SECCOMP_SHIM" compile good.json -o kept
		[ "$(stat -c %u:%g:%a kept)" = 0:4321:640 ] || row_failed 'owner' 'not kept'
	fi
	"$SECCOMP_SHIM" compile good.json -o /dev/null
	"$SECCOMP_SHIM" compile good.json -o /dev/stdout | cmp - new
	(ulimit -f 0 && trap '' XFSZ && ! "$SECCOMP_SHIM" compile good.json -o kept)
	cmp kept new
	no_rest 'all'
	all_held
}
