#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# diff: its lines and statuses, --stricter, the three kinds of FILTER, JSON, and what it cannot compare. That what it
# says is so is shown by tests/oracle/onebit.py and effective.py.

load lib

setup() {
	cd "$BATS_TEST_TMPDIR"
	waiting=()
	with_rules '' >allow
	with_rules "$(rule chmod ERRNO)" >chmod
}

teardown() {
	for pid in "${waiting[@]}"; do kill "$pid" 2>/dev/null || true; done
}

# with_rules RULES: a profile that allows the rest.
with_rules() {
	printf '{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],\n"listenerPath":"/run/listener","syscalls":[%s]}\n' "$1"
}

rule() { # rule NAME ACTION [ERRNO]
	printf '{"names":["%s"],"action":"SCMP_ACT_%s"%s}' "$1" "$2" "${3:+,\"errnoRet\":$3}"
}

# Like shim, but a profile with NOTIFY needs no warning about it here.
diff_of() {
	shim diff --arch x86_64 --caps none --kernel 6.1 --quiet "$@"
}

# wait_under COMMAND...: a process that waits, under what the command puts around it; sets $pid.
wait_under() {
	"$@" sh -c 'echo ready >ready; exec sleep 60' &
	pid=$!
	waiting+=("$pid")
	until [ -s ready ] && grep -q sleep "/proc/$pid/comm"; do sleep 0.01; done
	rm ready
}

@test "diff prints one line for each difference, in a fixed order, and ends with 0, 1 or 2" {
	local line='x86_64 chmod: A ALLOW, B ERRNO\(EPERM\); witness chmod\(0, 0\)'
	diff_of allow chmod
	expect 'a difference' 1 "^$line\$" ''
	diff_of chmod allow
	expect 'its mirror' 1 '^x86_64 chmod: A ERRNO\(EPERM\), B ALLOW; witness chmod\(0, 0\)$' ''
	diff_of chmod chmod
	expect 'none' 0 '' ''
	diff_of unconfined unconfined
	expect 'unconfined' 0 '' ''
	diff_of default docker/default
	expect 'two names of a built-in' 0 '' ''
	diff_of unconfined chmod
	expect 'the other architectures' 1 "^architectures 0x0\\.\\.0xc000003d every call: A ALLOW, B KILL_THREAD; [^"$'\n'"]*"$'\n'"$line"$'\n''x32 every call: A ALLOW, B KILL_THREAD; witness read\(0, 0, 0\)'$'\n''x32 3221225472\.\.4294967294: [^'$'\n'']*'$'\n''architectures 0xc000003f[^'$'\n'']*$' ''
	for action in ALLOW LOG; do
		printf '{"defaultAction":"SCMP_ACT_%s","architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X32"]}' $action >all-$action
	done
	diff_of all-ALLOW all-LOG
	expect 'x86-64 and x32 alike' 1 '^x86_64 every call: [^'$'\n'']*'$'\n''x32 every call: [^'$'\n'']*'$'\n''x86_64 2147483648\.\.3221225471: [^'$'\n'']*'$'\n''x32 3221225472\.\.4294967294: [^'$'\n'']*'$'\n''x86_64 4294967295: [^'$'\n'']*$' ''
	with_rules "$(rule chmod ERRNO),$(rule fchmod ERRNO),$(rule read KILL)" >three
	diff_of allow three
	expect 'by number' 1 '^x86_64 read: .*'$'\n''x86_64 chmod: .*'$'\n''x86_64 fchmod: [^'$'\n'']*$' ''
	[ "$out" = "$("$SECCOMP_SHIM" diff --arch amd64 --caps none --kernel 6.1 allow three)" ] || row_failed 'again' 'other lines'
	with_rules '{"names":["socket"],"action":"SCMP_ACT_ERRNO","args":[{"index":0,"op":"SCMP_CMP_EQ","value":40}]}' >socket
	diff_of allow socket
	expect 'a condition' 1 '^x86_64 socket: domain == 40: A ALLOW, B ERRNO\(EPERM\); witness socket\(40, 0, 0\)$' ''
	printf '{"ociVersion":"1.2.0","linux":{"seccomp":%s}}' "$(cat chmod)" >config.json
	diff_of config.json chmod
	expect 'config.json' 0 '' ''
	diff_of - chmod <chmod
	expect '-' 0 '' ''
	diff_of /dev/fd/7 chmod 7<allow
	expect '/dev/fd/7' 1 "^$line\$" ''
	shim diff --arch aarch64 --caps none --kernel 6.1 --quiet allow chmod
	expect 'no such call there' 1 '^x86_64 chmod: ' ''
	all_held
}

