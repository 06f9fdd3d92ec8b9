// SPDX-License-Identifier: GPL-2.0
/*
 * Test which kernel command lines are understood, and how others are refused.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <string.h>

#include "pod/cmdline.h"
#include "tap.h"

/* rows omit members that are 0 */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define HALF	"00112233445566778899aabbccddeeff"
#define REST	"fedcba98765432100123456789abcdef"
#define LONG	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define POD	"tarfs.pod=sha256:" HALF REST

static const struct {
	const char *claim;
	const char *text;
	unsigned int timeout;
	bool verbose;
	unsigned int grace;	/* 0: the default */
	bool debug_exit;
	bool show_output;
} good[] = {
	{ "the digest alone", POD, 10, false },
	{ "the digest with a newline", POD "\n", 10, false },
	{ "words of others around it",
	  "console=ttyS0 quiet  " POD " panic=-1\n", 10, false },
	{ "a time limit", POD " tarfs.timeout=1", 1, false },
	{ "the longest time limit", "tarfs.timeout=3600 " POD, 3600, false },
	{ "leading zeros in a time limit", POD " tarfs.timeout=0030", 30,
	  false },
	{ "verbose", "tarfs.verbose " POD, 10, true },
	{ "a time to end", "tarfs.grace=77 " POD, 10, false, 77 },
	{ "an exit device", POD " tarfs.exit=isa-debug", 10, false, 0, true },
	{ "output on the console", "tarfs.output=console " POD, 10, false, 0,
	  false, true },
	{ "words that only look alike",
	  "xtarfs.pod=1 tarfs tarfs_pod=2 " POD, 10, false },
	{ "a word of ours inside another's quotes",
	  "dm-mod.create=\"a tarfs.pod=b tarfs.zzz c\" " POD, 10, false },
};

static const struct {
	const char *claim;
	const char *text;
	const char *why;
} bad[] = {
	{ "nothing", "", "no tarfs.pod=" },
	{ "no digest", "quiet tarfs.verbose", "no tarfs.pod=" },
	{ "a digest in another's quotes", "a=\"b " POD "\"", "no tarfs.pod=" },
	{ "two digests", POD " " POD, "twice" },
	{ "an empty digest", "tarfs.pod=", "need sha256:" },
	{ "no algorithm", "tarfs.pod=" HALF REST, "need sha256:" },
	{ "another algorithm", "tarfs.pod=sha512:" HALF REST, "need sha256:" },
	{ "a digit too few",
	  "tarfs.pod=sha256:0112233445566778899aabbccddeeff" REST,
	  "need sha256:" },
	{ "a digit too many", POD "0", "need sha256:" },
	{ "upper case",
	  "tarfs.pod=sha256:00112233445566778899AABBCCDDEEFF" REST,
	  "need sha256:" },
	{ "a letter that is no digit",
	  "tarfs.pod=sha256:0011223344556677889gaabbccddeeff" REST,
	  "need sha256:" },
	{ "a digest in quotes", "tarfs.pod=\"sha256:" HALF REST "\"",
	  "need sha256:" },
	{ "the word in quotes", "\"" POD "\"", "not known" },
	{ "a time limit of 0", POD " tarfs.timeout=0", "1 to 3600" },
	{ "a time limit beyond the longest", POD " tarfs.timeout=3601",
	  "1 to 3600" },
	{ "a time limit that overflows",
	  POD " tarfs.timeout=4294967297", "1 to 3600" },
	{ "a negative time limit", POD " tarfs.timeout=-1", "1 to 3600" },
	{ "a time limit with a unit", POD " tarfs.timeout=5s", "1 to 3600" },
	{ "an empty time limit", POD " tarfs.timeout=", "1 to 3600" },
	{ "two time limits", POD " tarfs.timeout=5 tarfs.timeout=5", "twice" },
	{ "no time to end", POD " tarfs.grace=0", "tarfs.grace=0 on the" },
	{ "too long a time to end", POD " tarfs.grace=3601", "1 to 3600" },
	{ "two times to end", POD " tarfs.grace=5 tarfs.grace=6", "twice" },
	{ "another exit device", POD " tarfs.exit=0xf4", "need isa-debug" },
	{ "no exit device", POD " tarfs.exit=", "need isa-debug" },
	{ "output elsewhere", POD " tarfs.output=ttyS0", "need console" },
	{ "output nowhere", POD " tarfs.output=", "need console" },
	{ "output without a place", POD " tarfs.output", "not known" },
	{ "output on two consoles",
	  POD " tarfs.output=console tarfs.output=console", "twice" },
	{ "verbose with a value", POD " tarfs.verbose=1", "not known" },
	{ "verbose twice", "tarfs.verbose tarfs.verbose " POD, "twice" },
	{ "an unknown word", POD " tarfs.debug", "not known" },
	{ "a word that begins like ours", POD " tarfs.verbosely",
	  "not known" },
	{ "a word without its value", "tarfs.pod", "not known" },
	{ "an endless word", POD " tarfs.pod=" LONG LONG LONG LONG, "too long" },
};

static void test_good(void)
{
	static const uint8_t want[SHA256_SIZE] = {
		0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
		0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
		0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10,
		0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
	};
	struct error e = {};
	struct cmdline c;
	size_t i;

	for (i = 0; i < COUNT(good); i++)
		ok(!cmdline_parse(good[i].text, &c, &e) &&
		   !memcmp(c.pod, want, sizeof(want)) &&
		   c.timeout == good[i].timeout &&
		   c.grace == (good[i].grace ?: 10) &&
		   c.debug_exit == good[i].debug_exit &&
		   c.show_output == good[i].show_output &&
		   c.verbose == good[i].verbose,
		   "understood: %s", good[i].claim);
}

static void test_bad(void)
{
	struct cmdline c;
	struct error e;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		e.text[0] = '\0';
		if (!ok(cmdline_parse(bad[i].text, &c, &e) < 0 &&
			strstr(e.text, bad[i].why),
			"refused: %s", bad[i].claim))
			printf("# said: %s\n", e.text);
	}
}

int main(void)
{
	test_good();
	test_bad();
	return tap_done();
}
