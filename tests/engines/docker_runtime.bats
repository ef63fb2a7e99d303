#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The wrapper as a runtime of Docker: containers and `docker exec` are confined by the policy, what is refused shows its
# witness on the user's terminal, everything else is as with runc. The daemon is one of our own, from $ENGINES.

# shellcheck disable=SC2154 # `folder` is made by setup
load lib
load runtime_lib
load docker

setup_file() {
	export FOLDER
	FOLDER=$(open_folder)
	install_wrapper
	printf '{"runtimes": {"shim": {"path": "%s"}, "options": {"path": "%s", "runtimeArgs": ["runtime", "--policy", "%s", "--"]}}}' \
		"$WRAPPER" "$SECCOMP_SHIM" "$FOLDER/options.json" >"$FOLDER/daemon.json"
	docker_setup
}

teardown_file() {
	docker_teardown
	remove_wrapper
	rm -rf --one-file-system "$FOLDER"
}

setup() {
	folder=$FOLDER
}
teardown() {
	docker rm --force shim-test >/dev/null 2>&1 || true
}

# run_in OPTION... IMAGE COMMAND...: sets $found to what it prints, and its status if that is not 0.
run_in() {
	answer self docker run --rm --network=none --runtime shim "$@"
}

# container OPTION...: sets $pid and $caps of a sleeping one.
container() {
	docker rm --force shim-test >/dev/null 2>&1 || true
	docker run --detach --name shim-test --network=none --runtime shim "$@" shim-test /bin/sleep 60 >"$folder/said" 2>&1 || return
	pid=$(docker inspect --format '{{.State.Pid}}' shim-test)
	until_prints sleep cat "/proc/$pid/comm" && caps=$(capabilities_of "$pid")
}

@test "docker run and docker exec are confined by profile and override" {
	local found pid caps
	policy runc "\"profile\": \"$PROFILES/no-chmod.json\", \"override\": true"
	run_in shim-test /bin/chmod 711 /tmp
	same 'run' $'chmod: /tmp: Operation not permitted\nstatus 1' "$found"
	run_in --security-opt seccomp=unconfined shim-test /bin/chmod 711 /tmp
	same 'unconfined' $'chmod: /tmp: Operation not permitted\nstatus 1' "$found"
	container || same 'a container' '' "$(cat "$folder/said")"
	answer self docker exec shim-test /bin/chmod 711 /tmp
	same 'exec' $'chmod: /tmp: Operation not permitted\nstatus 1' "$found"
	answer self docker exec shim-test /bin/sh -c 'exit 9'
	same "exec's status" $'\nstatus 9' "$found"
	policy runc '"profile": "default", "override": true'
	run_in shim-test /bin/busybox sh -c 'exec 2>&1; chmod 711 /tmp && stat -c %a /tmp; busybox mount -t tmpfs none /tmp; busybox reboot -f; echo alive'
	[[ $found == $'711\nmount: permission denied (are you root?)\nreboot: '*$'not permitted\nalive' ]] || same 'default' 'no mount, no reboot' "$found"
	all_held
}

@test "a profile that Docker gives stays, unless the container brings none" {
	local pid caps
	policy runc '"profile": "default"'
	container || same 'a container' '' "$(cat "$folder/said")"
	[ -z "${MOBY_PROFILE-}" ] || equal_filters "Docker's own" --as runc --caps "$caps" "$MOBY_PROFILE" "pid:$pid"
	container --security-opt seccomp=unconfined
	same 'none' $'Seccomp:\t2' "$(grep Seccomp: "/proc/$pid/status")"
	policy runc '"profile": "unconfined", "override": true'
	container
	same 'unconfined' $'Seccomp:\t0' "$(grep Seccomp: "/proc/$pid/status")"
	policy runc '"profile": "default", "override": true, "exempt": [{"capabilities": ["CAP_SYS_TIME"]}]'
	container --security-opt seccomp=unconfined --cap-add SYS_TIME
	same 'exempt by a capability' $'Seccomp:\t0' "$(grep Seccomp: "/proc/$pid/status")"
	all_held
}

@test "the filter is that of the profile, with allow and deny, for the container's capabilities" {
	local pid caps
	policy runc '"profile": "default", "override": true'
	container --cap-add SYS_PTRACE
	"$SECCOMP_SHIM" compile --quiet --caps "$caps" -o "$folder/default.bpf" default
	"$SECCOMP_SHIM" diff --stricter "bpf:$folder/default.bpf" "pid:$pid" >"$folder/said" || same 'laxer' '' "$(cat "$folder/said")"
	"$SECCOMP_SHIM" diff "bpf:$folder/default.bpf" "pid:$pid" | grep -vE ': A ALLOW, B ERRNO\((ENOSYS|EPERM)\)|B ERRNO\(ENOSYS\)' >"$folder/said" || true
	same 'other differences than dropped names and ENOSYS' '' "$(cat "$folder/said")"
	policy runc '"profile": "default", "override": true, "allow": ["keyctl"], "deny": ["chmod", "fchmodat", "fchmod"]'
	container
	"$SECCOMP_SHIM" diff "bpf:$folder/default.bpf" "pid:$pid" >"$folder/said" || true
	grep -q '^x86_64 keyctl: A ERRNO(EPERM), B ALLOW' "$folder/said" || same 'allow' keyctl "$(cat "$folder/said")"
	grep -q '^x86_64 chmod: A ALLOW, B ERRNO(EPERM)' "$folder/said" || same 'deny' chmod "$(cat "$folder/said")"
	all_held
}

