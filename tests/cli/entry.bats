#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The entry program of entrypoint mode alone, outside of a container: what it loads, what it leaves as it is, and what
# it refuses. The program is $SHIM_BUILD/entry; the filter files are made by hand (entry_file.py).

# shellcheck disable=SC2154,SC2016 # `status`, `out` and `err` are set by entry; what is in single quotes is for other shells
load lib

ENTRY=${SHIM_BUILD:-$(dirname "$SECCOMP_SHIM")}/entry

setup() {
	folder=$(open_folder)
	allow_all_but fchmodat
}

teardown() {
	rm -rf "$folder"
}

# filter PROFILE [KEY=VALUE...]: $folder/filter
filter() {
	printf '%s\n' "$1" >"$folder/profile.json"
	"$SECCOMP_SHIM" compile -f bpf -o "$folder/program" "$folder/profile.json" 2>"$folder/compile.err"
	python3 -B "$TREE/tests/cli/entry_file.py" "$folder/program" "$folder/filter" "${@:2}"
}

# allow_all_but NAME [KEY=VALUE...]
allow_all_but() {
	filter '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["'"$1"'"], "action": "SCMP_ACT_ERRNO"}]}' "${@:2}"
}

# entry ARG...: sets $status, $out, $err
entry() {
	status=0
	"$ENTRY" "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	out=$(cat "$BATS_TEST_TMPDIR/out")
	err=$(cat "$BATS_TEST_TMPDIR/err")
}

under() {
	entry "$folder/filter" -- "$@"
}

STATUS=(sed -n 's/^\(Seccomp\|Seccomp_filters\|NoNewPrivs\|SigBlk\|SigIgn\|CapEff\):\t//p' /proc/self/status)

@test "the entry program adds the filter and changes nothing else" {
	local before
	before=$("${STATUS[@]}" | xargs)
	read -r -a before <<<"$before"
	under "${STATUS[@]}"
	# Status in the order of /proc: SigBlk SigIgn CapEff NoNewPrivs Seccomp Seccomp_filters
	[ "$(xargs <<<"$out")" = "${before[0]} ${before[1]} ${before[2]} 1 2 $((before[5] + 1))" ] || row_failed status "not ${before[*]}"
	expect 'status' 0 . ''
	under chmod 700 "$folder/profile.json"
	expect 'denied' 1 '' 'Operation not permitted'
	under sh -c 'kill -TERM $$'
	expect 'signal' 143 '' ''
	under sh -c 'exit 7'
	expect 'exit' 7 '' ''
	all_held
}

@test "the command gets arguments, environment, directory and descriptors as without the entry program" {
	under sh -c 'printf "%s|" "$0" "$@"' 'a b' '' $'\n' -- '*'
	expect 'arguments' 0 '^a b\|\|'$'\n''\|--\|\*\|$' ''
	(
		cd "$folder"
		A=1 PATH=/usr/bin:/bin exec -a name "$ENTRY" filter -- sh -c 'pwd; echo $A $$; tr "\0" " " </proc/$$/cmdline' &
		echo $! >pid
		wait
	) >"$folder/found"
	[ "$(cat "$folder/found")" = "$folder"$'\n'"1 $(cat "$folder/pid")"$'\n''sh -c pwd; echo $A $$; tr "\0" " " </proc/$$/cmdline ' ] ||
		row_failed 'environment' "found $(cat "$folder/found")"
	[ "$(env -i A=1 'B=x y' "$ENTRY" "$folder/filter" -- /usr/bin/env | xargs -0)" = $'A=1\nB=x y' ] || row_failed 'environment' 'not the same'
	# 3 is what ls reads
	out=$(python3 - "$ENTRY" "$folder/filter" <<-'END'
		import os, sys
		os.closerange(3, 256)
		for fd in 4, 9: os.dup2(os.open('/dev/null', os.O_RDWR), fd)
		os.execv(sys.argv[1], [*sys.argv[1:], '--', 'ls', '/proc/self/fd'])
	END
	)
	[ "$(xargs <<<"$out")" = '0 1 2 3 4 9' ] || row_failed 'descriptors' "$out"
	out=$(echo text | "$ENTRY" "$folder/filter" -- cat)
	[ "$out" = text ] || row_failed 'standard input' 'not the same'
	all_held
}

