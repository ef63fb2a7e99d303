#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# runtime: what it passes on, what it reads of the command line, what becomes of config.json, and what it refuses. The
# real runtime is a script that writes down how it was called. It answers --version as a runc would that has the
# libseccomp linked here.

# shellcheck disable=SC2154 # `folder` is made by setup
load lib

setup() {
	folder=$(open_folder)
	cd "$folder"
	mkdir real bundle
	library=$("$SECCOMP_SHIM" check --as runc default | sed -n 's/.* with libseccomp \([0-9.]*\).*/\1/p' | head -n 1)
	[ -n "$library" ] || library=2.5.4
	fake runc
	fake crun
	config '"runc": "x"'
	unset LISTEN_FDS
}

teardown() {
	rm -rf "$folder"
}

# fake NAME: a runtime in real/NAME that writes its words, one a line, to called, a copy of the config, and ends with 7.
fake() {
	cat >"real/$1" <<-END
		#!/bin/sh
		[ "\$*" = --version ] && { printf '%s version 1.1.5\nlibseccomp: %s\n' "$1" "$library"; exit; }
		[ "\$*" = features ] && exit 1
		{ echo "\$0"; for word; do echo "[\$word]"; done; } >"$folder/called"
		cp "$folder/bundle/config.json" "$folder/config.seen.\$\$" && mv "$folder/config.seen.\$\$" "$folder/config.seen"
		cat /proc/self/environ | tr '\0' '\n' | sort | grep -v '^_=' >"$folder/environment"
		ls /proc/self/fd | grep -vx 10 | grep -vx 255 | wc -w >"$folder/descriptors"
		exit 7
	END
	chmod 755 "real/$1"
}

# config MEMBERS [SECCOMP]: bundle/config.json, not laid out in anybody's usual way, for Docker's capabilities.
config() {
	local caps='"CAP_CHOWN","CAP_KILL","CAP_SYS_CHROOT"'
	rm -f bundle/config.json bundle/config.json.orig
	printf '{ "ociVersion" : "1.0.2","process":{"capabilities":{"bounding":[%s]}},\n\t%s,"n":1e400,\n"linux":{"x":[1 ,2]%s } }' \
		"$caps" "$1" "${2:+,  \"seccomp\": $2}" >bundle/config.json
	chmod 640 bundle/config.json
	cp -p bundle/config.json before.json
	rm -f called
}

# wrapped WORD...: our options, --, the runtime's words.
wrapped() {
	shim runtime --runtime "$folder/real/runc" "$@"
}
ACCEPT='--accept enosys --accept dropped'

# expect_started ROW: status 7, nothing said, the fake was called.
expect_started() {
	expect "$1" 7 '' ''
	[ -e called ] || row_failed "$1" 'the runtime was not called'
}

# expect_stopped ROW LINE: one line, the runtime was not called, config.json is as it was.
expect_stopped() {
	expect_refused "$1" 1 "$2"
	[ ! -e called ] || row_failed "$1" 'the runtime was called'
	cmp -s before.json bundle/config.json || row_failed "$1" 'config.json has changed'
	[ ! -e bundle/config.json.orig ] || row_failed "$1" 'an original is kept of what was not changed'
	[ -z "$(find . -name '.seccomp-shim*')" ] || row_failed "$1" 'a temporary file is left'
}

# has ROW JQ-LIKE PYTHON EXPRESSION: of `seccomp`, the section of the config that the runtime saw; `seen` is the whole.
has() {
	python3 - "$2" <<-'END' || row_failed "$1" "does not hold: $2"
		import json, sys
		seen = json.load(open('config.seen'), parse_float=str)
		seccomp = seen['linux'].get('seccomp')
		def action(name):
		    found = [rule for rule in seccomp['syscalls'] if name in rule['names']]
		    return found[-1]['action'][9:] if found else None
		sys.exit(not eval(sys.argv[1]))
	END
}

same_bytes() {
	cmp -s "$2" "$3" || row_failed "$1" "$2 and $3 differ"
}

NONE='{"defaultAction":"SCMP_ACT_ALLOW"}'

@test "words, environment, descriptors and status are the runtime's own" {
	local words=(--root '/a b' --log '' state $'x\ny\xff' run --bundle /nowhere)
	wrapped -- "${words[@]}"
	expect_started 'words'
	{
		echo "$folder/real/runc"
		printf '[%s]\n' "${words[@]}"
	} >wanted
	same_bytes 'words' wanted called
	rm called
	"$folder/real/runc" "${words[@]}" || true
	cp environment bare
	cp descriptors bare.count
	wrapped -- "${words[@]}"
	same_bytes 'environment' bare environment
	same_bytes 'descriptors' bare.count descriptors
	wrapped -- run --bundle bundle x
	expect_started 'no policy'
	same_bytes 'no policy: config.json' before.json config.seen
	all_held
}