@test "--stricter compares by the kernel's precedence and ignores error numbers and data" {
	local before after status
	# A, B, status of diff --stricter A B
	while read -r before after status; do
		with_rules "$(rule chmod ${before/:/ })" >before
		with_rules "$(rule chmod ${after/:/ })" >after
		diff_of --stricter before after
		expect "$before $after" "$status" "$([ "$status" = 0 ] || echo '^x86_64 chmod: A .*, B .*; witness chmod\(')" ''
	done <<-'END'
		ALLOW        ALLOW        0
		ALLOW        LOG          0
		LOG          ALLOW        0
		TRACE:7      ALLOW        0
		ALLOW        TRACE:7      0
		NOTIFY       LOG          0
		LOG          NOTIFY       0
		TRACE:7      TRACE:8      0
		ALLOW        ERRNO        0
		ERRNO        ALLOW        1
		ERRNO        LOG          1
		ERRNO        TRACE:1      1
		ERRNO        NOTIFY       1
		ERRNO:1      ERRNO:2      0
		ERRNO        TRAP         0
		TRAP         ERRNO        1
		TRAP         KILL         0
		KILL         TRAP         1
		KILL         KILL_THREAD  0
		KILL_THREAD  KILL_PROCESS 0
		KILL_PROCESS KILL_THREAD  1
		KILL_PROCESS ALLOW        1
		ALLOW        KILL_PROCESS 0
	END
	with_rules "$(rule read ERRNO),$(rule write KILL),$(rule open TRAP)" >before
	with_rules "$(rule read KILL),$(rule write ERRNO),$(rule open TRAP)" >after
	diff_of --stricter before after
	expect 'only the laxer' 1 '^x86_64 write: A KILL_THREAD, B ERRNO\(EPERM\);[^'$'\n'']*$' ''
	diff_of before after
	expect 'all' 1 '^x86_64 read: .*'$'\n''x86_64 write: [^'$'\n'']*$' ''
	diff_of --stricter unconfined default
	expect 'unconfined first' 0 '' ''
	diff_of --stricter default unconfined
	expect 'unconfined second' 1 '^architectures 0x0.*x86_64 ' ''
	diff_of --stricter "$PROFILES/default.json" "$PROFILES/no-chmod.json"
	expect 'no-chmod is stricter' 0 '' ''
	diff_of --stricter "$PROFILES/no-chmod.json" "$PROFILES/default.json"
	expect 'default is laxer' 1 'x86_64 chmod: A ERRNO\(EPERM\), B ALLOW' ''
	all_held
}

# eq NAME INDEX OP VALUE [VALUETWO]: a rule with one condition.
eq() {
	printf '{"names":["%s"],"action":"SCMP_ACT_ERRNO","args":[{"index":%s,"op":"SCMP_CMP_%s","value":%s,"valueTwo":%s}]}' "${@:1:4}" "${5-0}"
}

