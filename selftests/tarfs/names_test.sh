#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Names: the cost of lookups and mounts, positions, and hash collisions.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"

make_images
programs lookup_test position_test collision_test cost_test
cp "$images/plain.2.data" "$payload/"

# too large to keep, and quick to make
million=$(mktemp "$build/selftests/million.XXXXXX")
trap 'rm -rf "$payload" "$million"' EXIT
"$top/selftests/tarfs/make_names.py" 1000000 |
	"$build/bin/mktarfs" --quiet --no-verity - "$million"

guest million="$million" base.1=base.1.data plain.1=plain.1.data \
	plain.2=plain.2.data -- \
	./lookup_test "./position_test 1" "./position_test 2" \
	./collision_test "./cost_test plain.2 million many" \
	"./cost_test base.1 plain.1 big"
