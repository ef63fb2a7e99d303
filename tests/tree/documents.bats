#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The documents: what they name is there, and what sources cite by name stands in them.

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

# Sources and messages cite sections as: seccomp-shim-profile(5), "Numbers"; HACKING.md, "Hostile input".
@test "every section that sources, messages and documents cite is there" {
	python3 - <<-'END'
		import glob, re
		def headings(file, pattern):
		    return {title.replace('\\&', '') for title in re.findall(pattern, open(file).read(), re.M)}
		sections = {f'{page}({number})': headings(f'shim/man/{page}.{number}', r'^\.S[hs] (.*)$')
		            for page, number in (file[len('shim/man/'):].rsplit('.', 1) for file in glob.glob('shim/man/*.[15]'))}
		sections['HACKING.md'] = headings('HACKING.md', r'^##+ (.*)$')
		assert len(sections['seccomp-shim-profile(5)']) > 20
		lacking, cited = [], 0
		for file in glob.glob('*.md') + [f for top in ('oci', 'filter', 'shim', 'tests') for f in glob.glob(f'{top}/**/*.*', recursive=True)]:
		    try:
		        text = open(file).read()
		    except (UnicodeDecodeError, IsADirectoryError):
		        continue
		    text = re.sub(r'"\s*\n\s*"', '', text)                  # one string of C
		    text = re.sub(r'\n\s*(\*|#|//|\.\\")?\s*', ' ', text)   # one comment
		    for document, title in re.findall(r'(HACKING\.md|seccomp-shim[\w.-]*\([15]\)), \\?"([^"\\]+)\\?"', text):
		        cited += 1
		        if title not in sections.get(document, ()):
		            lacking.append(f'{file}: {document}, "{title}"')
		assert not lacking, '\n'.join(lacking)
		assert cited > 3
	END
}