@test "diff compares conditions in the width of the argument" {
	local name rest profile line
	# rule, the line's condition and witness
	while IFS='|' read -r name rest line; do
		# shellcheck disable=SC2086 # words
		with_rules "$(eq $name $rest)" >profile
		diff_of allow profile
		expect "$name $rest" 1 "^x86_64 $name: $line\$" ''
	done <<-'END'
		ioctl|1 EQ 21522|cmd == 21522: A ALLOW, B ERRNO\(EPERM\); witness ioctl\(0, 21522, 0\)
		ioctl|2 EQ 21522|arg == 21522: A ALLOW, B ERRNO\(EPERM\); witness ioctl\(0, 0, 21522\)
		ioctl|2 GE 4294967296|\(arg >> 32\) >= 1: A ALLOW, B ERRNO\(EPERM\); witness ioctl\(0, 0, 0x100000000\)
		ioctl|2 MASKED_EQ 4294967295 5|\(arg & 0xffffffff\) == 5: A ALLOW, .*; witness ioctl\(0, 0, 5\)
		ioctl|1 MASKED_EQ 4294967295 5|cmd == 5: A ALLOW, .*; witness ioctl\(0, 5, 0\)
		ioctl|1 MASKED_EQ 18446744073709551615 5|cmd == 5: A ALLOW, .*; witness ioctl\(0, 5, 0\)
		ioctl|1 MASKED_EQ 65535 5|\(cmd & 0xffff\) == 5: A ALLOW, .*; witness ioctl\(0, 5, 0\)
		socket|0 GE 40|domain >= 40: A ALLOW, B ERRNO\(EPERM\); witness socket\(40, 0, 0\)
		socket|0 EQ 18446744073709551615|domain == 0xffffffff: A ALLOW, .*; witness socket\(0xffffffff, 0, 0\)
		openat|0 EQ 18446744073709551516|dfd == 0xffffff9c: A ALLOW, .*; witness openat\(0xffffff9c, 0, 0, 0\)
		openat|0 EQ 4294967196|dfd == 0xffffff9c: A ALLOW, .*; witness openat\(0xffffff9c, 0, 0, 0\)
		chmod|1 GT 511|mode >= 512: A ALLOW, .*; witness chmod\(0, 512\)
		chmod|1 EQ 18446744073709551615|mode == 65535: A ALLOW, .*; witness chmod\(0, 65535\)
		clone|0 MASKED_EQ 268435456 268435456|\(flags & 0x10000000\) == 0x10000000: A ALLOW, .*; witness clone\(0x10000000, 0, 0, 0, 0\)
		mprotect|2 EQ 4|prot == 4: A ALLOW, .*; witness mprotect\(0, 0, 4\)
		socket|5 EQ 1|args\[5\] == 1: A ALLOW, .*; witness socket\(0, 0, 0, 0, 0, 1\)
		keyctl|4 EQ 1|arg5 == 1: A ALLOW, .*; witness keyctl\(0, 0, 0, 0, 1\)
		keyctl|5 EQ 1|args\[5\] == 1: A ALLOW, .*; witness keyctl\(0, 0, 0, 0, 0, 1\)
		vserver|0 EQ 1|args\[0\] == 1: A ALLOW, .*; witness vserver\(1, 0, 0, 0, 0, 0\)
	END
	all_held
}

