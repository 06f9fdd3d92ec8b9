/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is odd about a tar: counted by kind, with the first place of each.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_WARNINGS_H
#define TARFS_LIB_WARNINGS_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct warning_kind - one kind of oddity, a constant of the code that finds it
 * @name: short and fixed, for --json: "lost-hard-link"
 * @text: for people: "hard links that format 1 cannot express are missing"
 */
struct warning_kind {
	const char *name;
	const char *text;
};

struct warning {
	const struct warning_kind *kind;
	uint64_t count;
	char *first;		/* path of the first one, raw bytes up to a NUL;
				 * not more than a path can have; or "offset N"
				 */
};

struct warnings {
	struct warning *list;	/* in the order of first appearance */
	size_t count;
};

/**
 * warnings_add() - count one
 * @path: the member's name; copied if it is the first of its kind
 * Return: 0 or -ENOMEM.
 */
int warnings_add(struct warnings *w, const struct warning_kind *kind,
		 const char *path, size_t path_len);

/**
 * warnings_add_at() - count what has an offset in the tar, but no member
 * @count: how many; 0 adds nothing
 * @offset: of the first one, if there was none before
 * Return: 0 or -ENOMEM.
 */
int warnings_add_at(struct warnings *w, const struct warning_kind *kind,
		    uint64_t count, uint64_t offset);
void warnings_free(struct warnings *w);

/**
 * warning_where() - the first place as plain text
 * Bytes but those from 0x20 to 0x7e, and '\', are written as \ooo: that is safe
 * on a terminal, valid in JSON, and stands for one name only.
 *
 * Return: what the caller frees, or NULL when out of memory.
 */
char *warning_where(const struct warning *w);

/* the kind's text, the count and the first place, if that has a name; as above */
char *warning_text(const struct warning *w);

#endif /* TARFS_LIB_WARNINGS_H */
