#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Bash completes each long option that a program's help lists, and no other; and
# values, commands and files where they belong. Prints TAP.
#
# usage: completion_test.sh BIN_DIR
#
# Copyright (C) 2026 The tarfs authors

# shellcheck disable=SC2317	# called through ok
# shellcheck source=../completion/tarfs.bash
. "$(dirname "$0")/../completion/tarfs.bash" || exit 1
# shellcheck source=kit/tap.sh
. "$(dirname "$0")/kit/tap.sh"
set -u
export LC_ALL=C
bin=$(realpath "${1:?needs the folder of the programs}")
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
touch layer.tar 'layer two.img'
mkdir layers

# WORD...: print the completions of the last word, one a line
offered()
{
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_tarfs "/usr/bin/$1"
	[ ${#COMPREPLY[@]} = 0 ] || printf '%s\n' "${COMPREPLY[@]}"
}

# WANTED WORD...: are these the completions?
offers()
{
	same "$(offered "${@:2}" | sort)" "$(printf '%b' "$1" | sort)"
}

# print the long options in a help text
told()
{
	grep -o -- '--[a-z][a-z-]*' | sort -u
}

# PROGRAM [COMMAND]: print the long options that are completed
long_offered()
{
	offered "$@" -- | sed 's/=$//' | sort -u
}

# PROGRAM [COMMAND]
every_option()
{
	same "$(long_offered "$@")" "$("$bin/$1" "${@:2}" --help | told)"
}

# do just the options with a value end in "="?
equals_signs()
{
	same "$(offered "$@" -- | sed -n 's/=$//p' | sort -u)" \
		"$("$bin/$1" "${@:2}" --help |
			grep -o -- '--[a-z][a-z-]*=' | sed 's/=//' | sort -u)"
}

for program in mktarfs fsck.tarfs dump.tarfs mount.tar kata-overlay snp-measure \
		tarfs-snapshotter; do
	ok "every option of $program" every_option $program
	ok "which of $program have a value" equals_signs $program
done
for program in verity-setup tarfs-image; do
	for command in $(_tarfs_commands $program); do
		ok "every option of $program $command" \
			every_option $program "$command"
		ok "which of $program $command have a value" \
			equals_signs $program "$command"
	done
	ok "the commands of $program" same \
		"$(_tarfs_commands $program | tr ' ' '\n')" \
		"$("$bin/$program" --help |
			sed -n '/^Commands:/,/^Options/ s/^  \([a-z]\{1,\}\) .*/\1/p')"
done

ok "a command that has begun" offers 'verify' tarfs-image v
ok "a command where none is written" offers 'convert\nlist\nverify' \
	tarfs-image ''
ok "an option that has begun" offers '--format=' mktarfs --fo
ok "a value behind =" offers '1\n2' mktarfs --format =
ok "a value that has begun" offers sha512 mktarfs --hash = sha5
ok "a value in a word of its own" offers '1\n2' tarfs-image convert \
	--format ''
ok "a file behind an option that has its value" \
	offers 'layer.tar\nlayer two.img\nlayers' mktarfs --format = 1 la
ok "a file with a space in its name" offers 'layer two.img' \
	fsck.tarfs 'layer '
ok "a file and then no file for open" eval '
	offers layer.tar verity-setup open layer.t &&
	offers "" verity-setup open layer.tar la'
ok "a device of table behind the root hash" offers layer.tar \
	verity-setup table layer.tar 00 layer.t
ok "no option of format for another command" offers '' verity-setup dump --fec
ok "a file of --fec-device" offers layers verity-setup format \
	--fec-device = layers
ok "a file of --kernel" offers layers snp-measure --kernel = layers
ok "a processor" offers 'EPYC-Genoa' snp-measure --vcpu-type = EPYC-G
ok "no file without an option" offers '' snp-measure la
ok "a directory of --root" offers layers tarfs-snapshotter --root = layers
ok "a profile" offers tardev tarfs-snapshotter --profile = ta
ok "no file for tarfs-snapshotter" offers '' tarfs-snapshotter la
ok "options behind an argument" offers '--json' tarfs-image list layers --j
ok "an option of a mount" offers 'nodev' mount.tar layer.tar -o node
ok "a type of a mount" offers 'tar' mount.tar -t ''
ok "all programs are registered" same "$(complete -p |
	sed -n 's/.* -F _tarfs //p' | sort | tr '\n' ' ')" \
	'dump.tarfs fsck.tarfs kata-overlay mktarfs mount.tar snp-measure tarfs-image tarfs-snapshotter verity-setup '

tap_done
