#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The statically linked verity-setup opens and closes images.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"

# sign NAME KEY CERTIFICATE ROOT_HASH: sign the root hash, into the payload
sign()
{
	printf %s "$4" | openssl smime -sign -noattr -binary -outform der \
		-inkey "$2" -signer "$3" -out "$payload/$1"
}

make_images
programs verity_setup_test
mkdir -p "$build/static"
flock "$build/static/.lock" make -s -C "$top" STATIC=1 >&2
cp "$build/static/bin/verity-setup" "$images/base.2" "$payload/"

root=$(sed -n 's/^plain\.2 \([0-9a-f]\{64\}\).*/\1/p' "$images/roots")
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=stranger \
	-keyout "$payload/stranger.key" -out "$payload/stranger.pem" 2>/dev/null
sign stranger "$payload/stranger.key" "$payload/stranger.pem" "$root"
# the debug kernel trusts this key
signer=$build/debug/signer
if [[ $release = *-tarfs-debug ]]; then
	sign trusted "$signer.key" "$signer.pem" "$root"
	sign trusted-other "$signer.key" "$signer.pem" "${root//[0-9]/0}"
fi
guest plain.2=plain.2 -- ./verity_setup_test
