// SPDX-License-Identifier: GPL-2.0
/*
 * Build the tree of format 1: nodes, and a hash table of their names.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "index1.h"

#define BUCKETS_MIN	1024

static int out_of_memory(struct error *e)
{
	return error_set(e, -ENOMEM, "out of memory");
}

void *index1_grow(void *array, size_t *room, size_t count, size_t size)
{
	size_t more = *room ? 2 * *room : 64;

	if (array && count < *room)
		return array;
	array = reallocarray(array, more, size);
	if (array)
		*room = more;
	return array;
}

int index1_append(struct bytes1 *b, struct tar1_text text, struct error *e)
{
	size_t room = b->room ? b->room : 4096;
	char *data;

	if (text.len > INDEX1_STRINGS_MAX - b->len)
		return error_set(e, -EFBIG,
				 "names or targets of more than 1 GiB in all");
	while (room < b->len + text.len)
		room *= 2;
	if (room != b->room) {
		data = realloc(b->data, room);
		if (!data)
			return out_of_memory(e);
		b->data = data;
		b->room = room;
	}
	if (text.len)
		memcpy(b->data + b->len, text.data, text.len);
	b->len += text.len;
	return 0;
}

struct tar1_text index1_name(const struct index_tree *t,
			     const struct entry1 *entry)
{
	return (struct tar1_text){ t->names.data + entry->name,
				   entry->name_len };
}

static size_t hash(const struct index_tree *t, uint32_t children,
		   struct tar1_text name)
{
	struct siphash_key key = { t->key.k0 ^ children, t->key.k1 };

	return siphash(name.data, name.len, &key) & (t->bucket_count - 1);
}

static void put_into_bucket(struct index_tree *t, uint32_t i)
{
	struct entry1 *entry = &t->entries[i];
	size_t b = hash(t, entry->children, index1_name(t, entry));

	entry->next = t->buckets[b];
	t->buckets[b] = i;
}

/* keep at least as many buckets as entries */
static int grow_buckets(struct index_tree *t, struct error *e)
{
	size_t count = t->bucket_count ? 2 * t->bucket_count : BUCKETS_MIN;
	uint32_t *buckets;
	uint32_t i;

	if (t->entry_count < t->bucket_count)
		return 0;
	buckets = reallocarray(t->buckets, count, sizeof(*buckets));
	if (!buckets)
		return out_of_memory(e);
	memset(buckets, 0xff, count * sizeof(*buckets));
	t->buckets = buckets;
	t->bucket_count = count;
	for (i = 0; i < t->entry_count; i++)
		put_into_bucket(t, i);
	return 0;
}

static uint32_t find_entry(const struct index_tree *t, uint32_t children,
			   struct tar1_text name)
{
	const struct entry1 *entry;
	uint32_t i;

	if (!t->bucket_count)
		return INDEX1_NONE;
	i = t->buckets[hash(t, children, name)];
	for (; i != INDEX1_NONE; i = entry->next) {
		entry = &t->entries[i];
		if (entry->children == children &&
		    entry->name_len == name.len &&
		    !memcmp(t->names.data + entry->name, name.data, name.len))
			break;
	}
	return i;
}

static int add_node(struct index_tree *t, uint32_t *node, struct error *e)
{
	struct node1 *nodes;
	int err = budget_take(&t->budget, BUDGET_INODE, e);

	if (err)
		return err;
	nodes = index1_grow(t->nodes, &t->node_room, t->node_count,
			    sizeof(*nodes));
	if (!nodes)
		return out_of_memory(e);
	t->nodes = nodes;
	*node = t->node_count++;
	nodes[*node] = (struct node1){ .children = t->sets++ };
	return 0;
}

static int add_entry(struct index_tree *t, uint32_t parent,
		     struct tar1_text name, uint32_t node, struct error *e)
{
	struct entry1 *entries;
	int err;

	if (t->entry_count == INDEX1_ENTRIES_MAX)
		return error_set(e, -EFBIG, "more than %u names",
				 INDEX1_ENTRIES_MAX);
	err = budget_take(&t->budget, BUDGET_NAME + name.len, e);
	if (!err)
		err = grow_buckets(t, e);
	if (err)
		return err;
	entries = index1_grow(t->entries, &t->entry_room, t->entry_count,
			      sizeof(*entries));
	if (!entries)
		return out_of_memory(e);
	t->entries = entries;
	entries[t->entry_count] = (struct entry1){
		.parent = parent,
		.children = t->nodes[parent].children,
		.node = node,
		.name = t->names.len,
		.name_len = name.len,
	};
	err = index1_append(&t->names, name, e);
	if (err)
		return err;
	put_into_bucket(t, t->entry_count++);
	t->nodes[parent].entries++;
	t->nodes[node].names++;
	return 0;
}

static int find_or_create(struct index_tree *t, uint32_t parent,
			  struct tar1_text name, uint32_t *node,
			  struct error *e)
{
	uint32_t i = find_entry(t, t->nodes[parent].children, name);
	int err;

	if (i != INDEX1_NONE) {
		*node = t->entries[i].node;
		return 0;
	}
	err = add_node(t, node, e);
	return err ? err : add_entry(t, parent, name, *node, e);
}

int index1_walk(struct index_tree *t, const struct tar1_text *path,
		size_t count, uint32_t *node, struct error *e)
{
	int err;

	*node = t->root;
	for (; count--; path++) {
		err = find_or_create(t, *node, *path, node, e);
		if (err)
			return err;
	}
	return 0;
}

uint32_t index1_find(const struct index_tree *t, uint32_t parent,
		     struct tar1_text name)
{
	uint32_t i = find_entry(t, t->nodes[parent].children, name);

	return i == INDEX1_NONE ? i : t->entries[i].node;
}

int index1_link(struct index_tree *t, uint32_t parent, struct tar1_text name,
		uint32_t node, uint64_t link_pos, struct error *e)
{
	uint32_t i = find_entry(t, t->nodes[parent].children, name);
	int err;

	if (i == INDEX1_NONE) {
		i = t->entry_count;
		err = add_entry(t, parent, name, node, e);
		if (err)
			return err;
	} else {
		t->nodes[t->entries[i].node].names--;
		t->nodes[node].names++;
		t->entries[i].node = node;
	}
	t->entries[i].link_pos = link_pos;
	return 0;
}

void index1_clear(struct index_tree *t, struct node1 *node)
{
	/* leave its entries in a set that no node owns */
	if (node->entries)
		node->children = t->sets++;
	node->entries = 0;
}

int index1_tree_new(struct index_tree **tree, uint64_t max_index,
		    struct error *e)
{
	struct index_tree *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return out_of_memory(e);
	budget_begin(&t->budget, max_index);
	if (getrandom(&t->key, sizeof(t->key), 0) != sizeof(t->key)) {
		err = error_errno(e, "no random numbers");
		goto free_tree;
	}
	err = add_node(t, &t->root, e);
	if (err)
		goto free_tree;
	t->nodes[t->root].mode = S_IFDIR | 0555;
	*tree = t;
	return 0;

free_tree:
	index1_tree_free(t);
	return err;
}

void index1_tree_free(struct index_tree *t)
{
	if (!t)
		return;
	free(t->nodes);
	free(t->entries);
	free(t->buckets);
	free(t->names.data);
	free(t->specials.data);
	free(t->visits);
	free(t);
}
