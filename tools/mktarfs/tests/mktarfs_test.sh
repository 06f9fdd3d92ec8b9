#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The command line of mktarfs: images, reports, options, warnings, refusals, and
# nothing half-written after a failure or a signal.
#
# Copyright (C) 2026 The tarfs authors
#
# usage: mktarfs_test.sh BIN_DIR	TAP on standard output
# shellcheck disable=SC2016 # commands for eval
set -u
export LC_ALL=C
kit=$(realpath "$(dirname "$0")/../../tests/kit")
# shellcheck source=../../tests/kit/tap.sh
. "$kit/tap.sh"
PATH=$(realpath "${1:?usage: mktarfs_test.sh BIN_DIR}"):$PATH

command -v mktarfs >/dev/null || { echo "Bail out! no mktarfs"; exit 1; }
dir=$(mktemp -d) || exit 1

cleanup()
{
	mountpoint -q "$dir/full" && umount "$dir/full"
	rm -rf "$dir"
}
trap cleanup EXIT
cd "$dir" || exit 1

# fails TEXT COMMAND...: does it exit with 1, print one line with TEXT on
# standard error, and leave all files as they were?
fails()
{
	local text=$1 before status

	shift
	before=$(snapshot)
	"$@" 2>stderr
	status=$?
	cat stderr
	[ "$status" -eq 1 ] && [ "$(wc -l <stderr)" -eq 1 ] &&
		grep -qF -- "$text" stderr && [ "$before" = "$(snapshot)" ]
}

# print names and digests of all files but this script's own
snapshot()
{
	find . -type f ! -name output ! -name stderr ! -name stdout \
		-exec sha256sum {} + | sort
	find . ! -type f | sort
}

json()
{
	jq -re "$1" json
}

# same_image TARBALL: does it make the same image as t.tar?
same_image()
{
	rm -f other.img
	mktarfs -q "$1" other.img && cmp t.img other.img
}

# make a tar of a few hundred kB with members of many sizes
make_tar()
{
	local i

	mkdir -p tree/a/b tree/c
	for i in 0 1 511 512 513 4096 70000 300000; do
		seq 1 $i | head -c $i >tree/a/file$i
	done
	ln -s a/file1 tree/link
	ln tree/a/file513 tree/c/hard
	chmod -R u=rwX,go=rX tree
	tar --sort=name --mtime=@1000000000 --owner=0 --group=0 \
		--numeric-owner -C tree -cf t.tar .
}

# make a tar whose set-user-ID bit format 1 warns of, with an odd name
make_warning_tar()
{
	local name

	name=$(printf 'W\377\033')
	echo x >tree/"$name"
	chmod 4755 tree/"$name"
	tar -C tree -cf w.tar "$name"
	rm tree/"$name"
}

check_usage()
{
	local size

	ok "--help prints and succeeds" eval 'mktarfs --help | grep -q "^Usage:"'
	ok "--version prints and succeeds" \
		eval 'mktarfs --version | grep -Eq "^mktarfs .*[0-9]+\.[0-9]+"'
	ok "no arguments: 2" exits 2 mktarfs
	ok "three arguments: 2" exits 2 mktarfs t.tar x.img y
	ok "an unknown option: 2" exits 2 mktarfs --nonsense t.tar x.img
	ok "--format=3: 2" exits 2 mktarfs --format=3 t.tar x.img
	ok "--format= : 2" exits 2 mktarfs --format= t.tar x.img
	ok "--format=1x: 2" exits 2 mktarfs --format=1x t.tar x.img
	ok "--diff-id without sha256: is 2" \
		exits 2 mktarfs --diff-id="$(printf '%064d' 0)" t.tar x.img
	ok "--diff-id with 63 digits: 2" \
		exits 2 mktarfs --diff-id=sha256:"$(printf '%063d' 0)" t.tar x.img
	for size in 0 -1 1X 1.5M 99999999T ''; do
		ok "--max-size=$size: 2" exits 2 mktarfs --max-size=$size t.tar x.img
		ok "--max-index=$size: 2" exits 2 mktarfs --max-index=$size t.tar x.img
	done
	ok "an image on standard output: 2" exits 2 mktarfs t.tar -
	ok "wrong usage makes no image" test ! -e x.img -a ! -e -
	ok "--help on a full device: 1" exits 1 eval 'mktarfs --help >/dev/full'
}

