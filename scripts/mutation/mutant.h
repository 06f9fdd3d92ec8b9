/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The condition in the switches of faults; included before every file.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_MUTANT_H
#define TARFS_MUTANT_H

extern int tarfs_mutant;
extern unsigned char *tarfs_reached;

/* record that the fault's code is reached; is the fault switched on? */
static inline int tarfs_at(int number)
{
	tarfs_reached[number] = 1;
	return tarfs_mutant == number;
}

#endif /* TARFS_MUTANT_H */
