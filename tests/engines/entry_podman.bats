#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Entrypoint mode under podman, with runc and with crun: the wrapper is given as --runtime. podman is unpacked in
# $ENGINES, and has a storage of its own.

# shellcheck disable=SC2154 # `folder` is made by setup; `status` and `out` by ask
load lib
load podman

setup_file() {
	export FOLDER
	FOLDER=$(open_folder)
	podman_setup
	cp "$PROFILES/no-chmod.json" "$FOLDER/no-chmod.json"
	wrapper runc
	wrapper crun
}

# wrapper RUNTIME: a program that podman can be given, and its policy
wrapper() {
	echo "{\"runtime\": \"$1\", \"mode\": \"entrypoint\", \"profile\": \"$FOLDER/no-chmod.json\", \"override\": true}" >"$FOLDER/$1.policy"
	# shellcheck disable=SC2016 # for the script
	printf '#!/bin/sh\nexec %s runtime --policy %s -- "$@"\n' "$SECCOMP_SHIM" "$FOLDER/$1.policy" >"$FOLDER/shim-$1"
	chmod 755 "$FOLDER/shim-$1"
}

teardown_file() {
	folder=$FOLDER
	pod "$folder/shim-runc" rm --all --force --time 0 >/dev/null 2>&1 || true
	remove_folder "$FOLDER"
}

setup() {
	folder=$FOLDER
}
teardown() {
	pod "$folder/shim-runc" rm --force --ignore --time 0 shim-test >/dev/null 2>&1 || true
}

# ask RUNTIME WORD...: podman; sets $status, $out
ask() {
	status=0
	pod "$@" >"$folder/out" 2>&1 </dev/null || status=$?
	out=$(cat "$folder/out")
	err=
}

# container RUNTIME OPTION... -- ARG...: in the background
container() {
	local runtime=$1 options words
	split "${@:2}"
	pod "$folder/shim-runc" rm --force --ignore --time 0 shim-test >/dev/null 2>&1 || true
	ask "$folder/shim-$runtime" run --network=none --cgroup-parent="/$ROOM_GROUP" --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 \
		--detach --name shim-test "${options[@]}" shim-test "${words[@]}"
}

@test "podman runs and executes in entrypoint mode, and shows refusals" {
	local runtime pid
	for runtime in runc crun; do
		container $runtime -- sh -c 'chmod 700 /tmp; exec sleep 60'
		expect "$runtime run" 0 . ''
		pid=$(pod "$folder/shim-$runtime" inspect --format '{{.State.Pid}}' shim-test)
		until_prints sleep cat "/proc/$pid/comm"
		same "$runtime: filters" 2 "$(sed -n 's/^Seccomp_filters:\t//p' "/proc/$pid/status")"
		ask "$folder/shim-$runtime" logs shim-test
		expect "$runtime logs" 0 '^chmod: /tmp: Operation not permitted$' ''
		ask "$folder/shim-$runtime" exec shim-test chmod 700 /tmp
		expect "$runtime exec" 1 'Operation not permitted' ''
		ask "$folder/shim-$runtime" exec shim-test sh -c 'exit 9'
		expect "$runtime exec, status" 9 '' ''
		ask "$folder/shim-$runtime" exec --user 1000 shim-test grep -c . /proc/self/cmdline
		expect "$runtime exec, user" 0 '^1$' ''
		container $runtime --privileged -- true
		[[ $status != 0 && $out =~ 'has CAP_SYS_ADMIN and may mount' ]] || row_failed "$runtime privileged" 'not told'
		container $runtime --volume /dev:/dev -- true
		[[ $status != 0 && $out =~ 'needs a tmpfs /dev' ]] || row_failed "$runtime /dev" 'not told'
	done
	all_held
}
