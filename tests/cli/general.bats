#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What holds for all commands: the table of commands, options, help, the man page, standard streams.

load lib

COMMANDS='run check compile explain test'

teardown() {
	[ -z "${folder:-}" ] || rm -rf "$folder"
}

@test "the program without a command prints help or version, and refuses unknown commands" {
	shim
	expect_refused 'no command' 2 'no command \(give run, check, compile, .* or [a-z]+; see seccomp-shim --help\)$'
	shim chek
	expect_refused 'nearest command' 2 'unknown command "chek" \(did you mean check\? '
	shim entirely-different
	expect_refused 'no nearest command' 2 'unknown command "entirely-different" \(seccomp-shim --help '
	shim ''
	expect_refused 'empty command' 2 'unknown command ""'
	shim --hlep
	expect_refused 'unknown option' 2 'unknown option "--hlep"'
	shim $'x\e[2J\nforged: line\xff\u202e'
	expect_refused 'hostile command' 2 'unknown command "x\\x1b\[2J\\nforged: line\\xff\\xe2\\x80\\xae"'
	shim --help
	expect 'help' 0 $'Usage: seccomp-shim COMMAND.*\n  run .*\n  check .*\n  compile ' ''
	shim -h
	expect 'short help' 0 '^Usage: seccomp-shim COMMAND' ''
	shim --version
	expect 'version' 0 '^seccomp-shim [0-9]+\.[0-9]+' ''
	all_held
}

@test "unknown, ambiguous and repeated options, and wrong numbers of values, are usage errors" {
	local command trouble
	for command in $COMMANDS; do
		trouble=2
		[ "$command" != run ] || trouble=125
		shim "$command" --ignore-unknwon x
		expect_refused "$command: nearest" $trouble \
			"$command: unknown option --ignore-unknwon \(did you mean --ignore-unknown\?\)"
		shim "$command" --entirely-different=3 x
		expect_refused "$command: unknown" $trouble \
			"$command: unknown option --entirely-different \(seccomp-shim $command --help "
		shim "$command" -X x
		expect_refused "$command: letter" $trouble "$command: unknown option -X "
		shim "$command" -$'\e' x
		expect_refused "$command: hostile letter" $trouble "$command: unknown option -.x1b "
		shim "$command" --x$'\e[2J\n' x
		expect_refused "$command: hostile option" $trouble "$command: unknown option --x.x1b\[2J.n "
		shim "$command" --arch
		expect_refused "$command: no value" $trouble "$command: option --arch needs a value"
		shim "$command" --arch x86_64 --arch=x86_64 x
		expect_refused "$command: twice" $trouble "$command: option --arch is given twice \(give it once\)$"
		shim "$command" --quiet=yes x
		expect_refused "$command: value of a flag" $trouble "$command: option --quiet takes no value \(--quiet alone\)$"
		shim "$command" --a x
		expect_refused "$command: ambiguous" $trouble \
			"$command: option --a could be several \(--.*--arch"
		shim "$command" --arch pdp11 default
		expect_refused "$command: arch" $trouble '(.*: )?unknown architecture "pdp11" '
		shim "$command" --arch x86_63 default
		expect_refused "$command: near arch" $trouble '.*\(did you mean x86_64\?\)'
		shim "$command" --caps CHOWN,CAP_CHWON default
		expect_refused "$command: caps" $trouble 'unknown capability "CAP_CHWON" \(did you mean '
		shim "$command" --caps CHOWN, default
		expect_refused "$command: empty cap" $trouble 'unknown capability ""'
		shim "$command" --kernel six default
		expect_refused "$command: kernel" $trouble '"six" is not a valid kernel version \(expected two numbers, such as 6.1\)'
	done
	all_held
}

@test "options may stand behind and between operands, where no command is started" {
	shim diff default audit --stricter --quiet --caps none
	expect 'diff' 1 '^x86 break: ' ''
	shim check default --as runc --quiet audit --json
	expect 'check' 0 '^\{"command":"check",.*"file":"default".*"file":"audit"' ''
	shim compile default -f asm --arch s390x
	expect 'compile' 0 '^ +0: ld ' ''
	shim explain default --caps none chmod -1 --json
	expect 'explain' 0 '^\{"command":"explain",.*"x86_64 -1"' ''
	shim explain default -- --json
	expect_refused 'behind --' 2 'unknown system call '
	shim run -p "$PROFILES/audit.json" expr --quiet : '.*'
	expect 'run: they are the command'"'"'s' 0 '^7$' ''
	all_held
}

