#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# verity-setup makes trees with a superblock byte for byte as veritysetup does,
# for all hashes, salts, block sizes and error correction. Prints TAP.
#
# usage: verity_options_test.sh BIN_DIR
#
# Copyright (C) 2026 The tarfs authors

# shellcheck disable=SC2016,SC2317	# quoted for eval; called through ok

# shellcheck source=../../tests/kit/tap.sh
. "$(dirname "$0")/../../tests/kit/tap.sh"
set -u
export LC_ALL=C

if [ $# -lt 1 ] || [ ! -x "$1/verity-setup" ]; then
	echo "usage: verity_options_test.sh BIN_DIR (with verity-setup in it)" >&2
	exit 2
fi
bin=$(realpath "$1")
theirs=$(PATH=$PATH:/sbin:/usr/sbin command -v veritysetup) || {
	echo "1..0 # SKIP no veritysetup"
	exit 0
}

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

size=4096000
uuid=01234567-89ab-4def-8123-456789abcdef

# their_format DATA_BLOCK_SIZE OPTION...: run veritysetup on data, in theirs.img
their_format()
{
	local block=$1

	shift
	cp data theirs.img
	"$theirs" format theirs.img theirs.img --hash-offset=$size \
		--data-blocks=$((size / block)) --data-block-size="$block" \
		--uuid=$uuid "$@"
}

our_format()
{
	local block=$1

	shift
	cp data ours.img
	rm -f ours.fec
	"$bin/verity-setup" format --superblock --uuid=$uuid \
		--data-block-size="$block" "$@" ours.img
}

same_root()
{
	[ "$(awk '/^Root hash:/ { print $3 }' ours.out)" = \
		"$(awk '/^Root hash:/ { print $3 }' theirs.out)" ]
}

# same_image CLAIM DATA_BLOCK_SIZE OPTION...: claim that both make the same
# image
same_image()
{
	local claim=$1 zeros

	shift
	zeros=$(printf '%064d' 0)
	our_format "$@" >ours.out 2>&1
	case " $* " in
	*" --salt"*) their_format "$@" >theirs.out 2>&1 ;;
	*) their_format "$@" --salt="$zeros" >theirs.out 2>&1 ;;
	esac
	ok "$claim" cmp ours.img theirs.img
	ok "... and root hash" same_root
}

# same_fec DATA_BLOCK_SIZE OPTION...: the same with error correction in a file
same_fec()
{
	rm -f ours.fec theirs.fec
	our_format "$@" --fec-device=ours.fec >ours.out 2>&1
	their_format "$@" --fec-device=theirs.fec --salt="$(printf '%064d' 0)" \
		>theirs.out 2>&1
	ok "error correction: $*" cmp ours.fec theirs.fec
	ok "... and image" cmp ours.img theirs.img
}

# no_trailer COMMAND: does it refuse the image, though the root hash is right?
no_trailer()
{
	! "$bin/verity-setup" "$1" ours.img \
		"$(awk '/^Root hash:/ { print $3 }' ours.out)" >message 2>&1 &&
		grep "there is no trailer" message
}

seq 1000000000 2000000000 | head -c $size >data

same_image "the defaults" 4096
same_image "no salt" 4096 --salt=-
same_image "a salt of one byte" 4096 --salt=ab
same_image "a salt of 256 bytes" 4096 --salt="$(printf '%0512d' 7)"
same_image "SHA-512" 4096 --hash=sha512
for block in 512 1024 2048; do
	same_image "data blocks of $block" $block
	same_image "hash blocks of $block" 4096 --hash-block-size=$block
	same_image "both, and SHA-512" $block --hash-block-size=$block --hash=sha512
done
same_fec 4096
same_fec 4096 --fec-roots=24
same_fec 1024 --hash-block-size=1024 --hash=sha512

ok "veritysetup verifies it" "$theirs" verify ours.img ours.img \
	"$(awk '/^Root hash:/ { print $3 }' ours.out)" --hash-offset=$size
our_format 4096 >ours.out 2>&1
for command in verify table; do
	ok "$command takes no number from the superblock" no_trailer $command
