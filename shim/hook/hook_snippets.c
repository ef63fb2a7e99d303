/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings of each engine, as text. Sources: oci-hooks(5), containers.conf(5) and
 * containers/common's pkg/config (runtime_supports_nocgroup is the key that is read), crio.conf(5),
 * dockerd(8), containerd's docs/cri/config.md, the Kubernetes API node.k8s.io/v1.
 */
#include <config.h>

#include "shim/hook/hook_snippets.h"

#include <string.h>

#include "oci/words.h"

/*
 * Read by podman and by CRI-O: no hook here may have the stage precreate, because CRI-O does not
 * start if it reads one.
 */
#define SHARED_HOOKS "/etc/containers/oci/hooks.d"
#define SYSTEM_HOOKS "/usr/share/containers/oci/hooks.d"
#define PODMAN_HOOKS "/etc/seccomp-shim/podman-hooks.d"

#define PODMAN_CONF   "/etc/containers/containers.conf"
#define PODMAN_FOLDER "/etc/containers/containers.conf.d"
#define CRIO_CONF     "/etc/crio/crio.conf"
#define CRIO_FOLDER   "/etc/crio/crio.conf.d"

#define HOOK_SECONDS \
	30 /* podman and CRI-O end a hook that takes longer, and the container with it */

static struct buffer *snippet_add(struct snippets *snippets, enum snippet_kind kind,
				  const char *path)
{
	struct snippet *snippet = &snippets->list[snippets->count++];

	*snippet = (struct snippet){.kind = kind, .path = path};
	return &snippet->text;
}

/* The command line of a hook: args[0] is the name of the program. */
static void snippet_write_hook_args(struct json_writer *json, const struct snippet_paths *paths,
				    const char *command)
{
	json_write_short_array(json, "args");
	json_write_string(json, NULL, "seccomp-shim");
	json_write_string(json, NULL, "hook");
	json_write_string(json, NULL, command);
	if (paths->policy) {
		json_write_string(json, NULL, "--policy");
		json_write_string(json, NULL, paths->policy);
	}
	if (paths->log) {
		json_write_string(json, NULL, "--log");
		json_write_string(json, NULL, paths->log);
	}
	json_write_end(json);
}

static void snippet_write_hook(struct json_writer *json, const struct snippet_paths *paths,
			       const char *command, const char *stage)
{
	json_write_object(json, NULL);
	json_write_string(json, "version", "1.0.0");
	json_write_object(json, "hook");
	json_write_string(json, "path", paths->program);
	snippet_write_hook_args(json, paths, command);
	json_write_unsigned(json, "timeout", HOOK_SECONDS);
	json_write_end(json);
	json_write_short_object(json, "when");
	json_write_bool(json, "always", true);
	json_write_end(json);
	json_write_short_array(json, "stages");
	json_write_string(json, NULL, stage);
	json_write_end(json);
	json_write_end(json);
}

static void snippet_add_hook(struct snippets *snippets, const struct snippet_paths *paths,
			     const char *path, const char *command, const char *stage)
{
	struct buffer *out = snippet_add(snippets, SNIPPET_OWN, path);
	CLEANUP(cleanup_json_writer)
	struct json_writer *json = json_writer_new(out, JSON_INDENTED);

	snippets->has_hook = true;
	snippet_write_hook(json, paths, command, stage);
	buffer_add_text(out, "\n");
}

/* The Kubernetes object by which pods choose the runtime. */
static void snippet_add_runtime_class(struct snippets *snippets)
{
	buffer_add_text(snippet_add(snippets, SNIPPET_CLUSTER,
				    "for the cluster: kubectl apply -f FILE"),
			"apiVersion: node.k8s.io/v1\n"
			"kind: RuntimeClass\n"
			"metadata:\n"
			"  name: " HOOK_NAME "\n"
			"handler: " HOOK_NAME "\n");
}

static void snippet_add_exclusive(struct snippets *snippets, const char *key, const char *file,
				  const char *folder, const char *element)
{
	snippets->exclusives[snippets->exclusive_count++] =
		(struct exclusive){.key = key, .file = file, .folder = folder, .element = element};
}

static void snippet_make_podman(struct snippets *snippets, const struct snippet_paths *paths)
{
	struct buffer *out =
		snippet_add(snippets, SNIPPET_OWN, PODMAN_FOLDER "/50-seccomp-shim.conf");

	buffer_addf(out,
		    "[engine]\n"
		    "# The last folder is podman's alone: CRI-O does not start where it reads a "
		    "precreate "
		    "hook.\n"
		    "hooks_dir = [\"" SYSTEM_HOOKS "\", \"" SHARED_HOOKS "\", \"" PODMAN_HOOKS
		    "\"]\n"
		    "runtime_supports_json = [\"crun\", \"runc\", \"kata\", \"runsc\", \"youki\", "
		    "\"krun\", \"" WRAPPER_NAME "\"]\n"
		    "# Without cgroups only where the wrapper's policy names crun.\n"
		    "runtime_supports_nocgroup = [\"crun\", \"krun\", \"" WRAPPER_NAME "\"]\n"
		    "\n"
		    "[engine.runtimes]\n"
		    "# podman run --runtime " WRAPPER_NAME "\n" WRAPPER_NAME " = [\"%s\"]\n",
		    paths->wrapper);
	snippet_add_hook(snippets, paths, PODMAN_HOOKS "/seccomp-shim.json", "precreate",
			 "precreate");
	snippet_add_exclusive(snippets, "hooks_dir", PODMAN_CONF, PODMAN_FOLDER, PODMAN_HOOKS);
	snippet_add_exclusive(snippets, "runtime_supports_json", PODMAN_CONF, PODMAN_FOLDER,
			      WRAPPER_NAME);
	snippet_add_exclusive(snippets, "runtime_supports_nocgroup", PODMAN_CONF, PODMAN_FOLDER,
			      WRAPPER_NAME);
}

