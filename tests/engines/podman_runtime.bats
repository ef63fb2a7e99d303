#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The wrapper as podman's runtime, in front of runc and of crun: podman run and exec are confined by the policy, refusals
# are shown. Podman is unpacked in $ENGINES, and has a storage of its own.

# shellcheck disable=SC2154 # `folder` is made by setup
load lib
load runtime_lib
load podman

setup_file() {
	export FOLDER
	FOLDER=$(open_folder)
	install_wrapper
	podman_setup
}

teardown_file() {
	folder=$FOLDER
	wrapped rm --all --force --time 0 >/dev/null 2>&1 || true
	remove_wrapper
	remove_folder "$FOLDER"
}

setup() {
	folder=$FOLDER
}
teardown() {
	wrapped rm --force --ignore --time 0 shim-test >/dev/null 2>&1 || true
}

# wrapped WORD...: podman with the wrapper
wrapped() {
	pod "$WRAPPER" "$@"
}

# asked WORD...: sets $found to what it prints, and its status if that is not 0.
asked() {
	found=$(wrapped "$@" 2>&1) || found+=$'\n'"status $?"
}

# container OPTION... COMMAND...: in the background; sets $status, and $said to what podman says.
container() {
	wrapped rm --force --ignore --time 0 shim-test >/dev/null 2>&1 || true
	status=0
	wrapped run --network=none --cgroup-parent="/$ROOM_GROUP" --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 \
		--detach --name shim-test "$@" >"$folder/said" 2>&1 || status=$?
	said=$(cat "$folder/said")
}

# ended ROW OPTION... COMMAND...: sets $found to what a container that ends has printed, and its status.
ended() {
	container "${@:2}"
	[ "$status" = 0 ] || same "$1" 'a container' "$said"
	until_stops
	found=$(wrapped logs shim-test 2>&1; wrapped inspect --format 'status {{.State.ExitCode}}' shim-test)
}
until_stops() {
	local _
	for _ in {1..250}; do
		case $(wrapped inspect --format '{{.State.Status}}' shim-test) in exited | stopped) return ;; esac
		sleep 0.04
	done
}

@test "podman run and podman exec are confined" {
	local runtime found status said
	for runtime in runc crun; do
		policy "$runtime" "\"profile\": \"$PROFILES/no-chmod.json\", \"override\": true"
		ended "$runtime" shim-test /bin/chmod 711 /tmp
		same "$runtime, run" $'chmod: /tmp: Operation not permitted\nstatus 1' "$found"
		ended "$runtime" --security-opt seccomp=unconfined shim-test /bin/chmod 711 /tmp
		same "$runtime, unconfined" $'chmod: /tmp: Operation not permitted\nstatus 1' "$found"
		container shim-test /bin/sleep 60
		asked exec shim-test /bin/chmod 711 /tmp
		[[ $found == *'chmod: /tmp: Operation not permitted'*'status 1' ]] || same "$runtime, exec" 'no chmod' "$found"
		policy "$runtime" '"profile": "default"'
		ended "$runtime" --security-opt seccomp=unconfined shim-test /bin/busybox grep Seccomp: /proc/self/status
		same "$runtime, none" $'Seccomp:\t2\nstatus 0' "$found"
	done
	all_held
}

@test "the filter that the container has is that of its config.json, as the runtime reads it" {
	local runtime pid caps status said
	for runtime in runc crun; do
		policy "$runtime" '"profile": "default", "override": true, "deny": ["ptrace"]'
		container --cap-add SYS_PTRACE shim-test /bin/sleep 60
		pid=$(wrapped inspect --format '{{.State.Pid}}' shim-test)
		until_prints sleep cat "/proc/$pid/comm" && caps=$(capabilities_of "$pid")
		python3 -c 'import json, sys; json.dump(json.load(open(sys.argv[1]))["linux"]["seccomp"], open(sys.argv[2], "w"))' \
			"$(wrapped inspect --format '{{.OCIConfigPath}}' shim-test)" "$folder/handed.json"
		equal_filters "$runtime" --as "$runtime" --caps "$caps" "$folder/handed.json" "pid:$pid"
		wrapped rm --force --time 0 shim-test >/dev/null # as long as it is this runtime's
	done
	all_held
}

@test "require refuses an unconfined container with a witness on the terminal" {
	local runtime status said found
	for runtime in runc crun; do
		policy "$runtime" '"require": "default"'
		container --security-opt seccomp=unconfined shim-test /bin/true
		[[ $status != 0 && $said == *'a container without a seccomp profile is laxer than the policy requires with default: x86_64 '*'; witness '* ]] ||
			same "$runtime" 'the witness' "$said"
		policy "$runtime" '"require": "default", "profile": "default", "annotations": ["seccomp-shim.profile"]'
		ended "$runtime" --security-opt seccomp=unconfined shim-test /bin/busybox grep Seccomp: /proc/self/status
		same "$runtime, given" $'Seccomp:\t2\nstatus 0' "$found"
		container --annotation seccomp-shim.profile=unconfined shim-test /bin/true
		[[ $status != 0 && $said == *'laxer than the policy requires'* ]] || same "$runtime, annotation" 'refused' "$said"
	done
	all_held
}

@test "status and streams are the container's, and podman shows a wrong policy" {
	local runtime status said found
	for runtime in runc crun; do
		policy "$runtime" '"profile": "default", "override": true'
		ended "$runtime" shim-test /bin/sh -c 'echo out; exit 42'
		same "$runtime" $'out\nstatus 42' "$found"
		policy "$runtime" '"profle": "default"'
		container shim-test /bin/true
		[[ $status != 0 && $said == *'did you mean profile?'* ]] || same "$runtime, wrong" 'refused' "$said"
	done
	policy runc '"profile": "default"'
	all_held
}
