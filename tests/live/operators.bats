#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The seven operators at datum-1, datum, datum+1 and with other high words, on calls that fail whatever happens: a call
# that is let through answers with the kernel's own error, one that is denied with ENETDOWN (100).

# shellcheck disable=SC2154,SC2016 # `folder` is made by setup; what is in single quotes is for other shells
load lib

# one_rule ABIS NAME INDEX OP VALUE [VALUETWO]
one_rule() {
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "architectures": [%s], "syscalls": [
		{"names": ["%s"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100, "args": [
			{"index": %s, "op": "SCMP_CMP_%s", "value": %s, "valueTwo": %s}]}]}\n' "${@:1:5}" "${6-0}"
}

# verdicts ABI NUMBER LET VALUES VERDICTS [INDEX]: rows on CALL(-1, VALUE) or, if INDEX is 2, CALL(-1, 0, VALUE); a is let
# through, d denied.
verdicts() {
	local value verdict answer before=''
	[ "${6-1}" = 1 ] || before='0 '
	read -ra verdict <<<"$5"
	for value in $4; do
		answer=ENETDOWN
		[ "${verdict[0]}" = d ] || answer=$3
		verdict=("${verdict[@]:1}")
		echo "call $1 $2 -1 $before$value = errno=$answer"
	done
}

@test "the seven operators work on 64 bits, with x86-64 and x32 numbers" {
	local op value two line values='0x100000004 0x100000005 0x100000006 5 0x8000000100000005 0x200000005'

	# operator  value  valueTwo  datum-1 datum datum+1, low word alone, two other high words
	while read -r op value two line; do
		probe_under "$op $value" "$(one_rule '"SCMP_ARCH_X86_64", "SCMP_ARCH_X32"' lseek 1 "$op" "$value" "$two")" \
			"$(verdicts x86_64 8 EBADF "$values" "$line"; verdicts x32 8 ENOSYS "$values" "$line")"
	done <<-'END'
		NE         4294967301  0           d a d d d d
		LT         4294967301  0           d a a d a a
		LE         4294967301  0           d d a d a a
		EQ         4294967301  0           a d a a a a
		GE         4294967301  0           a d d a d d
		GT         4294967301  0           a a d a d d
		MASKED_EQ  4294967295  5           a d a d d d
		MASKED_EQ  64424509440 4294967296  d d d a d a
		MASKED_EQ  18446744073709551615 4294967301  a d a a a a
	END
	all_held
}

@test "the seven operators ignore the high word of an unsigned int" {
	local op value two line values='4 5 6 0x100000004 0x8000000000000005 0xffffffff00000006 0xffffffff'

	# operator  value  valueTwo  datum-1 datum datum+1, the same with high words, all bits
	while read -r op value two line; do
		probe_under "$op $value" "$(one_rule '"SCMP_ARCH_X86_64"' lseek 2 "$op" "$value" "$two")" \
			"$(verdicts x86_64 8 EBADF "$values" "$line" 2)"
	done <<-'END'
		NE         5           0           d a d d a d d
		LT         5           0           d a a d a a a
		LE         5           0           d d a d d a a
		EQ         5           0           a d a a d a a
		GE         5           0           a d d a d d d
		GT         5           0           a a d a a d d
		MASKED_EQ  4294967295  5           a d a a d a a
		MASKED_EQ  18446744073709551615  5 a d a a d a a
		EQ         4294967295  0           a a a a a a d
		EQ         18446744073709551615 0  a a a a a a d
		LT         18446744073709551615 0  d d d d d d a
	END
	all_held
}

@test "the seven operators use 16 bits of a mode" {
	local op value two line values='4 5 6 0x10004 0x10005 0x8000000000000005 0xffff 0x1ffff'

	# operator  value  valueTwo  datum-1 datum datum+1, with high bits, all bits
	while read -r op value two line; do
		probe_under "$op $value" "$(one_rule '"SCMP_ARCH_X86_64", "SCMP_ARCH_X86"' fchmod 1 "$op" "$value" "$two")" \
			"$(verdicts x86_64 91 EBADF "$values" "$line" 1; verdicts x86 94 EBADF "$values" "$line" 1)"
	done <<-'END'
		NE         5           0           d a d d a a d d
		LT         5           0           d a a d a a a a
		LE         5           0           d d a d d d a a
		EQ         5           0           a d a a d d a a
		GE         5           0           a d d a d d d d
		GT         5           0           a a d a a a d d
		MASKED_EQ  65535       5           a d a a d d a a
		MASKED_EQ  18446744073709551615  5 a d a a d d a a
		EQ         4294967295  0           a a a a a a d d
	END
	all_held
}

