// SPDX-License-Identifier: GPL-2.0
/*
 * Shows what is in an image, without mounting it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cli.h"
#include "dump.h"

typedef int (*dump_what)(struct device *d, const char *path, struct error *e);

static const struct cli cli = { "dump.tarfs", EXIT_FAILURE, 2 };

static const struct option options[] = {
	{ "list",	no_argument,	NULL, 'l' },
	{ "cat",	no_argument,	NULL, 'c' },
	{ "xattrs",	no_argument,	NULL, 'x' },
	{ "mtree",	no_argument,	NULL, 'm' },
	{ "json",	no_argument,	NULL, 'j' },
	{ "help",	no_argument,	NULL, 'h' },
	{ "version",	no_argument,	NULL, 'V' },
	{ 0 }
};

static const char help[] =
	"Usage: dump.tarfs [OPTION] IMAGE [PATH]\n"
	"Show the superblock of an image or a data device of tarfs, or:\n"
	"\n"
	"  -l, --list    the files, or those below PATH, as tar lists them\n"
	"      --cat     the content of the file PATH\n"
	"      --xattrs  extended attributes, as getfattr lists them\n"
	"      --mtree   a manifest in mtree(5)\n"
	"      --json    superblock and files as JSON, an object in each line\n"
	"      --help    this text\n"
	"      --version the version\n"
	"\n"
	"Nothing is verified; that is for fsck.tarfs.\n"
	"Exit status: 0 done, 1 failed or broken, 2 wrong usage.\n";

static int dump(dump_what what, const char *image, const char *path)
{
	struct error e = { "" };
	struct device d;
	int err;

	err = device_open(&d, image, &e);
	if (!err) {
		err = device_read_super(&d, &e);
		if (!err)
			err = what(&d, path, &e);
		device_close(&d);
	}
	if (!err)
		return EXIT_SUCCESS;
	fflush(stdout);
	return cli_fail(&cli, &e);
}

static int parse_option(int option, dump_what *what)
{
	if (option != '?' && option != 'h' && option != 'V' &&
	    *what != dump_summary)
		return cli_usage(&cli, "only one thing at a time");
	switch (option) {
	case 'l':
		*what = dump_list;
		return 0;
	case 'c':
		*what = dump_cat;
		return 0;
	case 'x':
		*what = dump_xattrs;
		return 0;
	case 'm':
		*what = dump_mtree;
		return 0;
	case 'j':
		*what = dump_json;
		return 0;
	case 'h':
		exit(cli_print(&cli, help));
	case 'V':
		exit(cli_version(&cli));
	default:	/* getopt_long() said what is wrong */
		return cli.usage;
	}
}

int main(int argc, char **argv)
{
	dump_what what = dump_summary;
	int option, ret;

	cli_begin(&cli);
	while ((option = getopt_long(argc, argv, "l", options, NULL)) != -1) {
		ret = parse_option(option, &what);
		if (ret)
			return ret;
	}
	if (optind == argc)
		return cli_usage(&cli, "which image?");
	if (argc - optind > 2 || (argc - optind > 1 && what == dump_summary))
		return cli_usage(&cli, "too many arguments");
	if (what == dump_cat && argc - optind < 2)
		return cli_usage(&cli, "the content of which file?");
	signal(SIGPIPE, SIG_IGN);
	ret = dump(what, argv[optind], argv[optind + 1]);
	return ret ? ret : cli_finish(&cli, EXIT_SUCCESS);
}
