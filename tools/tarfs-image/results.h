/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The small files of a conversion: layer cache, pod spec, digest.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_RESULTS_H
#define TARFS_IMAGE_RESULTS_H

#include <stddef.h>

#include "base/error.h"
#include "base/sha256.h"
#include "layer.h"
#include "oci.h"
#include "pod.h"

#define POD_NAME	"pod.json"
#define POD_DIGEST_NAME	"pod.sha256"
#define POD_DIGEST_SIZE	(SHA256_HEX_SIZE + sizeof("  " POD_NAME "\n"))

/**
 * struct results - contents of the small files
 * @pod: pod spec, @pod_len bytes
 * @hex: digest of @pod
 * @digest: line for "sha256sum -c"
 */
struct results {
	char *pod;
	size_t pod_len;
	char hex[SHA256_HEX_SIZE];
	char digest[POD_DIGEST_SIZE];
};

/* make the pod spec; its size does not depend on root hashes */
int results_make(struct results *r, const struct oci_image *image,
		 const struct layer *layers, const struct pod_scratch *scratch,
		 struct error *e);
void results_free(struct results *r);

/*
 * write all three with DIR locked; no layer cache if the guest makes the images
 */
int results_write(const struct results *r, const char *dir,
		  const struct layer *layers, size_t count, struct error *e);

#endif /* TARFS_IMAGE_RESULTS_H */