@test "the seven operators work on 32 bits, on i386 through int 0x80" {
	local op value two line values='4 5 6 0x100000005 0xffffffff00000004 0x80000005 0xffffffff'

	# operator  value  valueTwo  datum-1 datum datum+1, a high word that the call has not (twice), high bit, all bits
	while read -r op value two line; do
		probe_under "$op $value" "$(one_rule '"SCMP_ARCH_X86"' lseek 1 "$op" "$value" "$two")" \
			"$(verdicts x86 19 EBADF "$values" "$line")"
	done <<-'END'
		NE         5           0           d a d a d d d
		LT         5           0           d a a a d a a
		LE         5           0           d d a d d a a
		EQ         5           0           a d a d a a a
		GE         5           0           a d d d a d d
		GT         5           0           a a d a a d d
		MASKED_EQ  2147483655  5           a d a d a a a
		MASKED_EQ  4294967295  2147483653  a a a a a d a
	END
	all_held
}

@test "conditions work on each of the six arguments, and several are combined by AND or OR" {
	probe_under 'indexes' '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
		{"names": ["munmap"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100,
			"args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 4294967301}]},
		{"names": ["lseek"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100,
			"args": [{"index": 1, "op": "SCMP_CMP_EQ", "value": 4294967301}]},
		{"names": ["pread64"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100,
			"args": [{"index": 2, "op": "SCMP_CMP_EQ", "value": 4294967301}]},
		{"names": ["prctl"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100,
			"args": [{"index": 3, "op": "SCMP_CMP_EQ", "value": 4294967301}]},
		{"names": ["prctl"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100,
			"args": [{"index": 4, "op": "SCMP_CMP_EQ", "value": 4294967301}]},
		{"names": ["process_vm_readv"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100,
			"args": [{"index": 5, "op": "SCMP_CMP_EQ", "value": 4294967301}]}
	]}' '# the datum, and what differs from it in one word
call x86_64 11 0x100000005 0 = errno=ENETDOWN
call x86_64 11 5 0 = errno=EINVAL
call x86_64 11 0x100000004 0 = errno=EINVAL
call x86_64 11 5 0x100000005 = errno=EINVAL
call x86_64 8 -1 0x100000005 0 = errno=ENETDOWN
call x86_64 8 -1 0x200000005 0 = errno=EBADF
call x86_64 17 -1 0 0x100000005 0 = errno=ENETDOWN
call x86_64 17 -1 0 0x100000006 0 = errno=EBADF
call x86_64 157 0x7fffffff 0 0 0x100000005 0 = errno=ENETDOWN
call x86_64 157 0x7fffffff 0 0 0 0x100000005 = errno=ENETDOWN
call x86_64 157 0x7fffffff 0 0x100000005 5 5 = errno=EINVAL
call x86_64 310 0 0 0 0 0 0x100000005 = errno=ENETDOWN
call x86_64 310 0 0 0 0 0 0x100000004 = errno=EINVAL
call x86_64 310 0 0 0 0 0x100000005 5 = errno=EINVAL'
	probe_under 'several rules' '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
		{"names": ["prctl"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100, "args": [
			{"index": 1, "op": "SCMP_CMP_GE", "value": 10},
			{"index": 2, "op": "SCMP_CMP_LT", "value": 4294967296}]},
		{"names": ["lseek"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100, "args": [
			{"index": 1, "op": "SCMP_CMP_LT", "value": 10},
			{"index": 1, "op": "SCMP_CMP_GT", "value": 4294967296}]}
	]}' '# AND
call x86_64 157 0x7fffffff 10 0xffffffff = errno=ENETDOWN
call x86_64 157 0x7fffffff 9 0xffffffff = errno=EINVAL
call x86_64 157 0x7fffffff 10 0x100000000 = errno=EINVAL
call x86_64 157 0x7fffffff 0xffffffffffffffff 0 = errno=ENETDOWN
# OR
call x86_64 8 -1 9 0 = errno=ENETDOWN
call x86_64 8 -1 10 0 = errno=EBADF
call x86_64 8 -1 0x100000000 0 = errno=EBADF
call x86_64 8 -1 0x100000001 0 = errno=ENETDOWN'
	all_held
}

@test "high bits of an int do not step around the rule of no-tiocsti.json" {
	probe_under 'TIOCSTI' "$PROFILES/no-tiocsti.json" '# ioctl(-1, TIOCSTI) and its neighbours
call x86_64 16 -1 0x5412 0 = errno=EPERM
call x86_64 16 -1 0x100005412 0 = errno=EPERM
call x86_64 16 -1 0xffffffff00005412 0 = errno=EPERM
call x86_64 16 -1 0x5411 0 = errno=EBADF
call x86_64 16 -1 0x5413 0 = errno=EBADF
call x86 54 -1 0x5412 0 = errno=EPERM
call x86 54 -1 0x5413 0 = errno=EBADF'
	all_held
}

@test "bits that the kernel ignores do not step around EQ on a command, flags and old ids" {
	probe_under 'narrow arguments' '{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"], "syscalls": [
		{"names": ["ioctl"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100,
			"args": [{"index": 1, "op": "SCMP_CMP_EQ", "value": 21522}]},
		{"names": ["clone"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100,
			"args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 65536}]},
		{"names": ["unshare"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100,
			"args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 64}]},
		{"names": ["unlinkat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100,
			"args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 18446744073709551516}]},
		{"names": ["readv"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100,
			"args": [{"index": 0, "op": "SCMP_CMP_GT", "value": 1000}]},
		{"names": ["fchown"], "action": "SCMP_ACT_ERRNO", "errnoRet": 100,
			"args": [{"index": 1, "op": "SCMP_CMP_EQ", "value": 5}]}
	]}' '# TIOCSTI
call x86_64 16 -1 0x5412 0 = errno=ENETDOWN
call x86_64 16 -1 0x100005412 0 = errno=ENETDOWN
call x86_64 16 -1 0xffffffff00005412 0 = errno=ENETDOWN
call x86_64 16 -1 0x5413 0 = errno=EBADF
call x86_64 16 -1 0 0x5412 = errno=EBADF
# CLONE_THREAD without CLONE_SIGHAND
call x86_64 56 0x10000 0 0 0 0 = errno=ENETDOWN
call x86_64 56 0x8000000000010000 0 0 0 0 = errno=ENETDOWN
call x86_64 56 0x10001 0 0 0 0 = errno=EINVAL
# unshare refuses high bits itself
call x86_64 272 0x40 = errno=ENETDOWN
call x86_64 272 0x100000040 = errno=EINVAL
# AT_FDCWD as a program writes it, in 32 or 64 bits
call x86_64 263 0xffffff9c 0 0 = errno=ENETDOWN
call x86_64 263 -100 0 0 = errno=ENETDOWN
call x86_64 263 0xffffff9b00000000 0 0 = errno=EFAULT
call x86 301 0xffffff9c 0 0 = errno=ENETDOWN
# a long that is a descriptor
call x86_64 19 -1 0 0 = errno=ENETDOWN
call x86_64 19 0x1000003e8 0 0 = errno=EBADF
call x86_64 19 0x1000003e9 0 0 = errno=ENETDOWN
# fchown and, with 16-bit ids, that of i386
call x86_64 93 -1 5 0 = errno=ENETDOWN
call x86_64 93 -1 0x10005 0 = errno=EBADF
call x86_64 93 -1 0x100000005 0 = errno=ENETDOWN
call x86 95 -1 5 0 = errno=ENETDOWN
call x86 95 -1 0x10005 0 = errno=ENETDOWN
call x86 95 -1 6 0 = errno=EBADF
call x86 207 -1 5 0 = errno=EBADF'
	all_held
}
