// SPDX-License-Identifier: GPL-2.0
/*
 * Checking that blobs are what their descriptors say.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blob.h"
#include "document.h"

#define DIGEST_PREFIX	"sha256:"

int digest_parse(const char *text, char hex[SHA256_HEX_SIZE], struct error *e)
{
	const char *digits = text + strlen(DIGEST_PREFIX);

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

char *blob_path(const char *layout, const struct blob *b)
{
	char *path;

	if (asprintf(&path, "%s/blobs/sha256/%s", layout, b->hex) < 0)
		return NULL;
	return path;
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

static int check_file(const char *path, const struct blob *b, struct error *e)
{
	uint8_t digest[SHA256_SIZE];
	struct stat st;
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return error_errno(e, "cannot open %s", path);
	if (fstat(fd, &st))
		err = error_errno(e, "cannot stat %s", path);
	else if (!S_ISREG(st.st_mode))
		err = error_set(e, -EINVAL, "%s is not a regular file", path);
	else
		err = compare_size(b, st.st_size, e);
	if (!err)
		err = sha256_file(fd, path, digest, e);
	if (!err)
		err = compare_digest(b, digest, e);
	close(fd);
	return err;
}

int blob_check(const char *layout, const struct blob *b, struct error *e)
{
	char *path = blob_path(layout, b);
	int err;

	if (!path)
		return error_set(e, -ENOMEM, "out of memory");
	err = check_file(path, b, e);
	if (err)
		error_prefix(e, "blob sha256:%s", b->hex);
	free(path);
	return err;
}

static int load_file(const char *path, const struct blob *b, json_t **doc,
		     struct error *e)
{
	uint8_t digest[SHA256_SIZE];
	char *text;
	size_t len;
	int err;

	err = document_read(path, &text, &len, e);
	if (err)
		return err;
	err = compare_size(b, len, e);
	if (!err)
		err = sha256_buffer(text, len, digest, e);
	if (!err)
		err = compare_digest(b, digest, e);
	if (!err)
		err = document_parse(text, len, doc, e);
	free(text);
	return err;
}

int blob_load(const char *layout, const struct blob *b, json_t **doc,
	      struct error *e)
{
	char *path = blob_path(layout, b);
	int err;

	if (!path)
		return error_set(e, -ENOMEM, "out of memory");
	err = load_file(path, b, doc, e);
	if (err)
		error_prefix(e, "blob sha256:%s", b->hex);
	free(path);
	return err;
}
