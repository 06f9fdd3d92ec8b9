# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the scripts share: where things are, and how they fail.
#
# Copyright (C) 2026 The tarfs authors

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$top/build
# shellcheck disable=SC2034 # for the scripts that source this
kernels=$build/kernels

say()
{
	echo "${0##*/}: $*" >&2
}

die()
{
	say "$*"
	exit 1
}

# runs a command as root: straight, or through sudo
as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo > /dev/null; then
		sudo -n "$@"
	else
		die "needs root (or sudo) to run: $*"
	fi
}

# one apt-get that never asks, as root
apt_get()
{
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -y -o Dpkg::Use-Pty=0 "$@" < /dev/null
}

# fetches Debian's package lists, at most once in a run
apt_update()
{
	[ -z "${apt_updated-}" ] || return 0
	apt_updated=1
	say "fetching Debian's package lists"
	apt_get update >&2
}

# fetches packages into the current directory
apt_download()
{
	apt-get -q -o APT::Sandbox::User=root download "$@" >&2
}

# SERIES ARGUMENT...: unpacks Debian's source of a kernel as tar is told to
unpack_source()
{
	apt_download "linux-source-$1"
	dpkg-deb --fsys-tarfile "linux-source-$1_"*.deb |
		tar -xO "./usr/src/linux-source-$1.tar.xz" | tar -xJ "${@:2}"
	rm "linux-source-$1_"*.deb
}

# SERIES FOLDER: Debian's source of a kernel, to build it in that folder; a copy
# of links, since a build writes beside them, and not to them
copy_source()
{
	local fetched

	fetched=$("$top/scripts/kernels/fetch-source" "$1")
	rm -rf "$2.new"
	cp -al "$fetched" "$2.new"
	mv -T "$2.new" "$2"
}

# FRAGMENT CONFIG: allnoconfig takes no for an answer where FRAGMENT has none
check_config()
{
	local lost

	lost=$(grep '^CONFIG_' "$1" | grep -vxFf "$2") || return 0
	die "the kernel's configuration does not have:" "${lost//$'\n'/ }"
}

# the machine should do nothing else while something is measured
tell_load()
{
	local load cpus

	read -r load _ < /proc/loadavg
	cpus=$(nproc)
	if awk "BEGIN { exit !($load > $cpus / 2) }"; then
		say "the load is $load on $cpus processors: times will be blurred"
	fi
}

# every warning that kbuild can give, sparse's too
# shellcheck disable=SC2034
strict=(W=1 C=2 CF=-D__CHECK_ENDIAN__)

# LOG of a strict build: nothing was warned of, and sparse saw every file
is_clean()
{
	local files=("$top"/fs/tarfs/*.c)

	! grep -Eq '(warning|error|WARNING|ERROR):' "$1" &&
		[ "$(grep -c '^  CHECK .*fs/tarfs/[^/]*\.c$' "$1")" -ge ${#files[@]} ]
}