check_image()
{
	local format=$1 data

	ok "format $format: an image is made" eval \
		'mktarfs --format='"$format"' --json t.tar t.img >json'
	data=$(json .data_size)
	ok "the report has these keys" eval 'test "$(json "keys | join(\" \")")" = \
		"data_blocks data_size diff_id format hash_start_block image_size inodes root_hash tar_size warnings"'
	ok "the format is $format" test "$(json .format)" = "$format"
	ok "the diff_id is the tar's digest" \
		test "$(json .diff_id)" = "sha256:$(sha256sum <t.tar | head -c 64)"
	ok "tar_size is the tar's" test "$(json .tar_size)" = "$(stat -c %s t.tar)"
	ok "the image begins with the tar" cmp -n "$(json .tar_size)" t.tar t.img
	ok "image_size is the image's" test "$(json .image_size)" = "$(stat -c %s t.img)"
	ok "the data device is whole blocks, the tree follows it" \
		json '.data_size == 4096 * .data_blocks and
		      .hash_start_block == .data_blocks'
	ok "there are inodes and no warnings" json '.inodes == 13 and .warnings == []'
	ok "tar lists the image as the tar" \
		eval 'test "$(tar tvf t.img)" = "$(tar tvf t.tar)"'
	ok "veritysetup accepts the tree" veritysetup verify --no-superblock \
		--hash=sha256 --salt="$(printf '%064d' 0)" \
		--data-block-size=4096 --hash-block-size=4096 \
		--data-blocks="$(json .data_blocks)" --hash-offset="$data" \
		t.img t.img "$(json .root_hash)"
	ok "its mode is 0644 less the umask" eval 'umask 077
		mktarfs -q t.tar m.img && test "$(stat -c %a m.img)" = 600; rm m.img'
}

check_inputs()
{
	ok "the same tar makes the same image" same_image t.tar
	gzip -c t.tar >t.gz
	ok "gzip makes the same image" same_image t.gz
	{ head -c 1000 t.tar | gzip; tail -c +1001 t.tar | gzip -1; } >t.members
	ok "gzip of two members does" same_image t.members
	{ cat t.gz; head -c 10000 /dev/zero; } >t.padded
	ok "gzip with padding does" same_image t.padded
	zstd -qc t.tar >t.zst
	ok "zstd does" same_image t.zst
	{ head -c 9999 t.tar | zstd -qc; tail -c +10000 t.tar | zstd -qc; } >t.frames
	ok "zstd of two frames does" same_image t.frames
	{ head -c 9999 t.tar | xz; tail -c +10000 t.tar | xz -1; } >t.xz
	ok "xz of two streams does" same_image t.xz
	{ head -c 9999 t.tar | bzip2; tail -c +10000 t.tar | bzip2; } >t.bz2
	ok "bzip2 of two streams does" same_image t.bz2
	ok "standard input does" eval 'same_image - <t.tar'
	ok "a pipe does" eval 'cat t.tar | same_image -'
	ok "compressed bytes in a pipe do" eval 'cat t.members | same_image -'
	ok "an existing image is replaced" eval 'echo old >other.img
		mktarfs -q t.gz other.img && cmp t.img other.img'
	ok "appending makes the same image" eval 'cp t.tar in.tar
		mktarfs -q in.tar && cmp t.img in.tar'
	ok "it does not happen twice" \
		fails "has an index at its end already" mktarfs in.tar
	rm -f in.tar t.padded
}