static void snippet_make_crio(struct snippets *snippets, const struct snippet_paths *paths)
{
	struct buffer *out =
		snippet_add(snippets, SNIPPET_OWN, CRIO_FOLDER "/50-seccomp-shim.conf");

	buffer_addf(out,
		    "[crio.runtime]\n"
		    "hooks_dir = [\"" SYSTEM_HOOKS "\", \"" SHARED_HOOKS "\"]\n"
		    "\n"
		    "[crio.runtime.runtimes." HOOK_NAME "]\n"
		    "runtime_path = \"%s\"\n"
		    "runtime_type = \"oci\"\n"
		    "runtime_root = \"/run/" HOOK_NAME "\"\n",
		    paths->wrapper);
	snippet_add_hook(snippets, paths, SHARED_HOOKS "/seccomp-shim.json", "gate",
			 "createRuntime");
	snippet_add_runtime_class(snippets);
	snippet_add_exclusive(snippets, "hooks_dir", CRIO_CONF, CRIO_FOLDER, SHARED_HOOKS);
}

void snippet_write_docker_runtime(struct json_writer *json, const char *key,
				  const struct snippet_paths *paths)
{
	json_write_short_object(json, key);
	json_write_string(json, "path", paths->wrapper);
	json_write_end(json);
}

static void snippet_make_docker(struct snippets *snippets, const struct snippet_paths *paths)
{
	struct buffer *out = snippet_add(snippets, SNIPPET_JSON, "/etc/docker/daemon.json");
	CLEANUP(cleanup_json_writer)
	struct json_writer *json = json_writer_new(out, JSON_INDENTED);

	json_write_object(json, NULL);
	json_write_object(json, "runtimes");
	snippet_write_docker_runtime(json, HOOK_NAME, paths);
	json_write_end(json);
	json_write_end(json);
	buffer_add_text(out, "\n");
}

void snippet_add_containerd(struct buffer *out, const struct snippet_paths *paths, int version)
{
	const char *plugin =
		version == 3 ? "io.containerd.cri.v1.runtime" : "io.containerd.grpc.v1.cri";

	buffer_addf(out,
		    "[plugins.\"%s\".containerd.runtimes." HOOK_NAME "]\n"
		    "  runtime_type = \"io.containerd.runc.v2\"\n"
		    "  [plugins.\"%s\".containerd.runtimes." HOOK_NAME ".options]\n"
		    "    BinaryName = \"%s\"\n"
		    "    # SystemdCgroup = true # as for runc, where the kubelet's cgroupDriver is "
		    "systemd\n",
		    plugin, plugin, paths->wrapper);
}

static void snippet_make_containerd(struct snippets *snippets, const struct snippet_paths *paths)
{
	struct buffer *out = snippet_add(snippets, SNIPPET_TOML, "/etc/containerd/config.toml");

	buffer_add_text(out, "version = 2\n\n");
	snippet_add_containerd(out, paths, 2);
	snippet_add_runtime_class(snippets);
}

static const struct engine engines[] = {
	{"podman", snippet_make_podman, NULL},
	{"crio", snippet_make_crio, "systemctl restart crio"},
	{"docker", snippet_make_docker, "systemctl reload docker"},
	{"containerd", snippet_make_containerd, "systemctl restart containerd"},
};

const struct engine *engine_find(const char *name, struct findings *findings)
{
	CLEANUP(cleanup_free) char *remedy = NULL;
	const char *names[ARRAY_SIZE(engines)];
	const char *nearest;

	for (size_t i = 0; i < ARRAY_SIZE(engines); i++) {
		if (strcmp(name, engines[i].name) == 0)
			return &engines[i];
		names[i] = engines[i].name;
	}
	nearest = word_nearest(name, names, ARRAY_SIZE(names));
	remedy = nearest ? mem_format("did you mean %s?", nearest)
			 : mem_string("podman, crio, docker or containerd");
	(void)finding_error(findings, "unknown-engine", NOWHERE, remedy, "unknown engine \"%s\"",
			    text_escaped(name, strlen(name)));
	return NULL;
}

void snippets_free(struct snippets *snippets)
{
	for (size_t i = 0; i < snippets->count; i++)
		buffer_free(&snippets->list[i].text);
	*snippets = (struct snippets){0};
}
