// SPDX-License-Identifier: GPL-2.0
/*
 * Answers to requests: headers, messages, and a status in the trailers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdio.h>
#include <string.h>

#include "server_private.h"
#include "status.h"

/**
 * struct trailers - nghttp2 copies them when they are submitted
 */
struct trailers {
	char code[4];
	char text[STATUS_TEXT_SIZE];
	nghttp2_nv fields[4];
	size_t count;
};

static nghttp2_nv make_field(const char *name, const char *value)
{
	return (nghttp2_nv){
		.name = (uint8_t *)name,
		.value = (uint8_t *)value,
		.namelen = strlen(name),
		.valuelen = strlen(value),
	};
}

static void add(struct trailers *t, const char *name, const char *value)
{
	t->fields[t->count++] = make_field(name, value);
}

static void add_status(struct trailers *t, enum rpc_code code, const char *text)
{
	snprintf(t->code, sizeof(t->code), "%u", code);
	add(t, "grpc-status", t->code);
	if (code != RPC_OK && status_encode(t->text, text))
		add(t, "grpc-message", t->text);
}

/* a stream that cannot be answered is reset */
static void check(struct stream *s, int submitted)
{
	if (submitted)
		nghttp2_submit_rst_stream(s->connection->session,
					  NGHTTP2_FLAG_NONE, s->id,
					  NGHTTP2_INTERNAL_ERROR);
}

void answer_status(struct stream *s, enum rpc_code code, const char *text)
{
	struct trailers t = { .count = 0 };

	add(&t, ":status", "200");
	add(&t, "content-type", "application/grpc");
	add_status(&t, code, text);
	s->answered = true;
	check(s, nghttp2_submit_response(s->connection->session, s->id,
					 t.fields, t.count, NULL));
}

void answer_http(struct stream *s, unsigned int status)
{
	char text[4];
	nghttp2_nv field;

	snprintf(text, sizeof(text), "%u", status % 1000);
	field = make_field(":status", text);
	s->answered = true;
	check(s, nghttp2_submit_response(s->connection->session, s->id, &field,
					 1, NULL));
}

static ssize_t read_reply(nghttp2_session *session, int32_t id, uint8_t *buf,
			  size_t len, uint32_t *flags,
			  nghttp2_data_source *source, void *ctx)
{
	struct stream *s = source->ptr;
	struct rpc_call *call = s->call;
	struct trailers t = { .count = 0 };

	if (len > call->reply.len - call->sent)
		len = call->reply.len - call->sent;
	memcpy(buf, call->reply.bytes + call->sent, len);
	call->sent += len;
	s->connection->progress = clock_seconds();
	if (call->sent < call->reply.len)
		return len;
	*flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
	add_status(&t, RPC_OK, "");
	if (nghttp2_submit_trailer(session, id, t.fields, t.count))
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	return len;
}

void answer_call(struct stream *s)
{
	const nghttp2_data_provider data = {
		.source.ptr = s,
		.read_callback = read_reply,
	};
	const nghttp2_nv fields[] = {
		make_field(":status", "200"),
		make_field("content-type", "application/grpc"),
	};

	if (s->call->code != RPC_OK || !s->call->reply.len) {
		answer_status(s, s->call->code, s->call->e.text);
		return;
	}
	s->answered = true;
	check(s, nghttp2_submit_response(s->connection->session, s->id, fields,
					 2, &data));
}
