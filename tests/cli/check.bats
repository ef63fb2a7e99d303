#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# check: findings at their places, statuses, counts, JSON; where profiles come from; hostile input
# (the numbers are the rows of the project's corpus, the letters the items of its design).

load lib

setup() {
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	[ -z "${folder:-}" ] || rm -rf "$folder"
}

# row ROW STATUS OUT TEXT: check of a file with this text (printf's escapes). With a finding of an
# error the summary counts it, and nothing is on stderr.
row() {
	printf "$4" >p.json
	shim check --quiet p.json
	expect "$1" "$2" "$3" ''
	[[ $out =~ p\.json:\ [0-9]+\ errors?,\ [0-9]+\ warnings?$ ]] || row_failed "$1" 'no summary'
}

# The same with the text as the profile's rules, on one line that starts with {"defaultAction":"SCMP_ACT_ERRNO","syscalls":[
rules() {
	row "$1" "$2" "$3" '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":['"$4"']}'
}

rule_of() { # a rule with one condition: its text
	printf '{"names":["munlock"],"action":"SCMP_ACT_KILL","args":[{%s}]}' "$1"
}

value() { # a condition with this value
	rule_of '"index":1,"op":"SCMP_CMP_EQ","value":'"$1"
}

@test "built-ins and examples have neither errors nor warnings" {
	local profile
	for profile in default audit unconfined runtime/default docker/default builtin "$PROFILES"/*.json; do
		shim check --caps docker "$profile"
		expect "$profile" 0 ': 0 errors, 0 warnings$' ''
		shim check --caps all --arch aarch64 --kernel 4.14 "$profile"
		expect "$profile on aarch64" 0 ': 0 errors, 0 warnings$' ''
	done
	all_held
}

@test "status, counts, several files, quiet" {
	printf '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[]}' >warned
	printf '{}' >wrong
	shim check warned
	expect 'a warning' 1 'execve does not pass: run refuses this profile .*\[execve-denied\]' ''
	expect 'counts' 1 $'\nwarned: 0 errors, 1 warning$' ''
	shim check wrong
	expect 'an error' 2 'wrong:1:1: error: .*defaultAction.*\[.*wrong: 1 error, 0 warnings$' ''
	shim check default warned wrong
	expect 'the worst counts' 2 'default: 0 errors.*warned: 0 errors, 1 warning.*wrong: 1 error' ''
	shim check wrong default
	expect 'the worst comes first' 2 'default: 0 errors, 0 warnings$' ''
	shim check unconfined
	expect 'a note' 0 '^unconfined: note: .*\[unconfined\]' ''
	shim check --quiet unconfined
	expect 'no note' 0 '^unconfined: 0 errors, 0 warnings$' ''
	shim check no-such-file default
	expect 'no file' 2 '^no-such-file: error: cannot be opened: No such file or directory \(an existing file\) \[file-open\]' ''
	shim check
	expect_refused 'no operand' 2 'check: no profile is named'
	all_held
}

@test "JSON: the keys of the man pages' tables, in their order" {
	printf '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[]}' >warned
	shim check --json warned $'no\xff"file' unconfined
	expect 'json' 2 '^\{"command":"check","version":"[^"]*","findings":\[\{"id":' ''
	cat "$TREE"/shim/man/seccomp-shim{,-check}.1 >pages
	python3 - pages out <<-'END'
		import json, sys
		tables, rows = [], None
		for line in open(sys.argv[1]):
		    if line.startswith('.It Sy Key'):
		        rows = []
		        tables.append(rows)
		    elif line.startswith('.El'):
		        rows = None
		    elif rows is not None and line.startswith('.It '):
		        name, kind = line[4:].split(' Ta ')[:2]
		        rows.append((name, kind))
		kinds = {'string': str, 'number': int, 'array': list, 'object': dict, 'null': type(None)}
		seen = {}
		def same(value, table):
		    assert list(value) == [name for name, kind in table], (value, table)
		    for name, kind in table:
		        allowed = tuple(kinds[word] for word in kind.split(' or '))
		        assert isinstance(value[name], allowed), (name, value[name], kind)
		whole = json.load(open(sys.argv[2]))
		same(whole, tables[0])
		assert len(whole['findings']) >= 3
		for finding in whole['findings']:
		    same(finding, tables[1])
		assert list(whole['result']) == ['files']
		assert len(whole['result']['files']) == 3
		for one in whole['result']['files']:
		    same(one, tables[2])
	END
	shim check --json --arch pdp11 default
	expect 'wrong target' 2 '' '^\{"command":"check",.*"severity":"error".*"result":\{\}\}$'
	all_held
}

@test "where profiles come from" {
	local wait
	cp "$PROFILES/audit.json" good
	mkfifo fifo
	mkdir -p root/team/deep directory
	cp good root/team/deep/profile
	cp good outside
	ln -s team/deep/profile root/inside
	ln -s ../outside root/escape
	ln -s "$PWD/outside" root/absolute
	ln -s /proc/self/cwd/outside root/magic
	shim check --quiet - <good
	expect '-' 0 '^-: 0 errors' ''
	shim check --quiet /dev/stdin <good
	expect '/dev/stdin' 0 '^/dev/stdin: 0 errors' ''
	shim check --quiet /dev/fd/5 5<good
	expect '/dev/fd/5' 0 '^/dev/fd/5: 0 errors' ''
	shim check --quiet <(cat good)
	expect 'process substitution' 0 '^/dev/fd/[0-9]+: 0 errors' ''
	cat good | { shim check --quiet -; expect 'pipe' 0 '^-: 0 errors' ''; all_held; }
	shim check --quiet /dev/fd/9 9<&-
	expect 'closed descriptor' 2 'error: cannot be read: Bad file descriptor' ''
	shim check --quiet fifo
	expect '119 FIFO' 2 'fifo: error: is a FIFO \(a regular file, or - for standard input\) \[file-type\]' ''
	shim check --quiet /dev/zero
	expect '120 device' 2 '/dev/zero: error: is a device \(' ''
	shim check --quiet directory
	expect '121 directory' 2 'directory: error: is a directory \(' ''
	shim check --quiet - <directory
	expect 'directory as stdin' 2 '^-: error: cannot be read: Is a directory' ''
	shim check --quiet - </dev/zero
	expect 'endless' 2 '^-: error: is longer than 16 MiB \(at most 16 MiB\)' ''
	truncate -s 5G sparse
	shim check --quiet sparse
	expect '34 sparse' 2 'sparse: error: is 5368709120 bytes long \(at most 16 MiB\)' ''
	{ cat good; head -c $((16777216 - $(stat -c %s good))) /dev/zero | tr '\0' ' '; } >full
	shim check --quiet full
	expect '33 16 MiB' 0 'full: 0 errors' ''
	echo >>full
	shim check --quiet full
	expect '33 16 MiB and 1' 2 'full: error: is 16777217 bytes long' ''
	shim check --quiet - <full
	expect '33 as a pipe' 2 '^-: error: is 16777217 bytes long' ''
	shim check --quiet --seccomp-root root localhost/team/deep/profile localhost/inside
	expect 'localhost' 0 'localhost/team/deep/profile: 0 errors.*localhost/inside: 0 errors' ''
	for name in ../outside team/../../outside /etc/passwd '' . .. team//deep/profile team/; do
		shim check --quiet --seccomp-root root "localhost/$name"
		expect "localhost/$name" 2 ': error: is no name below the seccomp root ' ''
	done
	for name in escape absolute magic; do
		shim check --quiet --seccomp-root root "localhost/$name"
		expect "localhost/$name" 2 "localhost/$name: error: a symbolic link (leads out of the directory|is in the way) " ''
	done
	shim check --quiet --seccomp-root root localhost/none
	expect 'localhost/none' 2 'localhost/none: error: cannot be opened: No such file' ''
	shim check --quiet --seccomp-root no-root localhost/none
	expect 'no root' 2 'localhost/none: error: cannot open the seccomp root no-root: No such file' ''
	cp good default
	shim check --quiet ./default default
	expect 'built-in names win' 0 '\./default: 0 errors.*default: 0 errors' ''
	ln -s good linked
	shim check --quiet linked
	expect 'symbolic link' 0 'linked: 0 errors' ''
	if is_root; then
		chmod 666 good
		shim check --quiet good
		expect '127 writable' 2 'good: error: is writable by everybody, and this is root \(chmod o-w\)' ''
	fi
	all_held
}

@test "a pipe that gives nothing is given up after 10 seconds" {
	mkfifo fifo
	sleep 30 >fifo &
	local writer=$!
	SECONDS=0
	shim check - <fifo
	kill "$writer"
	expect 'silence' 2 '^-: error: gave no byte for 10 seconds' ''
	[ "$SECONDS" -ge 9 ] && [ "$SECONDS" -le 14 ]
	all_held
}

@test "a profile for a machine of the other byte order names the option" {
	cd "$BATS_TEST_TMPDIR"
	printf '{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_S390X"],"syscalls":[{"names":["swapon"],"action":"SCMP_ACT_ERRNO"}]}' >s390x.json
	shim check --arch x86_64 s390x.json
	expect 'x86_64' 2 's390x.json:1:52: error: SCMP_ARCH_S390X has another byte order than SCMP_ARCH_X86_64, which it is resolved for \(give --arch for the machine that it is for\) \[mixed-byte-order\]' ''
	shim check --arch s390x s390x.json
	expect 's390x' 0 's390x.json: 0 errors, 0 warnings$' ''
	shim check --as runc@ s390x.json
	expect_refused 'no version' 2 '"runc@" is no reading \(strict, runc, crun, runc@2.5.5\)'
	all_held
}

@test "a config.json: its section, its bounding set" {
	local rule='{"names":["chmod"],"action":"SCMP_ACT_ALLOW"}'
	printf '{"ociVersion":"1.2.0","linux":{}}' >none
	shim check none
	expect '51 no section' 1 'none: warning: .*no linux.seccomp.*\[unconfined-config\]' ''
	printf '{"ociVersion":"1.2.0","linux":{"seccomp":null}}' >none
	shim check none
	expect '49 null' 1 'none: warning: .*\[unconfined-config\]' ''
	row '47 {} (S15)' 2 'p.json:1:42: error: ' '{"ociVersion":"1.2.0","linux":{"seccomp":{}}}'
	row '48 [] (S15)' 2 'p.json:1:42: error: ' '{"ociVersion":"1.2.0","linux":{"seccomp":[]}}'
	row '50 "" (S15)' 2 'p.json:1:42: error: ' '{"ociVersion":"1.2.0","linux":{"seccomp":""}}'
	row '52 in process' 2 'p.json:1:[0-9]+: error: .*seccomp' '{"ociVersion":"1.2.0","process":{"seccomp":{}}}'
	row '52 at top level' 2 'p.json:1:[0-9]+: error: .*seccomp' '{"ociVersion":"1.2.0","seccomp":{}}'
	row '58 Docker keys (S1)' 2 'p.json:1:[0-9]+: error: .*comment' \
		'{"ociVersion":"1.2.0","linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["chmod"],"action":"SCMP_ACT_KILL","comment":"c"}]}}}'
	row 'no concern of ours (S1)' 0 '0 errors, 0 warnings' \
		'{"ociVersion":"1.2.0","unheard":[1],"linux":{"alsoUnheard":{},"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["acct"],"action":"SCMP_ACT_KILL"}]}}}'
	all_held
}

@test "JSON's form (S1, F6)" {
	local good='{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["acct"],"action":"SCMP_ACT_KILL"}]}'
	row 'good' 0 '^p.json: 0 errors, 0 warnings$' "$good"
	row '01 empty' 2 'p.json:1:1: error: ' ''
	row '02 spaces' 2 'p.json:[12]:[0-9]+: error: ' '  \n '
	row '03 BOM' 2 'p.json:1:1: error: ' '\357\273\277'"$good"
	row '04 UTF-16' 2 'p.json:1:1: error: ' '\377\376{\0}\0'
	row '06 trailing text' 2 'p.json:1:92: error: ' "$good"'x'
	row '07 two documents' 2 'p.json:1:92: error: ' "$good$good"
	row '08 NUL behind' 2 'p.json:1:92: error: ' "$good"'\0'
	row '09 NUL in a string' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"SCMP_\0ACT_ALLOW"}'
	row '10 \u0000 in action' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"SCMP_ACT_ALLOW\\u0000"}'
	rules '11 \u0000 in name' 2 'p.json:1:[0-9]+: error: ' '{"names":["chmod\\u0000"],"action":"SCMP_ACT_KILL"}'
	row '12 \u0000 in key' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction\\u0000":"SCMP_ACT_ALLOW"}'
	row '13 comment' 2 'p.json:1:[0-9]+: error: ' '/* c */{"defaultAction":"SCMP_ACT_ALLOW"}'
	row '14 trailing comma' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"SCMP_ACT_ALLOW",}'
	row '15 single quotes' 2 'p.json:1:2: error: ' "{'defaultAction':'SCMP_ACT_ALLOW'}"
	row '16 control byte' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"SCMP_ACT_\001ALLOW"}'
	row '17 FF FE' 2 'p.json:1:[0-9]+: error: ' '{"a\377\376":1}'
	row '18 overlong' 2 'p.json:1:[0-9]+: error: ' '{"a\300\257":1}'
	row '19 CESU' 2 'p.json:1:[0-9]+: error: ' '{"a\355\240\200":1}'
	row '20 F7 BF BF BF' 2 'p.json:1:[0-9]+: error: ' '{"a\367\277\277\277":1}'
	row '21 lone high' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"\\ud800"}'
	row '22 lone low' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"\\udc00"}'
	row '23 mispaired' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"\\ud800\\u0041"}'
	row '24 short' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"\\u12"}'
	row '25 bad escape' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"\\q"}'
	row '26 depth 65' 2 'p.json:1:[0-9]+: error: ' \
		"$(printf '[%.0s' {1..65})$(printf ']%.0s' {1..65})"
	row '35 CRLF' 0 '0 errors' '{\r\n"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["acct"],"action":"SCMP_ACT_KILL"}]}\r\n'
	row '36 scalar' 2 'p.json:1:1: error: ' '5'
	row '37 array' 2 'p.json:1:1: error: ' '[]'
	row '40 NaN' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":NaN}'
	row 'lines count' 2 'p.json:3:2: error: ' '{\n"defaultAction":"SCMP_ACT_ALLOW",\n "sycalls":[]}'
	head -c 1000000 /dev/zero | tr '\0' '[' >deep
	shim check deep
	expect '28 depth 10^6' 2 'deep:1:[0-9]+: error: .*deep: 1 error, 0 warnings$' ''
	{ printf '{"defaultAction":"'; head -c 16000000 /dev/zero | tr '\0' x; printf '"}'; } >long
	shim check long
	expect '29 long string' 2 'long:1:18: error: ' ''
	[ "${#out}" -lt 2000 ] || row_failed '29' 'the whole string is shown'
	{ printf '[{}'; yes ',{}' | head -n 1000000 | tr -d '\n'; printf ']'; } >many
	shim check many
	expect '32 10^6 objects' 2 'many:1:1: error: ' ''
	all_held
}

