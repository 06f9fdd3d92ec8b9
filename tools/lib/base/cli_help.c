// SPDX-License-Identifier: GPL-2.0
/*
 * The text of --help, from the tables of options and commands.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <string.h>

#include "cli.h"

#define WIDTH		79	/* of a line */
#define LABEL_MAX	30	/* a longer one has a line of its own */
#define LABEL_SIZE	256

/* print words from column @indent on, behind a label that ends at column @at */
static void print_wrapped(const char *text, int at, int indent)
{
	const char *gap = "";
	int len;

	if (at >= indent) {
		putchar('\n');
		at = 0;
	}
	at += printf("%*s", indent - at, "");
	for (; *text; text += len + strspn(text + len, " ")) {
		len = strcspn(text, " ");
		if (*gap && at + 1 + len > WIDTH) {
			at = printf("\n%*s", indent, "") - 1;
			gap = "";
		}
		at += printf("%s%.*s", gap, len, text);
		gap = " ";
	}
	putchar('\n');
}

/* write "-q, --quiet", "--format=1|2" or "-a"; return its length */
static int write_names(const struct cli_option *o, char *text, size_t size)
{
	const char letter[] = { '-', o->letter, '\0' };

	return snprintf(text, size, "%s%s%s%s%s%s",
			o->letter ? letter : "",
			o->letter && o->name ? ", " : "",
			o->name ? "--" : "", o->name ? o->name : "",
			o->argument ? "=" : "", o->argument ? o->argument : "");
}

/*
 * Write what stands in front of a help: an option, and those that share it, which
 * have no help of their own.  Return: the row with the help.
 */
static const struct cli_option *make_label(const struct cli_option *o,
					   char label[LABEL_SIZE])
{
	int len = sprintf(label, o->letter ? "  " : "      ");

	for (; !o->help; o++) {
		len += write_names(o, label + len, LABEL_SIZE - len);
		len += snprintf(label + len, LABEL_SIZE - len, ", ");
	}
	write_names(o, label + len, LABEL_SIZE - len);
	return o;
}

const struct cli_option cli_standard[] = {
	{ 'h', "help", .help = "show this help" },
	{ 'V', "version", .help = "show the version" },
	{ }
};

static bool is_end(const struct cli_option *o)
{
	return !o->letter && !o->name;
}

/* where the help of the options begins */
static int help_column(const struct cli *c)
{
	const struct cli_option *o = c->options;
	char label[LABEL_SIZE];
	int len, widest = strlen("  -V, --version");

	for (; !is_end(o); o++) {
		if (!cli_has(c, o))
			continue;
		o = make_label(o, label);
		len = strlen(label);
		if (len <= LABEL_MAX && len > widest)
			widest = len;
	}
	return widest + 2;
}

/* "Options of table, open:" where the whole program's help is printed */
static void print_heading(const struct cli *c, unsigned int of)
{
	const char *gap = "\nOptions of ";
	const struct cli_command *cmd;

	for (cmd = c->commands; cmd->name; cmd++) {
		if (cmd->of & of) {
			printf("%s%s", gap, cmd->name);
			gap = ", ";
		}
	}
	puts(":");
}

static void print_options(const struct cli *c, const struct cli_option *o,
			  int column)
{
	char label[LABEL_SIZE];
	unsigned int of = 0;

	for (; !is_end(o); o++) {
		if (!cli_has(c, o))
			continue;
		if (o->of && o->of != of && !c->command)
			print_heading(c, o->of);
		of = o->of;
		o = make_label(o, label);
		print_wrapped(o->help, printf("%s", label), column);
	}
}

static void print_commands(const struct cli *c)
{
	const struct cli_command *cmd;

	puts("\nCommands:");
	for (cmd = c->commands; cmd->name; cmd++)
		print_wrapped(cmd->help,
			      printf("  %s %s", cmd->name, cmd->arguments), 6);
}

void cli_help(const struct cli *c)
{
	const struct cli_command *cmd = c->command;
	int column = help_column(c);

	if (cmd)
		printf("Usage: %s %s [OPTION]... %s\n%s\n", c->name, cmd->name,
		       cmd->arguments, cmd->help);
	else if (c->commands)
		printf("Usage: %s COMMAND [OPTION]... ARGUMENT...\n%s\n",
		       c->name, c->about);
	else
		printf("Usage: %s [OPTION]...%s%s\n%s\n", c->name,
		       *c->arguments ? " " : "", c->arguments, c->about);
	if (c->commands && !cmd)
		print_commands(c);
	else
		putchar('\n');
	print_options(c, c->options, column);
	if (c->commands && !cmd)
		putchar('\n');
	print_options(c, cli_standard, column);
	printf("\n%s\n", c->notes);
}
