/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Constants by name and by value. An argument's value is taken apart by the sets that belong to the
 * argument, in their order; bits without a constant are written as a number.
 */
#include <config.h>

#include "filter/kernel/constants.h"

#include <string.h>

#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"

#define SETS_OF_ARGUMENT_MAX 6
#define FLAGS_MAX	     64 /* flags joined in one value: each has a bit of its own */

enum kind { KIND_ENUM, KIND_FLAGS, KIND_OCTAL, KIND_ALIAS };

struct constant {
	uint16_t name;	/* its place in constant_text */
	uint32_t archs; /* bits of enum arch where it has this value */
	uint64_t value;
};

struct constant_set {
	enum kind kind;
	uint64_t mask;	   /* bits of the argument that it is about */
	uint16_t from, to; /* its constants */
};

struct constant_use {
	const char *call;
	unsigned char index;
	unsigned char sets[SETS_OF_ARGUMENT_MAX]; /* position + 1, 0: no more */
};

#include "filter/kernel/constants_tab.h"

/* A value that is being written. */
struct writing {
	struct buffer *out;
	size_t start; /* of the text in out */
	const struct abi *abi;
	uint64_t whole, rest; /* rest: bits that are not written yet */
	uint64_t width;	      /* the bits that the argument has */
};

static const char *constant_name_at(size_t at)
{
	return constant_text + constants[at].name;
}

static bool constant_is_on(const struct constant *constant, const struct abi *abi)
{
	return constant->archs >> abi->arch & 1;
}

bool constant_value_on(const struct abi *abi, const char *word, uint64_t *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(constants); i++) {
		if (!constant_is_on(&constants[i], abi) || strcmp(constant_name_at(i), word) != 0)
			continue;
		*value = constants[i].value;
		return true;
	}
	return false;
}

bool constant_known(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(constant_names); i++)
		if (strcmp(constant_text + constant_names[i], word) == 0)
			return true;
	return false;
}

const char *constant_nearest(const char *word)
{
	const char *names[ARRAY_SIZE(constant_names)];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		names[i] = constant_text + constant_names[i];
	return word_nearest(word, names, ARRAY_SIZE(names));
}

static void constant_add_part(struct writing *w, const char *word)
{
	if (w->out->length > w->start)
		buffer_add_text(w->out, "|");
	buffer_add_text(w->out, word);
}

/* As people write numbers: small ones in decimal. */
static void constant_add_number(struct writing *w, uint64_t value)
{
	CLEANUP(cleanup_free)
	char *text =
		mem_format(value <= UINT16_MAX && w->out->length == w->start ? "%llu" : "0x%llx",
			   (unsigned long long)value);

	constant_add_part(w, text);
}

/* The one value that the set's bits have; all of the argument where the set is about all of it. */
static void constant_add_enum(struct writing *w, const struct constant_set *set)
{
	uint64_t part = w->rest & set->mask;

	if (part == 0 && (w->whole & set->mask) != 0)
		return; /* written already */
	for (size_t i = set->from; i < set->to; i++) {
		if (!constant_is_on(&constants[i], w->abi) ||
		    (constants[i].value & w->width) != part)
			continue;
		constant_add_part(w, constant_name_at(i));
		w->rest &= ~part;
		return;
	}
}

/* The flag with most bits among those left; set->to if there is none. */
static size_t constant_next_flag(const struct writing *w, const struct constant_set *set,
				 uint64_t left)
{
	size_t best = set->to;
	int most = 0;

	for (size_t i = set->from; i < set->to; i++) {
		uint64_t value = constants[i].value & w->width;
		int bits = __builtin_popcountll(value);

		if (!constant_is_on(&constants[i], w->abi) || (value & ~left) != 0 || bits <= most)
			continue;
		best = i;
		most = bits;
	}
	return best;
}

