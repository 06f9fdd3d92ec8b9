// SPDX-License-Identifier: GPL-2.0
/*
 * Checks an image: every record, the hash tree, and the index against the tar.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/sha256.h"
#include "fsck.h"

static const struct cli cli = { "fsck.tarfs", EXIT_FAILED, EXIT_USAGE };

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

/* nothing has to be undone */
static void cancel(int sig)
{
	_exit(EXIT_CANCELLED);
}

static int parse_option(struct fsck *f, int option, uint8_t *root)
{
	switch (option) {
	case 'r':
		if (sha256_from_hex(optarg, root))
			return cli_usage(&cli,
					 "--root-hash must be 64 hexadecimal digits, not %s",
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
		exit(cli_print(&cli, help));
	case 'V':
		exit(cli_version(&cli));
	case '?':	/* getopt_long() said what is wrong */
		return cli.usage;
	}
	return 0;
}

int main(int argc, char **argv)
{
	uint8_t root[SHA256_SIZE];
	struct fsck f = { };
	int option, ret;

	cli_begin(&cli);
	while ((option = getopt_long(argc, argv, "afnpyqv", options,
				     NULL)) != -1) {
		ret = parse_option(&f, option, root);
		if (ret)
			return ret;
	}
	if (argc - optind != 1)
		return cli_usage(&cli, optind == argc ? "which image?" :
						       "one image, not more");
	signal(SIGINT, cancel);
	signal(SIGTERM, cancel);
	return cli_finish(&cli, check_image(&f, argv[optind]));
}
