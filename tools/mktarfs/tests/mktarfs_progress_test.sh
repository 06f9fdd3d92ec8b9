#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A progress bar is drawn on a terminal only, and after a second. Prints TAP.
#
# usage: mktarfs_progress_test.sh BIN_DIR
#
# Copyright (C) 2026 The tarfs authors

# shellcheck disable=SC2016,SC2317	# quoted for eval; called through ok

# shellcheck source=../../tests/kit/tap.sh
. "$(dirname "$0")/../../tests/kit/tap.sh"
set -u
export LC_ALL=C

if [ $# -lt 1 ] || [ ! -x "$1/mktarfs" ]; then
	echo "usage: mktarfs_progress_test.sh BIN_DIR (with mktarfs in it)" >&2
	exit 2
fi
PATH=$(realpath "$1"):$PATH

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

head -c 3000000 /dev/urandom >data
tar cf t.tar data
mktarfs -q t.tar want.img

# delay the second half of the input
cat >slow <<'END'
(head -c 1500000; sleep 1.5; cat) <t.tar | exec mktarfs "$@"
END

# on_terminal COMMAND: run it on a pseudoterminal, with its output in "terminal"
on_terminal()
{
	script -q -e -c "$1" /dev/null </dev/null >terminal
}

ok "a conversion that takes a while" on_terminal 'bash slow - x.img'
ok "... shows how far it is" grep -qF ' MiB' terminal
ok "... and wipes it away before the report" eval \
	'tr "\r" "\n" <terminal | grep -q "^.\[Kformat"'
ok "... the image is right" cmp want.img x.img
ok "with -q" on_terminal 'bash slow -q - x.img'
ok "... there is nothing" [ ! -s terminal ]
ok "one that is quick" on_terminal 'mktarfs t.tar x.img'
ok "... shows nothing" eval '! grep -qF " MiB" terminal'
ok "without a terminal" eval 'bash slow - x.img >report 2>messages'
ok "... there is nothing" [ ! -s messages ]
ok "-v tells of the index" eval 'mktarfs -q -v t.tar x.img 2>messages &&
	grep -q "1 inodes\|2 inodes" messages'

tap_done
