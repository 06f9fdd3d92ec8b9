// SPDX-License-Identifier: GPL-2.0
/*
 * Make and write the small files, so that those of one run match.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "outdir.h"
#include "process.h"
#include "results.h"

/* Format the digest for "sha256sum -c". */
static int make_digest(struct results *r, struct error *e)
{
	uint8_t digest[SHA256_SIZE];
	int err;

	err = sha256_buffer(r->pod, r->pod_len, digest, e);
	if (err)
		return err;
	sha256_to_hex(digest, r->hex);
	snprintf(r->digest, sizeof(r->digest), "%s  " POD_NAME "\n", r->hex);
	return 0;
}

int results_make(struct results *r, const struct oci_image *image,
		 const struct layer *layers, const struct pod_scratch *scratch,
		 struct error *e)
{
	char id[POD_ID_MAX + 1];
	json_t *process;
	int err;

	err = process_build(&process, image->config, layers, image->count, e);
	if (err)
		return err;
	pod_id(image->tag, id);
	err = pod_text(&r->pod, &r->pod_len, id, layers, image->count,
		       scratch, process, e);
	json_decref(process);
	if (err)
		return err;
	err = make_digest(r, e);
	if (err)
		results_free(r);
	return err;
}

void results_free(struct results *r)
{
	free(r->pod);
	r->pod = NULL;
}

/* Write the digest last: it marks a complete directory. */
int results_write(const struct results *r, const char *dir,
		  const struct layer *layers, size_t count, struct error *e)
{
	int lock, err;

	lock = outdir_lock(dir, e);
	if (lock < 0)
		return lock;
	err = outdir_remove(dir, POD_DIGEST_NAME, e);
	if (!err && !layers->blob)
		err = cache_update(dir, layers, count, e);
	if (!err)
		err = outdir_write(dir, POD_NAME, r->pod, r->pod_len, e);
	if (!err)
		err = outdir_write(dir, POD_DIGEST_NAME, r->digest,
				   strlen(r->digest), e);
	outdir_unlock(lock);
	return err;
}
