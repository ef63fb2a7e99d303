/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A resolved profile's rules for each listed ABI: by system call number, in file order. derive
 * makes the table of them.
 */
#ifndef FILTER_RULES_RULES_H
#define FILTER_RULES_RULES_H

#include "filter/kernel/abi.h"
#include "oci/resolve.h"

/*
 * Which errors of meaning are warnings instead. Only the command line or the administrator's policy
 * makes anything lenient (HACKING.md, "No leniency from outside").
 */
struct leniency {
	bool ignore_unknown; /* a name that no system call has: its rule is dropped
				(seccomp-shim-profile(5), "Unknown names") */
	bool allow_shadowed; /* a conditional rule that a laxer unconditional one erases
				(seccomp-shim-profile(5), "Several rules on one call") */
};

/* One rule as it applies to one number. */
struct call_rule {
	uint32_t number; /* with the ABI's base */
	size_t order;	 /* position in resolved->rules, for "the first in the file" */
	size_t id;	 /* of the rule's name, counted over all rules: below name_count */
	const struct profile_rule *rule;
	const struct profile_name *name; /* by which of its names */
	unsigned looks_at;		 /* bit i: a condition of the rule is on argument i */
	bool multiplexed; /* number is socketcall's or ipc's, the rule names one of its calls; then:
			   */
	const char *multiplexer; /* "socketcall" or "ipc" */
	unsigned call;		 /* the value of the first argument, and the bits that count */
	uint32_t call_mask;
};

struct abi_rules {
	const struct abi *abi;
	struct call_rule *list; /* by number, then order; a rule once for a number or call */
	size_t count;
};

struct rules {
	const struct resolved *resolved;
	size_t name_count;		       /* over all rules */
	struct abi_rules abis[ARCH_COUNT + 1]; /* as resolved->arches */
	size_t abi_count;
};

/* Returns NULL after an error in findings: an unknown name. Free before the resolved profile. */
struct rules *rules_new(const struct resolved *resolved, const struct leniency *leniency,
			struct findings *findings) MUST_CHECK;
void rules_free(struct rules *rules);
void cleanup_rules(struct rules **rules);

/*
 * A finding about a rule and a name is reported once, not for every ABI: true the first time.
 * reported has name_count bytes, which begin as 0.
 */
enum reported {
	REPORTED_WIDTH = 1,
	REPORTED_SHADOWED = 2,
	REPORTED_USELESS = 4,
	REPORTED_OVERLAP = 8,
	REPORTED_MULTIPLEXED = 16
};
bool rule_report_first(unsigned char *reported, const struct call_rule *entry, enum reported what);

/* One past the last rule of the number that list[from] has. */
size_t rules_group_end(const struct abi_rules *abi, size_t from);
/* The rules of a listed ABI; NULL if it is not listed. */
const struct abi_rules *rules_of_abi(const struct rules *rules, const struct abi *abi);

/* The outcome that a rule, or the profile's default, stands for. */
uint32_t rule_outcome(const struct profile_rule *rule);
uint32_t default_outcome(const struct profile *profile);
/*
 * True if two conditions of the rule name one argument: then one of its list is enough
 * (seccomp-shim-profile(5), "Several rules on one call").
 */
bool rule_is_or(const struct profile_rule *rule);

#endif
