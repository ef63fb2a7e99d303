#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What the kernel shows of a command that run has become: its filter, read back, its descriptors, signals and
# environment.

# shellcheck disable=SC2154,SC2016 # `folder` is made by setup; what is in single quotes is for other shells
load lib

teardown() {
	[ -z "${pid-}" ] || release
	rm -rf "$folder"
}

# What the kernel holds for $pid goes to $folder/0, ...; $found is how many.
read_back() {
	rm -f "$folder"/[0-9]*
	answer self "$PROBES/dump" "$pid" "$folder"
}

# equal ROW FILE PROFILE OPTION...: a filter read back is what compile writes.
equal() {
	"$SECCOMP_SHIM" compile -f bpf "${@:3}" -o "$folder/compiled" 2>"$folder/compile.err" &&
		cmp "$folder/compiled" "$folder/$2" && return
	same "$1" 'what compile writes' "$(cat "$folder/compile.err")"
}

# bats test_tags=root
@test "the filter in the kernel is what compile writes, byte by byte" {
	local profile options
	needs_root 'PTRACE_SECCOMP_GET_FILTER wants CAP_SYS_ADMIN in the first user namespace' || return 0

	for profile in default audit "$PROFILES"/{no-chmod,default,audit,deny-list,no-tiocsti}.json; do
		for options in '' '--cap-drop=ALL --caps=none' '--cap-drop=ALL --cap-add=docker --caps=docker' '--caps=all --kernel=4.7'; do
			# shellcheck disable=SC2086 # a list of words
			hold "$SECCOMP_SHIM" run -p "$profile" $options
			read_back
			release
			same "$profile $options" 1 "$found"
			# shellcheck disable=SC2046,SC2086
			equal "$profile $options" 0 "$profile" $(printf '%s\n' $options | grep -v '^--cap-')
		done
	done
	hold "$SECCOMP_SHIM" run -p audit "$SECCOMP_SHIM" run -p default
	read_back
	release
	same 'two' 2 "$found"
	equal 'two: the first' 0 audit
	equal 'two: the second' 1 default
	hold "$SECCOMP_SHIM" run -p unconfined
	read_back
	release
	same 'unconfined' 0 "$found"
	all_held
}

# Becomes a command with descriptors 0, 1, 2, 3, 4, 5, 9, 200, whatever bats has open.
DESCRIPTORS='
import os, sys
os.closerange(3, 1024)
null = os.dup2(os.open("/dev/null", os.O_RDWR), 300, inheritable=False)
for fd in 3, 4, 5, 9, 200: os.dup2(null, fd)
os.execvp(sys.argv[1], sys.argv[1:])
'

# keeps ROW EXPECTED COMMAND...
keeps() {
	hold python3 -c "$DESCRIPTORS" "${@:3}"
	same "$1" "$2" "$(cd "/proc/$pid/fd" && printf '%s\n' * | sort -n | tr '\n' ' ')"
	release
}

@test "the command has descriptors 0, 1, 2 and those that the user named" {
	local run=("$SECCOMP_SHIM" run) found

	keeps 'the test' '0 1 2 3 4 5 9 200 ' env
	keeps 'run' '0 1 2 ' "${run[@]}"
	keeps 'profile from a file' '0 1 2 ' "${run[@]}" -p "$PROFILES/no-chmod.json"
	keeps 'unconfined' '0 1 2 ' "${run[@]}" -p unconfined
	keeps 'preserve-fds 0' '0 1 2 ' "${run[@]}" --preserve-fds 0
	keeps 'preserve-fds 1' '0 1 2 3 ' "${run[@]}" --preserve-fds 1
	keeps 'preserve-fds 3' '0 1 2 3 4 5 ' "${run[@]}" --preserve-fds 3
	keeps 'keep-fds' '0 1 2 3 4 5 9 200 ' "${run[@]}" --keep-fds
	keeps 'nested' '0 1 2 3 4 ' "${run[@]}" --keep-fds -p audit "${run[@]}" --preserve-fds 2
	keeps 'nested, the other way' '0 1 2 ' "${run[@]}" -p audit "${run[@]}" --keep-fds
	hold sh -c 'exec "$@" <&- >&- 2>&-' sh "${run[@]}"
	same 'closed ones' '/dev/null /dev/null /dev/null ' "$(readlink /proc/"$pid"/fd/{0,1,2} | tr '\n' ' ')"
	release
	hold sh -c 'exec "$@" <"$0"' "$PROFILES/audit.json" "${run[@]}" -p -
	same 'profile from standard input' '/dev/null' "$(readlink "/proc/$pid/fd/0")"
	release
	all_held
}