@test "keys and types (S1, S3, S5, S6)" {
	row '41 twice' 2 'p.json:1:35: error: ' '{"defaultAction":"SCMP_ACT_ALLOW","defaultAction":"SCMP_ACT_KILL"}'
	row '42 syscalls twice' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[],"syscalls":[]}'
	rules '43 errnoRet twice' 2 'p.json:1:[0-9]+: error: ' '{"names":["chmod"],"action":"SCMP_ACT_ERRNO","errnoRet":1,"errnoRet":2}'
	row '44 case' 2 'p.json:1:2: error: .*defaultAction' '{"defaultaction":"SCMP_ACT_ALLOW"}'
	row '45 homoglyph' 2 'p.json:1:2: error: ' '{"d\320\265faultAction":"SCMP_ACT_ALLOW"}'
	row '46 near' 2 'p.json:1:35: error: .*syscals.*syscalls' '{"defaultAction":"SCMP_ACT_ALLOW","syscals":[]}'
	rules '53 names a string' 2 'p.json:1:[0-9]+: error: .*names' '{"names":"chmod","action":"SCMP_ACT_KILL"}'
	rules '54 no names (S5)' 2 'p.json:1:[0-9]+: error: .*names' '{"names":[],"action":"SCMP_ACT_KILL"}'
	rules '55 empty name (S5)' 2 'p.json:1:[0-9]+: error: ' '{"names":[""],"action":"SCMP_ACT_KILL"}'
	rules '56 null name' 2 'p.json:1:[0-9]+: error: ' '{"names":[null],"action":"SCMP_ACT_KILL"}'
	rules '57 name and names (S5)' 2 'p.json:1:[0-9]+: error: ' '{"name":"chmod","names":["chown"],"action":"SCMP_ACT_KILL"}'
	row '59 archMap and architectures (S6)' 2 'p.json:1:[0-9]+: error: ' \
		'{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"archMap":[{"architecture":"SCMP_ARCH_X86_64","subArchitectures":[]}]}'
	rules '60 includes (S6)' 2 'p.json:1:[0-9]+: error: ' '{"names":["chmod"],"action":"SCMP_ACT_KILL","includes":{"moon":[]}}'
	rules '61 minKernel (S6)' 2 'p.json:1:[0-9]+: error: ' '{"names":["chmod"],"action":"SCMP_ACT_KILL","includes":{"minKernel":"4.x"}}'
	row '87 action (S3)' 2 'p.json:1:18: error: .*SCMP_ACT_ALOW.*SCMP_ACT_ALLOW' '{"defaultAction":"SCMP_ACT_ALOW"}'
	rules '88 op (S3)' 2 'p.json:1:[0-9]+: error: .*SCMP_CMP_EQQ.*SCMP_CMP_EQ' "$(rule_of '"index":0,"value":1,"op":"SCMP_CMP_EQQ"')"
	row '89 arch (S3)' 2 'p.json:1:[0-9]+: error: .*SCMP_ARCH_X86_46' '{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_46"]}'
	row '93 flag (S3)' 2 'p.json:1:[0-9]+: error: .*SECCOMP_FILTER_FLAG_LOGS' '{"defaultAction":"SCMP_ACT_ALLOW","flags":["SECCOMP_FILTER_FLAG_LOGS"]}'
	row 'unknown key made a warning' 2 'p.json:1:35: error: ' '{"defaultAction":"SCMP_ACT_ALLOW","syscals":[]}'
	shim check --ignore-unknown p.json
	expect '--ignore-unknown' 1 'p.json:1:35: warning: .*p.json: 0 errors' ''
	all_held
}

