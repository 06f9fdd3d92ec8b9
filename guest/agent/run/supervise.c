// SPDX-License-Identifier: GPL-2.0
/*
 * Supervise the containers of a pod until the last one has ended.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "run/supervise.h"

/**
 * struct ending - progress of a requested stop
 * @signal: last signal sent to the containers; 0: no stop was requested
 * @kill_at: when to send SIGKILL, CLOCK_MONOTONIC in milliseconds
 */
struct ending {
	int signal;
	int64_t kill_at;
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void write_all(int to, const char *buf, ssize_t len)
{
	ssize_t part;

	for (; len > 0; buf += part, len -= part) {
		part = write(to, buf, len);
		if (part < 0)
			break;
	}
}

/*
 * Copy available output from @from to @to, or discard it if @to is negative.
 * Close @from at its end or on an error.
 */
static void pass_on(int *from, int to)
{
	char buf[4096];
	ssize_t len = read(*from, buf, sizeof(buf));

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (to >= 0)
		write_all(to, buf, len);
	if (len > 0)
		return;
	close(*from);
	*from = -1;
}

/*
 * Wait for the pipes, too: they are closed by the container's last process,
 * which ends with its PID namespace at the latest.
 */
static bool is_over(const struct supervisor *s)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (!s->r[i].ended || s->r[i].output[0] >= 0 ||
		    s->r[i].output[1] >= 0)
			return false;
	return true;
}

static int wait_for_event(const struct supervisor *s,
			  const struct ending *ending, struct pollfd *outputs,
			  struct error *e)
{
	struct pollfd fds[STOP_FDS + 2 * PODSPEC_CONTAINERS_MAX];
	int64_t left = ending->kill_at - now();
	size_t i;

	stop_watch(s->stop, fds);
	for (i = 0; i < 2 * s->count; i++)
		fds[STOP_FDS + i] = (struct pollfd){
			.fd = s->r[i / 2].output[i % 2], .events = POLLIN
		};
	if (poll(fds, STOP_FDS + 2 * s->count,
		 ending->signal != SIGTERM ? -1 : left > 0 ? left : 0) < 0 &&
	    errno != EINTR)
		return error_errno(e, "cannot wait for the containers");
	for (i = 0; i < 2 * s->count; i++)
		outputs[i] = fds[STOP_FDS + i];
	return 0;
}

static void pass_on_all(const struct supervisor *s,
			const struct pollfd *outputs)
{
	size_t i;
	int to;

	for (i = 0; i < 2 * s->count; i++) {
		to = i % 2 ? STDERR_FILENO : STDOUT_FILENO;
		if (outputs[i].revents)
			pass_on(&s->r[i / 2].output[i % 2],
				s->show_output ? to : -1);
	}
}

static void take_status(struct running *r, int status)
{
	r->ended = true;
	r->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	r->status = r->signal ? 128 + r->signal : WEXITSTATUS(status);
	close(r->pidfd);
	r->pidfd = -1;
}

/* reap orphans, too, which become children of PID 1 */
static int reap(const struct supervisor *s, struct error *e)
{
	int status;
	size_t i;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < s->count; i++) {
			if (s->r[i].ended || s->r[i].pid != pid)
				continue;
			take_status(&s->r[i], status);
			s->ended(&s->r[i]);
		}
	if (!pid || errno == EINTR)
		return 0;
	if (errno != ECHILD)
		return error_errno(e, "cannot wait for the containers' ends");
	for (i = 0; i < s->count; i++)
		if (!s->r[i].ended)
			return error_set(e, -ECHILD, "%s is lost",
					 s->r[i].container->id);
	return 0;
}

/* signal all containers, except those that have ended meanwhile */
static void signal_all(const struct supervisor *s, struct ending *ending,
		       int signal)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (!s->r[i].ended &&
		    pidfd_send_signal(s->r[i].pidfd, signal, NULL, 0) &&
		    errno != ESRCH)
			fprintf(stderr, "tarfs-agent: %s: cannot send signal %d: %m\n",
				s->r[i].container->id, signal);
	ending->signal = signal;
}

static void end_if_asked(const struct supervisor *s, struct ending *ending)
{
	const char *who = stop_asked(s->stop);

	if (who && !ending->signal) {
		fprintf(stderr,
			"tarfs-agent: asked to end by %s: SIGTERM now, SIGKILL in %u s\n",
			who, s->grace);
		ending->kill_at = now() + s->grace * 1000LL;
		signal_all(s, ending, SIGTERM);
	} else if (ending->signal == SIGTERM && now() >= ending->kill_at) {
		fprintf(stderr, "tarfs-agent: %u s are over: SIGKILL\n",
			s->grace);
		signal_all(s, ending, SIGKILL);
	}
}

int supervise(const struct supervisor *s, struct error *e)
{
	struct pollfd outputs[2 * PODSPEC_CONTAINERS_MAX];
	struct ending ending = { 0 };
	int err;

	for (;;) {
		err = reap(s, e);
		if (err || is_over(s))
			return err;
		err = wait_for_event(s, &ending, outputs, e);
		if (err)
			return err;
		pass_on_all(s, outputs);
		end_if_asked(s, &ending);
	}
}
