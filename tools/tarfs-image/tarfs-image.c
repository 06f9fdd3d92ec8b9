// SPDX-License-Identifier: GPL-2.0
/*
 * tarfs-image: container images for guests that mount layers with tarfs.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdlib.h>

#include "request.h"
#include "stream/output.h"

static const struct cli_command commands[] = {
	{ "convert", "LAYOUT|ARCHIVE[:TAG] OUTDIR",
	  "make layer images and a pod spec of an image",
	  CONVERT, cmd_convert },
	{ "list", "LAYOUT|ARCHIVE[:TAG]", "list the images there are",
	  LIST, cmd_list },
	{ "verify", "LAYOUT|ARCHIVE[:TAG] OUTDIR",
	  "compare what was made with the image, bit by bit",
	  VERIFY, cmd_verify },
	{ }
};

static struct cli cli = {
	.name		= PROGRAM,
	.failed		= EXIT_FAILURE,
	.usage		= 2,
	.options	= request_options,
	.commands	= commands,
	.about		=
"Container images for guests that mount layers with tarfs.",
	.notes		=
"Exit status: 0 done, 1 refused, failed or different, 2 wrong usage.",
};

int main(int argc, char **argv)
{
	int status;

	cli_begin(&cli);
	output_catch_signals();
	request.jobs.threads = jobs_default();
	argv = cli_parse(&cli, argc, argv);
	request_finish(&cli, argv);
	status = cli_run(&cli, &request);
	override_free(&request.override);
	return status;
}
