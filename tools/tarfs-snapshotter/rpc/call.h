/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One call of a method: what a worker runs, and what it answers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_CALL_H
#define TARFS_SNAPSHOTTER_CALL_H

#include <stdatomic.h>

#include "request.h"
#include "rpc.h"

#define HELD_MAX	(64 * 1024 * 1024)	/* bytes of requests, answers */

/**
 * struct rpc_call - between the loop and one worker
 * @next: in a queue of a pool
 * @stream: for the loop; NULL once the client has gone
 * @request: owned by the call
 * @held: bytes of all requests and answers in memory, of this call's, too
 * @cancelled: set by the loop, read by the worker
 * @code: of the answer, with @e as the text
 * @reply: messages, each with its prefix
 * @sent: bytes of @reply that HTTP/2 has taken
 */
struct rpc_call {
	struct rpc_call *next;
	void *stream;
	const struct rpc_method *method;
	void *service;
	struct request request;
	atomic_size_t *held;
	atomic_bool cancelled;
	enum rpc_code code;
	struct error e;
	struct buffer reply;
	size_t sent;
};

/* in a worker: decode the request, and answer it */
void call_run(struct rpc_call *call);
/* give back what it holds */
void call_free(struct rpc_call *call);

#endif /* TARFS_SNAPSHOTTER_CALL_H */
