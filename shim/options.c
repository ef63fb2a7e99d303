/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands' tables of options: parsing by getopt_long(3) and --help, both made from the table. An
 * option that takes a value is refused when it is given twice. What values mean is the commands'.
 */
#include <config.h>
#include "shim/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oci/finding.h"
#include "oci/words.h"
#include "shim/print.h"

#define LONG_BASE   256 /* getopt's values of long options: above every letter */
#define HELP_INDENT 28
#define HELP_WIDTH  79

static const struct option_row help_row = {.letter = 'h',
					   .name = "help",
					   .help = "show this help",
					   .kind = OPTION_FLAG};

/* The rows of a command and, behind them, --help. */
static const struct option_row *row_at(const struct command *command, size_t index)
{
	return index < command->option_count ? &command->options[index] : &help_row;
}

static int row_argument(const struct option_row *row)
{
	switch (row->kind) {
	case OPTION_FLAG:
		return no_argument;
	case OPTION_OPTIONAL:
		return optional_argument;
	default:
		return required_argument;
	}
}

/* "+:": stop at the first operand, say nothing, tell a missing value from an unknown option. */
static char *short_options(const struct command *command)
{
	static const char *const marks[] = {
		[no_argument] = "", [required_argument] = ":", [optional_argument] = "::"};
	struct buffer text = {0};

	buffer_add_text(&text, "+:");
	for (size_t i = 0; i <= command->option_count; i++) {
		const struct option_row *row = row_at(command, i);

		if (row->letter)
			buffer_addf(&text, "%c%s", row->letter, marks[row_argument(row)]);
	}
	return buffer_take(&text);
}

static struct option *long_options(const struct command *command)
{
	struct option *list = mem_zero(command->option_count + 2, sizeof(*list));

	for (size_t i = 0; i <= command->option_count; i++) {
		const struct option_row *row = row_at(command, i);

		list[i].name = row->name;
		list[i].has_arg = row_argument(row);
		list[i].val = LONG_BASE + (int)i;
	}
	return list;
}

/* The row of a value that getopt_long gave, NULL if it is none's. */
static const struct option_row *row_find(const struct command *command, int code)
{
	if (code >= LONG_BASE)
		return row_at(command, (size_t)(code - LONG_BASE));
	for (size_t i = 0; i <= command->option_count; i++)
		if (code && row_at(command, i)->letter == code)
			return row_at(command, i);
	return NULL;
}

static const char *row_nearest(const struct command *command, const char *name)
{
	const char **names = mem_zero(command->option_count + 1, sizeof(*names));
	const char *nearest;

	for (size_t i = 0; i <= command->option_count; i++)
		names[i] = row_at(command, i)->name;
	nearest = word_nearest(name, names, command->option_count + 1);
	free(names);
	return nearest;
}

/* Adds ", --name" of every option that starts with text; returns how many there are. */
static size_t rows_starting(const struct command *command, const char *text, struct buffer *list)
{
	size_t count = 0;

	for (size_t i = 0; i <= command->option_count; i++) {
		const char *name = row_at(command, i)->name;

		if (strncmp(name, text, strlen(text)) == 0)
			buffer_addf(list, "%s--%s", count++ ? ", " : "", name);
	}
	return count;
}

static char *command_help_remedy(const struct command *command)
{
	return mem_format("seccomp-shim %s --help lists the options", command->name);
}

static void wrong_long(const struct command *command, const char *given)
{
	CLEANUP(cleanup_free) char *name = mem_string_n(given, strcspn(given, "="));
	const char *shown = text_escaped(name, strlen(name));
	CLEANUP(buffer_free) struct buffer list = {0};
	CLEANUP(cleanup_free) char *remedy = NULL;
	const char *nearest;

	if (rows_starting(command, name, &list) > 1) {
		print_one_error(list.data, "%s: option --%s could be several", command->name,
				shown);
		return;
	}
	nearest = row_nearest(command, name);
	remedy = nearest ? mem_format("did you mean --%s?", nearest) : command_help_remedy(command);
	print_one_error(remedy, "%s: unknown option --%s", command->name, shown);
}

/* getopt_long answered '?': optopt says which of the ways it is. */
static void wrong_option(const struct command *command, char **argv)
{
	const char letter = (char)optopt;
	CLEANUP(cleanup_free) char *remedy = NULL;

	if (optopt == 0) {
		wrong_long(command, argv[optind - 1] + 2);
	} else if (optopt >= LONG_BASE) {
		remedy = mem_format("--%s alone", row_find(command, optopt)->name);
		print_one_error(remedy, "%s: option --%s takes no value", command->name,
				row_find(command, optopt)->name);
	} else {
		remedy = command_help_remedy(command);
		print_one_error(remedy, "%s: unknown option -%s", command->name,
				text_escaped(&letter, 1));
	}
}

static void missing_value(const struct command *command)
{
	const struct option_row *row = row_find(command, optopt);

	CLEANUP(cleanup_free) char *remedy = mem_format("--%s=%s", row->name, row->argument);

	print_one_error(remedy, "%s: option --%s needs a value", command->name, row->name);
}

