// SPDX-License-Identifier: GPL-2.0
/*
 * Compute the launch measurement of an AMD SEV-SNP guest from its files.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/hex.h"
#include "base/number.h"
#include "measure.h"

#define MAX_VCPUS	4096		/* limit of QEMU */
#define SNP_ACTIVE	0x1		/* bit of SEV_FEATURES */

/**
 * struct arguments - parsed command line
 * @kernel, @initrd: file names, or NULL
 * @json: print everything, not the launch digest alone
 * @has_cpu: type or signature of the processor was given
 */
static struct arguments {
	const char *kernel;
	const char *initrd;
	bool json;
	bool has_cpu;
	struct measurement m;
} arguments = {
	.m.machine = { .vcpus = 1, .features = SNP_ACTIVE },
};

static int parse_cpu(void *to, const char *value, struct error *e)
{
	arguments.has_cpu = true;
	return cpu_signature(value, to, e);
}

static int parse_signature(void *to, const char *value, struct error *e)
{
	uint64_t n;

	if (number_parse(value, 1, UINT32_MAX, &n))
		return error_set(e, -EINVAL,
				 "--vcpu-sig must be a number of 32 bits, not '%s'",
				 value);
	arguments.has_cpu = true;
	*(uint32_t *)to = n;
	return 0;
}

static int parse_features(void *to, const char *value, struct error *e)
{
	if (number_parse(value, 0, UINT64_MAX, to))
		return error_set(e, -EINVAL,
				 "--guest-features must be a number of 64 bits, not '%s'",
				 value);
	return 0;
}

static const struct cli_option options[] = {
	{ 0, "ovmf", "FILE", "firmware, such as OVMF.amdsev.fd",
	  .text = &arguments.m.ovmf },
	{ 0, "kernel", "FILE", "kernel that it starts, with kernel-hashes=on",
	  .text = &arguments.kernel },
	{ 0, "initrd", "FILE", "its initramfs", .text = &arguments.initrd },
	{ 0, "append", "TEXT", "its command line",
	  .text = &arguments.m.cmdline },
	{ 0, "vcpus", "1..4096", "processors (default: 1)",
	  .number = &arguments.m.machine.vcpus, .min = 1, .max = MAX_VCPUS },
	{ 0, "vcpu-type", "NAME", "their name in QEMU, such as EPYC-Milan",
	  .parse = parse_cpu, .to = &arguments.m.machine.signature },
	{ 0, "vcpu-sig", "NUMBER", "or what CPUID function 1 has in EAX",
	  .parse = parse_signature, .to = &arguments.m.machine.signature },
	{ 0, "guest-features", "NUMBER",
	  "SEV_FEATURES (default: 0x1, SNP alone)",
	  .parse = parse_features, .to = &arguments.m.machine.features },
	{ 0, "json", NULL, "the digests of all parts, too",
	  .flag = &arguments.json },
	{ }
};

static struct cli cli = {
	.name		= "snp-measure",
	.failed		= EXIT_FAILURE,
	.usage		= 2,
	.arguments	= "",
	.options	= options,
	.about		=
"The launch digest that a guest on AMD SEV-SNP reports, booted by QEMU.  Needs\n"
"--ovmf and --vcpu-type or --vcpu-sig; with --json, --kernel is enough.",
	.notes		=
"Numbers are decimal, or hexadecimal with \"0x\".\n"
"Exit status: 0 done, 1 failed, 2 wrong usage.",
};

static void validate_options(const struct arguments *r)
{
	if (!r->m.ovmf && !r->json)
		cli_usage(&cli, "there is no launch digest without --ovmf");
	if (!r->m.ovmf && !r->kernel)
		cli_usage(&cli,
			  "there is nothing to measure: add --kernel or --ovmf");
	if (r->m.ovmf && !r->has_cpu)
		cli_usage(&cli,
			  "the launch digest depends on the processor: add --vcpu-type or --vcpu-sig");
	if (!(r->m.machine.features & SNP_ACTIVE))
		cli_usage(&cli,
			  "--guest-features must have bit 0: without it SEV-SNP is off");
	if (!r->kernel && (r->initrd || r->m.cmdline))
		cli_usage(&cli,
			  "--initrd and --append are measured with a --kernel only");
}

/* As QEMU: hash an empty initramfs if there is none, and the final NUL. */
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
	struct error e;

	cli_begin(&cli);
	cli_parse(&cli, argc, argv);
	validate_options(&arguments);
	if (measure(&arguments, &e))
		return cli_fail(&cli, &e);
	return cli_finish(&cli, EXIT_SUCCESS);
}