@test "the entry program searches PATH as execvp(3) does" {
	mkdir "$folder/a" "$folder/b" "$folder/a/tool"
	printf '#!/bin/sh\necho found\n' >"$folder/b/tool"
	chmod 755 "$folder/b/tool"
	printf 'echo shell\n' >"$folder/b/text"
	cp "$folder/b/text" "$folder/a/text"
	chmod 755 "$folder/b/text"
	mkfifo "$folder/pipe"
	while IFS='|' read -r row path command expected text; do
		status=0
		out=$(cd "$folder" && env -i ${path:+"PATH=$(eval echo "$path")"} "$ENTRY" filter -- "$(eval echo "$command")" 2>&1) || status=$?
		err=
		expect "$row" "$expected" "$text" ''
	done <<-'END'
		goes on|$folder/none:$folder/a:$folder/b|tool|0|^found$
		empty element|:/none|true|127|^seccomp-shim: cannot run true: No such file or directory$
		default||true|0|
		default, shell||tool|127|^seccomp-shim: cannot run tool: No such file
		relative|b|tool|0|^found$
		slash||b/tool|0|^found$
		not executable|$folder/a|text|126|^seccomp-shim: cannot run text: Permission denied$
		goes on after it|$folder/a:$folder/b|text|126|^seccomp-shim: cannot run text: Exec format error$
		a directory|$folder|a|126|^seccomp-shim: cannot run a: Is a directory$
		no shell|$folder/b|text|126|^seccomp-shim: cannot run text: Exec format error$
		a pipe|$folder|pipe|126|^seccomp-shim: cannot run pipe: Permission denied$
		through a file|/bin|b/tool/x|127|^seccomp-shim: cannot run b/tool/x: Not a directory$
		missing|/bin|/none/x|127|^seccomp-shim: cannot run /none/x: No such file or directory$
		empty|/bin|""|127|^seccomp-shim: cannot run "": No such file or directory$
	END
	under $'new\nline\e[0m\\'
	expect_refused 'escaped' 127 'cannot run new\\x0aline\\x1b\[0m\\x5c: No such file or directory$'
	under "$(printf '%0300d' 0)"
	expect_refused 'long' 126 'cannot run 0{256}: File name too long$'
	printf '#!/nonexistent/interpreter\n' >"$folder/script"
	chmod 755 "$folder/script"
	under "$folder/script"
	expect_refused 'interpreter: under the filter' 127 ".*script: No such file or directory$"
	all_held
}

# damaged ROW KEY=VALUE...
damaged() {
	allow_all_but chmod "${@:2}"
	under touch "$folder/marker"
	expect_refused "$1" 125 'the filter is damaged, or of another version or machine \('
}

