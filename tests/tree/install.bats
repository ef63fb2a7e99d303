#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What configure, make install and the two commands of the README do.

TREE=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)

teardown() {
	[ -z "${folder-}" ] || rm -rf "$folder"
}

# Sets folder: one that a plain user may use, which bats's own are not.
open_folder() {
	folder=$(mktemp -d)
	chmod 1777 "$folder"
}

# as_user COMMAND...: `run` by a plain user.
as_user() {
	if [ "$(id -u)" -eq 0 ]; then
		run setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"
	else
		run "$@"
	fi
}

@test "make install installs the programs and manual pages, and make uninstall removes all of them" {
	make -C "$SHIM_BUILD" install DESTDIR="$BATS_TEST_TMPDIR" prefix=/usr
	cd "$BATS_TEST_TMPDIR"
	diff <(find . -type f | sort) - <<-END
		./usr/bin/seccomp-shim
		./usr/libexec/seccomp-shim/entry
		./usr/share/man/man1/seccomp-shim-check.1
		./usr/share/man/man1/seccomp-shim-compile.1
		./usr/share/man/man1/seccomp-shim-diff.1
		./usr/share/man/man1/seccomp-shim-explain.1
		./usr/share/man/man1/seccomp-shim-hook.1
		./usr/share/man/man1/seccomp-shim-run.1
		./usr/share/man/man1/seccomp-shim-runtime.1
		./usr/share/man/man1/seccomp-shim-test.1
		./usr/share/man/man1/seccomp-shim.1
		./usr/share/man/man5/seccomp-shim-expect.5
		./usr/share/man/man5/seccomp-shim-profile.5
		./usr/share/man/man5/seccomp-shim-runtime.json.5
	END
	[ "$(find . -type l)" = ./usr/bin/seccomp-shim-runtime ]
	[ "$(readlink usr/bin/seccomp-shim-runtime)" = seccomp-shim ]
	[ "$(stat -c %a usr/bin/seccomp-shim)" = 755 ]
	[ "$(stat -c %a usr/libexec/seccomp-shim/entry)" = 711 ]
	make -C "$SHIM_BUILD" uninstall DESTDIR="$BATS_TEST_TMPDIR" prefix=/usr
	[ -z "$(find . ! -type d)" ]
	[ ! -e usr/libexec/seccomp-shim ]
}

@test "make dist has every file of the tree and nothing that a build makes" {
	make -C "$SHIM_BUILD" distdir distdir="$BATS_TEST_TMPDIR/dist"
	diff <(cd "$TREE" && find . -type f ! -path './autom4te.cache/*' ! -path './.git' ! -path './.git/*' ! -name .gitignore ! -name '*~' | sort) \
		<(cd "$BATS_TEST_TMPDIR/dist" && find . -type f | sort)
}

# lacks PATTERN TEXT: no line of it matches.
lacks() {
	if grep -E "$1" <<<"$2"; then return 1; fi
}

# hardened BINARY
hardened() {
	local text
	text=$(readelf -hldW "$1")
	grep -qE 'Type: +DYN' <<<"$text"
	grep -qE 'FLAGS_1.* PIE' <<<"$text"
	grep -q GNU_RELRO <<<"$text"
	grep -qE 'FLAGS_1.* NOW' <<<"$text"
	grep -qE 'GNU_STACK .* RW +0x' <<<"$text"
	lacks 'RPATH|RUNPATH|TEXTREL' "$text"
	lacks ' RWE ' "$text"
}

@test "the installed program is hardened: PIE, RELRO, BIND_NOW, no executable stack, canary, FORTIFY" {
	make -C "$SHIM_BUILD" install DESTDIR="$BATS_TEST_TMPDIR" prefix=/usr
	local program=$BATS_TEST_TMPDIR/usr/bin/seccomp-shim symbols
	hardened "$program"
	symbols=$(readelf --dyn-syms -W "$program")
	grep -q __stack_chk_fail <<<"$symbols"
	grep -qE '__[a-z]+_chk' <<<"$(grep -v __stack_chk <<<"$symbols")"
}

@test "configure --enable-static makes a static-pie program that needs no library" {
	cd "$BATS_TEST_TMPDIR"
	"$TREE/configure" --quiet --enable-werror --enable-static >log
	make -j2 >>log
	hardened seccomp-shim
	lacks 'INTERP|NEEDED' "$(readelf -ldW seccomp-shim)"
	./seccomp-shim --version
	./seccomp-shim run -- true
}

