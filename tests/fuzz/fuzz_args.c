/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes the reader of runtimes' command lines: the input is words, apart by NUL; the first byte
 * chooses the grammar. A line that is passed on unseen has no word that starts a process behind an
 * unknown command, one that starts a container names just one, and what is found stands in the
 * line.
 */
#include <stdlib.h>
#include <string.h>

#include "shim/runtime/runtime_args.h"

#define WORDS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static size_t words_split(char *text, size_t size, char **words)
{
	size_t count = 0;

	for (size_t at = 0; at < size && count < WORDS_MAX; at += strlen(text + at) + 1)
		words[count++] = text + at;
	words[count] = NULL;
	return count;
}

static void check_inside(const char *found, const char *text, size_t size)
{
	require(!found || (found >= text && found <= text + size));
}

static bool starts(const char *word)
{
	return strcmp(word, "create") == 0 || strcmp(word, "run") == 0 ||
	       strcmp(word, "exec") == 0 || strcmp(word, "restore") == 0;
}

/* The known commands that start nothing, of both. */
static bool is_known(const char *word)
{
	static const char *const known[] = {"checkpoint", "delete", "events", "features",
					    "help",	  "h",	    "kill",   "list",
					    "mounts",	  "pause",  "ps",     "resume",
					    "spec",	  "start",  "state",  "update"};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i], word) == 0)
			return true;
	return false;
}

/* "run --help" and no more. */
static bool ends_in_help(const char *word, char *const *words)
{
	static const char *const help[] = {"--help", "-help", "-h", "--usage", "-?"};

	while (*words != word)
		words++;
	for (size_t i = 0; words[1] && !words[2] && i < sizeof(help) / sizeof(help[0]); i++)
		if (strcmp(help[i], words[1]) == 0)
			return true;
	return false;
}

static void check_harmless(const struct runtime_args *args, char *const *words)
{
	if (args->word && is_known(args->word))
		return;
	if (!args->word)
		return; /* options only, each with its value */
	if (starts(args->word) && ends_in_help(args->word, words))
		return;
	for (; *words; words++)
		require(!starts(*words));
}

static void check_line(const struct runtime_args *args, char *const *words)
{
	switch (args->command) {
	case COMMAND_HARMLESS:
		check_harmless(args, words);
		break;
	case COMMAND_CREATE:
	case COMMAND_RUN:
		require(args->id && starts(args->word));
		break;
	case COMMAND_EXEC:
	case COMMAND_RESTORE:
		require(starts(args->word));
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum runtime kind = size > 0 && data[0] % 2 ? RUNTIME_CRUN : RUNTIME_RUNC;
	struct findings findings = {0};
	char *words[WORDS_MAX + 1];
	struct runtime_args args;
	char *text = mem_zero(size + 1, 1);
	int result;

	if (size > 1)
		memcpy(text, data + 1, size - 1);
	(void)words_split(text, size > 0 ? size - 1 : 0, words);
	result = runtime_args_parse(&args, kind, words, &findings);
	require((result != 0) == (findings.errors > 0));
	check_inside(args.bundle, text, size);
	check_inside(args.config, text, size);
	check_inside(args.id, text, size);
	check_inside(args.log, text, size);
	if (result == 0)
		check_line(&args, words);
	findings_free(&findings);
	free(text);
	return 0;
}
