// SPDX-License-Identifier: GPL-2.0
/*
 * Media types of layers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stddef.h>
#include <string.h>

#include "media_type.h"

static const char *const tars[] = {
	MEDIA_TYPE_TAR,
	"application/vnd.oci.image.layer.nondistributable.v1.tar",
	"application/vnd.docker.image.rootfs.diff.tar",
	"application/vnd.docker.image.rootfs.foreign.diff.tar",
};

static const char *const endings[] = { "", "+gzip", ".gzip", "+zstd", ".zstd" };

bool media_type_is_layer(const char *type)
{
	size_t i, j, len;

	for (i = 0; i < sizeof(tars) / sizeof(tars[0]); i++) {
		len = strlen(tars[i]);
		if (strncmp(type, tars[i], len))
			continue;
		for (j = 0; j < sizeof(endings) / sizeof(endings[0]); j++)
			if (!strcmp(type + len, endings[j]))
				return true;
	}
	return false;
}
