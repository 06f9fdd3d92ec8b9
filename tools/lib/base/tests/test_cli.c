// SPDX-License-Identifier: GPL-2.0
/*
 * Tables of options: what they parse, what they refuse, and the help they give.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cli.h"
#include "tap.h"

#define WORDS_MAX	16
#define USAGE		16
#define FAILED		8

enum {
	MAKE	= 1 << 0,
	SHOW	= 1 << 1,
};

static struct {
	bool quiet;
	unsigned int style;
	const char *name;
	unsigned int threads;
	uint64_t size;
	int words;
} got;

static int add_word(void *to, const char *value, struct error *e)
{
	if (!*value)
		return error_set(e, -EINVAL, "--word must not be '\n'");
	++*(int *)to;
	return 0;
}

static const struct cli_option options[] = {
	{ 'q', "quiet", NULL, "say nothing", MAKE | SHOW, .flag = &got.quiet },
	{ 0, "json", NULL, NULL, MAKE, .choice = &got.style, .value = 1 },
	{ 0, "xml", NULL, "as that", MAKE, .choice = &got.style, .value = 2 },
	{ 0, "name", "TEXT",
	  "a name that takes some words to describe, so many that they do not fit into one line",
	  MAKE, .text = &got.name },
	{ 'j', "threads", "N", "threads", MAKE,
	  .number = &got.threads, .min = 1, .max = 300 },
	{ 0, "size-of-something-large", "BYTES", "a size", MAKE,
	  .size = &got.size },
	{ 'f', .help = NULL, .of = SHOW },
	{ 'w', "word", "WORD", "repeatable", SHOW,
	  .parse = add_word, .to = &got.words },
	{ }
};

static int run_make(const void *request, struct error *e)
{
	return request ? error_set(e, -EIO, "no") : 0;
}

static const struct cli_command commands[] = {
	{ "make", "FROM [TO]", "make it", MAKE, run_make },
	{ "show", "WHAT", "show it", SHOW, run_make },
	{ "stop", "", "stop it", 0, run_make },
	{ }
};

static const struct cli model = {
	.name = "tool", .failed = FAILED, .usage = USAGE, .options = options,
	.commands = commands, .about = "About.", .notes = "Notes.",
};

/* split a line into words; return their number */
static int split(char *line, char **argv)
{
	int argc = 0;

	for (line = strtok(line, " "); line; line = strtok(NULL, " "))
		argv[argc++] = line;
	argv[argc] = NULL;
	return argc;
}

/* parse a line in this process */
static char **parse(struct cli *c, char *line)
{
	static char *argv[WORDS_MAX + 1];

	memset(&got, 0, sizeof(got));
	*c = model;
	return cli_parse(c, split(line, argv), argv);
}

static void test_values(void)
{
	char line[] = "tool make -q --xml --json a --name=x -j0x20 b --size-of=2K";
	char twice[] = "tool show -w a --word b what -f -wc --quiet --quiet";
	char last[] = "tool -j 4 --name=x make a --threads=300 --name y -- -q";
	struct cli c;
	char **args;

	args = parse(&c, line);
	ok(c.command == &commands[0] && !strcmp(args[0], "a") &&
	   !strcmp(args[1], "b") && !args[2], "command and arguments");
	ok(got.quiet && got.style == 1 && !strcmp(got.name, "x") &&
	   got.threads == 32 && got.size == 2048, "a value of each kind");
	args = parse(&c, twice);
	ok(c.command == &commands[1] && got.words == 3 && got.quiet &&
	   !strcmp(args[0], "what"), "each value of a repeated option");
	args = parse(&c, last);
	ok(c.command == &commands[0] && got.threads == 300 && !got.quiet &&
	   !strcmp(got.name, "y") && !strcmp(args[1], "-q"),
	   "the last one counts; options in front of the command; --");
}

