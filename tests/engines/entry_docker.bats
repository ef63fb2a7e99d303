#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Entrypoint mode under Docker: the wrapper is one of the daemon's runtimes (--runtime). What the user sees is what is
# seen without it, but for what the profile denies. The daemon is one of our own, from $ENGINES (unpacked packages).

# shellcheck disable=SC2154,SC2016 # `status` and `out` are set by run_docker; single quotes are for the container's shell
load lib
load docker

setup_file() {
	export FOLDER
	FOLDER=$(open_folder)
	root_filesystem "$FOLDER/rootfs"
	for name in echo ls id tty; do ln -sf busybox "$FOLDER/rootfs/bin/$name"; done
	policies
	docker_setup
}

# Three runtimes: no-chmod, a few calls only, and the container's own profile moved.
policies() {
	cp "$PROFILES/no-chmod.json" "$FOLDER/no-chmod.json"
	printf '{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"action": "SCMP_ACT_ALLOW", "names": ["arch_prctl", "brk", "clone",
		"close", "dup2", "execve", "exit_group", "getpid", "getppid", "getrandom", "getuid", "mmap", "mprotect", "munmap",
		"newfstatat", "openat", "prctl", "prlimit64", "read", "readlink", "rseq", "rt_sigaction", "rt_sigreturn",
		"sendfile", "set_robust_list", "set_tid_address", "uname", "wait4", "write"]}]}' >"$FOLDER/few.json"
	echo "{\"mode\": \"entrypoint\", \"profile\": \"$FOLDER/no-chmod.json\", \"override\": true}" >"$FOLDER/no-chmod.policy"
	echo "{\"mode\": \"entrypoint\", \"profile\": \"$FOLDER/few.json\", \"override\": true}" >"$FOLDER/few.policy"
	echo '{"mode": "entrypoint", "move": true}' >"$FOLDER/move.policy"
	python3 - "$SECCOMP_SHIM" "$FOLDER" <<-'END' >"$FOLDER/daemon.json"
		import json, sys
		print(json.dumps({'runtimes': {name: {'path': sys.argv[1], 'runtimeArgs': [
		    'runtime', '--policy', f'{sys.argv[2]}/{name}.policy', '--']} for name in ('no-chmod', 'few', 'move')}}))
	END
}

teardown_file() {
	docker_teardown
	rm -rf "$FOLDER"
}

setup() {
	folder=$FOLDER
}
teardown() {
	docker rm --force shim-test >/dev/null 2>&1 || true
}

# dock WORD...: docker; sets $status, $out
dock() {
	status=0
	docker "$@" >"$folder/out" 2>&1 3>&- || status=$?
	out=$(tr -d '\r' <"$folder/out")
	err=
}

# once RUNTIME OPTION... -- ARG...: a container that ends
once() {
	local runtime=$1 options words
	split "${@:2}"
	dock run --rm --network=none --runtime "$runtime" "${options[@]}" shim-test "${words[@]}" </dev/null
}

@test "docker run in entrypoint mode keeps statuses, streams, terminal, process 1 and user" {
	once no-chmod -- chmod 700 /tmp
	expect 'chmod' 1 'chmod: /tmp: Operation not permitted$' ''
	once runc -- chmod 700 /tmp
	expect 'without' 0 '' ''
	once no-chmod -- sh -c 'echo $$; cat /proc/self/comm; exit 7'
	expect 'status' 7 '^1'$'\n''cat$' ''
	once no-chmod -- /none
	expect 'none' 127 '/none' ''
	once no-chmod --user 1000:1001 --env A=b --workdir /tmp -- sh -c 'id -u; id -g; echo $A; pwd'
	expect 'user' 0 '^1000'$'\n''1001'$'\n''b'$'\n''/tmp$' ''
	dock run --rm -i --network=none --runtime no-chmod shim-test cat <<<'some text'
	expect 'stdin' 0 '^some text$' ''
	dock run --rm -t --network=none --runtime no-chmod shim-test tty </dev/null
	expect 'terminal' 0 '^/dev/pts/0$' ''
	once no-chmod --read-only --tmpfs /tmp -- chmod 700 /tmp
	expect 'read-only' 1 'Operation not permitted' ''
	all_held
}

@test "a profile of 29 calls runs in entrypoint mode, and does not start as Docker's own profile" {
	once few -- echo 'it runs'
	expect 'few' 0 '^it runs$' ''
	once move --security-opt "seccomp=$folder/few.json" -- echo 'it runs'
	expect 'moved' 0 '^it runs$' ''
	once move --security-opt "seccomp=$folder/few.json" -- chmod 700 /tmp
	expect 'moved, denied' 1 'Operation not permitted' ''
	once runc --security-opt "seccomp=$folder/few.json" -- echo 'it runs'
	[ "$status" != 0 ] || row_failed 'runc' 'starts'
	echo "# runc alone: $status: $out" >&3
	all_held
}

@test "docker exec, start and kill work in entrypoint mode, and all processes are confined" {
	local pid
	dock run --detach --name shim-test --network=none --runtime no-chmod shim-test sleep 60
	expect 'run' 0 . ''
	pid=$(docker inspect --format '{{.State.Pid}}' shim-test)
	until_prints sleep cat "/proc/$pid/comm"
	same 'filters' 2 "$(sed -n 's/^Seccomp_filters:\t//p' "/proc/$pid/status")"
	same 'no_new_privs' 1 "$(sed -n 's/^NoNewPrivs:\t//p' "/proc/$pid/status")"
	dock exec shim-test chmod 700 /tmp
	expect 'exec' 1 'Operation not permitted' ''
	dock exec shim-test sh -c 'exit 9'
	expect 'exec, status' 9 '' ''
	dock exec -i shim-test cat <<<'some text'
	expect 'exec, stdin' 0 '^some text$' ''
	dock exec -t --user 1000 shim-test sh -c 'tty; id -u'
	expect 'exec, terminal' 0 '^/dev/pts/[0-9]+'$'\n''1000$' ''
	dock exec shim-test /none
	expect 'exec, none' 127 '/none' ''
	dock kill --signal KILL shim-test
	same 'killed' 137 "$(docker wait shim-test)"
	dock start shim-test
	expect 'start again' 0 . ''
	dock exec shim-test chmod 700 /tmp
	expect 'exec again' 1 'Operation not permitted' ''
	all_held
}

@test "a refusal is shown on the user's terminal, and nothing starts" {
	once no-chmod --privileged -- true
	expect 'privileged' 125 'the container has CAP_SYS_ADMIN and may mount' ''
	once no-chmod --volume /dev:/dev -- true
	expect '/dev' 125 'entrypoint mode needs a tmpfs /dev of the container' ''
	once no-chmod --volume /tmp:/dev/.seccomp-shim -- true
	expect 'our place' 125 "the container has a mount of its own at /dev/.seccomp-shim" ''
	once no-chmod --security-opt "seccomp=$folder/few.json" -- true
	expect 'no move' 125 'the entry program needs [a-z]+, which the container.s own profile denies' ''
	all_held
}
