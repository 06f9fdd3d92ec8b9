/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the command lines of all programs have in common.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_CLI_H
#define TARFS_LIB_CLI_H

#include <stdint.h>

#include "error.h"

/**
 * struct cli - a program, as its messages and its exit status have it
 * @name: of the program
 * @failed: exit status of a failure
 * @usage: exit status of a command line that cannot be understood
 */
struct cli {
	const char *name;
	int failed;
	int usage;
};

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

/* print what is wrong with the command line and where help is; return @usage */
int cli_usage(const struct cli *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* --help, --version: print all of it or fail; return an exit status */
int cli_print(const struct cli *c, const char *text);
int cli_version(const struct cli *c);

/* the end of main(): what was printed must have arrived, or it is a failure */
int cli_finish(const struct cli *c, int status);

/**
 * cli_number() - parse a number of an option: decimal, or hexadecimal with "0x"
 *
 * Return: 0, -EINVAL, or -ERANGE if it is not from @min to @max.
 */
int cli_number(const char *text, uint64_t min, uint64_t max, uint64_t *value);

#endif /* TARFS_LIB_CLI_H */
