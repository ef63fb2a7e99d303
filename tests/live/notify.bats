#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# SCMP_ACT_NOTIFY under run: the agent of agent.py receives one state, gets the listener, and answers real
# notifications. Whatever is notified, the command begins; where the listener cannot be handed over it does not.

# shellcheck disable=SC2154,SC2016 # `folder` is made by setup; what is in single quotes is for other shells
load lib

# The C library's own wrapper makes other calls than the one asked for: numbers of x86-64.
WRITE=1 GETPPID=110 MKDIR=83 CHMOD=90

# agent WORD...: in the background; $socket and the folder of what it received, $heard.
agent() {
	socket=$folder/agent.sock
	heard=$folder/heard
	rm -rf "$socket" "$heard"
	mkdir "$heard"
	python3 -B "$TREE/tests/live/agent.py" "$socket" "$heard" "$@" 3>&- &
	agent=$!
	for _ in {1..200}; do
		[ ! -S "$socket" ] || return 0
		sleep 0.02
	done
	echo 'the agent does not come up'
	return 1
}

end_agent() {
	[ -z "${agent-}" ] || kill "$agent" 2>/dev/null || true
	[ -z "${agent-}" ] || wait "$agent" 2>/dev/null || true
	agent=
}

teardown() {
	end_agent
	rm -rf "$folder"
}

# profile NAMES [KEYS [DEFAULT]]: NAMES are notified; written to $folder/profile.json.
profile() {
	printf '{"defaultAction": "%s", "listenerPath": "%s", %s\n"syscalls": [%s\n{"names": [%s], "action": "SCMP_ACT_NOTIFY"}]}\n' \
		"${3-SCMP_ACT_ALLOW}" "$folder/agent.sock" "${2-}" "${rules-}" "$1" >"$folder/profile.json"
}

# file NAME: what the agent wrote, once it is there.
file() {
	for _ in {1..200}; do
		[ ! -s "$heard/$1" ] || break
		sleep 0.02
	done
	cat "$heard/$1"
}

# state KEY...: of the first connection, by a path of keys.
state() {
	file state.0 | python3 -c '
import json, sys
value = json.load(sys.stdin)
for key in sys.argv[1:]: value = value[key]
print(json.dumps(value, sort_keys=True))' "$@"
}

# What only notify.bats looks at: whether every call of a kind is decided by the agent.
TRY='import os, sys
try:
	print(eval(sys.argv[1]))
except OSError as error:
	print(os.strerror(error.errno))'

@test "the listener gets the state of the runtime specification" {
	agent
	profile '"chmod"' '"listenerMetadata": "meta \"\u00e9\\\n",'
	cd "$folder"
	hold "$SECCOMP_SHIM" run -p profile.json
	same 'one descriptor, in the first message' '1 0' "$(file fds.0)"
	same 'the whole' "{\"fds\": [\"seccompFd\"], \"metadata\": \"meta \\\"\\u00e9\\\\\\n\", \"ociVersion\": \"1.3.0\", \"pid\": $pid, \"state\": {\"bundle\": \"$folder\", \"id\": \"seccomp-shim-$pid\", \"ociVersion\": \"1.3.0\", \"pid\": $pid, \"status\": \"creating\"}}" "$(state)"
	release
	same 'the agent learns of the end' hangup "$(file end.0)"
	[ "$(ls "$heard" | grep -c '^state')" = 1 ] || row_failed connections 'not one'
	all_held
}

