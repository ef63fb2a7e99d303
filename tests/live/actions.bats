#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The eight actions (NOTIFY has notify.bats), each as it is seen from outside, in three ABIs; what answers a call
# that no rule names, and two filters on top of each other.

# shellcheck disable=SC2154,SC2016 # `folder` is made by setup; what is in single quotes is for other shells
load lib

# What both probes call on their way, so that a profile with another default lets them work.
NEEDS='"access", "arch_prctl", "brk", "clone", "clone3", "close", "execve", "exit", "exit_group", "fork", "fstat",
	"futex", "getrandom", "gettid", "madvise", "mmap", "mprotect", "munmap", "newfstatat", "openat", "pread64",
	"prlimit64", "read", "readlink", "rseq", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "set_robust_list", "set_tid_address",
	"wait4", "write"'
THREE='"architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]'
ACTIONS='{
	"defaultAction": "SCMP_ACT_ALLOW",
	'$THREE',
	"syscalls": [
		{"names": ["getppid"], "action": "SCMP_ACT_ERRNO"},
		{"names": ["getpgid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 4094},
		{"names": ["getuid"], "action": "SCMP_ACT_KILL_PROCESS"},
		{"names": ["getgid"], "action": "SCMP_ACT_KILL_THREAD"},
		{"names": ["geteuid"], "action": "SCMP_ACT_KILL"},
		{"names": ["getegid"], "action": "SCMP_ACT_TRAP"},
		{"names": ["sched_yield"], "action": "SCMP_ACT_TRACE", "errnoRet": 7},
		{"names": ["personality"], "action": "SCMP_ACT_TRACE"},
		{"names": ["getsid"], "action": "SCMP_ACT_LOG"}
	]
}'

@test "the caller sees the result of each action" {
	probe_under x86-64 "$ACTIONS" '# x86-64
call x86_64 37 0 = ret=0 # ALLOW: alarm(0)
call x86_64 110 = errno=EPERM
call x86_64 121 = errno=4094
thread x86_64 110 = errno=EPERM
trap x86_64 110 = errno=EPERM
traced x86_64 110 = errno=EPERM
call x86_64 102 = signal=SIGSYS # KILL_PROCESS
thread x86_64 102 = signal=SIGSYS
trap x86_64 102 = signal=SIGSYS
call x86_64 104 = signal=SIGSYS # KILL_THREAD, the last thread
thread x86_64 104 = thread killed
trap x86_64 104 = signal=SIGSYS
call x86_64 107 = signal=SIGSYS # KILL is KILL_THREAD
thread x86_64 107 = thread killed
call x86_64 108 = signal=SIGSYS # TRAP
thread x86_64 108 = signal=SIGSYS
trap x86_64 108 = SIGSYS syscall=0x6c arch=0xc000003e errno=0
call x86_64 24 = errno=ENOSYS # TRACE, no tracer
traced x86_64 24 = event=7 ret=0
call x86_64 135 0xffffffff = errno=ENOSYS
traced x86_64 135 0xffffffff = event=1 ret=0
call x86_64 124 0x7fffffff = errno=ESRCH # LOG: executed
traced x86_64 124 0x7fffffff = errno=ESRCH'
	probe_under 'i386 and x32' "$ACTIONS" '# int 0x80, and bit 30
call x86 27 0 = ret=0
call x86 64 = errno=EPERM
call x86 132 = errno=4094
thread x86 24 = signal=SIGSYS # a name is one call, of an ABI: getuid and getuid32 differ
thread x86 47 = thread killed
call x86 199 = ret='"$(id -u)"'
call x86 49 = signal=SIGSYS
thread x86 49 = thread killed
trap x86 50 = SIGSYS syscall=0x32 arch=0x40000003 errno=0
call x86 158 = errno=ENOSYS
traced x86 158 = event=7 ret=0
call x86 147 0x7fffffff = errno=ESRCH
call x32 37 0 = errno=ENOSYS # ALLOW: this kernel has no x32 calls
call x32 110 = errno=EPERM
call x32 121 = errno=4094
thread x32 102 = signal=SIGSYS
thread x32 104 = thread killed
thread x32 107 = thread killed
trap x32 108 = SIGSYS syscall=0x4000006c arch=0xc000003e errno=0
call x32 24 = errno=ENOSYS
traced x32 24 = event=7 errno=ENOSYS'
	all_held
}

# logged ROW PROFILE RECORDS ARG...: the audit records of a probe that makes one call itself.
logged() {
	local row=$1 profile=$2 records=$3 count=0 found
	shift 3
	[ -z "$records" ] || count=$(wc -l <<<"$records")
	printf '%s\n' "$profile" >"$folder/profile.json"
	answer self "$PROBES/records" "$count" "$SECCOMP_SHIM" run -p "$folder/profile.json" "$PROBES/probe" self "$@"
	same "$row" "$records" "$(grep -v '^errno=\|^ret=' <<<"$found")"
}

# bats test_tags=root
@test "LOG, the kills and the flag LOG produce audit records" {
	needs_root 'CAP_AUDIT_READ reads the audit records' || return 0
	logged 'LOG' "$ACTIONS" 'sig=0 arch=c000003e syscall=124 compat=0 code=0x7ffc0000' x86_64 124
	logged 'LOG, i386' "$ACTIONS" 'sig=0 arch=40000003 syscall=147 compat=1 code=0x7ffc0000' x86 147
	logged 'LOG, x32' "$ACTIONS" 'sig=0 arch=c000003e syscall=1073741948 compat=0 code=0x7ffc0000' x32 124
	logged 'KILL_PROCESS' "$ACTIONS" 'sig=31 arch=c000003e syscall=102 compat=0 code=0x80000000' x86_64 102
	logged 'KILL' "$ACTIONS" 'sig=31 arch=c000003e syscall=107 compat=0 code=0x0' x86_64 107
	logged 'ERRNO' "$ACTIONS" '' x86_64 110
	logged 'ALLOW' "$ACTIONS" '' x86_64 37 0
	logged 'ERRNO with the flag' "${ACTIONS/\{/\{\"flags\": [\"SECCOMP_FILTER_FLAG_LOG\"],}" \
		'sig=0 arch=c000003e syscall=110 compat=0 code=0x50000' x86_64 110
	all_held
}

@test "unlisted ABIs are killed, and numbers beyond the highest named one get ENOSYS" {
	local allow="\"syscalls\": [{\"names\": [$NEEDS, \"fchmodat2\"], \"action\": \"SCMP_ACT_ALLOW\"}]"

	probe_under 'ERRNO' "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 100, $THREE, $allow}" '# beyond the highest
call x86_64 110 = errno=ENETDOWN
call x86_64 451 = errno=ENETDOWN
call x86_64 452 -1 0 0 0 = errno=EFAULT
call x86_64 453 = errno=ENOSYS
call x86_64 999 = errno=ENOSYS
call x86_64 0x3fffffff = errno=ENOSYS
call x86_64 0x80000000 = errno=ENOSYS
call x86_64 -2 = errno=ENOSYS
call x86_64 -1 = errno=ENETDOWN # the default
call x86_64 0xffffffff = errno=ENETDOWN
call x86 20 = errno=ENETDOWN
call x86 452 -1 0 0 0 = errno=EFAULT
call x86 453 = errno=ENOSYS
call x86 -1 = errno=ENETDOWN
call x32 110 = errno=ENETDOWN
call x32 0 = errno=ENOSYS # allowed
call x32 530 = errno=ENOSYS # set_robust_list: the highest there, and allowed
call x32 529 = errno=ENETDOWN
call x32 531 = errno=ENOSYS'
	probe_under 'native only' "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 100, $allow}" '# not listed
thread x86 20 = thread killed
thread x86 1 0 = thread killed
thread x86 999 = thread killed
thread x86 -1 = thread killed
thread x32 110 = thread killed
thread x32 999 = thread killed
call x86 20 = signal=SIGSYS
call x32 0 = signal=SIGSYS
call x86_64 -1 = errno=ENETDOWN
call x86_64 999 = errno=ENOSYS'
	probe_under 'ALLOW, native only' '{"defaultAction": "SCMP_ACT_ALLOW"}' '# not listed: with every default
call x86_64 999 = errno=ENOSYS
call x86_64 -1 = errno=ENOSYS
thread x86 20 = thread killed
thread x32 39 = thread killed'
	probe_under 'KILL_PROCESS' "{\"defaultAction\": \"SCMP_ACT_KILL_PROCESS\", $THREE, $allow}" '# ENOSYS: not with other defaults
call x86_64 453 = signal=SIGSYS
call x86_64 999 = signal=SIGSYS
thread x86_64 110 = signal=SIGSYS
call x86_64 -1 = signal=SIGSYS
call x86 453 = signal=SIGSYS
call x32 999 = signal=SIGSYS
call x86_64 452 -1 0 0 0 = errno=EFAULT'
	probe_under 'TRAP' "{\"defaultAction\": \"SCMP_ACT_TRAP\", $THREE, $allow}" '# beyond the highest
trap x86_64 999 = SIGSYS syscall=0x3e7 arch=0xc000003e errno=0
trap x86_64 -1 = SIGSYS syscall=0xffffffff arch=0xc000003e errno=0
trap x86 453 = SIGSYS syscall=0x1c5 arch=0x40000003 errno=0'
	all_held
}

# pair ACTION MEMBERS ACTION MEMBERS: a profile with one rule on getppid and one on getpgid.
pair() {
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
		{"names": ["getppid"], "action": "SCMP_ACT_%s"%s},
		{"names": ["getpgid"], "action": "SCMP_ACT_%s"%s}]}\n' "$@"
}

