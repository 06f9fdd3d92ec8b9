/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Warnings about a tar, counted by kind, with the first place of each kind.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_WARNINGS_H
#define TARFS_LIB_WARNINGS_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct warning_kind - a kind of warning, a constant in the code issuing it
 * @name: short and stable, for --json: "lost-hard-link"
 * @text: for users: "hard links that format 1 cannot express are missing"
 */
struct warning_kind {
	const char *name;
	const char *text;
};

struct warning {
	const struct warning_kind *kind;
	uint64_t count;
	char *first;		/* path of the first one, raw bytes up to a NUL,
				 * cut to a path's maximum length; or "offset N"
				 */
};

struct warnings {
	struct warning *list;	/* in the order of first appearance */
	size_t count;
};

/**
 * warnings_add() - count one warning about a member
 * @path: the member's name; copied if it is the first of its kind
 * Return: 0 or -ENOMEM.
 */
int warnings_add(struct warnings *w, const struct warning_kind *kind,
		 const char *path, size_t path_len);

/**
 * warnings_add_at() - count warnings about an offset in the tar, not a member
 * @count: how many; 0 adds nothing
 * @offset: of the first one; used if it is the first of its kind
 * Return: 0 or -ENOMEM.
 */
int warnings_add_at(struct warnings *w, const struct warning_kind *kind,
		    uint64_t count, uint64_t offset);
void warnings_free(struct warnings *w);

/**
 * warning_where() - format the first place as plain text
 * '\' and bytes outside 0x20 to 0x7e are written as \ooo: the text is safe on a
 * terminal, valid in JSON, and stands for one name only.
 *
 * Return: text owned by the caller, or NULL if out of memory.
 */
char *warning_where(const struct warning *w);

/* format the kind's text, the count and the first place, if any; as above */
char *warning_text(const struct warning *w);

#endif /* TARFS_LIB_WARNINGS_H */
