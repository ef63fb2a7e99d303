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

@test "check prints a line of counts for each file and ends with the worst of their statuses" {
	printf '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[]}' >warned
	printf '{}' >wrong
	shim check warned
	expect 'a warning' 1 'execve is not allowed: run refuses this profile .*\[execve-denied\]' ''
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
	expect 'no file' 2 '^no-such-file: error: No such file or directory \[file-open\]' ''
	shim check
	expect_refused 'no operand' 2 'check: no profile is named'
	all_held
}

@test "check --json has the keys of the man page's tables, in their order" {
	printf '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[]}' >warned
	shim check --json warned $'no\xff"file' unconfined
	expect 'json' 2 '^\{"command":"check","version":"[^"]*","findings":\[\{"id":' ''
	PYTHONPATH=$TREE/tests/cli python3 -B - out "$TREE"/shim/man/seccomp-shim{,-check}.1 <<-'END'
		import json, sys
		from man_tables import check_object, read_tables
		tables = read_tables(*sys.argv[2:])
		whole = json.load(open(sys.argv[1]))
		check_object(whole, tables['command'])
		assert len(whole['findings']) >= 3
		for finding in whole['findings']:
		    check_object(finding, tables['id'])
		assert list(whole['result']) == ['files']
		assert len(whole['result']['files']) == 3
		for one in whole['result']['files']:
		    check_object(one, tables['file'])
	END
	shim check --json --arch pdp11 default
	expect 'wrong target' 2 '' '^\{"command":"check",.*"severity":"error".*"result":\{\}\}$'
	all_held
}

@test "profiles are read from files, pipes, descriptors and built-ins, and not from devices and directories" {
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
	expect 'FIFO' 2 'fifo: error: is a FIFO \(use a regular file, or - for standard input\) \[file-type\]' ''
	shim check --quiet /dev/zero
	expect 'device' 2 '/dev/zero: error: is a device \(' ''
	shim check --quiet directory
	expect 'directory' 2 'directory: error: is a directory \(' ''
	shim check --quiet - <directory
	expect 'directory as stdin' 2 '^-: error: cannot be read: Is a directory' ''
	shim check --quiet - </dev/zero
	expect 'endless' 2 '^-: error: is longer than 16 MiB \(at most 16 MiB\)' ''
	truncate -s 5G sparse
	shim check --quiet sparse
	expect 'sparse' 2 'sparse: error: is 5368709120 bytes long \(at most 16 MiB\)' ''
	{ cat good; head -c $((16777216 - $(stat -c %s good))) /dev/zero | tr '\0' ' '; } >full
	shim check --quiet full
	expect '16 MiB' 0 'full: 0 errors' ''
	echo >>full
	shim check --quiet full
	expect '16 MiB and 1' 2 'full: error: is 16777217 bytes long' ''
	shim check --quiet - <full
	expect 'as a pipe' 2 '^-: error: is 16777217 bytes long' ''
	shim check --quiet --seccomp-root root localhost/team/deep/profile localhost/inside
	expect 'localhost' 0 'localhost/team/deep/profile: 0 errors.*localhost/inside: 0 errors' ''
	for name in ../outside team/../../outside /etc/passwd '' . .. team//deep/profile team/; do
		shim check --quiet --seccomp-root root "localhost/$name"
		expect "localhost/$name" 2 ': error: is not a name below the seccomp root ' ''
	done
	for name in escape absolute magic; do
		shim check --quiet --seccomp-root root "localhost/$name"
		expect "localhost/$name" 2 "localhost/$name: error: a symbolic link (leads out of the directory|is in the way) " ''
	done
	shim check --quiet --seccomp-root root localhost/none
	expect 'localhost/none' 2 'localhost/none: error: No such file' ''
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
		expect 'writable' 2 'good: error: is writable by everybody, and seccomp-shim runs as root \(chmod o-w\)' ''
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
	expect 'silence' 2 '^-: error: no data for 10 seconds' ''
	[ "$SECONDS" -ge 9 ] && [ "$SECONDS" -le 14 ]
	all_held
}

