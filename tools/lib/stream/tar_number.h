/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers of a tar: header fields in octal or base 256, times of PAX.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_TAR_NUMBER_H
#define TARFS_LIB_TAR_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/**
 * tar_octal() - parse a numeric header field of octal digits
 * @len: 20 at most
 *
 * A NUL, then spaces may precede the digits; a NUL ends them, and so do spaces
 * that only spaces and NULs follow.  Without digits the value is 0 if a NUL is
 * where they would begin.  GNU tar and Go agree on these fields.
 *
 * Return: 0 or -EINVAL.
 */
int tar_octal(const char *field, size_t len, int64_t *value);

/**
 * tar_number() - parse a numeric header field: octal digits or base 256
 * Return: 0; -EINVAL if readers of tars do not agree that it is a number;
 *	-ERANGE if it exceeds 64 bits.
 */
int tar_number(const char *field, size_t len, int64_t *value);

/* parse [-]seconds[.fraction]; digits beyond nanoseconds are truncated */
int tar_time(const char *text, size_t len, int64_t *sec, uint32_t *nsec);

#endif /* TARFS_LIB_TAR_NUMBER_H */
