/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer harness of the readers: any bytes are read as a config.json or a profile, for a target
 * that the bytes choose. What is accepted must print as a section that is accepted again without an
 * error, keeps the same rules, and prints the same bytes. Input that begins with a byte 1 is not
 * JSON but a list of choices, from which a nearly valid profile is written: so most of it is
 * accepted.
 */
#include <config.h>

#include "oci/config.h"
#include "oci/print.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts, so that the fuzzer keeps the input. */
static void must(bool condition)
{
	if (!condition)
		abort();
}

static struct target target_of(const uint8_t *data, size_t size)
{
	struct target target = {ARCH_X86_64, CAPABILITIES_DOCKER, 6, 18};
	unsigned sum = 0;

	for (size_t i = 0; i < size; i++)
		sum = sum * 31 + data[i];
	target.arch = (enum arch)(sum % 8 ? ARCH_X86_64 : sum / 8 % ARCH_COUNT);
	if (sum & 1)
		target.capabilities = sum & 2 ? CAPABILITIES_ALL : 0;
	return target;
}

/* Reads an OCI section that section_print wrote, and prints it once more. */
static void check_again(const struct buffer *printed, const struct resolved *first)
{
	struct findings findings = {0};
	struct json_document *document =
		json_parse("again", printed->data, printed->length, &findings);
	struct profile *profile;
	struct resolved *resolved;
	struct buffer again = {0};

	must(document);
	profile = profile_read(document->root, PROFILE_OCI, false, &findings);
	must(profile);
	resolved = profile_resolve(profile, &first->target, &findings);
	must(resolved && resolved->rule_count == first->rule_count);
	section_print(resolved, &again);
	must(again.length == printed->length &&
	     memcmp(again.data, printed->data, again.length) == 0);
	buffer_free(&again);
	resolved_free(resolved);
	profile_free(profile);
	findings_free(&findings);
	json_free(document);
}

static void check_profile(const struct profile *profile, const struct target *target)
{
	struct findings findings = {0};
	struct resolved *resolved = profile_resolve(profile, target, &findings);
	struct buffer printed = {0};

	must(!resolved == (findings.errors > 0));
	if (resolved) {
		section_print(resolved, &printed);
		check_again(&printed, resolved);
	}
	buffer_free(&printed);
	resolved_free(resolved);
	findings_free(&findings);
}

static void check_tree(const struct json *root, bool lenient, const struct target *target,
		       struct findings *findings)
{
	struct config *config = NULL;
	struct profile *profile = NULL;

	if (config_is(root))
		config = config_read(root, true, lenient, findings);
	else
		profile = profile_read(root, PROFILE_DOCKER, lenient, findings);
	must((config || profile) == (findings->errors == 0));
	if (profile || (config && config->seccomp))
		check_profile(profile ? profile : config->seccomp, target);
	config_free(config);
	profile_free(profile);
}

static void check_text(const char *text, size_t length, bool lenient, const struct target *target)
{
	struct findings findings = {0};
	struct json_document *document = json_parse("input", text, length, &findings);

	must(!document == (findings.errors > 0));
	if (document)
		check_tree(document->root, lenient, target, &findings);
	findings_sort(&findings);
	findings_free(&findings);
	json_free(document);
}

/* The bytes that are left to choose by; 0 for ever at their end. */
struct choices {
	const uint8_t *data;
	size_t size;
	struct buffer out;
};

static unsigned choose(struct choices *choices, unsigned count)
{
	if (choices->size == 0)
		return 0;
	choices->size--;
	return *choices->data++ % count;
}

#define CHOOSE_WORD(choices, ...)                                  \
	({                                                         \
		static const char *const words_[] = {__VA_ARGS__}; \
		words_[choose(choices, ARRAY_SIZE(words_))];       \
	})

static void write_action(struct choices *choices, const char *key, const char *errno_key)
{
	const char *action = CHOOSE_WORD(choices, "ALLOW", "ERRNO", "TRACE", "NOTIFY", "KILL",
					 "KILL_PROCESS", "KILL_THREAD", "TRAP", "LOG");

	buffer_addf(&choices->out, "\"%s\":\"SCMP_ACT_%s\"", key, action);
	if ((action[0] == 'E' || strcmp(action, "TRACE") == 0) && choose(choices, 2))
		buffer_addf(&choices->out, ",\"%s\":%u", errno_key, 1 + choose(choices, 200) * 20);
}

