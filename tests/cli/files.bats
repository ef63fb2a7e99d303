#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The files that are written (HACKING.md, "Files are replaced whole"): what root writes where others may write too, and what
# `hook install --root` writes in a system that is not this one.

load lib

setup() {
	folder=$(open_folder)
	cd "$folder"
	mkdir open shared own elsewhere
	chmod 777 open
	chmod 1777 shared
	echo victim >victim
	cp victim elsewhere/file
	cp victim safe
	echo '{"defaultAction":"SCMP_ACT_ALLOW"}' >p.json
	echo 'chmod = ALLOW' >p.expect
	echo '{"require":"p.json","runtime":"/bin/true","nonsense":1}' >bad-policy.json
}

teardown() {
	[ -z "${swapper:-}" ] || kill "$swapper" || true
	cd / && rm -rf "$folder"
}

# writes_html FILE and the like: one command that writes this file.
writes_compile() {
	shim compile p.json -o "$1"
}
writes_html() {
	shim explain p.json --html "$1"
}
writes_diff() {
	shim diff p.json p.json --html "$1"
}
writes_junit() {
	shim test p.json p.expect --junit "$1"
}
writes_log() {
	shim hook gate --policy bad-policy.json --log "$1" </dev/null
}
WRITERS='compile html diff junit log'

# give UID COMMAND...: runs it as that user.
give() {
	setpriv --reuid "$1" --regid "$1" --clear-groups -- "${@:2}"
}

# unharmed ROW: nothing of root's has changed.
unharmed() {
	local file
	for file in victim elsewhere/file; do
		cmp -s "$file" safe || row_failed "$1" "$file has changed"
		[ "$(stat -c %u:%a:%F "$file")" = "$(stat -c %u:%a:%F safe)" ] || row_failed "$1" "$file: $(stat -c %u:%a:%F "$file")"
	done
	[ "$(ls -A elsewhere)" = file ] || row_failed "$1" "elsewhere: $(ls -A elsewhere)"
}

