#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The story that the project starts from: under no-chmod.json chmod is refused and everything else works, for a dynamic
# program, a static one, and one that calls by number; as root, as a plain user, and in a user namespace.

# shellcheck disable=SC2154,SC2016 # `folder` is made by setup; what is in single quotes is for other shells
load lib

# Everything else, by name, as a dynamic program does it: NAME works, or NAME and the error.
EVERYTHING='
import errno, fcntl, mmap, os, resource, select, signal, socket, subprocess, sys, tempfile, threading, time

def attempt(name, act):
    try:
        act()
        print(name, "works")
    except OSError as error:
        print(name, errno.errorcode[error.errno])

def listen(family, address):
    with socket.socket(family) as server, socket.socket(family) as client:
        server.settimeout(5)
        server.bind(address)
        server.listen()
        client.connect(server.getsockname())
        with server.accept()[0] as peer:
            peer.sendall(b"x")
            assert client.recv(1) == b"x"

def pair():
    left, right = socket.socketpair()
    socket.send_fds(left, [b"x"], [0])
    assert len(socket.recv_fds(right, 1, 1)[1]) == 1

def thread():
    seen = []
    threads = [threading.Thread(target=seen.append, args=(i,)) for i in range(4)]
    for one in threads: one.start()
    for one in threads: one.join()
    assert len(seen) == 4

def fork():
    child = os.fork()
    if child == 0: os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7

def wake():
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.pause()

def wait():
    read, write = os.pipe()
    poll, epoll = select.poll(), select.epoll()
    poll.register(read); epoll.register(read, select.EPOLLIN)
    os.write(write, b"x")
    assert poll.poll(1000) and epoll.poll(1)

def shared():
    fd = os.memfd_create("m"); os.ftruncate(fd, 4096)
    with mmap.mmap(fd, 4096) as memory: memory[0] = 1

os.chdir(sys.argv[1])
uid, gid, null = os.getuid(), os.getgid(), os.open("/dev/null", os.O_RDWR)
file = os.open("file", os.O_CREAT | os.O_RDWR, 0o600)
attempt("chmod", lambda: os.chmod("file", 0o640))
attempt("fchmod", lambda: os.fchmod(file, 0o640))
attempt("fchmodat", lambda: os.chmod("file", 0o640, dir_fd=os.open(".", os.O_RDONLY)))
attempt("chown", lambda: os.chown("file", uid, gid))
attempt("lchown", lambda: os.lchown("file", uid, gid))
attempt("fchown", lambda: os.fchown(file, uid, gid))
attempt("umask", lambda: os.umask(0o022))
attempt("write", lambda: os.write(file, b"text"))
attempt("pread", lambda: os.pread(file, 4, 0))
attempt("fsync", lambda: os.fsync(file))
attempt("truncate", lambda: os.truncate("file", 2))
attempt("utime", lambda: os.utime("file"))
attempt("flock", lambda: fcntl.flock(file, fcntl.LOCK_EX))
attempt("mkdir", lambda: os.mkdir("folder", 0o700))
attempt("link", lambda: os.link("file", "folder/link"))
attempt("symlink", lambda: os.symlink("file", "symlink"))
attempt("readlink", lambda: os.readlink("symlink"))
attempt("rename", lambda: os.rename("symlink", "folder/symlink"))
attempt("list", lambda: os.listdir("folder"))
attempt("stat", lambda: os.stat("folder/symlink", follow_symlinks=False))
attempt("access", lambda: os.access("file", os.R_OK))
attempt("mkfifo", lambda: os.mkfifo("fifo"))
attempt("setxattr", lambda: os.setxattr("file", "user.x", b"y"))
attempt("listxattr", lambda: os.listxattr("file"))
attempt("sendfile", lambda: os.sendfile(null, file, 0, 2))
attempt("copy_file_range", lambda: os.copy_file_range(file, os.open("copy", os.O_CREAT | os.O_RDWR), 2))
attempt("unlink", lambda: [os.unlink(name) for name in ("folder/link", "folder/symlink", "file", "fifo", "copy")])
attempt("rmdir", lambda: os.rmdir("folder"))
attempt("temporary", lambda: tempfile.TemporaryFile(dir=".").close())
attempt("thread", thread)
attempt("fork", fork)
attempt("exec", lambda: subprocess.run(["true"], check=True))
attempt("pipe", lambda: subprocess.run("echo x | cat", shell=True, check=True, stdout=null))
attempt("signal", wake)
attempt("poll", wait)
attempt("memory", shared)
attempt("eventfd", lambda: os.eventfd(0))
attempt("unix socket", lambda: [listen(socket.AF_UNIX, "socket"), os.unlink("socket")])
attempt("tcp socket", lambda: listen(socket.AF_INET, ("127.0.0.1", 0)))
attempt("socketpair", pair)
attempt("nice", lambda: os.nice(1))
attempt("affinity", lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)))
attempt("rlimit", lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))
attempt("setuid", lambda: os.setresuid(uid, uid, uid))
attempt("setsid", lambda: os.setpgid(0, 0))
attempt("time", lambda: time.clock_gettime(time.CLOCK_BOOTTIME))
attempt("random", lambda: os.getrandom(8))
'

