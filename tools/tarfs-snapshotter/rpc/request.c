// SPDX-License-Identifier: GPL-2.0
/*
 * Validate and assemble one request of gRPC from its headers and data.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "request.h"

void request_refuse(struct request *r, enum rpc_code code, const char *problem)
{
	if (r->code != RPC_OK)
		return;
	r->code = code;
	r->problem = problem;
}

static void refuse_http(struct request *r, unsigned int http,
			const char *problem)
{
	if (r->code == RPC_OK)
		r->http = http;
	request_refuse(r, RPC_INTERNAL, problem);
}

static bool is(const char *want, const uint8_t *text, size_t len)
{
	return len == strlen(want) && !memcmp(want, text, len);
}

/* return false if the text does not fit, or has a NUL */
static bool copy(char *to, size_t size, const uint8_t *text, size_t len)
{
	if (len >= size || memchr(text, 0, len))
		return false;
	memcpy(to, text, len);
	to[len] = 0;
	return true;
}

static void take_method(struct request *r, const uint8_t *value, size_t len)
{
	r->post = is("POST", value, len);
}

static void take_path(struct request *r, const uint8_t *value, size_t len)
{
	if (!copy(r->path, sizeof(r->path), value, len))
		request_refuse(r, RPC_UNIMPLEMENTED, "there is no such method");
}

/* application/grpc, also with a suffix "+proto" or with parameters */
static void take_type(struct request *r, const uint8_t *value, size_t len)
{
	static const char type[] = "application/grpc";
	const size_t known = sizeof(type) - 1;

	r->grpc = len >= known && !memcmp(value, type, known) &&
		  (len == known || value[known] == ';' ||
		   is("+proto", value + known, len - known));
}

static void take_te(struct request *r, const uint8_t *value, size_t len)
{
	r->trailers = is("trailers", value, len);
}

static void take_encoding(struct request *r, const uint8_t *value, size_t len)
{
	if (!is("identity", value, len))
		request_refuse(r, RPC_UNIMPLEMENTED,
			       "requests must not be compressed");
}

static void take_namespace(struct request *r, const uint8_t *value, size_t len)
{
	if (!copy(r->namespace, sizeof(r->namespace), value, len))
		request_refuse(r, RPC_INVALID_ARGUMENT,
			       "the namespace is too long");
}

/*
 * Ignore grpc-timeout: a client that gives up resets the stream, which cancels
 * the call.
 */
static const struct {
	const char *name;
	void (*take)(struct request *r, const uint8_t *value, size_t len);
} known_headers[] = {
	{ ":method", take_method },
	{ ":path", take_path },
	{ "content-type", take_type },
	{ "te", take_te },
	{ "grpc-encoding", take_encoding },
	{ "containerd-namespace", take_namespace },
};

void request_header(struct request *r, const uint8_t *name, size_t name_len,
		    const uint8_t *value, size_t value_len)
{
	size_t i;

	r->headers += name_len + value_len;
	if (r->headers > REQUEST_HEADERS_MAX) {
		request_refuse(r, RPC_RESOURCE_EXHAUSTED,
			       "the headers are too long");
		return;
	}
	for (i = 0; i < sizeof(known_headers) / sizeof(known_headers[0]); i++)
		if (is(known_headers[i].name, name, name_len))
			known_headers[i].take(r, value, value_len);
}

void request_headers_end(struct request *r)
{
	if (!r->post)
		refuse_http(r, 405, "the method must be POST");
	if (!r->grpc)
		refuse_http(r, 415, "the content must be application/grpc");
	if (!r->trailers)
		request_refuse(r, RPC_INTERNAL,
			       "the header \"te: trailers\" is missing");
}

static size_t message_size(const struct request *r)
{
	uint32_t len;

	memcpy(&len, r->body.bytes + 1, sizeof(len));
	return be32toh(len);
}

static void check_prefix(struct request *r)
{
	if (r->body.len < REQUEST_PREFIX)
		return;
	if (r->body.bytes[0])
		request_refuse(r, RPC_UNIMPLEMENTED,
			       "requests must not be compressed");
	else if (message_size(r) > REQUEST_MESSAGE_MAX)
		request_refuse(r, RPC_RESOURCE_EXHAUSTED,
			       "the message is too large");
	else if (r->body.len > REQUEST_PREFIX + message_size(r))
		request_refuse(r, RPC_UNIMPLEMENTED,
			       "a request must be a single message");
}

/* double the memory, whatever size the prefix claims: it may be a lie */
static int grow(struct request *r, size_t need)
{
	size_t size = r->body.size ? r->body.size : 256;
	struct error e;

	while (size < need)
		size *= 2;
	return buffer_reserve(&r->body, size, &e);
}

void request_data(struct request *r, const uint8_t *data, size_t len)
{
	if (r->code != RPC_OK)
		return;
	if (len > REQUEST_PREFIX + REQUEST_MESSAGE_MAX - r->body.len) {
		request_refuse(r, RPC_RESOURCE_EXHAUSTED,
			       "the message is too large");
		return;
	}
	if (grow(r, r->body.len + len)) {
		request_refuse(r, RPC_RESOURCE_EXHAUSTED, "out of memory");
		return;
	}
	memcpy(r->body.bytes + r->body.len, data, len);
	r->body.len += len;
	check_prefix(r);
}

void request_end(struct request *r)
{
	if (r->body.len < REQUEST_PREFIX ||
	    r->body.len != REQUEST_PREFIX + message_size(r))
		request_refuse(r, RPC_INTERNAL, "the request is cut short");
}

ProtobufCMessage *request_unpack(const struct request *r,
				 const ProtobufCMessageDescriptor *type)
{
	return protobuf_c_message_unpack(type, NULL, message_size(r),
					 (const uint8_t *)r->body.bytes +
					 REQUEST_PREFIX);
}

void request_free(struct request *r)
{
	free(r->body.bytes);
	r->body = (struct buffer){ 0 };
}
