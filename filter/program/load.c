/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's side of loading: raw seccomp(2) and prctl(2), one try each (F10). libseccomp's own
 * loading is not used: it probes, and it may load with other flags than asked for.
 */
#include <config.h>

#include "filter/program/load.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "filter/kernel/action.h"

/* linux/seccomp.h, by value where an older header lacks the name. */
#define FILTER_TSYNC		  (1u << 0)
#define FILTER_LOG		  (1u << 1)
#define FILTER_SPEC_ALLOW	  (1u << 2)
#define FILTER_TSYNC_ESRCH	  (1u << 4)
#define FILTER_WAIT_KILLABLE_RECV (1u << 5)
#define FILTER_NEW_LISTENER	  (1u << 3)
#define OPERATION_SET_FILTER	  1u
#define OPERATION_ACTION_AVAIL	  2u

static long seccomp(unsigned operation, unsigned flags, const void *argument)
{
	return syscall(SYS_seccomp, operation, flags, argument);
}

static bool notifies(const struct resolved *resolved)
{
	for (size_t i = 0; i < resolved->rule_count; i++)
		if (resolved->rules[i]->action == ACTION_NOTIFY)
			return true;
	return false;
}

unsigned load_flags(const struct resolved *resolved, bool *implied_spec_allow)
{
	const struct profile *profile = resolved->profile;
	unsigned flags = notifies(resolved) ? FILTER_NEW_LISTENER : 0;

	*implied_spec_allow = !profile->has_flags;
	if (!profile->has_flags || profile->flags & FLAG_SPEC_ALLOW)
		flags |= FILTER_SPEC_ALLOW;
	if (profile->flags & FLAG_LOG)
		flags |= FILTER_LOG;
	if (profile->flags & FLAG_WAIT_KILLABLE_RECV)
		flags |= FILTER_WAIT_KILLABLE_RECV;
	if (profile->flags & FLAG_TSYNC)
		flags |= FILTER_TSYNC;
	if (profile->flags & FLAG_TSYNC && flags & FILTER_NEW_LISTENER)
		flags |= FILTER_TSYNC_ESRCH;
	return flags;
}

bool load_gives_listener(const struct filter *filter)
{
	return filter->flags & FILTER_NEW_LISTENER;
}

bool load_synchronises(const struct filter *filter)
{
	return filter->flags & FILTER_TSYNC;
}

/*
 * A flag that the kernel has gets EFAULT for a missing program, one that it lacks EINVAL:
 * seccomp(2) looks at the flags first. WAIT_KILLABLE_RECV is valid only beside NEW_LISTENER.
 */
static bool flag_available(unsigned flag)
{
	if (flag == FILTER_WAIT_KILLABLE_RECV)
		flag |= FILTER_NEW_LISTENER;
	return seccomp(OPERATION_SET_FILTER, flag, NULL) == -1 && errno == EFAULT;
}

static int check_flags(struct filter *filter, const struct profile *profile,
		       struct findings *findings)
{
	static const struct {
		unsigned bit;
		enum flag flag;
		const char *since;
	} flags[] = {
		{FILTER_TSYNC, FLAG_TSYNC, "3.17"},
		{FILTER_TSYNC_ESRCH, FLAG_TSYNC, "5.7, beside SCMP_ACT_NOTIFY,"},
		{FILTER_LOG, FLAG_LOG, "4.14"},
		{FILTER_SPEC_ALLOW, FLAG_SPEC_ALLOW, "4.17"},
		{FILTER_WAIT_KILLABLE_RECV, FLAG_WAIT_KILLABLE_RECV, "5.19"},
	};
	int result = 0;

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if ((filter->flags & flags[i].bit) == 0 || flag_available(flags[i].bit))
			continue;
		if (flags[i].bit == FILTER_SPEC_ALLOW && filter->implied_spec_allow) {
			filter->flags &= ~FILTER_SPEC_ALLOW;
			continue;
		}
		result = finding_error(findings, "kernel-flag", profile->flags_place,
				       "take the flag out, or use a newer kernel",
				       "the running kernel does not have %s (Linux %s has it)",
				       flag_word(flags[i].flag), flags[i].since);
	}
	return result;
}

static int check_action(enum action action, struct place place, struct findings *findings)
{
	uint32_t value = outcome_of(action, 0);

	if (seccomp(OPERATION_ACTION_AVAIL, 0, &value) == 0)
		return 0;
	return finding_error(findings, "kernel-action", place,
			     "use another action, or a newer kernel",
			     "the running kernel does not have %s", action_word(action));
}

static int check_actions(const struct resolved *resolved, struct findings *findings)
{
	const struct profile *profile = resolved->profile;
	bool seen[ACTION_COUNT] = {false};
	int result = check_action(profile->default_action, profile->default_place, findings);

	seen[profile->default_action] = true;
	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];

		if (seen[rule->action])
			continue;
		seen[rule->action] = true;
		if (check_action(rule->action, rule->place, findings) != 0)
			result = -1;
	}
	return result;
}

/* S13: older kernels lack GET_ACTION_AVAIL, KILL_PROCESS and LOG. */
static int check_kernel(struct findings *findings)
{
	uint32_t value = outcome_of(ACTION_ALLOW, 0);
	struct utsname name;

	if (seccomp(OPERATION_ACTION_AVAIL, 0, &value) == 0)
		return 0;
	if (uname(&name) != 0)
		name.release[0] = '\0';
	return finding_error(
		findings, "kernel-seccomp", NOWHERE,
		"a kernel with CONFIG_SECCOMP_FILTER, Linux 4.14 or newer, and no outer "
		"filter that denies seccomp(2)",
		"the running kernel (%s) does not take seccomp filters: %s", name.release,
		errno == ENOSYS	  ? "it has no seccomp(2)"
		: errno == EINVAL ? "its seccomp(2) is too old"
				  : "seccomp(2) is refused");
}

int load_check(struct filter *filter, const struct resolved *resolved, struct findings *findings)
{
	int actions, flags;

	if (check_kernel(findings) != 0)
		return -1;
	actions = check_actions(resolved, findings);
	flags = check_flags(filter, resolved->profile, findings);
	return actions != 0 || flags != 0 ? -1 : 0;
}

int load_no_new_privs(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -errno;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : -EPERM;
}

static long load_program(const struct program *program, unsigned flags)
{
	const struct sock_fprog kernel = {.len = (unsigned short)program->length,
					  .filter = program->code};
	long answer;

	/* F10: the length goes into 16 bits above. */
	if (program->length == 0 || program->length > PROGRAM_LENGTH_MAX)
		return -EINVAL;
	answer = seccomp(OPERATION_SET_FILTER, flags, &kernel);
	return answer < 0 ? -errno : answer;
}

int load_filter_listening(const struct filter *filter, int *listener)
{
	long answer = load_program(&filter->program, filter->flags);

	*listener = -1;
	if (answer < 0)
		return (int)answer;
	/* Without TSYNC_ESRCH a positive answer to TSYNC is the thread that cannot have the filter.
	 */
	if (load_gives_listener(filter))
		*listener = (int)answer;
	else if (answer > 0)
		return -ESRCH;
	return 0;
}

int load_filter(const struct filter *filter)
{
	const unsigned listening =
		FILTER_NEW_LISTENER | FILTER_WAIT_KILLABLE_RECV | FILTER_TSYNC_ESRCH;
	long answer = load_program(&filter->program, filter->flags & ~listening);

	return answer > 0 ? -ESRCH : (int)answer;
}