@test "a profile for a machine of the other byte order names the option" {
	cd "$BATS_TEST_TMPDIR"
	printf '{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_S390X"],"syscalls":[{"names":["swapon"],"action":"SCMP_ACT_ERRNO"}]}' >s390x.json
	shim check --arch x86_64 s390x.json
	expect 'x86_64' 2 's390x.json:1:52: error: SCMP_ARCH_S390X has a different byte order than SCMP_ARCH_X86_64, which the profile is resolved for \(give --arch of the machine that the profile is for\) \[mixed-byte-order\]' ''
	shim check --arch s390x s390x.json
	expect 's390x' 0 's390x.json: 0 errors, 0 warnings$' ''
	shim check --as runc@ s390x.json
	expect_refused 'no version' 2 'unknown reading "runc@" \(expected strict, runc or crun, or for example runc@2.5.5\)'
	all_held
}

@test "of a config.json check reads linux.seccomp and the capability sets" {
	local rule='{"names":["chmod"],"action":"SCMP_ACT_ALLOW"}'
	printf '{"ociVersion":"1.2.0","linux":{}}' >none
	shim check none
	expect 'no section' 1 'none: warning: .*no linux.seccomp.*\[unconfined-config\]' ''
	printf '{"ociVersion":"1.2.0","linux":{"seccomp":null}}' >none
	shim check none
	expect 'null' 1 'none: warning: .*\[unconfined-config\]' ''
	row '{}' 2 'p.json:1:42: error: ' '{"ociVersion":"1.2.0","linux":{"seccomp":{}}}'
	row '[]' 2 'p.json:1:42: error: ' '{"ociVersion":"1.2.0","linux":{"seccomp":[]}}'
	row '""' 2 'p.json:1:42: error: ' '{"ociVersion":"1.2.0","linux":{"seccomp":""}}'
	row 'in process' 2 'p.json:1:[0-9]+: error: .*seccomp' '{"ociVersion":"1.2.0","process":{"seccomp":{}}}'
	row 'at top level' 2 'p.json:1:[0-9]+: error: .*seccomp' '{"ociVersion":"1.2.0","seccomp":{}}'
	row 'Docker keys' 2 'p.json:1:[0-9]+: error: .*comment' \
		'{"ociVersion":"1.2.0","linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["chmod"],"action":"SCMP_ACT_KILL","comment":"c"}]}}}'
	row 'no concern of ours' 0 '0 errors, 0 warnings' \
		'{"ociVersion":"1.2.0","unheard":[1],"linux":{"alsoUnheard":{},"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["acct"],"action":"SCMP_ACT_KILL"}]}}}'
	all_held
}

