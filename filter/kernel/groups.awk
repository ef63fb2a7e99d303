# SPDX-License-Identifier: Apache-2.0
# Makes the C table of sets of system calls: awk -f groups.awk groups.tab >groups_tab.h
# Plain POSIX awk. A line that is neither a set nor calls of one ends the build with its place.

BEGIN {
	failed = 0
	count = 0
}

/^#/ || NF == 0 { next }
/^@/ {
	if (NF != 1 || $1 !~ /^@[a-z0-9-]+$/)
		fail("'" $0 "' is no name of a set")
	name[++count] = $1
	next
}
{
	if (!count)
		fail("'" $1 "' is in no set")
	for (i = 1; i <= NF; i++) {
		if ($i !~ /^[a-z0-9_]+$/)
			fail("'" $i "' is no name of a call")
		calls[count] = calls[count] "\t\"" $i "\",\n"
		calls_of[count]++
	}
}

END {
	if (failed)
		exit 1
	print "/* Made by filter/kernel/groups.awk from groups.tab. */"
	for (g = 1; g <= count; g++)
		printf "static const char *const calls_%d[] = {\n%s};\n", g, calls[g]
	print "static const struct call_group groups[] = {"
	for (g = 1; g <= count; g++)
		printf "\t{\"%s\", calls_%d, %d},\n", name[g], g, calls_of[g]
	print "};"
}

function fail(message) {
	print FILENAME ":" FNR ": " message | "cat 1>&2"
	failed = 1
	exit 1
}
