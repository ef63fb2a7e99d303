/* SPDX-License-Identifier: Apache-2.0 */
/* Names added to and taken from a resolved profile: what is left of its rules. */
#include <config.h>

#include "tests/unit/document.h"

#include "oci/add_names.h"

#define PROFILE(action, rules) "{'defaultAction':'SCMP_ACT_" action "','syscalls':[" rules "]}"
#define RULE(names, action)    "{'names':[" names "],'action':'SCMP_ACT_" action "'}"

static const struct {
	const char *text, *allow, *deny; /* one name each, NULL: none */
	const char *outcome;		 /* "ALLOW a b; ERRNO c": rules in order */
} rows[] = {
	{PROFILE("ERRNO", RULE("'a','b'", "ALLOW")), NULL, NULL, "ALLOW a b"},
	{PROFILE("ERRNO", RULE("'a','b'", "ALLOW")), "c", NULL, "ALLOW a b; ALLOW c"},
	{PROFILE("ERRNO", RULE("'a','b'", "ALLOW")), "a", NULL, "ALLOW b; ALLOW a"},
	{PROFILE("ERRNO", RULE("'a'", "ALLOW")), "a", NULL, "ALLOW a"},
	{PROFILE("ERRNO", RULE("'a','a','b'", "ALLOW")), "a", NULL, "ALLOW b; ALLOW a"},
	{PROFILE("ERRNO", RULE("'a'", "KILL") "," RULE("'a','b'", "LOG")), "a", NULL,
	 "LOG b; ALLOW a"},
	{PROFILE("ERRNO", RULE("'a','b'", "ALLOW")), NULL, "a", "ALLOW b"},
	{PROFILE("ERRNO", RULE("'a'", "ALLOW")), NULL, "a", ""},
	{PROFILE("ERRNO", RULE("'a'", "KILL") "," RULE("'a','b'", "LOG")), NULL, "a",
	 "KILL_THREAD a; LOG b"},
	{PROFILE("ERRNO", RULE("'b'", "ALLOW")), NULL, "a", "ALLOW b"},
	{PROFILE("ALLOW", RULE("'b'", "ERRNO")), NULL, "a", "ERRNO b; ERRNO a"},
	{PROFILE("ALLOW", RULE("'a','b'", "KILL")), NULL, "a", "KILL_THREAD b; ERRNO a"},
	{PROFILE("LOG", ""), NULL, "a", "ERRNO a"},
	{PROFILE("ERRNO", RULE("'b'", "ALLOW")), "a", "a", "ALLOW b"},
};

static const struct target target = {.arch = ARCH_X86_64, .kernel_major = 6};

static char *rules_text(const struct resolved *resolved)
{
	struct buffer out = {0};

	for (size_t i = 0; i < resolved->rule_count; i++) {
		const struct profile_rule *rule = resolved->rules[i];

		buffer_addf(&out, "%s%s", i ? "; " : "",
			    action_word(rule->action) + strlen("SCMP_ACT_"));
		for (size_t j = 0; j < rule->name_count; j++)
			buffer_addf(&out, " %s", rule->names[j].text);
	}
	return buffer_take(&out);
}

static void adjust(struct resolved *resolved, const char *allow, const char *deny)
{
	if (allow)
		resolved_allow(resolved, &allow, 1, NOWHERE);
	if (deny)
		resolved_deny(resolved, &deny, 1, NOWHERE);
}

/* Twice: nothing more changes. A copy that was changed leaves the first as it was. */
static void row_run(size_t index)
{
	struct input input;
	struct profile *profile;
	struct resolved *resolved, *copy;
	char *before, *once, *twice, *after;

	input_parse(&input, rows[index].text);
	profile = profile_read(input.document->root, PROFILE_OCI, false, &input.findings);
	assert_non_null(profile);
	resolved = profile_resolve(profile, &target, &input.findings);
	assert_non_null(resolved);
	before = rules_text(resolved);
	copy = resolved_copy(resolved);
	adjust(copy, rows[index].allow, rows[index].deny);
	once = rules_text(copy);
	adjust(copy, rows[index].allow, rows[index].deny);
	twice = rules_text(copy);
	after = rules_text(resolved);
	assert_string_equal(once, rows[index].outcome);
	assert_string_equal(twice, once);
	assert_string_equal(after, before);
	free(before);
	free(once);
	free(twice);
	free(after);
	resolved_free(copy);
	resolved_free(resolved);
	profile_free(profile);
	input_close(&input);
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
