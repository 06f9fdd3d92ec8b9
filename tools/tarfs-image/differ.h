/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Telling where two JSON documents differ.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_DIFFER_H
#define TARFS_IMAGE_DIFFER_H

#include <stddef.h>
#include <jansson.h>

/**
 * differ_json() - print a line for every difference
 * @where: what stands in front of the path
 * @have: what is there; members that are not in @want are differences
 * @want: what should be
 *
 * Return: how many lines there are.
 */
size_t differ_json(const char *where, const json_t *have, const json_t *want);

#endif /* TARFS_IMAGE_DIFFER_H */
