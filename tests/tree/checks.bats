#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The scripts of this folder that read the sources (rooms.py, style.py, references.py): each finds the offence that is added.

CHECKS=$BATS_TEST_DIRNAME
TREE=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)

# A copy of the sources, to be changed: the tree may be read-only.
setup() {
	cd "$TREE"
	cp -r --parents oci filter shim tests/*/*.bats ./*.md "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"
	chmod -R u+w .
}

# finds CHECK PATTERN: the check fails and prints a line that fits.
finds() {
	run python3 -B "$CHECKS/$1.py" .
	[ "$status" -eq 1 ] && grep -qE -- "$2" <<<"$output" || {
		printf 'no line like "%s" (status %s):\n%s\n' "$2" "$status" "$output"
		return 1
	}
}

# include FILE HEADER: as the last of the file's includes.
include() {
	sed -i "0,/^#include <[a-z]/s||#include \"$2\"\n&|" "$1"
	grep -q "\"$2\"" "$1"
}

# clean CHECK [PATTERN]: the check finds nothing in the tree, but lines that fit.
clean() {
	run python3 -B "$CHECKS/$1.py" "$TREE"
	output=$(grep -vE -- "${2-^$}" <<<"$output") || return 0
	printf '%s\n' "$output"
	return 1
}

@test "includes point down from floor to floor and room to room, without a circle, and every file lies in a room" {
	clean rooms
}

@test "pointers are tested, CLEANUP is placed and includes are ordered in one style" {
	clean style
}

@test "tests and documents refer to nothing that is outside the tree, and what is cited is there" {
	clean references
}

@test "an include of a floor above is found" {
	include filter/table/table.c shim/print.h
	finds rooms '^filter/table/table\.c:[0-9]+: includes shim/print\.h: from floor filter up to shim'
	include oci/json.c filter/kernel/abi.h
	finds rooms '^oci/json\.c:[0-9]+: includes filter/kernel/abi\.h: from floor oci up to filter'
}

@test "an include of a room above is found" {
	include filter/kernel/abi.c filter/table/table.h
	finds rooms '^filter/kernel/abi\.c:[0-9]+: includes filter/table/table\.h: from room filter/kernel up to filter/table'
	include shim/host/elf.c shim/run/plan.h
	finds rooms '^shim/host/elf\.c:[0-9]+: includes shim/run/plan\.h: from room shim/host up to shim/run'
	include shim/print.c shim/options.h
	finds rooms '^shim/print\.c:[0-9]+: includes shim/options\.h: from room shim/print up to shim/options'
}

@test "rooms side by side that include one another are found" {
	include shim/run/limits.c shim/policy/require.h
	include shim/policy/require.c shim/run/limits.h
	finds rooms '^circle of rooms: .*shim/policy > shim/run > shim/policy|^circle of rooms: .*shim/run > shim/policy > shim/run'
}

@test "a circle of modules within a room is found" {
	echo '#include "filter/table/table_apply.h"' >>filter/table/table.h
	finds rooms '^circle of modules: .*filter/table/table > filter/table/table_apply|^circle of modules: .*filter/table/table_apply > filter/table/table'
}

@test "a circle through a source without a header of its own is found" {
	include filter/query/call_text.c filter/query/expect.h
	finds rooms '^circle of modules: .*filter/query/(call|expect) > .*filter/query/(call|expect)'
}

@test "a file outside a room, and a folder that is no room, are found" {
	touch filter/stray.c filter/table.c
	mkdir shim/attic
	touch shim/attic/old.c oci/old.h
	finds rooms '^filter/stray\.c: lies in no room'
	finds rooms '^filter/table\.c: lies in no room'
	finds rooms '^shim/attic: is no room'
	finds rooms '^shim/attic/old\.c: lies in no room'
}

@test "an include that is not named from the top of the tree, or not there, is found" {
	include filter/table/table.c table.h
	include filter/table/table.c filter/table/nosuch.h
	finds rooms '^filter/table/table\.c:[0-9]+: includes table\.h, which is not named from the top'
	finds rooms '^filter/table/table\.c:[0-9]+: includes filter/table/nosuch\.h, which is not there'
}

@test "a room that its floor's README does not name is found" {
	echo 'rooms: kernel/ program/ table/ query/ rules/ record/' >filter/README.md
	finds rooms '^filter/README\.md: does not name lint/'
	rm filter/README.md
	finds rooms '^filter/README\.md: is missing'
}

@test "a pointer that is compared with NULL is found, a comment or a text that says so is not" {
	cat >>oci/utf8.c <<-'END'
		/* p == NULL */
		bool utf8_none(const char *p)
		{
			return p
				!= NULL || "p == NULL";
		}
	END
	finds style '^oci/utf8\.c:[0-9]+: a pointer is compared with NULL'
	[ "$(grep -c '^oci/utf8\.c.*NULL' <<<"$output")" -eq 1 ]
}

