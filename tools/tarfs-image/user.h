/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Resolve the user of an image to uid and gids.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_USER_H
#define TARFS_IMAGE_USER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define USER_GROUPS_MAX	256

/**
 * struct user - credentials of a process
 * @groups: @group_count supplementary groups, in the order of etc/group,
 *	without
 * @gid
 */
struct user {
	uint32_t uid;
	uint32_t gid;
	uint32_t groups[USER_GROUPS_MAX];
	size_t group_count;
};

/**
 * user_resolve() - look up the User of an image configuration
 * @spec: "", user, user:group; each a name or a number
 * @passwd: text of etc/passwd, "" if there is none
 * @group: text of etc/group
 *
 * As in container engines: numbers are taken as they are; without a group the
 * user's entry in etc/passwd gives the group (0 if there is no entry) and the
 * groups of etc/group that list the user are added.
 */
int user_resolve(const char *spec, const char *passwd, const char *group,
		 struct user *u, struct error *e);

#endif /* TARFS_IMAGE_USER_H */
