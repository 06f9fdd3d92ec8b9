// SPDX-License-Identifier: GPL-2.0
/*
 * What the launch of a guest on AMD SEV-SNP measures, computed from its files.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/hex.h"
#include "measure.h"

#define MAX_VCPUS	4096		/* as many as QEMU gives a guest */
#define SNP_ACTIVE	0x1		/* of SEV_FEATURES */

enum {
	OPTION_OVMF = 1,
	OPTION_KERNEL,
	OPTION_INITRD,
	OPTION_APPEND,
	OPTION_VCPUS,
	OPTION_VCPU_TYPE,
	OPTION_VCPU_SIG,
	OPTION_FEATURES,
	OPTION_JSON,
};

static const struct cli cli = { "snp-measure", EXIT_FAILURE, 2 };

static const struct option options[] = {
	{ "ovmf", required_argument, NULL, OPTION_OVMF },
	{ "kernel", required_argument, NULL, OPTION_KERNEL },
	{ "initrd", required_argument, NULL, OPTION_INITRD },
	{ "append", required_argument, NULL, OPTION_APPEND },
	{ "vcpus", required_argument, NULL, OPTION_VCPUS },
	{ "vcpu-type", required_argument, NULL, OPTION_VCPU_TYPE },
	{ "vcpu-sig", required_argument, NULL, OPTION_VCPU_SIG },
	{ "guest-features", required_argument, NULL, OPTION_FEATURES },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ }
};

/**
 * struct arguments - what the command line asks for
 * @kernel, @initrd: file names, or NULL
 * @json: print everything, not the launch digest alone
 * @has_cpu: the processor was named
 */
struct arguments {
	const char *kernel;
	const char *initrd;
	bool json;
	bool has_cpu;
	struct measurement m;
};

static void print_help(void)
{
	printf("Usage: snp-measure --ovmf=FILE --vcpu-type=NAME [OPTION]...\n"
	       "       snp-measure --json --kernel=FILE [OPTION]...\n"
	       "The launch digest that a guest on AMD SEV-SNP reports, booted by QEMU.\n\n"
	       "      --ovmf=FILE            firmware, such as OVMF.amdsev.fd\n"
	       "      --kernel=FILE          kernel that it starts, with kernel-hashes=on\n"
	       "      --initrd=FILE          its initramfs\n"
	       "      --append=TEXT          its command line\n"
	       "      --vcpus=1..%d        processors (default: 1)\n"
	       "      --vcpu-type=NAME       their name in QEMU, such as EPYC-Milan\n"
	       "      --vcpu-sig=NUMBER      or what CPUID function 1 has in EAX\n"
	       "      --guest-features=NUMBER  SEV_FEATURES (default: 0x1, SNP alone)\n"
	       "      --json                 the digests of all parts, too\n"
	       "  -h, --help     show this help\n"
	       "  -V, --version  show the version\n\n"
	       "Exit status: 0 done, 1 failed, 2 wrong usage.\n", MAX_VCPUS);
}

static int usage_error(const struct error *e)
{
	if (e)
		cli_fail(&cli, e);
	fprintf(stderr, "Usage: snp-measure --ovmf=FILE --vcpu-type=NAME [OPTION]...\n"
		"Try 'snp-measure --help'.\n");
	return cli.usage;
}

static int parse_number(const char *option, const char *text, uint64_t min,
			uint64_t max, uint64_t *value, struct error *e)
{
	if (!cli_number(text, min, max, value))
		return 0;
	return error_set(e, -EINVAL, "--%s cannot be '%s'", option, text);
}

static int parse_machine(struct arguments *r, int option, struct error *e)
{
	struct machine *m = &r->m.machine;
	uint64_t value;
	int err;

	switch (option) {
	case OPTION_VCPUS:
		err = parse_number("vcpus", optarg, 1, MAX_VCPUS, &value, e);
		if (!err)
			m->vcpus = value;
		return err;
	case OPTION_VCPU_TYPE:
		r->has_cpu = true;
		return cpu_signature(optarg, &m->signature, e);
	case OPTION_VCPU_SIG:
		err = parse_number("vcpu-sig", optarg, 1, UINT32_MAX, &value,
				   e);
		if (!err)
			m->signature = value;
		r->has_cpu = true;
		return err;
	default:
		return parse_number("guest-features", optarg, 0, UINT64_MAX,
				    &m->features, e);
	}
}

