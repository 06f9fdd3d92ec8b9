// SPDX-License-Identifier: GPL-2.0
/*
 * The socket of a connection: bytes between it and its HTTP/2 session.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server_private.h"

#define READ_SIZE	(16 * 1024)	/* bytes */
#define READ_TURNS	16	/* then it is the turn of other connections */

struct connection *connection_new(struct loop *loop, int fd)
{
	struct connection *c = calloc(1, sizeof(*c));
	struct error e;

	if (!c)
		return NULL;
	c->loop = loop;
	c->fd = fd;
	c->heard = clock_seconds();
	c->progress = c->heard;
	if (session_new(c, &e)) {
		free(c);
		return NULL;
	}
	return c;
}

/* deleting a session does not close its streams */
void connection_free(struct connection *c)
{
	while (c->streams)
		stream_free(c->streams);
	nghttp2_session_del(c->session);
	close(c->fd);
	free(c->out.bytes);
	free(c);
}

static bool is_transient(int err)
{
	return err == EAGAIN || err == EINTR;
}

/* return false if there is nothing more to read now */
static bool read_some(struct connection *c)
{
	uint8_t buf[READ_SIZE];
	ssize_t len = recv(c->fd, buf, sizeof(buf), 0);

	if (len <= 0) {
		c->dead = len == 0 || !is_transient(errno);
		return false;
	}
	if (nghttp2_session_mem_recv(c->session, buf, len) == len)
		return len == sizeof(buf);
	/* whatever it was, tell the client as far as the socket takes it */
	connection_write(c);
	c->dead = true;
	return false;
}

void connection_read(struct connection *c)
{
	int turns = 0;

	while (!c->dead && turns++ < READ_TURNS && read_some(c))
		;
}

/* return 1 if all is sent, 0 if the socket is full */
static int send_rest(struct connection *c)
{
	ssize_t len;

	while (c->out_at < c->out.len) {
		len = send(c->fd, c->out.bytes + c->out_at,
			   c->out.len - c->out_at, MSG_NOSIGNAL);
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return is_transient(errno) ? 0 : -errno;
		c->out_at += len;
		c->progress = clock_seconds();
	}
	c->out_at = 0;
	c->out.len = 0;
	return 1;
}

/* take the session's next bytes; return 0 if there are none */
static int fetch(struct connection *c)
{
	const uint8_t *data;
	ssize_t len = nghttp2_session_mem_send(c->session, &data);
	struct error e;

	if (len <= 0)
		return len < 0 ? -EPROTO : 0;
	if (buffer_reserve(&c->out, len, &e))
		return -ENOMEM;
	memcpy(c->out.bytes, data, len);
	c->out.len = len;
	c->progress = clock_seconds();
	return 1;
}

void connection_write(struct connection *c)
{
	int err;

	do {
		err = send_rest(c);
		if (err == 1)
			err = fetch(c);
	} while (err == 1);
	if (err < 0)
		c->dead = true;
	if (!nghttp2_session_want_read(c->session) &&
	    !nghttp2_session_want_write(c->session) && !c->out.len)
		c->dead = true;
	if (c->loop->stopping && !c->streams && !c->out.len)
		c->dead = true;
}

void connection_shut(struct connection *c)
{
	int32_t last = nghttp2_session_get_last_proc_stream_id(c->session);

	nghttp2_submit_goaway(c->session, NGHTTP2_FLAG_NONE, last,
			      NGHTTP2_NO_ERROR, NULL, 0);
}

static bool waits_for_request(const struct connection *c)
{
	return !c->greeted || c->partial;
}

static bool waits_for_reader(const struct connection *c)
{
	return c->answers || c->out.len;
}

bool connection_waits(const struct connection *c)
{
	return waits_for_request(c) || waits_for_reader(c);
}

void connection_check_stall(struct connection *c, time_t now)
{
	if (waits_for_request(c) && now - c->heard > STALL_SECONDS)
		c->dead = true;
	if (waits_for_reader(c) && now - c->progress > STALL_SECONDS)
		c->dead = true;
}
