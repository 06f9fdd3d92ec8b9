# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Change the bytes of files.
#
# Copyright (C) 2026 The tarfs authors

# flip FILE OFFSET: flip a bit of the byte
flip()
{
	local byte

	byte=$(od -An -tu1 -j "$2" -N 1 "$1")
	printf '%b' "\\0$(printf %o $((byte ^ 1)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