@test "a container that brings none gets the profile; every other byte, owner and mode are kept" {
	# shellcheck disable=SC2086
	wrapped --profile default $ACCEPT -- run --bundle bundle x
	expect_started 'profile'
	has 'profile' 'seccomp["defaultAction"] == "SCMP_ACT_ERRNO" and action("chmod") == "ALLOW" and action("reboot") is None'
	has 'capabilities' 'action("chroot") == "ALLOW"'
	[ "$(stat -c '%a %u' bundle/config.json)" = "$(stat -c '%a %u' before.json)" ] || row_failed 'mode' 'not as before'
	python3 - <<-'END' || row_failed 'bytes' 'others have changed'
		before, after = open('before.json').read(), open('bundle/config.json').read()
		start = after.index(',"seccomp":')
		end = start + len(after) - len(before)
		assert after[:start] + after[end:] == before
	END
	same_bytes 'original' before.json bundle/config.json.orig
	[ "$(stat -c '%a %i' bundle/config.json.orig)" != "$(stat -c '%a %i' bundle/config.json)" ] || row_failed 'original' 'is the same file'
	cp -p bundle/config.json once.json
	# shellcheck disable=SC2086
	wrapped --profile default $ACCEPT --deny=ptrace -- create --bundle bundle y
	expect_started 'another policy'
	# shellcheck disable=SC2086
	wrapped --profile default --override $ACCEPT -- create --bundle bundle z
	expect_started 'again'
	same_bytes 'again' once.json bundle/config.json
	same_bytes 'original, again' before.json bundle/config.json.orig
	all_held
}

@test "a second call changes nothing, not even the file" {
	local inode
	# shellcheck disable=SC2086
	wrapped --profile default --allow keyctl --deny chmod $ACCEPT -- run --bundle bundle x
	expect_started 'once'
	inode=$(stat -c %i bundle/config.json)
	# shellcheck disable=SC2086
	wrapped --profile default --allow keyctl --deny chmod $ACCEPT -- run --bundle bundle x
	expect_started 'twice'
	[ "$(stat -c %i bundle/config.json)" = "$inode" ] || row_failed 'twice' 'another file'
	has 'names' 'action("keyctl") == "ALLOW" and action("chmod") is None'
	all_held
}

@test "a new config.json in an old bundle keeps its own original" {
	# shellcheck disable=SC2086
	wrapped --profile default $ACCEPT -- run --bundle bundle x
	printf '{"ociVersion":"1.0.2","linux":{"y":1}}' >bundle/config.json
	cp bundle/config.json new.json
	# shellcheck disable=SC2086
	wrapped --profile default $ACCEPT -- run --bundle bundle x
	expect_started 'new'
	same_bytes 'original' new.json bundle/config.json.orig
	all_held
}

