/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The signature of a root hash, in a key where dm-verity looks it up.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_SIGNATURE_H
#define TARFS_LIB_SIGNATURE_H

#include <stdint.h>

#include "base/error.h"
#include "verity.h"

/**
 * signature_load() - add the signature in @rules as the key "verity:<root>"
 * @key: set to the key, for signature_unload()
 *
 * The key is of type "user" in the keyring of this thread: only requests of
 * this thread find it.  Both functions do nothing without a signature.
 *
 * Return: 0 or a negative errno value.
 */
int signature_load(const struct verity_rules *rules, const uint8_t root[32],
		   int32_t *key, struct error *e);
void signature_unload(int32_t key);

#endif /* TARFS_LIB_SIGNATURE_H */