static int given_twice(const struct command *command, const struct option_row *row)
{
	print_one_error("give it once", "%s: option --%s is given twice", command->name, row->name);
	return -1;
}

static int option_store(const struct command *command, const struct option_row *row,
			const char *value, void *values)
{
	void *where = (char *)values + row->offset;

	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)where = true;
		return 0;
	case OPTION_TEXT:
		if (*(const char **)where)
			return given_twice(command, row);
		*(const char **)where = value;
		return 0;
	case OPTION_LIST: {
		struct option_list *list = where;

		list->values = mem_resize(list->values, list->count + 1, sizeof(*list->values));
		list->values[list->count++] = value;
		return 0;
	}
	default: {
		struct option_optional *optional = where;

		if (optional->given)
			return given_twice(command, row);
		*optional = (struct option_optional){.given = true, .value = value};
		return 0;
	}
	}
}

/*
 * Writes words, the cursor being at column `indent`; further lines start there. A newline in the
 * text is a space like another.
 */
static void help_fill(const char *text, size_t text_length, int indent)
{
	const char *const end = text + text_length;
	int column = indent;

	while ((text += strspn(text, " \n")) < end) {
		int length = (int)strcspn(text, " \n");

		if (column > indent && column + 1 + length > HELP_WIDTH) {
			(void)printf("\n%*s", indent, "");
			column = indent;
		} else if (column > indent) {
			(void)putchar(' ');
			column++;
		}
		(void)printf("%.*s", length, text);
		column += length;
		text += length;
	}
	(void)putchar('\n');
}

/* Paragraphs are set apart by empty lines. */
static void help_notes(const char *notes)
{
	while (*notes) {
		const char *end = strstr(notes, "\n\n");
		size_t length = end ? (size_t)(end - notes) : strlen(notes);

		(void)putchar('\n');
		help_fill(notes, length, 0);
		notes += end ? length + 2 : length;
	}
}

static void help_row_print(const struct option_row *row)
{
	CLEANUP(buffer_free) struct buffer head = {0};

	if (row->letter)
		buffer_addf(&head, "  -%c, --%s", row->letter, row->name);
	else
		buffer_addf(&head, "      --%s", row->name);
	if (row->kind == OPTION_OPTIONAL)
		buffer_addf(&head, "[=%s]", row->argument);
	else if (row->argument)
		buffer_addf(&head, "=%s", row->argument);
	if (head.length + 2 <= HELP_INDENT)
		(void)printf("%-*s", HELP_INDENT, head.data);
	else
		(void)printf("%s\n%*s", head.data, HELP_INDENT, "");
	help_fill(row->help, strlen(row->help), HELP_INDENT);
}

static void help_print(const struct command *command)
{
	int used = printf("Usage: seccomp-shim %s ", command->name);

	help_fill(command->synopsis, strlen(command->synopsis), used > 0 ? used : 0);
	(void)printf("\n%s\n\nOptions:\n", command->summary);
	for (size_t i = 0; i <= command->option_count; i++)
		help_row_print(row_at(command, i));
	if (command->notes)
		help_notes(command->notes);
}

int options_parse(const struct command *command, int argc, char **argv, void *values)
{
	CLEANUP(cleanup_free) char *letters = short_options(command);
	CLEANUP(cleanup_free) struct option *names = long_options(command);
	int code;

	optind = 0; /* GNU's way to start anew: compile parses twice */
	while ((code = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		const struct option_row *row = row_find(command, code);

		if (row == &help_row) {
			help_print(command);
			return -2;
		}
		if (code == ':')
			missing_value(command);
		else if (!row)
			wrong_option(command, argv);
		if (!row || option_store(command, row, optarg, values))
			return -1;
	}
	return optind;
}

/* Where a number below 0 stands: an operand that looks like an option. */
static int negative_at(int argc, char **argv)
{
	int at = 1;

	while (at < argc && (argv[at][0] != '-' || argv[at][1] < '0' || argv[at][1] > '9'))
		at++;
	return at;
}

/* --json counts wherever it stands: a wrong option in front of it is told in JSON too. */
static bool asks_json(const struct command *command, int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0)
			for (size_t row = 0; row < command->option_count; row++)
				if (strcmp(command->options[row].name, "json") == 0)
					return true;
	return false;
}

int options_parse_anywhere(const struct command *command, int argc, char **argv, void *values)
{
	CLEANUP(cleanup_free) char **operands = mem_zero((size_t)argc + 1, sizeof(*operands));
	char **rest = argv;
	int count = 0, left = argc;

	if (asks_json(command, argc, argv))
		print_errors_as_json(command->name);
	while (left > 1) {
		int first = options_parse(command, negative_at(left, rest), rest, values);
		bool all = first > 1 && strcmp(rest[first - 1], "--") == 0;

		if (first < 0)
			return first;
		for (int i = first; i < left && (i == first || all); i++)
			operands[count++] = rest[i];
		left = all ? 0 : left - first;
		rest += first;
	}
	memcpy(argv + argc - count, operands, (size_t)count * sizeof(*operands));
	return argc - count;
}

void options_free_list(struct option_list *list)
{
	free(list->values);
	*list = (struct option_list){0};
}
