#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Compares the manual pages with the program: example profiles and what they mean, the keys of a policy.

load lib

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# Writes each profile of the page to N.json, the expectations after it to N.expect, and the findings to N.findings.
page_examples() {
	python3 - "$TREE/shim/man/seccomp-shim-profile.5" <<-'END'
		import re, sys
		page = open(sys.argv[1]).read()
		blocks = re.findall(r'^\.Bd -literal.*?\n(.*?)^\.Ed$', page, re.M | re.S)
		assert len(blocks) % 2 == 0
		for number in range(0, len(blocks), 2):
		    profile, lines = (block.replace('\\-', '-') for block in blocks[number:number + 2])
		    assert profile.startswith('{'), profile
		    findings = re.findall(r'^(?:error|warning|note) \[.*\]$', lines, re.M)
		    expectations = [line for line in lines.splitlines() if line not in findings]
		    name = str(number // 2)
		    for suffix, text in ('json', [profile]), ('expect', expectations), ('findings', findings):
		        open(f'{name}.{suffix}', 'w').write(''.join(line + '\n' for line in text))
	END
}

@test "the profiles of seccomp-shim-profile(5) decide as the page says" {
	local profile name target='--arch x86_64 --caps none --kernel 6.1' severity id count=0
	page_examples
	for profile in *.json; do
		name=${profile%.json}
		count=$((count + 1))
		if [ -s "$name.expect" ]; then
			# shellcheck disable=SC2086 # words
			shim test $target --quiet "$profile" "$name.expect"
			[ "$status" = 0 ] || row_failed "$(cat "$profile")" 'an expectation does not hold'
		fi
		# shellcheck disable=SC2086
		shim check $target "$profile"
		while read -r severity id; do
			grep -qE ": $severity: .*\\$id\$" <<<"$out" || row_failed "$(cat "$profile")" "no $severity $id"
		done <"$name.findings"
		grep -q '^error' "$name.findings" || [ "$status" != 2 ] || row_failed "$(cat "$profile")" 'an error'
	done
	[ "$count" = 16 ]
	all_held
}

@test "seccomp-shim-runtime.json(5) lists every key of a policy, and no other" {
	python3 - "$TREE" <<-'END'
		import re, sys
		source = open(f'{sys.argv[1]}/oci/policy.c').read()
		page = open(f'{sys.argv[1]}/shim/man/seccomp-shim-runtime.json.5').read()
		keys = set()
		for table in re.findall(r'\b(?:policy|exempt)_keys\[\] = \{(.*?)\}', source, re.S):
		    keys.update(re.findall(r'"(\w+)"', table))
		assert len(keys) > 20
		listed = set()
		for line in re.findall(r'^\.It Cm (.*)$', page, re.M):
		    listed.update(line.split(' , '))
		assert keys == listed, keys ^ listed
	END
}
