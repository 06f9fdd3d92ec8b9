// SPDX-License-Identifier: GPL-2.0
/*
 * Methods that return what is known of snapshots: Stat, Update, List.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>

#include "filter.h"
#include "service_private.h"

#define LIST_BATCH	100	/* snapshots of one message */

/**
 * struct reply - a snapshot as a message, which points into its record
 */
struct reply {
	struct record record;
	Tarfs__Info info;
	Tarfs__Timestamp created;
	Tarfs__Timestamp updated;
	Tarfs__Label *labels;
	Tarfs__Label **pointers;
};

static void fill_time(Tarfs__Timestamp *to, const struct timespec *from)
{
	tarfs__timestamp__init(to);
	to->seconds = from->tv_sec;
	to->nanos = from->tv_nsec;
}

static int fill_labels(struct reply *m, const struct labels *labels)
{
	size_t i;

	m->labels = calloc(labels->count + 1, sizeof(*m->labels));
	m->pointers = calloc(labels->count + 1, sizeof(*m->pointers));
	if (!m->labels || !m->pointers)
		return -ENOMEM;
	for (i = 0; i < labels->count; i++) {
		tarfs__label__init(&m->labels[i]);
		m->labels[i].key = labels->list[i].key;
		m->labels[i].value = labels->list[i].value;
		m->pointers[i] = &m->labels[i];
	}
	m->info.labels = m->pointers;
	m->info.n_labels = labels->count;
	return 0;
}

/* @m->record is set */
static int reply_fill(struct reply *m, struct error *e)
{
	const struct record *r = &m->record;

	tarfs__info__init(&m->info);
	m->info.name = r->key;
	m->info.parent = r->parent;
	m->info.kind = (Tarfs__Kind)r->kind;
	fill_time(&m->created, &r->created);
	fill_time(&m->updated, &r->updated);
	m->info.created_at = &m->created;
	m->info.updated_at = &m->updated;
	return fill_labels(m, &r->labels) ?
	       error_set(e, -ENOMEM, "out of memory") : 0;
}

static void reply_free(struct reply *m)
{
	free(m->labels);
	free(m->pointers);
	record_free(&m->record);
}

/* send the record, which is freed */
static enum rpc_code send_info(struct rpc_call *call, struct reply *m,
			       struct error *e)
{
	Tarfs__InfoResponse response = TARFS__INFO_RESPONSE__INIT;
	enum rpc_code code = code_of(reply_fill(m, e));

	response.info = &m->info;
	if (code == RPC_OK)
		code = rpc_reply(call, &response.base, e);
	reply_free(m);
	return code;
}

METHOD(snapshots_stat)
{
	const Tarfs__KeyRequest *request = message;
	struct service *s = service;
	struct reply m = { 0 };
	int err = store_get(s->store, request->key, &m.record, e);

	return err ? code_of(err) : send_info(call, &m, e);
}

METHOD(snapshots_update)
{
	const Tarfs__UpdateRequest *request = message;
	struct labels_change change = { .request = request };
	struct service *s = service;
	struct reply m = { 0 };
	struct record r;
	int err;

	if (!request->info) {
		error_set(e, -EINVAL, "the request names no snapshot");
		return RPC_INVALID_ARGUMENT;
	}
	err = store_get(s->store, request->info->name, &r, e);
	if (err)
		return code_of(err);
	if (r.profile == RECORD_TARDEV && r.kind == RECORD_COMMITTED)
		change.image = &r.image;
	err = store_update(s->store, request->info->name, labels_update,
			   &change, &m.record, e);
	record_free(&r);
	return err ? code_of(err) : send_info(call, &m, e);
}

/**
 * struct listing - what a List has found
 */
struct listing {
	const struct filter *filter;
	struct reply *list;
	size_t count;
	size_t size;
};

static int grow(struct listing *l)
{
	size_t size = l->size ? 2 * l->size : LIST_BATCH;
	struct reply *list = reallocarray(l->list, size, sizeof(*list));

	if (!list)
		return -ENOMEM;
	l->list = list;
	l->size = size;
	return 0;
}

static int collect(void *ctx, const struct record *r, struct error *e)
{
	struct listing *l = ctx;
	int err;

	if (!filter_match(l->filter, r))
		return 0;
	if (l->count == l->size && grow(l))
		return error_set(e, -ENOMEM, "out of memory");
	l->list[l->count] = (struct reply){ 0 };
	err = record_copy(&l->list[l->count].record, r, e);
	if (!err)
		l->count++;
	return err;
}

static enum rpc_code send_batch(struct rpc_call *call, struct reply *list,
				size_t count, struct error *e)
{
	Tarfs__ListResponse response = TARFS__LIST_RESPONSE__INIT;
	Tarfs__Info *infos[LIST_BATCH];
	size_t i;

	for (i = 0; i < count; i++) {
		if (reply_fill(&list[i], e))
			return RPC_RESOURCE_EXHAUSTED;
		infos[i] = &list[i].info;
	}
	response.info = infos;
	response.n_info = count;
	return rpc_reply(call, &response.base, e);
}

static enum rpc_code send_all(struct rpc_call *call, struct listing *l,
			      struct error *e)
{
	enum rpc_code code = RPC_OK;
	size_t at, count;

	for (at = 0; code == RPC_OK && at < l->count; at += count) {
		count = l->count - at < LIST_BATCH ? l->count - at : LIST_BATCH;
		code = send_batch(call, l->list + at, count, e);
	}
	return code;
}

METHOD(snapshots_list)
{
	const Tarfs__ListRequest *request = message;
	struct service *s = service;
	struct listing l = { 0 };
	struct filter *filter;
	enum rpc_code code;
	int err;

	err = filter_parse(&filter, request->filters, request->n_filters, e);
	if (err)
		return code_of(err);
	l.filter = filter;
	code = code_of(store_each(s->store, collect, &l, e));
	if (code == RPC_OK)
		code = send_all(call, &l, e);
	while (l.count)
		reply_free(&l.list[--l.count]);
	free(l.list);
	filter_free(filter);
	return code;
}
