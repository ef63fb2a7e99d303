#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The whole corpus of hostile and odd input, number by number (the tables and what each row must give: corpus/rows.py),
# through check and run: status, place, message, that the command was executed or not, and that nothing is left behind.

load lib

# corpus GROUP...
corpus() {
	local group result
	for group in "$@"; do
		mkdir "$BATS_TEST_TMPDIR/$group"
		result=$(python3 -B "$TREE/tests/cli/corpus/corpus.py" "$SECCOMP_SHIM" "$BATS_TEST_TMPDIR/$group" "$group" 2>&1) ||
			failures=$((failures + 1))
		printf '%s\n' "$result"
	done
}

@test "check and run refuse every malformed JSON text of the corpus" {
	corpus json
	all_held
}

@test "a profile that is cut anywhere is an error on its last line" {
	corpus truncations
	all_held
}

@test "large and deep inputs are accepted or refused within bounds" {
	corpus big
	all_held
}

@test "a misspelt key and a value of another type are errors with line and column" {
	corpus keys
	all_held
}

@test "numbers are exact up to 64 bits, and anything else is an error" {
	corpus numbers
	all_held
}

@test "profiles with a doubtful meaning are refused or get a warning" {
	corpus meaning shapes
	all_held
}

@test "files that are not regular, not safe or change meanwhile are refused" {
	corpus places
	all_held
}

@test "run executes the command under its filter, or nothing, however it is started" {
	corpus command process
	all_held
}
