/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a container's state. Requires only what a hook needs: id, status and bundle. shim/hook/
 * knows what a status means for a hook.
 */
#include <config.h>

#include "oci/state.h"

#include <string.h>

#include "oci/member.h"

static const char *const state_keys[] = {"ociVersion", "id",	 "status",
					 "pid",	       "bundle", "annotations"};

static const struct {
	const char *word;
	enum state_status status;
} status_words[] = {
	{"creating", STATE_CREATING}, {"created", STATE_CREATED}, {"starting", STATE_STARTING},
	{"running", STATE_RUNNING},   {"stopped", STATE_STOPPED},
};

static enum state_status state_parse_status(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(status_words); i++)
		if (strcmp(word, status_words[i].word) == 0)
			return status_words[i].status;
	return STATE_OTHER;
}

/* podman's precreate hooks get another document on standard input. */
static int state_refuse_config(const struct json *root, struct findings *findings)
{
	return finding_error(findings, "state-is-config", root->place,
			     "use it as a hook of stage createRuntime; for precreate use "
			     "seccomp-shim hook precreate",
			     "this is a config.json, not a container's state");
}

static const char *state_read_required(const struct json *root, const char *key,
				       struct findings *findings)
{
	const struct json *value;

	if (member_required(root, key, "the container's state", findings))
		return NULL;
	value = member_string(root, key, findings);
	if (!value)
		return NULL;
	if (value->length > 0)
		return value->text;
	(void)finding_error(findings, "empty-value", value->place, "the runtime must give it",
			    "%s is empty", key);
	return NULL;
}

static void state_read_annotations(struct container_state *state, const struct json *root,
				   struct findings *findings)
{
	state->annotations = member_object(root, "annotations", findings);
	for (size_t i = 0; state->annotations && i < state->annotations->length; i++)
		(void)value_is(state->annotations->members[i].value, JSON_STRING, "an annotation",
			       findings);
}

static void state_read_bundle(struct container_state *state, const struct json *root,
			      struct findings *findings)
{
	state->bundle = state_read_required(root, "bundle", findings);
	state->bundle_place = member_place(root, "bundle");
	if (state->bundle && state->bundle[0] != '/')
		(void)finding_error(findings, "bundle-relative", state->bundle_place,
				    "an absolute path, as the specification says",
				    "bundle \"%s\" is relative",
				    text_escaped(state->bundle, strlen(state->bundle)));
}

int state_read(const struct json *root, struct container_state *state, struct findings *findings)
{
	const size_t errors = findings->errors;
	const struct json *version;

	*state = (struct container_state){.place = root->place};
	if (!value_is(root, JSON_OBJECT, "the container's state", findings))
		return -1;
	if (json_get(root, "process") || json_get(root, "linux"))
		return state_refuse_config(root, findings);
	(void)json_known_keys(root, "the container's state", state_keys, ARRAY_SIZE(state_keys), 0,
			      SEVERITY_NOTE, NULL, findings);
	version = member_string(root, "ociVersion", findings);
	state->oci_version = version ? version->text : NULL;
	state->id = state_read_required(root, "id", findings);
	state->status_text = state_read_required(root, "status", findings);
	state->status_place = member_place(root, "status");
	state->status = state->status_text ? state_parse_status(state->status_text) : STATE_OTHER;
	state->has_pid = member_unsigned(root, "pid", STATE_PID_MAX, &state->pid, findings);
	state->pid_place = member_place(root, "pid");
	state_read_bundle(state, root, findings);
	state_read_annotations(state, root, findings);
	return findings->errors > errors ? -1 : 0;
}
