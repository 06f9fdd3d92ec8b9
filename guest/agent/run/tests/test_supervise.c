// SPDX-License-Identifier: GPL-2.0
/*
 * Test the supervisor.  The containers are children of this program, which gets
 * the requests to stop that PID 1 of a guest would get.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "run/supervise.h"
#include "tap.h"

#define CHILDREN	3
#define MUCH		(256 * 1024)

static struct stop stop = { .buttons = { -1, -1, -1, -1 } };
static const struct running *ended[CHILDREN];
static size_t ended_count;

static void note_end(const struct running *r)
{
	ended[ended_count++] = r;
}

/* do what stop_open() does, except what only PID 1 may do */
static void hear_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	stop.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* what containers do */
static void say(void)
{
	dprintf(STDOUT_FILENO, "# said by a container\n");
	_exit(3);
}

/* write more than fits into a pipe */
static void say_much(void)
{
	static const char line[] = "# 16 bytes each\n";
	size_t i;

	for (i = 0; i < MUCH / (sizeof(line) - 1); i++)
		if (write(STDOUT_FILENO, line, sizeof(line) - 1) < 0)
			_exit(1);
	_exit(3);
}

static void be_polite(void)
{
	sigset_t set;
	int signal;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigwait(&set, &signal);
	_exit(7);
}

static void be_deaf(void)
{
	signal(SIGTERM, SIG_IGN);
	stop_forget();
	for (;;)
		pause();
}

static void die(void)
{
	stop_forget();
	raise(SIGTERM);
}

static void start(struct running *r, const struct container *c,
		  void (*run)(void))
{
	int pipes[2];

	*r = (struct running){ .container = c, .output = { -1, -1 } };
	if (pipe2(pipes, O_CLOEXEC) || fcntl(pipes[0], F_SETFL, O_NONBLOCK))
		abort();
	r->pid = fork();
	if (!r->pid) {
		dup2(pipes[1], STDOUT_FILENO);
		run();
		_exit(99);
	}
	close(pipes[1]);
	r->output[0] = pipes[0];
	r->pidfd = pidfd_open(r->pid, 0);
}

static int watch_output(struct running *r, size_t count, bool show_output,
			struct error *e)
{
	const struct supervisor s = {
		.r = r, .count = count, .stop = &stop, .grace = 1,
		.show_output = show_output, .ended = note_end,
	};

	ended_count = 0;
	fflush(stdout);
	return supervise(&s, e);
}

static int watch(struct running *r, size_t count, struct error *e)
{
	return watch_output(r, count, true, e);
}

static const struct container names[CHILDREN] = {
	{ .id = "one" }, { .id = "two" }, { .id = "three" },
};

/* leave a child that is no container and has ended */
static void leave_orphan(void)
{
	pid_t pid = fork();
	siginfo_t info;

	if (!pid)
		_exit(0);
	waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
}

static void test_ends(void)
{
	struct running r[CHILDREN];
	struct error e = {};

	fflush(stdout);
	start(&r[0], &names[0], say);
	start(&r[1], &names[1], die);
	leave_orphan();
	ok(!watch(r, 2, &e) && ended_count == 2, "all are waited for");
	ok(r[0].ended && r[0].status == 3 && !r[0].signal,
	   "an exit status is taken");
	ok(r[1].ended && r[1].status == 128 + SIGTERM &&
	   r[1].signal == SIGTERM, "a signal is taken");
	ok(r[0].output[0] < 0 && r[1].output[0] < 0 && r[0].pidfd < 0,
	   "what they wrote is passed on to its end");
	ok(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD,
	   "whose parent has gone is reaped, too");
}

/* bytes of a container's output that reach standard output; -1 on error */
static off_t measure_output(bool show_output)
{
	int saved = dup(STDOUT_FILENO), file = memfd_create("output", 0), err;
	struct running r;
	struct error e;
	off_t size;

	fflush(stdout);
	start(&r, &names[0], say_much);
	dup2(file, STDOUT_FILENO);
	err = watch_output(&r, 1, show_output, &e);
	dup2(saved, STDOUT_FILENO);
	size = lseek(file, 0, SEEK_END);
	close(saved);
	close(file);
	return !err && r.status == 3 ? size : -1;
}

static void test_output(void)
{
	ok(measure_output(true) == MUCH, "output is written if that is asked for");
	ok(measure_output(false) == 0,
	   "otherwise it is discarded, and no container waits");
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void test_asked(void)
{
	double began = now(), took;
	struct running r[CHILDREN];
	struct error e = {};

	fflush(stdout);
	start(&r[0], &names[0], be_polite);
	start(&r[1], &names[1], be_deaf);
	start(&r[2], &names[2], be_polite);
	kill(getpid(), SIGTERM);
	ok(!watch(r, 3, &e) && ended_count == 3, "asked by SIGTERM all end");
	took = now() - began;
	ok(r[0].status == 7 && r[2].status == 7, "SIGTERM is passed on to all");
	ok(r[1].signal == SIGKILL && r[1].status == 137 && ended[2] == &r[1],
	   "who does not hear it gets SIGKILL");
	ok(took >= 1 && took < 60, "not before the time of grace is over");
}

static void test_lost(void)
{
	struct running r[CHILDREN];
	struct error e = {};

	fflush(stdout);
	start(&r[0], &names[0], say);
	waitpid(r[0].pid, NULL, 0);
	ok(watch(r, 1, &e) == -ECHILD && strstr(e.text, "one is lost"),
	   "a container that is nobody's child is an error");
}

int main(void)
{
	hear_signals();
	test_ends();
	test_output();
	test_asked();
	test_lost();
	return tap_done();
}
