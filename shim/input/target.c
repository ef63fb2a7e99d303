/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the target options into a struct target; what is not given is as on this machine. */
#include <config.h>
#include "shim/input/target.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/utsname.h>

#include "filter/kernel/abi.h"
#include "shim/host/caps.h"
#include "shim/host/runtime_version.h"

struct capability_word {
	const char *word;
	uint64_t set;
};

static const struct capability_word set_words[] = {{"docker", CAPABILITIES_DOCKER},
						   {"all", CAPABILITIES_ALL},
						   {"none", 0}};

static const char *target_nearest_capability(const char *word)
{
	const char *names[ARRAY_SIZE(set_words) + CAPABILITY_COUNT];
	const char *nearest, *bare = strncasecmp(word, "CAP_", 4) == 0 ? word + 4 : word;
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(set_words); i++)
		names[count++] = set_words[i].word;
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
		names[count++] = capability_word(i) + strlen("CAP_");
	nearest = word_nearest(bare, names, count);
	return nearest;
}

static int target_report_capability(const char *word, struct findings *findings)
{
	const char *nearest = target_nearest_capability(word);
	CLEANUP(cleanup_free)
	char *remedy =
		nearest ? mem_format("did you mean %s?", nearest)
			: mem_string("expected names as in capabilities(7), docker, all or none");

	return finding_error(findings, "unknown-capability", NOWHERE, remedy,
			     "unknown capability \"%s\"", text_escaped(word, strlen(word)));
}

static int target_add_capability(const char *word, uint64_t *capabilities,
				 struct findings *findings)
{
	unsigned number;

	for (size_t i = 0; i < ARRAY_SIZE(set_words); i++) {
		if (strcasecmp(word, set_words[i].word) == 0) {
			*capabilities |= set_words[i].set;
			return 0;
		}
	}
	if (!word_capability_loose(word, &number))
		return target_report_capability(word, findings);
	*capabilities |= UINT64_C(1) << number;
	return 0;
}

int capabilities_parse(const char *text, uint64_t *capabilities, struct findings *findings)
{
	*capabilities = 0;
	for (;;) {
		const size_t length = strcspn(text, ",");
		CLEANUP(cleanup_free) char *word = mem_string_n(text, length);

		if (target_add_capability(word, capabilities, findings))
			return -1;
		if (!text[length])
			return 0;
		text += length + 1;
	}
}

static int target_parse_arch(const char *text, enum arch *arch, struct findings *findings)
{
	const char *names[ARCH_COUNT];
	CLEANUP(cleanup_free) char *remedy = NULL;
	const char *nearest;

	if (word_arch_any(text, arch))
		return 0;
	for (int i = 0; i < ARCH_COUNT; i++)
		names[i] = arch_name((enum arch)i);
	nearest = word_nearest(text, names, ARCH_COUNT);
	remedy = nearest ? mem_format("did you mean %s?", nearest)
			 : mem_string("expected a name as uname -m shows it, such as x86_64 or "
				      "aarch64");
	return finding_error(findings, "unknown-arch", NOWHERE, remedy,
			     "unknown architecture \"%s\"", text_escaped(text, strlen(text)));
}

static int target_parse_kernel(const char *text, struct target *target, struct findings *findings)
{
	if (kernel_version_parse(text, &target->kernel_major, &target->kernel_minor))
		return 0;
	return finding_error(findings, "kernel-version", NOWHERE,
			     "expected two numbers, such as 6.1",
			     "\"%s\" is not a valid kernel version",
			     text_escaped(text, strlen(text)));
}

int target_make(const struct target_options *options, uint64_t capabilities, struct target *target,
		struct findings *findings)
{
	struct utsname machine;

	*target = (struct target){.arch = abi_native()->arch, .capabilities = capabilities};
	if (options->arch && target_parse_arch(options->arch, &target->arch, findings))
		return -1;
	if (options->caps && capabilities_parse(options->caps, &target->capabilities, findings))
		return -1;
	if (options->kernel)
		return target_parse_kernel(options->kernel, target, findings);
	if (uname(&machine))
		return finding_error(findings, "kernel-version", NOWHERE, "give --kernel X.Y",
				     "uname: %s", strerror(errno));
	return target_parse_kernel(machine.release, target, findings);
}

int target_for_input(const struct target_options *options, const struct input *input,
		     struct target *target, struct findings *findings)
{
	uint64_t capabilities = 0;
	int result;

	if (input->config) {
		capabilities = input->config->capabilities.bounding;
	} else {
		result = capabilities_after_exec(true, &capabilities);
		if (result)
			return finding_error(findings, "capabilities", NOWHERE, "give --caps LIST",
					     "cannot read the capabilities of this process: %s",
					     strerror(-result));
	}
	return target_make(options, capabilities, target, findings);
}

int target_reading(const struct target_options *options, struct runtime_reading *reading,
		   struct findings *findings)
{
	if (!runtime_reading_parse(options->as ? options->as : "strict", reading, findings))
		return -1;
	if (reading->runtime != RUNTIME_NONE)
		reading->version = runtime_version(reading->runtime);
	return 0;
}