check_options()
{
	ok "--no-verity ends with the data" eval \
		'mktarfs --no-verity --json t.tar n.img >json &&
		 cmp -n "$(json .data_size)" t.img n.img'
	ok "the report says so" json '.root_hash == null and
		.hash_start_block == 0 and .image_size == .data_size'
	ok "that image has an index too" \
		fails "has an index at its end already" mktarfs n.img
	ok "--quiet says nothing" eval 'test -z "$(mktarfs --quiet t.tar n.img 2>&1)"'
	ok "the report for people names both hashes" eval \
		'mktarfs t.tar n.img >stdout; mktarfs --json t.tar n.img >json
		 grep -q "^diff_id  *$(json .diff_id)$" stdout &&
		 grep -q "^root hash  *$(json .root_hash)$" stdout'
	rm -f n.img
	ok "the right --diff-id is accepted" mktarfs -q \
		--diff-id=sha256:"$(sha256sum <t.tar | head -c 64)" t.gz n.img
	ok "--pax-ids is for format 1: 2" exits 2 mktarfs --pax-ids t.tar n.img
	tar --format=posix --owner=:3000000000 --mtime=@1 -cf ids.tar t.tar
	ok "format 1 has no owner that is in a PAX record only" eval \
		'mktarfs --format=1 --json ids.tar n.img >json &&
		 json ".warnings[].kind | select(. == \"lost-owner\")"'
	cp json without
	ok "--pax-ids has it" eval \
		'mktarfs --format=1 --pax-ids --json ids.tar n.img >json &&
		 json "[.warnings[].kind] | index(\"lost-owner\") == null" &&
		 test "$(json .root_hash)" != "$(jq -r .root_hash without)"'
	rm -f n.img ids.tar without
	ok "a wrong one is refused" fails "as demanded" mktarfs -q \
		--diff-id=sha256:"$(sha256sum <t.gz | head -c 64)" t.gz n.img
	rm -f n.img
}

# limits of uncompressed bytes, also for tars that compress well
check_max_size()
{
	local size name

	size=$(stat -c %s t.tar)
	ok "a tar as large as --max-size allows is accepted" eval \
		"mktarfs -q --max-size=$size t.gz n.img && cmp n.img t.img"
	rm -f n.img
	head -c 64M /dev/zero | gzip >bomb.gz
	head -c 64M /dev/zero | zstd -qc >bomb.zst
	for name in t.tar t.gz t.zst; do
		ok "$name of one byte more is refused" \
			fails "more than the $((size - 1)) uncompressed bytes" \
			mktarfs -q --max-size=$((size - 1)) $name x.img
	done
	for name in bomb.gz bomb.zst; do
		ok "$name is refused at a limit of 1M" \
			fails "$name: has more than the 1048576 uncompressed bytes" \
			mktarfs --max-size=1M $name x.img
	done
	ok "standard input too" fails "more than the 1048576 uncompressed" \
		eval 'mktarfs --max-size=1M - x.img <bomb.gz'
	ok "an append over the limit is cut back" \
		fails "more than the 1024 uncompressed" \
		mktarfs --max-size=1K t.tar
	rm -f bomb.*
}

# data that are no tar are named, and junk behind a tar is reported
check_content()
{
	local format

	printf 'PK\003\004 and so on' >other.zip
	echo '<!DOCTYPE html><title>404</title>' >other.html
	printf '\004\042\115\030 and so on' >other.lz4
	head -c 2000 t.gz | tail -c 1500 >other.bin
	{ echo 070701; cat t.tar; } | gzip -c >other.cpio.gz
	for format in 1 2; do
		ok "format $format: a zip archive" fails \
			"other.zip: no tar at offset 0: it is a zip archive" \
			mktarfs --format=$format other.zip x.img
		ok "format $format: an HTML page" fails "it is an HTML page" \
			mktarfs --format=$format other.html x.img
		ok "format $format: lz4" fails "it is lz4 data" \
			mktarfs --format=$format other.lz4 x.img
		ok "format $format: compressed cpio" fails "it is a cpio archive" \
			mktarfs --format=$format other.cpio.gz x.img
		ok "format $format: nobody knows what" fails \
			"no tar at offset 0, or compressed by something that is not supported" \
			mktarfs --format=$format other.bin x.img
		{ head -c 512 t.tar | gzip; head -c 512 /dev/zero
		  tail -c +513 t.tar | gzip; } >lost.gz
		ok "format $format: zeros between members hide the rest" eval \
			"! mktarfs --format=$format lost.gz x.img 2>stderr &&
			 grep -q 'begins no member' stderr && test ! -e x.img"
	done
	{ xz -c t.tar; echo junk; } >junk.xz
	ok "junk behind xz data is told of, and where it is" fails \
		"they end at byte $(xz -c t.tar | wc -c) of the file" \
		mktarfs junk.xz x.img
	{ bzip2 -c t.tar; echo junk; } >junk.bz2
	ok "behind bzip2 data too" fails \
		"they end at byte $(bzip2 -c t.tar | wc -c) of the file" \
		mktarfs junk.bz2 x.img
	{ zstd -qc t.tar; echo junk; } >junk.zst
	ok "behind zstd data too" fails \
		"they end at byte $(zstd -qc t.tar | wc -c) of the file" \
		mktarfs junk.zst x.img
	python3 "$kit/odd_tars.py" link-data link.tar
	ok "data behind a hard link: the message names the link" fails \
		"member \"b\" at offset 1024: it is a hard link with a size of 3" \
		mktarfs link.tar x.img
	{ cat t.tar; echo junk; } >junk.tar
	ok "a warning without a member says where" eval \
		"mktarfs -q junk.tar n.img 2>&1 | grep -q '(1, first: offset [0-9]*)'"
	rm -f other.* junk.* lost.gz link.tar n.img
}

