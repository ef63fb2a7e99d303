/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connects to a listener and hands the descriptor over. Two tasks share memory and descriptors: the
 * loader, which after seccomp(2) may make no call at all, and the helper, which has no filter. Two
 * variables pass between them: the loader publishes the descriptor, the helper its verdict. The
 * helper keeps the time, because the loader cannot read a clock without a call; while the loader
 * spins, only the helper uses the C library.
 */
#include <config.h>
#include "shim/run/listener.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "oci/json_write.h"
#include "shim/print.h"

/* What the state complies with (config-linux.md of that release). */
#define OCI_VERSION	 "1.3.0"
#define STACK_SIZE	 ((size_t)256 << 10) /* strerror(3) and a line, with a sanitizer's redzones */
#define POLL_NANOSECONDS 20000
/* Far more than the helper's time: it is gone, or a scheduling class keeps it from running. */
#define SPINS_MAX ((uint64_t)1 << 34)

/* For functions on a stack that the address sanitizer does not know. */
#define ON_OWN_STACK __attribute__((no_sanitize("address")))

#define NOTHING_YET (-1)
#define ABANDONED   (-2)

enum listener_verdict { VERDICT_NONE, VERDICT_SENT, VERDICT_FAILED };

struct listener {
	char *path; /* as it is shown */
	struct place place;
	struct buffer state; /* the ContainerProcessState, as JSON */
	int socket;
	bool synchronised;
	void *stack;  /* the helper's, and in its first part the one's that starts it */
	bool running; /* the helper may look at this */
	pid_t loader;
	int descriptor; /* NOTHING_YET, ABANDONED, or what seccomp(2) gave; the loader writes */
	enum listener_verdict verdict; /* the helper writes */
};

static void listener_make_state(struct buffer *out, const struct listener_plan *plan)
{
	CLEANUP(cleanup_json_writer)
	struct json_writer *json = json_writer_new(out, JSON_COMPACT);

	json_write_object(json, NULL);
	json_write_string(json, "ociVersion", OCI_VERSION);
	json_write_array(json, "fds");
	json_write_string(json, NULL, "seccompFd");
	json_write_end(json);
	json_write_integer(json, "pid", getpid());
	if (plan->metadata)
		json_write_string(json, "metadata", plan->metadata);
	json_write_object(json, "state");
	json_write_string(json, "ociVersion", OCI_VERSION);
	json_write_format(json, "id", "seccomp-shim-%d", (int)getpid());
	json_write_string(json, "status", "creating");
	json_write_integer(json, "pid", getpid());
	json_write_string(json, "bundle", plan->bundle);
	if (plan->annotations)
		json_write_raw(json, "annotations", plan->annotations, plan->annotations_length);
	json_write_end(json);
	json_write_end(json);
}

static int listener_connect_to(int socket, const char *path)
{
	const struct timeval limit = {.tv_sec = LISTENER_SECONDS_MAX};
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	/* Of connect(2) too, where the queue of the agent is full (unix(7)). */
	if (setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) ||
	    connect(socket, (const struct sockaddr *)&address, sizeof(address)))
		return -errno;
	return 0;
}

int listener_connect(const struct listener_plan *plan, struct listener **listener)
{
	struct listener *made = mem_zero(1, sizeof(*made));

	*listener = made;
	made->path = mem_string(text_escaped(plan->path, strlen(plan->path)));
	made->place = plan->place;
	made->synchronised = plan->synchronised;
	made->stack = MAP_FAILED;
	made->descriptor = NOTHING_YET;
	made->loader = getpid();
	listener_make_state(&made->state, plan);
	made->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (made->socket < 0)
		return -errno;
	return listener_connect_to(made->socket, plan->path);
}

static void listener_report(const struct listener *listener, const char *why)
{
	CLEANUP(buffer_free) struct buffer place = {0};

	place_add(&place, listener->place);
	print_one_error(NULL, "%scannot hand the descriptor over to the listener %s: %s",
			place.data ? place.data : "", listener->path, why);
}