@test "diff marks differences in bits that the kernel ignores as the same effective call" {
	local target='--arch x86_64 --caps none --kernel 6.1 --quiet' reading
	# libseccomp takes all numbers from 2^30 on for x32's.
	local x32=$'\n''x86_64 2147483648\.\.3221225471: [^'$'\n'']*$'
	with_rules "$(eq ioctl 1 EQ 21522)" >strict
	# Both compare 64 bits of an unsigned int: the deny rule can be stepped around.
	for reading in runc crun; do
		# shellcheck disable=SC2086 # words
		"$SECCOMP_SHIM" compile $target --as "$reading" strict -o loaded
		diff_of bpf:loaded strict
		expect "$reading" 1 '^x86_64 ioctl: \(cmd >> 32\) >= 1 and cmd == 21522: A ALLOW, B ERRNO\(EPERM\); witness ioctl\(0, 0x100005412, 0\) \(same effective call as ioctl\(0, 21522, 0\)\)'"$x32" ''
		diff_of --stricter strict bpf:loaded
		expect "$reading is laxer" 1 'same effective call as ioctl\(0, 21522, 0\)\)$' ''
		diff_of --json strict bpf:loaded
		expect "$reading, JSON" 1 '"sameEffectiveCall":true,"text":"x86_64 ioctl' ''
		diff_of allow bpf:loaded
		expect "$reading and none" 1 '^x86_64 ioctl: \(u64\)cmd == 21522: A ALLOW, B ERRNO\(EPERM\); witness ioctl\(0, 21522, 0\)'"$x32" ''
	done
	# The ordinary call shows the difference too.
	with_rules "$(eq ioctl 1 EQ 21523)" >other
	diff_of bpf:loaded other
	expect 'a real difference' 1 '^x86_64 ioctl: \(u64\)cmd == 21522: A ERRNO[^'$'\n'']*; witness ioctl\(0, 21522, 0\)
x86_64 ioctl: \(u64\)cmd == 21523: A ALLOW, B ERRNO\(EPERM\); witness ioctl\(0, 21523, 0\)
x86_64 ioctl: \(cmd >> 32\) >= 1 and cmd == 21523: A ALLOW, B ERRNO\(EPERM\); witness ioctl\(0, 0x100005413, 0\)'"$x32" ''
	# A datum below 0 in 64 bits is not what a program calls with that sets 32 bits of the register.
	with_rules "$(eq openat 0 EQ 18446744073709551516)" >strict
	# shellcheck disable=SC2086 # words
	"$SECCOMP_SHIM" compile $target --as runc strict -o loaded
	diff_of bpf:loaded strict
	expect 'sign-extended' 1 '^x86_64 openat: \(dfd >> 32\) <= 0xfffffffe and dfd == 0xffffff9c: A ALLOW, B ERRNO\(EPERM\); witness openat\(0xffffff9c, 0, 0, 0\)'"$x32" ''
	diff_of allow bpf:loaded
	expect 'only sign-extended' 1 '\(u64\)dfd == 0xffffffffffffff9c: [^'$'\n'']*\(same effective call as openat\(0xffffff9c, 0, 0, 0\)\)'"$x32" ''
	# clone's flags are a long of which the kernel takes the low half; a mask looks at no more.
	with_rules "$(eq clone 0 MASKED_EQ 268435456 268435456)" >strict
	# shellcheck disable=SC2086 # words
	"$SECCOMP_SHIM" compile $target --as runc strict -o loaded
	diff_of --stricter bpf:loaded strict
	expect 'a mask' 1 '^x86_64 2147483648[^'$'\n'']*$' ''
	with_rules "$(eq clone 0 EQ 17)" >strict
	# shellcheck disable=SC2086 # words
	"$SECCOMP_SHIM" compile $target --as runc strict -o loaded
	diff_of bpf:loaded strict
	expect 'a value' 1 '^x86_64 clone: \(flags >> 32\) >= 1 and flags == 17: A ALLOW, [^'$'\n'']*\(same effective call as clone\(17, 0, 0, 0, 0\)\)'"$x32" ''
	all_held
}

# bytes OCTETS...: eight of them an instruction.
bytes() {
	local octet
	for octet in "$@"; do printf '%b' "\\x$octet"; done
}

@test "diff compares programs of bpf:FILE" {
	local target='--arch x86_64 --caps none --kernel 6.1'
	"$SECCOMP_SHIM" compile $target chmod -o chmod.bpf
	diff_of chmod bpf:chmod.bpf
	expect 'its own program' 0 '' ''
	diff_of bpf:chmod.bpf allow
	expect 'another one' 1 '^x86_64 chmod: A ERRNO\(EPERM\), B ALLOW;' ''
	diff_of bpf:- chmod <chmod.bpf
	expect '-' 0 '' ''
	cp chmod.bpf ./-odd:name
	diff_of chmod bpf:./-odd:name
	expect 'a colon in the name' 0 '' ''
	bytes 06 00 00 00 00 00 ff 7f >ret # ALLOW
	diff_of unconfined bpf:ret
	expect 'one instruction' 0 '' ''
	bytes 06 00 00 00 ff 00 fa 7f >unknown-action
	diff_of unconfined bpf:unknown-action
	expect 'an unknown action kills' 1 'A ALLOW, B KILL_PROCESS' ''
	: >empty
	head -c 7 chmod.bpf >seven
	head -c 12 chmod.bpf >twelve
	bytes 20 00 00 00 00 00 00 00 >no-end
	bytes 15 00 05 00 00 00 00 00 06 00 00 00 00 00 ff 7f >beyond
	bytes 20 00 00 00 40 00 00 00 06 00 00 00 00 00 ff 7f >load-64
	bytes 20 00 00 00 02 00 00 00 06 00 00 00 00 00 ff 7f >load-2
	bytes 34 00 00 00 00 00 00 00 06 00 00 00 00 00 ff 7f >divide-0
	bytes 28 00 00 00 00 00 00 00 06 00 00 00 00 00 ff 7f >load-half
	bytes 60 00 00 00 03 00 00 00 06 00 00 00 00 00 ff 7f >load-memory
	head -c 4096 /dev/zero | tr '\0' '\377' >garbage
	for _ in $(seq 4097); do cat ret; done >long
	diff_of bpf:empty chmod
	expect_refused 'empty' 2 'bpf:empty: 0 bytes are not an array of 8-byte instructions '
	diff_of chmod bpf:seven
	expect_refused 'seven bytes' 2 'bpf:seven: 7 bytes are not an array of 8-byte instructions '
	diff_of chmod bpf:twelve
	expect_refused 'one and a half' 2 'bpf:twelve: 12 bytes are not an array of 8-byte instructions '
	for file in no-end beyond load-64 load-2 divide-0 load-half load-memory garbage long allow; do
		diff_of chmod "bpf:$file"
		expect_refused "$file" 2 '.*(instruction|4096)'
	done
	diff_of chmod bpf:
	expect_refused 'no name' 2 'bpf:: the name is empty'
	diff_of chmod bpf:no-such-file
	expect_refused 'no file' 2 'bpf:no-such-file: No such file or directory'
	diff_of chmod bpf:.
	expect_refused 'a directory' 2 'bpf:\.: is a directory'
	diff_of chmod bpf:default
	expect_refused 'a built-in is no file' 2 'bpf:default: No such file'
	all_held
}

