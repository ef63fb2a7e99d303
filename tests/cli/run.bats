#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# run by hand: options, the process that the command becomes, and that nothing is executed after a refusal.
# Rows that need another user or capabilities hold only where this process can give them.
# shellcheck disable=SC2016 # what is in single quotes is for the command's shell

load lib

NOBODY=65534
STATUS='^(Uid|Gid|Groups|CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp|SigBlk|SigIgn):'

setup() {
	folder=$(open_folder)
	marker=$folder/marker
	shim_here=$folder/seccomp-shim
	cp "$SECCOMP_SHIM" "$shim_here"
}

teardown() {
	rm -rf "$folder"
}

# The lines of /proc/self/status that say who the command is.
show=(grep -E "$STATUS" /proc/self/status)

# True where this process may become somebody else (root outside of a user namespace).
can_change_user() {
	setpriv --reuid $NOBODY --regid $NOBODY --clear-groups true 2>/dev/null
}

# Runs the program as a plain user: directly if this is one.
shim_as_user() {
	status=0
	if is_root; then
		setpriv --reuid $NOBODY --regid $NOBODY --clear-groups "$shim_here" "$@" \
			>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	else
		"$shim_here" "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	fi
	out=$(cat "$BATS_TEST_TMPDIR/out")
	err=$(cat "$BATS_TEST_TMPDIR/err")
}

# field ROW NAME VALUE: a line of /proc/self/status in $out.
field() {
	[[ $out =~ $2:[[:space:]]+$3([[:space:]]|$) ]] || row_failed "$1" "$2 is not $3"
}

# refused ROW LINE ARG...: status 125, one line, the command was not executed.
refused() {
	local row=$1 line=$2
	shift 2
	rm -f "$marker"
	shim run "$@" touch "$marker"
	expect_refused "$row" 125 "$line"
	[ ! -e "$marker" ] || row_failed "$row" 'the command was executed'
}

profile() {
	printf '%s' "$1" >"$folder/profile.json"
}

@test "the filter and no_new_privs are in force; the status is the command's" {
	shim run "${show[@]}"
	expect 'default' 0 'Seccomp:' ''
	field 'default' Seccomp 2
	field 'default' NoNewPrivs 1
	shim run -p audit -- "${show[@]}"
	field 'audit' Seccomp 2
	shim run -p unconfined "${show[@]}"
	field 'unconfined' Seccomp 0
	field 'unconfined' NoNewPrivs 1
	shim run --security-opt seccomp=unconfined --security-opt no-new-privileges=true "${show[@]}"
	field 'unconfined as Docker says it' Seccomp 0
	shim run --security-opt "seccomp=$PROFILES/no-chmod.json" "${show[@]}"
	field 'security-opt' Seccomp 2
	shim run --profile "$PROFILES/no-chmod.json" sh -c "touch $folder/f; chmod 700 $folder/f"
	expect 'chmod' 1 '' 'Operation not permitted'
	shim run sh -c "chmod 700 $folder/f"
	expect 'chmod under default' 0 '' ''
	shim run sh -c 'exit 33'
	expect 'status' 33 '' ''
	shim run sh -c 'kill -9 $$'
	expect 'signal' 137 '' ''
	shim run echo -p --quiet
	expect 'options end at the command' 0 '^-p --quiet$' ''
	all_held
}

@test "run works the same for a plain user" {
	! is_root || can_change_user || return 0 # there is no other user in this user namespace
	shim_as_user run "${show[@]}"
	expect 'default' 0 'Seccomp:' ''
	field 'default' Seccomp 2
	field 'default' NoNewPrivs 1
	field 'default' CapEff 0000000000000000
	# resolved for what the command will hold, which is nothing: not for the full bounding set
	shim_as_user run unshare -U true
	expect 'unshare' 1 '' 'Operation not permitted'
	rm -f "$marker"
	shim_as_user run --security-opt no-new-privileges:false touch "$marker"
	expect_refused 'no_new_privs off' 125 'no-new-privileges:false needs what this process does not have: CAP_SYS_ADMIN'
	shim_as_user run --cap-add KILL touch "$marker"
	expect_refused 'cap-add' 125 '.*CAP_KILL'
	shim_as_user run --ambient KILL touch "$marker"
	expect_refused 'ambient' 125 '.*CAP_KILL'
	shim_as_user run --cap-drop KILL touch "$marker"
	expect_refused 'cap-drop' 125 'without CAP_SETPCAP'
	shim_as_user run --user 0:0 touch "$marker"
	expect_refused 'user 0' 125 'cannot set the (group|user|supplementary groups): Operation not permitted'
	[ ! -e "$marker" ] || row_failed 'plain user' 'a command was executed'
	mkdir -m 700 "$folder/closed"
	shim_as_user run --env "PATH=$folder/closed:/bin:/usr/bin" nonexistent-command
	if is_root; then # a directory that cannot be searched: nothing was found there
		expect_refused 'closed directory' 127 'cannot run nonexistent-command: not found'
	fi
	all_held
}