static const char *listener_send_reason(int error)
{
	switch (error) {
	case EAGAIN:
		return "it did not read within 5 s";
	case EPIPE:
	case ECONNRESET:
		return "it closed the connection before it had the state (the agent must read to "
		       "the end)";
	case EACCES:
	case EPERM:
		return "the kernel refused it (a security module, or an outer filter)";
	default:
		return strerror(error);
	}
}

/* The descriptor goes with the first byte (config-linux.md); the rest may need more calls. */
static int listener_send_first(const struct listener *listener, int descriptor, size_t *sent)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec data = {.iov_base = listener->state.data, .iov_len = listener->state.length};
	struct msghdr message = {.msg_iov = &data,
				 .msg_iovlen = 1,
				 .msg_control = control.space,
				 .msg_controllen = sizeof(control.space)};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	ssize_t count;

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
	do
		count = sendmsg(listener->socket, &message, MSG_NOSIGNAL);
	while (count < 0 && errno == EINTR);
	if (count <= 0)
		return count < 0 ? errno : EPIPE;
	*sent = (size_t)count;
	return 0;
}

static int listener_send_state(const struct listener *listener, int descriptor)
{
	size_t sent = 0;
	int error = listener_send_first(listener, descriptor, &sent);

	while (!error && sent < listener->state.length) {
		ssize_t count = send(listener->socket, listener->state.data + sent,
				     listener->state.length - sent, MSG_NOSIGNAL);

		if (count > 0)
			sent += (size_t)count;
		else if (count == 0 || errno != EINTR)
			error = count == 0 ? EPIPE : errno;
	}
	return error;
}

