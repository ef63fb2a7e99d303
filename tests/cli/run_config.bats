#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# run --config and --bundle: what of `process` is applied, and what is refused.
# shellcheck disable=SC2016 # what is in single quotes is for the command's shell

load lib

NOBODY=65534
SECTION='{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["chmod","fchmod","fchmodat","fchmodat2"],"action":"SCMP_ACT_ERRNO"}]}'
ARGS='"args":["grep","-E","^(Uid|Gid|Groups|Cap...|NoNewPrivs|Seccomp|Umask):","/proc/self/status"]'
ENV='"env":["PATH=/usr/local/bin:/usr/bin:/bin"]'

setup() {
	folder=$(open_folder)
	marker=$folder/marker
	shim_here=$folder/seccomp-shim
	cp "$SECCOMP_SHIM" "$shim_here"
	uid=$(id -u)
	gid=$(id -g)
	# this process's own ids and bounding set: applied without any privilege
	bounding=$(own_bounding)
	mine="\"user\":{\"uid\":$uid,\"gid\":$gid,\"additionalGids\":[$(id -G | tr ' ' ,)]}"
	caps="\"capabilities\":{\"bounding\":[$bounding]}"
}

teardown() {
	rm -rf "$folder"
}

can_change_user() {
	setpriv --reuid $NOBODY --regid $NOBODY --clear-groups true 2>/dev/null
}

# The bounding set of this process as JSON strings.
own_bounding() {
	local set bit=0 name list=
	set=$((0x$(sed -n 's/^CapBnd:\t//p' /proc/self/status)))
	for name in CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP \
		LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER \
		SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE \
		SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP \
		MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF \
		CHECKPOINT_RESTORE; do
		[ $((set >> bit & 1)) = 0 ] || list="$list${list:+,}\"CAP_$name\""
		bit=$((bit + 1))
	done
	echo "$list"
}

# config PROCESS-MEMBERS [OTHER-MEMBERS]
config() {
	printf '{"ociVersion":"1.0.2",\n"process":{%s},\n%s"linux":{"seccomp":%s}}' "$1" "${2:-}" "$SECTION" \
		>"$folder/config.json"
}

run_config() {
	shim run --config "$folder/config.json" "$@"
}

# config_refused ROW LINE ARG...: of the config.json that is there; no command is executed.
config_refused() {
	local row=$1 line=$2
	shift 2
	rm -f "$marker"
	run_config "$@" touch "$marker"
	expect_refused "$row" 125 "$line"
	[ ! -e "$marker" ] || row_failed "$row" 'the command was executed'
}

field() {
	[[ $out =~ $2:[[:space:]]+$3([[:space:]]|$) ]] || row_failed "$1" "$2 is not $3"
}

as_nobody() {
	status=0
	setpriv --reuid $NOBODY --regid $NOBODY --clear-groups "$shim_here" "$@" \
		>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	out=$(cat "$BATS_TEST_TMPDIR/out")
	err=$(cat "$BATS_TEST_TMPDIR/err")
}

@test "run applies args, env, cwd and umask of config.json, and the command line wins" {
	mkdir "$folder/dir"
	config "$mine,$caps,$ENV,$ARGS,\"cwd\":\"/\""
	run_config
	expect 'process.args' 0 'Seccomp:' ''
	field 'process.args' Seccomp 2
	field 'process.args' NoNewPrivs 1
	run_config env
	expect 'exactly process.env' 0 '^PATH=/usr/local/bin:/usr/bin:/bin$' ''
	SHIM_TEST=here run_config --env SHIM_TEST --env B=2 env
	expect '--env' 0 $'^PATH=/usr/local/bin:/usr/bin:/bin\nSHIM_TEST=here\nB=2$' ''
	run_config --env PATH=/nonexistent env
	expect_refused 'PATH' 127 'cannot run env: not found'
	run_config pwd
	expect 'cwd' 0 '^/$' ''
	run_config --workdir "$folder/dir" pwd
	expect '--workdir' 0 "^$folder/dir$" ''
	run_config sh -c "touch $folder/f; chmod 700 $folder/f"
	expect 'the section is in force' 1 '' 'Operation not permitted'
	shim run --bundle "$folder" pwd
	expect 'bundle' 0 '^/$' ''
	config "$mine,$caps,$ENV,\"cwd\":\"$folder/dir\",\"args\":[\"sh\",\"-c\",\"echo \$0 \$1; pwd\",\"a b\",\"c\"]"
	run_config
	expect 'arguments as they are' 0 "^a b c"$'\n'"$folder/dir\$" ''
	config "\"user\":{\"uid\":$uid,\"gid\":$gid,\"additionalGids\":[$(id -G | tr ' ' ,)],\"umask\":63},$caps,$ENV,$ARGS,\"cwd\":\"/\""
	run_config
	field 'umask' Umask 0077
	config "$mine,$caps,$ARGS,\"cwd\":\"/\""
	run_config env
	expect 'no env at all' 0 '' ''
	config "$mine,$caps,$ENV,\"cwd\":\"/\""
	run_config
	expect_refused 'no args' 125 '.*there is no command, neither on the command line nor in process.args'
	config "$mine,$caps,$ENV,$ARGS,\"cwd\":\"$folder/none\""
	config_refused 'no cwd' "$folder/config.json:2:[0-9]+: cannot enter the directory $folder/none: No such file"
	all_held
}

