/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names that come from the system rather than from the specification: capabilities in the order of
 * linux/capability.h, errno names with this machine's numbers, and kernel versions. Strings only:
 * shim/host/caps.h knows who has a capability.
 */
#include <config.h>

#include "oci/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The n-th word is bit n of a set. */
static const char *const capabilities[CAPABILITY_COUNT] = {
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_KILL",
	"CAP_SETGID",
	"CAP_SETUID",
	"CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST",
	"CAP_NET_ADMIN",
	"CAP_NET_RAW",
	"CAP_IPC_LOCK",
	"CAP_IPC_OWNER",
	"CAP_SYS_MODULE",
	"CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE",
	"CAP_SYS_PACCT",
	"CAP_SYS_ADMIN",
	"CAP_SYS_BOOT",
	"CAP_SYS_NICE",
	"CAP_SYS_RESOURCE",
	"CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG",
	"CAP_MKNOD",
	"CAP_LEASE",
	"CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL",
	"CAP_SETFCAP",
	"CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN",
	"CAP_SYSLOG",
	"CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND",
	"CAP_AUDIT_READ",
	"CAP_PERFMON",
	"CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
};

/* clang-format off */
#define E(name) {#name, name}
/* Numbers differ between architectures, so they come from the header. Of two names for one number
 * the usual one stands first: errno_name takes it. */
static const struct {
	const char *name;
	unsigned number;
} errnos[] = {
	E(EPERM), E(ENOENT), E(ESRCH), E(EINTR), E(EIO), E(ENXIO), E(E2BIG), E(ENOEXEC), E(EBADF),
	E(ECHILD), E(EAGAIN), E(EWOULDBLOCK), E(ENOMEM), E(EACCES), E(EFAULT), E(ENOTBLK),
	E(EBUSY), E(EEXIST), E(EXDEV), E(ENODEV), E(ENOTDIR), E(EISDIR), E(EINVAL), E(ENFILE),
	E(EMFILE), E(ENOTTY), E(ETXTBSY), E(EFBIG), E(ENOSPC), E(ESPIPE), E(EROFS), E(EMLINK),
	E(EPIPE), E(EDOM), E(ERANGE), E(EDEADLK), E(EDEADLOCK), E(ENAMETOOLONG), E(ENOLCK),
	E(ENOSYS), E(ENOTEMPTY), E(ELOOP), E(ENOMSG), E(EIDRM), E(ECHRNG), E(EL2NSYNC),
	E(EL3HLT), E(EL3RST), E(ELNRNG), E(EUNATCH), E(ENOCSI), E(EL2HLT), E(EBADE), E(EBADR),
	E(EXFULL), E(ENOANO), E(EBADRQC), E(EBADSLT), E(EBFONT), E(ENOSTR), E(ENODATA),
	E(ETIME), E(ENOSR), E(ENONET), E(ENOPKG), E(EREMOTE), E(ENOLINK), E(EADV), E(ESRMNT),
	E(ECOMM), E(EPROTO), E(EMULTIHOP), E(EDOTDOT), E(EBADMSG), E(EOVERFLOW), E(ENOTUNIQ),
	E(EBADFD), E(EREMCHG), E(ELIBACC), E(ELIBBAD), E(ELIBSCN), E(ELIBMAX), E(ELIBEXEC),
	E(EILSEQ), E(ERESTART), E(ESTRPIPE), E(EUSERS), E(ENOTSOCK), E(EDESTADDRREQ),
	E(EMSGSIZE), E(EPROTOTYPE), E(ENOPROTOOPT), E(EPROTONOSUPPORT), E(ESOCKTNOSUPPORT),
	E(EOPNOTSUPP), E(ENOTSUP), E(EPFNOSUPPORT), E(EAFNOSUPPORT), E(EADDRINUSE),
	E(EADDRNOTAVAIL), E(ENETDOWN), E(ENETUNREACH), E(ENETRESET), E(ECONNABORTED),
	E(ECONNRESET), E(ENOBUFS), E(EISCONN), E(ENOTCONN), E(ESHUTDOWN), E(ETOOMANYREFS),
	E(ETIMEDOUT), E(ECONNREFUSED), E(EHOSTDOWN), E(EHOSTUNREACH), E(EALREADY),
	E(EINPROGRESS), E(ESTALE), E(EUCLEAN), E(ENOTNAM), E(ENAVAIL), E(EISNAM), E(EREMOTEIO),
	E(EDQUOT), E(ENOMEDIUM), E(EMEDIUMTYPE), E(ECANCELED), E(ENOKEY), E(EKEYEXPIRED),
	E(EKEYREVOKED), E(EKEYREJECTED), E(EOWNERDEAD), E(ENOTRECOVERABLE), E(ERFKILL),
	E(EHWPOISON),
};
#undef E
/* clang-format on */

bool word_capability(const char *word, unsigned *capability)
{
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
		if (strcmp(word, capabilities[i]) == 0) {
			*capability = i;
			return true;
		}
	}
	return false;
}

bool word_capability_loose(const char *word, unsigned *capability)
{
	const size_t prefix = strlen("CAP_");

	if (strncasecmp(word, "CAP_", prefix) == 0)
		word += prefix;
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
		if (strcasecmp(word, capabilities[i] + prefix) == 0) {
			*capability = i;
			return true;
		}
	}
	return false;
}

const char *capability_word(unsigned capability)
{
	return capability < CAPABILITY_COUNT ? capabilities[capability] : NULL;
}

bool word_errno(const char *word, unsigned *number)
{
	for (size_t i = 0; i < ARRAY_SIZE(errnos); i++) {
		if (strcmp(word, errnos[i].name) == 0) {
			*number = errnos[i].number;
			return true;
		}
	}
	return false;
}

const char *errno_name(unsigned number)
{
	for (size_t i = 0; i < ARRAY_SIZE(errnos); i++)
		if (errnos[i].number == number)
			return errnos[i].name;
	return NULL;
}

/* One to three digits, at most 255, as moby reads them. */
static bool kernel_version_part(const char **text, unsigned *part)
{
	size_t digits = strspn(*text, "0123456789");
	unsigned long value;

	if (digits == 0 || digits > 3)
		return false;
	value = strtoul(*text, NULL, 10);
	*text += digits;
	*part = (unsigned)value;
	return value <= 255;
}

bool kernel_version_parse(const char *text, unsigned *major, unsigned *minor)
{
	unsigned first, second;

	if (!kernel_version_part(&text, &first) || *text++ != '.' ||
	    !kernel_version_part(&text, &second))
		return false;
	*major = first;
	*minor = second;
	return true;
}
