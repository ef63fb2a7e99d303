#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Prediction = reality: what `--as runc` and `--as crun` say of a profile is what the kernel holds of a container that
# the runtime has started with it, and a container that it does not start is foretold.

# shellcheck disable=SC2154 # `folder` is made by setup
load lib

setup() {
	folder=$(open_folder)
	new_bundle "$folder/bundle"
	mkdir "$folder/sections"
}

teardown() {
	local runtime
	for runtime in runc crun; do delete_container "$runtime" "$id"; done
	[ -z "${listener-}" ] || kill "$listener" 2>/dev/null || true
	rm -rf "$folder"
}
id=container

# A listener that takes every descriptor and answers nothing.
LISTENER='
import socket, sys
door = socket.socket(socket.AF_UNIX)
door.bind(sys.argv[1])
door.listen()
kept = []
while True:
    guest = door.accept()[0]
    kept.append((guest, socket.recv_fds(guest, 65536, 8)))
'

# Sections as a container manager would hand them over, each the resolved form of a profile.
resolve_profiles() {
	local name profile
	while read -r name profile; do
		"$SECCOMP_SHIM" compile -f oci --caps docker --quiet -o "$folder/sections/$name.json" "$profile"
	done <<-END
		docker default
		audit audit
		podman $PODMAN_PROFILE
		no-chmod $PROFILES/no-chmod.json
		deny-list $PROFILES/deny-list.json
		no-tiocsti $PROFILES/no-tiocsti.json
		${MOBY_PROFILE:+moby $MOBY_PROFILE}
		${REFERENCE_DATA:+moby-newer $REFERENCE_DATA/moby-default.json}
	END
}

# foretold RUNTIME SECTION: `starts` or `refused`, or whatever else check has to say.
foretold() {
	local status=0 said
	said=$("$SECCOMP_SHIM" check --as "$1" --caps docker "$2" 2>&1) || status=$?
	if [ "$status" -lt 2 ]; then
		echo starts
	elif [[ $said == *'[runtime-refuses]'* ]]; then
		echo refused
	else
		echo "$said"
	fi
}

# compare RUNTIME SECTION
compare() {
	local row found=starts pid
	row="$1 $(basename "$2" .json)"
	configure "$folder/bundle" "$2" /bin/sleep 60 </dev/null
	start_container "$1" "$id" "$folder/bundle" || found=refused
	same "$row: start ($(tail -n 1 "$folder/said"))" "$(foretold "$1" "$2")" "$found"
	if [ "$found" = starts ]; then
		started=$((started + 1))
		equal_filters "$row" --as "$1" "$2" "pid:$pid"
	else
		refused="$refused $(basename "$2" .json)"
	fi
	delete_container "$1" "$id"
}

# compare_all RUNTIME REFUSED...: and which ones the runtime refuses.
compare_all() {
	local runtime=$1 section started=0 refused='' listener=''
	python3 -c "$LISTENER" "$folder/listener" 3>&- &
	listener=$!
	resolve_profiles
	python3 "$ROOM/sections.py" "$folder/sections" "$folder/listener"
	for section in "$folder"/sections/*.json; do compare "$runtime" "$section"; done
	same "$runtime refuses" " ${*:2}" "$refused"
	echo "# $("$runtime" --version | head -n 1): $started filters read back, refused:$refused" >&3
	[ "$started" -ge 60 ] || row_failed "$runtime" 'too few containers'
}

@test "runc loads what --as runc says, and starts what it says" {
	compare_all runc exists-later exists flags-log flags-several foreign-many multiplexed-conflict multiplexed-two notify-write
	all_held
}

@test "crun loads what --as crun says, and starts what it says" {
	compare_all crun exists-later exists multiplexed-conflict multiplexed-two
	all_held
}

# in_container RUNTIME SECTION COMMAND...: its output and its status, as `found`.
in_container() {
	configure "$folder/bundle" "$2" "${@:3}" </dev/null
	answer self "$1" --root "$folder/$1" run --bundle "$folder/bundle" "$id"
	delete_container "$1" "$id"
}

@test "runc and crun run commands under the sections of compile -f oci, and no-chmod refuses chmod" {
	local runtime found

	"$SECCOMP_SHIM" compile -f oci --caps docker default >"$folder/default.json"
	"$SECCOMP_SHIM" compile -f oci --caps docker "$PROFILES/no-chmod.json" >"$folder/no-chmod.json"
	for runtime in runc crun; do
		in_container "$runtime" "$folder/default.json" /bin/true
		same "$runtime, default: true" '' "$found"
		in_container "$runtime" "$folder/default.json" /bin/sh -c 'exec 2>&1; chmod 711 /dev/shm && stat -c %a /dev/shm && cat /etc/none'
		same "$runtime, default: chmod" $'711\ncat: can\'t open \'/etc/none\': No such file or directory\nstatus 1' "$found"
		in_container "$runtime" "$folder/no-chmod.json" /bin/true
		same "$runtime, no-chmod: true" '' "$found"
		in_container "$runtime" "$folder/no-chmod.json" /bin/sh -c 'exec 2>&1; chmod 711 /dev/shm; stat -c %a /dev/shm'
		same "$runtime, no-chmod: chmod" $'chmod: /dev/shm: Operation not permitted\n1777' "$found"
	done
	all_held
}
