#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# test --live: the kernel's answers are the table's, on every number and wherever a condition turns; and asking executes
# nothing, whoever traces, and leaves nothing behind.

# shellcheck disable=SC2154,SC2016 # `folder` is made by setup; what is in single quotes is for other shells
load lib

teardown() {
	for pid in "${waiting[@]}"; do kill "$pid" 2>/dev/null || true; done
	rm -rf "$folder"
}
waiting=()

# questions PROFILE: expectations that anything meets, for numbers -1 to 1023 of x86-64, i386 and x32, and for each
# condition of the profile the values beside its own, with other high halves too.
questions() {
	python3 - "$1" <<-'END'
		import json, sys
		anything = 'ALLOW|LOG|DENY|NOTIFY|TRACE(7)|TRACE(1)'
		for abi in 'x86_64', 'x86', 'x32':
		    for number in range(-1, 1024):
		        if abi != 'x32' or number >= 0:
		            print(f'{abi}:{number} = {anything}')
		for rule in json.load(open(sys.argv[1])).get('syscalls', []):
		    for condition in rule.get('args') or []:
		        low = {condition['value'] + step for step in (-1, 0, 1)} | {condition.get('valueTwo', 0) + step for step in (-1, 0, 1)}
		        for value in sorted({(v | high << 32) & (1 << 64) - 1 for v in low for high in (0, 1, 0xffffffff)}):
		            for name in rule.get('names', []):
		                if value < 1 << 31 or name in ('ioctl', 'clone', 'personality', 'socket', 'prctl'):
		                    print(f'{name}({"*, " * condition["index"]}{value}) = {anything}')
	END
}

# all_agree ROW PROFILE FILE: held against the JSON, not against what the program makes of it.
all_agree() {
	local row=$1 profile=$2 file=$3
	shift 3
	status=0
	as "${WHO:-self}" "$SECCOMP_SHIM" test --live --json "$@" "$profile" "$file" >"$folder/json" 2>"$folder/err" || status=$?
	out='' err=$(cat "$folder/err")
	[ "$status" = 0 ] || row_failed "$row" 'status is not 0'
	python3 - "$folder/json" >"$folder/judged" 2>&1 <<-'END' || row_failed "$row" "$(cat "$folder/judged")"
		import json, sys
		result = json.load(open(sys.argv[1]))['result']
		asked = [live for one in result['expectations'] for live in one['live']]
		assert len(asked) > 3000, len(asked)
		for one in asked:
		    alike = 'passes' if one['outcome'].split('(')[0] in ('ALLOW', 'LOG', 'TRACE', 'NOTIFY') else one['outcome']
		    if one['witness']['number'] in (335, 336) and one['witness']['auditArch'] == '0xc000003e':
		        assert (one['answer'], one['agrees']) == ('not asked', None), one
		    else:
		        assert (one['answer'], one['agrees']) == (alike, True), one
	END
}

@test "for all examples the kernel answers as the table, on three ABIs" {
	local profile
	for profile in "$PROFILES"/*.json; do
		questions "$profile" >"$folder/questions"
		all_agree "${profile##*/}" "$profile" "$folder/questions"
	done
	all_held
}

