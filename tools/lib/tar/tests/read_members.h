/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Read a tar in memory, and print its members as text.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_TESTS_READ_MEMBERS_H
#define TARFS_TESTS_READ_MEMBERS_H

#include <inttypes.h>

#include "make_tar.h"
#include "tap.h"
#include "tar/tar.h"

#define GNU_MAGIC	"ustar  "

/* a member without data */
static inline void empty(struct make_tar *t, char type, const char *name)
{
	make_header(t, &(struct make_member){ .type = type, .name = name });
}

static inline void file(struct make_tar *t, const char *name, const char *data)
{
	make_header(t, &(struct make_member){
		.type = TAR_REGULAR, .name = name, .size = strlen(data) });
	make_data(t, data, strlen(data));
}

static inline void put_regular(FILE *f, const struct tar_member *m)
{
	size_t i;

	fprintf(f, " %" PRIu64 " %" PRIu64, m->size, m->data);
	if (!m->sparse)
		return;
	fprintf(f, " [");
	for (i = 0; i < m->extent_count; i++)
		fprintf(f, "%s%" PRIu64 "+%" PRIu64, i ? " " : "",
			m->extents[i].logical, m->extents[i].bytes);
	fprintf(f, "]");
}

static inline void put_member(FILE *f, const struct tar_member *m)
{
	size_t i;

	fprintf(f, "%" PRIu64 " %.*s", m->header, (int)m->path.len,
		m->path.bytes);
	if (m->type == TAR_REGULAR)
		put_regular(f, m);
	else if (m->type == TAR_DIRECTORY)
		fprintf(f, " directory");
	else if (m->type == TAR_CHAR)
		fprintf(f, " device %" PRIu32 ",%" PRIu32, m->major, m->minor);
	else
		fprintf(f, " -> %.*s", (int)m->target.len, m->target.bytes);
	if (m->uid)
		fprintf(f, " uid %" PRIu32, m->uid);
	for (i = 0; i < m->xattr_count; i++)
		fprintf(f, " %.*s=%.*s", (int)m->xattrs[i].name.len,
			m->xattrs[i].name.bytes,
			(int)m->xattrs[i].value.len, m->xattrs[i].value.bytes);
	putc('\n', f);
}

static inline int read_all(struct tar_reader *r, FILE *f, struct warnings *w,
			   struct error *e)
{
	const struct tar_member *m;
	size_t i;
	int got;

	while ((got = tar_reader_next(r, &m, e)) > 0)
		put_member(f, m);
	if (tar_reader_saw_end(r))
		fputs("end\n", f);
	for (i = 0; i < w->count; i++)
		fprintf(f, "! %s\n", w->list[i].kind->name);
	return got;
}

static inline void check(const char *claim, void (*make)(struct make_tar *t),
			 const char *expected)
{
	struct warnings warnings = { };
	struct make_tar tar = { };
	struct error e = { "" };
	struct make_input mi;
	struct tar_reader *r;
	char result[2048];
	FILE *f = fmemopen(result, sizeof(result), "w");
	bool holds, read_whole;

	make(&tar);
	if (!f || make_input_open(&mi, &tar, &e) ||
	    tar_reader_open(&r, mi.in, &warnings, &e))
		abort();
	if (read_all(r, f, &warnings, &e)) {
		holds = !!strstr(e.text, expected);
		read_whole = true;
	} else {
		fflush(f);
		holds = !strcmp(result, expected);
		read_whole = input_offset(mi.in) == tar.len;
	}
	fclose(f);
	if (!ok(holds && read_whole, "%s", claim))
		printf("# got: %s%s\n# not: %s\n", result, e.text, expected);
	tar_reader_close(r);
	make_input_close(&mi);
	warnings_free(&warnings);
	make_free(&tar);
}

#endif /* TARFS_TESTS_READ_MEMBERS_H */
