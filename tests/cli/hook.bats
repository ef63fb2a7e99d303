#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# hook: what it says of itself, the moment at which gate is called, what it reads, and every file that install prints or
# writes. What the engines make of it is shown by tests/engines/hooks.bats.

load lib

setup() {
	cd "$BATS_TEST_TMPDIR"
	POLICY=$BATS_TEST_TMPDIR/policy.json
	BUNDLE=$BATS_TEST_TMPDIR/bundle
	mkdir bundle
	policy '{}'
	configure ''
}

teardown() {
	[ -z "${folder:-}" ] || rm -rf "$folder"
	[ -z "${sleeper:-}" ] || kill "$sleeper"
}

policy() {
	printf '%s\n' "$1" >"$POLICY"
}

ALLOW='{"defaultAction":"SCMP_ACT_ALLOW"}'
# deny NAME...: a section that denies these and allows the rest, on every architecture that x86-64 has.
deny() {
	local IFS=,
	printf '{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X86","SCMP_ARCH_X32"],
"syscalls":[{"names":[%s],"action":"SCMP_ACT_ERRNO"}]}' "$(printf '"%s",' "$@" | sed 's/,$//')"
}

# configure SECTION: the bundle's config.json; '' for none.
configure() {
	printf '{"ociVersion":"1.0.2",\t"process":{"cwd":"/","args":["true"]},\n "linux":{"x":1.50%s}, "y":[ ]}\n' \
		"${1:+,\"seccomp\":$1}" >bundle/config.json
}

NO_PROCESS=4194304 # the kernel's numbers end before it

# state STATUS PID [BUNDLE]: what a runtime writes.
state() {
	printf '{"ociVersion":"1.0.2","id":"box","status":"%s","pid":%s,"bundle":"%s"}' "$1" "$2" "${3:-$BUNDLE}"
}

# gate STATE OPTION...
gate() {
	shim hook gate --policy "$POLICY" --as strict "${@:2}" <<<"$1"
}

# gate_refused ROW STATUS LINE: of the last gate.
gate_refused() {
	expect_refused "$1" "$2" "$3"
}

PARTS='precreate gate install'

@test "hook without a part prints help, and refuses unknown words" {
	local part
	shim hook
	expect_refused 'no command' 2 'hook: no command \(precreate, gate or install: '
	shim hook gat
	expect_refused 'unknown' 2 'hook: unknown command "gat" \(precreate, gate or install: '
	shim hook $'\e[2J'
	expect_refused 'hostile' 2 'hook: unknown command "\\x1b\[2J"'
	shim hook --gate
	expect_refused 'option' 2 'hook: unknown option "--gate"'
	shim hook --help
	expect 'help' 0 $'^Usage: seccomp-shim hook COMMAND .*\n  precreate .*\n  gate .*\n  install ' ''
	for part in $PARTS; do
		shim hook "$part" --help
		expect "$part" 0 "^Usage: seccomp-shim hook $part " ''
		[ "$(wc -L <out)" -le 80 ] || row_failed "$part" 'wider than 80'
		shim hook "$part" --polcy x
		expect_refused "$part: nearest" 2 "hook $part: unknown option --polcy \(did you mean --policy\?\)"
		shim hook "$part" --policy
		expect_refused "$part: no value" 2 "hook $part: option --policy needs a value"
		shim hook "$part" --policy x --policy x
		expect_refused "$part: twice" 2 "hook $part: option --policy is given twice"
		shim hook "$part" word
		expect_refused "$part: operand" 2 "hook $part: unexpected argument \"word\""
	done
	all_held
}

# The options of a part's help, and of its part of the man page; those of runtime are described there.
@test "the man page names every option of every part, and no other" {
	local part
	for part in $PARTS; do
		"$SECCOMP_SHIM" hook "$part" --help | sed -nE 's/^  (    |-., )--([a-z-]+).*/\2/p' | sort >help
		if [ "$part" != install ]; then
			"$SECCOMP_SHIM" runtime --help | sed -nE 's/^      --([a-z-]+).*/\1/p' | sort >runtime
			[ -z "$(comm -13 help runtime)" ] # all of them are taken
			comm -23 help runtime >own
			mv own help
		fi
		awk -v part="$part" '
			/^\.S[hs] / { inside = $1 == ".Ss" && $2 == part }
			inside && /^\.It Fl / { name = $0; sub(/.*\\-/, "", name); sub(/ .*/, "", name); print name }' \
			"$TREE/shim/man/seccomp-shim-hook.1" | sort >man
		[ -s help ]
		diff help man
	done
}

# ---- gate

@test "gate passes in createRuntime, with the state of runc and of crun, and by hand" {
	sleep 60 &
	sleeper=$!
	gate "$(state creating $sleeper)"
	expect 'runc' 0 '' ''
	gate "$(state created $sleeper)"
	expect 'crun' 0 '' ''
	gate '{"ociVersion":"1.0","id":"box","pid":'$sleeper',"root":"/x","bundle":"'"$BUNDLE"'","status":"created","owner":""}'
	expect 'further keys' 0 '' ''
	gate '{"id":"box","bundle":"'"$BUNDLE"'","status":"creating","annotations":{"a":"b"}}'
	expect 'without pid' 0 '' ''
	gate "$(state creating 2147483646)"
	expect 'a pid that is not to be seen' 0 '' ''
	status=0 out='' err=''
	(cd / && state creating $sleeper | env -i "$SECCOMP_SHIM" hook gate --policy "$POLICY" --as runc) || status=$?
	expect 'empty environment' 0 '' ''
	all_held
}