@test "run takes exactly one source of the profile, once" {
	refused '-p, --config' '--profile, --config, --bundle and --security-opt seccomp= exclude' \
		-p default --config "$folder/c.json"
	refused '-p, --bundle' '--profile, --config, ' -p unconfined --bundle "$folder"
	refused '--config, --bundle' '--profile, --config, ' --config x --bundle "$folder"
	refused '-p, security-opt' '--profile, --config, ' -p default --security-opt seccomp=default
	refused 'security-opt, config' '--profile, --config, ' --config x --security-opt seccomp=default
	refused 'twice' '--security-opt seccomp= is given twice' \
		--security-opt seccomp=default --security-opt seccomp=default
	refused 'empty name' '"": the name is empty \(give the path of a file\)$' -p ''
	refused 'empty config' '"": the name is empty' --config ''
	printf '{"ociVersion":"1.0.2","linux":{}}' >"$folder/nosec.json"
	refused 'no section, -p' '.*has no linux.seccomp \(give --security-opt seccomp=unconfined in place of -p to run' \
		-p "$folder/nosec.json"
	refused 'no section, security-opt' '.*\(give --security-opt seccomp=unconfined in place of it to run it' \
		--security-opt "seccomp=$folder/nosec.json"
	refused 'twice -p' 'run: option --profile is given twice' -p default --profile default
	refused 'empty' '--security-opt seccomp= has no profile' --security-opt seccomp=
	refused 'apparmor' 'unknown --security-opt apparmor=x \(expected seccomp=PROFILE or ' --security-opt apparmor=x
	refused 'hostile' 'unknown --security-opt x.x1b\[2J.n ' --security-opt $'x\e[2J\n'
	refused 'label' 'unknown --security-opt label=disable ' --security-opt label=disable
	refused 'nnp maybe' '--security-opt no-new-privileges has an unknown value \(expected no-new-privileges, no-new-privileges:true or ' --security-opt no-new-privileges:maybe
	refused 'nnp empty' '--security-opt no-new-privileges has an unknown value \(expected no-new-privileges, no-new-privileges:true or ' --security-opt no-new-privileges:
	refused 'nnp long' 'unknown --security-opt ' --security-opt no-new-privileges2
	refused 'nnp twice' '.*given twice' --security-opt no-new-privileges \
		--security-opt no-new-privileges:false
	refused 'require-seccomp' '--require-seccomp refuses unconfined' --require-seccomp -p unconfined
	refused 'require-seccomp 2' '--require-seccomp refuses unconfined' --require-seccomp \
		--security-opt seccomp=unconfined
	refused 'arch' '--arch aarch64: this machine runs' --arch aarch64
	refused 'as' '--as: run enforces only the strict reading' --as runc
	refused 'as nobody' '.*"pdp11"|.*pdp11' --as pdp11
	shim run --as strict true
	expect 'as strict' 0 '' ''
	refused 'no such file' "$folder/none: No such file or directory$" -p "$folder/none"
	shim run
	expect_refused 'no command' 125 'there is no command to run'
	shim run -p default --
	expect_refused 'no command after --' 125 'there is no command to run'
	all_held
}

