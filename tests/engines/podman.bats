#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What podman makes of profiles, with runc and with crun, is what --as says, for the capabilities of its containers:
# its default profile and files given with --security-opt. It is unpacked in $ENGINES, and has a storage of its own.

# shellcheck disable=SC2154 # `folder` is made by setup
load lib
load podman

setup_file() {
	export FOLDER
	FOLDER=$(open_folder)
	podman_setup
}

teardown_file() {
	podman_teardown
	remove_folder "$FOLDER"
}

setup() {
	folder=$FOLDER
}
teardown() {
	pod runc rm --force --ignore --time 0 shim-test >/dev/null 2>&1 || true
}

# equal_container ROW PROFILE OPTION...: with runc and with crun.
equal_container() {
	local runtime pid caps
	for runtime in runc crun; do
		if container "$runtime" "${@:3}"; then
			caps=$(capabilities_of "$pid")
			equal_filters "$runtime: $1" --as "$runtime" --caps "$caps" "$2" "pid:$pid"
		else
			same "$runtime: $1" 'a container' "$(cat "$folder/said")"
		fi
	done
}

@test "podman's default profile is the file that it comes with, whatever the capabilities" {
	equal_container 'default' "$PODMAN_PROFILE"
	equal_container 'as a user' "$PODMAN_PROFILE" --user 1000:1000
	equal_container 'no capabilities' "$PODMAN_PROFILE" --cap-drop ALL
	equal_container 'SYS_ADMIN' "$PODMAN_PROFILE" --cap-add SYS_ADMIN
	equal_container 'several' "$PODMAN_PROFILE" --cap-drop ALL --cap-add SYS_PTRACE --cap-add SYS_TIME --cap-add BPF
	equal_container 'no_new_privs' "$PODMAN_PROFILE" --security-opt no-new-privileges
	all_held
}

@test "profiles given to podman are loaded as foretold" {
	local profile
	python3 "$ROOM/sections.py" "$folder" "$folder/none"
	for profile in "$PROFILES/no-chmod.json" "$PROFILES/default.json" "$PROFILES/audit.json" "$PROFILES/deny-list.json" \
		"$folder"/{conditions,every-operator,overlap,every-action,x86-only,default-errno-38}.json \
		${MOBY_PROFILE:+"$MOBY_PROFILE"} ${REFERENCE_DATA:+"$REFERENCE_DATA/moby-default.json"}; do
		equal_container "$(basename "$profile")" "$profile" --security-opt "seccomp=$profile"
	done
	all_held
}

@test "chmod is refused in a container under no-chmod.json, and works under the default" {
	local runtime found
	for runtime in runc crun; do
		ended_container "$runtime" shim-test /bin/sh -c 'chmod 711 /tmp && stat -c %a /tmp'
		same "$runtime, default" $'711\nstatus 0' "$found"
		ended_container "$runtime" --security-opt "seccomp=$PROFILES/no-chmod.json" shim-test /bin/chmod 711 /tmp
		same "$runtime, no-chmod" $'chmod: /tmp: Operation not permitted\nstatus 1' "$found"
	done
	all_held
}
