#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The wrapper under containerd: `ctr run` gives it no profile, an own one, annotations as Kubernetes sets them. The daemon
# is one of our own, from $ENGINES.

# shellcheck disable=SC2154 # `folder` is made by setup
load lib
load runtime_lib

setup_file() {
	export FOLDER
	FOLDER=$(open_folder)
	export PATH=$ENGINES/usr/sbin:$ENGINES/usr/bin:$PATH LD_LIBRARY_PATH=$ENGINES/usr/lib/x86_64-linux-gnu
	install_wrapper
	cat >"$FOLDER/config.toml" <<-END
		version = 2
		root = "$FOLDER/root"
		state = "/run/containerd-test"
		disabled_plugins = ["io.containerd.grpc.v1.cri"]
		[grpc]
		address = "/run/containerd.sock"
		[ttrpc]
		address = "/run/containerd.sock.ttrpc"
	END
	containerd --config "$FOLDER/config.toml" >"$FOLDER/log" 2>&1 </dev/null 3>&- &
	echo $! >"$FOLDER/pid"
	until_prints serving asked || { tail -n 20 "$FOLDER/log" && return 1; }
	root_filesystem "$FOLDER/rootfs"
}
asked() {
	ctr --address /run/containerd.sock version >/dev/null 2>&1 && echo serving
}

teardown_file() {
	kill "$(cat "$FOLDER/pid")"
	wait
	remove_wrapper
	rm -rf --one-file-system "$FOLDER"
}

setup() {
	folder=$FOLDER
}
teardown() {
	call task delete --force shim-test >/dev/null 2>&1 || true
	call container delete shim-test >/dev/null 2>&1 || true
}

call() {
	ctr --address /run/containerd.sock "$@"
}

# run_in OPTION... -- COMMAND...: sets $found to what it prints, and its status if that is not 0.
run_in() {
	local options=()
	while [ "$1" != -- ]; do options+=("$1"); shift; done
	answer self ctr --address /run/containerd.sock run --rm --runc-binary "$WRAPPER" --cgroup "/$ROOM_GROUP/ctr" "${options[@]}" \
		--rootfs "$folder/rootfs" shim-test "${@:2}"
}

SHOW='/bin/busybox grep Seccomp: /proc/self/status'

@test "containers get the policy's profile, unless exempt or with ctr's own" {
	local found
	policy runc "\"profile\": \"$PROFILES/no-chmod.json\""
	run_in -- /bin/chmod 711 /tmp
	[[ $found == 'chmod: /tmp: Operation not permitted'* ]] || same 'run' 'no chmod' "$found"
	run_in --seccomp -- /bin/chmod 711 /tmp
	same "ctr's own" '' "$found"
	policy runc "\"profile\": \"$PROFILES/no-chmod.json\", \"override\": true"
	run_in --seccomp -- /bin/chmod 711 /tmp
	[[ $found == 'chmod: /tmp: Operation not permitted'* ]] || same 'override' 'no chmod' "$found"
	all_held
}

