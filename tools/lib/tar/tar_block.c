// SPDX-License-Identifier: GPL-2.0
/*
 * Read blocks of a tar, parse numeric fields of headers, report their faults.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>

#include "stream/tar_number.h"
#include "tar_reader.h"

int tar_reader_warn(struct tar_reader *r, const struct warning_kind *kind,
		    const struct tar_string *path, struct error *e)
{
	int err = path ? warnings_add(r->warnings, kind, path->bytes,
				      path->len) :
			 warnings_add_at(r->warnings, kind, 1,
					 r->header_offset);

	return err ? error_set(e, -ENOMEM, "out of memory") : 0;
}

int tar_reader_truncated(const struct tar_reader *r, const char *what,
			 struct error *e)
{
	return error_set(e, -EINVAL,
			 "the tar is truncated: it ends at offset %llu in %s",
			 (unsigned long long)input_offset(r->in), what);
}

int tar_reader_next_block(struct tar_reader *r, void *block, struct error *e)
{
	ssize_t len = input_read(r->in, block, TAR_BLOCK_SIZE, e);

	if (len < 0)
		return len;
	if (len && len < TAR_BLOCK_SIZE)
		return tar_reader_truncated(r, "a header", e);
	return len != 0;
}

int tar_reader_block(struct tar_reader *r, void *block, struct error *e)
{
	int got = tar_reader_next_block(r, block, e);

	if (!got)
		return tar_reader_truncated(r, "a sparse map", e);
	return got < 0 ? got : 0;
}

/* format the bytes of a field; '"', '%' and unprintable ones become %xx */
static void field_text(const char *field, size_t len,
		       char text[TAR_FIELD_MAX * 3 + 1])
{
	size_t i;

	for (i = 0; i < len; i++) {
		uint8_t c = field[i];

		if (c >= ' ' && c <= '~' && c != '"' && c != '%')
			text += sprintf(text, "%c", c);
		else
			text += sprintf(text, "%%%02x", c);
	}
	*text = 0;
}

int tar_reader_number(const char *name, const char *field, size_t len,
		      int64_t *value, struct error *e)
{
	int err = tar_number(field, len, value);
	char text[TAR_FIELD_MAX * 3 + 1];

	if (!err)
		return 0;
	field_text(field, len, text);
	return error_set(e, err, err == -ERANGE ?
			 "its %s field \"%s\" is beyond 64 bits" :
			 "its %s field \"%s\" is not a number that all readers agree on",
			 name, text);
}

int tar_reader_field(const char *name, const char *field, size_t len,
		     uint64_t max, uint64_t *value, struct error *e)
{
	int64_t v;
	int err = tar_reader_number(name, field, len, &v, e);

	if (err)
		return err;
	if (v < 0 || (uint64_t)v > max)
		return error_set(e, -ERANGE,
				 "its %s is %lld, not from 0 to %llu", name,
				 (long long)v, (unsigned long long)max);
	*value = v;
	return 0;
}
