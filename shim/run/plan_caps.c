/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides which capabilities the command gets: those of this process or of config.json, without
 * --cap-drop, with --cap-add and --ambient. Capabilities that this process cannot give are refused
 * by name here; the kernel would only return EPERM.
 */
#include <config.h>
#include "shim/run/plan_caps.h"

#include <linux/capability.h>
#include <string.h>
#include <unistd.h>

#include "oci/words.h"
#include "shim/host/caps.h"
#include "shim/input/target.h"

#define BIT(capability) (UINT64_C(1) << (capability))

/* The options' words as sets. */
struct capability_changes {
	uint64_t add, drop, ambient;
};

/* One plan in the making. */
struct draft {
	const struct config *config; /* NULL without one */
	uid_t uid;		     /* the command's */
	bool no_new_privileges, confined;
	struct capability_changes changes;
	struct capability_sets present, wanted;
	struct findings *findings;
};

static struct place plan_caps_place(const struct draft *draft)
{
	if (!draft->config)
		return NOWHERE;
	return draft->config->capabilities.present ? draft->config->capabilities.place
						   : draft->config->place;
}

/* An error that names the capabilities of set, if there are any. */
static int plan_caps_refuse(const struct draft *draft, uint64_t set, const char *why,
			    const char *remedy)
{
	CLEANUP(buffer_free) struct buffer names = {0};

	if (!set)
		return 0;
	capabilities_add_text(&names, set);
	return finding_error(draft->findings, "capabilities", plan_caps_place(draft), remedy,
			     "%s: %s", why, names.data);
}

static int plan_caps_parse_list(const struct option_list *list, uint64_t *set,
				struct findings *findings)
{
	*set = 0;
	for (size_t i = 0; i < list->count; i++) {
		uint64_t some;

		if (capabilities_parse(list->values[i], &some, findings))
			return -1;
		*set |= some;
	}
	return 0;
}

/*
 * As Docker: ALL in --cap-add is all but those that --cap-drop names, ALL in --cap-drop is all but
 * those that
 * --cap-add names, and of a capability that both name, --cap-add wins. ALL means all that there are
 * here.
 */
static int plan_caps_resolve_changes(struct draft *draft)
{
	struct capability_changes *changes = &draft->changes;
	const uint64_t usable = draft->present.permitted & draft->present.bounding;

	if (changes->drop == CAPABILITIES_ALL)
		changes->drop = changes->add == CAPABILITIES_ALL ? 0 : UINT64_MAX;
	if (changes->add == CAPABILITIES_ALL)
		changes->add = usable & ~changes->drop;
	if (changes->ambient == CAPABILITIES_ALL)
		changes->ambient = usable & ~(changes->drop & ~changes->add);
	changes->add |= changes->ambient;
	changes->drop &= ~changes->add;
	return plan_caps_refuse(
		draft, changes->add & ~usable,
		"--cap-add and --ambient cannot add what this process does not have",
		"its permitted and its bounding set must both have them");
}

static int plan_caps_parse_changes(struct draft *draft, const struct plan_options *options)
{
	if (plan_caps_parse_list(&options->cap_add, &draft->changes.add, draft->findings) ||
	    plan_caps_parse_list(&options->cap_drop, &draft->changes.drop, draft->findings) ||
	    plan_caps_parse_list(&options->ambient, &draft->changes.ambient, draft->findings))
		return -1;
	return plan_caps_resolve_changes(draft);
}

/* Before the options: this process's sets, or those of config.json. */
static struct capability_sets plan_caps_base(const struct draft *draft)
{
	struct capability_sets sets = draft->present;

	if (draft->config) {
		const struct config_capabilities *given = &draft->config->capabilities;

		return (struct capability_sets){given->bounding, given->permitted, given->effective,
						given->inheritable, given->ambient};
	}
	/* The kernel clears it when the user changes from 0. */
	if (getuid() == 0 && draft->uid != 0)
		sets.ambient = 0;
	return sets;
}

static void plan_caps_change(struct draft *draft)
{
	struct capability_sets *sets = &draft->wanted;
	const struct capability_changes *changes = &draft->changes;

	sets->bounding = (sets->bounding & ~changes->drop) | changes->add;
	sets->permitted = (sets->permitted & ~changes->drop) | changes->add;
	sets->effective = (sets->effective & ~changes->drop) | changes->add;
	sets->inheritable = (sets->inheritable & ~changes->drop) | changes->ambient;
	sets->ambient = (sets->ambient & ~changes->drop) | changes->ambient;
}

/*
 * capabilities(7), "Programmatically adjusting capability sets": what the kernel would refuse with
 * EPERM or silently leave out.
 */
static int plan_caps_check_sets(const struct draft *draft)
{
	const struct capability_sets *present = &draft->present, *wanted = &draft->wanted;

	if (plan_caps_refuse(draft, wanted->effective & ~wanted->permitted,
			     "in the effective but not in the permitted set",
			     "add them to permitted") ||
	    plan_caps_refuse(draft, wanted->bounding & ~present->bounding,
			     "this process cannot give what is not in its bounding set",
			     "remove them from bounding") ||
	    plan_caps_refuse(draft, wanted->permitted & ~present->permitted,
			     "this process cannot give what is not in its permitted set",
			     "remove them from permitted"))
		return -1;
	return plan_caps_refuse(
		draft,
		wanted->inheritable &
			~(present->inheritable | (present->permitted & wanted->bounding)),
		"cannot be made inheritable: not both permitted here and in the bounding set",
		"remove them from inheritable");
}

