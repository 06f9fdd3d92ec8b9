// SPDX-License-Identifier: GPL-2.0
/*
 * Checks an image: every record, the hash tree, and the index against the tar.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fsck.h"
#include "sha256.h"

/* those of fsck(8) */
#define EXIT_CLEAN	0
#define EXIT_ERRORS	4
#define EXIT_FAILED	8
#define EXIT_USAGE	16
#define EXIT_CANCELLED	32

static const struct option options[] = {
	{ "root-hash",	required_argument,	NULL, 'r' },
	{ "quiet",	no_argument,		NULL, 'q' },
	{ "verbose",	no_argument,		NULL, 'v' },
	{ "help",	no_argument,		NULL, 'h' },
	{ "version",	no_argument,		NULL, 'V' },
	{ 0 }
};

static const char help[] =
	"Usage: fsck.tarfs [OPTION]... IMAGE\n"
	"Check an image or a data device of tarfs.  Nothing is changed.\n"
	"\n"
	"      --root-hash=HEX  the hash tree must have this root hash\n"
	"  -q, --quiet          nothing but problems\n"
	"  -v, --verbose        what is checked\n"
	"  -a, -f, -n, -p, -y   ignored: there is nothing to repair\n"
	"      --help           this text\n"
	"      --version        the version\n"
	"\n"
	"Exit status: 0 clean, 4 problems found, 8 could not be checked, 16 wrong\n"
	"usage, 32 cancelled.\n";

static int finish_output(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	perror("fsck.tarfs: cannot write to standard output");
	return EXIT_FAILED;
}

static int usage(const char *text, const char *value)
{
	fprintf(stderr, "fsck.tarfs: %s%s; try \"fsck.tarfs --help\"\n", text,
		value);
	return EXIT_USAGE;
}

/* nothing has to be undone */
static void cancel(int sig)
{
	_exit(EXIT_CANCELLED);
}

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

static int check(struct fsck *f, const char *path)
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

static int parse_option(struct fsck *f, int option, uint8_t *root)
{
	switch (option) {
	case 'r':
		if (sha256_from_hex(optarg, root))
			return usage("--root-hash must be 64 hexadecimal digits, not ",
				     optarg);
		f->root = root;
		return 0;
	case 'q':
		f->quiet = true;
		return 0;
	case 'v':
		f->verbose = true;
		return 0;
	case 'h':
		fputs(help, stdout);
		exit(finish_output(EXIT_CLEAN));
	case 'V':
		puts("fsck.tarfs (tarfs) " TARFS_TOOLS_VERSION);
		exit(finish_output(EXIT_CLEAN));
	case '?':	/* getopt_long() said what is wrong */
		return EXIT_USAGE;
	}
	return 0;
}

int main(int argc, char **argv)
{
	uint8_t root[SHA256_SIZE];
	struct fsck f = { };
	int option, ret;

	while ((option = getopt_long(argc, argv, "afnpyqv", options,
				     NULL)) != -1) {
		ret = parse_option(&f, option, root);
		if (ret)
			return ret;
	}
	if (argc - optind != 1)
		return usage(optind == argc ? "which image?" :
					      "one image, not more", "");
	signal(SIGINT, cancel);
	signal(SIGTERM, cancel);
	return finish_output(check(&f, argv[optind]));
}