@test "gate refuses to be any other hook, and says why" {
	local after='\(make it a createRuntime hook\)$'
	gate "$(state starting 0 /)"
	gate_refused 'crun startContainer' 1 "state:1:.*as a startContainer hook of container box: .* $after"
	gate "$(state created $NO_PROCESS /)"
	gate_refused 'its bundle' 1 "state:1:.*as a startContainer hook of container box: its bundle is / .*$after"
	gate "$(state created 0)"
	gate_refused 'crun createContainer' 1 "state:1:.*as a createContainer hook of container box: it has no pid .*$after"
	gate "$(state creating 1)"
	gate_refused 'runc createContainer' 1 "state:1:.*as a createContainer hook .* process namespace $after"
	gate "$(state created 1)"
	gate_refused 'runc startContainer' 1 "state:1:.*as a startContainer hook .* process namespace $after"
	gate "$(state running $NO_PROCESS)"
	gate_refused 'poststart' 1 "state:1:.*as a poststart hook of container box: .* is already running $after"
	gate "$(state stopped 0)"
	gate_refused 'poststop' 1 "state:1:.*as a poststop hook of container box: .* has ended already $after"
	gate "$(state paused $NO_PROCESS)"
	gate_refused 'unknown word' 1 'state:1:.*unexpected status "paused" '
	gate "$(state running $NO_PROCESS | sed 's/box/b\\u001b[2J\\nx/')"
	gate_refused 'hostile id' 1 'state:1:.*hook of container b\\x1b\[2J\\nx: '
	all_held
}

# under COMMAND...: the gate's answer where the command has put it; the state on standard input.
under() {
	status=0
	"$@" "$SECCOMP_SHIM" hook gate --policy "$POLICY" --as strict >out 2>err || status=$?
	out=$(cat out) err=$(cat err)
}

