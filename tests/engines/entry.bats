#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Entrypoint mode under the real runc and crun: the wrapper makes the entry program the first program of the container,
# and of each exec. What the container has is what it has without, and the filter besides.

# shellcheck disable=SC2154,SC2016 # `folder` is made by setup; what is in single quotes is for the container's shell
load lib

setup() {
	folder=$(open_folder)
	bundle=$folder/bundle
	new_bundle "$bundle"
	for name in id ls mkdir mount readlink sed tr umount unshare env kill; do ln -sf busybox "$bundle/rootfs/bin/$name"; done
}

teardown() {
	delete_container runc "$id"
	delete_container crun "$id"
	rm -rf "$folder"
}
id=container

# Every file of a test is root's: what a policy of root may name (the folder is in a temporary one).
NO_CHMOD=$PROFILES/no-chmod.json

# shim_runtime RUNTIME OPTION... -- WORD...: the wrapper in entrypoint mode
shim_runtime() {
	local runtime=$1 options words
	split "${@:2}"
	"$SECCOMP_SHIM" runtime --policy "$folder/policy.json" --runtime "$runtime" --mode entrypoint "${options[@]}" -- \
		--root "$folder/$runtime" "${words[@]}"
}

# A policy file that says nothing: what the options say counts, whatever the machine's own policy.
policy() {
	echo '{}' >"$folder/policy.json"
	chmod 600 "$folder/policy.json"
}

# container MEMBERS SECTION ARG...: config.json; MEMBERS of process as JSON, SECTION a file or -
container() {
	policy
	configure "$bundle" "$2" "${@:3}" <<<"$1"
	rm -f "$bundle/config.json.orig" "$bundle/seccomp-shim.filter"
	cp "$bundle/config.json" "$folder/before.json"
}

# run_container RUNTIME OPTION...: sets $status, $out (both streams)
run_container() {
	status=0
	shim_runtime "$@" -- run --bundle "$bundle" "$id" >"$folder/out" 2>&1 </dev/null || status=$?
	delete_container "$1" "$id"
	out=$(cat "$folder/out")
	err=
}

# bare_container RUNTIME: the same without the wrapper
bare_container() {
	status=0
	engine "$1" run --bundle "$bundle" "$id" >"$folder/out" 2>&1 </dev/null || status=$?
	delete_container "$1" "$id"
	out=$(cat "$folder/out")
	err=
}

# started RUNTIME OPTION...: in the background; $pid
started() {
	shim_runtime "$@" -- run --detach --bundle "$bundle" "$id" </dev/null >"$folder/said" 2>&1 3>&- || {
		cat "$folder/said"
		return 1
	}
	pid=$(engine "$1" state "$id" | sed -n 's/^ *"pid": *\([0-9]*\),*$/\1/p')
	until_prints sleep cat "/proc/$pid/comm"
}

# exec_in RUNTIME OPTION... -- WORD...: exec and its words; sets $status, $out
exec_in() {
	local runtime=$1 options words
	split "${@:2}"
	status=0
	shim_runtime "$runtime" "${options[@]}" -- exec "${words[@]}" >"$folder/out" 2>&1 </dev/null || status=$?
	out=$(cat "$folder/out")
	err=
}

