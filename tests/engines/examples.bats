#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The commands in the READMEs of examples/docker, podman and containerd do what is said beside them, under daemons of the
# room's own; the files of examples/kubernetes are what Kubernetes and kind take (no cluster is started).

# shellcheck disable=SC2154 # `folder` is made by setup
load lib
load podman

setup_file() {
	export FOLDER
	FOLDER=$(open_folder)
	private_system
	export PATH=/usr/local/bin:$PATH
	root_filesystem "$FOLDER/image"
	tar -C "$FOLDER/image" -cf "$FOLDER/image.tar" .
}

teardown_file() {
	public_system
	remove_folder "$FOLDER"
}

setup() {
	folder=$FOLDER
	rm -rf /etc/seccomp-shim/*
}

teardown() {
	case "$BATS_TEST_DESCRIPTION" in
	docker*) docker ps --all --quiet | xargs --no-run-if-empty docker rm --force >/dev/null 2>&1 ;;
	podman*) pod runc rm --all --force --time 0 >/dev/null 2>&1 ;;
	esac
	[ -z "${daemon-}" ] || { kill "$daemon" && wait "$daemon" || true; }
	remove_installed
}

# try README: each line of its code is a command, with what it prints behind a #: a regular expression; (works): status 0.
# Nothing: the same, whatever it prints.
try() {
	local line command expected found status count=0
	cd "$TREE"
	while IFS= read -r line; do
		command=${line%% # *}
		expected=''
		[[ $line != *' # '* ]] || expected=${line#* # }
		status=0
		found=$(eval "$command" 2>&1 </dev/null) || status=$?
		count=$((count + 1))
		case "$expected" in
		'' | '(works)') [ "$status" = 0 ] || same "$command" 'status 0' "status $status: $found" ;;
		*) [[ $found =~ $expected ]] || same "$command" "$expected" "$found" ;;
		esac
	done < <(sed -n 's/^    //p' "$TREE/$1" | sed 's/ *$//')
	[ "$count" -ge "$2" ] || same "$1" "$2 commands" "$count"
	cd "$folder"
}

@test "the commands of Docker's README work" {
	export PATH=$ENGINES/usr/sbin:$ENGINES/usr/bin:$PATH LD_LIBRARY_PATH=$ENGINES/usr/lib/x86_64-linux-gnu
	export DOCKER_HOST=unix:///run/docker.sock DOCKER_CONFIG=$FOLDER/docker
	mkdir -p /etc/docker
	echo '{"debug": false}' >/etc/docker/daemon.json
	dockerd --config-file /etc/docker/daemon.json --host "$DOCKER_HOST" --pidfile /run/docker.pid --data-root "$FOLDER/data" \
		--storage-driver=vfs --iptables=false --bridge=none --cgroup-parent="/$ROOM_GROUP" >"$FOLDER/docker.log" 2>&1 </dev/null 3>&- &
	daemon=$!
	until_prints 20.10 docker_version || { tail -n 20 "$FOLDER/docker.log" && return 1; }
	docker import - busybox <"$FOLDER/image.tar" >/dev/null
	systemctl() {
		kill -HUP "$daemon"
		until_prints yes knows_runtime
	}
	try examples/docker/README.md 12
	all_held
}
docker_version() {
	docker version --format '{{.Server.Version}}' | cut -d . -f 1,2
}
knows_runtime() {
	docker info --format '{{json .Runtimes}}' | grep -q '"seccomp-shim"' && echo yes
}

@test "the commands of podman's README work" {
	podman_setup /etc/containers/containers.conf
	folder=$FOLDER
	pod runc tag shim-test busybox
	podman() {
		[ "$1" != run ] || set -- run --network=none --cgroup-parent="/$ROOM_GROUP" --ulimit nofile=1024:1024 \
			--ulimit nproc=1000:1000 "${@:2}"
		pod runc "$@"
	}
	touch /var/log/seccomp-shim.log 2>/dev/null
	mount --bind "$FOLDER/tmp" /var/log
	try examples/podman/README.md 8
	umount /var/log
	all_held
}

@test "the commands of containerd's README work" {
	export PATH=$ENGINES/usr/bin:$PATH LD_LIBRARY_PATH=$ENGINES/usr/lib/x86_64-linux-gnu
	printf '%s\n' 'version = 2' "root = '$FOLDER/containerd'" "state = '/run/containerd'" \
		'disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]' '[grpc]' 'address = "/run/containerd/containerd.sock"' >"$FOLDER/containerd.toml"
	containerd --config "$FOLDER/containerd.toml" >"$FOLDER/containerd.log" 2>&1 </dev/null 3>&- &
	daemon=$!
	until_prints 1.6 containerd_version || { tail -n 20 "$FOLDER/containerd.log" && return 1; }
	python3 "$ROOM/image.py" "$FOLDER/image.tar" docker.io/library/busybox:latest "$FOLDER/archive.tar"
	ctr image import --snapshotter native "$FOLDER/archive.tar" >/dev/null
	ctr() {
		[ "$1" != run ] || set -- run --snapshotter native --cgroup "/$ROOM_GROUP/ctr" "${@:2}"
		command ctr "$@"
	}
	# the tables are for the CRI plugin; that they are where it reads them, its own dump says
	systemctl() {
		containerd --config /etc/containerd/config.toml config dump | grep -A 40 'runtimes.seccomp-shim' |
			grep 'BinaryName = "/usr/local/bin/seccomp-shim-runtime"'
	}
	try examples/containerd/README.md 8
	all_held
}
containerd_version() {
	command ctr version 2>/dev/null | sed -n '/Server/,$s/^ *Version: *v*\([0-9]*\.[0-9]*\).*/\1/p'
}

