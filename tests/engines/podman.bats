#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What podman makes of profiles, with runc and with crun, is what --as says, for the capabilities of its containers:
# its default profile and files given with --security-opt. It is unpacked in $ENGINES, and has a storage of its own.

# shellcheck disable=SC2154 # `folder` is made by setup
load lib

setup_file() {
	export FOLDER
	FOLDER=$(open_folder)
	export PATH=$ENGINES/usr/bin:$PATH LD_LIBRARY_PATH=$ENGINES/usr/lib/x86_64-linux-gnu HOME=$FOLDER TMPDIR=$FOLDER/tmp
	mkdir "$FOLDER/tmp"
	# the system's settings do not matter here, but for the default profile, which podman finds by itself
	printf '%s\n' '[engine]' 'events_logger = "none"' '[containers]' 'log_driver = "k8s-file"' >"$FOLDER/containers.conf"
	printf '%s\n' '[storage]' 'driver = "vfs"' "graphroot = '$FOLDER/root'" "runroot = '/run/shim-test'" >"$FOLDER/storage.conf"
	echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$FOLDER/policy.json"
	export CONTAINERS_CONF=$FOLDER/containers.conf CONTAINERS_STORAGE_CONF=$FOLDER/storage.conf
	root_filesystem "$FOLDER/rootfs"
	tar -C "$FOLDER/rootfs" -cf "$FOLDER/rootfs.tar" .
	folder=$FOLDER
	pod runc import --signature-policy "$FOLDER/policy.json" --quiet "$FOLDER/rootfs.tar" shim-test >/dev/null
}

teardown_file() {
	folder=$FOLDER
	pod runc rm --all --force --time 0 >/dev/null 2>&1 || true
	rm -rf "$FOLDER"
}

setup() {
	folder=$FOLDER
}
teardown() {
	pod runc rm --force --ignore --time 0 shim-test >/dev/null 2>&1 || true
}

# pod RUNTIME WORD...
pod() {
	podman --root "$folder/root" --runroot /run/shim-test --tmpdir /run/libpod --storage-driver=vfs \
		--cgroup-manager=cgroupfs --conmon "$ENGINES/usr/bin/conmon" --runtime "$1" "${@:2}" 3>&-
}

# run_in RUNTIME OPTION...: podman run; limits cannot be raised here.
run_in() {
	pod "$1" run --network=none --cgroup-parent="/$ROOM_GROUP" --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 "${@:2}"
}

# container RUNTIME OPTION...: sets $pid and $caps of a new one; the one before is removed.
container() {
	pod "$1" rm --force --ignore --time 0 shim-test >/dev/null 2>&1 || true
	run_in "$1" --detach --name shim-test "${@:2}" shim-test /bin/sleep 60 >"$folder/said" 2>&1 || return
	pid=$(pod "$1" inspect --format '{{.State.Pid}}' shim-test)
	until_prints sleep cat "/proc/$pid/comm" && caps=$(capabilities_of "$pid")
}

# equal_container ROW PROFILE OPTION...: with runc and with crun.
equal_container() {
	local runtime pid caps
	for runtime in runc crun; do
		if container "$runtime" "${@:3}"; then
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

@test "files given to podman: no-chmod, moby's default, conditions, an audit" {
	local profile
	python3 "$ROOM/sections.py" "$folder" "$folder/none"
	for profile in "$PROFILES/no-chmod.json" "$PROFILES/default.json" "$PROFILES/audit.json" "$PROFILES/deny-list.json" \
		"$folder"/{conditions,every-operator,overlap,every-action,x86-only,default-errno-38}.json \
		${MOBY_PROFILE:+"$MOBY_PROFILE"} ${REFERENCE_DATA:+"$REFERENCE_DATA/moby-default.json"}; do
		equal_container "$(basename "$profile")" "$profile" --security-opt "seccomp=$profile"
	done
	all_held
}

# ended_container RUNTIME OPTION... COMMAND...: what it has printed, and its status, as `found`. In the background: in the
# foreground podman 4.3 waits 20 seconds for each container here.
ended_container() {
	run_in "$1" --detach --name shim-test "${@:2}" >/dev/null
	until_prints false pod "$1" inspect --format '{{.State.Running}}' shim-test
	found=$(pod "$1" logs shim-test 2>&1; pod "$1" inspect --format 'status {{.State.ExitCode}}' shim-test)
	pod "$1" rm shim-test >/dev/null
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