@test "numbers (S2, S4)" {
	rules '64 2^64-1' 0 '0 errors' "$(value 18446744073709551615)"
	rules '62 2^53+1' 0 '0 errors' "$(value 9007199254740993)"
	local number
	for number in 18446744073709551616 -1 -0 1.0 1e3 4.294967295e9 1e999 '"38"' true '[]'; do
		rules "65-75 value $number (S2)" 2 'p.json:1:[0-9]+: error: .*value' "$(value "$number")"
	done
	for number in 010 0x10 +1; do
		rules "72-74 value $number (S1)" 2 'p.json:1:[0-9]+: error: ' "$(value "$number")"
	done
	for number in 6 4294967296; do
		rules "76, 77 index $number (S5)" 2 'p.json:1:[0-9]+: error: .*index' \
			"$(rule_of '"op":"SCMP_CMP_EQ","value":1,"index":'$number)"
	done
	for number in 0 4095 4096 65574 -1; do
		rules "78-82 errnoRet $number (S4)" 2 'p.json:1:[0-9]+: error: .*errnoRet' \
			'{"names":["chmod"],"action":"SCMP_ACT_ERRNO","errnoRet":'$number'}'
	done
	rules 'errnoRet by name' 2 'p.json:1:[0-9]+: error: errnoRet must be a number, not a string \(13, which is EACCES\)' \
		'{"names":["chmod"],"action":"SCMP_ACT_ERRNO","errnoRet":"EACCES"}'
	rules 'errnoRet by no name' 2 'p.json:1:[0-9]+: error: errnoRet must be .* \(a number from 1 to 4094\)' \
		'{"names":["chmod"],"action":"SCMP_ACT_ERRNO","errnoRet":"38"}'
	rules '83 valueTwo (S3)' 2 'p.json:1:[0-9]+: error: .*valueTwo' \
		"$(rule_of '"index":0,"value":1,"valueTwo":2,"op":"SCMP_CMP_EQ"')"
	rules '84 mask (S3)' 2 'p.json:1:[0-9]+: error: ' \
		"$(rule_of '"index":0,"value":4,"valueTwo":6,"op":"SCMP_CMP_MASKED_EQ"')"
	rules '85 no value' 2 'p.json:1:[0-9]+: error: .*value' "$(rule_of '"index":0,"op":"SCMP_CMP_EQ"')"
	rules '86 no op' 2 'p.json:1:[0-9]+: error: .*op' "$(rule_of '"index":0,"value":1')"
	all_held
}