@test "run refuses files that are not regular, not safe or too large" {
	mkfifo "$folder/fifo"
	refused 'FIFO' "$folder/fifo: is a FIFO" -p "$folder/fifo"
	refused 'device' '/dev/zero: is a device' -p /dev/zero
	refused 'directory' "$folder: is a directory" -p "$folder"
	cp "$PROFILES/no-chmod.json" "$folder/all.json"
	chmod 666 "$folder/all.json"
	if is_root; then
		refused '127' "$folder/all.json: is writable by everybody" -p "$folder/all.json"
	fi
	refused 'no root' 'localhost/x: cannot open the seccomp root .*: No such file .* \(give an existing directory with --seccomp-root DIR\)$' \
		--seccomp-root "$folder/none" -p localhost/x
	if ! is_root; then
		chmod 0 "$folder/all.json"
		refused 'not ours to read' "$folder/all.json: Permission denied$" \
			-p "$folder/all.json"
	fi
	# a memfd: mode 0777, and no name by which anybody could open it
	python3 - "$SECCOMP_SHIM" "$PROFILES/no-chmod.json" <<'END' || row_failed 'memfd' 'refused'
import os, subprocess, sys
fd = os.memfd_create('profile', 0)
os.write(fd, open(sys.argv[2], 'rb').read())
os.lseek(fd, 0, 0)
os.fchmod(fd, 0o777)
sys.exit(subprocess.run([sys.argv[1], 'run', '-p', f'/dev/fd/{fd}', 'true'], pass_fds=[fd]).returncode)
END
	refused 'localhost' 'localhost/../x: ' --seccomp-root "$folder" -p localhost/../x
	ln -s /proc/self/root/etc/passwd "$folder/link"
	refused 'link' 'localhost/link: ' --seccomp-root "$folder" -p localhost/link
	all_held
}

@test "run refuses a profile that denies the calls of the launch" {
	profile '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
{"names":["execve"],"action":"SCMP_ACT_ERRNO"}]}'
	refused 'execve' "$folder/profile.json:2:[0-9]+: the profile does not allow execve" \
		-p "$folder/profile.json"
	profile '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
{"names":["execve"],"action":"SCMP_ACT_TRACE"}]}'
	refused 'TRACE' "$folder/profile.json:2:[0-9]+: the profile does not allow execve" \
		-p "$folder/profile.json"
	profile '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
{"names":["execve"],"action":"SCMP_ACT_ERRNO","args":[{"index":2,"value":0,"op":"SCMP_CMP_EQ"}]}]}'
	refused 'by argument' '.*the profile does not allow execve' -p "$folder/profile.json"
	profile '{"defaultAction":"SCMP_ACT_ERRNO"}'
	refused 'everything' "$folder/profile.json:1:18: the profile does not allow execve" \
		-p "$folder/profile.json"
	profile '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
{"names":["exit_group"],"action":"SCMP_ACT_KILL_PROCESS"}]}'
	shim run -p "$folder/profile.json" true
	expect 'exit_group' 159 '' '^seccomp-shim: .*profile.json:2:[0-9]+: warning: .*exit_group'
	shim run --quiet -p "$folder/profile.json" true
	expect 'quiet' 159 '' ''
	profile '{"defaultAction":"SCMP_ACT_LOG"}'
	shim run -p "$folder/profile.json" true
	expect 'LOG passes' 0 '' ''
	profile '{"defaultAction":"SCMP_ACT_ALLOW"}'
	shim run -p "$folder/profile.json" "${show[@]}"
	field 'without rules' Seccomp 2
	profile '{"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"/nonexistent/l","syscalls":[
{"names":["mkdir"],"action":"SCMP_ACT_NOTIFY"}]}'
	refused 'NOTIFY' "$folder/profile.json:1:[0-9]+: cannot connect to the listener /nonexistent/l: No such file or directory" \
		-p "$folder/profile.json"
	profile '{"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"/nonexistent/l","syscalls":[
{"names":["execve"],"action":"SCMP_ACT_NOTIFY"}]}'
	refused 'NOTIFY of execve' "$folder/profile.json:2:[0-9]+: the profile does not allow execve" \
		-p "$folder/profile.json"
	all_held
}

