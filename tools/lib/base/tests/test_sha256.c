// SPDX-License-Identifier: GPL-2.0
/*
 * SHA-256 has the results of FIPS 180-4, and digests are parsed and printed as
 * hex.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sha256.h"
#include "tap.h"

#define ABC_DIGEST \
	"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static const struct {
	const char *piece;
	size_t times;
	const char *digest;
} answers[] = {
	{ "", 0,
	  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc", 1, ABC_DIGEST },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	{ "a", 1000000,
	  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
};

/* the same digest in pieces, at once and from a file */
static void test_answer(struct sha256 *ctx, const char *piece, size_t times,
			const char *want)
{
	size_t len = strlen(piece), i;
	uint8_t digest[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	FILE *file = tmpfile();
	char *all = malloc(len * times + 1);
	struct error e;
	int err = 0;

	if (!file || !all)
		abort();
	for (i = 0; i < times && !err; i++) {
		memcpy(all + i * len, piece, len);
		err = sha256_update(ctx, piece, len, &e);
	}
	err = err ? err : sha256_final(ctx, digest, &e);
	sha256_to_hex(digest, hex);
	ok(!err && !strcmp(hex, want), "%zu times '%s' in pieces", times,
	   piece);

	err = sha256_buffer(all, len * times, digest, &e);
	sha256_to_hex(digest, hex);
	ok(!err && !strcmp(hex, want), "... in a buffer");

	fwrite(all, len, times, file);
	rewind(file);
	err = sha256_file(fileno(file), "file", digest, &e);
	sha256_to_hex(digest, hex);
	ok(!err && !strcmp(hex, want), "... in a file");
	fclose(file);
	free(all);
}

static void test_answers(void)
{
	struct sha256 *ctx;
	struct error e;
	size_t i;

	if (sha256_new(&ctx, &e))
		abort();
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		test_answer(ctx, answers[i].piece, answers[i].times,
			    answers[i].digest);
	sha256_free(ctx);
	sha256_free(NULL);
}

static void test_file_position(void)
{
	uint8_t digest[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	struct error e;
	FILE *file;
	int fds[2];

	file = tmpfile();
	if (!file || pipe(fds))
		abort();
	fputs("junkabc", file);
	fflush(file);
	lseek(fileno(file), 4, SEEK_SET);
	ok(!sha256_file(fileno(file), "file", digest, &e) &&
	   (sha256_to_hex(digest, hex), !strcmp(hex, ABC_DIGEST)),
	   "a file is read from its position on");
	fclose(file);
	ok(sha256_file(fds[1], "some pipe", digest, &e) == -EBADF &&
	   !strncmp(e.text, "some pipe: ", 11),
	   "a failed read says which file");
	close(fds[0]);
	close(fds[1]);
}

static void test_hex(void)
{
	static const char mixed[] =
		"00FFabCDef0123456789ABcdEF0000000000000000000000000000000000008f";
	static const char lower[] =
		"00ffabcdef0123456789abcdef0000000000000000000000000000000000008f";
	uint8_t digest[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	char bad[2 * SHA256_HEX_SIZE];
	int c, wrong = 0;

	ok(!sha256_from_hex(mixed, digest) && digest[1] == 0xff &&
	   digest[31] == 0x8f, "digits are read in either case");
	sha256_to_hex(digest, hex);
	ok(!strcmp(hex, lower), "... and written in lower case");

	ok(sha256_from_hex("", digest) == -EINVAL, "no digits are refused");
	strcpy(bad, lower);
	bad[63] = '\0';
	ok(sha256_from_hex(bad, digest) == -EINVAL, "63 digits are refused");
	strcpy(bad, lower);
	strcat(bad, "0");
	ok(sha256_from_hex(bad, digest) == -EINVAL, "65 digits are refused");

	for (c = 1; c < 256; c++) {
		strcpy(bad, lower);
		bad[c % 64] = c;
		if (!strchr("0123456789abcdefABCDEF", c) !=
		    (sha256_from_hex(bad, digest) == -EINVAL))
			wrong++;
	}
	ok(!wrong, "any byte that is not a digit is refused");
}

int main(void)
{
	test_answers();
	test_file_position();
	test_hex();
	return tap_done();
}