@test "text that is not strict JSON is an error at its first wrong byte" {
	local good='{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["acct"],"action":"SCMP_ACT_KILL"}]}'
	row 'good' 0 '^p.json: 0 errors, 0 warnings$' "$good"
	row 'empty' 2 'p.json:1:1: error: ' ''
	row 'spaces' 2 'p.json:[12]:[0-9]+: error: ' '  \n '
	row 'BOM' 2 'p.json:1:1: error: ' '\357\273\277'"$good"
	row 'UTF-16' 2 'p.json:1:1: error: ' '\377\376{\0}\0'
	row 'trailing text' 2 'p.json:1:92: error: ' "$good"'x'
	row 'two documents' 2 'p.json:1:92: error: ' "$good$good"
	row 'NUL behind' 2 'p.json:1:92: error: ' "$good"'\0'
	row 'NUL in a string' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"SCMP_\0ACT_ALLOW"}'
	row '\u0000 in action' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"SCMP_ACT_ALLOW\\u0000"}'
	rules '\u0000 in name' 2 'p.json:1:[0-9]+: error: ' '{"names":["chmod\\u0000"],"action":"SCMP_ACT_KILL"}'
	row '\u0000 in key' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction\\u0000":"SCMP_ACT_ALLOW"}'
	row 'comment' 2 'p.json:1:[0-9]+: error: ' '/* c */{"defaultAction":"SCMP_ACT_ALLOW"}'
	row 'trailing comma' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"SCMP_ACT_ALLOW",}'
	row 'single quotes' 2 'p.json:1:2: error: ' "{'defaultAction':'SCMP_ACT_ALLOW'}"
	row 'control byte' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"SCMP_ACT_\001ALLOW"}'
	row 'FF FE' 2 'p.json:1:[0-9]+: error: ' '{"a\377\376":1}'
	row 'overlong' 2 'p.json:1:[0-9]+: error: ' '{"a\300\257":1}'
	row 'CESU' 2 'p.json:1:[0-9]+: error: ' '{"a\355\240\200":1}'
	row 'F7 BF BF BF' 2 'p.json:1:[0-9]+: error: ' '{"a\367\277\277\277":1}'
	row 'lone high' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"\\ud800"}'
	row 'lone low' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"\\udc00"}'
	row 'mispaired' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"\\ud800\\u0041"}'
	row 'short' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"\\u12"}'
	row 'bad escape' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"\\q"}'
	row 'depth 65' 2 'p.json:1:[0-9]+: error: ' \
		"$(printf '[%.0s' {1..65})$(printf ']%.0s' {1..65})"
	row 'CRLF' 0 '0 errors' '{\r\n"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["acct"],"action":"SCMP_ACT_KILL"}]}\r\n'
	row 'scalar' 2 'p.json:1:1: error: ' '5'
	row 'array' 2 'p.json:1:1: error: ' '[]'
	row 'NaN' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":NaN}'
	row 'lines count' 2 'p.json:3:2: error: ' '{\n"defaultAction":"SCMP_ACT_ALLOW",\n "sycalls":[]}'
	head -c 1000000 /dev/zero | tr '\0' '[' >deep
	shim check deep
	expect 'depth 10^6' 2 'deep:1:[0-9]+: error: .*deep: 1 error, 0 warnings$' ''
	{ printf '{"defaultAction":"'; head -c 16000000 /dev/zero | tr '\0' x; printf '"}'; } >long
	shim check long
	expect 'long string' 2 'long:1:18: error: ' ''
	[ "${#out}" -lt 2000 ] || row_failed '29' 'the whole string is shown'
	{ printf '[{}'; yes ',{}' | head -n 1000000 | tr -d '\n'; printf ']'; } >many
	shim check many
	expect '10^6 objects' 2 'many:1:1: error: ' ''
	all_held
}

@test "a misspelt key and a value of another type are errors with line and column" {
	row 'twice' 2 'p.json:1:35: error: ' '{"defaultAction":"SCMP_ACT_ALLOW","defaultAction":"SCMP_ACT_KILL"}'
	row 'syscalls twice' 2 'p.json:1:[0-9]+: error: ' '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[],"syscalls":[]}'
	rules 'errnoRet twice' 2 'p.json:1:[0-9]+: error: ' '{"names":["chmod"],"action":"SCMP_ACT_ERRNO","errnoRet":1,"errnoRet":2}'
	row 'case' 2 'p.json:1:2: error: .*defaultAction' '{"defaultaction":"SCMP_ACT_ALLOW"}'
	row 'homoglyph' 2 'p.json:1:2: error: ' '{"d\320\265faultAction":"SCMP_ACT_ALLOW"}'
	row 'near' 2 'p.json:1:35: error: .*syscals.*syscalls' '{"defaultAction":"SCMP_ACT_ALLOW","syscals":[]}'
	rules 'names a string' 2 'p.json:1:[0-9]+: error: .*names' '{"names":"chmod","action":"SCMP_ACT_KILL"}'
	rules 'no names' 2 'p.json:1:[0-9]+: error: .*names' '{"names":[],"action":"SCMP_ACT_KILL"}'
	rules 'empty name' 2 'p.json:1:[0-9]+: error: ' '{"names":[""],"action":"SCMP_ACT_KILL"}'
	rules 'null name' 2 'p.json:1:[0-9]+: error: ' '{"names":[null],"action":"SCMP_ACT_KILL"}'
	rules 'name and names' 2 'p.json:1:[0-9]+: error: ' '{"name":"chmod","names":["chown"],"action":"SCMP_ACT_KILL"}'
	row 'archMap and architectures' 2 'p.json:1:[0-9]+: error: ' \
		'{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"archMap":[{"architecture":"SCMP_ARCH_X86_64","subArchitectures":[]}]}'
	rules 'includes' 2 'p.json:1:[0-9]+: error: ' '{"names":["chmod"],"action":"SCMP_ACT_KILL","includes":{"moon":[]}}'
	rules 'minKernel' 2 'p.json:1:[0-9]+: error: ' '{"names":["chmod"],"action":"SCMP_ACT_KILL","includes":{"minKernel":"4.x"}}'
	row 'action' 2 'p.json:1:18: error: .*SCMP_ACT_ALOW.*SCMP_ACT_ALLOW' '{"defaultAction":"SCMP_ACT_ALOW"}'
	rules 'op' 2 'p.json:1:[0-9]+: error: .*SCMP_CMP_EQQ.*SCMP_CMP_EQ' "$(rule_of '"index":0,"value":1,"op":"SCMP_CMP_EQQ"')"
	row 'arch' 2 'p.json:1:[0-9]+: error: .*SCMP_ARCH_X86_46' '{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_46"]}'
	row 'flag' 2 'p.json:1:[0-9]+: error: .*SECCOMP_FILTER_FLAG_LOGS' '{"defaultAction":"SCMP_ACT_ALLOW","flags":["SECCOMP_FILTER_FLAG_LOGS"]}'
	row 'unknown key made a warning' 2 'p.json:1:35: error: ' '{"defaultAction":"SCMP_ACT_ALLOW","syscals":[]}'
	shim check --ignore-unknown p.json
	expect '--ignore-unknown' 1 'p.json:1:35: warning: .*p.json: 0 errors' ''
	all_held
}

