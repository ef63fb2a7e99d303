#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Every system call of a launch fails once in turn: in each case the command begins with the whole filter or
# not at all, the status is right, and no process and no file is left. faults.py makes the points and judges them, inject
# makes the faults; strace makes some of them again, as a second opinion. Then calls that always fail, by an outer filter.

# shellcheck disable=SC2154 # `folder` is made by setup; `status`, `out` and `err` by shim
load lib

# faults SCENARIO...
faults() {
	local scenario result
	for scenario in "$@"; do
		mkdir "$folder/$scenario"
		chmod 755 "$folder/$scenario"
		result=$(python3 "$TREE/tests/live/faults.py" "$PROBES/inject" "$SECCOMP_SHIM" "$folder/$scenario" "$scenario" 2>&1) ||
			failures=$((failures + 1))
		printf '%s\n' "$result"
	done
}

@test "each call of a launch fails once, with a profile in a file" {
	faults file
	all_held
}

@test "each call of a launch fails once, with built-in profiles and profiles from elsewhere" {
	faults default stdin localhost
	all_held
}

@test "each call of a launch fails once, with --require-agreement and a filter that allows nothing" {
	faults agreement silent
	all_held
}

@test "each call of a launch fails once, with a listener" {
	faults notify notify-tsync
	all_held
}

# bats test_tags=root
@test "each call of a launch fails once, with another user and other capabilities" {
	needs_root 'it becomes another user' || return 0
	faults identity name
	all_held
}

# bats test_tags=root
@test "each call of a launch fails once, without no_new_privs and with a bundle" {
	needs_root 'it becomes another user' || return 0
	faults privileges bundle
	all_held
}

RULE='{"names": ["chmod"], "action": "SCMP_ACT_ERRNO"}'

# strace_faults CALL ERROR STATUS: the call fails at its first, second ... occurrence, until there is none, in the launch
# and its child alike. STATUS: of a launch that was refused.
strace_faults() {
	local count expected="1 2 $(($(filters_here) + 1))" # in the order of /proc/self/status
	for ((count = 1; count < 100; count++)); do
		status=0
		strace -f -qq -o "$folder/strace" -e trace="$1" -e signal=none -e inject="$1:error=$2:when=$count" \
			"$SECCOMP_SHIM" run -p "$folder/profile.json" \
			sed -n 's/^\(Seccomp\|Seccomp_filters\|NoNewPrivs\):\t//p' /proc/self/status \
			>"$folder/out" 2>"$folder/err" || status=$?
		grep -q INJECTED "$folder/strace" || break
		out=$(xargs <"$folder/out")
		err=$(cat "$folder/err")
		[ "$1" = execve ] && [ "$count" = 1 ] && continue # strace's own
		if [ -n "$out" ]; then
			[ "$out" = "$expected" ] || row_failed "$1:$2:$count" 'not the whole filter'
			continue
		fi
		[ "$status" = "$3" ] || row_failed "$1:$2:$count" "the status is not $3"
		[ "$(wc -l <"$folder/err")" = 1 ] || row_failed "$1:$2:$count" 'not one line on stderr'
	done
	[ "$count" -gt 1 ] || row_failed "$1:$2" 'never called'
}

@test "errors injected by strace give the same results" {
	local error
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [%s]}' "$RULE" >"$folder/profile.json"
	for error in EINVAL ENOSYS EACCES EFAULT ENOMEM EBUSY ESRCH; do strace_faults seccomp $error 125; done
	for error in EACCES ENOEXEC E2BIG ETXTBSY EPERM; do strace_faults execve $error 126; done
	strace_faults execve ENOENT 127
	for error in ENOSYS EPERM; do strace_faults close_range $error 125; done
	strace_faults clone EAGAIN 125
	strace_faults pipe2 EMFILE 125
	strace_faults memfd_create ENOSYS 125
	strace_faults poll EINTR 125
	strace_faults wait4 EINTR 125
	all_held
}

# outer CALLS ERRNO: a profile under which these calls answer with this errno.
outer() {
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": [%s], "action": "SCMP_ACT_ERRNO", "errnoRet": %d}]}' \
		"$1" "$2" >"$folder/outer.json"
}

# within ROW CALLS ERRNO EXPECTED ARG...: a launch where these calls always answer that. EXPECTED: `works`, or the line.
within() {
	local row=$1
	outer "$2" "$3"
	rm -f "$folder/marker"
	shim run --keep-fds -p "$folder/outer.json" "$SECCOMP_SHIM" run "${@:5}" sh -c "
		sed -n 's/^Seccomp_filters:\t//p' /proc/self/status; ls /proc/self/fd | wc -l; touch $folder/marker" 7</dev/null
	if [ "$4" = works ]; then
		# 0, 1, 2 and the one that lists them
		expect "$row" 0 "^$(($(filters_here) + 2))"$'\n''4$' ''
		return
	fi
	expect_refused "$row" 125 "$4"
	[ ! -e "$folder/marker" ] || row_failed "$row" 'the command was executed'
}

@test "a launch works without the calls of newer kernels, or stops and says why" {
	local e inner=$folder/inner.json
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [%s]}' "$RULE" >"$inner"
	printf '{"ociVersion": "1.0.2", "process": {"cwd": "/", "args": ["true"], "env": ["PATH=/usr/bin:/bin"],
		"user": {"uid": %d, "gid": %d}}, "linux": {"seccomp": %s}}' "$(id -u)" "$(id -g)" "$(cat "$inner")" \
		>"$folder/config.json"
	# 38 ENOSYS, as an old kernel; 1 EPERM, as an old outer filter
	for e in 38 1; do
		within "close_range, $e" '"close_range"' $e works -p "$inner"
		# as somebody else this would need the very groups and bounding set
		! is_root || within "openat2, $e" '"openat2"' $e works --bundle "$folder"
		within "faccessat2, $e" '"faccessat2"' $e works -p "$inner"
		within "memfd_create, $e" '"memfd_create"' $e works -p "$inner"
		within "clone, $e" '"clone", "fork", "vfork"' $e 'cannot|.*libseccomp' -p "$inner" --require-agreement
		within "close_range and getdents64, $e" '"close_range", "getdents64"' $e \
			'cannot close other descriptors for the command: .*\(this needs close_range\(2\) or /proc; --keep-fds leaves them open\)' -p "$inner"
		within "prctl, $e" '"prctl"' $e '' -p "$inner"
	done
	within 'no seccomp(2)' '"seccomp"' 38 'the running kernel \(.*\) does not accept seccomp filters: it has no seccomp\(2\) \(' -p "$inner"
	within 'seccomp(2) is denied' '"seccomp"' 1 'the running kernel \(.*\) does not accept seccomp filters: seccomp\(2\) is refused \(' -p "$inner"
	within 'seccomp(2) before 4.14' '"seccomp"' 22 'the running kernel \(.*\) does not accept seccomp filters: its seccomp\(2\) is too old \(' -p "$inner"
	all_held
}
