/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile -f oci: the bytes themselves, that they are read back and printed again as they were, and
 * that profiles of the wild are read without complaint.
 */
#include <config.h>

#include "tests/unit/document.h"

#include "oci/print.h"

#include <stdio.h>

struct opened {
	struct input input;
	struct profile *profile;
	struct resolved *resolved;
};

/* Reads and resolves; no error and no warning. */
static void profile_open(struct opened *opened, const char *text, size_t length,
			 enum profile_format format, const struct target *target)
{
	struct findings *findings = &opened->input.findings;

	*opened = (struct opened){0};
	opened->input.document = json_parse("p.json", text, length, findings);
	assert_non_null(opened->input.document);
	opened->profile = profile_read(opened->input.document->root, format, false, findings);
	assert_non_null(opened->profile);
	opened->resolved = profile_resolve(opened->profile, target, findings);
	assert_non_null(opened->resolved);
	assert_int_equal(findings->warnings, 0);
}

static void profile_close(struct opened *opened)
{
	resolved_free(opened->resolved);
	profile_free(opened->profile);
	input_close(&opened->input);
}

static char *text_print(const char *text, size_t length, enum profile_format format,
			const struct target *target)
{
	struct buffer out = {0};
	struct opened opened;

	profile_open(&opened, text, length, format, target);
	section_print(opened.resolved, &out);
	profile_close(&opened);
	return buffer_take(&out);
}

/* Prints text, reads that as an OCI section, prints it again: the same bytes. */
static char *text_print_twice(const char *text, size_t length, const struct target *target)
{
	char *first = text_print(text, length, PROFILE_DOCKER, target);
	char *second = text_print(first, strlen(first), PROFILE_OCI, target);

	assert_string_equal(first, second);
	free(second);
	return first;
}

static const struct target native = {ARCH_X86_64, CAPABILITIES_DOCKER, 6, 18};

static void print_check(const char *text, const char *wanted)
{
	char *changed = mem_string(text), *printed;

	for (char *c = changed; *c; c++)
		if (*c == '\'')
			*c = '"';
	printed = text_print_twice(changed, strlen(changed), &native);
	assert_string_equal(printed, wanted);
	free(printed);
	free(changed);
}

static void test_small(void **state)
{
	(void)state;
	print_check("{'defaultAction':'SCMP_ACT_KILL'}",
		    "{\n"
		    "  \"defaultAction\": \"SCMP_ACT_KILL_THREAD\",\n"
		    "  \"architectures\": [\n"
		    "    \"SCMP_ARCH_X86_64\"\n"
		    "  ],\n"
		    "  \"syscalls\": []\n"
		    "}\n");
}

/* Every key, in the specification's order, whatever the order in the file. */
static void test_whole(void **state)
{
	static const char text[] =
		"{'syscalls':[{'args':[{'op':'SCMP_CMP_MASKED_EQ','valueTwo':0,'value':"
		"18446744073709551615,'index':5},{'index':0,'value':1,'valueTwo':0,'op':"
		"'SCMP_CMP_NE'}],'errno':'EINVAL','action':'SCMP_ACT_ERRNO','names':['b','a'],"
		"'comment':'x'},{'name':'c','action':'SCMP_ACT_ALLOW','args':[],'includes':{'caps':"
		"['CAP_CHOWN']}},{'name':'d','action':'SCMP_ACT_NOTIFY'},{'name':'e','action':"
		"'SCMP_ACT_TRACE','excludes':{'caps':['CAP_CHOWN']}},{'name':'f','action':"
		"'SCMP_ACT_TRACE','errnoRet':7}],'listenerMetadata':'m \\\" \\\\ \\n'"
		",'flags':['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV','SECCOMP_FILTER_FLAG_TSYNC'],"
		"'archMap':[{'architecture':'SCMP_ARCH_X86_64','subArchitectures':"
		"['SCMP_ARCH_X86']}],'listenerPath':'/run/l','defaultAction':'SCMP_ACT_ERRNO'}";
	static const char wanted[] = "{\n"
				     "  \"defaultAction\": \"SCMP_ACT_ERRNO\",\n"
				     "  \"defaultErrnoRet\": 1,\n"
				     "  \"architectures\": [\n"
				     "    \"SCMP_ARCH_X86_64\",\n"
				     "    \"SCMP_ARCH_X86\"\n"
				     "  ],\n"
				     "  \"flags\": [\n"
				     "    \"SECCOMP_FILTER_FLAG_TSYNC\",\n"
				     "    \"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"\n"
				     "  ],\n"
				     "  \"listenerPath\": \"/run/l\",\n"
				     "  \"listenerMetadata\": \"m \\\" \\\\ \\u000a\",\n"
				     "  \"syscalls\": [\n"
				     "    {\n"
				     "      \"names\": [\n"
				     "        \"b\",\n"
				     "        \"a\"\n"
				     "      ],\n"
				     "      \"action\": \"SCMP_ACT_ERRNO\",\n"
				     "      \"errnoRet\": 22,\n"
				     "      \"args\": [\n"
				     "        {\n"
				     "          \"index\": 5,\n"
				     "          \"value\": 18446744073709551615,\n"
				     "          \"valueTwo\": 0,\n"
				     "          \"op\": \"SCMP_CMP_MASKED_EQ\"\n"
				     "        },\n"
				     "        {\n"
				     "          \"index\": 0,\n"
				     "          \"value\": 1,\n"
				     "          \"op\": \"SCMP_CMP_NE\"\n"
				     "        }\n"
				     "      ]\n"
				     "    },\n"
				     "    {\n"
				     "      \"names\": [\n"
				     "        \"c\"\n"
				     "      ],\n"
				     "      \"action\": \"SCMP_ACT_ALLOW\"\n"
				     "    },\n"
				     "    {\n"
				     "      \"names\": [\n"
				     "        \"d\"\n"
				     "      ],\n"
				     "      \"action\": \"SCMP_ACT_NOTIFY\"\n"
				     "    },\n"
				     "    {\n"
				     "      \"names\": [\n"
				     "        \"f\"\n"
				     "      ],\n"
				     "      \"action\": \"SCMP_ACT_TRACE\",\n"
				     "      \"errnoRet\": 7\n"
				     "    }\n"
				     "  ]\n"
				     "}\n";

	(void)state;
	print_check(text, wanted);
}

