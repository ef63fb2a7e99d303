#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The hooks, called by those who call them: gate by runc and crun in every stage of config.json's `hooks`, precreate and
# gate by podman, installed by `hook install` into an /etc of the room's own.

# shellcheck disable=SC2154 # `folder` is made by setup
load lib
load podman

setup_file() {
	export FOLDER
	FOLDER=$(open_folder)
	private_system
	podman_setup /etc/containers/containers.conf
}

teardown_file() {
	podman_teardown
	public_system
	remove_folder "$FOLDER"
}

setup() {
	folder=$FOLDER
	id=container
	policy '{}'
	rm -f "$folder/log" /etc/seccomp-shim/runtime.json
}

teardown() {
	local runtime
	for runtime in runc crun; do delete_container "$runtime" "$id"; done
	pod runc rm --all --force --time 0 >/dev/null 2>&1 || true
}

policy() {
	printf '%s\n' "$1" >"$folder/policy.json"
}

# hook STAGE COMMAND...: the bundle's config.json gets this hook.
hook() {
	python3 -c 'import json, sys
path, stage, *args = sys.argv[1:]
config = json.load(open(path))
config.setdefault("hooks", {}).setdefault(stage, []).append({"path": args[0], "args": args})
json.dump(config, open(path, "w"))' "$folder/bundle/config.json" "$@"
}

# bundle SECTION: a new config.json.
bundle() {
	[ -d "$folder/bundle" ] || new_bundle "$folder/bundle"
	configure "$folder/bundle" "$1" /bin/true </dev/null
}

# runs RUNTIME: sets $status and $found, all that is printed.
runs() {
	status=0
	found=$(engine "$1" run --bundle "$folder/bundle" "$id" 2>&1 </dev/null 3>&-) || status=$?
	delete_container "$1" "$id"
}

# refused ROW PATTERN: the last container did not start; the line stands in the log and, with runc, in what it printed.
refused() {
	[ "$status" != 0 ] || same "$1" 'a status other than 0' 0
	grep -qE "$2" "$folder/log" || same "$1, log" "$2" "$(cat "$folder/log" 2>&1)"
	[ "$runtime" = crun ] || [[ $found =~ $2 ]] || same "$1" "$2" "$found"
	rm -f "$folder/log"
}

@test "with gate as createRuntime hook runc and crun start what the policy accepts, and nothing else" {
	local runtime found gate=(/usr/local/bin/seccomp-shim hook gate --policy "$FOLDER/policy.json" --log "$FOLDER/log")
	"$SECCOMP_SHIM" compile -f oci --caps docker --quiet -o "$folder/section.json" "$PROFILES/no-chmod.json"
	for runtime in runc crun; do
		policy "{\"require\": \"$PROFILES/never.json\"}"
		bundle "$folder/section.json"
		hook createRuntime "${gate[@]}"
		runs "$runtime"
		same "$runtime" 'status 0' "status $status$found"
		[ ! -s "$folder/log" ] || same "$runtime" 'an empty log' "$(cat "$folder/log")"
		# prestart, the older name of the same moment
		bundle "$folder/section.json"
		hook prestart "${gate[@]}"
		runs "$runtime"
		same "$runtime, prestart" 'status 0' "status $status$found"
		bundle -
		hook createRuntime "${gate[@]}"
		runs "$runtime"
		refused "$runtime, unconfined" 'a container without a seccomp profile is laxer than the policy requires with .*/never.json: '
		# an empty environment, and whatever directory
		python3 - "$folder/bundle/config.json" <<-'END'
			import json, sys
			config = json.load(open(sys.argv[1]))
			config['hooks']['createRuntime'][0]['env'] = []
			json.dump(config, open(sys.argv[1], 'w'))
		END
		runs "$runtime"
		refused "$runtime, no environment" 'a container without a seccomp profile is laxer'
		policy '{"profile": "default", "accept": ["enosys", "dropped", "width", "overlap", "multiplexed"]}'
		runs "$runtime"
		refused "$runtime, profile" 'the container has no linux.seccomp, but the policy gives it one'
		# what this libseccomp does not know, the runtime drops: the policy's reading is the runtime's
		printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["lsm_set_self_attr"], "action": "SCMP_ACT_ERRNO"}]}' \
			>"$folder/newer.json"
		policy "{\"require\": \"$folder/newer.json\"}"
		bundle "$folder/newer.json"
		hook createRuntime "${gate[@]}"
		runs "$runtime"
		refused "$runtime, a name that it drops" "the container's profile is laxer .*lsm_set_self_attr"
		runs "$runtime"
		status=0
		"$SECCOMP_SHIM" hook gate --policy "$folder/policy.json" --as strict \
			<<<"{\"id\":\"x\",\"status\":\"creating\",\"bundle\":\"$folder/bundle\"}" || status=$?
		same 'as it is written' 0 "$status"
		rm -f "$folder/log"
	done
	all_held
}

