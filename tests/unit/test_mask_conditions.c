/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is written for libseccomp decides as what was written, names only the bits that the
 * kernel takes, and is written once.
 */
#include <config.h>

#include "tests/unit/document.h"

#include "filter/rules/filter.h"
#include "filter/rules/mask_conditions.h"
#include "filter/rules/rules.h"
#include "filter/table/table.h"
#include "oci/add_names.h"
#include "oci/print.h"

#define RULE(name, args)                                                                       \
	"{'defaultAction':'SCMP_ACT_ERRNO','architectures':['SCMP_ARCH_X86','SCMP_ARCH_X32']," \
	"'syscalls':[{'names':[" name "],'action':'SCMP_ACT_ALLOW','args':[" args "]}]}"
#define ARG(index, op, value) "{'index':" #index ",'op':'SCMP_CMP_" op "','value':" #value "}"
#define MASK(index, mask, value) \
	"{'index':" #index ",'op':'SCMP_CMP_MASKED_EQ','value':" #mask ",'valueTwo':" #value "}"

/* How many rules it becomes; 0: it stays as it is. */
static const struct {
	const char *text;
	size_t rules;
} rows[] = {
	{RULE("'getpid'", ""), 0},
	{RULE("'socket'", ARG(0, "EQ", 40)), 1},
	{RULE("'socket'", ARG(0, "EQ", 18446744073709551612)), 1},
	{RULE("'socket'", ARG(0, "NE", 0)), 32},
	{RULE("'socket'", ARG(0, "NE", 40)), 31 + 1},
	{RULE("'socket'", ARG(0, "LT", 0)), 0},
	{RULE("'socket'", ARG(0, "LT", 1)), 1},
	{RULE("'socket'", ARG(0, "LT", 38)), 3},
	{RULE("'socket'", ARG(0, "LE", 38)), 4},
	{RULE("'socket'", ARG(0, "GT", 40)), 30},
	{RULE("'socket'", ARG(0, "GE", 0)), 0},
	{RULE("'socket'", ARG(0, "LE", 4294967295)), 0},
	{RULE("'socket'", ARG(0, "GT", 4294967295)), 0},
	{RULE("'socket'", ARG(0, "GE", 2147483648)), 1},
	{RULE("'socket'", MASK(0, 15, 2)), 0},
	{RULE("'socket'", MASK(0, 18446744073709551615, 2)), 1},
	{RULE("'socket'", ARG(0, "LT", 38) "," ARG(1, "EQ", 1)), 3},
	{RULE("'socket'", ARG(0, "GE", 38) "," ARG(0, "LE", 3)), 29 + 1},
	{RULE("'socket'", ARG(0, "NE", 40) "," ARG(1, "NE", 3)), 0}, /* 32 * 31 are too many */
	{RULE("'mmap'", ARG(0, "LT", 4096) "," ARG(1, "EQ", 1)), 0},
	{RULE("'read'", ARG(2, "EQ", 1)), 0},
	{RULE("'read','socket','bind','write'", ARG(2, "EQ", 1)), 3},
	{RULE("'chmod'", ARG(1, "EQ", 511)), 1},
	{RULE("'ioctl'", ARG(1, "EQ", 21522)), 1},
};

static const struct target target = {.arch = ARCH_X86_64, .kernel_major = 6};

static struct node table_of(struct space *space, const struct resolved *resolved)
{
	const struct leniency leniency = {.allow_shadowed = true};
	struct findings findings = {0};
	struct node table = TABLE_FULL;

	space_renew(space);
	assert_int_equal(filter_decide(space, resolved, NULL, &leniency, NULL, &table, &findings),
			 0);
	findings_free(&findings);
	return table;
}

static char *text_of(const struct resolved *resolved)
{
	struct buffer out = {0};

	section_print(resolved, &out);
	return buffer_take(&out);
}

static void row_run(size_t index)
{
	struct space *space = space_new();
	struct input input;
	struct profile *profile;
	struct resolved *resolved, *once, *twice;
	char *before, *first, *second;

	input_parse(&input, rows[index].text);
	profile = profile_read(input.document->root, PROFILE_OCI, false, &input.findings);
	assert_non_null(profile);
	resolved = profile_resolve(profile, &target, &input.findings);
	assert_non_null(resolved);
	once = resolved_copy(resolved);
	mask_conditions(once);
	twice = resolved_copy(once);
	mask_conditions(twice);
	before = text_of(resolved);
	first = text_of(once);
	second = text_of(twice);
	if (once->rule_count != (rows[index].rules ? rows[index].rules : 1))
		print_error("%s\n  %zu rules\n", rows[index].text, once->rule_count);
	assert_int_equal(once->rule_count, rows[index].rules ? rows[index].rules : 1);
	assert_int_equal(strcmp(before, first) == 0, rows[index].rules == 0);
	assert_string_equal(first, second);
	assert_true(node_same(table_of(space, resolved), table_of(space, once)));
	free(before);
	free(first);
	free(second);
	resolved_free(twice);
	resolved_free(once);
	resolved_free(resolved);
	profile_free(profile);
	input_close(&input);
	space_free(space);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		row_run(i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
