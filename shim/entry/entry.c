/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a container ready for entrypoint mode. Up to three filters are involved: the container's
 * own, which the runtime loads, and under which the runtime and the entry program still have to
 * work; the policy's, which the entry program loads; and, if the own one does not let them work,
 * the own one as written, which the entry program then loads too.
 */
#include <config.h>

#include "shim/entry/entry.h"

#include <stdlib.h>
#include <string.h>

#include "filter/kernel/abi.h"
#include "filter/kernel/action.h"
#include "filter/kernel/syscalls.h"
#include "filter/lint/runtime_calls.h"
#include "filter/query/call.h"
#include "filter/query/compare.h"
#include "filter/table/table.h"
#include "filter/table/table_apply.h"
#include "filter/table/table_program.h"
#include "oci/add_names.h"
#include "oci/config.h"
#include "oci/member.h"
#include "oci/print.h"
#include "shim/entry/entry_config.h"
#include "shim/entry/entry_file.h"
#include "shim/entry/entry_mounting.h"
#include "shim/input/target.h"

struct entering {
	struct entry *entry;
	const struct json_document *document;
	const struct config *config;
	const struct resolved *policy; /* what the policy has the entry program load; may be NULL */
	const struct entry_options *options;
	const struct buffer *existing;
	struct findings *findings;
	struct target target;  /* of the profiles */
	struct resolved *own;  /* of the container's section; NULL if there is none */
	struct space *space;   /* of the tables */
	struct node outer;     /* what the runtime loads; ALLOW for all calls if it loads nothing */
	bool nnp;	       /* noNewPrivileges of the container */
	struct filter *filter; /* what the entry program is to load; NULL: nothing */
};

static void entry_free_state(struct entering *e)
{
	filter_free(e->filter);
	space_free(e->space);
	resolved_free(e->own);
}

static struct leniency entry_leniency(const struct entry_options *options)
{
	return (struct leniency){options->ignore_unknown, options->allow_shadowed};
}

/* ---- the runtime's filter */

static int entry_set_target(struct entering *e)
{
	const struct target_options here = {0};

	if (!e->policy)
		return target_make(&here, e->config->capabilities.bounding, &e->target,
				   e->findings);
	e->target = e->policy->target;
	return 0;
}

/*
 * The table of a section as the runtime reads it. Names that only the runtime drops are reported
 * elsewhere.
 */
static int entry_read_outer(struct entering *e, const struct resolved *resolved)
{
	struct leniency leniency = entry_leniency(e->options);

	leniency.ignore_unknown = true;
	space_renew(e->space);
	return filter_decide(e->space, resolved, e->options->dialect, &leniency, NULL, &e->outer,
			     e->findings);
}

static int entry_read_own(struct entering *e)
{
	if (entry_set_target(e))
		return -1;
	if (e->entry)
		e->entry->target = e->target;
	e->space = space_new();
	e->outer = table_outcome(e->space, outcome_of(ACTION_ALLOW, 0));
	if (!e->config->seccomp)
		return 0;
	e->own = profile_resolve(e->config->seccomp, &e->target, e->findings);
	return e->own ? entry_read_outer(e, e->own) : -1;
}

static enum runtime entry_runtime(const struct entering *e)
{
	return e->options->dialect ? e->options->dialect->runtime : RUNTIME_NONE;
}

/*
 * The first call that the runtime or the entry program needs and the own section denies; NULL if
 * none. *entrys: the entry program needs it.
 */
static const struct runtime_call *entry_find_unmet(const struct entering *e,
						   struct seccomp_data *witness, bool *entrys)
{
	const struct abi *abi = abi_native();
	const struct runtime_call *need = runtime_calls_unmet(runtime_calls_of_entry(), true,
							      e->space, e->outer, abi, witness);

	*entrys = need;
	if (need)
		return need;
	return runtime_calls_unmet(runtime_calls_of(entry_runtime(e)), e->nnp, e->space, e->outer,
				   abi, witness);
}

static int entry_report_unmet(const struct entering *e, const struct seccomp_data *witness,
			      bool entrys, const char *name)
{
	CLEANUP(buffer_free) struct buffer call = {0};

	call_add(&call, witness);
	buffer_add_text(&call, " ");
	outcome_add(&call, table_lookup(e->space, e->outer, witness));
	return finding_error(
		e->findings, "entry-needs", e->config->seccomp->place,
		"allow it, or set \"move\": true so that the entry program loads this profile",
		"%s needs %s, which the container's own profile denies: %s",
		entrys ? "the entry program" : "the runtime", name, call.data);
}

