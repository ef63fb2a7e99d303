/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and replaces a bundle's config.json. The directory is opened once and everything goes
 * through its descriptor, so that it may be moved or replaced meanwhile. The original is kept by a
 * hard link: the same file, with its owner and mode.
 */
#include <config.h>

#include "shim/input/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONFIG_NAME	"config.json"
#define ORIGINAL_SUFFIX ".orig"

static int bundle_report_folder(const struct bundle *bundle, const char *folder, int error,
				struct findings *findings)
{
	return finding_error(findings, "bundle-open", (struct place){.file = bundle->path},
			     error == ENOENT || error == ENOTDIR
				     ? "name a directory with a config.json"
				     : NULL,
			     "cannot open the bundle %s: %s", text_escaped(folder, strlen(folder)),
			     strerror(error));
}

int bundle_open(struct bundle *bundle, const char *directory, const char *file,
		struct findings *findings)
{
	const char *slash = file ? strrchr(file, '/') : NULL;
	CLEANUP(cleanup_free) char *folder = NULL;

	*bundle = (struct bundle){.folder = -1, .file = -1};
	if (!file) {
		folder = mem_string(directory && *directory ? directory : ".");
		bundle->path = mem_format("%s/%s", folder, CONFIG_NAME);
	} else {
		folder = slash ? mem_string_n(file, (size_t)(slash - file) + 1) : mem_string(".");
		bundle->path = mem_string(file);
	}
	bundle->entry = mem_string(file ? slash ? slash + 1 : file : CONFIG_NAME);
	bundle->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (bundle->folder < 0)
		return bundle_report_folder(bundle, folder, errno, findings);
	return 0;
}

static void bundle_forget(struct bundle *bundle)
{
	config_free(bundle->config);
	json_free(bundle->document);
	source_free(&bundle->source);
	cleanup_close(&bundle->file);
	bundle->config = NULL;
	bundle->document = NULL;
	bundle->file = -1;
}

int bundle_read_process(struct bundle *bundle, struct findings *findings)
{
	struct source *source = &bundle->source;

	bundle_forget(bundle);
	if (source_read_entry(source, bundle->folder, bundle->entry, bundle->path, &bundle->file,
			      findings) ||
	    source_check_owner(source, false, findings))
		return -1;
	if (fstat(bundle->file, &bundle->status))
		return finding_error(findings, "file-open", (struct place){.file = bundle->path},
				     NULL, "cannot be inspected: %s", strerror(errno));
	bundle->document = json_parse(bundle->path, source->text, source->length, findings);
	return bundle->document ? 0 : -1;
}

int bundle_read(struct bundle *bundle, bool ignore_unknown, struct findings *findings)
{
	if (bundle_read_process(bundle, findings))
		return -1;
	if (!config_is(bundle->document->root))
		return finding_error(findings, "no-config", bundle->document->root->place,
				     "expected an object with ociVersion, process or linux",
				     "is not a config.json");
	bundle->config = config_read(bundle->document->root, false, ignore_unknown, findings);
	return bundle->config ? 0 : -1;
}

/* True if there is an original, and the file that was read is an edited copy of it. */
static bool bundle_has_original(const struct bundle *bundle, const char *name, size_t from,
				size_t end)
{
	const struct source *now = &bundle->source;
	CLEANUP(findings_free) struct findings ignored = {0};
	struct source old = {0};
	CLEANUP(cleanup_close) int fd = -1;
	size_t behind = now->length - end;
	bool same = false;

	if (source_read_entry(&old, bundle->folder, name, name, &fd, &ignored) == 0)
		same = old.length >= from + behind && memcmp(old.text, now->text, from) == 0 &&
		       memcmp(old.text + old.length - behind, now->text + end, behind) == 0;
	source_free(&old);
	return same;
}

static int bundle_keep_original(const struct bundle *bundle, size_t from, size_t end,
				struct findings *findings)
{
	CLEANUP(cleanup_free) char *name = mem_format("%s%s", bundle->entry, ORIGINAL_SUFFIX);

	if (bundle_has_original(bundle, name, from, end))
		return 0;
	return replace_with_link(bundle->folder, name, bundle->path, bundle->file, findings);
}

enum replaced bundle_replace(struct bundle *bundle, const struct buffer *text, size_t from,
			     size_t end, struct findings *findings)
{
	if (bundle_keep_original(bundle, from, end, findings))
		return REPLACED_FAILED;
	return replace_at(bundle->folder, bundle->entry, bundle->path, &bundle->status, text->data,
			  text->length, findings);
}

char *bundle_folder(const struct bundle *bundle, struct findings *findings)
{
	CLEANUP(cleanup_free) char *link = mem_format("/proc/self/fd/%d", bundle->folder);
	char path[PATH_MAX];
	ssize_t length = readlink(link, path, sizeof(path));

	if (length > 0 && length < (ssize_t)sizeof(path) && path[0] == '/')
		return mem_string_n(path, (size_t)length);
	(void)finding_error(findings, "bundle-open", (struct place){.file = bundle->path},
			    "mount /proc, and use a directory below the root directory",
			    "cannot determine the path of the bundle");
	return NULL;
}

void bundle_close(struct bundle *bundle)
{
	bundle_forget(bundle);
	cleanup_close(&bundle->folder);
	free(bundle->entry);
	free(bundle->path);
	*bundle = (struct bundle){.folder = -1, .file = -1};
}
