# SPDX-License-Identifier: Apache-2.0
# Helpers of the tests beside container engines, on top of those of tests/live: containers of runc and crun, and what
# they have in common with those of Docker and podman. All of it happens in a room (tests/engines/room), so that
# nothing is left of it, whatever fails.

# shellcheck disable=SC2154 # `folder` is made by each file's setup

load ../live/lib

if [ -z "${ROOM_GROUP-}" ]; then
	echo "to be run in a room: tests/engines/room bats FILE" >&2
	exit 1
fi
ROOM=$TREE/tests/engines

# root_filesystem FOLDER: busybox and a few of its names, and the places that are mounted on.
root_filesystem() {
	mkdir -p "$1"/{bin,proc,sys,dev,tmp,etc}
	chmod 1777 "$1/tmp"
	install -m 755 /bin/busybox "$1/bin/"
	for name in cat chmod chown grep sh sleep stat true unshare; do ln -sf busybox "$1/bin/$name"; done
}

# new_bundle FOLDER: as `runc spec` makes it, with a root file system.
new_bundle() {
	mkdir -p "$1"
	root_filesystem "$1/rootfs"
	runc spec --bundle "$1"
	cp "$1/config.json" "$1/spec.json"
}

# configure BUNDLE SECTION ARG...: the bundle's config.json runs ARG... under the section.
configure() {
	python3 "$ROOM/configure.py" "$1" "$ROOM_GROUP" "$2" "${@:3}"
}

# engine RUNTIME WORD...: runc or crun with a folder of its own for what it knows.
engine() {
	"$1" --root "$folder/$1" "${@:2}"
}

# until_prints TEXT COMMAND...: waits until the command prints the text; 10 s at most.
until_prints() {
	local _
	for _ in {1..500}; do
		[ "$("${@:2}" 2>/dev/null)" = "$1" ] && return
		sleep 0.02
	done
	echo "did not come: $*"
	return 1
}

# start_container RUNTIME ID BUNDLE: sets $pid to its process, which sleeps. Returns 1, with the reason in
# $folder/said, if it does not start.
start_container() {
	engine "$1" run --detach --bundle "$3" "$2" </dev/null >"$folder/said" 2>&1 3>&- || return
	pid=$(engine "$1" state "$2" | sed -n 's/^ *"pid": *\([0-9]*\),*$/\1/p')
	until_prints sleep cat "/proc/$pid/comm" # before execve the filter may not be there yet
}

delete_container() {
	engine "$1" delete --force "$2" >/dev/null 2>&1 || true
}

# capabilities_of PID: its bounding set as names with commas, the word `none` for none.
capabilities_of() {
	local bits names
	bits=$(sed -n 's/^CapBnd:\t//p' "/proc/$1/status")
	names=$(capsh --decode="$bits")
	names=${names#*=}
	echo "${names:-none}" | tr '[:lower:]' '[:upper:]' | sed 's/^NONE$/none/'
}

# equal_filters ROW OPTION... FILTER FILTER: no difference, and nothing is said.
equal_filters() {
	local status=0
	"$SECCOMP_SHIM" diff --quiet "${@:2}" >"$folder/differences" 2>&1 || status=$?
	same "$1" 'status 0' "status $status$(sed 's/^/; /;10q' "$folder/differences")"
}

# split OPTION... -- WORD...: sets the caller's arrays options and words
split() {
	options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	# shellcheck disable=SC2034 # for the caller
	words=("${@:2}")
}

# An /etc of the room's own, which begins as the system's, and a /usr/local/bin with nothing but the program and the
# wrapper's name in it: what `hook install` writes stays here, and finds them where they would be installed.
private_system() {
	mkdir -p /run/etc "$FOLDER/bin"
	mount -t tmpfs tmpfs /run/etc
	mkdir /run/etc/{upper,work}
	mount -t overlay -o "lowerdir=/etc,upperdir=/run/etc/upper,workdir=/run/etc/work" overlay /etc
	mkdir -p /etc/seccomp-shim
	install -m 755 "$SECCOMP_SHIM" "$FOLDER/bin/seccomp-shim"
	ln -s seccomp-shim "$FOLDER/bin/seccomp-shim-runtime"
	mount --bind "$FOLDER/bin" /usr/local/bin
}
public_system() {
	umount --lazy /usr/local/bin /etc /run/etc
}
# Takes away what `hook install` has written.
remove_installed() {
	find /etc/containers /etc/seccomp-shim /etc/crio /etc/docker /etc/containerd -name '*seccomp-shim*' -type f -delete 2>/dev/null || true
}
