/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Validate and assemble one request of gRPC from its headers and data.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_REQUEST_H
#define TARFS_SNAPSHOTTER_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "rpc.h"

#define REQUEST_PREFIX		5	/* bytes in front of a message */
#define REQUEST_HEADERS_MAX	(16 * 1024)	/* bytes of names and values */
#define REQUEST_MESSAGE_MAX	(4 * 1024 * 1024)	/* bytes */
#define REQUEST_PATH_SIZE	128	/* with the final NUL */
#define REQUEST_NAMESPACE_SIZE	256	/* with the final NUL */

/**
 * struct request - a request, zero before the first use
 * @code: RPC_OK, or why it is refused, with @problem; the first reason counts
 * @http: status to refuse it with if it is none of gRPC; 0 if it is
 * @headers: bytes of headers so far
 * @path: of the method
 * @namespace: header containerd-namespace
 * @body: data so far: a prefix and a message
 */
struct request {
	enum rpc_code code;
	const char *problem;
	unsigned int http;
	size_t headers;
	bool post;
	bool grpc;
	bool trailers;
	char path[REQUEST_PATH_SIZE];
	char namespace[REQUEST_NAMESPACE_SIZE];
	struct buffer body;
};

void request_header(struct request *r, const uint8_t *name, size_t name_len,
		    const uint8_t *value, size_t value_len);
/* all headers are there */
void request_headers_end(struct request *r);
void request_data(struct request *r, const uint8_t *data, size_t len);
/* the client has sent all */
void request_end(struct request *r);

/* refuse a request, unless it is refused already */
void request_refuse(struct request *r, enum rpc_code code, const char *problem);

/**
 * request_unpack() - decode the message of a complete request
 *
 * Return: the message, for protobuf_c_message_free_unpacked(), or NULL if it is
 * no such message or memory is short.
 */
ProtobufCMessage *request_unpack(const struct request *r,
				 const ProtobufCMessageDescriptor *type);

void request_free(struct request *r);

#endif /* TARFS_SNAPSHOTTER_REQUEST_H */
