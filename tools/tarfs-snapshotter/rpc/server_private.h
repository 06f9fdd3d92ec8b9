/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the loop owns: the server, its connections, their streams.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Only the thread of rpc_server_run() uses these.
 */
#ifndef TARFS_SNAPSHOTTER_SERVER_PRIVATE_H
#define TARFS_SNAPSHOTTER_SERVER_PRIVATE_H

#include <nghttp2/nghttp2.h>
#include <time.h>

#include "call.h"
#include "pool.h"

#define CONNECTIONS_MAX	256
#define STREAMS_MAX	128	/* of a connection */
#define CALLS_MAX	1024	/* of all connections */
#define STALL_SECONDS	30	/* without progress of a connection */

/**
 * struct loop - what connections and streams share
 * @methods: as in struct rpc_options
 * @calls: calls that wait, run, or are being answered
 * @held: bytes of requests and of answers in memory; workers change it, too
 * @stopping: new calls are refused
 */
struct loop {
	const struct rpc_method *methods;
	void *service;
	struct pool *pools[RPC_LANES];
	unsigned int calls;
	atomic_size_t held;
	bool stopping;
};

/**
 * struct connection - a client
 * @next: of the server's list
 * @out: bytes of the session that the socket has not taken yet
 * @out_at: bytes of @out that it has taken
 * @streams: all of them
 * @partial: streams whose request is not yet complete
 * @answers: streams whose answer is not yet sent
 * @greeted: the client has sent its settings, so it speaks HTTP/2
 * @heard: when the client began, or last sent some of a request, s
 * @progress: when the client last took some of an answer, s
 * @events: what epoll waits for
 * @dead: close it at the end of the turn
 */
struct connection {
	struct connection *next;
	struct loop *loop;
	nghttp2_session *session;
	int fd;
	struct buffer out;
	size_t out_at;
	struct stream *streams;
	unsigned int partial;
	unsigned int answers;
	bool greeted;
	time_t heard;
	time_t progress;
	uint32_t events;
	bool dead;
};

/**
 * struct stream - a request and its answer
 * @call: NULL until the request is complete, or if it is refused
 * @complete: the request is, or what is missing does not matter
 * @answered: an answer is submitted; ignore what the client still sends
 */
struct stream {
	struct stream *prev;
	struct stream *next;
	struct connection *connection;
	int32_t id;
	struct request request;
	struct rpc_call *call;
	bool complete;
	bool answered;
};

/* clock.c */
time_t clock_seconds(void);

/* stream.c */
struct stream *stream_new(struct connection *c, int32_t id);
/* the stream is closed, or its connection: leave a running call to its worker */
void stream_free(struct stream *s);
/* add data of the request */
void stream_data(struct stream *s, const uint8_t *data, size_t len);
/* the request is complete: queue a call for it, or refuse it */
void stream_dispatch(struct stream *s);
/* refuse it now if it is known to be bad, though the client still sends */
void stream_refuse_early(struct stream *s);
/* a worker has run the call: answer, or drop it if the client is gone */
void stream_done(struct loop *loop, struct rpc_call *call);

/* answer.c */
void answer_call(struct stream *s);
void answer_status(struct stream *s, enum rpc_code code, const char *text);
void answer_http(struct stream *s, unsigned int status);

/* session.c */
int session_new(struct connection *c, struct error *e);

/* connection.c */
struct connection *connection_new(struct loop *loop, int fd);
void connection_free(struct connection *c);
/* read and process what has come; set @dead if it cannot go on */
void connection_read(struct connection *c);
/* send what is due; set @dead if it cannot go on */
void connection_write(struct connection *c);
/* say that no more calls are accepted */
void connection_shut(struct connection *c);
/* it is waited for the client, who must not take long */
bool connection_waits(const struct connection *c);
/* set @dead if the client has taken too long */
void connection_check_stall(struct connection *c, time_t now);

#endif /* TARFS_SNAPSHOTTER_SERVER_PRIVATE_H */
