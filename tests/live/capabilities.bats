#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Profiles whose rules go by capabilities are resolved for those that the command will hold after exec: root's bounding
# set, a plain user's ambient one. Docker's and podman's defaults decide then as tests/oracle says.

# shellcheck disable=SC2154,SC2016 # `folder` is made by setup; what is in single quotes is for other shells
load lib

# The built-in with its file, and what else is here.
defaults() {
	echo "default=$PROFILES/default.json"
	[ -z "${PODMAN_PROFILE-}" ] || echo "$PODMAN_PROFILE"
	[ -z "${MOBY_PROFILE-}" ] || echo "$MOBY_PROFILE"
	[ -z "${REFERENCE_DATA-}" ] || echo "$REFERENCE_DATA/moby-default.json"
}

@test "every decision of the default profiles equals the oracle's, as root, as a plain user, in a user namespace" {
	local who found profiles
	mapfile -t profiles < <(defaults)
	for who in $(everybody); do
		mkdir -m 777 "$folder/$who"
		answer "$who" env TMPDIR="$folder/$who" PYTHONDONTWRITEBYTECODE=1 python3 "$TREE/tests/oracle/compare.py" \
			--jobs 1 --shim "$SECCOMP_SHIM" --caps own "${profiles[@]}"
		[[ $found =~ ^${#profiles[@]}\ of\ ${#profiles[@]}\ profiles\ compared,\ [0-9]+\ calls,\ 0\ differences ]] || {
			failures=$((failures + 1))
			printf '%s: %s\n' "$who" "$found"
		}
	done
	all_held
}

@test "run loads the filter for the capabilities of root, of less than root and of another user" {
	needs_root 'the filter is read back from the kernel' || return 0
	PYTHONDONTWRITEBYTECODE=1 python3 - "$SECCOMP_SHIM" $(defaults | sed 's/=.*//') <<-END
		import sys
		sys.path.insert(0, '$TREE/tests/oracle')
		import shim
		for profile in sys.argv[2:]:
		    program = shim.Shim(sys.argv[1], shim.Target(caps='', kernel=''))
		    for run, compile in (([], []), (['--cap-drop', 'ALL', '--cap-add', 'docker'], ['--caps', 'docker']),
		                         (['--cap-drop', 'ALL'], ['--caps', 'none']),
		                         (['--user', '65534:65534'], ['--caps', 'none'])):
		        assert program.launched(profile, *run) == program.compile(profile, *compile), (profile, run)
	END
}

# What these calls answer that a filter lets through: the kernel looks at the pointers, the descriptor and the flags
# before it looks at who asks.
rows() {
	sed "s/DENIED/$1/; s/NEWER/$2/" <<-'END'
		call x86_64 165 1 1 1 0 0 = errno=EFAULT DENIED # mount
		call x86_64 272 0x10000001 = errno=EINVAL DENIED # unshare(CLONE_NEWUSER and no flag)
		call x86_64 308 -1 0 = errno=EBADF DENIED # setns
		call x86_64 56 0x10000200 = errno=EINVAL DENIED # clone(CLONE_NEWUSER|CLONE_FS)
		call x86_64 435 0 0 = errno=EINVAL NEWER # clone3
	END
}
through() { rows '' '' | sed 's/  */ /g'; }
denied() { rows EPERM ENOSYS | sed 's/= errno=[A-Z]* /= errno=/'; }

# podman's default lets everybody mount and unshare.
dockers() { defaults | sed 's/=.*//' | grep -vFx -e "${PODMAN_PROFILE:-no such profile}"; }

@test "a plain user's default allows neither mount nor a namespace" {
	local who profile
	for who in $(everybody); do
		[ "$who" != self ] || is_machine_root || continue
		probe "$who, unconfined" "$(through)" "$who" \
			"$SECCOMP_SHIM" run --security-opt seccomp=unconfined "$PROBES/probe"
	done
	for profile in $(dockers); do
		probe "$profile" "$(denied)" self \
			"$SECCOMP_SHIM" run $(is_root && echo --cap-drop ALL) -p "$profile" "$PROBES/probe"
	done
	is_machine_root || { all_held; return; }
	for profile in $(dockers); do
		probe "$profile, plain user" "$(denied)" user "$SECCOMP_SHIM" run -p "$profile" "$PROBES/probe"
		probe "$profile, --user" "$(denied)" self "$SECCOMP_SHIM" run --user 65534:65534 -p "$profile" "$PROBES/probe"
		probe "$profile, ambient" "$(through)" self setpriv --reuid 65534 --regid 65534 --clear-groups \
			--inh-caps=+sys_admin --ambient-caps=+sys_admin -- "$SECCOMP_SHIM" run -p "$profile" "$PROBES/probe"
	done
	[ -z "${PODMAN_PROFILE-}" ] ||
		probe "podman's" "$(through)" user "$SECCOMP_SHIM" run -p "$PODMAN_PROFILE" "$PROBES/probe"
	all_held
}
