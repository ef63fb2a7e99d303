#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What Docker makes of profiles is what --as runc says, for the capabilities of its containers: its built-in default
# profile and files given with --security-opt. The daemon is one of our own, from $ENGINES (unpacked packages).

# shellcheck disable=SC2154 # `folder` is made by setup
load lib
load docker

setup_file() {
	export FOLDER
	FOLDER=$(open_folder)
	root_filesystem "$FOLDER/rootfs"
	install -m 755 "$PROBES/ask" "$FOLDER/rootfs/bin/"
	echo '{}' >"$FOLDER/daemon.json"
	docker_setup
}

teardown_file() {
	docker_teardown
	rm -rf "$FOLDER"
}

setup() {
	folder=$FOLDER
}
teardown() {
	docker rm --force shim-test >/dev/null 2>&1 || true
}

# container OPTION...: sets $pid and $caps of a new one; the one before is removed.
container() {
	docker rm --force shim-test >/dev/null 2>&1 || true
	docker run --detach --name shim-test --network=none "$@" shim-test /bin/sleep 60 >"$folder/said" 2>&1 || return
	pid=$(docker inspect --format '{{.State.Pid}}' shim-test)
	until_prints sleep cat "/proc/$pid/comm" && caps=$(capabilities_of "$pid")
}

# equal_container ROW PROFILE OPTION...: a container's filter is that of the profile, resolved for what it holds.
equal_container() {
	local pid caps
	if container "${@:3}"; then
		equal_filters "$1" --as runc --caps "$caps" "$2" "pid:$pid"
	else
		same "$1" 'a container' "$(cat "$folder/said")"
	fi
}

@test "Docker's built-in default profile is moby's, whatever the capabilities" {
	[ -n "${MOBY_PROFILE-}" ] || skip 'no MOBY_PROFILE'
	equal_container 'default' "$MOBY_PROFILE"
	same "Docker's capabilities" "$(container && capabilities_of "$pid" | tr , '\n' | sort)" \
		"$(printf 'CAP_%s\n' AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP \
			SETGID SETPCAP SETUID SYS_CHROOT)"
	equal_container 'as a user' "$MOBY_PROFILE" --user 1000:1000
	equal_container 'no capabilities' "$MOBY_PROFILE" --cap-drop ALL
	equal_container 'SYS_ADMIN' "$MOBY_PROFILE" --cap-add SYS_ADMIN
	equal_container 'several' "$MOBY_PROFILE" --cap-drop ALL --cap-add SYS_PTRACE --cap-add SYS_TIME --cap-add SYSLOG
	equal_container 'no_new_privs' "$MOBY_PROFILE" --security-opt no-new-privileges
	equal_container 'unconfined' unconfined --security-opt seccomp=unconfined
	all_held
}

# questions, or with answers: which numbers Docker blocks here, and whether explain lists just these.
blocked() {
	python3 - "$folder" "$@" <<-'END'
		import json, sys
		folder = sys.argv[1]
		def listing(name):
		    return {abi["abi"]: abi for abi in json.load(open(f"{folder}/{name}"))["result"]["abis"]}
		listed = listing("as-runc")
		several = {(one["abi"], one["number"]): one["outcomes"]
		           for one in json.load(open(f"{folder}/several"))["result"]["calls"]}
		asked = []  # (abi, number, arguments, listed outcome)
		for name, base in (("x86_64", 0), ("x86", 0), ("x32", 1 << 30)):
		    abi, none = listed[name], ["0x0"] * 6
		    calls = {call["number"]: call for call in abi["calls"]}
		    for number in range(-1 if name == "x86_64" else 0, 1024):
		        call = calls.get(number + base)
		        if call and len(call["outcomes"]) > 1:
		            asked += [(name, number, one["witness"], one["outcome"]) for one in several[name, number + base]]
		            continue
		        whole = (number + base) % 2**32
		        found = [call["outcomes"][0]["outcome"]] if call else [one["outcome"] for one in abi["numbers"] if one["first"] <= whole <= one["last"]]
		        asked += [(name, number, none, one) for one in found]
		if sys.argv[2] == "questions":
		    print("confined")
		    for abi, number, arguments, _ in asked:
		        print("call", abi, number % 2**32, *arguments)
		    sys.exit()
		answers = open(f"{folder}/answers").read().splitlines()
		assert len(answers) == len(asked) > 3000, (len(answers), len(asked))
		for (abi, number, arguments, outcome), answer in zip(asked, answers):
		    if (abi, number) in (("x86_64", 335), ("x86_64", 336)):
		        continue  # uretprobe and uprobe: some kernels ask no filter
		    assert outcome in ("ALLOW", "ERRNO(EPERM)", "ERRNO(ENOSYS)"), outcome
		    want = "ERRNO 1" if outcome == "ERRNO(EPERM)" else "PASSES"
		    assert answer == want, (abi, number, arguments, outcome, answer)
		def names(abis):
		    return [call["name"] for call in abis["x86_64"]["calls"]
		            if [one["outcome"] for one in call["outcomes"]] == ["ERRNO(EPERM)"]]
		assert names(listed) == names(listing("strict")), "read otherwise"
		print(f"{len(asked)} asked; of x86-64 the article counted 61 blocked, this Docker's profile blocks "
		      f"{len(names(listed))}, default {len(names(listing('default')))}")
	END
}

