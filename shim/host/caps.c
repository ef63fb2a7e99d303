/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and sets this process's capabilities, and computes what a command will have after exec.
 * Every set is read back, because the kernel may silently set less.
 */
#include <config.h>
#include "shim/host/caps.h"

#include <errno.h>
#include <stdio.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "oci/words.h"

/* The kernel keeps them in 64 bits; those that it does not know are never set. */
#define CAPABILITY_BITS 64

static void cleanup_capabilities(cap_t *caps)
{
	if (*caps)
		(void)cap_free(*caps); /* fails only for what is not a cap_t */
}

static bool capabilities_have(uint64_t set, unsigned capability)
{
	return set >> capability & 1;
}

static uint64_t capabilities_of_flag(cap_t caps, cap_flag_t flag)
{
	uint64_t bits = 0;

	for (int i = 0; i < CAPABILITY_BITS; i++) {
		cap_flag_value_t value = CAP_CLEAR;

		if (cap_get_flag(caps, i, flag, &value) == 0 && value == CAP_SET)
			bits |= UINT64_C(1) << i;
	}
	return bits;
}

/*
 * 1 or 0: whether the bounding set has it; -ERANGE: the kernel has no such capability; any other
 * negative errno: it could not be read, which must not look like 0.
 */
static int capabilities_read_bound(unsigned capability, uint64_t permitted)
{
	int bound = cap_get_bound((cap_value_t)capability);

	if (bound >= 0)
		return bound;
	/* A kernel that permits a higher one has this one too. */
	return errno == EINVAL && permitted >> capability == 0 ? -ERANGE : -errno;
}

/* The bounding and the ambient set, capability by capability: 0 or a negative errno. */
static int capabilities_read_singly(struct capability_sets *sets)
{
	for (unsigned i = 0; i < CAPABILITY_BITS; i++) {
		int bound = capabilities_read_bound(i, sets->permitted), ambient = 0;

		if (bound == -ERANGE)
			return 0;
		/* Only what is inheritable can be ambient. */
		if (bound >= 0 && capabilities_have(sets->inheritable, i))
			ambient = cap_get_ambient((cap_value_t)i);
		if (bound < 0 || ambient < 0)
			return bound < 0 ? bound : -errno;
		sets->bounding |= (uint64_t)bound << i;
		sets->ambient |= (uint64_t)ambient << i;
	}
	return 0;
}

int capabilities_read(struct capability_sets *sets)
{
	CLEANUP(cleanup_capabilities) cap_t caps = cap_get_proc();

	if (!caps)
		return -errno;
	*sets = (struct capability_sets){
		.permitted = capabilities_of_flag(caps, CAP_PERMITTED),
		.effective = capabilities_of_flag(caps, CAP_EFFECTIVE),
		.inheritable = capabilities_of_flag(caps, CAP_INHERITABLE),
	};
	return capabilities_read_singly(sets);
}

uint64_t capabilities_of_command(const struct capability_sets *sets, uid_t uid, bool no_new_privs)
{
	if (uid == 0) {
		uint64_t gained = sets->bounding | sets->inheritable;

		return no_new_privs ? gained & sets->permitted : gained;
	}
	return no_new_privs ? sets->ambient : sets->ambient | sets->bounding;
}

int capabilities_after_exec(bool no_new_privs, uint64_t *capabilities)
{
	struct capability_sets sets;
	int result = capabilities_read(&sets);

	if (result)
		return result;
	*capabilities = capabilities_of_command(&sets, getuid(), no_new_privs);
	return 0;
}

int capabilities_keep(void)
{
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
		return -errno;
	return prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0) == 1 ? 0 : -EPERM;
}

int capabilities_drop_bounding(uint64_t bounding)
{
	for (unsigned i = 0; i < CAPABILITY_BITS; i++) {
		int bound = capabilities_read_bound(i, 0);

		if (bound == -ERANGE)
			return 0;
		if (bound < 0)
			return bound;
		if (bound == 1 && !capabilities_have(bounding, i) && cap_drop_bound((cap_value_t)i))
			return -errno;
	}
	return 0;
}

static int capabilities_set_flag(cap_t caps, cap_flag_t flag, uint64_t bits)
{
	cap_value_t values[CAPABILITY_BITS];
	int count = 0;

	for (unsigned i = 0; i < CAPABILITY_BITS; i++)
		if (capabilities_have(bits, i))
			values[count++] = (cap_value_t)i;
	return count ? cap_set_flag(caps, flag, count, values, CAP_SET) : 0;
}

static int capabilities_set_process(const struct capability_sets *sets)
{
	CLEANUP(cleanup_capabilities) cap_t caps = cap_init();

	if (!caps || capabilities_set_flag(caps, CAP_PERMITTED, sets->permitted) ||
	    capabilities_set_flag(caps, CAP_EFFECTIVE, sets->effective) ||
	    capabilities_set_flag(caps, CAP_INHERITABLE, sets->inheritable) || cap_set_proc(caps))
		return -errno;
	return 0;
}

static int capabilities_set_ambient(uint64_t ambient)
{
	if (cap_reset_ambient())
		return -errno;
	for (unsigned i = 0; i < CAPABILITY_BITS; i++)
		if (capabilities_have(ambient, i) && cap_set_ambient((cap_value_t)i, CAP_SET))
			return -errno;
	return 0;
}

static bool capabilities_are_equal(const struct capability_sets *one,
				   const struct capability_sets *other)
{
	return one->bounding == other->bounding && one->permitted == other->permitted &&
	       one->effective == other->effective && one->inheritable == other->inheritable &&
	       one->ambient == other->ambient;
}

int capabilities_set(const struct capability_sets *sets)
{
	struct capability_sets present;
	int result = capabilities_set_process(sets);

	if (result == 0)
		result = capabilities_set_ambient(sets->ambient);
	if (result == 0)
		result = capabilities_read(&present);
	if (result)
		return result;
	return capabilities_are_equal(sets, &present) ? 0 : -EPERM;
}

void capabilities_add_text(struct buffer *buffer, uint64_t capabilities)
{
	const char *between = "";

	for (unsigned i = 0; i < CAPABILITY_BITS; i++) {
		const char *word = capability_word(i);

		if (!capabilities_have(capabilities, i))
			continue;
		if (word)
			buffer_addf(buffer, "%s%s", between, word);
		else
			buffer_addf(buffer, "%scapability %u", between, i);
		between = ", ";
	}
}