@test "no_new_privs is set whatever config.json says, unless the user turns it off" {
	local value
	for value in '' ',"noNewPrivileges":false' ',"noNewPrivileges":true'; do
		config "$mine,$caps,$ENV,$ARGS,\"cwd\":\"/\"$value"
		run_config
		expect "on: $value" 0 $'NoNewPrivs:\t1' ''
	done
	if can_change_user; then
		config "\"user\":{\"uid\":12,\"gid\":13},$ENV,$ARGS,\"cwd\":\"/\""
		run_config --security-opt no-new-privileges:false
		expect 'off' 0 $'NoNewPrivs:\t0' ''
		field 'off' Seccomp 2
		field 'off' CapPrm 0000000000000000
		field 'off' CapBnd 0000000000000000
	fi
	all_held
}

@test "a config.json without a section is refused unless the user asks for unconfined" {
	local section
	for section in '"linux":{}' '"linux":{"seccomp":null}' '"hostname":"x"'; do
		printf '{"ociVersion":"1.0.2","process":{%s},%s}' "$mine,$caps,$ENV,$ARGS,\"cwd\":\"/\"" \
			"$section" >"$folder/config.json"
		config_refused "$section" "$folder/config.json:1:1: config.json has no linux.seccomp"
		run_config --security-opt seccomp=unconfined
		expect "$section, unconfined" 0 $'Seccomp:\t0' ''
		config_refused "$section, required" '--require-seccomp refuses unconfined' \
			--require-seccomp --security-opt seccomp=unconfined
	done
	config "$mine,$caps,$ENV,$ARGS,\"cwd\":\"/\""
	config_refused 'a section and unconfined' "$folder/config.json:3:.*there is a seccomp section" \
		--security-opt seccomp=unconfined
	SECTION='{}' config "$mine,$caps,$ENV,$ARGS,\"cwd\":\"/\""
	config_refused '{}' "$folder/config.json:3:"
	SECTION='[]' config "$mine,$caps,$ENV,$ARGS,\"cwd\":\"/\""
	config_refused '[]' "$folder/config.json:3:"
	printf '{"ociVersion":"1.0.2","linux":{"seccomp":%s}}' "$SECTION" >"$folder/config.json"
	config_refused 'no process' "$folder/config.json:1:1: config.json has no process"
	shim run -p "$folder/config.json" sh -c "touch $folder/f; chmod 700 $folder/f"
	expect 'as a profile: just its section' 1 '' 'Operation not permitted'
	config '"args":"x","cwd":3'
	config_refused 'two errors' "$folder/config.json:2:.* args must be an array, .*; 1 more error, at $folder/config.json:2:29$"
	cp "$PROFILES/no-chmod.json" "$folder/config.json"
	config_refused 'a profile' "$folder/config.json:1:1: is not a config.json"
	all_held
}

