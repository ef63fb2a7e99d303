/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adds names to a resolved profile or removes them ("default plus these"). The profile itself stays
 * as it is; changed rules are copies that the resolved profile owns.
 */
#ifndef OCI_ADD_NAMES_H
#define OCI_ADD_NAMES_H

#include "oci/resolve.h"

/*
 * Allows these calls whatever their arguments: every rule loses the names, and a last rule allows
 * them. Doing it twice changes nothing more. place: of the new rule. The names are copied.
 */
void resolved_allow(struct resolved *resolved, const char *const *names, size_t count,
		    struct place place);
/*
 * Denies these calls: rules that may let them pass (ALLOW, LOG, TRACE, NOTIFY) lose the names;
 * where the default action may let them pass, a last rule returns EPERM.
 */
void resolved_deny(struct resolved *resolved, const char *const *names, size_t count,
		   struct place place);

#endif