@test "the policy selects the profile: own, override, exempt, sandbox, unconfined" {
	local row own given annotations options
	while IFS='|' read -r row own annotations options given; do
		config "\"annotations\":{$annotations}" "$own"
		# shellcheck disable=SC2086
		shim runtime --runtime "$folder/real/runc" --policy <(printf '{%s}' "$options") $ACCEPT -- run -b bundle x
		expect_started "$row"
		has "$row" "$given"
	done <<-END
		own stays|$NONE||"profile":"default"|seccomp["defaultAction"] == "SCMP_ACT_ALLOW"
		override|$NONE||"profile":"default","override":true|seccomp["defaultAction"] == "SCMP_ACT_ERRNO"
		null is none|null||"profile":"default"|seccomp["defaultAction"] == "SCMP_ACT_ERRNO"
		override without a profile|$NONE||"override":true|seccomp == {"defaultAction": "SCMP_ACT_ALLOW"}
		unconfined, override|$NONE||"profile":"unconfined","override":true|"seccomp" not in seen["linux"]
		unconfined, none||"a":"b"|"profile":"unconfined"|"seccomp" not in seen["linux"]
		exempt by annotation||"a":"bcd"|"profile":"default","exempt":[{"annotations":{"a":"b*d"}}]|seccomp is None
		not exempt: another value||"a":"bc"|"profile":"default","exempt":[{"annotations":{"a":"b*d"}}]|seccomp
		not exempt: one of two||"a":"b"|"profile":"default","exempt":[{"annotations":{"a":"b","c":"*"}}]|seccomp
		exempt by capabilities|||"profile":"default","exempt":[{"capabilities":["CAP_KILL","CAP_CHOWN"]}]|seccomp is None
		not exempt: one of two capabilities|||"profile":"default","exempt":[{"capabilities":["CAP_KILL","CAP_BPF"]}]|seccomp
		not privileged|||"profile":"default","exempt":[{"privileged":true}]|seccomp
		exempt by namespace (containerd)||"io.kubernetes.cri.sandbox-namespace":"kube-system"|"profile":"default","exempt":[{"namespace":"kube-*"}]|seccomp is None
		exempt by namespace (CRI-O)||"io.kubernetes.cri-o.Namespace":"kube-system"|"profile":"default","exempt":[{"namespace":"kube-system"}]|seccomp is None
		exempt by pod and container||"io.kubernetes.cri.sandbox-name":"p","io.kubernetes.cri.container-name":"c1"|"profile":"default","exempt":[{"pod":"p","container":"c?"}]|seccomp is None
		not exempt: no name|||"profile":"default","exempt":[{"namespace":"*"}]|seccomp
		sandbox: none||"io.kubernetes.cri.container-type":"sandbox"|"profile":"default","override":true|seccomp is None
		sandbox: its own||"io.kubernetes.cri-o.ContainerType":"sandbox"|"profile":"unconfined","sandbox":"default"|seccomp
		no sandbox||"io.kubernetes.cri.container-type":"container"|"profile":"default"|seccomp
		annotation: not heeded||"seccomp-shim.profile":"unconfined"|"profile":"default"|seccomp
		annotation: unconfined|$NONE|"seccomp-shim.profile":"unconfined"|"profile":"default","annotations":["seccomp-shim.profile"]|seccomp is None
		annotation: audit||"seccomp-shim.profile":"audit"|"profile":"default","annotations":["seccomp-shim.profile"]|seccomp["defaultAction"] == "SCMP_ACT_LOG"
		annotation: exempt all the same||"seccomp-shim.profile":"audit","a":""|"profile":"default","annotations":["seccomp-shim.profile"],"exempt":[{"annotations":{"a":""}}]|seccomp is None
		Kubernetes: pod||"seccomp.security.alpha.kubernetes.io/pod":"runtime/default"|"annotations":["seccomp.security.alpha.kubernetes.io/pod"]|seccomp["defaultAction"] == "SCMP_ACT_ERRNO"
		Kubernetes: container wins||"seccomp.security.alpha.kubernetes.io/pod":"runtime/default","container.seccomp.security.alpha.kubernetes.io/c":"unconfined","io.kubernetes.cri.container-name":"c"|"annotations":["seccomp.security.alpha.kubernetes.io/pod","container.seccomp.security.alpha.kubernetes.io"]|seccomp is None
		Kubernetes: another container||"seccomp.security.alpha.kubernetes.io/pod":"docker/default","container.seccomp.security.alpha.kubernetes.io/c":"unconfined","io.kubernetes.cri.container-name":"d"|"annotations":["seccomp.security.alpha.kubernetes.io/pod","container.seccomp.security.alpha.kubernetes.io"]|seccomp
		allow and deny||"a":"b"|"profile":"default","allow":["keyctl"],"deny":["chmod","bpf"]|action("keyctl") == "ALLOW" and action("chmod") is None
		annotations: allow and deny||"seccomp-shim.allow":"keyctl, bpf","seccomp-shim.deny":"chmod"|"profile":"default","annotations":["seccomp-shim.allow","seccomp-shim.deny"]|action("bpf") == "ALLOW" and action("chmod") is None
		the policy denies what an annotation allows||"seccomp-shim.allow":"keyctl"|"profile":"default","deny":["keyctl"],"annotations":["seccomp-shim.allow"]|action("keyctl") is None
		deny in an own profile|$NONE||"deny":["ptrace"]|action("ptrace") == "ERRNO" and seccomp["defaultAction"] == "SCMP_ACT_ALLOW"
		allow leaves an own profile alone|$NONE||"allow":["ptrace"]|seccomp == {"defaultAction": "SCMP_ACT_ALLOW"}
	END
	all_held
}

@test "a container counts as privileged if it has all capabilities of the wrapper (root)" {
	if ! is_root; then return 0; fi # a user has no capabilities to give
	local list
	list=$(capsh --decode="$(sed -n 's/^CapBnd:\t//p' /proc/self/status)" | sed 's/.*=//; s/[a-z_0-9]*/"\U&"/g; s/""//g')
	printf '{"ociVersion":"1.0.2","process":{"capabilities":{"bounding":[%s]}},"linux":{}}' "$list" >bundle/config.json
	# shellcheck disable=SC2086
	shim runtime --runtime "$folder/real/runc" --policy <(echo '{"profile":"default","exempt":[{"privileged":true}]}') $ACCEPT -- run -b bundle x
	expect_started 'all'
	has 'all' 'seccomp is None'
	all_held
}

