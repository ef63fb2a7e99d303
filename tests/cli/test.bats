#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# test: expectations and recordings held against filters, the forms in which results are printed, and what is refused.
# That the kernel answers the same is tests/live/test.bats.

load lib

setup() {
	cd "$BATS_TEST_TMPDIR"
	with_rules '{"names":["chmod"],"action":"SCMP_ACT_ERRNO"},
{"names":["socket"],"action":"SCMP_ACT_ERRNO","errnoRet":22,"args":[{"index":0,"op":"SCMP_CMP_EQ","value":40}]},
{"names":["mkdir"],"action":"SCMP_ACT_KILL_PROCESS"},{"names":["rmdir"],"action":"SCMP_ACT_TRAP"},
{"names":["unlink"],"action":"SCMP_ACT_TRACE","errnoRet":7},{"names":["rename"],"action":"SCMP_ACT_LOG"}' >p
}

with_rules() {
	printf '{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X86"],"syscalls":[\n%s]}\n' "$1"
}

test_of() {
	shim test --arch x86_64 --caps none --kernel 6.1 --quiet "$@"
}

# holds ROW STATUS LINE...: a file of one line against the profile.
holds() {
	printf '%s\n' "$3" >one
	test_of p one
	[ "$status" = "$2" ] || row_failed "$3" "status is not $2"
}

@test "an expectation holds for every word that stands for the outcome" {
	local row
	for row in 'chmod = EPERM' 'chmod = ERRNO(EPERM)' 'chmod = ERRNO(1)' 'chmod = DENY' 'chmod = ALLOW|EPERM' \
		'chmod(*, 0600) = EPERM' 'mkdir = KILL' 'mkdir = KILL_PROCESS' 'mkdir = DENY' 'rmdir = TRAP' 'rmdir = DENY' \
		'unlink = TRACE(7)' 'rename = LOG' 'read = ALLOW' 'socket(40) = EINVAL' 'socket(AF_VSOCK) = EINVAL' \
		'socket(AF_UNIX) = ALLOW' 'socket(41) = ALLOW' 'socket = EINVAL|ALLOW' '90 = EPERM' '@aio = ALLOW' \
		'x86:chmod = EPERM' 'x32:chmod = KILL_THREAD' 'aarch64:fchmod = KILL_THREAD' 'x86:@chown = ALLOW' \
		'-1 = ALLOW' 'x86:359(40) = EINVAL' 'x86:socket(AF_VSOCK) = EINVAL'; do
		holds row 0 "$row"
	done
	for row in 'chmod = EACCES' 'chmod = ALLOW' 'chmod = KILL' 'mkdir = KILL_THREAD' 'mkdir = EPERM' 'unlink = DENY' \
		'unlink = TRACE(8)' 'unlink = NOTIFY' 'rename = ALLOW' 'rename = DENY' 'read = LOG' 'socket = EINVAL' 'socket = ALLOW' \
		'socket(*, 1) = ALLOW' '@aio = DENY' 'x86:socket(AF_UNIX) = ALLOW'; do
		holds row 1 "$row"
	done
	all_held
}

@test "test prints TAP with a witness and a place for each failure" {
	printf '# all\nchmod = EPERM\n\nsocket = ALLOW # not all\n@file-system = ALLOW|LOG\naarch64:@cpu-emulation = DENY\n' >'a #b'
	test_of p 'a #b'
	expect 'status' 1 '^TAP version 13
1\.\.4
ok 1 - a \\#b:2 chmod = EPERM
not ok 2 - a \\#b:4 socket = ALLOW
#   x86_64 socket\(domain=AF_VSOCK, [^)]*\) gets ERRNO\(EINVAL\), by p:3:11
not ok 3 - a \\#b:5 @file-system = ALLOW\|LOG
#   x86_64 chmod\(filename=0, mode=0\) gets ERRNO\(EPERM\), by p:2:11
#   x86_64 mkdir\(.*\) gets KILL_PROCESS, by p:4:11
#   x86_64 rmdir\(.*\) gets TRAP, by p:4:64
#   x86_64 unlink\(.*\) gets TRACE\(7\), by p:5:11
ok 4 - a \\#b:6 aarch64:@cpu-emulation = DENY # SKIP none of the group.s calls exists on this ABI$' ''
	printf 'chmod=EPERM\r\n' >c
	test_of p c -
	expect 'standard input has nothing' 2 '' '^seccomp-shim: -: has no expectations '
	test_of p c - <c
	expect 'two files' 0 $'\n1\\.\\.2\nok 1 - c:1 chmod=EPERM\nok 2 - -:1 chmod=EPERM$' ''
	test_of --as runc p <(echo 'socket(AF_VSOCK) = EINVAL')
	expect 'what runc lets through' 1 'x86_64 socket\(domain=0x100000028, .*\) gets ALLOW' ''
	all_held
}