# some writers omit the padding behind the last member
check_cut_padding()
{
	head -c 700 /dev/zero | tr '\0' x >short
	tar --format=ustar -cf - short | head -c $((512 + 700)) >short.tar
	ok "a tar that ends with its last member's data is taken" eval \
		'mktarfs --json short.tar short.img >json &&
		 json "[.warnings[].kind] | index(\"cut-padding\") != null" &&
		 json ".tar_size == 1212"'
	ok "tar reads the image" eval 'tar xOf short.img | cmp - short'
	ok "appending makes the same image" eval \
		'mktarfs -q short.tar && cmp short.tar short.img'
	head -c $((512 + 700)) short.img >short.tar
	ok "format 1 refuses it" fails "short.tar" \
		mktarfs --format=1 short.tar x.img
	rm -f short*
}

check_warnings()
{
	ok "a warning is a line on standard error" eval \
		'mktarfs -q --format=1 w.tar w.img 2>stderr &&
		 test "$(wc -l <stderr)" = 1 &&
		 grep -q "^mktarfs: warning: .*(1, first: W.377.033)$" stderr'
	ok "--json lists it, and nothing else does" eval \
		'mktarfs --json --format=1 w.tar w.img >json 2>stderr &&
		 test ! -s stderr && json ".warnings | length == 1" &&
		 test "$(json ".warnings[0] | [.count, .first] | @csv")" = \
		      "1,\"W\\377\\033\"" && json ".warnings[0].kind | length > 3"'
	rm -f w.img
	ok "--strict refuses what is warned of" \
		eval '! mktarfs --strict --format=1 w.tar w.img && test ! -e w.img'
	ok "with status 1" exits 1 mktarfs --strict --format=1 w.tar w.img
	{ cat t.gz; echo junk; } >t.junk
	ok "junk behind gzip data is warned of" eval \
		'mktarfs --json t.junk w.img >json && cmp t.img w.img &&
		 json ".warnings[0].kind == \"trailing-junk\""'
	rm -f w.img
	ok "--strict refuses it" exits 1 mktarfs --strict t.junk w.img
	ok "and makes no image" test ! -e w.img
	rm -f t.junk
}

