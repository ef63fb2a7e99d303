/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads with raw seccomp(2) and prctl(2), one try each. seccomp_load(3) is not used: it probes, and
 * may load with other flags than those asked for.
 */
#include <config.h>

#include "filter/program/load.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "filter/kernel/action.h"

/* linux/seccomp.h */
#define OPERATION_SET_FILTER   1u
#define OPERATION_ACTION_AVAIL 2u

static long load_seccomp(unsigned operation, unsigned flags, const void *argument)
{
	return syscall(SYS_seccomp, operation, flags, argument);
}

bool load_gives_listener(unsigned flags)
{
	return flags & LOAD_NEW_LISTENER;
}

bool load_synchronises(unsigned flags)
{
	return flags & LOAD_TSYNC;
}

/*
 * A flag that the kernel has gets EFAULT for a missing program, one that it lacks EINVAL:
 * seccomp(2) looks at the flags first. WAIT_KILLABLE_RECV is valid only beside NEW_LISTENER.
 */
static bool load_has_flag(unsigned flag)
{
	if (flag == LOAD_WAIT_KILLABLE_RECV)
		flag |= LOAD_NEW_LISTENER;
	return load_seccomp(OPERATION_SET_FILTER, flag, NULL) == -1 && errno == EFAULT;
}

static int load_check_flags(unsigned *flags, bool implied_spec_allow, const struct profile *profile,
			    struct findings *findings)
{
	static const struct {
		unsigned bit;
		enum flag flag;
		const char *since;
	} rows[] = {
		{LOAD_TSYNC, FLAG_TSYNC, "3.17"},
		{LOAD_TSYNC_ESRCH, FLAG_TSYNC, "5.7, beside SCMP_ACT_NOTIFY,"},
		{LOAD_LOG, FLAG_LOG, "4.14"},
		{LOAD_SPEC_ALLOW, FLAG_SPEC_ALLOW, "4.17"},
		{LOAD_WAIT_KILLABLE_RECV, FLAG_WAIT_KILLABLE_RECV, "5.19"},
	};
	int result = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if ((*flags & rows[i].bit) == 0 || load_has_flag(rows[i].bit))
			continue;
		if (rows[i].bit == LOAD_SPEC_ALLOW && implied_spec_allow) {
			*flags &= ~LOAD_SPEC_ALLOW;
			continue;
		}
		result = finding_error(findings, "kernel-flag", profile->flags_place,
				       "remove the flag or use a newer kernel",
				       "the running kernel does not have %s (Linux %s has it)",
				       flag_word(rows[i].flag), rows[i].since);
	}
	return result;
}

static int load_check_action(enum action action, struct place place, struct findings *findings)
{
	uint32_t value = outcome_of(action, 0);

	if (load_seccomp(OPERATION_ACTION_AVAIL, 0, &value) == 0)
		return 0;
	return finding_error(findings, "kernel-action", place,
			     "use another action or a newer kernel",
			     "the running kernel does not have %s", action_word(action));
}

static int load_check_actions(const struct resolved *resolved, struct findings *findings)
{
	const struct profile *profile = resolved->profile;
	bool seen[ACTION_COUNT] = {false};
	int result = load_check_action(profile->default_action, profile->default_place, findings);

	seen[profile->default_action] = true;
	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];

		if (seen[rule->action])
			continue;
		seen[rule->action] = true;
		if (load_check_action(rule->action, rule->place, findings) != 0)
			result = -1;
	}
	return result;
}

/* Older kernels lack GET_ACTION_AVAIL, KILL_PROCESS and LOG. */
static int load_check_kernel(struct findings *findings)
{
	uint32_t value = outcome_of(ACTION_ALLOW, 0);
	struct utsname name;

	if (load_seccomp(OPERATION_ACTION_AVAIL, 0, &value) == 0)
		return 0;
	if (uname(&name) != 0)
		name.release[0] = '\0';
	return finding_error(
		findings, "kernel-seccomp", NOWHERE,
		"use Linux 4.14 or newer with CONFIG_SECCOMP_FILTER, and no outer filter that "
		"denies seccomp(2)",
		"the running kernel (%s) does not accept seccomp filters: %s", name.release,
		errno == ENOSYS	  ? "it has no seccomp(2)"
		: errno == EINVAL ? "its seccomp(2) is too old"
				  : "seccomp(2) is refused");
}

int load_check(unsigned *flags, bool implied_spec_allow, const struct resolved *resolved,
	       struct findings *findings)
{
	int actions, result;

	if (load_check_kernel(findings) != 0)
		return -1;
	actions = load_check_actions(resolved, findings);
	result = load_check_flags(flags, implied_spec_allow, resolved->profile, findings);
	return actions != 0 || result != 0 ? -1 : 0;
}

int load_no_new_privs(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -errno;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : -EPERM;
}

static long load_try(const struct program *program, unsigned flags)
{
	const struct sock_fprog kernel = {.len = (unsigned short)program->length,
					  .filter = program->code};
	long answer;

	/* The length goes into 16 bits above. */
	if (program->length == 0 || program->length > PROGRAM_LENGTH_MAX)
		return -EINVAL;
	answer = load_seccomp(OPERATION_SET_FILTER, flags, &kernel);
	return answer < 0 ? -errno : answer;
}

int load_filter_listening(const struct program *program, unsigned flags, int *listener)
{
	long answer = load_try(program, flags);

	*listener = -1;
	if (answer < 0)
		return (int)answer;
	/* Without TSYNC_ESRCH a positive answer to TSYNC is the thread that cannot have the filter.
	 */
	if (load_gives_listener(flags))
		*listener = (int)answer;
	else if (answer > 0)
		return -ESRCH;
	return 0;
}

int load_filter(const struct program *program, unsigned flags)
{
	const unsigned listening = LOAD_NEW_LISTENER | LOAD_WAIT_KILLABLE_RECV | LOAD_TSYNC_ESRCH;
	long answer = load_try(program, flags & ~listening);

	return answer > 0 ? -ESRCH : (int)answer;
}