@test "a file that is not a filter is not loaded, and nothing is executed" {
	local size
	damaged magic magic=0x314b4e494c494654
	damaged version version=2
	damaged 'another machine' arch=0x40000003
	damaged 'length 0' length=0
	damaged 'length' length=2
	damaged 'length 4097' length=4097
	damaged 'length 2^32-1' length=0xffffffff
	damaged 'options' options=8
	damaged 'padding' padding=1
	damaged 'sum' sum=0
	allow_all_but chmod
	size=$(stat -c %s "$folder/filter")
	cp "$folder/filter" "$folder/whole"
	for length in 0 1 39 40 41 $((size - 8)) $((size - 1)); do
		head -c "$length" "$folder/whole" >"$folder/filter"
		under touch "$folder/marker"
		expect_refused "cut at $length" 125 'the filter is damaged'
	done
	{ cat "$folder/whole"; printf x; } >"$folder/filter"
	under touch "$folder/marker"
	expect_refused 'longer' 125 'the filter is damaged'
	{ cat "$folder/whole"; head -c 100000 /dev/zero; } >"$folder/filter"
	under touch "$folder/marker"
	expect_refused 'much longer' 125 'the filter is damaged'
	# every byte counts
	for at in $(seq 0 $((size - 1))); do
		python3 -c 'import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[int(sys.argv[3])] ^= 1
open(sys.argv[2], "wb").write(data)' "$folder/whole" "$folder/filter" "$at"
		"$ENTRY" "$folder/filter" -- touch "$folder/marker" 2>/dev/null && row_failed "byte $at" 'was not refused'
	done
	rm "$folder/filter"
	under touch "$folder/marker"
	expect_refused 'missing' 125 'cannot open the filter: No such file or directory \('
	ln -s whole "$folder/filter"
	under touch "$folder/marker"
	expect_refused 'a link' 125 'cannot open the filter: Too many levels of symbolic links \('
	rm "$folder/filter"
	mkfifo "$folder/filter"
	under touch "$folder/marker"
	expect_refused 'a pipe' 125 'the filter is damaged'
	entry "$folder" -- touch "$folder/marker"
	expect_refused 'a directory' 125 'cannot read the filter: Is a directory \('
	entry /dev/zero -- touch "$folder/marker"
	expect_refused 'a device' 125 'the filter is damaged'
	[ ! -e "$folder/marker" ] || row_failed marker 'it was executed'
	all_held
}

@test "nothing is executed if the kernel refuses the filter" {
	allow_all_but chmod flags=0x80
	under touch "$folder/marker"
	expect_refused 'flags' 125 'cannot load the filter: Invalid argument \('
	head -c 8 /dev/zero >"$folder/program"
	python3 -B "$TREE/tests/cli/entry_file.py" "$folder/program" "$folder/filter"
	under touch "$folder/marker"
	expect_refused 'a bad program' 125 'cannot load the filter: Invalid argument \('
	allow_all_but chmod options=2
	if is_root; then
		under "${STATUS[@]}"
		[[ $(xargs <<<"$out") =~ \ 0\ 2\ [0-9]+$ ]] || row_failed 'without no_new_privs' "not kept off"
		status=0
		err=$(setpriv --bounding-set -sys_admin --inh-caps -sys_admin "$ENTRY" "$folder/filter" -- touch "$folder/marker" 2>&1) || status=$?
	else
		under touch "$folder/marker"
	fi
	[[ $status = 125 && $err =~ 'cannot load the filter: Permission denied' ]] || row_failed 'without CAP_SYS_ADMIN' 'loaded'
	[ ! -e "$folder/marker" ] || row_failed marker 'it was executed'
	all_held
}

@test "the entry program refuses a command line that is not complete" {
	for arguments in '' "$folder/filter" "$folder/filter --" "$folder/filter true" "-- $folder/filter true" "$folder/filter --- true"; do
		# shellcheck disable=SC2086 # words
		entry $arguments
		expect_refused "$arguments" 125 'this is the entry program of entrypoint mode \(usage: entry FILTER -- COMMAND \[ARG\.\.\.\]\)$'
	done
	all_held
}

@test "a failing execve ends the program even under a filter that allows nothing" {
	printf '#!/nonexistent/interpreter\n' >"$folder/script"
	chmod 755 "$folder/script"
	filter '{"defaultAction": "SCMP_ACT_KILL_PROCESS", "syscalls": [{"names": ["execve"], "action": "SCMP_ACT_ALLOW"}]}' options=1
	(ulimit -c 0; under "$folder/script"; [ "$status" = 132 ] && [ -z "$out$err" ]) || row_failed 'killed' 'not an illegal instruction'
	filter '{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["execve"], "action": "SCMP_ACT_ALLOW"}]}' options=1
	(ulimit -c 0; under "$folder/script"; [ "$status" = 132 ] && [ -z "$out$err" ]) || row_failed 'denied' 'not an illegal instruction'
	all_held
}

@test "the entry program makes no call between seccomp(2) and execve(2)" {
	local calls
	calls=$(strace -qq -e signal=none -o "$folder/trace" "$ENTRY" "$folder/filter" -- sh -c true && sed 's/(.*//' "$folder/trace" |
		sed -n '2,/^execve/p' | xargs)
	[[ $calls =~ ^openat\ read\ read\ close\ getcwd\ (faccessat2\ (openat\ close\ )?)+(openat\ )?prctl\ prctl\ seccomp\ execve$ ]] ||
		row_failed calls "$calls"
	all_held
}

