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

static void snippet_add_hook(struct snippets *snippets, const struct snippet_paths *paths,
			     const char *path, const char *command, const char *stage)
{
	struct buffer *out = snippet_add(snippets, SNIPPET_OWN, path);

	snippets->has_hook = true;
	buffer_addf(out,
		    "{\n"
		    "  \"version\": \"1.0.0\",\n"
		    "  \"hook\": {\n"
		    "    \"path\": \"%s\",\n"
		    "    \"args\": [\"seccomp-shim\", \"hook\", \"%s\"",
		    paths->program, command);
	if (paths->policy)
		buffer_addf(out, ", \"--policy\", \"%s\"", paths->policy);
	if (paths->log)
		buffer_addf(out, ", \"--log\", \"%s\"", paths->log);
	buffer_addf(out,
		    "],\n"
		    "    \"timeout\": %d\n"
		    "  },\n"
		    "  \"when\": {\"always\": true},\n"
		    "  \"stages\": [\"%s\"]\n"
		    "}\n",
		    HOOK_SECONDS, stage);
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

void snippet_add_docker_runtime(struct buffer *out, const struct snippet_paths *paths)
{
	buffer_addf(out, "{\"path\": \"%s\"}", paths->wrapper);
}

static void snippet_make_docker(struct snippets *snippets, const struct snippet_paths *paths)
{
	struct buffer *out = snippet_add(snippets, SNIPPET_JSON, "/etc/docker/daemon.json");

	buffer_add_text(out, "{\n  \"runtimes\": {\n    \"" HOOK_NAME "\": ");
	snippet_add_docker_runtime(out, paths);
	buffer_add_text(out, "\n  }\n}\n");
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