@test "a command that cannot be executed ends with 126 or 127" {
	printf 'echo shell\n' >"$folder/text"
	cp "$folder/text" "$folder/noexec"
	chmod 755 "$folder/text"
	printf '#!/nonexistent/interpreter\n' >"$folder/script"
	chmod 755 "$folder/script"
	mkdir "$folder/bin" "$folder/bin/tool"
	mkfifo -m 755 "$folder/pipe"
	shim run "$folder"
	expect_refused 'directory' 126 "cannot run $folder: Is a directory"
	shim run "$folder/noexec"
	expect_refused 'no x bit' 126 "cannot run $folder/noexec: Permission denied"
	shim run "$folder/pipe"
	expect_refused 'FIFO' 126 "cannot run $folder/pipe: Permission denied"
	shim run "$folder/text"
	expect_refused 'ENOEXEC' 126 "cannot run $folder/text: Exec format error"
	shim run "$folder/script"
	expect_refused 'interpreter' 127 "cannot run $folder/script: No such file or directory"
	shim run "$folder/text/x"
	expect_refused 'through a file' 127 "cannot run $folder/text/x: Not a directory"
	shim run "$folder/none"
	expect_refused 'no such file' 127 "cannot run $folder/none: No such file or directory"
	shim run nonexistent-command
	expect_refused 'not in PATH' 127 'cannot run nonexistent-command: not found '
	shim run ''
	expect_refused 'empty' 127 'cannot run ""'
	shim run $'x\n\e[2J'
	expect_refused 'hostile' 127 'cannot run x.n.x1b\[2J: not found'
	shim run --env "PATH=$folder/bin" tool
	expect_refused 'directory in PATH' 126 'cannot run tool: Is a directory'
	shim run --env "PATH=$folder/bin:$folder" text
	expect_refused 'no shell' 126 'cannot run text: Exec format error'
	shim run --env "PATH=$folder:/bin:/usr/bin" noexec
	expect_refused 'found but not executable' 126 'cannot run noexec: Permission denied'
	shim run "$(printf 'x%.0s' {1..300})"
	expect_refused 'long name' 126 '.*File name too long'
	profile '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
{"names":["write"],"action":"SCMP_ACT_ERRNO"}]}'
	# Nothing can be printed, and the shim does not stay
	shim run -p "$folder/profile.json" "$folder/text"
	expect 'untold' 132 '' ''
	shim run -- printf '%s' "$(printf 'a%.0s' {1..100000})"
	expect 'long argument' 0 '^a+$' ''
	all_held
}

@test "the command is searched in its own PATH, as execvp(3) does" {
	mkdir "$folder/a" "$folder/b"
	printf '#!/bin/sh\necho a\n' >"$folder/a/tool"
	printf '#!/bin/sh\necho b\n' >"$folder/b/tool"
	chmod 644 "$folder/a/tool"
	chmod 755 "$folder/b/tool"
	shim run --env "PATH=$folder/a:$folder/b" tool
	expect 'goes on after EACCES' 0 '^b$' ''
	chmod 755 "$folder/a/tool"
	shim run --env "PATH=$folder/a:$folder/b" tool
	expect 'the first' 0 '^a$' ''
	shim run --env "PATH=" --workdir "$folder/b" tool
	expect 'empty PATH is the working directory' 0 '^b$' ''
	shim run --env "PATH=$folder/none::" --workdir "$folder/a" tool
	expect 'empty element' 0 '^a$' ''
	shim run --env PATH=/nonexistent sh
	expect_refused 'not the caller'"'"'s' 127 'cannot run sh: not found'
	shim run --workdir "$folder/b" ./tool
	expect 'relative' 0 '^b$' ''
	shim run --workdir "$folder" b/tool
	expect 'with a slash' 0 '^b$' ''
	shim run env -u PATH "$SECCOMP_SHIM" run -p audit sh -c 'echo default'
	expect 'no PATH' 0 '^default$' ''
	all_held
}

@test "the command inherits the environment, and --env adds to it" {
	export SHIM_TEST_A=here SHIM_TEST_B=too
	shim run sh -c 'echo $SHIM_TEST_A $SHIM_TEST_B'
	expect 'as here' 0 '^here too$' ''
	shim run --env SHIM_TEST_A=1 --env SHIM_TEST_C=2=3 --env SHIM_TEST_A=4 \
		sh -c 'echo $SHIM_TEST_A $SHIM_TEST_B $SHIM_TEST_C'
	expect 'set' 0 '^4 too 2=3$' ''
	shim run --env SHIM_TEST_A=1 --env SHIM_TEST_A sh -c 'echo $SHIM_TEST_A'
	expect 'taken from here' 0 '^here$' ''
	shim run --env SHIM_TEST_NONE=1 --env SHIM_TEST_NONE sh -c 'echo ${SHIM_TEST_NONE-none}'
	expect 'not here: removed' 0 '^none$' ''
	shim run --env SHIM_TEST_A= sh -c 'echo "${SHIM_TEST_A-unset}."'
	expect 'empty' 0 '^\.$' ''
	refused 'no name' '--env "=1" has no variable name' --env =1
	refused 'empty' '--env "" has no variable name' --env ''
	# 132: it reaches the command as it is
	GLIBC_TUNABLES=glibc.malloc.check=0 SYSTEMD_SECCOMP=0 shim run \
		sh -c 'echo $GLIBC_TUNABLES $SYSTEMD_SECCOMP; grep Seccomp: /proc/self/status'
	expect '132' 0 $'^glibc.malloc.check=0 0\nSeccomp:\t2$' ''
	all_held
}

