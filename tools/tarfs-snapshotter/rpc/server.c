// SPDX-License-Identifier: GPL-2.0
/*
 * The loop: wait for clients, for workers and for the end.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "listen.h"
#include "server_private.h"

#define EVENTS		64	/* of a turn */
#define TICK		1000	/* ms between checks of what takes too long */
#define PAUSE		10	/* ms */
#define GRACE_SECONDS	5	/* for calls to end; the same once cancelled */

/* what epoll reports instead of a connection */
enum { LISTENER = 1, DONE, SIGNALS, FIRST_POINTER };

/**
 * struct rpc_server - everything
 * @listener: -1 once no more clients are accepted
 * @deadline: when to cancel calls, or to give up, s; 0 while serving
 * @cancelled: calls are cancelled
 */
struct rpc_server {
	struct loop loop;
	const char *address;
	int epoll;
	int listener;
	int signals;
	struct done *done;
	struct connection *connections;
	unsigned int count;
	time_t deadline;
	bool cancelled;
};

static int watch(const struct rpc_server *s, int op, int fd, uint32_t events,
		 uintptr_t what)
{
	struct epoll_event event = {
		.events = events,
		.data.u64 = what,
	};

	return epoll_ctl(s->epoll, op, fd, &event);
}

static void add_client(struct rpc_server *s, int fd)
{
	struct connection *c;

	c = s->count < CONNECTIONS_MAX ? connection_new(&s->loop, fd) : NULL;
	if (!c) {
		close(fd);
		return;
	}
	c->events = EPOLLIN;
	if (watch(s, EPOLL_CTL_ADD, fd, c->events, (uintptr_t)c)) {
		connection_free(c);
		return;
	}
	c->next = s->connections;
	s->connections = c;
	s->count++;
}

