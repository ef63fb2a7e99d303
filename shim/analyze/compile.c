/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command compile: prints the program that would be loaded, as bytes or text, or the resolved
 * section of a profile. Equal input gives equal bytes.
 */
#include <config.h>

#include <string.h>
#include <unistd.h>

#include "filter/rules/filter.h"
#include "filter/table/emit.h"
#include "filter/table/table_program.h"
#include "oci/print.h"
#include "shim/input/filter_operand.h"
#include "shim/input/reading_options.h"
#include "shim/input/source.h"
#include "shim/input/target.h"
#include "shim/print.h"
#include "shim/replace.h"

struct compile_values {
	const char *format, *output;
	bool quiet;
	struct reading_options reading;
	struct target_options target;
};

static const struct option_row compile_rows[] = {
	{'f', "format", "FORMAT",
	 "bpf (default): the program as it would be loaded; asm: the same as text; oci: the "
	 "profile, resolved, as a seccomp section",
	 OPTION_TEXT, offsetof(struct compile_values, format)},
	{'o', "output", "FILE",
	 "write to FILE, whole or not at all (default and -: standard output)", OPTION_TEXT,
	 offsetof(struct compile_values, output)},
	QUIET_ROW(offsetof(struct compile_values, quiet)),
	READING_OPTION_ROWS(struct compile_values),
	TARGET_OPTION_ROWS(struct compile_values),
};

enum format { FORMAT_BPF, FORMAT_ASM, FORMAT_OCI };

static int format_parse(const char *word, enum format *format)
{
	static const char *const words[] = {
		[FORMAT_BPF] = "bpf", [FORMAT_ASM] = "asm", [FORMAT_OCI] = "oci"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!word || strcmp(word, words[i]) == 0) {
			*format = (enum format)i;
			return 0;
		}
	}
	print_one_error("bpf, asm or oci", "compile: unknown format \"%s\"",
			text_escaped(word, strlen(word)));
	return -1;
}

static bool to_stdout(const struct compile_values *values)
{
	return !values->output || strcmp(values->output, "-") == 0;
}

static void program_write(const struct program *program, enum format format, struct buffer *out)
{
	if (format == FORMAT_BPF)
		program_bytes(program, out);
	else
		program_text(program, out);
}

static int filter_write(const struct resolved *resolved, const struct compile_values *values,
			enum format format, struct buffer *out, struct findings *findings)
{
	struct runtime_reading reading;
	const struct leniency leniency = reading_leniency(&values->reading);
	CLEANUP(cleanup_filter) struct filter *filter = NULL;

	if (target_reading(&values->target, &reading, findings))
		return -1;
	filter = filter_build(resolved, &reading, &leniency, SEVERITY_NOTE, findings);
	if (!filter)
		return -1;
	if (format == FORMAT_OCI)
		section_print(resolved, out);
	else
		program_write(&filter->program, format, out);
	return 0;
}

/* Everything from the open input to the output's bytes. */
static int compile_input(const struct input *input, const struct compile_values *values,
			 enum format format, struct buffer *out, struct findings *findings)
{
	CLEANUP(cleanup_resolved) struct resolved *resolved = NULL;
	const struct place place = {.file = input->source.name};
	struct target target;

	if (!input->profile)
		return finding_error(
			findings, "unconfined", place, "name a profile",
			input->unconfined ? "unconfined has no filter: there is nothing to compile"
					  : "has no linux.seccomp: there is nothing to compile");
	if (target_for_input(&values->target, input, &target, findings))
		return -1;
	resolved = profile_resolve(input->profile, &target, findings);
	if (!resolved)
		return -1;
	return filter_write(resolved, values, format, out, findings);
}

/* Several filters of a process: one program that decides like all of them, proven by reading it
 * back.
 */
static int join_programs(struct filter_operand *subject, struct space *space,
			 struct findings *findings)
{
	const bool big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	const struct place place = {.file = subject->name};

	if (emit_program(space, subject->table, NULL, big_endian, &subject->program))
		return finding_error(findings, "program-length", place,
				     "name a process with smaller filters",
				     "its %zu filters together need more than %d instructions",
				     subject->program_count, PROGRAM_LENGTH_MAX);
	if (program_check(&subject->program, findings))
		return -1;
	if (node_same(table_from_program(space, &subject->program), subject->table))
		return 0;
	return finding_error(
		findings, "proof", place, "use a smaller filter",
		"the program of its %zu filters does not read back as what they decide",
		subject->program_count);
}

/* What is said about rules, and a program has none. */
static int refuse_rules(const char *operand, const struct compile_values *values,
			enum format format, struct findings *findings)
{
	const struct target_options *target = &values->target;
	const char *name = text_escaped(operand, strlen(operand));