@test "require refuses laxer containers with a witness, whatever they say" {
	local row own options line
	echo '{"ociVersion":"1.0.2","linux":{"seccomp":null}}' >none.json
	while IFS='|' read -r row own options line; do
		config '"annotations":{"io.kubernetes.cri.container-type":"container","e":"1"}' "$own"
		shim runtime --runtime "$folder/real/runc" --policy <(printf '{%s}' "$options") -- --log log --log-format json create -b bundle x
		if [ -n "$line" ]; then expect_stopped "$row" "$line"; else expect_started "$row"; fi
	done <<-END
		unconfined||"require":"default"|bundle/config.json:1:1: a container without a seccomp profile is laxer than the policy requires with default: .*; witness
		lax|$NONE|"require":"default"|bundle/config.json:3:.*: the container's profile is laxer than the policy requires with default: x86.*: ALLOW, required
		log is not laxer|{"defaultAction":"SCMP_ACT_LOG"}|"require":"audit"|
		none required||"require":"unconfined"|
		stricter|{"defaultAction":"SCMP_ACT_KILL"}|"require":"default"|
		exempt||"require":"default","exempt":[{"annotations":{"e":"1"}}]|.*laxer than the policy requires
		exempt from require||"require":"default","exempt":[{"annotations":{"e":"1"},"fromRequire":true}]|
		profile that is laxer||"require":"default","profile":"audit","accept":["enosys","dropped"]|bundle/config.json:1:1: the container's profile is laxer
		allow that is laxer||"require":"default","profile":"default","allow":["keyctl"],"accept":["enosys","dropped"]|bundle/config.json:1:1: .*keyctl
		the same||"require":"default","profile":"default","accept":["enosys","dropped"]|
		no profile||"require":"/nowhere"|/nowhere: it does not exist
		a config.json that has none||"require":"$folder/none.json"|$folder/none.json:1:1: is a config.json without linux.seccomp
	END
	config '"annotations":{"io.kubernetes.cri.container-type":"sandbox"}'
	wrapped --require default -- create -b bundle x
	expect_stopped 'sandbox' '.*laxer'
	wrapped --require default --sandbox unconfined -- create -b bundle x
	expect_started 'sandbox, unconfined'
	all_held
}

@test "annotations of crun that replace the filter are refused" {
	local name
	for name in run.oci.seccomp_bpf_data run.oci.seccomp.receiver run.oci.seccomp.plugins run.oci.seccomp_anything; do
		config "\"annotations\":{\"$name\":\"x\"}" '{"defaultAction":"SCMP_ACT_KILL"}'
		shim runtime --runtime "$folder/real/crun" --require default -- create -b bundle x
		expect_stopped "$name" "bundle/config.json:2:.*: the annotation $name would replace the filter"
		shim runtime --runtime "$folder/real/crun" --profile default --override -- create -b bundle x
		expect_stopped "$name, profile" "bundle/config.json:2:.*: the annotation $name would replace the filter"
	done
	config '"annotations":{"run.oci.seccomp_fail_unknown_syscall":"1"}' '{"defaultAction":"SCMP_ACT_KILL"}'
	shim runtime --runtime "$folder/real/crun" --libseccomp "$library" --require default -- create -b bundle x
	expect_started 'fail_unknown_syscall'
	all_held
}

@test "what the runtime does not enforce is refused, and the line says what would accept it" {
	wrapped --profile '{}' -- create -b bundle x
	expect_stopped 'no profile' '\{\}: it does not exist'
	printf '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["setxattrat"],"action":"SCMP_ACT_ERRNO"}]}' >deny.json
	wrapped --profile "$folder/deny.json" --libseccomp 2.5.4 -- create -b bundle x
	expect_stopped 'a rule that denies is dropped' \
		"$folder/deny.json:1:1: runc does not enforce the profile as written: .*setxattrat: ERRNO\(EPERM\) as written, ALLOW under the runtime; witness .* \(set \"mode\": \"entrypoint\"\)$"
	sed -i s/setxattrat/fchmodat2/ deny.json
	wrapped --profile "$folder/deny.json" --libseccomp 2.5.4 -- create -b bundle x
	expect_stopped 'a rule that only a distribution'"'"'s 2.5.4 knows, as the one here may' '.*fchmodat2: ERRNO\(EPERM\) as written, ALLOW under the runtime'
	printf '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read","setxattrat"],"action":"SCMP_ACT_ALLOW"}]}' >allow.json
	wrapped --profile "$folder/allow.json" --libseccomp 2.5.4 -- create -b bundle x
	expect_stopped 'a rule that allows is dropped' '.*as written.*\(set "accept": \[.*"dropped".*\] or "mode": "entrypoint"\)$'
	wrapped --profile "$folder/allow.json" --libseccomp 2.5.4 --accept enosys --accept dropped -- create -b bundle x
	expect_started 'accepted'
	config '"a":1'
	printf '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["ioctl"],"action":"SCMP_ACT_ERRNO","args":[{"index":1,"op":"SCMP_CMP_EQ","value":21522}]},{"names":["socket"],"action":"SCMP_ACT_ERRNO","args":[{"index":0,"op":"SCMP_CMP_GE","value":38}]}]}' >narrow.json
	wrapped --profile "$folder/narrow.json" --accept enosys -- create -b bundle x
	expect_started 'conditions on 32 bits need not be accepted'
	has 'masks' 'all(arg["op"] == "SCMP_CMP_MASKED_EQ" for rule in seccomp["syscalls"] if rule.get("args") for arg in rule["args"])'
	"$SECCOMP_SHIM" compile --quiet -f bpf -o written.bpf narrow.json
	python3 -c 'import json; json.dump(json.load(open("config.seen"), parse_float=str)["linux"]["seccomp"], open("section.json", "w"))'
	shim diff --stricter --as runc bpf:written.bpf section.json
	expect 'no laxer than written' 0 '' ''
	all_held
}