@test "a file with errors tests nothing and reports all errors" {
	printf 'chmod = EPERM\nchmdo = EPERM\nsocket(AF_VSOKC) = DENI\n@chwon = ALLOW\nread\n' >wrong
	test_of p wrong
	expect 'all' 2 '' '^seccomp-shim: wrong:2:1: .*\(did you mean chmod\?\)
seccomp-shim: wrong:3:8: .*\(did you mean AF_VSOCK\?\)
seccomp-shim: wrong:3:20: unknown outcome "DENI" \(did you mean DENY\?\)
seccomp-shim: wrong:4:1: unknown group "@chwon" \(did you mean @chown\?\)
seccomp-shim: wrong:5:5: the line has no = \(write CALL = OUTCOME\)$'
	test_of p wrong --junit results --json
	expect 'as JSON' 2 '' '^\{"command":"test",.*"id":"expect-outcome",.*"result":\{\}\}$'
	[ ! -e results ] || row_failed 'JUnit' 'a file is there'
	test_of no-such-profile wrong
	expect 'profile and file' 2 '' 'no-such-profile: .*'$'\n''.*wrong:2:1: '
	printf 'chmod = \xff\n' >bytes
	test_of p bytes
	expect_refused 'UTF-8' 2 'bytes:1:9: not valid UTF-8'
	printf '\e[2J = EPERM\n@\e[2J = DENY\nread = \e[2J' >hostile
	test_of p hostile
	expect 'hostile' 2 '' 'hostile:1:1: .*hostile:2:1: .*@.x1b.*hostile:3:8: .*".x1b'
	head -c 17000000 /dev/zero | tr '\0' '#' >large
	test_of p large
	expect_refused 'size' 2 'large: is 17000000 bytes long \(at most 16 MiB\)'
	: >empty
	test_of p empty
	expect_refused 'empty' 2 'empty: has no expectations '
	test_of p .
	expect_refused 'a folder' 2 '\.: is a directory '
	all_held
}

@test "the JUnit file is well-formed whatever the names, and written whole or not at all" {
	local hostile=$'a<b>&"\'\e\xff]]>.expect'
	printf 'chmod = EPERM\nsocket = ALLOW\naarch64:@cpu-emulation = DENY\n' >"$hostile"
	test_of --junit results.xml p "$hostile"
	expect 'status' 1 '^TAP version 13' ''
	python3 - results.xml <<-'END'
		import sys, xml.etree.ElementTree as tree
		suites = tree.parse(sys.argv[1]).getroot()
		assert suites.tag == 'testsuites' and suites.get('tests') == '3' and suites.get('failures') == '1', suites.attrib
		suite, = suites
		assert suite.get('skipped') == '1' and suite.get('errors') == '0'
		one, two, three = suite
		assert one.get('classname').startswith('a<b>&"\'\\x1b\\xff]]>') and one.get('line') == '1' and len(one) == 0
		failure, = two
		assert failure.tag == 'failure' and 'domain=AF_VSOCK' in failure.text, failure.text
		assert two.get('name').endswith(':2 socket = ALLOW')
		assert three[0].tag == 'skipped'
	END
	echo old >kept
	test_of --junit no/such/folder p "$hostile"
	expect 'no folder' 2 '^TAP' '^seccomp-shim: no/such/folder: '
	status=0
	out='' err=$( (ulimit -f 0 && exec "$SECCOMP_SHIM" test --junit kept p "$hostile" 2>&1 >/dev/full) | head -n 1) || true
	[ "$(cat kept)" = old ] || row_failed 'a full disk' 'the file was changed'
	all_held
}

# Python that reads the command's result, and the tables of its manual page.
RESULT='import json, sys
from man_tables import check_object, read_tables
tables = read_tables(sys.argv[1])
result = json.load(open(sys.argv[2]))["result"]'

