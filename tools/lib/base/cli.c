// SPDX-License-Identifier: GPL-2.0
/*
 * Standard streams, messages and exit status of all programs.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"

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

void cli_hint(const struct cli *c)
{
	fprintf(stderr, "Try '%s%s%s --help' for more information.\n", c->name,
		c->command ? " " : "", c->command ? c->command->name : "");
	exit(c->usage);
}

void cli_usage(const struct cli *c, const char *fmt, ...)
{
	struct error e;
	va_list args;
	char *text;
	int len;

	va_start(args, fmt);
	len = vasprintf(&text, fmt, args);
	va_end(args);
	error_set(&e, 0, "%s", len < 0 ? fmt : text);
	cli_fail(c, &e);
	cli_hint(c);
}

int cli_finish(const struct cli *c, int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	fprintf(stderr, "%s: cannot write to standard output: %m\n", c->name);
	return c->failed;
}
