/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Command lines of all programs: options, commands, help, exit status.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_CLI_H
#define TARFS_LIB_CLI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "error.h"

/* exit statuses of a helper that mount(8) understands: usage, and a failed mount */
#define CLI_MOUNT_USAGE		1
#define CLI_MOUNT_FAILED	32

/**
 * struct cli_option - an option: what parses it, and what --help prints
 * @letter: of "-q"; 0 if it has a long name only
 * @name: of "--quiet"; NULL if it has a letter only
 * @argument: how the help names its value; NULL if it has none
 * @help: wrapped when printed; NULL if the next row's help is for both
 * @of: bits of the commands that have the option; 0 for all
 * @flag: set to true
 * @choice: set to @value
 * @text: set to the value
 * @number: set to the value, a number from @min to @max
 * @size: set to the value, as size_parse() has it
 * @parse: parses the value into @to, or returns -EINVAL and an error
 *
 * At most one destination is set; an option without one is ignored.  An option may
 * be repeated: the last one counts, unless its @parse collects values.  A table
 * ends with an empty row.
 */
struct cli_option {
	char letter;
	const char *name;
	const char *argument;
	const char *help;
	unsigned int of;
	bool *flag;
	unsigned int *choice;
	unsigned int value;
	const char **text;
	unsigned int *number;
	unsigned int min;
	unsigned int max;
	uint64_t *size;
	int (*parse)(void *to, const char *value, struct error *e);
	void *to;
};

/**
 * struct cli_command - a command of a program
 * @arguments: a word each, in brackets if it may be missing
 * @of: its bit in the options it has
 * @run: returns 0, a negative errno value with an error, or 1 if the failure has
 *	been reported; @request is that of cli_run()
 */
struct cli_command {
	const char *name;
	const char *arguments;
	const char *help;
	unsigned int of;
	int (*run)(const void *request, struct error *e);
};

/**
 * struct cli - a program
 * @failed: exit status of a failure
 * @usage: exit status of a command line that is wrong
 * @arguments: as of a command; not used if there are commands
 * @about: what it is for, lines in front of the options
 * @notes: lines behind the options
 * @commands: up to an empty row; NULL if it has none
 * @command: the one that cli_parse() found
 */
struct cli {
	const char *name;
	int failed;
	int usage;
	const char *arguments;
	const char *about;
	const char *notes;
	const struct cli_option *options;
	const struct cli_command *commands;
	const struct cli_command *command;
};

/* cli.c */

/**
 * cli_begin() - keep closed standard streams closed
 *
 * The first thing in main(): a file must never be opened as standard output or
 * standard error, or messages would end up in it.  What takes the place of a
 * closed stream fails when it is used, as the closed one.  Without a /dev/null
 * the program ends with @failed.
 */
void cli_begin(const struct cli *c);

/* print an error as "NAME: TEXT"; return @failed */
int cli_fail(const struct cli *c, const struct error *e);

/* print where help is; exit with @usage */
void cli_hint(const struct cli *c) __attribute__((noreturn));

/* report what is wrong with the command line, escaped, and where help is; exit */
void cli_usage(const struct cli *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), noreturn));

/* flush standard output at the end of main(); return @status, or @failed */
int cli_finish(const struct cli *c, int status);

/* cli_help.c */

/* print the help of the program, or of @c->command */
void cli_help(const struct cli *c);

/* --help and --version, which all programs have: two rows, and an empty one */
extern const struct cli_option cli_standard[];

/* cli_parse.c */

/**
 * cli_parse() - parse a command line by the table of options
 *
 * Sets @c->command, if there are commands.  Exits after --help and --version, and
 * if the options or the number of arguments are wrong.
 *
 * Return: the arguments that are no options, followed by NULL.
 */
char **cli_parse(struct cli *c, int argc, char **argv);

/* run the command that cli_parse() found; return an exit status */
int cli_run(const struct cli *c, const void *request);

/* the option belongs to the command, or none was given */
static inline bool cli_has(const struct cli *c, const struct cli_option *o)
{
	return !o->of || !c->command || o->of & c->command->of;
}

#endif /* TARFS_LIB_CLI_H */