@test "--workdir sets the working directory" {
	mkdir "$folder/gone" "$folder/stays"
	shim run --workdir "$folder/stays" pwd
	expect 'absolute' 0 "^$folder/stays$" ''
	(cd "$folder" && shim run --workdir stays pwd && echo "$out" >"$folder/pwd")
	[ "$(cat "$folder/pwd")" = "$folder/stays" ] || row_failed 'relative' 'another directory'
	refused 'missing' "cannot enter the directory $folder/none: No such file" --workdir "$folder/none"
	refused 'file' 'cannot enter the directory /etc/passwd: Not a directory' --workdir /etc/passwd
	# 137: a directory that was deleted is what the command was given; nothing can be found from it
	cd "$folder/gone"
	rmdir "$folder/gone"
	shim run true
	expect '137' 0 '' ''
	refused 'relative' 'cannot enter the directory x: ' --workdir x
	refused 'itself' 'cannot enter the directory .: ' --workdir .
	cd /
	all_held
}

@test "only descriptors 0, 1, 2 and those named are inherited" {
	local list='ls /proc/self/fd | tr "\n" " "'
	shim run sh -c "$list"
	expect 'plain' 0 '^0 1 2 3 $' '' # 3: ls reads the folder
	shim run sh -c "$list" 5</dev/null 7</dev/null
	expect 'others are closed' 0 '^0 1 2 3 $' ''
	shim run --keep-fds sh -c "$list" 5</dev/null 7</dev/null
	expect 'keep-fds' 0 "^$(sh -c "$list" 5</dev/null 7</dev/null)\$" ''
	shim run --preserve-fds 2 sh -c "$list" 3</dev/null 4</dev/null 5</dev/null
	expect 'preserve-fds' 0 '^0 1 2 3 4 5 $' ''
	shim run --preserve-fds 0 sh -c "$list" 3</dev/null
	expect 'preserve-fds 0' 0 '^0 1 2 3 $' ''
	rm -f "$marker"
	shim run --preserve-fds 2 touch "$marker" 3</dev/null 4<&-
	expect_refused 'not open' 125 '--preserve-fds 2: descriptor 4 is not open'
	refused 'no number' '--preserve-fds is not a valid number' --preserve-fds 1x
	refused 'negative' '--preserve-fds is not a valid number' --preserve-fds=-1
	refused 'large' '--preserve-fds is not a valid number' --preserve-fds 99999999999999999999
	local streams='exec 9>&1; readlink /proc/self/fd/0 /proc/self/fd/9 /proc/self/fd/2 >&3'
	"$SECCOMP_SHIM" run --preserve-fds 1 sh -c "$streams" 3>"$folder/fds" 0<&- ||
		row_failed 'stdin closed' 'it failed'
	[ "$(head -1 "$folder/fds")" = /dev/null ] || row_failed '133' "$(cat "$folder/fds")"
	"$SECCOMP_SHIM" run --preserve-fds 1 sh -c "$streams" 3>"$folder/fds" 0<&- 1>&- 2>&- ||
		row_failed 'all closed' 'it failed'
	[ "$(tr '\n' ' ' <"$folder/fds")" = '/dev/null /dev/null /dev/null ' ] ||
		row_failed 'all closed' "$(cat "$folder/fds")"
	# 134
	bash -c 'for fd in {10..999}; do eval "exec $fd</dev/null"; done
		exec "$@"' - "$SECCOMP_SHIM" run sh -c "$list" >"$folder/fds"
	[ "$(cat "$folder/fds")" = '0 1 2 3 ' ] || row_failed '134' "$(cat "$folder/fds")"
	shim run -p - readlink /proc/self/fd/0 <"$PROFILES/no-chmod.json"
	expect 'profile from standard input' 0 '^/dev/null$' ''
	shim run -p /dev/fd/5 sh -c "$list" 5<"$PROFILES/no-chmod.json"
	expect 'profile from a descriptor' 0 '^0 1 2 3 $' ''
	shim run -p <(cat "$PROFILES/no-chmod.json") "${show[@]}"
	field 'process substitution' Seccomp 2
	all_held
}

