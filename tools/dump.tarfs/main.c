// SPDX-License-Identifier: GPL-2.0
/*
 * Show the contents of an image without mounting it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cli.h"
#include "dump.h"

typedef int (*dump_what)(struct device *d, const char *path, struct error *e);

/* views other than the summary, and whether each was requested */
static struct {
	bool wanted;
	dump_what run;
} views[] = {
	{ false, dump_list },
	{ false, dump_cat },
	{ false, dump_xattrs },
	{ false, dump_mtree },
	{ false, dump_json },
};

#define VIEWS	(sizeof(views) / sizeof(views[0]))

static const struct cli_option options[] = {
	{ 'l', "list", NULL, "the files, or those below PATH, as tar lists them",
	  .flag = &views[0].wanted },
	{ 0, "cat", NULL, "the content of the file PATH",
	  .flag = &views[1].wanted },
	{ 0, "xattrs", NULL, "extended attributes, as getfattr lists them",
	  .flag = &views[2].wanted },
	{ 0, "mtree", NULL, "a manifest in mtree(5)",
	  .flag = &views[3].wanted },
	{ 0, "json", NULL,
	  "superblock and files as JSON, an object in each line",
	  .flag = &views[4].wanted },
	{ }
};

static struct cli cli = {
	.name		= "dump.tarfs",
	.failed		= EXIT_FAILURE,
	.usage		= 2,
	.arguments	= "IMAGE [PATH]",
	.options	= options,
	.about		=
"Show the superblock of an image or a data device of tarfs, or:",
	.notes		=
"Nothing is verified; that is for fsck.tarfs.\n"
"Exit status: 0 done, 1 failed or broken, 2 wrong usage.",
};

static dump_what chosen_view(const char *path)
{
	dump_what what = NULL;
	size_t i;

	for (i = 0; i < VIEWS; i++) {
		if (views[i].wanted && what)
			cli_usage(&cli, "only one thing at a time");
		if (views[i].wanted)
			what = views[i].run;
	}
	if (!what && path)
		cli_usage(&cli, "unexpected argument '%s'", path);
	if (what == dump_cat && !path)
		cli_usage(&cli, "the content of which file?");
	return what ? what : dump_summary;
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
	return cli_fail(&cli, &e);
}

int main(int argc, char **argv)
{
	int status;

	cli_begin(&cli);
	argv = cli_parse(&cli, argc, argv);
	signal(SIGPIPE, SIG_IGN);
	status = dump(chosen_view(argv[1]), argv[0], argv[1]);
	return status ? status : cli_finish(&cli, EXIT_SUCCESS);
}