done
ok "error correction with blocks of two sizes" eval \
	'! our_format 512 --fec-device=ours.fec && [ ! -e ours.fec ] &&
	cmp data ours.img'
cp data ours.img
ok "error correction that cannot be written" eval \
	'! "$bin/verity-setup" format --superblock --fec-device=none/fec \
	ours.img && cmp data ours.img'

for option in --salt=00 --salt=- --hash=sha512 --data-block-size=1024 \
		--hash-block-size=512 --uuid=$uuid; do
	ok "$option without --superblock" fails_with 2 'add --superblock' \
		"$bin/verity-setup" format "$option" ours.img
	ok "... of mktarfs" fails_with 2 'add --superblock' \
		"$bin/mktarfs" "$option" ours.img new.img
done
ok "error correction without --superblock" fails_with 2 'add --superblock' \
	"$bin/verity-setup" format --fec-device=f ours.img
for option in --salt= --salt=0 --salt=xy --salt="$(printf '%0514d' 0)" \
		--hash=md5 --hash= --data-block-size=256 \
		--data-block-size=8192 --hash-block-size=1000 \
		--hash-block-size=x --uuid=1 --uuid=${uuid}0 \
		--uuid=${uuid//-/} --fec-roots=1 --fec-roots=25; do
	ok "${option:0:40} is refused" fails_with 2 verity-setup \
		"$bin/verity-setup" format --superblock "$option" ours.img
done
ok "nothing was changed" cmp data ours.img
ok "options of format are for format" fails_with 2 unrecognized \
	"$bin/verity-setup" dump --superblock ours.img
for option in --panic-on-corruption --restart-on-corruption \
		--root-hash-signature=data; do
	head -c 100 data > signature
	ok "${option%=*} is for a mapping" fails_with 2 unrecognized \
		"$bin/verity-setup" dump "${option/=data/=signature}" ours.img
done
ok "a signature that is too large" fails_with 2 'has 1 to 32767 bytes' \
	"$bin/verity-setup" table --root-hash-signature=data ours.img 0

# what the lines of the text say, as JSON: FILE
text_as_json()
{
	sed -n 's/ (not verified)$//; s/:[ \t]*\t/\t/p' "$1" | jq -RnS '
		[inputs | split("\t") |
		 { (.[0] | ascii_downcase | gsub(" "; "_")):
			(.[1] | if test("^[0-9]{1,9}$") then tonumber else . end) }
		] | add | .salt |= if . == "-" then "" else . end |
		if .right_edge then .right_edge |= startswith("of this") else . end'
}

# same_json TEXT JSON VERIFIED: both have the same facts
same_json()
{
	same "$(jq -S 'del(.verified)' "$2")" "$(text_as_json "$1")" &&
		same "$(jq .verified "$2")" "$3"
}

for options in '' '--superblock --salt=- --hash=sha512 --data-block-size=512' \
		'--superblock --salt=abcd --hash-block-size=0x400'; do
	cp data one.img
	cp data two.img
	# shellcheck disable=SC2086	# words
	"$bin/verity-setup" format $options one.img >text
	# shellcheck disable=SC2086
	"$bin/verity-setup" format $options --json two.img >json
	ok "format --json says what format says: $options" \
		same_json text json true
done
cp data one.img
"$bin/verity-setup" format one.img >/dev/null
for damage in none edge; do
	"$bin/verity-setup" dump one.img >text
	"$bin/verity-setup" dump one.img --json >json
	ok "dump --json says what dump says: $damage" same_json text json false
	ok "... and of the right edge" same "$(jq .right_edge json)" \
		"$([ $damage = none ] && echo true || echo false)"
	printf x | dd of=one.img bs=1 seek=$((size - 1)) conv=notrunc \
		status=none
done

tar cf t.tar data
ok "mktarfs makes one, too" eval '"$bin/mktarfs" --superblock --hash=sha512 \
	--json t.tar t.img >t.json'
ok "... that veritysetup verifies" eval '"$theirs" verify t.img t.img \
	"$(jq -r .root_hash t.json)" --hash-offset="$(jq .data_size t.json)"'

tap_done
