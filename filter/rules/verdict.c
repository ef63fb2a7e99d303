/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides one call by its rules, with the same choices that derive.c makes for all calls at once.
 * Tests compare the two.
 */
#include <config.h>

#include "filter/rules/verdict.h"

#include <stdlib.h>

#include "filter/kernel/action.h"
#include "filter/rules/condition.h"
#include "filter/rules/fallback.h"

/* The entries of one number, and what is looked for. */
struct verdict_group {
	const struct call_rule *list;
	size_t count;
	const struct abi *abi;
	const struct seccomp_data *data;
	struct verdict *verdict;
	const struct profile *profile;
	uint32_t fallback; /* the default action's outcome */
};

static bool verdict_is_unconditional(const struct call_rule *entry)
{
	return entry->rule->condition_count == 0;
}

/* True if the call is the one of the multiplexer that the entry names. */
static bool verdict_carries(const struct verdict_group *g, const struct call_rule *entry)
{
	return entry->multiplexed && ((uint32_t)g->data->args[0] & entry->call_mask) == entry->call;
}

/* The rule's conditions; those of a multiplexed call cannot be looked at. */
static bool verdict_matches(const struct verdict_group *g, const struct call_rule *entry)
{
	if (entry->multiplexed)
		return verdict_carries(g, entry);
	return conditions_met(g->abi, entry->rule, g->data);
}

static void verdict_add_loser(struct verdict_group *g, const struct call_rule *entry,
			      enum verdict_loss loss)
{
	struct verdict *v = g->verdict;

	v->losers = mem_grow(v->losers, v->loser_count, &v->capacity, sizeof(*v->losers));
	v->losers[v->loser_count++] = (struct verdict_loser){entry, loss};
}

/* The first unconditional entry among the multiplexer's own or among those it carries. */
static const struct call_rule *verdict_find_unconditional(const struct verdict_group *g,
							  bool multiplexed)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->list[i].multiplexed == multiplexed &&
		    verdict_is_unconditional(&g->list[i]) && verdict_matches(g, &g->list[i]))
			return &g->list[i];
	return NULL;
}

/* Of the conditional entries that match and decide, the strictest, of these the first in the file.
 */
static const struct call_rule *verdict_find_strictest(const struct verdict_group *g,
						      bool multiplexed)
{
	int best = INT32_MAX;
	const struct call_rule *found = NULL;

	for (size_t i = 0; i < g->count; i++) {
		const struct call_rule *entry = &g->list[i];
		int rank = outcome_rank(rule_outcome(entry->rule));

		if (entry->multiplexed != multiplexed || verdict_is_unconditional(entry) ||
		    rank >= best ||
		    (multiplexed && !fallback_multiplexed_decides(g->profile, entry->rule)) ||
		    !verdict_matches(g, entry))
			continue;
		best = rank;
		found = entry;
	}
	return found;
}

static const struct call_rule *verdict_find_deciding(const struct verdict_group *g)
{
	const struct call_rule *entry = verdict_find_unconditional(g, false);

	if (!entry)
		entry = verdict_find_strictest(g, false);
	if (!entry)
		entry = verdict_find_unconditional(g, true);
	if (!entry)
		entry = verdict_find_strictest(g, true);
	return entry;
}

/* In a runtime's reading: a rule with this outcome, if possible one whose conditions are met. */
static const struct call_rule *verdict_find_outcome(const struct verdict_group *g, uint32_t outcome)
{
	const struct call_rule *found = NULL;

	for (size_t i = 0; i < g->count; i++) {
		const struct call_rule *entry = &g->list[i];

		if (rule_outcome(entry->rule) != outcome ||
		    (entry->multiplexed && !verdict_carries(g, entry)))
			continue;
		if (verdict_matches(g, entry))
			return entry;
		if (!found)
			found = entry;
	}
	return found;
}

static enum verdict_loss verdict_loss_of(const struct verdict_group *g,
					 const struct call_rule *entry)
{
	const struct call_rule *winner = g->verdict->entry;
	uint32_t outcome = rule_outcome(entry->rule);

	if (!winner) /* strict, only a multiplexed rule can match and not count */
		return entry->multiplexed ? LOSS_UNDECIDABLE : LOSS_RUNTIME;
	if (outcome == g->verdict->outcome)
		return LOSS_SAME;
	if (entry->multiplexed && !winner->multiplexed)
		return LOSS_OWN;
	if (verdict_is_unconditional(winner))
		return verdict_is_unconditional(entry) ? LOSS_LATER : LOSS_ERASED;
	if (entry->multiplexed && !fallback_multiplexed_decides(g->profile, entry->rule))
		return LOSS_UNDECIDABLE;
	return outcome_rank(outcome) == outcome_rank(g->verdict->outcome) ? LOSS_LATER
									  : LOSS_STRICTER;
}

static void verdict_collect_losers(struct verdict_group *g)
{
	for (size_t i = 0; i < g->count; i++) {
		const struct call_rule *entry = &g->list[i];

		if (entry == g->verdict->entry)
			continue;
		if (verdict_matches(g, entry))
			verdict_add_loser(g, entry, verdict_loss_of(g, entry));
		else if (!entry->multiplexed)
			g->verdict->unmet++;
	}
}

