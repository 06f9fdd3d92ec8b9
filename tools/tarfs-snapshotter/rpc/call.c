// SPDX-License-Identifier: GPL-2.0
/*
 * One call of a method: what a worker runs, and what it answers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"

bool rpc_cancelled(const struct rpc_call *call)
{
	return atomic_load(&call->cancelled);
}

const char *rpc_namespace(const struct rpc_call *call)
{
	return call->request.namespace;
}

static void write_prefix(char *to, size_t len)
{
	uint32_t size = htobe32(len);

	to[0] = 0;
	memcpy(to + 1, &size, sizeof(size));
}

enum rpc_code rpc_reply(struct rpc_call *call, const ProtobufCMessage *message,
			struct error *e)
{
	size_t len = protobuf_c_message_get_packed_size(message);
	struct buffer *out = &call->reply;

	if (len > UINT32_MAX) {
		error_set(e, -EFBIG, "the answer is too large");
		return RPC_RESOURCE_EXHAUSTED;
	}
	len += REQUEST_PREFIX;
	if (atomic_load(call->held) + len > HELD_MAX) {
		error_set(e, -ENOMEM, "too many answers wait to be read");
		return RPC_RESOURCE_EXHAUSTED;
	}
	if (buffer_reserve(out, out->len + len, e))
		return RPC_RESOURCE_EXHAUSTED;
	atomic_fetch_add(call->held, len);
	write_prefix(out->bytes + out->len, len - REQUEST_PREFIX);
	protobuf_c_message_pack(message, (uint8_t *)out->bytes + out->len +
				REQUEST_PREFIX);
	out->len += len;
	return RPC_OK;
}

static void drop_request(struct rpc_call *call)
{
	atomic_fetch_sub(call->held, call->request.body.len);
	request_free(&call->request);
}

/* an answer that failed has no messages */
static void drop_reply(struct rpc_call *call)
{
	atomic_fetch_sub(call->held, call->reply.len);
	free(call->reply.bytes);
	call->reply = (struct buffer){ 0 };
}

static enum rpc_code decode_and_run(struct rpc_call *call)
{
	ProtobufCMessage *message;
	enum rpc_code code;

	if (rpc_cancelled(call)) {
		error_set(&call->e, -ECANCELED, "the call is cancelled");
		return RPC_CANCELLED;
	}
	message = request_unpack(&call->request, call->method->request);
	drop_request(call);
	if (!message) {
		error_set(&call->e, -EBADMSG, "the request cannot be decoded");
		return RPC_INTERNAL;
	}
	code = call->method->run(call, call->service, message, &call->e);
	protobuf_c_message_free_unpacked(message, NULL);
	return code;
}

void call_run(struct rpc_call *call)
{
	call->code = decode_and_run(call);
	if (call->code != RPC_OK)
		drop_reply(call);
}

void call_free(struct rpc_call *call)
{
	drop_request(call);
	drop_reply(call);
	free(call);
}
