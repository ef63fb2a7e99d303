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

# verdicts ABI NUMBER LET VALUES VERDICTS: rows on lseek(-1, VALUE, 0); a is let through, d denied.
verdicts() {
	local value verdict answer
	read -ra verdict <<<"$5"
	for value in $4; do
		answer=ENETDOWN
		[ "${verdict[0]}" = d ] || answer=$3
		verdict=("${verdict[@]:1}")
		echo "call $1 $2 -1 $value 0 = errno=$answer"
	done
}

@test "seven operators on 64 bits: x86-64 and x32 numbers" {
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

@test "seven operators on 32 bits: i386 through int 0x80" {
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

@test "each of the six arguments; AND of two, OR of two on one" {
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
	probe_under 'S7' '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
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

@test "no-tiocsti.json: high bits of an int do not step around the rule" {
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