@test "gate refuses to run inside a container's namespaces or under its filter" {
	sleep 60 &
	sleeper=$!
	under "$SECCOMP_SHIM" run --quiet -p audit -- < <(state created $sleeper)
	gate_refused 'a filter' 1 'state:1:.*as a startContainer hook of container box: it runs under a filter '
	under "$SECCOMP_SHIM" run --quiet -p audit -- < <(state creating $sleeper)
	expect 'a filter, before the container has one' 0 '' ''
	if ! is_root; then # namespaces need it
		all_held
		return
	fi
	under unshare --pid --fork -- < <(state creating $sleeper)
	gate_refused 'process namespace' 1 'state:1:.*as a createContainer hook .* process namespace '
	# The container's first process is the inner shell, in a mount namespace that is not process 1's.
	local inner=(unshare --pid --fork --mount-proc bash -c 'unshare --mount bash -c '\''sed "s/PID/$$/" | ("$@")'\'' bash "$@"; exit' bash)
	under "${inner[@]}" < <(state creating PID)
	gate_refused 'mount namespace' 1 'state:1:.*as a createContainer hook .* mount namespace '
	under "${inner[@]}" < <(state created PID)
	gate_refused 'mount namespace, started' 1 'state:1:.*as a startContainer hook .* mount namespace '
	under unshare --mount -- < <(state creating $sleeper)
	expect 'a mount namespace of its own' 0 '' ''
	all_held
}

@test "gate refuses what is not a container's state" {
	gate ''
	gate_refused 'nothing' 2 'state:2:1: the text is only white space '
	gate '{'
	gate_refused 'no JSON' 2 'state:2:1: the text ends '
	gate '{"id":"box","id":"box"}'
	gate_refused 'twice' 2 'state:1:13: '
	gate '{"id":"box"}'
	gate_refused 'no bundle' 2 'state:1:1: the container.s state has no status '
	gate "$(state creating $NO_PROCESS relative)"
	gate_refused 'relative' 2 'state:1:.*bundle "relative" is relative '
	gate "$(cat bundle/config.json)"
	gate_refused 'config.json' 2 'state:1:1: this is a config.json, not a container.s state \(use it as a hook of stage createRuntime'
	gate "$(state creating -1)"
	gate_refused 'pid' 2 'state:1:'
	head -c 17000000 /dev/zero | tr '\0' ' ' >large
	shim hook gate --policy "$POLICY" <large
	gate_refused 'too long' 2 'state: is 17000000 bytes long \(at most 16 MiB\)$'
	shim hook gate --policy "$POLICY" < <(cat large)
	gate_refused 'too long, from a pipe' 2 'state: is longer than 16 MiB '
	all_held
}

@test "gate refuses what is not a bundle" {
	rm bundle/config.json
	gate "$(state creating $NO_PROCESS)"
	gate_refused 'no file' 2 ".*/bundle/config.json: No such file or directory"
	gate "$(state creating $NO_PROCESS "$BUNDLE/none")"
	gate_refused 'no bundle' 2 ".*/none/config.json: cannot open the bundle .*/none: No such file or directory "
	gate "$(state creating $NO_PROCESS '/\u001b[2J\nx')"
	gate_refused 'hostile name' 2 '/.x1b\[2J.nx/config.json: cannot open the bundle '
	gate "$(state creating $NO_PROCESS "$POLICY")"
	gate_refused 'a file as bundle' 2 ".*cannot open the bundle .*: Not a directory "
	mkfifo bundle/config.json
	gate "$(state creating $NO_PROCESS)"
	gate_refused '119: FIFO' 2 '.*config.json: is a FIFO '
	rm bundle/config.json
	if is_machine_root && mknod bundle/config.json c 1 5; then
		gate "$(state creating $NO_PROCESS)"
		gate_refused '120: device' 2 '.*config.json: is a device '
		rm bundle/config.json
	fi
	mkdir bundle/config.json
	gate "$(state creating $NO_PROCESS)"
	gate_refused '121: directory' 2 '.*config.json: is a directory '
	rmdir bundle/config.json
	ln -s "$POLICY" bundle/config.json
	gate "$(state creating $NO_PROCESS)"
	gate_refused '122: link out of the bundle' 2 '.*config.json: the path has a symbolic link '
	ln -sf /proc/self/root"$POLICY" bundle/config.json
	gate "$(state creating $NO_PROCESS)"
	gate_refused '123: magic link' 2 '.*config.json: the path has a symbolic link '
	rm bundle/config.json
	configure ''
	mv bundle/config.json bundle/real.json
	ln -s real.json bundle/config.json
	gate "$(state creating $NO_PROCESS)"
	gate_refused 'link in the bundle' 2 '.*config.json: the path has a symbolic link '
	rm bundle/config.json
	truncate -s 17M bundle/config.json
	gate "$(state creating $NO_PROCESS)"
	gate_refused 'too large' 2 '.*config.json: is 17825792 bytes long \(at most 16 MiB\)$'
	rm bundle/config.json
	configure ''
	chmod 666 bundle/config.json
	gate "$(state creating $NO_PROCESS)"
	if is_root; then
		gate_refused '127: writable' 2 '.*config.json: is writable by everybody'
	else
		expect '127: writable' 0 '' ''
	fi
	rm bundle/config.json
	echo '{}' >bundle/config.json
	gate "$(state creating $NO_PROCESS)"
	gate_refused 'no config' 2 '.*config.json:1:1: is not a config.json '
	echo '{"ociVersion":"1","linux":{"seccomp":null,"seccomp":{}}}' >bundle/config.json
	gate "$(state creating $NO_PROCESS)"
	gate_refused 'two sections' 2 '.*config.json:1:43: '
	echo '{"ociVersion":"1","linux":{"Seccomp":{}}}' >bundle/config.json
	gate "$(state creating $NO_PROCESS)"
	gate_refused 'read otherwise by runc' 1 '.*config.json:1:28: '
	all_held
}

# 126: the bundle is another folder each time it is looked at; what is read is one of the two files, whole.
@test "gate is not misled by a bundle that is swapped while it is read" {
	local _ answers
	mkdir other
	policy "{\"require\":\"$BATS_TEST_TMPDIR/never\"}"
	deny init_module >never
	configure "$(deny init_module)"
	mv bundle/config.json other/
	configure "$ALLOW"
	mv bundle one && mv other two && ln -s one bundle
	while ln -sfn two next && mv -T next bundle && ln -sfn one next && mv -T next bundle; do :; done 2>/dev/null 3>&- &
	sleeper=$!
	answers=$(for _ in {1..200}; do
		gate "$(state creating 2147483646)"
		echo "$status"
	done | sort -u | tr '\n' ' ')
	kill "$sleeper" && wait "$sleeper" || true
	sleeper=''
	same_text 'statuses' '0 1 ' "$answers"
	all_held
}
same_text() {
	[ "$2" = "$3" ] || row_failed "$1" "not $2 but $3"
}

# config.json as the wrapper leaves it to the real runtime.
entrypoint() {
	mkdir -p bundle/rootfs
	printf '{"ociVersion":"1.0.2","process":{"cwd":"/","args":["true"],"noNewPrivileges":true,"user":{"uid":0,"gid":0}},"root":{"path":"rootfs"},
"mounts":[{"destination":"/dev","type":"tmpfs","source":"tmpfs"}],"linux":{"namespaces":[{"type":"pid"}]}}' >bundle/config.json
	"$SECCOMP_SHIM" runtime --policy="$1" --runtime=/bin/true --runtime-kind=runc -- create --bundle bundle x
}

