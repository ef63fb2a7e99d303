#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# check --starts-under foretells whether runc and crun start a command under a profile: thirty generated ones, with
# noNewPrivileges and without; and what is said of the examples.

# shellcheck disable=SC2154 # `folder` is made by setup
load lib

setup() {
	folder=$(open_folder)
	new_bundle "$folder/bundle"
	cat >"$folder/spin.c" <<-'END'
		void _start(void)
		{
			for (;;)
				__asm__ volatile("pause");
		}
	END
	gcc -static -nostdlib -O1 -o "$folder/bundle/rootfs/bin/spin" "$folder/spin.c"
}

teardown() {
	rm -rf "$folder"
}

@test "what check foretells of thirty profiles is what happens" {
	python3 "$ROOM/starts.py" "$folder/bundle" "$SECCOMP_SHIM"
}

@test "built-ins and examples that allow the runtime's own calls start" {
	local profile runtime
	for profile in default audit "$PROFILES"/{no-chmod,deny-list,no-tiocsti}.json; do
		for runtime in runc crun; do
			shim check --caps docker --quiet "--starts-under=$runtime" "$profile"
			expect "$runtime $profile" 0 '0 errors, 0 warnings' ''
		done
	done
	shim check --quiet --starts-under=runc "$PROFILES/allow-list.json"
	expect 'runc, what only one program needs' 2 'runc calls openat after it has loaded the filter, and does not start the command' ''
	all_held
}
