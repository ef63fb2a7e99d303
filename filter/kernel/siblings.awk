# SPDX-License-Identifier: Apache-2.0
# Makes the C table of families: awk -f families.awk siblings.tab >siblings_tab.h
# Plain POSIX awk; a line of another form ends the build with its place.

BEGIN {
	FS = ":"
	failed = 0
	print "/* Made by filter/kernel/siblings.awk from siblings.tab. */"
	print "static const struct siblings families[] = {"
}

/^#/ || /^[ \t]*$/ { next }
NF != 3 || $1 !~ /^(any|rule|some|tell)$/ { fail("'KIND: MEMBERS [| OTHERS]: WHAT' is wanted") }
{
	count = split($2, words, " ")
	members = 0
	names = ""
	wanted = ""
	bars = 0
	total = 0
	for (i = 1; i <= count; i++) {
		if (words[i] == "|") {
			bars++
			members = total
			continue
		}
		if (words[i] !~ /^[a-z0-9_]+(@[a-z]+=[A-Z_]+)?$/)
			fail("'" words[i] "' is no name of a system call")
		split(words[i] "@=", parts, /[@=]/)
		total++
		names = names "\"" parts[1] "\", "
		if (parts[2] != "")
			wanted = wanted sprintf("[%d] = {\"%s\", \"%s\"}, ", total - 1, parts[2], parts[3])
	}
	if (bars == 0)
		members = total
	if (bars > 1 || members == 0 || total < 2 || total > 16)
		fail("a family has 2 to 16 calls, and at most one bar behind the first ones")
	what = $3
	sub(/^[ \t]+/, "", what)
	printf "\t{\"%s\", FAMILY_%s, %d, %d, {%s}, {%s}},\n", what, toupper($1), members, total, names,
		wanted == "" ? "{0}" : wanted
}

END {
	if (failed)
		exit 1
	print "};"
}

function fail(message) {
	print FILENAME ":" FNR ": " message | "cat 1>&2"
	failed = 1
	exit 1
}
