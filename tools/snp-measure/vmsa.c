// SPDX-License-Identifier: GPL-2.0
/*
 * Build the page with the initial registers of a processor.
 *
 * Their offsets are in table B-4 of the AMD64 Architecture Programmer's Manual,
 * volume 2.  Their values are those of QEMU and KVM after a reset; the
 * segment attributes of the first processor's code and stack are QEMU's.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <string.h>

#include "measure.h"

#define CS		0x10
#define SEGMENT_SIZE	16

#define RIP		0x178
#define RDX		0x310
#define SEV_FEATURES	0x3b0

/* 16-bit selector, 16-bit attributes, 32-bit limit, 64-bit base */
static const struct {
	uint16_t offset;
	uint16_t selector;
	uint16_t attributes;
} segments[] = {
	{ 0x00, 0, 0x93 },		/* ES */
	{ CS, 0xf000, 0x9b },
	{ 0x20, 0, 0x93 },		/* SS */
	{ 0x30, 0, 0x93 },		/* DS */
	{ 0x40, 0, 0x93 },		/* FS */
	{ 0x50, 0, 0x93 },		/* GS */
	{ 0x60, 0, 0 },			/* GDTR */
	{ 0x70, 0, 0x82 },		/* LDTR */
	{ 0x80, 0, 0 },			/* IDTR */
	{ 0x90, 0, 0x8b },		/* TR */
};

static const struct {
	uint16_t offset;
	uint16_t width;
	uint64_t value;
} registers[] = {
	{ 0x0d0, 8, 0x1000 },		/* EFER: SVME, which KVM sets */
	{ 0x148, 8, 0x40 },		/* CR4: MCE, which KVM sets */
	{ 0x158, 8, 0x10 },		/* CR0: ET */
	{ 0x160, 8, 0x400 },		/* DR7 */
	{ 0x168, 8, 0xffff0ff0 },	/* DR6 */
	{ 0x170, 8, 0x2 },		/* RFLAGS */
	{ 0x268, 8, 0x7040600070406 },	/* PAT */
	{ 0x3e8, 8, 0x1 },		/* XCR0 */
	{ 0x408, 4, 0x1f80 },		/* MXCSR */
	{ 0x410, 2, 0x37f },		/* x87 control word */
};

static void put_segments(uint8_t *page)
{
	uint8_t *to;
	size_t i;

	for (i = 0; i < sizeof(segments) / sizeof(segments[0]); i++) {
		to = page + segments[i].offset;
		put_le(to, segments[i].selector, 2);
		put_le(to + 2, segments[i].attributes, 2);
		put_le(to + 4, 0xffff, 4);
	}
}

static void put_registers(uint8_t *page)
{
	size_t i;

	for (i = 0; i < sizeof(registers) / sizeof(registers[0]); i++)
		put_le(page + registers[i].offset, registers[i].value,
		       registers[i].width);
}

void vmsa_page(const struct machine *m, uint32_t reset,
	       uint8_t page[SNP_PAGE_SIZE])
{
	memset(page, 0, SNP_PAGE_SIZE);
	put_segments(page);
	put_registers(page);
	put_le(page + CS + 8, reset & 0xffff0000, 8);
	put_le(page + RIP, reset & 0xffff, 8);
	put_le(page + RDX, m->signature, 8);
	put_le(page + SEV_FEATURES, m->features, 8);
}
