/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The signature of a root hash, where dm-verity looks for it: in a key.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_SIGNATURE_H
#define TARFS_LIB_SIGNATURE_H

#include <stdint.h>

#include "base/error.h"
#include "verity.h"

/**
 * signature_load() - make a key "verity:<root>" of the signature in @rules
 *
 * It is of the type "user" and in the keyring of this thread: only what this
 * thread asks of the kernel finds it.
 *
 * Return: 0 and @key, which signature_unload() takes; both do nothing without a
 * signature.
 */
int signature_load(const struct verity_rules *rules, const uint8_t root[32],
		   int32_t *key, struct error *e);
void signature_unload(int32_t key);

#endif /* TARFS_LIB_SIGNATURE_H */