@test "numbers are exact up to 64 bits, and anything else is an error" {
	rules '2^64-1' 0 '0 errors' "$(value 18446744073709551615)"
	rules '2^53+1' 0 '0 errors' "$(value 9007199254740993)"
	local number
	for number in 18446744073709551616 -1 -0 1.0 1e3 4.294967295e9 1e999 '"38"' true '[]'; do
		rules "value $number" 2 'p.json:1:[0-9]+: error: .*value' "$(value "$number")"
	done
	for number in 010 0x10 +1; do
		rules "value $number" 2 'p.json:1:[0-9]+: error: ' "$(value "$number")"
	done
	for number in 6 4294967296; do
		rules "index $number" 2 'p.json:1:[0-9]+: error: .*index' \
			"$(rule_of '"op":"SCMP_CMP_EQ","value":1,"index":'$number)"
	done
	for number in 0 4095 4096 65574 -1; do
		rules "errnoRet $number" 2 'p.json:1:[0-9]+: error: .*errnoRet' \
			'{"names":["chmod"],"action":"SCMP_ACT_ERRNO","errnoRet":'$number'}'
	done
	rules 'errnoRet by name' 2 'p.json:1:[0-9]+: error: errnoRet must be a number, not a string \(write 13 for EACCES\)' \
		'{"names":["chmod"],"action":"SCMP_ACT_ERRNO","errnoRet":"EACCES"}'
	rules 'errnoRet by no name' 2 'p.json:1:[0-9]+: error: errnoRet must be .* \(expected a number from 1 to 4094\)' \
		'{"names":["chmod"],"action":"SCMP_ACT_ERRNO","errnoRet":"38"}'
	rules 'valueTwo' 2 'p.json:1:[0-9]+: error: .*valueTwo' \
		"$(rule_of '"index":0,"value":1,"valueTwo":2,"op":"SCMP_CMP_EQ"')"
	rules 'mask' 2 'p.json:1:[0-9]+: error: ' \
		"$(rule_of '"index":0,"value":4,"valueTwo":6,"op":"SCMP_CMP_MASKED_EQ"')"
	rules 'no value' 2 'p.json:1:[0-9]+: error: .*value' "$(rule_of '"index":0,"op":"SCMP_CMP_EQ"')"
	rules 'no op' 2 'p.json:1:[0-9]+: error: .*op' "$(rule_of '"index":0,"value":1')"
	all_held
}