/* clock_gettime(3) of this clock makes no call that could fail. */
static time_t listener_seconds(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* The helper is a process of its own, and the loader was killed. */
static bool listener_is_orphan(const struct listener *listener)
{
	return listener->synchronised && kill(listener->loader, 0) && errno == ESRCH;
}

/*
 * Waits for what the loader publishes: the descriptor, ABANDONED, or NOTHING_YET when the time is
 * over. Uses nothing that sets errno, which the loader reads at that time.
 */
static int listener_wait_descriptor(const struct listener *listener)
{
	const struct timespec pause = {.tv_nsec = POLL_NANOSECONDS};
	const time_t end = listener_seconds() + LISTENER_SECONDS_MAX;
	int descriptor;

	do {
		descriptor = __atomic_load_n(&listener->descriptor, __ATOMIC_ACQUIRE);
		if (descriptor != NOTHING_YET)
			return descriptor;
		(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL); /* a failure: no pause */
	} while (listener_seconds() <= end && !listener_is_orphan(listener));
	return listener_is_orphan(listener) ? ABANDONED : NOTHING_YET;
}

/*
 * Publishes the verdict and ends. A thread waits until the process ends: exit(2) may be what an
 * outer filter denies, and the C library then ends the process.
 */
static void NORETURN ON_OWN_STACK listener_helper_end(struct listener *listener,
						      enum listener_verdict verdict)
{
	const bool is_process = listener->synchronised;

	__atomic_store_n(&listener->verdict, verdict, __ATOMIC_RELEASE); /* it may be freed now */
	if (is_process)
		_exit(0);
	for (;;)
		(void)pause();
}

/* Ends both, or, where the helper is a process of its own, makes the loader end itself. */
static void NORETURN ON_OWN_STACK listener_helper_fail(struct listener *listener, const char *why)
{
	listener_report(listener, why);
	if (!listener->synchronised)
		_exit(STATUS_RUN_REFUSED);
	listener_helper_end(listener, VERDICT_FAILED);
}

static int ON_OWN_STACK listener_helper(void *argument)
{
	struct listener *listener = argument;
	int descriptor = listener_wait_descriptor(listener);
	int error;

	if (descriptor == ABANDONED)
		listener_helper_end(listener, VERDICT_FAILED);
	if (descriptor == NOTHING_YET)
		listener_helper_fail(listener, "the filter was not loaded within 5 s");
	error = listener_send_state(listener, descriptor);
	/*
	 * Closing tells the agent that this is all. Neither close can fail in a way that matters:
	 * the kernel has released the descriptor whatever it returns.
	 */
	(void)close(descriptor);
	(void)close(listener->socket);
	if (error)
		listener_helper_fail(listener, listener_send_reason(error));
	listener_helper_end(listener, VERDICT_SENT);
}

static int listener_start_thread(struct listener *listener, char *top)
{
	const int flags =
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;

	return clone(listener_helper, top, flags, listener) < 0 ? -errno : 0;
}

/*
 * The process in between: when it ends, the helper becomes init's child. The loader sleeps until
 * then. Without CLONE_FS, because with it execve(2) gives a set-user-ID program no rights as long
 * as the helper lives.
 */
static int listener_start_helper(void *argument)
{
	struct listener *listener = argument;
	char *top = (char *)listener->stack + STACK_SIZE / 2;

	return clone(listener_helper, top, CLONE_VM | CLONE_FILES, listener) < 0 ? errno : 0;
}

/* No signal at its end: nobody else needs it, and an ignored SIGCHLD does not reap it. */
static int listener_start_process(struct listener *listener, char *top)
{
	pid_t pid =
		clone(listener_start_helper, top, CLONE_VM | CLONE_FILES | CLONE_VFORK, listener);
	int status = 0;

	if (pid < 0)
		return -errno;
	while (waitpid(pid, &status, __WALL) < 0) {
		int error = errno;

		if (error == EINTR)
			continue;
		/* There may be a helper, which must end, and which may read all this until then. */
		__atomic_store_n(&listener->descriptor, ABANDONED, __ATOMIC_RELEASE);
		return -error;
	}
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

int listener_start(struct listener *listener)
{
	int result;
	char *top;

	listener->stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (listener->stack == MAP_FAILED)
		return -errno;
	top = (char *)listener->stack + STACK_SIZE;
	listener->running = true; /* before it reads this */
	result = listener->synchronised ? listener_start_process(listener, top)
					: listener_start_thread(listener, top);
	if (result && listener->descriptor != ABANDONED)
		listener->running = false;
	return result;
}

static void listener_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

bool listener_hand_over(struct listener *listener, int descriptor)
{
	enum listener_verdict verdict = VERDICT_NONE;

	__atomic_store_n(&listener->descriptor, descriptor, __ATOMIC_RELEASE);
	for (uint64_t i = 0; verdict == VERDICT_NONE; i++) {
		if (i == SPINS_MAX)
			__builtin_trap(); /* needs no system call */
		listener_relax();
		verdict = __atomic_load_n(&listener->verdict, __ATOMIC_ACQUIRE);
	}
	return verdict == VERDICT_SENT;
}

void listener_abandon(struct listener *listener)
{
	const struct timespec pause = {.tv_nsec = POLL_NANOSECONDS};
	const time_t end = listener_seconds() + LISTENER_SECONDS_MAX;

	__atomic_store_n(&listener->descriptor, ABANDONED, __ATOMIC_RELEASE);
	while (__atomic_load_n(&listener->verdict, __ATOMIC_ACQUIRE) == VERDICT_NONE) {
		if (listener_seconds() > end)
			return; /* it may still read all this, which stays */
		(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
	}
	listener->running = false;
}

/* The helper's last instructions may still use the stack, which goes with the process. */
void cleanup_listener(struct listener **pointer)
{
	struct listener *listener = *pointer;

	if (!listener || listener->running)
		return;
	cleanup_close(&listener->socket);
	buffer_free(&listener->state);
	free(listener->path);
	free(listener);
}
