#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The documents: what they name is there (references.py looks at what is cited by section).

setup() {
	cd "$BATS_TEST_DIRNAME/../.."
}

@test "every file that a document names is there" {
	python3 - <<-'END'
		import glob, os, re
		made = re.compile(r'filter/kernel/\w+_tab\.h|shim/input/builtin_\w+\.c')
		lacking = []
		for document in glob.glob('*.md') + glob.glob('*/README.md'):
		    text = re.sub(r'^    .*$', '', open(document).read(), flags=re.M)
		    names = re.findall(r'\]\(([^):#]+)\)', text)
		    for name in re.findall(r'`([^`\s]+)`', text):
		        name = name.removesuffix('.')
		        if re.fullmatch(r'[\w.-]+(/[\w.*-]+)+/?|[\w-]+/|\w+\.(c|h|md|py|awk|bats)', name) and not re.search(r'[A-Z]{4}(?!.*\.md)', name):
		            names.append(name)
		    for name in names:
		        places = [name, os.path.join(os.path.dirname(document), name), f'{os.path.dirname(document)}/*/{name}']
		        if not made.fullmatch(name) and not any(glob.glob(place) for place in places):
		            lacking.append(f'{document}: {name}')
		assert not lacking, '\n'.join(lacking)
	END
}

@test "each room's README has 10 to 20 lines" {
	local floor lines
	for floor in oci filter shim tests; do
		lines=$(wc -l <$floor/README.md)
		[ "$lines" -ge 10 ] && [ "$lines" -le 20 ] || {
			echo "$floor/README.md: $lines lines"
			return 1
		}
	done
}

@test "every room is named in its floor's README and in HACKING.md" {
	local room
	for room in filter/*/ shim/*/; do
		room=${room%/}
		grep -qF "\`${room#*/}/\`" "${room%/*}/README.md" && { [ "$room" = shim/man ] || grep -qF "\`${room#*/}\`" HACKING.md; } || {
			echo "$room"
			return 1
		}
	done
}