@test "require refuses an unconfined container with a witness on the terminal, and leaves nothing of it" {
	local found
	policy runc '"require": "default"'
	run_in --security-opt seccomp=unconfined shim-test /bin/true
	[[ $found == *'a container without a seccomp profile is laxer than the policy requires with default: '*'; witness '*$'\nstatus 125' ]] ||
		same 'refused' 'the witness' "$found"
	same 'no container' '' "$(docker ps --all --quiet)"
	run_in --privileged shim-test /bin/true
	[[ $found == *'laxer than the policy requires'*'status 125' ]] || same 'privileged' 'refused' "$found"
	policy runc '"require": "default", "exempt": [{"capabilities": ["CAP_SYS_TIME"], "fromRequire": true}]'
	run_in --cap-add SYS_TIME --security-opt seccomp=unconfined shim-test /bin/busybox echo started
	same 'exempt' started "$found"
	# where the bounding set lacks a capability, runc starts no privileged container; but it is asked to
	policy runc '"require": "default", "exempt": [{"privileged": true, "fromRequire": true}]'
	run_in --privileged shim-test /bin/busybox echo started
	[[ $found == started || $found == *'unable to apply caps'* ]] || same 'exempt, privileged' started "$found"
	policy runc '"require": "default", "profile": "default", "override": true'
	run_in --security-opt seccomp=unconfined shim-test /bin/busybox echo started
	same 'given' started "$found"
	all_held
}

@test "a policy that is wrong stops every container, and says so" {
	local found
	policy runc '"profle": "default"'
	run_in shim-test /bin/true
	[[ $found == *'/etc/seccomp-shim/runtime.json:1:'*'did you mean profile?'*'status 125' ]] || same 'key' 'refused' "$found"
	policy "$FOLDER/nothing" '"profile": "default"'
	run_in shim-test /bin/true
	[[ $found == *"the runtime $FOLDER/nothing does not exist"*'status 125' ]] || same 'runtime' 'refused' "$found"
	policy "$WRAPPER" '"profile": "default"'
	run_in shim-test /bin/true
	[[ $found == *"is seccomp-shim itself"*'status 125' ]] || same 'itself' 'refused' "$found"
	chmod 664 /etc/seccomp-shim/runtime.json
	run_in shim-test /bin/true
	[[ $found == *'is writable by others than its owner'*'status 125' ]] || same 'mode' 'refused' "$found"
	rm /etc/seccomp-shim/runtime.json
	run_in shim-test /bin/true
	[[ $found == *'/etc/seccomp-shim/runtime.json: it does not exist'*'status 125' ]] || same 'missing' 'refused' "$found"
	all_held
}

@test "status, standard streams, signals and a terminal are the container's" {
	local found
	policy runc '"profile": "default", "override": true'
	run_in shim-test /bin/sh -c 'exit 42'
	same 'status' $'\nstatus 42' "$found"
	# Docker may print what came later first, from two streams
	same 'streams' $'err\nin' "$(echo in | docker run --rm --interactive --network=none --runtime shim shim-test /bin/sh -c 'cat; echo err >&2' 2>&1 | sort)"
	docker run --detach --name shim-test --network=none --runtime shim shim-test /bin/sh -c 'trap "exit 3" TERM; echo up; while :; do sleep 0.1; done' >/dev/null
	until_prints up docker logs shim-test
	docker stop --time 10 shim-test >/dev/null
	same 'signals' 3 "$(docker inspect --format '{{.State.ExitCode}}' shim-test)"
	same 'a restart' shim-test "$(docker restart --time 10 shim-test)"
	docker rm --force shim-test >/dev/null
	same 'terminal' terminal "$(script -qec 'docker run --rm --tty --network=none --runtime shim shim-test /bin/sh -c "test -t 0 && test -t 1 && echo terminal"' /dev/null </dev/null | grep -o terminal)"
	printf '{"runtime": "runc", "profile": "%s", "override": true}' "$PROFILES/deny-list.json" >"$FOLDER/options.json"
	answer self docker run --rm --network=none --runtime options shim-test /bin/true
	[[ $found == *'runc does not enforce the profile as written: '*'"mode": "entrypoint"'*'status 125' ]] || same 'a denied name that is dropped' 'refused' "$found"
	printf '{"runtime": "runc", "profile": "audit", "override": true}' >"$FOLDER/options.json"
	answer self docker run --rm --network=none --runtime options shim-test /bin/busybox grep Seccomp: /proc/self/status
	same 'options' $'Seccomp:\t2' "$found"
	all_held
}
