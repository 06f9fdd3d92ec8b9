/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver's predicates on records for programs, with the types and functions
 * of the kernel that they need.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_TARFS_HOST_H
#define TARFS_LIB_TARFS_HOST_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#define u8		uint8_t
#define u16		uint16_t
#define u32		uint32_t
#define u64		uint64_t
#define U32_MAX		UINT32_MAX
#define S64_MAX		INT64_MAX
#define le16_to_cpu	le16toh
#define le32_to_cpu	le32toh
#define le64_to_cpu	le64toh
#define fallthrough	__attribute__((__fallthrough__))

#include <tarfs_check.h>

#endif /* TARFS_LIB_TARFS_HOST_H */
