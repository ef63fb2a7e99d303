#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# check as a linter: each finding where it is to come, with its severity, place and witness, and a like profile that does
# not get it; the story of no-chmod; the default profiles of others; the list of findings in the manual page.

load lib

setup() {
	cd "$BATS_TEST_TMPDIR"
	options=(--arch x86_64 --caps docker --kernel 6.1)
}

# A profile of rules, one a line from line 2 on: deny RULE..., allow RULE... (default ERRNO), with x86 and x32 listed.
listed='"architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X86","SCMP_ARCH_X32"],'
profile() { # DEFAULT RULE...
	printf '{"defaultAction":"SCMP_ACT_%s",%s"syscalls":[' "$1" "$listed"
	shift
	printf '\n%s' "$1"
	shift
	[ $# = 0 ] || printf ',\n%s' "$@"
	printf '\n]}\n'
}
deny() { profile ALLOW "$@" >p.json; }
allow() { profile ERRNO "$@" >p.json; }

# rule NAMES ACTION [ARGS]: its text
rule() {
	printf '{"names":["%s"],"action":"SCMP_ACT_%s"%s}' "${1// /\",\"}" "$2" "${3:+,\"args\":[$3]}"
}
condition() { # INDEX OPERATOR VALUE [VALUE_TWO]
	printf '{"index":%s,"op":"SCMP_CMP_%s","value":%s%s}' "$1" "$2" "$3" "${4:+,\"valueTwo\":$4}"
}
everyday='read write close openat execve exit_group'

# fires ROW ID SEVERITY LINE:COLUMN TEXT: p.json gets just one finding with the id, there.
fires() {
	shim check "${options[@]}" p.json
	[ "$(grep -c "\[$2\]\$" <<<"$out")" = 1 ] || row_failed "$1" "not one $2"
	[[ $out =~ (^|$'\n')p\.json:$4:\ $3:\ $5.*\[$2\] ]] || row_failed "$1" "no $3 $2 at $4 with $5"
}

# never ROW ID: p.json is read, and has no such finding.
never() {
	shim check "${options[@]}" p.json
	[[ $out =~ p\.json:\ 0\ errors, ]] || row_failed "$1" 'errors'
	! grep -q "\[$2\]\$" <<<"$out" || row_failed "$1" "has $2"
}

@test "a profile that denies chmod but not fchmodat2 gets a warning" {
	local name
	deny "$(rule 'chmod fchmod fchmodat' ERRNO)"
	fires 'deny list' open-sibling warning 2:11 \
		"chmod, fchmod and fchmodat are restricted, but with fchmodat2 .*: x86_64 fchmodat2\(dfd=0, filename=0, mode=0, flags=0\) is answered ALLOW \(deny fchmodat2 as well\)"
	[ "$status" = 1 ] || row_failed 'deny list' 'status'
	deny "$(rule 'chmod fchmod fchmodat fchmodat2' ERRNO)"
	never 'deny list, mended' open-sibling
	[ "$status" = 0 ] || row_failed 'deny list, mended' 'status'
	for name in fchmodat2 fchmodat; do # the older of two, or the newest of all
		sed "s/\"chmod\", \"fchmod\", \"fchmodat\", \"fchmodat2\"/\"$name\"/" "$PROFILES/default.json" >p.json
		fires "allow list that keeps $name" open-sibling warning '[0-9]+:17' \
			"chmod( and|, ).*with $name there is another way to change a file's mode: x86_64 $name\([a-z]*=.*\) is answered ALLOW \(take $name out too"
		[ "$(sed -n "$(sed -n 's/^p.json:\([0-9]*\):.*open-sibling.$/\1/p' <<<"$out")p" p.json)" = "      \"names\": [\"$name\"]," ] ||
			row_failed "$name" 'not at its line'
	done
	shim check --quiet --caps docker "$PROFILES/no-chmod.json"
	expect 'the example' 0 '^[^ ]*no-chmod.json: 0 errors, 0 warnings$' ''
	all_held
}

@test "check names the siblings of a denied call that stay open, for each ABI" {
	deny "$(rule 'setxattr lsetxattr fsetxattr' ERRNO)"
	fires 'setxattrat' open-sibling warning 2:11 'setxattr, .*with setxattrat .*x86_64 setxattrat\('
	deny "$(rule 'open openat creat' ERRNO)"
	shim check "${options[@]}" p.json
	[[ $out =~ 'with openat2 and open_by_handle_at' ]] || row_failed 'open' 'openat2'
	deny "$(rule 'chown fchown lchown fchownat' ERRNO)"
	fires '32-bit variants' open-sibling warning 2:11 '.*with chown32, fchown32 and lchown32 .*: x86 chown32\('
	listed=''
	deny "$(rule 'chown fchown lchown fchownat' ERRNO)"
	never 'no 32-bit ABI' open-sibling
	listed='"architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X86","SCMP_ARCH_X32"],'
	deny "$(rule 'settimeofday clock_settime stime adjtimex clock_adjtime' ERRNO)"
	shim check "${options[@]}" p.json
	[[ $out =~ 'x86 clock_settime64(' ]] || row_failed 'time64' 'clock_settime64'
	deny "$(rule 'clone' ERRNO "$(condition 0 MASKED_EQ 268435456 268435456)")" "$(rule unshare ERRNO)"
	shim check "${options[@]}" p.json
	[[ $out =~ 2:11:\ warning:\ clone\ is\ restricted,\ but\ with\ clone3 ]] || row_failed 'clone' 'clone3'
	deny "$(rule 'clone' ERRNO "$(condition 0 MASKED_EQ 268435456 268435456)")" "$(rule unshare ERRNO)" \
		'{"names":["clone3"],"action":"SCMP_ACT_ERRNO","errnoRet":38}'
	never 'clone3 answers ENOSYS' open-sibling
	deny "$(rule unshare ERRNO)"
	fires 'unshare' open-sibling warning 2:11 'unshare is .*with clone and clone3 .*x86_64 clone\(flags=CLONE_NEWUSER, .* is answered ALLOW'
	deny "$(rule rmdir ERRNO)"
	fires 'rmdir' open-sibling warning 2:11 'rmdir is .*with unlinkat .*: x86_64 unlinkat\(dfd=0, pathname=0, flag=AT_REMOVEDIR\) is'
	deny "$(rule creat ERRNO)"
	fires 'creat' open-sibling warning 2:11 'creat is .*: x86_64 open\(filename=0, flags=O_RDONLY\|O_CREAT, mode=0\) is'
	deny "$(rule 'mount umount umount2' ERRNO)"
	fires 'mount' open-sibling warning 2:11 'mount is restricted, .*open_tree, move_mount, fsmount, mount_setattr and open_tree_attr '
	deny "$(rule 'fork vfork' ERRNO)" "$(rule clone ERRNO "$(condition 0 MASKED_EQ 268435456 268435456)")" "$(rule clone3 ERRNO)"
	fires 'fork, where clone passes for some arguments' open-sibling warning 2:11 'fork and vfork are restricted, but with clone '
	deny "$(rule 'init_module' ERRNO)"
	fires 'finit_module' open-sibling warning 2:11 'init_module is .*finit_module'
	deny "$(rule 'oldstat oldlstat oldfstat' ERRNO)"
	fires 'harmless' open-sibling note 2:11 'oldstat'
	deny "$(rule 'kexec_load kexec_file_load ptrace process_vm_readv process_vm_writev setns' ERRNO)"
	never 'whole families' open-sibling
	deny "$(rule acct ERRNO)"
	never 'no family' open-sibling
	allow "$(rule "$everyday" ALLOW)"
	shim check "${options[@]}" p.json
	[[ $status = 0 && $out =~ 2:34:\ note:\ open\ is\ restricted,\ but\ with\ openat\  ]] ||
		row_failed 'a short list has old calls only where it needs them' 'openat'
	allow "$(rule "$everyday renameat2 fchmodat2" ALLOW)"
	shim check "${options[@]}" p.json
	[[ $out =~ 2:77:\ warning:\ chmod,\ fchmod\ and\ fchmodat\ are\ restricted,.*fchmodat2 ]] || row_failed 'new call in a short list' 'fchmodat2'
	[[ $out =~ note:\ rename\ and\ renameat\ are ]] || row_failed 'old call in a short list' 'renameat2'
	all_held
}

@test "check names rules without effect" {
	deny "$(rule acct ERRNO)" "$(rule acct ERRNO)"
	fires 'repeated' repeated-rule note 3:11 'acct already has this outcome by the rule at line 2, column 11'
	deny "$(rule acct ERRNO)" "$(rule swapoff ERRNO)"
	never 'not repeated' repeated-rule
	deny "$(rule acct ALLOW)" "$(rule swapoff ERRNO)"
	fires 'the default' same-as-default note 2:11 'this rule gives acct the outcome that it has by the default action anyway'
	allow "$(rule lseek ALLOW "$(condition 2 LT 3)")" "$(rule lseek ERRNO "$(condition 2 EQ 1)")" "$(rule "$everyday" ALLOW)"
	never 'the default over a laxer rule' same-as-default
	deny "$(rule acct ERRNO)" "$(rule acct ALLOW "$(condition 0 EQ 0)")"
	fires 'an exception that is none' useless-rule warning 3:11 'acct is decided by the unconditional rule at line 2, column 11'
	deny "$(rule lseek ERRNO "$(condition 2 GT 3)")" "$(rule lseek LOG "$(condition 2 EQ 5)")"
	fires 'covered' useless-rule warning 3:11 'lseek is decided by the stricter or earlier rule at line 2, column 11'
	deny "$(rule lseek ERRNO "$(condition 2 GT 3)")" "$(rule lseek LOG "$(condition 2 EQ 3)")"
	never 'beside each other' useless-rule
	deny "$(rule lseek ERRNO "$(condition 2 LT 0)")"
	fires 'below 0' never-met warning 2:1 "no call of lseek meets this rule's conditions"
	deny "$(rule swapon ERRNO "$(condition 0 GT 4294967295)")" "$(rule acct ERRNO)"
	never 'more than 32 bits, of a pointer' never-met
	deny "$(rule lseek ERRNO "$(condition 2 LT 1)")"
	never 'met' never-met
	deny "$(rule lseek ERRNO "$(condition 2 GE 0)")"
	fires 'at least 0' always-met warning 2:54 'every call meets this condition on argument 2'
	deny "$(rule lseek ERRNO "$(condition 2 MASKED_EQ 0 0)")"
	fires 'no bit' always-met warning 2:54 'every call'
	deny "$(rule lseek ERRNO "$(condition 2 GE 1)")"
	never 'at least 1' always-met
	all_held
}

@test "a condition on an argument that the call does not have gets a warning" {
	deny "$(rule chmod ERRNO "$(condition 2 EQ 1)")"
	fires 'chmod' no-such-argument warning 2:54 'chmod of SCMP_ARCH_X86_64 has no argument 2: the caller can put any value there'
	deny "$(rule 'mprotect mmap' ERRNO "$(condition 2 MASKED_EQ 4 4)")"
	fires "i386's mmap takes a pointer to its arguments" no-such-argument warning 2:64 'mmap of SCMP_ARCH_X86 has no argument 2'
	deny "$(rule 'mprotect mmap2' ERRNO "$(condition 2 MASKED_EQ 4 4)")"
	never 'mmap2' no-such-argument
	deny "$(rule chmod ERRNO "$(condition 1 EQ 1)")" "$(rule ipc ERRNO "$(condition 5 EQ 1)")"
	never 'the last ones' no-such-argument
	all_held
}

@test "a wrong name in a rule for another target is found" {
	cat >p.json <<-'END'
		{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["execve","exit_group"],"action":"SCMP_ACT_ALLOW"},
		{"names":["mout"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_ADMIN"]}},
		{"names":["mount"],"action":"SCMP_ACT_ALLOW","excludes":{"arches":["amd64"]}}]}
	END
	fires 'left out' unknown-syscall note 2:11 'unknown system call "mout"; its rule is not for this target \(did you mean mount\?\)'
	options=(--arch x86_64 --caps all)
	fires 'taken' unknown-syscall warning 2:11 'unknown system call "mout": it stays under the default action'
	all_held
}

@test "check names rules that apply to the same call" {
	deny "$(rule lseek ERRNO "$(condition 2 GT 3),$(condition 2 LT 2)")"
	fires 'or' alternatives warning 2:95 'a second condition on argument 2'
	deny "$(rule lseek ERRNO "$(condition 1 GT 3),$(condition 2 LT 2)")"
	never 'and' alternatives
	deny "$(rule lseek ERRNO "$(condition 2 GT 3)")" "$(rule lseek KILL "$(condition 2 LT 9)")"
	fires 'overlap' overlapping-rules warning 3:1 'this rule on lseek and the one at line 2, column 1 match the same calls'
	deny "$(rule lseek ERRNO "$(condition 2 GT 3)")" "$(rule lseek KILL "$(condition 2 LT 2)")"
	never 'no overlap' overlapping-rules
	deny "$(rule socket ERRNO "$(condition 0 MASKED_EQ 4294967295 40)")"
	fires 'multiplexed' multiplexed-call warning 2:1 'socket can be called through its multiplexer on SCMP_ARCH_X86'
	deny "$(rule socket ERRNO)"
	never 'whole' multiplexed-call
	deny "$(rule acct ALLOW)" "$(rule swapoff ALLOW)"
	fires 'nothing denied' allows-everything warning 1:18 'every call is allowed'
	deny "$(rule swapoff ERRNO)"
	never 'something denied' allows-everything
	deny "$(rule acct ALLOW)" "$(rule acct ERRNO)"
	fires 'libseccomp' libseccomp-differs warning 1:1 '.*reads these rules differently: x86 acct\(name=0\) would get ERRNO\(EPERM\), the rules as written give ALLOW'
	deny "$(rule acct ERRNO)"
	never 'libseccomp' libseccomp-differs
	fires 'agreement' libseccomp-agrees note 1:1 'libseccomp [0-9.]+ reads these rules in the same way, unlisted architectures included; not compared: number -1, x86_64 numbers with bit 31 '
	allow "$(rule acct ALLOW)"
	fires 'agreement, ENOSYS' libseccomp-agrees note 1:1 '.*number -1, numbers above the highest one that the rules name \(ENOSYS\), x86_64'
	deny "$(rule chmdo ALLOW)" "$(rule acct ERRNO)"
	shim check p.json
	expect 'unknown name' 2 'p\.json:2:11: error: unknown system call "chmdo" \(did you mean chmod\?\) \[unknown-syscall\]' ''
	all_held
}

@test "check names ways around the rules" {
	deny "$(rule connect ERRNO)"
	fires 'io_uring' io-uring warning 2:11 \
		'.*denied to connect, .*: x86_64 connect\([a-z]*=0, .*\) is answered ERRNO\(EPERM\), while x86_64 io_uring_setup\(.* is answered ALLOW'
	deny "$(rule 'connect io_uring_setup' ERRNO)"
	never 'no ring' io-uring
	deny "$(rule acct ERRNO)"
	never 'nothing that a ring does' io-uring
	allow "$(rule "$everyday io_uring_setup io_uring_enter" ALLOW)"
	fires 'a short list' io-uring note 2:65 '.*denied to accept, accept4'
	allow "$(rule "$everyday socketcall" ALLOW)" "$(rule socket ALLOW "$(condition 0 EQ 1)")"
	fires 'socketcall, by arguments' open-multiplexer note 2:65 'on SCMP_ARCH_X86 socketcall makes calls .*socket.*: x86 socketcall\(call=SYS_[A-Z0-9]+, '
	deny "$(rule socket ERRNO)" "$(rule 'acct' ERRNO)"
	never 'socketcall follows socket' open-multiplexer
	options=(--kernel 4.7 --arch x86_64)
	deny "$(rule acct ERRNO)"
	fires 'old kernel' old-ptrace warning 1:18 'before Linux 4.8 a tracer can change a call .*: x86_64 ptrace\('
	deny "$(rule ptrace ERRNO)"
	never 'denied' old-ptrace
	options=(--kernel 4.8 --arch x86_64)
	deny "$(rule acct ERRNO)"
	never '4.8' old-ptrace
	deny "$(rule gettimeofday ERRNO)"
	fires 'vDSO' vdso note 2:11 'gettimeofday is mostly answered by the vDSO'
	deny "$(rule sysinfo ERRNO)"
	never 'a call' vdso
	all_held
}

@test "conditions wider than the argument get a warning" {
	deny "$(rule ioctl ERRNO "$(condition 1 EQ 21522)")"
	fires 'TIOCSTI' wide-condition warning 2:1 \
		'the kernel uses 32 bits of cmd of ioctl, .*: they let x86_64 ioctl\(fd=0, cmd=0x100005412, arg=0\) pass, which is the same call as x86_64 ioctl\(fd=0, cmd=TIOCSTI, arg=0\) .*SCMP_CMP_MASKED_EQ with value 4294967295, the mask, and valueTwo 21522\)'
	deny "$(rule ioctl ERRNO "$(condition 1 MASKED_EQ 4294967295 21522)")"
	never 'masked' wide-condition
	deny "$(rule lseek ERRNO "$(condition 1 EQ 21522)")"
	never '64 bits' wide-condition
	allow "$(rule "$everyday" ALLOW)" "$(rule socket ALLOW "$(condition 0 EQ 1)")"
	never 'allowed by a value' wide-condition
	allow "$(rule "$everyday" ALLOW)" "$(rule socket ALLOW "$(condition 0 NE 40)")"
	fires 'left out by a value' wide-condition note 3:1 '.*x86_64 socket\([a-z]*=0x100000028, '
	options+=(--as runc)
	deny "$(rule ioctl ERRNO "$(condition 1 EQ 21522)")"
	fires 'as runc' wide-condition warning 2:1 '.*ioctl\(fd=0, cmd=0x100005412, '
	deny "$(rule ioctl ERRNO "$(condition 1 MASKED_EQ 4294967295 21522)")"
	never 'as runc, masked' wide-condition
	all_held
}

@test "check warns about ABIs, tracers, listeners and calls that every launch needs" {
	deny "$(rule acct ERRNO)"
	never 'listed' missing-abi
	never 'no tracer' tracer-decides
	never 'no listener' listener-decides
	never 'execve' execve-denied
	never 'exit_group' exit-denied
	deny "$(rule acct TRACE)"
	fires 'tracer' tracer-decides note 2:1 'SCMP_ACT_TRACE on acct'
	listed='"listenerPath":"/run/listener",'
	deny "$(rule 'acct reboot' NOTIFY)"
	fires 'listener' listener-decides note 2:1 'SCMP_ACT_NOTIFY on acct and 1 more'
	fires 'not listed' missing-abi note 1:1 \
		'programs of x86 and x32, .*: x86 [a-z_]+\(.* is answered KILL_THREAD \(list SCMP_ARCH_X86 and SCMP_ARCH_X32 if they are to run\)'
	listed=''
	deny "$(rule execve ERRNO)"
	fires 'execve' execve-denied warning 2:11 'execve is not allowed'
	deny "$(rule exit_group ERRNO)"
	fires 'exit_group' exit-denied warning 2:11 'exit_group is not allowed'
	all_held
}

@test "check warns where C libraries do not fall back from the error number" {
	deny "$(rule 'clone3' ERRNO)"
	fires 'clone3' no-fallback warning 2:11 'C libraries \(glibc since 2.34\) use clone if clone3 fails with ENOSYS, .*: x86_64 clone3\([a-z_]*=0, .* is answered ERRNO\(EPERM\)'
	deny '{"names":["clone3"],"action":"SCMP_ACT_ERRNO","errnoRet":38}'
	never 'ENOSYS' no-fallback
	deny "$(rule 'chmod fchmod fchmodat fchmodat2' ERRNO)"
	never 'the older one is denied too' no-fallback
	deny "$(rule 'close_range' ERRNO)"
	fires 'close_range' no-fallback note 2:11 'C libraries and runtimes use close'
	allow "$(rule "execve exit_group fchmodat2 faccessat" ALLOW)"
	fires 'EPERM by default' no-fallback warning 1:18 'C libraries and shells use faccessat if faccessat2 .* is answered ERRNO\(EPERM\)'
	allow "$(rule "execve exit_group faccessat" ALLOW)"
	never 'ENOSYS beyond the highest' no-fallback
	all_held
}

@test "check shows the calls that runc and crun decide otherwise" {
	deny "$(rule acct ERRNO)" "$(rule lsm_set_self_attr ERRNO)"
	if ! python3 -c 'import ctypes, sys; sys.exit(ctypes.CDLL("libseccomp.so.2").seccomp_syscall_resolve_name(b"lsm_set_self_attr") != -1)'; then
		skip 'libseccomp knows lsm_set_self_attr'
	fi
	fires 'dropped' dropped-by-runtime note 3:11 \
		'libseccomp [0-9.]* does not know lsm_set_self_attr: .* leaves a hole: x86_64 lsm_set_self_attr\([a-z0-9_]*=.* is answered ERRNO\(EPERM\), and ALLOW there'
	fires 'runc' runc-differs note 1:1 'runc with libseccomp [0-9.]* treats 1 call \(lsm_set_self_attr\) differently, and lets calls pass .*; for example x86_64 lsm_set_self_attr\(.*: ALLOW instead of ERRNO\(EPERM\)'
	fires 'crun' crun-differs note 1:1 'crun with '
	[ "$status" = 0 ] || row_failed 'notes' 'status'
	options+=(--as crun)
	fires 'as crun' dropped-by-runtime warning 3:11 'crun drops this rule on lsm_set_self_attr and reports nothing, which leaves a hole'
	never 'as crun' crun-differs
	options=(--arch x86_64)
	deny "$(rule acct ERRNO)"
	never 'known' dropped-by-runtime
	deny "$(rule lseek ERRNO "$(condition 1 EQ 1)")" "$(rule lseek KILL "$(condition 1 EQ 1)")"
	fires 'refused' runc-differs note 3:11 'runc does not start a container with this profile: '
	all_held
}

@test "--starts-under names the calls that a runtime needs to start a container" {
	options+=(--starts-under crun)
	deny "$(rule prctl ERRNO)"
	fires 'prctl, crun' runtime-needs error 2:11 'crun calls prctl .*: x86_64 prctl\(option=PR_[A-Z_]+, .* is answered ERRNO\(EPERM\) \(add a rule that allows prctl\)'
	[ "$status" = 2 ] || row_failed 'prctl, crun' 'status'
	options+=(--nnp)
	never 'prctl, crun, nnp' runtime-needs
	options=()
	local default
	for default in KILL KILL_THREAD KILL_PROCESS; do
		printf '{"defaultAction": "SCMP_ACT_%s",\n"architectures": ["SCMP_ARCH_X86_64"], "syscalls": [{"names": ["execve", "write"], "action": "SCMP_ACT_ALLOW"}]}' \
			"$default" >p.json
		if [ "$default" = KILL_PROCESS ]; then
			never 'a default that kills all threads' runtime-hangs
		else
			fires "default $default" runtime-hangs note 1:19 'under runc a container with this profile hangs: runc calls close .*answered KILL_THREAD'
		fi
	done
	options=(--starts-under runc --nnp)
	deny "$(rule fstatfs KILL)"
	fires 'fstatfs, runc' runtime-hangs error 2:11 'runc calls fstatfs .*waits for ever.*is answered KILL_THREAD'
	deny "$(rule fstatfs KILL_PROCESS)"
	fires 'fstatfs, runc' runtime-needs error 2:11 'runc calls fstatfs '
	deny "$(rule getpid ERRNO)"
	never 'getpid may fail' runtime-needs
	deny "$(rule write ERRNO "$(condition 0 EQ 1)")"
	fires 'write to some descriptor' runtime-needs warning 2:11 'runc calls write .*may not start'
	shim check --starts-under runc --caps docker default
	expect 'default' 0 '0 errors, 0 warnings' ''
	shim check --starts-under youki default
	expect_refused 'unknown runtime' 2 'unknown runtime "youki" \(expected runc or crun\)'
	shim check --nnp default
	expect_refused 'nnp alone' 2 '--nnp has no effect without --starts-under'
	all_held
}

@test "the default profiles of Docker and podman have only findings that the manual page explains" {
	local profile id
	for profile in ${MOBY_PROFILE:+"$MOBY_PROFILE"} ${PODMAN_PROFILE:+"$PODMAN_PROFILE"} ${REFERENCE_DATA:+"$REFERENCE_DATA/moby-default.json"}; do
		for caps in docker all none; do
			shim check --caps "$caps" "$profile"
			[ "$status" -lt 2 ] || row_failed "$profile $caps" 'errors'
			for id in $(sed -n 's/^.*\[\([a-z-]*\)\]$/\1/p' <<<"$out"); do
				grep -q "^\.It Sy $id " "$TREE/shim/man/seccomp-shim-check.1" || row_failed "$profile" "$id is not explained"
			done
			for id in $(sed -n 's/^.* warning: .*\[\([a-z-]*\)\]$/\1/p' <<<"$out"); do
				sed -n "/^\.It Sy $id /,/^\.It /p" "$TREE/shim/man/seccomp-shim-check.1" | grep -q "default profile" ||
					row_failed "$profile" "$id does not say why this profile has it"
			done
		done
	done
	all_held
}

@test "the manual page lists every finding of check, with its severity, and no other" {
	python3 - "$TREE" <<-'END'
		import glob, os, re, sys
		tree = sys.argv[1]
		page = open(os.path.join(tree, 'shim/man/seccomp-shim-check.1')).read()
		section = re.search(r'^\.Sh FINDINGS$(.*?)^\.Sh ', page, re.M | re.S).group(1)
		told = {}
		for ids, severity in re.findall(r'^\.It Sy ([a-z, -]+?)(?: Pq (.*))?$', section, re.M):
		    for one in ids.split(', '):
		        assert one not in told, one
		        told[one] = severity
		files = [file for room in ('rules', 'lint') for file in glob.glob(f'{tree}/filter/{room}/*.c')]
		files += [f'{tree}/shim/analyze/check.c']
		found = {}
		for file in files:
		    text = open(file).read()
		    for kind, call in re.findall(r'\bfinding_(add|error)\((.*?)\);', text, re.S):
		        call = re.sub(r'"\s*"', '', call)
		        ids = [word for word in re.findall(r'"([^"]*)"', call) if re.fullmatch(r'[a-z]+(-[a-z]+)*', word)]
		        ids = [word for word in ids if word not in ('runc', 'crun')]
		        severities = {'error'} if kind == 'error' else {word.lower() for word in re.findall(r'SEVERITY_(\w+)', call)}
		        for one in ids[:2 if ids and ('differs' in ids[0] or 'hangs' in ids[0]) else 1]:
		            found.setdefault(one, set()).update(severities)
		for usage in ('usage', 'dialect'):
		    found.pop(usage, None)
		decisions = {one: severity for one, severity in told.items() if severity}
		assert set(found) == set(decisions), set(found) ^ set(decisions)
		for one, severities in found.items():
		    assert severities <= set(decisions[one].split(', ')), (one, severities, decisions[one])
		documents = {one for one, severity in told.items() if not severity}
		known = set()
		for file in glob.glob(f'{tree}/oci/*.c') + [f'{tree}/shim/input/{name}.c' for name in ('source', 'input', 'target')]:
		    known.update(re.findall(r'"([a-z]+(?:-[a-z]+)*)"', open(file).read()))
		assert documents <= known, documents - known
		for file in ('json', 'json_fault', 'json_value', 'member', 'profile', 'profile_reader', 'resolve', 'profile_rule'):
		    text = open(f'{tree}/oci/{file}.c').read()
		    for one in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', text):
		        assert one in documents, (file, one)
	END
}

@test "check is fast, also for a large profile" {
	local begin=${EPOCHREALTIME/./}
	shim check --caps docker default
	[ $((${EPOCHREALTIME/./} - begin)) -lt 1000000 ] || is_asan || row_failed 'default' 'a second'
	deny "$(rule "$(yes acct | head -n 20001 | tr '\n' ' ' | sed 's/ $//')" ERRNO)"
	fires 'more than 20000 names' not-linted note 1:1 'the profile is too large'
	deny "$(rule "$(yes acct | head -n 20000 | tr '\n' ' ' | sed 's/ $//')" ERRNO)"
	never '20000 names' not-linted
	all_held
}