@test "explain lists as blocked what a container answers EPERM to, all numbers" {
	[ -n "${MOBY_PROFILE-}" ] || skip 'no MOBY_PROFILE'
	"$SECCOMP_SHIM" explain --json --quiet --caps docker --as runc "$MOBY_PROFILE" >"$folder/as-runc"
	"$SECCOMP_SHIM" explain --json --quiet --caps docker --as runc "$MOBY_PROFILE" {,x86:,x32:}{clone,personality} >"$folder/several"
	"$SECCOMP_SHIM" explain --json --quiet --caps docker "$MOBY_PROFILE" >"$folder/strict"
	"$SECCOMP_SHIM" explain --json --quiet --caps docker default >"$folder/default"
	blocked questions >"$folder/questions"
	docker run --rm --interactive --network=none shim-test /bin/ask <"$folder/questions" >"$folder/answers" 3>&-
	run blocked answers
	echo "# $output" >&3
	[ "$status" = 0 ]
	[[ $output =~ ^[0-9]+' asked; of x86-64 the article counted 61 blocked, this Docker'.s' profile blocks '[0-9]+', default 70'$ ]]
}

@test "profiles given to Docker are loaded as foretold" {
	local profile
	python3 "$ROOM/sections.py" "$folder" "$folder/none"
	# Docker 20.10 does not know defaultErrnoRet
	python3 -c 'import json, sys
profile = json.load(sys.stdin)
json.dump({key: profile[key] for key in profile if not key.startswith("defaultErrno")}, sys.stdout)' \
		<"$PODMAN_PROFILE" >"$folder/podman.json"
	for profile in "$PROFILES/no-chmod.json" "$PROFILES/default.json" "$folder/podman.json" "$PROFILES/audit.json" \
		"$PROFILES/deny-list.json" "$folder"/{conditions,every-operator,overlap,every-action,x86-only}.json \
		${REFERENCE_DATA:+"$REFERENCE_DATA/moby-default.json"}; do
		equal_container "$(basename "$profile")" "$profile" --security-opt "seccomp=$profile"
		equal_container "$(basename "$profile"), SYS_ADMIN" "$profile" --security-opt "seccomp=$profile" --cap-add SYS_ADMIN
	done
	all_held
}

@test "Docker starts no container with a profile that runc refuses" {
	local pid caps name
	python3 "$ROOM/sections.py" "$folder" "$folder/none"
	for name in exists multiplexed-conflict; do
		shim check --as runc "$folder/$name.json"
		expect "$name, check" 2 '\[runtime-refuses\]' ''
		if container --security-opt "seccomp=$folder/$name.json"; then same "$name" 'no container' 'a container'; fi
		[[ $(cat "$folder/said") == *'file exists'* ]] || same "$name" 'file exists' "$(cat "$folder/said")"
	done
	all_held
}

@test "chmod is refused in a container under no-chmod.json, and works under the default" {
	local found
	answer self docker run --rm --network=none shim-test /bin/sh -c 'chmod 711 /tmp && stat -c %a /tmp'
	same 'default' 711 "$found"
	answer self docker run --rm --network=none --security-opt "seccomp=$PROFILES/no-chmod.json" shim-test /bin/chmod 711 /tmp
	same 'no-chmod' $'chmod: /tmp: Operation not permitted\nstatus 1' "$found"
	all_held
}

@test "the README's docker command prints what the README shows" {
	docker tag shim-test busybox
	cd "$TREE"
	run python3 -B "$TREE/tests/cli/readme.py" README.md --only docker
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *'1 commands' ]]
}