/* The entries of the call's number; count 0 if there are none. */
static void verdict_find_group(struct verdict_group *g, const struct abi_rules *rules)
{
	uint32_t number = (uint32_t)g->data->nr;

	for (size_t from = 0, end; from < rules->count; from = end) {
		end = rules_group_end(rules, from);
		if (rules->list[from].number != number)
			continue;
		g->list = &rules->list[from];
		g->count = end - from;
		return;
	}
}

/* Where no rule decides. */
static void verdict_decide_without(struct verdict *verdict, const struct verdict_group *g,
				   const struct abi_rules *rules)
{
	uint32_t highest;

	if (g->count == 0 && fallback_highest(rules, &highest) && (uint32_t)g->data->nr > highest &&
	    verdict->outcome == fallback_enosys(g->abi))
		verdict->reason = VERDICT_BEYOND;
	else if (verdict->outcome == g->fallback)
		verdict->reason = VERDICT_DEFAULT;
	else
		verdict->reason = VERDICT_RUNTIME;
}

/* The outcome in the strict reading. */
static uint32_t verdict_strict_outcome(const struct verdict_group *g, const struct rules *rules,
				       const struct abi_rules *abi,
				       const struct call_rule *deciding)
{
	if (deciding)
		return rule_outcome(deciding->rule);
	return g->count == 0 ? fallback_unnamed(rules, abi, (uint32_t)g->data->nr) : g->fallback;
}

static void verdict_decide_listed(struct verdict_group *g, const struct rules *rules,
				  const struct abi_rules *abi)
{
	struct verdict *verdict = g->verdict;
	const struct call_rule *entry;

	verdict_find_group(g, abi);
	entry = verdict_find_deciding(g);
	verdict->agrees = verdict->outcome == verdict_strict_outcome(g, rules, abi, entry);
	if (entry && rule_outcome(entry->rule) != verdict->outcome)
		entry = NULL; /* not the strict reading */
	if (!entry && verdict->outcome != g->fallback)
		entry = verdict_find_outcome(g, verdict->outcome);
	verdict->entry = entry;
	if (entry)
		verdict->place = entry->name->place;
	else
		verdict_decide_without(verdict, g, abi);
	verdict_collect_losers(g);
}

void verdict_make(struct verdict *verdict, const struct rules *rules,
		  const struct seccomp_data *data, uint32_t outcome)
{
	const struct profile *profile = rules->resolved->profile;
	const struct abi *abi = abi_of_call(data->arch, (uint32_t)data->nr);
	const struct abi_rules *listed = !abi ? NULL : rules_of_abi(rules, abi);
	struct verdict_group g = {.abi = abi,
				  .data = data,
				  .verdict = verdict,
				  .profile = profile,
				  .fallback = default_outcome(profile)};

	*verdict = (struct verdict){.outcome = outcome, .place = profile->default_place};
	if ((uint32_t)data->nr == NUMBER_SKIPPED && outcome == fallback_skipped(profile)) {
		verdict->reason = VERDICT_SKIP;
		verdict->agrees = true;
	} else if (!listed) {
		verdict->reason = VERDICT_ABI;
		verdict->agrees = outcome == fallback_unlisted();
		verdict->place = NOWHERE;
	} else {
		verdict_decide_listed(&g, rules, listed);
	}
}

void verdict_free(struct verdict *verdict)
{
	free(verdict->losers);
	*verdict = (struct verdict){0};
}

void verdict_add_loss(struct buffer *out, const struct verdict *verdict,
		      const struct verdict_loser *loser)
{
	switch (loser->loss) {
	case LOSS_ERASED:
		buffer_add_text(out, "erased by the rule without args");
		break;
	case LOSS_LATER:
		buffer_add_text(out, "comes later in the file");
		break;
	case LOSS_SAME:
		buffer_add_text(out, "says the same");
		break;
	case LOSS_STRICTER:
		buffer_add_text(out, "the rule that decides is stricter");
		break;
	case LOSS_OWN:
		buffer_addf(out, "the rules on %s itself win",
			    !verdict->entry ? "the number" : verdict->entry->name->text);
		break;
	case LOSS_UNDECIDABLE:
		buffer_addf(out, "its args lie in memory when %s makes the call",
			    loser->entry->multiplexer);
		break;
	case LOSS_RUNTIME:
		buffer_add_text(out, "the runtime leaves it out");
		break;
	}
}

void verdict_add_reason(struct buffer *out, const struct verdict *verdict,
			const struct rules *rules, const struct seccomp_data *data)
{
	const struct abi *abi = abi_of_call(data->arch, (uint32_t)data->nr);
	uint32_t highest;

	switch (verdict->reason) {
	case VERDICT_RULE:
		break;
	case VERDICT_DEFAULT:
		buffer_add_text(out, "defaultAction: no rule matches");
		if (verdict->unmet > 0)
			buffer_addf(out, ", %zu %s the call with args that are not met",
				    verdict->unmet, verdict->unmet == 1 ? "names" : "name");
		break;
	case VERDICT_ABI:
		buffer_addf(out, "%s is not among the profile's architectures: killed",
			    !abi ? "the architecture" : abi->name);
		break;
	case VERDICT_BEYOND:
		(void)fallback_highest(rules_of_abi(rules, abi), &highest); /* there is one */
		buffer_addf(out, "ENOSYS: above %u, the highest number that the rules name",
			    highest);
		break;
	case VERDICT_SKIP:
		buffer_add_text(out, "defaultAction: -1 is how a tracer skips a call");
		break;
	case VERDICT_RUNTIME:
		buffer_add_text(out, "the runtime's own reading: no rule says so");
		break;
	}
}
