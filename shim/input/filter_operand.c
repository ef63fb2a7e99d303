/* SPDX-License-Identifier: Apache-2.0 */
/* Reads FILTER arguments into decision tables. */
#include <config.h>

#include "shim/input/filter_operand.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "filter/kernel/action.h"
#include "filter/program/dump.h"
#include "filter/table/table_apply.h"
#include "filter/table/table_program.h"

static int operand_report_size(const struct filter_operand *subject, struct findings *findings)
{
	return finding_error(
		findings, "table-bound", (struct place){.file = subject->name}, "a smaller filter",
		"the filter needs a decision table of more than %u nodes, or too much work "
		"to make it",
		TABLE_NODES_MAX);
}

/* The floor below knows no file: sets the operand's name in its findings, those from `first` on. */
static int operand_name_findings(const struct filter_operand *subject, struct findings *findings,
				 size_t first)
{
	for (size_t i = first; i < findings->count; i++)
		findings->list[i].place.file = subject->name;
	return -1;
}

/* bpf:FILE: a raw array of sock_filter in native byte order. */
static int operand_open_program(struct filter_operand *subject, struct space *space,
				const char *path, struct findings *findings)
{
	struct source *source = &subject->input.source; /* places point to its name */
	struct program *program = &subject->program;
	const size_t before = findings->count;

	if (source_read(source, AT_FDCWD, path, subject->name, findings) != 0)
		return -1;
	if (source->length == 0 || source->length % sizeof(struct sock_filter) != 0)
		return finding_error(findings, "program-length",
				     (struct place){.file = subject->name},
				     "what compile -f bpf writes",
				     "%zu bytes are no array of %zu-byte instructions",
				     source->length, sizeof(struct sock_filter));
	program->big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	program->length = source->length / sizeof(struct sock_filter);
	program->code = mem_alloc(source->length);
	memcpy(program->code, source->text, source->length);
	if (program_check(program, findings) != 0)
		return operand_name_findings(subject, findings, before);
	subject->program_count = 1;
	subject->table = table_from_program(space, program);
	return 0;
}

/* pid:N: all filters of a live process, combined as the kernel does. */
static int operand_open_process(struct filter_operand *subject, struct space *space,
				const char *text, struct findings *findings)
{
	CLEANUP(cleanup_free) struct dump *dump = mem_zero(1, sizeof(*dump));
	char *end;
	long pid;

	errno = 0;
	pid = strtol(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || pid <= 0 || pid > INT32_MAX)
		return finding_error(findings, "pid", NOWHERE, "pid:1234",
				     "\"%s\" is no process id", text_escaped(text, strlen(text)));
	if (dump_process(dump, (pid_t)pid, findings) != 0) {
		dump_free(dump);
		return -1;
	}
	for (size_t i = 0; i < dump->count && !node_same(subject->table, TABLE_FULL); i++)
		subject->table = table_stack(space, table_from_program(space, &dump->filters[i]),
					     subject->table);
	subject->program_count = dump->count;
	if (dump->count == 1) {
		subject->program = dump->filters[0];
	} else if (dump->count > 1) {
		subject->stack = mem_alloc(dump->count * sizeof(*subject->stack));
		memcpy(subject->stack, dump->filters, dump->count * sizeof(*subject->stack));
	}
	dump->count = 0; /* taken over */
	dump_free(dump);
	return 0;
}

static int operand_open_profile(struct filter_operand *subject, struct space *space,
				const struct filter_operand_options *options,
				struct findings *findings)
{
	struct target target;

	subject->leniency = options->leniency;
	if (target_reading(options->target, &subject->reading, findings) != 0 ||
	    input_open(&subject->input, subject->name, &options->input, findings) != 0)
		return -1;
	if (!subject->input.profile)
		return 0;
	if (target_for_input(options->target, &subject->input, &target, findings) != 0)
		return -1;
	subject->resolved = profile_resolve(subject->input.profile, &target, findings);
	if (!subject->resolved)
		return -1;
	return filter_decide(space, subject->resolved, &subject->reading, &subject->leniency,
			     &subject->rules, &subject->table, findings);
}

static bool operand_has_prefix(const char *argument, const char *prefix)
{
	return strncmp(argument, prefix, strlen(prefix)) == 0;
}

bool filter_operand_is_program(const char *argument)
{
	return operand_has_prefix(argument, "bpf:") || operand_has_prefix(argument, "pid:");
}

int filter_operand_open(struct filter_operand *subject, struct space *space, const char *argument,
			const struct filter_operand_options *options, struct findings *findings)
{
	int result;

	*subject = (struct filter_operand){.name = argument};
	subject->table = table_outcome(space, outcome_of(ACTION_ALLOW, 0));
	if (operand_has_prefix(argument, "bpf:")) {
		subject->kind = OPERAND_PROGRAM;
		result = operand_open_program(subject, space, argument + 4, findings);
	} else if (operand_has_prefix(argument, "pid:")) {
		subject->kind = OPERAND_PROCESS;
		result = operand_open_process(subject, space, argument + 4, findings);
	} else {
		result = operand_open_profile(subject, space, options, findings);
	}
	if (result == 0 && (node_same(subject->table, TABLE_FULL) ||
			    table_size(space, subject->table) > TABLE_NODES_MAX))
		return operand_report_size(subject, findings);
	return result;
}

void filter_operand_free(struct filter_operand *subject)
{
	program_free(&subject->program);
	for (size_t i = 0; subject->stack && i < subject->program_count; i++)
		program_free(&subject->stack[i]);
	free(subject->stack);
	rules_free(subject->rules);
	resolved_free(subject->resolved);
	input_free(&subject->input);
}
