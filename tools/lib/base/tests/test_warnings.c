// SPDX-License-Identifier: GPL-2.0
/*
 * Warnings are counted by kind, and keep and escape the first path or offset.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdlib.h>
#include <string.h>

#include "base/warnings.h"
#include "tap.h"

static const struct warning_kind odd = { "odd", "odd members" };
static const struct warning_kind lost = { "lost", "lost members" };

static void test_count(void)
{
	struct warnings w = { 0 };
	char path[] = "a/b/c";

	ok(!warnings_add(&w, &odd, path, 3) && w.count == 1 &&
	   w.list[0].kind == &odd && w.list[0].count == 1,
	   "the first one makes a kind");
	path[0] = 'x';
	ok(!strcmp(w.list[0].first, "a/b"), "its path is copied, by length");
	ok(!warnings_add(&w, &lost, "", 0) && w.count == 2 &&
	   w.list[1].kind == &lost && !strcmp(w.list[1].first, ""),
	   "another kind comes after it, an empty path is one");
	ok(!warnings_add(&w, &odd, "z", 1) && w.count == 2 &&
	   w.list[0].count == 2 && !strcmp(w.list[0].first, "a/b"),
	   "the same kind again is counted, its first path stays");
	warnings_free(&w);
	ok(!w.list && !w.count, "nothing is left after free");
	warnings_free(&w);
}

static void text_is(struct warnings *w, const char *text)
{
	char *found = warning_text(&w->list[0]);

	ok(found && !strcmp(found, text), "%s", text);
	free(found);
	warnings_free(w);
}

static void test_text(void)
{
	struct warnings w = { 0 };

	warnings_add(&w, &odd, "a\n", 2);
	warnings_add(&w, &odd, "b", 1);
	text_is(&w, "odd members (2, first: a\\012)");
	warnings_add(&w, &odd, "", 0);
	text_is(&w, "odd members (1)");
	warnings_add_at(&w, &odd, 3, 512);
	text_is(&w, "odd members (3, first: offset 512)");
	ok(!warnings_add_at(&w, &odd, 0, 512) && !w.count,
	   "none is no warning");
}

static void test_where(void)
{
	static const struct {
		const char *first, *where;
	} rows[] = {
		{ "", "" },
		{ "usr/bin/a b", "usr/bin/a b" },
		{ "a\\b", "a\\134b" },
		{ "\x1b[31m\n\x7f", "\\033[31m\\012\\177" },
		{ "\xff\xc3\xa9", "\\377\\303\\251" },
	};
	struct warning w = { 0 };
	char *where;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		w.first = (char *)rows[i].first;
		where = warning_where(&w);
		ok(where && !strcmp(where, rows[i].where), "\"%s\" is plain text",
		   rows[i].where);
		free(where);
	}
}

static void test_long_path(void)
{
	struct warnings w = { 0 };
	char path[5000];

	memset(path, 'p', sizeof(path));
	ok(!warnings_add(&w, &odd, path, 4095) &&
	   !warnings_add(&w, &lost, path, sizeof(path)) &&
	   strlen(w.list[0].first) == 4095 && strlen(w.list[1].first) == 4095,
	   "what is longer than any path is cut");
	warnings_free(&w);
}

int main(void)
{
	test_count();
	test_long_path();
	test_text();
	test_where();
	return tap_done();
}