static void write_arches(struct choices *choices, const char *key)
{
	unsigned count = choose(choices, 5);

	buffer_addf(&choices->out, ",\"%s\":[", key);
	for (unsigned i = 0; i < count; i++)
		buffer_addf(&choices->out, "%s\"%s\"", i ? "," : "",
			    arch_word((enum arch)(choose(choices, 8)
							  ? choose(choices, 5)
							  : choose(choices, ARCH_COUNT))));
	buffer_add_text(&choices->out, "]");
}

static void write_arch_map(struct choices *choices)
{
	unsigned count = choose(choices, 4);

	buffer_add_text(&choices->out, ",\"archMap\":[");
	for (unsigned i = 0; i < count; i++) {
		buffer_addf(&choices->out, "%s{\"architecture\":\"%s\"", i ? "," : "",
			    arch_word((enum arch)choose(choices, 5)));
		write_arches(choices, "subArchitectures");
		buffer_add_text(&choices->out, "}");
	}
	buffer_add_text(&choices->out, "]");
}

static void write_conditions(struct choices *choices)
{
	unsigned count = choose(choices, 8);

	buffer_add_text(&choices->out, ",\"args\":[");
	for (unsigned i = 0; i < count; i++) {
		const char *value = CHOOSE_WORD(choices, "0", "1", "255", "4294967295",
						"9223372036854775808", "18446744073709551615");

		buffer_addf(&choices->out, "%s{\"index\":%u,\"value\":%s,\"op\":\"%s\"",
			    i ? "," : "", choose(choices, 6), value,
			    comparison_word((enum comparison)choose(choices, CMP_COUNT)));
		if (choose(choices, 3) == 1)
			buffer_addf(&choices->out, ",\"valueTwo\":%s",
				    CHOOSE_WORD(choices, "0", "1", "240"));
		buffer_add_text(&choices->out, "}");
	}
	buffer_add_text(&choices->out, "]");
}

static void write_match(struct choices *choices, const char *key)
{
	buffer_addf(&choices->out, ",\"%s\":{\"caps\":[%s],\"arches\":[%s]", key,
		    CHOOSE_WORD(choices, "", "\"CAP_KILL\"", "\"CAP_BPF\",\"CAP_CHOWN\""),
		    CHOOSE_WORD(choices, "", "\"amd64\"", "\"arm64\",\"x86\"", "\"vax\""));
	if (choose(choices, 2))
		buffer_addf(&choices->out, ",\"minKernel\":\"%s\"",
			    CHOOSE_WORD(choices, "", "4.8", "6.18", "6.19", "255.255"));
	buffer_add_text(&choices->out, "}");
}

static void write_rule(struct choices *choices)
{
	buffer_addf(&choices->out, "{\"names\":[%s],",
		    CHOOSE_WORD(choices, "\"chmod\"", "\"a\",\"b\",\"a\"", "\"\\u00e9\\n\"",
				"\"\\ud83d\\udc27 \\\\\"", "\"\xc3\xa9\x7f\""));
	write_action(choices, "action", "errnoRet");
	if (choose(choices, 2))
		write_conditions(choices);
	if (choose(choices, 4) == 1)
		write_match(choices, "includes");
	if (choose(choices, 4) == 1)
		write_match(choices, "excludes");
	buffer_add_text(&choices->out, "}");
}

static void write_profile(struct choices *choices)
{
	unsigned rules = choose(choices, 12);

	buffer_add_text(&choices->out, "{");
	write_action(choices, "defaultAction", "defaultErrnoRet");
	if (choose(choices, 2))
		write_arches(choices, "architectures");
	else
		write_arch_map(choices);
	if (choose(choices, 2))
		buffer_addf(
			&choices->out, ",\"flags\":[%s]",
			CHOOSE_WORD(choices, "", "\"SECCOMP_FILTER_FLAG_LOG\"",
				    "\"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"",
				    "\"SECCOMP_FILTER_FLAG_TSYNC\",\"SECCOMP_FILTER_FLAG_LOG\""));
	if (choose(choices, 4))
		buffer_add_text(&choices->out,
				",\"listenerPath\":\"/l\\t\",\"listenerMetadata\":\"m\"");
	buffer_add_text(&choices->out, ",\"syscalls\":[");
	for (unsigned i = 0; i < rules; i++) {
		buffer_add_text(&choices->out, i ? "," : "");
		write_rule(choices);
	}
	buffer_add_text(&choices->out, "]}");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct target target = target_of(data, size);
	struct choices choices = {.data = data, .size = size};

	if (choose(&choices, 256) != 1) {
		check_text((const char *)data, size, size % 2 == 0, &target);
		return 0;
	}
	write_profile(&choices);
	check_text(choices.out.data, choices.out.length, false, &target);
	buffer_free(&choices.out);
	return 0;
}
