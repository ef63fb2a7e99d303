/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds newer calls that are denied with an errno other than ENOSYS. C libraries and tools try them
 * first and take the older call only after ENOSYS; with another errno the program fails although
 * the older call passes. Known cases: glibc 2.34 and clone3, musl and Go and faccessat2, 32-bit C
 * libraries and the 64-bit time calls.
 */
#include <config.h>

#include "filter/kernel/action.h"
#include "filter/lint/lint.h"

static const struct {
	const char *name, *older;
	enum severity severity; /* a warning if ordinary programs are known to have failed */
	const char *users;
} fallbacks[] = {
	{"clock_gettime64", "clock_gettime", SEVERITY_WARNING, "32-bit C libraries"},
	{"clock_nanosleep_time64", "clock_nanosleep", SEVERITY_WARNING, "32-bit C libraries"},
	{"clone3", "clone", SEVERITY_WARNING, "C libraries (glibc since 2.34)"},
	{"close_range", "close", SEVERITY_NOTE, "C libraries and runtimes"},
	{"copy_file_range", "read", SEVERITY_NOTE, "file tools and language runtimes"},
	{"epoll_pwait2", "epoll_pwait", SEVERITY_NOTE, "event libraries"},
	{"faccessat2", "faccessat", SEVERITY_WARNING, "C libraries and shells"},
	{"fchmodat2", "fchmodat", SEVERITY_NOTE, "C libraries (glibc since 2.39) and systemd"},
	{"futex_time64", "futex", SEVERITY_WARNING, "32-bit C libraries"},
	{"futex_waitv", "futex", SEVERITY_NOTE, "games and emulators"},
	{"getxattrat", "getxattr", SEVERITY_NOTE, "file tools"},
	{"openat2", "openat", SEVERITY_NOTE, "container tools and systemd"},
	{"pidfd_open", "kill", SEVERITY_NOTE, "language runtimes and systemd"},
	{"ppoll_time64", "ppoll", SEVERITY_WARNING, "32-bit C libraries"},
	{"preadv2", "preadv", SEVERITY_NOTE, "C libraries"},
	{"pselect6_time64", "pselect6", SEVERITY_WARNING, "32-bit C libraries"},
	{"pwritev2", "pwritev", SEVERITY_NOTE, "C libraries"},
	{"recvmmsg_time64", "recvmmsg", SEVERITY_NOTE, "32-bit C libraries"},
	{"renameat2", "renameat", SEVERITY_NOTE, "C libraries and file tools"},
	{"rt_sigtimedwait_time64", "rt_sigtimedwait", SEVERITY_NOTE, "32-bit C libraries"},
	{"semtimedop_time64", "semtimedop", SEVERITY_NOTE, "32-bit C libraries"},
	{"setxattrat", "setxattr", SEVERITY_NOTE, "file tools"},
	{"statx", "newfstatat", SEVERITY_WARNING, "C libraries and language runtimes"},
	{"timer_settime64", "timer_settime", SEVERITY_NOTE, "32-bit C libraries"},
	{"timerfd_settime64", "timerfd_settime", SEVERITY_NOTE, "32-bit C libraries"},
	{"utimensat_time64", "utimensat", SEVERITY_WARNING, "32-bit C libraries"},
};

/* True if it fails with an errno after which programs do not take the older call. */
static bool fallbacks_misleads(const struct lint *lint, const struct lint_call *call)
{
	uint32_t denial;

	if (call->passing == PASSING_ALWAYS)
		return false;
	denial = lint_call_denial(lint, call);
	return outcome_action(denial) == ACTION_ERRNO && !lint_is_enosys(call->abi, denial);
}

static void fallbacks_report(const struct lint *lint, size_t row, const struct lint_call *call)
{
	CLEANUP(buffer_free) struct buffer witness = {0};
	CLEANUP(cleanup_free)
	char *remedy =
		mem_format("allow it, or a rule with SCMP_ACT_ERRNO and errnoRet %u (ENOSYS)",
			   abi_enosys(call->abi));
	struct seccomp_data data;

	lint_call_witness(lint, call, false, &data);
	lint_add_witness(lint, &data, &witness);
	finding_add(lint->findings, fallbacks[row].severity, "no-fallback",
		    lint_call_place(lint, call), remedy,
		    "%s use %s if %s fails with ENOSYS, and fail with any other errno: %s",
		    fallbacks[row].users, fallbacks[row].older, fallbacks[row].name, witness.data);
}

void lint_fallbacks(const struct lint *lint)
{
	for (size_t row = 0; row < ARRAY_SIZE(fallbacks); row++) {
		for (size_t i = 0; i < lint->rules->abi_count; i++) {
			const struct abi *abi = lint->rules->abis[i].abi;
			struct lint_call call, older;

			/* its own numbers (execve: 520) are the highest named: all below get the
			 * default */
			if (abi->arch == ARCH_X32 ||
			    !lint_call_find(lint, abi, fallbacks[row].name, &call) ||
			    !lint_call_find(lint, abi, fallbacks[row].older, &older) ||
			    older.passing == PASSING_NEVER || !fallbacks_misleads(lint, &call))
				continue;
			fallbacks_report(lint, row, &call);
			break;
		}
	}
}
