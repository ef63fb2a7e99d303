#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# check and compile under valgrind: no wrong access, no use of what was not set, no leak, whatever the outcome. Not run:
# valgrind 3.19 does not know seccomp(2). The build with sanitizers looks for the same and cannot run under valgrind.

load lib

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# clean ROW STATUS ARG...: the program has this status, and valgrind reports nothing.
clean() {
	local row=$1 wanted=$2
	shift 2
	status=0
	valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect,possible \
		--trace-children=no --child-silent-after-fork=yes --log-file=valgrind.log \
		"$SECCOMP_SHIM" "$@" >out 2>err || status=$?
	out=$(head -c 2000 out | tr -d '\0')
	err=$(head -c 2000 err)
	[ "$status" = "$wanted" ] || row_failed "$row" "the status is not $wanted"
	[ ! -s valgrind.log ] || row_failed "$row" "$(cat valgrind.log)"
}

# Once is enough: it is the same for every user.
unwanted() {
	is_asan || { [ -n "${SHIM_AS-}" ] && [ "$SHIM_AS" != root ] && [ "$SHIM_AS" != user ]; }
}

@test "check makes no memory errors under valgrind" {
	! unwanted || return 0
	local default='"defaultAction": "SCMP_ACT_ALLOW"'
	clean 'default' 0 check default
	clean 'examples' 0 check --caps docker "$PROFILES/no-chmod.json" "$PROFILES/deny-list.json" "$PROFILES/allow-list.json"
	clean 'config.json' 0 check "$TREE/examples/bundle/config.json"
	clean 'JSON' 0 check --json default
	clean 'no file' 2 check none
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["chmod"' >truncated
	clean 'truncated' 2 check truncated
	printf '{%s, "syscals": [], "flags": ["x"], "architectures": [1], "syscalls": [{"names": ["chmdo", ""], "action": 5, "args": [{}]},
		{"names": "chmod", "includes": {"caps": ["CAP_NONE"], "minKernel": "x"}, "errnoRet": 1e3}, null]}' "$default" >wrong
	clean 'many errors' 2 check wrong
	printf '{%s, "syscalls": [{"names": ["chmdo"], "action": "SCMP_ACT_KILL"}]}' "$default" >typo
	clean 'unknown name' 2 check typo
	printf '{%s, "syscalls": [{"names": ["kill", "tgkill"], "action": "SCMP_ACT_ERRNO", "errnoRet": 7, "args": [
		{"index": 1, "value": 9, "op": "SCMP_CMP_GE"}, {"index": 1, "value": 240, "valueTwo": 16, "op": "SCMP_CMP_MASKED_EQ"}]},
		{"names": ["kill"], "action": "SCMP_ACT_KILL", "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]}],
		"architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_AARCH64"]}' "$default" >conditions
	clean 'conditions' 1 check conditions
	all_held
}

@test "compile makes no memory errors under valgrind" {
	! unwanted || return 0
	local format
	for format in bpf asm oci; do
		clean "default, $format" 0 compile -f "$format" default
	done
	clean 'no-chmod to a file' 0 compile --caps all --arch aarch64 -o compiled "$PROFILES/no-chmod.json"
	clean 'big endian' 0 compile --arch s390x -o compiled audit
	clean 'no file' 2 compile none
	clean 'nowhere to write' 2 compile -o none/compiled default
	all_held
}
