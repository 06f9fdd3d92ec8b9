// SPDX-License-Identifier: GPL-2.0
/*
 * Test that the child that decodes a blob is confined: with the filter
 * installed, each system call kills the process, except those listed here.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "layers/sandbox.h"
#include "tap.h"

#define NUMBERS		1024	/* of system calls, more than there are */
#define X32_BIT		0x40000000
#define DESCRIPTORS	256	/* that are checked */
#define MEMORY		(64UL << 20)
#define THREADS		4096	/* more than the limit */
#define FAILED		99	/* of a child: cannot prepare */

/* ---- in a child ---- */

static bool has_capabilities(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {};

	return syscall(SYS_capget, &head, data) || data[0].permitted ||
	       data[0].effective || data[0].inheritable ||
	       data[1].permitted || data[1].effective || data[1].inheritable;
}

static bool is_null(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISCHR(st.st_mode) &&
	       st.st_rdev == makedev(1, 3);
}

/* is there more than a socket to read from and a pipe for the result? */
static bool has_more_descriptors(void)
{
	struct stat st;
	int fd;

	if (fstat(0, &st) || !S_ISSOCK(st.st_mode) || !is_null(1) ||
	    !is_null(2) || fstat(3, &st) || !S_ISFIFO(st.st_mode))
		return true;
	for (fd = 4; fd < DESCRIPTORS; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			return true;
	return false;
}

static const char *what_it_has(void)
{
	uid_t u[3];
	gid_t g[3];

	if (getresuid(&u[0], &u[1], &u[2]) || getresgid(&g[0], &g[1], &g[2]) ||
	    u[0] != SANDBOX_USER || u[1] != SANDBOX_USER || u[2] != SANDBOX_USER ||
	    g[0] != SANDBOX_USER || g[1] != SANDBOX_USER || g[2] != SANDBOX_USER)
		return "it is somebody else";
	if (getgroups(0, NULL))
		return "it is in groups";
	if (has_capabilities())
		return "it has capabilities";
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return "it may get new privileges";
	if (has_more_descriptors())
		return "it has other descriptors";
	if (!access("/proc", F_OK) || !access("/../proc", F_OK))
		return "it sees more than its directory";
	return NULL;
}

/* a filtered process cannot set up a signal handler's stack */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "use_sigaltstack=0:handle_segv=0";
}

/*
 * Return the wait status of a child that calls @prepare and @act.  No
 * sanitizer: at the child's end it would make a system call that kills.
 */
__attribute__((no_sanitize_address))
static int status_of(int (*prepare)(void), long (*act)(long arg), long arg)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (prepare())
			_exit(FAILED);
		_exit(act(arg));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		abort();
	return status;
}

static bool is_killed(int status)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

static bool has_ended(int status, int with)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == with;
}

/* ---- the filter ---- */

static int filter(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno :
							sandbox_filter();
}

/* allowed with any arguments, or with some */
static const int harmless[] = {
	SYS_read, SYS_write, SYS_close, SYS_fstat, SYS_lseek, SYS_munmap,
	SYS_brk, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn,
	SYS_pread64, SYS_pwrite64, SYS_mremap, SYS_madvise, SYS_exit,
	SYS_fsync, SYS_ftruncate, SYS_sysinfo, SYS_futex,
	SYS_sched_getaffinity, SYS_restart_syscall, SYS_clock_gettime,
	SYS_exit_group, SYS_openat, SYS_newfstatat, SYS_unlinkat, SYS_renameat,
	SYS_set_robust_list, SYS_sync_file_range, SYS_getrandom, SYS_rseq,
	SYS_clone3,
};

/*
 * uretprobe(2) and uprobe(2): newer kernels exempt them from filters, and send
 * SIGILL if the caller is not a probe
 */
static bool is_unfiltered(long number)
{
	return number == 335 || number == 336;
}

static bool is_harmless(long number)
{
	size_t i;

	for (i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (harmless[i] == number)
			return true;
	return false;
}

/* no argument is valid, but each has all bits set that a filter may check */
static long call(long number)
{
	syscall(number, -1L, -1L, -1L, -1L, -1L, -1L);
	return 0;
}

static void test_numbers(void)
{
	size_t wrong = 0;
	long i;

	for (i = 0; i < NUMBERS; i++) {
		if (is_unfiltered(i) ||
		    is_killed(status_of(filter, call, i)) != is_harmless(i))
			continue;
		printf("# %s: %ld\n", is_harmless(i) ? "kills" : "does not kill",
		       i);
		wrong++;
	}
	ok(!wrong, "of %d system calls all but %zu kill", NUMBERS,
	   sizeof(harmless) / sizeof(harmless[0]));
}

static long call_x32(long number)
{
	return call(number | X32_BIT);
}

/* call by i386's numbers: 3 is its read(2), but close(2) of x86-64 */
static long call_i386(long number)
{
	long result;

	asm volatile("int $0x80" : "=a" (result)
		     : "a" (number), "b" (-1L), "c" (0L), "d" (0L)
		     : "memory", "r8", "r9", "r10", "r11");
	return 0;
}

static void test_abis(void)
{
	int status = status_of(filter, call_i386, 3);

	ok(is_killed(status_of(filter, call_x32, SYS_read)),
	   "a call of x32 kills");
	/* a kernel without this ABI sends SIGSEGV */
	ok(is_killed(status) ||
	   (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV),
	   "a call of i386 kills");
}

/* calls with valid arguments */
static long map(long prot)
{
	return mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
		MAP_FAILED;
}

static long protect(long prot)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(page, 4096, prot) != 0;
}