@test "the state has metadata only with listenerMetadata, and the annotations of a bundle" {
	agent
	mkdir "$folder/bundle"
	profile '"chmod"'
	printf '{"ociVersion": "1.0.2", "annotations": {"a.b": "c\u00e4", "n": "\\n" }, "process": {"cwd": "/", "args": ["true"],
		"env": ["PATH=/usr/bin:/bin"], "user": {"uid": %d, "gid": %d}}, "linux": {"seccomp": %s}}' "$(id -u)" "$(id -g)" \
		"$(cat "$folder/profile.json")" >"$folder/bundle/config.json"
	cd "$folder"
	shim run --quiet --bundle bundle/../bundle
	expect 'bundle' 0 '' ''
	same 'keys' '["fds", "ociVersion", "pid", "state"]' "$(file state.0 | python3 -c 'import json, sys; print(json.dumps(sorted(json.load(sys.stdin))))')"
	same 'bundle' "\"$folder/bundle\"" "$(state state bundle)"
	same 'annotations' '{"a.b": "c\u00e4", "n": "\n"}' "$(state state annotations)"
	sed -i 's/"n": "\\n"/"n": 1/' bundle/config.json
	shim run --quiet --bundle bundle
	expect_refused 'no string' 125 'bundle/config.json:1:[0-9]+: the listener gets the annotations, and this is a number \('
	sed -i 's/"annotations": {[^}]*}/"annotations": []/' bundle/config.json
	shim run --quiet --bundle bundle
	expect_refused 'no object' 125 'bundle/config.json:1:[0-9]+: the listener gets the annotations, and this is an array \('
	all_held
}

# asked ROW NAMES CALLS EXPRESSION ANSWER: Python's EXPRESSION under a profile that notifies NAMES; CALLS: what the agent
# was asked, as a pattern on its lines
asked() {
	profile "$2"
	shim run -p "$folder/profile.json" python3 -c "$TRY" "$4"
	expect "$1" 0 "^$5\$" ''
}

@test "the listener can answer with an error number and with continue" {
	agent $MKDIR=13 $CHMOD=continue
	asked 'errno' '"mkdir", "mkdirat"' $MKDIR "os.mkdir('$folder/x')" 'Permission denied'
	[ ! -e "$folder/x" ] || row_failed errno 'it was made'
	asked 'continue' '"chmod"' $CHMOD "os.chmod('$folder/profile.json', 0o600)" None
	same 'continued' 600 "$(stat -c %a "$folder/profile.json")"
	same 'asked of the first' $MKDIR "$(cut -d' ' -f2 "$heard/calls.0")"
	same 'asked of the second' $CHMOD "$(cut -d' ' -f2 "$heard/calls.1")"
	all_held
}

@test "any call but execve may be notified, also write and sendmsg" {
	agent $WRITE=continue
	profile '"write", "sendmsg", "sendto", "futex", "close", "exit_group", "mmap", "brk", "clock_nanosleep", "exit"'
	shim run --quiet -p "$folder/profile.json" echo hello
	expect 'write' 0 '^hello$' ''
	grep -q " $WRITE$" "$heard/calls.0" || row_failed write 'not asked'
	# every call that x86-64 has but the one
	profile "$(sed -n 's/^#define __NR_\([a-z0-9_]*\) .*/"\1"/p' /usr/include/x86_64-linux-gnu/asm/unistd_64.h |
		grep -vE '"(execve|uretprobe|uprobe)"' | paste -sd,)"
	shim run --quiet --ignore-unknown -p "$folder/profile.json" echo hello
	expect 'all' 0 '^hello$' ''
	profile '"getppid"' '"flags": ["SECCOMP_FILTER_FLAG_TSYNC"],'
	agent $GETPPID=1
	shim run -p "$folder/profile.json" python3 -c "$TRY" 'os.getppid()'
	[ "$status" = 0 ] || row_failed TSYNC 'status'
	grep -q " $GETPPID$" "$heard/calls.0" || row_failed TSYNC 'not asked'
	all_held
}

# left ROW: what the command is has one thread, no child, no descriptor of ours, and the filter
left() {
	same "$1: threads" 1 "$(ls "/proc/$pid/task" | wc -l)"
	same "$1: children" '' "$(cat "/proc/$pid/task/$pid/children")"
	same "$1: descriptors" "$2" "$(ls "/proc/$pid/fd" | xargs)"
	same "$1: filters" $(($(filters_here) + 1)) "$(sed -n 's/^Seccomp_filters:\t//p' "/proc/$pid/status")"
	same "$1: memory" 0 "$(grep -c 'seccomp-shim' "/proc/$pid/maps")"
	# the helper of TSYNC may wait for init to reap it
	same "$1: processes" '' "$(pgrep -r R,S,D,T -f "seccomp-shim run.*$folder/profile.json" | grep -vx "$pid" | xargs)"
}