@test "what a rule means is checked: unknown names, shadowed rules, a denied execve" {
	rules 'typo in a deny rule' 2 'p.json:1:57: error: .*chmdo.*chmod' '{"names":["chmdo"],"action":"SCMP_ACT_KILL"}'
	row 'typo in an allow rule' 1 'p.json:1:57: warning: .*chmdo' \
		'{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["chmdo","execve","exit_group"],"action":"SCMP_ACT_ALLOW"}]}'
	rules 'upper case' 2 'p.json:1:57: error: .*CHMOD.*chmod' '{"names":["CHMOD"],"action":"SCMP_ACT_KILL"}'
	row 'arch twice' 0 '0 errors, 0 warnings' '{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86","SCMP_ARCH_X86"],
		"syscalls":[{"names":["acct"],"action":"SCMP_ACT_KILL"}]}'
	rules 'execve denied' 1 'p.json:1:57: warning: execve is not allowed.*\[execve-denied\]' \
		'{"names":["execve"],"action":"SCMP_ACT_KILL"}'
	rules 'execve traced' 1 'execve is not allowed' '{"names":["execve"],"action":"SCMP_ACT_TRACE"}'
	rules 'execve logged' 0 '0 warnings' '{"names":["execve"],"action":"SCMP_ACT_LOG"}'
	rules 'execve denied by an argument' 1 'execve is not allowed' \
		'{"names":["execve"],"action":"SCMP_ACT_ERRNO","args":[{"index":2,"value":4660,"op":"SCMP_CMP_EQ"}]}'
	rules 'exit_group denied' 1 'warning: exit_group is not allowed.*\[exit-denied\]' \
		'{"names":["exit_group"],"action":"SCMP_ACT_KILL"}'
	row 'everything denied' 1 'p.json:1:18: warning: execve is not allowed' \
		'{"defaultAction":"SCMP_ACT_KILL_PROCESS"}'
	rules 'one argument twice' 1 'warning: a second condition on argument 1: .*\[alternatives\]' \
		"$(rule_of '"index":1,"value":1,"op":"SCMP_CMP_GE"},{"index":1,"value":9,"op":"SCMP_CMP_LE"')"
	row 'nothing denied' 1 'p.json:1:[0-9]+: warning: ' '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[]}'
	all_held
}

@test "check names the calls that the kernel exempts from filters" {
	[ "$(uname -m)" = x86_64 ] || return 0
	printf '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["uprobe","uretprobe"],"action":"SCMP_ACT_KILL"}]}' >p.json
	shim check p.json
	[ "$status" = 0 ]
	# the kernel that is asked decides; where it says so it says it at the rule
	[[ $out == *$'p.json: 0 errors, 0 warnings' ]]
	[[ $out != *"[unfilterable]"* ]] || [[ $out == *"p.json:1:57: note: this kernel exempts u"* ]]
	shim check --kernel 5.10 p.json
	[[ $out != *"[unfilterable]"* ]]
}

# asked RUNTIME OPTION...: how often check runs it.
asked() {
	local runtime=$1
	shift
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e trace=execve -e signal=none -o trace "$SECCOMP_SHIM" check "$@" >/dev/null 2>&1 || true
	grep -c "execve(\"[^\"]*/$runtime\", .*--version" trace || true
}

@test "a runtime is asked for its version once, however many files and options need it" {
	local row runtime options count
	printf '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["chmod"],"action":"SCMP_ACT_ERRNO"}]}' >p.json
	while IFS=: read -r row runtime options; do
		[ -x "/usr/sbin/$runtime" ] || [ -x "/usr/bin/$runtime" ] || [ -x "/usr/local/sbin/$runtime" ] || [ -x "/usr/local/bin/$runtime" ] || continue
		# shellcheck disable=SC2086
		count=$(asked "$runtime" $options)
		[ "$count" = 1 ] || row_failed "$row" "$runtime asked $count times"
	done <<-'END'
		as runc:runc:--as runc p.json
		as crun:crun:--as crun p.json p.json
		no option:runc:p.json default p.json
		no option:crun:p.json
		starts under runc:runc:--starts-under runc --as runc p.json p.json
	END
	[ "$(asked crun --as runc p.json)" = 0 ] || row_failed 'as runc' 'crun is asked too'
	all_held
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