@test "gate in any other stage starts no container and says why" {
	local runtime found gate=(/usr/local/bin/seccomp-shim hook gate --policy "$FOLDER/policy.json" --log "$FOLDER/log")
	local inside=(/seccomp-shim hook gate --log /log) file
	policy '{}'
	bundle -
	# startContainer is executed inside: the program with its libraries
	install -m 755 /usr/local/bin/seccomp-shim "$folder/bundle/rootfs/seccomp-shim"
	for file in $(ldd /usr/local/bin/seccomp-shim | grep -oE '/[^ ]+'); do
		mkdir -p "$folder/bundle/rootfs$(dirname "$file")"
		cp "$file" "$folder/bundle/rootfs$file"
	done
	for runtime in runc crun; do
		bundle -
		hook createContainer "${gate[@]}"
		runs "$runtime"
		refused "$runtime, createContainer" 'called as a createContainer hook of container container: it .*make it a createRuntime hook'
		for section in - "$folder/section.json"; do
			bundle "$section"
			python3 - "$folder/bundle/config.json" <<-'END'
				import json, sys
				config = json.load(open(sys.argv[1]))
				config['root']['readonly'] = False
				json.dump(config, open(sys.argv[1], 'w'))
			END
			hook startContainer "${inside[@]}"
			rm -f "$folder/bundle/rootfs/log"
			runs "$runtime"
			mv "$folder/bundle/rootfs/log" "$folder/log"
			refused "$runtime, startContainer" 'called as a startContainer hook of container container: it .*make it a createRuntime hook'
		done
		bundle -
		hook poststop "${gate[@]}"
		runs "$runtime"
		grep -q 'called as a poststop hook' "$folder/log" || same "$runtime, poststop" 'a line' "$(cat "$folder/log")"
		# without a process namespace of its own the container's first process is a number like any other
		bundle -
		python3 - "$folder/bundle/config.json" <<-'END'
			import json, sys
			config = json.load(open(sys.argv[1]))
			config['linux']['namespaces'] = [n for n in config['linux']['namespaces'] if n['type'] != 'pid']
			config['mounts'] = [m for m in config['mounts'] if m['type'] != 'proc']
			json.dump(config, open(sys.argv[1], 'w'))
		END
		hook createContainer "${gate[@]}"
		rm -f "$folder/log"
		runs "$runtime"
		refused "$runtime, createContainer without pid namespace" 'called as a createContainer hook'
	done
	all_held
}