@test "root.path is not entered" {
	config "$mine,$caps,$ENV,$ARGS,\"cwd\":\"/\"" '"root":{"path":"rootfs"},'
	if [ "$uid" = 0 ]; then
		config_refused 'uid 0' "$folder/config.json:3:9: root.path is not entered: .* uid 0 \(give --host-root"
		run_config --host-root
		expect 'host-root' 0 'Seccomp:' '^seccomp-shim: [^ ]*config.json:3:9: warning: root.path is not entered'
	else
		run_config
		expect 'a warning' 0 'Seccomp:' '^seccomp-shim: [^ ]*: warning: root.path is not entered'
	fi
	[ "$(wc -l <"$BATS_TEST_TMPDIR/err")" = 1 ] || row_failed 'root.path' 'not one line'
	run_config --host-root --quiet
	expect 'quiet' 0 'Seccomp:' ''
	if can_change_user; then
		run_config --user 12:13 id -u
		expect 'another user' 0 '^12$' 'warning: root.path is not entered'
		config "\"user\":{\"uid\":12,\"gid\":13},$ENV,$ARGS,\"cwd\":\"/\"" '"root":{"path":"rootfs"},'
		config_refused 'user 0 by option' '.*root.path is not entered' --user 0:0
	fi
	all_held
}

@test "unsupported keys are not enforced, and each produces a warning" {
	local key
	for key in '"apparmorProfile":"p"' '"selinuxLabel":"l"' '"scheduler":{"policy":"SCHED_OTHER"}' \
		'"ioPriority":{"class":"IOPRIO_CLASS_IDLE"}'; do
		config "$mine,$caps,$ENV,$ARGS,\"cwd\":\"/\",
$key"
		run_config
		expect "$key" 0 'Seccomp:' "^seccomp-shim: [^ ]*config.json:3:1: warning: process.$(cut -d'"' -f2 <<<"$key") is not applied\$"
		run_config --quiet
		expect "$key, quiet" 0 'Seccomp:' ''
	done
	all_held
}

