// SPDX-License-Identifier: GPL-2.0
/*
 * The signature of a root hash, in a key where dm-verity looks it up.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/keyctl.h>

#include "base/sha256.h"
#include "signature.h"

#define NO_KEY	0

int signature_load(const struct verity_rules *rules, const uint8_t root[32],
		   int32_t *key, struct error *e)
{
	char root_hex[SHA256_HEX_SIZE], name[SHA256_HEX_SIZE + 8];
	long serial;

	*key = NO_KEY;
	if (!rules->signature)
		return 0;
	if (!rules->signature_len ||
	    rules->signature_len > VERITY_SIGNATURE_MAX)
		return error_set(e, -EINVAL,
				 "a signature has 1 to %d bytes, not %zu",
				 VERITY_SIGNATURE_MAX, rules->signature_len);
	sha256_to_hex(root, root_hex);
	snprintf(name, sizeof(name), "verity:%s", root_hex);
	serial = syscall(SYS_add_key, "user", name, rules->signature,
			 rules->signature_len, KEY_SPEC_THREAD_KEYRING);
	if (serial < 0)
		return error_errno(e, "cannot give the kernel the signature");
	*key = serial;
	return 0;
}

void signature_unload(int32_t key)
{
	if (key != NO_KEY)
		syscall(SYS_keyctl, KEYCTL_UNLINK, key,
			KEY_SPEC_THREAD_KEYRING);
}
