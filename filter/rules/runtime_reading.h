/* SPDX-License-Identifier: Apache-2.0 */
/* Whose reading of a profile is meant (--as): our own, or that of a version of runc or crun. */
#ifndef FILTER_RULES_RUNTIME_READING_H
#define FILTER_RULES_RUNTIME_READING_H

#include "oci/finding.h"

enum runtime { RUNTIME_NONE, RUNTIME_RUNC, RUNTIME_CRUN };

/* Of a runtime's version "1.1.5". */
#define RUNTIME_VERSION(major, minor, micro) ((major) << 16 | (minor) << 8 | (micro))

struct runtime_reading {
	enum runtime runtime; /* RUNTIME_NONE: our own strict reading */
	unsigned version; /* of the runtime, RUNTIME_VERSION(); 0: not known, then as the newest */
	const char *library; /* libseccomp's version as given after @, NULL: the one linked here */
	unsigned library_kernel; /* the kernel release of its system call table, major * 256 + minor
				  */
};

/* "strict", "runc", "crun", "runc@2.5.5". False and an error in findings for anything else. */
bool runtime_reading_parse(const char *text, struct runtime_reading *reading,
			   struct findings *findings);

/* True for our own reading: NULL or RUNTIME_NONE. */
bool runtime_reading_is_strict(const struct runtime_reading *reading);
/* Sets the runtime's libseccomp by its version; false for a version whose calls are not known. */
bool runtime_reading_set_library(struct runtime_reading *reading, const char *version);
/* True if the runtime's libseccomp knows the name, for any ABI. */
bool runtime_reading_knows(const struct runtime_reading *reading, const char *name);
/* "runc" or "crun". */
const char *runtime_reading_name(const struct runtime_reading *reading);
/* The version of its libseccomp. */
const char *runtime_reading_library(const struct runtime_reading *reading);

#endif
