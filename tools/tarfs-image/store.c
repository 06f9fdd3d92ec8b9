// SPDX-License-Identifier: GPL-2.0
/*
 * Find and read files of images in a directory or a tar.
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

#include "base/file.h"
#include "document.h"
#include "store.h"

int store_open(struct store *s, const char *path, struct error *e)
{
	struct stat st;

	*s = (struct store){ .path = path };
	if (stat(path, &st))
		return error_errno(e, "cannot open %s", path);
	return S_ISDIR(st.st_mode) ? 0 : archive_open(&s->archive, path, e);
}

void store_close(struct store *s)
{
	archive_close(s->archive);
	*s = (struct store){ 0 };
}

static int find_file(const char *path, struct place *p, struct error *e)
{
	int fd = file_open_regular(path, &p->part.size, e);

	if (fd < 0)
		return fd;
	p->part.offset = 0;
	close(fd);
	return 0;
}

int store_find(const struct store *s, const char *name, struct place *p,
	       struct error *e)
{
	int err;

	if (s->archive)
		err = (p->path = strdup(s->path)) ? 0 : -ENOMEM;
	else
		err = asprintf(&p->path, "%s/%s", s->path, name) < 0 ?
		      -ENOMEM : 0;
	if (err) {
		p->path = NULL;
		return error_set(e, err, "out of memory");
	}
	err = s->archive ? archive_find(s->archive, name, &p->part, e) :
			   find_file(p->path, p, e);
	if (err)
		place_free(p);
	return err;
}

void place_free(struct place *p)
{
	free(p->path);
	p->path = NULL;
}

bool store_has(const struct store *s, const char *name)
{
	struct place p;
	struct error e;

	if (store_find(s, name, &p, &e))
		return false;
	place_free(&p);
	return true;
}

int place_read(const struct place *p, char **text, size_t *len,
	       struct error *e)
{
	char *buf;
	int fd, err;

	if (p->part.size > DOCUMENT_MAX)
		return error_set(e, -EFBIG, "%s has %" PRIu64
				 " bytes, more than %d", p->path, p->part.size,
				 DOCUMENT_MAX);
	buf = malloc(p->part.size + 1);
	if (!buf)
		return error_set(e, -ENOMEM, "out of memory");
	fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		err = error_errno(e, "cannot open %s", p->path);
		goto out_free;
	}
	err = file_read_at(fd, p->path, buf, p->part.size, p->part.offset, e);
	close(fd);
	if (err)
		goto out_free;
	*text = buf;
	*len = p->part.size;
	return 0;
out_free:
	free(buf);
	return err;
}

int store_read(const struct store *s, const char *name, char **text,
	       size_t *len, struct error *e)
{
	struct place p;
	int err;

	err = store_find(s, name, &p, e);
	if (err)
		return err;
	err = place_read(&p, text, len, e);
	place_free(&p);
	return err;
}

int store_load(const struct store *s, const char *name, json_type type,
	       json_t **doc, struct error *e)
{
	char *text;
	size_t len;
	int err;

	err = store_read(s, name, &text, &len, e);
	if (err)
		return err;
	err = document_parse(text, len, type, doc, e);
	if (err)
		error_prefix(e, "%s/%s", s->path, name);
	free(text);
	return err;
}
