// SPDX-License-Identifier: GPL-2.0
/*
 * Which profile a new snapshot gets.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * containerd says nothing of the runtime that a snapshot is for.  Before 2.1 it does
 * not send the namespace, either, but keys are "NAMESPACE/NUMBER/NAME".
 */
#include <string.h>

#include "profile.h"

static bool is_prefix_of(const char *namespace, const char *key)
{
	size_t len = strlen(namespace);

	return !strncmp(key, namespace, len) && key[len] == '/' &&
	       strchr(key + len + 1, '/');
}

static bool fits(const struct profile_rule *r, const char *namespace,
		 const char *key, const struct labels *labels)
{
	const char *value;

	if (r->namespace && *namespace)
		return !strcmp(r->namespace, namespace);
	if (r->namespace)
		return is_prefix_of(r->namespace, key);
	value = labels_find(labels, r->label);
	return value && !strcmp(value, r->value);
}

bool profile_by_rule(const struct profiles *p, const char *namespace,
		     const char *key, const struct labels *labels,
		     enum record_profile *profile)
{
	size_t i;

	for (i = 0; i < p->count; i++) {
		if (!fits(&p->rules[i], namespace, key, labels))
			continue;
		*profile = p->rules[i].profile;
		return true;
	}
	return false;
}