@test "no thread, process or descriptor of the handover remains" {
	local flags
	for flags in '' '"flags": ["SECCOMP_FILTER_FLAG_TSYNC"],' '"flags": ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"],'; do
		end_agent
		agent
		profile '"chmod"' "$flags"
		hold "$SECCOMP_SHIM" run -p "$folder/profile.json" 3>&- 4>&- 5</dev/null
		file state.0 >/dev/null
		left "$flags" '0 1 2'
		release
		hold "$SECCOMP_SHIM" run -p "$folder/profile.json" --preserve-fds 2 3</dev/null 4</dev/null 5</dev/null
		left "$flags kept" '0 1 2 3 4'
		release
		hold "$SECCOMP_SHIM" run -p "$folder/profile.json" --keep-fds 3</dev/null 4>&- 5</dev/null 6>&- 7>&- 8>&- 9>&-
		same "$flags all" '3 5' "$(ls "/proc/$pid/fd" | grep -E '^[3-9]$' | xargs)"
		same "$flags all: the listener" '' "$(readlink "/proc/$pid"/fd/* | grep '^anon_inode:seccomp' || true)"
		release
	done
	all_held
}

# refused ROW LINE: by run with $folder/profile.json, within 8 s; nothing was executed
refused() {
	local row=$1 line=$2
	shift 2
	rm -f "$folder/marker"
	SECONDS=0
	shim run "$@" -p "$folder/profile.json" touch "$folder/marker"
	expect_refused "$row" 125 "$line"
	[ ! -e "$folder/marker" ] || row_failed "$row" 'the command was executed'
	[ "$SECONDS" -lt 8 ] || row_failed "$row" "took $SECONDS s"
}

@test "without an agent nothing is executed, and the reason is one line" {
	local place="$folder/profile.json:1:[0-9]+"
	profile '"chmod"'
	refused 'no socket' "$place: cannot connect to the listener $folder/agent.sock: No such file or directory \(start the agent"
	touch "$folder/agent.sock"
	refused 'no socket, a file' "$place: cannot connect to the listener $folder/agent.sock: Connection refused \(nobody listens"
	rm "$folder/agent.sock"
	python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$folder/agent.sock"
	refused 'nobody listens' "$place: cannot connect to the listener $folder/agent.sock: Connection refused \(nobody listens"
	rm "$folder/agent.sock"
	python3 -c 'import socket, sys, time
datagrams = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
datagrams.bind(sys.argv[1])
time.sleep(20)' "$folder/agent.sock" 3>&- &
	agent=$!
	until [ -S "$folder/agent.sock" ]; do sleep 0.02; done
	refused 'datagrams' "$place: cannot connect to the listener $folder/agent.sock: Protocol wrong type for socket \(use a stream socket"
	end_agent
	rm "$folder/agent.sock"
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/%0120d", "syscalls": [{"names": ["chmod"], "action": "SCMP_ACT_NOTIFY"}]}' 0 \
		>"$folder/profile.json"
	refused 'too long' "$place: listenerPath has 121 bytes \("
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "agent.sock", "syscalls": [{"names": ["chmod"], "action": "SCMP_ACT_NOTIFY"}]}' \
		>"$folder/profile.json"
	refused 'relative' "$place: listenerPath is not absolute \("
	all_held
}

# Annotations that no socket's buffer takes.
large() {
	profile "$1" "$2"
	python3 - "$folder/profile.json" <<-'END'
		import json, os, sys
		section = json.load(open(sys.argv[1]))
		config = {'ociVersion': '1.0.2', 'annotations': {'large': 4000000 * 'x'}, 'linux': {'seccomp': section}, 'process': {
		    'cwd': '/', 'args': ['true'], 'env': ['PATH=/usr/bin:/bin'], 'user': {'uid': os.getuid(), 'gid': os.getgid()}}}
		json.dump(config, open(os.path.dirname(sys.argv[1]) + '/config.json', 'w'))
	END
}

