// SPDX-License-Identifier: GPL-2.0
/*
 * Filters of List: what they match, and which are refused.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "service/filter.h"
#include "tap.h"

static struct label labels[] = {
	{ "a.b", "1" }, { "l", "two words, and a comma" }, { "x/y", "\xc3\xa4" },
};

static const struct record record = {
	.kind = RECORD_ACTIVE,
	.key = "k8s.io/12/sha256:ab",
	.parent = "",
	.labels = { labels, COUNT(labels) },
};

/* 1: matches, 0: does not, -1: is refused */
static int match(const char *one, const char *other)
{
	char *const texts[] = { (char *)one, (char *)other };
	struct filter *filter;
	struct error e = { "" };
	int result;

	if (filter_parse(&filter, texts, one ? other ? 2 : 1 : 0, &e))
		return *e.text ? -1 : -2;
	result = filter_match(filter, &record);
	filter_free(filter);
	return result;
}

int main(void)
{
	static const struct {
		const char *text;
		int result;
	} rows[] = {
		{ "", 1 },
		{ "kind==active", 1 }, { "kind==committed", 0 },
		{ "kind!=view", 1 }, { "kind", 1 },
		{ "name==k8s.io/12/sha256:ab", 1 }, { "name==k8s.io", 0 },
		{ "name==\"k8s.io/12/sha256:ab\"", 1 },
		{ "parent==\"\"", 1 }, { "parent!=\"\"", 0 }, { "parent", 1 },
		{ "labels.l", 1 }, { "labels.m", 0 }, { "labels", 0 },
		{ "labels.m==\"\"", 0 }, { "labels.m!=x", 1 },
		{ "labels.\"a.b\"==1", 1 }, { "labels.a.b==1", 1 },
		{ "labels.\"a\".\"b\"", 1 }, { "labels.\"x/y\"", 1 },
		{ "labels.\"x/y\"==\xc3\xa4", 1 },
		{ "labels.\"x/y\"==\"\\u00e4\"", 1 },
		{ "labels.\"x/y\"==\"\\xc3\\244\"", 1 },
		{ "labels.l==\"two words, and a comma\"", 1 },
		{ "labels.l==two", 0 },
		{ "name~=sha256", 1 }, { "name~=^sha256", 0 },
		{ "name~=/^k8s[.]io\\/[0-9]+\\//", 1 },
		{ "name~=|^k8s.*ab$|", 1 }, { "labels.m~=x", 0 }, { "labels.m~=.", -1 },
		{ "kind==active,labels.l", 1 }, { "kind==active,labels.m", 0 },
		{ "labels.m,kind==active", 0 },
		{ "nothing", 0 }, { "nothing==x", 0 }, { "nothing!=x", 1 },
		{ " name == k8s.io/12/sha256:ab", 1 },
		{ ",", -1 }, { "name,", -1 }, { "name==", -1 }, { "name=x", -1 },
		{ "name===x", -1 }, { "name<x", -1 }, { "==x", -1 },
		{ "name==x y", -1 }, { "name ", -1 }, { "labels.", -1 },
		{ "labels..x", -1 }, { "labels.\"x", -1 },
		{ "labels.\"\\q\"", -1 }, { "labels.\"\\x4\"", -1 },
		{ "labels.\"\\u12\"", -1 }, { "labels.\"\\400\"", -1 },
		{ "labels.\"\\U00110000\"", -1 }, { "labels.\"\\", -1 },
		{ "labels.\"\\000\"", -1 }, { "name==/x/", -1 },
		{ "name~=(", -1 }, { "name~=\"(\"", -1 }, { "name==.x", -1 },
		{ "labels.\"a\nb\"", -1 }, { "name==\"x\"y", -1 },
	};
	size_t i;
	int got;

	ok(match(NULL, NULL) == 1, "no filter");
	for (i = 0; i < COUNT(rows); i++) {
		got = match(rows[i].text, NULL);
		ok(got == rows[i].result, "filter %zu: %d", i, got);
	}
	ok(match("kind==view", "kind==active") == 1, "one of two");
	ok(match("kind==active", "kind==view") == 1, "the other of two");
	ok(match("kind==view", "name==x") == 0, "none of two");
	ok(match("kind==active,labels.m", "labels.l,labels.n") == 0,
	   "parts of two");
	ok(match("kind==view,", "kind==active") == -1, "the first is wrong");
	ok(match("kind==active", "(") == -1, "the second is wrong");
	return tap_done();
}