/* what a child printed to @fd before it exited, and its status */
static int outcome(const char *words, int fd, char *text, size_t size)
{
	char line[128];
	int ends[2], status = 0;
	size_t len = 0;
	ssize_t n;
	struct cli c;

	fflush(stdout);
	if (pipe(ends))
		return -1;
	if (!fork()) {
		dup2(ends[1], fd);
		close(ends[1]);
		snprintf(line, sizeof(line), "tool %s", words);
		parse(&c, line);
		exit(0);
	}
	close(ends[1]);
	while ((n = read(ends[0], text + len, size - 1 - len)) > 0)
		len += n;
	text[len] = '\0';
	close(ends[0]);
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const struct {
	const char *words;
	const char *said;
	const char *hint;
} wrong[] = {
	{ "", "tool: missing command\n", "tool" },
	{ "-q", "tool: missing command\n", "tool" },
	{ "break", "tool: there is no command 'break'\n", "tool" },
	{ "make --none a", "tool: unrecognized option '--none'\n", "tool make" },
	{ "make --a\033[1m a", "tool: unrecognized option '--a\\033[1m'\n",
	  "tool make" },
	{ "make -\033 a", "tool: invalid option '-\\033'\n", "tool make" },
	{ "make --quiet=yes a",
	  "tool: option '--quiet' does not allow an argument\n", "tool make" },
	{ "make -x a", "tool: invalid option '-x'\n", "tool make" },
	{ "show --json a", "tool: unrecognized option '--json'\n", "tool show" },
	{ "--json show a", "tool: unrecognized option '--json'\n", "tool show" },
	{ "stop -q", "tool: invalid option '-q'\n", "tool stop" },
	{ "make a --name", "tool: option '--name' requires an argument\n",
	  "tool make" },
	{ "make a -j", "tool: option '-j' requires an argument\n",
	  "tool make" },
	{ "make --json=1 a", "tool: option '--json' does not allow an argument\n",
	  "tool make" },
	{ "make -j 0 a", "tool: --threads must be a number from 1 to 300, not '0'\n",
	  "tool make" },
	{ "make -j 0x12d a",
	  "tool: --threads must be a number from 1 to 300, not '0x12d'\n",
	  "tool make" },
	{ "make --threads=1k a",
	  "tool: --threads must be a number from 1 to 300, not '1k'\n",
	  "tool make" },
	{ "make --size-of=0x10 a",
	  "tool: --size-of-something-large must be a number of bytes, not '0x10'\n",
	  "tool make" },
	{ "show --word= a", "tool: --word must not be '\\012'\n", "tool show" },
	{ "make", "tool: missing argument: expected FROM [TO]\n", "tool make" },
	{ "make a b \033", "tool: unexpected argument '\\033': expected FROM [TO]\n",
	  "tool make" },
	{ "stop a", "tool: unexpected argument 'a'\n", "tool stop" },
};

static void test_wrong(void)
{
	char text[1024], want[1024];
	size_t i;
	int status;

	for (i = 0; i < COUNT(wrong); i++) {
		status = outcome(wrong[i].words, STDERR_FILENO, text,
				 sizeof(text));
		snprintf(want, sizeof(want),
			 "%sTry '%s --help' for more information.\n",
			 wrong[i].said, wrong[i].hint);
		if (!ok(status == USAGE && !strcmp(text, want), "wrong: '%zu'", i))
			printf("# %d: %s", status, text);
	}
}

static void test_help(void)
{
	static const char make[] =
		"Usage: tool make [OPTION]... FROM [TO]\n"
		"make it\n\n"
		"  -q, --quiet        say nothing\n"
		"      --json, --xml  as that\n"
		"      --name=TEXT    a name that takes some words to describe, so many that\n"
		"                     they do not fit into one line\n"
		"  -j, --threads=N    threads\n"
		"      --size-of-something-large=BYTES\n"
		"                     a size\n"
		"  -h, --help         show this help\n"
		"  -V, --version      show the version\n\n"
		"Notes.\n";
	static const char *const parts[] = {
		"Usage: tool COMMAND [OPTION]... ARGUMENT...\nAbout.\n",
		"\nCommands:\n  make FROM [TO]\n      make it\n",
		"\nOptions of make, show:\n  -q, --quiet ",
		"\nOptions of make:\n      --json",
		"\nOptions of show:\n  -f, -w, --word=WORD",
		"\n\n  -h, --help ",
	};
	char text[4096];
	size_t i;

	if (!ok(!outcome("make --help --none", STDOUT_FILENO, text,
			 sizeof(text)) && !strcmp(text, make),
		"the help of a command"))
		printf("# %s", text);
	ok(!outcome("-h", STDOUT_FILENO, text, sizeof(text)), "-h");
	for (i = 0; i < COUNT(parts); i++)
		ok(!!strstr(text, parts[i]), "its part %zu", i);
	ok(!outcome("stop --help", STDOUT_FILENO, text, sizeof(text)) &&
	   !strstr(text, "quiet"), "no option of other commands");
	ok(!outcome("--version", STDOUT_FILENO, text, sizeof(text)) &&
	   !strcmp(text, "tool (tarfs) " TARFS_TOOLS_VERSION "\n"), "version");
}

static void test_run(void)
{
	char line[] = "tool stop";
	struct cli c;

	parse(&c, line);
	ok(!cli_run(&c, NULL), "a command that succeeds");
	ok(cli_run(&c, &c) == FAILED, "a command that fails");
}

int main(void)
{
	test_values();
	test_wrong();
	test_help();
	test_run();
	return tap_done();
}