static long control(long request)
{
	return ioctl(-1, request, 0) == -1 && errno == EBADF ? 0 : 1;
}

static long clone_process(long flags)
{
	return syscall(SYS_clone, flags, 0, 0, 0, 0) < 0;
}

/* the C library's functions; AddressSanitizer's make more system calls */
static struct {
	int (*create)(pthread_t *thread, const pthread_attr_t *attr,
		      void *(*start)(void *), void *arg);
	int (*join)(pthread_t thread, void **result);
} threads;

static void find_thread_calls(void)
{
	void *libc = dlopen("libc.so.6", RTLD_NOW);

	*(void **)&threads.create = libc ? dlsym(libc, "pthread_create") : NULL;
	*(void **)&threads.join = libc ? dlsym(libc, "pthread_join") : NULL;
	if (!threads.create || !threads.join)
		abort();
}

__attribute__((no_sanitize_address))
static void *do_nothing(void *arg)
{
	return arg;
}

__attribute__((no_sanitize_address))
static long start_thread(long unused)
{
	pthread_t thread;
	void *back;

	return threads.create(&thread, NULL, do_nothing, &back) ||
	       threads.join(thread, &back) || back != &back;
}

static void test_arguments(void)
{
	static const struct {
		const char *claim;
		long (*act)(long arg);
		long arg;
		bool kills;
	} rows[] = {
		{ "memory to write", map, PROT_READ | PROT_WRITE, false },
		{ "memory to execute", map, PROT_READ | PROT_EXEC, true },
		{ "memory that becomes read-only", protect, PROT_READ, false },
		{ "memory that becomes executable", protect,
		  PROT_READ | PROT_EXEC, true },
		{ "a file's extents shared", control, FICLONE, false },
		{ "a character put into a terminal", control, TIOCSTI, true },
		{ "a terminal asked for", control, TCGETS, true },
		{ "a thread", start_thread, 0, false },
		{ "a process", clone_process, SIGCHLD, true },
		{ "a process that shares memory", clone_process,
		  CLONE_VM | CLONE_VFORK | SIGCHLD, true },
		{ "a user namespace", clone_process, CLONE_NEWUSER | SIGCHLD,
		  true },
	};
	size_t i;
	int status;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		status = status_of(filter, rows[i].act, rows[i].arg);
		ok(rows[i].kills ? is_killed(status) : has_ended(status, 0),
		   "%s: %s", rows[i].kills ? "kills" : "is allowed",
		   rows[i].claim);
	}
}

/* ---- the limits ---- */

static int limit(void)
{
	return sandbox_limit(MEMORY);
}

static long take_memory(long size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED;
}

/* RLIMIT_NPROC does not bind root */
static int limit_and_drop(void)
{
	return sandbox_limit(0) ?: setresuid(SANDBOX_USER, SANDBOX_USER,
					     SANDBOX_USER);
}

static void *stay(void *arg)
{
	pause();
	return arg;
}

static long take_threads(long count)
{
	pthread_attr_t attr;
	pthread_t thread;
	long i;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 65536);
	for (i = 0; i < count; i++)
		if (pthread_create(&thread, &attr, stay, NULL))
			return 1;
	return 0;
}

static long parse_descriptors(long count)
{
	while (count--)
		if (dup(STDOUT_FILENO) < 0)
			return 1;
	return 0;
}

static void test_limits(void)
{
	const long stacks = sysconf(_SC_NPROCESSORS_ONLN) * (8L << 20);

	ok(has_ended(status_of(limit, take_memory, MEMORY / 2), 0),
	   "there is memory");
	ok(has_ended(status_of(limit, take_memory, MEMORY + stacks + 1), 1),
	   "there is an end to it");
	ok(has_ended(status_of(limit_and_drop, take_threads, 2), 0),
	   "there are threads");
	ok(has_ended(status_of(limit_and_drop, take_threads, THREADS), 1),
	   "there is an end to them");
	ok(has_ended(status_of(limit, parse_descriptors, DESCRIPTORS), 1),
	   "there is an end to descriptors");
}

/* ---- the rights ---- */

static char directory[] = "/tmp/test_sandbox.XXXXXX";
static int result[2];

static int drop_rights(void)
{
	int in[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, in))
		return -errno;
	return sandbox_drop_rights(directory, in[0], result[1]);
}

static long report_rights(long unused)
{
	const char *why = what_it_has();

	return why && write(SANDBOX_OUT, why, strlen(why)) > 0;
}

static void test_rights(void)
{
	char why[128] = "";

	if (!mkdtemp(directory) || pipe2(result, O_CLOEXEC | O_NONBLOCK))
		abort();
	if (!ok(has_ended(status_of(drop_rights, report_rights, 0), 0),
		"a child has a socket, a pipe, a directory and no rights"))
		printf("# %s\n", read(result[0], why, sizeof(why) - 1) > 0 ?
		       why : "it did not say");
	rmdir(directory);
}

int main(void)
{
	if (geteuid()) {
		skip("this needs root");
		return tap_done();
	}
	find_thread_calls();
	test_rights();
	test_limits();
	test_abis();
	test_arguments();
	test_numbers();
	return tap_done();
}