# Found by fuzzing: two programs of random masks. Each of several hundred calls is printed by itself, and the lists of values
# were made anew for each: 12 s with the sanitizers, where 1 is enough.
@test "a program with lists of hundreds of calls is compared in time" {
	base64 -d <<-END | gzip -d >a
		H4sIAAAAAAACA11T72vTYBB+kibdurruHRoVbGc9V9gg2zoxoEGkRYL4vd9kH2qXucJcpWv3RYb70/zLrHeXi6QLHE/y3nPP/XgvPorHZ/PYum
		xP2DJ4hHsgQf8YA6CHST6b/6QR+1L1h+Ppj3ku/OdsI9OIsJ0v1U/ul+JpnJrfGcpLyS/1EmxF5+djytD6PC7i5Xgg+n3jfTf8anhEMZX1RqCW
		6EYINbBetHXPOsPY+Gf/z1e/mX9S1kXWd1/z9lQzAR18U90XJP0nGIafIHPwqcjT6eTqTx9TfjvVvniCPdTNf/h6qv7OnjQsmgeWZ7OCCTxX6G
		5b3Ml+2f/CeFir7z2JHtfnr/hJuJ7gAQ/Ke+a+WH+Xhv3TlHpwdDG7oQQxnd29fROhtiOVZHhETuvpNmbXFEdo70xN74P2sddOK/ojQ46n4v72
		X1FKlzzX5s36/J/KYDK87KwexrtQcWDfi8lwkaEdkOpubsg8EzTkehk3dmvGm+i8Wt5yMcmr+wA9j5yn/KD1EfjTrezd+OqCZN6p6rumzI/vq1
		Hwwy0gYGzWeS8H6/sifdQa8/w6L7/Fv1Qdr3bFe1jX2w/lvwkko/gD1YUfWP6/nK+6B+8q+/gP6NRLAIgDAAA=
	END
	base64 -d <<-END | gzip -d >b
		H4sIAAAAAAACA2NigAAmIGYEYlEGLuZoIM0CxBpAzAyVd2XgBrEdWIFsITCfkYUBoddBAUjbADGIVgHLs3An5ilVizKwcYPMA+njAYtzMpckJy
		q1ANlKUHE2NHNAoAVCNbgCiVQoH0SbMjAzGoIkIPIKjVD1MH0Qs/7XAwCbwgCt2AAAAA==
	END
	status=0
	(ulimit -t 3 && exec "$SECCOMP_SHIM" diff bpf:a bpf:b) >lines || status=$?
	[ "$status" -eq 1 ]
	[ "$(wc -l <lines)" -gt 9000 ]
}

