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

static int operand_report_size(const struct filter_operand *operand, struct findings *findings)
{
	return finding_error(
		findings, "table-bound", (struct place){.file = operand->name},
		"use a smaller filter",
		"the filter needs a decision table of more than %u nodes, or too much work "
		"to make it",
		TABLE_NODES_MAX);
}

/* The floor below knows no file: sets the operand's name in its findings, those from `first` on. */
static int operand_name_findings(const struct filter_operand *operand, struct findings *findings,
				 size_t first)
{
	for (size_t i = first; i < findings->count; i++)
		findings->list[i].place.file = operand->name;
	return -1;
}

/* bpf:FILE: a raw array of sock_filter in native byte order. */
static int operand_open_program(struct filter_operand *operand, struct space *space,
				const char *path, struct findings *findings)
{
	struct source *source = &operand->input.source; /* places point to its name */
	struct program *program = &operand->program;
	const size_t before = findings->count;

	if (source_read(source, AT_FDCWD, path, operand->name, findings) != 0)
		return -1;
	if (source->length == 0 || source->length % sizeof(struct sock_filter) != 0)
		return finding_error(findings, "program-length",
				     (struct place){.file = operand->name},
				     "expected what compile -f bpf writes",
				     "%zu bytes are not an array of %zu-byte instructions",
				     source->length, sizeof(struct sock_filter));
	program->big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	program->length = source->length / sizeof(struct sock_filter);
	program->code = mem_alloc(source->length);
	memcpy(program->code, source->text, source->length);
	if (program_check(program, findings) != 0)
		return operand_name_findings(operand, findings, before);
	operand->program_count = 1;
	operand->table = table_from_program(space, program);
	return 0;
}

/* pid:N: all filters of a live process, combined as the kernel does. */
static int operand_open_process(struct filter_operand *operand, struct space *space,
				const char *text, struct findings *findings)
{
	CLEANUP(cleanup_free) struct dump *dump = mem_zero(1, sizeof(*dump));
	char *end;
	long pid;

	errno = 0;
	pid = strtol(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || pid <= 0 || pid > INT32_MAX)
		return finding_error(findings, "pid", NOWHERE,
				     "expected a number, such as pid:1234",
				     "\"%s\" is not a valid process id",
				     text_escaped(text, strlen(text)));
	if (dump_process(dump, (pid_t)pid, findings) != 0) {
		dump_free(dump);
		return -1;
	}
	for (size_t i = 0; i < dump->count && !node_same(operand->table, TABLE_FULL); i++)
		operand->table = table_stack(space, table_from_program(space, &dump->filters[i]),
					     operand->table);
	operand->program_count = dump->count;
	if (dump->count == 1) {
		operand->program = dump->filters[0];
	} else if (dump->count > 1) {
		operand->stack = mem_alloc(dump->count * sizeof(*operand->stack));
		memcpy(operand->stack, dump->filters, dump->count * sizeof(*operand->stack));
	}
	dump->count = 0; /* taken over */
	dump_free(dump);
	return 0;
}

static int operand_open_profile(struct filter_operand *operand, struct space *space,
				const struct filter_operand_options *options,
				struct findings *findings)
{
	struct target target;

	operand->leniency = options->leniency;
	if (target_reading(options->target, &operand->reading, findings) != 0 ||
	    input_open(&operand->input, operand->name, &options->input, findings) != 0)
		return -1;
	if (!operand->input.profile)
		return 0;
	if (target_for_input(options->target, &operand->input, &target, findings) != 0)
		return -1;
	operand->resolved = profile_resolve(operand->input.profile, &target, findings);
	if (!operand->resolved)
		return -1;
	return filter_decide(space, operand->resolved, &operand->reading, &operand->leniency,
			     &operand->rules, &operand->table, findings);
}

static bool operand_has_prefix(const char *argument, const char *prefix)
{
	return strncmp(argument, prefix, strlen(prefix)) == 0;
}

bool filter_operand_is_program(const char *argument)
{
	return operand_has_prefix(argument, "bpf:") || operand_has_prefix(argument, "pid:");
}

int filter_operand_open(struct filter_operand *operand, struct space *space, const char *argument,
			const struct filter_operand_options *options, struct findings *findings)
{
	int result;

	*operand = (struct filter_operand){.name = argument};
	operand->table = table_outcome(space, outcome_of(ACTION_ALLOW, 0));
	if (operand_has_prefix(argument, "bpf:")) {
		operand->kind = OPERAND_PROGRAM;
		result = operand_open_program(operand, space, argument + 4, findings);
	} else if (operand_has_prefix(argument, "pid:")) {
		operand->kind = OPERAND_PROCESS;
		result = operand_open_process(operand, space, argument + 4, findings);
	} else {
		result = operand_open_profile(operand, space, options, findings);
	}
	if (result == 0 && (node_same(operand->table, TABLE_FULL) ||
			    table_size(space, operand->table) > TABLE_NODES_MAX))
		return operand_report_size(operand, findings);
	return result;
}

void filter_operand_free(struct filter_operand *operand)
{
	program_free(&operand->program);
	for (size_t i = 0; operand->stack && i < operand->program_count; i++)
		program_free(&operand->stack[i]);
	free(operand->stack);
	rules_free(operand->rules);
	resolved_free(operand->resolved);
	input_free(&operand->input);
}
