/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A server for gRPC over a unix socket.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * One thread owns all sockets and HTTP/2 sessions.  It hands each complete
 * request to a worker, which decodes and answers it.
 */
#ifndef TARFS_SNAPSHOTTER_RPC_H
#define TARFS_SNAPSHOTTER_RPC_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

#include "base/error.h"

/* status codes of gRPC */
enum rpc_code {
	RPC_OK			= 0,
	RPC_CANCELLED		= 1,
	RPC_UNKNOWN		= 2,
	RPC_INVALID_ARGUMENT	= 3,
	RPC_NOT_FOUND		= 5,
	RPC_ALREADY_EXISTS	= 6,
	RPC_RESOURCE_EXHAUSTED	= 8,
	RPC_FAILED_PRECONDITION	= 9,
	RPC_UNIMPLEMENTED	= 12,
	RPC_INTERNAL		= 13,
	RPC_UNAVAILABLE		= 14,
	RPC_DATA_LOSS		= 15,
};

/* workers of a lane run its methods only: long calls cannot delay quick ones */
enum rpc_lane {
	RPC_QUICK,	/* reads and writes records */
	RPC_MOUNT,	/* may have to mount or to make layers first */
	RPC_LONG,	/* reads a layer */
	RPC_LANES,
};

struct rpc_call;

/**
 * struct rpc_method - a method of a service
 * @path: "/PACKAGE.SERVICE/METHOD"; NULL ends a table
 * @request: the message that it takes
 * @lane: which workers run it
 * @run: answers by rpc_reply(), or returns another code than RPC_OK with the
 *	reason in @e; runs in a worker, several at a time
 */
struct rpc_method {
	const char *path;
	const ProtobufCMessageDescriptor *request;
	enum rpc_lane lane;
	enum rpc_code (*run)(struct rpc_call *call, void *service,
			     const void *request, struct error *e);
};

/* append a message to the answer: one, or many for a method that streams */
enum rpc_code rpc_reply(struct rpc_call *call, const ProtobufCMessage *message,
			struct error *e);

/* the client is gone, or the server is about to end: give up */
bool rpc_cancelled(const struct rpc_call *call);

/* the header containerd-namespace; "" without one */
const char *rpc_namespace(const struct rpc_call *call);

/**
 * struct rpc_options - what to serve, and where
 * @address: path of the socket
 * @methods: all methods of all services
 * @service: passed to each of them
 * @workers: threads of each lane
 */
struct rpc_options {
	const char *address;
	const struct rpc_method *methods;
	void *service;
	unsigned int workers[RPC_LANES];
};

struct rpc_server;

/**
 * rpc_server_new() - listen on the socket, and start the workers
 *
 * The caller must have blocked the signals that end the program.
 *
 * Return: 0, -EADDRINUSE if another program listens there, or another negative
 * errno value.
 */
int rpc_server_new(struct rpc_server **server, const struct rpc_options *options,
		   struct error *e);

/**
 * rpc_server_run() - serve until @signals, a signalfd, can be read
 *
 * Then refuse new calls and finish those that have begun.  Some seconds later,
 * or after a second signal, cancel them.
 *
 * Return: 0; -ETIMEDOUT if calls still run, when the program must end without
 * rpc_server_free(); or another negative errno value.
 */
int rpc_server_run(struct rpc_server *server, int signals, struct error *e);
void rpc_server_free(struct rpc_server *server);

/* notify.c */

/**
 * rpc_notify() - tell the service manager a state, such as "READY=1"
 *
 * Do nothing without the environment variable NOTIFY_SOCKET.  A manager that
 * cannot be told is none of the caller's failures.
 */
void rpc_notify(const char *state);

#endif /* TARFS_SNAPSHOTTER_RPC_H */
