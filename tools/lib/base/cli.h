/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Behaviour common to the command lines of all programs.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_CLI_H
#define TARFS_LIB_CLI_H

#include <stdint.h>

#include "error.h"

/**
 * struct cli - a program's name in messages, and its exit statuses
 * @name: of the program
 * @failed: exit status of a failure
 * @usage: exit status of an invalid command line
 */
struct cli {
	const char *name;
	int failed;
	int usage;
};

/**
 * cli_begin() - keep closed standard streams closed
 *
 * Call this first in main(): a file opened as standard output or standard error
 * would receive messages.  The replacement of a closed stream fails when it is
 * used, as the closed one would.  If /dev/null cannot be opened the program
 * exits with @failed.
 */
void cli_begin(const struct cli *c);

/* print an error as "NAME: TEXT"; return @failed */
int cli_fail(const struct cli *c, const struct error *e);

/* report an invalid command line and how to get help; return @usage */
int cli_usage(const struct cli *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* --help, --version: print the whole text or fail; return an exit status */
int cli_print(const struct cli *c, const char *text);
int cli_version(const struct cli *c);

/* end main(): flush standard output; return @status, or @failed on an error */
int cli_finish(const struct cli *c, int status);

/**
 * cli_number() - parse an option's number: decimal, or hexadecimal with "0x"
 *
 * Return: 0, -EINVAL, or -ERANGE if it is not between @min and @max.
 */
int cli_number(const char *text, uint64_t min, uint64_t max, uint64_t *value);

#endif /* TARFS_LIB_CLI_H */
