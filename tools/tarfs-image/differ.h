/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Report differences of two JSON documents.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_DIFFER_H
#define TARFS_IMAGE_DIFFER_H

#include <stddef.h>
#include <jansson.h>

/**
 * differ_json() - print a line for every difference
 * @where: printed in front of the path of a member
 * @have: the actual document; members that are not in @want are differences
 * @want: the expected document
 *
 * Return: the number of lines.
 */
size_t differ_json(const char *where, const json_t *have, const json_t *want);

#endif /* TARFS_IMAGE_DIFFER_H */
