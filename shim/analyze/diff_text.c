/* SPDX-License-Identifier: Apache-2.0 */
/* Prints differences as lines for people. */
#include <config.h>

#include "shim/analyze/diff.h"

#include "shim/print.h"

void differences_print_text(const struct differences *differences)
{
	for (size_t i = 0; i < differences->count; i++) {
		CLEANUP(buffer_free) struct buffer line = {0};

		difference_add(&line, &differences->list[i]);
		buffer_add_text(&line, "\n");
		print_out(line.data, line.length);
	}
}
