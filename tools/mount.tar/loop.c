// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that answer requests, until the image is unmounted or a signal comes.
 *
 * libfuse's own loop can miss a signal that comes just before it waits.  Here the
 * main thread does nothing but wait for signals, and wakes the others until they have
 * ended.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/ending.h"
#include "mount.h"

#define WAKE	SIGUSR1
#define WAKE_NSEC	10000000

/*
 * struct readers - the threads
 * @main: receives SIGTERM when one of them ends
 */
struct readers {
	struct fuse_session *se;
	pthread_t main;
	pthread_t threads[MOUNT_THREADS_MAX];
	size_t count;
};

/* interrupts a system call, and does nothing else */
static void wake_up(int signal)
{
}

void loop_block_signals(void)
{
	const struct sigaction wake = { .sa_handler = wake_up };
	sigset_t set = ending_signals(), waking;

	pthread_sigmask(SIG_BLOCK, &set, NULL);
	sigaction(WAKE, &wake, NULL);
	/* the caller may have blocked it */
	sigemptyset(&waking);
	sigaddset(&waking, WAKE);
	pthread_sigmask(SIG_UNBLOCK, &waking, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int loop_start(struct fuse_session *se, struct error *e)
{
	struct fuse_buf buf = {};
	int len;

	do {
		len = fuse_session_receive_buf(se, &buf);
	} while (len == -EINTR);
	if (len > 0)
		fuse_session_process_buf(se, &buf);
	free(buf.mem);
	if (len > 0 && !fuse_session_exited(se))
		return 0;
	return error_set(e, -EIO, "the kernel's FUSE does not answer%s%s",
			 len < 0 ? ": " : "", len < 0 ? strerror(-len) : "");
}

static void *answer_requests(void *arg)
{
	struct readers *r = arg;
	struct fuse_buf buf = {};
	int len;

	while (!fuse_session_exited(r->se)) {
		len = fuse_session_receive_buf(r->se, &buf);
		if (len == -EINTR)
			continue;
		if (len <= 0)
			break;
		fuse_session_process_buf(r->se, &buf);
	}
	free(buf.mem);
	pthread_kill(r->main, SIGTERM);
	return NULL;
}

/* a thread may not wait for a request yet, or wait again: repeat until it has ended */
static void join(pthread_t thread)
{
	struct timespec until;

	do {
		pthread_kill(thread, WAKE);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += WAKE_NSEC;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
	} while (pthread_timedjoin_np(thread, NULL, &until) == ETIMEDOUT);
}

int loop_run(struct fuse_session *se, size_t threads, struct error *e)
{
	struct readers r = { .se = se, .main = pthread_self() };
	sigset_t set = ending_signals();
	int err = 0, signal;

	while (r.count < threads && !err) {
		err = pthread_create(&r.threads[r.count], NULL,
				     answer_requests, &r);
		r.count += !err;
	}
	if (!err)
		sigwait(&set, &signal);
	fuse_session_exit(se);
	while (r.count)
		join(r.threads[--r.count]);
	return err ? error_set(e, -err, "cannot start a thread: %s",
			       strerror(err)) : 0;
}
