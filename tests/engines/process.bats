#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A bundle made by `runc spec` runs the same `process` under run --bundle as under runc: ids, groups, the five
# capability sets, limits, directory, environment, umask, oom_score_adj, as /proc shows them. (With run the host's file
# is executed: busybox, the same one at the same place.)

# shellcheck disable=SC2154,SC2016 # `folder` is made by setup; what is in single quotes is for the command's shell
load lib

setup() {
	folder=$(open_folder)
	new_bundle "$folder/bundle"
	"$SECCOMP_SHIM" compile -f oci --caps docker --quiet -o "$folder/section.json" "$PROFILES/no-chmod.json"
	umask 022 # runc's own, where process.user has none
}

teardown() {
	delete_container runc "$id"
	rm -rf "$folder"
}
id=container

SHOW='grep -E "^(Umask|Uid|Gid|Groups|NoNewPrivs|Seccomp|Cap...):" /proc/$$/status
cat /proc/$$/oom_score_adj /proc/$$/limits; cat /proc/$$/environ | tr "\\0" "\\n"; cat /proc/$$/cmdline | tr "\\0" "|"; pwd'

# process MEMBERS...: a JSON object; of two members with one name the later counts.
process() {
	local IFS=,
	echo "{$*}"
}

# equal_process ROW MEMBERS [OPTION...]: of `process`; options are for run.
equal_process() {
	local row=$1 ours found
	ask_both "$@"
	[[ $ours == *$'\nSeccomp:\t2\n'* ]] || same "$row, run" 'a process with a filter' "$ours"
	same "$row: runc (-) and run (+)" "$found" "$ours"
	count=$((count + 1))
}

# both_refuse ROW OURS RUNCS MEMBERS: patterns for what they say.
both_refuse() {
	local row=$1 ours found
	ask_both "$row" "$4"
	[[ $ours =~ $2.*status\ 125$ ]] || same "$row, run" "$2" "$ours"
	[[ $found =~ $3.*status\ 1$ ]] || same "$row, runc" "$3" "$found"
}

# Sets $ours and $found, which is runc's.
ask_both() {
	configure "$folder/bundle" "$folder/section.json" /bin/busybox sh -c "$SHOW" same '' 'a b' <<<"$2"
	answer self "$SECCOMP_SHIM" run --quiet --host-root "${@:3}" --bundle "$folder/bundle"
	ours=$found
	answer self runc --root "$folder/runc" run --bundle "$folder/bundle" "$id"
	delete_container runc "$id"
}

user() {
	printf '"user": {"uid": %s, "gid": %s, "additionalGids": [%s]}' "$@"
}

# sets NAMES;...: bounding; effective; permitted; inheritable; ambient
sets() {
	local name names rest list=''
	for name in bounding effective permitted inheritable ambient; do
		IFS=';' read -r names rest <<<"$1"
		list+=", \"$name\": [$(sed -E 's/[A-Z_]+/"CAP_&"/g; s/ /, /g' <<<"$names")]"
		set -- "$rest"
	done
	printf '"capabilities": {%s}' "${list#, }"
}

