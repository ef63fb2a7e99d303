# SPDX-License-Identifier: Apache-2.0
# Probes of compiler and linker flags. Each flag is tried by compiling and linking a program with warnings as errors,
# never by a version number.

# SHIM_TRY_FLAGS(COMPILER-FLAGS, LINKER-FLAGS, IF-WORKS, IF-NOT)
# The program has an array on the stack and a call that _FORTIFY_SOURCE replaces, so that what a flag needs from the
# C library or the compiler's own library is really asked for.
AC_DEFUN([SHIM_TRY_FLAGS], [
	shim_save_CFLAGS=$CFLAGS
	shim_save_LDFLAGS=$LDFLAGS
	CFLAGS="$CFLAGS -Werror $1"
	LDFLAGS="$LDFLAGS $2"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <stdio.h>
		#include <string.h>]],
		[[char text[64];
		memset(text, 0, sizeof(text));
		return fgets(text, sizeof(text), stdin) != NULL && text[0] == 'x';]])],
		[shim_flags_work=yes], [shim_flags_work=no])
	CFLAGS=$shim_save_CFLAGS
	LDFLAGS=$shim_save_LDFLAGS
	AS_IF([test "$shim_flags_work" = yes], [$3], [$4])
])

# SHIM_HARDEN_COMPILER(FLAG...): adds the flags to HARDEN_CFLAGS where they work together.
AC_DEFUN([SHIM_HARDEN_COMPILER], [
	AC_MSG_CHECKING([whether $CC works with $1])
	SHIM_TRY_FLAGS([$HARDEN_CFLAGS $1], [$HARDEN_LDFLAGS],
		[HARDEN_CFLAGS="$HARDEN_CFLAGS $1"])
	AC_MSG_RESULT([$shim_flags_work])
	AS_IF([test "$shim_flags_work" = no], [shim_missing="$shim_missing $1"])
])

# SHIM_HARDEN_LINKER(FLAG): the same for HARDEN_LDFLAGS.
AC_DEFUN([SHIM_HARDEN_LINKER], [
	AC_MSG_CHECKING([whether the linker works with $1])
	SHIM_TRY_FLAGS([$HARDEN_CFLAGS], [$HARDEN_LDFLAGS $1],
		[HARDEN_LDFLAGS="$HARDEN_LDFLAGS $1"])
	AC_MSG_RESULT([$shim_flags_work])
	AS_IF([test "$shim_flags_work" = no], [shim_missing="$shim_missing $1"])
])
