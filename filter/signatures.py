#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes filter/signatures.tab: the arguments of every system call, with the widths in which the kernel uses them.

A developer's tool, run by hand when a kernel release brings system calls; the build does not need it. The types are
those of the running kernel's trace events; what they lack (calls of other ABIs, those configured away, narrowing
inside the kernel behind a wider type) stands in the lists below, from the kernel's sources as named there.

    mount -t tracefs none /mnt && filter/signatures.py /mnt >/tmp/signatures.tab && mv /tmp/signatures.tab filter/

Every name of syscalls.tab and newer.tab must get a line, else it stops and tells which have none.
"""
import os
import re
import sys

# Names of the trace events (the kernel's functions) that differ from the calls'.
CALLS = {
    "newstat": ["stat"],
    "newfstat": ["fstat"],
    "newlstat": ["lstat"],
    "newuname": ["uname"],
    "umount": ["umount2"],
    "sendfile64": ["sendfile", "sendfile64"],
}

# The manual pages' names of arguments, where the kernel's are others. "." keeps the kernel's.
NAMES = {
    "accept": "fd addr addrlen",
    "accept4": "fd addr addrlen flags",
    "add_key": "type description payload plen keyring",
    "adjtimex": "buf",
    "arch_prctl": "op addr",
    "bind": "fd addr addrlen",
    "bpf": "cmd attr size",
    "brk": "addr",
    "capget": "header data",
    "capset": "header data",
    "chdir": "path",
    "chmod": "pathname mode",
    "chown": "pathname owner group",
    "chroot": "path",
    "clock_adjtime": "clockid buf",
    "clock_getres": "clockid res",
    "clock_gettime": "clockid tp",
    "clock_nanosleep": "clockid flags request remain",
    "clock_settime": "clockid tp",
    "clone": "flags stack parent_tid child_tid tls",
    "clone3": "args size",
    "close_range": "first last flags",
    "connect": "fd addr addrlen",
    "dup": "oldfd",
    "eventfd": "initval",
    "eventfd2": "initval flags",
    "execve": "pathname argv envp",
    "execveat": "dirfd pathname argv envp flags",
    "exit": "status",
    "exit_group": "status",
    "faccessat": "dirfd pathname mode",
    "faccessat2": "dirfd pathname mode flags",
    "fchmodat": "dirfd pathname mode",
    "fchmodat2": "dirfd pathname mode flags",
    "fchown": "fd owner group",
    "fchownat": "dirfd pathname owner group flags",
    "fcntl": "fd op arg",
    "flock": "fd op",
    "futex": "uaddr op val timeout uaddr2 val3",
    "ioctl": "fd request arg",
    "keyctl": "op arg2 arg3 arg4 arg5",
    "landlock_add_rule": "ruleset_fd rule_type rule_attr flags",
    "lchown": "pathname owner group",
    "link": "oldpath newpath",
    "linkat": "olddirfd oldpath newdirfd newpath flags",
    "madvise": "addr length advice",
    "memfd_create": "name flags",
    "mkdir": "pathname mode",
    "mkdirat": "dirfd pathname mode",
    "mknod": "pathname mode dev",
    "mknodat": "dirfd pathname mode dev",
    "mmap": "addr length prot flags fd offset",
    "modify_ldt": "func ptr bytecount",
    "mount": "source target filesystemtype mountflags data",
    "mprotect": "addr len prot",
    "mremap": "old_address old_size new_size flags new_address",
    "newfstatat": "dirfd pathname statbuf flags",
    "open": "pathname flags mode",
    "open_by_handle_at": "mount_fd handle flags",
    "openat": "dirfd pathname flags mode",
    "openat2": "dirfd pathname how size",
    "perf_event_open": "attr pid cpu group_fd flags",
    "personality": "persona",
    "prctl": "op arg2 arg3 arg4 arg5",
    "ptrace": "op pid addr data",
    "quotactl": "op special id addr",
    "reboot": "magic magic2 op arg",
    "recvfrom": "fd buf len flags src_addr addrlen",
    "request_key": "type description callout_info dest_keyring",
    "rename": "oldpath newpath",
    "renameat": "olddirfd oldpath newdirfd newpath",
    "renameat2": "olddirfd oldpath newdirfd newpath flags",
    "seccomp": "op flags args",
    "sendto": "fd buf len flags dest_addr addrlen",
    "setns": "fd nstype",
    "socket": "domain type protocol",
    "socketpair": "domain type protocol sv",
    "statx": "dirfd pathname flags mask statxbuf",
    "swapon": "path swapflags",
    "swapoff": "path",
    "symlink": "target linkpath",
    "symlinkat": "target newdirfd linkpath",
    "umask": "mask",
    "umount2": "target flags",
    "unlinkat": "dirfd pathname flags",
    "unshare": "flags",
}

# Narrowed inside the kernel although the type is wider: (call, argument) to bits.
NARROWED = {
    ("clone", "flags"): 32,  # kernel/fork.c: lower_32_bits()
    ("mmap", "fd"): 32,  # mm/mmap.c: fget(unsigned int)
    ("readv", "fd"): 32,  # fs/read_write.c: fdget_pos(int) and import_iovec(unsigned nr_segs) for all of these
    ("writev", "fd"): 32,
    ("preadv", "fd"): 32,
    ("pwritev", "fd"): 32,
    ("preadv2", "fd"): 32,
    ("pwritev2", "fd"): 32,
    ("readv", "vlen"): 32,
    ("writev", "vlen"): 32,
    ("preadv", "vlen"): 32,
    ("pwritev", "vlen"): 32,
    ("preadv2", "vlen"): 32,
    ("pwritev2", "vlen"): 32,
    ("process_vm_readv", "liovcnt"): 32,  # mm/process_vm_access.c: import_iovec(); not so riovcnt
    ("process_vm_writev", "liovcnt"): 32,
    ("vmsplice", "nr_segs"): 32,  # fs/splice.c: import_iovec()
    ("ptrace", "pid"): 32,  # kernel/ptrace.c: find_get_task_by_vpid(pid_t); the request is compared as a long
    ("mbind", "mode"): 32,  # mm/mempolicy.c: int lmode = mode
    ("kcmp", "idx1"): 32,  # kernel/kcmp.c: fget_task(unsigned int); idx2 may be a pointer
}

# Calls that the trace events do not have. include/linux/syscalls.h, include/linux/compat.h and the architectures' own.
HAND = """
_llseek: unsigned int fd, unsigned long offset_high, unsigned long offset_low, loff_t *result, unsigned int whence
_newselect: int n, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, struct timeval *timeout
_sysctl: struct __sysctl_args *args
arm_fadvise64_64: int fd, int advice, loff_t offset, loff_t len
arm_sync_file_range: int fd, unsigned int flags, loff_t offset, loff_t nbytes
atomic_barrier: void
atomic_cmpxchg_32: unsigned long newval, unsigned long oldval, unsigned long d3, unsigned long d4, unsigned long d5, unsigned long *mem
bdflush: int func, long data
breakpoint: void
cachectl: char *addr, int nbytes, int op
cacheflush: unsigned long addr, unsigned long bytes, unsigned int cache
cacheflush@arm: unsigned long start, unsigned long end, int flags
cacheflush@m68k: unsigned long addr, int scope, int cache, unsigned long len
cacheflush@sh,sheb: unsigned long addr, unsigned long len, int op
chown32: const char *pathname, uid_t owner, gid_t group
clock_adjtime64: clockid_t clockid, struct __kernel_timex *buf
clock_getres_time64: clockid_t clockid, struct __kernel_timespec *res
clock_gettime64: clockid_t clockid, struct __kernel_timespec *tp
clock_nanosleep_time64: clockid_t clockid, int flags, const struct __kernel_timespec *request, struct __kernel_timespec *remain
clock_settime64: clockid_t clockid, const struct __kernel_timespec *tp
create_module: const char *name, size_t size
delete_module: const char *name, unsigned int flags
epoll_ctl_old: int epfd, int op, int fd, struct epoll_event *event
epoll_wait_old: int epfd, struct epoll_event *events, int maxevents
fadvise64_64: int fd, loff_t offset, loff_t len, int advice
fchown32: unsigned int fd, uid_t owner, gid_t group
fcntl64: unsigned int fd, unsigned int op, unsigned long arg
finit_module: int fd, const char *param_values, int flags
fstat64: unsigned long fd/32, struct stat64 *statbuf
fstatat64: int dirfd, const char *pathname, struct stat64 *statbuf, int flags
fstatfs64: unsigned int fd, size_t size, struct statfs64 *buf
ftruncate64: unsigned int fd, loff_t length
futex_time64: u32 *uaddr, int op, u32 val, const struct __kernel_timespec *timeout, u32 *uaddr2, u32 val3
get_kernel_syms: struct kernel_sym *table
get_thread_area: struct user_desc *u_info
get_thread_area@m68k: void
get_tls: void
getegid32: void
geteuid32: void
getgid32: void
getgroups32: int gidsetsize, gid_t *grouplist
getpagesize: void
getresgid32: gid_t *rgid, gid_t *egid, gid_t *sgid
getresuid32: uid_t *ruid, uid_t *euid, uid_t *suid
getuid32: void
init_module: void *module_image, unsigned long len, const char *param_values
io_pgetevents_time64: aio_context_t ctx_id, long min_nr, long nr, struct io_event *events, struct __kernel_timespec *timeout, const struct __aio_sigset *usig
ipc: unsigned int call, int first, unsigned long second, unsigned long third, void *ptr, long fifth
kexec_file_load: int kernel_fd, int initrd_fd, unsigned long cmdline_len, const char *cmdline, unsigned long flags
kexec_load: unsigned long entry, unsigned long nr_segments, struct kexec_segment *segments, unsigned long flags
lchown32: const char *pathname, uid_t owner, gid_t group
listns: const struct ns_id_req *req, u64 *ns_ids, size_t nr_ns_ids, unsigned int flags
lookup_dcookie: u64 cookie, char *buffer, size_t len
lstat64: const char *pathname, struct stat64 *statbuf
map_shadow_stack: unsigned long addr, unsigned long size, unsigned int flags
mmap2: unsigned long addr, unsigned long length, unsigned long prot, unsigned long flags, unsigned long fd/32, unsigned long pgoffset
mq_timedreceive_time64: mqd_t mqdes, char *msg_ptr, size_t msg_len, unsigned int *msg_prio, const struct __kernel_timespec *abs_timeout
mq_timedsend_time64: mqd_t mqdes, const char *msg_ptr, size_t msg_len, unsigned int msg_prio, const struct __kernel_timespec *abs_timeout
nfsservctl: int cmd, struct nfsctl_arg *argp, union nfsctl_res *resp
nice: int inc
oldfstat: unsigned int fd, struct __old_kernel_stat *statbuf
oldlstat: const char *pathname, struct __old_kernel_stat *statbuf
oldolduname: struct oldold_utsname *buf
oldstat: const char *pathname, struct __old_kernel_stat *statbuf
olduname: struct old_utsname *buf
pciconfig_iobase: long which, unsigned long bus, unsigned long devfn
pciconfig_read: unsigned long bus, unsigned long dfn, unsigned long off, unsigned long len, void *buf
pciconfig_write: unsigned long bus, unsigned long dfn, unsigned long off, unsigned long len, void *buf
ppoll_time64: struct pollfd *fds, unsigned int nfds, struct __kernel_timespec *timeout, const sigset_t *sigmask, size_t sigsetsize
pselect6_time64: int n, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, struct __kernel_timespec *timeout, void *sigmask
query_module: const char *name, int which, void *buf, size_t bufsize, size_t *ret
readdir: unsigned int fd, struct old_linux_dirent *dirp, unsigned int count
recv: int fd, void *buf, size_t len, unsigned int flags
recvmmsg_time64: int fd, struct mmsghdr *msgvec, unsigned int vlen, unsigned int flags, struct __kernel_timespec *timeout
riscv_flush_icache: uintptr_t start, uintptr_t end, uintptr_t flags
riscv_hwprobe: struct riscv_hwprobe *pairs, size_t pair_count, size_t cpusetsize, unsigned long *cpus, unsigned int flags
rseq_slice_yield: void
rt_sigtimedwait_time64: const sigset_t *set, siginfo_t *info, const struct __kernel_timespec *timeout, size_t sigsetsize
rtas: struct rtas_args *uargs
s390_guarded_storage: int command, struct gs_cb *gs_cb
s390_pci_mmio_read: unsigned long mmio_addr, void *user_buffer, size_t length
s390_pci_mmio_write: unsigned long mmio_addr, const void *user_buffer, size_t length
s390_runtime_instr: int command, int signum
s390_sthyi: unsigned long function_code, void *resp_buffer, u64 *return_code, unsigned long flags
sched_rr_get_interval_time64: pid_t pid, struct __kernel_timespec *tp
semtimedop_time64: int semid, struct sembuf *sops, unsigned int nsops, const struct __kernel_timespec *timeout
send: int fd, void *buf, size_t len, unsigned int flags
set_thread_area: struct user_desc *u_info
set_thread_area@mips,mipsel,mips64,mipsel64,mips64n32,mipsel64n32,m68k: unsigned long addr
set_tls: unsigned long addr
setfsgid32: gid_t fsgid
setfsuid32: uid_t fsuid
setgid32: gid_t gid
setgroups32: int gidsetsize, gid_t *grouplist
setregid32: gid_t rgid, gid_t egid
setresgid32: gid_t rgid, gid_t egid, gid_t sgid
setresuid32: uid_t ruid, uid_t euid, uid_t suid
setreuid32: uid_t ruid, uid_t euid
setuid32: uid_t uid
sgetmask: void
sigaction: int signum, const struct old_sigaction *act, struct old_sigaction *oldact
signal: int signum, __sighandler_t handler
sigpending: old_sigset_t *set
sigprocmask: int how, old_sigset_t *set, old_sigset_t *oldset
sigreturn: void
sigsuspend: int unused1, int unused2, old_sigset_t mask
sigsuspend@mips,mipsel: sigset_t *uset
sigsuspend@m68k: int unused0, int unused1, old_sigset_t mask
sigsuspend@ppc,sh,sheb,ppc64,ppc64le: old_sigset_t mask
socketcall: int call, unsigned long *args
spu_create: const char *pathname, unsigned int flags, umode_t mode, int neighbor_fd
spu_run: int fd, u32 *npc, u32 *event
ssetmask: int newmask
stat64: const char *pathname, struct stat64 *statbuf
statfs64: const char *pathname, size_t size, struct statfs64 *buf
stime: time_t *t
subpage_prot: unsigned long addr, unsigned long len, u32 *map
swapcontext: struct ucontext *old_ctx, struct ucontext *new_ctx, long ctx_size
switch_endian: void
sync_file_range2: int fd, unsigned int flags, loff_t offset, loff_t nbytes
sys_debug_setcontext: struct ucontext *ctx, int ndbg, struct sig_dbg_op *dbg
sysmips: long cmd, long arg1, long arg2
timer_gettime64: timer_t timerid, struct __kernel_itimerspec *curr_value
timer_settime64: timer_t timerid, int flags, const struct __kernel_itimerspec *new_value, struct __kernel_itimerspec *old_value
timerfd_gettime64: int fd, struct __kernel_itimerspec *curr_value
timerfd_settime64: int fd, int flags, const struct __kernel_itimerspec *new_value, struct __kernel_itimerspec *old_value
truncate64: const char *path, loff_t length
ugetrlimit: unsigned int resource, struct rlimit *rlim
umount: char *target
uselib: const char *library
usr26: void
usr32: void
utimensat_time64: int dirfd, const char *pathname, struct __kernel_timespec *times, int flags
vm86: unsigned long fn, unsigned long v86
vm86old: struct vm86_struct *info
waitpid: pid_t pid, int *wstatus, int options
"""

# Other arguments on some ABIs. The order of clone: CONFIG_CLONE_BACKWARDS and CONFIG_CLONE_BACKWARDS2. One pointer to
# all arguments: sys_old_mmap, sys_old_select. 16-bit ids: CONFIG_UID16. One register for an offset: compat_sys_preadv64.
VARIANTS = """
chown@x86,arm,s390,m68k,sh,sheb: const char *pathname, old_uid_t owner, old_gid_t group
clone@x86,arm,aarch64,mips,mipsel,mips64,mipsel64,mips64n32,mipsel64n32,ppc,ppc64,ppc64le,parisc,parisc64,riscv64: unsigned long flags/32, unsigned long stack, int *parent_tid, unsigned long tls, int *child_tid
clone@s390,s390x: unsigned long stack, unsigned long flags/32, int *parent_tid, int *child_tid, unsigned long tls
fadvise64@mips,mipsel,mips64n32,mipsel64n32: int fd, loff_t offset, loff_t len, int advice
fchown@x86,arm,s390,m68k,sh,sheb: unsigned int fd, old_uid_t owner, old_gid_t group
lchown@x86,arm,s390,m68k,sh,sheb: const char *pathname, old_uid_t owner, old_gid_t group
mmap@x86,m68k,s390,s390x: struct mmap_arg_struct *args
pipe@sh,sheb: void
pread64@sh,sheb: unsigned int fd, char *buf, size_t count, long dummy, loff_t pos
preadv@x32: unsigned long fd/32, const struct iovec *vec, unsigned long vlen/32, loff_t pos
preadv2@x32: unsigned long fd/32, const struct iovec *vec, unsigned long vlen/32, loff_t pos, rwf_t flags
pwrite64@sh,sheb: unsigned int fd, const char *buf, size_t count, long dummy, loff_t pos
pwritev@x32: unsigned long fd/32, const struct iovec *vec, unsigned long vlen/32, loff_t pos
pwritev2@x32: unsigned long fd/32, const struct iovec *vec, unsigned long vlen/32, loff_t pos, rwf_t flags
select@x86,m68k,ppc: struct sel_arg_struct *args
setfsgid@x86,arm,s390,m68k,sh,sheb: old_gid_t fsgid
setfsuid@x86,arm,s390,m68k,sh,sheb: old_uid_t fsuid
setgid@x86,arm,s390,m68k,sh,sheb: old_gid_t gid
setregid@x86,arm,s390,m68k,sh,sheb: old_gid_t rgid, old_gid_t egid
setresgid@x86,arm,s390,m68k,sh,sheb: old_gid_t rgid, old_gid_t egid, old_gid_t sgid
setresuid@x86,arm,s390,m68k,sh,sheb: old_uid_t ruid, old_uid_t euid, old_uid_t suid
setreuid@x86,arm,s390,m68k,sh,sheb: old_uid_t ruid, old_uid_t euid
setuid@x86,arm,s390,m68k,sh,sheb: old_uid_t uid
"""

# Calls that never did anything, or whose arguments nobody knows any more: no line.
NOTHING = """afs_syscall break ftime getpmsg gtty idle lock mpx multiplexer prof profil putpmsg security stty syscall
timerfd tuxcall ulimit vserver""".split()

# Calls of x32 and n32 that enter through the 32-bit side of the kernel, where a long has 32 bits; the others enter as
# the 64-bit ABI's do. arch/x86/entry/syscalls/syscall_64.tbl, arch/mips/kernel/syscalls/syscall_n32.tbl.
COMPAT = {
    "x32": """execve execveat get_robust_list io_setup io_submit ioctl kexec_load mq_notify ptrace recvfrom recvmmsg
        recvmsg rt_sigaction rt_sigpending rt_sigqueueinfo rt_sigtimedwait rt_tgsigqueueinfo sendmmsg sendmsg
        set_robust_list sigaltstack timer_create waitid""",
    "mips64n32,mipsel64n32": """_newselect epoll_pwait epoll_pwait2 execve execveat fcntl fcntl64 fstatfs fstatfs64
        get_robust_list getdents getitimer getrlimit getrusage gettimeofday io_pgetevents io_pgetevents_time64 io_setup
        io_submit ioctl kexec_load keyctl mq_getsetattr mq_notify mq_open msgctl msgrcv msgsnd ppoll ppoll_time64 preadv
        preadv2 pselect6 pselect6_time64 ptrace pwritev pwritev2 recvfrom recvmmsg recvmmsg_time64 recvmsg rt_sigaction
        rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64
        rt_tgsigqueueinfo sched_getaffinity sched_setaffinity semctl sendfile sendmmsg sendmsg set_robust_list setitimer
        setrlimit settimeofday shmctl sigaltstack signalfd signalfd4 statfs statfs64 sysinfo timer_create times ustat
        wait4 waitid""",
}

HEAD = """# SPDX-License-Identifier: Apache-2.0
# System calls and their arguments: type, name, and after a slash the bits that the kernel uses where the type is wider.
# Made by filter/signatures.py, see there. NAME@ABI,...: the arguments on these ABIs. @compat: calls of an ABI that enter
# through the 32-bit side of a 64-bit kernel (a long has 32 bits there). On 32-bit ABIs a loff_t takes two registers.
# Types of 16 bits: umode_t, old_uid_t, old_gid_t. @untried: narrowings on x86-64 that no harmless call can show; all
# others are tried live by tests/unit/test_signatures.c. Masks and lists of options are no narrowing: mmap's prot and
# mount's flags are compared whole, and arguments whose meaning an option gives (fcntl, prctl, keyctl, ioctl) too."""


