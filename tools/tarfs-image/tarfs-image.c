// SPDX-License-Identifier: GPL-2.0
/*
 * tarfs-image: container images for guests that mount layers with tarfs.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "stream/output.h"

#define PLATFORM_HELP \
"      --platform=OS/ARCHITECTURE[/VARIANT]\n" \
"                     which image, if there are several (default: for this\n" \
"                     machine)\n"

#define PAX_IDS_HELP \
"      --pax-ids      of --format=1: uid and gid from PAX records, too\n"

#define PROCESS_HELP \
"      --entrypoint=WORD, --cmd=WORD\n" \
"                     what to run, in place of the image's; once for each word\n" \
"      --env=NAME=VALUE\n" \
"                     a variable more, or in place of the image's; repeatable\n" \
"      --user=USER[:GROUP], --workdir=DIRECTORY\n" \
"                     in place of the image's\n"

#define SCRATCH_HELP \
"      --scratch=tmpfs[:BYTES]|disk\n" \
"                     where what the container writes goes, for the pod spec\n"

#define MAX_SIZE_HELP \
"      --max-size=BYTES\n" \
"                     refuse larger layers, uncompressed; K, M, G and T\n" \
"                     are powers of 1024\n" \
"      --max-index=BYTES\n" \
"                     refuse layers whose index takes more\n"

#define JOBS_HELP \
"  -j, --jobs=N       work on N layers at a time (default: as many as there\n" \
"                     are processors)\n"

static const struct command commands[] = {
	{
		.name = "convert",
		.run = cmd_convert,
		.summary = "make layer images and a pod spec of an image",
		.usage = "convert [OPTION]... LAYOUT|ARCHIVE[:TAG] OUTDIR",
		.options =
"      --format=1|2   index format of the layer images (default: 2)\n"
PAX_IDS_HELP
MAX_SIZE_HELP
PLATFORM_HELP
PROCESS_HELP
SCRATCH_HELP
JOBS_HELP
"      --pull         make a pod spec only: the guest makes the images, of blobs\n"
"      --strict       refuse layers that a warning would be given for\n"
"      --force        make layer images anew that are there already\n"
"  -q, --quiet        say nothing but errors, and draw nothing\n"
"  -v, --verbose      say more about every layer\n"
"  -h, --help         show this help\n",
	},
	{
		.name = "list",
		.run = cmd_list,
		.summary = "tell which images there are",
		.usage = "list [OPTION]... LAYOUT|ARCHIVE[:TAG]",
		.options =
"      --json         print JSON, with all layers\n"
"  -h, --help         show this help\n",
	},
	{
		.name = "verify",
		.run = cmd_verify,
		.summary = "compare what was made with the image, bit by bit",
		.usage = "verify [OPTION]... LAYOUT|ARCHIVE[:TAG] OUTDIR",
		.options =
"      --format=1|2   that all layer images must have (default: what they\n"
"                     have)\n"
PAX_IDS_HELP
MAX_SIZE_HELP
PLATFORM_HELP
PROCESS_HELP
SCRATCH_HELP
JOBS_HELP
"  -q, --quiet        say nothing but errors and differences\n"
"  -h, --help         show this help\n",
	},
};

#define COMMAND_COUNT	(sizeof(commands) / sizeof(commands[0]))

static void print_commands(FILE *to)
{
	size_t i;

	fprintf(to, "usage: " PROGRAM " COMMAND [OPTION]... ARGUMENT...\n"
		"       " PROGRAM " --help | --version\n\ncommands:\n");
	for (i = 0; i < COMMAND_COUNT; i++)
		fprintf(to, "  %-10s %s\n", commands[i].name,
			commands[i].summary);
}

static int run(int argc, char *argv[])
{
	const char *name = argc > 1 ? argv[1] : "";
	size_t i;

	for (i = 0; i < COMMAND_COUNT; i++)
		if (!strcmp(name, commands[i].name))
			return commands[i].run(&commands[i], argc - 1,
					       argv + 1);
	if (!strcmp(name, "--help") || !strcmp(name, "-h")) {
		print_commands(stdout);
		return EXIT_DONE;
	}
	if (!strcmp(name, "--version"))
		return cli_version(&program);
	if (*name)
		fprintf(stderr, PROGRAM ": no command '%s'\n", name);
	print_commands(stderr);
	return EXIT_USAGE;
}

int main(int argc, char *argv[])
{
	cli_begin(&program);
	output_catch_signals();
	return cli_finish(&program, run(argc, argv));
}