@test "entrypoint mode adds three words and three mounts to config.json, and changes no other byte" {
	local runtime
	for runtime in runc crun; do
		container '{}' - true
		run_container $runtime --profile "$NO_CHMOD"
		expect "$runtime" 0 '' ''
		python3 - "$folder/before.json" "$bundle" "$runtime" <<-'END' || row_failed "$runtime" 'config.json is not as it should be'
			import json, sys
			before, bundle, _ = sys.argv[1:]
			old, new = (open(name).read() for name in (before, bundle + '/config.json'))
			assert open(bundle + '/config.json.orig').read() == old
			a, b = json.loads(old), json.loads(new)
			assert b['process']['args'] == ['/dev/.seccomp-shim/entry', '/dev/.seccomp-shim/filter', '--', 'true'], b['process']['args']
			ours = b['mounts'][-3:]
			assert [m['destination'] for m in ours] == ['/dev/.seccomp-shim', '/dev/.seccomp-shim/entry', '/dev/.seccomp-shim/filter']
			assert ours[0]['type'] == 'tmpfs' and ours[0]['options'][:4] == ['ro', 'nosuid', 'nodev', 'noexec']
			assert ours[2]['source'] == bundle + '/seccomp-shim.filter'
			assert all(m['options'] == ['bind', 'ro', 'nosuid', 'nodev'] and m['type'] == 'bind' for m in ours[1:])
			b['process']['args'] = a['process']['args']
			b['mounts'] = b['mounts'][:-3]
			assert a == b and list(a) == list(b)
			# what is kept is kept byte for byte: the old text is the new one without some insertions
			import difflib
			assert all(tag in ('equal', 'insert') for tag, *_ in difflib.SequenceMatcher(None, old.split('\n'), new.split('\n'), False).get_opcodes()) or len(new) > len(old)
		END
		[ "$(stat -c %a "$bundle/seccomp-shim.filter")" = 444 ] || row_failed "$runtime" 'mode of the filter'
		cp -p "$bundle/config.json" "$folder/once.json"
		run_container $runtime --profile "$NO_CHMOD"
		expect "$runtime, twice" 0 '' ''
		cmp "$bundle/config.json" "$folder/once.json" && cmp "$bundle/config.json.orig" "$folder/before.json" ||
			row_failed "$runtime" 'twice is not once'
		# another profile, the same container: the file follows
		cp "$bundle/seccomp-shim.filter" "$folder/filter"
		run_container $runtime --profile default
		cmp -s "$bundle/seccomp-shim.filter" "$folder/filter" && row_failed "$runtime" 'the filter of another profile'
		cmp "$bundle/config.json" "$folder/once.json" || row_failed "$runtime" 'another profile'
	done
	all_held
}

SHOW='grep -E "^(Umask|Uid|Gid|Groups|Cap...|SigBlk|SigIgn|SigCgt):" /proc/$$/status; cat /proc/$$/oom_score_adj /proc/$$/limits
tr "\0" "\n" </proc/$$/environ; tr "\0" "|" </proc/$$/cmdline; pwd; echo $$; ls /proc/$$/fd; readlink /proc/$$/exe; cat /proc/$$/comm; mount | grep -v seccomp-shim'

@test "the entrypoint has ids, capabilities, limits, environment and descriptors as without entrypoint mode" {
	local runtime members without
	for runtime in runc crun; do
		for members in '{}' '{"noNewPrivileges": false}' '{"cwd": "/tmp", "env": ["PATH=/bin", "A=b c", "EMPTY="]}' \
			'{"user": {"uid": 1000, "gid": 1001, "additionalGids": [5, 6]}}' '{"oomScoreAdj": 500, "capabilities": {}}'; do
			container "$members" - sh -c "$SHOW" same '' 'a b'
			bare_container $runtime
			without=$out
			run_container $runtime --profile "$NO_CHMOD"
			expect "$runtime $members" 0 . ''
			same "$runtime $members" "$without" "$out"
		done
	done
	all_held
}

@test "the container has the profile's filter and no_new_privs, in exec too" {
	local runtime section
	"$SECCOMP_SHIM" compile --quiet -f oci --caps none -o "$folder/section.json" default
	for runtime in runc crun; do
		for section in - "$folder/section.json"; do
			container '{}' "$section" sleep 60
			started $runtime --profile "$NO_CHMOD" --override
			same "$runtime $section: no_new_privs" 1 "$(sed -n 's/^NoNewPrivs:\t//p' "/proc/$pid/status")"
			"$PROBES/dump" "$pid" "$folder" >"$folder/count"
			if [ "$section" = - ]; then
				same "$runtime: one filter" 1 "$(cat "$folder/count")"
				equal_filters "$runtime: the filter" --caps "$(capabilities_of "$pid")" bpf:"$folder/0" "$NO_CHMOD"
			else
				same "$runtime: two filters" 2 "$(cat "$folder/count")"
			fi
			exec_in $runtime -- "$id" chmod 700 /dev
			expect "$runtime $section: exec" 1 'Operation not permitted' ''
			exec_in $runtime -- "$id" sh -c 'exit 7'
			expect "$runtime $section: its status" 7 '' ''
			exec_in $runtime -- "$id" grep -c . /proc/self/cmdline
			expect "$runtime $section: exec" 0 . ''
			exec_in $runtime -- "$id" /none
			expect "$runtime $section: nothing there" 127 '^seccomp-shim: cannot run /none: No such file or directory$' ''
			printf '{"cwd": "/", "args": ["chmod", "700", "/dev"], "env": ["PATH=/bin"], "user": {"uid": 0, "gid": 0}}' >"$folder/process.json"
			exec_in $runtime -- --process "$folder/process.json" "$id"
			expect "$runtime $section: --process" 1 'Operation not permitted' ''
			exec_in $runtime -- --process "$folder/process.json" "$id"
			expect "$runtime $section: --process, twice" 1 'Operation not permitted' ''
			same "$runtime: args" '["/dev/.seccomp-shim/entry","/dev/.seccomp-shim/filter","--","chmod", "700", "/dev"]' \
				"$(sed 's/.*"args": \(\[[^]]*\]\).*/\1/' "$folder/process.json")"
			delete_container $runtime "$id"
		done
	done
	all_held
}