limits() {
	local list=''
	while [ $# -gt 0 ]; do
		list+=", {\"type\": \"RLIMIT_$1\", \"soft\": $2, \"hard\": $3}"
		shift 3
	done
	printf '"rlimits": [%s]' "${list#, }"
}

ENVIRONMENT='"env": ["PATH=/usr/bin:/bin", "HOME=/tmp", "TERM=xterm"]'
FEW='AUDIT_WRITE KILL NET_BIND_SERVICE'
DOCKER='CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE'

# runc spec writes an ambient set without an inheritable one; the kernel cannot give it, and runc goes on without it.
@test "run takes a bundle just as runc spec makes it" {
	local count=0
	equal_process 'runc spec' "{$ENVIRONMENT}"
	equal_process "runc spec's limits" "$(process "$ENVIRONMENT" "$(limits NOFILE 1024 1024)")"
	equal_process 'a user' "$(process "$ENVIRONMENT" "$(user 1000 1000 5,6)")"
	all_held
}

@test "a process has the same ids, sets, limits and environment under runc and under run --bundle" {
	local count=0 base user='"user": {"uid": 1000, "gid": 1000}' granted=(--security-opt no-new-privileges:false)
	base=$ENVIRONMENT,$(sets "$FEW;$FEW;$FEW;;")

	# ids
	equal_process 'root' "$(process "$base")"
	equal_process 'a user' "$(process "$base" "$(user 1000 1001 5,20,1002)")"
	equal_process 'a user without groups' "$(process "$base" "$(user 1000 1000 '')")"
	equal_process 'no additionalGids' "$(process "$base" "$user")"
	equal_process 'nobody' "$(process "$base" "$(user 65534 65534 0)")"
	equal_process 'root, another group' "$(process "$base" "$(user 0 5 7,3)")"
	equal_process 'large ids' "$(process "$base" "$(user 2147483647 2147483647 2147483646,70000)")"

	# bounding; effective; permitted; inheritable; ambient
	equal_process 'no sets' "$(process "$base" "$(sets ';;;;')")"
	equal_process "Docker's" "$(process "$base" "$(sets "$DOCKER;$DOCKER;$DOCKER;;")")"
	equal_process 'all five' "$(process "$base" "$(sets "$DOCKER;$DOCKER;$DOCKER;$DOCKER;$DOCKER")")"
	equal_process 'bounding only' "$(process "$base" "$(sets 'KILL CHOWN;;;;')")"
	equal_process 'inheritable' "$(process "$base" "$(sets 'KILL CHOWN;KILL;KILL CHOWN;CHOWN;')")"
	equal_process 'less effective' "$(process "$base" "$(sets 'KILL CHOWN FOWNER;KILL;KILL CHOWN;;')")"
	equal_process 'high ones' "$(process "$base" "$(sets 'SYSLOG WAKE_ALARM AUDIT_READ BPF;BPF;BPF SYSLOG;;')")"
	equal_process 'a user, none' "$(process "$base" "$user" "$(sets ';;;;')")"
	equal_process 'a user, no ambient' "$(process "$base" "$user" "$(sets "$DOCKER;$DOCKER;$DOCKER;;")")"
	equal_process 'a user, ambient' "$(process "$base" "$user" "$(sets "KILL NET_RAW CHOWN;KILL NET_RAW;KILL NET_RAW;KILL NET_RAW;KILL NET_RAW")")"
	equal_process 'a user, some ambient' "$(process "$base" "$user" "$(sets "$DOCKER;$DOCKER;$DOCKER;$DOCKER;NET_BIND_SERVICE")")"
	equal_process 'a user, inheritable' "$(process "$base" "$user" "$(sets "$DOCKER;;$DOCKER;CHOWN KILL;")")"
	both_refuse 'inheritable beyond bounding' 'cannot be made inheritable.*: CAP_CHOWN ' 'unable to apply caps' \
		"$(process "$base" "$(sets 'KILL;KILL;KILL CHOWN;CHOWN;')")"

	# limits, none of them higher than ours
	equal_process 'limits' "$(process "$base" "$(limits AS 8000000000 9000000000 CORE 0 0 CPU 100 200 \
		DATA 900000000 1000000000 FSIZE 1000000 2000000 LOCKS 10 20 MEMLOCK 4096 8192 MSGQUEUE 1000 2000 NICE 0 0 \
		NOFILE 77 88 NPROC 900 1000 RSS 100000000 200000000 RTPRIO 0 0 RTTIME 1000000 2000000 SIGPENDING 100 200 \
		STACK 4194304 8388608)")"
	equal_process 'limits of a user' "$(process "$base" "$user" "$(limits NOFILE 50 60 NPROC 500 600)")"
	both_refuse 'raised limit' 'cannot set RLIMIT_CORE' 'error setting rlimit type 4' \
		"$(process "$base" "$user" "$(limits CORE 0 1000)")"

	# the rest
	equal_process 'directory' "$(process "$base" '"cwd": "/tmp"')"
	equal_process 'directory of a user' "$(process "$base" "$user" '"cwd": "/dev/shm"')"
	equal_process 'umask' "$(process "$base" '"user": {"uid": 0, "gid": 0, "umask": 63}')"
	equal_process 'umask of a user' "$(process "$base" '"user": {"uid": 7, "gid": 7, "umask": 0}')"
	equal_process 'oomScoreAdj' "$(process "$base" '"oomScoreAdj": 321')"
	equal_process 'oomScoreAdj of a user' "$(process "$base" "$user" '"oomScoreAdj": 1000')"
	equal_process 'environment' \
		"$(process "$base" '"env": ["PATH=/bin", "HOME=/tmp", "B=", "C=x y", "D=a=b", "LD_PRELOAD=", "Z=1"]')"
	equal_process 'noNewPrivileges false' "$(process "$base" '"noNewPrivileges": false')" "${granted[@]}"
	equal_process 'noNewPrivileges absent, a user' "$(process "$base" "$user" '"noNewPrivileges": null')" "${granted[@]}"
	equal_process "noNewPrivileges false, Docker's" \
		"$(process "$base" '"noNewPrivileges": false' "$(sets "$DOCKER;$DOCKER;$DOCKER;;")")" "${granted[@]}"
	echo "# $count configurations: the same /proc under $(runc --version | head -n 1) and run --bundle" >&3
	all_held
}