@test "the files for Kubernetes are valid and agree with one another and with hook install" {
	python3 - "$TREE/examples" <(/usr/local/bin/seccomp-shim hook install --engine containerd --quiet) <<-'END'
		import json, os, sys, yaml
		examples, printed = sys.argv[1:]
		folder = examples + '/kubernetes/'
		printed = open(printed).read()
		pods = list(yaml.safe_load_all(open(folder + 'pods.yaml')))
		cluster = yaml.safe_load(open(folder + 'kind.yaml'))
		runtime_class = yaml.safe_load(open(folder + 'runtimeclass.yaml'))
		assert runtime_class == yaml.safe_load('#' + printed.split('# for the cluster')[1])
		# pods
		assert [pod['metadata']['name'] for pod in pods] == ['audit', 'default', 'no-chmod', 'unconfined']
		for pod in pods:
		    assert (pod['apiVersion'], pod['kind']) == ('v1', 'Pod')
		    spec = pod['spec']
		    assert set(spec) == {'runtimeClassName', 'restartPolicy', 'securityContext', 'containers'}
		    assert spec['runtimeClassName'] == runtime_class['metadata']['name']
		    assert spec['restartPolicy'] == 'Never'
		    profile = spec['securityContext']['seccompProfile']
		    assert profile['type'] in ('Localhost', 'RuntimeDefault', 'Unconfined')
		    assert ('localhostProfile' in profile) == (profile['type'] == 'Localhost')
		    for container in spec['containers']:
		        assert set(container) == {'name', 'image', 'command', 'securityContext'}
		        assert container['securityContext'] == {'allowPrivilegeEscalation': False}
		assert {pod['spec']['securityContext']['seccompProfile']['type'] for pod in pods} == {
		    'Localhost', 'RuntimeDefault', 'Unconfined'}
		# the node has what the pods name, where the kubelet looks
		mounts = {mount['containerPath']: mount['hostPath'] for mount in cluster['nodes'][0]['extraMounts']}
		assert (cluster['kind'], cluster['apiVersion']) == ('Cluster', 'kind.x-k8s.io/v1alpha4')
		for pod in pods:
		    name = pod['spec']['securityContext']['seccompProfile'].get('localhostProfile')
		    if name:
		        assert not name.startswith('/') and '..' not in name
		        assert os.path.dirname('/var/lib/kubelet/seccomp/' + name) in mounts
		        assert os.path.exists(examples + '/profiles/' + os.path.basename(name))
		# the patch is what hook install prints
		tables = printed.split('\n\n')[1].replace('/usr/local/bin/', '/opt/seccomp-shim/')
		tables = tables[:tables.index('    # SystemdCgroup')] + '    SystemdCgroup = true\n'
		assert cluster['containerdConfigPatches'] == [tables.rstrip('\n')]
		assert '/opt/seccomp-shim' in mounts
		policy = json.load(open(folder + 'runtime.json'))
		assert os.path.dirname(policy['require']) in mounts
		readme = open(folder + 'README.md').read()
		for host in mounts.values():
		    assert host.replace('/tmp/seccomp-shim-kind', '$top') in readme
	END
	# Localhost profiles as containerd reads them: with the README's own command, and no key of Docker's in them
	local name
	for name in audit no-chmod; do
		"$SECCOMP_SHIM" compile -f oci --caps docker --quiet -o "$folder/$name.json" "$PROFILES/$name.json"
		printf '{"ociVersion":"1.0.2","linux":{"seccomp":%s}}' "$(cat "$folder/$name.json")" >"$folder/config.json"
		shim check "$folder/config.json"
		[ "$status" = 0 ] || same "$name" 'status 0' "$out"
	done
	all_held
}

@test "the policy for Kubernetes refuses the pods that it should, and leaves the others alone" {
	local policy=$TREE/examples/kubernetes/runtime.json
	install -m 644 "$PROFILES/never.json" /etc/seccomp-shim/
	# pod ROW STATUS PROFILE ANNOTATION...
	pod_row() {
		python3 - "$3" "${@:4}" >"$folder/pod.json" <<-'END'
			import json, sys
			section, *annotations = sys.argv[1:]
			config = {'ociVersion': '1.0.2', 'process': {'cwd': '/'}, 'annotations': dict(a.split('=') for a in annotations), 'linux': {}}
			if section != '-':
			    config['linux']['seccomp'] = json.load(open(section))
			json.dump(config, sys.stdout)
		END
		status=0
		"$SECCOMP_SHIM" hook precreate --policy "$policy" <"$folder/pod.json" >"$folder/out" 2>"$folder/said" || status=$?
		[ "$status" = "$2" ] || same "$1" "status $2" "status $status $(cat "$folder/said")"
		[ "$status" != 0 ] || cmp "$folder/pod.json" "$folder/out"
	}
	local name kind=io.kubernetes.cri.container-type=container space=io.kubernetes.cri.sandbox-namespace pod=io.kubernetes.cri.sandbox-name
	for name in audit default no-chmod; do
		"$SECCOMP_SHIM" compile -f oci --caps docker --quiet -o "$folder/$name.json" "$PROFILES/$name.json"
	done
	pod_row 'default' 0 "$folder/default.json" $kind $space=default $pod=default
	pod_row 'no-chmod' 0 "$folder/no-chmod.json" $kind $space=default $pod=no-chmod
	pod_row 'audit, exempt' 0 "$folder/audit.json" $kind $space=default $pod=audit
	pod_row 'audit under another name' 1 "$folder/audit.json" $kind $space=default $pod=other
	pod_row 'unconfined' 1 - $kind $space=default $pod=unconfined
	pod_row 'kube-system' 0 - $kind $space=kube-system $pod=proxy
	pod_row 'sandbox' 0 - io.kubernetes.cri.container-type=sandbox $space=default $pod=default
	all_held
}
