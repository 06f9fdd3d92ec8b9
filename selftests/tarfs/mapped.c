// SPDX-License-Identifier: GPL-2.0
/*
 * Reading mapped memory whose pages may raise SIGBUS.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <setjmp.h>
#include <signal.h>
#include <string.h>

#include "guest.h"
#include "mapped.h"

static sigjmp_buf fault;
static int copying;			/* 1 while a fault is expected */

/* elsewhere it is a fault of the test, which dies when it is raised again */
static void on_fault(int number)
{
	if (__atomic_load_n(&copying, __ATOMIC_SEQ_CST))
		siglongjmp(fault, 1);
	signal(number, SIG_DFL);
}

void catch_bus_errors(void)
{
	struct sigaction action = { .sa_handler = on_fault };

	if (sigaction(SIGBUS, &action, NULL))
		give_up("cannot handle SIGBUS");
}

bool copy_mapped(void *to, const void *from, size_t len)
{
	if (sigsetjmp(fault, 1)) {
		__atomic_store_n(&copying, 0, __ATOMIC_SEQ_CST);
		return false;
	}
	__atomic_store_n(&copying, 1, __ATOMIC_SEQ_CST);
	memcpy(to, from, len);
	__atomic_store_n(&copying, 0, __ATOMIC_SEQ_CST);
	return true;
}