/*
 * The kernel holds no capability ambient that is not permitted and inheritable. Older `runc spec`
 * writes ambient without inheritable, and runc ignores that: so do we, with a warning. Without a
 * config.json there is no such capability: each option keeps the rule.
 */
static void plan_caps_cut_ambient(struct draft *draft)
{
	struct capability_sets *wanted = &draft->wanted;
	uint64_t surplus = wanted->ambient & ~(wanted->permitted & wanted->inheritable);
	CLEANUP(buffer_free) struct buffer names = {0};

	if (!surplus)
		return;
	wanted->ambient &= ~surplus;
	capabilities_add_text(&names, surplus);
	finding_add(draft->findings, SEVERITY_WARNING, "capabilities", plan_caps_place(draft),
		    "add them to permitted and inheritable",
		    "left out of the ambient set, because they are not in both the permitted and "
		    "the inheritable set: %s",
		    names.data);
}

/*
 * A user other than 0 keeps nothing of permitted and effective at exec but the ambient set, so it
 * needs nothing else (and has nothing else while the command is searched).
 */
static void plan_caps_keep_ambient_only(struct draft *draft)
{
	if (draft->uid != 0)
		draft->wanted.permitted = draft->wanted.effective = draft->wanted.ambient;
}

/*
 * Only CAP_SETPCAP may drop from the bounding set. For a plain user's config.json under
 * no_new_privs that set has no effect, since no program can gain capabilities: it stays, with a
 * warning.
 */
static int plan_caps_check_setpcap(struct draft *draft)
{
	uint64_t surplus = draft->present.bounding & ~draft->wanted.bounding;

	if (!surplus || draft->present.effective & BIT(CAP_SETPCAP))
		return 0;
	if (!draft->config || draft->uid == 0 || !draft->no_new_privileges || draft->changes.drop)
		return finding_error(draft->findings, "capabilities", plan_caps_place(draft),
				     "run as root, or with CAP_SETPCAP",
				     "without CAP_SETPCAP nothing can be dropped from the bounding "
				     "set");
	finding_add(draft->findings, SEVERITY_WARNING, "bounding-stays", plan_caps_place(draft),
		    "dropping from it needs CAP_SETPCAP",
		    "the bounding set stays as it is; under no_new_privs nothing can be gained "
		    "from it");
	draft->wanted.bounding = draft->present.bounding;
	return 0;
}

/*
 * Without no_new_privs seccomp(2) needs CAP_SYS_ADMIN. It is permitted and effective until
 * execve(2), which computes both anew: for uid 0 from the bounding and inheritable sets, for others
 * from the ambient one.
 */
static int plan_caps_add_sys_admin(struct draft *draft)
{
	if (draft->no_new_privileges || !draft->confined)
		return 0;
	draft->wanted.permitted |= BIT(CAP_SYS_ADMIN);
	draft->wanted.effective |= BIT(CAP_SYS_ADMIN);
	return plan_caps_refuse(draft, BIT(CAP_SYS_ADMIN) & ~draft->present.permitted,
				"no-new-privileges:false needs what this process does not have",
				"leave no_new_privs on");
}

static int plan_caps_make(struct draft *draft, const struct plan_options *options)
{
	if (plan_caps_parse_changes(draft, options))
		return -1;
	draft->wanted = plan_caps_base(draft);
	plan_caps_change(draft);
	return 0;
}

static int plan_caps_check(struct draft *draft)
{
	plan_caps_cut_ambient(draft);
	plan_caps_keep_ambient_only(draft);
	if (plan_caps_check_sets(draft) || plan_caps_check_setpcap(draft))
		return -1;
	return plan_caps_add_sys_admin(draft);
}

/* False if nothing asks for other sets: then they stay untouched. */
static bool plan_caps_are_changed(const struct draft *draft, const struct plan_options *options)
{
	return draft->config || options->cap_add.count || options->cap_drop.count ||
	       options->ambient.count || draft->uid != getuid() ||
	       (!draft->no_new_privileges && draft->confined);
}

static uint64_t plan_caps_to_resolve(const struct draft *draft)
{
	if (draft->config)
		return draft->wanted.bounding;
	return capabilities_of_command(&draft->wanted, draft->uid, draft->no_new_privileges);
}

int plan_capabilities(struct plan *plan, const struct plan_options *options,
		      const struct config *config, uid_t uid, struct findings *findings)
{
	struct draft draft = {.config = config,
			      .uid = uid,
			      .no_new_privileges = options->no_new_privileges,
			      .confined = options->confined,
			      .findings = findings};
	int result = capabilities_read(&draft.present);

	if (result)
		return finding_error(findings, "capabilities", NOWHERE, "capget(2) must be allowed",
				     "cannot read the capabilities of this process: %s",
				     strerror(-result));
	if (plan_caps_make(&draft, options))
		return -1;
	plan->capabilities = plan_caps_to_resolve(&draft);
	if (!plan_caps_are_changed(&draft, options))
		return 0;
	if (plan_caps_check(&draft))
		return -1;
	plan->launch.places.capabilities = plan_caps_place(&draft);
	plan->launch.capabilities = (struct launch_capabilities){
		true,
		draft.wanted.bounding,
		draft.wanted.permitted,
		draft.wanted.effective,
		draft.wanted.inheritable,
		draft.wanted.ambient,
	};
	return 0;
}
