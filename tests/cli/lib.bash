# SPDX-License-Identifier: Apache-2.0
# Helpers of the tests of the program as a black box. A @test has many rows: each calls the program and
# says what it expects; a row that does not hold prints itself, and `all_held` ends the test.
# The program is $SECCOMP_SHIM (default: seccomp-shim in PATH).

bats_require_minimum_version 1.5.0

if ! SECCOMP_SHIM=$(command -v "${SECCOMP_SHIM:-seccomp-shim}"); then
	echo "no program to test: set SECCOMP_SHIM" >&2
	exit 1
fi
SECCOMP_SHIM=$(realpath "$SECCOMP_SHIM")
TREE=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
PROFILES=$TREE/examples/profiles
failures=0

# Runs the program; sets $status, $out, $err. Standard input is the caller's.
shim() {
	status=0
	"$SECCOMP_SHIM" "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	out=$(cat "$BATS_TEST_TMPDIR/out")
	err=$(cat "$BATS_TEST_TMPDIR/err")
}

row_failed() {
	failures=$((failures + 1))
	printf 'row "%s": %s\n  status %s\n  stdout: %s\n  stderr: %s\n' "$1" "$2" "$status" "$out" "$err"
}

# expect ROW STATUS OUT ERR: extended regular expressions; '' means that nothing is printed there.
expect() {
	[ "$status" = "$2" ] || row_failed "$1" "status is not $2"
	text_fits "$out" "$3" || row_failed "$1" "stdout does not fit $3"
	text_fits "$err" "$4" || row_failed "$1" "stderr does not fit $4"
}

text_fits() {
	if [ -z "$2" ]; then [ -z "$1" ]; else [[ $1 =~ $2 ]]; fi
}

# expect_refused ROW STATUS LINE: nothing on stdout, one line on stderr.
expect_refused() {
	expect "$1" "$2" '' "^seccomp-shim: $3"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/err")" = 1 ] || row_failed "$1" "not one line on stderr"
}

all_held() {
	[ "$failures" = 0 ]
}

# The address sanitizer wants more memory than rows about little memory give, and ends a
# set-user-ID program with a status of its own.
is_asan() {
	grep -q __asan_init "$SECCOMP_SHIM"
}

is_root() {
	[ "$(id -u)" = 0 ]
}

# Root of the machine: root of a user namespace cannot give files away.
is_machine_root() {
	is_root && grep -Eq '^ +0 +0 +4294967295$' /proc/self/uid_map
}

# A folder that every user may enter; removed by the caller's teardown.
open_folder() {
	local folder
	folder=$(mktemp -d)
	chmod 755 "$folder"
	echo "$folder"
}