@test "gate refuses what the policy refuses" {
	deny init_module kexec_load >never
	policy "{\"require\":\"$BATS_TEST_TMPDIR/never\"}"
	gate "$(state creating 2147483646)"
	gate_refused 'unconfined' 1 '.*config.json:1:1: a container without a seccomp profile is laxer than the policy requires with .*/never: '
	configure "$ALLOW"
	gate "$(state creating 2147483646)"
	gate_refused 'laxer' 1 '.*the container.s profile is laxer than the policy requires with .*'
	configure "$(deny init_module kexec_load chmod)"
	gate "$(state creating 2147483646)"
	expect 'stricter' 0 '' ''
	configure "$(deny kexec_load)"
	gate "$(state creating 2147483646)"
	gate_refused 'one call' 1 '.*init_module'
	configure "$(deny init_module kexec_load)"
	sed -i 's/"linux"/"annotations":{"run.oci.seccomp_bpf_data":"AAAA"},"linux"/' bundle/config.json
	gate "$(state creating 2147483646)"
	gate_refused 'annotation of crun' 1 '.*config.json:2:.*run.oci.seccomp_bpf_data would replace the filter'
	# what the policy would have to change, a gate cannot
	policy '{"profile":"default"}'
	configure ''
	gate "$(state creating 2147483646)"
	gate_refused 'no section' 1 '.*config.json:1:1: the container has no linux.seccomp, but the policy gives it one '
	configure "$ALLOW"
	gate "$(state creating 2147483646)"
	expect 'a section of its own' 0 '' ''
	policy '{"profile":"default","override":true}'
	gate "$(state creating 2147483646)"
	gate_refused 'override' 1 '.*config.json:2:.* linux.seccomp \(B\) is laxer than the profile of the policy \(A\): x86_64 '
	configure "$("$SECCOMP_SHIM" compile -f oci --caps none default)"
	gate "$(state creating 2147483646)"
	expect 'overridden' 0 '' ''
	policy '{"deny":["chmod"]}'
	configure "$ALLOW"
	gate "$(state creating 2147483646)"
	gate_refused 'deny' 1 '.*laxer than the profile of the policy \(A\): x86_64 chmod: '
	configure "$(deny chmod)"
	gate "$(state creating 2147483646)"
	expect 'denied' 0 '' ''
	policy '{"mode":"entrypoint","profile":"default"}'
	configure ''
	gate "$(state creating 2147483646)"
	gate_refused 'entrypoint' 1 '.*entrypoint, but the container does not start with the entry program '
	entrypoint "$POLICY"
	gate "$(state creating 2147483646)"
	expect 'entrypoint, made ready' 0 '' ''
	sed -i "s#$BUNDLE/seccomp-shim.filter#/tmp/seccomp-shim.filter#" bundle/config.json
	gate "$(state creating 2147483646)"
	gate_refused 'a filter from elsewhere' 1 '.*does not start with the entry program and the filter of this bundle '
	all_held
}

@test "gate reports a missing, a wrong and no policy" {
	rm "$POLICY"
	gate "$(state creating $NO_PROCESS)"
	gate_refused 'missing' 2 '.*policy.json: No such file '
	policy '{"requires":"x"}'
	gate "$(state creating $NO_PROCESS)"
	gate_refused 'unknown key' 2 '.*policy.json:1:2: .*did you mean require'
	policy '{"require":"/none"}'
	gate "$(state creating $NO_PROCESS)"
	gate_refused 'its profile' 2 '.*/none'
	shim hook precreate --policy "$POLICY" <bundle/config.json
	expect_refused 'precreate, its profile' 2 '.*/none'
	all_held
}

@test "options replace a policy, and win over one" {
	deny init_module >never
	configure "$ALLOW"
	shim hook gate --as strict --require "$BATS_TEST_TMPDIR/never" <<<"$(state creating 2147483646)"
	expect_refused 'require' 1 '.*laxer than the policy requires with .*/never: '
	policy '{"profile":"unconfined"}'
	configure ''
	precreate --profile default
	cp out changed.json
	shim diff --quiet --caps none changed.json default
	expect 'profile, over the file' 0 '' ''
	if [ ! -e /etc/seccomp-shim/runtime.json ]; then
		shim hook precreate --profile default <bundle/config.json
		cmp out changed.json
		shim hook precreate <bundle/config.json
		expect_refused 'neither' 2 '/etc/seccomp-shim/runtime.json: No such file'
	fi
	shim hook gate --mode both <<<"$(state creating 2147483646)"
	expect_refused 'wrong word' 2 '--mode: unknown word "both" \(expected delegate or entrypoint\)$'
	all_held
}

@test "--as selects whose interpretation of the profile counts" {
	policy '{}'
	shim hook gate --policy "$POLICY" --as podman <<<"$(state creating $NO_PROCESS)"
	expect_refused 'unknown' 2 '.*podman'
	shim hook gate --policy "$POLICY" --as runc@2.5.4 <<<"$(state creating 2147483646)"
	expect 'runc' 0 '' ''
	# a name that libseccomp 2.5.4 does not know is dropped by runc, so that what is required is not enforced
	deny setxattrat >never
	policy "{\"require\":\"$BATS_TEST_TMPDIR/never\"}"
	configure "$(deny setxattrat)"
	shim hook gate --policy "$POLICY" --as strict <<<"$(state creating 2147483646)"
	expect 'strict' 0 '' ''
	shim hook gate --policy "$POLICY" --as runc@2.5.4 <<<"$(state creating 2147483646)"
	expect_refused 'runc@2.5.4' 1 '.*setxattrat'
	# so are bits that libseccomp compares and the kernel does not: in the section as the container has it
	printf '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["ioctl"],"action":"SCMP_ACT_ERRNO",
"args":[{"index":1,"op":"SCMP_CMP_EQ","value":21522}]}]}' >ioctl
	configure "$(cat ioctl)"
	policy "{\"profile\":\"$BATS_TEST_TMPDIR/ioctl\",\"override\":true,\"accept\":[\"enosys\"]}"
	shim hook gate --policy "$POLICY" --as strict <<<"$(state creating 2147483646)"
	expect 'width, strict' 0 '' ''
	shim hook gate --policy "$POLICY" --as runc@2.5.4 <<<"$(state creating 2147483646)"
	expect_refused 'width, runc@2.5.4' 1 '.*is laxer than the profile of the policy .*ioctl.*, or set "accept": \["width"\]\)'
	shim hook gate --policy "$POLICY" --as runc@2.5.4 --accept enosys --accept width <<<"$(state creating 2147483646)"
	expect 'width, accepted' 0 '' ''
	shim hook precreate --policy "$POLICY" --as runc@2.5.4 <bundle/config.json
	printf '%s\n' "$out" >bundle/config.json
	shim hook gate --policy "$POLICY" --as runc@2.5.4 <<<"$(state creating 2147483646)"
	expect 'width, written by precreate' 0 '' ''
	all_held
}

