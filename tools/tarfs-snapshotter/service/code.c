// SPDX-License-Identifier: GPL-2.0
/*
 * Between gRPC and the layers: status codes for errors, and cancelled calls.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * containerd takes "not found" for success when it removes, and "unimplemented"
 * as a reason to ask somebody else, so only deliberate errors may become these.
 */
#include <errno.h>
#include <stddef.h>

#include "service_private.h"

static const struct {
	int err;
	enum rpc_code code;
} codes[] = {
	{ 0,		RPC_OK },
	{ -ENOENT,	RPC_NOT_FOUND },
	{ -EEXIST,	RPC_ALREADY_EXISTS },
	{ -EINVAL,	RPC_INVALID_ARGUMENT },
	{ -EBUSY,	RPC_FAILED_PRECONDITION },
	{ -EOPNOTSUPP,	RPC_UNIMPLEMENTED },
	{ -ECANCELED,	RPC_CANCELLED },
	{ -EBADMSG,	RPC_DATA_LOSS },
	{ -ENOMEM,	RPC_RESOURCE_EXHAUSTED },
	{ -ENOSPC,	RPC_RESOURCE_EXHAUSTED },
};

static bool is_cancelled(void *ctx)
{
	return rpc_cancelled(ctx);
}

struct layers_client client_of(struct rpc_call *call)
{
	return (struct layers_client){ is_cancelled, call };
}

enum rpc_code code_of(int err)
{
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].err == err)
			return codes[i].code;
	return RPC_INTERNAL;
}
