// SPDX-License-Identifier: GPL-2.0
/*
 * Parsing a command line by the table of options.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "number.h"
#include "size.h"

#define OPTIONS_MAX	48
#define FIRST_LONG	256	/* above all letters */

/**
 * struct parser - the table, as getopt_long() has it
 * @rows: of the options; a long one's value is its index and FIRST_LONG
 */
struct parser {
	const struct cli_option *rows[OPTIONS_MAX];
	size_t count;
	struct option longs[OPTIONS_MAX + 1];
	char letters[2 * OPTIONS_MAX + 1];
};

static void add_row(struct parser *p, const struct cli_option *o)
{
	struct option *l = p->longs;
	char *letters = p->letters + strlen(p->letters);

	while (l->name)
		l++;
	if (o->name)
		*l = (struct option){ o->name, o->argument ? required_argument :
				      no_argument, NULL, FIRST_LONG + p->count };
	if (o->letter) {
		*letters++ = o->letter;
		if (o->argument)
			*letters = ':';
	}
	p->rows[p->count++] = o;
}

/* add the options that the command has */
static void add_table(struct parser *p, const struct cli *c,
		      const struct cli_option *o)
{
	for (; o->letter || o->name; o++) {
		if (!cli_has(c, o))
			continue;
		if (p->count == OPTIONS_MAX)
			abort();
		add_row(p, o);
	}
}

/*
 * Return: the row of the next option; NULL behind the last, and if it is @wrong:
 * '?' if there is none or more than one, ':' if it lacks its argument, else 0
 */
static const struct cli_option *next_option(const struct parser *p, int argc,
					    char **argv, int *wrong)
{
	int c = getopt_long(argc, argv, p->letters, p->longs, NULL);
	size_t i;

	*wrong = c == '?' || c == ':' ? c : 0;
	if (c >= FIRST_LONG)
		return p->rows[c - FIRST_LONG];
	for (i = 0; i < p->count; i++)
		if (p->rows[i]->letter && p->rows[i]->letter == c)
			return p->rows[i];
	return NULL;
}

static int parse_number(const struct cli_option *o, const char *value,
			struct error *e)
{
	uint64_t n;

	if (number_parse(value, o->min, o->max, &n))
		return error_set(e, -EINVAL,
				 "--%s must be a number from %u to %u, not '%s'",
				 o->name, o->min, o->max, value);
	*o->number = n;
	return 0;
}

static int parse_size(const struct cli_option *o, const char *value,
		      struct error *e)
{
	if (size_parse(value, o->size))
		return error_set(e, -EINVAL,
				 "--%s must be a number of bytes, not '%s'",
				 o->name, value);
	return 0;
}

static int parse_value(const struct cli_option *o, const char *value,
		       struct error *e)
{
	if (o->flag)
		*o->flag = true;
	if (o->choice)
		*o->choice = o->value;
	if (o->text)
		*o->text = value;
	if (o->number)
		return parse_number(o, value, e);
	if (o->size)
		return parse_size(o, value, e);
	return o->parse ? o->parse(o->to, value, e) : 0;
}

/* is @text, "--NAME" or "--NAME=VALUE", the beginning of several names? */
static bool is_ambiguous(const struct parser *p, const char *text)
{
	const struct option *l;
	size_t count = 0;

	text += 2;
	for (l = p->longs; l->name; l++)
		count += !strncmp(l->name, text, strcspn(text, "="));
	return count > 1;
}

/* in the words of getopt_long(), which does not escape what it prints */
static void report_wrong(const struct cli *c, const struct parser *p,
			 char **argv, int wrong)
{
	const char *word = argv[optind - 1];

	if (optopt >= FIRST_LONG)
		cli_usage(c, wrong == ':' ? "option '--%s' requires an argument" :
			  "option '--%s' does not allow an argument",
			  p->rows[optopt - FIRST_LONG]->name);
	if (optopt)
		cli_usage(c, wrong == ':' ? "option '-%c' requires an argument" :
			  "invalid option '-%c'", optopt);
	cli_usage(c, is_ambiguous(p, word) ? "option '%s' is ambiguous" :
		  "unrecognized option '%s'", word);
}

static void parse_options(const struct cli *c, int argc, char **argv)
{
	const struct cli_option *o;
	struct parser p = { .letters = ":" };
	struct error e;
	int wrong;

	add_table(&p, c, c->options);
	add_table(&p, c, cli_standard);
	opterr = 0;
	optind = 0;
	while ((o = next_option(&p, argc, argv, &wrong))) {
		if (o == &cli_standard[0]) {
			cli_help(c);
			exit(cli_finish(c, EXIT_SUCCESS));
		}
		if (o == &cli_standard[1]) {
			printf("%s (tarfs) " TARFS_TOOLS_VERSION "\n", c->name);
			exit(cli_finish(c, EXIT_SUCCESS));
		}
		if (parse_value(o, optarg, &e)) {
			cli_fail(c, &e);
			cli_hint(c);
		}
	}
	if (wrong)
		report_wrong(c, &p, argv, wrong);
}

/*
 * Find the first argument that is no option, nor the value of one, and leave all in
 * their order: getopt_long() would put options first even if one lacks its value.
 * Return: its index, or @argc.
 */
static int find_argument(const struct cli *c, int argc, char **argv)
{
	struct parser p = { .letters = "-:" };
	int wrong;

	add_table(&p, c, c->options);
	add_table(&p, c, cli_standard);
	opterr = 0;
	optind = 0;
	while (next_option(&p, argc, argv, &wrong) || wrong)
		;
	return optarg ? optind - 1 : optind;	/* optind behind "--" */
}

/* find the command, and move it in front of the options */
static void find_command(struct cli *c, int argc, char **argv)
{
	int at = find_argument(c, argc, argv);
	const struct cli_command *cmd;
	char *word = argv[at];

	for (cmd = c->commands; cmd->name; cmd++) {
		if (word && !strcmp(word, cmd->name)) {
			memmove(argv + 2, argv + 1, (at - 1) * sizeof(*argv));
			argv[1] = word;
			c->command = cmd;
		}
	}
}

/* compare the number of arguments with their names, such as "IMAGE [PATH]" */
static void check_count(const struct cli *c, char **args)
{
	const char *names = c->command ? c->command->arguments : c->arguments;
	const char *name = names;

	for (; *args && *name; args++) {
		name += strcspn(name, " ");
		name += strspn(name, " ");
	}
	if (*args && *names)
		cli_usage(c, "unexpected argument '%s': expected %s", *args,
			  names);
	if (*args)
		cli_usage(c, "unexpected argument '%s'", *args);
	if (*name && *name != '[')
		cli_usage(c, "missing argument: expected %s", names);
}

char **cli_parse(struct cli *c, int argc, char **argv)
{
	if (c->commands)
		find_command(c, argc, argv);
	if (c->command) {
		argc--;
		argv++;
	}
	parse_options(c, argc, argv);
	argv += optind;
	if (c->commands && !c->command) {
		if (*argv)
			cli_usage(c, "there is no command '%s'", *argv);
		cli_usage(c, "missing command");
	}
	check_count(c, argv);
	return argv;
}

int cli_run(const struct cli *c, const void *request)
{
	struct error e = { "" };
	int ret = c->command->run(request, &e);

	if (ret < 0)
		cli_fail(c, &e);
	return cli_finish(c, ret ? c->failed : EXIT_SUCCESS);
}
