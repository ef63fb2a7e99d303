# SPDX-License-Identifier: Apache-2.0
# Helpers of the tests in the running kernel, on top of those of tests/cli. A table of rows for the probe
# (probe.c says what a row is) carries its expectations; what came back must be the same table.
# The probes are in $PROBES (default: those of the build in $SHIM_BUILD).

load ../cli/lib

PROBES=$(realpath "${PROBES:-${SHIM_BUILD:-$(dirname "$SECCOMP_SHIM")}/tests/live}")
if [ ! -x "$PROBES/probe" ]; then
	echo "no probes in $PROBES: set PROBES (make check-programs builds them)" >&2
	exit 1
fi
ulimit -c 0 # a call that is killed leaves no core

# needs_root WHY: what only root of the machine can see. tests/run runs every file as root too, so its runs as
# others leave such a test out; by hand it is skipped.
needs_root() {
	is_machine_root && return
	[ -n "${SHIM_AS-}" ] || skip "needs root: $1"
	echo "# left to the run as root: $BATS_TEST_DESCRIPTION: $1" >&3
	return 1
}

# as WHO COMMAND...: self; user, a plain user; userns, root of a user namespace. Bounded in time.
as() {
	local who=$1 become=()
	shift
	[ "$who" = user ] || { is_machine_root && [ "$who" = userns ]; } &&
		become=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --)
	[ "$who" = userns ] && become+=(unshare --user --map-root-user --)
	timeout --kill-after=2 20 "${become[@]}" "$@"
}

# answer WHO COMMAND...: sets $found to what it prints, and its status if that is not 0.
answer() {
	found=$(as "$@" 2>&1) || found+=$'\n'"status $?"
}

# Those that this process can become.
everybody() {
	if is_machine_root; then echo self user userns; else echo self userns; fi
}

# same ROW EXPECTED FOUND
same() {
	[ "$2" = "$3" ] && return
	failures=$((failures + 1))
	printf '%s: expected (-) and found (+)\n' "$1"
	diff -U0 <(printf '%s\n' "$2") <(printf '%s\n' "$3") | tail -n +3 || true
}

# probe ROW TABLE WHO COMMAND...: the table given to a command that ends in a probe comes back as it is.
probe() {
	local row=$1 table=$2 found
	shift 2
	answer "$@" <<<"$table"
	same "$row" "$table" "$found"
}

# probe_under ROW PROFILE TABLE: the same for both probes under a profile, given as text or as a file's name.
probe_under() {
	local row=$1 profile=$2 table=$3 name
	if [ "${profile:0:1}" = '{' ]; then
		profile=$folder/profile.json
		printf '%s\n' "$2" >"$profile"
	fi
	for name in probe probe_static; do
		probe "$row ($name)" "$table" self "$SECCOMP_SHIM" run -p "$profile" "$PROBES/$name"
	done
}

setup() {
	folder=$(open_folder)
}

teardown() {
	rm -rf "$folder"
}

# How many filters this process has already.
filters_here() {
	awk '/^Seccomp_filters:/ { print $2 }' /proc/self/status
}

# hold COMMAND...: in the background until `release`; $pid is the process that has become `sleep 20`.
hold() {
	"$@" sleep 20 &
	pid=$!
	for _ in {1..400}; do
		[ "$(cat "/proc/$pid/comm" 2>/dev/null)" = sleep ] && return
		sleep 0.01
	done
	echo "not started: $*"
	return 1
}

release() {
	kill "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
}
