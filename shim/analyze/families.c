/* SPDX-License-Identifier: Apache-2.0 */
/* Families as lists of names and patterns; the first that fits has the call. */
#include <config.h>

#include "shim/analyze/families.h"

#include <fnmatch.h>
#include <string.h>

#define NAME_MAX_BYTES 64

static const struct family {
	const char *title;
	const char *patterns; /* of fnmatch(3), with spaces between */
} families[] = {
	{"Files and directories",
	 "open openat openat2 creat close close_range link linkat symlink symlinkat unlink "
	 "unlinkat "
	 "rename renameat renameat2 mkdir mkdirat rmdir mknod mknodat readlink readlinkat getdents "
	 "getdents64 readdir chdir fchdir getcwd chroot truncate truncate64 ftruncate ftruncate64 "
	 "fallocate open_by_handle_at name_to_handle_at flock fcntl fcntl64 dup dup2 dup3 "
	 "memfd_create memfd_secret ioctl"},
	{"Permissions, owners, attributes",
	 "*chmod* *chown* umask *xattr* access faccessat faccessat2 utime utimes futimesat "
	 "utimensat* stat lstat fstat stat64 lstat64 fstat64 fstatat64 fstatat newfstatat oldstat* "
	 "oldlstat* "
	 "oldfstat* statfs* fstatfs* statx ustat file_getattr file_setattr"},
	{"Reading and writing",
	 "read readv pread64 preadv* write writev pwrite64 pwritev* lseek _llseek sendfile* splice "
	 "tee vmsplice copy_file_range fsync fdatasync sync syncfs *sync_file_range* readahead "
	 "*fadvise64* cachestat pipe pipe2"},
	{"Waiting and events",
	 "*select* pselect6* poll ppoll* epoll_* eventfd* signalfd* timerfd_* inotify_* fanotify_* "
	 "io_* lookup_dcookie"},
	{"Sockets",
	 "socket* bind connect listen accept accept4 getsockname getpeername send sendto sendmsg "
	 "sendmmsg recv recvfrom recvmsg recvmmsg* shutdown setsockopt getsockopt"},
	{"Memory",
	 "brk mmap mmap2 munmap mremap mprotect madvise process_madvise mincore mlock* munlock* "
	 "msync remap_file_pages pkey_* mbind *mempolicy* migrate_pages move_pages mseal "
	 "map_shadow_stack process_mrelease userfaultfd cacheflush membarrier"},
	{"Processes and threads",
	 "clone clone3 fork vfork execve execveat exit exit_group wait4 waitid waitpid getpid "
	 "getppid gettid getpgid getpgrp setpgid setsid getsid set_tid_address *robust_list "
	 "*set_thread_area get_thread_area set_tls get_tls prctl arch_prctl personality pidfd_open "
	 "pidfd_getfd rseq* getxpid"},
	{"Signals",
	 "kill tkill tgkill *sigaction *sigprocmask *sigpending* *sigsuspend *sigtimedwait* "
	 "*sigqueueinfo *sigreturn sigaltstack signal ssetmask sgetmask pause pidfd_send_signal "
	 "restart_syscall"},
	{"Users, groups, capabilities",
	 "getuid* geteuid* getgid* getegid* setuid* setgid* setre[ug]id* setres[ug]id* "
	 "getres[ug]id* "
	 "setfs[ug]id* getgroups* setgroups* capget capset getxuid getxgid"},
	{"Time",
	 "time stime gettimeofday settimeofday clock_* nanosleep timer_* getitimer setitimer alarm "
	 "adjtimex times"},
	{"Scheduling and limits",
	 "sched_* nice getpriority setpriority ioprio_* getrlimit setrlimit ugetrlimit prlimit64 "
	 "getrusage getcpu ulimit"},
	{"Locks, queues, shared memory", "futex* sem* msg* shm* ipc mq_*"},
	{"Mounts and namespaces",
	 "mount umount umount2 mount_setattr move_mount open_tree* fsopen fsconfig fsmount fspick "
	 "pivot_root unshare setns listmount statmount listns sethostname setdomainname quotactl* "
	 "swapon swapoff"},
	{"Tracing and other processes", "ptrace process_vm_* kcmp perf_event_open"},
	{"Confinement and keys", "seccomp landlock_* lsm_* add_key request_key keyctl"},
	{"The kernel and the machine",
	 "*init_module delete_module create_module get_kernel_syms query_module kexec_* bpf syslog "
	 "reboot acct sysinfo uname olduname oldolduname getrandom sysfs _sysctl nfsservctl iopl "
	 "ioperm vhangup vm86* modify_ldt bdflush uselib pciconfig_*"},
	{"Of one architecture",
	 "arm_* s390_* sys_debug_setcontext spu_* rtas swapcontext subpage_prot switch_endian "
	 "multiplexer riscv_* atomic_* getpagesize breakpoint usr26 usr32 sysmips cachectl "
	 "set_thread_area sgetmask uprobe uretprobe kern_features memory_ordering utrap_install "
	 "lws_entry"},
	{"Others", "*"},
};

static bool family_fits(const char *patterns, const char *call)
{
	char pattern[NAME_MAX_BYTES];

	while (*patterns != '\0') {
		size_t length = strcspn(patterns, " ");

		if (length < sizeof(pattern)) {
			memcpy(pattern, patterns, length);
			pattern[length] = '\0';
			if (fnmatch(pattern, call, 0) == 0)
				return true;
		}
		patterns += length;
		patterns += strspn(patterns, " ");
	}
	return false;
}

size_t family_of(const char *call)
{
	size_t family = 0;

	while (family + 1 < ARRAY_SIZE(families) && !family_fits(families[family].patterns, call))
		family++;
	return family;
}

size_t family_count(void)
{
	return ARRAY_SIZE(families);
}

const char *family_title(size_t family)
{
	return families[family].title;
}