@test "configure names the library that is missing or too old" {
	cd "$BATS_TEST_TMPDIR"
	local library rule
	while read -r library rule; do
		mkdir -p pc
		cp "$(pkg-config --variable=pcfiledir yajl)"/{yajl,libseccomp,libcap}.pc pc/
		case "$rule" in
		missing) rm "pc/$library.pc" ;;
		*) sed -i "s/^Version:.*/Version: $rule/" "pc/$library.pc" ;;
		esac
		run env PKG_CONFIG_LIBDIR="$PWD/pc" "$TREE/configure" --quiet
		[ "$status" -ne 0 ]
		grep -q "$library" <<<"$output"
	done <<-END
		libseccomp missing
		libseccomp 2.4.4
		yajl missing
		yajl 2.0.4
		libcap missing
	END
}

# A dpkg-query that misses two packages stands in PATH before the real one; without root and sudo nobody can install them.
@test "quickstart and tests/run name missing packages and end with 2 if they cannot install them" {
	open_folder
	cat >"$folder/dpkg-query" <<-'END'
		#!/bin/sh
		for package; do :; done
		case "$package" in
		libyajl-dev) exit 1 ;;
		libcap-dev) echo config-files ;;
		*) echo installed ;;
		esac
	END
	printf '#!/bin/sh\nexit 1\n' >"$folder/sudo"
	chmod 755 "$folder"/*
	local command
	for command in examples/quickstart tests/run; do
		as_user env PATH="$folder:$PATH" "$TREE/$command" </dev/null
		echo "$output"
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
		[[ "$output" == *"missing"*": libcap-dev libyajl-dev" ]]
	done
}

@test "quickstart builds and shows chmod refused, also for a plain user who cannot write to the sources" {
	open_folder
	as_user env TMPDIR="$folder" "$TREE/examples/quickstart" </dev/null
	echo "$output"
	[ "$status" -eq 0 ]
	grep -q '^chmod worked$' <<<"$output"
	grep -q 'Operation not permitted' <<<"$output"
	grep -qE '^Seccomp:[[:space:]]*2$' <<<"$output"
}

@test "tests/run refuses an unknown word" {
	run "$TREE/tests/run" nonsense
	[ "$status" -eq 2 ]
	[[ "$output" == *nonsense* ]]
}

@test "make help lists every target of ours, and no other" {
	local target listed
	listed=$(make -s -C "$SHIM_BUILD" help | awk '/^  / { print $1 }')
	for target in $(sed -n 's/^\.PHONY: //p' "$TREE/Makefile.am"); do
		grep -qx -- "$target" <<<"$listed"
	done
	# make -n would run what calls make itself, distcheck for one
	for target in $listed; do
		grep -qE "^([a-z-]+ )*$target( [a-z-]+)*:" "$SHIM_BUILD/Makefile" || {
			echo "no rule makes $target"
			return 1
		}
	done
}

@test "in a fresh tree any target can be the first" {
	cd "$BATS_TEST_TMPDIR"
	"$TREE/configure" --quiet --enable-debug >log
	local source
	for source in $(cd "$TREE" && grep -rlE '#include ".*_tab\.h"' filter); do
		source=${source%.c}.o
		make "${source%/*}/libfilterfloor_a-${source##*/}" >>log
	done
}

@test "--enable-debug builds without optimisation, and make coverage reports every source" {
	cd "$BATS_TEST_TMPDIR"
	"$TREE/configure" --quiet --enable-werror --enable-debug --enable-coverage >log
	grep -qE 'compiler .* -O0 -g3' log
	lacks 'FORTIFY_SOURCE' "$(cat log)"
	make -j2 coverage >>log
	tail -n 150 log
	grep -qE '^ *[0-9.]+ % +of +[0-9]+ lines  filter/table/table\.c$' log
	grep -qE '^ *[5-9][0-9]\.[0-9] % +of +[0-9]+ lines  in all$' log
	grep -q 'table_' coverage/*filter#table#table.c.gcov
}

@test "make check-fast runs unit tests and a smoke test, and fails if one command fails" {
	make -C "$SHIM_BUILD" check-fast
	printf '#!/bin/sh\nexit 0\n' >"$BATS_TEST_TMPDIR/program"
	chmod 755 "$BATS_TEST_TMPDIR/program"
	run env SECCOMP_SHIM="$BATS_TEST_TMPDIR/program" "$TREE/tests/smoke"
	[ "$status" -eq 1 ]
	grep -q '^seccomp-shim diff default audit: status 0, expected 1$' <<<"$output"
}
