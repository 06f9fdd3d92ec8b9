/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own SHA-256 for processors with SHA instructions.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <arch/x86/crypto/sha256_ni_asm.S>