/*
 * Makes the new linux.seccomp: the own profile and the calls that the runtime and the entry program
 * need.
 */
static int entry_widen_section(struct entering *e)
{
	const char *names[RUNTIME_CALLS_MAX];
	size_t count = runtime_calls_names(runtime_calls_of_entry(), e->nnp, names, 0);
	CLEANUP(cleanup_resolved)
	struct resolved *wider = profile_resolve(e->config->seccomp, &e->target, e->findings);
	struct seccomp_data witness;
	const struct runtime_call *need;
	bool entrys;

	count = runtime_calls_names(runtime_calls_of(entry_runtime(e)), e->nnp, names, count);
	if (!wider)
		return -1;
	resolved_allow(wider, names, count, e->config->seccomp->place);
	if (entry_read_outer(e, wider))
		return -1;
	need = entry_find_unmet(e, &witness, &entrys);
	if (need)
		return entry_report_unmet(e, &witness, entrys, need->name);
	section_print(wider, &e->entry->section);
	while (e->entry->section.length > 0 &&
	       e->entry->section.data[e->entry->section.length - 1] == '\n')
		e->entry->section.data[--e->entry->section.length] = '\0';
	return 0;
}

/* ---- the entry program's filter */

static int entry_refuse_listener(const struct entering *e, const struct resolved *resolved)
{
	for (size_t i = 0; resolved && i < resolved->rule_count; i++)
		if (resolved->rules[i]->action == ACTION_NOTIFY)
			return finding_error(
				e->findings, "entry-notify", resolved->rules[i]->place,
				"set \"mode\": \"delegate\"",
				"the entry program cannot reach the listener of SCMP_ACT_NOTIFY");
	return 0;
}

static int entry_build_filter(struct entering *e, bool moved)
{
	const struct leniency leniency = entry_leniency(e->options);
	const struct resolved *own = moved ? e->own : NULL;

	if (entry_refuse_listener(e, e->policy) || entry_refuse_listener(e, own))
		return -1;
	if (e->policy && own)
		e->filter = filter_build_stacked(e->policy, own, &leniency, e->findings);
	else
		e->filter = filter_build(e->policy ? e->policy : own, NULL, &leniency,
					 SEVERITY_NOTE, e->findings);
	return e->filter ? 0 : -1;
}

static bool entry_call_passes(const struct entering *e, const char *name, struct place *place)
{
	*place = e->filter->rules ? (e->policy ? e->policy : e->own)->profile->default_place
				  : NOWHERE;
	return filter_call_passes(e->filter, name, place) == FILTER_PASSES;
}

/* Makes the filter file, if the filter lets execve pass. */
static int entry_make_file(struct entering *e, bool moved)
{
	struct entry_file file = {.program = e->filter->program,
				  .flags = e->filter->flags,
				  .moved = moved};
	struct place place, ignored;

	if (!entry_call_passes(e, "execve", &place))
		return finding_error(e->findings, "execve-denied", place,
				     "add a rule that allows execve with any arguments",
				     "the profile does not allow execve, so no command can be "
				     "executed under it");
	file.can_report = entry_call_passes(e, "write", &ignored) &&
			  entry_call_passes(e, "exit_group", &ignored);
	entry_file_make(&file, &e->entry->file);
	return 0;
}

static void entry_free_file(struct entry_file *file)
{
	program_free(&file->program);
}

/* The table of a filter file; TABLE_FULL if it is not valid. */
static struct node entry_file_table(struct space *space, const struct buffer *text, bool *moved)
{
	CLEANUP(findings_free) struct findings nothing = {0};
	CLEANUP(entry_free_file) struct entry_file file = {0};

	*moved = false;
	if (!text || !entry_file_read(text, &file) || program_check(&file.program, &nothing))
		return TABLE_FULL;
	*moved = file.moved;
	space_renew(space);
	return table_from_program(space, &file.program);
}

static bool entry_is_as_strict(struct space *space, const struct filter *filter, struct node there)
{
	struct differences laxer = {0};
	bool strict;

	space_renew(space);
	strict = compare_tables(space, table_from_program(space, &filter->program), there,
				COMPARE_LAXER, &laxer) == 0 &&
		 laxer.count == 0;
	differences_free(&laxer);
	return strict;
}

