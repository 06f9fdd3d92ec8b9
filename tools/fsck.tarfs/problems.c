// SPDX-License-Identifier: GPL-2.0
/*
 * Report problems: the first ones in full, the others counted.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fsck.h"

void say(const struct fsck *f, const char *text)
{
	struct error name;

	if (f->findings) {
		json_array_append_new(f->findings, json_string(text));
		return;
	}
	error_set(&name, 0, "%s", f->d.name);
	printf("%s: %s\n", name.text, text);
}

__attribute__((format(printf, 2, 0)))
static void say_escaped(const struct fsck *f, const char *fmt, va_list args)
{
	struct error e;
	char *text;

	if (vasprintf(&text, fmt, args) < 0)
		return;
	error_set(&e, 0, "%s", text);
	free(text);
	say(f, e.text);
}

void problem(struct fsck *f, const char *fmt, ...)
{
	va_list args;

	f->problems++;
	if (f->shown == FSCK_PROBLEMS_SHOWN) {
		f->hidden++;
		return;
	}
	f->shown++;
	va_start(args, fmt);
	say_escaped(f, fmt, args);
	va_end(args);
}

void verbose(const struct fsck *f, const char *fmt, ...)
{
	va_list args;

	if (!f->verbose)
		return;
	va_start(args, fmt);
	say_escaped(f, fmt, args);
	va_end(args);
}

/* Undo the escapes of error_set(), since problem() escapes again. */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; to++) {
		if (*text == '\\' && strlen(text) > 3) {
			*to = (text[1] - '0') << 6 | (text[2] - '0') << 3 |
			      (text[3] - '0');
			text += 4;
		} else {
			*to = *text++;
		}
	}
	*to = '\0';
}

int blame_image(struct fsck *f, int err, const struct error *e)
{
	char text[sizeof(e->text)];

	if (err != -EUCLEAN && err != -EBADMSG)
		return err;
	memcpy(text, e->text, sizeof(text));
	unescape(text);
	problem(f, "%s", text);
	return 0;
}

/* Write the path of an inode to the end of a buffer; NULL if it has none. */
static const char *inode_path(struct fsck *f, uint32_t ino, char *buf,
			      size_t size)
{
	struct error e;
	char *at = buf + size;

	*--at = '\0';
	if (ino == TARFS_ROOT_INO)
		*--at = '/';
	while (ino != TARFS_ROOT_INO) {
		const struct note *n = &f->notes[ino];

		if (!n->dir)
			return NULL;
		if (at - buf < n->name_len + 1)
			return at;
		at -= n->name_len;
		if (device_read(&f->d, n->name, at, n->name_len, &e))
			return NULL;
		*--at = '/';
		ino = n->dir;
	}
	return at;
}

const char *inode_name(struct fsck *f, uint32_t ino)
{
	static char text[1100];
	const char *path = NULL;
	char buf[1024];

	if (f->notes && ino && ino <= f->d.layout.inodes)
		path = inode_path(f, ino, buf, sizeof(buf));
	if (path)
		snprintf(text, sizeof(text), "inode %" PRIu32 " (%s)", ino,
			 path);
	else
		snprintf(text, sizeof(text), "inode %" PRIu32, ino);
	return text;
}