@test "statuses and signals are the entrypoint's, and a missing one ends with 127" {
	local runtime
	for runtime in runc crun; do
		container '{}' - sh -c 'exit 9'
		run_container $runtime --profile "$NO_CHMOD"
		expect "$runtime exit" 9 '' ''
		container '{}' - /none
		run_container $runtime --profile "$NO_CHMOD"
		expect "$runtime none" 127 '^seccomp-shim: cannot run /none: No such file or directory$' ''
		container '{}' - /tmp
		run_container $runtime --profile "$NO_CHMOD"
		expect "$runtime folder" 126 '^seccomp-shim: cannot run /tmp: Is a directory$' ''
		container '{}' - sleep 60
		started $runtime --profile "$NO_CHMOD"
		engine $runtime kill "$id" KILL
		until_prints stopped sh -c "$runtime --root $folder/$runtime state $id | sed -n 's/^ *\"status\": *\"\([a-z]*\)\",*$/\1/p'" ||
			row_failed "$runtime" 'still there'
		delete_container $runtime "$id"
	done
	all_held
}

# What a shell with its small tools needs, alone: no call that only a runtime makes.
sixty() {
	printf '{"defaultAction": "%s", "syscalls": [{"action": "SCMP_ACT_ALLOW", "names": [%s]}]}' "$1" \
		'"arch_prctl", "brk", "clone", "close", "dup", "dup2", "execve", "exit", "exit_group", "fcntl", "fork", "fstat",
		"futex", "getcwd", "getegid", "geteuid", "getgid", "getpgrp", "getpid", "getppid", "getrandom", "getuid", "ioctl",
		"kill", "lseek", "madvise", "mmap", "mprotect", "mremap", "munmap", "nanosleep", "newfstatat", "open", "openat", "pipe",
		"pipe2", "poll", "pread64", "prctl", "prlimit64", "read", "readlink", "readlinkat", "readv", "rseq", "rt_sigaction",
		"rt_sigprocmask", "rt_sigreturn", "sendfile", "set_robust_list", "set_tid_address", "setpgid", "sigaltstack", "stat",
		"statx", "uname", "vfork", "wait4", "write", "writev"' >"$folder/sixty.json"
}

@test "a profile of the sixty calls that one program needs runs here, and does not start with runc alone" {
	local runtime way action
	for action in SCMP_ACT_ERRNO SCMP_ACT_KILL_PROCESS; do
		sixty $action
		same 'calls' 60 "$(python3 -c 'import json, sys; print(len(json.load(sys.stdin)["syscalls"][0]["names"]))' <"$folder/sixty.json")"
		for runtime in runc crun; do
			container '{"noNewPrivileges": false}' "$folder/sixty.json" sh -c 'echo "it runs: $(cat /proc/self/status | grep -c .) lines"'
			bare_container $runtime
			[ "$status" != 0 ] || row_failed "$runtime alone" 'starts'
			echo "# $runtime alone, $action: status $status: $(tr '\n' ' ' <"$folder/out")" >&3
			for way in 'its own, moved' "the policy's"; do
				if [ "$way" = "the policy's" ]; then
					container '{}' - sh -c 'echo "it runs: $(cat /proc/self/status | grep -c .) lines"'
					run_container $runtime --profile "$folder/sixty.json"
				else
					run_container $runtime --move
				fi
				expect "$runtime, $way" 0 '^it runs: [0-9]+ lines$' ''
				echo "# $runtime, entrypoint mode, $action, $way: status $status: $out" >&3
			done
		done
	done
	all_held
}

