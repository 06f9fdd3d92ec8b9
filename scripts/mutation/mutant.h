/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the switches of faults ask; included in front of every file.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_MUTANT_H
#define TARFS_MUTANT_H

extern int tarfs_mutant;
extern unsigned char *tarfs_reached;

/* has the program the fault of this number? */
static inline int tarfs_at(int number)
{
	tarfs_reached[number] = 1;
	return tarfs_mutant == number;
}

#endif /* TARFS_MUTANT_H */
