#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mount.tar, which mount(8) calls for the type tar, leaves block devices to the
# driver where it is loaded, and only those.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"

make_images

# the program, and its libraries for the loader
mkdir "$payload/lib"
cp "$build/bin/mount.tar" "$payload/"
ldd "$build/bin/mount.tar" | grep -o '/[^ ]*' | while read -r library; do
	cp -L "$library" "$payload/lib/"
done
cp "$images/plain.2.data" "$payload/file"
cp "$top/selftests/tarfs/mount_helper.sh" "$payload/"
guest plain.2=plain.2 -- "sh mount_helper.sh"