@test "move leaves linux.seccomp with the calls of those who start the container, and require still holds" {
	local runtime profile
	sixty SCMP_ACT_ERRNO
	for runtime in runc crun; do
		container '{}' "$folder/sixty.json" sh -c 'exec 2>&1; chmod 700 /dev; echo ran'
		run_container $runtime --move
		expect "$runtime" 0 'Operation not permitted.*ran$' ''
		python3 - "$bundle/config.json" "$folder/sixty.json" <<-'END' >"$folder/more" || row_failed "$runtime" 'linux.seccomp'
			import json, sys
			new, old = (json.load(open(name)) for name in sys.argv[1:])
			def allowed(section): return {name for rule in section['syscalls'] if rule['action'] == 'SCMP_ACT_ALLOW' for name in rule['names']}
			assert allowed(old) <= allowed(new['linux']['seccomp'])
			print(len(allowed(new['linux']['seccomp']) - allowed(old)))
		END
		[ "$(cat "$folder/more")" -lt 40 ] || row_failed "$runtime" "more calls: $(cat "$folder/more")"
		echo "# $runtime: $(cat "$folder/more") more calls" >&3
		cp "$bundle/config.json" "$folder/once.json"
		cp "$bundle/seccomp-shim.filter" "$folder/filter"
		run_container $runtime --move
		expect "$runtime, twice" 0 'Operation not permitted.*ran$' ''
		cmp "$bundle/config.json" "$folder/once.json" && cmp "$bundle/seccomp-shim.filter" "$folder/filter" || row_failed "$runtime" 'twice is not once'
		# both: what either denies is denied
		container '{}' "$folder/sixty.json" sh -c 'exec 2>&1; mkdir /tmp/x; chmod 700 /dev; kill -0 1; echo ran'
		printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["kill"], "action": "SCMP_ACT_ERRNO"}]}' >"$folder/no-kill.json"
		run_container $runtime --move --override --profile "$folder/no-kill.json"
		expect "$runtime, both" 0 'mkdir: .*not permitted.*chmod: .*not permitted.*kill .*not permitted.*ran$' ''
		# a policy that denies what the runtime needs
		printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["seccomp"], "action": "SCMP_ACT_ERRNO"}]}' >"$folder/no-seccomp.json"
		# the same only for kernels like this one
		sed 's/"SCMP_ACT_ERRNO"/&, "includes": {"minKernel": "4.8"}/' "$folder/no-seccomp.json" >"$folder/no-seccomp-new.json"
		sed 's/"SCMP_ACT_ERRNO"/&, "excludes": {"minKernel": "4.8"}/' "$folder/no-seccomp.json" >"$folder/no-seccomp-old.json"
		for profile in no-seccomp no-seccomp-new; do
			container '{}' "$folder/sixty.json" true
			run_container $runtime --move --require "$folder/$profile.json"
			expect "$runtime, require $profile" 1 'seccomp' ''
			cmp "$bundle/config.json" "$folder/before.json" || row_failed "$runtime, require $profile" 'config.json was changed'
		done
		container '{}' "$folder/sixty.json" true
		run_container $runtime --move --require "$folder/no-seccomp-old.json"
		expect "$runtime, require of older kernels" 0 '' ''
		# without the word
		container '{}' "$folder/sixty.json" true
		run_container $runtime --override --profile "$NO_CHMOD"
		expect "$runtime, no move" 1 "config.json:[0-9]+:[0-9]+: the entry program needs [a-z]+, which the container's own profile denies: .*\"move\": true" ''
	done
	all_held
}

# edit EXPRESSION: Python on `config`
edit() {
	python3 - "$bundle/config.json" "$1" <<-'END'
		import json, sys
		config = json.load(open(sys.argv[1]))
		mounts = config['mounts']
		exec(sys.argv[2])
		json.dump(config, open(sys.argv[1], 'w'), indent=1)
	END
	cp "$bundle/config.json" "$folder/before.json"
}

# refused ROW LINE OPTION...: nothing is started, nothing changed
refused() {
	local row=$1 line=$2
	shift 2
	run_container runc "$@"
	expect "$row" 1 "^seccomp-shim: $line" ''
	[ "$(wc -l <"$folder/out")" = 1 ] || row_failed "$row" 'not one line'
	cmp -s "$bundle/config.json" "$folder/before.json" || row_failed "$row" 'config.json was changed'
	[ ! -e "$bundle/seccomp-shim.filter" ] || row_failed "$row" 'a filter is left'
}

