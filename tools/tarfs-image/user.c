// SPDX-License-Identifier: GPL-2.0
/*
 * Look up users and groups in the texts of etc/passwd and etc/group.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "user.h"

#define FIELDS_MAX	7	/* in a line of etc/passwd */
#define ID_MAX		0xfffffffeu	/* (uid_t)-1 means "no change" */

/* bytes of a text, not terminated */
struct span {
	const char *at;
	size_t len;
};

/* an entry of etc/passwd or etc/group: name, password, id, gid or members */
struct entry {
	struct span field[FIELDS_MAX];
	uint32_t id;
};

static struct span span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

static bool span_equal(struct span a, struct span b)
{
	return a.len == b.len && !memcmp(a.at, b.at, a.len);
}

/* Split off the part of @rest before the next @mark. */
static struct span span_cut(struct span *rest, char mark)
{
	const char *end = rest->len ? memchr(rest->at, mark, rest->len) : NULL;
	struct span head = { rest->at, end ? end - rest->at : rest->len };
	size_t passed = head.len + (end ? 1 : 0);

	rest->at += passed;
	rest->len -= passed;
	return head;
}

/* Parse a decimal number that is a valid id. */
static bool parse_id(struct span s, uint32_t *id)
{
	uint64_t value = 0;
	size_t i;

	if (!s.len || s.len > 10)
		return false;
	for (i = 0; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
		value = value * 10 + (s.at[i] - '0');
	}
	if (value > ID_MAX)
		return false;
	*id = value;
	return true;
}

/* Parse the next line of @text with a name and an id; skip others. */
static bool next_entry(struct span *text, struct entry *entry)
{
	struct span line;
	size_t i;

	while (text->len) {
		line = span_cut(text, '\n');
		for (i = 0; i < FIELDS_MAX; i++)
			entry->field[i] = span_cut(&line, ':');
		if (entry->field[0].len &&
		    parse_id(entry->field[2], &entry->id))
			return true;
	}
	return false;
}

/* Find an entry, by number if @wanted is one, else by name. */
static bool find_entry(struct span text, struct span wanted,
		       struct entry *entry)
{
	bool by_id;
	uint32_t id;

	by_id = parse_id(wanted, &id);
	while (next_entry(&text, entry))
		if (by_id ? entry->id == id
			  : span_equal(entry->field[0], wanted))
			return true;
	return false;
}

static bool is_member(struct span members, struct span name)
{
	while (members.len)
		if (span_equal(span_cut(&members, ','), name))
			return true;
	return false;
}

static bool has_group(const struct user *u, uint32_t gid)
{
	size_t i;

	for (i = 0; i < u->group_count; i++)
		if (u->groups[i] == gid)
			return true;
	return gid == u->gid;
}

static int add_groups(struct user *u, struct span group, struct span name,
		      struct error *e)
{
	struct entry entry;

	while (next_entry(&group, &entry)) {
		if (!is_member(entry.field[3], name) ||
		    has_group(u, entry.id))
			continue;
		if (u->group_count == USER_GROUPS_MAX)
			return error_set(e, -EINVAL,
					 "user \"%.*s\" is in more than %d groups",
					 (int)name.len, name.at,
					 USER_GROUPS_MAX);
		u->groups[u->group_count++] = entry.id;
	}
	return 0;
}

static int resolve_group(struct user *u, struct span wanted,
			 struct span group, struct error *e)
{
	struct entry entry;

	if (parse_id(wanted, &u->gid))
		return 0;
	if (!find_entry(group, wanted, &entry))
		return error_set(e, -ENOENT,
				 "group \"%.*s\" is not in the image's etc/group",
				 (int)wanted.len, wanted.at);
	u->gid = entry.id;
	return 0;
}

int user_resolve(const char *spec, const char *passwd, const char *group,
		 struct user *u, struct error *e)
{
	struct span wanted_group = span_of(spec);
	struct span wanted = span_cut(&wanted_group, ':');
	struct entry entry;
	bool known;

	memset(u, 0, sizeof(*u));
	if (!wanted.len)
		wanted = span_of("0");
	known = find_entry(span_of(passwd), wanted, &entry);
	if (known)
		u->uid = entry.id;
	else if (!parse_id(wanted, &u->uid))
		return error_set(e, -ENOENT,
				 "user \"%.*s\" is not in the image's etc/passwd",
				 (int)wanted.len, wanted.at);
	if (wanted_group.len)
		return resolve_group(u, wanted_group, span_of(group), e);
	if (!known)
		return 0;
	if (!parse_id(entry.field[3], &u->gid))
		return error_set(e, -EINVAL,
				 "etc/passwd gives user \"%.*s\" no group",
				 (int)wanted.len, wanted.at);
	return add_groups(u, span_of(group), entry.field[0], e);
}
