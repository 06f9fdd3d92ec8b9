// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of errors are escaped and cut to their room, and the errno is
 * returned.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "tap.h"

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && !strcmp(text + len - end_len, end);
}

static const struct {
	const char *claim;
	const char *name;
	const char *text;
} escapes[] = {
	{ "printable ASCII stays", "a b~'\"%s", "name a b~'\"%s" },
	{ "a newline is escaped", "a\nb", "name a\\012b" },
	{ "an escape sequence is escaped", "\033[2J", "name \\033[2J" },
	{ "a delete is escaped", "\177", "name \\177" },
	{ "a backslash is escaped", "\\033", "name \\134033" },
	{ "a C1 control is escaped", "\302\233", "name \\302\\233" },
	{ "a bidirectional override is escaped", "\342\200\256",
	  "name \\342\\200\\256" },
	{ "an empty name stays", "", "name " },
};

static void test_escapes(void)
{
	struct error e;
	size_t i;

	for (i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
		error_set(&e, -EINVAL, "name %s", escapes[i].name);
		ok(!strcmp(e.text, escapes[i].text), "%s", escapes[i].claim);
	}
}

static void test_returns(void)
{
	struct error e;

	ok(error_set(&e, -ENOENT, "x") == -ENOENT, "what is given is returned");
	errno = EISDIR;
	ok(error_errno(&e, "%s", "file") == -EISDIR, "errno is returned");
	ok(!strcmp(e.text, "file: Is a directory"), "... and described");
}

static void test_prefix(void)
{
	struct error e;

	error_set(&e, -EINVAL, "%s", "a\tb");
	error_prefix(&e, "%s", "x\ny");
	ok(!strcmp(e.text, "x\\012y: a\\011b"),
	   "a prefix is escaped, the rest not once more");
}

/* texts around the size that fits, with and without escapes */
static void test_cuts(void)
{
	char name[3 * sizeof(((struct error *)0)->text)];
	bool fits = true, marked = true, whole = true;
	struct error e;
	size_t len, cut;

	for (len = 0; len < sizeof(name); len++) {
		memset(name, 'a', len);
		name[len] = '\0';
		error_set(&e, -EINVAL, "%s", name);
		fits = fits && memchr(e.text, '\0', sizeof(e.text));
		if (len + sizeof("...") <= sizeof(e.text))
			marked = marked && !strcmp(e.text, name);
		else
			marked = marked && ends_with(e.text, "a...");

		memset(name, '\n', len);
		error_set(&e, -EINVAL, "%s", name);
		fits = fits && memchr(e.text, '\0', sizeof(e.text));
		cut = strlen(e.text);
		if (cut && ends_with(e.text, "..."))
			cut -= 3;
		whole = whole && cut % 4 == 0;
	}
	ok(fits, "a text of any length is terminated");
	ok(marked, "what is cut ends in ..., what fits is whole");
	ok(whole, "no escape is cut in two");
}

static void test_cut_prefix(void)
{
	struct error e;
	char name[sizeof(e.text)];
	int i;

	memset(name, 'b', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	error_set(&e, -EINVAL, "reason");
	for (i = 0; i < 100; i++)
		error_prefix(&e, "where");
	ok(strlen(e.text) == 100 * strlen("where: ") + strlen("reason") &&
	   ends_with(e.text, "where: reason"), "prefixes that fit are kept");
	error_prefix(&e, "%s", name);
	ok(ends_with(e.text, "b..."), "a long prefix pushes the rest out");
	errno = ENOENT;
	error_errno(&e, "%s", name);
	ok(ends_with(e.text, "b..."), "a long text pushes strerror out");
}

int main(void)
{
	test_escapes();
	test_returns();
	test_prefix();
	test_cuts();
	test_cut_prefix();
	return tap_done();
}
