#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes filter/kernel/signatures.tab: names, C types and widths of the arguments of system calls.

A developer's tool, run by hand as root; the build does not need it. Signatures come from the running kernel's trace
events and, for calls that it lacks and for ABIs that take other arguments, from the lists below. Every entry of
NARROWED was tried: tests/live/widths.bats makes the calls.

    mount -t tracefs tracefs /sys/kernel/tracing
    filter/kernel/signatures.py /sys/kernel/tracing >/tmp/signatures.tab && mv /tmp/signatures.tab filter/
"""
import glob
import os
import re
import sys

# Events are named after the kernel's functions: the calls that these are.
EVENTS = {
    "newfstat": "fstat",
    "newlstat": "lstat",
    "newstat": "stat",
    "newuname": "uname",
    "sendfile64": "sendfile",
    "umount": "umount2",
}

# The manual's names where users know the argument by that.
NAMES = {
    "accept": {"upeer_sockaddr": "addr", "upeer_addrlen": "addrlen"},
    "accept4": {"upeer_sockaddr": "addr", "upeer_addrlen": "addrlen"},
    "bind": {"umyaddr": "addr"},
    "clone": {"clone_flags": "flags", "newsp": "stack"},
    "connect": {"uservaddr": "addr"},
    "socket": {"family": "domain"},
    "socketpair": {"family": "domain", "usockvec": "sv"},
    "unshare": {"unshare_flags": "flags"},
}

# What the kernel uses of an argument that its type declares wider: a `long` descriptor is looked up as an unsigned
# int, clone's flags are lower_32_bits(), a number of vectors is an unsigned int to import_iovec(). What depends on
# another argument (fcntl's arg, prctl's arg2) is not here, nor what is refused when a high bit is set (mprotect's
# prot, unshare's flags).
NARROWED = {
    "clone": {"flags": 32},
    "mbind": {"mode": 32},
    "mmap": {"fd": 32},
    "preadv": {"fd": 32, "vlen": 32},
    "preadv2": {"fd": 32, "vlen": 32},
    "process_madvise": {"vlen": 32},
    "process_vm_readv": {"liovcnt": 32},
    "process_vm_writev": {"liovcnt": 32},
    "ptrace": {"pid": 32},
    "pwritev": {"fd": 32, "vlen": 32},
    "pwritev2": {"fd": 32, "vlen": 32},
    "readv": {"fd": 32, "vlen": 32},
    "writev": {"fd": 32, "vlen": 32},
}

# Calls with the same arguments as another.
SAME = {
    "_newselect": "select",
    "chown32": "chown",
    "clock_adjtime64": "clock_adjtime",
    "clock_getres_time64": "clock_getres",
    "clock_gettime64": "clock_gettime",
    "clock_nanosleep_time64": "clock_nanosleep",
    "clock_settime64": "clock_settime",
    "fchown32": "fchown",
    "fcntl64": "fcntl",
    "fstatat64": "newfstatat",
    "futex_time64": "futex",
    "getegid32": "getegid",
    "geteuid32": "geteuid",
    "getgid32": "getgid",
    "getgroups32": "getgroups",
    "getresgid32": "getresgid",
    "getresuid32": "getresuid",
    "getuid32": "getuid",
    "io_pgetevents_time64": "io_pgetevents",
    "lchown32": "lchown",
    "lstat64": "lstat",
    "mq_timedreceive_time64": "mq_timedreceive",
    "mq_timedsend_time64": "mq_timedsend",
    "ppoll_time64": "ppoll",
    "pselect6_time64": "pselect6",
    "recvmmsg_time64": "recvmmsg",
    "rt_sigtimedwait_time64": "rt_sigtimedwait",
    "sched_rr_get_interval_time64": "sched_rr_get_interval",
    "semtimedop_time64": "semtimedop",
    "sendfile64": "sendfile",
    "setfsgid32": "setfsgid",
    "setfsuid32": "setfsuid",
    "setgid32": "setgid",
    "setgroups32": "setgroups",
    "setregid32": "setregid",
    "setresgid32": "setresgid",
    "setresuid32": "setresuid",
    "setreuid32": "setreuid",
    "setuid32": "setuid",
    "stat64": "stat",
    "timer_gettime64": "timer_gettime",
    "timer_settime64": "timer_settime",
    "timerfd_gettime64": "timerfd_gettime",
    "timerfd_settime64": "timerfd_settime",
    "ugetrlimit": "getrlimit",
    "utimensat_time64": "utimensat",
}

# Where chown and its like take 16-bit ids, beside a chown32.
OLD_IDS = "x86,arm,s390,m68k,sh"

# Calls that no event tells of, and calls that an ABI takes in another form: name, columns of syscalls.tab, arguments.
# A 64-bit value takes two registers of a 32-bit ABI: in the machine's byte order, on arm, mips and ppc an even pair
# (`unused` before it). mips and sh are columns of both byte orders: there the halves have numbers.
HAND = f"""
_llseek all: unsigned int fd, unsigned long offset_high, unsigned long offset_low, loff_t * result, unsigned int whence
_sysctl all: struct __sysctl_args * args
arm_fadvise64_64 all: int fd, int advice, u32 offset_low, u32 offset_high, u32 len_low, u32 len_high
arm_sync_file_range all: int fd, unsigned int flags, u32 offset_low, u32 offset_high, u32 nbytes_low, u32 nbytes_high
atomic_barrier all:
atomic_cmpxchg_32 all: unsigned long newval, int oldval, int d3, int d4, int d5, unsigned long * mem
bdflush all: int func, long data
breakpoint all:
cachectl all: char * addr, int nbytes, int op
cacheflush arm: unsigned long start, unsigned long end, int flags
cacheflush m68k: unsigned long addr, int scope, int cache, unsigned long len
cacheflush mips,mips64,mips64n32: unsigned long addr, unsigned long bytes, unsigned int cache
cacheflush parisc,parisc64: unsigned long addr, unsigned long bytes, unsigned int cache
cacheflush sh: unsigned long addr, unsigned long len, int op
chown {OLD_IDS}: const char * filename, old_uid_t user, old_gid_t group
clone arm,aarch64,mips,mips64,mips64n32,parisc,parisc64,ppc,ppc64,riscv64,x86: unsigned long flags, unsigned long stack, int * parent_tidptr, unsigned long tls, int * child_tidptr
clone s390,s390x: unsigned long stack, unsigned long flags, int * parent_tidptr, int * child_tidptr, unsigned long tls
delete_module all: const char * name_user, unsigned int flags
execveat x32: int fd, const char * filename, const compat_uptr_t * argv, const compat_uptr_t * envp, int flags
fadvise64 m68k: int fd, u32 offset_high, u32 offset_low, size_t len, int advice
fadvise64 mips: int fd, u32 unused, u32 offset_1, u32 offset_2, u32 len_1, u32 len_2
fadvise64 ppc: int fd, u32 unused, u32 offset_high, u32 offset_low, size_t len, int advice
fadvise64 s390: int fd, u32 offset_high, u32 offset_low, compat_size_t len, int advice
fadvise64 sh: int fd, u32 offset_1, u32 offset_2, size_t len, int advice
fadvise64 x86: int fd, unsigned int offset_low, unsigned int offset_high, size_t len, int advice
fadvise64_64 m68k,parisc: int fd, u32 offset_high, u32 offset_low, u32 len_high, u32 len_low, int advice
fadvise64_64 parisc64: int fd, loff_t offset, loff_t len, int advice
fadvise64_64 ppc: int fd, int advice, u32 offset_high, u32 offset_low, u32 len_high, u32 len_low
fadvise64_64 s390: struct fadvise64_64_args * args
fadvise64_64 sh: int fd, u32 offset_1, u32 offset_2, u32 len_1, u32 len_2, int advice
fadvise64_64 x86: int fd, u32 offset_low, u32 offset_high, u32 len_low, u32 len_high, int advice
fallocate arm,x86: int fd, int mode, u32 offset_low, u32 offset_high, u32 len_low, u32 len_high
fallocate m68k,parisc,ppc,s390: int fd, int mode, u32 offset_high, u32 offset_low, u32 len_high, u32 len_low
fallocate mips,sh: int fd, int mode, u32 offset_1, u32 offset_2, u32 len_1, u32 len_2
fanotify_mark arm,x86: int fanotify_fd, unsigned int flags, u32 mask_low, u32 mask_high, int dfd, const char * pathname
fanotify_mark m68k,parisc,ppc,s390: int fanotify_fd, unsigned int flags, u32 mask_high, u32 mask_low, int dfd, const char * pathname
fanotify_mark mips,sh: int fanotify_fd, unsigned int flags, u32 mask_1, u32 mask_2, int dfd, const char * pathname
fchown {OLD_IDS}: unsigned int fd, old_uid_t user, old_gid_t group
finit_module all: int fd, const char * uargs, int flags
fstat64 all: unsigned long fd, struct stat64 * statbuf
fstatfs64 all: unsigned int fd, size_t sz, struct statfs64 * buf
ftruncate64 arm: unsigned int fd, u32 unused, u32 length_low, u32 length_high
ftruncate64 m68k,parisc,s390: unsigned int fd, u32 length_high, u32 length_low
ftruncate64 mips: unsigned int fd, u32 unused, u32 length_1, u32 length_2
ftruncate64 parisc64: unsigned int fd, loff_t length
ftruncate64 ppc: unsigned int fd, u32 unused, u32 length_high, u32 length_low
ftruncate64 sh: unsigned int fd, u32 length_1, u32 length_2
ftruncate64 x86: unsigned int fd, unsigned long length_low, unsigned long length_high
get_robust_list x32: int pid, compat_uptr_t * head_ptr, compat_size_t * len_ptr
get_thread_area m68k:
get_thread_area x86,x86_64: struct user_desc * u_info
get_tls all:
getgroups {OLD_IDS}: int gidsetsize, old_gid_t * grouplist
getpagesize all:
getresgid {OLD_IDS}: old_gid_t * rgidp, old_gid_t * egidp, old_gid_t * sgidp
getresuid {OLD_IDS}: old_uid_t * ruidp, old_uid_t * euidp, old_uid_t * suidp
init_module all: void * umod, unsigned long len, const char * uargs
io_setup x32: unsigned nr_reqs, u32 * ctx32p
io_submit x32: compat_aio_context_t ctx_id, int nr, compat_uptr_t * iocb
ioctl x32: unsigned int fd, unsigned int cmd, compat_ulong_t arg
ipc all: unsigned int call, int first, unsigned long second, unsigned long third, void * ptr, long fifth
ipc s390,s390x: unsigned int call, int first, unsigned long second, unsigned long third, void * ptr
kexec_file_load all: int kernel_fd, int initrd_fd, unsigned long cmdline_len, const char * cmdline_ptr, unsigned long flags
kexec_load all: unsigned long entry, unsigned long nr_segments, struct kexec_segment * segments, unsigned long flags
kexec_load x32: compat_ulong_t entry, compat_ulong_t nr_segments, struct compat_kexec_segment * segments, compat_ulong_t flags
lchown {OLD_IDS}: const char * filename, old_uid_t user, old_gid_t group
listns all: const struct ns_id_req * req, u64 * ns_ids, size_t nr_ns_ids, unsigned int flags
lookup_dcookie all: u64 cookie64, char * buf, size_t len
lookup_dcookie arm,x86: u32 cookie_low, u32 cookie_high, char * buf, size_t len
lookup_dcookie m68k,parisc,ppc,s390: u32 cookie_high, u32 cookie_low, char * buf, size_t len
lookup_dcookie mips,sh: u32 cookie_1, u32 cookie_2, char * buf, size_t len
map_shadow_stack all: unsigned long addr, unsigned long size, unsigned int flags
mmap m68k,s390,s390x,x86: struct mmap_arg_struct * arg
mmap2 all: unsigned long addr, unsigned long len, unsigned long prot, unsigned long flags, unsigned long fd, unsigned long pgoff
mmap2 s390: struct mmap_arg_struct * arg
mq_notify x32: mqd_t mqdes, const struct compat_sigevent * u_notification
nfsservctl all: int cmd, struct nfsctl_arg * arg, void * res
nice all: int increment
oldfstat all: unsigned int fd, struct __old_kernel_stat * statbuf
oldlstat all: const char * filename, struct __old_kernel_stat * statbuf
oldolduname all: struct oldold_utsname * name
oldstat all: const char * filename, struct __old_kernel_stat * statbuf
olduname all: struct old_utsname * name
pciconfig_iobase all: long which, unsigned long in_bus, unsigned long in_devfn
pciconfig_read all: unsigned long bus, unsigned long dfn, unsigned long off, unsigned long len, void * buf
pciconfig_write all: unsigned long bus, unsigned long dfn, unsigned long off, unsigned long len, void * buf
pread64 arm: unsigned int fd, char * buf, size_t count, u32 unused, u32 pos_low, u32 pos_high
pread64 m68k,parisc,s390: unsigned int fd, char * buf, size_t count, u32 pos_high, u32 pos_low
pread64 mips,sh: unsigned int fd, char * buf, size_t count, u32 unused, u32 pos_1, u32 pos_2
pread64 ppc: unsigned int fd, char * buf, size_t count, u32 unused, u32 pos_high, u32 pos_low
pread64 x86: unsigned int fd, char * buf, u32 count, u32 pos_low, u32 pos_high
preadv x32: compat_ulong_t fd, const struct iovec * vec, compat_ulong_t vlen, loff_t pos
preadv2 x32: compat_ulong_t fd, const struct iovec * vec, compat_ulong_t vlen, loff_t pos, rwf_t flags
ptrace x32: compat_long_t request, compat_long_t pid, compat_long_t addr, compat_long_t data
pwrite64 arm: unsigned int fd, const char * buf, size_t count, u32 unused, u32 pos_low, u32 pos_high
pwrite64 m68k,parisc,s390: unsigned int fd, const char * buf, size_t count, u32 pos_high, u32 pos_low
pwrite64 mips,sh: unsigned int fd, const char * buf, size_t count, u32 unused, u32 pos_1, u32 pos_2
pwrite64 ppc: unsigned int fd, const char * buf, size_t count, u32 unused, u32 pos_high, u32 pos_low
pwrite64 x86: unsigned int fd, const char * buf, u32 count, u32 pos_low, u32 pos_high
pwritev x32: compat_ulong_t fd, const struct iovec * vec, compat_ulong_t vlen, loff_t pos
pwritev2 x32: compat_ulong_t fd, const struct iovec * vec, compat_ulong_t vlen, loff_t pos, rwf_t flags
readahead arm: int fd, u32 unused, u32 offset_low, u32 offset_high, size_t count
readahead m68k,parisc,s390: int fd, u32 offset_high, u32 offset_low, size_t count
readahead mips: int fd, u32 unused, u32 offset_1, u32 offset_2, size_t count
readahead ppc: int fd, u32 unused, u32 offset_high, u32 offset_low, size_t count
readahead sh: int fd, u32 offset_1, u32 offset_2, size_t count
readahead x86: int fd, unsigned int offset_low, unsigned int offset_high, size_t count
readdir all: unsigned int fd, struct old_linux_dirent * dirent, unsigned int count
recv all: int fd, void * ubuf, size_t size, unsigned int flags
recvfrom x32: int fd, void * ubuf, compat_size_t size, unsigned int flags, struct sockaddr * addr, int * addr_len
riscv_flush_icache all: unsigned long start, unsigned long end, unsigned long flags
riscv_hwprobe all: struct riscv_hwprobe * pairs, size_t pair_count, size_t cpusetsize, unsigned long * cpus, unsigned int flags
rseq_slice_yield all:
rt_sigaction x32: int sig, const struct compat_sigaction * act, struct compat_sigaction * oact, compat_size_t sigsetsize
rt_sigpending x32: compat_sigset_t * uset, compat_size_t sigsetsize
rt_sigqueueinfo x32: compat_pid_t pid, int sig, struct compat_siginfo * uinfo
rt_sigtimedwait x32: compat_sigset_t * uthese, struct compat_siginfo * uinfo, struct __kernel_timespec * uts, compat_size_t sigsetsize
rt_tgsigqueueinfo x32: compat_pid_t tgid, compat_pid_t pid, int sig, struct compat_siginfo * uinfo
rtas all: struct rtas_args * uargs
s390_guarded_storage all: int command, struct gs_cb * gs_cb
s390_pci_mmio_read all: unsigned long mmio_addr, void * user_buffer, size_t length
s390_pci_mmio_write all: unsigned long mmio_addr, const void * user_buffer, size_t length
s390_runtime_instr all: int command, int signum
s390_sthyi all: unsigned long function_code, void * buffer, u64 * return_code, unsigned long flags
select m68k,x86: struct sel_arg_struct * arg
send all: int fd, void * buff, size_t len, unsigned int flags
set_robust_list x32: struct compat_robust_list_head * head, compat_size_t len
set_thread_area m68k: unsigned long tp
set_thread_area mips,mips64,mips64n32: unsigned long addr
set_thread_area x86,x86_64: struct user_desc * u_info
set_tls all: unsigned long val
setfsgid {OLD_IDS}: old_gid_t gid
setfsuid {OLD_IDS}: old_uid_t uid
setgid {OLD_IDS}: old_gid_t gid
setgroups {OLD_IDS}: int gidsetsize, old_gid_t * grouplist
setregid {OLD_IDS}: old_gid_t rgid, old_gid_t egid
setresgid {OLD_IDS}: old_gid_t rgid, old_gid_t egid, old_gid_t sgid
setresuid {OLD_IDS}: old_uid_t ruid, old_uid_t euid, old_uid_t suid
setreuid {OLD_IDS}: old_uid_t ruid, old_uid_t euid
setuid {OLD_IDS}: old_uid_t uid
sgetmask all:
sigaction all: int sig, const struct old_sigaction * act, struct old_sigaction * oact
signal all: int sig, __sighandler_t handler
sigpending all: old_sigset_t * uset
sigprocmask all: int how, old_sigset_t * nset, old_sigset_t * oset
sigreturn all:
sigsuspend arm,m68k,s390,s390x,x86: int unused1, int unused2, old_sigset_t mask
sigsuspend mips: sigset_t * uset
sigsuspend parisc,parisc64,ppc,ppc64,sh: old_sigset_t mask
socketcall all: int call, unsigned long * args
spu_create all: const char * name, unsigned int flags, umode_t mode, int neighbor_fd
spu_run all: int fd, u32 * unpc, u32 * ustatus
ssetmask all: int newmask
statfs64 all: const char * pathname, size_t sz, struct statfs64 * buf
stime all: __kernel_old_time_t * tptr
subpage_prot all: unsigned long addr, unsigned long len, u32 * map
swapcontext all: struct ucontext * old_ctx, struct ucontext * new_ctx, long ctx_size
switch_endian all:
sync_file_range m68k,parisc,s390: int fd, u32 offset_high, u32 offset_low, u32 nbytes_high, u32 nbytes_low, unsigned int flags
sync_file_range mips: int fd, u32 unused, u32 offset_1, u32 offset_2, u32 nbytes_1, u32 nbytes_2
sync_file_range sh: int fd, u32 offset_1, u32 offset_2, u32 nbytes_1, u32 nbytes_2, unsigned int flags
sync_file_range x86: int fd, unsigned int offset_low, unsigned int offset_high, unsigned int nbytes_low, unsigned int nbytes_high, int flags
sync_file_range2 all: int fd, unsigned int flags, loff_t offset, loff_t nbytes
sync_file_range2 arm: int fd, unsigned int flags, u32 offset_low, u32 offset_high, u32 nbytes_low, u32 nbytes_high
sync_file_range2 ppc: int fd, unsigned int flags, u32 offset_high, u32 offset_low, u32 nbytes_high, u32 nbytes_low
sync_file_range2 sh: int fd, unsigned int flags, u32 offset_1, u32 offset_2, u32 nbytes_1, u32 nbytes_2
sys_debug_setcontext all: struct ucontext * ctx, int ndbg, struct sig_dbg_op * dbg
sysmips all: long cmd, long arg1, long arg2
timer_create x32: clockid_t which_clock, struct compat_sigevent * timer_event_spec, timer_t * created_timer_id
truncate64 arm: const char * path, u32 unused, u32 length_low, u32 length_high
truncate64 m68k,parisc,s390: const char * path, u32 length_high, u32 length_low
truncate64 mips: const char * path, u32 unused, u32 length_1, u32 length_2
truncate64 parisc64: const char * path, loff_t length
truncate64 ppc: const char * path, u32 unused, u32 length_high, u32 length_low
truncate64 sh: const char * path, u32 length_1, u32 length_2
truncate64 x86: const char * path, unsigned long length_low, unsigned long length_high
umount all: char * name
uselib all: const char * library
usr26 all:
usr32 all:
vm86 all: unsigned long cmd, unsigned long arg
vm86old all: struct vm86_struct * user_vm86
waitid x32: int which, compat_pid_t upid, struct compat_siginfo * infop, int options, struct compat_rusage * ru
waitpid all: pid_t pid, int * stat_addr, int options
"""

FIELD = re.compile(r"\tfield:(.*?)(\w+);\toffset:")


def from_events(tracing):
    """The calls of the running kernel: name to [(type, argument)]."""
    calls = {}
    for path in glob.glob(f"{tracing}/events/syscalls/sys_enter_*/format"):
        event = os.path.basename(os.path.dirname(path)).removeprefix("sys_enter_")
        name = EVENTS.get(event, event)
        with open(path, encoding="ascii") as text:
            fields = FIELD.findall(text.read().split("__syscall_nr;", 1)[1])
        calls[name] = [(kind.strip(), NAMES.get(name, {}).get(word, word.lstrip("_"))) for kind, word in fields]
    if not calls:
        sys.exit(f"{tracing}: no events of system calls")
    return calls


def by_hand():
    """HAND as (name, columns, [(type, argument)])."""
    for line in HAND.strip().splitlines():
        head, _, arguments = line.partition(":")
        pairs = (re.fullmatch(r"(.*?)\s*(\w+)", word.strip()).groups() for word in arguments.split(",") if word.strip())
        yield *head.split(), list(pairs)


def narrow(name, arguments):
    """The text of a signature: `TYPE NAME`, and `:BITS` where the kernel uses less than the type."""
    narrowed = NARROWED.get(name, {})
    words = [f"{kind} {word}" + (f":{narrowed[word]}" if word in narrowed else "") for kind, word in arguments]
    return ", ".join(words) or "void"


def table_names():
    """The names of syscalls.tab and newer.tab."""
    names = set()
    for table in ("syscalls.tab", "newer.tab"):
        with open(os.path.join(os.path.dirname(__file__), table), encoding="ascii") as text:
            names |= {line.split()[0] for line in text if not line.startswith(("#", "name "))}
    return names


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    calls = from_events(sys.argv[1])
    hand = list(by_hand())
    rows = {(name, "all"): arguments for name, arguments in calls.items()}
    for name, columns, arguments in hand:
        if (name, columns) in rows:
            sys.exit(f"{name} {columns}: twice")
        rows[name, columns] = arguments
    for name, other in SAME.items():
        rows[name, "all"] = calls[other]
    known = table_names()
    for name, columns in rows:
        if name not in known:
            sys.exit(f"{name}: no such call")
    print("# SPDX-License-Identifier: Apache-2.0")
    print("# Arguments of system calls: name, columns of syscalls.tab, arguments as in C. Made by filter/kernel/signatures.py, see")
    print("# there. A line for some columns wins over the one for all. `:BITS` after an argument: the kernel uses only so many.")
    for name, columns in sorted(rows, key=lambda key: (key[0], key[1] != "all", key[1])):
        print(f"{name} {columns} {narrow(name, rows[name, columns])}")


main()
