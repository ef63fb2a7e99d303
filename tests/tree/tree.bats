#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The sources themselves: what HACKING.md says of floors, files, format and scripts.

shopt -s globstar

setup() {
	cd "$BATS_TEST_DIRNAME/../.."
}

# none WHAT COMMAND...: the command finds nothing (it is a grep).
none() {
	local what=$1 found
	shift
	found=$("$@") || true
	[ -z "$found" ] || {
		printf '%s:\n%s\n' "$what" "$found"
		return 1
	}
}

# A floor's sources without their comments, each line with its file's name.
code() {
	local file
	for file in "$@"; do
		gcc -w -fpreprocessed -dD -E -P "$file" 2>/dev/null | sed "s|^|$file: |"
	done
}

calls() {
	local words=$1
	shift
	code "$@" | grep -E "\\b($words) ?\\("
}

scripts() {
	grep -rlE '^#!(/bin/sh|/usr/bin/env (ba)?sh|/usr/bin/env bats)' .ci autogen.sh build-aux/*.sh examples shim tests
	ls build-aux/packages.sh
}

@test "each floor has its own library only" {
	none "yajl outside oci" grep -n '<yajl/' filter/**/*.[ch] shim/**/*.[ch]
	none "libseccomp outside filter" grep -n '<seccomp.h>' oci/*.[ch] shim/**/*.[ch]
	none "libcap outside shim" grep -n '<sys/capability.h>' oci/*.[ch] filter/**/*.[ch]
	none "the kernel's headers in oci" grep -n '<linux/' oci/*.[ch]
}

@test "calls that change the process stand in shim or filter/program/load.c" {
	local words='prctl|seccomp|exec[vl][pe]*|execvpe|execveat|fexecve|set(res|re|e)?[ug]id|setgroups|initgroups|capset|cap_set_[a-z]*'
	local files
	files=$(echo oci/*.c filter/**/*.c | sed 's|filter/program/load.c||')
	none "a call that belongs elsewhere" calls "$words" $files
	none "a call by number that belongs elsewhere" sh -c \
		"grep -nE '\\b(SYS|__NR)_(prctl|seccomp|execve|execveat|set(res|re)?[ug]id|setgroups|capset)\\b' $files"
}

@test "only shim prints and ends the program" {
	local files
	files=$(echo oci/*.c filter/**/*.c | sed 's|oci/base.c||')
	none "a floor below prints or exits" calls 'v?printf|v?fprintf|v?dprintf|puts|fputs|putchar|perror|exit|abort|v?warnx?|v?errx?' $files
	none "a floor below uses stdout or stderr" sh -c "grep -nE '\\b(stdout|stderr)\\b' $files"
}

# /dev/null, a setting of the kernel, and files without a name are no files that somebody could swap.
@test "files are opened for writing in shim/replace.c only" {
	local allowed='"/dev/null"|null = |"/proc/self/oom_score_adj"|O_TMPFILE|^shim/main.c: .* \? O_RDONLY : O_RDWR'
	none "a file is opened for writing elsewhere" sh -c \
		"grep -nE '\\b(O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE|mkstemp|mkostemp)\\b|\\bcreat\\(|\"[wa][+]?[bex]*\"\\)' \
		$(echo oci/*.c filter/**/*.c shim/**/*.c | sed 's|shim/replace.c||') | sed 's/:[0-9]*:/: /' | grep -vE '$allowed'"
}

@test "every source is listed in Makefile.am" {
	local file
	for file in oci/*.[ch] filter/**/*.[ch] shim/**/*.[ch] filter/**/*.tab; do
		grep -qE "(^|[[:space:]])$file([[:space:]]|\$)" Makefile.am || {
			echo "$file"
			false
		}
	done
	for file in tests/unit/test_*.c; do
		grep -qE "${file%.c}([[:space:]]|\$)" Makefile.am || {
			echo "$file"
			false
		}
	done
}

@test "every source says its licence in its first lines" {
	local file
	for file in configure.ac Makefile.am $(find .ci autogen.sh build-aux/*.m4 build-aux/*.sh oci filter shim tests examples \
		-name '*.[ch15]' -o -name '*.awk' -o -name '*.py' -o -name '*.bats' -o -name '*.sh' -o -name '*.tab' -o -name '*.m4') $(scripts); do
		head -n 5 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || {
			echo "$file"
			false
		}
	done
}

@test "no path of one machine, no unfinished business" {
	none "a path of one machine" grep -rnE '(^|[^[:alnum:]])/(wor[k]|far[m]|roo[t])/' --exclude-dir=autom4te.cache --exclude='*.in' --exclude=configure \
		--exclude=aclocal.m4 .ci .clang-format *.md NEWS configure.ac Makefile.am autogen.sh build-aux/*.sh build-aux/flags.m4 examples filter oci shim tests
	none "unfinished business" grep -rnE '\b(TOD[O]|FIXM[E]|XX[X])\b' filter oci shim tests examples build-aux/*.sh
}

@test "every C file is formatted" {
	make -C "$SHIM_BUILD" format-check
}

@test "shellcheck reports nothing" {
	shellcheck -x -S warning $(scripts | grep -v '\.bats$' | sort -u)
	# In bats every line of a test is checked, and variables live from test to test (SC2030, SC2031, SC2314).
	shellcheck -x -S error -s bats $(scripts | grep '\.bats$')
}

@test "mandoc reports nothing about the manual pages" {
	mandoc -T lint -W warning shim/man/*.[15]
}

@test "README's two commands are there" {
	local command
	for command in examples/quickstart tests/run; do
		grep -q "$command" README.md
		[ -x "$command" ]
	done
}