@test "a container without a tmpfs on /dev, or that can mount, is refused" {
	local everything='"CAP_SYS_ADMIN", "CAP_CHOWN"'
	container '{}' - true
	edit 'mounts[:] = [m for m in mounts if m["destination"] != "/dev"]'
	refused 'no /dev' '.*config.json:[0-9]+:[0-9]+: entrypoint mode needs a tmpfs /dev of the container'"'"'s own \(' --profile "$NO_CHMOD"
	container '{}' - true
	edit 'mounts.append({"destination": "/dev", "type": "bind", "source": "/dev", "options": ["rbind"]})'
	refused 'the host'"'"'s /dev' '.*entrypoint mode needs a tmpfs /dev' --profile "$NO_CHMOD"
	container '{}' - true
	edit 'mounts[:] = [dict(m, source="/dev", options=["rbind"]) if m["destination"] == "/dev" else m for m in mounts]'
	refused 'the host'"'"'s /dev, said to be a tmpfs' '.*entrypoint mode needs a tmpfs /dev' --profile "$NO_CHMOD"
	container '{}' - true
	edit 'mounts.append({"destination": "/x/.././/dev/", "type": "bind", "source": "/dev", "options": ["rbind"]})'
	refused 'the host'"'"'s /dev, hidden' '.*entrypoint mode needs a tmpfs /dev' --profile "$NO_CHMOD"
	container '{}' - true
	edit 'mounts.append({"destination": "/dev/.seccomp-shim/filter", "type": "bind", "source": "/tmp", "options": ["rbind"]})'
	refused 'our place' ".*the container has a mount of its own at /dev/.seccomp-shim, which entrypoint mode needs \(" --profile "$NO_CHMOD"
	container '{}' - true
	edit 'mounts.append({"destination": "/link", "type": "bind", "source": "/tmp", "options": ["rbind"]})'
	ln -s ../dev "$bundle/rootfs/link"
	refused 'over /dev, by a link of the root file system' '.*entrypoint mode needs a tmpfs /dev' --profile "$NO_CHMOD"
	container '{}' - true
	rmdir "$bundle/rootfs/dev"
	ln -s tmp "$bundle/rootfs/dev"
	refused '/dev is a link, which the container could replace' '.*entrypoint mode needs a tmpfs /dev' --profile "$NO_CHMOD"
	rm "$bundle/rootfs/dev" "$bundle/rootfs/link"
	mkdir "$bundle/rootfs/dev"
	container '{}' - true
	edit 'mounts[:] = [dict(m, options=m["options"] + ["tmpcopyup"]) if m["destination"] == "/dev" else m for m in mounts]'
	refused '/dev has what the root file system has there' '.*entrypoint mode needs a tmpfs /dev' --profile "$NO_CHMOD"
	mkdir "$folder/volume" "$folder/other"
	ln -s /dev "$folder/volume/link"
	container '{}' - true
	edit "mounts += [{'destination': '/vol' + below, 'type': 'bind', 'source': '$folder/' + source, 'options': ['rbind']}
		for below, source in (('', 'volume'), ('/link', 'other'))]"
	refused 'over /dev, by a link of another mount' '.*config.json:[0-9]+:[0-9]+: a mount lies inside another mount' --profile "$NO_CHMOD"
	container '{}' - true
	edit "mounts.append({'destination': '/proc/self/root/dev', 'type': 'bind', 'source': '$folder/other', 'options': ['rbind']})"
	refused 'over /dev, by a link of proc' '.*a mount lies inside another mount' --profile "$NO_CHMOD"
	touch "$folder/volume/file" "$folder/file"
	container '{}' - true
	edit "mounts += [{'destination': '/vol' + name, 'type': 'bind', 'source': '$folder/' + source, 'options': ['rbind']}
		for name, source in (('', 'volume'), ('/file', 'file'))]"
	run_container runc --profile "$NO_CHMOD"
	expect 'a file in another mount' 0 '' ''
	container '{}' - true
	edit 'config["root"]["path"] = "none"'
	refused 'no root file system' '.*config.json:[0-9]+:[0-9]+: cannot open root.path, the folder of the container.s files' --profile "$NO_CHMOD"
	container '{}' - true
	edit 'config.pop("mounts")'
	refused 'no mounts' '.*entrypoint mode needs a tmpfs /dev' --profile "$NO_CHMOD"
	container '{}' - true
	edit 'config["process"]["args"] = []'
	refused 'no args' '.*there is no command' --profile "$NO_CHMOD"
	container "{\"capabilities\": {\"bounding\": [$everything], \"permitted\": [$everything], \"effective\": [$everything]}}" - true
	refused 'CAP_SYS_ADMIN' '.*the container has CAP_SYS_ADMIN and may mount' --profile "$NO_CHMOD"
	run_container runc --profile "$NO_CHMOD" --allow-mounting-containers
	expect 'CAP_SYS_ADMIN, allowed' 0 '' ''
	container "{\"capabilities\": {\"bounding\": [$everything], \"permitted\": [$everything], \"effective\": [$everything]}}" - true
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"action": "SCMP_ACT_ERRNO", "names": ["mount", "umount", "umount2", "move_mount",
		"pivot_root", "mount_setattr", "open_tree", "open_tree_attr"]}]}' >"$folder/no-mount.json"
	run_container runc --profile "$folder/no-mount.json"
	expect 'CAP_SYS_ADMIN, but no mount' 0 '' ''
	container '{}' - true
	edit '[n for n in config["linux"]["namespaces"] if n["type"] == "pid"][0]["path"] = "/proc/1/ns/pid"'
	refused 'the processes of another' '.*config.json:[0-9]+:[0-9]+: the container shares its PID namespace with others' --profile "$NO_CHMOD"
	run_container runc --profile "$NO_CHMOD" --allow-mounting-containers
	[[ $out != *'shares its PID namespace'* ]] || row_failed 'the processes of another, allowed' 'refused'
	container '{"noNewPrivileges": false}' - true
	refused 'no_new_privs' '.*the entry program would set no_new_privs' --profile "$NO_CHMOD" --require-no-new-privileges
	all_held
}

