// SPDX-License-Identifier: GPL-2.0
/*
 * One image, from its trailer to the tar, and the verdict.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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
 * Format 1 makes records of some tars that the kernel refuses.  That is a fault
 * of the format, and not of an image that is as it has to be.
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
	printf("%s: this is what format 1 makes of the tar, faults included\n",
	       f->d.name);
	f->problems = before;
	return 0;
}

/* in the order in which one part is needed to trust the next */
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

static int report(const struct fsck *f)
{
	if (f->hidden)
		printf("%s: and %" PRIu64 " more problems\n", f->d.name,
		       f->hidden);
	if (f->problems) {
		printf("%s: not clean; make the image anew from a tar that is trusted\n",
		       f->d.name);
		return EXIT_ERRORS;
	}
	if (!f->quiet)
		printf("%s: clean, format %d, %" PRIu64 " inodes\n", f->d.name,
		       f->d.format, (uint64_t)f->d.layout.inodes);
	return EXIT_CLEAN;
}

int check_image(struct fsck *f, const char *path)
{
	struct error e = { "" };
	int err;

	err = device_open(&f->d, path, &e);
	if (!err) {
		err = check_all(f, &e);
		device_close(&f->d);
	} else if (err == -EUCLEAN) {
		puts(e.text);
		return EXIT_ERRORS;
	}
	if (err) {
		fprintf(stderr, "fsck.tarfs: %s\n", e.text);
		return EXIT_FAILED;
	}
	return report(f);
}
