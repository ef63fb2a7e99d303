/* SPDX-License-Identifier: Apache-2.0 */
/* Converts the specification's actions to the kernel's return values and back. */
#include <config.h>

#include "filter/kernel/action.h"

#include <linux/seccomp.h>

#define ERRNO_DATA_MAX 4095u /* MAX_ERRNO, include/linux/err.h */

/* linux/seccomp.h names, by enum action; newer ones by value so that old headers do. */
static const struct {
	uint32_t value;
	bool has_data;
	const char *text;
} outcomes[ACTION_COUNT] = {
	[ACTION_KILL_PROCESS] = {0x80000000u, false, "KILL_PROCESS"},
	[ACTION_KILL_THREAD] = {0x00000000u, false, "KILL_THREAD"},
	[ACTION_TRAP] = {0x00030000u, true, "TRAP"},
	[ACTION_ERRNO] = {0x00050000u, true, "ERRNO"},
	[ACTION_NOTIFY] = {0x7fc00000u, false, "NOTIFY"},
	[ACTION_TRACE] = {0x7ff00000u, true, "TRACE"},
	[ACTION_LOG] = {0x7ffc0000u, false, "LOG"},
	[ACTION_ALLOW] = {0x7fff0000u, false, "ALLOW"},
};

uint32_t outcome_of(enum action action, unsigned data)
{
	if (action == ACTION_ERRNO || action == ACTION_TRACE)
		return outcome_normal(outcomes[action].value | (data & SECCOMP_RET_DATA));
	return outcomes[action].value;
}

uint32_t outcome_normal(uint32_t value)
{
	uint32_t data = value & SECCOMP_RET_DATA;

	for (int action = 0; action < ACTION_COUNT; action++) {
		if ((value & ~SECCOMP_RET_DATA) != outcomes[action].value)
			continue;
		if (!outcomes[action].has_data)
			return outcomes[action].value;
		if (action == ACTION_ERRNO && data > ERRNO_DATA_MAX)
			data = ERRNO_DATA_MAX;
		return outcomes[action].value | data;
	}
	return outcomes[ACTION_KILL_PROCESS].value;
}

enum action outcome_action(uint32_t outcome)
{
	for (int action = 0; action < ACTION_COUNT; action++)
		if ((outcome & ~SECCOMP_RET_DATA) == outcomes[action].value)
			return (enum action)action;
	return ACTION_KILL_PROCESS;
}

bool outcome_runs(uint32_t outcome)
{
	return action_runs(outcome_action(outcome));
}

bool outcome_hands_over(uint32_t outcome)
{
	return action_hands_over(outcome_action(outcome));
}

int outcome_rank(uint32_t outcome)
{
	return (int)outcome_action(outcome);
}

void outcome_add(struct buffer *buffer, uint32_t outcome)
{
	enum action action = outcome_action(outcome);
	unsigned data = outcome & SECCOMP_RET_DATA;

	buffer_add_text(buffer, outcomes[action].text);
	if (action == ACTION_ERRNO && errno_name(data))
		buffer_addf(buffer, "(%s)", errno_name(data));
	else if (action == ACTION_ERRNO || action == ACTION_TRACE ||
		 (action == ACTION_TRAP && data != 0))
		buffer_addf(buffer, "(%u)", data);
}