@test "test --json has the keys of the man page's tables, in their order" {
	printf 'chmod = EPERM\n@file-system = ALLOW\naarch64:@cpu-emulation = DENY\n' >a
	test_of --json p a
	expect 'expectations' 1 '^\{"command":"test"' ''
	PYTHONPATH=$TREE/tests/cli python3 -B - "$TREE/shim/man/seccomp-shim-test.1" <(echo "$out") <<-END
		$RESULT
		check_object(result, tables['passed'])
		assert (result['passed'], result['failed'], result['skipped']) == (1, 1, 1)
		for one in result['expectations']:
		    check_object(one, tables['text'])
		    assert one['live'] is None
		    for failure in one['failures']:
		        check_object(failure, tables['call'])
		        assert list(failure['witness']) == ['auditArch', 'number', 'args']
		assert result['expectations'][1]['failedCalls'] == len(result['expectations'][1]['failures']) == 5
		assert result['expectations'][1]['failures'][0]['line'] == 2
	END
	printf 'chmod("a", 0600) = 0\nsocket(x) = 3\n' >log
	test_of --json p --replay log
	expect 'a recording' 1 '^\{"command":"test"' ''
	PYTHONPATH=$TREE/tests/cli python3 -B - "$TREE/shim/man/seccomp-shim-test.1" <(echo "$out") <<-END
		$RESULT
		check_object(result, tables['recorded'])
		assert [one['verdict'] for one in result['calls']] == ['denied', 'may be denied']
		for one in result['calls']:
		    check_object(one, tables['count'])
		assert result['calls'][0]['rule'] == {'file': 'p', 'line': 2, 'column': 11}
		assert result['calls'][1]['first'] == {'file': 'log', 'line': 2}
	END
	all_held
}

@test "a recording of strace is counted by call, and unusable lines are reported" {
	cat >log <<-'END'
		12 execve("/bin/x", ["x"], 0x7ffe /* 3 vars */) = 0
		12 10:00:00.1 chmod("a", 0600) = 0
		[pid 13] chmod("b", 0600 <unfinished ...>
		[pid 13] <... chmod resumed>) = 0
		13 socket(AF_VSOCK, SOCK_STREAM, 0) = 3
		13 socket(AF_UNIX, SOCK_STREAM, 0) = 3
		13 socket(0x7 /* AF_??? */, SOCK_STREAM, 0) = 3
		13 socket(AF_NEW, SOCK_STREAM, 0) = 3
		13 mkdir("x", 0777) = 0
		12 mkdir("y", 0777) = 0
		12 unlink("y") = 0
		--- SIGCHLD {si_signo=SIGCHLD} ---
		no_such_call() = 0
		what is this?
		+++ exited with 0 +++
	END
	test_of p --replay log
	expect 'lines' 1 '^ +2 denied: x86_64 chmod\(\*, mode=0600\): ERRNO\(EPERM\), by p:2:11; first at log:2
 +2 denied: x86_64 mkdir\(.*\): KILL_PROCESS, by p:4:11; first at log:9
 +1 denied: x86_64 socket\(domain=AF_VSOCK, .*\): ERRNO\(EINVAL\), by p:3:11; first at log:5
 +1 may be denied: x86_64 socket\(\*, type=SOCK_STREAM, .*\): ALLOW\|ERRNO\(EINVAL\), by p:3:11; first at log:8
 +1 may be denied: x86_64 unlink\(\*\): TRACE\(7\), by p:5:11; first at log:11
10 calls: 3 pass, 5 denied, 2 may be denied; 2 lines not understood, the first at log:13$' ''
	grep -v -e chmod -e VSOCK -e NEW -e mkdir -e unlink log >clean
	test_of p --replay clean --replay - <log
	expect 'two recordings' 1 '13 calls: 6 pass' ''
	test_of p --replay clean
	expect 'nothing denied' 0 '^3 calls: 3 pass, 0 denied, 0 may be denied; 2 lines' ''
	test_of unconfined --replay log
	expect 'unconfined' 0 '^10 calls: 10 pass' ''
	all_held
}

@test "a recording of the audit log counts each call once" {
	cat >log <<-'END'
		type=SECCOMP msg=audit(1433959355.121:123): auid=1 pid=14 comm="x" exe="/x" sig=31 arch=c000003e syscall=90 compat=0 ip=0x7f code=0x80000000
		type=SYSCALL msg=audit(1433959355.121:123): arch=c000003e syscall=90 success=yes exit=0 a0=7f a1=180 a2=0 a3=0 items=0 pid=14
		type=PROCTITLE msg=audit(1433959355.121:123): proctitle=78
		[ 1.2] audit: type=1326 audit(1433959355.121:124): pid=14 arch=40000003 syscall=15 compat=1 ip=0x7f code=0x7ffc0000
		[ 1.2] audit: type=1326 audit(1433959355.121:125): pid=14 arch=c000003e syscall=41 compat=0 ip=0x7f code=0x7ffc0000
		type=SYSCALL msg=audit(1433959355.121:126): arch=c000003e syscall=41 success=yes exit=3 a0=28 a1=1 a2=0 a3=0
	END
	test_of p --replay log
	expect 'lines' 1 '^ +1 denied: x86 chmod\(\*, \*\): ERRNO\(EPERM\), by p:2:11; first at log:4
 +1 denied: x86_64 chmod\(filename=127, mode=0600\): ERRNO\(EPERM\), by p:2:11; first at log:2
 +1 denied: x86_64 socket\(domain=AF_VSOCK, .*\): ERRNO\(EINVAL\), by p:3:11; first at log:6
 +1 may be denied: x86_64 socket\(\*, \*, \*\): ALLOW\|ERRNO\(EINVAL\), by p:3:11; first at log:5
4 calls: 0 pass, 3 denied, 1 may be denied$' ''
	all_held
}