@test "a runtime whose interpretation is unknown is refused where it matters" {
	sed -i 's/libseccomp: .*/\\n'"'"'; exit; }/' real/runc
	cat >real/runc <<-'END'
		#!/bin/sh
		[ "$*" = --version ] && { echo 'runc version 1.1.5'; exit; }
		exit 7
	END
	wrapped --profile default -- create -b bundle x
	expect_refused 'profile' 1 'it is not known how the runtime .*/real/runc reads the profile: it does not print which libseccomp'
	config '"a":1' "$NONE"
	wrapped --require default -- create -b bundle x
	expect_refused 'require' 1 'it is not known how the runtime .* reads the profile: '
	wrapped --require default --libseccomp 1.0 -- create -b bundle x
	expect_refused 'a libseccomp that is not known' 1 'it is not known how the runtime .* reads the profile: '
	wrapped --profile default -- create -b bundle x
	expect 'own profile' 7 '' ''
	config '"a":1'
	# shellcheck disable=SC2086
	wrapped --profile default --libseccomp "$library" $ACCEPT -- create -b bundle x
	expect 'told' 7 '' ''
	all_held
}

@test "deny covers every way to make the call, and containers without a profile" {
	printf '{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86"],"syscalls":[{"names":["read","socket","socketcall"],"action":"SCMP_ACT_ALLOW"}]}' >mux.json
	# shellcheck disable=SC2086
	wrapped --profile "$folder/mux.json" --deny socket $ACCEPT -- create -b bundle x
	expect_stopped 'socketcall' ".*mux.json:1:1: socket is denied by the policy, but passes on x86 by socketcall \(deny that call too\)"
	# shellcheck disable=SC2086
	wrapped --profile "$folder/mux.json" --deny socket --deny socketcall $ACCEPT -- create -b bundle x
	expect_started 'both'
	config '"a":1'
	wrapped --deny ptrace -- create -b bundle x
	expect_stopped 'none' 'bundle/config.json:1:1: allow and deny change a profile, but this container has none'
	wrapped --profile default --deny ptrac -- create -b bundle x
	expect_stopped 'unknown' '.*unknown system call ptrac \(did you mean ptrace\?\)'
	config '"annotations":{"seccomp-shim.deny":"chmod,ptrac"}'
	wrapped --profile default --annotation seccomp-shim.deny -- create -b bundle x
	expect_stopped 'unknown, annotation' 'bundle/config.json:2:.*unknown system call ptrac '
	all_held
}

@test "annotations may name built-ins and files below the seccomp root, and nothing else" {
	local name
	mkdir root
	printf '{"defaultAction":"SCMP_ACT_LOG","syscalls":[]}' | tee root/p.json >outside.json
	for name in "$folder/outside.json" ./outside.json localhost/../outside.json localhost/ - /dev/stdin default2 localhost bundle; do
		config "\"annotations\":{\"seccomp-shim.profile\":\"$name\"}"
		wrapped --annotation seccomp-shim.profile --seccomp-root "$folder/root" -- create -b bundle x
		expect_stopped "$name" ''
	done
	config '"annotations":{"seccomp-shim.profile":"localhost/p.json"}'
	wrapped --annotation seccomp-shim.profile --accept enosys --seccomp-root "$folder/root" -- create -b bundle x
	expect_started 'below the root'
	has 'below the root' 'seccomp["defaultAction"] == "SCMP_ACT_LOG"'
	all_held
}

@test "a command line that is not understood for sure starts nothing" {
	local words
	while read -r words; do
		# shellcheck disable=SC2086
		wrapped --profile default -- $words
		expect_stopped "$words" ''
	done <<-END
		--frobnicate run -b bundle x
		run --frobnicate -b bundle x
		frobnicate run x
		--debug false run -b bundle x
		run -b bundle
		run -b bundle x y
		create -bbundle x
		run --bundle
		restore -b bundle x
		--log
	END
	shim runtime --runtime "$folder/real/crun" --profile default -- --ro /r run -b bundle x
	expect_stopped 'crun: ambiguous' 'ambiguous option --ro'
	shim runtime --runtime "$folder/real/crun" --profile default -- run x -b bundle
	expect_stopped 'crun: options behind' 'option behind the container'
	wrapped --profile default --allow-restore -- restore -b bundle x
	expect_started 'restore, allowed'
	wrapped -- restore -b bundle x
	expect_started 'restore, no policy'
	wrapped --profile default -- frobnicate x
	expect_started 'unknown, without a word that starts'
	wrapped --profile default -- exec --frobnicate x sh
	expect_started 'exec is passed on'
	all_held
}