@test "the help of every command fits 80 columns" {
	local command
	for command in $COMMANDS runtime; do
		shim "$command" --help
		expect "$command" 0 "^Usage: seccomp-shim $command " ''
		[ "$(wc -L <"$BATS_TEST_TMPDIR/out")" -le 80 ] || row_failed "$command" 'wider than 80'
		shim "$command" -h
		expect "$command -h" 0 "^Usage: seccomp-shim $command " ''
	done
	all_held
}

# The options of a command's help: one a line, letter first where there is one.
help_options() {
	"$SECCOMP_SHIM" "$1" --help |
		sed -nE 's/^  (    |(-.), )(--[a-z-]+)(\[?=[A-Z]).*/\2 \3 value/p; t
			s/^  (    |(-.), )(--[a-z-]+).*/\2 \3/p' | sort
}

# The same of the command's man page.
man_options() {
	awk '
		/^\.Sh / { inside = $2 == "OPTIONS" }
		inside && /^\.It Fl / {
			letter = ""; name = ""; value = /Ar/ ? " value" : ""
			for (i = 3; i <= NF; i++) {
				if ($i ~ /^.$/ && $(i - 1) == "Fl" && name == "") letter = "-" $i
				if ($i ~ /^\\-/) name = "--" substr($i, 3)
			}
			print letter " " name value
		}' "$TREE/shim/man/seccomp-shim-$1.1" | sort
}

# The commands that the program's help lists.
all_commands() {
	"$SECCOMP_SHIM" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' | sort
}

@test "every command has a man page with the usual sections, and seccomp-shim(1) lists them all" {
	local command section
	[ "$(all_commands | wc -l)" -ge 8 ]
	diff <(all_commands) <(ls "$TREE"/shim/man/seccomp-shim-*.1 | sed 's/.*shim-//; s/\.1$//' | sort)
	diff <(all_commands) <(sed -n 's/^\.It Xr seccomp-shim-\([a-z-]*\) 1 Ta .*/\1/p' "$TREE/shim/man/seccomp-shim.1" | sort)
	for command in $(all_commands); do
		for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
			grep -qx "\.Sh $section" "$TREE/shim/man/seccomp-shim-$command.1" || {
				echo "seccomp-shim-$command(1) has no $section"
				return 1
			}
		done
	done
}

# The parts of hook have their own options: tests/cli/hook.bats.
@test "a command's man page names every option of its help, and no other" {
	local command
	for command in $(all_commands | grep -vx hook); do
		help_options "$command" >"$BATS_TEST_TMPDIR/help"
		man_options "$command" >"$BATS_TEST_TMPDIR/man"
		[ -s "$BATS_TEST_TMPDIR/help" ]
		diff "$BATS_TEST_TMPDIR/help" "$BATS_TEST_TMPDIR/man"
	done
}

