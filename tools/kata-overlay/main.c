// SPDX-License-Identifier: GPL-2.0
/*
 * Mount the layers of a container on the host, as Kata's tardev snapshots name them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>

#include "base/cli.h"
#include "overlay.h"

static struct layers layers;
static const char *type;

static int parse_list(void *to, const char *value, struct error *e)
{
	return layers_parse(to, value, e);
}

static const struct cli_option options[] = {
	{ 'o', NULL, "LIST",
	  "options with commas between them; those for others are ignored",
	  .parse = parse_list, .to = &layers },
	{ 't', NULL, "TYPE", "ignored, for mount(8)", .text = &type },
	{ }
};

static struct cli cli = {
	.name		= "kata-overlay",
	.failed		= CLI_MOUNT_FAILED,
	.usage		= CLI_MOUNT_USAGE,
	.arguments	= "SOURCE DIR",
	.options	= options,
	.about		=
"Mount the layers that the options name, and an overlay of them on DIR.\n"
"SOURCE is ignored.",
	.notes		=
"Exit status: 0 mounted, 1 wrong usage, 32 failed.",
};

int main(int argc, char **argv)
{
	struct error e = { "" };
	char **args;
	int err;

	cli_begin(&cli);
	args = cli_parse(&cli, argc, argv);
	err = stack_mount(&layers, args[1], &e);
	layers_free(&layers);
	if (err)
		return cli_fail(&cli, &e);
	return cli_finish(&cli, EXIT_SUCCESS);
}
