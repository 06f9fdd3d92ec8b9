// SPDX-License-Identifier: GPL-2.0
/*
 * Sets of extended attributes, deduplicated.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/tarfs_host.h"
#include "xattr_policy.h"
#include "xattr_set.h"

/* header of a packed attribute; name and value follow */
struct packed_attr {
	uint8_t prefix;
	uint8_t name_len;
	uint16_t pad;
	uint32_t value_len;
};

static char *pack_xattr(char *to, const struct tar_xattr *x, uint8_t prefix)
{
	size_t skip = strlen(tarfs2_xattr_prefix(prefix));
	struct packed_attr packed = {
		.prefix = prefix,
		.name_len = x->name.len - skip,
		.value_len = x->value.len,
	};

	memcpy(to, &packed, sizeof(packed));
	to += sizeof(packed);
	memcpy(to, x->name.bytes + skip, packed.name_len);
	to += packed.name_len;
	memcpy(to, x->value.bytes, x->value.len);
	return to + x->value.len;
}

static int reserve_scratch(struct xattr_sets *sets, const struct tar_member *m,
			   struct error *e)
{
	size_t i, size = 0;
	char *scratch;

	for (i = 0; i < m->xattr_count; i++)
		size += sizeof(struct packed_attr) + m->xattrs[i].name.len +
			m->xattrs[i].value.len;
	if (size <= sets->scratch_size)
		return 0;
	scratch = realloc(sets->scratch, size);
	if (!scratch)
		return error_set(e, -ENOMEM, "out of memory");
	sets->scratch = scratch;
	sets->scratch_size = size;
	return 0;
}

/* pack the attributes to keep into @sets->scratch, in the format's order */
static int pack_member(struct xattr_sets *sets, const struct tar_member *m,
		       struct xattr_set *set, struct xattr_choice *choice,
		       struct error *e)
{
	char *to = sets->scratch;
	uint8_t prefix;
	size_t i;
	int keep;

	for (prefix = 1; tarfs2_xattr_prefix(prefix); prefix++) {
		for (i = 0; i < m->xattr_count; i++) {
			const struct tar_xattr *x = &m->xattrs[i];

			if (xattr_prefix_of(&x->name) != prefix)
				continue;
			keep = xattr_keep(x, m, &choice->mode, e);
			if (keep < 0)
				return keep;
			if (!keep)
				continue;
			if (set->count == TARFS2_XATTR_COUNT_MAX)
				return error_set(e, -EINVAL,
						 "it has more than %u attributes",
						 TARFS2_XATTR_COUNT_MAX);
			to = pack_xattr(to, x, prefix);
			choice->flags |= tarfs2_xattr_flag(prefix);
			set->count++;
		}
	}
	set->attrs = sets->scratch;
	set->bytes = to - sets->scratch;
	set->hash = siphash(set->attrs, set->bytes, &sets->key);
	return 0;
}

static uint32_t find_set(const struct xattr_sets *sets,
			 const struct xattr_set *set)
{
	uint32_t id;

	if (!sets->table_size)
		return XATTR_SET_NONE;
	id = sets->table[set->hash & (sets->table_size - 1)];
	for (; id != XATTR_SET_NONE; id = sets->sets[id].next) {
		const struct xattr_set *other = &sets->sets[id];

		if (other->hash == set->hash && other->bytes == set->bytes &&
		    !memcmp(other->attrs, set->attrs, set->bytes))
			break;
	}
	return id;
}

static int grow(struct xattr_sets *sets)
{
	uint32_t size = sets->size ? 2 * sets->size : 64;
	struct xattr_set *list;
	uint32_t *table, id;

	if (size > UINT32_MAX / 4)
		return -ENOMEM;
	list = reallocarray(sets->sets, size, sizeof(*list));
	if (!list)
		return -ENOMEM;
	sets->sets = list;
	sets->size = size;
	table = reallocarray(sets->table, size, sizeof(*table));
	if (!table)
		return -ENOMEM;
	sets->table = table;
	sets->table_size = size;
	memset(table, 0xff, size * sizeof(*table));
	for (id = 0; id < sets->count; id++) {
		uint32_t *head = &table[list[id].hash & (size - 1)];

		list[id].next = *head;
		*head = id;
	}
	return 0;
}

static int insert_set(struct xattr_sets *sets, const struct xattr_set *set,
		      uint32_t *id)
{
	struct xattr_set *to;
	uint32_t *head;

	if (sets->count == sets->size && grow(sets))
		return -ENOMEM;
	to = &sets->sets[sets->count];
	*to = *set;
	to->attrs = arena_copy(&sets->arena, set->attrs, set->bytes);
	if (!to->attrs)
		return -ENOMEM;
	head = &sets->table[set->hash & (sets->table_size - 1)];
	to->next = *head;
	*head = sets->count;
	sets->bytes += set->bytes;
	*id = sets->count++;
	return 0;
}

int xattr_sets_add(struct xattr_sets *sets, const struct tar_member *m,
		   struct warnings *w, struct xattr_choice *choice,
		   struct error *e)
{
	struct xattr_set set = { };
	int err;

	choice->set = XATTR_SET_NONE;
	choice->flags = 0;
	choice->mode = m->mode;
	if (!m->xattr_count)
		return 0;
	err = xattr_warn_dropped(m, w, e);
	if (!err)
		err = reserve_scratch(sets, m, e);
	if (!err)
		err = pack_member(sets, m, &set, choice, e);
	if (err || !set.count)
		return err;
	choice->set = find_set(sets, &set);
	if (choice->set != XATTR_SET_NONE)
		return 0;
	if (set.bytes > XATTR_SETS_BYTES_MAX - sets->bytes)
		return error_set(e, -EFBIG,
				 "extended attributes of more than 1 GiB in all");
	if (insert_set(sets, &set, &choice->set))
		return error_set(e, -ENOMEM, "out of memory");
	return 0;
}

size_t xattr_set_next(const struct xattr_set *set, size_t pos,
		      struct xattr_attr *attr)
{
	struct packed_attr packed;

	memcpy(&packed, set->attrs + pos, sizeof(packed));
	attr->prefix = packed.prefix;
	attr->name_len = packed.name_len;
	attr->value_len = packed.value_len;
	attr->name = set->attrs + pos + sizeof(packed);
	attr->value = attr->name + packed.name_len;
	return pos + sizeof(packed) + packed.name_len + packed.value_len;
}

void xattr_sets_free(struct xattr_sets *sets)
{
	free(sets->sets);
	free(sets->table);
	free(sets->scratch);
	arena_free(&sets->arena);
}
