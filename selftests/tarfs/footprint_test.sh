#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A mounted layer of 250 MB takes at most 1 MiB of memory before it is read.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"

case $release in
*-debug)
	echo "1..0 # SKIP a kernel that watches its memory takes more of it"
	exit 0
	;;
esac
programs footprint_test

# too large to keep, and quick to make
large=$(mktemp -d)
trap 'rm -rf "$payload" "$large"' EXIT
mkdir "$large/tree"
for n in {1..1000}; do
	yes "file $n" | head -c 250000 > "$large/tree/$n" || [ $? = 141 ]
done
tar -c -C "$large" tree |
	"$build/bin/mktarfs" --json - "$large/layer" > "$large/json"
jq -r '"large \(.root_hash) \(.data_size)"' "$large/json" > "$payload/roots"

guest large="$large/layer" -- "./footprint_test large"