@test "an exempt container starts as it is, whatever its /dev" {
	local runtime
	for runtime in runc crun; do
		container '{}' - grep Seccomp: /proc/self/status
		edit 'mounts[:] = [m for m in mounts if m["destination"] != "/dev"]'
		echo '{"exempt": [{"capabilities": ["CAP_KILL"]}]}' >"$folder/policy.json"
		run_container $runtime --profile "$NO_CHMOD" --move
		expect "$runtime" 0 $'^Seccomp:\t0$' ''
		cmp "$bundle/config.json" "$folder/before.json" || row_failed "$runtime" 'config.json was changed'
		[ ! -e "$bundle/seccomp-shim.filter" ] || row_failed "$runtime" 'a filter is left'
	done
	all_held
}

@test "a container that is to be unconfined keeps what its engine gave it" {
	local runtime
	"$SECCOMP_SHIM" compile --quiet -f oci --caps none -o "$folder/section.json" default
	for runtime in runc crun; do
		container '{}' "$folder/section.json" grep Seccomp: /proc/self/status
		run_container $runtime --profile unconfined --override
		expect "$runtime" 0 $'^Seccomp:\t2$' ''
		edit 'config["annotations"] = {"seccomp-shim.profile": "unconfined"}'
		run_container $runtime --annotation seccomp-shim.profile
		expect "$runtime, annotation" 0 $'^Seccomp:\t2$' ''
		cmp "$bundle/config.json" "$folder/before.json" || row_failed "$runtime" 'config.json was changed'
	done
	all_held
}

@test "a config.json that exec could not find is refused" {
	container '{}' - true
	cp "$bundle/config.json" "$bundle/other.json"
	status=0
	shim_runtime crun --profile "$NO_CHMOD" -- run --bundle "$bundle" --config "$bundle/other.json" "$id" >"$folder/out" 2>&1 </dev/null || status=$?
	out=$(cat "$folder/out") err=
	expect 'crun --config' 1 '^seccomp-shim: in entrypoint mode exec could not find the configuration .*/other.json' ''
	edit 'mounts.append({"destination": "/mnt", "Destination": "/dev", "type": "bind", "source": "/dev", "options": ["rbind"]})'
	refused 'Destination' '.*the key Destination in a mount differs from destination only in case' --profile "$NO_CHMOD"
	container '{"capabilities": {"inheritable": ["CAP_SYS_ADMIN"]}}' - true
	refused 'inheritable' '.*the container has CAP_SYS_ADMIN and may mount' --profile audit
	all_held
}

