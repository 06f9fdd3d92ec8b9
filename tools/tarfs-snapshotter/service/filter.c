// SPDX-License-Identifier: GPL-2.0
/*
 * Filters of List: parse and match.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"
#include "filter_scan.h"

enum operator { PRESENT, EQUAL, NOT_EQUAL, MATCHES };

/**
 * struct selector - a part of a filter
 * @first: the field
 * @rest: the fields behind it, with dots, which name a label
 * @pattern: of MATCHES
 * @last: the filter ends here
 */
struct selector {
	char *first;
	char *rest;
	enum operator operator;
	char *value;
	regex_t pattern;
	bool last;
};

struct filter {
	struct selector *list;
	size_t count;
};

static int no_memory(struct error *e)
{
	return error_set(e, -ENOMEM, "out of memory");
}

static void selector_free(struct selector *s)
{
	if (s->operator == MATCHES)
		regfree(&s->pattern);
	free(s->first);
	free(s->rest);
	free(s->value);
}

static int append_field(char **path, const char *field, struct error *e)
{
	char *longer;

	if (!*path) {
		*path = strdup(field);
		return *path ? 0 : no_memory(e);
	}
	longer = realloc(*path, strlen(*path) + strlen(field) + 2);
	if (!longer)
		return no_memory(e);
	strcat(strcat(longer, "."), field);
	*path = longer;
	return 0;
}

static int parse_path(struct scan *in, struct selector *s, struct error *e)
{
	char *field = NULL;
	int err;

	err = scan_field(in, &s->first, e);
	while (!err && scan_skip(in, '.')) {
		err = scan_field(in, &field, e);
		if (!err)
			err = append_field(&s->rest, field, e);
		free(field);
		field = NULL;
	}
	if (!err && !s->rest) {
		s->rest = strdup("");
		err = s->rest ? 0 : no_memory(e);
	}
	return err;
}

static int compile(struct selector *s, struct error *e)
{
	char reason[256];
	int err = regcomp(&s->pattern, s->value, REG_EXTENDED | REG_NOSUB);

	if (!err) {
		s->operator = MATCHES;
		return 0;
	}
	regerror(err, &s->pattern, reason, sizeof(reason));
	return error_set(e, -EINVAL, "the regular expression %s: %s", s->value,
			 reason);
}

static int parse_selector(struct scan *in, struct selector *s, struct error *e)
{
	char operator;
	int err;

	err = parse_path(in, s, e);
	if (err || scan_ends(in) || scan_next(in) == ',')
		return err;
	err = scan_operator(in, &operator, e);
	if (!err)
		err = scan_value(in, operator == '~', &s->value, e);
	if (err)
		return err;
	if (operator == '~')
		return compile(s, e);
	s->operator = operator == '=' ? EQUAL : NOT_EQUAL;
	return 0;
}

static int add_selector(struct filter *f, struct scan *in, struct error *e)
{
	struct selector *list;

	list = reallocarray(f->list, f->count + 1, sizeof(*list));
	if (!list)
		return no_memory(e);
	f->list = list;
	list[f->count] = (struct selector){ .operator = PRESENT };
	return parse_selector(in, &list[f->count++], e);
}

/* an empty text matches everything: a part that is last, and present */
static int add_always(struct filter *f, struct error *e)
{
	static const char any[] = "name";
	struct scan in = { any, any };

	return add_selector(f, &in, e);
}

static int parse_one(struct filter *f, const char *text, struct error *e)
{
	struct scan in = { text, text };
	int err;

	if (!*text)
		err = add_always(f, e);
	else
		do {
			err = add_selector(f, &in, e);
		} while (!err && scan_skip(&in, ','));
	if (err)
		return err;
	if (*text && !scan_ends(&in))
		return scan_fail(&in, "a comma or the end", e);
	f->list[f->count - 1].last = true;
	return 0;
}

int filter_parse(struct filter **filterp, char *const *texts, size_t count,
		 struct error *e)
{
	struct filter *f = calloc(1, sizeof(*f));
	size_t i;
	int err = 0;

	if (!f)
		return no_memory(e);
	for (i = 0; !err && i < count; i++)
		err = parse_one(f, texts[i], e);
	if (err)
		filter_free(f);
	else
		*filterp = f;
	return err;
}

void filter_free(struct filter *f)
{
	while (f->count)
		selector_free(&f->list[--f->count]);
	free(f->list);
	free(f);
}

static const char *kind_name(enum record_kind kind)
{
	static const char *const names[] = {
		[RECORD_VIEW]		= "view",
		[RECORD_ACTIVE]		= "active",
		[RECORD_COMMITTED]	= "committed",
	};

	return names[kind];
}

/* return the value of a field, or NULL if there is none */
static const char *field(const struct selector *s, const struct record *r)
{
	if (!strcmp(s->first, "name"))
		return r->key;
	if (!strcmp(s->first, "parent"))
		return r->parent;
	if (!strcmp(s->first, "kind"))
		return kind_name(r->kind);
	if (!strcmp(s->first, "labels"))
		return labels_find(&r->labels, s->rest);
	return NULL;
}

static bool selector_match(const struct selector *s, const struct record *r)
{
	const char *value = field(s, r);

	switch (s->operator) {
	case PRESENT:
		return value;
	case EQUAL:
		return value && !strcmp(value, s->value);
	case NOT_EQUAL:
		return strcmp(value ? value : "", s->value);
	case MATCHES:
		return !regexec(&s->pattern, value ? value : "", 0, NULL, 0);
	}
	return false;
}

bool filter_match(const struct filter *f, const struct record *r)
{
	bool all = true;
	size_t i;

	for (i = 0; i < f->count; i++) {
		all = all && selector_match(&f->list[i], r);
		if (!f->list[i].last)
			continue;
		if (all)
			return true;
		all = true;
	}
	return !f->count;
}
