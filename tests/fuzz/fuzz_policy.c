/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes the policy reader: any JSON is a policy, or refused with an error; of a policy every
 * string is not empty and every list is as long as it says. Edits of the same text are JSON again,
 * and say what they were to say.
 */
#include <stdlib.h>
#include <string.h>

#include "oci/policy.h"
#include "oci/text_edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_text(const char *text)
{
	require(!text || *text != '\0');
}

static void check_policy(const struct policy *policy)
{
	check_text(policy->runtime);
	check_text(policy->libseccomp);
	check_text(policy->profile);
	check_text(policy->sandbox);
	check_text(policy->require);
	check_text(policy->seccomp_root);
	for (size_t i = 0; i < policy->allow.count; i++)
		check_text(policy->allow.items[i]);
	for (size_t i = 0; i < policy->deny.count; i++)
		check_text(policy->deny.items[i]);
	for (size_t i = 0; i < policy->exempt_count; i++) {
		const struct policy_exempt *exempt = &policy->exempts[i];

		require(exempt->annotation_count > 0 || exempt->has_capabilities ||
			exempt->privileged || exempt->pod_namespace || exempt->pod ||
			exempt->container);
	}
	require(policy->accept < 1u << ACCEPT_COUNT);
	require(policy->annotations < 1u << ANNOTATION_COUNT);
}

/* The edited text's member is what it was set to; NULL: it is not there. */
static void check_edit(const struct text_edits *edits, const char *key, const char *value)
{
	struct findings findings = {0};
	struct buffer out = {0};
	struct json_document *again;
	const struct json *found;

	text_edits_apply(edits, &out);
	again = json_parse("again", out.data, out.length, &findings);
	/* one more level, or more bytes, may be one too many */
	if (again) {
		found = json_get(again->root, key);
		require(!found == !value);
		require(!value || (found->end - found->start == strlen(value) &&
				   memcmp(out.data + found->start, value, strlen(value)) == 0));
	} else {
		require(findings.errors > 0 && edits->document->length + 64 > JSON_SIZE_MAX);
	}
	json_free(again);
	findings_free(&findings);
	buffer_free(&out);
}

static void edit_object(const struct json_document *document, const char *key)
{
	struct text_edits set = {.document = document}, removal = {.document = document};

	text_edits_set_member(&set, document->root, "another", "1", 1);
	text_edits_set_member(&set, document->root, key, "[true]", 6);
	if (strcmp(key, "another") != 0)
		check_edit(&set, key, "[true]");
	text_edits_remove_member(&removal, document->root, key);
	check_edit(&removal, key, NULL);
	text_edits_free(&set);
	text_edits_free(&removal);
}

static void edit_array(const struct json_document *document)
{
	struct text_edits edits = {.document = document};
	struct findings findings = {0};
	struct buffer out = {0};
	struct json_document *again;

	text_edits_append(&edits, document->root, "1", 1);
	text_edits_prepend(&edits, document->root, "2", 1);
	text_edits_apply(&edits, &out);
	again = json_parse("again", out.data, out.length, &findings);
	require(again && again->root->length == document->root->length + 2);
	/* both stand in an empty array in the order in which they came */
	require(document->root->length == 0 || again->root->items[0]->text[0] == '2');
	json_free(again);
	findings_free(&findings);
	buffer_free(&out);
	text_edits_free(&edits);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct findings findings = {0};
	char *text = mem_alloc(size);
	struct json_document *document;
	struct policy policy = {0};

	if (size)
		memcpy(text, data, size);
	document = json_parse("input", text, size, &findings);
	if (document) {
		const size_t errors = findings.errors;
		int result = policy_read(&policy, document->root, &findings);

		require((result != 0) == (findings.errors > errors));
		if (result == 0)
			check_policy(&policy);
		if (document->root->type == JSON_OBJECT)
			edit_object(
				document,
				document->root->length > 0
					? document->root->members[size % document->root->length].key
					: "seccomp");
		if (document->root->type == JSON_ARRAY)
			edit_array(document);
	}
	policy_free(&policy);
	findings_free(&findings);
	json_free(document);
	free(text);
	return 0;
}