# The calls of entry may be denied from outside: the launch is refused, or the filter in force.
@test "the entry program stops if an outer filter denies a call that it needs" {
	local call error PROBE=$folder/probe
	# makes just two calls: shows how many filters there are, by its status
	gcc -O1 -nostdlib -static -ffreestanding -fno-stack-protector -o "$PROBE" -x c - <<-'END'
		#include <sys/syscall.h>
		static long call(long n, long a, long b)
		{
			long answer;
			__asm__ volatile("syscall" : "=a"(answer) : "a"(n), "D"(a), "S"(b) : "rcx", "r11", "memory");
			return answer;
		}
		void _start(void)
		{
			/* fchmodat is denied by the inner filter, with EPERM; the mode of seccomp by prctl may not be asked */
			call(SYS_exit_group, call(SYS_fchmodat, -1, 0) == -1 ? 2 : 3, 0);
			__builtin_trap();
		}
	END
	for call in openat read close getcwd faccessat2 faccessat prctl seccomp write; do
		for error in 1 38; do
			printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["%s"], "action": "SCMP_ACT_ERRNO", "errnoRet": %d}]}' \
				$call $error >"$folder/outer.json"
			shim run --quiet -p "$folder/outer.json" "$ENTRY" "$folder/filter" -- "$PROBE"
			case $call in
			openat | read | close | prctl | seccomp) expect_refused "$call $error" 125 'cannot ' ;;
			*) expect "$call $error" 2 '' '' ;;
			esac
		done
	done
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["faccessat", "faccessat2"], "action": "SCMP_ACT_ERRNO"}]}' >"$folder/outer.json"
	shim run -p "$folder/outer.json" "$ENTRY" "$folder/filter" -- true
	expect 'neither' 0 '' ''
	all_held
}

# bats test_tags=root
@test "CVE-2024-21626: a working directory outside the root is refused (root)" {
	if ! is_root; then return 0; fi # chroot(2)
	mkdir "$folder/root"
	cp "$ENTRY" "$folder/filter" "$folder/root"
	python3 - "$folder/root" <<-'END' >"$folder/out" 2>&1 || status=$?
		import os, sys
		outside = os.open('/', os.O_RDONLY)
		os.chroot(sys.argv[1])
		os.fchdir(outside)
		os.execv('/entry', ['entry', '/filter', '--', '/entry'])
	END
	[ "$status" = 125 ] && grep -q '^seccomp-shim: the working directory is outside of the container (' "$folder/out" || {
		cat "$folder/out"
		false
	}
}

@test "CVE-2019-5736: the entry program cannot be opened through itself, and is static, hardened and small" {
	local text
	printf '#!/proc/self/exe\n' >"$folder/trick"
	chmod 755 "$folder/trick"
	under "$folder/trick"
	# the kernel makes the entry program the interpreter: of a script, which is not a filter
	expect_refused 'interpreter' 125 '(cannot|this|the filter)'
	text=$(readelf -hldrW "$ENTRY")
	grep -qE 'Type: +DYN' <<<"$text"
	grep -q GNU_RELRO <<<"$text"
	grep -qE 'GNU_STACK .* RW +0x' <<<"$text"
	if grep -E 'INTERP|NEEDED|RPATH|RUNPATH|TEXTREL| RWE ' <<<"$text"; then row_failed 'stands alone' 'it does not'; fi
	# with the C library, where the machine is not known to shim/entry/entry_call.h, there are some
	if [ "$(stat -c %s "$ENTRY")" -lt 100000 ]; then
		grep -q 'no relocations' <<<"$text" || row_failed relocations 'nobody would apply them'
	fi
	cp "$ENTRY" "$folder/stripped"
	strip "$folder/stripped"
	echo "# the entry program has $(stat -c %s "$folder/stripped") bytes" >&3
	all_held
}
