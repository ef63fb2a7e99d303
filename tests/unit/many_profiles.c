/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many profiles in one process, for tests/oracle/campaign.py: a line "ARCH PROFILE" of standard
 * input, resolved for no capabilities and kernel 6.1 and built as check builds it, becomes a line
 * {"program": "HEX" or null, "findings": [{"id", "severity", "message"}]} on standard output.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter/lint/lint.h"
#include "filter/rules/filter.h"
#include "oci/json_write.h"
#include "oci/resolve.h"

static void cleanup_document(struct json_document **document)
{
	json_free(*document);
}

static struct filter *build(const struct profile *profile, enum arch arch,
			    struct resolved **resolved, struct findings *findings)
{
	const struct target target = {.arch = arch, .kernel_major = 6, .kernel_minor = 1};
	const struct leniency strict = {0};

	*resolved = profile_resolve(profile, &target, findings);
	if (!*resolved)
		return NULL;
	lint_overlaps(*resolved, &strict, findings);
	return filter_build(*resolved, NULL, &strict, SEVERITY_WARNING, findings);
}

static void add_program(struct buffer *out, const struct filter *filter)
{
	CLEANUP(buffer_free) struct buffer bytes = {0};

	if (!filter) {
		buffer_add_text(out, "{\"program\":null");
		return;
	}
	program_bytes(&filter->program, &bytes);
	buffer_add_text(out, "{\"program\":\"");
	for (size_t i = 0; i < bytes.length; i++)
		buffer_addf(out, "%02x", (unsigned char)bytes.data[i]);
	buffer_add_text(out, "\"");
}

static void add_findings(struct buffer *out, const struct findings *findings)
{
	static const char *const severities[] = {"note", "warning", "error"};

	buffer_add_text(out, ",\"findings\":[");
	for (size_t i = 0; i < findings->count; i++) {
		buffer_addf(out,
			    "%s{\"id\":\"%s\",\"severity\":\"%s\",\"message\":", i == 0 ? "" : ",",
			    findings->list[i].id, severities[findings->list[i].severity]);
		json_add_string(out, findings->list[i].message, strlen(findings->list[i].message));
		buffer_add_text(out, "}");
	}
	buffer_add_text(out, "]}\n");
}

static void answer(enum arch arch, const char *text, size_t length)
{
	CLEANUP(buffer_free) struct buffer out = {0};
	CLEANUP(findings_free) struct findings findings = {0};
	CLEANUP(cleanup_document)
	struct json_document *document = json_parse("-", text, length, &findings);
	CLEANUP(cleanup_profile) struct profile *profile = NULL;
	CLEANUP(cleanup_resolved) struct resolved *resolved = NULL;
	CLEANUP(cleanup_filter) struct filter *filter = NULL;

	if (document)
		profile = profile_read(document->root, PROFILE_DOCKER, false, &findings);
	if (profile)
		filter = build(profile, arch, &resolved, &findings);
	add_program(&out, filter);
	add_findings(&out, &findings);
	fwrite(out.data, 1, out.length, stdout);
	fflush(stdout); /* whoever reads it sees the end of the pipe if this fails */
}

int main(void)
{
	CLEANUP(cleanup_free) char *line = NULL;
	size_t size = 0;
	ssize_t length;

	while ((length = getline(&line, &size, stdin)) > 0) {
		char *space = strchr(line, ' ');
		enum arch arch;

		if (!space)
			return 2;
		*space = '\0';
		if (!word_arch_any(line, &arch))
			return 2;
		answer(arch, space + 1, (size_t)length - (size_t)(space + 1 - line));
	}
	return 0;
}
