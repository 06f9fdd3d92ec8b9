// SPDX-License-Identifier: GPL-2.0
/*
 * Limits on the size of a tar's index, in memory and in the image.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>

#include "budget.h"

void budget_begin(struct budget *b, uint64_t max)
{
	*b = (struct budget){
		.fixed = max,
		.allowed = max ? max : BUDGET_BASE,
	};
}

void budget_grow(struct budget *b, uint64_t tar_size)
{
	if (!b->fixed)
		b->allowed = BUDGET_BASE + tar_size;
}

int budget_take(struct budget *b, uint64_t bytes, struct error *e)
{
	b->used += bytes;
	if (b->used <= b->allowed)
		return 0;
	return error_set(e, -EFBIG,
			 "the index takes more than %" PRIu64
			 " bytes, which is the limit%s; --max-index sets another one",
			 b->allowed,
			 b->fixed ? "" : " for a tar of this length");
}
