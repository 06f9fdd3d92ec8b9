#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# make install installs these files with these modes, and no others. Prints TAP.
#
# usage: install_test.sh [BIN_DIR]	(installs from build/bin)
#
# Copyright (C) 2026 The tarfs authors

# shellcheck disable=SC2317	# called through ok
# shellcheck source=kit/tap.sh
. "$(dirname "$0")/kit/tap.sh"
set -u
export LC_ALL=C

top=$(realpath "$(dirname "$0")/../..")
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

# DESTDIR PREFIX: install
make_install()
{
	(umask 022 && make -s -C "$top" install DESTDIR="$1" PREFIX="$2")
}

# list files with their modes, and links with their targets
listing()
{
	(cd "$1" && find . -type f -printf '%m %P\n' -o \
		-type l -printf '%P -> %l\n') | sort
}

# PREFIX, without the first slash: list what must be there
wanted()
{
	sort <<-END
	755 $1/bin/dump.tarfs
	755 $1/bin/mktarfs
	755 $1/bin/snp-measure
	755 $1/bin/tarfs-image
	755 $1/bin/verity-setup
	755 $1/sbin/fsck.tarfs
	755 $1/sbin/kata-overlay
	755 $1/sbin/mount.tar
	755 $1/sbin/tarfs-snapshotter
	644 $1/share/bash-completion/completions/tarfs
	$1/share/bash-completion/completions/dump.tarfs -> tarfs
	$1/share/bash-completion/completions/fsck.tarfs -> tarfs
	$1/share/bash-completion/completions/kata-overlay -> tarfs
	$1/share/bash-completion/completions/mktarfs -> tarfs
	$1/share/bash-completion/completions/mount.tar -> tarfs
	$1/share/bash-completion/completions/snp-measure -> tarfs
	$1/share/bash-completion/completions/tarfs-image -> tarfs
	$1/share/bash-completion/completions/tarfs-snapshotter -> tarfs
	$1/share/bash-completion/completions/verity-setup -> tarfs
	644 $1/share/man/man1/mktarfs.1
	644 $1/share/man/man1/snp-measure.1
	644 $1/share/man/man1/tarfs-image.1
	644 $1/share/man/man8/dump.tarfs.8
	644 $1/share/man/man8/fsck.tarfs.8
	644 $1/share/man/man8/kata-overlay.8
	644 $1/share/man/man8/mount.tar.8
	644 $1/share/man/man8/tarfs-snapshotter.8
	644 $1/share/man/man8/verity-setup.8
	END
}

# DESTDIR PREFIX: is this what was installed?
installed()
{
	diff -u <(wanted "$2") <(listing "$1")
}

ok "make install succeeds" make_install "$dir/to" /usr
ok "... and installs what it should, no more" installed "$dir/to" usr
ok "it can be done again over it" make_install "$dir/to" /usr
ok "... with the same result" installed "$dir/to" usr
ok "a folder with a space in its name" make_install "$dir/a b" /opt/tarfs
ok "... and another prefix" installed "$dir/a b" opt/tarfs
ok "what is installed runs" "$dir/to/usr/bin/mktarfs" --version
ok "a program is the one that was built" \
	cmp "$dir/to/usr/sbin/fsck.tarfs" "$top/build/bin/fsck.tarfs"

tap_done