# Where close_range(2) is missing or denied, by an outer filter (our own).
@test "descriptors are closed also where the kernel has no close_range(2)" {
	local errno
	for errno in 38 1; do
		profile "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[
{\"names\":[\"close_range\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":$errno}]}"
		shim run -p "$folder/profile.json" --keep-fds "$SECCOMP_SHIM" run -p audit \
			sh -c 'ls /proc/self/fd | tr "\n" " "' 5</dev/null 7</dev/null
		expect "errno $errno" 0 '^0 1 2 3 $' ''
	done
	profile '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
{"names":["close_range","getdents64"],"action":"SCMP_ACT_ERRNO"}]}'
	shim run -p "$folder/profile.json" "$SECCOMP_SHIM" run -p audit true
	expect_refused 'without both' 125 'cannot close other descriptors for the command: '
	shim run -p "$folder/profile.json" "$SECCOMP_SHIM" run -p audit --keep-fds true
	expect 'keep-fds needs neither' 0 '' ''
	all_held
}

@test "SIGSYS gets its default action and is unblocked; other signals are inherited" {
	shim run "${show[@]}"
	local blocked ignored
	blocked=$(sed -n 's/^SigBlk:\t//p' <<<"$out")
	ignored=$(sed -n 's/^SigIgn:\t//p' <<<"$out")
	[ $((0x$blocked & 0x40000000)) = 0 ] || row_failed 'SIGSYS' 'blocked'
	status=0
	out=$(env --ignore-signal=SYS --ignore-signal=USR1 --block-signal=SYS --block-signal=USR2 \
		"$SECCOMP_SHIM" run "${show[@]}") || status=$?
	[ $((0x$(sed -n 's/^SigBlk:\t//p' <<<"$out") ^ 0x$blocked)) = $((0x800)) ] ||
		row_failed 'mask' 'not SIGUSR2 alone'
	[ $((0x$(sed -n 's/^SigIgn:\t//p' <<<"$out") ^ 0x$ignored)) = $((0x200)) ] ||
		row_failed 'dispositions' 'not SIGUSR1 alone'
	profile '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
{"names":["mkdir"],"action":"SCMP_ACT_TRAP"}]}'
	status=0
	env --ignore-signal=SYS --block-signal=SYS "$SECCOMP_SHIM" run -p "$folder/profile.json" \
		mkdir "$folder/new" || status=$?
	[ "$status" = 159 ] || row_failed '135' 'not killed by SIGSYS'
	all_held
}

