/* SPDX-License-Identifier: Apache-2.0 */
/* Looks up in a runtime's filter the calls that it makes itself, and reports those that stop it. */
#include <config.h>

#include "filter/lint/starts.h"

#include <errno.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"
#include "filter/lint/lint_call.h"
#include "filter/lint/runtime_calls.h"
#include "filter/table/table_apply.h"

static const char *starts_runtime_name(enum runtime runtime)
{
	return runtime == RUNTIME_RUNC ? "runc" : "crun";
}

/* Whether an outcome stops the runtime. */
static bool starts_is_stopped(const struct runtime_call *need, uint32_t outcome)
{
	const enum action action = outcome_action(outcome);

	if (action_runs(action) || action == ACTION_NOTIFY) /* the listener decides */
		return false;
	if (action == ACTION_ERRNO && need->care == CALL_STRANGE)
		return outcome != outcome_of(ACTION_ERRNO, EPERM) &&
		       outcome != outcome_of(ACTION_ERRNO, EINVAL);
	/* No tracer is there: ENOSYS. Else it is killed, or SIGSYS is not handled. */
	return (action != ACTION_ERRNO && action != ACTION_TRACE) || need->care != CALL_LIFE;
}

struct starts {
	struct lint lint;
	enum runtime runtime;
	const char *reported; /* the call that was reported last: once is enough */
};

static void starts_report(const struct starts *s, const struct runtime_call *need,
			  const struct lint_call *call, const struct seccomp_data *data, bool sure)
{
	CLEANUP(buffer_free) struct buffer witness = {0};
	CLEANUP(cleanup_free) char *remedy = mem_format("add a rule that allows %s", call->name);
	uint32_t outcome = table_lookup(s->lint.space, s->lint.table, data);
	bool hangs = s->runtime == RUNTIME_RUNC && outcome_action(outcome) == ACTION_KILL_THREAD;

	lint_add_witness(&s->lint, data, &witness);
	finding_add(s->lint.findings, sure ? SEVERITY_ERROR : SEVERITY_WARNING,
		    hangs ? "runtime-hangs" : "runtime-needs", lint_call_place(&s->lint, call),
		    remedy, "%s %s %s after it has loaded the filter%s, %s: %s",
		    starts_runtime_name(s->runtime),
		    need->care == CALL_CHANCE ? "may call" : "calls", call->name,
		    need->created ? " where a container is created first and started later" : "",
		    hangs  ? "loses the one thread that does it, and waits for ever"
		    : sure ? "and does not start the command"
			   : "and may not start the command",
		    witness.data);
}

static void starts_check_need(struct starts *s, const struct runtime_call *need)
{
	const struct abi *abi = abi_of(s->lint.rules->resolved->target.arch);
	struct space *space = s->lint.space;
	struct lint_call call;
	struct seccomp_data data;
	struct node as_made, denied;

	if (!lint_call_find(&s->lint, abi, need->name, &call) || call.passing == PASSING_ALWAYS ||
	    (s->reported && strcmp(s->reported, need->name) == 0))
		return;
	as_made = runtime_call_made(need, space);
	denied = table_and(space, as_made, table_not(space, call.passes));
	if (node_same(denied, TABLE_FALSE) || node_same(denied, TABLE_FULL))
		return;
	table_witness(space, denied, TABLE_FALSE, &data);
	data.arch = abi->audit_arch;
	data.nr = (int)call.number;
	if (!starts_is_stopped(need, table_lookup(space, s->lint.table, &data)))
		return;
	s->reported = need->name;
	starts_report(s, need, &call, &data,
		      node_same(denied, as_made) && need->care != CALL_CHANCE && !need->created);
}

void starts_check(struct space *space, const struct rules *rules, struct node table,
		  enum runtime runtime, bool nnp, struct findings *findings)
{
	const struct runtime_calls needs = runtime_calls_of(runtime);
	struct starts s = {.lint = {.space = space,
				    .rules = rules,
				    .table = table,
				    .passes = table_runs(space, table),
				    .findings = findings},
			   .runtime = runtime};

	for (size_t i = 0; i < needs.count; i++) {
		const struct runtime_call *need = &needs.list[i];

		if (need->care != CALL_RARELY && !need->elsewhere && !(need->without_nnp && nnp))
			starts_check_need(&s, need);
	}
}