@test "diff compares the filters of a live process" {
	local word
	for word in 0 -1 +1 1x '' ' 1' 0x1 4294967297 99999999999999999999; do
		diff_of chmod "pid:$word"
		expect_refused "pid:$word" 2 "\"$([ "$word" = +1 ] && echo '\+1' || echo "$word")\" is not a valid process id \\(expected a number, such as pid:1234\\)"
	done
	diff_of chmod pid:4194305 # beyond the largest pid
	expect_refused 'nobody' 2 'cannot inspect process 4194305: No such process'
	all_held
	wait_under env
	if is_machine_root; then
		diff_of unconfined "pid:$pid"
		expect 'no filter allows all' 0 '' ''
		diff_of "pid:$pid" chmod
		expect 'a profile and no filter' 1 'x86_64 chmod: A ALLOW, B ERRNO\(EPERM\)' ''
		grep -q '^State:.*sleeping' "/proc/$pid/status" || row_failed 'no filter' 'it was not let go'
		shim run -p chmod -- "$SECCOMP_SHIM" diff unconfined "pid:$pid"
		expect_refused 'under a filter' 2 '.*process '"$pid"' .*run seccomp-shim without a filter of its own'
		shim run --cap-drop SYS_ADMIN --security-opt seccomp=unconfined -- "$SECCOMP_SHIM" diff unconfined "pid:$pid"
		expect_refused 'no CAP_SYS_ADMIN' 2 '.*process '"$pid"' .*CAP_SYS_ADMIN'
		[[ $err != *itself* ]] || row_failed 'no CAP_SYS_ADMIN' 'which of the two is missing is not said'
	else
		diff_of unconfined "pid:$pid"
		expect_refused 'without privilege' 2 '.*process '"$pid"' .*CAP_SYS_ADMIN in the initial user namespace'
		[[ $err != *itself* ]] || row_failed 'without privilege' 'which of the two is missing is not said'
		diff_of unconfined pid:1
		expect_refused "another one's" 2 '.*process 1[: ].*(CAP_SYS_PTRACE|CAP_SYS_ADMIN)'
	fi
	kill -0 "$pid"
	all_held
}

@test "diff reads the filters of processes that are themselves filtered" {
	is_machine_root || skip_elsewhere || return 0
	wait_under "$SECCOMP_SHIM" run -p chmod --
	diff_of chmod "pid:$pid"
	expect 'what was launched' 0 '' ''
	diff_of "pid:$pid" allow
	expect 'another one' 1 '^x86_64 chmod: A ERRNO\(EPERM\), B ALLOW;' ''
	with_rules "$(rule chmod TRACE 5),$(rule chown ERRNO 7),$(rule fchmod LOG)" >outer
	with_rules "$(rule chmod TRACE 6),$(rule chown ERRNO 8),$(rule fchmod ERRNO 9),$(rule fchown KILL)" >inner
	wait_under "$SECCOMP_SHIM" run -p outer -- "$SECCOMP_SHIM" run -p inner --
	diff_of outer "pid:$pid"
	# of equal actions the newer filter's data
	expect 'two judged as one' 1 '^x86_64 chmod: A TRACE\(5\), B TRACE\(6\);.*
x86_64 fchmod: A LOG, B ERRNO\(EBADF\);.*
x86_64 chown: A ERRNO\(E2BIG\), B ERRNO\(ENOEXEC\);.*
x86_64 fchown: A ALLOW, B KILL_THREAD;[^'$'\n'']*$' ''
	diff_of inner "pid:$pid"
	expect 'the inner one decides' 0 '' ''
	kill "$pid"
	wait "$pid" 2>/dev/null || true
	diff_of inner "pid:$pid"
	expect_refused 'it has ended' 2 "cannot inspect process $pid: No such process"
	all_held
}

# tests/run runs the file as root too.
skip_elsewhere() {
	[ -n "${SHIM_AS-}" ] || skip 'needs root: filters are read back from the kernel'
	echo "# left to the run as root: $BATS_TEST_DESCRIPTION" >&3
	return 1
}

