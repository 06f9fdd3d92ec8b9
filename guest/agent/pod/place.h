/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The place of a value in JSON, for messages: "containers[0].id".
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_PLACE_H
#define TARFS_AGENT_PLACE_H

#include <stddef.h>

/* "" at the top level; truncated if it is long, as it is only printed */
struct place {
	char path[192];
};

/* descend from an object to a member */
void place_add_name(struct place *place, const char *name, size_t len);
/* descend from an array to an item */
void place_add_index(struct place *place, size_t i);

/**
 * place_find() - find the place at which the first @len bytes of a JSON text
 * end Accepts any bytes: what precedes a syntax error is JSON, and how the rest
 * is parsed does not matter.
 */
void place_find(const char *text, size_t len, struct place *place);

#endif /* TARFS_AGENT_PLACE_H */
