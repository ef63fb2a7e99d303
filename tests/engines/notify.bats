#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# SCMP_ACT_NOTIFY: what run sends to an agent, and by runc and crun for the same bundle. The agent is that of
# tests/live/notify.bats, and answers all three.

# shellcheck disable=SC2154 # `folder` is made by setup
load lib

setup() {
	folder=$(open_folder)
	new_bundle "$folder/bundle"
}

teardown() {
	[ -z "${agent-}" ] || kill "$agent" 2>/dev/null || true
	delete_container runc "$id"
	delete_container crun "$id"
	rm -rf "$folder"
}
id=container

# The shape of a state: keys and types, with the values that must be the same.
SHAPE='
import json, sys
def shape(value, path=""):
    if isinstance(value, dict): return {key: shape(value[key], path + "." + key) for key in sorted(value)}
    if path in (".fds", ".metadata", ".state.bundle", ".state.status"): return value
    return type(value).__name__
state = json.load(open(sys.argv[1]))
assert state["pid"] == state["state"]["pid"], state
state["state"].pop("annotations", None)
print(json.dumps(shape(state)))'

@test "the state sent to the listener is that of runc and of crun, key for key" {
	local who number=0 expected
	mkdir "$folder/heard"
	python3 -B "$TREE/tests/live/agent.py" "$folder/agent.sock" "$folder/heard" 3>&- &
	agent=$!
	until [ -S "$folder/agent.sock" ]; do sleep 0.02; done
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "%s", "listenerMetadata": "some text", "syscalls": [
		{"names": ["chmod"], "action": "SCMP_ACT_NOTIFY"}]}' "$folder/agent.sock" >"$folder/section.json"
	# with run it is the host's own file, which has this mode already
	configure "$folder/bundle" "$folder/section.json" /bin/busybox chmod 755 /bin/busybox <<<'{}'
	expected="{\"fds\": [\"seccompFd\"], \"metadata\": \"some text\", \"ociVersion\": \"str\", \"pid\": \"int\", \"state\": {\"bundle\": \"$folder/bundle\", \"id\": \"str\", \"ociVersion\": \"str\", \"pid\": \"int\", \"status\": \"creating\"}}"
	for who in run runc crun; do
		case $who in
		run) answer self "$SECCOMP_SHIM" run --quiet --host-root --bundle "$folder/bundle" ;;
		*) answer self "$who" --root "$folder/$who" run --bundle "$folder/bundle" "$id" ;;
		esac
		until_prints "1 0" cat "$folder/heard/fds.$number"
		same "$who" "$expected" "$(python3 -c "$SHAPE" "$folder/heard/state.$number")"
		number=$((number + 1))
	done
	all_held
}

@test "runc ignores a listenerPath that no rule uses, and crun does not start" {
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "%s"}' "$folder/nobody.sock" >"$folder/section.json"
	configure "$folder/bundle" "$folder/section.json" /bin/true <<<'{}'
	answer self "$SECCOMP_SHIM" run --quiet --host-root --bundle "$folder/bundle"
	same run '' "$found"
	answer self runc --root "$folder/runc" run --bundle "$folder/bundle" "$id"
	same runc '' "$found"
	answer self crun --root "$folder/crun" run --bundle "$folder/bundle" "$id"
	grep -q 'status 1$' <<<"$found" || row_failed crun "$found"
	all_held
}
