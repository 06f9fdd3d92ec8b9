// SPDX-License-Identifier: GPL-2.0
/*
 * Check one image, from its trailer to its tar, and print the verdict.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "fsck.h"

static int check_records(struct fsck *f, struct error *e)
{
	f->notes = calloc(f->d.layout.inodes + 1, sizeof(*f->notes));
	if (!f->notes)
		return error_set(e, -ENOMEM, "out of memory");
	verbose(f, "format %d, %" PRIu64 " inodes, a tar of %" PRIu64 " bytes",
		f->d.format, (uint64_t)f->d.layout.inodes,
		(uint64_t)f->d.layout.tar_size);
	return f->d.format == 1 ? check_format1(f, e) : check_format2(f, e);
}

/*
 * Of some tars format 1 makes records that the kernel refuses.  That is a fault
 * of the format: do not count them if the index is what the tar makes.
 */
static int check_index(struct fsck *f, struct error *e)
{
	uint64_t before = f->problems, after;
	int err;

	err = check_records(f, e);
	after = f->problems;
	f->shown = 0;
	if (!err)
		err = check_against_tar(f, e);
	if (err || f->d.format == 2 || f->problems != after || before == after)
		return err;
	say(f, "this is what format 1 makes of the tar, faults included");
	f->problems = before;
	return 0;
}

/* Check each part before those that depend on it. */
static int check_all(struct fsck *f, struct error *e)
{
	int err;

	err = check_trailer(f, e);
	if (!err)
		err = check_tree(f, e);
	if (err)
		return err;
	err = device_read_super(&f->d, e);
	if (err)
		return blame_image(f, err, e);
	err = check_index(f, e);
	free(f->notes);
	free(f->claims);
	return err;
}

static void print_text(const struct fsck *f)
{
	struct error line;

	if (f->hidden) {
		error_set(&line, 0, "and %" PRIu64 " more problems", f->hidden);
		say(f, line.text);
	}
	if (f->problems) {
		say(f, "not clean; make the image anew from a tar that is trusted");
	} else if (!f->quiet) {
		error_set(&line, 0, "clean, format %d, %" PRIu64 " inodes",
			  f->d.format, (uint64_t)f->d.layout.inodes);
		say(f, line.text);
	}
}

/* Format and inodes are 0 if the superblock was refused. */
static int print_json(const struct fsck *f, struct error *e)
{
	return report_json(json_pack("{s:b, s:I, s:O, s:i, s:I}",
				     "clean", !f->problems,
				     "problems", (json_int_t)f->problems,
				     "findings", f->findings,
				     "format", f->d.format,
				     "inodes",
				     (json_int_t)f->d.layout.inodes), e);
}

/* Report an image that is too short to open like any other problem. */
static void blame_open(struct fsck *f, const char *path, const char *text)
{
	struct error name;
	size_t len;

	error_set(&name, 0, "%s: ", path);
	len = strlen(name.text);
	f->problems++;
	say(f, strncmp(text, name.text, len) ? text : text + len);
}

int check_image(struct fsck *f, const char *path, struct error *e)
{
	int err;

	err = device_open(&f->d, path, e);
	if (!err) {
		err = check_all(f, e);
		device_close(&f->d);
	} else if (err == -EUCLEAN) {
		blame_open(f, path, e->text);
		err = 0;
	}
	if (err)
		return err;
	if (f->findings)
		return print_json(f, e);
	print_text(f);
	return 0;
}