@test "annotations of containerd select namespaces, sandboxes, profiles and names" {
	local row options annotation wanted found
	while IFS='|' read -r row options annotation wanted; do
		policy runc "$options"
		# shellcheck disable=SC2086 # several words
		run_in --annotation "$annotation" -- $SHOW
		same "$row" "$wanted" "${found//$'\t'/ }"
	done <<-END
		none|"profile": "default"|a=b|Seccomp: 2
		exempt by namespace|"profile": "default", "exempt": [{"namespace": "kube-*"}]|io.kubernetes.cri.sandbox-namespace=kube-system|Seccomp: 0
		another namespace|"profile": "default", "exempt": [{"namespace": "kube-*"}]|io.kubernetes.cri.sandbox-namespace=default|Seccomp: 2
		exempt by pod|"profile": "default", "exempt": [{"pod": "p?d"}]|io.kubernetes.cri.sandbox-name=pod|Seccomp: 0
		exempt by container|"profile": "default", "exempt": [{"container": "c"}]|io.kubernetes.cri.container-name=c|Seccomp: 0
		exempt by annotation|"profile": "default", "exempt": [{"annotations": {"a": "b*"}}]|a=bc|Seccomp: 0
		sandbox|"profile": "default"|io.kubernetes.cri.container-type=sandbox|Seccomp: 0
		sandbox's own|"profile": "unconfined", "sandbox": "default"|io.kubernetes.cri.container-type=sandbox|Seccomp: 2
		not heeded|"profile": "default"|seccomp-shim.profile=unconfined|Seccomp: 2
		profile|"profile": "default", "annotations": ["seccomp-shim.profile"]|seccomp-shim.profile=unconfined|Seccomp: 0
		Kubernetes, pod|"annotations": ["seccomp.security.alpha.kubernetes.io/pod"]|seccomp.security.alpha.kubernetes.io/pod=runtime/default|Seccomp: 2
	END
	# an engine that passes users' annotations on may give one that only another engine sets
	policy runc '"profile": "default", "exempt": [{"namespace": "kube-*"}]'
	run_in --annotation io.kubernetes.cri.sandbox-namespace=kube-system --annotation io.kubernetes.cri-o.Namespace=default -- /bin/true
	[[ $found == *'the annotations io.kubernetes.cri.sandbox-namespace and io.kubernetes.cri-o.Namespace differ'* ]] ||
		same 'another namespace beside it' 'refused' "$found"
	run_in --annotation io.kubernetes.cri.container-type=sandbox --annotation io.kubernetes.cri-o.ContainerType=container -- /bin/true
	[[ $found == *'annotations '*' and '*' differ'* ]] || same 'another type beside it' 'refused' "$found"
	policy runc '"profile": "default", "annotations": ["seccomp-shim.deny", "seccomp-shim.allow"]'
	run_in --annotation seccomp-shim.deny=chmod,fchmodat --annotation seccomp-shim.allow=keyctl -- /bin/chmod 711 /tmp
	[[ $found == 'chmod: /tmp: Operation not permitted'* ]] || same 'deny' 'no chmod' "$found"
	policy runc "\"profile\": \"$PROFILES/no-chmod.json\", \"annotations\": [\"seccomp-shim.allow\"]"
	run_in --annotation 'seccomp-shim.allow=chmod fchmodat' -- /bin/chmod 711 /tmp
	same 'allow' '' "$found"
	run_in --annotation seccomp-shim.deny=chmod -- /bin/chmod 711 /tmp
	[[ $found == 'chmod: /tmp: Operation not permitted'* ]] || same 'allow alone is heeded' 'no chmod' "$found"
	policy runc '"annotations": ["seccomp.security.alpha.kubernetes.io/pod", "container.seccomp.security.alpha.kubernetes.io"]'
	# shellcheck disable=SC2086
	run_in --annotation seccomp.security.alpha.kubernetes.io/pod=unconfined --annotation container.seccomp.security.alpha.kubernetes.io/c=runtime/default \
		--annotation io.kubernetes.cri.container-name=c -- $SHOW
	same "Kubernetes, the container's before the pod's" $'Seccomp:\t2' "$found"
	policy runc '"annotations": ["container.seccomp.security.alpha.kubernetes.io"]'
	# shellcheck disable=SC2086
	run_in --annotation container.seccomp.security.alpha.kubernetes.io/c=docker/default --annotation io.kubernetes.cri.container-name=c -- $SHOW
	same 'Kubernetes, container' $'Seccomp:\t2' "$found"
	mkdir -p "$folder/seccomp"
	cp "$PROFILES/no-chmod.json" "$folder/seccomp/"
	policy runc "\"annotations\": [\"seccomp-shim.profile\"], \"seccompRoot\": \"$folder/seccomp\""
	run_in --annotation seccomp-shim.profile=localhost/no-chmod.json -- /bin/chmod 711 /tmp
	[[ $found == 'chmod: /tmp: Operation not permitted'* ]] || same 'localhost' 'no chmod' "$found"
	all_held
}