# race ROW TRIES NAME OUTPUT WRITER KIND...: user 65534 makes NAME each KIND in turn while root writes OUTPUT. A command has ten
# seconds; without the checks it was led astray in 71 of 150 tries with a link, so that 150 without one say something.
race() {
	local row=$1 tries=$2 name=$3 output=$4 writer=$5 try
	shift 5
	python3 "$TREE/tests/cli/swapper.py" 65534 "$name" "$@" &
	swapper=$!
	until [ -e "$name" ]; do sleep 0.01; done
	for ((try = 0; try < tries && failures == 0; try++)); do
		timeout 10 "$SECCOMP_SHIM" compile p.json -o "$output" 2>err || [ $? = 2 ] || row_failed "$row" "$(cat err)"
		[ "$writer" = compile ] || "writes_$writer" "$output"
	done
	kill "$swapper" || row_failed "$row" 'the swapper has ended'
	wait "$swapper" || true
	swapper=''
	unharmed "$row"
	rm -rf open/*
}

@test "root's output never goes where another user swaps in a link, a FIFO or a folder" {
	is_machine_root || return 0
	race 'a link' 150 open/out open/out compile file "link:$folder/victim"
	race 'a log' 50 open/out open/out log file "link:$folder/victim"
	race 'a FIFO' 100 open/out open/out compile file fifo
	race 'a device' 50 open/out open/out compile file link:/dev/null
	mkdir open/a
	chmod 777 open/a
	mkdir open/a/real
	race 'a folder' 100 open/a/sub open/a/sub/file compile link:real "link:$folder/elsewhere"
	all_held
}

FOREIGN_LINK="another user's symbolic link, in a folder that others can write"

@test "root follows no link of another user where others can write, in no output and no folder on the way" {
	local writer place
	is_machine_root || return 0
	for place in open shared; do
		for writer in $WRITERS; do
			give 65534 ln -s "$folder/victim" $place/link
			"writes_$writer" $place/link
			# the log's own name may not be a link at all
			expect "$place $writer" 2 '.*' '^seccomp-shim: '$place'/link: cannot (follow '"$FOREIGN_LINK"'|open: Too many levels)'
			unharmed "$place $writer"
			rm $place/link
			give 65534 ln -s "$folder/elsewhere" $place/link
			"writes_$writer" $place/link/file
			expect "$place $writer, folder" 2 '.*' "^seccomp-shim: $place/link/file: cannot (follow|open:) $FOREIGN_LINK"
			"writes_$writer" $place/link/new
			expect "$place $writer, new" 2 '.*' "$FOREIGN_LINK"
			unharmed "$place $writer, folder"
			rm $place/link
		done
	done
	# a chain: root's link to another user's
	give 65534 ln -s "$folder/victim" open/theirs
	ln -s ../open/theirs own/link
	writes_compile own/link
	expect_refused 'a chain' 2 "own/link: cannot follow $FOREIGN_LINK \(use a folder that only root can write\)$"
	unharmed 'a chain'
	all_held
}

@test "root's own links are followed, and another user's in a folder that only root can write" {
	local writer
	for writer in compile html diff junit; do
		rm -f own/*
		ln -s real own/link
		"writes_$writer" own/link
		[ -L own/link ] && [ -s own/real ] || row_failed "$writer" 'the missing target was not made'
		ln -s ../own open/way
		"writes_$writer" open/way/link
		[ -L own/link ] && [ -s own/real ] || row_failed "$writer" 'not followed on the way'
		rm open/way
		is_machine_root || continue
		chown -h 65534 own/link
		"writes_$writer" own/link
		[ -L own/link ] && [ "$status" -lt 2 ] || row_failed "$writer" 'a link that only root can have put there'
	done
	ln -s circle own/circle
	writes_compile own/circle
	expect_refused 'a circle' 2 'own/circle: cannot open its folder: Too many levels of symbolic links '
	writes_compile own/
	expect_refused 'a folder' 2 'own/: cannot open: Is a directory '
	writes_compile own
	expect_refused 'a folder' 2 'own: cannot open: Is a directory '
	writes_compile p.json/x
	expect_refused 'a file on the way' 2 'p.json/x: cannot open its folder: Not a directory '
	writes_compile /proc/self/cwd/own/x
	expect_refused 'a link that is no path' 2 '/proc/self/cwd/own/x: cannot open its folder: Too many levels of symbolic links '
	all_held
}

@test "an ordinary user's links are followed, but none that is planted in a folder like /tmp" {
	is_machine_root || return 0
	cp "$SECCOMP_SHIM" program
	chmod 755 program
	give 65534 ln -s real open/link
	give 65534 ./program compile p.json -o open/link
	[ -L open/link ] && [ "$(stat -c %u open/real)" = 65534 ] || row_failed 'own' 'not followed'
	give 1234 ln -s "$folder/open/mine" shared/link
	give 65534 touch open/mine
	run -2 give 65534 ./program compile p.json -o shared/link
	[[ $output == *"$FOREIGN_LINK"* ]] || row_failed 'planted' "$output"
	[ ! -s open/mine ] || row_failed 'planted' 'followed'
	all_held
}

@test "what root writes in place of another user's file is root's, and no special bit is kept" {
	local before row
	is_machine_root || return 0
	umask 022
	# mode before, mode after
	for row in '666 644' '600 600' '640 640' '4755 644' '2755 644' '1777 644' '444 444'; do
		rm -f open/out
		give 65534 touch open/out
		chmod "${row% *}" open/out
		chown 65534:1234 open/out
		chmod "${row% *}" open/out
		writes_compile open/out
		[ "$(stat -c %u:%g:%a open/out)" = "0:0:${row#* }" ] || row_failed "$row" "$(stat -c %u:%g:%a open/out)"
	done
	for row in '4755 755' '2755 755' '7777 777' '640 640'; do
		echo >own/out
		chown 0:4321 own/out
		chmod "${row% *}" own/out
		writes_compile own/out
		[ "$(stat -c %u:%g:%a own/out)" = "0:4321:${row#* }" ] || row_failed "own $row" "$(stat -c %u:%g:%a own/out)"
	done
	# a second name of root's file: the name is replaced, the file is not
	ln victim open/hard
	before=$(stat -c %i victim)
	writes_compile open/hard
	[ "$(stat -c %i:%h victim)" = "$before:1" ] || row_failed 'a hard link' "$(stat -c %i:%h victim)"
	unharmed 'a hard link'
	all_held
}

@test "root appends to no log that another user owns or has given a second name, where others can write" {
	local planted="another user's, or a hard link, in a folder that others can write"
	is_machine_root || return 0
	ln victim open/log
	writes_log open/log
	expect_refused 'a hard link' 2 "open/log: cannot open: $planted "
	unharmed 'a hard link'
	give 65534 touch shared/log
	writes_log shared/log
	expect_refused 'their file' 2 "shared/log: cannot open: $planted "
	touch open/own
	writes_log open/own
	[ "$(wc -l <open/own)" = 1 ] || row_failed 'own' "$(cat open/own)"
	mkdir bundle
	ln -s "$folder/victim" open/link
	chown -h 65534 open/link
	shim runtime --policy=bad-policy.json -- --log open/link create --bundle bundle x
	expect_refused 'the wrapper' 1 'bad-policy.json:'
	unharmed 'the wrapper'
	shim runtime --policy=bad-policy.json -- --log own/log create --bundle bundle x
	grep -q level=error own/log || row_failed 'the wrapper' 'no line in its log'
	all_held
}

@test "devices, FIFOs and inherited descriptors are written to; planted FIFOs are not waited for" {
	local kind
	writes_compile own/plain
	mkfifo own/fifo
	cat own/fifo >read &
	writes_compile own/fifo
	wait $!
	cmp read own/plain || row_failed 'a FIFO' 'other bytes'
	ln -s fifo own/link
	cat own/fifo >read &
	writes_compile own/link
	wait $!
	cmp read own/plain || row_failed 'a link to a FIFO' 'other bytes'
	for kind in /dev/stdout /dev/fd/1 /proc/self/fd/1; do
		"$SECCOMP_SHIM" compile p.json -o "$kind" | cmp - own/plain || row_failed "$kind" 'a pipe'
		"$SECCOMP_SHIM" compile p.json -o "$kind" >file
		cmp file own/plain || row_failed "$kind" 'a file'
	done
	ln -s /dev/stdout own/stdout
	"$SECCOMP_SHIM" compile p.json -o own/stdout | cmp - own/plain || row_failed 'a link to stdout' 'other bytes'
	"$SECCOMP_SHIM" compile p.json -o >(cat >read)
	until [ -s read ]; do sleep 0.01; done
	cmp read own/plain
	writes_compile /dev/full
	expect_refused 'a full device' 2 '/dev/full: cannot write: No space left on device '
	writes_compile /dev/fd/77
	expect_refused 'no descriptor' 2 '/dev/fd/77: cannot write: Bad file descriptor '
	if is_machine_root; then
		give 65534 mkfifo open/fifo shared/fifo
		for kind in open shared; do
			status=0
			timeout 10 "$SECCOMP_SHIM" compile p.json -o $kind/fifo >out 2>err || status=$?
			out=$(cat out) err=$(cat err)
			expect "$kind" 2 '' "^seccomp-shim: $kind/fifo: cannot open: another user's, or a hard link, in a folder that others can write "
		done
	fi
	all_held
}

@test "two programs that write one file at the same time both succeed" {
	local _ first
	for _ in {1..20}; do
		"$SECCOMP_SHIM" compile p.json -o own/out &
		first=$!
		"$SECCOMP_SHIM" compile p.json -o own/out || row_failed 'second' 'failed'
		wait $first || row_failed 'first' 'failed'
	done
	[ "$(ls -A own)" = out ] || row_failed 'rest' "$(ls -A own)"
	all_held
}

# ---- hook install --root

# A system in $root, with links in it.
new_system() {
	root=$folder/root
	rm -rf "$root" host
	mkdir -p "$root/usr/bin" "$root/etc/seccomp-shim" host/docker host/d
	install -m 755 "$SECCOMP_SHIM" "$root/usr/bin/seccomp-shim"
	ln -s seccomp-shim "$root/usr/bin/seccomp-shim-runtime"
	echo '{}' >"$root/etc/seccomp-shim/runtime.json"
	printf '{}' >host/docker/daemon.json
	printf 'version = 2\n' >host/config.toml
	cp -r host host.safe
}

install_in() {
	shim hook install --engine "$1" --program /usr/bin/seccomp-shim --root "$root" --write --quiet
}

host_unharmed() {
	diff -r host host.safe >/dev/null || row_failed "$1" "$(diff -r host host.safe)"
	rm -rf host.safe
}

@test "install --root DIR writes nothing outside of DIR, whatever links are in it" {
	local up=../../../../../../../../../..
	new_system
	ln -s "$folder/host/docker" "$root/etc/docker"
	install_in docker
	expect 'absolute' 0 'daemon.json: written' ''
	[ -s "$root$folder/host/docker/daemon.json" ] || row_failed 'absolute' 'not inside'
	host_unharmed 'absolute'
	new_system
	ln -s "$up$folder/host/docker" "$root/etc/docker"
	install_in docker
	expect 'relative' 0 'daemon.json: written' ''
	[ -s "$root$folder/host/docker/daemon.json" ] || row_failed 'relative' 'not inside'
	host_unharmed 'relative'
	new_system
	mkdir "$root/etc/docker"
	ln -s "$folder/host/docker/daemon.json" "$root/etc/docker/daemon.json"
	install_in docker
	expect 'a file' 0 'daemon.json: written' ''
	[ -s "$root$folder/host/docker/daemon.json" ] || row_failed 'a file' 'not inside'
	host_unharmed 'a file'
	new_system
	mkdir "$root/etc/containerd" "$root/srv"
	printf 'version = 3\n' >"$root/srv/real.toml"
	ln -s /srv/real.toml "$root/etc/containerd/config.toml"
	install_in containerd
	expect 'containerd' 0 'config.toml: written' ''
	grep -q BinaryName "$root/srv/real.toml" && [ -L "$root/etc/containerd/config.toml" ] || row_failed 'containerd' 'not the target'
	host_unharmed 'containerd'
	new_system
	ln -s "$folder/host/d" "$root/etc/containers"
	install_in podman
	expect 'podman' 0 ': written' ''
	host_unharmed 'podman'
	new_system
	mkdir -p "$root/etc/crio"
	ln -s "$folder/host/d" "$root/etc/crio/crio.conf.d"
	ln -s "$up$folder/host/d" "$root/etc/containers"
	install_in crio
	expect 'crio' 0 ': written' ''
	host_unharmed 'crio'
	all_held
}

@test "install --root DIR reads settings, the policy and the program inside of DIR" {
	new_system
	mkdir -p "$root/etc/containers"
	printf 'hooks_dir = ["/x"]\n' >host/d/10.conf
	ln -s "$folder/host/d" "$root/etc/containers/containers.conf.d"
	install_in podman
	expect 'a folder outside' 0 ': written' ''
	new_system
	mkdir -p "$root/etc/containers" "$root/srv/d"
	printf 'hooks_dir = ["/x"]\n' >"$root/srv/d/10.conf"
	ln -s /srv/d "$root/etc/containers/containers.conf.d"
	install_in podman
	expect_refused 'a folder inside' 2 '.*containers.conf.d/10.conf:1: hooks_dir is already set here'
	new_system
	mv "$root/usr/bin" "$root/bin"
	ln -s /bin "$root/usr/bin"
	install_in docker
	expect 'the program' 0 'daemon.json: written' ''
	new_system
	rm "$root/etc/seccomp-shim/runtime.json"
	echo '{}' >host/d/policy.json
	ln -s "$folder/host/d/policy.json" "$root/etc/seccomp-shim/runtime.json"
	shim hook install --engine docker --program /usr/bin/seccomp-shim --root "$root"
	expect 'the policy' 0 . 'there is no policy .*: without it every container is refused'
	shim hook install --engine docker --root "$folder/none" --write
	expect_refused 'no root' 2 '--root: cannot open .*/none: No such file or directory \(give an existing directory\)$'
	all_held
}

@test "install --root DIR is not led out of DIR by who swaps its folders" {
	local _
	is_machine_root || return 0
	new_system
	chmod 777 "$root/etc"
	python3 "$TREE/tests/cli/swapper.py" 65534 "$root/etc/docker" link:seccomp-shim "link:$folder/host/docker" &
	swapper=$!
	until [ -e "$root/etc/docker" ]; do sleep 0.01; done
	for _ in {1..100}; do
		install_in docker
		[ "$status" -le 2 ] || row_failed 'a status' "$status"
	done
	kill "$swapper" || row_failed 'the swapper' 'has ended'
	wait "$swapper" || true
	swapper=''
	host_unharmed 'swapped'
	# in the image of another user his links are his own business, and lead nowhere else
	new_system
	chown -hR 65534:65534 "$root"
	give 65534 ln -s "$folder/host/docker" "$root/etc/docker"
	install_in docker
	expect "another user's image" 0 'daemon.json: written' ''
	host_unharmed "another user's image"
	all_held
}
