# SPDX-License-Identifier: Apache-2.0
# Makes the C table of signatures: awk -f signatures.awk syscalls.tab newer.tab signatures.tab >signatures_tab.h
# Plain POSIX awk. A line with a type, a column or a call that is not known ends the build with its place, and so
# does a 64-bit value in one register of an ABI that needs two.

BEGIN {
	split("int unsigned signed_int unsigned_int u32 __u32 __s32 pid_t uid_t gid_t qid_t key_t key_serial_t " \
		"clockid_t timer_t mqd_t rwf_t enum_landlock_rule_type compat_ulong_t compat_long_t compat_size_t " \
		"compat_pid_t compat_aio_context_t", words32, " ")
	split("long unsigned_long size_t off_t loff_t __u64 u64 aio_context_t old_sigset_t cap_user_header_t " \
		"cap_user_data_t __sighandler_t", words64, " ")
	split("umode_t old_uid_t old_gid_t", words16, " ")
	for (i in words16)
		bits_of[words16[i]] = 16
	for (i in words32)
		bits_of[words32[i]] = 32
	for (i in words64)
		bits_of[words64[i]] = 64
	split("x86 arm mips ppc s390 parisc m68k sh", words, " ")
	for (i in words)
		two_registers[words[i]] = 1
	failed = 0
}

FILENAME != file {
	file = FILENAME
	files++
}
/^#/ || NF == 0 { next }
!columns { read_columns(); next }
files == 1 { read_older(); next }
files == 2 { read_newer(); next }
{ read_signature() }

END {
	if (failed)
		exit 1
	print "/* Made by filter/kernel/signatures.awk from syscalls.tab, newer.tab and signatures.tab. */"
	print_arguments()
	print_signatures()
	print_names()
}

function fail(message) {
	print FILENAME ":" FNR ": " message | "cat 1>&2"
	failed = 1
	exit 1
}

# The first line of syscalls.tab names the columns.
function read_columns(    i) {
	columns = NF - 1
	for (i = 1; i <= columns; i++) {
		column[i] = $(i + 1)
		column_of[column[i]] = i
	}
}

function read_older(    i) {
	known[$1] = 1
	for (i = 1; i <= columns; i++)
		if ($(i + 1) != "-")
			present[$1, i] = 1
}

function read_newer(    i) {
	known[$1] = 1
	for (i = 1; i <= columns; i++)
		if ($4 == "all")
			present[$1, i] = 1
	for (i = 4; i <= NF && $4 != "all"; i++)
		present[$1, column_of[$i]] = 1
}

# NAME COLUMNS TYPE NAME[:BITS], ...
function read_signature(    i, count, list) {
	if (!($1 in known))
		fail("no system call '" $1 "'")
	if ($1 != last && ($1 in seen))
		fail("the lines of '" $1 "' are not together")
	if ($1 != last)
		name[++names] = $1
	last = $1
	seen[$1] = 1
	add_signature()
	if ($2 == "all") {
		if (($1, 1) in signature)
			fail("the line for all columns is not the first of '" $1 "'")
		for (i = 1; i <= columns; i++)
			signature[$1, i] = signatures
		return
	}
	count = split($2, list, ",")
	for (i = 1; i <= count; i++) {
		if (!(list[i] in column_of))
			fail("no column '" list[i] "'")
		signature[$1, column_of[list[i]]] = signatures
	}
}

function add_signature(    i, text, count, list) {
	text = $0
	sub(/^[^ ]+ [^ ]+ /, "", text)
	place[++signatures] = FNR
	if (text == "void") {
		arguments[signatures] = 0
		return
	}
	count = split(text, list, /, /)
	if (count > 6)
		fail("more than six arguments")
	arguments[signatures] = count
	for (i = 1; i <= count; i++)
		argument[signatures, i] = argument_row(list[i])
}

# The row of an argument, "TYPE NAME[:BITS]"; equal ones share it.
function argument_row(text,    kind, word, bits) {
	if (text in row_of)
		return row_of[text]
	word = text
	bits = 0
	if (match(word, /:[0-9]+$/)) {
		bits = substr(word, RSTART + 1) + 0
		word = substr(word, 1, RSTART - 1)
	}
	if (!match(word, / [a-z0-9_]+$/))
		fail("'" text "' is no argument")
	kind = substr(word, 1, RSTART - 1)
	word = substr(word, RSTART + 1)
	if (bits == 0)
		bits = type_bits(kind)
	rows++
	row_of[text] = rows
	row_name[rows] = word
	row_type[rows] = kind
	row_bits[rows] = bits
	return rows
}

function type_bits(kind,    plain) {
	if (kind ~ /\*/)
		return 64
	plain = kind
	sub(/^const /, "", plain)
	gsub(/ /, "_", plain)
	if (!(plain in bits_of))
		fail("the width of '" kind "' is not known")
	return bits_of[plain]
}

function print_arguments(    i) {
	print "static const struct argument argument_rows[] = {"
	for (i = 1; i <= rows; i++)
		print "\t{\"" row_name[i] "\", \"" row_type[i] "\", " row_bits[i] "},"
	print "};"
}

function print_signatures(    i, j, line) {
	print "static const struct signature_row {"
	print "\tuint16_t count, arguments[ARGUMENTS_MAX];"
	print "} signature_rows[] = {"
	for (i = 1; i <= signatures; i++) {
		line = ""
		for (j = 1; j <= arguments[i]; j++)
			line = line (j > 1 ? ", " : "") argument[i, j] - 1
		print "\t{" arguments[i] ", {" (line == "" ? 0 : line) "}},"
	}
	print "};"
}

# Signature + 1 for every column of a name, 0 for none.
function print_names(    i, j, line) {
	print "static const struct signature_name {"
	print "\tconst char *name;"
	print "\tuint16_t rows[" columns "];"
	print "} signature_names[] = {"
	for (i = 1; i <= names; i++) {
		line = ""
		for (j = 1; j <= columns; j++) {
			check_registers(name[i], j)
			line = line (j > 1 ? ", " : "") signature[name[i], j] + 0
		}
		print "\t{\"" name[i] "\", {" line "}},"
	}
	print "};"
}

# A 64-bit value takes two registers of these ABIs: they need a line of their own.
function check_registers(call, at,    i, row) {
	if (!((call, at) in present) || !(column[at] in two_registers) || !((call, at) in signature))
		return
	for (i = 1; i <= arguments[signature[call, at]]; i++) {
		row = argument[signature[call, at], i]
		if (row_type[row] ~ /^(loff_t|u64|__u64)$/) {
			print FILENAME ":" place[signature[call, at]] ": " call " on " column[at] \
				" takes " row_name[row] " in two registers" | "cat 1>&2"
			exit 1
		}
	}
}