@test "diff --json has the keys of the man page's table, in their order" {
	printf '{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86"],"syscalls":[
		{"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"op":"SCMP_CMP_EQ","value":40}]}]}' >other
	diff_of allow other
	printf '%s\n' "$out" >lines
	diff_of --json allow other
	expect 'json' 1 '^\{"command":"diff","version":"[^"]*","findings":\[' ''
	PYTHONPATH=$TREE/tests/cli python3 -B - out lines "$TREE"/shim/man/seccomp-shim{,-diff}.1 <<-'END'
		import json, re, sys
		from man_tables import check_object, read_tables
		tables = read_tables(*sys.argv[3:])
		whole = json.load(open(sys.argv[1]))
		check_object(whole, tables['command'])
		assert list(whole['result']) == ['differences']
		found = whole['result']['differences']
		assert len(found) > 3 and {one['abi'] for one in found} >= {'x86', 'x86_64'}, found
		address = re.compile('0x[0-9a-f]+$')
		for one in found:
		    check_object(one, tables['abi'])
		    assert address.match(one['auditArch']) and one['firstNumber'] <= one['lastNumber']
		    assert list(one['witness']) == ['auditArch', 'number', 'args']
		    assert one['witness']['auditArch'] == one['auditArch']
		    assert one['firstNumber'] <= one['witness']['number'] <= one['lastNumber']
		    assert len(one['witness']['args']) == 6 and all(map(address.match, one['witness']['args']))
		assert [one['text'] for one in found] == open(sys.argv[2]).read().splitlines()
	END
	diff_of --json unconfined unconfined
	expect 'nothing' 0 '"findings":\[\],"result":\{"differences":\[\]\}\}$' ''
	diff_of --json allow no-such-file
	expect 'an error' 2 '' '^\{"command":"diff",.*"id":"file-open","severity":"error","file":"no-such-file".*"result":\{\}\}$'
	shim diff --json --arch pdp11 allow allow
	expect 'wrong target' 2 '' '^\{"command":"diff",.*"severity":"error".*"result":\{\}\}$'
	all_held
}

@test "diff refuses what it cannot compare, with one line" {
	diff_of
	expect_refused 'none' 2 'diff: two FILTERs are compared, not 0 '
	diff_of allow
	expect_refused 'one' 2 'diff: two FILTERs are compared, not 1 '
	diff_of allow allow allow
	expect_refused 'three' 2 'diff: two FILTERs are compared, not 3 '
	diff_of --nonsense allow allow
	expect_refused 'no such option' 2 'diff: '
	with_rules '{"names":["chmodd"],"action":"SCMP_ACT_KILL"}' >unknown
	diff_of allow unknown
	expect_refused 'unknown name' 2 'unknown:2:[0-9]+: .*chmodd.*did you mean chmod'
	diff_of --ignore-unknown allow unknown
	expect 'unknown name, ignored' 0 '' ''
	with_rules "$(rule chmod ALLOW),"'{"names":["chmod"],"action":"SCMP_ACT_KILL","args":[{"index":0,"op":"SCMP_CMP_EQ","value":1}]}' >shadowed
	diff_of shadowed allow
	expect_refused 'shadowed rule' 2 'shadowed:2:'
	diff_of --allow-shadowed shadowed allow
	expect 'shadowed rule, allowed' 0 '' ''
	shim diff --allow-shadowed shadowed allow
	expect 'shadowed rule, allowed with a warning' 0 '' '^seccomp-shim: shadowed:2:[0-9]+: warning: '
	# 400 rules of six conditions: libseccomp makes of them what no kernel takes
	with_rules "$(for ((i = 1; i <= 400; i++)); do
		printf '%s{"names":["mmap"],"action":"SCMP_ACT_ERRNO","args":[' "${comma-}"
		for j in 0 1 2 3 4 5; do
			printf '{"index":%d,"op":"SCMP_CMP_EQ","value":%d}' "$j" $((i * (j + 3) * 7919 % 65536))
			[ "$j" -eq 5 ] || printf ,
		done
		printf ']}'
		comma=,
	done)" >long
	diff_of --as runc long allow
	expect_refused 'too long for runc' 2 'long:1:1: runc does not start a container with this profile: libseccomp'
	diff_of - - <allow
	expect_refused '- can be read once' 2 '-:1:1: the text is empty'
	all_held
}
