// SPDX-License-Identifier: GPL-2.0
/*
 * Print a measurement as JSON.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/hex.h"
#include "base/report.h"
#include "measure.h"

static json_t *digests_json(const struct digests *d)
{
	char sha256[SHA256_HEX_SIZE], sha384[SHA384_HEX_SIZE];

	sha256_to_hex(d->sha256, sha256);
	bytes_to_hex(d->sha384, SHA384_SIZE, sha384);
	return json_pack("{s:s, s:s}", "sha256", sha256, "sha384", sha384);
}

static json_t *cmdline_json(const struct measurement *m)
{
	json_t *json = digests_json(&m->kernel.cmdline);

	if (json_object_set_new(json, "text", json_string(m->cmdline))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

static json_t *launch_json(const struct measurement *m)
{
	char hex[SHA384_HEX_SIZE], signature[16], features[24];

	bytes_to_hex(m->launch, SHA384_SIZE, hex);
	snprintf(signature, sizeof(signature), "0x%08" PRIx32,
		 m->machine.signature);
	snprintf(features, sizeof(features), "0x%" PRIx64,
		 m->machine.features);
	return json_pack("{s:o, s:i, s:s, s:s, s:s}",
			 "firmware", digests_json(&m->firmware),
			 "vcpus", (int)m->machine.vcpus,
			 "vcpu_sig", signature,
			 "guest_features", features,
			 "launch_digest", hex);
}

/* Set a member, consuming @value; NULL means out of memory. */
static int add(json_t *json, const char *key, json_t *value, struct error *e)
{
	if (json_object_set_new(json, key, value))
		return error_set(e, -ENOMEM,
				 "out of memory, or the command line is not UTF-8");
	return 0;
}

static int fill(json_t *json, const struct measurement *m, struct error *e)
{
	int err = 0;

	if (m->has_kernel) {
		err = add(json, "kernel", digests_json(&m->kernel.kernel), e);
		if (!err)
			err = add(json, "initrd",
				  digests_json(&m->kernel.initrd), e);
	}
	if (!err && m->has_kernel && m->cmdline)
		err = add(json, "cmdline", cmdline_json(m), e);
	if (!err && m->ovmf)
		err = add(json, "sev_snp", launch_json(m), e);
	return err;
}

int print_json(const struct measurement *m, struct error *e)
{
	json_t *json = json_object();
	int err;

	err = fill(json, m, e);
	if (!err)
		return report_json(json, e);
	json_decref(json);
	return err;
}
