# SPDX-License-Identifier: Apache-2.0
# Helpers of the tests of the wrapper under engines: it is installed as seccomp-shim-runtime, and its policy is where it
# looks for it, /etc/seccomp-shim/runtime.json; that is the room's own /etc, laid over the machine's.

# shellcheck disable=SC2154 # `FOLDER` is made by each file's setup_file

ACCEPT='"accept": ["enosys", "dropped"]'

# Into $FOLDER; to be called before daemons start.
install_wrapper() {
	mkdir -p "$FOLDER/bin" "$FOLDER/etc"
	ln -s "$SECCOMP_SHIM" "$FOLDER/bin/seccomp-shim-runtime"
	mount -t tmpfs -o mode=755 tmpfs "$FOLDER/etc"
	mkdir "$FOLDER/etc/upper" "$FOLDER/etc/work"
	mount -t overlay -o "lowerdir=/etc,upperdir=$FOLDER/etc/upper,workdir=$FOLDER/etc/work" overlay /etc
	mkdir -p /etc/seccomp-shim
	export WRAPPER=$FOLDER/bin/seccomp-shim-runtime
}
remove_wrapper() {
	umount /etc
	umount "$FOLDER/etc"
}

# policy RUNTIME MEMBERS
policy() {
	printf '{"runtime": "%s", %s, %s}' "$1" "$ACCEPT" "$2" >/etc/seccomp-shim/runtime.json
}
