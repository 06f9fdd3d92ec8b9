// SPDX-License-Identifier: GPL-2.0
/*
 * Forward error correction by libcryptsetup, as in veritysetup.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <libcryptsetup.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/sha256.h"
#include "stream/output.h"
#include "verity-setup.h"

#define FD_PATH_SIZE	32
#define UUID_TEXT_SIZE	37

/* Log callback: keep the last error, without its newline. */
static void keep_message(int level, const char *text, void *ctx)
{
	struct error *e = ctx;

	if (level == CRYPT_LOG_ERROR)
		error_set(e, -EIO, "%.*s", (int)strcspn(text, "\n"), text);
}

static void fd_path(int fd, char path[FD_PATH_SIZE])
{
	snprintf(path, FD_PATH_SIZE, "/proc/self/fd/%d", fd);
}

static void uuid_text(const uint8_t *uuid, char text[UUID_TEXT_SIZE])
{
	static const uint8_t ends[] = { 4, 6, 8, 10, 16 };
	size_t i, from = 0, len = 0;

	for (i = 0; i < sizeof(ends); i++) {
		bytes_to_hex(uuid + from, ends[i] - from, text + len);
		len += 2 * (ends[i] - from);
		text[len++] = '-';
		from = ends[i];
	}
	text[len - 1] = '\0';
}

/* Compute the same tree again, and the error correction of data and tree. */
static int run_cryptsetup(struct crypt_device *cd, const struct arguments *r,
			  const char *data, const char *fec, uint64_t data_size)
{
	const struct merkle_params *p = &r->tree.tree;
	struct crypt_params_verity params = {
		.hash_name = p->hash,
		.data_device = data,
		.fec_device = fec,
		.salt = (const char *)p->salt,
		.salt_size = p->salt_len,
		.hash_type = 1,
		.data_block_size = p->data_block,
		.hash_block_size = p->hash_block,
		.data_size = data_size / p->data_block,
		.hash_area_offset = data_size,
		.fec_roots = r->fec_roots,
		.flags = CRYPT_VERITY_CREATE_HASH,
	};
	char uuid[UUID_TEXT_SIZE];

	uuid_text(r->tree.uuid, uuid);
	return crypt_format(cd, CRYPT_VERITY, NULL, NULL, uuid, NULL, 0,
			    &params);
}

/* If libcryptsetup has another root hash, trust neither. */
static int check_root(struct crypt_device *cd, const struct arguments *r,
		      const uint8_t *root, struct error *e)
{
	char found[MERKLE_DIGEST_MAX];
	size_t size = sizeof(found);

	if (crypt_volume_key_get(cd, CRYPT_ANY_SLOT, found, &size, NULL, 0) < 0 ||
	    size != merkle_digest_size(r->tree.tree.hash) ||
	    memcmp(found, root, size))
		return error_set(e, -EIO,
				 "%s: libcryptsetup has another root hash",
				 r->args[0]);
	return 0;
}

static int make_fec(const struct arguments *r, int image, int out,
		    uint64_t data_size, const uint8_t *root, struct error *e)
{
	char data[FD_PATH_SIZE], fec[FD_PATH_SIZE];
	struct error said = { "" };
	struct crypt_device *cd;
	int err;

	fd_path(image, data);
	fd_path(out, fec);
	crypt_set_log_callback(NULL, keep_message, &said);
	err = crypt_init(&cd, data);
	if (!err) {
		err = run_cryptsetup(cd, r, data, fec, data_size);
		if (!err)
			err = check_root(cd, r, root, &said);
		crypt_free(cd);
	}
	crypt_set_log_callback(NULL, NULL, NULL);
	if (err < 0)
		return error_set(e, err, "%s: no error correction: %s", r->fec,
				 *said.text ? said.text : strerror(-err));
	return 0;
}

int fec_write(const struct arguments *r, int image, uint64_t data_size,
	      const uint8_t *root, struct error *e)
{
	struct output *out;
	int err;

	err = output_create(&out, r->fec, e);
	if (err)
		return err;
	err = make_fec(r, image, output_fd(out), data_size, root, e);
	if (!err)
		err = output_sync(out, e);
	if (!err)
		err = output_publish(out, e);
	output_free(out);
	return err;
}
