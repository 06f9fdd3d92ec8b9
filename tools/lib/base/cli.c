// SPDX-License-Identifier: GPL-2.0
/*
 * Behaviour common to the command lines of all programs.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "hex.h"
#include "number.h"

void cli_begin(const struct cli *c)
{
	static const int modes[] = { O_WRONLY, O_RDONLY, O_RDONLY };
	int fd;

	for (fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || open("/dev/null", modes[fd]) >= 0)
			continue;
		dprintf(STDERR_FILENO,
			"%s: a standard stream is closed, and /dev/null cannot be opened in its place: %m\n",
			c->name);
		_exit(c->failed);
	}
}

int cli_fail(const struct cli *c, const struct error *e)
{
	fprintf(stderr, "%s: %s\n", c->name, e->text);
	return c->failed;
}

int cli_usage(const struct cli *c, const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", c->name);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "; try \"%s --help\"\n", c->name);
	return c->usage;
}

int cli_print(const struct cli *c, const char *text)
{
	fputs(text, stdout);
	return cli_finish(c, EXIT_SUCCESS);
}

int cli_version(const struct cli *c)
{
	printf("%s (tarfs) " TARFS_TOOLS_VERSION "\n", c->name);
	return cli_finish(c, EXIT_SUCCESS);
}

int cli_finish(const struct cli *c, int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	fprintf(stderr, "%s: cannot write to standard output: %m\n", c->name);
	return c->failed;
}

static int hexadecimal(const char *digits, size_t len, uint64_t *value)
{
	uint64_t v = 0;
	size_t i;

	if (!len)
		return -EINVAL;
	for (i = 0; i < len; i++) {
		if (hex_digit(digits[i]) < 0)
			return -EINVAL;
		if (v >> 60)
			return -ERANGE;
		v = v << 4 | hex_digit(digits[i]);
	}
	*value = v;
	return 0;
}

int cli_number(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	size_t len = strlen(text);
	uint64_t v;
	int err;

	err = strncmp(text, "0x", 2) ?
	      number_decimal(text, len, UINT64_MAX, &v) :
	      hexadecimal(text + 2, len - 2, &v);
	if (err)
		return err;
	if (v < min || v > max)
		return -ERANGE;
	*value = v;
	return 0;
}