@test "test --live distinguishes every outcome" {
	cat >"$folder/all.json" <<-'END'
		{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"], "syscalls": [
		{"names": ["getppid"], "action": "SCMP_ACT_KILL_PROCESS"}, {"names": ["getuid"], "action": "SCMP_ACT_KILL_THREAD"},
		{"names": ["getgid"], "action": "SCMP_ACT_TRAP"}, {"names": ["geteuid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 4094},
		{"names": ["getegid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38}, {"names": ["getpid"], "action": "SCMP_ACT_LOG"},
		{"names": ["gettid"], "action": "SCMP_ACT_TRACE", "errnoRet": 7}, {"names": ["seccomp", "exit", "exit_group", "futex",
		"rt_sigreturn", "prctl", "mmap", "nanosleep"], "action": "SCMP_ACT_KILL_PROCESS"}]}
	END
	cat >"$folder/all.expect" <<-'END'
		getppid = KILL_PROCESS
		getuid = KILL_THREAD
		getgid = TRAP
		geteuid = ERRNO(4094)
		getegid = ENOSYS
		getpid = LOG
		gettid = TRACE(7)
		x86:getppid = KILL_PROCESS
		x86:getuid = KILL_THREAD
		x86:getgid = TRAP
		x86:geteuid = ERRNO(4094)
		x32:getuid = KILL_THREAD
		seccomp = KILL
		exit_group = KILL
		aarch64:fchmod = KILL_THREAD
	END
	shim test --live "$folder/all.json" "$folder/all.expect"
	expect 'a profile' 0 'ok 15 - .*calls* not asked: this machine cannot make calls of that architecture$' ''
	[ "$(grep -c 'kernel: 1 call asked, 1 answered like the table' <<<"$out")" = 14 ] || row_failed 'asked' 'not 14 calls'
	[ "$(grep -c '; 1 passed (ALLOW, LOG' <<<"$out")" = 2 ] || row_failed 'look alike' 'not 2 calls'
	# numbers that the child's own error numbers could be taken for, and data that a profile cannot have
	python3 - >"$folder/numbers.bpf" <<-'END'
		import struct, sys
		def code(op, jt, jf, k): sys.stdout.buffer.write(struct.pack('=HBBI', op, jt, jf, k))
		answers = [(102, 0x50fff), (104, 0x50ffe), (107, 0x50000), (108, 0x5ffff), (110, 0x3002a), (111, 0x12345678)]
		code(0x20, 0, 0, 0)
		for number, answer in answers:
		    code(0x15, 0, 1, number)
		    code(0x06, 0, 0, answer)
		code(0x06, 0, 0, 0x7fff0000)
	END
	printf '%s\n' 'getuid = ERRNO(4095)' 'getgid = ERRNO(4094)' 'geteuid = ERRNO(0)' 'getegid = ERRNO(4095)' 'getppid = TRAP(42)' \
		'getpgrp = KILL_PROCESS' 'getpid = ALLOW' >"$folder/numbers"
	shim test --live "bpf:$folder/numbers.bpf" "$folder/numbers"
	expect 'a program' 0 'getpgrp = KILL_PROCESS
#   kernel: 1 call not asked: the filter returns an action that no kernel knows' ''
	[ "$(grep -c 'kernel: 1 call asked, 1 answered like the table' <<<"$out")" = 6 ] || row_failed 'numbers' 'not 6 calls'
	all_held
}

@test "test --live works for a plain user and for root of a user namespace" {
	local who
	printf 'chmod = EPERM\nx86:chmod = EPERM\nread = ALLOW\n' >"$folder/e"
	for who in $(everybody); do
		answer "$who" "$SECCOMP_SHIM" test --live --caps none "$PROFILES/no-chmod.json" "$folder/e"
		same "$who" 3 "$(grep -c 'kernel: 1 call asked, 1 answered like the table' <<<"$found")"
	done
	all_held
}

# What would be seen if it were executed.
DANGEROUS='{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"], "syscalls": [
	{"names": ["tkill"], "action": "SCMP_ACT_LOG"}, {"names": ["tgkill"], "action": "SCMP_ACT_TRACE", "errnoRet": 1},
	{"names": ["close"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 2, "op": "SCMP_CMP_EQ"}]}]}'

dangerous() {
	printf '%s\n' "$DANGEROUS" >"$folder/d.json"
	sleep 60 &
	waiting+=($!)
	printf '%s\n' "kill($!, SIGKILL) = ALLOW" "tkill($!, SIGKILL) = LOG" "tgkill($!, $!, SIGKILL) = TRACE(1)" \
		"x86:kill($!, SIGKILL) = ALLOW" 'fork = ALLOW' 'vfork = ALLOW' 'x86:fork = ALLOW' 'exit_group(3) = ALLOW' \
		'umask(0) = ALLOW' 'setsid = ALLOW' 'sync = ALLOW' 'close = ALLOW|EPERM' 'write(2, *, 0) = ALLOW' 'pause = ALLOW' \
		>"$folder/d.expect"
}