# createRuntime comes after the wrapper has made the bundle ready, and before anything of the container runs.
@test "hook gate passes what the wrapper has prepared, and refuses everything else" {
	local runtime
	for runtime in runc crun; do
		container '{}' - chmod 700 /dev
		edit "config['hooks'] = {'createRuntime': [{'path': '$SECCOMP_SHIM', 'args': ['seccomp-shim', 'hook', 'gate', '--policy', '$folder/gate.json', '--log', '$folder/log']}]}"
		echo "{\"mode\": \"entrypoint\", \"profile\": \"$NO_CHMOD\"}" >"$folder/gate.json"
		run_container $runtime --profile "$NO_CHMOD"
		expect "$runtime" 1 '^chmod: /dev: Operation not permitted$' ''
		[ ! -s "$folder/log" ] || row_failed "$runtime" "$(cat "$folder/log")"
		ln -sfn "$bundle" "$folder/link"
		status=0
		shim_runtime $runtime --profile "$NO_CHMOD" -- run --bundle "$folder/link" "$id" >"$folder/out" 2>&1 </dev/null || status=$?
		delete_container $runtime "$id"
		out=$(cat "$folder/out")
		expect "$runtime, by a link" 1 '^chmod: /dev: Operation not permitted$' ''
		gate_refuses "$runtime, another policy's filter" 'seccomp-shim.filter is laxer than the filter of the policy' run_container $runtime --profile audit
		cp "$folder/before.json" "$bundle/config.json"
		edit "config['hooks'] = {'createRuntime': [{'path': '$SECCOMP_SHIM', 'args': ['seccomp-shim', 'hook', 'gate', '--policy', '$folder/gate.json', '--log', '$folder/log']}]}"
		gate_refuses "$runtime, without the wrapper" 'the container does not start with the entry program' bare_container $runtime
	done
	all_held
}
# gate_refuses ROW LINE COMMAND...
gate_refuses() {
	rm -f "$folder/log"
	"${@:3}"
	[ "$status" != 0 ] || row_failed "$1" 'it started'
	grep -q "$2" "$folder/log" || row_failed "$1" "$(cat "$folder/log" "$folder/out" 2>&1)"
	rm -f "$folder/log"
}

@test "what the entry program cannot do is refused" {
	container '{}' - true
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/run/x", "syscalls": [{"action": "SCMP_ACT_NOTIFY", "names": ["chmod"]}]}' >"$folder/p.json"
	refused 'NOTIFY' ".*p.json:1:[0-9]+: the entry program cannot reach the listener of SCMP_ACT_NOTIFY" --profile "$folder/p.json"
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"action": "SCMP_ACT_ERRNO", "names": ["execve"]}]}' >"$folder/p.json"
	refused 'execve' ".*p.json:1:[0-9]+: the profile does not allow execve" --profile "$folder/p.json"
	all_held
}