@test "precreate installed for podman enforces the policy, also for exec" {
	local runtime found
	/usr/local/bin/seccomp-shim hook install --engine podman --log "$folder/log" --write --quiet >/dev/null
	cp "$PROFILES/never.json" /etc/seccomp-shim/
	echo '{"require": "/etc/seccomp-shim/never.json", "deny": ["chmod", "fchmod", "fchmodat", "fchmodat2"]}' \
		>/etc/seccomp-shim/runtime.json
	for runtime in runc crun; do
		# podman's own profile has ENOSYS as its default
		ended_container "$runtime" shim-test /bin/chmod 711 /tmp
		same "$runtime" $'chmod: /tmp: Function not implemented\nstatus 1' "$found"
		container "$runtime"
		same "$runtime, exec" 'chmod: /tmp: Function not implemented' "$(pod "$runtime" exec shim-test /bin/chmod 711 /tmp 2>&1)"
		# what is loaded is what precreate says, as the runtime reads it
		pod "$runtime" inspect --format '{{.OCIConfigPath}}' shim-test >"$folder/path"
		equal_filters "$runtime" --as "$runtime" "$(cat "$folder/path")" "pid:$pid"
		status=0
		found=$(run_in "$runtime" --rm --security-opt seccomp=unconfined shim-test /bin/true 2>&1) || status=$?
		[[ $status != 0 && $found == *'setting up OCI Hooks'* ]] || same "$runtime, unconfined" 'refused' "$found"
		grep -qE 'seccomp-shim hook precreate\[[0-9]+\]: .*allow and deny change a profile' "$folder/log" ||
			same "$runtime, log" 'a line' "$(cat "$folder/log")"
		rm "$folder/log"
	done
	# without its policy the hook refuses every container
	rm /etc/seccomp-shim/runtime.json
	status=0
	found=$(run_in runc --rm shim-test /bin/true 2>&1) || status=$?
	[[ $status != 0 && $found == *'setting up OCI Hooks'* ]] || same 'no policy' 'refused' "$found"
	remove_installed
	all_held
}

@test "precreate changes nothing that the policy does not ask for" {
	local runtime=runc
	printf '#!/bin/sh\ntee %s/before | /usr/local/bin/seccomp-shim hook precreate | tee %s/after\n' "$folder" "$folder" >"$folder/between"
	chmod 755 "$folder/between"
	/usr/local/bin/seccomp-shim hook install --engine podman --write --quiet >/dev/null
	sed -i "s|\"path\": .*|\"path\": \"$folder/between\",|" /etc/seccomp-shim/podman-hooks.d/seccomp-shim.json
	echo '{}' >/etc/seccomp-shim/runtime.json
	ended_container runc shim-test /bin/true
	same 'runs' 'status 0' "$found"
	cmp "$folder/before" "$folder/after"
	echo '{"deny": ["chmod"]}' >/etc/seccomp-shim/runtime.json
	ended_container runc shim-test /bin/true
	same 'runs' 'status 0' "$found"
	python3 - "$folder" <<-'END'
		import json, sys
		before, after = (open(f'{sys.argv[1]}/{name}').read() for name in ('before', 'after'))
		parts = []
		for text in before, after:
		    start = text.index('"seccomp":') + len('"seccomp":')
		    parts.append((text[:start], text[start + json.JSONDecoder().raw_decode(text[start:])[1]:]))
		assert parts[0] == parts[1]
		assert before != after
	END
	remove_installed
	all_held
}

@test "gate installed for CRI-O works under podman as well" {
	local runtime found
	/usr/local/bin/seccomp-shim hook install --engine crio --log "$folder/log" --write --quiet >/dev/null
	cp "$PROFILES/never.json" /etc/seccomp-shim/
	echo '{"require": "/etc/seccomp-shim/never.json"}' >/etc/seccomp-shim/runtime.json
	for runtime in runc crun; do
		ended_container "$runtime" --hooks-dir=/etc/containers/oci/hooks.d shim-test /bin/true
		same "$runtime" 'status 0' "$found"
		status=0
		found=$(run_in "$runtime" --hooks-dir=/etc/containers/oci/hooks.d --rm --security-opt seccomp=unconfined shim-test /bin/true 2>&1) ||
			status=$?
		[ "$status" != 0 ] || same "$runtime, unconfined" 'a status' "$found"
		grep -q 'hook gate.*laxer than the policy requires' "$folder/log" || same "$runtime, log" 'a line' "$(cat "$folder/log")"
		rm "$folder/log"
	done
	remove_installed
	all_held
}

# That podman skips such a hook is what install warns of, and a reason for the wrapper.
@test "podman starts a container silently if the hook's program is missing" {
	local found
	/usr/local/bin/seccomp-shim hook install --engine podman --write --quiet >/dev/null
	sed -i 's|"path": .*|"path": "/usr/local/bin/no-such-program",|' /etc/seccomp-shim/podman-hooks.d/seccomp-shim.json
	ended_container runc shim-test /bin/chmod 711 /tmp
	same 'skipped' 'status 0' "$found"
	remove_installed
	all_held
}
