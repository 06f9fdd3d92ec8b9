// SPDX-License-Identifier: GPL-2.0
/*
 * A budget is fixed, or grows with the tar; taking more is refused.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>

#include "base/budget.h"
#include "tap.h"

int main(void)
{
	struct error e = { "" };
	struct budget b;

	budget_begin(&b, 100);
	budget_grow(&b, 1 << 30);
	ok(!budget_take(&b, 60, &e) && !budget_take(&b, 40, &e),
	   "all that was set can be taken");
	ok(budget_take(&b, 1, &e) == -EFBIG && strstr(e.text, "100 bytes") &&
	   strstr(e.text, "--max-index"), "and no more (%s)", e.text);

	budget_begin(&b, 0);
	ok(!budget_take(&b, BUDGET_BASE, &e), "the default is there at once");
	ok(budget_take(&b, 1, &e) == -EFBIG, "and no more");
	budget_grow(&b, 5000);
	ok(!budget_take(&b, 4999, &e) && budget_take(&b, 1, &e) == -EFBIG,
	   "it grows with the tar");
	return tap_done();
}