static int parse_option(struct arguments *r, int option, struct error *e)
{
	switch (option) {
	case OPTION_OVMF:
		r->m.ovmf = optarg;
		return 0;
	case OPTION_KERNEL:
		r->kernel = optarg;
		return 0;
	case OPTION_INITRD:
		r->initrd = optarg;
		return 0;
	case OPTION_APPEND:
		r->m.cmdline = optarg;
		return 0;
	case OPTION_JSON:
		r->json = true;
		return 0;
	default:
		return parse_machine(r, option, e);
	}
}

static int validate_options(const struct arguments *r, struct error *e)
{
	if (!r->m.ovmf && !r->json)
		return error_set(e, -EINVAL,
				 "there is no launch digest without --ovmf");
	if (!r->m.ovmf && !r->kernel)
		return error_set(e, -EINVAL,
				 "there is nothing to measure: add --kernel or --ovmf");
	if (r->m.ovmf && !r->has_cpu)
		return error_set(e, -EINVAL,
				 "the launch digest depends on the processor: add --vcpu-type or --vcpu-sig");
	if (!(r->m.machine.features & SNP_ACTIVE))
		return error_set(e, -EINVAL,
				 "--guest-features must have bit 0: without it SEV-SNP is off");
	if (!r->kernel && (r->initrd || r->m.cmdline))
		return error_set(e, -EINVAL,
				 "--initrd and --append are measured with a --kernel only");
	return 0;
}

/* QEMU hashes an empty initramfs if there is none, and the NUL of the text */
static int measure_kernel(struct arguments *r, struct error *e)
{
	const char *cmdline = r->m.cmdline ? r->m.cmdline : "";
	struct kernel_hashes *h = &r->m.kernel;
	int err;

	err = digests_of_file(r->kernel, &h->kernel, e);
	if (!err && r->initrd)
		err = digests_of_file(r->initrd, &h->initrd, e);
	else if (!err)
		err = digests_of_buffer("", 0, &h->initrd, e);
	if (!err)
		err = digests_of_buffer(cmdline, strlen(cmdline) + 1,
					&h->cmdline, e);
	r->m.has_kernel = !err;
	return err;
}

static int measure_launch(struct measurement *m, struct error *e)
{
	struct firmware fw;
	int err;

	err = firmware_read(&fw, m->ovmf, e);
	if (err)
		return err;
	err = digests_of_buffer(fw.data, fw.size, &m->firmware, e);
	if (!err)
		err = launch_digest(&fw, &m->machine,
				    m->has_kernel ? &m->kernel : NULL,
				    m->launch, e);
	firmware_free(&fw);
	return err;
}

static int measure(struct arguments *r, struct error *e)
{
	char hex[SHA384_HEX_SIZE];
	int err = 0;

	if (r->kernel)
		err = measure_kernel(r, e);
	if (!err && r->m.ovmf)
		err = measure_launch(&r->m, e);
	if (err)
		return err;
	if (r->json)
		return print_json(&r->m, e);
	bytes_to_hex(r->m.launch, SHA384_SIZE, hex);
	puts(hex);
	return 0;
}

int main(int argc, char **argv)
{
	struct arguments r = {
		.m.machine = { .vcpus = 1, .features = SNP_ACTIVE },
	};
	struct error e;
	int option;

	cli_begin(&cli);
	while ((option = getopt_long(argc, argv, "hV", options, NULL)) != -1) {
		switch (option) {
		case 'h':
			print_help();
			return cli_finish(&cli, EXIT_SUCCESS);
		case 'V':
			return cli_version(&cli);
		case '?':
			return usage_error(NULL);
		}
		if (parse_option(&r, option, &e))
			return usage_error(&e);
	}
	if (optind < argc) {
		error_set(&e, -EINVAL, "'%s' is no option", argv[optind]);
		return usage_error(&e);
	}
	if (validate_options(&r, &e))
		return usage_error(&e);
	if (measure(&r, &e))
		return cli_fail(&cli, &e);
	return cli_finish(&cli, EXIT_SUCCESS);
}