@test "meaning (S7, S8, S9, F3)" {
	rules '99 typo in a deny rule (S8)' 2 'p.json:1:57: error: .*chmdo.*chmod' '{"names":["chmdo"],"action":"SCMP_ACT_KILL"}'
	row '100 typo in an allow rule (S8)' 1 'p.json:1:57: warning: .*chmdo' \
		'{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["chmdo","execve","exit_group"],"action":"SCMP_ACT_ALLOW"}]}'
	rules '101 upper case (S8)' 2 'p.json:1:57: error: .*CHMOD.*chmod' '{"names":["CHMOD"],"action":"SCMP_ACT_KILL"}'
	row '90 arch twice' 0 '0 errors, 0 warnings' '{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86","SCMP_ARCH_X86"],
		"syscalls":[{"names":["acct"],"action":"SCMP_ACT_KILL"}]}'
	rules '113 execve denied (F3)' 1 'p.json:1:57: warning: execve does not pass.*\[execve-denied\]' \
		'{"names":["execve"],"action":"SCMP_ACT_KILL"}'
	rules 'execve traced (F3)' 1 'execve does not pass' '{"names":["execve"],"action":"SCMP_ACT_TRACE"}'
	rules 'execve logged (F3)' 0 '0 warnings' '{"names":["execve"],"action":"SCMP_ACT_LOG"}'
	rules 'execve denied by an argument (F3)' 1 'execve does not pass' \
		'{"names":["execve"],"action":"SCMP_ACT_ERRNO","args":[{"index":2,"value":4660,"op":"SCMP_CMP_EQ"}]}'
	rules '114 exit_group denied (F3)' 1 'warning: exit_group does not pass.*\[exit-denied\]' \
		'{"names":["exit_group"],"action":"SCMP_ACT_KILL"}'
	row '115 everything denied (F3)' 1 'p.json:1:18: warning: execve does not pass' \
		'{"defaultAction":"SCMP_ACT_KILL_PROCESS"}'
	rules '107 one argument twice (S7)' 1 'warning: a second condition on argument 1: .*\[alternatives\]' \
		"$(rule_of '"index":1,"value":1,"op":"SCMP_CMP_GE"},{"index":1,"value":9,"op":"SCMP_CMP_LE"')"
	row '116 nothing denied' 1 'p.json:1:[0-9]+: warning: ' '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[]}'
	all_held
}

@test "what the kernel does not filter is said" {
	[ "$(uname -m)" = x86_64 ] || return 0
	printf '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["uprobe","uretprobe"],"action":"SCMP_ACT_KILL"}]}' >p.json
	shim check p.json
	[ "$status" = 0 ]
	# the kernel that is asked decides; where it says so it says it at the rule
	[[ $out == *$'p.json: 0 errors, 0 warnings' ]]
	[[ $out != *"[unfilterable]"* ]] || [[ $out == *"p.json:1:57: note: this kernel runs u"* ]]
	shim check --kernel 5.10 p.json
	[[ $out != *"[unfilterable]"* ]]
}

@test "hostile names stay on one harmless line" {
	local name=$'x\e[31m\n\xe2\x80\xae'
	shim check "$name"
	expect 'file name' 2 '^x\\x1b\[31m\\n\\xe2\\x80\\xae: error: ' ''
	[ "$(wc -l <out)" = 2 ]
	rules 'system call' 2 'chmod\\x1b\[2J' '{"names":["chmod\\u001b[2J"],"action":"SCMP_ACT_KILL"}'
	row 'key' 2 'a\\nforged' '{"defaultAction":"SCMP_ACT_ALLOW","a\\nforged":1}'
	all_held
}