@test "with a failing agent nothing is executed, and the reason comes in time" {
	local flags line
	for flags in '' '"flags": ["SECCOMP_FILTER_FLAG_TSYNC"],'; do
		end_agent
		agent
		large '"chmod"' "$flags"
		shim run --quiet --config "$folder/config.json"
		expect "$flags large" 0 '' ''
		same "$flags large" 4000000 "$(state state annotations large | tr -cd x | wc -c)"
		same "$flags large" '1 0' "$(file fds.0)"
		end_agent
		agent deaf
		shim run --quiet --config "$folder/config.json"
		expect_refused "$flags deaf" 125 ".*config.json:1:[0-9]+: cannot hand the descriptor over to the listener $folder/agent.sock: it did not read"
		end_agent
		agent closing
		shim run --quiet --config "$folder/config.json"
		expect_refused "$flags closing" 125 ".*config.json:1:[0-9]+: cannot hand the descriptor over to the listener $folder/agent.sock: it closed the connection"
	done
	# where nothing can be printed the line comes all the same, from the helper: a thread ends the whole
	end_agent
	agent closing
	large '"write", "exit_group"' ''
	shim run --quiet --config "$folder/config.json"
	expect_refused "silent" 125 ".*: cannot hand the descriptor over"
	# ... a process cannot: an illegal instruction
	large '"write", "exit_group"' '"flags": ["SECCOMP_FILTER_FLAG_TSYNC"],'
	shim run --quiet --config "$folder/config.json"
	expect_refused "silent, TSYNC" 132 ".*: cannot hand the descriptor over"
	end_agent
	agent full
	profile '"chmod"'
	refused 'full' ".*: cannot connect to the listener $folder/agent.sock: Resource temporarily unavailable \(its queue is full"
	all_held
}

@test "a second listener is refused, and execve may not be notified" {
	agent
	profile '"chmod"'
	shim run -p "$folder/profile.json" "$SECCOMP_SHIM" run -p "$folder/profile.json" true
	expect_refused 'EBUSY' 125 'cannot load the filter: .*\(a filter that is in force already has a listener, and there can be only one\)'
	shim run -p "$folder/profile.json" "$SECCOMP_SHIM" run -p no-such-listener true
	profile '"execve"'
	refused 'execve' "$folder/profile.json:3:[0-9]+: the profile does not allow execve"
	profile '"exit_group"'
	shim run -p "$folder/profile.json" true
	expect 'exit_group' 0 '' '^seccomp-shim: .*profile.json:3:[0-9]+: warning: .*exit_group'
	all_held
}

@test "listenerPath without a rule NOTIFY is ignored" {
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/nonexistent/socket"}' >"$folder/profile.json"
	shim run -p "$folder/profile.json" true
	expect 'no rule' 0 '' ''
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/nonexistent/socket", "syscalls": [
		{"names": ["chmod"], "action": "SCMP_ACT_NOTIFY", "includes": {"arches": ["s390x"]}}]}' >"$folder/profile.json"
	shim run -p "$folder/profile.json" true
	expect 'no rule here' 0 '' ''
	all_held
}

# bats test_tags=root
@test "the agent is connected before user and limits change" {
	needs_root 'it becomes another user' || return 0
	agent
	chmod 600 "$socket"
	profile '"chmod"'
	shim run -p "$folder/profile.json" --user 65534:65534 --cap-drop ALL id -u
	expect 'user' 0 '^65534$' ''
	shim run -p "$folder/profile.json" --security-opt no-new-privileges:false sed -n 's/^NoNewPrivs:\t//p' /proc/self/status
	expect 'no_new_privs off' 0 '^0$' ''
	all_held
}
