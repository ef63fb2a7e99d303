#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The wrapper under podman of a plain user, with crun: it runs as root of a user namespace, in which the policy of the
# host's root seems to be nobody's.

load lib
load podman

setup_file() {
	local mode
	export FOLDER
	FOLDER=$(open_folder)
	export PATH=$ENGINES/usr/bin:$PATH LD_LIBRARY_PATH=$ENGINES/usr/lib/x86_64-linux-gnu HOME=$FOLDER/home TMPDIR=$FOLDER/home/tmp \
		XDG_RUNTIME_DIR=$FOLDER/home/run CONTAINERS_CONF=$FOLDER/containers.conf CONTAINERS_STORAGE_CONF=$FOLDER/storage.conf
	mkdir -p "$TMPDIR" "$XDG_RUNTIME_DIR"
	chown -R 65534:65534 "$HOME"
	printf '%s\n' '[engine]' 'events_logger = "none"' 'cgroup_manager = "cgroupfs"' '[engine.runtimes]' \
		"delegate = [\"$FOLDER/delegate\"]" "entrypoint = [\"$FOLDER/entrypoint\"]" '[containers]' 'log_driver = "k8s-file"' >"$CONTAINERS_CONF"
	printf '%s\n' '[storage]' 'driver = "vfs"' "graphroot = '$HOME/root'" "runroot = '$XDG_RUNTIME_DIR/storage'" \
		'[storage.options.vfs]' 'ignore_chown_errors = "true"' >"$CONTAINERS_STORAGE_CONF"
	echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$FOLDER/policy-images.json"
	conmon_setup
	cp "$PROFILES/no-chmod.json" "$FOLDER"
	for mode in delegate entrypoint; do
		echo "{\"runtime\": \"crun\", \"mode\": \"$mode\", \"profile\": \"$FOLDER/no-chmod.json\", \"override\": true, \"accept\": [\"enosys\", \"dropped\"]}" \
			>"$FOLDER/$mode.json"
		# shellcheck disable=SC2016 # for the script
		printf '#!/bin/sh\nexec %s runtime --policy %s -- "$@"\n' "$SECCOMP_SHIM" "$FOLDER/$mode.json" >"$FOLDER/$mode"
		chmod 755 "$FOLDER/$mode"
	done
	root_filesystem "$FOLDER/rootfs"
	tar -C "$FOLDER/rootfs" -cf "$FOLDER/rootfs.tar" .
	rootless import --signature-policy "$FOLDER/policy-images.json" --quiet "$FOLDER/rootfs.tar" shim-test >/dev/null
}

teardown_file() {
	remove_folder "$FOLDER"
}

teardown() {
	rootless rm --all --force --time 0 >/dev/null 2>&1 || true
}

# rootless WORD...: podman of a plain user, who has one uid; what it says of that is left out.
rootless() {
	setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all -- podman --log-level=fatal --conmon "$FOLDER/conmon" "$@" 3>&-
}

# asked WORD...: sets $found to what it prints, and its status if that is not 0.
asked() {
	found=$(rootless "$@" 2>&1 </dev/null) || found+=$'\n'"status $?"
}

LIMITS='--network=none --ulimit nofile=1024:1024 --ulimit nproc=1000:1000'

@test "podman run and exec of a plain user are confined in both modes" {
	local mode found
	for mode in delegate entrypoint; do
		# shellcheck disable=SC2086 # a list of words
		asked --runtime $mode run $LIMITS --detach --name $mode shim-test sh -c 'exec 2>&1; chmod 711 /tmp; exec sleep 60'
		until_prints 'chmod: /tmp: Operation not permitted' rootless logs $mode || same "$mode, run" 'no chmod' "$found"
		asked --runtime $mode exec $mode chmod 711 /tmp
		[[ $found == *'chmod: /tmp: Operation not permitted'*'status 1' ]] || same "$mode, exec" 'no chmod' "$found"
		asked --runtime $mode exec $mode sh -c 'exit 7'
		[[ $found == *'status 7' ]] || same "$mode, status" 7 "$found"
		asked --runtime $mode rm --force --time 0 $mode
	done
	all_held
}

@test "a policy that others may write is refused" {
	local found
	chmod 664 "$FOLDER/delegate.json"
	# shellcheck disable=SC2086
	asked --runtime delegate run $LIMITS --rm shim-test true
	[[ $found == *'delegate.json: is writable by others than its owner'* ]] || same 'writable' 'refused' "$found"
	chmod 644 "$FOLDER/delegate.json"
	all_held
}
