#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The widths of filter/kernel/signatures.tab, tried in the running kernel: each that is narrower than its C type says, some of
# each kind of type, and arguments of which the kernel does use all bits.

# shellcheck disable=SC2154 # `folder` is made by setup
load lib

@test "the kernel ignores what the table says it does, and nothing else" {
	local who
	for who in $(everybody); do
		mkdir -m 777 "$folder/$who"
		as "$who" "$PROBES/widths" "$folder/$who" >"$folder/tried"
		python3 -B - "$SHIM_SOURCE" "$folder/tried" <<-'EOF' || row_failed "$who" 'the table and the kernel differ'
			import re, sys
			sys.path.insert(0, sys.argv[1] + '/tests/oracle')
			import abis, widths
			tried, wrong = set(), []
			for line in open(sys.argv[2]):
			    where, argument, bits, found = re.fullmatch(r'(\S+) (\S+) (\d+): (.+)\n', line).groups()
			    abi, _, call = where.rpartition(':')
			    abi = abis.ABIS[abi or 'x86_64']
			    width = widths.of(abi, call)[widths.names(abi, call).index(argument)]
			    if found not in ('ignored', 'used') or (width <= int(bits)) != (found == 'ignored'):
			        wrong.append(f'{line.strip()}, in the table {width}')
			    tried.add((abi.name, call, argument))
			for line in open(sys.argv[1] + '/filter/kernel/signatures.tab'):
			    narrowed = re.findall(r'(\w+):\d+', line)
			    call, columns = line.split(' ')[:2]
			    if columns == 'all':
			        wrong += [f'{call} {word}: not tried' for word in narrowed if ('x86_64', call, word) not in tried]
			assert len(tried) > 40 and len({call for abi, call, word in tried if abi == 'x86'}) > 3, tried
			print(*wrong, sep='\n')
			sys.exit(len(wrong) > 0)
		EOF
	done
	all_held
}
