# SPDX-License-Identifier: Apache-2.0
# Makes the C table of system calls: awk -f syscalls.awk syscalls.tab newer.tab >syscalls_tab.h
# Plain POSIX awk. Both inputs are sorted by name in ASCII and hold no name twice; a line that breaks
# this, or has the wrong fields, ends the build with its place.

BEGIN {
	order = "0123456789_abcdefghijklmnopqrstuvwxyz" # awk's own < asks the locale
	failed = 0
}

FILENAME != file {
	file = FILENAME
	files++
	last = ""
}
/^#/ || NF == 0 { next }
!columns { read_columns(); next }
{ check_name($1) }
files == 1 { read_older() }
files == 2 { read_newer() }

END {
	if (failed)
		exit 1
	merge()
	index_numbers()
	print "/* Made by filter/kernel/syscalls.awk from syscalls.tab and newer.tab. */"
	print_columns()
	print_names()
	print_numbers()
	print_releases()
	print_rows()
}

function fail(message) {
	print FILENAME ":" FNR ": " message | "cat 1>&2"
	failed = 1
	exit 1
}

# The first line of syscalls.tab names the columns.
function read_columns(    i) {
	columns = NF - 1
	for (i = 1; i <= columns; i++)
		column[i] = $(i + 1)
}

# syscalls.tab: name and a number for each column.
function read_older(    i) {
	if (NF != columns + 1)
		fail("'" $1 "' has " NF - 1 " numbers for " columns " columns")
	older[++older_count] = $1
	for (i = 1; i <= columns; i++)
		number[$1, i] = checked($(i + 1))
}

# newer.tab: name, number, release, "all" or columns.
function read_newer(    i, all) {
	if (NF < 4 || $3 !~ /^[0-9]+\.[0-9]+$/)
		fail("'" $1 "' lacks a number, a release or columns")
	newer[++newer_count] = $1
	all = NF == 4 && $4 == "all"
	for (i = 1; i <= columns; i++)
		number[$1, i] = all ? checked($2) : "-"
	for (i = 4; i <= NF && !all; i++)
		number[$1, column_of($i)] = checked($2)
	release[$1] = $3
}

# True if a comes before b, byte by byte.
function before(a, b,    i, x, y) {
	for (i = 1; i <= length(a) && i <= length(b); i++) {
		x = index(order, substr(a, i, 1))
		y = index(order, substr(b, i, 1))
		if (x != y)
			return x < y
	}
	return length(a) < length(b)
}

function column_of(word,    i) {
	for (i = 1; i <= columns; i++)
		if (column[i] == word)
			return i
	fail("no column '" word "'")
}

function check_name(word) {
	if (word !~ /^[a-z0-9_]+$/)
		fail("'" word "' is no name")
	if (!before(last, word))
		fail("'" word "' does not come after '" last "'")
	last = word
}

function checked(value) {
	if (value !~ /^([0-9]+|-)$/)
		fail("'" value "' is no number")
	return value
}

function merge(    o, n) {
	for (o = n = 1; o <= older_count || n <= newer_count;) {
		if (o <= older_count && n <= newer_count && older[o] == newer[n])
			fail("'" older[o] "' is in both tables")
		if (n > newer_count || (o <= older_count && before(older[o], newer[n])))
			name[++count] = older[o++]
		else
			name[++count] = newer[n++]
	}
}

# row[column, number]: 1 and up; the first name has a shared number. Numbers that are private to arm stay out.
function index_numbers(    r, i, n) {
	for (r = 1; r <= count; r++)
		for (i = 1; i <= columns; i++) {
			n = number[name[r], i] + 0
			if (number[name[r], i] == "-" || n >= 65536)
				continue
			if (!((i, n) in row))
				row[i, n] = r
			if (n + 1 > limit)
				limit = n + 1
		}
}

function print_columns(    i) {
	print "enum column {"
	for (i = 1; i <= columns; i++)
		print "\tCOLUMN_" toupper(column[i]) ","
	print "\tCOLUMN_COUNT,"
	print "};"
	print "enum { SYSCALL_COUNT = " count ", SYSCALL_LIMIT = " limit " };"
}

function print_names(    r) {
	print "static const char *const syscall_names[SYSCALL_COUNT] = {"
	for (r = 1; r <= count; r++)
		print "\t\"" name[r] "\","
	print "};"
}

function print_numbers(    r, i, line) {
	print "#define ABSENT UINT32_MAX"
	print "static const uint32_t syscall_numbers[SYSCALL_COUNT][COLUMN_COUNT] = {"
	for (r = 1; r <= count; r++) {
		line = ""
		for (i = 1; i <= columns; i++)
			line = line (number[name[r], i] == "-" ? "ABSENT" : number[name[r], i]) ", "
		print "\t{" line "}, /* " name[r] " */"
	}
	print "};"
}

# The kernel release that brought a call, major * 256 + minor; 0 for those of syscalls.tab.
function print_releases(    r, part) {
	print "static const uint16_t syscall_releases[SYSCALL_COUNT] = {"
	for (r = 1; r <= count; r++)
		if (name[r] in release) {
			split(release[name[r]], part, ".")
			print "\t[" (r - 1) "] = " (part[1] * 256 + part[2]) ", /* " name[r] " */"
		}
	print "};"
}

# Row + 1 for a number, 0 for none.
function print_rows(    i, n, line) {
	print "static const uint16_t syscall_rows[COLUMN_COUNT][SYSCALL_LIMIT] = {"
	for (i = 1; i <= columns; i++) {
		line = ""
		for (n = 0; n < limit; n++)
			line = line (((i, n) in row) ? row[i, n] : 0) (n % 16 == 15 ? ",\n\t " : ",")
		print "\t{" line "}, /* " column[i] " */"
	}
	print "};"
}