/* No `flags` and `flags: []` are not the same. */
static void test_no_flags(void **state)
{
	(void)state;
	print_check("{'defaultAction':'SCMP_ACT_LOG','flags':[]}",
		    "{\n"
		    "  \"defaultAction\": \"SCMP_ACT_LOG\",\n"
		    "  \"architectures\": [\n"
		    "    \"SCMP_ARCH_X86_64\"\n"
		    "  ],\n"
		    "  \"flags\": [],\n"
		    "  \"syscalls\": []\n"
		    "}\n");
}

static void test_string(void **state)
{
	static const struct {
		const char *text, *json;
	} rows[] = {
		{"", "\"\""},
		{"chmod", "\"chmod\""},
		{"a\"b\\c/d", "\"a\\\"b\\\\c/d\""},
		{"\x01\x1b\x7f", "\"\\u0001\\u001b\\u007f\""},
		{"\xc3\xa9", "\"\\u00e9\""},
		{"\xe2\x80\xae", "\"\\u202e\""},
		{"\xf0\x9f\x90\xa7", "\"\\ud83d\\udc27\""},
		{"\xf4\x8f\xbf\xbf", "\"\\udbff\\udfff\""},
		{"a\xff"
		 "b\xc3",
		 "\"a\\ufffdb\\ufffd\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buffer out = {0};

		json_add_string(&out, rows[i].text, strlen(rows[i].text));
		assert_string_equal(out.data, rows[i].json);
		buffer_free(&out);
	}
}

/* A whole file, or NULL if it is not there. */
static char *file_text(const char *path, size_t *length)
{
	FILE *file = fopen(path, "re");
	struct buffer text = {0};
	char part[4096];
	size_t count;

	if (!file)
		return NULL;
	while ((count = fread(part, 1, sizeof(part), file)) > 0)
		buffer_add(&text, part, count);
	assert_int_equal(fclose(file), 0);
	*length = text.length;
	return buffer_take(&text);
}

static char *reference_text(const char *name, size_t *length)
{
	const char *folder = getenv("REFERENCE_DATA");
	char *path = mem_format("%s/%s", folder ? folder : "/nonexistent", name);
	char *text = file_text(path, length);

	free(path);
	return text;
}

static void wild_check(char *text, size_t length)
{
	static const enum arch arches[] = {ARCH_X86_64, ARCH_X86,     ARCH_AARCH64,
					   ARCH_S390X,	ARCH_RISCV64, ARCH_MIPSEL64N32};
	static const uint64_t sets[] = {0, CAPABILITIES_DOCKER, CAPABILITIES_ALL};

	if (!text)
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(arches) * ARRAY_SIZE(sets); i++) {
		struct target target = {arches[i / ARRAY_SIZE(sets)], sets[i % ARRAY_SIZE(sets)], 6,
					18};

		free(text_print_twice(text, length, &target));
	}
	free(text);
}

/* Everyday profiles give no error and no warning (profile_open), for any target. */
static void test_moby(void **state)
{
	size_t length;
	char *text = reference_text("moby-default.json", &length);

	(void)state;
	wild_check(text, length);
}

static void test_podman(void **state)
{
	size_t length;
	char *text = file_text("/usr/share/containers/seccomp.json", &length);

	(void)state;
	wild_check(text, length);
}

/* Moby's own resolution of its profile is ours, byte for byte. */
static void test_moby_resolved(void **state)
{
	size_t length, resolved_length;
	char *text = reference_text("moby-default.json", &length);
	char *resolved = reference_text("docker-resolved-3arch.json", &resolved_length);
	char *ours, *theirs;

	(void)state;
	if (!text || !resolved)
		skip();
	ours = text_print(text, length, PROFILE_DOCKER, &native);
	theirs = text_print(resolved, resolved_length, PROFILE_OCI, &native);
	assert_string_equal(ours, theirs);
	free(ours);
	free(theirs);
	free(text);
	free(resolved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small),	      cmocka_unit_test(test_whole),
		cmocka_unit_test(test_no_flags),      cmocka_unit_test(test_string),
		cmocka_unit_test(test_moby),	      cmocka_unit_test(test_podman),
		cmocka_unit_test(test_moby_resolved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