# unchanged ROW COMMAND-BEFORE... -- COMMAND...: prints the same under run as without it.
unchanged() {
	local row=$1 before=() free
	shift
	while [ "$1" != -- ]; do before+=("$1") && shift; done
	shift
	answer self "${before[@]}" "$@"
	free=$found
	answer self "${before[@]}" "$SECCOMP_SHIM" run "$@"
	same "$row" "$free" "$found"
}

@test "environment, arguments, signals, and the rest of a process are as inherited" {
	local status=(grep -E '^(Name|Umask|Uid|Gid|Groups|SigPnd|SigBlk|SigIgn|SigCgt|Cap...):' /proc/self/status)
	local hostile=(LD_BIND_NOW=1 GLIBC_TUNABLES=glibc.malloc.check=0 SYSTEMD_SECCOMP=0 'A=b c' 'B=' $'N=x\ny' 'no name' PATH=/usr/bin:/bin)

	unchanged 'environment' env -i "${hostile[@]}" -- cat /proc/self/environ
	unchanged 'empty environment' env -i -- /bin/cat /proc/self/environ
	unchanged 'arguments' env -- cat /proc/self/cmdline - '' $'a\nb' '*' -p --
	unchanged 'limits' prlimit --nofile=77:88 --core=0 --stack=4194304 -- cat /proc/self/limits
	unchanged 'directory' env -C /usr/share -- readlink /proc/self/cwd
	unchanged 'umask' sh -c 'umask 0137; exec "$@"' sh -- "${status[@]}"
	unchanged 'nice' nice -n 5 -- nice
	unchanged 'personality' setarch --addr-no-randomize -- cat /proc/self/personality
	unchanged 'oom_score_adj' choom -n 300 -- -- cat /proc/self/oom_score_adj
	unchanged 'session' setsid -w -- sh -c 'test $$ = "$(ps -o sid= -p $$ | tr -d " ")" && echo leader'
	unchanged 'signals' env --block-signal=USR1,PIPE,RTMIN --ignore-signal=USR2,PIPE,HUP,RTMIN -- "${status[@]}"
	all_held
}

@test "SIGSYS is unblocked and default, whatever was inherited" {
	local masks=(grep -E '^Sig(Blk|Ign):' /proc/self/status)

	answer self env --default-signal --block-signal=SYS,USR1 --ignore-signal=SYS,USR2 "${masks[@]}"
	same 'the test' $'SigBlk:\t0000000040000200\nSigIgn:\t0000000040000800' "$found"
	answer self env --default-signal --block-signal=SYS,USR1 --ignore-signal=SYS,USR2 "$SECCOMP_SHIM" run "${masks[@]}"
	same 'run' $'SigBlk:\t0000000000000200\nSigIgn:\t0000000000000800' "$found"
	printf '%s\n' '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getppid"], "action": "SCMP_ACT_TRAP"}]}' \
		>"$folder/profile.json"
	probe 'TRAP' 'trap x86_64 110 = SIGSYS syscall=0x6e arch=0xc000003e errno=0
call x86_64 110 = signal=SIGSYS' self \
		env --block-signal=SYS --ignore-signal=SYS "$SECCOMP_SHIM" run -p "$folder/profile.json" "$PROBES/probe"
	all_held
}

@test "every thread of the command has no_new_privs and one more filter" {
	local show=(grep -E '^(NoNewPrivs|Seccomp|Seccomp_filters):' /proc/self/status) profile before
	before=$(filters_here)

	for profile in default audit "$PROFILES"/no-chmod.json; do
		answer self "$SECCOMP_SHIM" run -p "$profile" "${show[@]}"
		same "$profile" $'NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t'$((before + 1)) "$found"
		answer self "$SECCOMP_SHIM" run -p "$profile" sh -c 'exec setsid -w "$@"' sh "${show[@]}"
		same "$profile, a child" $'NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t'$((before + 1)) "$found"
		answer self "$SECCOMP_SHIM" run -p "$profile" sh -c 'ls -d /proc/$$/task/* | wc -l'
		same "$profile, threads" 1 "$found"
	done
	all_held
}
