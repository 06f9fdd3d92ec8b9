// SPDX-License-Identifier: GPL-2.0
/*
 * The method that applies a blob to a snapshot.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>

#include "layers/media_type.h"
#include "service_private.h"

static enum rpc_code send_applied(struct rpc_call *call,
				  const struct record_image *image,
				  struct error *e)
{
	Tarfs__ApplyResponse response = TARFS__APPLY_RESPONSE__INIT;
	Tarfs__Descriptor applied = TARFS__DESCRIPTOR__INIT;
	char digest[sizeof("sha256:") + SHA256_HEX_SIZE];

	snprintf(digest, sizeof(digest), "sha256:%s", image->diff_id);
	applied.media_type = MEDIA_TYPE_TAR;
	applied.digest = digest;
	applied.size = image->tar_size;
	response.applied = &applied;
	return rpc_reply(call, &response.base, e);
}

METHOD(diff_apply)
{
	const Tarfs__ApplyRequest *request = message;
	const Tarfs__Mount *mount;
	struct record_image image;
	struct layers_mount m;
	struct layers_blob blob = { .client = client_of(call) };
	struct service *s = service;
	int err;

	if (!request->diff) {
		error_set(e, -EINVAL, "the request names no blob");
		return RPC_INVALID_ARGUMENT;
	}
	blob.media_type = request->diff->media_type;
	blob.digest = request->diff->digest;
	blob.size = request->diff->size;
	if (request->n_mounts == 1) {
		mount = request->mounts[0];
		m = (struct layers_mount){ mount->type, mount->source,
					   mount->options, mount->n_options };
	}
	err = layers_apply(s->layers, &blob, request->n_mounts == 1 ? &m : NULL,
			   &image, e);
	return err ? code_of(err) : send_applied(call, &image, e);
}
