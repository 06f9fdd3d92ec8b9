// SPDX-License-Identifier: GPL-2.0
/*
 * The methods of both services.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "service_private.h"

#define SNAPSHOTS	"/containerd.services.snapshots.v1.Snapshots/"
#define DIFF		"/containerd.services.diff.v1.Diff/"

const struct rpc_method service_methods[] = {
	{ SNAPSHOTS "Prepare", &tarfs__create_request__descriptor, RPC_MOUNT,
	  snapshots_prepare },
	{ SNAPSHOTS "View", &tarfs__create_request__descriptor, RPC_MOUNT,
	  snapshots_view },
	{ SNAPSHOTS "Mounts", &tarfs__key_request__descriptor, RPC_MOUNT,
	  snapshots_mounts },
	{ SNAPSHOTS "Commit", &tarfs__commit_request__descriptor, RPC_MOUNT,
	  snapshots_commit },
	{ SNAPSHOTS "Remove", &tarfs__key_request__descriptor, RPC_QUICK,
	  snapshots_remove },
	{ SNAPSHOTS "Stat", &tarfs__key_request__descriptor, RPC_QUICK,
	  snapshots_stat },
	{ SNAPSHOTS "Update", &tarfs__update_request__descriptor, RPC_QUICK,
	  snapshots_update },
	{ SNAPSHOTS "List", &tarfs__list_request__descriptor, RPC_QUICK,
	  snapshots_list },
	{ SNAPSHOTS "Usage", &tarfs__key_request__descriptor, RPC_QUICK,
	  snapshots_usage },
	{ SNAPSHOTS "Cleanup", &tarfs__cleanup_request__descriptor, RPC_QUICK,
	  snapshots_cleanup },
	{ DIFF "Apply", &tarfs__apply_request__descriptor, RPC_LONG,
	  diff_apply },
	{ }
};
