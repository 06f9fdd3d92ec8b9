// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: a request of gRPC is refused with a reason, or decoded; how its
 * data are cut into pieces does not matter.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * The input is a byte that says what each piece has, a line a header, an empty
 * line, and data.
 */
#include <string.h>

#include "fuzz.h"
#include "rpc/request.h"
#include "rpc/status.h"
#include "snapshotter.pb-c.h"

static const ProtobufCMessageDescriptor *const types[] = {
	&tarfs__create_request__descriptor, &tarfs__key_request__descriptor,
	&tarfs__commit_request__descriptor, &tarfs__update_request__descriptor,
	&tarfs__list_request__descriptor, &tarfs__apply_request__descriptor,
};

#define TYPES	(sizeof(types) / sizeof(types[0]))

/* a line "NAME=VALUE"; a name may begin with ':' */
static void give_header(struct request *r, const uint8_t *line, size_t len)
{
	const uint8_t *equals = memchr(line, '=', len);
	size_t name = equals ? equals - line : len;

	request_header(r, line, name, equals ? equals + 1 : line + len,
		       equals ? len - name - 1 : 0);
}

/* return what follows the empty line */
static const uint8_t *give_headers(struct request *r, const uint8_t *at,
				   const uint8_t *end)
{
	const uint8_t *line_end;

	while (at < end) {
		line_end = memchr(at, '\n', end - at);
		if (!line_end)
			line_end = end;
		if (line_end == at)
			break;
		give_header(r, at, line_end - at);
		at = line_end == end ? end : line_end + 1;
	}
	request_headers_end(r);
	return at < end ? at + 1 : end;
}

static void give_data(struct request *r, const uint8_t *at, const uint8_t *end,
		      size_t piece)
{
	size_t len;

	for (; at < end; at += len) {
		len = end - at < piece ? end - at : piece;
		request_data(r, at, len);
	}
	request_end(r);
}

static void check(const struct request *r)
{
	char text[STATUS_TEXT_SIZE];

	if (!r->code != !r->problem)
		abort();
	if (r->http && r->code == RPC_OK)
		abort();
	if (r->problem && status_encode(text, r->problem) != strlen(text))
		abort();
}

/* what is decoded is encoded, and decoded again */
static void unpack(const struct request *r,
		   const ProtobufCMessageDescriptor *type)
{
	ProtobufCMessage *m = request_unpack(r, type), *again;
	uint8_t *packed;
	size_t len;

	if (!m)
		return;
	len = protobuf_c_message_get_packed_size(m);
	packed = malloc(len + 1);
	if (!packed || protobuf_c_message_pack(m, packed) != len)
		abort();
	again = protobuf_c_message_unpack(type, NULL, len, packed);
	if (!again || protobuf_c_message_get_packed_size(again) != len)
		abort();
	protobuf_c_message_free_unpacked(again, NULL);
	protobuf_c_message_free_unpacked(m, NULL);
	free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request whole = { 0 }, pieces = { 0 };
	const uint8_t *at;
	size_t i;

	if (!size)
		return 0;
	at = give_headers(&whole, data + 1, data + size);
	give_headers(&pieces, data + 1, data + size);
	give_data(&whole, at, data + size, size);
	give_data(&pieces, at, data + size, data[0] + 1);
	check(&whole);
	check(&pieces);
	if (!whole.code != !pieces.code)
		abort();
	for (i = 0; whole.code == RPC_OK && i < TYPES; i++)
		unpack(&whole, types[i]);
	request_free(&whole);
	request_free(&pieces);
	return 0;
}