@test "a CLEANUP behind the type is found" {
	printf 'void f(void)\n{\n\tchar *CLEANUP(free) p = 0;\n}\n' >>oci/utf8.c
	finds style '^oci/utf8\.c:[0-9]+: CLEANUP does not stand in front'
}

@test "includes out of order are found" {
	sed -i '/include <config.h>/d' oci/utf8.c
	finds style '^oci/utf8\.c:[0-9]+: the first include of a source is <config\.h>'
	sed -i 's|^#include "filter/kernel/abi.h"|#include <stdlib.h>|' filter/kernel/abi.c
	finds style '^filter/kernel/abi\.c:[0-9]+: the second include of a source is its own header'
	printf '#include "oci/base.h"\n#include <ctype.h>\n' >>filter/table/table.c
	finds style '^filter/table/table\.c:[0-9]+: ctype\.h comes too late'
	printf '#include "oci/base.h"\n#include "filter/kernel/abi.h"\n' >>filter/table/emit.c
	finds style '^filter/table/emit\.c:[0-9]+: filter/kernel/abi\.h is not in its place by the alphabet'
}

@test "static functions of one name or of one word, and two structs of one tag, are found" {
	printf 'static void give(void)\n{\n}\nstatic int same_name(int a,\n\tint b)\n{\n}\nstruct same_tag {\n};\n' >>oci/utf8.c
	printf 'static bool same_name(void);\nstatic bool same_name(void)\n{\n}\nstruct same_tag {\n};\n' >>shim/print.c
	finds style '^oci/utf8\.c:[0-9]+: static function give: a name of one word'
	finds style '^oci/utf8\.c:[0-9]+: static function same_name: another file'
	finds style '^shim/print\.c:[0-9]+: static function same_name: another file'
	finds style '^shim/print\.c:[0-9]+: struct same_tag: another file'
}

# Offences are put together here, so that this file holds none.
@test "a numbered item, a numbered row and a document that is not in the tree are found" {
	printf '/* As S%d says. */\n' 7 >>oci/utf8.c
	printf '# F%d\n' 3 >>tests/cli/run.bats
	printf 'The %s says so, row %d.\n' "DESIG""N" 12 >>README.md
	finds references '^oci/utf8\.c:[0-9]+: "[S]7" refers to nothing'
	finds references '^tests/cli/run\.bats:[0-9]+: "[F]3" refers to nothing'
	finds references '^README\.md:[0-9]+: "DESIG''N" refers to nothing'
	finds references '^README\.md:[0-9]+: "row'' 12" refers to nothing'
}

@test "a manual page, or a section of one or of HACKING.md, that does not exist is found" {
	sed 's/%//' >>oci/utf8.c <<-'END'
		/* See seccomp-shim-nosuch%(5); seccomp-shim%(1), "FILES", and
		 * seccomp-shim%(1), "DESCRIPTION" and "No
		 * such section". HACKING%.md, "The checks" or "No such habit". */
	END
	finds references '^oci/utf8\.c:[0-9]+: there is no seccomp-shim-nosuch\(5\)'
	finds references '^oci/utf8\.c:[0-9]+: no section "No such section" there'
	finds references '^oci/utf8\.c:[0-9]+: no section "No such habit" there'
	! grep -E '"(DESCRIPTION|The checks)"' <<<"$output"
}
