/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Private interface of the services.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_SERVICE_PRIVATE_H
#define TARFS_SNAPSHOTTER_SERVICE_PRIVATE_H

#include "service.h"
#include "snapshotter.pb-c.h"

/* the methods, as struct rpc_method has them */
#define METHOD(name)							\
	enum rpc_code name(struct rpc_call *call, void *service,	\
			   const void *message, struct error *e)

/* snapshots.c */
METHOD(snapshots_prepare);
METHOD(snapshots_view);
METHOD(snapshots_mounts);
METHOD(snapshots_commit);
METHOD(snapshots_remove);
METHOD(snapshots_usage);
METHOD(snapshots_cleanup);
/* info.c */
METHOD(snapshots_stat);
METHOD(snapshots_update);
METHOD(snapshots_list);

/* diff.c */
METHOD(diff_apply);

/* code.c */

/* the status of gRPC for an error of the store or of the layers */
enum rpc_code code_of(int err);

/* who waits for the answer */
struct layers_client client_of(struct rpc_call *call);

/* labels.c */

/* take the labels of a request; leave out those without a value */
int labels_take(struct labels *to, Tarfs__Label **labels, size_t count,
		struct error *e);

/**
 * struct labels_change - an Update of labels
 * @image: not NULL: its label remains
 */
struct labels_change {
	const Tarfs__UpdateRequest *request;
	const struct record_image *image;
};

/* make a struct labels_change; fits store_update() */
int labels_update(void *change, struct labels *labels, struct error *e);

#endif /* TARFS_SNAPSHOTTER_SERVICE_PRIVATE_H */
