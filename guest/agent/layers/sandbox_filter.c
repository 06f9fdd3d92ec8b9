// SPDX-License-Identifier: GPL-2.0
/*
 * A seccomp filter for the system calls that the conversion of a blob needs.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "layers/sandbox.h"

#define RULE_SIZE	6	/* instructions, at most */
#define THREAD_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | \
			 CLONE_SIGHAND | CLONE_THREAD | CLONE_SETTLS |	\
			 CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

/**
 * struct rule - a system call that does not kill
 * @arg, @mask, @value: if @mask is not 0, it does kill unless the lower half of
 *	argument @arg has @value in the bits of @mask
 * @err: if not 0, the call fails with this error instead of being made
 */
struct rule {
	uint32_t number;
	unsigned int arg;
	uint32_t mask;
	uint32_t value;
	uint32_t err;
};

/* allow any arguments, or only if the @bits of argument @n are @is */
#define ALLOW(name)	{ .number = SYS_##name }
#define ALLOW_IF(name, n, bits, is)					\
	{ .number = SYS_##name, .arg = n, .mask = bits, .value = is }

static const struct rule rules[] = {
	/* files: the blob, the image and what was made of it */
	ALLOW(read), ALLOW(write), ALLOW(pread64), ALLOW(pwrite64),
	ALLOW(lseek), ALLOW(openat), ALLOW(close), ALLOW(newfstatat),
	ALLOW(fstat), ALLOW(ftruncate), ALLOW(fsync), ALLOW(sync_file_range),
	ALLOW(renameat), ALLOW(unlinkat),
	ALLOW_IF(ioctl, 1, ~0U, FICLONE),
	/* memory that is not executable */
	ALLOW(brk), ALLOW(munmap), ALLOW(mremap), ALLOW(madvise),
	ALLOW_IF(mmap, 2, PROT_EXEC, 0),
	ALLOW_IF(mprotect, 2, PROT_EXEC, 0),
	ALLOW(sysinfo),
	/*
	 * Threads.  A filter cannot read the flags of clone3(2), which are in
	 * memory; without clone3(2) glibc falls back to clone(2).
	 */
	ALLOW_IF(clone, 0, ~0U, THREAD_FLAGS),
	{ .number = SYS_clone3, .err = ENOSYS },
	ALLOW(futex), ALLOW(set_robust_list), ALLOW(rseq),
	ALLOW(sched_getaffinity),
	ALLOW(rt_sigprocmask), ALLOW(rt_sigaction), ALLOW(rt_sigreturn),
	ALLOW(restart_syscall),
	ALLOW(getrandom), ALLOW(clock_gettime),
	ALLOW(exit), ALLOW(exit_group),
};

#define RULES	(sizeof(rules) / sizeof(rules[0]))

/* add a rule; the number of the call is loaded before and after it */
static struct sock_filter *add_rule(struct sock_filter *f, const struct rule *r)
{
	const uint32_t allow = r->err ? SECCOMP_RET_ERRNO | r->err :
					SECCOMP_RET_ALLOW;
	const uint32_t arg = offsetof(struct seccomp_data, args) +
			     r->arg * sizeof(uint64_t);

	if (!r->mask) {
		*f++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						    r->number, 0, 1);
		*f++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, allow);
		return f;
	}
	*f++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
					    r->number, 0, 5);
	*f++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, arg);
	*f++ = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, r->mask);
	*f++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
					    r->value, 0, 1);
	*f++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, allow);
	*f++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
					    SECCOMP_RET_KILL_PROCESS);
	return f;
}

/* kill in other ABIs, whose numbers differ; those of x32 match no rule */
static const struct sock_filter head[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
};

#define HEAD	(sizeof(head) / sizeof(head[0]))

int sandbox_filter(void)
{
	struct sock_filter code[HEAD + RULES * RULE_SIZE + 1], *f = code;
	struct sock_fprog program = { .filter = code };
	size_t i;

	for (i = 0; i < HEAD; i++)
		*f++ = head[i];
	for (i = 0; i < RULES; i++)
		f = add_rule(f, &rules[i]);
	*f++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
					    SECCOMP_RET_KILL_PROCESS);
	program.len = f - code;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) ?
		-errno : 0;
}
