// SPDX-License-Identifier: GPL-2.0
/*
 * Parse descriptors, and check blobs against them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "blob.h"
#include "document.h"

#define HASH_BUFFER	(64 * 1024)

#define DIGEST_PREFIX	"sha256:"

int digest_parse(const char *text, char hex[SHA256_HEX_SIZE], struct error *e)
{
	const char *digits = text + strlen(DIGEST_PREFIX);
	size_t algorithm = strcspn(text, ":");

	if (text[algorithm] &&
	    (algorithm + 1 != strlen(DIGEST_PREFIX) ||
	     memcmp(text, DIGEST_PREFIX, algorithm)))
		return error_set(e, -EOPNOTSUPP,
				 "digest \"%.200s\" is not a SHA-256, the only algorithm that is known",
				 text);
	if (strncmp(text, DIGEST_PREFIX, strlen(DIGEST_PREFIX)) ||
	    strlen(digits) != SHA256_HEX_SIZE - 1 ||
	    strspn(digits, "0123456789abcdef") != SHA256_HEX_SIZE - 1)
		return error_set(e, -EINVAL,
				 "digest \"%.100s\" is not \"sha256:\" and 64 lower-case hexadecimal digits",
				 text);
	memcpy(hex, digits, SHA256_HEX_SIZE);
	return 0;
}

int blob_parse(struct blob *b, const json_t *descriptor, struct error *e)
{
	const char *digest;
	json_t *size;
	int err;

	if (!json_is_object(descriptor))
		return error_set(e, -EINVAL, "a descriptor is not an object");
	err = document_string(descriptor, "digest", true, &digest, e);
	if (!err)
		err = digest_parse(digest, b->hex, e);
	if (err)
		return err;
	err = document_string(descriptor, "mediaType", true, &b->media_type,
			      e);
	if (!err)
		err = document_get(descriptor, "size", JSON_INTEGER, true,
				   &size, e);
	if (!err && json_integer_value(size) < 0)
		err = error_set(e, -EINVAL, "\"size\" is negative");
	if (err) {
		error_prefix(e, "descriptor of %s", digest);
		return err;
	}
	b->size = json_integer_value(size);
	return 0;
}

static int compare_size(const struct blob *b, uint64_t size, struct error *e)
{
	if (size == b->size)
		return 0;
	return error_set(e, -EBADMSG,
			 "has %" PRIu64 " bytes, its descriptor says %" PRIu64,
			 size, b->size);
}

static int compare_digest(const struct blob *b,
			  const uint8_t digest[SHA256_SIZE], struct error *e)
{
	char hex[SHA256_HEX_SIZE];

	sha256_to_hex(digest, hex);
	if (!strcmp(hex, b->hex))
		return 0;
	return error_set(e, -EBADMSG, "is corrupt, its SHA-256 is %s", hex);
}

int blob_find(const struct store *s, const struct blob *b, struct place *p,
	      struct error *e)
{
	char name[sizeof("blobs/sha256/") + SHA256_HEX_SIZE];
	int err;

	snprintf(name, sizeof(name), "blobs/sha256/%s", b->hex);
	err = store_find(s, name, p, e);
	if (err)
		goto out_blame;
	err = compare_size(b, p->part.size, e);
	if (!err)
		return 0;
	place_free(p);
out_blame:
	error_prefix(e, "blob sha256:%s", b->hex);
	return err;
}

/* Hash a part of a file. */
static int hash_part(int fd, const struct place *p, struct sha256 *hash,
		     struct meter *meter, struct error *e)
{
	uint64_t offset = p->part.offset, left = p->part.size;
	uint8_t buf[HASH_BUFFER];
	size_t len;
	int err = 0;

	for (; left && !err; offset += len, left -= len) {
		len = left < sizeof(buf) ? left : sizeof(buf);
		err = file_read_at(fd, p->path, buf, len, offset, e);
		if (!err)
			err = sha256_update(hash, buf, len, e);
		if (!err)
			err = meter_add(meter, len, e);
	}
	return err;
}

static int hash_place(const struct place *p, uint8_t digest[SHA256_SIZE],
		      struct meter *meter, struct error *e)
{
	struct sha256 *hash;
	int fd, err;

	err = sha256_new(&hash, e);
	if (err)
		return err;
	fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		err = error_errno(e, "cannot open %s", p->path);
		goto out_free;
	}
	err = hash_part(fd, p, hash, meter, e);
	if (!err)
		err = sha256_final(hash, digest, e);
	close(fd);
out_free:
	sha256_free(hash);
	return err;
}

int blob_check(const struct blob *b, const struct place *p,
	       struct meter *meter, struct error *e)
{
	uint8_t digest[SHA256_SIZE];
	int err;

	err = hash_place(p, digest, meter, e);
	return err ? err : compare_digest(b, digest, e);
}

static int load_place(const struct place *p, const struct blob *b,
		      json_t **doc, struct error *e)
{
	uint8_t digest[SHA256_SIZE];
	char *text;
	size_t len;
	int err;

	err = place_read(p, &text, &len, e);
	if (err)
		return err;
	err = sha256_buffer(text, len, digest, e);
	if (!err)
		err = compare_digest(b, digest, e);
	if (!err)
		err = document_parse(text, len, JSON_OBJECT, doc, e);
	free(text);
	return err;
}

int blob_load(const struct store *s, const struct blob *b, json_t **doc,
	      struct error *e)
{
	struct place p;
	int err;

	err = blob_find(s, b, &p, e);
	if (err)
		return err;
	err = load_place(&p, b, doc, e);
	if (err)
		error_prefix(e, "blob sha256:%s", b->hex);
	place_free(&p);
	return err;
}