# The same with a static program and its own applets.
APPLETS='
cd "$1" && set -- busybox
does() { name=$1; shift; if "$@" >/dev/null 2>error; then echo "$name works"; else echo "$name $(busybox sed "s/.*: //" error)"; fi; }
pipeline() { echo x | busybox cat | busybox tr x y; }
background() { busybox true & wait $!; }
echo text >file
does chmod busybox chmod 640 file
does chown busybox chown "$(busybox id -u):$(busybox id -g)" file
does mkdir busybox mkdir folder
does cp busybox cp file folder/copy
does ln busybox ln file folder/link
does symlink busybox ln -s file symlink
does mv busybox mv symlink folder/symlink
does touch busybox touch -t 202001010000 file
does ls busybox ls -l folder
does find busybox find . -type f
does dd busybox dd if=/dev/zero of=zeros bs=4096 count=4
does sha256sum busybox sha256sum zeros
does pipeline pipeline
does background background
does xargs busybox xargs busybox true
does timeout busybox timeout 5 true
does mkfifo busybox mkfifo fifo
does rm busybox rm -r folder fifo zeros file
'

# Every spelling of chmod, on the file that stands for FILE, by name of the call and by number.
CHMOD='call x86_64 90 @FILE 0700 = errno=EPERM # chmod
call x86_64 91 -1 0700 = errno=EPERM # fchmod
call x86_64 268 -100 @FILE 0700 = errno=EPERM # fchmodat
call x86_64 452 -100 @FILE 0700 0 = errno=EPERM # fchmodat2
call x86_64 452 -100 @FILE 0700 0x100 = errno=EPERM # with AT_SYMLINK_NOFOLLOW
call x86 15 @FILE 0700 = errno=EPERM
call x86 94 -1 0700 = errno=EPERM
call x86 306 -100 @FILE 0700 = errno=EPERM
call x86 452 -100 @FILE 0700 0 = errno=EPERM
call x32 90 @FILE 0700 = errno=EPERM
call x32 91 -1 0700 = errno=EPERM
call x32 268 -100 @FILE 0700 = errno=EPERM
call x32 452 -100 @FILE 0700 0 = errno=EPERM
call x86_64 92 @FILE -1 -1 = ret=0 # chown and its kin
call x86_64 94 @FILE -1 -1 = ret=0
call x86_64 260 -100 @FILE -1 -1 0 = ret=0
call x86 182 @FILE 0xffff 0xffff = ret=0
call x86 212 @FILE -1 -1 = ret=0
call x86_64 21 @FILE 4 = ret=0 # access
call x86_64 95 022 = ret=18 # umask'

# What the control runs need: everybody may enter, and has a folder.
setup() {
	folder=$(open_folder)
	umask 022
	install -m 755 "$SECCOMP_SHIM" "$folder/seccomp-shim"
	install -m 755 "$PROBES/probe" "$PROBES/probe_static" "$folder"
	install -m 644 "$PROFILES/no-chmod.json" "$folder"
	for who in $(everybody); do
		mkdir "$folder/$who"
		if is_machine_root && [ "$who" != self ]; then chown 65534:65534 "$folder/$who"; fi
	done
	shim=("$folder/seccomp-shim" run -p "$folder/no-chmod.json")
}

# works ROW COUNT TEXT: that many lines say so.
works() {
	[ "$(grep -c ' works$' <<<"$3")" -ge "$2" ] && return
	failures=$((failures + 1))
	printf '%s: not %s things work without a filter:\n%s\n' "$@"
}

@test "a dynamic program is refused chmod and otherwise runs as without the filter" {
	local who free found

	for who in $(everybody); do
		answer "$who" python3 -c "$EVERYTHING" "$folder/$who"
		free=$found
		works "$who" 44 "$free"
		answer "$who" "${shim[@]}" python3 -c "$EVERYTHING" "$folder/$who"
		same "$who" "$(sed -E 's/^(f?chmod(at)?) works$/\1 EPERM/' <<<"$free")" "$found"
		same "$who: refused" 3 "$(grep -c ' EPERM$' <<<"$found")"
		answer "$who" "${shim[@]}" sh -c "cd '$folder/$who' && touch f && LC_ALL=C exec chmod 700 f"
		same "$who: chmod(1)" "chmod: changing permissions of 'f': Operation not permitted"$'\nstatus 1' "$found"
	done
	all_held
}

@test "a static program is refused chmod and otherwise runs as without the filter" {
	local who free found

	for who in $(everybody); do
		answer "$who" busybox sh -c "$APPLETS" sh "$folder/$who"
		free=$found
		works "$who" 18 "$free"
		answer "$who" "${shim[@]}" busybox sh -c "$APPLETS" sh "$folder/$who"
		same "$who" "${free/chmod works/chmod Operation not permitted}" "$found"
	done
	all_held
}

@test "chmod, fchmod, fchmodat and fchmodat2 are refused by number in three ABIs" {
	local who file name

	for who in $(everybody); do
		file=$folder/$who/file
		as "$who" touch "$file"
		for name in probe probe_static; do
			probe "$who, $name" "${CHMOD//FILE/"$file"}" "$who" "${shim[@]}" "$folder/$name"
		done
		same "$who: mode" 644 "$(stat -c %a "$file")"
		# without the filter they do change it
		probe "$who: free" "call x86_64 90 @$file 0600 = ret=0
call x86_64 268 -100 @$file 0610 = ret=0
call x86 15 @$file 0620 = ret=0" "$who" "$folder/probe"
		same "$who: changed" 620 "$(stat -c %a "$file")"
	done
	all_held
}
