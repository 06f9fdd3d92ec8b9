// SPDX-License-Identifier: GPL-2.0
/*
 * Write records to their files.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

void id_name(char name[ID_SIZE], uint64_t id)
{
	snprintf(name, ID_SIZE, "%" PRIu64, id);
}

int io_error(int err)
{
	switch (err) {
	case 0:
	case -ENOMEM:
		return err;
	case -ENOSPC:
	case -EDQUOT:
	case -EFBIG:
		return -ENOSPC;
	default:
		return -EIO;
	}
}

int write_record(struct store *s, const struct record *r, struct error *e)
{
	char name[ID_SIZE], *text;
	int err;

	err = record_encode(r, &text, e);
	if (err)
		return err;
	id_name(name, r->id);
	err = files_write(&s->files, FILES_SNAPSHOTS, name, text, strlen(text),
			  e);
	free(text);
	return io_error(err);
}

/*
 * Both may fail after the change is visible, when its directory cannot be synced.
 * Then undo it, as the caller goes on with the old record.
 */
int change_record(struct store *s, const struct record *from,
		  const struct record *to, struct error *e)
{
	struct error ignored;
	int err = write_record(s, to, e);

	if (err && write_record(s, from, &ignored))
		error_prefix(e, "%s/snapshots is in doubt", s->files.path);
	return err;
}

int remove_record(struct store *s, const struct record *r, struct error *e)
{
	struct error ignored;
	char name[ID_SIZE];
	int err;

	id_name(name, r->id);
	err = files_remove(&s->files, FILES_SNAPSHOTS, name, e);
	if (err && write_record(s, r, &ignored))
		error_prefix(e, "%s/snapshots is in doubt", s->files.path);
	return io_error(err);
}

void undo_record(struct store *s, const struct record *r)
{
	char name[ID_SIZE];
	struct error e;

	id_name(name, r->id);
	files_remove(&s->files, FILES_SNAPSHOTS, name, &e);
}
