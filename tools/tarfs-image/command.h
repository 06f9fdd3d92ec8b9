/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands of the program.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_COMMAND_H
#define TARFS_IMAGE_COMMAND_H

#include "base/cli.h"
#include "base/error.h"

#define PROGRAM	"tarfs-image"

extern const struct cli program;

enum {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,
};

/**
 * struct command - a row of the table of commands
 * @run: gets the arguments from the command's name on; returns the exit status
 * @usage: what follows the program's name
 * @options: one a line
 */
struct command {
	const char *name;
	int (*run)(const struct command *cmd, int argc, char *argv[]);
	const char *summary;
	const char *usage;
	const char *options;
};

/* tell what a command wants, after a mistake; returns EXIT_USAGE */
int command_usage(const struct command *cmd);

/* tell all about a command on standard output; returns EXIT_DONE */
int command_help(const struct command *cmd);

void print_error(const struct error *e);

/* convert.c */
int cmd_convert(const struct command *cmd, int argc, char *argv[]);

/* list.c */
int cmd_list(const struct command *cmd, int argc, char *argv[]);

/* verify.c */
int cmd_verify(const struct command *cmd, int argc, char *argv[]);

#endif /* TARFS_IMAGE_COMMAND_H */
