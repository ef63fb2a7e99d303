# SPDX-License-Identifier: Apache-2.0
# podman from $ENGINES (unpacked packages), with a storage and settings of its own.

# shellcheck disable=SC2154 # `folder` is made by each file's setup

# podman_setup [FILE]: sets up an image shim-test. FILE: where podman's settings are to be; the drop-ins of
# /etc/containers/containers.conf.d count only beside /etc/containers/containers.conf.
podman_setup() {
	local settings=${1-$FOLDER/containers.conf}
	export PATH=$ENGINES/usr/bin:$PATH LD_LIBRARY_PATH=$ENGINES/usr/lib/x86_64-linux-gnu HOME=$FOLDER TMPDIR=$FOLDER/tmp
	mkdir "$FOLDER/tmp"
	printf '%s\n' '[engine]' 'events_logger = "none"' '[containers]' 'log_driver = "k8s-file"' >"$settings"
	[ $# -gt 0 ] || export CONTAINERS_CONF=$settings
	printf '%s\n' '[storage]' 'driver = "vfs"' "graphroot = '$FOLDER/root'" "runroot = '/run/shim-test'" >"$FOLDER/storage.conf"
	echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$FOLDER/policy-images.json"
	export CONTAINERS_STORAGE_CONF=$FOLDER/storage.conf
	conmon_setup
	root_filesystem "$FOLDER/rootfs"
	tar -C "$FOLDER/rootfs" -cf "$FOLDER/rootfs.tar" .
	folder=$FOLDER
	pod runc import --signature-policy "$FOLDER/policy-images.json" --quiet "$FOLDER/rootfs.tar" shim-test >/dev/null
}

# conmon calls podman when a container has ended, and has none of this environment from podman: without its libraries
# podman does not start, and who waits for the container waits for 20 seconds.
conmon_setup() {
	local name
	{
		echo '#!/bin/sh'
		for name in PATH LD_LIBRARY_PATH HOME TMPDIR CONTAINERS_CONF CONTAINERS_STORAGE_CONF; do
			[ -z "${!name-}" ] || echo "export $name='${!name}'"
		done
		# shellcheck disable=SC2016 # for the script
		echo "exec '$ENGINES/usr/bin/conmon' \"\$@\""
	} >"$FOLDER/conmon"
	chmod 755 "$FOLDER/conmon"
}

podman_teardown() {
	folder=$FOLDER
	pod runc rm --all --force --time 0 >/dev/null 2>&1 || true
}

# pod RUNTIME WORD...
pod() {
	command podman --root "$FOLDER/root" --runroot /run/shim-test --tmpdir /run/libpod --storage-driver=vfs \
		--cgroup-manager=cgroupfs --conmon "$FOLDER/conmon" --runtime "$1" "${@:2}" 3>&-
}

# run_in RUNTIME OPTION...: podman run; limits cannot be raised here. --hooks-dir=DIR, if it comes first, is podman's own.
run_in() {
	local runtime=$1 before=()
	shift
	case "$1" in --hooks-dir=*) before=("$1") && shift ;; esac
	pod "$runtime" "${before[@]}" run --network=none --cgroup-parent="/$ROOM_GROUP" --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 "$@"
}

# container RUNTIME OPTION...: sets $pid of a new one; the one before is removed.
container() {
	pod "$1" rm --force --ignore --time 0 shim-test >/dev/null 2>&1 || true
	run_in "$1" --detach --name shim-test "${@:2}" shim-test /bin/sleep 60 >"$folder/said" 2>&1 || return
	pid=$(pod "$1" inspect --format '{{.State.Pid}}' shim-test)
	until_prints sleep cat "/proc/$pid/comm"
}

# ended_container RUNTIME OPTION... COMMAND...: what it has printed, and its status, as `found`.
ended_container() {
	local before=()
	case "$2" in --hooks-dir=*) before=("$2") && set -- "$1" "${@:3}" ;; esac
	pod "$1" rm --force --ignore --time 0 shim-test >/dev/null 2>&1 || true
	if ! found=$(run_in "$1" "${before[@]}" --detach --name shim-test "${@:2}" 2>&1); then
		found+=' (not started)'
		return
	fi
	until_ends "$1"
	found=$(pod "$1" logs shim-test 2>&1; pod "$1" inspect --format 'status {{.State.ExitCode}}' shim-test)
	pod "$1" rm --force --time 0 shim-test >/dev/null 2>&1
}
until_ends() {
	local _
	for _ in {1..500}; do
		case "$(pod "$1" inspect --format '{{.State.Status}}' shim-test)" in exited | stopped) return ;; esac
		sleep 0.02
	done
	echo 'did not end'
	return 1
}

# remove_folder FOLDER: podman's own clean-up, which conmon starts when a container has ended, may still write there.
remove_folder() {
	local _
	for _ in {1..50}; do
		rm -rf --one-file-system "$1" 2>/dev/null && return
		sleep 0.1
	done
	rm -rf --one-file-system "$1"
}