	if (format == FORMAT_OCI)
		return finding_error(findings, "no-rules", NOWHERE, "use -f bpf or -f asm",
				     "%s has no rules to print as a seccomp section", name);
	if (target->arch || target->caps || target->kernel || target->as)
		return finding_error(findings, "no-rules", NOWHERE, "leave them out",
				     "%s has no rules: --arch, --caps, --kernel and --as are for "
				     "profiles",
				     name);
	return 0;
}

/* bpf:FILE and pid:N: what has no rules, but is a program already. */
static int compile_program(struct filter_operand *subject, const char *operand,
			   const struct compile_values *values, enum format format,
			   struct buffer *out, struct findings *findings)
{
	CLEANUP(cleanup_space) struct space *space = space_new();
	const struct filter_operand_options options = {.target = NULL}; /* read for profiles only */

	if (refuse_rules(operand, values, format, findings))
		return -1;
	if (filter_operand_open(subject, space, operand, &options, findings))
		return -1;
	if (subject->program_count == 0)
		return finding_error(findings, "unconfined", (struct place){.file = subject->name},
				     "name a process that has a filter",
				     "has no filter: there is nothing to compile");
	if (subject->program_count > 1 && join_programs(subject, space, findings))
		return -1;
	program_write(&subject->program, format, out);
	return 0;
}

static int compile_profile(struct input *input, const char *operand,
			   const struct compile_values *values, enum format format,
			   struct buffer *out, struct findings *findings)
{
	const struct input_options options = reading_input(&values->reading);

	if (input_open(input, operand, &options, findings))
		return -1;
	return compile_input(input, values, format, out, findings);
}

static int output_write(const struct compile_values *values, const struct buffer *out,
			struct findings *findings)
{
	if (!to_stdout(values))
		return replace_file(values->output, out->data, out->length, findings);
	print_out(out->data, out->length);
	return 0;
}

static int compile_operand(const char *operand, const struct compile_values *values,
			   enum format format)
{
	CLEANUP(findings_free) struct findings findings = {0};
	CLEANUP(buffer_free) struct buffer out = {0};
	CLEANUP(filter_operand_free) struct filter_operand subject = {0};
	struct target target;
	int failed;

	/* first, so that a wrong option is told before anything is read */
	failed = target_make(&values->target, 0, &target, &findings);
	if (!failed && filter_operand_is_program(operand))
		failed = compile_program(&subject, operand, values, format, &out, &findings);
	else if (!failed)
		failed = compile_profile(&subject.input, operand, values, format, &out, &findings);
	failed = failed || output_write(values, &out, &findings);
	print_findings(&findings, values->quiet, false);
	return failed ? STATUS_TROUBLE : STATUS_OK;
}

/* Returns as options_parse. */
static int compile_parse(const struct command *command, int argc, char **argv,
			 struct compile_values *values, const char **operand)
{
	int first = options_parse_anywhere(command, argc, argv, values);

	if (first < 0)
		return first;
	if (first == argc) {
		print_one_error("seccomp-shim compile --help", "compile: no FILTER is named");
		return -1;
	}
	*operand = argv[first];
	if (first + 1 < argc) {
		print_one_error("seccomp-shim compile --help",
				"compile: one FILTER at a time, \"%s\" is too many",
				text_escaped(argv[first + 1], strlen(argv[first + 1])));
		return -1;
	}
	return 0;
}

static int compile_main(const struct command *command, int argc, char **argv)
{
	struct compile_values values = {0};
	const char *operand = NULL;
	enum format format;
	int parsed = compile_parse(command, argc, argv, &values, &operand);

	if (parsed == -2)
		return STATUS_OK;
	if (parsed < 0 || format_parse(values.format, &format))
		return STATUS_TROUBLE;
	if (format == FORMAT_BPF && to_stdout(&values) && isatty(STDOUT_FILENO)) {
		print_one_error("-o FILE, or -f asm to read it",
				"compile: a program's bytes do not belong on a terminal");
		return STATUS_TROUBLE;
	}
	return compile_operand(operand, &values, format);
}

const struct command command_compile = {
	.name = "compile",
	.synopsis = "[options] FILTER [-f bpf|asm|oci] [-o FILE]",
	.summary = "Writes the program that would be loaded.",
	.notes = "FILTER is a profile (a file, -, default, audit, localhost/NAME), bpf:FILE (a\n"
		 "raw program in native byte order) or pid:N (the filters of a live process as\n"
		 "one program; needs CAP_SYS_ADMIN and a caller without a filter). The last two\n"
		 "have no rules: neither -f oci nor the target options are for them. Without\n"
		 "--caps a config.json is resolved for its bounding set, any other profile\n"
		 "for the capabilities that a command of the caller holds after exec.\n"
		 "Exit status: 0, or 2 with an error.",
	.options = compile_rows,
	.option_count = ARRAY_SIZE(compile_rows),
	.trouble = STATUS_TROUBLE,
	.main = compile_main,
};
