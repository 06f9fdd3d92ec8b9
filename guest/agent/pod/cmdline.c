// SPDX-License-Identifier: GPL-2.0
/*
 * Parse the agent's options on the kernel command line.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "pod/cmdline.h"

#define CMDLINE_MAX	8192	/* bytes; no architecture has more */

static int parse_pod(struct cmdline *c, const char *value, struct error *e)
{
	static const char prefix[] = "sha256:";
	const char *hex = value + sizeof(prefix) - 1;

	if (strncmp(value, prefix, sizeof(prefix) - 1) ||
	    strspn(hex, "0123456789abcdef") != SHA256_HEX_SIZE - 1 ||
	    hex[SHA256_HEX_SIZE - 1])
		return error_set(e, -EINVAL,
			"tarfs.pod=%s on the command line: need sha256: and 64 lower-case hexadecimal digits",
			value);
	return sha256_from_hex(hex, c->pod);
}

static int parse_seconds(const char *name, const char *value,
			 unsigned int *seconds, struct error *e)
{
	size_t digits = strspn(value, "0123456789");
	size_t i;

	*seconds = 0;
	if (digits >= 1 && digits <= 4 && !value[digits])
		for (i = 0; i < digits; i++)
			*seconds = *seconds * 10 + (value[i] - '0');
	if (*seconds < 1 || *seconds > CMDLINE_SECONDS_MAX)
		return error_set(e, -EINVAL,
			"%s=%s on the command line: need 1 to %d seconds",
			name, value, CMDLINE_SECONDS_MAX);
	return 0;
}

static int parse_timeout(struct cmdline *c, const char *value, struct error *e)
{
	return parse_seconds("tarfs.timeout", value, &c->timeout, e);
}

static int parse_grace(struct cmdline *c, const char *value, struct error *e)
{
	return parse_seconds("tarfs.grace", value, &c->grace, e);
}

static int parse_exit(struct cmdline *c, const char *value, struct error *e)
{
	if (strcmp(value, "isa-debug"))
		return error_set(e, -EINVAL,
			"tarfs.exit=%s on the command line: need isa-debug",
			value);
	c->debug_exit = true;
	return 0;
}

static int parse_output(struct cmdline *c, const char *value, struct error *e)
{
	if (strcmp(value, "console"))
		return error_set(e, -EINVAL,
			"tarfs.output=%s on the command line: need console",
			value);
	c->show_output = true;
	return 0;
}

static int parse_verbose(struct cmdline *c, const char *value, struct error *e)
{
	c->verbose = true;
	return 0;
}

static const struct {
	const char *name;	/* ends in "=" if it takes a value */
	int (*parse)(struct cmdline *c, const char *value, struct error *e);
} options[] = {
	{ "tarfs.pod=", parse_pod },
	{ "tarfs.timeout=", parse_timeout },
	{ "tarfs.grace=", parse_grace },
	{ "tarfs.exit=", parse_exit },
	{ "tarfs.output=", parse_output },
	{ "tarfs.verbose", parse_verbose },
};

#define OPTIONS	(sizeof(options) / sizeof(options[0]))

static int parse_word(struct cmdline *c, const char *word, unsigned int *seen,
		      struct error *e)
{
	size_t i, len;

	for (i = 0; i < OPTIONS; i++) {
		len = strlen(options[i].name);
		if (strncmp(word, options[i].name, len) ||
		    (options[i].name[len - 1] != '=' && word[len]))
			continue;
		if (*seen & 1U << i)
			return error_set(e, -EINVAL,
				"%.*s is on the command line twice",
				(int)strcspn(word, "="), word);
		*seen |= 1U << i;
		return options[i].parse(c, word + len, e);
	}
	return error_set(e, -EINVAL, "%s on the command line is not known",
			 word);
}

/* length of the word at the beginning of @text, in bytes */
static size_t word_length(const char *text)
{
	bool quoted = false;
	size_t len;

	for (len = 0; text[len]; len++) {
		if (isspace((unsigned char)text[len]) && !quoted)
			break;
		if (text[len] == '"')
			quoted = !quoted;
	}
	return len;
}

int cmdline_parse(const char *text, struct cmdline *c, struct error *e)
{
	unsigned int seen = 0;
	char word[256];
	size_t len;
	int err;

	*c = (struct cmdline){
		.timeout = CMDLINE_TIMEOUT_DEFAULT,
		.grace = CMDLINE_GRACE_DEFAULT,
	};
	for (; *text; text += len) {
		text += strspn(text, " \t\n\v\f\r");
		len = word_length(text);
		/* for the kernel, a word in quotes is the same word */
		if (strncmp(text + strspn(text, "\""), "tarfs.", 6))
			continue;
		if (len >= sizeof(word))
			return error_set(e, -EINVAL,
				"%.32s... on the command line is too long",
				text);
		memcpy(word, text, len);
		word[len] = '\0';
		err = parse_word(c, word, &seen, e);
		if (err)
			return err;
	}
	if (!(seen & 1))
		return error_set(e, -EINVAL,
			"no tarfs.pod=sha256:<digest> on the command line");
	return 0;
}

int cmdline_read(struct cmdline *c, struct error *e)
{
	char text[CMDLINE_MAX];
	ssize_t len;
	int fd;

	fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_errno(e, "cannot open /proc/cmdline");
	len = read(fd, text, sizeof(text));
	close(fd);
	if (len < 0)
		return error_errno(e, "cannot read /proc/cmdline");
	if (len == sizeof(text) || memchr(text, '\0', len))
		return error_set(e, -EINVAL, "/proc/cmdline is not text");
	text[len] = '\0';
	return cmdline_parse(text, c, e);
}