def table_names():
    """The names of both tables of calls."""
    names = set()
    for table in "syscalls.tab", "newer.tab":
        with open(os.path.join(os.path.dirname(__file__), table), encoding="ascii") as lines:
            names.update(line.split()[0] for line in lines if not line.startswith("#"))
    return names - {"name"}


def argument(text):
    """One argument: qualifiers of the value (not of what it points to) left out, the star at the name."""
    text = re.sub(r"\s*\*\s*", "*", re.sub(r"\*const\b", "*", text))
    stars = text.count("*")
    words = text.replace("*", " ").split()
    if not stars and words[0] == "const":
        words.pop(0)
    if words[:-1] == ["unsigned"]:
        words.insert(1, "int")
    return words[:-1], stars, words[-1]


def traced(folder, event):
    """The arguments of one trace event."""
    with open(f"{folder}/events/syscalls/sys_enter_{event}/format", encoding="ascii") as lines:
        fields = re.findall(r"\tfield:(.*?);", lines.read())
    return [argument(field) for field in fields if " common_" not in field and "__syscall_nr" not in field]


def line_of(call, arguments):
    """The text of a call's arguments, with the manual pages' names."""
    names = NAMES.get(call, "").split() or [name.lstrip("_") for _, _, name in arguments]
    if len(names) != len(arguments):
        sys.exit(f"{call} has {len(arguments)} arguments")
    texts = []
    for (words, stars, old), name in zip(arguments, names):
        narrow = NARROWED.pop((call, name), None)
        text = " ".join(words) + " " + "*" * stars + (old if name == "." else name)
        texts.append(text + (f"/{narrow}" if narrow else ""))
    return ", ".join(texts) or "void"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    table = {}
    for event in sorted(os.listdir(f"{sys.argv[1]}/events/syscalls")):
        if event.startswith("sys_enter_"):
            event = event.removeprefix("sys_enter_")
            for call in CALLS.get(event, [event]):
                table[call] = line_of(call, traced(sys.argv[1], event))
    for text in (HAND + VARIANTS).strip().splitlines():
        if text:
            call, arguments = text.split(": ")
            table.setdefault(call, arguments)
    missing = table_names() - set(table) - set(NOTHING)
    strange = {call.split("@")[0] for call in table} - table_names()
    if missing or strange or NARROWED:
        sys.exit(f"without a line: {sorted(missing)}; no such call: {sorted(strange)}; not narrowed: {sorted(NARROWED)}")
    print(HEAD)
    for abis, calls in COMPAT.items():
        print(f"@compat {abis}: " + " ".join(calls.split()))
    with open(os.path.join(os.path.dirname(__file__), "signatures.untried"), encoding="ascii") as untried:
        print(untried.read(), end="")
    for call in sorted(table):
        print(f"{call}: {table[call]}")


main()
