// SPDX-License-Identifier: GPL-2.0
/*
 * Parse names, paths and words in a pod spec; some become parts of paths.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdio.h>
#include <string.h>

#include "pod/podspec_private.h"

#define NAME_LENGTH	63

int name_parse(const struct node *n, const char **name, struct error *e)
{
	size_t len;
	int err;

	err = node_string(n, name, e);
	if (err)
		return err;
	len = strlen(*name);
	if (len < 1 || len > NAME_LENGTH || (*name)[0] == '-' ||
	    (*name)[len - 1] == '-' ||
	    strspn(*name, "abcdefghijklmnopqrstuvwxyz0123456789-") != len)
		return node_refuse(n, e,
			"must be 1 to %d of a-z, 0-9 and -, neither the first nor the last -",
			NAME_LENGTH);
	return 0;
}

bool is_hex_digest(const char *s)
{
	return strlen(s) == 2 * SHA256_SIZE &&
		strspn(s, "0123456789abcdef") == 2 * SHA256_SIZE;
}

int path_parse(const struct node *n, size_t max, const char **path,
	       struct error *e)
{
	const char *part;
	int err;

	err = node_string(n, path, e);
	if (err)
		return err;
	if (**path != '/' || strlen(*path) > max)
		return node_refuse(n, e,
			"must be an absolute path of at most %zu bytes", max);
	for (part = *path; part; part = strchr(part + 1, '/'))
		if (!strncmp(part, "/..", 3) && (!part[3] || part[3] == '/'))
			return node_refuse(n, e, "must not go up with \"..\"");
	return 0;
}

bool path_is_below(const char *path, const char *above)
{
	size_t len = strlen(above);

	return !strncmp(path, above, len) && (!path[len] || path[len] == '/');
}

int choice_parse(const struct node *n, const char *const *words, size_t count,
		 unsigned int *choice, struct error *e)
{
	char all[128] = "";
	const char *s;
	size_t i, len;
	int err;

	err = node_string(n, &s, e);
	if (err)
		return err;
	for (i = 0; i < count; i++) {
		if (!strcmp(s, words[i])) {
			*choice = i;
			return 0;
		}
		len = strlen(all);
		snprintf(all + len, sizeof(all) - len, "%s\"%s\"",
			 i ? " or " : "", words[i]);
	}
	return node_refuse(n, e, "must be %s, is \"%s\"", all, s);
}
