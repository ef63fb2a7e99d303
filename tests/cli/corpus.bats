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

@test "the form of JSON" {
	corpus json
	all_held
}

@test "a real profile, cut at a hundred places" {
	corpus truncations
	all_held
}

@test "what is big" {
	corpus big
	all_held
}

@test "keys and types" {
	corpus keys
	all_held
}

@test "numbers" {
	corpus numbers
	all_held
}

@test "what it means" {
	corpus meaning shapes
	all_held
}

@test "places" {
	corpus places
	all_held
}

@test "the command, and what the program is started with" {
	corpus command process
	all_held
}
