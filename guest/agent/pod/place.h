/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a value stands in JSON, as people write it: "containers[0].id".
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_PLACE_H
#define TARFS_AGENT_PLACE_H

#include <stddef.h>

/* "" at the top level; what does not fit is cut: it is for reading only */
struct place {
	char path[192];
};

/* from an object to its member */
void place_add_name(struct place *place, const char *name, size_t len);
/* from an array to an item of it */
void place_add_index(struct place *place, size_t i);

/**
 * place_find() - the place at which the first @len bytes of a JSON text end
 * Any bytes do: what is before a fault is JSON, and how the rest is read does
 * not matter.
 */
void place_find(const char *text, size_t len, struct place *place);

#endif /* TARFS_AGENT_PLACE_H */