@test "the man pages are clean" {
	mandoc -T lint -W warning "$TREE"/shim/man/*.[15]
}

@test "standard output that cannot be written is an error" {
	local words
	for words in '--help' '--version' 'check --help' 'check default' \
		'compile -f asm default' 'compile -f oci default' 'compile default'; do
		status=0 out=
		# shellcheck disable=SC2086
		err=$("$SECCOMP_SHIM" $words 2>&1 >/dev/full) || status=$?
		expect "$words" 2 '' 'seccomp-shim: cannot write to standard output: No space left on device \(free space on its file system\)$'
	done
	status=0
	err=$("$SECCOMP_SHIM" check --json default 2>&1 >/dev/full) || status=$?
	expect 'check --json' 2 '' '"message":"cannot write to standard output: No space left on device","remedy":"free space on its file system"}'
	all_held
}

@test "with --json an error is a JSON object, wherever the option stands" {
	local words message remedy
	while IFS='|' read -r words message remedy; do
		status=0
		# shellcheck disable=SC2086
		out=$("$SECCOMP_SHIM" $words 2>"$BATS_TEST_TMPDIR/err") || status=$?
		err=$(cat "$BATS_TEST_TMPDIR/err")
		expect "$words" 2 '^$' "^\{\"command\":\"${words%% *}\",\"version\":\"[^\"]*\",\"findings\":\[\{\"id\":\"usage\",\"severity\":\"error\",\"file\":null,\"line\":null,\"column\":null,\"message\":\"$message\",\"remedy\":\"$remedy\"\}\],\"result\":\{\}\}\$"
	done <<-'END'
		check --json|check: no profile is named|seccomp-shim check --help
		check --nope --json|check: unknown option --nope|seccomp-shim check --help lists the options
		explain default --jsn --json|explain: unknown option --jsn|did you mean --json\?
		diff default --json|diff: two FILTERs are compared, not 1|seccomp-shim diff --help
		test --json --arch|test: option --arch needs a value|--arch=ARCH
		test --json default|test: no file of expectations is named|name one, or give --replay=FILE
	END
	shim compile --json
	expect_refused 'compile has none' 2 'compile: unknown option --json'
	shim check --nope -- --json
	expect_refused 'an operand' 2 'check: unknown option --nope'
	all_held
}

@test "a limit on the size of files is reported, and the command of run inherits its signals" {
	local ignored
	cd "$BATS_TEST_TMPDIR"
	status=0
	out='' err=$( (ulimit -f 0 && exec "$SECCOMP_SHIM" compile -o file default) 2>&1) || status=$?
	expect 'compile -o' 2 '' '^seccomp-shim: file: cannot write: File too large \(raise ulimit -f\)$'
	[ ! -e file ] || row_failed 'compile -o' 'a file is there'
	status=0
	err=$( (ulimit -f 0 && exec "$SECCOMP_SHIM" compile -f asm default 2>&1 >file)) || status=$?
	expect 'standard output' 2 '' '^seccomp-shim: cannot write to standard output: File too large \(raise ulimit -f'
	status=0
	out=$("$SECCOMP_SHIM" run grep SigIgn: /proc/self/status) err='' || status=$?
	expect 'run' 0 "^$(grep SigIgn: /proc/self/status)\$" ''
	status=0
	out=$(env --ignore-signal=XFSZ "$SECCOMP_SHIM" run grep SigIgn: /proc/self/status) || status=$?
	expect 'run, ignored' 0 "^$(env --ignore-signal=XFSZ grep SigIgn: /proc/self/status)\$" ''
	all_held
}

# A caller may have it ignored, and then the kernel reaps children itself.
@test "SIGCHLD inherited as ignored changes no answer" {
	local words
	printf '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["uprobe","uretprobe"],"action":"SCMP_ACT_ERRNO"}]}' \
		>"$BATS_TEST_TMPDIR/probes.json"
	for words in "check $BATS_TEST_TMPDIR/probes.json" 'check --as runc default' 'check --as crun default'; do
		# shellcheck disable=SC2086
		shim $words
		status=0
		# shellcheck disable=SC2086
		env --ignore-signal=CHLD "$SECCOMP_SHIM" $words >"$BATS_TEST_TMPDIR/out2" 2>&1 || true
		[ "$(cat "$BATS_TEST_TMPDIR/out2")" = "$out$err" ] ||
			row_failed "$words" "otherwise: $(cat "$BATS_TEST_TMPDIR/out2")"
	done
	status=0
	out=$(env --ignore-signal=CHLD "$SECCOMP_SHIM" run --require-agreement grep SigIgn: /proc/self/status 2>&1) ||
		status=$?
	err=''
	expect 'run' 0 "^$(env --ignore-signal=CHLD grep SigIgn: /proc/self/status)\$" ''
	all_held
}

@test "closed descriptors 0 to 2 become /dev/null, and a lost answer is an error" {
	local words
	status=0 out= err=
	"$SECCOMP_SHIM" check default <&- || status=$?
	expect 'stdin' 0 '' ''
	for words in 'check default' 'compile default' 'compile -f asm default' 'explain default chmod' \
		'diff default unconfined' --help; do
		status=0
		# shellcheck disable=SC2086
		err=$("$SECCOMP_SHIM" $words 2>&1 >&-) || status=$?
		expect "stdout of $words" 2 '' \
			'^seccomp-shim: cannot write to standard output: Bad file descriptor \(open the descriptor for writing\)$'
	done
	status=0 err=
	"$SECCOMP_SHIM" run true >&- || status=$?
	expect 'stdout of run' 0 '' ''
	"$SECCOMP_SHIM" check default 2>&- >"$BATS_TEST_TMPDIR/out" || status=$?
	expect 'stderr' 0 '' ''
	# an error line must not land in the file that took a closed descriptor's number
	"$SECCOMP_SHIM" compile -f asm -o "$BATS_TEST_TMPDIR/asm" default <&- >&- 2>&- || status=$?
	expect 'all' 0 '' ''
	grep -q . "$BATS_TEST_TMPDIR/asm"
	status=0
	"$SECCOMP_SHIM" check - <&- >"$BATS_TEST_TMPDIR/out" || status=$?
	expect 'closed stdin as profile' 2 '' ''
	all_held
}

@test "the program refuses to run set-user-ID or with file capabilities" {
	is_machine_root || return 0 # only root can install it so
	is_asan && return 0
	folder=$(open_folder)
	cp "$SECCOMP_SHIM" "$folder/shim"
	SECCOMP_SHIM=$folder/shim
	chown nobody "$folder/shim"
	chmod 4755 "$folder/shim"
	shim check default
	expect_refused 'set-user-ID' 2 'installed set-user-ID'
	shim run true
	expect_refused 'set-user-ID run' 125 'installed set-user-ID'
	chown root:nogroup "$folder/shim"
	chmod 2755 "$folder/shim"
	shim check default
	expect_refused 'set-group-ID' 2 'installed set-user-ID, set-group-ID'
	chown root:root "$folder/shim"
	chmod 755 "$folder/shim"
	setcap cap_net_raw=ep "$folder/shim"
	status=0
	out=$(setpriv --reuid 65534 --regid 65534 --clear-groups "$folder/shim" check default 2>"$folder/err") ||
		status=$?
	err=$(cat "$folder/err")
	expect 'file capabilities' 2 '' 'or with file capabilities'
	all_held
}

@test "out of memory is one line and the command's status of trouble" {
	is_asan && return 0
	printf '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[' >"$BATS_TEST_TMPDIR/large"
	yes '{},' | head -c 4000000 >>"$BATS_TEST_TMPDIR/large"
	status=0
	out=$(ulimit -v 40000 && "$SECCOMP_SHIM" check "$BATS_TEST_TMPDIR/large" 2>"$BATS_TEST_TMPDIR/err") || status=$?
	err=$(cat "$BATS_TEST_TMPDIR/err")
	expect 'check' 2 '' '^seccomp-shim: out of memory$'
	status=0
	out=$(ulimit -v 40000 && "$SECCOMP_SHIM" run -p "$BATS_TEST_TMPDIR/large" true 2>"$BATS_TEST_TMPDIR/err") ||
		status=$?
	err=$(cat "$BATS_TEST_TMPDIR/err")
	expect 'run' 125 '' '^seccomp-shim: out of memory$'
	all_held
}

@test "an option that several commands have is described by the same words in all of them" {
	# what one name truly means differently: test prints TAP without --json, check has notes where others have warnings, and
	# hook install both; runtime and the hooks print no warnings, so that what is unknown or shadowed is just accepted; a hook
	# and the commands read a profile --as a runtime, and the engine's settings have files of their own
	local command different=' html:diff json:test quiet:check quiet:hook-install as:hook-gate as:hook-precreate log:hook-install policy:hook-install profile:run profile:runtime '
	for command in runtime hook-gate hook-precreate; do different+="ignore-unknown:$command allow-shadowed:$command "; done
	for command in check compile diff explain test run runtime 'hook gate' 'hook precreate' 'hook install'; do
		# shellcheck disable=SC2086 # hook has two words
		"$SECCOMP_SHIM" $command --help | awk -v command="${command// /-}" '
			/^Options:/ { inside = 1; next }
			!inside { next }
			/^$/ { exit }
			match($0, /^ +(-[a-z], )?--[a-z-]+/) {
				name = substr($0, RSTART, RLENGTH); sub(/.*--/, "", name)
				rest = substr($0, RLENGTH + 1); sub(/^(\[?=[^ ]*)?/, "", rest)
				order[++count] = name; text[name] = ""
				$0 = rest
			}
			{ gsub(/^ +| +$/, ""); text[name] = text[name] (text[name] == "" || $0 == "" ? "" : " ") $0 }
			END { for (i = 1; i <= count; i++) print order[i] "\t" command "\t" text[order[i]] }'
	done >"$BATS_TEST_TMPDIR/rows"
	[ "$(cut -f 1 "$BATS_TEST_TMPDIR/rows" | grep -c '^json$')" -ge 4 ]
	python3 - "$BATS_TEST_TMPDIR/rows" "$different" <<-'END'
		import sys
		different = set(sys.argv[2].split())
		texts = {}
		for line in open(sys.argv[1]):
		    name, command, text = line.rstrip('\n').split('\t')
		    if f'{name}:{command}' not in different:
		        texts.setdefault(name, {}).setdefault(text, []).append(command)
		drifted = {name: found for name, found in texts.items() if len(found) > 1}
		assert not drifted, drifted
	END
}
