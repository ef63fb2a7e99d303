/* SPDX-License-Identifier: Apache-2.0 */
/* Finds families of calls that do the same of which one passes and another does not. */
#include <config.h>

#include <string.h>

#include "filter/kernel/constants.h"
#include "filter/kernel/siblings.h"
#include "filter/kernel/signatures.h"
#include "filter/kernel/syscalls.h"
#include "filter/lint/lint.h"

/* A family on one ABI. Bits of the masks are indexes of the family's names. */
struct kin {
	const struct lint *lint;
	const struct siblings *family;
	const struct abi *abi;
	struct lint_call calls[FAMILY_CALLS_MAX];
	unsigned present;
	unsigned open;	 /* passing beside a member that does not */
	unsigned closed; /* these members */
	bool by_rule;	 /* one of them by a rule */
	bool sure;	 /* no list of allowed calls that just has no need of the others */
	bool denied;	 /* one of the closed ones, and not only handed to a tracer or listener */
};

static bool kin_has(unsigned mask, unsigned index)
{
	return (mask & 1u << index) != 0;
}

/* After ENOSYS a program takes the older call: that was not meant as a denial. */
static bool kin_says_take_older(const struct kin *kin, unsigned index)
{
	return lint_is_enosys(kin->abi, lint_call_denial(kin->lint, &kin->calls[index]));
}

/* Whether `other` leaves open what `member`, which does not always pass, closes. */
static bool kin_leaves_open(const struct kin *kin, unsigned member, unsigned other, bool by_rule)
{
	enum passing passing = kin->calls[other].passing;
	bool newer = other > member;

	if (passing == PASSING_NEVER)
		return false;
	if (passing == PASSING_SOMETIMES &&
	    (kin->family->kind != FAMILY_SOME || other < kin->family->members ||
	     kin->calls[member].passing != PASSING_NEVER))
		return false;
	if (!by_rule)
		return newer && kin->family->kind != FAMILY_RULE &&
		       kin->family->kind != FAMILY_TELL;
	return newer || !kin_says_take_older(kin, member);
}

static void kin_look_at(struct kin *kin, unsigned member)
{
	bool by_rule = lint_call_is_ruled(kin->lint, &kin->calls[member]);
	bool denied = lint_call_is_denied(kin->lint, &kin->calls[member]);

	for (unsigned other = 0; other < kin->family->count; other++) {
		if (other == member || !kin_has(kin->present, other) ||
		    !kin_leaves_open(kin, member, other, by_rule))
			continue;
		kin->open |= 1u << other;
		kin->closed |= 1u << member;
		kin->by_rule |= by_rule;
		kin->denied |= denied;
		kin->sure |= by_rule || syscall_release(kin->family->names[other]) > 0;
	}
}

static void kin_add_names(const struct kin *kin, unsigned mask, struct buffer *out)
{
	unsigned count = (unsigned)__builtin_popcount(mask), index = 0;

	for (unsigned i = 0; i < kin->family->count; i++)
		if (kin_has(mask, i))
			lint_add_name(out, kin->family->names[i], index++, count);
}

static unsigned kin_first(unsigned mask)
{
	return (unsigned)__builtin_ctz(mask);
}

/* Where to change something: at the rule that denies, else at the one that allows. */
static struct place kin_place(const struct kin *kin)
{
	for (unsigned i = 0; kin->by_rule && i < kin->family->members; i++)
		if (kin_has(kin->closed, i) && lint_call_is_ruled(kin->lint, &kin->calls[i]))
			return lint_call_place(kin->lint, &kin->calls[i]);
	return lint_call_place(kin->lint, &kin->calls[kin_first(kin->open)]);
}

static enum severity kin_severity(const struct kin *kin)
{
	if (kin->family->kind == FAMILY_TELL || !kin->denied)
		return SEVERITY_NOTE;
	return kin->sure || lint_is_broad(kin->lint, kin->abi) ? SEVERITY_WARNING : SEVERITY_NOTE;
}

/* A call that does what the family does: clone makes a namespace with a flag for it only. */
static void kin_find_witness(const struct kin *kin, unsigned index, struct seccomp_data *data)
{
	const char *argument = kin->family->wanted[index].argument;
	struct argument arguments[ARGUMENTS_MAX];
	int count = signature_of(kin->abi, kin->family->names[index], arguments);
	uint64_t value;

	lint_call_witness(kin->lint, &kin->calls[index], true, data);
	if (!argument || kin->calls[index].passing != PASSING_ALWAYS ||
	    !constant_value_on(kin->abi, kin->family->wanted[index].constant, &value))
		return;
	for (int i = 0; i < count; i++)
		if (strcmp(arguments[i].name, argument) == 0)
			data->args[i] = value;
}

static void kin_report(const struct kin *kin)
{
	CLEANUP(buffer_free) struct buffer open = {0}, closed = {0}, witness = {0};
	CLEANUP(cleanup_free) char *remedy = NULL;
	bool many = (kin->closed & (kin->closed - 1)) != 0;
	struct seccomp_data data;

	kin_add_names(kin, kin->open, &open);
	kin_add_names(kin, kin->closed, &closed);
	kin_find_witness(kin, kin_first(kin->open), &data);
	lint_add_witness(kin->lint, &data, &witness);
	remedy = kin->by_rule ? mem_format("deny %s as well", open.data)
			      : mem_format("take %s out too, or allow %s", open.data, closed.data);
	finding_add(kin->lint->findings, kin_severity(kin), "open-sibling", kin_place(kin), remedy,
		    "%s %s restricted, but with %s there is another way to %s: %s", closed.data,
		    many ? "are" : "is", open.data, kin->family->what, witness.data);
}

/* Returns the family's open calls on one ABI; reported if one of them is not among `known`. */
static unsigned kin_check_family(const struct lint *lint, const struct siblings *family,
				 const struct abi *abi, unsigned known)
{
	struct kin kin = {.lint = lint, .family = family, .abi = abi};

	for (unsigned i = 0; i < family->count; i++)
		if (lint_call_find(lint, abi, family->names[i], &kin.calls[i]))
			kin.present |= 1u << i;
	for (unsigned i = 0; i < family->members; i++)
		if (kin_has(kin.present, i) && kin.calls[i].passing != PASSING_ALWAYS)
			kin_look_at(&kin, i);
	if ((kin.open & ~known) != 0)
		kin_report(&kin);
	return kin.open;
}

void lint_siblings(const struct lint *lint)
{
	for (size_t i = 0; i < siblings_count(); i++) {
		unsigned known = 0;

		for (size_t j = 0; j < lint->rules->abi_count; j++)
			known |= kin_check_family(lint, siblings_at(i), lint->rules->abis[j].abi,
						  known);
	}
}