/* Flags are chosen largest first (O_TMPFILE before O_DIRECTORY) and written in the set's order. */
static void constant_add_flags(struct writing *w, const struct constant_set *set)
{
	uint64_t left = w->rest & set->mask;
	size_t chosen[FLAGS_MAX], count = 0, at;

	while (count < FLAGS_MAX && (at = constant_next_flag(w, set, left)) < set->to) {
		chosen[count++] = at;
		left &= ~(constants[at].value & w->width);
	}
	for (size_t i = set->from; i < set->to; i++)
		for (size_t j = 0; j < count; j++)
			if (chosen[j] == i)
				constant_add_part(w, constant_name_at(i));
	w->rest &= ~(w->rest & set->mask & ~left);
	/* PROT_NONE: the name of having no flag. */
	for (size_t i = set->from; w->whole == 0 && w->out->length == w->start && i < set->to; i++)
		if (constants[i].value == 0 && constant_is_on(&constants[i], w->abi))
			constant_add_part(w, constant_name_at(i));
}

/* Permissions, as chmod(1) takes them. */
static void constant_add_octal(struct writing *w)
{
	CLEANUP(cleanup_free) char *text = NULL;

	if (w->rest == 0 && w->out->length > w->start)
		return;
	text = mem_format("0%llo", (unsigned long long)w->rest);
	constant_add_part(w, w->rest == 0 ? "0" : text);
	w->rest = 0;
}

static void constant_add_set(struct writing *w, const struct constant_set *set)
{
	switch (set->kind) {
	case KIND_ENUM:
		constant_add_enum(w, set);
		break;
	case KIND_FLAGS:
		constant_add_flags(w, set);
		break;
	case KIND_OCTAL:
		constant_add_octal(w);
		break;
	case KIND_ALIAS:
		break;
	}
}

/* The ABI whose order of arguments constants.list follows. */
static const struct abi *constant_reference_abi(const char *name,
						struct argument arguments[ARGUMENTS_MAX])
{
	static const enum arch archs[] = {ARCH_X86_64, ARCH_X86, ARCH_ARM};

	for (size_t i = 0; i < ARRAY_SIZE(archs); i++)
		if (signature_of(abi_of(archs[i]), name, arguments) >= 0)
			return abi_of(archs[i]);
	return NULL;
}

/* By the argument's name, because the order differs: clone's flags are s390's second argument. */
static const struct constant_use *constant_find_use(const struct abi *abi, const char *name,
						    unsigned index)
{
	struct argument theirs[ARGUMENTS_MAX], ours[ARGUMENTS_MAX];
	bool known = constant_reference_abi(name, theirs) && signature_of(abi, name, ours) >= 0;

	for (size_t i = 0; i < ARRAY_SIZE(uses); i++) {
		if (strcmp(uses[i].call, name) != 0)
			continue;
		if (known ? strcmp(theirs[uses[i].index].name, ours[index].name) == 0
			  : uses[i].index == index)
			return &uses[i];
	}
	return NULL;
}

void constant_add_bits(struct buffer *out, const struct abi *abi, const char *name, unsigned index,
		       uint64_t value, unsigned bits)
{
	const struct constant_use *use = !name ? NULL : constant_find_use(abi, name, index);
	struct writing w = {.out = out,
			    .start = out->length,
			    .abi = abi,
			    .whole = value,
			    .rest = value,
			    .width = UINT64_MAX >> (64 - bits)};

	if (use && value <= w.width)
		for (size_t i = 0; i < SETS_OF_ARGUMENT_MAX && use->sets[i] != 0; i++)
			constant_add_set(&w, &sets[use->sets[i] - 1]);
	if (w.rest != 0 || out->length == w.start)
		constant_add_number(&w, w.rest);
}

void constant_add(struct buffer *out, const struct abi *abi, const char *name, unsigned index,
		  uint64_t value)
{
	struct argument arguments[ARGUMENTS_MAX];

	for (unsigned i = 0; i < ARGUMENTS_MAX; i++)
		arguments[i].bits = signature_full_bits(abi);
	if (name)
		(void)signature_of(abi, name, arguments); /* without one: the full width */
	constant_add_bits(out, abi, name, index, value, arguments[index].bits);
}
