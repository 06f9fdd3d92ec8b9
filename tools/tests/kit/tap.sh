# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# TAP for tests in the shell: ok or skip for each claim, then tap_done.
#
# Copyright (C) 2026 The tarfs authors

# output of the last claim's command, in the directory in which ok is called
tap_log=output
count=0
failed=0

# ok CLAIM COMMAND...: claim that the command, run in a subshell, succeeds
ok()
{
	local claim=$1 not=

	shift
	("$@") > "$tap_log" 2>&1 || { not='not '; failed=1; }
	count=$((count + 1))
	echo "${not}ok $count - $claim"
	[ -z "$not" ] || sed 's/^/#   /' "$tap_log"
}

# skip CLAIM REASON
skip()
{
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# print the plan; fail if a claim did not hold
tap_done()
{
	echo "1..$count"
	return $failed
}

# exits STATUS COMMAND...: does the command exit with this status?
exits()
{
	local want=$1 status

	shift
	"$@"
	status=$?
	[ "$status" -eq "$want" ] || { echo "exit status $status"; return 1; }
}

# same HAVE WANT: are they equal?
same()
{
	[ "$1" = "$2" ] || { printf 'have: %s\nwant: %s\n' "$1" "$2"; return 1; }
}

# fails_with STATUS TEXT COMMAND...: does the command exit with this status, and
# print TEXT?
fails_with()
{
	local status=$1 text=$2 said holds

	shift 2
	said=$(exits "$status" "$@" 2>&1)
	holds=$?
	printf '%s\n' "$said"
	[ $holds -eq 0 ] || return 1
	grep -qF -- "$text" <<< "$said" ||
		{ echo "expected: $text"; return 1; }
}