@test "config.json is found with the options of runc and crun, in every form" {
	local words
	while read -r words; do
		config '"a":1'
		# shellcheck disable=SC2086
		shim runtime --runtime "$folder/real/${words%% *}" --libseccomp "$library" --profile audit $ACCEPT -- ${words#* }
		expect_started "$words"
		has "$words" 'seccomp["defaultAction"] == "SCMP_ACT_LOG"'
	done <<-END
		runc -root /r run -bundle bundle -d x
		runc run x --bundle=bundle
		runc --log l create --config bundle/config.json x
		runc run --bundle /nowhere --bundle bundle x
		crun --systemd-c --root=/r run -dbbundle x
		crun create --bun bundle x
		crun run -f bundle/config.json x
		crun run -f config.json -b bundle x
		crun run --config=bundle/config.json -b / x
	END
	config '"a":1'
	cd bundle
	wrapped --profile audit -- run x
	cd "$folder"
	expect_started 'the working directory'
	[ -e bundle/config.json.orig ] || row_failed 'the working directory' 'nothing written'
	all_held
}

@test "a config.json that is not safe to change is refused" {
	local file=bundle/config.json
	rm $file && ln -s ../before.json $file
	wrapped --profile default -- run -b bundle x
	expect_refused 'symbolic link' 1 'bundle/config.json: the path has a symbolic link'
	rm $file && mkfifo $file
	wrapped --profile default -- run -b bundle x
	expect_refused 'FIFO' 1 'bundle/config.json: is a FIFO'
	rm $file && mkdir $file
	wrapped --profile default -- run -b bundle x
	expect_refused 'directory' 1 'bundle/config.json: is a directory'
	rmdir $file
	wrapped --profile default -- run -b bundle x
	expect_refused 'missing' 1 'bundle/config.json: it does not exist'
	wrapped --profile default -- run -b nowhere x
	expect_refused 'no bundle' 1 'nowhere/config.json: cannot open the bundle nowhere: it does not exist'
	truncate -s $((16 * 1024 * 1024 + 1)) $file
	wrapped --profile default -- run -b bundle x
	expect_refused '16 MiB + 1' 1 'bundle/config.json: is 16777217 bytes long \(at most 16 MiB\)'
	printf '{"ociVersion":"1","linux":{}}%*s' $((16 * 1024 * 1024 - 29)) '' >$file
	# shellcheck disable=SC2086
	wrapped --profile default $ACCEPT -- run -b bundle x
	expect_refused '16 MiB' 1 'bundle/config.json: would be longer than 16 MiB'
	printf '{"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW"},"seccomp":null}}' >$file
	wrapped --profile default -- run -b bundle x
	expect_refused 'twice' 1 'bundle/config.json:1:56: '
	printf '{"linux":{"Seccomp":{"defaultAction":"SCMP_ACT_ALLOW"}}}' >$file
	wrapped --profile default -- run -b bundle x
	expect_refused 'other case' 1 'bundle/config.json:1:11: '
	printf '{"linux":{}} {}' >$file
	wrapped --profile default -- run -b bundle x
	expect_refused 'trailing' 1 'bundle/config.json:1:14: '
	printf '{"linux":{"seccomp":{}}}' >$file
	wrapped --profile default -- run -b bundle x
	expect_refused 'empty section' 1 'bundle/config.json:1:21: '
	printf '{"defaultAction":"SCMP_ACT_ALLOW"}' >$file
	wrapped --profile default -- run -b bundle x
	expect_refused 'no config' 1 'bundle/config.json:1:1: is not a config.json'
	printf '{"process":{}}' >$file
	wrapped --profile audit -- run -b bundle x
	expect_started 'without linux'
	all_held
}

@test "root refuses a config.json that others may write" {
	if ! is_root; then return 0; fi # only root has more to give than others
	local mode
	for mode in 666 662 660; do
		chmod $mode bundle/config.json
		wrapped --profile default -- run -b bundle x
		expect_refused "$mode" 1 'bundle/config.json: is writable by '
	done
	all_held
}

@test "a real runtime that is missing, relative, the wrapper itself or writable by others is refused" {
	shim runtime --runtime "$folder/nothing" -- state x
	expect_refused 'missing' 1 "the runtime $folder/nothing does not exist"
	shim runtime --runtime nothing-of-this-name -- state x
	expect_refused 'no such name' 1 'the runtime nothing-of-this-name is not in /usr/local/sbin'
	PATH=$folder/real:$PATH shim runtime --runtime ./real/runc -- state x
	expect_refused 'relative' 1 'the runtime ./real/runc is a relative path'
	cp real/runc real/only-here
	PATH=$folder/real:$PATH shim runtime --runtime only-here -- state x
	expect_refused 'not in PATH' 1 'the runtime only-here is not in '
	shim runtime --runtime "$SECCOMP_SHIM" -- state x
	expect_refused 'itself' 1 'the runtime .* is seccomp-shim itself'
	ln -s "$SECCOMP_SHIM" real/link
	shim runtime --runtime "$folder/real/link" -- state x
	expect_refused 'itself by a link' 1 'the runtime .* is seccomp-shim itself'
	shim runtime --runtime "$folder/real" -- state x
	expect_refused 'a directory' 1 'the runtime .* is not a regular file'
	cp real/runc real/none && chmod 644 real/none
	shim runtime --runtime "$folder/real/none" -- state x
	expect_refused 'not executable' 1 'the runtime .* cannot be executed'
	printf '#!/nowhere\n' >real/runc
	wrapped -- exec x sh
	expect_refused 'cannot be executed, exec' 255 'cannot execute the runtime .*: it does not exist'
	printf '#!/bin/sh\necho youki\n' >real/youki && chmod 755 real/youki
	shim runtime --runtime "$folder/real/youki" -- state x
	expect_refused 'neither' 1 'it is not known whether the runtime .*/youki has the command line of runc or crun'
	shim runtime --runtime "$folder/real/youki" --runtime-kind crun -- state x
	expect 'told' 0 youki ''
	all_held
}

@test "exec in entrypoint mode asks for the bundle, also where SIGCHLD is ignored" {
	printf '#!/bin/sh\n[ "$1" = exec ] || { echo '"'"'{"bundle": "%s"}'"'"'; exit; }\nexit 7\n' "$folder/bundle" >real/runc
	status=0
	python3 -c 'import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])' \
		"$SECCOMP_SHIM" runtime --runtime "$folder/real/runc" --mode entrypoint -- exec x ls >out 2>err || status=$?
	out=$(cat out) err=$(cat err)
	expect 'ignored' 7 '' ''
	all_held
}

@test "the runtime's kind is read from its --version" {
	fake crun
	cp real/crun real/oci
	shim runtime --runtime "$folder/real/oci" --profile audit --libseccomp "$library" -- run -bbundle x
	expect_started 'crun by its word'
	# of a program that hands on to runc it is runc's version that counts
	config '"a":1'
	printf '{"defaultAction":"SCMP_ACT_ALLOW","flags":["SECCOMP_FILTER_FLAG_LOG"]}' >flags.json
	printf '#!/bin/sh\nprintf "Some version 1.14.3\\nspec: 1.1.0\\n\\nrunc version 1.1.5\\nlibseccomp: %s\\n"\n' "$library" >real/hands-on
	chmod 755 real/hands-on
	shim runtime --runtime "$folder/real/hands-on" --runtime-kind runc --profile "$folder/flags.json" -- run -b bundle x
	expect_refused 'of two versions' 1 '.*runc 1.1.5 refuses flags'
	all_held
}

@test "called as seccomp-shim-runtime the program hands all words to the runtime" {
	ln -s "$SECCOMP_SHIM" seccomp-shim-runtime
	[ ! -e /etc/seccomp-shim/runtime.json ] || skip 'this machine has a policy'
	status=0
	./seccomp-shim-runtime --policy x state y >out 2>err || status=$?
	out=$(cat out) err=$(cat err)
	expect 'no policy' 1 '' '^seccomp-shim: /etc/seccomp-shim/runtime.json: it does not exist'
	all_held
}

@test "options win over the policy, and a wrong policy is refused with its place" {
	printf '{"profile":"default","runtime":"/nowhere","accept":["width"]}' >policy.json
	# shellcheck disable=SC2086
	wrapped --policy policy.json --profile audit $ACCEPT -- run -b bundle x
	expect_started 'options win'
	has 'options win' 'seccomp["defaultAction"] == "SCMP_ACT_LOG"'
	wrapped --policy nowhere.json -- state x
	expect_refused 'missing' 1 'nowhere.json: it does not exist'
	printf '{"profil":"default"}' >policy.json
	wrapped --policy policy.json -- state x
	expect_refused 'unknown key' 1 'policy.json:1:2: .*did you mean profile\?'
	printf '{"shape":"round",\n"mode":1,\n"move":2}' >policy.json
	wrapped --policy policy.json --ignore-unknown -- state x
	expect_refused 'two more' 1 'policy.json:1:2: .*shape in the policy \(remove it; seccomp-shim-runtime.json.5. lists the keys\); 2 more errors, the next at policy.json:2:8$'
	for key in profile sandbox require; do
		for profile in ./p.json plain -; do
			printf '{"%s":"%s"}' $key "$profile" >policy.json
			wrapped --policy policy.json -- state x
			expect_refused "relative $key $profile" 1 "policy.json:1:.*: $key is a relative path"
		done
	done
	wrapped --mode fast -- state x
	expect_refused 'mode' 1 '--mode: unknown word "fast" \(expected delegate or entrypoint\)'
	wrapped --accept everything -- state x
	expect_refused 'accept' 1 '--accept: unknown word "everything"'
	wrapped --frobnicate -- state x
	expect_refused 'option' 1 'runtime: unknown option --frobnicate'
	if is_root; then
		printf '{}' >policy.json
		chmod 664 policy.json
		wrapped --policy policy.json -- state x
		expect_refused 'group' 1 'policy.json: is writable by others than its owner'
	fi
	if is_machine_root; then
		chmod 644 policy.json
		chown 12345 policy.json
		wrapped --policy policy.json -- state x
		expect_refused 'owner' 1 'policy.json: belongs to uid 12345'
	fi
	all_held
}

@test "the log has runc's form, text or JSON" {
	wrapped --require default -- --log log.json --log-format json create -b bundle x
	expect_stopped 'json' ''
	python3 - "$err" <<-'END' || row_failed 'json' 'the log is not the line'
		import datetime, json, sys
		entry = json.load(open('log.json'))
		assert sorted(entry) == ['level', 'msg', 'time'] and entry['level'] == 'error' and entry['msg'] == sys.argv[1], entry
		datetime.datetime.strptime(entry['time'], '%Y-%m-%dT%H:%M:%SZ')
	END
	wrapped --require default -- --log=log.json --log-format=json create -b nowhere x
	[ "$(wc -l <log.json)" = 2 ] || row_failed 'json, again' 'not two lines'
	wrapped --require default -- --log log.txt create -b bundle x
	grep -qE '^time="[0-9T:Z-]+" level=error msg="seccomp-shim: bundle/config.json:1:1: ' log.txt || row_failed 'text' "$(cat log.txt)"
	wrapped --require default -- --log /nowhere/log create -b bundle x
	expect_stopped 'no log' '.*laxer'
	shim runtime --policy /nowhere -- --log early --log-format json create -b bundle x
	grep -q '"level":"error"' early || row_failed 'policy missing' 'no log'
	if grep -iE 'no such file|permission denied|not permitted' early log.json; then row_failed 'wording' 'podman would guess'; fi
	all_held
}

@test "a bundle that cannot be written and a file that is too large are refused" {
	local user=()
	is_machine_root && user=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --)
	chmod 755 real bundle
	chmod 644 bundle/config.json
	chmod 555 bundle
	if [ ${#user[@]} -gt 0 ] || ! is_root; then
		status=0
		"${user[@]}" "$SECCOMP_SHIM" runtime --runtime "$folder/real/runc" --profile audit -- run -b bundle x >out 2>err || status=$?
		out=$(cat out) err=$(cat err)
		cp err "$BATS_TEST_TMPDIR/err"
		expect_refused 'read-only' 1 'bundle/config.json: cannot keep the original beside it: '
	fi
	chmod 755 bundle
	status=0
	# shellcheck disable=SC2086
	(ulimit -f 20 && exec "$SECCOMP_SHIM" runtime --runtime "$folder/real/runc" --profile default $ACCEPT -- run -b bundle x) >out 2>err || status=$?
	out=$(cat out) err=$(cat err)
	cp err "$BATS_TEST_TMPDIR/err"
	expect_refused 'ulimit -f' 1 'bundle/config.json: cannot write: File too large'
	same_bytes 'ulimit -f' before.json bundle/config.json
	[ -z "$(find . -name '.seccomp-shim*')" ] || row_failed 'ulimit -f' 'a temporary file is left'
	all_held
}

@test "200 calls at once, of one bundle and of many, all work" {
	local i pids=()
	for ((i = 0; i < 40; i++)); do
		mkdir "b$i"
		cp -p bundle/config.json "b$i/"
	done
	for ((i = 0; i < 200; i++)); do
		# shellcheck disable=SC2086
		"$SECCOMP_SHIM" runtime --runtime "$folder/real/runc" --profile default $ACCEPT -- \
			create -b "$([ $((i % 2)) = 0 ] && echo bundle || echo "b$((i % 40))")" "x$i" >/dev/null 2>>said &
		pids+=($!)
		[ $((i % 50)) != 49 ] || { for pid in "${pids[@]}"; do status=0; wait "$pid" || status=$?; [ "$status" = 7 ] || row_failed "$pid" "$status"; done; pids=(); }
	done
	[ ! -s said ] || row_failed 'said' "$(sort said | uniq -c)"
	for i in bundle b1 b39; do
		same_bytes "$i" bundle/config.json "$i/config.json"
		same_bytes "$i, original" before.json "$i/config.json.orig"
	done
	[ -z "$(find . -name '.seccomp-shim*')" ] || row_failed 'rest' 'a temporary file is left'
	all_held
}

@test "a wrapper that is killed at any moment leaves the old or the new config.json" {
	local i calls
	# shellcheck disable=SC2086
	wrapped --profile default $ACCEPT -- run -b bundle x
	cp bundle/config.json new.json
	for i in {1..40}; do
		config '"runc": "x"'
		# shellcheck disable=SC2086
		timeout -s KILL "0.0$(printf %02d "$i")" "$SECCOMP_SHIM" runtime --runtime "$folder/real/runc" --profile default $ACCEPT -- run -b bundle x >/dev/null 2>&1 || true
		cmp -s bundle/config.json before.json || cmp -s bundle/config.json new.json || row_failed "after $i ms" 'torn'
	done
	command -v strace >/dev/null || skip 'no strace'
	for calls in openat:1 linkat:1 linkat:2 renameat:1 renameat:2 fsync:1 fchmod:1 write:1 fsync:2; do
		config '"runc": "x"'
		# shellcheck disable=SC2086
		strace -f -qq -o /dev/null -e inject="${calls%:*}:signal=KILL:when=${calls#*:}" "$SECCOMP_SHIM" runtime --runtime "$folder/real/runc" --profile default $ACCEPT -- run -b bundle x >/dev/null 2>&1 || true
		cmp -s bundle/config.json before.json || cmp -s bundle/config.json new.json || row_failed "at $calls" 'torn'
		rm -f bundle/.seccomp-shim*
	done
	all_held
}