@test "strace sees that no call that is asked is executed" {
	local how
	dangerous
	for how in '' '--seccomp-bpf'; do
		status=0
		# shellcheck disable=SC2086
		strace -f $how -o "$folder/log" -e trace='!futex' "$SECCOMP_SHIM" test --live "$folder/d.json" "$folder/d.expect" \
			>"$folder/tap" 2>"$folder/err" || status=$?
		out=$(cat "$folder/tap") err=$(cat "$folder/err")
		expect "strace $how" 0 '14 - ' ''
		kill -0 "${waiting[0]}" || row_failed "strace $how" 'a process was killed'
		python3 - "$folder/log" "$how" >"$folder/judged" 2>&1 <<-'END' || row_failed "strace $how" "$(cat "$folder/judged")"
			import re, sys
			seen = {}
			for line in open(sys.argv[1], errors='replace'):
			    call = re.match(r'\d+ +(?:<\.\.\. )?(\w+)(?: resumed>|\()(.*)', line)
			    if not call or call[1] not in ('kill', 'tkill', 'tgkill', 'fork', 'vfork', 'umask', 'setsid', 'sync', 'close', 'pause'):
			        continue
			    answer = re.search(r'= (-?\d+)(?: E(\w+))?(.*)$', line)
			    if not answer:
			        continue
			    stopped = '4095' in answer[3] or '4094' in answer[3] or answer[1] == '-1' and answer[2] == 'PERM'
			    if call[1] in ('kill', 'close') and not stopped and not re.search('SIGKILL|close.*(0x|42)', line):
			        continue # the program's own
			    assert stopped or call[1] == 'close', line
			    seen[call[1]] = seen.get(call[1], 0) + stopped
			if sys.argv[2]: # what is stopped by an error number is not even shown to such a tracer
			    assert 'kill' not in seen, seen
			    sys.exit()
			missing = {'kill', 'tkill', 'tgkill', 'fork', 'vfork', 'umask', 'setsid', 'sync', 'pause'} - set(seen)
			assert not missing, missing
			assert seen['kill'] >= 4, seen # two ABIs, two numbers
		END
	done
	all_held
}

# A listener above: SECCOMP_FILTER_FLAG_NEW_LISTENER, which nobody reads.
LISTENER='
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 1, 0, 0, 0)
number, action, flags = 447, int(sys.argv[1], 0), int(sys.argv[2])
code = struct.pack("=HBBI", 0x20, 0, 0, 0) + struct.pack("=HBBI", 0x15, 0, 1, number) + struct.pack("=HBBI", 6, 0, 0, action) \
    + struct.pack("=HBBI", 6, 0, 0, 0x7fff0000)
buffer = ctypes.create_string_buffer(code)
program = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
fd = libc.syscall(317, 1, flags, ctypes.create_string_buffer(program))
assert fd >= 0, ctypes.get_errno()
if flags:
    os.set_inheritable(fd, True)
os.execv(sys.argv[3], sys.argv[3:])
'

@test "test --live refuses to ask under a listener unless told to" {
	printf 'chmod = EPERM\nread = ALLOW\n' >"$folder/e"
	set -- "$SECCOMP_SHIM" test --live --caps none "$PROFILES/no-chmod.json" "$folder/e"
	answer self python3 -c "$LISTENER" 0x7fc00000 8 "$@"
	[[ $found =~ ^seccomp-shim:\ a\ filter\ with\ a\ listener\ confines\ this\ process.*--probe-anyway.*status\ 2$ ]] ||
		same 'listener' 'refused' "$found"
	answer self python3 -c "$LISTENER" 0x7fc00000 8 "$@" --probe-anyway
	same 'anyway' 2 "$(grep -c '1 answered like the table' <<<"$found")"
	answer self python3 -c "$LISTENER" 0x50005 0 "$@"
	same 'another filter' 2 "$(grep -c '1 answered like the table' <<<"$found")"
	all_held
}

@test "a test --live that is ended in the middle leaves nothing behind" {
	printf '{"defaultAction": "SCMP_ACT_KILL_PROCESS"}' >"$folder/k.json"
	for number in $(seq 0 1500); do echo "$number = KILL"; done >"$folder/many"
	local signal
	for signal in HUP TERM KILL; do
		cp "$SECCOMP_SHIM" "$folder/to-be-ended"
		"$folder/to-be-ended" test --live "$folder/k.json" "$folder/many" >"$folder/out" 2>&1 &
		sleep 0.3
		kill -s "$signal" $! 2>/dev/null || true
		wait $! || true
		sleep 0.3
		pgrep -f "^$folder/to-be-ended" && row_failed "$signal" 'a process is left'
		[ ! -s "$folder/out" ] || row_failed "$signal" 'it was too fast'
	done
	all_held
}
