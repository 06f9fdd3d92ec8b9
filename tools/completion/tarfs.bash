# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Completion in bash for mktarfs, verity-setup, tarfs-image, fsck.tarfs,
# dump.tarfs, mount.tar, kata-overlay, snp-measure and tarfs-snapshotter.
#
# Copyright (C) 2026 The tarfs authors

# PROGRAM: print its commands
_tarfs_commands()
{
	case $1 in
	tarfs-image) echo convert list verify ;;
	verity-setup) echo format verify dump table open close ;;
	esac
}

# PROGRAM [COMMAND]: print its options, with "=" if a value follows
_tarfs_options()
{
	local tree='--superblock --hash= --salt= --data-block-size=
		--hash-block-size= --uuid='
	local layers='--format= --pax-ids --max-size= --max-index= --platform= --scratch=
		--entrypoint= --cmd= --env= --user= --workdir= -j --jobs= -q --quiet'

	case $* in
	mktarfs)
		echo "--format= --diff-id= --max-size= --max-index= --threads= --no-verity
			--pax-ids --strict --json $tree -q --quiet -v --verbose"
		;;
	'verity-setup format') echo "$tree --fec-device= --fec-roots= --json" ;;
	'verity-setup dump') echo --json ;;
	'verity-setup table' | 'verity-setup open')
		echo --restart-on-corruption --panic-on-corruption \
			--root-hash-signature=
		;;
	'tarfs-image convert')
		echo "$layers --pull --strict --force --json -v --verbose"
		;;
	'tarfs-image list') echo --json ;;
	'tarfs-image verify') echo "$layers" ;;
	fsck.tarfs)
		echo --root-hash= --json -q --quiet -v --verbose -a -f -n -p -y
		;;
	dump.tarfs) echo -l --list --cat --xattrs --mtree --json ;;
	mount.tar) echo -o -t -N -f -s -n -v ;;
	kata-overlay) echo -o -t ;;
	snp-measure)
		echo --ovmf= --kernel= --initrd= --append= --vcpus= \
			--vcpu-type= --vcpu-sig= --guest-features= --json
		;;
	tarfs-snapshotter)
		echo --root= --address= --content= --mount-tar= --mounts= \
			--profile= --config=
		;;
	esac
	echo -h --help -V --version
}

# OPTION: print its values, if they are few
_tarfs_values()
{
	case $1 in
	--format) echo 1 2 ;;
	--scratch) echo disk tmpfs ;;
	--profile) echo host tardev ;;
	--hash) echo sha256 sha512 ;;
	--data-block-size | --hash-block-size) echo 512 1024 2048 4096 ;;
	--platform) echo linux/amd64 linux/arm64 ;;
	--threads | --jobs | -j) echo {0..8} ;;
	--mounts) echo auto dm fuse ;;
	-t) echo tar ;;
	-o) echo ro verify= data-blocks= threads= allow_other foreground nodev \
		nosuid noexec noatime ;;
	--fec-roots) echo {2..24} ;;
	--salt) echo - ;;
	--diff-id) echo sha256: ;;
	--vcpu-type)
		echo EPYC EPYC-IBPB EPYC-Rome EPYC-Milan EPYC-Genoa EPYC-Turin
		;;
	--guest-features) echo 0x1 0x21 ;;
	esac
}

_tarfs_mappings()
{
	local path

	for path in /dev/mapper/*; do
		[ ! -b "$path" ] || echo "${path##*/}"
	done
}

# WORDS PREFIX
_tarfs_reply_words()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
	[[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *[=:] ]] ||
		compopt -o nospace 2> /dev/null
}

# PREFIX
_tarfs_reply_files()
{
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
	compopt -o filenames 2> /dev/null
}

# OPTION PREFIX
_tarfs_reply_value()
{
	case $1 in
	--fec-device | --root-hash-signature | --ovmf | --kernel | --initrd | \
		--root | --address | --content | --mount-tar)
		_tarfs_reply_files "$2"
		;;
	*) _tarfs_reply_words "$(_tarfs_values "$1")" "$2" ;;
	esac
}

# PROGRAM [COMMAND]: print the option whose value is at the cursor, if one is;
# bash makes "=" a word
_tarfs_open_option()
{
	local last=${COMP_WORDS[COMP_CWORD]}
	local before=${COMP_WORDS[COMP_CWORD - 1]}

	if [ "$last" = = ]; then
		echo "$before"
	elif [ "$before" = = ]; then
		echo "${COMP_WORDS[COMP_CWORD - 2]}"
	elif [[ $before = -[Njot] || " $(_tarfs_options "$@")" = *[[:space:]]"$before="* ]]; then
		echo "$before"
	fi
}

# count the arguments before the word at the cursor
_tarfs_arguments()
{
	local i count=0

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-* | =) ;;
		*) [ "${COMP_WORDS[i - 1]}" = = ] || count=$((count + 1)) ;;
		esac
	done
	echo $count
}

# COMMAND PREFIX: complete an argument of verity-setup, some of which are no
# files
_tarfs_reply_verity()
{
	case $1:$(_tarfs_arguments) in
	close:1) _tarfs_reply_words "$(_tarfs_mappings)" "$2" ;;
	[!c]*:1 | table:3) _tarfs_reply_files "$2" ;;
	esac
}

_tarfs()
{
	local program=${1##*/} word=${COMP_WORDS[COMP_CWORD]} command=() option

	COMPREPLY=()
	[[ $COMP_CWORD -lt 2 || -z $(_tarfs_commands "$program") ]] ||
		command=("${COMP_WORDS[1]}")
	option=$(_tarfs_open_option "$program" "${command[@]}")
	if [ -n "$option" ]; then
		_tarfs_reply_value "$option" "${word#=}"
	elif [[ $word = -* ]]; then
		_tarfs_reply_words "$(_tarfs_options "$program" \
			"${command[@]}")" "$word"
	elif [[ -z ${command[*]} && -n $(_tarfs_commands "$program") ]]; then
		_tarfs_reply_words "$(_tarfs_commands "$program")" "$word"
	elif [[ $program = snp-measure || $program = tarfs-snapshotter ]]; then
		:	# options only
	elif [ "$program" = verity-setup ]; then
		_tarfs_reply_verity "${command[0]}" "$word"
	else
		_tarfs_reply_files "$word"
	fi
}

complete -F _tarfs mktarfs verity-setup tarfs-image fsck.tarfs dump.tarfs \
	mount.tar kata-overlay snp-measure tarfs-snapshotter
