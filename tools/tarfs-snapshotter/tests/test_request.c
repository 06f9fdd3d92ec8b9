// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of gRPC: which headers and data are accepted, and status texts.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdlib.h>
#include <string.h>

#include "rpc/request.h"
#include "rpc/status.h"
#include "snapshotter.pb-c.h"
#include "tap.h"

struct field {
	const char *name;
	const char *value;
};

static const struct field good[] = {
	{ ":method", "POST" }, { ":path", "/a/B" },
	{ "content-type", "application/grpc" }, { "te", "trailers" },
	{ }
};

static void give(struct request *r, const char *name, const char *value)
{
	request_header(r, (const uint8_t *)name, strlen(name),
		       (const uint8_t *)value, strlen(value));
}

/* the good headers, of which one is replaced; a value of NULL leaves it out */
static void give_headers(struct request *r, const char *name, const char *value)
{
	const struct field *f;

	for (f = good; f->name; f++)
		if (strcmp(f->name, name))
			give(r, f->name, f->value);
	if (value)
		give(r, name, value);
	request_headers_end(r);
}

static void test_headers(void)
{
	static const struct {
		const char *name, *value;
		enum rpc_code code;
		unsigned int http;
	} rows[] = {
		{ "x", "y", RPC_OK, 0 },
		{ "content-type", "application/grpc+proto", RPC_OK, 0 },
		{ "content-type", "application/grpc;charset=utf-8", RPC_OK, 0 },
		{ "content-type", "application/grpc+json", RPC_INTERNAL, 415 },
		{ "content-type", "application/grpcx", RPC_INTERNAL, 415 },
		{ "content-type", "application/grp", RPC_INTERNAL, 415 },
		{ "content-type", NULL, RPC_INTERNAL, 415 },
		{ ":method", "GET", RPC_INTERNAL, 405 },
		{ "te", NULL, RPC_INTERNAL, 0 },
		{ "te", "gzip", RPC_INTERNAL, 0 },
		{ "grpc-encoding", "identity", RPC_OK, 0 },
		{ "grpc-encoding", "gzip", RPC_UNIMPLEMENTED, 0 },
		{ "grpc-timeout", "1n", RPC_OK, 0 },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct request r = { 0 };

		give_headers(&r, rows[i].name, rows[i].value);
		ok(r.code == rows[i].code && r.http == rows[i].http &&
		   !r.problem == !r.code, "%s: %s", rows[i].name,
		   rows[i].value ? rows[i].value : "absent");
	}
}

static void test_long_headers(void)
{
	char text[REQUEST_HEADERS_MAX];
	struct request r = { 0 };

	memset(text, 'a', sizeof(text));
	text[REQUEST_NAMESPACE_SIZE - 1] = 0;
	give_headers(&r, "containerd-namespace", text);
	ok(r.code == RPC_OK && !strcmp(r.namespace, text),
	   "the longest namespace");
	memset(text, 'a', sizeof(text));
	text[REQUEST_NAMESPACE_SIZE] = 0;
	give_headers(&r, "containerd-namespace", text);
	ok(r.code == RPC_INVALID_ARGUMENT, "a longer namespace is refused");
	r = (struct request){ 0 };
	text[REQUEST_NAMESPACE_SIZE] = 'a';
	text[sizeof(text) - 1] = 0;
	give_headers(&r, "x", text);
	ok(r.code == RPC_RESOURCE_EXHAUSTED, "headers have a limit");
	r = (struct request){ 0 };
	text[REQUEST_PATH_SIZE] = 0;
	give_headers(&r, ":path", text);
	ok(r.code == RPC_UNIMPLEMENTED, "a path of no method");
}

/* a body in pieces of @step bytes */
static enum rpc_code body(const void *bytes, size_t len, size_t step)
{
	struct request r = { 0 };
	enum rpc_code code;
	size_t at, n;

	give_headers(&r, "x", "y");
	for (at = 0; at < len; at += n) {
		n = len - at < step ? len - at : step;
		request_data(&r, (const uint8_t *)bytes + at, n);
	}
	request_end(&r);
	code = r.code;
	request_free(&r);
	return code;
}

#define BODY(bytes, step)	body(bytes, sizeof(bytes) - 1, step)

static void test_bodies(void)
{
	static const char full[] = "\0\0\0\0\3abc";
	size_t step;

	for (step = 1; step < sizeof(full); step++)
		ok(BODY(full, step) == RPC_OK, "pieces of %zu bytes", step);
	ok(BODY("\0\0\0\0\0", 9) == RPC_OK, "a message of no bytes");
	ok(BODY("", 9) == RPC_INTERNAL, "no message at all");
	ok(BODY("\0\0\0\0", 9) == RPC_INTERNAL, "a prefix that is cut");
	ok(BODY("\0\0\0\0\3ab", 1) == RPC_INTERNAL, "a message that is cut");
	ok(BODY("\0\0\0\0\3abcd", 1) == RPC_UNIMPLEMENTED, "a byte too many");
	ok(BODY("\0\0\0\0\1a\0\0\0\0\1b", 99) == RPC_UNIMPLEMENTED,
	   "two messages");
	ok(BODY("\1\0\0\0\3abc", 99) == RPC_UNIMPLEMENTED, "a compressed one");
	ok(BODY("\0\0\x40\0\0", 9) == RPC_INTERNAL,
	   "the largest size, without the message");
	ok(BODY("\0\0\x40\0\1", 9) == RPC_RESOURCE_EXHAUSTED,
	   "a size beyond the limit");
	ok(BODY("\0\xff\xff\xff\xff", 9) == RPC_RESOURCE_EXHAUSTED,
	   "the largest number");
}

/* the memory follows what has come, not what the prefix claims */
static void test_memory(void)
{
	struct request r = { 0 };

	give_headers(&r, "x", "y");
	request_data(&r, (const uint8_t *)"\0\0\x3f\xff\xff", 5);
	ok(r.code == RPC_OK && r.body.size < 4096,
	   "a prefix alone takes %zu bytes", r.body.size);
	request_free(&r);
}

static void test_unpack(void)
{
	struct request r = { 0 };
	ProtobufCMessage *m;

	request_data(&r, (const uint8_t *)"\0\0\0\0\5\x12\3key", 10);
	m = request_unpack(&r, &tarfs__key_request__descriptor);
	ok(m && !strcmp(((Tarfs__KeyRequest *)m)->key, "key"), "field 2");
	if (m)
		protobuf_c_message_free_unpacked(m, NULL);
	r.body.bytes[6] = 9;
	ok(!request_unpack(&r, &tarfs__key_request__descriptor),
	   "a field that is longer than its message");
	request_free(&r);
}

static void test_status(void)
{
	char text[STATUS_TEXT_SIZE], longest[2 * STATUS_TEXT_SIZE];
	size_t len;

	status_encode(text, "snapshot \"a\": 100% \n\xc3\xa4~\x7f");
	ok(!strcmp(text, "snapshot \"a\": 100%25 %0A%C3%A4~%7F"), "%s", text);
	memset(longest, '%', sizeof(longest));
	longest[sizeof(longest) - 1] = 0;
	len = status_encode(text, longest);
	ok(len < sizeof(text) && len == strlen(text) && len % 3 == 0 &&
	   !strcmp(text + len - 3, "%25"), "a long text is cut to %zu", len);
}

int main(void)
{
	test_headers();
	test_long_headers();
	test_bodies();
	test_memory();
	test_unpack();
	test_status();
	return tap_done();
}