@test "hostile recordings are read within bounds" {
	printf 'nothing\n' >none
	test_of p --replay none
	expect_refused 'no call' 2 'none: has no recorded calls '
	test_of p --replay no-such-file
	expect_refused 'no file' 2 'no-such-file: No such file'
	python3 - >hostile <<-'END'
		import random, sys
		random.seed(1)
		words = [b'chmod(', b'"', b'\\', b'[pid ', b'12 ', b'(', b'{', b'<', b'>', b',', b'\x00', b'\xff', b'/*', b'audit(', b'type=1326 ',
		         b'arch=c000003e ', b'syscall=90 ', b'\n', b'<unfinished ...>', b'[ Process PID=1 runs in 32 bit mode. ]', b'99999999999']
		sys.stdout.buffer.write(b'chmod("a", 0)\n' + b''.join(random.choice(words) for i in range(200000)))
	END
	test_of p --replay hostile
	expect 'random words' 1 'denied: x86_64 chmod.*lines not understood' ''
	python3 -c "print('chmod(' + '(' * 4000000 + '\n' + 'chmod(' + ',' * 4000000)" >deep
	test_of p --replay deep
	expect 'deep' 1 '2 calls: 0 pass, 2 denied' ''
	all_held
}

@test "test refuses incomplete and contradictory command lines" {
	echo 'chmod = EPERM' >e
	test_of
	expect_refused 'nothing' 2 'test: no FILTER is named '
	test_of p
	expect_refused 'no file' 2 'test: no file of expectations is named '
	test_of p e --replay e
	expect_refused 'both' 2 'test: --replay and EXPECTATIONS exclude '
	test_of p --live --replay e
	expect_refused 'live replay' 2 'test: --live and --replay exclude one another '
	test_of p --junit x --replay e
	expect_refused 'junit replay' 2 'test: --junit and --replay exclude one another '
	test_of --probe-anyway p e
	expect_refused 'anyway' 2 'test: --probe-anyway without --live '
	echo 'fchmod = DENY' >fchmod
	shim test --live --arch aarch64 p fchmod
	expect 'another machine' 2 '' 'kernel does not run calls of aarch64 '
	test_of p -- e
	expect '--' 0 '^TAP' ''
	cp e ./--live
	test_of p -- --live
	expect 'after --' 0 'ok 1 - --live:1 ' ''
	"$SECCOMP_SHIM" compile --arch x86_64 --caps none -o p.bpf p
	test_of bpf:p.bpf e
	expect 'bpf' 0 '^TAP' ''
	echo 'chmod = ALLOW' >e
	test_of bpf:p.bpf e
	expect 'bpf has no rules' 1 'gets ERRNO\(EPERM\)$' ''
	all_held
}

@test "no-chmod.json passes its expectations, and fails those that do not hold" {
	local expectations=$TREE/examples/expectations/no-chmod.expect
	shim test --caps docker --junit results.xml "$PROFILES/no-chmod.json" "$expectations"
	expect 'the profile' 0 '^TAP version 13'$'\n''1\.\.[0-9]+'$'\n''(ok [0-9]+ - [^'$'\n'']*'$'\n''?)+$' ''
	grep -q 'failures="0"' results.xml
	# as it was written before Linux 6.6
	python3 - "$PROFILES/no-chmod.json" >old.json <<-'END'
		import json, sys
		profile = json.load(open(sys.argv[1]))
		profile['syscalls'][0]['names'].append('fchmodat2')
		json.dump(profile, sys.stdout)
	END
	shim test --caps docker old.json "$expectations"
	expect 'a hole' 1 'not ok 4 - .*no-chmod.expect:10 fchmodat2 = EPERM'$'\n''#   x86_64 fchmodat2\(.*\) gets ALLOW, by old.json:1:[0-9]+' ''
	all_held
}
