# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# The Debian packages that a build and the tests need, and the one function that installs what is missing of them.
# Sourced by examples/quickstart and tests/run.

packages_build='autoconf automake gcc libc6-dev libcap-dev libseccomp-dev libyajl-dev make pkg-config'
# shellcheck disable=SC2034 # for those who source this
packages_test="$packages_build apt bats binutils busybox-static clang clang-format crun gcc-multilib
golang-github-containers-common libcap2-bin libclang-rt-14-dev libcmocka-dev mandoc procps python3 python3-yaml runc shellcheck
strace util-linux valgrind xz-utils"
# Engines, and the libraries of theirs that a small system lacks: downloaded and unpacked, not installed.
# shellcheck disable=SC2034
packages_engines='conmon containerd docker.io libassuan0 libdevmapper1.02.1 libgpgme11 libsubid4 podman'

# packages_missing NAME...: prints those that are not installed.
packages_missing() {
	for package in "$@"; do
		status=$(dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null) || status=
		case "$status" in
		installed*) ;;
		*) echo "$package" ;;
		esac
	done
}

# packages_install NAME...: installs the missing ones and nothing else. Returns 2 where that cannot be done, after one
# line that names them.
packages_install() {
	if ! command -v dpkg-query >/dev/null; then
		echo "not a Debian system: taking it that these are installed: $*" >&2
		return 0
	fi
	missing=$(packages_missing "$@" | tr '\n' ' ')
	missing=${missing% }
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" -eq 0 ]; then
		as_root=''
	elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
		as_root=sudo
	else
		echo "these packages are missing, and neither root nor sudo is here to install them: $missing" >&2
		return 2
	fi
	echo "installing $missing" >&2
	# shellcheck disable=SC2086 # a list of words
	packages_apt $missing || { $as_root apt-get -qq update >&2 && packages_apt $missing; } || {
		echo "these packages are missing and could not be installed: $missing" >&2
		return 2
	}
}

# What is installed is left alone: nothing is removed, and nothing that was asked for is upgraded.
packages_apt() {
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends \
		--no-remove --no-upgrade "$@" >&2
}