check_refusals()
{
	local name

	echo old >kept.img
	printf 'this is no tar%05000d' 7 >bad.tar
	head -c 20000 t.tar >cut.tar
	for name in gz zst; do
		head -c -100 t.$name >cut.$name
		cp t.$name flipped.$name
		printf '\252\125' | dd of=flipped.$name bs=1 conv=notrunc status=none \
			seek=$(($(stat -c %s t.$name) / 2))
	done
	for name in bad.tar cut.tar cut.gz cut.zst flipped.gz flipped.zst none.tar .; do
		ok "$name makes no image" fails "mktarfs: $name: " mktarfs $name x.img
		ok "$name leaves an image as it was" \
			fails "mktarfs: $name: " mktarfs $name kept.img
		ok "the message names it once" \
			eval '! grep -qF "'"$name: $name: "'" stderr'
	done
	ok "a failed append leaves a bad tar as it was" fails bad.tar mktarfs bad.tar
	ok "a failed append leaves a cut tar as it was" fails cut.tar mktarfs cut.tar
	ok "gzip cannot be appended to" fails "compressed by gzip" mktarfs t.gz
	ok "zstd cannot be appended to" fails "compressed by zstd" mktarfs t.zst
	ok "xz cannot be appended to" fails "compressed by xz" mktarfs t.xz
	ok "bzip2 cannot be appended to" fails "compressed by bzip2" mktarfs t.bz2
	ok "standard input cannot be appended to" \
		fails "standard input" eval 'mktarfs - <t.tar'
	ok "a device cannot be appended to" \
		fails "not a regular file" mktarfs /dev/null
	ok "the tarball cannot be the image" \
		fails "is the tarball itself" mktarfs t.tar ./t.tar
	ln t.tar t2.tar
	ok "nor under another name" fails "is the tarball itself" mktarfs t.tar t2.tar
	rm t2.tar
	ok "an image cannot replace a directory" fails "not a regular file" mktarfs t.tar tree
	ok "nor be in none" fails "directory" mktarfs t.tar none/x.img
	ok "an image cannot replace a device" \
		fails "not a regular file" mktarfs t.tar /dev/null
	rm -f kept.img bad.tar cut.* flipped.*
}

check_full()
{
	local size

	size=$(stat -c %s t.tar)
	ok "a full standard output fails, without an image" \
		fails "standard output" eval 'mktarfs --json t.tar x.img >/dev/full'
	ok "a closed one too" \
		fails "standard output" eval 'mktarfs t.tar x.img >&-'
	ok "a closed one is not missed by --quiet" \
		eval 'mktarfs -q t.tar x.img >&- && cmp x.img t.img'
	rm -f x.img
	ok "nobody reads standard output" fails "standard output" eval \
		'exec 4> >(:); wait $!; mktarfs t.tar x.img >&4; s=$?; exec 4>&-
		 (exit $s)'
	ok "standard input is closed" \
		fails "standard input" eval 'mktarfs - x.img <&-'
	ok "a file size limit leaves no image" fails "cannot write" \
		eval '(ulimit -f 200; exec mktarfs t.tar x.img)'
	ok "a file size limit cuts an append back" fails "cannot write" \
		eval "(ulimit -f $((size / 1024 + 1)); exec mktarfs t.tar)"
	mkdir full
	if ! mount -t tmpfs -o size=256k none full 2>output; then
		skip "a full file system" "cannot mount one"
		return
	fi
	ok "a full disk leaves no image" \
		fails "No space left on device" mktarfs t.tar full/x.img
	umount full
	mount -t tmpfs -o size=$((size + 4096)) none full
	cp t.tar full
	ok "a full disk cuts an append back" \
		fails "No space left on device" mktarfs full/t.tar
	umount full
}

# send a signal when half of the tar is read; nohup may have made it ignored
interrupt()
{
	local before status pid

	before=$(snapshot)
	env --default-signal mktarfs fifo "$2" &
	pid=$!
	exec 5<>fifo
	timeout 20 head -c 300000 t.tar >&5
	while ! ls ."$2".* >output 2>&1 && kill -0 $pid; do
		sleep 0.05
	done
	kill -"$1" $pid
	wait $pid
	status=$?
	exec 5>&-
	[ $status -eq $((128 + $(kill -l "$1"))) ] &&
		[ "$before" = "$(snapshot)" ]
}

check_signals()
{
	local sig

	mkfifo fifo
	echo old >kept.img
	for sig in TERM HUP; do
		ok "SIG$sig in the middle leaves no image" interrupt $sig x.img
		ok "SIG$sig leaves an image as it was" interrupt $sig kept.img
	done
	rm -f fifo kept.img
}

make_tar
make_warning_tar
check_usage
check_image 1
check_image 2
check_inputs
check_options
check_max_size
check_content
check_cut_padding
check_warnings
check_refusals
check_full
check_signals
tap_done