# nested ROW TABLE OUTER... INNER...: four words each for the two profiles.
nested() {
	pair "${@:3:4}" >"$folder/outer.json"
	pair "${@:7:4}" >"$folder/inner.json"
	probe "$1" "$2" self "$SECCOMP_SHIM" run -p "$folder/outer.json" \
		"$SECCOMP_SHIM" run -p "$folder/inner.json" "$PROBES/probe"
}

@test "run under run enforces the stricter result of the two filters" {
	nested 'each denies one' 'call x86_64 110 = errno=ENETDOWN
call x86_64 121 = errno=ENETUNREACH' \
		ERRNO ', "errnoRet": 100' ALLOW '' ALLOW '' ERRNO ', "errnoRet": 101'
	nested 'the kills win' 'thread x86_64 110 = thread killed
thread x86_64 121 = signal=SIGSYS' \
		ERRNO '' KILL_PROCESS '' KILL_THREAD '' ERRNO ''
	nested 'TRAP before ERRNO, TRACE before LOG' 'trap x86_64 110 = SIGSYS syscall=0x6e arch=0xc000003e errno=0
traced x86_64 121 0x7fffffff = event=5 errno=ESRCH
call x86_64 121 0x7fffffff = errno=ENOSYS' \
		TRAP '' TRACE ', "errnoRet": 5' ERRNO '' LOG ''
	all_held
}

# The kernel bounds the instructions of all filters of a process (2^15, and 4 for each filter). What does not fit ends
# with one line, and nothing is executed.
@test "filters can be nested until the kernel takes no more" {
	local deep=() many=() before found
	before=$(filters_here)

	for _ in 1 2 3; do deep+=("$SECCOMP_SHIM" run -p audit); done
	answer self "${deep[@]}" "$SECCOMP_SHIM" run grep -E '^(NoNewPrivs|Seccomp|Seccomp_filters):' /proc/self/status
	same 'three and one' $'NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t'$((before + 4)) "$found"

	for _ in {1..500}; do many+=("$SECCOMP_SHIM" run -p default); done
	status=0
	timeout --kill-after=2 20 "${many[@]}" touch "$folder/marker" \
		>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	# shellcheck disable=SC2034 # for expect_refused
	out=$(cat "$BATS_TEST_TMPDIR/out") err=$(cat "$BATS_TEST_TMPDIR/err")
	expect_refused 'too many' 125 'cannot load the filter: Cannot allocate memory \(too many filters'
	[ ! -e "$folder/marker" ] || row_failed 'too many' 'the command was executed'
	all_held
}
