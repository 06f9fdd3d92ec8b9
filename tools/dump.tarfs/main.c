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

#include "dump.h"
#include "base/file.h"

#define EXIT_FAILED	1
#define EXIT_USAGE	2

typedef int (*dump_what)(struct device *d, const char *path, struct error *e);

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

static int usage(const char *text)
{
	fprintf(stderr, "dump.tarfs: %s; try \"dump.tarfs --help\"\n", text);
	return EXIT_USAGE;
}

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
	fprintf(stderr, "dump.tarfs: %s\n", e.text);
	return EXIT_FAILED;
}

static int parse_option(int option, dump_what *what)
{
	if (option != '?' && option != 'h' && option != 'V' &&
	    *what != dump_summary)
		return usage("only one thing at a time");
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
		fputs(help, stdout);
		exit(file_finish_stdout("dump.tarfs", EXIT_SUCCESS,
					EXIT_FAILED));
	case 'V':
		puts("dump.tarfs (tarfs) " TARFS_TOOLS_VERSION);
		exit(file_finish_stdout("dump.tarfs", EXIT_SUCCESS,
					EXIT_FAILED));
	default:	/* getopt_long() said what is wrong */
		return EXIT_USAGE;
	}
}

int main(int argc, char **argv)
{
	dump_what what = dump_summary;
	int option, ret;

	while ((option = getopt_long(argc, argv, "l", options, NULL)) != -1) {
		ret = parse_option(option, &what);
		if (ret)
			return ret;
	}
	if (optind == argc)
		return usage("which image?");
	if (argc - optind > 2 || (argc - optind > 1 && what == dump_summary))
		return usage("too many arguments");
	if (what == dump_cat && argc - optind < 2)
		return usage("the content of which file?");
	signal(SIGPIPE, SIG_IGN);
	ret = dump(what, argv[optind], argv[optind + 1]);
	return ret ? ret : file_finish_stdout("dump.tarfs", 0, EXIT_FAILED);
}