@test "--cap-add, --cap-drop and --ambient set the capabilities exactly (root)" {
	if ! is_root; then return 0; fi
	local before docker=00000000a80425fb none=0000000000000000 set
	shim run -p unconfined "${show[@]}"
	before=$(sed -n 's/^CapBnd:\t//p' <<<"$out")
	[ $((0x$before & 0x$docker)) = $((0x$docker)) ] || return 0 # not even Docker's fourteen here
	shim run "${show[@]}"
	field 'as they are' CapBnd "$before"
	for set in 'ALL docker' 'all,none Docker' 'ALL CAP_CHOWN,dac_override,cap_Fowner,FSETID,KILL,SETGID,SETUID,SETPCAP,NET_BIND_SERVICE,NET_RAW,SYS_CHROOT,MKNOD,AUDIT_WRITE,SETFCAP'; do
		shim run --cap-drop "${set% *}" --cap-add "${set#* }" "${show[@]}"
		expect "$set" 0 'Cap' ''
		field "$set" CapBnd $docker
		field "$set" CapPrm $docker
		field "$set" CapEff $docker
		field "$set" CapInh $none
	done
	shim run --cap-drop ALL "${show[@]}"
	for set in CapBnd CapPrm CapEff CapInh CapAmb; do field 'none' $set $none; done
	shim run --cap-drop KILL --cap-drop CHOWN --cap-add KILL "${show[@]}"
	field 'cap-add wins' CapBnd "$(printf %016x $((0x$before & ~1)))"
	field 'cap-add wins' CapPrm "$(printf %016x $((0x$before & ~1)))"
	shim run --cap-add ALL --cap-drop CHOWN "${show[@]}"
	field 'add all but' CapBnd "$(printf %016x $((0x$before & ~1)))"
	shim run --cap-drop ALL --ambient NET_BIND_SERVICE "${show[@]}"
	for set in CapBnd CapPrm CapEff CapInh CapAmb; do field 'ambient' $set 0000000000000400; done
	refused 'unknown' 'unknown capability "CAP_CHWON" \(did you mean ' --cap-drop CAP_CHWON
	refused 'empty' 'unknown capability ""' --cap-add ''
	# only a change of the user needs that capabilities are kept
	status=0
	out=$(setpriv --securebits +keep_caps_locked "$SECCOMP_SHIM" run --cap-drop ALL "${show[@]}" 2>"$folder/err") ||
		status=$?
	err=$(cat "$folder/err")
	expect 'keep_caps_locked' 0 'Cap' ''
	field 'keep_caps_locked' CapPrm $none
	# what the command holds decides what the profile allows: mount under default
	shim run --cap-drop SYS_ADMIN unshare -m true
	expect 'resolved without' 1 '' 'Operation not permitted'
	setpriv --bounding-set -sys_time "$SECCOMP_SHIM" run --cap-add SYS_TIME touch "$marker" 2>/dev/null &&
		row_failed 'not in bounding' 'was not refused'
	[ ! -e "$marker" ] || row_failed 'not in bounding' 'was executed'
	all_held
}

@test "no_new_privs stays off only if the user says so (root)" {
	if ! is_root; then return 0; fi
	shim run --security-opt no-new-privileges:false "${show[@]}"
	expect 'off' 0 'Cap' ''
	field 'off' NoNewPrivs 0
	field 'off' Seccomp 2
	shim run --security-opt no-new-privileges=false --cap-drop ALL --cap-add KILL "${show[@]}"
	field 'sys_admin is gone' CapPrm 0000000000000020
	field 'sys_admin is gone' CapEff 0000000000000020
	field 'sys_admin is gone' CapBnd 0000000000000020
	field 'sys_admin is gone' NoNewPrivs 0
	field 'sys_admin is gone' Seccomp 2
	rm -f "$marker"
	status=0
	setpriv --bounding-set -sys_admin "$SECCOMP_SHIM" run --security-opt no-new-privileges:false \
		touch "$marker" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	out='' err=$(cat "$BATS_TEST_TMPDIR/err")
	expect_refused 'without it' 125 'no-new-privileges:false needs what this process does not have: CAP_SYS_ADMIN'
	[ ! -e "$marker" ] || row_failed 'without it' 'was executed'
	status=0
	setpriv --no-new-privs "$SECCOMP_SHIM" run --security-opt no-new-privileges:false \
		"${show[@]}" >"$folder/out" 2>"$folder/err" || status=$?
	out=$(cat "$folder/out") err=$(cat "$folder/err")
	expect 'on already' 0 $'NoNewPrivs:\t1' '^seccomp-shim: warning: no_new_privs is on in this process'
	if can_change_user; then
		shim run --security-opt no-new-privileges:false --user $NOBODY:$NOBODY "${show[@]}"
		field 'another user' NoNewPrivs 0
		field 'another user' Seccomp 2
		field 'another user' CapPrm 0000000000000000
	fi
	all_held
}

