#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tarfs-snapshotter mounts layers through dm-verity by the driver.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"

# the program, and its libraries for the loader
(
	flock 9
	make -s -C "$top/tools" dm_layers
) 9> "$build/.dm_layers.lock" >&2
mkdir "$payload/lib"
cp "$build/tests/dm_layers" "$payload/"
ldd "$build/tests/dm_layers" | grep -o '/[^ ]*' | while read -r library; do
	cp -L "$library" "$payload/lib/"
done
guest -- "./lib/ld-linux-x86-64.so.2 --library-path lib ./dm_layers"
