// SPDX-License-Identifier: GPL-2.0
/*
 * A stream of a connection: a request, the call it becomes, and its answer.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdlib.h>
#include <string.h>

#include "server_private.h"

struct stream *stream_new(struct connection *c, int32_t id)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->connection = c;
	s->id = id;
	s->next = c->streams;
	if (s->next)
		s->next->prev = s;
	c->streams = s;
	c->partial++;
	c->heard = clock_seconds();
	return s;
}

static void unlink_stream(struct stream *s)
{
	if (s->prev)
		s->prev->next = s->next;
	else
		s->connection->streams = s->next;
	if (s->next)
		s->next->prev = s->prev;
}

static void set_complete(struct stream *s)
{
	if (s->complete)
		return;
	s->complete = true;
	s->connection->partial--;
}

static void forget_call(struct loop *loop, struct rpc_call *call)
{
	loop->calls--;
	call_free(call);
}

void stream_free(struct stream *s)
{
	struct loop *loop = s->connection->loop;

	unlink_stream(s);
	set_complete(s);
	atomic_fetch_sub(&loop->held, s->request.body.len);
	request_free(&s->request);
	if (s->call && s->answered) {
		s->connection->answers--;
		forget_call(loop, s->call);
	} else if (s->call) {
		s->call->stream = NULL;
		atomic_store(&s->call->cancelled, true);
	}
	free(s);
}

void stream_data(struct stream *s, const uint8_t *data, size_t len)
{
	struct loop *loop = s->connection->loop;
	size_t before = s->request.body.len;

	if (atomic_load(&loop->held) + len > HELD_MAX)
		request_refuse(&s->request, RPC_RESOURCE_EXHAUSTED,
			       "too much is being asked at once");
	request_data(&s->request, data, len);
	atomic_fetch_add(&loop->held, s->request.body.len - before);
	s->connection->heard = clock_seconds();
}

static const struct rpc_method *find_method(const struct loop *loop,
					    const char *path)
{
	const struct rpc_method *m;

	for (m = loop->methods; m->path; m++)
		if (!strcmp(m->path, path))
			return m;
	return NULL;
}

static void check_method(struct stream *s)
{
	if (!find_method(s->connection->loop, s->request.path))
		request_refuse(&s->request, RPC_UNIMPLEMENTED,
			       "there is no such method");
}

static void check_load(struct stream *s)
{
	const struct loop *loop = s->connection->loop;

	if (loop->stopping)
		request_refuse(&s->request, RPC_UNAVAILABLE,
			       "the server is about to end");
	else if (loop->calls >= CALLS_MAX)
		request_refuse(&s->request, RPC_RESOURCE_EXHAUSTED,
			       "too many calls at once");
}

static void refuse(struct stream *s)
{
	set_complete(s);
	if (s->request.http)
		answer_http(s, s->request.http);
	else
		answer_status(s, s->request.code, s->request.problem);
}

void stream_refuse_early(struct stream *s)
{
	check_method(s);
	if (s->request.code != RPC_OK && !s->answered)
		refuse(s);
}

/* the call takes the request, and what it holds */
static struct rpc_call *new_call(struct stream *s)
{
	struct loop *loop = s->connection->loop;
	struct rpc_call *call = calloc(1, sizeof(*call));

	if (!call)
		return NULL;
	call->stream = s;
	call->method = find_method(loop, s->request.path);
	call->service = loop->service;
	call->request = s->request;
	call->held = &loop->held;
	s->request.body = (struct buffer){ 0 };
	loop->calls++;
	return call;
}

void stream_dispatch(struct stream *s)
{
	struct loop *loop = s->connection->loop;

	if (s->answered)
		return;
	set_complete(s);
	request_end(&s->request);
	check_method(s);
	check_load(s);
	if (s->request.code == RPC_OK) {
		s->call = new_call(s);
		if (!s->call)
			request_refuse(&s->request, RPC_RESOURCE_EXHAUSTED,
				       "out of memory");
	}
	if (s->call)
		pool_add(loop->pools[s->call->method->lane], s->call);
	else
		refuse(s);
}

void stream_done(struct loop *loop, struct rpc_call *call)
{
	struct stream *s = call->stream;

	if (!s) {
		forget_call(loop, call);
		return;
	}
	s->connection->answers++;
	s->connection->progress = clock_seconds();
	answer_call(s);
}
