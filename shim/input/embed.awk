# SPDX-License-Identifier: Apache-2.0
# awk -v name=builtin_default -f shim/input/embed.awk FILE: C text of FILE as a byte array and its
# length. Only ASCII: other bytes would depend on the awk and its locale, and are refused.

BEGIN {
	for (i = 1; i < 128; i++)
		code[sprintf("%c", i)] = i
	printf "/* Made by shim/input/embed.awk. */\n#include \"shim/input/source.h\"\n\n"
	printf "const char %s[] = {\n", name
}

{
	line = $0 "\n"
	out = ""
	for (i = 1; i <= length(line); i++) {
		byte = substr(line, i, 1)
		if (!(byte in code)) {
			printf "embed.awk: %s:%d:%d: not an ASCII byte\n", FILENAME, FNR, i | "cat 1>&2"
			failed = 1
			exit 1
		}
		out = out code[byte] ","
		if (i % 24 == 0)
			out = out "\n"
	}
	total += length(line)
	print out
}

END {
	if (failed)
		exit 1
	printf "0};\nconst size_t %s_length = %d;\n", name, total
}
