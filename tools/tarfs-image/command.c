// SPDX-License-Identifier: GPL-2.0
/*
 * What all commands say: their usage, their help, their errors.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdio.h>

#include "command.h"

const struct cli program = { PROGRAM, EXIT_REFUSED, EXIT_USAGE };

int command_usage(const struct command *cmd)
{
	fprintf(stderr, "usage: " PROGRAM " %s\n"
		"Try '" PROGRAM " %s --help'.\n", cmd->usage, cmd->name);
	return EXIT_USAGE;
}

int command_help(const struct command *cmd)
{
	printf("usage: " PROGRAM " %s\n\n%s\n", cmd->usage, cmd->options);
	return EXIT_DONE;
}

void print_error(const struct error *e)
{
	cli_fail(&program, e);
}