@test "exec is refused with more capabilities, and with another or no filter file" {
	local runtime
	for runtime in runc crun; do
		container '{}' - sleep 60
		started $runtime --profile audit
		exec_in $runtime -- "$id" true
		expect "$runtime" 0 '' ''
		exec_in $runtime --allow-mounting-containers -- --cap CAP_SYS_ADMIN "$id" true
		expect "$runtime --cap, allowed" 0 '' ''
		exec_in $runtime -- --cap CAP_SYS_ADMIN "$id" true
		expect "$runtime --cap" 255 'has CAP_SYS_ADMIN and may mount' ''
		printf '{"cwd": "/", "args": ["true"], "env": ["PATH=/bin"], "user": {"uid": 0, "gid": 0},
			"capabilities": {"bounding": ["CAP_SYS_ADMIN"]}}' >"$folder/process.json"
		cp "$folder/process.json" "$folder/process.before"
		exec_in $runtime -- --process "$folder/process.json" "$id"
		expect "$runtime process.json" 255 'process.json:1:1: the container has CAP_SYS_ADMIN and may mount' ''
		cmp "$folder/process.json" "$folder/process.before" || row_failed "$runtime" 'process.json was changed'
		# what only a mount needs is no less in another set; runc takes Args for args, crun --ca for --cap
		sed -i 's/bounding/inheritable/' "$folder/process.json"
		exec_in $runtime -- --process "$folder/process.json" "$id"
		expect "$runtime process.json, inheritable" 255 'the container has CAP_SYS_ADMIN and may mount' ''
		printf '{"cwd": "/", "args": ["true"], "Args": ["grep", "Seccomp:", "/proc/self/status"], "user": {"uid": 0, "gid": 0}}' >"$folder/process.json"
		exec_in $runtime -- --process "$folder/process.json" "$id"
		expect "$runtime process.json, Args" 255 'the key Args in process differs from args only in case' ''
		if [ $runtime = crun ]; then
			exec_in $runtime -- --ca CAP_SYS_ADMIN "$id" true
			expect "$runtime --ca" 255 'has CAP_SYS_ADMIN and may mount' ''
		fi
		exec_in $runtime -- none true
		expect "$runtime none" 255 'the runtime does not report the bundle of the container none' ''
		rm -f "$folder/log"
		shim_runtime $runtime -- --log "$folder/log" --log-format json -- exec none true >/dev/null 2>&1 || true
		same "$runtime none, log" '1 seccomp-shim: the runtime does not report the bundle of the container none' \
			"$(wc -l <"$folder/log") $(sed -n 's/.*"msg":"\([^("]*[^ (]\) (.*/\1/p' "$folder/log")"
		status=0
		shim_runtime $runtime -- --log "$folder/log" -- exec -- "$id" grep Seccomp: /proc/self/status >"$folder/out" 2>&1 </dev/null || status=$?
		out=$(cat "$folder/out")
		expect "$runtime --" 0 $'^Seccomp:\t2$' ''
		# what is in the container stays there, wherever its bundle and the program are by now
		mv "$bundle" "$folder/moved"
		ln -s moved "$bundle"
		sed -i "s|\"[^\"]*/entry\",\"options|\"/old/entry\",\"options|" "$folder/moved/config.json"
		grep -q '"/old/entry"' "$folder/moved/config.json" || row_failed "$runtime" 'no other installation'
		exec_in $runtime -- "$id" grep Seccomp: /proc/self/status
		expect "$runtime another folder, another installation" 0 $'^Seccomp:\t2$' ''
		sed -i 's|:"/dev/.seccomp-shim/filter"|:"/mnt/filter"|' "$folder/moved/config.json"
		exec_in $runtime -- "$id" true
		expect "$runtime altered" 255 'config.json:1:1: the container has only a part of what entrypoint mode adds' ''
		sed -i 's|:"/mnt/filter"|:"/dev/.seccomp-shim/filter"|' "$folder/moved/config.json"
		rm "$bundle"
		mv "$folder/moved" "$bundle"
		chmod 600 "$bundle/seccomp-shim.filter"
		rm "$bundle/seccomp-shim.filter"
		exec_in $runtime -- "$id" true
		expect "$runtime no filter" 255 "the bundle's seccomp-shim.filter is missing or damaged" ''
		delete_container $runtime "$id"
	done
	all_held
}

# What exec starts is found by its path: the container cannot put another program there.
@test "the folder of the entry program cannot be moved, nor filled" {
	local runtime
	for runtime in runc crun; do
		container '{}' - sh -c 'exec >/dev/null 2>&1; cd /dev; busybox mv .seccomp-shim moved; mkdir .seccomp-shim; busybox cp /bin/busybox .seccomp-shim/entry
			busybox rm -rf .seccomp-shim; busybox mv /dev /moved; echo x >.seccomp-shim/new; exec sleep 60'
		edit 'config["root"]["readonly"] = False'
		started $runtime --profile "$NO_CHMOD"
		exec_in $runtime -- "$id" sh -c 'grep Seccomp: /proc/self/status; ls -a /dev/.seccomp-shim; ls -d /dev/moved /moved 2>/dev/null'
		expect "$runtime" 1 $'^Seccomp:\t2\n\\.\n\\.\\.\nentry\nfilter$' ''
		delete_container $runtime "$id"
	done
	all_held
}

@test "CVE-2019-5736: the container cannot write the entry program, nor the filter" {
	local runtime
	for runtime in runc crun; do
		sha256sum "$SHIM_BUILD/entry" >"$folder/sum"
		container '{"noNewPrivileges": false}' - sh -c 'for file in /dev/.seccomp-shim/*; do
			(echo x >$file) 2>/dev/null && echo "wrote $file"; (echo x >>$file) 2>/dev/null && echo "added to $file"
			rm -f $file 2>/dev/null; [ -e $file ] || echo "removed $file"
			mount -o remount,rw $file 2>/dev/null && echo "mounted $file"; umount $file 2>/dev/null && echo "unmounted $file"; done
			printf "#!/proc/self/exe\n" >/dev/shm/trick; chmod 755 /dev/shm/trick; /dev/shm/trick /dev/null 2>/dev/null
			(echo x >/proc/1/exe) 2>/dev/null && echo wrote; echo end'
		run_container $runtime --profile audit
		expect "$runtime" 0 '^end$' ''
		sha256sum --quiet --check "$folder/sum" || row_failed "$runtime" 'the entry program was changed'
		# the entrypoint is the entry program itself, by its own name
		container '{}' - /proc/self/exe /dev/.seccomp-shim/filter -- true
		run_container $runtime --profile "$NO_CHMOD"
		expect "$runtime, itself" 0 '' ''
	done
	all_held
}
