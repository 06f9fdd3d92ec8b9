/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations shared by the files of snp-measure.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef SNP_MEASURE_H
#define SNP_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"

#define SNP_PAGE_SIZE	4096
#define SHA384_SIZE	48
#define SHA384_HEX_SIZE	97	/* with the final NUL */

/* digest.c: digests of the same data */
struct digests {
	uint8_t sha256[SHA256_SIZE];
	uint8_t sha384[SHA384_SIZE];
};

int digests_of_buffer(const void *buf, size_t len, struct digests *d,
		      struct error *e);
int digests_of_file(const char *path, struct digests *d, struct error *e);
int sha384_buffer(const void *buf, size_t len, uint8_t digest[SHA384_SIZE],
		  struct error *e);

/* little-endian numbers in pages and tables */
static inline void put_le(uint8_t *to, uint64_t value, size_t width)
{
	for (; width; width--, value >>= 8)
		*to++ = value;
}

static inline uint32_t get_le(const uint8_t *from, size_t width)
{
	uint32_t value = 0;

	while (width--)
		value = value << 8 | from[width];
	return value;
}

/* types of sections in OVMF's metadata; edk2, OvmfSevMetadata.asm */
enum section_type {
	SECTION_MEMORY = 1,
	SECTION_SECRETS = 2,
	SECTION_CPUID = 3,
	SECTION_SVSM_CAA = 4,
	SECTION_KERNEL_HASHES = 0x10,
};

struct section {
	uint32_t base;
	uint32_t size;
	enum section_type type;
};

#define FIRMWARE_MAX_SECTIONS	64

/**
 * struct firmware - a validated file and the contents of its tables
 * @data: @size bytes, mapped to end at 4 GiB
 * @ap_reset: reset vector of all processors but the first
 * @hashes: address of the table of kernel hashes; 0 if there is none
 * @sections: in the order of the file
 */
struct firmware {
	uint8_t *data;
	size_t size;
	uint32_t ap_reset;
	uint32_t hashes;
	struct section sections[FIRMWARE_MAX_SECTIONS];
	size_t section_count;
};

int firmware_read(struct firmware *fw, const char *path, struct error *e);
void firmware_free(struct firmware *fw);

/* digests that QEMU passes to the firmware with kernel-hashes=on */
struct kernel_hashes {
	struct digests kernel;
	struct digests initrd;
	struct digests cmdline;		/* with its final NUL */
};

/* build a page with the table of hashes at @offset */
int hashes_page(const struct kernel_hashes *h, size_t offset,
		uint8_t page[SNP_PAGE_SIZE], struct error *e);

/*
 * look up EAX of CPUID function 1 by name in QEMU: "EPYC-Milan", "EPYC-
 * Milan-v2"
 */
int cpu_signature(const char *name, uint32_t *signature, struct error *e);

/**
 * struct machine - parameters of a virtual machine that are measured
 * @vcpus: number of processors
 * @signature: EAX of CPUID function 1, of each processor
 * @features: SEV_FEATURES of each processor
 */
struct machine {
	unsigned int vcpus;
	uint32_t signature;
	uint64_t features;
};

#define FIRST_RESET	0xfffffff0	/* reset vector of the first processor */

/* build the initial state of a processor that starts at @reset */
void vmsa_page(const struct machine *m, uint32_t reset,
	       uint8_t page[SNP_PAGE_SIZE]);

/**
 * launch_digest() - compute the digest of SNP_LAUNCH_FINISH
 * @kernel: NULL without kernel-hashes=on
 */
int launch_digest(const struct firmware *fw, const struct machine *m,
		  const struct kernel_hashes *kernel,
		  uint8_t digest[SHA384_SIZE], struct error *e);

/**
 * struct measurement - inputs and results
 * @cmdline: NULL if there is none
 * @has_kernel: @kernel is valid
 * @ovmf: file name of the firmware; if NULL, the members after it are not valid
 */
struct measurement {
	const char *cmdline;
	bool has_kernel;
	struct kernel_hashes kernel;
	const char *ovmf;
	struct digests firmware;
	struct machine machine;
	uint8_t launch[SHA384_SIZE];
};

int print_json(const struct measurement *m, struct error *e);

#endif /* SNP_MEASURE_H */