@test "run applies the resource limits of config.json" {
	local hard
	hard=$(ulimit -Hn)
	[ "$hard" != unlimited ] || hard=1048576
	config "$mine,$caps,$ENV,\"cwd\":\"/\",\"oomScoreAdj\":321,\"rlimits\":[
{\"type\":\"RLIMIT_CORE\",\"soft\":0,\"hard\":0},{\"type\":\"RLIMIT_NOFILE\",\"soft\":64,\"hard\":$hard}]"
	run_config sh -c 'ulimit -Sc; ulimit -Hc; ulimit -Sn; cat /proc/self/oom_score_adj'
	expect 'applied' 0 $'^0\n0\n64\n321$' ''
	# what is there already needs no privilege
	config "$mine,$caps,$ENV,\"cwd\":\"/\",\"oomScoreAdj\":$(cat /proc/self/oom_score_adj)"
	run_config true
	expect 'the score that is there' 0 '' ''
	config "$mine,\"capabilities\":{},$ENV,\"cwd\":\"/\",\"oomScoreAdj\":
-1000"
	if ! is_machine_root || setpriv --bounding-set -sys_resource true; then
		rm -f "$marker"
		status=0
		$(is_root && echo setpriv --bounding-set -sys_resource) "$SECCOMP_SHIM" run --quiet \
			--config "$folder/config.json" touch "$marker" 2>"$BATS_TEST_TMPDIR/err" || status=$?
		out='' err=$(cat "$BATS_TEST_TMPDIR/err")
		expect_refused 'lowered score' 125 "$folder/config.json:3:1: cannot set process.oomScoreAdj: Permission denied"
	fi
	config "$mine,\"capabilities\":{},$ENV,\"cwd\":\"/\",\"rlimits\":[
{\"type\":\"RLIMIT_CORE\",\"soft\":0,\"hard\":1024}]"
	rm -f "$marker"
	status=0
	prlimit --core=0:0 $(is_root && echo setpriv --bounding-set -sys_resource) "$SECCOMP_SHIM" run --quiet \
		--config "$folder/config.json" touch "$marker" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	out='' err=$(cat "$BATS_TEST_TMPDIR/err")
	expect_refused 'raised' 125 "$folder/config.json:3:1: cannot set RLIMIT_CORE: Operation not permitted"
	[ ! -e "$marker" ] || row_failed 'raised' 'the command was executed'
	config "$mine,$caps,$ENV,\"cwd\":\"/\",\"rlimits\":[
{\"type\":\"RLIMIT_FILES\",\"soft\":0,\"hard\":1024}]"
	config_refused 'unknown limit' "$folder/config.json:3:"
	all_held
}

@test "run sets user, groups and the five capability sets exactly (root)" {
	can_change_user || return 0
	config "\"user\":{\"uid\":12,\"gid\":13,\"additionalGids\":[5,4294967294],\"umask\":18},$ENV,$ARGS,\"cwd\":\"/\""
	run_config
	expect 'ids' 0 'Uid:' ''
	field 'ids' Uid $'12\t12\t12\t12'
	field 'ids' Gid $'13\t13\t13\t13'
	field 'ids' Groups '5 4294967294'
	field 'ids' Umask 0022
	local set
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do field 'no capabilities' $set 0000000000000000; done
	config "\"user\":{\"uid\":0,\"gid\":0},$ENV,$ARGS,\"cwd\":\"/\",\"capabilities\":{
\"bounding\":[\"CAP_KILL\",\"CAP_CHOWN\"],\"permitted\":[\"CAP_KILL\",\"CAP_CHOWN\"],
\"effective\":[\"CAP_KILL\"],\"inheritable\":[\"CAP_CHOWN\"],\"ambient\":[\"CAP_CHOWN\"]}"
	run_config
	expect 'root' 0 'Uid:' ''
	field 'root' CapBnd 0000000000000021
	field 'root' CapPrm 0000000000000021
	field 'root' CapInh 0000000000000001
	field 'root' CapAmb 0000000000000001
	run_config --cap-drop CHOWN
	field 'cap-drop' CapBnd 0000000000000020
	field 'cap-drop' CapInh 0000000000000000
	field 'cap-drop' CapAmb 0000000000000000
	run_config --cap-add NET_BIND_SERVICE
	field 'cap-add' CapBnd 0000000000000421
	field 'cap-add' CapPrm 0000000000000421
	config "\"user\":{\"uid\":12,\"gid\":13},$ENV,$ARGS,\"cwd\":\"/\",\"capabilities\":{
\"bounding\":[\"CAP_KILL\",\"CAP_CHOWN\"],\"permitted\":[\"CAP_KILL\",\"CAP_CHOWN\"],
\"effective\":[\"CAP_KILL\"],\"inheritable\":[\"CAP_CHOWN\"],\"ambient\":[\"CAP_CHOWN\"]}"
	run_config
	field 'another user' CapBnd 0000000000000021
	field 'another user' CapPrm 0000000000000001
	field 'another user' CapEff 0000000000000001
	field 'another user' CapAmb 0000000000000001
	run_config --user 14:15
	field '--user wins' Uid $'14\t14\t14\t14'
	field '--user wins' Gid $'15\t15\t15\t15'
	config "\"user\":{\"uid\":0,\"gid\":0},$ENV,$ARGS,\"cwd\":\"/\",\"capabilities\":{
\"bounding\":[\"CAP_KILL\"],\"ambient\":[\"CAP_KILL\"]}"
	run_config
	expect 'ambient alone' 0 'Cap' "^seccomp-shim: $folder/config.json:2:[0-9]+: warning: left out of the ambient set, because they are not in both .*: CAP_KILL \\("
	[ "$(wc -l <"$BATS_TEST_TMPDIR/err")" = 1 ] || row_failed 'ambient alone' 'not one line'
	field 'ambient alone' CapAmb 0000000000000000
	field 'ambient alone' CapBnd 0000000000000020
	run_config --ambient KILL
	expect 'ambient alone, and the option' 0 'Cap' ''
	field 'ambient alone, and the option' CapAmb 0000000000000020
	config "\"user\":{\"uid\":0,\"gid\":0},$ENV,$ARGS,\"cwd\":\"/\",\"capabilities\":{
\"bounding\":[\"CAP_KILL\"],\"effective\":[\"CAP_KILL\"]}"
	config_refused 'effective alone' "$folder/config.json:2:.*in the effective but not in the permitted set: CAP_KILL"
	config "\"user\":{\"uid\":4294967295,\"gid\":0},$ENV,$ARGS,\"cwd\":\"/\""
	config_refused 'uid 2^32-1' "$folder/config.json:2:.*4294967295"
	config "\"user\":{\"uid\":0,\"gid\":4294967295},$ENV,$ARGS,\"cwd\":\"/\""
	config_refused 'gid 2^32-1' "$folder/config.json:2:.*4294967295"
	# the directory is searched as root, the command as the user
	mkdir -m 700 "$folder/private"
	config "\"user\":{\"uid\":12,\"gid\":13},$ENV,\"args\":[\"pwd\"],\"cwd\":\"$folder/private\""
	run_config
	expect 'cwd as root' 0 "^$folder/private$" ''
	# and the other way round: only the user may search it
	if [ "$(setpriv --bounding-set -dac_override,-dac_read_search id -u)" = 0 ]; then
		chown 12:13 "$folder/private"
		status=0
		out=$(setpriv --bounding-set -dac_override,-dac_read_search "$SECCOMP_SHIM" run \
			--config "$folder/config.json" 2>&1) || status=$?
		[ "$status:$out" = "0:$folder/private" ] || row_failed 'cwd as the user' "$status: $out"
	fi
	all_held
}

# What `runc spec` writes (1.1.5: ambient without inheritable) is what runc makes of it.
@test "run sets the same capability sets as runc for the file of runc spec (root)" {
	local user
	is_machine_root || return 0
	command -v runc >/dev/null || skip 'runc is not installed'
	file -L /bin/busybox 2>/dev/null | grep -q 'statically\|static-pie' || skip 'there is no static busybox'
	mkdir -p "$folder/rootfs/bin" "$folder/rootfs/proc" "$folder/rootfs/dev" "$folder/rootfs/sys"
	cp /bin/busybox "$folder/rootfs/bin/grep"
	runc spec --bundle "$folder"
	sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"grep", "-E", "^Cap(...):", "\/proc\/self\/status"/' \
		"$folder/config.json"
	for user in 0 12; do
		sed -i "s/\"uid\": [0-9]*/\"uid\": $user/; s/\"gid\": [0-9]*/\"gid\": $user/" "$folder/config.json"
		runc --root "$folder/state" run --bundle "$folder" "shim-test-$$-$user" >"$folder/runc" 2>"$folder/runc.err" ||
			skip "runc runs no container here: $(head -1 "$folder/runc.err")"
		shim run --bundle "$folder" --host-root --security-opt seccomp=unconfined
		expect "$user" 0 'CapBnd' 'warning: left out of the ambient set, because they are not in both .*: CAP_[A-Z_]*, .*CAP_'
		[ "$out" = "$(cat "$folder/runc")" ] || row_failed "$user" "runc has $(cat "$folder/runc")"
		[ "$(grep -c 'left out of the ambient set' "$BATS_TEST_TMPDIR/err")" = 1 ] || row_failed "$user" 'not one warning'
	done
	all_held
}

@test "a capability that this process has not is refused by name (root)" {
	can_change_user || return 0
	config "\"user\":{\"uid\":0,\"gid\":0},$ENV,$ARGS,\"cwd\":\"/\",\"capabilities\":{
\"bounding\":[\"CAP_KILL\",\"CAP_SYS_TIME\"],\"permitted\":[\"CAP_KILL\"]}"
	rm -f "$marker"
	status=0
	setpriv --bounding-set -sys_time "$SECCOMP_SHIM" run --config "$folder/config.json" \
		touch "$marker" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	out='' err=$(cat "$BATS_TEST_TMPDIR/err")
	expect_refused 'bounding' 125 ".*this process cannot give .*CAP_SYS_TIME"
	[ ! -e "$marker" ] || row_failed 'bounding' 'the command was executed'
	all_held
}

@test "a plain user can run the config.json of its own ids" {
	can_change_user || return 0
	config "\"user\":{\"uid\":$NOBODY,\"gid\":$NOBODY},$ENV,$ARGS,\"cwd\":\"/\""
	as_nobody run --config "$folder/config.json"
	expect 'own ids' 0 'Uid:' '^seccomp-shim: [^ ]*: warning: the bounding set stays as it is'
	field 'own ids' Seccomp 2
	field 'own ids' CapPrm 0000000000000000
	rm -f "$marker"
	as_nobody run --config "$folder/config.json" --cap-drop KILL touch "$marker"
	expect_refused 'cap-drop' 125 '.*without CAP_SETPCAP'
	config "\"user\":{\"uid\":$NOBODY,\"gid\":$NOBODY,\"additionalGids\":[7]},$ENV,$ARGS,\"cwd\":\"/\""
	as_nobody run --quiet --config "$folder/config.json"
	expect_refused 'a group that is not ours' 125 "$folder/config.json:2:[0-9]+: cannot set the supplementary groups: Operation not permitted"
	config "\"user\":{\"uid\":0,\"gid\":0},$ENV,$ARGS,\"cwd\":\"/\""
	as_nobody run --quiet --config "$folder/config.json"
	expect_refused 'uid 0' 125 "($folder/config.json:2:[0-9]+: cannot set the group: Operation not permitted|.*CAP_SETPCAP)"
	config "\"user\":{\"uid\":$NOBODY,\"gid\":$NOBODY},$ENV,$ARGS,\"cwd\":\"/\",\"capabilities\":{
\"inheritable\":[\"CAP_KILL\"],\"permitted\":[\"CAP_KILL\"],\"ambient\":[\"CAP_KILL\"]}"
	as_nobody run --quiet --config "$folder/config.json"
	expect_refused 'ambient' 125 '.*CAP_KILL'
	# groups that would stay are not passed over in silence
	status=0
	config "\"user\":{\"uid\":$NOBODY,\"gid\":$NOBODY},$ENV,$ARGS,\"cwd\":\"/\""
	setpriv --reuid $NOBODY --regid $NOBODY --groups 7 "$shim_here" run --quiet \
		--config "$folder/config.json" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	out=$(cat "$BATS_TEST_TMPDIR/out") err=$(cat "$BATS_TEST_TMPDIR/err")
	expect_refused 'a group too many' 125 "$folder/config.json:2:[0-9]+: cannot set the supplementary groups"
	all_held
}

@test "files that are not regular, not safe or change meanwhile are refused" {
	local inside=$folder/bundle
	mkdir "$inside"
	config "$mine,$caps,$ENV,$ARGS,\"cwd\":\"/\""
	mv "$folder/config.json" "$folder/outside.json"
	ln -s ../outside.json "$inside/config.json"
	rm -f "$marker"
	shim run --bundle "$inside" touch "$marker"
	expect_refused 'link out of the bundle' 125 "$inside/config.json: a symbolic link leads out"
	ln -sf "/proc/self/root$folder/outside.json" "$inside/config.json"
	shim run --bundle "$inside" touch "$marker"
	expect_refused 'magic link' 125 "$inside/config.json: "
	rm "$inside/config.json"
	mkfifo "$inside/config.json"
	shim run --bundle "$inside" touch "$marker"
	expect_refused 'FIFO' 125 "$inside/config.json: is a FIFO"
	shim run --bundle "$folder/outside.json" touch "$marker"
	expect_refused 'no directory' 125 "$folder/outside.json/config.json: cannot open the bundle .*: Not a directory \(name a directory with a config.json\)$"
	shim run --bundle "$folder" touch "$marker"
	expect_refused 'no config.json' 125 "$folder/config.json: No such file"
	if is_root; then
		chmod 666 "$folder/outside.json"
		shim run --config "$folder/outside.json" touch "$marker"
		expect_refused '127' 125 "$folder/outside.json: is writable by everybody"
	fi
	[ ! -e "$marker" ] || row_failed 'places' 'a command was executed'
	config "$mine,$caps,$ENV,\"cwd\":\"/\",\"args\":[\"x\\n\\u001b[2J\"]"
	run_config
	expect_refused '129' 127 'cannot run x.n.x1b\[2J: not found'
	config "$mine,$caps,$ENV,\"cwd\":\"/\",\"args\":[]"
	config_refused '130' "$folder/config.json:2:.*args is empty"
	config "$mine,$caps,$ENV,$ARGS,\"cwd\":\"/\""
	shim run --config - cat <"$folder/config.json"
	expect 'from standard input' 0 '' ''
	all_held
}

# A working directory outside of the root: the class of CVE-2024-21626.
@test "a directory that is not below the root is refused (root)" {
	is_root || return 0
	config "$mine,$caps,$ENV,$ARGS,\"cwd\":\"/proc/self/fd/9\""
	rm -f "$marker"
	mkdir "$folder/jail" "$folder/away"
	cp "$SECCOMP_SHIM" "$folder/jail/shim"
	# a detached mount: what is below it has no path
	if mount -t tmpfs none "$folder/away" 2>/dev/null; then
		mkdir "$folder/away/dir"
		exec 9<"$folder/away/dir"
		umount -l "$folder/away"
		shim run --config "$folder/config.json" --host-root touch "$marker"
		exec 9<&-
		expect_refused 'detached mount' 125 '.*config.json:2:[0-9]+: cannot enter the directory /proc/self/fd/9: '
		[ ! -e "$marker" ] || row_failed 'detached mount' 'the command was executed'
	fi
	all_held
}
