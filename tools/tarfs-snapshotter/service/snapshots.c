// SPDX-License-Identifier: GPL-2.0
/*
 * Methods that make, mount, commit and remove snapshots.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>

#include "layers/tardev.h"
#include "layers/usage.h"
#include "service_private.h"

static enum rpc_code send_empty(struct rpc_call *call, struct error *e)
{
	Tarfs__Empty empty = TARFS__EMPTY__INIT;

	return rpc_reply(call, &empty.base, e);
}

static enum rpc_code send_mount(struct rpc_call *call,
				const struct mount_entry *m, struct error *e)
{
	Tarfs__MountsResponse response = TARFS__MOUNTS_RESPONSE__INIT;
	Tarfs__Mount mount = TARFS__MOUNT__INIT, *list = &mount;

	mount.type = (char *)m->type;
	mount.source = m->source;
	mount.options = m->options;
	mount.n_options = m->count;
	response.mounts = &list;
	response.n_mounts = 1;
	return rpc_reply(call, &response.base, e);
}

METHOD(snapshots_mounts)
{
	const Tarfs__KeyRequest *request = message;
	struct service *s = service;
	struct mount_entry m;
	enum rpc_code code;
	int err;

	err = layers_mounts(s->layers, request->key, &m, e);
	if (err)
		return code_of(err);
	code = send_mount(call, &m, e);
	mount_entry_free(&m);
	return code;
}

/* a snapshot that cannot be mounted is not made */
static int make(struct service *s, const struct record *like,
		struct mount_entry *m, struct error *e)
{
	struct error ignored;
	uint64_t id;
	int err;

	err = store_create(s->store, like, &id, e);
	if (err)
		return err;
	err = layers_mounts(s->layers, like->key, m, e);
	if (err)
		layers_remove(s->layers, like->key, &ignored);
	return err;
}

/* without a rule that says another, a snapshot has the profile of its parent */
static void choose_profile(const struct service *s, const char *namespace,
			   struct record *like)
{
	struct record parent;
	struct error ignored;

	if (profile_by_rule(s->profiles, namespace, like->key, &like->labels,
			    &like->profile))
		return;
	like->profile = s->profiles->other;
	/* without it there will be no snapshot, either */
	if (!*like->parent ||
	    store_get(s->store, like->parent, &parent, &ignored))
		return;
	like->profile = parent.profile;
	record_free(&parent);
}

static int choose_and_make(struct rpc_call *call, struct service *s,
			   struct record *like, struct mount_entry *m,
			   struct error *e)
{
	const struct layers_client client = client_of(call);
	int err = 0;

	choose_profile(s, rpc_namespace(call), like);
	if (like->profile == RECORD_TARDEV && like->kind == RECORD_ACTIVE)
		err = tardev_prepare(s->layers, like, &client, e);
	return err ?: make(s, like, m, e);
}

static enum rpc_code create(struct rpc_call *call, struct service *s,
			    enum record_kind kind,
			    const Tarfs__CreateRequest *request,
			    struct error *e)
{
	struct record like = {
		.kind = kind,
		.key = request->key,
		.parent = request->parent,
	};
	struct mount_entry m;
	enum rpc_code code;
	int err;

	err = labels_take(&like.labels, request->labels, request->n_labels, e);
	if (err)
		return code_of(err);
	err = choose_and_make(call, s, &like, &m, e);
	labels_free(&like.labels);
	if (err)
		return code_of(err);
	code = send_mount(call, &m, e);
	mount_entry_free(&m);
	return code;
}

METHOD(snapshots_prepare)
{
	return create(call, service, RECORD_ACTIVE, message, e);
}

METHOD(snapshots_view)
{
	return create(call, service, RECORD_VIEW, message, e);
}

static int measure(const struct service *s, const struct record *r,
		   uint64_t *size, uint64_t *inodes, struct error *e)
{
	char *path = store_dir(s->store, r->id, "fs");
	int err;

	if (!path)
		return error_set(e, -ENOMEM, "out of memory");
	err = usage_measure(path, size, inodes, e);
	free(path);
	return err;
}

/* an image is what it takes; what is written is measured */
static int usage_of(const struct service *s, const struct record *r,
		    uint64_t *size, uint64_t *inodes, struct error *e)
{
	*size = r->size;
	*inodes = r->inodes;
	/* tardev does not look at what is unpacked, or written */
	if (r->kind == RECORD_COMMITTED || r->profile == RECORD_TARDEV)
		return 0;
	if (!r->image.format)
		return measure(s, r, size, inodes, e);
	*size = r->image.size;
	*inodes = 1;
	return 0;
}

METHOD(snapshots_usage)
{
	const Tarfs__KeyRequest *request = message;
	Tarfs__UsageResponse response = TARFS__USAGE_RESPONSE__INIT;
	uint64_t size = 0, inodes = 0;
	struct service *s = service;
	struct record r;
	int err;

	err = store_get(s->store, request->key, &r, e);
	if (err)
		return code_of(err);
	err = usage_of(s, &r, &size, &inodes, e);
	record_free(&r);
	response.size = size;
	response.inodes = inodes;
	return err ? code_of(err) : rpc_reply(call, &response.base, e);
}

static int commit(struct service *s, struct layers_commit *c, struct error *e)
{
	struct record r;
	int err;

	err = store_get(s->store, c->key, &r, e);
	if (err)
		return err;
	err = usage_of(s, &r, &c->size, &c->inodes, e);
	record_free(&r);
	return err ?: layers_commit(s->layers, c, e);
}

METHOD(snapshots_commit)
{
	const Tarfs__CommitRequest *request = message;
	struct labels labels;
	struct layers_commit c = {
		.key = request->key,
		.name = request->name,
		.labels = &labels,
		.client = client_of(call),
	};
	int err;

	err = labels_take(&labels, request->labels, request->n_labels, e);
	if (err)
		return code_of(err);
	err = commit(service, &c, e);
	labels_free(&labels);
	return err ? code_of(err) : send_empty(call, e);
}

METHOD(snapshots_remove)
{
	const Tarfs__KeyRequest *request = message;
	struct service *s = service;
	int err = layers_remove(s->layers, request->key, e);

	return err ? code_of(err) : send_empty(call, e);
}

METHOD(snapshots_cleanup)
{
	struct service *s = service;
	int err = store_cleanup(s->store, e);

	return err ? code_of(err) : send_empty(call, e);
}