@test "--user takes names and numbers that exist" {
	refused 'trailing letter' '--user: unknown user "1x"' --user 1x
	refused 'sign' '--user: unknown user "-1"' --user=-1
	refused 'plus' '--user: unknown user ".1"' --user +1
	refused 'space' '--user: unknown user " 1"' --user ' 1'
	refused 'hexadecimal' '--user: unknown user "0x0"' --user 0x0
	refused '2^32-1' '--user: 4294967295 is not a valid user id' --user 4294967295:1
	refused '2^32-1 group' '--user: 4294967295 is not a valid group id' --user 1:4294967295
	refused '2^32' '--user: 4294967296 is not a valid user id' --user 4294967296:1
	refused '2^64+1' '--user: 18446744073709551617 is not a valid user id' --user 18446744073709551617:1
	refused 'group letter' '--user: unknown group "1x"' --user 1:1x
	refused 'no group' '--user: user 4000000000 is not in the user database' --user 4000000000
	refused 'empty' '--user: "" is not a valid user' --user ''
	refused 'no user' '--user: ":1" is not a valid user' --user :1
	refused 'nothing behind' '--user: "1:" is not a valid user' --user 1:
	refused 'three' '--user: "1:1:1" is not a valid user' --user 1:1:1
	refused 'hostile' '--user: unknown user "x.n.x1b\[2J"' --user $'x\n\e[2J'
	shim run --user "$(id -u):$(id -g)" true
	expect 'ids that are ours' 0 '' ''
	all_held
}

@test "--user sets ids and groups of the command (root)" {
	if ! can_change_user; then
		if is_root; then
			refused 'user namespace' 'cannot set the (supplementary groups|group|user): ' --user 12:13
		fi
		return 0
	fi
	local ids='id -u; id -g; id -G'
	shim run --user 12:13 sh -c "$ids"
	expect 'numbers' 0 $'^12\n13\n13$' ''
	shim run --user 4294967294:4294967294 sh -c "$ids"
	expect 'largest' 0 $'^4294967294\n4294967294\n4294967294$' ''
	shim run --user nobody sh -c "$ids"
	expect 'name' 0 "^$(id -u nobody)"$'\n'"$(id -g nobody)"$'\n'"$(id -G nobody)\$" ''
	shim run --user daemon:13 sh -c "$ids"
	expect 'name and number' 0 $'^1\n13\n13$' ''
	shim run --user 1:daemon sh -c "$ids"
	expect 'number and name' 0 $'^1\n1\n1$' ''
	shim run --user 1 sh -c "$ids"
	expect 'number with an entry' 0 "^1"$'\n'"$(id -g daemon)"$'\n'"$(id -G daemon)\$" ''
	shim run --user 12:13 "${show[@]}"
	field 'all four' Uid $'12\t12\t12\t12'
	field 'all four' Gid $'13\t13\t13\t13'
	field 'nothing is kept' CapPrm 0000000000000000
	field 'nothing is kept' CapAmb 0000000000000000
	shim run --user 12:13 --ambient NET_BIND_SERVICE "${show[@]}"
	field 'ambient' CapEff 0000000000000400
	field 'ambient' CapAmb 0000000000000400
	setpriv --groups 5,6 "$SECCOMP_SHIM" run --user 12:13 id -G >"$folder/out"
	[ "$(cat "$folder/out")" = 13 ] || row_failed 'supplementary groups' 'not cleared'
	# resolved for what user 12 will hold, not for root
	shim run --user 12:13 unshare -U true
	expect 'unshare' 1 '' 'Operation not permitted'
	# the directory is entered as root; the command as the user
	mkdir -m 700 "$folder/private"
	shim run --user 12:13 --workdir "$folder/private" sh -c 'pwd; ls .'
	expect 'workdir' 2 "^$folder/private\$" 'Permission denied'
	printf '#!/bin/sh\necho it ran\n' >"$folder/private/tool"
	chmod 755 "$folder/private/tool"
	shim run --user 12:13 "$folder/private/tool"
	expect_refused 'found as the user' 126 ".*Permission denied"
	all_held
}

@test "with little memory run refuses or confines, and leaves nothing behind" {
	if ! is_asan; then # 136
		status=0
		(ulimit -v 8192 && exec "$SECCOMP_SHIM" run -p audit true) 2>"$folder/err" || status=$?
		case $status in
		0 | 125 | 127) ;;
		*) row_failed '136' "status $status" ;;
		esac
	fi
	shim run sh -c 'ps -o pid= --ppid $$ | wc -l'
	[ "$out" -le 3 ] || row_failed 'children' 'more than those of sh'
	[ -z "$(find "$folder" -newer "$shim_here" -type f ! -name err ! -name out)" ] ||
		row_failed 'files' "$(find "$folder" -newer "$shim_here" -type f)"
	all_held
}