@test "require, and annotations that would be looser, are refused with the witness" {
	local found
	policy runc '"require": "default"'
	run_in -- /bin/true
	[[ $found == *'is laxer than the policy requires with default: x86_64 '*'; witness '*$'\nstatus 1' ]] || same 'require' 'refused' "$found"
	policy runc '"require": "default", "profile": "default", "annotations": ["seccomp-shim.profile", "seccomp-shim.allow"]'
	run_in --annotation seccomp-shim.profile=unconfined -- /bin/true
	[[ $found == *'laxer than the policy requires'* ]] || same 'unconfined' 'refused' "$found"
	run_in --annotation seccomp-shim.allow=reboot -- /bin/true
	[[ $found == *'laxer than the policy requires with default: x86_64 reboot: ALLOW, required ERRNO(EPERM)'* ]] || same 'allow' 'refused' "$found"
	run_in --annotation run.oci.seccomp_bpf_data=x -- /bin/true
	[[ $found == *'the annotation run.oci.seccomp_bpf_data would replace the filter'* ]] || same 'bpf data' 'refused' "$found"
	run_in -- /bin/busybox echo started
	same 'as required' started "$found"
	policy runc '"require": "default", "sandbox": "unconfined"'
	run_in --annotation io.kubernetes.cri.container-type=sandbox -- /bin/busybox echo started
	same 'sandbox' started "$found"
	all_held
}

@test "the policy can name kind and libseccomp of a runtime that does not show them" {
	local found
	printf '#!/bin/sh\nexec runc "$@"\n' >"$folder/oci-runtime"
	chmod 755 "$folder/oci-runtime"
	policy "$folder/oci-runtime" '"profile": "default", "runtimeKind": "runc", "libseccomp": "2.5.4"'
	# shellcheck disable=SC2086
	run_in -- $SHOW
	same 'told' $'Seccomp:\t2' "$found"
	policy "$folder/oci-runtime" '"profile": "default", "libseccomp": "0.1"'
	run_in -- /bin/true
	[[ $found == *'it is not known how the runtime '* ]] || same 'a version that nobody knows' 'refused' "$found"
	printf '{"runtime": "runc", "profile": "default"}' >/etc/seccomp-shim/runtime.json
	run_in -- /bin/true
	[[ $found == *'"accept": ["enosys", "dropped"]'* ]] || same 'accept' 'refused' "$found"
	all_held
}

@test "entrypoint mode denies calls, also in ctr's exec, and keeps statuses" {
	local found
	policy runc "\"mode\": \"entrypoint\", \"profile\": \"$PROFILES/no-chmod.json\""
	run_in -- /bin/chmod 711 /tmp
	[[ $found == 'chmod: /tmp: Operation not permitted'* ]] || same 'run' 'no chmod' "$found"
	run_in --seccomp -- /bin/chmod 711 /tmp
	same "ctr's own profile, which lets it" '' "$found"
	policy runc '"mode": "entrypoint", "profile": "audit"'
	run_in --privileged -- /bin/true
	[[ $found == *'the container has CAP_SYS_ADMIN and may mount'* ]] || same 'privileged' 'refused' "$found"
	policy runc "\"mode\": \"entrypoint\", \"profile\": \"$PROFILES/no-chmod.json\", \"override\": true"
	run_in --seccomp -- /bin/busybox grep Seccomp_filters: /proc/self/status
	same 'two filters' $'Seccomp_filters:\t2' "$found"
	run_in -- /none
	[[ $found == *'cannot run /none: No such file or directory'* ]] || same 'none' '127' "$found"
	call run --detach --runc-binary "$WRAPPER" --cgroup "/$ROOM_GROUP/ctr" --rootfs "$folder/rootfs" shim-test /bin/sleep 60 </dev/null >"$folder/said" 2>&1 3>&- ||
		same 'detached' started "$(cat "$folder/said")"
	answer self ctr --address /run/containerd.sock task exec --exec-id one shim-test /bin/chmod 711 /tmp
	[[ $found == 'chmod: /tmp: Operation not permitted'* ]] || same 'exec' 'no chmod' "$found"
	all_held
}
