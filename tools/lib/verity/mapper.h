/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Single requests to device-mapper, by libdevmapper or, in programs that are
 * linked statically, without it: for mapping.c.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * A text of error is the bare reason: "Device or resource busy".
 */
#ifndef TARFS_LIB_MAPPER_H
#define TARFS_LIB_MAPPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "mapping.h"

#define MAPPER_DIR		"/dev/mapper"
#define MAPPER_TYPE_SIZE	16
#define MAPPER_STATUS_SIZE	1024

/* resuming makes the node, too, if nobody else has made it */
enum mapper_change {
	MAPPER_CREATE,
	MAPPER_LOAD,
	MAPPER_RESUME,
};

/**
 * struct mapper_state - what the kernel says of a mapping
 * @exists: if not, nothing else is said
 * @type, @status: of its first target; "" if it has none
 */
struct mapper_state {
	bool exists;
	dev_t dev;
	char type[MAPPER_TYPE_SIZE];
	char status[MAPPER_STATUS_SIZE];
};

/* in front of requests, and behind the last one if the first has not failed */
int mapper_begin(struct error *e);
void mapper_end(void);

int mapper_change(enum mapper_change change, const struct mapping *m,
		  struct error *e);
int mapper_query(const char *name, struct mapper_state *state, struct error *e);

/* tries for a while if something, say udev, still looks at the device */
int mapper_remove(const char *name, struct error *e);

#endif /* TARFS_LIB_MAPPER_H */
