// SPDX-License-Identifier: GPL-2.0
/*
 * Order the tree of format 1: sort names, walk the tree, number inodes.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "index1.h"

/* by set, then by the bytes of the name; a prefix sorts first */
static int compare_entries(const void *a, const void *b, void *names)
{
	const struct entry1 *x = a, *y = b;
	const char *base = names;
	size_t len = x->name_len < y->name_len ? x->name_len : y->name_len;
	int cmp;

	if (x->children != y->children)
		return x->children < y->children ? -1 : 1;
	cmp = memcmp(base + x->name, base + y->name, len);
	if (cmp)
		return cmp;
	return x->name_len < y->name_len ? -1 : x->name_len > y->name_len;
}

/* drop stale entries and sort the live ones */
static void sort_entries(struct index_tree *t)
{
	struct node1 *parent;
	size_t i, live = 0;

	free(t->buckets);
	t->buckets = NULL;
	t->bucket_count = 0;
	for (i = 0; i < t->entry_count; i++) {
		parent = &t->nodes[t->entries[i].parent];
		if (parent->children == t->entries[i].children)
			t->entries[live++] = t->entries[i];
	}
	t->entry_count = live;
	if (live)
		qsort_r(t->entries, live, sizeof(*t->entries), compare_entries,
			t->names.data);
	for (i = live; i--;)
		t->nodes[t->entries[i].parent].first = i;
}

/* a node on the current path, and the entry of it that was followed last */
struct step {
	uint32_t node;
	uint32_t entry;
	uint32_t left;		/* entries not yet followed */
};

struct descent {
	struct step *steps;
	size_t depth, room;
	uint8_t *state;		/* of each node: NEW, ON_THE_WAY or DONE */
};

enum { NEW, ON_THE_WAY, DONE };

static int descend(struct index_tree *t, struct descent *d, uint32_t node,
		   struct error *e)
{
	struct step *steps;

	steps = index1_grow(d->steps, &d->room, d->depth, sizeof(*steps));
	if (!steps)
		return error_set(e, -ENOMEM, "out of memory");
	d->steps = steps;
	steps[d->depth++] = (struct step){
		.node = node,
		.entry = t->nodes[node].first - 1,
		.left = t->nodes[node].entries,
	};
	d->state[node] = ON_THE_WAY;
	return 0;
}

/*
 * The last step leads back to @node.  Report the latest hard link in the cycle.
 */
static int refuse_cycle(struct index_tree *t, struct descent *d, uint32_t node,
			struct error *e)
{
	struct bytes1 path = { 0 };
	struct tar1_text shown;
	const struct entry1 *entry;
	uint64_t link_pos = 0;
	size_t i, last = 0;
	int err = 0;

	for (i = d->depth; i--;) {
		entry = &t->entries[d->steps[i].entry];
		if (entry->link_pos > link_pos) {
			link_pos = entry->link_pos;
			last = i;
		}
		if (d->steps[i].node == node)
			break;
	}
	for (i = 0; i <= last && !err; i++) {
		entry = &t->entries[d->steps[i].entry];
		err = index1_append(&path, index1_name(t, entry), e);
		if (!err)
			err = index1_append(&path,
					    (struct tar1_text){ "/", 1 }, e);
	}
	shown = (struct tar1_text){ path.data, path.len ? path.len - 1 : 0 };
	if (!err)
		err = error_set(e, -ELOOP, "member \"%.*s\" at offset %" PRIu64
				": a hard link to a file above itself: format 1 has no end for this tree",
				tar1_shown(shown), shown.data, link_pos);
	free(path.data);
	return err;
}

static int descend_all(struct index_tree *t, struct descent *d,
		       struct error *e)
{
	struct step *step;
	uint32_t node;
	int err;