static void accept_clients(struct rpc_server *s)
{
	int fd, count;

	for (count = 0; count < EVENTS; count++) {
		fd = accept4(s->listener, NULL, NULL,
			     SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			break;
		add_client(s, fd);
	}
	/* out of descriptors or memory: do not spin until there are some */
	if (fd < 0 && errno != EAGAIN && errno != ECONNABORTED)
		poll(NULL, 0, PAUSE);
}

static void take_answers(struct rpc_server *s)
{
	struct rpc_call *call, *next;

	for (call = done_take(s->done); call; call = next) {
		next = call->next;
		stream_done(&s->loop, call);
	}
}

/* stop accepting clients, and tell the connected ones */
static void begin_end(struct rpc_server *s)
{
	struct connection *c;

	s->loop.stopping = true;
	close(s->listener);
	s->listener = -1;
	unlink(s->address);
	for (c = s->connections; c; c = c->next)
		connection_shut(c);
	s->deadline = clock_seconds() + GRACE_SECONDS;
}

static void cancel_calls(struct rpc_server *s)
{
	struct connection *c;
	struct stream *stream;

	for (c = s->connections; c; c = c->next)
		for (stream = c->streams; stream; stream = stream->next)
			if (stream->call)
				atomic_store(&stream->call->cancelled, true);
	s->cancelled = true;
	s->deadline = clock_seconds() + GRACE_SECONDS;
}

static void take_signal(struct rpc_server *s)
{
	struct signalfd_siginfo info;

	if (read(s->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (!s->loop.stopping)
		begin_end(s);
	else if (!s->cancelled)
		cancel_calls(s);
}

static void handle(struct rpc_server *s, const struct epoll_event *event)
{
	struct connection *c;

	switch (event->data.u64) {
	case LISTENER:
		if (s->listener >= 0)
			accept_clients(s);
		break;
	case DONE:
		take_answers(s);
		break;
	case SIGNALS:
		take_signal(s);
		break;
	default:
		c = (struct connection *)(uintptr_t)event->data.u64;
		if (event->events & (EPOLLIN | EPOLLHUP | EPOLLERR))
			connection_read(c);
	}
}

static void update_events(struct rpc_server *s, struct connection *c)
{
	uint32_t events = EPOLLIN | (c->out.len ? EPOLLOUT : 0);

	if (events == c->events)
		return;
	c->events = events;
	if (watch(s, EPOLL_CTL_MOD, c->fd, events, (uintptr_t)c))
		c->dead = true;
}

/* send what this turn made, and close what has ended */
static void finish_turn(struct rpc_server *s)
{
	struct connection **p = &s->connections;
	time_t now = clock_seconds();
	struct connection *c;

	while ((c = *p)) {
		if (!c->dead)
			connection_write(c);
		if (!c->dead)
			connection_check_stall(c, now);
		if (!c->dead)
			update_events(s, c);
		if (!c->dead) {
			p = &c->next;
			continue;
		}
		*p = c->next;
		connection_free(c);
		s->count--;
	}
}

/* return milliseconds for epoll_wait(): an idle server does not wake up */
static int next_check(const struct rpc_server *s)
{
	const struct connection *c;

	if (s->deadline)
		return TICK / 10;
	for (c = s->connections; c; c = c->next)
		if (connection_waits(c))
			return TICK;
	return -1;
}

/* return 1 to go on, 0 at the end, or -ETIMEDOUT */
static int check_end(struct rpc_server *s, struct error *e)
{
	if (!s->loop.stopping)
		return 1;
	if (!s->loop.calls && !s->connections)
		return 0;
	if (clock_seconds() < s->deadline)
		return 1;
	if (!s->cancelled) {
		cancel_calls(s);
		return 1;
	}
	return s->loop.calls ?
	       error_set(e, -ETIMEDOUT, "%u calls have not ended in time",
			 s->loop.calls) : 0;
}

int rpc_server_run(struct rpc_server *s, int signals, struct error *e)
{
	struct epoll_event events[EVENTS];
	int i, count, err;

	s->signals = signals;
	if (watch(s, EPOLL_CTL_ADD, signals, EPOLLIN, SIGNALS))
		return error_errno(e, "cannot wait for signals");
	do {
		count = epoll_wait(s->epoll, events, EVENTS, next_check(s));
		if (count < 0 && errno != EINTR)
			return error_errno(e, "cannot wait for clients");
		for (i = 0; i < count; i++)
			handle(s, &events[i]);
		finish_turn(s);
		err = check_end(s, e);
	} while (err == 1);
	return err;
}

static int open_all(struct rpc_server *s, const struct rpc_options *o,
		    struct error *e)
{
	unsigned int i;
	int err;

	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->epoll < 0)
		return error_errno(e, "cannot make an epoll descriptor");
	err = done_new(&s->done, e);
	for (i = 0; !err && i < RPC_LANES; i++)
		err = pool_new(&s->loop.pools[i], o->workers[i], s->done, e);
	if (err)
		return err;
	s->listener = listen_open(o->address, e);
	if (s->listener < 0)
		return s->listener;
	if (watch(s, EPOLL_CTL_ADD, s->listener, EPOLLIN, LISTENER) ||
	    watch(s, EPOLL_CTL_ADD, done_event(s->done), EPOLLIN, DONE))
		return error_errno(e, "cannot wait for clients");
	return 0;
}

int rpc_server_new(struct rpc_server **serverp, const struct rpc_options *o,
		   struct error *e)
{
	struct rpc_server *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return error_set(e, -ENOMEM, "out of memory");
	s->loop.methods = o->methods;
	s->loop.service = o->service;
	s->address = o->address;
	s->epoll = -1;
	s->listener = -1;
	err = open_all(s, o, e);
	if (err)
		rpc_server_free(s);
	else
		*serverp = s;
	return err;
}

/*
 * Free connections before workers: their calls then have no stream to answer, and
 * are dropped with @done.
 */
void rpc_server_free(struct rpc_server *s)
{
	struct connection *c;
	unsigned int i;

	if (!s)
		return;
	if (s->listener >= 0) {
		close(s->listener);
		unlink(s->address);
	}
	while ((c = s->connections)) {
		s->connections = c->next;
		connection_free(c);
	}
	for (i = 0; i < RPC_LANES; i++)
		pool_free(s->loop.pools[i]);
	done_free(s->done);
	if (s->epoll >= 0)
		close(s->epoll);
	free(s);
}
