# SPDX-License-Identifier: Apache-2.0
# Makes the C table of constants: awk -f constants.awk constants.tab >constants_tab.h
# Plain POSIX awk. A line that is not understood ends the build with its place.

BEGIN {
	# Columns of syscalls.tab that stand for more than one architecture of words.h.
	also["mips"] = "mips mipsel"
	also["mips64"] = "mips64 mipsel64"
	also["mips64n32"] = "mips64n32 mipsel64n32"
	also["ppc64"] = "ppc64 ppc64le"
	also["sh"] = "sh sheb"
	kinds["enum"] = kinds["flags"] = kinds["octal"] = kinds["alias"] = 1
	failed = constants = sets = uses = names = length_of_text = 0
}

/^#/ || NF == 0 { next }
$1 == "set" { read_set(); next }
$1 == "use" { read_use(); next }
{ read_constant() }

END {
	if (failed)
		exit 1
	print "/* Made by filter/kernel/constants.awk from constants.tab. */"
	print_constants()
	print_sets()
	print_uses()
	print_names()
}

function fail(message) {
	print FILENAME ":" FNR ": " message | "cat 1>&2"
	failed = 1
	exit 1
}

function read_set() {
	if (NF != 4 || !($3 in kinds) || $4 !~ /^0x[0-9a-f]+$/ || ($2 in set_at))
		fail("'" $0 "' is no set")
	set_at[$2] = sets
	kind[sets] = $3
	mask[sets] = $4
	first[sets] = constants
	sets++
}

function read_constant(    i, list) {
	if (sets == 0 || NF < 3 || $1 !~ /^[A-Za-z_][A-Za-z0-9_]*$/ || $2 !~ /^0x[0-9a-f]+$/)
		fail("'" $0 "' is no constant")
	list = ""
	for (i = 3; i <= NF; i++)
		list = list " " ($i in also ? also[$i] : $i)
	name[constants] = $1
	value[constants] = $2
	where[constants] = list == " all" ? "EVERYWHERE" : archs(list)
	constants++
	if (!($1 in place)) {
		place[$1] = length_of_text
		length_of_text += length($1) + 1
		word[names++] = $1
	}
}

function archs(list,    i, count, part, text) {
	count = split(list, part, " ")
	for (i = 1; i <= count; i++)
		text = text (i > 1 ? " | " : "") "ON(" toupper(part[i]) ")"
	return text
}

function read_use(    i, list) {
	if (NF < 4 || NF > 9 || $3 !~ /^[0-5]$/)
		fail("'" $0 "' is no use")
	for (i = 4; i <= NF; i++) {
		if (!($i in set_at))
			fail("there is no set '" $i "'")
		list = list (i > 4 ? ", " : "") set_at[$i] + 1
	}
	use[uses++] = "{\"" $2 "\", " $3 ", {" list "}}"
}

# Names are places in one text: pointers would be written anew at every start of the program.
function print_constants(    i) {
	print "#define EVERYWHERE UINT32_MAX"
	print "#define ON(arch) (UINT32_C(1) << ARCH_##arch)"
	print "static const char constant_text[] ="
	for (i = 0; i < names; i++)
		print "\t\"" word[i] "\\0\""
	print "\t;"
	print "static const struct constant constants[] = {"
	for (i = 0; i < constants; i++)
		print "\t{" place[name[i]] ", " where[i] ", UINT64_C(" value[i] ")},"
	print "};"
}

function print_sets(    i) {
	print "static const struct constant_set sets[] = {"
	for (i = 0; i < sets; i++)
		print "\t{KIND_" toupper(kind[i]) ", UINT64_C(" mask[i] "), " first[i] ", " \
			(i + 1 < sets ? first[i + 1] : constants) "},"
	print "};"
}

function print_uses(    i) {
	print "static const struct constant_use uses[] = {"
	for (i = 0; i < uses; i++)
		print "\t" use[i] ","
	print "};"
}

# Each name once, for "did you mean".
function print_names(    i) {
	print "static const uint16_t constant_names[] = {"
	for (i = 0; i < names; i++)
		print "\t" place[word[i]] ","
	print "};"
}
