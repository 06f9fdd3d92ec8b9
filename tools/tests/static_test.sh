#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The programs of make STATIC=1 need no file but their own, and make the same
# images as the others. Prints TAP.
#
# usage: static_test.sh BIN_DIR		(builds them in build/static)
#
# Copyright (C) 2026 The tarfs authors

# shellcheck disable=SC2016,SC2317	# quoted for eval; called through ok
# shellcheck source=kit/tap.sh
. "$(dirname "$0")/kit/tap.sh"
set -u
export LC_ALL=C

bin=$(realpath "${1:?needs the folder of the programs}")
top=$(realpath "$(dirname "$0")/../..")
static=$top/build/static/bin
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

is_static()
{
	file "$1" | grep 'statically linked' && ! ldd "$1"
}

# TARBALL OPTION...: do both builds make the same image?
same_image()
{
	"$bin/mktarfs" -q "${@:2}" "$1" theirs.img &&
		"$static/mktarfs" -q "${@:2}" "$1" ours.img &&
		cmp theirs.img ours.img
}

# make, check and show an image in a root directory with nothing else
alone()
{
	mkdir root && cp "$static"/* t.tar.gz root &&
		chroot root /mktarfs -q t.tar.gz t.img &&
		chroot root /fsck.tarfs t.img &&
		chroot root /dump.tarfs -l t.img | grep -q lib/format2/tree.c &&
		chroot root /verity-setup dump t.img &&
		cmp root/t.img theirs.img &&
		fails_with 1 "is dm-mod loaded?" \
			chroot root /verity-setup close none
}

# no /dev/null can replace the stream: status 8, as 1 is fsck's "corrected"
closed_alone()
{
	local status=0

	chroot root /fsck.tarfs t.img 0<&- 2> said || status=$?
	[ "$status" = 8 ] && grep -q "standard stream is closed" said
}

mkdir -p "$top/build/static"
ok "make STATIC=1" flock "$top/build/static/.lock" make -s -C "$top" STATIC=1
for program in mktarfs verity-setup tarfs-image fsck.tarfs dump.tarfs \
	snp-measure mount.tar kata-overlay; do
	ok "$program is linked statically" is_static "$static/$program"
	ok "... and runs" "$static/$program" --version
done

tar cf t.tar -C "$top/tools" lib
for compress in gzip zstd xz bzip2; do
	ok "$compress makes a tarball" eval "$compress -c t.tar > t.tar.$compress"
	ok "... and the same image" same_image t.tar.$compress
done
ok "format 1" same_image t.tar --format=1
mv t.tar.gzip t.tar.gz
cat t.tar.gz > two.gz
printf 'x' | gzip >> two.gz
ok "two members, both of which count" eval '
	[ "$("$static/mktarfs" two.gz a.img)" = "$("$bin/mktarfs" two.gz b.img)" ]'
head -c 5000 t.tar.gz > short.gz
ok "gzip that ends too early" fails_with 1 'too early' \
	"$static/mktarfs" short.gz short.img
{ head -c -8 t.tar.gz; printf 12345678; } > broken.gz
ok "gzip with a wrong checksum" fails_with 1 'broken gzip data' \
	"$static/mktarfs" broken.gz broken.img
ok "gzip and junk behind it" eval '{ cat t.tar.gz; echo junk; } > junk.gz
	same_image junk.gz'
same_image t.tar.gz > output 2>&1
head -c 8192 /dev/zero > data
cp data before
ok "no error correction, and the file is as it was" eval '
	fails_with 1 "built without libcryptsetup" \
		"$static/verity-setup" format --superblock --fec-device=fec \
		data && cmp data before &&
	[ ! -e fec ]'
if [ "$(id -u)" = 0 ]; then
	ok "in an empty root" alone
	ok "... with a closed stream" closed_alone
else
	for claim in "in an empty root" "... with a closed stream"; do
		skip "$claim" "not root"
	done
fi

tap_done
