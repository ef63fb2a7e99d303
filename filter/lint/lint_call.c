/* SPDX-License-Identifier: Apache-2.0 */
/* Calls as the parts of the lint see them: what passes, by which rule, and a witness. */
#include <config.h>

#include "filter/lint/lint_call.h"

#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"
#include "filter/query/call.h"
#include "filter/rules/fallback.h"
#include "filter/table/table_apply.h"

#define USUAL_ENOSYS 38

bool lint_call_find(const struct lint *lint, const struct abi *abi, const char *name,
		    struct lint_call *call)
{
	struct node node;

	if (!rules_of_abi(lint->rules, abi) || !syscall_number(abi, name, &call->number))
		return false;
	node = table_at(lint->space, lint->passes, WORD_ARCH, abi->audit_arch);
	node = table_at(lint->space, node, WORD_NUMBER, call->number);
	call->abi = abi;
	call->name = name;
	call->passes = node;
	call->passing = node_same(node, TABLE_TRUE)    ? PASSING_ALWAYS
			: node_same(node, TABLE_FALSE) ? PASSING_NEVER
						       : PASSING_SOMETIMES;
	return true;
}

void lint_call_witness(const struct lint *lint, const struct lint_call *call, bool executed,
		       struct seccomp_data *data)
{
	struct node other = executed ? TABLE_FALSE : TABLE_TRUE;

	memset(data, 0, sizeof(*data));
	if (!node_same(call->passes, other))
		table_witness(lint->space, call->passes, other, data);
	data->arch = call->abi->audit_arch;
	data->nr = (int)call->number;
}

void lint_add_witness(const struct lint *lint, const struct seccomp_data *data, struct buffer *out)
{
	call_add(out, data);
	buffer_add_text(out, " is answered ");
	outcome_add(out, table_lookup(lint->space, lint->table, data));
}

uint32_t lint_call_denial(const struct lint *lint, const struct lint_call *call)
{
	struct seccomp_data data;

	lint_call_witness(lint, call, false, &data);
	return table_lookup(lint->space, lint->table, &data);
}

bool lint_call_is_denied(const struct lint *lint, const struct lint_call *call)
{
	return !outcome_hands_over(lint_call_denial(lint, call));
}

bool lint_is_enosys(const struct abi *abi, uint32_t outcome)
{
	return outcome == fallback_enosys(abi) || outcome == outcome_of(ACTION_ERRNO, USUAL_ENOSYS);
}

/* The ABI's rules from the first one of the number on; *count gets how many there are. */
static const struct call_rule *lint_call_group(const struct lint *lint,
					       const struct lint_call *call, size_t *count)
{
	const struct abi_rules *rules = rules_of_abi(lint->rules, call->abi);
	size_t low = 0, high = rules->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (rules->list[middle].number < call->number)
			low = middle + 1;
		else
			high = middle;
	}
	*count = 0;
	if (low == rules->count || rules->list[low].number != call->number)
		return NULL;
	*count = rules_group_end(rules, low) - low;
	return &rules->list[low];
}

const struct call_rule *lint_call_rule(const struct lint *lint, const struct lint_call *call)
{
	size_t count;
	const struct call_rule *group = lint_call_group(lint, call, &count);

	for (size_t i = 0; i < count; i++)
		if (!group[i].multiplexed)
			return &group[i];
	return NULL;
}

bool lint_call_is_ruled(const struct lint *lint, const struct lint_call *call)
{
	size_t count;
	const struct call_rule *group = lint_call_group(lint, call, &count);

	for (size_t i = 0; i < count; i++)
		if (!group[i].multiplexed &&
		    (!action_runs(group[i].rule->action) || group[i].rule->condition_count > 0))
			return true;
	return false;
}

struct place lint_call_place(const struct lint *lint, const struct lint_call *call)
{
	const struct call_rule *rule = lint_call_rule(lint, call);

	return rule ? rule->name->place : lint->rules->resolved->profile->default_place;
}

bool lint_is_broad(const struct lint *lint, const struct abi *abi)
{
	struct lint_call call;
	unsigned passing = 0;

	for (size_t i = 0; i < syscall_count() && passing < LINT_BROAD; i++)
		passing += lint_call_find(lint, abi, syscall_at(i), &call) &&
			   call.passing != PASSING_NEVER;
	return passing >= LINT_BROAD;
}

void lint_add_name(struct buffer *out, const char *name, size_t index, size_t count)
{
	if (index > 0)
		buffer_add_text(out, index + 1 == count ? " and " : ", ");
	buffer_add_text(out, name);
}