	err = descend(t, d, t->root, e);
	while (!err && d->depth) {
		step = &d->steps[d->depth - 1];
		if (!step->left) {
			d->state[step->node] = DONE;
			d->depth--;
			continue;
		}
		step->left--;
		step->entry++;
		node = t->entries[step->entry].node;
		if (d->state[node] == ON_THE_WAY)
			return refuse_cycle(t, d, node, e);
		if (d->state[node] == NEW)
			err = descend(t, d, node, e);
	}
	return err;
}

static int refuse_cycles(struct index_tree *t, struct error *e)
{
	struct descent d = { .state = calloc(t->node_count, 1) };
	int err;

	if (!d.state)
		return error_set(e, -ENOMEM, "out of memory");
	err = descend_all(t, &d, e);
	free(d.steps);
	free(d.state);
	return err;
}

static int add_visit(struct index_tree *t, struct visit1 visit,
		     struct error *e)
{
	struct visit1 *visits;
	size_t len = visit.entry == INDEX1_NONE ? 0 :
		     t->entries[visit.entry].name_len;
	int err = budget_take(&t->budget, BUDGET_VISIT + len, e);

	if (err)
		return err;
	visits = index1_grow(t->visits, &t->visit_room, t->visit_count,
			     sizeof(*visits));
	if (!visits)
		return error_set(e, -ENOMEM, "out of memory");
	t->visits = visits;
	visits[t->visit_count++] = visit;
	return 0;
}

/*
 * A directory that hard links share is visited once for each path, so the
 * number of visits can grow exponentially: limit it.
 */
static int visit_children(struct index_tree *t, uint32_t parent,
			  uint64_t *name_bytes, struct error *e)
{
	const struct visit1 from = t->visits[parent];
	const struct node1 *n = &t->nodes[from.node];
	struct visit1 visit = {
		.parent = parent,
		.lost = from.lost || !node1_is(n, S_IFDIR),
	};
	uint32_t i;
	int err;

	if (n->entries > INDEX1_VISITS_MAX - t->visit_count)
		return error_set(e, -EFBIG,
				 "hard links make the tree too large: more than %u names",
				 INDEX1_VISITS_MAX);
	for (i = n->first; i < n->first + n->entries; i++) {
		visit.node = t->entries[i].node;
		visit.entry = i;
		*name_bytes += t->entries[i].name_len;
		err = add_visit(t, visit, e);
		if (err)
			return err;
	}
	if (*name_bytes > INDEX1_STRINGS_MAX)
		return error_set(e, -EFBIG,
				 "hard links make the tree too large: more than 1 GiB of names");
	return 0;
}

static int visit_all(struct index_tree *t, struct error *e)
{
	struct visit1 root = { .node = t->root, .entry = INDEX1_NONE };
	uint64_t name_bytes = 0;
	struct node1 *n;
	uint32_t i;
	int err;

	err = add_visit(t, root, e);
	for (i = 0; !err && i < t->visit_count; i++) {
		n = &t->nodes[t->visits[i].node];
		if (!n->ino)
			n->ino = ++t->inodes;
		err = visit_children(t, i, &name_bytes, e);
	}
	return err;
}

int index1_order(struct index_tree *t, struct error *e)
{
	int err;

	sort_entries(t);
	err = refuse_cycles(t, e);
	return err ? err : visit_all(t, e);
}

char *index1_path(const struct index_tree *t, uint32_t visit, size_t *len)
{
	const struct visit1 *v;
	struct tar1_text name;
	size_t pos = 0;
	char *path;

	for (v = &t->visits[visit]; v->entry != INDEX1_NONE;
	     v = &t->visits[v->parent])
		pos += t->entries[v->entry].name_len + 1;
	path = malloc(pos + 1);
	if (!path)
		return NULL;
	*len = pos ? pos - 1 : 0;
	path[pos] = '\0';
	for (v = &t->visits[visit]; v->entry != INDEX1_NONE;
	     v = &t->visits[v->parent]) {
		name = index1_name(t, &t->entries[v->entry]);
		path[--pos] = v == &t->visits[visit] ? '\0' : '/';
		pos -= name.len;
		memcpy(path + pos, name.data, name.len);
	}
	return path;
}