/*
 * Whether the filter file of a container that was made ready before stays. A profile that was moved
 * then is no longer in config.json, so its file must stay, and must be as strict as the policy is
 * now. 1: it stays; 0: it does not; -1: an error.
 */
static int entry_keeps_file(struct entering *e)
{
	bool moved;
	struct node there = entry_file_table(e->space, e->existing, &moved);

	if (!moved || node_same(there, TABLE_FULL) || !entry_is_ready(e->document, e->options))
		return 0;
	if (!e->filter)
		return 1;
	if (entry_is_as_strict(e->space, e->filter, there))
		return 1;
	return finding_error(e->findings, "entry-moved", e->document->root->place,
			     "restore the original config.json, which is kept beside it",
			     "the profile that was moved to the entry program is laxer than the "
			     "policy is now");
}

/* Checks both filters as one. inner: the one of the entry program. */
static int entry_check_mounting(const struct entering *e, struct node inner, uint64_t capabilities,
				struct place place)
{
	if (e->options->allow_mounting)
		return 0;
	space_renew(e->space);
	return entry_mounting_check(e->space, table_stack(e->space, inner, e->outer), capabilities,
				    place, e->findings);
}

/* ---- a container */

/* Of all sets: root gets a capability back at execve(2) that is only in the inheritable set. */
static uint64_t entry_read_capabilities(const struct json *process, struct findings *findings)
{
	static const char *const keys[] = {"bounding", "effective", "inheritable", "permitted",
					   "ambient"};
	const struct json *sets = member_object(process, "capabilities", findings);
	uint64_t all = 0;

	for (size_t i = 0; sets && i < ARRAY_SIZE(keys); i++)
		all |= member_capabilities(sets, keys[i], findings);
	return all;
}

static bool entry_has_no_new_privs(const struct json *process)
{
	const struct json *value = process ? json_get(process, "noNewPrivileges") : NULL;

	return value && value->type == JSON_BOOLEAN && value->boolean;
}

static int entry_check_no_new_privs(const struct entry_options *options, const struct json *process,
				    struct findings *findings)
{
	const struct json *value = json_get(process, "noNewPrivileges");

	if (!options->require_no_new_privileges || entry_has_no_new_privs(process))
		return 0;
	return finding_error(
		findings, "entry-no-new-privileges", value ? value->place : process->place,
		"set \"noNewPrivileges\": true; with an engine: --security-opt no-new-privileges",
		"the entry program would set no_new_privs, but the policy requires noNewPrivileges "
		"of the container");
}

static void entry_set_section(const struct entering *e, struct text_edits *edits)
{
	const struct json *linux_object = json_get_present(e->document->root, "linux");

	if (e->entry->section.length > 0)
		text_edits_set_member(edits, linux_object, "seccomp", e->entry->section.data,
				      e->entry->section.length);
}

/*
 * Reads the own filter, decides whether it moves to the entry program, and makes that one's filter.
 */
static int entry_choose_filters(struct entering *e, bool *moved)
{
	struct seccomp_data witness;
	const struct runtime_call *need;
	bool entrys;
	int kept;

	if (entry_read_own(e))
		return -1;
	need = e->own ? entry_find_unmet(e, &witness, &entrys) : NULL;
	*moved = need && e->options->move;
	if (need && !*moved && e->policy)
		return entry_report_unmet(e, &witness, entrys, need->name);
	if (*moved && entry_widen_section(e))
		return -1;
	if ((*moved || e->policy) && entry_build_filter(e, *moved))
		return -1;
	kept = *moved ? 0 : entry_keeps_file(e);
	if (kept < 0)
		return -1;
	e->entry->keep = kept > 0;
	e->entry->used = e->filter || e->entry->keep;
	return 0;
}

static int entry_make_ready(struct entering *e, struct text_edits *edits)
{
	const struct json *process = json_get_present(e->document->root, "process");
	const size_t errors = e->findings->errors;
	uint64_t capabilities;
	bool moved;
	struct node inner;

	e->nnp = entry_has_no_new_privs(process);
	if (entry_choose_filters(e, &moved))
		return -1;
	if (!e->entry->used)
		return 0;
	if (entry_config_check(e->document, e->options, e->findings) ||
	    (!e->options->allow_mounting && entry_processes_check(e->document, e->findings)) ||
	    entry_check_no_new_privs(e->options, process, e->findings) ||
	    (!e->entry->keep && entry_make_file(e, moved)))
		return -1;
	capabilities = entry_read_capabilities(process, e->findings);
	if (e->findings->errors > errors)
		return -1;
	inner = entry_file_table(e->space, e->entry->keep ? e->existing : &e->entry->file, &moved);
	if (node_same(inner, TABLE_FULL))
		return finding_error(e->findings, "table-bound", process->place, NULL,
				     "the filter is too complex to be read back");
	if (entry_check_mounting(e, inner, capabilities, e->config->capabilities.place))
		return -1;
	entry_config_edit(e->document, e->options, edits);
	entry_set_section(e, edits);
	return 0;
}

