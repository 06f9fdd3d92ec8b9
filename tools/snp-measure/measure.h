/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of snp-measure share.
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

/* digest.c: one piece of data, hashed twice */
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

/* what OVMF's metadata wants at an address; edk2, OvmfSevMetadata.asm */
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
 * struct firmware - a file that was judged, and what its tables say
 * @data: @size bytes, which end at 4 GiB
 * @ap_reset: where the processors after the first one begin
 * @hashes: where the firmware looks for the table of kernel hashes; 0: nowhere
 * @sections: in their order
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

/* the digests of what QEMU hands to the firmware with kernel-hashes=on */
struct kernel_hashes {
	struct digests kernel;
	struct digests initrd;
	struct digests cmdline;		/* with its final NUL */
};

/* the page that has the table of hashes at @offset */
int hashes_page(const struct kernel_hashes *h, size_t offset,
		uint8_t page[SNP_PAGE_SIZE], struct error *e);

/* "EPYC-Milan" or "EPYC-Milan-v2" of QEMU: what CPUID function 1 has in EAX */
int cpu_signature(const char *name, uint32_t *signature, struct error *e);

/**
 * struct machine - what of a virtual machine its launch digest depends on
 * @vcpus: how many processors
 * @signature: of each, in EAX of CPUID function 1
 * @features: SEV_FEATURES of each
 */
struct machine {
	unsigned int vcpus;
	uint32_t signature;
	uint64_t features;
};

#define FIRST_RESET	0xfffffff0	/* where the first processor begins */

/* the state that a processor begins with at @reset */
void vmsa_page(const struct machine *m, uint32_t reset,
	       uint8_t page[SNP_PAGE_SIZE]);

/**
 * launch_digest() - what SNP_LAUNCH_FINISH leaves in the guest's context
 * @kernel: NULL without kernel-hashes=on
 */
int launch_digest(const struct firmware *fw, const struct machine *m,
		  const struct kernel_hashes *kernel,
		  uint8_t digest[SHA384_SIZE], struct error *e);

/**
 * struct measurement - what is known and what came out of it
 * @cmdline: NULL if there is none
 * @has_kernel: @kernel is filled in
 * @ovmf: the firmware's file, or NULL: the members after it are not filled in
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
