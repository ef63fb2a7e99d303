#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The README: its transcripts print what it shows, and it names every command.

load lib

@test "the README's transcripts print what it shows" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$SECCOMP_SHIM" "$BATS_TEST_TMPDIR/bin/seccomp-shim"
	cp -r "$TREE/README.md" "$TREE/examples" "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"
	chmod -R u+w,go-w examples README.md
	# docker's is run by tests/engines/docker.bats
	run env LC_ALL=C PATH="$BATS_TEST_TMPDIR/bin:$PATH" python3 "$TREE/tests/cli/readme.py" README.md --skip docker
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *'6 commands' ]]
}

@test "the README's table lists every command of --help" {
	diff <("$SECCOMP_SHIM" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' | sort) \
		<(sed -n 's/^| `seccomp-shim \([a-z-]*\) .*/\1/p' "$TREE/README.md" | sort)
}

@test "the README's draft is wrong on purpose, and engines would take it" {
	shim check "$TREE/examples/readme/draft.json"
	expect 'draft' 2 '\[unknown-key\]' ''
	python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$TREE/examples/readme/draft.json"
}