int entry_make(struct entry *entry, const struct json_document *document,
	       const struct config *config, const struct resolved *resolved,
	       const struct entry_options *options, const struct buffer *existing,
	       struct text_edits *edits, struct findings *findings)
{
	CLEANUP(entry_free_state)
	struct entering e = {.entry = entry,
			     .document = document,
			     .config = config,
			     .policy = resolved,
			     .options = options,
			     .existing = existing,
			     .findings = findings};

	*entry = (struct entry){0};
	edits->document = document;
	return entry_make_ready(&e, edits);
}

void entry_free(struct entry *entry)
{
	buffer_free(&entry->file);
	buffer_free(&entry->section);
}

/* ---- exec */

/* Checks all but the process itself. capabilities: those that it will have. */
static int entry_check_exec(struct entering *e, uint64_t capabilities, struct place place)
{
	struct node inner;
	bool moved;

	if (entry_read_own(e))
		return -1;
	inner = entry_file_table(e->space, e->existing, &moved);
	if (node_same(inner, TABLE_FULL))
		return finding_error(e->findings, "entry-filter", place,
				     "create the container in entrypoint mode",
				     "the bundle's %s is missing or damaged", ENTRY_FILE_NAME);
	return entry_check_mounting(e, inner, capabilities, place);
}

int entry_process(const struct json_document *process, const struct config *config,
		  const struct entry_options *options, const struct buffer *existing,
		  struct text_edits *edits, struct findings *findings)
{
	CLEANUP(entry_free_state)
	struct entering e = {.document = process,
			     .config = config,
			     .options = options,
			     .existing = existing,
			     .findings = findings};
	const size_t errors = findings->errors;
	uint64_t capabilities;

	edits->document = process;
	if (!value_is(process->root, JSON_OBJECT, "process.json", findings))
		return -1;
	config_check_process_keys(process->root, findings);
	capabilities = entry_read_capabilities(process->root, findings);
	if (findings->errors > errors ||
	    entry_check_no_new_privs(options, process->root, findings) ||
	    entry_check_exec(&e, capabilities, process->root->place))
		return -1;
	return entry_args_edit(process->root, edits, findings);
}

int entry_command_check(const struct json_document *document, const struct config *config,
			const struct entry_options *options, const struct buffer *existing,
			bool more, struct findings *findings)
{
	const struct json *process = json_get_present(document->root, "process");
	const size_t errors = findings->errors;
	uint64_t capabilities = process ? entry_read_capabilities(process, findings) : 0;
	CLEANUP(entry_free_state)
	struct entering e = {.config = config,
			     .options = options,
			     .existing = existing,
			     .findings = findings};

	if (findings->errors > errors)
		return -1;
	return entry_check_exec(&e, more ? UINT64_MAX : capabilities, NOWHERE);
}

int entry_existing_check(const struct resolved *resolved, const struct entry_options *options,
			 const struct buffer *existing, struct place place,
			 struct findings *findings)
{
	const struct leniency leniency = entry_leniency(options);
	CLEANUP(cleanup_space) struct space *space = space_new();
	CLEANUP(cleanup_filter)
	struct filter *filter = filter_build(resolved, NULL, &leniency, SEVERITY_NOTE, findings);
	struct node there;
	bool moved;

	if (!filter)
		return -1;
	there = entry_file_table(space, existing, &moved);
	if (!node_same(there, TABLE_FULL) && entry_is_as_strict(space, filter, there))
		return 0;
	return finding_error(findings, "entry-filter", place,
			     "use the runtime wrapper, which writes it",
			     node_same(there, TABLE_FULL)
				     ? "the bundle's %s is missing or damaged"
				     : "the bundle's %s is laxer than the filter of the policy",
			     ENTRY_FILE_NAME);
}