# ---- precreate

# precreate OPTION...: of the bundle's config.json; what came out is in the file `out`.
precreate() {
	shim hook precreate --policy "$POLICY" "$@" <bundle/config.json
}

@test "precreate changes only what the policy asks for, byte for byte" {
	local section
	configure "$ALLOW"
	precreate
	expect 'no policy' 0 . ''
	cmp bundle/config.json out
	policy '{"deny":["chmod"]}'
	precreate
	expect 'deny' 0 . ''
	section=$(python3 -c 'import json, sys; text = open("out").read(); one = text.index("\"seccomp\":") + 10
print(text[one:one + json.JSONDecoder().raw_decode(text[one:])[1]], end="")')
	# around the section the bytes are the same
	[ "$(cat out; echo x)" = "$(python3 -c 'import sys
text = open("bundle/config.json").read()
print(text.replace(sys.argv[1], sys.argv[2]), end="x\n")' "$ALLOW" "$section")" ] || row_failed 'deny' 'other bytes'
	cp out bundle/config.json
	printf '%s' '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["chmod"],"action":"SCMP_ACT_ERRNO"}]}' >wanted.json
	shim diff --quiet --caps none bundle/config.json wanted.json
	expect 'deny, as decided' 0 '' ''
	precreate
	expect 'again' 0 . ''
	cmp bundle/config.json out
	status=0 out='' err=''
	(cd / && env -i "$SECCOMP_SHIM" hook precreate --policy "$POLICY" <"$BUNDLE/config.json" >"$BATS_TEST_TMPDIR/out2") ||
		status=$?
	expect 'empty environment' 0 '' ''
	cmp out out2
	all_held
}

@test "precreate decides as the policy says: default, override, deny" {
	policy '{"profile":"default"}'
	configure ''
	precreate
	expect 'default' 0 . ''
	cp out changed.json
	shim diff --quiet --caps none changed.json default
	expect 'default, as decided' 0 '' ''
	policy '{"profile":"default","override":true}'
	configure "$ALLOW"
	precreate
	cp out changed.json
	shim diff --quiet --caps none changed.json default
	expect 'override' 0 '' ''
	policy '{"profile":"default","deny":["getcwd"]}'
	configure ''
	precreate
	cp out changed.json
	shim diff --quiet --caps none --arch x86_64 changed.json default
	expect 'deny' 1 'x86_64 getcwd: A ERRNO\(EPERM\), B ALLOW;' ''
	all_held
}

@test "precreate refuses with one line, a status and nothing on standard output" {
	deny init_module >never
	policy "{\"require\":\"$BATS_TEST_TMPDIR/never\"}"
	precreate
	expect_refused 'unconfined' 1 'config.json:1:1: a container without a seccomp profile is laxer '
	configure '{"defaultAction":"SCMP_ACT_ALLOW","syscals":[]}'
	precreate
	expect_refused 'misspelt' 1 'config.json:2:.*did you mean syscalls'
	policy '{"mode":"entrypoint","profile":"default"}'
	configure ''
	precreate
	expect_refused 'entrypoint' 1 ".*mode is entrypoint, which needs the runtime wrapper "
	policy '{}'
	echo '{' >bundle/config.json
	precreate
	expect_refused 'no JSON' 2 'config.json:2:1: the text ends '
	: >bundle/config.json
	precreate
	expect_refused 'nothing' 2 'config.json:1:1: the text is empty '
	state creating $NO_PROCESS >bundle/config.json
	precreate
	expect_refused 'a state' 2 'config.json:1:1: .*'
	configure ''
	status=0 out=''
	err=$("$SECCOMP_SHIM" hook precreate --policy "$POLICY" <bundle/config.json 2>&1 >/dev/full) || status=$?
	expect 'full disk' 2 '' 'seccomp-shim: cannot write to standard output: No space left on device '
	all_held
}

@test "--log gets one line for each refusal" {
	deny init_module >never
	policy "{\"require\":\"$BATS_TEST_TMPDIR/never\"}"
	gate "$(state creating 2147483646)" --log log
	gate_refused 'gate' 1 '.*laxer'
	precreate --log log
	expect_refused 'precreate' 1 '.*laxer'
	[ "$(grep -cE '^[0-9-]{10}T[0-9:]{8}Z seccomp-shim hook (gate|precreate)\[[0-9]+\]: .*laxer than' log)" = 2 ] ||
		row_failed 'log' "$(cat log)"
	[ "$(stat -c %a log)" = 600 ] || row_failed 'log' "mode $(stat -c %a log)"
	gate "$(state running $NO_PROCESS)" --log log
	[ "$(wc -l <log)" = 3 ] || row_failed 'log' "$(cat log)"
	policy '{}'
	gate "$(state creating 2147483646)" --log log
	expect 'passed' 0 '' ''
	[ "$(wc -l <log)" = 3 ] || row_failed 'passed' "$(cat log)"
	gate "$(state creating $NO_PROCESS)" --log none/log
	gate_refused 'no folder' 2 'none/log: cannot open: No such file or directory \(create the folder\)$'
	ln -s log link
	gate "$(state creating $NO_PROCESS)" --log link
	gate_refused 'a link' 2 'link: cannot open: Too many levels of symbolic links '
	all_held
}

# ---- install

# An empty system with the program in it.
new_root() {
	folder=$(open_folder)
	mkdir -p "$folder/usr/bin" "$folder/etc/seccomp-shim"
	install -m 755 "$SECCOMP_SHIM" "$folder/usr/bin/seccomp-shim"
	ln -s seccomp-shim "$folder/usr/bin/seccomp-shim-runtime"
	echo '{}' >"$folder/etc/seccomp-shim/runtime.json"
}

# install_for ENGINE OPTION...
install_for() {
	shim hook install --engine "$1" --program /usr/bin/seccomp-shim --root "$folder" "${@:2}"
}

@test "install reports engines and programs that are not there" {
	new_root
	shim hook install
	expect_refused 'no engine' 2 'hook install: no engine given \(give --engine podman, crio, docker or containerd\)$'
	install_for podmann
	expect_refused 'unknown' 2 'unknown engine "podmann" \(did you mean podman\?\)$'
	install_for lxc
	expect_refused 'unknown' 2 'unknown engine "lxc" \(podman, crio, docker or containerd\)$'
	shim hook install --engine docker --root "$folder"
	expect_refused 'not installed' 2 'the program /.*/seccomp-shim: No such file or directory \(run make install, or give its path with --program\)'
	shim hook install --engine docker --root "$folder" --program usr/bin/seccomp-shim
	expect_refused 'relative' 2 '--program: not a valid path: "usr/bin/seccomp-shim" \(give an absolute path '
	shim hook install --engine docker --root "$folder" --program $'/usr/bin/"x'
	expect_refused 'quotes' 2 '--program: not a valid path: "/usr/bin/.*\(give an absolute path without quotes'
	shim hook install --engine podman --root "$folder" --program /usr/bin/seccomp-shim --log $'/a\nb'
	expect_refused 'log' 2 '--log: not a valid path: "/a\\nb" \(give an absolute path'
	shim hook install --engine docker --root "$folder" --program /usr/bin
	expect_refused 'a folder' 2 'the program /usr/bin: not a file '
	chmod 644 "$folder/usr/bin/seccomp-shim"
	install_for docker
	expect_refused 'mode' 2 'the program /usr/bin/seccomp-shim: not executable '
	chmod 777 "$folder/usr/bin/seccomp-shim"
	install_for docker
	expect_refused 'writable' 2 'the program /usr/bin/seccomp-shim: writable by everybody '
	chmod 755 "$folder/usr/bin/seccomp-shim"
	rm "$folder/usr/bin/seccomp-shim-runtime"
	install_for docker
	expect 'no wrapper' 0 . 'warning: the wrapper /usr/bin/seccomp-shim-runtime: No such file'
	all_held
}

HOOK_MISSING='warning: podman and CRI-O silently skip a hook whose program is missing: /usr/bin/seccomp-shim '

@test "install prints snippets that are valid in their format" {
	new_root
	install_for docker
	expect 'docker' 0 . 'note: add it to /etc/docker/daemon.json '
	python3 -c 'import json
assert json.load(open("out")) == {"runtimes": {"seccomp-shim": {"path": "/usr/bin/seccomp-shim-runtime"}}}'
	install_for podman --log /var/log/shim.log --policy /etc/other.json
	expect 'podman' 0 . "$HOOK_MISSING"
	[[ $err == *'no policy '*'/etc/other.json: without it every container is refused'* ]] || row_failed 'podman' 'no warning'
	python3 - <<-'END'
		import json
		conf, hook = open('out').read().split('# /etc/seccomp-shim/podman-hooks.d/seccomp-shim.json\n')
		assert json.loads(hook) == {
		    'version': '1.0.0',
		    'hook': {'path': '/usr/bin/seccomp-shim',
		             'args': ['seccomp-shim', 'hook', 'precreate', '--policy', '/etc/other.json', '--log', '/var/log/shim.log'],
		             'timeout': 30},
		    'when': {'always': True}, 'stages': ['precreate']}
		assert conf.startswith('# /etc/containers/containers.conf.d/50-seccomp-shim.conf\n[engine]\n')
		assert 'seccomp-shim-runtime = ["/usr/bin/seccomp-shim-runtime"]\n' in conf
		lists = dict(line.split(' = ') for line in conf.splitlines() if ' = ' in line)
		assert json.loads(lists['hooks_dir'])[-1] == '/etc/seccomp-shim/podman-hooks.d'
		for key in 'runtime_supports_json', 'runtime_supports_nocgroup':
		    assert 'seccomp-shim-runtime' in json.loads(lists[key]) and 'crun' in json.loads(lists[key])
	END
	install_for crio --quiet
	expect 'crio' 0 . ''
	python3 - <<-'END'
		import json, yaml
		text = open('out').read()
		conf, rest = text.split('# /etc/containers/oci/hooks.d/seccomp-shim.json\n')
		hook, kind = rest.split('# for the cluster')
		assert json.loads(hook)['stages'] == ['createRuntime'] and json.loads(hook)['hook']['args'][2] == 'gate'
		assert 'precreate' not in text
		assert '[crio.runtime.runtimes.seccomp-shim]\nruntime_path = "/usr/bin/seccomp-shim-runtime"\n' in conf
		assert yaml.safe_load('#' + kind) == {'apiVersion': 'node.k8s.io/v1', 'kind': 'RuntimeClass',
		                                      'metadata': {'name': 'seccomp-shim'}, 'handler': 'seccomp-shim'}
	END
	install_for containerd
	expect 'containerd' 0 \
		'version = 2.*containerd.runtimes.seccomp-shim\].*io.containerd.runc.v2.*BinaryName = "/usr/bin/seccomp-shim-runtime".*handler: seccomp-shim' ''
	[ -z "$(find "$folder/etc" -newer "$folder/etc/seccomp-shim/runtime.json" -type f)" ] || row_failed 'print' 'a file was written'
	all_held
}

@test "install --write replaces files whole, and changes nothing the second time" {
	local engine before
	new_root
	for engine in podman crio docker containerd; do
		install_for "$engine" --write
		expect "$engine" 0 ': written' '.*'
		before=$(find "$folder/etc" -type f -exec stat -c '%n %y' {} + -exec md5sum {} +)
		install_for "$engine" --write --quiet
		expect "$engine again" 0 ': unchanged' ''
		[[ $out != *': written'* ]] || row_failed "$engine again" written
		[ "$before" = "$(find "$folder/etc" -type f -exec stat -c '%n %y' {} + -exec md5sum {} +)" ] ||
			row_failed "$engine again" 'a file has changed'
	done
	(cd "$folder" && find etc -type f | sort | diff - <(printf '%s\n' etc/containerd/config.toml \
		etc/containers/containers.conf.d/50-seccomp-shim.conf etc/containers/oci/hooks.d/seccomp-shim.json \
		etc/crio/crio.conf.d/50-seccomp-shim.conf etc/docker/daemon.json etc/seccomp-shim/podman-hooks.d/seccomp-shim.json \
		etc/seccomp-shim/runtime.json))
	[ "$(find "$folder/etc" -type f ! -perm 644)" = '' ] || row_failed 'modes' "$(find "$folder/etc" -type f -ls)"
	# never where CRI-O reads
	[ -z "$(grep -rl precreate "$folder/etc/containers/oci" "$folder/etc/crio")" ] || row_failed 'crio' 'precreate where CRI-O reads'
	install_for crio --write --quiet
	[ "$(grep -v '^#' <<<"$out" | head -n 1)" = 'apiVersion: node.k8s.io/v1' ] || row_failed 'for kubectl' "$out"
	all_held
}

# conflict ROW ENGINE FILE TEXT LINE: refused with this line, and no file has changed.
conflict() {
	local before
	mkdir -p "$(dirname "$folder$3")"
	printf '%b' "$4" >"$folder$3"
	before=$(find "$folder" -type f -exec md5sum {} + | sort)
	install_for "$2" --write
	expect_refused "$1" 2 "$5"
	[ "$before" = "$(find "$folder" -type f -exec md5sum {} + | sort)" ] || row_failed "$1" 'a file has changed'
	rm "$folder$3"
}

@test "install --write keeps what others have set, or refuses the file" {
	new_root
	conflict 'no JSON' docker /etc/docker/daemon.json '{"debug":true,}' '.*daemon.json:1:14: trailing comma before '
	conflict 'no object' docker /etc/docker/daemon.json '[]' '.*daemon.json:1:1: daemon.json must be an object'
	conflict 'runtimes' docker /etc/docker/daemon.json '{"runtimes":[]}' '.*daemon.json:1:13: runtimes must be an object'
	conflict 'other path' docker /etc/docker/daemon.json '{"runtimes":{"seccomp-shim":{"path":"/x"}}}' \
		'.*daemon.json:1:29: the runtime seccomp-shim already exists with other settings '
	conflict 'arguments' docker /etc/docker/daemon.json \
		'{"runtimes":{"seccomp-shim":{"path":"/usr/bin/seccomp-shim-runtime","runtimeArgs":["-x"]}}}' '.*daemon.json:1:29: '
	conflict 'version 1' containerd /etc/containerd/config.toml '[plugins]\n' '.*config.toml: has version 1 '
	conflict 'runtime' containerd /etc/containerd/config.toml \
		'version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.seccomp-shim]\n' '.*already exists with other settings '
	conflict 'hooks_dir' podman /etc/containers/containers.conf '[engine]\nhooks_dir = ["/x"]\n' \
		'.*containers.conf:2: hooks_dir is already set here, and our file would override it '
	conflict 'json' podman /etc/containers/containers.conf.d/10.conf '[engine]\n\truntime_supports_json=[]\n' \
		'.*/10.conf:2: runtime_supports_json is already set here'
	conflict 'crio' crio /etc/crio/crio.conf '[crio.runtime]\n\n  hooks_dir = [\n' '.*crio.conf:3: hooks_dir is already set here'
	conflict 'own' podman /etc/seccomp-shim/podman-hooks.d/seccomp-shim.json '{"mine":1}' \
		'.*podman-hooks.d/seccomp-shim.json: already exists with other settings '
	conflict 'own' crio /etc/containers/oci/hooks.d/seccomp-shim.json '{}' '.*hooks.d/seccomp-shim.json: already exists with other settings '
	all_held
}

# merge ROW ENGINE FILE BEFORE AFTER
merge() {
	mkdir -p "$(dirname "$folder$3")"
	printf '%b' "$4" >"$folder$3"
	chmod 640 "$folder$3"
	install_for "$2" --write --quiet
	expect "$1" 0 ': written' ''
	[ "$(printf '%b' "$5")" = "$(cat "$folder$3")" ] || row_failed "$1" "$(cat "$folder$3")"
	[ "$(stat -c %a "$folder$3")" = 640 ] || row_failed "$1" 'another mode'
	install_for "$2" --write --quiet
	expect "$1, again" 0 ': unchanged' ''
	rm "$folder$3"
}

@test "install --write keeps the settings of others byte for byte" {
	local path='{"path": "/usr/bin/seccomp-shim-runtime"}' text
	new_root
	merge 'no runtimes' docker /etc/docker/daemon.json '{\n\t"debug": true\n}\n' \
		'{\n\t"debug": true,\n\t"runtimes":{"seccomp-shim": '"$path"'}\n}\n'
	merge 'others' docker /etc/docker/daemon.json '{"runtimes": {"a": {"path": "/a"}}, "x": 1.50}' \
		'{"runtimes": {"a": {"path": "/a"},"seccomp-shim":'"$path"'}, "x": 1.50}'
	merge 'null' docker /etc/docker/daemon.json '{"runtimes": null}' '{"runtimes": {"seccomp-shim": '"$path"'}}'
	merge 'empty' docker /etc/docker/daemon.json '\n' \
		'{\n  "runtimes": {\n    "seccomp-shim": '"$path"'\n  }\n}\n'
	for text in 'version = 2\nroot = "/x"\n' 'version = 2' '# mine\n\nversion = 2 # two\n[plugins]\n'; do
		merge "config.toml: $text" containerd /etc/containerd/config.toml "$text" "$(printf '%b' "${text%\\n}")
$(install_for containerd --quiet && sed -n '/^# .*toml$/,/^# for/p' out | sed '1,2d;/^# for/d')"
	done
	merge 'version 3' containerd /etc/containerd/config.toml 'version=3\n' "version=3
$(install_for containerd --quiet && sed -n '/^# .*toml$/,/^# for/p' out | sed '1,2d;/^# for/d;s/io.containerd.grpc.v1.cri/io.containerd.cri.v1.runtime/')"
	# where others have said the same, our file does not say it again
	mkdir -p "$folder/etc/containers/containers.conf.d"
	echo 'hooks_dir = ["/etc/seccomp-shim/podman-hooks.d"]' >"$folder/etc/containers/containers.conf.d/10.conf"
	install_for podman --write --quiet
	expect 'podman' 0 ': written' ''
	[ -z "$(grep hooks_dir "$folder/etc/containers/containers.conf.d/50-seccomp-shim.conf")" ] || row_failed 'podman' 'hooks_dir twice'
	all_held
}

@test "install --write reports a folder that cannot be written and a full disk" {
	new_root
	if ! is_root; then
		mkdir -p "$folder/etc/docker"
		chmod 555 "$folder/etc/docker"
		install_for docker --write
		expect_refused 'read-only' 2 '.*daemon.json: .*Permission denied '
	fi
	mkdir -p "$folder/etc/containerd"
	echo 'version = 2' >"$folder/etc/containerd/config.toml"
	status=0
	out='' err=$( (ulimit -f 0 && exec "$SECCOMP_SHIM" hook install --engine containerd --program /usr/bin/seccomp-shim \
		--root "$folder" --write) 2>&1 | cat) || status=$?
	[[ $err == *'config.toml: cannot write: File too large '* ]] || row_failed 'limit' "$err"
	[ "$(cat "$folder/etc/containerd/config.toml")" = 'version = 2' ] || row_failed 'limit' 'changed'
	[ "$(ls "$folder/etc/containerd")" = config.toml ] || row_failed 'limit' 'a file is left'
	rm -r "$folder/etc/containerd"
	: >"$folder/etc/containerd"
	install_for containerd --write
	expect_refused 'a file as folder' 2 '.*config.toml: '
	all_held
}
